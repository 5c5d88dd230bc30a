"""Colours of the charts, their house style, and drawing them as SVG.

Charts are made in light colours. `DARK` has for each the colour that takes its place on a
dark page, so that one drawing serves both: a style sheet puts them there.
"""

from __future__ import annotations

import html
import importlib
import re
from typing import TYPE_CHECKING, Any, Literal

from suasion.problem import ForecastError

if TYPE_CHECKING:
    import altair

__all__ = [
    "BANDS",
    "DARK",
    "GRID",
    "INK",
    "LINE",
    "MUTED",
    "OTHER",
    "PAPER",
    "RULE",
    "required",
    "svg",
]

PAPER = "#fefdfb"
INK = "#1c1b1a"
MUTED = "#5c5955"
RULE = "#bdb8b0"
GRID = "#e8e4dd"
LINE = "#17466f"
OTHER = "#8f3f12"
BANDS = {"95%": "#dfe9f1", "80%": "#bdd3e5", "50%": "#8fb4d3"}
DARK = {
    PAPER: "#161719",
    INK: "#ebe8e2",
    MUTED: "#aaa69f",
    RULE: "#55575b",
    GRID: "#2b2d30",
    LINE: "#b4d6f4",
    OTHER: "#f2a67c",
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
_STYLE: dict[str, Any] = {
    "background": None,
    "font": _FONT,
    "aria": False,
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "labelFontSize": _SIZE,
        "titleFontSize": _SIZE,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": RULE,
        "tickColor": RULE,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": _SIZE,
        "labelLimit": 0,
        "rowPadding": 4,
        "columnPadding": 16,
    },
    "title": {"anchor": "start", "color": INK, "fontSize": 15, "offset": 12},
    "text": {"color": INK, "fontSize": _SIZE},
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
    text = _slim(converter.vegalite_to_svg(spec))
    described = html.escape(spec.get("description", ""))
    size = re.search(r'viewBox="0 0 (\d+)[\d.]* (\d+)', text)
    assert size is not None
    text = re.sub(
        r"<svg[^>]*>",
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[1]}" '
        f'viewBox="0 0 {size[1]} {size[2]}" role="img" aria-label="{described}" '
        f'font-family="{_FONT}">',
        text,
        count=1,
    )
    if theme == "dark":
        text = re.sub(
            "|".join(DARK), lambda found: DARK[found[0]], text, flags=re.IGNORECASE
        )
    return text


def _slim(text: str) -> str:
    """Leave out what cannot be seen, and decimals of a pixel after the first."""
    text = re.sub(r'<path class="(?:back|fore)ground"(?:(?! fill=)[^>])*/>', "", text)
    text = re.sub(r' (?:class|role|aria-label|aria-roledescription)="[^"]*"', "", text)
    text = text.replace(f' font-family="{_FONT}"', "")
    return re.sub(r'(?<= )(?:d|transform|[xy]2)="[^"]+"', _rounded, text)


def _rounded(attribute: re.Match[str]) -> str:
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.1f}", attribute[0])
