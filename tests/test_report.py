"""The report: complete, self-contained, escaped, whatever the case."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import suasion
from suasion.case import Actor, Case, Issue, Landmark, Question
from suasion.explanation import assumed, candidate_name, decides, headline, pressed
from suasion.forecast_record import Forecast
from suasion.problem import ForecastError
from suasion.report import render, write
from suasion.report.chart import (
    curve_chart,
    models_chart,
    positions_chart,
    power_chart,
)
from suasion.report.drawing import DARK, svg
from suasion.report.label import place
from suasion.uncertain import Uncertain

HOSTILE = "<script>alert('x')</script> & \"Co\" ${a} {{ 7*7 }} \\n"


@pytest.fixture(scope="module")
def approval() -> Forecast:
    return suasion.forecast("deep-strikes", draws=2000)


@pytest.fixture(scope="module")
def position() -> Forecast:
    case = suasion.load("ec-emission-standards")
    return suasion.forecast(case.model_copy(update={"resolution": None}), draws=200)


@pytest.fixture(scope="module")
def page(approval: Forecast) -> str:
    return render(approval)


class Reader(HTMLParser):
    """Everything that a browser would make of a page, as far as these tests ask."""

    void = frozenset({"meta", "link", "br", "img"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.void:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), f"{tag} has a handler {name}"
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "xlink:href"):
                self.links.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.void:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "svg"} & {*self.open}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def case_of(
    names: list[str],
    *,
    low: float = 0.0,
    high: float = 100.0,
    landmarks: tuple[Landmark, ...] = (),
    **fields: float | None,
) -> Case:
    """Return a case in which these actors hold positions spread over the scale."""
    last = max(1, len(names) - 1)
    return Case(
        slug="made",
        title=f"Made of {HOSTILE}",
        question=Question(text="Where will it end?"),
        issues=(
            Issue(
                id="x",
                name=f"Scale {HOSTILE}",
                low=low,
                high=high,
                landmarks=landmarks,
                **fields,
            ),
        ),
        actors=tuple(
            Actor(
                name=name,
                code=name[:2],
                public=("for", "against", "silent")[row % 3],
                head=HOSTILE,
                capability=Uncertain.parse(1.0 + row),
                position=(Uncertain.parse(low + (high - low) * row / last),),
                salience=(Uncertain.parse("0.2|0.5|0.9"),),
            )
            for row, name in enumerate(names)
        ),
    )


def test_says_all_that_the_explanation_says(approval: Forecast, page: str) -> None:
    text = Reader(page).text
    for sentence in [*decides(approval), *pressed(approval), *assumed(approval)]:
        assert " ".join(sentence.split()) in text
    assert headline(approval).partition(" ")[2] in text
    assert headline(approval) in page


def test_names_every_actor_model_and_piece_of_evidence(
    approval: Forecast, page: str
) -> None:
    text = Reader(page).text
    for actor in approval.actors:
        assert actor.name in text
    for item in approval.case.evidence:
        assert " ".join(item.claim.split()) in text
        assert re.search(rf'<th scope="row">{item.id}</th>', page)
    for source in approval.case.sources:
        assert source.title in text
    for line in approval.comparison.lines if approval.comparison else ():
        assert candidate_name(line.candidate) in text
    assert approval.case_hash in text
    assert "--as-of 2024-11-11 --by 2025-01-20 --draws 2000 --seed 7" in text


def test_every_coded_number_cites_or_is_called_judgement(
    approval: Forecast, page: str
) -> None:
    table = page[page.index('<table class="actors">') :].partition("</table>")[0]
    judged = table.count(">judgement<")
    assert judged == len(approval.judgements)
    assert judged + len(re.findall(r'"sub"><a href="#evidence-', table)) == 3 * len(
        approval.actors
    )


def test_loads_nothing_and_its_anchors_resolve(page: str) -> None:
    seen = Reader(page)
    assert seen.open == []
    assert len(seen.ids) == len(set(seen.ids))
    assert not {"script", "iframe", "object", "embed", "img"} & {*seen.tags}
    for link in seen.links:
        if link.startswith("#"):
            assert link[1:] in seen.ids
        else:
            assert link == "data:,"
    assert "url(" not in page
    assert "@import" not in page
    assert len(page.encode()) < 600_000


def test_draws_each_chart_wide_and_narrow(page: str) -> None:
    drawn = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', page)
    assert len(drawn) == page.count("<svg") == 22
    assert drawn[::2] == drawn[1::2]


def test_every_colour_of_a_chart_has_a_dark_one(
    approval: Forecast, position: Forecast
) -> None:
    for forecast in (approval, position):
        for chart in (positions_chart, power_chart, models_chart):
            text = svg(chart(forecast))
            colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', text))
            assert colours - {"none", "transparent"} <= DARK.keys()
            dark = svg(chart(forecast), "dark")
            assert not any(colour in dark for colour in DARK)


def test_report_of_a_question_of_place(position: Forecast) -> None:
    page = render(position)
    seen = Reader(page)
    assert headline(position) in page.replace("&#34;", '"')
    assert "By when" not in seen.text
    assert page.count("<svg") == 14
    assert "#evidence-1" in seen.links
    with pytest.raises(ForecastError, match="asks where, not by when"):
        curve_chart(position)


def test_bare_table_of_actors(tmp_path: Path) -> None:
    table = tmp_path / "two actors.csv"
    table.write_text("actor,capability,position,salience\nA,1,0,1\nB,2,5|6|9,0.5\n")
    forecast = suasion.forecast(suasion.load(table), draws=200)
    seen = Reader(render(forecast))
    assert "Evidence" not in seen.text
    assert {"A", "B"} <= {*seen.text.split()}


def test_hostile_text_stays_text(approval: Forecast) -> None:
    first = approval.case.actors[0].model_copy(update={"name": HOSTILE})
    source = approval.case.sources[0].model_copy(
        update={"url": "javascript:alert(1)", "title": HOSTILE}
    )
    case = approval.case.model_copy(
        update={
            "title": HOSTILE,
            "actors": (first, *approval.case.actors[1:]),
            "sources": (source, *approval.case.sources[1:]),
        }
    )
    actor = approval.actors[0].model_copy(update={"name": HOSTILE, "head": HOSTILE})
    page = render(
        approval.model_copy(
            update={"case": case, "actors": (actor, *approval.actors[1:])}
        )
    )
    seen = Reader(page)
    assert "script" not in seen.tags
    assert "javascript:" not in "".join(seen.links)
    assert " ".join(HOSTILE.split()) in seen.text


@pytest.mark.parametrize("count", [2, 40])
def test_few_and_many_actors_with_long_names(count: int) -> None:
    names = [f"{row} {HOSTILE} {'very ' * 12}longname" for row in range(count)]
    names[0] = "X" * 200
    landmarks = tuple(Landmark(at=at, label="word " * 30) for at in (0, 1, 50, 99, 100))
    case = case_of(names, landmarks=landmarks, threshold=50.0)
    seen = Reader(render(suasion.forecast(case, draws=100)))
    assert "script" not in seen.tags
    for name in names:
        assert " ".join(name.split()) in seen.text


# Names that a table can hold: text that is not blank.
names = st.text(
    st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40
).filter(lambda name: bool(name.strip()) and name == name.strip())


@pytest.mark.slow
@settings(max_examples=8)
@given(
    st.lists(names, min_size=2, max_size=12, unique_by=str.casefold),
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
)
def test_charts_of_any_case(actors: list[str], low: float, width: float) -> None:
    case = case_of(actors, low=low, high=low + width, status_quo=low)
    forecast = suasion.forecast(case, draws=100)
    for chart in (positions_chart, power_chart, models_chart):
        drawn = svg(chart(forecast, width=350))
        seen = Reader(drawn)
        assert seen.open == []
        assert "script" not in seen.tags
        assert "NaN" not in drawn


@given(
    st.dictionaries(
        st.floats(0.0, 600.0),
        st.text(st.characters(categories=("Ll", "Zs")), max_size=90),
    ),
    st.sampled_from([0.0, 100.0, 180.0]),
)
def test_no_label_hides_another(marks: dict[float, str], margin: float) -> None:
    labels = place(list(marks.items()), 600.0, margin)
    assert sorted(label.x for label in labels) == sorted(marks)
    for label in labels:
        assert label.lines
        assert label.bottom >= 0.0
        for other in labels:
            if other is label:
                continue
            (low, high), (left, right) = label.span, other.span
            apart = high <= left or right <= low
            assert apart or label.bottom >= other.top or other.bottom >= label.top


@given(st.lists(st.floats(0.0, 600.0), min_size=1, max_size=8, unique=True))
def test_no_rule_runs_through_a_label_with_room(places: list[float]) -> None:
    labels = place([(x, "six or seven words of a label") for x in places], 600.0, 150.0)
    for label in labels:
        for other in labels:
            inside = label.span[0] < other.x < label.span[1]
            if inside and other.x != label.x:
                assert other.top <= label.bottom


def test_charts_can_be_restyled_and_put_together(approval: Forecast) -> None:
    chart = approval.chart_curve().properties(title="Mine")
    both = chart | approval.chart_models()
    assert len(both.to_dict()["hconcat"]) == 2
    own = svg(chart.configure_axis(labelColor="#123456"))
    assert 'fill="#123456"' in own
    assert "Mine" in own


def test_write_replaces_a_report_and_leaves_nothing_else(
    position: Forecast, tmp_path: Path
) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")
    assert write(position, target) == target
    assert target.read_text(encoding="utf-8") == render(position)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_write_refuses_a_missing_folder_and_a_folder(
    position: Forecast, tmp_path: Path
) -> None:
    with pytest.raises(ForecastError, match=r"no folder.*exists; make it first"):
        write(position, tmp_path / "absent" / "report.html")
    with pytest.raises(ForecastError, match="is a folder; a report is one file"):
        write(position, tmp_path)


@pytest.mark.parametrize("module", ["altair", "vl_convert", "jinja2"])
def test_missing_extra_says_what_to_install(
    module: str, position: Forecast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ForecastError, match=rf"{module}.*'suasion\[report\]'"):
        render(position)


def test_importing_the_report_loads_no_plotting() -> None:
    code = "import sys, suasion.report; print('altair' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert ran.stdout == "False\n"
