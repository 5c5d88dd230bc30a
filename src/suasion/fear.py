"""What fear of escalation costs: two cases between which nothing else differs.

In both the gatekeeper looks ahead (`suasion.lookahead`); in the second, what stands above
the lowest rung of the ladder is worth no less to it, and somewhere more. The difference of
the answers, draw by draw, is the price of the fear in probability of approval.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.game import Aftermath, Payoffs
from suasion.case import Case
from suasion.what_if import Fear

__all__ = ["fears", "less_afraid"]

Array = NDArray[np.float64]


def fears(answered: Sequence[tuple[str, Case, Array]]) -> tuple[Fear, ...]:
    """Return the cost of fear for each two that differ in nothing else.

    Parameters
    ----------
    answered : sequence of (str, Case, ndarray of shape (draws,))
        Names, cases, and answers on the same draws.
    """
    found = []
    for (afraid, case, before), (unafraid, other, after) in permutations(answered, 2):
        if less_afraid(case, other):
            difference = after - before
            low, high = np.quantile(difference, [0.1, 0.9]).tolist()
            found.append(
                Fear(
                    afraid=afraid,
                    unafraid=unafraid,
                    difference=float(difference.mean()),
                    low_difference=low,
                    high_difference=high,
                    error=float(difference.std(ddof=1)) / len(difference) ** 0.5,
                )
            )
    return tuple(found)


def less_afraid(case: Case, other: Case) -> bool:
    """Return whether the other case is the same but for less fear of escalation.

    Examples
    --------
    >>> import suasion
    >>> from suasion.variant import varied
    >>> case = varied(suasion.load("deep-strikes"), {"window.stance": "lookahead"})
    >>> payoff = "aftermath.outcomes.wider.payoffs.United States"
    >>> calm = varied(case, {payoff: "-50|-40|-20"})
    >>> less_afraid(case, calm), less_afraid(calm, case), less_afraid(case, case)
    (True, False, False)
    """
    if case.window.stance == "coded" or not (case.aftermath and other.aftermath):
        return False
    # Evidence cited for a payoff is not cited for a supposition in its place.
    rest = {"aftermath": None, "evidence": ()}
    if case.model_copy(update=rest) != other.model_copy(update=rest):
        return False
    player = case.question.gatekeeper or ""
    one, two = case.aftermath, other.aftermath
    if _without(one, player) != _without(two, player):
        return False
    raised = False
    lowest = one.ladder[0].id if one.ladder else None
    for end, calmer in zip(one.outcomes, two.outcomes, strict=True):
        was, now = end.payoffs[player], calmer.payoffs[player]
        if was == now:
            continue
        raised = True
        if end.rung == lowest or not (
            now.low >= was.low and now.mode >= was.mode and now.high >= was.high
        ):
            return False
    return raised


def _without(game: Aftermath, player: str) -> Aftermath:
    """Return a game without what its outcomes are worth to a player."""

    def others(payoffs: Payoffs) -> Payoffs:
        return {name: value for name, value in payoffs.items() if name != player}

    return game.model_copy(
        update={
            "outcomes": tuple(
                end.model_copy(update={"payoffs": others(end.payoffs)})
                for end in game.outcomes
            )
        }
    )
