"""Turns of phrase that take a side as a whole: *kept its cards close to its chest*.

They are in `idiom.toml`: what a verb, noun or adjective alone does not say. Whoever is
the subject of the clause takes the side; what follows may turn it, as everywhere.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suasion.reading.claim import Stance
from suasion.reading.clause import Finding, clause_verb, former
from suasion.reading.referring import agent, referred, subject
from suasion.reading.stance import Proposal, turned

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from suasion.reading.linking import Linked, Name

__all__ = ["idioms"]

_SHORT = {
    "<his>": r"(?:its|their|his|her|our|my|your|the)",
    "<not>": r"(?:not|n.t|never|no intention to|no plans? to|no wish to|"
    r"no intention of|nothing to)",
}
_ORDER: tuple[Stance, ...] = ("unclear", "wary", "against", "for")


@functools.cache
def _turns() -> dict[str, re.Pattern[str]]:
    place = importlib.resources.files("suasion.reading").joinpath("idiom.toml")
    lists = tomllib.loads(place.read_text("utf-8"))
    result = {}
    for name, expressions in lists.items():
        joined = "|".join(expressions)
        for short, long in _SHORT.items():
            joined = joined.replace(short, long)
        result[name] = re.compile(rf"\b(?:{joined})", re.IGNORECASE)
    return result


def idioms(sentence: Span, linked: Linked, proposal: Proposal) -> Iterator[Finding]:
    """Find the idioms of a sentence, at most one a clause."""
    done: set[int] = set()
    for sign in _ORDER:
        for match in _turns()[sign].finditer(sentence.text):
            first = sentence.start_char + match.start()
            span = sentence.doc.char_span(
                first, first + len(match[0].rstrip()), alignment_mode="expand"
            )
            if span is None:
                continue
            verb = _verb(span)
            denied = _denied(verb, match[0])
            if verb.i in done or (denied and sign != "for"):
                continue
            holders = _holders(verb, linked)
            if holders:
                done.add(verb.i)
                stance = turned("against" if denied else sign, span, proposal)
                sure = "low" if former(verb) or former(clause_verb(verb)) else "medium"
                yield Finding("position", verb, holders, [], stance, sure)


def _denied(verb: Token, words: str) -> bool:
    """Whether the clause says that it is not so."""
    if re.search(r"\b(?:no|not|none|nothing|never)\b|n['\u2019]t\b", words.lower()):
        return False
    return any(c.dep_ == "neg" or c.lower_ == "never" for c in verb.children)


def _verb(span: Span) -> Token:
    """Return the verb of the clause: the first of the idiom, or the one it hangs on."""
    verbs = [t for t in span if t.pos_ == "VERB"]
    root = span.root
    return root if root.pos_ == "VERB" else verbs[0] if verbs else clause_verb(root)


def _holders(verb: Token, linked: Linked) -> list[Name]:
    passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children)
    doer = (agent(verb) if passive else None) or subject(verb)
    return [n for n in referred(doer, linked) if n.kind != "outlet"]
