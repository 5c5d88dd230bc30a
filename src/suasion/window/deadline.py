r"""P(yes by the deadline), as a function of what bears on the gatekeeper.

With the parameters, the coefficients and the ledger of draw i held, the curve of
`suasion.window.curve` at the deadline is

.. math:: P_i = 1 - \exp\Big(-\sum_m K_{mi} \, e^{\beta_i n_{mi} + \gamma_i o_{mi}}\Big)

over the moments m between which net pressure n and own stance o do not change. The
exposure K is the ledger's cumulative hazard between two moments, moved by the closing
window. What only moves people (levers, errors of coding) leaves K alone, so that P is
computed for thousands of suppositions from one K.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.case import Case
from suasion.stream import Seed
from suasion.timeline import turning_points
from suasion.trajectory import ROUNDS
from suasion.window.epoch import moments, round_ends
from suasion.window.fitting import Fitted
from suasion.window.hazard_draws import assumed, choose, hazards
from suasion.window.path import path_of

__all__ = ["AtDeadline", "at_deadline", "candidates_at_deadline"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class AtDeadline:
    """Draws of all that P(yes by the deadline) depends on but pressure and stance.

    Attributes
    ----------
    epochs : tuple of date
        The as-of date, and the turns of the calendar up to the deadline.
    rounds : tuple of int
        Rounds of bargaining that end in each epoch.
    moments : tuple of (int, int)
        From when on pressure is what it is: epoch, and rounds played in it.
    exposure : ndarray, shape (moments, draws)
        K above.
    pressure, stance : ndarray, shape (draws,)
        The coefficients.
    """

    epochs: tuple[dt.date, ...]
    rounds: tuple[int, ...]
    moments: tuple[tuple[int, int], ...]
    exposure: Array
    pressure: Array
    stance: Array

    def probability(self, net: Array, stance: Array) -> Array:
        """P(yes by the deadline) per draw.

        Parameters
        ----------
        net, stance : ndarray, shape (moments, draws)
            Net pressure and own stance, in [-1/2, 1/2].
        """
        return self.answer(self.pressure * net + self.stance * stance)

    def answer(self, push: Array) -> Array:
        """P(yes by the deadline) if the log hazard is moved by `push`, as above."""
        result: Array = -np.expm1(-(self.exposure * np.exp(push)).sum(axis=0))
        return result


def at_deadline(
    case: Case,
    fitted: Fitted,
    *,
    on: dt.date,
    by: dt.date,
    seed: Seed,
    draws: int,
    start: int = 0,
) -> AtDeadline:
    """Draw the exposures and coefficients of a visible case.

    Parameters
    ----------
    case : Case
        As of `on` (see `suasion.visibility`).
    fitted : Fitted
    on, by : date
        As-of date and deadline.
    seed : Seed
    draws, start : int
        How many, and the number of the first.
    """
    epochs = (on, *turning_points(case, on, by))
    ends = round_ends(case, epochs, by)
    changes = moments(case, epochs, ends)
    path = path_of(case, fitted, by, by, epochs, changes)
    felt = sorted(set(path.epoch))
    coefficient = assumed(seed, start, start + draws)
    choice = choose(fitted, seed, start, start + draws)
    extra = coefficient["closing"] * path.closing[:, None]
    exposure = np.zeros((len(felt), draws))
    for k, posterior in enumerate(fitted.posteriors):
        where = np.flatnonzero(choice.candidate == k)
        if where.size:
            block = hazards(
                posterior, path, where, choice.particle[where], extra[:, where]
            )
            steps = np.diff(block.cumulative, axis=0)
            for piece, moment in enumerate(path.epoch):
                exposure[felt.index(moment), where] += steps[piece]
    return AtDeadline(
        epochs=epochs,
        rounds=tuple(min(len(each), ROUNDS) for each in ends),
        moments=tuple(felt),
        exposure=exposure,
        pressure=coefficient["pressure"],
        stance=coefficient["stance"],
    )


def candidates_at_deadline(
    case: Case, fitted: Fitted, *, on: dt.date, by: dt.date
) -> dict[str, float]:
    """P(yes by the deadline) of each candidate alone, without the assumptions.

    A mean over its whole posterior, so there is no seed.
    """
    epochs = (on, *turning_points(case, on, by))
    ends = round_ends(case, epochs, by)
    path = path_of(case, fitted, by, by, epochs, moments(case, epochs, ends))
    result = {}
    for posterior in fitted.posteriors:
        every = np.arange(posterior.values.shape[1])
        nothing = np.zeros((len(path.z), len(every)))
        block = hazards(posterior, path, every, every, nothing)
        chance = posterior.mean(-np.expm1(-block.plain_cumulative[-1]))
        result[posterior.candidate.name] = float(chance)
    return result
