"""Trials: what could have been asked, and when, of cases whose end is known.

A question *whether* is asked as of the case's own date, and as of the first day of each
month from then until the day before it was answered or its deadline: not before the
request, and not before the last information that its numbers rest on (`visible` refuses
that). A question *where* is asked as of the case's own date. A trial holds the case as
visible on its date, without the end: that stays with the one who scores.

A case that is a row of its own ledger is left out of its reference class, with the rest
of its dossier (whose public yeses remain facts about the gatekeeper). A row made into a
case of its own is asked once: one request, one question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suasion.case import Case
from suasion.forecasting import viewed
from suasion.precedent_case import cases_of
from suasion.problem import ForecastError
from suasion.scoring.card import happened
from suasion.timeline import deadline
from suasion.visibility import visible

__all__ = ["Refusal", "Trial", "of_ledgers", "trials"]


@dataclass(frozen=True)
class Trial:
    """One question as of one date, and how it came out.

    Attributes
    ----------
    case : str
        Slug.
    group : str
        What trials share that are not independent: the case, or the dossier of a row.
    source : str
        "library", or "ledger" for a row of a ledger made into a case.
    view : Case
        As visible on the date; it knows nothing of the end.
    on : date
    by : date or None
        None for a question of place.
    outcome : float
        1 for yes and 0 for no; or where it ended, in units of the scale.
    """

    case: str
    group: str
    source: str
    view: Case
    on: dt.date
    by: dt.date | None
    outcome: float


@dataclass(frozen=True)
class Refusal:
    """A question that cannot be asked as of a date, and why."""

    case: str
    on: dt.date
    why: str


def trials(
    cases: Iterable[Case], *, source: str = "library"
) -> tuple[tuple[Trial, ...], tuple[Refusal, ...]]:
    """Return the trials of resolved cases, and what could not be asked.

    Parameters
    ----------
    cases : iterable of Case
    source : str
        What to call where they are from.

    Raises
    ------
    ForecastError
        If a case is not resolved.

    Examples
    --------
    >>> import suasion
    >>> found, _ = trials([suasion.load("sweden-nato-hungary")])
    >>> [str(trial.on) for trial in found]
    ['2023-09-26', '2023-10-01', '2023-11-01', '2023-12-01']
    >>> found[0].outcome, found[0].view.resolution is None
    (0.0, True)
    """
    found: list[Trial] = []
    refused: list[Refusal] = []
    for case in cases:
        if case.resolution is None:
            raise ForecastError(
                f"{case.slug}: not resolved, so there is nothing to score; add "
                "outcome.toml with what happened, or leave the case out"
            )
        group = _group(case) if source == "ledger" else case.slug
        left = _left_out(case)
        for on in _dates(case, source):
            try:
                found.append(_trial(left, on, group, source))
            except ForecastError as error:
                refused.append(Refusal(case.slug, on, str(error)))
    return tuple(found), tuple(refused)


def of_ledgers(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return each core row of the cases' ledgers as a case, once.

    Several cases may share a ledger: a row is taken from the first that has it.

    Examples
    --------
    >>> import suasion
    >>> len(of_ledgers([suasion.load("deep-strikes")]))
    18
    """
    made: dict[str, Case] = {}
    for case in cases:
        for small in cases_of(case):
            made.setdefault(small.slug.removeprefix(f"{case.slug}-"), small)
    return tuple(made.values())


def _trial(case: Case, on: dt.date, group: str, source: str) -> Trial:
    resolution = case.resolution
    assert resolution is not None
    if case.question.kind == "approval":
        view, on, by = viewed(case, on, None)
        outcome = happened(resolution, by=by, asked=deadline(case, on))
        if outcome is None:
            raise ForecastError(
                f"{case.slug}: nobody knows whether it came true by {by}, the deadline as "
                f"of {on}"
            )
        return Trial(case.slug, group, source, view, on, by, float(outcome))
    if resolution.value is None:
        raise ForecastError(
            f"{case.slug}: the question asks where, and outcome.toml gives no value; add "
            "value = a number on the scale"
        )
    view = visible(case, on)
    return Trial(case.slug, group, source, view, on, None, resolution.value)


def _dates(case: Case, source: str) -> Iterator[dt.date]:
    """Yield the case's own date; of a question whether, firsts of months after it too."""
    question, resolution = case.question, case.resolution
    assert resolution is not None
    last = min(resolution.date, question.by or resolution.date)
    own = question.as_of or last - dt.timedelta(days=1)
    if question.kind != "approval" or source == "ledger":
        yield own
        return
    assert question.requested_on is not None
    first = max(question.requested_on, case.coding.information_until or dt.date.min)
    yield from sorted({day for day in (own, *_firsts(first, last)) if day < last})


def _firsts(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """First days of months in [first, last)."""
    day = first if first.day == 1 else _next_month(first)
    while day < last:
        yield day
        day = _next_month(day)


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1)


def _left_out(case: Case) -> Case:
    """Leave the dossier of the case itself out of its reference class."""
    own = {row.dossier for row in case.precedents if row.model_use == "target"}
    return case.model_copy(
        update={
            "precedents": tuple(
                row.model_copy(update={"model_use": "exclude"})
                if row.dossier in own and row.model_use != "target"
                else row
                for row in case.precedents
            )
        }
    )


def _group(case: Case) -> str:
    targets = (row.dossier for row in case.precedents if row.model_use == "target")
    return next(targets, case.slug)
