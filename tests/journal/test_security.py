"""What browsers are told, who may do what, and what a stranger can find out: nothing."""

from __future__ import annotations

import datetime as dt
import io
import ipaddress
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from PIL import Image as Pillow
from served import environment
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.rich_text import RichText

from suasion.journal import security
from suasion.journal.accounts import one_time_password
from suasion.journal.pages.founding import ADMINS, AUTHORS, EDITORS
from suasion.journal.tending import tend

pytestmark = pytest.mark.django_db

PUBLIC = (
    "/",
    "/politics/",
    "/politics/the-pass-stays-shut/",
    "/authors/antonia-hope/",
    "/track-record/",
    "/about-the-method/",
    "/ledger/",
    "/search/?q=pass",
    "/feeds/rss.xml",
    "/sitemap.xml",
    "/health/",
    "/no-such-page/",
)
PASSWORD = "correct horse battery staple"
ACCOUNT = "/editors/account/"


def member(name: str, *groups: str, **other: Any) -> Any:
    user = get_user_model().objects.create_user(
        name, f"{name}@strelsau.example", PASSWORD, **other
    )
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def log_in(client: Client, name: str, password: str = PASSWORD, **told: Any) -> Any:
    said = {"username": name, "password": password}
    return client.post("/editors/login/", said, **told)


def policy(response: Any) -> dict[str, list[str]]:
    parts = response["Content-Security-Policy"].split("; ")
    return {part.split()[0]: part.split()[1:] for part in parts}


# What browsers are told


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_allow_themselves_and_nothing_else(
    contested: Any, client: Client, path: str
) -> None:
    response = client.get(path)
    allowed = policy(response)
    assert allowed["default-src"] == ["'self'"]
    assert allowed["object-src"] == allowed["base-uri"] == ["'none'"]
    assert {source for all_ in allowed.values() for source in all_} == {
        "'self'",
        "'none'",
    }
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "Cache-Control" in response
    assert not response.cookies


def test_editing_pages_have_a_looser_policy_and_are_not_kept(
    front: Any, client: Client
) -> None:
    response = client.get("/editors/login/")
    assert "'unsafe-inline'" in policy(response)["style-src"]
    assert "'unsafe-eval'" not in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    for cookie in response.cookies.values():
        assert cookie["path"] == "/editors/"
        assert cookie["samesite"] == "Lax"
        assert cookie["httponly"]


def test_nothing_of_the_editing_pages_is_asked_of_another_host(
    front: Any, client: Client
) -> None:
    client.force_login(member("admin", is_superuser=True))
    for path in ("/editors/", "/editors/account/", "/editors/pages/"):
        page = client.get(path, follow=True).content.decode()
        tag = r"<(?:img|script|link|iframe)\b[^>]*"
        loaded = re.findall(tag + r"(?:src|href)=.(.*?)[\"']", page)
        assert loaded
        assert not [one for one in loaded if one.startswith(("http", "//"))]


@pytest.mark.slow
def test_deployment_checks_of_django_find_nothing(tmp_path: Path) -> None:
    (tmp_path / "journal.toml").write_text('address = "https://journal.example"\n')
    (tmp_path / "secret").write_text("".join(map(chr, range(40, 120))))
    settings = {
        "SUASION_JOURNAL": str(tmp_path),
        "SUASION_PRODUCTION": "1",
        "SUASION_PROXIES": "1",
        "DJANGO_SETTINGS_MODULE": "suasion.journal.settings",
    }
    command = [sys.executable, "-W", "error::RuntimeWarning", "-m", "django"]
    ran = subprocess.run(
        [*command, "check", "--deploy", "--fail-level", "INFO"],
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    show = """
from django.conf import settings as s
print(s.ALLOWED_HOSTS, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE,
      s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 3e7)
"""
    ran = subprocess.run(
        [sys.executable, "-c", show],
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["['journal.example']", *["True"] * 4]


# Who may do what: (path, what the four of them get)

HERE = {
    "reader": None,
    "author": AUTHORS,
    "editor": EDITORS,
    "admin": ADMINS,
}
OPENS = [
    ("/editors/", {"author", "editor", "admin"}),
    ("/editors/account/", {"author", "editor", "admin"}),
    ("/editors/images/", {"author", "editor", "admin"}),
    ("/editors/redirects/", {"editor", "admin"}),
    ("/editors/users/", {"admin"}),
    ("/editors/groups/", {"admin"}),
    ("/editors/sites/", set()),
    ("/editors/collections/", set()),
    ("/editors/documents/", {"author", "editor", "admin"}),
]


@pytest.mark.parametrize("role", HERE)
def test_each_role_opens_its_pages_and_no_other(
    contested: Any, client: Client, role: str
) -> None:
    if HERE[role] is not None:
        client.force_login(member(role, str(HERE[role])))
    for path, allowed in OPENS:
        status = client.get(path).status_code
        assert (status == 200) == (role in allowed), f"{role} at {path}: {status}"


def test_an_author_can_write_and_not_publish(contested: Any, client: Client) -> None:
    for role, may in ((AUTHORS, False), (EDITORS, True), (ADMINS, True)):
        rights = contested.permissions_for_user(member(role.lower(), role))
        assert rights.can_publish() is may
        assert rights.can_edit() is may


# What a stranger can find out


def test_a_failed_login_says_the_same_of_known_and_unknown_names(
    front: Any, client: Client
) -> None:
    member("known", EDITORS)
    member("left", EDITORS, is_active=False)
    pages = []
    for name in ("known", "left", "nobody"):
        page = log_in(client, name, "a wrong password").content.decode()
        page = re.sub(r"\b\w{64}\b", "TOKEN", page)
        pages.append(page.replace(name, "NAME"))
    assert pages[0] == pages[1] == pages[2]
    assert "match" in pages[0]


def test_a_forgotten_password_says_the_same_of_known_and_unknown_addresses(
    front: Any, client: Client, settings: Any
) -> None:
    settings.WAGTAIL_PASSWORD_RESET_ENABLED = True
    member("known", EDITORS)
    answers = [
        client.post("/editors/password_reset/", {"email": f"{name}@strelsau.example"})
        for name in ("known", "nobody")
    ]
    assert [len(mail.outbox), mail.outbox[0].to] == [1, ["known@strelsau.example"]]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1


def test_no_link_to_a_new_password_is_printed_into_the_log(
    front: Any, client: Client
) -> None:
    assert client.get("/editors/password_reset/").status_code == 404


def test_ten_failed_logins_lock_that_place_out_and_no_other(
    front: Any, client: Client, settings: Any
) -> None:
    member("known", EDITORS)
    here, there = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "198.51.100.9"}
    names = ("known", "nobody")
    for number in range(settings.AXES_FAILURE_LIMIT):
        answer = log_in(client, names[number % 2], "wrong", **here)
    assert answer.status_code == 429
    assert log_in(client, "known", **here).status_code == 429
    assert "_auth_user_id" not in client.session
    assert log_in(client, "known", **there).status_code == 302
    for attempt in AccessAttempt.objects.all():
        assert ipaddress.ip_address(attempt.ip_address) in ipaddress.ip_network(
            "fd00::/8"
        )


def test_of_a_failed_login_nothing_is_kept_but_place_time_and_count(
    front: Any, client: Client, caplog: Any, settings: Any
) -> None:
    typed = "ann@strelsau.example"
    for _ in range(3):
        log_in(client, typed, "my secret", HTTP_USER_AGENT="Hentzau/1.0 (Zenda)")
    (kept,) = AccessAttempt.objects.values()
    said = {name for name, value in kept.items() if value not in ("", None)}
    assert said == {"id", "ip_address", "attempt_time", "failures_since_start"}
    assert kept["failures_since_start"] == 3
    assert typed not in caplog.text
    assert "Hentzau" not in caplog.text
    # Tending leaves what still counts, and forgets it when it locks nobody out.
    tend()
    assert AccessAttempt.objects.count() == 1
    AccessAttempt.objects.update(
        attempt_time=kept["attempt_time"] - settings.AXES_COOLOFF_TIME
    )
    tend()
    assert not AccessAttempt.objects.exists()


def test_without_a_mail_server_the_login_page_says_who_gives_a_new_password(
    front: Any, client: Client, settings: Any
) -> None:
    told = "ask an administrator for a new one"
    page = client.get("/editors/login/").content.decode()
    assert told in page
    assert "Sign in to The Strelsau Review" in page
    settings.WAGTAIL_PASSWORD_RESET_ENABLED = True
    assert told not in client.get("/editors/login/").content.decode()


def test_a_sender_is_the_same_all_day_and_cannot_be_traced_the_next(
    monkeypatch: Any,
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    other = RequestFactory().get("/", REMOTE_ADDR="192.0.2.8")
    today = security.sender(request)
    assert security.sender(request) == today != security.sender(other)
    from django.utils import timezone

    tomorrow = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert security.sender(request) != today


# Passwords


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(
    front: Any, client: Client
) -> None:
    user = member("ann", is_superuser=True)
    given = one_time_password.give(user)
    log_in(client, "ann", given)
    choice = "/editors/choose-password/"
    for path in ("/editors/", "/editors/users/", "/editors/pages/", ACCOUNT):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, choice)
    assert "one login" in client.get(choice).content.decode()

    def choose(password: str) -> str:
        said = {"new_password1": password, "new_password2": password}
        return client.post(choice, said, follow=True).content.decode()

    assert "given for one login; choose another" in choose(given)
    assert client.get("/editors/").status_code == 302
    choose("short")
    assert client.get("/editors/").status_code == 302
    choose(PASSWORD)
    assert client.get("/editors/").status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not one_time_password.is_pending(user)
    # A session left open does not suffice to take an account: the old one is asked for.
    assert client.get(choice)["Location"] == client.post(choice)["Location"] == ACCOUNT
    choose("the next one, by a stranger")
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_password_that_an_administrator_typed_is_for_one_login(
    front: Any, client: Client
) -> None:
    member("admin", ADMINS)
    log_in(client, "admin")
    given = "a word from another"
    said = {
        "username": "fritz",
        "email": "fritz@strelsau.example",
        "first_name": "Fritz",
        "last_name": "von Tarlenheim",
        "password1": given,
        "password2": given,
        "is_active": "on",
    }
    assert client.post("/editors/users/new/", said).status_code == 302
    fritz = get_user_model().objects.get(username="fritz")
    assert one_time_password.is_pending(fritz)
    fritz.set_password(PASSWORD)
    fritz.save()
    assert not one_time_password.is_pending(fritz)
    edit = f"/editors/users/edit/{fritz.pk}/"
    unchanged = {**said, "password1": "", "password2": ""}
    assert client.post(edit, unchanged).status_code == 302
    fritz.refresh_from_db()
    assert not one_time_password.is_pending(fritz)
    other = {**said, "password1": "another word", "password2": "another word"}
    assert client.post(edit, other).status_code == 302
    fritz.refresh_from_db()
    assert fritz.check_password("another word")
    assert one_time_password.is_pending(fritz)


def test_passwords_are_kept_by_argon2() -> None:
    assert member("ann").password.startswith("argon2$argon2id$")


# Uploads


def image_file(kind: str, name: str) -> SimpleUploadedFile:
    bytes_ = io.BytesIO()
    Pillow.new("RGB", (20, 20), "white").save(bytes_, kind)
    return SimpleUploadedFile(name, bytes_.getvalue())


@pytest.mark.parametrize(
    ("file", "taken"),
    [
        (image_file("PNG", "a.png"), True),
        (image_file("WEBP", "a.webp"), True),
        (image_file("PNG", "a.jpg"), False),
        (
            SimpleUploadedFile("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
            False,
        ),
        (SimpleUploadedFile("a.png", b"<script>x()</script>"), False),
        (SimpleUploadedFile("a.html", b"<p>"), False),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_images_are_what_their_names_say(file: Any, taken: bool) -> None:
    file.seek(0)
    form = get_image_form(get_image_model())(
        {"title": "A", "collection": 1, "tags": ""}, {"file": file}
    )
    assert form.is_valid() is taken, form.errors


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.7", None),
        ("a.csv", b"a,b\n", None),
        ("a.pdf", b"<script>", "is not what its name says"),
        ("a.txt", b"\x00\x01", "is not what its name says"),
        ("a.html", b"<p>", "extension"),
        ("a.svg", b"<svg/>", "extension"),
        ("a.txt", b"a" * 20_000_001, "a document has at most 20 MB"),
    ],
    ids=["pdf", "csv", "script", "binary", "html", "svg", "long"],
)
def test_documents_are_what_their_names_say(
    name: str, content: bytes, said: str | None
) -> None:
    form = get_document_form(get_document_model())(
        {"title": "A", "collection": 1, "tags": ""},
        {"file": SimpleUploadedFile(name, content)},
    )
    assert form.is_valid() is (said is None), form.errors
    if said is not None:
        assert said in str(form.errors)


@pytest.mark.parametrize(
    ("role", "may"),
    [(AUTHORS, {"add"}), (EDITORS, {"add", "edit"}), (ADMINS, {"add", "edit"})],
)
def test_documents_are_linked_by_who_writes_and_changed_by_editors(
    publish: Any, client: Client, role: str, may: set[str]
) -> None:
    letter = SimpleUploadedFile("letter.pdf", b"%PDF-1.7 of the king")
    document = get_document_model().objects.create(title="Letter", file=letter)
    client.force_login(member(role.lower(), role))
    pages = {"add": "multiple/add/", "edit": f"edit/{document.pk}/"}
    opened = {
        name
        for name, path in pages.items()
        if client.get(f"/editors/documents/{path}").status_code == 200
    }
    assert opened == may
    link = f'<a linktype="document" id="{document.pk}">the letter</a>'
    article = publish()
    article.body = [("text", RichText(f"<p>Read {link}.</p>"))]
    article.save_revision().publish()
    page = Client().get(article.url).content.decode()
    assert f'<a href="{document.url}">the letter</a>' in page
    answer = Client().get(document.url)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "script-src" not in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 of the king"
