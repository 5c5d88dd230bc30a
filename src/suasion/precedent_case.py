"""Minimal cases from a ledger of precedents: one earlier request, one question.

A row of `precedents.csv` says who asked whom for what, when, and when the answer came.
`cases_of` makes of it a resolved case: on the first day of the month after the request,
will the gatekeeper have said yes within `days` days?

Left out of the reference class are the row itself and the rest of its dossier (their
public yeses remain facts about the gatekeeper); what is later than the as-of date is
hidden by `suasion.visibility`, as everywhere.

The actors' numbers are one stated rule for all rows, not a coding of each: they say only
who is for, who is against, and that the gatekeeper stands short of the threshold. Nothing
in them knows how the row ended. What a forecast of such a case can show is what the
ledger itself is worth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from suasion.case import (
    Actor,
    Case,
    Coding,
    Evidence,
    Gatekeeper,
    Issue,
    Landmark,
    Precedent,
    Question,
    Resolution,
    Source,
    WindowSettings,
)
from suasion.uncertain import Uncertain
from suasion.visibility import visible

__all__ = ["cases_of"]

# Judgement, the same for every row: capability, position and salience by role. The
# scale is that of the library's other cases of consent, 0 to 100 with 50 as a yes.
_RULE = {
    "gatekeeper": ("100", "10|30|60", "0.4|0.6|0.8"),
    "beneficiary": ("10|15|25", "90|97|100", "0.8|0.9|0.98"),
    "supporter": ("15|25|35", "60|80|95", "0.4|0.6|0.8"),
    "opponent": ("15|25|35", "0|10|25", "0.4|0.6|0.8"),
}
_CONSENT = Issue(
    id="consent",
    name="Consent of the gatekeeper",
    unit="points",
    status_quo=Uncertain.parse(0),
    threshold=50.0,
    landmarks=(
        Landmark(at=0, label="no consent"),
        Landmark(at=50, label="consent at a price or with limits"),
        Landmark(at=100, label="consent without conditions"),
    ),
)
_NOTE = (
    "Generated from a row of a ledger coded after the fact. Capability, position and "
    "salience follow one rule for all rows and are judgement; the coalition and the "
    "reason against are not dated in the ledger; a change of government is left out; a "
    "request known by its month is put on the 15th."
)


def cases_of(case: Case, *, days: int = 180) -> tuple[Case, ...]:
    """Return a resolved minimal case for each core row of a case's ledger.

    The question is asked on the first day A of the month after the request, and closes
    on A + `days`. A row is left out if it was decided by A, if the ledger does not tell
    how it stood on the last day, or if no row of another dossier is visible on A.

    Parameters
    ----------
    case : Case
        With precedents.
    days : int
        Length of the window, 1 or more.

    Raises
    ------
    ValueError
        If `days` is below 1.

    Examples
    --------
    >>> import suasion
    >>> minimal = cases_of(suasion.load("deep-strikes"))
    >>> one = next(item for item in minimal if item.slug == "deep-strikes-us-f16")
    >>> one.question.text
    'F-16 training and coalition jets: a yes from United States by 2022-12-28?'
    >>> one.resolution.answer
    'no'
    """
    if not days >= 1:
        raise ValueError(f"days is {days}; a window has at least 1 day, such as 180")
    return tuple(
        made
        for row in case.precedents
        if row.model_use == "core" and (made := _minimal(case, row, days)) is not None
    )


def _minimal(case: Case, row: Precedent, days: int) -> Case | None:
    on = _next_month(row.requested_on)
    by = on + dt.timedelta(days=days)
    resolution = _resolved(row, on, by)
    if resolution is None:
        return None
    what = row.item or row.id
    gatekeeper = row.gatekeeper_country
    made = Case(
        slug=f"{case.slug}-{row.id}".lower(),
        title=f"{gatekeeper}: {what}",
        summary=f"Row {row.id} of the ledger of {case.slug} as a case of its own.",
        question=Question(
            text=f"{what}: a yes from {gatekeeper} by {by}?",
            kind="approval",
            gatekeeper=gatekeeper,
            requested_on=row.requested_on,
            as_of=on,
            by=by,
            criteria="The request is approved, in public, as the ledger records it.",
        ),
        issues=(_CONSENT,),
        rule=Gatekeeper(actor=gatekeeper),
        window=WindowSettings(
            reason_against=row.opponents_reason or "none",
            public_no=row.public_no or (),
        ),
        coding=Coding(
            by=f"generated from the ledger of {case.slug}",
            on=case.coding.on,
            after_the_fact=True,
            note=_NOTE,
        ),
        actors=tuple(_actors(row)),
        sources=(
            Source(
                id="ledger",
                title=f"Ledger of precedents, row {row.id}",
                outlet=case.title,
                published_on=case.coding.on or by,
                retrospective=True,
            ),
        ),
        evidence=(
            Evidence(
                id="row",
                source="ledger",
                claim=f"{row.beneficiary or 'Somebody'} asks {gatekeeper}: {what}.",
                supports=("question",),
            ),
        ),
        precedents=tuple(_left_out(other, row) for other in case.precedents),
        resolution=resolution,
    )
    seen = visible(made, on).precedents
    return made if any(other.model_use == "core" for other in seen) else None


def _resolved(row: Precedent, on: dt.date, by: dt.date) -> Resolution | None:
    """How the row stood at `by`; None if it was decided by `on` or nobody knows."""
    answer: Literal["yes", "no"]
    if row.outcome == "approved":
        first, last = _decided(row)
        if first <= on or first <= by < last:
            return None
        answer = "yes" if last <= by else "no"
        known = min(last, by)
    else:
        refused = row.decided_on if row.outcome == "refused" else None
        if refused is not None and refused <= on:
            return None
        if row.observation_end is None or row.observation_end < by:
            return None
        answer, known = "no", by
    return Resolution(
        answer=answer, date=known, source=row.sources or f"ledger, row {row.id}"
    )


def _decided(row: Precedent) -> tuple[dt.date, dt.date]:
    """First and last day on which the yes may have become public."""
    day = row.decided_public_on or row.decided_on
    assert day is not None
    if not row.decided_public_on and row.decided_precision == "month":
        return day.replace(day=1), _next_month(day) - dt.timedelta(days=1)
    return day, day


def _actors(row: Precedent) -> Iterator[Actor]:
    roles: dict[str, tuple[str, ...]] = {
        "gatekeeper": (row.gatekeeper_country,),
        "beneficiary": (row.beneficiary,) if row.beneficiary else (),
        "supporter": row.governments_for or (),
        "opponent": row.governments_against or (),
    }
    public = {"beneficiary": "for", "supporter": "for", "opponent": "against"}
    seen: set[str] = set()
    for role, names in roles.items():
        capability, position, salience = (Uncertain.parse(x) for x in _RULE[role])
        for name in names:
            if name in seen:
                continue
            seen.add(name)
            yield Actor.model_validate(
                {
                    "name": name,
                    "role": role,
                    "public": public.get(role, "silent"),
                    "capability": capability,
                    "position": (position,),
                    "salience": (salience,),
                    "note": "By the rule for all rows of a ledger: judgement.",
                }
            )


def _left_out(other: Precedent, row: Precedent) -> Precedent:
    """Make the row itself the target; the rest of its dossier gives only its yeses."""
    if other.id == row.id:
        return other.model_copy(update={"model_use": "target"})
    if other.dossier == row.dossier or other.model_use == "target":
        return other.model_copy(update={"model_use": "exclude"})
    return other


def _next_month(day: dt.date) -> dt.date:
    """First day of the month after."""
    return (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
