"""Levers in sentences; every number in them is one of the record, rounded."""

from __future__ import annotations

from suasion.explanation import listed, percent
from suasion.levers.lever_record import Levers, Move, MoveSet
from suasion.what_if import signed

__all__ = ["EFFORT", "answer", "moved", "place", "sentences"]

EFFORT = (
    "Effort 1 moves an actor of average capability and salience by a tenth of the scale; "
    "it grows with distance, capability and salience. That is judgement, and the table "
    "'effort' of case.toml changes it."
)


def sentences(found: Levers) -> list[str]:
    """Say what the best, the cheapest and the safest choice are."""
    said = [_best(found)]
    if found.reach is not None:
        said.append(_reach(found))
    if found.response is not None:
        said.append(_response(found))
    if found.robust is not None and found.robust.moves != found.best.moves:
        said.append(_robust(found))
    return said


def answer(found: Levers, value: float) -> str:
    """Write an answer for a reader."""
    if found.is_approval:
        return percent(value)
    return f"{place(value)} {found.unit}".rstrip()


def place(value: float) -> str:
    """Write a place on a scale.

    Examples
    --------
    >>> place(32.0), place(7.394)
    ('32', '7.39')
    """
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def moved(moves: tuple[Move, ...]) -> str:
    """Write moves for a reader: who, from where to where.

    Examples
    --------
    >>> moved((Move(actor="Spain", by=10, start=35, end=45, effort=1),))
    'Spain from 35 to 45'
    """
    return listed(
        [f"{one.actor} from {place(one.start)} to {place(one.end)}" for one in moves]
    )


def _unit(found: Levers) -> str:
    return "points" if found.is_approval else found.unit or "units"


def _spent(effort: float) -> str:
    return f"effort {effort:.2f}"


def _change(found: Levers, item: MoveSet) -> str:
    low, high = (
        signed(value, found.is_approval)
        for value in (item.low_difference, item.high_difference)
    )
    return (
        f"{signed(item.difference, found.is_approval)} {_unit(found)} "
        f"(80% of draws between {low} and {high})"
    )


def _best(found: Levers) -> str:
    base = answer(found, found.base.value)
    who = listed(found.movers)
    if found.best.moves:
        return (
            f"The most that {who} can do with effort {found.budget:g}: move "
            f"{moved(found.best.moves)} ({_spent(found.best.effort)}). "
            f"{base} becomes {answer(found, found.best.value)}, "
            f"{_change(found, found.best)}."
        )
    if found.budget == 0.0:
        return f"An effort of 0 moves nobody: the answer stays at {base}."
    if not any(single.affordable for single in found.singles):
        cheapest = min(
            (
                (single.steps[0].effort, single.actor)
                for single in found.singles
                if single.steps
            ),
            default=None,
        )
        if cheapest is None:
            return f"There is nobody whom {who} could move: the answer stays at {base}."
        return (
            f"Effort {found.budget:g} buys no step of {found.step:g}: the cheapest, of "
            f"{cheapest[1]}, takes {cheapest[0]:.2f}. The answer stays at {base}."
        )
    return f"Nothing that {who} could do changes the answer of {base}."


def _reach(found: Levers) -> str:
    assert found.reach is not None
    target = answer(found, found.reach)
    if found.cheapest is not None:
        if not found.cheapest.moves:
            return f"The answer is at {target} already."
        return (
            f"The cheapest way to {target}: {moved(found.cheapest.moves)}, at "
            f"{_spent(found.cheapest.effort)}."
        )
    if found.least_effort is not None:
        return (
            f"{target} was not reached by any set looked at; one that reaches it takes "
            f"effort {found.least_effort:.2f} or more."
        )
    count = "one actor" if found.most == 1 else f"{found.most} actors"
    return (
        f"{target} is out of reach: moving {count} as far as allowed, with effort no "
        f"object, gives {answer(found, found.farthest.value)} at best."
    )


def _response(found: Levers) -> str:
    assert found.response is not None
    who = listed(found.opponents)
    if not found.response.moves:
        return f"{who} could not undo any of it with effort {found.counter_budget:g}."
    return (
        f"{who}, with effort {found.counter_budget:g}, would answer by moving "
        f"{moved(found.response.moves)}, which leaves "
        f"{answer(found, found.response.value)}."
    )


def _robust(found: Levers) -> str:
    assert found.robust is not None
    assert found.robust_response is not None
    if not found.robust.moves:
        return "No set stands better against that answer than moving nobody."
    return (
        f"Safest against any such answer is moving {moved(found.robust.moves)}: "
        f"{answer(found, found.robust.value)}, and "
        f"{answer(found, found.robust_response.value)} after the answer to it."
    )
