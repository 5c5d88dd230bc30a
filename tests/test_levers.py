"""Levers: bounds and searches against brute force, and what must not happen."""

from __future__ import annotations

import itertools
import json
import math
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import suasion
from suasion.answering import answering
from suasion.comparing import compare
from suasion.levers import Levers, levers
from suasion.levers.board import board
from suasion.levers.effort import efforts
from suasion.levers.robust import robust_choice
from suasion.levers.search import (
    Options,
    best_within,
    cheapest_reaching,
    every_set,
    together,
)
from suasion.problem import CaseError
from suasion.stream import uniform

SPONSORS = ["United Kingdom", "France"]


class Toy:
    """Answers that rise with every shift, and not as a sum of what single ones do."""

    def __init__(self, seed: int, actors: int = 4, draws: int = 5) -> None:
        numbers = uniform(seed, "toy", 0, actors * draws).reshape(draws, actors)
        self.gain = numbers * 0.4

    def answers(self, shift: Mapping[int, int]) -> np.ndarray:
        total = sum(
            (self.gain[:, k] * by for k, by in shift.items()), start=np.zeros(5)
        )
        return np.asarray(1.0 / (1.0 + np.exp(1.0 - total)))

    def best(
        self, one: Mapping[int, int], two: Mapping[int, int], rising: bool
    ) -> np.ndarray:
        choose = np.maximum if rising else np.minimum
        return np.asarray(choose(self.answers(one), self.answers(two)))


def toy_options(
    seed: int, rising: bool = True, most: int = 3, actors: int = 4, steps: int = 3
) -> Options:
    price = 0.2 + uniform(seed, "price", 0, actors)
    cost = price[:, None] * np.arange(steps + 1.0)
    return Options(tuple(range(actors)), 1 if rising else -1, rising, cost, most)


@pytest.fixture(scope="module")
def found() -> Levers:
    return levers("deep-strikes", SPONSORS, budget=3.0, reach=0.6, draws=500)


# --- the board ---------------------------------------------------------------------


def test_a_moved_actor_answers_as_the_variant_of_the_case() -> None:
    # Two routes: the board's sums, and a forecast of the case written otherwise.
    ask = answering("deep-strikes", draws=400)
    germany = ask.case.actor_names.index("Germany")
    table = board(ask, 7, 5.0)
    change = {"actors.Germany.position": "25|35|50"}
    told = compare("deep-strikes", [change], draws=400)
    moved = table.answers({germany: 2}).mean() - table.answers({}).mean()
    assert moved == pytest.approx(told.alternatives[0].difference, rel=1e-9)


def test_a_moved_gatekeeper_answers_as_the_variant_of_the_case() -> None:
    ask = answering("deep-strikes", draws=400)
    table = board(ask, 7, 5.0)
    change = {"actors.United States.position": "25|37|60"}
    told = compare("deep-strikes", [change], draws=400)
    at = ask.case.actor_names.index("United States")
    assert table.answers({at: 1}).mean() == pytest.approx(
        told.alternatives[0].value, rel=1e-9
    )


def test_a_moved_actor_answers_as_the_variant_on_a_question_of_place() -> None:
    ask = answering("ec-emission-standards", draws=100)
    table = board(ask, 7, 1.0)
    at = ask.case.actor_names.index("Greece")
    change = {"actors.Greece.position": "9"}
    told = compare("ec-emission-standards", [change], draws=100)
    assert table.answers({at: 2}).mean() == pytest.approx(told.alternatives[0].value)


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 5)), max_size=5))
@settings(max_examples=30)
def test_no_shift_between_two_is_beyond_their_bound(
    pairs: list[tuple[int, int]],
) -> None:
    table = board(_ask(), 7, 5.0)
    far = dict(pairs)
    between = {actor: by // 2 for actor, by in far.items()}
    assert (table.best({}, far, True) >= table.answers(between) - 1e-12).all()
    down = {actor: -by for actor, by in far.items()}
    lower = {actor: -by for actor, by in between.items()}
    assert (table.best({}, down, False) <= table.answers(lower) + 1e-12).all()


def _ask():  # type: ignore[no-untyped-def]
    if not _KEPT:
        _KEPT.append(answering("deep-strikes", draws=200))
    return _KEPT[0]


_KEPT: list = []  # type: ignore[type-arg]


# --- the searches ------------------------------------------------------------------


@given(st.integers(0, 10_000), st.floats(0.0, 6.0), st.booleans())
@settings(max_examples=40)
def test_branch_and_bound_finds_what_looking_at_all_finds(
    seed: int, budget: float, rising: bool
) -> None:
    table, options = Toy(seed), toy_options(seed, rising)
    all_ = best_within(table, options, budget)
    bounded = best_within(table, options, budget, exhaustive_up_to=0)
    assert bounded.value == pytest.approx(all_.value, abs=1e-12)
    assert bounded.gap == 0.0
    assert bounded.cost <= budget + 1e-9


@given(st.integers(0, 10_000), st.floats(0.0, 6.0), st.integers(1, 12))
@settings(max_examples=30)
def test_a_stopped_search_says_how_far_it_may_be_from_the_best(
    seed: int, budget: float, limit: int
) -> None:
    table, options = Toy(seed), toy_options(seed)
    best = best_within(table, options, budget).value
    stopped = best_within(table, options, budget, exhaustive_up_to=0, limit=limit)
    assert stopped.value <= best + 1e-12 <= stopped.bound + 2e-12


@given(st.integers(0, 10_000), st.floats(0.3, 0.95))
@settings(max_examples=40)
def test_the_cheapest_that_reaches_a_target_is(seed: int, target: float) -> None:
    table, options = Toy(seed), toy_options(seed)
    reaching = [
        options.price(moves)
        for moves in every_set(options, math.inf)
        if table.answers(moves).mean() >= target
    ]
    found = cheapest_reaching(table, options, target)
    if found is None:
        assert reaching == []
    else:
        assert found.cost == pytest.approx(min(reaching))
        assert found.value >= target


@given(st.integers(0, 10_000), st.floats(0.2, 3.0))
@settings(max_examples=25)
def test_the_robust_choice_is_the_best_of_the_worst(seed: int, budget: float) -> None:
    table = Toy(seed)
    ours = toy_options(seed, True, most=2)
    theirs = toy_options(seed + 1, False, most=2)
    mine, other = list(every_set(ours, budget)), list(every_set(theirs, budget))
    worst = [
        min(float(table.answers(together(m, r)).mean()) for r in other) for m in mine
    ]
    chosen = robust_choice(table, mine, theirs, budget)
    assert chosen.response.value == pytest.approx(max(worst), abs=1e-12)


def test_every_set_is_made_once() -> None:
    options = toy_options(3, most=2, actors=3, steps=2)
    sets = [tuple(sorted(moves.items())) for moves in every_set(options, math.inf)]
    pairs = itertools.combinations(range(3), 2)
    assert len(sets) == len(set(sets)) == 1 + 3 * 2 + len(list(pairs)) * 4


# --- effort ------------------------------------------------------------------------


def test_effort_is_one_for_an_average_actor_and_a_tenth_of_the_scale() -> None:
    case = suasion.load("ec-emission-standards")
    issue = case.issues[0]
    assert case.question.as_of
    cost = efforts(case, case.question.as_of, np.array([issue.width / 10.0]))[:, 0]
    capability = np.array([actor.capability.mode for actor in case.actors])
    salience = np.array([actor.salience[0].mode for actor in case.actors])
    share = capability * salience / (capability.mean() * salience.mean())
    np.testing.assert_allclose(cost, share)


def test_a_case_may_say_otherwise() -> None:
    case = suasion.load("deep-strikes")
    effort = case.effort.model_copy(
        update={"distance": 2.0, "factor": {"Germany": 3.0}, "immovable": ("Spain",)}
    )
    other = case.model_copy(update={"effort": effort})
    on = case.question.as_of
    assert on
    plain = efforts(case, on, np.array([0.0, 20.0]))
    told = efforts(other, on, np.array([0.0, 20.0]))
    at = case.actor_names.index
    assert told[at("Germany"), 1] == pytest.approx(plain[at("Germany"), 1] * 2.0 * 3.0)
    assert told[at("Spain")].tolist() == [0.0, math.inf]


def test_a_factor_for_nobody_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(Path(suasion.__file__).parent / "cases" / "deep-strikes", folder)
    file = folder / "case.toml"
    file.write_text(file.read_text() + "\n[effort]\nfactor = { Germny = 2 }\n")
    with pytest.raises(CaseError, match=r"Germny.*did you mean 'Germany'"):
        suasion.load(str(folder))


# --- the answer --------------------------------------------------------------------


def test_more_effort_is_never_worse() -> None:
    values = [
        levers("deep-strikes", SPONSORS, budget=budget, draws=200).best.value
        for budget in (0.0, 0.5, 1.5, 3.0, 9.0)
    ]
    assert values == sorted(values)
    assert values[-1] > values[0]


def test_the_best_pair_is_at_least_as_good_as_the_best_single(found: Levers) -> None:
    singles = [one.best.value for one in found.singles if one.best]
    assert found.best.value >= max(singles)
    assert found.best.effort <= 3.0
    assert found.gap == 0.0


def test_the_other_side_lowers_it_and_the_robust_choice_stands_best(
    found: Levers,
) -> None:
    assert found.opponents == ("Italy", "Hungary", "Russia")
    assert found.response
    assert found.robust_response
    assert found.response.value <= found.best.value
    assert found.robust_response.value >= found.response.value


def test_a_move_that_cannot_reach_says_so(found: Levers) -> None:
    assert found.cheapest is None
    assert "60% is out of reach: moving 2 actors" in str(found)


def test_nothing_to_spend_moves_nobody() -> None:
    told = levers("deep-strikes", SPONSORS, budget=0.0, draws=200)
    assert told.best.moves == ()
    assert "An effort of 0 moves nobody: the answer stays at" in str(told)


def test_too_little_says_what_a_step_takes() -> None:
    told = levers("deep-strikes", SPONSORS, move=["US"], budget=1.0, draws=200)
    assert "the cheapest, of United States, takes 2.50" in str(told)


def test_opponents_of_it_want_it_lower() -> None:
    told = levers("deep-strikes", ["Russia"], draws=200)
    assert not told.rising
    assert told.best.value < told.base.value
    assert "France" in told.opponents


def test_same_seed_same_bits() -> None:
    one, two = (levers("deep-strikes", SPONSORS, draws=300, seed=3) for _ in range(2))
    assert one == two
    assert one.best.value != levers("deep-strikes", SPONSORS, draws=300).best.value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"movers": ["Frence"]}, "movers: there is no actor 'Frence'; did you mean"),
        ({"movers": ["US"]}, "United States is the one to be persuaded"),
        ({"movers": ["UK", "Russia"]}, "do not want the same"),
        ({"movers": ["UK"], "against": ["UK"]}, "would lobby on both sides"),
        ({"movers": ["UK"], "move": ["UK"]}, "nobody moves itself"),
        ({"movers": ["UK"], "budget": -1.0}, "budget is -1.0; it is 0 or more"),
        ({"movers": ["UK"], "budget": math.nan}, "budget is nan; it is 0 or more"),
        ({"movers": ["UK"], "counter_budget": math.inf}, "counter_budget is inf"),
        ({"movers": ["UK"], "reach": 60.0}, "reach is 60.0; it lies between 0 and 1"),
        ({"movers": ["UK"], "step": 0.0}, "step is 0.0; it is above 0"),
        ({"movers": ["UK"], "most": 0}, "most is 0; it lies between 1 and 40"),
        ({"movers": ["UK"], "draws": 10}, "draws is 10"),
    ],
)
def test_bad_input(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        levers("deep-strikes", **{"draws": 100, **arguments})  # type: ignore[arg-type]


def test_without_sponsors_the_strongest_lobbies_and_that_is_said() -> None:
    told = levers("ec-emission-standards", draws=100)
    power = {
        actor.name: actor.capability.mode * actor.salience[0].mode
        for actor in suasion.load("ec-emission-standards").actors
    }
    assert told.movers == (max(power, key=lambda name: power[name]),)
    assert "is taken to lobby; --for names others" in " ".join(told.notes)


def test_who_stands_at_the_end_of_the_scale_has_no_step() -> None:
    told = levers("ec-emission-standards", ["UK"], draws=100)
    france = next(one for one in told.singles if one.actor == "France")
    assert france.steps == ()
    assert france.best is None
    assert "Infinity" not in json.dumps(told.to_dict())


def test_moved_rounds_are_refused() -> None:
    case = suasion.load("deep-strikes")
    window = case.window.model_copy(update={"moved_by": "challenge"})
    with pytest.raises(ValueError, match="levers do not follow them"):
        levers(case.model_copy(update={"window": window}), SPONSORS, draws=100)


def test_a_notebook_shows_sentences_and_a_chart(found: Levers) -> None:
    assert "The most that United Kingdom and France can do" in found._repr_html_()
    assert "United States from 32 to 37" in found.chart().to_json()
