"""What commands write: answers, notes on standard error, progress, JSON files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "note", "progress", "writable", "write_json"]


def console() -> Console:
    """Return the terminal, for an answer."""
    from rich.console import Console

    return Console(soft_wrap=False)


def note(message: str, quiet: bool) -> None:
    """Say on standard error what was done beside the answer."""
    if not quiet:
        typer.echo(message, err=True)


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """Show a bar on a terminal; yields what moves it: words, and the share done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True)
    bar = Progress(
        BarColumn(bar_width=24),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=quiet or not screen.is_terminal,
    )
    with bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda text, share: bar.update(task, description=text, completed=share)


def writable(path: Path | None, option: str) -> None:
    """Refuse before the work what could not be written after it."""
    if path is None:
        return
    if path.is_dir():
        raise ValueError(f"{option} {path}: a folder; give the name of a file in it")
    if not path.absolute().parent.is_dir():
        raise ValueError(
            f"{option} {path}: the folder {path.parent} does not exist; make it first"
        )


def write_json(data: object, where: str) -> None:
    """Write to a file, or to standard output if `where` is `-`."""
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if where == "-":
        sys.stdout.write(text)
        return
    from suasion.textfile import write_text

    write_text(Path(where), text)
