"""Time every bargaining model and write the tables of docs/measurements.md.

Run `make bench`, or `python bench/models.py --quick --no-write` for a look.
"""

from __future__ import annotations

import argparse
import datetime
import time
from dataclasses import dataclass, field

import compiled
import page
from machine import BUSY, Watch, cores, load, machine
from runs import Run, drawn, measure, solver
from timing import LEAST, bytes_per_draw, draws_within, growth, median_seconds

from suasion.lanes import engine_for

ACTORS = (10, 20, 40, 80)
TARGETS = {10: 150_000, 20: 34_000, 40: 6_800}  # draws a second, challenge as published
LEAST_RATIO = 0.80
SPEED, MEMORY = "Draws a second", "Bytes a draw"
MARK = " (busy)"
LARGEST = 4_000_000  # numbers in an input


@dataclass(frozen=True)
class Model:
    """A row of the tables."""

    name: str
    solver: str
    issues: int = 1
    settings: dict[str, object] = field(default_factory=dict, hash=False)


MODELS = (
    Model("mean", "mean"),
    Model("median", "median"),
    Model("nash", "nash"),
    Model("challenge as published", "challenge", 1, {"as_published": True}),
    Model("challenge", "challenge"),
    Model("spatial", "spatial"),
    Model("exchange, 5 issues", "exchange", 5),
    Model("procedure", "procedure"),
)


@dataclass(frozen=True)
class Cell:
    """A model with so many actors: seconds and bytes are those of one draw."""

    actors: int
    draws: int
    seconds: float
    bytes: float
    busy: bool
    others: float
    load: tuple[str, str]

    def __str__(self) -> str:
        return (
            f"{self.actors:4}{self.draws:10,}{1 / self.seconds:14,.4g}{self.bytes:12,.0f}"
            f"  {self.load[0]}, {self.load[1]}{self.others:7.2f}{MARK * self.busy}"
        )


def cell(model: Model, actors: int, options: argparse.Namespace) -> Cell:
    """Measure one model with so many actors."""
    run = solver(model.solver, options.threads, options.engine, **model.settings)

    def prepare(draws):
        arrays = drawn(draws, actors, model.issues)
        return lambda: run(*arrays)

    with Watch() as watch:
        most = LARGEST // (actors * model.issues)
        draws = draws_within(prepare, options.seconds, most)
        seconds = median_seconds(prepare(draws), options.seconds) / draws
        memory = bytes_per_draw(prepare, draws)
    loads = watch.before, watch.after
    return Cell(actors, draws, seconds, memory, watch.busy, watch.others, loads)


def compared(options: argparse.Namespace) -> tuple[list[compiled.Comparison], str]:
    """Compare with C++; return what is to be said of it as well."""
    built = compiled.build()
    if built is None:
        return [], "No compiler (g++, or the one that CXX names): comparison left out."
    baseline, lanes = built
    told = (
        f"`challenge` as published against the same arithmetic in C++ "
        f"(`bench/challenge.cpp`,\ng++ -O3, {lanes} lanes), in turns, {options.threads} "
        f"threads each; the ratio of speeds is to be at least {LEAST_RATIO:.2f}.\n"
        "Positions of all rounds were first found to differ by at most {apart} of the "
        "scale."
    )
    found = []
    for actors in ACTORS:
        args = baseline, actors, options.seconds, options.threads, options.engine
        one = compiled.compare(*args)
        print(
            f"{actors:4}{one.suasion:12,.0f}{one.compiled:12,.0f}{one.ratio:8.2f}"
            + MARK * one.busy,
            flush=True,
        )
        found.append(one)
    apart = max(one.apart for one in found) / (compiled.HIGH - compiled.LOW)
    return found, told.format(apart=f"{apart:.0e}")


def number(value: float) -> str:
    """Write a number with three digits that count."""
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"


def part(
    cells: dict[Model, list[Cell]],
    comparison: tuple[list[compiled.Comparison], str],
    runs: list[Run],
    options: argparse.Namespace,
    began: str,
) -> str:
    """Return what goes into the page."""
    today = datetime.date.today()
    engine = engine_for(options.engine or "auto")
    conditions = (
        f"{machine()}; {options.threads} threads, engine {engine}; {today.day} "
        f"{today:%B %Y}; load average {began} at the start and {load()} at the end "
        "(the measuring itself included)."
    )
    if options.quick:
        conditions += "\n**A quick look, with little time for each number.**"
    if any_busy(cells, comparison[0], runs):
        conditions += (
            f"\n**Numbers marked busy were taken while other programs used more than "
            f"{BUSY} cores: do not compare them.**"
        )
    head = ["", *(f"{actors} actors" for actors in ACTORS)]
    speed = page.table(
        [*head, "growth"],
        [
            [
                model.name,
                *(number(1 / one.seconds) + MARK * one.busy for one in row),
                f"{growth(ACTORS, [one.seconds for one in row]):.1f}",
            ]
            for model, row in cells.items()
        ],
    )
    memory = page.table(
        head,
        [[m.name, *(number(one.bytes) for one in row)] for m, row in cells.items()],
    )
    found, told = comparison
    ratios = page.table(
        ["actors", "Suasion", "C++", "ratio", "target, draws a second"],
        [
            [
                str(one.actors),
                number(one.suasion),
                number(one.compiled),
                f"{one.ratio:.2f}{MARK * one.busy}",
                f"{TARGETS[one.actors]:,}" if one.actors in TARGETS else "",
            ]
            for one in found
        ],
    )
    single = page.table(
        ["", "seconds", "target"],
        [
            [run.name, f"{run.seconds:.3g}{MARK * run.busy}", f"{run.target:g}"]
            for run in runs
        ],
    )
    return "\n\n".join(
        [
            conditions,
            f"{SPEED}, on synthetic cases, all through `run`: the median of up to five "
            f"runs of about\na fifth of a second, each of {LEAST} draws or more. *Growth* "
            "is the exponent of the power of the\nnumber of actors that fits best.",
            speed,
            f"{MEMORY}: by how much one more draw raises the peak of what a run allocates, "
            "as traced by\nPython; positions of all rounds included, inputs not. Where "
            "a second is enough for a few draws\nonly, what is needed for a chunk of "
            "them is included.",
            memory,
            told,
            *([ratios] if found else []),
            "Single jobs: median of up to five, but for one that compiles.",
            single,
        ]
    )


def any_busy(cells, comparisons, runs) -> bool:
    """Whether any number was taken on a busy machine."""
    every = [*(one for row in cells.values() for one in row), *comparisons, *runs]
    return any(one.busy for one in every)


def refusal(busy: bool, options: argparse.Namespace) -> str | None:
    """Return why the page is to be left as it is, if it is."""
    if options.no_write:
        return "--no-write"
    if busy and not options.force:
        return "the machine was busy; run again when it is quiet, or give --force"
    if options.quick and not options.force:
        return "a quick look is not for keeping; leave --quick out, or give --force"
    return None


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="50 ms a number")
    parser.add_argument("--no-write", action="store_true", help="leave the page alone")
    parser.add_argument(
        "--force", action="store_true", help="write although quick or busy"
    )
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--engine", choices=["auto", "numba", "numpy"])
    options = parser.parse_args()
    options.seconds = 0.05 if options.quick else 1.0
    return options


def main() -> None:
    options = arguments()
    began = load()
    print(f"{machine()}\nload average {began}; {options.threads} threads\n")
    with Watch() as watch:
        time.sleep(0.5)
    if watch.busy:
        print(
            f"WARNING: other programs use {watch.others:.1f} cores. Numbers taken now "
            "are marked as busy and are not to be compared.\n"
        )
    cells: dict[Model, list[Cell]] = {}
    print("actors  draws  draws a second  bytes a draw  load before, after  others")
    for model in MODELS:
        print(model.name)
        cells[model] = []
        for actors in ACTORS:
            cells[model].append(cell(model, actors, options))
            print(cells[model][-1], flush=True)
        exponent = growth(ACTORS, [one.seconds for one in cells[model]])
        print(f"     grows with the power {exponent:.2f} of actors")
    print("\nactors   Suasion         C++   ratio")
    comparison = compared(options)
    print(comparison[1], end="\n\n")
    runs = []
    for run in measure(options.threads, options.engine, options.seconds, options.quick):
        runs.append(run)
        print(
            f"{run.name:55}{run.seconds:9.3f} s, target {run.target:g} s; load "
            f"{run.load[0]}, {run.load[1]}{MARK * run.busy}",
            flush=True,
        )
    busy = any_busy(cells, comparison[0], runs)
    if busy:
        print(
            f"\nWARNING: other programs used more than {BUSY} cores at times; numbers "
            "and comparisons marked busy are not to be trusted."
        )
    why = refusal(busy, options)
    if why is None:
        page.write(part(cells, comparison, runs, options, began))
        print(f"\nThe tables are in docs/{page.PAGE.name}.")
        return
    print(f"\ndocs/{page.PAGE.name} is left as it is: {why}.")
    raise SystemExit(not options.no_write)


if __name__ == "__main__":
    main()
