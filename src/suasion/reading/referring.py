"""What a word of a sentence refers to: names, groups with names, pronouns, offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suasion.reading.lexicon import group, lexicon
from suasion.reading.linking import Linked, Name

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["named_in", "referred", "subject"]

_SUBJECTS = ("nsubj", "nsubjpass")
_SHORT = {"bloc": "European Union", "alliance": "NATO"}
_MEMBERS = ("including", "like", "as", "notably", "especially")
_MEMBERS_OF = (
    "campaigner",
    "activist",
    "member",
    "delegate",
    "economist",
    "lawyer",
    "spokesman",
    "chief",
    "director",
)
_ROLES = {
    "first",
    "last",
    "one",
    "ones",
    "those",
    "decision",
    "plan",
    "move",
    "bid",
    "push",
    "effort",
}
_CHAMBERS = ("council", "assembly", "parliament", "board", "commission")
_BODY_NOUNS = {
    "council", "commission", "committee", "party", "union", "association",
    "company", "group", "agency", "court", "board", "federation", "ministry",
    "firm", "parliament", "assembly", "chamber", "authority", "operator",
    "coalition", "organisation", "organization", "congress", "senate", "bank",
    "utility", "charity", "movement", "cooperative", "body", "department", "league",
    "alliance", "campaign", "institute", "manufacturer", "producer", "maker",
    "port", "airline",
}  # fmt: skip


def subject(verb: Token) -> Token | None:
    """Return the subject of a verb: its own, or that of the verb it hangs on."""
    seen = 0
    if verb.dep_ == "pcomp" and verb.head.head.lemma_ in (
        "accuse",
        "suspect",
        "blame",
        "criticise",
        "criticize",
    ):
        return next(
            (c for c in verb.head.head.children if c.dep_ in ("dobj", "nsubjpass")),
            None,
        )
    while seen < 6:
        for child in verb.children:
            if child.dep_ in _SUBJECTS:
                return child
        seen += 1
        if (
            verb.dep_ in ("xcomp", "conj", "advcl", "pcomp", "acomp", "prep", "attr")
            and verb.head != verb
        ):
            if verb.dep_ == "advcl" and any(
                c.dep_ == "mark" and c.lower_ not in ("while",) for c in verb.children
            ):
                return None
            verb = verb.head
            continue
        if verb.dep_ in ("relcl", "acl"):
            head = verb.head
            member = head.dep_ == "pobj" and head.head.lower_ in ("among", "of")
            if head.lower_ not in _ROLES and not (member and head.tag_ == "NNS"):
                return head
            verb = head
            while verb.head != verb and verb.pos_ not in ("VERB", "AUX"):
                verb = verb.head
            continue
        return None
    return None


def agent(verb: Token) -> Token | None:
    """Return who does it in a passive: *is backed by Norway*."""
    for child in verb.children:
        if child.dep_ == "agent":
            return next((t for t in child.children if t.dep_ == "pobj"), None)
    return None


def speaker(token: Token) -> Token | None:
    """Return who says *we* in a quotation: in its sentence, after or before it."""
    sentences = [token.sent]
    for place in (token.sent.end, token.sent.start - 1):
        if 0 <= place < len(token.doc):
            near = token.doc[place].sent
            first, last = sorted((near.start, token.i))
            if "\n\n" not in token.doc[first:last].text:
                sentences.append(near)
    for sentence in sentences:
        for verb in sentence:
            if verb.pos_ == "VERB" and verb.lemma_.lower() in group("verbs", "say"):
                for child in verb.children:
                    if child.dep_ == "nsubj" and child.tag_ not in ("PRP", "WP", "WDT"):
                        return child
                    if child.dep_ == "nsubj" and child.lower_ in ("he", "she"):
                        return child
    return None


def referred(token: Token | None, linked: Linked, deep: bool = True) -> list[Name]:
    """Return the names that a noun or pronoun refers to, in the order of the text."""
    if token is None:
        return []
    found = _one(token, linked)
    if deep:
        for other in token.conjuncts:
            if other.i > token.i and other.pos_ in ("PROPN", "NOUN", "PRON", "ADJ"):
                found += [name for name in _one(other, linked) if name not in found]
    return [name for name in found if name.kind != "outlet"]


def named_in(token: Token, linked: Linked) -> list[Name]:
    """Return all names in the words below a token, but not in clauses of their own."""
    found: list[Name] = []
    aside = {
        word.i
        for clause in token.subtree
        if clause != token and clause.dep_ in ("acl", "relcl", "advcl")
        for word in clause.subtree
    }
    for word in token.subtree:
        if word.i in aside:
            continue
        name = linked.at.get(word.i)
        if name is not None and name not in found:
            found.append(name)
    return found


def _one(token: Token, linked: Linked) -> list[Name]:
    name = linked.at.get(token.i)
    if name is not None and name.kind == "place":
        return [name] if token.dep_ in (*_SUBJECTS, "conj", "pobj", "agent") else []
    if name is not None:
        return [name]
    if token.pos_ == "PRON":
        return _antecedent(token, linked)
    lemma = token.lemma_.lower()
    after = linked.at.get(token.i + 1)
    if after is not None and token.lower_ in group("organisations", "nouns"):
        return [after]
    found: list[Name] = []
    agents = group("people", "agents")
    for child in token.children:
        inner = linked.at.get(child.i)
        if child.dep_ in ("compound", "amod", "poss", "nmod") and inner is not None:
            official = lemma in agents or token.i in linked.at
            if lemma in _CHAMBERS and inner.kind in ("place", "organisation"):
                middle = [
                    t.text.title()
                    for t in token.lefts
                    if t.dep_ == "compound" and t.i not in linked.at
                ]
                title = " ".join([inner.name, *middle, token.text.title()])
                if child.dep_ == "poss" or middle:
                    return [Name(inner.start, token.i + 1, title, "organisation")]
            if inner.kind in ("state", "capital", "person", "place") and official:
                found.append(inner)
                found += [n for c in child.conjuncts if (n := linked.at.get(c.i))]
            elif inner.kind == "organisation" and lemma not in (
                "plan",
                "proposal",
                "vote",
            ):
                found.append(inner)
        elif child.dep_ == "appos" and inner is not None:
            found.append(inner)
        elif child.dep_ == "poss" and lemma in agents and child.lemma_ in _BODY_NOUNS:
            found += _one(child, linked)
        elif (
            child.dep_ == "prep"
            and child.lower_ in ("of", "in", "from", "at", "for")
            and lemma in (*agents, *_MEMBERS_OF)
        ):
            found += [
                n
                for n in _objects(child, linked)
                if n.kind in ("state", "capital", "organisation")
            ]
        elif child.dep_ == "prep" and (child.lower_ in _MEMBERS):
            found += _objects(child, linked)
    if found:
        return list(dict.fromkeys(found))
    if lemma in (
        "nation",
        "country",
        "government",
        "state",
        "party",
        "leader",
        "capital",
        "two",
        "both",
    ) and any(child.lower_ in ("these", "both", "two") for child in token.children):
        before = [n for n in linked.names if n.end <= token.i and n.kind != "outlet"]
        return _latest_doer(token, before, linked, several=True)
    if any(
        child.dep_ == "amod" and child.lower_ in ("several", "many", "other", "some")
        for child in token.children
    ):
        return []
    return _by_kind(token, linked)


def _objects(preposition: Token, linked: Linked) -> list[Name]:
    found: list[Name] = []
    for child in preposition.children:
        if child.dep_ == "pobj":
            found += referred(child, linked)
        elif child.dep_ == "prep":
            found += _objects(child, linked)
    return found


def _antecedent(token: Token, linked: Linked) -> list[Name]:
    word = token.lower_
    if word in ("who", "which", "that", "whose"):
        verb = token.head
        while verb.dep_ in ("ccomp", "xcomp", "conj", "aux") and verb.head != verb:
            verb = verb.head
        return referred(verb.head, linked, deep=True) if verb.dep_ == "relcl" else []
    if word in ("i", "we", "my", "our"):
        return referred(speaker(token), linked)
    kinds: tuple[str, ...] = (
        ("person",) if word in ("he", "she") else ("state", "capital", "organisation")
    )
    if word not in ("he", "she", "it", "they"):
        return []
    if spoken := _speaker_above(token, linked):
        return spoken
    before = [
        n for n in linked.names
        if n.end <= token.i and (
            n.kind in kinds or word == "they"
            or (n.kind == "person" and _governs(linked, n))
        )
    ]  # fmt: skip
    return _latest_doer(token, before, linked, several=word == "they")


def _speaker_above(token: Token, linked: Linked) -> list[Name]:
    """Return who says of itself: *the bank's president hinted that he would wait*."""
    verb = token.head
    if verb.dep_ != "ccomp" or verb.head.lemma_.lower() not in group("verbs", "say"):
        return []
    for child in verb.head.children:
        named = child.pos_ != "PRON" or child.lower_ == "who"
        if child.dep_ == "nsubj" and named and child.i < token.i:
            return referred(child, linked)
    return []


def _governs(linked: Linked, name: Name) -> bool:
    """Whether a person's name stands for its government: *the Tusk government*."""
    head = linked.doc[name.end - 1].head
    return (
        head.lemma_.lower() in ("administration", "government", "cabinet")
        and name.end <= head.i
    )


def _latest_doer(
    token: Token, before: list[Name], linked: Linked, several: bool
) -> list[Name]:
    floor = token.sent.start
    for _ in range(3):
        near = [n for n in before if n.start >= floor]
        doers = [n for n in near if _is_subject(linked, n)]
        if several:
            for n in reversed(doers):
                head = linked.doc[n.end - 1]
                head = head.head if head.dep_ == "conj" else head
                while head.dep_ in ("pobj", "prep", "conj"):
                    head = head.head
                group_ = referred(head, linked) if head.dep_ in _SUBJECTS else []
                if len(group_) > 1:
                    return group_
        if doers:
            return [doers[-1]]
        if near and floor < token.sent.start:
            return [near[-1]]
        if floor == 0:
            break
        floor = linked.doc[floor - 1].sent.start
    return []


def _is_subject(linked: Linked, name: Name) -> bool:
    head = linked.doc[name.start : name.end].root
    if head.dep_ in ("compound", "amod", "poss") and head.head.dep_ in _SUBJECTS:
        return head.head.lemma_.lower() in group("people", "agents")
    while head.dep_ in ("conj", "pobj", "prep", "appos") and head.head != head:
        if head.dep_ == "prep" and head.lower_ not in _MEMBERS:
            break
        head = head.head
    if head.dep_ == "compound":
        head = head.head
    return head.dep_ in _SUBJECTS


def _by_kind(token: Token, linked: Linked) -> list[Name]:
    """Return the latest name of a kind: *the council*, *the mayor*."""
    lemma = token.lemma_.lower()
    if lemma in ("country", "government", "party", "group", "ministry", "office"):
        for child in token.children:
            if child.dep_ == "poss" and child.lower_ in ("his", "her"):
                return _latest_doer(
                    token,
                    [
                        n
                        for n in linked.names
                        if n.end <= token.i and n.kind == "person"
                    ],
                    linked,
                    several=False,
                )
    definite = any(
        child.dep_ in ("det", "poss")
        and child.lower_ in ("the", "this", "that", "its", "their", "his", "her")
        for child in token.children
    )
    if not definite:
        return []
    before = [n for n in linked.names if n.end <= token.i]
    if lemma in _SHORT:
        return [Name(token.i, token.i + 1, _SHORT[lemma], "organisation")]
    ranks = lexicon()["people"]
    if any(
        lemma == title.split()[-1]
        for rank in ("head", "government", "own")
        for title in ranks[rank]
    ):
        whole = (
            " ".join(t.lower_ for t in token.lefts if t.dep_ in ("compound", "amod"))
            + f" {token.lower_}"
        )
        whole = whole.strip()
        holders = [
            n for n in reversed(before)
            if n.kind == "person"
            and (office := linked.persons[n.name].office).split(" ")[-1:] == [lemma]
            and (whole == lemma or whole in office or office in whole)
        ]  # fmt: skip
        if holders:
            return holders[:1]
        if lemma in ranks["head"] and linked.main_state:
            return [Name(token.i, token.i + 1, linked.main_state, "state")]
        return []
    if lemma in _BODY_NOUNS:
        same = [
            n
            for n in reversed(linked.names)
            if n.kind == "organisation" and lemma in n.name.lower().split()
        ]
        earlier = [n for n in same if n.end <= token.i]
        return (
            (earlier or same)[:1] if (earlier or same) else _latest_body(lemma, before)
        )
    if lemma in ("government", "administration", "cabinet", "ministry", "country") or (
        lemma in ("authority",) and linked.main_state
    ):
        states = [
            n
            for n in reversed(before)
            if n.kind in ("state", "capital") and _is_subject(linked, n)
        ]
        state = states[0].name if lemma == "country" and states else linked.main_state
        return [Name(token.i, token.i + 1, state, "state")] if state else []
    return []


def _latest_body(lemma: str, before: list[Name]) -> list[Name]:
    if lemma not in (
        "company",
        "firm",
        "group",
        "operator",
        "utility",
        "manufacturer",
        "producer",
        "charity",
        "maker",
        "airline",
        "campaign",
    ):
        return []
    known = lexicon()["bodies"]
    return [
        n for n in reversed(before) if n.kind == "organisation" and n.name not in known
    ][:1]
