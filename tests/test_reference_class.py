"""Rules of the ledger: what counts as time at risk, as of when, and how sure."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ledger import approved, day, pending, reference_class
from suasion.case import Case, Precedent
from suasion.problem import ForecastError
from suasion.visibility import visible
from suasion.window.candidate import CANDIDATES
from suasion.window.covariate import COVARIATES
from suasion.window.posterior import _Likelihood
from suasion.window.reference_class import ReferenceClass, Row

CUT = dt.date(2024, 11, 11)
PRIOR_YES = next(item for item in COVARIATES if item.name == "prior_yes")


def as_of(case: Case, on: dt.date, **other: object) -> ReferenceClass:
    # The case's own numbers rest on later information; its ledger can be read earlier.
    coding = case.coding.model_copy(update={"information_until": None})
    bare = case.model_copy(update={"coding": coding, "evidence": ()})
    precedents = visible(bare, on).precedents
    return ReferenceClass.of_precedents(precedents, on, **other)  # type: ignore[arg-type]


def by_id(reference: ReferenceClass) -> dict[str, Row]:
    return {row.request.id: row for row in reference.rows}


def log_likelihood(
    reference: ReferenceClass, name: str, *values: float, start: float | None = None
) -> float:
    likelihood = _Likelihood(reference, CANDIDATES[name], ())
    starts = reference.middle_starts()
    if start is not None:
        starts = np.full_like(starts, start)
    return float(likelihood.log(np.array(values)[:, None], starts)[0])


# --- the bundled ledger --------------------------------------------------------------


def test_core_rows_as_of_the_reference_date(deep_strikes: Case) -> None:
    reference = as_of(deep_strikes, CUT)
    assert len(reference.rows) == 24
    assert reference.approvals == 16
    use = {row.id: row.model_use for row in deep_strikes.precedents}
    assert {use[name] for name in by_id(reference)} == {"core"}
    assert all(row.end <= CUT.toordinal() for row in reference.rows)


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_as_of_drops_later_requests_and_censors_the_rest(
    deep_strikes: Case, year: int
) -> None:
    on = dt.date(year, 6, 1)
    rows = by_id(as_of(deep_strikes, on))
    for item in deep_strikes.precedents:
        if item.model_use != "core":
            continue
        decided = item.decided_public_on or item.decided_on
        known = item.outcome == "approved" and decided is not None and decided <= on
        if item.requested_on > on + dt.timedelta(days=15):
            assert item.id not in rows
        elif item.requested_on <= on:
            assert rows[item.id].approved == known
            assert rows[item.id].end <= on.toordinal()
        if item.id in rows and not known:
            seen = item.observation_end if item.outcome != "approved" else on
            assert rows[item.id].end == min(seen or on, on).toordinal()


def test_the_target_is_never_used(deep_strikes: Case) -> None:
    later = dt.date(2025, 6, 1)
    every = ("core", "sensitivity", "exclude", "target")
    reference = as_of(deep_strikes, later, use=every)
    assert "US-DEEP" not in by_id(reference)
    assert dt.date(2024, 11, 17).toordinal() not in reference.yeses["United States"]
    # not even where somebody passes the whole ledger by
    direct = ReferenceClass.of_precedents(deep_strikes.precedents, later)
    assert direct.yeses == reference.yeses


def test_the_public_date_of_a_yes_wins(deep_strikes: Case) -> None:
    rows = by_id(as_of(deep_strikes, CUT))
    assert rows["US-ATACMS-L"].end == dt.date(2024, 4, 24).toordinal()
    assert rows["US-ATACMS-L"].width == 1
    secret = by_id(as_of(deep_strikes, dt.date(2024, 4, 23)))["US-ATACMS-L"]
    assert not secret.approved


def test_earlier_yeses_are_those_the_ledger_itself_counts(deep_strikes: Case) -> None:
    # `prior_yes` as the compilers of the ledger counted it, by row. Our count agrees on
    # every row but none is read from a table: it is taken at the date of the request.
    counted = {
        "US-JAV": 0, "DE-EF-SA": 0, "DE-D30": 0, "US-BALT": 0, "IL-DOME": 0,
        "US-PAT": 1, "US-MIG": 1, "DE-MARDER": 1, "DE-LEO2": 1, "US-ABR": 1,
        "US-BRAD": 1, "US-HIMARS": 1, "CH-GEP1": 0, "KR-LETHAL": 0, "US-F16": 3,
        "US-GRAY": 3, "US-ATACMS-C": 3, "CH-GEP2": 0, "US-DPICM": 3, "FR-SCALP": 0,
        "UK-STORM": 0, "DE-MIG": 2, "DE-TAURUS": 3, "CH-RUAG": 0, "US-F16X": 5,
        "SE-GRIPEN": 0, "US-ATACMS-L": 7, "DE-EF-TR": 3, "US-KHARKIV": 5,
        "DE-KHARKIV": 1, "DE-RANGE": 2,
    }  # fmt: skip
    reference = as_of(deep_strikes, CUT, use=("core", "sensitivity"))
    asked = {row.id: row.requested_on for row in deep_strikes.precedents}
    found = {
        name: PRIOR_YES.value(
            row.request,
            reference.yeses.get(row.request.gatekeeper, ()),
            asked[name].toordinal(),
        )
        for name, row in by_id(reference).items()
    }
    assert {name: round(np.expm1(value)) for name, value in found.items()} == counted


def test_earlier_yeses_are_recounted_as_of_the_date(deep_strikes: Case) -> None:
    # By hand: before 2023-03-01 the United States had publicly said yes on 2017-12-22,
    # 2022-01-19, 2022-04-13, 2022-05-31, 2022-12-21, 2023-01-05 and 2023-01-25.
    reference = as_of(deep_strikes, dt.date(2023, 3, 1))
    by_hand = [
        "2017-12-22", "2022-01-19", "2022-04-13", "2022-05-31", "2022-12-21",
        "2023-01-05", "2023-01-25",
    ]  # fmt: skip
    days = reference.yeses["United States"]
    assert [dt.date.fromordinal(d).isoformat() for d in days] == by_hand
    value = PRIOR_YES.value(reference.rows[0].request, days, CUT.toordinal())
    assert value == 0.0


def test_sensitivity_rows_count_only_when_asked_for(deep_strikes: Case) -> None:
    core = by_id(as_of(deep_strikes, CUT))
    more = by_id(as_of(deep_strikes, CUT, use=("core", "sensitivity")))
    assert len(more) - len(core) == 7
    assert "US-BRAD" in more.keys() - core.keys()


# --- base rates for orientation (the specification of the model) ----------------------


def base_rate(reference: ReferenceClass, days: int = 70) -> float:
    """P(yes within so many days) at the maximum of the constant hazard's likelihood."""
    return 1.0 - np.exp(-days * reference.approvals / reference.days_at_risk)


def stated(case: Case) -> Case:
    """Take the day given for a month at its word, as the ledger's own durations do."""
    rows = tuple(
        row.model_copy(update={"requested_precision": "day"}) for row in case.precedents
    )
    return case.model_copy(update={"precedents": rows})


def test_constant_hazard_of_the_core_rows_is_about_0_14(deep_strikes: Case) -> None:
    reference = as_of(stated(deep_strikes), CUT)
    assert reference.approvals / reference.days_at_risk == pytest.approx(16 / 7604)
    assert base_rate(reference) == pytest.approx(0.137, abs=5e-4)


def test_united_states_alone_is_about_0_19_with_the_sensitivity_rows(
    deep_strikes: Case,
) -> None:
    case, only = stated(deep_strikes), ("United States",)
    core = as_of(case, CUT, gatekeepers=only)
    assert (core.approvals, core.days_at_risk) == (10, 3656)
    assert base_rate(core) == pytest.approx(0.174, abs=5e-4)
    wider = as_of(case, CUT, gatekeepers=only, use=("core", "sensitivity"))
    assert (wider.approvals, wider.days_at_risk) == (12, 3932)
    assert base_rate(wider) == pytest.approx(0.192, abs=5e-4)


# --- uncertain dates -----------------------------------------------------------------


def test_a_month_is_a_uniform_distribution_over_its_days() -> None:
    row = pending(
        "m", 0, 5000, requested_on="2024-02-15", requested_precision="month"
    )  # fmt: skip
    starts = reference_class(row).starts(7, 29_000)[0]
    first = dt.date(2024, 2, 1).toordinal()
    assert (starts == np.floor(starts)).all()
    counts = np.bincount((starts - first).astype(int), minlength=29)
    assert len(counts) == 29
    assert stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize(
    "row",
    [
        approved("d", 0, 0, requested_precision="month", decided_on=day(8)),
        pending("c", 0, 8, requested_precision="month"),
    ],
    ids=["decision", "censoring"],
)
def test_a_drawn_start_comes_before_the_end_of_its_row(row: Precedent) -> None:
    starts = reference_class(row).starts(7, 5000)[0]
    assert set(starts) == {float(day(k).toordinal()) for k in range(9)}


def test_a_drawn_start_comes_before_the_as_of_date() -> None:
    row = pending("c", 0, 5000, requested_precision="month")
    starts = reference_class(row, on=3).starts(7, 5000)[0]
    assert set(starts) == {float(day(k).toordinal()) for k in range(4)}


def test_draws_of_a_start_belong_to_the_row_and_to_the_draw() -> None:
    rows = [pending(name, 0, 900, requested_precision="month") for name in "ab"]
    whole = reference_class(*rows).starts(7, 1000)
    np.testing.assert_array_equal(
        reference_class(rows[1]).starts(7, 400)[0], whole[1, :400]
    )
    assert (whole[0] != whole[1]).any()


@given(
    rate=st.floats(1e-4, 0.05), asked=st.integers(0, 25), month=st.sampled_from((2, 3))
)
def test_a_month_of_decision_sums_the_chances_of_its_days(
    rate: float, asked: int, month: int
) -> None:
    first = dt.date(2020, month, 1)
    days = 29 if month == 2 else 31
    vague = approved(
        "m", asked, 0, decided_on=first.replace(day=17), decided_precision="month"
    )
    daily = [
        log_likelihood(
            reference_class(approved("d", asked, 0, decided_on=first + k * day_length)),
            "constant",
            rate,
        )
        for k in range(days)
    ]
    found = log_likelihood(reference_class(vague), "constant", rate)
    assert np.exp(found) == pytest.approx(np.exp(daily).sum(), rel=1e-9)


day_length = dt.timedelta(days=1)


@given(asked=st.integers(1, 31), rate=st.floats(1e-4, 0.1))
def test_a_request_and_its_decision_in_one_month(asked: int, rate: float) -> None:
    # asked on a known day of January, decided some day of January, not before it
    row = approved(
        "m", asked - 1, 0, decided_on="2020-01-15", decided_precision="month"
    )
    (read,) = reference_class(row).rows
    assert read.end == read.request.earliest
    assert read.width == 32 - asked
    left = log_likelihood(reference_class(row), "constant", rate)
    assert np.exp(left) == pytest.approx(-np.expm1(-rate * (32 - asked)), rel=1e-9)


def test_request_and_decision_known_to_the_same_month_only() -> None:
    row = approved(
        "m", 0, 0, requested_precision="month",
        decided_on="2020-01-15", decided_precision="month",
    )  # fmt: skip
    reference = reference_class(row)
    starts = reference.starts(7, 4000)[0]
    assert len(set(starts)) == 31
    late = float(day(30).toordinal())
    found = log_likelihood(reference, "constant", 0.01, start=late)
    assert np.exp(found) == pytest.approx(-np.expm1(-0.01), rel=1e-9)
    assert reference.days_at_risk >= 0.0


def test_other_defensible_starts_are_a_choice() -> None:
    row = approved("a", 50, 90, requested_alt=(day(20), day(70), day(95)))
    start = {
        choice: reference_class(row, alternative=choice).rows[0].request.earliest
        for choice in ("stated", "earliest", "latest")
    }
    origin = day(0).toordinal()
    assert {k: v - origin for k, v in start.items()} == {
        "stated": 50, "earliest": 20, "latest": 70,
    }  # fmt: skip


# --- dossiers and degenerate ledgers --------------------------------------------------


def test_a_dossier_is_left_out_as_a_block_and_its_yeses_stay_facts() -> None:
    reference = reference_class(
        approved("a", 0, 50, dep_group="deal"),
        approved("b", 10, 50, dep_group="deal"),
        approved("c", 60, 90),
    )
    rest = reference.without("deal")
    assert list(by_id(rest)) == ["c"]
    assert rest.yeses == reference.yeses
    assert reference.dossiers == ("deal", "c")


def test_exposure_is_days_from_request_to_last_day_undecided() -> None:
    reference = reference_class(approved("a", 0, 50), pending("b", 10, 40))
    assert reference.days_at_risk == 80
    found = log_likelihood(reference, "constant", 0.01)
    by_hand = -50 * 0.01 + np.log(1 - np.exp(-0.01)) - 30 * 0.01
    assert found == pytest.approx(by_hand, rel=1e-12)


def test_a_yes_on_the_day_of_the_request() -> None:
    found = log_likelihood(reference_class(approved("a", 5, 5)), "weibull", 0.01, 0.7)
    cumulative = 0.01 * 365 * (1 / 365) ** 0.7
    assert found == pytest.approx(np.log(-np.expm1(-cumulative)), rel=1e-12)


def test_rows_never_at_risk_say_nothing() -> None:
    reference = reference_class(pending("a", 5, 5), pending("b", 9, 9), on=9)
    assert reference.days_at_risk == 0
    assert log_likelihood(reference, "weibull", 0.01, 0.7) == 0.0
    assert log_likelihood(reference, "constant, gatekeepers", 0.01, 0.7) == (
        pytest.approx(0.0, abs=1e-12)
    )


@pytest.mark.parametrize(
    "row",
    [approved("early", 10, 3), pending("early", 10, 3)],
    ids=["decided", "last seen"],
)
def test_an_end_before_the_request_is_refused_by_name(row: Precedent) -> None:
    rule = (
        "precedents.csv, early: requested on 2020-01-11 but last seen on 2020-01-04; "
        "a request comes before its decision .* correct one of the dates"
    )
    with pytest.raises(ForecastError, match=rule):
        reference_class(row)


def test_no_row_is_no_reference_class() -> None:
    rule = "no precedent is visible as of 2033-09-09.*add rows to precedents.csv"
    with pytest.raises(ForecastError, match=rule):
        reference_class(pending("s", 0, 9, model_use="sensitivity"))
