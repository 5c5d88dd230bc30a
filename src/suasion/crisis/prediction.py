"""Predicted probabilities of the outcomes, with intervals.

- `delta`: the delta method on the log-odds of each probability, so that an interval stays
  between 0 and 1;
- `simulated`: quantiles over coefficients drawn from their normal distribution (King, Tomz
  & Wittenberg 2000, American Journal of Political Science 44, 347-361).

Both take the covariance of the fit, so they are clustered if it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from suasion.crisis.columns import columns, complete
from suasion.crisis.likelihood import Array, Model
from suasion.crisis.problem import EstimationError
from suasion.crisis.specification import Specification
from suasion.stream import check_seed, uniform
from suasion.wording import did_you_mean

__all__ = ["Interval", "Prediction", "Profile", "predicted", "profiled", "quantile"]

Interval = Literal["delta", "simulated"]

_GRID = 21


@dataclass(frozen=True)
class Prediction:
    """Probabilities of shape `(rows, outcomes)`, and the ends of their intervals."""

    outcomes: tuple[str, ...]
    probability: Array
    low: Array | None
    high: Array | None
    level: float
    interval: Interval | None

    def to_dict(self) -> dict[str, list[float]]:
        """Return columns such as `fight`, `fight_low`, `fight_high`, for a data frame."""
        found = {}
        for place, word in enumerate(self.outcomes):
            found[word] = self.probability[:, place].tolist()
            if self.low is not None and self.high is not None:
                found[f"{word}_low"] = self.low[:, place].tolist()
                found[f"{word}_high"] = self.high[:, place].tolist()
        return found


@dataclass(frozen=True)
class Profile(Prediction):
    """Mean probabilities as one covariate takes each of `values`, one row for each."""

    covariate: str
    values: tuple[float | str, ...]

    def to_dict(self) -> dict[str, list[Any]]:
        """Return columns for a data frame, the covariate's first."""
        return {self.covariate: list(self.values), **super().to_dict()}


def quantile(level: float) -> float:
    """Return how many standard errors an interval reaches to each side.

    Examples
    --------
    >>> round(quantile(0.95), 3)
    1.96
    """
    from scipy.special import ndtri

    if not (0.0 < level < 1.0):
        raise ValueError(f"level is {level}; it lies between 0 and 1, such as 0.95")
    return float(ndtri(0.5 + level / 2.0))


def predicted(
    made: Specification,
    theta: Array,
    covariance: Array,
    data: Any,
    interval: Interval | None,
    level: float,
    draws: int,
    seed: int,
) -> Prediction:
    """Predict each row of `data`, or of the fit if it is None."""
    if data is not None:
        made = made.on(complete(columns(data, made.needs), "raise"))
    found = _with_interval([made.model], theta, covariance, False, interval, level,
                           draws, seed)  # fmt: skip
    return Prediction(made.model.game.outcomes, *found, level, interval)


def profiled(
    made: Specification,
    theta: Array,
    covariance: Array,
    covariate: str,
    values: Any,
    interval: Interval | None,
    level: float,
    draws: int,
    seed: int,
) -> Profile:
    """Predict the rows of the fit with one covariate replaced, and average."""
    if covariate not in made.needs:
        raise EstimationError(
            f"profile: no formula uses {covariate!r}; "
            f"{did_you_mean(covariate, sorted(made.needs))}"
        )
    column = made.data.values[covariate]
    chosen = _grid(column, values, covariate)
    models = [made.on(made.data.replaced(covariate, value)).model for value in chosen]
    found = _with_interval(models, theta, covariance, True, interval, level, draws,
                           seed)  # fmt: skip
    return Profile(
        made.model.game.outcomes, *found, level, interval, covariate, tuple(chosen)
    )


def _grid(column: NDArray[Any], values: Any, covariate: str) -> list[Any]:
    words = column.dtype != np.float64
    if values is None:
        seen = np.unique(column)
        if not words and len(seen) > _GRID:
            seen = np.linspace(seen[0], seen[-1], _GRID)
        return list(seen.tolist())
    given = list(values)
    if not given:
        raise ValueError("values is empty; give at least one")
    if words:
        for value in given:
            if value not in column:
                raise EstimationError(
                    f"profile: no row has {covariate} {value!r}; "
                    f"{did_you_mean(str(value), np.unique(column).tolist())}"
                )
        return given
    if not np.isfinite(np.array(given, np.float64)).all():
        raise ValueError(f"values has {given}; all are finite numbers")
    return [float(value) for value in given]


def _with_interval(
    models: list[Model],
    theta: Array,
    covariance: Array,
    average: bool,
    interval: Interval | None,
    level: float,
    draws: int,
    seed: int,
) -> tuple[Array, Array | None, Array | None]:
    """Predict with each model; rows of models are averaged, or else there is one model."""
    width = quantile(level)

    def probability(theta: Array) -> Array:
        found = [model.solve(model.utilities(theta)).reach.T for model in models]
        return np.array([p.mean(axis=0) for p in found]) if average else found[0]

    estimate = probability(theta)
    if interval is None:
        return estimate, None, None
    if interval == "delta":
        error = np.concatenate(
            [_standard_error(model, theta, covariance, average) for model in models]
        )
        return estimate, *_on_log_odds(estimate, error, width)
    if interval == "simulated":
        ends = _simulated(probability, theta, covariance, level, draws, seed)
        return estimate, ends[0], ends[1]
    raise ValueError(f'interval is {interval!r}; it is "delta", "simulated" or None')


def _standard_error(
    model: Model, theta: Array, covariance: Array, average: bool
) -> Array:
    """Return standard errors, `(rows, outcomes)`, of one row if averaged."""
    slope = model.solve(model.utilities(theta)).slope
    parts = []
    for b, block in enumerate(model.blocks):
        if average:
            parts.append((slope[b] @ block.terms / len(block.terms))[:, None])
        else:
            parts.append(slope[b][:, :, None] * block.terms)
    jacobian = np.concatenate(parts, axis=2)
    variance = np.einsum(
        "onp,pq,onq->no", jacobian, covariance, jacobian, optimize=True
    )
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def _on_log_odds(p: Array, error: Array, width: float) -> tuple[Array, Array]:
    from scipy.special import expit, logit

    # Nearer to 0 or 1 than this, the log-odds say nothing that a reader could see.
    inner = np.clip(p, 1e-12, 1.0 - 1e-12)
    odds, reach = logit(inner), width * error / (inner * (1.0 - inner))
    return expit(odds - reach), expit(odds + reach)


def _simulated(
    probability: Callable[[Array], Array],
    theta: Array,
    covariance: Array,
    level: float,
    draws: int,
    seed: int,
) -> Array:
    from scipy.special import ndtri

    if isinstance(draws, bool) or not isinstance(draws, int) or not (draws >= 100):
        raise ValueError(
            f"draws is {draws!r}; a whole number of at least 100 is needed"
        )
    size = len(theta)
    normal = ndtri(uniform(check_seed(seed), "crisis.prediction", 0, draws * size))
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn = theta + normal.reshape(draws, size) @ root.T
    found = np.array([probability(row) for row in drawn])
    tail = 0.5 - level / 2.0
    return np.asarray(np.quantile(found, [tail, 1.0 - tail], axis=0))
