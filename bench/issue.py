"""A journal to measure: articles with a forecast of their own, charts and responses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

RESPONSES = 10
DAYS = 60  # for which the questions have been open; as many are left
WORDS = (
    "The request has been on the table since May. Those who ask can offer much, but "
    "not the one thing that counts, and those who could grant it are in no hurry. "
)


def fill(folder: Path, articles: int) -> list[str]:
    """Add articles to a new journal; return the paths of all that have responses.

    Every article has a question that is open, with a copy of the reference case's
    forecast and its pictures, and responses with estimates given on different days.
    """
    from suasion.journal.folder import open_journal

    open_journal(folder)
    from django.db import connections, transaction
    from django.utils import timezone

    from suasion.journal.freshness.stamp import touch
    from suasion.journal.ledger.models import Forecast, Picture
    from suasion.journal.ledger.recording import ask, forecaster
    from suasion.journal.pages.publishing import publish_article
    from suasion.journal.responses.models import Response, ResponseSettings

    now, day = timezone.now(), dt.timedelta(days=1)
    model = Forecast.objects.get(number=1)
    pictures = list(model.pictures.all())
    readers = [forecaster(f"Reader {n}", "reader") for n in range(RESPONSES)]
    body = f"<p>{WORDS * 4}</p><h2>What is asked</h2><p>{WORDS * 3}</p>" * 8
    paths = []
    for n in range(articles):
        with transaction.atomic():
            question = ask(
                slug=f"question-{n}",
                text=f"Will request {n} be granted by the deadline?",
                criteria="Officials are reported to have granted it. " * 3,
                opens_on=now.date() - DAYS * day,
                closes_on=now.date() + DAYS * day,
            )
            article = publish_article(
                section=("war", "politics", "economy", "culture")[n % 4],
                title=f"Request {n}: who could grant it, and what would move them",
                lead="Only one capital can say yes. We put a number on the time left.",
                body_html=body,
                author="The editors",
                question=question,
            )
            shown = Forecast.objects.create(
                question=question,
                source="model",
                forecaster=model.forecaster,
                probability=model.probability,
                as_of=model.as_of,
                made_at=now,
                recorded_at=now,
                low80=model.low80,
                high80=model.high80,
                number=1,
                detail=model.detail,
            )
            Picture.objects.bulk_create(
                Picture(
                    forecast=shown,
                    kind=picture.kind,
                    width=picture.width,
                    title=picture.title,
                    svg=picture.svg,
                )
                for picture in pictures
            )
            responses = []
            for place, reader in enumerate(readers):
                sent = now - (DAYS - 5 * place) * day
                estimate = Forecast.objects.create(
                    question=question,
                    source="reader",
                    forecaster=reader,
                    probability=0.1 + 0.08 * ((place + n) % 10),
                    as_of=sent.date(),
                    made_at=sent,
                    recorded_at=sent,
                )
                responses.append(
                    Response(
                        page=article,
                        question=question,
                        name=reader.name,
                        text=f"{WORDS}\n\n{WORDS}",
                        probability=estimate.probability,
                        forecast=estimate,
                        state=Response.State.PUBLISHED,
                        created_at=sent,
                        estimated_at=sent,
                        published_at=sent,
                        digest=f"{n}-{place}",
                    )
                )
            Response.objects.bulk_create(responses)
        paths.append(article.url)
    # One machine sends all that is sent, and mail would be printed.
    rules = ResponseSettings.load()
    rules.per_address = rules.per_email = 1_000_000
    rules.tell_authors = False
    rules.save()
    touch()
    connections.close_all()
    return paths
