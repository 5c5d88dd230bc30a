"""A course in words: exact sentences, and every number one of the trajectory's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from played import played
from suasion.case import Actor, Case, Issue, Question
from suasion.telling import MODEL_TITLES, course, moved, on_scale, reached, reasons
from suasion.trajectory import ITERATED, Step
from suasion.uncertain import Uncertain


def case_of(*places: float, unit: str = "points", high: float = 100.0) -> Case:
    names = ("United States", "France", "Spain", "Italy")
    return Case(
        slug="made",
        title="Made",
        question=Question(text="Where will it end?"),
        issues=(Issue(id="x", name="Scale", low=0, high=high, unit=unit),),
        actors=tuple(
            Actor(
                name=names[row] if row < len(names) else f"Actor {row}",
                capability=Uncertain.parse(1.0),
                position=(Uncertain.parse(place),),
                salience=(Uncertain.parse(0.5),),
            )
            for row, place in enumerate(places)
        ),
    )


def step(start: float, end: float, because: str = "offer by Spain") -> Step:
    return Step(round=3, actor="France", start=start, end=end, because=because)


def test_every_model_of_several_rounds_has_a_title() -> None:
    assert tuple(MODEL_TITLES) == ITERATED


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("confrontation with Spain", "a confrontation with Spain"),
        (
            "exchange with Spain, who cares less",
            "an exchange with Spain, who cares less",
        ),
        (
            "a bargain proposed by Spain to Italy",
            "a bargain proposed by Spain to Italy",
        ),
    ],
)
def test_a_move_is_a_sentence(because: str, said: str) -> None:
    issue = case_of(0, 1).issues[0]
    assert moved(step(60.0, 64.2, because), issue) == (
        f"Round 3: France moved 4.2 points, from 60 to 64.2, because of {said}."
    )


def test_a_scale_without_a_unit_and_one_of_years() -> None:
    plain = case_of(0, 1, unit="").issues[0]
    assert moved(step(60.0, 50.0), plain) == (
        "Round 3: France moved 10, from 60 to 50, because of an offer by Spain."
    )
    years = case_of(0, 1, unit="years", high=6.0).issues[0]
    assert moved(step(4.0, 5.4375), years) == (
        "Round 3: France moved 1.44 years, from 4 to 5.44, because of an offer by Spain."
    )


def test_the_course_in_exact_sentences() -> None:
    case = case_of(20, 60, 90)
    path = played(case, 3, draws=21)
    assert course(path, case.issues[0], "United States") == [
        "Over 3 rounds (42 days), Spain moves most: in the median from 90 to 28.8; 2 of "
        "3 actors move.",
        "The medians of all 3 actors end between 20 and 28.8.",
        "The United States, which decides, stays at 20 (80% interval 16 to 24).",
        "In no draw does it come to rest: somebody moves in the last round of each.",
        "This is a simulation: how often such a course came true in decided cases has "
        "not been measured yet. Places and bands are medians and the middle 80% of 21 "
        "draws; the moves told are those of one run on the most likely value of every "
        "number.",
    ]


def test_a_course_in_which_nobody_moves() -> None:
    case = case_of(20, 60)
    path = played(case, 1, pull=0.0, days_per_round=None)
    assert course(path, case.issues[0], None)[:3] == [
        "After 1 round everybody is, in the median, where it began.",
        "The medians of all 2 actors end between 20 and 60.",
        "In every draw it comes to rest: nobody moves in the last round.",
    ]
    assert reasons(path, case.issues[0]).moves == ()
    assert reasons(path, case.issues[0]).others == (
        "In the run on typical numbers nobody moved."
    )


def test_one_actor_is_not_spoken_of_as_many() -> None:
    case = case_of(20)
    text = " ".join(course(played(case, 2), case.issues[0], "United States"))
    assert "all 1" not in text
    assert "The United States, which decides, stays at 20" in text


def test_a_share_of_draws_that_rest() -> None:
    case = case_of(20, 60)
    path = played(case).model_copy(update={"settled": 0.83})
    assert course(path, case.issues[0], None)[2] == (
        "In 83% of draws it comes to rest: nobody moves in the last round."
    )


def test_small_moves_are_counted_and_large_ones_told_in_their_order() -> None:
    case = case_of(20, 60, 90)
    issue = case.issues[0]
    told = reasons(played(case, 10), issue)
    assert told.moves[:2] == (
        "Round 1: France moved 20 points, from 60 to 40, because of a confrontation with "
        "United States.",
        "Round 1: Spain moved 35 points, from 90 to 55, because of a confrontation with "
        "United States.",
    )
    # Halved each round: 20, 10 ... 0.625 and 35, 17.5 ... 0.547 are told, the rest small.
    assert len(told.moves) == 12
    assert told.others == (
        "1 further move of at most 0.6 points and 7 further moves of less than 0.5% of "
        "the scale are not told."
    )


def test_at_most_twelve_moves_are_told() -> None:
    case = case_of(0, *(50 + row for row in range(25)))
    told = reasons(played(case, 4), case.issues[0])
    assert len(told.moves) == 12
    assert told.others == "88 further moves of at most 31 points are not told."


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.floats(0.0, 1.0))
def test_a_place_is_written_to_a_thousandth_of_the_scale(
    low: float, width: float, share: float
) -> None:
    issue = Issue(id="x", name="Scale", low=low, high=low + width)
    value = issue.low + share * issue.width
    text = on_scale(value, issue).replace("\N{MINUS SIGN}", "-").replace(",", "")
    assert abs(float(text) - value) <= 0.5 * max(0.01 * issue.width, 1e-9 * abs(value))


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0))
def test_a_distance_agrees_with_its_ends(start: float, end: float) -> None:
    words = moved(step(start, end), case_of(0, 1).issues[0]).split()
    far, a, b = (float(words[at].rstrip(",")) for at in (4, 7, 9))
    assert far == pytest.approx(abs(b - a), abs=1e-9)


def test_rounds_are_counted_in_days_only_if_they_have_a_length() -> None:
    case = case_of(20, 60)
    assert reached(played(case, 1)) == "1 round (14 days)"
    assert reached(played(case, 4, days_per_round=None)) == "4 rounds"
