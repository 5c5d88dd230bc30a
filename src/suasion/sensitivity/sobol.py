r"""Sobol indices: what share of the variance one input, or a group, accounts for.

With V the variance of the answer f and X the inputs in question, all independent,

.. math:: S = \operatorname{Var}(E[f | X]) / V, \qquad
          T = E[\operatorname{Var}(f | \text{all but } X)] / V.

The first index S leaves out all interactions with other inputs, the total index T has all
of them: S <= T. Estimated by

.. math:: S V = \tfrac12 E[(f_A - f_{AB})(f_{BA} - f_B)], \qquad
          T V = \tfrac14 E[(f_A - f_{AB})^2 + (f_B - f_{BA})^2],

the numerators of Azzini, Mara & Rosati 2021, "Comparison of two sets of Monte Carlo
estimators of Sobol' indices", Environmental Modelling & Software 144, 105167.
The second is that of Jansen 1999, "Analysis of variance designs for model output",
Computer Physics Communications 117, 35-43, taken both ways. Both factors of the first are
small where an input matters little, so that small indices have small errors, and an input
without effect has exactly 0; S <= T holds in every sample.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from suasion.answering import Input
from suasion.sensitivity.pick_freeze import PickFreeze, ratio
from suasion.sensitivity.record import Estimate

__all__ = ["first_square", "sobol"]

Array = NDArray[np.float64]


def sobol(drawn: PickFreeze, inputs: Sequence[Input]) -> tuple[Estimate, Estimate]:
    """First and total index of a group of inputs, with half their 95 % intervals.

    Examples
    --------
    >>> from suasion.answering import answering
    >>> from suasion.sensitivity.pick_freeze import pick_freeze
    >>> ask = answering("deep-strikes", draws=2000)
    >>> ledger = [each for each in ask.inputs if each.owner == "ledger"]
    >>> first, total = sobol(pick_freeze(ask, 7), ledger)
    >>> 0.1 < first.value < total.value < 0.3
    True
    """
    ab, ba = drawn.between(inputs)
    total = 0.25 * ((drawn.a - ab) ** 2 + (drawn.b - ba) ** 2)
    square = drawn.square
    return ratio(first_square(drawn, ab, ba), square), ratio(total, square)


def first_square(drawn: PickFreeze, ab: Array, ba: Array) -> Array:
    """Per draw, what has Var(E[f | X]) for its mean."""
    result: Array = 0.5 * (drawn.a - ab) * (ba - drawn.b)
    return result
