r"""Proper scoring rules: penalties that reward saying what one believes.

A forecast :math:`F \in [0, 1]` is the probability of *yes*; the outcome is
:math:`y \in \{0, 1\}`. A score is a penalty, lower is better. A rule is *proper* if the
expected penalty under one's own belief p is least at F = p; these are strictly
so. (Gneiting & Raftery 2007, "Strictly proper scoring rules, prediction, and
estimation", Journal of the American Statistical Association 102, 359-378.)

Forecasts of a place on a scale are scored in `suasion.scoring.place`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "brier_score",
    "importance",
    "log_score",
    "ranked_probability_score",
    "refuse",
    "skill",
]


def brier_score(*, forecast: ArrayLike, outcome: ArrayLike) -> NDArray[np.float64]:
    r"""Brier score, the squared error of a probability.

    .. math:: \mathrm{BS}(F, y) = (F - y)^2

    Parameters
    ----------
    forecast : array_like
        Probabilities F of yes, between 0 and 1.
    outcome : array_like
        What happened: 1 for yes, 0 for no; of the same shape, or one for all forecasts.

    Returns
    -------
    ndarray
        Scores between 0 (certain and right) and 1 (certain and wrong). Always saying
        1/2 scores 0.25.

    Raises
    ------
    ValueError
        If a forecast is not a probability, an outcome neither 0 nor 1, or shapes
        differ.

    Notes
    -----
    Brier 1950, "Verification of forecasts expressed in terms of probability", Monthly
    Weather Review 78, 1-3, equation 2. He sums over all classes, yes and no, which
    gives twice this number.

    Examples
    --------
    >>> brier_score(forecast=[0.8, 0.8], outcome=[1, 0]).round(2)
    array([0.04, 0.64])
    """
    return _brier_score(*_checked(forecast, outcome))


def log_score(*, forecast: ArrayLike, outcome: ArrayLike) -> NDArray[np.float64]:
    r"""Logarithmic score, the surprise at what happened, in nats.

    .. math:: \mathrm{LS}(F, y) = -\log\bigl(y F + (1 - y)(1 - F)\bigr)

    Parameters
    ----------
    forecast : array_like
        Probabilities F of yes, between 0 and 1.
    outcome : array_like
        What happened: 1 for yes, 0 for no; of the same shape, or one for all forecasts.

    Returns
    -------
    ndarray
        Scores from 0 (certain and right) up. **Infinite** if something happened that
        the forecast called impossible: no later success makes up for that. Always
        saying 1/2 scores log 2 = 0.693.

    Raises
    ------
    ValueError
        If a forecast is not a probability, an outcome neither 0 nor 1, or shapes
        differ.

    Notes
    -----
    Good 1952, "Rational decisions", Journal of the Royal Statistical Society B 14,
    107-114.

    Examples
    --------
    >>> log_score(forecast=[0.8, 0.5, 0.0], outcome=1).round(3)
    array([0.223, 0.693,   inf])
    """
    return _log_score(*_checked(forecast, outcome))


def ranked_probability_score(
    *, forecast: ArrayLike, outcome: ArrayLike
) -> NDArray[np.float64]:
    r"""Ranked probability score, for categories in order.

    .. math:: \mathrm{RPS}(f, y) = \sum_{k=1}^{K-1}
              \Bigl(\sum_{j \le k} f_j - 1\{y \le k\}\Bigr)^2

    One category off costs less than two. With two categories it is the Brier score.

    Parameters
    ----------
    forecast : array_like of shape (..., K)
        Probabilities of the K categories, in their order; each row sums to 1.
    outcome : array_like of shape (...)
        The category that came true, counted from 0; or one for all rows.

    Returns
    -------
    ndarray of shape (...)
        Scores between 0 and K - 1.

    Raises
    ------
    ValueError
        If a row is not a distribution, an outcome no category, or shapes differ.

    Notes
    -----
    Epstein 1969, "A scoring system for probability forecasts of ranked categories",
    Journal of Applied Meteorology 8, 985-987; in this form Murphy 1971, same journal 10,
    155-156, but for his divisor K - 1.

    Examples
    --------
    >>> ranked_probability_score(forecast=[[0.2, 0.5, 0.3]] * 2, outcome=[0, 1]).round(2)
    array([0.73, 0.13])
    """
    f = np.asarray(forecast, dtype=np.float64)
    y = np.asarray(outcome, dtype=np.float64)
    if f.ndim < 1 or f.shape[-1] < 2 or not (y.shape == f.shape[:-1] or y.ndim == 0):
        raise ValueError(
            f"forecast has shape {f.shape}, outcome has {y.shape}; a forecast has two "
            "categories at least in its last axis, and one outcome per row; give the "
            "probabilities of each row and the number of the category"
        )
    refuse(
        "forecast", f, (f >= 0) & (f <= 1), "a probability lies between 0 and 1",
        "write 80 percent as 0.8",
    )  # fmt: skip
    total = f.sum(axis=-1)
    refuse(
        "sum of forecast", total, np.abs(total - 1) <= 1e-9,
        "the probabilities of all categories sum to 1",
        "add the missing category, or divide by the sum",
    )  # fmt: skip
    last = f.shape[-1] - 1
    refuse(
        "outcome", y, (y >= 0) & (y <= last) & (y == np.floor(y)),
        f"an outcome is a category from 0 to {last}", "count categories from 0",
    )  # fmt: skip
    below = np.cumsum(f, axis=-1)[..., :-1]
    happened = y[..., np.newaxis] <= np.arange(last)
    result: NDArray[np.float64] = _brier_score(below, happened).sum(axis=-1)
    return result


def skill(*, score: ArrayLike, reference: ArrayLike) -> NDArray[np.float64]:
    r"""Skill against a reference such as the base rate, from mean scores.

    .. math:: 1 - \bar S / \bar S_{ref}

    Parameters
    ----------
    score, reference : array_like
        Mean scores (penalties, at least 0), on the same questions. Take means first: a
        mean of skills is not proper.

    Returns
    -------
    ndarray
        1 for a perfect forecaster, 0 for one as good as the reference, below 0 for a
        worse one.

    Raises
    ------
    ValueError
        If a score is negative, infinite or not a number, or a reference is 0: nothing
        can be better than perfect.

    Examples
    --------
    >>> float(skill(score=0.15, reference=0.2).round(2))
    0.25
    """
    s = np.asarray(score, dtype=np.float64)
    r = np.asarray(reference, dtype=np.float64)
    refuse(
        "score", s, (s >= 0) & (s < np.inf), "a penalty is a finite number, at least 0",
        "leave out what cannot be scored, or use the Brier score",
    )  # fmt: skip
    refuse(
        "reference", r, (r > 0) & (r < np.inf), "a reference is finite and above 0",
        "nothing can be better than perfect: compare the scores themselves",
    )  # fmt: skip
    return 1.0 - s / r


def importance(groups: Sequence[object]) -> NDArray[np.float64]:
    """Weights that sum to 1: every group weighs the same, its members share evenly.

    Examples
    --------
    >>> importance(["a", "b", "b"]).tolist()
    [0.5, 0.25, 0.25]
    """
    count: dict[object, int] = {}
    for group in groups:
        count[group] = count.get(group, 0) + 1
    return np.array([1.0 / (len(count) * count[group]) for group in groups])


def _brier_score(
    forecast: NDArray[np.float64], outcome: NDArray[Any]
) -> NDArray[np.float64]:
    result: NDArray[np.float64] = (forecast - outcome) ** 2
    return result


def _log_score(
    forecast: NDArray[np.float64], outcome: NDArray[np.float64]
) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):  # the impossible happened: infinite, on purpose
        # log1p keeps the small penalties of forecasts near 0 that were right; the
        # subtraction turns -0.0 into 0.0.
        return 0.0 - np.where(outcome == 1, np.log(forecast), np.log1p(-forecast))


def _checked(
    forecast: ArrayLike, outcome: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    f = np.asarray(forecast, dtype=np.float64)
    y = np.asarray(outcome, dtype=np.float64)
    if not (f.shape == y.shape or y.ndim == 0):
        raise ValueError(
            f"forecast has shape {f.shape}, outcome has {y.shape}; shapes must agree; "
            "give one outcome per forecast, or one for all"
        )
    refuse(
        "forecast", f, (f >= 0) & (f <= 1), "a probability lies between 0 and 1",
        "write 80 percent as 0.8, and leave out what is not known",
    )  # fmt: skip
    refuse(
        "outcome", y, (y == 0) | (y == 1), "an outcome is 1 for yes or 0 for no",
        "leave out questions that are not resolved",
    )  # fmt: skip
    return f, y


def refuse(
    name: str,
    array: NDArray[np.float64],
    good: NDArray[np.bool_],
    rule: str,
    cure: str,
) -> None:
    """Refuse an array unless all of it is good; the message has the first that is not.

    Raises
    ------
    ValueError
        With place, value, rule and cure.
    """
    if not good.all():
        place = [int(i) for i in np.argwhere(~good)[0]]
        where = f"{name}{place}" if place else name
        raise ValueError(f"{where} is {array[~good].flat[0]}; {rule}; {cure}")
