"""The line before a wire report: PLACE, day (outlet) -."""

from __future__ import annotations

import re

__all__ = ["DATELINE"]

DATELINE = re.compile(
    r"^(?P<place>[A-Z][A-Z .'-]{2,30})(?:, (?P<day>[^()\n—–-]{3,25}?))?"
    r"(?: \((?P<outlet>[^)\n]{2,40})\))? ?(?:--|[-—–]) "
)
