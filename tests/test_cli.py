"""The command line as a stranger meets it: what is printed where, and the exit status."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.resources import files

import jsonschema
import pytest

import suasion
from suasion import cli

TABLE = "actor,capability,position,salience\nNorth,20,4,0.9\nSouth,15|20|30,3,0.5\n"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the program in this process: (exit status, stdout, stderr)."""

    def run(*arguments, columns=80):
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "argv", ["suasion", *map(str, arguments)])
        status = 0
        try:
            cli.main()
        except SystemExit as stopped:
            status = stopped.code or 0
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "actors.csv"
    path.write_text(TABLE)
    return path


def test_every_bundled_case_has_one_line(run):
    status, out, _ = run("cases", columns=200)
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(suasion.bundled())


def test_answer_opens_with_the_question_and_the_probability(run):
    status, out, err = run("forecast", "deep-strikes", "--draws", 2000)
    assert status == 0
    assert err == ""
    expected = suasion.forecast("deep-strikes", draws=2000).probability
    question, answer = out.split("\n\n")[:2]
    assert "authorised" in question
    assert answer.split()[0] == f"{expected:.0%}"
    for title in ("Compared with what", "Why", "Assumed", "How good so far"):
        assert title in out


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_no_line_is_wider_than_the_terminal(run, columns):
    _, out, _ = run("forecast", "deep-strikes", "--draws", 500, columns=columns)
    assert max(len(line.rstrip()) for line in out.splitlines()) <= columns


def test_no_colour_is_written_when_output_is_not_a_terminal(run):
    _, out, _ = run("check", "deep-strikes")
    assert "\x1b" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("forecast", "deep-strikes", "--draws", "500", "--json"),
        ("forecast", "--json", "ec-emission-standards", "--draws", "500"),
        ("solve", "ec-emission-standards", "--json"),
        ("check", "deep-strikes", "--json"),
        ("cases", "--json"),
        ("precedents", "deep-strikes", "--sensitivity", "--json"),
        ("schema",),
    ],
)
def test_json_is_alone_on_standard_output(run, arguments):
    status, out, _ = run(*arguments)
    assert status == 0
    assert json.loads(out)


def test_json_in_a_file_is_what_standard_output_gets(run, tmp_path):
    ask = ("forecast", "ec-emission-standards", "--draws", "500", "--json")
    _, out, _ = run(*ask)
    file = tmp_path / "out.json"
    status, answer, err = run(*ask, file)
    assert status == 0
    assert json.loads(file.read_text()) == json.loads(out)
    assert "years" in answer
    assert str(file) in err


def test_saved_forecast_is_the_forecast(run, tmp_path):
    file = tmp_path / "kept.json"
    ask = ("--draws", 500, "--seed", 3, "--save", file, "--quiet")
    status, _, err = run("forecast", "deep-strikes", *ask)
    assert (status, err) == (0, "")
    again = suasion.forecast("deep-strikes", draws=500, seed=3)
    assert suasion.load_forecast(file) == again


def test_solve_prints_what_the_interface_promises(run, table):
    _, out, _ = run("solve", table, "--model", "mean", "--json")
    data = json.loads(out)
    assert {"model", "actors", "issues", "positions", "outcome", "rounds", "moves"} <= (
        data.keys()
    )
    assert data["actors"] == ["North", "South"]
    assert data["positions"][0] == [[4.0], [3.0]]
    # (20 * .9 * 4 + 20 * .5 * 3) / (20 * .9 + 20 * .5)
    assert data["outcome"] == pytest.approx([102 / 28])


def test_schema_accepts_the_bundled_cases(run):
    _, out, _ = run("schema")
    validator = jsonschema.Draft202012Validator(json.loads(out))
    for slug in suasion.bundled():
        text = files("suasion").joinpath("cases", slug, "case.toml").read_text()
        # Dates are dates in TOML and text in JSON.
        document = json.loads(json.dumps(tomllib.loads(text), default=str))
        assert list(validator.iter_errors(document)) == []


def test_schema_refuses_a_misspelt_key(run):
    _, out, _ = run("schema")
    validator = jsonschema.Draft202012Validator(json.loads(out))
    assert not validator.is_valid({"title": "x", "questionx": {"text": "?"}})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("forecast", "deep-strike"), "deep-strikes"),
        (("forecast", "deep-strikes", "--as-of", "2024-02-30"), "2024-11-11"),
        (("forecast", "deep-strikes", "--as-of", "2024-11-18"), "already resolved yes"),
        (("forecast", "deep-strikes", "--by", "2024-11-11"), "window closed"),
        (("forecast", "deep-strikes", "--draws", "5"), "between 100 and"),
        (("forecast", "deep-strikes", "--seed", "-1"), r"in \[0, 2\*\*64\)"),
        (("forecast", "deep-strikes", "--html", "no/such/x.html"), "make it first"),
        (("forecast", "deep-strikes", "--save", "."), "a folder"),
        (
            ("solve", "deep-strikes", "--model", "guess"),
            "mean, median, nash, challenge",
        ),
        (("precedents", "ec-emission-standards"), 'kind "approval" is needed'),
        (("forecast",), "Missing argument 'CASE'"),
        (("forecastx",), "No such command 'forecastx'"),
    ],
)
def test_wrong_use_is_refused_with_the_cure(run, arguments, message):
    status, out, err = run(*arguments)
    assert status == 2
    assert out == ""
    assert re.search(message, err)
    assert "Traceback" not in err


def test_all_problems_of_a_table_come_in_one_message(run, tmp_path):
    path = tmp_path / "actors.csv"
    path.write_text(TABLE.replace("0.9", "90").replace("0.5", "nan"))
    status, _, err = run("check", path)
    assert status == 2
    assert "2 problems" in err
    assert "row 2 (North), salience: found '90'" in err


def test_nothing_is_written_when_the_forecast_fails(run, tmp_path):
    file = tmp_path / "r.json"
    status, _, _ = run(
        "forecast", "deep-strikes", "--as-of", "2024-11-18", "--save", file
    )
    assert status == 2
    assert list(tmp_path.iterdir()) == []


def test_control_c_stops_cleanly(run, monkeypatch):
    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("suasion.forecasting.forecast", interrupted)
    status, out, err = run("forecast", "deep-strikes")
    assert status == 130
    assert out == ""
    assert "stopped; nothing was written" in err


def test_a_reader_that_goes_away_is_not_an_error():
    program = f"{sys.executable} -m suasion schema | head -c 1"
    ran = subprocess.run(program, shell=True, capture_output=True, text=True)
    assert ran.stdout == "{"
    assert ran.stderr == ""


def test_version_is_that_of_the_package(run):
    from importlib.metadata import version

    assert run("--version")[1] == f"suasion {version('suasion')}\n"


def test_help_gives_worked_examples(run):
    for command in (
        "cases",
        "check",
        "forecast",
        "solve",
        "precedents",
        "import",
        "export",
        "schema",
    ):
        status, out, _ = run(command, "--help")
        assert status == 0
        assert f"suasion {command}" in out.split("Example")[1]


def test_help_imports_neither_numpy_nor_rich():
    code = (
        "import sys; sys.argv = ['suasion', '--help']\n"
        "from suasion.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert not {'numpy', 'pydantic', 'rich.console'} & set(sys.modules)"
    )
    environment = os.environ | {"COLUMNS": "80"}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, text=True
    )
    assert ran.returncode == 0, ran.stderr
