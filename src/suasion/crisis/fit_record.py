"""What a fit remembers: estimates, how sure, from what data, and how it was found."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from pydantic import PrivateAttr

from suasion.crisis.game import Errors, GameName, Link
from suasion.crisis.likelihood import Array
from suasion.crisis.prediction import Interval, Prediction, Profile, predicted, profiled
from suasion.crisis.specification import Specification
from suasion.frozen import Frozen

__all__ = ["Covariance", "CrisisFit"]

Covariance = Literal["information", "robust", "bootstrap"]


class CrisisFit(Frozen):
    """Estimates of a strategic model.

    Attributes
    ----------
    utilities : dict
        The formulas.
    game, errors, link : str
    outcome, cluster : str
        Names of columns; `cluster` is None without clusters.
    outcomes : dict
        How often each outcome happened.
    rows, dropped, clusters : int
        Rows used and left out; number of clusters, or None.
    names, coefficients : tuple
        Terms, and their estimates in units of one error (its standard deviation for
        probit, its scale for logit).
    covariance : tuple of tuple of float
    covariance_kind, correction : str
        How it was computed, and the small-sample factor in it.
    replications, failed : int
        Of the bootstrap: those used, and those without a maximum.
    log_likelihood, null_log_likelihood : float
        At the maximum; and if every row had the shares of outcomes of all.
    log_likelihoods : tuple of float
        By row.
    converged : bool
        Whether `slope`, the largest derivative of the mean log-likelihood, is at most
        1e-7, terms scaled to a mean square of 1.
    iterations : int
    starts, agreeing : int
        Starts tried, and those that led to the same maximum.
    smallest_eigenvalue : float
        Of the information per row, scaled likewise: near 0, terms can hardly be told
        apart.
    seed : int
        Of the starts and the bootstrap.
    data_hash, outcome_hash, version : str
    notes : tuple of str
        What a reader should know before using the numbers.
    """

    kind: Literal["crisis fit"] = "crisis fit"
    utilities: dict[str, str]
    game: GameName
    errors: Errors
    link: Link
    outcome: str
    outcomes: dict[str, int]
    rows: int
    dropped: int
    cluster: str | None
    clusters: int | None
    names: tuple[str, ...]
    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    covariance_kind: Covariance
    correction: str
    replications: int = 0
    failed: int = 0
    log_likelihood: float
    null_log_likelihood: float
    log_likelihoods: tuple[float, ...]
    converged: bool
    slope: float
    iterations: int
    starts: int
    agreeing: int
    smallest_eigenvalue: float
    seed: int
    data_hash: str
    outcome_hash: str
    version: str
    libraries: dict[str, str]
    notes: tuple[str, ...] = ()

    _specification: Specification | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CrisisFit) and self.__dict__ == other.__dict__

    def __getitem__(self, name: str) -> float:
        """Return the coefficient of a term."""
        return dict(zip(self.names, self.coefficients, strict=True))[name]

    @property
    def standard_errors(self) -> tuple[float, ...]:
        """Square roots of the diagonal of the covariance."""
        return tuple(math.sqrt(row[i]) for i, row in enumerate(self.covariance))

    @property
    def z(self) -> tuple[float, ...]:
        """Coefficients divided by their standard errors."""
        pairs = zip(self.coefficients, self.standard_errors, strict=True)
        return tuple(value / error for value, error in pairs)

    @property
    def p_values(self) -> tuple[float, ...]:
        """Two-sided, from the normal distribution."""
        return tuple(math.erfc(abs(z) / math.sqrt(2.0)) for z in self.z)

    @property
    def aic(self) -> float:
        """Akaike's criterion, -2 log L + 2 k."""
        return 2.0 * len(self.names) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, -2 log L + k log n."""
        return len(self.names) * math.log(self.rows) - 2.0 * self.log_likelihood

    @property
    def pseudo_r2(self) -> float:
        """McFadden's: 1 less log-likelihood over that of the shares of outcomes."""
        return 1.0 - self.log_likelihood / self.null_log_likelihood

    def interval(self, level: float = 0.95) -> tuple[tuple[float, float], ...]:
        """Return each coefficient's interval, from the normal distribution."""
        from suasion.crisis.prediction import quantile

        width = quantile(level)
        return tuple(
            (value - width * error, value + width * error)
            for value, error in zip(
                self.coefficients, self.standard_errors, strict=True
            )
        )

    def summary(self, level: float = 0.95) -> str:
        """Return the table of estimates as text."""
        from suasion.crisis.summary import summary

        return summary(self, level)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the rows' log-likelihoods, ready for JSON."""
        found = self.model_dump(mode="json", exclude={"log_likelihoods"})
        derived = ("standard_errors", "z", "p_values", "aic", "bic", "pseudo_r2")
        return {**found, **{name: getattr(self, name) for name in derived}}

    def predict(
        self,
        data: Any = None,
        *,
        interval: Interval | None = "delta",
        level: float = 0.95,
        draws: int = 1000,
        seed: int | None = None,
    ) -> Prediction:
        """Predict the probability of each outcome for each row; see `Prediction`.

        Parameters
        ----------
        data : mapping or data frame, optional
            Rows to predict. Default: those of the fit.
        interval : {"delta", "simulated"} or None
            By the delta method on the log-odds, or from draws of the coefficients.
        level : float
            Of the interval, in (0, 1).
        draws, seed : int
            Of the simulation; the seed is that of the fit unless given.
        """
        return predicted(
            self._made(), self._theta(), self._matrix(), data, interval, level, draws,
            self.seed if seed is None else seed,
        )  # fmt: skip

    def profile(
        self,
        covariate: str,
        values: Any = None,
        *,
        interval: Interval | None = "delta",
        level: float = 0.95,
        draws: int = 1000,
        seed: int | None = None,
    ) -> Profile:
        """Predict the outcomes as one covariate takes each of `values`.

        All rows keep their other covariates, and predictions are averaged over them
        (observed-value approach: Hanmer & Kalkan 2013, American Journal of Political
        Science 57, 263-277). The rest is as for `predict`.

        Parameters
        ----------
        covariate : str
        values : sequence, optional
            Default: 21 from the smallest observed to the largest, or each category.
        interval, level, draws, seed
            As for `predict`.
        """
        return profiled(
            self._made(), self._theta(), self._matrix(), covariate, values, interval,
            level, draws, self.seed if seed is None else seed,
        )  # fmt: skip

    def _theta(self) -> Array:
        return np.array(self.coefficients)

    def _matrix(self) -> Array:
        return np.array(self.covariance)

    def _made(self) -> Specification:
        if self._specification is None:
            from suasion.crisis.problem import EstimationError

            raise EstimationError(
                "this fit was read from a file, so it has no data to predict from; fit "
                "the model again"
            )
        return self._specification
