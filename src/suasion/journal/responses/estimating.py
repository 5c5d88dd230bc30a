"""A reader's estimate: which question it answers, and its row in the ledger.

An estimate counts from the moment the reader sent it, not from the moment an editor
published the response: whoever answered before the close has answered in time.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.utils import timezone

from suasion.journal.ledger.models import Forecast, Forecaster
from suasion.journal.ledger.recording import LedgerError, record
from suasion.journal.ledger.reserved import reserved_for
from suasion.journal.responses.models import Pseudonym, Response

__all__ = ["enter", "forget", "open_question"]

_LOG = logging.getLogger(__name__)


def open_question(page: Any) -> Any:
    """Return the question of an article if it takes estimates today, else None."""
    question = page.question
    return question if question is not None and question.status() == "open" else None


def enter(response: Response) -> Forecast | None:
    """Record a response's estimate in the ledger, unless its latest row says the same.

    The caller saves the response, in the same transaction. What the ledger refuses (a
    question declared void, say) does not keep the response from being published; then
    it has no row.
    """
    if response.probability is None:
        return response.forecast
    before = response.forecast
    if before is not None and before.probability == response.probability:
        return before
    forecaster = before.forecaster if before else _forecaster(response)
    try:
        response.forecast = record(
            response.question,
            source="reader",
            probability=response.probability,
            forecaster=forecaster,
            made_at=response.estimated_at,
        )
    except LedgerError as error:
        _LOG.info("response %s: estimate not entered: %s", response.pk, error)
    return response.forecast


def forget(forecast: Forecast) -> None:
    """Take a reader's name off a row of the ledger; the row itself stays.

    A chosen name goes off all rows recorded under it.
    """
    named = forecast.forecaster
    Pseudonym.objects.filter(forecaster=named).delete()
    named.name, named.public = _anonymous_name(), False
    named.save()


def _forecaster(response: Response) -> Forecaster:
    if response.pseudonym:
        chosen = _chosen(response)
        if chosen is not None:
            return chosen
        response.pseudonym = ""
    return _anonymous(response)


def _anonymous(response: Response) -> Forecaster:
    whose = {"email_hash": response.email_hash, "question": response.question}
    known = Pseudonym.objects.filter(**whose).exclude(email_hash="").first()
    if known is None:
        forecaster = _make(_anonymous_name(), public=False)
        known = Pseudonym.objects.create(forecaster=forecaster, **whose)
    return known.forecaster


def _chosen(response: Response) -> Forecaster | None:
    """Return the forecaster of the chosen name, None if the name is somebody else's."""
    if reserved_for(response.pseudonym):
        return None
    taken = Forecaster.objects.filter(name__iexact=response.pseudonym).first()
    if taken is None:
        made = _make(response.pseudonym, public=True)
        Pseudonym.objects.create(forecaster=made, email_hash=response.email_hash)
        return made
    owned = Pseudonym.objects.filter(
        forecaster=taken, email_hash=response.email_hash, question=None
    ).exclude(email_hash="")
    return taken if owned.update(used_at=timezone.now()) else None


def _make(name: str, *, public: bool) -> Forecaster:
    return Forecaster.objects.create(name=name, kind="reader", public=public)


def _anonymous_name() -> str:
    return f"reader {secrets.token_hex(5)}"
