"""One model on one file: parameters by name, peers' files, what `--json` promises."""

import contextlib
from pathlib import Path

import pytest

from suasion import cli
from suasion.problem import ForecastError
from suasion.solving import parse_settings, solve

GOLDEN = Path(__file__).parent / "golden"


def test_published_challenge_gives_the_printed_means():
    """Scholz, Calbert & Smith 2011: the replication's mean after rounds 1 and 10."""
    found = solve("ec-emission-standards", "challenge", {"as_published": True})
    weight = [0.064, 0.032, 0.006, 0.128, 0.096, 0.096, 0.144, 0.005, 0.05, 0.056]
    means = found.positions[0, :, :, 0] @ weight / sum(weight)
    assert means[1] == pytest.approx(7.461314378277189, abs=1e-9)
    assert means[10] == pytest.approx(7.242130958473938, abs=1e-9)


def test_a_decide_file_runs_unchanged_and_reports_its_first_round(tmp_path):
    import json

    golden = json.loads((GOLDEN / "exchange-a.json").read_text())
    data = solve(
        str(GOLDEN / "exchange-a.csv"), "exchange", {"as_published": True, "rounds": 1}
    ).to_dict()
    text = json.dumps(golden)
    for name in ("candidates", "valid"):
        assert str(data[name]) in text
    assert {"gain_sum", "gain_max", "moves", "positions", "outcome"} <= data.keys()


def test_a_ktab_file_runs_unchanged():
    found = solve(str(GOLDEN / "spatial-a.csv"), "spatial", {"as_published": True})
    assert found.rounds > 1
    assert found.moves or found.positions.shape[0] == 1


def test_rounds_and_settings_reach_the_model():
    found = solve("ec-emission-standards", "challenge", {"rounds": 3, "q": 0.5})
    assert found.rounds == 3
    assert found.parameters["q"] == 0.5


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        ("guess", {}, "model is 'guess'; there are mean, median, nash, challenge"),
        ("mean", {"rounds": 3}, "mean has no parameter 'rounds'; it has none"),
        (
            "spatial",
            {"voting_rule": "Foo"},
            "voting_rule is 'Foo'; it is one of Binary",
        ),
        (
            "spatial",
            {"rounds": "abc"},
            "rounds is 'abc'; a number is needed, such as 100",
        ),
        ("procedure", {}, "needs a status quo on every issue"),
    ],
)
def test_a_wrong_model_or_parameter_is_refused_with_the_names(model, settings, message):
    with pytest.raises(ForecastError, match=message):
        solve("ec-emission-standards", model, settings)


@pytest.mark.parametrize("word", ["q", "=1", ""])
def test_a_setting_has_a_name_and_a_value(word):
    with pytest.raises(ForecastError, match="a parameter is written name=value"):
        parse_settings([word])


def test_import_and_export_through_the_command_line(tmp_path, monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["suasion", *map(str, arguments)])
        with contextlib.suppress(SystemExit):
            cli.main()
        return capsys.readouterr()

    file, folder = tmp_path / "ec.txt", tmp_path / "ec"
    run("export", "ec-emission-standards", "--format", "decide", "-o", file)
    assert "wrote" in run("import", file, "-o", folder).out
    assert "The case is valid." in run("check", folder).out
    assert solve(str(folder), "mean").outcome[0, 0] == pytest.approx(7.389955686853767)
