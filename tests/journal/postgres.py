"""Run a command with a PostgreSQL server of its own: `python postgres.py COMMAND ...`.

The server is one of this machine's (Debian: `apt-get install postgresql`), runs as a
user without rights, keeps its data in a temporary folder, listens on a Unix socket there
and nowhere else, and ends with the command. `DATABASE_URL` leads the command to it.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

MISSING = """\
PostgreSQL is not installed, and the tests of the journal need it; on Debian and Ubuntu:
apt-get install postgresql ('make postgres' does it as root)."""
INITDB = (
    *("--username", "journal", "--auth=trust"),
    *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
)
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def programs() -> Path | None:
    """Return the folder with the newest `initdb` and `postgres`, if there is one."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda path: int(path.parts[-3]),
    )
    named = shutil.which("postgres")
    found = [*debian[-1:], *([Path(named).resolve()] if named else [])]
    return next(
        (path.parent for path in found if (path.parent / "initdb").exists()), None
    )


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start a server; yield the address of its database as `DATABASE_URL` has it."""
    place = programs()
    if place is None:
        raise SystemExit(MISSING)
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    rights = as_user if os.getuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        data = Path(folder) / "data"
        data.mkdir(mode=0o700)
        for path in (Path(folder), data):
            os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        subprocess.run(
            [place / "initdb", "--pgdata", data, *INITDB],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **rights,
        )
        options = [f"--{option}" for option in QUICK]
        with (Path(folder) / "log").open("w") as log:
            running = subprocess.Popen(
                [place / "postgres", "-D", data, "-k", folder, "-h", "", *options],
                cwd="/",
                stdout=log,
                stderr=log,
                **rights,
            )
        try:
            _await(place, folder, running)
            yield f"postgresql://journal@{quote(folder, safe='')}/postgres"
        finally:
            running.send_signal(signal.SIGINT)  # at once, but in order
            running.wait(30)


def _await(place: Path, folder: str, running: subprocess.Popen[bytes]) -> None:
    ask = [place / "pg_isready", "-q", "-h", folder, "-U", "journal"]
    for _ in range(300):
        if subprocess.run(ask, check=False).returncode == 0:
            return
        if running.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"PostgreSQL did not start:\n{(Path(folder) / 'log').read_text()}")


if __name__ == "__main__":
    with server() as address:
        environment = os.environ | {"DATABASE_URL": address}
        ended = subprocess.run(sys.argv[1:], env=environment, check=False)
    sys.exit(ended.returncode)
