"""Parts that the charts have in common: axes, legends, labelled rules.

Positions given in pixels are those of the plot: x from its left edge, y downward from its
upper one, so that labels above the plot have a negative y.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from suasion.report.drawing import INK, MUTED, PAPER, RULE
from suasion.report.label import LINE as LINE_HEIGHT
from suasion.report.label import place

__all__ = [
    "EXTENT",
    "beside",
    "ceiling",
    "data",
    "date_axis",
    "frame",
    "legend",
    "note",
    "rows_axis",
    "rules",
    "share_axis",
    "titled",
]

EXTENT = 38
"""Width of an axis of percentages, in pixels."""


def data(alt: Any, values: Sequence[dict[str, Any]]) -> Any:
    """Put rows into a chart as they are, without pandas."""
    return alt.InlineData(values=list(values))


def ceiling(p: float) -> float:
    """Return the end of an axis of probabilities: the next fifth, at most 1."""
    return min(1.0, max(0.2, math.ceil(5.0 * p - 1e-9) / 5.0))


def legend(alt: Any, columns: int, **style: Any) -> Any:
    """Legend below the plot."""
    return alt.Legend(title=None, orient="bottom", columns=columns, **style)


def share_axis(alt: Any) -> Any:
    """Axis of percentages, upright."""
    return alt.Axis(
        format=".0%",
        title=None,
        tickCount=5,
        domain=False,
        ticks=False,
        minExtent=EXTENT,
        maxExtent=EXTENT,
    )


def frame(alt: Any, left: float, right: float, height: float) -> Any:
    """Return an invisible line that gives the chart its width, whatever the letters."""
    return (
        alt.Chart(data(alt, [{}]))
        .mark_rule(opacity=0, stroke=PAPER)
        .encode(x=alt.value(-left), x2=alt.value(right), y=alt.value(height))
    )


def date_axis(alt: Any, days: int, narrow: bool) -> Any:
    """Axis of dates; the year stands below the first label and below each January."""
    inner = "'%-d %b'" if days < 400 else "'%b'"
    label = (
        "datum.index === 0 || utcmonth(datum.value) === 0 && utcdate(datum.value) < 16"
        f" ? [utcFormat(datum.value, {inner}), utcFormat(datum.value, '%Y')] "
        f": utcFormat(datum.value, {inner})"
    )
    if days > 2000:
        label = "utcFormat(datum.value, '%Y')"
    return alt.Axis(
        title=None,
        grid=False,
        tickCount=4 if narrow else 7,
        labelExpr=label,
        labelFlush=True,
        labelOverlap="greedy",
        labelLineHeight=LINE_HEIGHT,
    )


def rows_axis(alt: Any, rows: int) -> Any:
    """Encode y: rows from top to bottom, without an axis."""
    return alt.Y(
        "row:Q",
        scale=alt.Scale(domain=[-0.5, rows - 0.5], reverse=True, nice=False),
        axis=None,
    )


def beside(alt: Any, base: Any, **style: Any) -> Any:
    """Text to the left of a row."""
    return base.mark_text(
        align="right",
        lineBreak="\n",
        lineHeight=13,
        dy=alt.expr("-6.5 * (length(split(datum.name, '\\n')) - 1)"),
        fill=INK,
        **style,
    ).encode(x=alt.value(-16), text="name:N")


def note(alt: Any, x: float, lines: Sequence[str]) -> list[Any]:
    """Heading of a column of numbers."""
    return [
        alt.Chart(data(alt, [{"text": line}]))
        .mark_text(align="left", fill=MUTED, baseline="bottom", fontSize=11)
        .encode(
            x=alt.value(x),
            y=alt.value(-4 - 13 * (len(lines) - 1 - row)),
            text="text:N",
        )
        for row, line in enumerate(lines)
    ]


def rules(
    alt: Any,
    x: Any,
    marks: Sequence[tuple[float | str, float, str, bool]],
    plot: float,
    height: float,
    margin: float = 0.0,
) -> list[Any]:
    """Layers for vertical rules with their labels above the plot.

    A mark is a value on the axis, its place in pixels, a text, and whether it is a main
    one (a full line) or a lesser one (dotted).
    """
    layers = []
    value = {place_: (at, main) for at, place_, _, main in marks}
    name = x.shorthand.partition(":")[0]
    for label in place([(place_, text) for _, place_, text, _ in marks], plot, margin):
        at, main = value[label.x]
        base = alt.Chart(data(alt, [{name: at, "text": ""}])).encode(x=x)
        layers.append(
            base.mark_rule(
                stroke=MUTED if main else RULE,
                strokeDash=[1, 0] if main else [2, 3],
                strokeWidth=1.2,
            ).encode(y=alt.value(-label.top), y2=alt.value(height))
        )
        for row, line in enumerate(reversed(label.lines)):
            layers.append(
                alt.Chart(data(alt, [{name: at, "text": line}]))
                .mark_text(
                    align="left" if label.to_right else "right",
                    baseline="bottom",
                    dx=5 if label.to_right else -5,
                    fill=INK if main else MUTED,
                )
                .encode(
                    x=x,
                    y=alt.value(-label.bottom - LINE_HEIGHT * row),
                    text="text:N",
                )
            )
    return layers


def titled(chart: Any, title: str, description: str) -> Any:
    """Give a chart its title, and a description for those who cannot see it."""
    return chart.properties(title=title, description=description)
