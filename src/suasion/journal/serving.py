"""Serving a journal with gunicorn: what is shared is loaded once, before the fork."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from suasion.journal.folder import JournalError, is_current
from suasion.journal.tending import begin

__all__ = ["check", "listen", "serve"]

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


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises
    ------
    JournalError
        If another program has the port, or the host is not of this machine.
    """
    try:
        family, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(where[:2], family=family, backlog=2048)
    except OSError as error:
        reason = str(error.strerror).split(" (")[0]
        raise JournalError(
            f"--host {host} --port {port}: cannot listen there ({reason}); "
            "choose another with --port or --host."
        ) from error


def serve(
    folder: Path, *, host: str, port: int, workers: int, note: Callable[[str], None]
) -> None:
    """Serve until told to stop; the journal must be open.

    SIGTERM lets requests that have begun end, for 30 seconds at most.
    """
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    from suasion.journal.freshness.stamp import touch
    from suasion.journal.wsgi import application

    check(folder)
    listening = listen(host, port)
    note(f"serving {folder} at http://{_place(host, port)}/ until you press Ctrl-C")
    touch()  # templates may have changed: what browsers keep is of the last start
    options = {
        "bind": f"fd://{listening.detach()}",
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
        "post_fork": lambda server, worker: begin(folder),
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


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _warm(application: Any) -> None:
    """Answer two requests before the fork: templates and addresses are then shared."""
    from django.conf import settings
    from django.test import RequestFactory

    from suasion.journal.pages.models import ArticlePage

    newest = ArticlePage.objects.newest().first()
    for path in filter(None, ["/", newest and newest.url]):
        host = settings.ALLOWED_HOSTS[0]
        environ = RequestFactory().get(path, HTTP_HOST=host).environ
        environ["wsgi.url_scheme"] = "https" if settings.PRODUCTION else "http"
        answer = application(environ, lambda status, headers, error=None: None)
        for _ in answer:
            pass
        answer.close()
