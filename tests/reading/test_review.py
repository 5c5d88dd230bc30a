"""Reviewing a draft: decisions checked, saved at once, logged, and nothing else moved."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

import suasion
from suasion.casefile import load
from suasion.cli import app
from suasion.problem import CaseError
from suasion.reading.amendment import Sheet
from suasion.reading.draft_folder import (
    LOG,
    ChangedMeanwhileError,
    open_draft,
    suggestion,
)
from suasion.reading.interview import interview
from suasion.reading.reviewing import accept, change, drop, remark, reviewer


def log(folder: Path) -> list[dict[str, str]]:
    with (folder / LOG).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def review(folder: Path, lines: str, *more: str) -> str:
    words = ["review", str(folder), "--by", "Ann", *more]
    ran = CliRunner().invoke(app, words, input=lines, env={"COLUMNS": "100"})
    assert ran.exit_code == 0, ran.output
    return ran.output


# --- decisions -----------------------------------------------------------------------


def test_accepting_changes_nothing_but_the_list_and_the_log(folder: Path) -> None:
    before = contents(folder)
    draft = accept(open_draft(folder), "actors.Norway.position", by="Ann", note="clear")
    after = contents(folder)
    assert {name for name in after if after[name] != before.get(name)} == {
        LOG,
        "case.toml",
    }
    assert "actors.Norway.position" not in draft.open
    assert before["case.toml"].replace(
        b'"actors.Norway.position", ', b""
    ) == after["case.toml"]  # fmt: skip
    [row] = log(folder)
    now = "60|80|95"
    assert (row["path"], row["old"], row["new"]) == ("actors.Norway.position", now, now)
    assert (row["decision"], row["by"], row["note"]) == ("accept", "Ann", "clear")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["at"])


def test_changing_a_number_writes_its_row_and_no_other(folder: Path) -> None:
    rows = (folder / "actors.csv").read_text().splitlines()
    draft = open_draft(folder)
    draft = change(draft, "actors.Finland.position", {"": "0|5|10"}, by="Ann")
    assert str(draft.case.actor("Finland").position[0]) == "0|5|10"
    assert "actors.Finland.position" not in draft.open
    now = (folder / "actors.csv").read_text().splitlines()
    assert [a for a, b in zip(rows, now, strict=True) if a != b] == [
        next(row for row in rows if row.startswith("Finland"))
    ]
    assert log(folder)[0]["old"] == "5|15|35"


@pytest.mark.parametrize(
    ("path", "values", "said"),
    [
        ("actors.Finland.position", {"": "95|75"}, "low|mode|high; write 60"),
        (
            "actors.Finland.position",
            {"": "900"},
            "scale of proposal runs from 0 to 100",
        ),
        ("actors.Finland.salience", {"": "80"}, "between 0 and 1"),
        ("actors.Finland.capability", {"": "-1"}, "above 0"),
        ("actors.Finland.capability", {"": ""}, "the cell is empty; fill it in"),
        ("question", {"gatekeeper": "Atlantis"}, "there is no such actor"),
        ("question", {"by": "soon"}, "a date is a day of the calendar"),
        ("question", {"text": "none"}, "question"),
        ("question", {"colour": "red"}, "there is no such key here; write one of text"),
        ("question", {"kind": "approval"}, "requested_on"),
        ("resources.resource-1", {"holders": "Atlantis"}, "there is no such actor"),
        ("resources.resource-1", {"id": "other"}, "there is no such key here"),
        ("actors.Atlantis.position", {"": "5"}, "has no such path"),
    ],
)
def test_a_change_against_the_rules_is_refused_and_nothing_written(
    folder: Path, path: str, values: dict[str, str], said: str
) -> None:
    before = contents(folder)
    with pytest.raises(CaseError) as caught:
        change(open_draft(folder), path, values, by="Ann")
    assert re.search(said.replace("|mode|", r"\|mode\|"), str(caught.value)), (
        caught.value
    )
    assert contents(folder) == before


def test_several_values_are_changed_at_once_then_accepted(folder: Path) -> None:
    values = {"requested_on": "2026-02-01", "by": "2026-06-30", "kind": "approval"}
    draft = change(open_draft(folder), "question", values, by="Ann")
    assert draft.case.question.kind == "approval"
    assert "by = 2026-06-30\n" in (folder / "case.toml").read_text()
    assert "question" in draft.open
    old = "requested_on = none, by = (none|2026-03-12), kind = none"
    assert re.fullmatch(old, log(folder)[0]["old"])
    assert "question" not in accept(draft, "question", by="Ann").open


def test_a_value_can_be_taken_away(folder: Path) -> None:
    draft = open_draft(folder)
    draft = change(draft, "question", {"by": "2026-06-30"}, by="Ann")
    draft = change(draft, "question", {"by": "none"}, by="Ann")
    assert draft.case.question.by is None


def test_dropping_an_actor_takes_its_paths_and_citations_along(folder: Path) -> None:
    draft = drop(open_draft(folder), "actors.Norway.salience", by="Ann")
    assert "Norway" not in draft.case.actor_names
    assert not [path for path in draft.open if "Norway" in path]
    assert draft.case.evidence[0].supports == ("actors.Denmark.position",)
    assert log(folder)[0]["old"].startswith("capability = 1|10|50, position = 60|80|95")


def test_an_actor_that_the_case_rests_on_is_not_dropped(folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(CaseError, match=r"there is no such actor in actors\.csv"):
        drop(open_draft(folder), "actors.Sweden.position", by="Ann")
    assert contents(folder) == before


def test_dropping_a_requirement_takes_it_out_of_what_needs_it(folder: Path) -> None:
    draft = drop(open_draft(folder), "requirements.need-1", by="Ann")
    assert (draft.case.requirements, draft.case.options[0].needs) == ((), ())
    draft = drop(draft, "resources.resource-1", by="Ann")
    assert draft.case.resources == ()


def test_dropping_a_claim_takes_it_out_of_everything_that_cites_it(
    folder: Path,
) -> None:
    draft = drop(open_draft(folder), "evidence.a1-1", by="Ann", note="misread")
    assert [item.id for item in draft.case.evidence] == ["a1-2", "a1-3", "a1-4"]
    assert draft.case.actor("Norway").evidence == {}
    draft = drop(draft, "evidence.a1-3", by="Ann")
    assert draft.case.resources[0].evidence == ()
    assert [row["note"] for row in log(folder)] == ["misread", ""]
    with pytest.raises(CaseError, match="there is no such claim"):
        drop(draft, "evidence.a1-3", by="Ann")


def test_the_only_question_is_not_dropped(folder: Path) -> None:
    for path in ("question", "issues.proposal"):
        with pytest.raises(CaseError):
            drop(open_draft(folder), path, by="Ann")
    assert not (folder / LOG).exists()


def test_when_nothing_is_left_the_case_says_who_has_reviewed_it(folder: Path) -> None:
    draft = accept(open_draft(folder), "question", by="Bo")
    draft = accept(draft, *draft.open, by="Ann Lee")
    assert draft.open == ()
    assert draft.case.coding.by == "suasion read (by hand), reviewed by Bo, Ann Lee"
    assert "obody has reviewed" not in (folder / "case.toml").read_text()
    assert "reviewed by nobody" not in (folder / "case.toml").read_text()
    assert suasion.forecast(str(folder), draws=200).case.hash == draft.case.hash


def test_a_claim_shows_with_the_values_it_supports(folder: Path) -> None:
    draft = open_draft(folder)
    found = {path: suggestion(draft, path) for path in draft.open}
    ids = {path: [e.id for e in item.evidence] for path, item in found.items()}
    assert ids["actors.Finland.position"] == ["a1-2"]
    assert ids["actors.Finland.capability"] == []
    assert ids["resources.resource-1"] == ["a1-3"]
    assert ids["rule"] == ["a1-1"]
    assert found["rule"].values == {"type": "gatekeeper", "actor": "Sweden"}


# --- files of one's own --------------------------------------------------------------


def test_comments_order_and_layout_are_kept(folder: Path) -> None:
    file = folder / "case.toml"
    text = file.read_text().replace(
        "[question]\n", "# mine\n[question]   # and mine\n"
    ).replace('title = "Toll"', "title   =   'Toll'")  # fmt: skip
    file.write_text(text)
    change(open_draft(folder), "question", {"text": "Will it pass?"}, by="Ann")
    lines = file.read_text().splitlines()
    assert "# mine" in lines
    assert "[question]   # and mine" in lines
    assert "title   =   'Toll'" in lines
    assert 'text = "Will it pass?"' in lines
    assert len(set(text.splitlines()) - set(lines)) == 1


def test_a_table_from_a_spreadsheet_keeps_its_separator_and_its_endings(
    folder: Path,
) -> None:
    file = folder / "actors.csv"
    with file.open(newline="") as stream:
        rows = list(csv.reader(stream))
    with file.open("w", newline="", encoding="cp1252") as stream:
        csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows(
            [[cell.replace("0.7", "0,7") for cell in row] for row in rows]
        )
    draft = open_draft(folder)
    change(draft, "actors.Finland.salience", {"": "0.1|0.2|0.3"}, by="Ann")
    data = file.read_bytes()
    assert data.count(b"\r\n") == len(rows)
    assert data.count(b"0,7") == 2  # Norway's and Denmark's
    assert str(load(folder).actor("Finland").salience[0]) == "0.1|0.2|0.3"


CELL = st.text(alphabet="ab,;\"\n\r '|", max_size=6).map(str.strip)


@given(
    names=st.lists(st.sampled_from("vwxyz"), min_size=1, max_size=5, unique=True),
    cells=st.lists(CELL, min_size=10, max_size=10),
    separator=st.sampled_from(",;\t"),
    ending=st.sampled_from(["\n", "\r\n"]),
    value=CELL,
)
def test_a_sheet_changes_one_cell_and_every_other_row_to_no_character(
    names: list[str], cells: list[str], separator: str, ending: str, value: str
) -> None:
    rows = [["id", "p", "q"]]
    rows += [[n, *cells[2 * k : 2 * k + 2]] for k, n in enumerate(names)]
    text = ""
    for row in rows:
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=separator).writerow(row)
        text += stream.getvalue().removesuffix("\r\n") + ending
    sheet = Sheet(text, "id")
    raw = [row for row, _ in sheet.rows]
    assert sheet.text == text
    sheet.put(names[-1], "q", value)
    assert [row for row, _ in sheet.rows][:-1] == raw[:-1]
    again = Sheet(sheet.text, "id")
    assert again.cell(names[-1], "q") == value
    assert [again.cell(n, "p") for n in names] == [row[1] for row in rows[1:]]


# --- in the terminal -----------------------------------------------------------------


def test_an_interview_shows_quotes_asks_again_and_can_be_taken_up(folder: Path) -> None:
    first = len(open_draft(folder).open)
    output = review(folder, "a\nc 9\nc 55|75|95\nn they said so\nc 7\nc 0.5\nq\n")
    assert "“Norway and Denmark are lobbying Sweden” to approve a toll." in output
    assert output.count("Not written: actors.csv") == 2
    assert "between 0 and 1" in output
    assert f"{first - 3} of {first} left" in output
    assert [row["note"] for row in log(folder)] == ["", "", "they said so"]
    second = review(folder, "")
    assert f"{first - 3} values to review, by Ann" in second


def test_every_draft_value_can_be_decided_in_the_terminal(folder: Path) -> None:
    count = len(open_draft(folder).open)
    output = review(folder, "a\n" * count)
    assert "Nothing left to review. Next: suasion forecast" in output
    assert [row["decision"] for row in log(folder)] == ["accept"] * count
    assert "Nothing left to review" in review(folder, "")


def test_a_note_is_not_lost_when_the_value_is_left_for_later(folder: Path) -> None:
    review(folder, "n ask the ministry\ns\nn and the minister\nq\n")
    rows = log(folder)
    assert [row["note"] for row in rows] == ["ask the ministry", "and the minister"]
    assert {row["decision"] for row in rows} == {"skip"}
    assert len(open_draft(folder).open) == len({*open_draft(folder).open})


def test_what_is_not_understood_is_answered_with_help(folder: Path) -> None:
    output = review(folder, "yes please\n\nc\nn\nd nothing-1\nq\n")
    assert output.count("accept: it is as suggested") == 2
    assert "say to what: c VALUE" in output
    assert "Write n and why" in output
    assert "there is no such claim" in output
    assert not (folder / LOG).exists()


def test_markup_and_escapes_of_an_article_are_shown_not_obeyed(folder: Path) -> None:
    file = folder / "evidence.csv"
    quote = "Finland opposes the toll"
    evil = "Finland \x1b[2J[red]opposes"
    file.write_text(file.read_text().replace(quote, evil))
    draft = open_draft(folder)
    paths = iter(["s"] * len(draft.open))
    screen = Console(width=100, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    interview(draft, "Ann", screen, lambda _: next(paths))
    shown = screen.export_text()
    screen.file.close()
    assert "[2J[red]opposes" in shown
    assert "\x1b" not in shown


def test_interruption_keeps_what_was_decided(folder: Path) -> None:
    answers = iter(["a"])

    def ask(_: str) -> str:
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    before = open_draft(folder)
    with open(os.devnull, "w") as nowhere:
        after = interview(before, "Ann", Console(file=nowhere), ask)
    assert len(after.open) == len(before.open) - 1
    assert open_draft(folder).open == after.open


def test_a_path_that_leads_nowhere_any_more_leaves_the_list(folder: Path) -> None:
    file = folder / "case.toml"
    file.write_text(
        file.read_text().replace('"actors.Norway.position"', '"actors.X.position"')
    )
    with pytest.raises(CaseError, match="nothing of this path; take it off the list"):
        suggestion(open_draft(folder), "actors.X.position")
    output = review(folder, "a\ns\n")
    assert "Off the list" in output
    assert "actors.X.position" not in open_draft(folder).open


# --- two at once, and places where nothing can be written ----------------------------


def test_a_decision_on_what_somebody_else_has_changed_is_not_written(
    folder: Path,
) -> None:
    mine = open_draft(folder)
    theirs = change(open_draft(folder), "actors.Norway.position", {"": "1"}, by="Bo")
    before = contents(folder)
    with pytest.raises(
        ChangedMeanwhileError, match="decide again on what stands there"
    ):
        accept(mine, "actors.Norway.position", by="Ann")
    assert contents(folder) == before
    accept(theirs, "actors.Finland.position", by="Bo")


def test_an_interview_shows_anew_what_somebody_else_has_changed(folder: Path) -> None:
    draft = open_draft(folder)
    first = draft.open[0]
    asked = 0

    def ask(_: str) -> str:
        nonlocal asked
        asked += 1
        if asked == 1:
            change(open_draft(folder), first, {"": "33"}, by="Bo")
            return "c 44"
        raise EOFError

    screen = Console(width=100, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    interview(draft, "Ann", screen, ask)
    shown = screen.export_text()
    screen.file.close()
    assert "somebody has changed the files" in shown
    assert [(row["by"], row["new"]) for row in log(folder)] == [("Bo", "33")]


def test_two_reviewers_at_once_lose_no_decision(folder: Path) -> None:
    code = (
        "import sys\n"
        "from suasion.reading.draft_folder import *\n"
        "from suasion.reading.reviewing import *\n"
        "draft = open_draft(sys.argv[1])\n"
        "mine = [p for p in draft.open if p.startswith(sys.argv[2])]\n"
        "while mine:\n"
        "    try:\n"
        "        draft = accept(draft, mine[0], by=sys.argv[2])\n"
        "        mine.pop(0)\n"
        "    except ChangedMeanwhileError:\n"
        "        draft = open_draft(sys.argv[1])\n"
    )
    before = open_draft(folder).open
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(folder), f"actors.{name}"])
        for name in ("Norway", "Denmark")
    ]
    assert [process.wait() for process in running] == [0, 0]
    assert sorted(row["path"] for row in log(folder)) == sorted(
        path for path in before if path.startswith(("actors.Norway", "actors.Denmark"))
    )
    assert len(open_draft(folder).open) == len(before) - 6


def test_a_folder_that_cannot_be_written_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("suasion.reading.draft_folder.write_text", refuse)
    draft = open_draft(folder)
    with pytest.raises(
        CaseError, match=r"cannot be written \(permission denied\); check"
    ):
        remark(draft, draft.open[0], "why", by="Ann")


# --- the command ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["review", "no-such-folder"], "no such folder; name one that suasion read -o"),
        (["review", "deep-strikes"], "no such folder"),
        (["review", "{empty}"], "the folder has no such file"),
        (["review", "{folder}", "--accept-all"], "needs --by NAME"),
        (["review", "{folder}", "--page", "no/such/page.html"], "does not exist"),
    ],
)
def test_what_cannot_be_reviewed_is_said(
    folder: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    words = [w.format(empty=tmp_path / "empty", folder=folder) for w in words]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code != 0
    assert said in str(ran.exception)


def test_a_script_can_accept_all_or_list_what_is_left(folder: Path) -> None:
    listed = json.loads(review(folder, "", "--json", "-"))
    assert [item["path"] for item in listed] == [*open_draft(folder).open]
    assert listed[1]["evidence"][0]["quote"] == "Norway and Denmark are lobbying Sweden"
    output = review(folder, "", "--accept-all")
    assert "Nothing left to review" in output
    assert {row["by"] for row in log(folder)} == {"Ann"}


def test_somebody_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reviewer("Ann") == "Ann"
    assert reviewer(None)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("LOGNAME", "bo")
    assert reviewer("  ") == "bo"
