"""Operations on one number at a time, for Numba: the names of `suasion.lanes.many`.

Nothing is contracted or reordered: the bits are those of NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from suasion.bargaining.draws import Array

__all__ = ["each", "largest", "where"]

_ROW = 64


@njit(nogil=True)  # type: ignore[untyped-decorator]
def each(places: Any) -> Any:
    """Go through places, one by one."""
    return places


@njit(nogil=True)  # type: ignore[untyped-decorator]
def largest(values: Array, tolerance: float) -> NDArray[np.int64]:
    """Return the places of the largest of values, and of those next to it."""
    size, rows = len(values), len(values) // _ROW
    top = np.empty(rows + 1)
    for row in range(rows):
        # Four at a time, which LLVM takes as a vector.
        at = row * _ROW
        a, b, c, d = values[at], values[at + 1], values[at + 2], values[at + 3]
        for k in range(at + 4, at + _ROW, 4):
            a = values[k] if values[k] > a else a
            b = values[k + 1] if values[k + 1] > b else b
            c = values[k + 2] if values[k + 2] > c else c
            d = values[k + 3] if values[k + 3] > d else d
        top[row] = max(max(a, b), max(c, d))
    top[rows] = -np.inf
    for k in range(rows * _ROW, size):
        top[rows] = max(top[rows], values[k])
    best = -np.inf
    for row in range(rows + 1):
        best = max(best, top[row])
    found = np.empty(size, np.int64)
    end = 0
    for row in range(rows + 1):
        if top[row] >= best - tolerance:
            for k in range(row * _ROW, min((row + 1) * _ROW, size)):
                if values[k] >= best - tolerance:
                    found[end] = k
                    end += 1
    return found[:end]


@njit(nogil=True)  # type: ignore[untyped-decorator]
def where(mask: bool, yes: float, no: float) -> float:
    """Choose one of two numbers."""
    return yes if mask else no
