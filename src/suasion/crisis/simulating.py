"""Probabilities and artificial data of a strategic model with known coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suasion.crisis.game import Errors, GameName, Link
from suasion.crisis.likelihood import Array, Model
from suasion.crisis.specification import ordered, specify
from suasion.stream import check_seed, uniform

__all__ = ["probabilities", "simulate"]


def probabilities(
    data: Any,
    utilities: Mapping[str, str],
    coefficients: Mapping[str, float],
    *,
    game: GameName = "three",
    errors: Errors = "agent",
    link: Link = "probit",
) -> Array:
    r"""Probability of each outcome of each row's game, `(rows, outcomes)`.

    .. math:: P(o) = (1 - q_o) \prod_{k < o} q_k

    with :math:`q_k` as in `suasion.crisis.likelihood`: its errors have variance 1
    (probit) or scale 1 (logit), which is the unit of the utilities.

    Parameters
    ----------
    data, utilities, game, errors, link
        As for `suasion.crisis.fit`.
    coefficients : mapping
        One number for each term, named `"U1(fight): x"`; constants are `"U1(fight): 1"`.

    Returns
    -------
    array of shape (rows, outcomes)
        In the order of the game's outcomes; rows sum to 1.

    Raises
    ------
    EstimationError

    References
    ----------
    Signorino 2003, Political Analysis 11, 316-344.

    Examples
    --------
    A fight is worth 1 to player 1 and costs player 2 as much: it concedes, mostly.

    >>> probabilities(
    ...     {"x": [0.0]},
    ...     {"U1(concede)": "1", "U1(fight)": "1", "U2(fight)": "1"},
    ...     {"U1(concede): 1": 1.0, "U1(fight): 1": 1.0, "U2(fight): 1": -1.0},
    ... ).round(3)
    array([[0.24 , 0.578, 0.182]])
    """
    found = specify(data, utilities, game=game, errors=errors, link=link)
    theta = ordered(coefficients, found.names)
    reach: Array = found.model.solve(found.model.utilities(theta)).reach.T
    return reach


def simulate(
    data: Any,
    utilities: Mapping[str, str],
    coefficients: Mapping[str, float],
    *,
    game: GameName = "three",
    errors: Errors = "agent",
    link: Link = "probit",
    seed: int = 7,
) -> NDArray[np.str_]:
    """Draw what the players do: errors first, then each move, given the errors.

    It does not use the probabilities of outcomes, only each player's expectation of the
    moves to come, so it is an independent check of them.

    Parameters
    ----------
    data, utilities, coefficients, game, errors, link
        As for `probabilities`.
    seed : int
        In [0, 2**64).

    Returns
    -------
    array of str, shape (rows,)
        The outcome of each row.

    Examples
    --------
    >>> terms = {"U1(fight)": "x", "U2(fight)": "1"}
    >>> simulate({"x": [-9.0, 9.0, 9.0]}, terms,
    ...          {"U1(fight): x": 1.0, "U2(fight): 1": 0.0}, seed=3).tolist()
    ['sq', 'fight', 'concede']
    """
    found = specify(data, utilities, game=game, errors=errors, link=link)
    theta = ordered(coefficients, found.names)
    chosen = _simulate(found.model, theta, check_seed(seed))
    return np.array(found.model.game.outcomes)[chosen]


def _simulate(model: Model, theta: Array, seed: int) -> NDArray[np.intp]:
    from scipy.special import ndtri

    def error(name: str) -> Array:
        drawn = uniform(seed, f"crisis.error.{name}", 0, rows)
        drawn = ndtri(drawn) if model.link == "probit" else -np.log(-np.log(drawn))
        return np.asarray(drawn)

    utilities = model.utilities(theta)
    found = model.solve(utilities)
    outcomes, rows = found.reach.shape
    chosen = np.full(rows, outcomes - 1)
    for k in reversed(range(outcomes - 1)):
        worth = np.zeros((outcomes, rows))
        for block, utility in zip(model.blocks, utilities, strict=True):
            if block.player == model.game.movers[k]:
                worth[block.outcome] += utility
        if model.errors == "private":
            for outcome in range(k, outcomes):
                worth[outcome] += error(f"node {k}, outcome {outcome}")
        on, stop = (found.beyond(k) * worth).sum(axis=0), worth[k]
        if model.errors == "agent":
            on, stop = on + error(f"node {k}, on"), stop + error(f"node {k}, stop")
        chosen[stop > on] = k
    return chosen
