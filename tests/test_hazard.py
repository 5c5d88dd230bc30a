"""Baseline hazards: laws of survival, nested special cases, SciPy as second route."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from suasion.window.hazard import BASELINES, YEAR, log_interval, survival
from suasion.window.prior import PRIORS

DAYS = np.arange(0.0, 2000.0)
NAMES = st.sampled_from(sorted(BASELINES))
NORMALS = st.lists(
    st.floats(-2.5, 2.5, allow_nan=False), min_size=4, max_size=4
)  # the middle 98.8 % of every prior


def cumulative(name: str, z: list[float], t: np.ndarray) -> np.ndarray:
    baseline = BASELINES[name]
    parameters = [
        float(PRIORS[parameter].value(np.array(x)))
        for parameter, x in zip(baseline.parameters, z, strict=False)
    ]
    return baseline.cumulative(t, *parameters)


@given(name=NAMES, z=NORMALS)
def test_cumulative_hazard_starts_at_zero_and_never_falls(
    name: str, z: list[float]
) -> None:
    hazard = cumulative(name, z, DAYS)
    assert hazard[0] == 0.0
    assert (np.diff(hazard) >= 0.0).all()
    assert hazard[1] > 0.0
    alive = survival(hazard)
    assert alive[0] == 1.0
    assert (np.diff(alive) <= 0.0).all()


@given(name=NAMES, z=NORMALS, days=st.integers(1, 1999))
def test_grouped_likelihood_of_all_that_can_happen_sums_to_one(
    name: str, z: list[float], days: int
) -> None:
    hazard = cumulative(name, z, DAYS[: days + 1])
    decided = np.exp(-hazard[:-1] + log_interval(np.diff(hazard)))
    np.testing.assert_allclose(decided, -np.diff(survival(hazard)), atol=1e-15)
    assert decided.sum() + survival(hazard[-1]) == pytest.approx(1.0, abs=1e-12)


@given(z=NORMALS)
def test_richer_baselines_contain_the_constant_hazard(z: list[float]) -> None:
    rate = float(PRIORS["rate"].value(np.array(z[0])))
    constant = BASELINES["constant"].cumulative(DAYS, rate)
    for name, neutral, error in (
        ("weibull", (1.0,), 1e-12),
        ("gompertz", (0.0,), 1e-8),
        ("piecewise", (1.0, 1.0, 1.0), 1e-12),
    ):
        nested = BASELINES[name].cumulative(DAYS, rate, *neutral)
        np.testing.assert_allclose(nested, constant, rtol=error)


@given(rate=st.floats(1e-4, 0.05), shape=st.floats(0.3, 3.0))
def test_weibull_is_that_of_scipy(rate: float, shape: float) -> None:
    scale = YEAR * (rate * YEAR) ** (-1.0 / shape)
    expected = stats.weibull_min.sf(DAYS, shape, scale=scale)
    found = survival(BASELINES["weibull"].cumulative(DAYS, rate, shape))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-300)


@given(rate=st.floats(1e-4, 0.02), growth=st.floats(1e-6, 2.0))
def test_gompertz_is_that_of_scipy(rate: float, growth: float) -> None:
    expected = stats.gompertz.sf(DAYS, rate * YEAR / growth, scale=YEAR / growth)
    found = survival(BASELINES["gompertz"].cumulative(DAYS, rate, growth))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-300)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_gompertz_passes_smoothly_through_no_growth(sign: float) -> None:
    growth = sign * np.geomspace(1e-12, 1e-4, 60)
    t = 730.0
    # second-order expansion of (e^x - 1)/x; a growth below 1e-9 counts as 1e-9
    x = growth * t / YEAR
    expected = 0.002 * t * (1.0 + x / 2.0 + x * x / 6.0)
    found = BASELINES["gompertz"].cumulative(t, 0.002, growth)
    np.testing.assert_allclose(found, expected, rtol=1e-8)


@given(z=NORMALS, at=st.floats(1.0, 1500.0))
def test_piecewise_hazard_is_rate_times_the_factor_of_its_period(
    z: list[float], at: float
) -> None:
    step = 1e-3
    rise = cumulative("piecewise", z, np.array([at, at + step]))
    rate, *factors = (
        float(PRIORS[name].value(np.array(x)))
        for name, x in zip(BASELINES["piecewise"].parameters, z, strict=True)
    )
    periods = [at < 90.0, 90.0 <= at < 365.0, at >= 365.0]
    if at < 90.0 < at + step or at < 365.0 < at + step:
        return
    expected = rate * factors[periods.index(True)]
    assert (rise[1] - rise[0]) / step == pytest.approx(expected, rel=1e-6)


def test_chance_of_a_decision_in_an_interval_keeps_its_digits() -> None:
    tiny = np.array([1e-300, 1e-20, 1e-10])
    np.testing.assert_allclose(log_interval(tiny), np.log(tiny), rtol=1e-11)
    assert log_interval(np.array(0.0)) == -np.inf
    assert log_interval(np.array(800.0)) == 0.0
