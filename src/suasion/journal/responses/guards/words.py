"""Words that this journal does not publish, from the editors' list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from suasion.journal.responses.guards.refusal import RefusedError

__all__ = ["check"]


def check(text: str, unpublished: Iterable[str], *, field: str) -> None:
    """Refuse a text with one of the words, in any capitals or look-alike letters."""
    folded = _folded(text)
    for word in unpublished:
        pattern = rf"(?<!\w){re.escape(_folded(word))}(?!\w)"
        if re.search(pattern, folded):
            raise RefusedError(
                f"This journal does not publish {word!r}: put it another way.",
                field=field,
                status=422,
            )


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
