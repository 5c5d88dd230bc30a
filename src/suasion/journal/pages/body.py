"""What the body of an article is made of: text, images, and links to documents.

Bold, italic, links, two levels of headings, lists and quotations are enough for a
newspaper, and keep every article readable by a screen reader and in print.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

LINKS = ("link", "document-link")
TEXT = ("bold", "italic", *LINKS, "h2", "h3", "ol", "ul", "blockquote")
PROSE = ("bold", "italic", "link")


class Figure(blocks.StructBlock):
    """An image with what it shows (for who cannot see it) and a caption."""

    image = ImageChooserBlock(label="Image")
    alt = blocks.CharBlock(
        label="What the image shows",
        max_length=200,
        help_text="Read aloud to readers who cannot see it: 'Two men shake hands'.",
    )
    caption = blocks.CharBlock(label="Caption and credit", max_length=300)

    def clean(self, value: Any) -> Any:
        """Refuse an image described by its file name or by its own caption."""
        cleaned = super().clean(value)
        alt = cleaned["alt"].strip()
        if alt.lower().rsplit(".", 1)[-1] in {"jpg", "jpeg", "png", "webp", "avif"}:
            raise StructBlockValidationError(
                block_errors={
                    "alt": ValidationError(
                        f"{alt!r} is the name of a file; say what the image shows, "
                        "for instance 'Two men shake hands'."
                    )
                }
            )
        if alt == cleaned["caption"].strip():
            raise StructBlockValidationError(
                block_errors={
                    "alt": ValidationError(
                        "The caption is read aloud as well; say here what can be seen "
                        "in the image, not the caption again."
                    )
                }
            )
        return cleaned

    class Meta:
        icon = "image"
        template = "journal/figure.html"


class Body(blocks.StreamBlock):
    """Text and images in any order."""

    text = blocks.RichTextBlock(features=TEXT)
    image = Figure()
