"""From a case to arrays: draws of capability, position and salience at a date.

One uniform number per draw and coded number, the same at every date: a draw is a world in
which the analyst errs in one direction throughout. Correlated errors within a bloc are a
Gaussian copula (see `suasion.case.Bloc`). A gatekeeper that looks ahead has the position
of `suasion.lookahead`, here and so in every model.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.tree import Tree
from suasion.case import Case
from suasion.lookahead import chance_of_yes, likely_yes, looks_ahead
from suasion.stream import Seed, seed_of, uniform
from suasion.timeline import State, state
from suasion.uncertain import Uncertain

__all__ = ["Memory", "Sample", "sample", "typical"]

Array = NDArray[np.float64]

Memory = dict[tuple[str, Uncertain, tuple[float, ...]], Array]
"""Drawn numbers by path, range and the seeds of what they are drawn from."""


@dataclass(frozen=True)
class Sample:
    """Draws `start` to `stop - 1` of a case at a date.

    Attributes
    ----------
    on : date
    capability : ndarray, shape (draws, actors)
        0 for an actor that does not take part on the date.
    position, salience : ndarray, shape (draws, actors, issues)
        Positions in units of the scale; saliences in [0, 1].
    status_quo : ndarray, shape (draws, issues), or None
        None unless every issue has one.
    """

    on: dt.date
    capability: Array
    position: Array
    salience: Array
    status_quo: Array | None

    @property
    def effective_power(self) -> Array:
        """Capability times salience, shape (draws, actors, issues)."""
        return self.capability[:, :, None] * self.salience

    def first(self, draws: int) -> Sample:
        """Return the first draws alone, or all if there are no more."""
        return Sample(
            on=self.on,
            capability=self.capability[:draws],
            position=self.position[:draws],
            salience=self.salience[:draws],
            status_quo=None if self.status_quo is None else self.status_quo[:draws],
        )


def sample(
    case: Case,
    on: dt.date,
    *,
    seed: Seed,
    start: int,
    stop: int,
    memory: Memory | None = None,
) -> Sample:
    """Draw the case at a date: draws `start` to `stop - 1` of the seed's stream.

    A `memory` shared by calls for several dates of the same draws saves drawing again
    what has not changed.

    Examples
    --------
    >>> import datetime as dt, suasion
    >>> case = suasion.load("ec-emission-standards")
    >>> drawn = sample(case, dt.date(1989, 1, 1), seed=7, start=0, stop=4)
    >>> drawn.position.shape
    (4, 10, 1)
    """
    states = state(case, on)
    columns: dict[str, list[Array]] = {"capability": [], "position": [], "salience": []}
    for actor, now in zip(case.actors, states, strict=True):
        draw = _Draw(case, actor.name, seed, start, stop, memory)
        capability = draw.values("capability", (now.capability,), now.shift_capability)
        columns["capability"].append(np.maximum(capability, 0.0) * now.present)
        position = draw.values("position", now.position, now.shift_position)
        low = np.array([issue.low for issue in case.issues])
        high = np.array([issue.high for issue in case.issues])
        columns["position"].append(np.clip(position, low, high))
        salience = draw.values("salience", now.salience, now.shift_salience)
        columns["salience"].append(np.clip(salience, 0.0, 1.0))
    quo = None
    if all(issue.status_quo is not None for issue in case.issues):
        quo = np.stack(
            [
                np.clip(
                    _quantile(
                        issue.status_quo,
                        seed,
                        f"issues.{issue.id}.status_quo",
                        start,
                        stop,
                    ),
                    issue.low,
                    issue.high,
                )
                for issue in case.issues
                if issue.status_quo is not None
            ],
            axis=-1,
        )
    position = np.stack(columns["position"], axis=1)
    if looks_ahead(case, on):
        yes = _yes(case, seed, start, stop, memory)
        _look_ahead(case, states, position, quo, yes)
    return Sample(
        on=on,
        capability=np.concatenate(columns["capability"], axis=-1),
        position=position,
        salience=np.stack(columns["salience"], axis=1),
        status_quo=quo,
    )


def typical(case: Case, on: dt.date) -> Sample:
    """Return a sample of one draw in which every number is its mode.

    Examples
    --------
    >>> import datetime as dt, suasion
    >>> drawn = typical(suasion.load("deep-strikes"), dt.date(2024, 11, 11))
    >>> drawn.status_quo.tolist()
    [[20.0]]
    """
    states = state(case, on)
    low = np.array([issue.low for issue in case.issues])
    high = np.array([issue.high for issue in case.issues])
    position = np.clip(
        [[[x.mode + now.shift_position for x in now.position] for now in states]],
        low,
        high,
    )
    modes = [issue.status_quo.mode for issue in case.issues if issue.status_quo]
    quo = np.array([modes]) if len(modes) == len(case.issues) else None
    if looks_ahead(case, on):
        _look_ahead(case, states, position, quo, likely_yes(case))
    return Sample(
        on=on,
        capability=np.array(
            [
                [
                    max(now.capability.mode + now.shift_capability, 0.0) * now.present
                    for now in states
                ]
            ]
        ),
        position=position,
        salience=np.clip(
            [[[s.mode + now.shift_salience for s in now.salience] for now in states]],
            0.0,
            1.0,
        ),
        status_quo=quo,
    )


def _yes(case: Case, seed: Seed, start: int, stop: int, memory: Memory | None) -> Array:
    """Draw the gatekeeper's chance of yes in the aftermath, once for all dates."""
    assert case.aftermath is not None
    if memory is None:
        return chance_of_yes(case, seed=seed, start=start, stop=stop)
    numbers = [number.path for number in Tree(case.aftermath).numbers]
    seeds = tuple(seed_of(seed, path) for path in numbers)
    key = (case.aftermath.model_dump_json(), case.aftermath.precision, seeds)
    if key not in memory:
        memory[key] = chance_of_yes(case, seed=seed, start=start, stop=stop)
    return memory[key]


def _look_ahead(
    case: Case,
    states: Sequence[State],
    position: Array,
    quo: Array | None,
    yes: Array | float,
) -> None:
    """Put the gatekeeper where its chance of yes would bring the first issue."""
    issue = case.issues[0]
    assert issue.threshold is not None
    assert quo is not None
    at = case.actor_names.index(case.question.gatekeeper or "")
    place = quo[:, 0] + yes * (issue.threshold - quo[:, 0]) + states[at].shift_position
    position[:, at, 0] = np.clip(place, issue.low, issue.high)


@dataclass(frozen=True)
class _Draw:
    case: Case
    actor: str
    seed: Seed
    start: int
    stop: int
    memory: Memory | None

    def values(self, field: str, numbers: Sequence[Uncertain], shift: float) -> Array:
        drawn = [
            self._one(field, issue.id if field != "capability" else "", number)
            for issue, number in zip(self.case.issues, numbers, strict=False)
        ]
        return np.stack(drawn, axis=-1) + shift

    def _one(self, field: str, issue: str, number: Uncertain) -> Array:
        if number.exact:
            return np.full(self.stop - self.start, number.mode)
        name = f"actors.{self.actor}.{field}" + (f".{issue}" if issue else "")
        common = self._common(field, issue)
        seeds = tuple(seed_of(self.seed, each) for each in (name, *common))
        key = (name, number, seeds)
        if self.memory is None:
            return self._drawn(name, common, number)
        if key not in self.memory:
            self.memory[key] = self._drawn(name, common, number)
        return self.memory[key]

    def _common(self, field: str, issue: str) -> dict[str, float]:
        """Name what the number's error shares with a bloc, with the correlation."""
        return {
            f"blocs.{bloc.name}.{field}" + (f".{issue}" if issue else ""): (
                bloc.correlation
            )
            for bloc in self.case.blocs
            if self.actor in bloc.actors and field in bloc.fields and bloc.correlation
        }

    def _drawn(self, name: str, common: dict[str, float], number: Uncertain) -> Array:
        own = uniform(self.seed, name, self.start, self.stop)
        for variable, correlation in common.items():
            shared = uniform(self.seed, variable, self.start, self.stop)
            own = _correlated(own, shared, correlation)
        return number.quantile(own)


def _correlated(own: Array, common: Array, correlation: float) -> Array:
    from scipy.special import ndtr, ndtri

    mixed: Array = ndtr(
        np.sqrt(correlation) * ndtri(common) + np.sqrt(1.0 - correlation) * ndtri(own)
    )
    return np.clip(mixed, 2.0**-53, 1.0 - 2.0**-53)


def _quantile(
    number: Uncertain | None, seed: Seed, variable: str, start: int, stop: int
) -> Array:
    assert number is not None
    return number.quantile(uniform(seed, variable, start, stop))
