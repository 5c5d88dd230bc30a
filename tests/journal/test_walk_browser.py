"""The whole walk: an article is read, answered, moderated, resolved and scored.

On a journal made by `init` and served by `serve`, in a browser, from question to score.
One thing is made up: between sending and moderation, three days pass (`three_days_pass`
moves back when the responses were sent), since an estimate made on the day of the answer
does not count.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from served import Server, environment, serving
from test_pages_browser import CHROMIUM, QUIET

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "Will Ruritania open the pass before the snow?"
HEADLINE = "The pass stays shut"
ARTICLE = "/politics/the-pass-stays-shut/"
RECORD = "/ledger/pass/"
ADDRESSES = ("rupert.of.hentzau@strelsau.example", "flavia@strelsau.example")
EDITORS_OWN = "sapt@strelsau.example"
PASSWORD = "the prisoner in the tower"

# Rudolf writes and may not publish; Sapt edits, and has a password for one login.
PEOPLE = f"""\
import sys
from pathlib import Path

from suasion.journal.folder import open_journal

open_journal(Path(sys.argv[1]))
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from suasion.journal.accounts.one_time_password import give
from suasion.journal.pages.founding import AUTHORS, EDITORS

make = get_user_model().objects.create_user
make("rudolf", password="{PASSWORD}").groups.add(Group.objects.get(name=AUTHORS))
editor = make("sapt", "{EDITORS_OWN}")
editor.groups.add(Group.objects.get(name=EDITORS))
print(give(editor))
"""

EARLIER = """\
UPDATE responses_response
SET created_at = datetime(created_at, '-3 days'),
    estimated_at = datetime(estimated_at, '-3 days')
"""


class Walk:
    """A journal that is served, and the people who use it."""

    def __init__(self, folder: Path, server: Server, browser: Any, given: str) -> None:
        self.folder = folder
        self.browser = browser
        self.given = given
        self.origin = f"http://127.0.0.1:{server.port}"
        self.asked: list[str] = []

    def reader(self, **options: Any) -> Any:
        """Return a page of a fresh browser, watched."""
        context = self.browser.new_context(**options)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("request", lambda request: self.asked.append(request.url))
        return page

    def at(self, page: Any, path: str) -> Any:
        return page.goto(self.origin + path)

    def editor(self, name: str, password: str) -> Any:
        """Return a page of somebody who is logged in."""
        page = self.reader(viewport={"width": 1280, "height": 1500})
        self.at(page, "/editors/login/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    def three_days_pass(self) -> None:
        with contextlib.closing(
            sqlite3.connect(self.folder / "journal.sqlite3")
        ) as database:
            database.execute(EARLIER)
            database.commit()

    def left_the_host(self) -> list[str]:
        return [
            url
            for url in self.asked
            if not url.startswith((self.origin, "data:", "blob:"))
        ]

    def public_pages(self) -> dict[str, str]:
        """Follow every link a reader can follow, feeds and sitemap included."""
        found: dict[str, str] = {}
        page = self.reader()
        ahead = ["/", "/sitemap.xml", "/robots.txt", "/search/?q=pass"]
        while ahead:
            path = ahead.pop()
            if path in found:
                continue
            answer = page.request.get(self.origin + path)
            found[path] = answer.text()
            assert "set-cookie" not in answer.headers, path
            for link in re.findall(r'(?:href|src)="([^"]+)"', found[path]):
                link = link.replace("&amp;", "&").split("#")[0]
                parts = urlsplit(link)
                if parts.netloc in ("", urlsplit(self.origin).netloc) and link[:1] in (
                    "/",
                    "h",
                ):
                    query = f"?{parts.query}" if parts.query else ""
                    ahead.append(f"{parts.path}{query}")
        page.context.close()
        return found


@pytest.fixture
def walk(journal_folder: Path) -> Iterator[Walk]:
    from playwright.sync_api import sync_playwright

    ran = subprocess.run(
        [sys.executable, "-c", PEOPLE, str(journal_folder)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    with serving(journal_folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(QUIET)
        )
        yield Walk(journal_folder, server, browser, ran.stdout.strip())
        browser.close()


def choose_a_password(walk: Walk, page: Any) -> None:
    """Every page leads to the choice until the given password is replaced."""
    walk.at(page, "/editors/pages/")
    assert "/editors/choose-password/" in page.url
    assert page.get_by_text("was for one login").is_visible()
    page.locator("[name=new_password1]").fill(PASSWORD)
    page.locator("[name=new_password2]").fill(PASSWORD)
    page.get_by_role("button", name="Save password").click()
    page.wait_for_url("**/editors/")
    walk.at(page, "/editors/pages/")
    assert "/editors/pages/" in page.url


def ask(walk: Walk, page: Any) -> None:
    today = dt.datetime.now(dt.UTC).date()
    walk.at(page, "/editors/snippets/ledger/question/add/")
    page.locator("[name=text]").fill(QUESTION)
    page.locator("[name=slug]").fill("pass")
    page.locator("[name=criteria]").fill("The customs house reports a convoy.")
    for name, days in (("opens_on", -10), ("closes_on", 30)):
        field = page.locator(f"[name={name}]")
        field.fill(str(today + dt.timedelta(days=days)))
        field.press("Tab")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/ledger/question/")


def write(walk: Walk, page: Any) -> str:
    """Write a draft, which cannot be published; return where it is edited."""
    walk.at(page, "/editors/pages/3/")
    page.get_by_role("link", name="Politics").first.click()
    page.wait_for_load_state()
    section = page.url.rstrip("/").split("/")[-1]
    walk.at(page, f"/editors/pages/add/pages/articlepage/{section}/")
    page.locator("[name=title]").fill(HEADLINE)
    page.locator("[name=lead]").fill("The king hesitates. The snow does not.")
    page.locator("[name=byline]").select_option(label="The editors")
    page.locator(".c-sf-add-button").click()
    page.get_by_role("option", name="Text").click()
    page.locator(".public-DraftEditor-content").click()
    page.keyboard.type("The council has postponed the vote twice.")
    page.get_by_role("button", name="Choose question").click()
    page.locator(".modal-body [name=q]").fill("convoy snow")
    page.get_by_text("There is 1 match").wait_for()
    page.get_by_role("link", name=QUESTION).click()
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url("**/edit/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Submit to Approval by an editor").wait_for()
    assert not page.get_by_role("button", name="Publish").is_visible()
    return str(page.url)


def publish(page: Any, draft: str) -> None:
    page.goto(draft)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text("has been published").wait_for()


def respond(walk: Walk, page: Any, name: str, email: str, words: str) -> None:
    """Fill the form under the article, all but the estimate."""
    walk.at(page, ARTICLE)
    assert page.get_by_role("heading", name=HEADLINE).is_visible()
    form = page.locator("form.respond")
    form.get_by_label("Name *").fill(name)
    form.get_by_label("E-mail *").fill(email)
    form.get_by_label("Response *").fill(words)
    page.wait_for_timeout(3500)  # nobody writes faster than that


def decide(walk: Walk, page: Any, name: str, action: str) -> None:
    """Choose a response in the queue and do something with it."""
    walk.at(page, "/editors/snippets/responses/response/")
    row = page.get_by_role("row").filter(has_text=name)
    row.get_by_role("checkbox").check()
    page.locator("[data-bulk-action-button]", has_text=action).first.click()
    page.get_by_role("button", name=action, exact=True).click()
    page.get_by_text(f"{action}: 1 response").wait_for()


def resolve(walk: Walk, page: Any) -> None:
    walk.at(page, "/editors/snippets/ledger/resolution/add/")
    page.get_by_role("button", name="Choose question").click()
    page.get_by_role("link", name=QUESTION).click()
    page.locator("[name=answer]").select_option("yes")
    field = page.locator("[name=on]")
    field.fill(str(dt.datetime.now(dt.UTC).date()))
    field.press("Tab")
    page.locator("[name=source_title]").fill("Strelsau Courier")
    page.locator("[name=source_url]").fill("https://courier.example/pass")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/ledger/resolution/")


def test_from_a_question_to_everybodys_score(walk: Walk, tmp_path: Path) -> None:
    sapt = walk.editor("sapt", walk.given)
    choose_a_password(walk, sapt)
    ask(walk, sapt)
    draft = write(walk, walk.editor("rudolf", PASSWORD))

    rupert = walk.reader(java_script_enabled=False)
    assert walk.at(rupert, ARTICLE).status == 404
    publish(sapt, draft)
    assert walk.at(rupert, ARTICLE).status == 200
    assert QUESTION in rupert.locator(".forecast").inner_text()

    # Without scripts the estimate is a number to type.
    respond(walk, rupert, "Rupert", ADDRESSES[0], "The king will yield.")
    assert rupert.locator("input[type=range]").count() == 0
    rupert.get_by_label("Your estimate of yes, in per cent").fill("60")
    rupert.get_by_label("Name on the leaderboard").fill("Rupert of Hentzau")
    rupert.get_by_role("button", name="Send").click()
    assert "/respond/own/" in rupert.url
    assert "waits for an editor" in rupert.locator("#waiting").inner_text()
    assert "estimate: 60 %" in rupert.content()
    # What waits is nowhere but there; its link is the key to edit it.
    own = rupert.url
    assert "The king will yield." not in walk.at(rupert, ARTICLE).text()
    rupert.goto(own)
    rupert.get_by_label("Response *").fill("The king will yield, and soon.")
    rupert.get_by_label("Your estimate of yes, in per cent").fill("80")
    rupert.get_by_role("button", name="Save").click()
    assert "The king will yield, and soon." in rupert.content()
    assert "estimate: 80 %" in rupert.content()

    # With scripts a slider stands beside the number, and moves with it.
    flavia = walk.reader()
    respond(walk, flavia, "Flavia", ADDRESSES[1], "Buy cheap sleds at my shop.")
    slider = flavia.get_by_label("Estimate in per cent, by slider")
    slider.focus()
    for _ in range(3):
        flavia.keyboard.press("ArrowLeft")
    typed = flavia.get_by_label("Your estimate of yes, in per cent")
    assert typed.input_value() == slider.input_value() == "47"
    flavia.get_by_role("button", name="Send").click()
    flavia.wait_for_url("**/respond/own/**")
    assert flavia.locator("#waiting").is_visible()

    walk.three_days_pass()
    walk.at(sapt, "/editors/snippets/responses/response/")
    assert all(sapt.get_by_text(address).is_visible() for address in ADDRESSES)
    sapt.screenshot(path=tmp_path / "queue.png")
    decide(walk, sapt, "Rupert", "Publish")
    decide(walk, sapt, "Flavia", "Reject")

    walk.at(rupert, ARTICLE)
    assert "The king will yield, and soon." in rupert.locator(".response").inner_text()
    assert "sleds" not in rupert.content()
    assert "80% is the pool of 1 estimate" in rupert.locator(".forecast").inner_text()
    rupert.goto(own)
    assert "It is published" in rupert.content()
    flavia.reload()
    assert flavia.get_by_text("It is not published.").is_visible()

    resolve(walk, sapt)
    # 80% for three days and yes: (1 - 0.8)^2.
    for path in (ARTICLE, RECORD):
        walk.at(rupert, path)
        assert "The answer was yes" in rupert.locator(".outcome").inner_text()
        assert rupert.get_by_role("link", name="Strelsau Courier").is_visible()
        row = rupert.get_by_role("row").filter(has_text="Rupert of Hentzau")
        assert row.get_by_role("cell").all_inner_texts()[:2] == ["0.040", "0.040"]
    assert rupert.get_by_label("Your estimate of yes, in per cent").count() == 0
    walk.at(rupert, "/track-record/")
    row = rupert.get_by_role("row").filter(has_text="Rupert of Hentzau")
    assert row.get_by_role("cell").all_inner_texts()[1:3] == ["1", "0.040"]
    assert rupert.get_by_text("1 question resolved").is_visible()

    pages = walk.public_pages()
    assert {ARTICLE, RECORD, "/track-record/", "/feeds/rss.xml"} <= set(pages)
    for path, text in pages.items():
        assert not any(address in text for address in (*ADDRESSES, EDITORS_OWN)), path
        assert "Buy cheap sleds" not in text, path
    assert rupert.context.cookies() == flavia.context.cookies() == []
    assert walk.left_the_host() == []

    fits_and_can_be_read(walk, own, tmp_path)


def fits_and_can_be_read(walk: Walk, own: str, folder: Path) -> None:
    """Look with axe at what only a journal with a past has: scores, records, errors."""
    record = "/ledger/deep-strikes/"
    paths = ("/", ARTICLE, RECORD, record, f"{record}1/", "/ledger/", "/track-record/")
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page = walk.reader(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                bypass_csp=True,
            )
            for place in (*paths, "own", "errors"):
                if place == "own":
                    page.goto(own)
                elif place == "errors":
                    walk.at(page, ARTICLE)
                    page.evaluate(
                        "document.querySelector('.respond').noValidate = true"
                    )
                    page.get_by_label("E-mail *").fill("nobody")
                    page.get_by_role("button", name="Send").click()
                    page.get_by_text("This is no e-mail address").wait_for()
                else:
                    walk.at(page, place)
                page.evaluate(
                    "document.querySelectorAll('details').forEach(d => d.open = 1)"
                )
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, place
                found = Axe().run(page)
                assert found.violations_count == 0, (
                    f"{place} {width} {scheme} {found.generate_report()}"
                )
                name = re.sub(r"\W+", "-", place).strip("-") or "front"
                page.screenshot(
                    path=folder / f"{name}-{width}-{scheme}.png", full_page=True
                )
            page.context.close()
