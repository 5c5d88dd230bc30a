"""A small book of made-up questions, and a clock that can be set."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from suasion.journal.ledger.models import Forecast, Question, Resolution
from suasion.journal.ledger.recording import ask, forecaster, record, resolve

DAY = dt.timedelta(days=1)
MONDAY = dt.date(2030, 3, 4)


class Book:
    """Writes entries on days of its choice; `monkeypatch` sets the clock."""

    def __init__(self, monkeypatch: Any) -> None:
        self.monkeypatch = monkeypatch
        self.set(MONDAY)
        self.editor = get_user_model().objects.create_superuser("rudolf", password="x")

    def set(self, day: dt.date, hour: int = 12) -> None:
        now = dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)
        self.monkeypatch.setattr(timezone, "now", lambda: now)

    def ask(self, slug: str = "pass", **other: Any) -> Question:
        given = {
            "text": "Will Ruritania open the pass?",
            "criteria": "Yes if the king signs.",
            "opens_on": MONDAY,
            "closes_on": MONDAY + 9 * DAY,
        }
        return ask(slug=slug, **{**given, **other})

    def say(
        self,
        question: Question,
        probability: float,
        *,
        day: int = 0,
        name: str = "Flavia",
        kind: str = "reader",
        public: bool | None = None,
        **other: Any,
    ) -> Forecast:
        self.set(MONDAY + day * DAY)
        return record(
            question,
            source=kind,
            probability=probability,
            forecaster=forecaster(name, kind, public=public),
            **other,
        )

    def resolve(
        self, question: Question, answer: str = "yes", *, on: int = 5, day: int = 10
    ) -> Resolution:
        self.set(MONDAY + day * DAY)
        return resolve(
            question,
            answer=answer,
            on=MONDAY + on * DAY,
            source_title="Strelsau Courier",
            source_url="https://courier.example/pass",
            by=self.editor,
        )
