"""The folder of a journal: made whole or not at all, then opened by every command.

====================  ==============================================================
file                  holds
====================  ==============================================================
journal.toml          name, tagline and address; yours to edit
secret                the key of signed links; whoever has it can forge them (0600)
journal.sqlite3       pages, ledger, responses, accounts (unless on PostgreSQL)
media/                uploaded images and documents
static/               style sheets and the like, collected from the installed version
version               the versions that `static/` and the database are of
====================  ==============================================================
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from suasion.problem import SuasionError

__all__ = [
    "JournalError",
    "installed",
    "is_current",
    "made_whole",
    "open_journal",
    "settle",
    "write_settings",
]

ADDRESS = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?", re.ASCII | re.IGNORECASE)
NEEDED = ("django", "wagtail", "ninja", "gunicorn", "whitenoise", "csp", "axes", "nh3")


class JournalError(SuasionError):
    """A journal that cannot be made, served or saved as asked, with the cure."""


def open_journal(folder: Path) -> None:
    """Start Django on a journal's folder.

    Raises
    ------
    JournalError
        If the extra is not installed, the folder holds no journal, or its database
        does not answer.
    """
    _require_extra()
    if not (folder / "journal.toml").is_file() or not (folder / "secret").is_file():
        raise JournalError(
            f"{folder}: there is no journal here (no journal.toml, or no secret); make "
            f"one with 'suasion journal init {folder}', or restore a backup."
        )
    os.environ["SUASION_JOURNAL"] = str(folder.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "suasion.journal.settings"
    import django

    django.setup()
    from django.db import Error, connection

    try:
        connection.ensure_connection()
    except Error as error:
        where = "DATABASE_URL" if "DATABASE_URL" in os.environ else folder
        raise JournalError(
            f"{where}: the database does not answer ({' '.join(str(error).split())}); "
            "start it, or mend its name, user and password."
        ) from error


@contextlib.contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """Yield a folder beside `folder`, which takes its place if nothing fails.

    Raises
    ------
    JournalError
        If something is there already.
    """
    _require_extra()
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise JournalError(
            f"{folder} is not empty; a journal has a folder of its own; name one that "
            "does not exist."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    # mkdtemp makes it 0700: neither the secret nor addresses are others' to read.
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield making
        _disconnect()
        making.rename(folder)
    except BaseException:
        _disconnect()
        shutil.rmtree(making, ignore_errors=True)
        raise


def write_settings(folder: Path, *, name: str, tagline: str, address: str) -> None:
    """Write `journal.toml` and a new secret.

    Raises
    ------
    JournalError
        If the name is empty, or the address is not one that readers could use.
    """
    if not name.strip():
        raise JournalError(f"--name {name!r}: a journal has a name; give it one.")
    if not ADDRESS.fullmatch(address):
        raise JournalError(
            f"--address {address!r}: it is http:// or https://, a host, and no path; "
            "write for instance https://journal.example"
        )
    said = {"name": name, "tagline": tagline, "address": address}
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in said.items()]
    head = (
        "# After a change: suasion journal migrate DIR, and start the server again.\n"
    )
    (folder / "journal.toml").write_text(head + "".join(lines), "utf-8")
    secret = os.open(folder / "secret", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(secret, "w") as file:
        file.write(secrets.token_urlsafe(50) + "\n")


def settle(folder: Path, *, database: bool = True) -> None:
    """Bring database, pages and static files up to the installed version.

    The journal must be open. What is up to date stays as it is.
    """
    from django.conf import settings
    from django.core.management import call_command

    from suasion.journal.freshness.stamp import touch
    from suasion.journal.pages.founding import found

    for name in ("media", "static"):
        (folder / name).mkdir(exist_ok=True)
    if database:
        call_command("migrate", verbosity=0, interactive=False)
        said = settings.JOURNAL
        found(said["name"], said["tagline"], said["address"])
        touch()
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    (folder / "version").write_text(installed() + "\n", "utf-8")


def installed() -> str:
    """Return the versions that the database and the static files follow."""
    names = ("suasion", "django", "wagtail")
    return ", ".join(f"{name} {version(name)}" for name in names)


def is_current(folder: Path) -> bool:
    """Return whether the static files are those of the installed version."""
    file = folder / "version"
    return file.exists() and file.read_text("utf-8").strip() == installed()


def _require_extra() -> None:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise JournalError(
            f"a journal needs more packages than are installed (no {missing[0]}); "
            "install them with: pip install 'suasion[journal]'"
        )


def _disconnect() -> None:
    # The last one to leave folds SQLite's write-ahead log into the database.
    if "django.db" in sys.modules:
        from django.db import connections

        with contextlib.suppress(Exception):
            connections.close_all()
