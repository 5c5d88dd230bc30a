"""Whether the journal can answer: `/health/`, for whatever watches over it.

It says "ok" with 200, or "not ok" with 503 and the name of the check that failed;
what went wrong is in the log.
"""

from __future__ import annotations

import logging
from functools import cache

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from suasion.journal.freshness import stamp

__all__ = ["health", "pending_migrations"]

log = logging.getLogger("suasion.journal.health")


def pending_migrations() -> list[str]:
    """Return the names of migrations that the database has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer `/health/`."""
    failed = ""
    try:
        stamp.read()
    except DatabaseError:
        log.exception("the database does not answer")
        failed = "database"
    if not failed and not _is_migrated():
        failed = "migrations"
    said = {"status": "not ok", "failed": failed} if failed else {"status": "ok"}
    return JsonResponse(said, status=503 if failed else 200)


def _is_migrated() -> bool:
    """Return whether all migrations are applied; once they are, ask no more."""
    try:
        return _no_migration_is_pending()
    except _PendingError:
        return False


@cache
def _no_migration_is_pending() -> bool:
    pending = pending_migrations()
    if pending:
        log.error(
            "%d migrations are pending; run 'suasion journal migrate'", len(pending)
        )
        raise _PendingError
    return True


class _PendingError(Exception):
    """Raised, not returned, so that `cache` does not remember it."""
