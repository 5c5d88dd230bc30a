"""What a ledger says of a forecast and of an outcome, and whether it can be recomputed.

A row of kind "forecast" has all that is needed to score it (the answer, its quantiles, the
models' own answers, the deadline) and to recompute it (hash of the case as visible, as-of
date, seed, draws, models, versions, and a hash of the draws, so that "the same" means to
the bit). The case itself is not copied: keep its folder under version control, and the
hash says which version it was.

One truth: how a case ended stands in its `outcome.toml`. A row of kind "resolution" is a
dated copy of it, so that nobody can say another thing later without its showing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from suasion.case import Case, Resolution
from suasion.casefile import bundled, load
from suasion.forecast_record import Forecast
from suasion.ledger_file import NAME
from suasion.problem import CaseError, Problem
from suasion.textfile import write_text
from suasion.timeline import deadline

__all__ = [
    "LEVELS",
    "case_of",
    "forecast_row",
    "ledger_of",
    "outcome",
    "recomputed",
    "resolution_row",
    "write_outcome",
]

LEVELS = (0.01, 0.025, *(k / 20 for k in range(1, 20)), 0.975, 0.99)
"""Levels of the quantiles that are kept: those of Bracher et al. 2021."""


def ledger_of(
    source: str | os.PathLike[str], ledger: str | os.PathLike[str] | None = None
) -> Path:
    """Return the ledger of a case: `ledger.jsonl` in its folder, or the one named.

    Raises
    ------
    CaseError
        If the case has no folder of one's own, and no ledger is named.

    Examples
    --------
    >>> ledger_of("deep-strikes", "mine.jsonl").name
    'mine.jsonl'
    """
    if ledger is not None:
        path = Path(ledger)
        return path / NAME if path.is_dir() else path
    return (
        _own_folder(source, "name the ledger too, such as --ledger mine.jsonl") / NAME
    )


def case_of(slug: str, ledger: Path) -> Case | None:
    """Return the case that a ledger names: beside it, or bundled; None if it is not here.

    Raises
    ------
    CaseError
        If it is there and not valid.
    """
    folder = ledger.absolute().parent
    if folder.name == slug and folder.joinpath("case.toml").is_file():
        return load(folder)
    return load(slug) if slug in bundled() else None


def forecast_row(forecast: Forecast) -> dict[str, Any]:
    """Return what a ledger says of a forecast.

    Examples
    --------
    >>> import suasion
    >>> row = forecast_row(suasion.forecast("ec-emission-standards", draws=500))
    >>> row["case"], round(row["value"], 2), row["answers"][0]["name"]
    ('ec-emission-standards', 7.39, 'mean')
    """
    case = forecast.case
    low, high = forecast.interval(0.8)
    approval = forecast.is_approval
    asked = deadline(case, forecast.as_of) if approval else None
    issue = case.issues[0]
    return {
        "kind": "forecast",
        "case": case.slug,
        "case_hash": forecast.case_hash,
        "question": case.question.text,
        "asks": case.question.kind,
        "as_of": forecast.as_of.isoformat(),
        "by": None if forecast.by is None else forecast.by.isoformat(),
        "deadline": None if asked is None else asked.isoformat(),
        "scale": None if approval else [issue.low, issue.high],
        "value": forecast.probability if approval else forecast.position,
        "low80": low,
        "high80": high,
        "levels": list(LEVELS),
        "quantiles": np.quantile(forecast.answer.values, LEVELS).tolist(),
        "answers": [
            {
                "name": item.name,
                "kind": item.kind,
                "issue": item.issue,
                "value": item.value,
                "low": item.low,
                "high": item.high,
                "weight": item.weight,
            }
            for item in forecast.models
        ],
        "draws": forecast.draws,
        "draws_sha256": hashlib.sha256(forecast.answer.raw).hexdigest(),
        "seed": forecast.seed,
        "models": forecast.parameters["models"],
        "version": forecast.version,
        "libraries": forecast.libraries,
    }


def recomputed(row: Mapping[str, Any], case: Case) -> str:
    """Make a recorded forecast again; return what differs, or an empty string.

    Examples
    --------
    >>> import suasion
    >>> case = suasion.load("ec-emission-standards")
    >>> row = forecast_row(suasion.forecast(case, draws=500, seed=3))
    >>> recomputed(row, case), recomputed({**row, "seed": 4}, case)
    ('', '')
    >>> recomputed({**row, "case_hash": "0" * 64}, case)
    'the case is another: its hash was 000000000000, and is ...'
    """
    from suasion.forecasting import forecast

    again = forecast_row(
        forecast(
            case,
            as_of=row["as_of"],
            by=row["by"],
            draws=row["draws"],
            seed=row["seed"],
            models=row["models"],
        )
    )
    if again["case_hash"] != row["case_hash"]:
        return (
            f"the case is another: its hash was {row['case_hash'][:12]}, and is "
            f"{again['case_hash'][:12]}"
        )
    wrong = [
        key
        for key in ("draws_sha256", "value", "low80", "high80", "quantiles", "answers")
        if again[key] != row[key]
    ]
    if not wrong:
        return ""
    other = [
        f"{name} {row[name]} then, {again[name]} now"
        for name in ("version", "libraries")
        if row[name] != again[name]
    ]
    return (
        f"{', '.join(wrong)} differ: the value was {row['value']:.6g}, and is "
        f"{again['value']:.6g}" + ("; " + "; ".join(other) if other else "")
    )


# --- outcomes ----------------------------------------------------------------------


def outcome(
    case: Case, *, answer: str, on: dt.date, source: str, note: str = ""
) -> Resolution:
    """Return how a case ended, checked against its question.

    Raises
    ------
    CaseError
        If the answer is not one to the question, the day is to come or before the
        request, or no source is given.

    Examples
    --------
    >>> import datetime as dt, suasion
    >>> case = suasion.load("ec-emission-standards")
    >>> outcome(case, answer="8.8", on=dt.date(1985, 7, 15), source="a book").value
    8.8
    """
    issue = case.issues[0]
    asked = case.question.requested_on
    approval = case.question.kind == "approval"
    plain = answer in ("yes", "no")
    value = None if plain else _number(answer)
    rule = cure = ""
    if not plain and (approval or value is None):
        field, found = "answer", answer
        rule = "the answer to this question is yes or no"
        cure = "write --answer yes, or --answer no"
        if not approval:
            rule = (
                f"the answer to this question is a number, in {issue.unit or 'units'}"
            )
            cure = f"write --answer {0.5 * (issue.low + issue.high):g}"
    elif plain and not approval and issue.threshold is None:
        field, found = "answer", answer
        rule = "the question asks where, and its scale has no threshold for a yes"
        cure = f"write a number from {issue.low:g} to {issue.high:g}"
    elif value is not None and not (issue.low <= value <= issue.high):
        field, found = "value", answer
        rule = f"the scale runs from {issue.low:g} to {issue.high:g}"
        cure = "give the outcome in the units of the scale"
    elif on > dt.date.today():
        field, found = "date", on.isoformat()
        rule = "that day is still to come"
        cure = "record an outcome once it is one"
    elif asked is not None and on < asked:
        field, found = "date", on.isoformat()
        rule = f"the request was made on {asked}"
        cure = "give the day of the answer, not before"
    elif not source.strip():
        field, found = "source", source
        rule = "an outcome cites who reported it"
        cure = 'write --source "Outlet, 2024-11-17"'
    if rule:
        raise CaseError(
            [
                Problem(
                    file="outcome.toml", field=field, found=found, rule=rule, cure=cure
                )
            ]
        )
    return Resolution(
        answer=answer if plain else None,
        value=value,
        date=on,
        source=source,
        note=note,
    )


def write_outcome(source: str | os.PathLike[str], resolution: Resolution) -> Path:
    """Write `outcome.toml` into the folder of a case that has none.

    Raises
    ------
    CaseError
        If the case has no folder of one's own, or is resolved otherwise already.
    """
    path = _own_folder(source, "copy the case into a folder first") / "outcome.toml"
    if path.exists():
        raise CaseError(
            [
                Problem(
                    file=os.fspath(path),
                    rule="the case is resolved otherwise already, and this file is where "
                    "that stands",
                    cure="correct the file itself, then run suasion resolve CASE alone",
                )
            ]
        )
    fields = resolution.model_dump(mode="json", exclude_defaults=True)
    lines = [
        # A date is bare in TOML; strings of JSON are strings of TOML, but for U+007F.
        f"{key} = {value}"
        if key == "date"
        else f"{key} = {json.dumps(value, ensure_ascii=False)}".replace(
            "\x7f", "\\u007f"
        )
        for key, value in fields.items()
    ]
    return write_text(path, "\n".join(lines) + "\n")


def resolution_row(case: Case) -> dict[str, Any]:
    """Return what a ledger says of a resolved case."""
    assert case.resolution is not None
    return {
        "kind": "resolution",
        "case": case.slug,
        **case.resolution.model_dump(mode="json"),
    }


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _own_folder(source: str | os.PathLike[str], cure: str) -> Path:
    name = os.fspath(source)
    path = Path(name)
    if path.name == "case.toml":
        path = path.parent
    if name not in bundled() and path.joinpath("case.toml").is_file():
        return path
    load(source)  # says so if there is no such case at all
    rule = "it is a table, not a folder, so nothing can be kept with it"
    if name in bundled():
        rule = "it comes with Suasion, whose files are not yours to write to"
    raise CaseError([Problem(file=name, rule=rule, cure=cure)])
