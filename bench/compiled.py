"""The challenge model as published against the same arithmetic in C++."""

from __future__ import annotations

import ctypes
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from machine import Watch
from timing import REPEATS, accepted, clocked, draws_within

from suasion.bargaining.challenge import challenge

SOURCE = Path(__file__).with_name("challenge.cpp")
# None of these lets the compiler add in another order.
OPTIONS = ["-std=c++17", "-O3", "-march=native", "-shared", "-fPIC", "-pthread"]
OPTIONS += ["-fno-signed-zeros", "-fno-trapping-math", "-ffinite-math-only"]
LOW, HIGH, ROUNDS, TIE = 0.0, 100.0, 10, 1e-9
AGREE = 1e-7 * (HIGH - LOW)


@dataclass(frozen=True)
class Comparison:
    """Draws a second of both, in turns; `ratio` is the median over turns."""

    actors: int
    suasion: float
    compiled: float
    ratio: float
    apart: float
    busy: bool


def build() -> tuple[Callable[..., np.ndarray], int] | None:
    """Return the baseline and its lanes, or None if there is no compiler."""
    compiler = shutil.which(os.environ.get("CXX", "g++"))
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "challenge.so"
        subprocess.run([compiler, *OPTIONS, SOURCE, "-o", library], check=True)
        loaded = ctypes.CDLL(str(library))
    numbers = np.ctypeslib.ndpointer(np.float64, flags="C")
    whole = [ctypes.c_long, ctypes.c_int, ctypes.c_int, ctypes.c_int]
    loaded.challenge.argtypes = [*whole, ctypes.c_double, *[numbers] * 4]
    loaded.challenge.restype = None

    def baseline(capability, position, salience, threads):
        draws, actors = position.shape
        path = np.empty((draws, ROUNDS + 1, actors))
        loaded.challenge(
            *(draws, actors, ROUNDS, threads, TIE, capability, position, salience, path)
        )
        return path

    return baseline, loaded.lanes()


def drawn(draws: int, actors: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(11)
    bounds = (0.1, 2), (LOW, HIGH), (0.05, 1)
    return tuple(rng.uniform(*ends, (draws, actors)) for ends in bounds)


def published(arrays: tuple[np.ndarray, ...], threads: int, engine: str | None):
    """Return Suasion's positions by round."""
    more = accepted(challenge, threads=threads, engine=engine)
    return challenge(
        *arrays,
        low=LOW,
        high=HIGH,
        as_published=True,
        rounds=ROUNDS,
        tie_tol=TIE,
        **more,
    )


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference; stop if a draw went another way."""
    largest = float(np.abs(one - other).max())
    if not largest <= AGREE:
        draw = int(np.abs(one - other).max(axis=(1, 2)).argmax())
        raise SystemExit(
            f"C++ and Suasion differ by {largest:.3g} on a scale of {HIGH - LOW:g} "
            f"(draw {draw} of {one.shape[2]} actors); at most {AGREE:g} is rounding, so "
            "one of them is wrong and nothing is compared"
        )
    return largest


def compare(baseline, actors, budget, threads, engine) -> Comparison:
    """Time both in turns on the same draws, after a check that they agree."""

    def prepare(draws):
        arrays = drawn(draws, actors)
        return lambda: published(arrays, threads, engine)

    with Watch() as watch:
        draws = draws_within(prepare, budget, 4_000_000 // (ROUNDS * actors))
        arrays = drawn(draws, actors)
        difference = apart(
            published(arrays, threads, engine), baseline(*arrays, threads)
        )
        turns = [
            (
                clocked(lambda: published(arrays, threads, engine)),
                clocked(lambda: baseline(*arrays, threads)),
            )
            for _ in range(REPEATS)
        ]
    ours, theirs = (statistics.median(side) for side in zip(*turns, strict=True))
    ratio = statistics.median(other / mine for mine, other in turns)
    return Comparison(
        actors, draws / ours, draws / theirs, ratio, difference, watch.busy
    )
