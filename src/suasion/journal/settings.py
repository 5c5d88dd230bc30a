"""Settings of a journal: its folder and its environment decide.

`SUASION_JOURNAL` names the folder, made by `suasion journal init`. `SUASION_PRODUCTION=1`
demands https. `SUASION_PROXIES` is the number of proxies in front, `SUASION_HOSTS` has
further host names, `SUASION_EMAIL` says where mail goes. `DATABASE_URL` chooses
PostgreSQL.
"""

from __future__ import annotations

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url

from suasion.journal.security import PUBLIC

FOLDER = Path(os.environ.get("SUASION_JOURNAL", "."))
INITIALISED = (FOLDER / "journal.toml").exists()
PRODUCTION = os.environ.get("SUASION_PRODUCTION", "") == "1"


def _count(name: str) -> int:
    said = os.environ.get(name, "0")
    if not said.isdecimal():
        raise ValueError(
            f"{name}: found {said!r}; it is a number; write for instance 1."
        )
    return int(said)


# How many proxies in front append whom they saw to X-Forwarded-For.
TRUSTED_PROXIES = _count("SUASION_PROXIES")


def _configured() -> dict[str, str]:
    file = FOLDER / "journal.toml"
    try:
        return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except ValueError as error:
        raise ValueError(
            f'{file}: {error}; a line of it is for instance name = "The Journal".'
        ) from error


def _secret() -> str:
    file = FOLDER / "secret"
    return file.read_text("utf-8").strip() if file.exists() else "not-initialised"


JOURNAL = {
    "name": "The Suasion Journal",
    "tagline": "Will they be persuaded, and in time?",
    "address": "http://127.0.0.1:8000",
    **_configured(),
}

SECRET_KEY = _secret()
DEBUG = False
_ADDRESS = urlsplit(JOURNAL["address"])
ALLOWED_HOSTS = [
    *filter(None, [_ADDRESS.hostname]),
    *filter(None, os.environ.get("SUASION_HOSTS", "").split(",")),
    *(() if PRODUCTION else ("127.0.0.1", "localhost", "testserver")),
]
WAGTAIL_SITE_NAME = JOURNAL["name"]
WAGTAILADMIN_BASE_URL = JOURNAL["address"]

INSTALLED_APPS = [
    "suasion.journal.ledger",
    "suasion.journal.pages",
    "suasion.journal.responses",
    "suasion.journal.freshness",
    "suasion.journal.accounts",
    "suasion.journal.api",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "suasion.journal.page_cache.PageCache",
    "django.middleware.gzip.GZipMiddleware",
    "suasion.journal.security.Permissions",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "suasion.journal.security.Policies",
    "suasion.journal.api.refusing.OneShape",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "suasion.journal.accounts.one_time_password.ChooseAnother",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
    "suasion.journal.pages.known_site.KnownSite",
]

ROOT_URLCONF = "suasion.journal.urls"
WSGI_APPLICATION = "suasion.journal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "suasion.journal.pages.masthead.masthead",
            ],
        },
    }
]

_DATABASE = os.environ.get("DATABASE_URL", "")
if _DATABASE and urlsplit(_DATABASE).scheme not in ("postgres", "postgresql"):
    raise ValueError(
        "DATABASE_URL: it names a PostgreSQL database; write "
        "postgresql://user:password@host/name, or leave it out for SQLite."
    )
DATABASES = {
    "default": dj_database_url.parse(
        _DATABASE or f"sqlite:///{(FOLDER / 'journal.sqlite3').absolute()}",
        conn_max_age=600,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

CACHES = {
    "default": {"BACKEND": "suasion.journal.fragment_cache.FragmentCache"},
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "suasion.journal.accounts.one_time_password.IsAnother"},
]

# Ten failed logins from one place, and that place waits. No address is kept in clear,
# no name at all, and nobody can lock another's account by failing on purpose.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_CLIENT_IP_CALLABLE = "suasion.journal.security.sender"
AXES_USERNAME_CALLABLE = "suasion.journal.accounts.failed_logins.nobody"
AXES_HANDLER = "suasion.journal.accounts.failed_logins.Handler"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

CONTENT_SECURITY_POLICY = {"DIRECTIVES": PUBLIC}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# A journal does not decide for the other hosts of its domain (W005, W021), and its
# editing pages show previews in a frame (W019).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W019", "security.W021"]
# Cookies are for editors, and are sent to their pages only.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/editors/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = FOLDER / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = FOLDER / "media"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if INITIALISED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not INITIALISED
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_PERMISSIONS = 0o640

WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpeg", "jpg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10_000_000
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILDOCS_EXTENSIONS = ["csv", "pdf", "txt", "xlsx"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "suasion.journal.uploads.DocumentForm"
# Nothing is asked of another host: no avatars, no news of Wagtail, no embeds.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS = []


def _mail(address: str) -> dict[str, object]:
    """Read `smtp://user:password@host:port`, or `smtps://` for TLS from the start."""
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(
            f"SUASION_EMAIL: found a {parts.scheme or 'bare'} address; mail goes to a "
            "server; write smtp://user:password@host:587, or smtps:// for port 465."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 10,
    }


globals().update(_mail(os.environ.get("SUASION_EMAIL", "")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = JOURNAL.get(
    "email", f"journal@{_ADDRESS.hostname or 'localhost'}"
)
# Without a mail server, a link to a new password would be printed into the log.
WAGTAIL_PASSWORD_RESET_ENABLED = bool(os.environ.get("SUASION_EMAIL", ""))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "suasion.journal.logbook.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["lines"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["lines"], "level": "WARNING", "propagate": False},
        "suasion.journal": {"handlers": ["lines"], "level": "INFO", "propagate": False},
    },
}
