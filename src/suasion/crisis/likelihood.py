r"""Probability of each outcome, likelihood, and their derivatives, by backward recursion.

At node :math:`k` its mover :math:`i` goes on with probability

.. math:: q_k = F(\eta_k), \quad
   \eta_k = \frac{\sum_{o > k} r_o u_{io} - u_{ik}}{s_k}

where :math:`u_{io}` is its utility of outcome :math:`o`, :math:`r_o` the probability of
:math:`o` once the next node is reached, and :math:`s_k` the scale of the difference of
errors, in units of one error:

- agent error, probit: each action has a standard normal error, :math:`s_k = \sqrt 2`;
- agent error, logit: each action has a type I extreme value error, :math:`s_k = 1`. This
  is the agent logit quantal response equilibrium at precision 1, or at precision
  :math:`\lambda` with utilities times :math:`\lambda`;
- private information, probit: each *outcome* has for the mover a standard normal error
  that the others do not see, :math:`s_k^2 = 1 + \sum_{o > k} r_o^2`.

Outcome :math:`o` has probability :math:`(1 - q_o) \prod_{k < o} q_k`. Derivatives with
respect to the utilities are carried along the recursion; those with respect to
coefficients are one matrix product away, since utilities are linear in them.

Sources: Signorino 1999, American Political Science Review 93, 279-297; Signorino 2003,
Political Analysis 11, 316-344; McKelvey & Palfrey 1998, Experimental Economics 1, 9-41.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion.crisis.game import Game
from suasion.crisis.link import LINKS

__all__ = ["Block", "Model", "Solution"]

Array = NDArray[np.float64]
Values = NDArray[Any]

_STEP = 1e-30


class Block(NamedTuple):
    """The terms of one utility: whose, of which outcome, their values `(rows, terms)`."""

    player: int
    outcome: int
    terms: Array


class Solution(NamedTuple):
    """Equilibrium of each row's game; derivatives are by block, then by row.

    `log_go` and `log_stop` are of shape `(nodes, rows)`, `reach` `(outcomes, rows)` has
    the probability of each outcome, `slope` `(blocks, outcomes, rows)` its derivatives,
    and `go_slope`, `stop_slope` `(nodes, blocks, rows)` those of the logarithms.
    """

    log_go: Values
    log_stop: Values
    reach: Values
    slope: Values
    go_slope: Values
    stop_slope: Values

    def beyond(self, node: int) -> Values:
        """Return the probability of each outcome once a node has been passed."""
        found = np.zeros_like(self.reach)
        last = len(self.reach) - 1
        for outcome in range(node + 1, last + 1):
            log = self.log_go[node + 1 : outcome].sum(axis=0)
            found[outcome] = np.exp(
                log + (self.log_stop[outcome] if outcome < last else 0.0)
            )
        return found


@dataclass(frozen=True)
class Model:
    """A game, its errors, and the terms of the utilities."""

    game: Game
    errors: str
    link: str
    blocks: tuple[Block, ...]

    @property
    def size(self) -> int:
        """Number of coefficients."""
        return sum(block.terms.shape[1] for block in self.blocks)

    @property
    def places(self) -> list[slice]:
        """Where the coefficients of each block stand."""
        ends = np.cumsum([0, *(block.terms.shape[1] for block in self.blocks)])
        return [slice(int(a), int(b)) for a, b in itertools.pairwise(ends)]

    def utilities(self, theta: Array) -> list[Values]:
        """Return the utility of each block for each row."""
        return [
            block.terms @ theta[place]
            for block, place in zip(self.blocks, self.places, strict=True)
        ]

    def solve(self, utilities: Sequence[Values]) -> Solution:
        """Solve each row's game for these utilities, one array for each block."""
        return _solve(self, utilities)

    def log_likelihood(self, theta: Array, chosen: NDArray[np.intp]) -> Array:
        """Return the log probability of the outcome of each row."""
        rows, _ = _observed(self, self.utilities(theta), chosen)
        return np.asarray(rows)

    def value_and_gradient(
        self, theta: Array, chosen: NDArray[np.intp], weight: Array
    ) -> tuple[float, Array]:
        """Return the weighted log-likelihood and its gradient."""
        rows, slopes = _observed(self, self.utilities(theta), chosen)
        gradient = [
            block.terms.T @ (weight * slope)
            for block, slope in zip(self.blocks, slopes, strict=True)
        ]
        return float(weight @ rows), np.concatenate(gradient)

    def scores(self, theta: Array, chosen: NDArray[np.intp]) -> Array:
        """Return the gradient of each row's log-likelihood, `(rows, coefficients)`."""
        _, slopes = _observed(self, self.utilities(theta), chosen)
        return np.concatenate(
            [
                block.terms * slope[:, None]
                for block, slope in zip(self.blocks, slopes, strict=True)
            ],
            axis=1,
        )

    def hessian(self, theta: Array, chosen: NDArray[np.intp], weight: Array) -> Array:
        """Return the second derivatives of the weighted log-likelihood, to rounding."""
        utilities = self.utilities(theta)
        found = np.zeros((self.size, self.size))
        places = self.places
        for b, block in enumerate(self.blocks):
            moved = list(utilities)
            moved[b] = moved[b] + 1j * _STEP
            _, slopes = _observed(self, moved, chosen)
            for c, other in enumerate(self.blocks):
                second = weight * slopes[c].imag / _STEP
                part = block.terms.T @ (second[:, None] * other.terms)
                found[places[b], places[c]] = part
        return (found + found.T) / 2.0


def _solve(model: Model, utilities: Sequence[Values]) -> Solution:
    game, blocks = model.game, model.blocks
    link = LINKS[model.link]
    nodes, outcomes, rows = len(game.movers), len(game.outcomes), len(utilities[0])
    kind = np.result_type(*utilities)
    reach = np.zeros((outcomes, rows), kind)
    slope = np.zeros((len(blocks), outcomes, rows), kind)
    reach[-1] = 1.0
    log_go, log_stop = np.zeros((2, nodes, rows), kind)
    go_slope, stop_slope = np.zeros((2, nodes, len(blocks), rows), kind)
    private = model.errors == "private"
    fixed = 2.0**0.5 if model.link == "probit" else 1.0
    for k in reversed(range(nodes)):
        gain = np.zeros(rows, kind)
        gain_slope = np.zeros((len(blocks), rows), kind)
        for b, (block, utility) in enumerate(zip(blocks, utilities, strict=True)):
            if block.player != game.movers[k] or block.outcome < k:
                continue
            if block.outcome == k:
                gain -= utility
                gain_slope[b] -= 1.0
            else:
                gain += reach[block.outcome] * utility
                gain_slope[b] += reach[block.outcome]
                gain_slope += slope[:, block.outcome] * utility
        if private:
            scale = np.sqrt(1.0 + (reach * reach).sum(axis=0))
            scale_slope = (reach * slope).sum(axis=1) / scale
            eta = gain / scale
            eta_slope = (gain_slope - eta * scale_slope) / scale
        else:
            eta, eta_slope = gain / fixed, gain_slope / fixed
        log_go[k], go_ratio = link(eta)
        log_stop[k], stop_ratio = link(-eta)
        go_slope[k] = go_ratio * eta_slope
        stop_slope[k] = -stop_ratio * eta_slope
        go, stop = np.exp(log_go[k]), np.exp(log_stop[k])
        slope = go * (slope + reach * go_slope[k][:, None])
        reach = reach * go
        slope[:, k] = stop * stop_slope[k]
        reach[k] = stop
    return Solution(log_go, log_stop, reach, slope, go_slope, stop_slope)


def _observed(
    model: Model, utilities: Sequence[Values], chosen: NDArray[np.intp]
) -> tuple[Values, Values]:
    """Log-likelihood of each row, `(rows,)`, and its slopes, `(blocks, rows)`."""
    found = _solve(model, utilities)
    rows = np.zeros_like(found.log_go[0])
    slopes = np.zeros_like(found.go_slope[0])
    for k in range(len(model.game.movers)):
        on, ended = chosen > k, chosen == k
        rows += np.where(on, found.log_go[k], 0.0) + np.where(
            ended, found.log_stop[k], 0.0
        )
        slopes += np.where(on, found.go_slope[k], 0.0) + np.where(
            ended, found.stop_slope[k], 0.0
        )
    return rows, slopes
