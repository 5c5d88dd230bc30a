"""Labels of vertical rules, placed above a plot so that none hides another.

A label hangs on its rule like a flag, to the right where there is room, else to the
left. Flags are staggered: where a rule would run through the flag of another, or two
flags would overlap, one goes above the other.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Label", "fitted", "place"]

CHARACTER = 6.9
"""Mean width of a character, in pixels, at the size of the labels; on the safe side."""

LINE = 15.0
"""Height of a line of text, in pixels."""

_GAP = 6.0
_MOST_LINES = 4


@dataclass(frozen=True)
class Label:
    """A placed label; pixels, `x` from the left and `bottom` upward from the plot."""

    x: float
    lines: tuple[str, ...]
    to_right: bool
    bottom: float

    @property
    def top(self) -> float:
        """Upper edge, upward from the plot's."""
        return self.bottom + LINE * len(self.lines)

    @property
    def span(self) -> tuple[float, float]:
        """Left and right edge."""
        length = _GAP + CHARACTER * max(len(line) for line in self.lines)
        return (self.x, self.x + length) if self.to_right else (self.x - length, self.x)


def fitted(text: str, width: float, lines: int) -> tuple[str, ...]:
    """Break a text into lines of a width in pixels; what is left over becomes "…".

    Examples
    --------
    >>> fitted("United Kingdom of Great Britain", 100.0, 2)
    ('United Kingdom', 'of Great…')
    """
    # Neither spaces nor nothing can be seen, and control characters break an SVG.
    visible = "".join(letter if letter.isprintable() else " " for letter in text)
    characters = max(6, int(width / CHARACTER))
    wrapped = textwrap.wrap(visible, characters, max_lines=lines, placeholder="…")
    return tuple(wrapped) or ("?",)


def place(
    marks: Sequence[tuple[float, str]], width: float, margin: float = 0.0
) -> list[Label]:
    """Place labels of rules at x, in pixels from the left of a plot of this width.

    Rules at the same place need one common label. Labels may reach into a margin to the
    left of the plot. They come from top to bottom.

    Examples
    --------
    >>> [(label.to_right, label.bottom)
    ...  for label in place([(20, "status quo"), (60, "threshold"), (280, "all")], 300)]
    [(False, 4.0), (True, 19.0), (True, 4.0)]
    """
    left, right = [], []
    limit = width
    for x, text in sorted(marks, reverse=True):
        length = _GAP + CHARACTER * len(text)
        room = limit - x
        if room < min(length, 0.45 * width) and margin + x > room:
            right.append(_flag(x, text, margin + x, to_right=False))
            limit = x
        else:
            left.append(_flag(x, text, room, to_right=True))
    # From top to bottom so that a rule meets only flags that hang above its own.
    order = right + left[::-1]
    placed: list[Label] = []
    for label in reversed(order):
        (low, high) = label.span
        below = [
            other.top
            for other in placed
            if low < other.span[1] + _GAP and other.span[0] < high + _GAP
        ]
        placed.append(
            Label(label.x, label.lines, label.to_right, max(below, default=4.0))
        )
    return placed[::-1]


def _flag(x: float, text: str, room: float, *, to_right: bool) -> Label:
    return Label(x, fitted(text, room - _GAP, _MOST_LINES), to_right, 0.0)
