"""Levers in a terminal: sentences, a table of single moves, the rules."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from suasion.levers.lever_record import Levers
from suasion.levers.telling import EFFORT, answer, place, sentences
from suasion.terminal import words
from suasion.what_if import signed

__all__ = ["levers_answer"]


def levers_answer(found: Levers) -> RenderableType:
    """Return levers as something rich can print."""
    parts: list[RenderableType] = [
        Text(found.question, style="bold"),
        Text(),
        *(Text(sentence) for sentence in sentences(found)),
        Text(),
        Text("One actor alone, as far as the budget goes", style="bold"),
        _table(found),
    ]
    if found.gap:
        parts.append(
            Text(
                f"The search was stopped after {found.evaluated:,} sets: the best could "
                f"be better by {signed(found.gap, found.is_approval)} at most."
            )
        )
    side = (
        f"On the other side: {', '.join(found.opponents)}." if found.opponents else ""
    )
    parts += [
        words(
            [
                EFFORT,
                "That somebody can be moved at all, and that moves hold, is supposed. "
                + "Those who lobby are not moved. "
                + side,
                *found.notes,
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


def _table(found: Levers) -> RenderableType:
    unit = "points" if found.is_approval else found.unit or "units"
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    grid.add_column("", min_width=14)
    for title in ("moved", "effort", "answer", unit, "80% of\ndraws", "first\nstep"):
        grid.add_column(title, justify="right", no_wrap=True)
    grid.add_row(
        Text("as coded", style="bold"), "", "", answer(found, found.base.value)
    )
    for single in found.singles:
        best = single.best
        first = f"{single.steps[0].effort:.2f}" if single.steps else "–"
        if best is None:
            grid.add_row(Text(single.actor), "–", "", "", "", "", first)
            continue
        (move,) = best.moves
        low, high = (
            signed(value, found.is_approval)
            for value in (best.low_difference, best.high_difference)
        )
        grid.add_row(
            Text(single.actor),
            f"{place(move.start)} to {place(move.end)}",
            f"{best.effort:.2f}",
            answer(found, best.value),
            signed(best.difference, found.is_approval),
            low if low == high else f"{low} to {high}",
            first,
        )
    return grid
