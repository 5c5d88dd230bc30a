"""Which changes touch the stamp: all that a reader could see."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page
from wagtail.signals import post_page_move

from suasion.journal.freshness.stamp import touch

__all__ = ["watch"]

_WATCHED = frozenset(
    {
        "ledger.forecast",
        "ledger.forecaster",
        "ledger.picture",
        "ledger.question",
        "ledger.resolution",
        "ledger.score",
        "responses.response",
        "responses.responsesettings",
        "wagtailcore.pageviewrestriction",
        "wagtailcore.site",
        "wagtailimages.image",
        "wagtailredirects.redirect",
    }
)
# A response waits for an editor; new settings are the defaults, which were in force.
_UNSEEN_WHEN_NEW = frozenset({"responses.response", "responses.responsesettings"})


def watch() -> None:
    """Touch the stamp from now on whenever a watched row is saved or deleted."""
    for signal in (post_save, post_delete, post_page_move):
        signal.connect(_changed, dispatch_uid="freshness")


def _changed(sender: Any, instance: Any, **told: Any) -> None:
    if not (sender._meta.label_lower in _WATCHED or issubclass(sender, Page)):
        return
    if not (told.get("created") and sender._meta.label_lower in _UNSEEN_WHEN_NEW):
        of_ledger = sender._meta.app_label == "ledger"
        is_response = sender._meta.label_lower == "responses.response"
        touch(ledger=of_ledger, pages=not (of_ledger or is_response))
