"""Rows of made-up ledgers, for the tests of `window`."""

from __future__ import annotations

import datetime as dt

from suasion.case import Precedent
from suasion.window.reference_class import ReferenceClass

DAY = dt.timedelta(days=1)
EPOCH = dt.date(2020, 1, 1)


def day(number: int) -> dt.date:
    """Return day `number` of the made-up calendar."""
    return EPOCH + number * DAY


def approved(name: str, asked: int, said_yes: int, **other: object) -> Precedent:
    """A request on day `asked`, approved on day `said_yes`."""
    return Precedent.model_validate(
        {
            "id": name,
            "gatekeeper_country": "A",
            "requested_on": day(asked),
            "decided_on": day(said_yes),
            "decided_precision": "day",
            "outcome": "approved",
        }
        | other
    )


def pending(name: str, asked: int, seen: int, **other: object) -> Precedent:
    """A request on day `asked`, last seen undecided on day `seen`."""
    return Precedent.model_validate(
        {
            "id": name,
            "gatekeeper_country": "A",
            "requested_on": day(asked),
            "outcome": "pending",
            "observation_end": day(seen),
        }
        | other
    )


def reference_class(
    *rows: Precedent, on: int = 5000, **other: object
) -> ReferenceClass:
    """Read the rows as of day `on`."""
    return ReferenceClass.of_precedents(rows, day(on), **other)  # type: ignore[arg-type]
