"""Random numbers that are a pure function of seed, variable and draw.

Every variable ("actors.France.position") owns a counter-based stream: Philox4x64-10
(Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC'11)
with key (seed, hash of the variable's name) and the draw's number as counter. So the same
draw has the same value whatever the chunking, the number of threads or machines, the
order of evaluation, and whatever other variables a case has. Two variants of a case share
their random numbers wherever they share a variable.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Philox
from numpy.typing import NDArray

__all__ = ["Pinned", "Redrawn", "Seed", "check_seed", "seed_of", "uniform"]


@dataclass(frozen=True)
class Redrawn:
    """A seed, and another one for some variables: all is the same but for these.

    Examples
    --------
    >>> other = Redrawn(7, 8, frozenset({"actors.France.position"}))
    >>> def same(name):
    ...     return bool((uniform(other, name, 0, 3) == uniform(7, name, 0, 3)).all())
    >>> same("actors.France.position"), same("actors.France.salience")
    (False, True)
    """

    seed: int
    other: int
    names: frozenset[str]


@dataclass(frozen=True)
class Pinned:
    """A seed, and variables that are one number in (0, 1) in all draws.

    Examples
    --------
    >>> uniform(Pinned(7, {"window.closing": 0.95}), "window.closing", 0, 2)
    array([0.95, 0.95])
    """

    seed: int
    at: Mapping[str, float]


Seed = int | Redrawn | Pinned


def seed_of(seed: Seed, variable: str) -> float:
    """Return the seed that a variable is drawn from, or the number it is pinned at."""
    if isinstance(seed, Pinned):
        return seed.at.get(variable, seed.seed)
    if isinstance(seed, Redrawn):
        return seed.other if variable in seed.names else seed.seed
    return seed


def check_seed(seed: int) -> int:
    """Return the seed, a whole number in [0, 2**64).

    Raises
    ------
    ValueError
        For anything else.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise ValueError(f"seed is {seed!r}; a seed is a whole number, such as 7")
    if not (0 <= seed < 2**64):
        raise ValueError(
            f"seed is {seed}; a seed lies in [0, 2**64); choose a smaller one"
        )
    return int(seed)


def uniform(seed: Seed, variable: str, start: int, stop: int) -> NDArray[np.float64]:
    """Uniform numbers in (0, 1) for draws `start` to `stop - 1` of one variable.

    Examples
    --------
    >>> whole = uniform(7, "actors.France.position", 0, 10)
    >>> part = uniform(7, "actors.France.position", 5, 10)
    >>> bool((whole[5:] == part).all())
    True
    """
    source = seed_of(seed, variable)
    if isinstance(source, float):
        return np.full(stop - start, source)
    block, offset = divmod(start, 4)
    counter = np.array([block, 0, 0, 0], dtype=np.uint64)
    key = np.array([source, _identity(variable)], dtype=np.uint64)
    raw = Philox(counter=counter, key=key).random_raw(offset + stop - start)[offset:]
    # 52 bits and a half: with 53 the largest would round to 1.
    return ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


@functools.lru_cache(maxsize=65536)
def _identity(variable: str) -> int:
    digest = hashlib.blake2b(variable.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
