"""The bundled cases: they load, cite, and say what their sources say."""

import datetime as dt
import math
from collections import Counter
from importlib.resources import files

import numpy as np
import pytest

from suasion.case import Case, Precedent, QualifiedMajority
from suasion.casefile import bundled, load
from suasion.visibility import visible

SLUGS = sorted(
    folder.name
    for folder in (files("suasion") / "cases").iterdir()
    if (folder / "case.toml").is_file()
)


@pytest.fixture(scope="module", params=SLUGS)
def case(request: pytest.FixtureRequest) -> Case:
    return load(request.param)


@pytest.fixture(scope="module")
def strikes() -> Case:
    return load("deep-strikes")


@pytest.fixture(scope="module")
def standards() -> Case:
    return load("ec-emission-standards")


def core(case: Case) -> list[Precedent]:
    return [row for row in case.precedents if row.model_use == "core"]


def test_both_cases_of_the_design_are_bundled() -> None:
    assert {"deep-strikes", "ec-emission-standards"} <= set(SLUGS)


# --- every bundled case ------------------------------------------------------------


def test_no_source_is_later_than_the_forecast(case: Case) -> None:
    assert case.question.as_of is not None
    assert case.sources
    assert all(
        item.published_on <= case.question.as_of or item.retrospective
        for item in case.sources
    )


def test_only_the_published_table_looks_back() -> None:
    late = {
        (slug, item.id)
        for slug in bundled()
        for item in load(slug).sources
        if item.retrospective
    }
    assert late == {("ec-emission-standards", "s1")}


def test_every_citation_leads_to_a_source_and_every_source_is_cited(case: Case) -> None:
    evidence = {item.id for item in case.evidence}
    cited = {
        item
        for parts in (case.resources, case.requirements, case.calendar)
        for part in parts
        for item in part.evidence
    } | {
        item for actor in case.actors for ids in actor.evidence.values() for item in ids
    }
    assert cited <= evidence
    assert {item.source for item in case.evidence} == {item.id for item in case.sources}
    assert {item.id for item in case.evidence if not item.supports} <= cited


def test_the_outcome_is_known_and_never_visible_when_the_question_is_asked(
    case: Case,
) -> None:
    assert case.resolution is not None
    if case.question.as_of is not None:
        assert case.resolution.date > case.question.as_of
        assert visible(case, case.question.as_of).resolution is None


def test_a_case_coded_with_hindsight_says_so(case: Case) -> None:
    assert case.coding.after_the_fact
    assert case.coding.note
    assert case.coding.on is not None
    assert case.resolution is not None
    assert case.coding.on > case.resolution.date


# --- deep-strikes: the design's reference case ---------------------------------------


def test_the_actors_of_the_reference_case(strikes: Case) -> None:
    assert set(strikes.actor_names) == {
        "Ukraine", "United States", "United Kingdom", "France", "Germany", "Denmark",
        "Netherlands", "Poland", "Spain", "Italy", "Hungary", "Russia",
    }  # fmt: skip
    assert strikes.question.gatekeeper == "United States"


def test_the_gatekeeper_stands_between_status_quo_and_threshold(strikes: Case) -> None:
    (issue,) = strikes.issues
    assert issue.status_quo is not None
    assert issue.threshold is not None
    (wary,) = strikes.actor("United States").position
    assert issue.status_quo.mode < wary.mode < issue.threshold < wary.high


def test_the_successor_takes_office_when_the_window_closes(strikes: Case) -> None:
    (succession,) = (item for item in strikes.calendar if item.kind == "succession")
    assert succession.id == "succession"
    assert succession.date == strikes.question.by == dt.date(2025, 1, 20)
    assert succession.changes[0].head == "Donald Trump"


def test_what_cites_no_evidence_is_listed_as_judgement(strikes: Case) -> None:
    judged = set(strikes.judgements())
    assert {f"actors.{name}.capability" for name in strikes.actor_names} <= judged
    assert "actors.Spain.position" in judged
    assert "actors.France.position" not in judged


def test_the_settings_agree_with_the_target_row_of_the_ledger(strikes: Case) -> None:
    (target,) = (row for row in strikes.precedents if row.model_use == "target")
    assert target.id == "US-DEEP"
    assert target.requested_on == strikes.question.requested_on
    assert target.public_no == strikes.window.public_no
    assert target.opponents_reason == strikes.window.reason_against
    assert target.decided_public_on == dt.date(2024, 11, 17)
    assert strikes.resolution is not None
    assert target.decided_public_on == strikes.resolution.date


def test_the_ledger_has_the_rows_its_readme_counts(strikes: Case) -> None:
    uses = Counter(row.model_use for row in strikes.precedents)
    assert uses == {"core": 24, "sensitivity": 7, "exclude": 1, "target": 1}


def test_the_target_is_held_out_of_every_view(strikes: Case) -> None:
    for day in (dt.date(2024, 11, 11), dt.date(2024, 12, 31)):
        assert all(
            row.model_use != "target" for row in visible(strikes, day).precedents
        )


def test_base_rate_of_the_core_rows(strikes: Case) -> None:
    # The ledger's own figure: a constant hazard on the core rows as of 2024-11-11
    # gives "about 0.14" for approval within the 70 days to 2025-01-20.
    as_of = dt.date(2024, 11, 11)
    rows = core(visible(strikes, as_of))
    approved = [row for row in rows if row.outcome == "approved"]
    assert (len(rows), len(approved)) == (24, 16)
    at_risk = 0
    for row in rows:
        end = row.decided_public_on if row in approved else row.observation_end
        assert end is not None
        at_risk += (end - row.requested_on).days
    assert at_risk == 7604  # days, summed from the shared table beforehand
    assert 1 - math.exp(-70 * len(approved) / at_risk) == pytest.approx(0.14, abs=0.005)


def test_coded_governments_exclude_beneficiary_and_gatekeeper(strikes: Case) -> None:
    for row in strikes.precedents:
        assert row.governments_for is not None, row.id
        assert row.governments_against is not None, row.id
        named = row.governments_for + row.governments_against
        assert len(named) == len(set(named)), row.id
        assert not {row.beneficiary, row.gatekeeper_country} & set(named), row.id


def test_ten_core_approvals_followed_a_public_no(strikes: Case) -> None:
    # With the target these are the eleven of which the ledger's page speaks.
    approved = [row for row in core(strikes) if row.outcome == "approved"]
    assert sum(bool(row.public_no) for row in approved) == 10


def test_a_coded_public_no_never_precedes_the_request(strikes: Case) -> None:
    for row in strikes.precedents:
        assert row.public_no is not None, row.id
        assert all(day >= row.requested_on for day in row.public_no), row.id
        if row.outcome == "approved":
            assert row.decided_on is not None
            assert all(day <= row.decided_on for day in row.public_no), row.id


# --- ec-emission-standards: Bueno de Mesquita 1994, p. 78 ----------------------------


def test_weighted_mean_of_the_published_table(standards: Case) -> None:
    # Initial mean of the replication by Scholz, Calbert & Smith 2011.
    power = [a.capability.mode * a.salience[0].mode for a in standards.actors]
    positions = [a.position[0].mode for a in standards.actors]
    mean = np.average(positions, weights=power)
    assert mean == pytest.approx(7.389955686853767, rel=1e-12)


def test_published_capabilities_are_shares_of_the_council_votes(
    standards: Case,
) -> None:
    assert isinstance(standards.rule, QualifiedMajority)
    (quota,) = standards.rule.quotas
    votes = sum(quota.weights.values())
    assert (votes, quota.quota) == (63, 45)
    for actor in standards.actors:
        assert round(quota.weights[actor.name] / votes, 2) == actor.capability.mode


def test_observed_outcome_as_published(standards: Case) -> None:
    assert standards.resolution is not None
    assert standards.resolution.value == 8.833
