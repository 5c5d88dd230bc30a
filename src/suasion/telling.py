"""A bargaining model's course in words: who moved, why, and where all ended.

Every number in a sentence is a number of the trajectory, rounded to a thousandth of the
scale or finer. Terminal and report say the same because both take their sentences here.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from suasion.case import Issue
from suasion.explanation import listed, percent
from suasion.rule import with_article
from suasion.trajectory import Step, Trajectory

__all__ = ["MODEL_TITLES", "Told", "course", "moved", "on_scale", "reached", "reasons"]

MODEL_TITLES = {
    "challenge": (
        "Challenges",
        "In each round every actor weighs what it would gain by challenging every other, "
        "and the other by challenging it; who has more to fear gives way.",
    ),
    "spatial": (
        "Spatial bargaining",
        "In each round every actor proposes a bargain to another, and the actors vote on "
        "the proposals by their effective power.",
    ),
    "exchange": (
        "Exchanges of positions",
        "In each round pairs of actors trade: one gives way on this issue, the other on "
        "an issue that the first cares more for.",
    ),
}
"""For each model a title, and what an actor does in it."""

_SMALL = 0.005
_MOST = 12


class Told(NamedTuple):
    """The moves of a run: those worth a sentence, and a sentence on the others."""

    moves: tuple[str, ...]
    others: str


def on_scale(value: float, issue: Issue) -> str:
    """Write a place on the scale, or a distance, to a thousandth of its width.

    Examples
    --------
    >>> issue = Issue(id="date", name="Date", low=0, high=100)
    >>> on_scale(64.218, issue), on_scale(60.0, issue), on_scale(-0.01, issue)
    ('64.2', '60', '0')
    """
    places = max(0, math.floor(3.0 - math.log10(issue.width)))
    text = f"{value:,.{places}f}"
    if places:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "\N{MINUS SIGN}")


def moved(step: Step, issue: Issue) -> str:
    """Say of one move who moved, how far, and why.

    Examples
    --------
    >>> issue = Issue(id="date", name="Date", low=0, high=100, unit="points")
    >>> moved(
    ...     Step(round=3, actor="France", start=60, end=64.2, because="offer by Spain"),
    ...     issue,
    ... )
    'Round 3: France moved 4.2 points, from 60 to 64.2, because of an offer by Spain.'
    """
    start, end = (on_scale(value, issue) for value in (step.start, step.end))
    far = _measured(_distance(step, issue), issue)
    because = step.because.rstrip(".")
    if because.partition(" ")[0].lower() not in ("a", "an", "the"):
        because = f"{'an' if because[:1].lower() in 'aeiou' else 'a'} {because}"
    return (
        f"Round {step.round}: {step.actor} moved {far}, from {start} to {end}, "
        f"because of {because}."
    )


def reasons(trajectory: Trajectory, issue: Issue) -> Told:
    """Tell the largest moves of the run on typical numbers, in their order.

    At most twelve, none of them smaller than 0.5 % of the scale; the others are counted.
    """
    steps = trajectory.steps
    large = [
        step for step in steps if abs(step.end - step.start) >= _SMALL * issue.width
    ]
    by_size = sorted(large, key=lambda step: -abs(step.end - step.start))
    largest, rest = by_size[:_MOST], by_size[_MOST:]
    told = [moved(step, issue) for step in steps if step in largest]
    counted = []
    if rest:
        most = _measured(_distance(rest[0], issue), issue)
        counted.append(f"{_moves(len(rest))} of at most {most}")
    if tiny := len(steps) - len(large):
        counted.append(f"{_moves(tiny)} of less than 0.5% of the scale")
    if not steps:
        others = "In the run on typical numbers nobody moved."
    elif not counted:
        others = ""
    else:
        verb = "is" if len(rest) + tiny == 1 else "are"
        others = f"{_capital(listed(counted))} {verb} not told."
    return Told(tuple(told), others)


def course(trajectory: Trajectory, issue: Issue, gatekeeper: str | None) -> list[str]:
    """Say what the whole run did, and how far it can be trusted."""
    return [
        _movers(trajectory, issue),
        *_places(trajectory, issue, gatekeeper),
        _rest(trajectory),
        "This is a simulation: how often such a course came true in decided cases has "
        "not been measured yet. Places and bands are medians and the middle 80% of "
        f"{trajectory.draws:,} draws; the moves told are those of one run on the most "
        "likely value of every number.",
    ]


def _movers(trajectory: Trajectory, issue: Issue) -> str:
    """Say whose median moved most, and how many others moved."""
    start, end = trajectory.middle[0], trajectory.middle[-1]
    far = [abs(b - a) for a, b in zip(start, end, strict=True)]
    movers = sum(distance >= _SMALL * issue.width for distance in far)
    if not movers:
        return (
            f"After {reached(trajectory)} everybody is, in the median, where it began."
        )
    most = max(range(len(far)), key=lambda actor: far[actor])
    a, b = (on_scale(path[most], issue) for path in (start, end))
    who = with_article(trajectory.actors[most])
    count = len(trajectory.actors)
    others = "" if count == 1 else f"; {movers} of {count} actors move"
    verb = "moves" if count == 1 else "moves most"
    over = f"Over {reached(trajectory)}, {who} {verb}"
    return f"{over}: in the median from {a} to {b}{others}."


def _places(trajectory: Trajectory, issue: Issue, gatekeeper: str | None) -> list[str]:
    """Say where the actors end, and where the one who decides does."""
    end = trajectory.middle[-1]
    low, high = (on_scale(value, issue) for value in (min(end), max(end)))
    sentences = []
    if len(end) > 1:
        where = f"at {low}" if low == high else f"between {low} and {high}"
        sentences.append(f"The medians of all {len(end)} actors end {where}.")
    if gatekeeper in trajectory.actors:
        actor = trajectory.actors.index(gatekeeper)
        start, last = (on_scale(trajectory.middle[k][actor], issue) for k in (0, -1))
        least, most = (
            on_scale(band[-1][actor], issue)
            for band in (trajectory.low, trajectory.high)
        )
        who = _capital(with_article(gatekeeper))
        far = abs(trajectory.middle[-1][actor] - trajectory.middle[0][actor])
        stays = far < _SMALL * issue.width
        path = f"stays at {last}" if stays else f"goes from {start} to {last}"
        spread = "in all draws" if least == most else f"80% interval {least} to {most}"
        sentences.append(f"{who}, which decides, {path} ({spread}).")
    return sentences


def _rest(trajectory: Trajectory) -> str:
    if trajectory.settled == 1.0:
        return "In every draw it comes to rest: nobody moves in the last round."
    if trajectory.settled == 0.0:
        return (
            "In no draw does it come to rest: somebody moves in the last round of each."
        )
    return (
        f"In {percent(trajectory.settled)} of draws it comes to rest: nobody moves in the "
        "last round."
    )


def reached(trajectory: Trajectory) -> str:
    """Count the rounds, in days too if they have a length."""
    count = trajectory.rounds
    text = f"{count} round{'' if count == 1 else 's'}"
    if trajectory.days_per_round is None:
        return text
    days = round(count * trajectory.days_per_round)
    return f"{text} ({days} day{'' if days == 1 else 's'})"


def _distance(step: Step, issue: Issue) -> float:
    """How far a move went, so that it agrees with its ends as they are written."""
    places = max(0, math.floor(3.0 - math.log10(issue.width)))
    return abs(round(step.end, places) - round(step.start, places))


def _measured(distance: float, issue: Issue) -> str:
    return f"{on_scale(distance, issue)} {issue.unit}".strip()


def _moves(count: int) -> str:
    return f"{count} further move{'' if count == 1 else 's'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
