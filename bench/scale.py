"""Measure what a cluster costs and gives, and write docs/scale.md.

Run `make scale`, or `python bench/scale.py --quick --no-write` for a look.
The numbers are kept in docs/scale.json; the page is a function of them.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import json
import os
import resource
import signal
import statistics
import tempfile
import time

import page
from distributed import Client
from machine import Watch, load, machine

import suasion
from suasion.backtest.block import Answer, Block, answers, blocks
from suasion.backtest.trial import trials
from suasion.cluster import local_cluster, spread

PAGE = page.PAGE.with_name("scale.md")
NUMBERS = PAGE.with_suffix(".json")
CASE, MODELS = "deep-strikes", ("window", "mean", "median", "nash")
SIZE = 50_000
LEAST_RATIO, MOST_OVERHEAD = 1.7, 0.05
CASES = DRAWS = 1_000_000
WORKERS = (2, 16, 128, 1024)


def nothing(number: int) -> int:
    """Do nothing: what is left is the cost of a task."""
    return number


def noted(folder: str, block: Block) -> tuple[Answer, ...]:
    """Compute a block and leave a note of having begun it."""
    handle, _ = tempfile.mkstemp(dir=folder, suffix=f"-{os.getpid()}")
    os.close(handle)
    return answers(block)


def job(draws: int) -> tuple[Block, ...]:
    """Return the blocks of a CPU-bound backtest."""
    (trial,), _ = trials([suasion.load(CASE)])
    return blocks((trial,), models=MODELS, draws=draws, size=SIZE, seed=7)


def seconds(work: object, some: object, address: str | None) -> float:
    """Return how long all blocks take."""
    began = time.perf_counter()
    done = sum(1 for _ in spread(work, some, cluster=address))
    assert done == len(some)
    return time.perf_counter() - began


def peak() -> int:
    """Return the most memory this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Measure everything, in seconds and bytes."""
    some = job(options.draws)
    repeats = 1 if options.quick else 3
    for block in some[:: len(some) // len(MODELS)]:
        answers(block)  # the fit is made, and kept on disk
    serial = [seconds(answers, some, None) for _ in range(repeats)]
    print(f"{len(some)} blocks here: {serial}", flush=True)
    found: dict[str, list[float]] = {}
    for workers in (1, 2):
        with (
            local_cluster(workers) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            address = cluster.scheduler_address
            seconds(answers, some, address)  # workers import and read the fit
            found[f"on {workers}"] = [
                seconds(answers, some, address) for _ in range(repeats)
            ]
            empty = range(200 if options.quick else 2000)
            found[f"empty on {workers}"] = [
                seconds(nothing, empty, address) / len(empty) for _ in range(repeats)
            ]
            memory = max(client.run(peak).values())
        print(f"{workers} workers: {found[f'on {workers}']}", flush=True)
    again = killed(some)
    print(f"a worker killed: {again} blocks begun again", flush=True)
    return {
        "machine": machine(),
        "on": str(datetime.date.today()),
        "load": load(),
        "blocks": len(some),
        "serial": statistics.median(serial),
        "one": statistics.median(found["on 1"]),
        "two": statistics.median(found["on 2"]),
        "empty": statistics.median(found["empty on 2"]),
        "worker_bytes": memory,
        "client_bytes": peak(),
        "again": again,
        "same": same(some),
    }


def killed(some: tuple[Block, ...]) -> int:
    """Kill one of two workers in the middle; return how many blocks were begun again."""
    with tempfile.TemporaryDirectory() as folder, local_cluster(2) as cluster:
        victim = next(iter(cluster.workers.values())).pid
        work = functools.partial(noted, folder)
        come = 0
        for come, _ in enumerate(
            spread(work, some, cluster=cluster.scheduler_address), 1
        ):
            if come == len(some) // 2:
                os.kill(victim, signal.SIGKILL)
        assert come == len(some)
        return len(os.listdir(folder)) - len(some)


def same(some: tuple[Block, ...]) -> bool:
    """Whether a cluster gives the same bits as this process."""
    few = some[:: max(1, len(some) // 8)]
    with local_cluster(2) as cluster:
        there = dict(spread(answers, few, cluster=cluster.scheduler_address))
    return [there[number] for number in range(len(few))] == [*map(answers, few)]


def part(numbers: dict[str, object]) -> str:
    """Return what goes into the page."""
    n, serial, one, two = (numbers[key] for key in ("blocks", "serial", "one", "two"))
    block = serial / n
    overhead, ratio = one / serial - 1.0, one / two
    busy = (
        f"\n**Others used {numbers['others']:.1f} cores meanwhile: do not trust these "
        "times.**"
        if numbers["busy"]
        else ""
    )
    measured = page.table(
        ["", "measured", "target"],
        [
            [f"{n} blocks of {SIZE:,} draws, in one process", f"{serial:.2f} s", ""],
            ["the same, one Dask worker", f"{one:.2f} s", ""],
            [
                "overhead of scheduling, of the whole",
                f"{overhead:.1%}".replace("-", "−"),
                f"at most {MOST_OVERHEAD:.0%}",
            ],
            ["the same, two Dask workers", f"{two:.2f} s", ""],
            ["two workers against one", f"{ratio:.2f}", f"at least {LEAST_RATIO}"],
            ["a block", f"{1e3 * block:.0f} ms", ""],
            ["an empty task, two workers", f"{1e3 * numbers['empty']:.2f} ms", ""],
            [
                "a worker killed half way: blocks begun again",
                str(numbers["again"]),
                "its own, at most 3",
            ],
            ["the same bits", "yes" if numbers["same"] else "**no**", "yes"],
            [
                "most memory of a worker",
                f"{numbers['worker_bytes'] / 2**20:.0f} MiB",
                "",
            ],
            [
                "most memory of the client",
                f"{numbers['client_bytes'] / 2**20:.0f} MiB",
                "",
            ],
        ],
    )
    tasks = CASES * (DRAWS // SIZE)
    rows = []
    for workers in WORKERS:
        computing, scheduling = tasks * block / workers, tasks * numbers["empty"]
        rows.append(
            [
                f"{workers:,}",
                f"{computing / 86_400:.1f}",
                f"{scheduling / 86_400:.1f}",
                f"{max(computing, scheduling) / 86_400:.1f}",
            ]
        )
    table = page.table(
        ["workers", "computing, days", "one scheduler, days", "the longer, days"], rows
    )
    most = int(block / numbers["empty"])
    return "\n\n".join(
        [
            f"{numbers['machine']}; {numbers['on']}; load average {numbers['load']} at "
            f"the end.{busy}",
            f"The job: `{CASE}`, models {', '.join(MODELS)}, {n * SIZE // 4:,} draws "
            "each; medians of up to three runs, fits made beforehand.",
            measured,
            f"### A million cases, a million draws\n\n**An extrapolation, not a "
            f"measurement**: {tasks:,} blocks of {SIZE:,} draws of one model on cases "
            f"like this one, at {1e3 * block:.0f} ms a block and "
            f"{1e3 * numbers['empty']:.2f} ms a task, workers as fast as this one, the "
            "fits not counted (seconds a case: a million cases with ledgers of their own "
            "would cost more than their draws).",
            table,
            f"One scheduler keeps about {most} workers busy at this size of block. Beyond, "
            "take larger blocks (`--block 1000000` makes tasks of the same cost carry "
            "twenty times the draws), or split the cases over several runs: parts are "
            "files, and one folder can take them all.",
        ]
    )


def main() -> None:
    """Measure, and write the page unless told not to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the draws")
    parser.add_argument("--no-write", action="store_true", help="leave the page alone")
    options = parser.parse_args()
    options.draws = 200_000 if options.quick else 1_000_000
    print(f"{machine()}\nload average {load()}", flush=True)
    # Beforehand: workers are not children that a watch would count as this process's.
    with Watch() as watch:
        time.sleep(1.0)
    numbers = measure(options) | {"busy": watch.busy, "others": watch.others}
    text = part(numbers)
    print(text)
    if not options.no_write:
        NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
        page.write(text, PAGE)
        print(f"\nThe tables are in docs/{PAGE.name}.")


if __name__ == "__main__":
    main()
