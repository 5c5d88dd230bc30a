r"""Exchange of positions across issues: give way where it matters less, gain elsewhere.

The outcome of an issue is the mean of positions weighted by capability times salience,

.. math:: O_p = \sum_i c_i s_{ip} x_{ip} / \sum_i c_i s_{ip},

and an actor loses :math:`s_{ip} |x_{ip} - O_p|` on it. Two actors who disagree on two
issues trade: each votes nearer to the other on the issue that matters less to it. The
terms are those of equal gain, or random (`exchange_rate`); who trades with whom in a
round, and in which order, is in `logrolling`. After a round, positions follow votes a
part of the way,

.. math:: x' = x + (0.4 (1 - s) + 0.1) (y - x),

the less salient the further: what was traded becomes conviction.

Sources: Stokman & Van Oosten 1994, "The exchange of voting positions: an
object-oriented model of policy networks", in Bueno de Mesquita & Stokman (eds.),
European Community Decision Making, Yale University Press, 105-127; Dijkstra, Van Assen,
Stokman & Draaijer 2018 (random exchange rate).
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from suasion import stream
from suasion.bargaining.draws import Array
from suasion.bargaining.externality import KINDS, _externality
from suasion.bargaining.logrolling import Round, Rules, _play
from suasion.bargaining.logrolling_kernel import _outcome
from suasion.bargaining.outcome import Move, Outcome, _names
from suasion.lanes import engine_for

__all__ = ["run"]

# Of a scale of 100: gains and places that differ by less are the same.
# Below this, rounds * draws * (actors * issues)**2, NumPy takes less than a second.
_SMALL = 1_000_000
_TIE_TOL = 1e-9


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
    rounds: int = 10,
    spread: float | None = None,
    salience_weight: float = 0.4,
    fixed_weight: float = 0.1,
    tie_tol: float | None = None,
    seed: int = 1,
    first_draw: int = 0,
    engine: str = "auto",
    threads: int | None = None,
) -> Outcome:
    """Run the exchange model on a sampled case (see `suasion.bargaining.MODELS`).

    The outcome is the weighted mean of the votes of the last round; positions are those
    with which actors enter the next. Nothing depends on the status quo.

    Parameters
    ----------
    capability : array_like, shape (draws, actors) or (draws, actors, issues)
        At least 0, in any unit.
    position, salience : array_like, shape (draws, actors, issues)
        Positions on the scale, NaN where an actor takes no part in an issue; saliences
        from 0 to 1.
    low, high : array_like, shape () or (issues,)
        Ends of the scales, `low < high`.
    status_quo : array_like, optional
        Not used.
    actors, issues : sequence of str, optional
        Names; numbers from 1 on if left out.
    as_published : bool
        Do as the published program, with its defects, but for the coin that it tosses
        if gains tie: then the first in the order of issues and actors is taken.
    rounds : int
        At least 1. After a round without exchanges nothing changes any more.
    spread : float, optional
        From 0 to 1: the random exchange rate, and how far it may be from equal gain.
        Equal gain unless given.
    salience_weight, fixed_weight : float
        The weights 0.4 and 0.1 of the last equation; both at least 0, at most 1
        together.
    tie_tol : float, optional
        On scales of 100, gains that differ by no more tie, and who stands no further
        from the outcome stands on it. At least 0; 1e-9 unless given, and 0 as
        published. Ties are broken by a number drawn for each draw, round and pair.
    seed, first_draw : int
        Random numbers are a function of the seed and the number of the draw; the first
        here has the number `first_draw`.
    engine : str
        "numba" or "numpy", which give the same bits; "auto" is Numba where installed,
        except for small jobs, which NumPy does before Numba has started.
    threads : int, optional
        As many as the process has cores, unless given.

    Returns
    -------
    Outcome
        A draw has converged if nobody traded in its last round. With a single draw,
        `moves` has the votes as they were traded, and `parameters` has "candidates",
        "valid", "gain_sum" and "gain_max" of round 1, "realised" and "voting_outcome"
        by round, and "externalities" by actor, added up over rounds; gains are in units
        of salience times hundredths of a scale.

    Raises
    ------
    ValueError
        If shapes differ or a number breaks its rule; the message names the actor and
        the issue.

    Examples
    --------
    The second gives way on the second issue, and gets all of the first:

    >>> traded = run([[1, 1]], [[[0, 0], [100, 100]]], [[[0.1, 0.9], [0.6, 0.5]]],
    ...              low=0, high=100, rounds=1)
    >>> traded.outcome.round(3)
    array([[100.   ,  28.571]])
    >>> [(move.actor, move.issue, round(move.end, 3)) for move in traded.moves]
    [('1', '1', 100.0), ('2', '2', 80.0)]
    """
    x = np.array(position, dtype=np.float64)
    s = np.array(salience, dtype=np.float64)
    c = np.asarray(capability, dtype=np.float64)
    c = c[:, :, None] if c.ndim == 2 else c
    if x.ndim != 3 or s.shape != x.shape or c.shape not in {x.shape, (*x.shape[:2], 1)}:
        raise ValueError(
            f"position has shape {x.shape}, salience {s.shape}, capability "
            f"{np.shape(capability)}; they must be (draws, actors, issues) twice and "
            "(draws, actors); a single draw is array[None]"
        )
    draws, count, scales = x.shape
    names, titles = _names(actors, count), _names(issues, scales)
    lows, highs = (
        np.broadcast_to(np.asarray(end, float), scales) for end in (low, high)
    )
    _check_rules(rounds, spread, salience_weight, fixed_weight, tie_tol)
    _check(c, x, s, lows, highs, names, titles)
    if tie_tol is None:
        tie_tol = 0.0 if as_published else _TIE_TOL
    seed = stream.check_seed(seed)
    work = rounds * draws * (count * scales) ** 2
    engine = engine_for(engine, small=work < _SMALL)
    present = ~np.isnan(x)
    z = np.where(present, (x - lows) / (highs - lows) * 100, 0)
    s = np.where(present, s, 0)
    # The largest is 1: nothing overflows, whatever the unit of capability.
    w = c / c.max(axis=1, keepdims=True) * s
    rules = Rules(
        bool(as_published),
        spread,
        float(tie_tol),
        rounds,
        salience_weight,
        fixed_weight,
    )
    course = _play(
        z, s, w, rules, (seed, first_draw), engine=engine, threads=threads,
        told=draws == 1,
    )  # fmt: skip
    parameters: dict[str, Any] = {
        "as_published": bool(as_published),
        "rounds": rounds,
        "rate": "equal gain" if spread is None else "random",
        "spread": spread,
        "salience_weight": salience_weight,
        "fixed_weight": fixed_weight,
        "tie_tol": rules.tie_tol,
        "seed": seed,
        "first_draw": first_draw,
        "outcome": "weighted mean of votes",
        "cycle": None,
        "engine": engine,
    }
    moves: tuple[Move, ...] = ()
    width = (highs - lows) / 100
    if draws == 1:
        played = course.rounds
        parameters["cycle"] = _cycle(course.path[0])
        parameters |= _account(played, rounds, course.path[0], s[0], w[0], names)
        parameters["voting_outcome"] = [
            (
                lows + width * _outcome(one.vote.ravel(), w[0].ravel(), scales)[0]
            ).tolist()
            for one in played
        ]
        moves = tuple(_moves(played, lows, width, names, titles))
    there = np.broadcast_to(present[:, None], course.path.shape)
    path = np.clip(lows + width * course.path, lows, highs)
    return Outcome(
        model="exchange",
        actors=names,
        issues=titles,
        positions=np.where(there, path, np.nan),
        outcome=np.clip(lows + width * course.voted, lows, highs),
        parameters=parameters,
        converged=course.rest,
        moves=moves,
    )


def _account(
    played: list[Round],
    rounds: int,
    path: Array,
    s: Array,
    w: Array,
    actors: Sequence[str],
) -> dict[str, Any]:
    """Say of one draw what there was to trade, and what trade did to whom."""
    total = np.zeros((len(actors), len(KINDS), 2))  # gains, then losses
    for one, x in zip(played, path, strict=False):
        effect, kind = _externality(
            x, s * (w > 0), one.outcome, one.exchange, one.before, one.after
        )
        np.put_along_axis(effect, one.exchange[:, :2], one.gain, axis=1)
        for k in range(len(KINDS)):
            total[:, k, 0] += np.where(kind == k, np.maximum(effect, 0), 0).sum(axis=0)
            total[:, k, 1] += np.where(kind == k, np.minimum(effect, 0), 0).sum(axis=0)
    realised = [len(one.exchange) for one in played]
    return {
        "candidates": played[0].candidates,
        "valid": played[0].valid,
        "gain_sum": played[0].gain_sum,
        "gain_max": played[0].gain_max,
        "realised": realised + [0] * (rounds - len(realised)),
        "externalities": {
            actor: {
                name: {"gains": float(row[0]), "losses": float(row[1])}
                for name, row in zip(KINDS, rows, strict=True)
            }
            for actor, rows in zip(actors, total, strict=True)
        },
    }


def _moves(
    played: list[Round],
    lows: Array,
    width: Array,
    actors: Sequence[str],
    issues: Sequence[str],
) -> list[Move]:
    """Say of one draw who voted nearer to whom, and what it got for it."""
    told = []
    for t, one in enumerate(played, 1):
        columns = one.exchange, one.start, one.end, one.gain
        for (i, j, p, q), start, end, gain in zip(*columns, strict=True):
            sides = (j, i, p, q, 0, gain[1]), (i, j, q, p, 1, gain[0])
            for mover, partner, given, got, side, worth in sides:
                why = (
                    f"exchange with {actors[partner]}, who votes nearer to "
                    f"{actors[mover]} on {issues[got]}: a gain of {worth:.3f}"
                )
                where, to = (
                    float(lows[given] + width[given] * at[side]) for at in (start, end)
                )
                told.append(Move(t, actors[mover], issues[given], where, to, why))
    return told


def _cycle(states: Array) -> int | None:
    """Count rounds since the last state occurred before, unless that was the last round."""
    same = (np.abs(states[:-1] - states[-1]) <= _TIE_TOL).all(axis=(1, 2))
    back = np.flatnonzero(same[::-1]) + 1
    return int(back[0]) if back.size and back[0] > 1 else None


def _check_rules(
    rounds: int,
    spread: float | None,
    salience_weight: float,
    fixed_weight: float,
    tie_tol: float | None,
) -> None:
    if not (operator.index(rounds) >= 1):
        raise ValueError(f"rounds is {rounds}; at least one is played; give 10")
    if spread is not None and not (0 <= spread <= 1):
        raise ValueError(
            f"spread is {spread}; it lies between 0, which is equal gain, and 1; "
            "correct it, or leave it out"
        )
    if not (salience_weight >= 0 and fixed_weight >= 0) or not (
        salience_weight + fixed_weight <= 1
    ):
        raise ValueError(
            f"salience_weight is {salience_weight} and fixed_weight is {fixed_weight}; "
            "positions follow votes at most all the way; both must be at least 0, and "
            "at most 1 together"
        )
    if tie_tol is not None and not (0 <= tie_tol < np.inf):
        raise ValueError(
            f"tie_tol is {tie_tol}; it is a small part of a scale of 100, at least 0; "
            f"give {_TIE_TOL:g}, or leave it out"
        )


def _check(
    c: Array,
    x: Array,
    s: Array,
    lows: Array,
    highs: Array,
    actors: Sequence[str],
    issues: Sequence[str],
) -> None:
    for issue, low, high in zip(issues, lows, highs, strict=True):
        if not (-np.inf < low < high < np.inf):
            raise ValueError(
                f"the scale of {issue} runs from {low} to {high}; low must be below "
                "high, both finite; give the ends of the issue's scale"
            )
    absent = np.isnan(x)
    c = np.broadcast_to(c, x.shape)
    numbers = {
        "capability": (
            c,
            (c >= 0) & (c < np.inf),
            "it must be at least 0 and finite; correct it",
        ),
        "position": (
            x,
            (lows <= x) & (x <= highs),
            "it must lie on the scale; correct it, or widen the scale",
        ),
        "salience": (
            s,
            (s >= 0) & (s <= 1),
            "it must lie between 0 and 1; divide percentages by 100",
        ),
    }
    for name, (array, right, rule) in numbers.items():
        wrong = ~(right | absent)
        if wrong.any():
            d, i, p = (int(k) for k in np.argwhere(wrong)[0])
            raise ValueError(
                f"{name} of {actors[i]} on {issues[p]} is {array[d, i, p]} (draw {d}); "
                f"{rule}"
            )
    idle = ~(np.where(absent, 0, c * np.nan_to_num(s)) > 0).any(axis=1)
    if idle.any():
        d, p = (int(k) for k in np.argwhere(idle)[0])
        raise ValueError(
            f"nobody has both capability and salience on {issues[p]} (draw {d}); "
            "somebody must have weight; check both, or leave the issue out"
        )
