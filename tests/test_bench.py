"""The benchmarks measure what they say, and the page has what they print."""

from __future__ import annotations

import argparse
import importlib
import re
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.bargaining import SOLVERS

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module", autouse=True)
def _bench_is_on_the_path() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "bench"))
        yield


def bench(name: str) -> ModuleType:
    return importlib.import_module(name)


def part() -> str:
    text = (ROOT / "docs" / "measurements.md").read_text(encoding="utf-8")
    written = bench("page").marked(text)
    assert isinstance(written, str)
    return written


@pytest.mark.parametrize("title", ["SPEED", "MEMORY"])
def test_page_has_every_model_at_every_number_of_actors(title: str) -> None:
    models = bench("models")
    head, *rows = bench("page").rows(part(), getattr(models, title))
    columns = [f"{actors} actors" for actors in models.ACTORS]
    assert head[1:5] == columns
    assert [row[0] for row in rows] == [model.name for model in models.MODELS]
    assert {row[0].split()[0].strip(",") for row in rows} == set(SOLVERS)
    for row in rows:
        numbers = [cell.removesuffix(models.MARK).replace(",", "") for cell in row[1:]]
        assert len(numbers) == len(head) - 1
        assert all(float(number) > 0 for number in numbers[: len(columns)])
        assert all(np.isfinite(float(number)) for number in numbers)


def test_page_names_machine_versions_date_and_load() -> None:
    conditions = part().strip().split("\n")[0]
    pattern = (
        r"\S.*, \d+ cores; Python 3\.\d+\.\d+.*, NumPy \d.*; \d+ threads, engine \w+; "
        r"\d+ [A-Z][a-z]+ \d{4}; load average [\d.]+ at the start and [\d.]+ at the end"
    )
    assert re.match(pattern, conditions)


def test_every_model_can_be_timed() -> None:
    runs = bench("runs")
    for model in bench("models").MODELS:
        run = runs.solver(model.solver, 1, "numpy", **model.settings)
        outcome = run(*runs.drawn(2, 4, model.issues))
        assert outcome.model == model.solver
        assert outcome.outcome.shape == (2, model.issues)


POWER = st.floats(-1, 4)


@given(POWER, st.floats(1e-9, 10))
def test_growth_is_the_exponent_of_a_power_law(power: float, once: float) -> None:
    actors = np.array([10, 20, 40, 80])
    found = bench("timing").growth(actors, once * actors**power)
    assert found == pytest.approx(power, abs=1e-9)


@given(st.integers(1, 500), st.integers(2, 300))
def test_memory_of_a_draw_is_that_of_the_array_that_it_fills(
    numbers: int, draws: int
) -> None:
    found = bench("timing").bytes_per_draw(
        lambda count: lambda: np.ones((count, numbers)), draws
    )
    assert found == pytest.approx(8 * numbers, abs=16)


def test_settings_that_a_model_lacks_are_left_out() -> None:
    accepted = bench("timing").accepted
    mean = {"low": 0, "engine": None, "no_such": 1}
    assert accepted(SOLVERS["mean"], **mean) == {"low": 0}


@given(st.floats(0.05, 60), st.floats(0, 2), st.floats(0, 2))
def test_a_machine_is_busy_if_others_use_it_and_not_if_we_do(
    wall: float, own: float, theirs: float
) -> None:
    machine = bench("machine")
    used, busy = machine.others(wall, (own + theirs) * wall, own * wall)
    assert used == pytest.approx(theirs, abs=1e-9)
    unsure = 2 * machine.TICK * machine.cores() / wall
    if theirs <= machine.BUSY - 1e-9:
        assert not busy
    if theirs > machine.BUSY + unsure + 1e-9:
        assert busy


@given(st.text(), st.text())
def test_writing_the_part_leaves_the_rest_of_the_page(before: str, after: str) -> None:
    page = bench("page")
    text = f"{before}{page.START}\nold\n{page.END}{after}"
    once = page.replaced(text, "new")
    assert once == f"{before}{page.START}\n\nnew\n\n{page.END}{after}"
    assert page.replaced(once, "new") == once


def test_a_page_without_the_comments_is_not_written() -> None:
    with pytest.raises(ValueError, match=r"has no line .*start.* put both where"):
        bench("page").replaced("# Measurements", "new")


@pytest.mark.parametrize(
    ("busy", "quick", "force", "no_write", "why"),
    [
        (False, False, False, False, None),
        (True, False, False, False, "busy"),
        (False, True, False, False, "quick"),
        (True, True, True, False, None),
        (False, False, True, True, "--no-write"),
    ],
)
def test_numbers_of_a_busy_machine_are_not_written_unless_forced(
    busy: bool, quick: bool, force: bool, no_write: bool, why: str | None
) -> None:
    options = argparse.Namespace(quick=quick, force=force, no_write=no_write)
    found = bench("models").refusal(busy, options)
    assert (found is None) if why is None else (why in found)


@pytest.mark.slow
@pytest.mark.parametrize("actors", [1, 2, 3, 5, 10, 13])
def test_challenges_in_cpp_and_in_python_are_the_same(actors: int) -> None:
    assert shutil.which("g++"), "g++ is missing; 'make test' installs it"
    compiled = bench("compiled")
    baseline, _ = compiled.build()
    c, x, s = compiled.drawn(203, actors)
    x = np.where(x < 30, 30, np.where(x > 80, x.round(-1), x))  # some agree
    ours = compiled.published((c, x, s), 1, "numpy")
    assert compiled.apart(ours, baseline(c, x, s, 2)) < compiled.AGREE
    with pytest.raises(SystemExit, match="one of them is wrong"):
        compiled.apart(ours, ours + 1e-3)
