"""Which hazard each draw has: a candidate, a posterior draw of it, assumed coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.stream import Seed, uniform
from suasion.window.fitting import Fitted
from suasion.window.path import Path
from suasion.window.posterior import Posterior
from suasion.window.prior import PRIORS

__all__ = ["ASSUMED", "Choice", "HazardDraws", "assumed", "choose", "hazards"]

Array = NDArray[np.float64]

ASSUMED = ("pressure", "stance", "closing")
"""Coefficients that no precedent informs."""


@dataclass(frozen=True)
class Choice:
    """Candidate and posterior draw taken by each draw."""

    candidate: NDArray[np.int64]
    particle: NDArray[np.int64]


def choose(fitted: Fitted, seed: Seed, start: int, stop: int) -> Choice:
    """Let each draw take a candidate by stacking weight, and a posterior draw of it."""
    weight = fitted.comparison.weight
    u = uniform(seed, "window.candidate", start, stop)
    candidate = np.searchsorted(np.cumsum(weight)[:-1], u, side="right")
    u = uniform(seed, "window.particle", start, stop)
    particle = np.zeros(stop - start, dtype=np.int64)
    for k, posterior in enumerate(fitted.posteriors):
        mine = candidate == k
        cumulative = np.cumsum(posterior.weight)[:-1]
        particle[mine] = np.searchsorted(cumulative, u[mine], side="right")
    return Choice(candidate, particle)


def assumed(seed: Seed, start: int, stop: int) -> dict[str, Array]:
    """Draw the coefficients that are assumption, by name."""
    from scipy.special import ndtri

    return {
        name: PRIORS[name].value(ndtri(uniform(seed, f"window.{name}", start, stop)))
        for name in ASSUMED
    }


@dataclass(frozen=True)
class HazardDraws:
    """Draws of one chunk that took one candidate.

    `where` are their places in the chunk; `factor` multiplies the baseline hazard in
    each piece of the path, `cumulative` is the hazard up to each edge; `plain` ones are
    without the assumptions.
    """

    where: NDArray[np.int64]
    posterior: Posterior
    parameters: Array
    baseline: Array
    factor: Array
    plain: Array
    cumulative: Array
    plain_cumulative: Array


def hazards(
    posterior: Posterior,
    path: Path,
    where: NDArray[np.int64],
    at: NDArray[np.int64],
    extra: Array,
) -> HazardDraws:
    """Return the hazards of the posterior draws `at`, moved by `extra` (log scale)."""
    (gatekeeper,) = posterior.effect
    ratio = posterior.log_ratio(path.z) + posterior.effect[gatekeeper]
    plain = np.exp(ratio[:, at])
    factor = plain * np.exp(extra)
    count = len(posterior.candidate.baseline.parameters)
    parameters = posterior.values[:count, at]
    baseline = posterior.candidate.baseline.cumulative(
        (path.age + path.edges)[:, None].astype(np.float64), *parameters
    )
    steps = np.diff(baseline, axis=0)
    start = np.zeros((1, len(where)))
    return HazardDraws(
        where=where,
        posterior=posterior,
        parameters=parameters,
        baseline=baseline,
        factor=factor,
        plain=plain,
        cumulative=np.concatenate([start, np.cumsum(steps * factor, axis=0)]),
        plain_cumulative=np.concatenate([start, np.cumsum(steps * plain, axis=0)]),
    )
