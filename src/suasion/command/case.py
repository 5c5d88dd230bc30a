"""`suasion cases`, `check` and `schema`: what a case is and says."""

from __future__ import annotations

import json

import typer

from suasion.command.option import CaseArgument, Json
from suasion.command.output import console, write_json

__all__ = ["cases", "check", "schema"]


def cases(json_: Json = None) -> None:
    """List the bundled cases, one line each.

    Example: suasion cases
    """
    from suasion.casefile import bundled, load

    found = [load(slug) for slug in bundled()]
    if json_ is not None:
        rows = [
            {"slug": case.slug, "title": case.title, "question": case.question.text}
            for case in found
        ]
        write_json(rows, json_)
        return
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    for case in found:
        grid.add_row(case.slug, case.title)
    console().print(grid, highlight=False)


def check(case: CaseArgument, json_: Json = None) -> None:
    """Validate a case and print what it says.

    All problems are reported at once, each with file, place, value, rule and cure; the
    exit status is then 2.

    \b
    Examples:
      suasion check deep-strikes
      suasion check my-case/
    """
    from suasion.casefile import load

    loaded = load(case)
    if json_ is not None:
        write_json({"hash": loaded.hash, **loaded.to_dict()}, json_)
        return
    from suasion.terminal import case_summary

    console().print(case_summary(loaded), highlight=False)


def schema() -> None:
    """Print the JSON Schema of case.toml, for editors.

    Example: suasion schema > case.schema.json
    """
    from suasion.case import CaseDocument

    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **CaseDocument.model_json_schema(),
    }
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
