"""Search in headlines, leads, bodies and bylines, by Wagtail's database backend."""

from __future__ import annotations

from django.core.paginator import Page as Leaf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page, Site

from suasion.journal.pages.models import ArticlePage, leaf_of

__all__ = ["search"]

LONGEST = 200  # characters of a query; what is longer is not a search


def search(request: HttpRequest) -> HttpResponse:
    """Answer `/search/?q=words`: articles that contain all words, best first."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    leaf: Leaf | None = None
    if words:
        leaf = leaf_of(_found(request, words), request)
    return render(request, "journal/search.html", {"words": words, "leaf": leaf})


def _found(request: HttpRequest, words: str) -> list[Page]:
    site = Site.find_for_request(request)
    found: list[Page] = []
    if site is not None:
        below = ArticlePage.objects.descendant_of(site.root_page)
        found = list(below.live().public().search(words, operator="and"))
    return found
