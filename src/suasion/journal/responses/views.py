"""Leaving a response, and the writer's own page of it. No cookie, no session.

What is accepted answers with a redirection, so a reload sends nothing twice. A signed
link or stamp and `guards.origin` stand in for the CSRF cookie, which would keep article
pages out of the cache.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from suasion.journal.pages.models import ArticlePage
from suasion.journal.responses import address, editing, erasing
from suasion.journal.responses.estimating import open_question
from suasion.journal.responses.forms import EditForm, ResponseForm
from suasion.journal.responses.guards import honeypot, origin, ticket
from suasion.journal.responses.guards.refusal import RefusedError
from suasion.journal.responses.models import Response, ResponseSettings
from suasion.journal.responses.sending import send

__all__ = ["erase", "erased", "own", "respond"]


class SeeOther(HttpResponseRedirect):
    """A redirection after a POST: what follows is a GET."""

    status_code = 303


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show the form of an article on a page of its own, and take what is sent."""
    page = _article(page_id)
    rules = ResponseSettings.load()
    if not rules.taken:
        raise Http404("responses are not taken; an editor can change that in settings")
    question = open_question(page)
    sent = request.POST if request.method == "POST" else None
    asked = {"parent": request.GET.get("reply")}
    form = ResponseForm(sent, page=page, question=question, rules=rules, initial=asked)
    status = 200
    if sent is not None:
        status = 422
        try:
            origin.check(request)
            ticket.check(sent.get("ticket", ""), page.pk)
            honeypot.check(sent.get(honeypot.FIELD, ""))
            if form.is_valid():
                response = send(
                    page,
                    said=form.cleaned_data,
                    address_hash=address.of_sender(request),
                    question=question,
                    rules=rules,
                )
                return SeeOther(editing.link(response))
        except RefusedError as refusal:
            status = refusal.status
            form.add_error(refusal.field, str(refusal))
    context = {
        "article": page,
        "form": form,
        "question": question,
        "parent": form.answered(),
        "ticket": ticket.renewed((sent or {}).get("ticket", ""), page.pk),
    }
    return _page(request, "responses/respond.html", context, status=status)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Show its writer where a response stands, and take an edit."""
    response = _own(token)
    rules = ResponseSettings.load()
    question = editing.question_of(response)
    sent = request.POST if request.method == "POST" else None
    form = EditForm(sent, initial=_known(response), question=question, rules=rules)
    status = 200
    if sent is not None:
        status = 422
        try:
            origin.check(request)
            if form.is_valid():
                editing.edit(response, said=form.cleaned_data, rules=rules)
                return SeeOther(editing.link(response))
        except RefusedError as refusal:
            status = refusal.status
            form.add_error(refusal.field, str(refusal))
    context = {
        "article": response.page,
        "response": response,
        "editable": editing.is_editable(response, rules),
        "form": form,
        "question": question,
        "last": response.created_at + rules.edit_window,
        "token": token,
    }
    return _page(request, "responses/own.html", context, status=status)


@csrf_exempt
@never_cache
@require_POST
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """Erase a response at its writer's request."""
    response = _own(token)
    try:
        origin.check(request)
    except RefusedError as refusal:
        return HttpResponse(
            str(refusal), status=refusal.status, content_type="text/plain"
        )
    erasing.erase(response)
    return SeeOther(reverse("responses:erased", args=[response.page_id]))


@never_cache
@require_safe
def erased(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say that a response was erased."""
    return _page(request, "responses/erased.html", {"article": _article(page_id)})


def _article(page_id: int) -> ArticlePage:
    return get_object_or_404(ArticlePage.objects.live().public(), id=page_id)


def _own(token: str) -> Response:
    response = editing.find(token)
    if response is None:
        raise Http404("no response has this link, or it was erased")
    return response


def _known(response: Response) -> dict[str, Any]:
    return {
        "name": response.name,
        "email": response.email,
        "text": response.text,
        "percent": response.percent,
    }


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    page = render(request, template, context, status=status)
    page["X-Robots-Tag"] = "noindex, nofollow"
    return page
