r"""Which candidate? Leave one dossier out, score what it would have said, stack.

Rows of one dossier were decided together, so a dossier is left out as a block. For each
of its requests, on the first day of every month on which it was open, each candidate
fitted to all other dossiers says how likely approval is within 30, 90, 180 and 365 days.
A horizon that ends after the request was last seen undecided is not scored. Every scored
dossier has the same weight, spread evenly over its predictions.

Stacking chooses the weights w of the candidates that maximise the mean log score of the
mixture :math:`\sum_k w_k p_k`; a richer model gets the weight it deserves.

Source: Yao, Vehtari, Simpson & Gelman 2018, "Using stacking to average Bayesian
predictive distributions", Bayesian Analysis 13, 917-1007.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from suasion.scoring_rule import brier_score, importance, log_score
from suasion.window.candidate import BASE_RATE, CANDIDATES
from suasion.window.covariate import Covariate, pieces
from suasion.window.posterior import MAX_PARETO_K, Posterior, fit
from suasion.window.reference_class import ReferenceClass, Row

__all__ = [
    "HORIZONS",
    "Comparison",
    "ScoreLine",
    "compare",
    "leave_one_dossier_out",
    "stack",
]

Array = NDArray[np.float64]

HORIZONS = (30, 90, 180, 365)

_DRAWS = 2048


@dataclass(frozen=True)
class ScoreLine:
    """A candidate's line in the table of the comparison.

    Attributes
    ----------
    candidate : str
    weight : float
        Stacking weight.
    log_score, brier_score : float
        Means over dossiers; smaller is better (the log score is minus the log of the
        probability of what happened).
    difference, error : float
        Log score minus that of the constant hazard, and its standard error over
        dossiers. Below zero the candidate beats the base rate.
    worst_pareto_k : float
        Over the fits with one dossier left out.
    """

    candidate: str
    weight: float
    log_score: float
    brier_score: float
    difference: float
    error: float
    worst_pareto_k: float


@dataclass(frozen=True)
class Comparison:
    """Predictions for left-out dossiers, and what they are worth.

    Attributes
    ----------
    candidates : tuple of str
    dossier, request : tuple of str
        Of each prediction.
    day : tuple of date
        On which it would have been made.
    horizon : ndarray of int, shape (predictions,)
    outcome : ndarray, shape (predictions,)
        1 if approved within the horizon, else 0.
    forecast : ndarray, shape (candidates, predictions)
    pareto_k : ndarray, shape (candidates,)
    unscored : tuple of str
        Dossiers open on no first day of a month with a known outcome.
    weight : ndarray, shape (candidates,)
        Stacking weights.
    """

    candidates: tuple[str, ...]
    dossier: tuple[str, ...]
    request: tuple[str, ...]
    day: tuple[dt.date, ...]
    horizon: NDArray[np.int64]
    outcome: Array
    forecast: Array
    pareto_k: Array
    unscored: tuple[str, ...]
    weight: Array

    @property
    def importance(self) -> Array:
        """Weight of each prediction: one over dossiers, even within a dossier."""
        return importance(self.dossier)

    def table(self) -> tuple[ScoreLine, ...]:
        """One line per candidate, the heaviest first."""
        if not self.dossier:
            return ()
        by_dossier = self._by_dossier(
            np.stack(
                [log_score(forecast=p, outcome=self.outcome) for p in self.forecast]
            )
        )
        base = by_dossier[self.candidates.index(BASE_RATE)]
        count = by_dossier.shape[1]
        lines = [
            ScoreLine(
                candidate=name,
                weight=float(self.weight[k]),
                log_score=float(by_dossier[k].mean()),
                brier_score=float(
                    self.importance
                    @ brier_score(forecast=self.forecast[k], outcome=self.outcome)
                ),
                difference=float((by_dossier[k] - base).mean()),
                error=float((by_dossier[k] - base).std(ddof=1) / np.sqrt(count))
                if count > 1
                else float("nan"),
                worst_pareto_k=float(self.pareto_k[k]),
            )
            for k, name in enumerate(self.candidates)
        ]
        return tuple(sorted(lines, key=lambda line: (-line.weight, line.log_score)))

    def horizon_table(self) -> dict[int, dict[str, tuple[float, float]]]:
        """Log and Brier score by horizon and candidate, dossiers weighing the same."""
        result: dict[int, dict[str, tuple[float, float]]] = {}
        for horizon in HORIZONS:
            at = np.flatnonzero(self.horizon == horizon)
            if not at.size:
                continue
            weight = importance([self.dossier[i] for i in at])
            outcome = self.outcome[at]
            result[horizon] = {
                name: (
                    float(weight @ log_score(forecast=p[at], outcome=outcome)),
                    float(weight @ brier_score(forecast=p[at], outcome=outcome)),
                )
                for name, p in zip(self.candidates, self.forecast, strict=True)
            }
        return result

    def _by_dossier(self, score: Array) -> Array:
        names = np.array(self.dossier)
        return np.stack(
            [
                score[:, names == name].mean(axis=1)
                for name in dict.fromkeys(self.dossier)
            ],
            axis=1,
        )


def leave_one_dossier_out(
    reference: ReferenceClass,
    covariates: Sequence[Covariate],
    *,
    seed: int,
    progress: Callable[[float], None] = lambda _share: None,
) -> tuple[Array, Array]:
    """Predict every question of every dossier from all other dossiers.

    `progress` is told the share of the work that is done.

    Returns
    -------
    forecast : ndarray, shape (candidates, questions)
    pareto_k : ndarray, shape (candidates,)
        The worst over the fits; minus infinity if none was made.
    """
    questions = _all_questions(reference)
    forecast = np.empty((len(CANDIDATES), len(questions)))
    pareto_k = np.full(len(CANDIDATES), -np.inf)
    dossiers = tuple(dict.fromkeys(row.dossier for row, *_ in questions))
    for done, name in enumerate(dossiers):
        progress(done / len(dossiers))
        rest = reference.without(name)
        at = [i for i, (row, *_) in enumerate(questions) if row.dossier == name]
        asked = [questions[i] for i in at]
        gatekeepers = tuple(dict.fromkeys(row.request.gatekeeper for row, *_ in asked))
        for k, candidate in enumerate(CANDIDATES.values()):
            posterior = fit(
                rest,
                candidate,
                covariates,
                seed=seed,
                draws=_DRAWS,
                gatekeepers=gatekeepers,
            )
            pareto_k[k] = np.fmax(pareto_k[k], posterior.pareto_k)
            forecast[k, at] = _answers(posterior, reference, asked)
    return forecast, pareto_k


def compare(
    reference: ReferenceClass,
    forecast: Array,
    pareto_k: Array,
    weight: Array | None = None,
) -> Comparison:
    """Score the predictions of `leave_one_dossier_out` and stack the candidates.

    A candidate one of whose fits was unreliable gets no weight. If nothing can be
    compared (fewer than two scored dossiers), the constant hazard gets all of it.
    Weights found before may be given, to save stacking again.
    """
    questions = _all_questions(reference)
    names = tuple(CANDIDATES)
    outcome = np.array([float(hit) for *_, hit in questions])
    dossier = tuple(row.dossier for row, *_ in questions)
    if weight is None:
        weight = np.zeros(len(names))
        usable = pareto_k < MAX_PARETO_K
        if len(set(dossier)) >= 2 and usable.any():
            likelihood = np.where(outcome == 1.0, forecast, 1.0 - forecast)
            weight[usable] = stack(likelihood[usable], importance(dossier))
        else:
            weight[names.index(BASE_RATE)] = 1.0
    return Comparison(
        candidates=names,
        dossier=dossier,
        request=tuple(row.request.id for row, *_ in questions),
        day=tuple(dt.date.fromordinal(day) for _, day, *_ in questions),
        horizon=np.array([horizon for *_, horizon, _ in questions], dtype=np.int64),
        outcome=outcome,
        forecast=forecast,
        pareto_k=pareto_k,
        unscored=tuple(name for name in reference.dossiers if name not in dossier),
        weight=weight,
    )


def stack(likelihood: Array, importance: Array) -> Array:
    """Weights on the simplex that maximise the weighted mean log of a mixture.

    Parameters
    ----------
    likelihood : ndarray, shape (candidates, predictions)
        Probability that each candidate gave to what happened.
    importance : ndarray, shape (predictions,)
        Sums to 1.

    Notes
    -----
    The objective is concave. Expectation maximisation comes near, sequential quadratic
    programming to the maximum.

    Examples
    --------
    >>> good, bad = [0.9, 0.8, 0.7], [0.1, 0.2, 0.3]
    >>> stack(np.array([good, bad]), np.full(3, 1 / 3)).round(6)
    array([1., 0.])
    """
    from scipy.optimize import LinearConstraint, minimize

    count = len(likelihood)
    start = np.full(count, 1.0 / count)
    for _ in range(50):
        share = start[:, None] * likelihood
        start = (share / share.sum(axis=0)) @ importance

    def loss(weight: Array) -> tuple[np.float64, Array]:
        mixture = weight @ likelihood
        slope: Array = -(likelihood / mixture) @ importance
        return -np.float64(np.log(mixture) @ importance), slope

    found = minimize(
        loss,
        start,
        jac=True,
        method="SLSQP",
        bounds=[(1e-12, 1.0)] * count,
        constraints=LinearConstraint(np.ones(count), 1.0, 1.0),
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    weight = np.where(found.x < 1e-6, 0.0, found.x)
    result: Array = weight / weight.sum()
    return result


def _all_questions(reference: ReferenceClass) -> list[tuple[Row, int, int, bool]]:
    """Questions of all rows; none unless two dossiers remain when one is left out."""
    if len(reference.dossiers) < 3:
        return []
    return [question for row in reference.rows for question in _questions(row)]


def _questions(row: Row) -> Iterator[tuple[Row, int, int, bool]]:
    """Every (row, first day of a month, horizon, outcome) that can be scored."""
    day = dt.date.fromordinal(row.request.latest).replace(day=1)
    while True:
        day = (day + dt.timedelta(days=31)).replace(day=1)
        now = day.toordinal()
        if now >= row.end:
            return
        for horizon in HORIZONS:
            if row.approved and row.end + row.width - 1 <= now + horizon:
                yield row, now, horizon, True
            elif row.end >= now + horizon:
                yield row, now, horizon, False


def _answers(
    posterior: Posterior,
    reference: ReferenceClass,
    questions: Sequence[tuple[Row, int, int, bool]],
) -> Array:
    """P(approved within the horizon | open now), as known on the day of the question."""
    result = np.empty(len(questions))
    asked: dict[tuple[str, int], list[int]] = {}
    for i, (row, now, _, _) in enumerate(questions):
        asked.setdefault((row.request.id, now), []).append(i)
    for (_, now), at in asked.items():
        request = questions[at[0]][0].request
        seen = replace(
            request,
            public_no=None
            if request.public_no is None
            else tuple(day for day in request.public_no if day <= now),
        )
        yeses = [
            day for day in reference.yeses.get(request.gatekeeper, ()) if day <= now
        ]
        ends = [now + horizon for horizon in HORIZONS]
        edges, z = pieces(
            seen, yeses, now, ends[-1], posterior.covariates, also=ends[:-1]
        )
        start = 0.5 * (request.earliest + request.latest)
        baseline = posterior.cumulative_baseline(
            (edges.astype(np.float64) - start)[:, None]
        )
        increments = np.diff(baseline, axis=0) * np.exp(
            posterior.log_ratio(z) + posterior.effect[request.gatekeeper]
        )
        cumulative = np.cumsum(increments, axis=0)
        for i in at:
            stop = np.searchsorted(edges, now + questions[i][2])
            result[i] = posterior.mean(-np.expm1(-cumulative[stop - 1]))
    return result
