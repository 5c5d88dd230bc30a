"""Paths into a case: the words by which a variant names a value.

`suasion.variant` says which there are. A path that leads nowhere is answered with the
nearest one that leads somewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import BaseModel

from suasion.aftermath.game import Action, Aftermath, End, Move
from suasion.case import Actor, Case, Change, Event, Question
from suasion.problem import CaseError, Problem
from suasion.uncertain import Uncertain
from suasion.wording import nearest

__all__ = ["SECTIONS", "TABLES", "Place", "locate", "refuse"]

TABLES = (
    "actors", "blocs", "calendar", "issues", "options", "requirements", "resources",
)  # fmt: skip
SECTIONS = (*TABLES, "aftermath", "question", "rule", "window")
# What a thing is called, says or cites is no value that a variant could change.
_FIXED = {"id", "name", "code", "title", "evidence", "note", "type"}
# A variant changes what a game is worth, not who moves where.
_GAME = ("precision", "moves", "outcomes", "actions", "probability", "payoffs")
_ASKED = ("by", "requested_on")
_ITEMS = {
    "actors": "actor",
    "blocs": "bloc",
    "calendar": "event",
    "issues": "issue",
    "options": "option",
    "requirements": "requirement",
    "resources": "resource",
}


@dataclass(frozen=True)
class Place:
    """Where a path leads in a case.

    Attributes
    ----------
    path : str
        With names for codes; the issue left out if there is one only.
    route : tuple of str or int
        Keys; members of a list of tables by their name, other members by number.
    now : object
        What is there; None if nothing is.
    kind : type
        Of what may be there.
    member : bool
        Whether it is a member of a list, which can be left out only.
    """

    path: str
    route: tuple[str | int, ...]
    now: Any
    kind: Any = None
    member: bool = False


def locate(case: Case, path: str) -> Place:
    """Find a path in a case.

    Raises
    ------
    CaseError
        If the case has no such path, or a variant cannot change it; the message names
        the nearest that it has.

    Examples
    --------
    >>> import suasion
    >>> case = suasion.load("deep-strikes")
    >>> locate(case, "actors.DE.position").path
    'actors.Germany.position'
    >>> locate(case, "actors.Germny.position")
    Traceback (most recent call last):
    suasion.problem.CaseError: variant, actors.Germny.position: there is no such actor; \
did you mean actors.Germany.position?
    """
    words = [word.strip() for word in path.split(".")]
    head, *rest = words
    if head not in SECTIONS:
        homes = {
            name: table
            for table in ("actors", "issues", "calendar")
            for name in _named(getattr(case, table))
        }
        if head in homes:
            refuse(path, "a path begins with its table", _mean([homes[head], *words]))
        _unknown(path, "a case has no such table", words, 0, SECTIONS)
    if head in TABLES:
        items = _named(getattr(case, head))
        kind = _ITEMS[head]
        if not rest:
            _unknown(path, f"name the {kind}", [head, ""], 1, items)
        if rest[0] not in items:
            _unknown(path, f"there is no such {kind}", words, 1, items)
        item = items[rest[0]]
        route: tuple[str, ...] = (head, _label(item))
        if len(rest) == 1:
            return Place(".".join(route), route, item, member=True)
        return _inside(case, item, path, words, 2, route)
    item = getattr(case, head)
    if item is None:
        refuse(path, f"the case has no {head}", "add one to a copy of the case")
    return _inside(case, item, path, words, 1, (head,))


def _inside(
    case: Case,
    item: BaseModel,
    path: str,
    words: list[str],
    at: int,
    route: tuple[str, ...],
) -> Place:
    """Go on from a table: `words[at]` is one of its keys."""
    fields = [name for name in type(item).model_fields if name not in _FIXED]
    if isinstance(item, Change):
        fields.remove("actor")
    if isinstance(item, Aftermath | Move | Action | End):
        fields = [name for name in fields if name in _GAME]
    if isinstance(item, Question):
        if words[at:] == ["as_of"]:
            cure = "say as_of to the comparison (--as-of)"
            refuse(path, "variants are compared as of one date", cure)
        fields = list(_ASKED)
    if at == len(words):
        _unknown(path, "name what to change", [*words, ""], at, fields)
    word = words[at]
    if word not in fields:
        _unknown(path, "there is no such value", words, at, fields)
    route = (*route, word)
    value = getattr(item, word)
    kind: Any = type(item).model_fields[word].annotation
    more = words[at + 1 :]
    if isinstance(item, Event) and word == "changes":
        names = _named(case.actors)
        if not more:
            _unknown(path, "name the actor", [*words, ""], at + 1, names)
        if more[0] not in names:
            _unknown(path, "there is no such actor", words, at + 1, names)
        name = _label(names[more[0]])
        mine = [change for change in value if change.actor == name]
        route = (*route, name)
        if len(more) == 1:
            return Place(".".join(route), route, mine or None, member=True)
        change = mine[-1] if mine else Change(actor=name)
        return _inside(case, change, path, words, at + 2, route)
    if isinstance(item, Actor | Change) and word in ("position", "salience"):
        ids = [issue.id for issue in case.issues]
        if not more and len(ids) > 1:
            _unknown(path, f"name the issue of the {word}", [*words, ""], at + 1, ids)
        if more and more[0] not in ids:
            _unknown(path, "there is no such issue", words, at + 1, ids)
        k = ids.index(more[0]) if more else 0
        full = ".".join(route) + (f".{ids[k]}" if len(ids) > 1 else "")
        if len(more) > 1:
            _too_far(path, full)
        if isinstance(item, Actor):
            return Place(full, (*route, k), value[k], Uncertain)
        if len(ids) == 1:
            return Place(full, route, value, kind)
        return Place(full, (*route, ids[k]), (value or {}).get(ids[k]), Uncertain)
    if isinstance(item, Aftermath | Move) and isinstance(value, tuple):
        items = _named(value)
        if not more:
            _unknown(path, f"name one of the {word}", [*words, ""], at + 1, items)
        if more[0] not in items:
            _unknown(
                path, f"there is none of the {word} so called", words, at + 1, items
            )
        route = (*route, _label(items[more[0]]))
        return _inside(case, items[more[0]], path, words, at + 2, route)
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        cure = "change them in a copy of the case"
        refuse(path, "the members of this list have no names", cure)
    if isinstance(value, BaseModel) and not isinstance(value, Uncertain):
        refuse(path, "this is a table of its own", "change it in a copy of the case")
    if isinstance(value, dict):
        codes = {actor.code: actor.name for actor in case.actors if actor.code}
        more = [codes.get(name, name) for name in more]
        if not more:
            _unknown(path, "name one of these", [*words, ""], at + 1, value)
        if more[0] not in value:
            _unknown(path, "there is no such key", words, at + 1, value)
        kind = Uncertain if word == "payoffs" else float
        route, value, more = (*route, more[0]), value[more[0]], more[1:]
    if more:
        _too_far(path, ".".join(route))
    return Place(".".join(route), route, value, kind)


def _named(items: Sequence[Any]) -> dict[str, Any]:
    """Members of a list of tables by name, and actors by code too."""
    codes = {item.code: item for item in items if getattr(item, "code", "")}
    return {_label(item): item for item in items} | codes


def _label(item: Any) -> str:
    return str(getattr(item, "id", "") or item.name)


def refuse(path: str, rule: str, cure: str) -> NoReturn:
    """Say what is wrong with a path."""
    raise CaseError([Problem(file="variant", field=path, rule=rule, cure=cure)])


def _unknown(
    path: str, rule: str, words: list[str], at: int, known: Iterable[str]
) -> NoReturn:
    """Refuse a word of a path; say the nearest path that exists."""
    names = list(known)
    if best := nearest(words[at], names):
        refuse(path, rule, _mean([*words[:at], best, *words[at + 1 :]]))
    prefix = ".".join([*words[:at], ""])
    shown = ", ".join(f"{prefix}{name}" for name in names[:20])
    more = f" or {len(names) - 20} more" if len(names) > 20 else ""
    refuse(path, rule, f"use one of {shown}{more}" if names else "the case has none")


def _mean(words: Sequence[str]) -> str:
    return f"did you mean {'.'.join(words)}?"


def _too_far(path: str, full: str) -> NoReturn:
    refuse(path, "the path goes on behind a value", f"write {full}")
