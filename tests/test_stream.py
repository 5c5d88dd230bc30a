"""Random streams: a pure function of seed, variable and draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator, Philox
from scipy import stats

from suasion import stream
from suasion.stream import _identity, check_seed, uniform

SEEDS = st.integers(0, 2**64 - 1)


@given(
    seed=SEEDS, name=st.text(max_size=20), start=st.integers(0, 10_000),
    size=st.integers(0, 50), before=st.integers(0, 50),
)  # fmt: skip
def test_a_draw_is_the_same_wherever_its_chunk_starts(
    seed: int, name: str, start: int, size: int, before: int
) -> None:
    first = max(start - before, 0)
    whole = uniform(seed, name, first, start + size)
    part = uniform(seed, name, start, start + size)
    assert len(part) == size
    np.testing.assert_array_equal(whole[start - first :], part)


def test_any_draw_can_be_addressed_without_the_others() -> None:
    far = 2**40 + 3
    np.testing.assert_array_equal(
        uniform(7, "x", far - 3, far + 2)[3:], uniform(7, "x", far, far + 2)
    )


@given(seed=SEEDS, name=st.text(max_size=20))
def test_numbers_are_those_of_numpy_s_own_generator(seed: int, name: str) -> None:
    key = np.array([seed, _identity(name)], dtype=np.uint64)
    generator = Generator(Philox(counter=np.zeros(4, dtype=np.uint64), key=key))
    theirs = generator.random(40)
    # theirs lie in [0, 1); ours are the middles of the 2**52 cells that theirs lie in
    middles = (np.floor(theirs * 2.0**52) + 0.5) * 2.0**-52
    np.testing.assert_array_equal(uniform(seed, name, 0, 40), middles)


def test_not_even_the_last_number_is_0_or_1(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ends:
        def __init__(self, **_: object) -> None: ...

        def random_raw(self, size: int) -> np.ndarray:
            return np.array([0, 2**64 - 1] * size, dtype=np.uint64)[:size]

    monkeypatch.setattr(stream, "Philox", Ends)
    low, high = uniform(7, "x", 0, 2)
    assert low > 0.0
    assert high < 1.0


@pytest.mark.parametrize("name", ["actors.France.position", "Ürümqi", ""])
def test_numbers_are_uniform(name: str) -> None:
    u = uniform(7, name, 0, 200_000)
    assert ((u > 0.0) & (u < 1.0)).all()
    error = 1.0 / np.sqrt(len(u))
    assert u.mean() == pytest.approx(1 / 2, abs=4 * error * np.sqrt(1 / 12))
    assert u.var() == pytest.approx(1 / 12, abs=4 * error * np.sqrt(1 / 180))
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 4 * error


def test_variables_and_seeds_are_independent_of_one_another() -> None:
    count = 100_000
    columns = [uniform(7, f"actors.{name}.position", 0, count) for name in "ABC"]
    columns += [uniform(seed, "actors.A.position", 0, count) for seed in (8, 2**63)]
    correlation = np.corrcoef(columns) - np.eye(len(columns))
    assert np.abs(correlation).max() < 4.5 / np.sqrt(count)


@pytest.mark.parametrize("seed", [0, 7, 2**64 - 1, np.int64(5)])
def test_a_seed_is_a_whole_number_below_two_to_the_64(seed: int) -> None:
    assert check_seed(seed) == seed
    assert type(check_seed(seed)) is int


@pytest.mark.parametrize(
    ("seed", "rule"),
    [
        (-1, r"seed is -1; a seed lies in \[0, 2\*\*64\)"),
        (2**64, "choose a smaller one"),
        (7.0, "seed is 7.0; a seed is a whole number, such as 7"),
        (True, "seed is True"),
        ("7", "seed is '7'"),
        (None, "seed is None"),
    ],
)
def test_anything_else_is_refused(seed: object, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        check_seed(seed)  # type: ignore[arg-type]
