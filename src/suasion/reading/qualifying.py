"""Support that is qualified: reluctant, conditional, or followed by a *but*."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from suasion.reading.claim import Stance
from suasion.reading.clause import Finding, clause_verb
from suasion.reading.linking import Linked, Name

__all__ = ["qualified", "sided"]

_CONDITION = re.compile(
    r"\b(?:unless|provided|providing|only if|only (?:\w+ ){1,4}if|"
    r"(?:on|under) (?:the |one )?condition|(?:as|so) long as|subject to|"
    r"in (?:return|exchange) for|conditional)\b"
)
_WEIGHTS = {"high": 3, "medium": 2, "low": 1}
_BUT = re.compile(r"\b(?:but|though|although|yet|however|while)\b")
_BUT_WANTS = re.compile(
    r"\b(?:but|although|though)\b (?:\w+ ){0,4}?(?:wants?|asks?|asking|asked|insists?|"
    r"demands?|needs?|would like|seeks?|urged|conditions?)\b"
)
_IF_IT_FAILS = re.compile(
    r"\b(?:if|unless|should)\b(?! its| their| his| her)"
    r"[^.;]{0,60}\b(?:fails?|refused|rejected|blocked|"
    r"voted down|"
    r"turned down|falls? through|collapses?|delayed|dropped|scrapped|shelved|withdrawn|"
    r"vetoed|not (?:approved|passed|adopted|granted|signed)|"
    r"(?:refuses?|rejects?) (?:it|the))\b"
)
_CAUTIOUSLY = re.compile(
    r"\b(?:cautious|reluctant|grudging|half-hearted|hesitant|wari|uneasi|tentative|"
    r"guarded|lukewarm|tepid|in principle|with (?:caution|reservations|caveats|conditions))"
)


def qualified(found: Sequence[Finding], linked: Linked) -> Iterator[Finding]:
    """Return the positions of a sentence; those for something with conditions as wary.

    Where one of several names stands apart (*Norway and, more cautiously, Spain*), the
    finding becomes two.
    """
    for draft in found:
        _weigh(draft, found)
        if draft.stance in ("against", "wary") and _dreads_failure(draft):
            draft.stance = "for"
        if draft.stance == "for":
            yield from _supporters(draft, found, linked)
        else:
            yield draft


def _dreads_failure(draft: Finding) -> bool:
    """Whether a threat or fear is of the proposal's failure, not of the proposal."""
    verb = clause_verb(draft.at)
    dreads = verb.lemma_.lower() in ("threaten", "fear", "warn", "worry", "caution")
    later = verb.doc[verb.i : verb.sent.end].text.lower()
    return dreads and _IF_IT_FAILS.search(later) is not None


def _weigh(draft: Finding, found: Sequence[Finding]) -> None:
    """Let an aside, or a word that introduces a position, count less than that."""
    verb = clause_verb(draft.at)
    for other in found:
        if other is draft or not set(other.holders) & set(draft.holders):
            continue
        main = clause_verb(other.at)
        aside = verb.dep_ == "relcl" and main.is_ancestor(verb)
        introduces = main.dep_ == "ccomp" and main.head == draft.at
        if aside or introduces:
            draft.confidence = "low"


def _supporters(
    draft: Finding, found: Sequence[Finding], linked: Linked
) -> Iterator[Finding]:
    later = linked.doc[draft.at.i : draft.at.sent.end].text.lower()
    if _CONDITION.search(later) or _BUT_WANTS.search(later):
        draft.stance = "wary"
    elif _BUT.search(later) and any(
        other.stance == "wary"
        and set(other.holders) & set(draft.holders)
        and other.at.i > draft.at.i
        for other in found
    ):
        draft.confidence = "low"
    shy = [name for name in draft.holders if _CAUTIOUSLY.search(_aside(name, linked))]
    if not shy and _CAUTIOUSLY.search(_manner(draft)):
        shy = draft.holders
    bold = [name for name in draft.holders if name not in shy]
    if bold or not shy:
        draft.holders = bold
        yield draft
    if shy:
        yield Finding(draft.kind, draft.at, shy, draft.others, "wary")


def _aside(name: Name, linked: Linked) -> str:
    """Return what stands between commas, or after *and*, directly before a name."""
    before = linked.doc[: name.start].text.lower()
    last = re.search(r"(?:,|\band\b)([^,]{0,40}),? ?(?:the )?$", before)
    return last[1] if last else ""


def _manner(draft: Finding) -> str:
    """Return how it is done, in lower case: what stands beside the verb."""
    words = [
        t.text
        for c in clause_verb(draft.at).children
        if c.dep_ in ("advmod", "prep")
        and c.sent.doc[c.left_edge.i - 1].text not in (",", "and")
        for t in c.subtree
    ]
    return " ".join(words).lower()


def sided(drafts: Sequence[Finding], linked: Linked) -> None:
    """Give those who side with an actor its stance: *Paris is supported by Ireland*."""
    for place, draft in enumerate(drafts):
        if draft.echo:
            before = [d for d in drafts[:place] if d.stance not in (None, "none")]
            draft.stance = before[-1].stance if before else draft.stance
            continue
        names = {linked.actor(n) for n in draft.sides if n not in draft.holders}
        weights: Counter[Stance] = Counter()
        for other in drafts:
            if other is draft or other.stance in (None, "none") or other.sides:
                continue
            if names & {linked.actor(n) for n in other.holders}:
                weights[other.stance] += _WEIGHTS[other.confidence]
        if weights:
            draft.stance = weights.most_common(1)[0][0]
