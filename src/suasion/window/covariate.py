"""Covariates of a request: the same for a precedent and for the case at hand.

Each is a function of the request, of the dates on which its gatekeeper said yes to
earlier ones, and of the day; it stays constant between its turning points. Looking
ahead, no further news is assumed: a recent no stops being recent, an old yes drops out
of the last year, and nothing else happens until the calendar says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.case import Case, Precedent
from suasion.timeline import state

__all__ = ["COVARIATES", "Covariate", "Request", "known_for", "pieces"]

Array = NDArray[np.float64]

_YES_DAYS = 365
_NO_DAYS = 30


@dataclass(frozen=True)
class Request:
    """What the covariates need to know of a request. Days are proleptic ordinals.

    Attributes
    ----------
    id, gatekeeper : str
    earliest, latest : int
        First and last day on which the request may have been made.
    governments_for, governments_against : int or None
        Publicly, before the decision; None where nobody coded it.
    escalation : bool or None
        Whether escalation is the main reason against.
    public_no : tuple of int or None
    """

    id: str
    gatekeeper: str
    earliest: int
    latest: int
    governments_for: int | None = None
    governments_against: int | None = None
    escalation: bool | None = None
    public_no: tuple[int, ...] | None = None

    @classmethod
    def of_precedent(cls, row: Precedent, *, until: dt.date) -> Request:
        """Read a row of the ledger; a request known to its month was made by `until`."""
        earliest = latest = row.requested_on
        if row.requested_precision == "month":
            earliest = earliest.replace(day=1)
            after = (earliest + dt.timedelta(days=31)).replace(day=1)
            latest = max(earliest, min(after - dt.timedelta(days=1), until))
        return cls(
            id=row.id,
            gatekeeper=row.gatekeeper_country,
            earliest=earliest.toordinal(),
            latest=latest.toordinal(),
            governments_for=_count(row.governments_for),
            governments_against=_count(row.governments_against),
            escalation=None
            if row.opponents_reason is None
            else row.opponents_reason == "escalation",
            public_no=_refusals(row),
        )

    @classmethod
    def of_case(cls, case: Case, on: dt.date) -> Request:
        """Read the case's own request as of a date.

        The coalition counts actors other than the gatekeeper, the beneficiary and the
        target whose governments have taken a public stance.
        """
        assert case.question.gatekeeper is not None
        assert case.question.requested_on is not None
        stances = [
            now.public
            for actor, now in zip(case.actors, state(case, on), strict=True)
            if now.present and actor.role not in ("gatekeeper", "beneficiary", "target")
        ]
        day = case.question.requested_on.toordinal()
        return cls(
            id=case.slug,
            gatekeeper=case.question.gatekeeper,
            earliest=day,
            latest=day,
            governments_for=stances.count("for"),
            governments_against=stances.count("against"),
            escalation=case.window.reason_against == "escalation",
            public_no=tuple(day.toordinal() for day in case.window.public_no),
        )


@dataclass(frozen=True)
class Covariate:
    """A column of the model: its name in the table of priors, its value, its turns.

    Attributes
    ----------
    name : str
    centre : float
        Subtracted from the value, so that the baseline speaks of a typical request.
    known : callable
        Whether the request is coded for it.
    value : callable
        (request, yeses, day) -> float
    turns : callable
        (request, yeses) -> days on which the value may change
    """

    name: str
    centre: float
    known: Callable[[Request], bool]
    value: Callable[[Request, Sequence[int], int], float]
    turns: Callable[[Request, Sequence[int]], Iterable[int]]


def _coalition(request: Request, _yeses: Sequence[int], _day: int) -> float:
    against = request.governments_against or 0
    return float(np.log1p(request.governments_for or 0) - np.log1p(against))


def _escalation(request: Request, _yeses: Sequence[int], _day: int) -> float:
    return float(bool(request.escalation))


def _prior_yes(_request: Request, yeses: Sequence[int], day: int) -> float:
    return float(np.log1p(sum(day - _YES_DAYS <= yes < day for yes in yeses)))


def _recent_no(request: Request, _yeses: Sequence[int], day: int) -> float:
    return float(any(day - _NO_DAYS <= no < day for no in request.public_no or ()))


def _never(_request: Request, _yeses: Sequence[int]) -> Iterable[int]:
    return ()


COVARIATES = (
    Covariate(
        "coalition",
        float(np.log(2.0)),
        lambda request: request.governments_for is not None,
        _coalition,
        _never,
    ),
    Covariate(
        "escalation",
        0.5,
        lambda request: request.escalation is not None,
        _escalation,
        _never,
    ),
    Covariate(
        "prior_yes",
        float(np.log(3.0)),
        lambda _request: True,
        _prior_yes,
        lambda _request, yeses: (
            day + later for day in yeses for later in (1, _YES_DAYS + 1)
        ),
    ),
    Covariate(
        "recent_no",
        0.0,
        lambda request: request.public_no is not None,
        _recent_no,
        lambda request, _yeses: (
            day + later
            for day in request.public_no or ()
            for later in (1, _NO_DAYS + 1)
        ),
    ),
)


def known_for(requests: Iterable[Request]) -> tuple[Covariate, ...]:
    """Return the covariates that every one of the requests is coded for."""
    asked = tuple(requests)
    return tuple(
        covariate
        for covariate in COVARIATES
        if all(covariate.known(request) for request in asked)
    )


def pieces(
    request: Request,
    yeses: Sequence[int],
    start: int,
    stop: int,
    covariates: Sequence[Covariate] = COVARIATES,
    also: Iterable[int] = (),
) -> tuple[NDArray[np.int64], Array]:
    """Cut the days from `start` to `stop` where a covariate may change.

    Returns
    -------
    edges : ndarray, shape (pieces + 1,)
        Days, rising from `start` to `stop`.
    z : ndarray, shape (pieces, covariates)
        Centred values in each piece.

    Examples
    --------
    >>> request = Request("x", "A", 0, 0, public_no=(10,))
    >>> edges, z = pieces(request, (), 0, 100)
    >>> edges.tolist(), z[:, 3].tolist()
    ([0, 11, 41, 100], [0.0, 1.0, 0.0])
    """
    turns = {day for covariate in covariates for day in covariate.turns(request, yeses)}
    inside = sorted(day for day in turns | set(also) if start < day < stop)
    edges = np.array([start, *inside, stop], dtype=np.int64)
    z = np.array(
        [
            [
                covariate.value(request, yeses, int(day)) - covariate.centre
                for covariate in covariates
            ]
            for day in edges[:-1]
        ]
    ).reshape(len(edges) - 1, len(covariates))
    return edges, z


def _refusals(row: Precedent) -> tuple[int, ...] | None:
    """Return the days of public refusals: those listed, and a refusal as outcome."""
    if row.public_no is None:
        return None
    days = {day.toordinal() for day in row.public_no}
    decided = row.decided_public_on or row.decided_on
    if row.outcome == "refused" and decided is not None:
        days.add(decided.toordinal())
    return tuple(sorted(days))


def _count(governments: tuple[str, ...] | None) -> int | None:
    return None if governments is None else len(governments)
