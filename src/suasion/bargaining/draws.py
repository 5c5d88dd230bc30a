"""One outcome per draw: what all models on one dimension share.

A kernel sees arrays with the *actors* leading, `(actors, draws)`, so that a loop over
actors is a handful of whole-array operations. Draws are handed to it in chunks that
stay in the cache, over threads (NumPy releases the interpreter's lock). A kernel works
draw by draw and adds up over actors in a fixed order, so the bits do not depend on the
chunk or on the number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Array", "each_draw", "over_actors", "per_draw"]

Array: TypeAlias = NDArray[np.float64]

# Positions in a chunk: few enough for the cache, and enough for threads to spend their
# time on arithmetic, and not on handing over the interpreter's lock.
_CHUNK = 200_000
# Beyond this, squares and ratios of positions would overflow.
_LARGEST = 1e150


def each_draw(
    kernel: Callable[..., Array],
    position: ArrayLike,
    weight: ArrayLike,
    *per_draw: NDArray[Any],
    threads: int | None = None,
) -> Array:
    """Check positions and weights and run a kernel on every draw.

    The kernel gets positions, weights and whatever else goes with each draw. Weights
    are scaled so that the largest is 1, and an actor without weight is put where the
    actor with the largest weight stands: no kernel needs to think of it. What it
    returns is kept within the range of the positions of actors with weight, which
    rounding might leave by the last bit.

    Parameters
    ----------
    kernel : callable
        From `(actors, draws)`, `(actors, draws)`, `(draws,)`... to `(draws,)`.
    position, weight : array_like, shape (draws, actors)
        Positions, finite; weights, at least 0, some above 0 in every draw.
    *per_draw : ndarray, shape (draws,)
        Further arguments of the kernel.
    threads : int, optional
        As many as the process has cores, unless given.

    Raises
    ------
    ValueError
        If the arrays break a rule; the message says where.
    """
    position, weight = _checked_shapes(position, weight)
    draws, actors = position.shape
    outcome = np.empty(draws)
    size = max(_CHUNK // actors, 1)

    def run(start: int) -> None:
        chunk = slice(start, min(start + size, draws))
        p, w = position[chunk].T.copy(), weight[chunk].T.copy()
        _check_values(p, w, start)
        top = w.max(axis=0)
        w /= top
        weightless = w == 0
        if weightless.any():
            np.copyto(p, p[w.argmax(axis=0), np.arange(p.shape[1])], where=weightless)
        result = kernel(p, w, *(value[chunk] for value in per_draw))
        np.clip(result, p.min(axis=0), p.max(axis=0), out=outcome[chunk])

    starts = range(0, draws, size)
    workers = min(_threads(threads), len(starts))
    if workers <= 1:
        for start in starts:
            run(start)
    else:
        # Results are read in order, so the error raised is that of the first bad draw.
        with ThreadPoolExecutor(workers) as pool:
            for _ in pool.map(run, starts):
                pass
    return outcome


def over_actors(rows: Array) -> Array:
    """Sum over actors of `(actors, draws)`, always in the order of the actors."""
    # NumPy adds row to row, except that it groups the terms of a single column.
    total: Array = rows.sum(axis=0) if rows.shape[1] > 1 else rows.cumsum(axis=0)[-1]
    return total


def per_draw(name: str, value: ArrayLike, draws: int) -> Array:
    """Return a number, or one number per draw, as `(draws,)`; all finite."""
    array = np.asarray(value, dtype=np.float64)
    if array.shape not in ((), (draws,)):
        raise ValueError(
            f"{name} has shape {array.shape}; it is one number or one per draw; "
            f"give a number or shape ({draws},)"
        )
    bad = ~(np.abs(array) <= _LARGEST)
    if bad.any():
        raise ValueError(
            f"{name} is {array[bad].flat[0]}; it must be finite and at most "
            f"{_LARGEST:g} in size; correct it or change its unit"
        )
    return np.broadcast_to(array, (draws,))


def _checked_shapes(position: ArrayLike, weight: ArrayLike) -> tuple[Array, Array]:
    arrays: Any = [np.asarray(array, dtype=np.float64) for array in (position, weight)]
    for name, array in zip(("position", "weight"), arrays, strict=True):
        if array.ndim != 2 or array.shape[1] == 0:
            raise ValueError(
                f"{name} has shape {array.shape}; it must be (draws, actors) with at "
                "least one actor; a single draw is array[None, :]"
            )
    if arrays[0].shape != arrays[1].shape:
        raise ValueError(
            f"position has shape {arrays[0].shape}, weight has {arrays[1].shape}; both "
            "must be (draws, actors); give every actor one position and one weight per "
            "draw"
        )
    return arrays[0], arrays[1]


def _check_values(position: Array, weight: Array, start: int) -> None:
    # NaN fails every comparison, so it fails these as well.
    if not (position.min() >= -_LARGEST and position.max() <= _LARGEST):
        raise ValueError(
            _message("position", position, np.abs(position) <= _LARGEST, start)
            + f"a position is finite and at most {_LARGEST:g} in size; correct it or "
            "change the unit of the scale"
        )
    if not (weight.min() >= 0 and weight.max() < np.inf):
        raise ValueError(
            _message("weight", weight, (weight >= 0) & (weight < np.inf), start)
            + "a weight is finite and at least 0; give capability times salience"
        )
    empty = ~(weight > 0).any(axis=0)
    if empty.any():
        raise ValueError(
            f"weight[{start + int(empty.argmax())}] is 0 for every actor; somebody "
            "must have weight; check capability and salience"
        )


def _message(name: str, array: Array, good: NDArray[np.bool_], start: int) -> str:
    draw, actor = np.argwhere(~good.T)[0]
    return f"{name}[{start + draw}, {actor}] is {array[actor, draw]}; "


def _threads(threads: int | None) -> int:
    if threads is None:
        # Only some systems tell which cores this process may use.
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if not (threads >= 1):
        raise ValueError(f"threads is {threads}; at least one is needed; leave it out")
    return threads
