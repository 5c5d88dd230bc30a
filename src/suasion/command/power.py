"""`suasion power`: who can block it, and who is pivotal."""

from __future__ import annotations

from typing import Annotated

import typer

from suasion.command.option import AsOf, CaseArgument, Json, Seed
from suasion.command.output import console, write_json

__all__ = ["power"]


def power(
    case: CaseArgument,
    option: Annotated[
        str | None, typer.Option(metavar="ID", help="One option. Default: all.")
    ] = None,
    as_of: AsOf = None,
    list_: Annotated[
        int, typer.Option("--list", metavar="N", help="Minimal coalitions to list.")
    ] = 5,
    draws: Annotated[int, typer.Option(help="Draws for how actors lean.")] = 10_000,
    seed: Seed = 7,
    json_: Json = None,
) -> None:
    """Say who can block it, who could do it without whom, and who is pivotal.

    \b
    Examples:
      suasion power deep-strikes
      suasion power deep-strikes --option deep-strikes --as-of 2025-03-01
      suasion power ec-emission-standards --list 20 --json
    """
    from suasion.power.table import power_table

    table = power_table(case, option, as_of=as_of, draws=draws, seed=seed, listed=list_)
    if json_ is not None:
        write_json(table.model_dump(mode="json"), json_)
        return
    from suasion.power.terminal import power_answer

    screen = console()
    screen.print(power_answer(table, screen.width), highlight=False)
