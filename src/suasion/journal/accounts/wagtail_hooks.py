"""Accounts in the editors' pages: whose password another has typed, chooses the next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path
from wagtail import hooks

from suasion.journal.accounts.choosing import ChoosePassword
from suasion.journal.accounts.one_time_password import mark


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    """Add the page on which a password is chosen."""
    choice = ChoosePassword.as_view()
    return [path("choose-password/", choice, name="choose_password")]


@hooks.register("after_create_user")
@hooks.register("after_edit_user")
def typed_by_another(request: HttpRequest, user: Any) -> None:
    """Make a password that somebody else has set good for one login."""
    if request.POST.get("password1") and user.pk != request.user.pk:
        mark(user)
