"""Who is who: names in a text linked to actors.

A state, its government, capital, head and ministers are one actor; who governed before
or will govern later is another. The link between a person and a state comes from the
text itself ("French President ...", "..., the prime minister of Norway").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from suasion.reading.gazetteer import places
from suasion.reading.lexicon import group, lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

__all__ = ["Linked", "Name", "Person", "link"]

_CAP = r"(?:[A-ZÀ-Þ][\w\u2019'.-]*[\w])"
_PART = rf"{_CAP}['\u2019]?"
_PARTICLE = r"(?:de|van|von|der|den|al|el|bin|da|di|le|la|ter|ten)"
_FULL = rf"{_CAP}(?: (?:{_PARTICLE} )*{_CAP}){{0,3}}"
_TENURE = (
    r"(?:(?P<tenure>former|ex|outgoing|departing|incoming|then|acting|next|late)[ -])?"
)

_AMBITION = re.compile(r"\b(?:becom|hop|want|expect|candida|runn|bid|aspir|would-be)")
_TENURES = {
    "ex": "former",
    "late": "former",
    "departing": "outgoing",
    "next": "incoming",
}


@dataclass
class Person:
    """A person in the text: what it is called, what it holds."""

    name: str
    office: str = ""
    rank: Literal["", "head", "government", "own"] = ""
    state: str = ""
    tenure: str = ""

    @property
    def actor(self) -> str:
        """The actor that it speaks for: its state, or itself."""
        governs = self.rank in ("head", "government") and self.tenure in (
            "",
            "outgoing",
        )
        return self.state if governs and self.state else self.name


@dataclass(frozen=True)
class Name:
    """A name in the text: tokens from `start` up to `end`."""

    start: int
    end: int
    name: str
    kind: Literal["state", "capital", "organisation", "person", "outlet", "place"]


@dataclass
class Linked:
    """A text with its names."""

    doc: Doc
    names: list[Name]
    persons: dict[str, Person]
    main_state: str
    at: dict[int, Name] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.names:
            for place in range(name.start, name.end):
                self.at[place] = name

    def actor(self, name: Name) -> str:
        """Name of the actor that a name in the text stands for."""
        person = self.persons.get(name.name)
        return person.actor if person and name.kind == "person" else name.name

    def words(self, name: Name) -> str:
        """Return the name as in the text."""
        return self.doc[name.start : name.end].text


def link(doc: Doc) -> Linked:
    """Find the names in a parsed text and link them to actors."""
    text = doc.text
    sure = [*_known(doc), *_bodies(doc), *_described(doc), *_members(doc)]
    found = [*sure, *_entities(doc)]
    states = Counter(name.name for name in found if name.kind in ("state", "capital"))
    first = re.match(r"([A-Z]{2}[A-Z .'-]+?)(?:,| \(| ?[-—–])", text)
    line = places().get(first[1].title()) if first else None
    main = line.name if line else (states.most_common(1)[0][0] if states else "")
    persons, spans = _persons(doc, sure, main)
    names = _without_overlap([*spans, *found])
    names = sorted([*names, *_subjects(doc, names)], key=lambda n: n.start)
    names = _merged_bodies(names, doc)
    return Linked(doc, names, persons, main)


# --- names that are known, bodies --------------------------------------------------


def _known(doc: Doc) -> Iterator[Name]:
    table = places()
    words = "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True))
    for match in re.finditer(rf"(?<![\w-])(?:{words})(?![\w])", doc.text):
        span = doc.char_span(*match.span(), alignment_mode="expand")
        if span is not None:
            place = table[match[0]]
            yield Name(span.start, span.end, place.name, place.kind)


def _bodies(doc: Doc) -> Iterator[Name]:
    heads = "|".join(sorted(group("organisations", "heads"), key=len, reverse=True))
    day = r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    tail = rf"(?: (?:of|for|on) (?:the )?{day}{_CAP}(?: (?:and )?{_CAP})*)?"
    body = (
        rf"\b{_PART}(?: (?:(?:of|for|the|&) )?{_PART}){{0,5}} (?:{heads})\b"
        rf"{tail}(?: \([A-Z]{{2,6}}\))?"
    )
    parties = "|".join(
        sorted(
            (*group("organisations", "parties"), *group("organisations", "outlets")),
            key=len,
            reverse=True,
        )
    )
    for match in re.finditer(rf"{body}|\b(?:{parties})\b", doc.text):
        span = doc.char_span(*match.span(), alignment_mode="contract")
        if span is not None:
            while span and span[0].text.lower() in (
                "the",
                "a",
                "but",
                "and",
                "in",
                "if",
                "when",
                "while",
            ):
                span = span[1:]
            if len(span) > 1 or (
                span and span.text not in group("organisations", "heads")
            ):
                name = re.sub(r" \([A-Z]+\)$", "", span.text)
                yield Name(span.start, span.end, name, _kind(name))


def _entities(doc: Doc) -> Iterator[Name]:
    for span in doc.ents:
        label = span.label_
        if label == "PERSON" and _is_body(span):
            label = "ORG"
        if label not in ("ORG", "GPE", "FAC", "NORP"):
            continue
        for place in range(len(span) - 1, 0, -1):  # "rail union Acme"
            if span[place - 1].lower_ in group("organisations", "nouns"):
                span = span[place:]
                break
        after = doc[span.end].lower_ if span.end < len(doc) else ""
        if after in ("secretary", "minister") or (
            span.text.lower() in group("organisations", "no_names")
        ):
            continue
        while span and (span[0].text.lower() in ("the", "a") or span[0].is_punct):
            span = span[1:]
        while span and span[-1].text in ("'s", "\u2019s", "\u2019", "'"):
            span = span[:-1]
        if (
            not span
            or not span.text[0].isupper()
            or re.search(r"\n| [-—–] |\d", span.text)
        ):
            continue
        if span[0].text.lower() in _offices() or span.text in (
            "Treasury",
            "State",
            "House",
        ):
            continue
        kind: Literal["place", "organisation", "outlet"] = (
            "place" if label in ("GPE", "FAC") else _kind(span.text)
        )
        if label == "NORP" and not (
            span.text.endswith("s") and span.root.pos_ != "ADJ"
        ):
            continue
        if span.root.pos_ in ("PROPN", "NOUN") or label == "ORG":
            yield Name(span.start, span.end, span.text, kind)


def _is_body(span: Span) -> bool:
    """Whether what looks like a person is a body: *Northway Trains, which ...*."""
    after = span.doc[span.end : span.end + 2].text
    return span[-1].tag_ == "NNPS" or after in (", which", "which")


def _described(doc: Doc) -> Iterator[Name]:
    """Find bodies by the noun before their name: *the rail union Acme*."""
    nouns = "|".join(sorted(group("organisations", "nouns"), key=len, reverse=True))
    behind = r"(?:campaign|group|movement|lobby|coalition|alliance|union)"
    for match in (
        *re.finditer(rf"\b(?i:{nouns}) (?P<name>{_CAP}(?: {_CAP}){{0,3}})", doc.text),
        *re.finditer(rf"\b(?P<name>{_CAP}(?: {_CAP}){{2,4}}) {behind}\b", doc.text),
    ):
        span = doc.char_span(*match.span("name"), alignment_mode="contract")
        if span is not None and span[0].ent_type_ not in ("DATE", "GPE"):
            name = re.sub(r"['\u2019]s?$", "", span.text)
            yield Name(span.start, span.end, name, _kind(name))


def _subjects(doc: Doc, names: list[Name]) -> Iterator[Name]:
    """Find what acts under a name of which nothing else is known."""
    taken = {i for name in names for i in range(name.start, name.end)}
    roles = ("nsubj", "nsubjpass")
    for token in doc:
        role = token.head if token.dep_ in ("conj", "appos") else token
        acts = role.dep_ in roles or (role.dep_ == "pobj" and role.head.dep_ == "agent")
        if (
            token.pos_ != "PROPN"
            or not acts
            or token.i in taken
            or not token.text[0].isupper()
            or token.ent_type_ in ("DATE", "TIME", "MONEY", "LAW", "EVENT", "LANGUAGE")
            or token.lower_ in group("organisations", "no_names")
            or token.lower_ in _offices()
        ):
            continue
        start = token.i
        while (
            start > token.sent.start
            and doc[start - 1].pos_ == "PROPN"
            and start - 1 not in taken
            and doc[start - 1].text[0].isupper()
        ):
            start -= 1
        name = doc[start : token.i + 1].text
        yield Name(start, token.i + 1, name, _kind(name))


def _members(doc: Doc) -> Iterator[Name]:
    """Find parties by their members: *Conservative councillors*."""
    table = lexicon()["organisations"]["members"]
    kinds = "|".join(table["nouns"])
    words = "|".join(table["parties"])
    for match in re.finditer(
        rf"\b(?P<party>{words})(?= (?:[a-z]+ )?(?:{kinds})\b)", doc.text
    ):
        span = doc.char_span(*match.span("party"), alignment_mode="contract")
        if span is not None:
            party = table["parties"][match["party"]]
            yield Name(span.start, span.end, party, "organisation")


def _kind(name: str) -> Literal["organisation", "outlet"]:
    last = name.split()[-1]
    known = name in group("organisations", "outlets") or (
        last in group("organisations", "outlet_heads")
    )
    return "outlet" if known else "organisation"


def _merged_bodies(names: list[Name], doc: Doc) -> list[Name]:
    """Give short forms and acronyms the full name of their body."""
    full = [n.name for n in names if n.kind in ("organisation", "outlet")]
    acronyms = {
        match[2]: match[1]
        for match in re.finditer(
            rf"({_CAP}(?: (?:(?:of|for|and|the) )*{_CAP})+) \(([A-Z]{{2,6}})\)",
            doc.text,
        )
    }
    result = []
    for name in names:
        title = name.name
        if name.kind == "organisation" and title not in places():
            title = acronyms.get(title, title)
            longer = [
                other
                for other in full
                if len(other) > len(title)
                and (other.endswith(f" {title}") or other.startswith(f"{title} "))
            ]
            party = f"{title.removesuffix('s')} Party"
            if party in full:
                title = party
            elif longer and title not in group("organisations", "parties"):
                title = longer[0]
            title = re.sub(r"^[Tt]he ", "", title)
        result.append(Name(name.start, name.end, title, name.kind))
    return result


def _without_overlap(names: list[Name]) -> list[Name]:
    """Keep the longest of names that overlap; of equally long ones the first given."""
    kept: list[Name] = []
    taken: set[int] = set()
    for name in sorted(names, key=lambda n: -(n.end - n.start)):
        tokens = set(range(name.start, name.end))
        if not tokens & taken:
            taken |= tokens
            kept.append(name)
    return sorted(kept, key=lambda n: n.start)


# --- persons -----------------------------------------------------------------------


def _offices() -> dict[str, Literal["head", "government", "own"]]:
    result: dict[str, Literal["head", "government", "own"]] = {}
    for rank in ("head", "government", "own"):
        for office in lexicon()["people"][rank]:
            result[office] = rank
    return result


def _persons(
    doc: Doc, known: list[Name], main: str
) -> tuple[dict[str, Person], list[Name]]:
    text = doc.text
    offices = _offices()
    listed = "|".join(sorted(map(re.escape, offices), key=len, reverse=True))
    office = rf"(?P<office>(?i:{listed}))"
    taken = {
        i for name in known if name.kind != "place" for i in range(name.start, name.end)
    }
    full: dict[str, Person] = {}
    spans: list[tuple[int, int, str]] = []

    def keep(start: int, end: int) -> str:
        title = re.match(
            rf"(?:(?i:{listed}|sir|dame|lord|lady|mrs?|ms|dr)\.? )+", text[start:end]
        )
        start += title.end() if title else 0
        words = re.sub(r"['\u2019]s?$", "", text[start:end]).strip()
        span = doc.char_span(start, start + len(words), alignment_mode="expand")
        if (
            span is None
            or not words
            or any(i in taken for i in range(span.start, span.end))
        ):
            return ""
        spans.append((span.start, span.end, words))
        return words

    before = re.compile(
        rf"\b{_TENURE}{office}(?P<elect>-elect|-designate)?,? (?P<name>{_FULL})"
    )
    for match in before.finditer(text):
        keep(*match.span("name"))
    for ent in doc.ents:
        if (
            ent.label_ == "PERSON"
            and not _is_body(ent)
            and re.fullmatch(rf"{_FULL}(?:['\u2019]s)?", ent.text)
            and not re.search(r"\d", ent.text)
        ):
            keep(ent.start_char, ent.end_char)
    longest = sorted({words for _, _, words in spans}, key=len, reverse=True)
    for words in longest:
        owner = next(
            (
                name
                for name in full
                if name.split()[-1] == words.split()[-1]
                and (words in name or " " not in words)
            ),
            None,
        )
        if owner is None:
            full[words] = Person(words)
    surnames = {name.split()[-1]: name for name in full if len(name.split()[-1]) > 2}
    names: list[Name] = []
    for match in re.finditer(
        "|".join(
            map(re.escape, sorted({*full, *surnames, *longest}, key=len, reverse=True))
        )
        or "(?!)",
        text,
    ):
        if re.match(r"\w", text[match.end() : match.end() + 1]) or (
            match.start() and re.match(r"[\w-]", text[match.start() - 1])
        ):
            continue
        span = doc.char_span(*match.span(), alignment_mode="expand")
        owner = match[0] if match[0] in full else surnames.get(match[0].split()[-1], "")
        if (
            span is None
            or not owner
            or any(i in taken for i in range(span.start, span.end))
        ):
            continue
        names.append(Name(span.start, span.end, owner, "person"))
        _describe(full[owner], text, match.start(), match.end(), office, offices, main)
    return full, names


def _describe(
    person: Person, text: str, start: int, end: int, office: str,
    offices: dict[str, Literal["head", "government", "own"]], main: str,
) -> None:  # fmt: skip
    """Read office, state and tenure off the words around a name."""
    left, right = text[max(0, start - 90) : start], text[end : end + 110]
    table = places()
    state = "|".join(
        re.escape(word)
        for word in sorted(table, key=len, reverse=True)
        if table[word].kind == "state"
    )
    prefix = re.search(
        rf"(?P<before>(?:\b(?:{state})(?:['\u2019]s?)? )?"
        rf"(?:(?!(?:and|or|by|with|of|to) )[\w-]+ ){{0,3}}?)"
        rf"{_TENURE}{office}(?P<elect>-elect|-designate)?"
        rf"(?: of (?:the )?(?P<of>{state}))?,? (?:[A-Z][a-z]+ )?$",
        left,
    )
    behind = re.match(
        r"(?:['\u2019]s)?,? (?P<words>(?:the |an? |who )?[^.;]{0,90})", right
    )
    suffix = None
    if behind and right.startswith(","):
        part = behind["words"].split(",")[0]
        suffix = re.search(
            rf"^(?:who (?:is|chairs|leads|heads)|the|an?|)[^,]*?{_TENURE}"
            rf"(?:(?:{state})(?:['\u2019]s?)? )?(?:[A-Za-z]+ )??{office}"
            rf"(?P<elect>-elect)?(?: (?:of|for) (?:the )?(?:{state}))?",
            part.strip(),
        )
    for match, words in ((prefix, left), (suffix, behind["words"] if behind else "")):
        if match is None:
            continue
        if match is suffix and _AMBITION.search(match[0]):
            person.tenure = person.tenure or "incoming"
            continue
        title = match["office"].lower()
        phrase = words[match.start() : match.end()]
        named = [
            table[word].name for word in re.findall(rf"\b(?:{state})(?!\w)", phrase)
        ]
        if not person.rank or (person.rank == "own" and offices[title] != "own"):
            person.office, person.rank = title, offices[title]
        if match["elect"] or title.endswith(("-elect", "-designate")):
            person.tenure = "incoming"
        elif said := re.search(
            r"\b(former|ex|late|outgoing|departing|incoming|next)\b", phrase.lower()
        ):
            person.tenure = person.tenure or _TENURES.get(said[1], said[1])
        if named and not person.state:
            person.state = named[-1]
    if re.match(r"(?:['\u2019]s)? (?:administration|presidency)\b", right):
        person.rank = (
            "head" if person.rank in ("", "own") and not person.tenure else person.rank
        )
        person.office = person.office or "president"
        person.state = person.state or "United States"
    elif re.match(r"(?:['\u2019]s)? government\b", right) and not person.rank:
        person.rank, person.office = "head", "head of government"
    if person.rank == "head" and not person.state:
        near = re.split(r"(?<![A-Z])[.!?]\W|\n\n", left)[-1]
        if named := re.findall(rf"\b(?:{state})(?!\w)", near):
            person.state = table[named[-1]].name
    if re.search(rf"\b[Ii]ts (?:[\w-]+ ){{0,3}}?{office},? $", left):
        before = re.split(r"(?<![A-Z])[.!?]\W|\n\n", text[max(0, start - 400) : start])
        heads = "|".join(group("organisations", "heads"))
        for sentence in reversed(before[-2:]):
            if re.search(rf"\b(?:{heads})\b", sentence) and person.rank == "head":
                person.rank, person.state = "own", ""  # a party's president
            elif named := re.findall(rf"\b(?:{state})(?!\w)", sentence):
                person.state = person.state or table[named[0]].name
    if person.rank in ("head", "government") and not person.state:
        person.state = main
