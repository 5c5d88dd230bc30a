"""The quad map: what each expects of challenging another, and of being challenged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from suasion.explanation import listed
from suasion.forecast_record import Forecast
from suasion.report.drawing import INK, LINE, MUTED, PAPER, RULE, required
from suasion.report.layer import data, frame, titled
from suasion.trajectory import Trajectory

if TYPE_CHECKING:
    import altair

__all__ = ["REGIONS", "Pair", "pairs", "quads_chart", "region", "telling"]

REGIONS = {
    "confrontation": "gives way: each expects to gain by a challenge, the other more",
    "compromise": "goes to meet the other, which expects to gain more than it would lose",
    "capitulation": "gives way: it would lose more by a challenge than the other gains",
    "stalemate": "neither expects to gain by a challenge",
    "upper hand": "stays: it expects to gain by a challenge, and the other less or nothing",
}
"""What the first of a pair does in each region of the map."""

_TIE = 1e-9
_MOST = 6
_APART = 0.075  # of the width of the map, between the numbers written in it
_NAME = (0.38, 0.13)  # of the map, that the name of a region takes, on the safe side
_STYLES = {
    "confrontation": ("triangle-up", "#b5561c", 46),
    "compromise": ("diamond", "#b5561c", 46),
    "capitulation": ("square", "#b5561c", 46),
    "stalemate": ("circle", "#77736d", 20),
    "upper hand": ("circle", "#77736d", 20),
}
_BELOW = 0.6
_ZERO = _BELOW / (1.0 + _BELOW)
# Name of a region at its corner: where, as shares of the map, and which side it ends on.
_NAMES = (
    ("confrontation", _ZERO, 0.0, "left"),
    ("compromise", _ZERO, 0.0, "right"),
    ("capitulation", 0.0, 1.0 - _ZERO, "left"),
    ("upper hand", 1.0, 1.0 - _ZERO, "right"),
    ("stalemate", 0.0, 1.0, "left"),
)


class Pair(NamedTuple):
    """What the first expects of challenging the second, and takes it to expect."""

    first: int
    second: int
    own: float
    other: float
    region: str


def quads_chart(
    forecast: Forecast, trajectory: Trajectory, *, width: int = 720
) -> altair.LayerChart:
    """Chart each ordered pair of actors by what the first expects of a challenge.

    Across: what it expects of challenging the second. Upright: what it takes the second
    to expect of challenging it. Numbers mark the pairs that `telling` chooses.

    Parameters
    ----------
    forecast : Forecast
    trajectory : Trajectory
        Of a model of challenges.
    width : int
        Of the whole chart, in pixels, about; at least 280.
    """
    alt = required("altair")
    left = 44
    plot = min(width - left - 14, 440)
    found = list(pairs(trajectory))
    least, most = _ends(found)
    domain = alt.Scale(domain=[least, most], nice=False)
    axis: dict[str, Any] = {"grid": False, "tickCount": 5, "labelFlush": True}
    x = alt.X(
        "own:Q",
        scale=domain,
        axis=alt.Axis(title="expects of challenging the other", **axis),
    )
    y = alt.Y(
        "other:Q",
        scale=domain,
        axis=alt.Axis(
            title=None, minExtent=left - 6, maxExtent=left - 6, tickCount=5, grid=False
        ),
    )
    counts = {name: sum(pair.region == name for pair in found) for name in REGIONS}
    order = sorted(found, key=lambda pair: list(REGIONS).index(pair.region))[::-1]
    points = [
        {
            "own": pair.own,
            "other": pair.other,
            "shape": _STYLES[pair.region][0],
            "fill": _STYLES[pair.region][1],
            "size": _STYLES[pair.region][2],
        }
        for pair in order
    ]
    numbered = [
        {"own": pair.own, "other": pair.other, "text": str(place)}
        for place, pair in enumerate(telling(trajectory), 1)
    ]
    where = alt.Chart(data(alt, numbered)).encode(x=x, y=y)
    return titled(
        alt.layer(
            frame(alt, left, plot + 14, plot),
            *_borders(alt, x, y, least, most),
            alt.Chart(data(alt, points))
            .mark_point(filled=True, opacity=1.0, stroke=PAPER, strokeWidth=0.6)
            .encode(
                x=x,
                y=y,
                shape=alt.Shape("shape:N", scale=None),
                fill=alt.Fill("fill:N", scale=None),
                size=alt.Size("size:Q", scale=None),
            ),
            *_names(alt, counts, plot),
            where.mark_text(dx=9, dy=-7, fontWeight="bold", fill=INK).encode(
                text="text:N"
            ),
            alt.Chart(data(alt, [{"text": "takes the other to expect of the reverse"}]))
            .mark_text(align="left", baseline="bottom", fill=MUTED)
            .encode(x=alt.value(-left), y=alt.value(-14), text="text:N"),
        ).properties(width=plot, height=plot),
        "What they expect of challenging each other",
        f"{len(found)} pairs of actors, before the first round: "
        f"{listed([f'{name} {counts[name]}' for name in REGIONS])}. The numbers are in "
        "the table below.",
    )


def region(own: float, other: float) -> str:
    """Name the region of the map; on a border nobody moves.

    Examples
    --------
    >>> [region(*pair) for pair in ((0.1, 0.2), (-0.1, 0.2), (-0.2, 0.1), (-0.1, -0.1))]
    ['confrontation', 'compromise', 'capitulation', 'stalemate']
    >>> region(0.2, 0.1)
    'upper hand'
    """
    if other > _TIE:
        if own > _TIE:
            return "confrontation" if other > own + _TIE else "upper hand"
        if own < -_TIE:
            if other > -own + _TIE:
                return "compromise"
            if other < -own - _TIE:
                return "capitulation"
        return "stalemate"
    return "upper hand" if own > _TIE else "stalemate"


def pairs(trajectory: Trajectory) -> Iterator[Pair]:
    """Yield all ordered pairs of two actors."""
    for i, row in enumerate(trajectory.own):
        for j, own in enumerate(row):
            if i != j:
                other = trajectory.other[i][j]
                yield Pair(i, j, own, other, region(own, other))


def telling(trajectory: Trajectory) -> list[Pair]:
    """Choose pairs in which the first gives way, for numbers: at most six, apart.

    Those come first in which it does so most often, then those in which the other has
    most to gain.
    """
    found = list(pairs(trajectory))
    least, most = _ends(found)
    often = trajectory.moved_by

    def weight(pair: Pair) -> tuple[float, float]:
        rounds = often[pair.first][pair.second] if often else 0.0
        return (-rounds, -pair.other)

    chosen: list[Pair] = []
    gives_way = ("confrontation", "compromise", "capitulation")
    for pair in sorted((p for p in found if p.region in gives_way), key=weight):
        away = (
            max(abs(pair.own - seen.own), abs(pair.other - seen.other)) / (most - least)
            for seen in chosen
        )
        across = (pair.own - least) / (most - least)
        down = (most - pair.other) / (most - least)
        if (
            len(chosen) < _MOST
            and all(far >= _APART for far in away)
            and not _named(across, down)
        ):
            chosen.append(pair)
    return chosen


def _named(across: float, down: float) -> bool:
    """Whether a number at this share of the map would lie on the name of a region."""
    width, height = _NAME
    for _, x, y, align in _NAMES:
        left = x if align == "left" else x - width
        top = y - height if y else 0.0
        if (
            left - 0.06 <= across <= left + width
            and top - 0.01 <= down <= top + height + 0.06
        ):
            return True
    return False


def _ends(found: list[Pair]) -> tuple[float, float]:
    """Return the ends of both axes: one measure, and room for the names of regions."""
    values = [value for pair in found for value in (pair.own, pair.other)]
    most = max(
        1.25 * max(values, default=0.0), -1.25 / _BELOW * min(values, default=0.0)
    )
    return (-_BELOW * most, most) if most > _TIE else (-_BELOW, 1.0)


def _borders(alt: Any, x: Any, y: Any, least: float, most: float) -> list[Any]:
    """Axes through the middle, and the diagonals where kinds of offers change."""
    lines = (
        ((least, 0.0), (most, 0.0)),
        ((0.0, least), (0.0, most)),
        ((0.0, 0.0), (most, most)),
        ((0.0, 0.0), (least, -least)),
    )
    return [
        alt.Chart(
            data(
                alt,
                [
                    {"own": a[0], "other": a[1], "to": b[0], "up": b[1]}
                    for a, b in lines
                ],
            )
        )
        .mark_rule(stroke=RULE, strokeWidth=1.1)
        .encode(x=x, y=y, x2="to:Q", y2="up:Q")
    ]


def _counted(count: int) -> str:
    return f"{count} pair{'' if count == 1 else 's'}"


def _names(alt: Any, counts: dict[str, int], plot: float) -> list[Any]:
    layers = []
    for name, across, down, align in _NAMES:
        sign = 1 if align == "left" else -1
        for row, text in enumerate((name, _counted(counts[name]))):
            place = 14 * row + (-22 if down else 8)
            layers.append(
                alt.Chart(data(alt, [{"text": text}]))
                .mark_text(
                    align=align,
                    baseline="middle",
                    fill=LINE if row == 0 else MUTED,
                    fontWeight="bold" if row == 0 else "normal",
                )
                .encode(
                    x=alt.value(across * plot + 7 * sign),
                    y=alt.value(down * plot + place),
                    text="text:N",
                )
            )
    return layers
