"""A model and its data, put together from what the user wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from suasion.crisis.columns import Columns, columns, complete
from suasion.crisis.formula import Utility, parse, terms
from suasion.crisis.game import GAMES
from suasion.crisis.likelihood import Array, Model
from suasion.crisis.link import LINKS
from suasion.crisis.problem import EstimationError
from suasion.wording import did_you_mean

__all__ = ["Specification", "ordered", "specify"]


class Specification(NamedTuple):
    """Utilities that remember how their terms are made, the model, its names, data."""

    utilities: tuple[Utility, ...]
    model: Model
    names: tuple[str, ...]
    data: Columns

    def on(self, data: Columns) -> Specification:
        """Return the same model for other rows."""
        utilities, blocks, names = terms(self.utilities, data)
        model = Model(self.model.game, self.model.errors, self.model.link, blocks)
        return Specification(utilities, model, names, data)

    @property
    def needs(self) -> set[str]:
        """Columns that the formulas use."""
        return set().union(*(item.needs for item in self.utilities))


def specify(
    data: Any,
    utilities: Mapping[str, str],
    *,
    game: str,
    errors: str,
    link: str,
    missing: str = "raise",
    also: Sequence[str] = (),
) -> Specification:
    """Check the model's name and build it from data; `also` are columns not in it."""
    shape = _one_of("game", game, GAMES)
    _one_of("errors", errors, {"agent": 1, "private": 1})
    _one_of("link", link, LINKS)
    if errors == "private" and link == "logit":
        raise EstimationError(
            'errors="private" with link="logit": a probability-weighted sum of extreme '
            "value errors is neither extreme value nor logistic, so the model has no "
            'closed form; use link="probit", or errors="agent"'
        )
    read = parse(utilities, shape)
    needs = set().union(*(item.needs for item in read))
    found = complete(columns(data, needs | {*also}), missing)
    built, blocks, names = terms(read, found)
    return Specification(built, Model(shape, errors, link, blocks), names, found)


def ordered(coefficients: Mapping[str, float], names: Sequence[str]) -> Array:
    """Return coefficients in the order of the model's terms."""
    for name in coefficients:
        if name not in names:
            raise EstimationError(
                f"coefficients: there is no term {name!r}; {did_you_mean(name, names)}"
            )
    lacking = [name for name in names if name not in coefficients]
    if lacking:
        raise EstimationError(
            f"coefficients: none is given for {', '.join(lacking)}; give each term one"
        )
    values = np.array([coefficients[name] for name in names], np.float64)
    if not np.isfinite(values).all():
        name = names[int((~np.isfinite(values)).argmax())]
        raise EstimationError(
            f"coefficients, {name}: found {coefficients[name]}; a number that is finite "
            "is needed"
        )
    return values


def _one_of(name: str, value: str, known: Mapping[str, Any]) -> Any:
    if value not in known:
        raise ValueError(f"{name} is {value!r}; it is one of {', '.join(known)}")
    return known[value]
