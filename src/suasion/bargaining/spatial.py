"""Spatial bargaining: challenges, offers, and elections over what is on the table.

Source: KTAB, the KAPSARC Toolkit for Behavioral Analysis, program `smpc` (2019): what it
computes, and by default what it would compute without the defects that the page of the
model lists.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from suasion.bargaining import course_kernel
from suasion.bargaining.condorcet import (
    LANES,
    PCE_MODELS,
    VICTORY_PROB_MODELS,
    VOTING_RULES,
    check_option,
    chosen,
)
from suasion.bargaining.course import (
    BARGN_MODELS,
    INTER_VEC_BRGNS,
    THIRD_PARTY_COMMITS,
    Course,
    _courses,
    _joined,
    _settings,
)
from suasion.bargaining.draws import Array
from suasion.bargaining.mean import weighted_mean
from suasion.bargaining.outcome import Move, Outcome, _names
from suasion.bargaining.risk import BIG_R_ADJUST, BIG_R_RANGES
from suasion.stream import check_seed, uniform

__all__ = ["CORRECTIONS", "OPTIONS", "run", "standing"]

# In the order of the original's vector of parameters.
OPTIONS: dict[str, tuple[str, ...]] = {
    "victory_prob_model": VICTORY_PROB_MODELS,
    "pce_model": PCE_MODELS,
    "state_transitions": ("Deterministic", "Stochastic"),
    "voting_rule": VOTING_RULES,
    "big_r_adjust": tuple(BIG_R_ADJUST),
    "big_r_range": BIG_R_RANGES,
    "third_party_commit": tuple(THIRD_PARTY_COMMITS),
    "inter_vec_brgn": INTER_VEC_BRGNS,
    "bargn_model": BARGN_MODELS,
}

# What is put right by default, by the name of what was wrong.
CORRECTIONS = (
    "third_parties",
    "victory",
    "salience",
    "copies",
    "receiver",
    "power",
    "order",
)

# The strongest actor's capability, to which the small constants of the model are small.
_STRONGEST = 100.0
_LARGEST = 1e8


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
    corrections: Collection[str] | None = None,
    victory_prob_model: str = "Linear",
    pce_model: str = "Conditional",
    state_transitions: str = "Deterministic",
    voting_rule: str = "Prop",
    big_r_adjust: str = "OneThird",
    big_r_range: str = "Mid",
    third_party_commit: str = "SemiCommit",
    inter_vec_brgn: str = "S2P2",
    bargn_model: str = "InitOnlyInterp",
    accommodation: ArrayLike | None = None,
    rounds: int = 100,
    least_rounds: int | None = None,
    stop_ratio: float = 0.02,
    seed: int = 7,
    first_draw: int = 0,
    engine: str = "auto",
    threads: int | None = None,
) -> Outcome:
    r"""Bargain on all issues at once, until there is little movement.

    Every round each actor may challenge one other, if it gains by

    .. math:: (u_{ii} - u_{ij}) (1 - 2 S_j (1 - P_{ij})) > 10^{-5}

    and makes it an offer in between. All actors vote on what is on each actor's table,
    its status quo among it; the actor then does its part of what wins
    (`suasion.bargaining.condorcet`).

    Parameters
    ----------
    capability : array_like, shape (draws, actors)
        At least 0, some above 0 in every draw, in any unit; as published at most 1e8,
        and the unit matters in the last digits.
    position : array_like, shape (draws, actors, issues)
        On the scales.
    salience : array_like, shape (draws, actors, issues)
        In [0, 1]. Nobody heeds more than it can: an actor whose saliences sum to more
        than 1 has them divided by that sum.
    low, high : array_like, shape () or (issues,)
        Ends of the scales.
    status_quo : array_like, optional
        Not used: what the model calls so is that everybody stays where it is.
    actors, issues : sequence of str, optional
        Names; numbers from 1 on if left out.
    as_published : bool
        As the original computes it.
    corrections : collection of str, optional
        Which of `CORRECTIONS` to make, to see what each does; the page of the model
        describes them. All, unless given, or none as published.
    victory_prob_model : {"Linear", "Square", "Quartic", "Octic", "Binary"}
        How strength turns into the probability to prevail.
    pce_model : {"Conditional", "MarkovIncentive", "MarkovUniform"}
        How elections are held.
    state_transitions : {"Deterministic", "Stochastic"}
        Whether the likeliest option wins, or each with its probability.
    voting_rule : {"Binary", "PropBin", "Prop", "PropCbc", "Cubic", "ASymProsp"}
        How votes grow with what is at stake.
    big_r_adjust : {"None", "OneThird", "Half", "TwoThirds", "Full"}
        How much of another's attitude to risk an actor sees; the rest it imagines to be
        as its own.
    big_r_range : {"Min", "Mid", "Max"}
        Range of attitudes to risk, see `suasion.bargaining.risk.risk_attitude`.
    third_party_commit : {"NoCommit", "SemiCommit", "FullCommit"}
        How much of its power a third party commits to the principal it prefers: none,
        half or all. As published something else, see the page of the model.
    inter_vec_brgn : {"S1P1", "S2P2", "S2PMax"}
        Where between two actors a bargain lies.
    bargn_model : {"InitOnlyInterp", "InitRcvrInterp", "PWCompInterp"}
        Whose view of the chances makes the bargain: the initiator's, a bargain for
        either's, or one between these by power.
    accommodation : array_like, shape (actors, actors), optional
        What actor i wants moves to the sum of `accommodation[i, j]` times the position
        of j, the rest of the row's 1 being what it wanted. The identity, unless given:
        everybody wants what it last agreed to. All 0: ideals do not move.
    rounds, least_rounds : int
        Most rounds, and least: 2, unless given or there is only one.
    stop_ratio : float
        Ends when the movement of a round is less than this part of that of the first.
    seed, first_draw : int
        For stochastic transitions: whole number in [0, 2**64), and number of the first
        of the draws, for a run in parts.
    engine : {"auto", "numba", "numpy"}
        What computes: Numba where it is installed, except for a few draws of a few
        actors (`draws * actors * (20 + actors)` below 12,000), where NumPy has the
        answer before Numba has started, unless it has. They agree to the last bit.
    threads : int, optional
        As many as the process has cores, unless given; the bits do not depend on it.

    Returns
    -------
    Outcome
        The outcome is the mean of the last positions, weighted by capability times
        salience. A draw that has come to rest stays there while others go on, and so
        does one that is where it was before (as published it goes on to the last
        round). `mover` says whose offer everybody took; who did its own part of an
        offer that it made has the actor there that it made it to. Of a single draw,
        `moves` says what moved whom, and `parameters["cycle"]` is the number of rounds
        after which positions return for ever, or None.

    Raises
    ------
    ValueError
        If shapes differ, a number breaks its rule or there is no such setting.

    Examples
    --------
    >>> outcome = run([[10, 20, 30]], [[[0], [60], [100]]], [[[0.9], [0.5], [0.7]]],
    ...               low=0, high=100)
    >>> outcome.rounds, outcome.outcome.round(2).tolist()
    (3, [[70.27]])
    """
    s: dict[str, Any] = {
        "victory_prob_model": victory_prob_model,
        "pce_model": pce_model,
        "state_transitions": state_transitions,
        "voting_rule": voting_rule,
        "big_r_adjust": big_r_adjust,
        "big_r_range": big_r_range,
        "third_party_commit": third_party_commit,
        "inter_vec_brgn": inter_vec_brgn,
        "bargn_model": bargn_model,
        "as_published": bool(as_published),
        "corrections": _corrections(corrections, as_published),
        "rounds": rounds,
        "least_rounds": min(2, rounds) if least_rounds is None else least_rounds,
        "stop_ratio": stop_ratio,
    }
    for name, options in OPTIONS.items():
        check_option(name, s[name], options)
    if not (1 <= s["least_rounds"] <= rounds) or not (0 < stop_ratio < np.inf):
        raise ValueError(
            f"rounds is {rounds}, least_rounds {s['least_rounds']}, stop_ratio "
            f"{stop_ratio}; there is at least one round, the least is not above the "
            "most, and the ratio is above 0; correct them"
        )
    check_seed(seed)
    c, x, w, lows, width = _checked(capability, position, salience, low, high, s)
    draws, count, scales = x.shape
    named, scale_names = _names(actors, count), _names(issues, scales)
    follow = _accommodation(accommodation, count)
    strength, heed = _scaled(c, w, s["as_published"])
    luck = None
    if state_transitions == "Stochastic":
        luck = _luck(seed, named, rounds, first_draw)
    engine = chosen(engine, draws, count)
    there = (x - lows) / width
    courses = _courses(there, heed, strength, follow, luck, s, engine, threads)
    positions, mover = _joined(courses, x, lows, width)
    final = positions[:, -1]
    shown = s | {"corrections": list(s["corrections"]), "engine": engine}
    if state_transitions == "Stochastic":
        shown["seed"] = int(seed)
    if accommodation is not None:
        shown["accommodation"] = follow.tolist()
    single = courses[0] if draws == 1 else None
    shown["cycle"] = int(single.cycle) or None if single else None
    return Outcome(
        model="spatial",
        actors=named,
        issues=scale_names,
        positions=positions,
        outcome=np.stack(
            [weighted_mean(final[:, :, k], c * w[:, :, k]) for k in range(scales)],
            axis=1,
        ),
        parameters=shown,
        converged=np.array([course.rested for course in courses], np.bool_),
        moves=_moves(single, positions[0], named, scale_names) if single else (),
        mover=mover,
    )


def standing(
    capability: ArrayLike,
    position: ArrayLike,
    salience: ArrayLike,
    *,
    low: ArrayLike,
    high: ArrayLike,
    as_published: bool = False,
    corrections: Collection[str] | None = None,
    victory_prob_model: str = "Linear",
    pce_model: str = "Conditional",
    voting_rule: str = "Prop",
    big_r_range: str = "Mid",
) -> tuple[Array, Array]:
    """Attitudes to risk, and how likely each position is to win an election.

    For actors who want what they stand for. Parameters are those of `run`.

    Returns
    -------
    risk, probability : ndarray, shape (draws, actors)
        Actors who share a position share its probability, so that probabilities add up
        to 1 over different positions.

    Examples
    --------
    >>> risk, chance = standing([[10, 20, 30]], [[[0], [60], [100]]],
    ...                         [[[0.9], [0.5], [0.7]]], low=0, high=100)
    >>> risk.round(2).tolist(), chance.round(2).tolist()
    ([[-0.5, 0.96, 1.0]], [[0.08, 0.53, 0.39]])
    """
    s: dict[str, Any] = {
        **{name: options[0] for name, options in OPTIONS.items()},
        "victory_prob_model": victory_prob_model,
        "pce_model": pce_model,
        "voting_rule": voting_rule,
        "big_r_range": big_r_range,
        "as_published": bool(as_published),
        "corrections": _corrections(corrections, as_published),
        **{"rounds": 1, "least_rounds": 1, "stop_ratio": 1.0},
    }
    for name, options in OPTIONS.items():
        check_option(name, s[name], options)
    c, x, w, lows, width = _checked(capability, position, salience, low, high, s)
    strength, heed = _scaled(c, w, as_published)
    plan, rules, _ = _settings(s)
    risks, chances = np.empty(c.shape), np.empty(c.shape)
    for draw, there in enumerate((x - lows) / width):
        risks[draw], chances[draw] = course_kernel.standing(
            there, heed[draw], strength[draw], plan, rules, LANES["numpy"]
        )
    return risks, chances


def _corrections(
    corrections: Collection[str] | None, as_published: bool
) -> tuple[str, ...]:
    if corrections is None:
        return () if as_published else CORRECTIONS
    for name in corrections:
        check_option("corrections", name, CORRECTIONS)
    return tuple(name for name in CORRECTIONS if name in corrections)


def _checked(
    capability: ArrayLike,
    position: ArrayLike,
    salience: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    s: dict[str, Any],
) -> tuple[Array, Array, Array, Array, Array]:
    """Check the numbers of a case; also return the scales' low ends and widths."""
    c, x, w = (np.asarray(v, np.float64) for v in (capability, position, salience))
    if x.ndim != 3 or w.shape != x.shape or c.shape != x.shape[:2] or 0 in x.shape[1:]:
        raise ValueError(
            f"position has shape {x.shape}, salience {w.shape}, capability {c.shape}; "
            "they must be (draws, actors, issues) twice and (draws, actors), with at "
            "least one actor and issue; a case with one issue has position[:, :, None]"
        )
    lows, highs = (
        np.broadcast_to(np.asarray(end, np.float64), x.shape[2:]) for end in (low, high)
    )
    if not ((-np.inf < lows) & (lows < highs) & (highs < np.inf)).all():
        raise ValueError(
            f"the scales run from {lows.tolist()} to {highs.tolist()}; low must be below "
            "high, both finite; give the ends of the issues' scales"
        )
    most = _LARGEST if s["as_published"] else np.finfo(np.float64).max
    for name, array, good, rule in (
        ("capability", c, (c >= 0) & (c <= most), f"in [0, {most:g}]"),
        ("position", x, (lows <= x) & (x <= highs), "on the scale of its issue"),
        ("salience", w, (w >= 0) & (w <= 1), "in [0, 1]"),
    ):
        if not good.all():
            place = [int(i) for i in np.argwhere(~good)[0]]
            raise ValueError(
                f"{name}{place} is {array[tuple(place)]}; it must be {rule}; correct it"
            )
    idle = ~(c[:, :, None] * w > 0).any(axis=1)
    if idle.any():
        draw, issue = (int(i) for i in np.argwhere(idle)[0])
        raise ValueError(
            f"capability times salience of issue {issue + 1} is 0 for every actor in "
            f"draw {draw}; somebody must have some; correct it, or leave the issue out"
        )
    return c, x, w, lows, highs - lows


def _scaled(c: Array, w: Array, as_published: bool) -> tuple[Array, Array]:
    """Capability in the unit of the model, and no more salience than can be had."""
    unit = np.ones(len(c)) if as_published else c.max(axis=1) / _STRONGEST
    return c / unit[:, None], w / np.maximum(w.sum(axis=2), 1)[:, :, None]


def _accommodation(matrix: ArrayLike | None, count: int) -> Array:
    if matrix is None:
        return np.eye(count)
    a = np.asarray(matrix, dtype=np.float64)
    if a.shape != (count, count):
        raise ValueError(
            f"accommodation has shape {a.shape}; it is (actors, actors); give a row of "
            f"{count} for each of {count} actors"
        )
    good = (a >= 0).all(axis=1) & (a.sum(axis=1) <= 1 + 1e-12)
    if not good.all():
        row = int((~good).argmax())
        raise ValueError(
            f"accommodation[{row}] is {a[row].tolist()}; shares are at least 0 and a "
            "row's sum at most 1; what is left is what the actor wanted before"
        )
    return a


def _luck(
    seed: int, actors: tuple[str, ...], rounds: int, first: int
) -> Callable[[int, int], Array]:
    def of(start: int, stop: int) -> Array:
        lots = np.empty((stop - start, rounds, len(actors)))
        for turn in range(rounds):
            for i, name in enumerate(actors):
                lots[:, turn, i] = uniform(
                    seed, f"spatial.{name}.{turn + 1}", first + start, first + stop
                )
        return lots

    return of


def _moves(
    course: Course, positions: Array, actors: tuple[str, ...], issues: tuple[str, ...]
) -> tuple[Move, ...]:
    """Say what moved whom: the bargain an actor did its part of."""
    moves = []
    for turn, (proposers, targets) in enumerate(course.offers, start=1):
        for i, (proposer, to) in enumerate(zip(proposers, targets, strict=True)):
            if proposer < 0:
                continue
            because = f"a bargain proposed by {actors[proposer]} to {actors[to]}"
            for k, issue in enumerate(issues):
                start, end = (float(positions[t, i, k]) for t in (turn - 1, turn))
                if start != end:
                    moves.append(Move(turn, actors[i], issue, start, end, because))
    return tuple(moves)
