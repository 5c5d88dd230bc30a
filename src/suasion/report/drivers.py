"""What drives the answer: whose uncertainty it is, one number at a time, what to ask.

Charts are sorted, the largest on top, and each has its numbers in a table below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from suasion.explanation import percent
from suasion.forecast_record import Forecast
from suasion.problem import ForecastError
from suasion.report.bars import Bar, bars_chart
from suasion.report.drawing import INK, LINE, OTHER, required
from suasion.report.figure import Figure, figure
from suasion.report.label import fitted
from suasion.report.layer import beside, data, frame, rows_axis, rules, titled
from suasion.sensitivity.record import Sensitivity
from suasion.sensitivity.tables import (
    SHARES,
    Table,
    asking_table,
    break_even_table,
    learning_table,
    shares_table,
    swings_table,
)
from suasion.sensitivity.telling import (
    CAVEAT,
    FACTOR,
    answer,
    asked,
    before,
    end,
    gained,
    is_factor,
    main,
    moving,
    needed,
    paragraph,
)

if TYPE_CHECKING:
    import altair

__all__ = ["Drivers", "asking_chart", "drivers", "shares_chart", "tornado_chart"]

_STEP = 27


class Drivers(NamedTuple):
    """What the report has on what drives the answer."""

    sentences: tuple[str, ...]
    shares: Figure | None
    owners: Table
    inputs: Table
    shares_note: str
    swings: Figure | None
    moved: Table
    factor: str
    break_evens: Table
    needed: str
    asking: Figure | None
    asked: Table
    learned: Table
    before: str
    caveat: str
    made: str


def drivers(forecast: Forecast, found: Sensitivity) -> Drivers:
    """Return the section of a report.

    Raises
    ------
    ForecastError
        If the sensitivity is that of another case, date or deadline.
    """
    if (found.case_hash, found.as_of) != (forecast.case_hash, forecast.as_of) or (
        forecast.is_approval and found.by != forecast.by
    ):
        raise ForecastError(
            f"{forecast.case.slug}: the sensitivity given is that of another question "
            f"({found.slug} as of {found.as_of}, by {found.by}); compute it for this one"
        )
    return Drivers(
        sentences=tuple(paragraph(found)),
        shares=figure(shares_chart, found) if found.owners else None,
        owners=shares_table("owner", found.owners),
        inputs=shares_table("input", found.inputs),
        shares_note=SHARES,
        swings=figure(tornado_chart, found) if moving(found) else None,
        moved=swings_table(found),
        factor=FACTOR if any(is_factor(item) for item in moving(found)) else "",
        break_evens=break_even_table(found),
        needed=needed(found),
        asking=figure(asking_chart, found) if asked(found) else None,
        asked=asking_table(found),
        learned=learning_table(found),
        before=before(found) if found.owners else "",
        caveat=CAVEAT if found.owners else "",
        made=(
            f"{found.draws:,} pairs of possible worlds, {2 * found.orders} random orders, "
            f"seed {found.seed}."
        ),
    )


def shares_chart(found: Sensitivity, *, width: int = 720) -> altair.LayerChart:
    """Chart whose uncertainty the answer's is: Shapley effects of the owners.

    Parameters
    ----------
    found : Sensitivity
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    shown = main(found.owners)
    rows = [
        Bar(
            item.name,
            item.shapley.value,
            item.shapley.value - item.shapley.error,
            item.shapley.value + item.shapley.error,
            percent(item.shapley.value),
        )
        for item in shown.lines
    ]
    if shown.left:
        left = max(shown.share, 0.0)
        rows.append(Bar(f"{shown.left} others", left, left, left, percent(left)))
    return bars_chart(
        rows, width, "share", "What the uncertainty of the answer comes from"
    )


def asking_chart(found: Sensitivity, *, width: int = 720) -> altair.LayerChart:
    """Chart what it would tell about the outcome to know each number exactly, in bits.

    Parameters
    ----------
    found : Sensitivity
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    rows = [
        Bar(
            item.name,
            item.bits.value,
            max(item.bits.value - item.bits.error, 0.0),
            item.bits.value + item.bits.error,
            gained(item.bits),
        )
        for item in asked(found)
    ]
    return bars_chart(rows, width, "bits", "Where to ask next")


def tornado_chart(found: Sensitivity, *, width: int = 720) -> altair.LayerChart:
    """Chart the answer with each input low, and high, all others as uncertain as coded.

    Parameters
    ----------
    found : Sensitivity
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    alt = required("altair")
    narrow = width < 500
    margin = 130 if narrow else 240
    plot = width - margin - 8
    swings = moving(found)
    names = [fitted(item.name, margin - 18, 3) for item in swings]
    lines = max(len(name) for name in names)
    least, most = (
        pick(pick(item.at_low, item.at_high) for item in swings) for pick in (min, max)
    )
    room = (most - least) * (56 / (plot - 112))
    scale = alt.Scale(domain=[least - room, most + room], nice=False)
    x = alt.X(
        "value:Q",
        scale=scale,
        axis=alt.Axis(
            format=".0%" if found.is_approval else "~g",
            title=None,
            tickCount=4 if narrow else 7,
            labelFlush=True,
        ),
    )
    rows = []
    for row, (item, name) in enumerate(zip(swings, names, strict=True)):
        for side, at, value in (
            ("low", item.at_low, item.low),
            ("high", item.at_high, item.high),
        ):
            other = item.at_high if side == "low" else item.at_low
            rows.append(
                {
                    "row": row,
                    "name": "\n".join(name),
                    "value": at,
                    "answer": found.answer,
                    "side": side,
                    "left": at < other,
                    "text": end(item, value),
                }
            )
    height = max(_STEP, 13 * lines + 8) * len(swings)
    base = alt.Chart(data(alt, rows)).encode(y=rows_axis(alt, len(swings)))
    ends = [
        base.transform_filter(f"datum.left === {left}")
        .mark_text(align=align, dx=dx, fill=INK)
        .encode(x=x, text="text:N")
        for left, align, dx in (("true", "right", -7), ("false", "left", 7))
    ]
    bars = [
        base.transform_filter(f"datum.side === '{side}'")
        .mark_rule(stroke=colour, strokeWidth=13 if side == "high" else 5)
        .encode(x=x, x2="answer:Q")
        for side, colour in (("low", OTHER), ("high", LINE))
    ]
    at = (found.answer - least + room) / (most - least + 2 * room) * plot
    said = [
        f"{item.name}: {answer(item.at_low, found)} at {end(item, item.low)}, "
        f"{answer(item.at_high, found)} at {end(item, item.high)}"
        for item in swings
    ]
    return titled(
        alt.layer(
            frame(alt, margin, plot + 8, height),
            *bars,
            *rules(
                alt,
                x,
                [
                    (
                        found.answer,
                        at,
                        f"the answer, {answer(found.answer, found)}",
                        True,
                    )
                ],
                plot,
                height,
                margin,
            ),
            beside(alt, base.transform_filter("datum.side === 'low'")),
            *ends,
        ).properties(width=plot, height=height),
        "What the answer would be with one number low, or high",
        f"{'; '.join(said)}. The table below says the same.",
    )
