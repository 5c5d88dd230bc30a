"""Pages in a browser: they fit, everybody can read them, they ask for nothing else."""

from __future__ import annotations

import datetime
import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.images import ImageFile
from PIL import Image as Drawing

import suasion

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
ARTICLE = "/war/will-they-let-them/"
PAGES = (
    "/",
    "/war/",
    ARTICLE,
    "/authors/",
    "/authors/antonia-hope/",
    "/track-record/",
    "/about-the-method/",
    "/search/",
    "/search/?q=pass",
    "/no-such-page/",
)
HEAVIEST = 60_000  # bytes of an article with charts and sheets, compressed
BODY = """\
<p>The request has been on the table since May, and <a href="https://example.org/">the
report</a> that came with it is longer than the road it is about.</p>
<h2>Who can say no</h2><ul><li>the cabinet, by a majority</li><li>the king, alone</li></ul>
<blockquote>We are not there yet.</blockquote><h3>And then</h3><p>It snows.</p>
"""

# Sum of all layout shifts (Cumulative Layout Shift), from the first frame on.
SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 200);
})"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    # Wagtail scales an image into a temporary file that it leaves to the collector.
    pytest.mark.filterwarnings(
        "ignore:Unclosed file <tempfile.Spooled:ResourceWarning"
    ),
]


@pytest.fixture(scope="module")
def computed() -> Any:
    case = suasion.load("deep-strikes")
    return suasion.forecast(case.model_copy(update={"resolution": None}), draws=500)


@pytest.fixture
def address(live_server: Any, computed: Any) -> str:
    """Found a journal with an article that has an image, charts and neighbours."""
    from wagtail.images.models import Image

    from suasion.journal.ledger.publishing import publish_forecast, question_of_case
    from suasion.journal.pages.founding import found
    from suasion.journal.pages.publishing import publish_article

    found("The Strelsau Review", "Who yields, and when?", live_server.url)
    question = question_of_case(suasion.load("deep-strikes"))
    publish_forecast(question, computed)
    given: Any = {"lead": "The king hesitates. The snow does not.", "body_html": BODY}
    for n in range(24):
        publish_article(
            section=("war", "politics", "economy")[n % 3],
            title=f"Vote {n}: the pass, the snow and those who wait on either side",
            author="Antonia Hope",
            date=datetime.date(2020, 1, 1 + n),
            **given,
        )
    article = publish_article(
        "war", "Will they let them?", author="Antonia Hope", question=question, **given
    )
    drawn = io.BytesIO()
    Drawing.new("RGB", (1600, 900), "#8899aa").save(drawn, "PNG")
    image = Image.objects.create(
        title="pass", file=ImageFile(io.BytesIO(drawn.getvalue()), name="pass.png")
    )
    figure = {"image": image, "alt": "A road in snow", "caption": "The pass in May."}
    article.body.append(("image", figure))
    article.save_revision().publish()
    return str(live_server.url)


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.is_file():
        pytest.fail(
            f"{CHROMIUM} is missing, and the pages are tested in it; on Debian: "
            "apt-get install chromium"
        )
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(QUIET)
        )
        yield found
        found.close()


@pytest.mark.django_db(transaction=True)
def test_every_page_fits_and_can_be_read_by_everybody(
    address: str, browser: Any, tmp_path: Path
) -> None:
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for width, scheme in ((w, s) for w in (1280, 390) for s in schemes):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            bypass_csp=True,
        )
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        for at in PAGES:
            page.goto(address + at)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, at
            page.evaluate(
                "document.querySelectorAll('details').forEach(d => d.open = 1)"
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= width, at
            found = Axe().run(page)
            assert found.violations_count == 0, f"{at} {found.generate_report()}"
            name = re.sub(r"\W+", "-", f"{at}{width}-{scheme}").strip("-")
            page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        assert [url for url in asked if not url.startswith(address)] == []
        assert context.cookies() == []
        context.close()


@pytest.mark.django_db(transaction=True)
def test_the_policy_stops_nothing_and_nothing_moves(address: str, browser: Any) -> None:
    for width in (1280, 390):
        page = browser.new_page(viewport={"width": width, "height": 900})
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        for at in PAGES[:-1]:
            answer = page.goto(address + at)
            assert "default-src 'self'" in answer.headers["content-security-policy"]
            assert page.evaluate(SHIFTED) == 0, at
        assert said == []
        page.goto(address + ARTICLE)
        data = (
            "JSON.parse(document.querySelector('[type=\"application/ld+json\"]').text)"
        )
        assert page.evaluate(f"{data}['@type']") == "NewsArticle"
        photo = page.locator(".photo img")
        photo.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        assert photo.evaluate("image => image.naturalWidth") > 0
        page.close()


@pytest.mark.django_db(transaction=True)
def test_an_article_is_light_and_can_be_read_without_pictures_and_scripts(
    address: str, browser: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.route("**/*.{png,webp,jpg,avif}", lambda route: route.abort())
    sent: list[bytes] = []
    page.on(
        "response",
        lambda answer: "/media/" in answer.url or sent.append(answer.body()),
    )
    page.goto(address + ARTICLE)
    page.wait_for_load_state("networkidle")
    assert sum(len(gzip.compress(body, 6)) for body in sent) < HEAVIEST
    assert page.get_by_role("heading", level=1).inner_text() == "Will they let them?"
    assert page.get_by_text("The pass in May.").is_visible()
    assert page.locator("figure.drawn svg").locator("visible=true").count() >= 2
    context.close()


@pytest.mark.django_db(transaction=True)
def test_the_first_key_skips_to_the_text(address: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(address + ARTICLE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "War"
    page.close()


@pytest.mark.django_db(transaction=True)
def test_paper_gets_dark_ink_and_no_navigation(address: str, browser: Any) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(address + ARTICLE)
    page.emulate_media(media="print")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert ink == "rgb(28, 27, 26)"
    assert not page.get_by_role("navigation").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
