"""The answer as a function of how far each actor has been moved, on the same draws.

A *shift* is a whole number of steps for each actor, above 0 toward the upper end of the
scale. The draws, and everything but the positions on the first issue, are held, so that
a difference between two shifts is not noise of sampling; what moving one actor changes
is computed once, and thousands of sets are sums of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from suasion.answering import Answering
from suasion.window.pressure import share_in_favour, stance, support

__all__ = ["Board", "board"]

Array = NDArray[np.float64]
Shift = Mapping[int, int]


class Board(Protocol):
    """What answers for any shift.

    `answers` returns them, shape (draws,). `best` returns a bound on the answers of all
    shifts that lie between two: above it if `rising`, else below it.
    """

    def answers(self, shift: Shift) -> Array:
        """Return the answer of each draw."""

    def best(self, one: Shift, two: Shift, rising: bool) -> Array:
        """Return a bound on the answers of all shifts between two."""


def board(ask: Answering, seed: int, step: float) -> Board:
    """Set up the board of a case, for moves in steps of `step` units.

    Raises
    ------
    ValueError
        If rounds of bargaining move positions (`moved_by`): the effect of moving two
        actors is then no sum.
    """
    if ask.fitted is None:
        return _PlaceBoard(ask, seed, step)
    if ask.case.window.moved_by:
        raise ValueError(
            f"{ask.case.slug}: rounds of {ask.case.window.moved_by} move positions "
            "([window] moved_by), and levers do not follow them; leave moved_by out, or "
            "try single moves with suasion compare"
        )
    return _ApprovalBoard(ask, seed, step)


class _ApprovalBoard:
    """P(yes by the deadline): support of the others, and the gatekeeper's own stance."""

    def __init__(self, ask: Answering, seed: int, step: float) -> None:
        case = ask.case
        self.due = ask.deadline(seed)
        self.step = step
        self.issue = case.issues[0]
        self.gatekeeper = case.actor_names.index(case.question.gatekeeper or "")
        dates = [self.due.epochs[epoch] for epoch, _ in self.due.moments]
        drawn = [ask.sample(day, seed) for day in dates]
        self.position = np.stack([one.position[:, :, 0] for one in drawn])
        self.power = np.stack([one.effective_power[:, :, 0] for one in drawn])
        quo = drawn[0].status_quo
        assert quo is not None
        self.quo = quo[:, 0]
        self._felt: dict[tuple[int, int], tuple[Array, Array]] = {}
        others = [k for k in range(len(case.actors)) if k != self.gatekeeper]
        felt = [self._support(k, 0) for k in others]
        self.favour = sum((favour for favour, _ in felt), start=np.zeros(()))
        self.stake = sum((stake for _, stake in felt), start=np.zeros(()))

    def answers(self, shift: Shift) -> Array:
        return self.due.probability(*self._pushes(shift))

    def best(self, one: Shift, two: Shift, rising: bool) -> Array:
        # Pressure and stance are monotone in every shift; what they do to the hazard has
        # the sign of the draw's coefficient.
        choose = np.maximum if rising else np.minimum
        due = self.due
        (net, own), (net_too, own_too) = self._pushes(one), self._pushes(two)
        push = choose(due.pressure * net, due.pressure * net_too)
        push = push + choose(due.stance * own, due.stance * own_too)
        return due.answer(push)

    def _pushes(self, shift: Shift) -> tuple[Array, Array]:
        favour, stake = self.favour, self.stake
        for actor, steps in shift.items():
            if actor != self.gatekeeper and steps:
                more, all_ = self._support(actor, steps)
                was, all_was = self._support(actor, 0)
                favour = favour + (more - was)
                stake = stake + (all_ - all_was)
        # Differences of sums may leave a rounding error below 0.
        favour = np.clip(favour, 0.0, stake)
        return share_in_favour(favour, stake), self._own(shift)

    def _own(self, shift: Shift) -> Array:
        assert self.issue.threshold is not None
        own = self._place(self.gatekeeper, shift.get(self.gatekeeper, 0))
        return stance(own, status_quo=self.quo, threshold=self.issue.threshold)

    def _support(self, actor: int, steps: int) -> tuple[Array, Array]:
        if (actor, steps) not in self._felt:
            assert self.issue.threshold is not None
            felt = support(
                self._place(actor, steps),
                self.power[:, :, actor],
                self.quo,
                self.issue.threshold,
            )
            self._felt[actor, steps] = np.maximum(felt, 0.0), np.abs(felt)
        return self._felt[actor, steps]

    def _place(self, actor: int, steps: int) -> Array:
        moved = self.position[:, :, actor] + steps * self.step
        return np.clip(moved, self.issue.low, self.issue.high)


class _PlaceBoard:
    """The compromise model: the mean of positions, weighed by effective power."""

    def __init__(self, ask: Answering, seed: int, step: float) -> None:
        drawn = ask.sample(ask.on, seed)
        power = drawn.effective_power[:, :, 0]
        self.share = power / power.sum(axis=1, keepdims=True)
        self.position = drawn.position[:, :, 0]
        self.outcome = ask(seed)
        self.step = step
        self.issue = ask.case.issues[0]

    def answers(self, shift: Shift) -> Array:
        outcome = self.outcome
        for actor, steps in shift.items():
            place = self.position[:, actor]
            moved = np.clip(place + steps * self.step, self.issue.low, self.issue.high)
            outcome = outcome + self.share[:, actor] * (moved - place)
        return outcome

    def best(self, one: Shift, two: Shift, rising: bool) -> Array:
        choose = np.maximum if rising else np.minimum
        result: Array = choose(self.answers(one), self.answers(two))
        return result
