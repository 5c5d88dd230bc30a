"""A draft case's folder under review: what is shown of it, and how a decision gets in.

Each decision is saved at once: amended tables first, then the log `review.csv`, then the
list of drafts in `case.toml`. So after each step the folder is a whole case, and nothing
leaves the list without standing in the log.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from suasion.case import Case, Evidence
from suasion.casefile import load
from suasion.problem import CaseError, Problem
from suasion.reading.amendment import Sheet, find
from suasion.tablefile import read_text
from suasion.textfile import write_text

__all__ = [
    "LOG",
    "SHEETS",
    "ChangedMeanwhileError",
    "Draft",
    "Suggestion",
    "document_of",
    "open_draft",
    "sheet_of",
    "suggestion",
    "written",
]

LOG = "review.csv"
"""What the log of a review is called."""

SHEETS = {"actors": "actor", "evidence": "id", "sources": "id", "precedents": "id"}
"""Tables of a case beside `case.toml`, and the columns that name their rows."""

_COLUMNS = ("path", "old", "new", "decision", "by", "at", "note")
_FILES = ("case.toml", *(f"{name}.csv" for name in SHEETS), "outcome.toml")


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
        sheet, name, columns = sheet_of(draft.texts, path)
        if sheet is None:
            table, key = find(document_of(draft.texts), path)
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


def sheet_of(
    texts: Mapping[str, str], path: str
) -> tuple[Sheet | None, str, list[str]]:
    """Return table, name of the row and columns of a path; no table for case.toml."""
    section, _, rest = path.partition(".")
    if section not in SHEETS:
        return None, "", []
    name, _, column = rest.rpartition(".")
    sheet = Sheet(texts[f"{section}.csv"], SHEETS[section])
    columns = [c for c in sheet.columns if c == column or c.startswith(f"{column}:")]
    sheet.cell(name, columns[0] if columns else column)
    return sheet, name, columns


def document_of(texts: Mapping[str, str]) -> Any:
    """Return `case.toml`, to be amended in place."""
    import tomlkit

    return tomlkit.parse(texts["case.toml"])


def _shown(value: Any) -> str:
    value = value.unwrap() if hasattr(value, "unwrap") else value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    return str(value)


# --- writing -----------------------------------------------------------------------


def written(
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
