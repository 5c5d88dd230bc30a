"""One number supposed: the answers with it, on the same draws.

A supposed number is a variant of the case (`suasion.variant`), so that `suasion compare
CASE --set path=value` gives the same answer. If an event of the calendar has set the
number anew, it is that of the event which is supposed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from suasion.answering import Answering
from suasion.case import Case
from suasion.lookahead import looks_ahead
from suasion.timeline import state
from suasion.uncertain import Uncertain
from suasion.variant import varied

__all__ = ["FIELDS", "Number", "actor_numbers", "other_numbers", "supposed"]

FIELDS = ("capability", "position", "salience")


@dataclass(frozen=True)
class Number:
    """A number of the case that the answer may hang on, and where it can be changed.

    Attributes
    ----------
    path : str
        Of `suasion.variant`.
    owner, field : str
    value : Uncertain
    low, high : float
        Between which it may lie.
    """

    path: str
    owner: str
    field: str
    value: Uncertain
    low: float
    high: float


def supposed(
    ask: Answering, seed: int, number: Number, value: float
) -> NDArray[np.float64]:
    """Return the answers if the number were exactly this."""
    return replace(ask, case=varied(ask.case, {number.path: value}))(seed)


def actor_numbers(case: Case, on: dt.date) -> list[Number]:
    """Coded numbers of the actors present on a date, on the question's issue.

    A capability has no upper limit: it is taken to lie between a hundredth of what it is
    and the largest of any actor. The position of a gatekeeper that looks ahead is none.
    """
    issue = case.issues[0]
    now = {
        actor.name: each
        for actor, each in zip(case.actors, state(case, on), strict=True)
        if each.present
    }
    ahead = case.question.gatekeeper if looks_ahead(case, on) else None
    most = max((each.capability.high for each in now.values()), default=0.0)
    found = []
    for name, each in now.items():
        limits = {
            "capability": (0.01 * each.capability.mode, most),
            "position": (issue.low, issue.high),
            "salience": (0.0, 1.0),
        }
        for field in FIELDS:
            if field == "position" and name == ahead:
                continue
            value = getattr(each, field)
            if field != "capability":
                value = value[0]
            path = _path(case, name, field, on)
            found.append(Number(path, name, field, value, *limits[field]))
    return found


def other_numbers(case: Case) -> list[Number]:
    """Status quo of the question's issue, and weight of the gatekeeper's own stance."""
    issue = case.issues[0]
    found = []
    if issue.status_quo is not None:
        path = f"issues.{issue.id}.status_quo"
        limits = issue.low, issue.high
        found.append(Number(path, issue.name, "status_quo", issue.status_quo, *limits))
    if case.window.moved_by:
        path, weight = "window.own_weight", case.window.own_weight
        found.append(Number(path, "assumptions", "own_weight", weight, 0.0, 1.0))
    return found


def _path(case: Case, actor: str, field: str, on: dt.date) -> str:
    """Path of what the number is on a date: as coded, or as an event has set it."""
    path = f"actors.{actor}.{field}"
    for event in sorted(case.calendar, key=lambda event: event.date):
        for change in event.changes:
            mine = event.date <= on and change.actor == actor
            if mine and getattr(change, field) is not None:
                path = f"calendar.{event.id}.changes.{actor}.{field}"
    if field != "capability" and len(case.issues) > 1:
        path += f".{case.issues[0].id}"
    return path
