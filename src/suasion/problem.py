"""What is wrong with an input, said so that its author can mend it.

A `Problem` names the place, the value found, the rule it breaks and the cure. A
`CaseError` carries all problems of one input, so nobody mends them one at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["CaseError", "ForecastError", "Problem", "SuasionError"]


class SuasionError(Exception):
    """Base of all errors that Suasion raises on purpose."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One broken rule: where, what was found, the rule, the cure.

    Examples
    --------
    >>> print(Problem(file="actors.csv", place="row 3 (France)", field="salience",
    ...               found="80", rule="a salience lies between 0 and 1",
    ...               cure="write 0.8"))
    actors.csv, row 3 (France), salience: found '80'; a salience lies between 0 \
and 1; write 0.8.
    """

    file: str
    rule: str
    cure: str
    place: str = ""
    field: str = ""
    found: str | None = None

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.place, self.field) if part)
        found = "" if self.found is None else f"found {_short(self.found)!r}; "
        end = "" if self.cure.endswith("?") else "."
        return f"{where}: {found}{self.rule}; {self.cure}{end}"


class CaseError(SuasionError):
    """A case, or a table of one, breaks one or more rules.

    Attributes
    ----------
    problems : tuple of Problem
        Every problem found in one pass, in the order of the files.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "" if count == 1 else f"{count} problems:\n"
        super().__init__(head + "\n".join(str(problem) for problem in self.problems))


class ForecastError(SuasionError):
    """A valid case that cannot be forecast as asked, with the reason and the cure."""


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
