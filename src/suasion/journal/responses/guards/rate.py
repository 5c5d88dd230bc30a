"""Not too many responses from one sender."""

from __future__ import annotations

import datetime

from django.utils import timezone

from suasion.journal.responses.guards.refusal import RefusedError
from suasion.journal.responses.models import Response, ResponseSettings

__all__ = ["check"]

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def check(*, email_hash: str, address_hash: str, limits: ResponseSettings) -> None:
    """Refuse what goes over the hourly or the daily number.

    The answer is the same for both, so that it does not tell a stranger whether an
    e-mail address has been used here.
    """
    now = timezone.now()
    sent = Response.objects.filter
    from_address = sent(address_hash=address_hash, created_at__gt=now - HOUR).count()
    from_email = sent(email_hash=email_hash, created_at__gt=now - DAY).count()
    if not (from_address < limits.per_address and from_email < limits.per_email):
        raise RefusedError(
            "Many responses came from you or from your network in a short time. Your "
            "words are kept below: send them again in an hour.",
            status=429,
        )
