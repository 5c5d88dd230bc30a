"""Break-even: the value of one number at which the answer would be another one.

The mean answer is a function of the supposed number, all else as coded and on the same
draws. It is computed at the ends of what the number may be and at its coded low and high;
where it passes the target between two of these, the value is found by Brent's method. A
function that rises and falls again between two neighbours could pass unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from suasion.answering import Answering
from suasion.sensitivity.naming import number_name
from suasion.sensitivity.record import BreakEven, Crossing
from suasion.sensitivity.supposing import Number, supposed

__all__ = ["break_even", "crossings"]

_STEP = 1e-5  # of the width between the limits


def break_even(ask: Answering, seed: int, number: Number, target: float) -> BreakEven:
    """Return the values of a number at which the mean answer is the target."""
    places = sorted({number.low, number.value.low, number.value.high, number.high})

    def answer(value: float) -> float:
        return float(supposed(ask, seed, number, value).mean())

    answers, found = crossings(answer, places, target)
    return BreakEven(
        path=number.path,
        name=number_name(number),
        owner=number.owner,
        judgement=number.path in ask.case.judgements(),
        now=str(number.value),
        low=places[0],
        high=places[-1],
        least=min(answers),
        most=max(answers),
        crossings=tuple(found),
    )


def crossings(
    function: Callable[[float], float], places: Sequence[float], target: float
) -> tuple[list[float], list[Crossing]]:
    """Return the function's values at places, and where it passes the target.

    Examples
    --------
    >>> _, found = crossings(lambda x: x * x, [-2.0, 0.0, 3.0], 1.0)
    >>> [(round(each.value, 4), each.rising) for each in found]
    [(-1.0, False), (1.0, True)]
    """
    values = [function(place) for place in places]
    found = []
    steps = zip(pairwise(places), pairwise(values), strict=True)
    for (left, right), (low, high) in steps:
        if (low < target) != (high < target):
            from scipy.optimize import brentq

            width = places[-1] - places[0]
            value = brentq(
                lambda x: function(x) - target, left, right, xtol=_STEP * width
            )
            found.append(Crossing(value=float(value), rising=low < high))
    return values, found
