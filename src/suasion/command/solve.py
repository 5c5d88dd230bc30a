"""`suasion solve`: one model, once, on point values."""

from __future__ import annotations

from typing import Annotated

import typer

from suasion.command.option import FileArgument, Json
from suasion.command.output import console, write_json

__all__ = ["solve"]


def solve(
    case: FileArgument,
    model: Annotated[
        str,
        typer.Option(
            help="mean, median, nash, challenge, spatial, exchange or procedure."
        ),
    ] = "mean",
    as_published: Annotated[
        bool,
        typer.Option(
            "--as-published", help="With the defects of the published program."
        ),
    ] = False,
    rounds: Annotated[
        int | None, typer.Option(help="Rounds to play. Default: the model's own.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the model."),
    ] = None,
    json_: Json = None,
) -> None:
    """Run one model once, on point values.

    Uncertain numbers count with their modes.

    \b
    Examples:
      suasion solve ec-emission-standards --model median
      suasion solve actors.csv --model nash --json
      suasion solve actors.csv --model challenge --as-published --rounds 5 --set q=1
    """
    from suasion.solving import parse_settings
    from suasion.solving import solve as run

    settings = parse_settings(set_ or ())
    if as_published:
        settings["as_published"] = True
    if rounds is not None:
        settings["rounds"] = rounds
    outcome = run(case, model, settings)
    if json_ is not None:
        write_json(outcome.to_dict(), json_)
        return
    from suasion.terminal import outcome_table

    console().print(outcome_table(outcome), highlight=False)
