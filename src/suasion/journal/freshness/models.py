"""One row, whose value is another one after every change that readers can see."""

from __future__ import annotations

from django.db import models

__all__ = ["Stamp"]


class Stamp(models.Model):
    """The stamp of everything that readers see."""

    value = models.CharField(max_length=16)

    class Meta:
        default_permissions = []

    def __str__(self) -> str:
        return self.value
