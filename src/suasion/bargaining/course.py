"""The courses of spatial bargaining in many draws: chunks of them, in threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining import course_kernel
from suasion.bargaining.condorcet import (
    LANES,
    PCE_MODELS,
    VICTORY_PROB_MODELS,
    VOTING_RULES,
    kernel,
)
from suasion.bargaining.condorcet_kernel import Indices, Rules
from suasion.bargaining.course_kernel import Plan
from suasion.bargaining.draws import Array, _threads
from suasion.bargaining.proposal_kernel import Ways
from suasion.bargaining.risk import BIG_R_ADJUST, _slope

__all__ = ["BARGN_MODELS", "INTER_VEC_BRGNS", "THIRD_PARTY_COMMITS"]

BARGN_MODELS = ("InitOnlyInterp", "InitRcvrInterp", "PWCompInterp")
INTER_VEC_BRGNS = ("S1P1", "S2P2", "S2PMax")
# How much of its power a third party commits to the principal it prefers.
THIRD_PARTY_COMMITS = {"NoCommit": 0.0, "SemiCommit": 0.5, "FullCommit": 1.0}

_CHUNK = 16


class Course(NamedTuple):
    """What happened in a draw, turn by turn, on scales from 0 to 1.

    Attributes
    ----------
    positions : ndarray, shape (turns + 1, actors, issues)
    offers : ndarray of int, shape (turns, 2, actors)
        Whose offer each actor took, -1 for none, and to whom that offer was made.
    rested : bool
    cycle : int
        Turns after which positions return, 0 if they do not.
    """

    positions: Array
    offers: Indices
    rested: bool
    cycle: int


def _settings(s: dict[str, Any]) -> tuple[Plan, Rules, Ways]:
    """Give the settings as the kernels have them."""
    made = {name: int(name in s["corrections"]) for name in s["corrections"]}
    victory = VICTORY_PROB_MODELS.index(s["victory_prob_model"])
    voting = VOTING_RULES.index(s["voting_rule"])
    return (
        Plan(
            adjust=BIG_R_ADJUST[s["big_r_adjust"]],
            slope=_slope(s["big_r_range"]),
            stochastic=int(s["state_transitions"] == "Stochastic"),
            as_published=int(s["as_published"]),
            salience=made.get("salience", 0),
            copies=made.get("copies", 0),
            rounds=int(s["rounds"]),
            least_rounds=int(s["least_rounds"]),
            stop_ratio=float(s["stop_ratio"]),
        ),
        Rules(
            victory=victory,
            election=PCE_MODELS.index(s["pce_model"]),
            voting=voting,
            both_orders=made.get("order", 0),
        ),
        Ways(
            victory=victory * made.get("victory", 0),
            voting=voting,
            vector=INTER_VEC_BRGNS.index(s["inter_vec_brgn"]),
            bargain=BARGN_MODELS.index(s["bargn_model"]),
            commit=THIRD_PARTY_COMMITS[s["third_party_commit"]],
            third_parties=made.get("third_parties", 0),
            receiver=made.get("receiver", 0),
            power=made.get("power", 0),
        ),
    )


def _courses(
    position: Array,
    salience: Array,
    capability: Array,
    accommodation: Array,
    luck: Callable[[int, int], Array] | None,
    s: dict[str, Any],
    engine: str,
    threads: int | None,
) -> list[Course]:
    """Bargain in every draw; positions from 0 to 1, `s` the settings by name.

    `luck` gives uniform numbers, `(draws, rounds, actors)`, from a draw to another.
    """
    plan, rules, ways = _settings(s)
    run = kernel(course_kernel, "course", engine)
    # Arrays of another layout would be compiled for again.
    position, salience, capability, accommodation = map(
        np.ascontiguousarray, (position, salience, capability, accommodation)
    )
    courses: list[Course | None] = [None] * len(position)

    def chunk(start: int) -> None:
        stop = min(start + _CHUNK, len(position))
        lots = np.zeros((stop - start, 0, 0)) if luck is None else luck(start, stop)
        for draw in range(start, stop):
            courses[draw] = Course(
                *run(
                    position[draw],
                    salience[draw],
                    capability[draw],
                    accommodation,
                    lots[draw - start],
                    plan,
                    rules,
                    ways,
                    LANES[engine],
                )
            )

    starts = range(0, len(position), _CHUNK)
    workers = min(_threads(threads), len(starts))
    # What NumPy does to small arrays holds the interpreter's lock.
    if workers <= 1 or engine == "numpy":
        for start in starts:
            chunk(start)
    else:
        with ThreadPoolExecutor(workers) as pool:
            for _ in pool.map(chunk, starts):
                pass
    return [course for course in courses if course is not None]


def _joined(
    courses: list[Course], x: Array, lows: Array, width: Array
) -> tuple[Array, NDArray[np.int16]]:
    """Positions of all draws on the scales, and whose offers were taken.

    Who has finished stays for the others.
    """
    longest = max((len(course.positions) for course in courses), default=1)
    positions = np.empty((len(x), longest, *x.shape[1:]))
    mover = np.full((len(x), longest - 1, x.shape[1]), -1, np.int16)
    positions[:, 0] = x
    actors = np.arange(x.shape[1])
    for draw, (track, offers, _, _) in enumerate(courses):
        positions[draw, 1 : len(track)] = lows + width * track[1:]
        positions[draw, len(track) :] = positions[draw, len(track) - 1]
        proposer, receiver = offers[:, 0], offers[:, 1]
        mover[draw, : len(offers)] = np.where(proposer == actors, receiver, proposer)
    return positions, np.broadcast_to(mover[..., None], (*mover.shape, x.shape[2]))
