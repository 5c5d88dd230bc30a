"""Kernels of the course of spatial bargaining, until there is little movement.

Source: KTAB, the KAPSARC Toolkit for Behavioral Analysis, program `smpc` (2019). The idea
of attitudes to risk is that of Bueno de Mesquita 1985, "The war trap revisited", American
Political Science Review 79, 156-177: who holds a position that would win is careful, who
holds one that would lose is bold. Positions and saliences are (actors, issues).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from suasion.bargaining.condorcet_kernel import (
    Indices,
    Rules,
    coalitions,
    each,
    either,
    election,
    pairs,
    settle,
)
from suasion.bargaining.draws import Array
from suasion.bargaining.proposal_kernel import Offers, Views, Ways, proposals

__all__: list[str] = []

# Positions closer than this are the same.
_SAME = 1e-3
_STILL = 1e-4
_RETURNED = 1e-9
# Positions whose chances are this close are equally likely to win.
_EQUAL = 1e-12


class Plan(NamedTuple):
    """How a course runs.

    Attributes
    ----------
    adjust : float
        How much of another's attitude to risk an actor sees.
    slope : float
        Of attitudes to risk: 1, 3/2, 2 for Min, Mid, Max.
    stochastic, as_published, salience, copies : int
        1 for yes; the last two are corrections.
    rounds, least_rounds : int
    stop_ratio : float
    """

    adjust: float
    slope: float
    stochastic: int
    as_published: int
    salience: int
    copies: int
    rounds: int
    least_rounds: int
    stop_ratio: float


def course(
    position: Array,
    salience: Array,
    capability: Array,
    accommodation: Array,
    luck: Array,
    plan: Plan,
    rules: Rules,
    ways: Ways,
    lanes: tuple[int, ...],
) -> tuple[Array, Indices, bool, int]:
    """Bargain on scales from 0 to 1; `luck` is uniform, (rounds, actors), if needed.

    Returns
    -------
    track : ndarray, shape (turns + 1, actors, issues)
    offers : ndarray of int, shape (turns, 2, actors)
        Whose offer each actor took, -1 for none, and to whom that offer was made.
    rested : bool
    cycle : int
        Turns after which positions return, 0 if they do not.
    """
    count, issues = position.shape
    track, ideals = np.empty((8, count, issues)), np.empty((8, count, issues))
    rows, columns = pairs(count, issues, lanes)
    for p in range(len(rows)):
        i, k = rows[p], columns[p]
        track[0, i, k] = ideals[0, i, k] = position[i, k]
    offers = np.empty((8, 2, count), np.int64)
    first, cycle = 0.0, 0
    for turn in range(1, plan.rounds + 1):
        if turn == len(track):
            # Room for as many turns again.
            track = np.concatenate((track, track))
            ideals = np.concatenate((ideals, ideals))
            offers = np.concatenate((offers, offers))
        now, moved, ideal = track[turn - 1], track[turn], ideals[turn - 1]
        lot = luck[turn - 1] if plan.stochastic else capability
        _turn(
            *(now, ideal, salience, capability, lot, moved, offers[turn - 1]),
            *(plan, rules, ways, lanes),
        )
        _follow(ideal, moved, accommodation, ideals[turn], lanes)
        step = _movement(now, moved, lanes)
        if turn == 1:
            first = step
        rested = turn >= plan.least_rounds and (
            step / (first + _STILL) < plan.stop_ratio
        )
        # Where chance decides, nothing comes again for ever.
        if not (rested or plan.stochastic or cycle):
            cycle = _cycle(track, ideals, turn)
        if rested or (cycle and not plan.as_published):
            break
    return track[: turn + 1].copy(), offers[:turn].copy(), rested, cycle


def standing(
    position: Array,
    salience: Array,
    capability: Array,
    plan: Plan,
    rules: Rules,
    lanes: tuple[int, ...],
) -> tuple[Array, Array]:
    """Attitudes to risk, and the chance of everybody's position."""
    count = len(capability)
    neutral, bent = _value(position, salience, position, lanes)
    _, _, weight = _power(salience, capability, plan, lanes)
    everybody, _ = election(neutral, weight, rules, _same_to(1, plan), lanes)
    risk = attitude(everybody, plan.slope)
    utility = neutral + risk * bent
    if plan.copies:
        chance, _ = election(utility, weight, rules, _same_to(1, plan), lanes)
        return risk, chance
    near = np.empty((count, count), np.bool_)
    shown = np.zeros(count, np.bool_)
    for i in range(count):
        away = position - position[i]
        near[i] = np.sqrt((away * away).sum(axis=1)) < _SAME
        shown[i] = not (near[i] & shown).any()
    chance, _ = election(utility[shown], weight, rules, -1.0, lanes)
    of = np.empty(count, np.int64)
    for i in range(count):
        # Where several are near the original reports the last.
        of[i] = shown[: np.flatnonzero(near[i] & shown)[-1]].sum()
    return risk, chance[of]


def attitude(probability: Array, slope: float) -> Array:
    """Risk attitudes: 1 for the likeliest position, `1 - slope` for the least likely."""
    low, high = probability[probability.argmin()], probability[probability.argmax()]
    if high - low <= _EQUAL:
        return 0.0 * probability
    bent: Array = slope * ((probability - low) / (high - low) - 1) + 1
    return bent


def _turn(
    position: Array,
    ideal: Array,
    salience: Array,
    capability: Array,
    lot: Array,
    moved: Array,
    taken: Indices,
    plan: Plan,
    rules: Rules,
    ways: Ways,
    lanes: tuple[int, ...],
) -> None:
    """Set where everybody goes; whose offer it took and to whom that was."""
    count, issues = position.shape
    neutral, bent = _value(ideal, salience, position, lanes)
    total, power, weight = _power(salience, capability, plan, lanes)
    everybody, _ = election(neutral, weight, rules, _same_to(1, plan), lanes)
    risk = attitude(everybody, plan.slope)
    perceived = np.empty((count, count))
    by, of = pairs(count, count, lanes)
    for p in range(len(by)):
        h, a = by[p], of[p]
        # What an actor does not see of another's attitude, it takes from itself.
        perceived[h, a] = (1 - plan.adjust) * risk[h] + plan.adjust * risk[a]
    views = Views(neutral, bent, perceived, power, total)
    offers = proposals(position, salience, views, ways, lanes)
    worth = _worth(ideal, salience, risk, views, offers, lanes)
    same = _same_to(count, plan)
    support, wins, alike = coalitions(worth, weight, rules, same, lanes)
    mine = np.empty(len(worth), np.int64)
    for k in range(count):
        options = 0
        for m in range(len(worth)):
            if m == 0 or offers.initiator[m] == k or offers.receiver[m] == k:
                mine[options] = m
                options += 1
        m = 0
        if options > 1:
            table = mine[:options]
            chance, share = settle(support, wins, alike, table, rules.election, lanes)
            won = _drawn(chance, share, lot[k]) if plan.stochastic else chance.argmax()
            m = table[won]
        taken[0, k], taken[1, k] = offers.initiator[m], offers.receiver[m]
        for issue in range(issues):
            if m == 0:
                moved[k, issue] = position[k, issue]
            elif offers.initiator[m] == k:
                moved[k, issue] = offers.initiators[m, issue]
            else:
                moved[k, issue] = offers.receivers[m, issue]


def _drawn(chance: Array, share: Array, lot: float) -> int:
    """Draw an option, by a uniform number."""
    last = 0.0
    for m in range(len(chance)):
        last += chance[m] * share[m]
    m, reached = 0, chance[0] * share[0]
    while lot * last >= reached:
        m += 1
        reached += chance[m] * share[m]
    return m


def _worth(
    ideal: Array,
    salience: Array,
    risk: Array,
    views: Views,
    offers: Offers,
    lanes: tuple[int, ...],
) -> Array:
    """Value every option for every actor, (options, actors)."""
    count, options = len(risk), len(offers.initiator)
    initiators = _value(ideal, salience, offers.initiators, lanes)
    receivers = _value(ideal, salience, offers.receivers, lanes)
    worth = np.empty((options, count))
    option, actor = pairs(options, count, lanes)
    for p in range(len(option)):
        m, a = option[p], actor[p]
        i, j = offers.initiator[m], offers.receiver[m]
        there = initiators[0][m, a] + risk[a] * initiators[1][m, a]
        other = receivers[0][m, a] + risk[a] * receivers[1][m, a]
        total: Array | float = 0.0
        # Actor by actor, so that equal outcomes are worth the same to the last bit.
        for n in range(count):
            stays = views.neutral[n, a] + risk[a] * views.bent[n, a]
            total = total + either(i == n, there, either(j == n, other, stays))
        worth[m, a] = total / count
    return worth


def _value(
    ideal: Array, salience: Array, place: Array, lanes: tuple[int, ...]
) -> tuple[Array, Array]:
    """Parts of the utility (1 - d)(1 + R min(d, 1)): that without R, that with it.

    For every place and actor; one to whom nothing matters is far from nothing.
    """
    places, actors, issues = len(place), len(ideal), ideal.shape[1]
    neutral, bent = np.empty((places, actors)), np.empty((places, actors))
    rows, columns = pairs(places, actors, lanes)
    for p in range(len(rows)):
        b, a = rows[p], columns[p]
        away, most = 0.0, 0.0
        for k in range(issues):
            step = salience[a, k] * (ideal[a, k] - place[b, k])
            away = away + step * step
            most = most + salience[a, k] * salience[a, k]
        distance = np.sqrt(away / (most + (most <= 0)))
        neutral[b, a] = 1 - distance
        bent[b, a] = (1 - distance) * np.minimum(distance, 1.0)
    return neutral, bent


def _power(
    salience: Array, capability: Array, plan: Plan, lanes: tuple[int, ...]
) -> tuple[Array, Array, Array]:
    """Total salience, power in challenges, and in elections."""
    count = len(capability)
    total, power, weight = np.empty(count), np.empty(count), np.empty(count)
    rows = each(count, lanes)
    for p in range(len(rows)):
        i = rows[p]
        heed: Array | float = 0.0
        for k in range(salience.shape[1]):
            heed = heed + salience[i, k]
        heed = np.minimum(heed, 1.0)
        total[i] = heed
        power[i] = capability[i] * heed
        weight[i] = capability[i] * (heed if plan.salience else 1.0)
    return total, power, weight


def _same_to(count: int, plan: Plan) -> float:
    """How close options are copies, if one position of so many differs."""
    return _SAME / count if plan.copies else -1.0


def _follow(
    ideal: Array,
    position: Array,
    accommodation: Array,
    wanted: Array,
    lanes: tuple[int, ...],
) -> None:
    """Accommodate what everybody wants to where the others went; sets `wanted`."""
    rows, columns = pairs(ideal.shape[0], ideal.shape[1], lanes)
    for p in range(len(rows)):
        i, k = rows[p], columns[p]
        total = 0.0
        for j in range(len(ideal)):
            total = total + accommodation[i, j]
        there = (1 - total) * ideal[i, k]
        for j in range(len(ideal)):
            there = there + accommodation[i, j] * position[j, k]
        wanted[i, k] = there


def _movement(before: Array, after: Array, lanes: tuple[int, ...]) -> float:
    """How far everybody moved, added up."""
    total = 0.0
    distance = np.empty(len(before))
    rows = each(len(before), lanes)
    for p in range(len(rows)):
        squares = 0.0
        for k in range(before.shape[1]):
            step = before[rows[p], k] - after[rows[p], k]
            squares = squares + step * step
        distance[rows[p]] = np.sqrt(squares)
    for i in range(len(before)):
        total += distance[i]
    return total


def _cycle(track: Array, ideals: Array, turn: int) -> int:
    """After how many turns positions and ideals are where they were; 0 if nowhere."""
    for ago in range(2, turn + 1):
        if _same(track[turn - ago], track[turn]) and _same(
            ideals[turn - ago], ideals[turn]
        ):
            return ago
    return 0


def _same(one: Array, other: Array) -> bool:
    for i in range(one.shape[0]):
        for k in range(one.shape[1]):
            if np.abs(one[i, k] - other[i, k]) > _RETURNED:
                return False
    return True
