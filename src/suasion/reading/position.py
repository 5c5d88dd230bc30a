"""Positions: who is for or against, by verb, noun, adjective, or judgement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from suasion.reading.claim import Stance
from suasion.reading.clause import Finding, former
from suasion.reading.lexicon import group
from suasion.reading.linking import Linked, Name
from suasion.reading.referring import agent, referred, subject
from suasion.reading.stance import Proposal, evaluation, key_of, stance_of

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["positions"]

_WEAK = {
    "want",
    "wish",
    "hope",
    "seek",
    "hope for",
    "accept",
    "sign",
    "follow",
    "join",
    "commit",
    "adopt",
    "pass",
    "table",
}
_WORRIES = {"warn", "warn of", "fear", "worry", "caution", "question", "doubt"}
_SIDES = {
    "back",
    "support",
    "side",
    "join",
    "follow",
    "defend",
    "stand",
    "rally",
    "agree",
}
_TAKEN_BY = {
    "won",
    "win",
    "face",
    "draw",
    "meet",
    "gain",
    "receive",
    "enjoy",
    "garner",
    "get",
    "secure",
    "command",
    "attract",
}


_DUTY = {"must", "should", "can", "need", "needs", "shall"}
_NOT_YET = {"before", "until", "unless", "if", "once"}


def positions(sentence: Span, linked: Linked, proposal: Proposal) -> Iterator[Finding]:
    """Find the positions of a sentence."""
    yield from _misread(sentence, linked)
    covered: set[int] = set()
    for token in sentence:
        if token.i in covered:
            continue
        draft = None
        if token.pos_ in ("VERB", "AUX"):
            draft = _verb(token, linked, proposal)
        elif token.pos_ in ("NOUN", "PROPN") and token.dep_ != "compound":
            draft = _noun(token, linked, proposal)
        if draft is None and (
            token.pos_ in ("ADJ", "ADP", "ADV", "NOUN", "VERB") or token.dep_ == "acomp"
        ):
            draft = _adjective(token, linked, proposal)
        if draft is not None:
            covered |= {c.i for c in token.children if c.dep_ == "xcomp"}
            covered |= {
                g.i
                for c in token.children
                if c.dep_ == "prep"
                for g in c.children
                if g.dep_ == "pcomp"
            }
            yield draft


def _misread(sentence: Span, linked: Linked) -> Iterator[Finding]:
    """Find verbs that the parser takes for something else.

    *Latvia and Finland back the ban*; *Spain sees merit in it but worries about jobs*.
    """
    for token in sentence:
        if token.lower_ in ("worries", "doubts", "fears", "questions") and (
            token.dep_ == "conj" and token.head.pos_ == "VERB"
        ):
            yield Finding(
                "position", token, referred(subject(token.head), linked), [], "wary"
            )
        left = linked.doc[token.i - 1] if token.i else token
        if (
            token.lower_ not in ("back", "table")
            or token.pos_ == "VERB"
            or left.pos_ not in ("NOUN", "PROPN")
        ):
            continue
        if token.i + 1 < len(linked.doc) and linked.doc[token.i + 1].pos_ in (
            "DET",
            "ADJ",
            "PRON",
            "PROPN",
        ):
            names = [
                n
                for n in linked.names
                if sentence.start <= n.start < token.i and n.kind != "outlet"
            ]
            joined = [
                n
                for n in names
                if not any(
                    t.pos_ in ("VERB", "AUX") for t in linked.doc[n.end : token.i]
                )
            ]
            if not joined:
                continue
            yield Finding("position", token, joined, [], "for")


def _verb(verb: Token, linked: Linked, proposal: Proposal) -> Finding | None:
    name, key = key_of(verb)
    if _undecided(verb):
        holders = referred(subject(verb), linked)
        return Finding("position", verb, holders, [], "unclear") if holders else None
    if name is None or any(c.lower_ in ("whether", "if") for c in verb.children):
        return None
    if verb.lemma_.lower() in (
        "want",
        "wish",
        "hope",
        "seek",
        "agree",
        "accept",
        "decline",
        "refuse",
        "pledge",
        "vow",
        "commit",
    ) and any(
        c.dep_ == "xcomp"
        and c.lemma_ in ("say", "comment", "meet", "discuss", "answer", "talk", "give")
        for c in verb.children
    ):
        return None
    if verb.i and linked.doc[verb.i - 1].lower_ == "than":
        return None
    passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children) or (
        verb.tag_ in ("VBN", "VBD")
        and verb.dep_ in ("acl", "advcl")
        and not any(
            c.dep_ in ("nsubj", "dobj", "xcomp", "ccomp", "aux") for c in verb.children
        )
    )
    if verb.i > 1 and linked.doc[verb.i - 1].text == "," and verb.tag_ == "VBD":
        aside = linked.doc[verb.i - 2].head == verb  # "Spain, asked for its view, ..."
        passive = passive or (aside and linked.doc[verb.i - 2].dep_ == "nsubj")
    if passive:
        doer = agent(verb)
        holders = referred(doer, linked)
        others: list[Name] = []
        if name == "ask" and verb.dep_ != "acl":
            others = referred(
                next((c for c in verb.children if c.dep_ == "nsubjpass"), None), linked
            )
    else:
        holders = referred(subject(verb), linked)
        others = [
            n
            for c in verb.children
            if c.dep_ in ("dobj", "dative")
            for n in referred(c, linked)
        ]
        others += [
            n for c in verb.children
            if c.dep_ == "prep" and c.lower_ in ("on", "upon", "to", "with")
            for g in c.children if g.dep_ == "pobj" for n in referred(g, linked)
        ]  # fmt: skip
        others += [
            n for c in verb.children if c.dep_ in ("ccomp", "xcomp")
            for s in c.children if s.dep_ == "nsubj" for n in referred(s, linked)
        ]  # fmt: skip
    holders = [n for n in holders if n.kind != "outlet"]
    if not holders:
        return None
    others = [n for n in others if n not in holders]
    sign: Stance = "for" if name == "ask" else name
    stance = stance_of(verb, sign, proposal)
    if name == "ask" and (claim := _asserted(verb)):
        stance = evaluation(claim, proposal) or stance
    if stance == "for" and _only_due(verb):
        return None
    sure = (
        "high"
        if name == "ask" and stance != "wary"
        else "low"
        if (key in _WEAK and stance == "for") or former(verb)
        else "medium"
    )
    draft = Finding("position", verb, holders, others, stance, sure)
    if sign == "for" and name != "ask" and key.split()[0] in _SIDES:
        draft.sides = _sided(verb, key, linked)
    draft.echo = key == "agree" and not any(
        c.dep_ in ("prep", "xcomp", "ccomp", "dobj", "neg", "prt")
        for c in verb.children
    )
    return draft


def _sided(verb: Token, key: str, linked: Linked) -> list[Name]:
    """Return the actors that somebody sides with, rather than with the proposal."""
    objects = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    objects += [
        g
        for c in verb.children
        if c.dep_ == "prep" and c.lower_ == key.split()[-1]
        for g in c.children
        if g.dep_ == "pobj"
    ]
    return [
        linked.at[o.i] for o in objects
        if o.i in linked.at and linked.at[o.i].kind != "outlet"
    ]  # fmt: skip


def _asserted(verb: Token) -> str:
    """Return what is insisted to be so: *insists that the sale would be illegal*."""
    return " ".join(
        t.text
        for c in verb.children
        if c.dep_ == "ccomp"
        and any(a.dep_ == "aux" or a.pos_ == "AUX" for a in (c, *c.children))
        for t in c.subtree
        if not any(a.lower_ == "be" and a.tag_ == "VB" for a in c.children)
        or any(a.dep_ == "aux" for a in c.children)
    )


def _only_due(verb: Token) -> bool:
    """Whether a deed is due or a condition, not done: *must sign*, *before it agrees*."""
    words = {c.lower_ for c in verb.children if c.dep_ in ("aux", "mark", "advmod")}
    if verb.dep_ == "xcomp" and verb.head.lemma_ in ("have", "need"):
        return not any(c.dep_ == "neg" for c in verb.head.children)
    negated = any(c.dep_ == "neg" for c in verb.children)
    return (bool(words & _DUTY) and not negated) or (
        verb.dep_ == "advcl" and bool(words & _NOT_YET)
    )


def _undecided(verb: Token) -> bool:
    """*Has not decided*, *has yet to say which side it is on*."""
    lemma = verb.lemma_.lower()
    if lemma not in (
        "decide",
        "take",
        "say",
        "announce",
        "reveal",
        "commit",
        "make",
        "indicate",
    ):
        return False
    yet = (
        verb.dep_ == "xcomp"
        and verb.head.lemma_ == "have"
        and any(c.lower_ in ("yet", "still") for c in verb.head.children)
    )
    held = any(c.dep_ == "neg" or c.lower_ == "not" for c in verb.children) and any(
        c.dep_ == "aux" and c.lower_ in ("has", "have", "had", "did")
        for c in verb.children
    )
    about = {
        "position",
        "side",
        "stance",
        "whether",
        "how",
        "which",
        "mind",
        "view",
        "decision",
        "if",
    }
    return (yet or held) and (
        lemma == "decide" or bool(about & {t.lower_ for t in verb.subtree})
    )


def _noun(noun: Token, linked: Linked, proposal: Proposal) -> Finding | None:
    lemma = noun.lemma_.lower()
    sign: Stance | None = next(
        (s for s in ("for", "against", "wary") if lemma in group("stance_nouns", s)),
        None,
    )
    if sign is None:
        return None
    holders: list[Name] = []
    for child in noun.children:
        if child.dep_ in ("poss", "amod", "compound", "nmod"):
            holders += (
                referred(child, linked)
                if child.i in linked.at or child.dep_ == "poss"
                else []
            )
        elif child.dep_ == "prep" and child.lower_ in ("from", "by", "among", "of"):
            holders += [
                n
                for c in child.children
                if c.dep_ == "pobj"
                for n in referred(c, linked)
            ]
    if noun.dep_ == "nsubj":
        holders += [
            n
            for c in noun.head.children
            if c.dep_ == "prep" and c.lower_ == "from"
            for g in c.children
            if g.dep_ == "pobj"
            for n in referred(g, linked)
        ]
    head = noun.head
    if head.dep_ == "prep" or noun.dep_ == "pobj":
        head = noun.head.head
    light = head.lemma_.lower()
    must = {c.lower_ for c in head.children if c.dep_ == "aux"} & {
        "must",
        "should",
        "can",
    }
    if must and sign == "for":
        return None
    if light in group("verbs", "need") or (
        noun.dep_ == "dobj" and head.lemma_ in ("require", "secure", "seek")
    ):
        return None
    if (
        not holders
        and light in group("verbs", "light")
        and light not in _TAKEN_BY
        and noun.dep_ in ("dobj", "attr", "pobj")
    ):
        holders = referred(subject(head), linked)
    if not holders:
        return None
    stance = stance_of(noun, sign, proposal)
    if light in ("withdraw", "withhold", "drop") and noun.dep_ == "dobj":
        stance = {"for": "against", "against": "for", "wary": "none"}[sign]  # type: ignore[assignment]
    draft = Finding("position", noun, holders, [], stance)
    if (
        sign == "for"
        and noun.dep_ in ("dobj", "pobj")
        and light in (*_TAKEN_BY, "have")
    ):
        draft.sides = referred(subject(head), linked)
    return draft


def _adjective(word: Token, linked: Linked, proposal: Proposal) -> Finding | None:
    low = word.lower_
    sign: Stance | None = next(
        (
            s
            for s in ("for", "against", "wary", "unclear")
            if low in group("stance_adjectives", s)
        ),
        None,
    )
    if (
        low in ("favour", "favor")
        and word.head.lower_ == "in"
        and word.head.head.lemma_
        in ("be", "come", "remain", "vote", "speak", "argue", "stand")
    ):
        verb = word.head.head
        holders = referred(subject(verb), linked)
        return (
            Finding("position", word, holders, [], stance_of(verb, "for", proposal))
            if holders
            else None
        )
    if sign is None:
        return None
    if low == "against" and word.head.lemma_ not in (
        "be",
        "come",
        "remain",
        "speak",
        "stand",
        "side",
    ):
        return None
    if low in ("open",) and not any(
        c.dep_ == "prep" and c.lower_ == "to" for c in word.children
    ):
        return None
    head = word.head
    if (
        word.pos_ == "VERB"
        and word.dep_ != "acomp"
        and low
        not in (
            "opposed",
            "divided",
            "split",
            "torn",
            "determined",
            "committed",
            "prepared",
            "concerned",
            "worried",
        )
    ):
        return None
    if word.dep_ in (
        "acomp",
        "attr",
        "oprd",
        "xcomp",
        "prep",
        "conj",
        "ROOT",
        "ccomp",
        "advcl",
        "acl",
        "advmod",
        "pcomp",
    ):
        verb = head if word.dep_ not in ("ROOT", "ccomp") else word
        if verb.pos_ == "ADJ" and word.dep_ == "conj":
            verb = verb.head
        holders = referred(subject(verb), linked)
    elif word.dep_ == "amod":
        holders = (
            [n for n in referred(head, linked, deep=False)]
            if head.i in linked.at
            else []
        )
    else:
        holders = []
    if word.dep_ == "amod" and head.lemma_ in (
        "approach",
        "stance",
        "position",
        "tone",
        "line",
        "note",
        "view",
        "attitude",
    ):
        holders = referred(
            subject(head.head if head.head.pos_ in ("VERB", "AUX") else head.head.head),
            linked,
        )
    return (
        Finding("position", word, holders, [], stance_of(word, sign, proposal))
        if holders
        else None
    )
