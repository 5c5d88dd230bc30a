"""Parts of a mean score sum to it, and bands hold whoever is calibrated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.scoring import calibration, decomposition, log_score
from suasion.stream import uniform

said_and_seen = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0]), st.integers(0, 1)),
    min_size=1,
    max_size=40,
)


@given(pairs=said_and_seen)
def test_decomposition_sums_to_the_mean_score_with_parts_of_their_own(pairs):
    """Discrimination and uncertainty by Murphy's formulas, miscalibration by definition.

    Murphy's reliability, the mean squared distance to the recalibrated forecasts, and
    what varies within a bin (Stephenson et al. 2008), make up the miscalibration.
    """
    f, y = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    parts = decomposition(forecast=f, outcome=y)
    r = _pooled(f, y)
    within = 2 * ((f - r) * (r - y)).mean()
    assert parts.score == pytest.approx(((f - y) ** 2).mean(), abs=1e-12)
    assert parts.miscalibration == pytest.approx(
        ((f - r) ** 2).mean() + within, abs=1e-12
    )
    assert parts.discrimination == pytest.approx(
        ((r - y.mean()) ** 2).mean(), abs=1e-12
    )
    assert parts.uncertainty == pytest.approx(y.mean() * (1 - y.mean()), abs=1e-12)
    assert parts.score == pytest.approx(
        parts.miscalibration - parts.discrimination + parts.uncertainty, abs=1e-12
    )
    assert min(parts.miscalibration, parts.discrimination) >= -1e-12


def _pooled(f, y):
    """Pool adjacent violators by hand, one merge at a time: no library."""
    blocks = [[y[f == value].tolist(), [value]] for value in np.unique(f)]
    place = 0
    while place + 1 < len(blocks):
        if np.mean(blocks[place][0]) > np.mean(blocks[place + 1][0]):
            seen, said = blocks.pop(place + 1)
            blocks[place][0] += seen
            blocks[place][1] += said
            place = max(place - 1, 0)
        else:
            place += 1
    share = {value: np.mean(seen) for seen, said in blocks for value in said}
    return np.array([share[value] for value in f])


@given(pairs=said_and_seen)
def test_decomposition_of_the_log_score_is_exact_where_it_is_finite(pairs):
    f, y = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    f = np.clip(f, 0.05, 0.95)
    parts = decomposition(forecast=f, outcome=y, rule=log_score)
    assert parts.score == pytest.approx(log_score(forecast=f, outcome=y).mean())
    assert parts.miscalibration - parts.discrimination + parts.uncertainty == (
        pytest.approx(parts.score, abs=1e-12)
    )
    assert min(parts.miscalibration, parts.discrimination) >= -1e-12


def test_murphy_1973_with_the_forecasts_own_bins():
    # Forecasts already rise with the shares, so nothing is pooled: reliability
    # sum n_k (f_k - o_k)^2 / n, resolution sum n_k (o_k - o)^2 / n, by hand.
    f = [0.1] * 4 + [0.6] * 4
    y = [0, 0, 0, 1, 1, 1, 1, 0]
    parts = decomposition(forecast=f, outcome=y)
    assert parts.miscalibration == pytest.approx(0.5 * (0.15**2 + 0.15**2))
    assert parts.discrimination == pytest.approx(0.25**2)
    assert parts.uncertainty == pytest.approx(0.25)


def test_every_case_weighs_the_same():
    once = decomposition(forecast=[0.2, 0.9], outcome=[0, 1])
    often = decomposition(
        forecast=[0.2, 0.2, 0.2, 0.9], outcome=[0, 0, 0, 1], cluster="aaab"
    )
    for name, value in once.model_dump().items():
        assert getattr(often, name) == pytest.approx(value, abs=1e-12)


def test_consistency_band_holds_a_calibrated_forecaster_and_not_a_liar():
    f = uniform(11, "said", 0, 2000)
    y = (uniform(11, "seen", 0, 2000) < f).astype(float)
    honest = calibration(forecast=f, outcome=y, resamples=200)
    assert honest.inside > 0.8
    liar = calibration(forecast=f**3, outcome=y, resamples=200)
    assert liar.inside < 0.2


def test_band_is_wide_where_many_forecasts_rest_on_few_cases():
    f = np.full(40, 0.5) + np.tile([0.0, 0.01], 20)
    y = np.repeat([0, 1], 20)
    alone = calibration(forecast=f, outcome=y, resamples=400)
    shared = calibration(
        forecast=f, outcome=y, cluster=["a"] * 20 + ["b"] * 20, resamples=400
    )
    assert shared.clusters == 2
    assert shared.high[0] - shared.low[0] > 1.5 * (alone.high[0] - alone.low[0])


def test_band_is_a_function_of_the_seed():
    f, y = [0.2, 0.4, 0.9], [0, 1, 1]
    first, again, other = (
        calibration(forecast=f, outcome=y, resamples=300, seed=s) for s in (1, 1, 2)
    )
    assert first == again
    assert first.seed != other.seed
