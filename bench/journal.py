"""What a journal costs: CPU of a page and of a response, memory, bytes, time to begin.

A journal is made and filled, then served as its owner serves it, with two workers. CPU is
that of the server's processes, from the system's count. A query that the page cache does
not know makes a page anew. *All made anew* is its first time in a worker: nothing of it is
kept. After that its words, its forecast and the empty form come from Django's cache of
template fragments; the article and its responses are read and rendered each time.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
from issue import fill
from machine import BUSY, Watch, machine

WORKERS = 2
CONNECTIONS = 8
LIMIT = 0.9  # of one core: a client this busy measures itself
HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few articles: a look")
    articles = 20 if parser.parse_args().quick else 200
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        os.environ["SUASION_CACHE_DIR"] = f"{place}/cache"
        folder = Path(place) / "journal"
        with Watch() as watch:
            start = time.perf_counter()
            subprocess.run([*SUASION, "init", folder], check=True, capture_output=True)
            seconds = time.perf_counter() - start
        line("init, empty cache", f"{seconds:6.1f} s", watch)
        paths = fill(folder, articles)
        with serving(folder) as server:
            pages(server, paths)
            responses(server, paths, 10 * len(paths))


SUASION = [sys.executable, "-m", "suasion", "journal"]


class Server:
    """A journal that is being served, and what its processes have used."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self._process = psutil.Process(process.pid)

    @property
    def processes(self) -> list[psutil.Process]:
        return [self._process, *self._process.children()]

    def cpu(self) -> float:
        times = [process.cpu_times() for process in self.processes]
        return sum(used.user + used.system for used in times)

    def memory(self) -> float:
        """Return megabytes, what is shared counted once."""
        shares = [process.memory_full_info().pss for process in self.processes]
        return float(sum(shares)) / 1e6

    def run(self, jobs: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
        """Have a client do the jobs; add the CPU seconds of the server."""
        before = self.cpu()
        client = subprocess.run(
            [sys.executable, HERE / "keepalive.py", self.host, str(CONNECTIONS)],
            input="".join(f"{json.dumps(job)}\n" for job in jobs),
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(client.stdout)
        return found | {"server": self.cpu() - before}

    def get(self, path: str) -> tuple[bytes, int]:
        """Return an answer as a browser asks for it, and its bytes as sent."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Accept-Encoding": "identity"})
            text = connection.getresponse().read()
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            return text, len(connection.getresponse().read())


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve a journal on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*SUASION, "serve", folder, "--port", port, "--workers", WORKERS]
    process = subprocess.Popen(
        [str(word) for word in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(process, port)
        for _ in range(600):
            with contextlib.suppress(OSError):
                server.get("/health/")
                break
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(60)


def line(name: str, said: str, watch: Watch | None = None) -> None:
    """Print a result, with the load and a mark if the machine was busy."""
    print(f"{name:44}{said}", end="")
    if watch is not None:
        used, busy = watch.others, watch.busy
        mark = f"  BUSY ({used:.1f} cores): do not trust this line" if busy else ""
        print(f"  load {watch.before}, {watch.after}{mark}", end="")
    print(flush=True)


def measure(name: str, server: Server, jobs: Sequence[tuple[str, str, str]]) -> None:
    """Do the jobs, and print CPU and how many were done in a second."""
    start = time.perf_counter()
    with Watch() as watch:
        found = server.run(jobs)
    wall = time.perf_counter() - start
    wrong = {
        key: n for key, n in found["statuses"].items() if key not in ("200", "303")
    }
    if wrong:
        raise SystemExit(f"{name}: the journal answered {wrong}")
    done = len(jobs)
    said = f"{1000 * found['server'] / done:6.2f} CPU ms"
    said += f" {done / found['seconds']:8.0f} /s"
    if found["cpu"] > LIMIT * found["seconds"]:
        said += " (the client is the limit)"
    # The server still runs, so what it used is counted as of others.
    watch.others = max(watch.others - found["server"] / wall, 0.0)
    watch.busy = watch.others > BUSY
    line(name, said, watch)


def pages(server: Server, paths: Sequence[str]) -> None:
    """Measure an article's page: made anew, and kept."""
    for path in paths[:8]:  # what is loaded at first use is loaded
        server.get(f"{path}?warm")
    once = [("GET", f"{path}?once", "") for path in paths[8:]]
    measure("article, all made anew", server, once)
    for _ in range(4):  # each worker has kept the fragments of each article
        server.run([("GET", f"{path}?again", "") for path in paths])
    measure(
        "article, page made anew, fragments kept",
        server,
        [("GET", f"{path}?{turn}", "") for turn in range(3) for path in paths],
    )
    server.run([("GET", path, "") for path in paths] * 4)
    kept = [("GET", path, "") for path in paths] * (10_000 // len(paths))
    measure("article, from the page cache", server, kept)
    line(f"memory (PSS), {WORKERS} workers", f"{server.memory():6.0f} MB")
    text, size = server.get(paths[0])
    sheets = set(re.findall(rb'(?:href|src)="(/static/[^"]+)"', text))
    whole = size + sum(server.get(sheet.decode())[1] for sheet in sheets)
    line(
        "article, compressed", f"{size / 1000:6.1f} KB, {whole / 1000:.1f} with sheets"
    )


def responses(server: Server, paths: Sequence[str], count: int) -> None:
    """Measure responses with an estimate: sent, checked, stored and answered."""
    forms = []
    for path in paths[:20]:
        text = server.get(path)[0].decode()
        place = re.search(r'action="(/respond/\d+/)"', text)
        ticket = re.search(r'name="ticket" value="([^"]+)"', text)
        if place is None or ticket is None:
            raise SystemExit(f"{path} has no form; the bench cannot send responses")
        forms.append((place[1], ticket[1]))
    time.sleep(4)  # the stamp is to be older than a script is quick
    jobs = []
    for n in range(count):
        place, stamp = forms[n % len(forms)]
        said = {
            "name": f"Sender {n}",
            "email": f"sender-{n}@example.org",
            "text": f"Words of sender {n}, like no others.\n\nAnd more of them.",
            "percent": 1 + n % 99,
            "website": "",
            "ticket": stamp,
        }
        jobs.append(("POST", place, urlencode(said)))
    measure("response accepted", server, jobs)


if __name__ == "__main__":
    main()
