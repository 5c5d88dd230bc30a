"""Rule and requirements as one monotone simple game.

The words, once
---------------
simple game
    Says of every coalition whether it wins: whether its consent is enough. All games
    here are monotone: a winning coalition stays winning when somebody joins it.
swing
    A coalition that an actor's joining turns from losing to winning: it is decisive.
minimal winning coalition
    A winning coalition that loses if any member leaves.
blocking coalition
    One without which all others together lose: a winning coalition of the *dual* game.
dummy, or null player
    An actor that is never decisive.

A rule is a tree of weighted votes joined by *and* and *or*: a gatekeeper is a vote of
one, a requirement a vote of those who hold its resources. Weights are whole numbers
here: a decimal number is read as it is written, and all are brought to one denominator.
Quotas keep the tolerance of `suasion.rule`.

Sources: Shapley 1962, Behavioral Science 7, 59-66; Taylor & Zwicker 1999, *Simple Games*
(Princeton University Press), chapter 1.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from suasion.case import (
    AllOf,
    AnyOf,
    Case,
    Gatekeeper,
    Option,
    QualifiedMajority,
    Rule,
    Unanimity,
    WeightedMajority,
)
from suasion.veto import answers_yes, clauses

__all__ = [
    "Every",
    "Formula",
    "SimpleGame",
    "Some",
    "Vote",
    "game_of",
    "weighted_game",
]

# Of suasion.rule: sums of weights this close to a quota, relatively, are a tie.
_TOLERANCE = Fraction(1, 10**12)


@dataclass(frozen=True)
class Vote:
    """Won by coalitions whose weights, one for each actor, add up to what it needs."""

    weights: tuple[int, ...]
    need: int

    @property
    def dual(self) -> Vote:
        """The vote of those who block: without them the others lose."""
        return Vote(self.weights, sum(self.weights) - self.need + 1)


@dataclass(frozen=True)
class Every:
    """Won by coalitions that win every part; without parts, by everybody."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Some:
    """Won by coalitions that win one part or more; without parts, by nobody."""

    parts: tuple[Formula, ...]


Formula = Vote | Every | Some


@dataclass(frozen=True)
class SimpleGame:
    """A monotone simple game.

    Attributes
    ----------
    actors : tuple of str
        Their names, in order; weights of a `Vote` are in this order.
    formula : Vote, Every or Some
    """

    actors: tuple[str, ...]
    formula: Formula

    @property
    def votes(self) -> tuple[Vote, ...]:
        """All weighted votes in the formula, from left to right."""
        return tuple(_votes(self.formula))

    def wins(self, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether coalitions win, one in each row.

        Parameters
        ----------
        members : ndarray of bool, shape (coalitions, actors)

        Returns
        -------
        ndarray of bool, shape (coalitions,)

        Examples
        --------
        >>> game = weighted_game({"Gulls": 3, "Terns": 2, "Auks": 1}, 4)
        >>> game.wins(np.array([[True, False, True], [False, True, True]]))
        array([ True, False])
        """
        return _wins(self.formula, members)


def weighted_game(
    weights: Mapping[str, float], quota: float, *, strict: bool = False
) -> SimpleGame:
    """Return the game of one weighted vote.

    Parameters
    ----------
    weights : mapping of str to float
        Weight of each actor, finite, 0 or more.
    quota : float
        Sum of weights that wins; finite, above 0.
    strict : bool
        Whether the sum must exceed the quota.

    Raises
    ------
    ValueError
        If a number breaks its rule.

    Examples
    --------
    >>> weighted_game({"Gulls": 0.3, "Terns": 0.2, "Auks": 0.1}, 0.4).formula
    Vote(weights=(3, 2, 1), need=4)
    """
    for name, weight in weights.items():
        if not (0 <= weight < math.inf):
            raise ValueError(
                f"weight of {name} is {weight}; a weight is finite and 0 or more"
            )
    if not (0 < quota < math.inf):
        raise ValueError(f"quota is {quota}; a quota is finite and above 0")
    values = [_exactly(weight) for weight in weights.values()]
    return SimpleGame(tuple(weights), _quota(values, _exactly(quota), strict))


def game_of(
    case: Case, option: Option | None = None, on: dt.date | None = None
) -> SimpleGame:
    """Return the game of the decision rule, or of an option, over all actors of a case.

    An option wins with all that it asks for and needs; if it answers the question with
    yes (see `suasion.veto.answers_yes`), by the decision rule as well.

    Parameters
    ----------
    case : Case
        A case without a rule has options only.
    option : Option, optional
        One of the case's options; the rule alone without one.
    on : date, optional
        Leave out resources that are not available on this day.

    Examples
    --------
    >>> import suasion
    >>> case = suasion.load("ec-emission-standards")
    >>> len(game_of(case).actors)
    10
    """
    parts: list[Formula] = []
    if case.rule is not None and (option is None or answers_yes(case, option)):
        parts.append(_of_rule(case.rule, case))
    if option is not None:
        if option.asks:
            parts.append(_all_of(case, option.asks))
        for _, suppliers in clauses(case, option.id, on):
            parts.append(Some(tuple(_all_of(case, group) for group in suppliers)))
    formula = parts[0] if len(parts) == 1 else Every(tuple(parts))
    return SimpleGame(case.actor_names, formula)


# --- from a rule to a formula --------------------------------------------------------


def _of_rule(rule: Rule, case: Case) -> Formula:
    match rule:
        case Gatekeeper():
            return _all_of(case, [rule.actor])
        case Unanimity():
            return _all_of(case, rule.actors or case.actor_names)
        case WeightedMajority():
            weights = rule.weights
            if weights is None:
                weights = {actor.name: actor.capability.mode for actor in case.actors}
            values = _by_actor(case, weights)
            total = sum(values, Fraction())
            least = (_exactly(rule.share) + _TOLERANCE) * total
            return _vote(values, least, strict=True)
        case QualifiedMajority():
            votes = tuple(
                _quota(_by_actor(case, q.weights), _exactly(q.quota), q.strict)
                for q in rule.quotas
            )
            return votes[0] if len(votes) == 1 else Every(votes)
        case AllOf():
            return Every(tuple(_of_rule(part, case) for part in rule.rules))
        case AnyOf():
            return Some(tuple(_of_rule(part, case) for part in rule.rules))


def _all_of(case: Case, group: Iterable[str]) -> Vote:
    names = {case.actor(who).name for who in group}
    return Vote(tuple(int(name in names) for name in case.actor_names), len(names))


def _by_actor(case: Case, weights: Mapping[str, float]) -> list[Fraction]:
    values = dict.fromkeys(case.actor_names, Fraction())
    for who, weight in weights.items():
        values[case.actor(who).name] += _exactly(weight)
    return list(values.values())


def _quota(weights: list[Fraction], quota: Fraction, strict: bool) -> Vote:
    near = 1 + _TOLERANCE if strict else 1 - _TOLERANCE
    return _vote(weights, quota * near, strict=strict)


def _vote(weights: list[Fraction], least: Fraction, *, strict: bool) -> Vote:
    """Bring weights to whole numbers without a common factor."""
    scale = Fraction(math.lcm(*(weight.denominator for weight in weights)))
    scale /= math.gcd(*(int(weight * scale) for weight in weights)) or 1
    need = math.floor(least * scale) + 1 if strict else math.ceil(least * scale)
    return Vote(tuple(int(weight * scale) for weight in weights), need)


def _exactly(number: float) -> Fraction:
    return Fraction(repr(float(number)))


# --- who wins ------------------------------------------------------------------------


def _votes(formula: Formula) -> Iterable[Vote]:
    if isinstance(formula, Vote):
        yield formula
    else:
        for part in formula.parts:
            yield from _votes(part)


def _wins(formula: Formula, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
    if isinstance(formula, Vote):
        need = formula.need
        if need <= 0:
            return np.ones(len(members), dtype=np.bool_)
        # Half a vote below the need: no sum is there, so rounding is no matter.
        shares = np.array([min(weight, need) / need for weight in formula.weights])
        return np.asarray(members @ shares >= 1.0 - float(Fraction(1, 2 * need)))
    won = [_wins(part, members) for part in formula.parts]
    join = np.logical_and if isinstance(formula, Every) else np.logical_or
    result = np.full(len(members), isinstance(formula, Every))
    for part in won:
        result = join(result, part)
    return result
