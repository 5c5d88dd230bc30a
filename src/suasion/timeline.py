"""The calendar at work: who the actors are, and what they want, at a date.

Events apply in order of their dates, those of one date in the order of the case. A new
value replaces the old one and all its shifts; a shift moves the number as a whole.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from suasion.case import Actor, Case, Change
from suasion.uncertain import Uncertain

__all__ = ["State", "deadline", "head", "state", "turning_points"]


@dataclass(frozen=True)
class State:
    """An actor at a date.

    Attributes
    ----------
    capability : Uncertain
    position, salience : tuple of Uncertain
        By issue, in the order of the case.
    shift_capability, shift_position, shift_salience : float
        To be added to the numbers after they are drawn.
    head : str
        Who speaks for the actor.
    public : str
        Public stance: for, against or silent.
    present : bool
        Whether the actor takes part.
    """

    capability: Uncertain
    position: tuple[Uncertain, ...]
    salience: tuple[Uncertain, ...]
    shift_capability: float = 0.0
    shift_position: float = 0.0
    shift_salience: float = 0.0
    head: str = ""
    public: str = "silent"
    present: bool = True


def state(case: Case, on: dt.date) -> tuple[State, ...]:
    """Return the state of every actor on a date, in the order of the case.

    Examples
    --------
    >>> import datetime as dt, suasion
    >>> case = suasion.load("deep-strikes")
    >>> at = case.actor_names.index("United States")
    >>> [state(case, dt.date(*day))[at].head for day in ((2025, 1, 19), (2025, 1, 20))]
    ['Joe Biden', 'Donald Trump']
    """
    starters = {name for event in case.calendar for name in event.starts}
    now = {
        actor.name: _initial(actor, present=actor.name not in starters)
        for actor in case.actors
    }
    for event in sorted(case.calendar, key=lambda event: event.date):
        if event.date > on:
            break
        for name in event.starts:
            now[name] = replace(now[name], present=True)
        for name in event.ends:
            now[name] = replace(now[name], present=False)
        for change in event.changes:
            now[change.actor] = _changed(case, now[change.actor], change)
    return tuple(now.values())


def turning_points(case: Case, after: dt.date, until: dt.date) -> tuple[dt.date, ...]:
    """Dates of events in (after, until], in order, each once."""
    return tuple(
        sorted({event.date for event in case.calendar if after < event.date <= until})
    )


def deadline(case: Case, on: dt.date) -> dt.date | None:
    """Return the question's deadline as known on a date.

    An event moves it from the event's own date, or from the date it is announced
    (`known_on`): a deadline that is known to move has moved.
    """
    moved = [
        event for event in case.calendar if event.deadline and event.public_on <= on
    ]
    latest = max(moved, key=lambda event: event.public_on, default=None)
    return latest.deadline if latest else case.question.by


def head(case: Case, name: str, on: dt.date) -> str:
    """Return who speaks for an actor on a date, or an empty string."""
    return state(case, on)[case.actor_names.index(name)].head


def _initial(actor: Actor, *, present: bool) -> State:
    return State(
        capability=actor.capability,
        position=actor.position,
        salience=actor.salience,
        head=actor.head,
        public=actor.public,
        present=present,
    )


def _changed(case: Case, old: State, change: Change) -> State:
    new = old
    if change.capability is not None:
        new = replace(new, capability=change.capability, shift_capability=0.0)
    if change.position is not None:
        position = _by_issue(case, old.position, change.position)
        new = replace(new, position=position, shift_position=0.0)
    if change.salience is not None:
        salience = _by_issue(case, old.salience, change.salience)
        new = replace(new, salience=salience, shift_salience=0.0)
    return replace(
        new,
        shift_capability=new.shift_capability + (change.shift_capability or 0.0),
        shift_position=new.shift_position + (change.shift_position or 0.0),
        shift_salience=new.shift_salience + (change.shift_salience or 0.0),
        head=change.head or new.head,
        public=change.public or new.public,
    )


def _by_issue(
    case: Case, old: tuple[Uncertain, ...], new: Uncertain | dict[str, Uncertain]
) -> tuple[Uncertain, ...]:
    if isinstance(new, Uncertain):
        return (new,) * len(old)
    return tuple(
        new.get(issue.id, was) for issue, was in zip(case.issues, old, strict=True)
    )
