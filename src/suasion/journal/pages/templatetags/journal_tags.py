"""`{% load journal_tags %}`: what templates of pages cannot say themselves."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from suasion.journal.pages import structured_data

register = template.Library()


@register.simple_tag
def news_article(article: Any, journal: Any) -> SafeString:
    """Render an article's JSON-LD."""
    return structured_data.script(
        structured_data.news_article(
            article, publisher=journal["name"], home=f"{journal['address']}/"
        )
    )


@register.filter
def first_image(article: Any) -> Any:
    """Return the first image of an article, or None."""
    return structured_data.first_image(article)
