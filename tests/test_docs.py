"""What is written is checked: the pages say what the code does."""

from __future__ import annotations

import inspect
import re
import runpy
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

import suasion
from suasion import case
from suasion.case import CaseDocument

DOCS = Path(__file__).parents[1] / "docs"
# Tables of actors call the name of an actor by what it is; `Case` adds tables only.
ALIASES = {"actor": "name"}
MODELS = [
    model
    for name in case.__all__
    if inspect.isclass(model := getattr(case, name))
    and issubclass(model, BaseModel)
    and model is not case.Case
]


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_page_of_the_command_line_is_what_its_help_says() -> None:
    written = runpy.run_path(str(DOCS / "make_cli.py"))["cli_page"]()
    assert page("cli.md") == written, "run 'python docs/make_cli.py'"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_page_of_the_case_format_has_exactly_the_fields_of(
    model: type[BaseModel],
) -> None:
    sections = dict(
        re.findall(
            r"^\(model-(\w+)\)=\n(.*?)(?=^\(model-|\Z)",
            page("case-format.md"),
            re.M | re.S,
        )
    )
    rows = re.findall(r"^\| `(\w+)`", sections[model.__name__], re.M)
    aliases = ALIASES if model is case.Actor else {}
    assert [aliases.get(row, row) for row in rows] == [
        name for name in model.model_fields if name != "type" or "type" in rows
    ]


def test_examples_on_the_page_of_the_case_format_are_one_valid_document() -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", page("case-format.md"), re.M | re.S)
    document = CaseDocument.model_validate(tomllib.loads("\n".join(blocks)))
    assert document.question.gatekeeper == "Mayor"
    assert all(getattr(document, field) for field in CaseDocument.model_fields)


def test_every_public_name_is_on_the_page_of_the_interface() -> None:
    documented = set(
        re.findall(
            r"auto(?:function|class|exception|data):: suasion\.(\w+)$",
            page("api.md"),
            re.M,
        )
    )
    public = {name for name in suasion.__all__ if not name.startswith("__")}
    assert documented == public


def test_every_model_has_a_page_that_the_index_links_to() -> None:
    from suasion.bargaining import SOLVERS

    names = {*SOLVERS, "window", "aftermath"}
    assert names == {path.stem for path in (DOCS / "models").glob("*.md")}
    assert all(f"(models/{name}.md)" in page("index.md") for name in names)


def test_glossary_has_the_words_of_the_design_once_each_in_order() -> None:
    sections = page("glossary.md").split("\n## ")[1:]
    words = [re.findall(r"^(\S.*)\n: ", section, re.M) for section in sections]
    for section in words:
        assert section == sorted(section, key=str.lower)
    terms = [word for section in words for word in section]
    assert len(terms) == len(set(terms))
    missing = WORDS - set(terms)
    assert not missing


# The words that the product's design, its cases and its models use for their parts.
WORDS = {
    *("actor", "position", "salience", "capability", "effective power", "status quo"),
    *(
        "reference point",
        "threshold",
        "landmark",
        "issue",
        "option",
        "calendar",
        "bloc",
    ),
    *("veto player", "winning coalition", "minimal winning coalition", "gatekeeper"),
    *("winset", "decision rule", "requirement", "resource", "minimal enabling set"),
    *("Nash bargaining solution", "disagreement point", "compromise model"),
    *("hazard", "cumulative hazard", "survival function", "censoring", "frailty"),
    *("precedent", "ledger", "dossier", "reference class", "covariate", "succession"),
    *("base rate", "prior", "posterior", "PERT", "Pareto k", "effective sample size"),
    *("Brier score", "log score", "calibration", "stacking", "ensemble", "aftermath"),
    *(
        "evidence",
        "attribution",
        "hedge",
        "judgement",
        "assumption",
        "as of",
        "deadline",
    ),
}
