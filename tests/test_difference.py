"""Differences last if they should, cases are the units, and nothing depends on order."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from suasion.scoring import holm, mean_score, paired_differences
from suasion.stream import uniform


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closed_test_of_bonferroni(p):
    """The second route: a hypothesis falls if every set that holds it falls."""

    def closed(i):
        return max(
            min(1.0, len(group) * min(p[j] for j in group))
            for size in range(1, len(p) + 1)
            for group in itertools.combinations(range(len(p)), size)
            if i in group
        )

    np.testing.assert_allclose(holm(p=p), [closed(i) for i in range(len(p))])


@given(
    d=st.lists(st.floats(-1, 1), min_size=4, max_size=15),
    level=st.sampled_from([0.8, 0.9, 0.95]),
)
def test_zero_lies_outside_the_interval_exactly_if_p_is_small(d, level):
    (found,) = paired_differences(
        scores={"a": d, "b": [0.0] * len(d)},
        cluster=range(len(d)),
        level=level,
        resamples=1000,
    )
    if found.low is not None and found.high is not None and found.error:
        outside = not (found.low <= 0 <= found.high)
        assert outside == (found.p <= 1 - level + 1e-12)


def test_order_of_forecasts_does_not_matter():
    d = uniform(4, "d", 0, 24) - 0.3
    cases = [f"case {k % 8}" for k in range(24)]
    order = np.argsort(uniform(4, "order", 0, 24))
    first = mean_score(scores=d, cluster=cases)
    again = mean_score(scores=d[order], cluster=[cases[i] for i in order])
    assert again.mean == pytest.approx(first.mean)
    assert again.low == pytest.approx(first.low)
    assert again.high == pytest.approx(first.high)


def test_repeating_a_case_adds_nothing():
    d = [0.1, -0.2, 0.3, 0.25, 0.1, 0.2]
    once = mean_score(scores=d, cluster=range(6))
    often = mean_score(scores=np.repeat(d, 50), cluster=np.repeat(range(6), 50))
    assert (often.low, often.high) == pytest.approx((once.low, once.high))
    assert (often.cases, often.forecasts) == (6, 300)


def test_few_or_like_cases_have_no_interval():
    assert mean_score(scores=[0.1], cluster="a").low is None
    assert mean_score(scores=[0.1, 0.4], cluster="ab").low is None
    alike = mean_score(scores=[0.3, 0.3, 0.3], cluster="abc")
    assert (alike.low, alike.high) == (None, None)
    (same,) = paired_differences(
        scores={"a": [0.1, 0.2], "b": [0.1, 0.2]}, cluster="ab"
    )
    assert (same.mean, same.low, same.high, same.p, same.lasts) == (0, 0, 0, 1, False)


@pytest.mark.slow
def test_interval_covers_about_as_often_as_it_says():
    """95 % intervals of 12 Gaussian cases, 400 times; binomial error 1.1 points."""
    draws = ndtri(uniform(21, "cases", 0, 400 * 12)).reshape(400, 12) + 0.3
    found = [mean_score(scores=d, cluster=range(12), resamples=1000) for d in draws]
    covered = np.mean([m.low <= 0.3 <= m.high for m in found])
    assert 0.92 <= covered <= 0.985


@pytest.mark.slow
def test_of_many_forecasters_who_are_alike_hardly_any_difference_lasts():
    """Family-wise error at most 5 %: 150 worlds, five forecasters, ten pairs each."""
    false = 0
    for world in range(150):
        noise = ndtri(uniform(world, "scores", 0, 50)).reshape(5, 10)
        found = paired_differences(
            scores=dict(zip("abcde", noise, strict=True)),
            cluster=range(10),
            resamples=1000,
        )
        false += any(item.lasts for item in found)
    assert false <= 0.09 * 150


def test_a_real_difference_lasts_and_names_the_better():
    good = uniform(8, "good", 0, 20) * 0.1
    bad = good + 0.2 + 0.05 * uniform(8, "bad", 0, 20)
    other = uniform(8, "other", 0, 20) * 0.1
    found = paired_differences(
        scores={"good": good, "bad": bad, "other": other}, cluster=range(20)
    )
    lasting = {(item.first, item.second) for item in found if item.lasts}
    assert lasting == {("good", "bad"), ("bad", "other")}
    assert next(i for i in found if i.first == "good" and i.second == "bad").mean < 0
    against = paired_differences(
        scores={"good": good, "bad": bad, "other": other},
        cluster=range(20),
        against="other",
    )
    assert [item.second for item in against] == ["other", "other"]
