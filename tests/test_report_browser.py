"""The report in a browser: it fits, it can be read, it asks the network for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

import suasion
from suasion.report import write

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# WCAG 2.2: relative luminance and contrast ratio. Text of a chart is measured against
# the page, also where it lies on a tinted bar.
CONTRAST = """() => {
  const rgb = (text) => text.match(/[0-9.]+/g).map(Number);
  const luminance = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map(
      (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(
      (child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const ink = rgb(node.ownerSVGElement ? style.fill : style.color);
    const [light, dark] = [luminance(ink), luminance(behind(node))]
      .sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (!(ratio >= 4.5)) found.push([node.textContent.slice(0, 30), ratio]);
  }
  return found;
}"""

# Texts of a chart that lie over one another, or outside of the page.
HIDDEN = """() => {
  const found = [];
  for (const chart of document.querySelectorAll('figure svg')) {
    const texts = [...chart.querySelectorAll('text')]
      .filter((node) => node.textContent.trim() && node.getClientRects().length)
      .map((node) => [node.textContent, node.getBoundingClientRect()]);
    for (const [row, [words, box]] of texts.entries()) {
      if (box.left < 0 || box.right > innerWidth) found.push([words, 'outside']);
      for (const [others, other] of texts.slice(row + 1)) {
        const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        if (across > 1 && down > 5) found.push([words, others]);
      }
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.is_file():
        pytest.fail(
            f"{CHROMIUM} is missing, and the report is tested in it; on Debian: "
            "apt-get install chromium"
        )
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(QUIET)
        )
        yield found
        found.close()


@pytest.fixture(scope="module", params=["deep-strikes", "ec-emission-standards"])
def report(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    case = suasion.load(request.param).model_copy(update={"resolution": None})
    folder = tmp_path_factory.mktemp(request.param)
    return write(suasion.forecast(case, draws=2000), folder / "report.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_fits_and_can_be_read(
    browser: Any, report: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    # What is folded away must fit and be readable, too.
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(HIDDEN) == []
    drawn = page.locator("figure svg")
    visible = [drawn.nth(row).is_visible() for row in range(drawn.count())]
    assert sum(visible) == len(visible) / 2
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    assert said == []
    page.close()


def test_dark_and_light_differ(browser: Any, report: Path) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(report.as_uri())
        colours.append(
            page.evaluate(
                "[document.body, document.querySelector('figure .wide text')].map("
                "n => getComputedStyle(n)[n === document.body ? 'backgroundColor' "
                ": 'fill'])"
            )
        )
        page.close()
    assert colours[0][0] != colours[1][0]
    assert colours[0][1] != colours[1][1]


def test_prints_in_light_colours_on_a4(browser: Any, report: Path) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert ink == "rgb(28, 27, 26)"
    paper = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 595" in paper or b"/MediaBox [0 0 594" in paper
    page.close()
