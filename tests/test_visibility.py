"""As-of discipline: no fact dated later reaches a forecast, not even its last bit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suasion.case import Case, Change, Event, Evidence, Precedent, Resource, Source
from suasion.casefile import load
from suasion.forecasting import forecast
from suasion.problem import ForecastError
from suasion.uncertain import Uncertain
from suasion.veto import enabling_sets
from suasion.visibility import visible

AS_OF = dt.date(2024, 11, 11)
DAY = dt.timedelta(days=1)
Edit = Callable[[Case, dt.date], Case]


def edited(case: Case, **parts: object) -> Case:
    return case.model_copy(update=parts)


def row(case: Case, name: str, **values: object) -> Case:
    """The case with values of one precedent changed."""
    found = [item for item in case.precedents if item.id == name]
    assert len(found) == 1
    rows = tuple(
        Precedent.model_validate(item.model_dump() | values)
        if item.id == name
        else item
        for item in case.precedents
    )
    return edited(case, precedents=rows)


def asked(day: dt.date, **values: object) -> Precedent:
    return Precedent.model_validate(
        {
            "id": "NEW", "gatekeeper_country": "United States", "requested_on": day,
            "outcome": "approved", "decided_on": day, "public_no": (),
            "governments_for": (), "governments_against": (),
            "opponents_reason": "escalation",
        } | values
    )  # fmt: skip


def event(day: dt.date, **values: object) -> Event:
    change = Change(
        actor="United States", head="Somebody else", position=Uncertain.parse("0|1|2"),
        public="for",
    )  # fmt: skip
    return Event.model_validate(
        {"id": "new", "title": "News", "date": day, "changes": (change,)} | values
    )


def new_source(case: Case, day: dt.date) -> Case:
    """A source, evidence from it, and an actor and a resource that cite it besides."""
    source = Source(id="new", title="News", outlet="Paper", published_on=day)
    claim = Evidence(
        id="new", source="new", claim="It is so.",
        supports=("actors.United States.position", "rule"),
    )  # fmt: skip

    def citing(actor: object) -> object:
        cites = dict(actor.evidence)  # type: ignore[attr-defined]
        if "position" in cites:
            cites["position"] = (*cites["position"], "new")
        return actor.model_copy(update={"evidence": cites})  # type: ignore[attr-defined]

    def also(item: object) -> object:
        cites = (*item.evidence, "new")  # type: ignore[attr-defined]
        return item.model_copy(update={"evidence": cites})  # type: ignore[attr-defined]

    return edited(
        case,
        sources=(*case.sources, source),
        evidence=(*case.evidence, claim),
        actors=tuple(map(citing, case.actors)),
        resources=tuple(map(also, case.resources)),
        requirements=tuple(map(also, case.requirements)),
        calendar=tuple(map(also, case.calendar)),
    )


def new_resource(case: Case, day: dt.date) -> Case:
    resource = Resource(id="new", name="New", holders=("Poland",), known_on=day)
    requirements = tuple(
        item.model_copy(update={"any_of": (*item.any_of, "new")})
        for item in case.requirements
    )
    return edited(
        case, resources=(*case.resources, resource), requirements=requirements
    )


def new_refusal(case: Case, day: dt.date) -> Case:
    no = (*case.window.public_no, day)
    return edited(case, window=case.window.model_copy(update={"public_no": no}))


def refused_row(case: Case, day: dt.date) -> Case:
    (old,) = (item for item in case.precedents if item.id == "DE-TAURUS")
    return row(case, "DE-TAURUS", public_no=(*(old.public_no or ()), day))


FACTS: dict[str, Edit] = {
    "outcome": lambda case, day: edited(
        case, resolution=case.resolution.model_copy(update={"date": day, "answer": "no"})
    ),
    "source and evidence": new_source,
    "event": lambda case, day: edited(case, calendar=(*case.calendar, event(day))),
    "deadline": lambda case, day: edited(
        case, calendar=(*case.calendar, event(day, changes=(), deadline="2026-01-20"))
    ),
    "resource": new_resource,
    "public no": new_refusal,
    "request": lambda case, day: edited(case, precedents=(*case.precedents, asked(day))),
    "request without decision": lambda case, day: edited(
        case,
        precedents=(
            *case.precedents,
            asked(day, outcome="pending", decided_on=None, observation_end=day + 90 * DAY),
        ),
    ),
    "decision": lambda case, day: row(
        case, "DE-TAURUS", outcome="approved", decided_on=day, observation_end=None
    ),
    "decision made public": lambda case, day: row(
        case, "DE-TAURUS", outcome="approved", decided_on=min(day, AS_OF),
        decided_public_on=day, observation_end=None,
    ),
    "end of observation": lambda case, day: row(case, "DE-EF-TR", observation_end=day),
    "public no to a precedent": refused_row,
    "other start": lambda case, day: row(case, "US-ATACMS-L", requested_alt=(
        dt.date(2022, 7, 15), dt.date(2022, 9, 15), day)),
}  # fmt: skip

ALWAYS: dict[str, Callable[[Case], Case]] = {
    "no outcome": lambda case: edited(case, resolution=None),
    "target row removed": lambda case: edited(
        case, precedents=tuple(r for r in case.precedents if r.id != "US-DEEP")
    ),
    "target row decided at once": lambda case: row(
        case, "US-DEEP", decided_on=dt.date(2024, 6, 1), decided_public_on=None
    ),
    "target row refused": lambda case: row(
        case, "US-DEEP", outcome="refused", observation_end=dt.date(2025, 1, 20),
        governments_for=("Malta",), public_no=(dt.date(2024, 8, 8),),
    ),
    "event long ago, known later": lambda case: edited(
        case,
        calendar=(*case.calendar, event(dt.date(2024, 7, 1), known_on=AS_OF + DAY)),
    ),
    "target requested earlier": lambda case: row(
        case, "US-DEEP", requested_on=dt.date(2022, 1, 1)
    ),
}  # fmt: skip


def bits(case: Case) -> str:
    """Everything that a forecast says, its draws included."""
    return forecast(case, as_of=AS_OF, draws=2000, seed=7).model_dump_json()


@pytest.fixture(scope="module")
def base(deep_strikes: Case) -> str:
    return bits(deep_strikes)


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_dated_the_day_after_changes_no_bit(
    deep_strikes: Case, base: str, name: str
) -> None:
    changed = FACTS[name](deep_strikes, AS_OF + DAY)
    assert changed.hash != deep_strikes.hash
    assert bits(changed) == base


@pytest.mark.parametrize("name", ALWAYS)
def test_what_cannot_have_been_known_changes_no_bit(
    deep_strikes: Case, base: str, name: str
) -> None:
    changed = ALWAYS[name](deep_strikes)
    assert changed.hash != deep_strikes.hash
    assert bits(changed) == base


@settings(max_examples=12)
@given(
    facts=st.dictionaries(
        st.sampled_from(sorted(FACTS)), st.integers(1, 800), min_size=2
    ),
    always=st.sets(st.sampled_from(sorted(ALWAYS))),
)
def test_no_set_of_later_facts_changes_a_bit(
    deep_strikes: Case, base: str, facts: dict[str, int], always: set[str]
) -> None:
    changed = deep_strikes
    for name, later in facts.items():
        changed = FACTS[name](changed, AS_OF + later * DAY)
    for name in sorted(always - {"target row removed"}):
        changed = ALWAYS[name](changed)
    assert bits(changed) == base


@pytest.mark.parametrize("name", FACTS)
def test_the_same_fact_dated_earlier_is_seen(deep_strikes: Case, name: str) -> None:
    # ... so the tests above do not pass because nothing is ever read.
    earlier = FACTS[name](deep_strikes, AS_OF - 3 * DAY)
    assert visible(earlier, AS_OF).hash != visible(deep_strikes, AS_OF).hash


@pytest.mark.parametrize(
    "edit",
    [
        lambda case: FACTS["public no"](case, AS_OF - 3 * DAY),
        lambda case: FACTS["event"](case, AS_OF),
        lambda case: edited(
            case,
            calendar=(*case.calendar, event(AS_OF + 20 * DAY, known_on=AS_OF)),
        ),
        lambda case: edited(
            case,
            actors=tuple(
                a.model_copy(update={"public": "against"}) if a.name == "Poland" else a
                for a in case.actors
            ),
        ),
    ],
    ids=["public no", "event", "announced event", "public stance"],
)
def test_earlier_facts_reach_the_forecast(
    deep_strikes: Case, base: str, edit: Callable[[Case], Case]
) -> None:
    assert bits(edit(deep_strikes)) != base


@pytest.mark.slow
@pytest.mark.parametrize("name", ["request", "decision", "end of observation"])
def test_earlier_decisions_move_the_draws(deep_strikes: Case, name: str) -> None:
    earlier = FACTS[name](deep_strikes, AS_OF - 3 * DAY)
    one, other = (
        forecast(case, as_of=AS_OF, draws=500).answer.values
        for case in (deep_strikes, earlier)
    )
    assert (one != other).any()


def test_the_hash_of_a_forecast_is_that_of_the_view(deep_strikes: Case) -> None:
    whole = deep_strikes.hash  # asked for first: a view must not inherit it
    found = forecast(deep_strikes, as_of=AS_OF, draws=100)
    assert found.case_hash == found.case.hash != whole
    again = Case.model_validate(found.case.model_dump())
    assert again.hash == found.case_hash


# --- what a view is ----------------------------------------------------------------------


def test_a_view_of_a_view_is_the_view(deep_strikes: Case) -> None:
    view = visible(deep_strikes, AS_OF)
    assert visible(view, AS_OF) == view
    assert visible(view, AS_OF).hash == view.hash


@given(first=st.integers(0, 400), second=st.integers(0, 400))
def test_what_is_known_grows(deep_strikes: Case, first: int, second: int) -> None:
    days = sorted((first, second))
    early, late = (visible(deep_strikes, AS_OF + days[k] * DAY) for k in (0, 1))
    for part in ("sources", "evidence", "calendar", "resources", "precedents"):
        ids = [{item.id for item in getattr(view, part)} for view in (early, late)]
        assert ids[0] <= ids[1]
    # seen from the earlier date, the later view is the earlier one
    assert visible(late, AS_OF + days[0] * DAY) == early


def test_facts_of_the_day_itself_are_visible(
    deep_strikes: Case,
) -> None:
    for name, edit in FACTS.items():
        today = visible(edit(deep_strikes, AS_OF), AS_OF)
        if name not in ("end of observation", "decision", "decision made public"):
            assert today.hash != visible(deep_strikes, AS_OF).hash, name
    decided = visible(FACTS["decision"](deep_strikes, AS_OF), AS_OF)
    (found,) = (item for item in decided.precedents if item.id == "DE-TAURUS")
    assert found.outcome == "approved"


def test_a_month_of_decision_is_known_when_the_month_is_over(
    deep_strikes: Case,
) -> None:
    case = row(
        deep_strikes, "DE-TAURUS", outcome="approved", decided_on="2024-12-15",
        decided_precision="month", observation_end=None,
    )  # fmt: skip
    seen = []
    for on in (dt.date(2024, 12, 30), dt.date(2024, 12, 31)):
        (found,) = (r for r in visible(case, on).precedents if r.id == "DE-TAURUS")
        seen.append(found.outcome)
    assert seen == ["pending", "approved"]


# --- refusals ----------------------------------------------------------------------------


def test_no_view_before_the_information_that_the_numbers_use(
    deep_strikes: Case,
) -> None:
    rule = (
        "deep-strikes: as of 2024-11-10 is not possible: its numbers use information "
        "until 2024-11-11 .* choose 2024-11-11 or later"
    )
    with pytest.raises(ForecastError, match=rule):
        visible(deep_strikes, dt.date(2024, 11, 10))


def test_no_view_before_the_evidence_of_a_number(
    case_folder: Callable[..., Path],
) -> None:
    case = load(case_folder())
    visible(case, dt.date(2030, 4, 3))
    rule = (
        "as of 2030-04-02 is not possible: actors.Ruritania.position, .* cite only "
        "evidence published later; code an earlier value, or put the change into the "
        "calendar"
    )
    with pytest.raises(ForecastError, match=rule):
        visible(case, dt.date(2030, 4, 2))


def test_a_number_with_earlier_evidence_survives_later_evidence(
    case_folder: Callable[..., Path],
) -> None:
    folder = case_folder(
        ("sources.csv", "2030-04-03\n", "2030-04-03\ns2,More,Courier,2030-05-05\n"),
        (
            "evidence.csv",
            "e2,s1",
            'e3,s2,"Later, the same",,none,actors.RU.position\ne2,s1',
        ),
    )
    case = load(folder)
    before, after = (visible(case, dt.date(2030, 5, day)) for day in (4, 5))
    assert {item.id for item in after.evidence} - {i.id for i in before.evidence} == {
        "e3"
    }
    assert before.actor("RU").position == after.actor("RU").position


def test_a_need_that_nothing_known_can_meet_is_a_need_still(deep_strikes: Case) -> None:
    late = tuple(
        item.model_copy(update={"known_on": AS_OF + DAY})
        for item in deep_strikes.resources
    )
    case = edited(deep_strikes, resources=late)
    option = case.options[0].id
    assert enabling_sets(visible(case, AS_OF), option, AS_OF) == ()
    after = AS_OF + DAY
    assert enabling_sets(visible(case, after), option, after) == enabling_sets(
        deep_strikes, option, after
    )
    held = {name for item in late for name in item.holders[1:]}
    told = visible(case, AS_OF).resources
    assert held.isdisjoint(name for item in told for name in item.holders)
