"""`suasion import` and `suasion export`: files of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suasion.command.option import FileArgument
from suasion.command.output import note, writable

__all__ = ["export", "import_"]


def import_(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="KTAB, Decide, CSV or XLSX.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to make.")
    ],
) -> None:
    """Make a case folder from another program's file.

    \b
    Examples:
      suasion import scenario.xml -o my-case
      suasion import actors.xlsx -o my-case
    """
    from suasion.exporting import write_folder
    from suasion.importing import read

    case = read(file)
    write_folder(case, output)
    for text in (case.summary, case.coding.note):
        if text:
            note(text, quiet=False)
    typer.echo(f"wrote {output}; look it over with: suasion check {output}")


def export(
    case: FileArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="File to write.")
    ],
    format_: Annotated[
        str, typer.Option("--format", help="ktab, ktab-xml, decide, csv or xlsx.")
    ] = "csv",
) -> None:
    """Write a case for another program.

    What the format has no place for is said on standard error.

    Example: suasion export ec-emission-standards --format decide -o ec.txt
    """
    from suasion.exporting import export as write
    from suasion.importing import parameters, read

    writable(output, "--output")
    for text in write(read(case), output, format_, parameters(case) or None):
        note(text, quiet=False)
    typer.echo(f"wrote {output}")
