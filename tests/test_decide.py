"""Decide's rows: what is read, what is refused, and that writing gives it back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from suasion import decide
from suasion.case import Actor, Case, Issue, Question
from suasion.problem import CaseError
from suasion.solving import solve

GOLDEN = Path(__file__).parent / "golden"
ROWS = """\
'#A'	'U.S.'	'United States'	'federal'
'#A'	'South (all)'	'South (all)'	''
'#P'	'quota'	'Catch quota'	''
'#M'	'quota'	0
'#M'	'quota'	4
'#M'	'quota'	8
'#P'	'season'	'season'	''
'#M'	'season'	0
'#M'	'season'	100
'#D'	'U.S.'	'quota'	2	0.5	0.4
'#D'	'U.S.'	'season'	30.0	0.25	0.40
'#D'	'South (all)'	'quota'	6	0.9	1
"""


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "fish.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_row_is_read(tmp_path):
    case = decide.read(file(tmp_path, ROWS))
    assert case.actor_names == ("US", "South (all)")
    assert [(i.id, i.name, i.low, i.high) for i in case.issues] == [
        ("quota", "Catch quota", 0, 8),
        ("season", "season", 0, 100),
    ]
    assert [(m.at, m.label) for m in case.issues[0].landmarks] == [(4, "4")]
    us, south = case.actors
    assert us.note == "United States; federal"
    assert us.capability.mode == 0.4
    assert [x.mode for x in us.position] == [2, 30]
    assert [s.mode for s in us.salience] == [0.5, 0.25]
    assert south.note == ""
    assert "'U.S.' is 'US'" in case.coding.note


def test_a_missing_pair_has_no_salience_and_stands_in_the_middle(tmp_path):
    case = decide.read(file(tmp_path, ROWS))
    south = case.actor("South (all)")
    assert (south.position[1].mode, south.salience[1].mode) == (50, 0)
    assert "salience 0 and position at the middle" in case.summary
    assert "South (all) on season" in case.summary


def test_rows_may_come_in_any_order(tmp_path):
    shuffled = "".join(reversed(ROWS.splitlines(keepends=True)))
    case = decide.read(file(tmp_path, shuffled))
    assert set(case.actor_names) == {"US", "South (all)"}
    assert case.actor("US").salience[::-1] == decide.read(
        file(tmp_path, ROWS)
    ).actor("US").salience  # fmt: skip


@pytest.mark.parametrize("name", ["exchange-a", "exchange-b"])
def test_golden_files_have_the_initial_outcome_of_the_program(name):
    golden = json.loads((GOLDEN / f"{name}.json").read_text())["initial_outcome"]
    outcome = solve(decide.read(GOLDEN / f"{name}.csv"), "mean")
    found = dict(zip(outcome.issues, outcome.outcome[0], strict=True))
    assert found.keys() == golden.keys()
    for issue, value in golden.items():
        np.testing.assert_allclose(found[issue], value, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["exchange-a.csv", "exchange-b.csv"])
def test_golden_files_survive_writing(tmp_path, name):
    case = decide.read(GOLDEN / name)
    path = tmp_path / name
    path.write_text(decide.text_of(case), encoding="utf-8")
    assert decide.read(path).hash == case.hash


def test_power_above_1_is_written_as_shares_of_the_largest(tmp_path):
    case = Case(
        title="Toll",
        slug="toll",
        question=Question(text="How high?"),
        issues=(Issue(id="toll", name="Toll", low=0, high=1),),
        actors=tuple(
            Actor(name=n, capability=c, position=(x,), salience=(0.5,), note="a\tb")
            for n, c, x in (("A", 3, 0), ("B", 12, 1))
        ),
    )
    again = decide.read(file(tmp_path, decide.text_of(case)))
    assert [actor.capability.mode for actor in again.actors] == [0.25, 1]
    assert again.actors[0].note == "a b"


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("'#M'\t'season'\t100", "'#X'\t1", r"line 9: found '#X'; a line begins with"),
        ("\t0.5\t", "\t50\t", r"line 10, salience: found '50'; .* write 0.5 if"),
        ("\t0.5\t", "\t-1\t", r"line 10, salience: found '-1'; .*; correct it"),
        ("\t0.5\t", "\t0,5\t", r"line 10, salience: found '0,5'; a number is needed"),
        ("\t0.4\n", "\t0\n", r"line 10, power: found '0'; power is above 0"),
        ("\t0.40\n", "\t0.3\n", r"line 11 \(U.S.\), power: found '0.3'; .* has 0.4"),
        ("\t6\t", "\t9\t", r"line 12 \(South \(all\)\), position: found '9'; .* 0 to 8"),
        ("'quota'\t6", "'quote'\t6", r"line 12, issue: found 'quote'; .* mean 'quota'"),
        ("'#D'\t'South (all)'", "'#D'\t'North'", r"line 12, actor: found 'North'; no line"),
        ("\t0.9\t1", "\t0.9", r"line 12: found '4 cells'; after #D stand actor, issue"),
        ("'season'\t30.0", "'quota'\t30.0", r"line 11: .* line 10 has these two already"),
        ("'South (all)'\t'South", "'U.S.'\t'South", r"line 2, actor: found 'U.S.'"),
        ("'#M'\t'season'\t100\n", "", r"line 7, season: a scale has two marks"),
        ("'#M'\t'season'\t100", "'#M'\t'season'\tall", r"line 9, mark: found 'all'"),
        ("'#A'\t'U.S.'", "'#A'\t'.'", r"line 1, actor: found '.'; #A gives a name"),
        ("'#D'\t'South (all)'\t'quota'\t6\t0.9\t1\n", "", r"line 2 .*an actor has"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_by_line_and_column(tmp_path, old, new, match):
    assert old in ROWS
    with pytest.raises(CaseError, match=rf"fish\.csv, {match}"):
        decide.read(file(tmp_path, ROWS.replace(old, new, 1)))


def test_a_file_without_actors_or_issues_is_refused(tmp_path):
    with pytest.raises(CaseError, match="the file declares no actor"):
        decide.read(file(tmp_path, ""))
