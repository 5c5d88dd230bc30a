"""What the ledger alone says: models compared on dossiers left out, other choices of rows.

The tables behind `suasion precedents`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from suasion.case import Case
from suasion.casefile import load
from suasion.forecast_record import Comparison
from suasion.forecasting import compared, viewed
from suasion.window.candidate import CANDIDATES
from suasion.window.covariate import Request
from suasion.window.fitting import FIT_SEED, fit_candidates
from suasion.window.posterior import fit
from suasion.window.reference_class import ReferenceClass

__all__ = ["SensitivityRow", "compare_models", "sensitivity_rows"]


class SensitivityRow(NamedTuple):
    """The chance of approval in the window under one choice of rows and start dates."""

    choice: str
    rows: int
    approvals: int
    days_at_risk: float
    constant: float
    weibull: float


def compare_models(
    case: Case | str,
    *,
    as_of: dt.date | str | None = None,
    progress: Callable[[str, float], None] = lambda _text, _share: None,
) -> Comparison:
    """Leave one dossier out at a time and score every candidate.

    Raises
    ------
    CaseError, ForecastError
        As `suasion.forecast` does.
    """
    view, on, _ = viewed(load(case) if isinstance(case, str) else case, as_of, None)
    reference = ReferenceClass.of_precedents(view.precedents, on)
    fitted = fit_candidates(
        reference,
        Request.of_case(view, on),
        progress=lambda share: progress("leaving one dossier out at a time", share),
    )
    return compared(fitted)


def sensitivity_rows(
    case: Case | str, *, as_of: dt.date | str | None = None
) -> tuple[SensitivityRow, ...]:
    """Return base rates for the case's window under other choices of precedents.

    Core rows; core and sensitivity rows; the case's gatekeeper alone; the earliest and
    the latest defensible start dates of the ledger.
    """
    view, on, by = viewed(load(case) if isinstance(case, str) else case, as_of, None)
    own = view.question.gatekeeper or ""
    choices: dict[str, dict[str, object]] = {
        "core rows": {},
        "core and sensitivity rows": {"use": ("core", "sensitivity")},
        f"core rows, {own} alone": {"gatekeepers": (own,)},
        "core rows, earliest start dates": {"alternative": "earliest"},
        "core rows, latest start dates": {"alternative": "latest"},
    }
    request = Request.of_case(view, on)
    ages = (
        np.array([on.toordinal(), by.toordinal()], dtype=np.float64) - request.earliest
    )
    result = []
    for choice, options in choices.items():
        if options.get("gatekeepers") and not any(
            row.gatekeeper_country == own and row.model_use == "core"
            for row in view.precedents
        ):
            continue
        reference = ReferenceClass.of_precedents(view.precedents, on, **options)  # type: ignore[arg-type]
        chances = []
        for name in ("constant", "weibull"):
            posterior = fit(reference, CANDIDATES[name], (), seed=FIT_SEED)
            hazard = np.diff(posterior.cumulative_baseline(ages[:, None]), axis=0)[0]
            chances.append(float(posterior.mean(-np.expm1(-hazard))))
        result.append(
            SensitivityRow(
                choice,
                len(reference.rows),
                reference.approvals,
                reference.days_at_risk,
                *chances,
            )
        )
    return tuple(result)
