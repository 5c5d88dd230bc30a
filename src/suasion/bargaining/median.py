"""The median voter, weighted: half the power lies on either side.

Sources: Black 1948, "On the rationale of group decision-making", Journal of Political
Economy 56, 23-34 (the median beats every other position in a pairwise vote); Scholz,
Calbert & Smith 2011, "Unravelling Bueno de Mesquita's group decision model", Journal of
Theoretical Politics 23, 510-531 (weighted by power).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from suasion.bargaining.draws import Array, each_draw
from suasion.bargaining.outcome import Outcome, settle

__all__ = ["run", "weighted_median"]

# Sums of weights this close to one half of the total, relatively, are one half.
_TOLERANCE = 1e-12


def weighted_median(
    position: ArrayLike, weight: ArrayLike, *, threads: int | None = None
) -> Array:
    r"""Weighted median of the positions, draw by draw.

    .. math:: O = \arg\min_x \sum_i w_i |x_i - x|

    Where a whole interval minimises, its midpoint is taken, so that an issue seen in
    the mirror has the mirrored outcome.

    Parameters
    ----------
    position : array_like, shape (draws, actors)
        Positions :math:`x_i`, finite, in units of the scale.
    weight : array_like, shape (draws, actors)
        Effective power :math:`w_i \ge 0`, some above 0 in every draw, in any unit.
    threads : int, optional
        As many as the process has cores, unless given; the bits do not depend on it.

    Returns
    -------
    ndarray, shape (draws,)
        Outcomes, in units of the scale.

    Raises
    ------
    ValueError
        If shapes differ, a number is not finite or a weight negative.

    Examples
    --------
    >>> weighted_median([[0, 60, 100], [0, 60, 100]], [[1, 2, 1], [1, 0, 1]])
    array([60., 50.])
    """
    return each_draw(_weighted_median, position, weight, threads=threads)


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
    """Run the median model on a sampled case (see `suasion.bargaining.MODELS`)."""
    return settle(
        "median",
        lambda position, weight, _scale: (weighted_median(position, weight), True),
        capability=capability,
        position=position,
        salience=salience,
        low=low,
        high=high,
        status_quo=status_quo,
        actors=actors,
        issues=issues,
    )


def _weighted_median(position: Array, weight: Array) -> Array:
    actors, draws = position.shape
    draw = np.arange(draws)
    # Places in the flat arrays, actors from lowest to highest position in each draw.
    rank = np.ascontiguousarray(position.T.argsort(axis=1).T)
    rank *= draws
    rank += draw
    upto = weight.ravel()[rank]
    for i in range(1, actors):
        upto[i] += upto[i - 1]
    half = 0.5 * upto[-1]
    first = (upto < half * (1 - _TOLERANCE)).sum(axis=0)
    last = (upto <= half * (1 + _TOLERANCE)).sum(axis=0)
    x = position.ravel()
    middle: Array = 0.5 * (x[rank[first, draw]] + x[rank[last, draw]])
    return middle
