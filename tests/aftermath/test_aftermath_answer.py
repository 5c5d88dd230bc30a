"""What then, answered: intervals, ladder, words, the command and the report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from crisis_games import TYPES, crisis, types
from typer.testing import CliRunner

from suasion.aftermath.answer import AftermathAnswer, answer, answer_game
from suasion.aftermath.influence import first_order
from suasion.aftermath.telling import by_precision, caveat, matters, sentences
from suasion.casefile import load
from suasion.cli import app
from suasion.problem import ForecastError
from suasion.stream import uniform


@pytest.fixture(scope="module")
def found() -> AftermathAnswer:
    return answer(load("deep-strikes"), draws=1200, seed=7)


def test_probabilities_sum_and_lie_in_their_intervals(found: AftermathAnswer) -> None:
    assert sum(share.mean for share in found.outcomes) == pytest.approx(1, abs=1e-12)
    assert sum(share.mean for share in found.rungs) == pytest.approx(1, abs=1e-12)
    assert found.expected_rung is not None
    height = sum(at * share.mean for at, share in enumerate(found.rungs, 1))
    assert found.expected_rung.mean == pytest.approx(height, abs=1e-12)
    for share in (*found.outcomes, *found.rungs):
        assert 0 <= share.low < share.high <= 1
    assert found.residual < 1e-12


def test_what_follows_each_first_choice_adds_up_to_the_whole(
    found: AftermathAnswer,
) -> None:
    assert sum(first.taken.mean for first in found.first) == pytest.approx(1, abs=1e-12)
    refused = next(first for first in found.first if first.action == "refuse")
    assert refused.rungs[0].mean == pytest.approx(1, abs=1e-12)
    for first in found.first:
        assert sum(share.mean for share in first.rungs) == pytest.approx(1, abs=1e-12)


def test_the_ranges_make_the_answer_uncertain(found: AftermathAnswer) -> None:
    # Nothing claims more certainty than the ranges give: every outcome's interval is wide.
    assert found.expected_rung is not None
    assert found.expected_rung.high - found.expected_rung.low > 0.4
    likely = [share for share in found.outcomes if share.mean > 0.05]
    assert all(share.high - share.low > share.mean for share in likely)


def test_answer_is_the_same_for_the_same_seed_and_survives_json(
    found: AftermathAnswer,
) -> None:
    again = answer(load("deep-strikes"), draws=1200, seed=7)
    assert again == found
    assert AftermathAnswer.model_validate_json(found.model_dump_json()) == found
    assert answer(load("deep-strikes"), draws=1200, seed=8) != found


@pytest.mark.slow
def test_forecast_does_not_hang_on_the_aftermath() -> None:
    from suasion.forecasting import forecast

    case = load("deep-strikes")
    without = case.model_copy(update={"aftermath": None})
    one, other = (forecast(each, draws=200, seed=7) for each in (case, without))
    assert (one.answer.values == other.answer.values).all()


def test_game_without_ranges_has_one_draw_and_says_so() -> None:
    found = answer_game(types(), "types", precision=5)
    assert found.draws == 1
    assert found.influences == ()
    assert "No number of this game has a range" in caveat(found)
    got = {(c.move, c.action): c.taken.mean for c in found.choices}
    assert got["weak resist", "Resist"] == pytest.approx(0.989536, abs=5.1e-7)


def test_ties_of_backward_induction_are_said() -> None:
    game = crisis()
    level = [
        end.model_copy(update={"payoffs": {name: 0 for name in end.payoffs}})
        for end in game.outcomes
    ]
    plain = game.model_validate({**game.model_dump(), "outcomes": [
        {"id": end.id, "payoffs": {"A": 0, "B": 0}} for end in level
    ]})  # fmt: skip
    found = answer_game(plain, "flat")
    assert found.ties == ("challenge", "resist", "fight")
    assert any("equally good at" in sentence for sentence in sentences(found))


def test_sentences_have_the_numbers_of_the_answer(found: AftermathAnswer) -> None:
    said = " ".join([*sentences(found), *matters(found)])
    assert found.expected_rung is not None
    assert f"is {found.expected_rung.mean:.1f} of 5" in said
    assert found.influences[0].words in said
    assert "Judgement throughout" in caveat(found)
    headings, rows = by_precision(found)
    assert all(len(row) == len(headings) for row in rows)
    assert rows[0][1] == "33%"  # at precision 0 a third refuses, whatever the payoffs
    assert rows[-1][0].startswith("limit")


# --- first-order indices -----------------------------------------------------------


def test_first_order_index_of_a_sum_and_of_a_product() -> None:
    # Var(a)/Var(a + 2b + 3c) = 1/14 and so on; of (a - 1/2)(b - 1/2) nothing is alone.
    a, b, c = (uniform(11, name, 0, 40_000) for name in "abc")
    for x, share in ((a, 1), (b, 4), (c, 9)):
        index = first_order(x, a + 2 * b + 3 * c)
        assert index.share == pytest.approx(share / 14, abs=4 * index.error + 1e-3)
        assert index.correlation > 0
    product = first_order(a, (a - 0.5) * (b - 0.5))
    assert abs(product.share) < 4 * product.error + 1e-3


def test_standard_error_of_the_index_is_of_the_size_of_its_scatter() -> None:
    found = []
    for seed in range(24):
        a, b = uniform(seed, "a", 0, 4000), uniform(seed, "b", 0, 4000)
        found.append(first_order(a, a + b))
    scatter = np.std([each.share for each in found], ddof=1)
    claimed = np.mean([each.error for each in found])
    assert 0.5 < claimed / scatter < 2.0


def test_too_few_draws_have_no_index() -> None:
    x = uniform(7, "x", 0, 999)
    with pytest.raises(ValueError, match=r"at least 1,000; ask for more draws"):
        first_order(x, x)


# --- errors, command, report -------------------------------------------------------


def test_a_case_without_aftermath_says_what_to_do() -> None:
    with pytest.raises(
        ForecastError, match=r"has no aftermath; describe who moves next"
    ):
        answer(load("ec-emission-standards"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"precision": -1}, r"precision is -1; it lies between 0 and a million"),
        ({"precision": float("nan")}, r"precision is nan"),
        ({"draws": 0}, r"draws is 0; it lies between 1 and ten million"),
        ({"seed": -3}, r"seed is -3; a seed lies in"),
    ],
)
def test_options_out_of_range_are_refused(
    options: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        answer_game(crisis(), "crisis", **options)  # type: ignore[arg-type]


def test_command_answers_in_words_and_json_and_exports(tmp_path: Path) -> None:
    run = CliRunner().invoke
    path = tmp_path / "out.efg"
    result = run(
        app, ["aftermath", "deep-strikes", "--draws", "200", "--efg", str(path)]
    )
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "Judgement throughout" in words
    assert "Ladder of escalation" in words
    again = run(app, ["aftermath", str(path), "--lambda", "0.08", "--json", "-"])
    assert again.exit_code == 0, again.output
    data = json.loads(again.stdout)
    assert data["format"] == "suasion-aftermath-1"
    assert data["draws"] == 1


def test_file_of_another_program_runs(tmp_path: Path) -> None:
    path = tmp_path / "types.EFG"
    path.write_text(TYPES)
    result = CliRunner().invoke(app, ["aftermath", str(path), "--lambda", "5"])
    assert result.exit_code == 0, result.output
    assert re.search(r"status quo\s+7\d%", result.stdout)


@pytest.mark.slow
def test_report_answers_what_then() -> None:
    from suasion.forecasting import forecast
    from suasion.report.page import render

    page = render(forecast("deep-strikes", draws=200, seed=7))
    section = page[page.index('<section id="what-then">') :]
    section = section[: section.index("</section>")]
    text = " ".join(re.sub(r"<[^>]+>", " ", section).split())
    assert "Judgement throughout" in text
    assert "its probability here is not this" in text
    assert "Who could do what, and how likely play comes there" in text
    widths = {int(w) for w in re.findall(r'<svg[^>]* width="(\d+)"', section)}
    assert min(widths) <= 350 and max(widths) <= 780  # noqa: PT018
    emission = render(forecast("ec-emission-standards", draws=200, seed=7))
    assert "what-then" not in emission


def test_drawing_keeps_its_texts_inside_at_every_width() -> None:
    from suasion.report.label import CHARACTER
    from suasion.report.tree import tree_svg

    found = answer(load("deep-strikes"), draws=50)
    for width in (300, 350, 760):
        drawing = tree_svg(found, width)
        for x, end, text in re.findall(
            r'<text x="(\d+)"[^>]*?( text-anchor="end")?>([^<]*)<', drawing
        ):
            length = 0.9 * CHARACTER * len(text)
            assert (float(x) if end else float(x) + length) <= width + 1, text
