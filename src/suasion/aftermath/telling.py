"""What then, in sentences: every number in them is a number of the answer, rounded.

Terminal and report say the same because both take their sentences here.
"""

from __future__ import annotations

from collections.abc import Callable

from suasion.aftermath.answer import AftermathAnswer, AtPrecision, Influence, Share
from suasion.explanation import listed, percent

__all__ = ["by_precision", "caveat", "matters", "sentences", "spread"]


def caveat(answer: AftermathAnswer) -> str:
    """Say what the numbers rest on."""
    if answer.draws == 1:
        return (
            "No number of this game has a range, so the answer has none: it is as sure as "
            "its numbers are taken to be."
        )
    return (
        "Judgement throughout: the tree, every payoff and the precision. This is what "
        "follows from them, as widely as they range; nobody has observed it, and it is "
        "no frequency."
    )


def spread(share: Share) -> str:
    """Write a mean with the middle 80 % of draws.

    Examples
    --------
    >>> spread(Share(0.421, 0.117, 0.78))
    '42% (80% of draws: 12% to 78%)'
    """
    if share.low == share.high:
        return percent(share.mean)
    return (
        f"{percent(share.mean)} (80% of draws: {percent(share.low)} to "
        f"{percent(share.high)})"
    )


def sentences(answer: AftermathAnswer) -> list[str]:
    """Say the likeliest path, the likeliest outcome, the ladder, and what is odd."""
    said = [_path(answer), _outcome(answer)]
    if answer.expected_rung is not None:
        said += [_ladder(answer), *_given(answer)]
    if answer.ties:
        names = listed([f"“{_move(answer, move)}”" for move in answer.ties])
        said.append(
            f"With payoffs at their modes several actions are equally good at {names}: "
            "what a perfectly sharp player does there is open."
        )
    return said


def matters(answer: AftermathAnswer, most: int = 3) -> list[str]:
    """Say which judgements matter most for the answer."""
    if not answer.influences:
        return []
    first, *others = answer.influences[:most]
    rest = max(0.0, 1.0 - sum(max(item.share, 0.0) for item in answer.influences))
    said = [
        f"The judgement that matters most for {answer.explained} is the "
        f"{_influence(first)}: alone it explains "
        f"{percent(first.share)} of the variance over draws (± {100 * first.error:.1f} "
        f"points), and the higher it is, the "
        f"{'higher' if first.correlation > 0 else 'lower'} the answer."
    ]
    if others:
        after = listed(
            [
                f"the {_influence(item)} ({percent(max(item.share, 0.0))})"
                for item in others
            ]
        )
        said.append(
            f"Then {after}. What numbers explain only together is {percent(rest)}. (First-"
            "order indices, by means of the answer in 20 bins of each number's draws.)"
        )
    return said


def by_precision(answer: AftermathAnswer) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows: the answer at several precisions, and in the limit."""
    game = answer.game
    value: Callable[[AtPrecision], tuple[float, ...]]
    if game.ladder:
        shown = list(range(len(game.ladder)))
        names = [rung.name for rung in game.ladder]
        value = _rungs
    else:
        means = [share.mean for share in answer.outcomes]
        shown = sorted(range(len(means)), key=lambda at: -means[at])[:4]
        names = [end.name or end.id for end in game.outcomes]
        value = _outcomes
    rows = []
    for line in answer.by_precision:
        label = (
            "limit, at the modes" if line.precision is None else f"{line.precision:g}"
        )
        cells = [percent(min(max(value(line)[at], 0.0), 1.0)) for at in shown]
        if line.expected_rung is not None:
            cells.append(f"{line.expected_rung:.1f}")
        rows.append([label, *cells])
    headings = ["precision", *(names[at] for at in shown)]
    return headings + (["expected rung"] if game.ladder else []), rows


def _rungs(line: AtPrecision) -> tuple[float, ...]:
    return line.rungs


def _outcomes(line: AtPrecision) -> tuple[float, ...]:
    return line.outcomes


def _influence(item: Influence) -> str:
    return f"{item.words}, judged {item.value}"


def _move(answer: AftermathAnswer, id_: str) -> str:
    move = next(move for move in answer.game.moves if move.id == id_)
    return move.name or move.id


def _path(answer: AftermathAnswer) -> str:
    steps = []
    for step in answer.path:
        who = step.actor or "chance"
        where = _move(answer, step.move)
        steps.append(f"{who}: {step.action}, {spread(step.taken)}, at “{where}”")
    return (
        f"The likeliest path, step by step: {'; '.join(steps)}. All of it together: "
        f"{spread(answer.path_taken)}."
    )


def _outcome(answer: AftermathAnswer) -> str:
    at = max(range(len(answer.outcomes)), key=lambda k: answer.outcomes[k].mean)
    end = answer.game.outcomes[at]
    name = end.name or end.id
    return f"The likeliest outcome is “{name}”, {spread(answer.outcomes[at])}."


def _ladder(answer: AftermathAnswer) -> str:
    rung = answer.expected_rung
    assert rung is not None
    names = [rung.name for rung in answer.game.ladder]
    top = answer.rungs[-1]
    return (
        f"The expected rung of the ladder is {rung.mean:.1f} of {len(names)} (80% of "
        f"draws: {rung.low:.1f} to {rung.high:.1f}; 1 is “{names[0]}”). The highest, "
        f"“{names[-1]}”, has {spread(top)}."
    )


def _given(answer: AftermathAnswer) -> list[str]:
    said = []
    for first in answer.first if len(answer.first) > 1 else ():
        rung = first.expected_rung
        assert rung is not None
        if rung.low == rung.high == 1.0:
            continue
        at = max(range(len(first.rungs)), key=lambda k: first.rungs[k].mean)
        said.append(
            f"If the first choice is “{first.action}”: expected rung {rung.mean:.1f} "
            f"({rung.low:.1f} to {rung.high:.1f}), likeliest "
            f"“{answer.game.ladder[at].name}”, {spread(first.rungs[at])}."
        )
    return said
