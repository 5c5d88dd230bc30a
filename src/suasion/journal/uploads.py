"""Documents are what their names say they are, and not too long.

Wagtail checks images by decoding them; SVG, which can carry scripts, is not among the
extensions it is told to take. Documents it would take by their name alone.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm

__all__ = ["DOCUMENTS", "DocumentForm"]

LARGEST = 20_000_000  # bytes
DOCUMENTS = {"csv": b"", "txt": b"", "pdf": b"%PDF-", "xlsx": b"PK\x03\x04"}
"""Extensions with what a file of that kind begins with; nothing stands for text."""


class DocumentForm(BaseDocumentForm):
    """The form of a document, which looks into it."""

    def clean_file(self) -> Any:
        """Refuse what is too long, or not what its name says."""
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return file
        if file.size > LARGEST:
            raise ValidationError(
                f"{file.name} has {file.size / 1e6:.0f} MB; a document has at most "
                f"{LARGEST / 1e6:.0f} MB; make it smaller or link to it."
            )
        kind = file.name.rsplit(".", 1)[-1].lower()
        file.seek(0)
        head = file.read(4096)
        file.seek(0)
        begins = DOCUMENTS.get(kind)
        is_so = begins is not None and head.startswith(begins)
        if not is_so or (begins == b"" and b"\x00" in head):
            raise ValidationError(
                f"{file.name} is not what its name says; documents are "
                f"{', '.join(DOCUMENTS)}; save it as one of these."
            )
        return file
