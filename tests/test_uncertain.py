"""Uncertain numbers: percentiles as written, the mode where it was put, no bits lost."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy.special import betaincinv

from suasion.uncertain import Uncertain, _quantile_table

NUMBERS = st.floats(-1e6, 1e6).map(lambda x: round(x, 3) + 0.0)
P = (np.arange(20_000) + 0.5) / 20_000


@st.composite
def triples(draw: st.DrawFn) -> Uncertain:
    low, mode, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    assume(high - low > 1e-2)
    return Uncertain(low=low, mode=mode, high=high)


def shape(number: Uncertain) -> tuple[float, float, float]:
    """Place of the mode in [a, b], a and b: solved again, by another method."""
    from scipy.optimize import brentq

    def place(f: float) -> float:
        q05, q95 = betaincinv(1 + 4 * f, 5 - 4 * f, [0.05, 0.95])
        return (f - q05) / (q95 - q05)

    target = (number.mode - number.low) / (number.high - number.low)
    if not (place(0.0) < target < place(1.0)):
        f = 0.0 if target <= 0.5 else 1.0
    else:
        f = brentq(lambda x: place(x) - target, 0.0, 1.0, xtol=1e-15)
    q05, q95 = betaincinv(1 + 4 * f, 5 - 4 * f, [0.05, 0.95])
    scale = (number.high - number.low) / (q95 - q05)
    low = number.low - scale * q05
    return f, low, low + scale


@given(number=triples())
def test_low_and_high_are_the_5th_and_95th_percentile(number: Uncertain) -> None:
    found = number.quantile(np.array([0.05, 0.95]))
    width = number.high - number.low
    assert found[0] == pytest.approx(number.low, abs=1e-5 * width)
    assert found[1] == pytest.approx(number.high, abs=1e-5 * width)


@hypothesis.settings(max_examples=30)
@given(number=triples())
@example(number=Uncertain.parse("0|0|1"))
def test_interpolation_is_good_and_best_between_the_percentiles(
    number: Uncertain,
) -> None:
    f, low, high = shape(number)
    for tail, allowed in ((0.05, 1e-6), (0.01, 1e-5), (0.001, 3e-4)):
        p = P[np.abs(P - 0.5) < 0.5 - tail][::7]
        exact = low + (high - low) * betaincinv(1 + 4 * f, 5 - 4 * f, p)
        error = np.abs(number.quantile(p) - exact).max()
        assert error < allowed * (high - low) + 1e-9


@given(number=triples())
def test_quantiles_rise_and_stay_within_the_ends(number: Uncertain) -> None:
    values = number.quantile(np.concatenate([[2.0**-54], P, [1 - 2.0**-53]]))
    assert (np.diff(values) >= 0.0).all()
    _, low, high = shape(number)
    slack = 1e-9 * (high - low)
    assert low - slack <= values[0]
    assert values[-1] <= high + slack


@pytest.mark.parametrize("text", ["50|60|75", "0|1|10", "-3|7|7.5", "0.2|0.5|0.8"])
def test_the_mode_is_where_the_density_peaks(text: str) -> None:
    number = Uncertain.parse(text)
    edges = np.linspace(number.low, number.high, 2001)
    p = np.linspace(1e-4, 1 - 1e-4, 200_001)
    cdf = np.interp(edges, number.quantile(p), p)
    # density over windows wide enough to even out the table's steps
    window = 120
    density = cdf[window:] - cdf[:-window]
    peak = edges[density.argmax()] + 0.5 * window * (edges[1] - edges[0])
    assert peak == pytest.approx(number.mode, abs=0.02 * (number.high - number.low))


@pytest.mark.parametrize(
    ("text", "mirrored"), [("0|2|10", "0|8|10"), ("0|0|10", "0|10|10")]
)
def test_mirrored_numbers_have_mirrored_quantiles(text: str, mirrored: str) -> None:
    one, other = (Uncertain.parse(part).quantile(P) for part in (text, mirrored))
    np.testing.assert_allclose(one, 10.0 - other[::-1], atol=1e-8)


@pytest.mark.parametrize("text", ["3|3|9", "3|9|9"])
def test_a_mode_at_a_percentile_leaves_the_percentiles_alone(text: str) -> None:
    found = Uncertain.parse(text).quantile(np.array([0.05, 0.95]))
    np.testing.assert_allclose(found, [3.0, 9.0], atol=6e-5)


def test_an_exact_number_is_itself_whatever_the_probability() -> None:
    number = Uncertain.parse("12.5")
    assert number.exact
    assert (number.quantile(P) == 12.5).all()
    assert not Uncertain.parse("12|12|13").exact


@given(number=triples(), a=st.floats(0.1, 10.0), b=st.floats(-100.0, 100.0))
def test_a_change_of_unit_changes_quantiles_alike(
    number: Uncertain, a: float, b: float
) -> None:
    moved = Uncertain(
        low=a * number.low + b, mode=a * number.mode + b, high=a * number.high + b
    )
    expected = a * number.quantile(P) + b
    scale = np.abs(expected).max() + a * (number.high - number.low)
    np.testing.assert_allclose(moved.quantile(P), expected, atol=1e-6 * scale)


@given(number=st.one_of(triples(), NUMBERS.map(Uncertain.parse)))
def test_what_is_written_is_read_again(number: Uncertain) -> None:
    assert Uncertain.parse(str(number)) == number
    adapter = TypeAdapter(Uncertain)
    assert adapter.validate_json(adapter.dump_json(number)) == number
    assert eval(repr(number), {"Uncertain": Uncertain.parse}) == number


@given(parts=st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted))
def test_spaces_around_the_parts_do_not_matter(parts: list[float]) -> None:
    wide = " | ".join(f" {part!r} " for part in parts)
    assert Uncertain.parse(wide) == Uncertain.parse("|".join(map(repr, parts)))


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("3|2|1", "must rise; put the smallest first"),
        ("1|3|2", "must rise"),
        ("1|2", "one number or three, low|mode|high; write 60 or 50|60|75"),
        ("1|2|3|4", "one number or three"),
        ("", "'' is not a number; write it with a decimal point"),
        ("1,5", "'1,5' is not a number"),
        ("50 %", "without units"),
        ("1||3", "'' is not a number"),
        ("nan", "a number must be finite; leave out what is not known"),
        (float("inf"), "must be finite"),
        ("1|2|inf", "must be finite"),
        (True, "a number or 'low|mode|high' is needed, not True"),
        (None, "is needed, not None"),
        ([1, 2, 3], "is needed, not "),
    ],
)
def test_errors_say_the_rule_and_the_cure(value: object, rule: str) -> None:
    with pytest.raises(ValueError, match=rule.replace("|", r"\|")):
        Uncertain.parse(value)


def test_a_huge_whole_number_is_not_a_number_here() -> None:
    with pytest.raises(ValueError, match="is not a number"):
        Uncertain.parse(10**400)


def test_a_table_of_three_numbers_is_checked_like_text() -> None:
    with pytest.raises(ValidationError, match="must rise"):
        Uncertain(low=2, mode=1, high=3)
    with pytest.raises(ValidationError, match="finite"):
        Uncertain.model_validate({"low": 1, "mode": 2, "high": float("nan")})


def test_tables_are_shared_and_cannot_be_written() -> None:
    table = _quantile_table(50.0, 60.0, 75.0)
    assert table is _quantile_table(50.0, 60.0, 75.0)
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 1.0
