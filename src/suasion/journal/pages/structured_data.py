"""What machines read about an article: schema.org's NewsArticle as JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

__all__ = ["first_image", "news_article", "script"]

ESCAPED = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


def first_image(article: Any) -> Any:
    """Return the first image of the body, or None."""
    images = (
        block.value["image"] for block in article.body if block.block_type == "image"
    )
    return next(images, None)


def news_article(article: Any, *, publisher: str, home: str) -> dict[str, Any]:
    """Return an article as schema.org describes news (https://schema.org/NewsArticle).

    Names and addresses are those of public pages: nothing of an account.
    """
    address = article.full_url
    changed = article.last_published_at or article.published_at
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": address,
        "url": address,
        "headline": article.title[:110],
        "description": article.lead,
        "datePublished": article.published_at.isoformat(),
        "dateModified": max(changed, article.published_at).isoformat(),
        "articleSection": article.get_parent().title,
        "inLanguage": "en",
        "author": [
            {"@type": "Person", "name": author.title, "url": author.full_url}
            for author in article.authors
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": publisher, "url": home},
        "isAccessibleForFree": True,
    }
    if image := first_image(article):
        photo = image.get_rendition("width-1200")
        data["image"] = [photo.full_url]
    return data


def script(data: dict[str, Any]) -> SafeString:
    r"""Return data as a data block, which no page can break out of.

    A data block is never run, so a Content-Security-Policy without `unsafe-inline`
    lets it stand.

    Examples
    --------
    >>> script({"headline": "</script>..."})
    '<script type="application/ld+json">{"headline": "\\u003C/script\\u003E..."}</script>'
    """
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
