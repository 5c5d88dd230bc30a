"""Addresses of a journal."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from suasion.journal.health import health

urlpatterns = [
    path("api/", include("suasion.journal.api.urls")),
    path("health/", health, name="health"),
    path("documents/", include(wagtaildocs_urls)),
    path("editors/", include(wagtailadmin_urls)),
    path("ledger/", include("suasion.journal.ledger.urls")),
    path("respond/", include("suasion.journal.responses.urls")),
    path("", include("suasion.journal.pages.urls")),
    path("", include(wagtail_urls)),
]
