"""Posteriors, by second routes: maximum likelihood, quadrature, MCMC, calibration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import cumulative_simpson, quad
from scipy.optimize import minimize

from ledger import approved, day, pending, reference_class
from suasion.case import Case, Precedent
from suasion.problem import ForecastError
from suasion.visibility import visible
from suasion.window.candidate import CANDIDATES, Candidate
from suasion.window.covariate import COVARIATES
from suasion.window.hazard import BASELINES
from suasion.window.posterior import (
    Posterior,
    _draw_effect,
    _Likelihood,
    _log_given_effect,
    _log_integral,
    fit,
)
from suasion.window.prior import PRIORS
from suasion.window.reference_class import ReferenceClass

Array = np.ndarray


@pytest.fixture(scope="module")
def dated(deep_strikes: Case) -> ReferenceClass:
    """Core rows of the bundled ledger, a day given for a month taken at its word."""
    on = deep_strikes.question.as_of
    assert on is not None
    rows = [
        row.model_copy(update={"requested_precision": "day"})
        for row in visible(deep_strikes, on).precedents
    ]
    return ReferenceClass.of_precedents(rows, on)


def within(posterior: Posterior, age: float, days: float) -> float:
    """P(yes within so many days | open at this age)."""
    baseline = posterior.cumulative_baseline(np.array([[age], [age + days]]))
    effect = next(iter(posterior.effect.values()), 0.0)
    return float(
        posterior.mean(-np.expm1(-np.diff(baseline, axis=0) * np.exp(effect)))[0]
    )


# --- maximum likelihood, from an established package ----------------------------------


def maximum(
    reference: ReferenceClass, candidate: Candidate, names: tuple[str, ...]
) -> dict[str, float]:
    """Maximise the likelihood over the named parameters, all others held neutral."""
    entering = [item for item in COVARIATES if item.name in names]
    likelihood = _Likelihood(reference, candidate, entering)
    starts = reference.middle_starts()
    order = candidate.parameters(entering)
    positive = {"rate", "shape", "early", "middle", "late"}

    def values(x: Array) -> Array:
        free = dict(zip(names, x, strict=True))
        return np.array(
            [
                np.exp(free.get(name, 0.0)) if name in positive else free[name]
                for name in order
            ]
        )

    guess = np.array([-6.0 if name == "rate" else 0.0 for name in names])
    found = minimize(
        lambda x: -float(likelihood.log(values(x)[:, None], starts)[0]),
        guess,
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 8000, "maxfev": 8000},
    )
    assert found.success
    best = dict(zip(order, values(found.x).tolist(), strict=True))
    return best | {"log likelihood": -float(found.fun)}


def intervals(reference: ReferenceClass) -> tuple[Array, Array]:
    """Bounds between which each decision fell, in days since the request."""
    low = np.array([float(row.end - row.request.earliest) for row in reference.rows])
    width = np.array(
        [float(row.width) if row.approved else np.inf for row in reference.rows]
    )
    return low, low + width


def test_constant_hazard_has_the_maximum_of_lifelines(dated: ReferenceClass) -> None:
    from lifelines import ExponentialFitter

    theirs = ExponentialFitter().fit_interval_censoring(*intervals(dated))
    ours = maximum(dated, CANDIDATES["constant"], ("rate",))
    assert ours["rate"] == pytest.approx(1.0 / theirs.lambda_, rel=1e-4)
    assert ours["log likelihood"] == pytest.approx(theirs.log_likelihood_, abs=1e-6)
    # The closed form for decisions at a point in time differs by half a day a decision.
    assert ours["rate"] == pytest.approx(16 / (7604 + 8), rel=1e-5)


def test_weibull_has_the_maximum_of_lifelines(dated: ReferenceClass) -> None:
    from lifelines import WeibullFitter

    theirs = WeibullFitter().fit_interval_censoring(*intervals(dated))
    ours = maximum(dated, CANDIDATES["weibull"], ("rate", "shape"))
    assert ours["shape"] == pytest.approx(theirs.rho_, rel=1e-3)
    year = (365.0 / theirs.lambda_) ** theirs.rho_
    assert 365.0 * ours["rate"] == pytest.approx(year, rel=1e-3)
    assert ours["log likelihood"] == pytest.approx(theirs.log_likelihood_, abs=1e-5)


def test_piecewise_hazard_has_the_maximum_of_lifelines(dated: ReferenceClass) -> None:
    from lifelines import PiecewiseExponentialFitter

    # From its own starting point it stops early, at a smaller likelihood.
    theirs = (
        PiecewiseExponentialFitter([90.0, 365.0])
        .fit_interval_censoring(*intervals(dated), initial_point=np.full(3, 400.0))
        .params_
    )
    ours = maximum(dated, CANDIDATES["piecewise"], ("rate", "middle", "late"))
    found = ours["rate"] * np.array([1.0, ours["middle"], ours["late"]])
    np.testing.assert_allclose(found, 1.0 / theirs.to_numpy(), rtol=1e-3)


@pytest.mark.slow
def test_covariates_have_the_maximum_of_the_accelerated_weibull_of_lifelines(
    dated: ReferenceClass,
) -> None:
    import pandas as pd
    from lifelines import WeibullAFTFitter

    names = ("coalition", "escalation")
    fixed = [item for item in COVARIATES if item.name in names]
    candidate = Candidate(
        "weibull, fixed covariates", BASELINES["weibull"], True, False
    )
    ours = maximum(dated, candidate, ("rate", "shape", *names))
    low, high = intervals(dated)
    table = pd.DataFrame({"low": low, "high": high})
    for item in fixed:
        table[item.name] = [
            item.value(row.request, (), 0) - item.centre for row in dated.rows
        ]
    fitter = WeibullAFTFitter().fit_interval_censoring(table, "low", "high")
    theirs = fitter.params_
    rho = np.exp(theirs["rho_", "Intercept"])
    assert ours["shape"] == pytest.approx(rho, rel=1e-3)
    for name in names:
        # proportional hazards from accelerated time: b = -rho times the coefficient
        assert ours[name] == pytest.approx(-rho * theirs["lambda_", name], abs=1e-3)
    year = (365.0 / np.exp(theirs["lambda_", "Intercept"])) ** rho
    assert 365.0 * ours["rate"] == pytest.approx(year, rel=2e-3)


# --- numbers of the specification -----------------------------------------------------


@pytest.mark.parametrize(("name", "number"), [("constant", 0.138), ("weibull", 0.127)])
def test_base_rates_of_the_specification(
    dated: ReferenceClass, name: str, number: float
) -> None:
    # "For orientation ... constant hazard 0.14 for the 70 days to 2025-01-20, Weibull
    # 0.13": the request was 164 days old on 2024-11-11.
    posterior = fit(dated, CANDIDATES[name], (), seed=7)
    assert within(posterior, 164, 70) == pytest.approx(number, abs=1.5e-3)
    assert posterior.trouble == ""


# --- gatekeepers integrated out -------------------------------------------------------

GROUPS = [
    (exposure, decisions)
    for exposure in (1e-3, 0.3, 2.0, 8.0, 30.0)
    for decisions in ((), (0.001,), (0.01,) * 5, (0.3, 0.002), (0.001,) * 12)
]


def exact_group(
    exposure: float, decisions: tuple[float, ...], spread: float
) -> tuple[float, Array, Array]:
    """Log integral by adaptive quadrature; grid of u and distribution function on it."""

    def log_density(u: Array) -> Array:
        wide = [np.full_like(u, x) for x in decisions]
        log = _log_given_effect(np.full_like(u, exposure), wide, np.exp(u))
        return log - 0.5 * (u / spread) ** 2

    # each decision pulls the mode up by at most the variance
    highest = 9.0 * spread + len(decisions) * spread**2
    grid = np.linspace(-9.0 * spread, min(highest, 12.0), 20_001)
    density = log_density(grid)
    top = density.max()
    inside = grid[density > top - 60.0]
    knots = np.linspace(inside[0], inside[-1], 25)
    total = sum(
        quad(
            lambda u: float(np.exp(log_density(np.array([u])) - top)[0]),
            a, b, epsabs=0.0, epsrel=1e-11,
        )[0]
        for a, b in itertools.pairwise(knots)
    )  # fmt: skip
    fine = np.linspace(inside[0], inside[-1], 4001)
    cdf = cumulative_simpson(np.exp(log_density(fine) - top), x=fine, initial=0.0)
    log_norm = np.log(spread) + 0.5 * np.log(2.0 * np.pi)
    return top + np.log(total) - log_norm, fine, cdf / cdf[-1]


@pytest.mark.parametrize(
    ("spread", "error"),
    # Nine nodes: exact where gatekeepers hardly differ, and good enough where they do.
    # The prior puts 95 % of the spread below 1, and 99.99 % below 2.
    [(1e-6, 1e-12), (0.05, 1e-11), (0.3, 3e-8), (0.5, 1e-6), (1.0, 5e-5)],
)
def test_adaptive_quadrature_is_that_of_scipy(spread: float, error: float) -> None:
    for exposure, decisions in GROUPS:
        parts = [np.array([x]) for x in decisions]
        found = _log_integral(np.array([exposure]), parts, np.array([spread]))[0]
        expected, _, _ = exact_group(exposure, decisions, spread)
        assert found == pytest.approx(expected, abs=error), (exposure, decisions)


@pytest.mark.parametrize("spread", [2.0, 3.0])
def test_adaptive_quadrature_for_gatekeepers_unlike_one_another(spread: float) -> None:
    # Far out in the prior: within a few per cent wherever some time at risk was seen.
    for exposure, decisions in GROUPS:
        if exposure < 0.1:
            continue
        parts = [np.array([x]) for x in decisions]
        found = _log_integral(np.array([exposure]), parts, np.array([spread]))[0]
        expected, _, _ = exact_group(exposure, decisions, spread)
        assert found == pytest.approx(expected, abs=0.03), (exposure, decisions)


@pytest.mark.parametrize("spread", [1e-6, 0.05, 0.5, 1.0, 3.0])
@pytest.mark.parametrize(
    ("exposure", "decisions"), [(2.0, ()), (0.3, (0.01,) * 5), (8.0, (0.3, 0.002))]
)
def test_drawn_effects_have_the_exact_distribution(
    exposure: float, decisions: tuple[float, ...], spread: float
) -> None:
    count = 4000
    u = np.random.default_rng(11).permutation((np.arange(count) + 0.5) / count)
    drawn = _draw_effect(
        np.full(count, exposure),
        [np.full(count, x) for x in decisions],
        np.full(count, spread),
        u,
    )
    _, grid, cdf = exact_group(exposure, decisions, spread)
    distance = stats.kstest(drawn, lambda x: np.interp(x, grid, cdf)).statistic
    assert distance < 0.004
    assert (np.argsort(drawn, kind="stable") == np.argsort(u, kind="stable")).all()


def test_a_spread_of_nothing_is_one_gatekeeper(dated: ReferenceClass) -> None:
    alike = _Likelihood(dated, CANDIDATES["weibull"], ())
    split = _Likelihood(dated, CANDIDATES["weibull, gatekeepers"], ())
    starts = dated.middle_starts()
    values = np.array([[0.001, 0.004], [0.7, 1.4]])
    spread = np.full((1, 2), 1e-9)
    np.testing.assert_allclose(
        split.log(np.concatenate([values, spread]), starts),
        alike.log(values, starts),
        rtol=1e-9,
    )


def test_a_gatekeeper_never_seen_is_drawn_from_the_population(
    dated: ReferenceClass,
) -> None:
    candidate = CANDIDATES["constant, gatekeepers"]
    found = fit(dated, candidate, (), seed=7, gatekeepers=("Ruritania", "Germany"))
    standardised = found.effect["Ruritania"] / found.values[-1]
    assert stats.kstest(standardised, "norm").pvalue > 1e-3
    assert (found.effect["Germany"] != found.effect["Ruritania"]).any()


# --- what a posterior does ------------------------------------------------------------


@pytest.mark.parametrize("name", CANDIDATES)
def test_weights_are_a_distribution_and_effects_belong_to_candidates(
    dated: ReferenceClass, name: str
) -> None:
    found = fit(
        dated, CANDIDATES[name], COVARIATES, seed=7, draws=1024, gatekeepers=("A",)
    )
    assert found.weight.sum() == pytest.approx(1.0, abs=1e-12)
    assert (found.weight >= 0.0).all()
    assert found.names == CANDIDATES[name].parameters(found.covariates)
    assert found.values.shape == (len(found.names), 1024)
    assert found.effect["A"].any() == CANDIDATES[name].gatekeepers
    for low, value in zip(found.names, found.summary().values(), strict=True):
        assert value[1] < value[0] < value[2], low


def test_no_yes_at_all_still_has_a_posterior_that_falls_with_time_at_risk() -> None:
    chances = []
    for days in (0, 30, 300, 3000):
        rows = [pending(name, 0, days) for name in "abc"]
        posterior = fit(reference_class(*rows), CANDIDATES["constant"], (), seed=7)
        assert posterior.trouble == ""
        chances.append(within(posterior, 0, 90))
    assert chances == sorted(chances, reverse=True)
    assert len(set(chances)) == 4


def test_without_any_time_at_risk_the_posterior_is_the_prior() -> None:
    rows = [pending("a", 7, 7), pending("b", 7, 7)]
    posterior = fit(reference_class(*rows), CANDIDATES["weibull"], (), seed=7)
    log_rate, log_shape = np.log(posterior.values)
    assert posterior.mean(log_rate) == pytest.approx(PRIORS["rate"].location, abs=0.05)
    for log, name in ((log_rate, "rate"), (log_shape, "shape")):
        centred = log - PRIORS[name].location
        scale = np.sqrt(posterior.mean(centred**2))
        assert scale == pytest.approx(PRIORS[name].scale, rel=0.05)


@pytest.mark.parametrize("name", CANDIDATES)
@pytest.mark.parametrize(
    "row", [approved("a", 0, 0), approved("a", 0, 40), pending("a", 0, 40)]
)
def test_one_row_is_enough_for_every_candidate(name: str, row: Precedent) -> None:
    row = row.model_copy(
        update={"governments_for": ("B",), "governments_against": (), "public_no": ()}
    )
    posterior = fit(
        reference_class(row), CANDIDATES[name], COVARIATES, seed=7, gatekeepers=("A",)
    )
    assert posterior.trouble == ""
    assert 0.0 < within(posterior, 0, 90) < 1.0


def test_vague_start_dates_widen_but_hardly_move_the_answer() -> None:
    exact = [approved(f"a{k}", 100 * k + 14, 100 * k + 50) for k in range(6)]
    vague = [row.model_copy(update={"requested_precision": "month"}) for row in exact]
    found = [
        within(fit(reference_class(*rows), CANDIDATES["constant"], (), seed=7), 0, 30)
        for rows in (exact, vague)
    ]
    assert found[0] == pytest.approx(found[1], rel=0.2)
    assert found[0] != found[1]


def test_diagnostics_object_in_words() -> None:
    posterior = fit(
        reference_class(pending("a", 0, 9)), CANDIDATES["constant"], (), seed=7
    )

    def said(**change: float) -> str:
        return Posterior(**(vars(posterior) | change)).trouble

    assert said() == ""
    assert "constant: Pareto k is 0.70, 0.7 or more" in said(pareto_k=0.7)
    assert "Pareto k is nan" in said(pareto_k=float("nan"))
    assert "effective sample size is 400, not above 400" in said(effective_size=400.0)
    assert "effective sample size is nan" in said(effective_size=float("nan"))


def test_a_mode_that_cannot_be_found_is_an_error() -> None:
    from suasion.window.posterior import _laplace

    with pytest.raises(ForecastError, match=r"lost: the mode .* was not found"):
        _laplace(lambda z: z.sum(axis=0) * np.nan, 1, "lost")
    with pytest.raises(ForecastError, match="flat: the posterior has no proper peak"):
        _laplace(lambda z: 0.0 * z.sum(axis=0), 1, "flat")


# --- the same posterior by Markov chain Monte Carlo ------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["constant", "weibull, gatekeepers", "constant, covariates, gatekeepers"]
)
def test_markov_chains_find_the_same_posterior(
    dated: ReferenceClass, name: str
) -> None:
    import emcee

    candidate = CANDIDATES[name]
    entering = COVARIATES if candidate.covariates else ()
    names = candidate.parameters(entering)
    likelihood = _Likelihood(dated, candidate, entering)
    starts = dated.middle_starts()

    def values_of(z: Array) -> Array:
        return np.stack(
            [PRIORS[name].value(x) for name, x in zip(names, z, strict=True)]
        )

    def log_posterior(z: Array) -> Array:
        return -0.5 * (z**2).sum(axis=1) + likelihood.log(values_of(z.T), starts)

    size, walkers = len(names), 100
    sampler = emcee.EnsembleSampler(walkers, size, log_posterior, vectorize=True)
    state = np.random.default_rng(3).normal(size=(walkers, size))
    random = np.random.RandomState(3).get_state()
    initial = emcee.State(state, random_state=random)
    burnt = sampler.run_mcmc(initial, 300)
    sampler.reset()
    sampler.run_mcmc(burnt, 1500)
    chain = sampler.get_chain(flat=True)
    effective = walkers * 1500 / sampler.get_autocorr_time(tol=20)
    assert (effective > 1000).all()

    found = fit(dated, candidate, COVARIATES, seed=7, draws=8192)
    ours = np.stack([np.log(x) if x.min() > 0 else x for x in found.values])
    theirs = values_of(chain.T)
    theirs = np.stack([np.log(x) if x.min() > 0 else x for x in theirs])
    mean = found.mean(ours)
    scale = np.sqrt(found.mean((ours - mean[:, None]) ** 2))
    noise = scale * np.sqrt(1.0 / found.effective_size + 1.0 / effective)
    assert (np.abs(theirs.mean(axis=1) - mean) < 4.0 * noise).all()
    np.testing.assert_allclose(theirs.std(axis=1), scale, rtol=0.06)


# --- simulation-based calibration -----------------------------------------------------


def simulate(name: str, rng: np.random.Generator) -> tuple[ReferenceClass, Array]:
    """Parameters from the prior, and a ledger of 25 requests drawn from them."""
    candidate = CANDIDATES[name]
    names = candidate.parameters(())
    truth = np.array([PRIORS[key].value(rng.normal(size=1))[0] for key in names])
    parameters = truth[: len(candidate.baseline.parameters)]
    effect = rng.normal(size=4) * (truth[-1] if candidate.gatekeepers else 0.0)
    days = np.arange(1501)
    hazard = candidate.baseline.cumulative(days.astype(float), *parameters)
    rows = []
    for i in range(25):
        gatekeeper = i % 4
        asked = int(rng.integers(0, 1200))
        watched = min(1500 - asked, int(rng.integers(30, 1500)))
        # T > d with probability exp(-H(d)): the decision falls on day floor(T)
        waited = (
            np.searchsorted(hazard * np.exp(effect[gatekeeper]), rng.exponential()) - 1
        )
        country = {"gatekeeper_country": "ABCD"[gatekeeper]}
        if waited < watched:
            rows.append(approved(f"r{i}", asked, asked + int(waited), **country))
        else:
            rows.append(pending(f"r{i}", asked, asked + watched, **country))
    return ReferenceClass.of_precedents(rows, day(1500)), truth


@pytest.mark.slow
@pytest.mark.parametrize("name", ["constant", "weibull", "constant, gatekeepers"])
def test_simulation_based_calibration(name: str) -> None:
    # Talts, Betancourt, Simpson, Vehtari & Gelman 2018: parameters drawn from the prior
    # have uniform ranks in the posterior given data simulated from them.
    rng = np.random.default_rng(20_180_418)
    ranks, reliable = [], 0
    for trial in range(300):
        reference, truth = simulate(name, rng)
        found = fit(
            reference, CANDIDATES[name], (), seed=trial, draws=1024, gatekeepers=("A",)
        )
        reliable += found.pareto_k < 0.7  # noisy: k is estimated from 100 weights
        ranks.append((found.values < truth[:, None]) @ found.weight)
    assert reliable >= 0.9 * len(ranks)
    for key, rank in zip(found.names, np.array(ranks).T, strict=True):
        counts, _ = np.histogram(rank, bins=10, range=(0.0, 1.0))
        assert counts.sum() == 300
        assert stats.chisquare(counts).pvalue > 1e-3, (key, counts)
        assert stats.kstest(rank, "uniform").pvalue > 1e-3, key
