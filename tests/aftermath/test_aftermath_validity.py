"""What is wrong with an aftermath is said with its branch, all at once, with the cure."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from crisis_games import crisis, trees
from hypothesis import given, settings

from suasion.aftermath.game import Action, Aftermath, Move
from suasion.aftermath.validity import problems
from suasion.casefile import load
from suasion.problem import CaseError

STRIKES = Path(str(files("suasion") / "cases" / "deep-strikes"))


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Copy the reference case with words of its case.toml replaced."""

    def make(*changes: tuple[str, str]) -> Path:
        folder = tmp_path / "case"
        shutil.copytree(STRIKES, folder)
        text = (folder / "case.toml").read_text()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (folder / "case.toml").write_text(text)
        return folder

    return make


BROKEN = {
    "unknown actor": (
        ('actor = "Russia"', 'actor = "Rusia"'),
        r"aftermath.moves.limited-measured, actor: found 'Rusia'.*did you mean 'Russia'",
    ),
    "unknown player": (
        ('"-100|-80|-50", Russia =', '"-100|-80|-50", Rusia ='),
        r"aftermath.outcomes.wider, payoffs: found 'Rusia'.*did you mean 'Russia'",
    ),
    "missing payoff": (
        (', Russia = "-100|-75|-45"', ""),
        r"outcomes.wider, payoffs: every player has a payoff.*Russia has none; add Russia",
    ),
    "unknown target": (
        ('to = "limited-held"', 'to = "limited-hold"'),
        r"moves.after-limited-measured, actions.hold to the limits: found 'limited-hold'; "
        r"there is no such move or outcome; did you mean 'limited-held'\?",
    ),
    "circle": (
        (
            '"stop there", to = "limited-further"',
            '"stop there", to = "limited-measured"',
        ),
        r"found 'limited-measured'; a move is reached in one way, this one by "
        r"request-measured, approve within limits already",
    ),
    "probabilities": (
        ('"0.15|0.3|0.5"', "0.4"),
        r"moves.resolve, probability: found '1.1'; .* of measured, resolute sum to 1",
    ),
    "no probability": (
        (', probability = "0.15|0.3|0.5"', ""),
        r"moves.resolve, probability: nobody is named here, so chance moves",
    ),
    "probability of a choice": (
        ('to = "refused" }', 'to = "refused", probability = 0.5 }'),
        r"request-measured, probability: found '0.5'; United States chooses here",
    ),
    "other actions": (
        ('{ name = "refuse", to', '{ name = "say no", to'),
        r"request-resolute, actions: .*cannot tell this move from request-measured",
    ),
    "recall": (
        ('"attacks after a wide permission"', '"attacks after a limited permission"'),
        r"perfect recall\), but United States comes here by measured -> approve widely -> "
        r"heavier attacks, to after-limited-measured by measured -> approve within limits",
    ),
    "rung": (
        ('rung = "wider"', 'rung = "widr"'),
        r"outcomes.wider, rung: found 'widr'; there is no such rung.*did you mean 'wider'",
    ),
    "no rung": (
        ('rung = "wider"\n', "\n"),
        r"outcomes.wider, rung: with a ladder every outcome stands on a rung",
    ),
    "precision": (
        ('precision = "0.03|0.08|0.2"', "precision = -1"),
        r"aftermath, precision: found '-1'; a precision is at least 0",
    ),
    "range": (
        ('"-100|-80|-50"', '"-50|-80|-100"'),
        r"found '-50\|-80\|-100'; low\|mode\|high must rise",
    ),
    "key": (
        ('name = "no permission"', 'name = "no permission"\nnotes = ""'),
        r"outcomes.refused, notes: found 'notes'; there is no such key here; did you mean",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_game_is_refused_with_place_rule_and_cure(
    what: str, changed: Callable[..., Path]
) -> None:
    change, message = BROKEN[what]
    with pytest.raises(CaseError, match=message):
        load(changed(change))


def test_all_problems_are_said_at_once(changed: Callable[..., Path]) -> None:
    names = (
        "unknown target",
        "probabilities",
        "missing payoff",
        "no rung",
        "precision",
    )
    with pytest.raises(CaseError) as error:
        load(changed(*(BROKEN[name][0] for name in names)))
    text = str(error.value)
    for word in ("limited-hold", "sum to 1", "has none", "on a rung", "at least 0"):
        assert word in text


def test_a_circle_that_the_game_never_reaches_is_found() -> None:
    loop = [
        Move(id=one, actor="A", actions=(Action(name="on", to=other),))
        for one, other in (("x", "y"), ("y", "x"))
    ]
    game = crisis()
    game = game.model_copy(update={"moves": (*game.moves, *loop)})
    found = [str(problem) for problem in problems(game)]
    assert any("x -> y: " in text or "'x -> y'" in text for text in found)
    only = Aftermath(moves=tuple(loop), outcomes=game.outcomes)
    assert any("has no beginning" in str(problem) for problem in problems(only))


def test_moves_that_nothing_leads_to_and_ids_given_twice_are_found() -> None:
    game = crisis()
    stray = Move(id="stray", actor="A", actions=(Action(name="on", to="war"),))
    found = [
        str(problem)
        for problem in problems(
            game.model_copy(update={"moves": (*game.moves, stray, stray)})
        )
    ]
    assert any("this id is given twice" in text for text in found)
    alone = game.model_copy(update={"moves": (*game.moves, stray)})
    assert any("game begins with challenge" in str(p) for p in problems(alone))


@given(trees(generic=False, hidden=True))
@settings(max_examples=40, deadline=None)
def test_a_game_has_no_problems(game: Aftermath) -> None:
    assert problems(game) == []


def test_a_case_without_aftermath_keeps_its_hash_and_one_with_it_has_another() -> None:
    case = load("deep-strikes")
    without = case.model_copy(update={"aftermath": None})
    assert without.hash != case.hash
    assert "aftermath" not in without.model_dump(exclude_defaults=True)


def test_aftermath_survives_a_folder_and_json(tmp_path: Path) -> None:
    from suasion.case import Case
    from suasion.exporting import write_folder

    case = load("deep-strikes")
    assert Case.model_validate_json(case.model_dump_json()) == case
    bare = case.model_copy(
        update={
            "sources": (),
            "evidence": (),
            "precedents": (),
            "resolution": None,
            "calendar": (),
            "requirements": (),
            "resources": (),
            "options": (),
            "actors": tuple(a.model_copy(update={"evidence": {}}) for a in case.actors),
        }
    )
    again = load(write_folder(bare, tmp_path / "again"))
    assert again.aftermath == case.aftermath
