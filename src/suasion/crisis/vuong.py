r"""Which of two models that are not nested is closer to the truth?

With :math:`m_i` the difference of the rows' log-likelihoods, :math:`p, q` the numbers of
coefficients and a correction :math:`K`,

.. math:: z = \frac{\sum_i m_i - K}{\sqrt n \, \omega}, \quad
   \omega^2 = \tfrac1n \sum_i m_i^2 - \left(\tfrac1n \sum_i m_i\right)^2

is standard normal if both are equally close; :math:`K` is 0, :math:`p - q` (AIC) or
:math:`\frac{p - q}{2} \log n` (BIC). Clarke's test counts the rows that the first model
tells better, each :math:`m_i` less :math:`K / n`, against a fair coin.

Both take rows as independent; with clusters they are too sure.

Sources: Vuong 1989, Econometrica 57, 307-333, section 5; Clarke 2007,
Political Analysis 15, 347-363.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from suasion.crisis.fit_record import CrisisFit
from suasion.crisis.likelihood import Array
from suasion.crisis.problem import EstimationError
from suasion.frozen import Frozen

__all__ = ["Correction", "VuongTest", "vuong"]

Correction = Literal["none", "aic", "bic"]


class VuongTest(Frozen):
    """Statistics of both tests; `z` above 0 speaks for the first model.

    Attributes
    ----------
    z, p_value : float
        Vuong's; two-sided.
    better, rows : int
        Rows that the first model tells better, of all: Clarke's statistic.
    clarke_p_value : float
        Two-sided, from the binomial distribution.
    difference : float
        Of the log-likelihoods, first less second, without the correction.
    correction : {"none", "aic", "bic"}
    """

    z: float
    p_value: float
    better: int
    rows: int
    clarke_p_value: float
    difference: float
    correction: Correction

    def __str__(self) -> str:
        if self.p_value >= 0.05:
            verdict = "the data do not tell which model is closer"
        else:
            verdict = f"the {'first' if self.z > 0.0 else 'second'} model is closer"
        return (
            f"Vuong z = {self.z:.3f}, {_p(self.p_value)}: {verdict} at the 5 % level "
            f"(correction: {self.correction}).\nClarke: the first is better in "
            f"{self.better} of {self.rows} rows, {_p(self.clarke_p_value)}."
        )


def vuong(
    first: CrisisFit, second: CrisisFit, *, correction: Correction = "bic"
) -> VuongTest:
    """Compare two fits to the same rows; the formulas are those of this module.

    Raises
    ------
    EstimationError
        If the fits are not of the same rows, or tell every row alike.

    Examples
    --------
    >>> import numpy as np
    >>> from suasion.crisis import fit, simulate
    >>> x, z = np.linspace(-2, 2, 400), np.tile([-1.0, 0.0, 1.0, 2.0], 100)
    >>> terms = {"U1(sq)": "1", "U1(fight)": "x", "U2(fight)": "1 + z"}
    >>> truth = {"U1(sq): 1": 0.3, "U1(fight): x": 2, "U2(fight): 1": 0.2,
    ...          "U2(fight): z": 1}
    >>> data = {"x": x, "z": z, "y": simulate({"x": x, "z": z}, terms, truth)}
    >>> right = fit(data, outcome="y", utilities=terms)
    >>> other = {"U1(sq)": "1", "U1(fight)": "z", "U2(fight)": "1 + x"}
    >>> wrong = fit(data, outcome="y", utilities=other)
    >>> vuong(right, wrong).z > 5
    True
    """
    if correction not in ("none", "aic", "bic"):
        raise ValueError(f'correction is {correction!r}; it is "none", "aic" or "bic"')
    if first.outcome_hash != second.outcome_hash:
        raise EstimationError(
            f"the fits are not of the same rows ({first.rows} and {second.rows}, "
            "compared by their outcomes): a likelihood can be compared on the same data "
            "only; fit both to one data frame without missing values"
        )
    return _vuong(
        np.array(first.log_likelihoods),
        np.array(second.log_likelihoods),
        len(first.names) - len(second.names),
        correction,
    )


def _p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.0005 else "p < 0.001"


def _vuong(first: Array, second: Array, more: int, correction: Correction) -> VuongTest:
    from scipy.special import bdtr

    m = first - second
    n = len(m)
    penalty = {"none": 0.0, "aic": more, "bic": more / 2.0 * math.log(n)}[correction]
    spread = float(m.std())
    if not (spread > 1e-12):
        raise EstimationError(
            "both fits give every row the same likelihood, so there is nothing to "
            "compare; are they the same model?"
        )
    z = float(m.sum() - penalty) / (math.sqrt(n) * spread)
    better = int((m > penalty / n).sum())
    tail = float(bdtr(min(better, n - better), n, 0.5))
    return VuongTest(
        z=z,
        p_value=math.erfc(abs(z) / math.sqrt(2.0)),
        better=better,
        rows=n,
        clarke_p_value=min(1.0, 2.0 * tail),
        difference=float(m.sum()),
        correction=correction,
    )
