"""What keeps a strategic model from being estimated."""

from __future__ import annotations

from suasion.problem import SuasionError

__all__ = ["EstimationError"]


class EstimationError(SuasionError):
    """Data or a specification that cannot be estimated as asked, with reason and cure."""
