"""The scoreboard: recorded forecasts against outcomes, by model.

A question is a case and a deadline. On it each model's answer stands from the day it was
recorded (or its as-of date, if later) until its next one, the deadline, or the day before
the answer; its score is the mean over those days, and that of its last answer. Means over
questions weigh every question the same. Skill is against the base rate, the constant
hazard of the same recorded forecasts.

What was recorded on the day of the answer or later stands in a table of its own, by its
as-of date: it used nothing later, but it was chosen by somebody who knew.

A question of place is scored by its last answer alone, on the case's first issue.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ConfigDict

from suasion.case import Resolution
from suasion.frozen import Frozen
from suasion.ledger_file import read
from suasion.recording import case_of
from suasion.scoring.card import happened
from suasion.scoring.difference import Mean, mean_score
from suasion.scoring.place import absolute_error, weighted_interval_score
from suasion.scoring.standing import Estimate, standing, tally, until
from suasion.scoring_rule import skill

__all__ = ["Pending", "PlaceLine", "ProbabilityLine", "Scoreboard", "scoreboard"]

Row = Mapping[str, Any]

BASE_RATE = "base rate"


class _Line(Frozen):
    model_config = ConfigDict(ser_json_inf_nan="strings")

    model: str
    kind: str
    in_time: bool
    questions: int
    forecasts: int


class ProbabilityLine(_Line):
    """A model's mean scores on questions of whether, by a date; lower is better.

    `brier` and `log_score` are of the last answers; `averaged_brier` is over the days on
    which answers stood, and so are `skill` (1 is perfect, 0 the base rate) and
    `against_base_rate`, the mean difference with its interval over cases; None without a
    base rate.
    """

    brier: float
    log_score: float
    averaged_brier: float
    skill: float | None
    against_base_rate: Mean | None


class PlaceLine(_Line):
    """A model's mean errors on questions of where, as shares of the scales' widths.

    `interval_score` is the weighted interval score of the quantiles; None for a model of
    which the ledger keeps the mean alone.
    """

    error: float
    interval_score: float | None


class Pending(Frozen):
    """A recorded question without an answer, its last forecast, and why."""

    case: str
    question: str
    by: dt.date | None
    value: float
    asks: str
    forecasts: int
    recorded_at: str
    why: str


class Scoreboard(Frozen):
    """What was said and how it came out. Make one with `scoreboard`.

    `notes` are outcomes that were changed after they were recorded, and what could not be
    scored; `heads` the number of lines and last hash of each ledger.
    """

    probabilities: tuple[ProbabilityLine, ...]
    places: tuple[PlaceLine, ...]
    pending: tuple[Pending, ...]
    notes: tuple[str, ...]
    heads: dict[str, tuple[int, str]]


def scoreboard(*ledgers: Path) -> Scoreboard:
    """Score all recorded forecasts that have an outcome.

    How a case ended is read from its `outcome.toml`, in the ledger's folder or in the
    package; where there is neither, from the ledger's last row about it.

    Parameters
    ----------
    *ledgers : Path
        Ledger files; they are verified first.

    Raises
    ------
    LedgerError
        If a ledger was changed.
    CaseError
        If a case beside its ledger is not valid.

    Examples
    --------
    >>> import tempfile
    >>> import suasion
    >>> from suasion.ledger_file import append
    >>> from suasion.recording import forecast_row
    >>> file = Path(tempfile.mkdtemp()) / "ledger.jsonl"
    >>> made = suasion.forecast("ec-emission-standards", draws=500)
    >>> _ = append(file, forecast_row(made))
    >>> best = scoreboard(file).places[0]
    >>> best.model, round(best.error, 3), best.in_time
    ('challenge', 0.194, False)
    """
    whether: list[_Tallied] = []
    where: list[_Tallied] = []
    pending: list[Pending] = []
    notes: list[str] = []
    heads: dict[str, tuple[int, str]] = {}
    for path in ledgers:
        rows = read(path)
        if rows:
            heads[str(path)] = len(rows), rows[-1]["hash"]
        truths = {}
        for slug in dict.fromkeys(str(row["case"]) for row in rows):
            truths[slug], said = _truth(slug, path, rows)
            notes += said
        for (slug, by, in_time), group in _questions(rows, truths).items():
            truth = truths[slug]
            why = "no outcome yet" if truth is None else _unanswered(group[-1], truth)
            if truth is None or why:
                pending.append(_pending(group, why))
                continue
            score = _where if by is None else _whether
            scored = score(group, truth, in_time)
            (where if by is None else whether).extend(scored)
            if not scored:
                notes.append(
                    f"{slug}: no forecast {f'for {by} ' if by else ''}stood on any day "
                    f"before the answer of {truth.date}, so none of {len(group)} is scored"
                )
    return Scoreboard(
        probabilities=_probability_lines(whether),
        places=_place_lines(where),
        pending=tuple(sorted(pending, key=lambda item: (str(item.by), item.case))),
        notes=tuple(dict.fromkeys(notes)),
        heads=heads,
    )


class _Tallied(Frozen):
    """One model on one question."""

    model: str
    kind: str
    in_time: bool
    case: str
    question: str
    forecasts: int
    scores: dict[str, float]


def _questions(
    rows: Sequence[Row], truths: Mapping[str, Resolution | None]
) -> dict[tuple[str, str | None, bool], list[Row]]:
    """Group forecasts by case, deadline, and whether the answer was still to come."""
    groups: dict[tuple[str, str | None, bool], list[Row]] = defaultdict(list)
    for row in rows:
        if row["kind"] == "forecast":
            truth = truths[row["case"]]
            in_time = truth is None or row["recorded_at"][:10] < str(truth.date)
            groups[row["case"], row["by"], in_time].append(row)
    return groups


def _truth(
    slug: str, ledger: Path, rows: Sequence[Row]
) -> tuple[Resolution | None, list[str]]:
    """Return how a case ended, and where its ledger says another thing."""
    copies = [
        row for row in rows if row["kind"] == "resolution" and row["case"] == slug
    ]
    copy = None
    if copies:
        fields = {key: copies[-1].get(key) for key in Resolution.model_fields}
        copy = Resolution.model_validate(fields)
    case = case_of(slug, ledger)
    if case is None:
        return copy, []
    found = case.resolution
    if copy is None or (found and _essence(found) == _essence(copy)):
        return found, []
    now = "has no outcome" if found is None else f"says {_essence(found)}"
    return found, [
        f"{slug}: line {copies[-1]['number']} of {ledger.name} says {_essence(copy)}, and "
        f"outcome.toml {now}; if that is a correction, record it: suasion resolve {slug}"
    ]


def _essence(resolution: Resolution) -> str:
    what = resolution.answer or f"{resolution.value:g}"
    return f"{what} on {resolution.date}"


def _unanswered(row: Row, truth: Resolution) -> str:
    """Say why a resolution does not answer a recorded question, if it does not."""
    if row["by"] is None:
        return "" if truth.value is not None else "the outcome gives no value"
    if _happened(row, truth) is None:
        return f"{_essence(truth)} does not say whether yes came by {row['by']}"
    return ""


def _happened(row: Row, truth: Resolution) -> int | None:
    asked = row["deadline"]
    return happened(
        truth,
        by=dt.date.fromisoformat(row["by"]),
        asked=None if asked is None else dt.date.fromisoformat(asked),
    )


def _pending(rows: Sequence[Row], why: str) -> Pending:
    last = rows[-1]
    return Pending(
        case=last["case"],
        question=last["question"],
        by=last["by"],
        value=last["value"],
        asks=last["asks"],
        forecasts=len(rows),
        recorded_at=last["recorded_at"],
        why=why,
    )


def _whether(rows: Sequence[Row], truth: Resolution, in_time: bool) -> list[_Tallied]:
    outcome = _happened(rows[-1], truth)
    assert outcome is not None
    kinds = {item["name"]: item["kind"] for row in rows for item in row["answers"]}
    names = [*kinds]
    said = [
        Estimate(
            day=_day(row, in_time),
            forecaster=names.index(item["name"]),
            probability=item["value"],
        )
        for row in rows
        for item in row["answers"]
    ]
    end = until(dt.date.fromisoformat(rows[-1]["by"]), truth.date)
    table = standing(said, first=min(item.day for item in said), until=end)
    result = []
    for place, forecaster in enumerate(table.forecasters):
        found = tally(table.probability[:, place], outcome)
        if found is None:
            continue
        name = names[forecaster]
        result.append(
            _Tallied(
                model=name,
                kind=kinds[name],
                in_time=in_time,
                case=rows[-1]["case"],
                question=f"{rows[-1]['case']}, {rows[-1]['by']}",
                forecasts=table.made[place],
                scores={
                    "brier": found.brier,
                    "log_score": found.log_score,
                    "averaged": found.time_averaged_brier,
                },
            )
        )
    return result


def _day(row: Row, in_time: bool) -> dt.date:
    """From when an answer counts: nobody knew it before it was recorded."""
    as_of = dt.date.fromisoformat(row["as_of"])
    recorded = dt.date.fromisoformat(row["recorded_at"][:10])
    return max(as_of, recorded) if in_time else as_of


def _where(rows: Sequence[Row], truth: Resolution, in_time: bool) -> list[_Tallied]:
    assert truth.value is not None
    early = [row for row in rows if row["as_of"] < truth.date.isoformat()]
    if not early:
        return []
    last = early[-1]
    low, high = last["scale"]
    first = last["answers"][0]
    result = []
    for item in last["answers"]:
        if item["issue"] != first["issue"]:
            continue
        error = absolute_error(
            forecast=item["value"], outcome=truth.value, width=high - low
        )
        scores = {"error": float(error)}
        if item is first:
            interval = weighted_interval_score(
                quantiles=last["quantiles"], levels=last["levels"], outcome=truth.value
            )
            scores["interval"] = float(interval) / (high - low)
        result.append(
            _Tallied(
                model=item["name"],
                kind=item["kind"],
                in_time=in_time,
                case=last["case"],
                question=last["case"],
                forecasts=len(early),
                scores=scores,
            )
        )
    return result


def _grouped(items: Sequence[_Tallied]) -> dict[tuple[bool, str], list[_Tallied]]:
    groups: dict[tuple[bool, str], list[_Tallied]] = defaultdict(list)
    for item in items:
        groups[item.in_time, item.model].append(item)
    return groups


def _probability_lines(items: Sequence[_Tallied]) -> tuple[ProbabilityLine, ...]:
    line = {
        (item.in_time, item.question): item.scores["averaged"]
        for item in items
        if item.kind == BASE_RATE
    }
    result = []
    for (in_time, model), group in _grouped(items).items():
        shared = [item for item in group if (in_time, item.question) in line]
        mine = np.array([item.scores["averaged"] for item in shared])
        base = np.array([line[in_time, item.question] for item in shared])
        result.append(
            ProbabilityLine(
                model=model,
                kind=group[-1].kind,
                in_time=in_time,
                questions=len(group),
                forecasts=sum(item.forecasts for item in group),
                brier=_mean(group, "brier"),
                log_score=_mean(group, "log_score"),
                averaged_brier=_mean(group, "averaged"),
                skill=float(skill(score=mine.mean(), reference=base.mean()))
                if base.any()
                else None,
                against_base_rate=mean_score(
                    scores=mine - base, cluster=[item.case for item in shared]
                )
                if base.size
                else None,
            )
        )
    return tuple(
        sorted(result, key=lambda item: (not item.in_time, item.averaged_brier))
    )


def _place_lines(items: Sequence[_Tallied]) -> tuple[PlaceLine, ...]:
    result = []
    for (in_time, model), group in _grouped(items).items():
        spread = [item for item in group if "interval" in item.scores]
        result.append(
            PlaceLine(
                model=model,
                kind=group[-1].kind,
                in_time=in_time,
                questions=len(group),
                forecasts=sum(item.forecasts for item in group),
                error=_mean(group, "error"),
                interval_score=_mean(spread, "interval")
                if len(spread) == len(group)
                else None,
            )
        )
    return tuple(sorted(result, key=lambda item: (not item.in_time, item.error)))


def _mean(group: Sequence[_Tallied], name: str) -> float:
    return float(np.mean([item.scores[name] for item in group]))
