"""Who can say yes, and what it takes: decision rules, options, requirements, resources.

These are the records; `suasion.rule` and `suasion.veto` say what follows from them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from suasion.frozen import Day, Frozen, Text

__all__ = [
    "AllOf",
    "AnyOf",
    "Gatekeeper",
    "Option",
    "QualifiedMajority",
    "Quota",
    "Requirement",
    "Resource",
    "Rule",
    "Unanimity",
    "WeightedMajority",
]

# --- the decision rule -------------------------------------------------------------


class Gatekeeper(Frozen):
    """One actor decides; without it there is no yes."""

    type: Literal["gatekeeper"] = "gatekeeper"
    actor: str


class Unanimity(Frozen):
    """Every one of the actors must agree (all actors, if none is named)."""

    type: Literal["unanimity"] = "unanimity"
    actors: tuple[str, ...] = ()


class Quota(Frozen):
    """A sum of weights that a coalition must reach, or exceed if `strict`."""

    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]]
    quota: float = Field(gt=0, allow_inf_nan=False)
    strict: bool = False


class WeightedMajority(Frozen):
    """More than `share` of the weight (capabilities, if no weights are given)."""

    type: Literal["weighted_majority"] = "weighted_majority"
    share: float = Field(default=0.5, ge=0, lt=1)
    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] | None = None


class QualifiedMajority(Frozen):
    """Every quota must be met: states and population, for instance."""

    type: Literal["qualified_majority"] = "qualified_majority"
    quotas: tuple[Quota, ...] = Field(min_length=1)


class AllOf(Frozen):
    """Every one of the rules must be satisfied."""

    type: Literal["all_of"] = "all_of"
    rules: tuple[Rule, ...] = Field(min_length=1)


class AnyOf(Frozen):
    """One of the rules must be satisfied."""

    type: Literal["any_of"] = "any_of"
    rules: tuple[Rule, ...] = Field(min_length=1)


Rule = Annotated[
    Gatekeeper | Unanimity | WeightedMajority | QualifiedMajority | AllOf | AnyOf,
    Field(discriminator="type"),
]


# --- what an option needs, and who holds it ----------------------------------------


class Resource(Frozen):
    """Something held by actors; `consent` says whether one holder or all must agree."""

    id: Text
    name: Text
    holders: tuple[str, ...] = Field(min_length=1)
    consent: Literal["any", "all"] = "any"
    available_from: Day | None = None
    available_until: Day | None = None
    known_on: Day | None = Field(
        default=None, description="first public; always known if left out"
    )
    evidence: tuple[str, ...] = ()


class Requirement(Frozen):
    """Met by any one of its resources, once all other requirements it needs are met."""

    id: Text
    name: Text
    any_of: tuple[str, ...] = Field(default=(), description="ids of resources")
    needs: tuple[str, ...] = Field(default=(), description="ids of requirements")
    without: str = Field(
        default="", description="what happens without it: 'nothing flies without ...'"
    )
    evidence: tuple[str, ...] = ()


class Option(Frozen):
    """Something that could be done, where it lies on the scale and what it needs."""

    id: Text
    name: Text
    position: float | None = Field(default=None, allow_inf_nan=False)
    needs: tuple[str, ...] = Field(default=(), description="ids of requirements")
    asks: tuple[str, ...] = Field(
        default=(), description="actors whose decision it needs besides resources"
    )


AllOf.model_rebuild()
AnyOf.model_rebuild()
