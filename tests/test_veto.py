"""Vetoes are derived from what an option needs: a monotone Boolean function."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.case import (
    Actor,
    AllOf,
    Case,
    Gatekeeper,
    Issue,
    Option,
    Question,
    Requirement,
    Resource,
    Unanimity,
)
from suasion.problem import ForecastError
from suasion.uncertain import Uncertain
from suasion.veto import Veto, blocked_without, enabling_sets, vetoes

NAMES = ("United States", "United Kingdom", "France", "Ukraine")
DAY = dt.date(2024, 11, 11)


def make_case(names=NAMES, **parts):
    return Case(
        slug="test",
        title="Test",
        question=Question(text="Will they?"),
        issues=(Issue(id="issue", name="Issue"),),
        actors=tuple(
            Actor(
                name=name,
                capability=Uncertain.parse(1),
                position=(Uncertain.parse(50),),
                salience=(Uncertain.parse(0.5),),
            )
            for name in names
        ),
        **parts,
    )


REFERENCE = make_case(
    rule=Gatekeeper(actor="United States"),
    options=(
        Option(
            id="deep",
            name="strikes deep inside Russia",
            needs=("missiles",),
            asks=("Ukraine",),
        ),
        Option(id="talk", name="talks"),
        Option(id="later", name="jets", needs=("jets",)),
    ),
    requirements=(
        Requirement(
            id="missiles",
            name="missiles",
            any_of=("storm-shadow", "scalp"),
            needs=("data",),
        ),
        Requirement(
            id="data",
            name="targeting data",
            any_of=("data",),
            without="nothing flies without its targeting data.",
        ),
        Requirement(id="jets", name="jets", any_of=("mirage",)),
    ),
    resources=(
        Resource(id="storm-shadow", name="Storm Shadow", holders=("United Kingdom",)),
        Resource(id="scalp", name="Scalp", holders=("France",)),
        Resource(id="data", name="data", holders=("United States",)),
        Resource(
            id="mirage",
            name="Mirage",
            holders=("France",),
            available_from=dt.date(2025, 1, 1),
            available_until=dt.date(2025, 12, 31),
        ),
    ),
)


def test_enabling_sets_of_the_reference_case():
    assert enabling_sets(REFERENCE, "deep") == (
        frozenset({"United States", "United Kingdom", "Ukraine"}),
        frozenset({"United States", "France", "Ukraine"}),
    )


def test_vetoes_say_who_and_why():
    assert vetoes(REFERENCE, DAY) == (
        Veto("United States", None, "rule", None, "the United States decides alone"),
        Veto(
            "United States",
            "deep",
            "requirement",
            "data",
            "the United States: nothing flies without its targeting data",
        ),
        Veto(
            "Ukraine",
            "deep",
            "requirement",
            None,
            "Ukraine: its decision is needed for strikes deep inside Russia",
        ),
    )


def test_an_option_that_needs_nobody_has_one_empty_set():
    assert enabling_sets(REFERENCE, "talk") == (frozenset(),)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (None, (frozenset({"France"}),)),
        (dt.date(2024, 12, 31), ()),
        (dt.date(2025, 1, 1), (frozenset({"France"}),)),
        (dt.date(2025, 12, 31), (frozenset({"France"}),)),
        (dt.date(2026, 1, 1), ()),
    ],
)
def test_a_resource_counts_on_the_days_it_is_available(on, expected):
    assert enabling_sets(REFERENCE, "later", on) == expected
    assert ("later" in blocked_without(REFERENCE, "France", on)) == bool(expected)


def test_a_veto_without_words_gets_a_plain_sentence():
    (veto,) = [veto for veto in vetoes(REFERENCE) if veto.option == "later"]
    assert veto.reason == "France: without it there is no jets"


def test_a_rule_of_several_is_told_with_each_veto():
    case = make_case(rule=AllOf(rules=(Unanimity(actors=("France", "Ukraine")),)))
    assert [veto.reason for veto in vetoes(case)] == [
        "France: no decision without it (France and Ukraine must agree)",
        "Ukraine: no decision without it (France and Ukraine must agree)",
    ]


def test_requirements_that_rest_on_each_other_are_all_needed():
    case = make_case(
        options=(Option(id="x", name="x", needs=("a",)),),
        requirements=(
            Requirement(id="a", name="a", any_of=("france",), needs=("b",)),
            Requirement(id="b", name="b", any_of=("ukraine",), needs=("a",)),
        ),
        resources=(
            Resource(id="france", name="f", holders=("France",)),
            Resource(id="ukraine", name="u", holders=("Ukraine",)),
        ),
    )
    assert enabling_sets(case, "x") == (frozenset({"France", "Ukraine"}),)


def test_too_many_ways_are_refused_in_words():
    names = tuple(f"actor {i}" for i in range(60))
    pools = range(6)
    case = make_case(
        names=names,
        options=(Option(id="x", name="x", needs=tuple(f"r{p}" for p in pools)),),
        requirements=tuple(
            Requirement(id=f"r{p}", name="r", any_of=(f"s{p}",)) for p in pools
        ),
        resources=tuple(
            Resource(id=f"s{p}", name="s", holders=names[10 * p : 10 * p + 10])
            for p in pools
        ),
    )
    message = (
        r"option 'x': its requirements can be met in 1,000,000 ways or more; at most"
    )
    with pytest.raises(ForecastError, match=message):
        enabling_sets(case, "x")
    assert vetoes(case) == ()


def test_unknown_option_is_refused():
    with pytest.raises(
        KeyError, match=r"no option 'war'; the case has deep, talk, later"
    ):
        enabling_sets(REFERENCE, "war")


ACTORS = ("A", "B", "C", "D", "E")
HOLDERS = st.lists(st.sampled_from(ACTORS), min_size=1, max_size=4, unique=True)


@st.composite
def cases(draw):
    resources = tuple(
        Resource(
            id=f"s{i}",
            name=f"s{i}",
            holders=draw(HOLDERS),
            consent=draw(st.sampled_from(["any", "all"])),
            available_from=draw(st.sampled_from([None, DAY + dt.timedelta(1)])),
        )
        for i in range(5)
    )
    ids = st.sampled_from([resource.id for resource in resources])
    requirements = tuple(
        Requirement(
            id=f"r{i}",
            name=f"r{i}",
            any_of=draw(st.lists(ids, max_size=3, unique=True)),
            needs=draw(
                st.lists(st.sampled_from([f"r{j}" for j in range(i)]), max_size=2)
            )
            if i
            else (),
        )
        for i in range(4)
    )
    needs = draw(
        st.lists(st.sampled_from([r.id for r in requirements]), max_size=3, unique=True)
    )
    asks = draw(st.lists(st.sampled_from(ACTORS), max_size=1))
    option = Option(id="x", name="x", needs=needs, asks=asks)
    return make_case(
        names=ACTORS, options=(option,), requirements=requirements, resources=resources
    )


def suffices(case, consenting, on):
    """Second route: the words of the contract, evaluated for one set of actors."""
    resources = {resource.id: resource for resource in case.resources}
    requirements = {requirement.id: requirement for requirement in case.requirements}

    def granted(resource):
        quantifier = any if resource.consent == "any" else all
        available = on is None or (resource.available_from or on) <= on
        return available and quantifier(who in consenting for who in resource.holders)

    def met(requirement):
        own = [granted(resources[id_]) for id_ in requirement.any_of]
        return (any(own) or not own) and all(
            met(requirements[id_]) for id_ in requirement.needs
        )

    (option,) = case.options
    return all(met(requirements[id_]) for id_ in option.needs) and all(
        who in consenting for who in option.asks
    )


@given(cases(), st.sampled_from([None, DAY]))
def test_enabling_sets_are_the_minimal_coalitions_that_suffice(case, on):
    every = [
        frozenset(set_)
        for size in range(len(ACTORS) + 1)
        for set_ in itertools.combinations(ACTORS, size)
    ]
    enough = [set_ for set_ in every if suffices(case, set_, on)]
    minimal = [set_ for set_ in enough if not any(other < set_ for other in enough)]
    # `combinations` already lists small sets first, then in the order of the case.
    assert enabling_sets(case, "x", on) == tuple(minimal)


@given(cases(), st.sampled_from([None, DAY]))
def test_an_actor_in_every_enabling_set_holds_a_veto_and_no_other(case, on):
    sets = enabling_sets(case, "x", on)
    in_every_set = frozenset.intersection(*sets) if sets else frozenset()
    assert {veto.actor for veto in vetoes(case, on)} == in_every_set
    for actor in ACTORS:
        assert blocked_without(case, actor, on) == (
            ("x",) if actor in in_every_set else ()
        )
