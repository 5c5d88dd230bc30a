"""How well a reader agrees with labelled articles.

The form of the labels is described beside them, in `tests/reading/labelled/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import Field

from suasion.frozen import Frozen, Text
from suasion.problem import CaseError, Problem
from suasion.reading.article import read_article
from suasion.reading.claim import (
    Article,
    Claim,
    FoundActor,
    Hedge,
    Kind,
    Reading,
    Stance,
)
from suasion.reading.gathering import gather
from suasion.reading.reader import Reader
from suasion.tomlfile import read_toml, validate

__all__ = ["Agreement", "LabelledArticle", "agreement", "labelled", "score"]


class LabelledActor(Frozen):
    """An actor that a careful reader finds."""

    name: Text
    also: tuple[str, ...] = ()
    stance: Stance
    optional: bool = False


class LabelledClaim(Frozen):
    """A statement that an analyst would code."""

    quote: Text
    kind: tuple[Kind, ...] = Field(min_length=1)
    by: Literal["outlet", "person", "another outlet", "officials"]
    hedge: Hedge


class LabelledArticle(Frozen):
    """What a careful reader finds in one article."""

    topic: Text
    proposal: Text
    actors: tuple[LabelledActor, ...] = Field(min_length=1)
    claims: tuple[LabelledClaim, ...] = Field(min_length=1)


@dataclass
class Agreement:
    """Counts of a comparison; shares are of what could be compared."""

    articles: int = 0
    found: int = 0
    missed: int = 0
    extra: int = 0
    stance: list[bool] = field(default_factory=list)
    claims: list[bool] = field(default_factory=list)
    attribution: list[bool] = field(default_factory=list)
    hedge: list[bool] = field(default_factory=list)
    kind: list[bool] = field(default_factory=list)
    quotes: list[bool] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def actor_f1(self) -> float:
        r""":math:`2 f / (2 f + m + e)` of found, missed and extra actors."""
        return 2 * self.found / max(2 * self.found + self.missed + self.extra, 1)

    def shares(self) -> dict[str, float]:
        """Return the scores by name, each from 0 to 1."""
        return {
            "actor F1": self.actor_f1,
            "stance": _share(self.stance),
            "attribution": _share(self.attribution),
            "hedge": _share(self.hedge),
            "claims found": _share(self.claims),
            "kind": _share(self.kind),
            "quotes verbatim": _share(self.quotes),
        }


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 0.0


def labelled(folder: Path) -> tuple[tuple[Article, LabelledArticle], ...]:
    """Read the labelled articles of a folder, sorted by name.

    Raises
    ------
    CaseError
        If there are none, a label is not valid, or a labelled quote is not in the text.
    """
    problems: list[Problem] = []
    pairs: list[tuple[Article, LabelledArticle]] = []
    for path in sorted(folder.glob("*.toml")):
        raw = read_toml(path, problems)
        label = (
            None if raw is None else validate(LabelledArticle, raw, path.name, problems)
        )
        article = read_article(path.with_suffix(".txt"), path.stem)
        for claim in label.claims if label else ():
            if claim.quote not in article.text:
                problems.append(
                    Problem(
                        file=path.name,
                        field="quote",
                        found=claim.quote,
                        rule="it does not stand in the article's text",
                        cure="copy it from there",
                    )
                )
        if label:
            pairs.append((article, label))
    if problems:
        raise CaseError(problems)
    if not pairs:
        rule = "no labelled articles (NAME.txt with NAME.toml) are in the folder"
        raise CaseError(
            [Problem(file=str(folder), rule=rule, cure="name another folder")]
        )
    return tuple(pairs)


def score(folder: Path, reader: Reader) -> Agreement:
    """Compare a reader with all labelled articles of a folder."""
    total = Agreement()
    for article, label in labelled(folder):
        agreement(gather([article], reader), label, total)
    return total


def agreement(reading: Reading, label: LabelledArticle, total: Agreement) -> None:
    """Add one article's comparison to a total."""
    total.articles += 1
    id = reading.articles[0].id
    _compare_actors(reading.actors, label, total, id)
    text = reading.articles[0].text
    total.quotes += [text[c.start : c.end] == c.quote for c in reading.claims]
    for wanted in label.claims:
        start = text.index(wanted.quote)
        found = _nearest(reading.claims, start, start + len(wanted.quote), wanted.kind)
        total.claims.append(found is not None)
        if found is None:
            total.faults.append(f"{id}: no claim: {wanted.quote!r}")
            continue
        total.kind.append(found.kind in wanted.kind)
        for name, said, right in (
            ("attribution", found.attribution.by, wanted.by),
            ("hedge", found.hedge, wanted.hedge),
        ):
            getattr(total, name).append(said == right)
            if said != right:
                total.faults.append(
                    f"{id}: {name} {said}, not {right}: {wanted.quote!r}"
                )


def _compare_actors(
    actors: Iterable[FoundActor], label: LabelledArticle, total: Agreement, id: str
) -> None:
    left = list(actors)
    for wanted in label.actors:
        names = {_folded(name) for name in (wanted.name, *wanted.also)}
        same = [a for a in left if _folded(a.name) in names]
        for actor in same:
            left.remove(actor)
        if wanted.optional:
            continue
        if not same:
            total.missed += 1
            total.faults.append(f"{id}: actor missed: {wanted.name}")
            continue
        total.found += 1
        said = next((a.stance for a in same if a.stance != "none"), "none")
        total.stance.append(said == wanted.stance)
        if said != wanted.stance:
            total.faults.append(f"{id}: {wanted.name} is {said}, not {wanted.stance}")
    total.extra += len(left)
    total.faults += [f"{id}: no actor: {actor.name}" for actor in left]


def _folded(name: str) -> str:
    return name.casefold().replace("\u2019", "'").removeprefix("the ")


def _nearest(
    claims: Iterable[Claim], start: int, end: int, kinds: tuple[Kind, ...]
) -> Claim | None:
    """Return the claim nearest to a labelled quote, of a right kind if there is one."""

    def merit(claim: Claim) -> tuple[bool, float]:
        shared = min(end, claim.end) - max(start, claim.start)
        union = max(end, claim.end) - min(start, claim.start)
        return claim.kind in kinds, shared / union

    near = [
        claim
        for claim in claims
        if min(end, claim.end) - max(start, claim.start) >= 0.6 * (end - start)
    ]
    return max(near, key=merit, default=None)
