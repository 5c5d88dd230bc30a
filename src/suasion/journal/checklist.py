"""What must be so before readers come: one line each, with the cure."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from suasion.journal.archive import LAST
from suasion.journal.folder import is_current

__all__ = ["Point", "checklist"]

BACKUP_DAYS = 7


class Point(NamedTuple):
    """One point of the list; `cure` says what to do if it does not hold."""

    holds: bool
    what: str
    cure: str


def checklist(folder: Path) -> Iterator[Point]:
    """Go through the list; the journal must be open."""
    from django.conf import settings

    address = urlsplit(settings.JOURNAL["address"])
    host = address.hostname or ""
    yield Point(
        settings.PRODUCTION, "production settings are on", "set SUASION_PRODUCTION=1"
    )
    yield Point(
        address.scheme == "https",
        "the address is https",
        f"write address = \"https://{host}\" in journal.toml, then 'migrate'",
    )
    yield Point(
        host not in ("", "localhost") and not host.replace(".", "").isdigit(),
        "the address has a host name",
        "write the name that readers use in journal.toml, then 'migrate'",
    )
    yield Point(
        settings.TRUSTED_PROXIES > 0,
        "the proxy in front is known, so readers can be told apart",
        "set SUASION_PROXIES=1 for one proxy (nginx) that sets X-Forwarded-For",
    )
    mode = stat.S_IMODE((folder / "secret").stat().st_mode)
    length = len((folder / "secret").read_text("utf-8").strip())
    yield Point(mode & 0o077 == 0, "the secret is nobody else's", "chmod 600 secret")
    yield Point(
        length >= 50, "the secret is long enough", "put 50 or more random signs in it"
    )
    yield Point(
        "console" not in settings.EMAIL_BACKEND,
        "mail is sent, not printed",
        "set SUASION_EMAIL=smtp://user:password@host:587",
    )
    yield from _state(folder)


def _state(folder: Path) -> Iterator[Point]:
    from django.core import checks

    from suasion.journal.accounts.models import OneTimePassword
    from suasion.journal.accounts.one_time_password import is_pending
    from suasion.journal.health import pending_migrations

    migrated = not pending_migrations()
    yield Point(
        migrated and is_current(folder),
        "database and static files are of the installed version",
        f"suasion journal migrate {folder}",
    )
    given = OneTimePassword.objects.select_related("user") if migrated else []
    names = [one.user.get_username() for one in given if is_pending(one.user)]
    yield Point(
        not names,
        "nobody still has a one-time password",
        f"{', '.join(names)}: log in and choose another",
    )
    found = checks.run_checks(include_deployment_checks=True)
    said = [
        one for one in found if one.level >= checks.WARNING and not one.is_silenced()
    ]
    yield Point(
        not said,
        "Django's own checks find nothing",
        "; ".join(f"{one.id}: {' '.join(one.msg.split())}" for one in said),
    )
    file = folder / LAST
    last = file.read_text("utf-8").strip() if file.exists() else ""
    age = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(last) if last else None
    yield Point(
        age is not None and age.days < BACKUP_DAYS,
        f"there is a backup of the last {BACKUP_DAYS} days",
        f"suasion journal backup {folder} FILE, and every night",
    )
