"""What a comparison of variants finds: a record, and the record in words.

Every number in a sentence is a number of the table that stands below it, written alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from suasion.explanation import number, percent
from suasion.forecast_record import Draws
from suasion.frozen import Frozen

if TYPE_CHECKING:
    import altair

__all__ = ["Alternative", "Fear", "WhatIf", "path_name", "signed"]


class Alternative(Frozen):
    """A variant's answer beside that of the case.

    Attributes
    ----------
    name, text : str
    changes : dict of str
        Values by path; empty for the case itself.
    words : tuple of str
        The changes in words.
    shift : int or None
        Days by which the one date comes later, in a series.
    by : date or None
        Deadline; None for a question of place.
    value, low, high : float or None
        Answer and its middle 80 %; None if there is none, and `notes` say why.
    difference, low_difference, high_difference : float or None
        Mean and middle 80 % of the differences draw by draw.
    error : float or None
        Standard error of the mean difference.
    rises, falls : float or None
        Shares of draws with a difference above and below 0.
    notes : tuple of str
        Changes without effect and why; what goes on acting on a changed number.
    differences : Draws or None
    """

    name: str
    text: str = ""
    changes: dict[str, str] = Field(default_factory=dict)
    words: tuple[str, ...] = ()
    shift: int | None = None
    by: dt.date | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    difference: float | None = None
    low_difference: float | None = None
    high_difference: float | None = None
    error: float | None = None
    rises: float | None = None
    falls: float | None = None
    notes: tuple[str, ...] = ()
    differences: Draws | None = None


class Fear(Frozen):
    """What fear of escalation costs: two of a comparison that differ in nothing else.

    Attributes
    ----------
    afraid, unafraid : str
        Names of the two; in the second, escalation is less bad for the gatekeeper.
    difference, low_difference, high_difference : float
        Of the answers, the second less the first: mean and middle 80 % of draws.
    error : float
        Standard error of the mean.
    """

    afraid: str
    unafraid: str
    difference: float
    low_difference: float
    high_difference: float
    error: float


class WhatIf(Frozen):
    """A case beside variants of it. Make one with `compare` or `timing`.

    Attributes
    ----------
    slug, question, unit, case_hash, version : str
        The hash is that of the case as visible on the as-of date.
    is_approval : bool
        Whether answers are probabilities; else they are places, in `unit`.
    as_of : date
    draws, seed : int
    headline : str
        The answer of the case, as a sentence.
    base : Alternative
        The case as coded.
    alternatives : tuple of Alternative
        In the order asked for.
    fears : tuple of Fear
        One for each two of them between which only fear of escalation differs.
    """

    slug: str
    question: str
    unit: str
    is_approval: bool
    case_hash: str
    version: str
    as_of: dt.date
    draws: int
    seed: int
    headline: str
    base: Alternative
    alternatives: tuple[Alternative, ...]
    fears: tuple[Fear, ...] = ()

    def alternative(self, name: str) -> Alternative:
        """Return the alternative of a name.

        Raises
        ------
        KeyError
            If there is none; the message lists the names.
        """
        for item in self.alternatives:
            if item.name == name:
                return item
        names = ", ".join(item.name for item in self.alternatives)
        raise KeyError(f"no alternative {name!r}; there are {names}")

    def sentences(self, most: int = 3) -> list[str]:
        """Return the answer, and what the largest differences are, in sentences."""
        said = [item for item in self.alternatives if item.difference is not None]
        said.sort(key=lambda item: -abs(item.difference or 0.0))
        return [
            self.headline,
            *(self._sentence(item) for item in said[:most]),
            *(self._fear(item) for item in self.fears),
        ]

    def _fear(self, item: Fear) -> str:
        everyone = {one.name: one for one in (self.base, *self.alternatives)}
        afraid, unafraid = everyone[item.afraid], everyone[item.unafraid]
        numbers = (item.difference, item.low_difference, item.high_difference)
        cost, low, high = (signed(each, True).removeprefix("+") for each in numbers)
        return (
            f"Fear of escalation costs {cost} points (80% of draws between {low} and "
            f"{high}): “{self.label(unafraid)}” {self.answer(unafraid)}, "
            f"“{self.label(afraid)}” {self.answer(afraid)}."
        )

    def _sentence(self, item: Alternative) -> str:
        assert item.difference is not None
        name = self.label(item)
        if item.rises == item.falls == 0.0:
            return f"{name}: no difference in any draw."
        unit = "points" if self.is_approval else self.unit
        by = signed(item.difference, self.is_approval)
        low, high = self.bounds(item)
        spread = (
            "the same in all draws"
            if low == high and item.error == 0.0
            else f"80% of draws between {low} and {high}"
        )
        return f"{name}: {by} {unit}".rstrip() + f" ({spread})."

    def label(self, item: Alternative) -> str:
        """Return an alternative's name, or what it changes if nobody named it.

        It begins with a capital, unless with a path.
        """
        name = item.name
        if item.words and name == path_name(item.changes):
            name = "; ".join(item.words)
        is_path = "." in name.partition(" ")[0]
        return name if is_path else name[:1].upper() + name[1:]

    def answer(self, item: Alternative) -> str:
        """Write an alternative's answer for a reader."""
        write = percent if self.is_approval else number
        return "" if item.value is None else write(item.value)

    def interval(self, item: Alternative) -> str:
        """Write the middle 80 % of an alternative's answer."""
        write = percent if self.is_approval else number
        if item.low is None or item.high is None or item.low == item.high:
            return ""
        return f"{write(item.low)} to {write(item.high)}"

    def bounds(self, item: Alternative) -> tuple[str, str]:
        """Write the middle 80 % of the differences."""
        if item.low_difference is None or item.high_difference is None:
            return "", ""
        return (
            signed(item.low_difference, self.is_approval),
            signed(item.high_difference, self.is_approval),
        )

    def to_dict(self, *, draws: bool = False) -> dict[str, Any]:
        """Return plain data, with the differences draw by draw if asked."""
        left_out = {"differences"}
        return self.model_dump(
            mode="json",
            exclude=None
            if draws
            else {"base": left_out, "alternatives": {"__all__": left_out}},
        )

    def chart(self) -> altair.LayerChart:
        """Chart what each supposition does to the answer."""
        from suasion.report.changes import what_if_chart

        return what_if_chart(self)

    def _repr_html_(self) -> str:
        from suasion.explanation import paragraphs

        return paragraphs(self.question, self.sentences())

    def __str__(self) -> str:
        return "\n".join(self.sentences(most=len(self.alternatives)))

    def __repr__(self) -> str:
        count = len(self.alternatives)
        return f"<WhatIf {self.slug} as of {self.as_of}: {count} beside the case>"


def signed(difference: float, probability: bool) -> str:
    """Write a difference with its sign: in percentage points, or in units of a scale.

    Examples
    --------
    >>> signed(0.0131, True), signed(-0.0004, True), signed(0.0, True), signed(1e-9, True)
    ('+1.3', '−0.04', '0', '≈0')
    >>> signed(-0.123456, False)
    '−0.123'
    """
    size = abs(100.0 * difference if probability else difference)
    if size == 0.0:
        return "0"
    if size < 0.005:
        return "≈0"
    digits = 1 if size >= 0.095 else 2
    text = f"{size:.{digits}f}" if probability else number(size)
    return ("−" if difference < 0.0 else "+") + text


def path_name(changes: Mapping[str, object]) -> str:
    """Name changes that nobody named, by their paths.

    Examples
    --------
    >>> path_name({"question.by": "2025-03-20"})
    'question.by = 2025-03-20'
    """
    return ", ".join(f"{path} = {value}" for path, value in changes.items())
