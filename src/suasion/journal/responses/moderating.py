"""What an editor does with a response: hold, publish, reject, ban.

Each goes into Wagtail's log with the editor and the number of the response.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from suasion.journal.responses.estimating import enter
from suasion.journal.responses.models import Ban, Response, ResponseSettings
from suasion.journal.responses.notifying import tell_reader

__all__ = ["ban", "hold", "lift", "publish", "reject"]

State: Any = Response.State


def hold(response: Response, *, by: Any) -> None:
    """Take a response back into the queue, out of readers' sight."""
    _move(response, State.HELD, by=by, action="responses.hold")


def publish(response: Response, *, by: Any) -> None:
    """Show a response; its estimate goes into the ledger as of when it was sent."""
    _move(response, State.PUBLISHED, by=by, action="responses.publish")


def reject(response: Response, *, by: Any) -> None:
    """Refuse a response; it stays readable for editors."""
    _move(response, State.REJECTED, by=by, action="responses.reject")


def ban(response: Response, *, by: Any) -> None:
    """Reject a response, and unread whatever its sender sends from now on.

    The e-mail address is banned until the ban is lifted, the network address for the
    day on which the response was sent (its hash means nothing later).
    """
    with transaction.atomic():
        _move(response, State.REJECTED, by=by, action="responses.ban")
        senders = {
            Ban.Kind.EMAIL: response.email_hash,
            Ban.Kind.ADDRESS: response.address_hash,
        }
        if response.created_at.date() != timezone.now().date():
            del senders[Ban.Kind.ADDRESS]
        for kind, found in senders.items():
            if found:
                Ban.objects.get_or_create(
                    kind=kind, hash=found, defaults={"by": by, "response": response}
                )


def lift(banned: Ban, *, by: Any) -> None:
    """Lift a ban."""
    with transaction.atomic():
        log(banned, "responses.lift", user=by)
        banned.delete()


def _move(response: Response, state: str, *, by: Any, action: str) -> None:
    with transaction.atomic():
        locked = Response.objects.select_for_update(of=("self",))
        found = locked.select_related("page", "question", "forecast__forecaster").get(
            pk=response.pk
        )
        if found.erased_at is not None:
            return
        found.state = state
        if found.is_published:
            enter(found)
            if found.published_at is None:
                found.published_at = timezone.now()
                if ResponseSettings.load().tell_readers:
                    transaction.on_commit(lambda: tell_reader(found))
        found.save()
        log(found, action, user=by)
    response.refresh_from_db()
