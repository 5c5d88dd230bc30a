"""Small plots drawn by templates: where their lines and points go, in pixels.

A template writes the SVG; classes and the style sheet give it its colours.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from suasion.explanation import day, percent
from suasion.journal.ledger.calibration import Bin
from suasion.journal.ledger.combination import PoolDay
from suasion.report.drawing import OTHER, PAPER

__all__ = ["CalibrationPlot", "PoolPlot", "calibration_plot", "marked", "pool_plot"]

_LEFT = 42
_BOTTOM = 24


@dataclass(frozen=True, kw_only=True)
class PoolPlot:
    """The pool by day: a line that steps when the pool changes."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    path: str
    end: tuple[float, float]
    ticks: tuple[tuple[float, str], ...]
    first: str
    last: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A bin of the calibration plot."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    label: str


@dataclass(frozen=True, kw_only=True)
class CalibrationPlot:
    """Estimates against what happened; on the diagonal they agree."""

    size: int
    left: int
    bottom: int
    ticks: tuple[tuple[float, float, str], ...]
    dots: tuple[Dot, ...]
    said: str


def pool_plot(days: Sequence[PoolDay], *, width: int) -> PoolPlot:
    """Lay out the pool's history; `days` has at least one."""
    height, right = 150, width - 58
    bottom = height - _BOTTOM
    first, last = days[0].day, days[-1].day
    span = max(1, (last - first).days)

    def x(date: dt.date) -> float:
        return round(_LEFT + (right - _LEFT) * (date - first).days / span, 1)

    def y(p: float) -> float:
        return round(bottom - (bottom - 10) * p, 1)

    steps = [f"M{x(first)} {y(days[0].probability)}"]
    before = days[0].probability
    for item in days[1:]:
        if item.probability != before:
            steps.append(f"H{x(item.day)}V{y(item.probability)}")
            before = item.probability
    steps.append(f"H{right}")
    return PoolPlot(
        width=width,
        height=height,
        left=_LEFT,
        right=right,
        bottom=bottom,
        path="".join(steps),
        end=(right, y(before)),
        ticks=tuple((y(p), f"{p:.0%}") for p in (0.0, 0.5, 1.0)),
        first=day(first),
        last=day(last) if last > first else "",
        said=f"The pool of {days[-1].count} from {percent(days[0].probability)} on "
        f"{day(first)} to {percent(before)} on {day(last)}. The numbers are in the table "
        "below.",
    )


def calibration_plot(bins: Sequence[Bin], *, size: int = 310) -> CalibrationPlot:
    """Lay out bins of estimates against the share of yes among them."""
    left, bottom = _LEFT + 4, size - 40

    def x(p: float) -> float:
        return round(left + (size - 26 - left) * p, 1)

    def y(p: float) -> float:
        return round(bottom - (bottom - 20) * p, 1)

    most = max((item.questions for item in bins), default=1)
    return CalibrationPlot(
        size=size,
        left=left,
        bottom=bottom,
        ticks=tuple((x(p), y(p), f"{p:.0%}") for p in (0.0, 0.25, 0.5, 0.75, 1.0)),
        dots=tuple(
            Dot(
                x=x(item.mean),
                y=y(item.share),
                low=y(item.low80),
                high=y(item.high80),
                radius=round(3.0 + 4.0 * (item.questions / most) ** 0.5, 1),
                label=str(item.questions),
            )
            for item in bins
        ),
        said=f"Calibration in {len(bins)} bins: the mean estimate of each against the "
        "share that came true. The numbers are in the table below.",
    )


def marked(svg: str, *, first: dt.date, last: dt.date, on: dt.date, answer: str) -> str:
    """Draw the day of the answer into a fan: a dashed rule with its words.

    The plot's place and size are read off the drawing: its first group and first grid
    line. An answer that fell outside of its dates is left to the text.
    """
    origin = re.search(r'transform="translate\((\d+),(\d+)\)"', svg)
    grid = re.search(r'<line transform="translate\(0,(\d+)\)" x2="(\d+)" y2="0"', svg)
    if origin is None or grid is None or not (first <= on <= last):
        return svg
    height, width = float(grid[1]), float(grid[2])
    share = (on - first).days / max(1, (last - first).days)
    x = round(float(origin[1]) + 0.5 + width * share, 1)
    top = float(origin[2])
    words = f"{answer.capitalize()}, {day(on)}"
    anchor, shift = ("start", 7) if share < 0.5 else ("end", -7)
    rule = (
        f'<line x1="{x}" x2="{x}" y1="{top}" y2="{top + height}" stroke="{OTHER}" '
        'stroke-width="2" stroke-dasharray="2 3"/>'
        f'<text x="{x + shift}" y="{top + 16}" text-anchor="{anchor}" '
        f'font-size="12px" font-weight="bold" fill="{OTHER}" stroke="{PAPER}" '
        f'stroke-width="4" paint-order="stroke">{html.escape(words)}</text>'
    )
    svg = svg.replace(
        'aria-label="', f'aria-label="The answer was {answer}, on {day(on)}. ', 1
    )
    return svg.removesuffix("</svg>") + rule + "</svg>"
