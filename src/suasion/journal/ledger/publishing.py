"""From the library's forecast to the ledger: words, numbers and pictures, once.

Charts are drawn when a forecast is published, never when it is read. A picture has no
style of its own beyond presentation attributes, so a strict content security policy lets
it be; a sheet puts dark colours in the place of light ones.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from suasion.case import Case
from suasion.explanation import (
    MODEL_NOTES,
    assumed,
    comparison_rows,
    decides,
    headline,
    pressed,
    record_line,
    reference_class,
)
from suasion.forecast_record import Forecast as Computed
from suasion.forecast_record import ModelAnswer
from suasion.journal.ledger.models import Forecast, Picture, Question
from suasion.journal.ledger.recording import LedgerError, ask, forecaster, record
from suasion.journal.ledger.reserved import MODEL
from suasion.report.chart import curve_chart, models_chart
from suasion.report.figure import figure

__all__ = ["MODEL", "publish_forecast", "question_of_case", "slimmed"]

_ALONE = {"ledger": f"{MODEL}, ledger alone", "base rate": f"{MODEL}, base rate"}
"""Models that are scored beside the forecast itself, by the kind of their answer."""

_DIGITS = 5


def question_of_case(case: Case) -> Question:
    """Return the question that a case asks, put into the ledger if it is not there.

    It opens on the day of the first request and closes on the deadline.

    Raises
    ------
    LedgerError
        If the case names no deadline, or does not say what counts as yes.
    """
    found = Question.objects.filter(slug=case.slug).first()
    if found is not None:
        return found
    asked = case.question
    if asked.by is None:
        raise LedgerError(
            f"{case.slug}: the case names no deadline; a question of the journal can be "
            "resolved by a date; write 'by' under [question] in case.toml"
        )
    criteria = asked.criteria.strip()
    if not criteria:
        raise LedgerError(
            f"{case.slug}: the case does not say what counts as yes; readers must know "
            "it before they answer; write 'criteria' under [question] in case.toml"
        )
    today = timezone.now().date()
    return ask(
        slug=case.slug,
        text=asked.text,
        criteria=criteria,
        opens_on=asked.requested_on or asked.as_of or min(today, asked.by),
        closes_on=asked.by,
        case_slug=case.slug,
    )


def publish_forecast(question: Question, forecast: Computed) -> Forecast:
    """Record a computed forecast as the question's next version, with its pictures.

    The ledger of precedents alone and the base rate are recorded under names of their
    own, so that they are scored too.

    Raises
    ------
    LedgerError
        If the forecast is of another case, or asks where and not whether.
    """
    case = forecast.case
    if question.case_slug != case.slug:
        raise LedgerError(
            f"{question.slug}: the question belongs to case {question.case_slug!r}, the "
            f"forecast to {case.slug!r}; publish it to the question of its own case"
        )
    if not forecast.is_approval and case.issues[0].threshold is None:
        raise LedgerError(
            f"{case.slug}: the case asks where, not whether, so nothing can be scored; "
            "give its first issue a threshold"
        )
    low, high = forecast.interval(0.8) if forecast.is_approval else (None, None)
    with transaction.atomic():
        last = question.forecasts.aggregate(last=Max("number"))["last"] or 0
        row = record(
            question,
            source="model",
            forecaster=forecaster(MODEL, "model"),
            probability=_open(forecast.probability, forecast.draws),
            low80=low,
            high80=high,
            as_of=forecast.as_of,
            detail=_detail(forecast),
            number=last + 1,
        )
        if forecast.is_approval:
            for answer in forecast.models:
                if answer.kind in _ALONE:
                    _record_alone(question, answer, forecast)
        Picture.objects.bulk_create(_pictures(row, forecast))
    return row


def slimmed(svg: str) -> str:
    """Leave out of a chart what nobody sees: marks without opacity, default values.

    Examples
    --------
    >>> slimmed('<g><line x2="3" opacity="0"/><text opacity="1">a</text></g>')
    '<text>a</text>'
    """
    svg = re.sub(r'<(?:line|path|rect|circle)\b[^>]* opacity="0"[^>]*/>', "", svg)
    svg = re.sub(r' (?:opacity="1"|pointer-events="none"|aria-hidden="true")', "", svg)
    while (shorter := re.sub(r"<g>((?:(?!</?g\b).)*)</g>", r"\1", svg)) != svg:
        svg = shorter
    return svg


def _record_alone(question: Question, answer: ModelAnswer, forecast: Computed) -> None:
    record(
        question,
        source="model",
        forecaster=forecaster(_ALONE[answer.kind], "model"),
        probability=_open(answer.value, forecast.draws),
        low80=answer.low,
        high80=answer.high,
        as_of=forecast.as_of,
    )


def _open(p: float, draws: int) -> float:
    """Keep a share of draws off the ends: none of n draws is less than half of one."""
    edge = 0.5 / draws
    return min(max(p, edge), 1.0 - edge)


def _detail(forecast: Computed) -> dict[str, Any]:
    """Return what the forecast rests on, so that a stranger can compute it again."""
    return {
        "headline": headline(forecast),
        "by": forecast.by.isoformat() if forecast.by else None,
        "curve": [
            [point.date.isoformat(), *(round(value, _DIGITS) for value in point[1:])]
            for point in forecast.points
        ],
        "ledger_curve": [round(value, _DIGITS) for value in forecast.ledger_curve],
        "models": [
            {
                "name": answer.name,
                "kind": answer.kind,
                "label": label,
                "value": answer.value,
                "low80": answer.low,
                "high80": answer.high,
                "weight": answer.weight,
                "said": said,
                "interval": interval,
                "note": MODEL_NOTES[answer.kind],
            }
            for answer, label, said, interval in comparison_rows(forecast)
        ],
        "decides": decides(forecast),
        "pressed": pressed(forecast),
        "reference_class": reference_class(forecast),
        "record": record_line(forecast) if forecast.comparison else "",
        "assumptions": assumed(forecast),
        "case": forecast.case.slug,
        "case_hash": forecast.case_hash,
        "version": forecast.version,
        "libraries": forecast.libraries,
        "seed": forecast.seed,
        "draws": forecast.draws,
    }


def _pictures(row: Forecast, forecast: Computed) -> list[Picture]:
    charts = {"models": models_chart}
    if forecast.points:
        charts["curve"] = curve_chart
    pictures = []
    for kind, draw in charts.items():
        drawn = figure(draw, forecast)
        for width in ("wide", "narrow"):
            pictures.append(
                Picture(
                    forecast=row,
                    kind=kind,
                    width=width,
                    title=_title(drawn.title),
                    svg=slimmed(getattr(drawn, width)),
                )
            )
    return pictures


def _title(title: Any) -> str:
    """Return the words of a chart's title, which may be an object of Altair's."""
    return title if isinstance(title, str) else str(title.text)
