"""Problems in plain words: the nearest name, and what a validator meant to say."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from suasion.problem import Problem

__all__ = [
    "MOST_PROBLEMS",
    "Route",
    "did_you_mean",
    "dotted",
    "explain",
    "more_below",
    "nearest",
]

MOST_PROBLEMS = 100
"""So many problems of one file are worth reading."""

Route = tuple[str | int, ...]
"""Way to a value in nested tables: keys and positions."""

_DATE = (
    "a date is a day of the calendar written year-month-day",
    "write it like 2024-11-11",
)
_KINDS = {
    "string": ("text is needed here", "write it in double quotes"),
    "float": (
        "a number is needed here",
        "write it with a decimal point, without units",
    ),
    "finite": ("a number must be finite", "leave out what is not known"),
    "int": ("a whole number is needed here", "write it without point or quotes"),
    "bool": ("yes or no is needed here", "write true or false"),
    "date": _DATE,
    "tuple": ("a list is needed here", "put it in square brackets"),
    "dict": ("a table is needed here", "write { key = value }"),
    "model": ("a table is needed here", "write its keys under a [heading] of its own"),
}
_LIMITS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "of at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "of at most"),
}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like this one, if any is.

    Examples
    --------
    >>> nearest("salence", ["capability", "salience"])
    'salience'
    """
    if len(word) > 100:
        return None
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a cure for a word that is not known.

    Examples
    --------
    >>> did_you_mean("Frence", ["France", "Germany"])
    "did you mean 'France'?"
    >>> did_you_mean("x", ["France", "Germany"])
    'use one of France, Germany'
    """
    known = list(known)
    if best := nearest(word, known):
        return f"did you mean {best!r}?"
    if otherwise or not known:
        return otherwise or "remove it"
    more = f" or {len(known) - 20} more" if len(known) > 20 else ""
    return f"use one of {', '.join(known[:20])}{more}"


def more_below(file: str, place: str) -> Problem:
    """Return the last problem of a file that has too many to list."""
    return Problem(
        file=file,
        place=place,
        rule=f"reading stopped here after {MOST_PROBLEMS} problems",
        cure="mend those above first",
    )


def explain(
    error: ValidationError, data: Any, model: type[BaseModel]
) -> list[tuple[Route, Problem]]:
    """Return pydantic's complaints as problems without place, each with its route."""
    explained = []
    for detail in error.errors(include_url=False):
        path = _path(detail, data)
        if path is not None:
            explained.append((path, _problem(detail, path, model)))
    return explained


def dotted(path: Route, data: Any) -> tuple[str, str]:
    """Return place and field of a value: the table it stands in, and its key there.

    Members of a list go by their id, name or actor, else by their number, from 1.

    Examples
    --------
    >>> dotted(("calendar", 0, "date"), {"calendar": [{"id": "vote", "date": "?"}]})
    ('calendar.vote', 'date')
    """
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            data = data[step]
            if label := _label(data):
                parts.append(label)
            else:
                parts[-1:] = [f"{parts[-1]}[{step + 1}]"]
        else:
            data = data.get(step) if isinstance(data, Mapping) else None
            parts.append(step)
    if path and isinstance(path[-1], int):
        return ".".join(parts), ""
    return ".".join(parts[:-1]), "".join(parts[-1:])


def _label(item: object) -> str:
    if not isinstance(item, Mapping) or "type" in item:
        return ""
    names = (item.get(key) for key in ("id", "name", "actor"))
    return next((name for name in names if isinstance(name, str) and name), "")


def _path(detail: ErrorDetails, data: Any) -> Route | None:
    """Return the path in the data; None for an echo of another complaint.

    Pydantic's location also names the branch of a union that was tried, and says that a
    list with a bad member is too short.
    """
    path: list[str | int] = []
    last = len(detail["loc"]) - 1
    for index, step in enumerate(detail["loc"]):
        if isinstance(data, dict):
            if str(step).startswith("function-wrap") and not {*data} & {"low", "high"}:
                return None
            if data.get("type") == step and index < last:
                continue
            if step in data:
                path.append(step)
                data = data[step]
            elif index == last and detail["type"] == "missing":
                path.append(step)
        elif isinstance(data, list | tuple) and isinstance(step, int):
            path.append(step)
            data = data[step]
        elif str(step).startswith("dict["):
            return None
    if detail["type"] == "too_short" and len(data) >= detail["ctx"]["min_length"]:
        return None
    return tuple(path)


def _problem(detail: ErrorDetails, path: Route, model: type[BaseModel]) -> Problem:
    kind, context = detail["type"], detail.get("ctx", {})
    found = None if kind == "missing" else _shown(detail["input"])
    name = str(path[-1]) if path else ""
    rule, cure = detail["msg"].lower(), "correct it"
    if kind == "missing":
        rule, cure = f"{name} is needed", f"add {name}"
    elif kind == "extra_forbidden":
        found = name
        rule = "there is no such key here"
        cure = did_you_mean(name, _keys(model, detail["loc"][:-1]))
    elif kind in ("literal_error", "union_tag_invalid"):
        expected = context.get("expected") or context["expected_tags"]
        found = context.get("tag", found)
        rule = f"this must be one of {expected}"
        words = expected.replace(" or ", ", ").replace("'", "").split(", ")
        cure = did_you_mean(found or "", words, "choose one of them")
    elif kind == "union_tag_not_found":
        rule, cure = "a rule says what it is", "add a type, such as type = 'gatekeeper'"
    elif kind == "value_error":
        rule, _, cure = str(context["error"]).partition("; ")
        cure = cure or "correct it"
    elif kind in _LIMITS:
        key, words_ = _LIMITS[kind]
        limit = f"{context[key]:g}"
        rule, cure = f"a number {words_} {limit} is needed", "correct the number"
    elif kind == "too_short":
        least = context["min_length"]
        rule, cure = f"at least {least} of these are needed", "add what is missing"
    elif kind == "string_too_short":
        rule, cure = "this may not be empty", "write something here, or remove it"
    elif kind.split("_")[0] in _KINDS:
        rule, cure = _KINDS[kind.split("_")[0]]
    return Problem(file="", rule=rule, cure=cure, found=found)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the table at this location may have."""
    models = [model]
    for step in location:
        fields = [m.model_fields[step] for m in models if step in m.model_fields]
        tagged = [
            m
            for m in models
            if "type" in m.model_fields and m.model_fields["type"].default == step
        ]
        if fields and not tagged:
            models = [m for field in fields for m in _models(field.annotation)]
        elif tagged:
            models = tagged
    return [name for m in models for name in m.model_fields]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        annotation.model_rebuild()  # rules of rules are declared before they are known
        return [annotation]
    return [m for inner in get_args(annotation) for m in _models(inner)]
