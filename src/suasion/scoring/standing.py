r"""Which estimate stands on which day, and how it scored while it stood.

An estimate counts from the day it is made until the same forecaster makes another, until
the deadline has passed, or until the day on which the answer fell. That day itself does
not count: nobody can tell whether an estimate made on it came before the news or after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.scoring_rule import brier_score, log_score

__all__ = ["Estimate", "Standing", "Tally", "standing", "tally", "until"]

Array = NDArray[np.float64]

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A probability that somebody gave on a day."""

    day: dt.date
    forecaster: int
    probability: float


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Estimates as they stood: a row a day, a column a forecaster, NaN before the first.

    Attributes
    ----------
    first : date
        Of the first row.
    forecasters : tuple of int
    probability : ndarray of shape (days, forecasters)
    made : tuple of int
        How many estimates each forecaster made that count.
    """

    first: dt.date
    forecasters: tuple[int, ...]
    probability: Array
    made: tuple[int, ...]

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The day of each row."""
        return tuple(self.first + row * _DAY for row in range(len(self.probability)))


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What one forecaster scored on one question; penalties, lower is better."""

    brier: float
    log_score: float
    time_averaged_brier: float
    time_averaged_log_score: float
    mean_probability: float
    days: int


def until(closes_on: dt.date, resolved_on: dt.date | None = None) -> dt.date:
    """Return the first day that no longer counts.

    Examples
    --------
    >>> until(dt.date(2025, 1, 20))
    datetime.date(2025, 1, 21)
    >>> until(dt.date(2025, 1, 20), dt.date(2024, 11, 17))
    datetime.date(2024, 11, 17)
    """
    after = closes_on + _DAY
    return after if resolved_on is None else min(after, resolved_on)


def standing(
    estimates: Sequence[Estimate], *, first: dt.date, until: dt.date
) -> Standing:
    """Lay out who said what on each day from `first` to the day before `until`.

    Parameters
    ----------
    estimates : sequence of Estimate
        In the order in which they were made: of two on one day the later stands. One
        made before `first` stands on `first`; one made on `until` or later does not
        count, and neither does its forecaster, without another.

    Examples
    --------
    >>> monday = dt.date(2030, 3, 4)
    >>> said = [Estimate(day=monday + n * _DAY, forecaster=7, probability=p)
    ...         for n, p in ((1, 0.2), (3, 0.6))]
    >>> standing(said, first=monday, until=monday + 4 * _DAY).probability[:, 0]
    array([nan, 0.2, 0.2, 0.6])
    """
    days = max(0, (until - first).days)
    counted = [item for item in estimates if days and item.day < until]
    columns = {
        name: place
        for place, name in enumerate(sorted({item.forecaster for item in counted}))
    }
    table = np.full((days, len(columns)), np.nan)
    made = [0] * len(columns)
    for item in counted:
        column = columns[item.forecaster]
        table[max(0, (item.day - first).days) :, column] = item.probability
        made[column] += 1
    return Standing(
        first=first, forecasters=tuple(columns), probability=table, made=tuple(made)
    )


def tally(probability: Array, outcome: int) -> Tally | None:
    r"""Score one forecaster's estimates by day; None if none stood on any day.

    The last estimate is scored once, and every day's estimate, whose mean is the
    time-averaged score: over the days :math:`D` on which one stood,

    .. math:: \overline{\mathrm{BS}} = \frac{1}{|D|} \sum_{d \in D} (F_d - y)^2

    Parameters
    ----------
    probability : ndarray of shape (days,)
        NaN on days without an estimate.
    outcome : int
        1 for yes, 0 for no.

    Examples
    --------
    >>> said = tally(np.array([np.nan, 0.2, 0.2, 0.6]), 1)
    >>> round(said.brier, 3), round(said.time_averaged_brier, 3), said.days
    (0.16, 0.48, 3)
    """
    held = probability[~np.isnan(probability)]
    if not held.size:
        return None
    brier = brier_score(forecast=held, outcome=outcome)
    surprise = log_score(forecast=held, outcome=outcome)
    return Tally(
        brier=float(brier[-1]),
        log_score=float(surprise[-1]),
        time_averaged_brier=float(brier.mean()),
        time_averaged_log_score=float(surprise.mean()),
        mean_probability=float(held.mean()),
        days=int(held.size),
    )
