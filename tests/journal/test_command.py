"""`suasion journal` as an owner meets it: what is printed, written and refused."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tarfile
import threading
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from postgres import server as postgres_server
from served import ARTICLE, Server, environment, form_of, respond, serving, suasion

pytestmark = pytest.mark.slow


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(folder / "journal.sqlite3")) as connection:
        return connection.execute(query).fetchall()


def change(folder: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / "journal.sqlite3")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_init_makes_a_whole_journal_and_prints_what_to_do_next(founded):
    said = (founded.parent / "said").read_text()
    assert f"suasion journal serve {founded}" in said
    assert f"suasion journal checklist {founded}" in said
    settings = tomllib.loads((founded / "journal.toml").read_text())
    assert settings["name"] == "The Lisbon Forecast"
    assert stat.S_IMODE((founded / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(founded.stat().st_mode) == 0o700
    assert rows(founded, "SELECT slug FROM ledger_question") == [("deep-strikes",)]
    ((probability, as_of),) = rows(
        founded, "SELECT probability, as_of FROM ledger_forecast WHERE number = 1"
    )
    assert 0 < probability < 1
    assert as_of == "2024-11-11"
    assert rows(founded, "SELECT hostname, port FROM wagtailcore_site") == [
        ("127.0.0.1", 8000)
    ]


def test_password_is_printed_once_and_kept_as_a_hash(founded):
    said = (founded.parent / "said").read_text()
    (password,) = re.findall(r"once, with (\S+)", said)
    ((encoded,),) = rows(founded, "SELECT password FROM auth_user")
    assert encoded.startswith("argon2$argon2id$")
    for path in founded.rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes()


def test_init_refuses_a_folder_that_is_not_empty(founded):
    before = sorted(path.name for path in founded.iterdir())
    ran = suasion("init", founded)
    assert ran.returncode == 2
    assert "is not empty" in ran.stderr
    assert sorted(path.name for path in founded.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--address", "journal.example"], "it is http:// or https://, a host"),
        (["--name", " "], "a journal has a name"),
        (["--email", "nobody"], "valid email"),
        (["--admin", "a b"], "valid username"),
    ],
)
def test_nothing_half_made_is_left_when_init_fails(tmp_path, arguments, said):
    ran = suasion("init", tmp_path / "journal", *arguments)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_half_made_is_left_when_init_is_interrupted(tmp_path):
    command = [sys.executable, "-m", "suasion", "journal", "init", tmp_path / "journal"]
    running = subprocess.Popen(
        command,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background jobs are born deaf to it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert running.stderr is not None
    assert "making the database" in running.stderr.readline()
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["serve", "migrate", "checklist"])
def test_a_folder_without_a_journal_is_refused_with_the_cure(tmp_path, command):
    ran = suasion(command, tmp_path)
    assert ran.returncode == 2
    assert f"suasion journal init {tmp_path}" in ran.stderr


def test_serving_answers_pages_and_logs_nobody(journal_folder):
    with serving(journal_folder) as server:
        status, headers, page = server.ask(
            f"{ARTICLE}?utm=ann@example.org",
            User_Agent="Curious/1.0",
            Referer="http://private.example/",
        )
        assert status == 200
        assert "Ten weeks to a yes" in page
        sheet = re.search(r'href="(/static/journal/journal\.\w{12}\.css)"', page)
        assert sheet is not None
        _, headers, _ = server.ask(sheet[1])
        assert "immutable" in headers["Cache-Control"]
        assert server.ask("/no-such-page/")[0] == 404
        assert server.ask("/respond/own/secret-token/")[0] == 404
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    asked = [line for line in lines if line["logger"] == "gunicorn.access"]
    assert {"method", "path", "status", "bytes", "ms"} <= asked[-1].keys()
    assert ARTICLE in {line["path"] for line in asked}
    log = server.log.read_text()
    for private in ("127.0.0.1", "ann@", "utm", "Curious", "private", "secret-token"):
        assert private not in log


def test_sigterm_lets_a_request_end(journal_folder):
    server = Server(journal_folder)
    server.wait()
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(server.ask("/?x=1")[0]))
    asking.start()
    asking.join(0.02)
    server.process.terminate()
    asking.join(60)
    assert answers == [200]
    assert server.process.wait(60) == 0


def test_serving_refuses_a_database_with_pending_migrations(journal_folder):
    change(
        journal_folder,
        "DELETE FROM django_migrations WHERE app = 'accounts'",
        "DROP TABLE accounts_onetimepassword",
    )
    ran = suasion("serve", journal_folder)
    assert ran.returncode == 2
    assert "migrations are pending" in ran.stderr
    assert f"suasion journal migrate {journal_folder}" in ran.stderr
    assert suasion("migrate", journal_folder).returncode == 0
    with serving(journal_folder) as server:
        assert server.ask("/")[0] == 200


def test_serving_refuses_static_files_of_another_version(journal_folder):
    (journal_folder / "version").write_text("suasion 0.0.1\n")
    ran = suasion("serve", journal_folder)
    assert ran.returncode == 2
    assert "of another version" in ran.stderr


def test_publishing_again_adds_a_version_and_keeps_the_old_one(journal_folder):
    more = ("--draws", 2000, "--as-of", "2024-11-15")
    ran = suasion("publish", journal_folder, "deep-strikes", *more)
    assert ran.returncode == 0, ran.stderr
    assert "forecast 2 of the article" in ran.stdout
    assert rows(
        journal_folder,
        "SELECT number, as_of FROM ledger_forecast WHERE number > 0 ORDER BY number",
    ) == [(1, "2024-11-11"), (2, "2024-11-15")]
    assert rows(journal_folder, "SELECT count(*) FROM pages_articlepage") == [(1,)]


def dated(case_folder: Callable[..., Path]) -> Path:
    """Write the case of `tests/conftest.py`, set in a past that can be forecast."""
    folder = case_folder(
        ("case.toml", "[question]", '[question]\ncriteria = "Open on two days."')
    )
    for file in folder.iterdir():
        text = re.sub(
            r"\b20([23]\d)-", lambda y: f"20{int(y[1]) - 10}-", file.read_text()
        )
        file.write_text(text)
    return folder


def test_publishing_a_new_case_makes_an_article_in_its_section(
    journal_folder, case_folder
):
    folder = dated(case_folder)
    ran = suasion(
        "publish", journal_folder, folder, "--section", "economy", "--draws", 2000
    )
    assert ran.returncode == 0, ran.stderr
    assert "/economy/will-ruritania-open-the-pass/" in ran.stdout
    ran = suasion("publish", journal_folder, folder, "--as-of", "soon")
    assert ran.returncode == 2


def test_a_section_that_is_not_there_is_refused_and_nothing_is_written(
    journal_folder, case_folder
):
    folder = dated(case_folder)
    ran = suasion(
        "publish", journal_folder, folder, "--section", "sport", "--draws", 2000
    )
    assert ran.returncode == 2
    assert "the sections are" in ran.stderr
    assert rows(journal_folder, "SELECT count(*) FROM ledger_question") == [(1,)]


def test_a_backup_made_while_readers_write_restores_to_the_same(
    journal_folder, tmp_path
):
    image = journal_folder / "media" / "original_images" / "a.png"
    image.parent.mkdir(parents=True)
    image.write_bytes(b"not looked at")
    file = tmp_path / "backup.tar.gz"
    with serving(journal_folder, SUASION_PROXIES="1") as server:
        place, ticket = form_of(server)
        with ThreadPoolExecutor(4) as readers:
            before = [respond(server, place, ticket, n) for n in range(5)]
            writing = [
                readers.submit(respond, server, place, ticket, n) for n in range(5, 60)
            ]
            ran = suasion("backup", journal_folder, file)
            statuses = [one.result() for one in writing]
    assert ran.returncode == 0, ran.stderr
    assert {*before, *statuses} == {303}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    restored = tmp_path / "restored"
    ran = suasion("restore", file, restored)
    assert ran.returncode == 0, ran.stderr
    everybody = "SELECT name, email, text FROM responses_response ORDER BY id"
    kept, all_ = rows(restored, everybody), rows(journal_folder, everybody)
    assert len(all_) == 60
    assert len(kept) >= 5
    assert kept == all_[: len(kept)]
    for table in ("ledger_forecast", "ledger_picture", "wagtailcore_page", "auth_user"):
        query = f"SELECT * FROM {table} ORDER BY id"
        assert rows(restored, query) == rows(journal_folder, query)
    for name in ("secret", "journal.toml", "media/original_images/a.png"):
        assert (restored / name).read_bytes() == (journal_folder / name).read_bytes()
    with serving(restored) as server:
        assert server.ask(ARTICLE)[0] == 200


def test_neither_a_backup_nor_a_journal_is_overwritten(founded, tmp_path):
    file = tmp_path / "backup.tar.gz"
    file.write_text("something dear")
    ran = suasion("backup", founded, file)
    assert ran.returncode == 2
    assert "is not overwritten" in ran.stderr
    ran = suasion("restore", file, founded)
    assert ran.returncode == 2
    assert "is not empty" in ran.stderr
    ran = suasion("restore", file, tmp_path / "new")
    assert ran.returncode == 2
    assert "not a whole backup" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar.gz"]


def test_checklist_of_a_new_journal_names_every_cure_and_of_a_ready_one_none(
    journal_folder, tmp_path
):
    ran = suasion("checklist", journal_folder)
    assert ran.returncode == 1
    for cure in (
        "SUASION_PRODUCTION=1",
        "https://",
        "SUASION_EMAIL",
        "another",
        "FILE",
    ):
        assert any(
            cure in line for line in ran.stdout.splitlines() if "MISSING" in line
        )
    settings = journal_folder / "journal.toml"
    text = settings.read_text().replace(
        "http://127.0.0.1:8000", "https://journal.example"
    )
    settings.write_text(text)
    change(journal_folder, "DELETE FROM accounts_onetimepassword")
    assert suasion("backup", journal_folder, tmp_path / "b.tar.gz").returncode == 0
    ready = {
        "SUASION_PRODUCTION": "1",
        "SUASION_PROXIES": "1",
        "SUASION_EMAIL": "smtp://mail.example:25",
    }
    ran = suasion("checklist", journal_folder, **ready)
    assert "MISSING" not in ran.stdout
    assert ran.returncode == 0


def test_a_new_password_is_for_a_known_account_only(journal_folder):
    ran = suasion("password", journal_folder, "admin")
    assert re.search(r"once with \S{20,}", ran.stdout)
    ran = suasion("password", journal_folder, "nobody")
    assert ran.returncode == 2
    assert "no account 'nobody'" in ran.stderr


def test_tending_with_nothing_to_do_says_nothing(journal_folder):
    ran = suasion("tend", journal_folder)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_a_port_that_is_taken_is_refused_with_the_cure(journal_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = suasion("serve", journal_folder, "--port", port)
    assert ran.returncode == 2
    assert f"--port {port}: cannot listen there (Address already in use" in ran.stderr
    assert "choose another" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "nonsense", "write postgresql://user:password@host/name"),
        ("DATABASE_URL", "mysql://a:b@host/c", "it names a PostgreSQL database"),
        (
            "DATABASE_URL",
            "postgresql://nobody:secret@127.0.0.1:1/none",
            "the database does not answer",
        ),
        ("SUASION_PROXIES", "two", "found 'two'; it is a number"),
        ("SUASION_EMAIL", "me@example.org", "mail goes to a server"),
    ],
)
def test_an_environment_that_makes_no_sense_is_refused(founded, name, value, said):
    ran = suasion("checklist", founded, **{name: value})
    assert ran.returncode == 2
    assert name in ran.stderr
    assert said in ran.stderr
    assert "secret" not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_settings_that_cannot_be_read_are_refused_with_their_place(journal_folder):
    (journal_folder / "journal.toml").write_text("name = The Mail")
    ran = suasion("checklist", journal_folder)
    assert ran.returncode == 2
    assert f"{journal_folder / 'journal.toml'}: " in ran.stderr
    assert "line 1" in ran.stderr


def test_killing_all_processes_loses_no_response_that_was_acknowledged(journal_folder):
    server = Server(journal_folder, SUASION_PROXIES="1")
    server.wait()
    place, ticket = form_of(server)
    acknowledged: list[int] = []

    def write(number: int) -> None:
        try:
            if respond(server, place, ticket, number) == 303:
                acknowledged.append(number)
        except (OSError, ValueError):
            return
        finally:
            if len(acknowledged) == 60 and server.process.poll() is None:
                server.kill()

    with ThreadPoolExecutor(8) as readers:
        list(readers.map(write, range(200)))
    assert 60 <= len(acknowledged) < 200
    with serving(journal_folder) as again:
        assert again.ask(ARTICLE)[0] == 200
    names = {*rows(journal_folder, "SELECT name FROM responses_response")}
    assert {(f"Reader {number}",) for number in acknowledged} <= names


def test_a_hundred_readers_at_once_lose_nothing(journal_folder):
    with serving(journal_folder, SUASION_PROXIES="1") as server:
        place, ticket = form_of(server)
        with ThreadPoolExecutor(100) as readers:
            statuses = list(
                readers.map(lambda n: respond(server, place, ticket, n), range(100))
            )
    assert statuses == [303] * 100
    assert rows(journal_folder, "SELECT count(*) FROM responses_response") == [(100,)]
    log = server.log.read_text()
    assert "@example.org" not in log
    assert "198.51" not in log
    ran = suasion("backup", journal_folder, journal_folder.parent / "saved.tar.gz")
    assert ran.returncode == 0
    assert "@" not in ran.stdout + ran.stderr


def test_a_journal_kept_by_postgresql_is_made_served_saved_and_restored(tmp_path):
    with postgres_server() as address:
        first, second = (address.replace("/postgres", f"/{n}") for n in ("one", "two"))
        create(address, "one")
        create(address, "two")
        folder, file = tmp_path / "journal", tmp_path / "backup.tar.gz"
        ran = suasion("init", folder, DATABASE_URL=first)
        assert ran.returncode == 0, ran.stderr
        assert not (folder / "journal.sqlite3").exists()
        ran = suasion("init", tmp_path / "other", DATABASE_URL=first)
        assert ran.returncode == 2
        assert "is not empty" in ran.stderr
        with serving(folder, DATABASE_URL=first, SUASION_PROXIES="1") as server:
            place, ticket = form_of(server)
            assert respond(server, place, ticket, 1) == 303
            ran = suasion("backup", folder, file, DATABASE_URL=first)
            assert ran.returncode == 0, ran.stderr
        restored = tmp_path / "restored"
        ran = suasion("restore", file, restored)
        assert ran.returncode == 2
        assert "restore it with DATABASE_URL" in ran.stderr
        ran = suasion("restore", file, restored, DATABASE_URL=second)
        assert ran.returncode == 0, ran.stderr
        with serving(restored, DATABASE_URL=second) as server:
            assert server.ask(ARTICLE)[0] == 200
        assert asked(second, "SELECT name FROM responses_response") == [("Reader 1",)]
        refused = "DELETE FROM ledger_forecast"
        with pytest.raises(Exception, match="append-only"):
            asked(second, refused)


def create(address: str, name: str) -> None:
    asked(address, f"CREATE DATABASE {name}")


def asked(address: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def test_database_of_a_backup_is_whole_by_itself(founded, tmp_path):
    file = tmp_path / "backup.tar.gz"
    assert suasion("backup", founded, file).returncode == 0
    with tarfile.open(file) as archive:
        names = set(archive.getnames())
        archive.extractall(tmp_path / "out", filter="data")
    assert {"about.json", "journal.toml", "secret", "journal.sqlite3", "media"} <= names
    assert not any(name.endswith(("-wal", "-shm")) for name in names)
    assert rows(tmp_path / "out", "PRAGMA integrity_check") == [("ok",)]
