"""Effective power along the scale, round by round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suasion.explanation import percent
from suasion.forecast_record import Forecast
from suasion.report.drawing import INK, LINE, RULE, required
from suasion.report.layer import data, frame, note, titled
from suasion.report.scale import scale_axis, scale_rules
from suasion.telling import on_scale
from suasion.trajectory import Trajectory

if TYPE_CHECKING:
    import altair

__all__ = ["power_by_round_chart", "rounds_shown"]

_STEP = 30
_MOST_ROWS = 11
_UNSEEN = 0.001


def power_by_round_chart(
    forecast: Forecast, trajectory: Trajectory, *, width: int = 720
) -> altair.LayerChart:
    """Chart the shares of effective power along the scale, a row of bars for each round.

    The number at the right is the share of the largest part. All bars have one measure.

    Parameters
    ----------
    forecast : Forecast
    trajectory : Trajectory
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    alt = required("altair")
    margin, after = 54, 62
    plot = width - margin - after
    issue = forecast.case.issues[0]
    shown = rounds_shown(trajectory.rounds)
    parts = len(trajectory.power[0])
    top = max(max(trajectory.power[t]) for t in shown) or 1.0
    bars, rows = [], []
    for row, t in enumerate(shown, 1):
        shares = trajectory.power[t]
        rows.append(
            {
                "y": row,
                "name": f"round {t}" if t else "start",
                "text": percent(max(shares)),
            }
        )
        bars += [
            {
                "left": issue.low + issue.width * part / parts,
                "right": issue.low + issue.width * (part + 1) / parts,
                "y": row,
                "to": row - 0.88 * share / top,
            }
            for part, share in enumerate(shares)
            if share > _UNSEEN
        ]
    scale = alt.Scale(domain=[0, len(shown)], reverse=True, nice=False)
    x = scale_axis(alt, forecast, plot)
    y = alt.Y("y:Q", scale=scale, axis=None)
    height = _STEP * len(shown)
    base = alt.Chart(data(alt, rows)).encode(y=y)
    names = base.mark_text(align="right", baseline="bottom", dy=1, fill=INK)
    shares_ = base.mark_text(align="left", baseline="bottom", dy=1, fill=INK)
    start, end = (_fullest(forecast, trajectory, t) for t in (0, trajectory.rounds))
    return titled(
        alt.layer(
            frame(alt, margin, plot + after, height),
            *scale_rules(alt, forecast, x, plot, height),
            base.mark_rule(stroke=RULE, strokeWidth=0.8).encode(
                x=alt.value(0), x2=alt.value(plot)
            ),
            alt.Chart(data(alt, bars))
            .mark_rect(fill=LINE)
            .encode(x=alt.X("left:Q"), x2="right:Q", y=y, y2="to:Q"),
            names.encode(x=alt.value(-8), text="name:N"),
            shares_.encode(x=alt.value(plot + 10), text="text:N"),
            *note(alt, plot + 10, ["largest", "part"]),
        ).properties(width=plot, height=height),
        "Effective power by round",
        f"Shares of all effective power by position. At the start the largest part is "
        f"{start}; after the last round it is {end}. The numbers are in the table below.",
    )


def rounds_shown(rounds: int) -> list[int]:
    """Choose rounds to be shown, the first and the last among them.

    Examples
    --------
    >>> rounds_shown(3), rounds_shown(40)
    ([0, 1, 2, 3], [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40])
    """
    count = min(rounds + 1, _MOST_ROWS)
    return [round(rounds * row / max(1, count - 1)) for row in range(count)]


def _fullest(forecast: Forecast, trajectory: Trajectory, round_: int) -> str:
    """Say which part of the scale has most power after a round."""
    issue = forecast.case.issues[0]
    shares = trajectory.power[round_]
    part = max(range(len(shares)), key=lambda at: shares[at])
    low, high = (
        on_scale(issue.low + issue.width * at / len(shares), issue)
        for at in (part, part + 1)
    )
    return f"{percent(shares[part])}, between {low} and {high}"
