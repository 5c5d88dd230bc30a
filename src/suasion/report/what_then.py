"""What then, in the report: the tree, outcomes and the ladder with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from suasion.aftermath.answer import AftermathAnswer, Choice, Share, answer
from suasion.aftermath.telling import by_precision, caveat, matters, sentences, spread
from suasion.explanation import listed, percent
from suasion.forecast_record import Forecast
from suasion.report.drawing import INK, LINE, PAPER, required
from suasion.report.figure import Figure, figure
from suasion.report.label import fitted
from suasion.report.layer import beside, ceiling, data, frame, rows_axis, titled
from suasion.report.tree import tree_svg

if TYPE_CHECKING:
    import altair

__all__ = ["WhatThen", "shares_chart", "what_then"]

_DRAWS = 1000
_WIDE = 760
_NARROW = 350
_BESIDE = 76


class WhatThen(NamedTuple):
    """What the report says of an aftermath: sentences, figures, tables behind them."""

    answer: AftermathAnswer
    caveat: str
    sentences: list[str]
    matters: list[str]
    tree: Figure
    moves: list[tuple[str, str, list[tuple[str, str]]]]
    ladder: Figure | None
    outcomes: Figure
    numbers: list[tuple[str, str, str]]
    headings: list[str]
    rows: list[list[str]]


def what_then(forecast: Forecast) -> WhatThen | None:
    """Solve the aftermath of a forecast's case, on the forecast's seed; None without one.

    A thousand draws are enough for what a page can show.
    """
    if forecast.case.aftermath is None:
        return None
    found = answer(forecast.case, draws=min(_DRAWS, forecast.draws), seed=forecast.seed)
    game = found.game
    ends = [
        (end.name or end.id, share)
        for end, share in zip(game.outcomes, found.outcomes, strict=True)
    ]
    ends.sort(key=lambda row: -row[1].mean)
    rungs = [
        (f"{at} {rung.name}", share)
        for at, (rung, share) in enumerate(
            zip(game.ladder, found.rungs, strict=True), 1
        )
    ][::-1]
    headings, rows = by_precision(found)
    return WhatThen(
        answer=found,
        caveat=caveat(found),
        sentences=sentences(found),
        matters=matters(found),
        tree=Figure(
            "Who could do what, and how likely play comes there",
            tree_svg(found, _WIDE),
            tree_svg(found, _NARROW),
        ),
        moves=_moves(found),
        ladder=figure(shares_chart, "How far up the ladder", rungs) if rungs else None,
        outcomes=figure(shares_chart, "How it could end", ends),
        numbers=[(name, percent(s.mean), _ends(s)) for name, s in (*rungs, *ends)],
        headings=headings,
        rows=rows,
    )


def shares_chart(
    title: str, shares: Sequence[tuple[str, Share]], *, width: int = 720
) -> altair.LayerChart:
    """Chart probabilities with the middle 80 % of their draws, a row each.

    Parameters
    ----------
    title : str
    shares : sequence of (str, Share)
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    alt = required("altair")
    narrow = width < 500
    margin = 150 if narrow else 290
    plot = width - margin - _BESIDE
    rows: list[dict[str, Any]] = [
        {
            "row": at,
            "low": share.low,
            "high": share.high,
            "value": share.mean,
            "name": "\n".join(fitted(name, margin - 18, 3)),
            "text": percent(share.mean),
        }
        for at, (name, share) in enumerate(shares)
    ]
    step = max(26, 18 + 13 * max(row["name"].count("\n") for row in rows))
    top = ceiling(max(row["high"] for row in rows))
    x = alt.X(
        "value:Q",
        scale=alt.Scale(domain=[0.0, top], nice=False),
        axis=alt.Axis(
            format=".0%",
            title=None,
            values=[
                top * part
                for part in ((0, 0.5, 1) if narrow else (0, 0.25, 0.5, 0.75, 1))
            ],
            labelFlush=True,
        ),
    )
    base = alt.Chart(data(alt, rows)).encode(y=rows_axis(alt, len(rows)))
    height = step * len(rows)
    said = listed([f"{name} {spread(share)}" for name, share in shares])
    return titled(
        alt.layer(
            frame(alt, margin, plot + _BESIDE, height),
            base.mark_rule(stroke=LINE, strokeWidth=3).encode(
                x=alt.X("low:Q"), x2="high:Q"
            ),
            base.mark_point(
                size=80, filled=True, opacity=1.0, fill=LINE, stroke=PAPER
            ).encode(x=x),
            beside(alt, base),
            base.mark_text(align="left", fill=INK).encode(
                x=alt.value(plot + 16), text="text:N"
            ),
        ).properties(width=plot, height=height),
        title,
        f"{said}. The table below says the same.",
    )


def _moves(found: AftermathAnswer) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return for each move who is to move, how likely that is, and its actions."""
    by_move: dict[str, list[Choice]] = {}
    for choice in found.choices:
        by_move.setdefault(choice.move, []).append(choice)
    said = []
    for move in found.game.moves:
        choices = by_move[move.id]
        name = f"{move.actor or 'Chance'}: {move.name or move.id}"
        actions = [(choice.action, spread(choice.taken)) for choice in choices]
        said.append((name, percent(min(choices[0].reached, 1.0)), actions))
    return said


def _ends(share: Share) -> str:
    return f"{percent(share.low)} to {percent(share.high)}"
