"""A reader's e-mail address is found by editors, and by nobody anywhere else."""

from __future__ import annotations

import logging
from hashlib import md5, sha256
from typing import Any

from django.test import Client
from reader import EMAIL, Reader

from suasion.journal.responses import editing, moderating
from suasion.journal.responses.address import of_email
from suasion.journal.responses.models import Response

PUBLIC = (
    "/",
    "/politics/",
    "/authors/",
    "/track-record/",
    "/about-the-method/",
    "/search/?q=yield",
    "/search/?q=hentzau",
    "/feeds/rss.xml",
    "/feeds/atom.xml",
    "/feeds/feed.json",
    "/feeds/politics/rss.xml",
    "/sitemap.xml",
    "/robots.txt",
    "/ledger/",
    "/ledger/pass/",
    "/api/questions",
    "/api/questions/pass",
    "/api/forecasts",
    "/api/docs",
    "/health/",
    "/no-such-page/",
)


def traces() -> list[str]:
    said = EMAIL.encode()
    hashes = [of_email(EMAIL), md5(said).hexdigest(), sha256(said).hexdigest()]
    stored = Response.objects.values_list("email_hash", "address_hash", "digest")
    return [EMAIL, EMAIL.split("@")[0], *hashes, *filter(None, stored[0])]


def test_an_address_is_in_no_page_feed_api_or_log(
    contested: Any, caplog: Any, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    reader = Reader()
    response = reader.respond(contested, percent="63", pseudonym="Black Michael")
    moderating.publish(response, by=None)
    reply = reader.respond(contested, parent=response.pk, text="I reply.")
    moderating.publish(reply, by=None)
    seen = [
        Client().get(address)
        for address in (
            *PUBLIC,
            contested.url,
            f"/respond/{contested.pk}/?reply={response.pk}",
            editing.link(response),
        )
    ]
    seen += [reader.send(contested), reader.edit(response, percent="")]
    seen += [reader.send(contested, text="", ticket="x", email="other@x.example")]
    said = [answer.getvalue().decode() + str(answer.headers) for answer in seen]
    assert any("The king will yield." in page for page in said)
    assert {answer.status_code for answer in seen} >= {200, 303, 404, 422}
    logged = capfd.readouterr()
    said += [caplog.text, logged.out, logged.err]
    # What the reader has just typed is shown to the reader who typed it, once.
    own = reader.send(contested, ticket="x").content.decode()
    assert own.count(EMAIL) == 1
    said = [page for page in said if f'value="{EMAIL}"' not in page]
    assert len(said) >= len(PUBLIC) + 5
    for trace in traces():
        assert not [page for page in said if trace in page]
