"""A case's answer, draw by draw, as a function of where its random numbers come from.

What an answer depends on are its *inputs*: every uncertain number of the case, what the
errors of a bloc have in common, the hazard learned from the ledger, and the coefficients
that are assumption; if the gatekeeper looks ahead, the numbers of the aftermath. Inputs
are independent of each other. Drawing some of them anew and holding the others
(`suasion.stream.Redrawn`) is what sensitivity and the value of finding out are made of;
`suasion.levers` moves actors on the same draws.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.tree import Tree
from suasion.bargaining import SOLVERS
from suasion.case import Case
from suasion.frozen import date_of
from suasion.lookahead import looks_ahead
from suasion.sampling import Memory, Sample, sample
from suasion.stream import Redrawn, Seed, seed_of
from suasion.timeline import state
from suasion.visibility import visible
from suasion.window.deadline import AtDeadline, at_deadline
from suasion.window.fitting import Fitted
from suasion.window.pressure import Pressure, pressure

__all__ = ["Answering", "Input", "answering"]

Array = NDArray[np.float64]

_FIELDS = ("capability", "position", "salience")
_HAZARD = ("window.candidate", "window.particle")
_COEFFICIENTS = ("pressure", "stance", "closing")


@dataclass(frozen=True)
class Input:
    """Something that the answer depends on and that is not known exactly.

    Attributes
    ----------
    path : str
        As in `evidence.csv`: `actors.France.position`; `blocs.<name>.<field>` is what
        the errors of a bloc have in common; `ledger` is the hazard learned from the
        precedents; `window.<name>` a coefficient that is assumption; `aftermath.precision`,
        `.probabilities` and `.payoffs.<player>` numbers of the game.
    owner : str
        The actor, bloc or part of the model that it belongs to.
    streams : frozenset of str
        Variables of `suasion.stream` that it is drawn from.
    """

    path: str
    owner: str
    streams: frozenset[str]


@dataclass(frozen=True)
class Answering:
    """The answer of each draw of a visible case. Make one with `answering`.

    Attributes
    ----------
    case : Case
        As visible on the as-of date.
    on : date
    by : date or None
        Deadline; None for a question of place.
    fitted : Fitted or None
    draws : int
    inputs : tuple of Input
        Independent of each other.
    """

    case: Case
    on: dt.date
    by: dt.date | None
    fitted: Fitted | None
    draws: int
    _memory: Memory = field(default_factory=dict, repr=False, compare=False)
    _deadlines: dict[tuple[float, ...], AtDeadline] = field(
        default_factory=dict, repr=False, compare=False
    )

    def __call__(self, seed: Seed) -> Array:
        """Return the answers, shape (draws,): P(yes by the deadline), or the outcome."""
        if self.fitted is None:
            return self._outcome(self.sample(self.on, seed))
        due = self.deadline(seed)
        felt = self.pressures(seed)
        return due.probability(
            np.stack([felt[epoch].net[played] for epoch, played in due.moments]),
            np.stack([felt[epoch].stance[played] for epoch, played in due.moments]),
        )

    def redrawn(self, seed: int, other: int, inputs: Iterable[Input]) -> Array:
        """Return the answers with some inputs drawn from another seed."""
        names = frozenset().union(*(each.streams for each in inputs))
        return self(Redrawn(seed, other, names))

    def sample(self, on: dt.date, seed: Seed) -> Sample:
        """Draw the case at a date."""
        return sample(
            self.case, on, seed=seed, start=0, stop=self.draws, memory=self._memory
        )

    def deadline(self, seed: Seed) -> AtDeadline:
        """Draw what P(yes) depends on but people; remembered."""
        assert self.fitted is not None
        assert self.by is not None
        names = (*_HAZARD, *(f"window.{name}" for name in _COEFFICIENTS))
        key = tuple(seed_of(seed, name) for name in names)
        if key not in self._deadlines:
            self._deadlines[key] = at_deadline(
                self.case,
                self.fitted,
                on=self.on,
                by=self.by,
                seed=seed,
                draws=self.draws,
            )
        return self._deadlines[key]

    def pressures(self, seed: Seed) -> tuple[Pressure, ...]:
        """Draw what bears on the gatekeeper, from each turn of the calendar on."""
        due = self.deadline(seed)
        mover = self.case.window.moved_by
        return pressure(
            self.case,
            due.epochs,
            models=(mover,) if mover else (),
            rounds=due.rounds,
            seed=seed,
            start=0,
            stop=self.draws,
            memory=self._memory,
        )

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """All inputs, in the order of the case."""
        found = [*self._numbers(), *self._commons()]
        for issue in self.case.issues:
            if issue.status_quo is not None and not issue.status_quo.exact:
                path = f"issues.{issue.id}.status_quo"
                found.append(Input(path, issue.name, frozenset({path})))
        if self.fitted is None:
            return tuple(found)
        found += self._ahead()
        if self.case.window.moved_by and not self.case.window.own_weight.exact:
            path = "window.own_weight"
            found.append(Input(path, "assumptions", frozenset({path})))
        found.append(Input("ledger", "ledger", frozenset(_HAZARD)))
        found += [
            Input(f"window.{name}", "assumptions", frozenset({f"window.{name}"}))
            for name in _COEFFICIENTS
        ]
        return tuple(found)

    def _dates(self) -> tuple[dt.date, ...]:
        if self.fitted is None:
            return (self.on,)
        due = self.deadline(0)
        return tuple({due.epochs[epoch]: None for epoch, _ in due.moments})

    def _numbers(self) -> list[Input]:
        states = [(day, state(self.case, day)) for day in self._dates()]
        found = []
        for at, actor in enumerate(self.case.actors):
            here = [(day, now[at]) for day, now in states if now[at].present]
            for name in _FIELDS:
                streams = set()
                for day, now in here:
                    value = getattr(now, name)
                    numbers = (value,) if name == "capability" else value
                    derived = self._derived(actor.name, name, day)
                    for issue, number in zip(self.case.issues, numbers, strict=False):
                        tail = "" if name == "capability" else f".{issue.id}"
                        if not (number.exact or issue.id == derived):
                            streams.add(f"actors.{actor.name}.{name}{tail}")
                if streams:
                    path = f"actors.{actor.name}.{name}"
                    found.append(Input(path, actor.name, frozenset(streams)))
        return found

    def _derived(self, actor: str, field: str, day: dt.date) -> str:
        """Id of the issue on which a position is not drawn but looked ahead."""
        own = field == "position" and actor == self.case.question.gatekeeper
        return self.case.issues[0].id if own and looks_ahead(self.case, day) else ""

    def _ahead(self) -> list[Input]:
        """Numbers of the game that the gatekeeper looks ahead to, payoffs by player."""
        game = self.case.aftermath
        if not game or not any(looks_ahead(self.case, day) for day in self._dates()):
            return []
        streams: dict[str, set[str]] = {}
        for number in Tree(game).numbers:
            if not number.value.exact:
                _, payoffs, player = number.path.partition(".payoffs.")
                path = f"aftermath{payoffs}{player}"
                if not payoffs:
                    chance = number.path.endswith(".probability")
                    path = f"aftermath.{'probabilities' if chance else 'precision'}"
                streams.setdefault(path, set()).add(number.path)
        return [
            Input(path, "aftermath", frozenset(names))
            for path, names in streams.items()
        ]

    def _commons(self) -> list[Input]:
        return [
            Input(
                f"blocs.{bloc.name}.{name}",
                bloc.name,
                frozenset(
                    f"blocs.{bloc.name}.{name}"
                    + ("" if name == "capability" else f".{issue.id}")
                    for issue in self.case.issues
                ),
            )
            for bloc in self.case.blocs
            if bloc.correlation
            for name in bloc.fields
        ]

    def _outcome(self, drawn: Sample) -> Array:
        solved = SOLVERS["mean"](
            drawn.capability,
            drawn.position,
            drawn.salience,
            low=np.array([issue.low for issue in self.case.issues]),
            high=np.array([issue.high for issue in self.case.issues]),
            status_quo=drawn.status_quo,
            actors=self.case.actor_names,
        )
        return solved.outcome[:, 0]


def answering(
    case: Case | str,
    *,
    as_of: dt.date | str | None = None,
    by: dt.date | str | None = None,
    draws: int,
) -> Answering:
    """Make ready to answer a case many times.

    With the seed of a forecast, the answers are its draws.

    Parameters
    ----------
    case : Case or str
        A case, or what `suasion.load` takes.
    as_of, by : date or str, optional
        As for `suasion.forecast`.
    draws : int

    Raises
    ------
    CaseError, ForecastError
        As `suasion.forecast`.

    Examples
    --------
    >>> import suasion
    >>> ask = answering("deep-strikes", draws=500)
    >>> answers = ask(7)
    >>> told = suasion.forecast("deep-strikes", draws=500, models=["mean"])
    >>> bool((abs(answers - told.answer.values) < 1e-12).all())
    True
    >>> germany = [each for each in ask.inputs if each.owner == "Germany"]
    >>> [each.path for each in germany][:2]
    ['actors.Germany.capability', 'actors.Germany.position']
    >>> bool((ask.redrawn(7, 8, germany) == answers).all())
    False
    """
    from suasion.forecasting import fit, refuse_resolved, viewed

    if isinstance(case, str):
        from suasion.casefile import load

        case = load(case)
    if case.question.kind == "approval":
        view, on, due = viewed(case, as_of, by)
        return Answering(view, on, due, fit(view, on), draws)
    on = date_of(as_of, "as_of") or case.question.as_of or dt.date.today()
    view = visible(case, on)
    refuse_resolved(view, on)
    return Answering(view, on, None, None, draws)
