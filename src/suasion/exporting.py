"""Cases as files: a folder of its own, or a file for another program.

A format that has no place for something either refuses, if the numbers of a solution
would change, or leaves it out, and the writer says what it left out.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suasion import textfile
from suasion.assembly import decimal
from suasion.case import Actor, Case, CaseDocument, Issue
from suasion.problem import CaseError, Problem
from suasion.wording import did_you_mean

__all__ = ["FORMATS", "case_toml", "export", "table_csv", "write_folder"]

FORMATS = ("ktab", "ktab-xml", "decide", "csv", "xlsx")
"""Formats that `export` writes."""

_TEXTS = ("code", "role", "public", "head", "note")
_TABLES = ("sources", "evidence", "precedents", "resolution")
# Parts of a case that a format has a place for, beyond names and numbers.
_CARRIED: Mapping[str, frozenset[str]] = {
    "ktab": frozenset({"title", "summary", "issue.name", "actor.note"}),
    "ktab-xml": frozenset({"title", "summary", "issue.name", "actor.note"}),
    "decide": frozenset({"issue.name", "issue.landmarks", "actor.note"}),
    "csv": frozenset({"ranges", *(f"actor.{name}" for name in _TEXTS)}),
    "xlsx": frozenset({"ranges", *(f"actor.{name}" for name in _TEXTS)}),
}


def write_folder(case: Case, folder: str | os.PathLike[str]) -> Path:
    """Write a case as a new folder with `case.toml` and `actors.csv`.

    `suasion.load` reads it back to a case that differs in its slug only, which is the
    name of the folder. It is there wholly or not at all.

    Raises
    ------
    CaseError
        If there is something of that name, or no folder to put it in; if the case has
        evidence or other tables of its own, which live in the folder it came from.

    Examples
    --------
    >>> import suasion
    >>> from suasion.case import Actor, Issue, Question
    >>> case = Case(
    ...     title="Toll", slug="toll", question=Question(text="How high?"),
    ...     issues=(Issue(id="toll", name="Toll", low=0, high=5),),
    ...     actors=(Actor(name="A", capability=1, position=(2,), salience=(0.5,)),),
    ... )
    >>> folder = write_folder(case, Path(tempfile.mkdtemp(), "toll"))
    >>> suasion.load(folder).hash == case.hash
    True
    """
    target = Path(folder)
    full = [name for name in _TABLES if getattr(case, name)]
    if full:
        _refuse(
            str(target),
            f"the case has {', '.join(full)}, which are kept in its own folder",
            "copy that folder",
        )
    files = {"case.toml": case_toml(case), "actors.csv": table_csv(_table(case))}
    return textfile.write_folder(target, files)


def export(
    case: Case,
    path: str | os.PathLike[str],
    format: str,
    parameters: dict[str, Any] | None = None,
) -> tuple[str, ...]:
    """Write a case for another program.

    Parameters
    ----------
    case : Case
    path : str or path
        Replaced if it exists, and there wholly or not at all.
    format : {"ktab", "ktab-xml", "decide", "csv", "xlsx"}
    parameters : dict, optional
        Settings of KTAB's model for "ktab-xml", as `importing.parameters` returns them.

    Returns
    -------
    tuple of str
        Sentences on what the format has no place for and was left out or changed.

    Raises
    ------
    CaseError
        If there is no such format, or it cannot carry the numbers of the case.
    SuasionError
        If a workbook is asked for and `openpyxl` is not installed.

    Examples
    --------
    >>> import suasion
    >>> case = suasion.load("ec-emission-standards")
    >>> for sentence in export(case, Path(tempfile.mkdtemp(), "ec.csv"), "decide"):
    ...     print(sentence)
    Left out: title, summary, rule, coding, sources, evidence, ...
    """
    target = Path(path)
    if format not in FORMATS:
        _refuse(format, "there is no such format", did_you_mean(format, FORMATS))
    if not target.absolute().parent.is_dir():
        _refuse(str(target), f"there is no folder {target.parent}", "make it first")
    match format:
        case "ktab":
            from suasion.ktab import csv_text

            textfile.write_text(target, csv_text(case, target.name))
        case "ktab-xml":
            from suasion.ktab_xml import xml_text

            textfile.write_text(target, xml_text(case, parameters, target.name))
        case "decide":
            from suasion.decide import text_of

            textfile.write_text(target, text_of(case))
        case "csv":
            textfile.write_text(target, table_csv(_table(case)))
        case "xlsx":
            _write_workbook(case, target)
    return tuple(_said(case, format, parameters))


def _refuse(place: str, rule: str, cure: str) -> None:
    raise CaseError([Problem(file=place, rule=rule, cure=cure)])


# --- what is left out --------------------------------------------------------------


def _said(case: Case, format: str, parameters: dict[str, Any] | None) -> list[str]:
    carried = _CARRIED[format]
    said = []
    parts = _parts(case)
    if len(case.issues) == 1 and case.issues[0].id != "position":
        parts.append("issue.name")  # of a single issue a table has no name at all
    lost = [part for part in parts if part not in carried]
    if lost:
        said.append(f"Left out: {', '.join(dict.fromkeys(lost))}.")
    numbers = [
        number
        for actor in case.actors
        for number in (actor.capability, *actor.position, *actor.salience)
    ]
    if "ranges" not in carried and not all(number.exact for number in numbers):
        said.append("Uncertain numbers are written as their modes.")
    for k, issue in enumerate(case.issues):
        ends = (issue.low, issue.high)
        at = [
            x
            for actor in case.actors
            for x in (actor.position[k].low, actor.position[k].high)
        ]
        if format.startswith("ktab") and ends != (0, 100):
            scale = f"{issue.low:g} to {issue.high:g}"
            said.append(f"{issue.name}: the scale {scale} is written as 0 to 100.")
        if format in ("csv", "xlsx") and ends != (min(at), max(at)):
            scale = f"{issue.low:g} to {issue.high:g}"
            said.append(
                f"{issue.name}: the scale {scale} is not in the table; read alone, it "
                f"runs from {min(at):g} to {max(at):g}."
            )
    if format == "decide":
        marks = [mark for issue in case.issues for mark in issue.landmarks]
        if any(mark.label != f"{mark.at:g}" for mark in marks):
            said.append("Landmarks are written without their labels.")
        if max(actor.capability.mode for actor in case.actors) > 1:
            said.append("Capabilities are divided by the largest of them.")
        silent = [
            f"{actor.name} on {issue.id}"
            for actor in case.actors
            for issue, s in zip(case.issues, actor.salience, strict=True)
            if not s.mode > 0
        ]
        if silent:
            said.append(f"Left out, with salience 0: {', '.join(silent)}.")
        gone = [a.name for a in case.actors if not any(s.mode > 0 for s in a.salience)]
        if gone:
            said.append(f"Left out, without any salience: {', '.join(gone)}.")
    if format == "ktab-xml" and "prngSeed" not in (parameters or {}):
        said.append("The seed is KTAB's own.")
    if format != "ktab-xml" and parameters:
        said.append("Left out: settings of KTAB's model.")
    return said


def _parts(case: Case) -> list[str]:
    """Parts of a case, beyond names, numbers and scales, that are not at their default."""
    document = case.model_dump(exclude_defaults=True)
    simple = {"question", "issues", "actors", "slug"}
    parts = [name for name in document if name not in simple]
    parts += [f"question.{name}" for name in document["question"]]
    known = {"low", "high", "id", "name", "capability", "position", "salience"}
    for name, items in (("issue", document["issues"]), ("actor", document["actors"])):
        parts += [f"{name}.{key}" for item in items for key in item if key not in known]
    parts += ["issue.name" for issue in case.issues if issue.name != issue.id]
    return parts


# --- tables ------------------------------------------------------------------------


def _table(case: Case) -> list[list[str]]:
    """Rows of `actors.csv`, without columns that are empty throughout."""
    texts = [
        name
        for name in _TEXTS
        if any(
            getattr(actor, name) != Actor.model_fields[name].default
            for actor in case.actors
        )
    ]
    ends = [""] if len(case.issues) == 1 else [f":{issue.id}" for issue in case.issues]
    columns = [field + end for end in ends for field in ("position", "salience")]
    rows = [["actor", "capability", *columns, *texts]]
    for actor in case.actors:
        pairs = zip(actor.position, actor.salience, strict=True)
        numbers = [str(number) for pair in pairs for number in pair]
        others = [getattr(actor, name) for name in texts]
        rows.append([actor.name, str(actor.capability), *numbers, *others])
    return rows


def table_csv(rows: list[list[str]]) -> str:
    """Return rows as the text of a CSV file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")  # quotes a lone \r, too
    lines = []
    for row in rows:
        stream.seek(0)
        stream.truncate()
        writer.writerow(row)
        lines.append(stream.getvalue().removesuffix("\r\n") + "\n")
    return "".join(lines)


def _write_workbook(case: Case, target: Path) -> None:
    from suasion.importing import workbooks

    openpyxl = workbooks()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "actors"
    header, *rows = _table(case)
    sheet.append(header)
    count = len(case.issues) * 2 + 2
    for row in rows:
        numbers = [
            cell if decimal(cell) is None else float(cell) for cell in row[1:count]
        ]
        sheet.append([row[0], *numbers, *row[count:]])
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.data_type == "f":  # text that begins with "=" is not a formula
                cell.data_type = "s"
    handle, temporary = tempfile.mkstemp(dir=target.absolute().parent, suffix=".xlsx")
    os.close(handle)
    try:
        book.save(temporary)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


# --- case.toml ---------------------------------------------------------------------


def case_toml(case: Case) -> str:
    """Write what `case.toml` says, defaults left out, the ends of scales always there."""
    fields = set(CaseDocument.model_fields)
    document = case.model_dump(include=fields, exclude_defaults=True)
    document["issues"] = [
        _issue(issue, plain)
        for issue, plain in zip(case.issues, document["issues"], strict=True)
    ]
    if case.rule is not None:  # the type of a rule is a default, yet needed
        document["rule"] = case.rule.model_dump(exclude_none=True)
    keys, tables = [], []
    for key, value in document.items():
        if isinstance(value, dict):
            tables.append(f"[{key}]\n{_lines(value)}")
        elif isinstance(value, list | tuple) and isinstance(value[0], dict):
            tables += [f"[[{key}]]\n{_lines(item)}" for item in value]
        else:
            keys.append(f"{key} = {_value(value)}\n")
    return "\n".join(["".join(keys), *tables])


def _issue(issue: Issue, plain: dict[str, Any]) -> dict[str, Any]:
    head = {"id": issue.id, "name": issue.name, "low": issue.low, "high": issue.high}
    return {**head, **plain}


def _lines(table: dict[str, Any]) -> str:
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in table.items())


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key, re.ASCII) else _value(key)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
        case int() | float():
            return repr(value).removesuffix(".0")
        case dt.date():
            return value.isoformat()
        case dict():
            pairs = (f"{_key(k)} = {_value(v)}" for k, v in value.items())
            return f"{{ {', '.join(pairs)} }}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
    raise TypeError(f"{value!r} has no form in TOML")
