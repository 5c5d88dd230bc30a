r"""From bargaining to pressure, to the gatekeeper's own stance, to its simulated position.

With q the status quo, p the threshold and w effective power:

* support of actor k for p over q is :math:`v_k = |x_k - q| - |x_k - p|`;
* **net pressure** is the share of weighted support for p among the others,
  :math:`\sum w_k v_k^+ / \sum w_k |v_k|` in [0, 1], minus 1/2;
* **stance** is the gatekeeper's own way from q to p, :math:`(x_g - q)/(p - q)` held
  within [0, 1], minus 1/2;
* the **simulated position** of the gatekeeper is, in a model that settles at once,
  :math:`a x_g + (1 - a) O`, with O its outcome among the others and a the weight of its
  own stance in its decision. In a model of several rounds the gatekeeper takes part with
  the share a of all effective power, and the simulated position is its own after each
  round. It passes where it reaches p. The share of draws that pass is the *structural*
  estimate, shown beside the hazard and never mixed into it.

Net pressure and stance are those of the positions as stated, unless the case names a
model whose rounds move them (`moved_by`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining import MODELS, SOLVERS
from suasion.case import Case
from suasion.sampling import Memory, Sample, sample
from suasion.stream import Seed, seed_of
from suasion.trajectory import ITERATED, MOST_DRAWS, own_weights, play, present

__all__ = [
    "Pressure",
    "balance",
    "net_pressure",
    "pressure",
    "share_in_favour",
    "stance",
    "structural",
    "support",
]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pressure:
    """Draws of what bears on the gatekeeper from a date on.

    Attributes
    ----------
    on : date
    net : ndarray, shape (moments, draws)
        Net pressure in [-1/2, 1/2]: as stated, and after each round that moves it.
    stance : ndarray, shape (moments, draws)
        Own stance in [-1/2, 1/2].
    passes : dict of ndarray of bool, shape (rounds, draws)
        By bargaining model: whether the simulated position reaches the threshold. Models
        that settle at once have one round; those of several have no more draws than
        `suasion.trajectory.MOST_DRAWS`.
    """

    on: dt.date
    net: Array
    stance: Array
    passes: dict[str, NDArray[np.bool_]]


def pressure(
    case: Case,
    days: Sequence[dt.date],
    *,
    models: Sequence[str] = tuple(MODELS),
    rounds: Sequence[int] | None = None,
    seed: Seed,
    start: int,
    stop: int,
    memory: Memory | None = None,
) -> tuple[Pressure, ...]:
    """Run the bargaining models on draws of the case at each of some dates.

    The first issue is the question's; the case is one that asks for an approval.
    `rounds` is how many are played from each date on, and 1 unless given.
    """
    own_weight = own_weights(case, seed=seed, start=start, stop=stop)
    memory = {} if memory is None else memory
    result = []
    for on, count in zip(days, rounds or [1] * len(days), strict=True):
        drawn = sample(case, on, seed=seed, start=start, stop=stop, memory=memory)
        result.append(_pressure(case, drawn, own_weight, models, count, seed, start))
    return tuple(result)


def _pressure(
    case: Case,
    drawn: Sample,
    weight: Array,
    models: Sequence[str],
    rounds: int,
    seed: Seed,
    start: int,
) -> Pressure:
    issue = case.issues[0]
    threshold = issue.threshold
    assert threshold is not None
    assert drawn.status_quo is not None
    at = case.actor_names.index(case.question.gatekeeper or "")
    others = np.arange(len(case.actors)) != at
    quo = drawn.status_quo[:, 0]
    own = drawn.position[:, at, 0]

    def reaches(moved: Array) -> NDArray[np.bool_]:
        way = np.sign(threshold - quo[: moved.shape[-1]])
        return np.asarray((moved - threshold) * way >= 0.0)

    once = [name for name in models if name not in ITERATED]
    passes = {
        name: reaches(weight * own + (1.0 - weight) * outcome)[None]
        for name, outcome in _outcomes(case, drawn, others, own, once).items()
    }
    places = drawn.position[None, :, :, 0]
    for name in models:
        if name not in ITERATED:
            continue
        mover = name == case.window.moved_by
        count = len(quo) if mover else max(0, min(len(quo), MOST_DRAWS[name] - start))
        path = _path(
            case, drawn.first(count), name, weight[:count], rounds, seed, start
        )
        passes[name] = reaches(path[1:, :, at])
        if mover:
            places = path
    return Pressure(
        on=drawn.on,
        net=np.stack(
            [
                net_pressure(
                    position[:, others],
                    drawn.effective_power[:, others, 0],
                    status_quo=quo,
                    threshold=threshold,
                )
                for position in places
            ]
        ),
        stance=np.stack(
            [
                stance(position[:, at], status_quo=quo, threshold=threshold)
                for position in places
            ]
        ),
        passes={name: passes[name] for name in models},
    )


def _path(
    case: Case,
    drawn: Sample,
    model: str,
    weight: Array,
    rounds: int,
    seed: Seed,
    start: int,
) -> Array:
    """Positions of all actors by round, (rounds + 1, draws, actors); the absent stay."""
    path = np.repeat(drawn.position[None, :, :, 0], rounds + 1, axis=0)
    if rounds and len(weight):
        outcome = play(
            case,
            drawn,
            model,
            rounds=rounds,
            own_weight=weight,
            seed=int(seed_of(seed, model)),
            start=start,
            few=model != case.window.moved_by,
        )
        moved = outcome.positions[..., 0].swapaxes(0, 1)
        here = present(case, drawn.on)
        path[: len(moved), :, here] = moved
        path[len(moved) :, :, here] = moved[-1]
    return path


def net_pressure(
    position: Array, weight: Array, *, status_quo: Array, threshold: float
) -> Array:
    """Weighted share of support for the threshold over the status quo, minus 1/2.

    Arrays are of shape (draws, actors), the status quo of shape (draws,). Nobody caring
    either way gives 0.

    Examples
    --------
    >>> net_pressure(np.array([[0.0, 60.0, 60.0]]), np.array([[1.0, 1.0, 2.0]]),
    ...              status_quo=np.array([20.0]), threshold=60.0)
    array([0.25])
    """
    return balance(support(position, weight, status_quo[:, None], threshold))


def support(
    position: Array, weight: Array, status_quo: Array, threshold: float
) -> Array:
    """Weighted support of actors for the threshold over the status quo."""
    result: Array = weight * (
        np.abs(position - status_quo) - np.abs(position - threshold)
    )
    return result


def balance(supports: Array) -> Array:
    """Share of support in favour in all that is felt either way, minus 1/2.

    The actors are the last axis.
    """
    # Actor by actor: NumPy adds along an axis in another order if there is one draw only.
    stake = np.zeros(supports.shape[:-1])
    favour = np.zeros(supports.shape[:-1])
    for k in range(supports.shape[-1]):
        column = supports[..., k]
        stake += np.abs(column)
        favour += np.maximum(column, 0.0)
    return share_in_favour(favour, stake)


def share_in_favour(favour: Array, stake: Array) -> Array:
    """Net pressure from the sums of favour and of all stakes; 0 if nobody cares."""
    idle = stake == 0.0
    share = favour / np.where(idle, 1.0, stake)
    return np.where(idle, 0.0, share - 0.5)


def stance(position: Array, *, status_quo: Array, threshold: float) -> Array:
    """Return the gatekeeper's way from status quo to threshold, in [-1/2, 1/2].

    A draw whose status quo has reached the threshold counts as 1/2.

    Examples
    --------
    >>> stance(np.array([0.0, 40.0, 90.0]), status_quo=np.full(3, 20.0), threshold=60.0)
    array([-0.5,  0. ,  0.5])
    """
    way = threshold - status_quo
    there = way == 0.0
    share = (position - status_quo) / np.where(there, 1.0, way)
    return np.where(there, 0.5, np.clip(share, 0.0, 1.0) - 0.5)


def structural(
    ends: Sequence[Sequence[int]], pressures: Sequence[Pressure], grid: Sequence[int]
) -> dict[str, tuple[Array, int]]:
    """Share of draws that have passed by each day, by model, and the number of draws.

    Parameters
    ----------
    ends : sequence of sequence of int
        Days on which rounds end, by epoch (`suasion.window.epoch.round_ends`).
    pressures : sequence of Pressure
        One an epoch.
    grid : sequence of int
        Days.
    """
    result = {}
    for name, first in pressures[0].passes.items():
        count = first.shape[1]
        share = np.zeros(len(grid))
        passed = np.zeros(count, dtype=bool)
        for rounds, item in zip(ends, pressures, strict=True):
            for played, day in enumerate(rounds):
                passes = item.passes[name]
                passed = passed | passes[min(played, len(passes) - 1)]
                share[np.array(grid) >= day] = passed.mean() if count else 0.0
        result[name] = share, count
    return result


def _outcomes(
    case: Case,
    drawn: Sample,
    others: NDArray[np.bool_],
    own: Array,
    models: Sequence[str],
) -> dict[str, Array]:
    """Outcome of each bargaining model among the others on the first issue.

    Where nobody else brings anything to bear, the gatekeeper is left to itself.
    """
    issue = case.issues[0]
    power = drawn.effective_power[:, others, 0]
    alone = np.asarray(power.max(axis=1, initial=0.0) == 0.0)
    if not others.any():
        return {name: own for name in models}
    # A draw without any weight is not a bargain: any weights do, the result is not used.
    spare = alone[:, None]
    outcomes = {}
    for name in models:
        outcome = SOLVERS[name](
            np.where(spare, 1.0, drawn.capability[:, others]),
            drawn.position[:, others, :1],
            np.where(spare[:, :, None], 1.0, drawn.salience[:, others, :1]),
            low=np.array([issue.low]),
            high=np.array([issue.high]),
            status_quo=None if drawn.status_quo is None else drawn.status_quo[:, :1],
        ).outcome[:, 0]
        outcomes[name] = np.where(alone, own, outcome)
    return outcomes
