"""Backups: one file with everything that a journal is, and the way back.

A backup can be made while the journal is served. The database is copied first, as of
one moment; uploads after it, so that all the copy speaks of are there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from suasion.journal.folder import JournalError, installed

__all__ = ["LAST", "backup", "restore"]

LAST = "last-backup"
SQLITE = "journal.sqlite3"
POSTGRES = "journal.pgdump"
ABOUT = "about.json"
FILES = ("journal.toml", "secret")


def backup(folder: Path, file: Path) -> None:
    """Write a backup; the journal must be open.

    Raises
    ------
    JournalError
        If the file is there already, or PostgreSQL's `pg_dump` is needed and missing.
    """
    file = file.absolute()
    if file.exists():
        raise JournalError(
            f"{file} is there already, and a backup is not overwritten; name another file."
        )
    if not file.parent.is_dir():
        raise JournalError(f"{file.parent} is not a folder; make it first.")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as place:
        database = _copy_database(Path(place))
        making = Path(place) / "archive"
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(descriptor, "wb") as raw,
            tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive,
        ):
            _add_about(archive, database.name)
            archive.add(database, database.name)
            for name in FILES:
                archive.add(folder / name, name)
            archive.add(folder / "media", "media")
            raw.flush()
        with making.open("rb") as written:
            os.fsync(written.fileno())
        os.link(making, file)  # unlike a renaming, refuses to overwrite
    (folder / LAST).write_text(dt.datetime.now(dt.UTC).isoformat() + "\n", "utf-8")


def unpack(file: Path, folder: Path) -> str:
    """Unpack a backup into a folder; return the name of its database's copy.

    Raises
    ------
    JournalError
        If the file is not a backup.
    """
    if not file.is_file():
        raise JournalError(f"{file}: there is no such file; name a backup")
    try:
        with tarfile.open(file, "r:gz") as archive:
            about = archive.extractfile(ABOUT)
            said = json.loads(about.read()) if about else {}
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, KeyError, ValueError, EOFError) as error:
        raise JournalError(
            f"{file}: this is not a whole backup of a journal ({error}); name a file "
            "that 'suasion journal backup' wrote."
        ) from error
    (folder / ABOUT).unlink()
    for name in (*FILES, said["database"]):
        (folder / name).chmod(0o600)
    (folder / "media").mkdir(exist_ok=True)
    return str(said["database"])


def restore(folder: Path, database: str) -> None:
    """Put the database of an unpacked backup in place; the journal must be open.

    Raises
    ------
    JournalError
        If the backup is of the other kind of database, or the database is in use.
    """
    from django.db import connection

    wanted = SQLITE if connection.vendor == "sqlite" else POSTGRES
    if database != wanted:
        other = "without" if wanted == POSTGRES else "with"
        raise JournalError(
            f"the backup's database is {database}, this one's is {connection.vendor}; "
            f"restore it {other} DATABASE_URL."
        )
    if connection.vendor == "sqlite":
        return
    if connection.introspection.table_names():
        raise JournalError(
            f"the database {connection.settings_dict['NAME']} is not empty; create an "
            "empty one and name it in DATABASE_URL."
        )
    dump = folder / POSTGRES
    name = str(connection.settings_dict["NAME"])
    _run("pg_restore", "--no-owner", "--exit-on-error", "--dbname", name, str(dump))
    dump.unlink()


def _copy_database(place: Path) -> Path:
    from django.db import connection

    if connection.vendor == "sqlite":
        copy = place / SQLITE
        name = connection.settings_dict["NAME"]
        with (
            contextlib.closing(sqlite3.connect(name, timeout=60)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)  # in one step: as of one moment
            target.execute("PRAGMA journal_mode=DELETE")
            (verdict,) = target.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise JournalError(
                f"{name}: the database is damaged ({verdict}); restore the last backup."
            )
        return copy
    copy = place / POSTGRES
    _run("pg_dump", "--format=custom", "--no-owner", "--file", str(copy))
    return copy


def _run(program: str, *arguments: str) -> None:
    from django.db import connection

    if shutil.which(program) is None:
        raise JournalError(
            f"the journal is kept by PostgreSQL, and its program {program} is not "
            "installed; on Debian: apt-get install postgresql-client"
        )
    said: dict[str, Any] = connection.settings_dict
    # A password among the arguments could be read by everybody on the machine.
    environment = os.environ | {
        f"PG{name}": str(said[key])
        for name, key in (
            ("HOST", "HOST"),
            ("PORT", "PORT"),
            ("USER", "USER"),
            ("PASSWORD", "PASSWORD"),
            ("DATABASE", "NAME"),
        )
        if said.get(key)
    }
    ran = subprocess.run(
        [program, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise JournalError(f"{program} failed: {ran.stderr.strip()}")


def _add_about(archive: tarfile.TarFile, database: str) -> None:
    said = {
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": installed(),
        "database": database,
    }
    text = json.dumps(said, indent=2).encode()
    entry = tarfile.TarInfo(ABOUT)
    entry.size, entry.mode = len(text), 0o600
    archive.addfile(entry, io.BytesIO(text))
