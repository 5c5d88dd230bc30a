r"""Ensembles: models weighed by how they did on *other* cases.

A pool is a mixture, :math:`F = \sum_k w_k F_k` with weights that sum to 1. Stacking takes
the weights that would have scored best on decided cases, each case weighing the same: by
the log score for questions whether, by the CRPS for questions where,

.. math:: \mathrm{CRPS}(w) = \sum_k w_k\, E|X_k - y|
          - \tfrac12 \sum_{k,l} w_k w_l\, E|X_k - X_l| .

Both are convex in w, and a single model is a pool too, so on the cases it learned from a
stacked pool is never worse than its best part (Yao, Vehtari, Simpson & Gelman 2018,
Bayesian Analysis 13, 917-1007; for pools of distributions: Hall & Mitchell 2007,
International Journal of Forecasting 23, 1-13). On new cases it may well be: with few
cases the weights follow chance. So they are drawn towards equal ones, as if `PRIOR`
further cases had favoured all parts alike,

.. math:: w = \frac{C\, \hat w + c\, / K}{C + c} .

That `PRIOR` is 8, about as many as there are cases, is judgement, not fitted. The parts
are any named series of forecasts: a pool of readers can be one as soon as there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.scoring_rule import importance, log_score
from suasion.window.dossier import stack

__all__ = ["PRIOR", "chance_weights", "place_weights", "pool_crps"]

Array = NDArray[np.float64]

PRIOR = 8.0
_LEAST = 1e-9  # of a probability, so that one bad day does not rule a model out


def chance_weights(
    *,
    said: Mapping[str, ArrayLike],
    outcome: ArrayLike,
    cluster: Sequence[object],
    prior: float = PRIOR,
) -> dict[str, float]:
    """Stack probabilities by the log score.

    Parameters
    ----------
    said : mapping of str to array_like of shape (n,)
        Probabilities of yes by part, on the same questions in the same order.
    outcome : array_like of shape (n,)
        1 for yes, 0 for no.
    cluster : sequence of length n
        The case of each question: every case weighs the same.
    prior : float
        How many cases' worth the equal weights have, at least 0.

    Raises
    ------
    ValueError
        If there is no part or question, one is no probability, or the prior is below 0.

    Examples
    --------
    >>> said = {"good": [0.9, 0.2, 0.8], "bad": [0.4, 0.7, 0.3]}
    >>> weights = chance_weights(said=said, outcome=[1, 0, 1], cluster="abc", prior=1)
    >>> {name: round(weight, 3) for name, weight in weights.items()}
    {'good': 0.875, 'bad': 0.125}
    """
    _check(said, cluster, prior)
    surprise = np.stack(
        [log_score(forecast=part, outcome=outcome) for part in said.values()]
    )
    likelihood = np.maximum(np.exp(-surprise), _LEAST)
    best = stack(likelihood, importance(cluster))
    return _shrunk(tuple(said), best, cluster, prior)


def place_weights(
    *,
    names: Sequence[str],
    far: ArrayLike,
    apart: ArrayLike,
    cluster: Sequence[object],
    prior: float = PRIOR,
) -> dict[str, float]:
    """Stack distributions on a scale by the CRPS.

    Parameters
    ----------
    names : sequence of str
        The parts.
    far : array_like of shape (n, parts)
        Mean distance of each part's draws from the outcome.
    apart : array_like of shape (n, parts, parts)
        Mean distance between the draws of two parts.
    cluster : sequence of length n
    prior : float

    Examples
    --------
    >>> far, apart = [[0.1, 0.3]] * 4, [[[0.0, 0.2], [0.2, 0.0]]] * 4
    >>> weights = place_weights(
    ...     names=["near", "off"], far=far, apart=apart, cluster="abcd", prior=4
    ... )
    >>> {name: round(weight, 3) for name, weight in weights.items()}
    {'near': 0.75, 'off': 0.25}
    """
    from scipy.optimize import LinearConstraint, minimize

    _check(names, cluster, prior)
    share = importance(cluster)
    f = share @ np.asarray(far, dtype=np.float64)
    a = np.tensordot(share, np.asarray(apart, dtype=np.float64), 1)
    count = len(names)
    size = float(f.max()) or 1.0

    def loss(weight: Array) -> tuple[np.float64, Array]:
        slope: Array = (f - a @ weight) / size
        return np.float64((weight @ f - 0.5 * weight @ a @ weight) / size), slope

    # From the best part on, so that the end is not above it.
    best = int(np.argmin(f - 0.5 * np.diag(a)))
    found = minimize(
        loss,
        0.5 * np.eye(count)[best] + 0.5 / count,
        jac=True,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * count,
        constraints=LinearConstraint(np.ones(count), 1.0, 1.0),
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    weight = np.clip(found.x, 0.0, None)
    weight /= weight.sum()
    single = np.eye(count)[best]
    if loss(single)[0] < loss(weight)[0]:
        weight = single
    return _shrunk(tuple(names), weight, cluster, prior)


def pool_crps(*, weight: ArrayLike, far: ArrayLike, apart: ArrayLike) -> Array:
    """Return the CRPS of a mixture on each question, shape (n,).

    Examples
    --------
    >>> pool_crps(weight=[0.5, 0.5], far=[[0.1, 0.3]], apart=[[[0.0, 0.2], [0.2, 0.0]]])
    array([0.15])
    """
    w = np.asarray(weight, dtype=np.float64)
    apart = np.asarray(apart, dtype=np.float64)
    result: Array = np.asarray(far, dtype=np.float64) @ w - 0.5 * (apart @ w) @ w
    return result


def _shrunk(
    names: tuple[str, ...], best: Array, cluster: Sequence[object], prior: float
) -> dict[str, float]:
    cases = len({str(case) for case in cluster})
    weight = (cases * best + prior / len(names)) / (cases + prior)
    return dict(zip(names, weight.tolist(), strict=True))


def _check(
    parts: Mapping[str, ArrayLike] | Sequence[str],
    cluster: Sequence[object],
    prior: float,
) -> None:
    if not len(parts) or not len(cluster):
        raise ValueError(
            f"there are {len(parts)} parts and {len(cluster)} questions; one of each is "
            "needed to learn from"
        )
    if not (0.0 <= prior < np.inf):
        raise ValueError(
            f"prior is {prior!r}; it counts cases, 0 or more; 0 trusts the weights found"
        )
