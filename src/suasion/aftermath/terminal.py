"""What then, in a terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from suasion.aftermath.answer import AftermathAnswer, Share
from suasion.aftermath.telling import by_precision, caveat, matters, sentences
from suasion.explanation import percent
from suasion.terminal import words

__all__ = ["aftermath_answer"]


def aftermath_answer(answer: AftermathAnswer) -> RenderableType:
    """Return the answer as something rich can print."""
    game = answer.game
    ends = [
        (end.name or end.id, share)
        for end, share in zip(game.outcomes, answer.outcomes, strict=True)
    ]
    ends.sort(key=lambda row: -row[1].mean)
    rungs = [
        (f"{at}  {rung.name}", share)
        for at, (rung, share) in enumerate(
            zip(game.ladder, answer.rungs, strict=True), 1
        )
    ]
    parts: list[RenderableType] = [
        Text(f"What then: {answer.title}", style="bold"),
        words([*sentences(answer), caveat(answer)]),
        _heading("Outcomes"),
        _shares(ends),
    ]
    if rungs:
        parts += [_heading("Ladder of escalation"), _shares(rungs[::-1])]
    if said := matters(answer):
        parts += [_heading("What matters most"), words(said)]
    parts += [_heading("How it depends on the precision lambda"), _precisions(answer)]
    made = f"case {answer.case_hash[:12]} · " if answer.case_hash else ""
    draws = f"{answer.draws:,} draws" if answer.draws > 1 else "nothing uncertain"
    parts += [
        Text(),
        Text(
            f"{made}suasion {answer.version} · {draws} · seed {answer.seed} · precision "
            f"{answer.precision} · {answer.method} · residual {answer.residual:.0e}",
            style="dim",
        ),
    ]
    return Group(*parts)


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _shares(rows: list[tuple[str, Share]]) -> Table:
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in ("", "mean", "80% of draws"):
        grid.add_column(title, justify="right" if title else "left")
    for name, share in rows:
        ends = f"{percent(share.low)} to {percent(share.high)}"
        wide = share.low < share.high
        grid.add_row(Text(name), percent(share.mean), ends if wide else "–")
    return grid


def _precisions(answer: AftermathAnswer) -> Table:
    headings, rows = by_precision(answer)
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    grid.add_column(headings[0])
    ladder = len(answer.game.ladder)
    for at, heading in enumerate(headings[1:], 1):
        short = f"rung {at}" if at <= ladder else heading
        grid.add_column(short, justify="right", overflow="fold")
    for row in rows:
        grid.add_row(*map(Text, row))
    return grid
