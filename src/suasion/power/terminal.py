"""The tables of power in a terminal, at any width."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from suasion.explanation import day, listed, percent
from suasion.power.coalition import Coalitions
from suasion.power.table import ActorPower, GamePower, PowerTable
from suasion.power.telling import LEAN
from suasion.rule import with_article
from suasion.terminal import words

__all__ = ["power_answer"]

_WIDE = 76


def power_answer(table: PowerTable, width: int) -> RenderableType:
    """Return the tables as something rich can print."""
    parts: list[RenderableType] = [
        Text(table.title, style="bold"),
        Text(f"Power as of {day(table.on)}."),
    ]
    if table.rule:
        parts.append(Text(f"Decision rule: {table.rule}."))
    for game in table.games:
        parts += [Text(f"\n{_titled(game)}", style="bold underline")]
        parts += [words((*game.warnings, *game.told))]
        if any(not row.dummy for row in game.by_actor):
            parts += [_indices(game, width)]
        parts += [words(_coalitions(game))]
    errors = [row.pivotal_error for game in table.games for row in game.by_actor]
    if known := [error for error in errors if error is not None]:
        most = f" Standard error of a share: {100 * max(known):.1f} points at most."
        parts += [Text(), Text(LEAN + most)]
    parts += [
        Text(),
        Text(
            f"case {table.case_hash[:12]} · {table.draws:,} draws · seed {table.seed}",
            style="dim",
        ),
    ]
    return Group(*parts)


def _titled(game: GamePower) -> str:
    name = game.name[:1].upper() + game.name[1:]
    return f"{name} ({game.option})" if game.option else name


def _indices(game: GamePower, width: int) -> RenderableType:
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    grid.add_column("actor")
    columns = {
        "Shapley-Shubik": "shapley_shubik",
        "Banzhaf": "banzhaf",
        "normal-ised": "banzhaf_normalised",
        "Deegan-Packel": "deegan_packel",
        "Holler": "holler",
        "leans yes": "lean",
        "pivotal": "pivotal",
    }
    if width < _WIDE:
        columns = {"Shapley": "shapley_shubik", "pivotal": "pivotal"}
    shown = {
        title: field
        for title, field in columns.items()
        if any(getattr(row, field) is not None for row in game.by_actor)
    }
    for title in shown:
        grid.add_column(title.replace("-", "-\n").replace(" ", "\n"), justify="right")
    for row in game.by_actor:
        if not row.dummy:
            grid.add_row(row.actor, *(_cell(row, field) for field in shown.values()))
    return grid


def _cell(row: ActorPower, field: str) -> str:
    value = getattr(row, field)
    if field in ("lean", "pivotal"):
        return percent(value)
    error = getattr(row, f"{field}_error", 0.0)
    return f"{value:.3f} ± {error:.3f}" if error else f"{value:.3f}"


def _coalitions(game: GamePower) -> Iterator[str]:
    if not game.exact:
        yield (
            f"Estimated from {game.samples:,} samples, with standard errors: the game is "
            "too large to be computed exactly, and its minimal coalitions to be counted."
        )
        return
    for kind, family in (("winning", game.winning), ("blocking", game.blocking)):
        yield f"Minimal {kind} coalitions: {_family(family)}"


def _family(family: Coalitions) -> str:
    if family.count is None:
        return "too many to be counted."
    names = [
        listed([with_article(name) for name in members]) if members else "the empty one"
        for members in family.listed
    ]
    left = family.count - len(names)
    end = f"; and {left:,} more" if left and names else ""
    shown = f": {'; '.join(names)}{end}" if names else ""
    return f"{family.count:,}{shown}."
