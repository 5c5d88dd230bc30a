"""Erasing: one response at its writer's request, old addresses by the calendar."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from suasion.journal.responses.estimating import forget
from suasion.journal.responses.models import Pseudonym, Response

__all__ = ["erase", "erase_old_addresses"]


def erase(response: Response, *, by: Any = None) -> None:
    """Erase name, e-mail address, words and hashes of a response.

    Its place stays, empty, for the replies to it. Its estimate stays in the ledger as a
    number without a name; a chosen name goes off every estimate made under it.

    Parameters
    ----------
    response : Response
        What to erase.
    by : User, optional
        The editor who does it; none if the writer does.
    """
    with transaction.atomic():
        locked = Response.objects.select_for_update(of=("self",))
        found = locked.select_related("page", "forecast").get(pk=response.pk)
        if found.erased_at is not None:
            return
        if found.forecast is not None:
            forget(found.forecast)
        found.name = found.email = found.text = found.pseudonym = ""
        found.email_hash = found.address_hash = ""
        found.digest = found.probability = found.estimated_at = None
        found.question = found.forecast = None
        found.erased_at = timezone.now()
        found.save()
        log(found, "responses.erase", user=by)
    response.refresh_from_db()


def erase_old_addresses(*, days: int) -> int:
    """Erase e-mail addresses and hashes of what is older than `days`; return how many.

    A chosen name keeps its hash for so long after it was last used; later nobody can
    use it again, and its estimates stay under it.
    """
    if not days >= 1:
        raise ValueError(f"days is {days}; it is 1 or more; write for instance 180")
    before = timezone.now() - datetime.timedelta(days=days)
    with transaction.atomic():
        old = Response.objects.filter(created_at__lt=before)
        known = old.exclude(email="", email_hash="", address_hash="")
        count = known.update(email="", email_hash="", address_hash="")
        Pseudonym.objects.filter(used_at__lt=before).update(email_hash="")
    return count
