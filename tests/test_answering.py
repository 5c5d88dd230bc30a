"""The evaluator gives the forecast's draws, and draws anew only what it is told to."""

from __future__ import annotations

import numpy as np
import pytest

import suasion
from suasion.answering import Answering, answering
from suasion.problem import ForecastError
from suasion.stream import Redrawn


@pytest.fixture(scope="module")
def ask() -> Answering:
    return answering("deep-strikes", draws=400)


@pytest.mark.parametrize(
    ("as_of", "by"),
    [("2024-11-11", None), ("2024-11-15", "2024-12-31"), ("2024-11-11", "2025-06-30")],
)
def test_answers_are_the_draws_of_the_forecast(as_of: str, by: str | None) -> None:
    ask = answering("deep-strikes", as_of=as_of, by=by, draws=300)
    told = suasion.forecast(
        "deep-strikes", as_of=as_of, by=by, draws=300, seed=11, models=["mean"]
    )
    np.testing.assert_allclose(ask(11), told.answer.values, rtol=1e-12)


def test_rounds_that_move_pressure_move_it_here_too() -> None:
    case = suasion.load("deep-strikes")
    window = case.window.model_copy(update={"moved_by": "challenge"})
    case = case.model_copy(update={"window": window})
    told = suasion.forecast(case, draws=200, models=["mean"])
    ask = answering(case, draws=200)
    np.testing.assert_allclose(ask(7), told.answer.values, rtol=1e-12)
    assert "window.own_weight" in {each.path for each in ask.inputs}


def test_an_exact_place_question_has_no_inputs() -> None:
    ask = answering("ec-emission-standards", draws=100)
    told = suasion.forecast("ec-emission-standards", draws=100, models=["mean"])
    assert ask.inputs == ()
    np.testing.assert_array_equal(ask(7), told.answer.values)


def test_drawing_every_input_anew_is_another_seed(ask: Answering) -> None:
    np.testing.assert_array_equal(ask.redrawn(7, 8, ask.inputs), ask(8))
    assert not np.array_equal(ask(7), ask(8))


def test_what_cannot_matter_does_not(ask: Answering) -> None:
    base = ask(7)
    idle = {
        each.path
        for each in ask.inputs
        if np.array_equal(ask.redrawn(7, 8, [each]), base)
    }
    # Support does not grow beyond the threshold, and nobody weighs the gatekeeper's own
    # wish by its salience.
    assert {"actors.Ukraine.position", "actors.United States.salience"} <= idle
    assert idle.isdisjoint({"actors.Germany.position", "ledger", "window.closing"})


def test_inputs_own_different_streams(ask: Answering) -> None:
    streams = [name for each in ask.inputs for name in each.streams]
    assert len(streams) == len(set(streams))
    assert {each.owner for each in ask.inputs} >= {"ledger", "assumptions", "sponsors"}


def test_memory_does_not_mix_seeds(ask: Answering) -> None:
    one = ask.inputs[3]
    fresh = answering("deep-strikes", draws=400)
    np.testing.assert_array_equal(
        ask.redrawn(7, 8, [one]), fresh(Redrawn(7, 8, one.streams))
    )


def test_a_resolved_question_is_refused() -> None:
    with pytest.raises(ForecastError, match="already resolved yes"):
        answering("deep-strikes", as_of="2024-12-01", draws=100)
