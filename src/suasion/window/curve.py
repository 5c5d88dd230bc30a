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
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.case import Case
from suasion.stream import uniform
from suasion.timeline import turning_points
from suasion.window.covariate import Request, pieces
from suasion.window.fitting import Fitted
from suasion.window.posterior import Posterior
from suasion.window.pressure import Pressure, pressure
from suasion.window.prior import PRIORS

__all__ = ["LEVELS", "Answer", "Curve", "answer"]

Array = NDArray[np.float64]

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Quantiles of the curve: the median and the 50, 80 and 95 % bands."""

_ASSUMED = ("pressure", "stance", "closing")
_CHUNK = 16_384


@dataclass(frozen=True)
class Curve:
    """P(yes by the end of each day), from the as-of date on.

    Attributes
    ----------
    mean : ndarray, shape (dates,)
        Starts at 0.
    quantile : ndarray, shape (dates, 7) or None
        At `LEVELS`.
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
        At the as-of date and at each turn of the calendar.
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
    """
    due = (by - on).days
    grid = _grid(due, (until - on).days)
    epochs = (on, *turning_points(case, on, until))
    with ThreadPoolExecutor(threads) as pool:
        pressures = _pressures(case, epochs, seed, draws, pool)
        path = _path(case, fitted, on, by, until, epochs)
        choice = _choose(fitted, seed, draws)
        assumed = {
            name: PRIORS[name].value(_normal(seed, f"window.{name}", draws))
            for name in _ASSUMED
        }
        slices = [
            slice(start, min(start + _CHUNK, draws))
            for start in range(0, draws, _CHUNK)
        ]
        parts = list(
            pool.map(
                lambda part: _Draws.of(fitted, path, choice, assumed, pressures, part),
                slices,
            )
        )

        def day_of(t: int) -> tuple[float, Array]:
            values = np.concatenate([part.probability(t) for part in parts])
            values.sort()
            return float(values.mean()), _quantile_sorted(values)

        curve = list(pool.map(day_of, grid))
        at_deadline = np.concatenate([part.probability(due) for part in parts])
        ledger_at_deadline = np.concatenate(
            [part.probability(due, assumptions=False) for part in parts]
        )
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
            np.array([mean for mean, _ in curve]), np.stack([band for _, band in curve])
        ),
        ledger=Curve(ledger),
        by_candidate=by_candidate,
        at_deadline=at_deadline,
        ledger_at_deadline=ledger_at_deadline,
        by_candidate_at_deadline={
            posterior.candidate.name: interval
            for posterior, (_, interval) in zip(fitted.posteriors, alone, strict=True)
        },
        structural=_structural(case, pressures, on, grid),
        pressures=pressures,
    )


@dataclass(frozen=True)
class _Path:
    """Days from the as-of date, cut where anything changes.

    `edges` are days since the as-of date, `age` is the as-of date in days since the
    request; z, `epoch` and `closing` hold in each piece.
    """

    edges: NDArray[np.int64]
    age: int
    z: Array
    epoch: NDArray[np.int64]
    closing: Array


def _path(
    case: Case,
    fitted: Fitted,
    on: dt.date,
    by: dt.date,
    until: dt.date,
    epochs: Sequence[dt.date],
) -> _Path:
    now = on.toordinal()
    closes = by.toordinal()
    opens = closes - case.window.closing_days
    edges: list[int] = [now]
    z: list[Array] = []
    epoch: list[int] = []
    for at, (first, last) in enumerate(zip(epochs, (*epochs[1:], until), strict=True)):
        if first == last:
            continue
        request = Request.of_case(case, first)
        cut, values = pieces(
            request,
            _yeses(case, fitted),
            first.toordinal(),
            last.toordinal(),
            fitted.covariates,
            also=(opens, closes),
        )
        edges += cut[1:].tolist()
        z.append(values)
        epoch += [at] * len(values)
    starts = np.array(edges[:-1])
    return _Path(
        edges=np.array(edges) - now,
        age=now - request.earliest,
        z=np.concatenate(z),
        epoch=np.array(epoch),
        closing=((starts >= opens) & (starts < closes)).astype(np.float64),
    )


def _yeses(case: Case, fitted: Fitted) -> tuple[int, ...]:
    if case.window.prior_yes is not None:
        return tuple(day.toordinal() for day in case.window.prior_yes)
    return fitted.reference.yeses.get(case.question.gatekeeper or "", ())


@dataclass(frozen=True)
class _Choice:
    """Candidate and posterior draw taken by each draw."""

    candidate: NDArray[np.int64]
    particle: NDArray[np.int64]


def _choose(fitted: Fitted, seed: int, draws: int) -> _Choice:
    weight = fitted.comparison.weight
    u = uniform(seed, "window.candidate", 0, draws)
    candidate = np.searchsorted(np.cumsum(weight)[:-1], u, side="right")
    u = uniform(seed, "window.particle", 0, draws)
    particle = np.zeros(draws, dtype=np.int64)
    for k, posterior in enumerate(fitted.posteriors):
        mine = candidate == k
        cumulative = np.cumsum(posterior.weight)[:-1]
        particle[mine] = np.searchsorted(cumulative, u[mine], side="right")
    return _Choice(candidate, particle)


@dataclass(frozen=True)
class _Block:
    """Draws of one chunk that took one candidate."""

    where: NDArray[np.int64]
    posterior: Posterior
    parameters: Array
    baseline: Array
    factor: Array
    plain: Array
    cumulative: Array
    plain_cumulative: Array


@dataclass(frozen=True)
class _Draws:
    """A chunk of draws, ready to say P(yes by day t)."""

    count: int
    path: _Path
    blocks: tuple[_Block, ...]

    @classmethod
    def of(
        cls,
        fitted: Fitted,
        path: _Path,
        choice: _Choice,
        assumed: dict[str, Array],
        pressures: Sequence[Pressure],
        part: slice,
    ) -> _Draws:
        net = np.stack([item.net[part] for item in pressures])[path.epoch]
        own = np.stack([item.stance[part] for item in pressures])[path.epoch]
        extra = (
            assumed["pressure"][part] * net
            + assumed["stance"][part] * own
            + assumed["closing"][part] * path.closing[:, None]
        )
        blocks = []
        for k, posterior in enumerate(fitted.posteriors):
            where = np.flatnonzero(choice.candidate[part] == k)
            if not where.size:
                continue
            at = choice.particle[part][where]
            blocks.append(_block(posterior, path, where, at, extra[:, where]))
        return cls(extra.shape[1], path, tuple(blocks))

    def probability(self, t: int, *, assumptions: bool = True) -> Array:
        result = np.empty(self.count)
        piece = int(np.searchsorted(self.path.edges, t, side="left")) - 1
        if piece < 0:
            result[:] = 0.0
            return result
        for block in self.blocks:
            factor = block.factor if assumptions else block.plain
            before = block.cumulative if assumptions else block.plain_cumulative
            result[block.where] = -np.expm1(
                -_cumulative(block, self.path, piece, t, factor, before)
            )
        return result


def _block(
    posterior: Posterior,
    path: _Path,
    where: NDArray[np.int64],
    at: NDArray[np.int64],
    extra: Array,
) -> _Block:
    (gatekeeper,) = posterior.effect
    ratio = posterior.log_ratio(path.z) + posterior.effect[gatekeeper]
    plain = np.exp(ratio[:, at])
    factor = plain * np.exp(extra)
    count = len(posterior.candidate.baseline.parameters)
    parameters = posterior.values[:count, at]
    baseline = posterior.candidate.baseline.cumulative(
        (path.age + path.edges)[:, None].astype(np.float64), *parameters
    )
    steps = np.diff(baseline, axis=0)
    start = np.zeros((1, len(where)))
    return _Block(
        where=where,
        posterior=posterior,
        parameters=parameters,
        baseline=baseline,
        factor=factor,
        plain=plain,
        cumulative=np.concatenate([start, np.cumsum(steps * factor, axis=0)]),
        plain_cumulative=np.concatenate([start, np.cumsum(steps * plain, axis=0)]),
    )


def _cumulative(
    block: _Block, path: _Path, piece: int, t: int, factor: Array, before: Array
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
    posterior: Posterior, path: _Path, grid: Sequence[int], due: int
) -> tuple[Array, tuple[float, float, float]]:
    """Run one candidate alone: mean curve; mean and 80 % interval at the deadline."""
    at = np.arange(posterior.values.shape[1])
    block = _block(posterior, path, at, at, np.zeros((len(path.z), len(at))))
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
    seed: int,
    draws: int,
    pool: ThreadPoolExecutor,
) -> tuple[Pressure, ...]:
    chunks = list(
        pool.map(
            lambda start: pressure(
                case, epochs, seed=seed, start=start, stop=min(start + _CHUNK, draws)
            ),
            range(0, draws, _CHUNK),
        )
    )
    return tuple(
        Pressure(
            on=parts[0].on,
            net=np.concatenate([part.net for part in parts]),
            stance=np.concatenate([part.stance for part in parts]),
            passes={
                name: np.concatenate([part.passes[name] for part in parts])
                for name in parts[0].passes
            },
        )
        for parts in zip(*chunks, strict=True)
    )


def _structural(
    case: Case, pressures: Sequence[Pressure], on: dt.date, grid: Sequence[int]
) -> dict[str, Array]:
    """Share of draws that have passed by each day; rounds end every so many days."""
    every = case.window.days_per_round
    rounds = [round(k * every) for k in range(1, int(grid[-1] / every) + 1)]
    starts = [(item.on - on).days for item in pressures]
    result = {}
    for name in pressures[0].passes:
        share = np.zeros(len(grid))
        passed = np.zeros(len(pressures[0].net), dtype=bool)
        for day in rounds:
            epoch = int(np.searchsorted(starts, day, side="right")) - 1
            passed = passed | pressures[epoch].passes[name]
            share[np.array(grid) >= day] = passed.mean()
        result[name] = share
    return result


def _grid(due: int, days: int) -> tuple[int, ...]:
    step = -(-days // 400)
    return tuple(sorted({*range(0, days + 1, step), due, days}))


def _normal(seed: int, variable: str, draws: int) -> Array:
    from scipy.special import ndtri

    result: Array = ndtri(uniform(seed, variable, 0, draws))
    return result


def _quantile_sorted(values: Array) -> Array:
    """Quantiles at LEVELS of sorted values, by linear interpolation."""
    place = np.array(LEVELS) * (len(values) - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, len(values) - 1)
    result: Array = values[below] + (place - below) * (values[above] - values[below])
    return result
