"""Operations on numbers of which a kernel has many at once, in NumPy.

The text of a kernel says what becomes of number `k`; here `k` is an array of places, all
of them in one go. `suasion.lanes.one` has the same names for Numba, which takes one place
at a time. Only numbers that do not touch each other may be taken together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining.draws import Array

__all__ = ["each", "largest", "where"]


def each(places: Any) -> tuple[Any]:
    """Go through places: all of them in one go."""
    return (places,)


def largest(values: Array, tolerance: float) -> NDArray[np.int64]:
    """Return the places of the largest of values, and of those next to it."""
    return np.flatnonzero(values >= values.max() - tolerance)


def where(mask: Any, yes: Any, no: Any) -> Any:
    """Choose, number by number."""
    return np.where(mask, yes, no)
