"""Scores of everybody on resolved questions, recomputed from the ledger's rows.

Beside models, editors and readers two more are scored: the pool, and a constant
forecaster that says on each question how often yes came true on those resolved before it
was opened, :math:`(k + 1) / (n + 2)` (Laplace's rule of succession): a line to beat.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from suasion.journal.ledger.calibration import Bin, Judged, calibration_bins
from suasion.journal.ledger.combination import log_odds, pool_by_day
from suasion.journal.ledger.models import (
    Forecaster,
    Question,
    Resolution,
    Score,
)
from suasion.journal.ledger.pooling import (
    POOLED,
    pool_records,
    records,
    standing_of,
)
from suasion.journal.ledger.reserved import BASELINE, POOL
from suasion.scoring.standing import tally, until
from suasion.scoring_rule import brier_score

__all__ = [
    "BASELINE",
    "FEWEST_RANKED",
    "POOL",
    "Place",
    "base_rate",
    "calibration",
    "leaderboard",
    "rescore",
    "rescore_all",
    "scores",
]

Array = NDArray[np.float64]

FEWEST_RANKED = 5
"""With fewer questions a forecaster is listed without a rank."""


class Place(NamedTuple):
    """A line of the leaderboard. Scores are penalties; differences below 0 are better.

    `error` and the like are standard errors over questions; None for fewer than two.
    """

    rank: int | None
    name: str
    kind: str
    questions: int
    brier: float
    error: float | None
    log_score: float
    against_baseline: float | None
    against_baseline_error: float | None
    against_peers: float | None


def scores(question: Question) -> list[Score]:
    """Return everybody's scores under the resolution in force, best first."""
    resolution = question.resolution
    if resolution is None:
        return []
    return list(resolution.scores.select_related("forecaster"))


def rescore(question: Question) -> list[Score]:
    """Compute the scores of a question under its resolution in force, and store them."""
    # What was fetched before may not know the latest resolution.
    question = Question.objects.get(pk=question.pk)
    resolution = question.resolution
    if resolution is None:
        return []
    with transaction.atomic():
        resolution.scores.all().delete()
        if resolution.answer == "void":
            return []
        return Score.objects.bulk_create(_scored(question, resolution))


def rescore_all() -> int:
    """Compute all scores again, in the order of resolution; return how many questions.

    The order matters: the pool's weights on a day rest on what was resolved by then.
    """
    with transaction.atomic():
        Score.objects.all().delete()
        chain = Resolution.objects.exclude(answer="void").select_related("question")
        for resolution in chain:
            Score.objects.bulk_create(_scored(resolution.question, resolution))
        return len({resolution.question_id for resolution in chain})


def base_rate(question: Question) -> float:
    """Return how often yes came true on the questions resolved before this one opened."""
    answers = [
        item.answer
        for item in Resolution.objects.filter(
            made_at__date__lt=question.opens_on, answer__in=("yes", "no")
        ).select_related("superseded_by")
        if (later := getattr(item, "superseded_by", None)) is None
        or later.made_at.date() >= question.opens_on
    ]
    return (answers.count("yes") + 1) / (len(answers) + 2)


def leaderboard() -> list[Place]:
    """Return those who agreed to be shown, models, pool and base rate among them.

    Ranked by the mean difference to the base rate on the same questions, since questions
    differ in difficulty; those with fewer than `FEWEST_RANKED` come last, without a rank.
    """
    rows = _in_force().filter(forecaster__public=True).select_related("forecaster")
    line = {
        row.question_id: row.time_averaged_brier
        for row in _in_force().filter(forecaster__kind="baseline")
    }
    groups: dict[Forecaster, list[Score]] = defaultdict(list)
    for row in rows:
        groups[row.forecaster].append(row)
    places = [_place(who, found, line) for who, found in groups.items()]
    places.sort(
        key=lambda place: (
            place.questions < FEWEST_RANKED,
            math.inf if place.against_baseline is None else place.against_baseline,
            place.name,
        )
    )
    ranks = iter(range(1, len(places) + 1))
    return [
        place._replace(rank=next(ranks))
        if place.questions >= FEWEST_RANKED and place.kind != "baseline"
        else place
        for place in places
    ]


def calibration(kinds: Sequence[str] = POOLED, *, name: str | None = None) -> list[Bin]:
    """Return calibration bins of all forecasters of some kinds, or of one by name.

    Those who keep their names to themselves are counted too: bins name nobody.
    """
    rows = _in_force().filter(forecaster__kind__in=kinds).select_related("resolution")
    if name is not None:
        rows = rows.filter(forecaster__name=name)
    return calibration_bins(
        [
            Judged(
                row.question_id,
                row.mean_probability,
                int(row.resolution.answer == "yes"),
            )
            for row in rows
        ]
    )


def _in_force() -> Any:
    return Score.objects.filter(resolution__superseded_by__isnull=True)


def _scored(question: Question, resolution: Resolution) -> list[Score]:
    end = until(question.closes_on, resolution.on)
    outcome = int(resolution.answer == "yes")
    forecasts = list(question.forecasts.defer("detail"))
    everybody = standing_of(question, forecasts, end)
    some = [item for item in forecasts if item.source in POOLED]
    peers = _daily_brier(standing_of(question, some, end).probability, outcome)
    crowd = standing_of(question, some, end, clock="recorded_at")
    past = records(Score.objects.filter(forecaster__in=crowd.forecasters))
    columns = dict(
        zip(everybody.forecasters, everybody.probability.T.copy(), strict=True)
    )
    made = dict(zip(everybody.forecasters, everybody.made, strict=True))
    days = pool_by_day(crowd, past, pool_records())
    plain = {
        name: log_odds(column[~np.isnan(column)]) for name, column in columns.items()
    }
    if days:
        pool = _reserved(POOL, "pool")
        said = {item.day: item.probability for item in days}
        columns[pool.pk] = np.array([said.get(day, np.nan) for day in crowd.days])
        made[pool.pk] = sum(crowd.made)
        plain[pool.pk] = np.array(
            [log_odds(item.probability) / item.exponent for item in days]
        )
    if columns:
        baseline = _reserved(BASELINE, "baseline")
        columns[baseline.pk] = np.full(len(everybody.days), base_rate(question))
        plain[baseline.pk] = log_odds(columns[baseline.pk])
        made[baseline.pk] = 1
    result = []
    for forecaster_id, column in columns.items():
        found = tally(column, outcome)
        if found is None:
            continue
        shared = peers[~np.isnan(column) & ~np.isnan(peers)]
        result.append(
            Score(
                resolution=resolution,
                question=question,
                forecaster_id=forecaster_id,
                brier=found.brier,
                log_score=found.log_score,
                time_averaged_brier=found.time_averaged_brier,
                time_averaged_log_score=found.time_averaged_log_score,
                mean_probability=found.mean_probability,
                mean_log_odds=float(plain[forecaster_id].mean()),
                peer_brier=float(shared.mean()) if shared.size else None,
                days=found.days,
                estimates=made[forecaster_id],
            )
        )
    return result


def _daily_brier(table: Array, outcome: int) -> Array:
    """Mean Brier score of those who stood, by day; NaN where nobody did."""
    stood = ~np.isnan(table)
    brier = np.zeros_like(table)
    brier[stood] = brier_score(forecast=table[stood], outcome=outcome)
    count = stood.sum(axis=1)
    return np.where(count > 0, brier.sum(axis=1) / np.maximum(count, 1), np.nan)


def _reserved(name: str, kind: str) -> Forecaster:
    from suasion.journal.ledger.recording import forecaster

    return forecaster(name, kind, public=True)


def _place(who: Forecaster, rows: Sequence[Score], line: dict[int, float]) -> Place:
    briers = np.array([row.time_averaged_brier for row in rows])
    differences = np.array(
        [
            row.time_averaged_brier - line[row.question_id]
            for row in rows
            if row.question_id in line
        ]
    )
    peers = [
        row.time_averaged_brier - row.peer_brier
        for row in rows
        if row.peer_brier is not None
    ]
    return Place(
        rank=None,
        name=who.name,
        kind=who.kind,
        questions=len(rows),
        brier=float(briers.mean()),
        error=_error(briers),
        log_score=float(np.mean([row.time_averaged_log_score for row in rows])),
        against_baseline=float(differences.mean()) if differences.size else None,
        against_baseline_error=_error(differences),
        against_peers=float(np.mean(peers)) if peers else None,
    )


def _error(values: Array) -> float | None:
    if values.size < 2:
        return None
    return float(values.std(ddof=1) / math.sqrt(values.size))
