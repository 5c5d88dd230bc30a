"""Priors: quantile functions of the named families, and what the table promises."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from suasion.window.candidate import CANDIDATES
from suasion.window.covariate import COVARIATES
from suasion.window.prior import PRIORS, Prior

Z = np.linspace(-6.0, 6.0, 241)


def distribution(prior: Prior) -> stats.rv_continuous:
    if prior.family == "normal":
        return stats.norm(prior.location, prior.scale)
    if prior.family == "lognormal":
        return stats.lognorm(prior.scale, scale=np.exp(prior.location))
    return stats.halfnorm(scale=prior.scale)


@pytest.mark.parametrize("prior", PRIORS.values(), ids=PRIORS.keys())
def test_values_are_quantiles_of_the_family(prior: Prior) -> None:
    values = prior.value(Z)
    assert (np.diff(values) > 0.0).all()
    # SciPy's half-normal loses digits of a tail: compare where p itself is exact.
    middle = np.abs(Z) < 4.0
    expected = distribution(prior).ppf(stats.norm.cdf(Z[middle]))
    np.testing.assert_allclose(values[middle], expected, rtol=1e-9, atol=1e-12)


def test_half_normal_is_finite_and_above_zero_however_far_out() -> None:
    values = PRIORS["spread"].value(np.array([-1e3, -38.0, -9.0, 9.0, 38.0]))
    assert np.isfinite(values).all()
    assert (values > 0.0).all()
    # P(|N| > x) = p gives x near the normal quantile of 1 - p/2: about z for large z
    assert values[-1] == pytest.approx(0.5 * 38.0, rel=1e-2)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("shape", 0.4, 2.7),
        ("early", 1 / 2.7, 2.7),
        ("middle", 1 / 2.7, 2.7),
        ("late", 1 / 2.7, 2.7),
    ],
)
def test_reasons_state_the_95_per_cent_range(
    name: str, low: float, high: float
) -> None:
    found = PRIORS[name].value(np.array([-1.96, 1.96]))
    np.testing.assert_allclose(found, [low, high], rtol=0.07)


def test_waiting_time_lies_between_seven_weeks_and_seven_years() -> None:
    short, typical, long = 1.0 / PRIORS["rate"].value(np.array([1.96, 0.0, -1.96]))
    assert short == pytest.approx(7 * 7, rel=0.06)
    assert typical == pytest.approx(365.0)
    assert long == pytest.approx(7 * 365, rel=0.06)


@pytest.mark.parametrize(
    ("name", "unit", "factors"),
    [
        ("growth", 1.0, (1 / 2.7, 2.7)),
        ("coalition", np.log(2.0), (0.5, 2.0)),
        ("prior_yes", np.log(2.0), (0.5, 2.0)),
        ("escalation", 1.0, (0.25, 4.0)),
        ("recent_no", 1.0, (0.25, 4.0)),
        ("pressure", 0.5, (1.0, 4.0)),
        ("stance", 1.0, (1.0, 7.0)),
        ("closing", 1.0, (1 / 2.2, 2.2)),
    ],
)
def test_hazard_ratios_have_the_stated_95_per_cent_range(
    name: str, unit: float, factors: tuple[float, float]
) -> None:
    found = np.exp(unit * PRIORS[name].value(np.array([-1.96, 1.96])))
    np.testing.assert_allclose(found, factors, rtol=0.08)


def test_every_parameter_is_in_the_table_and_few_are_needed() -> None:
    used = {
        name
        for candidate in CANDIDATES.values()
        for name in candidate.parameters(COVARIATES)
    }
    ledger = {name for name, prior in PRIORS.items() if prior.informed_by == "ledger"}
    assert used == ledger
    assert PRIORS.keys() - ledger == {"pressure", "stance", "closing"}
    assert all(prior.meaning and prior.reason for prior in PRIORS.values())
    for candidate in CANDIDATES.values():
        assert len(candidate.parameters(COVARIATES)) < 10
