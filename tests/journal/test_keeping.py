"""What is kept between pages is never older than what the database says.

A worker is a process with answers of its own; what another one changes reaches it by
the stamp alone. Here the other worker is SQL, which tells this process nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction, Site

from suasion.journal.freshness import keeping, stamp
from suasion.journal.freshness.keeping import kept
from suasion.journal.ledger.models import Question
from suasion.journal.pages.known_site import only_site
from suasion.journal.pages.models import ArticlePage, SectionPage
from suasion.journal.responses.models import Response, ResponseSettings

pytestmark = pytest.mark.django_db


def text(address: str, status: int = 200, **told: Any) -> str:
    """Read past the page cache, whose keys have no such query."""
    answer = Client().get(f"{address}?anew", **told)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_an_answer_is_kept_until_its_stamp_changes() -> None:
    asked = []

    @kept(stamp.read_pages)
    def answer(place: str) -> str:
        asked.append(place)
        return f"{place} {len(asked)}"

    stamp.touch()
    assert [answer("Zenda"), answer("Hentzau"), answer("Zenda")] == [
        "Zenda 1",
        "Hentzau 2",
        "Zenda 1",
    ]
    stamp.touch(pages=False)
    assert answer("Zenda") == "Zenda 1"
    stamp.touch(ledger=False)
    assert answer("Zenda") == "Zenda 3"


def test_an_answer_made_in_a_change_that_is_taken_back_is_forgotten() -> None:
    stamp.touch()
    said = ["before"]

    @kept(stamp.read)
    def answer() -> str:
        return said[-1]

    assert answer() == "before"
    with transaction.atomic():
        stamp.touch()
        said.append("never happened")
        assert answer() == "never happened"
        transaction.set_rollback(True)
        said.append("before")
    assert answer() == "before"


def test_nothing_is_kept_for_more_than_ten_minutes_or_without_a_stamp(
    monkeypatch: Any,
) -> None:
    mark, now, asked = [""], [1e9], []

    @kept(lambda: mark[0])
    def answer() -> int:
        asked.append(None)
        return len(asked)

    monkeypatch.setattr(keeping.time, "time", lambda: now[0])
    assert [answer(), answer()] == [1, 2]
    mark[0] = "x"
    assert [answer(), answer()] == [3, 3]
    now[0] += keeping.LIFETIME
    assert answer() == 4


def test_each_part_of_the_stamp_is_of_its_own_changes(
    contested: Any, reader: Any
) -> None:
    def parts() -> list[str]:
        return [stamp.read(), stamp.read_ledger(), stamp.read_pages()]

    def changed(before: list[str]) -> list[bool]:
        return [a != b for a, b in zip(before, parts(), strict=True)]

    response, before = reader.respond(contested), parts()
    response.state = Response.State.PUBLISHED
    response.save()
    assert changed(before) == [True, False, False]
    before = parts()
    contested.save_revision().publish()
    assert changed(before) == [True, False, True]
    before = parts()
    contested.question.save()
    assert changed(before) == [True, True, False]
    rules, before = ResponseSettings.load(), parts()
    rules.taken = False
    rules.save()
    assert changed(before) == [True, False, True]


def test_a_page_anew_asks_for_no_more_than_article_and_responses(
    contested: Any,
) -> None:
    text(contested.url)
    with CaptureQueriesContext(connection) as seen:
        text(contested.url)
    asked = [q["sql"] for q in seen if "freshness_stamp" not in q["sql"]]
    assert len(asked) == 2
    assert "pages_articlepage" in asked[0]
    assert "responses_response" in asked[1]


@pytest.mark.parametrize("part", ["title", "lead", "body"])
def test_what_another_worker_publishes_is_read_at_once(
    contested: Any, part: str
) -> None:
    table = "wagtailcore_page" if part == "title" else "pages_articlepage"
    key = "id" if part == "title" else "page_ptr_id"
    said = (
        '[{"type": "text", "value": "<p>The snow came.</p>", "id": "a"}]'
        if part == "body"
        else "The snow came."
    )
    assert "The snow came." not in text(contested.url)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {part} = %s WHERE {key} = %s", [said, contested.pk]
        )
    stamp.touch(ledger=False)
    assert "The snow came." in text(contested.url)


def test_an_author_a_section_and_the_name_are_of_now(
    contested: Any, front: Any
) -> None:
    text(contested.url)
    for page, name in (
        (contested.authors[0], "Rupert of Hentzau"),
        (contested.get_parent(), "Affairs of state"),
        (front, "The Zenda Post"),
    ):
        page = page.specific
        page.title = name
        page.save_revision().publish()
        shown = text(contested.url)
        assert name in shown


def test_a_journal_that_another_worker_has_moved_gives_its_new_address(
    contested: Any,
) -> None:
    assert "//strelsau.example/" not in text(contested.url)
    Site.objects.update(hostname="strelsau.example")  # sends no signal
    stamp.touch(ledger=False)
    shown = text(contested.url)
    address = f'"http://strelsau.example{contested.url}"'
    assert f'rel="canonical" href={address}' in shown
    assert f'"url": {address}' in shown
    assert "http://testserver/" not in shown


def test_an_article_moved_or_with_a_new_address_is_found_there_alone(
    contested: Any, front: Any
) -> None:
    text(contested.url)
    war = SectionPage.objects.get(slug="war")
    old = contested.url
    contested.move(war, pos="last-child")
    moved = ArticlePage.objects.get(pk=contested.pk)
    assert "War" in text(moved.url)
    assert moved.url.startswith("/war/")
    assert Client().get(f"{old}?anew").status_code in (301, 404)
    war.slug = "conflict"
    war.save_revision().publish()
    moved = ArticlePage.objects.get(pk=contested.pk)
    text(moved.url)
    assert moved.url.startswith("/conflict/")
    text("/peace/the-pass-stays-shut/", 404)


def test_a_page_made_private_is_closed_at_once(contested: Any) -> None:
    words = "The council of Ruritania"
    assert words in text(contested.url)
    section = contested.get_parent()
    closed = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=section.pk),
        restriction_type=PageViewRestriction.PASSWORD,
        password="rassendyll",
    )
    assert words not in text(contested.url)
    assert words not in Client().get(contested.url).content.decode()
    closed.delete()
    assert words in text(contested.url)


def test_a_draft_is_seen_in_its_preview_and_nowhere_else(
    contested: Any, rf: Any
) -> None:
    text(contested.url)
    draft = ArticlePage.objects.get(pk=contested.pk)
    draft.lead = "Only a draft."
    draft.save_revision()
    shown = draft.make_preview_request().render().content.decode()
    assert "Only a draft." in shown
    assert "Only a draft." not in text(contested.url)


def test_the_form_goes_with_the_question_and_the_rules(contested: Any) -> None:
    assert "Your estimate" in text(contested.url)
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    Question.objects.filter(pk=contested.question.pk).update(closes_on=yesterday)
    stamp.touch()
    closed = text(contested.url)
    assert "Your estimate" not in closed
    assert "Leave a response" in closed
    rules = ResponseSettings.load()
    rules.taken = False
    rules.save()
    assert "Leave a response" not in text(contested.url)


def test_of_several_sites_wagtail_chooses(contested: Any, front: Any) -> None:
    known = only_site()
    assert known == Site.objects.get()
    assert known.root_page == front
    other = Site.objects.create(hostname="other.example", root_page=front)
    assert only_site() is None
    text(contested.url)
    other.delete()
    assert only_site() == known
