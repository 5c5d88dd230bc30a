"""The images of articles, served from the journal's folder.

Only the scaled copies (`media/images/`) are public: originals carry what a camera
wrote into them, and documents have their own address with its own checks.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve


def image(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a scaled image; its name changes with its content, so it keeps."""
    folder = Path(settings.MEDIA_ROOT) / "images"
    response = serve(request, path, document_root=folder)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
