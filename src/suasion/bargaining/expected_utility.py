r"""One round of challenges: votes, risk, expected utilities and offers, as arrays.

Arrays have the actors leading and the draws last; a matrix is `(actors, actors, draws)`.
Distances g are in units of the width of the scale. Every step is a loop over actors or
pairs of them, and works draw by draw, so the bits do not depend on what else is in the
chunk.

Actor k backs the position of i against that of j with
:math:`v_k = w_k (g_{kj}^{r_k} - g_{ki}^{r_k})`. With the losses
:math:`L_{jk} = w_k g_{kj}^{r_k}`, the votes that are contested between i and j,
:math:`A_{ij} = \sum_k |L_{jk} - L_{ik}|`, and the total losses
:math:`V_j = \sum_k L_{jk}`, support for i is :math:`N_{ij} = (A_{ij} + V_j - V_i)/2`:
one sum serves both directions.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining.draws import Array, over_actors
from suasion.bargaining.median import _weighted_median

__all__ = ["KINDS", "Rules", "Turn"]

KINDS = ("none", "confrontation", "compromise", "capitulation")
_TINY = 1e-300

Whole: TypeAlias = NDArray[np.intp]


class Rules(NamedTuple):
    """What stays the same over rounds: the version, q, and the tolerance of ties."""

    published: bool
    q: float
    tie_tol: float


class Turn(NamedTuple):
    """One round, `(actors, draws)`: where each actor goes, and why.

    `kind` is a place in `KINDS` and `by` the actor whose offer is taken. `own` is what
    the actor expects of challenging it and `other` what the actor thinks it expects of
    the reverse.
    """

    end: Array
    kind: Whole
    by: Whole
    own: Array
    other: Array
    risk: Array


def _turn(x: Array, w: Array, s: Array, width: Array, rules: Rules) -> Turn:
    """Play one round; all actors move at once."""
    g = np.abs(x[:, None] - x) / width
    away = _from_median(x, w, width) if rules.q < 1 else np.zeros_like(x)
    contested, total = _votes(w * g)
    if rules.published:
        danger = _danger(s, g, _chance(contested, total, rules), away, rules)
        most, least = danger.max(axis=0), danger.min(axis=0)
    else:
        dangers = _dangers(w, s, g, contested, total, away, rules)
        danger, most, least = _own_range(dangers, w)
    risk = _risk(danger, most, least, rules)
    with np.errstate(divide="ignore"):  # log 0 is minus infinity, and its exp 0 again
        logs = _logs(g)
    contested, total = _votes(w * np.exp(risk * logs[0]))
    chance = _chance(contested, total, rules)
    return _answers(x, w, s, width, g, logs, risk, chance, away, rules)


def _from_median(x: Array, w: Array, width: Array) -> Array:
    """Distance of everybody from the weighted median."""
    strongest = x[w.argmax(axis=0), np.arange(x.shape[1])]
    middle: Array = np.abs(x - _weighted_median(np.where(w > 0, x, strongest), w))
    return middle / width


def _votes(loss: Array) -> tuple[Array, Array]:
    """Contested votes A and total losses V, from losses `[j, k]` of k if j prevails."""
    contested = np.zeros_like(loss)
    apart = np.empty_like(loss[0])
    for j in range(len(loss)):
        for i in range(j):
            np.subtract(loss[j], loss[i], out=apart)
            np.abs(apart, out=apart)
            contested[i, j] = contested[j, i] = over_actors(apart)
    return contested, np.array([over_actors(row) for row in loss])


def _chance(contested: Array, total: Array, rules: Rules) -> Array:
    """Probability `[i, j]` that i prevails over j."""
    lead = total - total[:, None]
    if rules.published:  # of all votes between all pairs
        everything = over_actors(np.array([over_actors(row) for row in contested]))
        share: Array = 0.5 * np.maximum(contested + lead, 0)
        return share / np.maximum(everything, _TINY)
    lead /= np.maximum(contested, _TINY)
    return 0.5 + 0.5 * np.clip(lead, -1, 1, out=lead)


def _danger(s: Array, g: Array, chance: Array, away: Array, rules: Rules) -> Array:
    """Sum of what others expect of challenging each actor, all neutral to risk."""
    # Nobody challenges itself: g is 0 on the diagonal.
    return np.array(
        [
            over_actors(
                2 * g[i] * (1 - 2 * s[i] * (1 - chance[:, i]))
                - _neutral_wait(away, g[i], rules)
            )
            for i in range(len(s))
        ]
    )


def _dangers(
    w: Array,
    s: Array,
    g: Array,
    contested: Array,
    total: Array,
    away: Array,
    rules: Rules,
) -> Array:
    """Danger `[m, i]` of actor i if it stood where m stands, challengers having weight.

    The votes are those at hand but for i's own, which it would cast for its new place.
    """
    power = (w > 0).astype(np.float64)
    met = np.zeros_like(g)  # [m, i]: sum over k of distance times chance of k
    for m in range(len(w)):
        for k in range(m):
            own = w * (g[m] - g[k])
            rest = contested[k, m] - np.abs(own)
            lead = total[m] - total[k] - own
            scale = 0.5 * g[k, m] / np.maximum(rest + w * g[k, m], _TINY)
            up = np.minimum(np.maximum(rest + lead, 0) * scale, g[k, m])
            down = np.minimum(np.maximum(rest - lead, 0) * scale, g[k, m])
            up[k] = down[m] = 0  # nobody challenges itself
            met[m] += power[k] * up
            met[k] += power[m] * down
    for m in range(len(w)):
        gain = power * (2 * g[m] - _neutral_wait(away, g[m], rules))
        loss = 4 * s * (over_actors(power * g[m]) - power * g[m] - met[m])
        met[m] = over_actors(gain) - gain - loss
    return met


def _own_range(dangers: Array, w: Array) -> tuple[Array, Array, Array]:
    """Each actor's danger where it stands; the most and least where it could stand."""
    danger = np.array([dangers[i, i] for i in range(len(w))])
    most, least = danger.copy(), danger.copy()
    for m in range(len(w)):
        here = np.where(w[m] > 0, dangers[m], danger)
        np.maximum(most, here, out=most)
        np.minimum(least, here, out=least)
    return danger, most, least


def _risk(danger: Array, most: Array, least: Array, rules: Rules) -> Array:
    """Risk exponents, from 1/2 in the greatest danger to 2 in the least."""
    spread = most - least
    differ = spread > rules.tie_tol
    third = np.where(
        differ, (2 * danger - most - least) / np.where(differ, 3 * spread, 1), 0
    )
    risk: Array = (1 - third) / (1 + third)
    return risk


def _logs(g: Array) -> tuple[Array, Array, Array]:
    """Logarithms of g, (1 - g)/2 and (1 + g)/2, each pair once."""
    near, low, high = np.full_like(g, -np.inf), *np.full((2, *g.shape), np.log(0.5))
    for i in range(len(g) - 1):
        row = g[i, i + 1 :]
        near[i, i + 1 :] = near[i + 1 :, i] = np.log(row)
        low[i, i + 1 :] = low[i + 1 :, i] = np.log(0.5 - 0.5 * row)
        high[i, i + 1 :] = high[i + 1 :, i] = np.log(0.5 + 0.5 * row)
    return near, low, high


def _wait(away: Array, g: Array, risk: Array, rules: Rules) -> Array:
    """Return the utility, to an observer, of no challenge at distance g.

    Either nothing changes (q), or the other goes to the median, `away` from the
    challenger, which is the better the nearer that is.
    """
    same: Array = 2 - 4 * np.exp(np.log(0.5) * risk)
    if rules.q == 1:
        return same
    reach = 0.25 * (away + g)
    better = 2 - 4 * (0.5 - reach) ** risk
    worse = 2 - 4 * (0.5 + reach) ** risk
    to = 0.5 + 0.5 * _nearer(away, g, rules)
    return rules.q * same + (1 - rules.q) * (to * better + (1 - to) * worse)


def _neutral_wait(away: Array, g: Array, rules: Rules) -> Array | float:
    """Do as `_wait`, neutral to risk (the exponent 1), and 0 if there is no distance."""
    if rules.q == 1:
        return 0.0
    to = _nearer(away, g, rules)
    return np.where(g > rules.tie_tol, (1 - rules.q) * to * (away + g), 0)


def _nearer(away: Array, g: Array, rules: Rules) -> Array:
    """1 if the median is nearer than the other, -1 if it is farther, 0 for a tie."""
    gap = g - away
    return np.where(np.abs(gap) > rules.tie_tol, np.sign(gap), 0)


def _answers(
    x: Array,
    w: Array,
    s: Array,
    width: Array,
    g: Array,
    logs: tuple[Array, Array, Array],
    risk: Array,
    chance: Array,
    away: Array,
    rules: Rules,
) -> Turn:
    """Take, actor by actor, the best of the offers it faces.

    Every expectation is the observer's, with the observer's exponent for everybody.
    """
    n, draws = x.shape
    end, own, other = x.copy(), np.zeros_like(x), np.zeros_like(x)
    kind, by = np.zeros((2, n, draws), dtype=np.intp)
    tol = rules.tie_tol
    for i in range(n):
        lost = 4 * np.exp(risk[i] * logs[1][i])
        fall = 4 * np.exp(risk[i] * logs[2][i]) - lost
        success = 2 - lost
        a = success - s * fall * (1 - chance[i])
        b = success - s[i] * fall * (1 - chance[:, i])
        a -= _wait(away[i], g[i], risk[i], rules)
        b -= _wait(away, g[i], risk[i], rules)
        far = (g[i] > tol) & (b > tol)
        if not rules.published:
            far &= w > 0
        confront = far & (a > tol) & (b > a + tol)
        drawn = far & (a < -tol)
        compromise = drawn & (b > tol - a)
        # A slip in the published program keeps capitulation from ever happening.
        yielding = drawn & (b < -tol - a) & (not rules.published)
        offer = np.select([confront, compromise, yielding], [1, 2, 3])
        part = np.where(compromise, -a / np.where(compromise, b, 1), 1)
        place = np.where(compromise, x[i] + part * (x - x[i]), x)
        key = np.abs(place - x[i])
        if rules.published:  # the lowest on the scale, not the nearest
            middle = (b * x - a * x[i]) / np.where(compromise, b - a, 1)
            key = np.where(compromise, middle, key)
        best = np.where(offer > 0, offer, 4).min(axis=0)
        key = np.where(offer == best, key, np.inf)
        near = key <= key.min(axis=0) + tol * width
        near &= np.isfinite(key)
        # The first in file wins ties: it comes last.
        for j in range(n - 1, -1, -1):
            np.copyto(end[i], place[j], where=near[j])
            np.copyto(by[i], j, where=near[j])
        kind[i] = np.where(best < 4, best, 0)
        draw = np.arange(draws)
        own[i], other[i] = a[by[i], draw], b[by[i], draw]
    # Rounding might leave the range by the last bit.
    np.clip(end, x.min(axis=0), x.max(axis=0), out=end)
    return Turn(end, kind, by, own, other, risk)
