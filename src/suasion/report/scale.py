"""The scale of the question in a chart: its axis, and the places that are named on it."""

from __future__ import annotations

from typing import Any

from suasion.explanation import verdict
from suasion.forecast_record import Forecast
from suasion.report.label import fitted
from suasion.report.layer import rules

__all__ = ["scale_axis", "scale_rules"]


def scale_axis(alt: Any, forecast: Forecast, plot: float) -> Any:
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


def scale_rules(
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
    return rules(alt, x, marks, plot, height, margin or 0.0)
