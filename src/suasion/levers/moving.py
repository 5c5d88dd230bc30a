"""From a case to levers: whom to move, how far, at what cost, against whom."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from suasion.answering import Answering, answering
from suasion.case import Case
from suasion.levers.board import Board, board
from suasion.levers.effort import efforts
from suasion.levers.lever_record import Levers, Move, MoveSet, Single
from suasion.levers.robust import robust_choice
from suasion.levers.search import (
    Moves,
    Options,
    best_within,
    cheapest_reaching,
    count_sets,
    every_set,
)
from suasion.levers.side import Sides, sides
from suasion.sampling import typical
from suasion.stream import check_seed

__all__ = ["levers"]

Array = NDArray[np.float64]

_MOST_SETS = 20_000  # more are not looked at one by one


def levers(
    case: Case | str,
    movers: Sequence[str] = (),
    *,
    against: Sequence[str] = (),
    move: Sequence[str] = (),
    budget: float = 3.0,
    counter_budget: float | None = None,
    reach: float | None = None,
    most: int = 2,
    step: float | None = None,
    steps: int = 5,
    as_of: dt.date | str | None = None,
    by: dt.date | str | None = None,
    draws: int = 4000,
    seed: int = 7,
) -> Levers:
    r"""Say which actors, moved how far, at what cost, change the answer most.

    Of all sets S of at most `most` actors moved by whole steps with
    :math:`\sum_{k \in S} e_k(d_k) \le B`, the one with the best mean answer; the cheapest
    that reaches a target; what the opponents would do; and the set that is best after
    they have done it. All on the same draws, so that differences are not noise.

    Parameters
    ----------
    case : Case or str
        A case, or what `suasion.load` takes.
    movers : sequence of str
        Names or codes of those who lobby; the sponsors if left out, or else the
        strongest actor.
    against : sequence of str
        Those who lobby the other way; those publicly on the other side if left out.
    move : sequence of str
        Those who may be moved; all present who do not lobby if left out.
    budget, counter_budget : float
        Effort of either side (`suasion.levers.effort`), the same if left out.
    reach : float, optional
        A target: a probability, or a place on the scale.
    most : int
        Actors in a set.
    step : float, optional
        In units of the scale; a twentieth of it if left out.
    steps : int
        An actor is moved by at most so many steps.
    as_of, by, seed
        As for `suasion.forecast`.
    draws : int
        From 100 to a million.

    Raises
    ------
    CaseError, ForecastError
        As `suasion.forecast`.
    ValueError
        If somebody is unknown, moves itself, or a number is out of range.

    Examples
    --------
    >>> found = levers("deep-strikes", ["UK", "FR"], budget=1.0, draws=500)
    >>> found.best.effort <= 1.0, found.best.value > found.base.value
    (True, True)
    >>> found.response.value <= found.best.value
    True
    """
    if not (math.isfinite(budget) and budget >= 0.0):
        raise ValueError(f"budget is {budget}; it is 0 or more, such as 3")
    counter = budget if counter_budget is None else counter_budget
    if not (math.isfinite(counter) and counter >= 0.0):
        raise ValueError(f"counter_budget is {counter}; it is 0 or more, such as 3")
    for name, value, top in (("most", most, 40), ("steps", steps, 100)):
        if isinstance(value, bool) or not (1 <= value <= top):
            raise ValueError(f"{name} is {value}; it lies between 1 and {top}")
    if isinstance(draws, bool) or not (100 <= draws <= 1_000_000):
        raise ValueError(f"draws is {draws}; it lies between 100 and 1000000")
    check_seed(seed)
    ask = answering(case, as_of=as_of, by=by, draws=draws)
    issue = ask.case.issues[0]
    step = issue.width / 20.0 if step is None else step
    if not (0.0 < step <= issue.width):
        raise ValueError(
            f"step is {step}; it is above 0 and at most the scale's width, {issue.width:g}"
        )
    if reach is not None:
        low, high = (0.0, 1.0) if ask.by else (issue.low, issue.high)
        if not (low <= reach <= high):
            raise ValueError(f"reach is {reach}; it lies between {low:g} and {high:g}")
    one = sides(ask, seed, movers, against, move)
    cost = efforts(ask.case, ask.on, step * np.arange(steps + 1.0))
    return _Search(ask, seed, one, cost, step, most, budget, counter, reach).run()


class _Search:
    """One search; `run` makes the record."""

    def __init__(
        self,
        ask: Answering,
        seed: int,
        who: Sides,
        cost: Array,
        step: float,
        most: int,
        budget: float,
        counter: float,
        reach: float | None,
    ) -> None:
        self.ask, self.seed, self.who = ask, seed, who
        self.step, self.budget, self.counter, self.reach = step, budget, counter, reach
        self.board: Board = board(ask, seed, step)
        self.cost = cost
        self.most = most
        self.start = typical(ask.case, ask.on).position[0, :, 0]
        self.ours = self._options(who.direction, who.rising)
        self.theirs = self._options(-who.direction, not who.rising)
        self.base = self.board.answers({})

    def run(self) -> Levers:
        case, who = self.ask.case, self.who
        best = best_within(
            self.board, self.ours, self.budget, exhaustive_up_to=_MOST_SETS
        )
        farthest = best_within(self.board, self.ours, math.inf)
        cheapest = (
            None
            if self.reach is None
            else cheapest_reaching(self.board, self.ours, self.reach)
        )
        stopped = cheapest is not None and cheapest.value != cheapest.bound
        response = robust = robust_response = None
        notes = list(who.notes)
        if who.opponents and self.counter > 0.0:
            answer = best_within(self.board, self.theirs, self.counter, held=best.moves)
            response = self._set(answer.moves, beside=best.moves)
            few = self.ours
            if count_sets(self.ours) > _MOST_SETS:
                few = replace(self.ours, most=1)
                notes.append(
                    "The choice that stands best was looked for among single moves, "
                    "because there are too many sets."
                )
            chosen = robust_choice(
                self.board,
                list(every_set(few, self.budget)),
                self.theirs,
                self.counter,
            )
            robust = self._set(chosen.moves)
            robust_response = self._set(chosen.response.moves, beside=chosen.moves)
        singles = [self._single(actor) for actor in who.movable]
        return Levers(
            slug=case.slug,
            question=case.question.text,
            unit=case.issues[0].unit,
            is_approval=self.ask.by is not None,
            case_hash=case.hash,
            version=importlib.metadata.version("suasion"),
            as_of=self.ask.on,
            by=self.ask.by,
            draws=self.ask.draws,
            seed=self.seed,
            movers=tuple(case.actor_names[k] for k in who.movers),
            opponents=tuple(case.actor_names[k] for k in who.opponents),
            rising=who.rising,
            budget=self.budget,
            counter_budget=self.counter,
            step=self.step,
            most=self.most,
            base=self._set({}),
            singles=tuple(sorted(singles, key=self._strength)),
            best=self._set(best.moves),
            gap=best.gap,
            evaluated=best.evaluated,
            reach=self.reach,
            cheapest=None if cheapest is None or stopped else self._set(cheapest.moves),
            least_effort=cheapest.cost if cheapest is not None and stopped else None,
            farthest=self._set(farthest.moves),
            response=response,
            robust=robust,
            robust_response=robust_response,
            notes=tuple(notes),
        )

    def _options(self, direction: int, rising: bool) -> Options:
        """Say what a side may do; nobody is moved on from the end of the scale."""
        issue = self.ask.case.issues[0]
        before = np.arange(self.cost.shape[1]) - 1
        place = self.start[:, None] + direction * self.step * before
        beyond = (place <= issue.low) if direction < 0 else (place >= issue.high)
        cost = np.where(beyond & (before >= 0), np.inf, self.cost)
        return Options(self.who.movable, direction, rising, cost, self.most)

    def _strength(self, single: Single) -> tuple[float, float]:
        sign = -1.0 if self.who.rising else 1.0
        best = single.best.difference if single.best else 0.0
        last = single.steps[-1].difference if single.steps else 0.0
        return sign * best, sign * last

    def _single(self, actor: int) -> Single:
        possible = np.isfinite(self.ours.cost[actor, 1:])
        moved = [
            self._set({actor: self.who.direction * by})
            for by in range(1, int(possible.sum()) + 1)
        ]
        affordable = int((self.ours.cost[actor, 1:] <= self.budget + 1e-9).sum())
        return Single(
            actor=self.ask.case.actor_names[actor],
            steps=tuple(moved),
            affordable=affordable,
        )

    def _set(self, moves: Moves, beside: Moves | None = None) -> MoveSet:
        before = self.board.answers(beside) if beside else self.base
        together = dict(beside or {})
        for actor, by in moves.items():
            together[actor] = together.get(actor, 0) + by
        after = self.board.answers(together)
        difference = after - before
        low, high = np.quantile(after, [0.1, 0.9])
        low_d, high_d = np.quantile(difference, [0.1, 0.9])
        return MoveSet(
            moves=tuple(
                self._move(actor, by, (beside or {}).get(actor, 0))
                for actor, by in sorted(moves.items())
            ),
            effort=float(sum(self.cost[k, abs(by)] for k, by in moves.items())),
            value=float(after.mean()),
            low=float(low),
            high=float(high),
            difference=float(difference.mean()),
            low_difference=float(low_d),
            high_difference=float(high_d),
            error=float(difference.std(ddof=1) / math.sqrt(len(difference))),
        )

    def _move(self, actor: int, by: int, before: int) -> Move:
        issue = self.ask.case.issues[0]
        places = self.start[actor] + self.step * np.array([before, before + by])
        start, end = np.clip(places, issue.low, issue.high)
        return Move(
            actor=self.ask.case.actor_names[actor],
            by=by * self.step,
            start=float(start),
            end=float(end),
            effort=float(self.cost[actor, abs(by)]),
        )
