"""What stands at the head of every page: name, tagline, sections."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, Site

from suasion.journal.freshness import stamp
from suasion.journal.freshness.keeping import kept


def masthead(request: HttpRequest) -> dict[str, Any]:
    """Return the context `journal`: name, tagline, address, sections and other pages.

    Read from the page tree in one query, kept until a page changes, and only if a
    template asks; so are the pages of errors, which have no page of their own.
    """
    return {"journal": SimpleLazyObject(lambda: _read(request))}


def _read(request: HttpRequest) -> dict[str, Any]:
    site = Site.find_for_request(request)
    if site is None:
        return {**settings.JOURNAL, "sections": [], "others": []}
    return _head(site)


@kept(stamp.read_pages)
def _head(site: Site) -> dict[str, Any]:
    front = site.root_page
    below = Q(depth=front.depth + 1, path__startswith=front.path, live=True)
    rows = list(
        Page.objects.filter(below | Q(pk=front.pk))
        .order_by("path")
        .values("pk", "title", "slug", "show_in_menus", "frontpage__tagline")
        .annotate(section=Q(sectionpage__isnull=False))
    )
    children = [
        {**row, "url": f"/{row['slug']}/"}
        for row in rows
        if row["pk"] != front.pk and row["show_in_menus"]
    ]
    head = next(row for row in rows if row["pk"] == front.pk)
    return {
        "name": head["title"],
        "tagline": head["frontpage__tagline"] or "",
        "address": site.root_url,
        "sections": [child for child in children if child["section"]],
        "others": [child for child in children if not child["section"]],
    }
