"""Template tags of the ledger: the forecast block, the track record, ways to write."""

from __future__ import annotations

from typing import Any

from django import template

from suasion.explanation import day, percent
from suasion.journal.ledger.blocks import block, track_record
from suasion.journal.ledger.models import Question

register = template.Library()
register.filter("percent", percent)
register.filter("in_words", day)


@register.filter
def score(value: float | None) -> str:
    """Write a score with three decimal places; nothing as a dash."""
    return "–" if value is None else f"{value:.3f}"


@register.filter
def difference(value: float | None) -> str:
    """Write a difference of scores with its sign; nothing as a dash."""
    return "–" if value is None else f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")


@register.inclusion_tag("ledger/forecast_block.html")
def forecast_block(
    question: Question | None, number: int | None = None
) -> dict[str, Any]:
    """Show the latest forecast of a question, or the one of a number."""
    return {"shown": None if question is None else block(question, number)}


@register.inclusion_tag("ledger/track_record.html", name="track_record")
def track_record_tag() -> dict[str, Any]:
    """Show everybody's scores."""
    return {"record": track_record()}
