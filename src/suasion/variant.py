"""A variant of a case: the same case but for a few values, named by their paths.

Paths are those that evidence uses, and go on into the tables of `case.toml`; members of
a list go by their id, name or code:

==================================  ==================================================
`actors.Germany.position`           number or public stance of an actor, by its name or
                                    code; on a case of several issues with the issue's
                                    id behind it
`issues.permission.threshold`       status quo, threshold, ends of a scale
`calendar.succession.date`          date of an event, day it is known from, deadline
`calendar.succession`               the event itself: `none` leaves it out
`calendar.vote.changes.FR.public`   what an event makes of an actor
`question.by`                       the deadline; `question.requested_on`, the request
`window.own_weight`                 a setting of the window model
`aftermath.precision`               how sharply the players of the game respond
`aftermath.outcomes.wider.payoffs.Russia`
                                    a payoff; in the same way
                                    `aftermath.moves.<id>.actions.<name>.probability`
`blocs.sponsors.correlation`        how errors go together; `blocs.sponsors` = `none`
==================================  ==================================================

Values are written as in the case's files: `60`, `50|60|75`, `2025-03-20`, `for`, lists
with semicolons, and `none` for what is to be left out.

A variant is a supposition: evidence cited for a number that it changes is not cited any
more. `actors.X.position` is the *coded* number, and the calendar keeps acting on it; an
event that sets it anew before the as-of date leaves the change without effect, which
`suasion.comparing` says. An event that is moved stays known from the day from which the
case has it known, or from its new date if that is earlier.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from suasion.case import (
    Actor,
    Case,
    CaseDocument,
)
from suasion.coherence import check
from suasion.frozen import Frozen, Text
from suasion.problem import CaseError, Problem
from suasion.reference import Draft, PartialDocument, Row
from suasion.tomlfile import validate
from suasion.variant_path import SECTIONS, TABLES, Place, locate, refuse
from suasion.wording import explain

__all__ = ["Variant", "differing", "shifted", "varied"]

# --- the record --------------------------------------------------------------------


def _written(value: object) -> str:
    """Write a value as the case's files do."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "; ".join(_written(item) for item in value)
    return str(value).strip()


def _flat(value: object, path: tuple[str, ...] = ()) -> dict[str, str]:
    """Return values by path; nested tables are paths in pieces."""
    if not isinstance(value, Mapping):
        return {".".join(path): _written(value)}
    flat: dict[str, str] = {}
    for key, inner in value.items():
        flat |= _flat(inner, (*path, *(part.strip() for part in str(key).split("."))))
    return flat


class Variant(Frozen):
    """A name, and values by path, as text.

    Attributes
    ----------
    name : str
    text : str
        Why one would suppose this.
    changes : dict of str
        At least one.
    shift : int or None
        Days by which the one date that it changes comes later, if it is one of a series.

    Examples
    --------
    >>> Variant(name="x", changes={"actors": {"Germany": {"position": 70}}}).changes
    {'actors.Germany.position': '70'}
    """

    name: Text
    text: str = ""
    changes: Annotated[
        dict[str, str],
        BeforeValidator(lambda value: _flat(value) if value else {}),
        Field(min_length=1),
    ]
    shift: int | None = None


def shifted(case: Case, path: str, days: Iterable[int]) -> tuple[Variant, ...]:
    """Return variants in which a date comes so many days later (earlier below 0).

    Parameters
    ----------
    case : Case
    path : str
        `calendar.<id>`, `question.by`, `question.requested_on`, or any other date.
    days : iterable of int
        0 is left out.

    Raises
    ------
    CaseError
        If the case has no such path, or no date there.
    ValueError
        If there is no day to move it by, or it leaves the calendar.

    Examples
    --------
    >>> import suasion
    >>> case = suasion.load("deep-strikes")
    >>> [one.changes for one in shifted(case, "calendar.succession", [-10, 30])]
    [{'calendar.succession.date': '2025-01-10'}, {'calendar.succession.date': '2025-02-19'}]
    """
    place = locate(case, path)
    if place.member and place.route[0] == "calendar" and len(place.route) == 2:
        place = locate(case, f"{place.path}.date")
    now = place.now
    if not isinstance(now, dt.date):
        refuse(
            path,
            "the case has no date there to move",
            "name one that it has, such as that of an event, calendar.<id>",
        )
    moves = sorted({int(day) for day in days} - {0})
    if not moves:
        raise ValueError(f"{path}: 0 days is no move; give days such as -30,30")
    what = {"question.by": "deadline", "question.requested_on": "request"}.get(
        place.path, place.path.removeprefix("calendar.").removesuffix(".date")
    )
    result = []
    for move in moves:
        try:
            date = now + dt.timedelta(days=move)
        except OverflowError:
            raise ValueError(
                f"{path}: {move} days from {now} is no day of the calendar; "
                "choose a smaller number"
            ) from None
        plural = "" if abs(move) == 1 else "s"
        way = "later" if move > 0 else "earlier"
        result.append(
            Variant(
                name=f"{what}: {abs(move)} day{plural} {way}",
                changes={place.path: date},
                shift=move,
            )
        )
    return tuple(result)


# --- the case with other values ----------------------------------------------------


def varied(case: Case, changes: Variant | Mapping[str, object]) -> Case:
    """Return the case with the changes of a variant, checked like any other case.

    Raises
    ------
    CaseError
        If a path leads nowhere, a value is not valid there, or the case does not hang
        together with it: all problems at once. Nothing is half applied.

    Examples
    --------
    >>> import suasion
    >>> case = suasion.load("deep-strikes")
    >>> other = varied(case, {"actors.DE.position": "60|75|90"})
    >>> other.actor("Germany").position, case.actor("Germany").position
    ((Uncertain('60|75|90'),), (Uncertain('15|25|40'),))
    >>> varied(case, {"actors.Germany.position": "15|25|40"}) is case
    True
    """
    name = "variant"
    if isinstance(changes, Variant):
        name, changes = f"variant “{changes.name}”", changes.changes
    found = _places(case, _flat(changes), name)
    puts = [
        (place, value)
        for place, value in ((place, _read(place, text)) for place, text in found)
        if place.member or _parsed(place, value) != place.now
    ]
    if not puts:
        return case
    data = case.model_dump(include={*SECTIONS, *CaseDocument.model_fields, "evidence"})
    for place, value in puts:
        if not place.member:
            _put(data, place.route, value)
            _cite_no_more(data, place)
    for place, _ in puts:
        if place.member:
            _leave_out(data, place.route)
            _cite_no_more(data, place)
    _keep_known(case, data, [place for place, _ in puts])
    return _checked(case, data, name)


def differing(case: Case, changes: Mapping[str, str]) -> tuple[Place, ...]:
    """Return the places in which a case has another value than these.

    Examples
    --------
    >>> import suasion
    >>> case = suasion.load("deep-strikes")
    >>> changes = {"actors.DE.public": "silent", "actors.DE.salience": "0.9"}
    >>> [place.path for place in differing(case, changes)]
    ['actors.Germany.salience']
    """
    places = ((locate(case, path), text) for path, text in changes.items())
    return tuple(
        place
        for place, text in places
        if place.member or _parsed(place, _read(place, text)) != place.now
    )


def _places(
    case: Case, changes: Mapping[str, str], name: str
) -> list[tuple[Place, str]]:
    """Find every path, or say everything that is wrong with them."""
    problems: list[Problem] = []
    found: list[tuple[Place, str]] = []
    if not changes or "" in changes:
        problems.append(
            Problem(
                file=name,
                rule="a variant changes something",
                cure="give a path and a value, such as actors.France.position and 70",
            )
        )
        raise CaseError(problems)
    for path, text in changes.items():
        try:
            place = locate(case, path)
        except CaseError as error:
            problems += [replace(problem, file=name) for problem in error.problems]
            continue
        wrong = _wrong(place, text, [other for other, _ in found])
        if wrong:
            rule, cure = wrong
            problems.append(
                Problem(file=name, field=path, found=text, rule=rule, cure=cure)
            )
        found.append((place, text))
    if problems:
        raise CaseError(problems)
    return found


def _wrong(place: Place, text: str, others: Sequence[Place]) -> tuple[str, str] | None:
    """Rule and cure if the place cannot take the value beside the others."""
    for other in others:
        if other.path == place.path:
            return f"{place.path} is given twice", "keep one of the two"
        for outer, inner in ((place, other), (other, place)):
            if outer.member and inner.path.startswith(outer.path + "."):
                rule = f"{outer.path} cannot be left out and changed at once"
                return rule, "keep one of the two"
    if not place.member:
        return None
    table = place.route[0]
    if table in ("actors", "issues"):
        first = "salience" if table == "actors" else "threshold"
        if table == "actors" and text.casefold() == "none":
            rule = "an actor cannot be left out, because others refer to it"
            return rule, (
                f"give it nothing to bring to bear: {place.path}.salience=0 and "
                f"{place.path}.public=silent"
            )
        return "this names no value", f"write {place.path}.{first}=..."
    if text.casefold() != "none":
        key = {"calendar": ".date", "blocs": ".correlation"}.get(str(table), "")
        part = f"{place.path}{key if len(place.route) == 2 else '.position'}"
        cure = f"write {place.path}=none" + (f", or {part}=..." if key else "")
        return "it can be left out as a whole, or changed in its parts", cure
    if place.now is None:
        return "the event does not change this actor", "remove this"
    return None


def _read(place: Place, text: str) -> object:
    """Return the raw value of a text: lists have semicolons, `none` is nothing."""
    many = "tuple[" in str(place.kind)
    if text.casefold() != "none":
        if many:
            return [part.strip() for part in text.split(";") if part.strip()]
        return text
    if type(None) in get_args(place.kind):
        return None
    return [] if many else text


def _parsed(place: Place, value: object) -> object:
    """Return what a valid value means; an invalid one is returned, to be refused later."""
    try:
        return _adapter(place.kind).validate_python(value)
    except ValidationError:
        return value


@functools.lru_cache(maxsize=256)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _step(data: Any, step: str | int) -> Any:
    """Return what is at a step, made if it is not there yet."""
    if isinstance(data, tuple | list) and isinstance(step, str):
        mine = [item for item in data if _key(item) == step]
        return mine[-1]
    return data[step]


def _key(item: Mapping[str, Any]) -> str:
    return str(item.get("id") or item.get("name") or item.get("actor"))


def _put(data: Any, route: Sequence[str | int], value: object) -> None:
    for at, step in enumerate(route[:-1]):
        if step == "changes" and data is not None:
            name = route[at + 1]
            data["changes"] = list(data["changes"])
            if all(_key(item) != name for item in data["changes"]):
                data["changes"].append({"actor": name})
        after = route[at + 1]
        if isinstance(after, int):
            data[step] = list(data[step])
        elif isinstance(data, dict) and data.get(step) is None:
            data[step] = {}
        data = _step(data, step)
    data[route[-1]] = value


def _leave_out(data: Any, route: Sequence[str | int]) -> None:
    for step in route[:-2]:
        data = _step(data, step)
    name, key = route[-1], route[-2]
    data[key] = [item for item in data[key] if _key(item) != name]


def _cite_no_more(data: dict[str, Any], place: Place) -> None:
    """Evidence does not support a supposition."""
    table, *rest = place.route
    if table == "actors":
        actor = _step(data["actors"], rest[0])
        actor["evidence"] = {
            field: ids for field, ids in actor["evidence"].items() if field != rest[1]
        }
    elif table in TABLES and not (place.member and len(rest) == 1):
        item = _step(data[table], rest[0])
        if "evidence" in item:
            item["evidence"] = []
    path = f"{place.path}."
    for row in data["evidence"]:
        row["supports"] = [
            cited
            for cited in row["supports"]
            if not (path.startswith(f"{cited}.") or cited.startswith(path))
        ]


def _keep_known(case: Case, data: dict[str, Any], places: Sequence[Place]) -> None:
    """Keep a moved event known from when it was known, or from its new date."""
    paths = {place.path for place in places}
    for event in case.calendar:
        path = f"calendar.{event.id}"
        if f"{path}.date" not in paths or {path, f"{path}.known_on"} & paths:
            continue
        moved = _step(data["calendar"], event.id)
        try:
            date = dt.date.fromisoformat(str(moved["date"]))
        except ValueError:
            continue  # refused below
        moved["known_on"] = min(event.public_on, date)


def _checked(case: Case, data: dict[str, Any], name: str) -> Case:
    problems: list[Problem] = []
    raw = {key: data[key] for key in CaseDocument.model_fields}
    document = validate(PartialDocument, raw, name, problems)
    actors = [_actor(row, name, problems) for row in data["actors"]]
    rows: list[Row[Actor]] = [
        Row(place=f"actors.{actor.name}", id=actor.name, item=actor, code=actor.code)
        for actor in actors
        if actor is not None
    ]
    if problems or document is None:
        raise CaseError(problems)
    draft = Draft(
        document=document,
        declared={
            section: tuple(item.id for item in getattr(document, section))
            for section in TABLES
            if section not in ("actors", "blocs")
        },
        actors=tuple(rows),
        evidence=tuple(
            Row(
                place=item.id,
                id=item.id,
                item=item.model_copy(update={"supports": tuple(row["supports"])}),
            )
            for item, row in zip(case.evidence, data["evidence"], strict=True)
        ),
        sources=tuple(
            Row(place=item.id, id=item.id, item=item) for item in case.sources
        ),
        precedents=tuple(
            Row(place=item.id, id=item.id, item=item) for item in case.precedents
        ),
        resolution=case.resolution,
    )
    content, found = check(draft)
    if found:
        raise CaseError([replace(problem, file=name) for problem in found])
    return Case.model_validate({**content, "slug": case.slug})


def _actor(row: dict[str, Any], name: str, problems: list[Problem]) -> Actor | None:
    try:
        return Actor.model_validate(row)
    except ValidationError as error:
        problems += [
            replace(
                problem, file=name, place=f"actors.{row['name']}", field=str(route[0])
            )
            for route, problem in explain(error, row, Actor)
        ]
    return None
