"""A reader's e-mail address is found by editors, and by nobody anywhere else."""

from __future__ import annotations

import logging
import re
from hashlib import md5, sha256
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.test import Client
from reader import EMAIL, Reader

from suasion.journal.api.tokens import issue
from suasion.journal.pages.founding import ADMINS, AUTHORS, EDITORS
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
    "/api/v1/",
    "/api/v1/openapi.json",
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


def of_the_api() -> list[str]:
    """Return every address of the API that can be read, as its own manual lists them."""
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    filled = {"slug": "pass", "number": "1"}
    return [
        re.sub(r"{(\w+)}", lambda found: filled[found[1]], path)
        for path, methods in paths.items()
        if "get" in methods
    ]


def test_an_address_is_in_no_answer_of_the_api_even_for_an_authors_token(
    contested: Any,
) -> None:
    response = Reader().respond(contested, percent="63", pseudonym="Black Michael")
    moderating.publish(response, by=None)
    author = get_user_model().objects.create_user("rudolf")
    author.groups.add(Group.objects.get(name=AUTHORS))
    token = issue("rudolf", "a script", 1)
    addresses = of_the_api()
    assert {"/api/v1/forecasts.csv", "/api/v1/questions/pass/pool"} <= {*addresses}
    found = 0
    for address in addresses:
        for told in ({}, {"HTTP_AUTHORIZATION": f"Bearer {token}"}):
            answer = Client().get(address, **told)
            said = answer.getvalue().decode() + str(answer.headers)
            found += answer.status_code == 200
            assert not [trace for trace in traces() if trace in said], address
    assert (
        found >= 2 * len(addresses) - 6
    )  # no model, no resolution: some are not there
    kept = repr(vars(caches["default"]))
    assert not [trace for trace in traces() if trace in kept]


@pytest.mark.parametrize(("role", "finds"), [(AUTHORS, 0), (EDITORS, 1), (ADMINS, 1)])
def test_of_the_editing_pages_only_the_queue_has_it_and_only_for_moderators(
    contested: Any, role: str, finds: int
) -> None:
    response = Reader().respond(contested)
    moderating.publish(response, by=None)
    user = get_user_model().objects.create_user(role)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    queue = "/editors/snippets/responses/response/"
    pages = [
        "/editors/",
        "/editors/pages/",
        f"/editors/pages/{contested.pk}/edit/",
        f"/editors/pages/{contested.pk}/history/",
        f"/editors/pages/search/?q={EMAIL}",
        "/editors/reports/site-history/",
        "/editors/snippets/ledger/forecast/",
        f"{queue}inspect/{response.pk}/",
        f"{queue}history/{response.pk}/",
        f"{queue}usage/{response.pk}/",
        "/editors/snippets/responses/ban/",
        queue,
    ]
    said = {page: client.get(page).content.decode() for page in pages}
    # What was asked for is shown to the one who asked.
    said = {page: text.replace(f"{EMAIL}&quot;", "") for page, text in said.items()}
    with_it = {page for page in pages if EMAIL in said[page] and "?q=" not in page}
    assert with_it == ({queue, f"{queue}inspect/{response.pk}/"} if finds else set())
    for hashed in traces()[2:]:
        assert not [page for page in pages if hashed in said[page]]
