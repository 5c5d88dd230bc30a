"""The ledger's own pages: all questions, one question's record, one version."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from suasion.journal.ledger.blocks import block
from suasion.journal.ledger.models import Forecast, Question

__all__ = ["forecast", "question", "questions"]


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """All questions, the latest deadline first."""
    found = Question.objects.prefetch_related("resolutions")
    return render(request, "ledger/questions.html", {"questions": found})


@require_safe
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """One question: its latest forecast, all versions, resolutions and scores."""
    found = get_object_or_404(Question, slug=slug)
    context = {
        "question": found,
        "shown": block(found),
        "resolutions": found.resolutions.all(),
    }
    return render(request, "ledger/question.html", context)


@require_safe
def forecast(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version of a question's forecast, as it was published."""
    found = get_object_or_404(Question, slug=slug)
    try:
        shown = block(found, number)
    except Forecast.DoesNotExist:
        raise Http404(f"{slug} has no forecast of number {number}") from None
    return render(request, "ledger/forecast.html", {"question": found, "shown": shown})
