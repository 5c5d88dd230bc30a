"""The `rules` reader: a parser, word lists and rules; the same text gives the same claims.

Sentences are parsed by spaCy with its small English model, installed as a package and
never fetched. Every predicate that the lexicon knows becomes a claim: what kind it is,
whose, with what stance, who says so and how firmly. The text is only text: what it says
to a program has no power here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from suasion.reading.claim import Article, Claim, FoundActor, Mention, When
from suasion.reading.clause import Finding, clause_place, clause_verb
from suasion.reading.dates import dates_in
from suasion.reading.deed import deeds, phrases
from suasion.reading.firmness import attribution, hedge
from suasion.reading.idiom import idioms
from suasion.reading.judgement import judgements
from suasion.reading.linking import Linked, Name, Person, link
from suasion.reading.parsing import parse
from suasion.reading.position import positions
from suasion.reading.qualifying import qualified, sided
from suasion.reading.stance import Proposal, proposed

if TYPE_CHECKING:
    from spacy.tokens import Span

__all__ = ["Rules"]


class Rules:
    """The default reader: offline, deterministic."""

    name = "rules"

    def read(self, article: Article) -> tuple[Claim, ...]:
        """Return the claims of an article, in the order of the text."""
        linked = link(parse(article.text))
        return tuple(_claims(article, linked))

    def actors(self, article: Article) -> tuple[FoundActor, ...]:
        """Return the states, bodies and persons of an article, whatever they do in it."""
        linked = link(parse(article.text))
        words: dict[str, dict[str, None]] = {}
        kinds: dict[str, str] = {}
        for name in linked.names:
            if name.kind != "outlet":
                words.setdefault(name.name, {})[linked.words(name)] = None
                kinds[name.name] = "state" if name.kind == "capital" else name.kind
        persons = linked.persons
        return tuple(
            FoundActor(
                name=name,
                kind="organisation" if kinds[name] == "place" else kinds[name],
                names=tuple(words[name]),
                **({} if (person := persons.get(name)) is None else _person(person)),
            )
            for name in words
        )


def _person(person: Person) -> dict[str, Any]:
    for_state = person.actor if person.actor != person.name else ""
    tenure = person.tenure if person.tenure in ("outgoing", "incoming") else ""
    return {
        "state": person.state,
        "office": person.office,
        "tenure": tenure,
        "speaks_for": for_state,
    }


def _claims(article: Article, linked: Linked) -> Iterator[Claim]:
    proposal = proposed(linked.doc, article.title)
    day = article.published_on or dt.date.today()
    number = 0
    seen: set[tuple[object, ...]] = set()
    found: list[Finding] = []
    for sentence in linked.doc.sents:
        if sum(t.is_alpha for t in sentence) < 4:
            continue
        drafts = [*_stances(sentence, linked, proposal)]
        drafts += deeds(sentence, linked, drafts)
        drafts += judgements(sentence, linked, drafts, proposal)
        drafts += phrases(sentence, linked, drafts)
        found += sorted(drafts, key=lambda d: d.at.i)
    sided(found, linked)
    for draft in found:
        claim = _claim(draft, article, linked, day, f"{article.id}-{number + 1}")
        place = (claim.start, claim.end, claim.kind, claim.stance, claim.holders)
        if place not in seen:
            seen.add(place)
            number += 1
            yield claim


def _stances(sentence: Span, linked: Linked, proposal: Proposal) -> Iterator[Finding]:
    """Positions by single words, and by idioms, which know better in their clause."""
    whole = {clause_verb(d.at): d for d in idioms(sentence, linked, proposal)}
    found = [*whole.values()]
    for draft in positions(sentence, linked, proposal):
        idiom = whole.get(clause_verb(draft.at))
        if idiom is None or (draft.at.dep_, draft.at.pos_) == ("conj", "NOUN"):
            found.append(draft)
        elif set(idiom.holders) & set(draft.holders) and draft.others:
            idiom.others, idiom.confidence = draft.others, draft.confidence
    yield from qualified(found, linked)


def _claim(
    draft: Finding, article: Article, linked: Linked, day: dt.date, id: str
) -> Claim:
    start, end = clause_place(draft.at, whole=draft.by_pattern)
    said = attribution(draft.at, linked)
    firm = hedge(draft.at, linked, said)
    quote = article.text[start:end]
    when: tuple[When, ...] = ()
    if article.published_on is not None:
        when = dates_in(quote, day, future=firm in ("planned", "possible"))
    votes = draft.at.lemma_ in ("vote", "decide", "rule")
    if firm == "none" and votes and draft.at.tag_ in ("VBZ", "VBP"):
        when = dates_in(quote, day, future=True) if article.published_on else ()
        firm = "planned" if when and when[0].last >= day else firm
    return Claim(
        id=id,
        source=article.id,
        kind=draft.kind,
        quote=quote,
        start=start,
        end=end,
        actors=(
            *_mentions(draft.holders, "holder", linked),
            *_mentions(draft.others, "other", linked),
        ),
        stance=draft.stance,
        attribution=said[0],
        hedge=firm,
        when=when[0] if when else None,
        confidence=draft.confidence,
    )


def _mentions(names: list[Name], part: Any, linked: Linked) -> list[Mention]:
    return [
        Mention(name=name.name, words=linked.words(name), part=part) for name in names
    ]
