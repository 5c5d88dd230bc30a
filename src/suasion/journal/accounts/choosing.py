"""The page on which the owner of a one-time password chooses another."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from wagtail.log_actions import log

from suasion.journal.accounts.one_time_password import is_pending

__all__ = ["ChoosePassword"]


class ChoosePassword(PasswordChangeView):
    """Asks for a new password alone: the old one was typed a moment ago.

    It opens for nobody else: a session left open must not be enough to take an account.
    """

    form_class = SetPasswordForm
    template_name = "accounts/choose_password.html"
    success_url = reverse_lazy("wagtailadmin_home")

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Lead others to their account."""
        if not is_pending(request.user):
            return redirect("wagtailadmin_account")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Log that the account has another password; never which."""
        log(self.request.user, "wagtail.edit", user=self.request.user)
        return super().form_valid(form)
