"""Answers in pairs of worlds that share some inputs and not the others.

World A has all its inputs from one seed, world B from another. Two more, AB and BA, have
some inputs from B and the others from A, and the other way round: they share with A and B
just what is asked about (Sobol 2001, "Global sensitivity indices for nonlinear
mathematical models and their Monte Carlo estimates", Mathematics and Computers in
Simulation 55, 271-280). Every estimate is a mean of products of such answers, draw by
draw, over another such mean, so that its error is known too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from suasion.answering import Input
from suasion.sensitivity.record import Estimate

__all__ = ["Evaluator", "PickFreeze", "mean_of", "pick_freeze", "ratio"]

Array = NDArray[np.float64]

_NORMAL_95 = 1.959963984540054
_GOLDEN = 0x9E3779B97F4A7C15


class Evaluator(Protocol):
    """What has answers and independent inputs, such as `suasion.answering.Answering`."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        """All inputs."""

    def __call__(self, seed: int) -> Array:
        """Return the answers, shape (draws,)."""

    def redrawn(self, seed: int, other: int, inputs: Iterable[Input]) -> Array:
        """Return the answers with some inputs drawn from another seed."""


@dataclass(frozen=True)
class PickFreeze:
    """The answers in A and B, and in what lies between. Make one with `pick_freeze`.

    Attributes
    ----------
    ask : Evaluator
    seed, other : int
    a, b : ndarray, shape (draws,)
    """

    ask: Evaluator
    seed: int
    other: int
    a: Array
    b: Array
    _between: dict[tuple[str, ...], tuple[Array, Array]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def mean(self) -> float:
        """Mean answer over both worlds."""
        return float(0.5 * (self.a.mean() + self.b.mean()))

    @property
    def square(self) -> Array:
        """Squared deviations per draw, whose mean is the variance of the answer."""
        return 0.5 * ((self.a - self.mean) ** 2 + (self.b - self.mean) ** 2)

    def between(self, inputs: Sequence[Input]) -> tuple[Array, Array]:
        """Return AB (A but for these inputs, which are B's), and BA; remembered."""
        key = tuple(each.path for each in inputs)
        if key not in self._between:
            self._between[key] = (
                self.ask.redrawn(self.seed, self.other, inputs),
                self.ask.redrawn(self.other, self.seed, inputs),
            )
        return self._between[key]


def pick_freeze(ask: Evaluator, seed: int) -> PickFreeze:
    """Draw worlds A and B; B's seed follows from A's.

    Examples
    --------
    >>> from suasion.answering import answering
    >>> drawn = pick_freeze(answering("deep-strikes", draws=200), 7)
    >>> bool((drawn.a == drawn.ask(7)).all()), drawn.a.shape
    (True, (200,))
    """
    other = seed ^ _GOLDEN
    return PickFreeze(ask, seed, other, ask(seed), ask(other))


def ratio(top: Array, bottom: Array) -> Estimate:
    r"""Ratio of two means over the same draws, with half its 95 % interval.

    To first order the ratio errs by the mean of
    :math:`(t_i - r b_i) / \bar b`, whose draws are independent.
    """
    share = top.mean() / bottom.mean()
    return mean_of((top - share * bottom) / bottom.mean(), float(share))


def mean_of(values: Array, value: float | None = None) -> Estimate:
    """Mean over draws, with half its 95 % interval."""
    error = _NORMAL_95 * values.std() / np.sqrt(len(values))
    return Estimate(
        value=float(values.mean()) if value is None else value, error=float(error)
    )
