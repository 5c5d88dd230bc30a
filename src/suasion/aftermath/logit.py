r"""What players expect at a block of information sets, and the logit equations there.

For a row r (an action of a player i at a set) let :math:`w_e` be the probability of
reaching the cut e of the tree, and :math:`\pi_{ie}` what i gets there. Then

.. math:: u_r = \frac{\sum_{e \ni r} w_e \pi_{ie}}{\sum_{e \ni r} w_e}
    = E[\pi_i \mid r], \qquad
    \frac{\partial u_r}{\partial \log p_k} = \mathrm{Cov}[1_k, \pi_i \mid r].

Beliefs are in the weights, in logarithms, so that they are right off the path as well.
The logit equilibrium of precision :math:`\lambda` solves, with :math:`z = \log p` up to
a constant at each set and o the first action of r's set, whose z is 0,

.. math:: z_r - s\,(u_r - u_o) = 0, \qquad s = \lambda.

Kernels: arrays are `(..., draws)`; nothing is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.tree import Block

__all__ = ["Equations", "log_probabilities"]

Array = NDArray[np.float64]
_TINY = 1e-300


@dataclass(frozen=True)
class Equations:
    """The logit equations of a block, for some draws.

    Attributes
    ----------
    block : Block
    weight : ndarray, shape (cuts, draws)
        Logarithm of the part of the weights that is already known.
    payoff : list of ndarray, shape (cuts of the row, draws)
        For each row what its player gets at the cuts that it leads to.
    """

    block: Block
    weight: Array
    payoff: list[Array]

    def of(self, draws: NDArray[np.intp] | NDArray[np.bool_]) -> Equations:
        """Return the equations of some of the draws."""
        rows = [each[:, draws] for each in self.payoff]
        return Equations(self.block, self.weight[:, draws], rows)

    @property
    def free(self) -> NDArray[np.intp]:
        """Rows that are not the first of their set."""
        return np.flatnonzero(self.block.first != np.arange(len(self.block.first)))

    def spread(self, z: Array) -> Array:
        """Return z of all rows from that of the free ones: 0 for the first of each set."""
        whole = np.zeros((len(self.block.rows), z.shape[1]))
        whole[self.free] = z
        return whole

    def advantage(self, z: Array) -> Array:
        """Return u_r - u_o of the free rows, shape (free, draws)."""
        first = self.block.first
        logp = log_probabilities(self.spread(z), first)
        expected = np.empty_like(logp)
        for r, (_, value) in enumerate(self._weighed(logp)):
            expected[r] = value
        gain: Array = (expected - expected[first])[self.free]
        return gain

    def slopes(self, z: Array) -> tuple[Array, Array]:
        """Return u_r - u_o and its derivatives by z, shape (free, free, draws)."""
        first, free = self.block.first, self.free
        logp = log_probabilities(self.spread(z), first)
        share = np.exp(logp)
        expected = np.empty_like(logp)
        by_z = np.zeros((len(first), len(free), logp.shape[1]))
        place = {int(row): at for at, row in enumerate(free)}
        for r, (w, value) in enumerate(self._weighed(logp)):
            expected[r] = value
            if w is None:
                continue
            about = w * (self.payoff[r] - value)
            inside = self.block.through[r]
            total: dict[int, Array] = {}
            for k in map(int, self.block.others[r]):
                covariance = _over_rows(about[inside[:, k]])
                if k in place:
                    by_z[r, place[k]] = covariance
                o = int(first[k])
                total[o] = total[o] + covariance if o in total else covariance
            # dlog p_k / dz_j is [k = j] - p_j within a set.
            for row, at in place.items():
                if int(first[row]) in total:
                    by_z[r, at] -= share[row] * total[int(first[row])]
        gain = (expected - expected[first])[free]
        return gain, by_z[free] - by_z[first[free]]

    def _weighed(self, logp: Array) -> Iterator[tuple[Array | None, Array]]:
        """Yield for each row weights of its cuts, None for a single one, and u."""
        reach = self.weight.copy()
        for r, cuts in enumerate(self.block.passing):
            reach[cuts] += logp[r]
        for cuts, paid in zip(self.block.passing, self.payoff, strict=True):
            if len(cuts) == 1:
                yield None, paid[0]
                continue
            w = reach[cuts]
            w = np.exp(w - w.max(axis=0))
            w /= _over_rows(w)
            yield w, _over_rows(w * paid)


def log_probabilities(z: Array, first: NDArray[np.intp]) -> Array:
    """Return log p = z - log sum exp z within each set; `first` is each row's first row."""
    rows = range(len(first))
    top = np.full_like(z, -np.inf)
    for r in rows:
        np.maximum(top[first[r]], z[r], out=top[first[r]])
    shifted = z - top[first]
    total = np.zeros_like(z)
    for r in rows:
        total[first[r]] += np.exp(shifted[r])
    logp: Array = shifted - np.log(np.maximum(total, _TINY))[first]
    return logp


def _over_rows(values: Array) -> Array:
    """Sum over the first axis, in order: the same bits however many draws there are."""
    total: Array = values[0].copy()
    for row in values[1:]:
        total += row
    return total
