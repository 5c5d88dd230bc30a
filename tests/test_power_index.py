"""Power indices: published values, laws, and routes that must agree."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.power import index, measure, weighted_game
from suasion.power.diagram import Diagram, TooLargeError
from suasion.power.measure import _by_generating_functions, _by_sampling
from suasion.power.pivotal import independent, pivotal
from suasion.power.simple_game import Every, SimpleGame, Some, Vote

# --- published values ------------------------------------------------------------------


def test_council_of_1958_has_the_published_indices():
    """Weights 4 4 4 2 2 1, quota 12: Brams & Affuso 1976, Theory and Decision 7, 29-56."""
    found = measure(
        weighted_game(dict(zip("DFIBNL", (4, 4, 4, 2, 2, 1), strict=True)), 12)
    )
    assert found.method == "diagram"
    assert found.shapley_shubik.value == pytest.approx(
        [7 / 30] * 3 + [3 / 20] * 2 + [0], abs=1e-15
    )
    assert found.banzhaf.value == pytest.approx(
        [0.3125] * 3 + [0.1875] * 2 + [0], abs=1e-15
    )
    assert found.banzhaf_normalised.value == pytest.approx(
        [10 / 42] * 3 + [6 / 42] * 2 + [0], abs=1e-15
    )
    assert found.dummy == (False,) * 5 + (True,)


def test_security_council_has_the_published_indices():
    """Straffin 1994, Handbook of Game Theory 2, chapter 32: 421/2145 and 4/2145 ..."""
    members = tuple(f"P{i}" for i in range(5)) + tuple(f"E{i}" for i in range(10))
    five, nine = Vote((1,) * 5 + (0,) * 10, 5), Vote((1,) * 15, 9)
    diagram = Diagram(SimpleGame(members, Every((five, nine))))
    shapley = index.shapley_shubik(diagram.swings())
    assert shapley == [Fraction(421, 2145)] * 5 + [Fraction(4, 2145)] * 10
    # ... and 848/5080 and 84/5080 of all swings.
    banzhaf = index.normalised(index.banzhaf(diagram.swings()))
    assert banzhaf == [Fraction(848, 5080)] * 5 + [Fraction(84, 5080)] * 10
    found = measure(SimpleGame(members, Every((five, nine))), listed=1)
    assert found.winning.count == math.comb(10, 4)
    assert found.blocking.count == 5 + math.comb(10, 7)
    assert found.veto == (True,) * 5 + (False,) * 10


def test_three_towns_of_nassau_county_decided_nothing():
    """Banzhaf 1965, Rutgers Law Review 19, 339: 31 31 28 21 2 2 of 115 votes."""
    weights = dict(zip("ABCDEF", (31, 31, 28, 21, 2, 2), strict=True))
    found = measure(weighted_game(weights, 58))
    assert found.banzhaf_normalised.value == pytest.approx([1 / 3] * 3 + [0] * 3)
    assert found.dummy == (False,) * 3 + (True,) * 3


def test_public_good_index_may_rank_a_smaller_weight_higher():
    """[51; 35, 20, 15, 15, 15], Holler & Li 1995, Economics Letters 48, by hand here."""
    found = measure(
        weighted_game(dict(zip("ABCDE", (35, 20, 15, 15, 15), strict=True)), 51)
    )
    assert found.holler is not None
    assert found.deegan_packel is not None
    assert found.holler.value == pytest.approx([4 / 15, 2 / 15] + [3 / 15] * 3)
    # Five coalitions: AB, three of A with two of C D E, and BCDE.
    assert found.deegan_packel.value == pytest.approx(
        [(1 / 2 + 3 / 3) / 5, (1 / 2 + 1 / 4) / 5] + [(2 / 3 + 1 / 4) / 5] * 3
    )


# --- two routes ------------------------------------------------------------------------


def games(most=7):
    def over(n):
        votes = st.builds(
            Vote,
            st.tuples(*[st.integers(0, 9)] * n),
            st.integers(1, 5 * n),
        )
        formulas = st.recursive(
            votes,
            lambda parts: st.builds(
                lambda kind, some: kind(tuple(some)),
                st.sampled_from([Every, Some]),
                st.lists(parts, min_size=1, max_size=3),
            ),
            max_leaves=4,
        )
        return st.builds(
            SimpleGame, st.just(tuple(f"actor {i}" for i in range(n))), formulas
        )

    return st.integers(1, most).flatmap(over)


def single_votes(most=7):
    return st.lists(st.integers(0, 12), min_size=1, max_size=most).flatmap(
        lambda weights: st.builds(
            lambda need: SimpleGame(
                tuple(str(i) for i in range(len(weights))), Vote(tuple(weights), need)
            ),
            st.integers(1, sum(weights) + 2),
        )
    )


class Enumerated:
    """All coalitions of a game, one after the other."""

    def __init__(self, game):
        n = len(game.actors)
        self.n = n
        self.rows = np.array(
            list(itertools.product([False, True], repeat=n)), dtype=np.bool_
        )
        self.won = game.wins(self.rows)
        self.wins = {
            tuple(row): won for row, won in zip(self.rows, self.won, strict=True)
        }

    def swings(self):
        counts = [[0] * (self.n + 1) for _ in range(self.n)]
        for row, won in self.wins.items():
            for i in range(self.n):
                if (
                    not row[i]
                    and not won
                    and self.wins[(*row[:i], True, *row[i + 1 :])]
                ):
                    counts[i][sum(row)] += 1
        return counts

    def _minimal(self, wins):
        for row in self.wins:
            smaller = [
                (*row[:i], False, *row[i + 1 :]) for i in range(self.n) if row[i]
            ]
            if wins(row) and not any(wins(other) for other in smaller):
                yield tuple(i for i in range(self.n) if row[i])

    def winning(self):
        return set(self._minimal(lambda row: self.wins[row]))

    def blocking(self):
        return set(
            self._minimal(
                lambda row: not self.wins[tuple(not inside for inside in row)]
            )
        )

    def members(self):
        counts = [[0] * (self.n + 1) for _ in range(self.n)]
        for coalition in self.winning():
            for i in coalition:
                counts[i][len(coalition)] += 1
        return counts


def agree(found, slow):
    swings, members = slow.swings(), slow.members()
    for one, other in (
        (found.shapley_shubik, index.shapley_shubik(swings)),
        (found.banzhaf, index.banzhaf(swings)),
        (found.banzhaf_normalised, index.normalised(index.banzhaf(swings))),
        (found.deegan_packel, index.deegan_packel(members)),
        (found.holler, index.holler(members)),
    ):
        assert one.value == pytest.approx([float(value) for value in other], abs=1e-15)
    assert found.winning.count == len(slow.winning())
    assert found.blocking.count == len(slow.blocking())
    assert found.dummy == tuple(not any(row) for row in swings)


@given(games())
def test_diagram_agrees_with_listing_all_coalitions(game):
    slow = Enumerated(game)
    found = measure(game, listed=200)
    agree(found, slow)
    places = {name: i for i, name in enumerate(game.actors)}
    for family, other in (
        (found.winning, slow.winning()),
        (found.blocking, slow.blocking()),
    ):
        listed = [tuple(places[name] for name in row) for row in family.listed]
        assert set(listed) == other
        assert [len(row) for row in listed] == sorted(len(row) for row in listed)


@given(single_votes())
def test_generating_functions_agree_with_listing_all_coalitions(game):
    agree(_by_generating_functions(game, game.formula), Enumerated(game))


def test_ten_actors_of_a_composed_game_agree_with_listing_all_coalitions():
    people = Vote((83, 68, 59, 48, 37, 19, 18, 12, 11, 5), 234)
    states, chair = Vote((1,) * 10, 6), Vote((0, 0, 1) + (0,) * 7, 1)
    formula = Every((Some((people, Vote((1,) * 10, 8))), states, Some((chair, people))))
    game = SimpleGame(tuple("ABCDEFGHIJ"), formula)
    agree(measure(game), Enumerated(game))


def test_sixty_voters_agree_by_diagram_and_by_generating_functions():
    weights = {str(i): 1 + (i * i * 7919) % 83 for i in range(60)}
    game = weighted_game(weights, sum(weights.values()) // 2 + 1)
    one = measure(game)
    other = _by_generating_functions(game, game.formula)
    assert one.method == "diagram"
    assert (one.shapley_shubik.value == other.shapley_shubik.value).all()
    assert (one.banzhaf.value == other.banzhaf.value).all()
    assert (one.deegan_packel.value == other.deegan_packel.value).all()
    assert (one.holler.value == other.holler.value).all()
    assert one.winning.count == other.winning.count
    assert one.blocking.count == other.blocking.count


# Thousands of people on 1 January 2024: Eurostat, release of 11 July 2024 (rounded).
EU = {
    "Germany": 83445, "France": 68402, "Italy": 58990, "Spain": 48610,
    "Poland": 36621, "Romania": 19064, "Netherlands": 17943, "Belgium": 11832,
    "Czechia": 10901, "Portugal": 10640, "Sweden": 10552, "Greece": 10397,
    "Hungary": 9585, "Austria": 9159, "Bulgaria": 6446, "Denmark": 5961,
    "Finland": 5604, "Slovakia": 5425, "Ireland": 5344, "Croatia": 3862,
    "Lithuania": 2886, "Slovenia": 2124, "Latvia": 1872, "Estonia": 1375,
    "Cyprus": 934, "Luxembourg": 672, "Malta": 563,
}  # fmt: skip


def european_union():
    states = weighted_game(dict.fromkeys(EU, 1.0), 0.55 * 27)
    people = weighted_game(EU, 0.65 * sum(EU.values()))
    # Treaty on European Union, article 16(4): a blocking minority has at least four.
    few = weighted_game(dict.fromkeys(EU, 1.0), 24)
    formula = Every((states.formula, Some((people.formula, few.formula))))
    return SimpleGame(tuple(EU), formula)


def test_union_of_27_agrees_with_a_table_of_states_and_population():
    diagram = Diagram(european_union())
    # Winning coalitions by dynamic programming over members and population.
    people = list(EU.values())
    need = math.ceil(0.65 * sum(people))
    table = np.zeros((28, sum(people) + 1), dtype=np.int64)
    table[0, 0] = 1
    for weight in people:
        for members in range(26, -1, -1):
            table[members + 1, weight:] += table[members, : len(table[0]) - weight]
    sizes = [int(row[need:].sum()) if 15 <= k < 24 else int(row.sum()) * (k >= 24)
             for k, row in enumerate(table)]  # fmt: skip
    assert diagram.sizes(diagram.root) == sizes


def test_union_of_27_sums_to_one_and_follows_population():
    found = measure(european_union())
    for estimate in (found.shapley_shubik, found.banzhaf_normalised):
        assert estimate.value.sum() == pytest.approx(1.0, abs=1e-14)
        assert (np.diff(estimate.value) <= 0.0).all()
    assert found.veto == (False,) * 27
    assert found.blocking.smallest == 4


def test_shapley_is_the_mean_of_the_chance_to_decide_over_equal_leanings():
    """Owen 1972: the integral of a polynomial, by Gauss and Legendre's rule."""
    diagram = Diagram(european_union())
    nodes, shares = np.polynomial.legendre.leggauss(14)
    by_integral = sum(
        share / 2 * independent(diagram, np.full(27, (node + 1) / 2))
        for node, share in zip(nodes, shares, strict=True)
    )
    counted = measure(european_union())
    assert by_integral == pytest.approx(counted.shapley_shubik.value, abs=1e-14)
    assert independent(diagram, np.full(27, 0.5)) == pytest.approx(
        counted.banzhaf.value, abs=1e-14
    )


def test_samples_agree_with_exact_values_within_their_errors():
    game = european_union()
    exact, estimated = measure(game), _by_sampling(game, samples=20_000, seed=7)
    for name in ("shapley_shubik", "banzhaf", "banzhaf_normalised"):
        value, error = getattr(estimated, name)
        off = np.abs(value - getattr(exact, name).value) / error
        assert off.max() < 4.0
        assert 0.3 < np.sqrt((off**2).mean()) < 1.6
    assert estimated.veto == exact.veto
    assert estimated.winning.count is None


def test_pivotal_over_draws_agrees_with_independent_leanings():
    game = european_union()
    chance = np.linspace(0.9, 0.4, 27)
    leaning = np.random.default_rng(7).random((20_000, 27)) < chance
    value, error = pivotal(game, leaning)
    expected = independent(Diagram(game), chance)
    assert (np.abs(value - expected) < 4.0 * error + 1e-3).all()
    assert value.max() > 0.02


def test_what_no_exact_route_can_hold_is_sampled():
    rng = np.random.default_rng(1)
    weights = {str(i): float(weight) for i, weight in enumerate(rng.random(70))}
    game = weighted_game(weights, 0.5 * sum(weights.values()), strict=True)
    with pytest.raises(TooLargeError):
        Diagram(game, most=5000)
    found = measure(game, samples=2000, seed=3)
    assert found.method == "sampled"
    assert found.samples == 2000
    assert found.deegan_packel is None
    assert found.shapley_shubik.value.sum() == pytest.approx(1.0)
    assert (found.shapley_shubik.error[found.shapley_shubik.value > 0] > 0).all()


def test_minimal_coalitions_out_of_reach_are_left_out(monkeypatch):
    one, other = weighted_game({"A": 4, "B": 3, "C": 2, "D": 1}, 6), (1, 3, 2, 4)
    game = SimpleGame(one.actors, Every((one.formula, Vote(other, 6))))
    whole = measure(game)
    # Any three of the four win: two of them are enough to block.
    assert (whole.winning.count, whole.blocking.count) == (4, 6)

    def out_of_reach(self, root):
        raise TooLargeError

    monkeypatch.setattr(Diagram, "_minima", out_of_reach)
    found = measure(game)
    assert found.method == "diagram"
    assert found.winning.count is None
    assert found.deegan_packel is found.holler is None
    assert (found.shapley_shubik.value == whole.shapley_shubik.value).all()


def test_large_whole_weights_are_counted_by_generating_functions(monkeypatch):
    weights = {str(i): 1 + (i * 7919) % 997 for i in range(40)}
    game = weighted_game(weights, 4001)
    monkeypatch.setattr("suasion.power.diagram.MOST_NODES", 1000)
    found = measure(game)
    assert found.method == "generating functions"
    assert found.shapley_shubik.value.sum() == pytest.approx(1.0, abs=1e-14)
    diagram = Diagram(game, most=10**6)
    assert found.winning.count == sum(diagram.sizes(diagram.minimal))


# --- laws ------------------------------------------------------------------------------


@given(games())
def test_efficiency_null_players_and_vetoes(game):
    found = measure(game, listed=200)
    n = len(game.actors)
    all_win = game.wins(np.ones((1, n), dtype=np.bool_))[0]
    none_win = game.wins(np.zeros((1, n), dtype=np.bool_))[0]
    assert not none_win
    for name in ("shapley_shubik", "banzhaf_normalised", "deegan_packel", "holler"):
        assert getattr(found, name).value.sum() == pytest.approx(float(all_win))
    for i, name in enumerate(game.actors):
        inside = [name in coalition for coalition in found.winning.listed]
        assert found.veto[i] == (bool(inside) and all(inside))
        assert found.dummy[i] == (not any(inside))
        if found.dummy[i]:
            assert found.shapley_shubik.value[i] == 0.0


def dual(formula):
    if isinstance(formula, Vote):
        return formula.dual
    other = Some if isinstance(formula, Every) else Every
    return other(tuple(dual(part) for part in formula.parts))


@given(games())
def test_blocking_is_worth_what_winning_is(game):
    one, other = measure(game), measure(SimpleGame(game.actors, dual(game.formula)))
    assert (one.shapley_shubik.value == other.shapley_shubik.value).all()
    assert (one.banzhaf.value == other.banzhaf.value).all()
    assert one.blocking == other.winning
    assert one.winning == other.blocking


@given(games(), st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(game, random):
    order = list(range(len(game.actors)))
    random.shuffle(order)

    def moved(formula):
        if isinstance(formula, Vote):
            return Vote(tuple(formula.weights[i] for i in order), formula.need)
        return type(formula)(tuple(moved(part) for part in formula.parts))

    actors = tuple(game.actors[i] for i in order)
    other = measure(SimpleGame(actors, moved(game.formula)))
    one = measure(game)
    for name in ("shapley_shubik", "banzhaf", "deegan_packel", "holler"):
        before, after = getattr(one, name).value, getattr(other, name).value
        assert (before[order] == after).all()


@given(single_votes())
def test_more_weight_is_never_less_power_and_equal_weight_is_equal(game):
    weights = np.array(game.formula.weights)
    found = measure(game)
    order = np.argsort(weights, kind="stable")
    for estimate in (found.shapley_shubik, found.banzhaf):
        value = estimate.value[order]
        assert (np.diff(value) >= 0.0).all()
        same = np.diff(weights[order]) == 0
        assert (np.diff(value)[same] == 0.0).all()


@given(single_votes(), st.integers(0, 6), st.integers(1, 9))
def test_gaining_weight_never_costs_power(game, who, more):
    weights = list(game.formula.weights)
    who %= len(weights)
    before = measure(game).shapley_shubik.value[who]
    weights[who] += more
    after = SimpleGame(game.actors, Vote(tuple(weights), game.formula.need))
    assert measure(after).shapley_shubik.value[who] >= before


@pytest.mark.parametrize(
    ("weights", "quota", "message"),
    [
        ({"A": math.nan}, 1.0, "weight of A is nan; a weight is finite and 0 or more"),
        ({"A": -1.0}, 1.0, "weight of A is -1.0; a weight is finite and 0 or more"),
        ({"A": 1.0}, 0.0, "quota is 0.0; a quota is finite and above 0"),
        ({"A": 1.0}, math.inf, "quota is inf; a quota is finite and above 0"),
    ],
)
def test_numbers_that_are_no_weights_are_refused(weights, quota, message):
    with pytest.raises(ValueError, match=message):
        weighted_game(weights, quota)


def test_weights_of_any_size_are_compared_as_on_paper():
    tie = weighted_game({"A": 0.1, "B": 0.1, "C": 0.1, "D": 0.3}, 0.3, strict=True)
    rows = np.array([[True, True, True, False], [True, False, False, True]])
    assert tie.wins(rows).tolist() == [False, True]
    wide = weighted_game({"A": 1e300, "B": 1e-300, "C": 1e300}, 1e300, strict=True)
    rows = np.array([[True, True, False], [True, False, True]])
    assert wide.wins(rows).tolist() == [False, True]
    assert measure(wide).dummy == (False, True, False)
