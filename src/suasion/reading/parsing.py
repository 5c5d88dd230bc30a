"""Parsing, by spaCy and its small English model, installed as a package."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any

from suasion.reading.dateline import DATELINE
from suasion.reading.extra import MODELS

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["parse"]


@functools.cache
def _language() -> Language:
    for name in MODELS:
        try:
            module: Any = importlib.import_module(name)
        except ImportError:
            continue
        from spacy.language import Language

        if not Language.has_factory("paragraphs"):
            Language.component("paragraphs", func=_paragraphs)
        model: Language = module.load(exclude=["senter"])
        model.add_pipe("paragraphs", before="parser")
        return model
    raise ValueError(
        "the rules reader needs spaCy and its small English model: "
        "pip install 'suasion[reading]'"
    )


def _paragraphs(doc: Doc) -> Doc:
    for token in doc[:-1]:
        if "\n\n" in token.text:
            doc[token.i + 1].is_sent_start = True
    line = DATELINE.match(doc.text)
    if line is not None:
        first = doc.char_span(line.end(), line.end() + 1, alignment_mode="expand")
        if first is not None:
            doc[first.start].is_sent_start = True
    return doc


@functools.lru_cache(maxsize=4)
def parse(text: str) -> Doc:
    """Parse a text."""
    return _language()(text)
