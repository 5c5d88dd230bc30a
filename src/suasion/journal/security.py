"""What browsers may do with a page, and whom a failed login came from.

Public pages need nothing but themselves, so their Content-Security-Policy allows nothing
else: no inline script or style, no other host. Wagtail's editing pages style themselves
inline; theirs is looser, and holds under `/editors/` only.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

__all__ = ["EDITORS", "PERMISSIONS", "PUBLIC", "Permissions", "Policies", "sender"]

PUBLIC = {
    "default-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [SELF],  # the preview of an article, among the editing pages
}
EDITORS = {
    **PUBLIC,
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "worker-src": [SELF, "blob:"],
}
PERMISSIONS = ", ".join(
    f"{power}=()"
    for power in (
        *(
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
        ),
        *("gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
    )
)


class Policies(CSPMiddleware):
    """Middleware: the strict policy, and the looser one for editing pages."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,
    ) -> PolicyParts:
        """Choose the policy by the address."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith("/editors/"):
            parts.replace = EDITORS
        return parts


class Permissions:
    """Middleware: no page may ask for a camera, a place, or a payment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the header."""
        response = self._get_response(request)
        response["Permissions-Policy"] = PERMISSIONS
        return response


def sender(request: Any) -> str:
    """Return a stand-in for the address of whoever tries to log in.

    Failed logins are counted by it. It is an address of the private range fd00::/8 made
    of the keyed hash that `responses.address` makes of the real one; the key changes
    every day and is forgotten.
    """
    from suasion.journal.responses.address import of_sender

    return str(
        ipaddress.IPv6Address(bytes([0xFD]) + bytes.fromhex(of_sender(request))[:15])
    )
