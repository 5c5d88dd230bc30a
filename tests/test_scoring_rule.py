"""Scoring rules are proper, and mean what their sources say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.scoring_rule import brier_score, log_score

RULES = pytest.mark.parametrize("score", [brier_score, log_score])
probabilities = st.floats(0, 1)


@RULES
@given(belief=probabilities, said=probabilities)
def test_telling_the_truth_minimises_the_expected_score(score, belief, said):
    def expected(forecast):
        yes, no = (float(score(forecast=forecast, outcome=y)) for y in (1, 0))
        # An impossible outcome does not count, however it is scored.
        return (belief * yes if belief else 0) + (
            (1 - belief) * no if belief < 1 else 0
        )

    assert expected(belief) <= expected(said) + 1e-12
    if abs(said - belief) > 1e-3:
        assert expected(belief) < expected(said)


@RULES
@given(parts=st.integers(0, 1024))
def test_yes_and_no_are_mirror_images(score, parts):
    forecast = parts / 1024  # so that 1 - forecast is exact
    mirrored = 1 - forecast
    assert score(forecast=forecast, outcome=1) == pytest.approx(
        score(forecast=mirrored, outcome=0), abs=1e-15
    )


def test_golden_values_by_hand():
    forecast, outcome = [0.0, 0.1, 0.7, 1.0, 0.5], [0, 1, 1, 1, 0]
    np.testing.assert_allclose(
        brier_score(forecast=forecast, outcome=outcome),
        [0, 0.81, 0.09, 0, 0.25],
        atol=1e-15,
    )
    np.testing.assert_allclose(
        log_score(forecast=forecast, outcome=outcome),
        [0, math.log(10), math.log(10 / 7), 0, math.log(2)],
        rtol=1e-15,
        atol=1e-15,
    )


def test_brier_1950_sums_over_both_classes():
    # Equation 2 of the paper with r = 2 classes: sum_j (f_j - E_j)^2, here for f = 0.7.
    both = (0.7 - 1) ** 2 + (0.3 - 0) ** 2
    assert 2 * brier_score(forecast=0.7, outcome=1) == pytest.approx(both)


def test_what_was_called_impossible_scores_infinity():
    scores = log_score(forecast=[0.0, 1.0], outcome=[1, 0])
    assert scores.tolist() == [math.inf, math.inf]


def test_a_nearly_certain_forecast_that_was_right_keeps_its_small_penalty():
    assert log_score(forecast=1e-20, outcome=0) == pytest.approx(1e-20, rel=1e-12)


@RULES
@pytest.mark.parametrize("bad", [math.nan, -0.01, 1.01, 80, math.inf])
def test_a_forecast_that_is_no_probability_is_refused(score, bad):
    message = rf"forecast\[1\] is {bad}.*between 0 and 1; write 80 percent as 0\.8"
    with pytest.raises(ValueError, match=message):
        score(forecast=[0.5, bad], outcome=[1, 1])


@RULES
@pytest.mark.parametrize("bad", [math.nan, 0.5, 2])
def test_an_outcome_that_did_not_happen_or_not_is_refused(score, bad):
    with pytest.raises(
        ValueError, match=r"outcome is .*1 for yes or 0 for no; leave out"
    ):
        score(forecast=0.5, outcome=bad)


@RULES
def test_shapes_must_agree(score):
    with pytest.raises(ValueError, match=r"shape \(3,\), outcome has \(2,\)"):
        score(forecast=[0.1, 0.2, 0.3], outcome=[1, 0])


@RULES
def test_arguments_cannot_be_swapped(score):
    with pytest.raises(TypeError, match="positional"):
        score(0.5, 1)
