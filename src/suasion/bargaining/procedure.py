r"""Procedure: who may propose, who must consent, and where things stand until they do.

On one dimension an actor at :math:`x_i` consents to z, against the status quo q, if z is
no farther from it: :math:`|z - x_i| \le |q - x_i|`. So it consents to all between q and
its mirror image :math:`2 x_i - q`. The *winset* of the status quo is what all veto
players consent to and, if votes are counted, actors with more than a given share of them.
Consent shrinks with the distance from q, so the winset is an interval around q,

.. math:: W = [L, R], \qquad L \le q \le R,

and is q alone if veto players stand on both sides of it. The *agenda setter* makes a
proposal that can only be accepted or rejected, and picks the point of W nearest to its
own position. Without a setter anybody may propose, and the weighted median of the votes
takes its place (an open rule).

Sources: Romer & Rosenthal 1978, "Political resource allocation, controlled agendas, and
the status quo", Public Choice 33, 27-43 (the setter); Steunenberg 1994, "Decision making
under different institutional arrangements: legislation by the European Community",
Journal of Institutional and Theoretical Economics 150, 642-669 (setter and vetoes);
Tsebelis 2002, *Veto Players* (Princeton University Press), chapters 1-2 (winset).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.bargaining.draws import Array, over_actors, per_draw
from suasion.bargaining.median import weighted_median
from suasion.bargaining.outcome import Move, Outcome, settle
from suasion.wording import did_you_mean

__all__ = ["run", "winset"]

# Sums of votes this close to the share, relatively, are not more than it.
_TOLERANCE = 1e-12


def winset(
    position: ArrayLike,
    votes: ArrayLike,
    status_quo: ArrayLike,
    *,
    veto: Sequence[int] = (),
    share: float | None = 0.5,
) -> tuple[Array, Array]:
    r"""Find the ends of the winset of the status quo, draw by draw.

    .. math::

        R = \max(q, \min(2 \min_v x_v - q,\; 2 m - q)), \qquad
        m = \max \{x_i : \textstyle\sum_{x_j \ge x_i} w_j > \pi \sum_j w_j\}

    over veto players v, and L as in a mirror.

    Parameters
    ----------
    position, votes : array_like, shape (draws, actors)
        Positions, finite, in units of the scale; votes :math:`w_i \ge 0`.
    status_quo : array_like, shape () or (draws,)
        Where the issue stands if nothing is decided, finite.
    veto : sequence of int
        Actors whose consent is needed, from 0 on.
    share : float or None
        :math:`\pi`, 0 to below 1: more than this share of the votes must consent. None
        if votes are not counted.

    Returns
    -------
    tuple of ndarray, shape (draws,)
        The lower and the upper end; infinite where nobody's consent is needed.

    Raises
    ------
    ValueError
        If shapes differ or a number breaks its rule.

    Examples
    --------
    >>> winset([[20, 60, 90]], [[1, 1, 1]], 30)
    (array([30.]), array([90.]))
    >>> winset([[20, 60, 90]], [[1, 1, 1]], 30, veto=[0])
    (array([30.]), array([30.]))
    """
    x, w = _checked(position, votes, share)
    if not all(0 <= v < x.shape[1] for v in veto):
        raise ValueError(
            f"veto is {list(veto)}; actors are counted from 0 to {x.shape[1] - 1}"
        )
    quo = per_draw("status_quo", status_quo, len(x))
    consents = np.zeros(x.T.shape, dtype=np.bool_)
    consents[list(veto)] = True
    return _winset(x.T, w.T, quo, consents, share)


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
    as_published: bool = False,
    setter: str | None = None,
    veto: Sequence[str] = (),
    share: float | None = 0.5,
    votes: ArrayLike | None = None,
) -> Outcome:
    """Let a setter propose what veto players and a majority prefer to the status quo.

    An actor whose salience on an issue is 0 neither votes nor vetoes there; a setter
    without salience proposes nothing.

    Parameters
    ----------
    capability : array_like, shape (draws, actors)
        Counted as votes if no others are given.
    position, salience : array_like, shape (draws, actors, issues)
    low, high : array_like, shape () or (issues,)
    status_quo : array_like, shape (draws, issues)
        Needed for every issue.
    actors, issues : sequence of str, optional
    as_published : bool
        Without effect: nothing in the sources is corrected.
    setter : str, optional
        Name of the agenda setter; without one, an open rule.
    veto : sequence of str
        Names of the veto players.
    share : float or None
        More than this share of the votes must consent; None if votes are not counted.
    votes : array_like, shape (actors,), optional

    Raises
    ------
    ValueError
        If there is no status quo, or no actor of a name, or a number breaks its rule.

    Examples
    --------
    >>> x = [[[20.0], [60.0], [90.0]]]
    >>> run([[1, 1, 1]], x, [[[1], [1], [1]]], low=0, high=100, status_quo=[[40]],
    ...     actors=["A", "B", "C"], setter="C").outcome
    array([[80.]])
    """
    c = np.asarray(capability, dtype=np.float64)
    names = [str(k + 1) for k in range(c.shape[-1])] if actors is None else list(actors)
    blocking = [_place(who, names, "veto") for who in veto]
    proposing = None if setter is None else _place(setter, names, "setter")
    counted = c if votes is None else np.broadcast_to(np.asarray(votes, float), c.shape)
    ends: list[list[float]] = []

    def solve(x: Array, weight: Array, scale: dict[str, Any]) -> tuple[Array, bool]:
        quo = scale["status_quo"]
        if quo is None:
            raise ValueError(
                "the model procedure needs a status quo on every issue; add status_quo "
                "to the issue: where it stands if nothing is decided"
            )
        cares: NDArray[np.bool_] = np.asarray(weight > 0, dtype=np.bool_)
        consents = np.zeros(x.T.shape, dtype=np.bool_)
        consents[blocking] = cares.T[blocking]
        x, w = _checked(x, np.where(cares, counted, 0.0), share)
        lower, upper = _winset(x.T, w.T, quo, consents, share)
        if proposing is not None:
            proposal = np.where(cares[:, proposing], x[:, proposing], quo)
        else:
            # Nobody votes: nobody proposes.
            none = np.asarray(~(w > 0).any(axis=1))
            proposal = weighted_median(x, np.where(none[:, None], 1.0, w))
            proposal = np.where(none, quo, proposal)
        if len(x) == 1:
            reach = (float(scale["low"]), float(scale["high"]))
            ends.append([max(lower[0], reach[0]), min(upper[0], reach[1])])
        return np.clip(proposal, lower, upper), True

    outcome = settle(
        "procedure",
        solve,
        capability=capability,
        position=position,
        salience=salience,
        low=low,
        high=high,
        status_quo=status_quo,
        actors=actors,
        issues=issues,
    )
    stated: dict[str, Any] = {"setter": setter, "veto": list(veto), "share": share}
    stated |= {"cycle": None, **({"winset": ends} if ends else {})}
    quo = np.broadcast_to(np.asarray(status_quo, float), outcome.outcome.shape)
    moves = _moves(outcome, quo, setter) if ends else ()
    return replace(outcome, parameters=stated, moves=moves)


def _checked(
    position: ArrayLike, votes: ArrayLike, share: float | None
) -> tuple[Array, Array]:
    x = np.asarray(position, dtype=np.float64)
    w = np.asarray(votes, dtype=np.float64)
    if x.ndim != 2 or x.shape != w.shape or x.shape[1] == 0:
        raise ValueError(
            f"position has shape {x.shape}, votes {w.shape}; both must be "
            "(draws, actors), with at least one actor"
        )
    if not np.isfinite(x).all():
        raise ValueError("a position is not finite; give a number for each actor")
    if not ((w >= 0) & (w < np.inf)).all():
        raise ValueError("votes are negative or not finite; give at least 0 for each")
    if share is not None and not 0 <= share < 1:
        raise ValueError(f"share is {share}; it lies between 0 and below 1; write 0.5")
    return x, w


def _winset(
    position: Array,
    votes: Array,
    quo: Array,
    consents: NDArray[np.bool_],
    share: float | None,
) -> tuple[Array, Array]:
    """As `winset`, actors leading; consents tells who is a veto player, draw by draw."""
    below = np.full_like(quo, -np.inf)
    above = np.full_like(quo, np.inf)
    for x, needed in zip(position, consents, strict=True):
        mirror = 2 * x - quo
        below = np.where(needed, np.maximum(below, mirror), below)
        above = np.where(needed, np.minimum(above, mirror), above)
    if share is not None:
        enough = share * over_actors(votes)
        enough += _TOLERANCE * over_actors(votes)
        left, right = np.full_like(quo, np.inf), np.full_like(quo, -np.inf)
        for x in position:
            up = over_actors(np.where(position >= x, votes, 0.0)) > enough
            down = over_actors(np.where(position <= x, votes, 0.0)) > enough
            right = np.where(up, np.maximum(right, x), right)
            left = np.where(down, np.minimum(left, x), left)
        above = np.minimum(above, 2 * right - quo)
        below = np.maximum(below, 2 * left - quo)
    return np.minimum(below, quo), np.maximum(above, quo)


def _place(who: str, names: list[str], what: str) -> int:
    if who not in names:
        raise ValueError(
            f"{what} is {who!r}; there is no such actor; {did_you_mean(who, names)}"
        )
    return names.index(who)


def _moves(outcome: Outcome, quo: Array, setter: str | None) -> tuple[Move, ...]:
    who = "an open rule leads to it" if setter is None else f"{setter} proposes it"
    moves = []
    for k, issue in enumerate(outcome.issues):
        end = float(outcome.outcome[0, k])
        because = (
            f"{who}, and those whose consent is needed prefer it to the status quo"
        )
        if end == quo[0, k]:
            better = "else" if setter is None else f"that {setter} prefers"
            because = f"the status quo stays: nothing {better} has the consent it needs"
        for i, actor in enumerate(outcome.actors):
            start = float(outcome.positions[0, 0, i, k])
            if start != end:
                moves.append(Move(1, actor, issue, start, end, because))
    return tuple(moves)
