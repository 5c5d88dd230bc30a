"""Amending the files of a case: what is not changed keeps its words, order and comments.

A row of a table that is not changed keeps every character, and the table its separator;
`case.toml` keeps comments and layout. Files are written in UTF-8.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = ["Sheet", "find", "member", "toml_value", "uncited", "without_member"]

_LISTED = ("issues", "options", "requirements", "resources", "calendar", "blocs")


class Sheet:
    r"""The text of a table, row by row.

    Examples
    --------
    >>> sheet = Sheet("actor; position\nFrance; 50 \n'x';1\n", "actor")
    >>> sheet.put("France", "position", "50|60|70")
    >>> sheet.text
    "actor; position\nFrance;50|60|70\n'x';1\n"
    """

    def __init__(self, text: str, key: str) -> None:
        mark = re.search(r"[;\t,]", text)
        self.separator = mark[0] if mark else ","
        lines = io.StringIO(text, newline="").readlines()
        reader = csv.reader(lines, delimiter=self.separator, skipinitialspace=True)
        self.rows: list[tuple[str, list[str]]] = []
        done = 0
        for cells in reader:
            raw = "".join(lines[done : reader.line_num])
            self.rows.append((raw, [cell.strip() for cell in cells]))
            done = reader.line_num
        self.head = next(
            i for i, (_, cells) in enumerate(self.rows) if key in _folded(cells)
        )
        self.columns = _folded(self.rows[self.head][1])
        self.key = self.columns.index(key)

    @property
    def text(self) -> str:
        """The table as it is now."""
        return "".join(raw for raw, _ in self.rows)

    def cell(self, name: str, column: str) -> str:
        """Return what stands in a cell, empty if the row is shorter."""
        cells = self.rows[self._row(name)][1]
        place = self.columns.index(column)
        return cells[place] if place < len(cells) else ""

    def put(self, name: str, column: str, value: str) -> None:
        """Write a cell; its row is written anew, others are left as they are."""
        self._put(self._row(name), self.columns.index(column), value)

    def each(self, column: str, amended: Callable[[str], str]) -> None:
        """Write what becomes of the cells of a column, if the table has it."""
        if column not in self.columns:
            return
        place = self.columns.index(column)
        for row in range(self.head + 1, len(self.rows)):
            cells = self.rows[row][1]
            if place < len(cells) and amended(cells[place]) != cells[place]:
                self._put(row, place, amended(cells[place]))

    def drop(self, name: str) -> None:
        """Leave a row out."""
        del self.rows[self._row(name)]

    def _row(self, name: str) -> int:
        return next(
            i
            for i, (_, cells) in enumerate(self.rows)
            if i > self.head and self.key < len(cells) and cells[self.key] == name
        )

    def _put(self, row: int, place: int, value: str) -> None:
        raw, cells = self.rows[row]
        cells = cells + [""] * (len(self.columns) - len(cells))
        cells[place] = value
        ending = raw[len(raw.rstrip("\r\n")) :]
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=self.separator).writerow(cells)  # quotes \r as well
        text = line.getvalue().removesuffix("\r\n") + ending
        self.rows[row] = (text, cells)


def _folded(cells: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()).casefold() for cell in cells]


# --- case.toml ---------------------------------------------------------------------


def find(document: Mapping[str, Any], path: str) -> tuple[Any, str]:
    """Return the table that a path names or leads into, and the key behind it, or "".

    Raises
    ------
    KeyError
        If the document has no such table.

    Examples
    --------
    >>> data = {"question": {"text": "?"}, "calendar": [{"id": "vote", "date": 1}]}
    >>> find(data, "calendar.vote.date"), find(data, "question")
    (({'id': 'vote', 'date': 1}, 'date'), ({'text': '?'}, ''))
    """
    section, *rest = path.split(".")
    table = document[section]
    if section in _LISTED:
        name, *rest = rest
        table = table[member(table, name)]
    return table, ".".join(rest)


def member(items: Sequence[Mapping[str, Any]], name: str) -> int:
    """Return the place of the table of this id or name in a list of tables."""
    for place, item in enumerate(items):
        if name == item.get("id", item.get("name")):
            return place
    raise KeyError(name)


def without_member(document: TOMLDocument, path: str) -> None:
    """Leave out a member of a list of tables, or a table, and its name in lists."""
    section, _, name = path.partition(".")
    if section not in _LISTED:
        del document[section]
        return
    items: Any = document[section]
    del items[member(items, name)]
    if not len(items):
        del document[section]
    uncited(document, name)


def uncited(document: Mapping[str, Any], name: str) -> None:
    """Take a name out of every list of names in a document."""
    for names in [*_name_lists(document)]:
        while name in names:
            del names[names.index(name)]


def _name_lists(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in ("draft", "names"):
                yield from _name_lists(inner)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield value
        else:
            for inner in value:
                yield from _name_lists(inner)


def toml_value(text: str, kind: Any) -> Any:
    """Return what an analyst's words mean where a value of this kind may stand.

    A value as TOML has it, or bare words; lists have semicolons; `none` is nothing.

    Examples
    --------
    >>> import datetime as dt
    >>> toml_value("2025-01-20", dt.date), toml_value("yes, by then", str)
    (datetime.date(2025, 1, 20), 'yes, by then')
    >>> toml_value("France; UK", tuple[str, ...]), toml_value("2024", str)
    (['France', 'UK'], '2024')
    """
    if text.casefold() in ("none", ""):
        return None
    words = [part.strip() for part in text.split(";") if part.strip()]
    meanings: list[Any] = [text, words]
    with contextlib.suppress(tomllib.TOMLDecodeError):
        meanings.insert(0, tomllib.loads(f"value = {text}")["value"])
    for meaning in meanings:
        try:
            TypeAdapter(kind).validate_python(meaning)
        except ValidationError:
            continue
        return meaning
    return text
