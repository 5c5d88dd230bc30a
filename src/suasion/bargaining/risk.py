"""The attitude to risk that an actor's standing betrays.

Source: KTAB, the KAPSARC Toolkit for Behavioral Analysis, program `smpc` (2019). The idea
is that of Bueno de Mesquita 1985, "The war trap revisited", American Political Science
Review 79, 156-177: who holds a position that would win is careful, who holds one that
would lose is bold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from suasion.bargaining.condorcet import check_option
from suasion.bargaining.course_kernel import attitude
from suasion.bargaining.draws import Array

__all__ = ["BIG_R_ADJUST", "BIG_R_RANGES", "risk_attitude"]

BIG_R_RANGES = ("Min", "Mid", "Max")
# How much of another's true attitude an actor sees; the rest it takes from itself.
BIG_R_ADJUST = {
    "None": 0.0,
    "OneThird": 1 / 3,
    "Half": 0.5,
    "TwoThirds": 2 / 3,
    "Full": 1.0,
}


def risk_attitude(probability: ArrayLike, *, big_r_range: str = "Mid") -> Array:
    r"""Attitude to risk from the probability that one's position wins.

    With t from 0 for the least likely to 1 for the likeliest position,

    .. math:: R = t \;\text{(Min)}, \quad (3t - 1) / 2 \;\text{(Mid)}, \quad
        2t - 1 \;\text{(Max)}

    1 is averse, 0 neutral, -1 seeking risk. If all are equally likely, all are neutral.

    Parameters
    ----------
    probability : array_like, shape (draws, actors)
        In [0, 1].
    big_r_range : {"Min", "Mid", "Max"}
        From 0, -1/2 or -1 to 1.

    Returns
    -------
    ndarray, shape (draws, actors)

    Raises
    ------
    ValueError
        For other shapes, numbers or ranges.

    Examples
    --------
    >>> risk_attitude([[0.1, 0.3, 0.6]])
    array([[-0.5,  0.1,  1. ]])
    >>> risk_attitude([[0.5, 0.5]])
    array([[0., 0.]])
    """
    p = np.asarray(probability, dtype=np.float64)
    if p.ndim != 2 or p.shape[1] == 0 or not ((p >= 0) & (p <= 1)).all():
        raise ValueError(
            f"probability has shape {p.shape}, or a number outside [0, 1]; it must be "
            "(draws, actors) with at least one actor, each a probability; correct it"
        )
    check_option("big_r_range", big_r_range, BIG_R_RANGES)
    risk = np.empty(p.shape)
    for draw, chances in enumerate(p):
        risk[draw] = attitude(chances, _slope(big_r_range))
    return risk


def _slope(big_r_range: str) -> float:
    return 1 + 0.5 * BIG_R_RANGES.index(big_r_range)
