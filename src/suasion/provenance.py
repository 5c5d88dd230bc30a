"""What every forecast remembers: case, versions, settings, actors, vetoes, trajectories."""

from __future__ import annotations

import datetime as dt
import importlib.metadata

import numpy as np
from numpy.typing import NDArray

from suasion.case import Case
from suasion.forecast_record import ActorSummary, Enabling, VetoLine
from suasion.sampling import sample
from suasion.timeline import state
from suasion.trajectory import ITERATED, ROUNDS, trajectory
from suasion.veto import enabling_sets, vetoes

__all__ = ["provenance", "triple"]

Array = NDArray[np.float64]


def provenance(
    case: Case,
    on: dt.date,
    by: dt.date | None,
    until: dt.date | None,
    draws: int,
    seed: int,
    models: tuple[str, ...],
) -> dict[str, object]:
    """Return the fields of a forecast that do not depend on how it was answered."""
    rounds = ROUNDS
    if until is not None:
        rounds = min(ROUNDS, int((until - on).days / case.window.days_per_round))
    window = {"window": case.window.model_dump(mode="json")} if by is not None else {}
    return {
        "case": case,
        "case_hash": case.hash,
        "as_of": on,
        "by": by,
        "until": until,
        "draws": draws,
        "seed": seed,
        "version": importlib.metadata.version("suasion"),
        "libraries": {
            name: importlib.metadata.version(name)
            for name in ("arviz-stats", "numpy", "scipy")
        },
        "parameters": {"models": list(models), **window},
        "trajectories": tuple(
            trajectory(case, on, name, seed=seed, draws=draws, rounds=rounds)
            for name in models
            if name in ITERATED and rounds
        ),
        "actors": _actors(case, on, seed, min(draws, 20_000)),
        "vetoes": tuple(
            VetoLine(
                actor=item.actor,
                option=item.option or "",
                by=item.by,
                requirement=item.requirement or "",
                reason=item.reason,
            )
            for item in vetoes(case, on)
        ),
        "enabling": tuple(
            Enabling(
                option=option.id,
                name=option.name,
                sets=tuple(
                    tuple(name for name in case.actor_names if name in members)
                    for members in enabling_sets(case, option.id, on)
                ),
            )
            for option in case.options
        ),
        "judgements": case.judgements(),
    }


def _actors(case: Case, on: dt.date, seed: int, draws: int) -> tuple[ActorSummary, ...]:
    drawn = sample(case, on, seed=seed, start=0, stop=draws)
    power = drawn.effective_power[:, :, 0]
    total = power.sum(axis=1, keepdims=True)
    share = (power / np.where(total > 0.0, total, 1.0)).mean(axis=0)
    return tuple(
        ActorSummary(
            name=actor.name,
            code=actor.code,
            role=actor.role,
            head=now.head,
            public=now.public,
            present=now.present,
            capability=triple(drawn.capability[:, i]),
            position=triple(drawn.position[:, i, 0]),
            salience=triple(drawn.salience[:, i, 0]),
            effective_power=triple(power[:, i]),
            share_of_power=float(share[i]),
        )
        for i, (actor, now) in enumerate(zip(case.actors, state(case, on), strict=True))
    )


def triple(values: Array) -> tuple[float, float, float]:
    """Return the 10 %, 50 % and 90 % quantiles."""
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9]).tolist()
    return low, middle, high
