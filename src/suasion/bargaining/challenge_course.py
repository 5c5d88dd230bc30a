"""The course of challenges: draws through the kernel, in chunks and over threads.

Arrays have draws leading and have been checked. The bits depend neither on chunks nor on
threads.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion import lanes
from suasion.bargaining import challenge_kernel
from suasion.bargaining.draws import Array, _threads
from suasion.lanes.block import blocks, from_blocks, vectors

__all__ = ["Course", "Rules", "engine_for", "expect", "play"]

# Draws that are handed to the compiled kernel together, and at most to NumPy, for which
# a matrix over pairs has at most so many numbers: it does better with many at once.
_DRAWS, _MOST_DRAWS, _MATRIX = 512, 4096, 1 << 21
# Draws times actors cubed below which "auto" is NumPy, to spare Numba's start.
_SMALL = 1 << 14


class Rules(NamedTuple):
    """What stays the same over rounds: the version, q, and the tolerance of ties."""

    published: bool
    q: float
    tie_tol: float


class Course(NamedTuple):
    """What happened, round by round.

    Attributes
    ----------
    path : ndarray, shape (draws, rounds + 1, actors)
        Positions.
    by, kind : ndarray of int, shape (draws, rounds, actors)
        Whose offer each actor took, -1 for none, and of which sort it was: 0 for none,
        1 a confrontation, 2 a compromise, 3 a capitulation. No rounds if not told.
    """

    path: Array
    by: NDArray[np.int16]
    kind: NDArray[np.int16]


def engine_for(engine: str, draws: int, actors: int) -> str:
    """Choose what computes; small jobs are done before Numba has started.

    Examples
    --------
    >>> engine_for("auto", 1, 10)
    'numpy'
    """
    if engine == "auto" and draws * actors**3 < _SMALL:
        engine = "numpy"
    return lanes.engine_for(engine)


def play(
    c: Array,
    x: Array,
    s: Array,
    widths: Array,
    rules: Rules,
    rounds: int,
    engine: str,
    threads: int | None = None,
    told: bool = False,
) -> Course:
    """Play all rounds; say whose offers were taken if it is to be told."""
    draws, n = x.shape
    turns = rounds if told else 0
    course = Course(
        np.empty((draws, rounds + 1, n)),
        *np.empty((2, draws, turns, n), dtype=np.int16),
    )
    kernel = _kernel("play", engine)

    def work(chunk: slice, width: int) -> None:
        start, *others = _laid_out(c[chunk], x[chunk], s[chunk], widths[chunk], width)
        path = vectors(len(start), rounds + 1, n, width)
        by, kind = vectors(2, len(start), turns, n, width)
        path[:, 0] = start
        kernel(path, *others, *rules, told, by, kind, _desk(n, width), n, rounds)
        count = len(x[chunk])
        course.path[chunk] = from_blocks(path, count)
        course.by[chunk] = from_blocks(by, count)
        course.kind[chunk] = from_blocks(kind, count)

    _in_chunks(work, draws, n, engine, threads)
    return course


def expect(
    c: Array,
    x: Array,
    s: Array,
    widths: Array,
    rules: Rules,
    engine: str,
    threads: int | None = None,
) -> tuple[Array, Array, Array]:
    """Return expectations of the first round, and the risk exponents.

    What i expects of challenging j, what i thinks j expects of that, both
    `(draws, actors, actors)`, and `(draws, actors)`.
    """
    draws, n = x.shape
    own, other, risk = *np.empty((2, draws, n * n)), np.empty((draws, n))
    kernel = _kernel("expect", engine)

    def work(chunk: slice, width: int) -> None:
        laid = _laid_out(c[chunk], x[chunk], s[chunk], widths[chunk], width)
        pairs, exponents = (
            vectors(2, len(laid[0]), n * n, width),
            np.empty_like(laid[0]),
        )
        kernel(*laid, *rules, *pairs, exponents, _desk(n, width), n)
        count = len(x[chunk])
        own[chunk], other[chunk] = (from_blocks(pair, count) for pair in pairs)
        risk[chunk] = from_blocks(exponents, count)

    _in_chunks(work, draws, n, engine, threads)
    return own.reshape(draws, n, n), other.reshape(draws, n, n), risk


def _kernel(entry: str, engine: str) -> Callable[..., None]:
    """Return a kernel for arrays of any shape that ends with lanes."""
    run = getattr(challenge_kernel, entry)
    if engine == "numba":
        run = lanes.compiled(challenge_kernel.__name__, entry, "suasion.lanes.vector")

    def kernel(*arguments: Any) -> None:
        # Lanes where something is not looked at may divide by nothing.
        with np.errstate(all="ignore"):
            run(
                *(
                    value.reshape(-1, value.shape[-1]) if np.ndim(value) else value
                    for value in arguments
                )
            )

    return kernel


def _in_chunks(
    work: Callable[[slice, int], None],
    draws: int,
    n: int,
    engine: str,
    threads: int | None,
) -> None:
    """Work on chunks of draws; NumPy has as many lanes as there are draws in it."""
    step = _DRAWS if engine == "numba" else min(_MOST_DRAWS, max(1, _MATRIX // n**2))
    chunks = [slice(start, start + step) for start in range(0, draws, step)]
    widths = [min(step, draws - chunk.start) for chunk in chunks]
    if engine == "numba":
        from suasion.lanes.vector import LANES

        widths = [LANES for _ in chunks]
    workers = min(_threads(threads), len(chunks))
    if workers <= 1:
        for chunk, width in zip(chunks, widths, strict=True):
            work(chunk, width)
        return
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(work, chunks, widths):
            pass


def _laid_out(
    c: Array, x: Array, s: Array, widths: Array, lanes: int
) -> tuple[Array, Array, Array, Array]:
    """Positions, weights (the largest 1), salience and widths, in blocks."""
    w = c * s
    w /= w.max(axis=1, keepdims=True)
    return blocks(x, lanes), blocks(w, lanes), blocks(s, lanes), blocks(widths, lanes)


def _desk(n: int, width: int) -> Array:
    return vectors(challenge_kernel.desk_size(n), width)
