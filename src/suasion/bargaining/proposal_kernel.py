"""Kernels of proposals: who challenges whom, and the bargain that is then on offer.

Source: KTAB, the KAPSARC Toolkit for Behavioral Analysis, program `smpc` (2019). Actors h
(who sees), i (who challenges), j (the target) and n are numbers or rows of them, see
`suasion.bargaining.condorcet_kernel`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from suasion.bargaining.condorcet_kernel import (
    Indices,
    each,
    either,
    pairs,
    victory,
    vote,
)
from suasion.bargaining.draws import Array

__all__: list[str] = []

INIT_ONLY, INIT_RCVR, PW_COMP = range(3)
S1P1, S2P2, S2P_MAX = range(3)

_SEED = 1e-10
_LEAST_GAIN = 1e-5
_OWN_PULL = 1e-6
_GRID = 1e4


class Ways(NamedTuple):
    """How challenges and bargains are made.

    Attributes
    ----------
    victory, voting, vector, bargain : int
        Places in `VICTORY_PROB_MODELS` (of challenges), `VOTING_RULES`,
        `INTER_VEC_BRGNS` and `BARGN_MODELS`.
    commit : float
        How much of its power a third party commits: 0, 1/2 or 1.
    third_parties, receiver, power : int
        1 for what is corrected.
    """

    victory: int
    voting: int
    vector: int
    bargain: int
    commit: float
    third_parties: int
    receiver: int
    power: int


class Views(NamedTuple):
    """What everybody sees.

    Attributes
    ----------
    neutral, bent : ndarray, shape (positions, actors)
        The position of b is worth `neutral[b, a] + R bent[b, a]` to actor a.
    perceived : ndarray, shape (actors, actors)
        The attitude R to risk that h takes a to have, `[h, a]`.
    power, salience : ndarray, shape (actors,)
        Capability times total salience, and total salience.
    """

    neutral: Array
    bent: Array
    perceived: Array
    power: Array
    salience: Array


class Offers(NamedTuple):
    """What can be put to the vote; option 0 is that everybody stays.

    Attributes
    ----------
    initiator, receiver : ndarray of int, shape (options,)
        Who offers the bargain to whom; -1 for option 0.
    initiators, receivers : ndarray, shape (options, issues)
        The position the initiator would adopt, and that of the receiver.
    """

    initiator: Indices
    receiver: Indices
    initiators: Array
    receivers: Array


def proposals(
    position: Array, salience: Array, views: Views, ways: Ways, lanes: tuple[int, ...]
) -> Offers:
    """Everybody challenges its best target; position, salience are (actors, issues)."""
    target, chance, offered = _challenges(views, ways, lanes)
    seen = chance
    if ways.bargain != INIT_ONLY:
        seen = _seen_by_receivers(target, views, ways, lanes)
    number, issues = len(offered), position.shape[1]
    options = 1 + number * (2 if ways.bargain == INIT_RCVR else 1)
    initiator, receiver = np.full(options, -1), np.full(options, -1)
    initiators, receivers = np.zeros((options, issues)), np.zeros((options, issues))
    for option in range(1, options):
        i = offered[(option - 1) % number]
        initiator[option], receiver[option] = i, target[i]
    # The original weighs the receiver's salience with the initiator's capability.
    weight = views.power if ways.power else views.salience
    rows, columns = pairs(options - 1, issues, lanes)
    for p in range(len(rows)):
        m, k = rows[p] + 1, columns[p]
        i, j = initiator[m], receiver[m]
        x, y, mine, yours = (
            position[i, k],
            position[j, k],
            salience[i, k],
            salience[j, k],
        )
        # The second half, if any, are bargains for the receivers' view.
        p_i = either(m > number, seen[i], chance[i])
        own, other = _meet(x, y, mine, yours, p_i, ways.vector)
        if ways.bargain == PW_COMP:
            own_2, other_2 = _meet(x, y, mine, yours, seen[i], ways.vector)
            total = weight[i] + weight[j]
            share = either(total > 0, weight[i] / (total + (total <= 0)), 0.5)
            own = share * own + (1 - share) * own_2
            other = share * other + (1 - share) * other_2
        initiators[m, k], receivers[m, k] = own, other
    return Offers(initiator, receiver, initiators, receivers)


def _challenges(
    views: Views, ways: Ways, lanes: tuple[int, ...]
) -> tuple[Indices, Array, Indices]:
    """Everybody's best target, how likely it seems to prevail, and who challenges."""
    count = len(views.power)
    wins, gains = np.empty((count, count)), np.empty((count, count))
    first, second = pairs(count, count, lanes)
    for p in range(len(first)):
        i, j = first[p], second[p]
        chance = contest(views, i, i, j, ways)
        wins[i, j] = chance
        gains[i, j] = gain(views, i, i, j, chance)
    target, chances = np.empty(count, np.int64), np.empty(count)
    offered, number = np.empty(count, np.int64), 0
    for i in range(count):
        j = gains[i].argmax()
        target[i], chances[i] = j, wins[i, j]
        if gains[i, j] > _LEAST_GAIN:
            offered[number] = i
            number += 1
    return target, chances, offered[:number]


def _seen_by_receivers(
    target: Indices, views: Views, ways: Ways, lanes: tuple[int, ...]
) -> Array:
    """How likely initiators seem to their targets to prevail."""
    chances = np.empty(len(target))
    rows = each(len(target), lanes)
    for p in range(len(rows)):
        i, j = rows[p], target[rows[p]]
        chance = contest(views, j, i, j, ways)
        # The original hands on the gain in place of the probability.
        chances[i] = chance if ways.receiver else gain(views, j, i, j, chance)
    return chances


def contest(views: Views, h: Indices, i: Indices, j: Indices, ways: Ways) -> Array:
    """Probability, as h sees it, that i prevails over j."""
    attack = views.power[i] * vote(
        _utility(views, h, i, i) - _utility(views, h, i, j), ways.voting
    )
    defence = views.power[j] * vote(
        _utility(views, h, j, i) - _utility(views, h, j, j), ways.voting
    )
    before = _SEED + np.maximum(attack, 0.0) + np.maximum(defence, 0.0)
    against_before = _SEED - np.minimum(attack, 0.0) - np.minimum(defence, 0.0)
    support, against = before, against_before
    for n in range(len(views.power)):
        leaning = ((i != n) & (j != n)) * support_of(
            views.power[n],
            _utility(views, h, n, i),
            _utility(views, h, n, j),
            _utility(views, h, n, n),
            before,
            against_before,
            ways,
        )
        support = support + np.maximum(leaning, 0.0)
        against = against - np.minimum(leaning, 0.0)
    return victory(support, against, ways.victory)


def support_of(
    power: float,
    first: Array,
    second: Array,
    own: Array,
    support: Array,
    against: Array,
    ways: Ways,
) -> Array:
    """Return what a third party adds to the initiator, or, below 0, to the target.

    Its utilities are those of the initiator's, the target's and its own position.
    """
    cast = power * vote(first - second, ways.voting)
    if ways.third_parties:
        return ways.commit * cast
    # As published, none and all are the same: nothing.
    committed = 1.0 if ways.commit == 0.5 else 0.0
    chance = (support + np.maximum(cast, 0.0)) / (support + against + np.abs(cast))
    stake = chance * (own - first) - (1 - chance) * (own - second)
    return committed * (power * vote(stake, ways.voting))


def gain(views: Views, h: Indices, i: Indices, j: Indices, chance: Array) -> Array:
    """Return what i expects of challenging j, in the eyes of h."""
    yields = 1 - 2 * views.salience[j] * (1 - chance)
    better: Array = (_utility(views, h, i, i) - _utility(views, h, i, j)) * yields
    return better


def _utility(views: Views, h: Indices, a: Indices | int, b: Indices | int) -> Array:
    """Value the position of b for a, in the eyes of h."""
    value: Array = views.neutral[b, a] + views.perceived[h, a] * views.bent[b, a]
    return value


def _meet(
    own: Array, other: Array, heed: Array, others_heed: Array, p: Array, vector: int
) -> tuple[Array, Array]:
    """Where initiator and receiver would go, if the initiator prevails with chance p."""
    if vector == S2P_MAX:
        mine, yours = heed * heed, others_heed * others_heed
        give, take = np.maximum(0.0, 1 - 2 * p), np.maximum(0.0, 2 * p - 1)
        far = give * yours / (give * yours + _OWN_PULL + (1 - give) * mine)
        near = take * mine / (take * mine + _OWN_PULL + (1 - take) * yours)
        return own + far * (other - own), other + near * (own - other)
    pull, others_pull = heed * p, others_heed * (1 - p)
    if vector == S2P2:
        pull, others_pull = pull * pull, others_pull * others_pull
    total = pull + _OWN_PULL + others_pull
    return (
        _rounded(((pull + _OWN_PULL) * own + others_pull * other) / total),
        _rounded((pull * own + (others_pull + _OWN_PULL) * other) / total),
    )


def _rounded(position: Array) -> Array:
    rounded: Array = np.trunc(0.5 + _GRID * position) / _GRID
    return rounded
