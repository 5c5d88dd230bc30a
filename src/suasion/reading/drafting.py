"""From a reading to a draft case: a folder that `suasion.load` reads and nobody believes.

One rule makes numbers of stances, on a scale from 0 (not at all) to 100 (in full), with
the status quo at 0 and the threshold at 50:

| stance | position | salience |
| --- | --- | --- |
| for | 60, 80, 95 | 0.4, 0.7, 0.9 |
| wary | 20, 40, 60 | 0.3, 0.6, 0.8 |
| unclear | 15, 50, 85 | 0.2, 0.5, 0.8 |
| against | 5, 15, 35 | 0.4, 0.7, 0.9 |
| none | 10, 50, 90 | 0.1, 0.3, 0.6 |

If every position of an actor is hedged (reported, alleged, planned, possible, denied),
low and high move out by half of their distance to the mode, within the scale. These are
judgements made once for all cases. Capability is 1, 10, 50 for everybody: no table ships
for it. All are marked draft, in `[coding] draft`, until somebody has reviewed them.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suasion.assembly import plain_name
from suasion.case import (
    Actor,
    Case,
    Coding,
    Event,
    Evidence,
    Gatekeeper,
    Issue,
    Option,
    Question,
    Requirement,
    Resource,
    Source,
)
from suasion.exporting import case_toml, table_csv
from suasion.reading.claim import Claim, FoundActor, Reading, Stance
from suasion.textfile import write_folder
from suasion.uncertain import Uncertain

__all__ = ["draft", "write_draft"]

CAPABILITY = "1|10|50"
_NUMBERS: dict[
    Stance, tuple[tuple[float, float, float], tuple[float, float, float]]
] = {
    "for": ((60, 80, 95), (0.4, 0.7, 0.9)),
    "wary": ((20, 40, 60), (0.3, 0.6, 0.8)),
    "unclear": ((15, 50, 85), (0.2, 0.5, 0.8)),
    "against": ((5, 15, 35), (0.4, 0.7, 0.9)),
    "none": ((10, 50, 90), (0.1, 0.3, 0.6)),
}
_ABOUT = {
    "position": "wants", "action": "does", "resource": "gives or holds",
    "event": "takes part", "precedent": "earlier", "dependency": "is needed",
    "risk": "risk", "constraint": "limit", "forecast": "expected", "question": "open",
}  # fmt: skip


def draft(reading: Reading, slug: str = "draft") -> Case:
    """Make the case that a reading suggests.

    Raises
    ------
    CaseError
        If nobody was found who takes part in a decision.
    """
    actors = [_actor(found, reading) for found in reading.actors]
    names = {actor.name for actor in actors}
    day = max(
        (a.published_on for a in reading.articles if a.published_on), default=None
    )
    gatekeeper = plain_name(reading.gatekeeper)
    gatekeeper = gatekeeper if gatekeeper in names else ""
    by = reading.deadline if day is None or (reading.deadline or day) > day else None
    requirements, resources = _needs(reading, names)
    calendar = _calendar(reading, names)
    paths = [
        f"actors.{a.name}.{n}"
        for a in actors
        for n in ("capability", "position", "salience")
    ]
    paths += ["question", "issues.proposal"]
    paths += ["rule"] * bool(gatekeeper)
    paths += [f"requirements.{item.id}" for item in requirements]
    paths += [f"resources.{item.id}" for item in resources]
    paths += [f"calendar.{item.id}" for item in calendar]
    paths += [
        f"sources.{a.id}.published_on" for a in reading.articles if not a.published_on
    ]
    title = reading.articles[0].title
    return Case(
        slug=slug,
        title=title,
        summary="A draft made by a program from the articles in sources.csv. Nobody has "
        "reviewed what [coding] draft lists.",
        question=Question(
            text=reading.question or f"Will it be decided as proposed? ({title})",
            gatekeeper=gatekeeper or None,
            as_of=day,
            by=by,
        ),
        issues=(
            Issue(
                id="proposal",
                name=title,
                unit="points",
                status_quo=Uncertain.parse(0),
                threshold=50,
            ),
        ),
        rule=Gatekeeper(actor=gatekeeper) if gatekeeper else None,
        options=(
            Option(
                id="proposal",
                name="what is proposed",
                position=80,
                needs=tuple(r.id for r in requirements),
            ),
        )
        if requirements
        else (),
        requirements=requirements,
        resources=resources,
        calendar=calendar,
        coding=Coding(
            by=f"suasion read ({reading.reader})",
            on=dt.date.today(),
            information_until=day,
            draft=tuple(paths),
            note=_unplaced(reading),
        ),
        actors=tuple(actors),
        sources=tuple(
            Source(
                id=a.id,
                title=a.title or a.id,
                outlet=a.outlet or "unknown",
                published_on=a.published_on or dt.date.today(),
                url=a.url,
            )
            for a in reading.articles
        ),
        evidence=tuple(_evidence(claim, names) for claim in reading.claims),
    )


def write_draft(
    reading: Reading,
    folder: str | os.PathLike[str],
    more: Mapping[str, str] | None = None,
) -> Path:
    """Write the draft case and the articles' texts as a new folder, whole or not at all.

    `more` are texts by name that go into the folder, too.

    Raises
    ------
    CaseError
        If there is something of that name, or the reading makes no valid case.
    """
    target = Path(folder)
    case = draft(reading, target.name)
    files = {
        "case.toml": _HEAD + case_toml(case),
        "actors.csv": table_csv(_actor_rows(case)),
        "evidence.csv": table_csv(_rows(case.evidence, Evidence)),
        "sources.csv": table_csv(_rows(case.sources, Source)),
    }
    if not case.evidence:
        del files["evidence.csv"]
    for article in reading.articles:
        files[f"sources/{article.id}.txt"] = article.text
    return write_folder(target, files | dict(more or {}), check=_valid)


_HEAD = """\
# A draft made by a program. What [coding] draft lists has been reviewed by nobody; a
# forecast is refused until the list is empty (suasion review does that, value by value).
# Whether by a date: write kind = "approval" and requested_on in [question], and dated
# precedents in precedents.csv.

"""


def _valid(folder: Path) -> None:
    from suasion.casefile import load

    load(folder)


# --- actors ------------------------------------------------------------------------


def _actor(found: FoundActor, reading: Reading) -> Actor:
    positions = [c for c in reading.claims if c.stance and found.name in c.holders]
    telling = [c for c in positions if c.stance == found.stance] or positions
    hedged = bool(telling) and all(c.hedge != "none" for c in telling)
    position, salience = _NUMBERS[found.stance]
    cited = tuple(claim.id for claim in telling)
    public: Any = (
        found.stance if found.stance in ("for", "against") and not hedged else "silent"
    )
    gate = found.name == reading.gatekeeper
    return Actor(
        name=plain_name(found.name),
        role="gatekeeper" if gate else "",
        public=public,
        head=found.head,
        capability=Uncertain.parse(CAPABILITY),
        position=(_number(position, hedged, 100.0),),
        salience=(_number(salience, hedged, 1.0),),
        evidence={"position": cited, "salience": cited} if cited else {},
        note=f"draft: {found.stance}, from {len(telling)} of {len(positions)} statements",
    )


def _number(triple: tuple[float, float, float], hedged: bool, top: float) -> Uncertain:
    low, mode, high = triple
    if hedged:
        low, high = (
            max(0.0, mode - 1.5 * (mode - low)),
            min(top, mode + 1.5 * (high - mode)),
        )
    return Uncertain.parse(f"{low:g}|{mode:g}|{high:g}")


def _actor_rows(case: Case) -> list[list[str]]:
    columns = [
        "actor",
        "code",
        "role",
        "public",
        "head",
        "capability",
        "position",
        "salience",
        "evidence",
        "note",
    ]
    rows = [columns]
    for a in case.actors:
        cited = "; ".join(
            f"{field}: {' '.join(ids)}" for field, ids in a.evidence.items()
        )
        numbers = [str(a.capability), str(a.position[0]), str(a.salience[0])]
        rows.append([a.name, a.code, a.role, a.public, a.head, *numbers, cited, a.note])
    return rows


# --- evidence ----------------------------------------------------------------------


def _evidence(claim: Claim, names: set[str]) -> Evidence:
    holders = [plain_name(name) for name in claim.holders]
    supports = [f"actors.{n}.position" for n in holders if claim.stance and n in names]
    who = ", ".join(holders) or "no named actor"
    said = f": {claim.stance}" if claim.stance else ""
    span = ""
    if claim.when is not None:
        first, last = claim.when.first.isoformat(), claim.when.last.isoformat()
        span = first if first == last else f"{first}/{last}"
    return Evidence(
        id=claim.id,
        source=claim.source,
        locator=f"characters {claim.start} to {claim.end}",
        attribution=claim.attribution.who or "the outlet itself",
        hedge=claim.hedge,
        claim=f"{claim.kind} ({_ABOUT[claim.kind]}): {who}{said}",
        supports=tuple(supports),
        kind=claim.kind,
        quote=claim.quote,
        start=claim.start,
        end=claim.end,
        actors=tuple(dict.fromkeys(plain_name(item.name) for item in claim.actors)),
        mentions=tuple(
            dict.fromkeys(item.words.replace(";", ",") for item in claim.actors)
        ),
        stance=claim.stance or "",
        when=span,
        confidence=claim.confidence,
    )


def _rows(items: Any, model: Any) -> list[list[str]]:
    columns = list(model.model_fields)
    rows = [columns]
    for item in items:
        values = [getattr(item, name) for name in columns]
        rows.append(
            [
                "; ".join(value) if isinstance(value, tuple)
                else "" if value is None or value is False
                else str(value)
                for value in values
            ]
        )  # fmt: skip
    return rows


# --- the frame ---------------------------------------------------------------------


def _needs(
    reading: Reading, names: set[str]
) -> tuple[tuple[Requirement, ...], tuple[Resource, ...]]:
    requirements: list[Requirement] = []
    resources: list[Resource] = []
    for claim in reading.of("dependency"):
        holders = tuple(n for n in map(plain_name, claim.holders) if n in names)
        if not holders:
            continue
        number = len(resources) + 1
        short = _short(claim.quote)
        resources.append(
            Resource(
                id=f"resource-{number}",
                name=short,
                holders=holders,
                evidence=(claim.id,),
            )
        )
        requirements.append(
            Requirement(
                id=f"need-{number}",
                name=short,
                any_of=(f"resource-{number}",),
                evidence=(claim.id,),
            )
        )
    return tuple(requirements), tuple(resources)


def _calendar(reading: Reading, names: set[str]) -> tuple[Event, ...]:
    events: dict[tuple[dt.date, str], Event] = {}
    for claim in reading.of("event", "constraint", "forecast"):
        when = claim.when
        known = reading.article(claim.source).published_on
        if when is None or when.precision not in ("day", "week", "month"):
            continue
        key = (when.last, claim.quote)
        if key not in events:
            events[key] = Event(
                id=f"event-{len(events) + 1}",
                title=_short(claim.quote),
                date=when.last,
                known_on=known if known and known < when.last else None,
                evidence=(claim.id,),
            )
    return tuple(events.values())


def _unplaced(reading: Reading) -> str:
    """Say what an analyst has to place: precedents and events without a date."""
    lines = [
        f"precedent ({c.id}): {_short(c.quote, 160)}" for c in reading.of("precedent")
    ]
    lines += [
        f"undated event ({c.id}): {_short(c.quote, 160)}"
        for c in reading.of("event")
        if c.when is None
    ]
    lines += [
        f"succession: {a.name} is {a.tenure}; date it in the calendar"
        for a in reading.actors
        if a.tenure == "incoming"
    ]
    return (
        "\n".join(["Found, but not placed (no date, or no table):", *lines])
        if lines
        else ""
    )


def _short(text: str, limit: int = 90) -> str:
    text = re.sub(r"\s+", " ", text).rstrip(".")
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"
