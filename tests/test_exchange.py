"""Exchange of positions: golden values, second routes, and laws of trade."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from suasion.bargaining import exchange, logrolling
from suasion.bargaining.exchange import run
from suasion.bargaining.exchange_rate import (
    equal_gain,
    gains,
    largest_gains,
    random_rate,
)
from suasion.bargaining.externality import KINDS, externality
from suasion.bargaining.logrolling import Rules, _play
from suasion.bargaining.logrolling_kernel import _outcome
from suasion.stream import _identity, uniform
from suasion.stream_kernel import _uniform

GOLDEN = Path(__file__).parent / "golden"
SCALE = {"low": 0, "high": 100}
# Actors at 0 and at 100 on both issues: Dijkstra, Van Assen, Stokman & Draaijer 2018.
TOY = {
    "capability": [[1, 1]],
    "position": [[[0, 0], [100, 100]]],
    "salience": [[[0.1, 0.9], [0.6, 0.5]]],
}


def read(name):
    """Capability, position, salience, and names, of a file in the format of Decide."""
    rows = [
        [field.strip("'") for field in line.split("\t")]
        for line in (GOLDEN / f"{name}.csv").read_text().splitlines()
    ]
    actors = [row[1] for row in rows if row[0] == "#A"]
    issues = [row[1] for row in rows if row[0] == "#P"]
    x = np.full((1, len(actors), len(issues)), np.nan)
    s, c = x.copy(), np.ones(x.shape)
    for row in rows:
        if row[0] == "#D":
            place = 0, actors.index(row[1]), issues.index(row[2])
            x[place], s[place], c[place] = map(float, row[3:6])
    return {"capability": c, "position": x, "salience": s}, actors, issues


def bargain(seed, actors, issues, grid=False):
    """Generic data, or round numbers, full of ties."""
    rng = np.random.default_rng(seed)
    shape = 1, actors, issues
    if grid:
        x, s = rng.integers(0, 11, shape) * 10.0, rng.integers(1, 11, shape) / 10
        return {"capability": np.ones((1, actors)), "position": x, "salience": s}
    return {
        "capability": rng.uniform(0.1, 1, (1, actors)),
        "position": rng.uniform(0, 100, shape),
        "salience": rng.uniform(0.05, 1, shape),
    }


SIZES = st.integers(0, 2**32 - 1), st.integers(2, 7), st.integers(2, 4)
RULES = st.sampled_from([None, 0.0, 0.5, 1.0])
GENERIC = st.builds(bargain, *SIZES)
ANY = st.builds(bargain, *SIZES, grid=st.booleans())
LAW = settings(max_examples=40)
# Numba is left out where it is not installed; there, engines cannot differ.
ENGINES = ["numpy", "numba"]
BOTH = pytest.mark.parametrize("engine", ENGINES)


def close(actual, expected, atol=1e-7):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=atol)


def one_round(data, spread=None, seed=1, as_published=False):
    """Play a round; return it with positions, saliences and weights."""
    x, s = (np.nan_to_num(data[key]) for key in ("position", "salience"))
    c = np.nan_to_num(data["capability"])
    w = (c if c.ndim == 3 else c[:, :, None]) * s
    rules = Rules(as_published, spread, 0.0 if as_published else 1e-9)
    course = _play(x, s, w, rules, (seed, 0), engine="numpy", told=True)
    return course.rounds[0], x[0], s[0], w[0]


# --- golden values -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["exchange-a", "exchange-b"])
@pytest.mark.parametrize("rounds", [1, 2, 3])
@BOTH
def test_whole_rounds_as_the_published_program_plays_them(name, rounds, engine):
    data, actors, issues = read(name)
    golden = json.loads((GOLDEN / f"{name}.json").read_text())
    ran = run(
        **data,
        **SCALE,
        actors=actors,
        issues=issues,
        rounds=rounds,
        as_published=True,
        engine=engine,
    )
    told = ran.parameters
    assert golden["float64_agrees"]
    assert told["candidates"] == golden["candidates"]
    assert told["valid"] == golden["valid"]
    assert told["gain_sum"] == pytest.approx(golden["gain_sum"], abs=1e-9)
    assert told["gain_max"] == pytest.approx(golden["gain_max"], abs=1e-9)
    assert told["realised"] == golden["realised_per_round"][:rounds]
    voted = golden["voting_outcome_by_round"][:rounds]
    close(told["voting_outcome"], [[v[issue] for issue in issues] for v in voted], 1e-9)
    assert told["voting_outcome"][-1] == ran.outcome[0].tolist()
    x, w = data["position"], data["capability"] * data["salience"]
    x, w = (np.nan_to_num(array).ravel() for array in (x, w))
    before, _ = _outcome(x, w, len(issues))
    close(before, [golden["initial_outcome"][issue] for issue in issues], 1e-9)


@pytest.mark.parametrize("name", ["exchange-a", "exchange-b"])
def test_gains_in_the_order_of_the_published_program(name):
    data, *_ = read(name)
    golden = json.loads((GOLDEN / f"{name}.json").read_text())["gains_round1"]
    played, *_ = one_round(data, as_published=True)
    close(played.gain, np.stack([golden, golden], axis=1), 1e-9)


@pytest.mark.parametrize("as_published", [True, False])
@BOTH
def test_toy_of_dijkstra_van_assen_stokman_draaijer_2018(as_published, engine):
    ran = run(**TOY, **SCALE, rounds=1, as_published=as_published, engine=engine)
    close(ran.outcome, [[100, 200 / 7]], 1e-12)
    assert ran.parameters["gain_max"] == pytest.approx(5, abs=1e-12)
    ends = {(move.actor, move.issue): move.end for move in ran.moves}
    assert ends == pytest.approx({("1", "1"): 100, ("2", "2"): 80})
    own = [ran.parameters["externalities"][actor]["own"] for actor in "12"]
    assert own == [{"gains": pytest.approx(5), "losses": 0}] * 2
    # Positions follow by 0.4 (1 - s) + 0.1 of the way.
    close(ran.positions[0, 1], [[46, 0], [100, 94]], 1e-12)


@BOTH
def test_toy_at_a_random_rate(engine):
    draws = 4000
    data = {key: np.repeat(value, draws, axis=0) for key, value in TOY.items()}
    ran = run(**data, **SCALE, rounds=1, spread=1.0, engine=engine)
    first, second = ran.outcome.T
    d_p, d_q = first - 600 / 7, 250 / 7 - second
    worth = gains([[0.6], [0.5], [0.1], [0.9]], np.stack([d_p, d_q]))
    assert (worth > -1e-9).all()
    # The frontier is a line from (0, 14) over (5, 5) to (7.78, 0).
    close(worth[1], 14 - 1.8 * worth[0], 1e-9)
    for gain, mean, deviation in zip(worth, [40 / 9, 6], [2.26, 4.07], strict=True):
        assert gain.mean() == pytest.approx(mean, abs=4 * deviation / draws**0.5)
        assert gain.std() == pytest.approx(deviation, rel=0.05)


# --- two routes --------------------------------------------------------------------


@LAW
@given(st.integers(0, 2**32 - 1))
def test_rates_solve_the_linear_programmes_that_define_them(seed):
    rng = np.random.default_rng(seed)
    s, full = rng.uniform(0.05, 1, 4), rng.uniform(0.1, 20, 2)
    if s[0] * s[3] < s[1] * s[2]:
        s = s[[1, 0, 3, 2]]
    mine, yours = np.array([s[0], -s[1]]), np.array([-s[2], s[3]])
    bounds = [(0, full[0]), (0, full[1])]
    equal = linprog(-mine, A_eq=[mine - yours], b_eq=[0], bounds=bounds)
    assert gains(s, equal_gain(s, full)).tolist() == pytest.approx([-equal.fun] * 2)
    best = [
        -linprog(-goal, A_ub=[-other], b_ub=[0], bounds=bounds).fun
        for goal, other in ((mine, yours), (yours, mine))
    ]
    assert largest_gains(s, full).tolist() == pytest.approx(best)
    shift = random_rate(s, full, rng.uniform(size=3), 1.0)
    drawn = gains(s, shift)
    assert (drawn > -1e-9).all()
    # On the frontier: with the first left what it has, the second cannot have more.
    more = linprog(-yours, A_ub=[-mine], b_ub=[-drawn[0]], bounds=bounds)
    assert drawn[1] == pytest.approx(-more.fun, abs=1e-7)


@LAW
@given(GENERIC)
def test_without_spread_the_random_rate_is_equal_gain(data):
    equal, random = (run(**data, **SCALE, rounds=2, spread=p) for p in (None, 0.0))
    close(random.outcome, equal.outcome)


@LAW
@given(ANY, RULES)
def test_moves_lead_to_the_votes(data, spread):
    ran = run(**data, **SCALE, rounds=2, spread=spread)
    for t, outcome in enumerate(ran.parameters["voting_outcome"]):
        vote = ran.positions[0, t].copy()
        for move in (move for move in ran.moves if move.round == t + 1):
            place = ran.actors.index(move.actor), ran.issues.index(move.issue)
            assert vote[place] == pytest.approx(move.start, abs=1e-9)
            vote[place] = move.end
        w = data["capability"][0][:, None] * data["salience"][0]
        close((w * vote).sum(axis=0) / w.sum(axis=0), outcome)
    assert len(ran.moves) == 2 * sum(ran.parameters["realised"])


@LAW
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**40), st.text(max_size=9))
def test_kernels_draw_the_numbers_of_streams(seed, start, variable):
    at = np.arange(start, start + 9)
    with np.errstate(over="ignore"):
        drawn = _uniform(np.uint64(seed), np.uint64(_identity(variable)), at)
    assert (drawn == uniform(seed, variable, start, start + 9)).all()


def same(a, b):
    """Whether two outcomes are the same, to the last bit."""
    arrays = ("positions", "outcome", "converged")
    left_out = {"engine", "first_draw"}
    told = [
        {key: value for key, value in ran.parameters.items() if key not in left_out}
        for ran in (a, b)
    ]
    return (
        all(
            np.array_equal(getattr(a, n), getattr(b, n), equal_nan=True) for n in arrays
        )
        and a.moves == b.moves
        and told[0] == told[1]
    )


@LAW
@given(ANY, RULES, st.booleans(), st.integers(0, 9), st.booleans())
def test_engines_agree_to_the_last_bit(data, spread, as_published, seed, gap):
    if gap:
        data["position"][0, 0, 0] = np.nan
    rules = {"spread": spread, "as_published": as_published, "seed": seed}
    a, b = (run(**data, **SCALE, **rules, engine=engine) for engine in ENGINES)
    assert same(a, b)


@pytest.mark.parametrize("spread", [None, 1.0])
@BOTH
def test_exchanges_beyond_the_room_at_first_are_told_too(spread, engine, monkeypatch):
    data = bargain(3, 7, 4)
    whole = run(**data, **SCALE, spread=spread, engine=engine)
    assert sum(whole.parameters["realised"]) > 5
    monkeypatch.setattr(logrolling, "_TOLD", 5)
    monkeypatch.setattr(logrolling, "_DRAWN", 1)
    assert same(whole, run(**data, **SCALE, spread=spread, engine=engine))


# --- laws of trade -----------------------------------------------------------------


@LAW
@given(ANY, RULES, st.integers(0, 9))
def test_no_partner_loses_and_at_equal_gain_both_truly_gain_the_same(
    data, spread, seed
):
    played, x, s, _ = one_round(data, spread, seed)
    effect, kind = externality(
        x, s, played.outcome, played.exchange, before=played.before, after=played.after
    )
    true = np.take_along_axis(effect, played.exchange[:, :2], axis=1)
    close(true, played.gain, 1e-9)
    assert (true > -1e-9).all()
    assert (kind == 0).sum() == 2 * len(played.exchange)
    if not spread:
        close(true[:, 0], true[:, 1], 1e-9)
        assert (true >= 0.999e-10).all()


@LAW
@given(ANY, RULES)
def test_outcomes_and_positions_stay_within_the_range_of_positions(data, spread):
    ran = run(**data, **SCALE, rounds=3, spread=spread)
    x = data["position"]
    low, high = x.min(axis=1) - 1e-9, x.max(axis=1) + 1e-9
    assert ((low <= ran.outcome) & (ran.outcome <= high)).all()
    assert ((low <= ran.positions[0]) & (ran.positions[0] <= high)).all()


@LAW
@given(GENERIC, RULES)
def test_mirrored_scales_mirror_the_outcome(data, spread):
    mirrored = data | {"position": 100 - data["position"]}
    a, b = (run(**d, **SCALE, rounds=3, spread=spread) for d in (data, mirrored))
    close(100 - b.outcome, a.outcome)
    close(100 - b.positions, a.positions)


@LAW
@given(GENERIC, st.randoms(use_true_random=False))
def test_labels_do_not_matter(data, random):
    actors, issues = (list(range(n)) for n in data["position"].shape[1:])
    random.shuffle(actors)
    random.shuffle(issues)
    place = np.ix_([0], actors, issues)
    shuffled = {key: data[key][place] for key in ("position", "salience")}
    shuffled["capability"] = data["capability"][:, actors]
    a, b = (run(**d, **SCALE, rounds=3) for d in (data, shuffled))
    close(b.outcome, a.outcome[:, issues])
    close(b.positions, a.positions[np.ix_([0], range(4), actors, issues)])


@LAW
@given(GENERIC, st.floats(1e-6, 1e6), st.floats(-1e3, 1e3), st.floats(0.01, 1e3))
def test_units_of_capability_and_of_scales_do_not_matter(data, unit, shift, scale):
    a = run(**data, **SCALE, rounds=2)
    moved = data | {
        "capability": data["capability"] * unit,
        "position": np.clip(
            shift + scale * data["position"], shift, shift + scale * 100
        ),
    }
    b = run(**moved, low=shift, high=shift + scale * 100, rounds=2)
    close((b.outcome - shift) / scale, a.outcome, 1e-6)


@LAW
@given(ANY, RULES, st.booleans())
def test_identical_saliences_leave_nothing_to_exchange(data, spread, as_published):
    same = data | {"salience": np.repeat(data["salience"][:, :1], 1, axis=1)}
    same["salience"] = np.broadcast_to(same["salience"], data["salience"].shape)
    ran = run(**same, **SCALE, spread=spread, as_published=as_published)
    assert ran.parameters["valid"] == 0
    assert ran.moves == ()
    assert ran.converged.all()
    close(ran.positions, np.broadcast_to(ran.positions[:, :1], ran.positions.shape))


@LAW
@given(ANY, RULES)
def test_all_in_one_place_stay_there(data, spread):
    data["position"][:] = data["position"][:, :1]
    ran = run(**data, **SCALE, spread=spread)
    assert ran.moves == ()
    close(ran.outcome, data["position"][:, 0])


@LAW
@given(GENERIC, st.integers(0, 7))
def test_who_has_no_capability_moves_nothing(data, place):
    place %= data["position"].shape[1] + 1
    added = {
        key: np.insert(data[key], place, 50.0 if key == "position" else 0.5, axis=1)
        for key in data
    }
    added["capability"][0, place] = 0
    a, b = (run(**d, **SCALE, rounds=2) for d in (data, added))
    close(b.outcome, a.outcome)
    assert (b.positions[0, :, place] == 50).all()


def test_a_pair_without_data_takes_no_part():
    data = bargain(4, 5, 3)
    data["position"][0, 2, 1] = np.nan
    ran = run(**data, **SCALE)
    assert np.isnan(ran.positions[0, :, 2, 1]).all()
    assert np.isfinite(np.delete(ran.positions[0].reshape(11, -1), 7, axis=1)).all()
    assert ("3", "2") not in {(move.actor, move.issue) for move in ran.moves}
    assert np.isfinite(ran.outcome).all()


@pytest.mark.parametrize("spread", [None, 1.0])
@BOTH
def test_draws_depend_neither_on_chunks_nor_on_threads(spread, engine, monkeypatch):
    data = {key: np.repeat(v, 6, axis=0) for key, v in bargain(7, 6, 3, True).items()}
    rules = {"rounds": 2, "spread": spread, "engine": engine}
    whole = run(**data, **SCALE, **rules, seed=5)
    part = {key: value[2:5] for key, value in data.items()}
    again = run(**part, **SCALE, **rules, seed=5, first_draw=2)
    assert (whole.positions[2:5] == again.positions).all()
    assert (whole.outcome[2:5] == again.outcome).all()
    for chunk, threads in ((1, 3), (2, 1), (4, 2)):
        monkeypatch.setattr(logrolling, "_CHUNK", chunk)
        assert same(whole, run(**data, **SCALE, **rules, seed=5, threads=threads))
    # Ties and rates differ from draw to draw, and with the seed.
    assert len(np.unique(whole.outcome, axis=0)) > 1
    other = run(**data, **SCALE, **rules, seed=6)
    assert (other.outcome != whole.outcome).any()


def test_a_guard_on_one_side_only_is_published_and_corrected():
    data, *_ = read("exchange-b")
    mirrored = data | {"position": 100 - data["position"]}
    for as_published, most in ((True, 4.4), (False, 0)):
        a, b = (run(**d, **SCALE, as_published=as_published) for d in (data, mirrored))
        assert np.abs(100 - b.outcome - a.outcome).max() == pytest.approx(most, abs=0.1)


@pytest.mark.parametrize(("as_published", "unequal"), [(True, 8), (False, 0)])
def test_demanders_already_passed_gain_as_published_only(as_published, unequal):
    data, *_ = read("exchange-a")
    ran = run(**data, **SCALE, as_published=as_published)
    found = 0
    for path in ran.positions[0, :-1]:
        data = data | {"position": path[None]}
        one, x, s, _ = one_round(data, as_published=as_published)
        effect, _ = externality(
            x, s, one.outcome, one.exchange, before=one.before, after=one.after
        )
        true = np.take_along_axis(effect, one.exchange[:, :2], axis=1)
        found += int((np.abs(true[:, 0] - true[:, 1]) > 1e-9).sum())
    assert found == unequal


def test_externalities_by_hand():
    # The third demands what the first does, the fourth stands on the other diagonal.
    effect, kind = externality(
        [[0, 0], [100, 100], [10, 20], [0, 100]],
        [[0.1, 0.9], [0.6, 0.5], [0.5, 0.4], [1, 1]],
        [50, 50],
        [[1, 0, 0, 1]],
        before=[[50, 50]],
        after=[[60, 45]],
    )
    close(effect, [[3.5, 3.5, -3, -15]], 1e-12)
    assert [KINDS[k] for k in kind[0]] == ["own", "own", "inner", "outer"]


# --- bad input ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"salience": [[[0.1, 90], [0.6, 50]]]}, r"salience of A on q is 90.*100"),
        ({"salience": [[[0.1, np.nan], [0.6, 0.5]]]}, "salience of A on q is nan"),
        ({"position": [[[0, 0], [100, 101]]]}, "position of B on q is 101"),
        ({"position": [[[0, np.inf], [100, 1]]]}, "position of A on q is inf"),
        ({"capability": [[-1, 1]]}, "capability of A on p is -1"),
        ({"capability": [1, 1]}, "a single draw is array"),
        ({"salience": [[[0, 0.9], [0, 0.5]]]}, "nobody has both .* on p"),
        ({"low": 100}, "scale of p runs from 100"),
        ({"rounds": 0}, "rounds is 0"),
        ({"spread": 1.5}, "spread is 1.5"),
        ({"spread": np.nan}, "spread is nan"),
        ({"salience_weight": 0.95}, "at most 1 together"),
        ({"tie_tol": -1}, "tie_tol is -1"),
        ({"seed": -1}, "seed is -1"),
        ({"engine": "fortran"}, "engine is 'fortran'"),
        ({"threads": 0}, "threads is 0"),
    ],
)
def test_bad_input_is_refused_by_name(change, message):
    with pytest.raises(ValueError, match=message):
        run(**(TOY | SCALE | {"actors": ["A", "B"], "issues": ["p", "q"]} | change))


def test_exchanges_have_four_numbers():
    with pytest.raises(ValueError, match="a row of four numbers"):
        externality([[0]], [[1]], [0], [[1, 2]], before=[[0, 0]], after=[[0, 0]])


def test_saliences_and_capabilities_may_be_as_small_as_numbers_go():
    data = bargain(1, 4, 3)
    data["salience"][0, 0, 0] = 5e-324
    data["salience"][0, 1, 1] = 1e-200
    data["capability"][0, 2] = 1e-310
    assert np.isfinite(exchange.run(**data, **SCALE, spread=1.0).outcome).all()
