"""Who challenges whom, and the bargain that is then on the table.

Source: KTAB, the KAPSARC Toolkit for Behavioral Analysis, program `smpc` (2019). Arrays
of numbers end with draws, and so do arrays of indices, which may have length 1 there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining.condorcet import _victory, _vote
from suasion.bargaining.draws import Array

__all__ = ["BARGN_MODELS", "INTER_VEC_BRGNS", "THIRD_PARTY_COMMITS"]

BARGN_MODELS = ("InitOnlyInterp", "InitRcvrInterp", "PWCompInterp")
INTER_VEC_BRGNS = ("S1P1", "S2P2", "S2PMax")
# How much of its power a third party commits to the principal it prefers.
THIRD_PARTY_COMMITS = {"NoCommit": 0.0, "SemiCommit": 0.5, "FullCommit": 1.0}

_SEED = 1e-10
_LEAST_GAIN = 1e-5
_OWN_PULL = 1e-6
_GRID = 1e4


class Views(NamedTuple):
    """What everybody sees.

    Attributes
    ----------
    neutral, bent : ndarray, shape (actors, actors, draws)
        Utility of actor a for the position of b is `neutral[a, b] + R bent[a, b]`.
    perceived : ndarray, shape (actors, actors, draws)
        The attitude R to risk that h takes a to have, `[h, a]`.
    power, salience : ndarray, shape (actors, draws)
        Capability times total salience, and total salience.
    """

    neutral: Array
    bent: Array
    perceived: Array
    power: Array
    salience: Array


class Bargains(NamedTuple):
    """Bargains on offer, one a slot and draw.

    Attributes
    ----------
    receiver : ndarray of int, shape (slots, draws)
    offered : ndarray of bool, shape (slots, draws)
        Whether there is a bargain in the slot.
    initiators, receivers : ndarray, shape (issues, slots, draws)
        The position the initiator would adopt, and that of the receiver.
    """

    receiver: NDArray[np.intp]
    offered: NDArray[np.bool_]
    initiators: Array
    receivers: Array


def _bargains(
    position: Array, salience: Array, views: Views, s: dict[str, Any]
) -> Bargains:
    """Everybody challenges its best target. Slot m holds the offer of m modulo actors.

    `position` and `salience` are `(issues, actors, draws)`, `s` the settings by name.
    """
    count, draws = views.power.shape
    everybody = np.arange(count)[:, None, None]
    i, j = everybody, everybody.swapaxes(0, 1)
    wins = _contest(views, i, i, j, s)
    gain = _gain(views, i, i, j, wins)
    q = np.arange(draws)
    initiator, target = everybody[:, 0], gain.argmax(axis=1)
    offered = gain[initiator, target, q] > _LEAST_GAIN

    own, other = position, position[:, target, q]
    heed, others_heed = salience, salience[:, target, q]

    def meet(chance: Array) -> tuple[Array, Array]:
        return _meet(own, other, heed, others_heed, chance, s["inter_vec_brgn"])

    first = meet(wins[initiator, target, q])
    if s["bargn_model"] == "InitOnlyInterp":
        return Bargains(target, offered, *first)
    chance = _contest(views, target, initiator, target, s)
    if "receiver" not in s["corrections"]:
        # The original hands on the gain in place of the probability.
        chance = _gain(views, target, initiator, target, chance)
    second = meet(chance)
    if s["bargn_model"] == "InitRcvrInterp":
        both = (
            np.concatenate(pair, axis=1) for pair in zip(first, second, strict=True)
        )
        twice = np.concatenate([target, target]), np.concatenate([offered, offered])
        return Bargains(*twice, *both)
    mine, yours = views.power, views.power[target, q]
    if "power" not in s["corrections"]:
        # The original weighs the receiver's salience with the initiator's capability.
        mine, yours = views.salience, views.salience[target, q]
    total = mine + yours
    share = np.where(total > 0, mine / np.where(total > 0, total, 1.0), 0.5)
    return Bargains(
        target,
        offered,
        *(share * a + (1 - share) * b for a, b in zip(first, second, strict=True)),
    )


def _contest(views: Views, h: Any, i: Any, j: Any, s: dict[str, Any]) -> Array:
    """Probability, as h sees it, that i prevails over j."""
    q = np.arange(views.power.shape[1])
    rule = s["voting_rule"]
    settings = rule, s["third_party_commit"], "third_parties" in s["corrections"]
    attack = views.power[i, q] * _vote(
        _utility(views, h, i, i) - _utility(views, h, i, j), rule
    )
    defence = views.power[j, q] * _vote(
        _utility(views, h, j, i) - _utility(views, h, j, j), rule
    )
    before = _SEED + np.maximum(attack, 0) + np.maximum(defence, 0)
    against_before = _SEED - np.minimum(attack, 0) - np.minimum(defence, 0)
    support, against = before.copy(), against_before.copy()
    for n, power in enumerate(views.power):
        leaning = _support(
            power,
            _utility(views, h, n, i),
            _utility(views, h, n, j),
            _utility(views, h, n, n),
            before,
            against_before,
            *settings,
        )
        leaning = np.where((i == n) | (j == n), 0, leaning)
        support += np.maximum(leaning, 0)
        against -= np.minimum(leaning, 0)
    victory = s["victory_prob_model"] if "victory" in s["corrections"] else "Linear"
    return _victory(support, against, victory)


def _support(
    power: Array,
    first: Array,
    second: Array,
    own: Array,
    support: Array,
    against: Array,
    rule: str,
    commit: str,
    corrected: bool,
) -> Array:
    """Return what a third party adds to the initiator, or, below 0, to the target.

    Its utilities are those of the initiator's, the target's and its own position.
    """
    vote = power * _vote(first - second, rule)
    if corrected:
        return THIRD_PARTY_COMMITS[commit] * vote
    if commit != "SemiCommit":
        return np.zeros(vote.shape)
    chance = (support + np.maximum(vote, 0)) / (support + against + np.abs(vote))
    stake = chance * (own - first) - (1 - chance) * (own - second)
    published: Array = power * _vote(stake, rule)
    return published


def _gain(views: Views, h: Any, i: Any, j: Any, chance: Array) -> Array:
    """Return what i expects of challenging j, in the eyes of h."""
    yields = 1 - 2 * views.salience[j, np.arange(chance.shape[-1])] * (1 - chance)
    gain: Array = (_utility(views, h, i, i) - _utility(views, h, i, j)) * yields
    return gain


def _utility(views: Views, h: Any, a: Any, b: Any) -> Array:
    """Value the position of b for a, in the eyes of h."""
    q = np.arange(views.power.shape[1])
    utility: Array = (
        views.neutral[a, b, q] + views.perceived[h, a, q] * views.bent[a, b, q]
    )
    return utility


def _meet(
    own: Array, other: Array, heed: Array, others_heed: Array, p: Array, vector: str
) -> tuple[Array, Array]:
    """Where initiator and receiver would go, if the initiator prevails with chance p."""
    if vector == "S2PMax":
        mine, yours = heed * heed, others_heed * others_heed
        give, take = np.maximum(0, 1 - 2 * p), np.maximum(0, 2 * p - 1)
        far = give * yours / (give * yours + _OWN_PULL + (1 - give) * mine)
        near = take * mine / (take * mine + _OWN_PULL + (1 - take) * yours)
        return own + far * (other - own), other + near * (own - other)
    pull, others_pull = heed * p, others_heed * (1 - p)
    if vector == "S2P2":
        pull, others_pull = pull * pull, others_pull * others_pull
    total = pull + _OWN_PULL + others_pull
    return (
        _rounded(((pull + _OWN_PULL) * own + others_pull * other) / total),
        _rounded((pull * own + (others_pull + _OWN_PULL) * other) / total),
    )


def _rounded(position: Array) -> Array:
    rounded: Array = np.trunc(0.5 + _GRID * position) / _GRID
    return rounded
