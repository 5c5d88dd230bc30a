"""From a case to an article: its question, its forecast, its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from suasion.journal.folder import JournalError

__all__ = ["Published", "Words", "publish"]

AUTHOR = "The editors"
SECTION = "politics"
LONGEST_LEAD = 300


@dataclass(frozen=True, kw_only=True)
class Words:
    """What an article says; what is empty is taken from the case."""

    title: str = ""
    lead: str = ""
    body: str = ""
    author: str = AUTHOR
    section: str = SECTION
    date: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Published:
    """An article with a forecast that has just been added to its question."""

    address: str
    title: str
    number: int
    probability: float
    is_new: bool
    notes: tuple[str, ...] = field(default=())


def publish(
    case: str,
    words: Words,
    *,
    as_of: str | None = None,
    draws: int = 100_000,
    seed: int = 7,
    progress: Callable[[str, float], None] | None = None,
) -> Published:
    """Forecast a case and publish it; the journal must be open.

    The first time, an article is published with the question and its forecast. After
    that, the forecast is added as a new version to the article that is there.

    Raises
    ------
    SuasionError
        If the case cannot be read, forecast, or asked in public.
    """
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from suasion.casefile import load
    from suasion.forecasting import forecast
    from suasion.journal.ledger.publishing import publish_forecast, question_of_case
    from suasion.journal.pages.models import ArticlePage
    from suasion.journal.pages.publishing import publish_article

    loaded = load(case)
    computed = forecast(loaded, as_of=as_of, draws=draws, seed=seed, progress=progress)
    try:
        with transaction.atomic():
            question = question_of_case(loaded)
            row = publish_forecast(question, computed)
            article = ArticlePage.objects.filter(question=question).live().first()
            is_new = article is None
            if article is None:
                article = publish_article(
                    words.section,
                    words.title or loaded.title,
                    words.lead or _lead(loaded),
                    words.body or _body(loaded),
                    words.author,
                    question,
                    words.date,
                )
    except ValidationError as refused:
        raise JournalError(f"{case}: {'; '.join(refused.messages)}") from refused
    return Published(
        address=str(article.full_url),
        title=str(article.title),
        number=row.number,
        probability=row.probability,
        is_new=is_new,
    )


def _lead(case: Any) -> str:
    text = " ".join(case.summary.split()) or case.question.text
    sentences = text.replace(". ", ".\n").split("\n")
    lead = sentences[0]
    for sentence in sentences[1:]:
        if len(lead) + 1 + len(sentence) > LONGEST_LEAD:
            break
        lead = f"{lead} {sentence}"
    return lead if len(lead) <= LONGEST_LEAD else case.question.text[:LONGEST_LEAD]


def _body(case: Any) -> str:
    criteria = " ".join(case.question.criteria.split())
    parts = [
        *(
            f"<p>{escape(part)}</p>"
            for part in case.summary.split("\n\n")
            if part.strip()
        ),
        f"<h2>The question</h2><p>{escape(case.question.text)}</p>",
        f"<h2>What counts as yes</h2><p>{escape(criteria)}</p>" if criteria else "",
    ]
    return "".join(parts)
