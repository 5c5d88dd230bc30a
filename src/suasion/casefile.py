"""Cases on disk: a bundled slug, a folder, or a bare table of actors.

A folder holds `case.toml` (what `CaseDocument` says), `actors.csv`, and if wanted
`evidence.csv`, `sources.csv`, `precedents.csv` and `outcome.toml`.

actors.csv
    `actor`, `capability`, and `position` and `salience`, or, on a case with several
    issues, `position:<issue>` and `salience:<issue>`. If wanted `code`, `role`,
    `public`, `head`, `note`, and `evidence`: ids, as in `e1 e2` for all three numbers,
    or `position:e1; salience:e2`.
evidence.csv
    `id`, `source`, `claim`; if wanted `locator`, `attribution`, `hedge` and `supports`:
    paths between semicolons, such as `actors.France.position; calendar.vote`. A draft
    made by `suasion read` has the columns of `Evidence` from `kind` on, too.
sources.csv
    `id`, `title`, `outlet`, `published_on`; if wanted `retrospective` (yes), `url`.
precedents.csv
    See `Precedent`. Lists (`governments_for`, `governments_against`, `public_no`) have
    semicolons; an empty cell means nobody, a column left out means nobody looked. A
    date without day, `2022-04`, has the precision of a month. `requested_alt` may have
    words between its dates.

Everything is read and checked before anything is said: one `CaseError` has all
problems. Reading never writes.
"""

from __future__ import annotations

import importlib.resources
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from suasion.case import (
    Actor,
    Case,
    CaseDocument,
    Evidence,
    Issue,
    Precedent,
    Question,
    Resolution,
    Source,
)
from suasion.coherence import check
from suasion.problem import CaseError, Problem
from suasion.reference import Draft, PartialDocument, Row
from suasion.tablefile import Table, scan_table
from suasion.tomlfile import read_toml, salvage, validate
from suasion.wording import MOST_PROBLEMS, Route, explain, more_below, nearest

__all__ = ["bundled", "load", "read_actors"]

Model = TypeVar("Model", bound=BaseModel)
Rows = tuple[Row[Model], ...] | None
Declared = Mapping[str, tuple[str, ...] | None]

_FILES = (
    "case.toml",
    "actors.csv",
    "evidence.csv",
    "sources.csv",
    "precedents.csv",
    "outcome.toml",
)
_MONTH = r"\d{4}-\d{2}"
_NUMBERS = ("capability", "position", "salience")
_SECTIONS = ("issues", "options", "requirements", "resources", "calendar")
# Columns of a precedents ledger that its reader may want and the models do not.
_LEDGER_EXTRA = (
    "head_at_end",
    "requested_source",
    "sponsors",
    "reason_phrase",
    "gatekeeper_public_no",
    "successor_change",
    "prior_yes",
    "prior_yes_core",
    "duration_days",
    "event",
    "is_target",
    "requested_conf",
    "decided_conf",
)


def load(source: str | os.PathLike[str]) -> Case:
    """Read and check a case.

    Parameters
    ----------
    source : str or path
        A bundled slug, a folder, or a table of actors with the columns actor,
        capability, position and salience. A bundled slug comes first; write
        `./deep-strikes` for a folder of that name. A bare table has one issue, from its
        smallest to its largest position, and no decision rule.

    Raises
    ------
    CaseError
        If there is no such case, or anything is wrong with it: all problems at once,
        each with file, place, value found, rule and cure.

    Examples
    --------
    >>> load("ec-emission-standards").actor_names[:2]
    ('Netherlands', 'Belgium')
    >>> load("ec-emision-standards")
    Traceback (most recent call last):
    suasion.problem.CaseError: ec-emision-standards: there is no such bundled case, ...
    """
    name = os.fspath(source)
    if name in bundled():
        return _read_folder(_cases() / name, name)
    path = Path(name)
    if path.name == "case.toml" and os.path.isfile(name):
        path = path.parent
    if name and os.path.isdir(path):
        return _read_folder(path, path.resolve().name or "case")
    if os.path.isfile(path):
        return _read_bare(path)
    close = nearest(name, bundled())
    hint = f"did you mean {close!r}? Bundled are" if close else "bundled are"
    raise CaseError(
        [
            Problem(
                file=name or "''",
                rule="there is no such bundled case, folder or table",
                cure=f"{hint} {', '.join(bundled()) or 'none'}",
            )
        ]
    )


def bundled() -> tuple[str, ...]:
    """Return the slugs of the cases that come with the package, sorted.

    Examples
    --------
    >>> "ec-emission-standards" in bundled()
    True
    """
    if not _cases().is_dir():
        return ()
    folders = (
        item for item in _cases().iterdir() if item.joinpath("case.toml").is_file()
    )
    return tuple(sorted(item.name for item in folders))


def _cases() -> Traversable:
    return importlib.resources.files("suasion").joinpath("cases")


# --- the two forms of a case -------------------------------------------------------


def _read_folder(folder: Path | Traversable, slug: str) -> Case:
    problems: list[Problem] = []
    document, declared = _read_document(folder / "case.toml", problems)
    here = {name for name in _FILES if folder.joinpath(name).is_file()}
    if "actors.csv" not in here:
        problems.append(
            Problem(
                file="actors.csv",
                rule=f"the folder {slug} has no such file",
                cure="add it, with the columns actor, capability, position, salience",
            )
        )

    def rows(name: str, reader: Callable[..., Rows[Model]], *more: Any) -> Rows[Model]:
        return reader(folder / name, problems, *more) if name in here else ()

    issues = declared.get("issues") if declared else None
    resolution = None
    if "outcome.toml" in here:
        raw = read_toml(folder / "outcome.toml", problems)
        if raw is not None:
            resolution = validate(Resolution, raw, "outcome.toml", problems)
    actors = rows("actors.csv", read_actors, issues)
    draft = Draft(
        document=document,
        declared=declared,
        actors=actors if "actors.csv" in here else None,
        evidence=rows("evidence.csv", _read_evidence),
        sources=rows("sources.csv", _read_sources),
        precedents=rows("precedents.csv", _read_precedents),
        resolution=resolution,
    )
    return _case(draft, slug, problems)


def _read_bare(path: Path) -> Case:
    problems: list[Problem] = []
    actors = read_actors(path, problems, ("position",), bare=True)
    found = [row.item.position[0] for row in actors or () if row.item]
    low = min((number.low for number in found), default=0.0)
    high = max((number.high for number in found), default=1.0)
    if not problems and not low < high:
        problems.append(
            Problem(
                file=path.name,
                field="position",
                found=f"{low:g}",
                rule="a bare table needs two positions, the ends of its scale",
                cure="put it in a folder with a case.toml that says low and high",
            )
        )
        raise CaseError(problems)
    if not low < high:
        high = low + 1.0  # one row could be read; what is wrong with the others is said
    document = PartialDocument(
        title=path.stem,
        summary=f"Read from the table {path.name} alone: the scale runs from the "
        f"smallest to the largest position in it, {low:g} to {high:g}.",
        question=Question(text="Where on the scale will the decision end?"),
        issues=(Issue(id="position", name="position", low=low, high=high),),
    )
    draft = Draft(
        document=document,
        declared={"issues": ("position",)},
        actors=actors,
        actors_file=path.name,
    )
    return _case(draft, path.stem, problems)


def _case(draft: Draft, slug: str, problems: list[Problem]) -> Case:
    content, found = check(draft)
    problems = [*problems, *found]
    if problems:
        raise CaseError(_in_order(problems))
    return Case.model_validate({**content, "slug": slug})


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort by file and row, and drop "is needed" where what is there is already refused."""
    refused = {(p.file, p.place, p.field) for p in problems if p.found is not None}
    order = {name: place for place, name in enumerate(_FILES)}
    kept = (
        p
        for p in dict.fromkeys(problems)
        if p.found is not None
        or not p.field
        or (p.file, p.place, p.field) not in refused
    )

    def place(problem: Problem) -> tuple[int, int]:
        row = re.match(r"row (\d+)", problem.place)
        return order.get(problem.file, 0), int(row[1]) if row else 0

    return sorted(kept, key=place)


# --- case.toml ---------------------------------------------------------------------


def _read_document(
    path: Path | Traversable, problems: list[Problem]
) -> tuple[PartialDocument | None, Declared | None]:
    """Read `case.toml`: its valid part, and the ids that it declares by section."""
    if not path.is_file():
        problems.append(
            Problem(
                file="case.toml",
                rule="the folder has no such file",
                cure="add it, or name the table of actors itself to solve it alone",
            )
        )
        return None, None
    raw = read_toml(path, problems)
    if raw is None:
        return None, None
    validate(CaseDocument, raw, "case.toml", problems)
    declared = {section: _ids(raw.get(section, [])) for section in _SECTIONS}
    return salvage(PartialDocument, raw), declared


def _ids(items: Any) -> tuple[str, ...] | None:
    """Return the ids of a list of tables; None if one has none."""
    if not isinstance(items, list):
        return None
    ids = [item.get("id") if isinstance(item, dict) else None for item in items]
    return tuple(i for i in ids if isinstance(i, str)) if all(ids) else None


# --- tables ------------------------------------------------------------------------


def _read_rows(
    table: Table,
    model: type[Model],
    key: str,
    data_of: Callable[[dict[str, str]], dict[str, Any]],
    problems: list[Problem],
    columns: Callable[[Route], str] = lambda route: str(route[0]),
) -> Rows[Model]:
    """Make a model of every row; None if the column of names or ids is missing."""
    if key not in table.header:
        return None
    rows: list[Row[Model]] = []
    found: list[Problem] = []
    for number, cells in table.rows:
        name = cells[key]
        place = f"row {number} ({name})" if name else f"row {number}"
        if len(found) >= MOST_PROBLEMS:
            found.append(more_below(table.file, place))
            break
        item = None
        data = data_of(cells)
        try:
            item = model.model_validate(data)
        except ValidationError as error:
            for route, problem in explain(error, data, model):
                column = columns(route)
                if column not in table.header:
                    continue  # said once, of the header
                if not cells[column]:
                    problem = replace(
                        problem, found=None, rule="the cell is empty", cure="fill it in"
                    )
                found.append(
                    replace(problem, file=table.file, place=place, field=column)
                )
        rows.append(Row(place=place, id=name, item=item, code=cells.get("code", "")))
    problems.extend(found)
    return tuple(rows)


def read_actors(
    path: Path | Traversable,
    problems: list[Problem],
    issues: tuple[str, ...] | None,
    bare: bool = False,
) -> Rows[Actor]:
    """Read a table of actors; what is wrong with it is added to `problems`.

    `issues` are the ids whose positions and saliences the table must have, or None if
    the document that names them cannot be read. A bare table cites no evidence.
    """
    optional = ("code", "role", "public", "head", "note", "evidence")
    needed = ["actor", "capability"]
    if issues:
        ends = [""] if len(issues) == 1 else [f":{issue}" for issue in issues]
        needed += [field + end for end in ends for field in ("position", "salience")]
    table, found = scan_table(
        path,
        required=needed,
        optional=optional,
        prefixes=() if issues else ("position", "salience"),
    )
    problems.extend(found)
    across = {
        field: [
            name
            for name in (needed if issues else table.header)
            if name.startswith(field)
        ]
        for field in ("position", "salience")
    }

    def data(cells: dict[str, str]) -> dict[str, Any]:
        text = {key: cells[key] for key in optional[:5] if cells.get(key)}
        text["name"] = cells["actor"]
        numbers = {
            field: [table.decimal_point(cells.get(name, "")) for name in names]
            for field, names in across.items()
        }
        capability = table.decimal_point(cells.get("capability", ""))
        cited = {} if bare else _cited(cells.get("evidence", ""))
        return {**text, **numbers, "capability": capability, "evidence": cited}

    def column(route: Route) -> str:
        if len(route) > 1 and isinstance(route[1], int):
            return across[str(route[0])][route[1]]
        return "actor" if route[0] == "name" else str(route[0])

    return _read_rows(table, Actor, "actor", data, problems, column)


def _cited(cell: str) -> dict[str, list[str]]:
    """Evidence ids by field: `position: e1 e2; e3`.

    A field holds up to the next one or the next semicolon; an id without a field
    supports all three numbers.
    """
    cited: dict[str, list[str]] = {}
    for part in re.sub(r"\s*:\s*", ":", cell).split(";"):
        fields: Sequence[str] = _NUMBERS
        for word in part.split():
            field, _, item = word.rpartition(":")
            fields = [field.lower()] if field else fields
            for name in fields:
                if item and item not in cited.setdefault(name, []):
                    cited[name].append(item)
    return cited


def _read_evidence(path: Path | Traversable, problems: list[Problem]) -> Rows[Evidence]:
    needed = ("id", "source", "claim")
    table, found = scan_table(path, required=needed, optional=Evidence.model_fields)
    problems.extend(found)

    def data(cells: dict[str, str]) -> dict[str, Any]:
        lists = ("supports", "actors", "mentions")
        return {
            **_filled(cells),
            **{name: _split(cells.get(name, "")) for name in lists},
        }

    return _read_rows(table, Evidence, "id", data, problems)


def _read_sources(path: Path | Traversable, problems: list[Problem]) -> Rows[Source]:
    needed = ("id", "title", "outlet", "published_on")
    table, found = scan_table(path, required=needed, optional=("retrospective", "url"))
    problems.extend(found)
    return _read_rows(table, Source, "id", _filled, problems)


def _read_precedents(
    path: Path | Traversable, problems: list[Problem]
) -> Rows[Precedent]:
    fields = Precedent.model_fields
    needed = [name for name, field in fields.items() if field.is_required()]
    table, found = scan_table(path, required=needed, optional=(*fields, *_LEDGER_EXTRA))
    problems.extend(found)
    lists = ("governments_for", "governments_against", "public_no")

    def data(cells: dict[str, str]) -> dict[str, Any]:
        data: dict[str, Any] = {k: v for k, v in _filled(cells).items() if k in fields}
        data |= {name: _split(cells[name]) for name in lists if name in cells}
        for name in ("requested", "decided"):
            if re.fullmatch(_MONTH, data.get(f"{name}_on", "")):
                data[f"{name}_on"] += "-15"
                data[f"{name}_precision"] = "month"
        others = re.findall(
            rf"\b{_MONTH}(?:-\d{{2}})?\b", cells.get("requested_alt", "")
        )
        data["requested_alt"] = [f"{day}-15"[:10] for day in others]
        return data

    return _read_rows(table, Precedent, "id", data, problems)


def _filled(cells: dict[str, str]) -> dict[str, Any]:
    return {column: cell for column, cell in cells.items() if cell}


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]
