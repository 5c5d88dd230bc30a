"""Who can block what: vetoes derived from what an option needs and who holds it.

A *veto player* is an actor whose agreement is necessary to change the status quo
(Tsebelis 2002, *Veto Players: How Political Institutions Work*, Princeton, p. 19). Some
veto players are made by the decision rule (`suasion.rule`). Others hold something that
an option cannot do without.

An option needs all its requirements; a requirement needs one of its resources, and all
requirements that it rests on; a resource needs the consent of one of its holders, or of
all. So "whose consent suffices?" is a monotone Boolean function of the actors, a simple
game (Shapley 1962, Behavioral Science 7, 59-66). Its minimal winning coalitions are the
*enabling sets* of the option; an actor in every one of them holds a veto. Because the
requirements are joined by *and*, every such veto can be traced to a requirement that
fails by itself if that actor alone refuses: that is the reason given.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from suasion.case import Case, Gatekeeper, Option, Requirement, Resource
from suasion.problem import ForecastError
from suasion.rule import describe, veto_players, with_article

__all__ = [
    "Veto",
    "answers_yes",
    "blocked_without",
    "clauses",
    "enabling_sets",
    "vetoes",
]

_MOST_SETS = 100_000


@dataclass(frozen=True)
class Veto:
    """One actor that can block one option, and why.

    Attributes
    ----------
    actor : str
        Name of the actor.
    option : str or None
        Id of the option; None if the veto follows from the decision rule, and so covers
        all options.
    by : {"rule", "requirement"}
        Where the veto comes from.
    requirement : str or None
        Id of the requirement that fails without the actor; None if the veto follows
        from the rule, or if the option asks for the actor's decision itself.
    reason : str
        In words: "the United States: nothing flies without its targeting data".
    """

    actor: str
    option: str | None
    by: Literal["rule", "requirement"]
    requirement: str | None
    reason: str


def enabling_sets(
    case: Case, option_id: str, on: dt.date | None = None
) -> tuple[frozenset[str], ...]:
    """Minimal sets of actors whose consent suffices for an option.

    What the decision rule asks for is another matter, and not included.

    Parameters
    ----------
    case : Case
        The case.
    option_id : str
        Id of one of its options.
    on : date, optional
        Leave out resources that are not available on this day (both ends of the
        availability are included). Without a date every resource counts.

    Returns
    -------
    tuple of frozenset of str
        Small sets first, then in the order of the case; none contains another. Empty if
        nobody can do it on that date; one empty set if it needs nobody's consent.

    Raises
    ------
    KeyError
        If the case has no such option; the message lists the ids.
    ForecastError
        If there are more than 100,000 combinations.
    """
    option = _option(case, option_id)
    bit = {name: 1 << i for i, name in enumerate(case.actor_names)}
    sets = [_mask(case, bit, option.asks)]
    for _, groups in clauses(case, option_id, on):
        sets = _both(sets, [_mask(case, bit, group) for group in groups], option)
    return _in_order(case, sets)


def clauses(
    case: Case, option_id: str, on: dt.date | None = None
) -> tuple[tuple[Requirement, tuple[frozenset[str], ...]], ...]:
    """Return the requirements that an option rests on, each with who can meet it.

    Every requirement with resources of its own comes with the minimal sets of actors
    whose consent to one of them suffices, small sets first; with none, if no resource
    is available.

    Parameters
    ----------
    case, option_id, on
        As for `enabling_sets`.

    Raises
    ------
    KeyError
        If the case has no such option; the message lists the ids.
    """
    bit = {name: 1 << i for i, name in enumerate(case.actor_names)}
    return tuple(
        (
            requirement,
            _in_order(
                case,
                _minimal(
                    mask
                    for resource in _available(case, requirement, on)
                    for mask in _consents(case, bit, resource)
                ),
            ),
        )
        for requirement in _needed(case, _option(case, option_id))
        if requirement.any_of
    )


def answers_yes(case: Case, option: Option) -> bool:
    """Whether an option answers the question with yes.

    It does from the threshold on, away from the status quo; every option does if there
    is no threshold.
    """
    issue = case.issues[0]
    if issue.threshold is None:
        return True
    if option.position is None:
        return False
    upward = issue.status_quo is None or issue.threshold >= issue.status_quo.mode
    reached = option.position - issue.threshold
    return reached >= 0.0 if upward else reached <= 0.0


def vetoes(case: Case, on: dt.date | None = None) -> tuple[Veto, ...]:
    """All vetoes: those of the decision rule first, then those of each option's needs.

    An option that nobody can do on the date has no vetoes: it is not a matter of
    consent.

    Parameters
    ----------
    case : Case
        The case.
    on : date, optional
        Leave out resources that are not available on this day.

    Examples
    --------
    >>> import suasion
    >>> vetoes(suasion.load("ec-emission-standards"))
    ()
    """
    found = []
    if case.rule is not None:
        words = describe(case.rule, case)
        for actor in veto_players(case.rule, case):
            alone = isinstance(case.rule, Gatekeeper)
            by_name = f"{with_article(actor)}: no decision without it ({words})"
            reason = words if alone else by_name
            found.append(Veto(actor, None, "rule", None, reason))
    for option in case.options:
        found.extend(_vetoes(case, option, on))
    return tuple(found)


def blocked_without(
    case: Case, actor: str, on: dt.date | None = None
) -> tuple[str, ...]:
    """Ids of the options that cannot be done without this actor's consent.

    The vetoes of the decision rule are not included.
    """
    name = case.actor(actor).name
    blocked = {veto.option for veto in vetoes(case, on) if veto.actor == name}
    return tuple(option.id for option in case.options if option.id in blocked)


def _vetoes(case: Case, option: Option, on: dt.date | None) -> Iterator[Veto]:
    needed = _needed(case, option)
    clauses = {
        requirement.id: _available(case, requirement, on)
        for requirement in needed
        if requirement.any_of
    }
    if not all(clauses.values()):
        return
    asked = {case.actor(who).name for who in option.asks}
    for name in case.actor_names:
        if name in asked:
            reason = f"{with_article(name)}: its decision is needed for {option.name}"
            yield Veto(name, option.id, "requirement", None, reason)
        for requirement in needed:
            resources = clauses.get(requirement.id)
            if resources and all(_needs(case, held, name) for held in resources):
                reason = f"{with_article(name)}: {_without(requirement)}"
                yield Veto(name, option.id, "requirement", requirement.id, reason)


def _needs(case: Case, resource: Resource, name: str) -> bool:
    holders = {case.actor(who).name for who in resource.holders}
    return name in holders and (resource.consent == "all" or len(holders) == 1)


def _without(requirement: Requirement) -> str:
    text = requirement.without.rstrip(".")
    return text or f"without it there is no {requirement.name}"


def _option(case: Case, option_id: str) -> Option:
    for option in case.options:
        if option.id == option_id:
            return option
    ids = ", ".join(option.id for option in case.options) or "none"
    raise KeyError(f"no option {option_id!r}; the case has {ids}")


def _needed(case: Case, option: Option) -> tuple[Requirement, ...]:
    """Every requirement that the option rests on, directly or not, each once."""
    by_id = {requirement.id: requirement for requirement in case.requirements}
    needed: dict[str, Requirement] = {}
    queue = list(option.needs)
    while queue:
        requirement = by_id[queue.pop(0)]
        if requirement.id not in needed:
            needed[requirement.id] = requirement
            queue.extend(requirement.needs)
    return tuple(needed.values())


def _available(
    case: Case, requirement: Requirement, on: dt.date | None
) -> tuple[Resource, ...]:
    by_id = {resource.id: resource for resource in case.resources}
    resources = (by_id[resource_id] for resource_id in requirement.any_of)
    return tuple(
        resource
        for resource in resources
        if on is None
        or (resource.available_from or dt.date.min)
        <= on
        <= (resource.available_until or dt.date.max)
    )


# Sets of actors are whole numbers below: bit i stands for actor i of the case.


def _mask(case: Case, bit: dict[str, int], names: Iterable[str]) -> int:
    mask = 0
    for who in names:
        mask |= bit[case.actor(who).name]
    return mask


def _consents(case: Case, bit: dict[str, int], resource: Resource) -> list[int]:
    if resource.consent == "all":
        return [_mask(case, bit, resource.holders)]
    return [_mask(case, bit, [holder]) for holder in resource.holders]


def _in_order(case: Case, masks: Iterable[int]) -> tuple[frozenset[str], ...]:
    """Small sets first, then in the order of the case."""
    names = case.actor_names
    members = [tuple(i for i in range(len(names)) if mask >> i & 1) for mask in masks]
    members.sort(key=lambda set_: (len(set_), set_))
    return tuple(frozenset(names[i] for i in set_) for set_ in members)


def _both(left: Sequence[int], right: Sequence[int], option: Option) -> list[int]:
    combinations = len(left) * len(right)
    if combinations > _MOST_SETS:
        raise ForecastError(
            f"option {option.id!r}: its requirements can be met in {combinations:,} "
            f"ways or more; at most {_MOST_SETS:,} can be listed; merge resources that "
            "the same actors hold, or split the option"
        )
    return _minimal(one | other for one in left for other in right)


def _minimal(masks: Iterable[int]) -> list[int]:
    """Absorption: leave out every set that contains another one of them."""
    minimal: list[int] = []
    for _, same_size in itertools.groupby(sorted(set(masks), key=_size), key=_size):
        minimal += [
            mask
            for mask in same_size
            if not any(mask & small == small for small in minimal)
        ]
    return minimal


def _size(mask: int) -> int:
    return mask.bit_count()
