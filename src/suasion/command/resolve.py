"""`suasion resolve`: how it ended."""

from __future__ import annotations

from typing import Annotated

import typer

from suasion.command.option import CaseArgument, Json, Ledger, Quiet
from suasion.command.output import console, note, writable, write_json

__all__ = ["resolve"]


def resolve(
    case: CaseArgument,
    answer: Annotated[
        str | None, typer.Option(metavar="yes|no|VALUE", help="What came true.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of the answer, or of the end in vain."),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="TEXT", help="Who reported it, and when.")
    ] = "",
    note_: Annotated[
        str,
        typer.Option("--note", metavar="TEXT", help="Anything a reader should know."),
    ] = "",
    ledger: Ledger = None,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Write down how a case ended, and append that to its ledger.

    The outcome stands in outcome.toml of the case's folder, and scores rest on that file
    alone; the ledger keeps a dated copy. With --answer, --on and --source the file is
    written; without, the outcome that it has is recorded, such as after a correction.

    \b
    Examples:
      suasion resolve my-case --answer yes --on 2026-11-17 --source "Outlet, 2026-11-18"
      suasion resolve my-case
    """
    from pathlib import Path

    from suasion.casefile import load
    from suasion.frozen import date_of
    from suasion.ledger_file import append, read
    from suasion.recording import ledger_of, outcome, resolution_row, write_outcome

    loaded = load(case)
    file = ledger_of(case, ledger)
    writable(file, "--ledger")
    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    if file.exists():
        read(file)
    if answer is not None:
        day = date_of(on, "--on")
        if day is None:
            raise ValueError("--answer needs --on, the day of the answer; add it")
        found = outcome(loaded, answer=answer, on=day, source=source, note=note_)
        if found != loaded.resolution:
            note(f"wrote {write_outcome(case, found)}", quiet)
            loaded = load(case)
    elif on or source or note_:
        raise ValueError("--on, --source and --note go with --answer; add it")
    elif loaded.resolution is None:
        raise ValueError(
            f"{case} has no outcome.toml; give --answer yes, no or a number, --on and "
            "--source"
        )
    row = append(file, resolution_row(loaded))
    if json_ is not None:
        write_json(row, json_)
        if json_ == "-":
            return
        note(f"wrote {json_}", quiet)
    what = row["answer"] or f"at {row['value']:g}"
    screen = console()
    screen.print(
        f"Resolved {what}, {row['date']}: line {row['number']} of {file}.",
        highlight=False,
    )
    screen.print(f"head {row['hash']}", highlight=False, soft_wrap=True)
