"""Files of Decide: tab-separated rows of actors, issues, scales and data.

```
'#A'  actor    description  comment
'#P'  issue    description  comment
'#M'  issue    mark of the scale
'#D'  actor    issue        position  salience  power
```

Texts stand in single quotes. The least and the greatest mark of an issue are the ends
of its scale; marks between them become landmarks. Saliences lie between 0 and 1, power
is above 0. An actor without a row on an issue does not care about it: its salience is 0
and its position, which then counts for nothing, the middle of the scale.

Source: Decide, the program of the position exchange model (Stokman & Van Oosten 1994).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from suasion.assembly import (
    Complaints,
    assemble,
    decimal,
    plain_name,
    printable,
    renamed,
)
from suasion.case import Actor, Case, Issue, Landmark
from suasion.problem import CaseError, Problem
from suasion.tablefile import read_text
from suasion.uncertain import Uncertain
from suasion.wording import did_you_mean

__all__ = ["read", "text_of"]

_CELLS = {
    "#A": ("actor", "description", "comment"),
    "#P": ("issue", "description", "comment"),
    "#M": ("issue", "mark"),
    "#D": ("actor", "issue", "position", "salience", "power"),
}
_NEEDED = {"#A": 1, "#P": 1, "#M": 2, "#D": 5}


@dataclass
class _File:
    """What was read of a file, by name of actor and issue, and what is wrong."""

    wrong: Complaints
    actors: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    issues: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    marks: dict[str, list[Decimal]] = field(default_factory=dict)
    # Line, position, salience and power by actor and issue.
    data: dict[tuple[str, str], tuple[int, Decimal, Decimal, Decimal]] = field(
        default_factory=dict
    )


def read(path: str | os.PathLike[str]) -> Case:
    r"""Read a file of Decide.

    Raises
    ------
    CaseError
        If it cannot be read or breaks a rule of the format: all problems at once, each
        with line and column. No row is dropped.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "toy.csv")
    >>> _ = path.write_text(
    ...     "'#A'\t'North'\t'North'\t''\n'#A'\t'South'\t'South'\t''\n"
    ...     "'#P'\t'quota'\t'quota'\t''\n'#M'\t'quota'\t0\n'#M'\t'quota'\t8\n"
    ...     "'#D'\t'North'\t'quota'\t2\t0.5\t1\n"
    ... )
    >>> read(path)
    Traceback (most recent call last):
    suasion.problem.CaseError: toy.csv, line 2 (South), actor: an actor has data on ...
    >>> _ = path.write_text(path.read_text() + "'#D'\t'South'\t'quota'\t6\t0.9\t1\n")
    >>> read(path).actor("South").position
    (Uncertain('6'),)
    """
    path = Path(path)
    file = _File(Complaints(path.name))
    lines = [
        (number, [_unquoted(cell) for cell in line.split("	")])
        for number, line in enumerate(read_text(path).splitlines(), start=1)
        if line.strip()
    ]
    order = list(_CELLS)
    for number, (kind, *cells) in sorted(
        lines, key=lambda row: order.index(row[1][0]) if row[1][0] in order else -1
    ):
        _row(kind, cells, number, file)
    _complete(file)
    file.wrong.sort(key=_line)
    if file.wrong:
        raise CaseError(file.wrong)
    issues, actors = [_issue(name, file) for name in file.issues], []
    absent = []
    for name, (number, [_, description, comment]) in file.actors.items():
        rows = [file.data.get((name, issue)) for issue in file.issues]
        notes = (description if description != name else "", comment)
        absent += [
            f"{plain_name(name)} on {issue.id}"
            for issue, row in zip(issues, rows, strict=True)
            if row is None
        ]
        actor = Actor(
            name=plain_name(name),
            note="; ".join(note for note in notes if note),
            capability=Uncertain.parse(float(next(row for row in rows if row)[3])),
            position=tuple(
                Uncertain.parse(float(row[1]) if row else issue.low + issue.width / 2)
                for issue, row in zip(issues, rows, strict=True)
            ),
            salience=tuple(
                Uncertain.parse(float(row[2]) if row else 0.0) for row in rows
            ),
        )
        actors.append((f"line {number} ({name})", actor))
    without = (
        f"No data, so salience 0 and position at the middle of the scale: "
        f"{', '.join(absent)}."
    )
    return assemble(
        file=path.name,
        title=path.stem,
        summary=without if absent else "",
        note=" ".join(
            ["From a file of Decide.", *renamed([*file.issues, *file.actors])]
        ),
        issues=issues,
        actors=actors,
        problems=[],
        slug=path.stem,
    )


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    quoted = len(cell) > 1 and cell[0] == cell[-1] and cell[0] in "'\""
    return cell[1:-1].strip() if quoted else cell


def _line(problem: Problem) -> int:
    return int((problem.place.split()[1:2] or ["0"])[0])


def _row(kind: str, cells: list[str], number: int, file: _File) -> None:
    place = f"line {number}"
    if kind not in _CELLS:
        rule = f"a line begins with one of {', '.join(_CELLS)}, and a tab follows"
        file.wrong.say(place, "", kind, rule, "correct or remove it")
        return
    while cells and not cells[-1]:
        cells.pop()
    columns = _CELLS[kind]
    if not _NEEDED[kind] <= len(cells) <= len(columns):
        rule = f"after {kind} stand {', '.join(columns)}, with tabs between them"
        file.wrong.say(place, "", f"{len(cells)} cells", rule, "add or remove cells")
        return
    cells += [""] * (len(columns) - len(cells))
    name = cells[0]
    if kind in ("#A", "#P"):
        known = file.actors if kind == "#A" else file.issues
        if not plain_name(name):
            file.wrong.say(place, columns[0], name, f"{kind} gives a name", "write one")
        elif name in known:
            rule = f"line {known[name][0]} has it already"
            file.wrong.say(place, columns[0], name, rule, "give each a name of its own")
        else:
            known[name] = (number, cells)
        return
    numbers = []
    for column, cell in zip(columns, cells, strict=True):
        if column in ("actor", "issue"):
            known = file.actors if column == "actor" else file.issues
            if cell not in known:
                rule = f"no line declares this {column}"
                file.wrong.say(place, column, cell, rule, did_you_mean(cell, known))
        else:
            numbers.append(_number(column, cell, place, file))
    values = [value for value in numbers if value is not None]
    if kind == "#M":
        file.marks.setdefault(name, []).extend(values)
    elif (name, cells[1]) in file.data:
        rule = f"line {file.data[name, cells[1]][0]} has these two already"
        file.wrong.say(
            place, "", f"{name}, {cells[1]}", rule, "remove one of the two lines"
        )
    elif len(values) == 3:
        file.data[name, cells[1]] = (number, values[0], values[1], values[2])


def _number(column: str, cell: str, place: str, file: _File) -> Decimal | None:
    value = decimal(cell)
    if value is None:
        rule, cure = "a number is needed here", "write it with a decimal point"
    elif column == "salience" and not 0 <= value <= 1:
        rule = "a salience lies between 0 and 1"
        cure = (
            f"write {float(value / 100):g} if this is in percent"
            if 0 <= value <= 100
            else "correct it"
        )
    elif column == "power" and not value > 0:
        rule, cure = "power is above 0", "correct it, or remove the actor"
    else:
        return value
    file.wrong.say(place, column, cell, rule, cure)
    return None


def _complete(file: _File) -> None:
    """Say what only the whole file shows."""
    for what, known in (("actor", file.actors), ("issue", file.issues)):
        if not known and not file.wrong:
            kind = "'#A'" if what == "actor" else "'#P'"
            rule = f"the file declares no {what}"
            file.wrong.say("", what, None, rule, f"add a line that begins with {kind}")
    for name, (number, _) in file.issues.items():
        marks = file.marks.get(name, [])
        if not marks or not min(marks) < max(marks):
            rule = "a scale has two marks, its ends"
            cure = f"add two lines: '#M', {name}, and the mark"
            file.wrong.say(f"line {number}", name, None, rule, cure)
    power: dict[str, tuple[int, Decimal]] = {}
    for (actor, issue), (number, position, _, own) in file.data.items():
        place = f"line {number} ({actor})"
        marks = file.marks.get(issue, [])
        if marks and not min(marks) <= position <= max(marks):
            rule = f"the scale of {issue} runs from {min(marks)} to {max(marks)}"
            cure = "correct the position or the marks"
            file.wrong.say(place, "position", str(position), rule, cure)
        first, other = power.setdefault(actor, (number, own))
        if own != other:
            rule = f"a case has one capability per actor, and line {first} has {other}"
            cure = "give the actor the same power on every issue"
            file.wrong.say(place, "power", str(own), rule, cure)
    for name, (number, _) in file.actors.items():
        if name not in power and not file.wrong:
            rule = "an actor has data on at least one issue"
            cure = "add a line that begins with '#D', or remove the actor"
            file.wrong.say(f"line {number} ({name})", "actor", None, rule, cure)


def _issue(name: str, file: _File) -> Issue:
    marks = sorted(map(float, set(file.marks[name])))
    _, [_, description, _] = file.issues[name]
    return Issue(
        id=plain_name(name),
        name=description or name,
        low=marks[0],
        high=marks[-1],
        landmarks=tuple(Landmark(at=at, label=f"{at:g}") for at in marks[1:-1]),
    )


def text_of(case: Case) -> str:
    """Write a case as a file of Decide: modes of its numbers, each issue on its scale.

    Pairs with salience 0 are left out, and actors without any other. Power in Decide is
    at most 1, so capabilities are divided by the largest if that is above 1; only their
    ratios matter.
    """
    most = max(1.0, *(actor.capability.mode for actor in case.actors))
    rows: list[Sequence[str]] = []
    heard = [a for a in case.actors if any(s.mode > 0 for s in a.salience)]
    for actor in heard:
        note = _text(actor.note)
        rows.append(("'#A'", _text(actor.name), _text(actor.name), note))
    for issue in case.issues:
        rows.append(("'#P'", _text(issue.id), _text(issue.name), _text("")))
        marks = {issue.low, issue.high, *(mark.at for mark in issue.landmarks)}
        rows += [("'#M'", _text(issue.id), _shown(at)) for at in sorted(marks)]
    for actor in heard:
        for issue, x, s in zip(
            case.issues, actor.position, actor.salience, strict=True
        ):
            if s.mode > 0:
                numbers = (x.mode, s.mode, actor.capability.mode / most)
                names = ("'#D'", _text(actor.name), _text(issue.id))
                rows.append((*names, *map(_shown, numbers)))
    return "".join("\t".join(row) + "\n" for row in rows)


def _text(text: str) -> str:
    return f"'{printable(text)}'"


def _shown(number: float) -> str:
    return str(Uncertain.parse(number))
