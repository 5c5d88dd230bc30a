"""A figure of the report: one chart, drawn for wide and for narrow screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from suasion.report.drawing import required, svg

__all__ = ["Figure", "figure"]

_WIDE = 760
_NARROW = 350


class Figure(NamedTuple):
    """The title of a chart, and its drawings without it, as SVG."""

    title: str
    wide: str
    narrow: str


def figure(draw: Callable[..., Any], *drawn: Any) -> Figure:
    """Draw a chart of these things for both widths."""
    undefined = required("altair").Undefined
    title = ""
    pictures = []
    for width in (_WIDE, _NARROW):
        chart = draw(*drawn, width=width)
        title, chart.title = chart.title, undefined
        pictures.append(svg(chart))
    return Figure(title, *pictures)
