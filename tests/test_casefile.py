"""What a folder, a slug or a bare table becomes."""

import datetime as dt
import subprocess
import sys

import pytest

from suasion.case import Case
from suasion.casefile import _cited, bundled, load
from suasion.problem import CaseError

TABLES = ["actors.csv", "evidence.csv", "sources.csv", "precedents.csv"]


def test_every_file_of_a_folder_is_read(case_folder):
    case = load(case_folder())
    assert (case.slug, case.question.kind) == ("pass", "approval")
    assert case.actor_names == ("Ruritania", "Grand Fenwick", "Borduria")
    assert str(case.actor("Ruritania").position[0]) == "20|30|45"
    assert case.actor("Ruritania").evidence == {
        "position": ("e1",),
        "salience": ("e1",),
    }
    assert set(case.actor("Grand Fenwick").evidence) == {
        "capability",
        "position",
        "salience",
    }
    assert case.evidence[0].claim == 'The king said "not yet", twice'
    assert case.source(case.evidence[0]).published_on == dt.date(2030, 4, 3)
    assert case.resolution is not None
    assert case.resolution.answer == "no"


def test_a_zero_salience_and_an_empty_capability_share_are_told_apart(case_folder):
    assert load(case_folder()).actor("Borduria").salience[0].mode == 0


def test_codes_become_names_everywhere(case_folder):
    case = load(case_folder())
    plain = case.to_dict()
    assert case.question.gatekeeper == "Ruritania"
    assert [rule["type"] for rule in plain["rule"]["rules"]] == [
        "gatekeeper",
        "weighted_majority",
    ]
    assert plain["rule"]["rules"][0]["actor"] == "Ruritania"
    assert plain["rule"]["rules"][1]["weights"] == {"Ruritania": 2, "Grand Fenwick": 1}
    assert case.resources[0].holders == ("Ruritania", "Grand Fenwick")
    assert case.options[0].asks == ("Ruritania",)
    assert case.calendar[0].changes[0].actor == "Ruritania"
    assert case.evidence[0].supports[:2] == (
        "actors.Ruritania.position",
        "issues.pass.status_quo",
    )
    named = [("case.toml", '"RU"', '"Ruritania"')] * 5 + [
        ("case.toml", "RU = 2", "Ruritania = 2"),
        ("evidence.csv", "actors.RU.", "actors.Ruritania."),
        ("evidence.csv", "issue.pass.", "issues.pass."),
    ]
    assert load(case_folder(*named)).hash == case.hash


def test_precedents_keep_month_precision_and_who_was_not_asked(case_folder):
    first, second = load(case_folder()).precedents
    assert (first.requested_on, first.requested_precision) == (
        dt.date(2026, 5, 15),
        "month",
    )
    assert first.requested_alt == (dt.date(2026, 3, 2),)
    assert first.governments_for == ("Borduria", "Syldavia")
    assert (second.governments_for, second.governments_against) == ((), None)
    assert second.public_no == (dt.date(2027, 2, 1), dt.date(2027, 3, 1))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_case_is_the_same_in_every_encoding(case_folder, encoding, separator):
    import csv
    import io

    accent = ("actors.csv", "Grand Fenwick,,sponsor", "Grand Fenwick,ÉF,sponsor")
    folder = case_folder(accent)
    expected = load(folder).hash
    for name in TABLES:
        rows = list(csv.reader(io.StringIO((folder / name).read_text("utf-8"))))
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=separator).writerows(rows)
        (folder / name).write_bytes(stream.getvalue().encode(encoding))
    assert load(folder).hash == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_case_toml_may_come_from_notepad(case_folder, encoding):
    folder = case_folder()
    expected = load(folder).hash
    path = folder / "case.toml"
    path.write_bytes(path.read_text().replace("\n", "\r\n").encode(encoding))
    assert load(folder).hash == expected


def test_decimal_commas_in_a_semicolon_table(case_folder):
    folder = case_folder()
    expected = load(folder).hash
    path = folder / "actors.csv"
    path.write_text(
        path.read_text().replace(";", " ").replace(",", ";").replace(".", ",")
    )
    assert load(folder).hash == expected


def test_several_issues_have_columns_of_their_own(case_folder):
    second = '[[issues]]\nid = "toll"\nname = "Toll"\nhigh = 5\n\n[rule]'
    folder = case_folder(
        ("case.toml", "[rule]", second),
        ("case.toml", 'position = "20|30|50"', "position = { toll = 3 }"),
        ("actors.csv", "position,salience", "position:pass,SALIENCE:Pass"),
        ("actors.csv", "evidence\n", "evidence,position:toll,salience:toll\n"),
        (
            "actors.csv",
            "position:e1; salience:e1\n",
            "position:e1; salience:e1,1,0.1\n",
        ),
        ("actors.csv", "0.6|0.8|0.9,e1\n", "0.6|0.8|0.9,e1,2,0.2\n"),
        ("actors.csv", "40,0,0,\n", "40,0,0,,3,0.3\n"),
    )
    case = load(folder)
    assert [[p.mode for p in actor.position] for actor in case.actors] == [
        [30, 1],
        [90, 2],
        [0, 3],
    ]
    assert [actor.salience[1].mode for actor in case.actors] == [0.1, 0.2, 0.3]


def test_a_bare_table_is_a_case(tmp_path):
    path = tmp_path / "tariff.csv"
    path.write_text("Salience,Actor,Position,Capability\n0.5,A,3,1\n1,B,4|7|9,2\n")
    case = load(path)
    assert (case.slug, case.question.kind, case.rule) == ("tariff", "position", None)
    assert (case.issues[0].low, case.issues[0].high) == (3, 9)
    assert "smallest to the largest position in it, 3 to 9" in case.summary
    assert load(str(path)).hash == case.hash


def test_the_path_of_case_toml_stands_for_its_folder(case_folder):
    folder = case_folder()
    assert load(folder / "case.toml").hash == load(folder).hash


def test_plain_data_restores_the_case(case_folder):
    case = load(case_folder())
    assert Case.model_validate(case.to_dict()).hash == case.hash


def test_reading_writes_nothing(case_folder):
    folder = case_folder()
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    load(folder)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.parametrize("slug", bundled())
def test_bundled_cases_load_by_slug(slug):
    assert load(slug).slug == slug


def test_an_unknown_slug_lists_those_there_are():
    slug = bundled()[0]
    with pytest.raises(
        CaseError, match=f"did you mean '{slug}'.* Bundled are .*{slug}"
    ):
        load(slug[:-1])
    with pytest.raises(CaseError, match=rf"xyzzy: there is no such .* are .*{slug}"):
        load("xyzzy")
    with pytest.raises(CaseError, match="there is no such bundled case"):
        load("")
    with pytest.raises(CaseError, match="there is no such bundled case"):
        load("a\0b" + "c" * 5000)


def test_the_module_is_cheap_to_import():
    code = (
        "import sys, suasion.casefile; "
        "sys.exit(any(name.split('.')[0] == 'scipy' for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("e1", {"capability": ("e1",), "position": ("e1",), "salience": ("e1",)}),
        (
            "position: e1 e2; salience:e2",
            {"position": ("e1", "e2"), "salience": ("e2",)},
        ),
        ("position:e1 salience:e2", {"position": ("e1",), "salience": ("e2",)}),
    ],
)
def test_a_field_in_an_evidence_cell_holds_up_to_the_next_or_the_semicolon(
    cell, expected
):
    cited = {field: tuple(ids) for field, ids in _cited(cell).items()}
    assert cited == expected
