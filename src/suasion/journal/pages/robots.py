"""What robots may read: everything that readers may, but no search results."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from suasion.journal.pages.masthead import masthead


def robots(request: HttpRequest) -> HttpResponse:
    """Answer `/robots.txt` (RFC 9309), with the address of the sitemap."""
    lines = (
        "User-agent: *",
        "Disallow: /editors/",
        "Disallow: /search/",
        "",
        f"Sitemap: {masthead(request)['journal']['address']}/sitemap.xml",
        "",
    )
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
