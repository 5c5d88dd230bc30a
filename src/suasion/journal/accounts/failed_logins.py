"""Failed logins: how many from which place, for a quarter of an hour, and no more.

django-axes would keep what was typed as a name, the browser's name and the form as well.
A name may be an e-mail address, or a password typed into the wrong field.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

__all__ = ["Handler", "forget_old", "nobody"]


class Handler(AxesDatabaseHandler):
    """Keeps the stand-in of an address (see `security.sender`), a time and a count."""

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        """Count the failure, and keep nothing else of it."""
        if request is not None:
            request.axes_user_agent = request.axes_http_accept = ""
            request.axes_path_info = ""
        super().user_login_failed(sender, credentials, request, **kwargs)
        AccessAttempt.objects.exclude(post_data="", get_data="").update(
            post_data="", get_data=""
        )


def nobody(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the name under which every failure is counted: none."""
    return ""


def forget_old() -> None:
    """Delete the failures that lock nobody out any more."""
    before = timezone.now() - settings.AXES_COOLOFF_TIME
    AccessAttempt.objects.filter(attempt_time__lt=before).delete()
