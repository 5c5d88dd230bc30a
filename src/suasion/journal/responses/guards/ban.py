"""Banned senders: their responses are rejected unread."""

from __future__ import annotations

from django.db.models import Q

from suasion.journal.responses.models import Ban

__all__ = ["is_banned"]


def is_banned(*, email_hash: str, address_hash: str) -> bool:
    """Tell whether a sender is banned, by e-mail or by today's network address.

    The sender is not told when sending: that would tell a stranger about an address.
    """
    return Ban.objects.filter(
        Q(kind=Ban.Kind.EMAIL, hash=email_hash)
        | Q(kind=Ban.Kind.ADDRESS, hash=address_hash)
    ).exists()
