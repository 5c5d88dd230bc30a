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

import getpass
import subprocess
from collections.abc import Mapping
from typing import Any

from suasion.case import Case, CaseDocument
from suasion.problem import CaseError, Problem
from suasion.reading.amendment import (
    Sheet,
    find,
    toml_value,
    uncited,
    without_member,
)
from suasion.reading.draft_folder import (
    SHEETS,
    Draft,
    document_of,
    sheet_of,
    suggestion,
    written,
)

__all__ = ["accept", "change", "drop", "forget", "remark", "reviewer"]


def accept(draft: Draft, *paths: str, by: str, note: str = "") -> Draft:
    """Take suggested values as they are.

    Raises
    ------
    ChangedMeanwhileError
        If the files are not those that were shown; nothing is written then.
    CaseError
        If a path is not on the list, or the folder cannot be written.
    """
    document = document_of(draft.texts)
    rows = []
    for path in paths:
        _open(draft, path)
        _reviewed(document, path)
        old = _said(suggestion(draft, path).values)
        rows.append((path, old, old, "accept", note))
    return written(draft, {}, document, rows, by)


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
    document = document_of(draft.texts)
    sheet, name, columns = sheet_of(draft.texts, path)
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
    return written(draft, texts, document, [row], by)


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
    document = document_of(draft.texts)
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
        elif section in SHEETS or find(document, path)[1]:
            _refuse(path, old, "a single value cannot be dropped", "change it to none")
        else:
            gone = path
            without_member(document, path)
            texts = _unsupported(draft, gone)
    for other in draft.open:
        if other == gone or other.startswith(f"{gone}."):
            _reviewed(document, other)
    return written(draft, texts, document, [(gone, old, "", "drop", note)], by)


def remark(draft: Draft, path: str, note: str, *, by: str) -> Draft:
    """Write a note on a value that is left for later."""
    old = _said(suggestion(draft, path).values)
    return written(draft, {}, None, [(path, old, "", "skip", note)], by)


def forget(draft: Draft, path: str, *, by: str) -> Draft:
    """Take a path off the list that leads nowhere any more."""
    document = document_of(draft.texts)
    _reviewed(document, path)
    return written(draft, {}, document, [(path, "", "", "gone", "")], by)


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
