"""The posterior of a candidate model, by importance sampling.

The gatekeeper effects are integrated out by adaptive Gauss-Hermite quadrature, which
leaves fewer than ten parameters. These are explored on the scale on which every prior is
standard normal: a multivariate t centred on the mode, with the curvature there, proposes
independent draws; Pareto-smoothed importance weights make them draws of the posterior.
Each draw has its own start dates for requests known to their month, so that their
uncertainty is integrated over as well.

Diagnostics: the Pareto shape k of the weights (reliable below 0.7) and the effective
sample size. A posterior that fails them says so and is not used.

Sources: Vehtari, Simpson, Gelman, Yao & Gabry 2024, "Pareto smoothed importance
sampling", Journal of Machine Learning Research 25(72); Pinheiro & Bates 1995,
"Approximations to the log-likelihood function in the nonlinear mixed-effects model",
Journal of Computational and Graphical Statistics 4, 12-35 (adaptive quadrature).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.problem import ForecastError
from suasion.window.candidate import Candidate
from suasion.window.covariate import Covariate
from suasion.window.hazard import log_interval
from suasion.window.prior import PRIORS
from suasion.window.reference_class import ReferenceClass

__all__ = ["MAX_PARETO_K", "MIN_EFFECTIVE_SIZE", "Posterior", "fit"]

Array = NDArray[np.float64]

MAX_PARETO_K = 0.7
MIN_EFFECTIVE_SIZE = 400.0

_FREEDOM = 7.0  # of the t proposal: tails heavier than the posterior's
_WIDEN = 1.15  # of its standard deviations
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)


@dataclass(frozen=True)
class Posterior:
    """Weighted draws of a candidate's parameters.

    Attributes
    ----------
    candidate : Candidate
    covariates : tuple of Covariate
        Those that enter (none for a candidate without).
    names : tuple of str
    values : ndarray, shape (parameters, draws)
    weight : ndarray, shape (draws,)
        Smoothed importance weights; they sum to 1.
    effect : dict of ndarray, shape (draws,)
        A draw of the gatekeeper effect u for each gatekeeper asked for; zero for a
        candidate without.
    pareto_k, effective_size : float
    """

    candidate: Candidate
    covariates: tuple[Covariate, ...]
    names: tuple[str, ...]
    values: Array
    weight: Array
    effect: dict[str, Array]
    pareto_k: float
    effective_size: float

    @property
    def trouble(self) -> str:
        """What the diagnostics object to, or an empty string.

        A NaN diagnostic fails.
        """
        if not (self.pareto_k < MAX_PARETO_K):
            return (
                f"{self.candidate.name}: Pareto k is {self.pareto_k:.2f}, "
                f"{MAX_PARETO_K} or more: the importance weights are unreliable"
            )
        if not (self.effective_size > MIN_EFFECTIVE_SIZE):
            return (
                f"{self.candidate.name}: effective sample size is "
                f"{self.effective_size:.0f}, not above {MIN_EFFECTIVE_SIZE:.0f}"
            )
        return ""

    def cumulative_baseline(self, t: Array) -> Array:
        """Return :math:`H_0(t)` for days `t`, shape (..., 1) or (..., draws)."""
        parameters = self.values[: len(self.candidate.baseline.parameters)]
        return self.candidate.baseline.cumulative(t, *parameters)

    def log_ratio(self, z: Array) -> Array:
        r"""Return :math:`b \cdot z` for covariates z, shape (pieces, covariates).

        The result has shape (pieces, draws).
        """
        first = len(self.candidate.baseline.parameters)
        slopes = self.values[first : first + len(self.covariates)]
        return _log_ratio(z[:, : len(self.covariates)], slopes)

    def mean(self, value: Array) -> Array:
        """Return the posterior mean of values with draws as last axis."""
        average: Array = value @ self.weight
        return average

    def summary(self) -> dict[str, tuple[float, float, float]]:
        """Posterior mean and 95 % interval of every parameter."""
        result = {}
        for name, value in zip(self.names, self.values, strict=True):
            order = np.argsort(value, kind="stable")
            cumulative = np.cumsum(self.weight[order])
            low, high = (
                float(value[order][np.searchsorted(cumulative, p)])
                for p in (0.025, 0.975)
            )
            result[name] = (float(self.mean(value)), low, high)
        return result


def fit(
    reference: ReferenceClass,
    candidate: Candidate,
    covariates: Sequence[Covariate],
    *,
    seed: int,
    draws: int = 8192,
    gatekeepers: Sequence[str] = (),
) -> Posterior:
    """Fit a candidate to a reference class.

    Parameters
    ----------
    reference : ReferenceClass
    candidate : Candidate
    covariates : sequence of Covariate
        Those coded for every row and for the case at hand (`known_for`).
    seed : int
    draws : int
    gatekeepers : sequence of str
        For whom to draw the effect; new gatekeepers get a draw from the population.

    Raises
    ------
    ForecastError
        If the mode cannot be found.
    """
    entering = tuple(covariates) if candidate.covariates else ()
    names = candidate.parameters(entering)
    likelihood = _Likelihood(reference, candidate, entering)
    priors = [PRIORS[name] for name in names]

    def values_of(z: Array) -> Array:
        return np.stack(
            [prior.value(column) for prior, column in zip(priors, z, strict=True)]
        )

    middle = reference.middle_starts()

    def log_density(z: Array, starts: Array = middle) -> Array:
        log_prior: Array = -0.5 * np.sum(z * z, axis=0)
        return log_prior + likelihood.log(values_of(z), starts)

    mode, root = _laplace(log_density, len(names), candidate.name)
    points = _even_points(len(names) + 1 + len(gatekeepers), seed, draws)
    z, log_proposal = _propose(mode, root, points[: len(names) + 1])
    starts = reference.starts(seed, draws)
    log_ratio = log_density(z, starts) - log_proposal
    weight, pareto_k = _smooth(log_ratio)
    values = values_of(z)
    return Posterior(
        candidate=candidate,
        covariates=entering,
        names=names,
        values=values,
        weight=weight,
        effect={
            name: likelihood.effect(values, starts, name, u)
            for name, u in zip(gatekeepers, points[len(names) + 1 :], strict=True)
        },
        pareto_k=pareto_k,
        effective_size=float(1.0 / np.sum(weight**2)),
    )


class _Likelihood:
    """Log-likelihood of parameters, gatekeeper effects integrated out."""

    def __init__(
        self,
        reference: ReferenceClass,
        candidate: Candidate,
        covariates: Sequence[Covariate],
    ) -> None:
        self.candidate = candidate
        self.covariates = covariates
        self.spells = reference.spells(covariates)
        owner = [row.request.gatekeeper for row in reference.rows]
        names = list(dict.fromkeys(owner)) if candidate.gatekeepers else [""]
        self.group = {
            name: (
                np.flatnonzero(
                    ~self.spells.deciding
                    & np.array(
                        [name in ("", owner[row]) for row in self.spells.row],
                        dtype=np.bool_,
                    )
                ),
                [
                    np.flatnonzero(self.spells.deciding & (self.spells.row == at))
                    for at, row in enumerate(reference.rows)
                    if row.approved and name in ("", owner[at])
                ],
            )
            for name in names
        }

    def increments(self, values: Array, starts: Array) -> Array:
        """Cumulative hazard of every piece without effects, shape (pieces, draws)."""
        parameters = values[: len(self.candidate.baseline.parameters)]
        start = starts[self.spells.row]
        begin = np.maximum(self.spells.start[:, None] - start, 0.0)
        end = np.maximum(self.spells.stop[:, None] - start, 0.0)
        cumulative = self.candidate.baseline.cumulative
        result = cumulative(end, *parameters) - cumulative(begin, *parameters)
        if self.covariates:
            first = len(parameters)
            slopes = values[first : first + len(self.covariates)]
            result = result * np.exp(_log_ratio(self.spells.z, slopes))
        return result

    def log(self, values: Array, starts: Array) -> Array:
        increments = self.increments(values, starts)
        total = np.zeros(values.shape[1])
        for exposure, decisions in self._groups(increments):
            if self.candidate.gatekeepers:
                total += _log_integral(exposure, decisions, values[-1])
            else:
                total += _log_given_effect(exposure, decisions, 1.0)
        return total

    def effect(self, values: Array, starts: Array, name: str, u: Array) -> Array:
        """One draw of a gatekeeper's effect for each draw of the parameters."""
        draws = values.shape[1]
        if not self.candidate.gatekeepers:
            return np.zeros(draws)
        if name not in self.group:
            from scipy.special import ndtri

            population: Array = values[-1] * ndtri(u)
            return population
        groups = dict(
            zip(self.group, self._groups(self.increments(values, starts)), strict=True)
        )
        return _draw_effect(*groups[name], values[-1], u)

    def _groups(self, increments: Array) -> list[tuple[Array, list[Array]]]:
        return [
            (
                increments[waiting].sum(axis=0),
                [increments[pieces].sum(axis=0) for pieces in decisions],
            )
            for waiting, decisions in self.group.values()
        ]


def _log_ratio(z: Array, slopes: Array) -> Array:
    # A sum in fixed order, so that the bits do not depend on the number of draws.
    result = np.zeros((len(z), slopes.shape[1]))
    for column, slope in zip(z.T, slopes, strict=True):
        result = result + column[:, None] * slope
    return result


def _log_given_effect(
    exposure: Array, decisions: list[Array], factor: Array | float
) -> Array:
    """Log-likelihood of a gatekeeper's rows when its hazards are times `factor`."""
    total = -exposure * factor
    for increment in decisions:
        total = total + log_interval(increment * factor)
    return total


def _centre(
    exposure: Array, decisions: list[Array], spread: Array
) -> tuple[Array, Array]:
    """Mode and standard deviation of u, nearly.

    As log(1 - exp(-x)) is about log(x) - x / 2, a decision counts as one event and half
    its interval as exposure. With D decisions and exposure A the log density
    D u - A e^u - u^2 / (2 tau^2) has its mode at
    u = tau^2 D - omega(log(tau^2 A) + tau^2 D), omega the Wright function.
    """
    from scipy.special import wrightomega

    variance = spread**2
    total = exposure + 0.5 * sum(decisions, start=np.zeros_like(exposure))
    pull = variance * len(decisions)
    omega = wrightomega(np.log(variance * total + 1e-300) + pull).real
    return pull - omega, spread / np.sqrt(1.0 + omega)


def _log_integral(exposure: Array, decisions: list[Array], spread: Array) -> Array:
    centre, width = _centre(exposure, decisions, spread)
    parts = []
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        u = centre + width * node
        parts.append(
            _log_given_effect(exposure, decisions, np.exp(u))
            - 0.5 * (u / spread) ** 2
            + 0.5 * node**2
            + np.log(weight)
        )
    stacked = np.stack(parts)
    top = stacked.max(axis=0)
    result: Array = (
        top
        + np.log(np.exp(stacked - top).sum(axis=0))
        + np.log(width / spread)
        - 0.5 * np.log(2.0 * np.pi)
    )
    return result


def _draw_effect(
    exposure: Array, decisions: list[Array], spread: Array, u: Array
) -> Array:
    """Inverse-CDF draw of the effect on a grid of 65 points within 6 widths."""
    centre, width = _centre(exposure, decisions, spread)
    grid = np.linspace(-6.0, 6.0, 65)
    log_density = np.stack(
        [
            _log_given_effect(exposure, decisions, np.exp(centre + width * x))
            - 0.5 * ((centre + width * x) / spread) ** 2
            for x in grid
        ]
    )
    density = np.exp(log_density - log_density.max(axis=0))
    cells = 0.5 * (density[1:] + density[:-1])
    cumulative = np.cumsum(cells, axis=0)
    target = u * cumulative[-1]
    cell = np.sum(cumulative < target, axis=0)
    draws = np.arange(len(u))
    before = np.where(cell > 0, cumulative[cell - 1, draws], 0.0)
    inside = (target - before) / cells[cell, draws]
    step = grid[1] - grid[0]
    result: Array = centre + width * (grid[cell] + step * inside)
    return result


def _laplace(log_density: object, size: int, name: str) -> tuple[Array, Array]:
    """Mode, and a root of the inverse negative curvature there."""
    from scipy.linalg import LinAlgError, cholesky, solve_triangular
    from scipy.optimize import minimize

    assert callable(log_density)
    step = 1e-4
    eye = np.eye(size)

    def value_and_slope(z: Array) -> tuple[float, Array]:
        points = np.concatenate([z[:, None], z[:, None] + step * eye], axis=1)
        points = np.concatenate([points, z[:, None] - step * eye], axis=1)
        value = log_density(points)
        return -float(value[0]), -(value[1 : size + 1] - value[size + 1 :]) / (2 * step)

    found = minimize(value_and_slope, np.zeros(size), jac=True, method="BFGS")
    mode = np.asarray(found.x, dtype=np.float64)
    if not (np.all(np.isfinite(mode)) and np.abs(found.jac).max() <= 1e-2):
        raise ForecastError(
            f"{name}: the mode of the posterior was not found ({found.message}); "
            "look for precedents with impossible dates or leave this model out"
        )
    h = 1e-3
    pairs = [(i, j) for i in range(size) for j in range(i + 1)]
    points = [
        mode + h * (a * eye[i] + b * eye[j])
        for i, j in pairs
        for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))
    ]
    value = log_density(np.stack(points, axis=1)).reshape(-1, 4)
    curvature = np.empty((size, size))
    for (i, j), (pp, pm, mp, mm) in zip(pairs, value, strict=True):
        curvature[i, j] = curvature[j, i] = -(pp - pm - mp + mm) / (4 * h * h)
    try:
        lower = cholesky(curvature, lower=True)
    except LinAlgError:
        raise ForecastError(
            f"{name}: the posterior has no proper peak; add precedents or leave this "
            "model out"
        ) from None
    root = solve_triangular(lower, eye, lower=True, trans="T")
    return mode, np.asarray(root)


def _even_points(size: int, seed: int, draws: int) -> Array:
    """Scrambled Sobol points in (0, 1), shape (size, draws).

    They fill the space evenly, which takes most of the Monte Carlo error away.
    """
    from scipy.stats import qmc

    sobol = qmc.Sobol(size, rng=np.random.default_rng(seed))
    points = sobol.random_base2((draws - 1).bit_length())[:draws].T
    return np.clip(points, 2.0**-53, 1.0 - 2.0**-53)


def _propose(mode: Array, root: Array, points: Array) -> tuple[Array, Array]:
    """Draws of a multivariate t, shape (parameters, draws), and their log density.

    The constant of the density is left out.
    """
    from scipy.special import gammaincinv, ndtri

    size = len(mode)
    normal = ndtri(points[:size])
    chi_square = 2.0 * gammaincinv(0.5 * _FREEDOM, points[size])
    student = normal / np.sqrt(chi_square / _FREEDOM)
    z = np.repeat(mode[:, None], points.shape[1], axis=1)
    for k in range(size):
        z += _WIDEN * root[:, k : k + 1] * student[k]
    distance = np.sum(student**2, axis=0)
    return z, -0.5 * (_FREEDOM + size) * np.log1p(distance / _FREEDOM)


def _smooth(log_ratio: Array) -> tuple[Array, float]:
    from arviz_stats.base import array_stats

    # psislw expects log-likelihoods to leave out, that is, minus the log ratio.
    log_weight, pareto_k = array_stats.psislw(-log_ratio)
    weight = np.exp(np.asarray(log_weight))
    return weight / weight.sum(), float(pareto_k)
