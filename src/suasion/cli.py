"""The command line: one verb a command, errors turned into exit status 2 here only.

Answers go to standard output, everything else (progress, errors) to standard error, so
that `--json` can be piped. Heavy parts are imported by the command that needs them.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from suasion.command.aftermath import aftermath
from suasion.command.backtest import backtest
from suasion.command.case import cases, check, schema
from suasion.command.compare import compare
from suasion.command.conversion import export, import_
from suasion.command.explain import explain
from suasion.command.forecast import forecast
from suasion.command.levers import levers
from suasion.command.power import power
from suasion.command.precedents import precedents
from suasion.command.read import read
from suasion.command.record import record
from suasion.command.resolve import resolve
from suasion.command.review import review
from suasion.command.scoreboard import scoreboard
from suasion.command.solve import solve
from suasion.journal.command import app as journal

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


app.command()(cases)
app.command()(check)
app.command()(read)
app.command()(review)
app.command()(forecast)
app.command()(solve)
app.command()(precedents)
app.command()(power)
app.command()(compare)
app.command()(aftermath)
app.command()(explain)
app.command()(levers)
app.command()(record)
app.command()(resolve)
app.command()(scoreboard)
app.command()(backtest)
app.command("import")(import_)
app.command()(export)
app.command()(schema)


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


def _error(message: str) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    text = Text("Error: ", style="bold red")
    text.append(message, style="")
    console.print(text, highlight=False, soft_wrap=True)
