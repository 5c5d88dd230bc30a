"""A client that keeps its connections: a process of its own, so that its CPU is apart.

Reads jobs from standard input, one JSON list a line: method, path, body. Prints how long
they took, its own CPU seconds, how many answers had each status, and their bytes.
"""

from __future__ import annotations

import collections
import json
import queue
import socket
import sys
import threading
import time

Job = tuple[str, str, str]


def request(host: str, job: Job) -> bytes:
    """Return a request as it is sent, with what a browser says of itself."""
    method, path, body = job
    head = [
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        "Accept-Encoding: gzip",
        "Sec-Fetch-Site: same-origin",
    ]
    if body:
        head.append("Content-Type: application/x-www-form-urlencoded")
        head.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def answer(connection: socket.socket) -> tuple[int, int, bool]:
    """Read one answer; return its status, its bytes, and whether the server hangs up."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("the server hung up in the middle of an answer")
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    said = dict(line.split(": ", 1) for line in lines[1:])
    missing = int(said.get("content-length", 0)) - len(body)
    while missing > 0:
        missing -= len(connection.recv(min(missing, 65536)))
    size = len(head) + 4 + int(said.get("content-length", 0))
    return int(lines[0].split()[1]), size, said.get("connection") == "close"


def work(host: str, jobs: queue.SimpleQueue[Job], found: list[tuple[int, int]]) -> None:
    """Send jobs one after another until there are none."""
    name, port = host.split(":")
    connection = None
    while True:
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            break
        if connection is None:
            connection = socket.create_connection((name, int(port)), 60)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request(host, job))
        status, size, ends = answer(connection)
        found.append((status, size))
        if ends:
            connection.close()
            connection = None
    if connection is not None:
        connection.close()


def main() -> None:
    host, connections = sys.argv[1], int(sys.argv[2])
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for line in sys.stdin:
        jobs.put(tuple(json.loads(line)))
    found: list[tuple[int, int]] = []
    threads = [
        threading.Thread(target=work, args=(host, jobs, found))
        for _ in range(connections)
    ]
    cpu, start = time.process_time(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - cpu,
        "statuses": collections.Counter(status for status, _ in found),
        "bytes": sum(size for _, size in found),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
