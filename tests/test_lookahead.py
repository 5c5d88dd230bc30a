"""The gatekeeper looks ahead: bounds, chances, fear, and nothing else touched."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import suasion
from suasion.aftermath.answer import answer
from suasion.aftermath.efg import parse
from suasion.aftermath.game import Aftermath
from suasion.aftermath.quantal import quantal_response
from suasion.aftermath.tree import Tree
from suasion.answering import answering
from suasion.case import Case
from suasion.comparing import compare
from suasion.lookahead import chance_of_yes, likely_yes, yes_taken
from suasion.problem import CaseError, ForecastError
from suasion.sampling import sample, typical
from suasion.stream import uniform
from suasion.uncertain import Uncertain
from suasion.variant import varied
from suasion.variant_file import saved
from suasion.visibility import visible
from suasion.window.pressure import pressure

AS_OF = dt.date(2024, 11, 11)
AFTER = dt.date(2025, 1, 20)
US = "United States"
CODED = visible(suasion.load("deep-strikes"), AS_OF)
AHEAD = varied(CODED, {"window.stance": "lookahead"})
AT = CODED.actor_names.index(US)

# A gatekeeper says yes or no; after a yes the other side swallows it or hits back.
REQUEST = """EFG 2 R "Request" { "G" "B" } ""
p "answer" 1 1 "" { "grant" "refuse" } 0
p "reply" 2 1 "" { "swallow" "hit back" } 0
t "" 1 "granted" { 2, -1 }
t "" 2 "escalation" { -3, -2 }
t "" 3 "refused" { 0, 0 }
"""


def request(escalation: float = -3.0) -> Aftermath:
    game = parse(REQUEST)
    first = game.moves[0]
    granting = first.actions[0].model_copy(update={"yes": True})
    move = first.model_copy(update={"actions": (granting, *first.actions[1:])})
    worst = game.outcome("escalation")
    paid = worst.payoffs | {"G": Uncertain.parse(escalation)}
    ends = tuple(
        worst.model_copy(update={"payoffs": paid}) if end is worst else end
        for end in game.outcomes
    )
    return game.model_copy(update={"moves": (move, *game.moves[1:]), "outcomes": ends})


def stances(case: Case, draws: int, on: dt.date = AS_OF) -> NDArray[np.float64]:
    (felt,) = pressure(case, [on], models=(), seed=7, start=0, stop=draws)
    first: NDArray[np.float64] = felt.stance[0]
    return first


@given(st.floats(0.0, 3.0), st.floats(-10.0, 2.0))
def test_one_yes_and_one_no_are_a_logit_of_what_is_expected(
    precision: float, escalation: float
) -> None:
    # P = 1 / (1 + exp(-lambda (EU(yes) - EU(no)))), by hand.
    hits = 1.0 / (1.0 + np.exp(precision))
    gain = 2.0 * (1.0 - hits) + escalation * hits
    by_hand = 1.0 / (1.0 + np.exp(-precision * gain))
    found = yes_taken(quantal_response(request(escalation), precision))
    np.testing.assert_allclose(found, by_hand, rtol=0, atol=1e-12)


@given(st.floats(0.01, 3.0), st.floats(-10.0, 0.0), st.floats(0.01, 5.0))
def test_more_fear_is_less_yes(precision: float, bad: float, worse: float) -> None:
    few, many = (
        yes_taken(quantal_response(request(payoff), precision))
        for payoff in (bad, bad - worse)
    )
    assert many < few


def test_a_gatekeeper_that_chooses_blindly_counts_its_ways_to_say_yes() -> None:
    blind = varied(AHEAD, {"aftermath.precision": 0})
    # Two of three actions are a yes.
    np.testing.assert_allclose(stances(blind, 50), 2.0 / 3.0 - 0.5, rtol=0, atol=1e-12)
    assert yes_taken(quantal_response(request(), 0.0)) == 0.5


def test_the_stance_is_the_chance_of_yes_less_a_half() -> None:
    chance = chance_of_yes(AHEAD, seed=7, start=0, stop=400)
    np.testing.assert_allclose(stances(AHEAD, 400), chance - 0.5, rtol=0, atol=1e-12)
    assert chance.std() > 0.1
    choice = quantal_response(AHEAD.aftermath, 0.08) if AHEAD.aftermath else None
    assert choice is not None
    refused = choice.of("request-measured", "refuse")
    np.testing.assert_allclose(likely_yes(AHEAD), 1.0 - refused, rtol=0, atol=1e-12)


@settings(max_examples=8, deadline=None)
@given(st.floats(0.0, 45.0), st.floats(50.0, 90.0))
def test_it_stands_between_status_quo_and_threshold(quo: float, there: float) -> None:
    case = varied(
        AHEAD,
        {"issues.permission.status_quo": quo, "issues.permission.threshold": there},
    )
    drawn = sample(case, AS_OF, seed=7, start=0, stop=40)
    for place in (drawn.position[:, AT, 0], typical(case, AS_OF).position[:, AT, 0]):
        assert (place >= quo).all()
        assert (place <= there).all()


def test_nobody_else_and_nothing_else_changes() -> None:
    coded, ahead = (sample(c, AS_OF, seed=7, start=0, stop=60) for c in (CODED, AHEAD))
    others = np.arange(len(CODED.actors)) != AT
    assert (coded.position[:, others] == ahead.position[:, others]).all()
    assert (coded.effective_power == ahead.effective_power).all()
    assert (coded.position[:, AT] != ahead.position[:, AT]).all()
    # As coded, the position is the judged number and nothing more, bit for bit.
    number = CODED.actors[AT].position[0]
    judged = number.quantile(uniform(7, f"actors.{US}.position.permission", 0, 60))
    assert (coded.position[:, AT, 0] == np.clip(judged, 0.0, 100.0)).all()


def test_a_coded_answer_does_not_look_at_the_aftermath() -> None:
    bare = CODED.model_copy(update={"aftermath": None})
    assert (stances(bare, 200) == stances(CODED, 200)).all()


def test_a_successor_has_the_position_coded_for_it() -> None:
    coded, ahead = (sample(c, AFTER, seed=7, start=0, stop=60) for c in (CODED, AHEAD))
    assert (coded.position == ahead.position).all()


def test_a_shift_adds_to_what_is_looked_ahead() -> None:
    moved = varied(
        AHEAD, {"calendar.election.changes.United States.shift_position": "2"}
    )
    before, after = (
        sample(case, AS_OF, seed=7, start=0, stop=60).position[:, AT, 0]
        for case in (AHEAD, moved)
    )
    np.testing.assert_allclose(after, before + 2.0, rtol=0, atol=1e-12)


def test_the_same_bits_whatever_the_cut() -> None:
    whole = chance_of_yes(AHEAD, seed=7, start=0, stop=50)
    cuts = [(0, 1), (1, 20), (20, 50)]
    parts = [chance_of_yes(AHEAD, seed=7, start=a, stop=b) for a, b in cuts]
    assert (np.concatenate(parts) == whole).all()


def test_it_draws_what_the_aftermath_draws() -> None:
    found = answer(AHEAD, draws=2000, seed=7)
    refusing = next(one for one in found.first if one.action == "refuse")
    chance = chance_of_yes(AHEAD, seed=7, start=0, stop=2000)
    assert chance.mean() == pytest.approx(1.0 - refusing.taken.mean, abs=1e-12)


def test_sensitivity_knows_the_numbers_of_the_game() -> None:
    ask = answering(AHEAD, draws=100)
    mine = {one.path: one for one in ask.inputs if one.owner == "aftermath"}
    assert set(mine) == {
        "aftermath.precision",
        "aftermath.probabilities",
        "aftermath.payoffs.Russia",
        f"aftermath.payoffs.{US}",
    }
    assert AHEAD.aftermath is not None
    streams = frozenset().union(*(one.streams for one in mine.values()))
    numbers = Tree(AHEAD.aftermath).numbers
    assert streams == {number.path for number in numbers if not number.value.exact}
    assert f"actors.{US}.position" not in {one.path for one in ask.inputs}
    answers = ask(7)
    for one in mine.values():
        assert (ask.redrawn(7, 8, [one]) != answers).any(), one.path
    coded = answering(CODED, draws=100).inputs
    assert not [one for one in coded if one.owner == "aftermath"]


def test_remembered_chances_are_those_of_the_game_asked_about() -> None:
    ask = answering(AHEAD, draws=100)
    before = ask(7)
    calm = saved("deep-strikes")["no-fear"]
    other = answering(varied(CODED, calm), draws=100)
    assert (other(7) != before).any()
    again = dataclasses.replace(other, _memory=ask._memory)
    assert (again(7) == other(7)).all()


@pytest.mark.slow
def test_fear_costs_what_the_two_answers_differ_by() -> None:
    variants = saved("deep-strikes")
    found = compare(CODED, [variants["looks-ahead"], variants["no-fear"]], draws=2000)
    (fear,) = found.fears
    afraid, calm = found.alternatives
    assert (fear.afraid, fear.unafraid) == (afraid.name, calm.name)
    assert afraid.difference is not None
    assert calm.difference is not None
    assert fear.difference == pytest.approx(calm.difference - afraid.difference)
    assert fear.difference > 10 * fear.error > 0.0
    assert found.sentences()[-1].startswith("Fear of escalation costs")
    assert "own position of the United States looked ahead" in afraid.words[0]


def test_a_payoff_is_idle_while_the_stance_is_coded() -> None:
    path = "aftermath.outcomes.wider.payoffs.US"
    found = compare(CODED, [{path: -10}], draws=200)
    (note,) = found.alternatives[0].notes
    assert "only with window.stance=lookahead" in note
    assert found.fears == ()
    coded = {"window.stance": "lookahead", f"actors.{US}.position": "10|20|30"}
    notes = compare(CODED, [coded], draws=1000).alternatives[0].notes
    assert any("looks ahead (window.stance), so the coded one" in one for one in notes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"aftermath.outcomes.widr.payoffs.US": "1"},
            "did you mean aftermath.outcomes.wider.payoffs.US",
        ),
        (
            {"aftermath.outcomes.wider.payoffs.Russa": "1"},
            "did you mean aftermath.outcomes.wider.payoffs.Russia",
        ),
        (
            {"aftermath.moves.resolve.actions.mesured.probability": "1"},
            "did you mean aftermath.moves.resolve.actions.measured.probability",
        ),
        (
            {"aftermath.moves.resolve.actions.measured.probability": "0.5"},
            r"found '0.8'; the \(most likely\) probabilities of measured, resolute sum",
        ),
        ({"aftermath.moves.resolve": "none"}, "name what to change"),
        (
            {"aftermath.moves.resolve.actions.measured.to": "x"},
            "there is no such value",
        ),
        ({"aftermath.precision": "-1"}, "a precision is at least 0"),
        ({"aftermath.precison": "1"}, "did you mean aftermath.precision"),
        ({"aftermath.outcomes.wider.payoffs.US": "high"}, "is not a number"),
        ({"window.stance": "ahead"}, "found 'ahead'.*lookahead"),
    ],
)
def test_what_a_variant_cannot_change(changes: dict[str, object], message: str) -> None:
    with pytest.raises(CaseError, match=message):
        varied(CODED, changes)


def test_there_is_something_to_look_ahead_to() -> None:
    for slug, rule in (
        ("sweden-nato-hungary", r"the case has no \[aftermath\]; add one"),
        ("ec-emission-standards", "the question asks for no approval"),
    ):
        with pytest.raises(CaseError, match=rule):
            varied(suasion.load(slug), {"window.stance": "lookahead"})


def test_a_decision_that_is_never_reached_is_refused() -> None:
    text = """EFG 2 R "" { "B" "G" } ""
p "ask" 1 1 "" { "ask" "leave" } 0
p "answer" 2 1 "" { "grant" "refuse" } 0
t "" 1 "a" { -1000, 1 }
t "" 2 "b" { -1000, 0 }
t "" 3 "c" { 0, 0 }
"""
    game = parse(text)
    last = game.moves[1]
    granting = last.actions[0].model_copy(update={"yes": True})
    last = last.model_copy(update={"actions": (granting, last.actions[1])})
    game = game.model_copy(update={"moves": (game.moves[0], last)})
    # Given that it is asked at all: P = 1 / (1 + exp(-1/2)).
    found = yes_taken(quantal_response(game, 0.5))
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-0.5)), rtol=0, atol=1e-9)
    with pytest.raises(ForecastError, match="never comes to its decision"):
        yes_taken(quantal_response(game, 50.0))
