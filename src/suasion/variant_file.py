"""Variants kept in the folder of a case: `variants/<name>.toml`.

    name = "Germany comes out in favour"
    text = "Why one would suppose this."

    [set]
    "actors.Germany.position" = "60|75|90"
    "actors.Germany.public" = "for"

Only `[set]` is needed; without a name the file's own is used. Nobody but a comparison
reads these files: a forecast of the case does not change with them.
"""

from __future__ import annotations

import importlib.resources
import json
import os
import re
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import Field

from suasion.casefile import bundled
from suasion.frozen import Frozen
from suasion.problem import CaseError, Problem
from suasion.textfile import write_text
from suasion.tomlfile import read_toml, validate
from suasion.variant import Variant
from suasion.wording import did_you_mean

__all__ = ["chosen", "save", "saved", "where_to_save"]

_FOLDER = "variants"


class _Document(Frozen):
    """What a file of a variant says."""

    name: str = ""
    text: str = ""
    set: dict[str, Any] = Field(min_length=1)


def saved(source: str | os.PathLike[str]) -> dict[str, Variant]:
    """Read the variants of a case, by the names of their files, in order of these.

    Parameters
    ----------
    source : str or path
        As for `suasion.load`. A bare table of actors has no variants.

    Raises
    ------
    CaseError
        If a file is not a variant: all problems at once. Whether its paths exist is said
        by the comparison.

    Examples
    --------
    >>> [*saved("deep-strikes")]
    ['deadline-two-months-later', 'germany-in-favour', 'looks-ahead', 'no-fear', ...]
    """
    folder = _folder(source)
    if folder is None or not (folder / _FOLDER).is_dir():
        return {}
    problems: list[Problem] = []
    found: dict[str, Variant] = {}
    files = {
        item.name.removesuffix(".toml"): item
        for item in (folder / _FOLDER).iterdir()
        if item.name.endswith(".toml") and not item.name.startswith(".")
    }
    for stem, file in sorted(files.items()):
        label = f"{_FOLDER}/{file.name}"
        mine: list[Problem] = []
        raw = read_toml(file, mine)
        document = None if raw is None else validate(_Document, raw, label, mine)
        problems += [replace(problem, file=label) for problem in mine]
        if document is not None:
            found[stem] = Variant(
                name=document.name or stem, text=document.text, changes=document.set
            )
    if problems:
        raise CaseError(problems)
    return found


def chosen(
    source: str | os.PathLike[str], names: tuple[str, ...] | list[str]
) -> list[Variant]:
    """Return the variants of these names, of files or given in them.

    Raises
    ------
    CaseError
        If there is none of a name; the message has the nearest.
    """
    found = saved(source)
    by_name = found | {variant.name: variant for variant in found.values()}
    for name in names:
        if name not in by_name:
            raise CaseError(
                [
                    Problem(
                        file=_FOLDER,
                        found=name,
                        rule="the case has no such variant",
                        cure=did_you_mean(name, found, "give one with --set"),
                    )
                ]
            )
    return [by_name[name] for name in dict.fromkeys(names)]


def where_to_save(source: str | os.PathLike[str], name: str) -> Path:
    """Return the file in which a variant would be kept, or say why it cannot be.

    Raises
    ------
    CaseError
        If the case is no folder of one's own, the name is no name of a file, or taken.
    """
    folder = _folder(source)
    stem = name.removesuffix(".toml")
    rule = cure = ""
    if not isinstance(folder, Path) or os.fspath(source) in bundled():
        rule = "variants are kept in the folder of a case, and this is none of yours"
        cure = "copy or make a folder with a case.toml, and name that"
    elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", stem):
        rule = "this is no name for a file"
        cure = "use letters, digits and hyphens, such as germany-in-favour"
    elif os.path.lexists(folder / _FOLDER / f"{stem}.toml"):
        rule = f"there is a variant {stem} already"
        cure = "choose a new name, or delete the file"
    if rule or not isinstance(folder, Path):
        raise CaseError(
            [Problem(file=os.fspath(source), found=name, rule=rule, cure=cure)]
        )
    return folder / _FOLDER / f"{stem}.toml"


def save(variant: Variant, file: Path) -> Path:
    """Write a variant to a file, wholly or not at all.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> variant = Variant(name="in favour", changes={"actors.DE.public": "for"})
    >>> print(save(variant, folder / "variants" / "x.toml").read_text())
    name = "in favour"
    <BLANKLINE>
    [set]
    "actors.DE.public" = "for"
    <BLANKLINE>
    """
    lines = [f"name = {_text(variant.name)}"]
    if variant.text:
        lines.append(f"text = {_text(variant.text)}")
    lines += ["", "[set]"]
    lines += [f"{_text(path)} = {_text(v)}" for path, v in variant.changes.items()]
    file.parent.mkdir(exist_ok=True)
    return write_text(file, "\n".join(lines) + "\n")


def _text(text: str) -> str:
    # Strings of JSON are strings of TOML, but for U+007F.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _folder(source: str | os.PathLike[str]) -> Path | Traversable | None:
    name = os.fspath(source)
    if name in bundled():
        return importlib.resources.files("suasion").joinpath("cases", name)
    path = Path(name)
    if path.name == "case.toml":
        path = path.parent
    return path if path.is_dir() else None
