"""A case: what is known about a contested decision, and how well.

The words, once
---------------
actor
    Somebody who cares about the decision: a government, a party, an office.
issue
    A scale on which positions are measured, from `low` to `high`, with landmarks.
position :math:`x_{ik}`
    The outcome that actor i works for on issue k, in units of the scale.
salience :math:`s_{ik}`
    How much of its attention actor i gives to issue k, between 0 and 1.
capability :math:`c_i`
    What actor i can bring to bear if it tries its hardest, above 0, any unit.
effective power :math:`w_{ik} = c_i s_{ik}`
    What it does bring to bear.
status quo, or reference point
    Where the issue stands if nobody decides.
threshold
    The answer is *yes* once the outcome has moved from the status quo to here.
gatekeeper
    The actor whose permission cannot be replaced: a veto player by the decision rule.
requirement, resource
    What an option needs; who holds it. More vetoes follow from these.
calendar
    Dated events that change an actor, bring one in or out, or move the deadline.

Arrays made from a case have the draws as leading axis: `(draws, actors)` or
`(draws, actors, issues)`, actors and issues in the order of the case.

A `Case` is immutable. It is read from a folder by `suasion.casefile`; what of it was
known at a date is decided by `suasion.visibility`, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import Field

from suasion.aftermath.game import Aftermath
from suasion.decision import (
    AllOf,
    AnyOf,
    Gatekeeper,
    Option,
    QualifiedMajority,
    Quota,
    Requirement,
    Resource,
    Rule,
    Unanimity,
    WeightedMajority,
)
from suasion.frozen import Day, Frozen, Text
from suasion.uncertain import Uncertain

__all__ = [
    "Actor",
    "AllOf",
    "AnyOf",
    "Bloc",
    "Case",
    "CaseDocument",
    "Change",
    "Coding",
    "Effort",
    "Event",
    "Evidence",
    "Gatekeeper",
    "Issue",
    "Landmark",
    "Option",
    "Precedent",
    "QualifiedMajority",
    "Question",
    "Quota",
    "Requirement",
    "Resolution",
    "Resource",
    "Rule",
    "Source",
    "Unanimity",
    "WeightedMajority",
    "WindowSettings",
]


# --- the question and its scale ----------------------------------------------------


class Question(Frozen):
    """What is asked, and by when.

    `kind` is "approval" (will the gatekeeper say yes by a date?) or "position" (where
    on the scale will the decision end?).
    """

    text: Text
    kind: Literal["approval", "position"] = "position"
    gatekeeper: str | None = Field(
        default=None, description="actor whose approval is asked for"
    )
    requested_on: Day | None = Field(
        default=None, description="first clear public request; the clock starts here"
    )
    as_of: Day | None = Field(
        default=None, description="date of the forecast unless another is asked for"
    )
    by: Day | None = Field(default=None, description="deadline of the question")
    criteria: str = Field(default="", description="what exactly counts as yes")


class Landmark(Frozen):
    """A named place on a scale."""

    at: float = Field(allow_inf_nan=False)
    label: Text


class Issue(Frozen):
    """A scale, `low < high`.

    The answer is yes from the threshold on, away from the status quo.
    """

    id: Text
    name: Text
    low: float = Field(default=0.0, allow_inf_nan=False)
    high: float = Field(default=100.0, allow_inf_nan=False)
    unit: str = ""
    status_quo: Uncertain | None = None
    threshold: float | None = Field(default=None, allow_inf_nan=False)
    landmarks: tuple[Landmark, ...] = ()

    @property
    def width(self) -> float:
        """Length of the scale, `high - low`."""
        return self.high - self.low


# --- the calendar ------------------------------------------------------------------


class Change(Frozen):
    """New values for an actor, or shifts of the old ones, from the event's date on.

    On a case with several issues, positions and saliences are tables by issue id.
    """

    actor: str
    head: str = Field(default="", description="who speaks for the actor from now on")
    capability: Uncertain | None = None
    position: Uncertain | dict[str, Uncertain] | None = None
    salience: Uncertain | dict[str, Uncertain] | None = None
    shift_capability: float | None = Field(default=None, allow_inf_nan=False)
    shift_position: float | None = Field(default=None, allow_inf_nan=False)
    shift_salience: float | None = Field(default=None, allow_inf_nan=False)
    public: Literal["for", "against", "silent"] | None = None


class Event(Frozen):
    """A dated event. It is visible from `known_on` (its own date, unless given)."""

    id: Text
    title: Text
    date: Day
    known_on: Day | None = None
    kind: Literal["event", "succession"] = "event"
    changes: tuple[Change, ...] = ()
    starts: tuple[str, ...] = Field(default=(), description="actors that come in")
    ends: tuple[str, ...] = Field(default=(), description="actors that leave")
    deadline: Day | None = Field(
        default=None, description="the question's new deadline"
    )
    evidence: tuple[str, ...] = ()

    @property
    def public_on(self) -> dt.date:
        """The date from which a forecast may know of the event."""
        return self.known_on or self.date


class Bloc(Frozen):
    r"""Actors whose uncertain numbers err together.

    Within a bloc a field's uncertainty is a Gaussian copula with one common factor:
    :math:`z_i = \sqrt{\rho}\,z_{bloc} + \sqrt{1 - \rho}\,e_i`.
    """

    name: Text
    actors: tuple[str, ...] = Field(min_length=2)
    correlation: float = Field(ge=0, le=1)
    fields: tuple[Literal["capability", "position", "salience"], ...] = ("position",)


# --- settings of the window model, coding ------------------------------------------


class WindowSettings(Frozen):
    """Covariates of the target request and the settings of `window` (see its page)."""

    reason_against: Literal["escalation", "stocks", "legal", "training", "none"] = (
        "none"
    )
    public_no: tuple[Day, ...] = Field(
        default=(), description="dated public refusals after the request"
    )
    prior_yes: tuple[Day, ...] | None = Field(
        default=None, description="earlier yeses; counted from the ledger if left out"
    )
    days_per_round: float = Field(default=30.0, gt=0, allow_inf_nan=False)
    own_weight: Uncertain = Field(
        default=Uncertain.parse("0.5|0.7|0.9"),
        description="weight of the gatekeeper's own stance in its decision, 0 to 1",
    )
    stance: Literal["coded", "lookahead"] = Field(
        default="coded",
        description="whether the gatekeeper's position is the one coded, or follows from "
        "what it expects of the aftermath",
    )
    moved_by: Literal["", "challenge"] = Field(
        default="",
        description="model whose rounds move positions, and with them net pressure and "
        "stance; positions stay as stated if left out",
    )
    closing_days: int = Field(
        default=90, ge=0, description="length of the closing window before the deadline"
    )


class Effort(Frozen):
    """What it costs to move actors (see `suasion.levers.effort`): exponents, factors."""

    distance: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    capability: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    salience: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    factor: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(
        default_factory=dict, description="by actor; 2 makes it twice as hard to move"
    )
    immovable: tuple[str, ...] = Field(
        default=(), description="actors that nobody moves"
    )


class Coding(Frozen):
    """Who coded the case, when, from what, and what that makes of its numbers."""

    by: Text = "unknown"
    on: Day | None = None
    information_until: Day | None = Field(
        default=None, description="judgements use nothing published after this date"
    )
    after_the_fact: bool = Field(
        default=False, description="coded when the outcome was already known"
    )
    draft: tuple[str, ...] = Field(
        default=(),
        description="paths that a program suggested and nobody has reviewed, such as "
        "actors.France.position",
    )
    note: str = ""


# --- tables ------------------------------------------------------------------------


class Actor(Frozen):
    """A row of `actors.csv`; positions and saliences in the order of the issues."""

    name: Text
    code: str = Field(default="", description="short form, such as UK")
    role: Literal[
        "", "gatekeeper", "sponsor", "supporter", "opponent", "beneficiary", "target",
        "observer",
    ] = ""  # fmt: skip
    public: Literal["for", "against", "silent"] = Field(
        default="silent", description="stance that its government has taken in public"
    )
    head: str = ""
    capability: Uncertain
    position: tuple[Uncertain, ...]
    salience: tuple[Uncertain, ...]
    evidence: dict[Literal["capability", "position", "salience"], tuple[str, ...]] = (
        Field(default_factory=dict)
    )
    note: str = ""


class Source(Frozen):
    """A row of `sources.csv`: something published on a date."""

    id: Text
    title: Text
    outlet: Text
    published_on: Day
    retrospective: bool = Field(
        default=False,
        description="published later, but about the time before the decision",
    )
    url: str = ""


class Evidence(Frozen):
    """A row of `evidence.csv`: one claim, where it stands, who says so, how firmly."""

    id: Text
    source: Text
    locator: str = ""
    attribution: str = Field(
        default="", description="who says so, in the source's words"
    )
    hedge: Literal["none", "reported", "alleged", "planned", "possible", "denied"] = (
        "none"
    )
    claim: Text
    supports: tuple[str, ...] = Field(
        default=(), description="paths such as actors.France.position"
    )
    kind: str = Field(default="", description="see `suasion.reading.claim`")
    quote: str = Field(
        default="", description="verbatim from the source's text, sources/<id>.txt"
    )
    start: int | None = Field(default=None, ge=0, description="of the quote there")
    end: int | None = Field(default=None, gt=0)
    actors: tuple[str, ...] = Field(default=(), description="whom the claim is about")
    mentions: tuple[str, ...] = Field(default=(), description="their names there")
    stance: Literal["", "for", "against", "wary", "unclear", "none"] = ""
    when: str = Field(default="", description="a date or a range, year-month-day")
    confidence: Literal["", "high", "medium", "low"] = ""


class Precedent(Frozen):
    """A row of `precedents.csv`: an earlier request to a gatekeeper, and its fate.

    `governments_for` and `governments_against` are the governments publicly in favour
    of or against the request before the decision; None where nobody coded them.
    """

    id: Text
    item: str = ""
    beneficiary: str = ""
    gatekeeper_country: Text
    head_at_request: str = ""
    requested_on: Day
    requested_precision: Literal["day", "month"] = "day"
    requested_alt: tuple[Day, ...] = Field(
        default=(), description="other defensible start dates; the 15th for a month"
    )
    decided_on: Day | None = None
    decided_precision: Literal["", "day", "month"] = ""
    decided_public_on: Day | None = None
    outcome: Literal["approved", "refused", "pending"]
    observation_end: Day | None = None
    governments_for: tuple[str, ...] | None = None
    governments_against: tuple[str, ...] | None = None
    opponents_reason: (
        Literal["escalation", "stocks", "legal", "training", "none"] | None
    ) = None
    public_no: tuple[Day, ...] | None = Field(
        default=None, description="dated public refusals after the request"
    )
    model_use: Literal["core", "sensitivity", "exclude", "target"] = "core"
    dep_group: str = Field(default="", description="dossier; the id if left out")
    confidence: Literal["", "high", "medium", "low"] = ""
    sources: str = ""
    notes: str = ""

    @property
    def dossier(self) -> str:
        """Rows of one dossier were decided together or as steps of one request."""
        return self.dep_group or self.id


class Resolution(Frozen):
    """`outcome.toml`: how the question was resolved; never seen before its date."""

    answer: Literal["yes", "no"] | None = None
    value: float | None = Field(default=None, allow_inf_nan=False)
    date: Day
    source: str = ""
    note: str = ""


# --- the case ----------------------------------------------------------------------


class CaseDocument(Frozen):
    """What `case.toml` says. Everything else of a case is in tables beside it."""

    title: Text
    summary: str = ""
    question: Question
    issues: tuple[Issue, ...] = Field(min_length=1)
    rule: Rule | None = None
    options: tuple[Option, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    resources: tuple[Resource, ...] = ()
    calendar: tuple[Event, ...] = ()
    blocs: tuple[Bloc, ...] = ()
    window: WindowSettings = WindowSettings()
    effort: Effort = Effort()
    coding: Coding = Coding()
    aftermath: Aftermath | None = None


class Case(CaseDocument):
    """A checked case: `case.toml` and its tables. Load one with `suasion.load`.

    Examples
    --------
    >>> import suasion
    >>> case = suasion.load("ec-emission-standards")
    >>> case.actor("UK").position[0]
    Uncertain('10')
    >>> case.hash[:8] == suasion.load("ec-emission-standards").hash[:8]
    True
    """

    slug: Text
    actors: tuple[Actor, ...]
    sources: tuple[Source, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    precedents: tuple[Precedent, ...] = ()
    resolution: Resolution | None = None

    @property  # not kept: a copy with other content would keep it too
    def hash(self) -> str:
        """SHA-256 of the case's content: equal for equal cases, on any machine.

        What is as if it were left out does not count, so that a case keeps its hash when
        a later version knows of more fields.
        """
        content = json.dumps(
            self.model_dump(mode="json", exclude_defaults=True),
            sort_keys=True,
            separators=(",", ":"),
        )
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def actor_names(self) -> tuple[str, ...]:
        """Names of the actors, in order."""
        return tuple(actor.name for actor in self.actors)

    def actor(self, name: str) -> Actor:
        """Return the actor with this name or code.

        Raises
        ------
        KeyError
            If there is none; the message lists the names.
        """
        for actor in self.actors:
            if name in (actor.name, actor.code):
                return actor
        raise KeyError(f"no actor {name!r}; the case has {', '.join(self.actor_names)}")

    def source(self, evidence: Evidence) -> Source:
        """Return the source that a piece of evidence cites."""
        return next(source for source in self.sources if source.id == evidence.source)

    def support(self, path: str) -> tuple[Evidence, ...]:
        """Evidence for a number, by its path: `actors.France.position`.

        Examples
        --------
        >>> import suasion
        >>> case = suasion.load("ec-emission-standards")
        >>> [item.id for item in case.support("actors.UK.position")]
        ['e1']
        """
        cited: set[str] = set()
        match path.split("."):
            case ["actors", name, field]:
                cited.update(self.actor(name).evidence.get(field, ()))  # type: ignore[call-overload]
        return tuple(
            item for item in self.evidence if item.id in cited or path in item.supports
        )

    def judgements(self) -> tuple[str, ...]:
        """Paths of coded numbers of actors that cite no evidence, in order."""
        fields: tuple[str, ...] = ("capability", "position", "salience")
        return tuple(
            path
            for actor in self.actors
            for path in (f"actors.{actor.name}.{field}" for field in fields)
            if not self.support(path)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, from which `Case.model_validate` restores the case."""
        return self.model_dump(mode="json")
