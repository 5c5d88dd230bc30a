r"""Who is better? Paired differences of scores, and which of them last.

Forecasts of one case share its outcome, so the case is the unit: scores are averaged
within a case, every case weighs the same, and cases are resampled. Of C cases with
differences :math:`d_c`, mean :math:`\bar d` and standard error :math:`s = \mathrm{sd} /
\sqrt C`, each resample (cases drawn with replacement) gives

.. math:: t^* = |\bar d^* - \bar d| / s^*

The interval is :math:`\bar d \pm q\,s` with q the quantile of :math:`t^*`; the p-value of
no difference is the share of resamples with :math:`t^* \ge |\bar d| / s`. So 0 lies outside
the interval exactly if p is small (symmetric bootstrap-t: Hall 1988, "On symmetric
bootstrap confidence intervals", Journal of the Royal Statistical Society B 50, 35-45;
Cameron, Gelbach & Miller 2008, "Bootstrap-based improvements for inference with clustered
errors", Review of Economics and Statistics 90, 414-427, on few clusters). The plain
percentile interval is too short with few cases; see the page on scoring for by how much.

Of many differences some look large by chance: p-values are adjusted by Holm 1979, "A
simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics
6, 65-70, which bounds the probability that any difference is wrongly said to last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.frozen import Frozen
from suasion.scoring_rule import refuse
from suasion.stream import check_seed, uniform

__all__ = ["Difference", "Mean", "holm", "mean_score", "paired_differences"]

Array = NDArray[np.float64]


class Mean(Frozen):
    """A mean over cases, each weighing the same, with its interval.

    `low` and `high` are None where there are too few cases, or too alike, for any.
    """

    mean: float
    low: float | None
    high: float | None
    error: float | None
    cases: int
    forecasts: int
    level: float


class Difference(Mean):
    """The score of `first` minus that of `second`; below 0, `first` is better.

    Attributes
    ----------
    p : float
        Probability of a difference as large, were there none.
    adjusted : float
        The same after Holm's correction for all differences looked at.
    lasts : bool
        Whether the adjusted p is at most 1 - level.
    """

    first: str
    second: str
    p: float
    adjusted: float
    lasts: bool


def mean_score(
    *,
    scores: ArrayLike,
    cluster: Sequence[object],
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 7,
) -> Mean:
    """Average scores over cases, with a cluster bootstrap interval.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Finite.
    cluster : sequence of length n
        The case (dossier) of each score.
    level : float
        Of the interval, strictly between 0 and 1.
    resamples, seed : int

    Raises
    ------
    ValueError
        If a score is not finite, lengths differ, or a setting is out of range.

    Examples
    --------
    >>> found = mean_score(scores=[0.1, 0.3, 0.2, 0.4, 0.1, 0.3], cluster="aabcde")
    >>> round(found.mean, 2), found.cases, found.low < found.mean < found.high
    (0.24, 5, True)
    """
    _settings(level, resamples, seed)
    by_case = _by_case("scores", scores, cluster)
    low, high, error, _ = _bootstrap_t(by_case, level, resamples, seed)
    return Mean(
        mean=float(by_case.mean()),
        low=low,
        high=high,
        error=error,
        cases=len(by_case),
        forecasts=len(cluster),
        level=level,
    )


def paired_differences(
    *,
    scores: Mapping[str, ArrayLike],
    cluster: Sequence[object],
    against: str | None = None,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 7,
) -> tuple[Difference, ...]:
    """Compare forecasters on the same forecasts, pair by pair.

    Parameters
    ----------
    scores : mapping of str to array_like of shape (n,)
        Scores of each forecaster on the same n questions, in the same order.
    cluster : sequence of length n
        The case (dossier) of each question.
    against : str, optional
        Compare the others with this one alone: fewer differences, so more can last.
    level : float
        Of the intervals; 1 - level bounds the probability of any false "lasts".
    resamples, seed : int

    Returns
    -------
    tuple of Difference
        Smallest adjusted p first.

    Raises
    ------
    ValueError
        If there are fewer than two forecasters, a score is not finite, lengths differ.

    Examples
    --------
    >>> cases = range(8)
    >>> a = [0.10, 0.12, 0.09, 0.14, 0.11, 0.08, 0.13, 0.10]
    >>> b = [0.25, 0.22, 0.24, 0.25, 0.30, 0.20, 0.26, 0.21]
    >>> (found,) = paired_differences(scores={"a": a, "b": b}, cluster=cases)
    >>> round(found.mean, 4), found.lasts
    (-0.1325, True)
    """
    _settings(level, resamples, seed)
    if len(scores) < 2 or against not in (None, *scores):
        raise ValueError(
            f"there are {', '.join(scores) or 'no forecasters'}, against {against!r}; two "
            "forecasters are needed, and the one compared with is one of them"
        )
    by_case = {name: _by_case(name, values, cluster) for name, values in scores.items()}
    pairs = (
        [*combinations(by_case, 2)]
        if against is None
        else [(name, against) for name in by_case if name != against]
    )
    found = []
    for first, second in pairs:
        d = by_case[first] - by_case[second]
        found.append((d, *_bootstrap_t(d, level, resamples, seed)))
    adjusted = holm(p=[row[4] for row in found])
    result = [
        Difference(
            first=first,
            second=second,
            mean=float(d.mean()),
            low=low,
            high=high,
            error=error,
            cases=len(d),
            forecasts=len(cluster),
            level=level,
            p=p,
            adjusted=q,
            lasts=q <= 1.0 - level,
        )
        for (first, second), (d, low, high, error, p), q in zip(
            pairs, found, adjusted.tolist(), strict=True
        )
    ]
    return tuple(sorted(result, key=lambda item: (item.adjusted, item.p)))


def holm(*, p: ArrayLike) -> Array:
    r"""Adjust p-values for their number, by Holm's step-down procedure.

    .. math:: \tilde p_{(i)} = \max_{j \le i} \min(1, (m - j + 1)\, p_{(j)})

    Examples
    --------
    >>> holm(p=[0.01, 0.04, 0.03, 0.005]).round(3)
    array([0.03, 0.06, 0.06, 0.02])
    """
    values = np.asarray(p, dtype=np.float64)
    refuse(
        "p", values, (values >= 0) & (values <= 1), "a p-value lies between 0 and 1",
        "leave out what was not tested",
    )  # fmt: skip
    order = np.argsort(values, kind="stable")
    steps = np.arange(len(values), 0, -1) * values[order]
    result = np.empty_like(values)
    result[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return result


def _bootstrap_t(
    d: Array, level: float, resamples: int, seed: int
) -> tuple[float | None, float | None, float | None, float]:
    """Return low and high end, standard error, p-value of a mean of 0."""
    count, size = len(d), float(np.abs(d).max())
    if size == 0.0:
        return 0.0, 0.0, 0.0, 1.0
    d = d / size  # so that squares of tiny differences are not lost
    if count < 2 or np.ptp(d) <= 1e-12:
        return None, None, None, 1.0
    mean, error = d.mean(), d.std(ddof=1) / np.sqrt(count)
    luck = uniform(seed, "resampled cases", 0, resamples * count)
    drawn = d[(luck * count).astype(np.int64)].reshape(resamples, count)
    spread = drawn.std(axis=1, ddof=1) / np.sqrt(count)
    # A resample of one case again and again says nothing of spread: it counts as far off.
    same = spread <= 1e-9 * error
    far = np.abs(drawn.mean(axis=1) - mean) / np.where(same, 1.0, spread)
    t = np.where(same, np.inf, far)
    p = (1 + np.count_nonzero(t >= abs(mean) / error)) / (resamples + 1)
    kept = int(np.ceil(level * (resamples + 1)))
    q = np.inf if kept > resamples else np.sort(t)[kept - 1]
    low, high = (
        (None, None)
        if np.isinf(q)
        else (float(size * (mean - q * error)), float(size * (mean + q * error)))
    )
    return low, high, float(size * error), float(p)


def _by_case(name: str, scores: ArrayLike, cluster: Sequence[object]) -> Array:
    """Mean score of each case, in order of the cases' names."""
    values = np.asarray(scores, dtype=np.float64)
    if values.ndim != 1 or not values.size or len(values) != len(cluster):
        raise ValueError(
            f"{name} has shape {values.shape}, and cases are named for {len(cluster)} "
            "scores; give a list of scores, and the case of each"
        )
    refuse(
        name, values, np.isfinite(values), "a score that is averaged is finite",
        "a log score is infinite where the impossible happened: compare Brier scores",
    )  # fmt: skip
    _, place = np.unique([str(item) for item in cluster], return_inverse=True)
    result: Array = np.bincount(place, weights=values) / np.bincount(place)
    return result


def _settings(level: float, resamples: int, seed: int) -> None:
    if not (0.0 < level < 1.0):
        raise ValueError(
            f"level is {level!r}; it lies strictly between 0 and 1; write 95 percent as "
            "0.95"
        )
    if not (1000 <= resamples <= 1_000_000):
        raise ValueError(
            f"resamples is {resamples!r}; from 1000 to a million are needed; 10000 will do"
        )
    check_seed(seed)
