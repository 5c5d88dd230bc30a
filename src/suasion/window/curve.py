r"""P(yes by t): from the fitted hazards and the case to a curve of days.

Draw i takes a candidate by stacking weight, a posterior draw of its parameters, a draw of
the coefficients that are assumption, and draw i of the case. With A the as-of date and
not yet approved by A,

.. math:: P_i(\text{yes by } t) = 1 - \frac{S_i(t)}{S_i(A)}
          = 1 - \exp\Big(-\sum_{j: A < t_j \le t} e^{b \cdot z_j + u_g + \beta \cdot a_j}
          \big(H_0(t_j) - H_0(t_{j-1})\big)\Big)

over days cut where anything changes: z from the ledger's covariates, a the net pressure,
the own stance and the closing window. From the date of a succession both z and a use the
successor's values; the curve goes on past the deadline.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining import MODELS
from suasion.case import Case
from suasion.timeline import turning_points
from suasion.trajectory import ROUNDS
from suasion.window.epoch import moments, round_ends
from suasion.window.fitting import Fitted
from suasion.window.hazard_draws import Choice, HazardDraws, assumed, choose, hazards
from suasion.window.path import Path, path_of
from suasion.window.posterior import Posterior
from suasion.window.pressure import Pressure, pressure, structural

__all__ = ["LEVELS", "Answer", "Curve", "answer"]

Array = NDArray[np.float64]

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Quantiles of the curve: the median and the 50, 80 and 95 % bands."""

_CHUNK = 16_384
_BATCH = 8 * _CHUNK  # draws in memory together


@dataclass(frozen=True)
class Curve:
    """P(yes by the end of each day), from the as-of date on.

    Attributes
    ----------
    mean : ndarray, shape (dates,)
        Starts at 0.
    quantile : ndarray, shape (dates, 7) or None
        At `LEVELS`, of the first 131,072 draws.
    """

    mean: Array
    quantile: Array | None = None


@dataclass(frozen=True)
class Answer:
    """What `window` has to say about a case.

    Attributes
    ----------
    dates : tuple of date
        Every day from the as-of date to the horizon, or at most about 400 of them, the
        deadline always among them.
    curve : Curve
        The forecast: ledger and assumptions.
    ledger : Curve
        The same without the assumptions (no pressure, stance, closing window).
    by_candidate : dict of Curve
        Each candidate alone, without the assumptions.
    at_deadline : ndarray, shape (draws,)
        P(yes by the deadline), per draw.
    ledger_at_deadline : ndarray, shape (draws,)
        The same without the assumptions: same parameters, draw by draw.
    by_candidate_at_deadline : dict of (mean, low, high)
        With 80 % intervals.
    structural : dict of ndarray, shape (dates,)
        By bargaining model: share of draws in which the gatekeeper's simulated position
        has passed the threshold.
    pressures : tuple of Pressure
        From the as-of date and from each turn of the calendar on, of the first draws.
    """

    dates: tuple[dt.date, ...]
    curve: Curve
    ledger: Curve
    by_candidate: dict[str, Curve]
    at_deadline: Array
    ledger_at_deadline: Array
    by_candidate_at_deadline: dict[str, tuple[float, float, float]]
    structural: dict[str, Array]
    pressures: tuple[Pressure, ...]


def answer(
    case: Case,
    fitted: Fitted,
    *,
    on: dt.date,
    by: dt.date,
    until: dt.date,
    seed: int,
    draws: int,
    threads: int = 2,
    models: Sequence[str] = tuple(MODELS),
) -> Answer:
    """Compute the curve for a visible case.

    Parameters
    ----------
    case : Case
        As of `on` (see `suasion.visibility`).
    fitted : Fitted
    on, by, until : date
        As-of date, deadline, last day of the curve; `on < by <= until`.
    seed, draws : int
    threads : int
        The bits of the result do not depend on it.
    models : sequence of str
        Bargaining models for the structural estimate.
    """
    due = (by - on).days
    grid = _grid(due, (until - on).days)
    epochs = (on, *turning_points(case, on, until))
    ends = round_ends(case, epochs, until)
    path = path_of(case, fitted, by, until, epochs, moments(case, epochs, ends))
    with ThreadPoolExecutor(threads) as pool:

        def batch(start: int) -> _Batch:
            stop = min(start + _BATCH, draws)
            pressures = _pressures(case, epochs, ends, models, seed, start, stop, pool)
            choice = choose(fitted, seed, start, stop)
            coefficient = assumed(seed, start, stop)
            parts = list(
                pool.map(
                    lambda at: _Draws.of(
                        fitted,
                        path,
                        choice,
                        coefficient,
                        pressures,
                        slice(at, at + _CHUNK),
                    ),
                    range(0, stop - start, _CHUNK),
                )
            )

            def day_of(t: int) -> tuple[float, Array]:
                values = np.concatenate([part.probability(t) for part in parts])
                values.sort()
                return float(values.mean()), _quantile_sorted(values)

            days = list(pool.map(day_of, grid))
            return _Batch(
                mean=np.array([mean for mean, _ in days]),
                band=np.stack([band for _, band in days]),
                at_deadline=np.concatenate([part.probability(due) for part in parts]),
                ledger_at_deadline=np.concatenate(
                    [part.probability(due, assumptions=False) for part in parts]
                ),
                structural=structural(ends, pressures, grid),
                pressures=pressures,
            )

        first = batch(0)
        batches = [first]
        for start in range(_BATCH, draws, _BATCH):
            batches.append(replace(batch(start), pressures=()))
        alone = list(
            pool.map(lambda one: _alone(one, path, grid, due), fitted.posteriors)
        )
    by_candidate = {
        posterior.candidate.name: Curve(mean)
        for posterior, (mean, _) in zip(fitted.posteriors, alone, strict=True)
    }
    ledger = sum(
        (fitted.weight[name] * curve.mean for name, curve in by_candidate.items()),
        start=np.zeros(len(grid)),
    )
    return Answer(
        dates=tuple(on + dt.timedelta(days=t) for t in grid),
        curve=Curve(
            _over(
                [one.mean for one in batches], [len(one.at_deadline) for one in batches]
            ),
            first.band,
        ),
        ledger=Curve(ledger),
        by_candidate=by_candidate,
        at_deadline=np.concatenate([one.at_deadline for one in batches]),
        ledger_at_deadline=np.concatenate([one.ledger_at_deadline for one in batches]),
        by_candidate_at_deadline={
            posterior.candidate.name: interval
            for posterior, (_, interval) in zip(fitted.posteriors, alone, strict=True)
        },
        structural={
            name: _over(
                [one.structural[name][0] for one in batches],
                [one.structural[name][1] for one in batches],
            )
            for name in first.structural
        },
        pressures=first.pressures,
    )


@dataclass(frozen=True)
class _Batch:
    """Draws that are in memory together, and what is kept of them."""

    mean: Array
    band: Array
    at_deadline: Array
    ledger_at_deadline: Array
    structural: dict[str, tuple[Array, int]]
    pressures: tuple[Pressure, ...]


def _over(means: Sequence[Array], counts: Sequence[int]) -> Array:
    """Mean over batches from their means, in their order."""
    if len(means) == 1:
        return means[0]
    total = np.zeros_like(means[0])
    for mean, count in zip(means, counts, strict=True):
        total += count * mean
    return total / sum(counts)


@dataclass(frozen=True)
class _Draws:
    """A chunk of draws, ready to say P(yes by day t)."""

    count: int
    path: Path
    blocks: tuple[HazardDraws, ...]

    @classmethod
    def of(
        cls,
        fitted: Fitted,
        path: Path,
        choice: Choice,
        coefficient: dict[str, Array],
        pressures: Sequence[Pressure],
        part: slice,
    ) -> _Draws:
        net = np.stack([pressures[e].net[played, part] for e, played in path.epoch])
        own = np.stack([pressures[e].stance[played, part] for e, played in path.epoch])
        extra = (
            coefficient["pressure"][part] * net
            + coefficient["stance"][part] * own
            + coefficient["closing"][part] * path.closing[:, None]
        )
        blocks = []
        for k, posterior in enumerate(fitted.posteriors):
            where = np.flatnonzero(choice.candidate[part] == k)
            if not where.size:
                continue
            at = choice.particle[part][where]
            blocks.append(hazards(posterior, path, where, at, extra[:, where]))
        return cls(extra.shape[1], path, tuple(blocks))

    def probability(self, t: int, *, assumptions: bool = True) -> Array:
        result = np.empty(self.count)
        piece = int(np.searchsorted(self.path.edges, t, side="left")) - 1
        if piece < 0:
            return np.zeros(self.count)
        for block in self.blocks:
            factor = block.factor if assumptions else block.plain
            before = block.cumulative if assumptions else block.plain_cumulative
            result[block.where] = -np.expm1(
                -_cumulative(block, self.path, piece, t, factor, before)
            )
        return result


def _cumulative(
    block: HazardDraws, path: Path, piece: int, t: int, factor: Array, before: Array
) -> Array:
    """Cumulative hazard from the as-of date to day t, which lies in the piece."""
    if t == path.edges[piece + 1]:
        whole: Array = before[piece + 1]
        return whole
    cumulative = block.posterior.candidate.baseline.cumulative
    now = cumulative(np.float64(path.age + t), *block.parameters)
    result: Array = before[piece] + factor[piece] * (now - block.baseline[piece])
    return result


def _alone(
    posterior: Posterior, path: Path, grid: Sequence[int], due: int
) -> tuple[Array, tuple[float, float, float]]:
    """Run one candidate alone: mean curve; mean and 80 % interval at the deadline."""
    at = np.arange(posterior.values.shape[1])
    block = hazards(posterior, path, at, at, np.zeros((len(path.z), len(at))))
    draws = _Draws(len(at), path, (block,))
    means = np.array([float(posterior.mean(draws.probability(t))) for t in grid])
    values = draws.probability(due)
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(posterior.weight[order])
    low, high = (
        float(values[order[min(int(np.searchsorted(cumulative, p)), len(at) - 1)]])
        for p in (0.1, 0.9)
    )
    return means, (float(posterior.mean(values)), low, high)


def _pressures(
    case: Case,
    epochs: Sequence[dt.date],
    ends: Sequence[Sequence[int]],
    models: Sequence[str],
    seed: int,
    start: int,
    stop: int,
    pool: ThreadPoolExecutor,
) -> tuple[Pressure, ...]:
    chunks = list(
        pool.map(
            lambda at: pressure(
                case,
                epochs,
                models=models,
                rounds=[min(len(rounds), ROUNDS) for rounds in ends],
                seed=seed,
                start=at,
                stop=min(at + _CHUNK, stop),
            ),
            range(start, stop, _CHUNK),
        )
    )
    return tuple(
        Pressure(
            on=parts[0].on,
            net=np.concatenate([part.net for part in parts], axis=-1),
            stance=np.concatenate([part.stance for part in parts], axis=-1),
            passes={
                name: np.concatenate([part.passes[name] for part in parts], axis=-1)
                for name in parts[0].passes
            },
        )
        for parts in zip(*chunks, strict=True)
    )


def _grid(due: int, days: int) -> tuple[int, ...]:
    step = -(-days // 400)
    return tuple(sorted({*range(0, days + 1, step), due, days}))


def _quantile_sorted(values: Array) -> Array:
    """Quantiles at LEVELS of sorted values, by linear interpolation."""
    place = np.array(LEVELS) * (len(values) - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, len(values) - 1)
    result: Array = values[below] + (place - below) * (values[above] - values[below])
    return result
