"""What a page shows of the ledger, read once and ready for a template."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from suasion.journal.ledger.calibration import Bin
from suasion.journal.ledger.combination import PoolDay
from suasion.journal.ledger.models import (
    Forecast,
    Question,
    Resolution,
    Score,
)
from suasion.journal.ledger.plot import (
    CalibrationPlot,
    PoolPlot,
    calibration_plot,
    marked,
    pool_plot,
)
from suasion.journal.ledger.pooling import POOLED, history
from suasion.journal.ledger.publishing import MODEL
from suasion.journal.ledger.scoring import Place, calibration, leaderboard, scores
from suasion.scoring.standing import until
from suasion.scoring_rule import brier_score

__all__ = ["Block", "TrackRecord", "block", "track_record"]

_MOST_ROWS = 14
_WIDTHS = {"wide": 720, "narrow": 340}


class Figure(NamedTuple):
    """A chart for wide and for narrow screens."""

    title: str
    wide: SafeString
    narrow: SafeString


class Row(NamedTuple):
    """A line of the table behind the fan."""

    date: dt.date
    mean: float
    low80: float
    high80: float
    ledger: float


@dataclass(frozen=True, kw_only=True)
class Block:
    """A question with one of its forecasts, the pool, and how it ended.

    `hindsight` says that the forecast was made when the question was closed already, so
    that it is not scored; `would_score` is what it would have scored.
    """

    question: Question
    status: str
    forecast: Forecast | None
    latest: bool
    hindsight: bool
    would_score: float | None
    curve: Figure | None
    rows: list[Row]
    models: Figure | None
    resolution: Resolution | None
    pool: PoolDay | None
    pool_plots: dict[str, PoolPlot]
    pool_rows: list[PoolDay]
    versions: list[Forecast]
    scores: list[Score]
    hidden: int


@dataclass(frozen=True, kw_only=True)
class TrackRecord:
    """Everybody's record: leaderboard, calibration, and the questions behind them."""

    places: list[Place]
    calibrations: list[tuple[str, list[Bin], CalibrationPlot]]
    resolved: list[Resolution]
    open: int


def block(question: Question, number: int | None = None) -> Block:
    """Read what a page shows of a question.

    Parameters
    ----------
    number : int, optional
        Of the published forecast to show. Default: the latest.

    Raises
    ------
    Forecast.DoesNotExist
        If there is no such number.
    """
    question = Question.objects.prefetch_related("resolutions").get(pk=question.pk)
    versions = list(
        question.forecasts.filter(number__isnull=False)
        .order_by("-number")
        .defer("detail")
    )
    shown = None
    if number is not None or versions:
        wanted = versions[0].number if number is None else number
        shown = (
            question.forecasts.select_related("forecaster")
            .prefetch_related("pictures")
            .get(number=wanted)
        )
    resolution = question.resolution
    pool = history(question)
    everybody = scores(question)
    visible = [row for row in everybody if row.forecaster.public]
    hindsight = _late(question, shown, resolution)
    return Block(
        question=question,
        status=question.status(),
        forecast=shown,
        latest=bool(versions)
        and shown is not None
        and shown.number == versions[0].number,
        hindsight=hindsight,
        would_score=_would_score(shown, resolution) if hindsight else None,
        curve=_figure(shown, "curve", resolution),
        rows=_rows(shown),
        models=_figure(shown, "models", None),
        resolution=resolution,
        pool=pool[-1] if pool else None,
        pool_plots={
            name: pool_plot(pool, width=width)
            for name, width in _WIDTHS.items()
            if pool
        },
        pool_rows=_thinned(_turns(pool)),
        versions=versions,
        scores=visible,
        hidden=len(everybody) - len(visible),
    )


def track_record() -> TrackRecord:
    """Read everybody's record."""
    groups: list[tuple[str, tuple[str, ...], str | None]] = [
        (f"The model, {MODEL}", ("model",), MODEL),
        ("Readers and editors, one by one", POOLED, None),
        ("Their pool", ("pool",), None),
    ]
    found = ((title, calibration(kinds, name=name)) for title, kinds, name in groups)
    resolved = list(
        Resolution.objects.filter(superseded_by__isnull=True)
        .select_related("question")
        .order_by("-on")
    )
    today = timezone.now().date()
    return TrackRecord(
        places=leaderboard(),
        calibrations=[
            (title, bins, calibration_plot(bins)) for title, bins in found if bins
        ],
        resolved=resolved,
        open=Question.objects.filter(
            resolutions__isnull=True, opens_on__lte=today, closes_on__gte=today
        ).count(),
    )


def _late(
    question: Question, forecast: Forecast | None, resolution: Resolution | None
) -> bool:
    if forecast is None:
        return False
    end = until(question.closes_on, resolution.on if resolution else None)
    return bool(forecast.made_at.date() >= end)


def _would_score(
    forecast: Forecast | None, resolution: Resolution | None
) -> float | None:
    if forecast is None or resolution is None or resolution.answer == "void":
        return None
    outcome = int(resolution.answer == "yes")
    return float(brier_score(forecast=forecast.probability, outcome=outcome))


def _figure(
    forecast: Forecast | None, kind: str, resolution: Resolution | None
) -> Figure | None:
    if forecast is None:
        return None
    pictures = {
        item.width: item for item in forecast.pictures.all() if item.kind == kind
    }
    if len(pictures) < 2:
        return None
    drawn = {}
    dates = [dt.date.fromisoformat(point[0]) for point in forecast.detail["curve"]]
    for width, picture in pictures.items():
        svg = picture.svg
        if resolution is not None and resolution.answer != "void" and dates:
            svg = marked(
                svg,
                first=dates[0],
                last=dates[-1],
                on=resolution.on,
                answer=resolution.answer,
            )
        drawn[width] = mark_safe(svg)  # drawn by the library, escaped there
    return Figure(pictures["wide"].title, drawn["wide"], drawn["narrow"])


def _rows(forecast: Forecast | None) -> list[Row]:
    """Choose some dates of the curve, among them the ends and the deadline."""
    if forecast is None:
        return []
    detail = forecast.detail
    rows = [
        Row(dt.date.fromisoformat(point[0]), point[1], point[5], point[6], ledger)
        for point, ledger in zip(
            detail.get("curve", []), detail.get("ledger_curve", []), strict=True
        )
    ]
    keep = _thinned(rows)
    return [row for row in rows if row in keep or row.date.isoformat() == detail["by"]]


def _turns(days: list[PoolDay]) -> list[PoolDay]:
    """Leave the days on which the pool changed, and the last."""
    return [
        item
        for place, item in enumerate(days)
        if place in (0, len(days) - 1)
        or replace(item, day=days[place - 1].day) != days[place - 1]
    ]


def _thinned(rows: list[Any]) -> list[Any]:
    step = max(1, -(-len(rows) // _MOST_ROWS))
    return [
        row
        for place, row in enumerate(rows)
        if place % step == 0 or place == len(rows) - 1
    ]
