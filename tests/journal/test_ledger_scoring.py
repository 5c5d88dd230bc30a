"""Scores, pool, leaderboard, calibration and CSV, from the rows of the book."""

from __future__ import annotations

import csv
import io
import math

import pytest
from ledger_book import DAY, MONDAY, Book

from suasion.journal.ledger.exporting import (
    forecasts_csv,
    questions_csv,
    scores_csv,
)
from suasion.journal.ledger.models import Score
from suasion.journal.ledger.pooling import history, pooled
from suasion.journal.ledger.scoring import (
    BASELINE,
    POOL,
    base_rate,
    calibration,
    leaderboard,
    rescore_all,
    scores,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(db, monkeypatch):
    return Book(monkeypatch)


def by_name(question):
    return {row.forecaster.name: row for row in scores(question)}


def test_a_question_scored_by_hand(book):
    question = book.ask()
    book.say(question, 0.2, day=0)
    book.say(question, 0.6, day=2)
    book.say(question, 0.5, day=1, name="Rupert", kind="editor")
    book.say(question, 0.9, day=3, name="Suasion", kind="model")
    book.say(question, 0.99, day=4)  # the last day that counts
    book.resolve(question, on=5)
    found = by_name(question)
    flavia = found["Flavia"]
    # Days 0 to 4 at 0.2, 0.2, 0.6, 0.6, 0.99 while yes was true.
    assert flavia.time_averaged_brier == pytest.approx(
        (2 * 0.8**2 + 2 * 0.4**2 + 0.01**2) / 5
    )
    assert flavia.brier == pytest.approx(0.01**2)
    assert flavia.log_score == pytest.approx(-math.log(0.99))
    assert (flavia.days, flavia.estimates) == (5, 3)
    # Rupert stood on days 1 to 4; so did Flavia: the peers are the two of them.
    rupert = found["Rupert"]
    flavia_then = (0.8**2 + 2 * 0.4**2 + 0.01**2) / 4
    assert rupert.peer_brier == pytest.approx((0.25 + flavia_then) / 2)
    assert found["Suasion"].days == 2
    assert found[BASELINE].time_averaged_brier == pytest.approx(0.25)
    # The pool: log-odds averaged with equal weights, as nobody has a record.
    odds = [0.2 / 0.8, math.sqrt(0.2 / 0.8), math.sqrt(0.6 / 0.4)]
    last = math.sqrt(0.99 / 0.01)
    pool = [x / (1 + x) for x in (*odds, odds[-1], last)]
    assert found[POOL].time_averaged_brier == pytest.approx(
        sum((1 - p) ** 2 for p in pool) / 5
    )


def test_estimates_on_the_day_of_the_answer_or_later_never_count(book):
    question = book.ask()
    book.say(question, 0.4, day=1)
    book.say(question, 0.99, day=5)
    book.say(question, 0.999, day=6, name="Rupert")
    book.resolve(question, on=5)
    assert by_name(question)["Flavia"].brier == pytest.approx(0.36)
    assert "Rupert" not in by_name(question)


def test_a_model_run_after_the_close_is_not_scored(book):
    question = book.ask()
    book.say(question, 0.99, day=20, name="Suasion", kind="model", as_of=MONDAY)
    book.resolve(question, on=5, day=21)
    assert scores(question) == []


def test_a_void_question_is_not_scored(book):
    question = book.ask()
    book.say(question, 0.4)
    book.resolve(question, "void")
    assert not Score.objects.exists()
    assert leaderboard() == []
    assert question.status() == "resolved"


def season(book, answers="yynyn", bold=0.1):
    """Resolve questions one after another; Flavia is good, Rupert the reverse."""
    for place, answer in enumerate(answers):
        start = MONDAY + 20 * place * DAY
        question = book.ask(f"pass-{place}", opens_on=start, closes_on=start + 9 * DAY)
        right = 1 - bold if answer == "y" else bold
        book.say(question, right, day=20 * place, public=True)
        book.say(question, 1 - right, day=20 * place, name="Rupert")
        book.resolve(
            question,
            "yes" if answer == "y" else "no",
            on=20 * place + 9,
            day=20 * place + 12,
        )
    start = MONDAY + 20 * len(answers) * DAY
    return book.ask("last", opens_on=start, closes_on=start + 9 * DAY)


def test_who_did_better_weighs_more_from_then_on_and_not_before(book):
    question = season(book)
    day = 20 * 5
    book.say(question, 0.9, day=day)
    book.say(question, 0.1, day=day, name="Rupert")
    pool = pooled(question)
    flavia, rupert = (pool.weights[row.pk] for row in _forecasters())
    assert flavia > rupert
    assert pool.probability > 0.5
    assert pool.exponent == 1.0
    assert pool.count == 2
    first = history(type(question).objects.get(slug="pass-0"))
    assert [item.probability for item in first] == pytest.approx([0.5] * len(first))


def _forecasters():
    from suasion.journal.ledger.models import Forecaster

    return [Forecaster.objects.get(name=name) for name in ("Flavia", "Rupert")]


def test_the_history_of_a_day_is_what_the_pool_was_on_it(book):
    question = book.ask()
    seen = []
    for day, p in enumerate((0.2, 0.7, 0.4, 0.9)):
        book.say(question, p, day=day, name=f"reader {day}")
        now = pooled(question)
        seen.append((now.day, now.probability))
    later = [(item.day, item.probability) for item in history(question)]
    assert [day for day, _ in later] == [day for day, _ in seen]
    assert [p for _, p in later] == pytest.approx([p for _, p in seen])
    assert pooled(question, MONDAY + DAY).probability == pytest.approx(seen[1][1])
    assert pooled(question, MONDAY - DAY).probability is None
    book.set(MONDAY + 40 * DAY)
    assert history(question)[-1].day == question.closes_on


def test_the_base_rate_knows_only_what_was_resolved_before(book):
    question = season(book, "yyn")
    assert base_rate(question) == pytest.approx((2 + 1) / (3 + 2))
    first = type(question).objects.get(slug="pass-0")
    assert base_rate(first) == pytest.approx(0.5)


def test_the_leaderboard_names_only_those_who_agreed(book):
    season(book)
    places = {place.name: place for place in leaderboard()}
    assert set(places) == {"Flavia", POOL, BASELINE}
    flavia = places["Flavia"]
    assert (flavia.rank, flavia.questions) == (1, 5)
    assert flavia.brier == pytest.approx(0.01)
    assert flavia.error == pytest.approx(0.0)
    assert flavia.against_baseline < 0.0 < flavia.against_baseline_error
    assert flavia.against_peers == pytest.approx(0.01 - (0.01 + 0.81) / 2)
    assert places[BASELINE].rank is None


def test_few_questions_give_no_rank(book):
    season(book, "yny")
    assert {place.rank for place in leaderboard()} == {None}


def test_calibration_counts_everybody_and_names_nobody(book):
    season(book, "yynyn", bold=0.15)
    bins = calibration()
    assert [item.estimates for item in bins] == [5, 5]
    low, high = bins
    assert low.share == pytest.approx(0.6)  # Flavia's two denials, Rupert's three yeses
    assert high.share == pytest.approx(
        0.6
    )  # Flavia's three yeses, Rupert's two denials
    assert low.questions == 5
    assert calibration(("model",)) == []


def test_scores_can_be_computed_again_from_the_rows(book):
    season(book)
    fields = ("question", "forecaster", "time_averaged_brier", "peer_brier", "days")
    fields = (*fields, "log_score", "mean_log_odds", "estimates", "resolution")
    before = sorted(Score.objects.values_list(*fields))
    assert rescore_all() == 5
    assert sorted(Score.objects.values_list(*fields)) == before


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_csv_files_say_the_same_and_name_only_those_who_agreed(book):
    question = season(book, "yn")
    name = "=HYPERLINK(1)"
    book.say(question, 0.4, day=40, name=name, public=True)
    rows = read(questions_csv())
    assert [row["answer"] for row in rows] == ["", "yes", "no"]
    estimates = read(forecasts_csv())
    assert len(estimates) == 5
    assert {row["name"] for row in estimates} == {"Flavia", "", f"'{name}"}
    assert [float(row["probability"]) for row in read(forecasts_csv(question))] == [0.4]
    found = read(scores_csv())
    assert len(found) == Score.objects.count() == 8
    assert "Rupert" not in scores_csv() + forecasts_csv()
    flavia = next(row for row in found if row["name"] == "Flavia")
    assert float(flavia["time_averaged_brier"]) == pytest.approx(0.01)
