r"""Power indices by sampling, for games beyond exact computation.

Shapley-Shubik: random orders of joining; the pivotal actor of an order is found by
bisection, since the game is monotone. Banzhaf: random coalitions; whether each actor
would be decisive if all others stay as they are. The error stated is the standard error of
the mean, for the normalised index that of a ratio (delta method).

Source: Castro, Gómez & Tejada 2009, Computers & Operations Research 36, 1726-1730.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion.power.simple_game import SimpleGame
from suasion.stream import uniform

__all__ = ["Estimate", "banzhaf", "decisive", "shapley_shubik"]

Array = NDArray[np.float64]
_BLOCK = 4096


class Estimate(NamedTuple):
    """Means over samples, one for each actor, and their standard errors."""

    value: Array
    error: Array


def shapley_shubik(game: SimpleGame, samples: int, seed: int) -> Estimate:
    """Estimate the share of orders of joining in which each actor is pivotal.

    Examples
    --------
    >>> from suasion.power.simple_game import weighted_game
    >>> game = weighted_game({"Gulls": 3, "Terns": 2, "Auks": 1}, 4)
    >>> found = shapley_shubik(game, 4000, seed=7)
    >>> bool(abs(found.value[0] - 2 / 3) < 4 * found.error[0])
    True
    """
    n = len(game.actors)
    pivots = np.zeros(n, dtype=np.int64)
    for start in range(0, samples, _BLOCK):
        stop = min(start + _BLOCK, samples)
        order = np.argsort(_random(game, "order", seed, start, stop), axis=1)
        place = np.argsort(order, axis=1)
        least = np.zeros(stop - start, dtype=np.int64)
        most = np.full(stop - start, n + 1)
        while (most - least > 1).any():
            middle = (least + most) // 2
            won = game.wins(place < middle[:, None])
            most = np.where(won, middle, most)
            least = np.where(won, least, middle)
        # An order in which the first nobody, or not even all, win has no pivot.
        decided = (most <= n) & ~game.wins(np.zeros((stop - start, n), dtype=np.bool_))
        rows = np.flatnonzero(decided)
        pivots += np.bincount(order[rows, most[rows] - 1], minlength=n)
    share = pivots / samples
    return Estimate(share, np.sqrt(share * (1.0 - share) / samples))


def banzhaf(game: SimpleGame, samples: int, seed: int) -> tuple[Estimate, Estimate]:
    """Estimate the absolute and the normalised Banzhaf index."""
    n = len(game.actors)
    both = np.zeros((n, n))
    for start in range(0, samples, _BLOCK):
        stop = min(start + _BLOCK, samples)
        members = _random(game, "coalition", seed, start, stop) < 0.5
        turned = decisive(game, members).astype(np.float64)
        both += turned.T @ turned
    counts = both.diagonal()
    share = counts / samples
    absolute = Estimate(share, np.sqrt(share * (1.0 - share) / samples))
    total = share.sum()
    if not total:
        return absolute, absolute
    ratio = share / total
    # Variance of x_i - ratio_i * sum of all x, whose mean is 0.
    rows = both.sum(axis=1)
    square = (counts - 2.0 * ratio * rows + ratio**2 * both.sum()) / samples
    error = np.sqrt(np.maximum(square, 0.0) / samples) / total
    return absolute, Estimate(ratio, error)


def decisive(game: SimpleGame, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each actor decides, all others staying as they are in each coalition.

    Parameters
    ----------
    members : ndarray of bool, shape (coalitions, actors)

    Returns
    -------
    ndarray of bool, shape (coalitions, actors)

    Examples
    --------
    >>> from suasion.power.simple_game import weighted_game
    >>> game = weighted_game({"Gulls": 3, "Terns": 2, "Auks": 1}, 4)
    >>> decisive(game, np.array([[True, True, False], [True, True, True]]))
    array([[ True,  True, False],
           [ True, False, False]])
    """
    counted = {i for vote in game.votes for i, w in enumerate(vote.weights) if w}
    result = np.zeros(members.shape, dtype=np.bool_)
    others = members.copy()
    for i in sorted(counted):
        others[:, i] = True
        result[:, i] = game.wins(others)
        others[:, i] = False
        result[:, i] &= ~game.wins(others)
        others[:, i] = members[:, i]
    return result


def _random(game: SimpleGame, what: str, seed: int, start: int, stop: int) -> Array:
    return np.stack(
        [uniform(seed, f"power.{what}.{name}", start, stop) for name in game.actors],
        axis=1,
    )
