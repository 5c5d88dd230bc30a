"""KTAB's scenarios: what is read, what is refused, and that writing gives it back."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion import ktab, ktab_xml
from suasion.assembly import decimal, from_percent, percent
from suasion.case import Actor, Case, Issue, Question
from suasion.problem import CaseError

GOLDEN = Path(__file__).parent / "golden"
CSV = """\
Tariff talks ,"High, or low?",3,2,
Actor,Description,Power,Duty,Sal,Term,Sal,
 A, Importer, 102.543, 75.79, 49.53,  6.37,  5.91,
B,"Producer, large",10,0,100,50,0
C,Grower$$ small,5,100,0.5,100,99.5,
"""
XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<Scenario>
  <name>Tariff talks</name>
  <desc>High, or low?</desc>
  <prngSeed>03707583219545544125</prngSeed>
  <ModelParameters>
    <VictoryProbModel>Square</VictoryProbModel>
    <PCEModel>MarkovUniform</PCEModel>
    <StateTransitions>Stochastic</StateTransitions>
    <VotingRule>Prop</VotingRule>
    <BigRAdjust>None</BigRAdjust>
    <BigRRange>Max</BigRRange>
    <ThirdPartyCommit>NoCommit</ThirdPartyCommit>
    <InterVecBrgn>S2PMax</InterVecBrgn>
    <BargnModel>PWCompInterp</BargnModel>
  </ModelParameters>
  <Dimensions><dName>Duty</dName><dName>Term</dName></Dimensions>
  <Actors>
    <Actor><name>A</name><description>Importer</description>
      <capability>102.543</capability>
      <Position><dCoord>75.79</dCoord><dCoord>6.37</dCoord></Position>
      <Salience><dSal>49.53</dSal><dSal>5.91</dSal></Salience></Actor>
    <Actor><name>B</name><description>Producer, large</description>
      <capability>10</capability>
      <Position><dCoord>0</dCoord><dCoord>50</dCoord></Position>
      <Salience><dSal>100</dSal><dSal>0</dSal></Salience></Actor>
    <Actor><name>C</name><description>Grower, small</description>
      <capability>5</capability>
      <Position><dCoord>100</dCoord><dCoord>100</dCoord></Position>
      <Salience><dSal>0.5</dSal><dSal>99.5</dSal></Salience></Actor>
  </Actors>
  <IdealAdjustment>
    <iaPair><adjustingIdeal>A</adjustingIdeal><referencePos>A</referencePos>
      <adjust>0.5</adjust></iaPair>
    <iaPair><adjustingIdeal>A</adjustingIdeal><referencePos>C</referencePos>
      <adjust>0.25</adjust></iaPair>
  </IdealAdjustment>
</Scenario>
"""


def file(tmp_path: Path, text: str, name: str = "tariff.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def change(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def numbers(case: Case) -> list[list[float]]:
    return [
        [
            actor.capability.mode,
            *(x.mode for x in actor.position),
            *(s.mode for s in actor.salience),
        ]
        for actor in case.actors
    ]


def test_every_field_of_a_csv_scenario_is_read(tmp_path):
    case = ktab.read(file(tmp_path, CSV))
    assert (case.title, case.summary) == ("Tariff talks", "High, or low?")
    assert (case.question.kind, case.slug) == ("position", "tariff")
    assert [(i.id, i.low, i.high) for i in case.issues] == [
        ("Duty", 0, 100),
        ("Term", 0, 100),
    ]
    assert case.actor_names == ("A", "B", "C")
    notes = [actor.note for actor in case.actors]
    assert notes == ["Importer", "Producer, large", "Grower, small"]
    assert numbers(case) == [
        [102.543, 75.79, 6.37, 0.4953, 0.0591],
        [10, 0, 50, 1, 0],
        [5, 100, 100, 0.005, 0.995],
    ]


def test_the_same_scenario_in_xml_has_the_same_numbers(tmp_path):
    xml = ktab_xml.read(file(tmp_path, XML, "tariff.xml"))
    csv = ktab.read(file(tmp_path, CSV))
    assert xml.actors == csv.actors
    assert xml.issues == csv.issues
    assert (xml.title, xml.summary) == (csv.title, csv.summary)
    assert "VictoryProbModel Square" in xml.coding.note
    assert "an accommodation matrix" in xml.coding.note


def test_parameters_seed_and_accommodation_are_kept(tmp_path):
    found = ktab_xml.parameters(file(tmp_path, XML, "tariff.xml"))
    assert found["prngSeed"] == 3707583219545544125
    assert {name: found[name] for name in ktab_xml.OPTIONS} == {
        "VictoryProbModel": "Square",
        "PCEModel": "MarkovUniform",
        "StateTransitions": "Stochastic",
        "VotingRule": "Prop",
        "BigRAdjust": "None",
        "BigRRange": "Max",
        "ThirdPartyCommit": "NoCommit",
        "InterVecBrgn": "S2PMax",
        "BargnModel": "PWCompInterp",
    }
    assert found["accommodation"] == [[0.5, 0, 0.25], [0, 1, 0], [0, 0, 1]]


def test_parameters_and_description_may_be_left_out(tmp_path):
    start, end = XML.index("<ModelParameters>"), XML.index("<Dimensions>")
    text = XML[:start] + XML[end:]
    start, end = text.index("<IdealAdj"), text.index("</Scenario>")
    text = change(text[:start] + text[end:], "<desc>High, or low?</desc>", "")
    path = file(tmp_path, text, "tariff.xml")
    assert ktab_xml.parameters(path) == {"prngSeed": 3707583219545544125}
    assert ktab_xml.read(path).summary == ""


@pytest.mark.parametrize("name", ["spatial-a.csv", "spatial-b.csv", "spatial-c.csv"])
def test_golden_scenarios_survive_both_formats(tmp_path, name):
    case = ktab.read(GOLDEN / name)
    again = ktab.read(file(tmp_path, ktab.csv_text(case), name))
    assert again.hash == case.hash
    xml = ktab_xml.read(file(tmp_path, ktab_xml.xml_text(case), "case.xml"))
    assert (xml.actors, xml.issues) == (case.actors, case.issues)


def test_xml_gives_back_the_case_and_its_parameters(tmp_path):
    path = file(tmp_path, XML, "tariff.xml")
    case, settings = ktab_xml.read(path), ktab_xml.parameters(path)
    path = file(tmp_path, ktab_xml.xml_text(case, settings), "tariff.xml")
    assert ktab_xml.read(path).hash == case.hash
    assert ktab_xml.parameters(path) == settings


def test_the_saliences_written_are_those_of_the_file(tmp_path):
    text = ktab.csv_text(ktab.read(file(tmp_path, CSV)))
    assert text.splitlines() == [
        'Tariff talks,"High, or low?",3,2',
        "Actor,Description,Power,Duty,Salience of Duty,Term,Salience of Term",
        "A,Importer,102.543,75.79,49.53,6.37,5.91",
        'B,"Producer, large",10,0,100,50,0',
        'C,"Grower, small",5,100,0.5,100,99.5',
    ]


@given(st.decimals(0, 100, places=6))
def test_percent_and_share_are_the_same_number(share):
    assert from_percent(decimal(percent(from_percent(share)))) == from_percent(share)


def test_names_lose_the_marks_of_paths_and_the_case_says_so(tmp_path):
    text = change(change(CSV, " A,", "U.S.,"), "Duty", "Duty: all")
    case = ktab.read(file(tmp_path, text))
    assert case.actor_names[0] == "US"
    assert (case.issues[0].id, case.issues[0].name) == ("Duty all", "Duty: all")
    assert "'Duty: all' is 'Duty all', 'U.S.' is 'US'" in case.coding.note


BAD_CSV = [
    (",3,2,", ",4,2,", r"line 1, actors: found '4'; the file has 3 lines of actors"),
    (",3,2,", ",three,2", r"line 1, actors: found 'three'; line 1 has the number"),
    (",3,2,", ",3,,", r"line 1, dimensions: found ''; line 1 has .* in field 4"),
    ("Duty", " ", r"line 2, dimension 1: found ''; a dimension has a name"),
    ("50,0\n", "50\n", r"line 4 \(B\): found '6 fields'; a line has 7 fields here"),
    ("50,0\n", "50,0,9\n", r"line 4 \(B\): found '8 fields'"),
    (",10,0,", ",ten,0,", r"line 4 \(B\), capability: found 'ten'; a number is needed"),
    (",10,0,", ",0,0,", r"line 4 \(B\), capability: found '0'; a capability is above"),
    (",10,0,", ",1e9,0,", r"line 4 \(B\), capability: found '1e9'; .* at most 100000000"),
    ("75.79", "nan", r"line 3 \(A\), position on Duty: found 'nan'; a number"),
    ("75.79", "101", r"line 3 \(A\), position on Duty: found '101'; .* 0 to 100"),
    ("75.79", "-1", r"line 3 \(A\), position on Duty: found '-1'; .* 0 to 100"),
    ("99.5", "100", r"line 5 \(C\), salience: found '100.5'; the saliences .* at most"),
    ("0,100,50", "0,0,50", r"line 4 \(B\), salience: found '0'; .* sum to more than 0"),
    ("\nB,", "\n,", r"line 4, name: found ''; an actor has a name"),
    ("\nB,", "\n" + 26 * "B" + ",", r"line 4 .*, name: .* at most 25 characters, not 26"),
    ("Importer", 257 * "x", r"line 3 \(A\), description: .* at most 256"),
    ("Tariff", 513 * "x", r"line 1, name: .* at most 512 characters"),
    ("Duty", 257 * "x", r"line 2, dimension 1: .* at most 256"),
    ("Term", "duty", r"issues: found 'duty'; two issues have this name"),
    ("\nB,", "\na,", r"line 4 \(a\), actor: found 'a'; this name is taken by line 3 \(A\)"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "match"), BAD_CSV)
def test_a_bad_csv_is_refused_by_line_actor_and_field(tmp_path, old, new, match):
    with pytest.raises(CaseError, match=rf"tariff\.csv, {match}"):
        ktab.read(file(tmp_path, change(CSV, old, new)))


def test_all_problems_are_said_at_once(tmp_path):
    text = change(change(CSV, "75.79", "x"), ",10,0", ",-1,0")
    with pytest.raises(CaseError) as caught:
        ktab.read(file(tmp_path, text))
    assert [p.place for p in caught.value.problems] == ["line 3 (A)", "line 4 (B)"]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_scenario_saved_with_another_separator_is_the_same(tmp_path, separator):
    rows = csv.reader(io.StringIO(CSV), skipinitialspace=True)
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator="\n").writerows(rows)
    assert ktab.read(file(tmp_path, stream.getvalue())).hash == (
        ktab.read(file(tmp_path, CSV)).hash
    )


def test_numbers_of_a_line_with_too_few_fields_are_not_guessed_at(tmp_path):
    with pytest.raises(CaseError) as caught:
        ktab.read(file(tmp_path, change(CSV, "50,0\n", "50\n")))
    assert [p.found for p in caught.value.problems] == ["6 fields"]


@pytest.mark.parametrize("text", ["", "\n\n", "one line,x,3,1\n"])
def test_a_file_without_two_lines_is_refused(tmp_path, text):
    with pytest.raises(CaseError, match="a line of its name and counts"):
        ktab.read(file(tmp_path, text))


BAD_XML = [
    ("<prngSeed>0370", "<prngSeed>9990370", r"Scenario, prngSeed: .* 0 to 2\^64 - 1"),
    ("<prngSeed>03707583219545544125</prngSeed>", "", "prngSeed is needed"),
    (">Square<", ">Squared<", "VictoryProbModel: found 'Squared'; .* mean 'Square'"),
    ("<PCEModel>MarkovUniform</PCEModel>", "", "PCEModel is needed"),
    ("<name>Tariff talks</name>", "", "Scenario, name: name is needed"),
    ("<name>B</name>", "", r"Actor 2, name: found ''; an actor has a name"),
    ("Producer, large", "", r"Actor 2 \(B\), description: description is needed"),
    (">10<", "><", r"Actor 2 \(B\), capability: found ''; a number is needed"),
    (">75.79<", ">175.79<", r"Actor 1 \(A\), position on Duty: found '175.79'"),
    (">49.53<", ">99.53<", r"Actor 1 \(A\), salience: found '105.44'"),
    (
        "<dSal>0</dSal>",
        "",
        r"Actor 2 \(B\), dSal: found '1 of them'; there is one dSal",
    ),
    ("<dName>Term</dName>", "<dName/>", "Dimensions, dName: there is at least one"),
    (">0.25<", ">0.75<", "IdealAdjustment, A: found '1.25'; .* sum to at most 1"),
    (
        ">0.25<",
        ">-0.25<",
        "iaPair 2, adjust: found '-0.25'; adjust lies between 0 and 1",
    ),
    (
        "<referencePos>C",
        "<referencePos>Q",
        "iaPair 2, referencePos: found 'Q'; there is no such actor",
    ),
    ("</Scenario>", "", "line 37: not XML"),
]


@pytest.mark.parametrize(("old", "new", "match"), BAD_XML)
def test_a_bad_xml_is_refused_by_element_actor_and_field(tmp_path, old, new, match):
    path = file(tmp_path, change(XML, old, new), "tariff.xml")
    with pytest.raises(CaseError, match=match):
        ktab_xml.read(path)


def test_other_xml_is_not_a_scenario(tmp_path):
    path = file(tmp_path, "<html/>", "page.xml")
    with pytest.raises(CaseError, match="found '<html>'; a scenario of KTAB is"):
        ktab_xml.read(path)


def built(**more: Any) -> Case:
    data = {
        "title": "Toll",
        "slug": "toll",
        "question": Question(text="How high?"),
        "issues": (Issue(id="toll", name="Toll", low=-2, high=2),),
        "actors": tuple(
            Actor(name=name, capability=c, position=(x,), salience=("0.1|0.2|0.3",))
            for name, c, x in (("A", 1, -2), ("B", 2, 1), ("C", 3, 2))
        ),
    }
    return Case.model_validate({**data, **more})


def test_scales_are_written_from_0_to_100_and_numbers_as_modes(tmp_path):
    case = ktab.read(file(tmp_path, ktab.csv_text(built())))
    assert numbers(case) == [[1, 0, 0.2], [2, 75, 0.2], [3, 100, 0.2]]


@pytest.mark.parametrize(
    ("actor", "match"),
    [
        ({"salience": (0.0,)}, "actor D, salience: found '0'; .* above 0 and at most"),
        ({"capability": 2e8}, "actor D, capability: .* at most 100000000"),
        ({"name": 26 * "D"}, "name: .* at most 25 characters"),
        ({"note": "$$ and cents"}, r"KTAB reads \$\$ as a comma"),
    ],
)
def test_what_ktab_cannot_carry_is_refused(actor, match):
    plain = {"name": "D", "capability": 1, "position": (0,), "salience": (0.5,)}
    actors = (*built().actors, Actor(**{**plain, **actor}))
    with pytest.raises(CaseError, match=rf"scenario\.csv.*{match}"):
        ktab.csv_text(built(actors=actors))


def test_too_few_actors_are_refused():
    with pytest.raises(CaseError, match="found '2'; KTAB's scenarios have 3 to 250"):
        ktab_xml.xml_text(built(actors=built().actors[:2]))


def test_two_issues_of_one_name_are_refused():
    issues = tuple(Issue(id=i, name="Toll", low=0, high=1) for i in "ab")
    actors = tuple(
        Actor(name=name, capability=1, position=(0, x), salience=(0.5, 0.5))
        for name, x in (("A", 0), ("B", 1), ("C", 1))
    )
    with pytest.raises(CaseError, match=r"issues, name: found 'Toll'; .* two issues"):
        ktab.csv_text(built(issues=issues, actors=actors))
