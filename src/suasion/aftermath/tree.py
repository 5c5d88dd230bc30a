"""The tree of a game as lists of places, made once and used for every draw.

Moves stand in prefix order: each before all that follow it, the first action first. An
action of an information set has a *row*; the rows of a set are neighbours. What an action
leads to is the place of a move or, for a leaf, `~place` of the leaf.

Sets are grouped into *blocks* in an order of solution. What a player expects at a set
depends on the sets below it, and on those above it that make one of its moves likelier
than another (beliefs). Sets that depend on each other in a circle are one block, with all
that they depend on (circles that share any of it are one); every other set is a block of
its own, and with perfect information their order is that of backward induction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.game import Action, Aftermath, Move
from suasion.rule import with_article
from suasion.uncertain import Uncertain

_Steps = tuple[tuple[int, int], ...]

__all__ = ["Block", "InformationSet", "Leaf", "Node", "Number", "Tree"]


@dataclass(frozen=True)
class Number:
    """A number of the game that may be uncertain: its path, and a reader's words."""

    path: str
    words: str
    value: Uncertain


@dataclass(frozen=True)
class Node:
    """A move: its player (-1 for chance), its set, and what its actions lead to.

    `start` is the first of its rows or, at a chance move, of its places among the
    chances. `steps` is the way to it.
    """

    move: Move
    player: int
    set: int
    start: int
    children: tuple[int, ...]
    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Leaf:
    """An end of a branch; `steps` are the (place of a move, number of an action)."""

    outcome: int
    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class InformationSet:
    """Moves that a player cannot tell apart; `start` is the first of its rows."""

    player: int
    name: str
    nodes: tuple[int, ...]
    actions: tuple[str, ...]
    start: int

    @property
    def rows(self) -> range:
        """The rows of its actions."""
        return range(self.start, self.start + len(self.actions))


@dataclass(frozen=True)
class Block:
    """Sets that are solved together, seen from there: the tree is cut below them.

    Attributes
    ----------
    rows : tuple of int
    first : ndarray of int, shape (rows,)
        For each row, here, the first of its set.
    player : tuple of int
    cuts : tuple of int
        What lies below: places of moves whose subtree is solved, or `~leaf`.
    passing : tuple of ndarray
        For each row, the cuts that it leads to.
    through : tuple of ndarray of bool, shape (cuts of the row, rows)
        For each row, which of the cuts that it leads to are reached through others too.
    others : tuple of ndarray
        For each row, those others through which some of them are reached, not all.
    solved : tuple of tuple of int
        For each cut, rows of other sets on the way to it that matter.
    chances : tuple of tuple of int
        Places among the chances on the way to it.
    below : tuple of int
        Moves whose values are needed first, in order.
    cyclic : bool
    """

    rows: tuple[int, ...]
    first: NDArray[np.intp]
    player: tuple[int, ...]
    cuts: tuple[int, ...]
    passing: tuple[NDArray[np.intp], ...]
    through: tuple[NDArray[np.bool_], ...]
    others: tuple[NDArray[np.intp], ...]
    solved: tuple[tuple[int, ...], ...]
    chances: tuple[tuple[int, ...], ...]
    below: tuple[int, ...]
    cyclic: bool


class Tree:
    """The tree of a valid game.

    Examples
    --------
    >>> from suasion.aftermath.efg import parse
    >>> tree = Tree(parse('EFG 2 R "g" { "A" } p "" 1 1 "" { "l" "r" } 0 t "" 0 t "" 0'))
    >>> len(tree.nodes), len(tree.leaves), len(tree.sets), tree.is_perfect_information
    (1, 2, 1, True)
    """

    def __init__(self, game: Aftermath) -> None:
        self.game = game
        self.players = game.players
        self.nodes, self.leaves = _grown(game)
        self.sets = _sets(self.nodes)
        self.rows = sum(len(each.actions) for each in self.sets)
        self.chances = [
            action.probability or Uncertain.parse(0)
            for node in self.nodes
            if node.player < 0
            for action in node.move.actions
        ]

    @property
    def is_perfect_information(self) -> bool:
        """Whether every player always knows where in the tree it moves."""
        return all(len(each.nodes) == 1 for each in self.sets)

    @cached_property
    def row_of(self) -> dict[tuple[str, str], int]:
        """Rows by id of a move and name of an action."""
        return {
            (node.move.id, action.name): node.start + k
            for node in self.nodes
            if node.player >= 0
            for k, action in enumerate(node.move.actions)
        }

    @cached_property
    def scale(self) -> float:
        """Largest difference of payoff that a player can see, at the modes; above 0."""
        ends = [
            end.payoffs[name].mode
            for name in self.players
            for end in self.game.outcomes
        ]
        extra = [
            abs(number.mode)
            for move in self.game.moves
            for action in move.actions
            for number in action.payoffs.values()
        ]
        return (max(ends) - min(ends) + sum(extra)) or 1.0

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks in an order of solution."""
        needs = self._dependence()
        for k in range(len(self.sets)):
            needs |= needs[:, k : k + 1] & needs[k : k + 1]
        size = needs.sum(axis=1)
        joint: list[NDArray[np.bool_]] = []
        for h in np.flatnonzero((needs & needs.T).sum(axis=1) > 1):
            touching = [each for each in joint if (each & needs[h]).any()]
            joint = [each for each in joint if not (each & needs[h]).any()]
            joint.append(np.logical_or.reduce([needs[h], *touching]))
        alone = ~np.logical_or.reduce([np.zeros(len(size), dtype=bool), *joint])
        groups = [np.flatnonzero(each).tolist() for each in joint]
        groups += [[int(h)] for h in np.argsort(size, kind="stable") if alone[h]]
        blocks: list[Block] = []
        solved: set[int] = set()
        valued: set[int] = set()
        for group in groups:
            block = self._block(group, solved, valued)
            solved.update(block.rows)
            valued.update(block.below)
            blocks.append(block)
        return tuple(blocks)

    @cached_property
    def whole(self) -> Block:
        """All sets as one block."""
        return self._block(list(range(len(self.sets))), set(), set())

    def _dependence(self) -> NDArray[np.bool_]:
        """Whether what is expected at a set depends on another, or is the same."""
        needs = np.eye(len(self.sets), dtype=bool)
        for node in self.nodes:
            if node.player >= 0:
                for above, _ in node.steps:
                    if self.nodes[above].player >= 0:
                        needs[self.nodes[above].set, node.set] = True
        for h, each in enumerate(self.sets):
            ways = [set(self._rows(self.nodes[n].steps)) for n in each.nodes]
            for row in ways[0].union(*ways) - ways[0].intersection(*ways):
                needs[h, self._set_of_row[row]] = True
        return needs

    @cached_property
    def _set_of_row(self) -> list[int]:
        return [h for h, each in enumerate(self.sets) for _ in each.rows]

    def _rows(self, steps: tuple[tuple[int, int], ...]) -> list[int]:
        return [
            self.nodes[at].start + k for at, k in steps if self.nodes[at].player >= 0
        ]

    def _block(self, sets: list[int], before: set[int], valued: set[int]) -> Block:
        inside = set(sets)
        rows = [row for h in sets for row in self.sets[h].rows]
        local = {row: r for r, row in enumerate(rows)}
        # What has a member of the block at or above it, and at or below it.
        under = [False] * len(self.nodes)
        holds = [False] * len(self.nodes)
        for place, node in enumerate(self.nodes):
            member = node.set in inside
            under[place] = member or bool(node.steps and under[node.steps[-1][0]])
            if member:
                for above in (place, *(at for at, _ in node.steps)):
                    holds[above] = True
        cuts: list[int] = []
        ways: list[tuple[tuple[int, int], ...]] = []
        for place, node in enumerate(self.nodes):
            if not (under[place] and holds[place]):
                continue
            for k, child in enumerate(node.children):
                if child < 0 or not holds[child]:
                    cuts.append(child)
                    ways.append((*node.steps, (place, k)))
        through = np.zeros((len(cuts), len(rows)), dtype=bool)
        for e, steps in enumerate(ways):
            through[e, [local[r] for r in self._rows(steps) if r in local]] = True
        passing = tuple(np.flatnonzero(column) for column in through.T)
        crossed = tuple(through[those] for those in passing)
        starts = [local[self.sets[h].start] for h in sets for _ in self.sets[h].rows]
        tops = {child for child in cuts if child >= 0}
        below = [
            place
            for place, node in enumerate(self.nodes)
            if place not in valued
            and (place in tops or any(at in tops for at, _ in node.steps))
        ]
        return Block(
            rows=tuple(rows),
            first=np.array(starts, dtype=np.intp),
            player=tuple(self.sets[h].player for h in sets for _ in self.sets[h].rows),
            cuts=tuple(cuts),
            passing=passing,
            through=crossed,
            others=tuple(
                np.flatnonzero(each.any(axis=0) & ~each.all(axis=0)) for each in crossed
            ),
            solved=tuple(
                tuple(r for r in self._rows(steps) if r in before) for steps in ways
            ),
            chances=tuple(
                tuple(
                    self.nodes[at].start + k
                    for at, k in steps
                    if self.nodes[at].player < 0
                )
                for steps in ways
            ),
            below=tuple(reversed(below)),
            cyclic=len(sets) > 1,
        )

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """All numbers of the game that may be uncertain, in order."""
        found = [Number("aftermath.precision", "precision of the players",
                        self.game.precision)]  # fmt: skip
        for move in self.game.moves:
            for action in move.actions:
                path = f"aftermath.moves.{move.id}.actions.{action.name}"
                what = f"“{action.name}” at {move.name or move.id}"
                if action.probability is not None:
                    words = f"probability of {what}"
                    found.append(
                        Number(f"{path}.probability", words, action.probability)
                    )
                for name, value in action.payoffs.items():
                    words = f"what {what} adds for {with_article(name)}"
                    found.append(Number(f"{path}.payoffs.{name}", words, value))
        for end in self.game.outcomes:
            for name, value in end.payoffs.items():
                words = f"payoff of {with_article(name)} at “{end.name or end.id}”"
                path = f"aftermath.outcomes.{end.id}.payoffs.{name}"
                found.append(Number(path, words, value))
        return tuple(found)


def _grown(game: Aftermath) -> tuple[tuple[Node, ...], tuple[Leaf, ...]]:
    moves = {move.id: move for move in game.moves}
    ends = {end.id: place for place, end in enumerate(game.outcomes)}
    players = game.players
    reached = {action.to for move in game.moves for action in move.actions}
    (root,) = (move for move in game.moves if move.id not in reached)
    # Two passes, no recursion: a file from elsewhere may be deep.
    order: list[tuple[Move, tuple[tuple[int, int], ...]]] = []
    place_of: dict[str, int] = {}
    leaves: list[Leaf] = []
    leaf_of: dict[tuple[str, str], int] = {}
    stack: list[tuple[Move | None, Action | None, str, _Steps]] = [(root, None, "", ())]
    while stack:
        move, action, above, steps = stack.pop()
        if move is None:
            assert action is not None
            leaf_of[above, action.name] = len(leaves)
            leaves.append(Leaf(ends[action.to], steps))
            continue
        place = place_of[move.id] = len(order)
        order.append((move, steps))
        stack += [
            (moves.get(each.to), each, move.id, (*steps, (place, k)))
            for k, each in reversed(list(enumerate(move.actions)))
        ]
    nodes: list[Node] = []
    sets: dict[tuple[str, str], tuple[int, int]] = {}
    rows = chances = 0
    for move, steps in order:
        if move.actor is None:
            which, start = -1, chances
            chances += len(move.actions)
        else:
            key = (move.actor, f"known:{move.information}" if move.information
                   else f"move:{move.id}")  # fmt: skip
            if key not in sets:
                sets[key] = (len(sets), rows)
                rows += len(move.actions)
            which, start = sets[key]
        children = tuple(
            place_of[each.to] if each.to in moves else ~leaf_of[move.id, each.name]
            for each in move.actions
        )
        player = -1 if move.actor is None else players.index(move.actor)
        nodes.append(Node(move, player, which, start, children, steps))
    return tuple(nodes), tuple(leaves)


def _sets(nodes: tuple[Node, ...]) -> tuple[InformationSet, ...]:
    members: dict[int, list[int]] = {}
    for place, node in enumerate(nodes):
        if node.player >= 0:
            members.setdefault(node.set, []).append(place)
    found = []
    for places in members.values():
        node = nodes[places[0]]
        found.append(
            InformationSet(
                player=node.player,
                name=node.move.information or node.move.id,
                nodes=tuple(places),
                actions=tuple(action.name for action in node.move.actions),
                start=node.start,
            )
        )
    return tuple(found)
