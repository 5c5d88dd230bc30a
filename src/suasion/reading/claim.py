"""What reading gives: articles, claims with their places, actors.

The words, once
---------------
proposal
    What the contested decision is about: the permission, vote, sanction or plan that
    the articles report.
claim
    One codeable statement. Its `quote` is a verbatim part of the article's text, from
    character `start` up to, not including, `end`.
holder
    The actor whose stance, deed or good a claim is about; others that it names are
    addressees, receivers, targets.
stance
    Of the holders, toward the proposal: *for*, *against*, *wary* (has reservations, not
    refused), *unclear* (undecided, or contradictory), *none* (takes no side).
attribution
    Who says so: the *outlet* itself, a *person* or body named in the text, *another
    outlet*, or *officials* (sources, diplomats, aides) without a name.
hedge
    How firmly: *none*, *reported* (hearsay), *alleged* (claimed, unproven), *planned*
    (said to come), *possible* (may, might, could), *denied*.

Text is counted in Python characters (Unicode code points), from 0.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from suasion.frozen import Day, Frozen, Text

__all__ = [
    "Article",
    "Attribution",
    "Claim",
    "FoundActor",
    "Hedge",
    "Kind",
    "Mention",
    "Reading",
    "Stance",
    "When",
]

Kind = Literal[
    "position", "action", "event", "precedent", "resource", "dependency", "constraint",
    "risk", "forecast", "question",
]  # fmt: skip
Stance = Literal["for", "against", "wary", "unclear", "none"]
Hedge = Literal["none", "reported", "alleged", "planned", "possible", "denied"]


class Article(Frozen):
    """The text of an article, as extracted: all offsets count in it."""

    id: Text
    title: str = ""
    outlet: str = ""
    published_on: Day | None = None
    url: str = ""
    language: str = "en"
    text: Text
    notes: tuple[str, ...] = Field(
        default=(), description="what reading the file had to decide, in sentences"
    )


class Mention(Frozen):
    """An actor in a claim: its name in the case, and the words in the quote."""

    name: Text
    words: Text
    part: Literal["holder", "other"] = "holder"


class Attribution(Frozen):
    """Who says so; `who` in the article's words, empty for the outlet itself."""

    by: Literal["outlet", "person", "another outlet", "officials"] = "outlet"
    who: str = ""


class When(Frozen):
    """A date in the text, as a range of days: first and last are equal for a day."""

    words: Text
    first: Day
    last: Day
    precision: Literal["day", "week", "month", "season", "quarter", "year"]


class Claim(Frozen):
    """One codeable statement, with its place.

    Examples
    --------
    >>> Claim(id="a1-1", source="a1", kind="position", quote="Norway backs the ban",
    ...       start=10, end=30, stance="for",
    ...       actors=(Mention(name="Norway", words="Norway"),)).holders
    ('Norway',)
    """

    id: Text
    source: Text = Field(description="id of the article")
    kind: Kind
    quote: Text = Field(description="verbatim part of the article's text")
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    actors: tuple[Mention, ...] = ()
    stance: Stance | None = Field(
        default=None, description="of the holders, toward the proposal; positions only"
    )
    attribution: Attribution = Attribution()
    hedge: Hedge = "none"
    when: When | None = None
    confidence: Literal["high", "medium", "low"] = "medium"

    @property
    def holders(self) -> tuple[str, ...]:
        """Names of the actors whose stance, deed or good it is, each once."""
        return tuple(
            dict.fromkeys(item.name for item in self.actors if item.part == "holder")
        )


class FoundActor(Frozen):
    """An actor found: its name, who speaks for it, its names in the text."""

    name: Text
    kind: Literal["state", "organisation", "person"]
    speaks_for: str = Field(
        default="", description="state of which a person in office is the voice"
    )
    head: str = Field(default="", description="who leads it, if the text says so")
    state: str = Field(default="", description="state of a person or organisation")
    office: str = ""
    tenure: Literal["", "outgoing", "incoming"] = ""
    names: tuple[str, ...] = Field(default=(), description="as in the text")
    stance: Stance = "none"


class Reading(Frozen):
    """What was read from one or several articles about one decision."""

    articles: tuple[Article, ...] = Field(min_length=1)
    claims: tuple[Claim, ...] = ()
    actors: tuple[FoundActor, ...] = ()
    question: str = Field(default="", description="in the articles' words, if open")
    gatekeeper: str = Field(default="", description="actor that decides")
    deadline: dt.date | None = None
    dropped: int = Field(
        default=0, ge=0, description="claims whose quote is not in their article"
    )
    reader: str = "rules"

    def of(self, *kinds: Kind) -> tuple[Claim, ...]:
        """Return the claims of these kinds, in the order of the text."""
        return tuple(claim for claim in self.claims if claim.kind in kinds)

    def article(self, id: str) -> Article:
        """Return the article with this id."""
        return next(item for item in self.articles if item.id == id)
