"""Who can say yes: decision rules as simple games.

A rule says of every coalition of actors whether it is *winning*, that is, whether its
consent is enough. All rules here are monotone: a winning coalition stays winning when
somebody joins it. An actor is a *veto player* if no coalition wins without it.

Sums of weights are compared with a relative tolerance of 1e-12, so that three weights
of 0.1 against one of 0.3 are a tie, as on paper.

Sources: Shapley 1962, "Simple games: an outline of the descriptive theory", Behavioral
Science 7, 59-66 (winning coalitions, veto players).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from suasion.case import (
    AllOf,
    AnyOf,
    Case,
    Gatekeeper,
    QualifiedMajority,
    Quota,
    Rule,
    Unanimity,
    WeightedMajority,
)

__all__ = ["describe", "is_winning", "veto_players", "with_article"]

_TOLERANCE = 1e-12


def is_winning(rule: Rule, coalition: Collection[str], case: Case) -> bool:
    """Whether the consent of these actors is enough.

    Parameters
    ----------
    rule : Rule
        A decision rule, usually `case.rule`. A weighted majority without weights counts
        the modes of the actors' capabilities.
    coalition : collection of str
        Names or codes of actors, in any order.
    case : Case
        The case whose actors they are.

    Raises
    ------
    KeyError
        If the case has no actor of such a name; the message lists the names.

    Examples
    --------
    >>> import suasion
    >>> from suasion.case import WeightedMajority
    >>> case = suasion.load("ec-emission-standards")
    >>> is_winning(WeightedMajority(), ["France", "Italy", "UK"], case)
    False
    >>> is_winning(WeightedMajority(), ["France", "Italy", "UK", "Greece"], case)
    True
    """
    return _is_winning(rule, frozenset(case.actor(who).name for who in coalition), case)


def veto_players(rule: Rule, case: Case) -> tuple[str, ...]:
    """Actors without whom all others together do not win, in the order of the case.

    Nobody holds a veto over what nobody can decide: if even all actors together do not
    win, there is no veto player.

    Examples
    --------
    >>> import suasion
    >>> from suasion.case import Gatekeeper
    >>> case = suasion.load("ec-emission-standards")
    >>> veto_players(Gatekeeper(actor="UK"), case)
    ('UK',)
    """
    everybody = frozenset(case.actor_names)
    if not _is_winning(rule, everybody, case):
        return ()
    return tuple(
        name
        for name in case.actor_names
        if not _is_winning(rule, everybody - {name}, case)
    )


def describe(rule: Rule, case: Case) -> str:
    """Say the rule in plain words, without a full stop.

    Examples
    --------
    >>> import suasion
    >>> from suasion.case import AllOf, Gatekeeper, WeightedMajority
    >>> case = suasion.load("ec-emission-standards")
    >>> describe(Gatekeeper(actor="Netherlands"), case)
    'the Netherlands decides alone'
    >>> describe(AllOf(rules=(Gatekeeper(actor="UK"), WeightedMajority())), case)
    'both: the UK decides alone; more than half of the capability'
    """
    match rule:
        case Gatekeeper():
            return f"{_spoken(rule.actor, case)} decides alone"
        case Unanimity():
            if not rule.actors:
                return "every actor must agree"
            names = [_spoken(who, case) for who in rule.actors]
            return f"{_joined(names)} must agree"
        case WeightedMajority():
            what = "capability" if rule.weights is None else "votes"
            return f"more than {_share(rule.share)} of the {what}"
        case QualifiedMajority():
            return _joined([_votes(quota) for quota in rule.quotas])
        case AllOf() | AnyOf():
            parts = [describe(part, case) for part in rule.rules]
            if len(parts) == 1:
                return parts[0]
            if isinstance(rule, AllOf):
                lead = "both" if len(parts) == 2 else "all of these"
            else:
                lead = "either" if len(parts) == 2 else "one of these"
            # Brackets keep a rule within a rule together.
            inner = [f"({part})" if "; " in part else part for part in parts]
            return f"{lead}: {'; '.join(inner)}"


def with_article(name: str) -> str:
    """Put "the" before the name of a country or office that English gives one.

    Examples
    --------
    >>> [with_article(name) for name in ("United States", "France", "White House")]
    ['the United States', 'France', 'the White House']
    """
    takes_article = (
        name in ("US", "USA", "UK", "EU", "UN")
        or name.startswith(_ARTICLE_BEFORE)
        or name.endswith(_ARTICLE_AT_END)
    )
    return f"the {name}" if takes_article else name


_ARTICLE_BEFORE = (
    "Bahamas", "Central African", "Dominican", "European", "Gambia", "Holy See",
    "Maldives", "Netherlands", "Philippines", "Solomon", "Soviet", "United ",
    "White House",
)  # fmt: skip
_ARTICLE_AT_END = (
    "Commission", "Committee", "Council", "Court", "Emirates", "Government", "Islands",
    "Ministry", "Parliament", "Republic", "Senate", "Union",
)  # fmt: skip


def _is_winning(rule: Rule, coalition: frozenset[str], case: Case) -> bool:
    match rule:
        case Gatekeeper():
            return case.actor(rule.actor).name in coalition
        case Unanimity():
            members = rule.actors or case.actor_names
            return all(case.actor(who).name in coalition for who in members)
        case WeightedMajority():
            weights = rule.weights
            if weights is None:
                weights = {actor.name: actor.capability.mode for actor in case.actors}
            total = math.fsum(weights.values())
            votes = _sum(weights, coalition, case)
            return votes - rule.share * total > _TOLERANCE * total
        case QualifiedMajority():
            return all(_is_met(quota, coalition, case) for quota in rule.quotas)
        case AllOf():
            return all(_is_winning(part, coalition, case) for part in rule.rules)
        case AnyOf():
            return any(_is_winning(part, coalition, case) for part in rule.rules)


def _is_met(quota: Quota, coalition: frozenset[str], case: Case) -> bool:
    votes = _sum(quota.weights, coalition, case)
    if quota.strict:
        return votes > quota.quota * (1 + _TOLERANCE)
    return votes >= quota.quota * (1 - _TOLERANCE)


def _sum(weights: Mapping[str, float], coalition: frozenset[str], case: Case) -> float:
    # fsum rounds once, so the sum neither depends on the order nor falls when somebody
    # joins: the rule stays monotone to the last bit.
    return math.fsum(
        weight for who, weight in weights.items() if case.actor(who).name in coalition
    )


def _votes(quota: Quota) -> str:
    total = math.fsum(quota.weights.values())
    more_than = "more than " if quota.strict else ""
    return f"{more_than}{quota.quota:.6g} of {total:.6g} votes"


def _share(share: float) -> str:
    words = {0.5: "half", 2 / 3: "two thirds", 0.75: "three quarters"}
    for value, word in words.items():
        if math.isclose(share, value, rel_tol=1e-3):
            return word
    return f"{100 * share:.4g} %"


def _spoken(who: str, case: Case) -> str:
    return with_article(case.actor(who).name)


def _joined(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
