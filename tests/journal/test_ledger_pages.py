"""The forecast block, the record of a question, its versions, and the editors' side."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.template import Context, Template
from django.urls import reverse
from ledger_book import DAY, MONDAY, Book

import suasion
from suasion.forecast_record import Forecast as Computed
from suasion.journal.ledger import publishing
from suasion.journal.ledger.blocks import block
from suasion.journal.ledger.models import Forecast, Picture, Resolution
from suasion.journal.ledger.recording import LedgerError
from suasion.journal.ledger.scoring import scores
from suasion.report.drawing import DARK

pytestmark = pytest.mark.django_db

SHEET = Path(publishing.__file__).parent / "static" / "ledger" / "ledger.css"


@pytest.fixture(scope="session")
def computed() -> Computed:
    return suasion.forecast("deep-strikes", draws=2000)


@pytest.fixture
def book(db, monkeypatch):
    return Book(monkeypatch)


@pytest.fixture
def published(book, computed):
    """Publish on the forecast's own as-of day, as if it were today."""
    book.set(computed.as_of)
    question = publishing.question_of_case(computed.case)
    return publishing.publish_forecast(question, computed)


def rendered(text, **context):
    return Template("{% load ledger_tags %}" + text).render(Context(context))


def shown(question):
    return rendered("{% forecast_block question %}", question=question)


def test_a_case_becomes_one_question(book, computed):
    question = publishing.question_of_case(computed.case)
    assert publishing.question_of_case(computed.case) == question
    asked = computed.case.question
    assert (question.opens_on, question.closes_on) == (asked.requested_on, asked.by)
    assert question.criteria == asked.criteria.strip()


def test_a_published_forecast_is_what_was_computed(published, computed):
    row = Forecast.objects.get(number=1)
    assert row.probability == computed.probability
    assert (row.low80, row.high80) == computed.interval(0.8)
    detail = row.detail
    assert len(detail["curve"]) == len(computed.points)
    for field in ("case_hash", "version", "seed", "draws"):
        assert detail[field] == getattr(computed, field)
    names = Forecast.objects.values_list("forecaster__name", flat=True)
    assert sorted(names) == ["Suasion", "Suasion, base rate", "Suasion, ledger alone"]
    base = next(item for item in computed.models if item.kind == "base rate")
    alone = Forecast.objects.get(forecaster__name="Suasion, base rate")
    assert alone.probability == base.value


def test_a_forecast_goes_to_the_question_of_its_own_case(book, computed):
    other = book.ask(case_slug="pass")
    with pytest.raises(LedgerError, match="belongs to case 'pass', the forecast to"):
        publishing.publish_forecast(other, computed)


def test_pictures_are_drawings_that_a_strict_policy_lets_be(published):
    pictures = list(Picture.objects.all())
    assert {(item.kind, item.width) for item in pictures} == {
        (kind, width) for kind in ("curve", "models") for width in ("wide", "narrow")
    }
    for item in pictures:
        root = ElementTree.fromstring(item.svg)
        assert root.get("aria-label")
        for node in root.iter():
            assert not node.tag.endswith(("}style", "}script"))
            assert not any(
                name == "style" or name == "id" or name.startswith("on")
                for name in node.attrib
            )
            assert node.get("opacity") != "0"
    assert sum(len(gzip.compress(item.svg.encode())) for item in pictures) < 20_000


def test_the_sheet_has_the_dark_colours_of_the_charts():
    sheet = SHEET.read_text("utf-8")
    for light, dark in DARK.items():
        assert f'[fill="{light}"] {{ fill: {dark}; }}' in sheet
        assert f'[stroke="{light}"] {{ stroke: {dark}; }}' in sheet


def test_the_block_says_what_the_forecast_says(published, computed):
    page = shown(published.question)
    for words in (
        "19%",
        "80% interval 8% to 34%",
        "as of 11 November 2024",
        "The curve as a table",
        "20 January 2025 (deadline)",
        "Decision rule: the United States decides alone.",
        "Nobody has given an estimate yet",
        computed.case_hash[:16],
    ):
        assert words in page, words
    assert "hindsight" not in page
    assert not re.search(
        r"\sstyle=|<style|<script|\son\w+=|https?://(?!www.w3.org)", page
    )


def test_a_resolution_is_marked_in_the_fan_and_everybody_is_scored(book, published):
    question = published.question
    book.set(dt.date(2024, 11, 12))
    for name, p in (("Flavia", 0.7), ("Rupert", 0.1)):
        day = (dt.date(2024, 11, 12) - MONDAY).days
        book.say(question, p, day=day, name=name, public=name == "Flavia")
    book.resolve(
        question,
        on=(dt.date(2024, 11, 17) - MONDAY).days,
        day=(dt.date(2024, 11, 18) - MONDAY).days,
    )
    page = shown(question)
    assert "The answer was yes</strong>, 17 November 2024" in page
    assert page.count(">Yes, 17 November 2024</text>") == 2
    assert "1 more is scored and not shown by name" in page
    assert "Flavia" in page
    assert "Rupert" not in page
    mark = re.search(r'<line x1="([\d.]+)"[^>]*stroke-dasharray="2 3"/><text', page)
    assert mark is not None
    found = {row.forecaster.name for row in scores(question)}
    assert {"Suasion", "Suasion, base rate", "Readers' pool", "Flavia"} <= found
    record = rendered("{% track_record %}")
    for words in ("Leaderboard", "Calibration", "Flavia", "Base rate so far"):
        assert words in record
    assert "Rupert" not in record


def test_the_mark_stands_where_the_day_is(published):
    # Two routes: the mark's place between the first and last day of the curve, and the
    # chart's own rule of the deadline.
    from suasion.journal.ledger.plot import marked

    dates = [dt.date.fromisoformat(point[0]) for point in published.detail["curve"]]
    for picture in Picture.objects.filter(kind="curve"):
        svg = marked(
            picture.svg,
            first=dates[0],
            last=dates[-1],
            on=published.question.closes_on,
            answer="no",
        )
        mark = float(re.findall(r'<line x1="([\d.]+)"', svg)[-1])
        origin = int(re.search(r'transform="translate\((\d+),', svg)[1])
        places = [float(x) for x in re.findall(r'transform="translate\(([\d.]+),', svg)]
        assert min(abs(origin + x - mark) for x in places[1:]) < 1.0
        untouched = {"first": dates[0], "last": dates[-1], "answer": "no"}
        assert marked(picture.svg, on=dates[-1] + DAY, **untouched) == picture.svg


def test_a_forecast_in_hindsight_says_so_and_is_not_scored(book, computed):
    book.set(MONDAY)
    question = publishing.question_of_case(computed.case)
    publishing.publish_forecast(question, computed)
    book.resolve(question, on=(dt.date(2024, 11, 17) - MONDAY).days)
    page = shown(question)
    assert "Made in hindsight" in page
    score = (1.0 - computed.probability) ** 2
    assert f"Its Brier score would be {score:.3f}" in page
    assert scores(question) == []


def test_every_version_stays_to_be_read(client, published, computed):
    question = published.question
    second = publishing.publish_forecast(question, computed)
    assert (second.number, second.supersedes) == (2, published)
    for row in (published, second):
        page = client.get(row.get_absolute_url())
        assert page.status_code == 200
        assert f"Version {row.number}, as of" in page.text
        assert question.text in page.text.partition("<main")[2]
    assert "There is a later version" in client.get(published.get_absolute_url()).text
    record = client.get(question.get_absolute_url())
    assert "2 versions of this forecast" in record.text
    assert published.get_absolute_url() in record.text
    assert client.get(f"{question.get_absolute_url()}3/").status_code == 404
    assert client.get("/ledger/nothing/").status_code == 404
    assert question.text in client.get("/ledger/").text
    assert client.post(question.get_absolute_url()).status_code == 405
    assert not client.cookies


def test_the_pool_is_drawn_with_its_history(book):
    question = book.ask()
    for day, p in enumerate((0.2, 0.7, 0.4)):
        book.say(question, p, day=day, name=f"reader {day}")
    page = shown(question)
    assert "the pool of 3 estimates" in page
    assert page.count("The pool of 3 from 20% on 4 March 2030 to 42%") == 2
    assert block(question).forecast is None
    assert rendered("{% forecast_block question %}", question=None).strip() == ""


def test_rendering_reads_little_and_draws_nothing(
    book, published, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(publishing, "figure", None)
    with django_assert_max_num_queries(12):
        shown(published.question)


def test_without_a_resolved_question_nobody_has_a_record(book):
    book.ask()
    page = rendered("{% track_record %}")
    assert "No question has been resolved yet; 1 is open." in page


# --- the editors' pages -----------------------------------------------------------


@pytest.fixture
def desk(client, book):
    client.force_login(book.editor)
    return client


def test_editors_resolve_with_a_source_and_the_ledgers_words_are_shown(desk, book):
    question = book.ask()
    book.say(question, 0.4)
    book.set(MONDAY + 8 * DAY)
    desk.force_login(book.editor)
    add = reverse("wagtailsnippets_ledger_resolution:add")
    assert desk.get(add).status_code == 200
    form = {
        "question": question.pk,
        "answer": "yes",
        "on": "2030-03-20",
        "source_title": "Strelsau Courier",
        "source_url": "https://courier.example/pass",
        "note": "",
    }
    refused = desk.post(add, form)
    assert "which is still to come" in refused.content.decode()
    assert not Resolution.objects.exists()
    assert desk.post(add, {**form, "on": "2030-03-09"}).status_code == 302
    row = Resolution.objects.get()
    assert (row.by, row.question, row.on) == (book.editor, question, MONDAY + 5 * DAY)
    assert scores(question)
    history = reverse("wagtailsnippets_ledger_resolution:history", args=[row.pk])
    assert desk.get(history).status_code == 200


def test_editors_give_estimates_of_their_own(desk, book):
    question = book.ask()
    add = reverse("wagtailsnippets_ledger_forecast:add")
    assert desk.get(add).status_code == 200
    form = {"question": question.pk, "probability": "0.35", "pseudonym": "Sapt"}
    assert desk.post(add, form).status_code == 302
    row = Forecast.objects.get()
    assert (row.source, row.forecaster.name, row.probability) == (
        "editor",
        "Sapt",
        0.35,
    )
    refused = desk.post(add, {**form, "probability": "1"})
    assert "less than or equal to 0.999" in refused.text
    assert Forecast.objects.count() == 1


def test_not_even_an_admin_is_offered_to_change_or_delete(desk, book):
    row = book.say(book.ask(), 0.4)
    for page in ("edit", "delete"):
        address = reverse(f"wagtailsnippets_ledger_forecast:{page}", args=[row.pk])
        answer = desk.post(address, {"probability": "0.9"})
        assert answer.status_code in (302, 403)
    assert Forecast.objects.get().probability == 0.4
    listed = desk.get(reverse("wagtailsnippets_ledger_forecast:list"))
    assert listed.status_code == 200
    inspect = reverse("wagtailsnippets_ledger_forecast:inspect", args=[row.pk])
    assert desk.get(inspect).status_code == 200


def test_questions_are_edited_with_a_history(desk, book):
    question = book.ask()
    edit = reverse("wagtailsnippets_ledger_question:edit", args=[question.pk])
    assert desk.get(edit).status_code == 200
    form = {
        "text": "Will Ruritania open the pass, in writing?",
        "slug": "pass",
        "criteria": question.criteria,
        "opens_on": "2030-03-04",
        "closes_on": "2030-03-13",
        "case_slug": "",
    }
    assert desk.post(edit, form).status_code == 302
    question.refresh_from_db()
    assert question.text == form["text"]
    assert question.revisions.count() >= 1
    book.say(question, 0.4)
    refused = desk.post(edit, {**form, "closes_on": "2030-03-20"})
    assert "it stays once an estimate is recorded" in refused.text
    history = reverse("wagtailsnippets_ledger_question:history", args=[question.pk])
    assert desk.get(history).status_code == 200


def test_a_question_is_chosen_by_any_words_of_it(desk, book):
    question = book.ask()
    other = book.ask(slug="tax", text="Will Strelsau tax the snow?")
    chooser = reverse("wagtailsnippetchoosers_ledger_question:choose_results")

    def found(words: str) -> set[str]:
        page = desk.get(chooser, {"q": words}).text
        return {one.slug for one in (question, other) if one.text in page}

    assert 'name="q"' in desk.get(chooser.replace("results/", "")).json()["html"]
    assert found("") == {question.slug, "tax"}
    assert found("snow strelsau") == {"tax"}
    assert found("TAX") == {"tax"}
    assert found(question.criteria[:20]) >= {question.slug}
    assert found("no such words") == set()


def test_entries_of_the_ledger_have_no_boxes_and_readable_numbers(desk, book):
    book.say(book.ask(), 0.123456789)
    page = desk.get(reverse("wagtailsnippets_ledger_forecast:list")).text
    assert "12.3 %" in page
    assert "0.1234" not in page
    assert "data-bulk-action-checkbox" not in page


def test_only_those_with_the_permission_resolve(client, book):
    book.ask()
    user = get_user_model().objects.create_user("author", password="x")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    add = reverse("wagtailsnippets_ledger_resolution:add")
    assert client.get(add).status_code in (302, 403)
    user.user_permissions.add(Permission.objects.get(codename="add_resolution"))
    assert client.get(add).status_code == 200
