"""Pages: who may stand where, what readers see, and what they never get."""

from __future__ import annotations

import datetime
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import GroupApprovalTask, Page

from suasion.journal.freshness import stamp
from suasion.journal.ledger.recording import ask
from suasion.journal.ledger.recording import resolve as resolve_question
from suasion.journal.pages.body import Figure
from suasion.journal.pages.founding import ADMINS, AUTHORS, EDITORS
from suasion.journal.pages.models import (
    ON_A_LEAF,
    ArticlePage,
    AuthorPage,
    AuthorsPage,
    FrontPage,
    PlainPage,
    SectionPage,
    TrackRecordPage,
)
from suasion.journal.pages.publishing import TAGS, sanitised
from suasion.journal.pages.structured_data import script

PUBLIC = (
    "/",
    "/war/",
    "/politics/the-pass-stays-shut/",
    "/authors/",
    "/authors/antonia-hope/",
    "/track-record/",
    "/about-the-method/",
    "/search/",
    "/search/?q=pass",
    "/no-such-page/",
)


class Markup(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def text(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def member(name: str, group: str) -> Any:
    user = get_user_model().objects.create_user(name)
    user.groups.add(Group.objects.get(name=group))
    return user


# Founding


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        (Page, {FrontPage}),
        (FrontPage, {SectionPage, PlainPage, TrackRecordPage, AuthorsPage}),
        (SectionPage, {ArticlePage}),
        (AuthorsPage, {AuthorPage}),
        (ArticlePage, set()),
        (AuthorPage, set()),
        (PlainPage, set()),
        (TrackRecordPage, set()),
    ],
)
def test_each_kind_of_page_has_its_place(parent: Any, children: set[Any]) -> None:
    ours = {kind for kind in parent.allowed_subpage_models() if kind is not Page}
    assert ours == children
    for kind in children - {FrontPage}:
        assert set(kind.allowed_parent_page_models()) == {parent}


def test_an_address_of_the_journal_itself_is_no_page(front: Any) -> None:
    with pytest.raises(
        ValidationError, match=r"'feeds' is taken: .* Choose another word"
    ):
        front.add_child(instance=SectionPage(title="Feeds", slug="feeds"))


def test_rules_of_a_headline_and_a_date(publish: Any) -> None:
    with pytest.raises(
        ValidationError, match=r"is all capitals, .* write it as a sentence"
    ):
        publish("WILL THEY OPEN THE PASS")
    with pytest.raises(
        ValidationError, match=r"lies more than a year ahead; .*Schedule"
    ):
        publish(date=datetime.date(2099, 1, 1))


def test_publishing_names_what_is_wrong(publish: Any) -> None:
    with pytest.raises(
        ValueError, match=r"found 'sport'; the sections are war, politics"
    ):
        publish(section="sport")
    with pytest.raises(ValueError, match=r"found '<script>x</script>'; an article has"):
        publish(body_html="<script>x</script>")


@pytest.mark.parametrize(
    ("alt", "caption", "cure"),
    [
        ("IMG_2031.JPG", "Two men", "is the name of a file; say what the image shows"),
        ("Two men", "Two men", "say here what can be seen"),
        ("", "Two men", "This field is required"),
        ("Two men", "", "This field is required"),
    ],
)
def test_an_image_says_what_it_shows(
    db: None, alt: str, caption: str, cure: str
) -> None:
    figure = Figure()
    value = figure.to_python({"image": None, "alt": alt, "caption": caption})
    figure.child_blocks["image"].field.required = False
    with pytest.raises(ValidationError) as refused:
        figure.clean(value)
    said = " ".join(
        message
        for error in refused.value.block_errors.values()
        for message in error.messages
    )
    assert cure in said


# Roles


def test_an_author_drafts_in_sections_and_nowhere_else(publish: Any) -> None:
    author, other = member("ann", AUTHORS), member("bob", AUTHORS)
    section = SectionPage.objects.get(slug="politics")
    assert section.permissions_for_user(author).can_add_subpage()
    assert not section.permissions_for_user(author).can_publish_subpage()
    assert not section.permissions_for_user(author).can_edit()
    front = FrontPage.objects.get()
    assert not front.permissions_for_user(author).can_add_subpage()
    draft = section.add_child(
        instance=ArticlePage(title="Mine", lead="A draft.", live=False, owner=author)
    )
    assert draft.permissions_for_user(author).can_edit()
    assert not draft.permissions_for_user(author).can_publish()
    assert not draft.permissions_for_user(other).can_edit()
    assert not publish().permissions_for_user(author).can_edit()


@pytest.mark.parametrize("role", [EDITORS, ADMINS])
def test_an_editor_edits_and_publishes_everything_below_the_front(
    publish: Any, role: str
) -> None:
    editor = member("eve", role)
    for page in (publish(), FrontPage.objects.get(), PlainPage.objects.get()):
        assert page.permissions_for_user(editor).can_edit()
        assert page.permissions_for_user(editor).can_publish()
    assert editor.has_perm("wagtailadmin.access_admin")
    assert editor.has_perm("auth.add_user") == (role == ADMINS)


@pytest.mark.parametrize("role", [AUTHORS, EDITORS, ADMINS])
def test_nobody_may_change_the_ledger(front: Any, role: str) -> None:
    user = member("sam", role)
    allowed = {
        name for name in user.get_all_permissions() if name.startswith("ledger.")
    }
    assert "ledger.view_forecast" in allowed
    kept = {name for name in allowed if re.match(r"ledger\.(change|delete)_", name)}
    assert kept <= {"ledger.change_question"}
    assert ("ledger.add_resolution" in allowed) == (role != AUTHORS)


def test_editors_approve_what_authors_submit(front: Any) -> None:
    task = GroupApprovalTask.objects.get()
    assert {group.name for group in task.groups.all()} == {EDITORS, ADMINS}
    author, editor = member("ann", AUTHORS), member("eve", EDITORS)
    section = SectionPage.objects.get(slug="war")
    draft = section.add_child(
        instance=ArticlePage(title="Mine", lead="A draft.", live=False, owner=author)
    )
    draft.save_revision(user=author)
    state = draft.get_workflow().start(draft, author)
    assert {action[0] for action in task.get_actions(draft, editor)} >= {"approve"}
    assert task.get_actions(draft, author) == []
    state.current_task_state.approve(user=editor)
    assert ArticlePage.objects.get(pk=draft.pk).live


# What readers see


@pytest.mark.parametrize("address", PUBLIC)
def test_nothing_is_asked_of_a_reader(publish: Any, client: Any, address: str) -> None:
    publish()
    answer = client.get(address)
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    page = Markup(answer.content.decode())
    for tag, attributes in page.tags:
        assert tag != "style"
        assert not {"style"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
    for block in page.all("script"):
        assert block.get("type") == "application/ld+json" or block["src"].startswith(
            "/"
        )
    for tag in ("link", "img", "script", "source"):
        for attributes in page.all(tag):
            if attributes.get("rel") != "canonical":
                at = attributes.get("href") or attributes.get("src") or "/"
                assert at.startswith("/")
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.all("html") == [{"lang": "en-GB"}]


def test_an_article_is_all_there(publish: Any, client: Any) -> None:
    page = text(client, publish().url)
    for part in (
        "<h1>The pass stays shut</h1>",
        '<p class="lead">The king hesitates. The snow does not.</p>',
        '<a rel="author" href="/authors/antonia-hope/">Antonia Hope</a>',
        '<time datetime="2020-06-01">1 June 2020</time>',
        "<p>The council of Ruritania has postponed the vote on the pass twice.</p>",
        '<link rel="canonical" href="http://testserver/politics/the-pass-stays-shut/">',
        '<meta property="og:type" content="article">',
    ):
        assert part in page


def test_json_ld_says_what_the_page_says(publish: Any, client: Any) -> None:
    page = text(client, publish().url)
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert block is not None
    data = json.loads(block[1])
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == "The pass stays shut"
    assert data["datePublished"] == "2020-06-01T00:00:00+00:00"
    assert data["dateModified"] >= data["datePublished"]
    assert data["articleSection"] == "Politics"
    assert data["url"] == "http://testserver/politics/the-pass-stays-shut/"
    assert data["author"] == [
        {
            "@type": "Person",
            "name": "Antonia Hope",
            "url": "http://testserver/authors/antonia-hope/",
        }
    ]
    assert data["publisher"]["name"] == "The Strelsau Review"


def test_an_account_behind_an_author_is_never_shown(publish: Any, client: Any) -> None:
    article = publish()
    author = AuthorPage.objects.get()
    author.account = get_user_model().objects.create_user("rupert", "r@hentzau.example")
    author.save_revision().publish()
    seen = "".join(
        client.get(address).content.decode()
        for address in (*PUBLIC, article.url, "/feeds/rss.xml", "/feeds/atom.xml")
    )
    assert "hentzau" not in seen
    assert "rupert" not in seen


def test_a_draft_is_nobodys_to_read(publish: Any, client: Any) -> None:
    article = publish()
    article.title = "The pass opens"
    article.save_revision()
    assert "The pass opens" not in text(client, article.url)
    article.unpublish()
    assert "This page does not exist" in text(client, article.url, 404)
    for address in ("/", "/politics/", "/authors/antonia-hope/", "/sitemap.xml"):
        assert "the-pass-stays-shut" not in text(client, address)


def test_a_preview_shows_the_draft(publish: Any) -> None:
    article = publish()
    article.title = "The pass opens"
    preview = article.make_preview_request()
    assert "<h1>The pass opens</h1>" in preview.render().content.decode()


def _serve(hidden: str) -> None:
    found = resolve(f"/media/{hidden}")
    found.func(RequestFactory().get("/"), *found.args, **found.kwargs)


def test_scaled_images_are_public_and_keep_and_originals_are_not(
    db: None, client: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    for folder in ("images", "original_images", "documents"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pass.png").write_bytes(b"snow")
    answer = client.get("/media/images/pass.png")
    assert b"".join(answer.streaming_content) == b"snow"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for close in answer._resource_closers:  # close() would close the database, too
        close()
    for hidden in (
        "original_images/pass.png",
        "documents/pass.png",
        "images/../original_images/pass.png",
        "images/%2e%2e/original_images/pass.png",
        "images/",
    ):
        with pytest.raises((Http404, SuspiciousFileOperation)):
            _serve(unquote(hidden))


def test_bylines_read_as_sentences(publish: Any, client: Any) -> None:
    article = publish()
    authors = AuthorsPage.objects.get()
    for name in ("Bo", "Cy"):
        article.byline.add(authors.add_child(instance=AuthorPage(title=name)))
    article.save_revision().publish()
    assert ArticlePage.objects.get().written_by == "Antonia Hope, Bo and Cy"
    shown = re.sub(r"<[^>]*>", "", text(client, article.url))
    assert "By Antonia Hope, Bo and Cy · 1 June 2020" in shown


def test_every_article_stands_on_one_leaf(publish: Any, client: Any) -> None:
    written = {
        publish(f"Vote {n}", date=datetime.date(2020, 1, 1 + n % 28)).url
        for n in range(ON_A_LEAF + 5)
    }
    leaves = [text(client, f"/politics/?page={leaf}") for leaf in (1, 2)]
    found = [re.findall(r'<h2><a href="([^"]*)"', leaf) for leaf in leaves]
    assert len(found[0]) == ON_A_LEAF
    assert sorted(found[0] + found[1]) == sorted(written)
    assert 'rel="canonical" href="http://testserver/politics/?page=2"' in leaves[1]
    assert text(client, "/politics/?page=x") == leaves[0].replace("?page=1", "")
    assert text(client, "/politics/?page=99") == leaves[1]


def test_the_front_leads_with_the_newest_and_shows_none_twice(
    publish: Any, client: Any
) -> None:
    for n in range(12):
        publish(f"Vote {n}", date=datetime.date(2020, 1, 1 + n))
    page = text(client, "/")
    shown = re.findall(r"<h[23]><a [^>]*>(Vote \d+)<", page)
    assert shown == [f"Vote {n}" for n in (11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)]
    assert "Sunday 12 January 2020" in page


def test_reading_an_article_costs_the_same_in_a_large_journal(
    publish: Any, client: Any, settings: Any
) -> None:
    cache = "suasion.journal.page_cache.PageCache"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != cache]

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    first = publish()
    small = [queries(first.url), queries("/politics/")]
    for n in range(9):
        publish(f"Vote {n}")
    assert [queries(first.url), queries("/politics/")] == small


def test_a_kept_forecast_is_of_the_ledger_as_it_stands(
    publish: Any, client: Any
) -> None:
    question = ask(
        slug="pass",
        text="Will the pass open?",
        criteria="The king says so in the gazette.",
        opens_on=datetime.date(2020, 5, 1),
        closes_on=datetime.date(2020, 10, 31),
    )
    article = publish(question=question)
    before, all_before = stamp.read_ledger(), stamp.read()
    assert "The answer was yes" not in text(client, article.url)
    publish("Tolls rise")
    assert stamp.read_ledger() == before
    assert stamp.read() != all_before
    resolve_question(
        question,
        answer="yes",
        on=datetime.date(2020, 7, 1),
        source_title="The gazette",
        source_url="https://example.org/gazette",
        by=member("eve", EDITORS),
    )
    assert stamp.read_ledger() != before
    assert "The answer was yes" in text(client, article.url)


def test_the_page_of_an_error_of_ours_needs_nothing(
    client: Any, monkeypatch: Any
) -> None:
    from suasion.journal.pages import masthead

    def broken(request: Any) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(masthead, "_read", broken)
    client.raise_request_exception = False
    assert "An error of ours" in text(client, "/search/", 500)


# What cannot get through


@given(
    st.text(alphabet=st.sampled_from("<>/=\"' abiphrefsconsl:&;!-\x00"), max_size=60)
)
def test_sanitising_leaves_what_an_editor_can_type(html: str) -> None:
    clean = sanitised(html)
    for tag, attributes in Markup(clean).tags:
        assert tag in TAGS
        assert attributes.keys() <= {"href"}
    assert sanitised(clean) == clean


@pytest.mark.parametrize("scheme", ["javascript", "data", "vbscript", "JaVaScRiPt"])
def test_sanitising_takes_away_links_that_run(scheme: str) -> None:
    assert "href" not in sanitised(f'<p><a href="{scheme}:alert(1)">x</a></p>')


@given(st.text(max_size=80))
def test_a_data_block_cannot_be_broken_out_of(said: str) -> None:
    block = script({"headline": said})
    inside = block.removeprefix('<script type="application/ld+json">')
    inside = inside.removesuffix("</script>")
    assert not set("<>&") & set(inside)
    assert json.loads(inside) == {"headline": said}


def test_a_new_section_is_offered_with_a_place_in_the_masthead(
    front: Any, client: Any, admin_user: Any
) -> None:
    client.force_login(admin_user)
    form = client.get(f"/editors/pages/add/pages/sectionpage/{front.pk}/").context
    assert form["form"]["show_in_menus"].value() is True
