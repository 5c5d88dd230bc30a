"""`suasion aftermath`: what then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suasion.command.option import Json, Quiet, Seed
from suasion.command.output import console, note, writable, write_json

__all__ = ["aftermath"]


def aftermath(
    case: Annotated[
        str,
        typer.Argument(metavar="CASE", help="Slug or case folder, or an .efg file."),
    ],
    lambda_: Annotated[
        float | None,
        typer.Option(
            "--lambda",
            metavar="NUMBER",
            help="Precision of the players per point. Default: the case's range.",
        ),
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of the judgements.")] = 4000,
    seed: Seed = 7,
    efg: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the game, at its modes, as .efg too."),
    ] = None,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Say what then: likely reactions, how far up the ladder, and what it hangs on.

    \b
    Examples:
      suasion aftermath deep-strikes
      suasion aftermath deep-strikes --lambda 0.1 --json
      suasion aftermath deep-strikes --efg deep-strikes.efg
      suasion aftermath game.efg --lambda 2
    """
    from suasion.aftermath.answer import answer, answer_game
    from suasion.aftermath.efg import read, write

    writable(efg, "--efg")
    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    if case.casefold().endswith(".efg"):
        game = read(case)
        title = game.summary or Path(case).stem
        found = answer_game(game, title, precision=lambda_, draws=draws, seed=seed)
    else:
        from suasion.casefile import load

        loaded = load(case)
        found = answer(loaded, precision=lambda_, draws=draws, seed=seed)
    if efg is not None:
        write(found.game, efg, found.title)
        note(f"wrote {efg}: payoffs at their modes, without ranges or rungs", quiet)
    if json_ is not None:
        write_json(found.model_dump(mode="json"), json_)
        if json_ != "-":
            note(f"wrote {json_}", quiet)
        return
    from suasion.aftermath.terminal import aftermath_answer

    console().print(aftermath_answer(found), highlight=False)
