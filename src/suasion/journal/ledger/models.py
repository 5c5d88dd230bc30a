"""Questions, who forecasts, forecasts, resolutions and scores.

Forecasts and resolutions are only ever added: triggers in the database refuse UPDATE and
DELETE (see `append_only`), and a correction is a new row that `supersedes` the old. What
can be recomputed (`Picture`, `Score`) may be replaced.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from wagtail.models import RevisionMixin

__all__ = [
    "ANSWERS",
    "KINDS",
    "SOURCES",
    "Forecast",
    "Forecaster",
    "Picture",
    "Question",
    "Resolution",
    "Score",
]


SOURCES = ("model", "editor", "reader")
"""Who makes an estimate."""

KINDS = (*SOURCES, "pool", "baseline")
"""Who is scored: those who make estimates, their pool, and a line to beat."""

ANSWERS = {"yes": "yes", "no": "no", "void": "void (cannot be answered)"}
"""How a question ended."""


def _choices(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class Question(RevisionMixin, models.Model):
    """A question that time will answer with yes or no.

    Its status (open, closed, resolved) is not stored: dates and resolutions say it.
    """

    slug = models.SlugField(unique=True, max_length=80)
    text = models.CharField(max_length=400)
    criteria = models.TextField(
        help_text="What exactly counts as yes, and who says so."
    )
    opens_on = models.DateField(help_text="First day on which an estimate counts.")
    closes_on = models.DateField(help_text="Deadline: the last day of the question.")
    case_slug = models.CharField(
        max_length=120,
        blank=True,
        db_index=True,
        help_text="Case of the models, if any.",
    )

    class Meta:
        ordering = ["-closes_on", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("closes_on")),
                name="question_opens_before_it_closes",
                violation_error_message="A deadline comes after the opening.",
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(criteria=""),
                name="question_says_what_counts",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Return the address of the question's record."""
        return reverse("ledger:question", args=[self.slug])

    def clean(self) -> None:
        """Refuse other dates once an estimate stands: they decide what counts."""
        super().clean()
        if self.pk is None or not self.forecasts.exists():
            return
        before = Question.objects.get(pk=self.pk)
        for field in ("slug", "opens_on", "closes_on", "case_slug"):
            if getattr(before, field) != getattr(self, field):
                raise ValidationError(
                    {
                        field: f"{field} is {getattr(before, field)}; it stays once an "
                        "estimate is recorded, because it decides what is scored; ask "
                        "a new question instead"
                    }
                )

    @property
    def resolution(self) -> Resolution | None:
        """The resolution in force: the one that no other supersedes."""
        rows = list(self.resolutions.all())  # few, and prefetched for a list
        superseded = {row.supersedes_id for row in rows}
        return next((row for row in rows if row.pk not in superseded), None)

    def status(self, on: dt.date | None = None) -> str:
        """Return announced, open, closed or resolved, as of a day (default: today)."""
        if self.resolution is not None:
            return "resolved"
        today = on or timezone.now().date()
        if today < self.opens_on:
            return "announced"
        return "open" if today <= self.closes_on else "closed"


class Forecaster(models.Model):
    """A name under which estimates are made: a model, an editor, a reader.

    A reader's name is a pseudonym and may be replaced when its data are erased; the
    estimates stay. Nothing here says who it is.
    """

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=_choices(KINDS))
    public = models.BooleanField(
        default=False, help_text="Shown by name on the leaderboard (opt in)."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=KINDS), name="forecaster_kind_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="forecaster_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Forecast(models.Model):
    """An estimate of the probability of yes. Never changed, never deleted.

    A reader's estimate is made when it is sent and recorded when an editor lets it in:
    it is scored from the first, and stands in the pool, as others saw it, from the second.

    `number` counts a question's published forecasts (1, 2, ...): those with a record of
    their own in `detail` and pictures. All others have none.
    """

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="forecasts"
    )
    source = models.CharField(max_length=6, choices=_choices(SOURCES))
    forecaster = models.ForeignKey(
        Forecaster, on_delete=models.PROTECT, related_name="forecasts"
    )
    probability = models.FloatField(
        validators=[MinValueValidator(0.001), MaxValueValidator(0.999)],
        help_text="Probability of yes, from 0.001 to 0.999.",
    )
    as_of = models.DateField(help_text="Nothing later was known to the forecaster.")
    made_at = models.DateTimeField(help_text="An estimate counts from here.")
    recorded_at = models.DateTimeField(help_text="The pool shows it from here.")
    low80 = models.FloatField(null=True, blank=True)
    high80 = models.FloatField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True, editable=False)
    detail = models.JSONField(default=dict, blank=True, editable=False)
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="superseded_by",
    )

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [models.Index(fields=["question", "made_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=SOURCES), name="forecast_source_known"
            ),
            models.CheckConstraint(
                condition=Q(probability__gt=0.0, probability__lt=1.0),
                name="forecast_probability_inside_0_1",
                violation_error_message="It lies strictly between 0 and 1.",
            ),
            models.CheckConstraint(
                condition=Q(low80__isnull=True, high80__isnull=True)
                | Q(
                    low80__isnull=False,  # NULL passes a check, so it is ruled out
                    high80__isnull=False,
                    low80__gte=0.0,
                    high80__lte=1.0,
                    low80__lte=F("high80"),
                ),
                name="forecast_interval_in_order",
            ),
            models.CheckConstraint(
                condition=Q(as_of__lte=F("made_at")), name="forecast_as_of_before_made"
            ),
            models.CheckConstraint(
                condition=Q(made_at__lte=F("recorded_at"))
                & (Q(source="reader") | Q(made_at=F("recorded_at"))),
                name="forecast_made_before_recorded",
            ),
            models.UniqueConstraint(
                fields=["question", "number"], name="forecast_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forecaster}: {self.probability:.0%} as of {self.as_of}"

    def get_absolute_url(self) -> str:
        """Return the address of this version, or of the question's record."""
        if self.number is None:
            return self.question.get_absolute_url()
        return reverse("ledger:forecast", args=[self.question.slug, self.number])


class Picture(models.Model):
    """A chart of a published forecast as SVG, drawn once when it was published."""

    forecast = models.ForeignKey(
        Forecast, on_delete=models.PROTECT, related_name="pictures"
    )
    kind = models.CharField(
        max_length=8, choices=[("curve", "curve"), ("models", "models")]
    )
    width = models.CharField(
        max_length=6, choices=[("wide", "wide"), ("narrow", "narrow")]
    )
    title = models.CharField(max_length=120)
    svg = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["forecast", "kind", "width"], name="picture_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.width}"


class Resolution(models.Model):
    """How a question ended, by whom it was decided, and from what source.

    Never changed, never deleted. A question has one first resolution, and each may be
    superseded once: so exactly one is in force, and the chain of corrections is kept.
    """

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="resolutions"
    )
    answer = models.CharField(max_length=4, choices=list(ANSWERS.items()))
    on = models.DateField(help_text="The day on which the answer fell.")
    source_title = models.CharField(max_length=300)
    source_url = models.URLField(max_length=600)
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="superseded_by",
    )

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=list(ANSWERS)), name="resolution_answer_known"
            ),
            models.CheckConstraint(
                condition=~Q(source_title="") & ~Q(source_url=""),
                name="resolution_has_source",
            ),
            models.CheckConstraint(
                condition=Q(on__lte=F("made_at")), name="resolution_not_in_the_future"
            ),
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(supersedes__isnull=True),
                name="resolution_first_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question.slug}: {self.answer} on {self.on}"


class Score(models.Model):
    """How a forecaster did on a resolved question; recomputed from the rows above.

    Lower is better. `peer_brier` is the mean Brier score of all readers and editors on
    the days on which this forecaster's estimate stood.
    """

    resolution = models.ForeignKey(
        Resolution, on_delete=models.CASCADE, related_name="scores"
    )
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="scores"
    )
    forecaster = models.ForeignKey(
        Forecaster, on_delete=models.PROTECT, related_name="scores"
    )
    brier = models.FloatField(help_text="Of the last estimate that counts.")
    log_score = models.FloatField(
        help_text="Of the last estimate that counts, in nats."
    )
    time_averaged_brier = models.FloatField()
    time_averaged_log_score = models.FloatField()
    peer_brier = models.FloatField(null=True)
    mean_probability = models.FloatField(help_text="Over the days that count.")
    mean_log_odds = models.FloatField(help_text="Over those days, not extremised.")
    days = models.PositiveIntegerField()
    estimates = models.PositiveIntegerField()

    class Meta:
        ordering = ["time_averaged_brier", "forecaster__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["resolution", "forecaster"], name="score_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    brier__gte=0.0,
                    brier__lte=1.0,
                    time_averaged_brier__gte=0.0,
                    time_averaged_brier__lte=1.0,
                    log_score__gte=0.0,
                    days__gte=1,
                ),
                name="score_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forecaster}: {self.time_averaged_brier:.3f}"
