"""Net pressure and stance: bounds, mirrors, and more support never pressing less."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.bargaining import MODELS
from suasion.case import Case
from suasion.sampling import sample
from suasion.uncertain import Uncertain
from suasion.visibility import visible
from suasion.window.pressure import net_pressure, pressure, stance

PLACES = st.lists(st.floats(0.0, 100.0), min_size=1, max_size=8)
ENDS = st.tuples(st.floats(0.0, 100.0), st.floats(0.0, 100.0)).filter(
    lambda ends: abs(ends[0] - ends[1]) > 1.0
)
AS_OF = dt.date(2024, 11, 11)


def net(position: list[float], weight: list[float], quo: float, there: float) -> float:
    found = net_pressure(
        np.array([position]),
        np.array([weight]),
        status_quo=np.array([quo]),
        threshold=there,
    )
    return float(found[0])


def weights(positions: list[float]) -> list[float]:
    return [1.0 + (7 * k) % 5 for k in range(len(positions))]


@given(positions=PLACES, ends=ENDS)
def test_pressure_and_stance_lie_between_minus_and_plus_a_half(
    positions: list[float], ends: tuple[float, float]
) -> None:
    quo, there = ends
    assert -0.5 <= net(positions, weights(positions), quo, there) <= 0.5
    own = stance(np.array(positions), status_quo=np.full(1, quo), threshold=there)
    assert (np.abs(own) <= 0.5).all()


@given(positions=PLACES, ends=ENDS, raised=st.floats(0.0, 100.0), at=st.integers(0, 7))
def test_more_support_never_presses_less(
    positions: list[float], ends: tuple[float, float], raised: float, at: int
) -> None:
    # an actor that moves towards the threshold, and not past it, adds to the pressure
    quo, there = ends
    k = at % len(positions)
    low, high = sorted((positions[k], raised))
    toward = there > quo
    before, after = (low, high) if toward else (high, low)
    weight = weights(positions)
    moved = [
        net([*positions[:k], x, *positions[k + 1 :]], weight, quo, there)
        for x in (before, after)
    ]
    assert moved[1] >= moved[0] - 1e-12


@given(positions=PLACES, ends=ENDS)
def test_a_mirrored_scale_has_the_same_pressure(
    positions: list[float], ends: tuple[float, float]
) -> None:
    quo, there = ends
    weight = weights(positions)
    mirrored = [100.0 - x for x in positions]
    assert net(mirrored, weight, 100.0 - quo, 100.0 - there) == pytest.approx(
        net(positions, weight, quo, there), abs=1e-9
    )


@given(positions=PLACES, ends=ENDS)
def test_exchanged_ends_have_the_opposite_pressure(
    positions: list[float], ends: tuple[float, float]
) -> None:
    quo, there = ends
    weight = weights(positions)
    assert net(positions, weight, there, quo) == pytest.approx(
        -net(positions, weight, quo, there), abs=1e-12
    )


@given(positions=PLACES, ends=ENDS, factor=st.floats(0.01, 100.0))
def test_only_shares_of_power_count(
    positions: list[float], ends: tuple[float, float], factor: float
) -> None:
    weight = weights(positions)
    scaled = [factor * w for w in weight]
    assert net(positions, scaled, *ends) == pytest.approx(
        net(positions, weight, *ends), abs=1e-12
    )


def test_all_for_all_against_nobody_caring() -> None:
    assert net([60.0, 90.0], [1.0, 2.0], 20.0, 60.0) == 0.5
    assert net([20.0, 0.0], [1.0, 2.0], 20.0, 60.0) == -0.5
    assert net([40.0, 40.0], [1.0, 2.0], 20.0, 60.0) == 0.0
    assert net([0.0, 90.0], [0.0, 0.0], 20.0, 60.0) == 0.0
    # in between: support 40 * 3 for against 40 * 1
    assert net([0.0, 90.0], [1.0, 3.0], 20.0, 60.0) == pytest.approx(0.75 - 0.5)


@given(ends=ENDS, own=st.floats(-50.0, 150.0))
def test_stance_is_the_way_from_status_quo_to_threshold(
    ends: tuple[float, float], own: float
) -> None:
    quo, there = ends
    found = stance(
        np.array([quo, there, own]), status_quo=np.full(3, quo), threshold=there
    )
    assert found[0] == -0.5
    assert found[1] == 0.5
    expected = np.interp((own - quo) / (there - quo), [0.0, 1.0], [-0.5, 0.5])
    assert found[2] == pytest.approx(expected, abs=1e-12)


def test_a_status_quo_at_the_threshold_is_there() -> None:
    assert stance(np.zeros(1), status_quo=np.full(1, 60.0), threshold=60.0) == [0.5]


def test_pressure_on_the_bundled_case_is_that_of_its_actors(deep_strikes: Case) -> None:
    view = visible(deep_strikes, AS_OF)
    (found,) = pressure(view, [AS_OF], seed=7, start=0, stop=500)
    drawn = sample(view, AS_OF, seed=7, start=0, stop=500)
    at = view.actor_names.index("United States")
    others = [k for k in range(len(view.actors)) if k != at]
    quo, there = drawn.status_quo[:, 0], view.issues[0].threshold
    for i in (0, 17, 499):
        support = [
            drawn.capability[i, k]
            * drawn.salience[i, k, 0]
            * (
                abs(drawn.position[i, k, 0] - quo[i])
                - abs(drawn.position[i, k, 0] - there)
            )
            for k in others
        ]
        share = sum(max(x, 0.0) for x in support) / sum(map(abs, support))
        assert found.net[0, i] == pytest.approx(share - 0.5, abs=1e-12)
        way = (drawn.position[i, at, 0] - quo[i]) / (there - quo[i])
        assert found.stance[0, i] == pytest.approx(min(max(way, 0), 1) - 0.5, abs=1e-12)
    assert found.passes.keys() == MODELS.keys()


def test_a_gatekeeper_that_heeds_only_itself_passes_where_its_own_position_does(
    deep_strikes: Case,
) -> None:
    view = visible(deep_strikes, AS_OF)
    own = view.window.model_copy(update={"own_weight": view.window.own_weight.parse(1)})
    view = view.model_copy(update={"window": own})
    (found,) = pressure(view, [AS_OF], seed=7, start=0, stop=2000)
    for passes in found.passes.values():
        np.testing.assert_array_equal(passes, found.stance == 0.5)
    assert 0 < (found.stance == 0.5).mean() < 1


def test_dates_together_are_dates_one_by_one(deep_strikes: Case) -> None:
    view = visible(deep_strikes, AS_OF)
    days = [AS_OF, dt.date(2024, 12, 15), dt.date(2025, 1, 20)]
    together = pressure(view, days, seed=7, start=100, stop=300)
    for day, item in zip(days, together, strict=True):
        (alone,) = pressure(view, [day], seed=7, start=0, stop=300)
        assert item.on == day
        np.testing.assert_array_equal(item.net, alone.net[:, 100:])
        np.testing.assert_array_equal(item.stance, alone.stance[:, 100:])
        for name, passes in item.passes.items():
            np.testing.assert_array_equal(passes, alone.passes[name][:, 100:])
    # the successor is further from the threshold
    assert together[2].stance.mean() < together[0].stance.mean() - 0.1


@pytest.mark.parametrize("left", [["United States"], ["United States", "France"]])
def test_a_gatekeeper_whom_nobody_presses_is_left_to_itself(
    deep_strikes: Case, left: list[str]
) -> None:
    """Nobody else in the case, or somebody who does not care."""
    actors = [actor for actor in deep_strikes.actors if actor.name in left]
    careless = [
        actor.model_copy(update={"salience": (Uncertain.parse(0),)})
        if actor.name == "France"
        else actor
        for actor in actors
    ]
    case = deep_strikes.model_copy(update={"actors": tuple(careless), "calendar": ()})
    (found,) = pressure(case, [AS_OF], seed=7, start=0, stop=400)
    drawn = sample(case, AS_OF, seed=7, start=0, stop=400)
    at = case.actor_names.index("United States")
    own = drawn.position[:, at, 0] >= case.issues[0].threshold
    assert (found.net == 0.0).all()
    assert 0 < own.sum() < 400
    for passes in found.passes.values():
        np.testing.assert_array_equal(passes, own[None])


def test_a_model_of_rounds_may_move_pressure_and_stance(deep_strikes: Case) -> None:
    view = visible(deep_strikes, AS_OF)
    (stated,) = pressure(view, [AS_OF], rounds=[3], seed=7, start=0, stop=300)
    moving = view.window.model_copy(update={"moved_by": "challenge"})
    moved_view = view.model_copy(update={"window": moving})
    (moved,) = pressure(moved_view, [AS_OF], rounds=[3], seed=7, start=0, stop=300)
    assert stated.net.shape == (1, 300)
    assert moved.net.shape == (4, 300)
    np.testing.assert_array_equal(moved.net[0], stated.net[0])
    np.testing.assert_array_equal(moved.stance[0], stated.stance[0])
    # by then the others stand nearer to the gatekeeper, which is below the threshold
    assert moved.net[3].mean() < stated.net[0].mean() - 0.1
    # the gatekeeper's own position passes where its stance is whole
    np.testing.assert_array_equal(moved.passes["challenge"], moved.stance[1:] == 0.5)
