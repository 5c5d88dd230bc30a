"""Reviewing a draft case: every suggested value accepted, changed or dropped by somebody.

`[coding] draft` lists the paths that nobody has reviewed. A decision amends the case's
own files, takes the path off that list, and is written to `review.csv` beside them: path,
old value, new value, decision, by whom, when (UTC), and why if a note was given. The case
is checked with the decision in it before anything is written, by the rules by which any
case is checked. After each decision the folder is a whole case, so a review can stop
anywhere and go on later.

A decision rests on what was shown: if another reviewer or an editor has changed the files
since, nothing is overwritten.
"""

from __future__ import annotations

import csv
import datetime as dt
import getpass
import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from suasion.case import Case, CaseDocument, Evidence
from suasion.casefile import load
from suasion.problem import CaseError, Problem
from suasion.reading.amendment import (
    Sheet,
    find,
    toml_value,
    uncited,
    without_member,
)
from suasion.tablefile import read_text
from suasion.textfile import write_text

__all__ = [
    "LOG",
    "ChangedMeanwhileError",
    "Draft",
    "Suggestion",
    "accept",
    "change",
    "drop",
    "forget",
    "open_draft",
    "remark",
    "reviewer",
    "suggestion",
]

LOG = "review.csv"
"""What the log of a review is called."""

_COLUMNS = ("path", "old", "new", "decision", "by", "at", "note")
_SHEETS = {"actors": "actor", "evidence": "id", "sources": "id", "precedents": "id"}
_FILES = ("case.toml", *(f"{name}.csv" for name in _SHEETS), "outcome.toml")


class ChangedMeanwhileError(CaseError):
    """The files are not those that were shown."""


class Draft(NamedTuple):
    """A draft case as it stood when it was read."""

    folder: Path
    texts: Mapping[str, str]
    case: Case

    @property
    def open(self) -> tuple[str, ...]:
        """Paths that nobody has reviewed."""
        return self.case.coding.draft


class Suggestion(NamedTuple):
    """What is suggested at a path: values by key (one, "", if it is one), and why."""

    path: str
    values: Mapping[str, str]
    evidence: tuple[Evidence, ...]


# --- reading -----------------------------------------------------------------------


def open_draft(folder: str | os.PathLike[str]) -> Draft:
    """Read a folder for review.

    Raises
    ------
    CaseError
        If it is no folder, or no valid case.
    """
    path = Path(folder).absolute()
    if not path.is_dir():
        rule, cure = "there is no such folder", "name one that suasion read -o has made"
        raise CaseError([Problem(file=str(folder), rule=rule, cure=cure)])
    texts = _texts(path)
    return Draft(path, texts, load(path))


def _texts(folder: Path) -> dict[str, str]:
    found = ((name, folder / name) for name in _FILES)
    return {name: read_text(path) for name, path in found if path.is_file()}


def suggestion(draft: Draft, path: str) -> Suggestion:
    """Return what is suggested at a path of `[coding] draft`.

    Raises
    ------
    CaseError
        If the case has nothing there.
    """
    values: dict[str, str]
    try:
        sheet, name, columns = _sheet_of(draft.texts, path)
        if sheet is None:
            table, key = find(_document(draft.texts), path)
            if key:
                values = {"": _shown(table[key])}
            else:
                values = {k: _shown(v) for k, v in table.items() if k != "id"}
        elif len(columns) == 1:
            values = {"": sheet.cell(name, columns[0])}
        else:
            values = {column: sheet.cell(name, column) for column in columns}
    except (KeyError, ValueError, StopIteration):
        raise CaseError(
            [
                Problem(
                    file="case.toml",
                    place="coding",
                    field="draft",
                    found=path,
                    rule="the case has nothing of this path",
                    cure="take it off the list",
                )
            ]
        ) from None
    return Suggestion(path, values, _evidence(draft.case, path))


def _evidence(case: Case, path: str) -> tuple[Evidence, ...]:
    """Return what is cited for a path, supports it, or is of its kind."""
    section, _, rest = path.partition(".")
    cited = {item.id for item in case.evidence if path in item.supports}
    if section == "actors":
        cited |= {item.id for item in case.support(path)}
    elif section in ("requirements", "resources", "calendar"):
        name = rest.partition(".")[0]
        for item in getattr(case, section):
            cited |= set(item.evidence) if item.id == name else set()
    elif section == "question":
        cited |= {e.id for e in case.evidence if e.kind in ("question", "constraint")}
    elif section == "rule" and case.question.gatekeeper:
        asked = case.question.gatekeeper
        cited |= {
            e.id for e in case.evidence if e.kind == "position" and asked in e.actors
        }
    return tuple(item for item in case.evidence if item.id in cited)


def _sheet_of(
    texts: Mapping[str, str], path: str
) -> tuple[Sheet | None, str, list[str]]:
    """Return table, name of the row and columns of a path; no table for case.toml."""
    section, _, rest = path.partition(".")
    if section not in _SHEETS:
        return None, "", []
    name, _, column = rest.rpartition(".")
    sheet = Sheet(texts[f"{section}.csv"], _SHEETS[section])
    columns = [c for c in sheet.columns if c == column or c.startswith(f"{column}:")]
    sheet.cell(name, columns[0] if columns else column)
    return sheet, name, columns


def _document(texts: Mapping[str, str]) -> Any:
    import tomlkit

    return tomlkit.parse(texts["case.toml"])


def _shown(value: Any) -> str:
    value = value.unwrap() if hasattr(value, "unwrap") else value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    return str(value)


# --- deciding ----------------------------------------------------------------------


def accept(draft: Draft, *paths: str, by: str, note: str = "") -> Draft:
    """Take suggested values as they are.

    Raises
    ------
    ChangedMeanwhileError
        If the files are not those that were shown; nothing is written then.
    CaseError
        If a path is not on the list, or the folder cannot be written.
    """
    document = _document(draft.texts)
    rows = []
    for path in paths:
        _open(draft, path)
        _reviewed(document, path)
        old = _said(suggestion(draft, path).values)
        rows.append((path, old, old, "accept", note))
    return _written(draft, {}, document, rows, by)


def change(
    draft: Draft, path: str, values: Mapping[str, str], *, by: str, note: str = ""
) -> Draft:
    """Write other values in place of suggested ones.

    Parameters
    ----------
    values : mapping
        By key; {"": value} for a path that names one value, which is thereby reviewed. A
        table of `case.toml` stays on the list until it is accepted.

    Raises
    ------
    ChangedMeanwhileError
        As `accept`.
    CaseError
        If the case does not allow it: rule and cure are said, and nothing is written.
    """
    _open(draft, path)
    now = suggestion(draft, path)
    document = _document(draft.texts)
    sheet, name, columns = _sheet_of(draft.texts, path)
    texts = {}
    if sheet is None:
        table, last = find(document, path)
        model = _model(draft.case, path)
        for key, value in values.items():
            key = key or last
            if not key or key == "id" or key not in model:
                cure = f"write one of {', '.join(k for k in model if k != 'id')}"
                _refuse(path, key or _said(values), "there is no such key here", cure)
            meant = toml_value(value, model[key].annotation)
            if meant is None:
                table.pop(key, None)
            else:
                table[key] = meant
    else:
        for key, value in values.items():
            if (key or columns[0]) not in columns:
                cure = f"write one of {', '.join(columns)}"
                _refuse(path, key, "there is no such column here", cure)
            sheet.put(name, key or columns[0], value)
        texts[f"{path.partition('.')[0]}.csv"] = sheet.text
    if "" in now.values:
        _reviewed(document, path)
    old = {key: now.values.get(key, "none") for key in values}
    row = (path, _said(old), _said(values), "change", note)
    return _written(draft, texts, document, [row], by)


def drop(draft: Draft, path: str, *, by: str, note: str = "") -> Draft:
    """Leave out what a path names: an actor, a table of `case.toml`, or a claim.

    `actors.Spain.position` leaves out the actor, with its other paths; `evidence.a1-5`
    the claim, which nothing cites any more.

    Raises
    ------
    ChangedMeanwhileError
        As `accept`.
    CaseError
        If the case cannot be without it.
    """
    document = _document(draft.texts)
    section, _, rest = path.partition(".")
    texts = {}
    if section == "evidence":
        name, gone = rest, path
        if name not in {item.id for item in draft.case.evidence}:
            _refuse(path, name, "there is no such claim", "write its id, such as a1-2")
        old = next(e.quote or e.claim for e in draft.case.evidence if e.id == name)
        texts = _without_claim(draft, document, name)
    else:
        _open(draft, path)
        old = _said(suggestion(draft, path).values)
        if section == "actors":
            name = rest.rpartition(".")[0]
            gone = f"actors.{name}"
            numbers = draft.case.actor(name)
            old = f"capability = {numbers.capability}, " + ", ".join(
                f"{field} = {'; '.join(map(str, getattr(numbers, field)))}"
                for field in ("position", "salience")
            )
            texts = _without_actor(draft, document, name)
        elif section in _SHEETS or find(document, path)[1]:
            _refuse(path, old, "a single value cannot be dropped", "change it to none")
        else:
            gone = path
            without_member(document, path)
            texts = _unsupported(draft, gone)
    for other in draft.open:
        if other == gone or other.startswith(f"{gone}."):
            _reviewed(document, other)
    return _written(draft, texts, document, [(gone, old, "", "drop", note)], by)


def remark(draft: Draft, path: str, note: str, *, by: str) -> Draft:
    """Write a note on a value that is left for later."""
    old = _said(suggestion(draft, path).values)
    return _written(draft, {}, None, [(path, old, "", "skip", note)], by)


def forget(draft: Draft, path: str, *, by: str) -> Draft:
    """Take a path off the list that leads nowhere any more."""
    document = _document(draft.texts)
    _reviewed(document, path)
    return _written(draft, {}, document, [(path, "", "", "gone", "")], by)


def _model(case: Case, path: str) -> Any:
    """Fields of the table that a path names or leads into."""
    section, _, rest = path.partition(".")
    now = getattr(case, section)
    if isinstance(now, tuple):
        name = rest.partition(".")[0]
        now = next(m for m in now if name == getattr(m, "id", getattr(m, "name", "")))
    return type(now).model_fields if now is not None else CaseDocument.model_fields


def _without_claim(draft: Draft, document: Any, name: str) -> dict[str, str]:
    evidence = Sheet(draft.texts["evidence.csv"], "id")
    evidence.drop(name)
    actors = Sheet(draft.texts["actors.csv"], "actor")
    actors.each("evidence", lambda cell: _without_word(cell, name))
    uncited(document, name)
    texts = {"evidence.csv": evidence.text, "actors.csv": actors.text}
    return texts


def _without_word(cell: str, name: str) -> str:
    parts = []
    for part in cell.split(";"):
        field, colon, ids = part.rpartition(":")
        kept = [word for word in ids.split() if word != name]
        if kept:
            parts.append(f"{field.strip()}{colon} {' '.join(kept)}".strip())
    return "; ".join(parts)


def _without_actor(draft: Draft, document: Any, name: str) -> dict[str, str]:
    actors = Sheet(draft.texts["actors.csv"], "actor")
    actors.drop(name)
    for section in ("requirements", "resources", "calendar", "blocs"):
        for item in document.get(section, ()):
            for key in ("holders", "starts", "ends", "actors"):
                if len(names := item.get(key, ())) > 1 and name in names:
                    names.remove(name)
    return _unsupported(draft, f"actors.{name}") | {"actors.csv": actors.text}


def _unsupported(draft: Draft, gone: str) -> dict[str, str]:
    """Take paths of what is gone out of what evidence supports."""
    if "evidence.csv" not in draft.texts:
        return {}

    def left(cell: str) -> str:
        paths = [path.strip() for path in cell.split(";")]
        kept = [p for p in paths if p != gone and not p.startswith(f"{gone}.")]
        return cell if kept == paths else "; ".join(kept)

    evidence = Sheet(draft.texts["evidence.csv"], "id")
    evidence.each("supports", left)
    return {"evidence.csv": evidence.text}


def _open(draft: Draft, path: str) -> None:
    if path not in draft.open:
        _refuse(path, path, "[coding] draft has no such path", "name one that it lists")


def _refuse(path: str, found: str, rule: str, cure: str) -> None:
    raise CaseError(
        [Problem(file="review", field=path, found=found, rule=rule, cure=cure)]
    )


def _said(values: Mapping[str, str]) -> str:
    return ", ".join(f"{k} = {v}" if k else v for k, v in values.items())


def _reviewed(document: Any, path: str) -> None:
    paths = document["coding"]["draft"]
    if path in paths:
        paths.remove(path)


# --- writing -----------------------------------------------------------------------


def _written(
    draft: Draft,
    texts: Mapping[str, str],
    document: Any,
    rows: Sequence[tuple[str, ...]],
    by: str,
) -> Draft:
    """Check the case with the decision in it, then write tables, log, case.toml."""
    import tomlkit

    amended = {name: text for name, text in texts.items() if text != draft.texts[name]}
    if document is not None:
        if not document["coding"].get("draft", True):
            _finish(draft, document, by)
        text = tomlkit.dumps(document)
        if "draft" not in document["coding"]:
            text = re.sub(
                r"\A# A draft made by a program(?:.*\n)(?:#.*\n)*\n?", "", text
            )
        amended["case.toml"] = text
    _check(draft, amended)
    try:
        with _locked(draft.folder):
            if _texts(draft.folder) != dict(draft.texts):
                raise ChangedMeanwhileError(
                    [
                        Problem(
                            file=draft.folder.name,
                            rule="somebody has changed the files since they were shown",
                            cure="decide again on what stands there now",
                        )
                    ]
                )
            log = _log(draft.folder / LOG, rows, by)
            toml = amended.pop("case.toml", None)
            for name, text in amended.items():
                write_text(draft.folder / name, text)
            write_text(draft.folder / LOG, log)
            if toml is not None:
                write_text(draft.folder / "case.toml", toml)
    except OSError as error:
        rule = (
            f"the folder cannot be written ({(error.strerror or str(error)).lower()})"
        )
        cure = "check its rights, or copy it to where you may write"
        raise CaseError(
            [Problem(file=str(draft.folder), rule=rule, cure=cure)]
        ) from None
    return open_draft(draft.folder)


def _finish(draft: Draft, document: Any, by: str) -> None:
    """Say in the case that it has been reviewed, and by whom."""
    coding = document["coding"]
    del coding["draft"]
    before = _log_rows(draft.folder / LOG)
    names = dict.fromkeys([*(row.get("by", "") for row in before), by])
    coding["by"] = f"{coding.get('by', 'unknown')}, reviewed by {', '.join(names)}"
    document["summary"] = re.sub(
        r"\s*Nobody has reviewed what \[coding\] draft lists\.", "", document["summary"]
    ) if "summary" in document else ""  # fmt: skip


def _check(draft: Draft, amended: Mapping[str, str]) -> None:
    temporary = Path(tempfile.mkdtemp())
    try:
        folder = temporary / (draft.folder.name or "case")
        folder.mkdir()
        for name, text in {**draft.texts, **amended}.items():
            (folder / name).write_text(text, "utf-8", newline="")
        load(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _log_rows(file: Path) -> list[dict[str, str]]:
    if not file.is_file():
        return []
    return list(csv.DictReader(io.StringIO(read_text(file), newline="")))


def _log(file: Path, rows: Sequence[tuple[str, ...]], by: str) -> str:
    """Return the log with rows more."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if file.is_file():
        before = read_text(file)
        text.write(before if before.endswith("\n") else f"{before}\n")
    else:
        writer.writerow(_COLUMNS)
    at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for path, old, new, decision, note in rows:
        writer.writerow((path, old, new, decision, by, at, note))
    return text.getvalue()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one reviewer write at a time."""
    import fcntl  # not on every system, and needed for nothing else

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # released with the handle
        yield
    finally:
        os.close(handle)


def reviewer(name: str | None) -> str:
    """Return who reviews: the name given, git's user, or the system's.

    Examples
    --------
    >>> reviewer(" Ann Lee ")
    'Ann Lee'
    """
    name = " ".join((name or "").split())
    if not name:
        try:
            command = ["git", "config", "user.name"]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
            name = ran.stdout.strip()
        except OSError:
            name = ""
    try:
        return name or getpass.getuser()
    except (OSError, KeyError):
        raise ValueError("nobody knows who reviews; give --by NAME") from None
