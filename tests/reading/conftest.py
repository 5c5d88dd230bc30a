"""A draft case written to a folder of its own for each test, by a reader without rules."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from suasion.reading.claim import Article, Attribution, Claim, Mention
from suasion.reading.dates import dates_in
from suasion.reading.drafting import write_draft
from suasion.reading.gathering import gather

TEXT = (
    "Norway and Denmark are lobbying Sweden to approve a toll. Finland opposes the toll."
    "\n\nThe toll depends on Danish cameras. Ministers will meet on 12 March 2026."
)


class ByHand:
    """A reader that finds what is written here."""

    name = "by hand"

    def read(self, article: Article) -> tuple[Claim, ...]:
        said = (
            ("position", "Norway and Denmark are lobbying Sweden", "for",
             ("Norway", "Denmark"), ("Sweden",)),
            ("position", "Finland opposes the toll", "against", ("Finland",), ()),
            ("dependency", "The toll depends on Danish cameras", None, ("Denmark",), ()),
            ("event", "Ministers will meet on 12 March 2026", None, ("Sweden",), ()),
        )  # fmt: skip
        return tuple(self._claims(article, said))

    def _claims(self, article: Article, said: tuple[tuple, ...]) -> Iterator[Claim]:  # type: ignore[type-arg]
        for k, (kind, quote, stance, holders, others) in enumerate(said, 1):
            when = dates_in(quote, article.published_on)
            actors = [Mention(name=n, words=n) for n in holders]
            actors += [Mention(name=n, words=n, part="other") for n in others]
            yield Claim(
                id=f"a1-{k}",
                source="a1",
                kind=kind,
                quote=quote,
                start=article.text.index(quote),
                end=article.text.index(quote) + len(quote),
                actors=tuple(actors),
                stance=stance,
                attribution=Attribution(),
                when=when[0] if when else None,
                confidence="high",
            )

    def actors(self, article: Article) -> tuple[()]:
        return ()


@pytest.fixture(scope="session")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    article = Article(
        id="a1", title="Toll", outlet="Wire", published_on="2026-03-03", text=TEXT
    )
    folder = tmp_path_factory.mktemp("drafted") / "toll"
    return write_draft(gather([article], ByHand()), folder)


@pytest.fixture
def folder(drafted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drafted, tmp_path / "toll"))
