"""Stance of a predicate toward the proposal: sign of the word, of what it governs, of not.

A stance is the product of three signs: of the word itself (*back* +, *oppose* −), of what
is done to the proposal (*drop* −, *delay* wary), and of negation. What the headline and
the first sentences propose (*lift the ban*) does not turn the sign.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from suasion.reading.claim import Stance
from suasion.reading.lexicon import group, lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

__all__ = ["Proposal", "evaluation", "key_of", "proposed", "stance_of", "turned"]

Group = Literal["ask", "for", "against", "wary", "unclear"]
_GROUPS: tuple[Group, ...] = ("ask", "against", "wary", "unclear", "for")
_FLIP: dict[Stance, Stance] = {"for": "against", "against": "for", "wary": "wary"}
_CARRIES = {
    "vow",
    "pledge",
    "promise",
    "plan",
    "intend",
    "agree",
    "decide",
    "vote",
    "seek",
    "hope",
    "want",
    "wish",
    "commit",
}
_BY_PARTICLE = {"back", "hand", "pass", "sign", "take", "hold", "give"}
_PAPERS = {
    "amendment", "appeal", "bill", "call", "campaign", "demand", "letter", "motion",
    "petition", "plan", "proposal", "request", "resolution",
}  # fmt: skip
_NO = {"no", "little", "without", "neither", "nor", "hardly", "few"}


@dataclass(frozen=True)
class Proposal:
    """What is proposed, as far as it turns signs.

    Attributes
    ----------
    own : frozenset of str
        Stems of turning words that belong to it: *lift* where a ban is to be lifted.
    kept : frozenset of str
        Nouns of what it would end: the *ban*. To defend that is to be against it.
    """

    own: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


def proposed(doc: Doc, title: str) -> Proposal:
    """Read off the headline and the first sentence what is proposed."""
    turning = lexicon()["turning"]
    turns = {
        _stem(w)
        for w in (
            *turning["against"],
            *turning["ends"],
            *group("verbs", "against"),
            "extend",
        )
    }
    wary = {_stem(w) for w in turning["wary"]}
    lead = next(doc.sents, None)
    request = next((t for t in lead or () if _requests(t)), None)
    asked = {
        _stem(below.lemma_)
        for verb in (() if request is None else (request,))
        for child in verb.children
        if child.dep_ in ("xcomp", "ccomp", "prep", "dobj") and child.i > verb.i
        for below in child.subtree
    }
    said = {_stem(token.lemma_) for token in lead or ()}
    words = [word.strip(".,:;'\"\u2019") for word in title.lower().split()]
    named = {_stem(w) for w in words}
    named |= {_stem(re.sub(r"(?:p?ping|t?ting|ing|es|ed|s)$", "", w)) for w in words}
    ahead = {
        _stem(token.lemma_)
        for token in lead or ()
        if token.lemma_.lower() in turning["ends"] and _is_planned(token)
    }
    own = frozenset((turns & (asked | ahead | (said & named))) | (wary & said & named))
    ends = {_stem(word) for word in turning["ends"]} & own
    kept = {
        child.lemma_.lower()
        for token in lead or ()
        if _stem(token.lemma_) in ends
        for child in _governed(token)
        if child.pos_ == "NOUN"
    }
    kept -= set(turning["plans"])
    return Proposal(own - {_stem(noun) for noun in kept}, frozenset(kept))


def _is_planned(verb: Token) -> bool:
    """Whether a deed is what a text is about: *whether to lift*, *plans to close*."""
    ahead = {"to", "may", "could", "would", "will", "might"}
    planned = any(c.dep_ == "aux" and c.lower_ in ahead for c in verb.children)
    return verb.pos_ == "VERB" and (planned or verb.dep_ == "pcomp")


def _requests(token: Token) -> bool:
    asks = token.pos_ == "VERB" and key_of(token)[0] == "ask"
    return asks or (token.pos_ == "VERB" and token.lemma_ in ("want", "seek", "plan"))


def _stem(word: str) -> str:
    return word.lower()[:5]


def key_of(verb: Token) -> tuple[Group | None, str]:
    """Return the group of a verb with its particle or preposition, longest first."""
    base = verb.lemma_.lower()
    if base == "vote" and (cast := {c.lower_ for c in verb.children} & {"yes", "no"}):
        return ("against" if "no" in cast else "for"), f"vote {cast.pop()}"
    if _sets_against(verb):
        return "against", f"{base} against"
    parts = [
        c.lower_
        for c in verb.children
        if c.dep_ in ("prep", "prt", "advmod", "agent")
        and c.i > verb.i
        and c.i - verb.i < 12
    ]
    parts += [m.lower_ for c in _wished(verb) for m in c.children if m.dep_ == "mark"]
    nouns = [c.lower_ for c in verb.children if c.dep_ in ("dobj", "npadvmod")]
    particles = [c.lower_ for c in verb.children if c.dep_ == "prt"]
    if particles and base in _BY_PARTICLE:
        base = f"{base} {particles[0]}"
        parts = []
    for key in [*(f"{base} {part}" for part in (*parts, *nouns)), base]:
        for name in _GROUPS:
            if key in group("verbs", name):
                return name, key
    return None, base


def _sets_against(verb: Token) -> bool:
    """Whether a deed is one against something: *collected signatures against it*."""
    if verb.lemma_.lower() in lexicon()["turning"]["not_against"]:
        return False
    if any(c.dep_.startswith("nsubjpass") for c in verb.children):
        return False
    objects = [c for c in verb.children if c.dep_ == "dobj"]
    return any(
        c.lower_ == "against" and c.dep_ in ("prep", "advmod", "prt") and c.i > verb.i
        for d in (verb, *objects)
        for c in d.children
    )


def _wished(verb: Token) -> list[Token]:
    """Return the clauses in *called for the ban to be dropped*."""
    return [
        c
        for c in verb.children
        if c.dep_ in ("advcl", "ccomp")
        and any(m.dep_ == "mark" and m.lower_ == "for" for m in c.children)
    ]


def stance_of(word: Token, sign: Stance, proposal: Proposal) -> Stance:
    """Return the stance that a word of stance `sign` expresses where it stands.

    What the proposal itself turns does not turn the sign.
    """
    lemma = word.lemma_.lower()
    if _stem(lemma) in proposal.own and sign == "against":
        sign = "for"
    turn = _turn(word, proposal)
    if lemma == "threaten":
        stance: Stance = "against"
    elif turn == "against":
        stance = _FLIP.get(sign, sign)
    elif turn == "none":
        stance = "none"
    elif turn == "wary":
        stance = {"for": "wary", "against": "for"}.get(sign, sign)  # type: ignore[assignment]
    else:
        stance = sign
    if _negated(word):
        tentative = any(
            c.dep_ == "aux" and c.lower_ in ("has", "have", "had")
            for c in word.children
        )
        if stance == "against":
            stance = "unclear" if tentative or "rule" in lemma else "for"
        elif stance == "for":
            stance = "unclear" if tentative else "against"
        elif stance == "wary":
            stance = "none"
    return stance


def _turn(word: Token, proposal: Proposal) -> Stance:
    """Say what becomes of the proposal in what a word governs."""
    for link in _governed(word):
        lemma = link.lemma_.lower()
        if link.pos_ in ("VERB", "AUX") and any(c.dep_ == "neg" for c in link.children):
            return "for" if lemma in lexicon()["turning"]["yields"] else "against"
        if lemma in ("stop", "end", "quit") and any(
            c.dep_ == "xcomp" and c.lemma_.lower() in lexicon()["turning"]["yields"]
            for c in link.children
        ):
            return "for"
        if proposal.kept and lemma in lexicon()["turning"]["against"]:
            objects = [t for t in _governed(link) if t.pos_ == "NOUN"]
            if any(t.lemma_.lower() in proposal.kept for t in objects) or (
                lemma in lexicon()["turning"]["endings"] and not objects
            ):
                return "for"
        if _stem(lemma) in proposal.own:
            return "for"
        if lemma in ("broker", "mediate", "reconcile", "bridge"):
            return "none"
        if link.pos_ == "VERB" and link.dep_ in ("xcomp", "ccomp"):
            inner_group = key_of(link)[0]
            if (
                inner_group in ("against", "wary")
                and lemma not in lexicon()["turning"]["against"]
            ):
                return inner_group
        for name in ("against", "wary"):
            if lemma in lexicon()["turning"][name]:
                inner = _turn(link, proposal) if link.pos_ == "VERB" else "for"
                if inner == "against" and name == "against":
                    return "for"
                return name
        if lemma in proposal.kept and not _ended(link, proposal):
            return "against"
        if proposal.kept and lemma in lexicon()["turning"]["keeps"]:
            return "against"
    return "for"


def _ended(noun: Token, proposal: Proposal) -> bool:
    """Whether the words around what is kept say that it ends: *the ban to go*."""
    ends = set(lexicon()["turning"]["ends"]) | {"go", "end", "expire"}
    return any(
        t.lemma_.lower() in ends or _stem(t.lemma_) in proposal.own
        for t in (*noun.children, noun.head, noun.head.head, *noun.head.children)
    )


def turned(sign: Stance, span: Span, proposal: Proposal) -> Stance:
    """Return what becomes of a stance by the words that follow it in the sentence."""
    if sign not in ("for", "against"):
        return sign
    turning = lexicon()["turning"]
    for token in span.doc[span.end : min(span.end + 6, span.sent.end)]:
        lemma = token.lemma_.lower()
        if token.text in ",;:.\u201d" or token.dep_ in ("mark", "nsubj"):
            break
        if _stem(lemma) in proposal.own:
            return sign
        if lemma in turning["against"] or (
            lemma in proposal.kept and not _ended(token, proposal)
        ):
            return _FLIP[sign]
        if proposal.kept and lemma in turning["keeps"]:
            return _FLIP[sign]
        if lemma in turning["wary"]:
            return {"for": "wary", "against": "for"}[sign]  # type: ignore[return-value]
    return sign


def _governed(word: Token) -> list[Token]:
    found = _wished(word)
    for child in word.children:
        if child.dep_ in ("xcomp", "ccomp", "dobj", "pcomp") and child.i > word.i:
            found.append(child)
            if child.dep_ in ("xcomp", "ccomp"):
                found += [c for c in child.children if c.dep_ in ("dobj", "attr")]
        elif child.dep_ in ("prep", "prt") and child.lower_ in (
            "for",
            "to",
            "of",
            "on",
            "against",
            "at",
            "about",
            "in",
            "with",
            "over",
        ):
            found += [c for c in child.children if c.dep_ in ("pobj", "pcomp")]
    for noun in [link for link in found if link.lemma_.lower() in _PAPERS]:
        found += [c for c in noun.children if c.dep_ in ("acl", "relcl")]
        found += [
            g
            for c in noun.children
            if c.dep_ == "prep"
            for g in c.children
            if g.dep_ in ("pobj", "pcomp")
        ]
    found += [
        below
        for link in found
        if link.dep_ in ("acl", "relcl", "pcomp")
        for below in link.children
        if below.dep_ in ("xcomp", "ccomp", "dobj")
    ]
    names = {"PROPN", "PRON"}
    return [link for link in found if link.pos_ not in names]


def _negated(word: Token) -> bool:
    for child in word.children:
        if (
            child.dep_ == "neg"
            or (child.dep_ == "det" and child.lower_ in _NO)
            or child.lower_ in ("never", "hardly")
            or (
                child.dep_ == "dobj"
                and word.pos_ == "VERB"
                and any(c.dep_ == "det" and c.lower_ == "no" for c in child.children)
            )
        ):
            return True
    head = word.head
    governs = head != word and word.dep_ in ("xcomp", "acomp", "attr", "oprd")
    if word.dep_ == "dobj" and word.pos_ == "NOUN":
        governs = True
    if governs:
        if any(child.dep_ == "neg" for child in head.children):
            return True
        if head.lemma_.lower() in lexicon()["turning"]["refuse"]:
            return True
    return False


_HYPOTHETICAL = re.compile(
    r"\b(?:without (?:it|this|that|them|such|the|an?)\b|if nothing|doing nothing|"
    r"unless|otherwise|inaction|status quo|(?:delay\w*|waiting|hesitation|a veto|"
    r"postpon\w+|voting no|rejecti\w+|refus\w+) (?:is|was|would|will|could|means?)|"
    r"(?:month|year|day|week|hour) (?:of (?:\w+ )?delay|we (?:wait|delay|lose))|"
    r"further delay|any delay|more delay|no reason to (?:wait|delay)|"
    r"(?:cannot|can't|no longer|not) (?:\w+ )?(?:wait|be delayed))"
)
_BEFORE = re.compile(
    r"(?:\b(?:not|never|no|hardly|nothing)|n['\u2019]t)\b(?: \w+){0,2} $"
)


@functools.cache
def _evaluations(sign: str) -> re.Pattern[str]:
    words = lexicon()["evaluation"][sign]
    ending = r"(?:s|es|ed|d|ing|ly)?"
    return re.compile(
        rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))}){ending}\b"
    )


def evaluation(words: str, proposal: Proposal | None = None) -> Stance | None:
    """Return what a speaker's words say of the proposal, if they judge it.

    What is bad about waiting, or without the proposal, speaks for it.

    Examples
    --------
    >>> evaluation("the toll is unfair and would cost jobs"), evaluation("it rains")
    ('against', None)
    >>> evaluation("any delay would be irresponsible")
    'for'
    """
    low = words.lower().replace("\u2019", "'")
    count: dict[Stance, int] = {}
    contrary = _HYPOTHETICAL.search(low) is not None
    if proposal is not None and proposal.kept and not contrary:
        kept = "|".join(map(re.escape, sorted(proposal.kept)))
        contrary = re.search(rf"\bthe (?:{kept})s?\b", low) is not None and not any(
            stem in low for stem in proposal.own
        )
    signs: tuple[Stance, ...] = ("against", "wary", "for")
    for sign in signs:
        for match in _evaluations(sign).finditer(low):
            flip = (_BEFORE.search(low[: match.start()]) is not None) != contrary
            stance = ("for" if sign == "wary" else _FLIP[sign]) if flip else sign
            count[stance] = count.get(stance, 0) + 1
    if not count:
        return (
            "for" if contrary and re.search(r"delay|refus|reject|wait", low) else None
        )
    return max(signs, key=lambda sign: (count.get(sign, 0), -signs.index(sign)))
