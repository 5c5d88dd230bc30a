"""Challenges, computed by NumPy and by Numba, in any chunks and threads: one answer."""

import numpy as np
import pytest

from suasion.bargaining import challenge_course as course
from suasion.bargaining.challenge import challenge
from suasion.bargaining.challenge_course import engine_for
from suasion.bargaining.draws import Array


def drawn(seed: int, actors: int, draws: int) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    c = rng.uniform(0.1, 2, (draws, actors))
    x = rng.uniform(0, 100, (draws, actors))
    return c, x, rng.uniform(0.05, 1, (draws, actors))


@pytest.mark.parametrize("engine", ["numpy", "numba"])
@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("q", [1, 0.5])
def test_the_bits_do_not_depend_on_chunks_or_threads(
    published: bool, q: float, engine: str
) -> None:
    c, x, s = drawn(1, 6, 37)
    options = {"low": 0, "high": 100, "as_published": published, "q": q}
    options["engine"] = engine
    whole = challenge(c, x, s, **options)  # type: ignore[arg-type]
    for step, threads in ((1, 1), (7, 2), (16, 3)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(course, "_DRAWS", step)
            patch.setattr(course, "_MATRIX", step * 6**2)
            again = challenge(c, x, s, threads=threads, **options)  # type: ignore[arg-type]
        assert (again == whole).all()


def differences(actors: int, draws: int, published: bool, q: float) -> Array:
    """Largest difference between engines, draw by draw, in parts of the scale."""
    c, x, s = drawn(actors, actors, draws)
    both = [
        challenge(c, x, s, low=0, high=100, as_published=published, q=q,
                  tie_tol=1e-9, engine=engine)
        for engine in ("numpy", "numba")
    ]  # fmt: skip
    largest: Array = np.abs(both[0] - both[1]).max(axis=(1, 2)) / 100
    return largest


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("q", [1, 0.5])
def test_engines_agree(published: bool, q: float) -> None:
    for actors, draws in ((1, 9), (2, 100), (3, 100), (10, 1000)):
        assert differences(actors, draws, published, q).max() < 1e-7


@pytest.mark.slow
@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("q", [1, 0.5])
def test_engines_agree_on_many_draws(published: bool, q: float) -> None:
    for actors, draws in ((10, 20_000), (20, 400), (40, 200)):
        assert differences(actors, draws, published, q).max() < 1e-7


def test_small_jobs_do_not_wait_for_numba() -> None:
    assert engine_for("auto", 1, 25) == "numpy"
    assert engine_for("auto", 1, 26) == "numba"
    assert engine_for("auto", 16, 10) == "numpy"
    assert engine_for("auto", 17, 10) == "numba"
    assert engine_for("numba", 1, 1) == "numba"
