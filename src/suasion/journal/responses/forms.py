"""The form under an article, and the one to edit a response."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MinLengthValidator

from suasion.journal.responses.cleaning import line, plain
from suasion.journal.responses.guards import honeypot, links, own_address, words
from suasion.journal.responses.guards.refusal import RefusedError
from suasion.journal.responses.models import (
    LONGEST_NAME,
    LONGEST_PSEUDONYM,
    LONGEST_TEXT,
    Response,
    ResponseSettings,
)

__all__ = ["EditForm", "ResponseForm"]


class Line(forms.CharField):
    """One line of plain text."""

    def to_python(self, value: Any) -> str:
        """Clean before the length is checked."""
        return line(super().to_python(value))


class Plain(forms.CharField):
    """Paragraphs of plain text."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Clean before the length is checked: a browser sends two signs a line break."""
        return plain(super().to_python(value))


class Estimate(forms.IntegerField):
    """A whole number of per cent, or nothing: no estimate."""

    def __init__(self) -> None:
        rule = "An estimate is a whole number from 1 to 99 per cent; %s"
        cure = "write for instance 40, or leave it empty for no estimate."
        found = f"found %(show_value)s: {cure}"
        super().__init__(
            label="Your estimate of yes, in per cent",
            help_text="1 to 99; empty: no estimate.",
            required=False,
            min_value=1,
            max_value=99,
            widget=forms.NumberInput(
                attrs={"inputmode": "numeric", "step": 1, "data-estimate": ""}
            ),
            error_messages={
                "invalid": rule % cure,
                "min_value": rule % found,
                "max_value": rule % found,
            },
        )


class EditForm(forms.Form):
    """What its writer may edit: name, words, estimate.

    Parameters
    ----------
    data : mapping or None
        What was sent.
    question : Question or None
        The question that is open for estimates; without one there is no such field.
    rules : ResponseSettings
        The editors' limits.
    """

    name = Line(
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "A name is missing: write one to be published."},
    )
    text = Plain(
        label="Response",
        max_length=LONGEST_TEXT,
        validators=[MinLengthValidator(2)],
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "The response is empty: write what you think."},
        help_text="Plain text; an empty line makes a paragraph.",
    )
    percent = Estimate()

    own_words: tuple[str, ...] = ("name", "text")

    def __init__(
        self, data: Any = None, *, question: Any, rules: ResponseSettings, **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="respond-%s", **kwargs)
        self.rules = rules
        if question is None:
            del self.fields["percent"]

    def clean(self) -> dict[str, Any]:
        """Pass the words through the guards."""
        cleaned = super().clean() or {}
        for field in self.own_words:
            said = cleaned.get(field, "")
            self._guarded(words.check, said, self.rules.unpublished_words, field=field)
            self._guarded(own_address.check, said, self._email(), field=field)
        self._guarded(links.check, cleaned.get("text", ""), self.rules.links)
        return cleaned

    def _email(self) -> str:
        return str(self.initial.get("email", ""))

    def _guarded(self, guard: Any, *args: Any, **kwargs: Any) -> None:
        try:
            guard(*args, **kwargs)
        except RefusedError as refusal:
            self.add_error(refusal.field, str(refusal))


class ResponseForm(EditForm):
    """The form under an article."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="Never published.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "An e-mail address is missing: write yours; it is never "
            "published.",
            "invalid": "This is no e-mail address; one looks like name@example.org.",
        },
    )
    pseudonym = Line(
        label="Name on the leaderboard",
        required=False,
        max_length=LONGEST_PSEUDONYM,
        validators=[MinLengthValidator(3)],
        help_text="Empty: your estimate counts, and you are not listed.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    parent = forms.ModelChoiceField(
        Response.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": "The response you reply to is not there any more, or is "
            "a reply itself; reply to a response, or leave one of your own."
        },
    )

    field_order = ["name", "email", "text", "percent", "pseudonym"]
    own_words = ("name", "text", "pseudonym")

    def __init__(self, data: Any = None, *, page: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields[honeypot.FIELD] = forms.CharField(
            label="Leave this empty",
            required=False,
            widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
        )
        self.fields["parent"].queryset = Response.objects.filter(
            page=page, parent=None, state=Response.State.PUBLISHED, erased_at=None
        )
        if "percent" not in self.fields:
            del self.fields["pseudonym"]

    def clean(self) -> dict[str, Any]:
        """Say so if an estimate came too late, rather than drop it."""
        if "percent" not in self.fields and self.data.get("percent"):
            self.add_error(
                None,
                f"The question takes no estimates any more, so {self.data['percent']} "
                "per cent cannot count. Send the response again, without it.",
            )
        return super().clean()

    def answered(self) -> Response | None:
        """Return the response that this one replies to, if it is there."""
        asked = str(self["parent"].value() or "")
        found = self.fields["parent"].queryset
        return found.filter(pk=asked).first() if asked.isdecimal() else None

    def _email(self) -> str:
        return str(self.cleaned_data.get("email", ""))
