"""A variant in words: what it changes, why a change is idle, what goes on acting on it.

A change without effect is never passed over in silence. What is said here rests on the
calendar and on what the models use; that a change *is* without effect is found by
running the forecast without it (`suasion.comparing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from suasion.aftermath.tree import Tree
from suasion.case import Case, Change, Event
from suasion.explanation import day, listed
from suasion.lookahead import looks_ahead
from suasion.rule import with_article
from suasion.timeline import state
from suasion.uncertain import Uncertain
from suasion.variant_path import Place

__all__ = ["described", "idle_because", "still_acting"]

_NUMBERS = ("capability", "position", "salience")
# Values from which the covariates of a request are made (`suasion.window.covariate`).
_COVARIATES = ("public", "public_no", "prior_yes", "reason_against", "role")
_VETOES = ("rule", "options", "requirements", "resources")


def described(case: Case, old: Place, new: object) -> str:
    """Say a change in a few words; `new` is the value that comes for the old one.

    Examples
    --------
    >>> import suasion
    >>> from suasion.variant_path import locate
    >>> case = suasion.load("deep-strikes")
    >>> described(case, locate(case, "actors.DE.position"), Uncertain.parse(70))
    'Germany: position 70 instead of 15|25|40'
    >>> described(case, locate(case, "calendar.succession"), None)
    'without “Donald Trump takes office in Washington”'
    """
    table, *rest = old.route
    if old.member:
        return f"without {_named(case, old)}"
    change = f"{_value(new)} instead of {_value(old.now)}"
    if old.path == "question.by":
        return f"deadline {change}"
    if old.path == "question.requested_on":
        return f"request {change}"
    if table == "actors":
        what = str(rest[1])
        issue = f" on {old.path.split('.')[-1]}" if len(case.issues) > 1 else ""
        if what == "public":
            return f"{rest[0]}: publicly {change}"
        return f"{rest[0]}: {what}{issue if what in _NUMBERS[1:] else ''} {change}"
    if table == "aftermath" and case.aftermath:
        words = {number.path: number.words for number in Tree(case.aftermath).numbers}
        return f"{words.get(old.path, old.path)} {change}"
    if old.path == "window.stance":
        who = with_article(case.question.gatekeeper or "the gatekeeper")
        looked = {"coded": "as coded", "lookahead": "looked ahead"}
        return f"own position of {who} {looked[str(new)]} instead of {looked[str(old.now)]}"
    if table == "calendar":
        what = ".".join(str(word) for word in rest[1:]).removeprefix("changes.")
        title = _named(case, old)
        if what == "date":
            return f"{title}: {change}"
        return f"{title}: {what.replace('.', ', ')} {change}"
    return f"{old.path} {change}"


def _named(case: Case, place: Place) -> str:
    table, name, *rest = place.route
    if table == "calendar":
        title = next(event.title for event in case.calendar if event.id == name)
        whole = f"“{title}”"
        return f"what {whole} changes for {rest[1]}" if len(rest) == 2 else whole
    return f"{str(table).removesuffix('s')} {name}"


def _value(value: object) -> str:
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, Uncertain):
        return str(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return listed([_value(item) for item in value]) if value else "none"
    return "none" if value in (None, "") else str(value)


def idle_because(
    case: Case,
    place: Place,
    on: dt.date,
    due: dt.date | None,
    *,
    by_given: bool,
    covariates: bool,
) -> str:
    """Say why a change has no effect on the answer as of a date.

    Parameters
    ----------
    case : Case
        With the change.
    place : Place
        Of the change, in the case without it.
    on : date
        As-of date.
    due : date or None
        Deadline of the variant; None for a question of place.
    by_given : bool
        Whether the deadline was given to the comparison.
    covariates : bool
        Whether hazards with covariates carry weight in the answer.
    """
    table, *rest = place.route
    if due is not None and not covariates and place.route[-1] in _COVARIATES:
        return (
            "it enters by hazards with covariates, and on this ledger of precedents they "
            "have earned no weight"
        )
    if due is None and table == "question":
        return "the question asks where, not by when"
    if place.path == "question.by" and due is not None:
        if by_given:
            return "the deadline was given to the comparison"
        mover = next((e.id for e in case.calendar if e.deadline == due), "")
        if mover:
            return f"calendar.{mover} moves the deadline to {day(due)}"
    if table == "aftermath" or place.path == "window.stance":
        return _idle_game(case, on)
    if table == "actors":
        return _idle_actor(case, place, on, due)
    if table == "calendar":
        return _idle_event(case, place, on, due)
    if table in _VETOES:
        return "it says who can block, not what the answer is"
    if table == "issues" and rest[0] != case.issues[0].id:
        return f"the answer is about {case.issues[0].id}"
    if place.route[-1] == "threshold" and due is None:
        return "the question asks where, not whether"
    if table == "window" and due is None:
        return "the question asks where, and [window] is about when"
    return "nothing in the answer depends on it"


def _idle_game(case: Case, on: dt.date) -> str:
    if case.window.stance == "coded":
        return "the answer looks at the aftermath only with window.stance=lookahead"
    if not looks_ahead(case, on):
        return f"the calendar sets the gatekeeper's position anew before {day(on)}"
    return "nothing in the answer depends on it"


def _idle_actor(case: Case, place: Place, on: dt.date, due: dt.date | None) -> str:
    name, field = str(place.route[1]), str(place.route[2])
    if (
        field == "position"
        and name == case.question.gatekeeper
        and looks_ahead(case, on)
    ):
        return f"{name} looks ahead (window.stance), so the coded one does not count"
    for event, change in reversed([*_acting(case, name, field)]):
        if max(event.date, event.public_on) <= on and _sets(change, field):
            return (
                f"calendar.{event.id} sets it anew on {day(event.date)}, before the as-of "
                f"date; set calendar.{event.id}.changes.{name}.{field}"
            )
    if not state(case, on)[case.actor_names.index(name)].present:
        return f"{name} takes no part as of {day(on)}"
    if place.route[-1] in range(1, len(case.issues)):
        return f"the answer is about {case.issues[0].id}"
    if due is None and field not in _NUMBERS:
        return "the answer rests on capability, position and salience"
    if name == case.question.gatekeeper and field in ("capability", "salience"):
        return "pressure is that of the others; the gatekeeper's own weight is no part"
    if field in ("role", "head"):
        return "it is a description"
    return "nothing in the answer depends on it"


def _idle_event(case: Case, place: Place, on: dt.date, due: dt.date | None) -> str:
    was = place.now if place.member and len(place.route) == 2 else None
    event = was or next((e for e in case.calendar if e.id == place.route[1]), None)
    if event is None:
        return "nothing in the answer depends on it"
    if event.public_on > on:
        return f"nobody knows of it before {day(event.public_on)}, after the as-of date"
    if due is None and event.date > on:
        return (
            f"it comes on {day(event.date)}, after the as-of date, as of which is asked"
        )
    if due is not None and event.date >= due:
        return f"it comes on {day(event.date)}, not before the deadline {day(due)}"
    if place.route[-1] in ("date", "known_on"):
        return "it has happened by the as-of date either way"
    return "nothing in the answer depends on it"


def still_acting(
    case: Case, place: Place, on: dt.date, due: dt.date | None
) -> list[str]:
    """Say what the calendar does to a coded number of an actor that a variant sets.

    Examples
    --------
    >>> import suasion
    >>> from suasion.variant_path import locate
    >>> case = suasion.load("deep-strikes")
    >>> place = locate(case, "actors.US.position")
    >>> still_acting(case, place, case.question.as_of, dt.date(2025, 3, 20))
    ['actors.United States.position holds until 20 January 2025, when calendar.succession \
sets it anew.']
    """
    if place.route[0] != "actors" or place.member:
        return []
    name, field = str(place.route[1]), str(place.route[2])
    notes = []
    added = 0.0
    shifts: list[str] = []
    for event, change in _acting(case, name, field):
        if event.public_on > on or event.date > (due or on) or event.date == due:
            continue
        if _sets(change, field):
            added, shifts = 0.0, []
            if event.date > on:
                notes.append(
                    f"{place.path} holds until {day(event.date)}, when "
                    f"calendar.{event.id} sets it anew."
                )
                break
        elif shift := getattr(change, f"shift_{field}", None):
            added += shift
            shifts.append(f"calendar.{event.id}")
    if shifts:
        verb = "adds" if len(shifts) == 1 else "add"
        sign = "−" if added < 0 else ""
        notes.insert(
            0,
            f"{listed(shifts)} {verb} {sign}{abs(round(added, 9)):g} to {place.path} "
            "as before.",
        )
    return notes


def _acting(case: Case, name: str, field: str) -> Iterator[tuple[Event, Change]]:
    """Events that touch a field of an actor, in order of their dates."""
    for event in sorted(case.calendar, key=lambda event: event.date):
        for change in event.changes:
            if change.actor == name and (
                _sets(change, field)
                or getattr(change, f"shift_{field}", None) is not None
            ):
                yield event, change


def _sets(change: Change, field: str) -> bool:
    return getattr(change, field, None) not in (None, "")
