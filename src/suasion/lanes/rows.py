"""Lane operations in NumPy: the lanes are a row, one draw each.

An array of vectors is `(vectors, lanes)`. `suasion.lanes.vector` has the same names.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Vector",
    "VectorMask",
    "anywhere",
    "load",
    "splat",
    "store",
    "vabs",
    "vexp",
    "vlog",
    "vmax",
    "vmin",
    "where",
]

Vector: TypeAlias = NDArray[np.float64]
VectorMask: TypeAlias = NDArray[np.bool_]


def load(array: Vector, at: int) -> Vector:
    """Return a vector of the array, for reading only."""
    vector: Vector = array[at]
    return vector


def store(array: Vector, at: int, value: Vector | float) -> None:
    """Put a vector into the array."""
    array[at] = value


def splat(value: float) -> Vector:
    """Return a vector with the same number in all lanes."""
    return np.full(1, value)


def where(mask: VectorMask, yes: Vector | float, no: Vector | float) -> Vector:
    """Choose, lane by lane."""
    return np.where(mask, yes, no)


def anywhere(mask: VectorMask) -> bool:
    """Whether the mask is true in any lane."""
    return bool(mask.any())


def vmax(a: Vector | float, b: Vector | float) -> Vector:
    """Return the larger, lane by lane; neither may be NaN."""
    return np.maximum(a, b)


def vmin(a: Vector | float, b: Vector | float) -> Vector:
    """Return the smaller, lane by lane; neither may be NaN."""
    return np.minimum(a, b)


def vabs(a: Vector) -> Vector:
    """Return the size, lane by lane."""
    return np.abs(a)


def vexp(a: Vector) -> Vector:
    """Return the exponential, of -700 to 700; of less, that of -700."""
    return np.exp(np.maximum(a, -700.0))


def vlog(a: Vector) -> Vector:
    """Return the natural logarithm, of at least 1e-300; of less, that of 1e-300."""
    return np.log(np.maximum(a, 1e-300))
