"""The reference class: precedents as of a date, in counting-process form.

Each request is at risk from its start to its decision or to the day it was last seen
undecided; a decision falls in an interval of a day (or of a month, where only the month
is known). Time at risk is cut into pieces with constant covariates.

Start dates known to their month are not fixed but drawn, uniform over the month: every
draw of the posterior has its own, so that the uncertainty of a date is carried, not
hidden.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.case import Precedent
from suasion.problem import ForecastError
from suasion.stream import uniform
from suasion.window.covariate import Covariate, Request, pieces

__all__ = ["ReferenceClass", "Row", "Spells"]

Array = NDArray[np.float64]
Days = NDArray[np.int64]


@dataclass(frozen=True)
class Row:
    """A precedent ready for analysis. Days are proleptic ordinals.

    Attributes
    ----------
    request : Request
    dossier : str
    end : int
        Day on which the request was last undecided for sure: first day of the interval
        of the decision, or the day of censoring.
    width : int
        Days in the interval of the decision (1 for a known day), 0 if censored.
    """

    request: Request
    dossier: str
    end: int
    width: int

    @property
    def approved(self) -> bool:
        """Whether the request was approved as far as is known."""
        return self.width > 0


@dataclass(frozen=True)
class ReferenceClass:
    """Rows of the ledger as of a date. Build one with `of_precedents`.

    Attributes
    ----------
    rows : tuple of Row
        In the order of the ledger.
    yeses : dict
        Days of public approvals by gatekeeper, of all visible rows (also of rows not
        analysed: they are facts about the gatekeeper).
    on : date
    """

    rows: tuple[Row, ...]
    yeses: dict[str, tuple[int, ...]]
    on: dt.date

    @classmethod
    def of_precedents(
        cls,
        precedents: Sequence[Precedent],
        on: dt.date,
        *,
        use: Collection[str] = ("core",),
        gatekeepers: Collection[str] | None = None,
        alternative: str = "stated",
    ) -> ReferenceClass:
        """Read the visible precedents (see `suasion.visibility`) as of a date.

        Parameters
        ----------
        precedents : sequence of Precedent
            As of `on`, that is, from a visible case.
        on : date
        use : collection of str
            Values of `model_use` to analyse.
        gatekeepers : collection of str, optional
            Only requests to these.
        alternative : {"stated", "earliest", "latest"}
            Which start date to use where the ledger names others (`requested_alt`).

        Raises
        ------
        ForecastError
            If no row is left, or one was decided or last seen before its request.
        """
        yeses: dict[str, list[int]] = {}
        rows = []
        for item in precedents:
            if item.outcome == "approved" and item.model_use != "target":
                day = item.decided_public_on or item.decided_on
                assert day is not None
                yeses.setdefault(item.gatekeeper_country, []).append(day.toordinal())
            if item.model_use not in use:
                continue
            if gatekeepers is not None and item.gatekeeper_country not in gatekeepers:
                continue
            rows.append(_row(_with_start(item, alternative), on))
        if not rows:
            raise ForecastError(
                f"no precedent is visible as of {on}: there is no reference class; "
                "add rows to precedents.csv or choose a later as-of date"
            )
        return cls(tuple(rows), {k: tuple(sorted(v)) for k, v in yeses.items()}, on)

    def without(self, dossier: str) -> ReferenceClass:
        """Return the class without the rows of one dossier. Its yeses remain facts."""
        rows = tuple(row for row in self.rows if row.dossier != dossier)
        return ReferenceClass(rows, self.yeses, self.on)

    @property
    def dossiers(self) -> tuple[str, ...]:
        """Names of the dossiers, in order of first appearance."""
        return tuple(dict.fromkeys(row.dossier for row in self.rows))

    @property
    def approvals(self) -> int:
        """Number of rows approved."""
        return sum(row.approved for row in self.rows)

    @property
    def days_at_risk(self) -> float:
        """Days at risk of all rows, uncertain starts at the middle of their range."""
        return sum(
            max(row.end - 0.5 * (row.request.earliest + row.request.latest), 0.0)
            for row in self.rows
        )

    def spells(self, covariates: Sequence[Covariate]) -> Spells:
        """Cut the rows into pieces with constant values of the covariates."""
        none = np.zeros(0, dtype=np.int64)  # where no row was at risk for a day
        row_of: list[int] = []
        start: list[Days] = [none]
        stop: list[Days] = [none]
        z: list[Array] = [np.zeros((0, len(covariates)))]
        deciding: list[NDArray[np.bool_]] = [none.astype(np.bool_)]
        for at, row in enumerate(self.rows):
            yeses = self.yeses.get(row.request.gatekeeper, ())
            spans = [(row.request.earliest, row.end, False)]
            if row.approved:
                spans.append((row.end, row.end + row.width, True))
            for first, last, decides in spans:
                if first == last:
                    continue
                edges, values = pieces(row.request, yeses, first, last, covariates)
                row_of += [at] * len(values)
                start.append(edges[:-1])
                stop.append(edges[1:])
                z.append(values)
                deciding.append(np.full(len(values), decides))
        return Spells(
            row=np.array(row_of, dtype=np.int64),
            start=np.concatenate(start),
            stop=np.concatenate(stop),
            z=np.concatenate(z),
            deciding=np.concatenate(deciding),
        )

    def starts(self, seed: int, draws: int) -> Array:
        """Start days, shape (rows, draws): drawn where only the month is known."""
        return np.stack([self._start(row, seed, draws) for row in self.rows])

    def middle_starts(self) -> Array:
        """Start days, shape (rows, 1), each at the middle of its range."""
        middle = [
            0.5 * (row.request.earliest + row.request.latest) for row in self.rows
        ]
        return np.array(middle)[:, None]

    @staticmethod
    def _start(row: Row, seed: int, draws: int) -> Array:
        first, last = row.request.earliest, row.request.latest
        if first == last:
            return np.full(draws, float(first))
        u = uniform(seed, f"precedents.{row.request.id}.requested_on", 0, draws)
        return first + np.floor(u * (last - first + 1))


@dataclass(frozen=True)
class Spells:
    """Pieces of time at risk, sorted by row; a decision's interval has its own pieces.

    Attributes
    ----------
    row : ndarray of int, shape (pieces,)
    start, stop : ndarray of int, shape (pieces,)
    z : ndarray, shape (pieces, covariates)
    deciding : ndarray of bool, shape (pieces,)
        Whether the piece belongs to the interval in which the decision fell.
    """

    row: Days
    start: Days
    stop: Days
    z: Array
    deciding: NDArray[np.bool_]


def _row(item: Precedent, on: dt.date) -> Row:
    decided = item.decided_public_on or item.decided_on
    if item.outcome == "approved":
        assert decided is not None
        width = 1
        if not item.decided_public_on and item.decided_precision == "month":
            width = monthrange(decided.year, decided.month)[1]
            decided = decided.replace(day=1)
        end = decided
    else:
        width = 0
        end = min(item.observation_end or on, on)
    last = end + dt.timedelta(days=max(width - 1, 0))
    request = Request.of_precedent(item, until=min(last, on))
    if end.toordinal() < request.earliest <= last.toordinal():
        # Request and decision in one month: the decision did not come before it.
        end = dt.date.fromordinal(request.earliest)
        width = (last - end).days + 1
    if request.earliest > end.toordinal():
        raise ForecastError(
            f"precedents.csv, {item.id}: requested on {item.requested_on} but last seen "
            f"on {end}; a request comes before its decision or last sighting; correct "
            "one of the dates"
        )
    return Row(request, item.dossier, end.toordinal(), width)


def _with_start(item: Precedent, alternative: str) -> Precedent:
    if alternative == "stated" or not item.requested_alt:
        return item
    decided = item.decided_public_on or item.decided_on or item.observation_end
    choices = [
        day
        for day in (item.requested_on, *item.requested_alt)
        if decided is None or day <= decided
    ]
    day = min(choices) if alternative == "earliest" else max(choices)
    if day == item.requested_on:
        return item
    return item.model_copy(update={"requested_on": day, "requested_precision": "day"})
