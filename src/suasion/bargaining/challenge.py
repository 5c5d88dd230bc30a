r"""Expected-utility challenges: whoever gains from a challenge makes it, or gives way.

In each round every actor weighs, against every other, what it expects of challenging
and what the other expects of challenging it. With distance g in units of the width of
the scale and exponent r for attitude to risk, the utilities of success, of failure and
of nothing changing are

.. math:: U_s = 2 - 4(\tfrac12 - \tfrac12 g)^r, \quad
          U_f = 2 - 4(\tfrac12 + \tfrac12 g)^r, \quad U_q = 2 - 4(\tfrac12)^r

and what i expects of challenging j, which resists with probability :math:`s_j`, is

.. math:: E(i \to j) = s_j [P_{ij} U_s + (1 - P_{ij}) U_f] + (1 - s_j) U_s - Q U_q
          - (1 - Q) [T U_b + (1 - T) U_w].

With :math:`a = E_i(i \to j)` and :math:`b = E_i(j \to i)`, both as i sees them, i goes
over to j if b > a > 0 (confrontation), meets it at :math:`x_i + (x_j - x_i) |a/b|` if
b > 0 > a and b > |a| (compromise), and goes over to it if b > 0 > a and b < |a|
(capitulation). It takes the best sort of offer in this order, and of these the one that
moves it least.

Sources: Bueno de Mesquita 1985, "The War Trap revisited", American Political Science
Review 79, 156-177 (risk; :math:`T U_b + (1 - T) U_w`); Bueno de Mesquita 1994 and 1997,
"A decision making model: its structure and form", International Interactions 23,
235-266; Scholz, Calbert & Smith 2011, "Unravelling Bueno de Mesquita's group decision
model", Journal of Theoretical Politics 23, 510-531 (the replication).
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.bargaining.challenge_course import Course, Rules, engine_for, expect, play
from suasion.bargaining.draws import _LARGEST, Array
from suasion.bargaining.median import weighted_median
from suasion.bargaining.outcome import Move, Outcome, _checked, _names

__all__ = ["challenge", "expectations", "run"]

_KINDS = ("none", "confrontation", "compromise", "capitulation")
# States this close, in units of the scale, are one state when cycles are looked for.
_SAME = 1e-9
_TIE_TOL = 1e-9


def challenge(
    capability: ArrayLike,
    position: ArrayLike,
    salience: ArrayLike,
    *,
    low: float,
    high: float,
    as_published: bool = False,
    rounds: int = 10,
    q: float = 1.0,
    tie_tol: float | None = None,
    engine: str = "auto",
    threads: int | None = None,
) -> Array:
    r"""Positions round by round on one issue, draw by draw.

    Equations stand at the top of the module. The probability that i prevails over j is
    the support for i over the support for either,

    .. math:: P_{ij} = \frac{\sum_k \max(0, v_k(x_i, x_j))}{\sum_k |v_k(x_i, x_j)|},
              \qquad v_k(a, b) = w_k (|x_k - b|^{r_k} - |x_k - a|^{r_k}) / D^{r_k},

    or 1/2 if nobody cares, with :math:`w_k = c_k s_k` and D the width of the scale. The
    danger d of an actor is the sum of what others expect of challenging it, all
    neutral to risk. It takes the less risk the better the place where it stands is
    among the places where anybody with weight stands,

    .. math:: r = \frac{1 - R/3}{1 + R/3}, \qquad
              R = \frac{2 d - d_{max} - d_{min}}{d_{max} - d_{min}}.

    Actors without weight challenge nobody.

    Parameters
    ----------
    capability : array_like, shape (draws, actors)
        :math:`c_i \ge 0`, in any unit.
    position, salience : array_like, shape (draws, actors)
        :math:`x_i` on the scale; :math:`s_i` between 0 and 1. In each draw somebody has
        both capability and salience.
    low, high : float
        Ends of the scale, `low < high`.
    as_published : bool
        Do as the program of Scholz, Calbert & Smith: P has the votes between all pairs
        in its denominator, R compares the danger of different actors, the compromise
        lowest on the scale is taken, nobody capitulates, D is the range of positions at
        the start, and actors without weight challenge as well.
    rounds : int
        At least 1.
    q : float
        Probability :math:`Q \in [0, 1]` that nothing changes without a challenge; else
        the other goes to the median, which is better (T = 1) if it is nearer. Bueno de
        Mesquita used 1 and 1/2.
    tie_tol : float, optional
        Distances (in units of D) and expected utilities that differ by no more are the
        same; from 0 to below 1. Unless given, 1e-9, or 0 as published.
    engine : {"auto", "numba", "numpy"}
        What computes: Numba where it is installed, except for a few draws of a few
        actors (`draws * actors**3` below 16,384), where NumPy has the answer before
        Numba has started. With a `tie_tol` of 1e-9, they agree to 1e-7 of the scale.
    threads : int, optional
        As many as the process has cores, unless given; the bits do not depend on it.

    Returns
    -------
    ndarray, shape (draws, rounds + 1, actors)
        Positions before the first round and after each.

    Raises
    ------
    ValueError
        If shapes differ, or a number breaks its rule; the message says where.

    Examples
    --------
    Of two who both care, the weaker goes to meet the stronger, and goes on doing so:

    >>> path = challenge([[3, 1]], [[0, 100]], [[1, 1]], low=0, high=100, rounds=3)
    >>> path[0].round(1)
    array([[  0. , 100. ],
           [  0. ,  90.6],
           [  0. ,  72. ],
           [  0. ,  58.9]])
    """
    rules = _rules(as_published, rounds, q, tie_tol)
    c, x, s = _columns(capability, position, salience, low, high)
    widths = _widths(x, high - low, rules)
    engine = engine_for(engine, *x.shape)
    return play(c, x, s, widths, rules, rounds, engine, threads).path


def expectations(
    capability: ArrayLike,
    position: ArrayLike,
    salience: ArrayLike,
    *,
    low: float,
    high: float,
    as_published: bool = False,
    q: float = 1.0,
    tie_tol: float | None = None,
    engine: str = "auto",
    threads: int | None = None,
) -> tuple[Array, Array]:
    r"""Return what everybody expects of challenging everybody else, in the first round.

    Parameters are those of `challenge`.

    Returns
    -------
    own, other : ndarray, shape (draws, actors, actors)
        :math:`E_i(i \to j)`, what i expects of challenging j, and
        :math:`E_i(j \to i)`, what i thinks that j expects of challenging it. Both are 0
        on the diagonal.

    Raises
    ------
    ValueError
        If shapes differ, or a number breaks its rule; the message says where.

    Examples
    --------
    The weaker expects to lose by a challenge, and to be challenged:

    >>> own, other = expectations([[3, 1]], [[0, 100]], [[1, 1]], low=0, high=100)
    >>> float(own[0, 1, 0].round(2)), float(other[0, 1, 0].round(2))
    (-0.17, 1.83)
    """
    rules = _rules(as_published, 1, q, tie_tol)
    c, x, s = _columns(capability, position, salience, low, high)
    widths = _widths(x, high - low, rules)
    engine = engine_for(engine, *x.shape)
    return expect(c, x, s, widths, rules, engine, threads)[:2]


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
    q: float = 1.0,
    tie_tol: float | None = None,
    engine: str = "auto",
    threads: int | None = None,
) -> Outcome:
    """Run the challenge model on a sampled case (see `suasion.bargaining.MODELS`).

    Issues are played one by one, with the parameters of `challenge`. The outcome is the
    median of the last positions, weighted by capability times salience. Nothing depends
    on the status quo: without a challenge positions stay as they are.

    A draw has converged if nobody moved in its last round. `Outcome.mover` says whose
    offer each actor took. With a single draw, `Outcome.moves` says who moved whom and
    why, and `parameters["cycle"]` is the number of rounds after which the last state
    recurs, or None.
    """
    c, x, s = _checked(capability, position, salience)
    draws, count, scales = x.shape
    names, titles = _names(actors, count), _names(issues, scales)
    lows, highs = (
        np.broadcast_to(np.asarray(end, float), scales) for end in (low, high)
    )
    rules = _rules(as_published, rounds, q, tie_tol)
    engine = engine_for(engine, draws, count)
    positions = np.empty((draws, rounds + 1, count, scales))
    mover = np.empty((draws, rounds, count, scales), dtype=np.int16)
    outcome = np.empty((draws, scales))
    told: list[Move] = []
    for k in range(scales):
        columns = _columns(c, x[:, :, k], s[:, :, k], float(lows[k]), float(highs[k]))
        widths = _widths(columns[1], float(highs[k] - lows[k]), rules)
        given = *columns, widths, rules
        course = play(*given, rounds, engine, threads, told=True)
        path = positions[:, :, :, k] = course.path
        mover[:, :, :, k] = course.by
        outcome[:, k] = weighted_median(path[:, -1], c * s[:, :, k], threads=threads)
        if draws == 1:
            told += _moves(*given, course, engine, names, titles[k])
    last, before = (positions[:, -t] / (highs - lows) for t in (1, 2))
    still = _same(last, before, rules.tie_tol)
    cycle = None
    if draws == 1:
        cycle = _cycle(positions[0] / (highs - lows), rules.tie_tol)
    return Outcome(
        model="challenge",
        actors=names,
        issues=titles,
        positions=positions,
        outcome=outcome,
        parameters={
            "as_published": as_published,
            "rounds": rounds,
            "q": rules.q,
            "tie_tol": rules.tie_tol,
            "outcome": "weighted median",
            "cycle": cycle,
            "engine": engine,
        },
        converged=still,
        moves=tuple(sorted(told, key=lambda move: move.round)),
        mover=mover,
    )


def _widths(x: Array, width: float, rules: Rules) -> Array:
    """Width of the scale, draw by draw; as published, of what is taken up of it."""
    if not rules.published:
        return np.full(len(x), width)
    start = np.ptp(x, axis=1)
    return np.where(start > 0, start, 1)


def _moves(
    c: Array,
    x: Array,
    s: Array,
    widths: Array,
    rules: Rules,
    course: Course,
    engine: str,
    actors: Sequence[str],
    issue: str,
) -> Iterator[Move]:
    """Say of a single draw who moved whom and why."""
    path = course.path[0]
    # Each round is weighed as the first of a draw of its own.
    c, s, widths = (np.repeat(array, len(path) - 1, axis=0) for array in (c, s, widths))
    own, other, _ = expect(c, path[:-1], s, widths, rules, engine)
    for t, (start, end) in enumerate(itertools.pairwise(path)):
        for i in map(int, np.flatnonzero(start != end)):
            j = int(course.by[0, t, i])
            why = (
                f"{_KINDS[course.kind[0, t, i]]} with {actors[j]}: {actors[i]} expects "
                f"{own[t, i, j]:.3f} of challenging {actors[j]}, and {actors[j]} to "
                f"expect {other[t, i, j]:.3f} of the reverse"
            )
            yield Move(t + 1, actors[i], issue, float(start[i]), float(end[i]), why)


def _same(a: Array, b: Array, tie_tol: float) -> NDArray[np.bool_]:
    """Whether two states, `(..., actors, issues)`, are one."""
    same: NDArray[np.bool_] = np.abs(a - b).max(axis=(-2, -1)) <= max(tie_tol, _SAME)
    return same


def _cycle(states: Array, tie_tol: float) -> int | None:
    """Count rounds since the last state occurred before, with another in between."""
    back = np.flatnonzero(_same(states[:-1], states[-1], tie_tol)[::-1]) + 1
    return int(back[0]) if back.size and back[0] > 1 else None


def _rules(as_published: bool, rounds: int, q: float, tie_tol: float | None) -> Rules:
    if not (operator.index(rounds) >= 1):
        raise ValueError(f"rounds is {rounds}; at least one is played; give 10")
    if not (0 <= q <= 1):
        raise ValueError(f"q is {q}; it is a probability, from 0 to 1; give 1 or 0.5")
    if tie_tol is None:
        tie_tol = 0.0 if as_published else _TIE_TOL
    if not (0 <= tie_tol < 1):
        raise ValueError(
            f"tie_tol is {tie_tol}; it is a small part of the scale, from 0 to below "
            f"1; give {_TIE_TOL:g}, or leave it out"
        )
    return Rules(bool(as_published), float(q), float(tie_tol))


def _columns(
    capability: ArrayLike,
    position: ArrayLike,
    salience: ArrayLike,
    low: float,
    high: float,
) -> tuple[Array, Array, Array]:
    arrays = {
        "capability": np.asarray(capability, dtype=np.float64),
        "position": np.asarray(position, dtype=np.float64),
        "salience": np.asarray(salience, dtype=np.float64),
    }
    shapes = {array.shape for array in arrays.values()}
    shape = min(shapes)
    if len(shapes) > 1 or len(shape) != 2 or not shape[1]:
        raise ValueError(
            f"capability, position and salience have shapes {sorted(shapes)}; all three "
            "must be (draws, actors) with at least one actor; a single draw is "
            "array[None, :]"
        )
    if not (-_LARGEST <= low < high <= _LARGEST):
        raise ValueError(
            f"the scale runs from {low} to {high}; low must be below high, both at most "
            f"{_LARGEST:g} in size; give the ends of the issue's scale"
        )
    c, x, s = arrays.values()
    good = {
        "capability": ((c >= 0) & (c < np.inf), "at least 0 and finite"),
        "position": ((low <= x) & (x <= high), f"on the scale, from {low} to {high}"),
        "salience": ((s >= 0) & (s <= 1), "between 0 and 1"),
    }
    for name, (right, rule) in good.items():
        if not right.all():
            place = [int(i) for i in np.argwhere(~right)[0]]
            raise ValueError(
                f"{name}{place} is {arrays[name][tuple(place)]}; it must be {rule}; "
                "correct it"
            )
    idle = ~(c * s > 0).any(axis=1)
    if idle.any():
        raise ValueError(
            f"in draw {int(idle.argmax())} nobody has both capability and salience; "
            "somebody must have weight; check both"
        )
    return c, x, s
