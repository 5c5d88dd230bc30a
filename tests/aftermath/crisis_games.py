"""Games of the tests: the two of the reference values, and trees at random."""

from __future__ import annotations

from hypothesis import strategies as st

from suasion.aftermath.efg import parse
from suasion.aftermath.game import Action, Aftermath, End, Move

# A challenges or not; B resists or concedes; A fights or backs down.
CRISIS = """EFG 2 R "Crisis" { "A" "B" } ""
p "challenge" 1 1 "" { "Challenge" "Not" } 0
p "resist" 2 1 "" { "Resist" "Concede" } 0
p "fight" 1 2 "" { "Fight" "Back down" } 0
t "" 1 "war" { -.2, -.3 }
t "" 2 "back down" { -.4, .5 }
t "" 3 "concede" { 1 -1 }
t "" 4 "status quo" { 0 0 }
"""
# A is strong or weak, and only A knows.
TYPES = """EFG 2 R "Types of A" { "A" "B" } ""
c "type" 1 "" { "strong" 3/10 "weak" 0.7 } 0
p "strong challenge" 1 1 "" { "Challenge" "Not" } 0
p "strong resist" 2 1 "" { "Resist" "Concede" } 0
p "strong fight" 1 2 "" { "Fight" "Back down" } 0
t "" 1 "war with the strong" { .1, -.3 }
t "" 2 "back down" { -.4, .5 }
t "" 3 "concede" { 1 -1 }
t "" 4 "status quo" { 0 0 }
p "weak challenge" 1 3 "" { "Challenge" "Not" } 0
p "weak resist" 2 1 "" { "Resist" "Concede" } 0
p "weak fight" 1 4 "" { "Fight" "Back down" } 0
t "" 5 "war with the weak" { -.6, -.3 }
t "" 2
t "" 3
t "" 4
"""


def crisis() -> Aftermath:
    return parse(CRISIS)


def types() -> Aftermath:
    return parse(TYPES)


@st.composite
def trees(draw: st.DrawFn, generic: bool = True, hidden: bool = False) -> Aftermath:
    """Trees of two players and chance, of at most twelve moves.

    Generic payoffs are whole numbers no two of which are alike; with `hidden` some
    moves of one player whose way it cannot tell apart are one information set.
    """
    count = draw(st.integers(1, 12))
    moves: list[Move] = []
    ends: list[End] = []
    waiting = ["m0"]
    made = 1
    while waiting:
        id_ = waiting.pop(0)
        mover = draw(st.sampled_from(["A", "B", None] if moves else ["A", "B"]))
        size = draw(st.integers(2, 3))
        actions = []
        for k in range(size):
            if made < count and draw(st.booleans()):
                to = f"m{made}"
                made += 1
                waiting.append(to)
            else:
                to = f"o{len(ends)}"
                ends.append(End(id=to, payoffs={"A": 0, "B": 0}))
            share = [0.25, 0.75, 0.0][k] if size == 2 else [0.5, 0.25, 0.25][k]
            chance = share if mover is None else None
            actions.append(Action(name=f"a{k}", to=to, probability=chance))
        moves.append(Move(id=id_, actor=mover, actions=tuple(actions)))
    for name in ("A", "B"):
        if generic:
            values = draw(st.permutations([3**k % 1009 for k in range(len(ends))]))
        else:
            values = draw(
                st.lists(st.integers(-3, 3), min_size=len(ends), max_size=len(ends))
            )
        for at, value in enumerate(values):
            paid = {**ends[at].payoffs, name: float(value)}
            ends[at] = End.model_validate({"id": ends[at].id, "payoffs": paid})
    if hidden:
        # B never learns what A did first, if it answers with as many actions.
        second = {action.to for action in moves[0].actions}
        answers = [m for m in moves if m.id in second and m.actor == "B"]
        alike = [m for m in answers if len(m.actions) == len(answers[0].actions)]
        if moves[0].actor == "A" and len(alike) > 1:
            moves = [
                m.model_copy(update={"information": "later"}) if m in alike else m
                for m in moves
            ]
    return Aftermath(moves=tuple(moves), outcomes=tuple(ends))
