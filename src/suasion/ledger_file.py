r"""A ledger file: what was said, when; it only grows, and shows if it was changed.

One line a row, each a JSON object with sorted keys, without spaces, in ASCII, its own
hash first:

    {"hash":"5d6a...","case":"...","kind":"forecast","number":1,"previous":"0000...",...}

`hash` is the SHA-256 of the line without it, that is of `{"case":...}`; `previous` is the
hash of the line before (64 zeros in the first); `number` counts from 1. So whoever changes,
removes, inserts or moves a line breaks the chain there, and `verify` names the line. A
chain cannot show that its last lines are missing, nor that somebody made all of it anew:
for that keep its *head*, the hash of the last line, where its keeper cannot reach it.

Appending takes a lock, so that two programs at once lose nothing, checks the whole chain,
writes one line and waits until it is on the disk. What was cut off in the middle by a
power failure is a line without an end; it is named, and was never confirmed to anybody.

The form is that of a hash chain: Haber & Stornetta 1991, "How to time-stamp a digital
document", Journal of Cryptology 3, 99-111.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from suasion.problem import CaseError, Problem
from suasion.wording import MOST_PROBLEMS, more_below

__all__ = ["NAME", "START", "LedgerError", "append", "find", "read", "verify"]

NAME = "ledger.jsonl"
"""What a ledger in a case's folder is called."""

START = "0" * 64
"""What stands for the hash before the first line."""

_LINE = re.compile(r'\{"hash":"([0-9a-f]{64})",(.*\})')
_OURS = ("hash", "number", "previous", "recorded_at")
_SHORT = 12


class LedgerError(CaseError):
    """A ledger file was changed, cut off, or is something else."""


def append(file: str | os.PathLike[str], row: Mapping[str, Any]) -> dict[str, Any]:
    """Append a row and return it as written, with number, hashes and time (UTC).

    The file is made if it does not exist; its folder must.

    Raises
    ------
    LedgerError
        If the file is not a whole ledger (nothing is appended to a broken one), or
        cannot be written; it is then as it was.
    ValueError
        If the row is not plain data, or has a key that the ledger sets itself.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "ledger.jsonl"
    >>> append(file, {"said": 0.3})["number"], append(file, {"said": 0.4})["number"]
    (1, 2)
    """
    import fcntl  # not on every system, and needed for nothing else

    path = Path(file)
    if taken := sorted(set(row) & set(_OURS)):
        raise ValueError(
            f"a row has the keys {', '.join(taken)}, which the ledger sets; rename them"
        )
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)  # released with the handle
            rows = _whole(path)
            now = dt.datetime.now(dt.UTC)
            full = {
                **row,
                "number": len(rows) + 1,
                "previous": rows[-1]["hash"] if rows else START,
                "recorded_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            text = _canonical(full)
            digest = _digest(text)
            _write(handle, f'{{"hash":"{digest}",{text[1:]}\n'.encode("ascii"))
            if not rows:
                _sync_folder(path)
        finally:
            os.close(handle)
    except OSError as error:
        raise LedgerError([_unusable(path, error)]) from None
    return {"hash": digest, **full}


def find(*where: str | os.PathLike[str]) -> list[Path]:
    """Return ledgers: files as named, and those in folders and in the folders below.

    Raises
    ------
    LedgerError
        If there is none, or no such file or folder.
    """
    result: list[Path] = []
    for item in where:
        path = Path(item)
        inside = sorted(path.rglob(NAME)) if path.is_dir() else [path]
        if not inside or not inside[0].is_file():
            raise LedgerError([_absent(path)])
        result += inside
    return list(dict.fromkeys(result))


def read(file: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Return the rows of a ledger, checked.

    Raises
    ------
    LedgerError
        If there is no such file, or it was changed: all that is wrong, line by line.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "ledger.jsonl"
    >>> row = append(file, {"said": 0.3})
    >>> read(file) == [row]
    True
    >>> _ = file.write_text(file.read_text().replace("0.3", "0.9"))
    >>> read(file)
    Traceback (most recent call last):
    suasion.ledger_file.LedgerError: ledger.jsonl, line 1: found 'hash ...'; ...
    """
    path = Path(file)
    if not path.is_file():
        raise LedgerError([_absent(path)])
    return _whole(path)


def verify(file: str | os.PathLike[str], *, head: str = "") -> list[Problem]:
    """Say what is wrong with a ledger file: nothing, if it is as it was written.

    Parameters
    ----------
    file : path
    head : str
        A head kept from earlier, or its first 12 letters at least: that line must still
        be there.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "ledger.jsonl"
    >>> first, second = append(file, {"said": 0.3}), append(file, {"said": 0.4})
    >>> verify(file, head=second["hash"])
    []
    >>> _ = file.write_text(file.read_text().splitlines(keepends=True)[0])
    >>> print(verify(file, head=second["hash"])[0])
    ledger.jsonl: found ...; no line has the head that was kept; ...
    """
    if head and not re.fullmatch(rf"[0-9a-f]{{{_SHORT},64}}", head):
        raise ValueError(
            f"head is {head!r}; it is the hash of a line, {_SHORT} hexadecimal digits at "
            "least; copy what was printed when it was recorded"
        )
    path = Path(file)
    rows, problems = _checked(path)
    if head and not any(row["hash"].startswith(head) for row in rows):
        problems.append(
            Problem(
                file=path.name,
                found=head,
                rule="no line has the head that was kept",
                cure="lines were removed from the end, or the ledger was made anew; "
                "compare it with a copy from that time",
            )
        )
    return problems


def _whole(path: Path) -> list[dict[str, Any]]:
    rows, problems = _checked(path)
    if problems:
        raise LedgerError(problems)
    return rows


def _checked(path: Path) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Read the rows that are as written, and say what is wrong with the others."""
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    previous, number = START, 0
    for place, line in _lines(path):
        if len(problems) >= MOST_PROBLEMS:
            problems.append(more_below(path.name, f"line {place}"))
            break
        wrong, row, digest = _read_line(line)
        if row is None:
            if wrong:
                rule, cure, found = wrong
                problems.append(_problem(path, place, found, rule, cure))
            # The chain goes on from what the line says it is, so that one change is
            # one problem.
            previous, number = digest or "", number + 1
            continue
        if row["number"] != number + 1 or (previous and row["previous"] != previous):
            problems.append(_broken(path, place, row, number, previous))
        else:
            rows.append(row)
        previous, number = row["hash"], row["number"]
    return rows, problems


def _read_line(
    line: str,
) -> tuple[tuple[str, str, str] | None, dict[str, Any] | None, str | None]:
    """Return what is wrong (rule, cure, found), the row, and the hash it claims."""
    if not line.endswith("\n"):
        cure = (
            "the record was cut off while it was written, and never confirmed: delete "
            "this line and record again"
        )
        return ("a line ends with a line feed", cure, line[-40:]), None, None
    match = _LINE.fullmatch(line[:-1])
    row = None
    if match:
        try:
            row = {**json.loads(line), "hash": match[1]}
        except ValueError:
            row = None
    if match is None or row is None or not _has_ours(row):
        cure = "restore the line from a copy of the file; a ledger is not edited"
        return ("this is no line of a ledger", cure, line.rstrip("\n")), None, None
    if _digest("{" + match[2]) != match[1]:
        cure = "the line was changed after it was written: restore it from a copy"
        rule = "the hash of what stands in the line is another"
        return (rule, cure, f"hash {match[1][:_SHORT]}"), None, match[1]
    return None, row, match[1]


def _has_ours(row: dict[str, Any]) -> bool:
    number = row.get("number")
    return isinstance(number, int) and all(
        isinstance(row.get(key), str) for key in ("previous", "recorded_at")
    )


def _broken(
    path: Path, place: int, row: dict[str, Any], number: int, previous: str
) -> Problem:
    found = f"number {row['number']}"
    after = row["number"] - number - 1
    if after > 0:
        rule = f"{after} before it {'is' if after == 1 else 'are'} missing"
        cure = "lines were removed here, or moved: restore the file from a copy"
    elif after < 0:
        rule = f"number {number + 1} was due"
        cure = "the line was inserted, repeated or moved: restore the file from a copy"
    else:
        found = f"previous {row['previous'][:_SHORT]}"
        rule = f"the line before has the hash {previous[:_SHORT]}"
        cure = (
            "that line was replaced by another, or this one was: restore the file from "
            "a copy"
        )
    return _problem(path, place, found, rule, cure)


def _problem(path: Path, place: int, found: str, rule: str, cure: str) -> Problem:
    return Problem(
        file=path.name, place=f"line {place}", found=found, rule=rule, cure=cure
    )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as stream:
            yield from enumerate(stream, 1)
    except OSError as error:
        raise LedgerError([_unusable(path, error)]) from None


def _absent(path: Path) -> Problem:
    return Problem(
        file=os.fspath(path),
        rule="there is no ledger here",
        cure="record a forecast first, suasion record CASE, or name the file",
    )


def _unusable(path: Path, error: OSError) -> Problem:
    return Problem(
        file=path.name,
        rule=f"the ledger cannot be used ({error.strerror})",
        cure="name a file in a folder of yours that can be written",
    )


def _canonical(row: Mapping[str, Any]) -> str:
    # repr of a float is the shortest text that reads back the same, on any Python 3.
    return json.dumps(row, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write(handle: int, line: bytes) -> None:
    """Write a line to the end, all of it or none, and wait for the disk."""
    size = os.fstat(handle).st_size
    try:
        written = 0
        while written < len(line):
            written += os.write(handle, line[written:])
        os.fsync(handle)
    except BaseException:
        os.ftruncate(handle, size)
        raise


def _sync_folder(path: Path) -> None:
    """Wait until the name of a new file is on the disk, too."""
    folder = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
