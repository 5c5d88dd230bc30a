"""Who lobbies on either side, for what, and who may be moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suasion.answering import Answering
from suasion.case import Case
from suasion.explanation import listed
from suasion.sampling import typical
from suasion.wording import did_you_mean

__all__ = ["Sides", "sides", "sponsors"]


@dataclass(frozen=True)
class Sides:
    """Actors by their place in the case.

    `direction` is where on the scale the movers want others to go, +1 or -1; `rising`
    whether they want a higher answer.
    """

    movers: tuple[int, ...]
    opponents: tuple[int, ...]
    movable: tuple[int, ...]
    direction: int
    rising: bool
    notes: tuple[str, ...]


def sides(
    ask: Answering,
    seed: int,
    movers: Sequence[str],
    against: Sequence[str],
    move: Sequence[str],
) -> Sides:
    """Find out who lobbies for what and who may be moved.

    Raises
    ------
    ValueError
        If a name is unknown, somebody is absent, on both sides, moves itself, or the
        movers do not want the same.
    """
    case = ask.case
    drawn = typical(case, ask.on)
    here = drawn.capability[0] * drawn.salience[0, :, 0] > 0.0
    position = drawn.position[0, :, 0]
    issue = case.issues[0]
    notes = []
    if ask.by is not None:
        assert issue.threshold is not None
        assert drawn.status_quo is not None
        quo = float(drawn.status_quo[0, 0])
        yes = 1 if issue.threshold > quo else -1
        wish = np.abs(position - quo) - np.abs(position - issue.threshold)
        wish = np.where(wish == 0.0, -1.0, wish)
        gatekeeper = case.actor_names.index(case.question.gatekeeper or "")
    else:
        yes, gatekeeper = 1, -1
        wish = position - float(ask(seed).mean())
    ours = _named(case, movers, "movers") or sponsors(case)
    power = drawn.capability[0] * drawn.salience[0, :, 0] * (wish != 0.0)
    if gatekeeper >= 0:
        power[gatekeeper] = 0.0
    if not ours:
        ours = (int(power.argmax()),)
        notes.append(
            f"No actor has the role of sponsor: {case.actor_names[ours[0]]}, the "
            "strongest, is taken to lobby; --for names others."
        )
    if gatekeeper in ours:
        raise ValueError(
            f"movers: {case.actor_names[gatekeeper]} is the one to be persuaded; name "
            "those who lobby it"
        )
    for side, members in (("movers", ours), ("against", _named(case, against, ""))):
        for k in members:
            if not here[k]:
                raise ValueError(
                    f"{side}: {case.actor_names[k]} takes no part on {ask.on}; name "
                    "somebody who does"
                )
    signs = {float(np.sign(wish[k])) for k in ours}
    if len(signs) > 1 or 0.0 in signs:
        wants = [f"{case.actor_names[k]} at {position[k]:g}" for k in ours]
        raise ValueError(
            f"movers: {listed(wants)} do not want the same; name those of one side"
        )
    rising = signs == {1.0}
    theirs = _named(case, against, "against")
    if not theirs:
        other = [
            k
            for k in range(len(case.actors))
            if power[k] > 0.0 and k not in ours and np.sign(wish[k]) not in signs
        ]
        if ask.by is None:
            # On a scale everybody is on one of two sides: the strongest stands for it.
            theirs = tuple(sorted(other, key=lambda k: -power[k])[:1])
        else:
            said = "against" if rising else "for"
            theirs = tuple(k for k in other if case.actors[k].public == said)
    both = set(ours) & set(theirs)
    if both:
        raise ValueError(
            f"against: {listed([case.actor_names[k] for k in sorted(both)])} would "
            "lobby on both sides; leave it out of one"
        )
    lobbying = {*ours, *theirs}
    targets = _named(case, move, "move")
    for k in targets:
        if k in lobbying:
            raise ValueError(
                f"move: {case.actor_names[k]} lobbies, and nobody moves itself; leave "
                "it out of move, or out of those who lobby"
            )
    fixed = {case.actor_names.index(name) for name in case.effort.immovable}
    movable = tuple(
        k
        for k in targets or range(len(case.actors))
        if k not in lobbying and here[k] and k not in fixed
    )
    idle = [case.actor_names[k] for k in targets if k not in movable]
    if idle:
        notes.append(f"Cannot be moved: {listed(idle)} (absent, or immovable).")
    return Sides(
        movers=ours,
        opponents=theirs,
        movable=movable,
        direction=yes if rising else -yes,
        rising=rising,
        notes=tuple(notes),
    )


def _named(case: Case, names: Sequence[str], option: str) -> tuple[int, ...]:
    found = []
    for name in names:
        known = {actor.name: actor.name for actor in case.actors}
        known |= {actor.code: actor.name for actor in case.actors if actor.code}
        if name not in known:
            raise ValueError(
                f"{option}: there is no actor {name!r}; "
                + did_you_mean(name, known, "name an actor of the case")
            )
        found.append(case.actor_names.index(known[name]))
    return tuple(dict.fromkeys(found))


def sponsors(case: Case) -> tuple[int, ...]:
    """Return the places of the actors whose role is to sponsor the request."""
    return tuple(k for k, actor in enumerate(case.actors) if actor.role == "sponsor")
