"""Addresses of the API, included under `api/`."""

from __future__ import annotations

from typing import NoReturn

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import path, re_path
from django.views.generic import RedirectView
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from suasion.journal.api import writing  # noqa: F401  adds its operations
from suasion.journal.api.manual import Manual
from suasion.journal.api.reading import router
from suasion.journal.api.refusing import refuse_in_one_shape

__all__ = ["api", "urlpatterns"]

ABOUT = """\
Questions, forecasts, resolutions and scores, as JSON and CSV. Reading needs no key. \
Lists have pages of 100 rows: ask for ?page=2 and so on. Every answer to a reader has an \
ETag; send it back as If-None-Match and get a 304 while nothing has changed.

Writing needs a token, which an administrator issues: send Authorization: Bearer TOKEN. \
A token is good for what it was issued for (forecast, ask, resolve), as far as its owner \
may do that, until the day it expires, and for 600 writes an hour.

Errors are JSON with the status and a sentence that says what is wrong and how to mend \
it. Names appear only of those who agreed to be shown.
"""


class Finite(JSONRenderer):
    """JSON without NaN and infinities, which are no JSON."""

    json_dumps_params = {"allow_nan": False}


api = NinjaAPI(
    title=f"{settings.JOURNAL['name']}: the ledger",
    version="1",
    description=ABOUT,
    docs=Manual(),
    docs_url="/",
    urls_namespace="api",
    renderer=Finite(),
    servers=[{"url": settings.JOURNAL["address"]}],
)
api.add_router("", router)
refuse_in_one_shape(api)


def _nothing(request: HttpRequest) -> NoReturn:
    raise Http404


urlpatterns = [
    re_path(r"^(?:v1)?$", RedirectView.as_view(url="/api/v1/", permanent=True)),
    path("v1/", api.urls),
    # Without it, what is not there would be looked for under an address with a slash.
    re_path("", _nothing),
]
