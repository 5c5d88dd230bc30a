r"""The danger each actor is in, where it stands and where it could stand, in lanes.

If i stood where m stands, k would prevail over it with the votes at hand but for i's
own, which i would cast for its new place. With :math:`g` the distance of m and k, A the
votes contested between their positions and L the lead of k, that has the probability

.. math:: \frac{A - |o| + L - o}{2 (A - |o| + w_i g)}, \qquad
          o = w_i (g_{mi} - g_{ki})

All stand on one line. With the actors sorted, o is :math:`\mp w_i g` for who stands
beyond m or beyond k, so the denominator is A, and sums over k are running sums. Only
who stands between needs a division of its own: n(n - 1)(n - 2)/6 in all.

All numbers lie on a desk, an array of vectors; arguments that are whole numbers say where
on it rows and matrices begin. Positions y are sorted and in units of the width. Of
matrices over pairs of places, m and k are at `m * n + k`.
"""

from __future__ import annotations

from suasion.lanes.rows import Vector, load, splat, store, vabs, vmax, vmin, where

__all__: list[str] = []

_TINY = 1e-300


def _own_dangers(
    desk: Vector,
    y: int,
    w: int,
    s: int,
    away: int,
    q: float,
    tol: float,
    contested: int,
    lead: int,
    met: int,
    cost: int,
    rows: int,
    n: int,
    danger: int,
    most: int,
    least: int,
) -> None:
    """Danger of each actor, and the most and least over places of actors with weight.

    The matrices, and six rows, are to work with.
    """
    power, upto, reach = rows, rows + n, rows + 2 * n
    below, above, beyond = rows + 3 * n, rows + 4 * n, rows + 5 * n
    total = splat(0.0)
    for m in range(n):
        total = total + load(desk, w + m)
        store(desk, upto + m, total)
        store(desk, power + m, where(load(desk, w + m) > 0.0, 1.0, 0.0))
    _contests(desk, y, w, upto, contested, lead, met, cost, n)
    for m in range(n):
        _gather(desk, m, y, power, met, cost, n, reach, below, above)
    for i in range(n):
        here = load(desk, below + i) + load(desk, above + i)
        own = _danger_at(desk, i, i, here, y, s, away, power, reach, q, tol, n)
        high, low = own, own
        for k in range(i + 1, n):
            store(desk, beyond + k, load(desk, above + k))
        for m in range(i):
            here = _met_between(desk, i, m, y, w, power, contested, lead, n, beyond)
            store(desk, beyond + m, load(desk, below + m) + here)
        for m in range(n):
            if m != i:
                here = load(desk, beyond + m) + load(desk, met + m * n + i)
                here = here - load(desk, w + i) * load(desk, cost + m * n + i)
                there = _danger_at(
                    desk, i, m, here, y, s, away, power, reach, q, tol, n
                )
                there = where(load(desk, power + m) > 0.0, there, own)
                high, low = vmax(high, there), vmin(low, there)
        store(desk, danger + i, own)
        store(desk, most + i, high)
        store(desk, least + i, low)


def _contests(
    desk: Vector,
    y: int,
    w: int,
    upto: int,
    contested: int,
    lead: int,
    met: int,
    cost: int,
    n: int,
) -> None:
    """For each pair the votes contested, the lead of the higher, and what follows.

    `met` is distance times chance of the second against the first, of whom it is the
    own place or who stands beyond it; a vote of w beyond the second takes away `cost`
    times w.
    """
    everybody = load(desk, upto + n - 1)
    for m in range(n):
        low = load(desk, y + m)
        for k in range(m + 1, n):
            high = load(desk, y + k)
            g, middle = high - low, 0.5 * (low + high)
            apart, ahead = splat(0.0), splat(0.0)
            for i in range(m + 1, k):
                past = load(desk, y + i) - middle
                apart = apart + load(desk, w + i) * vabs(past)
                ahead = ahead + load(desk, w + i) * past
            for_low = load(desk, upto + m)
            for_high = everybody - load(desk, upto + k - 1)
            a = vmax(2.0 * apart + g * (for_high + for_low), _TINY)
            b = 2.0 * ahead + g * (for_high - for_low)
            store(desk, contested + m * n + k, a)
            store(desk, lead + m * n + k, b)
            part = g / a
            store(desk, met + m * n + k, 0.5 * part * (a + b))
            store(desk, met + k * n + m, 0.5 * part * (a - b))
            store(desk, cost + m * n + k, part * g)
            store(desk, cost + k * n + m, part * g)


def _gather(
    desk: Vector,
    m: int,
    y: int,
    power: int,
    met: int,
    cost: int,
    n: int,
    reach: int,
    below: int,
    above: int,
) -> None:
    """Add up over the challengers of place m, outwards.

    The sums over all on either side go to `below` and `above`, and the sums over those
    nearer than k take the places of k in `met` and `cost`. `reach` is the distance to
    all challengers.
    """
    at = load(desk, y + m)
    distance = splat(0.0)
    for side in range(2):
        met_here, cost_here = splat(0.0), splat(0.0)
        for step in range(1, n - m if side else m + 1):
            k = m + step if side else m - step
            met_next = met_here + load(desk, power + k) * load(desk, met + m * n + k)
            cost_next = cost_here + load(desk, power + k) * load(desk, cost + m * n + k)
            store(desk, met + m * n + k, met_here)
            store(desk, cost + m * n + k, cost_here)
            met_here, cost_here = met_next, cost_next
            distance = distance + load(desk, power + k) * vabs(load(desk, y + k) - at)
        store(desk, (above if side else below) + m, met_here)
    store(desk, reach + m, distance)


def _met_between(
    desk: Vector,
    i: int,
    m: int,
    y: int,
    w: int,
    power: int,
    contested: int,
    lead: int,
    n: int,
    beyond: int,
) -> Vector:
    """Return what i would meet at place m below, from challengers above itself.

    What it would meet at their places from the challenger at m is added to `beyond`.
    """
    weight, at, low = load(desk, w + i), load(desk, y + i), load(desk, y + m)
    twice, challenges = at + at - low, load(desk, power + m)
    total = splat(0.0)
    for k in range(i + 1, n):
        high = load(desk, y + k)
        own = weight * (twice - high)
        g = high - low
        rest = load(desk, contested + m * n + k) - vabs(own)
        ahead = load(desk, lead + m * n + k) - own
        part = 0.5 * g / (rest + weight * g)
        total = total + load(desk, power + k) * (part * (rest + ahead))
        store(
            desk,
            beyond + k,
            load(desk, beyond + k) + challenges * (part * (rest - ahead)),
        )
    return total


def _danger_at(
    desk: Vector,
    i: int,
    m: int,
    met: Vector,
    y: int,
    s: int,
    away: int,
    power: int,
    reach: int,
    q: float,
    tol: float,
    n: int,
) -> Vector:
    """Danger of i at place m: what all others, neutral to risk, expect of challenges."""
    salience = load(desk, s + i)
    far = load(desk, reach + m) - load(desk, power + i) * vabs(
        load(desk, y + m) - load(desk, y + i)
    )
    danger = (2.0 - 4.0 * salience) * far + 4.0 * salience * met
    if q < 1.0:
        for k in range(n):
            if k != i:
                g = vabs(load(desk, y + m) - load(desk, y + k))
                wait = _neutral_wait(load(desk, away + k), g, q, tol)
                danger = danger - load(desk, power + k) * wait
    return danger


def _neutral_wait(away: Vector, g: Vector, q: float, tol: float) -> Vector:
    """Return the utility of no challenge if r is 1; 0 if there is no distance."""
    wait = (1.0 - q) * _nearer(away, g, tol) * (away + g)
    return where(g > tol, wait, 0.0)


def _nearer(away: Vector, g: Vector, tol: float) -> Vector:
    """1 if the median is nearer than the other, -1 if it is farther, 0 for a tie."""
    gap = g - away
    return where(gap > tol, 1.0, where(gap < -tol, -1.0, 0.0))
