"""Text files that are there wholly or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from suasion.problem import CaseError, Problem

__all__ = ["vacant", "write_folder", "write_text"]


def write_text(target: Path, text: str) -> Path:
    """Write UTF-8 text to a temporary file beside the target, then rename it.

    Raises
    ------
    OSError
        If the folder cannot be written; the target is then as it was.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_text(folder / "a.txt", "whole").read_text()
    'whole'
    """
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def vacant(target: Path) -> None:
    """Refuse a place at which no new folder can be made.

    Raises
    ------
    CaseError
        If there is something of that name, or no folder to put it in.
    """
    rule = cure = ""
    if os.path.lexists(target):
        rule, cure = "there is something of that name", "choose a new name"
    elif not target.absolute().parent.is_dir():
        rule, cure = f"there is no folder {target.parent}", "make it first"
    if rule:
        raise CaseError([Problem(file=str(target), rule=rule, cure=cure)])


def write_folder(
    target: Path,
    files: Mapping[str, str],
    check: Callable[[Path], object] = lambda _folder: None,
) -> Path:
    """Write a new folder of UTF-8 texts: beside its place first, checked, then renamed.

    Parameters
    ----------
    target : path
        Where it is to be; nothing of that name may be there.
    files : mapping
        Texts by name; a name may have a folder in it.
    check : callable
        Is given the written folder before it gets its name; what it raises undoes all.

    Raises
    ------
    CaseError
        If there is something of that name, or no folder to put it in.

    Examples
    --------
    >>> folder = write_folder(Path(tempfile.mkdtemp(), "new"), {"a/b.txt": "whole"})
    >>> (folder / "a" / "b.txt").read_text()
    'whole'
    """
    vacant(target)
    temporary = Path(
        tempfile.mkdtemp(dir=target.absolute().parent, prefix=f".{target.name}.")
    )
    try:
        for name, text in files.items():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            (temporary / name).write_text(text, "utf-8", newline="\n")
        check(temporary)
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o777 & ~mask)
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return target
