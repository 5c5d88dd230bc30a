"""How the models did on resolved cases: what `make accuracy` found, for every forecast.

The numbers lie beside this file in `track_record.json`, written by
`suasion backtest --record`; a test compares them with the page on accuracy.
"""

from __future__ import annotations

import functools
import importlib.resources

from suasion.frozen import Frozen

__all__ = ["Kind", "TrackRecord", "track_record"]


class Kind(Frozen):
    """Scores on one kind of question, beside those of a yardstick; lower is better.

    Attributes
    ----------
    forecasts, cases : int
    score, yardstick : float
        Mean Brier score of the forecast, and of saying one half each time; or CRPS, as
        share of the scale, of the weighted mean, and of the middle of the scale.
    """

    forecasts: int
    cases: int
    score: float
    yardstick: float


class TrackRecord(Frozen):
    """Scores on the resolved cases that come with Suasion."""

    version: str
    draws: int
    seed: int
    whether: Kind
    where: Kind


@functools.cache
def track_record() -> TrackRecord:
    """Return what was found when the page on accuracy was made.

    Examples
    --------
    >>> told = track_record()
    >>> told.whether.cases >= 9, 0.0 < told.whether.score < 1.0
    (True, True)
    """
    file = importlib.resources.files("suasion") / "track_record.json"
    return TrackRecord.model_validate_json(file.read_text("utf-8"))
