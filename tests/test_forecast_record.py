"""A forecast keeps everything it said, and says what it was made from."""

import datetime as dt
import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import suasion
from suasion.forecast_record import Draws, Forecast
from suasion.problem import ForecastError


@pytest.fixture(scope="module")
def approval() -> Forecast:
    return suasion.forecast("deep-strikes", draws=1000)


@pytest.fixture(scope="module")
def place() -> Forecast:
    return suasion.forecast("ec-emission-standards", draws=200)


@given(st.lists(st.floats(allow_nan=False), max_size=20))
def test_draws_survive_storage_to_the_bit(values):
    stored = Draws.model_validate_json(Draws.of(np.array(values)).model_dump_json())
    assert stored.values.tobytes() == np.array(values, dtype="<f8").tobytes()


@pytest.mark.parametrize("name", ["approval", "place"])
def test_a_saved_forecast_loses_nothing(name, request, tmp_path):
    forecast = request.getfixturevalue(name)
    again = suasion.load_forecast(forecast.save(tmp_path / "kept.json"))
    assert again == forecast
    assert again.model_dump_json() == forecast.model_dump_json()
    assert again.case.hash == again.case_hash
    assert [file.name for file in tmp_path.iterdir()] == ["kept.json"]


def test_a_stranger_recomputes_the_forecast_from_what_is_stored(approval, tmp_path):
    kept = suasion.load_forecast(approval.save(tmp_path / "kept.json"))
    again = suasion.forecast(
        kept.case, as_of=kept.as_of, by=kept.by, seed=kept.seed, draws=kept.draws
    )
    assert again.answer == approval.answer
    assert again.points == approval.points
    assert again.case_hash == approval.case_hash


def test_plain_data_is_json_and_opens_with_the_answer(approval):
    data = approval.to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert next(iter(data)) == "probability"
    assert data["probability"] == approval.probability
    assert "answer" not in data
    assert "answer" in approval.to_dict(draws=True)


def test_interval_is_made_of_quantiles_of_the_draws(approval):
    values = np.sort(approval.answer.values)
    low, high = approval.interval(0.5)
    inside = (values >= low) & (values <= high)
    assert inside.mean() == pytest.approx(0.5, abs=2 / len(values))
    assert approval.interval(0.8)[0] < low < approval.probability


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, float("nan")])
def test_an_interval_needs_a_level_between_0_and_1(approval, level):
    with pytest.raises(ValueError, match=r"level is .*; it lies between 0 and 1"):
        approval.interval(level)


def test_each_kind_of_question_has_its_own_answer(approval, place):
    assert 0.0 < approval.probability < 1.0
    assert place.position == pytest.approx(7.389955686853767, abs=1e-9)
    with pytest.raises(ForecastError, match="asks whether, not where"):
        _ = approval.position
    with pytest.raises(ForecastError, match="asks where, not whether"):
        _ = place.probability


def test_the_chance_of_a_threshold_is_the_share_of_draws_beyond_it(place):
    issue = place.case.issues[0].model_copy(update={"threshold": 7.0})
    case = place.case.model_copy(update={"issues": (issue,)})
    values = Draws.of(np.array([6.0, 7.0, 8.0, 9.0]))
    assert place.model_copy(update={"case": case, "answer": values}).probability == 0.75


def test_a_model_is_found_by_name_and_a_wrong_name_lists_them(approval):
    assert approval.model("constant").kind == "base rate"
    with pytest.raises(KeyError, match="no model 'guess'; there are forecast, ledger"):
        approval.model("guess")


def test_a_trajectory_is_found_by_its_model_and_can_be_charted(approval):
    assert approval.trajectory("challenge") is approval.trajectories[0]
    with pytest.raises(KeyError, match="no trajectory of 'mean'; there are challenge"):
        approval.trajectory("mean")
    for chart in ("rounds", "power_by_round", "network", "quads"):
        drawn = getattr(approval, f"chart_{chart}")().to_dict()
        assert drawn["$schema"].startswith("https://vega")


def test_xarray_has_curve_and_draws(approval):
    dataset = approval.to_xarray()
    assert dataset["answer"].mean().item() == pytest.approx(approval.probability)
    at = np.datetime64(approval.by, "ns")
    assert dataset["curve_mean"].sel(date=at).item() == pytest.approx(
        approval.probability
    )
    assert dataset.attrs["case_hash"] == approval.case_hash


def test_without_xarray_the_message_says_what_to_install(approval, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "xarray", None)
    with pytest.raises(ForecastError, match=r"pip install 'suasion\[xarray\]'"):
        approval.to_xarray()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{}", "not a forecast saved by Suasion"),
        (b"[1, 2", "not a forecast saved by Suasion"),
        (b"\xff\xfe\x00", "not a text file"),
    ],
)
def test_other_files_are_refused(tmp_path, content, message):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(ForecastError, match=message):
        suasion.load_forecast(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ForecastError, match=r"none\.json: cannot be read"):
        suasion.load_forecast(tmp_path / "none.json")


def test_a_failed_save_leaves_the_old_file(approval, tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    path.write_text("old")

    def refuse(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        approval.save(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_forecast_cannot_be_changed(approval):
    with pytest.raises(ValueError, match="frozen"):
        approval.seed = 8
    with pytest.raises(ValueError, match="read-only"):
        approval.answer.values[0] = 0.5


def test_every_date_of_the_curve_is_there_once(approval):
    dates = [point.date for point in approval.curve]
    assert dates[0] == approval.as_of
    assert {b - a for a, b in itertools.pairwise(dates)} == {dt.timedelta(1)}
    assert approval.by in dates
