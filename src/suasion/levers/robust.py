r"""The choice that is best once the other side has answered it.

.. math:: \max_{m \in M} \min_{r \in R} P(m, r)

over the sets of moves of either side. The minimum over the answers found so far is a
bound for every set; the set with the best bound is answered exactly, until no other has a
better bound than the best answered one (Blankenship & Falk 1976, "Infinitely constrained
optimization problems", J. Optim. Theory Appl. 19:261-281). Over finite sets this is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suasion.levers.board import Board
from suasion.levers.search import Found, Moves, Options, best_within, together

__all__ = ["Robust", "robust_choice"]


@dataclass(frozen=True)
class Robust:
    """A set of moves, the other side's best answer, and what it leaves."""

    moves: Moves
    response: Found


def robust_choice(
    board: Board, sets: Sequence[Moves], other: Options, budget: float
) -> Robust:
    """Choose among sets of moves the one that the other side can hurt least.

    Parameters
    ----------
    board : Board
    sets : sequence of moves
        At least one.
    other : Options
        Of the other side, which wants the answer that this side does not.
    budget : float
        Of the other side.
    """
    worst_first = min if other.rising else max
    bound = np.full(len(sets), -np.inf if other.rising else np.inf)
    best: Robust | None = None
    answered: set[int] = set()
    while True:
        at = int(worst_first(range(len(sets)), key=lambda k: bound[k]))
        if at in answered:
            assert best is not None
            return best
        answered.add(at)
        response = best_within(board, other, budget, held=sets[at])
        if best is None or other.better(best.response.value, response.value):
            best = Robust(sets[at], response)
        known = np.array(
            [float(board.answers(together(one, response.moves)).mean()) for one in sets]
        )
        bound = (np.maximum if other.rising else np.minimum)(bound, known)
        if not other.better(best.response.value, float(worst_first(bound))):
            return best
