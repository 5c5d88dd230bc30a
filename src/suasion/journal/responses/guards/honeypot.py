"""A field that people do not see and programs fill."""

from __future__ import annotations

from suasion.journal.responses.guards.refusal import RefusedError

__all__ = ["FIELD", "check"]

FIELD = "website"


def check(found: str) -> None:
    """Refuse a response with the hidden field filled."""
    if found:
        raise RefusedError(
            "The hidden field 'Leave this empty' was filled, as programs do. If your "
            "browser filled it, just send this page again.",
            status=400,
        )
