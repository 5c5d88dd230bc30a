"""Few links in one response."""

from __future__ import annotations

from suasion.journal.responses.cleaning import LINK
from suasion.journal.responses.guards.refusal import RefusedError

__all__ = ["check"]


def check(text: str, allowed: int) -> None:
    """Refuse a text with more links than `allowed`."""
    found = len(LINK.findall(text))
    if not found <= allowed:
        raise RefusedError(
            f"{_links(found)} found, at most {_links(allowed)} allowed: take some out, "
            "or name the source in words.",
            field="text",
            status=422,
        )


def _links(count: int) -> str:
    return f"{count or 'no'} {'link' if count == 1 else 'links'}"
