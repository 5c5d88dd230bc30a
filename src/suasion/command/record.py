"""`suasion record`: a forecast that cannot be unsaid."""

from __future__ import annotations

from suasion.command.option import (
    AsOf,
    By,
    CaseArgument,
    Draws,
    Json,
    Ledger,
    Models,
    Quiet,
    Seed,
)
from suasion.command.output import console, note, progress, writable, write_json

__all__ = ["record"]


def record(
    case: CaseArgument,
    as_of: AsOf = None,
    by: By = None,
    draws: Draws = 100_000,
    seed: Seed = 7,
    models: Models = "mean,median,nash,challenge",
    ledger: Ledger = None,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Forecast a case and append the answer to its ledger, where it stays.

    The ledger, ledger.jsonl in the case's folder, only grows; each line has the hash of
    the one before, so that a change shows. Give the printed head to somebody you do not
    control, and nobody can say you made it up later.

    \b
    Examples:
      suasion record my-case
      suasion record my-case --as-of 2026-11-22
      suasion record deep-strikes --ledger mine.jsonl
    """
    from pathlib import Path

    from suasion.explanation import headline
    from suasion.forecasting import forecast
    from suasion.ledger_file import append, read
    from suasion.recording import forecast_row, ledger_of

    file = ledger_of(case, ledger)
    writable(file, "--ledger")
    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    if file.exists():
        read(file)  # refused before the work, not after it
    with progress(quiet) as moved:
        made = forecast(
            case,
            as_of=as_of,
            by=by,
            draws=draws,
            seed=seed,
            models=[name.strip() for name in models.split(",") if name.strip()],
            progress=moved,
        )
    row = append(file, forecast_row(made))
    if json_ is not None:
        write_json(row, json_)
        if json_ == "-":
            return
        note(f"wrote {json_}", quiet)
    screen = console()
    screen.print(headline(made), highlight=False)
    screen.print(
        f"Recorded as line {row['number']} of {file}, {row['recorded_at']}.",
        highlight=False,
    )
    screen.print(f"head {row['hash']}", highlight=False, soft_wrap=True)
