"""Deeds, goods, needs and events; what whole phrases mark: questions, limits, risks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from suasion.reading.claim import Kind
from suasion.reading.clause import Finding, clause_verb
from suasion.reading.lexicon import group, pattern
from suasion.reading.linking import Linked
from suasion.reading.referring import agent, named_in, referred, subject

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["deeds", "phrases"]

_PATTERNS: tuple[Kind, ...] = (
    "question",
    "precedent",
    "constraint",
    "dependency",
    "risk",
    "event",
)
_OFFERS = {
    "pledge",
    "offer",
    "promise",
    "contribute",
    "lend",
    "donate",
    "earmark",
    "bankroll",
    "volunteer",
}


def deeds(sentence: Span, linked: Linked, drafts: list[Finding]) -> Iterator[Finding]:
    """Find deeds, goods given or held, needs and events of a sentence."""
    taken = {draft.at.i for draft in drafts}
    for verb in sentence:
        if verb.pos_ != "VERB":
            continue
        lemma = verb.lemma_.lower()
        keys = {
            lemma,
            *(
                f"{lemma} {c.lower_}"
                for c in verb.children
                if c.dep_ in ("prep", "prt", "dobj")
            ),
        }
        doer = agent(verb) or subject(verb)
        passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children)
        if passive:
            doer = agent(verb)
        holders = referred(doer, linked)
        if keys & group("verbs", "need"):
            objects = [
                c
                for c in verb.children
                if c.dep_ in ("dobj", "prep", "ccomp", "xcomp") and c.i > verb.i
            ]
            inside = [
                n
                for c in objects
                for n in named_in(c, linked)
                if n.kind not in ("outlet", "place")
            ]
            yield Finding("dependency", verb, inside, referred(subject(verb), linked))
        elif verb.i in taken:
            continue
        elif (
            keys & group("verbs", "supply")
            and holders
            and any(
                c.dep_ in ("dobj", "prep", "nsubjpass", "dative")
                or (c.dep_ == "xcomp" and lemma in ("offer", "volunteer"))
                for c in verb.children
            )
        ):
            offered = "for" if _offers(verb) else None
            if not any(
                c.dep_ == "dobj"
                and c.lemma_.lower()
                in (
                    "support",
                    "backing",
                    "talk",
                    "meeting",
                    "vote",
                    "speech",
                    "election",
                )
                for c in verb.children
            ):
                others = [
                    n
                    for c in verb.children
                    if c.dep_ in ("dobj", "dative", "prep")
                    for n in named_in(c, linked)
                ]
                others = [n for n in others if n.kind not in ("outlet", "place")]
                yield Finding("resource", verb, holders, others, offered, "low")  # type: ignore[arg-type]
            elif lemma in ("hold", "host"):
                yield Finding("event", verb, holders)
        elif keys & group("verbs", "meet") and (holders or _is_event(verb)):
            yield Finding("event", verb, holders)
        elif keys & group("verbs", "act") and holders:
            yield Finding("action", verb, holders)
        elif (
            holders
            and lemma not in group("verbs", "say")
            and verb.dep_ != "xcomp"
            and _ahead(verb)
            and not any(
                c.dep_ == "xcomp"
                and {c.lemma_.lower()}
                & (
                    group("verbs", "supply")
                    | group("verbs", "act")
                    | group("verbs", "meet")
                )
                for c in verb.children
            )
        ):
            yield Finding("forecast", verb, holders, confidence="low")
        elif lemma in ("expect", "schedule", "forecast", "predict") and passive:
            yield Finding(
                "forecast", verb, referred(subject(verb), linked), confidence="low"
            )


def _offers(verb: Token) -> bool:
    """Whether giving is promised: it helps the proposal."""
    if any(c.dep_ == "neg" for c in (*verb.children, *verb.head.children)):
        return False
    lemma, above = verb.lemma_.lower(), verb.head.lemma_.lower()
    if lemma in ("own", "hold", "control", "operate", "need"):
        return False
    if verb.tag_ == "VBG" and any(c.dep_ == "aux" for c in verb.children):
        return True
    return lemma in _OFFERS or (
        verb.dep_ == "xcomp" and above in (*_OFFERS, "be", "agree")
    )


def _ahead(verb: Token) -> bool:
    words = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    return bool(words & {"will", "may", "might", "could", "shall"}) or verb.lemma_ in (
        "plan",
        "intend",
        "prepare",
    )


def _is_event(verb: Token) -> bool:
    doer = subject(verb)
    if (
        doer is not None
        and doer.pos_ != "PRON"
        and verb.lemma_ in ("meet", "vote", "convene", "gather", "debate", "negotiate")
    ):
        return True
    return doer is not None and bool(
        pattern("event").search(" ".join(t.text for t in doer.subtree))
    )


def phrases(sentence: Span, linked: Linked, drafts: list[Finding]) -> Iterator[Finding]:
    """Claims that whole phrases mark: questions, precedents, limits, risks, events."""
    yield from _scheduled(sentence, drafts)
    for kind in _PATTERNS:
        match = pattern(kind).search(sentence.text)
        if match is None:
            continue
        offset = sentence.start_char
        span = sentence.doc.char_span(
            offset + match.start(), offset + match.end(), alignment_mode="expand"
        )
        at = span.root if span is not None else sentence.root
        own = [d for d in drafts if d.kind == kind]
        if own or (
            kind == "event"
            and any(d.kind in ("position", "event", "question") for d in drafts)
        ):
            continue
        if kind == "precedent":
            past = [
                d
                for d in drafts
                if d.kind in ("position", "resource", "action", "event") and _past(d.at)
            ]
            same = [draft for draft in past if clause_verb(draft.at) == clause_verb(at)]
            still = match[0].lower().startswith(("since", "in ", "precedent"))
            now = [
                draft
                for draft in same
                if still and draft.kind == "position" and _lasts(draft.at)
            ]
            for draft in same:
                if draft not in now:
                    draft.kind, draft.stance = "precedent", None
            if same:
                continue
            holders = [
                n
                for n in named_in(sentence.root, linked)
                if n.kind not in ("outlet", "place")
            ]
            yield Finding(kind, at, holders, confidence="low", by_pattern=True)
            continue
        yield Finding(
            kind,
            at,
            [],
            confidence="medium" if kind == "question" else "low",
            by_pattern=True,
        )


def _lasts(token: Token) -> bool:
    """Whether it is still so: *has lobbied for it since 2022*."""
    return any(
        c.dep_ == "aux" and c.lower_ in ("has", "have", "'s", "'ve")
        for c in clause_verb(token).children
    )


def _scheduled(sentence: Span, drafts: list[Finding]) -> Iterator[Finding]:
    """Find what will happen on a day, whoever does it: *A bill is to be presented.*"""
    root = sentence.root
    words = {c.lower_ for c in root.children if c.dep_ == "aux"} | {root.lower_}
    dated = any(t.ent_type_ == "DATE" for t in sentence)
    ahead = bool(words & {"will", "due"}) or (
        root.lemma_ == "be"
        and any(c.dep_ == "xcomp" and c.i > root.i for c in root.children)
    )
    lapses = root.lemma_ in ("lapse", "expire", "end", "close", "start", "begin")
    if (
        dated
        and (ahead or lapses)
        and not any(clause_verb(d.at) == root for d in drafts)
    ):
        yield Finding("event", root, [], confidence="low")


def _past(token: Token) -> bool:
    verb = token
    while verb.pos_ not in ("VERB", "AUX") and verb.head != verb:
        verb = verb.head
    return verb.tag_ in ("VBD", "VBN") and not any(
        c.lower_ in ("will", "would", "could", "may", "might") for c in verb.children
    )
