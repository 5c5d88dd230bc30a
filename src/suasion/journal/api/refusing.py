"""Every error in one shape: `{"status": 422, "error": "what, why, and the cure"}`."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.db import IntegrityError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from suasion.problem import SuasionError

__all__ = ["OneShape", "refusal", "refuse_in_one_shape"]

_SAID = {
    404: "there is nothing at this address; /api/v1/ lists what there is",
    405: "this address does not take that method; /api/v1/ lists those it takes",
    500: "the journal failed to answer; its editors find the reason in the log",
}


def refusal(status: int, error: str) -> JsonResponse:
    """Return an error as JSON."""
    return JsonResponse({"status": status, "error": error}, status=status)


def refuse_in_one_shape(api: NinjaAPI) -> None:
    """Let the API answer with `refusal` whatever goes wrong in an operation."""
    for kind, handler in (
        (HttpError, _http),
        (Http404, _missing),
        (ValidationError, _invalid),
        (SuasionError, _refused),
        (IntegrityError, _in_conflict),
    ):
        api.add_exception_handler(kind, handler)


class OneShape:
    """Middleware: what fails outside an operation is JSON, too; HEAD is a GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and put an error page of the API's into its shape."""
        if not request.path_info.startswith("/api/"):
            return self._get_response(request)
        head = request.method == "HEAD"
        request.method = "GET" if head else request.method
        response = self._get_response(request)
        request.method = "HEAD" if head else request.method
        told = response.get("Content-Type", "").startswith("application/json")
        if response.status_code < 400 or told:
            return response
        status = response.status_code
        answer = refusal(status, _SAID.get(status, HTTPStatus(status).phrase.lower()))
        if "Allow" in response:
            answer["Allow"] = response["Allow"]
        return answer


def _http(request: HttpRequest, error: HttpError) -> JsonResponse:
    if isinstance(error, Throttled):
        answer = refusal(429, f"too many writes by this token; wait {error.wait} s")
        answer["Retry-After"] = str(error.wait)
        return answer
    if error.status_code == 401:
        answer = refusal(
            401,
            "no token, or one that is unknown, expired or of a disabled account; send "
            "'Authorization: Bearer TOKEN' with one that an administrator issued",
        )
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    return refusal(error.status_code, str(error))


def _missing(request: HttpRequest, error: Http404) -> JsonResponse:
    return refusal(404, str(error) or _SAID[404])


def _invalid(request: HttpRequest, error: ValidationError) -> JsonResponse:
    # A place is ("query", "page"), ("body", PARAMETER) or ("body", PARAMETER, FIELD).
    problems = []
    for item in error.errors:
        kind, *_, last = item["loc"]
        whole = kind == "body" and len(item["loc"]) == 2
        problems.append(f"{kind if whole else last}: {item['msg']}")
    return refusal(422, "; ".join(problems))


def _refused(request: HttpRequest, error: SuasionError) -> JsonResponse:
    return refusal(422, str(error))


def _in_conflict(request: HttpRequest, error: IntegrityError) -> JsonResponse:
    return refusal(
        409,
        "the database refused it; another entry may have been made at the same moment; "
        "look at the question's record and try again",
    )
