"""Bargaining models: from who wants what, how much and how strongly, to an outcome.

Every model has the interface of `mean.run`: a function of arrays, draws leading,
`run(capability (draws, actors), position (draws, actors, issues), salience (draws,
actors, issues), *, low, high, status_quo)`, that returns an `Outcome`.
"""

from collections.abc import Callable

from suasion.bargaining import challenge, exchange, mean, median, procedure, spatial
from suasion.bargaining import nash as _nash
from suasion.bargaining.mean import weighted_mean
from suasion.bargaining.median import weighted_median
from suasion.bargaining.nash import nash
from suasion.bargaining.outcome import Outcome

__all__ = ["MODELS", "SOLVERS", "Outcome", "nash", "weighted_mean", "weighted_median"]

MODELS: dict[str, Callable[..., Outcome]] = {
    "mean": mean.run,
    "median": median.run,
    "nash": _nash.run,
    "challenge": challenge.run,
}
"""Models that a forecast runs unless others are chosen."""

SOLVERS: dict[str, Callable[..., Outcome]] = {
    **MODELS,
    "spatial": spatial.run,
    "exchange": exchange.run,
    "procedure": procedure.run,
}
"""All models, by name."""
