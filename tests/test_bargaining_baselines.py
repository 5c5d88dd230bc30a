"""Weighted mean, weighted median and Nash bargaining: golden values, routes, laws."""

import functools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import minimize_scalar

from suasion.bargaining import MODELS, nash, weighted_mean, weighted_median
from suasion.bargaining import draws as draws_module

# Capability, position (years of delay) and salience of ten member states on emission
# standards: Bueno de Mesquita 1994, p. 78; Scholz, Calbert & Smith 2011, table 1.
EC = np.array(
    [
        [0.08, 4, 0.8],
        [0.08, 7, 0.4],
        [0.03, 4, 0.2],
        [0.16, 4, 0.8],
        [0.16, 10, 0.6],
        [0.16, 10, 0.6],
        [0.16, 10, 0.9],
        [0.05, 7, 0.1],
        [0.05, 4, 1.0],
        [0.08, 7, 0.7],
    ]
)


def nash_from(status_quo, position, weight, **options):
    outcome, converged = nash(position, weight, status_quo=status_quo, **options)
    assert converged.all()
    return outcome


def nash_on(low, high, position, weight, **options):
    outcome, converged = nash(position, weight, low=low, high=high, **options)
    assert converged.all()
    return outcome


# Each with positions on [0, 100].
SOLUTIONS = {
    "mean": weighted_mean,
    "median": weighted_median,
    "nash from 0": functools.partial(nash_from, 0.0),
    "nash from -20": functools.partial(nash_from, -20.0),
    "nash from 40": functools.partial(nash_from, 40.0),
    "nash on the scale": functools.partial(nash_on, 0.0, 100.0),
}
EACH = pytest.mark.parametrize("solve", SOLUTIONS.values(), ids=SOLUTIONS.keys())


@st.composite
def bargains(draw):
    """Positions on [0, 100], often equal, and weights, often 0 but never all."""
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 8)))
    # Positions are whole tenths: apart by more than rounding, or equal.
    position = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 1000))) / 10
    weight = draw(
        hnp.arrays(np.float64, shape, elements=st.just(0.0) | st.floats(1e-3, 10))
    )
    weight[:, draw(st.integers(0, shape[1] - 1))] = draw(st.floats(1e-3, 10))
    return position, weight


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-9)


# --- golden values -----------------------------------------------------------------


def test_emission_standards_scholz_calbert_smith_2011():
    capability, position, salience = EC.T[:, None]
    power = capability * salience
    assert weighted_mean(position, power)[0] == pytest.approx(
        7.389955686853767, rel=1e-15
    )
    assert weighted_median(position, power)[0] == 7.0


def test_two_equals_bargain_from_the_status_quo_in_closed_form():
    # 2/y = 1/(a - y) + 1/(b - y) with a = 80, b = 200: 4 y^2 - 3 (a + b) y + 2 a b = 0.
    a, b = 80.0, 200.0
    y = (3 * (a + b) - math.sqrt(9 * (a + b) ** 2 - 32 * a * b)) / 8
    close(nash_from(0.0, [[40, 100]], [[1, 1]]), [y])


# --- two routes --------------------------------------------------------------------


@given(bargains())
def test_mean_is_numpys_average(bargain):
    position, weight = bargain
    close(weighted_mean(position, weight), np.average(position, weights=weight, axis=1))


@given(bargains())
def test_median_is_the_middle_of_all_minimisers(bargain):
    position, weight = bargain
    for x, w, outcome in zip(
        position, weight, weighted_median(position, weight), strict=True
    ):
        x = x[w > 0]
        w = w[w > 0]
        loss = np.abs(x[:, None] - x) @ w
        best = x[loss <= loss.min() * (1 + 1e-11) + 1e-11]
        assert outcome == pytest.approx((best.min() + best.max()) / 2, abs=1e-6)


def by_search(log_gain, low, high):
    """Maximise by golden section and parabolas: knows nothing of the equation."""
    found = minimize_scalar(
        lambda x: -log_gain(x), bounds=(low, high), method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    return found.x


@given(bargains(), st.sampled_from([-20.0, -0.05, 100.05, 130.0]))
def test_nash_from_the_status_quo_maximises_the_product_of_gains(bargain, q):
    position, weight = bargain
    outcomes = nash_from(q, position, weight)
    for x, w, outcome in zip(position, weight, outcomes, strict=True):
        x = x[w > 0]
        w = w[w > 0]
        near = x[np.abs(x - q).argmin()]

        def log_gain(o, x=x, w=w):
            return w @ np.log((x - q) ** 2 - (x - o) ** 2)

        low, high = sorted((near, q + 2 * (near - q)))
        margin = 1e-9 * (high - low)
        searched = by_search(log_gain, low, high - margin if near > q else high)
        assert outcome == pytest.approx(searched, abs=2e-4)


@given(bargains())
def test_nash_from_the_far_end_maximises_the_product_of_gains(bargain):
    position, weight = bargain
    outcomes = nash_on(-10.0, 120.0, position, weight)
    for x, w, outcome in zip(position, weight, outcomes, strict=True):

        def log_gain(o, x=x, w=w):
            return w @ np.log(1 - ((o - x) / 130) ** 2)

        assert outcome == pytest.approx(by_search(log_gain, -10, 120), abs=2e-4)


@given(st.lists(st.floats(-12, 0), min_size=2, max_size=6), st.data())
def test_nash_solves_its_first_order_condition_at_extreme_weights(exponents, data):
    # With weights over twelve decades the outcome may lie hard against a root, where a
    # search on the product is blind; the sign of the derivative is not.
    w = 10.0 ** np.array(exponents)
    x = np.array(
        data.draw(st.lists(st.floats(1, 1e6), min_size=w.size, max_size=w.size))
    )
    (outcome,) = nash_from(0.0, [x], [w])

    def slope(y):
        return w.sum() / y - (w / (2 * x - y)).sum() if y < 2 * x.min() else -math.inf

    assert slope(outcome * (1 - 1e-9)) > 0 > slope(outcome * (1 + 1e-9))


@pytest.mark.parametrize("q", [-10.0, None])
def test_nash_is_where_bisection_finds_it_in_many_draws_of_extreme_weights(q):
    # Beside the root of a tiny weight Halley's steps are tiny far from the solution.
    rng = np.random.default_rng(20261122)
    x = 100 * rng.beta(0.1, 0.1, (5000, 12))
    w = 10 ** rng.uniform(-12, 0, x.shape)
    if q is None:
        left, right, low, high = x - 100, x + 100, x.min(axis=1), x.max(axis=1)
        outcome = nash_on(0, 100, x, w)
    else:
        left, right, low = np.full(x.shape, q), 2 * x - q, x.min(axis=1)
        high = right.min(axis=1)
        outcome = nash_from(q, x, w)
    for _ in range(60):
        middle = ((low + high) / 2)[:, None]
        pull = (w / (middle - left)).sum(axis=1) - (w / (right - middle)).sum(axis=1)
        low = np.where(pull > 0, middle[:, 0], low)
        high = np.where(pull > 0, high, middle[:, 0])
    np.testing.assert_allclose(outcome, (low + high) / 2, atol=1e-5)


# --- laws --------------------------------------------------------------------------


@EACH
@given(bargain=bargains(), seed=st.integers(0, 99))
def test_the_order_of_the_actors_does_not_matter(solve, bargain, seed):
    position, weight = bargain
    order = np.random.default_rng(seed).permutation(position.shape[1])
    close(solve(position[:, order], weight[:, order]), solve(position, weight))


@EACH
@given(bargain=bargains())
def test_the_outcome_lies_within_the_positions_of_those_with_weight(solve, bargain):
    position, weight = bargain
    outcome = solve(position, weight)
    heard = np.ma.array(position, mask=weight == 0)
    assert (heard.min(axis=1) <= outcome).all()
    assert (outcome <= heard.max(axis=1)).all()


@EACH
@given(position=st.floats(0, 100), weight=bargains())
def test_where_all_agree_they_get_it_to_the_last_bit(solve, position, weight):
    weights = weight[1]
    outcome = solve(np.full(weights.shape, position), weights)
    assert (outcome == position).all()


@EACH
@given(bargain=bargains(), stray=st.floats(0, 100))
def test_an_actor_without_weight_moves_nothing(solve, bargain, stray):
    position, weight = bargain
    wider = [
        np.column_stack([array, np.full(len(array), value)])
        for array, value in ((position, stray), (weight, 0.0))
    ]
    assert (solve(*wider) == solve(position, weight)).all()


@EACH
@given(bargain=bargains(), exponent=st.integers(-300, 300))
def test_the_unit_of_power_does_not_matter(solve, bargain, exponent):
    position, weight = bargain
    close(solve(position, weight * 10.0**exponent), solve(position, weight))


@given(bargain=bargains(), shift=st.integers(-50, 50), scale=st.floats(0.01, 100))
def test_shift_and_scale_carry_the_outcome_along(bargain, shift, scale):
    position, weight = bargain
    moved = scale * (position + shift)
    q, low, high = (scale * (end + shift) for end in (-20, 0, 100))
    low, high = low - 1e-9 * scale, high + 1e-9 * scale
    pairs = [
        (weighted_mean(moved, weight), weighted_mean(position, weight)),
        (weighted_median(moved, weight), weighted_median(position, weight)),
        (nash_from(q, moved, weight), nash_from(-20, position, weight)),
        (nash_on(low, high, moved, weight), nash_on(0, 100, position, weight)),
    ]
    for actual, before in pairs:
        np.testing.assert_allclose(actual / scale - shift, before, atol=1e-7)


@given(bargain=bargains())
def test_the_mirror_image_has_the_mirrored_outcome(bargain):
    position, weight = bargain
    pairs = [
        (weighted_mean(-position, weight), weighted_mean(position, weight)),
        (weighted_median(-position, weight), weighted_median(position, weight)),
        (nash_from(20, -position, weight), nash_from(-20, position, weight)),
        (nash_from(-50, -position, weight), nash_from(50, position, weight)),
        (nash_on(-100, 0, -position, weight), nash_on(0, 100, position, weight)),
    ]
    for mirrored, outcome in pairs:
        close(-mirrored, outcome)


@EACH
@given(bargain=bargains(), chunk=st.integers(1, 4), threads=st.integers(1, 3))
def test_same_bits_for_any_chunk_and_number_of_threads(solve, bargain, chunk, threads):
    position, weight = bargain
    whole = solve(position, weight)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws_module, "_CHUNK", chunk * position.shape[1])
        parts = solve(position, weight, threads=threads)
    assert whole.tobytes() == parts.tobytes()


@EACH
def test_same_bits_for_many_draws(solve):
    rng = np.random.default_rng(20241111)
    position = rng.uniform(0, 100, (20_001, 12)).round(1)
    weight = rng.uniform(0, 1, position.shape) * (rng.random(position.shape) < 0.8)
    weight[:, 3] = 0.5
    whole = solve(position, weight, threads=2)
    some = np.r_[0:5, 16_660:16_670, 20_000]
    one_by_one = [solve(position[[i]], weight[[i]])[0] for i in some]
    assert whole[some].tobytes() == np.array(one_by_one).tobytes()
    assert np.isfinite(whole).all()


@given(bargain=bargains(), weakest=st.floats(1e-12, 1))
def test_an_actor_beyond_the_status_quo_holds_everybody_there(bargain, weakest):
    position, weight = bargain
    beyond = np.column_stack([position, np.full(len(position), -1.0)])
    weights = np.column_stack([weight, np.full(len(weight), weakest)])
    q = -0.5
    assert (nash_from(q, beyond, weights) == q).all()
    beyond[:, -1] = q
    assert (nash_from(q, beyond, weights) == q).all()


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1.0, 1e150])
def test_no_overflow_at_either_end_of_the_numbers(size):
    position = np.array([[0.3, 0.9, 1.0], [1e-20, 1.0, 1.0]]) * size
    weight = np.array([[5e-324, 1.0, 1e-9], [1e308, 1e308, 1e308]])
    for outcome in (
        weighted_mean(position, weight),
        weighted_median(position, weight),
        nash_from(0.0, position, weight),
        nash_on(0.0, size, position, weight),
    ):
        assert np.isfinite(outcome).all()


def test_no_draws_give_no_outcomes():
    for solve in SOLUTIONS.values():
        assert solve(np.empty((0, 3)), np.empty((0, 3))).shape == (0,)


# --- what is refused ---------------------------------------------------------------


@EACH
@pytest.mark.parametrize(
    ("position", "weight", "message"),
    [
        (
            [[1, 2]],
            [[1, -1]],
            r"weight\[0, 1\] is -1.0; a weight is finite and at least",
        ),
        ([[1, 2]], [[1, math.nan]], r"weight\[0, 1\] is nan"),
        ([[1, 2]], [[1, math.inf]], r"weight\[0, 1\] is inf"),
        ([[1, 2]] * 2, [[1, 1], [0, 0]], r"weight\[1\] is 0 for every actor; somebody"),
        ([[1, 2]], [[1, 1, 1]], r"shape \(1, 2\), weight has \(1, 3\)"),
        ([1, 2], [1, 2], r"position has shape \(2,\); it must be \(draws, actors\)"),
        ([[]], [[]], r"at least one actor"),
        ([[1, math.nan]], [[1, 1]], r"position\[0, 1\] is nan"),
        ([[math.inf, 1]], [[1, 1]], r"position\[0, 0\] is inf"),
    ],
)
def test_bad_arrays_are_refused_in_words(solve, position, weight, message):
    with pytest.raises(ValueError, match=message):
        solve(position, weight)


def test_the_first_bad_draw_is_named_whatever_the_threads():
    position = np.ones((200_000, 3))
    position[[90_000, 170_000], 1] = math.nan
    for threads in (1, 2):
        with pytest.raises(ValueError, match=r"position\[90000, 1\] is nan"):
            weighted_mean(position, np.ones_like(position), threads=threads)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "neither status_quo nor low and high are given"),
        ({"low": 0, "high": 0}, "the scale runs from 0 to 0; low must be below high"),
        ({"low": 0, "high": math.nan}, "low must be below high"),
        ({"low": 0, "high": 50}, r"position\[0, 1\] is 60.0; a position lies on the"),
        ({"status_quo": math.nan}, "status_quo is nan; it must be finite"),
        ({"status_quo": [1, 2]}, r"status_quo has shape \(2,\); it is one number or"),
        ({"status_quo": 0, "threads": 0}, "threads is 0; at least one is needed"),
    ],
)
def test_bad_settings_of_nash_are_refused_in_words(options, message):
    with pytest.raises(ValueError, match=message):
        nash([[40, 60]], [[1, 1]], **options)


# --- models ------------------------------------------------------------------------


def sampled(draws=5, actors=4, issues=2):
    rng = np.random.default_rng(7)
    return (
        rng.uniform(0.1, 1, (draws, actors)),
        rng.uniform(0, 100, (draws, actors, issues)),
        rng.uniform(0.1, 1, (draws, actors, issues)),
    )


@pytest.mark.parametrize("name", ["mean", "median", "nash"])
def test_a_model_settles_each_issue_by_itself_in_one_round(name):
    capability, position, salience = sampled()
    status_quo = np.array([[-5.0, math.nan]] * 5)
    result = MODELS[name](
        capability, position, salience, low=0, high=[100, 100], status_quo=status_quo,
        actors="ABCD", issues=["left", "right"],
    )  # fmt: skip
    solve = {
        "mean": [weighted_mean] * 2,
        "median": [weighted_median] * 2,
        "nash": [SOLUTIONS["nash on the scale"]] * 2,
    }[name]
    if name == "nash":
        solve[0] = functools.partial(nash_from, -5.0)
        assert result.parameters == {"disagreement": ["status quo", "far end"]}
    for k in (0, 1):
        alone = solve[k](position[:, :, k], capability * salience[:, :, k])
        assert (result.outcome[:, k] == alone).all()
    assert result.rounds == 1
    assert (result.positions[:, 0] == position).all()
    assert (result.positions[:, 1] == result.outcome[:, None]).all()
    assert result.converged.all()
    for array in (result.positions, result.outcome, result.converged):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    plain = result.to_dict(draw=3)
    assert plain["actors"] == ["A", "B", "C", "D"]
    assert plain["positions"][1][2] == plain["outcome"]
    assert (plain["model"], plain["rounds"], plain["moves"]) == (name, 1, [])


def test_a_model_refuses_arrays_and_names_that_do_not_fit():
    capability, position, salience = sampled()
    run = MODELS["mean"]
    with pytest.raises(ValueError, match=r"capability \(5, 3\); they must be"):
        run(capability[:, 1:], position, salience, low=0, high=100)
    with pytest.raises(ValueError, match=r"1 names are given \(A\) for 4"):
        run(capability, position, salience, low=0, high=100, actors=["A"])
