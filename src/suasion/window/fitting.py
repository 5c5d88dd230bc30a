"""All candidates fitted to a reference class, and weighed.

A fit depends on the visible precedents, the gatekeeper, the covariates and this package's
code, and on nothing else; it is kept between runs (see `suasion.cache`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.cache import cached
from suasion.window.candidate import CANDIDATES
from suasion.window.covariate import COVARIATES, Covariate, Request, known_for
from suasion.window.dossier import Comparison, compare, leave_one_dossier_out
from suasion.window.posterior import Posterior, fit
from suasion.window.reference_class import ReferenceClass

__all__ = ["FIT_SEED", "Fitted", "fit_candidates"]

FIT_SEED = 20_240_531
"""Seed of the posterior: fixed, so that a forecast's seed moves only its own draws."""

_DRAWS = 8192


@dataclass(frozen=True)
class Fitted:
    """Every candidate's posterior and its stacking weight.

    Attributes
    ----------
    reference : ReferenceClass
    posteriors : tuple of Posterior
        In the order of the candidates.
    comparison : Comparison
        Leave-one-dossier-out predictions and stacking weights.
    covariates : tuple of Covariate
        Coded both for every row and for the case.
    """

    reference: ReferenceClass
    posteriors: tuple[Posterior, ...]
    comparison: Comparison
    covariates: tuple[Covariate, ...]

    @property
    def dropped(self) -> tuple[str, ...]:
        """Covariates left out because somewhere nobody coded them."""
        return tuple(item.name for item in COVARIATES if item not in self.covariates)

    @property
    def weight(self) -> dict[str, float]:
        """Stacking weight by candidate."""
        pairs = zip(self.comparison.candidates, self.comparison.weight, strict=True)
        return {name: float(weight) for name, weight in pairs}

    @property
    def trouble(self) -> tuple[str, ...]:
        """Failed diagnostics of candidates that carry weight."""
        return tuple(
            posterior.trouble
            for posterior in self.posteriors
            if posterior.trouble and self.weight[posterior.candidate.name] > 0.0
        )


def fit_candidates(
    reference: ReferenceClass,
    request: Request,
    *,
    progress: Callable[[float], None] = lambda _share: None,
) -> Fitted:
    """Fit all candidates to a reference class, for a request to one gatekeeper.

    `progress` is told the share of the work that is done.

    Raises
    ------
    ForecastError
        If the reference class cannot support a fit.
    """
    covariates = known_for([*(row.request for row in reference.rows), request])
    gatekeeper = request.gatekeeper

    def compute() -> dict[str, NDArray[np.float64]]:
        arrays: dict[str, NDArray[np.float64]] = {}
        for name, candidate in CANDIDATES.items():
            posterior = fit(
                reference,
                candidate,
                covariates,
                seed=FIT_SEED,
                draws=_DRAWS,
                gatekeepers=(gatekeeper,),
            )
            arrays |= {
                f"{name}/values": posterior.values,
                f"{name}/weight": posterior.weight,
                f"{name}/effect": posterior.effect[gatekeeper],
                f"{name}/diagnostics": np.array(
                    [posterior.pareto_k, posterior.effective_size]
                ),
            }
        forecast, pareto_k = leave_one_dossier_out(
            reference, covariates, seed=FIT_SEED, progress=progress
        )
        weight = compare(reference, forecast, pareto_k).weight
        return arrays | {"forecast": forecast, "pareto_k": pareto_k, "stack": weight}

    content = repr((reference, gatekeeper, [item.name for item in covariates]))
    arrays = cached("window", content, compute)
    posteriors = []
    for name, candidate in CANDIDATES.items():
        entering = covariates if candidate.covariates else ()
        pareto_k, effective_size = arrays[f"{name}/diagnostics"]
        posteriors.append(
            Posterior(
                candidate=candidate,
                covariates=entering,
                names=candidate.parameters(entering),
                values=arrays[f"{name}/values"],
                weight=arrays[f"{name}/weight"],
                effect={gatekeeper: arrays[f"{name}/effect"]},
                pareto_k=float(pareto_k),
                effective_size=float(effective_size),
            )
        )
    return Fitted(
        reference=reference,
        posteriors=tuple(posteriors),
        comparison=compare(
            reference, arrays["forecast"], arrays["pareto_k"], arrays["stack"]
        ),
        covariates=covariates,
    )
