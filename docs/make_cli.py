"""Write `cli.md` from the command line's own help: `python docs/make_cli.py`."""

from __future__ import annotations

import re
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
    # Neither synopses nor examples with files of somebody else's are to be executed.
    text = text.replace("```console", "```text").strip() + "\n"
    text = re.sub(r"\n\n\nExamples:\n((?:  .*\n)+)", r"\n\n```sh\n\1```\n", text)
    return HEAD + re.sub(r"^  (?=suasion)", "", text, flags=re.M)


if __name__ == "__main__":
    PAGE.write_text(cli_page(), encoding="utf-8")
