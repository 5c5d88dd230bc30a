"""The priors of `window`, in one table with their reasons.

Every parameter is a monotone function of a standard normal number, so the posterior is
explored on one common scale. *Ledger* parameters are informed by the precedents;
*assumption* parameters have nothing in the ledger to inform them, their priors are
judgement, and every forecast is shown with and without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from suasion.window.hazard import YEAR

__all__ = ["PRIORS", "Prior"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Prior:
    """A prior distribution and the reason for it.

    Attributes
    ----------
    name : str
    family : {"normal", "lognormal", "half-normal"}
    location, scale : float
        Mean and standard deviation of the number or of its logarithm (0 and the scale
        of the normal for a half-normal).
    informed_by : {"ledger", "assumption"}
    meaning, reason : str

    Examples
    --------
    >>> PRIORS["shape"].value(np.array([-1.96, 0.0, 1.96])).round(2)
    array([0.38, 1.  , 2.66])
    """

    name: str
    family: Literal["normal", "lognormal", "half-normal"]
    location: float
    scale: float
    informed_by: Literal["ledger", "assumption"]
    meaning: str
    reason: str

    def value(self, z: Array) -> Array:
        """Turn standard normal numbers into values of the parameter."""
        if self.family == "normal":
            return self.location + self.scale * z
        if self.family == "lognormal":
            return np.exp(self.location + self.scale * z)
        from scipy.special import log_ndtr, ndtri_exp

        # |N(0, scale)| has quantile scale * ndtri((1 + p) / 2) with p = ndtr(z);
        # (1 + p) / 2 = 1 - ndtr(-z) / 2, in logarithms for the sake of large z.
        value: Array = -self.scale * ndtri_exp(log_ndtr(-z) - np.log(2.0))
        return np.maximum(value, 1e-12)


def _ledger(
    name: str,
    family: Literal["normal", "lognormal", "half-normal"],
    location: float,
    scale: float,
    meaning: str,
    reason: str,
) -> Prior:
    return Prior(name, family, location, scale, "ledger", meaning, reason)


def _assumption(
    name: str, location: float, scale: float, meaning: str, reason: str
) -> Prior:
    return Prior(name, "normal", location, scale, "assumption", meaning, reason)


PRIORS = {
    prior.name: prior
    for prior in (
        _ledger(
            "rate",
            "lognormal",
            float(np.log(1 / YEAR)),
            1.0,
            "hazard of approval per day of a typical request",
            "a public request waits about a year; 95 % between seven weeks and seven years",
        ),
        _ledger(
            "shape",
            "lognormal",
            0.0,
            0.5,
            "Weibull shape: below 1 the hazard falls with time",
            "no direction is favoured; 95 % between 0.4 and 2.7",
        ),
        _ledger(
            "growth",
            "normal",
            0.0,
            0.5,
            "Gompertz growth of the log hazard per year",
            "no direction is favoured; 95 % within a factor 2.7 per year",
        ),
        *(
            _ledger(
                name,
                "lognormal",
                0.0,
                0.5,
                f"hazard {when} relative to the rate",
                "no period is favoured; 95 % within a factor 2.7",
            )
            for name, when in (
                ("early", "in the first 90 days"),
                ("middle", "from day 90 to day 365"),
                ("late", "after the first year"),
            )
        ),
        _ledger(
            "coalition",
            "normal",
            0.0,
            0.5,
            "log hazard ratio per unit of log(1 + governments for) - log(1 + against)",
            "lobbying may help, or mark the hard cases; "
            "95 % within a factor 2 for each doubling",
        ),
        _ledger(
            "escalation",
            "normal",
            0.0,
            0.7,
            "log hazard ratio where the main reason against is escalation",
            "fear of escalation may slow, but such requests are pressed hardest; "
            "95 % within a factor 4",
        ),
        _ledger(
            "prior_yes",
            "normal",
            0.0,
            0.5,
            "log hazard ratio per unit of log(1 + yeses in the last 365 days)",
            "one yes may ease the next or stand in for it; "
            "95 % within a factor 2 for each doubling",
        ),
        _ledger(
            "recent_no",
            "normal",
            0.0,
            0.7,
            "log hazard ratio in the 30 days after a public no",
            "a no may be firm or the last word before a yes; 95 % within a factor 4",
        ),
        _ledger(
            "spread",
            "half-normal",
            0.0,
            0.5,
            "standard deviation between gatekeepers of the log hazard",
            "most gatekeepers within a factor 2.7 of the typical one",
        ),
        _assumption(
            "pressure",
            1.4,
            0.7,
            "log hazard ratio per unit of net pressure (share for, minus 1/2)",
            "if all effective power is for the proposal, not half of it, the hazard "
            "about doubles; 95 % between no effect and four times",
        ),
        _assumption(
            "stance",
            1.0,
            0.5,
            "log hazard ratio per unit of own stance: the gatekeeper's way from status "
            "quo to threshold, minus 1/2",
            "a gatekeeper at the threshold is about 2.7 times as quick as one at the "
            "status quo; 95 % between no effect and seven times",
        ),
        _assumption(
            "closing",
            0.0,
            0.4,
            "log hazard ratio in the closing window before the deadline",
            "a closing window may press or paralyse: no direction is claimed; "
            "95 % within a factor 2.2",
        ),
    )
}
