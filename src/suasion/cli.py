"""The command line: one verb a command, errors turned into exit status 2 here only.

Answers go to standard output, everything else (progress, errors) to standard error, so
that `--json` can be piped. Heavy parts are imported by the command that needs them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suasion.compare_command import compare
from suasion.journal.command import app as journal

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["app", "main"]

app = typer.Typer(
    name="suasion",
    help="Will they be persuaded, and in time?\n\nA CASE is the slug of a bundled case, a "
    "case folder, or a bare actors.csv (actor, capability, position, salience).",
    no_args_is_help=True,
    # Typer's rich help imports a Markdown parser and a tracer: 0.3 s for a frame.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(journal)

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
Json = Annotated[
    str | None,
    typer.Option(
        "--json",
        metavar="[FILE.json]",
        help="Write JSON to a file ending in .json, or to standard output alone.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", is_eager=True),
    ] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"suasion {version_of('suasion')}")
        raise typer.Exit


@app.command()
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
        _write_json(rows, json_)
        return
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    for case in found:
        grid.add_row(case.slug, case.title)
    _console().print(grid, highlight=False)


@app.command()
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
        _write_json({"hash": loaded.hash, **loaded.to_dict()}, json_)
        return
    from suasion.terminal import case_summary

    _console().print(case_summary(loaded), highlight=False)


@app.command()
def forecast(
    case: CaseArgument,
    as_of: AsOf = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Deadline. Default: the question's own."),
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of the case.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bits.")] = 7,
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

    _writable(html, "--html")
    _writable(save, "--save")
    if json_ not in (None, "-"):
        _writable(Path(json_), "--json")
    if html is not None:
        from suasion.report.drawing import required
        from suasion.report.page import write

        for package in ("altair", "jinja2", "vl_convert"):
            required(package)
    with _progress(quiet) as progress:
        result = run(
            case,
            as_of=as_of,
            by=by,
            draws=draws,
            seed=seed,
            models=[name.strip() for name in models.split(",") if name.strip()],
            progress=progress,
        )
    if save is not None:
        result.save(save)
        _note(f"saved {save}", quiet)
    if html is not None:
        write(result, html)
        _note(f"report {html}", quiet)
    if json_ is not None:
        _write_json(result.to_dict(), json_)
        if json_ == "-":
            return
        _note(f"wrote {json_}", quiet)
    from suasion.terminal import forecast_answer

    console = _console()
    console.print(forecast_answer(result, console.width), highlight=False)


@app.command()
def solve(
    case: FileArgument,
    model: Annotated[
        str,
        typer.Option(
            help="mean, median, nash, challenge, spatial, exchange or procedure."
        ),
    ] = "mean",
    as_published: Annotated[
        bool,
        typer.Option(
            "--as-published", help="With the defects of the published program."
        ),
    ] = False,
    rounds: Annotated[
        int | None, typer.Option(help="Rounds to play. Default: the model's own.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the model."),
    ] = None,
    json_: Json = None,
) -> None:
    """Run one model once, on point values.

    Uncertain numbers count with their modes.

    \b
    Examples:
      suasion solve ec-emission-standards --model median
      suasion solve actors.csv --model nash --json
      suasion solve actors.csv --model challenge --as-published --rounds 5 --set q=1
    """
    from suasion.solving import parse_settings
    from suasion.solving import solve as run

    settings = parse_settings(set_ or ())
    if as_published:
        settings["as_published"] = True
    if rounds is not None:
        settings["rounds"] = rounds
    outcome = run(case, model, settings)
    if json_ is not None:
        _write_json(outcome.to_dict(), json_)
        return
    from suasion.terminal import outcome_table

    _console().print(outcome_table(outcome), highlight=False)


@app.command()
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

    with _progress(quiet) as progress:
        table = compare_models(case, as_of=as_of, progress=progress)
        rows = sensitivity_rows(case, as_of=as_of) if sensitivity else ()
    if json_ is not None:
        data: dict[str, Any] = table.model_dump(mode="json")
        if sensitivity:
            data["sensitivity"] = [row._asdict() for row in rows]
        _write_json(data, json_)
        return
    from suasion.terminal import comparison_table, sensitivity_table

    console = _console()
    console.print(comparison_table(table), highlight=False)
    if sensitivity:
        console.print(sensitivity_table(rows), highlight=False)


@app.command()
def power(
    case: CaseArgument,
    option: Annotated[
        str | None, typer.Option(metavar="ID", help="One option. Default: all.")
    ] = None,
    as_of: AsOf = None,
    list_: Annotated[
        int, typer.Option("--list", metavar="N", help="Minimal coalitions to list.")
    ] = 5,
    draws: Annotated[int, typer.Option(help="Draws for how actors lean.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bits.")] = 7,
    json_: Json = None,
) -> None:
    """Say who can block it, who could do it without whom, and who is pivotal.

    \b
    Examples:
      suasion power deep-strikes
      suasion power deep-strikes --option deep-strikes --as-of 2025-03-01
      suasion power ec-emission-standards --list 20 --json
    """
    from suasion.power.table import power_table

    table = power_table(case, option, as_of=as_of, draws=draws, seed=seed, listed=list_)
    if json_ is not None:
        _write_json(table.model_dump(mode="json"), json_)
        return
    from suasion.power.terminal import power_answer

    console = _console()
    console.print(power_answer(table, console.width), highlight=False)


app.command()(compare)


@app.command("import")
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
    for note in (case.summary, case.coding.note):
        if note:
            _note(note, quiet=False)
    typer.echo(f"wrote {output}; look it over with: suasion check {output}")


@app.command()
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

    _writable(output, "--output")
    for note in write(read(case), output, format_, parameters(case) or None):
        _note(note, quiet=False)
    typer.echo(f"wrote {output}")


@app.command()
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


def main() -> None:
    """Run the command line; turn errors into one message and exit status 2."""
    sys.argv[1:] = _spell_out_json(sys.argv[1:])
    from suasion.problem import SuasionError

    try:
        app()
    except (SuasionError, ValueError) as error:
        _error(str(error))
        sys.exit(2)
    except SystemExit as stopped:
        # Typer has caught the KeyboardInterrupt and left its conventional status.
        if stopped.code == 130:
            _error("stopped; nothing was written")
        raise
    except BrokenPipeError:
        # The reader went away (suasion ... | head): not an error, and nothing to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _spell_out_json(arguments: list[str]) -> list[str]:
    """Turn a bare `--json` into `--json -`: a file is one whose name ends in .json.

    Examples
    --------
    >>> _spell_out_json(["solve", "--json", "a.csv"])
    ['solve', '--json', '-', 'a.csv']
    >>> _spell_out_json(["forecast", "x", "--json", "out.json"])
    ['forecast', 'x', '--json', 'out.json']
    """
    result = []
    for place, word in enumerate(arguments):
        result.append(word)
        follower = arguments[place + 1] if place + 1 < len(arguments) else ""
        if word == "--json" and follower != "-" and not follower.endswith(".json"):
            result.append("-")
    return result


def _console() -> Console:
    from rich.console import Console

    return Console(soft_wrap=False)


def _error(message: str) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    text = Text("Error: ", style="bold red")
    text.append(message, style="")
    console.print(text, highlight=False, soft_wrap=True)


def _note(message: str, quiet: bool) -> None:
    if not quiet:
        typer.echo(message, err=True)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    bar = Progress(
        BarColumn(bar_width=24),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
    with bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda text, share: bar.update(task, description=text, completed=share)


def _writable(path: Path | None, option: str) -> None:
    """Refuse before the work what could not be written after it."""
    if path is None:
        return
    if path.is_dir():
        raise ValueError(f"{option} {path}: a folder; give the name of a file in it")
    if not path.absolute().parent.is_dir():
        raise ValueError(
            f"{option} {path}: the folder {path.parent} does not exist; make it first"
        )


def _write_json(data: object, where: str) -> None:
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if where == "-":
        sys.stdout.write(text)
        return
    from suasion.textfile import write_text

    write_text(Path(where), text)
