"""The days ahead, cut where anything that bears on the hazard changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.case import Case
from suasion.window.covariate import Request, pieces
from suasion.window.fitting import Fitted

__all__ = ["Path", "path_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Path:
    """Days from the as-of date, cut where anything changes.

    `edges` are days since the as-of date, `age` is the as-of date in days since the
    request; z, `epoch` (the epoch, and the rounds played in it) and `closing` hold in
    each piece.
    """

    edges: NDArray[np.int64]
    age: int
    z: Array
    epoch: tuple[tuple[int, int], ...]
    closing: Array


def path_of(
    case: Case,
    fitted: Fitted,
    by: dt.date,
    until: dt.date,
    epochs: Sequence[dt.date],
    changes: Sequence[tuple[dt.date, int, int]],
) -> Path:
    """Cut the days from the as-of date to `until`, with the deadline `by` among them.

    Parameters
    ----------
    case : Case
        As visible on the as-of date, which is the first epoch.
    fitted : Fitted
    by, until : date
    epochs : sequence of date
        The as-of date, and the turns of the calendar after it.
    changes : sequence of (date, int, int)
        Moments at which pressure changes (`suasion.window.epoch.moments`).
    """
    now = epochs[0].toordinal()
    closes = by.toordinal()
    opens = closes - case.window.closing_days
    edges: list[int] = [now]
    z: list[Array] = []
    epoch: list[tuple[int, int]] = []
    nexts = (*(first for first, _, _ in changes[1:]), until)
    for (first, at, played), last in zip(changes, nexts, strict=True):
        if first == last:
            continue
        request = Request.of_case(case, epochs[at])
        cut, values = pieces(
            request,
            _yeses(case, fitted),
            first.toordinal(),
            last.toordinal(),
            fitted.covariates,
            also=(opens, closes),
        )
        edges += cut[1:].tolist()
        z.append(values)
        epoch += [(at, played)] * len(values)
    starts = np.array(edges[:-1])
    return Path(
        edges=np.array(edges) - now,
        age=now - Request.of_case(case, epochs[-1]).earliest,
        z=np.concatenate(z),
        epoch=tuple(epoch),
        closing=((starts >= opens) & (starts < closes)).astype(np.float64),
    )


def _yeses(case: Case, fitted: Fitted) -> tuple[int, ...]:
    if case.window.prior_yes is not None:
        return tuple(day.toordinal() for day in case.window.prior_yes)
    return fitted.reference.yeses.get(case.question.gatekeeper or "", ())
