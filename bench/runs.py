"""Single jobs that there is a target for, in seconds."""

from __future__ import annotations

import functools
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from machine import Watch
from process import measured
from timing import REPEATS, accepted, median_seconds

from suasion.bargaining import SOLVERS

MILLION = 1_000_000
BLOCK = 50_000
LOW, HIGH = 0.0, 100.0


@dataclass(frozen=True)
class Run:
    """A job, its seconds, and the most it should take."""

    name: str
    seconds: float
    target: float
    busy: bool
    load: tuple[str, str]


def drawn(draws: int, actors: int, issues: int) -> tuple[np.ndarray, ...]:
    """Capability, position and salience, for a status quo at the end of the scale."""
    rng = np.random.default_rng(7)
    shape = (draws, actors, issues)
    capability = rng.uniform(0.1, 2, (draws, actors))
    return capability, rng.uniform(10, HIGH, shape), rng.uniform(0.05, 1, shape)


def solver(model: str, threads: int, engine: str | None, **settings: object):
    """Return a model as a function of the three arrays."""
    run = SOLVERS[model]
    more = accepted(run, threads=threads, engine=engine)
    return functools.partial(
        run, low=LOW, high=HIGH, status_quo=LOW, **settings, **more
    )


def in_blocks(
    run: Callable[..., object], draws: int, actors: int
) -> Callable[[], None]:
    """Return the job of so many draws, a block at a time: nothing is kept."""
    arrays = drawn(min(BLOCK, draws), actors, 1)

    def job() -> None:
        for _ in range(0, draws, BLOCK):
            run(*arrays)

    return job


def jobs(threads: int, engine: str | None, draws: int):
    """Return name, job, target in seconds and whether it is done once only."""
    model = functools.partial(solver, threads=threads, engine=engine)
    turns = {
        "as_published": True,
        "rounds": 29,
        "least_rounds": 29,
        "stop_ratio": 1e-12,
    }
    spatial = model("spatial", **turns)
    one, hundred = drawn(1, 27, 6), drawn(100, 27, 6)
    wide, trade = drawn(1, 80, 1), drawn(1, 15, 13)
    many = f"{draws:,} draws"
    part = draws / MILLION
    yield "spatial, 27 actors x 6 issues, 29 turns", lambda: spatial(*one), 0.02
    yield "the same, 100 draws", lambda: spatial(*hundred), 1.0
    yield "spatial, 80 actors x 1 issue", lambda: model("spatial")(*wide), 0.3
    yield "exchange, 15 x 13, 10 rounds", lambda: model("exchange")(*trade), 0.05
    published = model("challenge", as_published=True)
    name = f"challenge as published, 10 actors, {many}"
    yield name, in_blocks(published, draws, 10), 7.0 * part
    for name in ("mean", "median", "nash"):
        job = in_blocks(model(name), draws, 12)
        yield f"{name}, 12 actors, {many}", job, 0.2 * part


def measure(
    threads: int, engine: str | None, budget: float, quick: bool
) -> Iterator[Run]:
    """Yield every job with its median time."""
    for name, job, target in jobs(threads, engine, MILLION // (50 if quick else 1)):
        with Watch() as watch:
            job()
            seconds = median_seconds(job, budget)
        yield Run(name, seconds, target, watch.busy, (watch.before, watch.after))
    for name in ("challenge", "spatial", "exchange"):
        yield from starts(name, 1 if quick else REPEATS)


def starts(model: str, repeats: int) -> Iterator[Run]:
    """Yield one small job by the command: as it is, then compiled, which is slow once."""
    command = ["solve", "ec-emission-standards", "--model", model]
    compiled = [*command, "--set", "engine=numba"]
    with tempfile.TemporaryDirectory() as folder:
        for what, words, count, target in (
            ("", command, repeats, 1.3),
            (", compiling", compiled, 1, 10.0),
            (", compiled before", compiled, repeats, 1.3),
        ):
            with Watch() as watch:
                times = [measured(words, folder)[0] for _ in range(count)]
            name = f"`suasion solve --model {model}`{what}"
            median = statistics.median(times)
            yield Run(name, median, target, watch.busy, (watch.before, watch.after))
