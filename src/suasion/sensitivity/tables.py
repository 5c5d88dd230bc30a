"""The tables of what drives the answer, as text: for a terminal, and for the report."""

from __future__ import annotations

from typing import NamedTuple

from suasion.explanation import percent
from suasion.sensitivity.record import Effect, Sensitivity
from suasion.sensitivity.telling import (
    asked,
    bare,
    end,
    gained,
    learned,
    main,
    moving,
    nearest,
    reached,
    rest,
    share,
    swung,
    worth,
    worth_title,
)

__all__ = [
    "SHARES",
    "Table",
    "asking_table",
    "break_even_table",
    "learning_table",
    "shares_table",
    "swings_table",
]

SHARES = (
    "“Share”: of the variance of the answer, interactions divided among those that "
    "interact (Shapley effect). “Alone”: without interactions (first Sobol index). “With "
    "all”: with every interaction (total). ± is half a 95% interval."
)


class Table(NamedTuple):
    """Headings of the columns, and rows."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def shares_table(title: str, effects: tuple[Effect, ...]) -> Table:
    """Shares of the variance, the largest first; the others in one line."""
    shown = main(effects)
    rows = [
        (item.name, share(item.shapley), share(item.first), share(item.total))
        for item in shown.lines
    ]
    if shown.left:
        rows.append((f"{shown.left} others", percent(max(shown.share, 0.0)), "", ""))
    return Table((title, "share", "alone", "with all"), tuple(rows))


def swings_table(found: Sensitivity) -> Table:
    """Return the answer with one input low, and high."""
    rows = [
        (
            item.name,
            end(item, item.low),
            end(item, item.high),
            bare(item.at_low, found),
            bare(item.at_high, found),
            swung(item, found),
        )
        for item in moving(found)
    ]
    difference = "points" if found.is_approval else "difference"
    titles = ("input", "low", "high", "at low", "at high", difference)
    return Table(titles, tuple(rows))


def break_even_table(found: Sensitivity) -> Table:
    """Return where numbers would have to be for the answer to be the target.

    Where none would do, those that come nearest, with the answers they can reach.
    """
    if missed := nearest(found):
        short_of = [
            (item.name, item.now, bare(item.least, found), bare(item.most, found))
            for item in missed
        ]
        return Table(("number", "coded", "least", "most"), tuple(short_of))
    rows = [
        (item.name, item.now, rest(item, found), _basis(item.judgement))
        for item in reached(found)
    ]
    return Table(("number", "coded", "would have to be", "rests on"), tuple(rows))


def asking_table(found: Sensitivity) -> Table:
    """Return what it is worth to know a number exactly."""
    rows = [
        (item.name, worth(item, found), gained(item.bits), _basis(item.judgement))
        for item in asked(found)
    ]
    return Table(("number", worth_title(found), "bits", "rests on"), tuple(rows))


def learning_table(found: Sensitivity) -> Table:
    """Return what it is worth to know all inputs of an owner."""
    rows = [
        (item.name, worth(item, found), gained(item.bits)) for item in learned(found)
    ]
    return Table(("everything about", worth_title(found), "bits"), tuple(rows))


def _basis(judgement: bool) -> str:
    return "judgement" if judgement else "evidence"
