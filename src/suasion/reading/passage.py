"""Quotes where they stand, in the user's own copy of a source."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from suasion.case import Evidence
from suasion.tablefile import read_text

__all__ = ["Passage", "coding", "passage", "source_texts"]

_AROUND = 90


class Passage(NamedTuple):
    """A quote, and what stands before and behind it."""

    before: str
    quote: str
    after: str


def source_texts(folder: str | os.PathLike[str]) -> dict[str, str]:
    """Return the texts in `sources/` of a case's folder by source id; none is no error.

    Examples
    --------
    >>> source_texts("deep-strikes")
    {}
    """
    files = sorted(Path(folder, "sources").glob("*.txt"))
    return {path.stem: read_text(path) for path in files if path.is_file()}


def coding(item: Evidence) -> str:
    """Say how a claim is coded: of whom, how firmly, when, who says so.

    Examples
    --------
    >>> coding(Evidence(id="e1", source="a1", kind="position", hedge="reported",
    ...     claim="position (wants): Norway: for", attribution="The Telegraph"))
    'Norway: for; reported; says The Telegraph'
    """
    said = item.claim
    if item.kind:
        said = re.sub(rf"\A{re.escape(item.kind)}(?: \([^)]*\))?: ", "", said)
    hedge = "" if item.hedge == "none" else item.hedge
    says = f"says {item.attribution}" if item.attribution else ""
    return "; ".join(part for part in (said, hedge, item.when, says) if part)


def passage(item: Evidence, texts: Mapping[str, str]) -> Passage | None:
    """Return a quote with the words around it; none around it if the text is not there.

    None if the evidence has no quote. A text in which the quote no longer stands at its
    place gives nothing: it is not the text that was read.

    Examples
    --------
    >>> item = Evidence(id="e1", source="a1", claim="x", quote="backs it", start=7, end=15)
    >>> passage(item, {"a1": "Norway backs it. Chile does not."})
    Passage(before='Norway ', quote='backs it', after='. Chile does not.')
    >>> passage(item, {"a1": "Another text."})
    Passage(before='', quote='backs it', after='')
    """
    if not item.quote:
        return None
    text = texts.get(item.source, "")
    if item.start is None or item.end is None:
        return Passage("", item.quote, "")
    if text[item.start : item.end] != item.quote:
        return Passage("", item.quote, "")
    before = text[: item.start].rpartition("\n")[2]
    after = text[item.end :].partition("\n")[0]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + "…"
    return Passage(before, item.quote, after)
