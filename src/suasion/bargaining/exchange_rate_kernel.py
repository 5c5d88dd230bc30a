"""Terms of trade, pair by pair: the formulas of `suasion.bargaining.exchange_rate`.

`s_ip` is the salience of p to i, `d_p` a shift of p, `f_p` a full shift. Each argument is
a number, or an array with a number for each exchange.
"""

from __future__ import annotations

import numpy as np

from suasion.bargaining.draws import Array
from suasion.lanes.many import where

__all__: list[str] = []


def _gains(
    s_ip: Array, s_iq: Array, s_jp: Array, s_jq: Array, d_p: Array, d_q: Array
) -> tuple[Array, Array]:
    return s_ip * d_p - s_iq * d_q, s_jq * d_q - s_jp * d_p


def _equal_gain(
    s_ip: Array, s_iq: Array, s_jp: Array, s_jq: Array, f_p: Array, f_q: Array
) -> tuple[Array, Array]:
    rate = (s_ip + s_jp) / (s_iq + s_jq)
    d_p = np.minimum(f_p, f_q / rate)
    return d_p, d_p * rate


def _largest_gains(
    s_ip: Array,
    s_iq: Array,
    s_jp: Array,
    s_jq: Array,
    f_p: Array,
    f_q: Array,
    published: bool,
) -> tuple[Array, Array]:
    """Each gives until the other is left with 0, or until there is no more to give.

    As published, whether p or q runs out first is judged by the gains that both would
    have from their full demands, and then once for both partners.
    """
    up, uq = s_ip * f_p, s_jq * f_q  # what the full demands are worth to whom they go
    lp, lq = s_jp * f_p, s_iq * f_q  # and what they cost to whom they come from
    i_ends_on_p = up <= uq if published else lp <= uq
    j_ends_on_p = up <= uq if published else up <= lq
    return (
        where(i_ends_on_p, up - lp * s_iq / s_jq, uq * s_ip / s_jp - lq),
        where(j_ends_on_p, up * s_jq / s_iq - lp, uq - lq * s_jp / s_ip),
    )


def _random_rate(
    s_ip: Array,
    s_iq: Array,
    s_jp: Array,
    s_jq: Array,
    f_p: Array,
    f_q: Array,
    who: Array,
    wins: Array,
    z: Array,
    spread: float,
    published: bool,
) -> tuple[Array, Array]:
    d_p, d_q = _equal_gain(s_ip, s_iq, s_jp, s_jq, f_p, f_q)
    g_i, g_j = _gains(s_ip, s_iq, s_jp, s_jq, d_p, d_q)
    e_i, e_j = _largest_gains(s_ip, s_iq, s_jp, s_jq, f_p, f_q, published)
    first = who < 0.5
    g, most = where(first, g_i, g_j), where(first, e_i, e_j)
    gain = where(wins < 0.5, g + spread * z * (most - g), g - spread * z * g)
    # The one who is drawn moves all the way on what it supplies, or else the other does.
    mine, yours = where(first, f_q, f_p), where(first, f_p, f_q)
    gives, takes = where(first, s_iq, s_jp), where(first, s_ip, s_jq)
    owed = (gain + gives * mine) / takes
    left = np.maximum(takes * yours - gain, 0.0) / gives
    paid = where(owed <= yours, mine, left)
    owed = np.minimum(owed, yours)
    return where(first, owed, paid), where(first, paid, owed)
