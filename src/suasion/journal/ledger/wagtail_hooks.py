"""The ledger in the editors' pages: questions are edited, the rest only grows.

Estimates and resolutions are entered through `recording`, never saved from a form.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import (
    CreateView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from suasion.journal.ledger.choosing import QuestionChooser
from suasion.journal.ledger.models import Forecast, Question, Resolution
from suasion.journal.ledger.recording import LedgerError, forecaster, record, resolve

__all__ = ["LedgerGroup"]


def _percent(row: Forecast) -> str:
    return f"{100 * row.probability:.3g} %"


class AddOnlyPolicy(ModelPermissionPolicy):
    """Rows may be added and seen; nobody may change or delete one."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Refuse change and delete to everybody, superusers included."""
        return action in ("add", "view") and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Refuse change and delete to everybody, superusers included."""
        return any(self.user_has_permission(user, action) for action in actions)


class Entries(IndexView):
    """A list without boxes to tick: there is nothing to do with many entries."""

    @cached_property
    def columns(self) -> list[Any]:
        """Leave out the boxes."""
        return [
            column
            for column in super().columns
            if not isinstance(column, BulkActionsCheckboxColumn)
        ]


class EnterView(CreateView):
    """A form whose entry is made by a service; what the service refuses is shown."""

    def save_instance(self) -> Any:
        """Return the row that the service made, and log who made it."""
        instance = self.form.enter(self.request.user)
        log(instance=instance, action="wagtail.create", user=self.request.user)
        return instance

    def form_valid(self, form: Any) -> Any:
        """Show what the ledger refuses as an error of the form."""
        self.form = form
        try:
            return super().form_valid(form)
        except LedgerError as error:
            form.add_error(None, str(error))
            self.produced_error_code = "refused"
            self.produced_error_message = str(error)
            return self.form_invalid(form)

    def get_edit_url(self) -> str:
        """Lead to the row as it is: there is nothing to edit."""
        return reverse(self.inspect_url_name, args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        """Offer nothing to edit."""
        return []


class ForecastForm(WagtailAdminModelForm):
    """An editor's own estimate."""

    pseudonym = forms.CharField(
        max_length=80, help_text="The name under which your estimates are scored."
    )
    public = forms.BooleanField(
        required=False, help_text="Show that name on the leaderboard."
    )

    def enter(self, user: Any) -> Forecast:
        """Record the estimate."""
        said = self.cleaned_data
        return record(
            said["question"],
            source="editor",
            probability=said["probability"],
            forecaster=forecaster(said["pseudonym"], "editor", public=said["public"]),
        )


class ResolutionForm(WagtailAdminModelForm):
    """How a question ended, with a source."""

    def enter(self, user: Any) -> Resolution:
        """Resolve the question."""
        said = self.cleaned_data
        return resolve(
            said["question"],
            answer=said["answer"],
            on=said["on"],
            source_title=said["source_title"],
            source_url=said["source_url"],
            note=said["note"],
            by=user,
        )


class QuestionViewSet(SnippetViewSet):
    """Questions: asked and edited, with their history."""

    model = Question
    icon = "help"
    menu_label = "Questions"
    list_display = ["text", "opens_on", "closes_on", "status"]
    search_fields = ["text", "slug"]
    copy_view_enabled = False
    inspect_view_enabled = True
    chooser_viewset_class = QuestionChooser
    edit_handler = ObjectList(
        [
            FieldPanel("text"),
            FieldPanel("slug"),
            FieldPanel("criteria"),
            FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
            FieldPanel("case_slug"),
        ]
    )


class ForecastViewSet(SnippetViewSet):
    """Estimates: seen, and an editor's own added."""

    model = Forecast
    icon = "history"
    menu_label = "Estimates"
    list_display = [
        "question",
        "forecaster",
        "source",
        Column("percent", label="Probability", accessor=_percent),
        "made_at",
    ]
    list_filter = ["source", "question"]
    ordering = ["-made_at"]
    index_view_class = Entries
    add_view_class = EnterView
    copy_view_enabled = False
    inspect_view_enabled = True
    edit_handler = ObjectList(
        [
            FieldPanel("question"),
            FieldPanel("probability"),
            FieldPanel("pseudonym"),
            FieldPanel("public"),
        ],
        base_form_class=ForecastForm,
    )


class ResolutionViewSet(SnippetViewSet):
    """Resolutions: seen and added; a second one corrects the first."""

    model = Resolution
    icon = "tick"
    menu_label = "Resolutions"
    list_display = ["question", "answer", "on", "source_title", "by", "made_at"]
    list_filter = ["answer"]
    ordering = ["-made_at"]
    index_view_class = Entries
    add_view_class = EnterView
    copy_view_enabled = False
    inspect_view_enabled = True
    edit_handler = ObjectList(
        [
            FieldPanel("question"),
            FieldRowPanel([FieldPanel("answer"), FieldPanel("on")]),
            FieldPanel("source_title"),
            FieldPanel("source_url"),
            FieldPanel("note"),
        ],
        base_form_class=ResolutionForm,
    )


class LedgerGroup(SnippetViewSetGroup):
    """The ledger in the menu."""

    items = (QuestionViewSet, ForecastViewSet, ResolutionViewSet)
    menu_label = "Ledger"
    menu_icon = "list-ul"


for _model in (Forecast, Resolution):
    register_permission_policy(_model, AddOnlyPolicy(_model))
register_snippet(LedgerGroup)
