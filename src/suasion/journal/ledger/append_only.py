"""Triggers that let a table only grow, on SQLite and on PostgreSQL.

Django's own save, update and delete, and SQL by hand, are refused alike. On SQLite,
INSERT OR REPLACE would delete without firing a trigger for it, so a row that is there
already may not be inserted again. On PostgreSQL, TRUNCATE is refused too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["TABLES", "install", "lifted", "remove"]

TABLES = {
    "ledger_forecast": (
        "id = NEW.id OR (question_id = NEW.question_id AND number = NEW.number)"
    ),
    "ledger_resolution": (
        "id = NEW.id OR supersedes_id = NEW.supersedes_id OR (question_id = "
        "NEW.question_id AND supersedes_id IS NULL AND NEW.supersedes_id IS NULL)"
    ),
}
"""Each table with the condition under which a new row would replace an old one."""

_SAME = {
    "ledger_forecast": (
        "question_id = NEW.question_id AND forecaster_id = NEW.forecaster_id"
    ),
    "ledger_resolution": "question_id = NEW.question_id",
}
"""What a row must share with the row that it supersedes."""

_REFUSED = (
    "{table} is append-only: a row is never changed or deleted; record a new row that "
    "supersedes it"
)
_TWICE = "{table} is append-only: a row with this key is there already; add another"
_OTHER = (
    "{table}: a row supersedes only one of its question and forecaster; name that one"
)


def install(connection: Any) -> None:
    """Make the tables append-only.

    A later migration that changes one of them on SQLite makes the table anew and drops
    its triggers on the way: it must call this again.
    """
    remove(connection)
    _execute(connection, _STATEMENTS[connection.vendor]())


def remove(connection: Any) -> None:
    """Undo `install`, for the way back of the migration."""
    _execute(connection, _REMOVALS[connection.vendor]())


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """Lift the ban for a while: for emptying a test's database, nothing else."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)


def _execute(connection: Any, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _names(table: str) -> list[str]:
    return [f"{table}_{event}" for event in ("update", "delete", "insert", "truncate")]


def _sqlite() -> Iterator[str]:
    for table, twice in TABLES.items():
        update, delete, insert, _ = _names(table)
        refused = f"SELECT RAISE(ABORT, '{_REFUSED.format(table=table)}');"
        yield f"CREATE TRIGGER {update} BEFORE UPDATE ON {table} BEGIN {refused} END"
        yield f"CREATE TRIGGER {delete} BEFORE DELETE ON {table} BEGIN {refused} END"
        yield (
            f"CREATE TRIGGER {insert} BEFORE INSERT ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{_TWICE.format(table=table)}') WHERE EXISTS "
            f"(SELECT 1 FROM {table} WHERE {twice}); "
            f"SELECT RAISE(ABORT, '{_OTHER.format(table=table)}') WHERE "
            f"NEW.supersedes_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {table} "
            f"WHERE id = NEW.supersedes_id AND {_SAME[table]}); END"
        )


def _postgresql() -> Iterator[str]:
    for table in TABLES:
        update, delete, insert, truncate = _names(table)
        yield (
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', "
            f"MESSAGE = '{_REFUSED.format(table=table)}'; END $$"
        )
        yield (
            f"CREATE FUNCTION {table}_check() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
            f"{table} WHERE id = NEW.supersedes_id AND {_SAME[table]}) THEN "
            f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', "
            f"MESSAGE = '{_OTHER.format(table=table)}'; END IF; RETURN NEW; END $$"
        )
        for name, event in ((update, "UPDATE"), (delete, "DELETE")):
            yield (
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
                f"EXECUTE FUNCTION {table}_refuse()"
            )
        yield (
            f"CREATE TRIGGER {truncate} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION {table}_refuse()"
        )
        yield (
            f"CREATE TRIGGER {insert} BEFORE INSERT ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {table}_check()"
        )


def _sqlite_removed() -> Iterator[str]:
    for table in TABLES:
        for name in _names(table):
            yield f"DROP TRIGGER IF EXISTS {name}"


def _postgresql_removed() -> Iterator[str]:
    for table in TABLES:
        for name in _names(table):
            yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield f"DROP FUNCTION IF EXISTS {table}_refuse()"
        yield f"DROP FUNCTION IF EXISTS {table}_check()"


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}
_REMOVALS = {"sqlite": _sqlite_removed, "postgresql": _postgresql_removed}
