"""The setter model by hand, by search over a grid, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.bargaining.procedure import run, winset


def solve(position, quo, *, votes=None, salience=1.0, **more):
    x = np.asarray(position, float)[None, :, None]
    outcome = run(
        np.ones(x.shape[:2]),
        x,
        np.broadcast_to(np.asarray(salience, float)[..., None], x.shape),
        low=0,
        high=100,
        status_quo=[[quo]],
        actors=[chr(ord("A") + k) for k in range(x.shape[1])],
        votes=votes,
        **more,
    )
    return outcome.outcome[0, 0], outcome


@pytest.mark.parametrize(
    ("reversion", "budget"),
    [
        (0, 80),  # far below: the setter gets all that voters prefer to it, 2 * 40 - 0
        (10, 70),
        (20, 60),
        (30, 50),
        (40, 40),  # the median voter's own budget: nothing else passes
        (60, 60),  # between the median voter and the setter: nothing passes
        (90, 90),
        (95, 90),  # above the setter: it gets its own budget
    ],
)
def test_the_setter_of_romer_and_rosenthal(reversion, budget):
    # Budget maximiser at 90, voters around a median of 40, simple majority, closed rule.
    outcome, _ = solve([10, 25, 40, 70, 90], reversion, setter="E")
    assert outcome == budget


@pytest.mark.parametrize(
    ("quo", "expected"),
    [(10, 50), (25, 35), (30, 30), (45, 45), (60, 60), (75, 45), (90, 40)],
)
def test_two_veto_players_of_tsebelis_and_a_setter(quo, expected):
    # Vetoes at 30 and 60, setter at 40 or 50: between the vetoes nothing moves.
    setter = 50 if quo < 60 else 40
    outcome, _ = solve([30, 60, setter], quo, setter="C", veto="AB", share=None)
    assert outcome == expected


def test_an_open_rule_leads_to_the_median_voter():
    assert solve([10, 25, 40, 70, 90], 0)[0] == 40
    assert solve([10, 25, 40, 70, 90], 0, veto=["A"])[0] == 20


def test_nobodys_consent_is_needed():
    outcome, full = solve([10, 25, 90], 0, setter="C", share=None)
    assert outcome == 90
    assert full.parameters["winset"] == [[0, 100]]


def test_two_thirds_are_fewer_than_half_would_be():
    x = [10, 30, 40, 50, 60, 90]
    assert solve(x, 20, setter="F")[0] == 60  # 4 of 6 stand at 40 or above
    assert solve(x, 20, setter="F", share=2 / 3)[0] == 40  # 5 of 6 at 30 or above


def test_who_does_not_care_neither_votes_nor_vetoes_nor_proposes():
    assert solve([10, 60, 80], 20, veto=["A"], share=None, setter="C")[0] == 20
    free, _ = solve([10, 60, 80], 20, salience=[[0, 1, 1]], veto=["A"], setter="C")
    assert free == 80
    assert solve([10, 60, 80], 20, salience=[[1, 1, 0]], setter="C")[0] == 20


def test_what_moved_whom_is_said():
    _, full = solve([20, 60, 90], 40, setter="C")
    assert full.parameters["winset"] == [[40, 80]]
    assert full.positions[0, :, 2, 0].tolist() == [90, 80]
    assert [move.actor for move in full.moves] == ["A", "B", "C"]
    assert full.moves[2].because.startswith("C proposes it")
    _, full = solve([20, 60, 90], 40, veto=["A"])
    assert "nothing else has the consent" in full.moves[0].because


# --- laws --------------------------------------------------------------------------

points = st.integers(0, 100).map(float)
cases = st.integers(1, 7).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "position": st.lists(points, min_size=n, max_size=n),
            "votes": st.lists(st.integers(1, 5), min_size=n, max_size=n),
            "quo": points,
            "setter": st.integers(0, n - 1).map(lambda k: chr(ord("A") + k)),
            "veto": st.sets(st.integers(0, n - 1).map(lambda k: chr(ord("A") + k))).map(
                sorted
            ),
            "share": st.sampled_from([None, 0.0, 0.4, 0.5, 2 / 3, 0.9]),
        }
    )
)


def of(case, **change):
    data = {**case, **change}
    return solve(data.pop("position"), data.pop("quo"), **data)[0]


@given(cases)
def test_it_is_what_a_search_over_all_proposals_finds(case):
    x, w, quo = np.array(case["position"]), np.array(case["votes"]), case["quo"]
    z = np.arange(0, 100.5, 0.5)
    agrees = np.abs(z[:, None] - x) <= abs(quo - x)
    passes = agrees[:, [ord(v) - ord("A") for v in case["veto"]]].all(axis=1)
    if case["share"] is not None:
        passes &= (agrees @ w > case["share"] * w.sum() + 1e-9) | (z == quo)
    own = x[ord(case["setter"]) - ord("A")]
    best = z[passes][np.abs(z[passes] - own).argmin()]
    assert of(case) == best


@given(cases)
def test_mirror(case):
    mirrored = [100 - x for x in case["position"]]
    assert of(case, position=mirrored, quo=100 - case["quo"]) == 100 - of(case)


@given(cases, st.randoms(use_true_random=False))
def test_relabelling(case, random):
    order = list(range(len(case["position"])))
    random.shuffle(order)
    new = {chr(ord("A") + old): chr(ord("A") + k) for k, old in enumerate(order)}
    changed = {
        "position": [case["position"][k] for k in order],
        "votes": [case["votes"][k] for k in order],
        "setter": new[case["setter"]],
        "veto": [new[v] for v in case["veto"]],
    }
    assert of(case, **changed) == of(case)


@given(cases)
def test_it_lies_between_the_status_quo_and_the_setter(case):
    own = case["position"][ord(case["setter"]) - ord("A")]
    assert min(own, case["quo"]) <= of(case) <= max(own, case["quo"])


@given(cases, st.sampled_from([0.25, 3.0]), st.integers(-20, 20))
def test_shift_and_scale(case, scale, shift):
    moved = [scale * x + shift for x in case["position"]]
    found = of(case, position=moved, quo=scale * case["quo"] + shift)
    assert found == scale * of(case) + shift


@given(cases, points)
def test_unanimity(case, point):
    everywhere = [point] * len(case["position"])
    assert of(case, position=everywhere) == point


@given(cases)
def test_a_veto_player_more_never_widens_the_winset(case):
    x, w = [case["position"]], [case["votes"]]
    veto = [ord(v) - ord("A") for v in case["veto"]]
    lower, upper = winset(x, w, case["quo"], veto=veto, share=case["share"])
    for more in range(len(x[0])):
        low, high = winset(x, w, case["quo"], veto=[*veto, more], share=case["share"])
        assert lower <= low <= case["quo"] <= high <= upper


@given(cases, points)
def test_an_actor_without_votes_moves_nothing(case, point):
    votes = [*case["votes"], 0]
    assert of(case, position=[*case["position"], point], votes=votes) == of(case)


def test_draws_do_not_know_of_each_other():
    rng = np.random.default_rng(7)
    x, c = rng.uniform(0, 100, (500, 6, 2)), rng.uniform(1, 2, (500, 6))
    s, quo = rng.uniform(0, 1, (500, 6, 2)), rng.uniform(0, 100, (500, 2))
    same = {"low": 0, "high": 100, "setter": "2", "veto": ["5"]}
    together = run(c, x, s, status_quo=quo, **same)
    parts = [run(c[d:], x[d:], s[d:], status_quo=quo[d:], **same) for d in (0, 499)]
    assert np.array_equal(parts[1].outcome[0], together.outcome[499])
    assert np.isfinite(together.outcome).all()
    assert together.moves == ()
    assert together.parameters["cycle"] is None


# --- errors ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"setter": "Z"}, "setter is 'Z'; there is no such actor"),
        ({"veto": ["Z"]}, "veto is 'Z'; there is no such actor"),
        ({"share": 1.0}, "share is 1.0; it lies between 0 and below 1"),
        ({"share": float("nan")}, "share is nan"),
        ({"votes": [1, -1, 1]}, "votes are negative or not finite"),
        ({"quo": float("nan")}, "needs a status quo on every issue"),
        ({"position": [1, float("nan"), 2]}, "a position is not finite"),
    ],
)
def test_a_broken_rule_is_named(change, match):
    data = {"position": [20, 60, 90], "quo": 40, **change}
    with pytest.raises(ValueError, match=match):
        solve(data.pop("position"), data.pop("quo"), **data)


def test_shapes_and_places_are_checked():
    with pytest.raises(ValueError, match=r"position has shape \(3,\)"):
        winset([1, 2, 3], [1, 1, 1], 0)
    with pytest.raises(ValueError, match=r"veto is \[3\]; actors are counted from 0"):
        winset([[1, 2, 3]], [[1, 1, 1]], 0, veto=[3])
