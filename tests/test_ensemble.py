"""Stacking: never worse than its parts where it learned; drawn to equal weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from suasion.backtest.ensemble import chance_weights, place_weights, pool_crps
from suasion.scoring import crps, importance, log_score

CHANCES = arrays(
    float,
    st.tuples(st.integers(2, 5), st.integers(3, 12)),
    elements=st.floats(0.01, 0.99),
)
SEEDS = st.integers(0, 2**32)


def outcomes(seed: int, count: int) -> tuple[np.ndarray, list[str]]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 2, count).astype(float), [
        "abcdefgh"[k] for k in rng.integers(0, 5, count)
    ]


def clouds(seed: int, cases: int = 4, models: int = 3) -> tuple[np.ndarray, ...]:
    """Draws of models on cases, what came true, and the distances."""
    rng = np.random.default_rng(seed)
    x = rng.normal(
        rng.normal(size=(cases, models, 1)), rng.uniform(0.1, 2), (cases, models, 40)
    )
    y = rng.normal(size=cases)
    far = np.abs(x - y[:, None, None]).mean(axis=-1)
    apart = np.abs(x[:, :, None, :, None] - x[:, None, :, None, :]).mean(axis=(-1, -2))
    return x, y, far, apart


@settings(deadline=None, max_examples=60)
@given(said=CHANCES, seed=SEEDS)
def test_stacked_chances_are_never_worse_than_the_best_part(
    said: np.ndarray, seed: int
) -> None:
    outcome, cluster = outcomes(seed, said.shape[1])
    parts = {str(k): row for k, row in enumerate(said)}
    weights = chance_weights(said=parts, outcome=outcome, cluster=cluster, prior=0.0)
    share = importance(cluster)
    pool = sum(weights[name] * row for name, row in parts.items())
    own = share @ log_score(forecast=np.clip(pool, 0, 1), outcome=outcome)
    best = min(share @ log_score(forecast=row, outcome=outcome) for row in said)
    assert own <= best + 1e-6
    assert sum(weights.values()) == pytest.approx(1.0)


@settings(deadline=None, max_examples=60)
@given(seed=SEEDS)
def test_stacked_places_are_never_worse_than_the_best_part(seed: int) -> None:
    _, _, far, apart = clouds(seed)
    cluster = "aabc"
    weights = place_weights(
        names="xyz", far=far, apart=apart, cluster=cluster, prior=0.0
    )
    share = importance(cluster)
    own = share @ pool_crps(weight=[*weights.values()], far=far, apart=apart)
    parts = [share @ pool_crps(weight=one, far=far, apart=apart) for one in np.eye(3)]
    assert own <= min(parts) + 1e-9
    # Convex: no worse than any other mixture either.
    for other in np.random.default_rng(seed).dirichlet(np.ones(3), 20):
        assert own <= share @ pool_crps(weight=other, far=far, apart=apart) + 1e-7


@given(seed=SEEDS)
def test_the_score_of_a_mixture_is_that_of_its_draws_together(seed: int) -> None:
    x, y, far, apart = clouds(seed)
    together = x.reshape(len(y), -1)  # as many draws of each: equal weights
    direct = [
        crps(ensemble=row, outcome=end) for row, end in zip(together, y, strict=True)
    ]
    pooled = pool_crps(weight=np.full(3, 1 / 3), far=far, apart=apart)
    assert pooled == pytest.approx(np.array(direct), abs=1e-12)


@pytest.mark.parametrize("prior", [0.5, 8.0, 1e9])
def test_weights_are_drawn_towards_equal_ones(prior: float) -> None:
    said = {"good": [0.9, 0.1, 0.8], "bad": [0.1, 0.9, 0.2]}
    weights = chance_weights(said=said, outcome=[1, 0, 1], cluster="abc", prior=prior)
    # All of it to the good one, of three cases, and the prior's half.
    assert weights["good"] == pytest.approx((3 + prior / 2) / (3 + prior), abs=1e-6)


def test_a_pool_of_readers_can_be_a_part() -> None:
    said = {"model": [0.4, 0.6], "readers' pool": [0.8, 0.3]}
    weights = chance_weights(said=said, outcome=[1, 0], cluster="ab")
    assert weights["readers' pool"] > weights["model"] > 0.0


def test_a_model_that_called_it_impossible_does_not_spoil_the_sum() -> None:
    said = {"sure": [0.0, 0.0], "unsure": [0.5, 0.4]}
    weights = chance_weights(said=said, outcome=[1, 0], cluster="ab", prior=0.0)
    assert 0.0 < weights["unsure"] <= 1.0


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"said": {}}, "0 parts and 2 questions"),
        ({"prior": -1.0}, "prior is -1.0; it counts cases"),
        ({"prior": float("nan")}, "prior is nan"),
        ({"said": {"a": [0.5, 1.5]}}, r"1\.5"),
    ],
)
def test_what_cannot_be_stacked_is_named(change: dict[str, object], match: str) -> None:
    given = {"said": {"a": [0.5, 0.5]}, "outcome": [1, 0], "cluster": "ab"} | change
    with pytest.raises(ValueError, match=match):
        chance_weights(**given)
