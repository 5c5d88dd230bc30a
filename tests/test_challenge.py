"""Challenges: published numbers, the definition restated, and laws."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.bargaining import weighted_mean, weighted_median
from suasion.bargaining.challenge import challenge, expectations, run
from suasion.bargaining.challenge_course import Rules, expect
from suasion.bargaining.challenge_kernel import _votes
from suasion.bargaining.draws import Array
from suasion.bargaining.outcome import Outcome
from suasion.casefile import load

GOLDEN = Path(__file__).parent / "golden"
BOTH = pytest.mark.parametrize("engine", ["numpy", "numba"])
EC = ("Netherlands", "Belgium", "Luxembourg", "Germany", "France", "Italy", "UK")
EC += ("Ireland", "Denmark", "Greece")


def ec(**parameters: object) -> Outcome:
    """Bueno de Mesquita 1994, p. 78; Scholz, Calbert & Smith 2011, table 1."""
    actors = load("ec-emission-standards").actors
    assert tuple(actor.name for actor in actors) == EC
    return run(
        [[actor.capability.mode for actor in actors]],
        [[[actor.position[0].mode] for actor in actors]],
        [[[actor.salience[0].mode] for actor in actors]],
        low=4,
        high=10,
        actors=EC,
        issues=["delay"],
        **parameters,  # type: ignore[arg-type]
    )


def ec_weight() -> Array:
    actors = load("ec-emission-standards").actors
    return np.array([a.capability.mode * a.salience[0].mode for a in actors])


# Made with the program of Scholz, Calbert & Smith: mean and median by round, then the
# positions of Belgium, Luxembourg and Ireland, the only ones to move.
EC_CENTRES = [
    (7.461314378277189, 8.415932315426764),
    (7.552500865855845, 9.610859134120188),
    (7.590144997451547, 9.961979590401311),
    (7.358130531334201, 9.961979590401311),
    (7.349173989675212, 9.961979590401311),
    (7.414877545372958, 7.47204636191629),
    (7.510457183677219, 8.824593855262423),
    (7.5724470975503, 9.671129769802048),
    (7.324989065683666, 9.671129769802048),
    (7.242130958473938, 7),
]
EC_MOVED = [
    (8.415932315426764, 7, 4),
    (9.610859134120188, 8.415932315426764, 7),
    (9.961979590401311, 9.610859134120188, 8.415932315426764),
    (4.800881140632622, 9.961979590401311, 9.610859134120188),
    (5.524237694197356, 4.800881140632622, 9.961979590401311),
    (7.47204636191629, 5.524237694197356, 5.524237694197356),
    (8.824593855262423, 7.47204636191629, 7.47204636191629),
    (9.671129769802048, 8.824593855262423, 8.824593855262423),
    (4.144849062500606, 9.671129769802048, 9.671129769802048),
    (4.291541224979646, 4.144849062500606, 4.144849062500606),
]


@BOTH
def test_as_published_on_the_ec_table_through_ten_rounds(engine: str) -> None:
    outcome = ec(as_published=True, engine=engine)
    path = outcome.positions[0, :, :, 0]
    weight = np.broadcast_to(ec_weight(), path.shape)
    mean, median = weighted_mean(path, weight), weighted_median(path, weight)
    assert mean[0] == pytest.approx(7.389955686853767, abs=1e-9)
    assert median[0] == 7
    moved = [EC.index(name) for name in ("Belgium", "Luxembourg", "Ireland")]
    centres = np.stack([mean, median], axis=1)
    np.testing.assert_allclose(centres[1:], EC_CENTRES, rtol=0, atol=1e-9)
    np.testing.assert_allclose(path[1:, moved], EC_MOVED, rtol=0, atol=1e-9)
    rest = [i for i in range(10) if i not in moved]
    assert (path[:, rest] == path[0, rest]).all()
    assert outcome.outcome[0, 0] == median[-1] == 7
    assert outcome.parameters["tie_tol"] == 0
    assert outcome.parameters["engine"] == engine
    assert not outcome.converged[0]


@BOTH
def test_as_published_on_the_ec_table_says_who_moved_whom_and_why(engine: str) -> None:
    outcome = ec(as_published=True, engine=engine)
    moves = outcome.moves
    assert [(m.round, m.actor, m.because.split(":")[0]) for m in moves[:3]] == [
        (1, "Belgium", "compromise with France"),
        (1, "Luxembourg", "confrontation with Belgium"),
        (1, "Ireland", "confrontation with Luxembourg"),
    ]
    assert [
        (m.round, m.because.split(":")[0]) for m in moves if m.actor == "Belgium"
    ] == [
        (r, f"compromise with {'Netherlands' if r in (4, 9) else 'France'}")
        for r in range(1, 11)
    ]
    assert moves[0].because.endswith(
        "Belgium expects -0.115 of challenging France, and France to expect 0.243 of "
        "the reverse"
    )
    told = outcome.to_dict()["moves"]
    assert told[0] == {
        "round": 1,
        "actor": "Belgium",
        "issue": "delay",
        "start": 7.0,
        "end": pytest.approx(8.415932315426764),
        "because": moves[0].because,
    }

    assert outcome.mover is not None
    assert outcome.mover.shape == (1, 10, 10, 1)
    taken = {
        (m.round, m.actor): EC.index(m.because.split(":")[0].split(" with ")[1])
        for m in moves
    }
    for t, by in enumerate(outcome.mover[0, :, :, 0], 1):
        assert {(t, EC[i]): j for i, j in enumerate(by) if j >= 0} == {
            key: j for key, j in taken.items() if key[0] == t
        }


@BOTH
def test_as_published_risk_and_utilities_of_round_1_on_the_ec_table(
    engine: str,
) -> None:
    actors = load("ec-emission-standards").actors
    c, x, s = np.array(
        [[a.capability.mode, a.position[0].mode, a.salience[0].mode] for a in actors]
    ).T[:, None]
    own, other, risk = expect(c, x, s, np.array([6.0]), Rules(True, 1, 0), engine)
    expected = dict.fromkeys(("Netherlands", "Germany"), 1.405653) | {
        "Belgium": 0.754196,
        "Luxembourg": 0.508864,
        "France": 1.046524,
        "Italy": 1.046524,
        "UK": 1.964898,
        "Ireland": 0.5,
        "Denmark": 2,
        "Greece": 1.112125,
    }
    assert dict(zip(EC, risk[0], strict=True)) == pytest.approx(expected, abs=5e-7)
    pairs = [
        ("Belgium", "France", -0.11483050347300794, 0.2432965945234421),
        ("Luxembourg", "Belgium", 0.24550922248250817, 0.542246100211495),
        ("Ireland", "Luxembourg", 0.5382377664333493, 0.6824778252511178),
    ]
    for i, j, mine, theirs in pairs:
        assert own[0, EC.index(i), EC.index(j)] == pytest.approx(mine, abs=1e-9)
        assert other[0, EC.index(i), EC.index(j)] == pytest.approx(theirs, abs=1e-9)


@BOTH
@pytest.mark.parametrize(("name", "cycle"), [("a", 3), ("b", None)])
def test_as_published_on_invented_tables_through_eight_rounds(
    name: str, cycle: int | None, engine: str
) -> None:
    # Computed with the published program, for this project.
    expected = json.loads((GOLDEN / f"challenge-{name}.json").read_text())
    with open(GOLDEN / f"challenge-{name}.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    c, x, s = (
        np.array([[float(row[key]) for row in rows]])
        for key in ("Capability", "Position", "Salience")
    )
    arrays = c, x[..., None], s[..., None]
    outcome = run(*arrays, low=0, high=100, as_published=True, rounds=8, engine=engine)
    path = outcome.positions[0, :, :, 0]
    np.testing.assert_allclose(path, expected["positions"], rtol=0, atol=1e-9)
    mean = weighted_mean(path, np.broadcast_to(c * s, path.shape))
    golden = expected["weighted_mean"]
    np.testing.assert_allclose(mean[-len(golden) :], golden, rtol=0, atol=1e-9)
    for t, risk in enumerate(expected["risk_exponent_by_round"]):
        width = np.array([np.ptp(x)])
        found = expect(c, path[t][None], s, width, Rules(True, 1, 0), engine)[2]
        np.testing.assert_allclose(found[0], risk, rtol=0, atol=1e-9)
    assert outcome.parameters["cycle"] == cycle


@BOTH
def test_corrected_on_the_ec_table_all_end_with_the_largest_camp(engine: str) -> None:
    # As on the page of the model.
    outcome = ec(engine=engine)
    path = outcome.positions[0, :, :, 0]
    mean = weighted_mean(path, np.broadcast_to(ec_weight(), path.shape))
    np.testing.assert_allclose(
        mean[[1, 2, 3, 5, 10]], [7.941, 9.278, 9.671, 10, 10], rtol=0, atol=5e-4
    )
    assert outcome.converged[0]
    swapped = path[:2, [EC.index(name) for name in ("Denmark", "France")]]
    assert swapped.tolist() == [[4, 10], [10, 4]]


def restated(
    x: list[float], w: list[float], s: list[float], width: float, q: float
) -> list[float]:
    """The corrected round in plain loops, straight from the definitions."""
    n, all_ = len(x), range(len(x))
    held = [x[m] for m in all_ if w[m] > 0]
    at = float(weighted_median([[v for v, u in zip(x, w, strict=True) if u > 0]],
                               [[u for u in w if u > 0]])[0])  # fmt: skip

    def chance(x: list[float], i: int, j: int, r: list[float]) -> float:
        v = [
            w[k] * ((abs(x[k] - x[j]) / width) ** r[k]
                    - (abs(x[k] - x[i]) / width) ** r[k])
            for k in all_
        ]  # fmt: skip
        total = sum(map(abs, v))
        return sum(max(0, e) for e in v) / total if total > 0 else 0.5

    def expects(x: list[float], i: int, j: int, r: float, rs: list[float]) -> float:
        def u(d: float) -> float:
            return float(2 - 4 * (0.5 - 0.5 * d) ** r)

        g, m = abs(x[i] - x[j]) / width, abs(x[i] - at) / width
        p = chance(x, i, j, rs)
        t = 0.5 if abs(m - g) <= 1e-9 else float(m < g)
        wait = q * u(0) + (1 - q) * (t * u((m + g) / 2) + (1 - t) * u(-(m + g) / 2))
        return s[j] * (p * u(g) + (1 - p) * u(-g)) + (1 - s[j]) * u(g) - wait

    def danger(i: int, place: float) -> float:
        moved = [*x[:i], place, *x[i + 1 :]]
        return sum(
            expects(moved, k, i, 1, [1] * n)
            for k in all_
            if k != i and w[k] > 0 and abs(moved[k] - place) > 1e-9 * width
        )

    risk = []
    for i in all_:
        dangers = [danger(i, place) for place in [*held, x[i]]]
        most, least = max(dangers), min(dangers)
        big = 0.0
        if most - least > 1e-9:
            big = (2 * danger(i, x[i]) - most - least) / (most - least)
        risk.append((1 - big / 3) / (1 + big / 3))
    ends = []
    for i in all_:
        offers = []
        for j in all_:
            if w[j] == 0 or abs(x[i] - x[j]) <= 1e-9 * width:
                continue
            a, b = expects(x, i, j, risk[i], risk), expects(x, j, i, risk[i], risk)
            if b > a > 0:
                offers.append((1, abs(x[i] - x[j]), x[j]))
            elif b > 0 > a and b > -a:
                step = (x[j] - x[i]) * -a / b
                offers.append((2, abs(step), x[i] + step))
            elif b > 0 > a and b < -a:
                offers.append((3, abs(x[i] - x[j]), x[j]))
        ends.append(min(offers, key=lambda o: o[:2])[2] if offers else x[i])
    return ends


def drawn(seed: int, actors: int, draws: int = 1) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    c = rng.uniform(0.1, 2, (draws, actors))
    x = rng.uniform(0, 100, (draws, actors))
    return c, x, rng.uniform(0.05, 1, (draws, actors))


SEED = st.integers(0, 2**32 - 1)
ENGINE = st.sampled_from(["numpy", "numba"])
SIZE = st.integers(2, 7)
VERSION = st.booleans()
Q = st.sampled_from([1, 0.5, 0])


@given(SEED, SIZE, Q, st.booleans(), ENGINE)
def test_a_corrected_round_is_the_definition_restated(
    seed: int, actors: int, q: float, idle: bool, engine: str
) -> None:
    c, x, s = drawn(seed, actors)
    c[0, 0] *= not idle
    got = challenge(c, x, s, low=0, high=100, rounds=1, q=q, engine=engine)[0, 1]
    expected = restated(x[0].tolist(), (c * s)[0].tolist(), s[0].tolist(), 100, q)
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("published", [True, False])
def test_capitulation_is_reached_unless_as_published(published: bool) -> None:
    seen = set()
    for seed in range(10):
        c, x, s = drawn(seed, 6)
        # As published hardly anybody moves where everybody cares.
        s = s if published else 0.6 + 0.4 * s
        arrays = c, x[..., None], s[..., None]
        moves = run(*arrays, low=0, high=100, as_published=published).moves
        seen |= {move.because.split()[0] for move in moves}
    assert seen == {"confrontation", "compromise", "capitulation"} - (
        {"capitulation"} if published else set()
    )


@given(SEED, SIZE, VERSION, ENGINE)
def test_relabelling_actors_changes_nothing(
    seed: int, actors: int, published: bool, engine: str
) -> None:
    # Without ties; with them, the first in file wins.
    c, x, s = drawn(seed, actors)
    order = np.random.default_rng(seed).permutation(actors)
    both = [
        challenge(c[:, p], x[:, p], s[:, p], low=0, high=100, rounds=5,
                  as_published=published, tie_tol=1e-9, engine=engine)
        for p in (np.arange(actors), order)
    ]  # fmt: skip
    np.testing.assert_allclose(both[0][:, :, order], both[1], rtol=0, atol=1e-5)


def test_of_two_equally_near_offers_the_first_in_file_is_taken() -> None:
    x = np.array([[50.0, 20, 80]])
    c, s = np.ones((1, 3)), np.array([[0.1, 1, 1]])
    path = [
        challenge(c, p, s, low=0, high=100, rounds=1)[0, 1, 0]
        for p in (x, x[:, [0, 2, 1]])
    ]
    assert path[0] < 50 < path[1]
    assert path[0] + path[1] == pytest.approx(100)


@given(SEED, SIZE, VERSION, Q, ENGINE)
def test_shift_and_scale_of_the_issue_shift_and_scale_the_outcome(
    seed: int, actors: int, published: bool, q: float, engine: str
) -> None:
    c, x, s = drawn(seed, actors)
    options = {"as_published": published, "q": q, "tie_tol": 1e-9, "rounds": 5}
    options["engine"] = engine
    plain = challenge(c, x, s, low=0, high=100, **options)  # type: ignore[arg-type]
    moved = challenge(3 * c, 7 + 0.3 * x, s, low=7, high=37, **options)  # type: ignore[arg-type]
    np.testing.assert_allclose((moved - 7) / 0.3, plain, rtol=0, atol=1e-5)


@given(SEED, SIZE, Q, ENGINE)
def test_a_corrected_issue_in_the_mirror_has_the_mirrored_outcome(
    seed: int, actors: int, q: float, engine: str
) -> None:
    c, x, s = drawn(seed, actors)
    plain = challenge(c, x, s, low=0, high=100, rounds=5, q=q, engine=engine)
    mirror = challenge(c, 100 - x, s, low=0, high=100, rounds=5, q=q, engine=engine)
    np.testing.assert_allclose(100 - mirror, plain, rtol=0, atol=1e-5)


COARSE = st.lists(
    st.tuples(
        st.sampled_from([0, 0.5, 1, 1, 3]),
        st.sampled_from([0, 25, 50, 50, 75, 100, 50 + 1e-12]),
        st.sampled_from([0, 1e-9, 0.25, 0.5, 1, 1]),
    ),
    min_size=1,
    max_size=6,
).filter(lambda rows: any(c * s > 0 for c, _, s in rows))


@given(COARSE, VERSION, Q, st.sampled_from([0, None]), ENGINE)
def test_positions_are_numbers_within_the_range_whatever_ties_there_are(
    rows: list[tuple[float, float, float]],
    published: bool,
    q: float,
    tie_tol: float | None,
    engine: str,
) -> None:
    c, x, s = np.array(rows, dtype=float).T[:, None]
    path = challenge(
        c, x, s, low=0, high=100, as_published=published, q=q,
        tie_tol=tie_tol, engine=engine,
    )  # fmt: skip
    assert (path >= x.min()).all()
    assert (path <= x.max()).all()


@given(st.floats(0, 100), SEED, SIZE, VERSION, Q, ENGINE)
def test_who_agree_stay(
    place: float, seed: int, actors: int, published: bool, q: float, engine: str
) -> None:
    c, _, s = drawn(seed, actors)
    x = np.full_like(c, place)
    arrays = c, x[..., None], s[..., None]
    outcome = run(*arrays, low=0, high=100, as_published=published, q=q, engine=engine)
    assert (outcome.positions == place).all()
    assert (outcome.outcome == place).all()
    assert outcome.converged.all()
    assert outcome.moves == ()
    assert outcome.parameters["cycle"] is None


@given(SEED, SIZE, Q, st.floats(0, 100), st.booleans(), ENGINE)
def test_an_actor_without_weight_moves_nothing(
    seed: int, actors: int, q: float, place: float, careless: bool, engine: str
) -> None:
    c, x, s = drawn(seed, actors)
    without = challenge(c, x, s, low=0, high=100, q=q, rounds=5, engine=engine)
    more = [[0.0], [place], [0.7]] if not careless else [[2.0], [place], [0.0]]
    arrays = [np.append(a, [b], axis=1) for a, b in zip((c, x, s), more, strict=True)]
    path = challenge(*arrays, low=0, high=100, q=q, rounds=5, engine=engine)
    np.testing.assert_allclose(path[:, :, :-1], without, rtol=0, atol=1e-5)


@given(COARSE, SEED)
def test_one_of_two_prevails(rows: list[tuple[float, float, float]], seed: int) -> None:
    c, x, s = np.array(rows, dtype=float).T
    n, risk = len(x), np.random.default_rng(seed).uniform(0.5, 2, len(x))
    g = np.abs(x[:, None] - x) / 100
    desk = np.zeros((2 * n * n + n, 1))
    desk[: n * n, 0] = (c * s * g**risk).ravel()
    _votes(desk, 0, 2 * n * n, n * n, False, n)
    chance = desk[n * n : 2 * n * n].reshape(n, n)
    assert ((chance >= 0) & (chance <= 1)).all()
    np.testing.assert_allclose(chance + chance.T, 1, rtol=0, atol=1e-15)
    assert (chance[g == 0] == 0.5).all()


@given(SEED, SIZE, VERSION, Q)
def test_offers_are_taken_by_what_is_expected(
    seed: int, actors: int, published: bool, q: float
) -> None:
    c, x, s = drawn(seed, actors)
    rules = {"low": 0, "high": 100, "as_published": published, "q": q}
    own, other = expectations(c, x, s, **rules)  # type: ignore[arg-type]
    assert (np.diagonal(own, axis1=1, axis2=2) == 0).all()
    assert (np.diagonal(other, axis1=1, axis2=2) == 0).all()
    outcome = run(c, x[..., None], s[..., None], rounds=1, **rules)  # type: ignore[arg-type]
    assert outcome.mover is not None
    for i, j in enumerate(outcome.mover[0, 0, :, 0]):
        start, end = x[0, i], outcome.positions[0, 1, i, 0]
        if j < 0:
            assert start == end
            a, b, least = own[0, i], other[0, i], 1e-6
            offered = (a > least) & (b > a + least)
            offered |= (a < -least) & (b > least - a)
            if not published:
                offered |= (a < -least) & (b > least) & (b < -a - least)
            assert not offered.any()
            continue
        a, b = own[0, i, j], other[0, i, j]
        assert b > 0
        share = -a / b if a < 0 and b > -a else 1
        assert end == pytest.approx(start + share * (x[0, j] - start), abs=1e-9)


def test_issues_are_played_one_by_one() -> None:
    c, x, s = drawn(1, 5, 3)
    both = run(
        c, np.stack([x, 100 - x], 2), np.stack([s, s**2], 2), low=0, high=[100, 200]
    )
    first = challenge(c, x, s, low=0, high=100)
    second = challenge(c, 100 - x, s**2, low=0, high=200)
    assert (both.positions == np.stack([first, second], 3)).all()
    assert both.moves == ()
    assert both.rounds == 10
    assert both.issues == ("1", "2")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rounds": 0}, "rounds is 0; at least one is played"),
        ({"q": np.nan}, "q is nan; it is a probability, from 0 to 1"),
        ({"tie_tol": -1}, "tie_tol is -1; it is a small part of the scale"),
        ({"high": 0}, "the scale runs from 0 to 0; low must be below high"),
        ({"salience": [[1, 1.5]]}, "salience[0, 1] is 1.5; it must be between 0 and 1"),
        ({"capability": [[1, np.nan]]}, "capability[0, 1] is nan; it must be at least"),
        ({"position": [[-1, 5]]}, "position[0, 0] is -1.0; it must be on the scale"),
        ({"capability": [[0, 0]]}, "in draw 0 nobody has both capability and salience"),
        ({"engine": "abacus"}, "engine is 'abacus'; it is one of auto, numba, numpy"),
        ({"threads": 0}, "threads is 0; at least one is needed"),
        ({"position": [[1, 5, 7]]}, "have shapes [(1, 2), (1, 3)]; all three must be"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, object], message: str) -> None:
    arguments = {
        "capability": [[1, 1]],
        "position": [[0, 5]],
        "salience": [[1, 1]],
        "low": 0,
        "high": 10,
    } | change
    with pytest.raises(ValueError, match=re.escape(message)):
        challenge(**arguments)  # type: ignore[arg-type]
