"""Any supported file becomes a case, and a case becomes a folder or a file again."""

from __future__ import annotations

import sys
from pathlib import Path

import openpyxl
import pytest

from suasion import ktab, ktab_xml
from suasion.case import Actor, Case, Issue, Landmark, Question
from suasion.casefile import load
from suasion.exporting import FORMATS, export, write_folder
from suasion.importing import format_of, parameters, read
from suasion.problem import CaseError, SuasionError

GOLDEN = Path(__file__).parent / "golden"
PLAIN = """\
Actor;Capability;Position:Toll;Salience:Toll;Position:term, net;Salience:term, net;Note
North;2;5;0,5;10|15|20;0,2;"first; of two"
South;1;9;0,1;30;0,9;
"""


def same(first: Case, second: Case) -> bool:
    """Equal but for the slug."""
    return first.hash == second.model_copy(update={"slug": first.slug}).hash


def plain(tmp_path: Path, text: str = PLAIN) -> Path:
    path = tmp_path / "pass.csv"
    path.write_text(text, encoding="utf-8")
    return path


def xml(tmp_path: Path) -> Path:
    case = ktab.read(GOLDEN / "spatial-a.csv")
    path = tmp_path / "spatial-a.csv"  # what it is, its content says
    path.write_text(ktab_xml.xml_text(case, {"prngSeed": 7}), encoding="utf-8")
    return path


def test_the_content_says_what_a_file_is(tmp_path):
    assert format_of(GOLDEN / "spatial-a.csv") == "ktab"
    assert format_of(GOLDEN / "exchange-a.csv") == "decide"
    assert format_of(GOLDEN / "challenge-a.csv") == "table"
    assert format_of(plain(tmp_path)) == "table"
    assert format_of(xml(tmp_path)) == "ktab-xml"


def test_every_format_is_read(tmp_path):
    assert len(read(GOLDEN / "spatial-a.csv").actors) == 8
    assert len(read(GOLDEN / "exchange-a.csv").issues) == 4
    assert same(read(GOLDEN / "challenge-a.csv"), load(GOLDEN / "challenge-a.csv"))
    assert read(xml(tmp_path)).actors == read(GOLDEN / "spatial-a.csv").actors
    assert read("ec-emission-standards").slug == "ec-emission-standards"


def test_parameters_come_with_ktabs_xml_alone(tmp_path):
    assert parameters(xml(tmp_path)) == {"prngSeed": 7}
    assert parameters(GOLDEN / "spatial-a.csv") == {}
    assert parameters("ec-emission-standards") == {}


def test_a_plain_table_may_have_several_issues(tmp_path):
    case = read(plain(tmp_path))
    assert [(i.id, i.low, i.high) for i in case.issues] == [
        ("Toll", 5, 9),
        ("term, net", 10, 30),
    ]
    north, south = case.actors
    assert [str(x) for x in north.position] == ["5", "10|15|20"]
    assert [s.mode for s in south.salience] == [0.1, 0.9]
    assert north.note == "first; of two"
    assert "from the table pass.csv alone" in case.summary


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("Salience:Toll", "Weight", "'salience:Toll'|no such column"),
        ("0,9", "90", r"row 3 \(South\), salience:term, net: found '90'; .* 0 and 1"),
        (";9;", ";5;", "position:Toll: found '5'; a bare table needs two positions"),
        ("South;1", "North;1", r"row 3 \(North\), actor: found 'North'; .* taken"),
        ("Actor", "Country", "header lacks 'actor'"),
        ("Position:Toll", "Position:", "found 'position:'; an issue has a name|lacks"),
        ("Position:term", "Positionterm", "a column position:<issue> and one salience"),
    ],
)
def test_a_bad_table_is_refused_by_row_and_column(tmp_path, old, new, match):
    assert old in PLAIN
    with pytest.raises(CaseError, match=match):
        read(plain(tmp_path, PLAIN.replace(old, new, 1)))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(
        CaseError, match="there is no such bundled case, folder or table"
    ):
        read(tmp_path / "nothing.csv")


# --- workbooks ---------------------------------------------------------------------


def workbook(tmp_path: Path, *sheets: tuple[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "pass.xlsx"
    book.save(path)
    return path


TABLE = [
    ["Actor", "Capability", "Position", "Salience"],
    ["North", 2, 5.5, 0.5],
    ["South", 1, "6|7|8", 1],
]


def test_a_workbook_is_read_like_the_table_in_it(tmp_path):
    case = read(workbook(tmp_path, ("Notes", [["draft"]]), ("Actors", TABLE)))
    text = "\n".join(",".join(map(str, row)) for row in TABLE)
    expected = load(plain(tmp_path, text))
    assert (case.actors, case.issues) == (expected.actors, expected.issues)
    assert format_of(tmp_path / "pass.xlsx") == "xlsx"
    assert "from the table pass.xlsx alone" in case.summary


def test_blank_rows_above_a_table_do_not_change_what_it_is(tmp_path):
    path = workbook(tmp_path, ("actors", [[None] * 4, *TABLE]))
    assert read(path).actor_names == ("North", "South")


def test_without_a_sheet_of_actors_the_first_counts(tmp_path):
    case = read(workbook(tmp_path, ("Sheet1", TABLE), ("Notes", [["draft"]])))
    assert case.actor_names == ("North", "South")


@pytest.mark.parametrize("name", ["spatial-a.csv", "exchange-a.csv"])
def test_peers_formats_may_stand_in_a_workbook(tmp_path, name):
    separator = "\t" if name.startswith("exchange") else ","
    rows = [
        [float(cell) if cell.replace(".", "").isdigit() else cell for cell in cells]
        for cells in (
            line.split(separator) for line in (GOLDEN / name).read_text().splitlines()
        )
    ]
    assert read(workbook(tmp_path, ("x", rows))).actors == read(GOLDEN / name).actors


def test_problems_of_a_workbook_name_it_and_the_row_it_shows(tmp_path):
    rows = [TABLE[0], [], ["North", 2, 5, 50], ["South", 1, 7, 1]]
    with pytest.raises(CaseError, match=r"pass\.xlsx, row 3 \(North\), salience: .*50"):
        read(workbook(tmp_path, ("actors", rows)))


def test_a_broken_workbook_is_said(tmp_path):
    import zipfile

    path = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nothing", "here")
    with pytest.raises(CaseError, match=r"broken\.xlsx: the workbook cannot be read"):
        read(path)


def test_without_openpyxl_the_message_says_what_to_install(tmp_path, monkeypatch):
    path = workbook(tmp_path, ("actors", TABLE))
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(SuasionError, match=r"pip install 'suasion\[xlsx\]'"):
        read(path)
    with pytest.raises(SuasionError, match=r"pip install 'suasion\[xlsx\]'"):
        export(load("ec-emission-standards"), tmp_path / "a.xlsx", "xlsx")


# --- folders -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["spatial-b.csv", "exchange-a.csv", "challenge-a.csv", "pass.csv", "x.xlsx"]
)
def test_a_folder_gives_back_the_case(tmp_path, name):
    if name == "pass.csv":
        case = read(plain(tmp_path))
    elif name == "x.xlsx":
        case = read(workbook(tmp_path, ("actors", TABLE)))
    else:
        case = read(GOLDEN / name)
    folder = write_folder(case, tmp_path / "new")
    assert sorted(path.name for path in folder.iterdir()) == ["actors.csv", "case.toml"]
    assert same(load(folder), case)


def test_a_folder_carries_all_that_case_toml_can_say(tmp_path, deep_strikes):
    bare = {"evidence": {}}
    case = deep_strikes.model_copy(
        update={
            "title": 'Back\\slash, "quotes", tab\t, line\nand \x7f',
            "evidence": (),
            "sources": (),
            "precedents": (),
            "resolution": None,
            "actors": tuple(a.model_copy(update=bare) for a in deep_strikes.actors),
            "resources": tuple(
                r.model_copy(update={"evidence": ()}) for r in deep_strikes.resources
            ),
            "requirements": tuple(
                r.model_copy(update={"evidence": ()}) for r in deep_strikes.requirements
            ),
            "calendar": tuple(
                e.model_copy(update={"evidence": ()}) for e in deep_strikes.calendar
            ),
        }
    )
    assert same(load(write_folder(case, tmp_path / "new")), case)


def test_a_folder_that_exists_is_left_alone(tmp_path):
    case = read(GOLDEN / "challenge-a.csv")
    (tmp_path / "here").mkdir()
    with pytest.raises(CaseError, match="there is something of that name"):
        write_folder(case, tmp_path / "here")
    with pytest.raises(CaseError, match="there is no folder"):
        write_folder(case, tmp_path / "not" / "here")
    assert list((tmp_path / "here").iterdir()) == []


def test_a_case_with_evidence_is_kept_where_it_is(tmp_path, deep_strikes):
    with pytest.raises(CaseError, match=r"sources, evidence.* kept in its own"):
        write_folder(deep_strikes, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="disk is full"):
        write_folder(read(GOLDEN / "challenge-a.csv"), tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


# --- files for others --------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "name"),
    [
        ("ktab", "spatial-a.csv"),
        ("ktab-xml", "spatial-a.csv"),
        ("decide", "exchange-a.csv"),
        ("csv", "challenge-a.csv"),
        ("xlsx", "challenge-a.csv"),
        ("csv", "pass.csv"),
        ("xlsx", "pass.csv"),
    ],
)
def test_what_is_exported_is_read_back(tmp_path, format, name):
    case = read(plain(tmp_path) if name == "pass.csv" else GOLDEN / name)
    export(case, tmp_path / "out", format)
    again = read(tmp_path / "out")
    assert again.actors == case.actors
    assert [(i.id, i.low, i.high) for i in again.issues] == [
        (i.id, i.low, i.high) for i in case.issues
    ]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "out") in (
        [],
        ["pass.csv"],
    )


def test_settings_of_ktab_go_through_xml(tmp_path):
    settings = {name: options[0] for name, options in ktab_xml.OPTIONS.items()}
    follows = [[float(i == j) for j in range(6)] for i in range(6)]
    follows[2] = [0.1, 0, 0.2, 0, 0, 0]
    settings |= {"prngSeed": 3, "accommodation": follows}
    case = read(GOLDEN / "spatial-b.csv")
    said = export(case, tmp_path / "out.xml", "ktab-xml", settings)
    assert parameters(tmp_path / "out.xml") == settings
    assert not any("seed" in sentence for sentence in said)
    said = export(case, tmp_path / "out.csv", "ktab", settings)
    assert "Left out: settings of KTAB's model." in said


def odd() -> Case:
    return Case(
        title="Toll",
        slug="toll",
        question=Question(text="How high?"),
        issues=(
            Issue(
                id="toll",
                name="The toll",
                low=0,
                high=8,
                unit="crowns",
                landmarks=(Landmark(at=4, label="half"),),
            ),
        ),
        actors=(
            Actor(name="A", code="a", capability=5, position=("1|2|3",), salience=(1,)),
            Actor(name="B", capability=10, position=(4,), salience=(0.5,)),
            Actor(name="C", capability=10, position=(6,), salience=(0.1,), note="=C"),
            Actor(name="D", capability=10, position=(7,), salience=(0,)),
        ),
    )


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("decide", "Capabilities are divided by the largest of them."),
        ("decide", "Landmarks are written without their labels."),
        ("decide", "Left out, with salience 0: D on toll."),
        ("decide", "Left out, without any salience: D."),
        ("decide", "Left out: title, question.text, issue.unit, actor.code."),
        ("decide", "Uncertain numbers are written as their modes."),
        ("csv", "The toll: the scale 0 to 8 is not in the table; "
         "read alone, it runs from 1 to 7."),
        ("xlsx", "Left out: title, question.text, issue.unit, "
         "issue.landmarks, issue.name."),
    ],
)  # fmt: skip
def test_what_a_format_has_no_place_for_is_said(tmp_path, format, expected):
    assert expected in export(odd(), tmp_path / "out", format)


def test_what_is_exported_to_decide_without_the_silent_is_read_back(tmp_path):
    export(odd(), tmp_path / "out", "decide")
    assert read(tmp_path / "out").actor_names == ("A", "B", "C")


def test_a_table_of_one_issue_loses_its_name_and_says_so(tmp_path):
    issue = Issue(id="toll", name="toll", low=1, high=7)
    said = export(odd().model_copy(update={"issues": (issue,)}), tmp_path / "o", "csv")
    assert said == ("Left out: title, question.text, issue.name.",)


def test_the_scale_of_ktab_is_said_and_what_it_cannot_carry_refused(tmp_path):
    with pytest.raises(CaseError, match="actor D, salience: found '0'"):
        export(odd(), tmp_path / "out.csv", "ktab")
    assert list(tmp_path.iterdir()) == []
    case = odd().model_copy(update={"actors": odd().actors[:3]})
    said = export(case, tmp_path / "out.csv", "ktab")
    assert "The toll: the scale 0 to 8 is written as 0 to 100." in said
    assert [a.position[0].mode for a in read(tmp_path / "out.csv").actors] == [
        25,
        50,
        75,
    ]


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    export(odd(), tmp_path / "out.xlsx", "xlsx")
    assert read(tmp_path / "out.xlsx").actor("C").note == "=C"


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(
        CaseError, match="there is no such format; did you mean 'decide'"
    ):
        export(odd(), tmp_path / "out", "decid")
    with pytest.raises(CaseError, match="there is no folder"):
        export(odd(), tmp_path / "not" / "out", FORMATS[0])
