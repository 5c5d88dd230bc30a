"""`{% responses page %}`: the responses under an article, and the form."""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString, mark_safe

from suasion.journal.freshness import stamp
from suasion.journal.freshness.keeping import kept
from suasion.journal.ledger.models import Question
from suasion.journal.responses.cleaning import paragraphs
from suasion.journal.responses.forms import ResponseForm
from suasion.journal.responses.guards import ticket
from suasion.journal.responses.models import ResponseSettings
from suasion.journal.responses.thread import thread

register = template.Library()


@register.inclusion_tag("responses/responses.html")
def responses(page: Any) -> dict[str, Any]:
    """Show the published responses of an article and the form to leave one.

    The empty form is the same under all articles of a question: its fields are kept.
    """
    rules = _rules()
    question = page.question
    if question is not None and not _is_open(question, timezone.now().date()):
        question = None
    shown = thread(page) if page.pk else []
    return {
        "article": page,
        "thread": shown,
        "count": sum(1 + len(one.replies) for one in shown),
        "form": SimpleLazyObject(
            lambda: ResponseForm(page=page, question=question, rules=rules)
        ),
        "empty": True,
        "question": question,
        "ticket": ticket.issue(page.pk),
        "taken": rules.taken and page.pk is not None,
    }


@kept(stamp.read_pages)
def _rules() -> ResponseSettings:
    return ResponseSettings.load()


@kept(stamp.read_ledger)
def _is_open(question: Question, day: datetime.date) -> bool:
    return question.status(day) == "open"


@register.filter(name="paragraphs")
def as_paragraphs(text: str) -> SafeString:
    """Return plain text as paragraphs; only `cleaning.paragraphs` makes HTML of it."""
    return mark_safe(paragraphs(text))
