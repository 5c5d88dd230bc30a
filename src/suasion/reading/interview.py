"""The interview: an analyst is asked about every suggested value of a draft, in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from suasion.assembly import printable
from suasion.case import Evidence
from suasion.problem import CaseError
from suasion.reading.draft_folder import (
    ChangedMeanwhileError,
    Draft,
    Suggestion,
    open_draft,
    suggestion,
)
from suasion.reading.passage import coding, passage, source_texts
from suasion.reading.reviewing import accept, change, drop, forget, remark

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["interview"]

PROMPT = "[a]ccept [c]hange [d]rop [s]kip [n]ote [q]uit [?] "
HELP = """\
a            accept: it is as suggested
c VALUE      change one value: c 50|60|75
c KEY=VALUE  change a value of several, then accept: c by=2025-01-20; kind=approval
             lists have semicolons, none takes a value away
d            drop it; for a number of an actor: the actor
d a1-5       drop a claim that was misread, wherever it is cited
s            skip: ask again next time
n WORDS      note why; it goes into the log with what you decide next
q            quit; everything decided is saved"""
_MOST_QUOTES = 6


def interview(
    draft: Draft, by: str, screen: Console, ask: Callable[[str], str]
) -> Draft:
    """Ask about every path that nobody has reviewed; end of input quits.

    Parameters
    ----------
    draft : Draft
    by : str
        Who answers.
    screen : Console
    ask : callable
        Shows a prompt and returns a line, as `input` does.
    """
    texts = source_texts(draft.folder)
    skipped: set[str] = set()
    note = ""
    shown = ""
    quoted: tuple[Evidence, ...] = ()
    try:
        while left := [path for path in draft.open if path not in skipped]:
            path = left[0]
            if shown != path:
                try:
                    now = suggestion(draft, path)
                except CaseError as error:  # somebody took it out by hand
                    _say(screen, f"Off the list: {error}")
                    draft = forget(draft, path, by=by)
                    continue
                again = quoted == now.evidence
                screen.print(_item(draft, now, texts, again), highlight=False)
                shown, quoted = path, now.evidence
            word, _, rest = ask(PROMPT).strip().partition(" ")
            rest = rest.strip()
            try:
                match word.lower():
                    case "a" | "accept":
                        draft = accept(draft, path, by=by, note=note)
                    case "c" | "change":
                        draft = change(
                            draft, path, _parsed(now, rest), by=by, note=note
                        )
                    case "d" | "drop":
                        gone = f"evidence.{rest}" if rest else path
                        draft = drop(draft, gone, by=by, note=note)
                    case "s" | "skip":
                        skipped.add(path)
                        if note:
                            draft = remark(draft, path, note, by=by)
                    case "n" | "note":
                        note = rest
                        said = f"Noted, for what you decide next: {note}"
                        _say(screen, said if note else "Write n and why, on one line.")
                        continue
                    case "q" | "quit":
                        break
                    case _:
                        _say(screen, HELP)
                        continue
                note = shown = ""
            except ChangedMeanwhileError as error:
                _say(screen, str(error))
                draft, shown = open_draft(draft.folder), ""
            except (CaseError, ValueError) as error:
                _say(screen, f"Not written: {error}")
    except (EOFError, KeyboardInterrupt):
        _say(screen, "")
    if note and draft.open:
        draft = remark(draft, left[0], note, by=by)
    return draft


def _parsed(now: Suggestion, text: str) -> Mapping[str, str]:
    """Read `VALUE`, or `KEY=VALUE; KEY=VALUE` where there are several."""
    if not text:
        raise ValueError("say to what: c VALUE, or c KEY=VALUE")
    if "" in now.values:
        return {"": text}
    pairs = re.split(r"[;,]\s*(?=[a-z_]+(?::[\w-]+)?\s*=(?!=))", text)
    found = {}
    for pair in pairs:
        key, equals, value = (part.strip() for part in pair.partition("="))
        if not equals:
            keys = ", ".join(now.values)
            raise ValueError(f"say which: c KEY=VALUE, such as one of {keys}")
        found[key] = value
    return found


def _say(screen: Console, message: str) -> None:
    from rich.text import Text

    screen.print(Text(message))


# --- one item ----------------------------------------------------------------------


def _item(
    draft: Draft, now: Suggestion, texts: Mapping[str, str], again: bool
) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    path = now.path
    head = Text("\n")
    head.append(printable(path), style="bold")
    head.append(f"  ({len(draft.open)} left)", style="dim")
    values = Table.grid(padding=(0, 2))
    for key, value in now.values.items():
        values.add_row(Text(key, style="dim"), Text(printable(value) or "(empty)"))
    parts: list[RenderableType] = [head]
    if "" in now.values:
        said = Text(printable(now.values[""]) or "(empty)", style="bold")
        said.append(f"  {_meaning(draft, path)}", style="not bold dim")
        parts.append(Padding(said, (0, 0, 0, 2)))
    else:
        parts.append(Padding(values, (0, 0, 0, 2)))
    quoted = () if again else now.evidence[:_MOST_QUOTES]
    parts += [Padding(_quote(item, texts), (0, 0, 0, 2)) for item in quoted]
    rest = " ".join(item.id for item in now.evidence[len(quoted) :])
    if not now.evidence:
        rest = "No quote supports it."
    elif again:
        rest = f"Quotes as above: {rest}"
    elif rest:
        rest = f"and {rest}"
    if rest:
        parts.append(Padding(Text(rest, style="dim"), (0, 0, 0, 2)))
    return Group(*parts)


def _meaning(draft: Draft, path: str) -> str:
    """Say what a number is measured on."""
    field = path.rpartition(".")[2]
    if field == "position":
        issue = draft.case.issues[0]
        what = f"low|mode|high, from {issue.low:g} to {issue.high:g}"
        if issue.status_quo is not None:
            what += f", status quo {issue.status_quo}"
        if issue.threshold is not None:
            what += f", yes from {issue.threshold:g}"
        return what
    return {
        "salience": "low|mode|high, from 0 to 1",
        "capability": "low|mode|high, above 0, in one unit for all; no table ships for it",
        "published_on": "year-month-day; the day of reading, as none was found",
    }.get(field, "")


def _quote(item: Evidence, texts: Mapping[str, str]) -> RenderableType:
    from rich.text import Text

    line = Text(f"{item.id}  ", style="dim")
    line.append(printable(f"{item.kind or 'claim'}: {coding(item)}"), style="not dim")
    found = passage(item, texts)
    line.append("\n")
    if found is None:
        line.append(printable(item.claim), style="not dim")
        return line
    before, quote, after = (
        "".join(c if c.isprintable() else " " for c in part) for part in found
    )
    line.append(f"{before}“")
    line.append(quote, style="not dim italic")
    line.append(f"”{after}")
    return line


def regenerate(folder: Path) -> Path | None:
    """Draw the review page of a folder anew, if it has one and it can be drawn."""
    from importlib.util import find_spec

    page = folder / "review.html"
    if not page.is_file() or find_spec("jinja2") is None:
        return None
    from suasion.report.review_page import write

    return write(folder, page)
