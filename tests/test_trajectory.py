"""Positions by round on draws of a case, and the run on typical numbers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from suasion.case import Case
from suasion.casefile import load
from suasion.sampling import sample, typical
from suasion.trajectory import (
    MOST_DRAWS,
    PARTS,
    Trajectory,
    own_weights,
    play,
    trajectory,
)
from suasion.uncertain import Uncertain
from suasion.visibility import visible

AS_OF = dt.date(2024, 11, 11)


@pytest.fixture(scope="module")
def view(deep_strikes: Case) -> Case:
    return visible(deep_strikes, AS_OF)


@pytest.fixture(scope="module")
def path(view: Case) -> Trajectory:
    return trajectory(view, AS_OF, "challenge", seed=7, draws=1500, rounds=5)


def test_it_begins_where_the_draws_stand(view: Case, path: Trajectory) -> None:
    drawn = sample(view, AS_OF, seed=7, start=0, stop=1500)
    assert path.actors == view.actor_names  # nobody is absent on the day
    expected = np.quantile(drawn.position[:, :, 0], [0.1, 0.5, 0.9], axis=0)
    found = [path.low[0], path.middle[0], path.high[0]]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert path.rounds == 5
    assert path.days_per_round == view.window.days_per_round


def test_power_along_the_scale_is_shared_out(path: Trajectory) -> None:
    power = np.array(path.power)
    assert power.shape == (6, PARTS)
    np.testing.assert_allclose(power.sum(axis=1), 1.0, rtol=1e-12)


def test_nobody_moves_itself_and_nobody_moves_twice_in_a_round(
    path: Trajectory,
) -> None:
    moved = np.array(path.moved_by)
    assert (np.diag(moved) == 0.0).all()
    assert (moved.sum(axis=1) <= path.rounds).all()
    assert moved.sum() > 0.0


def test_steps_tell_the_run_on_typical_numbers(path: Trajectory) -> None:
    place = np.array(path.typical)
    told = np.zeros_like(place[1:])
    for step in path.steps:
        i = path.actors.index(step.actor)
        assert place[step.round - 1, i] == step.start
        assert place[step.round, i] == step.end
        told[step.round - 1, i] = step.end - step.start
    np.testing.assert_array_equal(told, np.diff(place, axis=0))
    assert path.steps


def test_expectations_are_those_of_the_steps_of_the_first_round(
    path: Trajectory,
) -> None:
    first = [step for step in path.steps if step.round == 1]
    assert first
    for step in first:
        partner = step.because.split(" with ")[1].split(":")[0]
        i, j = path.actors.index(step.actor), path.actors.index(partner)
        assert f"expects {path.own[i][j]:.3f} of challenging" in step.because
        assert f"to expect {path.other[i][j]:.3f} of the" in step.because


def test_the_gatekeeper_s_power_is_that_of_its_own_weight(path: Trajectory) -> None:
    # its position is uncertain, but it has seven tenths or so of all power
    near = np.array(path.power)[0, 4:12].sum()
    assert near > 0.6


def test_the_gatekeeper_has_the_weight_of_its_own_stance(view: Case) -> None:
    """With all of it, nobody moves it; the others go to it."""
    own = view.window.model_copy(update={"own_weight": Uncertain.parse(1)})
    case = view.model_copy(update={"window": own})
    path = trajectory(case, AS_OF, "challenge", seed=7, draws=300, rounds=6)
    at = path.actors.index("United States")
    middle = np.array(path.middle)
    np.testing.assert_allclose(middle[:, at], middle[0, at])
    spread = np.abs(middle - middle[:, [at]]).max(axis=1)
    assert spread[-1] < 0.1 * spread[0]


def test_typical_numbers_are_the_modes_of_the_day(view: Case) -> None:
    drawn = typical(view, AS_OF)
    at = view.actor_names.index("United States")
    assert drawn.capability[0, at] == 100.0
    assert drawn.position[0, at, 0] == 32.0
    later = typical(view, dt.date(2025, 1, 20))
    assert later.position[0, at, 0] < drawn.position[0, at, 0]


def test_who_is_absent_takes_no_part() -> None:
    case = load("ec-emission-standards")
    on = dt.date(1985, 7, 1)
    late = case.actors[0].name
    case = case.model_copy(
        update={
            "calendar": (
                *case.calendar,
                case_event(case, starts=(late,), date=dt.date(1990, 1, 1)),
            )
        }
    )
    path = trajectory(case, on, "challenge", seed=7, draws=100)
    assert late not in path.actors
    assert len(path.actors) == len(case.actors) - 1


def case_event(case: Case, **fields: object) -> object:
    from suasion.case import Event

    return Event.model_validate({"id": "joins", "title": "joins", **fields})


def test_nobody_moves_where_nobody_cares(view: Case) -> None:
    drawn = sample(view, AS_OF, seed=7, start=0, stop=5)
    care = drawn.salience.copy()
    care[2] = 0.0
    drawn = type(drawn)(AS_OF, drawn.capability, drawn.position, care, drawn.status_quo)
    weight = own_weights(view, seed=7, start=0, stop=5)
    outcome = play(view, drawn, "challenge", rounds=3, own_weight=weight)
    moved = (outcome.positions != outcome.positions[:, :1]).any(axis=(1, 2, 3))
    assert moved.tolist() == [True, True, False, True, True]
    assert outcome.mover is not None
    assert (outcome.mover[2] == -1).all()


def test_slow_models_run_on_the_first_draws(view: Case) -> None:
    path = trajectory(view, AS_OF, "spatial", seed=7, draws=10**6, rounds=2)
    assert path.draws == MOST_DRAWS["spatial"]
    few = trajectory(view, AS_OF, "spatial", seed=7, draws=60, rounds=2)
    assert few.draws == 60
    assert few.own == ()
