"""`suasion precedents`: the hazard models on dossiers left out."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from suasion.command.option import AsOf, CaseArgument, Json, Quiet
from suasion.command.output import console, progress, write_json

__all__ = ["precedents"]


def precedents(
    case: CaseArgument,
    as_of: AsOf = None,
    sensitivity: Annotated[
        bool,
        typer.Option("--sensitivity", help="Base rates under other choices of rows."),
    ] = False,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Compare the hazard models on dossiers left out.

    Each dossier of the ledger is left out in turn; every model says what it would have
    said on the first of each month, and earns its weight by what then happened.

    Example: suasion precedents deep-strikes --sensitivity
    """
    from suasion.precedent_table import compare_models, sensitivity_rows

    with progress(quiet) as moved:
        table = compare_models(case, as_of=as_of, progress=moved)
        rows = sensitivity_rows(case, as_of=as_of) if sensitivity else ()
    if json_ is not None:
        data: dict[str, Any] = table.model_dump(mode="json")
        if sensitivity:
            data["sensitivity"] = [row._asdict() for row in rows]
        write_json(data, json_)
        return
    from suasion.terminal import comparison_table, sensitivity_table

    screen = console()
    screen.print(comparison_table(table), highlight=False)
    if sensitivity:
        screen.print(sensitivity_table(rows), highlight=False)
