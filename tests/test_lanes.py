"""Kernels and lanes: two sets of operations, compiled code that is kept and not stale."""

import importlib.util
import math
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.lanes import compiled, compiling, engine_for, rows, vector
from suasion.lanes.block import blocks, from_blocks, vectors

WIDTH = vector.LANES
LANES = {name: getattr(vector, name) for name in vector.__all__}

load, store, splat, where = (
    LANES[name] for name in ("load", "store", "splat", "where")
)
vabs, vmin, vmax = (LANES[name] for name in ("vabs", "vmin", "vmax"))
vexp, vlog, anywhere = (LANES[name] for name in ("vexp", "vlog", "anywhere"))


@numba.njit
def on_vectors(a, b, out):  # type: ignore[no-untyped-def]
    for i in range(len(a)):
        x, y = load(a, i), load(b, i)
        store(out[0], i, x + y)
        store(out[1], i, x - y)
        store(out[2], i, x * y)
        store(out[3], i, x / y)
        store(out[4], i, -x)
        store(out[5], i, vabs(x))
        store(out[6], i, 2.0 - x)
        store(out[7], i, x / 3)
        store(out[8], i, where(x < y, x, y))
        store(out[9], i, where(x <= y, 1.0, 0))
        store(out[10], i, where(x > y, 1.0, y))
        store(out[11], i, where(x >= y, x, 0.0))
        store(out[12], i, where(x == y, 1.0, 0.0))
        store(out[13], i, where(x != y, 1.0, 0.0))
        store(out[14], i, where((x > 0.0) & ~(y > 0.0), 1.0, 0.0))
        store(out[15], i, where((x > 0.0) | (y > 0.0), 1.0, 0.0))
        store(out[16], i, 1.0 if anywhere(x > y) else 0.0)
        store(out[17], i, splat(3))


def on_rows(a, b, out):  # type: ignore[no-untyped-def]
    for i in range(len(a)):
        x, y = rows.load(a, i), rows.load(b, i)
        results = [
            x + y, x - y, x * y, x / y, -x, rows.vabs(x), 2.0 - x, x / 3,
            rows.where(x < y, x, y), rows.where(x <= y, 1.0, 0),
            rows.where(x > y, 1.0, y), rows.where(x >= y, x, 0.0),
            rows.where(x == y, 1.0, 0.0), rows.where(x != y, 1.0, 0.0),
            rows.where((x > 0.0) & ~(y > 0.0), 1.0, 0.0),
            rows.where((x > 0.0) | (y > 0.0), 1.0, 0.0),
            1.0 if rows.anywhere(x > y) else 0.0, rows.splat(3),
        ]  # fmt: skip
        for k, result in enumerate(results):
            rows.store(out[k], i, result)


@numba.njit
def ends_of_vectors(a, b, out):  # type: ignore[no-untyped-def]
    for i in range(len(a)):
        store(out[0], i, vmin(load(a, i), load(b, i)))
        store(out[1], i, vmax(load(a, i), load(b, i)))
        store(out[2], i, vmax(vmin(load(a, i), 1.0), 0.0))


@numba.njit
def exponentials(a, out):  # type: ignore[no-untyped-def]
    for i in range(len(a)):
        store(out, i, vexp(load(a, i)))


@numba.njit
def logarithms(a, out):  # type: ignore[no-untyped-def]
    for i in range(len(a)):
        store(out, i, vlog(load(a, i)))


SPECIAL = [0.0, -0.0, 1, -1, math.inf, -math.inf, math.nan, 1e308, -1e308, 5e-324]
NUMBER = st.one_of(st.floats(), st.sampled_from(SPECIAL))
VECTOR = st.lists(NUMBER, min_size=WIDTH, max_size=WIDTH)


def same(a: object, b: object) -> None:
    # The sign of zero is given up.
    np.testing.assert_array_equal(np.asarray(a) + 0.0, np.asarray(b) + 0.0)


@given(VECTOR, VECTOR)
def test_operations_agree_on_every_number(a: list[float], b: list[float]) -> None:
    x, y = np.array([a]), np.array([b])
    got, expected = np.empty((2, 18, 1, WIDTH))
    with np.errstate(all="ignore"):
        on_rows(x, y, expected)
    on_vectors(x, np.where(y == 0, 0.0, y), got)
    # Division by zero needs the sign.
    got[3], expected[3] = np.abs(got[3]), np.abs(expected[3])
    same(got, expected)


@given(*[st.lists(st.floats(allow_nan=False), min_size=WIDTH, max_size=WIDTH)] * 2)
def test_smaller_and_larger_agree(a: list[float], b: list[float]) -> None:
    x, y = np.array([a]), np.array([b])
    got = np.empty((3, 1, WIDTH))
    ends_of_vectors(x, y, got)
    same(got[0], rows.vmin(x, y))
    same(got[1], rows.vmax(x, y))
    same(got[2], np.clip(x, 0, 1))


def grid(low: float, high: float) -> np.ndarray:
    """Many numbers, evenly and at random, with both ends."""
    rng = np.random.default_rng(8)
    even, uneven = np.linspace(low, high, 80_000), rng.uniform(low, high, 80_000)
    return np.concatenate([even, uneven]).reshape(-1, WIDTH)


@pytest.mark.parametrize(
    ("function", "expected", "numbers"),
    [
        (exponentials, np.exp, grid(-700, 700)),
        (exponentials, np.exp, grid(-1, 1)),
        (exponentials, np.exp, np.ldexp(grid(-1, 1), -30)),
        (logarithms, np.log, np.exp(grid(math.log(1e-300), 709))),
        (logarithms, np.log, grid(0.5, 2)),
        (logarithms, np.log, 1 + np.ldexp(grid(-1, 1), -30)),
    ],
)
def test_exponential_and_logarithm_are_good_to_the_last_bits(
    function: Callable[..., None],
    expected: Callable[[np.ndarray], np.ndarray],
    numbers: np.ndarray,
) -> None:
    got = np.empty_like(numbers)
    function(numbers, got)
    np.testing.assert_allclose(got, expected(numbers), rtol=1e-15, atol=0)


def test_beyond_their_ends_exponential_and_logarithm_stay_there() -> None:
    x = np.array([[-700, -701, -1e308, -math.inf, 0, -0.0, 1, 700]])
    got = np.empty_like(x)
    exponentials(x, got)
    np.testing.assert_allclose(got, rows.vexp(x), rtol=1e-15, atol=0)
    assert (got[0, :4] == got[0, 0]).all()
    assert (got[0, 4:6] == 1).all()
    x = np.array(
        [[1e-300, 1e-301, 5e-324, 0, -1, -math.inf, 1, 1.7976931348623157e308]]
    )
    logarithms(x, got)
    np.testing.assert_allclose(got, rows.vlog(x), rtol=1e-15, atol=0)
    assert (got[0, :6] == got[0, 0]).all()
    assert got[0, 6] == 0


def test_both_sets_have_the_same_names() -> None:
    assert rows.__all__ == vector.__all__


@given(st.integers(0, 20), st.integers(1, 9), st.integers(1, 3))
def test_draws_come_back_from_blocks(draws: int, lanes: int, n: int) -> None:
    array = np.arange(draws * n * 2.0).reshape(draws, n, 2)
    if not draws:
        return
    laid = blocks(array, lanes)
    assert laid.shape == (-(-draws // lanes), n, 2, lanes)
    assert (from_blocks(laid, draws) == array).all()
    assert (laid[-1, ..., -1] == array[min(draws, len(laid) * lanes) - 1]).all()


def test_vectors_begin_where_the_processor_reads_them_best() -> None:
    for size in (1, 3, 1000):
        assert vectors(size, WIDTH).ctypes.data % 64 == 0


KERNEL = """
from suasion.lanes.rows import load, store

def shift(array):
    for i in range(len(array)):
        store(array, i, load(array, i) + {by})
"""


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A cache folder and a folder of kernels of the test's own; compiled afresh."""
    monkeypatch.setenv("SUASION_CACHE_DIR", str(tmp_path / "cache"))
    package = tmp_path / "package"
    (package / "lanes").mkdir(parents=True)
    monkeypatch.setattr(compiling, "__file__", str(package / "lanes" / "compiling.py"))
    monkeypatch.syspath_prepend(str(package))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    yield package
    start_again()


def start_again() -> None:
    """Do as a new process does."""
    for function in (compiling._compiled, compiling._scope, compiling._home):
        function.cache_clear()
    sys.modules.pop("trial_kernel", None)
    importlib.invalidate_caches()


def shifted(package: Path, by: float) -> tuple[float, int]:
    """Write the kernel and run it: what it adds, and how often it was compiled."""
    (package / "trial_kernel.py").write_text(KERNEL.format(by=by))
    start_again()
    array = np.zeros((1, WIDTH))
    kernel = compiled("trial_kernel", "shift", "suasion.lanes.vector")
    kernel(array)
    (misses,) = kernel.stats.cache_misses.values() or (0,)
    return float(array[0, -1]), misses


def test_code_is_kept_on_disk_and_an_edited_kernel_is_compiled_again(
    forget: Path,
) -> None:
    assert shifted(forget, 1.5) == (1.5, 1)
    homes = list((forget.parent / "cache" / "kernels").iterdir())
    assert len(homes) == 1
    assert list(homes[0].rglob("*.nbc"))
    assert shifted(forget, 1.5) == (1.5, 0)
    assert shifted(forget, 2.5) == (2.5, 1)
    assert len(list((forget.parent / "cache" / "kernels").iterdir())) == 2


def test_only_the_last_versions_are_kept(forget: Path) -> None:
    for by in range(compiling._KEPT + 2):
        assert shifted(forget, float(by))[0] == by
    homes = list((forget.parent / "cache" / "kernels").iterdir())
    assert len(homes) == compiling._KEPT


def test_without_a_folder_to_write_to_kernels_are_compiled_all_the_same(
    forget: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (forget.parent / "file").write_text("no folder")
    monkeypatch.setenv("SUASION_CACHE_DIR", str(forget.parent / "file"))
    assert shifted(forget, 1.5)[0] == 1.5
    assert (forget.parent / "file").read_text() == "no folder"


def test_auto_is_numba_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine_for("auto") == engine_for("numba") == "numba"
    assert engine_for("numpy") == "numpy"
    find = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> object:
        return None if name == "numba" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    assert engine_for("auto") == engine_for("numpy") == "numpy"
    message = (
        "engine is 'numba', but Numba is not installed; install it with pip install"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        engine_for("numba")


def test_an_unknown_engine_is_refused() -> None:
    message = "engine is 'fortran'; it is one of auto, numba, numpy; leave it out"
    with pytest.raises(ValueError, match=re.escape(message)):
        engine_for("fortran")


def test_kernels_know_nothing_of_numba() -> None:
    package = Path(compiling.__file__).parents[1]
    kernels = sorted(package.rglob("*_kernel.py"))
    assert kernels
    for path in kernels:
        text = path.read_text("utf-8")
        assert not re.search(r"^(import|from) (numba|llvmlite)", text, re.M), path


def test_small_jobs_wait_for_numba_only_where_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert engine_for("auto", small=True) == "numba"
    monkeypatch.delitem(sys.modules, "numba")
    assert engine_for("auto", small=True) == "numpy"
    assert engine_for("auto") == engine_for("numba", small=True) == "numba"
