"""How positions might move: for each model of several rounds its course, drawn and told."""

from __future__ import annotations

from typing import NamedTuple

from suasion.forecast_record import Forecast
from suasion.report.figure import Figure, figure
from suasion.report.network import Arrow, arrows, network_chart, times
from suasion.report.power_by_round import power_by_round_chart, rounds_shown
from suasion.report.quads import REGIONS, quads_chart, region, telling
from suasion.report.rounds import order, rounds_chart
from suasion.telling import MODEL_TITLES, Told, course, on_scale, reasons
from suasion.trajectory import Trajectory

__all__ = ["Course", "courses"]

Cell = tuple[str, str]
"""What a cell of a table says, and below it."""


class Table(NamedTuple):
    """Headings of the columns after the first; rows, each with its heading."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


class Course(NamedTuple):
    """What the report has on one model: sentences, charts, and a table behind each."""

    name: str
    what: str
    sentences: tuple[str, ...]
    told: Told
    rounds: Figure
    places: Table
    rules: str
    power: Figure
    shares: Table
    network: Figure | None
    moved_by: tuple[tuple[str, str, str], ...]
    rest: str
    quads: Figure | None
    pairs: Table
    numbered: tuple[str, ...]
    regions: tuple[tuple[str, str], ...]


def courses(forecast: Forecast) -> list[Course]:
    """Return the courses of a forecast, in the order of its models."""
    return [_course(forecast, item) for item in forecast.trajectories]


def _course(forecast: Forecast, trajectory: Trajectory) -> Course:
    issue = forecast.case.issues[0]
    name, what = MODEL_TITLES[trajectory.model]
    drawn = arrows(trajectory)
    return Course(
        name=name,
        what=what,
        sentences=tuple(course(trajectory, issue, forecast.case.question.gatekeeper)),
        told=reasons(trajectory, issue),
        rounds=figure(rounds_chart, forecast, trajectory),
        places=_places(forecast, trajectory),
        rules=_rules(forecast),
        power=figure(power_by_round_chart, forecast, trajectory),
        shares=_shares(forecast, trajectory),
        network=figure(network_chart, forecast, trajectory) if drawn else None,
        moved_by=tuple(
            (
                trajectory.actors[arrow.moved],
                trajectory.actors[arrow.mover],
                times(arrow.rounds),
            )
            for arrow in drawn
        ),
        rest=_rest(trajectory, drawn),
        quads=figure(quads_chart, forecast, trajectory)
        if len(trajectory.own) > 1
        else None,
        pairs=_pairs(trajectory),
        numbered=tuple(
            f"{trajectory.actors[pair.first]}, facing {trajectory.actors[pair.second]}: "
            f"{pair.region}. It expects {_expected(pair.own)} of a challenge, and takes "
            f"the other to expect {_expected(pair.other)}."
            for pair in telling(trajectory)
        ),
        regions=tuple(REGIONS.items()),
    )


def _places(forecast: Forecast, trajectory: Trajectory) -> Table:
    """Median and 10 to 90 % of each actor's position, by round."""
    issue = forecast.case.issues[0]
    rows = []
    for i in order(forecast, trajectory):
        cells = []
        for low, middle, high in zip(
            trajectory.low, trajectory.middle, trajectory.high, strict=True
        ):
            least, value, most = (
                on_scale(band[i], issue) for band in (low, middle, high)
            )
            cells.append((value, f"{least} to {most}" if least != most else ""))
        rows.append((trajectory.actors[i], tuple(cells)))
    return Table(_round_names(range(trajectory.rounds + 1)), tuple(rows))


def _shares(forecast: Forecast, trajectory: Trajectory) -> Table:
    """Shares of effective power by part of the scale, in the rounds that are drawn."""
    issue = forecast.case.issues[0]
    parts = len(trajectory.power[0])
    shown = rounds_shown(trajectory.rounds)
    rows = []
    for part in reversed(range(parts)):
        low, high = (
            on_scale(issue.low + issue.width * at / parts, issue)
            for at in (part, part + 1)
        )
        shares = [trajectory.power[t][part] for t in shown]
        rows.append(
            (f"{low} to {high}", tuple((f"{100.0 * p:.1f}%", "") for p in shares))
        )
    return Table(_round_names(shown), tuple(rows))


def _pairs(trajectory: Trajectory) -> Table:
    """Return what each row expects of challenging a column, and takes it to expect."""
    rows = []
    for i, name in enumerate(trajectory.actors[: len(trajectory.own)]):
        cells = []
        for j, own in enumerate(trajectory.own[i]):
            other = trajectory.other[i][j]
            cells.append(
                (f"{_expected(own)}, {_expected(other)}", region(own, other))
                if i != j
                else ("", "")
            )
        rows.append((name, tuple(cells)))
    return Table(trajectory.actors, tuple(rows))


def _rules(forecast: Forecast) -> str:
    """Say what the lines across the panels are."""
    issue = forecast.case.issues[0]
    words = []
    if issue.status_quo is not None:
        words.append(f"Dotted: status quo, {on_scale(issue.status_quo.mode, issue)}.")
    if issue.threshold is not None:
        what = "threshold of a yes" if forecast.is_approval else "threshold"
        words.append(f"Dashed: {what}, {on_scale(issue.threshold, issue)}.")
    return " ".join(words)


def _rest(trajectory: Trajectory, drawn: list[Arrow]) -> str:
    """Count what is not among the arrows."""
    shown = {(arrow.mover, arrow.moved) for arrow in drawn}
    left = [
        rounds
        for moved, row in enumerate(trajectory.moved_by)
        for mover, rounds in enumerate(row)
        if rounds > 0.0 and mover != moved and (mover, moved) not in shown
    ]
    words = ""
    if left:
        pairs = "1 further pair" if len(left) == 1 else f"{len(left)} further pairs"
        words = f"Not drawn: {pairs}, at most {times(max(left))} rounds each."
    own = sum(row[i] for i, row in enumerate(trajectory.moved_by))
    if own > 0.0:
        words += f" Taking bargains that they proposed themselves: {times(own)} rounds."
    return words.strip()


def _round_names(rounds: range | list[int]) -> tuple[str, ...]:
    return tuple(f"round {t}" if t else "start" for t in rounds)


def _expected(value: float) -> str:
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "\N{MINUS SIGN}")
