"""Who and what a case refers to: ids, names and codes across its files.

A `Draft` is what could be read of a case. Everything that names an actor, an issue, a
resource, a requirement, evidence or a source must name one that the case has. Actors
may be named by code; linking writes their names, so that all else only sees names.
"""

from __future__ import annotations

import graphlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from suasion.case import (
    Actor,
    CaseDocument,
    Evidence,
    Issue,
    Precedent,
    Question,
    Resolution,
    Source,
    WindowSettings,
)
from suasion.problem import Problem
from suasion.wording import Route, did_you_mean, dotted

__all__ = ["Draft", "PartialDocument", "Row", "cycles", "duplicates", "link"]

Item = TypeVar("Item")
Known = Mapping[str, Mapping[str, str] | None]

# Keys of case.toml whose values, members or keys name something else of the case.
_REFERS = {
    "actor": "actor",
    "actors": "actor",
    "asks": "actor",
    "ends": "actor",
    "factor": "actor",
    "gatekeeper": "actor",
    "holders": "actor",
    "immovable": "actor",
    "payoffs": "actor",
    "starts": "actor",
    "weights": "actor",
    "any_of": "resource",
    "needs": "requirement",
    "evidence": "evidence",
}
_SECTIONS = {
    "calendar": "event",
    "issues": "issue",
    "options": "option",
    "requirements": "requirement",
    "resources": "resource",
}
_NUMBERS = ("capability", "position", "salience")
# "." divides a path, ";" a list, ":" a field from an id, "|" low from mode.
_RESERVED = ".;:|"


@dataclass(frozen=True)
class Row(Generic[Item]):
    """A row of a table: its place, its name or id, and the item unless it is broken."""

    place: str
    id: str
    item: Item | None
    code: str = ""


class PartialDocument(CaseDocument):
    """The valid part of `case.toml`."""

    title: str = ""
    question: Question | None = None  # type: ignore[assignment]
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What could be read of a case. None stands for what could not be read at all."""

    document: PartialDocument | None
    declared: Mapping[str, tuple[str, ...] | None] | None
    actors: tuple[Row[Actor], ...] | None
    evidence: tuple[Row[Evidence], ...] | None = ()
    sources: tuple[Row[Source], ...] | None = ()
    precedents: tuple[Row[Precedent], ...] | None = ()
    resolution: Resolution | None = None
    actors_file: str = "actors.csv"


def link(draft: Draft) -> tuple[dict[str, Any], list[Problem]]:
    """Return the content of the case with names for codes, and what is named in vain.

    The content is for `Case.model_validate`, and complete if there are no problems.
    """
    known = _known(draft)
    problems: list[Problem] = []
    content: dict[str, Any] = {}
    if draft.document is not None:
        plain = draft.document.model_dump(mode="json")

        seen: set[tuple[Route, str]] = set()

        def name(kind: str, word: str, route: Route) -> str:
            full = _name(known, kind, word)
            place, field = dotted(route, plain)
            problems.extend(_unknown(known, kind, word, "case.toml", place, field))
            if (route, full) in seen:
                problems.append(
                    Problem(
                        file="case.toml",
                        place=place,
                        field=field,
                        found=word,
                        rule="it is named twice",
                        cure="name it once",
                    )
                )
            seen.add((route, full))
            return full

        content = _linked(plain, (), name)
    for row in draft.actors or ():
        cited = (
            {i for ids in row.item.evidence.values() for i in ids} if row.item else ()
        )
        for word in sorted(cited):
            problems += _unknown(
                known, "evidence", word, draft.actors_file, row.place, "evidence"
            )
    evidence = []
    for found in draft.evidence or ():
        if found.item is not None:
            supports, wrong = _supports(found.item.supports, known, found.place)
            problems += wrong
            problems += _unknown(
                known,
                "source",
                found.item.source,
                "evidence.csv",
                found.place,
                "source",
            )
            evidence.append(found.item.model_copy(update={"supports": supports}))
    content |= {
        "actors": [row.item for row in draft.actors or ()],
        "evidence": evidence,
        "sources": [source.item for source in draft.sources or ()],
        "precedents": [precedent.item for precedent in draft.precedents or ()],
        "resolution": draft.resolution,
    }
    return content, problems


def _known(draft: Draft) -> Known:
    """Names and ids by kind, each with the name to use for it; None if unreadable."""
    known: dict[str, Mapping[str, str] | None] = {
        kind: None if rows is None else {row.id: row.id for row in rows if row.id}
        for kind, rows in {
            "actor": draft.actors,
            "evidence": draft.evidence,
            "source": draft.sources,
        }.items()
    }
    names = known["actor"]
    if names is not None:
        codes = {row.code: row.id for row in draft.actors or () if row.code}
        known["actor"] = {**names, **{c: n for c, n in codes.items() if c not in names}}
    for section, kind in _SECTIONS.items():
        ids = None if draft.declared is None else draft.declared.get(section, ())
        known[kind] = None if ids is None else {id_: id_ for id_ in ids}
    return known


def _name(known: Known, kind: str, word: str) -> str:
    return (known[kind] or {}).get(word, word)


def _unknown(
    known: Known, kind: str, word: str, file: str, place: str, field: str
) -> Iterator[Problem]:
    names = known[kind]
    if names is not None and word not in names:
        tables = {
            "actor": "actors.csv",
            "evidence": "evidence.csv",
            "source": "sources.csv",
        }
        where = tables.get(kind, "case.toml")
        yield Problem(
            file=file,
            place=place,
            field=field,
            found=word,
            rule=f"there is no such {kind} in {where}",
            cure=did_you_mean(word, names, "" if names else f"add it to {where}"),
        )


def _linked(value: Any, route: Route, name: Callable[[str, str, Route], str]) -> Any:
    """Copy plain data, with each reference replaced by what `name` makes of it."""
    if isinstance(value, list):
        return [_linked(v, (*route, i), name) for i, v in enumerate(value)]
    if not isinstance(value, dict):
        return value
    copy: dict[str, Any] = {}
    for key, child in value.items():
        here = (*route, key)
        kind = _REFERS.get(key)
        if kind is None or child is None:
            copy[key] = _linked(child, here, name)
        elif isinstance(child, str):
            copy[key] = name(kind, child, here)
        elif isinstance(child, dict):
            copy[key] = {name(kind, word, here): v for word, v in child.items()}
        else:
            copy[key] = [name(kind, word, here) for word in child]
    return copy


def _supports(
    paths: Iterable[str], known: Known, place: str
) -> tuple[tuple[str, ...], list[Problem]]:
    """Paths that evidence supports, in full, and what is wrong with them."""
    full: list[str] = []
    problems: list[Problem] = []
    forms = {
        "actors": ("actor", _NUMBERS),
        "issues": ("issue", ("status_quo", "threshold")),
        "issue": ("issue", ("status_quo", "threshold")),
        "calendar": ("event", ()),
        "options": ("option", ()),
        "requirements": ("requirement", ()),
        "resources": ("resource", ()),
    }
    for path in paths:
        head, *rest = path.split(".")
        cure = ""
        if head in forms:
            kind, fields = forms[head]
            names = known[kind]
            ends = [f"<{kind}>.{field}" for field in fields] or [f"<{kind}>"]
            if len(rest) != (2 if fields else 1) or (fields and rest[1] not in fields):
                cure = f"write {' or '.join(f'{head}.{end}' for end in ends)}"
            elif names is not None and rest[0] not in names:
                cure = did_you_mean(rest[0], names, "" if names else f"add that {kind}")
            else:
                rest[0] = _name(known, kind, rest[0])
        elif head == "window":
            keys = WindowSettings.model_fields
            if len(rest) != 1 or rest[0] not in keys:
                cure = did_you_mean(".".join(rest), keys)
        elif path not in ("rule", "question"):
            cure = did_you_mean(head, [*forms, "window", "rule", "question"])
        head = "issues" if head == "issue" else head
        full.append(".".join([head, *rest]))
        if cure:
            problems.append(
                Problem(
                    file="evidence.csv",
                    place=place,
                    field="supports",
                    found=path,
                    rule="the case has no such path",
                    cure=cure,
                )
            )
    return tuple(full), problems


# --- names and ids -----------------------------------------------------------------


def duplicates(draft: Draft) -> Iterator[Problem]:
    """Ids and names that are taken, or that cannot be written in a path."""
    sections: Mapping[str, tuple[str, ...] | None] = draft.declared or {}
    for section, ids in sections.items():
        yield from _distinct(
            [(f"{section}.{id_}", "id", id_) for id_ in ids or ()], "case.toml", "id"
        )
    if draft.document:
        blocs = [
            (f"blocs.{bloc.name}", "name", bloc.name) for bloc in draft.document.blocs
        ]
        yield from _distinct(blocs, "case.toml", "name")
    tables: dict[str, tuple[Row[Any], ...] | None] = {
        "evidence.csv": draft.evidence,
        "sources.csv": draft.sources,
        "precedents.csv": draft.precedents,
    }
    for file, rows in tables.items():
        yield from _distinct(
            [(row.place, "id", row.id) for row in rows or ()], file, "id"
        )
    words = []
    for row in draft.actors or ():
        words.append((row.place, "actor", row.id))
        if row.code.casefold() != row.id.casefold():
            words.append((row.place, "code", row.code))
    yield from _distinct(words, draft.actors_file, "name and code")


def _distinct(
    words: list[tuple[str, str, str]], file: str, what: str
) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for place, field, word in words:
        rule = cure = ""
        if word.casefold() in taken:
            first = taken[word.casefold()]
            rule = f"this {'name' if field == 'actor' else field} is taken by {first}"
            cure = f"give each its own {what}, or delete one"
        elif file != "precedents.csv" and any(mark in word for mark in _RESERVED):
            rule = f"the marks {' '.join(_RESERVED)} divide paths and lists"
            cure = f"leave them out of {'an id' if field == 'id' else 'a name or code'}"
        taken.setdefault(word.casefold(), place)
        if rule and word:
            yield Problem(
                file=file, place=place, field=field, found=word, rule=rule, cure=cure
            )


def cycles(document: CaseDocument) -> Iterator[Problem]:
    """Find requirements that need themselves, one problem for each cycle."""
    graph = {item.id: set(item.needs) for item in document.requirements}
    while True:
        try:
            graphlib.TopologicalSorter(graph).prepare()
            return
        except graphlib.CycleError as error:
            cycle = error.args[1][::-1]
            start = cycle.index(min(cycle[:-1]))
            cycle = [*cycle[start:-1], *cycle[: start + 1]]
            yield Problem(
                file="case.toml",
                place="requirements",
                field="needs",
                found=" -> ".join(cycle),
                rule="a requirement cannot need itself, not even in a roundabout way",
                cure="remove one of these needs",
            )
            for id_ in cycle:
                graph.pop(id_, None)
            graph = {id_: needs - set(cycle) for id_, needs in graph.items()}
