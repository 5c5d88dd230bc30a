"""Tokens in the editors' pages: issued, seen and deleted, never changed.

A token is told once, on the page that answers the form; only its hash is kept.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from suasion.journal.api.models import SCOPES, Token
from suasion.journal.api.tokens import TokenError, issue

__all__ = ["TokenViewSet"]


class KeptPolicy(ModelPermissionPolicy):
    """Tokens are issued, seen and deleted; nobody changes one."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Refuse change to everybody, superusers included."""
        return action != "change" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Refuse change to everybody, superusers included."""
        return any(self.user_has_permission(user, action) for action in actions)


class TokenForm(WagtailAdminModelForm):
    """What a token is for, whose it is, and until when."""

    def clean(self) -> Any:
        """Refuse a token that is good for nothing."""
        said = super().clean()
        if not any(said.get(scope) for scope in SCOPES):
            raise forms.ValidationError("Choose one thing at least that it can do.")
        return said


class IssueView(CreateView):
    """A form answered by the page that tells the token."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Issue the token and tell it, once."""
        said = form.cleaned_data
        try:
            token = issue(
                said["user"].get_username(),
                said["name"],
                (said["expires_on"] - timezone.now().date()).days,
                scopes=[scope for scope in SCOPES if said[scope]],
            )
        except TokenError as error:
            form.add_error(None, str(error))
            self.form = form
            self.produced_error_code = "refused"
            self.produced_error_message = str(error)
            return self.form_invalid(form)
        row = Token.objects.filter(user=said["user"]).latest("pk")
        log(instance=row, action="wagtail.create", user=self.request.user)
        told = {"token": token, "index": self.index_url_name, "row": row}
        answer = TemplateResponse(self.request, "api/issued.html", told)
        patch_cache_control(answer, no_store=True, private=True)
        return answer


class TokenViewSet(SnippetViewSet):
    """Tokens of the API."""

    model = Token
    icon = "key"
    menu_label = "API tokens"
    add_to_settings_menu = True
    list_display = ["name", "user", "made_on", "expires_on", "last_used_on"]
    ordering = ["-made_on", "name"]
    add_view_class = IssueView
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["digest", "writing_since", "writes"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("user"),
            *(FieldPanel(scope) for scope in SCOPES),
            FieldPanel("expires_on"),
        ],
        base_form_class=TokenForm,
    )


register_permission_policy(Token, KeptPolicy(Token))
register_snippet(TokenViewSet)
