"""From claims to a reading: quotes checked, articles merged, actors with a stance.

Several articles about one decision become one reading: an actor that has a short name in
one of them and a full one in another is the same, a person in office speaks for its
state, and claims that contradict each other stay side by side. Only where members of one
government are on different sides do they become actors of their own.

The stance of an actor is that with the greatest weight among its positions: 3 for a
request, 2 for a stated position, 1 for a judgement read between the lines; half of it if
hedged as possible, nothing if denied. Equal weights: unclear if for meets against, else
against before unclear before wary before for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from suasion.reading.claim import Article, Claim, FoundActor, Mention, Reading, Stance
from suasion.reading.reader import Reader, checked

__all__ = ["gather"]

_WEIGHTS = {"high": 3.0, "medium": 2.0, "low": 1.0}
_FIRMNESS = {"denied": 0.0, "possible": 0.5, "alleged": 0.5, "reported": 0.8}
_DOES = (
    "position",
    "action",
    "resource",
    "precedent",
    "dependency",
    "event",
    "risk",
    "forecast",
)


def gather(articles: Sequence[Article], reader: Reader) -> Reading:
    """Read articles about one decision.

    Parameters
    ----------
    articles : sequence of Article
        Each with an id of its own.
    reader : Reader

    Returns
    -------
    Reading
        All claims whose quotes are in their articles, in the order of the articles.
    """
    claims: list[Claim] = []
    known: dict[str, FoundActor] = {}
    dropped = 0
    for article in articles:
        kept, lost = checked(article, reader.read(article))
        claims += kept
        dropped += lost
        for actor in reader.actors(article):
            same = known.get(actor.name)
            known[actor.name] = actor if same is None else _joined(same, actor)
    names = _one_name_each(known)
    claims = [_renamed(claim, names) for claim in claims]
    known = {name: actor for name, actor in known.items() if names[name] == name}
    speaks = _voices(claims, known)
    claims = [_renamed(claim, speaks) for claim in claims]
    return Reading(
        articles=tuple(articles),
        claims=tuple(claims),
        actors=tuple(_actors(claims, known, speaks)),
        question=next((c.quote for c in claims if c.kind == "question"), ""),
        gatekeeper=_gatekeeper(claims),
        deadline=_deadline(claims),
        dropped=dropped,
        reader=reader.name,
    )


def _joined(first: FoundActor, second: FoundActor) -> FoundActor:
    filled = {
        key: getattr(first, key) or getattr(second, key)
        for key in ("state", "office", "tenure", "speaks_for", "head")
    }
    names = tuple(dict.fromkeys((*first.names, *second.names)))
    return first.model_copy(update={**filled, "names": names})


def _one_name_each(known: dict[str, FoundActor]) -> dict[str, str]:
    """Full name for each name: a surname alone, or a body's short form."""
    result = {name: name for name in known}
    for name, actor in known.items():
        for other, longer in known.items():
            if (
                other != name
                and actor.kind == longer.kind == "person"
                and " " not in name
                and other.split()[-1] == name
            ):
                result[name] = other
                known[other] = _joined(longer, actor)
    return result


def _renamed(claim: Claim, names: dict[str, str]) -> Claim:
    mentions: dict[tuple[str, str], Mention] = {}
    for item in claim.actors:
        name = names.get(item.name, item.name)
        mentions.setdefault((name, item.part), item.model_copy(update={"name": name}))
    return claim.model_copy(update={"actors": tuple(mentions.values())})


# --- who speaks for whom -----------------------------------------------------------


def _voices(claims: Iterable[Claim], known: dict[str, FoundActor]) -> dict[str, str]:
    """State for each person that speaks for one, unless its government is divided."""
    said = {
        name: {c.stance for c in claims if name in c.holders and c.hedge != "denied"}
        for name in known
    }
    firm = {
        name: {
            c.stance
            for c in claims
            if name in c.holders
            and c.hedge != "denied"
            and (c.confidence != "low" or c.stance == "against")
        }
        for name in known
    }
    members = defaultdict(list)
    for name, actor in known.items():
        if actor.speaks_for:
            members[actor.speaks_for].append(name)
    divided = {
        state
        for state, names in members.items()
        if any(
            "for" in said[one] - {"against"}
            and {"against", "wary", "unclear"} & firm[other]
            for one in (*names, *({state} & said.keys()))
            for other in names
            if one != other and "for" not in said[other]
        )
    }
    return {
        name: actor.speaks_for
        for name, actor in known.items()
        if actor.speaks_for and actor.speaks_for not in divided
    }


def stance_of(name: str, claims: Iterable[Claim]) -> Stance:
    """Return the stance with the greatest weight among an actor's positions."""
    weight: dict[Stance, float] = defaultdict(float)
    for claim in claims:
        if claim.stance and name in claim.holders:
            weight[claim.stance] += _WEIGHTS[claim.confidence] * _FIRMNESS.get(
                claim.hedge, 1.0
            )
    clear = {stance: w for stance, w in weight.items() if stance != "none" and w > 0}
    if not clear:
        return "none"
    most = max(clear.values())
    best = {stance for stance, w in clear.items() if w == most}
    if {"for", "against"} <= best:
        return "unclear"
    return next(
        stance for stance in ("against", "unclear", "wary", "for") if stance in best
    )


def _actors(
    claims: list[Claim], known: dict[str, FoundActor], speaks: dict[str, str]
) -> Iterable[FoundActor]:
    order: dict[str, None] = {}
    for claim in claims:
        for item in claim.actors:
            if (item.part == "holder" and claim.kind in _DOES) or (
                claim.kind == "position" and claim.confidence == "high"
            ):
                order[item.name] = None
    for name in order:
        actor = known.get(name) or FoundActor(name=name, kind="organisation")
        voices = [known[person] for person, state in speaks.items() if state == name]
        update: dict[str, Any] = {"stance": stance_of(name, claims)}
        if voices:
            heads = [
                v for v in voices if "minister" not in v.office or "prime" in v.office
            ]
            update["head"] = (heads or voices)[0].name if heads else ""
            leaves = any(
                other.tenure == "incoming" and other.state == name
                for other in known.values()
            )
            said = next((v.tenure for v in heads if v.tenure), "")
            update["tenure"] = said or ("outgoing" if heads and leaves else "")
            others = (word for v in voices for word in v.names)
            update["names"] = tuple(dict.fromkeys((*actor.names, *others)))
        yield actor.model_copy(update=update)


# --- the frame ---------------------------------------------------------------------


def _gatekeeper(claims: list[Claim]) -> str:
    """Return whom most requests are addressed to."""
    asked = Counter(
        item.name
        for claim in claims
        if claim.kind == "position" and claim.confidence == "high"
        for item in claim.actors
        if item.part == "other"
    )
    return asked.most_common(1)[0][0] if asked else ""


def _deadline(claims: list[Claim]) -> Any:
    """Return the last day of the first future date that limits the decision."""
    for kinds in (("constraint",), ("event",)):
        for claim in claims:
            if (
                claim.kind in kinds
                and claim.when is not None
                and claim.hedge != "denied"
            ):
                return claim.when.last
    return None
