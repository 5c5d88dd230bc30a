"""KTAB's Spatial Model of Politics: scenarios in CSV.

Line 1
    Name and description of the scenario, number of actors, number of dimensions.
Line 2
    Headings; from the fourth on, in pairs, a dimension's name and a heading for its
    salience.
Then one line per actor
    Name, description, capability, and for each dimension position and salience.

Fields may be quoted; `$$` stands for a comma; a comma at the end of a line is allowed.
Files that a spreadsheet has saved with semicolons or tabs are read, too.
Positions and saliences run from 0 to 100; the saliences of an actor sum to at most 100,
and are not all zero. In a case a salience of 49.53 is 0.4953.

Source: KTAB (KAPSARC Toolkit for Behavioral Analysis), program `smpc`, 2019. Its XML is
in `suasion.ktab_xml`.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from suasion.assembly import (
    Complaints,
    assemble,
    decimal,
    from_percent,
    percent,
    plain_name,
    printable,
    renamed,
)
from suasion.case import Actor, Case, Issue
from suasion.problem import CaseError
from suasion.tablefile import read_text
from suasion.uncertain import Uncertain

__all__ = [
    "Line",
    "assemble_scenario",
    "csv_text",
    "read",
    "scenario_lines",
    "separator_of",
]

_ACTORS = (3, 250)
_MOST_CAPABILITY = 100_000_000
_LONGEST = {"name": 512, "description": 512, "dimension": 256}
_LONGEST_OF_ACTOR = {"name": 25, "description": 256}


@dataclass(frozen=True)
class Line:
    """What a file says of an actor, not yet checked."""

    place: str
    name: str
    description: str
    capability: str
    position: Sequence[str]
    salience: Sequence[str]


def read(path: str | os.PathLike[str]) -> Case:
    """Read a scenario.

    Raises
    ------
    CaseError
        If it cannot be read or breaks a rule of the format: all problems at once, each
        with line, actor and field.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "tariff.csv")
    >>> _ = path.write_text('''Tariff,"High, or low?",3,1
    ... Actor,Description,Power,Duty,Salience
    ... A,Importer,10,0,50
    ... B,Producer$$ large,20,90,80
    ... C,Producer,5,60,20,''')
    >>> case = read(path)
    >>> case.summary, case.issues[0].id, case.actor("B").note
    ('High, or low?', 'Duty', 'Producer, large')
    >>> case.actor("C").salience
    (Uncertain('0.2'),)
    """
    path = Path(path)
    wrong = Complaints(path.name)
    lines = _lines(read_text(path), wrong)
    if len(lines) < 2:
        if not wrong:
            rule = "a scenario has a line of its name and counts, and one of headings"
            cure = "begin with: name,description,number of actors,number of dimensions"
            wrong.say("line 1", "", None, rule, cure)
        raise CaseError(wrong)
    (first, head), (second, headings), *rest = lines
    place = f"line {first}"
    head = [*head, "", "", "", ""][:4]
    for field, cell in zip(("name", "description"), head[:2], strict=True):
        _check_length(cell, field, _LONGEST[field], place, wrong)
    counts = [
        _count(cell, field, place, wrong)
        for field, cell in zip(("actors", "dimensions"), head[2:], strict=True)
    ]
    if counts[1] is None:
        raise CaseError(wrong)
    width = 3 + 2 * counts[1]
    place = f"line {second}"
    headings = _cells(headings, width, place, wrong)
    names = headings[3:width:2]
    for k, name in enumerate(names, start=1):
        if not plain_name(name):
            cure = "write its name above its positions"
            wrong.say(place, f"dimension {k}", name, "a dimension has a name", cure)
        _check_length(name, f"dimension {k}", _LONGEST["dimension"], place, wrong)
    rows = []
    for number, cells in rest:
        label = f" ({cells[0].strip()})" if cells[0].strip() else ""
        place = f"line {number}{label}"
        before = len(wrong)
        cells = _cells(cells, width, place, wrong)
        if len(wrong) > before:  # which numbers these are cannot be known
            cells = cells[:3]
        for field, cell in zip(_LONGEST_OF_ACTOR, cells, strict=False):
            _check_length(cell, field, _LONGEST_OF_ACTOR[field], place, wrong)
        name, description, capability = cells[:3]
        line = Line(place, name, description, capability, cells[3::2], cells[4::2])
        rows.append(line)
    if counts[0] is not None and counts[0] != len(rows):
        rule = f"the file has {len(rows)} lines of actors"
        wrong.say(
            f"line {first}", "actors", head[2], rule, f"write {len(rows)}, or mend them"
        )
    title = head[0].strip() or path.stem
    return assemble_scenario(path, title, head[1], names, rows, [], wrong)


def separator_of(text: str) -> str | None:
    r"""Return the separator with which line 1 has both counts: comma, semicolon or tab.

    None if there is no such: it is no scenario, or its line 1 is wrong.

    Examples
    --------
    >>> separator_of("Tariff;High, or low?;3;1"), separator_of("actor,capability")
    (';', None)
    """
    for separator in ",;\t":
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True
        )
        try:
            first = next((cells for cells in reader if any(map(str.strip, cells))), [])
        except csv.Error:
            continue
        if [cell.strip().isdigit() for cell in first[2:4]] == [True, True]:
            return separator
    return None


def _lines(text: str, wrong: Complaints) -> list[tuple[int, list[str]]]:
    """Lines that are not blank with their numbers, `$$` replaced by a comma."""
    separator = separator_of(text) or ","
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True
    )
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                full = [cell.replace("$$", ",") for cell in cells]
                lines.append((reader.line_num, full))
    except csv.Error as error:
        cure = "close every double quote, and double those inside a quoted field"
        wrong.say(
            f"line {reader.line_num}", "", None, f"quotes do not match ({error})", cure
        )
    return lines


def _cells(cells: list[str], width: int, place: str, wrong: Complaints) -> list[str]:
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != width:
        rule = f"a line has {width} fields here: three, and two for each dimension"
        cure = "add or remove fields, or put one with a comma in double quotes"
        wrong.say(place, "", f"{len(cells)} fields", rule, cure)
    return [*cells, *[""] * width][:width]


def _count(text: str, field: str, place: str, wrong: Complaints) -> int | None:
    if text.strip().isascii() and text.strip().isdigit() and 0 < int(text) < 10_000:
        return int(text)
    rule = f"line 1 has the number of {field} in field {3 + (field == 'dimensions')}"
    wrong.say(place, field, text, rule, "write it as a whole number above 0")
    return None


def _check_length(
    text: str, field: str, most: int, place: str, wrong: Complaints
) -> None:
    if len(text) > most:
        rule = f"this has at most {most} characters, not {len(text)}"
        wrong.say(place, field, text, rule, "shorten it")


# --- what CSV and XML share --------------------------------------------------------


def assemble_scenario(
    path: Path,
    title: str,
    summary: str,
    dimensions: Sequence[str],
    rows: Sequence[Line],
    said: list[str],
    wrong: Complaints,
) -> Case:
    """Check the numbers of a scenario and make a case of it."""
    least, most = _ACTORS
    if not least <= len(rows) <= most:
        rule = f"KTAB's scenarios have {least} to {most} actors"
        cure = "add or remove actors; a plain table with any number is read, too"
        wrong.say("", "actors", str(len(rows)), rule, cure)
    actors = []
    for row in rows:
        before = len(wrong)
        if not plain_name(row.name):
            wrong.say(row.place, "name", row.name, "an actor has a name", "add it")
        numbers = _numbers(row, dimensions, wrong)
        if len(wrong) > before or len(numbers) != 1 + 2 * len(dimensions):
            continue
        described = row.description.strip()
        actor = Actor(
            name=plain_name(row.name),
            note="" if described == row.name.strip() else described,
            capability=Uncertain.parse(float(numbers[0])),
            position=tuple(Uncertain.parse(float(x)) for x in numbers[1::2]),
            salience=tuple(Uncertain.parse(from_percent(s)) for s in numbers[2::2]),
        )
        actors.append((row.place, actor))
    said += renamed([*dimensions, *(row.name for row in rows)])
    return assemble(
        file=path.name,
        title=title,
        summary=summary.strip(),
        note=" ".join(["From a file of KTAB.", *said]),
        issues=[
            Issue(id=plain_name(name) or "?", name=name.strip() or "?", low=0, high=100)
            for name in dimensions
        ],
        actors=actors,
        problems=wrong,
        slug=path.stem,
    )


def _numbers(row: Line, dimensions: Sequence[str], wrong: Complaints) -> list[Decimal]:
    """Capability, then position and salience by dimension; fewer if some are wrong."""
    fields = [("capability", row.capability)]
    for name, x, s in zip(dimensions, row.position, row.salience, strict=False):
        fields += [
            (f"position on {name.strip()}", x),
            (f"salience of {name.strip()}", s),
        ]
    numbers = []
    for field, text in fields:
        number = decimal(text)
        if number is None:
            rule, cure = "a number is needed here", "write it with a decimal point"
            wrong.say(row.place, field, text.strip(), rule, cure)
        elif field == "capability" and not 0 < number <= _MOST_CAPABILITY:
            rule = f"a capability is above 0 and at most {_MOST_CAPABILITY}"
            cure = "leave out an actor without any, or change the unit of all"
            wrong.say(row.place, field, text.strip(), rule, cure)
        elif field != "capability" and not 0 <= number <= 100:
            rule, cure = "KTAB's scales run from 0 to 100", "correct or rescale it"
            wrong.say(row.place, field, text.strip(), rule, cure)
        else:
            numbers.append(number)
    full = len(numbers) == 1 + 2 * len(dimensions) and len(dimensions) > 0
    if full and not 0 < sum(numbers[2::2]) <= 100:
        rule = "the saliences of an actor sum to more than 0 and at most 100"
        cure = "scale them down, or leave out an actor that does not care"
        wrong.say(row.place, "salience", f"{sum(numbers[2::2])}", rule, cure)
    return numbers


# --- writing -----------------------------------------------------------------------


def csv_text(case: Case, file: str = "scenario.csv") -> str:
    """Write a case as KTAB's CSV: modes of its numbers, scales from 0 to 100.

    Raises
    ------
    CaseError
        If the format cannot carry the case, such as an actor whose saliences sum to
        more than 1.
    """
    wrong = Complaints(file)
    rows = scenario_lines(case, wrong)
    for row in rows:
        for field, most in _LONGEST_OF_ACTOR.items():
            _check_length(getattr(row, field), field, most, row.place, wrong)
    title, summary = printable(case.title), printable(case.summary)
    names = [printable(issue.name) for issue in case.issues]
    _check_length(title, "name", _LONGEST["name"], "title", wrong)
    _check_length(summary, "description", _LONGEST["description"], "summary", wrong)
    for name in names:
        _check_length(name, "name", _LONGEST["dimension"], "issue", wrong)
    texts = [
        title,
        summary,
        *names,
        *(t for r in rows for t in (r.name, r.description)),
    ]
    for text in texts:
        if "$$" in text:
            wrong.say("", "", text, "KTAB reads $$ as a comma", "write it otherwise")
    if wrong:
        raise CaseError(wrong)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([title, summary, len(rows), len(names)])
    heads = [word for name in names for word in (name, f"Salience of {name}")]
    writer.writerow(["Actor", "Description", "Power", *heads])
    for row in rows:
        pairs = zip(row.position, row.salience, strict=True)
        numbers = [number for pair in pairs for number in pair]
        writer.writerow([row.name, row.description, row.capability, *numbers])
    return stream.getvalue()


def scenario_lines(case: Case, wrong: Complaints) -> list[Line]:
    """Return the lines of a case's actors, and say what KTAB would refuse."""
    least, most = _ACTORS
    if not least <= len(case.actors) <= most:
        rule = f"KTAB's scenarios have {least} to {most} actors"
        wrong.say("", "actors", f"{len(case.actors)}", rule, "use another format")
    names = [plain_name(issue.name).casefold() for issue in case.issues]
    for k, issue in enumerate(case.issues):
        if names[k] in names[:k]:
            rule = "KTAB's dimensions have names only, and two issues have this one"
            wrong.say("issues", "name", issue.name, rule, "give each its own")
    lines = []
    for actor in case.actors:
        name = printable(actor.name)
        place = f"actor {name}"
        shares = [percent(salience.mode) for salience in actor.salience]
        total = sum(map(Decimal, shares))
        if not 0 < total <= 100:
            rule = "in KTAB the saliences of an actor sum to above 0 and at most 100"
            cure = "divide them by the number of issues, or use another format"
            wrong.say(place, "salience", str(total), rule, cure)
        if not actor.capability.mode <= _MOST_CAPABILITY:
            rule = f"in KTAB a capability is at most {_MOST_CAPABILITY}"
            cure = "change the unit of all"
            wrong.say(place, "capability", str(actor.capability.mode), rule, cure)
        position = [
            str(Uncertain.parse(_rescaled(x.mode, issue)))
            for x, issue in zip(actor.position, case.issues, strict=True)
        ]
        note = printable(actor.note) or name
        capability = str(Uncertain.parse(actor.capability.mode))
        lines.append(Line(place, name, note, capability, position, shares))
    return lines


def _rescaled(position: float, issue: Issue) -> float:
    if (issue.low, issue.high) == (0, 100):
        return position
    return min(max((position - issue.low) / issue.width * 100, 0.0), 100.0)
