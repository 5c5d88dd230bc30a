r"""Scores of a forecast of place: a number on a scale, in the units of the scale.

The forecast is an ensemble of draws, an interval, quantiles or one number; the outcome is
the number :math:`y` that came true. Scores are penalties, lower is better.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.scoring_rule import refuse

__all__ = ["absolute_error", "crps", "interval_score", "weighted_interval_score"]

Array = NDArray[np.float64]


def absolute_error(
    *, forecast: ArrayLike, outcome: ArrayLike, width: float = 1.0
) -> Array:
    r"""Absolute error, or with a width its share of the scale.

    .. math:: |x - y| / (\text{high} - \text{low})

    Parameters
    ----------
    forecast, outcome : array_like
        Of shapes that broadcast.
    width : float
        Length of the scale, above 0; left out, errors are in units of the scale.

    Returns
    -------
    ndarray
        Errors, at least 0.

    Raises
    ------
    ValueError
        If a number is not finite, or the width not above 0.

    Notes
    -----
    The score of a median: it is least, in expectation, at the median of one's belief.

    Examples
    --------
    >>> absolute_error(forecast=[60.0, 75.0], outcome=70.0, width=100.0)
    array([0.1 , 0.05])
    """
    x, y = _finite("forecast", forecast), _finite("outcome", outcome)
    if not (0.0 < width < np.inf):
        raise ValueError(
            f"width is {width!r}; a scale is longer than 0; give high - low of the issue"
        )
    _agree("forecast", x.shape, y)
    return np.abs(x - y) / width


def crps(*, ensemble: ArrayLike, outcome: ArrayLike) -> Array:
    r"""Continuous ranked probability score of draws, in units of the scale.

    .. math:: \mathrm{CRPS}(F, y) = \int (F(x) - 1\{x \ge y\})^2\, dx
              = \frac1n \sum_i |x_i - y| - \frac{1}{2 n^2} \sum_{i,j} |x_i - x_j|

    for the distribution F that gives each of the n draws 1/n. That is the energy form,
    with divisor :math:`n^2`; the "fair" form with :math:`n (n - 1)` estimates the score
    of the distribution that the draws come from, and can be negative. Of one draw it is
    the absolute error.

    Parameters
    ----------
    ensemble : array_like of shape (draws, ...)
    outcome : array_like of shape (...)
        Or one number for all.

    Returns
    -------
    ndarray of shape (...)

    Raises
    ------
    ValueError
        If there is no draw, a number is not finite, or shapes differ.

    Notes
    -----
    Gneiting & Raftery 2007, equations 20 and 21. Sorted, the double sum is
    :math:`2 \sum_i (2i - n - 1) x_{(i)}`, so the cost is that of sorting.

    Examples
    --------
    >>> float(crps(ensemble=[1.0, 2.0, 6.0], outcome=3.0).round(4))
    0.8889
    """
    x, y = _finite("ensemble", ensemble), _finite("outcome", outcome)
    if x.ndim < 1 or x.shape[0] < 1:
        raise ValueError(
            f"ensemble has shape {x.shape}; draws are its first axis, one at least; "
            "wrap a single number in a list"
        )
    _agree("ensemble", x.shape[1:], y)
    return _crps(x, y)


def interval_score(
    *, low: ArrayLike, high: ArrayLike, level: float, outcome: ArrayLike
) -> Array:
    r"""Interval score of Winkler: width, and a fine if the outcome lies outside.

    .. math:: \mathrm{IS}_\alpha = (u - l) + \frac{2}{\alpha} (l - y)^+
              + \frac{2}{\alpha} (y - u)^+, \quad \alpha = 1 - \text{level}

    Parameters
    ----------
    low, high : array_like
        Ends of the central interval, `low <= high`.
    level : float
        Its probability, strictly between 0 and 1, such as 0.8.
    outcome : array_like

    Raises
    ------
    ValueError
        If a number is not finite, the ends are swapped, or the level no probability.

    Notes
    -----
    Winkler 1972, "A decision-theoretic approach to interval estimation", Journal of the
    American Statistical Association 67, 187-191; Gneiting & Raftery 2007, equation 43.

    Examples
    --------
    >>> interval_score(low=40.0, high=60.0, level=0.8, outcome=[50.0, 63.0]).round(6)
    array([20., 50.])
    """
    lower, upper = _finite("low", low), _finite("high", high)
    y = _finite("outcome", outcome)
    if not (0.0 < level < 1.0):
        raise ValueError(
            f"level is {level!r}; it lies strictly between 0 and 1; write 80 percent as 0.8"
        )
    lower, upper = np.broadcast_arrays(lower, upper)
    refuse(
        "high", upper, lower <= upper, "an interval ends above its low end",
        "swap the ends",
    )  # fmt: skip
    _agree("low and high", lower.shape, y)
    fine = 2.0 / (1.0 - level)
    below, above = np.maximum(lower - y, 0.0), np.maximum(y - upper, 0.0)
    result: Array = (upper - lower) + fine * (below + above)
    return result


def weighted_interval_score(
    *, quantiles: ArrayLike, levels: ArrayLike, outcome: ArrayLike
) -> Array:
    r"""Weighted interval score of quantiles, close to the CRPS when they are many.

    .. math:: \mathrm{WIS} = \frac1m \sum_{k=1}^m 2\,(1\{y \le q_k\} - \tau_k)(q_k - y)

    With levels :math:`\tau` in pairs :math:`\alpha/2, 1 - \alpha/2` around the median this
    is the mean of interval scores with weights :math:`\alpha / 2` and of half the absolute
    error of the median.

    Parameters
    ----------
    quantiles : array_like of shape (m, ...)
        Not falling along the first axis.
    levels : array_like of shape (m,)
        Rising, strictly between 0 and 1, symmetric around 1/2.
    outcome : array_like of shape (...)
        Or one number for all.

    Raises
    ------
    ValueError
        If a number is not finite, levels or quantiles are not in order, shapes differ.

    Notes
    -----
    Bracher, Ray, Gneiting & Reich 2021, "Evaluating epidemic forecasts in an interval
    format", PLoS Computational Biology 17, e1008618, equations 1 to 3.

    Examples
    --------
    >>> float(weighted_interval_score(quantiles=[40.0, 50.0, 60.0],
    ...                               levels=[0.1, 0.5, 0.9], outcome=63.0).round(4))
    7.6667
    """
    q, y = _finite("quantiles", quantiles), _finite("outcome", outcome)
    tau = _finite("levels", levels)
    if tau.ndim != 1 or not tau.size or q.shape[:1] != tau.shape:
        raise ValueError(
            f"quantiles have shape {q.shape}, levels {tau.shape}; the first axis of the "
            "quantiles has one row per level; give one level per quantile"
        )
    inside = (tau > 0) & (tau < 1) & (np.diff(tau, prepend=0.0) > 0)
    refuse(
        "levels", tau, inside & (np.abs(tau + tau[::-1] - 1.0) < 1e-9),
        "levels rise strictly between 0 and 1, in pairs around 1/2",
        "give them like 0.1, 0.5, 0.9",
    )  # fmt: skip
    refuse(
        "quantiles", q[1:], np.diff(q, axis=0) >= 0, "quantiles do not fall",
        "sort them by level",
    )  # fmt: skip
    _agree("quantiles", q.shape[1:], y)
    tau = tau.reshape(-1, *(1,) * (q.ndim - 1))
    result: Array = (2.0 * ((y <= q) - tau) * (q - y)).mean(axis=0)
    return result


def _crps(x: Array, y: Array) -> Array:
    n = len(x)
    off = np.sort(x - y, axis=0)  # near 0, so that little is lost in the differences
    rank = np.arange(1, n + 1).reshape(-1, *(1,) * (x.ndim - 1))
    spread = ((2.0 * rank - n - 1.0) * off).sum(axis=0) / n**2
    result: Array = np.abs(off).mean(axis=0) - spread
    return np.maximum(result, 0.0)


def _finite(name: str, values: ArrayLike) -> Array:
    array = np.asarray(values, dtype=np.float64)
    refuse(
        name, array, np.isfinite(array), "a place on a scale is a finite number",
        "leave out what is not known",
    )  # fmt: skip
    return array


def _agree(name: str, shape: tuple[int, ...], outcome: Array) -> None:
    if not (outcome.ndim == 0 or outcome.shape == shape or shape == ()):
        raise ValueError(
            f"{name} is for {shape} outcomes, and there are {outcome.shape}; shapes must "
            "agree; give one outcome per forecast, or one for all"
        )
