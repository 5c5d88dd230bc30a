"""Addresses of search, feeds, the sitemap, and what robots may read."""

from __future__ import annotations

from django.urls import path
from wagtail.contrib.sitemaps.views import sitemap

from suasion.journal.pages.feeds import Atom, Json, Rss
from suasion.journal.pages.media import image
from suasion.journal.pages.robots import robots
from suasion.journal.pages.search import search

urlpatterns = [
    path("search/", search, name="search"),
    path("feeds/rss.xml", Rss(), name="feed-rss"),
    path("feeds/atom.xml", Atom(), name="feed-atom"),
    path("feeds/feed.json", Json(), name="feed-json"),
    path("feeds/<slug:section>/rss.xml", Rss(), name="feed-rss"),
    path("feeds/<slug:section>/atom.xml", Atom(), name="feed-atom"),
    path("feeds/<slug:section>/feed.json", Json(), name="feed-json"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("media/images/<path:path>", image, name="image"),
]
