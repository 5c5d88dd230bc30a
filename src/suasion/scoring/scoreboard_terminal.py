"""The scoreboard in a terminal: scores first, then what is pending; heads to keep."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from suasion.explanation import day, model_label, number, percent
from suasion.scoring.difference import Mean
from suasion.scoring.scoreboard import PlaceLine, ProbabilityLine, Scoreboard
from suasion.terminal import words

__all__ = ["heads", "scoreboard_answer"]

_WHEN = {
    True: "Recorded before the answer",
    False: "Recorded when the answer was known, as of an earlier date",
}


def scoreboard_answer(found: Scoreboard) -> RenderableType:
    """Return a scoreboard as something rich can print."""
    parts: list[RenderableType] = []
    for in_time, title in _WHEN.items():
        whether = [item for item in found.probabilities if item.in_time == in_time]
        where = [item for item in found.places if item.in_time == in_time]
        if whether or where:
            parts.append(Text(title, style="bold underline"))
        if whether:
            parts.append(_probabilities(whether))
        if where:
            parts.append(_places(where))
    notes = []
    if found.probabilities:
        notes.append(
            "n is the number of questions. Brier and log are of the last answers; “daily” "
            "is the mean Brier score over the days on which answers stood. Lower is "
            "better; always saying 50% scores 0.250. Skill is against the base rate: 1 is "
            "perfect, 0 no better. The last column is the mean daily difference, with its "
            "95% interval over cases where there are enough."
        )
    if found.places:
        notes.append(
            "Errors are shares of the scale; “interval” is the weighted interval score of "
            "the answer's quantiles."
        )
    most = max(
        (item.questions for item in (*found.probabilities, *found.places)), default=0
    )
    if 0 < most < 10:
        notes.append(
            f"{most} {'question' if most == 1 else 'questions'}: too few to tell skill "
            "from luck."
        )
    if not parts:
        parts.append(Text("No recorded forecast has an outcome yet."))
    parts.append(words([*notes, *found.notes]))
    if found.pending:
        parts += [Text("Pending", style="bold underline"), _pending(found)]
    return Group(*parts)


def heads(found: Scoreboard) -> list[str]:
    """Return a line for each ledger: how long it is, and the hash to keep of it."""
    return [
        f"{name}: {count} {'line' if count == 1 else 'lines'}, head {head}"
        for name, (count, head) in found.heads.items()
    ]


def _probabilities(items: Sequence[ProbabilityLine]) -> RenderableType:
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    grid.add_column("model", no_wrap=True)
    for title in ("n", "Brier", "log", "daily", "skill", "vs base rate"):
        grid.add_column(title, justify="right", no_wrap=True)
    for item in items:
        if item.kind == "candidate":  # a part of the forecast; in the JSON
            continue
        grid.add_row(
            model_label(item.model, item.kind).partition(" (")[0],
            str(item.questions),
            f"{item.brier:.3f}",
            f"{item.log_score:.3f}",
            f"{item.averaged_brier:.3f}",
            "" if item.skill is None else _signed(item.skill, 2),
            "" if item.kind == "base rate" else _difference(item.against_base_rate),
            style="bold" if item.kind == "forecast" else "",
        )
    return grid


def _places(items: Sequence[PlaceLine]) -> RenderableType:
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    grid.add_column("model, where on the scale")
    for title in ("n", "error", "interval"):
        grid.add_column(title, justify="right", no_wrap=True)
    for item in items:
        spread = item.interval_score
        grid.add_row(
            item.model,
            str(item.questions),
            f"{item.error:.1%}",
            "" if spread is None else f"{spread:.1%}",
        )
    return grid


def _pending(found: Scoreboard) -> RenderableType:
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in ("case", "by", "last forecast", "recorded", "why"):
        grid.add_column(title)
    for item in found.pending:
        whether = item.asks == "approval"
        grid.add_row(
            item.case,
            "" if item.by is None else day(item.by),
            percent(item.value) if whether else number(item.value),
            f"{item.forecasts}x, last {item.recorded_at[:10]}",
            item.why,
        )
    return grid


def _difference(mean: Mean | None) -> str:
    if mean is None:
        return ""
    if mean.low is None or mean.high is None:
        return _signed(mean.mean, 3)
    low, high = _signed(mean.low, 2), _signed(mean.high, 2)
    return f"{_signed(mean.mean, 3)} ({low}, {high})"


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")
