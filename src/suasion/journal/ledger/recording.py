"""Writing to the book: asking, estimating, resolving. Nothing else writes to it.

Estimates are stamped when they are recorded: an estimate counts from then. A reader's
alone may carry the earlier moment at which it was sent, as it waits for an editor; both
moments are kept. Readers and editors may give theirs while the question is open; a model
may be run on a closed question too, which is shown and never counts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from suasion.journal.ledger.models import (
    ANSWERS,
    SOURCES,
    Forecast,
    Forecaster,
    Question,
    Resolution,
)
from suasion.journal.ledger.reserved import reserved_for
from suasion.problem import SuasionError
from suasion.scoring.standing import until

__all__ = ["LedgerError", "ask", "forecaster", "record", "resolve"]


class LedgerError(SuasionError):
    """An entry that the ledger refuses, with the reason and the cure."""


def ask(
    *,
    slug: str,
    text: str,
    criteria: str,
    opens_on: dt.date,
    closes_on: dt.date,
    case_slug: str = "",
) -> Question:
    """Put a question into the ledger.

    Raises
    ------
    LedgerError
        If it lacks words, closes before it opens, or its slug is taken.
    """
    for name, value in (("slug", slug), ("text", text), ("criteria", criteria)):
        if not value.strip():
            raise LedgerError(
                f"{name} is empty; a question says what is asked and what exactly counts "
                f"as yes; write its {name}"
            )
    if not (opens_on <= closes_on):
        raise LedgerError(
            f"{slug}: opens on {opens_on} and closes on {closes_on}; a question opens "
            "before it closes; choose a later deadline"
        )
    if Question.objects.filter(slug=slug).exists():
        raise LedgerError(
            f"slug is {slug!r}, which is taken; each question has its own; choose another"
        )
    return Question.objects.create(
        slug=slug,
        text=text,
        criteria=criteria,
        opens_on=opens_on,
        closes_on=closes_on,
        case_slug=case_slug,
    )


def forecaster(name: str, kind: str, *, public: bool | None = None) -> Forecaster:
    """Return the forecaster of this name, made if there is none.

    Parameters
    ----------
    name : str
        A pseudonym; each belongs to one kind.
    kind : {"model", "editor", "reader", "pool", "baseline"}
    public : bool, optional
        Whether to show the name on the leaderboard. Left as it is if not given; new ones
        are hidden, except models, pool and baseline, which have nothing to hide.

    Raises
    ------
    LedgerError
        If the name is empty or taken by another kind.
    """
    name = name.strip()
    if not (0 < len(name) <= 80):
        raise LedgerError(
            f"name is {name!r}; a name has 1 to 80 letters; choose another"
        )
    if reserved_for(name) not in (None, kind):
        raise LedgerError(
            f"name is {name!r}, which the journal keeps for its own; choose another"
        )
    shown = kind not in ("editor", "reader") if public is None else public
    found, new = Forecaster.objects.get_or_create(
        name=name, defaults={"kind": kind, "public": shown}
    )
    if found.kind != kind:
        raise LedgerError(
            f"name is {name!r}, which is the name of a {found.kind}; a {kind} needs "
            "another; choose another"
        )
    if not new and public is not None and found.public != public:
        found.public = public
        found.save(update_fields=["public"])
    return found


def record(
    question: Question,
    *,
    source: str,
    probability: float,
    forecaster: Forecaster,
    as_of: dt.date | None = None,
    made_at: dt.datetime | None = None,
    low80: float | None = None,
    high80: float | None = None,
    detail: dict[str, Any] | None = None,
    supersedes: Forecast | None = None,
    number: int | None = None,
) -> Forecast:
    """Record an estimate, stamped now. It supersedes the forecaster's last one.

    Parameters
    ----------
    question : Question
    source : {"model", "editor", "reader"}
    probability : float
        Strictly between 0 and 1.
    forecaster : Forecaster
        Of the same kind; see `forecaster`.
    as_of : date, optional
        Nothing later was known to the forecaster. Default: the day it was made.
    made_at : datetime, optional
        When a reader sent it. Default: now; for models and editors always now.
    low80, high80 : float, optional
        Middle 80 % of the forecaster's own uncertainty.
    detail : dict, optional
        What a published forecast rests on; see `publishing`.
    supersedes : Forecast, optional
        Default: the forecaster's latest on this question.
    number : int, optional
        Of a published forecast.

    Raises
    ------
    LedgerError
        If a number is out of range, or the question takes no estimates from this source
        today.
    """
    from suasion.journal.ledger.scoring import rescore

    now = timezone.now()
    made_at = made_at or now
    today = made_at.date()
    if not (0.0 < probability < 1.0):
        raise LedgerError(
            f"{question.slug}: probability is {probability!r}; it lies strictly between "
            "0 and 1, because nothing still open is certain; write 0.99 for nearly certain"
        )
    neither = low80 is None and high80 is None
    both = low80 is not None and high80 is not None
    if not (neither or (both and 0.0 <= low80 <= high80 <= 1.0)):  # type: ignore[operator]
        raise LedgerError(
            f"{question.slug}: low80 is {low80}, high80 is {high80}; an interval has two "
            "ends between 0 and 1, in order; give both or none"
        )
    if source not in SOURCES or source != forecaster.kind:
        raise LedgerError(
            f"{question.slug}: source is {source!r}, but {forecaster.name!r} is a "
            f"{forecaster.kind}; an estimate carries the kind of its forecaster; give "
            f"source={forecaster.kind!r}"
        )
    if not (made_at == now or (source == "reader" and made_at < now)):
        raise LedgerError(
            f"{question.slug}: made_at is {made_at} and source {source!r}; only a "
            "reader's estimate may be recorded later than it was sent, and none before; "
            "leave made_at out"
        )
    as_of = as_of or today
    if not (as_of <= today):
        raise LedgerError(
            f"{question.slug}: as_of is {as_of}, which is still to come; an estimate "
            f"knows nothing later than the day it is made; give {today} or earlier"
        )
    resolution = question.resolution
    end = until(question.closes_on, resolution.on if resolution else None)
    if source != "model" and not (question.opens_on <= today < end):
        raise LedgerError(
            f"{question.slug}: the estimate is of {today}, and the question is "
            f"{question.status(today)}; estimates are taken from {question.opens_on} to "
            f"{question.closes_on}, until the day on which the answer falls; find an "
            "open question"
        )
    if supersedes is None:
        supersedes = question.forecasts.filter(forecaster=forecaster).last()
    elif (supersedes.question_id, supersedes.forecaster_id) != (
        question.pk,
        forecaster.pk,
    ):
        raise LedgerError(
            f"{question.slug}: supersedes is row {supersedes.pk}, of another question or "
            "forecaster; an estimate supersedes one of its own kind; leave it out"
        )
    with transaction.atomic():
        row = Forecast.objects.create(
            question=question,
            source=source,
            forecaster=forecaster,
            probability=float(probability),
            as_of=as_of,
            made_at=made_at,
            recorded_at=now,
            low80=low80,
            high80=high80,
            detail=detail or {},
            supersedes=supersedes,
            number=number,
        )
        if resolution is not None and source != "model":
            rescore(question)  # sent in time, let in after the answer had fallen
    return row


def resolve(
    question: Question,
    *,
    answer: str,
    on: dt.date,
    source_title: str,
    source_url: str,
    by: Any,
    note: str = "",
) -> Resolution:
    """Resolve a question, or correct its resolution, and score everybody.

    Parameters
    ----------
    answer : {"yes", "no", "void"}
    on : date
        The day on which the answer fell; estimates made on it or later do not count.
    source_title, source_url : str
        Who reported it, and where that can be read.
    by : User
        The editor who resolves.

    Raises
    ------
    LedgerError
        If the date lies in the future or outside the question, or the source is missing.
    """
    from suasion.journal.ledger.scoring import rescore

    now = timezone.now()
    place = f"{question.slug}: resolution"
    if answer not in ANSWERS:
        raise LedgerError(f"{place}: answer is {answer!r}; give 'yes', 'no' or 'void'")
    if not (on <= now.date()):
        raise LedgerError(
            f"{place}: on is {on}, which is still to come; an answer has fallen when it "
            "is recorded; wait, or give the day on which it fell"
        )
    if not (question.opens_on <= on):
        raise LedgerError(
            f"{place}: on is {on}, before the question opened on {question.opens_on}; an "
            "answer that was known is no question; give a later day, or answer 'void' today"
        )
    if answer == "yes" and not (on <= question.closes_on):
        raise LedgerError(
            f"{place}: yes on {on} comes after the deadline {question.closes_on}; it asks "
            "whether by that day; answer 'no'"
        )
    for name, value in (("source_title", source_title), ("source_url", source_url)):
        if not value.strip():
            raise LedgerError(
                f"{place}: {name} is empty; a resolution names its source; write who "
                "reported it and where"
            )
    if not source_url.startswith(("https://", "http://")):
        raise LedgerError(
            f"{place}: source_url is {source_url!r}; it is an address on the web, "
            "starting with https://; write that"
        )
    try:
        with transaction.atomic():
            resolution = Resolution.objects.create(
                question=question,
                answer=answer,
                on=on,
                source_title=source_title.strip(),
                source_url=source_url,
                note=note,
                by=by,
                made_at=now,
                supersedes=question.resolution,
            )
            rescore(question)
    except IntegrityError as error:
        raise LedgerError(
            f"{place}: refused by the database ({error}); another editor may have "
            "resolved it at the same moment; look at its record and try again"
        ) from error
    return resolution
