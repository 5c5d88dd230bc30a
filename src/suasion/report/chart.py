"""Charts of a forecast, for a page or a notebook.

Each function returns an Altair chart that can be restyled. The same chart is drawn wide
for a desk and narrow for a telephone: letters have their size in pixels, so a chart is
not scaled but laid out for another width. No meaning hangs on colour alone: lines
differ by dashes, stances by shape, and values stand in words beside their marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from suasion.explanation import comparison_rows, listed, number, percent
from suasion.forecast_record import ActorSummary, Forecast
from suasion.problem import ForecastError
from suasion.report.drawing import BANDS, GRID, INK, LINE, MUTED, PAPER, required
from suasion.report.fan import curve_chart
from suasion.report.label import CHARACTER, fitted
from suasion.report.label import LINE as LINE_HEIGHT
from suasion.report.layer import (
    EXTENT,
    beside,
    ceiling,
    data,
    frame,
    legend,
    note,
    rows_axis,
    share_axis,
    titled,
)
from suasion.report.scale import scale_axis, scale_rules

if TYPE_CHECKING:
    import altair

__all__ = ["curve_chart", "models_chart", "positions_chart", "power_chart"]

_STANCES = {
    "for": ("publicly for", "triangle-up", "#2f6f9f", "#c3d9e9"),
    "silent": ("no public stance", "circle", "#77736d", "#e0dcd5"),
    "against": ("publicly against", "square", "#b5561c", "#f1d2bb"),
}

_BINS = 10


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
    x = scale_axis(alt, forecast, plot)
    y = rows_axis(alt, len(actors))
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
    base = alt.Chart(data(alt, rows)).encode(y=y)
    stances = _stances(actors)
    key = legend(alt, 1 if narrow else 3) if len(stances) > 1 else None
    dots = base.mark_point(
        filled=True, opacity=1.0, stroke=PAPER, strokeWidth=1
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
        shape=_by_stance(alt, alt.Shape, stances, 1, key),
        fill=_by_stance(alt, alt.Fill, stances, 2, key),
    )
    height = step * len(actors)
    issue = forecast.case.issues[0]
    return titled(
        alt.layer(
            frame(alt, margin, plot + 68, height),
            *_answer_band(alt, forecast, x, height),
            base.mark_rule(stroke=GRID).encode(x=alt.value(0), x2=alt.value(plot)),
            *scale_rules(alt, forecast, x, plot, height, margin),
            base.mark_rule(strokeWidth=2.2, stroke=MUTED).encode(
                x=alt.X("low:Q"), x2="high:Q"
            ),
            dots,
            beside(alt, base),
            base.mark_text(align="left", fill=INK).encode(
                x=alt.value(plot + 16), text="percent:N"
            ),
            *note(alt, plot + 16, ["share", "of power"]),
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
    plot = width - EXTENT - 14
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
    top = ceiling(max(stacks))
    height = 210 if narrow else 250
    room = plot / _BINS - 6
    segments = [
        {
            "left": issue.low + issue.width * bin_ / _BINS,
            "right": issue.low + issue.width * (bin_ + 1) / _BINS,
            "low": low,
            "high": high,
            "stance": _stance(actor)[0],
            "text": _tag(actor, room)
            if (high - low) / top * height > LINE_HEIGHT
            else "",
        }
        for actor, bin_, low, high in boxes
    ]
    x = scale_axis(alt, forecast, plot)
    scale = alt.Scale(domain=[0.0, top], nice=False)
    axis = share_axis(alt)
    stances = _stances(actors)
    key = legend(alt, 1 if narrow else 3) if len(stances) > 1 else None
    base = alt.Chart(data(alt, segments))
    bars = base.mark_rect(stroke=PAPER, strokeWidth=1.5).encode(
        x=alt.X("left:Q"),
        x2="right:Q",
        y=alt.Y("low:Q", scale=scale, axis=axis),
        y2="high:Q",
        fill=_by_stance(alt, alt.Fill, stances, 3, key),
    )
    tags = (
        base.transform_calculate(
            x="(datum.left + datum.right) / 2", y="(datum.low + datum.high) / 2"
        )
        .mark_text(fill=INK, fontSize=11)
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q", scale=scale), text=alt.Text("text:N"))
    )
    fullest = max(range(_BINS), key=lambda item: stacks[item])
    ends = [issue.low + issue.width * (fullest + step) / _BINS for step in (0, 1)]
    return titled(
        alt.layer(
            frame(alt, EXTENT, plot + 14, height),
            *_answer_band(alt, forecast, x, height),
            *scale_rules(alt, forecast, x, plot, height),
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
    rows: list[dict[str, Any]] = []
    for answer, label, value, interval in comparison_rows(forecast):
        if answer.issue not in ("", issue.id):
            continue
        rows.append(
            {
                "row": len(rows),
                "low": answer.value if answer.low is None else answer.low,
                "high": answer.value if answer.high is None else answer.high,
                "value": answer.value,
                "name": "\n".join(fitted(label, margin - 18, 3)),
                "text": value,
                "lead": not rows,
                "said": f"{label} {value}" + (f" ({interval})" if interval else ""),
            }
        )
    step = max(26, 18 + 13 * max(row["name"].count("\n") for row in rows))
    if forecast.is_approval:
        top = ceiling(max(row["high"] for row in rows))
        x = alt.X(
            "value:Q",
            scale=alt.Scale(domain=[0.0, top], nice=False),
            axis=alt.Axis(
                format=".0%",
                title=None,
                values=[0.0, top / 2.0, top] if narrow else alt.Undefined,
                labelFlush=True,
            ),
        )
    else:
        x = scale_axis(alt, forecast, plot)
    base = alt.Chart(data(alt, rows)).encode(y=rows_axis(alt, len(rows)))
    lead = base.transform_filter("datum.lead")
    others = base.transform_filter("!datum.lead")
    height = step * len(rows)
    heading = fitted(
        "the answer" if forecast.is_approval else issue.unit or "outcome", 60, 1
    )
    return titled(
        alt.layer(
            frame(alt, margin, plot + 64, height),
            lead.mark_rule(stroke=LINE, strokeDash=[2, 3], strokeWidth=1.2).encode(
                x=x, y=alt.value(0), y2=alt.value(height)
            ),
            others.mark_rule(stroke=MUTED, strokeWidth=2).encode(
                x=alt.X("low:Q"), x2="high:Q"
            ),
            others.mark_point(
                size=60, filled=True, opacity=1.0, fill=MUTED, stroke=PAPER
            ).encode(x=x),
            lead.mark_rule(stroke=LINE, strokeWidth=5).encode(
                x=alt.X("low:Q"), x2="high:Q"
            ),
            lead.mark_point(
                shape="diamond",
                size=220,
                filled=True,
                opacity=1.0,
                fill=LINE,
                stroke=PAPER,
            ).encode(x=x),
            beside(alt, others),
            beside(alt, lead, fontWeight="bold"),
            others.mark_text(align="left", fill=INK).encode(
                x=alt.value(plot + 16), text="text:N"
            ),
            lead.mark_text(align="left", fill=INK, fontWeight="bold").encode(
                x=alt.value(plot + 16), text="text:N"
            ),
            *(note(alt, plot + 16, heading) if not forecast.is_approval else ()),
        ).properties(width=plot, height=height),
        "The answer beside those of the models"
        if forecast.is_approval
        else "Outcomes of the models on the scale",
        f"{listed([row['said'] for row in rows])}. The table below says the same.",
    )


def _answer_band(alt: Any, forecast: Forecast, x: Any, height: float) -> list[Any]:
    """For a question of place: the 80 % interval of the answer."""
    low, high = forecast.interval(0.8)
    if forecast.is_approval or low == high:
        return []
    return [
        alt.Chart(data(alt, [{"value": low, "high": high}]))
        .mark_rect(fill=BANDS["95%"])
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
    key: Any,
) -> Any:
    return channel(
        "stance:N",
        sort=None,
        scale=alt.Scale(
            domain=[item[0] for item in stances],
            range=[item[part] for item in stances],
        ),
        legend=key,
    )


def _tag(actor: ActorSummary, room: float) -> str:
    """Name or code of an actor, whichever fits."""
    for text in (actor.name, actor.code):
        if text and CHARACTER * len(text) <= room and text.isprintable():
            return text
    return ""


def _placed(actor: ActorSummary) -> str:
    return f"{actor.name} ({number(actor.position[1])})"
