"""Decision rules are monotone simple games."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.case import (
    Actor,
    AllOf,
    AnyOf,
    Case,
    Gatekeeper,
    Issue,
    QualifiedMajority,
    Question,
    Quota,
    Unanimity,
    WeightedMajority,
)
from suasion.rule import describe, is_winning, veto_players, with_article
from suasion.uncertain import Uncertain

NAMES = ("United States", "France", "Italy", "Denmark", "Belgium")


def make_case(capabilities=(0.3, 0.1, 0.1, 0.1, 0.6)):
    return Case(
        slug="test",
        title="Test",
        question=Question(text="Will they?"),
        issues=(Issue(id="issue", name="Issue"),),
        actors=tuple(
            Actor(
                name=name,
                code="US" if name == "United States" else "",
                capability=Uncertain.parse(capability),
                position=(Uncertain.parse(50),),
                salience=(Uncertain.parse(0.5),),
            )
            for name, capability in zip(NAMES, capabilities, strict=True)
        ),
    )


weights = st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1e6), min_size=1)
quotas = st.builds(
    Quota, weights=weights, quota=st.floats(1e-6, 1e6), strict=st.booleans()
)
simple_rules = st.one_of(
    st.builds(Gatekeeper, actor=st.sampled_from(NAMES)),
    st.builds(Unanimity, actors=st.lists(st.sampled_from(NAMES), unique=True)),
    st.builds(
        WeightedMajority,
        share=st.floats(0, 0.99),
        weights=st.none() | weights,
    ),
    st.builds(QualifiedMajority, quotas=st.lists(quotas, min_size=1, max_size=3)),
)
rules = st.recursive(
    simple_rules,
    lambda inner: st.one_of(
        st.builds(AllOf, rules=st.lists(inner, min_size=1, max_size=3)),
        st.builds(AnyOf, rules=st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=5,
)
coalitions = st.frozensets(st.sampled_from(NAMES))


@given(rules, coalitions, coalitions)
def test_a_winning_coalition_stays_winning_when_somebody_joins(rule, some, others):
    case = make_case()
    assert is_winning(rule, some | others, case) >= is_winning(rule, some, case)


@given(rules, coalitions)
def test_no_coalition_wins_without_a_veto_player(rule, coalition):
    case = make_case()
    missing = set(veto_players(rule, case)) - coalition
    assert not (missing and is_winning(rule, coalition, case))


@given(rules)
def test_every_rule_can_be_said_in_words(rule):
    words = describe(rule, make_case())
    assert words == words.strip() != ""
    assert "type=" not in words


def test_an_exact_tie_is_no_majority_whatever_the_rounding():
    # 0.1 + 0.1 + 0.1 > 0.3 in floating point, and half of 1.2 is 0.6.
    case = make_case()
    rule = WeightedMajority()
    assert not is_winning(rule, ["US", "France", "Italy", "Denmark"], case)
    assert not is_winning(rule, ["Belgium"], case)
    assert is_winning(rule, ["Belgium", "Denmark"], case)


def test_council_of_ministers_of_1958_leaves_luxembourg_without_power():
    # Votes 4, 4, 4, 2, 2, 1 with quota 12 of 17 (Treaty of Rome, article 148). That
    # Luxembourg never mattered: Felsenthal & Machover 1998, The Measurement of Voting
    # Power, section 5.2.
    names = ("Germany", "France", "Italy", "Belgium", "Netherlands", "Luxembourg")
    votes = dict(zip(names, (4, 4, 4, 2, 2, 1), strict=True))
    case = make_case().model_copy(
        update={
            "actors": tuple(
                make_case().actors[0].model_copy(update={"name": name, "code": ""})
                for name in names
            )
        }
    )
    rule = QualifiedMajority(quotas=(Quota(weights=votes, quota=12),))
    assert is_winning(rule, names[:3], case)
    for number in range(2**5):
        others = [name for i, name in enumerate(names[:5]) if number >> i & 1]
        alone = is_winning(rule, others, case)
        assert is_winning(rule, [*others, "Luxembourg"], case) == alone
    assert describe(rule, case) == "12 of 17 votes"
    assert veto_players(rule, case) == ()


def test_strict_quota_must_be_exceeded():
    case = make_case()
    votes = {"France": 0.1, "Italy": 0.2, "Denmark": 1e-6}
    for strict in (False, True):
        quota = Quota(weights=votes, quota=0.3, strict=strict)
        rule = QualifiedMajority(quotas=(quota,))
        assert is_winning(rule, ["France", "Italy"], case) is not strict
        assert is_winning(rule, ["France", "Italy", "Denmark"], case)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Gatekeeper(actor="US"), ("United States",)),
        (Unanimity(), NAMES),
        (Unanimity(actors=("Italy", "France")), ("France", "Italy")),
        (WeightedMajority(), ("Belgium",)),  # its half blocks
        (WeightedMajority(share=0.1), ()),
        (WeightedMajority(share=0.8), ("United States", "Belgium")),
        (AnyOf(rules=(Gatekeeper(actor="US"), Unanimity())), ("United States",)),
        (AnyOf(rules=(Gatekeeper(actor="US"), Gatekeeper(actor="Italy"))), ()),
        (
            AllOf(rules=(Gatekeeper(actor="US"), Gatekeeper(actor="Italy"))),
            ("United States", "Italy"),
        ),
        (QualifiedMajority(quotas=(Quota(weights={"Italy": 1}, quota=2),)), ()),
    ],
    ids=lambda value: getattr(value, "type", None),
)
def test_veto_players(rule, expected):
    assert veto_players(rule, make_case()) == expected


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Gatekeeper(actor="US"), "the United States decides alone"),
        (Unanimity(), "every actor must agree"),
        (
            Unanimity(actors=("US", "France", "Italy")),
            "the United States, France and Italy must agree",
        ),
        (WeightedMajority(), "more than half of the capability"),
        (
            WeightedMajority(share=0.6, weights={"Italy": 1}),
            "more than 60 % of the votes",
        ),
        (
            AnyOf(rules=(Gatekeeper(actor="Italy"), AllOf(rules=(Unanimity(),) * 2))),
            "either: Italy decides alone; "
            "(both: every actor must agree; every actor must agree)",
        ),
    ],
    ids=lambda value: getattr(value, "type", None),
)
def test_rules_in_words(rule, words):
    assert describe(rule, make_case()) == words


def test_a_code_is_as_good_as_a_name_and_a_stranger_is_refused():
    case = make_case()
    assert is_winning(Gatekeeper(actor="United States"), ["US"], case)
    with pytest.raises(
        KeyError, match=r"no actor 'Atlantis'; the case has United States"
    ):
        is_winning(Unanimity(), ["Atlantis"], case)


def test_article():
    assert with_article("Netherlands") == "the Netherlands"
    assert with_article("Ukraine") == "Ukraine"
