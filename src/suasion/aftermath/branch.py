r"""The logit branch: equilibria from :math:`\lambda = 0` on, followed around bends.

Predictor and corrector along the arc (Turocy 2005, "A dynamic homotopy interpretation of
the logistic quantal response equilibrium correspondence", Games and Economic Behavior
51, 243-263): at :math:`\lambda = 0` everybody chooses blindly and the solution is known;
each step goes along the tangent and back to the curve by Newton's method at a right angle
to it, so that the branch is followed even where :math:`\lambda` turns back.

Many draws go at once, each at its own pace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.logit import Equations

__all__ = ["Place", "follow"]

Array = NDArray[np.float64]

_STEPS = 5000
_NEWTON = 8
_CLOSE = 1e-5  # between steps: the next of Newton's steps would be its square
_END = 1e-12
_FAR = 1e6
_NEAR = 0.25  # a correction longer than this, in z, may lead to another branch
_SHORTEST = 1e-9


@dataclass
class Place:
    """Where draws are on their branches: z (free, draws), precision, tangent, step."""

    z: Array
    precision: Array
    along_z: Array
    along: Array
    step: Array

    @classmethod
    def start(cls, equations: Equations, scale: float) -> Place:
        """Return the beginning, at precision 0; precision counts in units of 1/scale."""
        draws = equations.weight.shape[1]
        z = np.zeros((len(equations.free), draws))
        slope = equations.advantage(z) / scale
        length = np.sqrt((slope**2).sum(axis=0) + 1.0)
        step = np.full(draws, 2.0)
        return cls(z, np.zeros(draws), slope / length, 1.0 / length, step)


def follow(
    equations: Equations,
    place: Place,
    target: Array,
    scale: float,
    seen: Callable[[Place], None] | None = None,
) -> NDArray[np.bool_]:
    """Follow the branch to where it first has the target precision; changes `place`.

    Parameters
    ----------
    target : ndarray, shape (draws,)
        In units of 1/scale, at least the precision of the place.
    seen : callable, optional
        Is given the place after every step.

    Returns
    -------
    ndarray of bool, shape (draws,)
        Which draws have arrived.
    """
    arrived = place.precision >= target
    active = np.flatnonzero(~arrived)
    for _ in range(_STEPS):
        if active.size == 0:
            break
        here = equations.of(active)
        z, s = place.z[:, active], place.precision[active]
        tz, ts = place.along_z[:, active], place.along[active]
        step = place.step[active]
        with np.errstate(divide="ignore", invalid="ignore"):
            rest = np.where(ts > 0.0, (target[active] - s) / ts, np.inf)
        lands = rest <= step
        length = np.where(lands, rest, step)
        new_z, new_s = z + length * tz, s + length * ts
        new_s[lands] = target[active][lands]
        fixed_z = np.where(lands, 0.0, tz)
        fixed_s = np.where(lands, 1.0, ts)
        exact = np.where(lands, _END, _CLOSE)
        along_z, along, good = _corrected(
            here, new_z, new_s, fixed_z, fixed_s, exact, scale
        )
        # The way on is the one that goes on, not back.
        turn = (along_z * tz).sum(axis=0) + along * ts
        along_z, along = along_z * np.sign(turn), along * np.sign(turn)
        moved = np.sqrt(
            ((new_z - z - length * tz) ** 2).sum(axis=0)
            + (new_s - s - length * ts) ** 2
        )
        good &= moved <= _NEAR * np.minimum(length, 1.0) + _CLOSE
        good &= lands | (new_s < target[active])
        # A sharp turn is taken in smaller steps.
        good &= np.abs(turn) > 0.8
        at = active[good]
        place.z[:, at], place.precision[at] = new_z[:, good], new_s[good]
        place.along_z[:, at], place.along[at] = along_z[:, good], along[good]
        grown = np.where(moved < 0.4 * _NEAR, 2.0 * step, step)
        place.step[active] = np.where(good, np.where(lands, step, grown), 0.4 * length)
        arrived[at[lands[good]]] = True
        if seen is not None:
            seen(place)
        stuck = (place.step[active] < _SHORTEST) | (place.precision[active] < 0.0)
        active = active[~(arrived[active] | stuck)]
    return arrived


def _corrected(
    equations: Equations,
    z: Array,
    s: Array,
    fixed_z: Array,
    fixed_s: Array,
    exact: Array,
    scale: float,
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return to the curve at a right angle to (fixed_z, fixed_s); changes z and s.

    Returns the tangent there, and which draws came back: their last step was shorter
    than `exact`, and what is left is about its square.
    """
    tangent = np.zeros((len(z) + 1, len(s)))
    good = np.zeros(s.shape, dtype=bool)
    todo = np.arange(len(s))
    for _ in range(_NEWTON):
        here_z, here_s = z[:, todo], s[todo]
        some = equations if len(todo) == len(s) else equations.of(todo)
        gain, slope = some.slopes(here_z)
        matrix = _bordered(slope, gain, here_s, fixed_z[:, todo], fixed_s[todo], scale)
        right = np.zeros((len(todo), len(z) + 1, 2))
        right[:, :-1, 0] = (here_s * gain / scale - here_z).T
        right[:, -1, 1] = 1.0
        found = _solved(matrix, right)
        change = found[..., 0].T
        change[:, ~np.isfinite(change).all(axis=0)] = _FAR
        z[:, todo] += change[:-1]
        s[todo] += change[-1]
        tangent[:, todo] = found[..., 1].T
        size = np.abs(change).max(axis=0)
        enough = exact[todo] * (1.0 + np.abs(here_z).max(axis=0, initial=0.0))
        near = size <= enough
        good[todo[near]] = True
        todo = todo[~near & (size < _FAR)]
        if todo.size == 0:
            break
    length = np.sqrt((tangent**2).sum(axis=0))
    tangent /= np.where(length > 0.0, length, 1.0)
    return tangent[:-1], tangent[-1], good


def _bordered(
    slope: Array, gain: Array, s: Array, last_z: Array, last_s: Array, scale: float
) -> Array:
    free, draws = gain.shape
    matrix = np.empty((draws, free + 1, free + 1))
    matrix[:, :free, :free] = np.moveaxis(slope * (-s / scale), -1, 0)
    matrix[:, np.arange(free), np.arange(free)] += 1.0
    matrix[:, :free, free] = -gain.T / scale
    matrix[:, free, :free] = last_z.T
    matrix[:, free, free] = last_s
    return matrix


def _solved(matrix: Array, right: Array) -> Array:
    try:
        return np.asarray(np.linalg.solve(matrix, right))
    except np.linalg.LinAlgError:  # exactly at a fork: any way on is a way on
        pairs = zip(matrix, right, strict=True)
        return np.stack(
            [np.linalg.lstsq(one, side, rcond=None)[0] for one, side in pairs]
        )
