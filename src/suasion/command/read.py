"""`suasion read`: from articles to evidence and a draft case."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suasion.command.option import Json, Quiet
from suasion.command.output import console, note, progress, writable, write_json

if TYPE_CHECKING:
    from suasion.reading.claim import Reading
    from suasion.reading.reader import Reader

__all__ = ["read"]


def read(
    articles: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="ARTICLE...",
            help="Text, Markdown or saved web pages about one decision.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Write a draft case there."),
    ] = None,
    score: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Score the reader on labelled articles."),
    ] = None,
    reader: Annotated[
        str, typer.Option(metavar="rules|llm", help="Who reads: rules work offline.")
    ] = "rules",
    endpoint: Annotated[
        str,
        typer.Option(metavar="URL", help="OpenAI-compatible server of --reader llm."),
    ] = "",
    model: Annotated[
        str, typer.Option(metavar="NAME", help="Model of --reader llm.")
    ] = "",
    timeout: Annotated[
        float,
        typer.Option(metavar="SECONDS", help="Longest wait for one answer of it."),
    ] = 120.0,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Read articles: who wants what, who says so, how firmly, and where it stands.

    Every claim quotes the article, with its place. The draft case is marked as such: a
    forecast is refused until somebody has reviewed it. With --reader llm the text is sent
    to the endpoint, with the key in SUASION_LLM_KEY if there is one.

    \b
    Examples:
      suasion read article.txt
      suasion read monday.html tuesday.txt -o my-case
      suasion read article.txt --reader llm --endpoint http://localhost:11434/v1 \\
        --model NAME -o my-case
      suasion read --score tests/reading/labelled
    """
    from suasion.reading import available
    from suasion.textfile import vacant

    if (score is None) == (not articles):
        raise ValueError("give articles to read, or --score FOLDER, and not both")
    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    available()
    chosen = _reader(reader, endpoint, model, timeout)
    if score is not None:
        _score(score, chosen, json_, quiet)
        return
    if output is not None:
        vacant(output)
    from suasion.reading.article import read_article
    from suasion.reading.gathering import gather

    found = [read_article(path, f"a{i}") for i, path in enumerate(articles or (), 1)]
    if reader == "llm":
        note(f"sending the text of {len(found)} article(s) to {endpoint}", quiet)
    with progress(quiet) as moved:
        moved("reading", 0.2)
        reading = gather(found, chosen)
    if refused := getattr(chosen, "refused", 0):
        note(f"refused of what the model said, as not in the text: {refused}", quiet)
    if output is not None:
        from suasion.reading.drafting import write_draft

        more = _beside(reading, output, chosen)
        write_draft(reading, output, more)
        note(f"wrote {', '.join([str(output), *more])}", quiet)
    if json_ is not None:
        write_json(reading.model_dump(mode="json"), json_)
        if json_ == "-":
            return
    from suasion.reading.summary import reading_answer

    console().print(reading_answer(reading, output), highlight=False)


def _reader(name: str, endpoint: str, model: str, timeout: float) -> Reader:
    if name == "rules":
        from suasion.reading.rules import Rules

        if endpoint or model:
            raise ValueError("--endpoint and --model go with --reader llm; add it")
        return Rules()
    if name != "llm":
        raise ValueError(f"--reader {name}: there are two readers; write rules or llm")
    if find_spec("httpx") is None:
        raise ValueError("--reader llm needs httpx: pip install 'suasion[reading,llm]'")
    from suasion.reading.endpoint import Endpoint
    from suasion.reading.llm import Llm

    key = os.environ.get("SUASION_LLM_KEY", "").strip()
    return Llm(Endpoint(endpoint, key, timeout), model)


def _beside(reading: Reading, folder: Path, reader: Reader) -> dict[str, str]:
    """Return what else goes into the folder: the review page, a model's exchange."""
    files = {}
    if find_spec("jinja2") is not None:
        from suasion.reading.drafting import draft
        from suasion.report.review_page import render

        texts = {article.id: article.text for article in reading.articles}
        files["review.html"] = render(draft(reading, folder.name), texts)
    exchange = getattr(reader, "exchange", None)
    if exchange:
        from suasion.reading.llm import EXCHANGE

        files[EXCHANGE] = json.dumps(exchange, indent=1, ensure_ascii=False) + "\n"
    return files


def _score(folder: Path, reader: Reader, json_: str | None, quiet: bool) -> None:
    from suasion.reading.agreement import score
    from suasion.reading.summary import score_answer

    halves = sorted({path.parent for path in folder.glob("**/*.toml")}) or [folder]
    with progress(quiet) as moved:
        found = {}
        for place, half in enumerate(halves):
            moved(f"reading {half.name}", place / len(halves))
            found[half.name] = score(half, reader)
    if json_ is not None:
        data = {n: {"scores": a.shares(), "faults": a.faults} for n, a in found.items()}
        write_json(data, json_)
        if json_ == "-":
            return
    console().print(score_answer(found), highlight=False)
