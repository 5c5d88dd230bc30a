"""Variants of a case: what is asked for changes, nothing else, or all is said."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import suasion
from suasion.case import Actor, Case, Issue, Question
from suasion.casefile import bundled
from suasion.command.compare import parse_changes, parse_shifts
from suasion.problem import CaseError
from suasion.variant import Variant, differing, shifted, varied
from suasion.variant_file import chosen, save, saved, where_to_save
from suasion.variant_path import locate
from suasion.visibility import visible

STRIKES = suasion.load("deep-strikes")
CASES = {slug: suasion.load(slug) for slug in bundled()}
FIELDS = ("capability", "position", "salience")
NUMBERS = [
    (slug, f"actors.{actor.name}.{field}")
    for slug, case in CASES.items()
    if len(case.issues) == 1  # with several the path goes on; see two_issues below
    for actor in case.actors
    for field in FIELDS
]
CHANGES = {
    "actors.Germany.position": "55|75|95",
    "actors.FR.public": "silent",
    "calendar.succession.date": "2025-02-20",
    "calendar.election.changes.UK.shift_salience": "0.1",
    "calendar.paris-talks.changes.Poland.public": "silent",
    "question.by": "2025-03-20",
    "window.own_weight": "0.4|0.5|0.6",
    "blocs.sponsors.correlation": "0.9",
    "issues.permission.threshold": "60",
}


def two_issues() -> Case:
    return Case(
        title="Budget",
        slug="budget",
        question=Question(text="Where does it end?"),
        issues=(
            Issue(id="size", name="Size", low=0, high=10),
            Issue(id="share", name="Share", low=0, high=1),
        ),
        actors=(
            Actor(name="A", capability=1, position=(2, 0.5), salience=(0.5, 0.5)),
            Actor(name="B", capability=2, position=(8, 0.1), salience=(0.9, 0.2)),
        ),
    )


# --- laws --------------------------------------------------------------------------


@pytest.mark.parametrize("slug", CASES)
def test_setting_everything_to_what_it_is_returns_the_case_itself(slug: str) -> None:
    case = CASES[slug]
    changes = {
        path: locate(case, path).now for name, path in NUMBERS if name == slug
    } | {f"actors.{actor.name}.public": actor.public for actor in case.actors}
    assert varied(case, changes) is case
    assert differing(case, {path: str(now) for path, now in changes.items()}) == ()


@given(st.sets(st.sampled_from(sorted(CHANGES)), min_size=1))
def test_a_change_applied_twice_is_applied_once(paths: set[str]) -> None:
    changes = {path: CHANGES[path] for path in paths}
    once = varied(STRIKES, changes)
    assert once != STRIKES
    assert varied(once, changes) is once


@given(st.permutations(sorted(CHANGES)))
def test_order_of_changes_does_not_matter(paths: list[str]) -> None:
    other = varied(STRIKES, {path: CHANGES[path] for path in paths})
    assert other.hash == varied(STRIKES, CHANGES).hash


@given(st.sampled_from(NUMBERS), st.floats(0.05, 0.95))
def test_exactly_one_number_of_one_actor_changes(
    number: tuple[str, str], share: float
) -> None:
    slug, path = number
    case = CASES[slug]
    name, field = path.split(".")[1:]
    issue = case.issues[0]
    value = issue.low + share * issue.width if field == "position" else share
    other = varied(case, {path: value})
    assert locate(other, path).now == suasion.Uncertain.parse(value)
    for before, after in zip(case.actors, other.actors, strict=True):
        same = {"evidence"} | ({field} if before.name == name else set())
        assert before.model_dump(exclude=same) == after.model_dump(exclude=same)
    rest = {"actors", "evidence"}
    assert other.model_dump(exclude=rest) == case.model_dump(exclude=rest)


@given(st.sampled_from([p for p in NUMBERS if not CASES[p[0]].support(p[1])]))
def test_a_judgement_changed_and_changed_back_leaves_the_case(
    number: tuple[str, str],
) -> None:
    slug, path = number
    case = CASES[slug]
    assert case.support(path) == ()
    now = locate(case, path).now
    issue = case.issues[0]
    on_scale = path.endswith(".position")
    low, width = (issue.low, issue.width) if on_scale else (0.0, 1.0)
    value = low + 0.5 * width
    if now == suasion.Uncertain.parse(value):
        value = low + 0.6 * width
    there = varied(case, {path: value})
    assert there.hash != case.hash
    assert varied(there, {path: now}) == case


def test_name_and_code_lead_to_the_same_place() -> None:
    for actor in STRIKES.actors:
        for field in FIELDS:
            by_code = locate(STRIKES, f"actors.{actor.code}.{field}")
            assert by_code == locate(STRIKES, f"actors.{actor.name}.{field}")
            assert by_code.path == f"actors.{actor.name}.{field}"


def test_evidence_does_not_support_a_supposition() -> None:
    path = "actors.Germany.position"
    assert STRIKES.support(path)
    other = varied(STRIKES, {path: 70})
    assert other.support(path) == ()
    assert path in other.judgements()
    assert other.support("actors.France.position") == STRIKES.support(
        "actors.France.position"
    )


# --- the calendar ------------------------------------------------------------------


def test_an_event_is_left_out_and_nothing_else() -> None:
    other = varied(STRIKES, {"calendar.succession": "none"})
    assert [event.id for event in other.calendar] == [
        event.id for event in STRIKES.calendar if event.id != "succession"
    ]


def test_a_moved_event_stays_known_since_it_was() -> None:
    on = dt.date(2024, 11, 11)
    for date, known in (("2024-12-11", on), ("2024-10-11", dt.date(2024, 10, 11))):
        other = varied(STRIKES, {"calendar.paris-talks.date": date})
        (event,) = (event for event in other.calendar if event.id == "paris-talks")
        assert event.public_on == known
        assert event in visible(other, on).calendar


def test_an_event_can_be_given_a_change_of_another_actor() -> None:
    changes = {
        "calendar.succession.changes.DE.position": 70,
        "calendar.succession.changes.DE.public": "for",
        "calendar.succession.changes.PL.salience": 0.2,
    }
    event = varied(STRIKES, changes).calendar[-1]
    assert [change.actor for change in event.changes] == [
        "United States",
        "Germany",
        "Poland",
    ]
    assert event.changes[0] == STRIKES.calendar[-1].changes[0]
    assert event.changes[1].public == "for"


def test_an_event_can_lose_what_it_changes_for_one_actor() -> None:
    other = varied(STRIKES, {"calendar.election.changes.UK": "none"})
    assert [change.actor for change in other.calendar[0].changes] == ["France"]


def test_lists_have_semicolons_and_none_empties_them() -> None:
    some = varied(STRIKES, {"window.public_no": "2024-07-11; 2024-10-01"})
    assert some.window.public_no == (dt.date(2024, 7, 11), dt.date(2024, 10, 1))
    assert varied(STRIKES, {"window.public_no": "none"}).window.public_no == ()


def test_none_is_a_word_where_the_case_has_it_as_one() -> None:
    other = varied(STRIKES, {"window.reason_against": "none"})
    assert other.window.reason_against == "none"


def test_with_several_issues_a_path_names_one() -> None:
    case = two_issues()
    other = varied(case, {"actors.B.position.share": 0.7})
    assert [x.mode for x in other.actor("B").position] == [8.0, 0.7]
    with pytest.raises(CaseError, match=r"name the issue of the position; use one of "):
        varied(case, {"actors.B.position": 5})
    with pytest.raises(CaseError, match=r"did you mean actors\.B\.position\.share\?"):
        varied(case, {"actors.B.position.shares": 0.5})


def test_series_of_dates() -> None:
    days = [-30, 15]
    series = shifted(STRIKES, "calendar.succession", days)
    before = STRIKES.calendar[-1].date
    for one, move in zip(series, days, strict=True):
        moved = varied(STRIKES, one).calendar[-1].date
        assert (moved - before).days == one.shift == move
    assert shifted(STRIKES, "calendar.succession.date", days) == series
    assert [one.name for one in shifted(STRIKES, "question.by", (1, 0, -2))] == [
        "deadline: 2 days earlier",
        "deadline: 1 day later",
    ]


# --- bad input ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("actors.Germny.position", 1, "no such actor; did you mean actors.Germany.pos"),
        ("actors.germany.position", 1, "did you mean actors.Germany.position"),
        ("Germany.position", 1, "begins with its table; did you mean actors.Germany.p"),
        ("actor.Germany.position", 1, "no such table; did you mean actors.Germany.p"),
        ("actors.DE.positions", 1, "no such value; did you mean actors.DE.position"),
        ("actors.DE.mood", 1, r"use one of actors\.DE\.role, actors\.DE\.public"),
        (
            "actors.DE.position.x",
            1,
            "no such issue; use one of actors.DE.position.perm",
        ),
        ("actors.DE.position.permission.x", 1, "write actors.Germany.position"),
        ("actors.DE", "none", r"actors\.Germany\.salience=0"),
        ("actors.DE", 5, "names no value; write actors.Germany.salience"),
        ("actors", 5, "name the actor; use one of actors.Ukraine"),
        (
            "calendar.successor",
            "none",
            "no such event; did you mean calendar.succession",
        ),
        (
            "calendar.succession",
            "2025-01-01",
            "write calendar.succession=none, or calen",
        ),
        ("calendar.succession.date", "soon", "found 'soon'; a date is a day of the"),
        ("calendar.succession.changes.XX.public", "for", "there is no such actor"),
        ("calendar.succession.changes.DE", "none", "does not change this actor"),
        ("calendar.succession.changes.DE.actor", "x", "there is no such value"),
        ("question.by", "2024-11-01", "by cannot be before as_of, 2024-11-11"),
        ("question.by", "none", "a question of approval needs by"),
        ("question.as_of", "2024-11-12", "as of one date; say as_of to the compar"),
        ("question.gatekeeper", "FR", "use one of question.by, question.requested_on"),
        ("actors.DE.position", 101, "found '101'; the scale of permission runs from 0"),
        ("actors.DE.position", "60|50|70", "low|mode|high must rise"),
        ("actors.DE.position", "nan", "a number must be finite"),
        ("actors.DE.capability", 0, "a capability is above 0"),
        ("actors.DE.salience", 70, "a salience lies between 0 and 1; write 0.7"),
        ("actors.DE.public", "pro", "must be one of 'for', 'against' or 'silent'"),
        ("window.own_weight", 2, "a weight lies between 0 and 1"),
        ("window.own_wieght", 0.5, "did you mean window.own_weight"),
        ("blocs.sponsors.correlation", 1.5, "a number of at most 1 is needed"),
        ("issues.permission.landmarks", 1, "the members of this list have no names"),
        ("resources.atacms", "none", "there is no such resource"),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest_that_can(
    path: str, value: object, message: str
) -> None:
    with pytest.raises(CaseError, match=message.replace("|mode|", r"\|mode\|")):
        varied(STRIKES, {path: value})


def test_all_problems_come_at_once_under_the_name_of_the_variant() -> None:
    wrong = Variant(
        name="odd", changes={"actors.Germny.position": 1, "window.x": 2, "rules": 3}
    )
    with pytest.raises(CaseError, match=r"variant “odd”, actors\.Germny") as refused:
        varied(STRIKES, wrong)
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"actors.DE.position": 1, "actors.Germany.position": 2}, "is given twice"),
        (
            {"calendar.succession": "none", "calendar.succession.date": "2025-01-01"},
            "cannot be left out and changed at once",
        ),
        ({}, "a variant changes something"),
    ],
)
def test_contradictions_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(CaseError, match=message):
        varied(STRIKES, changes)


@pytest.mark.parametrize(
    ("path", "days", "error", "message"),
    [
        ("question.by", [0], ValueError, "0 days is no move"),
        ("question.by", [10**7], ValueError, "no day of the calendar"),
        ("actors.DE.position", [1], CaseError, "no date there to move"),
        ("calendar.handover", [1], CaseError, "there is no such event"),
    ],
)
def test_dates_that_cannot_move(
    path: str, days: list[int], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        shifted(STRIKES, path, days)


@pytest.mark.parametrize("word", ["x", "=5", "a.b=", ""])
def test_a_change_has_a_path_and_a_value(word: str) -> None:
    with pytest.raises(ValueError, match="is no change; write path=value"):
        parse_changes([word])


def test_a_path_is_given_once_and_days_are_whole() -> None:
    with pytest.raises(ValueError, match=r"question\.by is given twice"):
        parse_changes(["question.by=2025-01-01", "question.by = 2025-01-02"])
    with pytest.raises(ValueError, match="days are whole numbers with commas between"):
        parse_shifts(["question.by=1.5"])
    assert parse_shifts(["question.by=-1, 2"]) == {"question.by": [-1, 2]}


# --- files -------------------------------------------------------------------------


@pytest.mark.parametrize("slug", CASES)
def test_bundled_variants_are_valid_and_change_their_case(slug: str) -> None:
    for variant in saved(slug).values():
        assert variant.text
        assert len(differing(CASES[slug], variant.changes)) == len(variant.changes)
        assert varied(CASES[slug], variant).hash != CASES[slug].hash


def test_the_reference_case_has_variants_to_begin_with() -> None:
    names = {variant.name for variant in saved("deep-strikes").values()}
    assert "Germany comes out in favour" in names
    assert saved("ec-emission-standards") == {}


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(name=TEXT.filter(str.strip), text=TEXT, value=TEXT.filter(str.strip))
def test_what_is_saved_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, name: str, text: str, value: str
) -> None:
    folder = tmp_path_factory.mktemp("case")
    variant = Variant(name=name, text=text, changes={"a.b": value, "c": "none"})
    save(variant, folder / "variants" / "x.toml")
    assert saved(folder) == {"x": variant}


def test_tables_may_be_written_in_pieces(tmp_path: Path) -> None:
    (tmp_path / "variants").mkdir()
    file = tmp_path / "variants" / "later.toml"
    file.write_text(
        'set.question.by = 2025-03-20\nset.actors."United States".position = 50\n'
        "set.window.public_no = [2024-07-11, 2024-09-13]\n"
    )
    (variant,) = saved(tmp_path).values()
    assert variant.name == "later"
    assert variant.changes == {
        "question.by": "2025-03-20",
        "actors.United States.position": "50",
        "window.public_no": "2024-07-11; 2024-09-13",
    }
    assert differing(STRIKES, variant.changes)[-1].path != "window.public_no"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = 'x'", "variants/a.toml, set: set is needed; add set"),
        ("[set]", "set: found .*at least 1 of these are needed"),
        ("sett = 1\n[set]\na = 1", "there is no such key here; did you mean 'set'"),
        ("[set\n", r"variants/a\.toml, line 1.*this is not TOML"),
    ],
)
def test_a_file_that_is_no_variant(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "variants").mkdir()
    (tmp_path / "variants" / "a.toml").write_text(text)
    with pytest.raises(CaseError, match=message):
        saved(tmp_path)


def test_a_variant_is_chosen_by_the_name_of_its_file_or_its_own() -> None:
    by_file = chosen("deep-strikes", ["germany-in-favour"])
    assert chosen("deep-strikes", ["Germany comes out in favour"]) == by_file
    with pytest.raises(CaseError, match="did you mean 'germany-in-favour'"):
        chosen("deep-strikes", ["germany-in-favor"])
    with pytest.raises(CaseError, match="give one with --set"):
        chosen("ec-emission-standards", ["x"])


def test_where_variants_cannot_be_saved(case_folder: Callable[..., Path]) -> None:
    folder = case_folder()
    save(Variant(name="x", changes={"a": 1}), where_to_save(folder, "x"))
    for source, name, message in (
        (
            "deep-strikes",
            "y",
            "kept in the folder of a case, and this is none of yours",
        ),
        (folder / "actors.csv", "y", "kept in the folder of a case"),
        (folder, "../y", "use letters, digits and hyphens"),
        (folder, "", "this is no name for a file"),
        (folder, "x", "there is a variant x already"),
    ):
        with pytest.raises(CaseError, match=re.escape(message)):
            where_to_save(source, name)
    assert sorted(path.name for path in (folder / "variants").iterdir()) == ["x.toml"]


def test_every_pair_of_changes_is_both_changes() -> None:
    for first, second in itertools.combinations(CHANGES, 2):
        alone = varied(STRIKES, {first: CHANGES[first]})
        both = varied(STRIKES, {first: CHANGES[first], second: CHANGES[second]})
        assert varied(alone, {second: CHANGES[second]}) == both
