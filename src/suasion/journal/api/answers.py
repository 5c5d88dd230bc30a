"""What the API answers: field by field, with its meaning.

Names are of those who agreed to be shown. Of accounts nothing is told.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from ninja import Field, Schema

from suasion.journal.ledger import models as ledger

__all__ = [
    "Bin",
    "Curve",
    "CurvePoint",
    "Forecast",
    "Forecasts",
    "Pages",
    "Place",
    "Pool",
    "Problem",
    "Published",
    "Question",
    "Questions",
    "Resolution",
    "Score",
]


class Problem(Schema):
    """Why a request was refused."""

    status: int = Field(description="The HTTP status.")
    error: str = Field(description="What was found, the rule it breaks, and the cure.")


class Resolution(Schema):
    """How a question ended. A later resolution corrects an earlier one."""

    answer: str = Field(description="yes, no, or void (cannot be answered).")
    on: dt.date = Field(description="The day on which the answer fell.")
    source_title: str = Field(description="Who reported it.")
    source_url: str = Field(description="Where that can be read.")
    note: str
    made_at: dt.datetime = Field(description="When an editor resolved the question.")


class Question(Schema):
    """A question that time will answer with yes or no."""

    slug: str
    text: str
    criteria: str = Field(description="What exactly counts as yes.")
    opens_on: dt.date = Field(description="First day on which an estimate counts.")
    closes_on: dt.date = Field(description="Deadline: the last day of the question.")
    case_slug: str = Field(description="Case of the models; empty if there is none.")
    status: str = Field(description="announced, open, closed or resolved, today.")
    resolution: Resolution | None = Field(description="The one in force, if any.")
    page: str = Field(description="Where a person reads its record.")

    @staticmethod
    def resolve_page(row: ledger.Question) -> str:
        """Return the address of the question's page."""
        return f"{settings.JOURNAL['address']}{row.get_absolute_url()}"


class Named(Schema):
    """Somebody who forecasts."""

    name: str | None = Field(description="Null if they did not agree to be shown.")

    @staticmethod
    def resolve_name(row: ledger.Forecast | ledger.Score) -> str | None:
        """Return the name of who agreed to be shown."""
        return row.forecaster.name if row.forecaster.public else None


class Forecast(Named):
    """An estimate of the probability of yes. It is never changed, never deleted."""

    id: int
    source: str = Field(description="model, editor or reader.")
    probability: float = Field(description="Of yes, strictly between 0 and 1.")
    low80: float | None = Field(description="Lower end of the middle 80 %.")
    high80: float | None = Field(description="Upper end of the middle 80 %.")
    as_of: dt.date = Field(description="Nothing later was known to the forecaster.")
    made_at: dt.datetime = Field(description="It counts from here.")
    recorded_at: dt.datetime = Field(description="The pool shows it from here.")
    number: int | None = Field(
        description="Of a published forecast, which has a record and a curve."
    )
    current: bool = Field(
        description="Whether its forecaster made no later one on this question."
    )


class Published(Forecast):
    """A model's forecast as it was published, with what it rests on."""

    record: dict[str, Any] = Field(
        description="Models compared, who decides, assumptions, and what a stranger "
        "needs to compute it again: hash of the case, version, seed, draws."
    )

    @staticmethod
    def resolve_record(row: ledger.Forecast) -> dict[str, Any]:
        """Return the record without the curves, which are a matter of their own."""
        curves = ("curve", "ledger_curve")
        return {key: said for key, said in row.detail.items() if key not in curves}


class CurvePoint(Schema):
    """P(yes by the end of a date)."""

    date: dt.date
    mean: float
    median: float
    low50: float
    high50: float
    low80: float
    high80: float
    low95: float
    high95: float
    ledger: float | None = Field(
        description="Mean of the forecast without the case's assumptions."
    )


class Curve(Schema):
    """P(yes by t) for every date up to the deadline."""

    question: str
    number: int
    as_of: dt.date
    points: list[CurvePoint]


class Pool(Schema):
    """The pool of readers and editors at the end of a day."""

    day: dt.date
    probability: float | None = Field(
        description="Null while nobody has given an estimate."
    )
    count: int = Field(description="How many estimates it is made of.")
    exponent: float = Field(description="How far it is extremised; 1 is not at all.")


class Score(Named):
    """How a forecaster did on a resolved question. Lower is better."""

    kind: str = Field(description="model, editor, reader, pool or baseline.")
    brier: float = Field(description="Of the last estimate that counts.")
    log_score: float = Field(description="Of the last estimate that counts, in nats.")
    time_averaged_brier: float
    time_averaged_log_score: float
    peer_brier: float | None = Field(
        description="Mean Brier score of all readers and editors on the same days."
    )
    mean_probability: float = Field(description="Over the days that count.")
    days: int = Field(description="How many days count.")
    estimates: int

    @staticmethod
    def resolve_kind(row: ledger.Score) -> str:
        """Return the kind of who is scored."""
        return row.forecaster.kind


class Place(Schema):
    """A line of the leaderboard. Differences below 0 are better."""

    rank: int | None = Field(description="Null with too few questions, or a baseline.")
    name: str
    kind: str
    questions: int
    brier: float = Field(description="Mean of the time-averaged Brier scores.")
    error: float | None = Field(description="Its standard error over questions.")
    log_score: float
    against_baseline: float | None = Field(
        description="Mean difference to the base rate on the same questions."
    )
    against_baseline_error: float | None
    against_peers: float | None


class Bin(Schema):
    """Estimates between two ends, and what came of them."""

    low: float
    high: float
    estimates: int
    questions: int
    mean: float = Field(description="Mean of the estimates.")
    share: float = Field(description="How often yes came true.")
    low80: float = Field(description="Lower end of the share's 80 % interval.")
    high80: float


class Pages(Schema):
    """One page of many rows."""

    count: int = Field(description="Rows in all.")
    page: int
    pages: int


class Questions(Pages):
    """A page of questions, the latest deadline first."""

    items: list[Question]


class Forecasts(Pages):
    """A page of estimates, in the order in which they were made."""

    items: list[Forecast]
