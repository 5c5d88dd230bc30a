"""The form must come from a page of the journal itself.

It takes the place of a CSRF cookie, which would keep article pages out of the cache. The
form carries no authority, so there is little to forge; but another site shall not make
its visitors send us things.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

from suasion.journal.responses.guards.refusal import RefusedError

__all__ = ["check"]


def check(request: HttpRequest) -> None:
    """Refuse a request that a browser did not send from a page of this host.

    A browser says so itself in `Sec-Fetch-Site`; older ones only in `Origin`.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        found, passes = site, site == "same-origin"
    else:
        found = request.headers.get("Origin", "no origin")
        passes = urlsplit(found).netloc == request.get_host()
    if not passes:
        raise RefusedError(
            f"This was not sent from a page of this journal (the browser says "
            f"{found!r}). Open the article here and send it from the form.",
            status=403,
        )
