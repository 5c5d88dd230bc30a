r"""One forecast against what happened: its score card.

*Whether, by a date.* The forecast P(yes by the deadline) gets the Brier and the log score.
If it has a curve, the date is scored too, up to the deadline: with :math:`F(t)` the
probability of a yes by the end of day t and T the day of the yes,

.. math:: \sum_{t = \text{as of} + 1}^{\text{by}} (F(t) - 1\{T \le t\})^2

is the CRPS of the date in days, weighted to the window that was asked about (Gneiting &
Ranjan 2011, "Comparing density forecasts using threshold- and quantile-weighted scoring
rules", Journal of Business & Economic Statistics 29, 411-422). It is proper, and defined
whether or not the yes came.

*Where.* The draws get the CRPS and interval scores, their mean the absolute error; both
also as shares of the scale's width, so that cases can be compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import ConfigDict

from suasion.case import Resolution
from suasion.forecast_record import Forecast
from suasion.frozen import Frozen
from suasion.problem import ForecastError
from suasion.scoring.place import absolute_error, crps, interval_score
from suasion.scoring_rule import brier_score, log_score
from suasion.timeline import deadline

__all__ = ["IntervalScore", "ModelScore", "ScoreCard", "date_crps", "happened", "score"]

_DAY = dt.timedelta(days=1)


class _Scored(Frozen):
    # A log score can be infinite, which JSON cannot say.
    model_config = ConfigDict(ser_json_inf_nan="strings")


class IntervalScore(_Scored):
    """An interval of the forecast, whether it held the outcome, and its score."""

    level: float
    low: float
    high: float
    inside: bool
    score: float


class ModelScore(_Scored):
    """One model's own answer, scored. What does not apply is None.

    `days` is the CRPS of its curve; `share` the absolute error as share of the scale.
    """

    name: str
    kind: str
    value: float
    brier: float | None = None
    log_score: float | None = None
    days: float | None = None
    error: float | None = None
    share: float | None = None


class ScoreCard(_Scored):
    """A forecast's scores, all penalties. Make one with `score`.

    Attributes
    ----------
    slug, case_hash, version : str
    as_of, by : date
        `by` is None for a question of place.
    resolved_on : date
    outcome : 0, 1 or None
        Whether yes came true by the deadline.
    place : float or None
        Where on the scale it ended.
    value : float
        The forecast: a probability, or the mean of the draws.
    brier, log_score : float or None
    days : float or None
        CRPS of the date, in days, up to the deadline.
    error, crps : float or None
        Absolute error of the mean and CRPS of the draws, in units of the scale.
    share, crps_share : float or None
        The same as shares of the scale's width.
    intervals : tuple of IntervalScore
    models : tuple of ModelScore
        On the first issue.
    """

    slug: str
    case_hash: str
    version: str
    as_of: dt.date
    by: dt.date | None
    resolved_on: dt.date
    outcome: Literal[0, 1] | None
    place: float | None
    value: float
    brier: float | None = None
    log_score: float | None = None
    days: float | None = None
    error: float | None = None
    crps: float | None = None
    share: float | None = None
    crps_share: float | None = None
    intervals: tuple[IntervalScore, ...] = ()
    models: tuple[ModelScore, ...] = ()

    def model(self, name: str) -> ModelScore:
        """Return one model's scores by its name.

        Raises
        ------
        KeyError
            If there is none; the message lists the names.
        """
        for item in self.models:
            if item.name == name:
                return item
        names = ", ".join(item.name for item in self.models)
        raise KeyError(f"no model {name!r}; there are {names}")


def score(forecast: Forecast, resolution: Resolution) -> ScoreCard:
    """Score a forecast against the resolution of its case.

    Parameters
    ----------
    forecast : Forecast
    resolution : Resolution
        Such as `suasion.load(slug).resolution`.

    Raises
    ------
    ForecastError
        If the forecast was made as of the day of the answer or later, or the resolution
        does not answer its question.

    Examples
    --------
    >>> import suasion
    >>> case = suasion.load("deep-strikes")
    >>> card = score(suasion.forecast(case, draws=1000), case.resolution)
    >>> card.outcome, card.brier == (1 - card.value) ** 2
    (1, True)
    >>> card.model("constant").kind
    'base rate'
    """
    case = forecast.case
    if not (forecast.as_of < resolution.date):
        raise ForecastError(
            f"{case.slug}: the forecast is as of {forecast.as_of}, and the answer fell on "
            f"{resolution.date}: there was nothing left to forecast; score an earlier one"
        )
    outcome = _outcome(forecast, resolution)
    place = None if forecast.is_approval else resolution.value
    if outcome is None and place is None:
        raise ForecastError(
            f"{case.slug}: the question asks where, and outcome.toml gives no value; add "
            "value = a number on the scale"
        )
    width = case.issues[0].width
    cards: dict[str, float | None] = {}
    if outcome is not None:
        cards |= _of_probability(forecast.probability, outcome)
    if forecast.is_approval:
        cards["days"] = _days(forecast, resolution, [p.mean for p in forecast.points])
    intervals: tuple[IntervalScore, ...] = ()
    if place is not None:
        cards |= _of_place(forecast.position, place, width)
        spread = float(crps(ensemble=forecast.answer.values, outcome=place))
        cards |= {"crps": spread, "crps_share": spread / width}
        intervals = tuple(
            _interval(forecast, level, place) for level in forecast.levels
        )
    return ScoreCard(
        slug=case.slug,
        case_hash=forecast.case_hash,
        version=forecast.version,
        as_of=forecast.as_of,
        by=forecast.by,
        resolved_on=resolution.date,
        outcome=outcome,
        place=place,
        value=forecast.probability if forecast.is_approval else forecast.position,
        **cards,
        intervals=intervals,
        models=_models(forecast, resolution, outcome, place),
    )


def happened(
    resolution: Resolution, *, by: dt.date, asked: dt.date | None
) -> Literal[0, 1] | None:
    """Return whether yes came true by a date, or None if nobody knows.

    A yes after the date is a no by that date. A no says nothing of days after `asked`,
    the question's own deadline, and after the day on which it was resolved.

    Examples
    --------
    >>> import datetime as dt, suasion
    >>> found = suasion.load("deep-strikes").resolution  # yes on 17 November 2024
    >>> asked = dt.date(2025, 1, 20)
    >>> [happened(found, by=dt.date(2024, 11, day), asked=asked) for day in (16, 17)]
    [0, 1]
    """
    if resolution.answer == "yes":
        return 1 if resolution.date <= by else 0
    if resolution.answer == "no" and by <= max(asked or by, resolution.date):
        return 0
    return None


def date_crps(
    *, curve: Sequence[float], first: dt.date, by: dt.date, yes_on: dt.date | None
) -> float:
    """Return the CRPS of the date of a yes, in days, up to the deadline.

    Parameters
    ----------
    curve : sequence of float
        P(yes by the end of the day) for each day from `first` on, which does not count.
    first, by : date
        As-of date and deadline; the curve must reach the deadline.
    yes_on : date or None
        When the yes came; None if it did not.

    Examples
    --------
    >>> monday = dt.date(2030, 3, 4)
    >>> round(date_crps(curve=[0.0, 0.2, 0.4, 0.5], first=monday,
    ...                 by=dt.date(2030, 3, 7), yes_on=dt.date(2030, 3, 6)), 2)
    0.65
    """
    days = (by - first).days
    if not (0 < days < len(curve)):
        raise ValueError(
            f"curve has {len(curve)} days from {first}, and the deadline is {by}; it lies "
            "after the first day and is reached by the curve; give one number a day"
        )
    held = np.asarray(curve[1 : days + 1], dtype=np.float64)
    came = np.zeros(days)
    if yes_on is not None:
        came[max(0, (yes_on - first).days - 1) :] = 1.0
    return float(brier_score(forecast=held, outcome=came).sum())


def _outcome(forecast: Forecast, resolution: Resolution) -> Literal[0, 1] | None:
    case = forecast.case
    if not forecast.is_approval:
        if case.issues[0].threshold is None or resolution.answer is None:
            return None
        return 1 if resolution.answer == "yes" else 0
    assert forecast.by is not None
    asked = deadline(case, forecast.as_of)
    outcome = happened(resolution, by=forecast.by, asked=asked)
    if outcome is None:
        raise ForecastError(
            f"{case.slug}: resolved {resolution.answer or resolution.value} on "
            f"{resolution.date}, which does not say whether yes came true by "
            f"{forecast.by}; score a forecast for the question's own deadline"
        )
    return outcome


def _models(
    forecast: Forecast,
    resolution: Resolution,
    outcome: Literal[0, 1] | None,
    place: float | None,
) -> tuple[ModelScore, ...]:
    issue = forecast.case.issues[0]
    result = []
    for item in forecast.models:
        cards: dict[str, float | None] = {}
        if item.issue not in ("", issue.id):
            continue
        if forecast.is_approval and outcome is not None:
            cards |= _of_probability(item.value, outcome)
            cards["days"] = _days(forecast, resolution, item.curve)
        elif place is not None:
            cards |= _of_place(item.value, place, issue.width)
        result.append(
            ModelScore(name=item.name, kind=item.kind, value=item.value, **cards)
        )
    return tuple(result)


def _of_probability(probability: float, outcome: int) -> dict[str, float | None]:
    return {
        "brier": float(brier_score(forecast=probability, outcome=outcome)),
        "log_score": float(log_score(forecast=probability, outcome=outcome)),
    }


def _of_place(value: float, place: float, width: float) -> dict[str, float | None]:
    return {
        "error": float(absolute_error(forecast=value, outcome=place)),
        "share": float(absolute_error(forecast=value, outcome=place, width=width)),
    }


def _days(
    forecast: Forecast, resolution: Resolution, curve: Sequence[float]
) -> float | None:
    """CRPS of a curve that has a value on every day of the forecast's, or None."""
    points = forecast.points
    if not points or len(curve) != len(points) or forecast.by is None:
        return None
    if points[-1].date - points[0].date != (len(points) - 1) * _DAY:
        return None  # not a point a day
    return date_crps(
        curve=curve,
        first=points[0].date,
        by=forecast.by,
        yes_on=resolution.date if resolution.answer == "yes" else None,
    )


def _interval(forecast: Forecast, level: float, place: float) -> IntervalScore:
    low, high = forecast.interval(level)
    return IntervalScore(
        level=level,
        low=low,
        high=high,
        inside=low <= place <= high,
        score=float(interval_score(low=low, high=high, level=level, outcome=place)),
    )
