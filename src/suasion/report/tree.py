"""The tree of a game, drawn as an outline: a line an action, branches indented.

An outline reads from top to bottom at any width, so a telephone shows the same tree as a
desk. A branch is the wider the likelier play passes there; no meaning hangs on colour.
"""

from __future__ import annotations

import html

from suasion.aftermath.answer import AftermathAnswer
from suasion.aftermath.game import Action, Move
from suasion.explanation import percent
from suasion.report.drawing import GRID, INK, LINE, MUTED, PAPER
from suasion.report.label import CHARACTER, fitted

__all__ = ["tree_svg"]

_ROW = 23
_HEAD = 26
_WIDEST = 7.0


def tree_svg(answer: AftermathAnswer, width: int) -> str:
    """Draw the tree of a game as an SVG element.

    On each line stand the action, who takes it, the probability that play comes to it
    (mean over draws) and, where a branch ends, its rung of the ladder.

    Parameters
    ----------
    answer : AftermathAnswer
    width : int
        In pixels; at least 300.

    Examples
    --------
    >>> import suasion
    >>> from suasion.aftermath.answer import answer
    >>> drawing = tree_svg(answer(suasion.load("deep-strikes"), draws=50), 350)
    >>> drawing[:4], "heavier attacks" in drawing
    ('<svg', True)
    """
    game = answer.game
    moves = {move.id: move for move in game.moves}
    ends = {end.id: end for end in game.outcomes}
    heights = {rung.id: at for at, rung in enumerate(game.ladder, 1)}
    reached = {
        (choice.move, choice.action): choice.reached * choice.taken.mean
        for choice in answer.choices
    }
    to = {action.to for move in game.moves for action in move.actions}
    (root,) = (move for move in game.moves if move.id not in to)
    indent = 13 if width < 500 else 24
    right = width - (44 if game.ladder else 0)
    lines: list[str] = []
    texts: list[str] = []
    row = 0
    # Open branches: the action, its move, its depth, and the height of its parent's line.
    stack: list[tuple[Action, Move, int, float]] = [
        (action, root, 0, float(_HEAD)) for action in reversed(root.actions)
    ]
    while stack:
        action, move, depth, start = stack.pop()
        y = _HEAD + _ROW * (row + 0.5)
        row += 1
        x = 6.0 + indent * depth
        share = reached[move.id, action.name]
        stroke = 0.8 + _WIDEST * share
        dash = ' stroke-dasharray="3 3"' if move.actor is None else ""
        lines.append(
            f'<path d="M{x:.0f} {start:.0f}V{y:.1f}H{x + indent - 3:.0f}" fill="none" '
            f'stroke="{LINE}" stroke-width="{stroke:.1f}"{dash}/>'
        )
        left = x + indent + 2.0
        room = right - 50 - left
        what, who = action.name, move.actor or "chance"
        label = fitted(what, room, 1)[0]
        texts.append(_text(left, y, label, INK))
        used = left + CHARACTER * len(label) + 8
        if CHARACTER * len(who) < right - 50 - used:
            texts.append(_text(used, y, who, MUTED, small=True))
        texts.append(_text(right, y, percent(min(share, 1.0)), INK, end=True))
        if action.to in moves:
            after = moves[action.to]
            stack += [
                (each, after, depth + 1, y + 9.0) for each in reversed(after.actions)
            ]
        elif rung := heights.get(ends[action.to].rung):
            texts.append(
                f'<rect x="{width - 27}" y="{y - 9:.1f}" width="20" height="18" rx="3" '
                f'fill="{PAPER}" stroke="{MUTED}"/>'
            )
            texts.append(
                f'<text x="{width - 17}" y="{y + 4:.1f}" font-size="12" fill="{INK}" '
                f'text-anchor="middle">{rung}</text>'
            )
    height = _HEAD + _ROW * row + 4
    heads = [_text(right, 14, "reached", MUTED, end=True, small=True)]
    if game.ladder:
        heads.append(_text(width - 4, 14, "rung", MUTED, end=True, small=True))
    stripes = [
        f'<path d="M0 {_HEAD + _ROW * at}H{width}" stroke="{GRID}"/>'
        for at in range(row + 1)
    ]
    said = html.escape(
        f"The tree of the game as an outline of {row} actions. The table of outcomes and "
        "the list below say the same."
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{said}">'
        + "".join([*stripes, *lines, *heads, *texts])
        + "</svg>"
    )


def _text(
    x: float, y: float, text: str, fill: str, end: bool = False, small: bool = False
) -> str:
    anchor = ' text-anchor="end"' if end else ""
    size = 11 if small else 12
    return (
        f'<text x="{x:.0f}" y="{y + 4:.1f}" font-size="{size}" fill="{fill}"{anchor}>'
        f"{html.escape(text)}</text>"
    )
