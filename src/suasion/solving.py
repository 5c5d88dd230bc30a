"""One model, once, on point values: for a quick look, and for parity with peers."""

from __future__ import annotations

import numpy as np

from suasion.bargaining import MODELS
from suasion.bargaining.outcome import Outcome
from suasion.case import Case
from suasion.problem import ForecastError

__all__ = ["solve"]


def solve(case: Case | str, model: str = "mean") -> Outcome:
    """Run a bargaining model on the modes of a case's numbers, at the base of its table.

    Parameters
    ----------
    case : Case or str
    model : str
        A name in `suasion.bargaining.MODELS`.

    Raises
    ------
    ForecastError
        If there is no such model; the message lists the names.

    Examples
    --------
    >>> solve("ec-emission-standards", "median").outcome.tolist()
    [[7.0]]
    """
    if model not in MODELS:
        raise ForecastError(
            f"model is {model!r}; there are {', '.join(MODELS)}; choose one of these"
        )
    if isinstance(case, str):
        from suasion.casefile import load

        case = load(case)
    quo = [issue.status_quo for issue in case.issues]
    return MODELS[model](
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
    )
