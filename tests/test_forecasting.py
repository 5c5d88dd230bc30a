"""`forecast`: the same bits whatever the threads, and clear refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from suasion.bargaining import MODELS
from suasion.case import Case, Event
from suasion.casefile import load
from suasion.forecast_record import Forecast
from suasion.forecasting import forecast
from suasion.problem import ForecastError
from suasion.sampling import sample
from suasion.visibility import visible
from suasion.window.candidate import BASE_RATE, CANDIDATES
from suasion.window.fitting import Fitted

AS_OF = dt.date(2024, 11, 11)


@pytest.fixture(scope="module")
def found(deep_strikes: Case) -> Forecast:
    return forecast(deep_strikes, draws=2000)


# --- the answer --------------------------------------------------------------------------


def test_the_answer_is_between_its_bounds_and_beside_the_base_rate(
    found: Forecast,
) -> None:
    low, high = found.interval(0.8)
    assert 0.0 < low < found.probability < high < 1.0
    wide = found.interval(0.95)
    assert wide[0] < low < high < wide[1]
    # about 0.14 for the constant hazard, 0.13 for the Weibull: the specification
    assert found.model(BASE_RATE).value == pytest.approx(0.138, abs=2e-3)
    assert found.model("weibull").value == pytest.approx(0.127, abs=2e-3)
    kinds = {model.kind for model in found.models}
    assert kinds == {"forecast", "ledger", "base rate", "candidate", "structural"}


def test_models_say_at_the_deadline_what_their_curves_say(found: Forecast) -> None:
    dates = [point.date for point in found.curve]
    at = dates.index(found.by)
    for model in found.models:
        assert len(model.curve) == len(dates)
        # the answer of the ledger is the mean of the draws, its curve the exact stack
        error = 0.01 if model.kind == "ledger" else 1e-12
        assert model.value == pytest.approx(model.curve[at], abs=error)
    assert found.points[at].mean == pytest.approx(found.probability, rel=1e-12)
    candidates = [found.model(name) for name in CANDIDATES]
    assert sum(model.weight or 0.0 for model in candidates) == pytest.approx(1.0)


def test_the_effect_of_the_assumptions_is_the_difference_of_the_draws(
    found: Forecast,
) -> None:
    assert found.without_assumptions is not None
    with_them, without = found.answer.values, found.without_assumptions.values
    assert len(with_them) == len(without) == found.draws
    effects = [item.effect for item in found.assumptions if item.effect is not None]
    assert effects == [pytest.approx(without.mean() - with_them.mean(), abs=1e-12)]


def test_what_a_stranger_needs_to_recompute_it_is_remembered(
    found: Forecast, deep_strikes: Case
) -> None:
    assert (found.as_of, found.by) == (AS_OF, dt.date(2025, 1, 20))
    assert (found.seed, found.draws) == (7, 2000)
    assert found.case == visible(deep_strikes, AS_OF)
    assert found.libraries.keys() >= {"numpy", "scipy"}
    again = forecast(
        found.case, as_of=found.as_of, by=found.by, draws=found.draws, seed=found.seed
    )
    assert again.model_dump_json() == found.model_dump_json()


def test_every_candidate_is_diagnosed_and_those_with_weight_are_sound(
    found: Forecast,
) -> None:
    assert [item.candidate for item in found.diagnostics] == list(CANDIDATES)
    for item in found.diagnostics:
        if item.weight > 0.0:
            assert item.pareto_k < 0.7
            assert item.effective_size > 400.0


# --- the same bits -----------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_do_not_change_a_bit(
    found: Forecast, deep_strikes: Case, threads: int
) -> None:
    other = forecast(deep_strikes, draws=2000, threads=threads)
    assert other.model_dump_json() == found.model_dump_json()


def test_the_first_draws_of_more_are_the_same(
    found: Forecast, deep_strikes: Case
) -> None:
    more = forecast(deep_strikes, draws=4000)
    np.testing.assert_array_equal(more.answer.values[:2000], found.answer.values)


def test_a_seed_changes_the_draws_and_not_the_ledger(
    found: Forecast, deep_strikes: Case
) -> None:
    other = forecast(deep_strikes, draws=2000, seed=2**64 - 1)
    assert (other.answer.values != found.answer.values).all()
    assert other.ledger_curve == found.ledger_curve
    assert other.comparison == found.comparison


def test_dates_may_be_text_and_the_case_a_slug(found: Forecast) -> None:
    other = forecast("deep-strikes", as_of="2024-11-11", by="2025-01-20", draws=2000)
    assert other.model_dump_json() == found.model_dump_json()


def test_a_later_deadline_is_likelier(found: Forecast, deep_strikes: Case) -> None:
    sooner = forecast(deep_strikes, by="2024-12-10", draws=2000)
    assert sooner.probability < found.probability


def test_a_known_move_of_the_deadline_is_followed(deep_strikes: Case) -> None:
    def moved(known: dt.date) -> Forecast:
        event = Event(
            id="moved", title="Moved", date=known, deadline=dt.date(2025, 3, 1)
        )
        calendar = (*deep_strikes.calendar, event)
        return forecast(
            deep_strikes.model_copy(update={"calendar": calendar}), draws=100
        )

    assert moved(AS_OF).by == dt.date(2025, 3, 1)
    assert moved(AS_OF + dt.timedelta(days=1)).by == dt.date(2025, 1, 20)


def test_progress_is_told_and_ends_with_everything(deep_strikes: Case) -> None:
    said: list[tuple[str, float]] = []
    forecast(
        deep_strikes, draws=100, progress=lambda text, share: said.append((text, share))
    )
    shares = [share for _, share in said]
    assert said[0][1] == 0.0
    assert shares == sorted(shares)
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert all(text for text, _ in said)


# --- a question of place -----------------------------------------------------------------


def test_a_question_of_place_is_answered_by_the_compromise_model() -> None:
    case = load("ec-emission-standards")
    found = forecast(case, draws=2000)
    view = visible(case, found.as_of)
    drawn = sample(view, found.as_of, seed=7, start=0, stop=2000)
    issue = view.issues[0]
    outcome = MODELS["mean"](
        drawn.capability, drawn.position, drawn.salience,
        low=np.array([issue.low]), high=np.array([issue.high]),
        status_quo=drawn.status_quo,
    ).outcome[:, 0]  # fmt: skip
    np.testing.assert_array_equal(found.answer.values, outcome)
    assert found.position == pytest.approx(outcome.mean())
    assert found.until is None
    assert found.curve == ()


# --- refusals ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"draws": 99}, "draws is 99; it lies between 100 and 10000000"),
        ({"draws": 10**8}, "more do not fit in memory"),
        ({"draws": 1000.0}, "draws is 1000.0; a whole number is needed"),
        ({"draws": True}, "draws is True; a whole number is needed"),
        ({"seed": -1}, r"seed is -1; a seed lies in \[0, 2\*\*64\)"),
        ({"seed": 7.5}, "seed is 7.5; a seed is a whole number"),
        ({"threads": 0}, "threads is 0; it is at least 1, such as 2"),
        ({"threads": float("nan")}, "threads is nan; it is at least 1"),
        ({"as_of": "11 November"}, "as_of is '11 November'; a date is a day"),
        ({"by": "2025-02-30"}, "by is '2025-02-30'; a date is a day of the calendar"),
    ],
)
def test_arguments_are_checked(
    deep_strikes: Case, asked: dict[str, object], rule: str
) -> None:
    with pytest.raises(ValueError, match=rule):
        forecast(deep_strikes, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"as_of": "2024-11-10"}, "as of 2024-11-10 is not possible: its numbers use"),
        (
            {"as_of": "2024-11-17"},
            "already resolved yes on 2024-11-17, on or before the as-of date 2024-11-17",
        ),
        (
            {"by": "2024-11-11"},
            "the window closed on 2024-11-11, not after the as-of date",
        ),
        ({"by": "2024-06-01"}, "choose an earlier as-of date or a later deadline"),
    ],
)
def test_what_cannot_be_forecast_is_refused(
    deep_strikes: Case, asked: dict[str, str], rule: str
) -> None:
    with pytest.raises(ForecastError, match=rule):
        forecast(deep_strikes, draws=100, **asked)  # type: ignore[arg-type]


def unsourced(case: Case, **question: object) -> Case:
    """The sample case with its numbers as judgements, so that earlier views exist."""
    return case.model_copy(
        update={
            "evidence": (),
            "question": case.question.model_copy(update=question),
        }
    )


def test_nothing_was_requested_yet(case_folder: Callable[..., Path]) -> None:
    case = unsourced(load(case_folder()))
    rule = r"as of 2030-02-28 nothing had been requested \(requested_on is 2030-03-01\)"
    with pytest.raises(ForecastError, match=rule):
        forecast(case, as_of="2030-02-28", draws=100)


def test_no_deadline_is_no_question(case_folder: Callable[..., Path]) -> None:
    case = unsourced(load(case_folder()), by=None)
    with pytest.raises(ForecastError, match="has no deadline; give one with --by"):
        forecast(case, as_of="2030-06-01", draws=100)


def test_no_precedent_is_no_reference_class(case_folder: Callable[..., Path]) -> None:
    case = load(case_folder()).model_copy(update={"precedents": ()})
    rule = "no precedent is visible as of 2030-06-01, so there is no reference class"
    with pytest.raises(ForecastError, match=rule):
        forecast(case, draws=100)


def test_one_precedent_still_undecided_is_enough(
    case_folder: Callable[..., Path],
) -> None:
    case = load(case_folder())
    (only,) = (row for row in case.precedents if row.id == "p2")
    found = forecast(case.model_copy(update={"precedents": (only,)}), draws=1000)
    assert 0.0 < found.probability < 1.0
    assert found.model(BASE_RATE).weight == 1.0
    assert found.comparison is not None
    assert found.comparison.lines == ()


def test_failed_diagnostics_are_not_printed_over(
    deep_strikes: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = property(lambda _: ("weibull: Pareto k is 0.90",))
    monkeypatch.setattr(Fitted, "trouble", trouble)
    rule = "no forecast, because its diagnostics fail: weibull: Pareto k is 0.90; look"
    with pytest.raises(ForecastError, match=rule):
        forecast(deep_strikes, draws=100)


# --- chosen models ---------------------------------------------------------------------


def test_chosen_models_stand_beside_the_answer_and_do_not_move_it(
    found: Forecast, deep_strikes: Case
) -> None:
    chosen = ("spatial", "mean", "spatial")
    other = forecast(deep_strikes, draws=found.draws, seed=found.seed, models=chosen)
    assert other.answer == found.answer
    names = [item.name for item in other.models if item.kind == "structural"]
    assert names == ["spatial", "mean"]
    assert [item.model for item in other.trajectories] == ["spatial"]
    assert [item.model for item in found.trajectories] == ["challenge"]
    assert other.model("mean") == found.model("mean")
    assert other.parameters["models"] == names
    assert 0.0 < other.model("spatial").value < 1.0


def test_pressure_that_a_model_moves_changes_the_answer(
    found: Forecast, deep_strikes: Case
) -> None:
    window = deep_strikes.window.model_copy(update={"moved_by": "challenge"})
    case = deep_strikes.model_copy(update={"window": window})
    moved = forecast(case, draws=found.draws, seed=found.seed, models=["mean"])
    # the model is run though it was not chosen, and nothing else changes
    assert moved.parameters["models"] == ["mean", "challenge"]
    assert moved.without_assumptions is not None
    assert found.without_assumptions is not None
    np.testing.assert_allclose(
        moved.without_assumptions.values, found.without_assumptions.values, rtol=1e-12
    )
    assert moved.net_pressure == found.net_pressure
    assert moved.answer != found.answer
    assert moved.probability == pytest.approx(found.probability, abs=0.05)


def test_models_of_rounds_answer_where() -> None:
    case = load("ec-emission-standards")
    chosen = ["challenge", "spatial"]
    where = forecast(case, draws=200, models=chosen)
    assert [item.name for item in where.models] == chosen
    issue = case.issues[0]
    for item in where.models:
        assert issue.low <= item.value <= issue.high
    assert where.position == pytest.approx(where.model("challenge").value)
    assert [item.model for item in where.trajectories] == ["challenge", "spatial"]


@pytest.mark.parametrize(
    ("slug", "models", "message"),
    [
        ("deep-strikes", ["magic"], "no model 'magic'; there are mean, median, nash"),
        ("deep-strikes", [], "no model is chosen; there are mean"),
        ("deep-strikes", ["exchange"], "exchange needs two issues to trade"),
        ("ec-emission-standards", ["procedure"], "procedure needs a status quo"),
        ("deep-strikes", ["procedure"], "procedure says where a decision ends"),
    ],
)
def test_models_that_cannot_answer_are_refused(
    slug: str, models: list[str], message: str
) -> None:
    with pytest.raises(ForecastError, match=message):
        forecast(slug, draws=200, models=models)
