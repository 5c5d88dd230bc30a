"""`suasion forecast`: how likely, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suasion.command.option import AsOf, CaseArgument, Draws, Json, Quiet, Seed
from suasion.command.output import console, note, progress, writable, write_json

__all__ = ["forecast"]


def forecast(
    case: CaseArgument,
    as_of: AsOf = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Deadline. Default: the question's own."),
    ] = None,
    draws: Draws = 100_000,
    seed: Seed = 7,
    models: Annotated[
        str,
        typer.Option(metavar="NAMES", help="Bargaining models, with commas between."),
    ] = "mean,median,nash,challenge",
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the report there as well."),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save the forecast, complete, as JSON."),
    ] = None,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Answer a case's question: how likely, and why.

    \b
    Examples:
      suasion forecast deep-strikes
      suasion forecast deep-strikes --as-of 2024-11-11 --html report.html
      suasion forecast deep-strikes --models challenge,spatial
      suasion forecast deep-strikes --draws 20000 --seed 1 --json | jq .probability
      suasion forecast actors.csv --json forecast.json
    """
    from suasion.forecasting import forecast as run

    writable(html, "--html")
    writable(save, "--save")
    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    if html is not None:
        from suasion.report.drawing import required
        from suasion.report.page import write

        for package in ("altair", "jinja2", "vl_convert"):
            required(package)
    with progress(quiet) as moved:
        result = run(
            case,
            as_of=as_of,
            by=by,
            draws=draws,
            seed=seed,
            models=[name.strip() for name in models.split(",") if name.strip()],
            progress=moved,
        )
    if save is not None:
        result.save(save)
        note(f"saved {save}", quiet)
    if html is not None:
        write(result, html)
        note(f"report {html}", quiet)
    if json_ is not None:
        write_json(result.to_dict(), json_)
        if json_ == "-":
            return
        note(f"wrote {json_}", quiet)
    from suasion.terminal import forecast_answer

    screen = console()
    screen.print(forecast_answer(result, screen.width), highlight=False)
