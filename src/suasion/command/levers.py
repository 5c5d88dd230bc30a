"""`suasion levers`: whom to move, how far, at what cost."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suasion.command.option import AsOf, CaseArgument, Json, Seed
from suasion.command.output import console, note, writable, write_json

__all__ = ["levers"]


def levers(
    case: CaseArgument,
    for_: Annotated[
        str,
        typer.Option(
            "--for", metavar="NAMES", help="Who lobbies. Default: the sponsors."
        ),
    ] = "",
    against: Annotated[
        str,
        typer.Option(
            metavar="NAMES", help="Who lobbies the other way. Default: opponents."
        ),
    ] = "",
    move: Annotated[
        str,
        typer.Option(metavar="NAMES", help="Who may be moved. Default: all others."),
    ] = "",
    budget: Annotated[float, typer.Option(help="Effort to spend.")] = 3.0,
    counter_budget: Annotated[
        float | None, typer.Option(help="The opponents'. Default: the same.")
    ] = None,
    reach: Annotated[
        float | None, typer.Option(help="Find the cheapest way to this answer.")
    ] = None,
    most: Annotated[int, typer.Option(help="Actors moved at once.")] = 2,
    step: Annotated[
        float | None, typer.Option(help="Of a move. Default: a 20th of the scale.")
    ] = None,
    steps: Annotated[int, typer.Option(help="Steps an actor is moved at most.")] = 5,
    as_of: AsOf = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Deadline. Default: the question's own."),
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws, the same for all sets.")] = 4000,
    seed: Seed = 7,
    json_: Json = None,
) -> None:
    """Say whom to move, how far, at what cost; and what the opponents would do.

    \b
    Examples:
      suasion levers deep-strikes
      suasion levers deep-strikes --for UK,FR --budget 3 --reach 0.6
      suasion levers deep-strikes --for RU --most 3 --json
      suasion levers ec-emission-standards --for Germany
    """
    from suasion.levers.moving import levers as run
    from suasion.levers.terminal import levers_answer

    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    found = run(
        case,
        _names(for_),
        against=_names(against),
        move=_names(move),
        budget=budget,
        counter_budget=counter_budget,
        reach=reach,
        most=most,
        step=step,
        steps=steps,
        as_of=as_of,
        by=by,
        draws=draws,
        seed=seed,
    )
    if json_ is not None:
        write_json(found.to_dict(), json_)
        if json_ == "-":
            return
        note(f"wrote {json_}", quiet=False)
    console().print(levers_answer(found), highlight=False)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
