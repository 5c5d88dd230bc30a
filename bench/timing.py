"""How long a call takes, how much memory a draw needs, and how both grow."""

from __future__ import annotations

import inspect
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

REPEATS = 5
# Fewer draws waste lanes, and of few actors they are left to NumPy.
LEAST = 32


def accepted(function: Callable[..., Any], **settings: object) -> dict[str, object]:
    """Return those settings that are given and that the function knows."""
    known = inspect.signature(function).parameters
    return {
        name: value
        for name, value in settings.items()
        if name in known and value is not None
    }


def clocked(call: Callable[[], object]) -> float:
    """Return the seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def median_seconds(call: Callable[[], object], budget: float) -> float:
    """Return the median of as many calls as fit into the budget, from 1 to `REPEATS`.

    Have it called before: what must be compiled is compiled then.
    """
    seconds = [clocked(call)]
    while len(seconds) < REPEATS and sum(seconds) < budget:
        seconds.append(clocked(call))
    return statistics.median(seconds)


def draws_within(
    prepare: Callable[[int], Callable[[], object]], budget: float, most: int
) -> int:
    """Return so many draws, at least `LEAST`, that a call takes a fifth of the budget.

    There are more of them, up to the whole budget, as long as that makes a draw quicker:
    threads are to be busy.
    """
    draws, aim, before = LEAST, budget / REPEATS, float("inf")
    while True:
        call = prepare(draws)
        seconds = clocked(call)
        if seconds > budget / 2:
            seconds = clocked(call)  # what must be compiled was compiled before
        settled = seconds > 0.9 * before * draws
        if seconds > budget / 2 or (seconds > aim / 2 and settled) or draws >= most:
            return draws
        before = seconds / draws
        draws = min(most, int(draws * min(10, max(2, aim / seconds))))


def bytes_per_draw(prepare: Callable[[int], Callable[[], object]], draws: int) -> float:
    """Return by how much a draw raises the peak of what a call allocates.

    The peak is that of the allocations of Python and NumPy, results included and inputs
    not, for so many draws and for half of them. What a compiled kernel allocates inside
    is not seen: it is scratch, and does not grow with draws.
    """
    half = draws // 2
    peaks = []
    for count in (half, 2 * half):
        call = prepare(count)
        tracemalloc.start()
        call()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return max(peaks[1] - peaks[0], 0) / half


def growth(actors: Sequence[int], seconds: Sequence[float]) -> float:
    """Return the exponent of the power of the number of actors that fits the times."""
    return float(np.polyfit(np.log(actors), np.log(seconds), 1)[0])
