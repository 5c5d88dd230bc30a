"""Who has a one-time password."""

from __future__ import annotations

from django.conf import settings
from django.db import models

__all__ = ["OneTimePassword"]


class OneTimePassword(models.Model):
    """A password that somebody else has seen: its owner must choose another.

    `encoded` is the account's own hash of it, so the row says nothing any more once the
    account has another password, however it came by that.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="one_time_password",
    )
    encoded = models.CharField(max_length=128)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = []

    def __str__(self) -> str:
        return f"One-time password of {self.user}"
