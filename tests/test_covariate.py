"""Covariates: piecewise constant, counted before the day, the same for case and ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import approved, pending
from suasion.case import Case
from suasion.casefile import load
from suasion.window.covariate import COVARIATES, Request, known_for, pieces

BY_NAME = {covariate.name: covariate for covariate in COVARIATES}
FULL = Request(
    "x", "A", 0, 0, governments_for=2, governments_against=1,
    escalation=True, public_no=(10, 25),
)  # fmt: skip
DAYS = st.lists(st.integers(-500, 900), max_size=6).map(lambda x: tuple(sorted(x)))


def each_day(request: Request, yeses: tuple[int, ...], day: int) -> list[float]:
    """Centred values, straight from their definitions."""
    nos = request.public_no or ()
    recent = [yes for yes in yeses if 1 <= day - yes <= 365]
    ratio = (1 + (request.governments_for or 0)) / (
        1 + (request.governments_against or 0)
    )
    return [
        np.log(ratio) - np.log(2.0),
        (1.0 if request.escalation else 0.0) - 0.5,
        np.log(1 + len(recent)) - np.log(3.0),
        1.0 if any(1 <= day - no <= 30 for no in nos) else 0.0,
    ]


@given(yeses=DAYS, nos=DAYS, start=st.integers(-50, 200), days=st.integers(1, 700))
def test_pieces_say_for_every_day_what_holds_on_that_day(
    yeses: tuple[int, ...], nos: tuple[int, ...], start: int, days: int
) -> None:
    request = replace(FULL, public_no=nos)
    edges, z = pieces(request, yeses, start, start + days)
    assert edges[0] == start
    assert edges[-1] == start + days
    assert (np.diff(edges) > 0).all()
    spread = np.repeat(z, np.diff(edges), axis=0)
    expected = [each_day(request, yeses, start + day) for day in range(days)]
    np.testing.assert_allclose(spread, expected, atol=1e-15)


@given(yeses=DAYS, nos=DAYS, at=st.integers(1, 299))
def test_cutting_once_more_changes_no_value(
    yeses: tuple[int, ...], nos: tuple[int, ...], at: int
) -> None:
    request = replace(FULL, public_no=nos)
    edges, z = pieces(request, yeses, 0, 300)
    finer, same = pieces(request, yeses, 0, 300, also=(at, -5, 300, 999))
    assert set(finer.tolist()) == {*edges.tolist(), at}
    np.testing.assert_array_equal(
        np.repeat(same, np.diff(finer), axis=0), np.repeat(z, np.diff(edges), axis=0)
    )


def test_a_no_is_recent_for_the_thirty_days_after_it() -> None:
    value = BY_NAME["recent_no"].value
    assert [value(FULL, (), day) for day in (10, 11, 40, 55, 56)] == [0, 1, 1, 1, 0]


def test_a_yes_counts_for_the_365_days_after_it() -> None:
    value = BY_NAME["prior_yes"].value
    found = np.expm1(
        [value(FULL, (100, 100, 200), day) for day in (100, 101, 465, 466)]
    )
    np.testing.assert_allclose(found, [0, 2, 3, 1], atol=1e-12)


def test_lobbying_against_has_the_opposite_sign() -> None:
    value = BY_NAME["coalition"].value
    swapped = replace(FULL, governments_for=1, governments_against=2)
    assert value(FULL, (), 0) == pytest.approx(np.log(3 / 2))
    assert value(swapped, (), 0) == -value(FULL, (), 0)


@pytest.mark.parametrize(
    ("missing", "dropped"),
    [
        ({"governments_for": None}, "coalition"),
        ({"escalation": None}, "escalation"),
        ({"public_no": None}, "recent_no"),
    ],
)
def test_a_covariate_that_anybody_left_uncoded_is_left_out(
    missing: dict[str, None], dropped: str
) -> None:
    names = [item.name for item in known_for([FULL, replace(FULL, **missing), FULL])]
    assert names == [item.name for item in COVARIATES if item.name != dropped]
    assert known_for([FULL]) == COVARIATES


@pytest.mark.parametrize(
    ("month", "until", "first", "last"),
    [
        ("2024-02-15", "2030-01-01", "2024-02-01", "2024-02-29"),
        ("2023-12-15", "2030-01-01", "2023-12-01", "2023-12-31"),
        ("2024-01-31", "2024-01-17", "2024-01-01", "2024-01-17"),
    ],
)
def test_a_request_known_to_its_month_was_made_on_one_of_its_days(
    month: str, until: str, first: str, last: str
) -> None:
    row = pending("m", 0, 5000, requested_on=month, requested_precision="month")
    request = Request.of_precedent(row, until=dt.date.fromisoformat(until))
    assert dt.date.fromordinal(request.earliest).isoformat() == first
    assert dt.date.fromordinal(request.latest).isoformat() == last


def test_nothing_coded_is_not_the_same_as_nobody() -> None:
    uncoded = Request.of_precedent(approved("u", 0, 9), until=dt.date(2030, 1, 1))
    assert uncoded.governments_for is uncoded.escalation is uncoded.public_no is None
    nobody = approved("n", 0, 9, governments_for=(), public_no=())
    coded = Request.of_precedent(nobody, until=dt.date(2030, 1, 1))
    assert (coded.governments_for, coded.public_no) == (0, ())


def test_the_case_counts_public_governments_other_than_those_concerned(
    deep_strikes: Case,
) -> None:
    on = dt.date(2024, 11, 11)
    request = Request.of_case(deep_strikes, on)
    outside = {"gatekeeper", "beneficiary", "target"}
    by_hand = [a.name for a in deep_strikes.actors if a.public == "for"]
    concerned = [a.name for a in deep_strikes.actors if a.role in outside]
    assert "Ukraine" in by_hand
    assert request.governments_for == len(set(by_hand) - set(concerned))
    assert request.escalation is True
    nos = [dt.date(2024, 7, 11), dt.date(2024, 9, 13)]
    assert request.public_no == tuple(day.toordinal() for day in nos)


def test_an_actor_that_comes_in_joins_the_coalition_only_then(
    case_folder: Callable[..., Path],
) -> None:
    change = '{ actor = "Borduria", public = "for" }, { actor = "RU"'
    case = load(case_folder(("case.toml", '{ actor = "RU"', change)))
    counts = [
        Request.of_case(case, dt.date(2030, 9, day)).governments_for for day in (14, 15)
    ]
    assert counts == [0, 1]
