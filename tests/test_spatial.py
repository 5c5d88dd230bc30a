"""Spatial bargaining against the original's own numbers, and the laws it must obey.

The inputs of the golden files were invented; their values were computed with KTAB's
program `smpc` (2019). A single parameter is changed in each run but the first.
"""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from suasion.bargaining import course, course_kernel, spatial
from suasion.bargaining.condorcet import PCE_MODELS, VOTING_RULES, condorcet
from suasion.bargaining.condorcet_kernel import victory
from suasion.bargaining.course import THIRD_PARTY_COMMITS, _settings
from suasion.bargaining.draws import Array
from suasion.bargaining.proposal_kernel import Ways, support_of

GOLDEN = Path(__file__).parent / "golden"
NAMES = {name.replace("_", ""): name for name in spatial.OPTIONS}
Numbers = tuple[Array, Array, Array]
engines = pytest.mark.parametrize("engine", ["numba", "numpy"])


def table(letter: str) -> Numbers:
    with (GOLDEN / f"spatial-{letter}.csv").open(encoding="utf-8") as file:
        rows = [[float(cell) for cell in row[2:]] for row in list(csv.reader(file))[2:]]
    numbers = np.array(rows)
    return numbers[None, :, 0], numbers[None, :, 1::2], numbers[None, :, 2::2] / 100


def golden(letter: str) -> list[dict[str, Any]]:
    text = (GOLDEN / f"spatial-{letter}.json").read_text(encoding="utf-8")
    runs: list[dict[str, Any]] = json.loads(text)["runs"]
    return runs


CHANGES = [
    pytest.param(letter, run, id="-".join([letter, *run["set"].values()]))
    for letter in "abc"
    for run in golden(letter)
]


@engines
@pytest.mark.parametrize(("letter", "run"), CHANGES)
def test_the_original_is_reproduced(
    letter: str, run: dict[str, Any], engine: str
) -> None:
    changed = {NAMES[name.lower()]: value for name, value in run["set"].items()}
    scale = {"low": 0, "high": 100, "as_published": True, "engine": engine}
    outcome = spatial.run(*table(letter), **scale, **changed)
    assert outcome.parameters["engine"] == engine
    assert outcome.rounds == run["states"] - 1
    np.testing.assert_allclose(
        outcome.positions[0, -1], run["final"], rtol=0, atol=1e-9
    )
    assert outcome.converged.all()


@pytest.mark.parametrize("letter", ["a", "b", "c"])
def test_the_first_turn_and_the_elections_of_the_original(letter: str) -> None:
    run = golden(letter)[0]
    c, x, s = table(letter)
    scale = {"low": 0, "high": 100, "as_published": True}
    outcome = spatial.run(c, x, s, **scale)
    np.testing.assert_allclose(outcome.positions[0, 1], run["first"], rtol=0, atol=1e-9)
    risk, chance = spatial.standing(c, x, s, **scale)
    np.testing.assert_allclose(risk[0], run["risk0"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(chance[0], run["prob0"], rtol=0, atol=1e-9)
    _, chance = spatial.standing(c, outcome.positions[:, -1], s, **scale)
    np.testing.assert_allclose(chance[0], run["probfinal"], rtol=0, atol=1e-9)


def invented(seed: int, actors: int = 5, issues: int = 2, draws: int = 1) -> Numbers:
    rng = np.random.default_rng(seed)
    salience = rng.dirichlet(np.ones(issues), (draws, actors))
    return (
        rng.uniform(5, 100, (draws, actors)),
        rng.uniform(0, 100, (draws, actors, issues)),
        salience * rng.uniform(0.3, 1, (draws, actors, 1)),
    )


SETTINGS = st.fixed_dictionaries(
    {name: st.sampled_from(options) for name, options in spatial.OPTIONS.items()}
).map(lambda settings: settings | {"rounds": 12})


@given(
    st.integers(0, 10_000),
    st.integers(1, 8),
    st.integers(1, 3),
    SETTINGS,
    st.sets(st.sampled_from(spatial.CORRECTIONS)),
    st.booleans(),
)
def test_compiled_or_not_the_bits_are_the_same(
    seed: int,
    actors: int,
    issues: int,
    settings: dict[str, Any],
    corrections: set[str],
    tied: bool,
) -> None:
    c, x, s = invented(seed, actors, issues)
    if tied:
        x = np.round(x, -1)
    share = np.random.default_rng(seed).dirichlet(np.ones(actors), actors)
    scale = {"low": 0, "high": 100, "corrections": corrections, **settings}
    numba, numpy = (
        spatial.run(c, x, s, **scale, accommodation=0.9 * share, engine=engine)
        for engine in ("numba", "numpy")
    )
    np.testing.assert_array_equal(numba.positions, numpy.positions)
    np.testing.assert_array_equal(numba.mover, numpy.mover)
    assert numba.parameters["cycle"] == numpy.parameters["cycle"]
    assert (numba.converged == numpy.converged).all()


@engines
@given(
    st.integers(0, 10_000),
    st.integers(1, 6),
    st.integers(1, 3),
    SETTINGS,
    st.booleans(),
)
def test_every_case_ends_on_its_scale(
    engine: str,
    seed: int,
    actors: int,
    issues: int,
    settings: dict[str, Any],
    published: bool,
) -> None:
    c, x, s = invented(seed, actors, issues)
    settings = settings | {"as_published": published, "engine": engine}
    if published:
        # There the receiver's chance is a gain, and may be below 0.
        settings |= {"bargn_model": "InitOnlyInterp"}
    outcome = spatial.run(c, x, s, low=0, high=100, **settings)
    assert ((outcome.positions >= 0) & (outcome.positions <= 100)).all()
    assert (outcome.outcome >= outcome.positions[:, -1].min(axis=1) - 1e-9).all()
    assert (outcome.outcome <= outcome.positions[:, -1].max(axis=1) + 1e-9).all()


@engines
@given(SETTINGS, st.integers(1, 5), st.booleans())
def test_nobody_moves_where_all_agree(
    engine: str, settings: dict[str, Any], actors: int, published: bool
) -> None:
    c, x, s = invented(1, actors)
    x = np.full_like(x, 37.5)
    settings = settings | {"as_published": published, "engine": engine}
    outcome = spatial.run(c, x, s, low=0, high=100, **settings)
    assert (outcome.positions[:, 0] == 37.5).all()
    np.testing.assert_allclose(outcome.positions, 37.5, rtol=1e-15)
    assert outcome.moves == ()
    assert (outcome.mover == -1).all()
    assert outcome.rounds == 2
    assert outcome.converged.all()
    risk, _ = spatial.standing(c, x, s, low=0, high=100, as_published=published)
    assert (risk == 0).all()


@engines
@examples(max_examples=50)
@given(st.integers(0, 10_000))
def test_names_do_not_matter(engine: str, seed: int) -> None:
    c, x, s = invented(seed)
    order = np.random.default_rng(seed).permutation(c.shape[1])
    once = spatial.run(c, x, s, low=0, high=100, engine=engine)
    other = spatial.run(
        c[:, order], x[:, order], s[:, order], low=0, high=100, engine=engine
    )
    np.testing.assert_allclose(other.positions, once.positions[:, :, order], atol=1e-8)
    np.testing.assert_allclose(other.outcome, once.outcome, atol=1e-8)


@engines
@examples(max_examples=50)
@given(st.integers(0, 10_000))
def test_mirror(engine: str, seed: int) -> None:
    c, x, s = invented(seed)
    once = spatial.run(c, x, s, low=0, high=100, engine=engine)
    mirrored = spatial.run(c, 100 - x, s, low=0, high=100, engine=engine)
    np.testing.assert_allclose(100 - mirrored.positions, once.positions, atol=1e-8)


@engines
@examples(max_examples=50)
@given(
    st.integers(0, 10_000),
    st.floats(0.01, 1000),
    st.floats(-1000, 1000),
    st.floats(0.001, 1000),
)
def test_units_do_not_matter(
    engine: str, seed: int, width: float, low: float, unit: float
) -> None:
    c, x, s = invented(seed)
    once = spatial.run(c, x, s, low=0, high=100, engine=engine)
    other = spatial.run(
        unit * c,
        np.clip(low + width * x / 100, low, low + width),
        s,
        low=low,
        high=low + width,
        engine=engine,
    )
    back = (other.positions - low) / width * 100
    assert other.rounds == once.rounds
    np.testing.assert_allclose(back, once.positions, atol=1e-6)


@engines
@pytest.mark.parametrize("transitions", ["Deterministic", "Stochastic"])
def test_a_draw_has_the_same_bits_alone_and_in_company(
    transitions: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    c, x, s = invented(3, draws=12)
    settings = {"low": 0, "high": 100, "state_transitions": transitions, "rounds": 20}
    settings["engine"] = engine
    whole = spatial.run(c, x, s, **settings)
    for draw in (0, 5, 11):
        one = slice(draw, draw + 1)
        alone = spatial.run(c[one], x[one], s[one], **settings, first_draw=draw)
        course_of_it = whole.positions[draw, : alone.rounds + 1]
        assert (alone.positions[0] == course_of_it).all()
        assert (alone.outcome == whole.outcome[one]).all()
    monkeypatch.setattr(course, "_CHUNK", 5)
    for threads in (1, 2, 3):
        parts = spatial.run(c, x, s, **settings, threads=threads)
        assert (parts.positions == whole.positions).all()
        assert (parts.mover == whole.mover).all()


def test_chance_takes_each_offer_as_often_as_it_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chances: list[Array] = []
    settle = course_kernel.settle

    def listening(*arguments: Any) -> tuple[Array, Array]:
        chance, share = settle(*arguments)
        chances.append(chance * share)
        return chance, share

    c, x, s = (np.repeat(numbers, 4000, axis=0) for numbers in invented(8, 2, 1))
    scale = {"low": 0, "high": 100, "rounds": 1, "least_rounds": 1}
    scale["state_transitions"] = "Stochastic"
    outcome = spatial.run(c, x, s, **scale, engine="numba")
    stays = (outcome.positions[:, 1] == outcome.positions[:, 0]).mean(axis=0).ravel()
    monkeypatch.setattr(course_kernel, "settle", listening)
    spatial.run(c[:1], x[:1], s[:1], **scale, engine="numpy")
    expected = {round(float(chance[0]), 12) for chance in chances}
    assert len(expected) == 1
    np.testing.assert_allclose(stays, expected.pop(), atol=4 * 0.5 / 4000**0.5)


def test_a_cycle_is_named_and_ends_the_run() -> None:
    settings = {"low": 0, "high": 100, "victory_prob_model": "Square"}
    outcome = spatial.run(*table("a"), **settings, corrections=["victory"])
    assert outcome.parameters["cycle"] == 2
    assert not outcome.converged.any()
    last, before, first = outcome.positions[0, [-1, -2, -3]]
    np.testing.assert_allclose(last, first, atol=1e-7)
    assert np.abs(last - before).max() > 0.01


def test_moves_lead_from_the_first_positions_to_the_last() -> None:
    outcome = spatial.run(*table("b"), low=0, high=100, actors=list("ABCDEF"))
    there = dict(zip(outcome.actors, outcome.positions[0, 0], strict=True))
    there = {actor: position.copy() for actor, position in there.items()}
    for move in outcome.moves:
        k = outcome.issues.index(move.issue)
        assert there[move.actor][k] == move.start
        there[move.actor][k] = move.end
        pair = move.because.split("by ")[1].split(" to ")
        assert outcome.mover is not None
        mover = outcome.mover[0, move.round - 1, outcome.actors.index(move.actor), k]
        assert {move.actor, outcome.actors[mover]} == {*pair}
    for actor, last in zip(outcome.actors, outcome.positions[0, -1], strict=True):
        assert (there[actor] == last).all()


def ways(commit: str, rule: str, corrected: bool) -> Ways:
    settings = {name: options[0] for name, options in spatial.OPTIONS.items()}
    settings |= {"third_party_commit": commit, "voting_rule": rule}
    corrections = ("third_parties",) if corrected else ()
    course_of = {"rounds": 1, "least_rounds": 1, "stop_ratio": 1, "as_published": False}
    return _settings({**settings, **course_of, "corrections": corrections})[2]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from(VOTING_RULES))
def test_a_third_party_supports_whom_it_prefers(
    first: float, second: float, chance: float, rule: str
) -> None:
    a, b, before = (np.array([v]) for v in (first, second, 0.1 + chance))
    none, semi, full = (
        support_of(
            7.0, a, b, np.ones(1), before, 1.2 - before, ways(commit, rule, True)
        )
        for commit in THIRD_PARTY_COMMITS
    )
    assert np.sign(full) == np.sign(a - b) or abs(first - second) < 1e-100
    assert semi == full / 2
    assert none == 0


def test_as_published_a_third_party_supports_whom_it_dislikes_more() -> None:
    one = np.ones(1)
    semi, full = (
        support_of(
            *(1.0, 0.6 * one, 0.2 * one, one, one, 1.4 * one),
            ways(commit, "Prop", False),
        )
        for commit in ("SemiCommit", "FullCommit")
    )
    assert semi < 0
    assert full == 0


@engines
@given(
    st.integers(0, 10_000),
    st.integers(2, 5),
    st.sampled_from(PCE_MODELS),
    st.sampled_from(VOTING_RULES),
)
def test_a_copy_of_an_option_changes_nothing(
    engine: str, seed: int, options: int, model: str, rule: str
) -> None:
    rng = np.random.default_rng(seed)
    utility, weight = rng.random((1, 4, options)), rng.uniform(1, 9, (1, 4))
    settings = {"pce_model": model, "voting_rule": rule, "engine": engine}
    once = condorcet(utility, weight, **settings)
    copied = np.concatenate([utility[:, :, -1:], utility], axis=2)
    twice = condorcet(copied, weight, **settings)
    np.testing.assert_allclose(twice[:, 1:], once, atol=3e-6)
    np.testing.assert_allclose(twice[:, 0], once[:, -1], atol=3e-6)
    np.testing.assert_allclose(once.sum(), 1, rtol=1e-12)


@given(st.integers(0, 10_000), st.sampled_from(PCE_MODELS))
def test_the_order_of_options_does_not_matter(seed: int, model: str) -> None:
    rng = np.random.default_rng(seed)
    utility, weight = rng.random((1, 4, 3)), rng.uniform(1, 9, (1, 4))
    settings = {"pce_model": model, "voting_rule": "ASymProsp"}
    back = condorcet(utility[:, :, ::-1], weight, **settings)[:, ::-1]
    np.testing.assert_allclose(back, condorcet(utility, weight, **settings), atol=1e-12)


def test_as_published_the_later_of_two_is_worse_off() -> None:
    settings = {"voting_rule": "ASymProsp", "as_published": True}
    chance = condorcet([[[1, 0], [0, 1]]], [[1, 1]], **settings)
    np.testing.assert_allclose(chance, [[0.6, 0.4]], rtol=1e-7)


@given(
    st.floats(1e-8, 1e8),
    st.floats(1e-8, 1e8),
    st.integers(0, len(spatial.OPTIONS["victory_prob_model"]) - 1),
)
def test_one_of_two_prevails(one: float, other: float, model: int) -> None:
    a, b = np.array([one]), np.array([other])
    np.testing.assert_allclose(victory(a, b, model) + victory(b, a, model), 1)
    if one > other:
        assert victory(a, b, model) >= 0.5


def test_who_does_not_accommodate_itself_keeps_its_ideal() -> None:
    c, x, s = table("a")
    count = c.shape[1]
    scale = {"low": 0, "high": 100}
    usual = spatial.run(c, x, s, **scale)
    same = spatial.run(c, x, s, **scale, accommodation=np.eye(count))
    assert (same.positions == usual.positions).all()
    fixed = spatial.run(c, x, s, **scale, accommodation=np.zeros((count, count)))
    assert (fixed.positions[:, 1] == usual.positions[:, 1]).all()
    assert np.abs(fixed.positions[0, -1] - usual.positions[0, -1]).max() > 1


def test_more_heed_than_can_be_had_is_shared_out() -> None:
    c, x, s = invented(4)
    full = s / s.sum(axis=2, keepdims=True)
    large = full / full.max()
    whole = spatial.run(c, x, large, low=0, high=100)
    np.testing.assert_allclose(
        whole.positions, spatial.run(c, x, full, low=0, high=100).positions, atol=1e-8
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"voting_rule": "prop"}, r"voting_rule is 'prop'; it is one of Binary"),
        ({"corrections": ["all"]}, r"corrections is 'all'; it is one of third_parties"),
        ({"rounds": 1, "least_rounds": 2}, r"rounds is 1, least_rounds 2"),
        ({"rounds": 0}, r"rounds is 0"),
        ({"stop_ratio": float("nan")}, r"stop_ratio nan; there is"),
        ({"low": 100}, r"scales run from \[100\.0, 100\.0\]"),
        ({"high": 50}, r"position\[0, 0, 0\] is 95.39; it must be on the scale"),
        ({"accommodation": np.eye(3)}, r"accommodation has shape \(3, 3\)"),
        ({"accommodation": 2 * np.eye(8)}, r"accommodation\[0\] is \[2\.0, 0\.0"),
        ({"seed": -1}, r"seed is -1"),
        ({"engine": "gpu"}, r"engine is 'gpu'; it is one of auto"),
        ({"threads": 0}, r"threads is 0; at least one"),
        ({"actors": ["A"]}, r"1 names are given"),
    ],
)
def test_bad_settings_are_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        spatial.run(*table("a"), **({"low": 0, "high": 100} | changed))


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (0, np.nan, r"capability\[0, 1\] is nan; it must be in"),
        (1, np.inf, r"position\[0, 1, 0\] is inf; it must be on the scale"),
        (2, 1.5, r"salience\[0, 1, 0\] is 1.5; it must be in \[0, 1\]"),
    ],
)
def test_bad_numbers_are_named(place: int, value: float, message: str) -> None:
    numbers = table("a")
    numbers[place][0, 1, ...] = value
    with pytest.raises(ValueError, match=message):
        spatial.run(*numbers, low=0, high=100)


def test_an_issue_nobody_heeds_is_refused() -> None:
    c, x, s = table("a")
    s[:, :, 1] = 0
    with pytest.raises(ValueError, match="salience of issue 2 is 0 for every actor"):
        spatial.run(c, x, s, low=0, high=100)


# As on the page of the model.
EFFECTS: list[tuple[tuple[str, ...], dict[str, str], list[float], list[float]]] = [
    (spatial.CORRECTIONS, {}, [65.29, 57.16], [68.54, 56.24]),
    (("third_parties",), {}, [65.29, 57.16], [63.97, 54.32]),
    (("salience",), {}, [65.29, 57.16], [65.81, 54.88]),
    (("copies",), {}, [65.29, 57.16], [65.58, 53.75]),
    (
        ("victory",),
        {"victory_prob_model": "Square"},
        [62.73, 55.76],
        [78.17, 52.96],
    ),
    (
        ("receiver",),
        {"bargn_model": "InitRcvrInterp"},
        [64.48, 48.85],
        [65.83, 53.89],
    ),
    (("receiver",), {"bargn_model": "PWCompInterp"}, [61.58, 54.94], [65.05, 54.69]),
    (("power",), {"bargn_model": "PWCompInterp"}, [61.58, 54.94], [65.66, 59.67]),
    (("order",), {"voting_rule": "ASymProsp"}, [62.98, 45.68], [63.76, 48.92]),
]


@pytest.mark.parametrize(("corrections", "settings", "published", "corrected"), EFFECTS)
def test_what_the_corrections_do(
    corrections: tuple[str, ...],
    settings: dict[str, str],
    published: list[float],
    corrected: list[float],
) -> None:
    scale: dict[str, Any] = {"low": 0, "high": 100, **settings}
    before = spatial.run(*table("a"), **scale, as_published=True)
    after = spatial.run(*table("a"), **scale, corrections=corrections)
    np.testing.assert_allclose(before.outcome[0], published, atol=0.005)
    np.testing.assert_allclose(after.outcome[0], corrected, atol=0.005)
