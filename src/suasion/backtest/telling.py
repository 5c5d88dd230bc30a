"""What the tables of a backtest say, in sentences made from their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from suasion.backtest.block import MIDDLE
from suasion.backtest.table import ENSEMBLE, EQUAL, EVEN, Line, Table
from suasion.explanation import listed
from suasion.scoring import Difference
from suasion.window.candidate import BASE_RATE

__all__ = ["counted", "in_short", "place_verdict", "whether_verdict"]

_FORECAST, _MEAN = "forecast", "mean"
_FEW = 6  # pairs that are named
_CALLED = {
    EVEN: "saying one half each time",
    BASE_RATE: "the base rate",
    MIDDLE: "the middle of the scale",
    EQUAL: "the equal pool of all models",
}


def counted(table: Table) -> str:
    """Say how many forecasts of how many cases a table rests on."""
    return f"{table.trials} forecast{'s' * (table.trials != 1)} of {_cases(table)}"


def in_short(
    whether: Table | None, place: Table | None, rows: Table | None
) -> list[str]:
    """Say when to trust which model, as far as the numbers go."""
    told = []
    if whether is not None and _has(whether, _FORECAST):
        told.append(
            f"**Whether, by a date:** the forecast scored "
            f"{_against(whether, _FORECAST, [EVEN, BASE_RATE])} "
            + (
                "Its probability has been worth having."
                if _surely(whether, _FORECAST, EVEN)
                else "Use it for what it makes explicit (who decides, what would move "
                "it, how fast such requests were granted before), not as a calibrated "
                "chance."
            )
        )
    if rows is not None and _has(rows, _FORECAST):
        told.append(
            "**Whether, on rows of the ledgers,** where actors' numbers follow one rule: "
            f"the forecast scored {_against(rows, _FORECAST, [EVEN, BASE_RATE])}"
        )
    if place is not None and _has(place, _MEAN):
        better = [name for name in place.weights if _surely(place, name, _MEAN)]
        known = f"{listed(better)} {'is' if len(better) == 1 else 'are'}"
        told.append(
            f"**Where on a scale:** the simple weighted mean scored "
            f"{_against(place, _MEAN, [MIDDLE, EQUAL])} "
            f"{known if better else 'No model is'} known to be better than it. "
            + (
                "It has been worth computing."
                if _surely(place, _MEAN, MIDDLE)
                else "Take it as a starting point, and what separates the models as "
                "the least that is uncertain."
            )
        )
    return told


def whether_verdict(table: Table) -> list[str]:
    """Say who beats whom on questions whether."""
    return [
        *_beaten(table, _FORECAST, "The forecast"),
        *_beaten(table, _MEAN, "As a judge of whether, the simple weighted mean"),
        *_beaten(table, EVEN, "Saying one half each time"),
        *_lasting(table),
        *_pooled(table, [EVEN, BASE_RATE]),
    ]


def place_verdict(table: Table) -> list[str]:
    """Say who beats whom on questions where."""
    return [
        *_beaten(table, _MEAN, "The simple weighted mean"),
        *_lasting(table),
        *_pooled(table, [_MEAN, MIDDLE]),
    ]


def _against(table: Table, name: str, others: Sequence[str]) -> str:
    """Compare a line with others, and say which differences last."""
    own = table.line(name).score.mean
    parts = []
    for other in others:
        if _has(table, other):
            rival = table.line(other).score.mean
            word = "better" if own < rival else "worse"
            lasts = _surely(table, name, other) or _surely(table, other, name)
            sure = "" if lasts else ", perhaps by chance"
            parts.append(f"{word} than {_CALLED.get(other, other)} ({rival:.3f}){sure}")
    return f"{own:.3f}: {'; '.join(parts)}."


def _surely(table: Table, better: str, worse: str) -> bool:
    """Whether one is better than another after the correction for all pairs."""
    return (better, worse) in map(_ordered, table.lasting)


def _beaten(table: Table, name: str, called: str) -> Iterator[str]:
    """Say which others a line beats, and which beat it."""
    if not _has(table, name):
        return
    own = table.line(name).score.mean
    others = [
        line for line in _full(table) if line.name != name and line.kind != "candidate"
    ]
    worse = [line for line in others if line.score.mean > own]
    better = [line for line in others if line.score.mean < own]
    parts = [f"is beaten by {_named(better)}"] if better else []
    if len(worse) > max(_FEW, len(better)):
        parts.append(f"beats all {len(worse)} others")
    elif worse:
        parts.insert(0, f"beats {_named(worse)}")
    if parts:
        yield f"**{called}** ({own:.3f}) {', and '.join(parts)}."


def _lasting(table: Table) -> Iterator[str]:
    """Say which differences are more than chance."""
    if not table.differences:
        return
    lasting = [one for one in table.differences if one.lasts]
    many = len(table.differences)
    if lasting:
        told = listed(
            [
                f"{one.first} {'better' if one.mean < 0 else 'worse'} by "
                f"{abs(one.mean):.3f}"
                for one in lasting
            ]
        )
        yield (
            f"Of the {many} differences from {table.reference}, {len(lasting)} survive "
            f"the correction for their number: {told}."
        )
    else:
        yield (
            f"**None of the {many} differences from {table.reference} survives** the "
            f"correction for their number: from {_cases(table)} nobody can say which "
            "of them is truly better."
        )
    count = len(table.lasting)
    text = f"Of all {table.pairs} pairs, {count or 'none'} survive{'s' * (count < 2)}"
    if 0 < count <= _FEW:
        text += ": " + listed([" before ".join(_ordered(one)) for one in table.lasting])
    yield f"{text}."


def _pooled(table: Table, rivals: Sequence[str]) -> Iterator[str]:
    """Say whether the ensemble was worth its weights."""
    if not _has(table, ENSEMBLE):
        return
    own = table.line(ENSEMBLE).score.mean
    against = [table.line(name) for name in (EQUAL, *rivals) if _has(table, name)]
    won = [line for line in against if own < line.score.mean]
    lost = [line for line in against if own >= line.score.mean]
    text = (
        f"**The ensemble**, its weights learned from the other cases ({own:.3f}), is "
    )
    if won:
        text += f"better than {_named(won)}"
    if lost:
        text += f"{', but ' if won else ''}**no better** than {_named(lost)}"
    parts = [line for line in _full(table) if line.name in table.weights]
    best = min(parts, key=lambda line: line.score.mean)
    yield f"{text}. Its best part, chosen with hindsight, is {_named([best])}."


def _cases(table: Table) -> str:
    return f"{table.cases} case{'s' * (table.cases != 1)}"


def _has(table: Table, name: str) -> bool:
    return name in {line.name for line in _full(table)}


def _full(table: Table) -> list[Line]:
    return [line for line in table.lines if line.score.cases == table.cases]


def _named(lines: Sequence[Line]) -> str:
    return listed([f"{line.name} ({line.score.mean:.3f})" for line in lines])


def _ordered(pair: Difference) -> tuple[str, str]:
    """Return the better one first."""
    first, second = pair.first, pair.second
    return (first, second) if pair.mean < 0 else (second, first)
