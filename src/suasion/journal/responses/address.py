"""Keyed hashes of e-mail and network addresses: equal if equal, and no more.

The hash of an e-mail address uses a key made of the journal's secret. The hash of a
network address uses a random key of the day (UTC): a new day's key displaces the old
ones, after which nobody, the editors included, can tell which address it was. An IPv6
address counts by its first 64 bits, which is what one household has.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from suasion.journal.responses.models import Ban, DailyKey

__all__ = ["key_of_today", "of_email", "of_sender"]


def of_email(email: str) -> str:
    """Return the keyed hash of an e-mail address, whatever its capitals.

    >>> of_email("Ann@Example.org ") == of_email("ann@example.org")
    True
    """
    return salted_hmac(
        "responses.email", email.strip().casefold(), algorithm="sha256"
    ).hexdigest()


def of_sender(request: HttpRequest) -> str:
    """Return today's keyed hash of the network address a request came from."""
    key = key_of_today().encode()
    return hmac.new(key, _network(request).encode(), hashlib.sha256).hexdigest()


def _network(request: HttpRequest) -> str:
    # Each trusted proxy appends whom it saw; what stands further left anybody can write.
    proxies = getattr(settings, "TRUSTED_PROXIES", 0)
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = proxies and len(seen) >= proxies
    said = seen[-proxies] if trusted else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(said.strip())
    except ValueError:
        return "unknown"
    if address.version == 6:
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)


def key_of_today() -> str:
    """Return today's key, made if there is none; the keys of other days are deleted."""
    today = timezone.now().date()
    found, made = DailyKey.objects.get_or_create(
        day=today, defaults={"key": secrets.token_hex()}
    )
    if made:
        DailyKey.objects.filter(day__lt=today).delete()
        Ban.objects.filter(kind=Ban.Kind.ADDRESS, made_at__date__lt=today).delete()
    return found.key
