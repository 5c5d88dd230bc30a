"""`suasion compare`: a case and variants of it, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from suasion.command.option import CaseArgument, Json, Quiet, Seed
from suasion.command.output import console, note, progress, writable, write_json

__all__ = ["compare", "parse_changes", "parse_shifts"]


def compare(
    case: CaseArgument,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Changes of one variant."),
    ] = None,
    variant: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A variant saved in the case's folder."),
    ] = None,
    shift: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH=DAYS",
            help="The same earlier and later: calendar.<id>=-30,30 or question.by=30.",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Of all. Default: the case's own."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Deadline of all. Default: each one's own."),
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws, the same for all.")] = 100_000,
    seed: Seed = 7,
    save: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keep --set as variants/NAME.toml."),
    ] = None,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Say what would be different if: variants side by side, on the same draws.

    Without --set, --variant or --shift, the variants saved with the case are compared.
    Paths are those of evidence: actors.Germany.position, question.by,
    calendar.<id>.date; calendar.<id>=none leaves an event out.

    \b
    Examples:
      suasion compare deep-strikes
      suasion compare deep-strikes --set actors.Germany.position=70
      suasion compare deep-strikes --shift calendar.succession=-30,-15,15,30
      suasion compare my-case --set question.by=2025-03-20 --save longer
    """
    from suasion.casefile import load
    from suasion.comparing import compare as run
    from suasion.variant import Variant, shifted
    from suasion.variant_file import chosen, saved, where_to_save
    from suasion.variant_file import save as write
    from suasion.what_if import path_name

    changes = parse_changes(set_ or ())
    moves = parse_shifts(shift or ())
    if save is not None and not changes:
        raise ValueError("--save keeps what --set gives; give --set path=value too")
    loaded = load(case)
    file = None if save is None else where_to_save(case, save)
    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    variants = chosen(case, variant or [])
    if changes:
        name = file.stem if file is not None else path_name(changes)
        variants.append(Variant(name=name, changes=changes))
    for path, days in moves.items():
        variants += shifted(loaded, path, days)
    if not variants:
        variants = [*saved(case).values()]
    if not variants:
        raise ValueError(
            f"{case} has no saved variants; give --set path=value, such as "
            f"actors.{loaded.actors[0].name}.salience=0.5, or --shift question.by=30"
        )
    with progress(quiet) as moved:
        found = run(
            loaded,
            variants,
            as_of=as_of,
            by=by,
            draws=draws,
            seed=seed,
            progress=moved,
        )
    if file is not None:
        write(variants[len(variant or [])], file)
        note(f"saved {file}", quiet)
    if json_ is not None:
        write_json(found.to_dict(), json_)
        if json_ == "-":
            return
        note(f"wrote {json_}", quiet)
    from suasion.what_if_terminal import what_if_answer

    console().print(what_if_answer(found), highlight=False)


def parse_changes(words: Iterable[str]) -> dict[str, str]:
    """Read changes written `path=value`.

    Raises
    ------
    ValueError
        If one is written otherwise, or a path is given twice.

    Examples
    --------
    >>> parse_changes(["actors.Germany.position = 60|75|90", "calendar.succession=none"])
    {'actors.Germany.position': '60|75|90', 'calendar.succession': 'none'}
    """
    changes: dict[str, str] = {}
    for word in words:
        path, equals, value = (part.strip() for part in word.partition("="))
        if not (path and equals and value):
            raise ValueError(
                f"{word!r} is no change; write path=value, such as "
                "actors.France.position=70 or calendar.vote=none"
            )
        if path in changes:
            raise ValueError(f"{path} is given twice; keep one of the two")
        changes[path] = value
    return changes


def parse_shifts(words: Iterable[str]) -> dict[str, list[int]]:
    """Read shifts written `path=days,days`.

    Raises
    ------
    ValueError
        If one is written otherwise, or a path is given twice.

    Examples
    --------
    >>> parse_shifts(["calendar.vote=-30,30"])
    {'calendar.vote': [-30, 30]}
    """
    shifts: dict[str, list[int]] = {}
    for path, days in parse_changes(words).items():
        try:
            shifts[path] = [int(day) for day in days.split(",")]
        except ValueError:
            raise ValueError(
                f"--shift {path}={days}: days are whole numbers with commas between; "
                f"write {path}=-30,30"
            ) from None
    return shifts
