"""`suasion backtest`: how good every model has been on cases whose end is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suasion.command.option import Json, Quiet, Seed
from suasion.command.output import console, note, progress, writable, write_json

__all__ = ["backtest"]


def backtest(
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CASE]...",
            help="Slugs or folders of resolved cases. Default: the whole library.",
        ),
    ] = None,
    models: Annotated[
        str,
        typer.Option(
            metavar="NAMES", help="all, or window and bargaining models, with commas."
        ),
    ] = "all",
    draws: Annotated[int, typer.Option(help="Draws of each trial.")] = 10_000,
    block: Annotated[
        int, typer.Option(help="Draws of a block of work; the answer does not change.")
    ] = 50_000,
    seed: Seed = 7,
    ledgers: Annotated[
        bool,
        typer.Option(
            "--ledgers/--no-ledgers",
            help="Also try rows of the cases' ledgers as cases of their own.",
        ),
    ] = True,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Processes on this machine; 1 needs no Dask. Default: one a core.",
            show_default=False,
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Compute there: a Dask scheduler, tcp://host:port."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep parts there in Parquet; what is there is not computed again.",
        ),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.md", help="Write the page there, with charts and numbers."
        ),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write there what every forecast says of it."
        ),
    ] = None,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Run every model on every resolved case, and score what they said.

    \b
    Examples:
      suasion backtest
      suasion backtest opec-october-2022 oil-price-cap --models mean,median
      suasion backtest --draws 1000000 --cluster tcp://10.0.0.5:8786 --out parts
      suasion backtest --page docs/accuracy.md
    """
    from suasion.backtest import backtest as run
    from suasion.backtest.table import place_table, whether_table
    from suasion.backtest.terminal import backtest_answer

    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    writable(record, "--record")
    if page is not None:
        from suasion.report.drawing import required

        writable(page, "--page")
        for package in ("altair", "vl_convert"):
            required(package)
    with progress(quiet) as moved:
        found = run(
            cases or None,
            models=None if models == "all" else _named(models),
            draws=draws,
            seed=seed,
            size=block,
            ledgers=ledgers,
            workers=_workers(workers, cluster, quiet),
            cluster=cluster,
            folder=out,
            progress=moved,
        )
    if record is not None:
        from suasion.backtest.table import summary
        from suasion.textfile import write_text

        write_text(record, summary(found).model_dump_json(indent=1) + "\n")
        note(f"wrote {record}", quiet)
    if page is not None:
        from suasion.backtest.page import write

        for file in write(found, page):
            note(f"wrote {file}", quiet)
    tables = {
        "whether": whether_table(found),
        "where": place_table(found),
        "ledgers": whether_table(found, "ledger"),
    }
    if json_ is not None:
        scored = {
            name: table.model_dump(mode="json")
            for name, table in tables.items()
            if table is not None
        }
        write_json({**found.model_dump(mode="json"), "tables": scored}, json_)
        if json_ == "-":
            return
        note(f"wrote {json_}", quiet)
    screen = console()
    screen.print(backtest_answer(found, tables), highlight=False)


def _named(models: str) -> list[str]:
    return [name.strip() for name in models.split(",") if name.strip()]


def _workers(asked: int | None, cluster: str | None, quiet: bool) -> int:
    """One process a core if Dask is there, else this one."""
    import os

    from suasion.cluster import installed

    if asked is not None:
        return asked
    if cluster is not None:
        return 1
    if installed():
        return (
            len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else (os.cpu_count() or 1)
        )
    note(
        "computing in one process: for all cores, pip install 'suasion[cluster]'", quiet
    )
    return 1
