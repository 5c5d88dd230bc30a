"""Kernels of the Condorcet election: votes, coalitions, the chance of each option.

The text works on one pair of options at a time, as it is compiled, or on a row with all
pairs at once, as NumPy likes it: `pairs` gives one or the other.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining.draws import Array

__all__: list[str] = []

Indices: TypeAlias = NDArray[np.intp]

BINARY, PROP_BIN, PROP, PROP_CBC, CUBIC, ASYM_PROSP = range(6)
CONDITIONAL, MARKOV_INCENTIVE, MARKOV_UNIFORM = range(3)
_BINARY_VICTORY = 4

_SEED = 1e-8
_NOTICED = 1e-8
_DECISIVE = 1.1
_UPSET = 1e-6
_SELF_INCENTIVE = 1e-10
_STEPS = 1000
_SMALL_STEP = 1e-8
_SMALL_UNIFORM_STEP = 1e-6


class Rules(NamedTuple):
    """How elections are held, as places in the lists of options.

    Attributes
    ----------
    victory, election, voting : int
        Of `VICTORY_PROB_MODELS`, `PCE_MODELS`, `VOTING_RULES`.
    both_orders : int
        1 if voters are asked about a pair both ways round, which matters to ASymProsp.
    """

    victory: int
    election: int
    voting: int
    both_orders: int


def elections(
    utility: Array, weight: Array, rules: Rules, same: float, lanes: tuple[int, ...]
) -> Array:
    """Hold elections; utility is (elections, options, voters), weight without options.

    Options within `same` of each other for all voters are copies; if it is below 0,
    each is one of a kind.
    """
    chances = np.empty(utility.shape[:2])
    for number in range(len(utility)):
        chance, _ = election(utility[number], weight[number], rules, same, lanes)
        chances[number] = chance
    return chances


def election(
    utility: Array, weight: Array, rules: Rules, same: float, lanes: tuple[int, ...]
) -> tuple[Array, Array]:
    """Return the chance of each option, and 1 over the number of its copies."""
    support, wins, alike = coalitions(utility, weight, rules, same, lanes)
    everything = np.arange(len(wins))
    return settle(support, wins, alike, everything, rules.election, lanes)


def each(count: int, lanes: tuple[int, ...]) -> Indices:
    """Count: one at a time if `lanes` is (-1,), all in a single row if it is (1, -1)."""
    return np.arange(count).reshape(lanes)


def pairs(rows: int, columns: int, lanes: tuple[int, ...]) -> tuple[Indices, Indices]:
    """Count through the cells of a table: their rows and columns."""
    cell = np.arange(rows * columns)
    return (cell // columns).reshape(lanes), (cell % columns).reshape(lanes)


def either(
    condition: NDArray[np.bool_], yes: Array | float, no: Array | float
) -> Array:
    """Choose between finite numbers, in one or many cells."""
    # Compiled, numpy.where takes seventy times as long for a number.
    chosen: Array = condition * yes + (1 - condition) * no
    return chosen


def coalitions(
    utility: Array, weight: Array, rules: Rules, same: float, lanes: tuple[int, ...]
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return what supports options in pairs, how likely they win, who are copies."""
    options = len(utility)
    support, wins = np.empty((options, options)), np.empty((options, options))
    alike = np.empty((options, options), np.bool_)
    first, second = pairs(options, options, lanes)
    for p in range(len(first)):
        a, b = first[p], second[p]
        strength, apart = _coalition(utility, weight, a, b, rules)
        copy = (apart <= same) | (a == b)
        alike[a, b] = copy
        support[a, b] = _SEED + (1 - copy) * strength
    for p in range(len(first)):
        a, b = first[p], second[p]
        wins[a, b] = victory(support[a, b], support[b, a], rules.victory)
    return support, wins, alike


def _coalition(
    utility: Array, weight: Array, a: Indices, b: Indices, rules: Rules
) -> tuple[Array | float, Array | float]:
    """Count votes for option a against b, and how far voters hold them apart."""
    strength: Array | float = 0.0
    apart: Array | float = 0.0
    for voter in range(len(weight)):
        gain = utility[a, voter] - utility[b, voter]
        if weight[voter] > 0:
            apart = np.maximum(apart, np.abs(gain))
        if rules.voting != ASYM_PROSP:
            cast = vote(gain, rules.voting)
        elif rules.both_orders:
            cast = 0.5 * (vote(gain, rules.voting) - vote(-gain, rules.voting))
        else:
            # Only the later option of a pair was asked about: a gain counts less.
            cast = gain * either((gain > 0) == (a > b), 2 / 3, 1.0)
        strength = strength + np.maximum(weight[voter] * cast, 0.0)
    return strength, apart


def vote(difference: Array, rule: int) -> Array:
    """How much of its weight a voter throws in, by how much better an option is."""
    if rule == PROP:
        return difference
    if rule == CUBIC:
        return difference * difference * difference
    if rule == PROP_CBC:
        return 0.5 * difference * (1 + difference * difference)
    if rule == ASYM_PROSP:
        return np.minimum(difference, 2 / 3 * difference)
    binary = np.minimum(np.maximum(difference / _NOTICED, -1.0), 1.0)
    if rule == PROP_BIN:
        return 0.8 * difference + 0.2 * binary
    return binary


def victory(support: Array, against: Array, model: int) -> Array:
    """Probability that a coalition beats another."""
    if model == _BINARY_VICTORY:
        share = support / (support + against)
        close = ((1 + _DECISIVE) * share - 1) / (_DECISIVE - 1)
        won, lost = support >= _DECISIVE * against, against >= _DECISIVE * support
        upset = either(lost, _UPSET / (1 + _UPSET), close)
        return either(won, 1 / (1 + _UPSET), upset)
    for _ in range(model):
        support = support * support
        against = against * against
    return support / (support + against)


def settle(
    support: Array,
    wins: Array,
    alike: NDArray[np.bool_],
    table: Indices,
    model: int,
    lanes: tuple[int, ...],
) -> tuple[Array, Array]:
    """Choose among some options: their chances, and 1 over the number of copies."""
    share = np.empty(len(table))
    rows = each(len(table), lanes)
    for p in range(len(rows)):
        copies = 0.0
        for other in table:
            copies = copies + alike[table[rows[p]], other]
        share[rows[p]] = 1 / copies
    if model == CONDITIONAL:
        return _conditional(wins, table, share, lanes), share
    return _markov(support, wins, alike, table, share, model, lanes), share


def _conditional(
    wins: Array, table: Indices, share: Array, lanes: tuple[int, ...]
) -> Array:
    """Every different option beaten, one after the other."""
    chance = np.ones(len(table))
    rows = each(len(table), lanes)
    for n, other in enumerate(table):
        if share[n] == 1:
            for p in range(len(rows)):
                chance[rows[p]] *= wins[table[rows[p]], other]
        else:
            # Number by number: NumPy's power of arrays has other last bits.
            for m, option in enumerate(table):
                chance[m] *= math.pow(wins[option, other], share[n])
        # Only ratios count, and many small factors would vanish.
        chance /= chance[chance.argmax()]
    chance /= _total(share, chance)
    return chance


def _total(share: Array, number: Array) -> float:
    total = 0.0
    for m in range(len(share)):
        total += share[m] * number[m]
    return total


def _markov(
    support: Array,
    wins: Array,
    alike: NDArray[np.bool_],
    table: Indices,
    share: Array,
    model: int,
    lanes: tuple[int, ...],
) -> Array:
    """Where the favourite settles, challenged again and again."""
    options = len(table)
    different = _total(share, np.ones(options))
    small = _SMALL_UNIFORM_STEP if model == MARKOV_UNIFORM else _SMALL_STEP
    challenge = np.full((options, options), 1 / different)
    rows = each(options, lanes)
    if model == MARKOV_INCENTIVE:
        for p in range(len(rows)):
            n = rows[p]
            total = 0.0
            for m in range(options):
                a, b = table[m], table[n]
                incentive = support[a, b] * wins[a, b] + _SELF_INCENTIVE * alike[a, b]
                challenge[m, n] = incentive
                total = total + share[m] * incentive
            for m in range(options):
                challenge[m, n] = challenge[m, n] / total
    # An option keeps its place against a challenger, or takes that of a favourite.
    keeps, taken = np.empty(options), np.empty((options, options))
    for p in range(len(rows)):
        m = rows[p]
        kept = 0.0
        for n in range(options):
            win = wins[table[m], table[n]]
            kept = kept + win * challenge[n, m] * share[n]
            taken[m, n] = win * challenge[m, n] * share[n]
        keeps[m] = kept
    chance, after = np.full(options, 1 / different), np.empty(options)
    for _ in range(_STEPS):
        for p in range(len(rows)):
            m = rows[p]
            follows = chance[m] * keeps[m]
            for n in range(options):
                follows = follows + taken[m, n] * chance[n]
            after[m] = follows
        settled = True
        for m in range(options):
            settled &= np.abs(after[m] - chance[m]) <= small
        for p in range(len(rows)):
            chance[rows[p]] = 0.5 * (chance[rows[p]] + after[rows[p]])
        if settled:
            break
    return chance
