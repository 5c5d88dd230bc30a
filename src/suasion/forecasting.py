"""From a case to a forecast: the main job.

`forecast` takes the case as visible on a date, samples it, runs the models and returns a
`Forecast`. For a yes-or-no question the answer is that of `window` (stacked hazards from
the ledger of precedents, moved by what the case says); for a question of place it is the
compromise model, with the other models beside it.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining import MODELS, SOLVERS
from suasion.case import Case
from suasion.forecast_record import (
    Assumption,
    Comparison,
    CurvePoint,
    Diagnostic,
    Draws,
    Forecast,
    ModelAnswer,
)
from suasion.frozen import date_of
from suasion.lookahead import assumption
from suasion.problem import ForecastError
from suasion.provenance import provenance, triple
from suasion.sampling import Sample, sample
from suasion.solving import settings_of
from suasion.stream import check_seed
from suasion.timeline import deadline
from suasion.trajectory import ITERATED, MOST_DRAWS, ROUNDS, play
from suasion.visibility import visible
from suasion.window.candidate import BASE_RATE
from suasion.window.covariate import Request
from suasion.window.curve import Answer, answer
from suasion.window.fitting import Fitted, fit_candidates
from suasion.window.reference_class import ReferenceClass

__all__ = ["compared", "fit", "forecast", "refuse_resolved", "settled", "viewed"]

Array = NDArray[np.float64]
Progress = Callable[[str, float], None]

_PAST_DAYS = 90
_MOST_DRAWS = 10_000_000
_HEADLINES = {
    "mean": "The answer is the compromise model's, the mean of positions weighted by "
    "capability and salience: it names no day, and takes no account of who moves whom "
    "on the way."
}
_OTHER = (
    "The answer is that of the model chosen, {}: it names no day, and no model is better "
    "than the mean until decided cases have shown it."
)


def forecast(
    case: Case | str | os.PathLike[str],
    *,
    as_of: dt.date | str | None = None,
    by: dt.date | str | None = None,
    draws: int = 100_000,
    seed: int = 7,
    threads: int = 2,
    models: Sequence[str] = tuple(MODELS),
    progress: Progress | None = None,
    accept_draft: bool = False,
) -> Forecast:
    """Forecast a case.

    Parameters
    ----------
    case : Case, str or path
        A case, or what `suasion.load` takes: a bundled slug or a folder.
    as_of : date or str, optional
        Nothing dated later is used. Default: the case's own, else today.
    by : date or str, optional
        Deadline. Default: the question's, as moved by the calendar.
    draws : int
        From 100 to 10 million.
    seed : int
        In [0, 2**64). The same seed gives the same bits, whatever the threads.
    threads : int
    models : sequence of str
        Bargaining models, of `suasion.bargaining.SOLVERS`: those that a yes-or-no
        forecast shows beside its answer, or those that answer where. Slow ones run on
        the first draws only.
    progress : callable, optional
        Called at each step with a few words and the share of the work done.
    accept_draft : bool
        Forecast a case of which `[coding] draft` lists values that nobody has reviewed.

    Raises
    ------
    CaseError
        If the case is not valid.
    ForecastError
        If it cannot be forecast as asked: it is a draft, the window has closed, the
        question is already resolved, the numbers rest on later information, the
        diagnostics fail.

    Examples
    --------
    >>> import suasion
    >>> result = suasion.forecast("deep-strikes", draws=2000)
    >>> 0.0 < result.interval(0.8)[0] < result.probability < result.interval(0.8)[1] < 1.0
    True
    """
    if not isinstance(case, Case):
        from suasion.casefile import load

        case = load(case)
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer):
        raise ValueError(f"draws is {draws!r}; a whole number is needed, such as 10000")
    if not (100 <= draws <= _MOST_DRAWS):
        raise ValueError(
            f"draws is {draws}; it lies between 100 and {_MOST_DRAWS}: fewer say nothing "
            "about uncertainty, more do not fit in memory"
        )
    if isinstance(threads, bool) or not (1 <= threads <= 1024):
        raise ValueError(f"threads is {threads!r}; it is at least 1, such as 2")
    check_seed(seed)
    models = _chosen(case, models)
    if case.coding.draft and not accept_draft:
        raise ForecastError(
            f"{case.slug} is a draft: {len(case.coding.draft)} of its values were "
            "suggested by a program and reviewed by nobody ([coding] draft in "
            "case.toml); review them with suasion review, or forecast it all the same "
            "with --accept-draft"
        )
    say = progress or (lambda _text, _share: None)
    if case.question.kind == "approval":
        view, on, due = viewed(case, as_of, by)
        return _approval(view, on, due, int(draws), int(seed), threads, models, say)
    on = date_of(as_of, "as_of") or case.question.as_of or dt.date.today()
    view = visible(case, on)
    refuse_resolved(view, on)
    return _position(view, on, int(draws), int(seed), models, say)


def viewed(
    case: Case, as_of: dt.date | str | None, by: dt.date | str | None
) -> tuple[Case, dt.date, dt.date]:
    """Return the visible case of a yes-or-no question, its as-of date and deadline.

    Raises
    ------
    ForecastError
        If there is nothing to forecast: no deadline, a window already closed, nothing
        requested yet, no precedent visible, the question resolved.
    """
    if case.question.kind != "approval":
        raise ForecastError(
            f"{case.slug}: the question asks where, not whether by a date, so precedents "
            'have nothing to say; a question of kind "approval" is needed'
        )
    on = date_of(as_of, "as_of") or case.question.as_of or dt.date.today()
    view = visible(case, on)
    refuse_resolved(view, on)
    due = date_of(by, "by") or deadline(view, on)
    requested = view.question.requested_on
    assert requested is not None
    if due is None:
        raise ForecastError(
            f"{case.slug}: the question has no deadline; give one with --by, or write "
            "by = in [question]"
        )
    if not (on < due):
        raise ForecastError(
            f"{case.slug}: the window closed on {due}, not after the as-of date {on}; "
            "choose an earlier as-of date or a later deadline"
        )
    if on < requested:
        raise ForecastError(
            f"{case.slug}: as of {on} nothing had been requested (requested_on is "
            f"{requested}); choose {requested} or later"
        )
    if not view.precedents:
        raise ForecastError(
            f"{case.slug}: no precedent is visible as of {on}, so there is no reference "
            "class; add precedents.csv, or ask a question of kind 'position'"
        )
    return view, on, due


def fit(case: Case, on: dt.date, *, progress: Progress | None = None) -> Fitted:
    """Fit the hazards to the ledger of a visible case.

    Raises
    ------
    ForecastError
        If the diagnostics fail.
    """
    say = progress or (lambda _text, _share: None)
    reference = ReferenceClass.of_precedents(case.precedents, on)
    say("fitting the hazards to the ledger", 0.0)
    fitted = fit_candidates(
        reference,
        Request.of_case(case, on),
        progress=lambda share: say("leaving one dossier out at a time", 0.8 * share),
    )
    if fitted.trouble:
        raise ForecastError(
            f"{case.slug}: no forecast, because its diagnostics fail: "
            + "; ".join(fitted.trouble)
            + "; look for precedents with odd dates, or leave rows out with model_use"
        )
    return fitted


def _approval(
    case: Case,
    on: dt.date,
    by: dt.date,
    draws: int,
    seed: int,
    threads: int,
    models: tuple[str, ...],
    say: Progress,
) -> Forecast:
    fitted = fit(case, on, progress=say)
    say("running the models over draws of the case", 0.8)
    until = by + dt.timedelta(days=_PAST_DAYS)
    found = answer(
        case,
        fitted,
        on=on,
        by=by,
        until=until,
        seed=seed,
        draws=draws,
        threads=threads,
        models=models,
    )
    now = found.pressures[0]
    return Forecast(
        **provenance(case, on, by, until, draws, seed, models),
        answer=Draws.of(found.at_deadline),
        without_assumptions=Draws.of(found.ledger_at_deadline),
        points=tuple(
            CurvePoint(date, mean, q[3], q[2], q[4], q[1], q[5], q[0], q[6])
            for date, mean, q in zip(
                found.dates,
                found.curve.mean.tolist(),
                (found.curve.quantile if found.curve.quantile is not None else []),
                strict=True,
            )
        ),
        ledger_curve=tuple(found.ledger.mean.tolist()),
        models=_models(found, fitted, found.dates.index(by)),
        net_pressure=triple(now.net[0]),
        own_stance=triple(now.stance[0]),
        assumptions=_assumptions(case, found, fitted),
        diagnostics=tuple(
            Diagnostic(
                candidate=item.candidate.name,
                weight=fitted.weight[item.candidate.name],
                pareto_k=item.pareto_k,
                effective_size=item.effective_size,
                parameters=item.summary(),
            )
            for item in fitted.posteriors
        ),
        comparison=compared(fitted),
    )


def _models(found: Answer, fitted: Fitted, at: int) -> tuple[ModelAnswer, ...]:
    low, high = np.quantile(found.at_deadline, [0.1, 0.9])
    low_ledger, high_ledger = np.quantile(found.ledger_at_deadline, [0.1, 0.9])
    result = [
        ModelAnswer(
            name="forecast",
            kind="forecast",
            value=float(found.at_deadline.mean()),
            low=float(low),
            high=float(high),
            curve=tuple(found.curve.mean.tolist()),
        ),
        ModelAnswer(
            name="ledger alone",
            kind="ledger",
            value=float(found.ledger_at_deadline.mean()),
            low=float(low_ledger),
            high=float(high_ledger),
            curve=tuple(found.ledger.mean.tolist()),
        ),
    ]
    for name, (value, lower, upper) in found.by_candidate_at_deadline.items():
        result.append(
            ModelAnswer(
                name=name,
                kind="base rate" if name == BASE_RATE else "candidate",
                value=value,
                low=lower,
                high=upper,
                weight=fitted.weight[name],
                curve=tuple(found.by_candidate[name].mean.tolist()),
            )
        )
    result += [
        ModelAnswer(
            name=name,
            kind="structural",
            value=float(share[at]),
            draws=_limit(name, len(found.at_deadline)),
            curve=tuple(share.tolist()),
        )
        for name, share in found.structural.items()
    ]
    return tuple(result)


def compared(fitted: Fitted) -> Comparison:
    """Return the leave-one-dossier-out table as part of a forecast's record."""
    comparison = fitted.comparison
    return Comparison(
        rows=len(fitted.reference.rows),
        approvals=fitted.reference.approvals,
        days_at_risk=fitted.reference.days_at_risk,
        dossiers=len(fitted.reference.dossiers),
        predictions=len(comparison.outcome),
        unscored=comparison.unscored,
        covariates=tuple(item.name for item in fitted.covariates),
        dropped=fitted.dropped,
        lines=comparison.table(),
    )


def _assumptions(case: Case, found: Answer, fitted: Fitted) -> tuple[Assumption, ...]:
    effect = float(found.at_deadline.mean() - found.ledger_at_deadline.mean())
    result = [
        Assumption(
            text="Net pressure, the gatekeeper's own stance and the closing window move "
            "the hazard by coefficients that no precedent informs: their priors are "
            "judgement.",
            effect=-effect,
        ),
        Assumption(
            text="Looking ahead, nothing happens that the calendar does not announce: no "
            "further public no, no other yes by the same gatekeeper.",
        ),
    ]
    if case.window.stance == "lookahead":
        result.append(Assumption(text=assumption(case)))
    if any(covariate.name == "coalition" for covariate in fitted.covariates):
        result.append(
            Assumption(
                text="The coalitions of earlier requests are not dated in the ledger: "
                "they are taken as they stood when the request ended."
            )
        )
    return (*result, *_coded_late(case))


def _coded_late(case: Case) -> tuple[Assumption, ...]:
    """Say what hindsight may have done to the numbers."""
    result = []
    if case.coding.after_the_fact:
        result.append(
            Assumption(
                text="The case was coded after the outcome was known. No number was "
                "tuned to it, but nobody can unlearn an outcome."
            )
        )
    late = [item.id for item in case.sources if item.retrospective]
    if late:
        result.append(
            Assumption(
                text=f"Sources published after the as-of date, about the time before it: "
                f"{', '.join(late)}."
            )
        )
    return tuple(result)


def _position(
    case: Case,
    on: dt.date,
    draws: int,
    seed: int,
    models: tuple[str, ...],
    say: Progress,
) -> Forecast:
    say("running the models over draws of the case", 0.8)
    drawn = sample(case, on, seed=seed, start=0, stop=draws)
    answers: list[ModelAnswer] = []
    headline: Array | None = None
    for name in models:
        few = _limit(name, draws)
        outcome = settled(case, drawn.first(few or draws), name, seed=seed)
        headline = outcome[:, 0] if headline is None else headline
        for k, issue in enumerate(case.issues):
            bounds = np.quantile(outcome[:, k], [0.1, 0.9])
            answers.append(
                ModelAnswer(
                    name=name,
                    kind="position",
                    value=float(outcome[:, k].mean()),
                    low=float(bounds[0]),
                    high=float(bounds[1]),
                    draws=few,
                    issue=issue.id,
                )
            )
    assert headline is not None
    return Forecast(
        **provenance(case, on, None, None, draws, seed, models),
        answer=Draws.of(headline),
        models=tuple(answers),
        assumptions=(
            Assumption(text=_HEADLINES.get(models[0], _OTHER.format(models[0]))),
            *_coded_late(case),
        ),
    )


def settled(
    case: Case, drawn: Sample, name: str, *, seed: int, start: int = 0
) -> Array:
    """Return where a model ends on draws from `start` on, `(draws, issues)`."""
    if name in ITERATED:
        return play(case, drawn, name, rounds=ROUNDS, seed=seed, start=start).outcome
    try:
        return SOLVERS[name](
            drawn.capability,
            drawn.position,
            drawn.salience,
            low=np.array([issue.low for issue in case.issues]),
            high=np.array([issue.high for issue in case.issues]),
            status_quo=drawn.status_quo,
            actors=case.actor_names,
            **settings_of(case, name),
        ).outcome
    except ValueError as error:
        raise ForecastError(f"{case.slug}, {name}: {error}") from None


def _limit(model: str, draws: int) -> int | None:
    """Return on how many draws a model runs, or None if on all."""
    most = MOST_DRAWS.get(model, draws)
    return most if most < draws else None


def _chosen(case: Case, models: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(models))
    for name in chosen:
        if name not in SOLVERS:
            raise ForecastError(
                f"there is no model {name!r}; there are {', '.join(SOLVERS)}; choose "
                "from these"
            )
    if not chosen:
        raise ForecastError(
            f"no model is chosen; there are {', '.join(SOLVERS)}; choose one at least"
        )
    if "exchange" in chosen and len(case.issues) < 2:
        raise ForecastError(
            f"{case.slug}: exchange needs two issues to trade, and there is one; choose "
            "other models"
        )
    if case.question.kind == "approval" and "procedure" in chosen:
        raise ForecastError(
            f"{case.slug}: procedure says where a decision ends, not whether a "
            "gatekeeper yields by a date; choose other models"
        )
    mover = case.window.moved_by
    if case.question.kind == "approval" and mover and mover not in chosen:
        return (*chosen, mover)
    return chosen


def refuse_resolved(case: Case, on: dt.date) -> None:
    """Raise a ForecastError if the question was resolved by the as-of date."""
    resolution = case.resolution
    if resolution is None:
        return
    what = resolution.answer or f"at {resolution.value:g}"
    raise ForecastError(
        f"{case.slug}: already resolved {what} on {resolution.date}, on or before the "
        f"as-of date {on}: there is nothing to forecast; choose an earlier as-of date"
    )
