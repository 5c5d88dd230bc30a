"""What the data cannot tell: said by the names of the terms, with the cure.

Before fitting: outcomes that never happen; terms whose sum changes nothing, because only
differences between a player's utilities count; separation at the last node. After: flat
directions of the likelihood, and separation given what the other player is expected to do.

Separation: some combination of terms tells without exception who goes on, so the
likelihood grows for ever as its coefficient does. It is found by a linear program (Konis
2007, *Linear programming algorithms for detecting separated data in binary logistic
regression models*, DPhil thesis, Oxford, chapter 4).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from suasion.crisis.game import Game
from suasion.crisis.likelihood import Array, Model
from suasion.crisis.problem import EstimationError

__all__ = [
    "check_information",
    "check_observed",
    "check_separation",
    "check_terms",
    "flat",
]

_DEPENDENT = 1e-9
_FLAT = 1e-10
_INVOLVED = 1e-6
_EXTREME = 5.0


def check_observed(game: Game, chosen: NDArray[np.intp], outcome: str) -> None:
    """Refuse data in which an outcome never happens."""
    counts = np.bincount(chosen, minlength=len(game.outcomes))
    never = [
        word for word, n in zip(game.outcomes, counts.tolist(), strict=True) if not n
    ]
    if never:
        raise EstimationError(
            f"outcome {outcome!r}: {' and '.join(map(repr, never))} never "
            f"{'happens' if len(never) == 1 else 'happen'} in {len(chosen)} rows, so "
            "what the players think of it cannot be estimated; add cases in which it "
            "happens, or choose a game without it"
        )


def check_terms(model: Model, names: Sequence[str]) -> None:
    """Refuse terms of a player that together change no difference of its utilities."""
    for player in (0, 1):
        outcomes = model.game.matters(player)
        mine = _columns(model, player)
        if len(mine) == 0:
            continue
        differences = np.concatenate(
            [
                _differences(model, player, [(outcome, 1.0), (outcomes[0], -1.0)])
                for outcome in outcomes[1:]
            ]
        )
        labels = [names[place] for place in mine]
        for group in _dependent(differences):
            _refuse_dependent(player, [labels[place] for place in group])


def check_separation(
    model: Model, names: Sequence[str], chosen: NDArray[np.intp], theta: Array | None
) -> None:
    """Refuse a player whose moves are told without exception by a combination of terms.

    Without `theta`, only a player who moves once, at the last node: nobody moves after
    it, so its choice does not hang on beliefs. With it, every player whose choices are
    near certain, given the beliefs that follow from `theta`.
    """
    last = len(model.game.movers) - 1
    for player in (0, 1):
        nodes = [k for k, mover in enumerate(model.game.movers) if mover == player]
        if theta is None and nodes != [last]:
            continue
        rows = [_choices(model, player, k, chosen, theta) for k in nodes]
        signed = np.concatenate(rows)
        mine = _columns(model, player)
        if theta is not None and np.abs(signed @ theta[mine]).max() < _EXTREME:
            continue
        if (direction := _fewest(signed)) is None:
            continue
        told = int((signed @ direction > _INVOLVED).sum())
        involved = [
            names[place]
            for place, part in zip(mine, direction, strict=True)
            if abs(part) > _INVOLVED
        ]
        raise EstimationError(
            f"player {player + 1}: separation: {_together(involved)} what it does in "
            f"{told} of {len(signed)} choices, and in the others never points the wrong "
            "way, so the likelihood has no maximum (its coefficients would be infinite); "
            "leave such a term out, merge rare categories, or add cases"
        )


def check_information(
    model: Model, information: Array, names: Sequence[str], rows: int
) -> None:
    """Refuse a flat or rising direction of the likelihood at its supposed maximum."""
    values, vectors = flat(model, information, rows)
    if values[0] > _FLAT * values[-1]:
        return
    vector = np.abs(vectors[:, 0])
    involved = [
        name
        for name, part in zip(names, vector.tolist(), strict=True)
        if part > 0.1 * vector.max()
    ]
    said = "do not tell apart" if len(involved) > 1 else "say nothing of"
    raise EstimationError(
        "the likelihood is flat at its maximum, so there are no standard errors: the "
        f"data {said} {', '.join(involved)}; leave one of them out, or give the other "
        "player a covariate that these terms do not have: what moves expectations is "
        "what tells a player's utilities apart"
    )


def flat(model: Model, information: Array, rows: int) -> tuple[Array, Array]:
    """Eigenvalues and vectors of the information, terms scaled to a mean square of 1."""
    scale = np.concatenate(
        [np.sqrt((block.terms**2).mean(axis=0)) for block in model.blocks]
    )
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale) / rows)
    return values, vectors


def _columns(model: Model, player: int) -> NDArray[np.intp]:
    """Places of a player's coefficients."""
    return np.concatenate(
        [
            np.arange(place.start, place.stop)
            for block, place in zip(model.blocks, model.places, strict=True)
            if block.player == player
        ]
        or [np.arange(0)]
    )


def _differences(
    model: Model, player: int, weights: Sequence[tuple[int, Array | float]]
) -> Array:
    """Weighted sum of a player's utilities, as a matrix of terms."""
    rows = len(model.blocks[0].terms)
    by_outcome = dict(weights)
    parts = [
        block.terms
        * np.broadcast_to(by_outcome.get(block.outcome, 0.0), (rows,))[:, None]
        for block in model.blocks
        if block.player == player
    ]
    return np.concatenate(parts, axis=1)


def _dependent(matrix: Array) -> list[list[int]]:
    """Find groups of columns: one that depends on others, and those others."""
    norm = np.sqrt((matrix**2).mean(axis=0))
    groups = [[int(place)] for place in np.flatnonzero(norm == 0.0)]
    small: Array = np.linalg.qr(matrix / np.where(norm > 0.0, norm, 1.0)).R
    size = np.linalg.norm(small, axis=0).max()
    free: list[int] = []
    for place in np.flatnonzero(norm > 0.0).tolist():
        column = small[:, place]
        part = np.linalg.lstsq(small[:, free], column, rcond=None)[0]
        if np.linalg.norm(column - small[:, free] @ part) > _DEPENDENT * size:
            free.append(place)
            continue
        groups.append(
            [other for other, p in zip(free, part, strict=True) if abs(p) > _INVOLVED]
            + [place]
        )
    return groups


def _refuse_dependent(player: int, group: list[str]) -> None:
    who = f"player {player + 1}"
    if len(group) == 1:
        raise EstimationError(
            f"{who}: the term {group[0]} is zero in every row, so its coefficient "
            "changes nothing; leave it out"
        )
    listed = ", ".join(group)
    if len({name.partition(":")[0] for name in group}) == 1:
        raise EstimationError(
            f"{who}: the terms {listed} are collinear: one is a combination of the "
            "others, so their coefficients cannot be told apart; leave one of them out"
        )
    raise EstimationError(
        f"{who}: the terms {listed} cannot be told apart: only differences between a "
        "player's utilities count, and what is the same in all its outcomes changes "
        "none; leave it out of one utility, which then is the point of comparison"
    )


def _choices(
    model: Model,
    player: int,
    node: int,
    chosen: NDArray[np.intp],
    theta: Array | None,
) -> Array:
    """Terms of going on at a node, times 1 where it went on and -1 where it stopped."""
    reached = chosen >= node
    last = len(model.game.movers) - 1
    weights: list[tuple[int, Array | float]] = [(node, -1.0)]
    if node == last or theta is None:
        weights.append((last + 1, 1.0))
    else:
        beyond = model.solve(model.utilities(theta)).beyond(node)
        weights += list(enumerate(beyond))[node + 1 :]
    sign = np.where(chosen > node, 1.0, -1.0)
    return (_differences(model, player, weights) * sign[:, None])[reached]


def _fewest(signed: Array) -> Array | None:
    """Return a separating direction without any term that it can do without."""
    direction = _separating(signed)
    if direction is None:
        return None
    for place in range(signed.shape[1]):
        if abs(direction[place]) > _INVOLVED:
            less = signed * (np.abs(direction) > _INVOLVED)
            less[:, place] = 0.0
            without = _separating(less)
            direction = direction if without is None else without
    return direction


def _separating(signed: Array) -> Array | None:
    """Return a direction in which no row is on the wrong side, if there is one."""
    from scipy.optimize import linprog

    size = np.abs(signed).max(axis=0)
    scaled = signed / np.where(size > 0.0, size, 1.0)
    found = linprog(
        -scaled.sum(axis=0), A_ub=-scaled, b_ub=np.zeros(len(scaled)), bounds=(-1, 1)
    )
    if found.status != 0 or -float(found.fun or 0.0) < _INVOLVED * len(scaled) ** 0.5:
        return None
    direction: Array = np.where(size > 0.0, np.asarray(found.x), 0.0)
    direction = direction / np.where(size > 0.0, size, 1.0)
    return direction


def _together(names: Sequence[str]) -> str:
    return f"{names[0]} tells" if len(names) == 1 else f"{', '.join(names)} tell"
