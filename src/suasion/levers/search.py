r"""The best set of moves within a budget, and the cheapest that reaches a target.

Few sets are looked at one by one. Of many, branch and bound: actors are decided one after
the other; of a partial set, no completion is better than every undecided actor moved as
far as what is left of the budget would buy it alone, and a branch whose bound is no better
than the best set found is left. If the search is stopped, the gap to the best bound of a
branch not looked into says how much better a set could be at most.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.levers.board import Board

__all__ = [
    "Found",
    "Moves",
    "Options",
    "best_within",
    "cheapest_reaching",
    "count_sets",
    "every_set",
    "together",
]

Array = NDArray[np.float64]
Moves = dict[int, int]

_BUDGET_SLACK = 1e-9  # a cost that is the budget but for rounding is within it


@dataclass(frozen=True)
class Options:
    """What one side may do.

    Attributes
    ----------
    actors : tuple of int
        Those it may move.
    direction : int
        +1 toward the upper end of the scale, -1 toward the lower.
    rising : bool
        Whether it wants a higher answer.
    cost : ndarray, shape (actors of the case, steps + 1)
        Of moving an actor by 0, 1, ... steps.
    most : int
        Actors in a set.
    """

    actors: tuple[int, ...]
    direction: int
    rising: bool
    cost: Array
    most: int

    @property
    def steps(self) -> int:
        """Number of steps that an actor can be moved."""
        return int(self.cost.shape[1]) - 1

    def price(self, moves: Moves) -> float:
        """Return what a set of moves costs."""
        return float(sum(self.cost[actor, abs(by)] for actor, by in moves.items()))

    def better(self, one: float, two: float) -> bool:
        """Whether answer one is better for the side than answer two."""
        return one > two if self.rising else one < two


@dataclass(frozen=True)
class Found:
    """A set of moves.

    `bound` is the best that any set could answer; the answer itself if all were looked
    at. `evaluated` counts sets whose answer was computed.
    """

    moves: Moves
    cost: float
    value: float
    bound: float
    evaluated: int

    @property
    def gap(self) -> float:
        """How much better a set could be at most."""
        return abs(self.bound - self.value)


def count_sets(options: Options) -> int:
    """Return the number of sets of at most `most` actors, budget apart."""
    movable = int(np.isfinite(options.cost[list(options.actors), 1]).sum())
    return sum(
        math.comb(movable, size) * int(options.steps) ** size
        for size in range(1, min(options.most, movable) + 1)
    )


def every_set(options: Options, budget: float) -> Iterator[Moves]:
    """Yield all sets within the budget, the empty one first."""
    for size in range(min(options.most, len(options.actors)) + 1):
        for actors in itertools.combinations(options.actors, size):
            for steps in itertools.product(range(1, options.steps + 1), repeat=size):
                moves = {
                    actor: options.direction * by
                    for actor, by in zip(actors, steps, strict=True)
                }
                if options.price(moves) <= budget + _BUDGET_SLACK:
                    yield moves


def best_within(
    board: Board,
    options: Options,
    budget: float,
    *,
    held: Moves | None = None,
    exhaustive_up_to: int = 20_000,
    limit: int = 20_000,
) -> Found:
    """Find the moves within a budget that change the mean answer most.

    `held` are moves that the other side has made. Of equally good sets the cheapest.
    """
    held = held or {}
    answered = _counted(
        lambda moves: float(board.answers(together(held, moves)).mean())
    )
    if count_sets(options) <= exhaustive_up_to:
        best: Moves = {}
        value, price = answered({}), 0.0
        for moves in every_set(options, budget):
            now = answered(moves)
            cost = options.price(moves)
            if options.better(now, value) or (now == value and cost < price):
                best, value, price = moves, now, cost
        return Found(best, price, value, value, answered.count)
    order = _by_promise(options, budget, answered)
    best, value = {}, answered({})
    sign = -1.0 if options.rising else 1.0

    def bound(moves: Moves, depth: int) -> float:
        reach = dict(moves)
        left = budget - options.price(moves)
        if len(moves) < options.most:
            reach |= _farthest(options, order[depth:], left)
        return float(
            board.best(
                together(held, moves), together(held, reach), options.rising
            ).mean()
        )

    tie = itertools.count()
    first = bound({}, 0)
    queue: list[tuple[float, int, int, Moves]] = [(sign * first, next(tie), 0, {})]
    while queue and answered.count < limit:
        promise, _, depth, moves = heapq.heappop(queue)
        if not options.better(sign * promise, value):
            queue = []
            break
        if depth == len(order) or len(moves) == options.most:
            continue
        actor = order[depth]
        for by in range(options.steps + 1):
            more = moves | ({actor: options.direction * by} if by else {})
            if options.price(more) > budget + _BUDGET_SLACK:
                break
            if by:
                now = answered(more)
                if options.better(now, value):
                    best, value = more, now
            limit_here = bound(more, depth + 1)
            if options.better(limit_here, value):
                heapq.heappush(queue, (sign * limit_here, next(tie), depth + 1, more))
    open_ = [sign * promise for promise, *_ in queue]
    top = (max if options.rising else min)([value, *open_])
    return Found(best, options.price(best), value, top, answered.count)


def cheapest_reaching(
    board: Board,
    options: Options,
    target: float,
    *,
    limit: int = 20_000,
) -> Found | None:
    """Find the cheapest moves that bring the mean answer to a target.

    Sets are looked at in the order of their cost, so that the first to reach it is the
    cheapest. None if no set of `most` actors reaches it. If the search is stopped, the
    moves are empty and the cost is what any set that reaches it costs at least.
    """
    answered = _counted(lambda moves: float(board.answers(moves).mean()))
    reached: Callable[[float], bool] = (
        (lambda p: p >= target) if options.rising else (lambda p: p <= target)
    )
    order = _by_promise(options, math.inf, answered)
    tie = itertools.count()
    queue: list[tuple[float, int, int, Moves]] = [(0.0, next(tie), 0, {})]
    while queue:
        cost, _, depth, moves = heapq.heappop(queue)
        if answered.count > limit:
            now = answered({})
            return Found({}, cost, now, target, answered.count)
        now = answered(moves)
        if reached(now):
            return Found(moves, cost, now, now, answered.count)
        if len(moves) == options.most:
            continue
        # Each set is made once: by adding actors in order.
        for place in range(depth, len(order)):
            rest = _farthest(options, order[place:], math.inf)
            bound = board.best(moves, moves | rest, options.rising).mean()
            if not reached(float(bound)):
                break
            for by in range(1, options.steps + 1):
                more = moves | {order[place]: options.direction * by}
                price = options.price(more)
                if math.isfinite(price):
                    heapq.heappush(queue, (price, next(tie), place + 1, more))
    return None


class _counted:  # noqa: N801
    def __init__(self, answer: Callable[[Moves], float]) -> None:
        self.answer = answer
        self.count = 0

    def __call__(self, moves: Moves) -> float:
        self.count += 1
        return self.answer(moves)


def together(held: Moves, moves: Moves) -> Moves:
    """Add the moves of two sides."""
    result = dict(held)
    for actor, by in moves.items():
        result[actor] = result.get(actor, 0) + by
    return result


def _farthest(options: Options, actors: Sequence[int], budget: float) -> Moves:
    """Each actor moved as far as the budget would buy it alone."""
    result = {}
    for actor in actors:
        affordable = np.flatnonzero(options.cost[actor] <= budget + _BUDGET_SLACK)
        affordable = affordable[np.isfinite(options.cost[actor, affordable])]
        if affordable[-1]:
            result[actor] = options.direction * int(affordable[-1])
    return result


def _by_promise(
    options: Options, budget: float, answered: Callable[[Moves], float]
) -> tuple[int, ...]:
    """Actors in the order of what moving them alone does."""
    alone = {}
    for actor in options.actors:
        far = _farthest(options, (actor,), budget)
        if far:
            alone[actor] = answered(far)
    return tuple(sorted(alone, key=lambda actor: alone[actor], reverse=options.rising))
