"""The probabilistic Condorcet election: how likely each option is to beat the rest.

Source: KTAB, the KAPSARC Toolkit for Behavioral Analysis, program `smpc` (2019), whose
spatial model holds one over all positions, to learn attitudes to risk, and one over the
bargains on every actor's table.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.bargaining.draws import Array

__all__ = ["PCE_MODELS", "VICTORY_PROB_MODELS", "VOTING_RULES", "condorcet"]

VICTORY_PROB_MODELS = ("Linear", "Square", "Quartic", "Octic", "Binary")
PCE_MODELS = ("Conditional", "MarkovIncentive", "MarkovUniform")
VOTING_RULES = ("Binary", "PropBin", "Prop", "PropCbc", "Cubic", "ASymProsp")

_SEED = 1e-8
_NOTICED = 1e-8
_DECISIVE = 1.1
_UPSET = 1e-6
_SELF_INCENTIVE = 1e-10
_STEPS = 1000
_SMALL_STEP = {"MarkovIncentive": 1e-8, "MarkovUniform": 1e-6}


def condorcet(
    utility: ArrayLike,
    weight: ArrayLike,
    *,
    victory_prob_model: str = "Linear",
    pce_model: str = "Conditional",
    voting_rule: str = "Prop",
    as_published: bool = False,
) -> Array:
    r"""Probability that an option wins, when all voters choose between all pairs.

    The coalition for option i against j is what its supporters muster,
    :math:`C_{ij} = \epsilon + \sum_k [w_k g(u_{ki} - u_{kj})]^+`, and wins with
    :math:`P_{ij} = f(C_{ij}) / (f(C_{ij}) + f(C_{ji}))`. In a conditional election

    .. math:: p_i \propto \prod_j P_{ij}

    and in a Markov one p is where a favourite, challenged by the others, settles.
    Options that every voter with weight values the same, to 0.001, are one option, and
    each of them has its probability.

    Parameters
    ----------
    utility : array_like, shape (elections, voters, options)
        Finite; the original has at most 1 for the best.
    weight : array_like, shape (elections, voters)
        Finite, at least 0.
    victory_prob_model : {"Linear", "Square", "Quartic", "Octic", "Binary"}
        The function f: power 1, 2, 4, 8, or all to a coalition a tenth stronger.
    pce_model : {"Conditional", "MarkovIncentive", "MarkovUniform"}
        In a Markov election an option is challenged as others have an incentive to, or
        by all alike. After 1000 steps it stands where it has come.
    voting_rule : {"Binary", "PropBin", "Prop", "PropCbc", "Cubic", "ASymProsp"}
        The function g.
    as_published : bool
        Every option counts, so that a copy halves both in a conditional election, and
        ASymProsp puts an option later in the list at a disadvantage.

    Returns
    -------
    ndarray, shape (elections, options)
        Probabilities; as published they sum to 1, else over different options.

    Raises
    ------
    ValueError
        If shapes differ, a number is not finite, or there is no such setting.

    Examples
    --------
    >>> condorcet([[[1, 0], [0, 1]]], [[3, 1]]).round(3)
    array([[0.75, 0.25]])

    A copy takes nothing from what is copied:

    >>> condorcet([[[1, 1, 0], [0, 0, 1]]], [[3, 1]]).round(3)
    array([[0.75, 0.75, 0.25]])
    >>> copied = condorcet([[[1, 1, 0], [0, 0, 1]]], [[3, 1]], as_published=True)
    >>> copied.round(3)
    array([[0.462, 0.462, 0.077]])
    """
    u = np.asarray(utility, dtype=np.float64)
    w = np.asarray(weight, dtype=np.float64)
    if u.ndim != 3 or w.shape != u.shape[:2] or 0 in u.shape[1:]:
        raise ValueError(
            f"utility has shape {u.shape}, weight {w.shape}; they must be (elections, "
            "voters, options) and (elections, voters), with a voter and an option; a "
            "single election is utility[None]"
        )
    if not (np.isfinite(u).all() and np.isfinite(w).all() and (w >= 0).all()):
        raise ValueError(
            "utility or weight holds a number that is not finite, or a weight below 0; "
            "an election needs finite ones; correct them"
        )
    for name, value, options in (
        ("victory_prob_model", victory_prob_model, VICTORY_PROB_MODELS),
        ("pce_model", pce_model, PCE_MODELS),
        ("voting_rule", voting_rule, VOTING_RULES),
    ):
        check_option(name, value, options)
    chance, _ = _condorcet(
        np.ascontiguousarray(u.transpose(1, 2, 0)),
        np.ascontiguousarray(w.T),
        victory_prob_model,
        pce_model,
        voting_rule,
        None if as_published else 1e-3,
        both_orders=not as_published,
    )
    return chance.T.copy()


def check_option(name: str, value: str, options: tuple[str, ...]) -> None:
    """Raise unless the value is one of the options."""
    if value not in options:
        raise ValueError(
            f"{name} is {value!r}; it is one of {', '.join(options)}; choose one of these"
        )


def _condorcet(
    utility: Array,
    weight: Array,
    victory: str,
    model: str,
    rule: str,
    same: float | None,
    *,
    both_orders: bool,
) -> tuple[Array, Array]:
    """Return probabilities, and 1 over the number of copies, `(options, elections)`.

    `utility` is `(voters, options, elections)`. Options within `same` of each other for
    all voters are copies; without it each is one of a kind. `both_orders` asks voters
    about a pair both ways round, which matters to ASymProsp.
    """
    support, alike = _coalitions(utility, weight, rule, same, both_orders)
    wins = _victory(support, support.swapaxes(0, 1), victory)
    share = 1 / _ordered_sum(alike.swapaxes(0, 1).astype(np.float64))
    if model == "Conditional":
        return _conditional(wins, share), share
    return _markov(wins, share, support, alike, model), share


def _coalitions(
    utility: Array, weight: Array, rule: str, same: float | None, both_orders: bool
) -> tuple[Array, NDArray[np.bool_]]:
    options, elections = utility.shape[1:]
    itself = np.eye(options, dtype=np.bool_)[:, :, None]
    shape = (options, options, elections)
    support = np.zeros(shape)
    apart = np.zeros(shape)
    vote = np.empty(shape)
    later = np.arange(options)[:, None, None] > np.arange(options)[None, :, None]
    for u, w in zip(utility, weight, strict=True):
        np.subtract(u[:, None], u[None], out=vote)
        if same is not None:
            np.maximum(apart, np.abs(vote) * (w > 0), out=apart)
        if rule != "ASymProsp":
            cast = _vote(vote, rule)
        elif not both_orders:
            # Only the later option of a pair was asked about: a gain counts less.
            cast = vote * np.where((vote > 0) == later, 2 / 3, 1.0)
        else:
            cast = 0.5 * (_vote(vote, rule) - _vote(-vote, rule))
        cast = cast * w
        np.maximum(cast, 0, out=cast)
        support += cast
    alike = np.broadcast_to(itself, shape) if same is None else apart <= same
    return np.where(alike, 0, support) + _SEED, alike


def _vote(difference: Array, rule: str) -> Array:
    """How much of its weight a voter throws in, by how much better an option is."""
    if rule == "Prop":
        return difference
    if rule == "Cubic":
        cubed: Array = difference * difference * difference
        return cubed
    if rule == "PropCbc":
        mixed: Array = 0.5 * difference * (1 + difference * difference)
        return mixed
    if rule == "ASymProsp":
        return np.where(difference > 0, 2 / 3 * difference, difference)
    binary: Array = np.clip(difference / _NOTICED, -1, 1)
    return binary if rule == "Binary" else 0.8 * difference + 0.2 * binary


def _victory(support: Array, against: Array, model: str) -> Array:
    """Probability that a coalition beats another."""
    if model == "Binary":
        share = support / (support + against)
        close = ((1 + _DECISIVE) * share - 1) / (_DECISIVE - 1)
        upset = _UPSET / (1 + _UPSET)
        won, lost = support >= _DECISIVE * against, against >= _DECISIVE * support
        return np.where(won, 1 / (1 + _UPSET), np.where(lost, upset, close))
    for _ in range(VICTORY_PROB_MODELS.index(model)):
        support, against = support * support, against * against
    probability: Array = support / (support + against)
    return probability


def _conditional(wins: Array, share: Array) -> Array:
    """Every different option beaten, one after the other."""
    chance = np.ones(share.shape)
    for j, exponent in enumerate(share):
        chance *= wins[:, j] ** exponent
        # Only ratios count, and many small factors would vanish.
        chance /= chance.max(axis=0)
    return chance / _ordered_sum(share * chance)


def _markov(
    wins: Array, share: Array, support: Array, alike: NDArray[np.bool_], model: str
) -> Array:
    """Where the favourite settles, challenged again and again."""
    different = _ordered_sum(share)
    if model == "MarkovUniform":
        challenge = np.broadcast_to(1 / different, wins.shape)
    else:
        incentive = support * wins + _SELF_INCENTIVE * alike
        challenge = incentive / _ordered_sum(share[:, None] * incentive)
    # An option keeps its place against a challenger, or takes that of a favourite.
    kept = wins * challenge.swapaxes(0, 1) * share
    taken = wins * challenge * share
    keeps = _ordered_sum(kept.swapaxes(0, 1))
    chance = np.broadcast_to(1 / different, share.shape).copy()
    moving = np.ones(share.shape[1], dtype=np.bool_)
    for _ in range(_STEPS):
        after = chance * keeps
        for j, row in enumerate(chance):
            after += taken[:, j] * row
        large = np.abs(after - chance).max(axis=0) > _SMALL_STEP[model]
        # An election that has settled stays, however long others take.
        chance = np.where(moving, 0.5 * (chance + after), chance)
        moving &= large
        if not moving.any():
            break
    return chance


def _ordered_sum(rows: Array) -> Array:
    """Sum over the first axis, in its order whatever the shape."""
    total = np.zeros(rows.shape[1:])
    for row in rows:
        total += row
    return total
