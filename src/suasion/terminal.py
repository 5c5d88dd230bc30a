"""The answer in a terminal: for a reader, not a log.

The probability and its interval come first, then what it is compared with, the curve,
who decides, the coalition, what is assumed, the track record. Colour is never the only
carrier of meaning; `NO_COLOR` and narrow terminals are respected (rich does both).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from suasion.case import Case
from suasion.explanation import (
    assumed,
    candidate_name,
    comparison_rows,
    day,
    decides,
    number,
    percent,
    pressed,
    record_line,
    reference_class,
    track_record,
    verdict,
)
from suasion.forecast_record import Comparison, Forecast

if TYPE_CHECKING:
    from suasion.bargaining.outcome import Outcome
    from suasion.precedent_table import SensitivityRow

__all__ = [
    "case_summary",
    "comparison_table",
    "forecast_answer",
    "outcome_table",
    "sensitivity_table",
    "text_curve",
    "words",
]


def forecast_answer(forecast: Forecast, width: int) -> RenderableType:
    """Return the forecast as something rich can print."""
    parts: list[RenderableType] = [
        *unreviewed(forecast.case),
        Text(forecast.case.question.text, style="bold"),
        Text(),
        _answer(forecast),
        _section("Compared with what"),
        _models(forecast),
    ]
    if forecast.is_approval:
        parts += [
            words([reference_class(forecast), record_line(forecast)]),
            _section("Probability of a yes by date"),
            Padding(text_curve(forecast, min(width - 2, 76)), (0, 0, 0, 2)),
        ]
    if why := [*decides(forecast), *pressed(forecast)]:
        parts += [_section("Why"), words(why)]
    parts += [_section("Assumed"), words(assumed(forecast))]
    parts += [_section("How good so far"), words([track_record(forecast)])]
    parts += [Text(), _provenance(forecast)]
    return Group(*parts)


def unreviewed(case: Case) -> list[Text]:
    """Return the first line of a draft's answer; nothing for a reviewed case."""
    count = len(case.coding.draft)
    if not count:
        return []
    said = f"Draft: nobody has reviewed {count} values that a program suggested."
    return [Text(said, style="bold red")]


def text_curve(forecast: Forecast, width: int, height: int = 9) -> Text:
    """Draw P(yes by date) with characters: ● the mean, ░ the 80 % band.

    `width` and `height` are in characters; the deadline is marked with ┊.
    """
    curve = forecast.curve
    assert forecast.by is not None
    columns = max(20, width - 6)
    last = len(curve) - 1
    at = [round(column * last / (columns - 1)) for column in range(columns)]
    top = max(0.1, max(curve[i].high80 for i in at))
    top = min(1.0, 0.1 * -(-top // 0.1))
    span = (curve[-1].date - curve[0].date).days
    due = round((forecast.by - curve[0].date).days / span * (columns - 1))

    def row_of(p: float) -> int:
        return min(height - 1, int(p / top * height))

    text = Text()
    for row in range(height - 1, -1, -1):
        label = ""
        if row in (height - 1, 0, (height - 1) // 2):
            label = percent(round(top * (row + (row == height - 1)) / height, 2))
            label = {0: "0%", height - 1: f"{top:.0%}"}.get(row, f"{top / 2:.0%}")
        text.append(f"{label:>4} ", style="dim")
        text.append("│" if label == "" else "┤", style="dim")
        for column, i in enumerate(at):
            point = curve[i]
            if row == row_of(point.mean):
                text.append("●", style="bold cyan")
            elif row_of(point.low80) <= row <= row_of(point.high80):
                text.append("░", style="cyan")
            elif column == due:
                text.append("┊", style="yellow")
            else:
                text.append(" ")
        text.append("\n")
    text.append("     └" + "─" * columns + "\n", style="dim")
    first, mark, end = (
        f"{date.day} {date:%b %Y}"
        for date in (curve[0].date, forecast.by, curve[-1].date)
    )
    axis = [" "] * (columns + 6)
    mark = f"┊{mark}"
    places = [(6, first), (6 + due, mark), (6 + columns - len(end), end)]
    for place, label in places:
        if all(letter == " " for letter in axis[place : place + len(label) + 1]):
            axis[place : place + len(label)] = label
    text.append("".join(axis).rstrip() + "\n", style="dim")
    text.append("      ● mean   ░ 80% band   ┊ deadline", style="dim")
    return text


def comparison_table(table: Comparison) -> RenderableType:
    """Return the leave-one-dossier-out table."""
    if not table.lines:
        return Text(
            f"Too few dossiers to compare models: {table.dossiers} in the ledger, of which "
            f"{table.dossiers - len(table.unscored)} could be scored. The constant hazard "
            "is used alone."
        )
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    grid.add_column("model")
    for title in ("weight", "log score", "Brier", "vs base rate"):
        grid.add_column(title, justify="right", no_wrap=True)
    for line in table.lines:
        base = line.difference == 0.0 and line.error == 0.0
        difference = "" if base else f"{line.difference:+.3f} ± {line.error:.3f}"
        grid.add_row(
            candidate_name(line.candidate),
            "<1%" if 0.0 < line.weight < 0.01 else f"{line.weight:.0%}",
            f"{line.log_score:.3f}",
            f"{line.brier_score:.3f}",
            difference.replace("-", "−"),
        )
    notes = [
        f"{table.predictions} predictions for {table.dossiers - len(table.unscored)} of "
        f"{table.dossiers} dossiers, each left out in turn; smaller scores are better; ± "
        "is one standard error over dossiers; worst Pareto k "
        f"{max((line.worst_pareto_k for line in table.lines), default=0.0):.2f}."
    ]
    if table.unscored:
        notes.append(
            "Decided before any month began, so not scored: "
            + ", ".join(table.unscored)
            + "."
        )
    if table.dropped:
        notes.append(
            f"Left out because not coded everywhere: {', '.join(table.dropped)}."
        )
    return Group(grid, words(notes))


def outcome_table(outcome: Outcome) -> RenderableType:
    """Return where a model ends, issue by issue, and where it began."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    grid.add_column("actor")
    for issue in outcome.issues:
        grid.add_column(issue, justify="right")
    for name, row in zip(outcome.actors, outcome.positions[0, 0], strict=True):
        grid.add_row(name, *(number(value) for value in row))
    grid.add_section()
    values = [f"{value:.6g}" for value in outcome.outcome[0]]
    grid.add_row(
        Text(f"outcome ({outcome.model})", style="bold"), *values, style="bold"
    )
    return grid


def sensitivity_table(rows: Iterable[SensitivityRow]) -> RenderableType:
    """Return base rates under other choices of precedents."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, title_justify="left")
    grid.add_column("base rate in the window from")
    for title in ("rows", "approved", "days waiting", "constant", "Weibull"):
        grid.add_column(title, justify="right")
    for row in rows:
        grid.add_row(
            row.choice,
            str(row.rows),
            str(row.approvals),
            f"{row.days_at_risk:,.0f}",
            percent(row.constant),
            percent(row.weibull),
        )
    return grid


def case_summary(case: Case) -> RenderableType:
    """Return what a checked case says, for its author to recognise."""
    question = case.question
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim")
    facts.add_column()
    if question.gatekeeper:
        facts.add_row("gatekeeper", question.gatekeeper)
    for label, date in (
        ("requested", question.requested_on),
        ("as of", question.as_of),
        ("deadline", question.by),
    ):
        if date:
            facts.add_row(label, day(date))
    for issue in case.issues:
        marks = [f"{number(issue.low)} to {number(issue.high)} {issue.unit}".strip()]
        if issue.status_quo is not None:
            marks.append(f"status quo {issue.status_quo}")
        if issue.threshold is not None:
            marks.append(f"yes from {number(issue.threshold)}")
        facts.add_row("scale", f"{issue.name}: {', '.join(marks)}")
    judged = len(case.judgements())
    facts.add_row(
        "evidence",
        f"{len(case.evidence)} claims from {len(case.sources)} sources; "
        f"{judged} of {3 * len(case.actors)} numbers of actors are judgement",
    )
    if case.calendar:
        events = ", ".join(f"{event.id} ({event.date})" for event in case.calendar)
        facts.add_row("calendar", events)
    if case.precedents:
        facts.add_row("precedents", f"{len(case.precedents)} rows")
    if case.resolution is not None:
        what = case.resolution.answer or f"{case.resolution.value}"
        facts.add_row("resolved", f"{what}, {day(case.resolution.date)}")
    actors = Table(box=SIMPLE_HEAD, pad_edge=False)
    actors.add_column("actor")
    actors.add_column("role", style="dim")
    for title in ("capability", "position", "salience"):
        actors.add_column(title, justify="right")
    for actor in case.actors:
        actors.add_row(
            actor.name,
            actor.role,
            str(actor.capability),
            " ".join(str(value) for value in actor.position),
            " ".join(str(value) for value in actor.salience),
        )
    return Group(
        Text(case.title, style="bold"),
        Text(question.text),
        Text(),
        facts,
        Text(),
        actors,
        Text("The case is valid.", style="green"),
    )


def _answer(forecast: Forecast) -> Text:
    low, high = forecast.interval(0.8)
    text = Text("  ")
    text.append(verdict(forecast), style="bold reverse")
    if forecast.is_approval:
        assert forecast.by is not None
        text.append(f"  80% interval {percent(low)} to {percent(high)}")
        text.append(
            f"\n  by {day(forecast.by)}, as of {day(forecast.as_of)}", style="dim"
        )
    elif low == high:
        text.append("  no input is marked uncertain, so there is no interval")
        text.append(f"\n  as of {day(forecast.as_of)}", style="dim")
    else:
        text.append(f"  80% interval {number(low)} to {number(high)}")
        text.append(f"\n  as of {day(forecast.as_of)}", style="dim")
    return text


def _models(forecast: Forecast) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=False)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(style="dim", no_wrap=True)
    weighed = [row for row in comparison_rows(forecast) if row[0].kind != "candidate"]
    for answer, label, value, interval in weighed:
        style = "bold" if answer.kind == "forecast" else ""
        grid.add_row(Text(label, style=style), Text(value, style=style), interval)
    return Padding(grid, (0, 0, 0, 2))


def _section(title: str) -> RenderableType:
    return Text(f"\n{title}", style="bold underline")


def words(sentences: Iterable[str]) -> RenderableType:
    """Return sentences as a list with bullets."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column()
    for sentence in sentences:
        grid.add_row("•", sentence)
    return Padding(grid, (0, 0, 0, 2))


def _provenance(forecast: Forecast) -> Text:
    return Text(
        f"case {forecast.case_hash[:12]} · suasion {forecast.version} · "
        f"{forecast.draws:,} draws · seed {forecast.seed}",
        style="dim",
    )
