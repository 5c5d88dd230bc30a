"""Judgements: what speakers say of the proposal where they state no position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suasion.reading.clause import Finding, clause_verb
from suasion.reading.firmness import quoted
from suasion.reading.lexicon import group
from suasion.reading.referring import referred, speaker
from suasion.reading.stance import Proposal, evaluation

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from suasion.reading.claim import Stance
    from suasion.reading.linking import Linked

__all__ = ["judgements"]

_CALLS = {
    "brand", "call", "consider", "deem", "describe", "dub", "find", "hail", "judge",
    "label", "regard", "see", "view", "welcome",
}  # fmt: skip
_CONTENT = ("ccomp", "dobj", "parataxis", "xcomp", "prep", "oprd")


def judgements(
    sentence: Span, linked: Linked, drafts: list[Finding], proposal: Proposal
) -> Iterator[Finding]:
    """Find what speakers judge of the proposal, where they state no position."""
    spoken = False
    for verb in sentence:
        calls = verb.lemma_ in _CALLS and any(
            c.dep_ in ("oprd", "ccomp") or c.lower_ == "as" for c in verb.children
        )
        says = verb.lemma_.lower() in group("verbs", "say") or (
            verb.lemma_ in ("let", "make")
            and any(c.lemma_ in ("know", "clear", "plain") for c in verb.children)
        )
        if verb.pos_ != "VERB" or not (calls or says):
            continue
        doer = next((c for c in verb.children if c.dep_ == "nsubj"), None)
        spoken = spoken or doer is not None
        holders = referred(doer, linked)
        if not holders:
            continue
        content = [c for c in verb.children if c.dep_ in _CONTENT]
        target = next((c for c in content if c.dep_ == "ccomp" and not calls), verb)
        same = [d for d in drafts if d.at == verb or clause_verb(d.at) == target]
        if any(d.kind == "position" for d in same):
            if target != verb and all(clause_verb(d.at) != target for d in same):
                yield Finding("position", target, holders, [], "none", "low")
            continue
        stated = any(
            set(d.holders) & set(holders) for d in drafts if d.kind == "position"
        )
        stance = None if stated else _judged(content, sentence, proposal)
        if stance is None and any(clause_verb(d.at) == target for d in same):
            continue
        yield Finding("position", target, holders, [], stance or "none", "low")
    if spoken or not quoted(sentence[len(sentence) // 2]):
        return
    holders = referred(speaker(sentence.root), linked)
    if holders and not any(d.kind == "position" for d in drafts):
        stance = evaluation(sentence.text, proposal)
        yield Finding(
            "position", sentence.root, holders, [], stance or "none", "low", True
        )


def _judged(content: list[Token], sentence: Span, proposal: Proposal) -> Stance | None:
    """Judge by what is said; if that is silent, by the quotations in the sentence."""
    said = " ".join(t.text for c in content for t in c.subtree)
    between = " ".join(re.findall('[\u201c"]([^\u201d"]+)', sentence.text))
    return evaluation(said, proposal) or evaluation(between or sentence.text, proposal)
