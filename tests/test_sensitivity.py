"""Shares add up, what cannot matter has none, and each number has a second route."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import suasion
from suasion import cli
from suasion.answering import Input, answering
from suasion.comparing import compare
from suasion.problem import ForecastError
from suasion.sensitivity import Estimate, Sensitivity, pick_freeze, sensitivity
from suasion.sensitivity.break_even import crossings
from suasion.sensitivity.finding_out import finding_out
from suasion.sensitivity.shapley import shapley
from suasion.sensitivity.sobol import sobol
from suasion.sensitivity.tables import (
    asking_table,
    break_even_table,
    learning_table,
    shares_table,
    swings_table,
)
from suasion.sensitivity.telling import before, paragraph
from suasion.stream import Pinned, Redrawn, Seed, uniform
from suasion.uncertain import Uncertain
from suasion.variant import varied

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Toy:
    """A function of uniform numbers, one an input."""

    function: Callable[..., Array]
    names: tuple[str, ...]
    draws: int

    @property
    def inputs(self) -> tuple[Input, ...]:
        return tuple(Input(name, name, frozenset({name})) for name in self.names)

    def __call__(self, seed: Seed) -> Array:
        return self.function(
            *(uniform(seed, name, 0, self.draws) for name in self.names)
        )

    def redrawn(self, seed: int, other: int, inputs: Iterable[Input]) -> Array:
        names = frozenset().union(*(each.streams for each in inputs))
        return self(Redrawn(seed, other, names))


def ishigami(u: Array, v: Array, w: Array) -> Array:
    x, y, z = (np.pi * (2.0 * each - 1.0) for each in (u, v, w))
    return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


ISHIGAMI = Toy(ishigami, ("ledger", "window.a", "window.b"), 20_000)
# Ishigami & Homma 1990, with a = 7 and b = 0.1; the Shapley effects share S13 equally.
FIRST = (0.3139, 0.4424, 0.0)
TOTAL = (0.5576, 0.4424, 0.2437)
EFFECTS = (0.4357, 0.4424, 0.1218)


@pytest.fixture(scope="module")
def found(deep_strikes_fit: object) -> Sensitivity:
    """What drives the reference case, its fit in the cache."""
    return sensitivity("deep-strikes", draws=1500, orders=4, target=0.25)


@pytest.fixture(scope="module")
def uncertain() -> suasion.Case:
    case = suasion.load("ec-emission-standards")
    return varied(
        case,
        {
            "actors.Germany.position": "4|5|8",
            "actors.UK.salience": "0.5|0.9|0.95",
            "actors.France.capability": "0.1|0.16|0.2",
        },
    )


def close(estimate: Estimate, value: float) -> bool:
    """Within four standard errors."""
    return abs(estimate.value - value) <= 4.0 * estimate.error / 1.96 + 5e-5


# --- shares of the variance --------------------------------------------------------


def test_indices_of_ishigami_are_those_published() -> None:
    drawn = pick_freeze(ISHIGAMI, 7)
    for one, first, total in zip(ISHIGAMI.inputs, FIRST, TOTAL, strict=True):
        alone, with_all = sobol(drawn, [one])
        assert close(alone, first)
        assert close(with_all, total)
        assert with_all.error < 0.02


def test_shapley_effects_of_ishigami_share_its_interaction() -> None:
    drawn = pick_freeze(ISHIGAMI, 7)
    effects = shapley(drawn, [[one] for one in ISHIGAMI.inputs], orders=6)
    for (effect, (alone,)), expected in zip(effects, EFFECTS, strict=True):
        assert close(effect, expected)
        assert alone == effect
    assert sum(effect.value for effect, _ in effects) == pytest.approx(1.0)


def test_owners_of_ishigami_are_one_game_and_their_inputs_another() -> None:
    # Owners {x} and {y, z}: S13 goes in halves to x and to the other owner, within which
    # only z takes part in it.
    x, y, z = ISHIGAMI.inputs
    drawn = pick_freeze(ISHIGAMI, 7)
    (one, _), (other, parts) = shapley(drawn, [[x], [y, z]], orders=6)
    assert close(one, EFFECTS[0])
    assert close(other, EFFECTS[1] + EFFECTS[2])
    assert other.value == pytest.approx(parts[0].value + parts[1].value)


@pytest.mark.slow
def test_salib_finds_the_same_on_the_same_answers() -> None:
    analyze = importlib.import_module("SALib.analyze.sobol").analyze
    drawn = pick_freeze(ISHIGAMI, 7)
    swapped = [drawn.between([one])[0] for one in ISHIGAMI.inputs]
    names = list(ISHIGAMI.names)
    problem = {"num_vars": 3, "names": names, "bounds": [[0.0, 1.0]] * 3}
    answers = np.stack([drawn.a, *swapped, drawn.b], axis=1).ravel()
    theirs = analyze(
        problem, answers, calc_second_order=False, seed=1, num_resamples=50
    )
    for k, one in enumerate(ISHIGAMI.inputs):
        first, total = sobol(drawn, [one])
        assert abs(first.value - theirs["S1"][k]) < 2.0 * theirs["S1_conf"][k]
        assert abs(total.value - theirs["ST"][k]) < 2.0 * theirs["ST_conf"][k]
        assert first.error < theirs["S1_conf"][k]
        assert total.error < 1.1 * theirs["ST_conf"][k]


@given(
    st.lists(st.floats(-3.0, 3.0), min_size=3, max_size=3),
    st.floats(-5.0, 5.0),
    st.integers(0, 2**64 - 1),
)
@settings(max_examples=25)
def test_laws_of_shares(slopes: list[float], both: float, seed: int) -> None:
    a, b, c = slopes
    if abs(a) + abs(b) + abs(c) < 0.1:
        a = 1.0

    def function(u: Array, v: Array, w: Array, _idle: Array) -> Array:
        return a * u + b * v + c * w + both * (u - 0.5) * (v - 0.5)

    toy = Toy(function, ("ledger", "window.a", "window.b", "window.idle"), 1000)
    drawn = pick_freeze(toy, seed)
    effects = shapley(drawn, [[one] for one in toy.inputs], orders=3)
    indices = [sobol(drawn, [one]) for one in toy.inputs]
    assert all(first.value <= total.value + 1e-12 for first, total in indices)
    assert sum(effect.value for effect, _ in effects) == pytest.approx(1.0)
    slack = sum(first.error for first, _ in indices)
    assert sum(first.value for first, _ in indices) <= 1.0 + 3.0 * slack
    for (effect, _), (first, total) in zip(effects, indices, strict=True):
        slack = 3.0 * (effect.error + first.error + total.error) + 1e-9
        assert first.value - slack <= effect.value <= total.value + slack
    assert effects[3][0] == Estimate(value=0.0, error=0.0)
    assert indices[3] == (Estimate(value=0.0, error=0.0),) * 2


# --- the value of finding out ------------------------------------------------------


def entropy(p: float) -> float:
    return float(-p * np.log2(p) - (1.0 - p) * np.log2(1.0 - p))


def test_bits_and_brier_points_of_two_coins() -> None:
    def function(u: Array, v: Array, _idle: Array) -> Array:
        return 0.5 + 0.3 * np.sign(u - 0.5) + 0.1 * np.sign(v - 0.5)

    toy = Toy(function, ("ledger", "window.a", "window.idle"), 20_000)
    drawn = pick_freeze(toy, 7)
    one, other, idle = toy.inputs
    for inputs, gain, bits in (
        ([one], 0.09, 1.0 - entropy(0.8)),
        ([other], 0.01, 1.0 - entropy(0.6)),
        ([one, other], 0.10, 1.0 - 0.5 * (entropy(0.9) + entropy(0.7))),
    ):
        brier, information = finding_out(drawn, inputs, is_probability=True)
        assert close(brier, gain)
        assert information.value == pytest.approx(bits, rel=0.03)
    nothing = finding_out(drawn, [idle], is_probability=True)
    assert [each.value for each in nothing] == [0.0, 0.0]


def test_bits_of_a_place_are_those_of_normal_variables() -> None:
    def function(u: Array, v: Array) -> Array:
        return 3.0 * u + 4.0 * v

    toy = Toy(function, ("ledger", "window.a"), 20_000)
    gain, bits = finding_out(pick_freeze(toy, 7), toy.inputs[:1], is_probability=False)
    assert close(gain, 9.0 / 12.0)
    assert close(bits, -0.5 * np.log2(1.0 - 9.0 / 25.0))


# --- one number at a time ----------------------------------------------------------


def test_a_monotone_function_passes_its_target_once_and_exactly() -> None:
    values, (one,) = crossings(lambda x: 2.0 * x - 3.0, [0.0, 1.0, 4.0], 1.0)
    assert values == [-3.0, -1.0, 5.0]
    assert one.value == pytest.approx(2.0, abs=1e-4)
    assert one.rising
    assert crossings(lambda x: x, [0.0, 1.0], 2.0)[1] == []


@pytest.mark.slow
def test_swings_are_what_compare_says(found: Sensitivity) -> None:
    path = "actors.United States.position"
    (swing,) = (item for item in found.swings if item.path == path)
    assert (swing.low, swing.high) == (20.0, 55.0)
    told = compare(
        "deep-strikes", [{path: 20}, {path: 55}], draws=found.draws, seed=found.seed
    )
    assert [item.value for item in told.alternatives] == pytest.approx(
        [swing.at_low, swing.at_high], rel=1e-9
    )


def test_swing_of_a_coefficient_is_the_mean_of_draws_that_have_it() -> None:
    ask = answering("deep-strikes", draws=20_000)
    u = uniform(7, "window.closing", 0, ask.draws)
    answers = ask(7)
    for at in (0.1, 0.9):
        near = answers[abs(u - at) < 0.02]
        pinned = ask(Pinned(7, {"window.closing": at})).mean()
        assert abs(near.mean() - pinned) < 4.0 * near.std() / np.sqrt(len(near))


@pytest.mark.slow
def test_break_even_value_has_the_target_for_its_answer(found: Sensitivity) -> None:
    (item,) = (
        each for each in found.break_evens if each.name == "United States: position"
    )
    (crossing,) = item.crossings
    assert crossing.rising
    assert not item.judgement
    told = compare(
        "deep-strikes",
        [{item.path: crossing.value}],
        draws=found.draws,
        seed=found.seed,
    )
    assert told.alternatives[0].value == pytest.approx(0.25, abs=1e-4)


def test_break_even_of_a_weighted_mean_is_solved_by_hand() -> None:
    case = suasion.load("ec-emission-standards")
    found = sensitivity(case, draws=100, target=7.0)
    weight = {
        actor.name: actor.capability.mode * actor.salience[0].mode
        for actor in case.actors
    }
    place = {actor.name: actor.position[0].mode for actor in case.actors}
    rest = sum(weight[name] * place[name] for name in weight if name != "UK")
    expected = (7.0 * sum(weight.values()) - rest) / weight["UK"]
    (item,) = (each for each in found.break_evens if each.name == "UK: position")
    assert item.crossings[0].value == pytest.approx(expected, abs=1e-3)
    assert [*found.owners, *found.inputs, *found.swings] == []


def test_what_an_event_has_set_is_supposed_where_it_was_set() -> None:
    case = suasion.load("deep-strikes")
    path = "calendar.paris-talks.changes.United States.position"
    case = varied(case, {path: "10|30|40"})
    found = sensitivity(case, draws=200, orders=2)
    swing = next(each for each in found.swings if each.owner == "United States")
    assert (swing.path, swing.low, swing.high) == (path, 10.0, 40.0)
    assert swing.at_low < swing.at_high


# --- of a case ---------------------------------------------------------------------


def test_laws_of_the_whole(found: Sensitivity) -> None:
    assert sum(item.shapley.value for item in found.owners) == pytest.approx(1.0)
    for owner in found.owners:
        parts = [
            item.shapley.value
            for item in found.inputs
            if (item.kind, item.owner) == (owner.kind, owner.owner)
        ]
        assert owner.shapley.value == pytest.approx(sum(parts))
    for item in (*found.owners, *found.inputs):
        assert item.gain.value == pytest.approx(item.first.value * found.variance)
        assert item.bits.value >= 0.0
        assert item.first.value <= item.total.value
        slack = 2.0 * (item.shapley.error + item.first.error + item.total.error)
        assert item.first.value - slack <= item.shapley.value
        assert item.shapley.value <= item.total.value + slack
    shares = [item.shapley.value for item in found.inputs]
    assert shares == sorted(shares, reverse=True)
    # Nobody weighs the gatekeeper's own wish by its salience.
    idle = found.effect("actors.United States.salience")
    assert idle.shapley == idle.first == idle.total == Estimate(value=0.0, error=0.0)
    assert (found.case_hash, found.seed, found.draws) == (
        suasion.forecast("deep-strikes", draws=100, models=["mean"]).case_hash,
        7,
        1500,
    )


def test_the_same_seed_gives_the_same_and_a_record_restores_it(
    uncertain: suasion.Case,
) -> None:
    one = sensitivity(uncertain, draws=300, orders=2, seed=3)
    assert sensitivity(uncertain, draws=300, orders=2, seed=3) == one
    assert sensitivity(uncertain, draws=300, orders=2, seed=4) != one
    assert Sensitivity.model_validate(one.to_dict()) == one


def test_draws_do_not_hang_on_how_many_there_are(uncertain: suasion.Case) -> None:
    few, many = (answering(uncertain, draws=draws) for draws in (100, 300))
    for one in few.inputs:
        some = few.redrawn(7, 8, [one])
        np.testing.assert_array_equal(some, many.redrawn(7, 8, [one])[:100])
    pinned = uniform(Pinned(7, {"x": 0.25}), "x", 5, 8)
    np.testing.assert_array_equal(pinned, [0.25, 0.25, 0.25])


def test_an_uncertain_place_is_explained_in_its_unit(uncertain: suasion.Case) -> None:
    found = sensitivity(uncertain, draws=500, orders=2)
    assert {item.owner for item in found.owners} == {"Germany", "UK", "France"}
    assert found.break_evens == ()
    assert found.owners[0].owner == "Germany"
    text = str(found)
    assert "comes from Germany" in text
    assert re.search(r"the typical error from 0\.\d+ to 0\.\d+ years", text)


def test_every_number_in_the_words_is_in_a_table(
    found: Sensitivity, uncertain: suasion.Case
) -> None:
    far = found.model_copy(
        update={
            "target": 0.5,
            "break_evens": tuple(
                item.model_copy(update={"crossings": ()}) for item in found.break_evens
            ),
        }
    )
    place = sensitivity(uncertain, draws=300, orders=2, target=7.0)
    for item in (found, far, place):
        tables = [
            shares_table("owner", item.owners),
            shares_table("input", item.inputs),
            swings_table(item),
            break_even_table(item),
            asking_table(item),
            learning_table(item),
        ]
        cells = " ".join(cell for table in tables for row in table.rows for cell in row)
        known = re.findall(r"[\d.]+\d|\d", cells + before(item))
        assert item.target is not None
        known += ["80", f"{item.target:.0%}".strip("%"), f"{item.target:g}"]
        said = re.findall(r"[\d.]+\d|\d", " ".join(paragraph(item)))
        assert said
        assert set(said) <= set(known)


def test_where_nothing_moves_the_answer_it_is_said() -> None:
    case = suasion.load("ec-emission-standards")
    alone = varied(case, {"actors.UK.salience": "0.5|0.6|0.7"})
    level = {
        f"actors.{actor.name}.position": 7 for actor in case.actors
    }  # all want the same
    found = sensitivity(varied(alone, level), draws=200)
    assert found.owners == ()
    assert paragraph(found)[0].endswith(
        "None of the 1 inputs that are uncertain moves it."
    )
    assert "nothing makes it uncertain" in str(sensitivity(case, draws=100))
    assert Uncertain.parse("0.5|0.6|0.7") == alone.actor("UK").salience[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": 1.5}, "target is 1.5; a probability .* write 0.5"),
        ({"target": float("nan")}, "target is nan"),
        ({"draws": 5}, "draws is 5; .* 100 to 200,000"),
        ({"orders": 1}, "orders is 1; at least 2"),
        ({"seed": -1}, "seed is -1"),
        ({"by": "2024-01-01"}, "deadline"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: Any, message: str) -> None:
    with pytest.raises((ValueError, ForecastError), match=message):
        sensitivity("deep-strikes", **options)


def test_a_place_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match=r"target is 12; .* between 4 and 10 years"):
        sensitivity("ec-emission-standards", target=12.0)
    with pytest.raises(KeyError, match="no owner or path 'x'"):
        sensitivity("ec-emission-standards", draws=100).effect("x")


# --- told --------------------------------------------------------------------------


@pytest.mark.slow
def test_command_says_it_in_words_and_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["suasion", "explain", *words])
        status = 0
        try:
            cli.main()
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    asked = ("deep-strikes", "--draws", "300", "--orders", "2", "-q")
    status, text, _ = run(*asked)
    assert status == 0
    for title in ("Whose uncertainty it is", "Where to ask next", "No number alone"):
        assert title in text
    status, text, _ = run(*asked, "--json")
    record = Sensitivity.model_validate_json(text)
    assert record.orders == 2
    status, _, error = run("deep-strikes", "--target", "7")
    assert status == 2
    assert "target is 7" in error


@pytest.mark.slow
def test_report_says_what_drives_the_answer(found: Sensitivity) -> None:
    from suasion.report import render

    told = suasion.forecast("deep-strikes", draws=500, models=["mean"])
    page = render(told, found)
    assert 'id="drivers"' in page
    assert page.count("What the uncertainty of the answer comes from") == 1
    assert "What it would take for 25%" in page
    assert 'id="drivers"' not in render(told)
    other = found.model_copy(update={"by": told.as_of})
    with pytest.raises(ForecastError, match="another question"):
        render(told, other)
