"""What a search for levers finds: a record."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from suasion.frozen import Frozen

if TYPE_CHECKING:
    import altair

__all__ = ["Levers", "Move", "MoveSet", "Single"]


class Move(Frozen):
    """An actor moved by a distance, from its position as coded; typical numbers."""

    actor: str
    by: float
    start: float
    end: float
    effort: float


class MoveSet(Frozen):
    """Moves made together, and the answer after them.

    `difference` is the mean of the differences draw by draw, with the middle 80 % and the
    standard error of the mean.
    """

    moves: tuple[Move, ...] = ()
    effort: float = 0.0
    value: float
    low: float
    high: float
    difference: float = 0.0
    low_difference: float = 0.0
    high_difference: float = 0.0
    error: float = 0.0


class Single(Frozen):
    """One actor moved alone, step by step; `affordable` of the steps are in budget.

    There is no step for an actor that stands at the end of the scale.
    """

    actor: str
    steps: tuple[MoveSet, ...]
    affordable: int

    @property
    def best(self) -> MoveSet | None:
        """The farthest step within the budget, if one is."""
        return self.steps[self.affordable - 1] if self.affordable else None


class Levers(Frozen):
    """Whom to move, how far, at what cost. Make one with `levers`.

    Attributes
    ----------
    slug, question, unit, case_hash, version : str
        The hash is that of the case as visible on the as-of date.
    is_approval : bool
    as_of : date
    by : date or None
    draws, seed : int
    movers, opponents : tuple of str
        Those who lobby, on either side; nobody moves them.
    rising : bool
        Whether the movers want a higher answer.
    budget, counter_budget : float
        Effort that each side may spend.
    step : float
        Distance on the scale; an actor is moved by whole steps.
    most : int
        Actors in a set.
    base : MoveSet
        No moves.
    singles : tuple of Single
        The strongest first.
    best : MoveSet
        The best set within the budget.
    gap : float
        How much better a set could be at most; 0 unless the search was stopped.
    evaluated : int
        Sets whose answer was computed for it.
    reach : float or None
        The target.
    cheapest : MoveSet or None
        The cheapest set that reaches it.
    least_effort : float or None
        If the search for it was stopped: the effort of any set that reaches it, at least.
    farthest : MoveSet
        The best that `most` actors could do if effort were no object.
    response : MoveSet or None
        The opponents' best answer to `best`, with the answer after both.
    robust, robust_response : MoveSet or None
        The set that is best after the opponents have answered it, and that answer.
    notes : tuple of str
    """

    slug: str
    question: str
    unit: str
    is_approval: bool
    case_hash: str
    version: str
    as_of: dt.date
    by: dt.date | None
    draws: int
    seed: int
    movers: tuple[str, ...]
    opponents: tuple[str, ...]
    rising: bool
    budget: float
    counter_budget: float
    step: float
    most: int
    base: MoveSet
    singles: tuple[Single, ...]
    best: MoveSet
    gap: float
    evaluated: int
    reach: float | None = None
    cheapest: MoveSet | None = None
    least_effort: float | None = None
    farthest: MoveSet
    response: MoveSet | None = None
    robust: MoveSet | None = None
    robust_response: MoveSet | None = None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return self.model_dump(mode="json")

    def sentences(self) -> list[str]:
        """Return the best, the cheapest and the safest choice, in sentences."""
        from suasion.levers.telling import sentences

        return sentences(self)

    def chart(self) -> altair.LayerChart:
        """Chart what moving each actor alone does, as far as the effort goes."""
        from suasion.report.changes import levers_chart

        return levers_chart(self)

    def _repr_html_(self) -> str:
        from suasion.explanation import paragraphs

        return paragraphs(self.question, self.sentences())

    def __str__(self) -> str:
        return "\n".join(self.sentences())

    def __repr__(self) -> str:
        moved = ", ".join(move.actor for move in self.best.moves) or "nobody"
        return f"<Levers {self.slug} as of {self.as_of}: move {moved}>"
