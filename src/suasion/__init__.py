"""Suasion: will they be persuaded, and in time?

Reporting about a contested decision becomes a *case* that can be checked, a *forecast*
that can be scored, and an explanation of who can block it and who can move it.

Names are imported when they are first used, so that importing the package is quick.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suasion.case import Case
    from suasion.casefile import bundled, load
    from suasion.comparing import compare, timing
    from suasion.forecast_record import Forecast, load_forecast
    from suasion.forecasting import forecast
    from suasion.power.table import PowerTable, power_table
    from suasion.problem import CaseError, ForecastError, Problem, SuasionError
    from suasion.uncertain import Uncertain

__all__ = [
    "Case",
    "CaseError",
    "Forecast",
    "ForecastError",
    "PowerTable",
    "Problem",
    "SuasionError",
    "Uncertain",
    "bundled",
    "compare",
    "forecast",
    "load",
    "load_forecast",
    "power_table",
    "timing",
]

_HOME = {
    "Case": "case",
    "CaseError": "problem",
    "Forecast": "forecast_record",
    "ForecastError": "problem",
    "PowerTable": "power.table",
    "Problem": "problem",
    "SuasionError": "problem",
    "Uncertain": "uncertain",
    "bundled": "casefile",
    "compare": "comparing",
    "forecast": "forecasting",
    "load": "casefile",
    "load_forecast": "forecast_record",
    "power_table": "power.table",
    "timing": "comparing",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'suasion' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"suasion.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
