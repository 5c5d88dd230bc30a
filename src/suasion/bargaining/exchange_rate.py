r"""Terms of trade: how far two partners move two outcomes for each other.

Partner i demands issue p and supplies q, partner j the reverse. With :math:`D_p` and
:math:`D_q` the shifts of the outcomes that they trade, they gain

.. math:: g_i = s_{ip} D_p - s_{iq} D_q, \qquad g_j = s_{jq} D_q - s_{jp} D_p.

Whoever moves all the way to its partner shifts the outcome by its *full* shift F, and
on the frontier of what both can gain at least one does: :math:`D_p = F_p` or
:math:`D_q = F_q`. Equal gain is the point at which :math:`g_i = g_j`; the random rate
draws a point around it.

Arrays are `salience` of shape (4, ...), which is :math:`s_{ip}, s_{iq}, s_{jp}, s_{jq}`
with :math:`s_{ip} s_{jq} \ge s_{iq} s_{jp}` and all above 0; shifts of shape (2, ...),
issue p before q; gains of shape (2, ...), partner i before j.

Sources: Stokman & Van Oosten 1994, "The exchange of voting positions", in Bueno de
Mesquita & Stokman (eds.), European Community Decision Making, 105-127 (equal gain);
Dijkstra, Van Assen, Stokman & Draaijer 2018 (the random rate). Another rule is that of
Raiffa, Kalai & Smorodinsky: Van Assen, Stokman & Van Oosten 2003.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from suasion.bargaining.draws import Array

__all__ = ["equal_gain", "gains", "largest_gains", "random_rate"]


def gains(salience: ArrayLike, shift: ArrayLike) -> Array:
    """Return what both partners gain by two shifts.

    Examples
    --------
    >>> gains([0.6, 0.5, 0.1, 0.9], [10, 5]).round(3)
    array([3.5, 3.5])
    """
    return _gains(*_floats(salience, shift))


def equal_gain(salience: ArrayLike, full: ArrayLike, room: ArrayLike = np.inf) -> Array:
    r"""Return the shifts at which both gain the same, and one is as large as can be.

    .. math:: D_p = \min(F_p, F_q / e, R_p, R_q / e), \quad D_q = e D_p, \quad
              e = \frac{s_{ip} + s_{jp}}{s_{iq} + s_{jq}}

    Parameters
    ----------
    salience, full : array_like
        As at the top of the module; full shifts at least 0.
    room : array_like, shape () or (2, ...)
        R, the distances of the outcomes from where the partners that demand them want
        them: nobody pays to be overshot.

    Examples
    --------
    Two actors at 0 and at 100 on both issues, with weights 0.1 and 0.6 on the first and
    0.9 and 0.5 on the second:

    >>> s = [0.6, 0.5, 0.1, 0.9]
    >>> shift = equal_gain(s, [100 * 0.1 / 0.7, 100 * 0.5 / 1.4])
    >>> shift.round(3), gains(s, shift).round(3)
    (array([14.286,  7.143]), array([5., 5.]))
    """
    s, f, r = _floats(salience, full, room)
    return _equal_gain(s, np.minimum(f, r))


def largest_gains(salience: ArrayLike, full: ArrayLike) -> Array:
    """Return what each can gain at most, the other being left with nothing.

    Examples
    --------
    >>> largest_gains([0.6, 0.5, 0.1, 0.9], [14.285714, 35.714286]).round(3)
    array([ 7.778, 14.   ])
    """
    s, f = _floats(salience, full)
    return _largest_gains(s, f, False)


def random_rate(
    salience: ArrayLike, full: ArrayLike, uniform: ArrayLike, spread: float
) -> Array:
    """Return shifts at a random point of the frontier.

    One partner, either with the same chance, wins or loses, either with the same
    chance. With z uniform it gains `g + spread z (e - g)` if it wins, e being the most
    it can gain, and `g - spread z g` if it loses, g being equal gain.

    Parameters
    ----------
    salience, full : array_like
        As at the top of the module.
    uniform : array_like, shape (3, ...)
        Three numbers in (0, 1): who, wins or loses, and z.
    spread : float
        From 0, which is equal gain, to 1.

    Examples
    --------
    The first wins as much as there is for it:

    >>> s = [0.6, 0.5, 0.1, 0.9]
    >>> gains(s, random_rate(s, [14.285714, 35.714286], [0.1, 0.1, 0.9], 1)).round(3)
    array([7.5, 0.5])
    """
    s, f, u = _floats(salience, full, uniform)
    return _random_rate(s, f, u, spread, False)


def _gains(s: Array, shift: Array) -> Array:
    gain: Array = s[[0, 3]] * shift - s[[1, 2]] * shift[::-1]
    return gain


def _equal_gain(s: Array, most: Array) -> Array:
    rate = (s[0] + s[2]) / (s[1] + s[3])
    p = np.minimum(most[0], most[1] / rate)
    return np.stack([p, p * rate])


def _largest_gains(s: Array, full: Array, published: bool) -> Array:
    """Each gives until the other is left with 0, or until there is no more to give.

    As published, whether p or q runs out first is judged by the gains that both would
    have from their full demands, and then once for both partners.
    """
    up, uq = s[[0, 3]] * full  # what the full demands are worth to whom they go
    lp, lq = s[[2, 1]] * full  # and what they cost to whom they come from
    p_first = up <= uq
    i_ends_on_p, j_ends_on_p = (p_first, p_first) if published else (lp <= uq, up <= lq)
    return np.stack(
        [
            np.where(i_ends_on_p, up - lp * s[1] / s[3], uq * s[0] / s[2] - lq),
            np.where(j_ends_on_p, up * s[3] / s[1] - lp, uq - lq * s[2] / s[0]),
        ]
    )


def _random_rate(
    s: Array, full: Array, uniform: Array, spread: float, published: bool
) -> Array:
    who, wins, z = uniform
    g = _gains(s, _equal_gain(s, full))
    most = _largest_gains(s, full, published)
    first = who < 0.5
    g, most = np.where(first, g[0], g[1]), np.where(first, most[0], most[1])
    gain = np.where(wins < 0.5, g + spread * z * (most - g), g - spread * z * g)
    # The one who is drawn moves all the way on what it supplies, or else the other does.
    mine, yours = np.where(first, full[::-1], full)
    gives, takes = np.where(first, s[1], s[2]), np.where(first, s[0], s[3])
    owed = (gain + gives * mine) / takes
    full_move = owed <= yours
    paid = np.where(full_move, mine, np.maximum(takes * yours - gain, 0) / gives)
    owed = np.minimum(owed, yours)
    return np.stack([np.where(first, owed, paid), np.where(first, paid, owed)])


def _floats(*arrays: ArrayLike) -> tuple[Array, ...]:
    return tuple(np.asarray(array, dtype=np.float64) for array in arrays)
