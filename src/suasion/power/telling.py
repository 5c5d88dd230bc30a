"""What power means here, in sentences: who could do it, and without whom.

Every name and number in a sentence is in the table, in the case's requirements, or
follows from them. Terminal and report say the same because both take their sentences
here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from suasion.case import Case, Option, Requirement
from suasion.explanation import day, listed, percent
from suasion.power.simple_game import SimpleGame
from suasion.rule import describe, with_article
from suasion.timeline import state
from suasion.veto import answers_yes, clauses

if TYPE_CHECKING:
    from suasion.power.coalition import Coalitions
    from suasion.power.table import GamePower

__all__ = ["LEAN", "lean_note", "outcome_notes", "told"]

LEAN = (
    "“Leans yes” and “pivotal” are shares of draws, computed from the coded positions; no "
    "vote that anybody has cast or announced."
)
"""What must be said wherever leanings are shown."""


def told(
    case: Case, option: Option | None, power: GamePower, on: dt.date
) -> tuple[str, ...]:
    r"""Say who can stop it, who could supply what, who must come together.

    Examples
    --------
    >>> import suasion
    >>> game = suasion.power_table("deep-strikes", "deep-strikes").games[0]
    >>> print(*game.told[:3], sep="\n")
    No deep strikes with Storm Shadow or Scalp without Ukraine, and none without
    the United States.
    The United Kingdom and France could each supply an air-launched Western missile
    and British or French staff.
    Only Ukraine can supply an aircraft that can carry the missile; France could too
    from 15 February 2025.
    """
    return tuple(_sentences(case, option, power, on))


def outcome_notes(
    case: Case, option: Option | None, game: SimpleGame, on: dt.date
) -> list[str]:
    """Say what is odd about a game: won by nobody, by everybody, by each alone."""
    n = len(game.actors)
    everybody, nobody = (
        np.ones((1, n), dtype=np.bool_),
        np.zeros((1, n), dtype=np.bool_),
    )
    notes = []
    if not game.wins(everybody)[0]:
        lacking = [
            requirement
            for requirement, groups in (clauses(case, option.id, on) if option else ())
            if not groups
        ]
        for requirement in lacking:
            later = _later(case, requirement, (), on).replace(" too", "")
            notes.append(
                f"On {day(on)} nobody can supply {requirement.name}, so it cannot be "
                f"done, whoever consents{f'; {later}' if later else ''}."
            )
        if not lacking:
            assert case.rule is not None
            notes.append(
                "Not even all actors together satisfy the decision rule "
                f"({describe(case.rule, case)}): nobody has any power; correct [rule]."
            )
    elif game.wins(nobody)[0]:
        notes.append("It needs nobody's consent, so nobody has power over it.")
    elif n > 1 and game.wins(np.eye(n, dtype=np.bool_)).all():
        notes.append(
            "Every actor alone can say yes; if that is not meant, correct [rule]."
        )
    if case.rule is None:
        notes.append(
            "The case names no decision rule: only what the option needs is counted."
        )
    elif option is not None and not answers_yes(case, option):
        notes.append(
            "The decision rule is not counted: this option does not answer the question "
            "with yes, so only what it needs matters."
        )
    absent = [
        with_article(name)
        for name, now in zip(case.actor_names, state(case, on), strict=True)
        if not now.present
    ]
    if absent:
        verb = "takes" if len(absent) == 1 else "take"
        notes.append(
            f"{_capital(listed(absent))} {verb} no part on {day(on)}: counted by the rule, "
            "and leaning to no."
        )
    return notes


def lean_note(case: Case, option: Option | None) -> str:
    """Say why leanings cannot be computed."""
    issue = case.issues[0]
    if any(item.status_quo is None for item in case.issues):
        why = "the case names no status quo"
    elif option is not None and option.position is None:
        why = "the option has no position on the scale"
    elif option is None and issue.threshold is None:
        why = "the case names no threshold"
    else:
        why = "the option is the status quo"
    return f"How actors lean cannot be said: {why}."


def _sentences(
    case: Case, option: Option | None, power: GamePower, on: dt.date
) -> Iterator[str]:
    what = option.name if option is not None else "decision"
    vetoes = [with_article(name) for name in power.veto_players]
    if vetoes:
        first, *others = (f"without {name}" for name in vetoes)
        more = [f"none {phrase}" for phrase in others]
        end = f", and {', '.join(more)}" if more else ""
        yield f"No {what} {first}{end}."
    if option is not None:
        yield from _supplies(case, option, on)
    if not vetoes and power.blocking.count:
        yield _smallest(power.blocking, "Nobody alone can stop it; the", "stop it")
    for members in power.blocking.listed:
        if vetoes and len(members) > 1:
            names = listed([with_article(name) for name in members])
            alone = "neither" if len(members) == 2 else "no smaller part of them"
            yield f"{_capital(names)} together can stop it, {alone} alone."
            break
    yield from _suffices(power.winning)
    if power.dummies:
        names = listed([with_article(name) for name in power.dummies])
        yield f"Nothing hangs on the consent of {names}."
    yield from _pivotal(power)


def _supplies(case: Case, option: Option, on: dt.date) -> Iterator[str]:
    """One sentence for all requirements that the same actors can meet."""
    same: dict[tuple[str, str], list[str]] = {}
    for requirement, groups in clauses(case, option.id, on):
        if groups:
            later = _later(case, requirement, groups, on)
            same.setdefault((_who(case, groups), later), []).append(requirement.name)
    for (who, later), names in same.items():
        end = f"; {later}" if later else ""
        yield f"{_capital(who)} supply {listed(names)}{end}."


def _who(case: Case, groups: Sequence[frozenset[str]]) -> str:
    sets = [
        [with_article(name) for name in case.actor_names if name in group]
        for group in groups
    ]
    if len(sets) == 1:
        verb = "can only together" if len(sets[0]) > 1 else "can"
        lead = "" if len(sets[0]) > 1 else "only "
        return f"{lead}{listed(sets[0])} {verb}"
    if all(len(names) == 1 for names in sets):
        return f"{listed([names[0] for names in sets])} could each"
    ways = [
        f"{listed(names)} together" if len(names) > 1 else names[0] for names in sets
    ]
    return f"{', or '.join(ways)} could"


def _later(
    case: Case,
    requirement: Requirement,
    groups: Sequence[frozenset[str]],
    on: dt.date,
) -> str:
    """Say who could meet a requirement too, once a resource becomes available."""
    able = {name for group in groups if len(group) == 1 for name in group}
    parts = []
    for resource in case.resources:
        start = resource.available_from
        if resource.id not in requirement.any_of or start is None or start <= on:
            continue
        holders = [case.actor(who).name for who in resource.holders]
        if not able.issuperset(holders):
            names = listed([with_article(name) for name in holders])
            parts.append(f"{names} could too from {day(start)}")
    return "; ".join(parts)


def _smallest(family: Coalitions, lead: str, act: str) -> str:
    members = f"{family.smallest} member{'' if family.smallest == 1 else 's'}"
    example = ""
    if family.listed:
        names = listed([with_article(name) for name in family.listed[0]])
        example = f", {names} for one" if len(family.listed) > 1 else f": {names}"
    return f"{lead} smallest coalitions that can {act} have {members}{example}."


def _suffices(family: Coalitions) -> Iterator[str]:
    if not family.smallest or family.count is None:
        return
    if family.count == len(family.listed) <= 3:
        ways = [
            listed([with_article(name) for name in members])
            for members in family.listed
        ]
        yield f"It takes {'; or '.join(ways)}."
    else:
        yield _smallest(family, "The", "do it")


def _pivotal(power: GamePower) -> Iterator[str]:
    rows = [row for row in power.by_actor if row.pivotal is not None]
    if not rows:
        return
    most = max(rows, key=lambda row: row.pivotal or 0.0)
    if not most.pivotal:
        yield "As the case codes the actors, in no draw does the answer hang on one alone."
        return
    draws = "every draw" if most.pivotal == 1.0 else f"{percent(most.pivotal)} of draws"
    assert most.lean is not None
    yield (
        f"As the case codes the others, the answer hangs on {with_article(most.actor)} in "
        f"{draws}; it leans to yes itself in {percent(most.lean)}."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
