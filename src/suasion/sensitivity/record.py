"""What drives the answer: the record of a sensitivity analysis."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

from suasion.frozen import Frozen

if TYPE_CHECKING:
    import altair

__all__ = ["BreakEven", "Crossing", "Effect", "Estimate", "Sensitivity", "Swing"]


class Estimate(Frozen):
    """An estimate, and half the width of its 95 % interval."""

    value: float
    error: float


class Effect(Frozen):
    """What an input, or all inputs of an owner, do to the answer.

    Attributes
    ----------
    path : str
        As of `suasion.answering.Input`; empty for an owner.
    owner, kind : str
        Whose it is: an actor, a bloc (what the errors of its members have in common), an
        issue (its status quo), the ledger, or the assumptions.
    name : str
        In words.
    judgement : bool
        Whether it is a coded number of an actor that cites no evidence.
    shapley, first, total : Estimate
        Shares of the variance of the answer.
    gain : Estimate
        Expected fall of the squared error if it were learned: of the Brier score, or in
        squared units of the scale.
    bits : Estimate
        Expected information about the outcome.
    """

    path: str = ""
    owner: str
    kind: Literal["actor", "bloc", "issue", "ledger", "aftermath", "assumption"]
    name: str
    judgement: bool = False
    shapley: Estimate
    first: Estimate
    total: Estimate
    gain: Estimate
    bits: Estimate


class Swing(Frozen):
    """The answer with one input low, and high, all others varying as coded.

    Attributes
    ----------
    path, name, owner : str
        The path is that of `suasion.variant`, if it has one.
    low, high : float
        Its 5th and 95th percentile: the low and high of a coded number.
    at_low, at_high : float
        Mean answers.
    difference : Estimate
        Of the second from the first, on the same draws.
    """

    path: str
    name: str
    owner: str
    low: float
    high: float
    at_low: float
    at_high: float
    difference: Estimate


class Crossing(Frozen):
    """A value at which the answer reaches the target, and which way it goes there."""

    value: float
    rising: bool


class BreakEven(Frozen):
    """At which values of one number the answer would be the target.

    Attributes
    ----------
    path, name, owner : str
    judgement : bool
        Whether the number cites no evidence.
    now : str
        The number as coded.
    low, high : float
        Between these values it was looked for.
    least, most : float
        Smallest and largest answer found there.
    crossings : tuple of Crossing
        Empty if there is none.
    """

    path: str
    name: str
    owner: str
    judgement: bool
    now: str
    low: float
    high: float
    least: float
    most: float
    crossings: tuple[Crossing, ...] = ()


class Sensitivity(Frozen):
    """What drives the answer of a case. Make one with `suasion.sensitivity.sensitivity`.

    Attributes
    ----------
    slug, question, unit, case_hash, version : str
        The hash is that of the case as visible on the as-of date.
    is_approval : bool
        Whether answers are probabilities; else they are places, in `unit`.
    as_of, by : date
        `by` is None for a question of place.
    draws, orders, seed : int
        Pairs of worlds; random orders of the owners, each taken with its reverse.
    answer, low, high, variance : float
        Mean, middle 80 % and variance of the answer over the draws of the seed.
    uncertain : int
        Number of inputs.
    owners, inputs : tuple of Effect
        Largest Shapley effect first; none if nothing moves the answer.
    swings : tuple of Swing
        Largest difference first.
    target : float or None
        Answer for which break-even values were looked for.
    break_evens : tuple of BreakEven
        Of every coded number of an actor, in the order of the case.
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
    orders: int
    seed: int
    answer: float
    low: float
    high: float
    variance: float
    uncertain: int
    owners: tuple[Effect, ...] = ()
    inputs: tuple[Effect, ...] = ()
    swings: tuple[Swing, ...] = ()
    target: float | None = None
    break_evens: tuple[BreakEven, ...] = ()

    def effect(self, name: str) -> Effect:
        """Return the effect of an input by its path, or of an owner by its name.

        Raises
        ------
        KeyError
            If there is none; the message lists the names.
        """
        for item in self.inputs:
            if item.path == name:
                return item
        for item in self.owners:
            if item.owner == name:
                return item
        names = ", ".join(item.owner for item in self.owners) or "nothing"
        raise KeyError(f"no owner or path {name!r}; the answer hangs on {names}")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, from which `Sensitivity.model_validate` restores it."""
        return self.model_dump(mode="json")

    def sentences(self) -> list[str]:
        """Return what drives the answer, in sentences that can be printed."""
        from suasion.sensitivity.telling import paragraph

        return paragraph(self)

    def chart_shares(self) -> altair.LayerChart:
        """Chart whose uncertainty the answer's is."""
        from suasion.report.drivers import shares_chart

        return shares_chart(self)

    def chart_swings(self) -> altair.LayerChart:
        """Chart the answer with one number low, or high."""
        from suasion.report.drivers import tornado_chart

        return tornado_chart(self)

    def chart_asking(self) -> altair.LayerChart:
        """Chart what it would tell to know each number exactly."""
        from suasion.report.drivers import asking_chart

        return asking_chart(self)

    def _repr_html_(self) -> str:
        from suasion.explanation import paragraphs

        return paragraphs(self.question, self.sentences())

    def __str__(self) -> str:
        return " ".join(self.sentences())

    def __repr__(self) -> str:
        return (
            f"<Sensitivity {self.slug} as of {self.as_of}: {len(self.inputs)} inputs, "
            f"{len(self.owners)} owners>"
        )
