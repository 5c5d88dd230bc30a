"""`suasion review`: an analyst goes through a draft case, value by value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suasion.command.option import Json, Quiet
from suasion.command.output import console, note, writable, write_json

if TYPE_CHECKING:
    from suasion.reading.draft_folder import Suggestion

__all__ = ["review"]


def review(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Draft case, from suasion read -o DIR."),
    ],
    by: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Who reviews. Default: git's user, or yours."
        ),
    ] = None,
    accept_all: Annotated[
        bool,
        typer.Option("--accept-all", help="Take all as suggested; needs --by."),
    ] = False,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the review page there, ask nothing."),
    ] = None,
    json_: Json = None,
    quiet: Quiet = False,
) -> None:
    """Accept, change or drop each value of a draft, with the quotes it rests on.

    Each decision is checked by the case's own rules and saved at once, with who, when and
    why, in review.csv; stop anywhere and go on later. --json lists what is left to review
    and asks nothing.

    \b
    Examples:
      suasion review my-case
      suasion review my-case --by "Ann Lee"
      suasion review my-case --page review.html
    """
    from importlib.util import find_spec

    from suasion.reading.draft_folder import open_draft, suggestion
    from suasion.reading.interview import interview, regenerate
    from suasion.reading.reviewing import accept, reviewer

    if find_spec("tomlkit") is None:
        raise ValueError("review needs tomlkit: pip install 'suasion[reading]'")
    writable(page, "--page")
    if json_ not in (None, "-"):
        writable(Path(json_), "--json")
    draft = open_draft(folder)
    if page is not None:
        from suasion.report.review_page import write

        note(f"wrote {write(folder, page)}", quiet)
    if json_ is not None:
        items = [suggestion(draft, path) for path in draft.open]
        write_json([_plain(item) for item in items], json_)
    if page is not None or json_ is not None:
        return
    screen = console()
    before = len(draft.open)
    if accept_all:
        if not by:
            raise ValueError("--accept-all needs --by NAME: somebody answers for it")
        if before:
            draft = accept(draft, *draft.open, by=reviewer(by))
    elif before:
        name = reviewer(by)
        screen.print(f"{before} values to review, by {name}. ? says how.", markup=False)
        draft = interview(draft, name, screen, input)
    if len(draft.open) < before and (drawn := regenerate(draft.folder)):
        note(f"wrote {drawn.name} anew", quiet)
    left = len(draft.open)
    if left:
        said = (
            f"{left} of {before} left, the rest is saved. Next: suasion review {folder}"
        )
    else:
        said = f"Nothing left to review. Next: suasion forecast {folder}"
    screen.print(said, markup=False, highlight=False)


def _plain(item: Suggestion) -> dict[str, object]:
    quotes = [
        {"id": e.id, "quote": e.quote, "hedge": e.hedge, "attribution": e.attribution}
        for e in item.evidence
    ]
    return {"path": item.path, "values": dict(item.values), "evidence": quotes}
