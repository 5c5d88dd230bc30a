"""The review page: an article with its claims in place, beside the draft made of it.

One HTML file, like the report: no network, no script, for wide and narrow screens, light
and dark, and paper. The text is cut at every place where a claim begins or ends, so that
claims may overlap and nest; each piece shows the colour of the shortest claim on it (of
equals, that whose kind comes first in the legend), and lines below it for the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from suasion.case import Actor, Case, Evidence
from suasion.casefile import load
from suasion.explanation import day
from suasion.problem import CaseError, Problem
from suasion.reading.passage import coding, source_texts
from suasion.report.drawing import required
from suasion.textfile import write_text

__all__ = ["KINDS", "render", "write"]

KINDS = {
    "position": "who wants what",
    "action": "what was done",
    "event": "what happens, and when",
    "precedent": "an earlier decision like it",
    "resource": "who gives or holds what",
    "dependency": "what it needs",
    "constraint": "limits",
    "risk": "what is feared",
    "forecast": "what is expected",
    "question": "what is open",
}
"""Kinds of claims, in the order of the legend."""

_RANK = {kind: place for place, kind in enumerate(KINDS)}
_FIELDS = ("capability", "position", "salience")


class Piece(NamedTuple):
    """A stretch of text on which the same claims lie, the shortest first."""

    text: str
    claims: tuple[Evidence, ...]
    ending: tuple[Evidence, ...]


class _Number(NamedTuple):
    value: str
    draft: bool
    cited: tuple[str, ...]


class _Row(NamedTuple):
    actor: Actor
    numbers: tuple[_Number, ...]


def write(folder: str | os.PathLike[str], path: str | os.PathLike[str]) -> Path:
    """Write the review page of a case's folder, and return its path.

    Raises
    ------
    CaseError
        If the folder is no valid case, or the file cannot be written.
    ForecastError
        If the extra `suasion[report]` is not installed.
    """
    page = render(load(Path(folder).absolute()), source_texts(folder))
    try:
        return write_text(Path(path), page)
    except OSError as error:
        rule = f"it cannot be written ({(error.strerror or str(error)).lower()})"
        problem = Problem(file=str(path), rule=rule, cure="choose another place")
        raise CaseError([problem]) from None


def render(case: Case, texts: Mapping[str, str]) -> str:
    """Return the review page of a case as one HTML document.

    Parameters
    ----------
    case : Case
    texts : mapping
        Text of each source that is at hand, by id.

    Examples
    --------
    >>> import suasion
    >>> page = render(suasion.load("ec-emission-standards"), {})
    >>> "<script" in page, page.count("<h1>")
    (False, 1)
    """
    jinja2 = required("jinja2")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("suasion", "report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"day": day, "coding": coding}
    number = {item.id: k for k, item in enumerate(case.evidence, 1)}
    used = {item.kind for item in case.evidence}
    page: str = environment.get_template("review_page.html").render(
        case=case,
        number=number,
        kinds={kind: said for kind, said in KINDS.items() if kind in used},
        articles=[
            (source, [*paragraphs(texts[source.id], _of(case, source.id, texts))])
            for source in case.sources
            if source.id in texts
        ],
        placed={item.id for source in texts for item in _of(case, source, texts)},
        rows=[_row(case, actor) for actor in case.actors],
        scale=case.issues[0],
        drafts=frozenset(case.coding.draft),
        supports=_supported(case),
    )
    return page


def _of(case: Case, source: str, texts: Mapping[str, str]) -> list[Evidence]:
    """Claims of a source whose quote stands at its place in its text."""
    text = texts[source]
    return [
        item
        for item in case.evidence
        if item.source == source
        and item.quote
        and item.start is not None
        and item.end is not None
        and text[item.start : item.end] == item.quote
    ]


def paragraphs(text: str, claims: Sequence[Evidence]) -> Iterator[list[Piece]]:
    r"""Cut a text into paragraphs, and these where claims begin and end.

    Nothing is lost: the pieces' texts together are the text without its empty lines.

    Examples
    --------
    >>> claims = [Evidence(id=i, source="a", claim="x", start=s, end=e)
    ...           for i, s, e in (("e1", 0, 6), ("e2", 4, 9))]
    >>> for paragraph in paragraphs("abcdefgh\n\nij", claims):
    ...     [(piece.text, [c.id for c in piece.claims]) for piece in paragraph]
    [('abcd', ['e1']), ('ef', ['e2', 'e1']), ('gh', ['e2'])]
    [('ij', [])]
    """
    spans = [(c, c.start or 0, c.end or 0) for c in claims]
    spans.sort(key=lambda span: (span[2] - span[1], _RANK.get(span[0].kind, 99)))
    rows: list[list[tuple[int, int, tuple[Evidence, ...]]]] = []
    last: dict[str, int] = {}
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip():
            here = [span for span in spans if span[1] < end and start < span[2]]
            inside = {at for _, *ends in here for at in ends if start < at < end}
            row = [
                (a, b, tuple(c for c, first, end in here if first < b and a < end))
                for a, b in pairwise(sorted({start, end, *inside}))
            ]
            rows.append(row)
            last |= {c.id: a for a, _, on in row for c in on}
        start = end + 1
    for row in rows:
        yield [
            Piece(text[a:b], on, tuple(c for c in claims if last.get(c.id) == a))
            for a, b, on in row
        ]


def _row(case: Case, actor: Actor) -> _Row:
    numbers = []
    for field in _FIELDS:
        value = getattr(actor, field)
        values = value if isinstance(value, tuple) else (value,)
        path = f"actors.{actor.name}.{field}"
        cited = tuple(item.id for item in case.support(path))
        said = "; ".join(str(v) for v in values)
        numbers.append(_Number(said, path in case.coding.draft, cited))
    return _Row(actor, tuple(numbers))


def _supported(case: Case) -> dict[str, str]:
    """Say for each claim which numbers it supports."""
    found: dict[str, dict[str, list[str]]] = {item.id: {} for item in case.evidence}
    for actor in case.actors:
        for field in _FIELDS:
            for item in case.support(f"actors.{actor.name}.{field}"):
                found[item.id].setdefault(actor.name, []).append(field)
    return {
        id: "; ".join(f"{name}: {', '.join(fields)}" for name, fields in each.items())
        for id, each in found.items()
    }
