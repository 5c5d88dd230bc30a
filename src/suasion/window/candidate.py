r"""The candidate models that compete for weight: a baseline, covariates, gatekeepers.

The hazard of request i to gatekeeper g, t days after it was made, is

.. math:: h_i(t) = h_0(t)\, e^{b \cdot z_i(t) + u_g}, \qquad u_g \sim N(0, \tau^2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suasion.window.covariate import Covariate
from suasion.window.hazard import BASELINES, Baseline

__all__ = ["BASE_RATE", "CANDIDATES", "Candidate"]

BASE_RATE = "constant"


@dataclass(frozen=True)
class Candidate:
    """One model of the time to approval.

    Attributes
    ----------
    name : str
    baseline : Baseline
    covariates : bool
        Whether the covariates of the request enter.
    gatekeepers : bool
        Whether gatekeepers differ (one normal effect each, with a common spread).
    """

    name: str
    baseline: Baseline
    covariates: bool
    gatekeepers: bool

    def parameters(self, covariates: Sequence[Covariate]) -> tuple[str, ...]:
        """Names of the parameters in the table of priors, in order.

        Examples
        --------
        >>> CANDIDATES["weibull, gatekeepers"].parameters(())
        ('rate', 'shape', 'spread')
        """
        names = [*self.baseline.parameters]
        if self.covariates:
            names += [covariate.name for covariate in covariates]
        if self.gatekeepers:
            names.append("spread")
        return tuple(names)


def _candidate(baseline: str, *, covariates: bool, gatekeepers: bool) -> Candidate:
    extras = ["covariates"] * covariates + ["gatekeepers"] * gatekeepers
    name = ", ".join([baseline, *extras])
    return Candidate(name, BASELINES[baseline], covariates, gatekeepers)


CANDIDATES = {
    candidate.name: candidate
    for candidate in (
        _candidate("constant", covariates=False, gatekeepers=False),
        _candidate("weibull", covariates=False, gatekeepers=False),
        _candidate("gompertz", covariates=False, gatekeepers=False),
        _candidate("piecewise", covariates=False, gatekeepers=False),
        _candidate("constant", covariates=False, gatekeepers=True),
        _candidate("weibull", covariates=False, gatekeepers=True),
        _candidate("constant", covariates=True, gatekeepers=True),
        _candidate("weibull", covariates=True, gatekeepers=True),
    )
}
