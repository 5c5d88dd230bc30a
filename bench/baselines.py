"""Draws per second of the baseline bargaining models at 12 actors.

Run as `python bench/baselines.py`. The best of several runs is printed: what else the
machine does can only slow a run down.
"""

import os
import platform
import time
from pathlib import Path

import numpy as np

from suasion.bargaining import nash, weighted_mean, weighted_median

DRAWS, ACTORS, REPEATS = 1_000_000, 12, 7


def machine():
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    load = ", ".join(f"{x:.2f}" for x in os.getloadavg())
    python, numpy = platform.python_version(), np.__version__
    return (
        f"{model}, {os.cpu_count()} cores, load average {load}; "
        f"Python {python}, NumPy {numpy}"
    )


def main():
    rng = np.random.default_rng(7)
    position = rng.uniform(0, 100, (DRAWS, ACTORS))
    weight = rng.uniform(0.05, 1, (DRAWS, ACTORS))
    models = {
        "mean": lambda threads: weighted_mean(position, weight, threads=threads),
        "median": lambda threads: weighted_median(position, weight, threads=threads),
        "nash, status quo": lambda threads: nash(
            position, weight, status_quo=-10, threads=threads
        ),
        "nash, far end": lambda threads: nash(
            position, weight, low=0, high=100, threads=threads
        ),
    }
    print(machine())
    print(
        f"{DRAWS:,} draws of {ACTORS} actors, best of {REPEATS}; million draws a second"
    )
    print(f"{'':18}{'1 thread':>10}{'2 threads':>11}")
    for name, model in models.items():
        speeds = []
        for threads in (1, 2):
            seconds = []
            for _ in range(REPEATS):
                start = time.perf_counter()
                model(threads)
                seconds.append(time.perf_counter() - start)
            speeds.append(DRAWS / min(seconds) / 1e6)
        print(f"{name:18}{speeds[0]:10.1f}{speeds[1]:11.1f}")


if __name__ == "__main__":
    main()
