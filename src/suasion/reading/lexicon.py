"""Word lists of the `rules` reader, in `lexicon.toml` and `stance.toml` beside it."""

from __future__ import annotations

import functools
import importlib.resources
import re
import tomllib
from typing import Any

__all__ = ["group", "lexicon", "pattern"]


@functools.cache
def lexicon() -> dict[str, Any]:
    """Return all lists."""
    folder = importlib.resources.files("suasion.reading")
    files = ("lexicon.toml", "stance.toml")
    lists = (tomllib.loads(folder.joinpath(f).read_text("utf-8")) for f in files)
    return {section: words for part in lists for section, words in part.items()}


@functools.cache
def group(section: str, name: str) -> frozenset[str]:
    """Return a list of the lexicon as a set.

    Examples
    --------
    >>> "veto" in group("verbs", "against")
    True
    """
    return frozenset(lexicon()[section][name])


@functools.cache
def pattern(name: str) -> re.Pattern[str]:
    """Return a list of patterns as one, which ignores case.

    Examples
    --------
    >>> bool(pattern("trailer").match("Leave a response"))
    True
    """
    return re.compile("|".join(lexicon()["patterns"][name]), re.IGNORECASE)
