"""Charts of a backtest: mean scores with their intervals, and the calibration curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suasion.backtest.table import Table
from suasion.report.drawing import BANDS, GRID, INK, LINE, MUTED, OTHER, PAPER, required
from suasion.report.layer import data
from suasion.scoring import Calibration

if TYPE_CHECKING:
    import altair

__all__ = ["calibration_chart", "score_chart"]

_ROW, _LABELS, _PLOT = 22, 160, 450
_MARKS = {"yardstick": ("square", MUTED), "pool": ("diamond", OTHER)}


def score_chart(table: Table, what: str) -> altair.LayerChart:
    """Chart the mean score of each line with its interval, best first.

    The rule stands at the reference. Yardsticks are squares, pools are diamonds;
    candidates are in the table only.

    Parameters
    ----------
    table : Table
    what : str
        What the scores are, for the axis.
    """
    alt = required("altair")
    lines = [
        line
        for line in table.lines
        if line.score.cases == table.cases and line.kind != "candidate"
    ]
    rows = [
        {
            "name": line.name,
            "score": line.score.mean,
            "low": max(0.0, line.score.low) if line.score.low is not None else None,
            "high": line.score.high,
            "shape": _MARKS.get(line.kind, ("circle", LINE))[0],
            "colour": _MARKS.get(line.kind, ("circle", LINE))[1],
        }
        for line in lines
    ]
    top = max(line.score.high or line.score.mean for line in lines)
    x = alt.Scale(domain=[0.0, min(1.0, 1.05 * top)], nice=False)
    axis = alt.Axis(title=f"{what}, mean and 95 % interval; lower is better")
    y = alt.Y(
        "name:N",
        sort=[line.name for line in lines],
        axis=alt.Axis(
            title=None, grid=True, domain=False, ticks=False, minExtent=_LABELS
        ),
    )
    base = alt.Chart(data(alt, rows)).encode(y=y)
    reference = table.line(table.reference).score.mean
    return alt.layer(
        alt.Chart(data(alt, [{"x": reference}]))
        .mark_rule(stroke=MUTED, strokeDash=[3, 3])
        .encode(x=alt.X("x:Q", scale=x)),
        base.mark_rule(stroke=MUTED, strokeWidth=2, clip=True).encode(
            x=alt.X("low:Q", scale=x, axis=axis), x2="high:Q"
        ),
        base.mark_point(filled=True, opacity=1, size=90, stroke=PAPER).encode(
            x=alt.X("score:Q", scale=x, axis=axis),
            shape=alt.Shape("shape:N", scale=None),
            fill=alt.Fill("colour:N", scale=None),
        ),
    ).properties(
        width=_PLOT,
        height=_ROW * len(lines),
        description=f"{what} of {len(lines)} models and yardsticks over {table.cases} "
        f"cases; best: {lines[0].name}, {lines[0].score.mean:.3f}. The numbers are in "
        "the table.",
    )


def calibration_chart(curve: Calibration) -> altair.LayerChart:
    """Chart what was said against how often it came true, with the consistency band."""
    alt = required("altair")
    rows: list[dict[str, Any]] = [
        {"said": said, "share": share, "low": low, "high": high, "count": count}
        for said, share, low, high, count in zip(
            curve.forecast,
            curve.share,
            curve.low,
            curve.high,
            curve.count,
            strict=True,
        )
    ]
    whole = alt.Scale(domain=[0.0, 1.0])
    percent: dict[str, Any] = {"format": ".0%", "tickCount": 5}
    x = alt.X("said:Q", scale=whole, axis=alt.Axis(title="forecast of yes", **percent))
    base = alt.Chart(data(alt, rows))
    return alt.layer(
        base.mark_area(fill=BANDS["80%"], interpolate="linear").encode(
            x=x, y=alt.Y("low:Q", scale=whole), y2="high:Q"
        ),
        alt.Chart(data(alt, [{"a": 0.0, "b": 1.0}]))
        .mark_rule(stroke=GRID, strokeWidth=1.5)
        .encode(x="a:Q", x2="b:Q", y="a:Q", y2="b:Q"),
        base.mark_line(stroke=LINE, strokeWidth=2).encode(
            x=x,
            y=alt.Y(
                "share:Q", scale=whole, axis=alt.Axis(title="share of yes", **percent)
            ),
        ),
        base.mark_point(filled=True, fill=INK, opacity=1, size=36).encode(
            x=x, y="share:Q"
        ),
    ).properties(
        width=320,
        height=280,
        description="Calibration of the forecast: the curve lies in the consistency band "
        f"of {curve.level:.0%} at {curve.inside:.0%} of the forecasts.",
    )
