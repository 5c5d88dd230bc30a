"""Writing by token: what a token is good for, and that only the ledger's rules decide."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from ledger_book import DAY, MONDAY, Book
from wagtail.models import ModelLogEntry

from suasion.journal.api import tokens
from suasion.journal.api.models import SCOPES, Token
from suasion.journal.api.tokens import TokenError, issue
from suasion.journal.freshness import stamp
from suasion.journal.ledger import recording
from suasion.journal.ledger.models import Forecast, Forecaster, Question, Resolution
from suasion.journal.pages.founding import ADMINS, AUTHORS, EDITORS

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
ASKED = {
    "slug": "tunnel",
    "text": "Will Ruritania dig the tunnel?",
    "criteria": "Yes if work starts.",
    "opens_on": "2030-03-04",
    "closes_on": "2030-04-04",
}
SAID = {"source": "editor", "name": "Sapt", "probability": 0.3}
ENDED = {
    "answer": "yes",
    "on": "2030-03-06",
    "source_title": "Strelsau Courier",
    "source_url": "https://courier.example/pass",
}
WRITES = {
    "ask": ("/questions", ASKED),
    "forecast": ("/questions/pass/forecasts", SAID),
    "resolve": ("/questions/pass/resolutions", ENDED),
}


@pytest.fixture
def book(db: None, monkeypatch: Any) -> Book:
    return Book(monkeypatch)


@pytest.fixture
def token(book: Book) -> str:
    book.ask()
    return issue("rudolf", "nightly run")


def send(path: str, said: Any, token: str | None = None, **told: Any) -> Any:
    if token is not None:
        told["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    body = said if isinstance(said, str | bytes) else json.dumps(said)
    client = Client(enforce_csrf_checks=True)
    return client.post(f"{V1}{path}", body, content_type="application/json", **told)


def refused(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content.decode()
    said = answer.json()
    assert said.keys() == {"status", "error"}
    assert said["status"] == status
    return str(said["error"])


def rows() -> tuple[int, ...]:
    kept = (Question, Forecast, Resolution, Forecaster, ModelLogEntry)
    return tuple(model.objects.count() for model in kept)


def test_a_question_is_asked(book: Book, token: str) -> None:
    answer = send("/questions", ASKED, token)
    assert answer.status_code == 201
    row = Question.objects.get(slug="tunnel")
    assert (row.text, row.criteria) == (ASKED["text"], ASKED["criteria"])
    assert (row.opens_on, row.closes_on) == (MONDAY, dt.date(2030, 4, 4))
    assert Client().get(answer["Location"]).json() == answer.json()


def test_an_estimate_is_recorded_and_the_next_supersedes_it(
    book: Book, token: str
) -> None:
    first = send("/questions/pass/forecasts", SAID, token).json()
    second = send(
        "/questions/pass/forecasts", {**SAID, "probability": 0.4, "public": True}, token
    ).json()
    rows = list(Forecast.objects.all())
    assert [row.pk for row in rows] == [first["id"], second["id"]]
    assert rows[1].supersedes == rows[0]
    assert (first["name"], second["name"]) == (None, "Sapt")
    listed = Client().get(f"{V1}/questions/pass/forecasts").json()["items"]
    assert listed[1] == second
    assert [item["current"] for item in listed] == [False, True]


def test_a_models_estimate_has_an_interval(book: Book, token: str) -> None:
    said = {"source": "model", "name": "Almanac", "probability": 0.3, "low80": 0.1}
    said |= {"high80": 0.6, "as_of": "2030-03-01"}
    answer = send("/questions/pass/forecasts", said, token).json()
    assert {key: answer[key] for key in said} == said
    assert Forecast.objects.get().made_at == recording.timezone.now()


def test_a_question_is_resolved_and_the_resolution_corrected(
    book: Book, token: str
) -> None:
    send("/questions/pass/forecasts", SAID, token)
    book.set(MONDAY + 3 * DAY)
    assert send("/questions/pass/resolutions", ENDED, token).status_code == 201
    corrected = {**ENDED, "answer": "no", "note": "The king's brother signed."}
    assert send("/questions/pass/resolutions", corrected, token).status_code == 201
    first, second = Resolution.objects.all()
    assert (first.by, second.supersedes) == (book.editor, first)
    scored = Client().get(f"{V1}/questions/pass/scores").json()
    assert scored[0]["brier"] == pytest.approx(0.09)


def test_readers_see_at_once_what_was_written(book: Book, token: str) -> None:
    place = f"{V1}/questions/pass/forecasts"
    before, seen = Client().get(place), stamp.read()
    send("/questions/pass/forecasts", SAID, token)
    after = Client().get(place, HTTP_IF_NONE_MATCH=before["ETag"])
    assert (after.status_code, after.json()["count"]) == (200, 1)
    assert stamp.read() != seen


def test_who_wrote_by_which_token_is_in_the_log(book: Book, token: str) -> None:
    book.set(MONDAY + 3 * DAY)
    for path, said in WRITES.values():
        assert send(path, said, token).status_code == 201
    entries = ModelLogEntry.objects.filter(action="wagtail.create")
    assert [entry.user for entry in entries] == [book.editor] * 3
    assert [entry.data["token"] for entry in entries] == ["nightly run"] * 3


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic eDp5", "Bearer \u2603 \xff"],
)
def test_without_a_good_token_nothing_is_written(
    book: Book, token: str, scope: str, header: str | None
) -> None:
    before = rows()
    told = {} if header is None else {"HTTP_AUTHORIZATION": header}
    path, said = WRITES[scope]
    answer = send(path, said, **told)
    assert "Authorization: Bearer TOKEN" in refused(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"
    assert rows() == before


def test_a_token_is_good_until_the_end_of_its_last_day(book: Book) -> None:
    book.ask(closes_on=MONDAY + 40 * DAY)
    token = issue("rudolf", "a month", 30)
    book.set(MONDAY + 30 * DAY, hour=23)
    assert send("/questions/pass/forecasts", SAID, token).status_code == 201
    book.set(MONDAY + 31 * DAY, hour=0)
    refused(send("/questions/pass/forecasts", SAID, token), 401)


def test_a_disabled_account_a_deleted_token_and_a_session_write_nothing(
    book: Book, token: str
) -> None:
    path, said = WRITES["forecast"]
    book.editor.is_active = False
    book.editor.save()
    refused(send(path, said, token), 401)
    book.editor.is_active = True
    book.editor.save()
    assert send(path, said, token).status_code == 201
    Token.objects.all().delete()
    refused(send(path, said, token), 401)
    client = Client()
    client.force_login(book.editor)
    answer = client.post(f"{V1}{path}", said, content_type="application/json")
    refused(answer, 401)
    assert Forecast.objects.count() == 1


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_is_good_for_its_scopes_only(book: Book, scope: str) -> None:
    book.ask()
    book.set(MONDAY + 3 * DAY)
    token = issue("rudolf", "one thing", scopes=[scope])
    for other, (path, said) in WRITES.items():
        answer = send(path, said, token)
        if other == scope:
            assert answer.status_code == 201
        else:
            assert f"not good for '{other}'" in refused(answer, 403)


@pytest.mark.parametrize(
    ("group", "may"), [(None, False), (AUTHORS, False), (EDITORS, True), (ADMINS, True)]
)
def test_a_token_can_do_no_more_than_its_owner(
    book: Book, front: Any, group: str | None, may: bool
) -> None:
    book.ask()
    book.set(MONDAY + 3 * DAY)
    user = get_user_model().objects.create_user("fritz", password="x")
    if group:
        user.groups.add(Group.objects.get(name=group))
    token = issue("fritz", "of a role")
    for scope, (path, said) in WRITES.items():
        answer = send(path, said, token)
        if may:
            assert answer.status_code == 201
        else:
            assert f"permission {SCOPES[scope]}" in refused(answer, 403)


def test_what_the_ledger_refuses_is_said_in_its_words(book: Book, token: str) -> None:
    before = rows()
    for said, error in (
        ({"probability": 1.0}, "probability is 1.0; it lies strictly between 0 and 1"),
        ({"low80": 0.2}, "an interval has two ends"),
        ({"as_of": "2030-03-05"}, "which is still to come"),
        ({"name": " "}, "a name has 1 to 80 letters"),
        ({"name": "Suasion", "source": "model"}, "keeps for its own"),
        ({"name": "Readers' pool"}, "keeps for its own"),
        ({"name": "Base rate so far"}, "keeps for its own"),
    ):
        answer = send("/questions/pass/forecasts", {**SAID, **said}, token)
        assert error in refused(answer, 422)
    answer = send("/questions", {**ASKED, "slug": "pass"}, token)
    assert "slug is 'pass', which is taken" in refused(answer, 422)
    answer = send("/questions/pass/resolutions", {**ENDED, "on": "2030-03-09"}, token)
    assert "which is still to come" in refused(answer, 422)
    assert "no question 'none'" in refused(
        send("/questions/none/forecasts", SAID, token), 404
    )
    assert rows() == before


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("{", 400, ""),
        (b"\xff\xfe", 400, ""),
        ("[" * 100_000, 400, ""),
        ("9" * 100_000, 400, ""),
        ("", 422, "body: Field required"),
        ("[]", 422, "body: "),
        ("null", 422, "body: "),
        ({}, 422, "source: Field required; name: Field required; probability: "),
        ({**SAID, "probability": "high"}, 422, "probability: "),
        ({**SAID, "probability": None}, 422, "probability: "),
        ({**SAID, "probability": True}, 422, "probability is 1.0"),
        ({**SAID, "probability": float("nan")}, 422, "probability is nan"),
        ({**SAID, "probability": float("inf")}, 422, "probability is inf"),
        ('{"source": "editor", "name": "x", "probability": 1e999}', 422, "is inf"),
        ({**SAID, "low80": float("nan"), "high80": 0.5}, 422, "low80 is nan"),
        ({**SAID, "source": "reader"}, 422, "source: "),
        ({**SAID, "source": "pool"}, 422, "source: "),
        ({**SAID, "name": "x" * 81}, 422, "name: "),
        ({**SAID, "name": "a\x00b"}, 422, "name: "),
        ({**SAID, "name": "\ud800"}, 422, "name: "),
        ({**SAID, "name": 7}, 422, "name: "),
        ({**SAID, "as_of": "0001-01-01"}, 422, "as_of: "),
        ({**SAID, "as_of": "yesterday"}, 422, "as_of: "),
        ({**SAID, "made_at": "2030-03-01"}, 422, "made_at: "),
        ({**SAID, "number": 1}, 422, "number: "),
    ],
)
def test_a_body_that_is_no_entry_is_refused(
    book: Book, token: str, body: Any, status: int, error: str
) -> None:
    before = rows()
    assert error in refused(send("/questions/pass/forecasts", body, token), status)
    assert rows() == before


@pytest.mark.parametrize(
    ("path", "said", "error"),
    [
        ("/questions", {**ASKED, "slug": "a b"}, "slug: "),
        ("/questions", {**ASKED, "slug": "a\n"}, "slug: "),
        ("/questions", {**ASKED, "slug": "é"}, "slug: "),
        ("/questions", {**ASKED, "slug": "x" * 81}, "slug: "),
        ("/questions", {**ASKED, "text": "x" * 401}, "text: "),
        ("/questions", {**ASKED, "criteria": "a\x00"}, "criteria: "),
        ("/questions", {**ASKED, "criteria": ""}, "criteria is empty"),
        ("/questions", {**ASKED, "closes_on": "9999-12-31"}, "closes_on: "),
        ("/questions", {**ASKED, "closes_on": "2030-03-01"}, "opens before it closes"),
        ("/questions/pass/resolutions", {**ENDED, "answer": "perhaps"}, "answer: "),
        *(
            (
                "/questions/pass/resolutions",
                {**ENDED, "source_url": url},
                "source_url: ",
            )
            for url in (
                *("javascript:alert(1)", "ftp://x.example/", "https://", "x", ""),
                *("https://x.example/\n", "https://x.example/" + "x" * 600),
            )
        ),
    ],
)
def test_an_entry_that_no_page_could_show_is_refused(
    book: Book, token: str, path: str, said: Any, error: str
) -> None:
    before = rows()
    assert error in refused(send(path, said, token), 422)
    assert rows() == before


def test_a_body_that_is_too_long_is_refused(book: Book, token: str) -> None:
    said = {**ASKED, "criteria": "x" * 3_000_000}
    refused(send("/questions", said, token), 400)
    assert not Question.objects.filter(slug="tunnel").exists()


def test_a_question_asked_twice_at_once_is_a_conflict(
    book: Book, token: str, monkeypatch: Any
) -> None:
    book.ask("tunnel")
    unseen = Question.objects.none()
    monkeypatch.setattr(
        "suasion.journal.ledger.recording.Question.objects.filter",
        lambda **given: unseen,
    )
    error = refused(send("/questions", ASKED, token), 409)
    assert "at the same moment" in error


def test_writes_are_counted_by_the_hour_and_by_token(
    book: Book, token: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tokens, "MOST_WRITES", 3)
    path, said = WRITES["forecast"]
    codes = [send(path, said, token).status_code for _ in range(5)]
    assert codes == [201, 201, 201, 429, 429]
    answer = send(path, said, token)
    assert "too many writes" in refused(answer, 429)
    assert answer["Retry-After"] == "3600"
    assert send(path, said, issue("rudolf", "another")).status_code == 201
    book.set(MONDAY, hour=13)
    assert send(path, said, token).status_code == 201
    assert Client().get(f"{V1}{path}").status_code == 200


def test_refused_entries_count_too_and_strangers_count_for_nobody(
    book: Book, token: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tokens, "MOST_WRITES", 2)
    path, said = WRITES["forecast"]
    refused(send(path, said, "wrong"), 401)
    refused(send(path, "{", token), 400)
    refused(send(path, {}, token), 422)
    refused(send(path, said, token), 429)


def test_a_token_is_kept_as_its_hash_and_the_day_of_its_use(book: Book) -> None:
    token = issue("rudolf", " nightly run ", 10)
    row = Token.objects.get()
    assert len(token) > 40
    assert token not in "".join(str(value) for value in vars(row).values())
    assert (row.name, row.made_on, row.last_used_on) == ("nightly run", MONDAY, None)
    assert row.expires_on == MONDAY + 10 * DAY
    book.set(MONDAY + DAY)
    assert tokens.find(token) == row
    row.refresh_from_db()
    assert row.last_used_on == MONDAY + DAY
    assert issue("rudolf", "another") != token


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"user": "nobody"}, "user is 'nobody'; there is no such account"),
        ({"name": " "}, "name is ' '; it says in 1 to 80 letters"),
        ({"name": "x" * 81}, "it says in 1 to 80 letters"),
        ({"days": 0}, "days is 0; a token is good for 1 to 3650 days"),
        ({"days": 3651}, "days is 3651"),
        ({"days": float("nan")}, "days is nan"),
        ({"scopes": []}, "give one at least"),
        ({"scopes": ["forecast", "erase"]}, "each is one of forecast, ask, resolve"),
    ],
)
def test_a_token_that_cannot_be_is_not_issued(
    book: Book, given: dict[str, Any], match: str
) -> None:
    with pytest.raises(TokenError, match=match):
        issue(**{"user": "rudolf", "name": "nightly run", **given})
    assert not Token.objects.exists()


FORM = {
    "name": "nightly run",
    "forecast": "on",
    "expires_on": "2030-04-01",
}


def test_an_administrator_issues_a_token_that_is_told_once(book: Book) -> None:
    book.ask()
    client = Client()
    client.force_login(book.editor)
    add = reverse("wagtailsnippets_api_token:add")
    assert client.get(add).status_code == 200
    answer = client.post(add, {**FORM, "user": book.editor.pk})
    page = answer.content.decode()
    told = page.split('<code id="token">')[1].split("</code>")[0]
    assert "no-store" in answer["Cache-Control"]
    row = Token.objects.get()
    assert (row.forecast, row.ask, row.resolve) == (True, False, False)
    assert row.expires_on == dt.date(2030, 4, 1)
    path, said = WRITES["forecast"]
    assert send(path, said, told).status_code == 201
    for name in ("list", "inspect", "delete"):
        given = [] if name == "list" else [row.pk]
        seen = client.get(reverse(f"wagtailsnippets_api_token:{name}", args=given))
        assert seen.status_code == 200
        assert told not in seen.content.decode()
        assert row.digest not in seen.content.decode()
    change = client.get(reverse("wagtailsnippets_api_token:edit", args=[row.pk]))
    assert change.status_code == 302
    client.post(reverse("wagtailsnippets_api_token:delete", args=[row.pk]))
    refused(send(path, said, told), 401)


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"expires_on": "2030-03-04"}, "days is 0"),
        ({"expires_on": "2050-03-04"}, "3650 days"),
        ({"forecast": ""}, "Choose one thing at least"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_the_form_says_why_it_issues_no_token(
    book: Book, other: dict[str, str], error: str
) -> None:
    client = Client()
    client.force_login(book.editor)
    said = {**FORM, "user": book.editor.pk, **other}
    answer = client.post(reverse("wagtailsnippets_api_token:add"), said)
    assert error in answer.content.decode()
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    ("group", "may"), [(AUTHORS, False), (EDITORS, False), (ADMINS, True)]
)
def test_only_administrators_issue_tokens(
    book: Book, front: Any, group: str, may: bool
) -> None:
    user = get_user_model().objects.create_user("fritz", password="x")
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    said = {**FORM, "user": user.pk}
    answer = client.post(reverse("wagtailsnippets_api_token:add"), said)
    assert answer.status_code == (200 if may else 302)
    assert Token.objects.count() == int(may)
