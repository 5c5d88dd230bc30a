r"""Covariance of the estimates: observed information, robust, clustered, bootstrap.

With :math:`H` the Hessian of the log-likelihood and :math:`s_g` the sum of the scores of
the rows of cluster :math:`g` of :math:`G` clusters:

- information: :math:`(-H)^{-1}`;
- robust: :math:`\frac{G}{G - 1} (-H)^{-1} \left(\sum_g s_g s_g'\right) (-H)^{-1}`, where
  without clusters each row is one (White 1982, Econometrica 50, 1-25; Cameron & Miller
  2015, Journal of Human Resources 50, 317-372, section VII.B);
- bootstrap: the covariance of estimates from clusters (or rows) drawn with replacement.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from suasion.crisis.likelihood import Array, Model
from suasion.crisis.maximum import climb
from suasion.crisis.problem import EstimationError
from suasion.stream import uniform

__all__ = ["bootstrap", "robust"]


def robust(scores: Array, inverse: Array, cluster: NDArray[np.intp]) -> Array:
    """Sandwich of the inverse information and the scores summed by cluster."""
    groups = int(cluster.max()) + 1
    sums = np.zeros((groups, scores.shape[1]))
    np.add.at(sums, cluster, scores)
    return groups / (groups - 1) * inverse @ (sums.T @ sums) @ inverse


def bootstrap(
    model: Model,
    theta: Array,
    inverse: Array,
    chosen: NDArray[np.intp],
    cluster: NDArray[np.intp],
    *,
    replications: int,
    seed: int,
    threads: int,
) -> tuple[Array, int]:
    """Estimates from resampled clusters, `(replications, coefficients)`.

    Each replication has a random stream of its own, so the threads change no bit. Those
    without a maximum are left out; the second value is their number.
    """
    groups = int(cluster.max()) + 1

    def one(place: int) -> Array | None:
        drawn = uniform(seed, f"crisis.bootstrap.{place}", 0, groups)
        times = np.bincount((drawn * groups).astype(np.intp), minlength=groups)
        weight = times[cluster].astype(np.float64)
        found = climb(model, chosen, weight, theta, inverse * weight.sum())
        seen = np.bincount(chosen, weight, minlength=len(model.game.outcomes))
        return found.theta if found.slope <= 1e-5 and (seen > 0.0).all() else None

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(one, range(replications)))
    kept = [item for item in found if item is not None]
    if len(kept) < max(20, replications // 2):
        raise EstimationError(
            f"bootstrap: only {len(kept)} of {replications} replications have a maximum, "
            "too few for standard errors: resampled data lack an outcome or are "
            "separated; use covariance='robust', or fewer terms"
        )
    return np.array(kept), replications - len(kept)
