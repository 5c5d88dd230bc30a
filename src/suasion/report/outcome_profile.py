"""Chart of predicted outcomes as one covariate changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suasion.crisis.prediction import Profile
from suasion.explanation import listed, percent
from suasion.report.drawing import INK, LINE, MUTED, OTHER, required
from suasion.report.layer import EXTENT, ceiling, data, legend, share_axis, titled

if TYPE_CHECKING:
    import altair

__all__ = ["profile_chart"]

_NAMES = {
    "sq": "status quo",
    "concede": "2 concedes",
    "back": "1 backs down",
    "fight": "fight",
}
_STYLES = {
    "sq": (MUTED, [1, 0], "square"),
    "concede": (LINE, [7, 3], "circle"),
    "back": (INK, [1.5, 3], "diamond"),
    "fight": (OTHER, [11, 3, 2, 3], "triangle-up"),
}


def profile_chart(profile: Profile, *, width: int = 720) -> altair.LayerChart:
    """Chart the probability of each outcome along a covariate, with its intervals.

    Parameters
    ----------
    profile : Profile
        From `CrisisFit.profile`.
    width : int
        Of the whole chart, in pixels, about; at least 280.

    Raises
    ------
    ForecastError
        If Altair is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from suasion.crisis import fit, simulate
    >>> data = {"x": np.linspace(-2, 2, 500)}
    >>> terms = {"U1(fight)": "1", "U2(fight)": "1 + x"}
    >>> truth = {"U1(fight): 1": 1, "U2(fight): 1": 0.2, "U2(fight): x": -1}
    >>> data["y"] = simulate(data, terms, truth)
    >>> profile = fit(data, outcome="y", utilities=terms).profile("x")
    >>> profile_chart(profile).title
    'Predicted outcomes by x'
    """
    alt = required("altair")
    plot = width - EXTENT - 14
    words = any(isinstance(value, str) for value in profile.values)
    rows = _rows(profile)
    top = ceiling(max(row["high"] for row in rows))
    y = {"scale": alt.Scale(domain=[0.0, top], nice=False)}
    x = _axis(alt, profile, words)
    base = alt.Chart(data(alt, rows)).encode(x=x)
    if words:
        base = base.encode(xOffset=alt.XOffset("outcome:N", sort=None))
        key = legend(alt, 2 if width < 500 else 4)
        bands = base.mark_rule(strokeWidth=2, opacity=0.6)
        lines = base.mark_point(filled=True, opacity=1.0, size=70)
    else:
        key = legend(alt, 2 if width < 500 else 4, symbolType="stroke", symbolSize=700)
        bands = base.mark_area(opacity=0.18)
        lines = base.mark_line(strokeWidth=2.4, strokeCap="butt")
    colour = "stroke" if words else "fill"
    mark = "fill" if words else "stroke"
    channels = {"fill": alt.Fill, "stroke": alt.Stroke}
    last = (alt.Shape, "shape", 2) if words else (alt.StrokeDash, "strokeDash", 1)
    chart = alt.layer(
        bands.encode(
            y=alt.Y("low:Q", axis=share_axis(alt), **y),
            y2="high:Q",
            **{colour: _by_outcome(alt, channels[colour], profile, 0, None)},
        ),
        lines.encode(
            y=alt.Y("value:Q", **y),
            **{
                mark: _by_outcome(alt, channels[mark], profile, 0, key),
                last[1]: _by_outcome(alt, last[0], profile, last[2], key),
            },
        ),
    ).properties(width=plot, height=250 if width < 500 else 300)
    return titled(
        chart, f"Predicted outcomes by {profile.covariate}", _described(profile)
    )


def _rows(profile: Profile) -> list[dict[str, Any]]:
    ends = [
        profile.probability if end is None else end
        for end in (profile.low, profile.high)
    ]
    return [
        {
            "x": value,
            "outcome": _NAMES[word],
            "value": float(profile.probability[row, place]),
            "low": float(ends[0][row, place]),
            "high": float(ends[1][row, place]),
        }
        for place, word in enumerate(profile.outcomes)
        for row, value in enumerate(profile.values)
    ]


def _axis(alt: Any, profile: Profile, words: bool) -> Any:
    style = alt.Axis(title=profile.covariate, grid=False, labelAngle=0, labelFlush=True)
    if words:
        return alt.X("x:N", sort=None, axis=style)
    domain = [min(profile.values), max(profile.values)]
    return alt.X(
        "x:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=style
    )


def _by_outcome(alt: Any, channel: Any, profile: Profile, part: int, key: Any) -> Any:
    # Vega-Lite makes one legend of equal domains, none if one is to have none.
    words = profile.outcomes if key is not None else profile.outcomes[::-1]
    return channel(
        "outcome:N",
        sort=None,
        scale=alt.Scale(
            domain=[_NAMES[word] for word in words],
            range=[_STYLES[word][part] for word in words],
        ),
        legend=key,
    )


def _described(profile: Profile) -> str:
    first, last = profile.probability[0], profile.probability[-1]
    changes = [
        f"{_NAMES[word]} from {percent(float(a))} to {percent(float(b))}"
        for word, a, b in zip(profile.outcomes, first, last, strict=True)
    ]
    return (
        f"As {profile.covariate} goes from {_shown(profile.values[0])} to "
        f"{_shown(profile.values[-1])}: {listed(changes)}."
    )


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.3g}"
