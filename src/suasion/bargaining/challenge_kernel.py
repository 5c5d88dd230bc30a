r"""One round of challenges after another, in lanes: a vector is one number per draw.

All numbers lie on a desk, an array of vectors; arguments that are whole numbers say where
on it rows and matrices begin. Of a matrix, i and j are at `i * n + j`, n the number of
actors. Distances are in units of the width D. Actor k backs the position of i against
that of j with :math:`v_k = w_k (g_{kj}^{r_k} - g_{ki}^{r_k})`. With the losses
:math:`L_{jk} = w_k g_{kj}^{r_k}`, the votes contested between the two,
:math:`A_{ij} = \sum_k |L_{jk} - L_{ik}|`, and the total losses
:math:`V_j = \sum_k L_{jk}`, support for i is :math:`N_{ij} = (A_{ij} + V_j - V_i)/2`:
one sum serves both directions. Utilities take three logarithms a pair, and six powers.
"""

from __future__ import annotations

from suasion.bargaining.danger_kernel import _nearer, _neutral_wait, _own_dangers
from suasion.bargaining.order_kernel import _sort, _sorted_median
from suasion.lanes.rows import (
    Vector,
    load,
    splat,
    store,
    vabs,
    vexp,
    vlog,
    vmax,
    vmin,
    where,
)

__all__ = ["desk_size", "expect", "play"]

_LN2 = 0.6931471805599453
_TINY = 1e-300
_NONE = 1e300
# Between the keys of two sorts of offers; a distance, and a tolerance, is at most 1.
_SORT = 3.0
# On the desk: so many matrices, and so many rows.
_MATRICES, _ROWS = 5, 21


def play(
    path: Vector,
    w: Vector,
    s: Vector,
    width: Vector,
    published: bool,
    q: float,
    tol: float,
    told: bool,
    by: Vector,
    kind: Vector,
    desk: Vector,
    n: int,
    rounds: int,
) -> None:
    """Play all rounds, block after block of draws.

    Vectors stand in the order of `[block, round, actor]`: positions in `path`, which
    round 0 has, and, if it is to be told, whose offer each actor takes, -1 for none,
    and of which sort it is, 0 for none, in `by` and `kind`.
    """
    x, rows = _places(n)[0], _places(n)[3]
    key, place = rows + 4 * n, rows + 5 * n
    for block in range(len(width)):
        wide = load(width, block)
        for t in range(rounds):
            state, turn = (block * (rounds + 1) + t) * n, (block * rounds + t) * n
            _lay(desk, path, state, w, s, block * n, n)
            share = _weigh(desk, wide, published, q, tol, n)
            lowest, highest = _range(desk, x, n)
            for i in range(n):
                best = _offers(
                    desk, i, wide, lowest, share, published, q, tol, key, place, n
                )
                bar = where(best < _NONE, best + tol, -1.0)
                goal = load(desk, x + i)
                for j in range(n - 1, -1, -1):  # the first in file comes last, and wins
                    here = load(desk, key + j) <= bar
                    goal = where(here, load(desk, place + j), goal)
                # Rounding might leave the range by the last bit.
                store(path, state + n + i, vmin(vmax(goal, lowest), highest))
                if told:
                    store(by, turn + i, _who(desk, bar, key, n))
                    store(kind, turn + i, _sort_of(best))


def expect(
    x: Vector,
    w: Vector,
    s: Vector,
    width: Vector,
    published: bool,
    q: float,
    tol: float,
    own: Vector,
    other: Vector,
    risk: Vector,
    desk: Vector,
    n: int,
) -> None:
    """Give expectations `[block, i, j]` of the first round, and the risk exponents."""
    rows = _places(n)[3]
    for block in range(len(width)):
        _lay(desk, x, block * n, w, s, block * n, n)
        share = _weigh(desk, load(width, block), published, q, tol, n)
        for i in range(n):
            store(risk, block * n + i, load(desk, rows + i))
            for j in range(n):
                mine, theirs = _expectations(desk, i, j, share, n)
                if q < 1.0 and j != i:
                    for_me, for_them = _waits(desk, i, j, q, tol, n)
                    mine, theirs = mine - for_me, theirs - for_them
                store(own, (block * n + i) * n + j, mine)
                store(other, (block * n + i) * n + j, theirs)


def desk_size(n: int) -> int:
    """How many vectors `play` and `expect` need to work with n actors."""
    return _MATRICES * n * n + _ROWS * n


def _places(n: int) -> tuple[int, int, int, int]:
    """Where positions, weights, salience and other rows begin, after the matrices."""
    first = _MATRICES * n * n
    return first, first + n, first + 2 * n, first + 3 * n


def _lay(
    desk: Vector, path: Vector, state: int, w: Vector, s: Vector, actors: int, n: int
) -> None:
    """Put positions, weights and salience of a block on the desk."""
    positions, weights, saliences, _ = _places(n)
    for i in range(n):
        store(desk, positions + i, load(path, state + i))
        store(desk, weights + i, load(w, actors + i))
        store(desk, saliences + i, load(s, actors + i))


def _weigh(
    desk: Vector, width: Vector, published: bool, q: float, tol: float, n: int
) -> Vector:
    """Do all of a round but the offers; return what chances are to be multiplied by.

    On the desk stand distances, losses, chances, gains and falls (matrices), then
    positions, weights and salience, risk, the total losses, the utility of nothing
    changing, and the distances to the median.
    """
    size = n * n
    g, loss, chance, gain, fall = 0, size, 2 * size, 3 * size, 4 * size
    x, w, s, rows = _places(n)
    risk, total, same, away = rows, rows + n, rows + 2 * n, rows + 3 * n
    danger, most, least = rows + 4 * n, rows + 5 * n, rows + 6 * n
    line, work = rows + 7 * n, rows + 12 * n
    _geometry(desk, x, w, width, g, loss, n)
    if not published or q < 1.0:
        for i in range(n):
            store(desk, line + i, load(desk, x + i))
            store(desk, line + n + i, load(desk, w + i))
            store(desk, line + 2 * n + i, load(desk, s + i))
            store(desk, line + 3 * n + i, float(i))
        _sort(desk, line, n, 4)
    if q < 1.0:
        middle = _sorted_median(desk, line, n)
        for i in range(n):
            here, in_line = load(desk, x + i), load(desk, line + i)
            store(desk, away + i, vabs(here - middle) / width)
            store(desk, line + 4 * n + i, vabs(in_line - middle) / width)
    if published:
        share = _votes(desk, loss, total, chance, published, n)
        _dangers(desk, s, g, chance, away, danger, share, q, tol, n)
        low, high = _range(desk, danger, n)
        for i in range(n):
            here = load(desk, danger + i)
            store(desk, risk + i, _risk(here, high, low, tol))
    else:
        for i in range(n):
            store(desk, line + i, load(desk, line + i) / width)
        _own_dangers(
            desk, line, line + n, line + 2 * n, line + 4 * n, q, tol,
            loss, chance, gain, fall, work, n, danger, most, least,
        )  # fmt: skip
        for i in range(n):
            high, low = load(desk, most + i), load(desk, least + i)
            here = _risk(load(desk, danger + i), high, low, tol)
            store(desk, line + i, load(desk, line + 3 * n + i))
            store(desk, line + n + i, here)
        _sort(desk, line, n, 2)
        for i in range(n):
            store(desk, risk + i, load(desk, line + n + i))
    for i in range(n):
        as_is = 2.0 - 4.0 * vexp(-_LN2 * load(desk, risk + i))
        store(desk, same + i, q * as_is)
    _powers(desk, w, risk, same, g, loss, gain, fall, n)
    return _votes(desk, loss, total, chance, published, n)


def _geometry(
    desk: Vector, x: int, w: int, width: Vector, g: int, loss: int, n: int
) -> None:
    """Distances, and losses if everybody is neutral to risk."""
    # Divided, not multiplied: between the ends g is 1, and the power of 1 - g is 0.
    for i in range(n):
        store(desk, g + i * n + i, 0.0)
        store(desk, loss + i * n + i, 0.0)
        for j in range(i):
            apart = vabs(load(desk, x + i) - load(desk, x + j)) / width
            store(desk, g + i * n + j, apart)
            store(desk, g + j * n + i, apart)
            store(desk, loss + i * n + j, load(desk, w + j) * apart)
            store(desk, loss + j * n + i, load(desk, w + i) * apart)


def _votes(
    desk: Vector, loss: int, total: int, chance: int, published: bool, n: int
) -> Vector:
    """Probability `[i, j]` that i prevails over j, from losses `[j, k]` of k.

    As published it is still to be multiplied by what is returned, 1 over the votes
    between all pairs.
    """
    for j in range(n):
        a = splat(0.0)
        for k in range(n):
            a = a + load(desk, loss + j * n + k)
        store(desk, total + j, a)
        store(desk, chance + j * n + j, 0.5)
    everything = splat(0.0)
    for i in range(n):
        j = i + 1
        while j + 1 < n:  # two at a time: the losses of i are loaded once
            a, b = splat(0.0), splat(0.0)
            for k in range(n):
                here = load(desk, loss + i * n + k)
                a = a + vabs(load(desk, loss + j * n + k) - here)
                b = b + vabs(load(desk, loss + (j + 1) * n + k) - here)
            _chance(desk, i, j, a, total, chance, published, n)
            _chance(desk, i, j + 1, b, total, chance, published, n)
            everything = everything + (a + b)
            j += 2
        if j < n:
            a = splat(0.0)
            for k in range(n):
                a = a + vabs(
                    load(desk, loss + j * n + k) - load(desk, loss + i * n + k)
                )
            _chance(desk, i, j, a, total, chance, published, n)
            everything = everything + a
    if published:
        return 0.5 / vmax(everything, _TINY)
    return splat(1.0)


def _chance(
    desk: Vector,
    i: int,
    j: int,
    contested: Vector,
    total: int,
    chance: int,
    published: bool,
    n: int,
) -> None:
    lead = load(desk, total + j) - load(desk, total + i)
    if published:
        store(desk, chance + i * n + j, 0.5 * vmax(contested + lead, 0.0))
        store(desk, chance + j * n + i, 0.5 * vmax(contested - lead, 0.0))
    else:
        half = 0.5 * lead / vmax(contested, _TINY)
        half = vmin(vmax(half, -0.5), 0.5)
        store(desk, chance + i * n + j, 0.5 + half)
        store(desk, chance + j * n + i, 0.5 - half)


def _dangers(
    desk: Vector,
    s: int,
    g: int,
    chance: int,
    away: int,
    danger: int,
    share: Vector,
    q: float,
    tol: float,
    n: int,
) -> None:
    """Sum of what others expect of challenging each actor, all neutral to risk."""
    for j in range(n):
        twice = 2.0 * load(desk, s + j)
        least, more = 1.0 - twice, twice * share
        a = splat(0.0)
        for i in range(n):
            a = a + load(desk, g + j * n + i) * (
                least + more * load(desk, chance + i * n + j)
            )
        a = a + a
        if q < 1.0:
            for i in range(n):
                a = a - _neutral_wait(
                    load(desk, away + i), load(desk, g + j * n + i), q, tol
                )
        store(desk, danger + j, a)


def _range(desk: Vector, row: int, n: int) -> tuple[Vector, Vector]:
    low, high = load(desk, row), load(desk, row)
    for i in range(1, n):
        low, high = vmin(low, load(desk, row + i)), vmax(high, load(desk, row + i))
    return low, high


def _risk(danger: Vector, most: Vector, least: Vector, tol: float) -> Vector:
    """Risk exponent, from 1/2 in the greatest danger to 2 in the least."""
    spread = most - least
    third = (danger + danger - most - least) / (3.0 * vmax(spread, _TINY))
    third = where(spread > tol, third, 0.0)
    return (1.0 - third) / (1.0 + third)


def _powers(
    desk: Vector,
    w: int,
    risk: int,
    same: int,
    g: int,
    loss: int,
    gain: int,
    fall: int,
    n: int,
) -> None:
    """Losses, what success gains, and how much less failure is worth.

    `gain` and `fall` `[i, j]` are as i sees it, whoever of the two challenges.
    """
    for i in range(n):
        store(desk, loss + i * n + i, 0.0)
        store(desk, gain + i * n + i, 0.0)
        store(desk, fall + i * n + i, 0.0)
        mine = load(desk, risk + i)
        for j in range(i):
            apart, theirs = load(desk, g + i * n + j), load(desk, risk + j)
            near = vlog(apart)
            low, high = vlog(0.5 - 0.5 * apart), vlog(0.5 + 0.5 * apart)
            store(desk, loss + j * n + i, load(desk, w + i) * vexp(mine * near))
            store(desk, loss + i * n + j, load(desk, w + j) * vexp(theirs * near))
            lost = vexp(mine * low)
            store(desk, gain + i * n + j, 2.0 - 4.0 * lost - load(desk, same + i))
            store(desk, fall + i * n + j, 4.0 * (vexp(mine * high) - lost))
            lost = vexp(theirs * low)
            store(desk, gain + j * n + i, 2.0 - 4.0 * lost - load(desk, same + j))
            store(desk, fall + j * n + i, 4.0 * (vexp(theirs * high) - lost))


def _expectations(
    desk: Vector, i: int, j: int, share: Vector, n: int
) -> tuple[Vector, Vector]:
    """Return what i expects of challenging j, and what i thinks j expects of that.

    This is for a q of 1; else there is `_waits` to be taken away.
    """
    size, ij, ji = n * n, i * n + j, j * n + i
    s = _places(n)[2]
    gain, fall = load(desk, 3 * size + ij), load(desk, 4 * size + ij)
    win, lose = load(desk, 2 * size + ij), load(desk, 2 * size + ji)
    own = gain - load(desk, s + j) * fall * (1.0 - win * share)
    other = gain - load(desk, s + i) * fall * (1.0 - lose * share)
    return own, other


def _waits(
    desk: Vector, i: int, j: int, q: float, tol: float, n: int
) -> tuple[Vector, Vector]:
    """Return the utility of the other going to the median, to i and, so i thinks, to j."""
    rows = _places(n)[3]
    g, risk, away = load(desk, i * n + j), load(desk, rows + i), rows + 3 * n
    own = (1.0 - q) * _drawn(load(desk, away + i), g, risk, tol)
    other = (1.0 - q) * _drawn(load(desk, away + j), g, risk, tol)
    return own, other


def _drawn(away: Vector, g: Vector, risk: Vector, tol: float) -> Vector:
    """Return the utility to a challenger if the other goes to the median."""
    step = 0.25 * (away + g)
    better = 2.0 - 4.0 * vexp(risk * vlog(0.5 - step))
    worse = 2.0 - 4.0 * vexp(risk * vlog(0.5 + step))
    to = 0.5 + 0.5 * _nearer(away, g, tol)
    return to * better + (1.0 - to) * worse


def _offers(
    desk: Vector,
    i: int,
    width: Vector,
    lowest: Vector,
    share: Vector,
    published: bool,
    q: float,
    tol: float,
    key: int,
    place: int,
    n: int,
) -> Vector:
    """Where each actor's offer would take i, and how good it is, the least being best.

    The key of an offer is how far it moves i, in units of the width, plus as much for
    its sort as makes every offer of a better sort the better one. Returned is the best.
    """
    x, w, _, _ = _places(n)
    at, per_width = load(desk, x + i), 1.0 / width
    best = splat(_NONE)
    for j in range(n):
        own, other = _expectations(desk, i, j, share, n)
        if q < 1.0:
            for_own, for_other = _waits(desk, i, j, q, tol, n)
            own, other = own - for_own, other - for_other
        to, apart = load(desk, x + j), load(desk, i * n + j)
        far = (apart > tol) & (other > tol)
        drawn = far & (own < -tol)
        compromise = drawn & (other > tol - own)
        if published:  # the lowest on the scale, not the nearest
            step = other - own
            once = 1.0 / (other * step)
            move = -own * step * once
            reach = ((other * to - own * at) * other * once - lowest) * per_width
            # A slip in the published program keeps capitulation from ever happening.
            rank = splat(_NONE)
        else:
            far = far & (load(desk, w + j) > 0.0)
            compromise = compromise & far
            move = -own / other
            reach = move * apart
            yielding = drawn & far & (other < -tol - own)
            rank = where(yielding, 2.0 * _SORT + apart, _NONE)
        confront = far & (own > tol) & (other > own + tol)
        rank = where(compromise, _SORT + reach, rank)
        rank = where(confront, apart, rank)
        store(desk, key + j, rank)
        store(desk, place + j, where(compromise, at + move * (to - at), to))
        best = vmin(best, rank)
    return best


def _who(desk: Vector, bar: Vector, key: int, n: int) -> Vector:
    """Whose offer is taken, -1 for nobody's."""
    who = splat(-1.0)
    for j in range(n - 1, -1, -1):
        who = where(load(desk, key + j) <= bar, float(j), who)
    return who


def _sort_of(best: Vector) -> Vector:
    """Which sort the best offer is of, 0 for none."""
    sort = where(best < _SORT, 1.0, where(best < 2.0 * _SORT, 2.0, 3.0))
    return where(best < _NONE, sort, 0.0)
