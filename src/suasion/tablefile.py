"""Tables and texts as analysts' programs write them.

A spreadsheet saves "CSV" in the encoding and with the separator of its country. All of
these are read, and give the same table:

encoding
    UTF-8 with or without byte order mark, UTF-16 and UTF-32 with one; if it is none of
    them, Windows-1252.
separator
    Comma, semicolon or tab: the one with which the header shows most of the columns
    that are wanted. A first line `sep=;` settles it.
quoting
    As Excel does it: cells in double quotes may hold separators, line breaks and
    doubled quotes.
header
    In any order; case and surrounding blanks do not matter, nor do empty columns at the
    end.
decimal comma
    In semicolon and tab tables `0,8` is 0.8. `1,000` could be either and is refused.

Rows are numbered as a spreadsheet shows them: the header is row 1, blank rows count.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from suasion.problem import CaseError, Problem
from suasion.wording import MOST_PROBLEMS, did_you_mean, more_below

__all__ = ["Table", "read_table", "read_text", "scan_table"]

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAVE_AS = "save it from the spreadsheet as 'CSV UTF-8'"
_MOST_BYTES = 32_000_000
_MOST_COLUMNS = 500
_SEP_LINE = re.compile(r'\A"?sep=([^"\r\n])"?[ ,;\t]*(\r\n|\r|\n|\Z)', re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"\A([-+]?\d*),(\d+)\Z")
_THOUSANDS = re.compile(r"\A[-+]?[1-9]\d{0,2},\d{3}\Z")


@dataclass(frozen=True)
class Table:
    """A table that was read: its columns that are wanted, and its rows.

    Attributes
    ----------
    file : str
        Name of the file.
    header : tuple of str
        Columns present, under their wanted names.
    rows : tuple of (int, dict)
        Number of the row, and its cells by column, blanks around them removed.
    separator : str
        Comma, semicolon, tab, or what a `sep=` line says.
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    separator: str

    def decimal_point(self, cell: str) -> str:
        """Return a numeric cell with decimal points, if the table has decimal commas.

        Examples
        --------
        >>> Table("actors.csv", (), (), ";").decimal_point("0,6|0,8|0,9")
        '0.6|0.8|0.9'
        >>> Table("actors.csv", (), (), ";").decimal_point("1,000")
        '1,000'
        """
        if self.separator == ",":
            return cell
        return "|".join(
            part if _THOUSANDS.match(part) else _DECIMAL_COMMA.sub(r"\1.\2", part)
            for part in map(str.strip, cell.split("|"))
        )


def read_table(
    path: Path | Traversable,
    *,
    required: Iterable[str],
    optional: Iterable[str] = (),
    prefixes: Iterable[str] = (),
) -> Table:
    r"""Read a table with these columns.

    Parameters
    ----------
    path : path
        The file.
    required, optional : iterable of str
        Columns that must, and that may, be there. Any other is refused.
    prefixes : iterable of str
        Columns that begin with one of these are welcome too.

    Raises
    ------
    CaseError
        If the file cannot be read, a column is missing, unknown or there twice, a row
        has cells beyond the last column, or there are no rows. All problems at once.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "actors.csv")
    >>> _ = path.write_text("Salience ;ACTOR\n0,8;France\n")
    >>> read_table(path, required=("actor", "salience")).rows
    ((2, {'salience': '0,8', 'actor': 'France'}),)
    """
    table, problems = scan_table(
        path, required=required, optional=optional, prefixes=prefixes
    )
    if problems:
        raise CaseError(problems)
    return table


def scan_table(
    path: Path | Traversable,
    *,
    required: Iterable[str],
    optional: Iterable[str] = (),
    prefixes: Iterable[str] = (),
) -> tuple[Table, tuple[Problem, ...]]:
    """Read what can be read of a table, and say what is wrong with the rest.

    As `read_table`, for callers who look for more problems before they stop. A table
    that cannot be read at all has no header.
    """
    required, prefixes = tuple(required), tuple(prefixes)
    known = {name.casefold(): name for name in (*required, *optional)}
    try:
        text = read_text(path)
    except CaseError as error:
        return Table(path.name, (), (), ","), error.problems
    text = "" if text.isspace() else text
    separator, text = _separator(text, known)
    problems: list[Problem] = []
    records = _records(text, separator, path.name, problems)
    first, header = next(((n, cells) for n, cells in records if any(cells)), (0, []))
    if not header:
        if not problems:
            problems.append(
                Problem(
                    file=path.name,
                    rule="the file is empty",
                    cure=f"begin with a row of columns: {', '.join(required)}",
                )
            )
        return Table(path.name, (), (), separator), tuple(problems)
    columns = _columns(header, known, prefixes, path.name, f"row {first}", problems)
    missing = [name for name in required if name not in columns]
    names = tuple(name for name in columns if name not in ("", "?"))
    if missing:
        problems.append(
            Problem(
                file=path.name,
                place=f"row {first}",
                found=separator.join(header),
                rule=f"the header lacks {_listed(missing)}",
                cure="add a column with that name, or rename the one that is meant",
            )
        )
    if not names:
        return Table(path.name, (), (), separator), tuple(problems)
    rows = tuple(_rows(records, columns, path.name, problems))
    if not rows and not problems:
        problems.append(
            Problem(
                file=path.name,
                rule="the table has a header but no rows",
                cure="add a row, or delete the file if it is not needed",
            )
        )
    return Table(path.name, names, rows, separator), tuple(problems)


def read_text(path: Path | Traversable) -> str:
    """Read a text file in any of the encodings above.

    Raises
    ------
    CaseError
        If there is no such file, it is too large, or it is not text.
    """
    rule, cure = "", _SAVE_AS
    data, text = b"", ""
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        rule, cure = f"the file cannot be read ({reason})", "check its name and rights"
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if len(data) > _MOST_BYTES:
        rule, cure = (
            "a file of a case has at most 32 MB",
            "keep only what the case needs",
        )
    elif data.startswith(_WORKBOOKS):
        rule = "this is a workbook, not text"
    else:
        try:
            text = data.decode(encoding) if encoding else _decoded(data)
        except UnicodeDecodeError as error:
            rule = f"the file is not text in any known encoding (byte {error.start})"
    if "\0" in text:
        rule = "text has no NUL characters; this is binary, or UTF-16 without its mark"
    if rule:
        raise CaseError([Problem(file=path.name, rule=rule, cure=cure)])
    return text


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _separator(text: str, known: dict[str, str]) -> tuple[str, str]:
    """Return the separator, and the text without its `sep=` line."""
    if match := _SEP_LINE.match(text):
        return match[1], text[match.end() :]
    headers = {sep: _first_record(text, sep) for sep in ",;\t"}

    def merit(sep: str) -> tuple[int, int]:
        cells = headers[sep]
        return sum(_folded(cell) in known for cell in cells), len(cells)

    return max(headers, key=merit), text


def _first_record(text: str, separator: str) -> list[str]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return next((cells for cells in reader if any(map(str.strip, cells))), [])
    except csv.Error:
        return []


def _records(
    text: str, separator: str, file: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, empty cells at the end removed."""
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        strict=True,
        skipinitialspace=True,
    )
    number = 0
    try:
        for number, raw in enumerate(reader, start=1):
            cells = [cell.strip() for cell in raw]
            while cells and not cells[-1]:
                cells.pop()
            yield number, cells
    except csv.Error as error:
        problems.append(
            Problem(
                file=file,
                place=f"row {number + 1}",
                rule=f"quotes do not match ({error})",
                cure="close every double quote, and double those inside a quoted cell",
            )
        )


def _columns(
    header: list[str],
    known: dict[str, str],
    prefixes: tuple[str, ...],
    file: str,
    place: str,
    problems: list[Problem],
) -> list[str]:
    """Names of the columns in order; empty for those that are left out."""
    if len(header) > _MOST_COLUMNS:
        problems.append(
            Problem(
                file=file,
                place=place,
                rule=f"{len(header)} columns are more than {_MOST_COLUMNS}",
                cure="check that each row stands on a line of its own",
            )
        )
        return []
    columns: list[str] = []
    for cell in header:
        folded = _folded(cell)
        name = known.get(folded, "")
        for prefix in prefixes:
            if not name and folded.startswith(prefix):
                name = prefix + cell.strip()[len(prefix) :]
        if cell and not name:
            problems.append(
                Problem(
                    file=file,
                    place=place,
                    found=cell,
                    rule="there is no such column",
                    cure=did_you_mean(folded, known.values(), "rename or delete it"),
                )
            )
        elif name in columns and name:
            problems.append(
                Problem(
                    file=file,
                    place=place,
                    found=cell,
                    rule=f"the column {name!r} is there twice",
                    cure="delete one of the two",
                )
            )
            name = ""
        columns.append(name)
    # A column without a name may hold nothing; "?" is no column's name.
    return [
        name if name or cell else "?"
        for name, cell in zip(columns, header, strict=True)
    ]


def _rows(
    records: Iterator[tuple[int, list[str]]],
    columns: list[str],
    file: str,
    problems: list[Problem],
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in records:
        if len(problems) >= MOST_PROBLEMS:
            problems.append(more_below(file, f"row {number}"))
            return
        stray = cells[len(columns) :]
        unnamed = [
            c for c, name in zip(cells, columns, strict=False) if name == "?" and c
        ]
        if stray or unnamed:
            problems.append(
                Problem(
                    file=file,
                    place=f"row {number}",
                    found=(stray or unnamed)[0],
                    rule="a cell stands in a column without a name"
                    if unnamed
                    else f"a row has at most {len(columns)} cells, as the header",
                    cure="quote a cell that contains the separator, or name the column",
                )
            )
        if any(cells):
            full = cells + [""] * (len(columns) - len(cells))
            named = zip(columns, full, strict=False)
            yield number, {name: cell for name, cell in named if name not in ("", "?")}


def _folded(cell: str) -> str:
    return " ".join(cell.split()).casefold()


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)
