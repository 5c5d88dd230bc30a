"""A backtest for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from suasion.backtest.record import Backtest
from suasion.backtest.table import Table
from suasion.backtest.telling import counted, place_verdict, whether_verdict

__all__ = ["backtest_answer"]

_TITLES = {
    "whether": ("Whether, by a date", "Brier"),
    "where": ("Where on a scale", "CRPS"),
    "ledgers": ("Rows of the ledgers as cases", "Brier"),
}


def backtest_answer(found: Backtest, tables: Mapping[str, Table | None]) -> Group:
    """Return the tables and what they say."""
    parts: list[RenderableType] = []
    for name, table in tables.items():
        if table is None:
            continue
        title, score = _TITLES[name]
        told = place_verdict(table) if name == "where" else whether_verdict(table)
        parts += [
            Text(title, style="bold"),
            Text(f"{counted(table)}; lower is better."),
            _grid(table, score),
            *(Text(f"• {line.replace('**', '')}") for line in told),
            Text(),
        ]
    if found.refused:
        parts.append(Text(f"Not asked: {len(found.refused)}."))
        parts += [
            Text(f"• {one.case} as of {one.as_of}: {one.why}") for one in found.refused
        ]
    return Group(*parts)


def _grid(table: Table, score: str) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column("")
    for head in (score, "95 % interval", f"skill against {table.reference}"):
        grid.add_column(head, justify="right")
    for line in table.lines:
        low, high = line.score.low, line.score.high
        grid.add_row(
            line.name,
            f"{line.score.mean:.3f}",
            "" if low is None or high is None else f"{max(low, 0):.3f} to {high:.3f}",
            "" if line.skill is None else f"{line.skill:+.0%}".replace("-", "−"),
        )
    return grid
