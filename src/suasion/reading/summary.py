"""A reading, for the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from suasion.reading.claim import Claim, Kind, Reading

if TYPE_CHECKING:
    from rich.console import RenderableType

    from suasion.reading.agreement import Agreement

__all__ = ["reading_answer", "score_answer"]

_TITLES: dict[Kind, str] = {
    "position": "Who wants what",
    "action": "What was done",
    "resource": "Who gives or holds what",
    "dependency": "What it needs",
    "precedent": "Precedents",
    "event": "Events",
    "constraint": "Limits",
    "risk": "Risks",
    "forecast": "What may come",
    "question": "What is open",
}
_MOST = 6


def reading_answer(reading: Reading, folder: Path | None) -> RenderableType:
    """Return what was found, by kind; what was not; what to do next."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    parts: list[RenderableType] = []
    for article in reading.articles:
        dated = article.published_on or "no date found"
        parts.append(Text(article.title or article.id, style="bold"))
        parts.append(
            Text(
                f"{article.id}: {article.outlet or 'outlet unknown'}, {dated}, "
                f"{len(article.text.split()):,} words"
            )
        )
        parts += [Text(f"Note: {note}.") for note in article.notes]
    who = Table.grid(padding=(0, 2))
    for actor in reading.actors:
        role = "asked" if actor.name == reading.gatekeeper else ""
        head = (
            f"{actor.head} ({actor.tenure})"
            if actor.tenure and actor.head
            else actor.head or actor.tenure
        )
        who.add_row(
            actor.name,
            "no side taken" if actor.stance == "none" else actor.stance,
            head,
            role,
        )
    parts += [
        Text("\nActors and their stance toward the proposal", style="bold"),
        Padding(who, (0, 0, 0, 2)),
    ]
    for kind, title in _TITLES.items():
        claims = reading.of(kind)
        if not claims:
            continue
        parts.append(Text(f"\n{title} ({len(claims)})", style="bold"))
        parts += [Padding(_line(claim), (0, 0, 0, 2)) for claim in claims[:_MOST]]
        if len(claims) > _MOST:
            parts.append(
                Text(
                    f"  and {len(claims) - _MOST} more in evidence.csv"
                    if folder
                    else f"  and {len(claims) - _MOST} more; write them with -o DIR"
                )
            )
    parts.append(Text())
    if lacking := _lacking(reading):
        parts.append(Text(f"Not found: {'; '.join(lacking)}."))
    if reading.dropped:
        parts.append(
            Text(f"Dropped, because the quote is not in the text: {reading.dropped}.")
        )
    parts.append(
        Text(
            f"Read by rules that make mistakes: nobody has reviewed this. {_next(folder)}"
            if reading.reader == "rules"
            else f"Read by {reading.reader}: nobody has reviewed this. {_next(folder)}"
        )
    )
    return Group(*parts)


def _next(folder: Path | None) -> str:
    if folder is None:
        return "Next: write the draft case with -o DIR."
    return f"Next: suasion review {folder}"


def _line(claim: Claim) -> str:
    who = ", ".join(claim.holders)
    coding = [who] if who else []
    if claim.stance:
        coding.append("no side taken" if claim.stance == "none" else claim.stance)
    if claim.attribution.by != "outlet":
        coding.append(f"says {claim.attribution.who}")
    if claim.hedge != "none":
        coding.append(claim.hedge)
    if claim.when is not None:
        coding.append(f"{claim.when.first} ({claim.when.precision})")
    quote = (
        claim.quote
        if len(claim.quote) <= 150
        else claim.quote[:149].rsplit(" ", 1)[0] + "…"
    )
    quote = quote.replace("[", "\\[").replace("\n", " ")
    label = "; ".join(coding).replace("[", "\\[")
    return f"[dim]{claim.id}[/] {label + ': ' if label else ''}“{quote}”"


def _lacking(reading: Reading) -> list[str]:
    lacking = [
        f"the date of {a.id} (relative dates in it are left out)"
        for a in reading.articles
        if a.published_on is None
    ]
    for found, what in (
        (reading.gatekeeper, "who decides"),
        (reading.deadline, "a dated deadline"),
        (reading.of("precedent"), "precedents"),
        (reading.of("dependency"), "what it needs"),
        (reading.question, "an open question"),
    ):
        if not found:
            lacking.append(what)
    if not reading.actors:
        lacking.append("anybody with a part in a decision")
    return [*lacking, "capabilities (no table ships for them)"]


def score_answer(halves: dict[str, Agreement]) -> RenderableType:
    """Return the table of scores, a column for each folder, and the faults counted."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column("score")
    for name, found in halves.items():
        table.add_column(f"{name} ({found.articles})", justify="right")
    for name in next(iter(halves.values())).shares():
        table.add_row(
            name,
            *(
                f"{found.shares()[name]:.0%}" if found.quotes else "-"
                for found in halves.values()
            ),
        )
    faults = [fault for found in halves.values() for fault in found.faults]
    return Group(
        table,
        Text(
            f"\n{len(faults)} disagreements; --json lists them."
            if faults
            else "\nNo disagreements."
        ),
    )
