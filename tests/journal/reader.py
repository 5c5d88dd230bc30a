"""A reader who fills the form under an article, as a browser would send it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.core import signing
from django.test import Client
from django.utils import timezone

from suasion.journal.responses import editing
from suasion.journal.responses.models import Response

EMAIL = "rupert.of.hentzau@strelsau.example"
SAME_ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}


def stamped(page: Any, seconds: float = 60) -> str:
    """Return a stamp of so many seconds ago."""
    made = int(timezone.now().timestamp() - seconds)
    return signing.Signer(salt="responses.ticket").sign_object([page.pk, made])


class Form(HTMLParser):
    """The fields of the form in a page, by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str | None]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag in ("input", "textarea") and given.get("name"):
            self.fields[str(given["name"])] = given


class Reader:
    """Sends responses and remembers the last answer."""

    def __init__(self) -> None:
        self.client = Client()

    def send(self, page: Any, **other: Any) -> Any:
        """Send a response; what is not given is made up. Headers in capitals."""
        headers = {name: other.pop(name) for name in [*other] if name.isupper()}
        said = {
            "name": "Rupert",
            "email": EMAIL,
            "text": "The king will yield.",
            "ticket": stamped(page),
            **other,
        }
        headers = {**SAME_ORIGIN, **headers}
        sent = {name: value for name, value in headers.items() if value is not None}
        return self.client.post(f"/respond/{page.pk}/", said, **sent)

    def respond(self, page: Any, **other: Any) -> Response:
        """Send a response that is accepted, and return it."""
        answer = self.send(page, **other)
        assert answer.status_code == 303, answer.content.decode()
        found = editing.find(answer["Location"].split("/")[-2])
        assert found is not None
        return found

    def edit(self, response: Response, **other: Any) -> Any:
        """Send the form of the writer's own page."""
        said = {"name": response.name, "text": response.text, **other}
        if response.percent is not None:
            said.setdefault("percent", response.percent)
        return self.client.post(editing.link(response), said, **SAME_ORIGIN)
