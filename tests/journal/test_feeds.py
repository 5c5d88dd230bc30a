"""Feeds, sitemap, robots: three formats, one content."""

from __future__ import annotations

import datetime
import json
import re
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from wagtail.models import Page

from suasion.journal.pages.feeds import LENGTH

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def rss(client: Any, under: str = "") -> list[tuple[Any, ...]]:
    answer = client.get(f"/feeds/{under}rss.xml")
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    creator = "{http://purl.org/dc/elements/1.1/}creator"
    return [
        (
            item.findtext("title"),
            item.findtext("link"),
            item.findtext("description"),
            parsedate_to_datetime(str(item.findtext("pubDate"))),
            item.findtext(creator),
            item.findtext("category"),
        )
        for item in ElementTree.fromstring(answer.content).iter("item")
    ]


def atom(client: Any, under: str = "") -> list[tuple[Any, ...]]:
    answer = client.get(f"/feeds/{under}atom.xml")
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    return [
        (
            entry.findtext(f"{ATOM}title"),
            entry.find(f"{ATOM}link").attrib["href"],  # type: ignore[union-attr]
            entry.findtext(f"{ATOM}summary"),
            datetime.datetime.fromisoformat(str(entry.findtext(f"{ATOM}published"))),
            entry.findtext(f"{ATOM}author/{ATOM}name"),
            entry.find(f"{ATOM}category").attrib["term"],  # type: ignore[union-attr]
        )
        for entry in ElementTree.fromstring(answer.content).iter(f"{ATOM}entry")
    ]


def json_feed(client: Any, under: str = "") -> list[tuple[Any, ...]]:
    answer = client.get(f"/feeds/{under}feed.json")
    assert answer.headers["Content-Type"].startswith("application/feed+json")
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"http://testserver/feeds/{under}feed.json"
    return [
        (
            item["title"],
            item["url"],
            item["summary"],
            datetime.datetime.fromisoformat(item["date_published"]),
            item["authors"][0]["name"],
            item["tags"][0],
        )
        for item in feed["items"]
    ]


def test_three_formats_say_the_same(publish: Any, client: Any) -> None:
    publish("Tolls & <tariffs>", section="economy", lead="Who pays & why?")
    for n in range(LENGTH + 2):
        publish(
            f"Vote {n}", date=datetime.date(2020, 2, 1) + datetime.timedelta(days=n)
        )
    newest = rss(client)
    assert newest == atom(client) == json_feed(client)
    assert len(newest) == LENGTH
    titles = [item[0] for item in newest[:2]]
    assert titles == ["Tolls & <tariffs>", f"Vote {LENGTH + 1}"]
    only = rss(client, "economy/")
    assert only == atom(client, "economy/") == json_feed(client, "economy/")
    assert only == [
        (
            "Tolls & <tariffs>",
            "http://testserver/economy/tolls-tariffs/",
            "Who pays & why?",
            datetime.datetime(2020, 6, 1, tzinfo=datetime.UTC),
            "Antonia Hope",
            "Economy",
        )
    ]


def test_drafts_are_in_no_feed(publish: Any, client: Any) -> None:
    publish().unpublish()
    assert rss(client) == atom(client) == json_feed(client) == []


@pytest.mark.parametrize("feed", ["rss.xml", "atom.xml", "feed.json"])
def test_a_feed_of_no_section_is_not_found(front: Any, client: Any, feed: str) -> None:
    assert client.get(f"/feeds/sport/{feed}").status_code == 404
    assert client.get(f"/feeds/authors/{feed}").status_code == 404


def test_pages_name_their_feeds(publish: Any, client: Any) -> None:
    publish()
    page = client.get("/politics/").content.decode()
    feeds = re.findall(r'rel="alternate" type="([^"]*)"[^>]*href="([^"]*)"', page)
    assert feeds == [
        ("application/rss+xml", "/feeds/rss.xml"),
        ("application/atom+xml", "/feeds/atom.xml"),
        ("application/feed+json", "/feeds/feed.json"),
        ("application/rss+xml", "/feeds/politics/rss.xml"),
    ]
    for _, address in feeds:
        answer = client.get(address)
        assert answer.status_code == 200
        assert not answer.cookies


def test_the_sitemap_is_every_public_page(publish: Any, client: Any) -> None:
    publish()
    publish("Not yet").unpublish()
    answer = client.get("/sitemap.xml")
    listed = [
        place.text
        for place in ElementTree.fromstring(answer.content).iter(f"{SITEMAP}loc")
    ]
    public = Page.objects.live().filter(depth__gt=1)
    assert sorted(map(str, listed)) == sorted(page.full_url for page in public)
    for address in listed:
        assert (
            client.get(str(address).removeprefix("http://testserver")).status_code
            == 200
        )


def test_robots_may_read_what_readers_may(front: Any, client: Any) -> None:
    said = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in said
    assert [line for line in said if line.startswith("Disallow")] == [
        "Disallow: /editors/",
        "Disallow: /search/",
    ]
