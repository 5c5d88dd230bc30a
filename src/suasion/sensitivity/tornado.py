"""One at a time: the answer with an input at its low and at its high value.

The others vary as coded, on the same draws, so that the difference is no noise of
sampling. Low and high are the 5th and the 95th percentile: those that an analyst wrote, or
those of the prior of a coefficient that is assumption. What the errors of a bloc have in
common, and the ledger, are no numbers that could be low or high, and have no swing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from suasion.answering import Answering
from suasion.sensitivity.naming import coefficient_name, number_name
from suasion.sensitivity.pick_freeze import mean_of
from suasion.sensitivity.record import Swing
from suasion.sensitivity.supposing import Number, supposed
from suasion.stream import Pinned
from suasion.window.hazard_draws import ASSUMED
from suasion.window.prior import PRIORS

__all__ = ["PERCENTILES", "tornado"]

PERCENTILES = (0.05, 0.95)


def tornado(ask: Answering, seed: int, numbers: Sequence[Number]) -> list[Swing]:
    """Return the swings of uncertain numbers and coefficients, the largest first."""
    swings = []
    for number in numbers:
        if not number.value.exact:
            ends = number.value.low, number.value.high
            low, high = (supposed(ask, seed, number, value) for value in ends)
            name = number_name(number)
            swings.append(_swing(number.path, name, number.owner, ends, low, high))
    if ask.fitted is not None:
        swings += [_coefficient(ask, seed, name) for name in ASSUMED]
    return sorted(swings, key=lambda item: -abs(item.difference.value))


def _coefficient(ask: Answering, seed: int, name: str) -> Swing:
    from scipy.special import ndtri

    path = f"window.{name}"
    low, high = (ask(Pinned(seed, {path: at})) for at in PERCENTILES)
    ends = PRIORS[name].value(ndtri(np.array(PERCENTILES))).tolist()
    return _swing(path, coefficient_name(name), "assumptions", ends, low, high)


def _swing(
    path: str,
    name: str,
    owner: str,
    ends: Sequence[float],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> Swing:
    return Swing(
        path=path,
        name=name,
        owner=owner,
        low=ends[0],
        high=ends[1],
        at_low=float(low.mean()),
        at_high=float(high.mean()),
        difference=mean_of(high - low),
    )
