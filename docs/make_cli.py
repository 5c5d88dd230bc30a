"""Write `cli.md` from the command line's own help: `python docs/make_cli.py`."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import typer.cli
import typer.main

from suasion.cli import app

PAGE = Path(__file__).with_name("cli.md")
HEAD = """\
<!-- Written by `python docs/make_cli.py`; change the help in `suasion/cli.py`. -->

"""


def cli_page() -> str:
    """Return the page: every command, argument and option."""
    command = typer.main.get_command(app)
    text = typer.cli.get_docs_for_click(
        obj=command,
        ctx=typer.Context(command),
        name="suasion",
        title="The command line",
    )
    # Neither synopses nor examples with somebody's own files are to be executed. Help
    # marks its examples with \b, for "do not wrap".
    text = text.replace("```console", "```text").strip() + "\n"
    for block in re.findall(r"\x08\nExamples:\n(?:  .*\n)+", text):
        commands = textwrap.dedent(block.split("\n", 2)[2])
        text = text.replace(block, f"```sh\n{commands}```\n")
    return HEAD + text


if __name__ == "__main__":
    PAGE.write_text(cli_page(), encoding="utf-8")
