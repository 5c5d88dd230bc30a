"""Recorded, resolved, scored: what a ledger says of forecasts, and what came of them."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from suasion.case import Resolution
from suasion.casefile import load
from suasion.cli import app
from suasion.forecast_record import Draws, Forecast
from suasion.forecasting import forecast
from suasion.ledger_file import append, read
from suasion.problem import CaseError, ForecastError
from suasion.recording import (
    LEVELS,
    forecast_row,
    ledger_of,
    outcome,
    recomputed,
    resolution_row,
    write_outcome,
)
from suasion.scoring import brier_score, crps, date_crps, happened, log_score, score
from suasion.scoring.scoreboard import scoreboard

DAY = dt.date


@pytest.fixture(scope="module")
def made() -> Forecast:
    return forecast("deep-strikes", draws=1000)


@pytest.fixture(scope="module")
def placed() -> Forecast:
    """A question of place, with draws that differ."""
    flat = forecast("ec-emission-standards", draws=500)
    values = 4.0 + 6.0 * (np.arange(500) + 0.5) / 500
    return flat.model_copy(update={"answer": Draws.of(values)})


@pytest.fixture
def place_folder(tmp_path: Path) -> Path:
    """A case of one's own: where on a scale, with an outcome to come."""
    folder = tmp_path / "canal"
    folder.mkdir()
    (folder / "case.toml").write_text(
        'title = "The canal"\n[question]\ntext = "How deep?"\nas_of = 2020-03-01\n'
        '[[issues]]\nid = "depth"\nname = "Depth"\nlow = 0\nhigh = 10\nunit = "m"\n'
    )
    (folder / "actors.csv").write_text(
        "actor,capability,position,salience\nA,1,2|4|6,1\nB,1,8,1\n"
    )
    return folder


def run(*words: object, status: int = 0) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if status == 0:
        assert result.exit_code == 0, result.output + repr(result.exception)
    else:
        assert result.exception is not None
        return str(result.exception)
    return result.stdout


# --- score cards ---------------------------------------------------------------------


def test_card_of_whether_by_a_date(made: Forecast) -> None:
    resolution = load("deep-strikes").resolution
    assert resolution is not None
    card = score(made, resolution)
    p = made.probability
    assert card.outcome == 1
    assert card.brier == brier_score(forecast=p, outcome=1)
    assert card.log_score == log_score(forecast=p, outcome=1)
    # Of the date, by hand: the yes came on the sixth of seventy days.
    f = np.array([point.mean for point in made.points])[1:71]
    assert card.days == pytest.approx((f[:5] ** 2).sum() + ((1 - f[5:]) ** 2).sum())
    assert {item.kind for item in card.models} == {item.kind for item in made.models}
    for item in card.models:
        assert item.brier == pytest.approx((1 - made.model(item.name).value) ** 2)


def test_card_of_a_no_and_of_a_yes_that_came_too_late(made: Forecast) -> None:
    p = made.probability
    no = score(made, Resolution(answer="no", date=DAY(2025, 1, 20)))
    late = score(made, Resolution(answer="yes", date=DAY(2025, 3, 1)))
    assert no.outcome == late.outcome == 0
    assert no.brier == late.brier == pytest.approx(p**2)
    assert no.days == late.days


def test_date_crps_is_least_in_expectation_for_the_true_curve() -> None:
    """Proper: against beliefs over the day of the yes, or none."""
    belief = np.array([0.1, 0.2, 0.05, 0.3])  # days 1 to 4; 0.35 that none
    first = DAY(2030, 3, 4)
    days = [first + dt.timedelta(days=k) for k in (1, 2, 3, 4)]

    def expected(curve: np.ndarray) -> float:
        scores = [
            date_crps(curve=curve.tolist(), first=first, by=days[-1], yes_on=day)
            for day in (*days, None)
        ]
        return float(np.array(scores) @ [*belief, 1 - belief.sum()])

    true = np.concatenate([[0.0], np.cumsum(belief)])
    best = expected(true)
    rng = np.random.default_rng(2)
    for _ in range(200):
        other = np.clip(true + rng.normal(0, 0.1, 5), 0, 1)
        assert best <= expected(other) + 1e-12


def test_card_of_where(placed: Forecast) -> None:
    card = score(placed, Resolution(value=8.8, date=DAY(1985, 7, 15)))
    width = placed.case.issues[0].width
    assert card.error == pytest.approx(1.8)
    assert card.share == pytest.approx(1.8 / width)
    assert card.crps == crps(ensemble=placed.answer.values, outcome=8.8)
    # Uniform on [4, 10], a = 4/5 of the way: width (a^3 + (1 - a)^3) / 3.
    assert card.crps == pytest.approx(6 * (0.8**3 + 0.2**3) / 3, rel=1e-4)
    by_level = {item.level: item for item in card.intervals}
    assert [by_level[level].inside for level in (0.5, 0.8, 0.95)] == [False, True, True]
    assert by_level[0.5].score == pytest.approx(3.0 + 4 * 0.3, rel=0.01)
    assert by_level[0.8].score == pytest.approx(4.8, rel=0.01)
    assert card.model("median").error == pytest.approx(8.8 - 7.0)
    assert card.outcome is None


def test_what_cannot_be_scored_is_refused(made: Forecast, placed: Forecast) -> None:
    with pytest.raises(
        ForecastError, match=r"answer fell on 2024-11-11.*score an earlier"
    ):
        score(made, Resolution(answer="yes", date=DAY(2024, 11, 11)))
    later = made.model_copy(update={"by": DAY(2025, 3, 1)})
    with pytest.raises(
        ForecastError, match=r"does not say whether yes came.*2025-03-01"
    ):
        score(later, Resolution(answer="no", date=DAY(2025, 1, 20)))
    with pytest.raises(ForecastError, match="gives no value; add value ="):
        score(placed, Resolution(answer="yes", date=DAY(1985, 7, 15)))


def test_a_no_says_nothing_of_later_days() -> None:
    no = Resolution(answer="no", date=DAY(2025, 1, 10))
    asked = DAY(2025, 1, 20)
    assert happened(no, by=DAY(2025, 1, 5), asked=asked) == 0
    assert happened(no, by=asked, asked=asked) == 0
    assert happened(no, by=DAY(2025, 1, 21), asked=asked) is None


# --- rows ------------------------------------------------------------------------------


def test_a_row_has_what_scoring_and_recomputing_need(made: Forecast) -> None:
    row = json.loads(json.dumps(forecast_row(made)))
    assert row["value"] == made.probability
    assert row["quantiles"][LEVELS.index(0.5)] == np.median(made.answer.values)
    assert len(LEVELS) == 23
    assert [item["name"] for item in row["answers"]] == [m.name for m in made.models]
    assert (row["by"], row["deadline"]) == ("2025-01-20", "2025-01-20")
    assert recomputed(row, load("deep-strikes")) == ""
    other = recomputed(row | {"seed": 8}, load("deep-strikes"))
    assert other.startswith(
        "draws_sha256, value, low80, high80, quantiles, answers differ"
    )


def test_ledger_of_a_bundled_case_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(
        CaseError, match=r"not yours to write to; .*--ledger mine\.jsonl"
    ):
        ledger_of("deep-strikes")
    assert ledger_of("deep-strikes", tmp_path) == tmp_path / "ledger.jsonl"
    with pytest.raises(CaseError, match="no such bundled case, folder or table"):
        ledger_of(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("answer", "on", "source", "message"),
    [
        ("maybe", "2020-04-01", "x", "a number, in m; write --answer 5"),
        ("nan", "2020-04-01", "x", "a number, in m"),
        (
            "yes",
            "2020-04-01",
            "x",
            "no threshold for a yes; write a number from 0 to 10",
        ),
        ("11", "2020-04-01", "x", "the scale runs from 0 to 10"),
        ("5", "2999-04-01", "x", "still to come"),
        ("5", "2020-04-01", " ", "cites who reported it; write --source"),
    ],
)
def test_an_outcome_that_is_none_is_refused(
    place_folder: Path, answer: str, on: str, source: str, message: str
) -> None:
    case = load(place_folder)
    with pytest.raises(CaseError, match=message):
        outcome(case, answer=answer, on=DAY.fromisoformat(on), source=source)


def test_outcome_of_whether_is_yes_or_no_and_not_before_the_request(
    case_folder,
) -> None:
    case = load(case_folder(without=("outcome.toml",)))
    with pytest.raises(CaseError, match="is yes or no; write --answer yes"):
        outcome(case, answer="60", on=DAY(2020, 1, 1), source="x")
    with pytest.raises(
        CaseError, match=r"still to come|request was made on 2030-03-01"
    ):
        outcome(case, answer="yes", on=DAY(2020, 1, 1), source="x")


def test_an_outcome_is_written_once_and_read_back(place_folder: Path) -> None:
    said = outcome(
        load(place_folder),
        answer="4.5",
        on=DAY(2020, 6, 1),
        source='The "Canal", p. 3\\4\n\x7f',
    )
    write_outcome(place_folder, said)
    assert load(place_folder).resolution == said
    with pytest.raises(CaseError, match="correct the file itself"):
        write_outcome(place_folder, said)


# --- the scoreboard ----------------------------------------------------------------------


def recorded(file: Path, row: dict, on: str, monkeypatch) -> None:
    """Append a row as if on another day: the chain knows no better."""

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromisoformat(on).replace(tzinfo=tz)

    with monkeypatch.context() as patch:
        patch.setattr("suasion.ledger_file.dt.datetime", Clock)
        append(file, row)


def said(made: Forecast, p: float, base: float, **more: object) -> dict:
    answers = [
        {"name": "forecast", "kind": "forecast", "value": p},
        {"name": "constant", "kind": "base rate", "value": base},
    ]
    full = [dict(issue="", low=None, high=None, weight=None) | item for item in answers]
    return forecast_row(made) | {"value": p, "answers": full} | more


def test_answers_stand_from_the_day_they_were_recorded(
    made: Forecast, tmp_path: Path, monkeypatch
) -> None:
    """By hand: 0.2 stands on 13 and 14 November, 0.6 on 15 and 16; yes on the 17th."""
    file = tmp_path / "ledger.jsonl"
    recorded(file, said(made, 0.2, 0.1), "2024-11-13T09:00:00", monkeypatch)
    recorded(
        file,
        said(made, 0.6, 0.1, as_of="2024-11-15"),
        "2024-11-15T09:00:00",
        monkeypatch,
    )
    board = scoreboard(file)
    mine, base = board.probabilities
    assert (mine.model, base.kind) == ("forecast", "base rate")
    assert mine.in_time
    assert (mine.questions, mine.forecasts) == (1, 2)
    assert mine.brier == pytest.approx(0.16)
    assert mine.averaged_brier == pytest.approx((2 * 0.64 + 2 * 0.16) / 4)
    assert mine.skill == pytest.approx(1 - 0.40 / 0.81)
    assert base.skill == 0
    assert mine.against_base_rate is not None
    assert mine.against_base_rate.low is None  # one case
    assert board.heads == {str(file): (2, read(file)[-1]["hash"])}


def test_what_was_recorded_in_hindsight_stands_apart(
    made: Forecast, tmp_path: Path, monkeypatch
) -> None:
    file = tmp_path / "ledger.jsonl"
    recorded(file, said(made, 0.2, 0.1), "2024-11-13T09:00:00", monkeypatch)
    recorded(file, said(made, 0.99, 0.1), "2024-11-17T09:00:00", monkeypatch)
    board = scoreboard(file)
    mine = {
        item.in_time: item for item in board.probabilities if item.kind == "forecast"
    }
    assert mine[True].brier == pytest.approx(0.64)
    assert mine[False].brier == pytest.approx(0.0001)
    text = run("scoreboard", file)
    assert text.index("Recorded before the answer") < text.index("the answer was known")


def test_a_question_without_an_outcome_is_pending(
    made: Forecast, tmp_path: Path, monkeypatch
) -> None:
    file = tmp_path / "ledger.jsonl"
    append(file, said(made, 0.3, 0.1, case="unheard-of"))
    recorded(
        file, said(made, 0.3, 0.1, by="2024-11-16"), "2024-11-17T01:00:00", monkeypatch
    )
    board = scoreboard(file)
    (item,) = board.pending
    assert (item.case, item.value, item.why) == ("unheard-of", 0.3, "no outcome yet")
    # A yes on the 17th is a no by the 16th.
    mine = next(item for item in board.probabilities if item.kind == "forecast")
    assert mine.brier == pytest.approx(0.09)


def test_the_outcome_of_the_case_is_the_truth_and_a_change_is_named(
    place_folder: Path,
) -> None:
    run("record", place_folder, "--draws", "500", "-q")
    pending = run("scoreboard", place_folder)
    assert "No recorded forecast has an outcome yet" in pending
    assert "no outcome yet" in pending
    answer = ("--answer", "4.5", "--on", "2020-06-01", "--source", "Canal News")
    said = run("resolve", place_folder, *answer)
    assert "Resolved at 4.5, 2020-06-01: line 2" in said.replace("\n", " ")
    board = scoreboard(place_folder / "ledger.jsonl")
    assert board.notes == ()
    mean = next(item for item in board.places if item.model == "mean")
    row = read(place_folder / "ledger.jsonl")[0]
    assert mean.error == pytest.approx(abs(row["answers"][0]["value"] - 4.5) / 10)
    file = place_folder / "outcome.toml"
    file.write_text(file.read_text().replace("4.5", "9.5"))
    board = scoreboard(place_folder / "ledger.jsonl")
    assert "line 2 of ledger.jsonl says 4.5 on 2020-06-01" in board.notes[0]
    assert "outcome.toml says 9.5 on 2020-06-01" in board.notes[0]
    mean = next(item for item in board.places if item.model == "mean")
    assert mean.error == pytest.approx(abs(row["answers"][0]["value"] - 9.5) / 10)
    run("resolve", place_folder)
    assert scoreboard(place_folder / "ledger.jsonl").notes == ()
    # A resolved question is not forecast any more.
    message = run("record", place_folder, "--as-of", "2020-06-01", status=2)
    assert "already resolved at 9.5 on 2020-06-01" in message
    assert len(read(place_folder / "ledger.jsonl")) == 3


def test_without_the_case_the_ledgers_own_row_is_used(
    place_folder: Path, tmp_path: Path
) -> None:
    made = forecast(load(place_folder), draws=500)
    file = tmp_path / "elsewhere.jsonl"
    append(file, forecast_row(made))
    assert len(scoreboard(file).pending) == 1
    (place_folder / "outcome.toml").write_text("value = 5\ndate = 2020-06-01\n")
    append(file, resolution_row(load(place_folder)))
    assert scoreboard(file).places[0].questions == 1


def test_recomputing_finds_the_same_bits_or_says_what_changed(
    place_folder: Path,
) -> None:
    run("record", place_folder, "--draws", "500", "-q")
    run("scoreboard", place_folder, "--recompute")
    actors = place_folder / "actors.csv"
    actors.write_text(actors.read_text().replace("2|4|6", "2|4|7"))
    message = run("scoreboard", place_folder, "--recompute", status=2)
    assert "line 1: the case is another: its hash was" in message


def test_commands_refuse_what_they_cannot_do(
    place_folder: Path, tmp_path: Path
) -> None:
    assert "not yours to write to" in run("record", "deep-strikes", status=2)
    assert "has no outcome.toml" in run("resolve", place_folder, status=2)
    assert "needs --on" in run("resolve", place_folder, "--answer", "5", status=2)
    assert "go with --answer" in run(
        "resolve", place_folder, "--on", "2020-1-1", status=2
    )
    assert "there is no ledger here" in run("scoreboard", tmp_path, status=2)
    run("record", place_folder, "--draws", "500", "-q")
    missing = run("scoreboard", place_folder, "--head", "0" * 12, status=2)
    assert "no line has the head that was kept" in missing
    head = read(place_folder / "ledger.jsonl")[0]["hash"]
    data = json.loads(run("scoreboard", place_folder, "--head", head, "--json", "-"))
    assert [item["case"] for item in data["pending"]] == ["canal"]
    ledger = place_folder / "ledger.jsonl"
    ledger.write_text(ledger.read_text().replace('"seed":7', '"seed":8'))
    assert "line 1: found 'hash" in run("record", place_folder, status=2)
