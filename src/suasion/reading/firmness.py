"""Who says so, and how firmly: attribution and hedge of a predicate.

Rules, not a model: the order in which hedges are looked for is that of the page
"Reading an article".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from suasion.reading.claim import Attribution, Hedge
from suasion.reading.lexicon import group
from suasion.reading.linking import Linked
from suasion.reading.referring import named_in, referred

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Said", "attribution", "hedge", "quoted", "speech"]

Said = tuple[Attribution, "Token | None"]
_QUOTES = '"“”'


def speech(predicate: Token) -> Token | None:
    """Return the verb of saying that a predicate hangs on, if it does."""
    node = predicate
    for _ in range(8):
        head = node.head
        if head == node:
            break
        if node.dep_ in ("ccomp", "parataxis") and head.lemma_.lower() in group(
            "verbs", "say"
        ):
            return head
        if node.dep_ not in (
            "ccomp",
            "xcomp",
            "conj",
            "advcl",
            "relcl",
            "acl",
            "pcomp",
            "prep",
            "attr",
            "acomp",
            "pobj",
            "dobj",
            "nsubj",
            "nsubjpass",
            "appos",
            "parataxis",
            "dep",
            "oprd",
            "amod",
            "compound",
        ):
            break
        node = head
    for child in predicate.children:
        if (
            child.dep_ in ("parataxis", "ccomp")
            and child.lemma_.lower() in group("verbs", "say")
            and child.i > predicate.i
            and any(c.dep_ == "nsubj" for c in child.children)
        ):
            return child
    return None


def attribution(predicate: Token, linked: Linked) -> Said:
    """Return who says what a predicate says, and the verb of saying, if any."""
    sentence = predicate.sent
    for token in sentence:
        if token.lower_ == "according" and token.i + 1 < len(linked.doc):
            near = [
                linked.at[i]
                for i in range(token.i + 2, min(token.i + 4, len(linked.doc)))
                if i in linked.at
            ]
            if near and near[0].kind in ("outlet", "organisation"):
                return _who(linked.doc[near[0].end - 1], linked), None
            source = next(
                (
                    t
                    for c in token.children
                    if c.lower_ == "to"
                    for t in c.children
                    if t.dep_ == "pobj"
                ),
                None,
            )
            if source is not None:
                return _who(source, linked), None
    verb = speech(predicate)
    if verb is not None:
        speaker = next((c for c in verb.children if c.dep_ == "nsubj"), None)
        if speaker is None and verb.dep_ in ("conj", "xcomp", "advcl"):
            speaker = next((c for c in verb.head.children if c.dep_ == "nsubj"), None)
        if speaker is not None and not (
            speaker.lower_ in ("it", "they") and not referred(speaker, linked)
        ):
            return _who(speaker, linked), verb
        by = next(
            (
                t
                for c in verb.children
                if c.dep_ == "agent"
                for t in c.children
                if t.dep_ == "pobj"
            ),
            None,
        )
        if by is not None:
            return _who(by, linked), verb
        return Attribution(), verb
    tail = _tail_speaker(predicate)
    if tail is not None:
        return _who(tail, linked), tail.head
    for token in sentence:
        if token.dep_ == "agent" and token.head.lemma_.lower() in (
            "report",
            "see",
            "quote",
            "cite",
        ):
            source = next((t for t in token.children if t.dep_ == "pobj"), None)
            if source is not None and any(
                n.kind == "outlet" for n in named_in(source, linked)
            ):
                return _who(source, linked), None
    if (
        quoted(predicate)
        and (speaker := _earlier_speaker(predicate, linked)) is not None
    ):
        return _who(speaker, linked), speaker.head
    return Attribution(), None


def _tail_speaker(predicate: Token) -> Token | None:
    """Return the speaker in *..., three diplomats said on Monday.*"""
    words = [t for t in predicate.sent if not t.is_space]
    for verb in words[-12:]:
        if (
            verb.i > predicate.i
            and verb.dep_ != "relcl"
            and verb.lemma_.lower() in group("verbs", "say")
            and verb.tag_ in ("VBD", "VBZ", "VBP")
        ):
            speaker = next((c for c in verb.children if c.dep_ == "nsubj"), None)
            if speaker is None:
                continue
            first = min(speaker.left_edge.i, verb.i)
            if (
                first
                and verb.doc[first - 1].text in (",", "”", '"')
                and not any(c.dep_ == "ccomp" and c.i > verb.i for c in verb.children)
            ):
                return speaker
    return None


def quoted(token: Token) -> bool:
    """Whether a token stands between quotation marks of its paragraph."""
    text = token.doc.text
    start = text.rfind("\n\n", 0, token.idx) + 1
    return sum(text.count(mark, start, token.idx) for mark in _QUOTES) % 2 == 1


def _earlier_speaker(token: Token, linked: Linked) -> Token | None:
    place = token.sent.start
    for _ in range(2):
        if place == 0:
            return None
        sentence = linked.doc[place - 1].sent
        for word in sentence:
            if word.lemma_.lower() in group("verbs", "say"):
                for child in word.children:
                    if child.dep_ == "nsubj":
                        return child
        place = sentence.start
    return None


def _who(token: Token, linked: Linked) -> Attribution:
    words = re.sub(
        r"\s+", " ", linked.doc[token.left_edge.i : token.right_edge.i + 1].text
    )
    words = re.split(r", (?:who|which|and|but)\b", words)[0][:80].strip(" ,")
    name = linked.at.get(token.i)
    if name is not None and name.kind == "outlet":
        return Attribution(by="another outlet", who=linked.words(name))
    lemma = token.lemma_.lower()
    inside = named_in(token, linked)
    if any(n.kind == "outlet" for n in inside) and lemma in (
        "report",
        "newspaper",
        "daily",
        "agency",
        "broadcaster",
        "magazine",
        "website",
        "outlet",
    ):
        return Attribution(by="another outlet", who=words)
    if lemma in (
        "newspaper",
        "broadcaster",
        "daily",
        "magazine",
        "medium",
        "paper",
        "tabloid",
    ):
        return Attribution(by="another outlet", who=words)
    if name is not None:
        return Attribution(by="person", who=linked.words(name))
    named = any(
        c.dep_ == "appos" and (n := linked.at.get(c.i)) and n.kind == "person"
        for c in token.children
    )
    nameless = not named and (
        lemma in group("people", "unnamed")
        or lemma in ("familiar", "briefed", "two", "three", "one")
    )
    if nameless and not any(n.kind == "person" for n in inside if n.start <= token.i):
        return Attribution(by="officials", who=words)
    found = referred(token, linked)
    if found:
        return Attribution(by="person", who=words)
    if token.pos_ == "PRON":
        return Attribution()
    return Attribution(
        by="person" if inside else "officials" if token.tag_ == "NNS" else "person",
        who=words,
    )


_SET_TO = re.compile(
    r"\b(?:is|are|was|were|be) "
    r"(?:set|due|scheduled|slated|poised|about|preparing) (?:to|for)\b"
)


def _near(predicate: Token) -> str:
    """Return the words before a predicate up to the comma, and a few after it."""
    start = predicate.i
    while (
        start > predicate.sent.start
        and predicate.i - start < 8
        and predicate.doc[start - 1].text != ","
    ):
        start -= 1
    return str(
        predicate.doc[start : predicate.i + (3 if predicate.pos_ == "VERB" else 9)].text
    )


# --- how firmly --------------------------------------------------------------------


def hedge(predicate: Token, linked: Linked, said: Said) -> Hedge:
    """Return the strongest hedge on a predicate."""
    source, verb = said
    chain = _chain(predicate)
    words = {
        t.lower_
        for link in chain
        for t in link.children
        if t.dep_ in ("advmod", "aux", "amod", "npadvmod")
    }
    words |= {link.lower_ for link in chain}
    lemmas = [link.lemma_.lower() for link in chain[1:]]
    denied = group("hedges", "denied_verbs")
    if (
        (verb is not None and verb.lemma_.lower() in denied)
        or predicate.lemma_.lower() in denied
        or denied & set(lemmas)
    ):
        return "denied"
    if verb is not None and verb.lemma_.lower() in group("hedges", "alleged_verbs"):
        return "alleged"
    if words & group("hedges", "alleged_words") or group("hedges", "alleged_verbs") & {
        predicate.lemma_.lower(),
        *lemmas,
    }:
        return "alleged"
    if _planned(predicate, chain, linked) or _SET_TO.search(_near(predicate)):
        return "planned"
    if words & group("hedges", "possible_auxiliaries") and not _past_ability(chain):
        return "possible"
    possible = group("hedges", "possible_verbs")
    if words & group("hedges", "possible_words") or possible & {
        predicate.lemma_.lower(),
        *lemmas,
    }:
        return "possible"
    if predicate.lemma_.lower() in group("hedges", "fear_words"):
        return "possible"
    reported = words & group("hedges", "reported_words")
    passive = any(
        link.lemma_.lower() in group("hedges", "reported_verbs")
        and any(c.dep_ == "auxpass" for c in link.children)
        for link in (*chain, *((verb,) if verb is not None else ()))
    )
    if reported or passive or source.by in ("another outlet", "officials"):
        return "reported"
    return "none"


def _chain(predicate: Token) -> list[Token]:
    """Return a predicate and the verbs that govern it: *is set to* *send*."""
    chain = [predicate]
    node = predicate
    while (
        node.dep_ in ("xcomp", "acomp", "attr", "pcomp", "prep", "oprd", "dobj", "pobj")
        and node.head != node
        and len(chain) < 6
    ):
        if node.dep_ in ("dobj", "pobj", "prep") and node.pos_ in ("VERB", "AUX"):
            break
        node = node.head
        chain.append(node)
    if (
        node.dep_ == "conj"
        and node.head.pos_ in ("VERB", "AUX")
        and not any(c.dep_ in ("nsubj", "aux", "nsubjpass") for c in node.children)
    ):
        chain.append(node.head)
    return chain


def _planned(predicate: Token, chain: list[Token], linked: Linked) -> bool:
    for place, link in enumerate(chain):
        for child in link.children:
            if child.dep_ == "aux" and child.lower_ in group(
                "hedges", "planned_auxiliaries"
            ):
                return not any(t.lower_ == "likely" for t in link.children)
            if (
                child.dep_ == "aux"
                and child.lower_ == "would"
                and speech(predicate) is not None
            ):
                holder = next((c for c in link.children if c.dep_ == "nsubj"), None)
                said = speech(predicate)
                speaker = (
                    next((c for c in said.children if c.dep_ == "nsubj"), None)
                    if said is not None
                    else None
                )
                if holder is not None and holder.lower_ in (
                    "he",
                    "she",
                    "they",
                    "it",
                    "we",
                ):
                    theirs = {n.name for n in referred(speaker, linked)}
                    return holder.lower_ in ("he", "she", "we") or bool(
                        theirs & {n.name for n in referred(holder, linked)}
                    )
        if place and link.lemma_.lower() in group("hedges", "planned_verbs"):
            return True
        if (
            place
            and link.lemma_ == "be"
            and any(
                c.dep_ == "aux" and c.lower_ == "to" for c in chain[place - 1].children
            )
            and chain[place - 1].dep_ == "xcomp"
        ):
            return True
    if (
        predicate.lemma_.lower() in ("plan", "prepare", "intend")
        and predicate.pos_ == "VERB"
    ):
        return True
    if predicate.lemma_.lower() in ("vow", "promise", "pledge") and any(
        c.dep_ == "xcomp" for c in predicate.children
    ):
        return True
    return predicate.lemma_.lower() in (
        "schedule",
        "expect",
        "slate",
        "due",
    ) and predicate.tag_ in ("VBN", "JJ")


def _past_ability(chain: list[Token]) -> bool:
    return any(
        c.lower_ == "could" and any(n.dep_ == "neg" for n in link.children)
        for link in chain
        for c in link.children
    )
