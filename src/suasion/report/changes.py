"""What would change the answer: suppositions saved with the case, and levers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from suasion.forecast_record import Forecast
from suasion.levers.lever_record import Levers, MoveSet
from suasion.levers.telling import EFFORT, answer, moved, sentences
from suasion.problem import ForecastError
from suasion.report.bars import Bar, bars_chart
from suasion.report.figure import Figure, figure
from suasion.what_if import WhatIf, signed

if TYPE_CHECKING:
    import altair

__all__ = ["Changes", "changes", "levers_chart", "what_if_chart"]

Row = tuple[str, ...]


class Changes(NamedTuple):
    """What the report has on what would change the answer."""

    supposed: tuple[str, ...]
    what_if: Figure | None
    variants: tuple[Row, ...]
    moved: tuple[str, ...]
    levers: Figure | None
    singles: tuple[Row, ...]
    effort: str
    made: str


def changes(
    forecast: Forecast, what_if: WhatIf | None, found: Levers | None
) -> Changes | None:
    """Return the section of a report; None if there is nothing to show.

    Raises
    ------
    ForecastError
        If they are those of another case or date.
    """
    for name, item in (("comparison", what_if), ("search for levers", found)):
        if item and (item.case_hash, item.as_of) != (
            forecast.case_hash,
            forecast.as_of,
        ):
            raise ForecastError(
                f"{forecast.case.slug}: the {name} given is that of {item.slug} as of "
                f"{item.as_of}; make one for this forecast"
            )
    if what_if is None and found is None:
        return None
    lines = [] if what_if is None else _supposed(what_if)
    return Changes(
        supposed=tuple(what_if.sentences()[1:]) if what_if else (),
        what_if=figure(what_if_chart, what_if) if what_if and lines else None,
        variants=tuple(
            (bar.name, bar.text, f"{low} to {high}") for bar, low, high in lines
        ),
        moved=tuple(sentences(found)) if found else (),
        levers=figure(levers_chart, found) if found and _strong(found) else None,
        singles=_singles(found) if found else (),
        effort=EFFORT if found else "",
        made="; ".join(
            f"{kind}: {item.draws:,} draws, seed {item.seed}"
            for kind, item in (("suppositions", what_if), ("levers", found))
            if item
        ),
    )


def what_if_chart(found: WhatIf, *, width: int = 720) -> altair.LayerChart:
    """Chart what each supposition does to the answer.

    Parameters
    ----------
    found : WhatIf
        With one alternative at least that has an answer.
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    bars = [bar for bar, _, _ in _supposed(found)]
    return bars_chart(bars, width, _unit(found), "What if")


def levers_chart(found: Levers, *, width: int = 720) -> altair.LayerChart:
    """Chart what moving each actor alone does, as far as the effort goes.

    Parameters
    ----------
    found : Levers
        With one actor at least whose move matters.
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    title = f"One actor moved, as far as effort {found.budget:g} goes"
    bars = [_bar(found, step) for step in _strong(found)]
    return bars_chart(bars, width, _unit(found), title)


def _unit(found: WhatIf | Levers) -> str:
    return "points" if found.is_approval else found.unit


def _supposed(found: WhatIf) -> list[tuple[Bar, str, str]]:
    """Bars of the alternatives, the largest first, and the ends of their intervals."""
    scale = 100.0 if found.is_approval else 1.0
    result = []
    for item in found.alternatives:
        if item.difference is None:
            continue
        assert item.low_difference is not None
        assert item.high_difference is not None
        bar = Bar(
            found.label(item),
            scale * item.difference,
            scale * item.low_difference,
            scale * item.high_difference,
            signed(item.difference, found.is_approval),
        )
        result.append((bar, *found.bounds(item)))
    return sorted(result, key=lambda line: -abs(line[0].value))


def _bar(found: Levers, item: MoveSet) -> Bar:
    scale = 100.0 if found.is_approval else 1.0
    return Bar(
        moved(item.moves),
        scale * item.difference,
        scale * item.low_difference,
        scale * item.high_difference,
        signed(item.difference, found.is_approval),
    )


def _strong(found: Levers) -> list[MoveSet]:
    """Affordable single moves that do something that can be written."""
    moves = [single.best for single in found.singles if single.best]
    return [
        item
        for item in moves
        if signed(item.difference, found.is_approval) not in ("0", "≈0")
    ]


def _singles(found: Levers) -> tuple[Row, ...]:
    rows = []
    for single in found.singles:
        item = single.best
        if item is None:
            said = (
                f"one step takes {single.steps[0].effort:.2f}"
                if single.steps
                else "at the end of the scale"
            )
            rows.append((single.actor, said, "", "", ""))
            continue
        low, high = (
            signed(value, found.is_approval)
            for value in (item.low_difference, item.high_difference)
        )
        rows.append(
            (
                moved(item.moves),
                f"{item.effort:.2f}",
                answer(found, item.value),
                signed(item.difference, found.is_approval),
                f"{low} to {high}",
            )
        )
    return tuple(rows)
