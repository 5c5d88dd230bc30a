"""The responses under an article as readers see them: published ones, replies below."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from suasion.journal.responses.cleaning import paragraphs
from suasion.journal.responses.models import Response

__all__ = ["Shown", "thread"]

_SEEN = "parent_id page_id name text probability state created_at edited_at erased_at"


@dataclass(frozen=True)
class Shown:
    """One response and the replies to it.

    The e-mail address and the hashes are not even read from the database.
    """

    response: Response
    replies: list[Shown] = field(default_factory=list)

    @property
    def html(self) -> str:
        """The words as paragraphs."""
        return paragraphs(self.response.text)


def thread(page: Any) -> list[Shown]:
    """Return what is published under an article, oldest first.

    A response taken back, rejected or erased leaves an empty place if replies to it are
    published.
    """
    found = (
        Response.objects.filter(page=page)
        .only(*_SEEN.split())
        .order_by("created_at", "pk")
    )
    published = [r for r in found if r.is_published and r.erased_at is None]
    answered = {r.parent_id for r in published}
    tops = {
        r.pk: Shown(r)
        for r in found
        if r.parent_id is None and (r in published or r.pk in answered)
    }
    for response in published:
        if response.parent_id is not None:
            tops[response.parent_id].replies.append(Shown(response))
    return list(tops.values())
