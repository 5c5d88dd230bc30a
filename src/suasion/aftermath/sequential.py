r"""The logit branch of one game, and its limit: a sequential equilibrium.

As :math:`\lambda \to \infty` the choices and beliefs on the logit branch converge to a
sequential equilibrium (Kreps & Wilson 1982, "Sequential equilibria", Econometrica 50,
863-894; McKelvey & Palfrey 1998, theorem 4): nobody could do better anywhere, also where
play never comes, and beliefs there are limits of Bayes' rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.branch import Place, follow
from suasion.aftermath.game import Aftermath
from suasion.aftermath.logit import Equations, log_probabilities
from suasion.aftermath.quantal import mode_chances, mode_payoffs, quantal_response
from suasion.aftermath.tree import Tree
from suasion.problem import ForecastError

__all__ = ["Branch", "Sequential", "logit_branch", "sequential"]

Array = NDArray[np.float64]

_SETTLED = 1e-8
_SHARPEST = 1e7
_POINTS = 65


@dataclass(frozen=True)
class Branch:
    """Points of the logit branch, all numbers of the game at their modes.

    Attributes
    ----------
    tree : Tree
    precision : ndarray, shape (points,)
        From 0 on; it falls where the branch bends back.
    probability : ndarray, shape (points, rows)
    """

    tree: Tree
    precision: Array
    probability: Array


@dataclass(frozen=True)
class Sequential:
    """The limit of the logit branch.

    Attributes
    ----------
    tree : Tree
    probability : ndarray, shape (rows,)
        Of every action of every information set.
    belief : ndarray, shape (moves,)
        Of the player at a move to be there, once its information set is reached.
    precision : float
        Where on the branch the limit was read.
    change : float
        By how much a probability still changed when the precision was last doubled;
        the limit has settled if it is below 1e-8.
    """

    tree: Tree
    probability: Array
    belief: Array
    precision: float
    change: float

    @property
    def settled(self) -> bool:
        """Whether the limit is reached, to 1e-8."""
        return self.change < _SETTLED

    def of(self, move: str, action: str) -> float:
        """Return the probability of an action at a move."""
        return float(self.probability[self.tree.row_of[move, action]])

    def believed(self, move: str) -> float:
        """Return the belief to be at a move."""
        names = [node.move.id for node in self.tree.nodes]
        return float(self.belief[names.index(move)])


def logit_branch(game: Aftermath | Tree, upto: float) -> Branch:
    """Trace the logit branch from precision 0 to where it first has the one asked for.

    Raises
    ------
    ValueError
        If the precision is not a number above 0.
    ForecastError
        If the branch could not be followed so far.

    Examples
    --------
    >>> from suasion.aftermath.efg import parse
    >>> game = parse('EFG 2 R "" {"A"} p "" 1 1 "" {"l" "r"} 0 t "" 1 "" {1} t "" 0')
    >>> branch = logit_branch(game, 4)
    >>> branch.probability[[0, -1]].round(3).tolist()
    [[0.5, 0.5], [0.982, 0.018]]
    """
    if not (0 < upto < np.inf):
        raise ValueError(f"precision is {upto!r}; a branch is traced to one above 0")
    tree = game if isinstance(game, Tree) else Tree(game)
    if tree.is_perfect_information:  # one equilibrium at each precision: any points do
        grid = np.linspace(0.0, upto, _POINTS)
        return Branch(tree, grid, quantal_response(tree, grid).probability)
    equations = _equations(tree)
    place = Place.start(equations, tree.scale)
    found = [(0.0, _probability(equations, place))]

    def seen(here: Place) -> None:
        if here.precision[0] != found[-1][0]:
            found.append((float(here.precision[0]), _probability(equations, here)))

    target = np.array([upto * tree.scale])
    if not follow(equations, place, target, tree.scale, seen)[0]:
        raise ForecastError(
            f"the logit branch could be followed to precision "
            f"{place.precision[0] / tree.scale:g} only, not to {upto:g}; ask for less"
        )
    precision, probability = zip(*found, strict=True)
    return Branch(tree, np.array(precision) / tree.scale, np.array(probability))


def sequential(game: Aftermath | Tree) -> Sequential:
    r"""Return the limit of the logit branch.

    The branch is followed in doublings of the precision until the probabilities settle.
    Where the limit mixes, they approach it as :math:`1/\lambda`, so of two points the
    extrapolation :math:`2 p(2\lambda) - p(\lambda)` is taken.

    Raises
    ------
    ForecastError
        If the branch could not be followed.

    Examples
    --------
    >>> from suasion.aftermath.efg import parse
    >>> game = parse('EFG 2 R "" {"A"} p "m" 1 1 "" {"l" "r"} 0 t "" 1 "" {1} t "" 0')
    >>> limit = sequential(game)
    >>> limit.of("m", "l"), limit.settled
    (1.0, True)
    """
    tree = game if isinstance(game, Tree) else Tree(game)
    precision = 64.0 / tree.scale
    before = quantal_response(tree, precision)
    limit, change = None, np.inf
    while precision * tree.scale < _SHARPEST:
        precision *= 2.0
        try:
            here = quantal_response(tree, precision)
        except ForecastError:
            if limit is None:
                raise
            precision /= 2.0  # as far as it could be followed; `change` says how near
            break
        better = 2.0 * here.probability[0] - before.probability[0]
        better = np.clip(better, 0.0, 1.0)
        if limit is not None:
            change = float(np.abs(better - limit).max(initial=0.0))
        before, limit = here, better
        if change < 0.01 * _SETTLED:
            break
    assert limit is not None
    limit[limit < _SETTLED] = 0.0
    limit[limit > 1.0 - _SETTLED] = 1.0
    return Sequential(tree, limit, _rounded(before.belief[0]), precision, change)


def _rounded(belief: Array) -> Array:
    # Beliefs are ratios of what vanishes, and settle more slowly: to six digits.
    return np.asarray(np.round(belief, 6) + 0.0)


def _equations(tree: Tree) -> Equations:
    """Return the equations of all information sets at once, at the modes."""
    block = tree.whole
    paid = mode_payoffs(tree)[0]
    odds = mode_chances(tree)[0]
    weight = np.zeros((len(block.cuts), 1))
    for e, places in enumerate(block.chances):
        for at in places:
            weight[e] += np.log(max(odds[at], 1e-300))
    payoff = [
        np.array([[paid[~block.cuts[e], player]] for e in cuts])
        for player, cuts in zip(block.player, block.passing, strict=True)
    ]
    return Equations(block, weight, payoff)


def _probability(equations: Equations, place: Place) -> Array:
    logp = log_probabilities(equations.spread(place.z), equations.block.first)
    rows = np.empty(len(logp))
    rows[list(equations.block.rows)] = np.exp(logp[:, 0])
    return rows
