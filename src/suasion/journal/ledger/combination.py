r"""Many estimates made into one: arithmetic of the pool, apart from the database.

The pool is the weighted mean of the estimates' log-odds, multiplied by an exponent
:math:`a \ge 1` that makes it more extreme:

.. math:: \hat p = \mathrm{expit}\Bigl(a \sum_i w_i \log\frac{p_i}{1 - p_i}\Bigr),
          \qquad \sum_i w_i = 1

(Satopää, Baron, Foster, Mellers, Tetlock & Ungar 2014, "Combining multiple probability
predictions using a simple logit model", International Journal of Forecasting 30, 344-356,
where all weights are equal. Why a mean must be extremised: Baron, Mellers, Tetlock, Stone
& Ungar 2014, "Two reasons to make aggregated probability forecasts more extreme", Decision
Analysis 11, 133-145.)

Weights follow the inverse of past squared errors (Bates & Granger 1969, "The combination
of forecasts", Operational Research Quarterly 20, 451-468), each measured against the
errors of all others on the same questions and days, and shrunk to equality:

.. math:: w_i \propto \frac{n_0 b_0 + \sum_q \bar b_{iq}}{n_0 b_0 + \sum_q b_{iq}}

with :math:`b_{iq}` the time-averaged Brier score of i on resolved question q,
:math:`\bar b_{iq}` the mean of all on the days on which i stood, :math:`n_0 = 10`
questions and :math:`b_0 = 0.2`. Without a resolved question all weights are equal. That
the prior is worth ten questions is judgement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.scoring.standing import Standing

__all__ = [
    "FEWEST_QUESTIONS",
    "PoolDay",
    "PoolRecord",
    "Record",
    "combined",
    "exponent",
    "log_odds",
    "pool_by_day",
    "weights",
]

Array = NDArray[np.float64]

FEWEST_QUESTIONS = 30
"""With fewer resolved questions that had a pool, it is not extremised."""

_MOST_EXTREME = 3.0
_PRIOR_SPREAD = 0.5
_PRIOR_PENALTY = 10 * 0.2


@dataclass(frozen=True, kw_only=True)
class Record:
    """What one forecaster scored on one resolved question, and when that was known.

    `known_until` is the day on which the resolution was corrected, if it was.
    """

    forecaster: int
    own: float
    peers: float
    known_on: dt.date
    known_until: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class PoolRecord:
    """What the pool said on one resolved question: its mean log-odds, and the outcome."""

    log_odds: float
    outcome: int
    known_on: dt.date
    known_until: dt.date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolDay:
    """The pool at the end of a day, and of how many estimates."""

    day: dt.date
    probability: float
    count: int
    exponent: float


def combined(
    probability: ArrayLike, *, weight: ArrayLike | None = None, exponent: float = 1.0
) -> float:
    """Pool probabilities, each strictly between 0 and 1.

    Parameters
    ----------
    probability : array_like of shape (forecasters,)
    weight : array_like of shape (forecasters,), optional
        Positive; only their ratios matter. Default: equal.
    exponent : float
        1 for none, more to extremise.

    Raises
    ------
    ValueError
        If there is nothing to pool, or a number is out of range.

    Examples
    --------
    >>> round(combined([0.2, 0.8]), 3), round(combined([0.7, 0.7], exponent=2.0), 3)
    (0.5, 0.845)
    """
    p = np.atleast_1d(np.asarray(probability, dtype=np.float64))
    w = np.ones_like(p) if weight is None else np.asarray(weight, dtype=np.float64)
    if not p.size:
        raise ValueError("no probabilities; a pool needs one at least; ask somebody")
    if not ((p > 0.0) & (p < 1.0)).all():
        raise ValueError(
            f"probability is {p.tolist()}; each lies strictly between 0 and 1; "
            "write 0.99 for nearly certain"
        )
    if not (w.shape == p.shape and ((w > 0.0) & np.isfinite(w)).all()):
        raise ValueError(
            f"weight is {w.tolist()}; give one positive number for each of {p.size}"
        )
    if not (1.0 <= exponent <= _MOST_EXTREME):
        raise ValueError(f"exponent is {exponent!r}; it lies between 1 and 3")
    return _combined(p, w, exponent)


def log_odds(p: ArrayLike) -> Array:
    """Return log(p / (1 - p)).

    Examples
    --------
    >>> log_odds([0.25, 0.5, 0.75]).round(3)
    array([-1.099,  0.   ,  1.099])
    """
    value = np.asarray(p, dtype=np.float64)
    result: Array = np.log(value) - np.log1p(-value)
    return result


def weights(
    records: Sequence[Record], forecasters: Sequence[int], on: dt.date
) -> Array:
    """Return each forecaster's weight as known on a day; they add up to 1.

    Examples
    --------
    >>> day = dt.date(2030, 1, 1)
    >>> best = Record(forecaster=1, own=0.05, peers=0.25, known_on=day)
    >>> weights([best], [1, 2], day).round(3)
    array([0.523, 0.477])
    """
    own = np.full(len(forecasters), _PRIOR_PENALTY)
    peers = own.copy()
    place = {name: column for column, name in enumerate(forecasters)}
    for item in records:
        if item.forecaster in place and _known(item, on):
            own[place[item.forecaster]] += item.own
            peers[place[item.forecaster]] += item.peers
    raw = peers / own
    return raw / raw.sum() if raw.size else raw


def exponent(records: Sequence[PoolRecord], on: dt.date) -> float:
    r"""Return the extremising exponent that the questions resolved by a day warrant.

    The mode of the posterior of a in [1, 3] under the logit model
    :math:`P(y_q = 1) = \mathrm{expit}(a\,L_q)` and the prior a ~ Normal(1, 0.5): the more
    questions, the less the prior counts. It is 1 when fewer than `FEWEST_QUESTIONS` are
    resolved.

    Examples
    --------
    >>> day = dt.date(2030, 1, 1)
    >>> shy = [PoolRecord(log_odds=0.8 if yes else -0.8, outcome=yes, known_on=day)
    ...        for yes in (0, 1) * 20]
    >>> exponent(shy[:29], day), round(exponent(shy, day), 2)
    (1.0, 2.19)
    """
    known = [item for item in records if _known(item, on)]
    if len(known) < FEWEST_QUESTIONS:
        return 1.0
    return _exponent(
        np.array([item.log_odds for item in known]),
        np.array([item.outcome for item in known], dtype=np.float64),
    )


def pool_by_day(
    table: Standing,
    records: Sequence[Record] = (),
    pools: Sequence[PoolRecord] = (),
) -> list[PoolDay]:
    """Return the pool at the end of each day on which an estimate stood.

    Each day uses what was known on it: estimates made and questions resolved by then.
    """
    if not table.forecasters:
        return []
    known: list[Record | PoolRecord] = [*records, *pools]
    marks = [date for item in known for date in _changes(item)]
    turns = {max(table.first, date) for date in marks} | {table.first}
    found: Mapping[dt.date, tuple[Array, float]] = {
        day: (weights(records, table.forecasters, day), exponent(pools, day))
        for day in turns
    }
    result = []
    weight, power = found[table.first]
    for day, row in zip(table.days, table.probability, strict=True):
        weight, power = found.get(day, (weight, power))
        stood = ~np.isnan(row)
        if stood.any():
            value = _combined(row[stood], weight[stood], power)
            result.append(
                PoolDay(
                    day=day,
                    probability=value,
                    count=int(stood.sum()),
                    exponent=power,
                )
            )
    return result


def _combined(p: Array, w: Array, exponent: float) -> float:
    mean = (w * log_odds(p)).sum() / w.sum()
    return float(_expit(np.asarray(exponent * mean)))


def _exponent(log_odds: Array, outcome: Array) -> float:
    low, high = 1.0, _MOST_EXTREME
    for _ in range(40):  # the slope of the log-posterior falls throughout: bisection
        middle = 0.5 * (low + high)
        slope = (log_odds * (outcome - _expit(middle * log_odds))).sum()
        rises = slope - (middle - 1.0) / _PRIOR_SPREAD**2 > 0.0
        low, high = (middle, high) if rises else (low, middle)
    return float(0.5 * (low + high))


def _expit(x: Array) -> Array:
    with np.errstate(over="ignore"):
        value: Array = 1.0 / (1.0 + np.exp(-x))
    return value


def _known(item: Record | PoolRecord, on: dt.date) -> bool:
    return item.known_on <= on and (item.known_until is None or on < item.known_until)


def _changes(item: Record | PoolRecord) -> tuple[dt.date, ...]:
    end = item.known_until
    return (item.known_on,) if end is None else (item.known_on, end)
