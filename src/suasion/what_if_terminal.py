"""What if, in a terminal: sentences to print, the table they come from, notes."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from suasion.explanation import day, percent
from suasion.terminal import words
from suasion.what_if import Alternative, WhatIf, signed

__all__ = ["what_if_answer"]


def what_if_answer(found: WhatIf) -> RenderableType:
    """Return a comparison as something rich can print."""
    headline, *differences = found.sentences()
    parts: list[RenderableType] = [
        Text(found.question, style="bold"),
        Text(),
        Text(headline),
        *(Text(sentence) for sentence in differences),
        _table(found),
    ]
    lines = []
    for item in found.alternatives:
        if said := _said(found, item):
            lines.append(f"{found.label(item)}: {said}")
    if lines:
        parts.append(words(lines))
    parts += [
        words(
            [
                "Differences are taken draw by draw, on the same random numbers; ± is "
                "the standard error of their mean. They say what follows in this model "
                "from supposing so, not whether it will be so."
            ]
        ),
        Text(),
        Text(
            f"case {found.case_hash[:12]} · suasion {found.version} · "
            f"{found.draws:,} draws · seed {found.seed}",
            style="dim",
        ),
    ]
    return Group(*parts)


def _table(found: WhatIf) -> RenderableType:
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    grid.add_column("", min_width=16)
    unit = "points" if found.is_approval else found.unit or "units"
    answer = "P(yes)" if found.is_approval else "outcome"
    titles = (answer, "80%\ninterval", unit, "80% of\ndraws", "±", "rises\nin")
    for title in titles:
        grid.add_column(title, justify="right", no_wrap=True)
    base = found.base
    grid.add_row(
        Text(base.name, style="bold"), found.answer(base), found.interval(base)
    )
    for item in found.alternatives:
        if item.difference is None:
            grid.add_row(Text(found.label(item)), "–")
            continue
        low, high = found.bounds(item)
        assert item.error is not None
        assert item.rises is not None
        grid.add_row(
            Text(found.label(item)),
            found.answer(item),
            found.interval(item),
            signed(item.difference, found.is_approval),
            low if low == high else f"{low} to {high}",
            signed(item.error, found.is_approval).removeprefix("+"),
            percent(item.rises),
        )
    for fear in found.fears:
        low, high, cost, error = (
            signed(value, True).removeprefix("+")
            for value in (
                fear.low_difference,
                fear.high_difference,
                fear.difference,
                fear.error,
            )
        )
        grid.add_row(Text("cost of fear"), "", "", cost, f"{low} to {high}", error)
    return grid


def _said(found: WhatIf, item: Alternative) -> str:
    """Say what an alternative changes, and what is to be known about it."""
    parts = [item.text] if item.text else []
    label = found.label(item)
    said = "; ".join(item.words)
    if said and said.casefold() != label.casefold() and item.shift is None:
        parts.append(f"{_capital(said)}.")
    moved = item.by is not None and item.by != found.base.by
    if moved and item.by and not any(day(item.by) in word for word in item.words):
        parts.append(f"By {day(item.by)}.")
    return " ".join([*parts, *item.notes])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
