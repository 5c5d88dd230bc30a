"""Leaving dossiers out: which questions are asked, what stacking makes of the answers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from ledger import approved, day, pending, reference_class
from suasion.scoring_rule import importance
from suasion.window.candidate import BASE_RATE, CANDIDATES
from suasion.window.dossier import (
    HORIZONS,
    Comparison,
    compare,
    leave_one_dossier_out,
    stack,
)
from suasion.window.fitting import Fitted

Array = np.ndarray
ROWS = (
    approved("a", 0, 100, dep_group="deal"),
    approved("b", 40, 100, dep_group="deal"),
    approved("c", 200, 420, gatekeeper_country="B"),
    pending("d", 300, 700),
    approved("e", 500, 505),
)


def objective(weight: Array, likelihood: Array, importance: Array) -> float:
    return float(importance @ np.log(weight @ likelihood))


# --- stacking -------------------------------------------------------------------------


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), candidates=st.integers(2, 6))
def test_stacking_maximises_the_log_score_on_the_simplex(
    seed: int, candidates: int
) -> None:
    rng = np.random.default_rng(seed)
    likelihood = rng.uniform(0.05, 0.95, size=(candidates, 40))
    importance = rng.dirichlet(np.ones(40))
    weight = stack(likelihood, importance)
    assert (weight >= 0.0).all()
    assert weight.sum() == pytest.approx(1.0, abs=1e-12)
    best = minimize(
        lambda w: -objective(w, likelihood, importance),
        np.full(candidates, 1.0 / candidates),
        jac=lambda w: -(likelihood / (w @ likelihood)) @ importance,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * candidates,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1.0},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert objective(weight, likelihood, importance) >= -best.fun - 1e-5
    # at the maximum no candidate would gain by more weight (Kuhn-Tucker)
    gain = (likelihood / (weight @ likelihood)) @ importance
    assert gain.max() < 1.0 + 2e-3


@given(seed=st.integers(0, 10_000))
def test_a_dominated_candidate_gets_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    good = rng.uniform(0.5, 0.9, size=30)
    likelihood = np.stack([good, good * rng.uniform(0.3, 0.9, size=30)])
    np.testing.assert_allclose(stack(likelihood, np.full(30, 1 / 30)), [1.0, 0.0])


def test_identical_candidates_are_worth_as_much_as_one() -> None:
    rng = np.random.default_rng(4)
    one, other = rng.uniform(0.1, 0.9, size=(2, 50))
    importance = np.full(50, 1 / 50)
    pair = stack(np.stack([one, other]), importance)
    three = stack(np.stack([one, one, other]), importance)
    assert three[:2].sum() == pytest.approx(pair[0], abs=1e-4)


def test_stacking_does_not_depend_on_the_order_of_candidates() -> None:
    rng = np.random.default_rng(5)
    likelihood, importance = rng.uniform(0.1, 0.9, size=(4, 50)), np.full(50, 1 / 50)
    order = [2, 0, 3, 1]
    np.testing.assert_allclose(
        stack(likelihood[order], importance), stack(likelihood, importance)[order],
        atol=1e-9,
    )  # fmt: skip


# --- questions and their weight --------------------------------------------------------


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    reference = reference_class(*ROWS)
    return compare(reference, *leave_one_dossier_out(reference, (), seed=7))


def test_a_question_is_asked_on_the_first_of_each_month_while_open(
    comparison: Comparison,
) -> None:
    reference = {row.request.id: row for row in reference_class(*ROWS).rows}
    asked = list(
        zip(
            comparison.request, comparison.day, comparison.horizon, comparison.outcome,
            strict=True,
        )
    )  # fmt: skip
    assert asked
    for name, on, horizon, outcome in asked:
        row = reference[name]
        assert on.day == 1
        assert row.request.latest < on.toordinal() < row.end
        assert horizon in HORIZONS
        left = row.end - on.toordinal()
        assert outcome == (row.approved and left <= horizon)
        assert row.approved or left >= horizon
    # by hand: "a" was open on 1 February, 1 March and 1 April 2020, decided on 10 April
    expected = [(dt.date(2020, month, 1), h) for month in (2, 3, 4) for h in HORIZONS]
    assert [(on, h) for name, on, h, _ in asked if name == "a"] == expected
    assert comparison.unscored == ("e",)


def test_every_dossier_has_the_same_weight(comparison: Comparison) -> None:
    importance = comparison.importance
    assert importance.sum() == pytest.approx(1.0, abs=1e-12)
    names = np.array(comparison.dossier)
    for name in ("deal", "c", "d"):
        mine = importance[names == name]
        assert mine.sum() == pytest.approx(1 / 3)
        assert np.ptp(mine) == 0.0


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
def test_importance_sums_to_one(dossiers: list[str]) -> None:
    assert importance(dossiers).sum() == pytest.approx(1.0, abs=1e-12)


def test_the_table_has_the_base_rate_at_zero(comparison: Comparison) -> None:
    table = {line.candidate: line for line in comparison.table()}
    assert table.keys() == CANDIDATES.keys()
    assert table[BASE_RATE].difference == table[BASE_RATE].error == 0.0
    assert sum(line.weight for line in table.values()) == pytest.approx(1.0)
    base = table[BASE_RATE].log_score
    for k, name in enumerate(comparison.candidates):
        p, y = comparison.forecast[k], comparison.outcome
        log = -np.log(np.where(y == 1.0, p, 1.0 - p))
        assert table[name].log_score == pytest.approx(comparison.importance @ log)
        assert table[name].difference == pytest.approx(table[name].log_score - base)
        assert table[name].brier_score == pytest.approx(
            comparison.importance @ (p - y) ** 2
        )


def test_scores_by_horizon_add_up(comparison: Comparison) -> None:
    for horizon, scores in comparison.horizon_table().items():
        at = np.flatnonzero(comparison.horizon == horizon)
        weight = importance([comparison.dossier[i] for i in at])
        k = comparison.candidates.index("weibull")
        gap = comparison.forecast[k, at] - comparison.outcome[at]
        assert scores["weibull"][1] == pytest.approx(weight @ gap**2)


def test_longer_horizons_are_likelier(comparison: Comparison) -> None:
    asked: dict[tuple[str, dt.date], list[Array]] = {}
    for i, key in enumerate(zip(comparison.request, comparison.day, strict=True)):
        asked.setdefault(key, []).append(comparison.forecast[:, i])
    for forecasts in asked.values():
        assert (np.diff(np.stack(forecasts), axis=0) > 0.0).all()
    assert (comparison.forecast > 0.0).all()
    assert (comparison.forecast < 1.0).all()


def test_a_dossier_never_sees_its_own_outcome() -> None:
    # The same dossier with another outcome is predicted the same where both are asked.
    def forecasts(*rows: object) -> dict[tuple[str, dt.date, int], Array]:
        reference = reference_class(*rows)  # type: ignore[arg-type]
        found = compare(reference, *leave_one_dossier_out(reference, (), seed=7))
        keys = zip(found.request, found.day, found.horizon.tolist(), strict=True)
        return {
            key: found.forecast[:, i]
            for i, key in enumerate(keys)
            if found.dossier[i] == "x"
        }

    others = (*ROWS[:4], pending("f", 350, 800))
    said_yes = forecasts(*others, approved("x1", 100, 260, dep_group="x"))
    said_no = forecasts(*others, pending("x1", 100, 700, dep_group="x"))
    common = said_yes.keys() & said_no.keys()
    assert len(common) > 4
    for key in common:
        np.testing.assert_array_equal(said_yes[key], said_no[key])


def test_the_bundled_ledger_is_stacked_at_the_maximum(deep_strikes_fit: Fitted) -> None:
    comparison = deep_strikes_fit.comparison
    outcome = comparison.outcome
    likelihood = np.where(
        outcome == 1.0, comparison.forecast, 1.0 - comparison.forecast
    )
    importance = comparison.importance
    value = objective(comparison.weight, likelihood, importance)
    gain = (likelihood / (comparison.weight @ likelihood)) @ importance
    # concave: no mixture whatever can be better by more than the largest gain
    assert gain.max() - 1.0 < 1e-4
    for single in likelihood:
        assert value >= importance @ np.log(single) - 1e-4


# --- when nothing can be compared ------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2])
def test_with_too_few_dossiers_the_base_rate_gets_all_the_weight(count: int) -> None:
    reference = reference_class(*ROWS[2 : 2 + count])
    found = compare(reference, *leave_one_dossier_out(reference, (), seed=7))
    assert found.dossier == ()
    assert found.weight[found.candidates.index(BASE_RATE)] == 1.0
    assert found.table() == ()
    assert found.unscored == reference.dossiers


def test_a_candidate_with_an_unreliable_fit_gets_no_weight(
    comparison: Comparison,
) -> None:
    reference = reference_class(*ROWS)
    best = int(comparison.weight.argmax())
    for bad in (0.7, 2.0, float("nan")):
        pareto_k = np.zeros(len(CANDIDATES))
        pareto_k[best] = bad
        found = compare(reference, comparison.forecast, pareto_k)
        assert found.weight[best] == 0.0
        assert found.weight.sum() == pytest.approx(1.0)


def test_late_requests_are_not_asked_about(comparison: Comparison) -> None:
    # censored at once, on the day of the request: open on no first day of a month
    late = pending("late", 4990, 4990)
    reference = reference_class(*ROWS, late)
    found = compare(reference, *leave_one_dossier_out(reference, (), seed=7))
    assert "late" in found.unscored
    assert day(4990) not in found.day
    np.testing.assert_array_equal(found.outcome, comparison.outcome)
