"""Reading and changing the stamp.

The stamp changes in the transaction of the change it tells of, so whoever reads a stamp
reads content at least as new. A random value, not a count: no state of a database that
was restored from a backup can be taken for a later one.
"""

from __future__ import annotations

import secrets

from django.db import connection

from suasion.journal.freshness.models import Stamp

__all__ = ["read", "read_ledger", "read_pages", "touch"]

_ROW, _LEDGER, _PAGES = 1, 2, 3
_READ = f"SELECT value FROM {Stamp._meta.db_table} WHERE id = %s"


def read() -> str:
    """Return the stamp; it is empty before the first change. One primary-key read."""
    return _read(_ROW)


def read_ledger() -> str:
    """Return the stamp of the ledger alone, which a response or an article leaves."""
    return _read(_LEDGER)


def read_pages() -> str:
    """Return the stamp of what editors write: pages, images, settings; no responses."""
    return _read(_PAGES)


def _read(row: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [row])
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def touch(*, ledger: bool = True, pages: bool = True) -> None:
    """Say that something changed that readers see.

    Saving or deleting a row of a watched model does so by itself (see `watching`).
    Code that goes around models (`update`, `bulk_create`, SQL) calls this.

    Parameters
    ----------
    ledger, pages : bool
        Whether the ledger, or what editors write, may have changed, too.
    """
    for row in (_ROW, *([_LEDGER] if ledger else []), *([_PAGES] if pages else [])):
        value = secrets.token_hex(8)
        if not Stamp.objects.filter(pk=row).update(value=value):
            Stamp.objects.bulk_create(
                [Stamp(pk=row, value=value)], ignore_conflicts=True
            )
