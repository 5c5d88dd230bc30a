"""The machine, and whether it was left alone: numbers from a busy one mislead."""

from __future__ import annotations

import importlib.util
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

import psutil

# Cores in use by others from which on a number is not to be trusted.
BUSY = 0.3
# The system counts in hundredths of a second, core by core.
TICK = 0.01


def cores() -> int:
    """Count the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def load() -> str:
    """Return the load average of the last minute."""
    return f"{os.getloadavg()[0]:.2f}"


def machine() -> str:
    """Name processor, cores and versions."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    libraries = [f"Python {platform.python_version()}", f"NumPy {version('numpy')}"]
    if importlib.util.find_spec("numba"):
        libraries.append(f"Numba {version('numba')}")
    return f"{model}, {cores()} cores; {', '.join(libraries)}"


class Watch:
    """See how many cores others use while a block runs.

    Afterwards `others` is their mean number, `busy` whether that is too many, and
    `before` and `after` are the load averages.
    """

    def __enter__(self) -> Watch:
        self.before = load()
        self._start = _used()
        return self

    def __exit__(self, *_: object) -> None:
        wall, all_, own = (
            end - start for end, start in zip(_used(), self._start, strict=True)
        )
        self.after = load()
        self.others, self.busy = others(wall, all_, own)


def others(wall: float, all_: float, own: float) -> tuple[float, bool]:
    """Return cores in use by others, and whether these are too many.

    All three in seconds: on the clock, of all processors, and of this process's share.
    """
    theirs = max(all_ - own, 0)
    unsure = 2 * TICK * cores()
    return theirs / wall, theirs - unsure > BUSY * wall


def _used() -> tuple[float, float, float]:
    every = psutil.cpu_times()._asdict()
    # Guests are counted as users already.
    idle = ("idle", "iowait", "guest", "guest_nice")
    all_ = sum(seconds for name, seconds in every.items() if name not in idle)
    mine = psutil.Process().cpu_times()
    own = mine.user + mine.system + mine.children_user + mine.children_system
    return time.perf_counter(), all_, own
