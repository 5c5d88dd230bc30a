"""Made-up courses of bargaining models, for the tests of charts and sentences."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from suasion.case import Case
from suasion.trajectory import PARTS, Step, Trajectory


def played(
    case: Case,
    rounds: int = 10,
    *,
    model: str = "challenge",
    pull: float = 0.5,
    draws: int = 20,
    days_per_round: float | None = 14.0,
) -> Trajectory:
    """Return a course in which all go part of the way to the first actor, each round.

    Each draw shifts the starts by a little; every move is the first actor's doing.
    """
    issue = case.issues[0]
    names = case.actor_names
    start = np.array([actor.position[0].mode for actor in case.actors])
    shifts = np.linspace(-0.05, 0.05, draws)[:, None] * issue.width
    x = np.clip(start + shifts, issue.low, issue.high)
    path = [x]
    for _ in range(rounds):
        path.append(path[-1] + pull * (path[-1][:, :1] - path[-1]))
    positions = np.stack(path, axis=1)
    low, middle, high = np.quantile(positions, [0.1, 0.5, 0.9], axis=0)
    typical = [start]
    for _ in range(rounds):
        typical.append(typical[-1] + pull * (typical[-1][0] - typical[-1]))
    steps = [
        Step(
            round=t + 1,
            actor=names[i],
            start=float(a[i]),
            end=float(b[i]),
            because=f"confrontation with {names[0]}",
        )
        for t, (a, b) in enumerate(itertools.pairwise(typical))
        for i in range(len(names))
        if a[i] != b[i]
    ]
    moved = positions[:, 1:] != positions[:, :-1]
    by = np.zeros((len(names), len(names)))
    by[:, 0] = moved.sum(axis=1).mean(axis=0)
    away = (start[:, None] - start) / issue.width
    challenges = model == "challenge"
    return Trajectory(
        model=model,
        issue=issue.id,
        actors=names,
        draws=draws,
        days_per_round=days_per_round,
        settled=float((~moved[:, -1].any(axis=1)).mean()),
        low=table(low),
        middle=table(middle),
        high=table(high),
        power=table(_power(positions, issue.low, issue.high)),
        moved_by=table(by),
        typical=table(np.array(typical)),
        steps=tuple(steps),
        own=table(0.8 * away) if challenges else (),
        other=table(np.abs(away) - 0.3) if challenges else (),
    )


def table(
    values: np.ndarray | Sequence[Sequence[float]],
) -> tuple[tuple[float, ...], ...]:
    """Return rows of plain numbers."""
    return tuple(tuple(row) for row in np.asarray(values, float).tolist())


def _power(positions: np.ndarray, low: float, high: float) -> np.ndarray:
    part = np.clip((positions - low) / (high - low) * PARTS, 0, PARTS - 1).astype(int)
    return np.stack(
        [
            np.bincount(places.ravel(), minlength=PARTS) / places.size
            for places in part.swapaxes(0, 1)
        ]
    )
