"""Backtests: nothing later is seen, and the numbers do not depend on how they came."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import suasion
from suasion.backtest import backtest, of_ledgers, running, trials
from suasion.backtest.block import Answer, Block, blocks, models_of
from suasion.backtest.record import Backtest
from suasion.backtest.running import plan
from suasion.backtest.table import place_table, whether_table
from suasion.cluster import local_cluster
from suasion.problem import ForecastError
from suasion.scoring import crps

PLACES = ["opec-october-2022", "taxonomy-nuclear-gas", "oil-price-cap"]
FAST = ["mean", "median", "nash", "challenge"]
ALL = [*FAST, "spatial"]
WHETHER = ["schengen-romania-austria", "sweden-nato-turkey"]


def small(**settings: object) -> Backtest:
    """Run cases of both kinds without the fits, which take seconds each."""
    given = {"models": FAST, "draws": 400, "ledgers": False, **settings}
    return backtest([*PLACES, *WHETHER], **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def reference() -> Backtest:
    return small()


# --- what may be known ---------------------------------------------------------------


@pytest.fixture(scope="module")
def planned() -> tuple[running.Trial, ...]:
    return plan()[0]


def test_no_trial_knows_anything_later(planned: tuple[running.Trial, ...]) -> None:
    assert len(planned) > 60
    for trial in planned:
        view, on = trial.view, trial.on
        assert view.resolution is None
        assert all(s.published_on <= on or s.retrospective for s in view.sources)
        for row in view.precedents:
            assert row.requested_on <= on
            decided = row.decided_public_on or row.decided_on
            assert decided is None or decided <= on
            assert row.model_use != "target"
        assert all(event.public_on <= on for event in view.calendar)


def test_dates_are_those_on_which_it_could_have_been_asked(
    planned: tuple[running.Trial, ...],
) -> None:
    for slug in suasion.bundled():
        case = suasion.load(slug)
        resolution, question = case.resolution, case.question
        assert resolution is not None
        days = [trial.on for trial in planned if trial.case == slug]
        assert days == sorted(set(days))
        assert question.as_of in days
        for day in days:
            assert day < resolution.date
            assert day >= (case.coding.information_until or dt.date.min)
            assert day >= (question.requested_on or dt.date.min)
            assert day == question.as_of or day.day == 1
        if question.kind == "position":
            assert len(days) == 1


def test_no_case_is_in_its_own_reference_class() -> None:
    for slug in suasion.bundled():
        case = suasion.load(slug)
        own = {row.dossier for row in case.precedents if row.model_use == "target"}
        for trial in trials([case])[0]:
            used = [row for row in trial.view.precedents if row.model_use == "core"]
            assert own.isdisjoint(row.dossier for row in used)


def test_rows_of_a_shared_ledger_are_tried_once() -> None:
    every = [suasion.load(slug) for slug in suasion.bundled()]
    rows = of_ledgers(every)
    names = [(row.title, row.question.requested_on) for row in rows]
    assert len(names) == len(set(names)) > 40


def test_a_yes_after_the_deadline_is_a_no_by_it() -> None:
    found, _ = trials([suasion.load("sweden-nato-turkey")])
    assert {trial.outcome for trial in found} == {0.0}


# --- the numbers ---------------------------------------------------------------------


def test_places_are_those_of_a_forecast(reference: Backtest) -> None:
    for slug in PLACES:
        case = suasion.load(slug)
        told = suasion.forecast(case, draws=400, models=FAST)
        (trial,) = [one for one in reference.trials if one.case == slug]
        issue = case.issues[0]
        for model in told.models:
            if model.issue == issue.id:
                place = issue.low + trial.said[model.name] * issue.width
                assert place == pytest.approx(model.value, abs=1e-9)
        spread = crps(ensemble=told.answer.values, outcome=case.resolution.value)
        table = place_table(reference.model_copy(update={"trials": (trial,)}))
        assert table is not None
        score = table.line("mean").score.mean
        assert score == pytest.approx(float(spread) / issue.width, abs=1e-12)


@pytest.mark.slow
def test_chances_are_those_of_a_forecast() -> None:
    slug = "sweden-nato-turkey"
    found, _ = trials([suasion.load(slug)])
    (_, trial) = backtest([slug], draws=400, ledgers=False).trials
    view, on = found[1].view, found[1].on
    told = suasion.forecast(view, as_of=on, draws=400, models=ALL)
    answers = {model.name: model for model in told.models}
    assert trial.said.keys() == answers.keys()
    for name, said in trial.said.items():
        # The ledger alone is here a mean over the posterior, there over the draws.
        near = 0.02 if name == "ledger alone" else 1e-9
        assert said == pytest.approx(answers[name].value, abs=near)
    spread = told.answer.values.std() / np.sqrt(400)
    assert trial.error["forecast"] == pytest.approx(spread, abs=1e-9)


@pytest.mark.slow
def test_models_with_chance_give_the_same_bits_in_any_blocks() -> None:
    slow = {"models": ["spatial", "exchange"], "draws": 300, "ledgers": False}
    whole = backtest(["taxonomy-nuclear-gas"], **slow)
    assert set(whole.trials[0].said) == {"spatial", "exchange"}
    assert backtest(["taxonomy-nuclear-gas"], size=110, **slow) == whole


@pytest.mark.parametrize("size", [100, 137, 399])
def test_blocks_of_any_size_give_the_same_bits(reference: Backtest, size: int) -> None:
    assert small(size=size) == reference


@pytest.mark.parametrize("seed", [1, 2])
def test_blocks_in_any_order_give_the_same_bits(
    reference: Backtest, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shuffled(work, some, **_settings):
        order = np.random.default_rng(seed).permutation(len(some))
        return ((int(number), work(some[number])) for number in order)

    monkeypatch.setattr(running, "spread", shuffled)
    assert small(size=150) == reference


def test_sums_of_chances_are_exact_in_any_order() -> None:
    chances = np.random.default_rng(7).uniform(size=10_000)
    whole = Answer.of_chances("x", chances)
    parts = [Answer.of_chances("x", some) for some in np.split(chances[::-1], 10)]
    assert sum(part.total for part in parts) == whole.total
    assert sum(part.square for part in parts) == whole.square
    assert whole.mean == pytest.approx(chances.mean(), abs=1e-12)
    assert whole.error == pytest.approx(chances.std() / 100, abs=1e-12)


def test_blocks_cover_the_draws_once() -> None:
    found, _ = trials([suasion.load("oil-price-cap")])
    some = blocks(found, draws=5_000, size=1_700, seed=7)
    for model in models_of(found[0]):
        mine = [(block.start, block.stop) for block in some if block.model == model]
        assert mine[0][0] == 0
        assert all(one[1] == other[0] for one, other in pairwise(mine))
        assert mine[-1][1] == (2_000 if model in ("challenge", "spatial") else 5_000)


# --- parts on disk -------------------------------------------------------------------


class Counted:
    """The work, counted."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.work = running.answers

    def __call__(self, block: Block) -> tuple[Answer, ...]:
        self.keys.append(block.key)
        return self.work(block)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    count = Counted()
    monkeypatch.setattr(running, "answers", count)
    return count


class StopHereError(Exception):
    pass


def interrupt(text: str, _share: float) -> None:
    if text.startswith("5 of"):
        raise StopHereError


def test_an_interrupted_run_goes_on_where_it_stopped(
    reference: Backtest, tmp_path: Path, counted: Counted
) -> None:
    with pytest.raises(StopHereError):
        small(size=150, folder=tmp_path, progress=interrupt)
    done = len(counted.keys)
    assert done == 5
    assert small(size=150, folder=tmp_path) == reference
    assert len(counted.keys) == len(set(counted.keys))
    assert small(size=150, folder=tmp_path) == reference
    assert len(list(tmp_path.iterdir())) == len(counted.keys)


def test_other_settings_are_other_parts(tmp_path: Path, counted: Counted) -> None:
    case = suasion.load("oil-price-cap")
    first = backtest([case], models=["mean"], draws=200, folder=tmp_path)
    actor = case.actors[0]
    dearer = actor.model_copy(update={"position": case.actors[1].position})
    other = case.model_copy(update={"actors": (dearer, *case.actors[1:])})
    second = backtest([other], models=["mean"], draws=200, folder=tmp_path)
    backtest([case], models=["mean"], draws=200, seed=8, folder=tmp_path)
    assert len(set(counted.keys)) == 3
    assert first.trials[0].said != second.trials[0].said


def test_a_spoilt_part_is_named(tmp_path: Path) -> None:
    backtest(["oil-price-cap"], models=["mean"], draws=200, folder=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(ForecastError, match=r"oil-price-cap.*not a part of a backtest"):
        backtest(["oil-price-cap"], models=["mean"], draws=200, folder=tmp_path)


def test_duckdb_reads_the_parts(tmp_path: Path) -> None:
    import duckdb

    found = backtest(
        ["oil-price-cap"], models=["mean", "nash"], draws=400, size=150, folder=tmp_path
    )
    question = (
        "SELECT name, avg(x) FROM (SELECT name, unnest(draws) AS x FROM "
        f"'{tmp_path}/*.parquet') GROUP BY name ORDER BY name"
    )
    told = dict(duckdb.sql(question).fetchall())
    issue = suasion.load("oil-price-cap").issues[0]
    for name, said in found.trials[0].said.items():
        assert told[name] == pytest.approx(issue.low + said * issue.width)


# --- on a cluster --------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster() -> Iterator[object]:
    with local_cluster(2) as local:
        yield local


@pytest.mark.slow
def test_a_cluster_gives_the_same_bits(reference: Backtest, cluster) -> None:
    assert small(size=150, cluster=cluster.scheduler_address) == reference


@pytest.mark.slow
def test_a_killed_worker_changes_no_bit(
    reference: Backtest, cluster, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill(_text: str, share: float) -> None:
        if share > 0.1 and not killed:
            pid = next(iter(cluster.workers.values())).pid
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    address = cluster.scheduler_address
    found = small(size=100, cluster=address, progress=kill, folder=tmp_path)
    assert killed
    assert found == reference


# --- refusals ------------------------------------------------------------------------


def test_an_unknown_case_is_named() -> None:
    with pytest.raises(suasion.CaseError, match="atlantis"):
        backtest(["atlantis"])


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(ForecastError, match=r"no model 'oracle' .*mean, median"):
        backtest(["oil-price-cap"], models=["oracle"])


def test_an_unresolved_case_is_named() -> None:
    case = suasion.load("oil-price-cap").model_copy(update={"resolution": None})
    with pytest.raises(
        ForecastError, match=r"oil-price-cap: not resolved.*outcome\.toml"
    ):
        backtest([case])


def test_models_that_answer_one_kind_of_question_leave_the_other_out() -> None:
    some = ["oil-price-cap", "sweden-nato-turkey"]
    found = backtest(some, models=["plain mean"], draws=200, ledgers=False)
    assert [trial.case for trial in found.trials] == ["oil-price-cap"]


def test_a_resolution_without_a_value_is_refused() -> None:
    case = suasion.load("oil-price-cap")
    assert case.resolution is not None
    bare = case.resolution.model_copy(update={"value": None})
    found, refused = trials([case.model_copy(update={"resolution": bare})])
    assert not found
    assert "outcome.toml gives no value" in refused[0].why


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"draws": 10}, "draws is 10; it lies between 100"),
        ({"size": 10}, "a block has 10 draws"),
        ({"seed": -1}, "seed lies in"),
    ],
)
def test_settings_out_of_range_are_named(settings: dict[str, int], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        backtest(["oil-price-cap"], **settings)


# --- tables --------------------------------------------------------------------------


def test_tables_score_what_was_said(reference: Backtest) -> None:
    table = whether_table(reference)
    assert table is not None
    some = reference.of("library", approval=True)
    by_case = {
        slug: np.mean(
            [(t.said["mean"] - t.outcome) ** 2 for t in some if t.case == slug]
        )
        for slug in WHETHER
    }
    assert table.line("mean").score.mean == pytest.approx(np.mean([*by_case.values()]))
    assert table.line("even odds").score.mean == 0.25
    assert table.line("share of yes elsewhere").score.mean == 0.0  # neither came true
    assert table.cases == 2


def test_a_table_says_which_lines_there_are(reference: Backtest) -> None:
    table = place_table(reference)
    assert table is not None
    with pytest.raises(KeyError, match=r"no line 'oracle'; there are .*mean"):
        table.line("oracle")
