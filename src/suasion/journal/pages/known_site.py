"""The journal's site and front page, which every page hangs on: read once, and kept."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.models import Site

from suasion.journal.freshness import stamp
from suasion.journal.freshness.keeping import kept

__all__ = ["KnownSite", "only_site"]

ELSEWHERE = ("/api/", "/editors/", "/health/", "/media/", "/static/")


class KnownSite:
    """Middleware: tell Wagtail the site, so that it need not look for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Put the site where `Site.find_for_request` keeps what it has found."""
        if not request.path_info.startswith(ELSEWHERE):
            site = only_site()
            if site is not None:
                request._wagtail_site = site
        return self._get_response(request)


@kept(stamp.read_pages)
def only_site() -> Site | None:
    """Return the site if it is the only one, whatever name it is asked for by."""
    Site.clear_site_root_paths_cache()  # Wagtail keeps them for an hour in each worker
    sites = list(Site.objects.select_related("root_page")[:2])
    if len(sites) != 1 or not sites[0].is_default_site:
        return None
    sites[0].root_page = sites[0].root_page.specific
    return sites[0]
