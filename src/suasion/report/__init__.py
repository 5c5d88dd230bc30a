"""The report: charts of a forecast, and one self-contained page with them.

Needs the extra `suasion[report]`; nothing of it is imported before a chart or a page is
asked for.
"""

from suasion.report.page import render, write

__all__ = ["render", "write"]
