r"""Shapley effects: the variance of the answer, shared out among owners and their inputs.

Let inputs become known one after the other. Each explains some of the variance beyond
those before it; its Shapley effect is the mean of that over all orders (Owen 2014, "Sobol'
indices and Shapley value", SIAM/ASA Journal on Uncertainty Quantification 2, 245-251;
Song, Nelson & Staum 2016, "Shapley effects for global sensitivity analysis: theory and
computation", ibid. 4, 1060-1083). Effects add up to the variance; each interaction goes in
equal parts to those that interact, so that an effect lies between the first and the total
Sobol index (Plischke, Rabitti & Borgonovo 2021, ibid. 9, 1411-1437).

Orders here keep the inputs of an owner together: effects of owners are their Shapley
effects, and those of inputs add up to their owner's. For inputs this is the value of a
game with a priori unions (Owen 1977, in Henn & Moeschlin, eds., Mathematical Economics and
Game Theory, 76-88); where each owner has one input, it is the Shapley effect.

For the inputs u that are known before i, v(u) being the variance explained,

.. math:: v(u \cup i) - v(u) = \tfrac12 E[(f_A - f_{A, i \leftarrow B})
          (f_{B, u \cup i \leftarrow A} - f_{B, u \leftarrow A})],

because the products that share inputs u and i have v(u + i) for their covariance, and
the others v(u). The same answers, with A and B in each other's place, are those of the
reversed order: every order is taken with its reverse.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from suasion.answering import Input
from suasion.sensitivity.pick_freeze import Array, PickFreeze, mean_of, ratio
from suasion.sensitivity.record import Estimate

__all__ = ["shapley"]


def shapley(
    drawn: PickFreeze, owners: Sequence[Sequence[Input]], *, orders: int
) -> list[tuple[Estimate, list[Estimate]]]:
    """Shapley effects of owners and of their inputs, as shares of the variance.

    Parameters
    ----------
    drawn : PickFreeze
    owners : sequence of sequence of Input
        All inputs of the answer, by owner.
    orders : int
        Random orders, each taken with its reverse; at least 2. They hang on the seed.

    Returns
    -------
    list of (Estimate, list of Estimate)
        By owner: its effect, and those of its inputs. Owners add up to 1. Half the 95 %
        intervals have the errors of draws and of orders.

    Examples
    --------
    >>> from suasion.answering import answering
    >>> from suasion.sensitivity.pick_freeze import pick_freeze
    >>> ask = answering("deep-strikes", draws=500)
    >>> effects = shapley(pick_freeze(ask, 7), [[each] for each in ask.inputs], orders=2)
    >>> round(sum(effect.value for effect, _ in effects), 9)
    1.0
    """
    flat = [each for owner in owners for each in owner]
    alone = [_alone(drawn, each) for each in flat]
    rng = np.random.default_rng(drawn.seed)
    by_draw = np.zeros((len(flat), len(drawn.a)))
    by_order = np.zeros((len(flat), orders))
    for number in range(orders):
        known: list[Input] = []
        before = drawn.b
        for place in _order(rng, owners):
            known.append(flat[place])
            after = drawn.ask.redrawn(drawn.other, drawn.seed, known)
            gain = alone[place] * (after - before)
            by_draw[place] += gain / orders
            by_order[place, number] = gain.mean()
            before = after
    whole = by_draw.sum(axis=0)
    effects = []
    start = 0
    for owner in owners:
        mine = slice(start, start + len(owner))
        start += len(owner)
        parts = [
            _effect(by_draw[place], by_order[place], whole)
            for place in range(mine.start, mine.stop)
        ]
        together = by_draw[mine].sum(axis=0), by_order[mine].sum(axis=0)
        effects.append((_effect(*together, whole), parts))
    return effects


def _alone(drawn: PickFreeze, one: Input) -> Array:
    """Half of what the input changes by itself, mean of both worlds."""
    ab, ba = drawn.between([one])
    result: Array = 0.25 * (drawn.a - ab - drawn.b + ba)
    return result


def _order(rng: np.random.Generator, owners: Sequence[Sequence[Input]]) -> list[int]:
    """Return a random order of all inputs, those of an owner together."""
    starts = np.cumsum([0, *(len(owner) for owner in owners)])
    return [
        int(starts[owner] + place)
        for owner in rng.permutation(len(owners))
        for place in rng.permutation(len(owners[owner]))
    ]


def _effect(by_draw: Array, by_order: Array, whole: Array) -> Estimate:
    effect = ratio(by_draw, whole)
    spread = mean_of(by_order / whole.mean()).error
    spread *= np.sqrt(len(by_order) / (len(by_order) - 1))
    return Estimate(value=effect.value, error=float(np.hypot(effect.error, spread)))
