"""Arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AsOf",
    "By",
    "CaseArgument",
    "Draws",
    "FileArgument",
    "Json",
    "Ledger",
    "Models",
    "Quiet",
    "Seed",
]

CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="Slug, case folder, or actors.csv.")
]
FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="CASE",
        help="Slug, case folder, or a file of KTAB or Decide, CSV, XLSX.",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="Use nothing dated later. Default: the case's own."
    ),
]
By = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Deadline. Default: the question's own."),
]
Models = Annotated[
    str, typer.Option(metavar="NAMES", help="Bargaining models, with commas between.")
]
Ledger = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Default: ledger.jsonl in the case's folder."),
]
Json = Annotated[
    str | None,
    typer.Option(
        "--json",
        metavar="[FILE.json]",
        help="Write JSON to a file ending in .json, or to standard output alone.",
    ),
]
Draws = Annotated[int, typer.Option(help="Draws of the case.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same bits.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
