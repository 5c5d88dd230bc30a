"""TOML files: what is wrong with them in plain words, and what of them is valid."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from suasion.problem import CaseError, Problem
from suasion.tablefile import read_text
from suasion.wording import MOST_PROBLEMS, Route, dotted, explain

__all__ = ["read_toml", "salvage", "validate"]

Model = TypeVar("Model", bound=BaseModel)

# Parts of a document of which half is worse than nothing, by the depth to cut at.
_WHOLE = {"issues": 2, "aftermath": 1}


def read_toml(
    path: Path | Traversable, problems: list[Problem]
) -> dict[str, Any] | None:
    """Read a TOML file; None, and a problem more, if it cannot be read."""
    text = ""
    try:
        text = read_text(path)
        return tomllib.loads(text.replace("\r\n", "\n"))
    except CaseError as error:
        problems.extend(error.problems)
    except RecursionError:
        problems.append(
            Problem(
                file=path.name,
                rule="the tables are nested too deeply",
                cure="check for brackets that are not closed",
            )
        )
    except ValueError as error:  # TOMLDecodeError, and integers of too many digits
        problems.append(_syntax(str(error), text, path.name))
    return None


def validate(
    model: type[Model], raw: dict[str, Any], file: str, problems: list[Problem]
) -> Model | None:
    """Make a model of plain data; None, and more problems, if it is not valid."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for route, problem in explain(error, raw, model)[:MOST_PROBLEMS]:
            place, field = dotted(route, raw)
            problems.append(replace(problem, file=file, place=place, field=field))
    return None


def salvage(model: type[Model], raw: dict[str, Any]) -> Model | None:
    """Make a model of the valid part of plain data, so that it can be checked further.

    A broken value is left out, with the table around it if it is needed there.
    """
    for _attempt in range(20):
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            bad = [
                # Half an issue would make false alarms about positions on its scale, and
                # half a game about its branches.
                route[: _WHOLE.get(str(route[0]), len(route))]
                for route, _ in explain(error, raw, model)
                if route
            ]
            pruned = _pruned(raw, (), {_existing(route, raw) for route in bad})
            if pruned == raw:
                return None
            raw = pruned
    return None


def _syntax(message: str, text: str, file: str) -> Problem:
    match = re.search(r" \(at line (\d+), column \d+\)", message)
    reason = message.split(" (at ")[0]
    lines = text.splitlines()
    number = int(match[1]) if match else 0
    rule = f"this is not TOML ({reason[:1].lower()}{reason[1:]})"
    cure = (
        "text stands in double quotes, dates and numbers without; a table begins with "
        "[name], a member of a list of tables with [[name]]"
    )
    if "date" in reason:
        rule = "a date is a day of the calendar written year-month-day"
        cure = "write it like 2024-11-11"
    elif "overwrite" in reason or "twice" in reason:
        rule = "a key or table is given twice"
        cure = "keep one; members of a list of tables begin with [[name]]"
    return Problem(
        file=file,
        place=f"line {number}" if number else "",
        found=lines[number - 1].strip() if 0 < number <= len(lines) else None,
        rule=rule,
        cure=cure,
    )


def _existing(route: Route, data: Any) -> Route:
    """Return the route, or that of the table around it if nothing is there."""
    for step in route[:-1]:
        data = data[step]
    last = route[-1]
    present = isinstance(last, int) or last in data
    return route if present else route[:-1]


def _pruned(value: Any, route: Route, bad: set[Route]) -> Any:
    if isinstance(value, dict):
        return {
            key: _pruned(child, (*route, key), bad)
            for key, child in value.items()
            if (*route, key) not in bad
        }
    if isinstance(value, list):
        return [
            _pruned(child, (*route, index), bad)
            for index, child in enumerate(value)
            if (*route, index) not in bad
        ]
    return value
