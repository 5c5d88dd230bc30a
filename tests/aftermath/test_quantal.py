"""Quantal response, its branch and its limit: reference values, laws, two routes."""

from __future__ import annotations

import numpy as np
import pytest
from crisis_games import crisis, trees, types
from hypothesis import given, settings
from hypothesis import strategies as st

from suasion.aftermath.backward_induction import backward_induction
from suasion.aftermath.efg import parse
from suasion.aftermath.game import Aftermath
from suasion.aftermath.judgement import drawn, respond
from suasion.aftermath.quantal import mode_payoffs, quantal_response
from suasion.aftermath.sequential import logit_branch, sequential
from suasion.aftermath.tree import Tree
from suasion.casefile import load
from suasion.problem import ForecastError

# Computed with an established game-theory package; lambda: Challenge, Resist, Fight.
CRISIS = {
    0.5: (0.522709088, 0.631814354, 0.524979187),
    1.0: (0.510466421, 0.742715923, 0.549833997),
    2.0: (0.433781101, 0.885146905, 0.598687660),
    5.0: (0.230579953, 0.989806565, 0.731058579),
    10.0: (0.096729212, 0.999648737, 0.880797078),
}
# Strong: Challenge, Fight; weak: Challenge, Fight; B: Resist.
TYPES = {
    1.0: (0.545955, 0.622459, 0.470966, 0.450166, 0.749156),
    5.0: (0.588902, 0.924142, 0.100392, 0.268941, 0.989536),
}
TYPE_CHOICES = (
    ("strong challenge", "Challenge"),
    ("strong fight", "Fight"),
    ("weak challenge", "Challenge"),
    ("weak fight", "Fight"),
    ("strong resist", "Resist"),
)


@pytest.mark.parametrize("precision", CRISIS)
def test_reference_values_of_the_crisis_game(precision: float) -> None:
    found = quantal_response(crisis(), precision)
    choices = (("challenge", "Challenge"), ("resist", "Resist"), ("fight", "Fight"))
    got = [found.of(*choice)[0] for choice in choices]
    assert got == pytest.approx(CRISIS[precision], abs=1e-9)


def test_crisis_game_in_closed_form() -> None:
    lam = np.linspace(0.0, 20.0, 41)
    found = quantal_response(crisis(), lam)
    fight = 1 / (1 + np.exp(-0.2 * lam))
    resist = 1 / (1 + np.exp(-lam * (1 + 0.5 - 0.8 * fight)))
    value = resist * (-0.4 + 0.2 * fight) + (1 - resist)
    challenge = 1 / (1 + np.exp(-lam * value))
    assert found.of("fight", "Fight") == pytest.approx(fight, abs=1e-14)
    assert found.of("resist", "Resist") == pytest.approx(resist, abs=1e-14)
    assert found.of("challenge", "Challenge") == pytest.approx(challenge, abs=1e-14)


@pytest.mark.parametrize("precision", TYPES)
def test_reference_values_of_the_game_with_types(precision: float) -> None:
    found = quantal_response(types(), precision)
    got = [found.of(*choice)[0] for choice in TYPE_CHOICES]
    assert got == pytest.approx(TYPES[precision], abs=5.1e-7)
    assert found.residual < 1e-12


def test_beliefs_follow_bayes_rule() -> None:
    found = quantal_response(types(), 5.0)
    strong = 0.3 * found.of("strong challenge", "Challenge")[0]
    weak = 0.7 * found.of("weak challenge", "Challenge")[0]
    names = [node.move.id for node in found.tree.nodes]
    belief = found.belief[0, names.index("strong resist")]
    assert belief == pytest.approx(strong / (strong + weak), abs=1e-12)


def test_subgame_perfect_and_sequential_reference() -> None:
    perfect = backward_induction(crisis())
    assert perfect.choice == {"challenge": "Not", "resist": "Resist", "fight": "Fight"}
    assert perfect.path == ("status quo",)
    assert perfect.ties == ()
    limit = sequential(crisis())
    assert limit.settled
    assert (limit.of("challenge", "Challenge"), limit.of("resist", "Resist")) == (0, 1)


def test_what_is_dominated_off_the_path_is_never_done_in_the_limit() -> None:
    limit = sequential(types())
    assert limit.settled
    assert limit.of("weak challenge", "Challenge") == 0.0  # so it is off the path
    assert limit.of("weak fight", "Fight") == 0.0
    assert limit.of("strong fight", "Fight") == 1.0
    assert limit.believed("strong resist") == 1.0


def test_limit_that_mixes_is_found_and_beliefs_make_indifferent() -> None:
    # The weak bluff just so often that the other is indifferent between call and fold:
    # in one-card poker (Myerson 1991, section 2.1) Black raises with 1/3, the raise is
    # met with 2/3, and after a raise Red has 3/4.
    poker = parse("""EFG 2 R "Poker" { "Fred" "Alice" } "one card"
        c "deal" 1 "" { "Red" 1/2 "Black" 1/2 } 0
        p "red" 1 1 "" { "Raise" "Fold" } 0
        p "after red" 2 1 "" { "Meet" "Pass" } 0
        t "" 1 "Win Big" { 2, -2 } t "" 2 "Win" { 1, -1 } t "" 2 "Win" { 1, -1 }
        p "black" 1 2 "" { "Raise" "Fold" } 0
        p "after black" 2 1 "" { "Meet" "Pass" } 0
        t "" 3 "Lose Big" { -2, 2 } t "" 2 "Win" { 1, -1 } t "" 4 "Lose" { -1, 1 }""")
    limit = sequential(poker)
    assert limit.settled
    assert limit.of("red", "Raise") == 1.0
    assert limit.of("black", "Raise") == pytest.approx(1 / 3, abs=1e-7)
    assert limit.of("after red", "Meet") == pytest.approx(2 / 3, abs=1e-7)
    assert limit.believed("after red") == pytest.approx(3 / 4, abs=1e-5)


# --- laws --------------------------------------------------------------------------


@given(trees(generic=False, hidden=True), st.sampled_from([0.0, 0.3, 1.0]))
@settings(max_examples=60, deadline=None)
def test_probabilities_sum_to_one_and_solve_the_equations(
    game: Aftermath, precision: float
) -> None:
    found = quantal_response(game, precision)
    assert found.outcome.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    for each in found.tree.sets:
        assert found.probability[:, list(each.rows)].sum() == pytest.approx(
            1, abs=1e-12
        )
        if precision == 0.0:
            even = 1 / len(each.actions)
            assert found.probability[0, list(each.rows)] == pytest.approx(
                even, abs=1e-15
            )
    assert found.residual < 1e-12


@given(trees())
@settings(max_examples=40, deadline=None)
def test_limit_is_subgame_perfect_on_generic_trees(game: Aftermath) -> None:
    perfect = backward_induction(game)
    if perfect.ties:  # chance can make a tie even of generic payoffs
        return
    limit = sequential(game)
    assert limit.settled
    assert all(limit.of(move, action) == 1 for move, action in perfect.choice.items())


@given(trees(generic=False, hidden=True), st.integers(-5, 5))
@settings(max_examples=30, deadline=None)
def test_a_constant_added_to_a_players_payoffs_changes_nothing(
    game: Aftermath, more: int
) -> None:
    tree = Tree(game)
    payoffs = mode_payoffs(tree)
    before = quantal_response(tree, 0.7, payoffs=payoffs)
    after = quantal_response(tree, 0.7, payoffs=payoffs + np.array([more, 0]))
    assert after.probability == pytest.approx(before.probability, abs=1e-10)


@given(trees(generic=False, hidden=True))
@settings(max_examples=30, deadline=None)
def test_names_and_order_of_the_file_change_nothing(game: Aftermath) -> None:
    renamed = Aftermath.model_validate(
        {
            "moves": [
                {
                    **move.model_dump(),
                    "id": f"x{move.id}",
                    "actor": move.actor and {"A": "Z", "B": "Y"}[move.actor],
                    "actions": [
                        {**action.model_dump(), "to": f"x{action.to}"}
                        for action in move.actions
                    ],
                }
                for move in reversed(game.moves)
            ],
            "outcomes": [
                {
                    "id": f"x{end.id}",
                    "payoffs": {"Y": end.payoffs["B"], "Z": end.payoffs["A"]},
                }
                for end in game.outcomes
            ],
        }
    )
    one, other = quantal_response(game, 0.8), quantal_response(renamed, 0.8)
    assert other.outcome == pytest.approx(one.outcome, abs=1e-10)


@given(trees(generic=False, hidden=True), st.sampled_from([0.2, 1.0, 3.0]))
@settings(max_examples=30, deadline=None)
def test_branch_and_blocks_are_two_routes_to_one_answer(
    game: Aftermath, precision: float
) -> None:
    traced = logit_branch(game, precision)
    assert traced.precision[0] == 0.0
    assert traced.precision[-1] == pytest.approx(precision, rel=1e-12)
    found = quantal_response(game, precision)
    assert traced.probability[-1] == pytest.approx(found.probability[0], abs=1e-9)


def test_branch_of_all_sets_at_once_agrees_with_backward_recursion() -> None:
    from suasion.aftermath.branch import Place, follow
    from suasion.aftermath.logit import log_probabilities
    from suasion.aftermath.sequential import _equations

    tree = Tree(crisis())
    equations = _equations(tree)
    place = Place.start(equations, tree.scale)
    assert follow(equations, place, np.array([5.0 * tree.scale]), tree.scale).all()
    p = np.exp(log_probabilities(equations.spread(place.z), equations.block.first))
    found = quantal_response(tree, 5.0).probability[0]
    assert p[np.argsort(equations.block.rows), 0] == pytest.approx(found, abs=1e-12)


def test_slopes_are_the_derivatives_of_what_is_expected() -> None:
    from suasion.aftermath.sequential import _equations

    equations = _equations(Tree(types()))
    z = np.linspace(-1.0, 1.5, len(equations.free))[:, None]
    gain, slope = equations.slopes(z)
    for j in range(len(z)):
        step = np.zeros_like(z)
        step[j] = 1e-6
        up, down = equations.advantage(z + step), equations.advantage(z - step)
        assert slope[:, j, 0] == pytest.approx((up - down)[:, 0] / 2e-6, abs=1e-8)
    assert gain == pytest.approx(equations.advantage(z), abs=1e-15)


def test_a_branch_that_turns_back_is_followed_to_its_end() -> None:
    # Draws around the game with types: among them are branches with folds, where a walk
    # in lambda alone would jump to another equilibrium or stop.
    tree = Tree(types())
    noise = 0.3 * np.random.default_rng(0).normal(size=(20_000, len(tree.leaves), 2))
    folded = mode_payoffs(tree) + noise[[14792, 16636, 17142]]
    found = quantal_response(tree, 100.0, payoffs=folded)
    assert found.residual < 1e-12


# --- draws -------------------------------------------------------------------------


def test_draws_are_the_same_bits_however_they_are_cut_up() -> None:
    game = load("deep-strikes").aftermath
    assert game is not None
    tree = Tree(game)
    whole = respond(tree, drawn(tree, 7, 0, 90))
    part = respond(tree, drawn(tree, 7, 30, 60))
    assert (whole.probability[30:60] == part.probability).all()
    assert (whole.leaf[30:60] == part.leaf).all()


def test_result_does_not_depend_on_threads() -> None:
    tree = Tree(crisis())
    lam = np.linspace(0.0, 9.0, 10_000)
    one, two = (quantal_response(tree, lam, threads=n) for n in (1, 2))
    assert (one.probability == two.probability).all()


def test_chance_that_never_happens_leaves_beliefs_behind() -> None:
    game = parse("""EFG 2 R "" { "A" }
        c "deal" 1 "" { "often" 1 "never" 0 } 0
        p "here" 1 1 "" { "l" "r" } 0 t "" 1 "a" { 1 } t "" 2 "b" { 0 }
        p "there" 1 1 "" { "l" "r" } 0 t "" 2 t "" 1""")
    found = quantal_response(game, 2.0)
    assert found.of("here", "l")[0] == pytest.approx(1 / (1 + np.exp(-2.0)), abs=1e-12)
    assert found.belief[0] == pytest.approx([1.0, 1.0, 0.0], abs=1e-12)


# --- errors ------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_a_precision_out_of_range_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match=r"precision is .*lies between 0 and"):
        quantal_response(crisis(), bad)


def test_arrays_of_another_shape_and_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match=r"payoffs has shape \(3, 2\).*\(3, 4, 2\)"):
        quantal_response(crisis(), 1.0, payoffs=np.zeros((3, 2)))
    with pytest.raises(KeyError, match=r"no choice fight: Flee; the game has"):
        quantal_response(crisis(), 1.0).of("fight", "Flee")
    with pytest.raises(ValueError, match=r"a branch is traced to one above 0"):
        logit_branch(crisis(), 0.0)


def test_backward_induction_says_who_cannot_tell_what_apart() -> None:
    with pytest.raises(ForecastError, match="B cannot tell strong resist, weak resist"):
        backward_induction(types())


def test_ties_are_reported_with_all_that_may_follow() -> None:
    # .1 + .2 and .3 tie as decimals, not as binary numbers.
    game = parse("""EFG 2 R "" { "A" "B" }
        p "m" 1 1 "" { "l" "r" } 0
        t "" 1 "left" { .3 9 }
        c "half" 1 "" { "x" 1/2 "y" 1/2 } 3 "toll" { .1 0 }
        t "" 4 "up" { .4 0 } t "" 5 "down" { 0 1 }""")
    found = backward_induction(game)
    assert [(tie.move, tie.actions) for tie in found.ties] == [("m", ("l", "r"))]
    assert found.possible == ("left", "up", "down")
    assert sequential(game).of("m", "l") == pytest.approx(0.5, abs=1e-6)
