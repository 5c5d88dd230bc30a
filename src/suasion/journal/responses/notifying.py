"""Mail to authors when a response arrives; to readers only if the editors want it.

A message to an author has the reader's name and words, never the reader's address. Mail
that cannot be sent is logged, without names, and costs no response.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from suasion.journal.responses.cleaning import line
from suasion.journal.responses.models import Response

__all__ = ["tell_authors", "tell_reader"]

_LOG = logging.getLogger(__name__)


def tell_authors(response: Response) -> None:
    """Tell the article's authors that a response waits for an editor."""
    page = response.page
    accounts = [author.account for author in page.byline.select_related("account")]
    to = {account.email for account in accounts if account and account.is_active}
    queue = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse(
        "wagtailsnippets_responses_response:inspect", args=[response.pk]
    )
    for one in sorted(filter(None, to)):
        _send("to_author", response, [one], queue=queue)


def tell_reader(response: Response) -> None:
    """Tell a reader that the response is published."""
    if response.email:
        _send("to_reader", response, [response.email])


def _send(name: str, response: Response, to: Iterable[str], **context: str) -> None:
    subject, body = render_to_string(
        f"responses/{name}.txt",
        {"response": response, "site": settings.WAGTAIL_SITE_NAME, **context},
    ).split("\n", 1)
    try:
        EmailMessage(line(subject), body.strip() + "\n", to=[*to]).send()
    except OSError as error:  # SMTPException is one
        _LOG.warning(
            "mail %s about response %s not sent: %s; see the settings of e-mail",
            name,
            response.pk,
            type(error).__name__,
        )
