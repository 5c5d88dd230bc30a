"""The probabilistic Condorcet election: how likely each option is to beat the rest.

Source: KTAB, the KAPSARC Toolkit for Behavioral Analysis, program `smpc` (2019), whose
spatial model holds one over all positions, to learn attitudes to risk, and one over the
bargains on every actor's table.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from suasion.bargaining import condorcet_kernel
from suasion.bargaining.condorcet_kernel import Rules
from suasion.bargaining.draws import Array
from suasion.lanes import compiled, engine_for

__all__ = ["PCE_MODELS", "VICTORY_PROB_MODELS", "VOTING_RULES", "condorcet"]

VICTORY_PROB_MODELS = ("Linear", "Square", "Quartic", "Octic", "Binary")
PCE_MODELS = ("Conditional", "MarkovIncentive", "MarkovUniform")
VOTING_RULES = ("Binary", "PropBin", "Prop", "PropCbc", "Cubic", "ASymProsp")

# Options no farther apart, for any voter, are one; and none are.
_SAME = 1e-3
_NONE = -1.0

# NumPy is done before Numba has started, for fewer draws, actors and pairs of actors.
_SMALL = 12_000
# All pairs of actors in one row, or one pair at a time.
LANES = {"numpy": (1, -1), "numba": (-1,)}


def condorcet(
    utility: ArrayLike,
    weight: ArrayLike,
    *,
    victory_prob_model: str = "Linear",
    pce_model: str = "Conditional",
    voting_rule: str = "Prop",
    as_published: bool = False,
    engine: str = "auto",
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
    engine : {"auto", "numba", "numpy"}
        As in `suasion.bargaining.spatial.run`.

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
    engine = chosen(engine, len(u), u.shape[1])
    hold = kernel(condorcet_kernel, "elections", engine)
    chance: Array = hold(
        np.ascontiguousarray(u.transpose(0, 2, 1)),
        np.ascontiguousarray(w),
        Rules(
            victory=VICTORY_PROB_MODELS.index(victory_prob_model),
            election=PCE_MODELS.index(pce_model),
            voting=VOTING_RULES.index(voting_rule),
            both_orders=int(not as_published),
        ),
        _NONE if as_published else _SAME,
        LANES[engine],
    )
    return chance


def chosen(engine: str, draws: int, actors: int) -> str:
    """Return "numba" or "numpy", whichever is asked for or answers first."""
    return engine_for(engine, small=draws * actors * (20 + actors) < _SMALL)


def kernel(module: ModuleType, entry: str, engine: str) -> Callable[..., Any]:
    """Return a function of a kernel module, compiled or as it stands."""
    if engine == "numba":
        return compiled(module.__name__, entry)
    as_it_stands: Callable[..., Any] = getattr(module, entry)
    return as_it_stands


def check_option(name: str, value: str, options: tuple[str, ...]) -> None:
    """Raise unless the value is one of the options."""
    if value not in options:
        raise ValueError(
            f"{name} is {value!r}; it is one of {', '.join(options)}; choose one of these"
        )
