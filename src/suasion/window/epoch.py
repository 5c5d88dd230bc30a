"""When what bears on the gatekeeper changes: at turns of the calendar, and by rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from suasion.case import Case
from suasion.trajectory import ROUNDS

__all__ = ["moments", "round_ends"]


def round_ends(
    case: Case, epochs: Sequence[dt.date], until: dt.date
) -> tuple[tuple[int, ...], ...]:
    """Days, from the as-of date, on which rounds of bargaining end, by epoch.

    A round takes `days_per_round` from the as-of date on. At a turn of the calendar
    bargaining begins anew, from the positions then stated.
    """
    every = case.window.days_per_round
    days = (until - epochs[0]).days
    ends = [round(k * every) for k in range(1, int(days / every) + 1)]
    starts = [(epoch - epochs[0]).days for epoch in epochs]
    return tuple(
        tuple(end for end in ends if first <= end < last)
        for first, last in zip(starts, (*starts[1:], days + 1), strict=True)
    )


def moments(
    case: Case, epochs: Sequence[dt.date], ends: Sequence[Sequence[int]]
) -> tuple[tuple[dt.date, int, int], ...]:
    """Dates at which pressure changes: with epoch, and rounds played in it."""
    changes = [(epoch, e, 0) for e, epoch in enumerate(epochs)]
    if case.window.moved_by:
        changes += [
            (epochs[0] + dt.timedelta(days=end), e, played)
            for e, rounds in enumerate(ends)
            for played, end in enumerate(rounds[:ROUNDS], 1)
        ]
    return tuple(sorted(changes))
