r"""Asymmetric Nash bargaining: power-weighted gains over not agreeing.

Actor i loses by the square of the distance between outcome and position. If they do not
agree, either the status quo q stays, or everybody is as badly off as at the far end of
the scale. Either way the gain of actor i from agreeing on x factors,

.. math:: g_i(x) \propto (x - l_i)(r_i - x),

positive between two roots. With a status quo below actor i the roots are q and
:math:`2 x_i - q` (the mirror image of q); without one they are :math:`x_i \mp D`, with
D the width of the scale. The solution maximises :math:`\prod_i g_i(x)^{w_i}`, so

.. math:: \sum_i \frac{w_i}{x - l_i} = \sum_i \frac{w_i}{r_i - x} :

the weighted *harmonic means* of the distances to the roots on the left and on the right
are equal. In that form the condition has no poles, and is solved by Halley's method
kept within a bracket.

Sources: Nash 1950, "The bargaining problem", Econometrica 18, 155-162; Kalai 1977,
"Nonsymmetric Nash solutions and replications of 2-person bargaining", International
Journal of Game Theory 6, 129-133 (the weights); Binmore, Rubinstein & Wolinsky 1986,
"The Nash bargaining solution in economic modelling", RAND Journal of Economics 17,
176-188 (what the disagreement point stands for).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.bargaining.draws import Array, each_draw, over_actors, per_draw
from suasion.bargaining.mean import _weighted_mean
from suasion.bargaining.outcome import Outcome, settle

__all__ = ["nash", "run"]

# All draws of a chunk take so many steps at once, which is enough for nearly all.
_STEPS = 3
_MOST_STEPS = 100
# Once a step is this small, the error that is left is of the order of its cube.
_SMALL_STEP = 1e-7
# Keeps the outcome off the roots, where an actor gains nothing.
_MARGIN = 2.0**-53
# Stands in for a sum of weights that is 0.
_TINY = 1e-300

# Roots and weights `(actors, draws)`, to the left and to the right.
_Sides: TypeAlias = tuple[tuple[Array, Array], tuple[Array, Array]]


def nash(
    position: ArrayLike,
    weight: ArrayLike,
    *,
    status_quo: ArrayLike | None = None,
    low: float | None = None,
    high: float | None = None,
    threads: int | None = None,
) -> tuple[Array, NDArray[np.bool_]]:
    r"""Asymmetric Nash bargaining solution on one dimension, draw by draw.

    .. math:: O = \arg\max_x \sum_i w_i \log\bigl(u_i(x) - d_i\bigr)

    With a status quo q: :math:`u_i(x) = -(x - x_i)^2` and :math:`d_i = u_i(q)`. If
    actors with weight stand on both sides of q, or one stands on it, no move from q is
    to everybody's gain, and the solution is q: here every actor with weight, however
    little, holds a veto.

    Without a status quo, on a scale from low to high of width D:
    :math:`u_i(x) = 1 - ((x - x_i)/D)^2` and :math:`d_i = 0`. Not to agree is for
    everybody as bad as the outcome as far away as the scale is long.

    Parameters
    ----------
    position : array_like, shape (draws, actors)
        Positions :math:`x_i`, finite, in units of the scale.
    weight : array_like, shape (draws, actors)
        Effective power :math:`w_i \ge 0`, some above 0 in every draw, in any unit.
    status_quo : array_like, shape () or (draws,), optional
        The outcome q if they do not agree.
    low, high : float, optional
        Ends of the scale, `low < high`; needed if there is no status quo.
    threads : int, optional
        As many as the process has cores, unless given; the bits do not depend on it.

    Returns
    -------
    outcome : ndarray, shape (draws,)
        Outcomes, in units of the scale.
    converged : ndarray of bool, shape (draws,)
        Whether Halley's method arrived, draw by draw.

    Raises
    ------
    ValueError
        If shapes differ, a number is not finite or a weight negative, or if neither a
        status quo nor a scale is given.

    Examples
    --------
    Two equals at 40 and 100 bargain away from 0; the nearer one sets the pace:

    >>> outcome, converged = nash([[40, 100]], [[1, 1]], status_quo=0)
    >>> outcome.round(3), converged
    (array([50.]), array([ True]))

    An actor below the status quo, however weak, keeps everybody there:

    >>> nash([[40, 100, -1]], [[1, 1, 0.001]], status_quo=0)[0]
    array([0.])
    """
    shape = np.shape(position)
    converged = np.zeros(shape[:1], dtype=np.bool_)
    if status_quo is not None:
        q = per_draw("status_quo", status_quo, *(shape[:1] or (0,)))
        kernel: Callable[..., Array] = _from_status_quo
        more: tuple[NDArray[Any], ...] = (q, converged)
    elif low is None or high is None:
        raise ValueError(
            "neither status_quo nor low and high are given; the solution depends on "
            "what happens without agreement; give the status quo, or the ends of the "
            "scale"
        )
    else:
        _check_scale(position, low, high)
        kernel = functools.partial(_from_far_end, low=low, width=high - low)
        more = (converged,)
    outcome = each_draw(kernel, position, weight, *more, threads=threads)
    return outcome, converged


def run(
    capability: ArrayLike,
    position: ArrayLike,
    salience: ArrayLike,
    *,
    low: ArrayLike,
    high: ArrayLike,
    status_quo: ArrayLike | None = None,
    actors: Sequence[str] | None = None,
    issues: Sequence[str] | None = None,
) -> Outcome:
    """Run Nash bargaining on a sampled case (see `suasion.bargaining.MODELS`).

    An issue without a status quo is solved with the far end of its scale as the
    disagreement; `parameters["disagreement"]` says which, issue by issue.
    """
    return settle(
        "nash",
        lambda position, weight, scale: nash(position, weight, **scale),
        capability=capability,
        position=position,
        salience=salience,
        low=low,
        high=high,
        status_quo=status_quo,
        actors=actors,
        issues=issues,
    )


def _from_status_quo(
    position: Array, weight: Array, q: Array, converged: NDArray[np.bool_]
) -> Array:
    """Solve for v in x = q + 2 v (x_near - q), with x_near the actor nearest to q.

    Half the distances of the right-hand roots from q, in units of the nearest actor's,
    are a >= 1; v lies in [1/2, 1). Modifies `converged` in place.
    """
    a = position - q
    lowest, highest = a.min(axis=0), a.max(axis=0)
    above, below = lowest > 0, highest < 0
    stuck = ~(above | below)
    near = np.where(stuck, 1.0, np.where(above, lowest, highest))
    with np.errstate(
        over="ignore"
    ):  # infinitely far roots weigh nothing, as they should
        a /= near
    np.copyto(a, 1.0, where=stuck)
    total = over_actors(weight)
    bound = _bound(a, weight, total)
    origin = np.zeros((1, bound.size))
    least = np.full(bound.size, 0.5)
    sides = (origin, total[None]), (a, weight)
    v, converged[:] = _solve(sides, bound, least, bound)
    return np.where(stuck, q, q + 2 * v * near)


def _bound(a: Array, weight: Array, total: Array) -> Array:
    """Where v would be if all but the nearest stood in one place; v is not beyond.

    With 1 / (a - 1/2) averaged to find the place, 1 / (a - v) is no more than its
    average, as it is convex in the former, and the equation is quadratic.
    """
    others = weight * (a > 1)
    rest = over_actors(others)
    others /= a - 0.5
    mean = over_actors(others) / np.maximum(rest, _TINY)
    ratio = mean / (1 + 0.5 * mean)
    half = 1 + 2 * ratio + (1 - rest / total) * (1 - ratio)
    bound = 2 / (half + np.sqrt(np.maximum(half * half - 8 * ratio, 0)))
    return np.clip(bound, 0.5, 1 - _MARGIN)


def _from_far_end(
    position: Array,
    weight: Array,
    converged: NDArray[np.bool_],
    *,
    low: float,
    width: float,
) -> Array:
    """Solve on the scale [0, 1]. Modifies `converged` in place."""
    z = (position - low) / width
    start, least, most = (
        np.clip(value, _MARGIN, 1 - _MARGIN)
        for value in (_weighted_mean(z, weight), z.min(axis=0), z.max(axis=0))
    )
    sides = (z - 1, weight), (z + 1, weight)
    x, converged[:] = _solve(sides, start, least, most)
    return low + width * x


def _solve(
    sides: _Sides, start: Array, low: Array, high: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Equate the harmonic means of the distances, from start in [low, high] on."""
    room = np.empty((2, *sides[1][0].shape))
    x = start
    for _ in range(_STEPS):
        excess, slope, bend = _excess(sides, x, room)
        x = np.clip(_halley(x, excess, slope, bend), low, high)
    # The excess falls everywhere by 2 / total weight at least: where it is small, the
    # solution is near. (A step is also small beside the root of a tiny weight.)
    converged = np.abs(excess) <= _SMALL_STEP
    late = np.flatnonzero(~converged)
    if late.size:
        (a, b), (c, d) = sides
        a, b, c, d = (array.take(late, axis=1) for array in (a, b, c, d))
        x[late], converged[late] = _solve_safely(
            ((a, b), (c, d)), start[late], low[late], high[late], room
        )
    return x, converged


def _solve_safely(
    sides: _Sides, x: Array, low: Array, high: Array, room: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Do as `_solve`, but shrink the bracket, and bisect it where Halley leaves it."""
    moving = np.ones(x.size, dtype=np.bool_)
    for _ in range(_MOST_STEPS):
        excess, slope, bend = _excess(sides, x, room)
        low = np.where(excess > 0, x, low)
        high = np.where(excess < 0, x, high)
        halley = _halley(x, excess, slope, bend)
        inside = (low <= halley) & (halley <= high)
        moved = np.where(inside, halley, 0.5 * (low + high))
        small = np.abs(moved - x) <= _SMALL_STEP
        # A draw that has arrived stays put to the last bit, however long others take.
        x = np.where(moving, moved, x)
        moving &= ~small
        if not moving.any():
            break
    return x, ~moving


def _halley(x: Array, excess: Array, slope: Array, bend: Array) -> Array:
    """One step, which may lead out of any bracket, or be NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return x - excess * slope / (slope * slope - excess * bend)


def _excess(sides: _Sides, x: Array, room: Array) -> Iterator[Array]:
    """Return the sum of both harmonic means, its derivative, and half its second.

    Distances to the left are negative, so the sum is a difference. Overwrites `room`:
    big arrays made anew at each step would cost more than the sums.
    """
    left, right = (_harmonic_mean(root, weight, x, room) for root, weight in sides)
    return (a + b for a, b in zip(left, right, strict=True))


def _harmonic_mean(
    root: Array, weight: Array, x: Array, room: Array
) -> tuple[Array, Array, Array]:
    """Weighted harmonic mean of root - x, its derivative by x, and half its second.

    In units of the total weight, which is the same on both sides.
    """
    inverse, term = room[:, : len(root), : x.size]
    np.subtract(root, x, out=inverse)
    np.divide(1.0, inverse, out=inverse)  # np.reciprocal takes twice as long
    np.multiply(weight, inverse, out=term)
    first = over_actors(term)
    term *= inverse
    second = over_actors(term) / first
    term *= inverse
    third = over_actors(term) / first
    mean = 1 / first
    return mean, -mean * second, mean * (second * second - third)


def _check_scale(position: ArrayLike, low: float, high: float) -> None:
    if not (-np.inf < low < high < np.inf):
        raise ValueError(
            f"the scale runs from {low} to {high}; low must be below high, both "
            "finite; give the ends of the issue's scale"
        )
    inside = np.asarray(position, dtype=np.float64)
    bad = ~((low <= inside) & (inside <= high))
    if bad.any():
        place = [int(i) for i in np.argwhere(bad)[0]]
        raise ValueError(
            f"position{place} is {inside[tuple(place)]}; a position lies on the scale, "
            f"from {low} to {high}; correct it, or widen the scale"
        )
