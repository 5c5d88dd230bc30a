"""Draws of a game's judgements: payoffs, probabilities of chance, the precision.

Every number has a stream of its own, named by its path, so the same draw has the same
value whatever else the game has and however the draws are cut up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.quantal import Response, leaf_payoffs, quantal_response
from suasion.aftermath.tree import Tree
from suasion.stream import Seed, uniform

__all__ = ["drawn", "respond"]

Array = NDArray[np.float64]


def drawn(tree: Tree, seed: Seed, start: int, stop: int) -> dict[str, Array]:
    """Return draws `start` to `stop - 1` of every number of a game, by path.

    Probabilities are kept in [0, 1] and, at each move of chance, divided by their sum
    when the game is solved; a precision is kept at 0 or above.

    Examples
    --------
    >>> from suasion.aftermath.efg import parse
    >>> tree = Tree(parse('EFG 2 R "" {"A"} p "m" 1 1 "" {"l"} 0 t "" 1 "end" {2}'))
    >>> drawn(tree, 7, 0, 2)["aftermath.outcomes.end.payoffs.A"]
    array([2., 2.])
    """
    found = {}
    for number in tree.numbers:
        if number.value.exact:
            values = np.full(stop - start, number.value.mode)
        else:
            values = number.value.quantile(uniform(seed, number.path, start, stop))
        if number.path.endswith(".probability"):
            values = np.clip(values, 0.0, 1.0)
        elif number.path == "aftermath.precision":
            values = np.maximum(values, 0.0)
        found[number.path] = values
    return found


def respond(
    tree: Tree,
    numbers: dict[str, Array],
    precision: float | None = None,
    threads: int | None = None,
) -> Response:
    """Solve the game for draws of its numbers; a precision given holds in all of them."""
    draws = len(numbers["aftermath.precision"])
    chances = [
        numbers[f"aftermath.moves.{node.move.id}.actions.{action.name}.probability"]
        for node in tree.nodes
        if node.player < 0
        for action in node.move.actions
    ]
    return quantal_response(
        tree,
        numbers["aftermath.precision"] if precision is None else precision,
        payoffs=leaf_payoffs(tree, numbers),
        chances=np.stack(chances, axis=-1) if chances else np.empty((draws, 0)),
        threads=threads,
    )
