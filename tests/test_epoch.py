"""Rounds and turns of the calendar: every round belongs to one epoch, in order."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from suasion.case import Case
from suasion.trajectory import ROUNDS
from suasion.visibility import visible
from suasion.window.epoch import moments, round_ends

ON = dt.date(2024, 11, 11)


def with_window(case: Case, **changes: object) -> Case:
    view = visible(case, ON)
    window = view.window.model_copy(update=changes)
    return view.model_copy(update={"window": window})


@given(
    turns=st.sets(st.integers(1, 199), max_size=4),
    every=st.floats(1.0, 250.0),
)
def test_rounds_end_in_one_epoch_each(
    deep_strikes: Case, turns: set[int], every: float
) -> None:
    case = with_window(deep_strikes, days_per_round=every, moved_by="challenge")
    epochs = [ON + dt.timedelta(days=day) for day in (0, *sorted(turns))]
    until = ON + dt.timedelta(days=200)
    ends = round_ends(case, epochs, until)
    assert [end for rounds in ends for end in rounds] == [
        round(k * every) for k in range(1, int(200 / every) + 1)
    ]
    changes = moments(case, epochs, ends)
    assert changes[0] == (ON, 0, 0)
    days = [day for day, _, _ in changes]
    assert days == sorted(days)
    for day, epoch, played in changes:
        assert epochs[epoch] <= day <= until
        assert 0 <= played <= ROUNDS
        if played:
            assert (day - ON).days == ends[epoch][played - 1]


def test_without_a_mover_only_the_calendar_changes_pressure(deep_strikes: Case) -> None:
    case = with_window(deep_strikes, days_per_round=14.0)
    epochs = [ON, dt.date(2025, 1, 20)]
    until = dt.date(2025, 4, 20)
    ends = round_ends(case, epochs, until)
    assert ends == ((14, 28, 42, 56), (70, 84, 98, 112, 126, 140, 154))
    assert moments(case, epochs, ends) == ((ON, 0, 0), (epochs[1], 1, 0))
