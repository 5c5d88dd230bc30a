r"""Simple games as binary decision diagrams.

A node at level i is a function of actors i, i + 1, ...: it goes on to `low` if actor i
stays out, to `high` if it takes part. Equal functions are one node, so a diagram is as
small as its order of actors allows, often thousands of nodes for :math:`2^{30}`
coalitions. No level is skipped (a *quasi-reduced* ordered diagram), so every path is one
coalition and counting needs no corrections.

A weighted vote is built from partial sums: sums between which no coalition of the actors
still to come can tell the difference share a node. Two functions are joined by walking
down both at once.

Minimal winning coalitions are a function too, 1 for such a coalition and 0 for all
others. With :math:`f_0, f_1` for the game without and with the first actor,

.. math:: \min f = [\min f_0, \; \min f_1 \setminus f_0].

If every vote ranks the actors in the order of the diagram, strongest first, nothing needs
to be taken away: what :math:`f_1` wins minimally with somebody weaker than the first
actor, :math:`f_0` cannot win.

Counts of coalitions by size are kept in one whole number, a polynomial in
:math:`2^{n+1}`, so that multiplication of polynomials is multiplication of numbers.

Sources: Bryant 1986, IEEE Trans. Computers C-35, 677-691; Abío and others 2012, Journal
of Artificial Intelligence Research 45, 443-480 (votes); Rauzy 1993, Reliability
Engineering & System Safety 40, 203-211 (minimal sets); Bolus 2011, European Journal of
Operational Research 210, 258-272 (power indices).
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Iterator

from suasion.power.simple_game import Every, Formula, SimpleGame, Vote

__all__ = ["MOST_ACTORS", "MOST_NODES", "MOST_PAIRS", "Diagram", "TooLargeError"]

MOST_NODES = 300_000
"""A diagram larger than this takes seconds; such games are computed otherwise."""
MOST_PAIRS = 800_000
"""More pairs of nodes than this are not walked down at once; about a second."""
MOST_ACTORS = 250

Sizes = list[int]
"""Counts of coalitions with 0, 1, 2, ... members."""


class TooLargeError(Exception):
    """The diagram, or the work on it, is larger than is worth waiting for."""


class Diagram:
    """The diagram of a game.

    Actors that no vote counts are left out: `actors` are the places, in the game, of the
    others, strongest first.

    Examples
    --------
    >>> from suasion.power.simple_game import weighted_game
    >>> diagram = Diagram(weighted_game({"Gulls": 3, "Terns": 2, "Auks": 1}, 4))
    >>> diagram.swings()[0]  # of the Gulls: with one other, with both
    [0, 2, 1, 0]
    >>> diagram.sizes(diagram.minimal)
    [0, 0, 2, 0]
    """

    def __init__(self, game: SimpleGame, most: int | None = None) -> None:
        self.actors, self.ranked = _order(game)
        self._n = len(self.actors)
        if self._n > MOST_ACTORS:
            raise TooLargeError
        self._most = MOST_NODES if most is None else most
        self._low, self._high = [0, 1], [0, 1]
        self._known: dict[tuple[int, int], int] = {}
        for _ in range(self._n):
            for node in (len(self._low) - 2, len(self._low) - 1):
                self._low.append(node)
                self._high.append(node)
        # Node 2 k + v is the constant v of the k actors still to come.
        self._constants = 2 * (self._n + 1)
        for node in range(2, self._constants):
            self._known[node - 2, node - 2] = node
        self.root = self._build(game.formula)
        self._minimal: int | None = None
        self._dual: int | None = None

    @property
    def minimal(self) -> int:
        """Node of the minimal winning coalitions; TooLargeError if out of reach."""
        if self._minimal is None:
            self._minimal = self._minima(self.root)
        return self._minimal

    @property
    def minimal_blocking(self) -> int:
        """Node of the minimal blocking coalitions, those that win the dual game.

        TooLargeError if they are out of reach.
        """
        if self._dual is None:
            self._dual = self._minima(self._mirrored(self.root))
        return self._dual

    # --- building ------------------------------------------------------------------

    def _node(self, low: int, high: int) -> int:
        key = (low, high)
        node = self._known.get(key)
        if node is None:
            node = len(self._low)
            if node > self._most:
                raise TooLargeError
            self._known[key] = node
            self._low.append(low)
            self._high.append(high)
        return node

    def _constant(self, level: int, value: int) -> int:
        return 2 * (self._n - level) + value

    def _build(self, formula: Formula) -> int:
        if isinstance(formula, Vote):
            return self._vote([formula.weights[i] for i in self.actors], formula.need)
        every = isinstance(formula, Every)
        joined = self._constant(0, int(every))
        for part in formula.parts:
            joined = self._joined(joined, self._build(part), every)
        return joined

    def _vote(self, weights: list[int], need: int) -> int:
        n = self._n
        rest = [sum(weights[level:]) for level in range(n + 1)]
        # A node at a level is right for needs from `least` to `most`.
        most: list[list[int]] = [[] for _ in range(n)]
        rows: list[list[tuple[int, int, int]]] = [[] for _ in range(n)]
        nothing, everything = -1 - rest[0], 1 + 2 * rest[0]

        def go(level: int, need: int) -> tuple[int, int, int]:
            if need <= 0:
                return nothing, 0, self._constant(level, 1)
            if need > rest[level]:
                return rest[level] + 1, everything, self._constant(level, 0)
            at = bisect_left(most[level], need)
            if at < len(rows[level]) and rows[level][at][0] <= need:
                return rows[level][at]
            weight = weights[level]
            least0, most0, low = go(level + 1, need)
            least1, most1, high = go(level + 1, need - weight)
            row = (
                max(least0, least1 + weight),
                min(most0, most1 + weight),
                self._node(low, high),
            )
            most[level].insert(at, row[1])
            rows[level].insert(at, row)
            return row

        return go(0, min(need, rest[0] + 1))[2]

    def _joined(self, one: int, other: int, every: bool) -> int:
        """Both functions if `every`, else one or the other."""
        low, high, constants = self._low, self._high, self._constants
        memory: dict[tuple[int, int], int] = {}

        def go(a: int, b: int) -> int:
            if a == b:
                return a
            if a < constants:
                return b if (a & 1) == every else a
            if b < constants:
                return a if (b & 1) == every else b
            found = memory.get((a, b))
            if found is None:
                found = self._node(go(low[a], low[b]), go(high[a], high[b]))
                if len(memory) >= MOST_PAIRS:
                    raise TooLargeError
                memory[a, b] = found
            return found

        return go(one, other)

    def _mirrored(self, root: int) -> int:
        """Return the dual game: won by coalitions without which the others lose."""
        memory: dict[int, int] = {}

        def go(a: int) -> int:
            if a < self._constants:
                return a ^ 1
            if a not in memory:
                memory[a] = self._node(go(self._high[a]), go(self._low[a]))
            return memory[a]

        return go(root)

    def _minima(self, root: int) -> int:
        low, high, constants = self._low, self._high, self._constants
        kept: dict[tuple[int, int], int] = {}
        memory: dict[int, int] = {}

        def without(a: int, b: int) -> int:
            """Coalitions of the family a that lose the game b."""
            if a < constants and not a & 1:
                return a
            if b < constants:
                return b ^ 1 if b & 1 else a
            found = kept.get((a, b))
            if found is None:
                found = self._node(without(low[a], low[b]), without(high[a], high[b]))
                if len(kept) >= MOST_PAIRS:
                    raise TooLargeError
                kept[a, b] = found
            return found

        def go(a: int) -> int:
            if a < 2 or (a < constants and not a & 1):
                return a
            found = memory.get(a)
            if found is None:
                first, second = go(low[a]), go(high[a])
                if not self.ranked or low[a] == high[a]:
                    second = without(second, low[a])
                found = memory[a] = self._node(first, second)
            return found

        return go(root)

    # --- counting ------------------------------------------------------------------

    def sizes(self, node: int) -> Sizes:
        """Count the coalitions of a function by size."""
        return self._unpacked(self._below(self._layers(node))[node])

    def swings(self) -> list[Sizes]:
        """For each of `actors`, count the coalitions that its joining makes win."""
        return self._through(self.root, lambda low, high: high - low)

    def members(self, node: int) -> list[Sizes]:
        """For each of `actors`, count the coalitions of a function that it is in."""
        bits = self._n + 1
        return self._through(node, lambda _low, high: high << bits)

    def coalitions(self, node: int) -> Iterator[tuple[int, ...]]:
        """Coalitions of a function, small ones first, as places in the game.

        Among those of one size, the ones with strong actors come first.
        """
        below = self._below(self._layers(node))
        mask = (1 << (self._n + 1)) - 1
        bits = self._n + 1

        def go(a: int, level: int, size: int) -> Iterator[tuple[int, ...]]:
            if not below[a] >> (bits * size) & mask:
                return
            if level == self._n:
                yield ()
                return
            if size:
                for rest in go(self._high[a], level + 1, size - 1):
                    yield (self.actors[level], *rest)
            yield from go(self._low[a], level + 1, size)

        for size in range(self._n + 1):
            yield from go(node, 0, size)

    def decisive(self, chance: list[float]) -> list[float]:
        """Return the probability that each of `actors` is decisive.

        Every actor says yes with its own `chance`, independently of all others; a chance
        is given for each of `actors`, in their order.
        """
        layers = self._layers(self.root)
        wins: dict[int, float] = {0: 0.0, 1: 1.0}
        for level in range(self._n - 1, -1, -1):
            p = chance[level]
            for a in layers[level]:
                wins[a] = (1.0 - p) * wins[self._low[a]] + p * wins[self._high[a]]
        reach = {self.root: 1.0}
        result = []
        for level in range(self._n):
            following: dict[int, float] = {}
            total, p = 0.0, chance[level]
            for a in layers[level]:
                low, high, here = self._low[a], self._high[a], reach[a]
                following[low] = following.get(low, 0.0) + (1.0 - p) * here
                following[high] = following.get(high, 0.0) + p * here
                total += here * (wins[high] - wins[low])
            reach = following
            result.append(total)
        return result

    def _layers(self, root: int) -> list[list[int]]:
        layers = [[root]]
        for _ in range(self._n):
            layers.append(
                list(
                    dict.fromkeys(
                        node
                        for a in layers[-1]
                        for node in (self._low[a], self._high[a])
                    )
                )
            )
        return layers

    def _below(self, layers: list[list[int]]) -> dict[int, int]:
        bits = self._n + 1
        below = {0: 0, 1: 1}
        for layer in reversed(layers[:-1]):
            for a in layer:
                below[a] = below[self._low[a]] + (below[self._high[a]] << bits)
        return below

    def _through(self, root: int, pick: Callable[[int, int], int]) -> list[Sizes]:
        bits = self._n + 1
        layers = self._layers(root)
        below = self._below(layers)
        above = {root: 1}
        result = []
        for layer in layers[:-1]:
            following: dict[int, int] = {}
            total = 0
            for a in layer:
                low, high, here = self._low[a], self._high[a], above[a]
                following[low] = following.get(low, 0) + here
                following[high] = following.get(high, 0) + (here << bits)
                if picked := pick(below[low], below[high]):
                    total += here * picked
            above = following
            result.append(self._unpacked(total))
        return result

    def _unpacked(self, packed: int) -> Sizes:
        bits = self._n + 1
        mask = (1 << bits) - 1
        return [packed >> (bits * size) & mask for size in range(self._n + 1)]


def _order(game: SimpleGame) -> tuple[tuple[int, ...], bool]:
    """Return the actors that count, strongest first, and whether all votes agree."""
    votes = game.votes
    shares = [0.0] * len(game.actors)
    for vote in votes:
        total = sum(vote.weights)
        for i, weight in enumerate(vote.weights):
            shares[i] += weight / total if weight else 0.0
    order = [i for i in range(len(shares)) if shares[i]]
    order.sort(key=lambda i: (-shares[i], i))
    ranked = all(
        vote.weights[first] >= vote.weights[second]
        for vote in votes
        for first, second in itertools.pairwise(order)
    )
    return tuple(order), ranked
