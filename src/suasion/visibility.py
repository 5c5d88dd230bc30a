"""What was known at a date. The only place in Suasion that decides it.

A forecast as of a date is a function of the case that `visible` returns and of nothing
else, so a fact dated later cannot reach it. The hash that a forecast remembers is the
hash of this view.

=================  =================================================================
part of the case   visible as of A
=================  =================================================================
source, evidence   if published on or before A, or marked retrospective: published
                   later, but about the time before the decision (the forecast says so)
number of actors   if no evidence is cited for it (a judgement), or some of it is visible
judgements         if the case uses information until A or earlier (`coding`)
event              if public on or before A (its own date, unless `known_on` says earlier)
resource           if known on or before A
public no, yes     if dated on or before A
precedent          if surely requested on or before A; a decision made public after A
                   is unseen, and the request counts as still pending, watched until A
resolution         if dated on or before A
=================  =================================================================
"""

from __future__ import annotations

import calendar
import datetime as dt

from suasion.case import Case, Evidence, Precedent, Requirement, Resource
from suasion.problem import ForecastError

__all__ = ["visible"]


def visible(case: Case, on: dt.date) -> Case:
    """Return the case as it was known on a date.

    Raises
    ------
    ForecastError
        If numbers of the case rest on later information, so that no view of that date
        exists; the message names them and the cure.

    Examples
    --------
    >>> import datetime as dt, suasion
    >>> case = suasion.load("deep-strikes")
    >>> visible(case, dt.date(2024, 11, 11)).resolution is None
    True
    """
    until = case.coding.information_until
    if until is not None and on < until:
        raise ForecastError(
            f"{case.slug}: as of {on} is not possible: its numbers use information until "
            f"{until} ([coding] information_until); choose {until} or later, or code the "
            "earlier values and move later changes into the calendar"
        )
    sources = {
        item.id
        for item in case.sources
        if item.published_on <= on or item.retrospective
    }
    seen = {item.id for item in case.evidence if item.source in sources}
    unseen = [
        path
        for actor in case.actors
        for path in (f"actors.{actor.name}.{field}" for field in _FIELDS)
        if _rests_on_later(case.support(path), seen)
    ]
    if unseen:
        raise ForecastError(
            f"{case.slug}: as of {on} is not possible: {', '.join(unseen)} cite only "
            "evidence published later; code an earlier value, or put the change into "
            "the calendar with the date from which it holds"
        )
    window = case.window
    known = {
        item.id
        for item in case.resources
        if item.known_on is None or item.known_on <= on
    }
    # Needs that nothing known can meet are needs still: nobody has what they ask for.
    nothing = tuple(
        Resource(
            id=_NOTHING,
            name="nothing known yet",
            holders=case.actor_names[:1],
            available_until=dt.date.min,
        )
        for _ in range(any(_unmet(item, known) for item in case.requirements))
    )
    return case.model_copy(
        update={
            "sources": tuple(item for item in case.sources if item.id in sources),
            "evidence": tuple(item for item in case.evidence if item.id in seen),
            "actors": tuple(
                actor.model_copy(
                    update={
                        "evidence": {
                            field: kept
                            for field, ids in actor.evidence.items()
                            if (kept := tuple(item for item in ids if item in seen))
                        }
                    }
                )
                for actor in case.actors
            ),
            "calendar": tuple(
                event.model_copy(update={"evidence": _kept(event.evidence, seen)})
                for event in case.calendar
                if event.public_on <= on
            ),
            "resources": tuple(
                item.model_copy(update={"evidence": _kept(item.evidence, seen)})
                for item in case.resources
                if item.id in known
            )
            + nothing,
            "requirements": tuple(
                item.model_copy(
                    update={
                        "evidence": _kept(item.evidence, seen),
                        "any_of": (_NOTHING,)
                        if _unmet(item, known)
                        else tuple(
                            resource.id
                            for resource in case.resources
                            if resource.id in item.any_of and resource.id in known
                        ),
                    }
                )
                for item in case.requirements
            ),
            "window": window.model_copy(
                update={
                    "public_no": tuple(day for day in window.public_no if day <= on),
                    "prior_yes": None
                    if window.prior_yes is None
                    else tuple(day for day in window.prior_yes if day <= on),
                }
            ),
            "precedents": tuple(
                _visible_precedent(row, on)
                for row in case.precedents
                if _requested_by(row) <= on and row.model_use != "target"
            ),
            "resolution": case.resolution
            if case.resolution is not None and case.resolution.date <= on
            else None,
        }
    )


_FIELDS = ("capability", "position", "salience")
_NOTHING = "nothing-known-yet"


def _unmet(requirement: Requirement, known: set[str]) -> bool:
    return bool(requirement.any_of) and known.isdisjoint(requirement.any_of)


def _rests_on_later(support: tuple[Evidence, ...], seen: set[str]) -> bool:
    return bool(support) and not any(item.id in seen for item in support)


def _kept(ids: tuple[str, ...], seen: set[str]) -> tuple[str, ...]:
    return tuple(item for item in ids if item in seen)


def _requested_by(row: Precedent) -> dt.date:
    """Return the day by which the request had been made for sure."""
    month = row.requested_precision == "month"
    return _end_of_month(row.requested_on) if month else row.requested_on


def _end_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _visible_precedent(row: Precedent, on: dt.date) -> Precedent:
    """Return the row as of a date: later decisions unseen, watched until then.

    What the ledger does not date (governments for and against, the reason against, the
    free-text notes) is kept: a limitation, said on the page of the model.
    """
    changes: dict[str, object] = {
        "requested_alt": tuple(day for day in row.requested_alt if day <= on),
        "public_no": None
        if row.public_no is None
        else tuple(day for day in row.public_no if day <= on),
    }
    decided = row.decided_public_on or row.decided_on
    public = decided
    if public and not row.decided_public_on and row.decided_precision == "month":
        public = _end_of_month(public)
    if row.outcome == "approved" and public is not None and public > on:
        changes |= _UNDECIDED | {"outcome": "pending", "observation_end": on}
    else:
        end = row.observation_end
        if end is not None or row.outcome != "approved":
            changes["observation_end"] = on if end is None else min(end, on)
        if public is not None and public > on:
            changes |= _UNDECIDED | {"outcome": "pending"}
    return row.model_copy(
        update=changes | {"sources": "", "notes": "", "confidence": ""}
    )


_UNDECIDED: dict[str, object] = {
    "decided_on": None,
    "decided_precision": "",
    "decided_public_on": None,
}
