"""Reading the ledger: the same for everybody, so the page cache keeps it."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from suasion.journal.api import answers
from suasion.journal.ledger import exporting, pooling, scoring
from suasion.journal.ledger.models import Forecast, Question

__all__ = ["ROWS", "question_of", "router", "with_current"]

ROWS = 100
"""Rows of a page."""

Leaf = Annotated[int, Query(1, ge=1, le=9999, description=f"{ROWS} rows each.")]
_NONE = {404: answers.Problem}
_REFUSED = {404: answers.Problem, 422: answers.Problem}
_CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}

router = Router()


def question_of(slug: str) -> Question:
    """Return a question by its slug.

    Raises
    ------
    Http404
        If there is none.
    """
    found = Question.objects.filter(slug=slug).first()
    if found is None:
        raise Http404(f"there is no question {slug!r}; /api/v1/questions lists all")
    return found


def with_current(forecasts: QuerySet[Forecast]) -> QuerySet[Forecast]:
    """Say of each estimate whether its forecaster made no later one."""
    later = Forecast.objects.filter(
        Q(made_at__gt=OuterRef("made_at"))
        | Q(made_at=OuterRef("made_at"), pk__gt=OuterRef("pk")),
        question=OuterRef("question"),
        forecaster=OuterRef("forecaster"),
    )
    return forecasts.select_related("forecaster").annotate(current=~Exists(later))


@router.get(
    "/questions",
    response={200: answers.Questions, **_REFUSED},
    tags=["Questions"],
    summary="All questions",
)
def questions(request: HttpRequest, page: Leaf) -> Any:
    """List all, the latest deadline first."""
    return _page(Question.objects.prefetch_related("resolutions"), page)


@router.get(
    "/questions/{slug:slug}",
    response={200: answers.Question, **_NONE},
    tags=["Questions"],
    summary="One question",
)
def question(request: HttpRequest, slug: str) -> Any:
    """Return its text, what counts as yes, its dates, and how it ended."""
    return question_of(slug)


@router.get(
    "/questions/{slug:slug}/resolutions",
    response={200: list[answers.Resolution], **_NONE},
    tags=["Questions"],
    summary="How a question ended, with all corrections",
)
def resolutions(request: HttpRequest, slug: str) -> Any:
    """List them all: the last is in force. None while the question is open."""
    return question_of(slug).resolutions.all()


@router.get(
    "/questions/{slug:slug}/forecasts",
    response={200: answers.Forecasts, **_REFUSED},
    tags=["Forecasts"],
    summary="All estimates on a question",
)
def forecasts(request: HttpRequest, slug: str, page: Leaf) -> Any:
    """List those of models, editors and readers, in the order they were made.

    The list only grows: a new estimate never replaces an old one.
    """
    return _page(_light(question_of(slug)), page)


@router.get(
    "/questions/{slug:slug}/forecasts/current",
    response={200: answers.Forecasts, **_REFUSED},
    tags=["Forecasts"],
    summary="The estimates that stand",
)
def current(request: HttpRequest, slug: str, page: Leaf) -> Any:
    """List everybody's latest: of editors, then of models, then of readers."""
    standing = _light(question_of(slug)).filter(current=True)
    return _page(standing.order_by("source", "made_at", "pk"), page)


@router.get(
    "/questions/{slug:slug}/forecasts/{int:number}",
    response={200: answers.Published, **_NONE},
    tags=["Forecasts"],
    summary="A published forecast, with what it rests on",
)
def published(request: HttpRequest, slug: str, number: int) -> Any:
    """Return one by its number: 1 is a question's first, 2 its second."""
    return _published(slug, number)


@router.get(
    "/questions/{slug:slug}/forecasts/{int:number}/curve",
    response={200: answers.Curve, **_NONE},
    tags=["Forecasts"],
    summary="The curve of a published forecast",
)
def curve(request: HttpRequest, slug: str, number: int) -> Any:
    """Return P(yes by t) with its bands, or no points if time is not asked for."""
    row = _published(slug, number)
    names = tuple(answers.CurvePoint.model_fields)
    alone = row.detail.get("ledger_curve", [])
    points = [
        dict(zip(names, [*point, alone[place] if alone else None], strict=True))
        for place, point in enumerate(row.detail.get("curve", []))
    ]
    return {"question": slug, "number": number, "as_of": row.as_of, "points": points}


@router.get(
    "/questions/{slug:slug}/pool",
    response={200: answers.Pool, **_NONE},
    tags=["Pool"],
    summary="The pool of readers and editors today",
)
def pool(request: HttpRequest, slug: str) -> Any:
    """Return it as of now, or of the last day that counted."""
    return pooling.pooled(question_of(slug))


@router.get(
    "/questions/{slug:slug}/pool/history",
    response={200: list[answers.Pool], **_NONE},
    tags=["Pool"],
    summary="The pool day by day",
)
def pool_history(request: HttpRequest, slug: str) -> Any:
    """List it from the first estimate on. Nothing later changes an earlier day."""
    return pooling.history(question_of(slug))


@router.get(
    "/questions/{slug:slug}/scores",
    response={200: list[answers.Score], **_NONE},
    tags=["Scores"],
    summary="Everybody's scores on a question",
)
def scores(request: HttpRequest, slug: str) -> Any:
    """List them, the best first; there are none before a resolution."""
    return scoring.scores(question_of(slug))


@router.get(
    "/leaderboard",
    response=list[answers.Place],
    tags=["Scores"],
    summary="The leaderboard",
)
def leaderboard(request: HttpRequest) -> Any:
    """List those who agreed to be shown, models, pool and base rate among them."""
    return [place._asdict() for place in scoring.leaderboard()]


@router.get(
    "/calibration",
    response=list[answers.Bin],
    tags=["Scores"],
    summary="Calibration of readers and editors",
)
def calibration(request: HttpRequest) -> Any:
    """Say how often yes came true of what was called 30 percent, and so on."""
    return [group._asdict() for group in scoring.calibration()]


@router.get("/questions.csv", tags=["CSV"], summary="All questions", openapi_extra=_CSV)
def questions_csv(request: HttpRequest) -> HttpResponse:
    """Return all questions with their resolutions in force."""
    return _csv(exporting.questions_csv(), "questions")


@router.get("/forecasts.csv", tags=["CSV"], summary="All estimates", openapi_extra=_CSV)
def forecasts_csv(request: HttpRequest) -> HttpResponse:
    """Return all estimates, in the order they were made."""
    return _csv(exporting.forecasts_csv(), "forecasts")


@router.get("/scores.csv", tags=["CSV"], summary="All scores", openapi_extra=_CSV)
def scores_csv(request: HttpRequest) -> HttpResponse:
    """Return all scores under the resolutions in force."""
    return _csv(exporting.scores_csv(), "scores")


@router.get(
    "/questions/{slug:slug}/forecasts.csv",
    response={200: None, **_NONE},
    tags=["CSV"],
    summary="All estimates on a question",
    openapi_extra=_CSV,
)
def question_forecasts_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the question's estimates, in the order they were made."""
    return _csv(exporting.forecasts_csv(question_of(slug)), f"{slug}-forecasts")


@router.get(
    "/questions/{slug:slug}/scores.csv",
    response={200: None, **_NONE},
    tags=["CSV"],
    summary="Everybody's scores on a question",
    openapi_extra=_CSV,
)
def question_scores_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the question's scores under its resolution in force."""
    return _csv(exporting.scores_csv(question_of(slug)), f"{slug}-scores")


def _light(asked: Question) -> QuerySet[Forecast]:
    return with_current(asked.forecasts.defer("detail"))


def _published(slug: str, number: int) -> Forecast:
    row = with_current(question_of(slug).forecasts.filter(number=number)).first()
    if row is None:
        raise Http404(
            f"{slug} has no published forecast {number}; "
            f"/api/v1/questions/{slug}/forecasts has the numbers"
        )
    return row


def _page(rows: QuerySet[Any], number: int) -> dict[str, Any]:
    leaves = Paginator(rows, ROWS)
    if number > leaves.num_pages:
        raise Http404(f"page is {number} of {leaves.num_pages}; ask for one there is")
    return {
        "count": leaves.count,
        "page": number,
        "pages": leaves.num_pages,
        "items": list(leaves.page(number)),
    }


def _csv(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
