"""The calendar: replacing and shifting, coming and going, and deadlines that move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.case import Actor, Case, Change, Event, Issue, Question
from suasion.timeline import deadline, head, state, turning_points
from suasion.uncertain import Uncertain

START = dt.date(2030, 1, 1)
ISSUES = (Issue(id="one", name="One"), Issue(id="two", name="Two"))


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def number(value: float) -> Uncertain:
    return Uncertain.parse(value)


def actor(name: str) -> Actor:
    return Actor(
        name=name, head=f"{name} I", capability=number(10),
        position=(number(1), number(2)), salience=(number(0.5), number(0.5)),
    )  # fmt: skip


def case(*events: Event) -> Case:
    return Case(
        slug="made-up", title="Made up", issues=ISSUES, calendar=events,
        question=Question(text="What?", by=day(100)),
        actors=(actor("A"), actor("B")),
    )  # fmt: skip


def event(at: int, *changes: Change, **other: object) -> Event:
    name = other.pop("id", f"event {at}")
    return Event.model_validate(
        {"id": name, "title": "Something", "date": day(at), "changes": changes} | other
    )


def change(**values: object) -> Change:
    return Change.model_validate({"actor": "A"} | values)


def test_nothing_changes_before_the_first_event_and_everything_on_its_day() -> None:
    made = case(event(10, change(capability=20, head="A II", public="for")))
    before, after = (state(made, day(at))[0] for at in (9, 10))
    assert (before.capability, before.head, before.public) == (
        number(10),
        "A I",
        "silent",
    )
    assert (after.capability, after.head, after.public) == (number(20), "A II", "for")
    assert state(made, day(10))[1] == state(made, day(9))[1]


@given(order=st.permutations([0, 1, 2, 3]), at=st.integers(0, 50))
def test_events_apply_by_date_whatever_their_order_in_the_case(
    order: list[int], at: int
) -> None:
    events = [
        event(10, change(shift_position=5)),
        event(20, change(position=40)),
        event(30, change(shift_position=-3, shift_capability=2)),
        event(40, change(head="A IV")),
    ]
    shuffled = case(*(events[k] for k in order))
    assert state(shuffled, day(at)) == state(case(*events), day(at))


def test_a_new_value_replaces_the_old_one_and_its_shifts() -> None:
    made = case(
        event(10, change(shift_position=5, shift_salience=0.1)),
        event(20, change(shift_position=2)),
        event(30, change(position=40)),
        event(40, change(position=50, shift_position=1)),
    )
    found = [state(made, day(at))[0] for at in (10, 20, 30, 40)]
    assert [now.shift_position for now in found] == [5, 7, 0, 1]
    assert [now.position[0] for now in found] == [number(x) for x in (1, 1, 40, 50)]
    assert [now.shift_salience for now in found] == [0.1] * 4


def test_events_of_one_day_apply_in_the_order_of_the_case() -> None:
    replace = event(10, change(capability=30), id="replace")
    shift = event(10, change(shift_capability=4), id="shift")
    first, second = (
        state(case(*events), day(10))[0]
        for events in ((replace, shift), (shift, replace))
    )
    assert (first.capability, first.shift_capability) == (number(30), 4)
    assert (second.capability, second.shift_capability) == (number(30), 0)


def test_a_value_holds_for_all_issues_or_by_issue() -> None:
    made = case(
        event(10, change(position={"two": 7})),
        event(20, change(salience="0.1|0.2|0.3")),
    )
    assert state(made, day(10))[0].position == (number(1), number(7))
    assert state(made, day(20))[0].salience == (Uncertain.parse("0.1|0.2|0.3"),) * 2


def test_actors_come_and_go() -> None:
    made = case(event(10, starts=["B"]), event(20, ends=["B"]), event(30, starts=["B"]))
    present = [state(made, day(at))[1].present for at in (0, 10, 19, 20, 30)]
    assert present == [False, True, True, False, True]
    assert all(state(made, day(at))[0].present for at in (0, 10, 20, 30))


def test_a_deadline_moves_once_it_is_known_to_move() -> None:
    made = case(
        event(50, deadline=day(200), known_on=day(5)),
        event(20, deadline=day(150)),
        event(60, change(capability=1), known_on=day(40)),
    )
    found = [deadline(made, day(at)) for at in (0, 4, 5, 19, 20, 300)]
    assert found == [day(at) for at in (100, 100, 200, 200, 150, 150)]


def test_turning_points_lie_after_the_first_and_up_to_the_last_day() -> None:
    made = case(event(30), event(10), event(30, id="again"), event(50), event(70))
    assert turning_points(made, day(10), day(50)) == (day(30), day(50))
    assert turning_points(made, day(70), day(90)) == ()


def test_between_turning_points_nothing_changes() -> None:
    made = case(
        event(3, change(shift_position=1)), event(8, ends=["B"]), event(8, id="x")
    )
    turns = set(turning_points(made, day(0), day(20)))
    for at in range(1, 21):
        same = state(made, day(at)) == state(made, day(at - 1))
        assert same == (day(at) not in turns)


def test_the_election_of_the_sample_case(case_folder: Callable[..., Path]) -> None:
    from suasion.casefile import load

    sample = load(case_folder())
    found = [head(sample, "Ruritania", dt.date(2030, 9, at)) for at in (14, 15)]
    assert found[1] == "Black Michael"
    assert found[0] != found[1]
    assert deadline(sample, dt.date(2030, 6, 1)) == dt.date(2030, 10, 31)
    with pytest.raises(ValueError, match="not in tuple"):
        head(sample, "Nobody", dt.date(2030, 9, 14))
