"""Strategic probit and logit: known parameters, how sure, predictions, the record."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from scipy.special import log_ndtr, ndtr

from disputes import EVERY, TRUTH, UTILITIES, drawn, fitted
from suasion.crisis import EstimationError, fit, vuong
from suasion.crisis.game import GAMES
from suasion.crisis.likelihood import Block, Model
from suasion.crisis.maximum import climb
from suasion.crisis.vuong import _vuong
from suasion.report.outcome_profile import profile_chart

# --- estimates ---------------------------------------------------------------------


@pytest.mark.parametrize(("game", "errors", "link"), EVERY)
def test_known_parameters_are_recovered(game: str, errors: str, link: str) -> None:
    named = {"game": game, "errors": errors, "link": link}
    result = fitted(drawn(2500, **named), starts=5, **named)
    assert result.converged
    assert result.agreeing == result.starts == 5
    for name, error in zip(result.names, result.standard_errors, strict=True):
        assert abs(result[name] - TRUTH[name]) < 3.0 * error
        assert error < 0.4


@pytest.mark.slow
@pytest.mark.parametrize(("game", "errors", "link"), [EVERY[0], EVERY[4]])
def test_intervals_cover_the_truth_as_often_as_they_say(
    game: str, errors: str, link: str
) -> None:
    named = {"game": game, "errors": errors, "link": link}
    inside = []
    for seed in range(60):
        result = fitted(drawn(800, seed=seed, **named), starts=1, **named)
        ends = zip(result.names, result.interval(0.9), strict=True)
        inside.append([low < TRUTH[name] < high for name, (low, high) in ends])
    # 60 replications of some 7 coefficients, correlated within a replication.
    assert 0.85 < np.mean(inside) < 0.95


def test_last_node_alone_is_a_plain_probit() -> None:
    rng = np.random.default_rng(4)
    terms = np.column_stack([np.ones(300), rng.normal(size=300)])
    chosen = (terms @ [0.2, 0.9] + rng.normal(size=300) > 0.0).astype(int)
    game = GAMES["three"].after(1)
    model = Model(game, "agent", "probit", (Block(1, 1, terms),))
    beta = climb(model, chosen, np.ones(300), np.zeros(2)).theta / math.sqrt(2.0)
    sign = 2.0 * chosen - 1.0
    index = sign * (terms @ beta)
    slope = sign * np.exp(-(index**2) / 2.0 - log_ndtr(index)) / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(terms.T @ slope, 0.0, atol=1e-4)


def test_units_order_and_frame_change_nothing_else() -> None:
    data = drawn(1500)
    result = fitted(data)
    order = np.random.default_rng(1).permutation(1500)
    other = pd.DataFrame(data).iloc[order]
    other["x"] *= 1000.0
    again = fitted(other)
    assert again.log_likelihood == pytest.approx(result.log_likelihood, rel=1e-12)
    for name in result.names:
        unit = 1000.0 if name.endswith("x") else 1.0
        assert again[name] * unit == pytest.approx(result[name], abs=1e-7)
    assert fitted(pd.DataFrame(data)) == result


def test_polars_frames_are_read_like_others() -> None:
    import polars

    data = drawn(800)
    assert fitted(polars.DataFrame(data)) == fitted(data)


def test_codes_categories_and_missing_values() -> None:
    data = drawn(1500)
    data["who"] = np.where(data["x"] > 0.3, "ally", "rival")
    data["gap"] = np.where(np.arange(1500) % 10 == 4, np.nan, data["w"])
    utilities = {**UTILITIES["three"], "U2(fight)": "1 + z + who", "U1(fight)": "gap"}
    result = fit(data, outcome="y", utilities=utilities, missing="drop")
    assert (result.rows, result.dropped) == (1350, 150)
    assert "U2(fight): who[T.rival]" in result.names
    kept = {name: column[np.arange(1500) % 10 != 4] for name, column in data.items()}
    codes = {"sq": 0, "concede": 1, "fight": 2}
    kept["y"] = [codes[word] for word in kept["y"]]
    again = fit(kept, outcome="y", utilities=utilities, codes=codes)
    assert again.coefficients == result.coefficients


# --- how sure ----------------------------------------------------------------------


def test_clusters_of_one_row_are_the_robust_errors_by_hand() -> None:
    data = drawn(600)
    data["row"] = np.arange(600)[::-1]
    alone = fitted(data, cluster="row")
    robust = fitted(data, covariance="robust")
    np.testing.assert_allclose(alone.covariance, robust.covariance, rtol=1e-9)
    made = robust._made()
    theta = np.array(robust.coefficients)
    chosen = np.array([GAMES["three"].outcomes.index(word) for word in data["y"]])
    inverse = np.linalg.inv(-made.model.hessian(theta, chosen, np.ones(600)))
    scores = made.model.scores(theta, chosen)
    by_hand = 600 / 599 * inverse @ (scores.T @ scores) @ inverse
    np.testing.assert_allclose(robust.covariance, by_hand, rtol=1e-8)


def test_counting_rows_twice_makes_only_clustered_errors_no_smaller() -> None:
    data = drawn(600)
    twice = {name: np.tile(column, 2) for name, column in data.items()}
    twice["who"] = np.tile(np.arange(600), 2)
    once = fitted(data, covariance="robust")
    clustered = fitted(twice, cluster="who")
    np.testing.assert_allclose(clustered.covariance, once.covariance, rtol=1e-6)
    naive = np.array(fitted(twice).covariance)
    np.testing.assert_allclose(2.0 * naive, fitted(data).covariance, rtol=1e-6)


@pytest.mark.slow
def test_bootstrap_is_close_to_robust_and_the_same_for_any_threads() -> None:
    data = drawn(800)
    data["who"] = np.repeat(np.arange(200), 4)
    how = {"covariance": "bootstrap", "replications": 200, "cluster": "who"}
    one, three = (fitted(data, threads=threads, **how) for threads in (1, 3))
    assert one == three
    ratio = np.divide(one.standard_errors, fitted(data, cluster="who").standard_errors)
    # 200 replications: a standard error of 5 % in each ratio.
    assert ((ratio > 0.8) & (ratio < 1.35)).all()
    assert (one.replications, one.failed, one.clusters) == (200, 0, 200)


# --- predictions -------------------------------------------------------------------


@pytest.mark.parametrize(("game", "errors", "link"), EVERY)
def test_delta_and_simulated_intervals_agree(game: str, errors: str, link: str) -> None:
    named = {"game": game, "errors": errors, "link": link}
    result = fitted(drawn(1500, **named), **named)
    new = {"x": [0.0, 1.0], "a": [0.2, 0.0], "w": [0.5, -0.5], "z": [0.0, 1.0]}
    delta = result.predict(new)
    drawn_ = result.predict(new, interval="simulated", draws=2000)
    np.testing.assert_allclose(delta.probability.sum(axis=1), 1.0, atol=1e-14)
    np.testing.assert_array_equal(delta.probability, drawn_.probability)
    width = delta.high - delta.low
    assert (np.abs(delta.low - drawn_.low) < 0.15 * width + 1e-3).all()
    assert (np.abs(delta.high - drawn_.high) < 0.15 * width + 1e-3).all()


def test_profile_is_the_mean_prediction_of_changed_rows() -> None:
    data = drawn(700)
    result = fitted(data)
    profile = result.profile("w", [-1.0, 2.0])
    for row, value in enumerate((-1.0, 2.0)):
        rows = result.predict({**data, "w": np.full(700, value)}, interval=None)
        mean = rows.probability.mean(axis=0)
        np.testing.assert_allclose(profile.probability[row], mean, rtol=1e-12)
    assert (
        (profile.low < profile.probability) & (profile.probability < profile.high)
    ).all()
    assert list(profile.to_dict()) == [
        "w", "sq", "sq_low", "sq_high", "concede", "concede_low", "concede_high",
        "fight", "fight_low", "fight_high",
    ]  # fmt: skip


def test_charts_name_every_outcome_for_numbers_and_for_categories() -> None:
    data = drawn(900, "four")
    data["who"] = np.where(data["x"] > 0.3, "ally", "rival")
    utilities = {**UTILITIES["four"], "U2(fight)": "1 + z + who"}
    result = fit(data, outcome="y", utilities=utilities, game="four", starts=1)
    for covariate in ("z", "who"):
        chart = profile_chart(result.profile(covariate), width=350)
        assert chart.title == f"Predicted outcomes by {covariate}"
        for word in ("status quo", "2 concedes", "1 backs down", "fight"):
            assert word in chart.description
        legends = [
            part["legend"]["orient"]
            for layer in chart.to_dict()["layer"]
            for part in layer["encoding"].values()
            if isinstance(part, dict) and part.get("legend")
        ]
        assert legends == ["bottom", "bottom"]


# --- Vuong and Clarke --------------------------------------------------------------


def test_vuong_and_clarke_by_hand() -> None:
    first = np.array([-0.2, -0.5, -0.1, -0.9, -0.4])
    second = np.array([-0.6, -0.4, -0.7, -1.2, -0.5])
    # m = .4, -.1, .6, .3, .1: sum 1.3, mean .26, mean square .126, variance .0584.
    plain = _vuong(first, second, 2, "none")
    assert plain.z == pytest.approx(1.3 / math.sqrt(5 * 0.0584), rel=1e-12)
    assert plain.p_value == pytest.approx(2.0 * ndtr(-plain.z), rel=1e-12)
    assert (plain.better, plain.clarke_p_value) == (4, pytest.approx(12 / 32))
    bic = _vuong(first, second, 2, "bic")
    assert bic.z == pytest.approx((1.3 - math.log(5.0)) / math.sqrt(5 * 0.0584))
    # K / n = .322 leaves two rows in which the first is better.
    assert (bic.better, bic.clarke_p_value) == (2, 1.0)
    assert _vuong(second, first, -2, "bic").z == pytest.approx(-bic.z, rel=1e-12)


def test_vuong_finds_the_model_that_made_the_data() -> None:
    data = drawn(1500, link="logit")
    wrong = {"U1(sq)": "1 + z", "U1(fight)": "1 + x", "U2(fight)": "1 + w"}
    right = fitted(data, link="logit")
    other = fit(data, outcome="y", utilities=wrong, link="logit", starts=2)
    found = vuong(right, other)
    assert found.z > 5.0
    assert "the first model is closer" in str(found)
    assert "the second model is closer" in str(vuong(other, right))
    with pytest.raises(EstimationError, match="give every row the same likelihood"):
        vuong(right, right)
    with pytest.raises(EstimationError, match="not of the same rows"):
        vuong(right, fitted(drawn(800)))
    with pytest.raises(ValueError, match="correction is 'BIC'"):
        vuong(right, other, correction="BIC")


# --- the record --------------------------------------------------------------------


def test_record_is_frozen_and_remembers_what_is_needed_to_repeat_it() -> None:
    data = drawn(600)
    result = fitted(data)
    with pytest.raises(ValidationError, match="frozen"):
        result.rows = 3
    kept = json.loads(json.dumps(result.to_dict()))
    assert kept["utilities"] == UTILITIES["three"]
    assert kept["bic"] == pytest.approx(
        7 * math.log(600) - 2 * sum(result.log_likelihoods)
    )
    assert sum(kept["outcomes"].values()) == kept["rows"] == 600
    assert len(kept["data_hash"]) == 32
    data["x"] = data["x"] + 1e-12
    assert fitted(data).data_hash != kept["data_hash"]


def test_summary_says_all_that_is_needed_to_read_it() -> None:
    data = drawn(600)
    data["who"] = np.arange(600) % 12
    text = fitted(data, cluster="who", starts=5).summary(0.9)
    for part in (
        "Strategic probit, game 'three', agent error",
        "U1(sq): x ",
        "P>|z|",
        "[0.05",
        "0.95]",
        "AIC",
        "5 of 5 agree",
        "robust, 12 clusters by who, times",
        "G / (G - 1)",
        "12 clusters are few",
    ):
        assert part in text
    assert max(map(len, text.split("\n")[:16])) <= 88
