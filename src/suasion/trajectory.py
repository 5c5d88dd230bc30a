"""How a bargaining model moves positions, round by round, on draws of a case.

In a yes-or-no question the gatekeeper bargains with the weight that its own stance has in
its decision: whatever is coded, its share of all effective power is `own_weight`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining import SOLVERS, Outcome, challenge
from suasion.case import Case
from suasion.frozen import Frozen
from suasion.lanes import engine_for
from suasion.sampling import Sample, sample, typical
from suasion.stream import Seed, uniform
from suasion.timeline import state

__all__ = [
    "ITERATED",
    "MOST_DRAWS",
    "PARTS",
    "ROUNDS",
    "Step",
    "Trajectory",
    "own_weights",
    "play",
    "present",
    "trajectory",
]

Array = NDArray[np.float64]
Table = tuple[tuple[float, ...], ...]

ITERATED = ("challenge", "spatial", "exchange")
"""Bargaining models in which positions move from round to round."""

PARTS = 20
"""Equal parts of a scale, for effective power along it."""

MOST_DRAWS = {
    "challenge": 2_000,
    "spatial": 2_000,
    "exchange": 2_000,
    "procedure": 2_000,
}
"""Draws of a case on which slow models are run: enough to see, and soon done."""

_FEW = {"challenge": "numpy"}  # on so few draws done before Numba has started

ROUNDS = 10
"""Rounds played, unless the question leaves time for fewer."""

_MOST_SHARE = 1 - 1e-6  # a gatekeeper of the whole weight: the others have a trace


class Step(Frozen):
    """One move on the issue, in the run on typical numbers: who, where, and why."""

    round: int
    actor: str
    start: float
    end: float
    because: str


class Trajectory(Frozen):
    """Positions by round on the first issue: what a bargaining model makes of a case.

    Attributes
    ----------
    model, issue : str
    actors : tuple of str
        Those who take part on the date, in the order of the case.
    draws : int
        Of the case; the first of the forecast's.
    days_per_round : float or None
        None if the question has no deadline.
    settled : float
        Share of draws in which nobody moved in the last round.
    low, middle, high : [round][actor]
        10 %, 50 % and 90 % quantiles of positions, before the first round and after each.
    power : [round][part]
        Mean share of effective power in each of `PARTS` equal parts of the scale.
    moved_by : [actor][mover]
        In how many rounds, on average, the actor took the mover's offer; empty if the
        model does not say.
    typical : [round][actor]
        Positions in a run on the modes of all numbers.
    steps : tuple of Step
        The moves of that run.
    own, other : [actor][actor]
        In its first round: what the first expects of challenging the second, and what it
        takes the second to expect of challenging it; empty unless a model of challenges.
    """

    model: str
    issue: str
    actors: tuple[str, ...]
    draws: int
    days_per_round: float | None
    settled: float
    low: Table
    middle: Table
    high: Table
    power: Table
    moved_by: Table = ()
    typical: Table = ()
    steps: tuple[Step, ...] = ()
    own: Table = ()
    other: Table = ()

    @property
    def rounds(self) -> int:
        """Number of rounds."""
        return len(self.middle) - 1


def play(
    case: Case,
    drawn: Sample,
    model: str,
    *,
    rounds: int,
    own_weight: Array | None = None,
    seed: int = 7,
    start: int = 0,
    few: bool = True,
) -> Outcome:
    """Run a bargaining model of several rounds on a sample of a case.

    Those who are absent on the date take no part. Where nobody cares about an issue,
    nobody moves.

    Parameters
    ----------
    case : Case
    drawn : Sample
        Of the case.
    model : str
        One of `ITERATED`.
    rounds : int
        At least 1; the outcome has no more, and fewer if the model came to rest.
    own_weight : ndarray, shape (draws,), optional
        The gatekeeper's share of effective power on the first issue. As coded, unless
        given.
    seed, start : int
        Of the sample, for models with chance.
    few : bool
        Whether there are no more than `MOST_DRAWS`; it decides what computes.
    """
    here = present(case, drawn.on)
    names = tuple(np.array(case.actor_names)[here].tolist())
    capability, salience = _brought(case, drawn, own_weight), drawn.salience[:, here]
    strongest = (capability[:, :, None] * salience).max(axis=1, initial=0.0)
    idle = np.asarray(strongest.min(axis=1) == 0.0)
    engine = _FEW.get(model, "auto") if few else engine_for("auto")
    settings: dict[str, Any] = {"rounds": rounds, "engine": engine}
    if model in ("spatial", "exchange"):
        settings |= {"seed": seed, "first_draw": start}
    outcome = SOLVERS[model](
        np.where(idle[:, None], 1.0, capability),
        drawn.position[:, here],
        np.where(idle[:, None, None], 1.0, salience),
        low=np.array([issue.low for issue in case.issues]),
        high=np.array([issue.high for issue in case.issues]),
        status_quo=drawn.status_quo,
        actors=names,
        issues=[issue.id for issue in case.issues],
        **settings,
    )
    if not idle.any():
        return outcome
    stays = idle[:, None, None, None]
    return replace(
        outcome,
        positions=np.where(stays, outcome.positions[:, :1], outcome.positions),
        mover=None if outcome.mover is None else np.where(stays, -1, outcome.mover),
        moves=(),
    )


def present(case: Case, on: dt.date) -> NDArray[np.bool_]:
    """Return who takes part on a date, `(actors,)`."""
    return np.array([now.present for now in state(case, on)])


def own_weights(case: Case, *, seed: Seed, start: int, stop: int) -> Array:
    """Draw the weight of the gatekeeper's own stance in its decision."""
    drawn = case.window.own_weight.quantile(
        uniform(seed, "window.own_weight", start, stop)
    )
    return np.clip(drawn, 0.0, 1.0)


def trajectory(
    case: Case, on: dt.date, model: str, *, seed: int, draws: int, rounds: int = ROUNDS
) -> Trajectory:
    """Run a model on the first draws of a visible case, and once on typical numbers.

    Parameters
    ----------
    case : Case
    on : date
    model : str
        One of `ITERATED`.
    seed, draws : int
        Of the forecast; at most `MOST_DRAWS[model]` draws are used.
    rounds : int

    Examples
    --------
    >>> import datetime as dt, suasion
    >>> case = suasion.load("ec-emission-standards")
    >>> path = trajectory(case, dt.date(1985, 7, 1), "challenge", seed=7, draws=200)
    >>> path.rounds, path.draws, path.actors[:2]
    (10, 200, ('Netherlands', 'Belgium'))
    """
    draws = min(draws, MOST_DRAWS[model])
    approval = case.question.kind == "approval"
    weights = own_weights(case, seed=seed, start=0, stop=draws) if approval else None
    weight = np.clip([case.window.own_weight.mode], 0.0, 1.0) if approval else None
    drawn = sample(case, on, seed=seed, start=0, stop=draws)
    outcome = play(
        case, drawn, model, rounds=rounds, own_weight=weights, seed=seed, start=0
    )
    one = typical(case, on)
    once = play(case, one, model, rounds=rounds, own_weight=weight, seed=seed)
    issue = case.issues[0]
    low, middle, high = np.quantile(outcome.positions[..., 0], [0.1, 0.5, 0.9], axis=0)
    here = present(case, on)
    own = other = np.empty((0, 0))
    if model == "challenge":
        both = challenge.expectations(
            _brought(case, one, weight),
            one.position[:, here, 0],
            one.salience[:, here, 0],
            low=issue.low,
            high=issue.high,
        )
        own, other = both[0][0], both[1][0]
    return Trajectory(
        model=model,
        issue=issue.id,
        actors=outcome.actors,
        draws=draws,
        days_per_round=case.window.days_per_round if approval else None,
        settled=float(outcome.converged.mean()),
        low=_table(low),
        middle=_table(middle),
        high=_table(high),
        power=_table(
            _power_along(
                outcome.positions[..., 0],
                _brought(case, drawn, weights) * drawn.salience[:, here, 0],
                issue.low,
                issue.high,
            )
        ),
        moved_by=_table(_moved_by(outcome)),
        typical=_table(once.positions[0, :, :, 0]),
        steps=tuple(
            Step(
                round=move.round,
                actor=move.actor,
                start=move.start,
                end=move.end,
                because=move.because,
            )
            for move in once.moves
            if move.issue == issue.id
        ),
        own=_table(own),
        other=_table(other),
    )


def _brought(case: Case, drawn: Sample, own_weight: Array | None) -> Array:
    """Capabilities of those present, the gatekeeper's by its own weight if given."""
    here = present(case, drawn.on)
    names = np.array(case.actor_names)[here].tolist()
    capability, salience = drawn.capability[:, here], drawn.salience[:, here, 0]
    gatekeeper = case.question.gatekeeper
    if own_weight is None or gatekeeper not in names:
        return capability
    return _weighted(capability, salience, names.index(gatekeeper), own_weight)


def _weighted(capability: Array, salience: Array, at: int, share: Array) -> Array:
    """Give one actor a share of all effective power, where anybody has any."""
    power = capability * salience
    others = np.zeros(len(power))
    for i in range(power.shape[1]):
        if i != at:
            others += power[:, i]
    share = np.minimum(share, _MOST_SHARE)
    care = salience[:, at]
    possible = (care > 0.0) & (others > 0.0)
    weighted = capability.copy()
    weighted[possible, at] = (share / (1.0 - share) * others)[possible] / care[possible]
    return weighted


def _power_along(position: Array, power: Array, low: float, high: float) -> Array:
    """Mean share of power in equal parts of the scale, (rounds + 1, parts)."""
    total = power.sum(axis=1, keepdims=True)
    share = power / np.where(total > 0.0, total, 1.0)
    part = np.clip((position - low) / (high - low) * PARTS, 0, PARTS - 1).astype(int)
    return np.stack(
        [
            np.bincount(places.ravel(), share.ravel(), minlength=PARTS) / len(share)
            for places in part.swapaxes(0, 1)
        ]
    )


def _moved_by(outcome: Outcome) -> Array:
    """Mean number of rounds in which an actor took another's offer on issue 0."""
    if outcome.mover is None:
        return np.empty((0, 0))
    count = len(outcome.actors)
    table = np.empty((count, count))
    for i in range(count):
        mover = outcome.mover[:, :, i, 0]
        table[i] = np.bincount(mover[mover >= 0], minlength=count)
    return table / max(len(outcome.mover), 1)


def _table(array: Array) -> Table:
    return tuple(tuple(row) for row in array.tolist())
