"""What drives the answer, in a terminal: words first, then the tables they come from."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from suasion.sensitivity.record import Sensitivity
from suasion.sensitivity.tables import (
    SHARES,
    Table,
    asking_table,
    break_even_table,
    learning_table,
    shares_table,
    swings_table,
)
from suasion.sensitivity.telling import (
    CAVEAT,
    FACTOR,
    before,
    is_factor,
    moving,
    needed,
    paragraph,
)
from suasion.terminal import words

__all__ = ["explained"]


def explained(found: Sensitivity) -> RenderableType:
    """Return what drives the answer as something rich can print."""
    parts: list[RenderableType] = [
        Text(found.question, style="bold"),
        Text(),
        Text(" ".join(paragraph(found))),
    ]
    if found.owners:
        parts += [
            _section("Whose uncertainty it is"),
            _grid(shares_table("owner", found.owners)),
            _section("Which inputs"),
            _grid(shares_table("input", found.inputs)),
            words([SHARES]),
        ]
    if (swings := swings_table(found)).rows:
        parts += [
            _section("One at a time: the answer with an input low, and high"),
            _grid(swings),
            words(_on_swings(found, len(swings.rows))),
        ]
    if (values := break_even_table(found)).rows:
        parts += [_section(needed(found)), _grid(values)]
    if found.owners:
        asking, learning = asking_table(found), learning_table(found)
        parts += [_section("Where to ask next")]
        parts += [_grid(table) for table in (asking, learning) if table.rows]
        parts += [words([before(found), CAVEAT])]
    parts += [Text(), Text(_made(found), style="dim")]
    return Group(*parts)


def _on_swings(found: Sensitivity, shown: int) -> list[str]:
    notes = [FACTOR] if any(is_factor(item) for item in moving(found)) else []
    if left := len(found.swings) - shown:
        notes.append(f"{left} others move it less, or not at all.")
    return notes


def _grid(table: Table) -> RenderableType:
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    first, *others = table.titles
    grid.add_column(first)
    for title in others:
        grid.add_column(title, justify="right")
    for row in table.rows:
        grid.add_row(*(Text(cell) for cell in row))
    return Padding(grid, (0, 0, 0, 2))


def _section(title: str) -> RenderableType:
    return Text(f"\n{title}", style="bold underline")


def _made(found: Sensitivity) -> str:
    return (
        f"case {found.case_hash[:12]} · suasion {found.version} · {found.draws:,} pairs of "
        f"worlds · {2 * found.orders} orders · seed {found.seed}"
    )
