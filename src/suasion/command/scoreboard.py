"""`suasion scoreboard`: what was said, and how it came out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suasion.command.option import Json, Quiet
from suasion.command.output import console, note, writable, write_json

__all__ = ["scoreboard"]


def scoreboard(
    where: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FOLDER|LEDGER]...",
            help="Ledgers, or folders that have some. Default: this folder.",
        ),
    ] = None,
    head: Annotated[
        list[str] | None,
        typer.Option(metavar="HASH", help="A head kept earlier, that must be there."),
    ] = None,
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Make every recorded forecast again.")
    ] = False,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Verify ledgers, score what has an outcome, list what has none.

    \b
    Examples:
      suasion scoreboard
      suasion scoreboard my-case other-case/ledger.jsonl
      suasion scoreboard my-case --head 3f2a90c1d4e5
      suasion scoreboard my-case --recompute
    """
    from suasion.ledger_file import LedgerError, find, verify
    from suasion.scoring.scoreboard import scoreboard as score
    from suasion.scoring.scoreboard_terminal import heads, scoreboard_answer

    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    ledgers = find(*(where or [Path()]))
    board = score(*ledgers)
    for kept in head or ():
        if all(missing := [verify(file, head=kept) for file in ledgers]):
            raise LedgerError(missing[0])
    if recompute and (wrong := _recomputed(ledgers, quiet)):
        raise ValueError("\n".join(wrong))
    if json_ is not None:
        write_json(board.model_dump(mode="json"), json_)
        if json_ == "-":
            return
        note(f"wrote {json_}", quiet)
    screen = console()
    screen.print(scoreboard_answer(board), highlight=False)
    for line in heads(board):
        # Unbroken, so that it can be copied.
        screen.print(line, highlight=False, soft_wrap=True, style="dim")


def _recomputed(ledgers: list[Path], quiet: bool) -> list[str]:
    """Make recorded forecasts again; return what differs."""
    from suasion.ledger_file import read
    from suasion.problem import SuasionError
    from suasion.recording import case_of, recomputed

    wrong = []
    for file in ledgers:
        for row in read(file):
            if row["kind"] != "forecast":
                continue
            place = f"{file}, line {row['number']}"
            case = case_of(row["case"], file)
            try:
                differs = recomputed(row, case) if case else "its case is not here"
            except SuasionError as error:
                differs = f"it cannot be made again: {error}"
            if differs:
                wrong.append(f"{place}: {differs}")
            else:
                note(f"{place}: the same to the bit", quiet)
    return wrong
