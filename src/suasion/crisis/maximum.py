"""Maximum of the likelihood: several starts, quasi-Newton steps, then Newton's."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion.crisis.likelihood import Array, Block, Model
from suasion.stream import uniform

__all__ = ["TOLERANCE", "Maximum", "climb", "maximum", "scaled"]

TOLERANCE = 1e-7
"""Converged: the largest slope of the mean log-likelihood, terms scaled to a mean
square of 1."""
_CLOSE = 1e-4


class Maximum(NamedTuple):
    """Where the likelihood is largest, and how it was found."""

    theta: Array
    value: float
    slope: float
    iterations: int
    values: tuple[float, ...] = ()

    @property
    def converged(self) -> bool:
        """Whether it is a stationary point."""
        return self.slope <= TOLERANCE

    @property
    def agreeing(self) -> int:
        """Number of starts that led to the same log-likelihood, to 0.0001."""
        return sum(self.value - value < _CLOSE for value in self.values)


def scaled(model: Model) -> tuple[Model, Array]:
    """Return the model with terms of mean square 1, and what they were divided by."""
    sizes = [np.sqrt((block.terms**2).mean(axis=0)) for block in model.blocks]
    blocks = tuple(
        Block(block.player, block.outcome, block.terms / size)
        for block, size in zip(model.blocks, sizes, strict=True)
    )
    return Model(model.game, model.errors, model.link, blocks), np.concatenate(sizes)


def maximum(
    model: Model, chosen: NDArray[np.intp], *, starts: int, seed: int
) -> Maximum:
    """Climb from each start, and refine the best by Newton's method.

    The first start is the maximum of the game that begins at the next node, among the
    rows that reached it, and so on backward from the last node: statistical backward
    induction (Bas, Signorino & Walker 2008, Political Analysis 16, 21-40), but for later
    nodes being estimated again with each earlier one. The second is 0, the others are
    drawn from normal distributions of standard deviation 1/2.
    """
    from scipy.special import ndtri

    weight = np.ones(len(chosen))
    points = [_induced(model, chosen, weight), np.zeros(model.size)]
    points += [
        0.5 * ndtri(uniform(seed, f"crisis.start.{place}", 0, model.size))
        for place in range(2, starts)
    ]
    found = [climb(model, chosen, weight, point) for point in points[:starts]]
    best = max(found, key=lambda item: item.value)
    refined = _newton(model, chosen, weight, best)
    return refined._replace(values=tuple(item.value for item in found))


def climb(
    model: Model,
    chosen: NDArray[np.intp],
    weight: Array,
    start: Array,
    inverse: Array | None = None,
) -> Maximum:
    """Climb by the method of Broyden, Fletcher, Goldfarb and Shanno."""
    from scipy.optimize import minimize

    total = weight.sum()

    def down(theta: Array) -> tuple[float, Array]:
        value, gradient = model.value_and_gradient(theta, chosen, weight)
        return -value / total, -gradient / total

    options: Any = {"gtol": TOLERANCE, "maxiter": 500, "hess_inv0": inverse}
    found = minimize(
        down,
        start,
        jac=True,
        method="BFGS",
        options=options,
    )
    slope = float(np.abs(found.jac).max())
    return Maximum(found.x, -found.fun * total, slope, int(found.nit))


def _newton(
    model: Model, chosen: NDArray[np.intp], weight: Array, found: Maximum
) -> Maximum:
    """Take Newton steps as long as they lead upward; most fits need one or two."""
    theta, value, slope, done = found.theta, found.value, found.slope, found.iterations
    for _ in range(20):
        _, gradient = model.value_and_gradient(theta, chosen, weight)
        hessian = model.hessian(theta, chosen, weight)
        step = np.linalg.lstsq(-hessian, gradient, rcond=1e-12)[0]
        new, new_gradient = model.value_and_gradient(theta + step, chosen, weight)
        new_slope = float(np.abs(new_gradient).max() / weight.sum())
        if not (new >= value - 1e-9 * abs(value) and new_slope < slope):
            break
        theta, value, slope, done = theta + step, new, new_slope, done + 1
        if slope < 1e-12:
            break
    return found._replace(theta=theta, value=value, slope=slope, iterations=done)


def _induced(model: Model, chosen: NDArray[np.intp], weight: Array) -> Array:
    theta = np.zeros(model.size)
    for node in reversed(range(1, len(model.game.movers))):
        reached = chosen >= node
        game = model.game.after(node)
        kept = [
            place
            for place, block in enumerate(model.blocks)
            if block.player in game.movers
            and block.outcome - node in game.matters(block.player)
        ]
        if not kept:
            continue
        blocks = tuple(
            Block(b.player, b.outcome - node, b.terms[reached])
            for b in (model.blocks[place] for place in kept)
        )
        part = Model(game, model.errors, model.link, blocks)
        where = np.concatenate([np.r_[model.places[place]] for place in kept])
        theta[where] = climb(
            part, chosen[reached] - node, weight[reached], theta[where]
        ).theta
    return theta
