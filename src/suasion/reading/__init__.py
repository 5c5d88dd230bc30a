"""Reading articles into evidence and a draft case. Needs `suasion[reading]`."""

from suasion.reading.claim import Article, Claim, FoundActor, Mention, Reading
from suasion.reading.extra import available
from suasion.reading.reader import Reader, checked

__all__ = [
    "Article",
    "Claim",
    "FoundActor",
    "Mention",
    "Reader",
    "Reading",
    "available",
    "checked",
]
