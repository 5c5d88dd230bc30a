"""The report: one HTML file that answers, explains itself, and can be checked.

It needs no network and no JavaScript, reads on a telephone and on paper, in light and
dark. Every chart is drawn twice, for wide and for narrow screens, and a style sheet shows
one of them; the colours of a dark page are put in their places by the same sheet.
"""

from __future__ import annotations

import math
import os
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from suasion.case import Evidence
from suasion.explanation import (
    MODEL_NOTES,
    assumed,
    candidate_name,
    comparison_rows,
    day,
    decides,
    headline,
    listed,
    percent,
    pressed,
    record_line,
    reference_class,
    track_record,
    verdict,
)
from suasion.forecast_record import ActorSummary, CurvePoint, Forecast
from suasion.levers.lever_record import Levers
from suasion.problem import ForecastError
from suasion.reading.passage import passage
from suasion.report.changes import changes
from suasion.report.chart import (
    curve_chart,
    models_chart,
    positions_chart,
    power_chart,
)
from suasion.report.drawing import DARK, required
from suasion.report.drivers import drivers
from suasion.report.figure import figure
from suasion.report.movement import courses
from suasion.report.what_then import what_then
from suasion.sensitivity.record import Sensitivity
from suasion.what_if import WhatIf

__all__ = ["render", "write"]

_MOST_DATES = 14
_FIELDS = ("capability", "position", "salience")


def render(
    forecast: Forecast,
    sensitivity: Sensitivity | None = None,
    *,
    what_if: WhatIf | None = None,
    levers: Levers | None = None,
    texts: Mapping[str, str] | None = None,
) -> str:
    """Return the report of a forecast as one HTML document.

    With the sensitivity of the same case as of the same date, it says what drives the
    answer; with a comparison and levers, what would change it; with the texts of sources by
    id, quotes stand among the words around them.

    Raises
    ------
    ForecastError
        If the extra `suasion[report]` is not installed, or what is given beside the
        forecast is that of another question.

    Examples
    --------
    >>> import suasion
    >>> page = render(suasion.forecast("deep-strikes", draws=2000))
    >>> "says yes by 20 January 2025" in page, "<script" in page
    (True, False)
    """
    from suasion.terminal import unreviewed
    from suasion.window.posterior import MAX_PARETO_K, MIN_EFFECTIVE_SIZE
    from suasion.window.prior import PRIORS

    jinja2 = required("jinja2")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("suasion", "report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "candidate_name": candidate_name,
        "day": day,
        "difference": _difference,
        "percent": percent,
        "short": _short,
    }
    environment.globals |= {"markup": jinja2.filters.Markup}
    case = forecast.case
    anchors = {item.id: f"evidence-{row}" for row, item in enumerate(case.evidence, 1)}
    page: str = environment.get_template("page.html").render(
        forecast=forecast,
        case=case,
        issue=case.issues[0],
        dark=DARK,
        verdict=verdict(forecast),
        headline=headline(forecast),
        curve=figure(curve_chart, forecast) if forecast.points else None,
        models=figure(models_chart, forecast),
        positions=figure(positions_chart, forecast),
        power=figure(power_chart, forecast),
        courses=courses(forecast),
        what_then=what_then(forecast),
        drivers=None if sensitivity is None else drivers(forecast, sensitivity),
        changes=changes(forecast, what_if, levers),
        dates=_dates(forecast),
        comparison=[
            (label, value, interval, answer.weight, MODEL_NOTES[answer.kind])
            for answer, label, value, interval in comparison_rows(forecast)
        ],
        reference_class=reference_class(forecast),
        record_line=record_line(forecast) if forecast.comparison else "",
        track_record=track_record(forecast),
        actors=[_actor(forecast, actor) for actor in _sorted(forecast)],
        absent=listed([actor.name for actor in forecast.actors if not actor.present])
        if any(not actor.present for actor in forecast.actors)
        else "",
        scale=list(_scale(forecast)),
        decides=decides(forecast),
        listed=listed,
        pressed=pressed(forecast),
        assumed=assumed(forecast),
        priors=PRIORS.values() if forecast.is_approval else (),
        judgements=_judgements(forecast),
        evidence=[
            (
                source,
                [
                    (item, _supported(forecast, item))
                    for item in case.evidence
                    if item.source == source.id
                ],
            )
            for source in case.sources
        ],
        anchors=anchors,
        unreviewed=[line.plain for line in unreviewed(case)],
        passages={item.id: passage(item, texts or {}) for item in case.evidence},
        command=_command(forecast),
        max_pareto_k=MAX_PARETO_K,
        min_effective_size=MIN_EFFECTIVE_SIZE,
    )
    return page


def write(
    forecast: Forecast,
    path: str | os.PathLike[str],
    sensitivity: Sensitivity | None = None,
    *,
    what_if: WhatIf | None = None,
    levers: Levers | None = None,
    texts: Mapping[str, str] | None = None,
) -> Path:
    """Write the report of a forecast to a file, and return its path.

    Raises
    ------
    ForecastError
        If the folder does not exist or cannot be written to.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise ForecastError(
            f"{target}: there is no folder {str(target.parent)!r}; a report is written "
            "into a folder that exists; make it first, or choose another"
        )
    if target.is_dir():
        raise ForecastError(
            f"{target}: that is a folder; a report is one file; add a name, such as "
            f"{target / 'report.html'}"
        )
    page = render(forecast, sensitivity, what_if=what_if, levers=levers, texts=texts)
    try:
        handle, temporary = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.name}."
        )
    except OSError as error:
        raise ForecastError(
            f"{target}: the folder cannot be written to ({error.strerror}); choose "
            "another folder"
        ) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(page)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    return target


class _Cell(NamedTuple):
    """A coded number: its median, its 10 to 90 % range, and what it rests on."""

    value: str
    spread: str
    evidence: tuple[str, ...]


class _Row(NamedTuple):
    actor: ActorSummary
    numbers: tuple[_Cell, ...]


def _dates(forecast: Forecast) -> list[tuple[CurvePoint, float]]:
    """Choose some dates of the curve, among them the ends and the deadline."""
    rows = list(zip(forecast.points, forecast.ledger_curve, strict=True))
    step = max(1, -(-len(rows) // _MOST_DATES))
    return [
        row
        for place, row in enumerate(rows)
        if place % step == 0 or place == len(rows) - 1 or row[0].date == forecast.by
    ]


def _sorted(forecast: Forecast) -> list[ActorSummary]:
    present = (actor for actor in forecast.actors if actor.present)
    return sorted(present, key=lambda actor: -actor.position[1])


def _actor(forecast: Forecast, actor: ActorSummary) -> _Row:
    most = max(item.capability[2] for item in forecast.actors)
    places = {
        "capability": _places(most),
        "position": _places(forecast.case.issues[0].width),
        "salience": 2,
    }
    cells = []
    for field in _FIELDS:
        low, middle, high = getattr(actor, field)
        if low < high:
            said, least, greatest = (
                _minus(f"{value:.{places[field]}f}") for value in (middle, low, high)
            )
            spread = f"{least} to {greatest}"
        else:
            said, spread = _minus(f"{middle:g}"), "exact"
        support = forecast.case.support(f"actors.{actor.name}.{field}")
        cells.append(_Cell(said, spread, tuple(item.id for item in support)))
    return _Row(actor, tuple(cells))


def _places(size: float) -> int:
    """Return the decimal places for numbers of this size: three digits at most."""
    return min(6, max(0, 2 - math.floor(math.log10(size)))) if size > 0.0 else 2


def _short(value: float) -> str:
    return _minus(f"{value:.2g}" if abs(value) < 1.0 else f"{value:.4g}")


def _difference(value: float) -> str:
    text = f"{value:+.3f}"
    return text[1:] if float(text) == 0.0 else _minus(text)


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


def _scale(forecast: Forecast) -> Iterator[tuple[str, str, tuple[str, ...] | None]]:
    """Yield the places of the scale: number, what it is, evidence if it is coded."""
    case = forecast.case
    issue = case.issues[0]
    named: list[tuple[float, str, str]] = [
        (mark.at, mark.label, "landmarks") for mark in issue.landmarks
    ]
    if issue.status_quo is not None:
        named.append((issue.status_quo.mode, "status quo", "status_quo"))
    if issue.threshold is not None:
        named.append((issue.threshold, "threshold", "threshold"))
    for at, label, field in sorted(named, key=lambda item: item[0]):
        path = f"issues.{issue.id}.{field}"
        found = tuple(item.id for item in case.evidence if path in item.supports)
        yield _short(at), label, None if field == "landmarks" else found


def _judgements(forecast: Forecast) -> list[tuple[str, str]]:
    """Return for each actor the fields that are judgement."""
    fields: dict[str, list[str]] = {}
    for path in forecast.judgements:
        name, _, field = path.removeprefix("actors.").rpartition(".")
        fields.setdefault(name, []).append(field)
    return [(name, listed(found)) for name, found in fields.items()]


def _supported(forecast: Forecast, item: Evidence) -> str:
    """Say what a piece of evidence supports."""
    case = forecast.case
    words = []
    for actor in case.actors:
        fields = [
            field
            for field in _FIELDS
            if item in case.support(f"actors.{actor.name}.{field}")
        ]
        if fields:
            words.append(f"{actor.name}: {listed(fields)}")
    titles = {
        f"issues.{issue.id}.{field}": field.replace("_", " ")
        for issue in case.issues[:1]
        for field in ("status_quo", "threshold", "landmarks")
    }
    for event in case.calendar:
        titles[f"calendar.{event.id}"] = f"“{event.title}”"
    for kind in ("options", "requirements", "resources"):
        for thing in getattr(case, kind):
            titles[f"{kind}.{thing.id}"] = f"“{thing.name}”"
    for path in item.supports:
        if not path.startswith("actors."):
            words.append(titles.get(path, path.replace(".", ": ").replace("_", " ")))
    for kind in ("calendar", "requirements", "resources"):
        for thing in getattr(case, kind):
            path = f"{kind}.{thing.id}"
            if item.id in thing.evidence and path not in item.supports:
                words.append(titles[path])
    return "; ".join(dict.fromkeys(words))


def _command(forecast: Forecast) -> str:
    """Return the command that computes the forecast again."""
    parts = ["suasion", "forecast", forecast.case.slug]
    parts += ["--as-of", forecast.as_of.isoformat()]
    if forecast.is_approval and forecast.by is not None:
        parts += ["--by", forecast.by.isoformat()]
    parts += ["--draws", str(forecast.draws), "--seed", str(forecast.seed)]
    return shlex.join(parts)
