"""The review page: the whole text, every claim in place, nothing run, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import suasion
from suasion.case import Case, Coding, Evidence
from suasion.casefile import load
from suasion.cli import app
from suasion.problem import CaseError
from suasion.reading.passage import passage, source_texts
from suasion.report.page import render as render_report
from suasion.report.review_page import KINDS, paragraphs, render, write

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
HOSTILE = "<script>alert('x')</script> & \"Co\" {{ 7*7 }} <img src=x onerror=y>"


class Page(HTMLParser):
    """What a browser would make of a page, as far as these tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.marks: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.links.append(value or "")
            if tag == "mark" and name == "class":
                self.marks.append(value or "")
            assert not name.startswith("on"), "no handlers"

    def handle_data(self, data: str) -> None:
        self.text += data


def claim(number: int, start: int, end: int, text: str, kind: str = "risk") -> Evidence:
    return Evidence(
        id=f"e{number}",
        source="a1",
        claim="x",
        kind=kind,
        quote=text[start:end],
        start=start,
        end=end,
    )


# --- the text and the claims on it ---------------------------------------------------


@given(
    text=st.text(alphabet="ab \n", min_size=1, max_size=60).filter(str.strip),
    data=st.data(),
)
def test_pieces_are_the_text_and_each_has_the_claims_that_lie_on_it(
    text: str, data: st.DataObject
) -> None:
    place = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)))
    spans = [
        (a, b) for a, b in data.draw(st.lists(place, max_size=6)) if text[a:b].strip()
    ]
    claims = [claim(k, a, b, text) for k, (a, b) in enumerate(spans)]
    found = [*paragraphs(text, claims)]
    lines = [line for line in text.split("\n") if line.strip()]
    assert ["".join(piece.text for piece in row) for row in found] == lines
    # Every character bears the claims that its place says, however they lie.
    starts = [i for i, c in enumerate(text) if i == 0 or text[i - 1] == "\n"]
    starts = [s for s in starts if text[s:].split("\n")[0].strip()]
    for start, row in zip(starts, found, strict=True):
        at = start
        for piece in row:
            for k in range(at, at + len(piece.text)):
                on = {
                    c.id for c, (a, b) in zip(claims, spans, strict=True) if a <= k < b
                }
                assert {c.id for c in piece.claims} == on
            at += len(piece.text)
            lengths = [c.end - c.start for c in piece.claims]
            assert lengths == sorted(lengths)
    ends = [c.id for row in found for piece in row for c in piece.ending]
    assert sorted(ends) == sorted(c.id for c in claims)


def test_nested_and_overlapping_claims_show_the_shortest_and_lines_for_others(
    folder: Path,
) -> None:
    text = "Norway and Denmark are lobbying Sweden to approve a toll."
    case = load(folder)
    spans = ((0, 57, "position"), (19, 38, "action"), (32, 57, "risk"))
    claims = tuple(
        claim(k, a, b, text, kind) for k, (a, b, kind) in enumerate(spans, 1)
    )
    page = Page(render(_bare(case, claims), {"a1": text}))
    assert [m for m in page.marks if " n" in m] == [
        "k-position n1",
        "k-action l1-position n2 n1",
        "k-action l1-risk l2-position n2 n3 n1",
        "k-risk l1-position n3 n1",
    ]


def _bare(case: Case, claims: tuple[Evidence, ...]) -> Case:
    """Return the case with other evidence and no draft marks that need the old."""
    return case.model_copy(update={"evidence": claims, "coding": Coding()})


def test_every_claim_is_linked_to_its_quote_and_back(folder: Path) -> None:
    case = load(folder)
    page = Page(render(case, source_texts(folder)))
    for number in range(1, len(case.evidence) + 1):
        assert {f"quote-{number}", f"claim-{number}"} <= {*page.ids}
        assert {f"#quote-{number}", f"#claim-{number}"} <= {*page.links}
    assert len(page.ids) == len({*page.ids})
    assert {link[1:] for link in page.links if link.startswith("#")} <= {*page.ids}


def test_numbers_say_whether_they_are_drafts(folder: Path) -> None:
    case = load(folder)
    page = render(case, source_texts(folder))
    marks = page.count('class="draft"')
    shown = [p for p in case.coding.draft if not p.startswith("sources.")]
    assert marks == len(shown)
    reviewed = case.model_copy(update={"coding": Coding(by="Ann")})
    assert 'class="draft"' not in render(reviewed, {})
    assert "Reviewed. Coded by Ann" in Page(render(reviewed, {})).text


def test_a_quote_that_no_longer_stands_there_is_listed_and_not_marked(
    folder: Path,
) -> None:
    text = source_texts(folder)["a1"]
    page = Page(render(load(folder), {"a1": f"New. {text}"}))
    assert not [i for i in page.ids if i.startswith("quote-")]
    assert "Finland opposes the toll" in page.text
    assert not [link for link in page.links if link.startswith("#quote-")]


def test_hostile_text_is_shown_and_never_run(folder: Path) -> None:
    case = load(folder)
    text = f"{HOSTILE} stands here."
    item = claim(1, 0, len(HOSTILE), text)
    hostile = _bare(case, (item.model_copy(update={"claim": HOSTILE}),)).model_copy(
        update={
            "title": HOSTILE,
            "sources": tuple(
                s.model_copy(update={"title": HOSTILE, "outlet": HOSTILE})
                for s in case.sources
            ),
        }
    )
    markup = render(hostile, {"a1": text})
    page = Page(markup)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert page.text.count(HOSTILE) >= 5


def test_the_page_loads_nothing(folder: Path) -> None:
    markup = render(load(folder), source_texts(folder))
    page = Page(markup)
    assert [link for link in page.links if not link.startswith(("#", "data:,"))] == []
    assert not re.search(r"url\(|@import|https?:", markup)
    assert {"script", "iframe", "object", "form"}.isdisjoint(page.tags)


def test_the_legend_knows_every_kind_of_claim() -> None:
    from typing import get_args

    from suasion.reading.claim import Kind

    assert sorted(KINDS) == sorted(get_args(Kind))


def test_a_case_without_texts_or_evidence_has_a_page() -> None:
    page = Page(render(suasion.load("deep-strikes"), {}))
    assert "No source\u2019s text is in the folder" in page.text
    assert "Germany" in page.text


# --- the command ---------------------------------------------------------------------


def test_the_page_is_written_anew_when_something_is_decided(folder: Path) -> None:
    before = write(folder, folder / "review.html").read_text()
    words = ["review", str(folder), "--by", "Ann"]
    CliRunner().invoke(app, words, input="c 7\nq\n")
    after = (folder / "review.html").read_text()
    assert before.count('class="draft"') == after.count('class="draft"') + 1
    assert ">7<" in after


def test_the_page_can_be_written_elsewhere(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    ran = CliRunner().invoke(app, ["review", str(folder), "--page", str(target)])
    assert ran.exit_code == 0, ran.output
    assert target.read_text() == render(load(folder), source_texts(folder))
    with pytest.raises(CaseError, match=r"cannot be written \(no such file"):
        write(folder, tmp_path / "no" / "page.html")


# --- quotes in the report ------------------------------------------------------------


def test_a_coded_number_in_the_report_leads_to_its_quote(folder: Path) -> None:
    result = suasion.forecast(str(folder), draws=200, accept_draft=True)
    markup = render_report(result, texts=source_texts(folder))
    row = re.search(r'<tr id="evidence-2">.*?</tr>', markup, re.DOTALL)
    assert row
    assert "characters 58 to 82" in row[0]
    quote = re.search(r"<blockquote>.*</blockquote>", row[0])
    assert quote
    assert quote[0] == (
        "<blockquote><span>Norway and Denmark are lobbying Sweden to approve a toll. "
        "</span>Finland opposes the toll<span>.</span></blockquote>"
    )
    assert '<a href="#evidence-2">a1-2</a>' in markup
    assert "Draft: nobody has reviewed" in markup


def test_a_report_without_the_texts_has_the_quotes_alone(folder: Path) -> None:
    result = suasion.forecast(str(folder), draws=200, accept_draft=True)
    markup = render_report(result)
    assert "</span>Finland opposes the toll<span></span></blockquote>" in markup


@given(
    text=st.text(min_size=1, max_size=400).filter(str.strip),
    start=st.integers(0, 399),
    length=st.integers(1, 50),
)
def test_a_passage_is_the_text_around_the_quote(
    text: str, start: int, length: int
) -> None:
    quote = text[start : start + length]
    if not quote.strip() or quote != quote.strip():
        return
    found = passage(claim(1, start, start + len(quote), text), {"a1": text})
    assert found is not None
    before, said, after = found
    assert said == quote
    assert before.removeprefix("…") + said + after.removesuffix("…") in text
    assert "\n" not in before + after


# --- in a browser --------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.is_file():
        pytest.fail(f"{CHROMIUM} is missing; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(QUIET)
        )
        yield found
        found.close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(
    browser: Any, folder: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    file = write(folder, folder / "review.html")
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.close()


@pytest.mark.browser
@pytest.mark.slow
def test_the_coding_shows_on_hover_and_by_keyboard(browser: Any, folder: Path) -> None:
    file = write(folder, folder / "review.html")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(file.as_uri())
    tip = page.locator("mark.n2 .tip")
    assert not tip.is_visible()
    page.locator("mark.n2").hover()
    assert tip.is_visible()
    assert "position: Finland: against" in tip.inner_text()
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    page.locator("#quote-1").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "quote-2"
    assert tip.is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#claim-2"
    page.close()
