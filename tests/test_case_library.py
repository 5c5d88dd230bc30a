"""The library of resolved cases: complete, dated, and true where it can be checked."""

import datetime as dt
import math
from collections import Counter
from pathlib import Path

import pytest

import suasion
from suasion.case import Case, Gatekeeper, QualifiedMajority, WeightedMajority
from suasion.casefile import bundled
from suasion.precedent_case import cases_of
from suasion.visibility import visible

CASES = {slug: suasion.load(slug) for slug in bundled()}
OWN_RULES = {"deep-strikes", "ec-emission-standards"}  # coded before the common rules
LIBRARY = {slug: case for slug, case in CASES.items() if slug not in OWN_RULES}
HOLD_OUTS = {slug: case for slug, case in LIBRARY.items() if case.precedents}
FOLDER = Path(suasion.__file__).parent / "cases"
PAGE = Path(__file__).parent.parent / "docs" / "cases.md"


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture(params=LIBRARY)
def coded(request: pytest.FixtureRequest) -> Case:
    return LIBRARY[request.param]


# --- every case ----------------------------------------------------------------------


def test_there_are_at_least_ten_more_cases_of_both_kinds_and_both_answers() -> None:
    assert len(LIBRARY) >= 10
    kinds = Counter(case.question.kind for case in LIBRARY.values())
    assert min(kinds["approval"], kinds["position"]) >= 5
    answers = Counter(
        case.resolution.answer for case in LIBRARY.values() if case.resolution
    )
    assert min(answers["yes"], answers["no"]) >= 3


def test_a_case_is_asked_cited_explained_and_resolved(case: Case) -> None:
    assert case.question.as_of is not None
    assert case.question.text.endswith("?")
    assert case.sources
    assert case.evidence
    assert case.resolution is not None
    assert case.resolution.source
    assert case.coding.note
    if case.slug != "ec-emission-standards":
        readme = (FOLDER / case.slug / "README.md").read_text(encoding="utf-8")
        assert "after the fact" in readme.lower()


def test_nothing_dated_after_the_question_is_seen(case: Case) -> None:
    on = case.question.as_of
    assert on is not None
    seen = visible(case, on)
    assert seen.resolution is None
    assert all(item.published_on <= on or item.retrospective for item in seen.sources)
    assert all(event.public_on <= on for event in seen.calendar)
    assert all(day <= on for day in seen.window.public_no)
    for row in seen.precedents:
        assert row.requested_on <= on, row.id
        assert (row.decided_on or on) <= on, row.id
        assert row.model_use != "target", row.id


def test_what_is_asked_falls_after_the_day_of_asking(case: Case) -> None:
    assert case.resolution is not None
    assert case.question.as_of is not None
    assert case.resolution.date > case.question.as_of
    if case.question.kind == "approval":
        assert case.question.by is not None
        assert case.resolution.date <= case.question.by
    else:
        assert case.resolution.value is not None
        issue = case.issues[0]
        assert issue.low <= case.resolution.value <= issue.high


@pytest.mark.slow
def test_every_case_can_be_forecast(case: Case) -> None:
    result = suasion.forecast(case, draws=500, threads=1)
    values = [result.probability] if result.is_approval else [result.models[0].value]
    assert all(math.isfinite(value) for value in values)


# --- the common rules of coding --------------------------------------------------------


def test_coders_used_nothing_later_and_every_judged_position_is_uncertain(
    coded: Case,
) -> None:
    assert coded.coding.information_until == coded.question.as_of
    for actor in coded.actors:
        for position, salience in zip(actor.position, actor.salience, strict=True):
            assert position.low < position.high, actor.name
            assert salience.low < salience.high, actor.name
            assert salience.mode in (0.9, 0.7, 0.45, 0.2), actor.name


def test_questions_of_consent_share_one_scale() -> None:
    for case in HOLD_OUTS.values():
        (issue,) = case.issues
        assert (issue.low, issue.high, issue.threshold) == (0, 100, 50)
        assert issue.status_quo == suasion.Uncertain.parse(0)
        said = {str(actor.position[0]) for actor in case.actors}
        assert said <= {
            "90|97|100", "70|85|97", "55|70|90", "40|60|80", "30|50|70", "25|45|65",
            "5|20|45", "0|5|20",
        }, case.slug  # fmt: skip


def test_population_shares_of_the_governments_sum_to_one_hundred() -> None:
    # Shares of the Council's count, rounded to a tenth: the rest is not an actor.
    institutions = {
        "European Commission", "European Parliament", "European Council President",
        "United States", "Ukraine",
    }  # fmt: skip
    european = [case for case in LIBRARY.values() if case.title.startswith("EU:")]
    assert len(european) == 9
    for case in european:
        shares = [
            actor.capability.mode
            for actor in case.actors
            if actor.name not in institutions
        ]
        assert sum(shares) == pytest.approx(100, abs=0.3), case.slug


def test_the_ledger_of_hold_outs_is_one() -> None:
    """Copies differ in nothing but which row is the case itself."""
    assert len(HOLD_OUTS) == 8
    tables = [
        [row.model_copy(update={"model_use": "core"}) for row in case.precedents]
        for case in HOLD_OUTS.values()
    ]
    assert all(table == tables[0] for table in tables)
    targets = []
    for case in HOLD_OUTS.values():
        (target,) = (row for row in case.precedents if row.model_use == "target")
        assert target.requested_on == case.question.requested_on, case.slug
        targets.append(target.id)
    assert len(set(targets)) == len(HOLD_OUTS)


@pytest.mark.parametrize("slug", HOLD_OUTS)
def test_the_outcome_agrees_with_the_row_of_the_ledger(slug: str) -> None:
    case = HOLD_OUTS[slug]
    (row,) = (row for row in case.precedents if row.model_use == "target")
    assert case.resolution is not None
    assert case.question.by is not None
    if row.outcome == "approved":
        assert row.decided_on is not None
        yes = row.decided_on <= case.question.by
        assert case.resolution.answer == ("yes" if yes else "no")
    else:
        assert case.resolution.answer == "no"


# --- facts -----------------------------------------------------------------------------


def rows(slug: str) -> dict[str, dt.date | None]:
    return {row.id: row.decided_on for row in CASES[slug].precedents}


def test_dates_of_ratification() -> None:
    # Finland: atlanticcouncil.org tracker, 2023-03-30; hungarianconservative.com,
    # 2023-03-17. Sweden: trtworld.com, 2024-01-23 (287 to 55); wionews.com, 2024-02-26
    # (188 to 6).
    decided = rows("finland-nato-turkey")
    assert decided["HU-FINLAND"] == dt.date(2023, 3, 27)
    assert decided["TR-FINLAND"] == dt.date(2023, 3, 30)
    assert decided["TR-SWEDEN"] == dt.date(2024, 1, 23)
    assert decided["HU-SWEDEN"] == dt.date(2024, 2, 26)


def test_the_division_of_15_january_2019() -> None:
    # parliament.uk, 16 January 2019: 432 to 202 against the agreement.
    case = CASES["withdrawal-agreement-commons"]
    assert isinstance(case.rule, WeightedMajority)
    assert case.rule.weights is not None
    ayes = {"Conservatives in favour", "Labour and others in favour"}
    votes = case.rule.weights
    assert sum(votes[name] for name in ayes) == 202
    assert sum(votes.values()) == 202 + 432
    for name, weight in votes.items():
        assert case.actor(name).capability.mode == weight
    # the rebels decide: with them and the Democratic Unionists there is a majority
    assert 202 + votes["Conservative rebels"] > 317


def test_germany_completed_the_blocking_minority() -> None:
    # energynews.pro, March 2023: 55 % of the states and 65 % of the population; Italy,
    # Poland and Bulgaria cannot block alone, with Germany they can.
    rule = CASES["combustion-engine-germany"].rule
    assert isinstance(rule, QualifiedMajority)
    states, people = rule.quotas
    assert (sum(states.weights.values()), states.quota, people.quota) == (27, 15, 65)
    against = sum(people.weights[name] for name in ("Italy", "Poland", "Bulgaria"))
    total = sum(people.weights.values())
    assert total == pytest.approx(100)
    assert total - against >= people.quota > total - against - people.weights["Germany"]


def test_cuts_announced_on_30_november_2023() -> None:
    # news.az after Anadolu Agency: thousand barrels a day, by state.
    announced = [1000, 500, 223, 163, 135, 82, 51, 42]
    resolution = CASES["opec-november-2023"].resolution
    assert resolution is not None
    assert resolution.value == pytest.approx(sum(announced) / 1000)


@pytest.mark.parametrize(
    ("slug", "value", "date"),
    [
        ("opec-march-2020", 0, dt.date(2020, 3, 6)),  # Reuters, 2020-03-06
        ("opec-october-2022", 2, dt.date(2022, 10, 5)),  # communiqué, portnews.ru
        ("oil-price-cap", 60, dt.date(2022, 12, 2)),  # urdupoint.com, 2022-12-02
        ("glyphosate-renewal", 10, dt.date(2023, 11, 28)),  # (EU) 2023/2660
    ],
)
def test_outcomes_in_units_that_can_be_checked(
    slug: str, value: float, date: dt.date
) -> None:
    resolution = CASES[slug].resolution
    assert resolution is not None
    assert (resolution.value, resolution.date) == (value, date)


@pytest.mark.parametrize(
    ("slug", "answer", "date"),
    [
        ("ukraine-facility", "yes", dt.date(2024, 2, 1)),  # sofiaglobe.com, 2024-02-01
        ("minimum-tax-hungary", "yes", dt.date(2022, 12, 12)),  # news.am, 2022-12-13
        ("combustion-engine-germany", "yes", dt.date(2023, 3, 28)),  # california18.com
        ("schengen-romania-austria", "no", dt.date(2022, 12, 8)),  # standaard.be
        ("finland-nato-turkey", "yes", dt.date(2023, 3, 30)),
    ],
)
def test_answers(slug: str, answer: str, date: dt.date) -> None:
    resolution = CASES[slug].resolution
    assert resolution is not None
    assert (resolution.answer, resolution.date) == (answer, date)


# --- the page --------------------------------------------------------------------------


CODERS = {
    "Suasion founders": "founders",
    "Suasion founders, with a language model": "founders, model",
    "Bueno de Mesquita 1994; re-typed by the Suasion founders": "published",
}


def line(case: Case) -> str:
    assert case.resolution is not None
    ended: str | None = case.resolution.answer
    if case.question.kind == "position":
        ended = f"{case.resolution.value:g} {case.issues[0].unit}".strip()
    cells = (
        f"`{case.slug}`<br>{case.question.text}",
        case.question.kind,
        case.question.as_of,
        case.question.by or "",
        ended,
        len(case.actors),
        CODERS[case.coding.by],
    )
    return f"| {' | '.join(map(str, cells))} |"


def test_the_page_lists_every_case_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8").splitlines()
    shown = [text for text in page if text.startswith("| `") and "<br>" in text]
    assert shown == [line(case) for case in CASES.values()]


def test_the_page_counts_what_it_says() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    asked = [case for case in CASES.values() if case.question.kind == "approval"]
    yes = [
        case for case in asked if case.resolution and case.resolution.answer == "yes"
    ]
    assert (len(CASES), len(asked), len(yes)) == (18, 9, 5)
    assert "Five of nine questions of consent were answered yes" in page
    hungary = [
        case
        for case in CASES.values()
        if any("Hungary" in actor.name for actor in case.actors)
    ]
    assert len(hungary) == 9
    assert "Hungary is an actor in nine of the eighteen" in page
    years = [case.question.as_of.year for case in CASES.values() if case.question.as_of]
    assert sum(year in (2022, 2023) for year in years) == 13
    assert "thirteen were asked in 2022 or 2023" in page


# --- rows of a ledger as cases ---------------------------------------------------------


@pytest.fixture(scope="module", params=["deep-strikes", "ukraine-facility"])
def minimal(request: pytest.FixtureRequest) -> tuple[Case, ...]:
    return cases_of(CASES[request.param])


def test_a_minimal_case_leaves_out_its_own_dossier(minimal: tuple[Case, ...]) -> None:
    for case in minimal:
        (own,) = (row for row in case.precedents if row.model_use == "target")
        core = [row for row in case.precedents if row.model_use == "core"]
        assert core
        assert own.dossier not in {row.dossier for row in core}


def test_a_minimal_case_sees_nothing_later_than_its_question(
    minimal: tuple[Case, ...],
) -> None:
    for case in minimal:
        on = case.question.as_of
        assert on is not None
        seen = visible(case, on)
        assert seen.resolution is None
        assert any(row.model_use == "core" for row in seen.precedents)
        days = [row.decided_public_on or row.decided_on for row in seen.precedents]
        assert all(day <= on for day in days if day)
        assert all(day <= on for day in seen.window.public_no)


def test_a_minimal_case_is_resolved_as_the_ledger_says(
    minimal: tuple[Case, ...],
) -> None:
    for case in minimal:
        (own,) = (row for row in case.precedents if row.model_use == "target")
        on, by, end = case.question.as_of, case.question.by, case.resolution
        assert on is not None
        assert by is not None
        assert end is not None
        assert (by - on).days == 180
        assert on < end.date <= by
        decided = own.decided_public_on or own.decided_on
        if end.answer == "yes":
            assert own.outcome == "approved"
            assert decided is not None
            assert on < decided <= by
        elif own.outcome == "approved":
            assert decided is not None
            assert decided > by
        else:
            assert own.observation_end is not None
            assert own.observation_end >= by


def test_numbers_of_minimal_cases_follow_one_rule(minimal: tuple[Case, ...]) -> None:
    numbers = {
        (actor.role, str(actor.capability), str(actor.position), str(actor.salience))
        for case in minimal
        for actor in case.actors
    }
    assert len(numbers) == len({role for role, *_ in numbers})
    for case in minimal:
        assert isinstance(case.rule, Gatekeeper)
        assert case.coding.after_the_fact
        assert "judgement" in case.coding.note


def test_the_coalition_of_a_minimal_case_is_that_of_its_row() -> None:
    found = {case.slug: case for case in cases_of(CASES["deep-strikes"])}
    case = found["deep-strikes-us-f16"]
    (own,) = (row for row in case.precedents if row.model_use == "target")
    assert own.governments_for is not None
    backers = [actor.name for actor in case.actors if actor.role == "supporter"]
    assert tuple(backers) == own.governments_for
    assert {row.model_use for row in case.precedents if row.dossier == "f16"} == {
        "target",
        "exclude",
    }


def test_a_longer_window_turns_noes_into_yeses_only() -> None:
    short = {case.slug: case for case in cases_of(CASES["deep-strikes"], days=90)}
    long = {case.slug: case for case in cases_of(CASES["deep-strikes"], days=360)}
    for slug in short.keys() & long.keys():
        before, after = short[slug].resolution, long[slug].resolution
        assert before is not None
        assert after is not None
        assert before.answer == "no" or after.answer == "yes"


def test_a_window_has_days() -> None:
    with pytest.raises(ValueError, match="a window has at least 1 day"):
        cases_of(CASES["deep-strikes"], days=0)


@pytest.mark.slow
@pytest.mark.parametrize("at", [0, -1])
def test_a_minimal_case_can_be_forecast(minimal: tuple[Case, ...], at: int) -> None:
    result = suasion.forecast(minimal[at], draws=500, threads=1)
    assert 0 < result.probability < 1
