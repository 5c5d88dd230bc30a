"""The fan: P(yes by date), its bands, the deadline and the successions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from suasion.explanation import day, percent
from suasion.forecast_record import CurvePoint, Forecast
from suasion.problem import ForecastError
from suasion.report.drawing import BANDS, LINE, MUTED, OTHER, PAPER, required
from suasion.report.layer import (
    EXTENT,
    ceiling,
    data,
    date_axis,
    frame,
    legend,
    rules,
    share_axis,
    titled,
)

if TYPE_CHECKING:
    import altair

__all__ = ["curve_chart"]


def curve_chart(forecast: Forecast, *, width: int = 720) -> altair.LayerChart:
    """Chart P(yes by date) with its 50, 80 and 95 % bands.

    Parameters
    ----------
    forecast : Forecast
        Of a question of yes or no.
    width : int
        Of the whole chart, in pixels, about; at least 280.

    Raises
    ------
    ForecastError
        If the question asks for a place, not a date, or Altair is not installed.
    """
    alt = required("altair")
    if not forecast.points or forecast.by is None:
        raise ForecastError(
            f"{forecast.case.slug}: the question asks where, not by when, so there is "
            "no curve; use .chart_positions()"
        )
    plot = width - EXTENT - 40
    narrow = width < 500
    points = forecast.points
    first, last = points[0].date, points[-1].date
    x = alt.X(
        "date:T",
        scale=alt.Scale(type="utc", domain=[first.isoformat(), last.isoformat()]),
        axis=date_axis(alt, (last - first).days, narrow),
    )
    top = ceiling(max(point.high95 for point in points))
    scale = alt.Scale(domain=[0.0, top], nice=False)
    axis = share_axis(alt)
    bands = [
        {
            "date": point.date.isoformat(),
            "low": getattr(point, f"low{name[:2]}"),
            "high": getattr(point, f"high{name[:2]}"),
            "band": name,
        }
        for name in BANDS
        for point in points
    ]
    fan = (
        alt.Chart(data(alt, bands))
        .mark_area()
        .encode(
            x=x,
            y=alt.Y("low:Q", scale=scale, axis=axis),
            y2="high:Q",
            fill=alt.Fill(
                "band:N",
                scale=alt.Scale(domain=list(BANDS), range=list(BANDS.values())),
                legend=None,
            ),
        )
    )
    names = ("the answer (mean)", "median", "ledger alone, without assumptions")
    series = (
        [point.mean for point in points],
        [point.median for point in points],
        list(forecast.ledger_curve),
    )
    values = [
        {"date": point.date.isoformat(), "value": value, "line": name}
        for name, column in zip(names, series, strict=True)
        for point, value in zip(points, column, strict=False)
    ]
    key = legend(alt, 1 if narrow else 3, symbolType="stroke", symbolSize=700)
    styles = (
        ("stroke", alt.Stroke, [LINE, LINE, OTHER]),
        ("strokeDash", alt.StrokeDash, [[1, 0], [1.5, 3], [7, 3]]),
        ("strokeWidth", alt.StrokeWidth, [2.6, 1.6, 1.8]),
    )
    lines = (
        alt.Chart(data(alt, values))
        .mark_line(strokeCap="butt")
        .encode(
            x=x,
            y=alt.Y("value:Q", scale=scale),
            **{
                name: channel(
                    "line:N",
                    sort=None,
                    scale=alt.Scale(domain=names, range=range_),
                    legend=key,
                )
                for name, channel, range_ in styles
            },
        )
    )
    height = 230 if narrow else 300
    span = max(1, (last - first).days)
    marks = [
        (date.isoformat(), plot * (date - first).days / span, text, True)
        for date, text in _dated(forecast, first, last)
    ]
    flags = rules(alt, x, marks, plot, height)
    low, high = forecast.interval(0.8)
    answer = alt.Chart(
        data(
            alt,
            [
                {
                    "date": forecast.by.isoformat(),
                    "value": forecast.probability,
                    "text": percent(forecast.probability),
                }
            ],
        )
    ).encode(x=x, y=alt.Y("value:Q", scale=scale))
    return titled(
        alt.layer(
            frame(alt, EXTENT, plot + 40, height),
            fan,
            *flags,
            *_band_names(alt, points[-1], x, scale, height, top),
            lines,
            answer.mark_point(
                shape="diamond", size=130, filled=True, fill=LINE, stroke=PAPER
            ),
            answer.mark_text(
                align="right", dx=-9, dy=-11, fontSize=17, fontWeight="bold"
            ).encode(text="text:N"),
        ).properties(width=plot, height=height),
        "Probability of a yes by date",
        f"The probability of a yes by {day(forecast.by)} is "
        f"{percent(forecast.probability)} (80% interval {percent(low)} to "
        f"{percent(high)}); by {day(last)} it is {percent(points[-1].mean)}. "
        "The numbers are in the table below.",
    )


def _band_names(
    alt: Any, point: CurvePoint, x: Any, scale: Any, height: float, top: float
) -> list[Any]:
    """Return the bands' names, at their upper edges on the last day, kept apart."""
    layers = []
    free = 0.0
    for name in reversed(BANDS):
        edge = getattr(point, f"high{name[:2]}")
        free = max(edge, free)
        layers.append(
            alt.Chart(
                data(
                    alt, [{"date": point.date.isoformat(), "value": free, "text": name}]
                )
            )
            .mark_text(align="left", dx=5, fill=MUTED)
            .encode(x=x, y=alt.Y("value:Q", scale=scale), text="text:N")
        )
        free += 13.0 * top / height
    return layers


def _dated(
    forecast: Forecast, first: dt.date, last: dt.date
) -> list[tuple[dt.date, str]]:
    """Return deadline and successions, one text a date."""
    assert forecast.by is not None
    texts = {forecast.by: [f"Deadline, {day(forecast.by)}"]}
    for event in forecast.case.calendar:
        if event.kind == "succession" and first <= event.date <= last:
            title = event.title
            if event.date != forecast.by:
                title += f", {day(event.date)}"
            texts.setdefault(event.date, []).append(title)
    return [(date, ": ".join(parts)) for date, parts in sorted(texts.items())]
