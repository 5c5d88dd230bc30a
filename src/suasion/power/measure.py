"""All that is said of a game as such: by the exact route that fits it, else by sampling.

A binary decision diagram if it is small enough; for a single weighted vote otherwise
generating functions, if its quota is small enough; else sampling. The two exact routes
agree to the last digit of a fraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from suasion.power import index, sampled
from suasion.power import weighted as generating
from suasion.power.coalition import Coalitions, listed_of
from suasion.power.diagram import Diagram, Sizes, TooLargeError
from suasion.power.sampled import Estimate
from suasion.power.simple_game import SimpleGame, Vote

__all__ = ["Measures", "Method", "measure"]

Method = Literal["diagram", "generating functions", "sampled"]

# Sums of weights times actors: some seconds.
_MOST_SUMS = 1_000_000


@dataclass(frozen=True)
class Measures:
    """Power indices of a game, one for each actor, and its minimal coalitions.

    Attributes
    ----------
    method : {"diagram", "generating functions", "sampled"}
        Numbers are exact, up to the last digit of a float, unless sampled.
    samples : int
        0 if exact.
    shapley_shubik, banzhaf, banzhaf_normalised : Estimate
        Errors are 0 if exact.
    deegan_packel, holler : Estimate or None
        None if the minimal winning coalitions could not be counted.
    winning, blocking : Coalitions
        The minimal ones.
    dummy, veto : tuple of bool
        Whether an actor is never decisive (if sampled: is counted in no vote), and
        whether nobody wins without it.
    diagram : Diagram or None
        The diagram, if that was the method.
    """

    method: Method
    samples: int
    shapley_shubik: Estimate
    banzhaf: Estimate
    banzhaf_normalised: Estimate
    deegan_packel: Estimate | None
    holler: Estimate | None
    winning: Coalitions
    blocking: Coalitions
    dummy: tuple[bool, ...]
    veto: tuple[bool, ...]
    diagram: Diagram | None = None


def measure(
    game: SimpleGame, *, listed: int = 5, samples: int = 20_000, seed: int = 7
) -> Measures:
    """Compute the power indices of a game.

    Parameters
    ----------
    game : SimpleGame
    listed : int
        How many minimal coalitions to list.
    samples, seed : int
        For games that cannot be computed exactly.

    Examples
    --------
    >>> from suasion.power.simple_game import weighted_game
    >>> council = weighted_game({"DE": 4, "FR": 4, "IT": 4, "BE": 2, "NL": 2, "LU": 1}, 12)
    >>> measure(council).shapley_shubik.value.round(4)
    array([0.2333, 0.2333, 0.2333, 0.15  , 0.15  , 0.    ])
    """
    try:
        return _by_diagram(game, listed)
    except TooLargeError:
        vote = game.formula
        if isinstance(vote, Vote) and len(game.actors) * vote.need <= _MOST_SUMS:
            return _by_generating_functions(game, vote)
        return _by_sampling(game, samples, seed)


def _by_diagram(game: SimpleGame, listed: int) -> Measures:
    diagram = Diagram(game)
    winning = listed_of(diagram, "minimal", game.actors, listed)
    return _exact(
        game,
        "diagram",
        diagram.actors,
        diagram.swings(),
        None if winning.count is None else diagram.members(diagram.minimal),
        winning=winning,
        blocking=listed_of(diagram, "minimal_blocking", game.actors, listed),
        diagram=diagram,
    )


def _by_generating_functions(game: SimpleGame, vote: Vote) -> Measures:
    members = generating.members(vote)
    return _exact(
        game,
        "generating functions",
        range(len(game.actors)),
        generating.swings(vote),
        members,
        winning=Coalitions.of_sizes(_sizes(vote, members)),
        blocking=Coalitions.of_sizes(_sizes(vote.dual, generating.members(vote.dual))),
    )


def _exact(
    game: SimpleGame,
    method: Method,
    places: Sequence[int],
    swings: list[Sizes],
    members: list[Sizes] | None,
    *,
    winning: Coalitions,
    blocking: Coalitions,
    diagram: Diagram | None = None,
) -> Measures:
    """Put the indices of the actors that count in their places, zeros elsewhere."""

    def exact(values: list[Fraction]) -> Estimate:
        full = np.zeros(len(game.actors))
        full[list(places)] = [float(value) for value in values]
        return Estimate(full, np.zeros(len(game.actors)))

    absolute = index.banzhaf(swings)
    deciding = {i for i, row in zip(places, swings, strict=True) if any(row)}
    return Measures(
        method=method,
        samples=0,
        shapley_shubik=exact(index.shapley_shubik(swings)),
        banzhaf=exact(absolute),
        banzhaf_normalised=exact(index.normalised(absolute)),
        deegan_packel=None if members is None else exact(index.deegan_packel(members)),
        holler=None if members is None else exact(index.holler(members)),
        winning=winning,
        blocking=blocking,
        dummy=tuple(i not in deciding for i in range(len(game.actors))),
        veto=_veto(game),
        diagram=diagram,
    )


def _by_sampling(game: SimpleGame, samples: int, seed: int) -> Measures:
    absolute, normalised = sampled.banzhaf(game, samples, seed)
    counted = {i for vote in game.votes for i, w in enumerate(vote.weights) if w}
    return Measures(
        method="sampled",
        samples=samples,
        shapley_shubik=sampled.shapley_shubik(game, samples, seed),
        banzhaf=absolute,
        banzhaf_normalised=normalised,
        deegan_packel=None,
        holler=None,
        winning=Coalitions(count=None, smallest=None),
        blocking=Coalitions(count=None, smallest=None),
        dummy=tuple(i not in counted for i in range(len(game.actors))),
        veto=_veto(game),
    )


def _veto(game: SimpleGame) -> tuple[bool, ...]:
    """Actors without whom all others lose, where all together win."""
    n = len(game.actors)
    won = game.wins(
        np.vstack([np.ones((1, n), dtype=np.bool_), ~np.eye(n, dtype=bool)])
    )
    return tuple(bool(won[0] and not alone) for alone in won[1:])


def _sizes(vote: Vote, members: list[Sizes]) -> Sizes:
    """Minimal winning coalitions by size; each is counted by every member."""
    counted = [
        sum(row[size] for row in members) // size for size in range(1, len(members) + 1)
    ]
    return [int(vote.need <= 0), *counted]
