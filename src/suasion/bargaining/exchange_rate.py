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
from suasion.bargaining.exchange_rate_kernel import (
    _equal_gain,
    _gains,
    _largest_gains,
    _random_rate,
)

__all__ = ["equal_gain", "gains", "largest_gains", "random_rate"]


def gains(salience: ArrayLike, shift: ArrayLike) -> Array:
    """Return what both partners gain by two shifts.

    Examples
    --------
    >>> gains([0.6, 0.5, 0.1, 0.9], [10, 5]).round(3)
    array([3.5, 3.5])
    """
    s, d = _floats(salience, shift)
    return np.stack(_gains(*s, *d))


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
    return np.stack(_equal_gain(*s, *np.minimum(f, r)))


def largest_gains(salience: ArrayLike, full: ArrayLike) -> Array:
    """Return what each can gain at most, the other being left with nothing.

    Examples
    --------
    >>> largest_gains([0.6, 0.5, 0.1, 0.9], [14.285714, 35.714286]).round(3)
    array([ 7.778, 14.   ])
    """
    s, f = _floats(salience, full)
    s_ip, s_iq, s_jp, s_jq = s
    return np.stack(_largest_gains(s_ip, s_iq, s_jp, s_jq, f[0], f[1], False))


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
    (s_ip, s_iq, s_jp, s_jq), (f_p, f_q), (who, wins, z) = s, f, u
    shift = _random_rate(s_ip, s_iq, s_jp, s_jq, f_p, f_q, who, wins, z, spread, False)
    return np.stack(shift)


def _floats(*arrays: ArrayLike) -> tuple[Array, ...]:
    return tuple(np.asarray(array, dtype=np.float64) for array in arrays)
