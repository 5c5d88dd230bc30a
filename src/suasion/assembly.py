"""Cases from the files of other programs: what their readers and writers share.

A reader collects what is wrong with a file, names of places as the file counts them,
and hands over issues and actors; `assemble` checks them as any other case is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from suasion.case import Actor, Case, Coding, Issue, Question
from suasion.coherence import check
from suasion.problem import CaseError, Problem
from suasion.reference import Draft, PartialDocument, Row

__all__ = [
    "Complaints",
    "assemble",
    "decimal",
    "from_percent",
    "percent",
    "plain_name",
    "printable",
    "renamed",
]

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)


class Complaints(list[Problem]):
    """What is wrong with one file."""

    def __init__(self, file: str) -> None:
        self.file = file

    def say(
        self, place: str, field: str, found: str | None, rule: str, cure: str
    ) -> None:
        """Add a problem of this file."""
        problem = Problem(
            file=self.file, place=place, field=field, found=found, rule=rule, cure=cure
        )
        self.append(problem)


def decimal(text: str) -> Decimal | None:
    """Read a number exactly as it is written; None if it is none.

    Examples
    --------
    >>> decimal(" 49.53"), decimal("nan"), decimal("1_0")
    (Decimal('49.53'), None, None)
    """
    return Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None


def from_percent(share: Decimal) -> float:
    """Return a share of 1: the number nearest to what is written, over 100.

    Examples
    --------
    >>> from_percent(Decimal("49.53")), 0.07 * 100, percent(0.07)
    (0.4953, 7.000000000000001, '7')
    """
    return float(share.scaleb(-2))


def percent(share: float) -> str:
    """Write a share of 1 in percent; `from_percent` returns the same number."""
    text = format(Decimal(repr(share)).scaleb(2), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_name(text: str) -> str:
    """Return a name without the marks that divide paths and lists in a case.

    Examples
    --------
    >>> plain_name("St.  Kitts;Nevis")
    'St Kitts Nevis'
    """
    return " ".join(re.sub(r"[;:|]", " ", text.replace(".", "")).split())


def renamed(names: Iterable[str]) -> list[str]:
    """Say which names `plain_name` changes, in one sentence or none."""
    changed = [
        f"{name.strip()!r} is {plain_name(name)!r}"
        for name in names
        if " ".join(name.split()) != plain_name(name)
    ]
    if not changed:
        return []
    return [f"Marks that divide lists were taken out of names: {', '.join(changed)}."]


def printable(text: str) -> str:
    """Return a text on one line, for a format that has no line breaks in texts."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


def assemble(
    *,
    file: str,
    title: str,
    summary: str,
    note: str,
    issues: Sequence[Issue],
    actors: Sequence[tuple[str, Actor]],
    problems: Sequence[Problem],
    slug: str,
) -> Case:
    """Make a case of positions, or say everything that is wrong with the file.

    Parameters
    ----------
    file : str
        Name of the file, for problems.
    title, summary, note : str
        What the case is about, and what was done to its numbers.
    issues : sequence of Issue
    actors : sequence of (str, Actor)
        Place in the file, and the actor.
    problems : sequence of Problem
        What the reader has found; the case is only checked further if it is nothing.
    slug : str

    Raises
    ------
    CaseError
        If there are problems.
    """
    if problems:
        raise CaseError(problems)
    each = "on the scale" if len(issues) == 1 else "on each scale"
    ids = tuple(issue.id for issue in issues)
    found = [_twice(file, id_) for k, id_ in enumerate(ids) if _folded(id_, ids[:k])]
    if found:
        raise CaseError(found)
    draft = Draft(
        document=PartialDocument(
            title=title,
            summary=summary,
            question=Question(text=f"Where {each} will the decision end?"),
            issues=tuple(issues),
            coding=Coding(note=note),
        ),
        declared={"issues": ids},
        actors=tuple(
            Row(place=place, id=actor.name, item=actor) for place, actor in actors
        ),
        actors_file=file,
    )
    content, found = check(draft)
    if found:
        raise CaseError(found)
    return Case.model_validate({**content, "slug": slug})


def _folded(word: str, others: Iterable[str]) -> bool:
    return word.casefold() in {other.casefold() for other in others}


def _twice(file: str, name: str) -> Problem:
    return Problem(
        file=file,
        place="issues",
        found=name,
        rule="two issues have this name, or differ by capitals or marks only",
        cure="give each issue a name of its own",
    )
