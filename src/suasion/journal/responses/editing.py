"""The writer's own link: to see where the response stands, edit it, or have it erased.

The link is signed and does not run out; editing ends with the window, erasing never.
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from suasion.journal.responses.estimating import enter, open_question
from suasion.journal.responses.guards.refusal import RefusedError
from suasion.journal.responses.models import Response, ResponseSettings
from suasion.journal.responses.sending import arrived_already, digest_of

__all__ = ["edit", "find", "is_editable", "link", "question_of"]


def link(response: Response) -> str:
    """Return the path of the writer's own page of a response."""
    token = _signer().sign_object(response.pk)
    return reverse("responses:own", args=[token])


def find(token: str) -> Response | None:
    """Return the response of a signed link, None if the signature is wrong."""
    try:
        pk = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    found = Response.objects.select_related("page", "question", "parent")
    return found.filter(pk=pk, erased_at=None).first()


def is_editable(response: Response, rules: ResponseSettings) -> bool:
    """Tell whether the writer may still edit."""
    age = timezone.now() - response.created_at
    return response.state != Response.State.REJECTED and age <= rules.edit_window


def question_of(response: Response) -> Any:
    """Return the question that a new estimate would answer, None if it is closed."""
    if response.question is None:
        return open_question(response.page)
    return response.question if response.question.status() == "open" else None


def edit(
    response: Response, *, said: dict[str, Any], rules: ResponseSettings
) -> Response:
    """Change a response; other words of a published one wait for an editor again.

    A new estimate of a published response is a new row of the ledger, at once; the old
    row stays and is superseded.

    Raises
    ------
    RefusedError
        If the window is over, an estimate in the ledger would be withdrawn, or the
        words are those of another response.
    """
    try:
        with transaction.atomic():
            locked = Response.objects.select_for_update(of=("self",))
            response = locked.select_related("page", "question").get(pk=response.pk)
            if not is_editable(response, rules):
                raise RefusedError(
                    f"A response can be edited for {rules.edit_minutes} minutes after "
                    "it was sent; that is over. You can have it erased, below.",
                    status=403,
                )
            _estimate(response, said.get("percent"))
            _reword(response, said)
            response.save()
    except IntegrityError as error:
        raise arrived_already() from error
    return response


def _estimate(response: Response, percent: int | None) -> None:
    question = question_of(response)
    if question is None or percent == response.percent:
        return
    if percent is None and response.forecast is not None:
        raise RefusedError(
            "Your estimate is in the ledger, where nothing is erased: change it, or "
            f"leave {response.percent}.",
            field="percent",
            status=422,
        )
    response.question = question
    response.probability = None if percent is None else percent / 100
    response.estimated_at = None if percent is None else timezone.now()
    if response.is_published or response.forecast is not None:
        enter(response)


def _reword(response: Response, said: dict[str, Any]) -> None:
    if (said["name"], said["text"]) == (response.name, response.text):
        return
    response.name, response.text = said["name"], said["text"]
    response.digest = digest_of(response.name, response.text, response.parent)
    response.edited_at = timezone.now()
    if response.is_published:
        response.state = Response.State.HELD


def _signer() -> Any:
    return signing.Signer(salt="responses.own")
