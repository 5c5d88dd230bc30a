"""Lines of positions by round: a small panel for each actor, and one for them all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from suasion.forecast_record import Forecast
from suasion.report.drawing import BANDS, GRID, INK, LINE, MUTED, required
from suasion.report.label import CHARACTER, fitted
from suasion.report.layer import data, frame, titled
from suasion.telling import MODEL_TITLES, on_scale, reached
from suasion.trajectory import Trajectory

if TYPE_CHECKING:
    import altair

__all__ = ["order", "rounds_chart"]

_GAP = 12
_TITLE = 13
_EVERYBODY = "Everybody"


def rounds_chart(
    forecast: Forecast, trajectory: Trajectory, *, width: int = 720
) -> altair.ConcatChart:
    """Chart positions by round: medians, with the middle 80 % of draws.

    Each actor has a panel; the gatekeeper's comes first. With several actors, the panel
    before has the medians of all.

    Parameters
    ----------
    forecast : Forecast
    trajectory : Trajectory
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    alt = required("altair")
    columns = 2 if width < 500 else 4
    issue = forecast.case.issues[0]
    ends = [on_scale(value, issue) for value in (issue.low, issue.high)]
    extent = 10.0 + CHARACTER * max(len(text) for text in ends)
    said = [on_scale(value, issue) for value in trajectory.middle[-1]]
    after = 6.0 + CHARACTER * max(len(text) for text in said)
    plot = (width - extent - columns * (after + _GAP)) / columns
    plot = max(plot, 40.0)
    leading, other = (
        _Panel(alt, forecast, trajectory, plot, left, after) for left in (extent, 0.0)
    )
    actors: list[int | None] = list(order(forecast, trajectory))
    if len(actors) > 1:
        actors.insert(0, None)
    names = [_EVERYBODY if i is None else trajectory.actors[i] for i in actors]
    most = max(len(fitted(name, plot + after, 2)) for name in names)
    panels = [
        (other if row % columns else leading).drawn(actor, name, most)
        for row, (actor, name) in enumerate(zip(actors, names, strict=True))
    ]
    title = MODEL_TITLES[trajectory.model][0]
    return titled(
        alt.concat(
            *panels,
            columns=columns,
            align="each",
            spacing={"row": 16, "column": _GAP},
        ),
        "Positions by round",
        f"{title}: positions of {len(trajectory.actors)} actors on the scale "
        f"“{issue.name}” over {reached(trajectory)}. The numbers are in the table below.",
    )


def order(forecast: Forecast, trajectory: Trajectory) -> list[int]:
    """Return the actors' places: the gatekeeper, then from the top of the scale."""
    gatekeeper = forecast.case.question.gatekeeper
    return sorted(
        range(len(trajectory.actors)),
        key=lambda i: (trajectory.actors[i] != gatekeeper, -trajectory.middle[0][i]),
    )


class _Panel:
    """What the panels of a column have in common; without a margin, no axis of places."""

    def __init__(
        self,
        alt: Any,
        forecast: Forecast,
        trajectory: Trajectory,
        plot: float,
        extent: float,
        after: float,
    ) -> None:
        self.alt, self.forecast, self.trajectory = alt, forecast, trajectory
        self.plot, self.extent, self.after = plot, extent, after
        self.height = min(96.0, 0.72 * plot)
        issue = forecast.case.issues[0]
        self.issue = issue
        self.gatekeeper = forecast.case.question.gatekeeper
        last = trajectory.rounds
        self.x = alt.X(
            "round:Q",
            scale=alt.Scale(domain=[0, last], nice=False),
            axis=alt.Axis(
                title=None,
                grid=False,
                values=[0, last],
                labelExpr=_chosen(self._days(), last / 2.0),
                labelFlush=True,
                labelLineHeight=_TITLE,
                labelFontSize=11,
                tickSize=3,
                labelPadding=2,
            ),
        )
        self.scale = alt.Scale(domain=[issue.low, issue.high], nice=False, zero=False)

    def drawn(self, actor: int | None, name: str, lines: int) -> Any:
        """Draw one actor, or all if it is None."""
        alt = self.alt
        layers = self._all() if actor is None else self._one(actor)
        title = list(fitted(name, self.plot + self.after, 2))
        decides = name == self.gatekeeper
        return alt.layer(
            frame(alt, self.extent, self.plot + self.after, self.height),
            self._ends(),
            *layers,
            *self._rules(),
        ).properties(
            width=self.plot,
            height=self.height,
            title=alt.TitleParams(
                text=[*[""] * (lines - len(title)), *title],
                fontSize=12,
                lineHeight=_TITLE,
                fontWeight="bold" if decides or actor is None else "normal",
                color=INK,
                frame="group",
                offset=5,
            ),
        )

    def _one(self, actor: int) -> list[Any]:
        alt, path = self.alt, self.trajectory
        rows = [
            {"round": t, "low": low[actor], "value": at[actor], "high": high[actor]}
            for t, (low, at, high) in enumerate(
                zip(path.low, path.middle, path.high, strict=True)
            )
        ]
        base = alt.Chart(data(alt, rows)).encode(x=self.x)
        end = path.middle[-1][actor]
        return [
            base.mark_area(fill=BANDS["80%"]).encode(y=self._y("low"), y2="high:Q"),
            base.mark_line(stroke=LINE, strokeWidth=2.2, strokeCap="butt").encode(
                y=self._y("value")
            ),
            alt.Chart(
                data(
                    alt,
                    [
                        {
                            "round": path.rounds,
                            "value": end,
                            "text": on_scale(end, self.issue),
                        }
                    ],
                )
            )
            .mark_text(align="left", dx=5, fill=INK)
            .encode(x=self.x, y=self._y("value"), text="text:N"),
        ]

    def _all(self) -> list[Any]:
        alt, path = self.alt, self.trajectory
        layers = []
        for lead in (False, True):
            rows = [
                {"round": t, "value": value, "actor": i}
                for i, name in enumerate(path.actors)
                if (name == self.gatekeeper) == lead
                for t, value in enumerate(at[i] for at in path.middle)
            ]
            if rows:
                layers.append(
                    alt.Chart(data(alt, rows))
                    .mark_line(
                        stroke=LINE if lead else MUTED,
                        strokeWidth=2.6 if lead else 1.1,
                    )
                    .encode(x=self.x, y=self._y("value"), detail="actor:N")
                )
        return layers

    def _ends(self) -> Any:
        ends = [{"value": value} for value in (self.issue.low, self.issue.high)]
        base = self.alt.Chart(data(self.alt, ends))
        return base.mark_rule(stroke=GRID).encode(y=self._y("value"))

    def _rules(self) -> list[Any]:
        """Status quo dotted, threshold dashed."""
        alt, issue = self.alt, self.issue
        layers = []
        marks = (
            (issue.status_quo and issue.status_quo.mode, [1.5, 3]),
            (issue.threshold, [6, 3]),
        )
        for at, dash in marks:
            if at is not None:
                layers.append(
                    alt.Chart(data(alt, [{"value": at}]))
                    .mark_rule(stroke=MUTED, strokeDash=dash, strokeWidth=1.1)
                    .encode(y=self._y("value"))
                )
        return layers

    def _y(self, field: str) -> Any:
        alt, issue = self.alt, self.issue
        if not self.extent:
            return alt.Y(f"{field}:Q", scale=self.scale, axis=None)
        ends = (issue.low, issue.high)
        texts = [on_scale(value, issue) for value in ends]
        return alt.Y(
            f"{field}:Q",
            scale=self.scale,
            axis=alt.Axis(
                title=None,
                grid=False,
                domain=False,
                ticks=False,
                labelFlush=True,
                values=list(ends),
                labelExpr=_chosen(texts, issue.low + issue.width / 2.0),
                minExtent=self.extent - 4,
                maxExtent=self.extent - 4,
            ),
        )

    def _days(self) -> list[list[str]]:
        """Return the labels of the first and the last round."""
        path, start = self.trajectory, self.forecast.as_of
        labels = [["start"], [str(path.rounds)]]
        if path.days_per_round is None:
            return labels
        days = path.rounds * path.days_per_round
        end = start + dt.timedelta(days=round(days))
        form = "%b %Y" if days >= 365 else "%b"
        for label, date in zip(labels, (start, end), strict=True):
            day = "" if days >= 365 else f"{date.day} "
            label.append(f"{day}{date:{form}}")
        return labels


def _chosen(labels: Sequence[object], middle: float) -> str:
    """Return an expression for the first label below the middle, the second above."""
    return f"datum.value < {middle!r} ? {labels[0]!r} : {labels[1]!r}"
