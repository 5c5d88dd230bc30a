"""One migrated database for the whole run, copied wherever a fresh one is needed.

Wagtail's migrations take many seconds; a copy takes milliseconds. The template is made
once, under a lock, and kept between runs for as long as nothing it is made of changes.
On PostgreSQL (see `postgres.py`) the server copies it.

A test that commits (`transaction=True`, `live_server`) is followed by a new copy, not by
a flush: the ledger's tables refuse to be emptied, and what the migrations wrote stays.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase, override_settings
from served import suasion as run_suasion

import suasion.journal

POSTGRES = "postgresql" in settings.DATABASES["default"]["ENGINE"]
JOURNAL = Path(suasion.journal.__file__).parent


def _made_of() -> str:
    """Return a hash of all that the template is made of."""
    files = sorted(JOURNAL.glob("*/migrations/*.py"))
    files += [JOURNAL / "settings.py", JOURNAL / "ledger" / "append_only.py"]
    said = [version("django"), version("wagtail"), version("django-axes")]
    texts = [*said, *(file.read_text("utf-8") for file in files)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _use(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def _migrate(name: str) -> None:
    _use(name)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()


class _Sqlite:
    """A file of one's own, copied from the template."""

    def __init__(self, folder: Path) -> None:
        self.copy = folder / "test.sqlite3"
        place = Path(tempfile.gettempdir()) / f"suasion-tests-{os.getuid()}"
        place.mkdir(mode=0o700, exist_ok=True)
        self.template = place / f"{_made_of()}.sqlite3"
        with (place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.template.exists():
                made = folder / "made.sqlite3"
                _migrate(str(made))
                shutil.move(made, self.template)
                for old in place.glob("*.sqlite3"):
                    if old != self.template:
                        old.unlink()
        # Kept out of the reach of runs that change migrations meanwhile.
        self.kept = folder / "template.sqlite3"
        shutil.copyfile(self.template, self.kept)

    def renew(self) -> None:
        connections.close_all()
        for end in ("", "-wal", "-shm"):
            Path(f"{self.copy}{end}").unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.copy)
        _use(str(self.copy))

    def remove(self) -> None:
        connections.close_all()


class _Postgres:
    """A database of one's own, which the server copies from the template."""

    def __init__(self) -> None:
        self.template = f"template_{_made_of()}"
        self.copy = f"test_{secrets.token_hex(6)}"
        # Without one lock for all workers, two would make the template at once.
        with (Path(settings.DATABASES["default"]["HOST"]) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made = f"made_{self.template}"
            exists = f"SELECT 1 FROM pg_database WHERE datname = '{self.template}'"
            if not self.run(exists):
                self.run(f"DROP DATABASE IF EXISTS {made}")
                self.run(f"CREATE DATABASE {made}")
                _migrate(made)
                self.run(f"ALTER DATABASE {made} RENAME TO {self.template}")

    def renew(self) -> None:
        self.remove()
        with (Path(settings.DATABASES["default"]["HOST"]) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.run(f"CREATE DATABASE {self.copy} TEMPLATE {self.template}")
        _use(self.copy)

    def remove(self) -> None:
        connections.close_all()
        self.run(f"DROP DATABASE IF EXISTS {self.copy} WITH (FORCE)")

    @staticmethod
    def run(statement: str) -> list[tuple[object, ...]]:
        assert re.fullmatch(r"[\w '=()]+", statement)
        _use("postgres")
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal fresh from `init`, made once for all workers: copy it, do not change it."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    folder = place / "founded" / "journal"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            ran = run_suasion("init", folder, "--name", "The Lisbon Forecast")
            assert ran.returncode == 0, ran.stderr
            (folder.parent / "said").write_text(ran.stdout)
    return folder


@pytest.fixture
def journal_folder(founded: Path, tmp_path: Path) -> Path:
    """A journal of the test's own."""
    return Path(shutil.copytree(founded, tmp_path / "journal"))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Instead of pytest-django's: a copy of the template, renewed after commits."""
    before = settings.DATABASES["default"]["NAME"]
    flush = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        folder = tmp_path_factory.mktemp("database")
        database = _Postgres() if POSTGRES else _Sqlite(folder)
        database.renew()
        TransactionTestCase._fixture_teardown = lambda self: database.renew()
    yield
    TransactionTestCase._fixture_teardown = flush
    with django_db_blocker.unblock():
        database.remove()
        _use(before)


@pytest.fixture(scope="session", autouse=True)
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what a journal writes out of the repository; the live server looks there."""
    static, media = (tmp_path_factory.mktemp(name) for name in ("static", "media"))
    with override_settings(STATIC_ROOT=static, MEDIA_ROOT=media):
        yield


@pytest.fixture
def front(db: None) -> Any:
    """Found a journal and return its front page."""
    from suasion.journal.pages.founding import found

    return found("The Strelsau Review", "Who yields, and when?", "http://testserver")


@pytest.fixture
def publish(front: Any) -> Callable[..., Any]:
    """Publish an article; what is not given is made up."""
    from suasion.journal.pages.publishing import publish_article

    def publish(title: str = "The pass stays shut", **other: Any) -> Any:
        text = "The council of Ruritania has postponed the vote on the pass twice."
        given: dict[str, Any] = {
            "section": "politics",
            "lead": "The king hesitates. The snow does not.",
            "body_html": f"<p>{text}</p>",
            "author": "Antonia Hope",
            "date": datetime.date(2020, 6, 1),
            **other,
        }
        return publish_article(title=title, **given)

    return publish


@pytest.fixture
def contested(publish: Callable[..., Any]) -> Any:
    """Publish an article about a question that is open."""
    from suasion.journal.ledger.recording import ask

    today = datetime.datetime.now(datetime.UTC).date()
    question = ask(
        slug="pass",
        text="Will Ruritania open the pass before the snow?",
        criteria="The customs house at Zenda reports a convoy.",
        opens_on=today - datetime.timedelta(days=30),
        closes_on=today + datetime.timedelta(days=30),
    )
    return publish(question=question)


@pytest.fixture
def reader(db: None) -> Any:
    """Return somebody who fills the form as a browser does."""
    from reader import Reader

    return Reader()
