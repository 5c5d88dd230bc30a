"""Serving a journal with gunicorn: what is shared is loaded once, before the fork."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from suasion.journal.folder import JournalError, is_current

__all__ = ["check", "serve"]

THREADS = 2  # in each worker; more would only queue for the one writer of SQLite


def check(folder: Path) -> None:
    """Refuse to serve what is not of the installed version; the journal must be open.

    Raises
    ------
    JournalError
        If migrations are pending, or the static files are of another version.
    """
    from suasion.journal.health import pending_migrations

    pending = pending_migrations()
    if pending:
        raise JournalError(
            f"{folder}: {len(pending)} migrations are pending ({pending[0]}, ...); make "
            f"a backup, then run: suasion journal migrate {folder}"
        )
    if not is_current(folder):
        raise JournalError(
            f"{folder}: its static files are of another version of the programs; run: "
            f"suasion journal migrate {folder}"
        )


def serve(folder: Path, *, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; the journal must be open.

    SIGTERM lets requests that have begun end, for 30 seconds at most.
    """
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    from suasion.journal.freshness.stamp import touch
    from suasion.journal.wsgi import application

    check(folder)
    touch()  # templates may have changed: what browsers keep is of the last start
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,
        "timeout": 60,
        "graceful_timeout": 30,
        "keepalive": 15,
        "accesslog": "-",
        "errorlog": "-",
        "logger_class": "suasion.journal.logbook.AccessLog",
        "control_socket_disable": True,
        "preload_app": True,
        "proc_name": "suasion journal",
    }

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            _warm(application)
            # A connection does not survive a fork, and what is shared must not be
            # written to by a garbage collector that looks through it.
            connections.close_all()
            gc.collect()
            gc.freeze()
            return application

    Server().run()


def _warm(application: Any) -> None:
    """Answer one request before the fork: templates and addresses are then shared."""
    from django.conf import settings
    from django.test import RequestFactory

    environ = RequestFactory().get("/", HTTP_HOST=settings.ALLOWED_HOSTS[0]).environ
    environ["wsgi.url_scheme"] = "https" if settings.PRODUCTION else "http"
    answer = application(environ, lambda status, headers, error=None: None)
    for _ in answer:
        pass
    answer.close()
