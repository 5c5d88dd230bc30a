"""Readers' words: plain text stays what it says, and HTML is made in one place only."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from suasion.journal.responses.cleaning import line, paragraphs, plain

NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "<>&\"'/:. \n\r\t\x00\x0b\x1b\x85\u202e\u2066\u200b\ufeff\u0301\u2028e"
        ),
    ),
    max_size=200,
)
PIECES = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "https://example.org/a?b=1&c=<b>",
            "http://example.org).",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "&lt;p&gt;",
            "ann@example.org",
            '" onmouseover="x',
            "\n\n",
            "\n",
            "\ud800",
        ]
    )
    | NASTY,
    max_size=8,
).map("".join)


class Read(HTMLParser):
    """Tags, attributes and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[dict[str, Any]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(PIECES)
@example("e\u202e\u0301")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert line(line(text)) == line(text)


@given(PIECES)
def test_nothing_invisible_or_reversing_is_left(text: str) -> None:
    clean = plain(text)
    kinds = {unicodedata.category(c) for c in clean if c != "\n"}
    assert kinds.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff]", clean)
    assert "\n\n\n" not in clean
    assert clean == clean.strip()
    assert "\n" not in line(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1))
def test_words_in_any_script_are_kept(text: str) -> None:
    assert plain(text) == unicodedata.normalize("NFC", text)


@given(PIECES)
def test_html_has_paragraphs_breaks_and_links_only_and_says_the_same(text: str) -> None:
    clean = plain(text)
    read = Read(paragraphs(clean))
    assert {*read.tags} <= {"p", "br", "a"}
    for tag, attributes in zip(read.tags, read.attributes, strict=True):
        if tag == "a":
            assert attributes["rel"] == "nofollow ugc noopener"
            # nh3 takes the address off a link that no browser could follow.
            address = attributes.get("href", "https://")
            assert address.lower().startswith(("http://", "https://"))
            assert set(attributes) <= {"href", "rel"}
        else:
            assert not attributes
    assert "".join(read.text.split()) == "".join(clean.split())


def test_joiners_of_emoji_and_of_persian_are_kept() -> None:
    assert plain("👩\u200d🚀 می\u200cروم") == "👩\u200d🚀 می\u200cروم"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.org/a.", "https://example.org/a"),
        ("(http://example.org)", "http://example.org"),
        ("HTTPS://EXAMPLE.ORG/?a=1&b=2!", "HTTPS://EXAMPLE.ORG/?a=1&b=2"),
    ],
)
def test_a_link_ends_before_the_punctuation_after_it(text: str, address: str) -> None:
    (found,) = [a["href"] for a in Read(paragraphs(text)).attributes if a]
    assert found == address


@pytest.mark.parametrize("text", ["javascript:x()", "www.example.org", "a@example.org"])
def test_what_is_no_web_address_is_no_link(text: str) -> None:
    assert paragraphs(text) == f"<p>{text}</p>"
