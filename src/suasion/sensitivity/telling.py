"""What drives the answer, in words that can be printed.

Every number in a sentence is one of the tables', written alike. Terminal and report take
their sentences and their tables here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from suasion.explanation import listed, percent
from suasion.rule import with_article
from suasion.sensitivity.record import (
    BreakEven,
    Effect,
    Estimate,
    Sensitivity,
    Swing,
)
from suasion.uncertain import Uncertain
from suasion.what_if import signed
from suasion.window.hazard_draws import ASSUMED

__all__ = [
    "CAVEAT",
    "FACTOR",
    "Shown",
    "answer",
    "asked",
    "bare",
    "before",
    "end",
    "gained",
    "is_factor",
    "learned",
    "main",
    "moving",
    "nearest",
    "needed",
    "paragraph",
    "reached",
    "rest",
    "share",
    "short",
    "swung",
    "worth",
    "worth_title",
]

CAVEAT = (
    "All this holds within the model and the ranges as coded: a number whose range is "
    "coded too narrow looks unimportant, and what the case leaves out cannot appear here."
)

FACTOR = (
    "\N{MULTIPLICATION SIGN}: factor on the hazard of a yes, of the closing window, or of "
    "pressure or stance wholly in favour beside wholly against."
)

_MAIN = 0.05
_SEEN = 0.005
_MOST = 10
_NAMED = 4


class Shown(NamedTuple):
    """Members of a list worth a line each, and how many are left."""

    lines: tuple[Effect, ...]
    left: int
    share: float


# --- which of it is worth a line ---------------------------------------------------


def main(effects: tuple[Effect, ...]) -> Shown:
    """Return the effects that account for half a per cent or more: ten at most."""
    lines = [item for item in effects[:_MOST] if item.shapley.value >= _SEEN]
    left = effects[len(lines) :]
    return Shown(tuple(lines), len(left), sum(item.shapley.value for item in left))


def asked(found: Sensitivity) -> tuple[Effect, ...]:
    """Return what somebody could be asked: numbers of actors, and the status quo.

    Ten at most, those worth most first, down to a hundredth of the first.
    """
    open_ = [item for item in found.inputs if item.kind in ("actor", "issue")]
    open_ = sorted(open_, key=lambda item: -item.gain.value)
    least = 0.01 * open_[0].gain.value if open_ else 0.0
    return tuple(item for item in open_[:_MOST] if item.gain.value > max(least, 0.0))


def learned(found: Sensitivity) -> tuple[Effect, ...]:
    """Return the owners of more than one input, those worth most first: five at most."""
    least = 0.01 * max((item.gain.value for item in found.owners), default=0.0)
    several = [
        item
        for item in found.owners
        if sum(item.owner == one.owner for one in found.inputs) > 1
        and item.gain.value > max(least, 0.0)
    ]
    return tuple(sorted(several, key=lambda item: -item.gain.value)[:5])


def moving(found: Sensitivity) -> tuple[Swing, ...]:
    """Return the ten largest swings, down to a hundredth of the first."""
    least = 0.01 * abs(found.swings[0].difference.value) if found.swings else 0.0
    return tuple(
        item for item in found.swings[:_MOST] if abs(item.difference.value) > least
    )


def reached(found: Sensitivity) -> tuple[BreakEven, ...]:
    """Return the numbers that have a break-even value, the nearest to reach first.

    How far is measured in widths of what the number may be.
    """

    def way(item: BreakEven) -> float:
        coded = Uncertain.parse(item.now).mode
        least = min(abs(each.value - coded) for each in item.crossings)
        return least / (item.high - item.low)

    return tuple(
        sorted((item for item in found.break_evens if item.crossings), key=way)
    )


# --- numbers, written --------------------------------------------------------------


def answer(value: float, found: Sensitivity) -> str:
    """Write an answer: a probability, or a place with its unit."""
    return bare(value, found) + _unit(found)


def bare(value: float, found: Sensitivity) -> str:
    """Write an answer without its unit."""
    return percent(value) if found.is_approval else short(value)


def _unit(found: Sensitivity) -> str:
    return "" if found.is_approval or not found.unit else f" {found.unit}"


def share(one: Estimate) -> str:
    """Write a share of the variance with half its 95 % interval, in per cent.

    Examples
    --------
    >>> share(Estimate(value=0.4678, error=0.0076)), share(Estimate(value=0.0, error=0.0))
    ('47% ±0.8', '0% ±0.0')
    """
    return f"{percent(max(one.value, 0.0))} ±{100.0 * one.error:.1f}"


def gained(one: Estimate) -> str:
    """Write a gain of finding out with two significant digits.

    Examples
    --------
    >>> gained(Estimate(value=0.00276, error=0.0)), gained(Estimate(value=-1e-9, error=0.0))
    ('0.0028', '0')
    """
    value = max(one.value, 0.0)
    if value < 5e-7:
        return "0"
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{value:.{min(digits, 6)}f}"


def short(value: float) -> str:
    """Write a value of an input."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def end(swing: Swing, value: float) -> str:
    """Write an end of a swing; of a coefficient, as a factor on the hazard."""
    factor = f"\N{MULTIPLICATION SIGN}{math.exp(value):.2g}"
    return factor if is_factor(swing) else short(value)


def is_factor(swing: Swing) -> bool:
    """Whether an input is the logarithm of a factor on the hazard."""
    return swing.path.removeprefix("window.") in ASSUMED


def swung(swing: Swing, found: Sensitivity) -> str:
    """Write the difference that a swing makes."""
    return signed(swing.difference.value, found.is_approval)


def worth(item: Effect, found: Sensitivity) -> str:
    """Write what it is worth to know it: Brier points, or the error that is left."""
    if found.is_approval:
        return gained(item.gain)
    return short(math.sqrt(max(found.variance - max(item.gain.value, 0.0), 0.0)))


def worth_title(found: Sensitivity) -> str:
    """Head a column of what things are worth."""
    return "Brier points" if found.is_approval else "error left"


def before(found: Sensitivity) -> str:
    """Say what could be gained at most."""
    if not found.is_approval:
        error = answer(math.sqrt(found.variance), found)
        return (
            f"As things stand, the typical error is {error}: the root of the mean square, "
            f"within the model. “Error left” is what it would be. {_spread(found)}"
        )
    p = found.answer
    bits = -p * math.log2(p) - (1.0 - p) * math.log2(1.0 - p)
    return (
        f"As things stand, the Brier score is expected to be {p * (1.0 - p):.3f}, and the "
        f"outcome to tell {bits:.2f} bits. {_spread(found)}"
    )


def _spread(found: Sensitivity) -> str:
    return (
        f"The answer is {answer(found.answer, found)}; the middle 80% of worlds lie "
        f"between {bare(found.low, found)} and {answer(found.high, found)}."
    )


# --- sentences ---------------------------------------------------------------------


def paragraph(found: Sensitivity) -> list[str]:
    """Return what drives the answer, in sentences that can be printed.

    Examples
    --------
    >>> from suasion.sensitivity import sensitivity
    >>> print(*paragraph(sensitivity("ec-emission-standards", draws=100)))
    The answer is 7.39 years. No number of this case is marked uncertain, so nothing makes
    it uncertain either: give ranges, such as 50|60|75, to see which of them drive it.
    """
    value = answer(found.answer, found)
    if not found.uncertain:
        return [
            f"The answer is {value}. No number of this case is marked uncertain, so "
            "nothing makes it uncertain either: give ranges, such as 50|60|75, to see "
            "which of them drive it.",
            *_what_it_takes(found),
        ]
    if not found.owners:
        return [
            f"The answer is {value}. None of the {found.uncertain} inputs that are "
            "uncertain moves it.",
            *_what_it_takes(found),
        ]
    return [
        f"The answer, {value}, is a mean over possible worlds; in the middle 80% of them "
        f"it lies between {bare(found.low, found)} and {answer(found.high, found)}.",
        _sources(found),
        *_swings(found),
        *_what_it_takes(found),
        *_ask(found),
    ]


def _sources(found: Sensitivity) -> str:
    named = [item for item in found.owners[:_NAMED] if item.shapley.value >= _MAIN]
    named = named or [found.owners[0]]
    first, *others = (f"{percent(item.shapley.value)}|{_the(item)}" for item in named)
    said = " of that spread, counted as variance, comes from "
    return (
        listed([first.replace("|", said), *(o.replace("|", " from ") for o in others)])
        + "."
    )


def _swings(found: Sensitivity) -> Iterator[str]:
    numbers = [item for item in found.swings if item.owner != "assumptions"]
    others = [item for item in found.swings if item.owner == "assumptions"]
    for item in numbers[:1]:
        if item.difference.value:
            yield (
                f"If {phrase(item)} were {end(item, item.low)} rather than "
                f"{end(item, item.high)}, all else as uncertain as it is, the answer "
                f"would be {bare(item.at_low, found)} rather than "
                f"{answer(item.at_high, found)}."
            )
    for item in others[:1]:
        if item.difference.value:
            yield (
                f"The assumption that matters most is the {item.name}: at the low end of "
                f"its range the answer is {answer(item.at_low, found)}, at the high end "
                f"{answer(item.at_high, found)}."
            )


def nearest(found: Sensitivity) -> tuple[BreakEven, ...]:
    """Return the three numbers that alone come nearest to a target out of reach."""
    if found.target is None or reached(found):
        return ()
    below = found.answer < found.target

    def left(item: BreakEven) -> float:
        return -item.most if below else item.least

    return tuple(sorted(found.break_evens, key=left)[:3])


def needed(found: Sensitivity) -> str:
    """Head the break-even values."""
    if found.target is None:
        return ""
    target = answer(found.target, found)
    if nearest(found):
        return f"No number alone brings {target}: the answers that come nearest"
    return f"What it would take for {target}"


def _missing(found: Sensitivity) -> Iterator[str]:
    """Say how near to the target one number alone comes, where none gets there."""
    assert found.target is not None
    for item in nearest(found)[:1]:
        extreme = item.most if found.answer < found.target else item.least
        yield (
            f"No value of any one coded number would bring the answer to "
            f"{answer(found.target, found)}; {phrase(item)} comes nearest, with "
            f"{bare(extreme, found)}."
        )


def _what_it_takes(found: Sensitivity) -> Iterator[str]:
    if found.target is None:
        return
    yield from _missing(found)
    for item in reached(found)[:2]:
        yield (
            f"The answer would be {answer(found.target, found)} with {phrase(item)} "
            f"{rest(item, found)}; it is coded {item.now}."
        )


def rest(item: BreakEven, found: Sensitivity) -> str:
    """Write where a number would have to be for the answer to reach the target."""
    assert found.target is not None
    values = [short(each.value) for each in item.crossings]
    if len(values) > 1:
        return f"at {listed(values)}"
    up = item.crossings[0].rising == (found.answer < found.target)
    return f"at {values[0]} or {'above' if up else 'below'}"


def _ask(found: Sensitivity) -> Iterator[str]:
    if not (first := next(iter(asked(found)), None)):
        return
    if found.is_approval:
        p = found.answer
        yield (
            f"The thing to find out first is {phrase(first)}: to know it exactly is worth "
            f"{gained(first.gain)} of the {p * (1.0 - p):.3f} that the Brier score is "
            f"expected to be, and {gained(first.bits)} bits about the outcome."
        )
    else:
        yield (
            f"The thing to find out first is {phrase(first)}: to know it exactly would "
            f"bring the typical error from {bare(math.sqrt(found.variance), found)} to "
            f"{worth(first, found)}{_unit(found)}, within the model."
        )


def phrase(item: Effect | Swing | BreakEven) -> str:
    """Name a number within a sentence."""
    owner, colon, field = item.name.rpartition(": ")
    return f"the {field} of {with_article(owner)}" if colon else f"the {item.name}"


def _the(item: Effect) -> str:
    return with_article(item.name) if item.kind == "actor" else f"the {item.name}"
