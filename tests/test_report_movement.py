"""How positions might move, drawn: charts agree with the record, whatever the case."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import suasion
from played import played, table
from suasion.case import Case
from suasion.explanation import percent
from suasion.forecast_record import Forecast
from suasion.report import render
from suasion.report.drawing import DARK, svg
from suasion.report.movement import courses
from suasion.report.network import arrows, network_chart, times
from suasion.report.power_by_round import power_by_round_chart, rounds_shown
from suasion.report.quads import REGIONS, pairs, quads_chart, region, telling
from suasion.report.rounds import order, rounds_chart
from suasion.telling import course, on_scale, reasons
from suasion.trajectory import Trajectory
from test_report import HOSTILE, Reader, case_of, names

CHARTS: tuple[Callable[..., Any], ...] = (
    rounds_chart,
    power_by_round_chart,
    network_chart,
    quads_chart,
)
UNDRAWN = r' (?:d|transform|[xy]2|width|height)="[^"]*(?:NaN|Infinity|undefined)'


@pytest.fixture(scope="module")
def bare() -> Forecast:
    """A forecast without trajectories, which the tests put in."""
    case = suasion.load("ec-emission-standards").model_copy(update={"resolution": None})
    return suasion.forecast(case, draws=100, models=("median",))


def about(bare: Forecast, case: Case, *paths: Trajectory) -> Forecast:
    return bare.model_copy(update={"case": case, "trajectories": paths})


def whole(case: Case, *paths: Trajectory) -> Forecast:
    return suasion.forecast(case, draws=100, models=("median",)).model_copy(
        update={"trajectories": paths}
    )


def words(drawn: str) -> list[str]:
    found = re.findall(r"<text[^>]*>(.*?)</text>", drawn, flags=re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", " ", text)).strip() for text in found]


def moving(count: int, rounds: int = 10, **fields: Any) -> tuple[Case, Trajectory]:
    case = case_of([f"Actor {row}" for row in range(count)], status_quo=20.0, **fields)
    return case, played(case, rounds)


@pytest.mark.parametrize("width", [350, 760])
def test_last_places_are_written_beside_the_lines(bare: Forecast, width: int) -> None:
    case, path = moving(5)
    drawn = words(svg(rounds_chart(about(bare, case, path), path, width=width)))
    issue = case.issues[0]
    for i, actor in enumerate(path.actors):
        assert actor in drawn
        assert on_scale(path.middle[-1][i], issue) in drawn
    assert "Everybody" in drawn


def test_rounds_have_dates_only_if_they_have_a_length(bare: Forecast) -> None:
    case, path = moving(3)
    forecast = about(bare, case, path)
    start = forecast.as_of
    assert f"start {start.day} {start:%b}" in " ".join(
        words(svg(rounds_chart(forecast, path)))
    ).replace("  ", " ")
    timeless = path.model_copy(update={"days_per_round": None})
    assert f"{start:%b}" not in " ".join(words(svg(rounds_chart(forecast, timeless))))


def test_the_gatekeeper_comes_first_then_from_the_top_of_the_scale(
    bare: Forecast,
) -> None:
    case, path = moving(4)
    question = case.question.model_copy(update={"gatekeeper": "Actor 1"})
    forecast = about(bare, case.model_copy(update={"question": question}), path)
    assert order(forecast, path) == [1, 3, 2, 0]


def test_bars_are_the_shares_of_power(bare: Forecast) -> None:
    case, path = moving(4, 30)
    chart = power_by_round_chart(about(bare, case, path), path).to_dict()
    bars = [row for rows in chart["datasets"].values() for row in rows if "to" in row]
    shown = rounds_shown(30)
    assert shown[0] == 0
    assert shown[-1] == 30
    assert len(set(shown)) == len(shown)
    largest = max(max(path.power[t]) for t in shown)
    for row, t in enumerate(shown, 1):
        drawn = [
            (bar["y"] - bar["to"]) / 0.88 * largest for bar in bars if bar["y"] == row
        ]
        assert drawn == pytest.approx(
            [share for share in path.power[t] if share > 0.001]
        )
        assert percent(max(path.power[t])) in words(
            svg(power_by_round_chart(about(bare, case, path), path))
        )


def test_arrows_are_the_most_frequent_moves_and_the_rest_is_counted(
    bare: Forecast,
) -> None:
    case, path = moving(25)
    counted = [[float(25 * i + j) / 100 for j in range(25)] for i in range(25)]
    path = path.model_copy(update={"moved_by": table(counted)})
    drawn = arrows(path)
    assert len(drawn) == 16
    assert all(arrow.rounds == counted[arrow.moved][arrow.mover] for arrow in drawn)
    assert all(arrow.moved != arrow.mover for arrow in drawn)
    (found,) = courses(about(bare, case, path))
    assert [row[2] for row in found.moved_by] == [
        times(arrow.rounds) for arrow in drawn
    ]
    least = min(arrow.rounds for arrow in drawn)
    others = [
        counted[i][j]
        for i in range(25)
        for j in range(25)
        if i != j and counted[i][j] > 0.0
    ]
    assert sorted(others)[-16] == least
    assert found.rest.startswith(
        f"Not drawn: {len(others) - 16} further pairs, at most "
        f"{times(sorted(others)[-17])} rounds each."
    )


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_regions_are_those_of_the_model(a: float, b: float) -> None:
    # docs/models/challenge.md, the table of offers.
    found = region(a, b)
    if min(abs(a), abs(b), abs(a - b), abs(a + b)) < 1e-8:
        assert found in REGIONS
    elif b > a > 0:
        assert found == "confrontation"
    elif b > 0 > a:
        assert found == ("compromise" if b > abs(a) else "capitulation")
    else:
        assert found == ("upper hand" if a > 0 else "stalemate")


def test_numbered_pairs_give_way_and_stand_apart() -> None:
    _, path = moving(12)
    found = telling(path)
    assert 1 <= len(found) <= 6
    assert {pair.region for pair in found} <= {
        "confrontation",
        "compromise",
        "capitulation",
    }
    assert len(list(pairs(path))) == 12 * 11


def test_the_map_counts_every_pair(bare: Forecast) -> None:
    case, path = moving(6)
    drawn = words(svg(quads_chart(about(bare, case, path), path)))
    counts = [
        int(text.split()[0]) for text in drawn if re.fullmatch(r"\d+ pairs?", text)
    ]
    assert sum(counts) == 30


@pytest.mark.parametrize("width", [350, 760])
@pytest.mark.parametrize("draw", CHARTS)
def test_every_colour_has_a_dark_one(
    bare: Forecast, draw: Callable[..., Any], width: int
) -> None:
    case, path = moving(5)
    text = svg(draw(about(bare, case, path), path, width=width))
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', text))
    assert colours - {"none", "transparent"} <= DARK.keys()


@pytest.mark.parametrize("width", [350, 760])
@pytest.mark.parametrize("draw", CHARTS)
@pytest.mark.parametrize(
    ("count", "rounds", "pull"),
    [(1, 3, 0.5), (2, 1, 0.5), (25, 10, 0.5), (4, 1, 0.0), (3, 40, 1.0)],
)
def test_charts_of_few_many_and_still_actors(
    bare: Forecast,
    draw: Callable[..., Any],
    width: int,
    count: int,
    rounds: int,
    pull: float,
) -> None:
    case, _ = moving(count)
    path = played(case, rounds, pull=pull)
    drawn = svg(draw(about(bare, case, path), path, width=width))
    assert Reader(drawn).open == []
    assert not re.search(UNDRAWN, drawn)
    size = re.search(r'viewBox="0 0 (\d+)', drawn)
    assert size is not None
    assert int(size[1]) <= width + 12


@pytest.mark.parametrize("draw", CHARTS)
def test_everybody_on_one_place(bare: Forecast, draw: Callable[..., Any]) -> None:
    case, path = moving(12)
    still = table([[50.0] * 12] * 11)
    nothing = table([[0.0] * 12] * 12)
    path = path.model_copy(
        update={"low": still, "middle": still, "high": still, "typical": still}
        | {"own": nothing, "other": nothing}
    )
    drawn = svg(draw(about(bare, case, path), path, width=350))
    assert not re.search(UNDRAWN, drawn)


def test_the_page_says_all_and_its_tables_have_the_numbers() -> None:
    case, path = moving(4, threshold=60.0)
    page = render(whole(case, path))
    text = Reader(page).text
    issue = case.issues[0]
    for sentence in [*course(path, issue, None), *reasons(path, issue).moves]:
        assert " ".join(sentence.split()) in text
    for band in (path.low, path.middle, path.high):
        for row in band:
            for value in row:
                assert on_scale(value, issue) in text
    for row in path.power:
        for share in row:
            assert f"{100.0 * share:.1f}%" in text
    for pair in pairs(path):
        shown = f"{pair.own:.2f}, {pair.other:.2f}".replace("-", "\N{MINUS SIGN}")
        assert shown in text
        assert pair.region in text
    assert "Dotted: status quo, 20. Dashed: threshold, 60." in text


def test_further_models_are_folded_away_and_none_leaves_no_section() -> None:
    case, path = moving(3)
    other = played(case, 4, model="spatial")
    seen = Reader(render(whole(case, path, other)))
    assert seen.text.count("Why they moved") == 2
    assert "Spatial bargaining" in seen.text
    assert seen.tags.count("svg") == 6 + 8 + 6
    assert seen.open == []
    none = Reader(render(whole(case)))
    assert "How positions might move" not in none.text
    assert "#moves" not in none.links


def test_hostile_names_stay_text() -> None:
    case = case_of([HOSTILE, "X" * 200, "\u202eback", "a'b\\n\"c"])
    page = render(whole(case, played(case)))
    seen = Reader(page)
    assert "script" not in seen.tags
    assert " ".join(HOSTILE.split()) in seen.text


@pytest.mark.slow
@settings(max_examples=8)
@given(
    st.lists(names, min_size=1, max_size=12, unique_by=str.casefold),
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
)
def test_charts_of_any_case(
    bare: Forecast, actors: list[str], low: float, width: float
) -> None:
    case = case_of(actors, low=low, high=low + width, status_quo=low)
    path = played(case, 3)
    for draw in CHARTS:
        drawn = svg(draw(about(bare, case, path), path, width=350))
        seen = Reader(drawn)
        assert seen.open == []
        assert "script" not in seen.tags
        assert not re.search(UNDRAWN, drawn)
