"""Rounds of exchanges on many draws: what `suasion.bargaining.logrolling_kernel` plays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining import logrolling_kernel
from suasion.bargaining.draws import Array, _threads
from suasion.lanes import compiled
from suasion.stream import _identity

__all__: list[str] = []

# Draws that a thread takes at a time.
_CHUNK = 16
# Room for so many exchanges at first: in all rounds, to tell of them, and in one, to draw
# terms for them. If there are more the draw is played again, with more room.
_TOLD, _DRAWN = 2**12, 2**5


class Rules(NamedTuple):
    """How rounds are played.

    `published` keeps the guard on moves and the gains of demanders already passed;
    `spread` is None for equal gain, else that of the random rate; positions follow votes
    by `salience_weight` times 1 less salience, and `fixed_weight`.
    """

    published: bool
    spread: float | None
    tie_tol: float
    rounds: int = 1
    salience_weight: float = 0.4
    fixed_weight: float = 0.1


class Course(NamedTuple):
    """What happened on each draw.

    `path` is (draws, rounds + 1, actors, issues), `voted` the outcome of the votes of the
    last round, and `rest` whether nobody traded in it. `rounds` is the course of the
    first draw, if that was asked for.
    """

    path: Array
    voted: Array
    rest: NDArray[np.bool_]
    rounds: list[Round]


class Round(NamedTuple):
    """What happened in a round.

    `exchange` is i, j, p and q, (exchanges, 4); `start` and `end` are the positions of
    the suppliers (of p, of q), `before` and `after` the outcomes of p and q that the
    partners knew, and `gain` what i and j gain, all (exchanges, 2), in the order in which
    they were realised.
    """

    outcome: Array
    vote: Array
    exchange: NDArray[np.int64]
    start: Array
    end: Array
    before: Array
    after: Array
    gain: Array
    candidates: int
    valid: int
    gain_sum: float
    gain_max: float


def _play(
    x: Array,
    s: Array,
    w: Array,
    rules: Rules,
    source: tuple[int, int],
    *,
    engine: str,
    threads: int | None = None,
    told: bool = False,
) -> Course:
    """Play all draws: positions, saliences, weights are (draws, actors, issues).

    `source` is the seed, and the number of the first draw. The bits depend neither on
    chunks nor on threads, nor on the engine.
    """
    draws, count, issues = x.shape
    play = logrolling_kernel._play
    if engine == "numba":
        play = compiled(play.__module__, play.__name__, "suasion.lanes.one")
    seed, first = source
    spread = -1.0 if rules.spread is None else rules.spread
    follow = rules.salience_weight * (1 - s) + rules.fixed_weight
    flat = (draws, count * issues)
    x, s, w, follow = (array.reshape(flat) for array in (x, s, w, follow))
    path = np.empty((draws, rules.rounds + 1, count * issues))
    vote, voted = np.empty(flat), np.empty((draws, issues))
    account = np.empty((draws, rules.rounds, 5))
    rest = np.empty(draws, np.bool_)

    def one(d: int, steps: int, course: Array) -> int:
        # Who weighs next to nothing has next to nothing to sell: what overflows is not
        # valid. The whole numbers behind random ones overflow on purpose.
        with np.errstate(all="ignore"):
            done, rest[d] = play(
                *(x[d], s[d], w[d], follow[d]),
                *(rules.published, spread, rules.tie_tol),
                *(np.uint64(seed), _keys(first + d, rules.rounds, steps)),
                *(path[d], vote[d], voted[d], account[d], course),
            )
        return int(done)

    def run(start: int) -> list[Round]:
        steps = 0 if rules.spread is None else _DRAWN
        course = np.empty((_TOLD if told else 0, 14))
        for d in range(start, min(start + _CHUNK, draws)):
            while (done := one(d, steps, course)) < 0:
                steps *= 2
            if told and done > len(course):
                course = np.empty((done, 14))
                one(d, steps, course)
        return _rounds(path[0], w[0], issues, account[0], course) if told else []

    starts = range(0, draws, _CHUNK)
    with ThreadPoolExecutor(min(_threads(threads), max(len(starts), 1))) as pool:
        rounds = list(pool.map(run, starts))
    path = path.reshape(draws, rules.rounds + 1, count, issues)
    return Course(path, voted, rest, rounds[0] if told else [])


def _keys(draw: int, rounds: int, steps: int) -> NDArray[np.uint64]:
    """Return the hashes of the streams of each round: for ties, and for rates."""
    names = ["tie", *(f"rate.{step}" for step in range(steps))]
    return np.array(
        [
            [_identity(f"exchange.{draw}.{t}.{name}") for name in names]
            for t in range(rounds)
        ],
        np.uint64,
    )


def _rounds(
    path: Array, w: Array, issues: int, account: Array, course: Array
) -> list[Round]:
    """Take the rounds that were played apart, the last being that at rest, if any."""
    told = []
    for x, (size, *counts) in zip(path, account, strict=False):
        rows, course = course[: int(size)], course[int(size) :]
        sides, vote = rows[:, :4].astype(np.int64), x.reshape(-1, issues).copy()
        for (i, j, p, q), end in zip(sides, rows[:, 6:8], strict=True):
            vote[j, p], vote[i, q] = end
        told.append(
            Round(
                outcome=logrolling_kernel._outcome(x, w, issues)[0],
                vote=vote,
                exchange=sides,
                start=rows[:, 4:6],
                end=rows[:, 6:8],
                before=rows[:, 8:10],
                after=rows[:, 10:12],
                gain=rows[:, 12:14],
                candidates=int(counts[0]),
                valid=int(counts[1]),
                gain_sum=float(counts[2]),
                gain_max=float(counts[3]),
            )
        )
        if not size:
            break
    return told
