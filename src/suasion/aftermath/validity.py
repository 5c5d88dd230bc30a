"""Whether an aftermath is a game: a tree, with perfect recall, every leaf paid.

`problems` finds all that is wrong in one pass. What would only repeat an earlier
complaint (recall in something that is no tree) is not looked at.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from suasion.aftermath.game import Action, Aftermath, End, Move
from suasion.problem import Problem
from suasion.wording import did_you_mean

__all__ = ["problems"]

# Decimal thirds and sevenths sum to one only about.
_ROUNDING = 1e-5

Path = tuple[tuple[Move, Action], ...]


def problems(game: Aftermath, file: str = "case.toml") -> list[Problem]:
    """Return all that keeps an aftermath from being a game.

    Examples
    --------
    >>> from suasion.aftermath.game import Action, Aftermath, End, Move
    >>> game = Aftermath(
    ...     moves=(Move(id="m", actor="A", actions=(Action(name="go", to="off"),)),),
    ...     outcomes=(End(id="over", payoffs={"A": 0}),))
    >>> for problem in problems(game): print(problem)
    case.toml, aftermath.moves.m, actions.go: found 'off'; there is no such move or \
outcome; use one of m, over.
    case.toml, aftermath.outcomes.over: no action leads here; lead an action to it, or \
remove it.
    """
    found = [*_ids(game), *_ladder(game), *_payoffs(game)]
    for move in game.moves:
        found += _actions(move)
    found += _information(game)
    broken = [*_targets(game)]
    if not broken and not _repeated(game):
        found += _recall(game)
    return [
        Problem(file=file, place=place, field=field, found=what, rule=rule, cure=cure)
        for place, field, what, rule, cure in (*found, *broken)
    ]


Found = Iterator[tuple[str, str, str | None, str, str]]


def _place(item: Move | End) -> str:
    return f"aftermath.{'moves' if isinstance(item, Move) else 'outcomes'}.{item.id}"


def _repeated(game: Aftermath) -> list[str]:
    ids = [*(move.id for move in game.moves), *(end.id for end in game.outcomes)]
    counts = Counter(ids)
    return [id_ for id_, count in counts.items() if count > 1]


def _ids(game: Aftermath) -> Found:
    for id_ in _repeated(game):
        cure = "give each move and each outcome an id of its own"
        yield f"aftermath.moves.{id_}", "id", id_, "this id is given twice", cure
    for rung, count in Counter(rung.id for rung in game.ladder).items():
        if count > 1:
            cure = "give each rung an id of its own"
            yield "aftermath.ladder", "id", rung, "this id is given twice", cure
    if not game.precision.low >= 0:
        yield (
            "aftermath",
            "precision",
            str(game.precision),
            "a precision is at least 0",
            "write 0 for players who choose blindly, more for sharper ones",
        )


def _ladder(game: Aftermath) -> Found:
    known = [rung.id for rung in game.ladder]
    for end in game.outcomes:
        if end.rung and end.rung not in known:
            cure = did_you_mean(end.rung, known, "" if known else "add it to ladder")
            rule = "there is no such rung on the ladder"
            yield _place(end), "rung", end.rung, rule, cure
        elif known and not end.rung:
            rule = "with a ladder every outcome stands on a rung"
            yield _place(end), "rung", None, rule, f"add one of {', '.join(known)}"


def _payoffs(game: Aftermath) -> Found:
    for end in game.outcomes:
        for player in game.players:
            if player not in end.payoffs:
                rule = f"every player has a payoff at every outcome; {player} has none"
                yield _place(end), "payoffs", None, rule, f"add {player} = a number"


def _actions(move: Move) -> Found:
    names = Counter(action.name for action in move.actions)
    for name, count in names.items():
        if count > 1:
            rule = "an action has a name of its own at its move"
            yield _place(move), "actions", name, rule, "rename one of the two"
    given = [a.probability for a in move.actions if a.probability is not None]
    granting = [action.name for action in move.actions if action.yes]
    if granting and move.actor is None:
        rule = "a yes is somebody's, and here chance moves"
        cure = "remove yes, or say which actor moves"
        yield _place(move), "yes", granting[0], rule, cure
    elif granting and len(granting) == len(move.actions):
        rule = "every action here is a yes, so there is nothing to decide"
        yield _place(move), "yes", granting[0], rule, "add an action that refuses"
    if move.actor is not None:
        if given:
            rule = f"{move.actor} chooses here, so no action has a probability"
            cure = "remove the probabilities, or remove actor if chance decides"
            yield _place(move), "probability", str(given[0]), rule, cure
        return
    if move.information:
        rule = "chance knows nothing and chooses nothing"
        cure = "remove information, or say which actor moves"
        yield _place(move), "information", move.information, rule, cure
    if len(given) < len(move.actions):
        rule = (
            "nobody is named here, so chance moves, and each action has a probability"
        )
        cure = "add probability to each action, or add actor"
        yield _place(move), "probability", None, rule, cure
        return
    outside = [p for p in given if not (p.low >= 0 and p.high <= 1)]
    for number in outside:
        rule = "a probability lies between 0 and 1"
        yield _place(move), "probability", str(number), rule, "correct it"
    total = math.fsum(number.mode for number in given)
    if not outside and not abs(total - 1) <= _ROUNDING:
        names_ = ", ".join(action.name for action in move.actions)
        rule = f"the (most likely) probabilities of {names_} sum to 1"
        yield _place(move), "probability", f"{total:.6g}", rule, "correct one of them"


def _information(game: Aftermath) -> Found:
    first: dict[tuple[str, str], Move] = {}
    for move in game.moves:
        if move.actor is None or not move.information:
            continue
        other = first.setdefault((move.actor, move.information), move)
        here, there = (
            [f"{a.name} (yes)" if a.yes else a.name for a in one.actions]
            for one in (move, other)
        )
        if here != there:
            rule = (
                f"{move.actor} cannot tell this move from {other.id} (information "
                f"{move.information!r}), so it has the same actions in the same order, "
                f"{', '.join(there)}"
            )
            cure = "make them the same, or give one move information of its own"
            yield _place(move), "actions", ", ".join(here), rule, cure


# --- the tree ----------------------------------------------------------------------


def _targets(game: Aftermath) -> Found:
    """Find what keeps the moves from being a tree with one root."""
    moves = {move.id: move for move in game.moves}
    known = [*moves, *(end.id for end in game.outcomes)]
    reached: dict[str, str] = {}
    for move in game.moves:
        for action in move.actions:
            to, by = action.to, f"{move.id}, {action.name}"
            field = f"actions.{action.name}"
            if to not in known:
                rule = "there is no such move or outcome"
                yield _place(move), field, to, rule, did_you_mean(to, known)
            elif to in moves and to in reached:
                rule = (
                    f"a move is reached in one way, this one by {reached[to]} already"
                )
                cure = (
                    "write the move again under another id, with the same information"
                )
                yield _place(move), field, to, f"{rule} (a game is a tree)", cure
            reached.setdefault(to, by)
    for end in game.outcomes:
        if end.id not in reached:
            cure = "lead an action to it, or remove it"
            yield _place(end), "", None, "no action leads here", cure
    roots = [id_ for id_ in moves if id_ not in reached]
    for id_ in roots[1:]:
        rule = f"no action leads here, and the game begins with {roots[0]}"
        yield _place(moves[id_]), "", None, rule, "lead an action to it, or remove it"
    below = {move.id for path in _paths(game, roots) for move, _ in path}
    lost = [id_ for id_ in moves if id_ not in below]
    if lost:
        rule = "these moves lead to each other in a circle, and the game never to them"
        if not roots:
            rule = (
                "these moves lead to each other in a circle: the game has no beginning"
            )
        cure = "let one action lead onward instead of back"
        yield "aftermath.moves", "", " -> ".join(lost), rule, cure


def _paths(game: Aftermath, roots: Iterable[str]) -> Iterator[Path]:
    """Yield for every action below these moves the path that ends with it."""
    moves = {move.id: move for move in game.moves}
    stack: list[tuple[str, Path]] = [(root, ()) for root in roots]
    seen: set[str] = set()
    while stack:
        id_, path = stack.pop()
        if id_ in seen:
            continue
        seen.add(id_)
        for action in moves[id_].actions:
            longer = (*path, (moves[id_], action))
            yield longer
            if action.to in moves:
                stack.append((action.to, longer))


def _recall(game: Aftermath) -> Found:
    """Find information sets at which an actor forgets what it knew or did."""
    reached = {action.to for move in game.moves for action in move.actions}
    roots = [move.id for move in game.moves if move.id not in reached]
    paths: dict[str, Path] = {root: () for root in roots}
    paths |= {path[-1][1].to: path for path in _paths(game, roots)}
    first: dict[tuple[str, str], Move] = {}
    for move in game.moves:
        if move.actor is None or not move.information:
            continue
        other = first.setdefault((move.actor, move.information), move)
        here, there = (_memory(paths[one.id], move.actor) for one in (move, other))
        if here != there:
            branch, second = (_branch(paths[one.id]) for one in (move, other))
            rule = (
                f"an actor never forgets what it knew and did (perfect recall), but "
                f"{move.actor} comes here by {branch}, to {other.id} by {second}, and "
                "would not know which"
            )
            cure = "give the two moves different information"
            yield _place(move), "information", move.information, rule, cure


def _memory(path: Path, actor: str) -> list[tuple[str, str]]:
    return [
        (move.information or move.id, action.name)
        for move, action in path
        if move.actor == actor
    ]


def _branch(path: Path) -> str:
    return " -> ".join(action.name for _, action in path) or "the beginning"
