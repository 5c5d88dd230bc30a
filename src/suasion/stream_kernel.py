"""The numbers of `suasion.stream` one by one, for kernels that need few of many.

Philox4x64-10, written out: Salmon, Moraes, Dror & Shaw 2011, SC'11, section 3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from suasion.lanes.many import where

__all__: list[str] = []

_MULTIPLIERS = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_BUMPS = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_LOW, _HALF, _DROPPED = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(12)


def _uniform(seed: Any, key: Any, at: Any) -> Any:
    """Return number `at` of a stream, of which `key` is the hash."""
    a = np.uint64((at >> 2) + 1)
    b = a ^ a
    c = d = b
    for _ in range(10):
        high_a, low_a = _multiply(_MULTIPLIERS[0], a)
        high_c, low_c = _multiply(_MULTIPLIERS[1], c)
        a, b, c, d = high_c ^ b ^ seed, low_c, high_a ^ d ^ key, low_a
        seed, key = seed + _BUMPS[0], key + _BUMPS[1]
    lane = at & 3
    raw = where(lane < 2, where(lane == 0, a, b), where(lane == 2, c, d))
    return (np.float64(raw >> _DROPPED) + 0.5) * 2.0**-52


def _multiply(a: Any, b: Any) -> Any:
    """Return the high and the low word of a product."""
    a_high, a_low, b_high, b_low = a >> _HALF, a & _LOW, b >> _HALF, b & _LOW
    first, second = a_high * b_low, a_low * b_high
    carried = (a_low * b_low >> _HALF) + (first & _LOW) + (second & _LOW)
    high = a_high * b_high + (first >> _HALF) + (second >> _HALF)
    return high + (carried >> _HALF), a * b
