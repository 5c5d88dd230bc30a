"""Order in lanes: sorting by a network, and the weighted median of what is sorted.

All numbers lie on a desk, an array of vectors. A table begins at a place on it and has
its columns one after the other: row i of column c is at `table + c * n + i`.
"""

from __future__ import annotations

from suasion.lanes.rows import Vector, load, splat, store, where

__all__: list[str] = []

# Sums of weights this close to one half of the total, relatively, are one half.
_TOLERANCE = 1e-12


def _sort(desk: Vector, table: int, n: int, columns: int) -> None:
    """Sort the rows of a table by its first column.

    Every draw takes the same steps, those of Batcher's merge exchange (Knuth, The Art
    of Computer Programming 3, algorithm 5.2.2M).
    """
    largest = 1
    while 2 * largest < n:
        largest *= 2
    step = largest if n > 1 else 0
    while step > 0:
        part, rest, apart = largest, 0, step
        while apart > 0:
            for i in range(n - apart):
                if i & step == rest:
                    _exchange(desk, table, i, i + apart, n, columns)
            apart = part - step
            part //= 2
            rest = step
        step //= 2


def _exchange(desk: Vector, table: int, i: int, j: int, n: int, columns: int) -> None:
    """Exchange two rows where they are in the wrong order."""
    wrong = load(desk, table + i) > load(desk, table + j)
    for c in range(columns):
        a, b = load(desk, table + c * n + i), load(desk, table + c * n + j)
        first, second = where(wrong, b, a), where(wrong, a, b)
        store(desk, table + c * n + i, first)
        store(desk, table + c * n + j, second)


def _sorted_median(desk: Vector, table: int, n: int) -> Vector:
    """Weighted median of the first column; the weights are the second."""
    total = splat(0.0)
    for i in range(n):
        total = total + load(desk, table + n + i)
    lower, upper = load(desk, table + n - 1), load(desk, table + n - 1)
    upto = total
    for i in range(n - 1, -1, -1):
        here = load(desk, table + i)
        lower = where(upto >= (0.5 - 0.5 * _TOLERANCE) * total, here, lower)
        upper = where(upto > (0.5 + 0.5 * _TOLERANCE) * total, here, upper)
        upto = upto - load(desk, table + n + i)
    return 0.5 * (lower + upper)
