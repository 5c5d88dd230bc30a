r"""Power indices: how much an actor's consent matters, before anybody takes sides.

Let :math:`\eta_i(s)` be the number of coalitions of s others that actor i makes win
(its swings), and :math:`\mu_i(s)` the number of minimal winning coalitions with s members
that it belongs to; n is the number of actors.

=====================  ==========================================================
Shapley-Shubik         :math:`\phi_i = \sum_s \eta_i(s) \, s! (n-1-s)! / n!`
Banzhaf, absolute      :math:`\beta_i = \sum_s \eta_i(s) / 2^{n-1}`
Banzhaf, normalised    :math:`\beta_i / \sum_j \beta_j`
Deegan-Packel          :math:`\sum_s \mu_i(s) / s`, over the number of such coalitions
Holler, public good    :math:`\sum_s \mu_i(s)`, over its sum for all actors
=====================  ==========================================================

All but the absolute Banzhaf index sum to 1, unless nobody or everybody can say yes alone
or all coalitions win or lose; then all are 0. Numbers are exact fractions.

Sources: Shapley & Shubik 1954, American Political Science Review 48, 787-792; Banzhaf
1965, Rutgers Law Review 19, 317-343; Deegan & Packel 1978, International Journal of Game
Theory 7, 113-123; Holler & Packel 1983, Zeitschrift für Nationalökonomie 43, 21-29.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from suasion.power.diagram import Sizes

__all__ = ["banzhaf", "deegan_packel", "holler", "normalised", "shapley_shubik"]


def shapley_shubik(swings: Sequence[Sizes]) -> list[Fraction]:
    """Return the share of orders of joining in which each actor is pivotal.

    Parameters
    ----------
    swings : sequence of list of int
        For each actor, its swings by the number of others: 0, 1, 2, ...

    Examples
    --------
    >>> shapley_shubik([[0, 2, 1], [0, 1, 0], [0, 1, 0]])
    [Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)]
    """
    n = len(swings)
    orders = math.factorial(n)
    each = [math.factorial(s) * math.factorial(n - 1 - s) for s in range(n)]
    return [
        Fraction(sum(a * b for a, b in zip(row, each, strict=False)), orders)
        for row in swings
    ]


def banzhaf(swings: Sequence[Sizes]) -> list[Fraction]:
    """Return the share of coalitions of all others that each actor makes win.

    Examples
    --------
    >>> banzhaf([[0, 2, 1], [0, 1, 0], [0, 1, 0]])
    [Fraction(3, 4), Fraction(1, 4), Fraction(1, 4)]
    """
    return [Fraction(2 * sum(row), 2 ** len(swings)) for row in swings]


def deegan_packel(members: Sequence[Sizes]) -> list[Fraction]:
    """Share every minimal winning coalition equally among its members, and average.

    Parameters
    ----------
    members : sequence of list of int
        For each actor, the minimal winning coalitions that it is in, by their size.

    Examples
    --------
    >>> deegan_packel([[0, 0, 2, 0], [0, 0, 1, 0], [0, 0, 1, 0]])
    [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]
    """
    return normalised(
        [
            sum((Fraction(count, s) for s, count in enumerate(row) if s), Fraction())
            for row in members
        ]
    )


def holler(members: Sequence[Sizes]) -> list[Fraction]:
    """Return each actor's share of all memberships in minimal winning coalitions.

    Examples
    --------
    >>> holler([[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0]])
    [Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)]
    """
    return normalised([Fraction(sum(row)) for row in members])


def normalised(values: Sequence[Fraction]) -> list[Fraction]:
    """Divide by the sum; zeros stay."""
    total = sum(values, Fraction())
    return [value / total if total else value for value in values]
