"""Readers, and the one place where what they say is checked.

A reader turns an article into claims. Whoever it is, a claim enters only if its quote
is a verbatim part of the article: otherwise it is dropped and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from suasion.reading.claim import Article, Claim, FoundActor

__all__ = ["Reader", "checked"]


class Reader(Protocol):
    """Something that finds claims in an article."""

    name: str

    def read(self, article: Article) -> tuple[Claim, ...]:
        """Return the claims found; their quotes are checked by the caller."""
        ...

    def actors(self, article: Article) -> tuple[FoundActor, ...]:
        """Return who is who in it: states, bodies, persons and whom they speak for."""
        ...


def checked(article: Article, claims: Iterable[Claim]) -> tuple[tuple[Claim, ...], int]:
    """Return the claims whose quote is in the article, and how many are not.

    A quote that stands elsewhere than its offsets say is found where it stands nearest;
    runs of white space in it may differ from the text, for the text's own are taken.

    Examples
    --------
    >>> article = Article(id="a1", text="Norway backs the ban. Chile does not.")
    >>> said = Claim(id="a1-1", source="a1", kind="position", quote="Chile does not",
    ...              start=0, end=14)
    >>> invented = said.model_copy(update={"quote": "Chile backs it"})
    >>> kept, dropped = checked(article, [said, invented])
    >>> kept[0].start, kept[0].quote, dropped
    (22, 'Chile does not', 1)
    """
    kept: list[Claim] = []
    dropped = 0
    for claim in claims:
        place = _place(article.text, claim)
        if place is None or claim.source != article.id:
            dropped += 1
            continue
        start, end = place
        quote = article.text[start:end]
        kept.append(
            claim.model_copy(update={"quote": quote, "start": start, "end": end})
        )
    return tuple(kept), dropped


def _place(text: str, claim: Claim) -> tuple[int, int] | None:
    if text[claim.start : claim.end] == claim.quote:
        return claim.start, claim.end
    words = r"\s+".join(map(re.escape, claim.quote.split()))
    places = [match.span() for match in re.finditer(words, text)]
    return min(places, key=lambda span: abs(span[0] - claim.start), default=None)
