"""The .efg format: what other programs write, and what they can read."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from crisis_games import CRISIS, trees, types
from hypothesis import given, settings

from suasion.aftermath.efg import parse, read, text_of, write
from suasion.aftermath.game import Aftermath
from suasion.aftermath.quantal import mode_chances, mode_payoffs, quantal_response
from suasion.aftermath.tree import Tree
from suasion.casefile import load
from suasion.problem import CaseError

# The sample of the format's manual, as it stands there: no comment, no commas.
MANUAL = """EFG 2 R "General Bayes game, one stage" { "Player 1" "Player 2" }
c "ROOT" 1 "(0,1)" { "1G" 0.500000 "1B" 0.500000 } 0
c "" 2 "(0,2)" { "2g" 0.500000 "2b" 0.500000 } 0
p "" 1 1 "(1,1)" { "H" "L" } 0
p "" 2 1 "(2,1)" { "h" "l" } 0
t "" 1 "Outcome 1" { 10.000000 2.000000 }
t "" 2 "Outcome 2" { 0.000000 10.000000 }
p "" 2 1 "(2,1)" { "h" "l" } 0
t "" 3 "Outcome 3" { 2.000000 4.000000 }
t "" 4 "Outcome 4" { 4.000000 0.000000 }
p "" 1 1 "(1,1)" { "H" "L" } 0
p "" 2 2 "(2,2)" { "h" "l" } 0
t "" 5 "Outcome 5" { 10.000000 2.000000 }
t "" 6 "Outcome 6" { 0.000000 10.000000 }
p "" 2 2 "(2,2)" { "h" "l" } 0
t "" 7 "Outcome 7" { 2.000000 4.000000 }
t "" 8 "Outcome 8" { 4.000000 0.000000 }
c "" 3 "(0,3)" { "2g" 0.500000 "2b" 0.500000 } 0
p "" 1 2 "(1,2)" { "H" "L" } 0
p "" 2 1 "(2,1)" { "h" "l" } 0
t "" 9 "Outcome 9" { 4.000000 2.000000 }
t "" 10 "Outcome 10" { 2.000000 10.000000 }
p "" 2 1 "(2,1)" { "h" "l" } 0
t "" 11 "Outcome 11" { 0.000000 4.000000 }
t "" 12 "Outcome 12" { 10.000000 2.000000 }
p "" 1 2 "(1,2)" { "H" "L" } 0
p "" 2 2 "(2,2)" { "h" "l" } 0
t "" 13 "Outcome 13" { 4.000000 2.000000 }
t "" 14 "Outcome 14" { 2.000000 10.000000 }
p "" 2 2 "(2,2)" { "h" "l" } 0
t "" 15 "Outcome 15" { 0.000000 4.000000 }
t "" 16 "Outcome 16" { 10.000000 0.000000 }
"""


def test_sample_of_the_manual_runs() -> None:
    tree = Tree(parse(MANUAL))
    assert (len(tree.nodes), len(tree.leaves), len(tree.sets)) == (15, 16, 4)
    assert [len(each.nodes) for each in tree.sets] == [2, 4, 4, 2]
    found = quantal_response(tree, 1.0)
    assert found.residual < 1e-12
    assert found.outcome.sum() == pytest.approx(1.0, abs=1e-14)


def test_outcomes_on_the_way_are_added_and_descriptions_left_out_are_known() -> None:
    # Two stages, as in the manual's words on increments: 5 at the start of the second.
    game = parse("""EFG 2 R "stages" { "A" "B" } "with a \\"comment\\""
        p "" 1 1 "first" { "x" "y" } 4 "all" { 100 0 }
        p "" 2 1 "second" { "u" "v" } 1 "stage" { 5, .5 }
        t "" 2 "end" { 1, 1e1 }
        t "" 3 "" { -1/4 0 }
        p "" 2 1 1
        t "" 2
        t "" 0
        """)
    assert game.summary == 'stages: with a "comment"'
    assert mode_payoffs(Tree(game))[0].tolist() == [
        [106.0, 10.5], [104.75, 0.5], [106.0, 10.5], [105.0, 0.5],
    ]  # fmt: skip


def test_names_missing_or_given_twice_become_names_of_their_own() -> None:
    game = parse("""EFG 2 D "" { "" "A" "A" }
        p "n" 1 7 "" { "" "" "go" } 0 t "" 1 "x" {0 0 0}
        p "n" 2 7 "" { "go" "go" } 0 t "" 2 "x" {1 1 1} t "" 1 t "" 0""")
    assert game.players == ("Player 1", "A", "Player 3")
    assert [action.name for action in game.moves[0].actions] == [
        "action 1",
        "action 2",
        "go",
    ]
    assert len({move.id for move in game.moves} | {e.id for e in game.outcomes}) == 5


@given(trees(generic=False, hidden=True))
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read_as_the_same_game(game: Aftermath) -> None:
    text = text_of(game, "round")
    again = parse(text)
    one, other = Tree(game), Tree(again)
    assert other.players == one.players
    assert (mode_payoffs(other) == mode_payoffs(one)).all()
    assert (mode_chances(other) == mode_chances(one)).all()
    assert [each.actions for each in other.sets] == [each.actions for each in one.sets]
    assert text_of(again, "round").split("\n")[2:] == text.split("\n")[2:]


def test_a_case_goes_through_the_format_and_keeps_its_solution(tmp_path: Path) -> None:
    game = load("deep-strikes").aftermath
    assert game is not None
    path = write(game, tmp_path / "game.efg", "deep strikes")
    again = read(path)
    one, other = quantal_response(game, 0.08), quantal_response(again, 0.08)
    assert other.probability == pytest.approx(one.probability, abs=1e-12)
    assert other.leaf == pytest.approx(one.leaf, abs=1e-12)
    assert "1\\" not in path.read_text()


def test_probabilities_are_written_so_that_they_sum_to_one_exactly() -> None:
    game = parse("""EFG 2 R "" { "A" }
        c "" 1 "" { "x" 1/3 "y" 0.333333 "z" .333334 } 0
        p "m" 1 1 "" { "l" } 0 t "" 1 "a" { 0 } t "" 0 t "" 0""")
    line = next(line for line in text_of(game).split("\n") if line.startswith("c"))
    shares = [Fraction(word) for word in re.findall(r'"[xyz]" (\S+)', line)]
    assert sum(shares) == 1
    assert np.allclose([float(share) for share in shares], 1 / 3, atol=1e-5)


def test_quotes_and_backslashes_in_names_survive() -> None:
    game = types().model_copy(update={"summary": 'say "no"\\yes'})
    assert parse(text_of(game)).summary == 'say "no"\\yes'


BROKEN = {
    "NFG 1 R": r"line 1: found 'NFG 1 R'; an extensive game begins with EFG 2 R",
    'EFG 2 R "x" { "A" }': r"the file ends where a node is needed",
    'EFG 2 R "x { "A" }': r"line 1.*a text in quotes does not end",
    'EFG 2 R "x" { "A" } t "" 0': r"a game has at least one move",
    'EFG 2 R "x" { "A" } p "" 2 1 "" { "l" } 0 t "" 0': r"'2'; the file names 1 players",
    'EFG 2 R "x" { "A" } p "" 1 1 "" { "l" } 0\nt "" 1 "o" { 1/0 }': (
        r"line 2: found '1/0'; a payoff is needed here"
    ),
    'EFG 2 R "x" { "A" } p "" 1 1 "" { "l" } 0 t "" 1 "o" { 1e999999999 }': (
        r"found '1e999999999'; a payoff is needed here"
    ),
    'EFG 2 R "x" { "A" } p "" 1 1 "" { "l" } 0 t "" 1 "o" { 1 2 }': (
        r"there are 1 players and 2 payoffs"
    ),
    'EFG 2 R "x" { "A" } p "" 1 1 "" { "l" } 0 t "" 5': (
        r"outcome 5 has its payoffs where it is named first"
    ),
    'EFG 2 R "x" { "A" } p "" 1 1 "" { "l" } 0 t "" 0 t "" 0': (
        r"every branch of the tree has ended before this"
    ),
    'EFG 2 R "x" { "A" } c "" 1 "" { "l" 1/2 "r" 1/3 } 0 t "" 0 t "" 0': (
        r"found '0.833333'; the \(most likely\) probabilities of l, r sum to 1"
    ),
    'EFG 2 R "x" { "A" } p "a" 1 1 "" {"l" "r"} 0 p "b" 1 1 "" {"l" "r"} 0 t "" 0 t "" 0 '
    't "" 0': r"perfect recall\), but A comes here by l, to a by the beginning",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(CaseError, match=BROKEN[text]):
        parse(text)


def test_a_file_cut_off_anywhere_is_refused_in_words() -> None:
    for end in range(len(CRISIS) - 3):
        with pytest.raises(CaseError, match=r"game.efg"):
            parse(CRISIS[:end])


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"none.efg: the file cannot be read"):
        read(tmp_path / "none.efg")
