"""Opening a new journal, and its accounts."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from suasion.journal import reference_article
from suasion.journal.folder import JournalError, settle
from suasion.journal.publication import Words, publish

__all__ = ["new_password", "open_with"]


def open_with(
    folder: Path, *, admin: str, email: str, note: Callable[[str], None]
) -> str:
    """Fill a new journal; return the first account's one-time password."""
    from django.contrib.auth import get_user_model
    from django.core.exceptions import ValidationError
    from django.db import connection

    from suasion.casefile import load
    from suasion.journal.accounts.one_time_password import give

    if connection.introspection.table_names():
        raise JournalError(
            f"the database {connection.settings_dict['NAME']} is not empty; a journal "
            "has one of its own; create it and name it in DATABASE_URL."
        )
    # Refuse bad names before the long work.
    user = get_user_model()(
        username=admin, email=email, is_superuser=True, is_staff=True
    )
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as refused:
        said = "; ".join(refused.messages)
        raise JournalError(f"--admin {admin!r}, --email {email!r}: {said}") from refused
    note("making the database, and fitting the hazards of the reference case ...")
    case = reference_article.CASE
    with _fitting(case):
        settle(folder)
        password = give(user)
    note("forecasting the reference case ...")
    words = Words(
        title=reference_article.TITLE,
        lead=reference_article.LEAD,
        body=reference_article.BODY,
        author=reference_article.AUTHOR,
        section=reference_article.SECTION,
        date=load(case).question.as_of,
    )
    publish(case, words)
    return password


@contextlib.contextmanager
def _fitting(case: str) -> Iterator[None]:
    """Fit the hazards of a case beside, in a process of its own, which caches them.

    They take as long as the database. If it fails, the forecast fits them itself.
    """
    code = f"from suasion.answering import answering; answering({case!r}, draws=100)"
    beside = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        beside.wait()
    finally:
        beside.kill()
        beside.wait()


def new_password(name: str) -> str:
    """Give an account a new one-time password and return it.

    Raises
    ------
    JournalError
        If there is no such account.
    """
    from django.contrib.auth import get_user_model

    from suasion.journal.accounts.one_time_password import give

    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise JournalError(
            f"there is no account {name!r}; see /editors/users/ for all."
        )
    return give(user)
