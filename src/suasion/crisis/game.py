"""Crisis games whose payoffs are estimated from who did what.

At each node its mover ends the game or goes on to the next node, so a game is the list of
its movers, and an outcome is the node at which somebody stopped; the last outcome is that
nobody did.

- `three`: player 1 keeps the status quo (`sq`) or challenges; player 2 concedes
  (`concede`) or fights (`fight`).
- `four`: player 1 keeps the status quo (`sq`) or challenges; player 2 concedes
  (`concede`) or resists; player 1 backs down (`back`) or fights (`fight`).

Source: Signorino 2003, Political Analysis 11, 316-344, figure 1 (three outcomes); the game
of four outcomes is the usual one of crisis bargaining, as in Lewis & Schultz 2003,
Political Analysis 11, 345-367, figure 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["GAMES", "Errors", "Game", "GameName", "Link"]

GameName = Literal["three", "four"]
Errors = Literal["agent", "private"]
Link = Literal["probit", "logit"]


@dataclass(frozen=True)
class Game:
    """Movers (0 and 1 for players 1 and 2) and outcomes, one more than movers.

    Examples
    --------
    >>> GAMES["four"].matters(1)  # nobody asks player 2 about the status quo
    (1, 2, 3)
    >>> GAMES["four"].after(1).outcomes
    ('concede', 'back', 'fight')
    """

    movers: tuple[int, ...]
    outcomes: tuple[str, ...]

    def matters(self, player: int) -> tuple[int, ...]:
        """Return the outcomes that a player can still reach when it first moves."""
        return tuple(range(self.movers.index(player), len(self.outcomes)))

    def after(self, node: int) -> Game:
        """Return the game that begins at a node."""
        return Game(self.movers[node:], self.outcomes[node:])


GAMES: dict[str, Game] = {
    "three": Game((0, 1), ("sq", "concede", "fight")),
    "four": Game((0, 1, 0), ("sq", "concede", "back", "fight")),
}
