"""A kept page is the page: the same for everybody, and never older than the database."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from suasion.journal import page_cache
from suasion.journal.freshness import stamp
from suasion.journal.ledger.recording import resolve
from suasion.journal.page_cache import Kept, PageCache, Shelf
from suasion.journal.responses import moderating

pytestmark = pytest.mark.django_db


class Counting:
    """A view that says how often it was asked."""

    def __init__(self, **headers: str) -> None:
        self.asked = 0
        self.headers = headers

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        return HttpResponse(f"answer {self.asked}", headers=self.headers)


def asked_twice(
    view: Any, method: str = "get", path: str = "/war/", **told: Any
) -> Any:
    cache = PageCache(view)
    request = getattr(RequestFactory(), method)
    cache(request(path, **told))
    return cache(request(path, **told))


def test_a_page_is_rendered_once_until_something_changes() -> None:
    view = Counting()
    cache = PageCache(view)
    answers = [cache(RequestFactory().get("/war/")) for _ in range(3)]
    assert [answer.content for answer in answers] == [b"answer 1"] * 3
    stamp.touch()
    assert cache(RequestFactory().get("/war/")).content == b"answer 2"


def test_another_worker_sees_a_change_at_once() -> None:
    workers = PageCache(Counting()), PageCache(Counting())
    for worker in workers:
        worker(RequestFactory().get("/"))
    stamp.touch()
    answers = [worker(RequestFactory().get("/")).content for worker in workers]
    assert answers == [b"answer 2", b"answer 2"]


def test_a_page_is_kept_for_ten_minutes_at_most(monkeypatch: Any) -> None:
    cache = PageCache(Counting())
    now = [1_000_000_000.0]
    monkeypatch.setattr(page_cache.time, "time", lambda: now[0])
    first = cache(RequestFactory().get("/"))
    now[0] += page_cache.LIFETIME
    second = cache(RequestFactory().get("/"))
    assert (first.content, second.content) == (b"answer 1", b"answer 2")
    assert first["ETag"] != second["ETag"]


def test_a_page_a_browser_has_is_answered_304_without_a_body() -> None:
    cache = PageCache(Counting(Vary="Accept-Encoding"))
    mark = cache(RequestFactory().get("/"))["ETag"]
    told = {"HTTP_IF_NONE_MATCH": f'"other", {mark}'}
    answer = cache(RequestFactory().get("/", **told))
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer["ETag"] == mark
    assert "max-age=0" in answer["Cache-Control"]
    stamp.touch()
    assert cache(RequestFactory().get("/", **told)).status_code == 200


def test_head_is_get_without_the_body() -> None:
    cache = PageCache(Counting())
    get = cache(RequestFactory().get("/"))
    head = cache(RequestFactory().head("/"))
    assert head.content == b""
    assert dict(head.items()) == dict(get.items())


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("get", "/search/?q=pass", {}),
        ("get", "/war/?page=1&x=2", {}),
        ("get", "/war/?page=99999", {}),
        ("get", "/war/", {"HTTP_COOKIE": "sessionid=x"}),
        ("get", "/war/", {"HTTP_AUTHORIZATION": "Bearer x"}),
        ("post", "/war/", {}),
        ("get", "/editors/", {}),
        ("post", "/api/v1/questions", {}),
        ("get", "/health/", {}),
    ],
)
def test_what_may_differ_between_readers_is_not_kept(
    method: str, path: str, told: dict[str, str]
) -> None:
    view = Counting()
    assert asked_twice(view, method, path, **told).content == b"answer 2"


@pytest.mark.parametrize("control", ["no-store", "private, max-age=3"])
def test_a_view_can_forbid_it(control: str) -> None:
    answer = asked_twice(Counting(**{"Cache-Control": control}))
    assert answer.content == b"answer 2"
    assert answer["Cache-Control"] == control


def test_an_answer_with_a_cookie_or_an_error_is_not_kept() -> None:
    def with_cookie(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("mine")
        response.set_cookie("mine", "1")
        return response

    answer = asked_twice(with_cookie)
    assert answer.cookies["mine"].value == "1"
    assert "ETag" not in answer
    assert answer["Cache-Control"] == "private, no-cache"
    assert "ETag" not in asked_twice(lambda request: HttpResponse(status=404))


def test_hosts_schemes_leaves_and_encodings_are_pages_of_their_own() -> None:
    view = Counting()
    cache = PageCache(view)
    factory = RequestFactory()
    requests = [
        factory.get("/war/"),
        factory.get("/war/?page=2"),
        factory.get("/war/", secure=True),
        factory.get("/war/", HTTP_HOST="localhost"),
        factory.get("/war/", HTTP_ACCEPT_ENCODING="gzip, br"),
    ]
    assert len({cache(request).content for request in requests}) == len(requests)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 1_200_000)), max_size=60),
)
def test_shelf_never_holds_more_than_its_memory(pages: list[tuple[int, int]]) -> None:
    shelf = Shelf()
    shelf.get("now", ("begin",))
    for name, size in pages:
        shelf.put("now", (str(name),), Kept(bytes(size), ()))
        held = sum(len(kept.body) for kept in shelf._pages.values())
        assert held + len(shelf._pages) * page_cache.OVERHEAD == shelf._size
        assert shelf._size <= page_cache.MEMORY


def test_a_page_of_an_older_generation_is_not_put_beside_newer_ones() -> None:
    shelf = Shelf()
    shelf.get("new", ("/",))
    shelf.put("old", ("/",), Kept(b"old", ()))
    assert shelf.get("new", ("/",)) is None


def test_a_change_that_is_taken_back_leaves_the_stamp() -> None:
    before = stamp.read()
    with transaction.atomic():
        stamp.touch()
        assert stamp.read() != before
        transaction.set_rollback(True)
    assert stamp.read() == before


# What touches the stamp, on a real journal


@pytest.fixture
def read(contested: Any) -> Any:
    """Read the article twice; return its words and whether nothing changed between."""
    client = Client()

    def read(path: str = contested.url) -> str:
        before = client.get(path)
        after = client.get(path, headers={"If-None-Match": before["ETag"]})
        assert after.status_code == 304
        assert not before.cookies
        return before.content.decode()

    return read


def test_a_published_edit_is_read_at_once_and_a_draft_is_not(
    contested: Any, read: Any
) -> None:
    read()
    contested.lead = "Only a draft."
    contested.save_revision()
    assert "Only a draft." not in read()
    contested.save_revision().publish()
    assert "Only a draft." in read()


def test_an_article_taken_back_is_gone_at_once(contested: Any, read: Any) -> None:
    read()
    contested.unpublish()
    assert Client().get(contested.url).status_code == 404


def test_a_response_is_read_when_an_editor_publishes_it_and_not_before(
    contested: Any, reader: Any, read: Any, django_user_model: Any
) -> None:
    editor = django_user_model.objects.create_user("editor")
    before, mark = read(), stamp.read()
    response = reader.respond(contested, text="The king will yield, mark my words.")
    assert stamp.read() == mark
    assert "mark my words" not in before
    moderating.publish(response, by=editor)
    assert "mark my words" in read()
    moderating.reject(response, by=editor)
    assert "mark my words" not in read()


def test_pages_for_one_reader_are_never_kept(contested: Any, reader: Any) -> None:
    answer = reader.send(contested)
    own = Client().get(answer["Location"])
    assert own.status_code == 200
    assert "no-store" in own["Cache-Control"]
    assert "ETag" not in own


def test_a_resolution_is_read_at_once(
    contested: Any, read: Any, django_user_model: Any
) -> None:
    read()
    mark = stamp.read()
    resolve(
        contested.question,
        answer="yes",
        on=dt.date.today(),
        source_title="Strelsau Courier",
        source_url="https://courier.example/pass",
        by=django_user_model.objects.create_user("editor"),
    )
    assert stamp.read() != mark


def test_a_page_is_compressed_for_who_asks(contested: Any) -> None:
    told = {"Accept-Encoding": "gzip"}
    client = Client()
    packed = [client.get(contested.url, headers=told) for _ in range(2)][1]
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content).startswith(b"<!doctype html>")


def test_a_scheduled_article_appears_when_it_is_due(contested: Any, read: Any) -> None:
    past = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    contested.unpublish()
    contested.go_live_at = past
    contested.save_revision(approved_go_live_at=past)
    assert Client().get(contested.url).status_code == 404
    call_command("publish_scheduled", verbosity=0)
    assert Client().get(contested.url).status_code == 200
