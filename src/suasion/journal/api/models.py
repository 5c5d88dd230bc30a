"""Tokens: what a program shows instead of a password."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

__all__ = ["SCOPES", "Token", "in_a_year"]

SCOPES = {
    "forecast": "ledger.add_forecast",
    "ask": "ledger.add_question",
    "resolve": "ledger.add_resolution",
}
"""What a token can be good for, and the permission that its owner needs as well."""


def in_a_year() -> dt.date:
    """Return the day a year from today."""
    return timezone.now().date() + dt.timedelta(days=365)


class Token(models.Model):
    """A token of somebody's; only its hash is kept.

    It can do what its scopes say and its owner may. `writes` counts those of the hour
    that `writing_since` names.
    """

    name = models.CharField(
        max_length=80, help_text="What it is for, so that it can be told from others."
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="tokens",
        help_text="In whose name it writes, as far as they may.",
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    forecast = models.BooleanField("can record estimates", default=True)
    ask = models.BooleanField("can ask questions", default=False)
    resolve = models.BooleanField("can resolve questions", default=False)
    expires_on = models.DateField(
        default=in_a_year, help_text="The last day on which it is good."
    )
    made_on = models.DateField(editable=False)
    last_used_on = models.DateField(null=True, editable=False)
    writing_since = models.DateTimeField(null=True, editable=False)
    writes = models.PositiveIntegerField(default=0, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-made_on", "name"]
        default_permissions = ["add", "delete", "view"]

    def __str__(self) -> str:
        return self.name
