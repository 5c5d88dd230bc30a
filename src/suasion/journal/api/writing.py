"""Writing to the ledger, through its services, with a token.

A token is good for what its scopes say and its owner may; see `tokens`. No cookie counts
here, so no other site can make an editor's browser write.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Status
from ninja.errors import AuthorizationError, Throttled
from ninja.security import HttpBearer
from wagtail.log_actions import log

from suasion.journal.api import answers, tokens
from suasion.journal.api.entries import Asked, Estimated, Resolved
from suasion.journal.api.models import SCOPES, Token
from suasion.journal.api.reading import question_of, router, with_current
from suasion.journal.ledger import recording
from suasion.journal.ledger.models import Forecast
from suasion.journal.ledger.reserved import reserved_for

__all__ = ["Bearer"]

_REFUSED = dict.fromkeys((400, 401, 403, 409, 422, 429), answers.Problem)
_NONE = {404: answers.Problem}
_WRITING = ["Writing"]


class Bearer(HttpBearer):
    """The header `Authorization: Bearer TOKEN`, with a token good for one scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the token if it is good and its owner may; count the write."""
        found = tokens.find(token)
        if found is None:
            return None
        if not getattr(found, self._scope):
            raise AuthorizationError(
                message=f"this token is not good for {self._scope!r}; ask an "
                "administrator for one that is"
            )
        if not found.user.has_perm(SCOPES[self._scope]):
            raise AuthorizationError(
                message=f"the token's owner may not {self._scope}; its account needs "
                f"the permission {SCOPES[self._scope]}"
            )
        wait = tokens.take_turn(found)
        if wait is not None:
            raise Throttled(wait)
        return found


@router.post(
    "/questions",
    auth=Bearer("ask"),
    response={201: answers.Question, **_REFUSED},
    tags=_WRITING,
    summary="Ask a question",
)
def ask(request: HttpRequest, response: HttpResponse, said: Asked) -> Any:
    """Put a question into the ledger. The token has the scope `ask`."""
    with transaction.atomic():
        row = recording.ask(**said.model_dump())
        _log(request, row)
    response["Location"] = f"{request.path}/{row.slug}"
    return Status(201, row)


@router.post(
    "/questions/{slug:slug}/forecasts",
    auth=Bearer("forecast"),
    response={201: answers.Forecast, **_NONE, **_REFUSED},
    tags=_WRITING,
    summary="Record an estimate",
)
def record(request: HttpRequest, slug: str, said: Estimated) -> Any:
    """Record an editor's or a model's. The token has the scope `forecast`.

    It is stamped now and supersedes the last one of the same name. Readers'
    estimates come with their responses; Suasion's own are made by `suasion journal
    publish`, which keeps what they rest on.
    """
    if reserved_for(said.name):
        raise recording.LedgerError(
            f"name is {said.name.strip()!r}, which the journal keeps for its own; its "
            "forecasts are made by 'suasion journal publish'; choose another"
        )
    with transaction.atomic():
        row = recording.record(
            question_of(slug),
            source=said.source,
            probability=said.probability,
            low80=said.low80,
            high80=said.high80,
            as_of=said.as_of,
            forecaster=recording.forecaster(said.name, said.source, public=said.public),
        )
        _log(request, row)
    return Status(201, with_current(Forecast.objects.filter(pk=row.pk)).get())


@router.post(
    "/questions/{slug:slug}/resolutions",
    auth=Bearer("resolve"),
    response={201: answers.Resolution, **_NONE, **_REFUSED},
    tags=_WRITING,
    summary="Resolve a question",
)
def resolve(request: HttpRequest, slug: str, said: Resolved) -> Any:
    """Say how it ended, and score everybody. The token has the scope `resolve`.

    A second resolution corrects the first; both are kept.
    """
    with transaction.atomic():
        row = recording.resolve(
            question_of(slug), by=_token(request).user, **said.model_dump()
        )
        _log(request, row)
    return Status(201, row)


def _log(request: HttpRequest, row: Any) -> None:
    token = _token(request)
    data = {"token": token.name}
    log(instance=row, action="wagtail.create", user=token.user, data=data)


def _token(request: HttpRequest) -> Token:
    token: Token = request.auth
    return token
