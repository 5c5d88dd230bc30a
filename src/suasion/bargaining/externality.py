r"""What exchanges do to everybody else: gains and losses of actors who did not trade.

An exchange that shifts the outcomes of p and q from N to N' is worth to actor k

.. math:: E_k = s_{kp} (|x_{kp} - N_p| - |x_{kp} - N'_p|)
              + s_{kq} (|x_{kq} - N_q| - |x_{kq} - N'_q|).

To the partners it is their *own* gain. It is an *inner* externality to those who stand
with either partner, on the same sides of both outcomes, and an *outer* one to all
others.

Source: Van Assen, Stokman & Van Oosten 2003, "Conflict measures in cooperative exchange
models of collective decision-making", Rationality and Society 15, 85-112.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.bargaining.draws import Array

__all__ = ["KINDS", "externality"]

KINDS = ("own", "inner", "outer")


def externality(
    position: ArrayLike,
    salience: ArrayLike,
    outcome: ArrayLike,
    exchange: ArrayLike,
    *,
    before: ArrayLike,
    after: ArrayLike,
) -> tuple[Array, NDArray[np.int64]]:
    """Return what each exchange is worth to each actor, and of what kind it is.

    Parameters
    ----------
    position, salience : array_like, shape (actors, issues)
        At the start of the round; salience is 0 where an actor has no position.
    outcome : array_like, shape (issues,)
        At the start of the round.
    exchange : array_like of int, shape (exchanges, 4)
        Who demands p, who demands q, p and q; counted from 0.
    before, after : array_like, shape (exchanges, 2)
        Outcomes of p and of q before and after each exchange, as the partners know them.

    Returns
    -------
    effect : ndarray, shape (exchanges, actors)
        In units of salience times position.
    kind : ndarray of int, shape (exchanges, actors)
        0, 1 or 2, as in `KINDS`.

    Examples
    --------
    The third stands with the first, but cares more for the first issue:

    >>> effect, kind = externality(
    ...     [[0, 0], [100, 100], [0, 0]], [[0.1, 0.9], [0.6, 0.5], [0.5, 0.1]],
    ...     [50, 50], [[1, 0, 0, 1]], before=[[50, 50]], after=[[60, 45]])
    >>> effect.round(3)
    array([[ 3.5,  3.5, -4.5]])
    >>> [KINDS[k] for k in kind[0]]
    ['own', 'own', 'inner']
    """
    x, s, o, n, m = (
        np.asarray(array, dtype=np.float64)
        for array in (position, salience, outcome, before, after)
    )
    partners = np.asarray(exchange, dtype=np.int64)
    if partners.ndim != 2 or partners.shape[1] != 4:
        raise ValueError(
            f"exchange has shape {partners.shape}; each is a row of four numbers, who "
            "demands p, who demands q, p and q; give an array (exchanges, 4)"
        )
    return _externality(x, s, o, partners, n, m)


def _externality(
    x: Array, s: Array, outcome: Array, exchange: NDArray[np.int64], n: Array, m: Array
) -> tuple[Array, NDArray[np.int64]]:
    who, issue = exchange[:, :2], exchange[:, 2:]
    at, weight = x.T[issue], s.T[issue]  # (exchanges, 2, actors)
    nearer = np.abs(at - n[:, :, None]) - np.abs(at - m[:, :, None])
    effect: Array = np.where(weight > 0, weight * nearer, 0).sum(axis=1)
    left = at <= outcome[issue][:, :, None]
    theirs = np.take_along_axis(left, who[:, None, :], axis=2)  # (exchanges, 2, 2)
    inner = (left[:, :, None, :] == theirs[:, :, :, None]).all(axis=1).any(axis=1)
    inner &= (weight > 0).all(axis=1)
    kind = np.where(inner, 1, 2)
    np.put_along_axis(kind, who, 0, axis=1)
    return effect, kind
