"""The compromise model: everybody is heard according to its effective power.

Sources: Van den Bos 1991, *Dutch EC Policy Making* (Thesis Publishers, Amsterdam);
Achen 2006, "Institutional realism and bargaining models", in Thomson, Stokman, Achen &
König (eds.), *The European Union Decides* (Cambridge University Press), 86-123: the
weighted mean is also a first-order approximation to the Nash bargaining solution when
failing to agree is far worse for everybody than any of the positions.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from suasion.bargaining.draws import Array, each_draw, over_actors
from suasion.bargaining.outcome import Outcome, settle

__all__ = ["run", "weighted_mean"]


def weighted_mean(
    position: ArrayLike, weight: ArrayLike, *, threads: int | None = None
) -> Array:
    r"""Weighted mean of the positions, draw by draw.

    .. math:: O = \frac{\sum_i w_i x_i}{\sum_i w_i}, \qquad w_i = c_i s_i

    Parameters
    ----------
    position : array_like, shape (draws, actors)
        Positions :math:`x_i`, finite, in units of the scale.
    weight : array_like, shape (draws, actors)
        Effective power :math:`w_i \ge 0`, some above 0 in every draw, in any unit.
    threads : int, optional
        As many as the process has cores, unless given; the bits do not depend on it.

    Returns
    -------
    ndarray, shape (draws,)
        Outcomes, in units of the scale.

    Raises
    ------
    ValueError
        If shapes differ, a number is not finite or a weight negative.

    Examples
    --------
    >>> weighted_mean([[0, 60, 100]], [[1, 2, 1]])
    array([55.])
    """
    return each_draw(_weighted_mean, position, weight, threads=threads)


def run(
    capability: ArrayLike,
    position: ArrayLike,
    salience: ArrayLike,
    *,
    low: ArrayLike,
    high: ArrayLike,
    status_quo: ArrayLike | None = None,
    actors: Sequence[str] | None = None,
    issues: Sequence[str] | None = None,
) -> Outcome:
    """Run the compromise model on a sampled case (see `suasion.bargaining.MODELS`)."""
    return settle(
        "mean",
        lambda position, weight, _scale: (weighted_mean(position, weight), True),
        capability=capability,
        position=position,
        salience=salience,
        low=low,
        high=high,
        status_quo=status_quo,
        actors=actors,
        issues=issues,
    )


def _weighted_mean(position: Array, weight: Array) -> Array:
    return over_actors(position * weight) / over_actors(weight)
