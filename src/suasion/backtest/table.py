"""The tables of a backtest: mean scores, differences, and pools learned from other cases.

Questions whether are scored by the Brier score, questions where by the CRPS as share of
the scale's width. Every case weighs the same; intervals and differences resample cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from suasion.backtest.block import MIDDLE, STATUS_QUO, UNWEIGHTED
from suasion.backtest.ensemble import chance_weights, place_weights, pool_crps
from suasion.backtest.record import Backtest, Tried
from suasion.frozen import Frozen
from suasion.scoring import (
    Calibration,
    Difference,
    Mean,
    brier_score,
    calibration,
    importance,
    log_score,
    mean_score,
    paired_differences,
    skill,
)
from suasion.track_record import Kind, TrackRecord
from suasion.window.candidate import BASE_RATE, CANDIDATES

__all__ = [
    "ENSEMBLE",
    "EQUAL",
    "EVEN",
    "Line",
    "Table",
    "place_table",
    "summary",
    "whether_table",
]

Array = NDArray[np.float64]

EVEN, ELSEWHERE = "even odds", "share of yes elsewhere"
EQUAL, ENSEMBLE = "equal pool", "ensemble"
YARDSTICKS = (EVEN, ELSEWHERE, UNWEIGHTED, MIDDLE, STATUS_QUO)


class Line(Frozen):
    """A row: one model's scores.

    Attributes
    ----------
    name, kind : str
        Kind: forecast, base rate, candidate, bargaining, yardstick or pool.
    score : Mean
        Brier score, or CRPS as share of the scale.
    log_score : float or None
        Mean; infinite if something called impossible happened.
    error : float or None
        Mean absolute error of the mean, as share of the scale.
    skill : float or None
        Against the reference; None if it did not answer the same trials.
    """

    # A log score can be infinite, which JSON cannot say.
    model_config = ConfigDict(ser_json_inf_nan="strings")

    name: str
    kind: str
    score: Mean
    log_score: float | None = None
    error: float | None = None
    skill: float | None = None


class Table(Frozen):
    """Scores of all that answered, best first.

    Attributes
    ----------
    reference : str
        What the skill and `differences` are against.
    cases, trials : int
    lines : tuple of Line
    differences : tuple of Difference
        Against the reference.
    lasting : tuple of Difference
        Of all pairs, those that survive the correction for their number.
    pairs : int
        How many pairs that were; candidates are not among them.
    weights : dict of float
        Of the ensemble that learned from all cases: for the next case.
    said : dict of tuple of float
        What each line said on each trial; empty for pools of distributions.
    calibration : Calibration or None
        Of the forecast.
    """

    reference: str
    cases: int
    trials: int
    lines: tuple[Line, ...]
    differences: tuple[Difference, ...]
    lasting: tuple[Difference, ...]
    pairs: int
    weights: dict[str, float]
    said: dict[str, tuple[float, ...]]
    calibration: Calibration | None = None

    def line(self, name: str) -> Line:
        """Return a row by its name.

        Raises
        ------
        KeyError
            If there is none; the message lists the names.
        """
        for line in self.lines:
            if line.name == name:
                return line
        names = ", ".join(line.name for line in self.lines)
        raise KeyError(f"no line {name!r}; there are {names}")


def whether_table(found: Backtest, source: str = "library") -> Table | None:
    """Score the questions whether, by a date; None if there are none.

    Yardsticks: one half, and the share of yes among the other cases. The ensemble and
    the equal pool are of all models but the candidates, which the forecast has stacked
    already; the ensemble's weights come from the other cases alone.
    """
    trials = found.of(source, approval=True)
    if not trials:
        return None
    outcome = np.array([trial.outcome for trial in trials])
    group = [trial.group for trial in trials]
    said = _common(trials)
    parts = {
        name: p
        for name, p in said.items()
        if name not in CANDIDATES or name == BASE_RATE
    }
    pooled = {EVEN: np.full(len(trials), 0.5)}
    if len(set(group)) > 1:
        pooled |= {ELSEWHERE: _elsewhere(outcome, group)}
    if len(parts) > 1:
        pooled |= {EQUAL: np.mean([*parts.values()], axis=0)}
    weights: dict[str, float] = {}
    if len(parts) > 1 and len(set(group)) > 1:
        pooled |= {ENSEMBLE: _stacked(parts, outcome, group)}
        weights = chance_weights(said=parts, outcome=outcome, cluster=group)
    said |= pooled
    reference = BASE_RATE if BASE_RATE in said else EVEN
    scores = {
        name: brier_score(forecast=p, outcome=outcome) for name, p in said.items()
    }
    share = importance(group)
    surprise = {
        name: float(share @ log_score(forecast=p, outcome=outcome))
        for name, p in said.items()
    }
    curve = None
    if "forecast" in said:
        curve = calibration(forecast=said["forecast"], outcome=outcome, cluster=group)
    return _table(scores, group, reference, weights, said, surprise, {}, curve)


def place_table(found: Backtest, source: str = "library") -> Table | None:
    """Score the questions where; None if there are none.

    Pools mix the distributions of the bargaining models that answer every case.
    """
    trials = found.of(source, approval=False)
    if not trials:
        return None
    group = [trial.group for trial in trials]
    said = _common(trials)
    parts = [name for name in said if name not in YARDSTICKS]
    scores = {name: _crps(trials, name) for name in said}
    weights: dict[str, float] = {}
    if len(parts) > 1:
        far, apart = _distances(trials, parts)
        even = np.full(len(parts), 1.0 / len(parts))
        scores |= {EQUAL: pool_crps(weight=even, far=far, apart=apart)}
        said |= {EQUAL: np.mean([said[name] for name in parts], axis=0)}
    if len(parts) > 1 and len(set(group)) > 1:
        score, place = np.empty(len(trials)), np.empty(len(trials))
        for here, rest in _folds(group):
            others = [group[i] for i in rest]
            found_weights = place_weights(
                names=parts, far=far[rest], apart=apart[rest], cluster=others
            )
            w = np.array([*found_weights.values()])
            score[here] = pool_crps(weight=w, far=far[here], apart=apart[here])
            place[here] = w @ np.array([said[name][here] for name in parts])
        scores |= {ENSEMBLE: score}
        said |= {ENSEMBLE: place}
        weights = place_weights(names=parts, far=far, apart=apart, cluster=group)
    outcome = np.array([trial.outcome for trial in trials])
    share = importance(group)
    errors = {name: float(share @ np.abs(x - outcome)) for name, x in said.items()}
    reference = "mean" if "mean" in scores else next(iter(scores))
    table = _table(scores, group, reference, weights, said, {}, errors, None)
    return table.model_copy(update={"lines": (*table.lines, *_partial(trials, said))})


def summary(found: Backtest) -> TrackRecord:
    """Return what every forecast says of these scores.

    Raises
    ------
    ValueError
        If the forecast, or the weighted mean, was not tried on every kind of question.
    """
    whether, place = whether_table(found), place_table(found)
    if whether is None or place is None:
        raise ValueError(
            "a track record needs questions of both kinds, whether and where; try all "
            "cases"
        )

    def kind(table: Table, name: str, yardstick: str) -> Kind:
        return Kind(
            forecasts=table.trials,
            cases=table.cases,
            score=round(table.line(name).score.mean, 4),
            yardstick=round(table.line(yardstick).score.mean, 4),
        )

    return TrackRecord(
        version=found.version,
        draws=found.draws,
        seed=found.seed,
        whether=kind(whether, "forecast", EVEN),
        where=kind(place, "mean", MIDDLE),
    )


def _table(
    scores: Mapping[str, Array],
    group: Sequence[str],
    reference: str,
    weights: dict[str, float],
    said: Mapping[str, Array],
    surprise: Mapping[str, float],
    errors: Mapping[str, float],
    curve: Calibration | None,
) -> Table:
    means = {name: mean_score(scores=s, cluster=group) for name, s in scores.items()}
    base = means[reference].mean
    lines = [
        Line(
            name=name,
            kind=_kind(name),
            score=mean,
            log_score=surprise.get(name),
            error=errors.get(name),
            skill=float(skill(score=mean.mean, reference=base)) if base > 0.0 else None,
        )
        for name, mean in means.items()
    ]
    pairs: tuple[Difference, ...] = ()
    against: tuple[Difference, ...] = ()
    # The candidates are compared where they are weighed: in every forecast.
    rivals = {name: s for name, s in scores.items() if _kind(name) != "candidate"}
    if len(rivals) > 1:
        pairs = paired_differences(scores=rivals, cluster=group)
        against = paired_differences(scores=rivals, cluster=group, against=reference)
    return Table(
        reference=reference,
        cases=len(set(group)),
        trials=len(group),
        lines=tuple(sorted(lines, key=lambda line: (line.score.mean, line.name))),
        differences=against,
        lasting=tuple(pair for pair in pairs if pair.lasts),
        pairs=len(pairs),
        weights=weights,
        said={name: tuple(p.tolist()) for name, p in said.items()},
        calibration=curve,
    )


def _partial(trials: Sequence[Tried], said: Mapping[str, Array]) -> list[Line]:
    """Models that answer some trials only: shown, compared with nobody."""
    lines = []
    for name in dict.fromkeys(name for trial in trials for name in trial.said):
        if name in said:
            continue
        some = [trial for trial in trials if name in trial.said]
        group = [trial.group for trial in some]
        errors = np.array([abs(trial.said[name] - trial.outcome) for trial in some])
        lines.append(
            Line(
                name=name,
                kind=_kind(name),
                score=mean_score(scores=_crps(some, name), cluster=group),
                error=float(importance(group) @ errors),
            )
        )
    return lines


def _common(trials: Sequence[Tried]) -> dict[str, Array]:
    """Collect what each model said, of those that answered all trials."""
    names = [
        name for name in trials[0].said if all(name in trial.said for trial in trials)
    ]
    return {name: np.array([trial.said[name] for trial in trials]) for name in names}


def _folds(group: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """Places of each case, and of all others."""
    return [
        (
            [i for i, other in enumerate(group) if other == name],
            [i for i, other in enumerate(group) if other != name],
        )
        for name in dict.fromkeys(group)
    ]


def _elsewhere(outcome: Array, group: Sequence[str]) -> Array:
    share = np.empty(len(group))
    for here, rest in _folds(group):
        share[here] = importance([group[i] for i in rest]) @ outcome[rest]
    return np.clip(share, 0.0, 1.0)


def _stacked(parts: Mapping[str, Array], outcome: Array, group: Sequence[str]) -> Array:
    result = np.empty(len(group))
    for here, rest in _folds(group):
        weights = chance_weights(
            said={name: p[rest] for name, p in parts.items()},
            outcome=outcome[rest],
            cluster=[group[i] for i in rest],
        )
        result[here] = sum(weights[name] * p[here] for name, p in parts.items())
    return np.clip(result, 0.0, 1.0)


def _crps(trials: Sequence[Tried], name: str) -> Array:
    far, apart = _distances(trials, [name])
    return pool_crps(weight=[1.0], far=far, apart=apart)


def _distances(trials: Sequence[Tried], names: Sequence[str]) -> tuple[Array, Array]:
    far, apart = [], []
    for trial in trials:
        at = [list(trial.said).index(name) for name in names]
        far.append(np.array(trial.far)[at])
        apart.append(np.array(trial.apart)[np.ix_(at, at)])
    return np.stack(far), np.stack(apart)


def _kind(name: str) -> str:
    if name in (EQUAL, ENSEMBLE):
        return "pool"
    if name in YARDSTICKS:
        return "yardstick"
    if name in ("forecast", "ledger alone"):
        return "forecast"
    if name in CANDIDATES:
        return "base rate" if name == BASE_RATE else "candidate"
    return "bargaining"
