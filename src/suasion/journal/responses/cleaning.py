"""A reader's words as plain text, and that text as paragraphs.

Plain text has no control characters, no invisible ones that reverse or hide what is
read, one kind of line break, and at most one empty line in a row. It becomes HTML only
here: paragraphs, line breaks, and links that carry no weight.
"""

from __future__ import annotations

import re
import unicodedata

import nh3
from django.utils.html import escape

__all__ = ["LINK", "line", "paragraphs", "plain"]

# Bidirectional embeddings, overrides and isolates; zero-width space, no-break space and
# word joiner; soft hyphen; interlinear marks; tags. Joiners and direction marks stay:
# Persian, emoji, Arabic and Hebrew need them.
_HIDDEN = re.compile(
    "[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_BREAK = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
LINK = re.compile(r"https?://[^\s<>\"'`]+|\bwww\.[^\s<>\"'`]+", re.IGNORECASE)
_AFTER_A_LINK = ".,;:!?)]}»”’"  # noqa: RUF001


def plain(text: str) -> str:
    r"""Return `text` as plain text.

    >>> plain("One\r\ntwo\x00\u202e  \n\n\n\n three ")
    'One\ntwo\n\nthree'
    """
    text = _BREAK.sub("\n", text).replace("\t", " ")
    text = "".join(c for c in text if c == "\n" or _is_visible(c))
    text = unicodedata.normalize("NFC", _HIDDEN.sub("", text))
    lines = (line.strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def line(text: str) -> str:
    r"""Return `text` as plain text in one line: a name.

    >>> line(" Ann\n\u200b Other ")
    'Ann Other'
    """
    return " ".join(plain(text).split())


def paragraphs(text: str) -> str:
    r"""Return plain text as HTML: `p`, `br`, and `a` to http and https only.

    >>> paragraphs("a < b")
    '<p>a &lt; b</p>'
    >>> print(paragraphs("See http://a.example.").replace(" rel=", "\nrel="))
    <p>See <a href="http://a.example"
    rel="nofollow ugc noopener">http://a.example</a>.</p>
    """
    html = "".join(f"<p>{_linked(part)}</p>" for part in text.split("\n\n"))
    return nh3.clean(
        html.replace("\n", "<br>"),
        tags={"p", "br", "a"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs")


def _linked(text: str) -> str:
    pieces, end = [], 0
    for found in LINK.finditer(text):
        address = found.group().rstrip(_AFTER_A_LINK)
        if address.lower().startswith("www."):
            continue
        pieces += [escape(text[end : found.start()]), _link(escape(address))]
        end = found.start() + len(address)
    return "".join([*pieces, escape(text[end:])])


def _link(address: str) -> str:
    return f'<a href="{address}">{address}</a>'
