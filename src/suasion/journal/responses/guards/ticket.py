"""The signed time stamp in the form: for which article, and when the page was made.

It is not a secret and is not used up: the page cache hands the same stamp to everybody.
It tells a person from a script that never looked at the page, or not long enough.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core import signing
from django.utils import timezone

from suasion.journal.responses.guards.refusal import RefusedError

__all__ = ["LATEST", "SOONEST", "check", "issue", "renewed"]

SOONEST = datetime.timedelta(seconds=3)
LATEST = datetime.timedelta(days=7)  # longer than any page cache keeps a page


def issue(page_id: int) -> str:
    """Return a stamp for the form under an article, valid from now."""
    return _signer().sign_object([page_id, int(timezone.now().timestamp())])


def check(ticket: str, page_id: int) -> None:
    """Refuse a stamp that is forged, of another article, too young or too old."""
    try:
        page, made = _signer().unsign_object(ticket)
    except (signing.BadSignature, ValueError, TypeError):
        page, made = None, 0
    if page != page_id:
        raise RefusedError(
            "The form's time stamp is not one of this article's. Your words are kept "
            "below: send them once more from this page.",
            status=400,
        )
    age = datetime.timedelta(seconds=int(timezone.now().timestamp()) - made)
    if not age <= LATEST:
        raise RefusedError(
            f"The page was opened {age.days} days ago; a form holds for {LATEST.days}. "
            "Your words are kept below: send them once more from this page.",
            status=400,
        )
    if not age >= SOONEST:
        raise RefusedError(
            f"Sent less than {SOONEST.seconds} seconds after the page was made, which "
            "is faster than people write. Wait a moment and send it again.",
            status=429,
        )


def renewed(ticket: str, page_id: int) -> str:
    """Return the stamp if it can still be used, else a new one."""
    try:
        check(ticket, page_id)
    except RefusedError as refusal:
        return ticket if refusal.status == 429 else issue(page_id)
    return ticket


def _signer() -> Any:
    return signing.Signer(salt="responses.ticket")
