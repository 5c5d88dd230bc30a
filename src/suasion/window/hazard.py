"""Baseline hazards. A new one costs its cumulative hazard; the rest is derived.

With T the days from request to decision, S(t) = P(T > t) the survival function and
H(t) = -log S(t) the cumulative hazard, every baseline writes :math:`H_0(t)` and nothing
else. Decisions are dated to the day (or the month), so time is grouped: a decision
between a and b contributes S(a) - S(b) to the likelihood (interval censoring), a request
last seen undecided at c contributes S(c) (right censoring). With a day as interval the
first is the complementary log-log model of Prentice & Gloeckler.

Sources: Kalbfleisch & Prentice 2002, *The Statistical Analysis of Failure Time Data*, 2nd
ed., ch. 2; Prentice & Gloeckler 1978, "Regression analysis of grouped survival data",
Biometrics 34, 57-67.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BASELINES", "YEAR", "Baseline", "log_interval", "survival"]

Array = NDArray[np.float64]

YEAR = 365.0


@dataclass(frozen=True)
class Baseline:
    """A baseline hazard.

    Attributes
    ----------
    name : str
    parameters : tuple of str
        Names in the table of priors (`suasion.window.prior`), in the order of the
        arguments of `cumulative` after the first.
    cumulative : callable
        :math:`H_0(t)` for days `t >= 0`; broadcasts over arrays.

    Examples
    --------
    >>> weibull = BASELINES["weibull"]
    >>> round(float(weibull.cumulative(np.array(365.0), np.array(0.001), 0.8)), 3)
    0.365
    """

    name: str
    parameters: tuple[str, ...]
    cumulative: Callable[..., Array]


def _constant(t: Array, rate: Array) -> Array:
    return rate * t


def _weibull(t: Array, rate: Array, shape: Array) -> Array:
    return rate * YEAR * (t / YEAR) ** shape


def _gompertz(t: Array, rate: Array, growth: Array) -> Array:
    # Without growth the limit is rate * t; a growth of 1e-9 a year is as good as none.
    per_day = np.where(np.abs(growth) < 1e-9, 1e-9, growth) / YEAR
    return rate / per_day * np.expm1(per_day * t)


def _piecewise(
    t: Array, rate: Array, early: Array, middle: Array, late: Array
) -> Array:
    first = np.minimum(t, 90.0)
    second = np.clip(t - 90.0, 0.0, YEAR - 90.0)
    third = np.maximum(t - YEAR, 0.0)
    return rate * (early * first + middle * second + late * third)


BASELINES = {
    baseline.name: baseline
    for baseline in (
        Baseline("constant", ("rate",), _constant),
        Baseline("weibull", ("rate", "shape"), _weibull),
        Baseline("gompertz", ("rate", "growth"), _gompertz),
        Baseline("piecewise", ("rate", "early", "middle", "late"), _piecewise),
    )
}


def survival(cumulative: Array) -> Array:
    """Return :math:`S = e^{-H}` for a cumulative hazard `H >= 0`."""
    return np.exp(-cumulative)


def log_interval(increment: Array) -> Array:
    r"""Return :math:`\log(1 - e^{-\Delta H})`, the chance of a decision in an interval.

    Given that there was none before it. `increment` is the cumulative hazard over the
    interval, above 0 (at 0 the result is minus infinity).

    Examples
    --------
    >>> float(np.exp(log_interval(np.array(np.log(2.0)))).round(12))
    0.5
    """
    with np.errstate(divide="ignore"):
        result: Array = np.log(-np.expm1(-increment))
    return result
