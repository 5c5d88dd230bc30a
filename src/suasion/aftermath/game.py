"""An aftermath: who moves next, what they can do, what it is worth to them.

An extensive-form game, written as flat tables. A *move* is a place in the tree at which
an actor, or chance, takes one of its *actions*; an action leads to another move or to an
*outcome*, which says what each player gets and on which *rung* of the ladder of
escalation it stands. Two moves of one actor with the same `information` are one
information set: when it moves, it does not know at which of the two it is.

Payoffs, probabilities of chance and the precision of the players may be uncertain
numbers, `low|mode|high`. Whether the tables are a game at all is decided by
`suasion.aftermath.validity`.
"""

from __future__ import annotations

from pydantic import Field

from suasion.frozen import Frozen, Text
from suasion.uncertain import Uncertain

__all__ = ["Action", "Aftermath", "End", "Move", "Rung"]

Payoffs = dict[str, Uncertain]


class Rung(Frozen):
    """A rung of the ladder of escalation."""

    id: Text
    name: Text


class Action(Frozen):
    """What can be done at a move, and where it leads.

    `payoffs` are what taking it adds, for each player named, to the outcome's payoffs.
    `probability` is given for actions of chance, and for no others. `yes` ties the game
    to the question: the actions of the gatekeeper that grant what is asked.
    """

    name: Text
    to: Text = Field(description="id of the next move, or of an outcome")
    probability: Uncertain | None = None
    yes: bool = Field(
        default=False, description="whether it is the yes that the question asks for"
    )
    payoffs: Payoffs = Field(default_factory=dict)


class Move(Frozen):
    """A place in the tree at which an actor, or chance, takes an action."""

    id: Text
    actor: str | None = Field(default=None, description="who moves; chance if left out")
    name: str = Field(default="", description="the choice in words, for a reader")
    information: str = Field(
        default="",
        description="what the actor knows here; moves of one actor with the same "
        "information are one information set",
    )
    actions: tuple[Action, ...] = Field(min_length=1)


class End(Frozen):
    """An outcome: where a branch, or several, end."""

    id: Text
    name: str = ""
    rung: str = Field(default="", description="id of its rung of the ladder")
    payoffs: Payoffs
    note: str = Field(default="", description="why the payoffs are judged so")


class Aftermath(Frozen):
    """`[aftermath]` of a case: the game that follows the decision.

    Examples
    --------
    >>> game = Aftermath(
    ...     moves=(Move(id="m", actor="A", actions=(
    ...         Action(name="stay", to="quiet"), Action(name="go", to="fight"))),),
    ...     outcomes=(End(id="quiet", payoffs={"A": 0, "B": 0}),
    ...               End(id="fight", payoffs={"A": "-1|1|2", "B": -1})),
    ... )
    >>> game.players
    ('A', 'B')
    """

    summary: str = ""
    unit: str = Field(default="", description="what one point of payoff means")
    precision: Uncertain = Field(
        default=Uncertain.parse(1),
        description="how sharply players respond to differences of payoff, at least 0",
    )
    ladder: tuple[Rung, ...] = Field(default=(), description="from lowest to highest")
    moves: tuple[Move, ...] = Field(min_length=1)
    outcomes: tuple[End, ...] = Field(min_length=1)

    @property
    def players(self) -> tuple[str, ...]:
        """Who moves or is paid, in the order of the first outcome's payoffs."""
        paid = (name for end in self.outcomes for name in end.payoffs)
        moving = (move.actor for move in self.moves if move.actor is not None)
        added = (
            name
            for move in self.moves
            for action in move.actions
            for name in action.payoffs
        )
        return tuple(dict.fromkeys((*paid, *moving, *added)))

    def outcome(self, id_: str) -> End:
        """Return the outcome with this id.

        Raises
        ------
        KeyError
            If there is none; the message lists the ids.
        """
        for end in self.outcomes:
            if end.id == id_:
                return end
        known = ", ".join(end.id for end in self.outcomes)
        raise KeyError(f"no outcome {id_!r}; the game has {known}")
