r"""Which judgement matters most: the share of an answer's variance that it explains alone.

The first-order index of a number X for an answer Y over draws,

.. math:: S = \frac{\mathrm{Var}(E[Y \mid X])}{\mathrm{Var}(Y)},

is estimated by means of Y in bins of X with equally many draws each (the correlation
ratio of Pearson 1905), less what equally many bins explain by chance (Kelley 1935's
epsilon squared). Its standard error is that of the mean of ten batches of draws. Numbers
that matter only together with others have small indices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Index", "first_order"]

Array = NDArray[np.float64]

_BINS = 20
_BATCHES = 10
_LEAST = 1000


class Index(NamedTuple):
    """A first-order index, its standard error, and the rank correlation with the answer."""

    share: float
    error: float
    correlation: float


def first_order(x: Array, y: Array) -> Index:
    """Return the first-order index of x for y, both `(draws,)`.

    Raises
    ------
    ValueError
        If there are fewer than 1,000 draws: the bins would be too small.

    Examples
    --------
    >>> from suasion.stream import uniform
    >>> a, b = uniform(7, "a", 0, 50_000), uniform(7, "b", 0, 50_000)
    >>> index = first_order(a, a + 2 * b)  # 1 / (1 + 4) of the variance
    >>> round(index.share, 2), index.error < 0.01
    (0.2, True)
    """
    if not (len(x) == len(y) >= _LEAST):
        raise ValueError(
            f"{len(x)} draws of x and {len(y)} of y; an index needs as many of both, at "
            f"least {_LEAST:,}; ask for more draws"
        )
    if np.ptp(y) == 0.0 or np.ptp(x) == 0.0:
        return Index(0.0, 0.0, 0.0)
    size = len(x) // _BATCHES
    batches = [
        _ratio(x[at : at + size], y[at : at + size])
        for at in range(0, size * _BATCHES, size)
    ]
    a, b = (np.argsort(np.argsort(values, kind="stable")) for values in (x, y))
    return Index(
        _ratio(x, y),
        float(np.std(batches, ddof=1) / np.sqrt(_BATCHES)),
        float(np.corrcoef(a, b)[0, 1]),
    )


def _ratio(x: Array, y: Array) -> float:
    order = y[np.argsort(x, kind="stable")]
    within = sum(
        ((part - part.mean()) ** 2).sum() for part in np.array_split(order, _BINS)
    )
    total = ((y - y.mean()) ** 2).sum()
    if not total > 0.0:
        return 0.0
    return float(1.0 - within / (len(y) - _BINS) * (len(y) - 1) / total)
