"""What drives the answer of a case: every analysis of it, on the same draws."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Callable, Sequence

import numpy as np

from suasion.answering import Answering, Input, answering
from suasion.case import Case
from suasion.sensitivity.break_even import break_even
from suasion.sensitivity.finding_out import finding_out
from suasion.sensitivity.naming import input_name, kind_of, owner_name
from suasion.sensitivity.pick_freeze import PickFreeze, pick_freeze
from suasion.sensitivity.record import BreakEven, Effect, Estimate, Sensitivity
from suasion.sensitivity.shapley import shapley
from suasion.sensitivity.sobol import sobol
from suasion.sensitivity.supposing import actor_numbers, other_numbers
from suasion.sensitivity.tornado import tornado
from suasion.stream import check_seed

__all__ = ["DRAWS", "sensitivity"]

Progress = Callable[[str, float], None]

DRAWS = 16_000
"""Pairs of worlds that bring the intervals of `deep-strikes` within 0.02."""

_FEWEST, _MOST = 100, 200_000


def sensitivity(
    case: Case | str,
    *,
    as_of: dt.date | str | None = None,
    by: dt.date | str | None = None,
    target: float | None = None,
    draws: int = DRAWS,
    orders: int = 5,
    seed: int = 7,
    progress: Progress | None = None,
) -> Sensitivity:
    """Say which input drives the answer, and what finding it out would be worth.

    Sobol indices, Shapley effects and the value of finding out (`suasion.sensitivity`'s
    modules say how they are computed) of every uncertain input and of every owner of
    inputs; the answer with each input low and high; and the values of the coded numbers
    at which the answer would be the target.

    Parameters
    ----------
    case : Case or str
        A case, or what `suasion.load` takes.
    as_of, by : date or str, optional
        As for `suasion.forecast`.
    target : float, optional
        Answer to look for: a probability in (0, 1), 1/2 unless given; for a question of
        place a place on the scale, none unless given.
    draws : int
        Pairs of worlds, 100 to 200,000.
    orders : int
        Random orders for the Shapley effects, at least 2.
    seed : int
        The same seed gives the same bits.
    progress : callable, optional
        Called with a few words and the share of the work done.

    Raises
    ------
    CaseError, ForecastError
        As `suasion.forecast`.
    ValueError
        If target, draws, orders or seed is out of range.

    Examples
    --------
    >>> found = sensitivity("deep-strikes", draws=500, orders=2)
    >>> found.effect("United States").shapley.value > 0.1
    True
    >>> round(sum(item.shapley.value for item in found.owners), 9)
    1.0
    """
    if isinstance(case, str):
        from suasion.casefile import load

        case = load(case)
    check_seed(seed)
    _check_size(draws, orders)
    target = _target(case, target)
    say = progress or (lambda _text, _share: None)
    say("the ledger of precedents", 0.0)
    ask = answering(case, as_of=as_of, by=by, draws=draws)
    drawn = pick_freeze(ask, seed)
    owners: tuple[Effect, ...] = ()
    inputs: tuple[Effect, ...] = ()
    if drawn.square.any():
        owners, inputs = _effects(ask, drawn, orders, say)
    numbers = actor_numbers(ask.case, ask.on)
    say("one number at a time", 0.5)
    swings = tornado(ask, seed, [*numbers, *other_numbers(ask.case)])
    found: list[BreakEven] = []
    for place, number in enumerate(numbers if target is not None else ()):
        say("break-even values", 0.6 + 0.4 * place / len(numbers))
        assert target is not None
        found.append(break_even(ask, seed, number, target))
    low, high = np.quantile(drawn.a, [0.1, 0.9]).tolist()
    return Sensitivity(
        slug=case.slug,
        question=case.question.text,
        unit=case.issues[0].unit,
        is_approval=ask.fitted is not None,
        case_hash=ask.case.hash,
        version=importlib.metadata.version("suasion"),
        as_of=ask.on,
        by=ask.by,
        draws=draws,
        orders=orders,
        seed=seed,
        answer=float(drawn.a.mean()),
        low=low,
        high=high,
        variance=float(drawn.square.mean()),
        uncertain=len(ask.inputs),
        owners=owners,
        inputs=inputs,
        swings=tuple(swings),
        target=target,
        break_evens=tuple(found),
    )


def _effects(
    ask: Answering, drawn: PickFreeze, orders: int, say: Progress
) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
    grouped: dict[tuple[str, str], list[Input]] = {}
    for one in ask.inputs:
        grouped.setdefault((kind_of(one), one.owner), []).append(one)
    groups = [*grouped.values()]
    judged = ask.case.judgements()
    say("orders of the owners", 0.1)
    shares = shapley(drawn, groups, orders=orders)
    say("each input alone", 0.4)

    def effect(members: Sequence[Input], share: Estimate, path: str) -> Effect:
        first, total = sobol(drawn, members)
        gain, bits = finding_out(drawn, members, is_probability=ask.fitted is not None)
        return Effect(
            path=path,
            owner=members[0].owner,
            kind=kind_of(members[0]),
            name=input_name(members[0]) if path else owner_name(members[0]),
            judgement=path in judged,
            shapley=share,
            first=first,
            total=total,
            gain=gain,
            bits=bits,
        )

    owners = [
        effect(group, share, "")
        for group, (share, _) in zip(groups, shares, strict=True)
    ]
    inputs = [
        effect([one], share, one.path)
        for group, (_, parts) in zip(groups, shares, strict=True)
        for one, share in zip(group, parts, strict=True)
    ]
    return _sorted(owners), _sorted(inputs)


def _sorted(effects: list[Effect]) -> tuple[Effect, ...]:
    return tuple(sorted(effects, key=lambda item: -item.shapley.value))


def _check_size(draws: int, orders: int) -> None:
    if not (_FEWEST <= draws <= _MOST):
        raise ValueError(
            f"draws is {draws}; sensitivity compares {_FEWEST} to {_MOST:,} pairs of "
            f"worlds; choose about {DRAWS:,}"
        )
    if not (orders >= 2):
        raise ValueError(f"orders is {orders}; at least 2 are needed; choose 5")


def _target(case: Case, target: float | None) -> float | None:
    if case.question.kind == "approval":
        if target is not None and not (0.0 < target < 1.0):
            raise ValueError(
                f"target is {target:g}; a probability to look for lies between 0 and 1; "
                "write 0.5 for 1 in 2"
            )
        return 0.5 if target is None else target
    issue = case.issues[0]
    if target is not None and not (issue.low < target < issue.high):
        raise ValueError(
            f"target is {target:g}; the question asks for a place between {issue.low:g} "
            f"and {issue.high:g} {issue.unit}".rstrip()
            + "; choose one of these"
        )
    return target
