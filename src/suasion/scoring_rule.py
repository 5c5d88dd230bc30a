r"""Proper scoring rules: penalties that reward saying what one believes.

A forecast :math:`F \in [0, 1]` is the probability of *yes*; the outcome is
:math:`y \in \{0, 1\}`. A score is a penalty, lower is better. A rule is *proper* if the
expected penalty under one's own belief p is least at F = p; both of these are strictly
so. (Gneiting & Raftery 2007, "Strictly proper scoring rules, prediction, and
estimation", Journal of the American Statistical Association 102, 359-378.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["brier_score", "log_score"]


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


def _brier_score(
    forecast: NDArray[np.float64], outcome: NDArray[np.float64]
) -> NDArray[np.float64]:
    return (forecast - outcome) ** 2


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
    _refuse(
        "forecast", f, (f >= 0) & (f <= 1), "a probability lies between 0 and 1",
        "write 80 percent as 0.8, and leave out what is not known",
    )  # fmt: skip
    _refuse(
        "outcome", y, (y == 0) | (y == 1), "an outcome is 1 for yes or 0 for no",
        "leave out questions that are not resolved",
    )  # fmt: skip
    return f, y


def _refuse(
    name: str,
    array: NDArray[np.float64],
    good: NDArray[np.bool_],
    rule: str,
    cure: str,
) -> None:
    if not good.all():
        place = [int(i) for i in np.argwhere(~good)[0]]
        where = f"{name}{place}" if place else name
        raise ValueError(f"{where} is {array[~good].flat[0]}; {rule}; {cure}")
