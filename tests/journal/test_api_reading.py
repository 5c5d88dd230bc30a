"""What anybody can read from the API: what the services say, and of nobody too much."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import math
import re
from typing import Any

import jsonschema
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from ledger_book import DAY, MONDAY, Book

import suasion
from suasion.journal.api import reading
from suasion.journal.api.urls import api
from suasion.journal.ledger import exporting, pooling, publishing, scoring
from suasion.journal.ledger.models import Forecast, Question
from suasion.journal.ledger.recording import resolve
from suasion.journal.responses import moderating

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


@pytest.fixture
def book(db: None, monkeypatch: Any) -> Book:
    return Book(monkeypatch)


@pytest.fixture
def computed() -> Any:
    return suasion.forecast("deep-strikes", draws=500)


@pytest.fixture
def resolved(book: Book) -> Question:
    question = book.ask()
    book.say(question, 0.3, name="Flavia", public=True)
    book.say(question, 0.8, day=1, name="Michael")
    book.say(question, 0.6, day=2, name="Flavia")
    book.say(question, 0.4, day=2, name="Sapt", kind="editor")
    book.say(question, 0.5, day=3, name="Almanac", kind="model", low80=0.2, high80=0.7)
    book.resolve(question)
    return question


def no_constant(word: str) -> float:
    raise AssertionError(f"{word} is no JSON")


def parsed(answer: Any) -> Any:
    return json.loads(answer.content, parse_constant=no_constant)


def get(path: str, status: int = 200, **told: Any) -> Any:
    answer = Client().get(f"{V1}{path}", **told)
    assert answer.status_code == status, answer.content.decode()
    return parsed(answer)


def document() -> Any:
    return get("/openapi.json")


def reads() -> list[str]:
    """Return every address that can be read, of question `pass` and forecast 1."""
    found = []
    for path, methods in document()["paths"].items():
        if "get" in methods:
            place = path.replace("{slug}", "pass").replace("{number}", "1")
            found.append(place.removeprefix(V1))
    assert len(found) > 15
    return found


def test_a_question_is_told_with_its_resolution(resolved: Question) -> None:
    said = get("/questions/pass")
    assert said["text"] == resolved.text
    assert said["criteria"] == resolved.criteria
    assert said["closes_on"] == resolved.closes_on.isoformat()
    assert said["status"] == "resolved"
    assert said["resolution"]["answer"] == "yes"
    assert said["resolution"]["on"] == (MONDAY + 5 * DAY).isoformat()
    page = said["page"].removeprefix("http://127.0.0.1:8000")
    assert Client().get(page).status_code == 200


def test_all_resolutions_are_told_and_the_last_one_is_in_force(
    book: Book, resolved: Question
) -> None:
    book.resolve(resolved, "no", on=6, day=11)
    said = get("/questions/pass/resolutions")
    assert [item["answer"] for item in said] == ["yes", "no"]
    assert get("/questions/pass")["resolution"] == said[-1]


def test_the_history_has_every_estimate_and_the_current_ones_are_the_last(
    resolved: Question,
) -> None:
    said = get("/questions/pass/forecasts")["items"]
    rows = Forecast.objects.all()
    assert [item["id"] for item in said] == [row.pk for row in rows]
    assert [item["probability"] for item in said] == [0.3, 0.8, 0.6, 0.4, 0.5]
    assert [item["current"] for item in said] == [False, True, True, True, True]
    assert [item["name"] for item in said] == [
        *("Flavia", None, "Flavia", None, "Almanac"),
    ]
    assert (said[-1]["low80"], said[-1]["high80"]) == (0.2, 0.7)
    current = get("/questions/pass/forecasts/current")["items"]
    assert [item["source"] for item in current] == [
        *("editor", "model", "reader", "reader"),
    ]
    assert {item["id"] for item in current} == {
        item["id"] for item in said if item["current"]
    }


def test_pool_scores_leaderboard_and_calibration_are_those_of_the_services(
    resolved: Question,
) -> None:
    days = [
        (day.day.isoformat(), day.probability, day.count)
        for day in pooling.history(resolved)
    ]
    said = get("/questions/pass/pool/history")
    assert [(day["day"], day["probability"], day["count"]) for day in said] == days
    assert get("/questions/pass/pool")["probability"] == days[-1][1]
    scores = get("/questions/pass/scores")
    assert [item["time_averaged_brier"] for item in scores] == [
        row.time_averaged_brier for row in scoring.scores(resolved)
    ]
    shown = {row.forecaster.name for row in scoring.scores(resolved)}
    told = {item["name"] for item in scores if item["name"]}
    assert told == shown - {"Michael", "Sapt"}
    board = get("/leaderboard")
    assert board == [place._asdict() for place in scoring.leaderboard()]
    assert get("/calibration") == [bin_._asdict() for bin_ in scoring.calibration()]


def test_before_anybody_has_said_anything_there_is_nothing(book: Book) -> None:
    book.ask()
    assert get("/questions/pass/pool")["probability"] is None
    for end in ("pool/history", "scores", "resolutions"):
        assert get(f"/questions/pass/{end}") == []
    empty = {"count": 0, "page": 1, "pages": 1, "items": []}
    assert get("/questions/pass/forecasts") == empty
    assert get("/leaderboard") == get("/calibration") == []


def test_a_published_forecast_has_its_record_and_its_curve(
    book: Book, computed: Any
) -> None:
    book.set(computed.as_of)
    question = publishing.question_of_case(computed.case)
    publishing.publish_forecast(question, computed)
    place = f"/questions/{question.slug}/forecasts/1"
    said = get(place)
    assert said["probability"] == computed.probability
    for field in ("case_hash", "seed", "version", "draws"):
        assert said["record"][field] == getattr(computed, field)
    curve = get(f"{place}/curve")
    assert curve["as_of"] == computed.as_of.isoformat()
    assert len(curve["points"]) == len(computed.points)
    for told, point in zip(curve["points"], computed.points, strict=True):
        assert told["date"] == point.date.isoformat()
        for field in point._fields[1:]:
            assert told[field] == pytest.approx(getattr(point, field), abs=1e-5)
    alone = [told["ledger"] for told in curve["points"]]
    assert alone == pytest.approx(list(computed.ledger_curve), abs=1e-5)
    listed = get(f"/questions/{question.slug}/forecasts")["items"]
    assert sum(item["number"] == 1 for item in listed) == 1


def test_pages_hold_every_row_once(book: Book, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "ROWS", 2)
    for number in range(5):
        book.ask(f"pass-{number}")
    leaves = [get("/questions", QUERY_STRING=f"page={page}") for page in (1, 2, 3)]
    assert [len(leaf["items"]) for leaf in leaves] == [2, 2, 1]
    assert {(leaf["count"], leaf["pages"]) for leaf in leaves} == {(5, 3)}
    found = [item["slug"] for leaf in leaves for item in leaf["items"]]
    assert sorted(found) == [f"pass-{number}" for number in range(5)]
    assert "page is 4 of 3" in get("/questions?page=4", 404)["error"]


@pytest.mark.parametrize("page", ["0", "-1", "10000", "x", "1.5", "NaN", "9" * 5000])
def test_a_page_that_cannot_be_is_refused(book: Book, page: str) -> None:
    assert get(f"/questions?page={page}", 422)["error"].startswith("page: ")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/questions/none", "there is no question 'none'"),
        ("/questions/none/pool", "there is no question 'none'"),
        ("/questions/none/scores.csv", "there is no question 'none'"),
        ("/questions/pass/forecasts/7", "pass has no published forecast 7"),
        ("/questions/pass/forecasts/7/curve", "pass has no published forecast 7"),
        ("/questions/pass/nothing", "nothing at this address"),
        ("/questions/%00", "nothing at this address"),
        ("/nothing", "nothing at this address"),
        ("/questions/", "nothing at this address"),
        ("/../v2/questions", "nothing at this address"),
    ],
)
def test_what_is_not_there_is_said_as_json(book: Book, path: str, said: str) -> None:
    book.ask()
    answer = get(path, 404)
    assert answer.keys() == {"status", "error"}
    assert answer["status"] == 404
    assert said in answer["error"]


def test_a_number_beyond_the_database_is_not_found(book: Book) -> None:
    book.ask()
    assert get(f"/questions/pass/forecasts/{'9' * 40}", 404)["status"] == 404


def test_a_wrong_method_says_which_are_right(book: Book) -> None:
    book.ask()
    answer = Client().delete(f"{V1}/questions/pass")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET"
    assert parsed(answer)["status"] == 405


def test_what_fails_is_said_without_telling_why(book: Book, monkeypatch: Any) -> None:
    def fail() -> None:
        raise RuntimeError("the key is 12345")

    monkeypatch.setattr(scoring, "leaderboard", fail)
    answer = Client(raise_request_exception=False).get(f"{V1}/leaderboard")
    assert answer.status_code == 500
    assert parsed(answer)["status"] == 500
    assert b"12345" not in answer.content


@pytest.mark.parametrize("name", ["questions", "forecasts", "scores"])
def test_csv_is_that_of_the_exports(resolved: Question, name: str) -> None:
    answer = Client().get(f"{V1}/{name}.csv")
    export = getattr(exporting, f"{name}_csv")
    assert answer.content.decode() == export()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    if name != "questions":
        one = Client().get(f"{V1}/questions/pass/{name}.csv").content.decode()
        assert one == export(resolved)
        assert len(list(csv.reader(io.StringIO(one)))) > 3


def test_a_reader_gets_an_etag_and_a_304_until_something_changes(
    book: Book, resolved: Question
) -> None:
    for path in reads():
        if "/forecasts/1" in path:
            continue
        first = Client().get(f"{V1}{path}")
        assert "max-age=0" in first["Cache-Control"], path
        assert not first.cookies
        again = Client().get(f"{V1}{path}", HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b""), path
    place = f"{V1}/questions/pass/resolutions"
    before = Client().get(place)
    book.resolve(resolved, "no", on=6, day=11)
    after = Client().get(place, HTTP_IF_NONE_MATCH=before["ETag"])
    assert after.status_code == 200
    assert len(parsed(after)) == 2


def test_head_is_get_without_the_body(resolved: Question) -> None:
    for path in ("/questions", "/questions/pass", "/scores.csv", "/questions?page=01"):
        get, head = Client().get(f"{V1}{path}"), Client().head(f"{V1}{path}")
        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Length"] == str(len(get.content))
    assert Client().head(f"{V1}/questions/none").status_code == 404


def test_errors_are_not_kept(book: Book) -> None:
    missing = Client().get(f"{V1}/questions/pass")
    assert missing["Cache-Control"] == "private, no-cache"
    book.ask()
    assert get("/questions/pass")["slug"] == "pass"


def test_nothing_that_a_reader_kept_to_themselves_can_be_found(
    contested: Any, reader: Any, computed: Any
) -> None:
    hidden = reader.respond(
        contested, name="Zebediah Quux", email="zebediah@quux.example", percent="35"
    )
    editor = get_user_model().objects.create_superuser(
        "rassendyll@elphberg.example", "king@elphberg.example", "x"
    )
    moderating.publish(hidden, by=editor)
    question = contested.question
    resolve(
        question,
        answer="yes",
        on=dt.datetime.now(dt.UTC).date(),
        source_title="Courier",
        source_url="https://courier.example/",
        by=editor,
    )
    row = Forecast.objects.get()
    everything = "".join(
        Client().get(f"{V1}{path}").content.decode() for path in [*reads(), "/"]
    )
    assert str(row.probability) in everything
    for secret in ("Zebediah", "zebediah", "quux", "elphberg", row.forecaster.name):
        assert secret not in everything
    assert re.findall(r"[\w.+-]+@[\w.-]+", everything) == []


def numbers(said: Any) -> list[float]:
    if isinstance(said, dict):
        return [number for value in said.values() for number in numbers(value)]
    if isinstance(said, list):
        return [number for value in said for number in numbers(value)]
    return [said] if isinstance(said, int | float) else []


def test_all_numbers_are_finite_even_of_nearly_certain_estimates(book: Book) -> None:
    question = book.ask()
    book.say(question, 5e-324, name="Rupert", public=True)
    book.say(question, math.nextafter(1.0, 0.0), name="Hentzau")
    book.resolve(question)
    for path in reads():
        answer = Client().get(f"{V1}{path}")
        if answer.status_code == 200 and "json" in answer["Content-Type"]:
            assert all(math.isfinite(number) for number in numbers(parsed(answer)))
    assert len(get("/questions/pass/scores")) >= 3


def test_the_document_is_whole() -> None:
    said = document()
    assert said["openapi"].startswith("3.1")
    schemas = said["components"]["schemas"]
    ids = []
    for path, methods in said["paths"].items():
        assert path.startswith(f"{V1}/")
        for operation in methods.values():
            ids.append(operation["operationId"])
            assert operation["summary"]
            assert operation["description"]
            assert operation["tags"]
            placed = {item["name"] for item in operation["parameters"]}
            assert set(re.findall(r"{(\w+)}", path)) <= placed
            good = [code for code in operation["responses"] if code.startswith("2")]
            assert len(good) == 1
            for answer in operation["responses"].values():
                (content,) = answer["content"].values()
                assert content["schema"]
    assert len(set(ids)) == len(ids)
    text = json.dumps(said)
    for name in re.findall(r'"#/components/schemas/(\w+)"', text):
        assert name in schemas
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["description"]
    assert said["components"]["securitySchemes"] == {
        "Bearer": {"type": "http", "scheme": "bearer"}
    }


def test_answers_are_what_the_document_says(
    book: Book, resolved: Question, computed: Any
) -> None:
    published = publishing.question_of_case(computed.case)
    publishing.publish_forecast(published, computed)
    said = document()
    checked = 0
    for path, methods in said["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {})
        schema = content.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            continue
        slug = published.slug if "{number}" in path else "pass"
        place = path.replace("{slug}", slug).replace("{number}", "1")
        whole = {**schema, "components": said["components"]}
        jsonschema.validate(get(place.removeprefix(V1)), whole)
        checked += 1
    assert checked >= 12


def test_the_manual_explains_every_operation_and_loads_nothing(front: Any) -> None:
    answer = Client().get(f"{V1}/")
    page = html.unescape(answer.content.decode())
    for path, methods in document()["paths"].items():
        for method, said in methods.items():
            assert f"{method.upper()} {path}" in page
            assert said["summary"] in page
    for name in document()["components"]["schemas"]:
        assert f'id="{name}"' in page
    assert "<script" not in page
    assert "style=" not in page
    for address in re.findall(r'<link rel="stylesheet" href="([^"]+)"', page):
        assert address.startswith("/static/")
    assert page.count("<h1") == 1


@pytest.mark.parametrize("place", ["/api/", "/api/v1"])
def test_short_addresses_lead_to_the_manual(front: Any, place: str) -> None:
    assert Client().get(place)["Location"] == f"{V1}/"


def test_the_document_is_the_same_each_time() -> None:
    assert api.get_openapi_schema() == api.get_openapi_schema()
