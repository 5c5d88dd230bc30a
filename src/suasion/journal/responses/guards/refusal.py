"""A response that is refused, and what its writer can do about it."""

from __future__ import annotations

from suasion.problem import SuasionError

__all__ = ["RefusedError"]


class RefusedError(SuasionError):
    """A guard's answer: what was found, the rule, the cure; beside which field.

    Attributes
    ----------
    field : str or None
        Name of the form's field; None if it concerns the whole response.
    status : int
        HTTP status of the answer.
    """

    def __init__(self, message: str, *, field: str | None = None, status: int) -> None:
        self.field = field
        self.status = status
        super().__init__(message)
