"""Search finds what is printed, wherever in the article it stands."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suasion.journal.pages.models import ON_A_LEAF


def hits(client: Any, words: str, leaf: int = 1) -> list[str]:
    answer = client.get(f"/search/?q={quote(words)}&page={leaf}")
    assert answer.status_code == 200
    return re.findall(r'<h2><a href="[^"]*">([^<]*)<', answer.content.decode())


@pytest.mark.parametrize(
    "words", ["pass", "PASS", "hesitates", "Ruritania", "vote council", "Antonia"]
)
def test_headline_lead_body_and_byline_are_searched(
    publish: Any, client: Any, words: str
) -> None:
    publish()
    publish(
        "Tolls rise",
        lead="Who pays?",
        body_html="<p>Carters do.</p>",
        author="Rupert",
    )
    assert hits(client, words) == ["The pass stays shut"]


def test_all_words_must_be_there(publish: Any, client: Any) -> None:
    publish()
    assert hits(client, "pass camels") == []
    assert "No article contains" in client.get("/search/?q=camels").content.decode()


def test_drafts_and_withdrawn_articles_are_not_found(publish: Any, client: Any) -> None:
    article = publish()
    article.title = "The pass opens"
    article.save_revision()
    assert hits(client, "opens") == []
    article.unpublish()
    assert hits(client, "Ruritania") == []


def test_hits_beyond_one_leaf_keep_the_words(publish: Any, client: Any) -> None:
    written = {publish(f"Vote {n}").title for n in range(ON_A_LEAF + 3)}
    first, second = (hits(client, "Ruritania snow", leaf) for leaf in (1, 2))
    assert (len(first), len(second)) == (ON_A_LEAF, 3)
    assert {*first, *second} == written
    page = client.get("/search/?q=Ruritania+snow").content.decode()
    assert 'href="?q=Ruritania%20snow&amp;page=2"' in page


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    words=st.text(max_size=250)
    | st.sampled_from(['"', "*", "a OR", "' --", "a:b", "-x"])
)
def test_no_words_break_the_search(front: Any, client: Any, words: str) -> None:
    assert isinstance(hits(client, words.encode("utf-8", "ignore").decode()), list)


def test_words_are_shown_as_words(front: Any, client: Any) -> None:
    page = client.get("/search/", {"q": "<b>x</b>"}).content.decode()
    assert "<b>x" not in page
    assert 'value="&lt;b&gt;x&lt;/b&gt;"' in page
    assert '<meta name="robots" content="noindex">' in page
