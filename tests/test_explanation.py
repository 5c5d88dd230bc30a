"""What is said in words: every number is one of the forecast's, rounded."""

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import suasion
from suasion import explanation
from suasion.forecast_record import Forecast
from suasion.terminal import text_curve


@pytest.fixture(scope="module")
def forecast() -> Forecast:
    return suasion.forecast("deep-strikes", draws=1000)


def test_the_first_sentence_is_the_answer(forecast):
    low, high = forecast.interval(0.8)
    assert explanation.headline(forecast) == (
        f"{forecast.probability:.0%} that the United States says yes by 20 January 2025 "
        f"(80% interval {low:.0%} to {high:.0%}), as of 11 November 2024."
    )


def test_every_percentage_in_words_is_a_number_of_the_forecast(forecast):
    numbers = [answer.value for answer in forecast.models]
    numbers += list(forecast.interval(0.8))
    numbers += [0.5 + value for value in forecast.net_pressure]
    numbers += [0.5 + value for value in forecast.own_stance]
    numbers += [0.8]
    for stance in ("for", "against"):
        members = explanation.camp(forecast, stance)
        numbers.append(sum(actor.share_of_power for actor in members))
    known = {explanation.percent(value) for value in numbers}
    said = set(re.findall(r"(?:under |over )?\d+%", forecast.explain()))
    assert said <= known
    assert len(said) > 5


def test_vetoes_are_said_with_their_reasons(forecast):
    text = " ".join(explanation.decides(forecast))
    assert "the United States decides alone" in text
    assert "nothing flies without its targeting data" in text


def test_only_options_that_mean_yes_are_spoken_of(forecast):
    text = " ".join(explanation.decides(forecast))
    assert "stay on Ukraine's side" not in text


def test_the_coalition_leaves_out_the_gatekeeper_and_the_silent(forecast):
    names = {actor.name for actor in explanation.camp(forecast, "for")}
    assert {"United Kingdom", "France"} <= names
    assert not names & {"United States", "Germany", "Spain"}


def test_assumptions_come_with_their_effect(forecast):
    ledger = next(answer for answer in forecast.models if answer.kind == "ledger")
    without = f"Without them the answer is {explanation.percent(ledger.value)}"
    assert any(without in sentence for sentence in explanation.assumed(forecast))


def test_a_model_that_does_not_beat_the_base_rate_is_not_praised(forecast):
    lines = forecast.comparison.lines
    clear = [line for line in lines if line.difference + 2 * line.error < 0]
    assert clear == []
    assert "no model beats the base rate" in explanation.record_line(forecast)


@pytest.mark.parametrize(
    ("difference", "error", "expected"),
    [
        (-0.10, 0.01, "clearly better than the base rate: Weibull"),
        (-0.10, 0.10, "no model beats the base rate by more than chance"),
        (+0.10, 0.01, "the base rate beats every other model"),
    ],
)
def test_the_record_is_said_as_it_is(forecast, difference, error, expected):
    line = dataclasses.replace(
        forecast.comparison.lines[0],
        candidate="weibull",
        difference=difference,
        error=error,
    )
    table = forecast.comparison.model_copy(update={"lines": (line,)})
    said = explanation.record_line(forecast.model_copy(update={"comparison": table}))
    assert expected in said


@given(st.floats(0, 1))
def test_certainty_is_never_made_by_rounding(p):
    said = explanation.percent(p)
    assert (said == "0%") == (p == 0)
    assert (said == "100%") == (p == 1)


@given(st.floats(1e-3, 1e6))
def test_a_number_on_a_scale_is_right_to_three_digits(value):
    assert float(explanation.number(value)) == pytest.approx(value, rel=0.006)


def test_text_curve_fits_and_marks_the_deadline(forecast):
    for width in (40, 50, 76):
        lines = text_curve(forecast, width).plain.split("\n")
        assert max(map(len, lines)) <= width
        assert any("┊20 Jan 2025" in line for line in lines)
        assert sum("●" in line for line in lines[:-1]) > 1


def test_html_for_notebooks_escapes_names(forecast):
    question = forecast.case.question.model_copy(update={"text": "<script>?"})
    case = forecast.case.model_copy(update={"question": question})
    page = forecast.model_copy(update={"case": case})._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;?" in page
