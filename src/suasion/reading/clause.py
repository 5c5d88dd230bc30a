"""Clauses: the verb that a word belongs to, and where its clause stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suasion.reading.claim import Kind, Stance
from suasion.reading.linking import Name

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Finding", "clause_place", "clause_verb", "former"]

_FORMERLY = {"once", "previously", "formerly", "initially", "originally", "earlier"}

_CLAUSES = ("ROOT", "ccomp", "conj", "advcl", "relcl", "parataxis", "acl")


class Finding:
    """A claim in the making."""

    def __init__(self, kind: Kind, at: Token, holders: list[Name], others: list[Name] = [],  # noqa: B006
                 stance: Stance | None = None, confidence: str = "medium",
                 by_pattern: bool = False) -> None:  # fmt: skip
        self.by_pattern = by_pattern
        self.kind, self.at, self.stance, self.confidence = kind, at, stance, confidence
        self.holders = list(dict.fromkeys(holders))
        self.echo = False  # whether the holders say what was said before them
        self.sides: list[Name] = []  # with whom the holders side, if with somebody
        self.others = [n for n in dict.fromkeys(others) if n not in self.holders]


def clause_verb(token: Token) -> Token:
    """Return the verb of the clause that a word belongs to."""
    last = token
    for last in (token, *token.ancestors):
        if last.pos_ in ("VERB", "AUX") and last.dep_ in _CLAUSES:
            break
    return last


def former(verb: Token) -> bool:
    """Whether a clause tells of an earlier day: *had been on the fence*."""
    words = {c.lower_ for c in verb.children if c.dep_ in ("aux", "advmod")}
    return bool(words & _FORMERLY) or ("had" in words and verb.dep_ != "ccomp")


def clause_place(at: Token, whole: bool = False) -> tuple[int, int]:
    """Characters of the clause around a predicate, without clauses joined to it."""
    if (
        whole
        and any(c.dep_.startswith("nsubj") for c in clause_verb(at).children)
        and len(list(clause_verb(at).subtree)) > 4
    ):
        whole = clause_verb(at).dep_ not in ("ccomp", "parataxis")
    if whole and sum(not t.is_space for t in at.sent) <= 40:
        run = [t for t in at.sent if not t.is_space]
        text = at.doc[run[0].i : run[-1].i + 1]
        return text.start_char, text.end_char
    root = clause_verb(at)
    if root.dep_ in ("relcl", "acl") or (
        root.dep_ == "conj"
        and not any(c.dep_.startswith("nsubj") for c in root.children)
    ):
        outer = next((t for t in root.ancestors if t.pos_ in ("VERB", "AUX")), root)
        if len(list(outer.subtree)) < 40:
            root = outer if root.dep_ != "conj" else root
    drop = {
        token.i
        for child in root.children
        if child != at and not child.is_ancestor(at)
        and (
            (child.dep_ == "conj" and child.pos_ in ("VERB", "AUX") and child.i > at.i)
            or (
                child.dep_ in ("ccomp", "parataxis")
                and child.i < root.i
                and root.dep_ == "ROOT"
            )
        )
        for token in child.subtree
    }  # fmt: skip
    kept = [t for t in root.subtree if t.i not in drop]
    run = [t for t in kept]
    while run and (
        (run[0].is_punct and run[0].text not in "“\"'\u2018(")
        or run[0].is_space
        or run[0].dep_ in ("cc",)
        or run[0].lower_ in ("that",)
    ):
        run = run[1:]
    while run and (
        run[-1].is_space or run[-1].text in ",;:—–-" or run[-1].dep_ == "cc"
    ):
        run = run[:-1]
    if not run:
        run = [t for t in at.sent if not t.is_space]
    pieces = [t.i for t in run]
    last = pieces[0]
    for i in pieces:  # one stretch: up to the first hole
        if (
            i > last + 1
            and any(
                not root.doc[j].is_punct and not root.doc[j].is_space
                for j in range(last + 1, i)
            )
            and last >= at.i
        ):
            break
        last = i
    end = max(last, at.i) + 1
    while end > at.i + 1 and (
        root.doc[end - 1].is_space
        or root.doc[end - 1].dep_ == "cc"
        or root.doc[end - 1].text in ",;:—–-"
    ):
        end -= 1
    span = root.doc[pieces[0] : end]
    return span.start_char, span.start_char + len(span.text.rstrip())
