"""`suasion forecast`: how likely, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suasion.command.option import (
    AsOf,
    By,
    CaseArgument,
    Draws,
    Json,
    Models,
    Quiet,
    Seed,
)
from suasion.command.output import console, note, progress, writable, write_json

if TYPE_CHECKING:
    from suasion.forecast_record import Forecast

__all__ = ["forecast"]

_DRAWS_OF_REPORT = 4000


def forecast(
    case: CaseArgument,
    as_of: AsOf = None,
    by: By = None,
    draws: Draws = 100_000,
    seed: Seed = 7,
    models: Models = "mean,median,nash,challenge",
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the report there as well."),
    ] = None,
    explain: Annotated[
        bool | None,
        typer.Option(
            "--explain/--no-explain",
            show_default=False,
            help="Say in the report what drives the answer and what would change it. "
            "Default: yes, unless the "
            "case has positions moved by a model, which takes longer.",
        ),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save the forecast, complete, as JSON."),
    ] = None,
    accept_draft: Annotated[
        bool,
        typer.Option(
            "--accept-draft", help="Forecast a draft that nobody has reviewed."
        ),
    ] = False,
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
            accept_draft=accept_draft,
        )
    if save is not None:
        result.save(save)
        note(f"saved {save}", quiet)
    if html is not None:
        from suasion.reading.passage import source_texts

        beside = _beside(case, by, result, explain)
        write(result, html, **beside, texts=source_texts(case))
        note(f"report {html}", quiet)
    if json_ is not None:
        write_json(result.to_dict(), json_)
        if json_ == "-":
            return
        note(f"wrote {json_}", quiet)
    from suasion.terminal import forecast_answer

    screen = console()
    screen.print(forecast_answer(result, screen.width), highlight=False)


def _beside(
    slug: str, by: str | None, result: Forecast, asked: bool | None
) -> dict[str, Any]:
    """Compute, with few draws, what the report says beside the forecast."""
    if asked is None:
        asked = not result.case.window.moved_by
    if not asked:
        return {}
    from suasion.casefile import load
    from suasion.comparing import compare
    from suasion.levers.moving import levers
    from suasion.levers.side import sponsors
    from suasion.sensitivity import sensitivity
    from suasion.variant_file import saved

    # Without --by, a variant may have a deadline of its own.
    asked_as: dict[str, Any] = {"as_of": result.as_of, "by": by, "seed": result.seed}
    found: dict[str, Any] = {
        "sensitivity": sensitivity(
            result.case, draws=_DRAWS_OF_REPORT, orders=4, **asked_as
        )
    }
    variants = saved(slug).values()
    if variants:
        whole = load(slug)
        found["what_if"] = compare(
            whole, variants, draws=5 * _DRAWS_OF_REPORT, **asked_as
        )
    if result.is_approval and sponsors(result.case) and not result.case.window.moved_by:
        found["levers"] = levers(result.case, draws=_DRAWS_OF_REPORT, **asked_as)
    return found
