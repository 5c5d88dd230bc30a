"""The part of docs/measurements.md that `make bench` writes, between two comments."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "measurements.md"
START = "<!-- written by make bench: start -->"
END = "<!-- written by make bench: end -->"


def marked(text: str) -> str:
    """Return what stands between the comments."""
    _, part, _ = _split(text)
    return part


def replaced(text: str, part: str) -> str:
    """Return the page with another part between the comments."""
    before, _, after = _split(text)
    return f"{before}{START}\n\n{part.strip()}\n\n{END}{after}"


def write(part: str, page: Path = PAGE) -> None:
    """Put the part into the page, or leave the page as it is if that fails."""
    text = replaced(page.read_text("utf-8"), part)
    handle, temporary = tempfile.mkstemp(dir=page.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.chmod(temporary, page.stat().st_mode)
    os.replace(temporary, page)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is words, the others are numbers."""
    rule = ["---", *["--:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))


def rows(part: str, title: str) -> list[list[str]]:
    """Return the rows of the table below the line that starts with the title."""
    lines = iter(part.split("\n"))
    for line in lines:
        if line.startswith(title):
            break
    cells = []
    for line in lines:
        if line.startswith("|"):
            cells.append([cell.strip() for cell in line.strip("|").split("|")])
        elif cells:
            break
    return [row for row in cells if not row[0].startswith("---")]


def _split(text: str) -> tuple[str, str, str]:
    before, start, rest = text.partition(START)
    part, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(
            f"the page has no line {START!r} with {END!r} after it; put both where the "
            "tables belong"
        )
    return before, part, after
