"""KTAB's Spatial Model of Politics: scenarios in XML, with settings of the model.

`Scenario` has `name`, `desc`, `prngSeed`, `ModelParameters`, `Dimensions` (`dName`),
`Actors` (`Actor` with `name`, `description`, `capability`, `Position` of `dCoord`,
`Salience` of `dSal`) and `IdealAdjustment` (`iaPair` with `adjustingIdeal`,
`referencePos`, `adjust`). Numbers have the ranges of the CSV (`suasion.ktab`); KTAB does
not check that positions lie between 0 and 100, we do.

Settings are not part of a case. `parameters` returns them, and the case says in the
note of its coding which there were.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path
from typing import Any

from suasion.assembly import Complaints, decimal, plain_name, printable
from suasion.case import Case
from suasion.ktab import (
    Line,
    assemble_scenario,
    scenario_lines,
)
from suasion.problem import CaseError
from suasion.tablefile import read_text
from suasion.wording import did_you_mean

__all__ = ["OPTIONS", "SEED", "parameters", "read", "xml_text"]

OPTIONS: dict[str, tuple[str, ...]] = {
    "VictoryProbModel": ("Linear", "Square", "Quartic", "Octic", "Binary"),
    "PCEModel": ("Conditional", "MarkovIncentive", "MarkovUniform"),
    "StateTransitions": ("Deterministic", "Stochastic"),
    "VotingRule": ("Binary", "PropBin", "Prop", "PropCbc", "Cubic", "ASymProsp"),
    "BigRAdjust": ("None", "OneThird", "Half", "TwoThirds", "Full"),
    "BigRRange": ("Min", "Mid", "Max"),
    "ThirdPartyCommit": ("NoCommit", "SemiCommit", "FullCommit"),
    "InterVecBrgn": ("S1P1", "S2P2", "S2PMax"),
    "BargnModel": ("InitOnlyInterp", "InitRcvrInterp", "PWCompInterp"),
}
"""Parameters of the model in the order of KTAB's vector, each with its options."""

SEED = 0xD67CC16FE69C185C
"""KTAB's seed unless a file has another one."""


def read(path: str | os.PathLike[str]) -> Case:
    """Read a scenario.

    Raises
    ------
    CaseError
        If it cannot be read or breaks a rule of the format: all problems at once, each
        with element, actor and field.
    """
    return _read(Path(path))[0]


def parameters(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the settings of the model in a scenario.

    Returns
    -------
    dict
        `prngSeed`, an int; if the file has `ModelParameters`, the nine of `OPTIONS`,
        each the name of an option; if it has `IdealAdjustment`, `accommodation`: rows
        of the matrix of how much an actor's ideal (row) follows the position of another
        (column), in the order of the case.

    Raises
    ------
    CaseError
        As `read`.
    """
    return _read(Path(path))[1]


def _read(path: Path) -> tuple[Case, dict[str, Any]]:
    wrong = Complaints(path.name)
    try:
        root = ET.fromstring(read_text(path).strip())
    except ET.ParseError as error:
        cure = "open it in a program that checks XML"
        wrong.say(f"line {error.position[0]}", "", None, f"not XML ({error})", cure)
        raise CaseError(wrong) from None
    if root.tag != "Scenario":
        rule = "a scenario of KTAB is an element Scenario"
        wrong.say("", "", f"<{root.tag}>", rule, "check that it is the right file")
        raise CaseError(wrong)
    title = _text(root, "name", "Scenario", wrong)
    dimensions = [(d.text or "").strip() for d in root.iterfind("Dimensions/dName")]
    if not dimensions or not all(map(plain_name, dimensions)):
        rule = "there is at least one dimension, and each has a name"
        wrong.say("Dimensions", "dName", None, rule, "write a dName for each")
    rows = []
    for k, actor in enumerate(root.iterfind("Actors/Actor"), start=1):
        name = (actor.findtext("name") or "").strip()
        place = f"Actor {k} ({name})" if name else f"Actor {k}"
        row = Line(
            place=place,
            name=name,
            description=_text(actor, "description", place, wrong),
            capability=(actor.findtext("capability") or "").strip(),
            position=[d.text or "" for d in actor.iterfind("Position/dCoord")],
            salience=[d.text or "" for d in actor.iterfind("Salience/dSal")],
        )
        for tag, cells in (("dCoord", row.position), ("dSal", row.salience)):
            if len(cells) != len(dimensions):
                rule = f"there is one {tag} for each of {len(dimensions)} dimensions"
                wrong.say(place, tag, f"{len(cells)} of them", rule, "add or remove")
        rows.append(row)
    settings = _settings(root, [row.name for row in rows], wrong)
    said = ["Settings of KTAB's model in the file: " + _shown(settings) + "."]
    case = assemble_scenario(
        path, title, root.findtext("desc") or "", dimensions, rows, said, wrong
    )
    return case, settings


def _text(element: ET.Element, tag: str, place: str, wrong: Complaints) -> str:
    text = (element.findtext(tag) or "").strip()
    if not text:
        wrong.say(place, tag, None, f"{tag} is needed and not empty", f"add {tag}")
    return text


def _settings(root: ET.Element, actors: list[str], wrong: Complaints) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    seed = _text(root, "prngSeed", "Scenario", wrong)
    if seed and not (seed.isascii() and seed.isdigit() and int(seed) < 2**64):
        rule = "a seed is a whole number from 0 to 2^64 - 1"
        wrong.say("Scenario", "prngSeed", seed, rule, f"write {SEED}, KTAB's own")
    elif seed:
        settings["prngSeed"] = int(seed)
    group = root.find("ModelParameters")
    for name, options in OPTIONS.items() if group is not None else ():
        option = _text(group, name, "ModelParameters", wrong)  # type: ignore[arg-type]
        if option and option not in options:
            rule = f"this is one of {', '.join(options)}"
            wrong.say(
                "ModelParameters", name, option, rule, did_you_mean(option, options)
            )
        settings[name] = option
    adjustment = root.find("IdealAdjustment")
    if adjustment is not None:
        settings["accommodation"] = _accommodation(adjustment, actors, wrong)
    return settings


def _accommodation(
    adjustment: ET.Element, actors: list[str], wrong: Complaints
) -> list[list[float]]:
    """Matrix of accommodation: the identity, but for the pairs in the file."""
    matrix = [
        [Decimal(int(i == j)) for j in range(len(actors))] for i in range(len(actors))
    ]
    for k, pair in enumerate(adjustment.iterfind("iaPair"), start=1):
        place = f"iaPair {k}"
        ends = []
        for tag in ("adjustingIdeal", "referencePos"):
            name = _text(pair, tag, place, wrong)
            if name in actors:
                ends.append(actors.index(name))
            elif name:
                rule = "there is no such actor in the file"
                wrong.say(place, tag, name, rule, did_you_mean(name, actors))
        share = decimal(pair.findtext("adjust") or "")
        if share is None or not 0 <= share <= 1:
            found = (pair.findtext("adjust") or "").strip()
            rule, cure = "adjust lies between 0 and 1", "write a share, such as 0.3"
            wrong.say(place, "adjust", found, rule, cure)
        elif len(ends) == 2:
            matrix[ends[0]][ends[1]] = share
    for name, row in zip(actors, matrix, strict=True):
        if sum(row) > 1:
            rule = "the shares by which an ideal follows positions sum to at most 1"
            cure = f"add a pair of {name} with itself that has a smaller adjust"
            wrong.say("IdealAdjustment", name, str(sum(row)), rule, cure)
    return [[float(share) for share in row] for row in matrix]


def _shown(settings: dict[str, Any]) -> str:
    words = [f"{k} {v}" for k, v in settings.items() if k != "accommodation"]
    rows = settings.get("accommodation", [])
    if any(
        share != (i == j) for i, row in enumerate(rows) for j, share in enumerate(row)
    ):
        words.append("an accommodation matrix")
    return ", ".join(words)


def xml_text(
    case: Case, parameters: dict[str, Any] | None = None, file: str = "scenario.xml"
) -> str:
    """Write a case as KTAB's XML, with settings as `parameters` returns them.

    Raises
    ------
    CaseError
        If the format cannot carry the case.
    """
    wrong = Complaints(file)
    rows = scenario_lines(case, wrong)
    if wrong:
        raise CaseError(wrong)
    settings = parameters or {}
    root = ET.Element("Scenario")
    _add(root, "name", printable(case.title))
    if case.summary:
        _add(root, "desc", printable(case.summary))
    _add(root, "prngSeed", str(settings.get("prngSeed", SEED)))
    if settings.keys() & OPTIONS.keys():
        group = ET.SubElement(root, "ModelParameters")
        for name in OPTIONS:
            _add(group, name, settings[name])
    group = ET.SubElement(root, "Dimensions")
    for issue in case.issues:
        _add(group, "dName", printable(issue.name))
    group = ET.SubElement(root, "Actors")
    for row in rows:
        actor = ET.SubElement(group, "Actor")
        _add(actor, "name", row.name)
        _add(actor, "description", row.description)
        _add(actor, "capability", row.capability)
        for tag, leaf, numbers in (
            ("Position", "dCoord", row.position),
            ("Salience", "dSal", row.salience),
        ):
            inner = ET.SubElement(actor, tag)
            for number in numbers:
                _add(inner, leaf, number)
    matrix = settings.get("accommodation")
    if matrix is not None:
        group = ET.SubElement(root, "IdealAdjustment")
        for i, shares in enumerate(matrix):
            for j, share in enumerate(shares):
                if share != (i == j):
                    pair = ET.SubElement(group, "iaPair")
                    _add(pair, "adjustingIdeal", rows[i].name)
                    _add(pair, "referencePos", rows[j].name)
                    _add(pair, "adjust", repr(float(share)))
    ET.indent(root)
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return declaration + ET.tostring(root, encoding="unicode") + "\n"


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text
