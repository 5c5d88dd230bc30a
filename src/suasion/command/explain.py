"""`suasion explain`: which input drives the answer, and where to ask next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suasion.command.option import AsOf, CaseArgument, Json, Quiet, Seed
from suasion.command.output import console, note, progress, writable, write_json

__all__ = ["explain"]


def explain(
    case: CaseArgument,
    as_of: AsOf = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Deadline. Default: the question's own."),
    ] = None,
    target: Annotated[
        float | None,
        typer.Option(
            metavar="P",
            help="Answer to find break-even values for. Default: 0.5; none for a "
            "question of place.",
        ),
    ] = None,
    draws: Annotated[int, typer.Option(help="Pairs of possible worlds.")] = 16_000,
    orders: Annotated[
        int, typer.Option(help="Random orders for the shares, each also reversed.")
    ] = 5,
    seed: Seed = 7,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Say which input drives the answer, and what finding it out is worth.

    \b
    Examples:
      suasion explain deep-strikes
      suasion explain deep-strikes --target 0.25
      suasion explain my-case --as-of 2024-11-11 --json explained.json
    """
    from suasion.sensitivity import sensitivity

    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    with progress(quiet) as moved:
        found = sensitivity(
            case,
            as_of=as_of,
            by=by,
            target=target,
            draws=draws,
            orders=orders,
            seed=seed,
            progress=moved,
        )
    if json_ is not None:
        write_json(found.to_dict(), json_)
        if json_ == "-":
            return
        note(f"wrote {json_}", quiet)
    from suasion.sensitivity.terminal import explained

    console().print(explained(found), highlight=False)
