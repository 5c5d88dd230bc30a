r"""Calibration: of what was called 30 percent, did three in ten happen?

The calibration curve is the isotonic regression of outcomes on forecasts (pool adjacent
violators): the rising step function :math:`r` closest to the outcomes. It needs no bins,
so nobody can choose them, and it is the same for everybody. Forecasts are recalibrated to
:math:`r_i = r(F_i)`, and the mean score is split, for any proper rule S, into

.. math:: \bar S(F) = \underbrace{\bar S(F) - \bar S(r)}_{\text{miscalibration}}
          - \underbrace{(\bar S(\bar y) - \bar S(r))}_{\text{discrimination}}
          + \underbrace{\bar S(\bar y)}_{\text{uncertainty}}

with :math:`\bar y` the share of yes. For the Brier score these are reliability, resolution
and uncertainty of Murphy 1973 with the bins that the forecasts themselves make, and the
spread of forecasts within a bin counted as miscalibration; the identity is exact, which it
is not for fixed bins (Stephenson, Coelho & Jolliffe 2008). None of the three is negative.

Source: Dimitriadis, Gneiting & Jordan 2021, "Stable reliability diagrams for
probabilistic classifiers", PNAS 118, e2016191118. Consistency bands, how far a calibrated
forecaster's curve strays by chance: Bröcker & Smith 2007, "Increasing the reliability of
reliability diagrams", Weather and Forecasting 22, 651-661.

With few questions the curve follows chance: miscalibration and discrimination both come
out too large. The bands show by how much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.frozen import Frozen
from suasion.scoring_rule import brier_score, importance
from suasion.stream import check_seed, uniform

__all__ = ["Calibration", "Decomposition", "calibration", "decomposition"]

Array = NDArray[np.float64]
Rule = Callable[..., Array]


class Decomposition(Frozen):
    """A mean score and its parts: `miscalibration - discrimination + uncertainty`."""

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float


class Calibration(Frozen):
    """A calibration curve with its consistency band.

    Attributes
    ----------
    forecast : tuple of float
        The different probabilities that were said, rising.
    share : tuple of float
        Share of yes at each, by isotonic regression.
    low, high : tuple of float
        Where `level` of the shares of a calibrated forecaster lie, point by point.
    count : tuple of int
        Forecasts at each.
    inside : float
        Share of the forecasts whose point lies in the band.
    level : float
    clusters, resamples, seed : int
    """

    forecast: tuple[float, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    count: tuple[int, ...]
    inside: float
    level: float
    clusters: int
    resamples: int
    seed: int


def decomposition(
    *,
    forecast: ArrayLike,
    outcome: ArrayLike,
    cluster: Sequence[object] | None = None,
    rule: Rule = brier_score,
) -> Decomposition:
    """Split a mean score into miscalibration, discrimination and uncertainty.

    Parameters
    ----------
    forecast, outcome : array_like of shape (n,)
        Probabilities of yes; 1 for yes, 0 for no.
    cluster : sequence, optional
        The case of each forecast: every case then weighs the same.
    rule : callable
        `brier_score` or `log_score`.

    Raises
    ------
    ValueError
        If there is no forecast, one is no probability, or lengths differ.

    Examples
    --------
    >>> parts = decomposition(forecast=[0.2, 0.2, 0.8, 0.8], outcome=[0, 1, 1, 1])
    >>> [round(x, 4) for x in parts.model_dump().values()]
    [0.19, 0.065, 0.0625, 0.1875]
    """
    f, y, weight = _checked(forecast, outcome, cluster)
    score = weight @ rule(forecast=f, outcome=y)
    share = _isotonic(f, y, weight)
    best = weight @ rule(forecast=share, outcome=y)
    # Rounding may carry a mean of ones past 1.
    mean = np.full_like(y, np.clip(weight @ y, 0.0, 1.0))
    uncertainty = weight @ rule(forecast=mean, outcome=y)
    return Decomposition(
        score=float(score),
        miscalibration=float(score - best),
        discrimination=float(uncertainty - best),
        uncertainty=float(uncertainty),
    )


def calibration(
    *,
    forecast: ArrayLike,
    outcome: ArrayLike,
    cluster: Sequence[object] | None = None,
    level: float = 0.9,
    resamples: int = 1000,
    seed: int = 7,
) -> Calibration:
    """Return the calibration curve and its consistency band.

    For the band, outcomes are drawn as if every forecast were right, and the curve is
    computed again. Forecasts of one case share its outcome, so one random number decides
    all of them: yes wherever it is below the forecast. That makes the band wide, as it
    must be when many forecasts rest on few cases.

    Parameters
    ----------
    forecast, outcome : array_like of shape (n,)
    cluster : sequence, optional
        The case of each forecast; left out, each is a case of its own.
    level : float
        Of the band, strictly between 0 and 1.
    resamples, seed : int

    Raises
    ------
    ValueError
        If there is no forecast, one is no probability, lengths differ, the level is no
        probability, or there are fewer than 100 resamples.

    Examples
    --------
    >>> curve = calibration(forecast=[0.2, 0.3, 0.7, 0.9], outcome=[0, 1, 0, 1])
    >>> curve.share
    (0.0, 0.5, 0.5, 1.0)
    """
    f, y, weight = _checked(forecast, outcome, cluster)
    if not (0.0 < level < 1.0):
        raise ValueError(
            f"level is {level!r}; it lies strictly between 0 and 1; write 90 percent as 0.9"
        )
    if not (100 <= resamples <= 1_000_000):
        raise ValueError(
            f"resamples is {resamples!r}; a band needs from 100 to a million; 1000 will do"
        )
    check_seed(seed)
    names = [*range(len(f))] if cluster is None else [str(name) for name in cluster]
    said, first, place, count = np.unique(
        f, return_index=True, return_inverse=True, return_counts=True
    )
    luck = np.stack(
        [uniform(seed, f"calibration.{name}", 0, resamples) for name in names]
    )
    drawn = np.stack(
        [
            _isotonic(f, (luck[:, k] < f).astype(np.float64), weight)[first]
            for k in range(resamples)
        ]
    )
    low, high = np.quantile(drawn, [0.5 - 0.5 * level, 0.5 + 0.5 * level], axis=0)
    share = _isotonic(f, y, weight)[first]
    inside = (low <= share) & (share <= high)
    return Calibration(
        forecast=tuple(said.tolist()),
        share=tuple(share.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        count=tuple(count.tolist()),
        inside=float(inside[place].mean()),
        level=level,
        clusters=len(set(names)),
        resamples=resamples,
        seed=seed,
    )


def _isotonic(forecast: Array, outcome: Array, weight: Array) -> Array:
    """Recalibrated forecasts; equal forecasts stay equal."""
    from scipy.optimize import isotonic_regression

    _, place = np.unique(forecast, return_inverse=True)
    mass = np.bincount(place, weights=weight)
    mean = np.bincount(place, weights=weight * outcome) / mass
    fitted: Array = isotonic_regression(mean, weights=mass).x
    return np.clip(fitted, 0.0, 1.0)[place]


def _checked(
    forecast: ArrayLike, outcome: ArrayLike, cluster: Sequence[object] | None
) -> tuple[Array, Array, Array]:
    brier_score(forecast=forecast, outcome=outcome)  # refuses what is no probability
    f = np.asarray(forecast, dtype=np.float64)
    if f.ndim != 1 or not f.size:
        raise ValueError(
            f"forecast has shape {f.shape}; a list of one forecast at least is needed"
        )
    y = np.broadcast_to(np.asarray(outcome, dtype=np.float64), f.shape)
    if cluster is not None and len(cluster) != len(f):
        raise ValueError(
            f"cluster names {len(cluster)} cases for {len(f)} forecasts; name the case "
            "of each forecast"
        )
    return f, y, importance(range(len(f)) if cluster is None else cluster)
