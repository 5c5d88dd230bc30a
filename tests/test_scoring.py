"""Scores are proper, agree by two routes, and mean what their sources say."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtri

from suasion.scoring import (
    absolute_error,
    brier_score,
    calibration,
    crps,
    decomposition,
    holm,
    importance,
    interval_score,
    mean_score,
    paired_differences,
    ranked_probability_score,
    skill,
    weighted_interval_score,
)
from suasion.stream import uniform

places = st.floats(-1e3, 1e3)
ensembles = st.lists(places, min_size=1, max_size=12)
probabilities = st.floats(0, 1)
distributions = st.lists(st.floats(0.01, 1), min_size=2, max_size=6).map(
    lambda raw: np.array(raw) / np.sum(raw)
)


# --- CRPS --------------------------------------------------------------------------


@given(x=ensembles, y=places)
def test_crps_is_the_double_sum_with_divisor_n_squared(x, y):
    a = np.array(x)
    double = np.abs(a - y).mean() - np.abs(a[:, None] - a).sum() / (2 * len(a) ** 2)
    assert crps(ensemble=x, outcome=y) == pytest.approx(double, abs=1e-9)


@given(x=ensembles, y=places)
def test_crps_is_the_integral_of_the_squared_distance_to_the_step(x, y):
    """Exactly: both step functions are constant between the sorted points."""
    points = np.sort([*x, y])
    share = np.searchsorted(np.sort(x), points[:-1], side="right") / len(x)
    gap = (share - (points[:-1] >= y)) ** 2
    integral = float(gap @ np.diff(points))
    assert crps(ensemble=x, outcome=y) == pytest.approx(integral, abs=1e-9)


def test_crps_of_many_gaussian_quantiles_is_the_closed_form():
    # Gneiting & Raftery 2007, page 367: sigma (2 phi(0) - 1 / sqrt(pi)) at z = 0.
    draws = ndtri((np.arange(20_000) + 0.5) / 20_000)
    closed = 2 / math.sqrt(2 * math.pi) - 1 / math.sqrt(math.pi)
    assert closed == pytest.approx(0.2336949772551)
    assert crps(ensemble=draws, outcome=0.0) == pytest.approx(closed, abs=1e-5)


def test_crps_is_not_the_fair_form():
    # The fair form, with divisor n (n - 1), would be 0.5 - 0.5 = 0 here.
    assert crps(ensemble=[0.0, 1.0], outcome=0.5) == pytest.approx(0.25)


@given(x=ensembles, y=places, move=places, factor=st.floats(0.1, 10))
def test_crps_moves_and_scales_with_the_scale(x, y, move, factor):
    before = float(crps(ensemble=x, outcome=y))
    moved = crps(ensemble=np.array(x) * factor + move, outcome=y * factor + move)
    assert moved == pytest.approx(before * factor, abs=1e-7)


def test_crps_keeps_draws_first_and_gives_one_score_an_outcome():
    draws = uniform(3, "draws", 0, 60).reshape(20, 3)
    found = crps(ensemble=draws, outcome=[0.1, 0.5, 0.9])
    alone = [
        crps(ensemble=draws[:, k], outcome=y) for k, y in enumerate((0.1, 0.5, 0.9))
    ]
    np.testing.assert_allclose(found, alone, rtol=1e-14)


@given(belief=st.lists(places, min_size=2, max_size=6), said=ensembles)
def test_crps_is_least_for_the_belief_itself(belief, said):
    def expected(x):
        return np.mean([crps(ensemble=x, outcome=y) for y in belief])

    assert expected(belief) <= expected(said) + 1e-9


# --- intervals, quantiles, categories ------------------------------------------------


def test_interval_score_by_hand():
    # Width 20; 10 off at 80 %: 20 + 2 / 0.2 * 10.
    found = interval_score(low=40, high=60, level=0.8, outcome=[50, 70, 30])
    np.testing.assert_allclose(found, [20, 120, 120])


@given(
    belief=st.lists(places, min_size=20, max_size=20),
    low=places,
    width=st.floats(0, 500),
    level=st.sampled_from([0.5, 0.8, 0.9]),
)
def test_interval_score_is_least_at_the_quantiles(belief, low, width, level):
    y = np.array(belief)
    tail = (1 - level) / 2
    ends = np.quantile(y, [tail, 1 - tail], method="inverted_cdf")
    said = interval_score(low=low, high=low + width, level=level, outcome=y).mean()
    best = interval_score(low=ends[0], high=ends[1], level=level, outcome=y).mean()
    assert best <= said + 1e-7


@given(
    x=st.lists(places, min_size=1, max_size=30),
    alphas=st.lists(
        st.integers(1, 49).map(lambda k: 2 * k / 100),
        min_size=1,
        max_size=6,
        unique=True,
    ),
    y=places,
)
def test_weighted_interval_score_is_the_weighted_sum_of_bracher_et_al(x, alphas, y):
    # Their equation 1: w_0 = 1/2, w_k = alpha_k / 2, divided by K + 1/2.
    lower = sorted(a / 2 for a in alphas)
    levels = [*lower, 0.5, *(1 - t for t in reversed(lower))]
    q = np.quantile(x, levels)
    total = 0.5 * abs(y - q[len(lower)])
    for k, tail in enumerate(lower):
        alone = interval_score(low=q[k], high=q[-1 - k], level=1 - 2 * tail, outcome=y)
        total += tail * float(alone)
    found = weighted_interval_score(quantiles=q, levels=levels, outcome=y)
    assert found == pytest.approx(total / (len(lower) + 0.5), rel=1e-9, abs=1e-9)


def test_weighted_interval_score_of_many_quantiles_is_the_crps():
    draws = uniform(5, "draws", 0, 5000) ** 2
    levels = (np.arange(400) + 0.5) / 400
    found = weighted_interval_score(
        quantiles=np.quantile(draws, levels), levels=levels, outcome=0.7
    )
    assert found == pytest.approx(crps(ensemble=draws, outcome=0.7), rel=2e-3)


def test_ranked_probability_score_by_hand():
    # Cumulated 0.2, 0.7, 1 against 0, 1, 1: 0.04 + 0.09.
    assert ranked_probability_score(
        forecast=[0.2, 0.5, 0.3], outcome=1
    ) == pytest.approx(0.13)


@given(f=probabilities, y=st.integers(0, 1))
def test_ranked_probability_score_of_two_categories_is_the_brier_score(f, y):
    found = ranked_probability_score(forecast=[1 - f, f], outcome=y)
    assert found == pytest.approx(brier_score(forecast=f, outcome=y), abs=1e-12)


@given(f=distributions, data=st.data())
def test_ranked_probability_score_is_the_crps_of_the_category_numbers(f, data):
    """The second route: integrate the squared distance of the distribution functions."""
    y = data.draw(st.integers(0, len(f) - 1))
    cdf = np.cumsum(f)
    integral = sum((cdf[k] - (k >= y)) ** 2 for k in range(len(f) - 1))
    found = ranked_probability_score(forecast=f, outcome=y)
    assert found == pytest.approx(integral, abs=1e-12)


@given(belief=distributions, data=st.data())
def test_ranked_probability_score_is_least_for_the_belief_itself(belief, data):
    raw = data.draw(
        st.lists(st.floats(0.01, 1), min_size=len(belief), max_size=len(belief))
    )
    said = np.array(raw) / np.sum(raw)

    def expected(f):
        each = [ranked_probability_score(forecast=f, outcome=k) for k in range(len(f))]
        return belief @ np.array(each)

    assert expected(belief) <= expected(said) + 1e-12


def test_absolute_error_is_least_at_the_median_and_a_share_of_the_scale():
    y = uniform(9, "outcomes", 0, 101) ** 3
    median = np.median(y)
    best = absolute_error(forecast=median, outcome=y).mean()
    for other in np.linspace(0, 1, 41):
        assert best <= absolute_error(forecast=other, outcome=y).mean() + 1e-12
    assert absolute_error(forecast=7.0, outcome=8.5, width=6.0) == 0.25


def test_skill_is_one_for_perfection_and_nothing_for_the_reference():
    found = skill(score=[0.0, 0.2, 0.3], reference=0.2)
    np.testing.assert_allclose(found, [1, 0, -0.5], atol=1e-12)
    with pytest.raises(ValueError, match=r"reference is 0\.0.*nothing can be better"):
        skill(score=0.1, reference=0.0)


@given(groups=st.lists(st.sampled_from("abcde"), min_size=1))
def test_groups_weigh_the_same(groups):
    weight = importance(groups)
    for name in set(groups):
        mine = weight[[g == name for g in groups]]
        assert mine.sum() == pytest.approx(1 / len(set(groups)))


# --- what is refused -------------------------------------------------------------------

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: crps(ensemble=[1.0, NAN], outcome=0), r"ensemble\[1\] is nan.*finite"),
        (lambda: crps(ensemble=[1.0], outcome=NAN), "outcome is nan.*leave out"),
        (lambda: crps(ensemble=[], outcome=0), r"shape \(0,\).*one at least"),
        (lambda: crps(ensemble=[[1.0, 2.0]], outcome=[1, 2, 3]), "shapes must agree"),
        (
            lambda: interval_score(low=2, high=1, level=0.8, outcome=0),
            "high is 1.0.*swap the ends",
        ),
        (
            lambda: interval_score(low=1, high=2, level=80, outcome=0),
            "level is 80.*write 80 percent as 0.8",
        ),
        (
            lambda: interval_score(low=1, high=2, level=NAN, outcome=0),
            "level is nan.*strictly between",
        ),
        (
            lambda: weighted_interval_score(
                quantiles=[1, 2, 3], levels=[0.1, 0.5, 0.8], outcome=0
            ),
            r"levels\[0\] is 0\.1.*pairs around 1/2",
        ),
        (
            lambda: weighted_interval_score(
                quantiles=[1, 3, 2], levels=[0.1, 0.5, 0.9], outcome=0
            ),
            r"quantiles\[1\] is 2\.0; quantiles do not fall; sort",
        ),
        (
            lambda: weighted_interval_score(quantiles=[1, 2], levels=[0.5], outcome=0),
            "one level per quantile",
        ),
        (
            lambda: ranked_probability_score(forecast=[0.5, 0.4], outcome=0),
            "sum of forecast is 0.9; .* sum to 1; add the missing category",
        ),
        (
            lambda: ranked_probability_score(forecast=[0.5, NAN], outcome=0),
            r"forecast\[1\] is nan",
        ),
        (
            lambda: ranked_probability_score(forecast=[0.5, 0.5], outcome=2),
            "outcome is 2.0; an outcome is a category from 0 to 1; count",
        ),
        (
            lambda: absolute_error(forecast=1, outcome=2, width=0.0),
            "width is 0.0; a scale is longer than 0; give high - low",
        ),
        (lambda: absolute_error(forecast=INF, outcome=2), "forecast is inf"),
        (lambda: skill(score=NAN, reference=1), "score is nan"),
        (lambda: holm(p=[0.1, NAN]), r"p\[1\] is nan"),
        (
            lambda: decomposition(forecast=[0.1, NAN], outcome=[0, 1]),
            r"forecast\[1\] is nan",
        ),
        (
            lambda: decomposition(forecast=[], outcome=[]),
            "a list of one forecast at least",
        ),
        (
            lambda: decomposition(forecast=[0.1], outcome=[0], cluster=["a", "b"]),
            "cluster names 2 cases for 1 forecasts",
        ),
        (
            lambda: calibration(forecast=[0.1], outcome=[0], level=90),
            "level is 90.*write 90 percent as 0.9",
        ),
        (
            lambda: calibration(forecast=[0.1], outcome=[0], resamples=3),
            "resamples is 3.*1000 will do",
        ),
        (
            lambda: mean_score(scores=[0.1, INF], cluster="ab"),
            r"scores\[1\] is inf.*compare Brier scores",
        ),
        (
            lambda: paired_differences(scores={"a": [0.1]}, cluster="a"),
            "two forecasters are needed",
        ),
        (
            lambda: paired_differences(scores={"a": [0.1], "b": [1]}, cluster="xy"),
            "a has shape .* cases are named for 2",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_cure(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "function",
    [absolute_error, crps, interval_score, ranked_probability_score, skill],
)
def test_arguments_cannot_be_swapped(function):
    with pytest.raises(TypeError, match="positional"):
        function(0.5, 1)


def test_crps_integral_by_quadrature():
    """A third route for one smooth case, by a library's quadrature."""
    x, y = [1.0, 2.0, 6.0], 3.0

    def gap(t):
        return (np.mean(np.array(x) <= t) - (t >= y)) ** 2

    integral = sum(quad(gap, a, b)[0] for a, b in itertools.pairwise([1, 2, 3, 6]))
    assert crps(ensemble=x, outcome=y) == pytest.approx(integral, abs=1e-8)
