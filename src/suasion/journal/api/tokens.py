"""Issuing a token, recognising it, and counting what it writes.

A token is 256 random bits, so one round of SHA-256 is enough to keep: nobody can guess
what it was made of, as they could a password.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone

from suasion.journal.api.models import SCOPES, Token
from suasion.problem import SuasionError

__all__ = ["MOST_DAYS", "MOST_WRITES", "TokenError", "find", "issue", "take_turn"]

MOST_DAYS = 3650
MOST_WRITES = 600
"""In an hour, by one token."""

_PREFIX = "suasion_"  # so that a token is known for what it is where it should not be
_HOUR = dt.timedelta(hours=1)


class TokenError(SuasionError):
    """A token that cannot be issued as asked, with the cure."""


def issue(
    user: str, name: str, days: int = 365, *, scopes: Collection[str] = tuple(SCOPES)
) -> str:
    """Issue a token and return it; it is told this once and cannot be read again.

    Parameters
    ----------
    user : str
        Name of the account in whose name it writes.
    name : str
        What it is for.
    days : int
        How long it is good for, 1 to 3650.
    scopes : collection of {"forecast", "ask", "resolve"}
        What it can do, as far as its owner may.

    Raises
    ------
    TokenError
        If there is no such account, or what is asked makes no token.
    """
    owner = get_user_model().objects.filter(username=user, is_active=True).first()
    if owner is None:
        raise TokenError(
            f"user is {user!r}; there is no such account, or it is disabled; see "
            "/editors/users/ for all"
        )
    if not (0 < len(name.strip()) <= 80):
        raise TokenError(
            f"name is {name!r}; it says in 1 to 80 letters what the token is for; write "
            "for instance 'nightly run'"
        )
    if not (1 <= days <= MOST_DAYS):
        raise TokenError(
            f"days is {days}; a token is good for 1 to {MOST_DAYS} days; choose fewer"
        )
    unknown = sorted(set(scopes) - SCOPES.keys())
    if unknown or not scopes:
        raise TokenError(
            f"scopes are {sorted(scopes)}; each is one of {', '.join(SCOPES)}; give one "
            "at least"
        )
    today = timezone.now().date()
    said = _PREFIX + secrets.token_urlsafe(32)
    Token.objects.create(
        name=name.strip(),
        user=owner,
        digest=_digest(said),
        made_on=today,
        expires_on=today + dt.timedelta(days=days),
        **{scope: scope in scopes for scope in SCOPES},
    )
    return said


def find(said: str) -> Token | None:
    """Return the token, if it is known, not expired, and of an account in use."""
    today = timezone.now().date()
    token: Token | None = (
        Token.objects.select_related("user")
        .filter(digest=_digest(said), expires_on__gte=today, user__is_active=True)
        .first()
    )
    if token is not None and token.last_used_on != today:
        Token.objects.filter(pk=token.pk).update(last_used_on=today)
    return token


def take_turn(token: Token) -> int | None:
    """Count a write; return None, or how many seconds to wait if there were too many.

    Each step is one statement of the database, so workers cannot count past each other.
    """
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    own = Token.objects.filter(pk=token.pk)
    own.exclude(writing_since=hour).update(writing_since=hour, writes=0)
    counted = own.filter(writing_since=hour, writes__lt=MOST_WRITES)
    if counted.update(writes=F("writes") + 1):
        return None
    return max(1, int((hour + _HOUR - now).total_seconds()))


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
