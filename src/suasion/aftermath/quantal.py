r"""Agent logit quantal response equilibrium of a game, for many draws at once.

At each information set every action is chosen with probability

.. math:: p_a = \frac{\exp(\lambda u_a)}{\sum_b \exp(\lambda u_b)},

where :math:`u_a` is what the player expects of it, given beliefs by Bayes' rule and what
all others, and it itself later, do (McKelvey & Palfrey 1998, "Quantal response equilibria
for extensive form games", Experimental Economics 1, 9-41). With perfect information this
is backward recursion, and exact. Where beliefs depend on choices that depend on beliefs,
the equations are solved together, on the branch from :math:`\lambda = 0`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.aftermath.branch import Place, follow
from suasion.aftermath.game import Aftermath
from suasion.aftermath.logit import Equations, log_probabilities
from suasion.aftermath.tree import Block, Tree
from suasion.problem import ForecastError

__all__ = [
    "Response",
    "leaf_payoffs",
    "mode_chances",
    "mode_payoffs",
    "quantal_response",
]

Array = NDArray[np.float64]

_CHUNK = 4096
_CACHED = 2**17  # numbers in the matrices that are solved together
_LARGEST = 1e12
# Chance that never happens stands for a tremble, so that beliefs exist after it.
_TREMBLE = 1e-300


@dataclass(frozen=True)
class Response:
    r"""How players respond, draw by draw.

    Attributes
    ----------
    tree : Tree
    precision : ndarray, shape (draws,)
    probability : ndarray, shape (draws, rows)
        Of every action of every information set.
    leaf : ndarray, shape (draws, leaves)
        Probability of ending there, leaves in prefix order; sums to 1.
    belief : ndarray, shape (draws, moves)
        Of the player at a move to be there, given that its information set is reached.
    residual : float
        Largest :math:`|p - \mathrm{softmax}(\lambda u(p))|`.
    """

    tree: Tree
    precision: Array
    probability: Array
    leaf: Array
    belief: Array
    residual: float

    @property
    def outcome(self) -> Array:
        """Probability of each outcome, shape (draws, outcomes)."""
        return self.outcomes(range(len(self.tree.leaves)))

    def outcomes(self, leaves: Iterable[int]) -> Array:
        """Probability of each outcome by way of these leaves, shape (draws, outcomes)."""
        total = np.zeros((len(self.leaf), len(self.tree.game.outcomes)))
        for at in leaves:
            total[:, self.tree.leaves[at].outcome] += self.leaf[:, at]
        return total

    def of(self, move: str, action: str) -> Array:
        """Return the probability of an action at a move, shape (draws,).

        Raises
        ------
        KeyError
            If there is no such action; the message lists those that players choose.
        """
        row = self.tree.row_of.get((move, action))
        if row is None:
            known = ", ".join(f"{m}: {a}" for m, a in self.tree.row_of)
            raise KeyError(f"no choice {move}: {action}; the game has {known}")
        return self.probability[:, row]


def quantal_response(
    game: Aftermath | Tree,
    precision: ArrayLike,
    *,
    payoffs: ArrayLike | None = None,
    chances: ArrayLike | None = None,
    threads: int | None = None,
) -> Response:
    """Solve a valid game for its agent logit quantal response equilibrium.

    Parameters
    ----------
    game : Aftermath or Tree
    precision : float or array_like, shape (draws,)
        Lambda, at least 0, per unit of payoff.
    payoffs : array_like, shape (draws, leaves, players), optional
        What players get at the leaves in prefix order; the modes if left out.
    chances : array_like, shape (draws, actions of chance), optional
        Probabilities of chance in prefix order; the modes if left out.
    threads : int, optional
        The bits of the result do not depend on it.

    Raises
    ------
    ValueError
        If a number is not finite, negative where it cannot be, or too large.
    ForecastError
        If the branch could not be followed to this precision.

    Examples
    --------
    >>> from suasion.aftermath.efg import parse
    >>> game = parse('''EFG 2 R "Entry" { "A" "B" }
    ... p "enter" 1 1 "" { "stay" "go" } 0
    ... t "" 1 "quiet" { 0, 1 }
    ... p "reply" 2 1 "" { "yield" "fight" } 0
    ... t "" 2 "gain" { 1, 0 }
    ... t "" 3 "war" { -1, -1 }''')
    >>> response = quantal_response(game, [0, 1, 5])
    >>> response.of("reply", "fight").round(3)
    array([0.5  , 0.269, 0.007])
    >>> response.of("enter", "go").round(3)
    array([0.5  , 0.614, 0.993])
    """
    tree = game if isinstance(game, Tree) else Tree(game)
    lam = np.atleast_1d(np.asarray(precision, dtype=np.float64))
    given = [np.asarray(a, np.float64) for a in (payoffs, chances) if a is not None]
    draws = max([len(lam), *(len(each) for each in given)])
    lam = _each("precision", lam, (draws,), least=0.0)
    leaves = (len(tree.leaves), len(tree.players))
    paid = mode_payoffs(tree) if payoffs is None else payoffs
    paid = _each("payoffs", paid, (draws, *leaves))
    odds = mode_chances(tree) if chances is None else chances
    odds = _each("chances", odds, (draws, len(tree.chances)), least=0.0)
    probability = np.empty((draws, tree.rows))
    leaf = np.empty((draws, len(tree.leaves)))
    belief = np.empty((draws, len(tree.nodes)))

    def run(start: int) -> float:
        part = slice(start, min(start + _CHUNK, draws))
        solved = _Solution(tree, paid[part], odds[part], lam[part])
        residual = solved.solve()
        probability[part] = np.exp(solved.logp).T
        reach, leaf[part] = solved.reach()
        belief[part] = _beliefs(tree, reach)
        return residual

    starts = range(0, draws, _CHUNK)
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    tree.blocks  # noqa: B018 - made once, before threads ask for it
    with ThreadPoolExecutor(min(threads or cores, len(starts))) as pool:
        residual = max(pool.map(run, starts))
    return Response(tree, lam, probability, leaf, belief, residual)


def mode_payoffs(tree: Tree) -> Array:
    """Payoffs at the leaves, all numbers at their modes; shape (1, leaves, players)."""
    modes = {number.path: np.array([number.value.mode]) for number in tree.numbers}
    return leaf_payoffs(tree, modes)


def leaf_payoffs(tree: Tree, numbers: dict[str, Array]) -> Array:
    """Payoffs at the leaves from numbers by path; shape (draws, leaves, players)."""
    draws = len(numbers["aftermath.precision"])
    paid = np.empty((len(tree.leaves), len(tree.players), draws))
    for at, leaf in enumerate(tree.leaves):
        end = tree.game.outcomes[leaf.outcome]
        for i, name in enumerate(tree.players):
            paid[at, i] = numbers[f"aftermath.outcomes.{end.id}.payoffs.{name}"]
        for place, k in leaf.steps:
            move = tree.nodes[place].move
            action = move.actions[k]
            for name in action.payoffs:
                path = f"aftermath.moves.{move.id}.actions.{action.name}.payoffs.{name}"
                paid[at, tree.players.index(name)] += numbers[path]
    return np.moveaxis(paid, -1, 0)


def mode_chances(tree: Tree) -> Array:
    """Probabilities of chance at their modes; shape (1, actions of chance)."""
    return np.array([[number.mode for number in tree.chances]])


def _each(
    name: str, values: ArrayLike, shape: tuple[int, ...], least: float = -_LARGEST
) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if array.shape[1:] != shape[1:] or array.shape[0] not in (1, shape[0]):
        raise ValueError(
            f"{name} has shape {array.shape}; it must be {shape}, the draws first; a "
            "single draw is array[None]"
        )
    if array.size and not (array.min() >= least and array.max() <= _LARGEST):
        bad = array[~((array >= least) & (array <= _LARGEST))].flat[0]
        what = f"between {least:g} and {_LARGEST:g}"
        raise ValueError(f"{name} is {bad}; it lies {what}; correct it")
    return np.broadcast_to(array, shape)


# --- kernel ------------------------------------------------------------------------


class _Solution:
    """One chunk of draws, from nothing known to everything known."""

    def __init__(self, tree: Tree, paid: Array, odds: Array, lam: Array) -> None:
        self.tree = tree
        self.paid = np.ascontiguousarray(np.moveaxis(paid, 0, -1))
        self.chance = _log_chances(tree, odds)
        self.lam = lam
        self.logp = np.empty((tree.rows, len(lam)))
        self.values: dict[int, Array] = {}

    def solve(self) -> float:
        residual = 0.0
        for block in self.tree.blocks:
            for place in block.below:
                self.values[place] = self._value(place)
            equations = self._equations(block)
            z = self._cyclic(equations) if block.cyclic else self._direct(equations)
            logp = log_probabilities(equations.spread(z), block.first)
            self.logp[list(block.rows)] = logp
            if block.cyclic:
                right = equations.spread(self.lam * equations.advantage(z))
                other = log_probabilities(right, block.first)
                residual = max(
                    residual, float(np.abs(np.exp(logp) - np.exp(other)).max())
                )
        return residual

    def reach(self) -> tuple[Array, Array]:
        """Return log reach of the moves, and probabilities of leaves (draws, leaves)."""
        reach = _log_reach(self.tree, self.logp, self.chance)
        ends = np.empty((len(self.tree.leaves), len(self.lam)))
        for at, leaf in enumerate(self.tree.leaves):
            place, k = leaf.steps[-1]
            ends[at] = np.exp(reach[place] + self._step(place, k))
        return reach, ends.T

    def _step(self, place: int, k: int) -> Array:
        node = self.tree.nodes[place]
        table = self.chance if node.player < 0 else self.logp
        step: Array = table[node.start + k]
        return step

    def _value(self, place: int) -> Array:
        """Return what players get from a solved move on, shape (players, draws)."""
        total = np.zeros(self.paid.shape[1:])
        for k, child in enumerate(self.tree.nodes[place].children):
            total += np.exp(self._step(place, k)) * self._worth(child)
        return total

    def _worth(self, child: int) -> Array:
        worth: Array = self.paid[~child] if child < 0 else self.values[child]
        return worth

    def _equations(self, block: Block) -> Equations:
        weight = np.zeros((len(block.cuts), len(self.lam)))
        for e, (rows, chances) in enumerate(
            zip(block.solved, block.chances, strict=True)
        ):
            for row in rows:
                weight[e] += self.logp[row]
            for chance in chances:
                weight[e] += self.chance[chance]
        payoff = [
            np.stack([self._worth(block.cuts[e])[player] for e in cuts])
            for player, cuts in zip(block.player, block.passing, strict=True)
        ]
        return Equations(block, weight, payoff)

    def _direct(self, equations: Equations) -> Array:
        """Return z of a block on whose own choices what it expects does not depend."""
        gain = equations.advantage(np.zeros((len(equations.free), len(self.lam))))
        direct: Array = self.lam * gain
        return direct

    def _cyclic(self, equations: Equations) -> Array:
        scale = self.tree.scale
        free = len(equations.free)
        solved = np.empty((free, len(self.lam)))
        many = max(1, _CACHED // (free + 1) ** 2)
        for start in range(0, len(self.lam), many):
            part = np.arange(start, min(start + many, len(self.lam)))
            some = equations.of(part)
            place = Place.start(some, scale)
            arrived = follow(some, place, self.lam[part] * scale, scale)
            if not arrived.all():
                raise ForecastError(
                    f"the logit branch could not be followed to precision "
                    f"{self.lam[part][~arrived][0]:g}; choose a smaller precision"
                )
            solved[:, part] = place.z
        return solved


def _log_chances(tree: Tree, odds: Array) -> Array:
    """Logarithms of the probabilities of chance, each move's divided by their sum."""
    table = np.maximum(odds.T, _TREMBLE)
    for node in tree.nodes:
        if node.player < 0:
            at = slice(node.start, node.start + len(node.children))
            table[at] /= table[at].sum(axis=0)
    return np.log(table)


def _log_reach(tree: Tree, logp: Array, chance: Array) -> Array:
    """Logarithm of the probability of reaching each move, shape (moves, draws)."""
    reach = np.zeros((len(tree.nodes), logp.shape[1]))
    for place, node in enumerate(tree.nodes):
        table = chance if node.player < 0 else logp
        for k, child in enumerate(node.children):
            if child >= 0:
                reach[child] = reach[place] + table[node.start + k]
    return reach


def _beliefs(tree: Tree, reach: Array) -> Array:
    belief = np.ones_like(reach)
    for each in tree.sets:
        if len(each.nodes) > 1:
            at = list(each.nodes)
            share = np.exp(reach[at] - reach[at].max(axis=0))
            belief[at] = share / share.sum(axis=0)
    return belief.T
