"""Pages rendered once and kept until something that readers see changes.

Each worker keeps its own pages, but all ask the database for the stamp (one primary-key
read), so none shows what another one knows to be old: not even for a second. A page is
kept for ten minutes at most, since some of what it says depends on the clock.

Only what is the same for everybody is kept: an answer of status 200, without a cookie,
to a GET without cookies, and without a query other than `?page=`. A view that must not
be kept says so by `Cache-Control: no-store` or `private`.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from suasion.journal.freshness import stamp
from suasion.journal.freshness.stamp import touch

__all__ = ["PageCache", "touch"]

LIFETIME = 600  # seconds
MEMORY = 16_000_000  # bytes of pages in each worker
LONGEST = MEMORY // 16  # bytes of one page
OVERHEAD = 2_000  # bytes, about, of a kept page's headers and key
# Readers ask each time and get a 304; a proxy in front may answer for ten seconds.
PUBLIC = "public, max-age=0, s-maxage=10, must-revalidate"
OTHERWISE = "private, no-cache"
ELSEWHERE = ("/editors/", "/health/", "/media/", "/static/")
LEAF = re.compile(r"(page=\d{1,4})?", re.ASCII)
NOT_IN_304 = {"content-type", "content-length", "content-encoding"}

Key = tuple[str, ...]


class Kept(NamedTuple):
    """A page as it was sent."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class PageCache:
    """The middleware: the outermost, so that a kept page has all its headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._shelf = Shelf()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from the shelf, or render and keep."""
        if request.path_info.startswith(ELSEWHERE):
            return self._get_response(request)
        if not _is_for_everybody(request):
            return _not_kept(self._get_response(request))
        clock = int(time.time() // LIFETIME)
        generation = f"{stamp.read()}.{clock}"
        key = _key(request)
        kept = self._shelf.get(generation, key)
        if kept is None:
            response = self._get_response(request)
            if not _may_be_kept(response):
                return _not_kept(response)
            kept = _as_sent(response, generation, key)
            if request.method == "GET":
                self._shelf.put(generation, key, kept)
        return _answer(request, kept)


class Shelf:
    """Pages of one generation, the least recently read thrown out first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._generation = ""
        self._size = 0
        self._lock = Lock()

    def get(self, generation: str, key: Key) -> Kept | None:
        """Return a page of this generation; those of another one are thrown out."""
        with self._lock:
            if generation != self._generation:
                self._pages.clear()
                self._generation, self._size = generation, 0
            kept = self._pages.get(key)
            if kept is not None:
                self._pages.move_to_end(key)
            return kept

    def put(self, generation: str, key: Key, kept: Kept) -> None:
        """Keep a page, unless a newer generation has begun or it is too long."""
        size = len(kept.body) + OVERHEAD
        with self._lock:
            if generation != self._generation or size > LONGEST or key in self._pages:
                return
            self._pages[key] = kept
            self._size += size
            while self._size > MEMORY:
                _, oldest = self._pages.popitem(last=False)
                self._size -= len(oldest.body) + OVERHEAD


def _is_for_everybody(request: HttpRequest) -> bool:
    told = request.META
    return (
        request.method in ("GET", "HEAD")
        and not told.get("HTTP_COOKIE")
        and "HTTP_AUTHORIZATION" not in told
        and LEAF.fullmatch(told.get("QUERY_STRING", "")) is not None
    )


def _key(request: HttpRequest) -> Key:
    told = request.META
    packed = "gzip" if "gzip" in told.get("HTTP_ACCEPT_ENCODING", "") else ""
    where = (str(request.scheme), request.get_host(), request.path_info)
    return (*where, told.get("QUERY_STRING", ""), packed)


def _may_be_kept(response: HttpResponseBase) -> bool:
    control = response.get("Cache-Control", "")
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "no-store" not in control
        and "private" not in control
    )


def _not_kept(response: HttpResponseBase) -> HttpResponseBase:
    if "Cache-Control" not in response:
        response["Cache-Control"] = OTHERWISE
    return response


def _as_sent(response: HttpResponseBase, generation: str, key: Key) -> Kept:
    # Weak: a form's signed time differs between workers, and means the same.
    of = "\n".join((generation, *key[:-1])).encode()
    mark = hashlib.blake2b(of, digest_size=12).hexdigest()
    response["ETag"] = f'W/"{mark}"'
    if "Cache-Control" not in response:
        response["Cache-Control"] = PUBLIC
    body = bytes(getattr(response, "content", b""))
    response["Content-Length"] = str(len(body))
    return Kept(body, tuple(response.items()))


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    headers = dict(kept.headers)
    asked = request.META.get("HTTP_IF_NONE_MATCH", "")
    if asked and (asked.strip() == "*" or headers["ETag"] in parse_etags(asked)):
        said = {k: v for k, v in headers.items() if k.lower() not in NOT_IN_304}
        return HttpResponse(status=304, headers=said)
    body = b"" if request.method == "HEAD" else kept.body
    return HttpResponse(body, headers=headers)
