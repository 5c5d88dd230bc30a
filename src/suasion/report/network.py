"""The bargain network: who moved whom, and how often."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from suasion.explanation import number
from suasion.forecast_record import Forecast
from suasion.report.drawing import GRID, INK, LINE, PAPER, required
from suasion.report.label import fitted
from suasion.report.layer import beside, data, frame, note, rows_axis, titled
from suasion.report.scale import scale_axis, scale_rules
from suasion.trajectory import Trajectory

if TYPE_CHECKING:
    import altair

__all__ = ["Arrow", "arrows", "network_chart", "times"]

_MOST = 16
_LEAST = 0.05
_POINTS = 14
_CLEAR = 8.0  # pixels between an arrow and the middle of a mark


class Arrow(NamedTuple):
    """In how many rounds, on average, one actor took the offer of another."""

    mover: int
    moved: int
    rounds: float


def network_chart(
    forecast: Forecast, trajectory: Trajectory, *, width: int = 720
) -> altair.LayerChart:
    """Chart who moved whom: an arrow from the mover, the wider the more often.

    Marks stand at the medians of the positions before the first round. At most sixteen
    arrows are drawn. The number at the right says in how many rounds, in all, others
    took the actor's offers.

    Parameters
    ----------
    forecast : Forecast
    trajectory : Trajectory
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    alt = required("altair")
    narrow = width < 500
    margin = 108 if narrow else 180
    plot = width - margin - 58
    issue = forecast.case.issues[0]
    start = trajectory.middle[0]
    actors = sorted(range(len(start)), key=lambda i: -start[i])
    names = [fitted(trajectory.actors[i], margin - 18, 2) for i in actors]
    step = 36 if any(len(lines) > 1 for lines in names) else 30
    height = step * len(actors)
    row_of = {actor: row for row, actor in enumerate(actors)}

    def spot(actor: int) -> tuple[float, float]:
        return (
            plot * (start[actor] - issue.low) / issue.width,
            step * (row_of[actor] + 0.5),
        )

    marks = [
        {
            "row": row,
            "value": start[actor],
            "name": "\n".join(lines),
            "text": times(_moved_others(trajectory, actor)),
        }
        for row, (actor, lines) in enumerate(zip(actors, names, strict=True))
    ]
    drawn = arrows(trajectory)
    widest = max((arrow.rounds for arrow in drawn), default=1.0)
    lines, heads = [], []
    for place, arrow in enumerate(drawn):
        path = _bent(spot(arrow.mover), spot(arrow.moved), plot, height)
        stroke = 0.8 + 4.2 * arrow.rounds / widest
        points = [
            {
                "value": issue.low + issue.width * px / plot,
                "row": py / step - 0.5,
                "at": at,
                "arrow": place,
                "width": stroke,
            }
            for at, (px, py) in enumerate(path)
        ]
        lines += points
        (ax, ay), (bx, by) = path[-2:]
        turn = math.degrees(math.atan2(by - ay, bx - ax)) + 90.0
        heads.append({**points[-1], "angle": turn, "size": 40.0 + 22.0 * stroke})
    x = scale_axis(alt, forecast, plot)
    base = alt.Chart(data(alt, marks)).encode(y=rows_axis(alt, len(actors)))
    layers = []
    if drawn:
        y = rows_axis(alt, len(actors))
        layers = [
            alt.Chart(data(alt, lines))
            .mark_line(stroke=LINE, strokeCap="butt", opacity=0.8)
            .encode(
                x=x,
                y=y,
                order="at:Q",
                detail="arrow:N",
                strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            ),
            alt.Chart(data(alt, heads))
            .mark_point(shape="triangle", filled=True, opacity=1.0, fill=LINE)
            .encode(
                x=x,
                y=y,
                angle=alt.Angle("angle:Q", scale=None),
                size=alt.Size("size:Q", scale=None),
            ),
        ]
    return titled(
        alt.layer(
            frame(alt, margin, plot + 58, height),
            base.mark_rule(stroke=GRID).encode(x=alt.value(0), x2=alt.value(plot)),
            *scale_rules(alt, forecast, x, plot, height),
            *layers,
            base.mark_point(
                size=70, filled=True, opacity=1.0, fill=INK, stroke=PAPER
            ).encode(x=x),
            beside(alt, base),
            base.mark_text(align="left", fill=INK).encode(
                x=alt.value(plot + 14), text="text:N"
            ),
            *note(alt, plot + 14, ["moved", "others"]),
        ).properties(width=plot, height=height),
        "Who moved whom",
        f"{len(drawn)} arrows from those who moved others to those whom they moved, "
        "among actors at their positions before the first round. The table below says "
        "the same.",
    )


def arrows(trajectory: Trajectory) -> list[Arrow]:
    """Return the most frequent moves of one actor by another, at most sixteen."""
    found = [
        Arrow(mover, moved, rounds)
        for moved, row in enumerate(trajectory.moved_by)
        for mover, rounds in enumerate(row)
        if mover != moved and rounds >= _LEAST
    ]
    return sorted(found, key=lambda arrow: -arrow.rounds)[:_MOST]


def times(rounds: float) -> str:
    """Write a mean number of rounds."""
    if 0.0 < rounds < 0.01:
        return "under 0.01"
    return number(rounds) if rounds >= 1.0 or rounds == 0.0 else f"{rounds:.2f}"


def _moved_others(trajectory: Trajectory, mover: int) -> float:
    return sum(
        row[mover] for moved, row in enumerate(trajectory.moved_by) if moved != mover
    )


def _bent(
    start: tuple[float, float], end: tuple[float, float], plot: float, height: float
) -> list[tuple[float, float]]:
    """Return points of an arc that bends toward the middle of the plot.

    An arc and its reverse bend by different amounts, and so keep apart. It ends before
    the mark that it points to.
    """
    (ax, ay), (bx, by) = start, end
    across, down = bx - ax, by - ay
    length = math.hypot(across, down)
    sideways, up = -down / length, across / length
    if (sideways > 0.0) != (ax + bx < plot):
        sideways, up = -sideways, -up
    bend = (0.16 if down > 0.0 else 0.34) * length
    cx, cy = (ax + bx) / 2.0 + bend * sideways, (ay + by) / 2.0 + bend * up
    cx, cy = min(max(cx, 0.0), plot), min(max(cy, 0.0), height)

    def at(t: float) -> tuple[float, float]:
        return (
            (1 - t) ** 2 * ax + 2 * t * (1 - t) * cx + t * t * bx,
            (1 - t) ** 2 * ay + 2 * t * (1 - t) * cy + t * t * by,
        )

    until = 1.0
    while until > 0.5 and math.dist(at(until), end) < _CLEAR:
        until -= 0.01
    return [at(until * place / _POINTS) for place in range(_POINTS + 1)]
