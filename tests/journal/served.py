"""A journal as its owner has it: made, served and kept by commands of their own."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

ARTICLE = (  # of the article that `init` publishes
    "/war/ten-weeks-to-a-yes-can-paris-and-london-move-washington-on-missiles/"
)


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without the settings of its own journal."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SUASION_", "DJANGO_")) and name != "DATABASE_URL"
    }
    cache = {"SUASION_CACHE_DIR": os.environ["SUASION_CACHE_DIR"]}
    return kept | cache | {"COLUMNS": "200"} | more


def suasion(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `suasion journal ...` to its end."""
    command = [sys.executable, "-m", "suasion", "journal", *map(str, arguments)]
    return subprocess.run(
        command, env=environment(**more), capture_output=True, text=True, check=False
    )


class Server:
    """A journal that is being served."""

    def __init__(self, folder: Path, **more: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = folder.parent / f"{folder.name}-{self.port}.log"
        command = [sys.executable, "-m", "suasion", "journal", "serve", str(folder)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env=environment(**more),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ask(
        self,
        path: str,
        form: dict[str, str] | None = None,
        **headers: str,
    ) -> tuple[int, dict[str, str], str]:
        """Ask once; return status, headers and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(connection):
            if form is None:
                connection.request("GET", path, headers=named)
            else:
                named["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request("POST", path, urlencode(form), named)
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, dict(answer.getheaders()), text

    def wait(self) -> None:
        """Wait until it answers."""
        for _ in range(600):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("/health/")[0] == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"it does not answer:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


@contextlib.contextmanager
def serving(folder: Path, **more: str) -> Iterator[Server]:
    """Serve a journal for a while."""
    server = Server(folder, **more)
    try:
        server.wait()
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(60)


def respond(server: Server, place: str, ticket: str, number: int) -> int:
    """Leave a response as reader `number`; return the status of the answer."""
    form = {
        "name": f"Reader {number}",
        "email": f"reader-{number}@example.org",
        "text": f"Words of reader {number}, like no others.",
        "ticket": ticket,
        "website": "",
    }
    return server.ask(
        place,
        form,
        Origin=f"http://127.0.0.1:{server.port}",
        X_Forwarded_For=f"198.51.{number // 250}.{number % 250 + 1}",
    )[0]


def form_of(server: Server) -> tuple[str, str]:
    """Return where the article's form is sent, and its ticket, old enough to be used."""
    _, _, page = server.ask(ARTICLE)
    place = re.search(r'action="(/respond/\d+/)', page)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert place is not None
    assert ticket is not None
    time.sleep(3.5)  # nobody writes faster than that
    return place[1], ticket[1]
