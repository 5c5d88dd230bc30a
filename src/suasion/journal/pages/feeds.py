"""RSS, Atom and JSON Feed of the whole journal and of each section."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import feedgenerator
from wagtail.models import Page, Site

from suasion.journal.pages.masthead import masthead
from suasion.journal.pages.models import ArticlePage, SectionPage

__all__ = ["Atom", "Json", "JsonFeed", "Rss"]

LENGTH = 30  # articles in a feed


class JsonFeed(feedgenerator.SyndicationFeed):
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        """Write the feed as JSON."""
        feed = self.feed
        said = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed["title"],
            "description": feed["description"],
            "home_page_url": feed["link"],
            "feed_url": feed["feed_url"],
            "language": feed["language"],
            "items": [
                {
                    "id": item["unique_id"] or item["link"],
                    "url": item["link"],
                    "title": item["title"],
                    "summary": item["description"],
                    "content_text": item["description"],
                    "date_published": item["pubdate"].isoformat(),
                    "date_modified": item["updateddate"].isoformat(),
                    "authors": [{"name": item["author_name"]}],
                    "tags": [*item["categories"]],
                }
                for item in self.items
            ],
        }
        outfile.write(json.dumps(said, ensure_ascii=False).encode(encoding))


class Rss(Feed):
    """The newest articles as RSS 2.0."""

    name = "rss"

    def get_object(self, request: HttpRequest, section: str | None = None) -> Any:
        """Return the pages the feed is about: the journal's root and a section."""
        site = Site.find_for_request(request)
        if site is None:
            raise Http404("This journal has no site; run 'suasion journal init'.")
        root = site.root_page
        if section is None:
            return root, None, masthead(request)["journal"]
        found = SectionPage.below(root).public().filter(slug=section).first()
        if found is None:
            raise Http404(
                f"There is no section {section!r}; the journal's feed is at "
                f"{reverse(f'feed-{self.name}')}."
            )
        return root, found, masthead(request)["journal"]

    def title(self, about: Any) -> str:
        """Return the name of the journal, and of the section."""
        _, section, journal = about
        return f"{journal['name']}: {section.title}" if section else journal["name"]

    def description(self, about: Any) -> str:
        """Return what stands under the name."""
        _, section, journal = about
        return str(section.about if section else journal["tagline"])

    def link(self, about: Any) -> str:
        """Return the page's address."""
        root, section, _ = about
        return str((section or root).full_url)

    def feed_url(self, about: Any) -> str:
        """Return the feed's own address."""
        _, section, journal = about
        named = {"section": section.slug} if section else {}
        return f"{journal['address']}{reverse(f'feed-{self.name}', kwargs=named)}"

    def items(self, about: Any) -> list[ArticlePage]:
        """Return the newest articles."""
        root, section, _ = about
        below = ArticlePage.objects.descendant_of(section or root).newest()
        articles = list(below.prefetch_related("byline")[:LENGTH])
        parents = Page.objects.in_bulk(
            {article.path[: -Page.steplen] for article in articles}, field_name="path"
        )
        for article in articles:
            article.section = parents[article.path[: -Page.steplen]]
        return articles

    def item_title(self, article: ArticlePage) -> str:
        """Return the headline."""
        return str(article.title)

    def item_description(self, article: ArticlePage) -> str:
        """Return the lead."""
        return str(article.lead)

    def item_link(self, article: ArticlePage) -> str:
        """Return the address."""
        return str(article.full_url)

    def item_author_name(self, article: ArticlePage) -> str:
        """Return the byline: public names only."""
        return str(article.written_by)

    def item_categories(self, article: ArticlePage) -> tuple[str]:
        """Return the section."""
        return (article.section.title,)

    def item_pubdate(self, article: ArticlePage) -> datetime.datetime:
        """Return the moment of publication."""
        return article.published_at

    def item_updateddate(self, article: ArticlePage) -> datetime.datetime:
        """Return the moment of the last change."""
        changed = article.last_published_at or article.published_at
        return max(changed, article.published_at)


class Atom(Rss):
    """The newest articles as Atom 1.0."""

    name = "atom"
    feed_type = feedgenerator.Atom1Feed

    def subtitle(self, about: Any) -> str:
        """Return what stands under the name."""
        return self.description(about)


class Json(Rss):
    """The newest articles as JSON Feed."""

    name = "json"
    feed_type = JsonFeed
