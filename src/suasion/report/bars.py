"""Sorted bars from nothing, each with an interval and its number beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from suasion.report.drawing import INK, LINE, MUTED, required
from suasion.report.label import fitted
from suasion.report.layer import beside, data, frame, note, rows_axis, titled

if TYPE_CHECKING:
    import altair

__all__ = ["Bar", "bars_chart"]

_STEP = 27
_NUMBERS = 74  # room for the numbers, to the right of the bars


class Bar(NamedTuple):
    """A name, a number, the ends of its interval, and the number as written."""

    name: str
    value: float
    low: float
    high: float
    text: str


def bars_chart(
    bars: Sequence[Bar], width: int, heading: str, title: str
) -> altair.LayerChart:
    """Draw bars from nothing, in the order given, with their intervals.

    Parameters
    ----------
    bars : sequence of Bar
        At least one.
    width : int
        Of the whole chart, in pixels, about; at least 280.
    heading : str
        Of the numbers.
    title : str
    """
    alt = required("altair")
    margin = 150 if width < 500 else 240
    plot = width - margin - _NUMBERS
    names = [fitted(bar.name, margin - 18, 3) for bar in bars]
    rows: list[dict[str, Any]] = [
        {"row": row, **bar._asdict(), "name": "\n".join(name), "nothing": 0.0}
        for row, (bar, name) in enumerate(zip(bars, names, strict=True))
    ]
    height = max(_STEP, 13 * max(len(name) for name in names) + 8) * len(bars)
    least = min(0.0, *(bar.low for bar in bars), *(bar.value for bar in bars))
    most = max(0.0, *(bar.high for bar in bars), *(bar.value for bar in bars))
    x = alt.X(
        "value:Q",
        scale=alt.Scale(
            domain=[least, most if most > least else least + 1.0], nice=False
        ),
        axis=None,
    )
    base = alt.Chart(data(alt, rows)).encode(y=rows_axis(alt, len(bars)))
    return titled(
        alt.layer(
            frame(alt, margin, plot + _NUMBERS, height),
            base.mark_rule(stroke=LINE, strokeWidth=13).encode(x=x, x2="nothing:Q"),
            base.mark_rule(stroke=MUTED, strokeWidth=2).encode(
                x=alt.X("low:Q"), x2="high:Q"
            ),
            beside(alt, base),
            base.mark_text(align="left", fill=INK).encode(
                x=alt.value(plot + 12), text="text:N"
            ),
            *note(alt, plot + 12, [heading]),
        ).properties(width=plot, height=height),
        title,
        f"{'; '.join(f'{bar.name} {bar.text}' for bar in bars)}. The table below says "
        "the same.",
    )
