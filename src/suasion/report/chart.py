"""Charts of a forecast, for a page or a notebook.

Each function returns an Altair chart that can be restyled. The same chart is drawn wide
for a desk and narrow for a telephone: letters have their size in pixels, so a chart is
not scaled but laid out for another width. No meaning hangs on colour alone: lines
differ by dashes, stances by shape, and values stand in words beside their marks.

Charts have light colours; `DARK` has for each the colour that takes its place on a dark
page, where a style sheet can put it.
"""

from __future__ import annotations

import datetime as dt
import html
import importlib
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from suasion.explanation import comparison_rows, day, listed, number, percent, verdict
from suasion.forecast_record import ActorSummary, CurvePoint, Forecast
from suasion.problem import ForecastError
from suasion.report.label import CHARACTER, LINE, fitted, place

if TYPE_CHECKING:
    import altair

__all__ = [
    "DARK",
    "curve_chart",
    "models_chart",
    "positions_chart",
    "power_chart",
    "required",
    "svg",
]

_PAPER = "#fefdfb"
_INK = "#1c1b1a"
_MUTED = "#5c5955"
_RULE = "#bdb8b0"
_GRID = "#e8e4dd"
_LINE = "#17466f"
_OTHER = "#8f3f12"
_BANDS = {"95%": "#dfe9f1", "80%": "#bdd3e5", "50%": "#8fb4d3"}
_STANCES = {
    "for": ("publicly for", "triangle-up", "#2f6f9f", "#c3d9e9"),
    "silent": ("no public stance", "circle", "#77736d", "#e0dcd5"),
    "against": ("publicly against", "square", "#b5561c", "#f1d2bb"),
}

DARK = {
    _PAPER: "#161719",
    _INK: "#ebe8e2",
    _MUTED: "#aaa69f",
    _RULE: "#55575b",
    _GRID: "#2b2d30",
    _LINE: "#b4d6f4",
    _OTHER: "#f2a67c",
    "#dfe9f1": "#1d2b37",
    "#bdd3e5": "#26425a",
    "#8fb4d3": "#35648c",
    "#2f6f9f": "#7db7e3",
    "#c3d9e9": "#274861",
    "#77736d": "#a5a19a",
    "#e0dcd5": "#3d3e41",
    "#b5561c": "#ec9560",
    "#f1d2bb": "#663b22",
}
"""The dark colour for each light one."""

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
_SIZE = 12
_EXTENT = 38  # width of an axis of percentages
_STYLE: dict[str, Any] = {
    "background": None,
    "font": _FONT,
    "aria": False,
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "labelColor": _MUTED,
        "titleColor": _MUTED,
        "labelFontSize": _SIZE,
        "titleFontSize": _SIZE,
        "titleFontWeight": "normal",
        "gridColor": _GRID,
        "domainColor": _RULE,
        "tickColor": _RULE,
    },
    "legend": {
        "labelColor": _INK,
        "labelFontSize": _SIZE,
        "labelLimit": 0,
        "rowPadding": 4,
        "columnPadding": 16,
    },
    "title": {"anchor": "start", "color": _INK, "fontSize": 15, "offset": 12},
    "text": {"color": _INK, "fontSize": _SIZE},
}


def required(module: str) -> Any:
    """Import a module of the extra `suasion[report]`.

    Raises
    ------
    ForecastError
        If it is not installed; the message says how to.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise ForecastError(
            f"{module} is not installed, and charts and the report need it; install it "
            "with pip install 'suasion[report]'"
        ) from None


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
    plot = width - _EXTENT - 40
    narrow = width < 500
    points = forecast.points
    first, last = points[0].date, points[-1].date
    x = alt.X(
        "date:T",
        scale=alt.Scale(type="utc", domain=[first.isoformat(), last.isoformat()]),
        axis=_date_axis(alt, (last - first).days, narrow),
    )
    top = _ceiling(max(point.high95 for point in points))
    scale = alt.Scale(domain=[0.0, top], nice=False)
    axis = _share_axis(alt)
    bands = [
        {
            "date": point.date.isoformat(),
            "low": getattr(point, f"low{name[:2]}"),
            "high": getattr(point, f"high{name[:2]}"),
            "band": name,
        }
        for name in _BANDS
        for point in points
    ]
    fan = (
        alt.Chart(_data(alt, bands))
        .mark_area()
        .encode(
            x=x,
            y=alt.Y("low:Q", scale=scale, axis=axis),
            y2="high:Q",
            fill=alt.Fill(
                "band:N",
                scale=alt.Scale(domain=list(_BANDS), range=list(_BANDS.values())),
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
    legend = _legend(alt, 1 if narrow else 3, symbolType="stroke", symbolSize=700)
    styles = (
        ("stroke", alt.Stroke, [_LINE, _LINE, _OTHER]),
        ("strokeDash", alt.StrokeDash, [[1, 0], [1.5, 3], [7, 3]]),
        ("strokeWidth", alt.StrokeWidth, [2.6, 1.6, 1.8]),
    )
    lines = (
        alt.Chart(_data(alt, values))
        .mark_line(strokeCap="butt")
        .encode(
            x=x,
            y=alt.Y("value:Q", scale=scale),
            **{
                name: channel(
                    "line:N",
                    sort=None,
                    scale=alt.Scale(domain=names, range=range_),
                    legend=legend,
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
    flags = _rules(alt, x, marks, plot, height)
    low, high = forecast.interval(0.8)
    answer = alt.Chart(
        _data(
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
    return _titled(
        alt.layer(
            _frame(alt, _EXTENT, plot + 40, height),
            fan,
            *flags,
            *_band_names(alt, points[-1], x, scale, height, top),
            lines,
            answer.mark_point(
                shape="diamond", size=130, filled=True, fill=_LINE, stroke=_PAPER
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


def positions_chart(forecast: Forecast, *, width: int = 720) -> altair.LayerChart:
    """Chart who wants what: each actor's median position and its 10 to 90 % range.

    The size of a mark, and the number at the right, is the actor's share of all
    effective power.

    Parameters
    ----------
    forecast : Forecast
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    alt = required("altair")
    narrow = width < 500
    margin = 116 if narrow else 180
    plot = width - margin - 68
    actors = sorted(_present(forecast), key=lambda item: -item.position[1])
    names = [fitted(actor.name, margin - 18, 2) for actor in actors]
    step = 34 if any(len(lines) > 1 for lines in names) else 27
    x = _scale_axis(alt, forecast, plot)
    y = _rows_axis(alt, len(actors))
    rows = [
        {
            "row": row,
            "low": actor.position[0],
            "value": actor.position[1],
            "high": actor.position[2],
            "share": actor.share_of_power,
            "stance": _stance(actor)[0],
            "name": "\n".join(lines),
            "percent": percent(actor.share_of_power),
        }
        for row, (actor, lines) in enumerate(zip(actors, names, strict=True))
    ]
    base = alt.Chart(_data(alt, rows)).encode(y=y)
    stances = _stances(actors)
    legend = _legend(alt, 1 if narrow else 3) if len(stances) > 1 else None
    dots = base.mark_point(
        filled=True, opacity=1.0, stroke=_PAPER, strokeWidth=1
    ).encode(
        x=x,
        size=alt.Size(
            "share:Q",
            scale=alt.Scale(
                domain=[0.0, max(actor.share_of_power for actor in actors)],
                range=[45, 420],
            ),
            legend=None,
        ),
        shape=_by_stance(alt, alt.Shape, stances, 1, legend),
        fill=_by_stance(alt, alt.Fill, stances, 2, legend),
    )
    height = step * len(actors)
    issue = forecast.case.issues[0]
    return _titled(
        alt.layer(
            _frame(alt, margin, plot + 68, height),
            *_answer_band(alt, forecast, x, height),
            base.mark_rule(stroke=_GRID).encode(x=alt.value(0), x2=alt.value(plot)),
            *_scale_rules(alt, forecast, x, plot, height, margin),
            base.mark_rule(strokeWidth=2.2, stroke=_MUTED).encode(
                x=alt.X("low:Q"), x2="high:Q"
            ),
            dots,
            _beside(base),
            base.mark_text(align="left", fill=_INK).encode(
                x=alt.value(plot + 16), text="percent:N"
            ),
            *_note(alt, plot + 16, ["share", "of power"]),
        ).properties(width=plot, height=height),
        "Who wants what",
        f"Positions of {len(actors)} actors on the scale “{issue.name}”, from "
        f"{_placed(actors[0])} to {_placed(actors[-1])}. The numbers are in the table "
        "below.",
    )


def power_chart(forecast: Forecast, *, width: int = 720) -> altair.LayerChart:
    """Chart the shares of effective power along the scale, in ten equal parts.

    Parameters
    ----------
    forecast : Forecast
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    alt = required("altair")
    narrow = width < 500
    plot = width - _EXTENT - 14
    issue = forecast.case.issues[0]
    actors = sorted(_present(forecast), key=lambda item: -item.share_of_power)
    stacks = [0.0] * _BINS
    boxes = []
    for actor in actors:
        place_ = (actor.position[1] - issue.low) / issue.width
        bin_ = min(max(int(place_ * _BINS), 0), _BINS - 1)
        low = stacks[bin_]
        stacks[bin_] += actor.share_of_power
        boxes.append((actor, bin_, low, stacks[bin_]))
    top = _ceiling(max(stacks))
    height = 210 if narrow else 250
    room = plot / _BINS - 6
    segments = [
        {
            "left": issue.low + issue.width * bin_ / _BINS,
            "right": issue.low + issue.width * (bin_ + 1) / _BINS,
            "low": low,
            "high": high,
            "stance": _stance(actor)[0],
            "text": _tag(actor, room) if (high - low) / top * height > LINE else "",
        }
        for actor, bin_, low, high in boxes
    ]
    x = _scale_axis(alt, forecast, plot)
    scale = alt.Scale(domain=[0.0, top], nice=False)
    axis = _share_axis(alt)
    stances = _stances(actors)
    legend = _legend(alt, 1 if narrow else 3) if len(stances) > 1 else None
    base = alt.Chart(_data(alt, segments))
    bars = base.mark_rect(stroke=_PAPER, strokeWidth=1.5).encode(
        x=alt.X("left:Q"),
        x2="right:Q",
        y=alt.Y("low:Q", scale=scale, axis=axis),
        y2="high:Q",
        fill=_by_stance(alt, alt.Fill, stances, 3, legend),
    )
    tags = (
        base.transform_calculate(
            x="(datum.left + datum.right) / 2", y="(datum.low + datum.high) / 2"
        )
        .mark_text(fill=_INK, fontSize=11)
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q", scale=scale), text=alt.Text("text:N"))
    )
    fullest = max(range(_BINS), key=lambda item: stacks[item])
    ends = [issue.low + issue.width * (fullest + step) / _BINS for step in (0, 1)]
    return _titled(
        alt.layer(
            _frame(alt, _EXTENT, plot + 14, height),
            *_answer_band(alt, forecast, x, height),
            *_scale_rules(alt, forecast, x, plot, height),
            bars,
            tags,
        ).properties(width=plot, height=height),
        "Effective power along the scale",
        "Shares of all effective power by the position they work for; the largest "
        f"part, {percent(max(stacks))}, lies between {number(ends[0])} and "
        f"{number(ends[1])}. The numbers are in the table of actors.",
    )


def models_chart(forecast: Forecast, *, width: int = 720) -> altair.LayerChart:
    """Chart the answer beside each model's own, with 80 % intervals.

    Of a question about several issues, the first is charted.

    Parameters
    ----------
    forecast : Forecast
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    alt = required("altair")
    narrow = width < 500
    margin = 164 if narrow else 240
    plot = width - margin - 64
    issue = forecast.case.issues[0]
    rows = []
    for answer, label, value, interval in comparison_rows(forecast):
        if answer.issue not in ("", issue.id):
            continue
        rows.append(
            {
                "row": len(rows),
                "low": answer.value if answer.low is None else answer.low,
                "high": answer.value if answer.high is None else answer.high,
                "value": answer.value,
                "name": "\n".join(fitted(label, margin - 18, 2)),
                "text": value,
                "lead": not rows,
                "said": f"{label} {value}" + (f" ({interval})" if interval else ""),
            }
        )
    step = 34 if any("\n" in row["name"] for row in rows) else 26
    if forecast.is_approval:
        top = _ceiling(max(row["high"] for row in rows))
        x = alt.X(
            "value:Q",
            scale=alt.Scale(domain=[0.0, top], nice=False),
            axis=alt.Axis(
                format=".0%", title=None, tickCount=3 if narrow else 5, labelFlush=True
            ),
        )
    else:
        x = _scale_axis(alt, forecast, plot)
    base = alt.Chart(_data(alt, rows)).encode(y=_rows_axis(alt, len(rows)))
    lead = base.transform_filter("datum.lead")
    others = base.transform_filter("!datum.lead")
    height = step * len(rows)
    heading = fitted(
        "the answer" if forecast.is_approval else issue.unit or "outcome", 60, 1
    )
    return _titled(
        alt.layer(
            _frame(alt, margin, plot + 64, height),
            lead.mark_rule(stroke=_LINE, strokeDash=[2, 3], strokeWidth=1.2).encode(
                x=x, y=alt.value(0), y2=alt.value(height)
            ),
            others.mark_rule(stroke=_MUTED, strokeWidth=2).encode(
                x=alt.X("low:Q"), x2="high:Q"
            ),
            others.mark_point(
                size=60, filled=True, opacity=1.0, fill=_MUTED, stroke=_PAPER
            ).encode(x=x),
            lead.mark_rule(stroke=_LINE, strokeWidth=5).encode(
                x=alt.X("low:Q"), x2="high:Q"
            ),
            lead.mark_point(
                shape="diamond",
                size=220,
                filled=True,
                opacity=1.0,
                fill=_LINE,
                stroke=_PAPER,
            ).encode(x=x),
            _beside(others),
            _beside(lead, fontWeight="bold"),
            others.mark_text(align="left", fill=_INK).encode(
                x=alt.value(plot + 16), text="text:N"
            ),
            lead.mark_text(align="left", fill=_INK, fontWeight="bold").encode(
                x=alt.value(plot + 16), text="text:N"
            ),
            *(_note(alt, plot + 16, heading) if not forecast.is_approval else ()),
        ).properties(width=plot, height=height),
        "The answer beside those of the models"
        if forecast.is_approval
        else "Outcomes of the models on the scale",
        f"{listed([row['said'] for row in rows])}. The table below says the same.",
    )


def svg(chart: altair.LayerChart, theme: Literal["light", "dark"] = "light") -> str:
    """Draw a chart as an SVG element that needs no JavaScript.

    Parameters
    ----------
    chart : Chart
        Its description becomes the text for those who cannot see it. A style of its own
        (`chart.configure_...`) goes before the house style.
    theme : {"light", "dark"}

    Raises
    ------
    ForecastError
        If vl-convert is not installed.
    """
    converter = required("vl_convert")
    spec = chart.to_dict()
    own = spec.get("config", {})
    spec["config"] = {
        key: {**_STYLE.get(key, {}), **value} if isinstance(value, dict) else value
        for key, value in {**_STYLE, **own}.items()
    }
    text = re.sub(
        r'(?<= d=")[^"]+', _rounded_path, converter.vegalite_to_svg(spec), count=0
    )
    described = html.escape(spec.get("description", ""))
    size = re.search(r'viewBox="0 0 (\d+)[\d.]* (\d+)', text)
    assert size is not None
    text = re.sub(
        r"<svg[^>]*>",
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[1]}" '
        f'viewBox="0 0 {size[1]} {size[2]}" role="img" aria-label="{described}">',
        text,
        count=1,
    )
    if theme == "dark":
        text = re.sub(
            "|".join(DARK), lambda found: DARK[found[0]], text, flags=re.IGNORECASE
        )
    return text


_BINS = 10


def _rounded_path(path: re.Match[str]) -> str:
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.1f}", path[0])


def _titled(chart: Any, title: str, description: str) -> Any:
    return chart.properties(title=title, description=description)


def _data(alt: Any, values: Sequence[dict[str, Any]]) -> Any:
    return alt.InlineData(values=list(values))


def _ceiling(p: float) -> float:
    """Return the end of an axis of probabilities: the next fifth, at most 1."""
    return min(1.0, max(0.2, math.ceil(5.0 * p - 1e-9) / 5.0))


def _legend(alt: Any, columns: int, **style: Any) -> Any:
    return alt.Legend(title=None, orient="bottom", columns=columns, **style)


def _share_axis(alt: Any) -> Any:
    return alt.Axis(
        format=".0%",
        title=None,
        tickCount=5,
        domain=False,
        ticks=False,
        minExtent=_EXTENT,
        maxExtent=_EXTENT,
    )


def _frame(alt: Any, left: float, right: float, height: float) -> Any:
    """Return an invisible line that gives the chart its width, whatever the letters."""
    return (
        alt.Chart(_data(alt, [{}]))
        .mark_rule(opacity=0)
        .encode(x=alt.value(-left), x2=alt.value(right), y=alt.value(height))
    )


def _band_names(
    alt: Any, point: CurvePoint, x: Any, scale: Any, height: float, top: float
) -> list[Any]:
    """Return the bands' names, at their upper edges on the last day, kept apart."""
    layers = []
    free = 0.0
    for name in reversed(_BANDS):
        edge = getattr(point, f"high{name[:2]}")
        free = max(edge, free)
        layers.append(
            alt.Chart(
                _data(
                    alt, [{"date": point.date.isoformat(), "value": free, "text": name}]
                )
            )
            .mark_text(align="left", dx=5, fill=_MUTED)
            .encode(x=x, y=alt.Y("value:Q", scale=scale), text="text:N")
        )
        free += 13.0 * top / height
    return layers


def _date_axis(alt: Any, days: int, narrow: bool) -> Any:
    """Axis of dates; the year stands below the first label and below each January."""
    inner = "'%-d %b'" if days < 400 else "'%b'"
    label = (
        "datum.index === 0 || utcmonth(datum.value) === 0 && utcdate(datum.value) < 16"
        f" ? [utcFormat(datum.value, {inner}), utcFormat(datum.value, '%Y')] "
        f": utcFormat(datum.value, {inner})"
    )
    if days > 2000:
        label = "utcFormat(datum.value, '%Y')"
    return alt.Axis(
        title=None,
        grid=False,
        tickCount=4 if narrow else 7,
        labelExpr=label,
        labelFlush=True,
        labelOverlap="greedy",
        labelLineHeight=LINE,
    )


def _scale_axis(alt: Any, forecast: Forecast, plot: float) -> Any:
    """Encode x on the scale of the first issue."""
    issue = forecast.case.issues[0]
    name = f"{issue.name} ({issue.unit})" if issue.unit else issue.name
    return alt.X(
        "value:Q",
        scale=alt.Scale(domain=[issue.low, issue.high], nice=False, zero=False),
        axis=alt.Axis(
            title=list(fitted(name, plot, 6)),
            titlePadding=8,
            grid=False,
            tickCount=5,
            labelFlush=True,
            labelOverlap=True,
        ),
    )


def _rows_axis(alt: Any, rows: int) -> Any:
    return alt.Y(
        "row:Q",
        scale=alt.Scale(domain=[-0.5, rows - 0.5], reverse=True, nice=False),
        axis=None,
    )


def _beside(base: Any, **style: Any) -> Any:
    """Text to the left of a row."""
    alt = required("altair")
    return base.mark_text(
        align="right",
        lineBreak="\n",
        lineHeight=13,
        dy=alt.expr("-6.5 * (length(split(datum.name, '\\n')) - 1)"),
        fill=_INK,
        **style,
    ).encode(x=alt.value(-16), text="name:N")


def _note(alt: Any, x: float, lines: Sequence[str]) -> list[Any]:
    """Heading of a column of numbers."""
    return [
        alt.Chart(_data(alt, [{"text": line}]))
        .mark_text(align="left", fill=_MUTED, baseline="bottom", fontSize=11)
        .encode(
            x=alt.value(x),
            y=alt.value(-4 - 13 * (len(lines) - 1 - row)),
            text="text:N",
        )
        for row, line in enumerate(lines)
    ]


def _rules(
    alt: Any,
    x: Any,
    marks: Sequence[tuple[float | str, float, str, bool]],
    plot: float,
    height: float,
    margin: float = 0.0,
) -> list[Any]:
    """Layers for vertical rules with their labels above the plot.

    A mark is a value on the axis, its place in pixels, a text, and whether it is a main
    one (a full line) or a lesser one (dotted).
    """
    layers = []
    value = {place_: (at, main) for at, place_, _, main in marks}
    name = x.shorthand.partition(":")[0]
    for label in place([(place_, text) for _, place_, text, _ in marks], plot, margin):
        at, main = value[label.x]
        base = alt.Chart(_data(alt, [{name: at, "text": ""}])).encode(x=x)
        layers.append(
            base.mark_rule(
                stroke=_MUTED if main else _RULE,
                strokeDash=[1, 0] if main else [2, 3],
                strokeWidth=1.2,
            ).encode(y=alt.value(-label.top), y2=alt.value(height))
        )
        for row, line in enumerate(reversed(label.lines)):
            layers.append(
                alt.Chart(_data(alt, [{name: at, "text": line}]))
                .mark_text(
                    align="left" if label.to_right else "right",
                    baseline="bottom",
                    dx=5 if label.to_right else -5,
                    fill=_INK if main else _MUTED,
                )
                .encode(
                    x=x,
                    y=alt.value(-label.bottom - LINE * row),
                    text="text:N",
                )
            )
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


def _scale_rules(
    alt: Any,
    forecast: Forecast,
    x: Any,
    plot: float,
    height: float,
    margin: float | None = None,
) -> list[Any]:
    """Status quo, threshold and answer as rules; with a margin, landmarks too."""
    issue = forecast.case.issues[0]
    texts: dict[float, list[str]] = {}
    if issue.status_quo is not None:
        texts.setdefault(issue.status_quo.mode, []).append("Status quo")
    if issue.threshold is not None:
        texts.setdefault(issue.threshold, []).append(
            "Threshold of a yes" if forecast.is_approval else "Threshold"
        )
    if not forecast.is_approval:
        texts.setdefault(forecast.position, []).append(
            f"The answer, {verdict(forecast)}"
        )
    main = set(texts)
    if margin is not None:
        for mark in issue.landmarks:
            texts.setdefault(mark.at, []).append(mark.label)
    marks: list[tuple[float | str, float, str, bool]] = [
        (at, plot * (at - issue.low) / issue.width, ": ".join(parts), at in main)
        for at, parts in sorted(texts.items())
    ]
    return _rules(alt, x, marks, plot, height, margin or 0.0)


def _answer_band(alt: Any, forecast: Forecast, x: Any, height: float) -> list[Any]:
    """For a question of place: the 80 % interval of the answer."""
    low, high = forecast.interval(0.8)
    if forecast.is_approval or low == high:
        return []
    return [
        alt.Chart(_data(alt, [{"value": low, "high": high}]))
        .mark_rect(fill=_BANDS["95%"])
        .encode(x=x, x2="high:Q", y=alt.value(0), y2=alt.value(height))
    ]


def _present(forecast: Forecast) -> list[ActorSummary]:
    actors = [actor for actor in forecast.actors if actor.present]
    if not actors:
        raise ForecastError(
            f"{forecast.case.slug}: no actor is present as of {forecast.as_of}, so "
            "there is nothing to chart; choose another as-of date"
        )
    return actors


def _stance(actor: ActorSummary) -> tuple[str, str, str, str]:
    return _STANCES.get(actor.public, _STANCES["silent"])


def _stances(actors: Sequence[ActorSummary]) -> list[tuple[str, str, str, str]]:
    present = {_stance(actor) for actor in actors}
    return [item for item in _STANCES.values() if item in present]


def _by_stance(
    alt: Any,
    channel: Any,
    stances: Sequence[tuple[str, str, str, str]],
    part: int,
    legend: Any,
) -> Any:
    return channel(
        "stance:N",
        sort=None,
        scale=alt.Scale(
            domain=[item[0] for item in stances],
            range=[item[part] for item in stances],
        ),
        legend=legend,
    )


def _tag(actor: ActorSummary, room: float) -> str:
    """Name or code of an actor, whichever fits."""
    for text in (actor.name, actor.code):
        if text and CHARACTER * len(text) <= room and text.isprintable():
            return text
    return ""


def _placed(actor: ActorSummary) -> str:
    return f"{actor.name} ({number(actor.position[1])})"
