"""Founding a journal: once, again, and with names and addresses that are none."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page, Site

from suasion.journal.pages.founding import found
from suasion.journal.pages.models import (
    SectionPage,
)


def census() -> tuple[Any, ...]:
    return (
        list(Page.objects.order_by("path").values_list("path", "url_path", "title")),
        sorted(
            GroupPagePermission.objects.values_list(
                "group__name", "page__url_path", "permission__codename"
            )
        ),
        sorted(
            Group.objects.exclude(permissions=None).values_list(
                "name", "permissions__codename"
            )
        ),
        list(Site.objects.values_list("hostname", "port", "site_name")),
    )


def test_founding_twice_is_founding_once(front: Any) -> None:
    before = census()
    again = found("The Strelsau Review", "Who yields, and when?", "http://testserver")
    assert again == front
    assert census() == before
    assert [page.slug for page in front.get_children()] == [
        "war",
        "politics",
        "economy",
        "culture",
        "track-record",
        "about-the-method",
        "authors",
    ]


def test_founding_again_renames_and_moves_and_keeps_what_editors_did(
    front: Any, client: Any
) -> None:
    SectionPage.objects.get(slug="war").delete()
    found("The Hentzau Mail", "", "https://mail.example")
    site = Site.objects.get()
    assert (site.hostname, site.port) == ("mail.example", 443)
    assert not SectionPage.objects.filter(slug="war").exists()
    page = client.get("/").content.decode()
    assert "The Hentzau Mail" in page
    assert "Strelsau" not in page
    assert 'href="https://mail.example/"' in page


@pytest.mark.parametrize(
    "address",
    ["", "journal.example", "ftp://a.example", "https://a.example/x", "http://a:b"],
)
def test_founding_refuses_what_is_no_address(db: None, address: str) -> None:
    with pytest.raises(
        ValueError, match=r"address: found .*; it is http:// or https://"
    ):
        found("A", "", address)


def test_founding_refuses_no_name(db: None) -> None:
    with pytest.raises(
        ValueError, match=r"name: found ' '; a journal has a name; write"
    ):
        found(" ", "", "https://a.example")


# Who may stand where
