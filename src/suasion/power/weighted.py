r"""One weighted vote by generating functions: counts without listing coalitions.

Coalitions by size and weight are the coefficients of :math:`\prod_i (1 + z x^{w_i})`. An
actor is taken out by dividing by its factor; its swings have a weight from
:math:`q - w_i` to :math:`q - 1`; their number is

.. math:: \sum_{k \ge 0} (-z)^k \, \big(C(q - k w_i) - C(q - (k + 1) w_i)\big)

with C(t) the coalitions lighter than t. A minimal winning coalition reaches the quota q
with its weakest member and not before: with actors in order of weight, it is what some
of the first win, the rest being left out.

For each weight the counts by size are kept in one whole number, a polynomial in
:math:`2^{n+1}`. Time and memory grow with the quota, not with :math:`2^n`.

Sources: Mann & Shapley 1962, *Values of large games VI*, RAND memorandum RM-3158 (after
Cantor); Brams & Affuso 1976, Theory and Decision 7, 29-56 (Banzhaf); Matsui & Matsui
2000, Journal of the Operations Research Society of Japan 43, 71-86 (Deegan-Packel).
"""

from __future__ import annotations

import itertools

from suasion.power.diagram import Sizes
from suasion.power.simple_game import Vote

__all__ = ["members", "swings"]


def swings(vote: Vote) -> list[Sizes]:
    """For each actor, count the coalitions by size that its joining makes win.

    Examples
    --------
    >>> swings(Vote((3, 2, 1), 4))
    [[0, 2, 1, 0], [0, 1, 0, 0], [0, 1, 0, 0]]
    """
    n, need = len(vote.weights), vote.need
    if need <= 0:
        return [[0] * (n + 1) for _ in range(n)]
    below = [0, *itertools.accumulate(_coalitions(vote.weights, need, n + 1))]
    found = {
        weight: _unpacked(_swings(below, weight, n + 1), n)
        for weight in set(vote.weights)
    }
    return [list(found[weight]) for weight in vote.weights]


def members(vote: Vote) -> list[Sizes]:
    """For each actor, count the minimal winning coalitions by size that it is in.

    Examples
    --------
    >>> members(Vote((3, 2, 1), 4))
    [[0, 0, 2, 0], [0, 0, 1, 0], [0, 0, 1, 0]]
    """
    n, need, bits = len(vote.weights), vote.need, len(vote.weights) + 1
    result = [[0] * (n + 1) for _ in range(n)]
    if need <= 0:
        return result
    strongest = sorted(range(n), key=lambda i: -vote.weights[i])
    earlier = _coalitions(vote.weights, need, bits)
    # completed[d]: ways in which later actors minimally supply d, at least 1.
    completed = [0] * (need + 1)
    for i in reversed(strongest):
        weight = vote.weights[i]
        earlier = _without(earlier, weight, bits)
        if not weight:
            continue
        found = 0
        for before, ways in enumerate(earlier):
            if ways:
                missing = need - before - weight
                found += ways * (completed[missing] if missing > 0 else 1)
        result[i] = _unpacked(found << bits, n)
        completed = [0] + [
            completed[d] + ((completed[d - weight] if d > weight else 1) << bits)
            for d in range(1, need + 1)
        ]
    return result


def _coalitions(weights: tuple[int, ...], need: int, bits: int) -> list[int]:
    """Coalitions by weight below what is needed, sizes packed."""
    table = [1] + [0] * (need - 1)
    for weight in weights:
        for total in range(need - 1, weight - 1, -1):
            if ways := table[total - weight]:
                table[total] += ways << bits
    return table


def _swings(below: list[int], weight: int, bits: int) -> int:
    """Coalitions of the others that lack at most this weight, from those `below` t.

    Dividing by 1 + z x^w and adding up w coefficients is an alternating sum of blocks.
    """
    swings, size, top = 0, 0, len(below) - 1
    while weight and top > 0:
        block = below[top] - below[max(0, top - weight)] << bits * size
        swings += -block if size % 2 else block
        size, top = size + 1, top - weight
    return swings


def _without(table: list[int], weight: int, bits: int) -> list[int]:
    """Coalitions that an actor of this weight is not in."""
    left = list(table)
    if not weight:
        return [_halved(ways, bits) for ways in table]
    for total in range(weight, len(left)):
        if ways := left[total - weight]:
            left[total] -= ways << bits
    return left


def _halved(ways: int, bits: int) -> int:
    """Divide by 1 + z: an actor without weight is in half of the coalitions."""
    return ways // (1 + (1 << bits))


def _unpacked(packed: int, n: int) -> Sizes:
    bits = n + 1
    mask = (1 << bits) - 1
    return [packed >> (bits * size) & mask for size in range(n + 1)]
