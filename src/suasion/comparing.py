r"""What if: a case and variants of it, side by side on the same draws.

Draw i of a variant has the candidate, the parameters and the coefficients of draw i of
the case, and the same random number behind every coded number (`suasion.stream`). So

.. math:: d_i = a_i(\text{variant}) - a_i(\text{case})

is what the change does in one possible world, a the answer of a draw: P(yes by the
deadline), or the outcome on the scale. Reported are the mean of d, the middle 80 % of d,
the shares of draws in which it is above and below 0, and the standard error of the mean,
:math:`s_d / \sqrt{n}`, which is the part of the difference that is noise of sampling.

The interval and the error answer two questions: how much the effect of the change hangs
on what is not known, and whether more draws would show another mean.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from suasion.case import Case
from suasion.explanation import headline
from suasion.fear import fears
from suasion.forecast_record import Draws, Forecast
from suasion.forecasting import forecast
from suasion.problem import CaseError, ForecastError
from suasion.variant import Variant, differing, shifted, varied
from suasion.variant_path import Place, locate
from suasion.variant_words import described, idle_because, still_acting
from suasion.what_if import Alternative, WhatIf, path_name
from suasion.window.candidate import CANDIDATES

__all__ = ["compare", "timing"]

Progress = Callable[[str, float], None]

DAYS = (-60, -30, -15, 15, 30, 60)
"""By how many days `timing` moves a date, unless told otherwise."""

_IDLE_DRAWS = 1000  # a change that moves none of so many draws moves nothing


def compare(
    case: Case | str,
    variants: Iterable[Variant | Mapping[str, object]],
    *,
    as_of: dt.date | str | None = None,
    by: dt.date | str | None = None,
    draws: int = 100_000,
    seed: int = 7,
    threads: int = 2,
    progress: Progress | None = None,
) -> WhatIf:
    """Put variants of a case beside it, on the same draws.

    Parameters
    ----------
    case : Case or str
        A case, or what `suasion.load` takes.
    variants : iterable of Variant or mapping
        A mapping has values by path, and is named by its paths. A member of a series
        (`shift`) that cannot be has no answer and a note that says why.
    as_of : date or str, optional
        Of all of them. Default: the case's own, else today.
    by : date or str, optional
        Deadline of all of them. Default: each one's own.
    draws, seed, threads : int
        As for `suasion.forecast`; with the same draws and seed, the case has the same
        answer here as there.
    progress : callable, optional
        Called with a few words and the share of the work done.

    Raises
    ------
    CaseError
        If the case or a variant is not valid.
    ForecastError
        If the case or a variant cannot be forecast as asked.

    Examples
    --------
    >>> found = compare("ec-emission-standards", [{"actors.Germany.position": 10}])
    >>> (one,) = found.alternatives
    >>> round(one.value - found.base.value, 3) == round(one.difference, 3)
    True
    >>> one.words, one.rises
    (('Germany: position 10 instead of 4',), 1.0)
    """
    case = _loaded(case)
    asked = [_variant(item) for item in variants]
    if not asked:
        raise ForecastError(
            f"{case.slug}: there is nothing to compare it with; give a change, such as "
            f"actors.{case.actors[0].name}.salience=0.5"
        )
    twice = {
        one.name for one in asked if [two.name for two in asked].count(one.name) > 1
    }
    if twice:
        raise ValueError(
            f"two variants are called {min(twice)!r}; give each a name of its own"
        )
    # All wrong paths and values are said before the first forecast is made.
    others = [_varied_or_why(case, one) for one in asked]
    say = progress or (lambda _text, _share: None)

    def run(which: Case, number_of_draws: int) -> Forecast:
        return forecast(
            which,
            as_of=as_of,
            by=by,
            draws=number_of_draws,
            seed=seed,
            threads=threads,
            models=("mean",),
        )

    say("the case as coded", 0.0)
    base = run(case, draws)
    alternatives = []
    answers = [("as coded", case, base.answer.values)]
    for count, (one, other) in enumerate(zip(asked, others, strict=True), 1):
        say(one.name, count / (len(asked) + 1))
        try:
            if isinstance(other, str):
                raise ForecastError(other)
            answered = base if other is case else run(other, draws)
        except ForecastError as error:
            if one.shift is None:
                raise ForecastError(f"variant “{one.name}”: {error}") from None
            alternatives.append(_impossible(case, one, str(error)))
            continue
        assert isinstance(other, Case)
        answers.append((one.name, other, answered.answer.values))
        alternatives.append(
            _alternative(case, one, other, base, answered, run, by_given=by is not None)
        )
    low, high = base.interval(0.8)
    return WhatIf(
        slug=case.slug,
        question=case.question.text,
        unit=case.issues[0].unit,
        is_approval=base.is_approval,
        case_hash=base.case_hash,
        version=base.version,
        as_of=base.as_of,
        draws=draws,
        seed=seed,
        headline=headline(base),
        base=Alternative(
            name="as coded",
            by=base.by,
            value=float(base.answer.values.mean()),
            low=low,
            high=high,
        ),
        alternatives=tuple(alternatives),
        fears=fears(answers),
    )


def timing(
    case: Case | str,
    path: str,
    days: Sequence[int] = DAYS,
    **options: Any,
) -> WhatIf:
    """Say how the answer changes if something comes earlier or later.

    Parameters
    ----------
    case : Case or str
    path : str
        `calendar.<id>`, `question.by`, `question.requested_on`, or another date.
    days : sequence of int
        Each an alternative; below 0 is earlier. One that the case does not allow, such
        as a deadline before the as-of date, has no answer and a note that says why.
    **options
        As for `compare`.

    Raises
    ------
    CaseError, ForecastError
        As `compare`, but for the alternatives.

    Examples
    --------
    >>> found = timing("deep-strikes", "question.by", (-30, 30), draws=500)
    >>> [one.difference > 0 for one in found.alternatives]
    [False, True]
    """
    case = _loaded(case)
    return compare(case, shifted(case, path, days), **options)


def _loaded(case: Case | str) -> Case:
    if isinstance(case, Case):
        return case
    from suasion.casefile import load

    return load(case)


def _variant(item: Variant | Mapping[str, object]) -> Variant:
    if isinstance(item, Variant):
        return item
    if not item:
        raise ValueError(
            "a variant changes something; give a path and a value, such as "
            "actors.France.position and 70"
        )
    return Variant(name=path_name(item), changes=dict(item))


def _varied_or_why(case: Case, one: Variant) -> Case | str:
    """Return the other case; of a series, say why a member is not possible."""
    try:
        return varied(case, one)
    except CaseError as error:
        if one.shift is None:
            raise
        return "; ".join(problem.rule for problem in error.problems)


def _impossible(case: Case, one: Variant, why: str) -> Alternative:
    return Alternative(
        name=one.name,
        text=one.text,
        changes=one.changes,
        shift=one.shift,
        notes=(f"Not possible: {why.removeprefix(f'{case.slug}: ')}.",),
    )


def _alternative(
    case: Case,
    one: Variant,
    other: Case,
    base: Forecast,
    answered: Forecast,
    run: Callable[[Case, int], Forecast],
    *,
    by_given: bool,
) -> Alternative:
    differences = answered.answer.values - base.answer.values
    low, high = answered.interval(0.8)
    low_difference, high_difference = np.quantile(differences, [0.1, 0.9]).tolist()
    covariates = base.comparison is not None and any(
        line.weight > 0.0 and CANDIDATES[line.candidate].covariates
        for line in base.comparison.lines
    )
    places = differing(case, one.changes)
    idle = _idle(case, one, places, other, differences, run)
    on, due = answered.as_of, answered.by
    words = []
    notes = []
    for path, value in one.changes.items():
        place = locate(case, path)
        if place not in places:
            notes.append(f"{place.path} already is {value}: no change.")
            continue
        new = None if place.member else locate(other, path).now
        words.append(described(case, place, new))
        if place in idle:
            why = idle_because(
                other, place, on, due, by_given=by_given, covariates=covariates
            )
            notes.append(f"{place.path} has no effect on the answer: {why}.")
        else:
            notes += still_acting(other, place, on, due)
    return Alternative(
        name=one.name,
        text=one.text,
        changes=one.changes,
        words=tuple(words),
        shift=one.shift,
        by=answered.by,
        value=float(answered.answer.values.mean()),
        low=low,
        high=high,
        difference=float(differences.mean()),
        low_difference=low_difference,
        high_difference=high_difference,
        error=_error(differences),
        rises=float((differences > 0.0).mean()),
        falls=float((differences < 0.0).mean()),
        notes=tuple(notes),
        differences=Draws.of(differences),
    )


def _error(differences: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    if differences.min() == differences.max():
        return 0.0
    return float(differences.std(ddof=1)) / math.sqrt(len(differences))


def _idle(
    case: Case,
    one: Variant,
    places: Sequence[Place],
    other: Case,
    differences: np.ndarray[Any, np.dtype[np.float64]],
    run: Callable[[Case, int], Forecast],
) -> list[Place]:
    """Places whose change moves no draw, the others as in the variant."""
    if not differences.any():
        return list(places)
    if len(places) < 2:
        return []
    few = min(_IDLE_DRAWS, len(differences))
    whole = run(other, few).answer.values
    idle = []
    for place in places:
        rest = {
            path: value
            for path, value in one.changes.items()
            if locate(case, path).path != place.path
        }
        try:
            without = run(varied(case, rest), few).answer.values
        except (CaseError, ForecastError):
            continue  # the others cannot stand without it
        if np.array_equal(without, whole):
            idle.append(place)
    return idle
