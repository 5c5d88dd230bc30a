r"""The gatekeeper looks ahead: its position, from what it expects of the aftermath.

With `stance = "lookahead"` under `[window]`, the position coded for the gatekeeper gives
way to one that follows from the game. In the agent logit quantal response equilibrium of
draw i, its payoffs and precision, let

.. math:: P_i = \Pr(\text{an action marked yes} \mid
    \text{the gatekeeper comes to a move that has one}), \qquad
    x_{gi} = q_i + P_i\,(p - q_i),

with q the status quo and p the threshold: the place to which the gatekeeper, left to
itself, would bring the issue on average if a yes goes to the threshold and a no leaves it.
Its stance in `window` is then :math:`P_i - 1/2`, and every bargaining model starts it from
the same place. For a choice between one yes and one no,

.. math:: P_i = \frac{1}{1 + e^{-\lambda_i (EU_i(yes) - EU_i(no))}},

so that the difference of expected payoffs counts as sharply as the players of the game
respond to it. At :math:`\lambda = 0` a decision with k ways to say yes among n has
:math:`P = k/n`.

It holds until an event of the calendar sets the gatekeeper's position anew: the payoffs
are those of who decides now, and a successor's are not coded. Shifts add to it.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.judgement import drawn, respond
from suasion.aftermath.quantal import Response, quantal_response
from suasion.aftermath.tree import Tree
from suasion.case import Case
from suasion.problem import ForecastError
from suasion.rule import with_article
from suasion.stream import Seed
from suasion.uncertain import Uncertain

__all__ = [
    "assumption",
    "chance_of_yes",
    "likely_yes",
    "looks_ahead",
    "until",
    "yes_taken",
]

Array = NDArray[np.float64]

_BLOCK = 1024


def looks_ahead(case: Case, on: dt.date) -> bool:
    """Return whether the gatekeeper's position on a date is that of the lookahead.

    Examples
    --------
    >>> import suasion
    >>> from suasion.variant import varied
    >>> case = varied(suasion.load("deep-strikes"), {"window.stance": "lookahead"})
    >>> [looks_ahead(case, dt.date(2025, 1, day)) for day in (19, 20)]
    [True, False]
    """
    if case.window.stance == "coded":
        return False
    end = until(case)
    return end is None or on < end


def until(case: Case) -> dt.date | None:
    """Return the date on which an event first sets the gatekeeper's position anew."""
    issue = case.issues[0].id
    return min(
        (
            event.date
            for event in case.calendar
            for change in event.changes
            if change.actor == case.question.gatekeeper
            and (
                isinstance(change.position, Uncertain)
                or issue in (change.position or ())
            )
        ),
        default=None,
    )


def chance_of_yes(case: Case, *, seed: Seed, start: int, stop: int) -> Array:
    """Draw P above for a case whose aftermath marks a yes; shape (draws,).

    Every number of the game is drawn as `suasion aftermath` draws it.

    Raises
    ------
    ForecastError
        If in some draw the game never comes to the decision, or cannot be solved.

    Examples
    --------
    >>> import suasion
    >>> chance_of_yes(suasion.load("deep-strikes"), seed=7, start=0, stop=3).round(2)
    array([0.91, 0.57, 0.66])
    """
    tree = _tree(case)
    # The last bit of a solution hangs on the draws solved beside it: always the same
    # block of them. A forecast's threads each draw a part of its own.
    first = start - start % _BLOCK
    parts = [
        yes_taken(respond(tree, drawn(tree, seed, at, at + _BLOCK), threads=1))
        for at in range(first, stop, _BLOCK)
    ]
    whole = np.concatenate([*parts, np.zeros(0)])
    return whole[start - first : stop - first]


def likely_yes(case: Case) -> float:
    """Return P above with every number of the game at its mode."""
    tree = _tree(case)
    return float(yes_taken(quantal_response(tree, tree.game.precision.mode))[0])


def yes_taken(response: Response) -> Array:
    """Return P above in a game that is solved, shape (draws,)."""
    tree = response.tree
    yes, asked = np.zeros(len(response.leaf)), np.zeros(len(response.leaf))
    # Leaf by leaf: the same bits however many draws there are.
    for leaf, reached in zip(tree.leaves, response.leaf.T, strict=True):
        passed = [
            (tree.nodes[place].move.actions, k)
            for place, k in leaf.steps
            if any(action.yes for action in tree.nodes[place].move.actions)
        ]
        if passed:
            asked += reached
        if any(actions[k].yes for actions, k in passed):
            yes += reached
    if not asked.min(initial=1.0) > 0.0:
        raise ForecastError(
            "the gatekeeper looks ahead, but in some draw the game never comes to its "
            "decision; lower aftermath.precision, or begin the game with the decision"
        )
    share: Array = np.minimum(yes / asked, 1.0)
    return share


def assumption(case: Case) -> str:
    """Say that the gatekeeper looks ahead, and until when.

    Examples
    --------
    >>> import suasion
    >>> assumption(suasion.load("deep-strikes"))
    'The own position of the United States is not the one coded: ... From 20 January 2025 \
on the calendar sets it anew, and the coded one counts.'
    """
    from suasion.explanation import day

    who = with_article(case.question.gatekeeper or "")
    text = (
        f"The own position of {who} is not the one coded: it looks ahead, and stands as "
        "far from the status quo towards yes as it would say yes in the aftermath, a game "
        "whose payoffs are judgement."
    )
    if end := until(case):
        text += (
            f" From {day(end)} on the calendar sets it anew, and the coded one counts."
        )
    return text


def _tree(case: Case) -> Tree:
    assert case.aftermath is not None
    return Tree(case.aftermath)
