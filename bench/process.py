"""One run of the command line, as a user meets it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence


def measured(arguments: Sequence[str], folder: str) -> tuple[float, float]:
    """Return seconds and peak megabytes; the folder is where it runs and its cache."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "suasion", *arguments],
        stdout=subprocess.DEVNULL,
        env=os.environ | {"SUASION_CACHE_DIR": folder, "COLUMNS": "80"},
        cwd=folder,
    )
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"suasion {' '.join(arguments)} failed with status {status}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return time.perf_counter() - start, kilobytes / 1024
