"""A response arrives: stored as held, once, and its authors are told."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from suasion.journal.responses import address
from suasion.journal.responses.guards import rate
from suasion.journal.responses.guards.ban import is_banned
from suasion.journal.responses.guards.refusal import RefusedError
from suasion.journal.responses.models import Response, ResponseSettings
from suasion.journal.responses.notifying import tell_authors

__all__ = ["arrived_already", "digest_of", "send"]

AGAIN = datetime.timedelta(minutes=1)  # a second click, a page sent once more


def send(
    page: Any,
    *,
    said: dict[str, Any],
    address_hash: str,
    question: Any,
    rules: ResponseSettings,
) -> Response:
    """Store a response that waits for an editor.

    Parameters
    ----------
    page : ArticlePage
        The article it stands under.
    said : dict
        What the form found valid: name, email, text, parent, percent, pseudonym.
    address_hash : str
        Today's hash of the sender's network address.
    question : Question or None
        The question open for estimates.
    rules : ResponseSettings
        The editors' limits.

    Raises
    ------
    RefusedError
        If the sender sent too many, or the same words under the same name stand or
        wait under this article already.
    """
    email_hash = address.of_email(said["email"])
    percent = said.get("percent") if question is not None else None
    now = timezone.now()
    response = Response(
        page=page,
        parent=said.get("parent"),
        name=said["name"],
        email=said["email"],
        text=said["text"],
        email_hash=email_hash,
        address_hash=address_hash,
        digest=digest_of(said["name"], said["text"], said.get("parent")),
        created_at=now,
    )
    if percent is not None:
        response.question = question
        response.probability = percent / 100
        response.estimated_at = now
        response.pseudonym = said.get("pseudonym", "")
    try:
        with transaction.atomic():
            rate.check(email_hash=email_hash, address_hash=address_hash, limits=rules)
            if is_banned(email_hash=email_hash, address_hash=address_hash):
                response.state = Response.State.REJECTED
            response.save(force_insert=True)
            if rules.tell_authors and response.state == Response.State.HELD:
                transaction.on_commit(lambda: tell_authors(response))
    except IntegrityError as error:
        known = Response.objects.filter(page=page, digest=response.digest).first()
        if known is None:
            raise
        if not _is_again(response, known):
            raise arrived_already() from error
        return known
    return response


def arrived_already() -> RefusedError:
    """Return the answer to words that stand or wait under the article already."""
    return RefusedError(
        "The same words under the same name have arrived already and stand or wait "
        "under this article: nothing more is to be done.",
        status=409,
    )


def digest_of(name: str, text: str, parent: Response | None) -> str:
    """Return what is equal for equal responses: of name, words and whom they answer.

    The e-mail address is no part of it: "sent already" must not tell a stranger whose
    address belongs to words that can be read on the page.
    """
    parts = [name.casefold(), " ".join(text.casefold().split()), parent and parent.pk]
    return salted_hmac("responses.digest", repr(parts), algorithm="sha256").hexdigest()


def _is_again(response: Response, known: Response) -> bool:
    return (
        response.email_hash == known.email_hash
        and response.address_hash == known.address_hash
        and response.created_at - known.created_at < AGAIN
    )
