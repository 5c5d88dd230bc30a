"""From draws to blocks of lanes, and back: `(draws, ...)` is `(blocks, ..., lanes)`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["blocks", "from_blocks", "vectors"]

# Bytes that a processor fetches together: a vector that straddles two is slower.
_LINE = 64


def blocks(array: NDArray[np.float64], lanes: int) -> NDArray[np.float64]:
    """Lay out draws in blocks; the last draw fills up the last block.

    Examples
    --------
    >>> import numpy as np
    >>> blocks(np.array([[1.0, 2], [3, 4], [5, 6]]), 2)
    array([[[1., 3.],
            [2., 4.]],
    <BLANKLINE>
           [[5., 5.],
            [6., 6.]]])
    """
    count = -(-len(array) // lanes)
    draws = np.minimum(np.arange(count * lanes), len(array) - 1)
    laid = np.moveaxis(array[draws].reshape(count, lanes, *array.shape[1:]), 1, -1)
    out = vectors(*laid.shape)
    out[:] = laid
    return out


def from_blocks(array: NDArray[Any], draws: int) -> NDArray[Any]:
    """Undo `blocks`."""
    laid = np.moveaxis(array, -1, 1)
    flat: NDArray[Any] = laid.reshape(len(laid) * laid.shape[1], *laid.shape[2:])
    return flat[:draws]


def vectors(*shape: int) -> NDArray[np.float64]:
    """Return an array to be filled, its vectors where the processor reads them best."""
    size = int(np.prod(shape)) * 8
    memory = np.empty(size + _LINE, dtype=np.uint8)
    start = -memory.ctypes.data % _LINE
    return memory[start : start + size].view(np.float64).reshape(shape)
