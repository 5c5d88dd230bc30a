"""What a bargaining model returns: positions round by round, and where it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from suasion.bargaining.draws import Array, per_draw

__all__ = ["Move", "Outcome", "settle"]

Arrived: TypeAlias = NDArray[np.bool_] | bool


@dataclass(frozen=True)
class Move:
    """One change of one actor's position on one issue, and the reason.

    Attributes
    ----------
    round : int
        The round in which it moved, from 1 on.
    actor, issue : str
        Names, as in `Outcome.actors` and `Outcome.issues`.
    start, end : float
        Position before and after, in units of the scale.
    because : str
        Why, in a few words that name the actor who moved it, if any did.
    """

    round: int
    actor: str
    issue: str
    start: float
    end: float
    because: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """The course of a bargaining model on every draw of a case, read-only.

    Attributes
    ----------
    model : str
        Name of the model, a key of `suasion.bargaining.MODELS`.
    actors, issues : tuple of str
        Names, in the order of the axes.
    positions : ndarray, shape (draws, rounds + 1, actors, issues)
        Positions before the first round, and after each, in units of the scales.
    outcome : ndarray, shape (draws, issues)
        Where the decision ends.
    parameters : dict
        Settings of the model, as plain data.
    converged : ndarray of bool, shape (draws,)
        Whether the model came to rest, draw by draw.
    moves : tuple of Move
        What moved whom, round by round; only if there is a single draw.
    mover : ndarray of int, shape (draws, rounds, actors, issues), optional
        Index of the actor whose offer each actor took in that round, -1 if none; only
        from models in which actors take offers.
    """

    model: str
    actors: tuple[str, ...]
    issues: tuple[str, ...]
    positions: Array
    outcome: Array
    parameters: dict[str, Any]
    converged: NDArray[np.bool_]
    moves: tuple[Move, ...] = ()
    mover: NDArray[np.int16] | None = None

    def __post_init__(self) -> None:
        for array in (self.positions, self.outcome, self.converged, self.mover):
            if array is not None:
                array.setflags(write=False)

    @property
    def rounds(self) -> int:
        """Number of rounds."""
        return int(self.positions.shape[1]) - 1

    def to_dict(self, draw: int = 0) -> dict[str, Any]:
        """One draw as plain data; positions by round, actor and issue."""
        return {
            "model": self.model,
            "actors": list(self.actors),
            "issues": list(self.issues),
            "positions": self.positions[draw].tolist(),
            "outcome": self.outcome[draw].tolist(),
            "rounds": self.rounds,
            "moves": [asdict(move) for move in self.moves],
            **{
                name: self.parameters[name]
                for name in ("candidates", "valid", "gain_sum", "gain_max")
                if name in self.parameters
            },
            "parameters": self.parameters,
            "converged": bool(self.converged[draw]),
        }


def settle(
    model: str,
    solve: Callable[[Array, Array, dict[str, Any]], tuple[Array, Arrived]],
    *,
    capability: ArrayLike,
    position: ArrayLike,
    salience: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    status_quo: ArrayLike | None,
    actors: Sequence[str] | None,
    issues: Sequence[str] | None,
) -> Outcome:
    """Settle each issue by itself, in one round that takes everybody to the outcome.

    Parameters
    ----------
    model : str
        Name of the model.
    solve : callable
        From positions and effective power, each `(draws, actors)`, and the scale of the
        issue (`low`, `high`, `status_quo`, the last None if there is none) to outcomes
        and convergence, `(draws,)`.
    capability : array_like, shape (draws, actors)
        Above 0.
    position, salience : array_like, shape (draws, actors, issues)
        Finite; salience between 0 and 1.
    low, high : array_like, shape () or (issues,)
        Ends of the scales.
    status_quo : array_like, shape (draws, issues), optional
        A column of NaN stands for an issue without a status quo.
    actors, issues : sequence of str, optional
        Names; numbers from 1 on if left out.

    Raises
    ------
    ValueError
        If shapes differ or a number breaks its rule.
    """
    c, x, s = _checked(capability, position, salience)
    draws, count, scales = x.shape
    lows, highs = (
        np.broadcast_to(np.asarray(end, float), scales) for end in (low, high)
    )
    quo = np.full((draws, scales), np.nan)
    if status_quo is not None:
        quo[:] = status_quo
    outcome = np.empty((draws, scales))
    converged = np.ones(draws, dtype=np.bool_)
    stated = []
    for k in range(scales):
        none = draws > 0 and bool(np.isnan(quo[:, k]).all())
        stated.append("far end" if none else "status quo")
        scale = {
            "low": float(lows[k]),
            "high": float(highs[k]),
            "status_quo": None if none else per_draw("status_quo", quo[:, k], draws),
        }
        outcome[:, k], arrived = solve(x[:, :, k], c * s[:, :, k], scale)
        converged &= arrived
    positions = np.stack([x, np.broadcast_to(outcome[:, None], x.shape)], axis=1)
    return Outcome(
        model=model,
        actors=_names(actors, count),
        issues=_names(issues, scales),
        positions=positions,
        outcome=outcome,
        parameters={"disagreement": stated} if model == "nash" else {},
        converged=converged,
    )


def _checked(
    capability: ArrayLike, position: ArrayLike, salience: ArrayLike
) -> tuple[Array, Array, Array]:
    x = np.asarray(position, dtype=np.float64)
    c = np.asarray(capability, dtype=np.float64)
    s = np.asarray(salience, dtype=np.float64)
    if x.ndim != 3 or s.shape != x.shape or c.shape != x.shape[:2]:
        raise ValueError(
            f"position has shape {x.shape}, salience {s.shape}, capability {c.shape}; "
            "they must be (draws, actors, issues) twice and (draws, actors); a case "
            "with one issue has position[:, :, None]"
        )
    return c, x, s


def _names(names: Sequence[str] | None, count: int) -> tuple[str, ...]:
    names = tuple(names or (str(i + 1) for i in range(count)))
    if len(names) != count:
        raise ValueError(
            f"{len(names)} names are given ({', '.join(names)}) for {count}; "
            "give one for each, in the order of the axis"
        )
    return names
