"""The book only grows, and refuses what cannot be: in the services and in the database."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from ledger_book import DAY, MONDAY, Book

from suasion.journal.ledger import append_only
from suasion.journal.ledger.models import Forecast, Forecaster, Question, Resolution
from suasion.journal.ledger.pooling import pooled
from suasion.journal.ledger.recording import LedgerError, forecaster, record
from suasion.journal.ledger.scoring import scores

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(db, monkeypatch):
    return Book(monkeypatch)


def refuses(match, action):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        action()


def sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.mark.parametrize("model", [Forecast, Resolution])
def test_no_row_is_changed_or_deleted_by_whatever_way(book, model):
    question = book.ask()
    book.say(question, 0.3)
    book.resolve(question)
    row = model.objects.get()
    table = model._meta.db_table
    before = model.objects.values().get()
    match = f"{table} is append-only: .* record a new row that supersedes it"
    field = "probability" if model is Forecast else "note"
    setattr(row, field, 0.9)
    refuses(match, row.save)
    refuses(match, lambda: model.objects.update(**{field: 0.9}))
    refuses(match, lambda: model.objects.bulk_update([row], [field]))
    refuses(match, lambda: model.objects.filter(pk=row.pk)._raw_delete("default"))
    refuses(match, lambda: sql(f"UPDATE {table} SET {field} = 0.9"))
    refuses(match, lambda: sql(f"DELETE FROM {table} WHERE id = %s", row.pk))
    if connection.vendor == "sqlite":
        columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields)
        again = (
            f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"
        )
        refuses("append-only: a row with this key is there already", lambda: sql(again))
        swapped = again.replace('SELECT "id"', "SELECT NULL")
        if model is Resolution:
            refuses("a row with this key is there already", lambda: sql(swapped))
    else:
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        refuses(match, lambda: sql(f"TRUNCATE {table} CASCADE"))
    assert model.objects.values().get() == before


def test_the_ban_can_be_lifted_for_a_test_and_comes_back(book):
    book.say(book.ask(), 0.3)
    with transaction.atomic():
        with append_only.lifted(connection):
            sql("UPDATE ledger_forecast SET probability = 0.31")
        assert Forecast.objects.get().probability == 0.31
    refuses("append-only", lambda: sql("DELETE FROM ledger_forecast"))


def test_what_has_estimates_cannot_be_deleted(book):
    row = book.say(book.ask(), 0.3)
    for thing in (row.question, row.forecaster):
        with pytest.raises(ProtectedError):
            thing.delete()


@pytest.mark.parametrize(
    ("other", "name"),
    [
        ({"probability": 0.0}, "forecast_probability_inside_0_1"),
        ({"probability": 1.0}, "forecast_probability_inside_0_1"),
        ({"low80": 0.6, "high80": 0.4}, "forecast_interval_in_order"),
        ({"low80": 0.6}, "forecast_interval_in_order"),
        ({"low80": -0.1, "high80": 0.4}, "forecast_interval_in_order"),
        ({"source": "oracle"}, "forecast_source_known"),
        ({"as_of": MONDAY + DAY}, "forecast_as_of_before_made"),
        (
            {"recorded_at": dt.datetime(2030, 3, 3, tzinfo=dt.UTC)},
            "made_before_recorded",
        ),
        ({"number": 1}, "UNIQUE|forecast_number_once|with this key"),
    ],
)
def test_the_database_refuses_an_impossible_estimate(book, other, name):
    question = book.ask()
    who = forecaster("Flavia", "reader")
    now = timezone.now()
    good = {
        "question": question,
        "source": "reader",
        "forecaster": who,
        "probability": 0.4,
        "as_of": MONDAY,
        "made_at": now,
        "recorded_at": now,
    }
    Forecast.objects.create(**good, number=1)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Forecast.objects.create(**{**good, **other})


def test_the_database_refuses_impossible_questions_and_resolutions(book):
    question = book.ask()
    with pytest.raises(IntegrityError, match="opens_before"), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(closes_on=MONDAY - DAY)
    first = book.resolve(question)
    good = {
        "question": question,
        "answer": "no",
        "on": MONDAY,
        "source_title": "Courier",
        "source_url": "https://courier.example",
        "by": book.editor,
        "made_at": timezone.now(),
    }
    for other, match in (
        ({}, "with this key|UNIQUE|first_once"),
        ({"answer": "nay", "supersedes": first}, "answer_known"),
        ({"on": dt.date(2031, 1, 1), "supersedes": first}, "not_in_the_future"),
        ({"source_url": "", "supersedes": first}, "has_source"),
        ({"question": book.ask("other"), "supersedes": first}, "supersedes only one"),
    ):
        with pytest.raises(IntegrityError, match=match), transaction.atomic():
            Resolution.objects.create(**{**good, **other})
    second = Resolution.objects.create(**good, supersedes=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Resolution.objects.create(**good, supersedes=first)
    assert question.resolution == second


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            {"probability": 1.0},
            "pass: probability is 1.0; it lies strictly .* write 0.99",
        ),
        ({"probability": math.nan}, "probability is nan"),
        ({"low80": 0.2}, "low80 is 0.2, high80 is None; .* give both or none"),
        ({"low80": 0.2, "high80": math.nan}, "an interval has two ends"),
        ({"source": "editor"}, "'Flavia' is a reader; .* give source='reader'"),
        ({"as_of": MONDAY + DAY}, "which is still to come"),
        ({"made_at": dt.datetime(2031, 1, 1, tzinfo=dt.UTC)}, "leave made_at out"),
        ({"made_at": dt.datetime(2030, 3, 1, tzinfo=dt.UTC)}, "question is announced"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused_in_words(book, other, message):
    question = book.ask()
    good = {
        "source": "reader",
        "probability": 0.4,
        "forecaster": forecaster("Flavia", "reader"),
    }
    with pytest.raises(LedgerError, match=message):
        record(question, **{**good, **other})
    assert not Forecast.objects.exists()


def test_estimates_are_taken_while_the_question_is_open(book):
    question = book.ask()
    with pytest.raises(LedgerError, match="announced"):
        book.say(question, 0.4, day=-1)
    book.say(question, 0.4, day=9)
    with pytest.raises(
        LedgerError, match="closed; estimates are taken from 2030-03-04"
    ):
        book.say(question, 0.4, day=10)
    book.resolve(question, on=8)
    with pytest.raises(LedgerError, match="resolved"):
        book.say(question, 0.4, day=10)
    late = book.say(question, 0.4, day=11, name="Suasion", kind="model")
    assert late.pk


def test_an_estimate_sent_in_time_and_let_in_late_is_scored_but_was_not_in_the_pool(
    book,
):
    question = book.ask()
    book.say(question, 0.2, name="Rupert")
    book.resolve(question, on=5)
    sent = dt.datetime(2030, 3, 5, 9, tzinfo=dt.UTC)
    row = book.say(question, 0.8, day=11, made_at=sent)
    assert (row.made_at, row.recorded_at.date()) == (sent, MONDAY + 11 * DAY)
    days = {row.forecaster.name: row.days for row in scores(question)}
    assert (days["Flavia"], days["Rupert"]) == (4, 5)
    assert pooled(question).probability == pytest.approx(0.2)


def test_a_new_estimate_supersedes_the_forecasters_last(book):
    question = book.ask()
    first = book.say(question, 0.4)
    other = book.say(question, 0.5, name="Rupert")
    second = book.say(question, 0.6, day=1)
    assert (first.supersedes, second.supersedes) == (None, first)
    with pytest.raises(LedgerError, match=f"row {other.pk}, of another question or"):
        book.say(question, 0.7, supersedes=other)


def test_a_name_belongs_to_one_kind(book):
    assert forecaster("Suasion", "model").public
    assert not forecaster("Flavia", "reader").public
    assert forecaster("Flavia", "reader", public=True).public
    assert forecaster(" Flavia", "reader").public, "left as it is"
    assert forecaster("Weather bureau", "model").public
    with pytest.raises(
        LedgerError, match="the name of a model; a reader needs another"
    ):
        forecaster("Weather bureau", "reader")
    with pytest.raises(LedgerError, match="1 to 80 letters"):
        forecaster(" ", "reader")
    assert Forecaster.objects.count() == 3


@pytest.mark.parametrize(
    "name",
    ["Readers' pool", "readers'  POOL", "Base rate so far", "suasion, base rate"],
)
def test_names_of_the_journal_itself_cannot_be_taken(book, name):
    with pytest.raises(LedgerError, match="which the journal keeps for its own"):
        forecaster(name, "reader")
    question = book.ask()
    book.say(question, 0.7)
    book.resolve(question)
    assert scores(question)


def test_everybody_is_scored_whatever_was_fetched_before(book):
    question = book.ask()
    book.say(question, 0.7)
    kept = Question.objects.prefetch_related("resolutions").get(pk=question.pk)
    book.resolve(kept)
    assert scores(question)


def test_erasing_a_name_leaves_the_estimates(book):
    row = book.say(book.ask(), 0.4)
    Forecaster.objects.update(name="reader 7", public=False)
    assert Forecast.objects.get().pk == row.pk
    assert str(Forecast.objects.get()) == "reader 7: 40% as of 2030-03-04"


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"answer": "maybe"}, "answer is 'maybe'; give 'yes', 'no' or 'void'"),
        ({"on": 11}, "on is 2030-03-15, which is still to come"),
        ({"on": -1}, "before the question opened on 2030-03-04"),
    ],
)
def test_a_resolution_that_cannot_be_is_refused(book, other, message):
    question = book.ask()
    with pytest.raises(LedgerError, match=message):
        book.resolve(question, **other)
    assert question.status() == "closed"


def test_a_yes_after_the_deadline_is_a_no(book):
    question = book.ask()
    with pytest.raises(LedgerError, match=r"comes after the deadline .* answer 'no'"):
        book.resolve(question, on=10)
    assert book.resolve(question, "no", on=10).answer == "no"


def test_a_correction_is_a_new_row_and_everybody_is_scored_again(book):
    question = book.ask()
    book.say(question, 0.9)
    first = book.resolve(question)
    assert scores(question)[0].brier == pytest.approx(0.01)
    second = book.resolve(question, "no", day=12)
    assert (question.resolution, second.supersedes) == (second, first)
    assert {row.forecaster.name: row for row in scores(question)}[
        "Flavia"
    ].brier == pytest.approx(0.81)
    assert Resolution.objects.count() == 2


def test_dates_stay_once_an_estimate_stands(book):
    question = book.ask()
    question.closes_on += DAY
    question.full_clean()
    question.save()
    book.say(question, 0.4)
    question.closes_on += DAY
    with pytest.raises(ValidationError, match="it stays once an estimate is recorded"):
        question.full_clean()
    question.refresh_from_db()
    question.criteria = "Yes if the king signs, in ink."
    question.full_clean()
