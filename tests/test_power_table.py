"""The table of a case: one game of rule and requirements, sentences, bad input."""

import datetime as dt
import io
import itertools
import json
import re
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import suasion
from suasion import cli
from suasion.case import (
    Actor,
    AllOf,
    AnyOf,
    Case,
    Event,
    Gatekeeper,
    Issue,
    Option,
    QualifiedMajority,
    Question,
    Quota,
    Requirement,
    Resource,
    Unanimity,
    WeightedMajority,
)
from suasion.power import game_of, power_table
from suasion.power.telling import LEAN
from suasion.power.terminal import power_answer
from suasion.problem import ForecastError
from suasion.rule import is_winning, veto_players
from suasion.uncertain import Uncertain
from suasion.veto import enabling_sets

NAMES = ("United States", "France", "Italy", "Denmark")
DAY = dt.date(2030, 1, 1)


def make_case(positions=(50, 50, 50, 50), names=NAMES, issue=None, **parts):
    scale = {"id": "issue", "name": "Issue", **(issue or {})}
    return Case(
        slug="test",
        title="Test",
        question=Question(text="Will they?", as_of=DAY),
        issues=(Issue(**scale),),
        actors=tuple(
            Actor(
                name=name,
                code="US" if name == "United States" else "",
                capability=Uncertain.parse(capability),
                position=(Uncertain.parse(position),),
                salience=(Uncertain.parse(0.5),),
            )
            for name, capability, position in zip(
                names, (0.3, 0.1, 0.1, 0.1), positions, strict=False
            )
        ),
        **parts,
    )


SCALE = {"status_quo": "20", "threshold": 50}
weights = st.dictionaries(
    st.sampled_from([*NAMES, "US"]), st.floats(0, 1e6) | st.just(0.1), min_size=1
)
rules = st.recursive(
    st.one_of(
        st.builds(Gatekeeper, actor=st.sampled_from(NAMES)),
        st.builds(Unanimity, actors=st.lists(st.sampled_from(NAMES), unique=True)),
        st.builds(
            WeightedMajority, share=st.floats(0, 0.99), weights=st.none() | weights
        ),
        st.builds(
            QualifiedMajority,
            quotas=st.lists(
                st.builds(
                    Quota,
                    weights=weights,
                    quota=st.floats(1e-6, 1e6) | st.sampled_from([0.2, 0.3]),
                    strict=st.booleans(),
                ),
                min_size=1,
                max_size=2,
            ),
        ),
    ),
    lambda parts: st.builds(
        lambda kind, some: kind(rules=tuple(some)),
        st.sampled_from([AllOf, AnyOf]),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=4,
)


def coalitions():
    for size in range(len(NAMES) + 1):
        yield from itertools.combinations(NAMES, size)


@given(rules)
def test_game_wins_what_the_rule_wins(rule):
    case = make_case(rule=rule)
    game = game_of(case)
    for members in coalitions():
        row = np.array([[name in members for name in NAMES]])
        assert game.wins(row)[0] == is_winning(rule, members, case)
    row = next(iter(power_table(case, draws=1).games))
    assert sorted(row.veto_players) == sorted(veto_players(rule, case))


HOLDERS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)


@st.composite
def options(draw):
    resources = [
        Resource(
            id=f"r{i}",
            name=f"resource {i}",
            holders=tuple(draw(HOLDERS)),
            consent=draw(st.sampled_from(["any", "all"])),
            available_from=draw(st.sampled_from([None, dt.date(2031, 1, 1)])),
        )
        for i in range(4)
    ]
    ids = st.lists(st.sampled_from([r.id for r in resources]), min_size=1, unique=True)
    needs = tuple(
        Requirement(id=f"q{i}", name=f"requirement {i}", any_of=tuple(draw(ids)))
        for i in range(draw(st.integers(1, 3)))
    )
    asks = tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True)))
    option = Option(id="o", name="it", needs=tuple(q.id for q in needs), asks=asks)
    return {"resources": resources, "requirements": needs, "options": (option,)}


@given(options(), st.none() | rules)
def test_option_wins_with_its_enabling_sets_and_the_rule(parts, rule):
    case = make_case(rule=rule, **parts)
    game = game_of(case, case.options[0], DAY)
    sets = enabling_sets(case, "o", DAY)
    for members in coalitions():
        row = np.array([[name in members for name in NAMES]])
        enabled = any(needed <= set(members) for needed in sets)
        allowed = rule is None or is_winning(rule, members, case)
        assert game.wins(row)[0] == (enabled and allowed)


def test_rule_is_joined_only_to_options_that_answer_yes():
    table = power_table("deep-strikes")
    by_id = {game.option: game for game in table.games}
    assert [game.by_rule for game in table.games] == [True, True, False, False]
    assert by_id["own-weapons"].veto_players == ("Ukraine",)
    assert by_id["own-weapons"].dummies[0] == "United States"
    assert any("rule is not counted" in note for note in by_id["own-weapons"].warnings)


# --- who could do it, without whom -----------------------------------------------------


def test_sentences_of_the_reference_case():
    game = power_table("deep-strikes", "deep-strikes").games[0]
    assert game.told[:6] == (
        "No deep strikes with Storm Shadow or Scalp without Ukraine, and none without the "
        "United States.",
        "The United Kingdom and France could each supply an air-launched Western missile "
        "and British or French staff.",
        "Only Ukraine can supply an aircraft that can carry the missile; France could too "
        "from 15 February 2025.",
        "Only the United States can supply satellite navigation and targeting data.",
        "The United Kingdom and France together can stop it, neither alone.",
        "It takes Ukraine, the United States and the United Kingdom; or Ukraine, the "
        "United States and France.",
    )
    assert game.winning.count == 2
    assert game.blocking.count == 3


def test_later_resources_count_from_their_date():
    game = power_table("deep-strikes", "deep-strikes", as_of="2025-03-01").games[0]
    assert "Ukraine and France could each supply an aircraft" in " ".join(game.told)


def test_a_vote_without_vetoes_says_how_many_it_takes():
    game = power_table("ec-emission-standards").games[0]
    assert game.told == (
        "Nobody alone can stop it; the smallest coalitions that can stop it have 2 "
        "members, Germany and France for one.",
        "The smallest coalitions that can do it have 5 members, the Netherlands, Germany, "
        "France, Italy and the UK for one.",
    )
    assert game.winning.count == 46
    assert game.warnings == (
        "How actors lean cannot be said: the case names no status quo.",
    )


def test_numbers_in_sentences_are_in_the_table():
    for slug in suasion.bundled():
        for game in power_table(slug, draws=500).games:
            shares = {
                f"{value:.0%}"
                for row in game.by_actor
                for value in (row.lean, row.pivotal)
                if value is not None
            }
            for sentence in game.told:
                assert set(re.findall(r"\d+%", sentence)) <= shares | {"1%", "99%"}


# --- how actors lean -------------------------------------------------------------------


def test_pivotal_is_decided_by_the_others():
    rule = WeightedMajority(share=0.5, weights=dict.fromkeys(NAMES[:3], 1.0))
    case = make_case((90, 10, 50, 90), issue=SCALE, rule=rule)
    rows = {row.actor: row for row in power_table(case, draws=50).games[0].by_actor}
    assert [rows[name].lean for name in NAMES] == [1.0, 0.0, 1.0, 1.0]
    # Two of three say yes: each of these two decides, the one against does not.
    assert [rows[name].pivotal for name in NAMES] == [1.0, 0.0, 1.0, 0.0]
    assert [rows[name].pivotal_independent for name in NAMES] == [1.0, 0.0, 1.0, 0.0]


def test_pivotal_agrees_with_independent_leanings_if_no_errors_go_together():
    rule = WeightedMajority(share=0.5, weights=dict.fromkeys(NAMES[:3], 1.0))
    case = make_case(("20|30|60", "0|40|90", "30|50|60", 0), issue=SCALE, rule=rule)
    table = power_table(case, draws=20_000)
    for row in table.games[0].by_actor[:3]:
        off = abs(row.pivotal - row.pivotal_independent)
        assert 0.0 < row.pivotal_error < 0.005
        assert off < 4 * row.pivotal_error
        assert 0.1 < row.lean < 0.9


def test_same_seed_gives_the_same_table_and_it_survives_json():
    one, other = (power_table("deep-strikes", draws=300, seed=5) for _ in range(2))
    assert one == other
    assert one != power_table("deep-strikes", draws=300, seed=6)
    assert type(one).model_validate_json(one.model_dump_json()) == one


@pytest.mark.parametrize(
    ("issue", "position", "why"),
    [
        ({"threshold": 50}, 60, "the case names no status quo"),
        (SCALE, None, "the option has no position"),
        (SCALE, 20, "the option is the status quo"),
    ],
)
def test_why_nobody_can_be_said_to_lean(issue, position, why):
    option = Option(id="o", name="it", position=position, asks=("France",))
    game = power_table(make_case(issue=issue, options=(option,)), draws=5).games[0]
    assert any(why in note for note in game.warnings)
    assert all(row.lean is None and row.pivotal is None for row in game.by_actor)


def test_who_takes_no_part_leans_to_no():
    later = dt.date(2040, 1, 1)
    arrival = Event(id="e", title="In", date=later, known_on=DAY, starts=("Italy",))
    case = make_case(
        (90, 90, 90, 90),
        issue=SCALE,
        rule=Unanimity(actors=("France", "Italy")),
        calendar=(arrival,),
    )
    game = power_table(case, draws=5).games[0]
    rows = {row.actor: row for row in game.by_actor}
    assert rows["Italy"].lean == 0.0
    assert rows["Italy"].pivotal == 1.0
    assert any(
        "Italy takes no part on 1 January 2030" in note for note in game.warnings
    )


# --- bad input -------------------------------------------------------------------------


def test_rule_that_nobody_can_satisfy_is_said():
    quota = Quota(weights={"France": 1.0, "Italy": 2.0}, quota=4.0)
    game = power_table(make_case(rule=QualifiedMajority(quotas=(quota,)))).games[0]
    assert (
        "Not even all actors together satisfy the decision rule (4 of 3 votes)"
        in (game.warnings[0])
    )
    assert game.winning.count == 0
    assert game.veto_players == ()
    assert all(row.shapley_shubik == 0.0 for row in game.by_actor)


def test_rule_that_everybody_satisfies_alone_is_said():
    rule = WeightedMajority(share=0.0, weights=dict.fromkeys(NAMES, 1.0))
    game = power_table(make_case(rule=rule)).games[0]
    assert game.warnings[0].startswith("Every actor alone can say yes")
    assert [row.shapley_shubik for row in game.by_actor] == [0.25] * 4


def test_option_that_needs_nobody_or_cannot_be_done_is_said():
    free = Option(id="free", name="talk")
    stuck = Option(id="stuck", name="fly", needs=("jets",))
    jets = Requirement(id="jets", name="jets", any_of=("mirage",))
    mirage = Resource(
        id="mirage",
        name="Mirage",
        holders=("France",),
        available_from=dt.date(2031, 2, 1),
    )
    case = make_case(options=(free, stuck), requirements=(jets,), resources=(mirage,))
    one, other = power_table(case).games
    assert "It needs nobody's consent, so nobody has power over it." in one.warnings
    assert other.warnings[0] == (
        "On 1 January 2030 nobody can supply jets, so it cannot be done, whoever "
        "consents; France could from 1 February 2031."
    )


def test_case_without_rule_or_options_is_refused():
    message = "neither.*add \\[rule\\] to case.toml, or \\[\\[options\\]\\]"
    with pytest.raises(ForecastError, match=message):
        power_table(make_case())


@pytest.mark.parametrize(
    ("case", "option", "message"),
    [
        ("deep-strikes", "deep-strike", "did you mean 'deep-strikes'"),
        ("deep-strikes", "x", "use one of deep-strikes, deep-strikes-atacms"),
        ("ec-emission-standards", "x", "no option 'x'; leave --option out"),
    ],
)
def test_unknown_option_is_named_with_the_nearest(case, option, message):
    with pytest.raises(ForecastError, match=message):
        power_table(case, option)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"draws": 0}, "draws is 0; a whole number of 1 or more"),
        ({"listed": -1}, "listed is -1; a whole number of 0 or more"),
        ({"samples": True}, "samples is True; a whole number of 1 or more"),
        ({"seed": -1}, "a seed lies in"),
        ({"as_of": "soon"}, "as_of is 'soon'; a date is a day of the calendar"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        power_table("ec-emission-standards", **settings)


# --- the command -----------------------------------------------------------------------


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["suasion", "power", *map(str, arguments)])
        status = 0
        try:
            cli.main()
        except SystemExit as stopped:
            status = stopped.code or 0
        return status, *capsys.readouterr()

    return run


@pytest.mark.parametrize("width", [40, 60, 88])
@pytest.mark.parametrize("slug", suasion.bundled())
def test_no_line_is_wider_than_the_terminal(slug, width):
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(power_answer(power_table(slug, draws=100), width))
    lines = console.export_text().splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    assert any("Shapley" in line for line in lines)


def test_leanings_are_labelled_wherever_they_are_shown(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    assert LEAN in run("deep-strikes")[1]
    assert LEAN not in run("ec-emission-standards")[1]


def test_json_has_the_whole_table_and_nothing_else(run):
    status, out, err = run("deep-strikes", "--option", "deep-strikes", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["games"][0]["winning"]["count"] == 2


def test_list_says_how_many_coalitions_are_shown(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "2000")
    _, out, _ = run("ec-emission-standards", "--list", 3)
    assert "Minimal winning coalitions: 46: the Netherlands, Germany, France" in out
    assert "; and 43 more." in out
    assert "Minimal winning coalitions: 46.\n" in re.sub(
        " +\n", "\n", run("ec-emission-standards", "--list", 0)[1]
    )


def test_unknown_option_ends_with_status_two(run):
    status, out, err = run("deep-strikes", "--option", "deep-strike")
    assert (status, out) == (2, "")
    assert "did you mean 'deep-strikes'?" in err
