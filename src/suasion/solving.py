"""One model, once, on point values: for a quick look, and for parity with peers."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from suasion.bargaining import SOLVERS
from suasion.bargaining.outcome import Outcome
from suasion.case import Case, WeightedMajority
from suasion.problem import ForecastError

__all__ = ["parse_settings", "settings_of", "solve"]

# What the case gives, not the user.
_GIVEN = {
    *("capability", "position", "salience", "low", "high", "status_quo"),
    *("actors", "issues"),
}


def solve(
    case: Case | str, model: str = "mean", settings: Mapping[str, object] | None = None
) -> Outcome:
    """Run a bargaining model on the modes of a case's numbers, as its table has them.

    Parameters
    ----------
    case : Case or str
    model : str
        A name in `suasion.bargaining.SOLVERS`.
    settings : mapping, optional
        Parameters of the model by name, such as `{"rounds": 5, "as_published": True}`.

    Raises
    ------
    ForecastError
        If there is no such model or parameter, or a value is refused; the message lists
        the names.

    Examples
    --------
    >>> solve("ec-emission-standards", "median").outcome.tolist()
    [[7.0]]
    """
    if model not in SOLVERS:
        raise ForecastError(
            f"model is {model!r}; there are {', '.join(SOLVERS)}; choose one of these"
        )
    run = SOLVERS[model]
    given = _of_file(case, model) if isinstance(case, str) else {}
    if isinstance(case, str):
        from suasion.importing import read

        case = read(case)
    settings = {**settings_of(case, model), **given, **(settings or {})}
    known = [name for name in inspect.signature(run).parameters if name not in _GIVEN]
    for name in settings:
        if name not in known:
            there = f"it has {', '.join(known)}" if known else "it has none"
            raise ForecastError(
                f"{model} has no parameter {name!r}; {there}; leave it out or choose "
                "another"
            )
        default = inspect.signature(run).parameters[name].default
        if isinstance(default, int | float) and type(default) is not bool:
            value = settings[name]
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ForecastError(
                    f"{model}: {name} is {value!r}; a number is needed, such as {default}"
                )
    quo = [issue.status_quo for issue in case.issues]
    try:
        return run(
            np.array([[actor.capability.mode for actor in case.actors]]),
            np.array([[[x.mode for x in actor.position] for actor in case.actors]]),
            np.array([[[s.mode for s in actor.salience] for actor in case.actors]]),
            low=np.array([issue.low for issue in case.issues]),
            high=np.array([issue.high for issue in case.issues]),
            status_quo=np.array([[value.mode for value in quo if value is not None]])
            if all(value is not None for value in quo)
            else None,
            actors=case.actor_names,
            issues=[issue.id for issue in case.issues],
            **settings,
        )
    except ValueError as error:
        raise ForecastError(f"{case.slug}, {model}: {error}") from None


def settings_of(case: Case, model: str) -> dict[str, Any]:
    """Return the parameters that follow from the case's decision rule."""
    if model != "procedure" or case.rule is None:
        return {}
    from suasion.rule import veto_players

    settings: dict[str, Any] = {"veto": veto_players(case.rule, case)}
    if isinstance(case.rule, WeightedMajority):
        settings["share"] = case.rule.share
    return settings


def _of_file(source: str, model: str) -> dict[str, object]:
    """Return the parameters that a KTAB XML file carries for its own model."""
    if model != "spatial":
        return {}
    from suasion.bargaining.spatial import OPTIONS
    from suasion.importing import parameters
    from suasion.ktab_xml import OPTIONS as TAGS

    found = parameters(source)
    settings = {
        name: found[tag]
        for tag, name in zip(TAGS, OPTIONS, strict=True)
        if tag in found
    }
    if "accommodation" in found:
        settings["accommodation"] = found["accommodation"]
    return settings


def parse_settings(words: Sequence[str]) -> dict[str, object]:
    """Read `name=value` words; a value is JSON, or else text.

    Raises
    ------
    ForecastError
        If a word has no name or no equals sign.

    Examples
    --------
    >>> parse_settings(["q=0.5", "voting_rule=Cubic", "as_published=true"])
    {'q': 0.5, 'voting_rule': 'Cubic', 'as_published': True}
    """
    settings: dict[str, object] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise ForecastError(
                f"--set {word}: a parameter is written name=value, such as q=0.5"
            )
        try:
            settings[name] = json.loads(value)
        except ValueError:
            settings[name] = value
    return settings
