"""Files of other programs, and plain tables, as cases.

What a file is, its content says, not its name:

KTAB
    CSV (`suasion.ktab`) or XML (`suasion.ktab_xml`).
Decide
    Tab-separated rows that begin with '#A', '#P', '#M', '#D' (`suasion.decide`).
plain table
    Columns actor, capability, position and salience; with several issues
    `position:<issue>` and `salience:<issue>`. Each scale runs from the smallest to the
    largest position on it.
workbook
    XLSX with any of the tables above in the sheet `actors`, else in the first sheet.
"""

from __future__ import annotations

import csv
import importlib
import io
import os
import re
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import ParseError

from suasion.assembly import assemble, plain_name
from suasion.case import Case, Issue
from suasion.casefile import bundled, load, read_actors
from suasion.problem import CaseError, Problem, SuasionError
from suasion.tablefile import read_text, scan_table

__all__ = ["format_of", "parameters", "read", "workbooks"]

Format = Literal["ktab", "ktab-xml", "decide", "table", "xlsx"]

_COLUMNS = ("code", "role", "public", "head", "note", "evidence")


def read(source: str | os.PathLike[str]) -> Case:
    r"""Read a case from any supported file, folder or slug.

    Parameters
    ----------
    source : str or path
        A file in one of the formats above, or what `suasion.load` takes.

    Raises
    ------
    CaseError
        If it cannot be read, or anything is wrong with it: all problems at once.
    SuasionError
        If it is a workbook and `openpyxl` is not installed.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "pass.csv")
    >>> _ = path.write_text(
    ...     "actor,capability,position:toll,salience:toll,position:term,salience:term\n"
    ...     "North,2,5,0.5,10,0.2\nSouth,1,9,0.1,30,0.9\n"
    ... )
    >>> [(issue.id, issue.low, issue.high) for issue in read(path).issues]
    [('toll', 5.0, 9.0), ('term', 10.0, 30.0)]
    """
    path = Path(source)
    if os.fspath(source) in bundled() or not path.is_file() or path.name == "case.toml":
        return load(source)
    found = format_of(path)
    if found != "xlsx":
        return _read(path, found)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        copy.write_text(_sheet(path), encoding="utf-8", newline="")
        return _read(copy, format_of(copy))


def parameters(source: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the settings of the model that come with a file: only KTAB's XML has any.

    See `suasion.ktab_xml.parameters`.
    """
    path = Path(source)
    if os.fspath(source) in bundled() or not path.is_file():
        return {}
    if format_of(path) != "ktab-xml":
        return {}
    from suasion.ktab_xml import parameters as settings

    return settings(path)


def format_of(path: str | os.PathLike[str]) -> Format:
    """Tell the format of a file by its content: "table" if it is none of the others.

    Raises
    ------
    CaseError
        If it cannot be read.
    """
    path = Path(path)
    if zipfile.is_zipfile(path):
        return "xlsx"
    text = read_text(path).lstrip()
    if text.startswith("<"):
        return "ktab-xml"
    if re.match(r"""['"]?#[APMD]\b""", text, re.IGNORECASE):
        return "decide"
    from suasion.ktab import separator_of

    if separator_of(text):
        return "ktab"
    lines = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    full = (cells for cells in lines if any(map(str.strip, cells)))
    try:
        first, second = ([*next(full, []), ""] for _ in range(2))
    except csv.Error:
        return "table"
    if second[0].strip().casefold() == "actor" and "capability" not in {
        cell.strip().casefold() for cell in first
    }:
        return "ktab"
    return "table"


def workbooks() -> Any:
    """Import `openpyxl`, of the extra `suasion[xlsx]`.

    Raises
    ------
    SuasionError
        If it is not installed; the message says how to.
    """
    try:
        return importlib.import_module("openpyxl")
    except ImportError:
        raise SuasionError(
            "openpyxl is not installed, and workbooks (XLSX) need it; install it with "
            "pip install 'suasion[xlsx]', or save the sheet as 'CSV UTF-8'"
        ) from None


def _read(path: Path, found: Format) -> Case:
    if found == "ktab":
        from suasion import ktab

        return ktab.read(path)
    if found == "ktab-xml":
        from suasion import ktab_xml

        return ktab_xml.read(path)
    if found == "decide":
        from suasion import decide

        return decide.read(path)
    return _read_table(path)


# --- plain tables ------------------------------------------------------------------


def _read_table(path: Path) -> Case:
    table, _ = scan_table(
        path,
        required=("actor", "capability"),
        optional=_COLUMNS,
        prefixes=("position", "salience"),
    )
    names = [
        name.partition(":")[2] for name in table.header if name.startswith("position:")
    ]
    ids = tuple(" ".join(name.split()) for name in names)
    if not ids:
        return load(path.absolute())
    problems: list[Problem] = []
    # A reader of one issue takes any columns of positions and saliences.
    only = ids if len(ids) > 1 else None
    wanted = {f"{field}:{names[0]}" for field in ("position", "salience")}
    found = {name for name in table.header if name.startswith(("position", "salience"))}
    if only is None and found != wanted:
        problem = Problem(
            file=path.name,
            place="header",
            found=", ".join(sorted(found)),
            rule="each issue has a column position:<issue> and one salience:<issue>",
            cure=f"write {' and '.join(sorted(wanted))}",
        )
        raise CaseError([problem])
    rows = read_actors(path, problems, only, bare=True) or ()
    actors = [(row.place, row.item) for row in rows if row.item]
    issues = []
    for k, id_ in enumerate(ids):
        if not plain_name(id_):
            problem = Problem(
                file=path.name,
                place="header",
                found=f"position:{id_}",
                rule="an issue has a name",
                cure="write it after the colon",
            )
            problems.append(problem)
        numbers = [actor.position[k] for _, actor in actors] if not problems else []
        low = min((number.low for number in numbers), default=0.0)
        high = max((number.high for number in numbers), default=1.0)
        if not low < high:
            problem = Problem(
                file=path.name,
                field=f"position:{id_}",
                found=f"{low:g}",
                rule="a bare table needs two positions, the ends of its scale",
                cure="put it in a folder with a case.toml that says low and high",
            )
            problems.append(problem)
        issues.append(
            Issue(id=plain_name(id_) or "?", name=id_ or "?", low=low, high=high)
        )
    scales = ", ".join(f"{i.name} {i.low:g} to {i.high:g}" for i in issues)
    return assemble(
        file=path.name,
        title=path.stem,
        summary=f"Read from the table {path.name} alone: scales run from the smallest "
        f"to the largest position on them, {scales}.",
        note="",
        issues=issues,
        actors=actors,
        problems=problems,
        slug=path.stem,
    )


# --- workbooks ---------------------------------------------------------------------


def _sheet(path: Path) -> str:
    """Return the sheet of actors of a workbook as text with separators."""
    openpyxl = workbooks()
    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles, which do not matter here
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            names = {
                name.strip().casefold(): name for name in reversed(book.sheetnames)
            }
            sheet = book[names.get("actors", book.sheetnames[0])]
            rows = [list(map(_cell, row)) for row in sheet.iter_rows(values_only=True)]
            book.close()
    except (
        AttributeError, IndexError, KeyError, OSError, ParseError, TypeError,
        ValueError, zipfile.BadZipFile,
    ) as error:  # fmt: skip
        raise CaseError(
            [
                Problem(
                    file=path.name,
                    rule=f"the workbook cannot be read ({error})",
                    cure="save it again as XLSX, or as 'CSV UTF-8'",
                )
            ]
        ) from None
    first = next((row[0] for row in rows if any(row)), "")
    separator = "\t" if first.strip("'\"").startswith("#") else ","
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else str(value)
