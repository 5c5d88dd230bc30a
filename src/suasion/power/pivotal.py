r"""Who would be pivotal if actors lean as the case says.

Indices of power count all coalitions, likely or not. Here the coalition is drawn: in each
draw of the case an actor leans to yes if its position is nearer to the target than to the
status quo, :math:`|x_i - t| < |x_i - q|`; the target is the option's place on the scale,
or the threshold. An actor is pivotal in a draw if the others' leanings leave the answer to
it. An actor's own leaning plays no part in that.

A lean is computed from coded numbers; it is no vote that anybody has cast or announced.

Source for the second route: Owen 1972, Management Science 18(5), P64-P79 (multilinear
extension): the probability of being decisive if all lean independently of each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from suasion.power.diagram import Diagram
from suasion.power.sampled import Estimate, decisive
from suasion.power.simple_game import SimpleGame

__all__ = ["independent", "leans", "pivotal"]

Array = NDArray[np.float64]


def leans(position: Array, status_quo: Array, target: float) -> NDArray[np.bool_]:
    """Whether positions are nearer to a target than to the status quo.

    Parameters
    ----------
    position : ndarray, shape (draws, actors)
    status_quo : ndarray, shape (draws,)
    target : float

    Returns
    -------
    ndarray of bool, shape (draws, actors)
        False at the same distance.

    Examples
    --------
    >>> leans(np.array([[30.0, 40.0, 50.0]]), np.array([20.0]), 60.0)
    array([[False, False,  True]])
    """
    away = np.abs(position - status_quo[:, None])
    return np.asarray(np.abs(position - target) < away)


def pivotal(game: SimpleGame, leaning: NDArray[np.bool_]) -> Estimate:
    """Estimate the probability that each actor is pivotal, with its standard error.

    Examples
    --------
    >>> from suasion.power.simple_game import weighted_game
    >>> game = weighted_game({"Gulls": 3, "Terns": 2, "Auks": 1}, 4)
    >>> leaning = np.array([[True, True, False], [True, True, True]])
    >>> pivotal(game, leaning).value
    array([1. , 0.5, 0. ])
    """
    share = decisive(game, leaning).mean(axis=0)
    return Estimate(share, np.sqrt(share * (1.0 - share) / len(leaning)))


def independent(diagram: Diagram, chance: Array) -> Array:
    """Return the probability that each actor is pivotal, all leaning independently.

    Parameters
    ----------
    diagram : Diagram
    chance : ndarray, shape (actors,)
        Probability of a yes of each actor of the game, between 0 and 1.

    Returns
    -------
    ndarray, shape (actors,)

    Examples
    --------
    >>> from suasion.power.simple_game import weighted_game
    >>> diagram = Diagram(weighted_game({"Gulls": 3, "Terns": 2, "Auks": 1}, 4))
    >>> independent(diagram, np.array([0.9, 0.5, 0.5]))
    array([0.75, 0.45, 0.45])
    """
    result = np.zeros(len(chance))
    result[list(diagram.actors)] = diagram.decisive(
        [float(chance[i]) for i in diagram.actors]
    )
    return result
