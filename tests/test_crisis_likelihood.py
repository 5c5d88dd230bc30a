"""Strategic probit and logit: probabilities, limits, derivatives."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import expit, log_ndtr, ndtr

from disputes import EVERY, UTILITIES, frame, truth
from suasion.crisis import probabilities, simulate
from suasion.crisis.game import GAMES
from suasion.crisis.likelihood import Block, Model


def model_of(game, errors, link, rows=40, seed=3):
    rng = np.random.default_rng(seed)
    blocks = tuple(
        Block(player, outcome, rng.normal(size=(rows, 2)))
        for player in (0, 1)
        for outcome in GAMES[game].matters(player)
    )
    model = Model(GAMES[game], errors, link, blocks)
    chosen = rng.integers(0, len(GAMES[game].outcomes), rows)
    return model, rng.normal(size=model.size), chosen, rng.uniform(0.5, 2.0, rows)


# --- probabilities -----------------------------------------------------------------


def test_three_outcomes_in_closed_form() -> None:
    u = {"U1(sq)": 0.4, "U1(concede)": 0.9, "U1(fight)": -0.7}
    v = {"U2(concede)": -0.3, "U2(fight)": 0.2}
    terms = dict.fromkeys({**u, **v}, "1")
    values = {f"{key}: 1": value for key, value in {**u, **v}.items()}

    def found(**named):
        return probabilities({"row": [0.0]}, terms, values, **named)[0]

    fights = ndtr(0.5 / math.sqrt(2.0))
    gain = (1.0 - fights) * 0.9 + fights * -0.7 - 0.4
    for errors, scale in (
        ("agent", math.sqrt(2.0)),
        ("private", math.sqrt(1.0 + fights**2 + (1.0 - fights) ** 2)),
    ):
        challenges = ndtr(gain / scale)
        expected = [1 - challenges, challenges * (1 - fights), challenges * fights]
        np.testing.assert_allclose(found(errors=errors), expected, rtol=1e-14)
    fights = expit(0.5)
    challenges = expit((1.0 - fights) * 0.9 + fights * -0.7 - 0.4)
    expected = [1 - challenges, challenges * (1 - fights), challenges * fights]
    np.testing.assert_allclose(found(link="logit"), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("precision", "challenge", "resist", "fight"),
    [
        (0.5, 0.522709088, 0.631814354, 0.524979187),
        (1, 0.510466421, 0.742715923, 0.549833997),
        (2, 0.433781101, 0.885146905, 0.598687660),
        (5, 0.230579953, 0.989806565, 0.731058579),
        (10, 0.096729212, 0.999648737, 0.880797078),
    ],
)
def test_logit_is_the_quantal_response_equilibrium(
    precision: float, challenge: float, resist: float, fight: float
) -> None:
    # Computed with an established game-theory package; precision scales utilities.
    payoffs = {"U1(concede)": 1.0, "U1(back)": -0.4, "U1(fight)": -0.2}
    payoffs |= {"U2(concede)": -1.0, "U2(back)": 0.5, "U2(fight)": -0.3}
    (found,) = probabilities(
        {"row": [1]},
        dict.fromkeys(payoffs, "1"),
        {f"{key}: 1": precision * value for key, value in payoffs.items()},
        game="four",
        link="logit",
    )
    expected = [
        1.0 - challenge,
        challenge * (1.0 - resist),
        challenge * resist * (1.0 - fight),
        challenge * resist * fight,
    ]
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize("errors", ["agent", "private"])
def test_without_a_fight_the_challenge_is_a_plain_probit(errors: str) -> None:
    data = frame(50)
    found = probabilities(
        data,
        {"U1(sq)": "1 + x", "U1(concede)": "a", "U2(fight)": "1"},
        {
            "U1(sq): 1": 0.3,
            "U1(sq): x": -0.8,
            "U1(concede): a": 0.7,
            "U2(fight): 1": -60.0,
        },
        errors=errors,
    )
    index = 0.7 * data["a"] - 0.3 + 0.8 * data["x"]
    plain = ndtr(index / math.sqrt(2.0))
    np.testing.assert_allclose(found[:, 1], plain, rtol=1e-13)
    assert (found[:, 2] < 1e-200).all()


@given(
    st.sampled_from(EVERY),
    st.lists(st.floats(-300, 300), min_size=7, max_size=7),
)
def test_probabilities_sum_to_one_and_have_logarithms(kind, values) -> None:
    game, errors, link = kind
    pairs = [(p, o) for p in (0, 1) for o in GAMES[game].matters(p)]
    blocks = tuple(Block(p, o, np.ones((1, 1))) for p, o in pairs)
    model = Model(GAMES[game], errors, link, blocks)
    theta = np.array(values[: model.size])
    reach = model.solve(model.utilities(theta)).reach[:, 0]
    assert (reach >= 0.0).all()
    assert reach.sum() == pytest.approx(1.0, abs=1e-12)
    for outcome in range(len(reach)):
        log = model.log_likelihood(theta, np.array([outcome]))[0]
        assert np.isfinite(log)
        assert math.exp(log) == pytest.approx(reach[outcome], rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(("game", "errors", "link"), EVERY)
def test_players_who_draw_errors_behave_as_the_probabilities_say(
    game: str, errors: str, link: str
) -> None:
    data = {
        name: np.full(40_000, value)
        for name, value in zip("xawz", (0.3, -0.5, 0.8, 0.4), strict=True)
    }
    named = {"game": game, "errors": errors, "link": link}
    p = probabilities(data, UTILITIES[game], truth(game), **named)[0]
    seen = simulate(data, UTILITIES[game], truth(game), seed=2, **named)
    share = np.array([(seen == word).mean() for word in GAMES[game].outcomes])
    assert (np.abs(share - p) < 4.0 * np.sqrt(p * (1.0 - p) / 40_000)).all()


# --- derivatives -------------------------------------------------------------------


@pytest.mark.parametrize(("game", "errors", "link"), EVERY)
def test_gradient_and_hessian_are_those_of_differences(
    game: str, errors: str, link: str
) -> None:
    model, theta, chosen, weight = model_of(game, errors, link)

    def value(point):
        return weight @ model.log_likelihood(point, chosen)

    def gradient(point):
        return model.value_and_gradient(point, chosen, weight)[1]

    forward = approx_fprime(theta, value, 1e-6)
    backward = approx_fprime(theta, value, -1e-6)
    found = gradient(theta)
    np.testing.assert_allclose(found, (forward + backward) / 2.0, atol=2e-6)
    np.testing.assert_allclose(weight @ model.scores(theta, chosen), found, atol=1e-12)
    forward = approx_fprime(theta, gradient, 1e-6)
    backward = approx_fprime(theta, gradient, -1e-6)
    hessian = model.hessian(theta, chosen, weight)
    np.testing.assert_allclose(hessian, (forward + backward) / 2.0, atol=2e-6)
    np.testing.assert_array_equal(hessian, hessian.T)


def test_gradient_is_that_of_a_complex_step_through_the_closed_form() -> None:
    model, theta, chosen, weight = model_of("three", "private", "probit")

    def value(point):
        sq, concede, fight, gives_in, resists = (
            block.terms @ point[place]
            for block, place in zip(model.blocks, model.places, strict=True)
        )
        eta = (resists - gives_in) / math.sqrt(2.0)
        q = np.exp(log_ndtr(eta))
        scale = np.sqrt(1.0 + q**2 + (1.0 - q) ** 2)
        xi = ((1.0 - q) * concede + q * fight - sq) / scale
        logs = np.array(
            [
                log_ndtr(-xi),
                log_ndtr(xi) + log_ndtr(-eta),
                log_ndtr(xi) + log_ndtr(eta),
            ]
        )
        return weight @ logs[chosen, np.arange(len(chosen))]

    steps = 1e-30j * np.eye(model.size)
    exact = [value(theta + step).imag / 1e-30 for step in steps]
    found, gradient = model.value_and_gradient(theta, chosen, weight)
    assert found == pytest.approx(value(theta), rel=1e-13)
    np.testing.assert_allclose(gradient, exact, rtol=1e-10)
