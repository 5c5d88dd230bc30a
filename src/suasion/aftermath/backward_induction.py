"""Subgame-perfect equilibrium of a game with perfect information, in exact arithmetic.

From the leaves back, every player takes the action that is best for it (Zermelo 1913;
Selten 1965). Payoffs are compared as the decimals that were written, so a tie is a tie.
Where two actions tie, what follows them may differ for everybody else: ties are reported,
with all outcomes that some choice among them leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from suasion.aftermath.game import Aftermath
from suasion.aftermath.tree import Tree
from suasion.problem import ForecastError

__all__ = ["SubgamePerfect", "Tie", "backward_induction"]

Values = tuple[Fraction, ...]

_MOST = 10_000


@dataclass(frozen=True)
class Tie:
    """A move at which several actions are equally good for who moves."""

    move: str
    actor: str
    actions: tuple[str, ...]


@dataclass(frozen=True)
class SubgamePerfect:
    """What backward induction says, all numbers of the game at their modes.

    Attributes
    ----------
    choice : dict of str to str
        By id of the move the action taken; of actions that tie, the first.
    path : tuple of str
        Ids of the outcomes that are reached by these choices; several if chance moves.
    value : dict of str to Fraction
        What each player expects.
    ties : tuple of Tie
        Empty if the equilibrium is the only one.
    possible : tuple of str
        Ids of all outcomes that are reached in some equilibrium (in pure choices).
    """

    choice: dict[str, str]
    path: tuple[str, ...]
    value: dict[str, Fraction]
    ties: tuple[Tie, ...]
    possible: tuple[str, ...]


def backward_induction(game: Aftermath | Tree) -> SubgamePerfect:
    """Solve a valid game of perfect information from its end.

    Raises
    ------
    ForecastError
        If a player does not always know where it is; the limit of the logit branch,
        `suasion.aftermath.sequential`, is the answer there. Or if ties make too many
        equilibria to go through.

    Examples
    --------
    >>> from suasion.aftermath.efg import parse
    >>> game = parse('''EFG 2 R "" { "A" "B" } p "m" 1 1 "" { "l" "r" } 0
    ... t "" 1 "left" { 0.3, 1 }
    ... c "" 1 "" { "x" 1/3 "y" 2/3 } 0 t "" 2 "x" { 0.9, 0 } t "" 3 "y" { 0, 3 }''')
    >>> found = backward_induction(game)
    >>> found.choice["m"], found.ties[0].actions, found.possible
    ('l', ('l', 'r'), ('left', 'x', 'y'))
    """
    tree = game if isinstance(game, Tree) else Tree(game)
    for each in tree.sets:
        if len(each.nodes) > 1:
            ids = ", ".join(tree.nodes[at].move.id for at in each.nodes)
            raise ForecastError(
                f"{tree.players[each.player]} cannot tell {ids} apart, so the game cannot "
                "be solved from its end; ask for the limit of the logit branch instead"
            )
    # For each move every supportable (values, outcomes); those of the first choices first.
    supported: dict[int, list[tuple[Values, frozenset[int]]]] = {}
    choice: dict[str, str] = {}
    ties: list[Tie] = []
    for place in range(len(tree.nodes) - 1, -1, -1):
        node = tree.nodes[place]
        branches = [
            [(_paid(tree, ~child), frozenset([tree.leaves[~child].outcome]))]
            if child < 0
            else supported[child]
            for child in node.children
        ]
        if node.player < 0:
            supported[place] = _mixed(branches, _odds(tree, place), node.move.id)
            continue
        me = node.player
        first = [options[0][0][me] for options in branches]
        best = max(first)
        tied = [k for k, value in enumerate(first) if value == best]
        actions = node.move.actions
        choice[node.move.id] = actions[tied[0]].name
        if len(tied) > 1:
            names = tuple(actions[k].name for k in tied)
            ties.append(Tie(node.move.id, tree.players[me], names))
        # An action is taken in some equilibrium if it is best for some values elsewhere.
        found = [branches[tied[0]][0]]
        for k, options in enumerate(branches):
            others = [
                min(values[me] for values, _ in rest)
                for j, rest in enumerate(branches)
                if j != k
            ]
            found += [o for o in options if all(o[0][me] >= least for least in others)]
        supported[place] = _few(list(dict.fromkeys(found)), node.move.id)
    values, _ = supported[0][0]
    ends = {end for _, reached in supported[0] for end in reached}
    outcomes = tree.game.outcomes
    return SubgamePerfect(
        choice=choice,
        path=tuple(outcomes[end].id for end in sorted(supported[0][0][1])),
        value=dict(zip(tree.players, values, strict=True)),
        ties=tuple(reversed(ties)),
        possible=tuple(outcomes[end].id for end in sorted(ends)),
    )


def _paid(tree: Tree, at: int) -> Values:
    leaf = tree.leaves[at]
    end = tree.game.outcomes[leaf.outcome]
    taken = [tree.nodes[place].move.actions[k] for place, k in leaf.steps]
    return tuple(
        Fraction(repr(end.payoffs[name].mode))
        + sum(
            (
                Fraction(repr(action.payoffs[name].mode))
                for action in taken
                if name in action.payoffs
            ),
            Fraction(0),
        )
        for name in tree.players
    )


def _odds(tree: Tree, place: int) -> list[Fraction]:
    start = tree.nodes[place].start
    count = len(tree.nodes[place].children)
    modes = [tree.chances[start + k].mode for k in range(count)]
    shares = [Fraction(repr(mode)).limit_denominator(10**9) for mode in modes]
    return [share / sum(shares) for share in shares]


def _mixed(
    branches: list[list[tuple[Values, frozenset[int]]]],
    odds: list[Fraction],
    where: str,
) -> list[tuple[Values, frozenset[int]]]:
    players = len(branches[0][0][0])
    mixed = [((Fraction(0),) * players, frozenset[int]())]
    for options, share in zip(branches, odds, strict=True):
        mixed = [
            (
                tuple(a + share * b for a, b in zip(values, more, strict=True)),
                reached | ends if share else reached,
            )
            for values, reached in mixed
            for more, ends in options
        ]
        mixed = _few(list(dict.fromkeys(mixed)), where)
    return mixed


def _few(
    found: list[tuple[Values, frozenset[int]]], where: str
) -> list[tuple[Values, frozenset[int]]]:
    if len(found) > _MOST:
        raise ForecastError(
            f"ties below {where} make more than {_MOST:,} equilibria; change payoffs that "
            "are equal only by convenience"
        )
    return found
