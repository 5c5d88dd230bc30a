"""Responses, the names readers forecast under, bans, and the settings of it all.

An e-mail address stands in `Response.email` and nowhere else. Elsewhere a keyed hash of
it does duty (see `address`), and no hash is shown to anybody.
"""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import Truncator
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

__all__ = ["Ban", "DailyKey", "Pseudonym", "Response", "ResponseSettings"]

HASH = 64  # hexadecimal digits of SHA-256
LONGEST_NAME = 80
LONGEST_PSEUDONYM = 40
LONGEST_TEXT = 5000


class State(models.TextChoices):
    """Where a response stands with the editors."""

    HELD = "held", "held"
    PUBLISHED = "published", "published"
    REJECTED = "rejected", "rejected"


class Response(models.Model):
    """What a reader wrote under an article, with or without an estimate."""

    State = State

    page = models.ForeignKey(
        "pages.ArticlePage", on_delete=models.CASCADE, related_name="responses"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    question = models.ForeignKey(
        "ledger.Question",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The question the estimate answers: the article's when it was sent.",
    )
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    email = models.EmailField("e-mail", blank=True)
    text = models.TextField("response", max_length=LONGEST_TEXT, blank=True)
    probability = models.FloatField("estimate", null=True, blank=True)
    pseudonym = models.CharField(max_length=LONGEST_PSEUDONYM, blank=True)
    forecast = models.ForeignKey(
        "ledger.Forecast",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.HELD)
    created_at = models.DateTimeField("sent", default=timezone.now)
    estimated_at = models.DateTimeField("estimate sent", null=True, blank=True)
    edited_at = models.DateTimeField("edited", null=True, blank=True)
    published_at = models.DateTimeField("published", null=True, blank=True)
    erased_at = models.DateTimeField("erased", null=True, blank=True)
    email_hash = models.CharField(max_length=HASH, blank=True, editable=False)
    address_hash = models.CharField(max_length=HASH, blank=True, editable=False)
    digest = models.CharField(max_length=HASH, null=True, editable=False)

    # Wagtail would count references to the article at every write; nobody asks for them.
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ["view"]
        permissions = [
            ("moderate_response", "Can see e-mail addresses, publish, reject and ban")
        ]
        constraints = [
            models.UniqueConstraint(fields=["page", "digest"], name="response_is_new"),
            models.CheckConstraint(
                name="response_estimate_from_1_to_99_percent",
                condition=Q(probability__isnull=True)
                | Q(probability__gte=0.01, probability__lte=0.99),
            ),
            models.CheckConstraint(
                name="response_estimate_has_question_and_moment",
                condition=Q(probability__isnull=True)
                | Q(question__isnull=False, estimated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="response_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
            ),
            models.CheckConstraint(
                name="response_state_is_known", condition=Q(state__in=State.values)
            ),
        ]
        indexes = [
            models.Index(fields=["page", "state"], name="response_by_page"),
            models.Index(fields=["email_hash", "created_at"], name="response_by_mail"),
            models.Index(
                fields=["address_hash", "created_at"], name="response_by_host"
            ),
        ]

    def __str__(self) -> str:
        # Stays in Wagtail's log after the response is erased: no name, no words.
        return f"Response {self.pk}"

    @property
    def percent(self) -> int | None:
        """The estimate in per cent, as the reader gave it."""
        return None if self.probability is None else round(100 * self.probability)

    @property
    def excerpt(self) -> str:
        """The first words."""
        return Truncator(self.text).words(30)

    @property
    def anchor(self) -> str:
        """Its address on the page of the article."""
        return f"response-{self.pk}"

    @property
    def is_published(self) -> bool:
        """Whether readers see it."""
        return self.state == State.PUBLISHED


class Pseudonym(models.Model):
    """Whose estimates belong together: a reader's name in the ledger.

    A chosen name (`question` null) holds for all questions. A reader without one has an
    anonymous forecaster for each question, so a second estimate replaces the first and
    nobody can join up what the reader said elsewhere.
    """

    forecaster = models.OneToOneField(
        "ledger.Forecaster", on_delete=models.CASCADE, related_name="+"
    )
    email_hash = models.CharField(max_length=HASH, blank=True)
    question = models.ForeignKey(
        "ledger.Question",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    used_at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["email_hash", "question"],
                condition=Q(question__isnull=False) & ~Q(email_hash=""),
                name="one_anonymous_forecaster_for_a_reader_and_question",
            )
        ]

    def __str__(self) -> str:
        return f"Pseudonym {self.pk}"


class Ban(models.Model):
    """An e-mail or network address whose responses are rejected unread.

    A network address can be banned only for the day of its response: the key of its
    hash is forgotten after that (see `address`).
    """

    class Kind(models.TextChoices):
        """What is banned."""

        EMAIL = "email", "e-mail address"
        ADDRESS = "address", "network address, for that day"

    kind = models.CharField(max_length=7, choices=Kind.choices)
    hash = models.CharField(max_length=HASH, editable=False)
    made_at = models.DateTimeField("banned", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    response = models.ForeignKey(
        Response, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-made_at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "hash"], name="banned_once"),
        ]

    def __str__(self) -> str:
        return f"Ban {self.pk}"


class DailyKey(models.Model):
    """The random key of one day's hashes of network addresses."""

    day = models.DateField(primary_key=True)
    key = models.CharField(max_length=HASH)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Key of {self.day}"


def _count(default: int, low: int, high: int, help_text: str) -> models.Field:
    return models.PositiveIntegerField(
        default=default,
        validators=[MinValueValidator(low), MaxValueValidator(high)],
        help_text=help_text,
    )


@register_setting(icon="comment")
class ResponseSettings(BaseGenericSetting):
    """What the editors decide about responses."""

    taken = models.BooleanField(
        "responses are taken", default=True, help_text="Off: no form under any article."
    )
    words = models.TextField(
        "words not published",
        blank=True,
        help_text="One word or phrase a line. A response with one of them is refused, "
        "and its writer is told which.",
    )
    links = _count(2, 0, 100, "Links allowed in one response.")
    per_address = _count(6, 1, 10_000, "Responses from one network address in an hour.")
    per_email = _count(12, 1, 10_000, "Responses from one e-mail address in a day.")
    edit_minutes = _count(
        30,
        0,
        10_080,
        "For so long after sending may a response be edited by its writer.",
    )
    kept_days = _count(
        180,
        1,
        36_500,
        "After so many days `erase_old_addresses` erases e-mail addresses and their "
        "hashes. Bans stay until they are lifted.",
    )
    tell_authors = models.BooleanField(
        default=True,
        help_text="Write to the article's authors when a response arrives.",
    )
    tell_readers = models.BooleanField(
        default=False, help_text="Write to a reader when the response is published."
    )

    panels = [
        FieldPanel("taken"),
        MultiFieldPanel(
            [
                FieldPanel("words"),
                FieldPanel("links"),
                FieldPanel("per_address"),
                FieldPanel("per_email"),
            ],
            heading="Guards",
        ),
        FieldPanel("edit_minutes"),
        FieldPanel("kept_days"),
        FieldPanel("tell_authors"),
        FieldPanel("tell_readers"),
    ]

    class Meta:
        verbose_name = "responses"

    @property
    def unpublished_words(self) -> list[str]:
        """The words of the filter, without empty lines."""
        return [word for line in self.words.splitlines() if (word := line.strip())]

    @property
    def edit_window(self) -> datetime.timedelta:
        """How long a response may be edited."""
        return datetime.timedelta(minutes=self.edit_minutes)
