r"""From bargaining to pressure, to the gatekeeper's own stance, to its simulated position.

With q the status quo, p the threshold and w effective power:

* support of actor k for p over q is :math:`v_k = |x_k - q| - |x_k - p|`;
* **net pressure** is the share of weighted support for p among the others,
  :math:`\sum w_k v_k^+ / \sum w_k |v_k|` in [0, 1], minus 1/2;
* **stance** is the gatekeeper's own way from q to p, :math:`(x_g - q)/(p - q)` held
  within [0, 1], minus 1/2;
* the **simulated position** of the gatekeeper after a round of a bargaining model is
  :math:`a x_g + (1 - a) O`, with O the outcome of the model among the others and a the
  weight of its own stance in its decision. It passes where it reaches p. The share of
  draws that pass is the *structural* estimate, shown beside the hazard and never mixed
  into it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining import MODELS
from suasion.case import Case
from suasion.sampling import Sample, sample
from suasion.stream import uniform
from suasion.uncertain import Uncertain

__all__ = ["Pressure", "net_pressure", "pressure", "stance"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pressure:
    """Draws of what bears on the gatekeeper at a date.

    Attributes
    ----------
    on : date
    net : ndarray, shape (draws,)
        Net pressure in [-1/2, 1/2].
    stance : ndarray, shape (draws,)
        Own stance in [-1/2, 1/2].
    passes : dict of ndarray of bool, shape (draws,)
        By bargaining model: whether the simulated position reaches the threshold.
    """

    on: dt.date
    net: Array
    stance: Array
    passes: dict[str, NDArray[np.bool_]]


def pressure(
    case: Case, days: Sequence[dt.date], *, seed: int, start: int, stop: int
) -> tuple[Pressure, ...]:
    """Run the bargaining models on draws of the case at each of some dates.

    The first issue is the question's; the case is one that asks for an approval.
    """
    own_weight = np.clip(
        case.window.own_weight.quantile(
            uniform(seed, "window.own_weight", start, stop)
        ),
        0.0,
        1.0,
    )
    memory: dict[tuple[str, Uncertain], Array] = {}
    result = []
    for on in days:
        drawn = sample(case, on, seed=seed, start=start, stop=stop, memory=memory)
        result.append(_pressure(case, drawn, own_weight))
    return tuple(result)


def _pressure(case: Case, drawn: Sample, weight: Array) -> Pressure:
    issue = case.issues[0]
    assert issue.threshold is not None
    assert drawn.status_quo is not None
    at = case.actor_names.index(case.question.gatekeeper or "")
    others = np.arange(len(case.actors)) != at
    quo = drawn.status_quo[:, 0]
    own = drawn.position[:, at, 0]
    passes = {}
    for name, outcome in _outcomes(case, drawn, others, own).items():
        moved = weight * own + (1.0 - weight) * outcome
        passes[name] = (moved - issue.threshold) * np.sign(issue.threshold - quo) >= 0.0
    return Pressure(
        on=drawn.on,
        net=net_pressure(
            drawn.position[:, others, 0],
            drawn.effective_power[:, others, 0],
            status_quo=quo,
            threshold=issue.threshold,
        ),
        stance=stance(own, status_quo=quo, threshold=issue.threshold),
        passes=passes,
    )


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
    quo = status_quo[:, None]
    support = weight * (np.abs(position - quo) - np.abs(position - threshold))
    # Actor by actor: NumPy adds along an axis in another order if there is one draw only.
    stake = np.zeros(len(support))
    favour = np.zeros(len(support))
    for column in support.T:
        stake += np.abs(column)
        favour += np.maximum(column, 0.0)
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


def _outcomes(
    case: Case, drawn: Sample, others: NDArray[np.bool_], own: Array
) -> dict[str, Array]:
    """Outcome of each bargaining model among the others on the first issue.

    Where nobody else brings anything to bear, the gatekeeper is left to itself.
    """
    issue = case.issues[0]
    power = drawn.effective_power[:, others, 0]
    alone = np.asarray(power.max(axis=1, initial=0.0) == 0.0)
    if not others.any():
        return {name: own for name in MODELS}
    # A draw without any weight is not a bargain: any weights do, the result is not used.
    spare = alone[:, None]
    outcomes = {}
    for name, model in MODELS.items():
        outcome = model(
            np.where(spare, 1.0, drawn.capability[:, others]),
            drawn.position[:, others, :1],
            np.where(spare[:, :, None], 1.0, drawn.salience[:, others, :1]),
            low=np.array([issue.low]),
            high=np.array([issue.high]),
            status_quo=None if drawn.status_quo is None else drawn.status_quo[:, :1],
        ).outcome[:, 0]
        outcomes[name] = np.where(alone, own, outcome)
    return outcomes
