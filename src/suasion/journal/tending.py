"""What a journal that is served does by itself, once a minute.

One of the workers does it: the one that has the lock on the file `tending`. The lock
ends with the process, and the next worker to ask for it goes on.
"""

from __future__ import annotations

import fcntl
import logging
import time
from pathlib import Path
from threading import Thread

__all__ = ["begin", "tend"]

EVERY = 60  # seconds


def tend() -> None:
    """Publish what is scheduled; erase old addresses, sessions and failed logins."""
    from django.core.management import call_command

    from suasion.journal.accounts.failed_logins import forget_old
    from suasion.journal.responses.address import key_of_today

    for name in ("publish_scheduled", "erase_old_addresses", "clearsessions"):
        call_command(name, verbosity=0)
    forget_old()
    key_of_today()  # and throw away yesterday's


def begin(folder: Path) -> None:
    """Tend beside the requests, in a thread that ends with its worker."""
    Thread(target=_for_ever, args=[folder], name="tending", daemon=True).start()


def _for_ever(folder: Path) -> None:
    from django.db import connections

    with (folder / "tending").open("w") as file:
        while True:
            time.sleep(EVERY)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                tend()
            except BlockingIOError:
                continue  # another worker does
            except Exception:
                logging.getLogger("suasion.journal").exception("tending failed")
            finally:
                connections.close_all()
