"""The page on accuracy: what `suasion backtest --page` writes between two comments.

Beside the page lie the numbers it is made of (JSON) and the charts (SVG). The part is a
function of that JSON file and of nothing else, so anybody can see whether it is fresh.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from suasion.backtest.figure import calibration_chart, score_chart
from suasion.backtest.record import Backtest, Tried
from suasion.backtest.running import plan
from suasion.backtest.table import ENSEMBLE, Line, Table, place_table, whether_table
from suasion.backtest.telling import (
    counted,
    in_short,
    place_verdict,
    whether_verdict,
)
from suasion.scoring import importance
from suasion.textfile import write_text
from suasion.window.candidate import BASE_RATE

__all__ = ["kept", "part", "stale", "write"]

START = "<!-- written by suasion backtest: start -->"
END = "<!-- written by suasion backtest: end -->"
_NEW = f"# Accuracy\n\n{START}\n{END}\n"
_DIGITS = 9
_UNBROKEN = "\N{NON-BREAKING HYPHEN}"
_THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def write(found: Backtest, page: Path) -> list[Path]:
    """Write the page, its numbers and its charts; return the files.

    What stands outside of the two comments is kept; a page that is not there is made.

    Raises
    ------
    ValueError
        If the page has no such comments.
    OSError
        If a file cannot be written.
    """
    from suasion.report.drawing import svg

    before, _, after = _split(page, page.read_text("utf-8") if page.exists() else _NEW)
    numbers = _rounded(found.model_dump(mode="json"))
    text = json.dumps(numbers, indent=1, ensure_ascii=False) + "\n"
    found = Backtest.model_validate(numbers)
    files = {_beside(page, ".json"): text}
    for name, chart in _charts(found).items():
        for theme in _THEMES:
            files[_beside(page, f"-{name}-{theme}.svg")] = svg(chart, theme) + "\n"
    files[page] = f"{before}{START}\n\n{part(found, page.stem)}\n{END}{after}"
    return [write_text(file, content) for file, content in files.items()]


def kept(page: Path) -> Backtest:
    """Return the numbers that a page is made of."""
    return Backtest.model_validate_json(_beside(page, ".json").read_text("utf-8"))


def stale(page: Path) -> list[str]:
    """Say why a page is out of date; nothing if it is not.

    The page is compared with its numbers, and their cases and trials with the library's.
    Whether the models still give those numbers takes running them.
    """
    found = kept(page)
    why = []
    _, now, _ = _split(page, page.read_text("utf-8"))
    if now.strip() != part(found, page.stem).strip():
        why.append(f"{page.name} is not what its numbers say")
    asked, _, hashes = plan()
    why += [
        f"{slug}: the case has changed"
        for slug in sorted({*hashes, *found.cases})
        if hashes.get(slug) != found.cases.get(slug)
    ]
    trials = {(trial.case, trial.on, trial.by) for trial in asked}
    told = {(trial.case, trial.as_of, trial.by) for trial in found.trials}
    silent = {(item.case, item.as_of) for item in found.refused}
    if {one for one in trials if one[:2] not in silent} != told:
        why.append("the trials are others")
    return why


def part(found: Backtest, stem: str = "accuracy") -> str:
    """Return what stands between the comments, in Markdown."""
    numpy = found.libraries["numpy"]
    lines = [
        f"Suasion {found.version}, NumPy {numpy}; {found.draws:,} draws of each trial, "
        f"seed {found.seed}.",
        "",
    ]
    whether, place = whether_table(found), place_table(found)
    rows = whether_table(found, "ledger")
    lines += ["## In short", "", *_bullets(in_short(whether, place, rows))]
    if whether is not None:
        lines += ["## Whether, by a date", "", *_intro(whether, "Brier score")]
        lines += [
            *_bullets(whether_verdict(whether)),
            *_image(stem, "whether", whether),
        ]
        lines += [*_lines(whether, "Brier score"), *_differences(whether)]
        lines += _weights(whether)
        if whether.calibration is not None:
            lines += _calibration(whether, found, stem)
        lines += _trials(found.of("library", approval=True), whether)
    if place is not None:
        lines += [
            "## Where on a scale",
            "",
            *_intro(place, "CRPS, as share of the scale"),
        ]
        lines += [*_bullets(place_verdict(place)), *_image(stem, "where", place)]
        lines += [*_lines(place, "CRPS"), *_differences(place), *_weights(place)]
        lines += _trials(found.of("library", approval=False), place)
    if rows is not None:
        lines += ["## Rows of the ledgers as cases", "", *_intro(rows, "Brier score")]
        lines += [*_bullets(whether_verdict(rows)), *_lines(rows, "Brier score")]
        lines += _differences(rows)
    if found.refused:
        lines += ["## Not asked", ""]
        lines += _bullets(
            [f"`{one.case}` as of {one.as_of}: {one.why}" for one in found.refused]
        )
    return "\n".join(lines)


def _intro(table: Table, score: str) -> list[str]:
    return [
        f"{counted(table)}. {score}; lower is better.",
        "",
    ]


def _lines(table: Table, score: str) -> list[str]:
    """Return the table of scores."""
    place = any(line.error is not None for line in table.lines)
    other = "absolute error" if place else "log score"
    head = ["", "kind", score, "95 % interval", other]
    head.append(f"skill against `{table.reference}`")
    rows = [
        [
            f"`{line.name}`",
            line.kind + _some(line, table),
            f"{line.score.mean:.3f}",
            _interval(line.score.low, line.score.high, least=0.0, most=1.0),
            _number(line.error if place else line.log_score),
            "" if line.skill is None else f"{line.skill:+.0%}".replace("-", "−"),
        ]
        for line in table.lines
    ]
    return [*_table(head, rows, words=2), ""]


def _some(line: Line, table: Table) -> str:
    cases = line.score.cases
    return "" if cases == table.cases else f", {cases} of {table.cases} cases"


def _differences(table: Table) -> list[str]:
    if not table.differences:
        return []
    rows = [
        [
            f"`{one.first}`",
            f"{one.mean:+.3f}".replace("-", "−"),
            _interval(one.low, one.high),
            f"{one.p:.3f}",
            f"{one.adjusted:.3f}",
            "yes" if one.lasts else "no",
        ]
        for one in table.differences
    ]
    head = ["less `" + table.reference + "`", "difference", "95 % interval", "p"]
    return [
        f"Paired differences from `{table.reference}`, below 0 where better; *adjusted* "
        "is p after Holm's",
        "correction, and a difference lasts if that is at most 0.05.",
        "",
        *_table([*head, "adjusted", "lasts"], rows),
        "",
    ]


def _weights(table: Table) -> list[str]:
    if not table.weights:
        return []
    by_weight = sorted(table.weights.items(), key=lambda pair: -pair[1])
    told = ", ".join(f"`{name}` {weight:.0%}" for name, weight in by_weight)
    return [
        f"Weights of the ensemble for the next case, from all of these: {told}.",
        "",
    ]


def _calibration(table: Table, found: Backtest, stem: str) -> list[str]:
    curve = table.calibration
    assert curve is not None
    trials = found.of("library", approval=True)
    share = importance([trial.group for trial in trials])
    said = share @ np.array(table.said["forecast"])
    came = share @ np.array([trial.outcome for trial in trials])
    return [
        "### Calibration of the forecast",
        "",
        f"On average, every case weighing the same, the forecast said {said:.0%}, and "
        f"{came:.0%} came true.",
        f"The curve lies in the {curve.level:.0%} consistency band at {curve.inside:.0%} "
        f"of the forecasts. The band is wide: {table.trials} forecasts rest on "
        f"{table.cases} outcomes.",
        "",
        *_pictures(stem, "calibration", "Calibration curve and consistency band"),
    ]


def _trials(trials: Sequence[Tried], table: Table) -> list[str]:
    """Return what was said each time."""
    approval = trials[0].is_approval
    wanted = ["forecast", BASE_RATE, "mean", "median", "nash", "challenge"]
    names = [name for name in [*wanted, ENSEMBLE] if name in table.said]
    head = ["case", "as of", *(f"`{name}`" for name in names), "came true"]
    rows = [
        [
            f"`{trial.case}`",
            str(trial.as_of).replace("-", _UNBROKEN),
            *(f"{100 * table.said[name][at]:.0f}" for name in names),
            ("yes" if trial.outcome else "no")
            if approval
            else f"{100 * trial.outcome:.0f}",
        ]
        for at, trial in enumerate(trials)
    ]
    what = (
        "P(yes by the deadline) in percent"
        if approval
        else "mean of the draws, in percent of the scale"
    )
    return [f"What was said: {what}.", "", *_table(head, rows, words=2), ""]


def _charts(found: Backtest) -> dict[str, Any]:
    charts = {}
    whether, place = whether_table(found), place_table(found)
    if whether is not None:
        charts["whether"] = score_chart(whether, "Brier score")
        if whether.calibration is not None:
            charts["calibration"] = calibration_chart(whether.calibration)
    if place is not None:
        charts["where"] = score_chart(place, "CRPS")
    return charts


def _image(stem: str, name: str, table: Table) -> list[str]:
    text = f"Mean scores and intervals of {len(table.lines)} models and yardsticks"
    return _pictures(stem, name, text)


def _pictures(stem: str, name: str, alt: str) -> list[str]:
    lines = []
    for theme in _THEMES:
        lines += [
            f"```{{image}} {stem}-{name}-{theme}.svg",
            f":alt: {alt}",
            f":class: only-{theme}",
            "```",
            "",
        ]
    return lines


def _bullets(sentences: Sequence[str]) -> list[str]:
    return [*(f"- {sentence}" for sentence in sentences), ""]


def _table(
    head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1
) -> list[str]:
    rule = ["---"] * words + ["--:"] * (len(head) - words)
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]


def _interval(
    low: float | None, high: float | None, least: float = -1.0, most: float = 1.0
) -> str:
    if low is None or high is None:
        return "none"
    text = f"{max(low, least):.2f} to {min(high, most):.2f}"
    return text.replace("-", "−").replace(" ", "\N{NO-BREAK SPACE}")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return "∞" if value == float("inf") else f"{value:.3f}"


def _rounded(data: Any) -> Any:
    """Round numbers to the digits that are kept, whatever they are in."""
    if isinstance(data, float):
        return round(data, _DIGITS)
    if isinstance(data, dict):
        return {key: _rounded(value) for key, value in data.items()}
    return [_rounded(value) for value in data] if isinstance(data, list) else data


def _beside(page: Path, ending: str) -> Path:
    return page.with_name(page.stem + ending)


def _split(page: Path, text: str) -> tuple[str, str, str]:
    before, start, rest = text.partition(START)
    inside, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(
            f"{page}: no line {START!r} with {END!r} after it; put both where the tables "
            "belong"
        )
    return before, inside, after
