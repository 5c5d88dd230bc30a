"""Giving a one-time password, and letting its owner do nothing but choose another.

A password that another person has typed is one, too: an administrator makes accounts
with a password, and whoever owns the account chooses the next.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from suasion.journal.accounts.models import OneTimePassword

__all__ = ["ChooseAnother", "IsAnother", "give", "is_pending", "mark"]


@transaction.atomic
def give(user: Any) -> str:
    """Give a user a new random password for one login, and return it."""
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    user.set_password(password)
    user.save()
    mark(user)
    return password


def mark(user: Any) -> None:
    """Let the user's present password be good for one login."""
    OneTimePassword.objects.update_or_create(
        user=user, defaults={"encoded": user.password}
    )


def is_pending(user: Any) -> bool:
    """Return whether the user still has the password that was given."""
    given = OneTimePassword.objects.filter(user_id=user.pk).first()
    return given is not None and given.encoded == user.password


class IsAnother:
    """A rule of passwords: it is not the one-time password again."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse the one-time password."""
        given = OneTimePassword.objects.filter(
            user_id=getattr(user, "pk", None)
        ).first()
        if given is not None and check_password(password, given.encoded):
            raise ValidationError(
                "This is the password that you were given for one login; choose another."
            )

    def get_help_text(self) -> str:
        """Return the rule."""
        return "Your password is another than the one you were given for one login."


class ChooseAnother:
    """Middleware: with a one-time password, the choice of another is all that opens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Lead to the choice, unless the user is there or leaves."""
        if not request.path_info.startswith(reverse("wagtailadmin_home")):
            return self._get_response(request)
        choice = reverse("choose_password")
        allowed = {
            choice,
            reverse("wagtailadmin_logout"),
            reverse("wagtailadmin_javascript_catalog"),
            reverse("wagtailadmin_sprite"),
        }
        free = request.path_info in allowed or not request.user.is_authenticated
        if free or not is_pending(request.user):
            return self._get_response(request)
        return redirect(choice)
