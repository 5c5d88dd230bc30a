"""The course of spatial bargaining: turn by turn, until there is little movement.

Source: KTAB, the KAPSARC Toolkit for Behavioral Analysis, program `smpc` (2019). Arrays
end with draws; positions and saliences are `(issues, actors, draws)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining.condorcet import _condorcet
from suasion.bargaining.draws import Array
from suasion.bargaining.proposal import Bargains, Views, _bargains
from suasion.bargaining.risk import _distance, _parts, _perceived, _risk_attitude

__all__: list[str] = []

Indices: TypeAlias = NDArray[np.intp]

# Positions closer than this are the same.
_SAME = 1e-3
_STILL = 1e-4
_RETURNED = 1e-9


class Course(NamedTuple):
    """What happened in a chunk of draws, turn by turn.

    Attributes
    ----------
    positions : ndarray, shape (turns + 1, issues, actors, draws)
    slots, targets : ndarray of int, shape (turns, actors, draws)
        Whose offer each actor accepted, -1 for none, and to whom that offer was made.
    rested : ndarray of bool, shape (draws,)
    cycle : ndarray of int, shape (draws,)
        Turns after which positions return, 0 if they do not.
    """

    positions: Array
    slots: Indices
    targets: Indices
    rested: NDArray[np.bool_]
    cycle: Indices


def _course(
    position: Array,
    salience: Array,
    capability: Array,
    accommodation: Array,
    luck: Callable[[int], Array] | None,
    s: dict[str, Any],
) -> Course:
    """Bargain until there is little movement; positions from 0 to 1.

    `luck` gives uniform numbers, `(actors, draws)`, for a turn; `s` the settings.
    """
    count, draws = capability.shape
    track, ideals = [position], [position]
    slots: list[Indices] = []
    targets: list[Indices] = []
    rested = np.zeros(draws, dtype=np.bool_)
    cycle = np.zeros(draws, dtype=np.intp)
    first = np.zeros(draws)
    active = np.arange(draws)
    for turn in range(1, s["rounds"] + 1):
        now, ideal = track[-1][:, :, active], ideals[-1][:, :, active]
        moved, slot, target = _turn(
            now,
            ideal,
            salience[:, :, active],
            capability[:, active],
            None if luck is None else luck(turn)[:, active],
            s,
        )
        track.append(_with(track[-1], active, moved))
        ideals.append(_with(ideals[-1], active, _follow(ideal, moved, accommodation)))
        nobody = np.full((count, draws), -1)
        slots.append(_with(nobody, active, slot))
        targets.append(_with(nobody, active, target))
        step = _movement(now, moved)
        if turn == 1:
            first = step
        if turn >= s["least_rounds"]:
            still = step / (first[active] + _STILL) < s["stop_ratio"]
            rested[active[still]] = True
            active = active[~still]
        # Where chance decides, nothing comes again for ever.
        if luck is None:
            _mark_cycles(track, ideals, active, cycle)
        if not s["as_published"]:
            active = active[cycle[active] == 0]
        if not active.size:
            break
    return Course(np.stack(track), np.stack(slots), np.stack(targets), rested, cycle)


def _with(before: Any, draws: Indices, value: Any) -> Any:
    """Copy an array, with the value at some draws."""
    after = before.copy()
    after[..., draws] = value
    return after


def _follow(ideal: Array, position: Array, accommodation: Array) -> Array:
    """Accommodate what everybody wants to where the others went."""
    following: Array = (1 - accommodation.sum(axis=1))[:, None] * ideal
    for share, there in zip(accommodation.T, position.swapaxes(0, 1), strict=True):
        following += share[None, :, None] * there[:, None]
    return following


def _movement(before: Array, after: Array) -> Array:
    """How far everybody moved, added up."""
    total = np.zeros(before.shape[2])
    squares = np.zeros(before.shape[1:])
    for a, b in zip(before, after, strict=True):
        squares += (a - b) ** 2
    for distance in np.sqrt(squares):
        total += distance
    return total


def _mark_cycles(
    track: list[Array], ideals: list[Array], active: Indices, cycle: Indices
) -> None:
    """Note after how many turns a draw is where it was before. Modifies `cycle`."""
    x, y = track[-1][:, :, active], ideals[-1][:, :, active]
    for ago in range(2, len(track)):
        apart = np.maximum(
            np.abs(track[-1 - ago][:, :, active] - x).max(axis=(0, 1)),
            np.abs(ideals[-1 - ago][:, :, active] - y).max(axis=(0, 1)),
        )
        cycle[active[(apart <= _RETURNED) & (cycle[active] == 0)]] = ago


def _turn(
    position: Array,
    ideal: Array,
    salience: Array,
    capability: Array,
    lot: Array | None,
    s: dict[str, Any],
) -> tuple[Array, Indices, Indices]:
    """One turn: where everybody goes, whose offer it took, and to whom that was."""
    distance = _distance(ideal, salience, position)
    neutral, bent = _parts(distance)
    total = _total_salience(salience)
    risk = _risk(neutral, capability, total, s)
    views = Views(
        neutral, bent, _perceived(risk, s["big_r_adjust"]), capability * total, total
    )
    offers = _bargains(position, salience, views, s)
    return _accept(position, ideal, salience, capability, risk, views, offers, lot, s)


def _total_salience(salience: Array) -> Array:
    total = np.zeros(salience.shape[1:])
    for heed in salience:
        total += heed
    return np.minimum(total, 1)


def _risk(neutral: Array, capability: Array, total: Array, s: dict[str, Any]) -> Array:
    chance, _ = _election(neutral, capability, total, s, _SAME)
    return _risk_attitude(chance, s["big_r_range"])


def _election(
    utility: Array, capability: Array, total: Array, s: dict[str, Any], same: float
) -> tuple[Array, Array]:
    """Hold an election in which all actors vote with their power."""
    return _condorcet(
        utility,
        capability * total if "salience" in s["corrections"] else capability,
        s["victory_prob_model"],
        s["pce_model"],
        s["voting_rule"],
        same if "copies" in s["corrections"] else None,
        both_orders="order" in s["corrections"],
    )


def _accept(
    position: Array,
    ideal: Array,
    salience: Array,
    capability: Array,
    risk: Array,
    views: Views,
    offers: Bargains,
    lot: Array | None,
    s: dict[str, Any],
) -> tuple[Array, Indices, Indices]:
    """Hold an election at every table: the status quo, and the offers it is part of.

    Tables with equally many options are put side by side, whichever draw they are of.
    """
    count, draws = capability.shape
    slots = offers.offered.shape[0]
    initiator = np.arange(slots) % count
    stays = views.neutral + risk[:, None] * views.bent
    goes_to = []
    for there in (offers.initiators, offers.receivers):
        neutral, bent = _parts(_distance(ideal, salience, there))
        goes_to.append(neutral + risk[:, None] * bent)
    worth = np.zeros((count, slots + 1, draws))
    # Actor by actor, so that equal outcomes are worth the same to the last bit.
    for n in range(count):
        stay = stays[:, n, None]
        worth[:, :1] += stay
        place = np.where(offers.receiver == n, goes_to[1], stay)
        worth[:, 1:] += np.where(initiator[:, None] == n, goes_to[0], place)
    worth /= count

    everybody = np.arange(count)[:, None, None]
    mine = offers.offered & (
        (everybody == initiator[:, None]) | (everybody == offers.receiver)
    )
    sizes = mine.sum(axis=1)
    # Offers on the table first, in the order of the slots.
    order = np.argsort(~mine, axis=1, kind="stable") + 1
    moved = position.copy()
    slot = np.full((count, draws), -1)
    target = np.full((count, draws), -1)
    for size in np.unique(sizes[sizes > 0]):
        k, draw = np.nonzero(sizes == size)
        table = np.zeros((size + 1, k.size), dtype=np.intp)
        table[1:] = order[k, :size, draw].T
        chance, share = _election(
            worth[:, table, draw],
            capability[:, draw],
            views.salience[:, draw],
            s,
            _SAME / count,
        )
        if lot is None:
            pick = chance.argmax(axis=0)
        else:
            reached = np.cumsum(chance * share, axis=0)
            pick = (lot[k, draw] * reached[-1] >= reached).sum(axis=0)
        taken = table[pick, np.arange(k.size)]
        goes = taken > 0
        k, draw, m = k[goes], draw[goes], taken[goes] - 1
        proposed = initiator[m] == k
        moved[:, k, draw] = np.where(
            proposed, offers.initiators[:, m, draw], offers.receivers[:, m, draw]
        )
        slot[k, draw] = initiator[m]
        target[k, draw] = offers.receiver[m, draw]
    return moved, slot, target
