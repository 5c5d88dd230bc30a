r"""Calibration: of what was called 30 percent, did three in ten happen?

Each scored question gives one number a forecaster, the mean of the estimates over the
days that count. Numbers are put into equal bins. Estimates on one question share its
outcome, so the interval of a bin goes by its questions, not its estimates: Wilson's
interval, with :math:`n` the number of questions and :math:`z` for 80 %,

.. math:: \frac{\hat p + \frac{z^2}{2n} \pm z \sqrt{\frac{\hat p (1 - \hat p)}{n} +
          \frac{z^2}{4 n^2}}}{1 + z^2 / n}

(Wilson 1927, "Probable inference, the law of succession, and statistical inference",
Journal of the American Statistical Association 22, 209-212; recommended for small n by
Brown, Cai & DasGupta 2001, Statistical Science 16, 101-133.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Bin", "Judged", "calibration_bins", "wilson"]

_Z80 = 1.2815515594457412


class Judged(NamedTuple):
    """An estimate, and what happened: 1 for yes, 0 for no."""

    question: int
    probability: float
    outcome: int


class Bin(NamedTuple):
    """Estimates between two ends, and what came of them.

    How many estimates, of how many questions, their mean, the share of yes among them,
    and its 80 % interval.
    """

    low: float
    high: float
    estimates: int
    questions: int
    mean: float
    share: float
    low80: float
    high80: float


def calibration_bins(judged: Sequence[Judged], *, bins: int = 10) -> list[Bin]:
    """Return the bins that hold anything, in order.

    Examples
    --------
    >>> said = [Judged(1, 0.31, 0), Judged(2, 0.36, 1), Judged(3, 0.9, 1)]
    >>> [(b.low, b.estimates, b.share) for b in calibration_bins(said)]
    [(0.3, 2, 0.5), (0.9, 1, 1.0)]
    """
    groups: dict[int, list[Judged]] = {}
    for item in judged:
        if not (0.0 <= item.probability <= 1.0):
            raise ValueError(
                f"probability is {item.probability}; it lies between 0 and 1; "
                "write 80 percent as 0.8"
            )
        place = min(int(item.probability * bins), bins - 1)
        groups.setdefault(place, []).append(item)
    result = []
    for place, group in sorted(groups.items()):
        share = math.fsum(item.outcome for item in group) / len(group)
        questions = len({item.question for item in group})
        result.append(
            Bin(
                place / bins,
                (place + 1) / bins,
                len(group),
                questions,
                math.fsum(item.probability for item in group) / len(group),
                share,
                *wilson(share, questions),
            )
        )
    return result


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return the 80 % interval of a share seen in `count` trials.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0.5, 10)]
    [0.312, 0.688]
    """
    if not (0.0 <= share <= 1.0 and count >= 1):
        raise ValueError(
            f"share is {share} of {count}; a share lies between 0 and 1, of one at least"
        )
    square = _Z80**2 / count
    middle = share + square / 2.0
    half = math.sqrt(square * share * (1.0 - share) + square**2 / 4.0)
    low, high = ((middle + sign * half) / (1.0 + square) for sign in (-1.0, 1.0))
    return max(0.0, low), min(1.0, high)
