"""Publishing an article from outside of the editors' pages: commands, imports."""

from __future__ import annotations

import datetime
from typing import Any

import nh3
from django.db import transaction
from django.utils import timezone

from suasion.journal.pages.models import (
    ArticlePage,
    AuthorPage,
    AuthorsPage,
    SectionPage,
)

__all__ = ["publish_article", "sanitised"]

# What an editor can make.
TAGS = frozenset(
    (
        "p",
        "br",
        "h2",
        "h3",
        "b",
        "strong",
        "i",
        "em",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
    )
)


def sanitised(html: str) -> str:
    """Return the HTML with nothing but what an editor could have typed.

    Examples
    --------
    >>> sanitised('<p onclick="x()">A <b>b</b><script>y()</script></p>')
    '<p>A <b>b</b></p>'
    >>> sanitised('<a href="javascript:x()" class="c">go</a>')
    '<a>go</a>'
    """
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


@transaction.atomic
def publish_article(
    section: SectionPage | str,
    title: str,
    lead: str,
    body_html: str,
    author: AuthorPage | str,
    question: Any = None,
    date: datetime.date | None = None,
) -> ArticlePage:
    """Publish a new article and return it.

    Parameters
    ----------
    section : SectionPage or str
        The section, or the last part of its address: 'war'.
    title, lead : str
        The headline, and the two sentences under it.
    body_html : str
        The body as HTML; what an editor could not have typed is taken out.
    author : AuthorPage or str
        The author, or a name; an author of a new name is introduced.
    question : ledger.Question, optional
        The contested decision, whose forecast stands under the article.
    date : datetime.date, optional
        The day it appears; today, if not given.

    Raises
    ------
    ValueError
        If there is no such section, or the body is empty once sanitised.
    django.core.exceptions.ValidationError
        If a headline or a lead breaks a rule of `ArticlePage`.
    """
    body = sanitised(body_html)
    if not nh3.clean(body, tags=set()).strip():
        raise ValueError(
            f"body_html: found {body_html[:60]!r}; an article has a text in <p>; "
            "write at least one paragraph."
        )
    article = ArticlePage(
        title=title,
        lead=lead,
        date=date or timezone.localdate(),
        body=[{"type": "text", "value": body}],
        question=question,
    )
    article.byline = [_author(author)]
    _section(section).add_child(instance=article)
    article.save_revision().publish()
    return ArticlePage.objects.get(pk=article.pk)


def _section(section: SectionPage | str) -> SectionPage:
    if isinstance(section, SectionPage):
        return section
    found = SectionPage.objects.filter(slug=section).first()
    if found is None:
        known = ", ".join(SectionPage.objects.values_list("slug", flat=True))
        raise ValueError(
            f"section: found {section!r}; the sections are {known or 'none yet'}; "
            "choose one of them, or add a section in the editors' pages."
        )
    return found


def _author(author: AuthorPage | str) -> AuthorPage:
    if isinstance(author, AuthorPage):
        return author
    found = AuthorPage.objects.filter(title=author).first()
    if found is None:
        authors = AuthorsPage.objects.first()
        if authors is None:
            raise ValueError(
                f"author: found {author!r}; new authors stand under the list of "
                "authors, and this journal has none; run 'suasion journal init'."
            )
        found = authors.add_child(instance=AuthorPage(title=author))
        found.save_revision().publish()
    return found
