"""A reader's e-mail address must not stand in what is published."""

from __future__ import annotations

from suasion.journal.responses.guards.refusal import RefusedError

__all__ = ["check"]


def check(text: str, email: str, *, field: str) -> None:
    """Refuse words that contain the writer's own e-mail address."""
    if email and email.casefold() in text.casefold():
        raise RefusedError(
            "Your e-mail address stands in these words and would be published with "
            "them: take it out here. In its own field it is never published.",
            field=field,
            status=422,
        )
