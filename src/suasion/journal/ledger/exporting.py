"""The ledger as CSV: questions, forecasts, scores. Names only of those who opted in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from suasion.journal.ledger.models import Forecast, Forecaster, Question, Score

__all__ = ["forecasts_csv", "questions_csv", "scores_csv"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def questions_csv() -> str:
    """Return all questions with their resolutions in force."""
    return _table(
        "question,text,criteria,opens_on,closes_on,case,status,answer,answered_on,"
        "source_title,source_url",
        _questions(),
    )


def forecasts_csv(question: Question | None = None) -> str:
    """Return all estimates, or those on one question, in the order made.

    `name` is empty for who did not agree to be shown; `number` for estimates that are not
    published versions.
    """
    rows = Forecast.objects.defer("detail").select_related("forecaster", "question")
    if question is not None:
        rows = rows.filter(question=question)
    return _table(
        "question,source,name,probability,low80,high80,as_of,made_at,recorded_at,number",
        (
            (
                row.question.slug,
                row.source,
                _name(row.forecaster),
                row.probability,
                row.low80,
                row.high80,
                row.as_of,
                row.made_at.isoformat(timespec="seconds"),
                row.recorded_at.isoformat(timespec="seconds"),
                row.number,
            )
            for row in rows.iterator()
        ),
    )


def scores_csv(question: Question | None = None) -> str:
    """Return all scores under the resolutions in force, or those on one question."""
    rows = Score.objects.filter(resolution__superseded_by__isnull=True).select_related(
        "forecaster", "question", "resolution"
    )
    if question is not None:
        rows = rows.filter(question=question)
    return _table(
        "question,answer,kind,name,brier,log_score,time_averaged_brier,"
        "time_averaged_log_score,peer_brier,mean_probability,days,estimates",
        (
            (
                row.question.slug,
                row.resolution.answer,
                row.forecaster.kind,
                _name(row.forecaster),
                row.brier,
                row.log_score,
                row.time_averaged_brier,
                row.time_averaged_log_score,
                row.peer_brier,
                row.mean_probability,
                row.days,
                row.estimates,
            )
            for row in rows.order_by("question__slug", "time_averaged_brier", "pk")
        ),
    )


def _questions() -> Iterator[tuple[object, ...]]:
    for row in Question.objects.order_by("slug"):
        end = row.resolution
        yield (
            row.slug,
            row.text,
            row.criteria,
            row.opens_on,
            row.closes_on,
            row.case_slug,
            row.status(),
            *(
                (end.answer, end.on, end.source_title, end.source_url)
                if end
                else [""] * 4
            ),
        )


def _name(forecaster: Forecaster) -> str:
    return forecaster.name if forecaster.public else ""


def _table(header: str, rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking a reader's text for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
