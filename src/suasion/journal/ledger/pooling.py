"""The pool of readers and editors: the ledger's rows handed to `combination`.

Everything is as of a day: estimates made and questions resolved by its end, nothing
later, so that what is written later never changes the pool of an earlier day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet
from django.utils import timezone

from suasion.journal.ledger.combination import (
    PoolDay,
    PoolRecord,
    Record,
    pool_by_day,
    weights,
)
from suasion.journal.ledger.models import (
    Forecast,
    Question,
    Score,
)
from suasion.scoring.standing import Estimate, Standing, standing, until

__all__ = ["Pool", "history", "pool_records", "pooled", "records", "standing_of"]

POOLED = ("reader", "editor")
"""Whose estimates make the pool."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """The pool as of a day; `probability` is None while nobody has given an estimate.

    `weights` are those of the forecasters, by their id; they add up to 1.
    """

    day: dt.date
    probability: float | None
    count: int
    exponent: float
    weights: dict[int, float]


def pooled(question: Question, at: dt.date | None = None) -> Pool:
    """Return the pool as of the end of a day.

    Parameters
    ----------
    at : date, optional
        Default: today, or the last day that counts.
    """
    days = history(question, at=at)
    day = at or timezone.now().date()
    if not days:
        return Pool(day=day, probability=None, count=0, exponent=1.0, weights={})
    last = days[-1]
    table = _table(question, last.day)
    share = weights(_records(table.forecasters), table.forecasters, last.day)
    by_forecaster = {
        name: float(value) for name, value in zip(table.forecasters, share, strict=True)
    }
    return Pool(
        day=day,
        probability=last.probability,
        count=last.count,
        exponent=last.exponent,
        weights=by_forecaster,
    )


def history(question: Question, at: dt.date | None = None) -> list[PoolDay]:
    """Return the pool at the end of each day up to `at`, from the first estimate on."""
    table = _table(question, at or timezone.now().date())
    if not table.forecasters:
        return []
    return pool_by_day(table, _records(table.forecasters), pool_records())


def standing_of(
    question: Question,
    forecasts: Iterable[Forecast],
    end: dt.date,
    *,
    clock: Literal["made_at", "recorded_at"] = "made_at",
) -> Standing:
    """Return who said what on each day from the opening to the day before `end`.

    Scores go by when estimates were made; the pool by when they were recorded, so that
    one let in late does not change what the pool was on the days before.
    """
    return standing(
        [
            Estimate(
                day=getattr(item, clock).date(),
                forecaster=item.forecaster_id,
                probability=item.probability,
            )
            for item in sorted(
                forecasts, key=lambda item: (getattr(item, clock), item.pk)
            )
        ],
        first=question.opens_on,
        until=end,
    )


def records(scores: QuerySet[Score]) -> list[Record]:
    """Return scores as records of the past, each known from its resolution on."""
    rows = scores.exclude(peer_brier=None).select_related(
        "resolution", "resolution__superseded_by"
    )
    return [
        Record(
            forecaster=row.forecaster_id,
            own=row.time_averaged_brier,
            peers=row.peer_brier,
            known_on=row.resolution.made_at.date(),
            known_until=_superseded_on(row),
        )
        for row in rows
    ]


def pool_records() -> list[PoolRecord]:
    """Return what the pool said on each resolved question, as the exponent needs it."""
    rows = Score.objects.filter(forecaster__kind="pool").select_related(
        "resolution", "resolution__superseded_by"
    )
    return [
        PoolRecord(
            log_odds=row.mean_log_odds,
            outcome=int(row.resolution.answer == "yes"),
            known_on=row.resolution.made_at.date(),
            known_until=_superseded_on(row),
        )
        for row in rows
    ]


def _records(forecasters: Sequence[int]) -> list[Record]:
    return records(Score.objects.filter(forecaster__in=forecasters))


def _table(question: Question, at: dt.date) -> Standing:
    resolution = question.resolution
    if resolution is not None and resolution.made_at.date() > at:
        resolution = None
    end = until(question.closes_on, resolution.on if resolution else None)
    forecasts = question.forecasts.filter(source__in=POOLED).defer("detail")
    end = min(end, at + dt.timedelta(days=1))
    return standing_of(question, forecasts, end, clock="recorded_at")


def _superseded_on(row: Score) -> dt.date | None:
    later = getattr(row.resolution, "superseded_by", None)
    return None if later is None else later.made_at.date()
