"""Curves of P(yes by t): never falling, nested, the same bits in any chunks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from suasion.case import Case, Change, Event
from suasion.uncertain import Uncertain
from suasion.visibility import visible
from suasion.window import curve
from suasion.window.covariate import COVARIATES, Request
from suasion.window.curve import LEVELS, Answer, answer
from suasion.window.fitting import Fitted
from suasion.window.prior import PRIORS

ON, BY = dt.date(2024, 11, 11), dt.date(2025, 1, 20)
DUE = (BY - ON).days
Run = Callable[..., Answer]


@pytest.fixture(scope="module")
def view(deep_strikes: Case) -> Case:
    return visible(deep_strikes, ON)


@pytest.fixture(scope="module")
def run(view: Case, deep_strikes_fit: Fitted) -> Run:
    def answered(case: Case = view, past: int = 90, **other: int) -> Answer:
        settings = {"draws": 3000, "seed": 7} | other
        until = BY + dt.timedelta(days=past)
        return answer(case, deep_strikes_fit, on=ON, by=BY, until=until, **settings)

    return answered


@pytest.fixture(scope="module")
def found(run: Run) -> Answer:
    return run()


def with_event(case: Case, at: dt.date, **values: object) -> Case:
    """The case with one event more, at a date, for the gatekeeper."""
    change = Change.model_validate({"actor": "United States"} | values)
    event = Event(
        id="made-up", title="Made up", date=at, known_on=ON, changes=(change,)
    )
    return case.model_copy(update={"calendar": (*case.calendar, event)})


def hazards(found: Answer, mean: np.ndarray) -> np.ndarray:
    """Hazard per day of the mean curve."""
    return -np.diff(np.log1p(-mean))


# --- what any curve is -----------------------------------------------------------------


def test_curves_start_at_zero_and_never_fall(found: Answer) -> None:
    means = [found.curve.mean, found.ledger.mean]
    means += [item.mean for item in found.by_candidate.values()]
    means += list(found.structural.values())
    for mean in means:
        assert mean[0] == 0.0
        assert (np.diff(mean) >= 0.0).all()
        assert mean[-1] < 1.0
    assert found.curve.quantile is not None
    assert (found.curve.quantile[0] == 0.0).all()
    assert (np.diff(found.curve.quantile, axis=0) >= 0.0).all()


def test_bands_are_nested_and_hold_the_mean(found: Answer) -> None:
    bands = found.curve.quantile
    assert bands is not None
    assert bands.shape == (len(found.dates), len(LEVELS))
    assert (np.diff(bands[1:], axis=1) > 0.0).all()
    assert (bands[1:, 0] < found.curve.mean[1:]).all()
    assert (found.curve.mean[1:] < bands[1:, -1]).all()


def test_the_curve_at_the_deadline_is_what_the_draws_say(found: Answer) -> None:
    at = found.dates.index(BY)
    assert found.curve.mean[at] == pytest.approx(found.at_deadline.mean(), rel=1e-12)
    assert found.curve.quantile is not None
    expected = np.quantile(found.at_deadline, LEVELS)
    np.testing.assert_allclose(found.curve.quantile[at], expected, rtol=1e-12)
    for name, (value, low, high) in found.by_candidate_at_deadline.items():
        assert value == pytest.approx(found.by_candidate[name].mean[at], rel=1e-12)
        assert low < value < high


def test_the_curve_has_every_day_and_goes_on_past_the_deadline(found: Answer) -> None:
    assert found.dates == tuple(ON + dt.timedelta(days=k) for k in range(DUE + 91))
    assert found.curve.mean[-1] > found.curve.mean[found.dates.index(BY)]


def test_a_long_curve_skips_days_but_changes_none(run: Run, found: Answer) -> None:
    long = run(past=2000)
    assert len(long.dates) < 420
    assert BY in long.dates
    np.testing.assert_array_equal(long.at_deadline, found.at_deadline)
    for at, date in enumerate(long.dates):
        if date in found.dates:
            same = found.dates.index(date)
            assert long.curve.mean[at] == pytest.approx(
                found.curve.mean[same], rel=1e-9
            )


# --- second routes ---------------------------------------------------------------------


def test_the_ledger_curve_is_the_stack_of_its_candidates(
    found: Answer, deep_strikes_fit: Fitted
) -> None:
    weight = deep_strikes_fit.weight
    stacked = np.sum(
        [weight[name] * item.mean for name, item in found.by_candidate.items()], axis=0
    )
    np.testing.assert_allclose(found.ledger.mean, stacked, rtol=1e-12)
    assert sum(weight.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["constant", "weibull", "gompertz", "piecewise"])
def test_a_candidate_alone_is_its_conditional_survival(
    found: Answer, deep_strikes_fit: Fitted, view: Case, name: str
) -> None:
    (posterior,) = (
        item for item in deep_strikes_fit.posteriors if item.candidate.name == name
    )
    assert view.question.requested_on is not None
    age = float((ON - view.question.requested_on).days)
    for at in (1, DUE, len(found.dates) - 1):
        hazard = posterior.cumulative_baseline(np.array([[age], [age + at]]))
        alive = np.exp(-hazard)
        expected = posterior.mean(1.0 - alive[1] / alive[0])
        assert found.by_candidate[name].mean[at] == pytest.approx(expected, rel=1e-9)


def test_covariates_and_gatekeepers_add_up_day_by_day(
    found: Answer, deep_strikes_fit: Fitted, view: Case
) -> None:
    (posterior,) = (
        item
        for item in deep_strikes_fit.posteriors
        if item.candidate.name == "weibull, covariates, gatekeepers"
    )
    rate, shape, *slopes, _ = posterior.values
    yeses = deep_strikes_fit.reference.yeses["United States"]
    request = Request.of_case(view, ON)
    cumulative = np.zeros_like(rate)
    for step in range(DUE):
        today = ON.toordinal() + step
        age = today - request.earliest
        rise = rate * 365.0 * (((age + 1) / 365.0) ** shape - (age / 365.0) ** shape)
        names = [item.name for item in posterior.covariates]
        values = {
            item.name: item.value(request, yeses, today) - item.centre
            for item in COVARIATES
        }
        ratio = sum(
            slope * values[name] for name, slope in zip(names, slopes, strict=True)
        )
        cumulative += rise * np.exp(ratio + posterior.effect["United States"])
    expected = posterior.mean(1.0 - np.exp(-cumulative))
    name = posterior.candidate.name
    assert found.by_candidate[name].mean[DUE] == pytest.approx(expected, rel=1e-9)


def test_without_effect_of_the_assumptions_the_forecast_is_the_ledger(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pressure", "stance", "closing"):
        nothing = replace(PRIORS[name], location=0.0, scale=0.0)
        monkeypatch.setitem(PRIORS, name, nothing)
    plain = run(draws=20_000)
    np.testing.assert_array_equal(plain.at_deadline, plain.ledger_at_deadline)
    error = plain.at_deadline.std() / np.sqrt(len(plain.at_deadline))
    at = plain.dates.index(BY)
    assert plain.curve.mean[at] == pytest.approx(plain.ledger.mean[at], abs=4 * error)


def test_the_same_draws_without_assumptions_are_shown(found: Answer) -> None:
    assert (found.at_deadline != found.ledger_at_deadline).all()
    correlation = np.corrcoef(found.at_deadline, found.ledger_at_deadline)[0, 1]
    assert correlation > 0.3
    error = found.ledger_at_deadline.std() / np.sqrt(len(found.ledger_at_deadline))
    at = found.dates.index(BY)
    mean = found.ledger_at_deadline.mean()
    assert mean == pytest.approx(found.ledger.mean[at], abs=4 * error)


@pytest.mark.parametrize(("name", "sign"), [("pressure", 1), ("stance", 1)])
def test_assumed_coefficients_move_the_answer_as_they_say(
    run: Run, found: Answer, monkeypatch: pytest.MonkeyPatch, name: str, sign: int
) -> None:
    # Where the pressure (or stance) of a draw is above 0, a larger coefficient speeds it.
    stronger = replace(PRIORS[name], location=PRIORS[name].location + 1.0)
    monkeypatch.setitem(PRIORS, name, stronger)
    moved = run()
    held = getattr(found.pressures[0], "net" if name == "pressure" else "stance")
    before_turns = found.dates.index(dt.date(2024, 12, 14))
    assert before_turns > 0
    agree = np.sign(moved.at_deadline - found.at_deadline) == sign * np.sign(held)
    assert agree[np.abs(held) > 0.1].mean() > 0.95


# --- succession and closing window -------------------------------------------------------


def test_a_hostile_successor_slows_the_forecast_and_not_the_ledger(
    run: Run, found: Answer, view: Case
) -> None:
    stays = tuple(event for event in view.calendar if event.kind != "succession")
    without = run(view.model_copy(update={"calendar": stays}))
    at = found.dates.index(BY)
    np.testing.assert_array_equal(
        found.curve.mean[: at + 1], without.curve.mean[: at + 1]
    )
    assert (found.curve.mean[at + 1 :] < without.curve.mean[at + 1 :]).all()
    after, stayed = (hazards(item, item.curve.mean)[at] for item in (found, without))
    assert after < 0.9 * stayed
    np.testing.assert_allclose(found.ledger.mean, without.ledger.mean, rtol=1e-12)
    np.testing.assert_allclose(
        found.ledger_at_deadline, without.ledger_at_deadline, rtol=1e-12
    )


@pytest.mark.parametrize(("position", "sign"), [("0|5|10", -1), ("70|80|90", 1)])
def test_a_successor_within_the_window_moves_the_answer_its_way(
    run: Run, found: Answer, view: Case, position: str, sign: int
) -> None:
    change = dt.date(2024, 12, 1)
    moved = run(with_event(view, change, position=Uncertain.parse(position), head="X"))
    gap = sign * (moved.curve.mean - found.curve.mean)
    at = found.dates.index(change)
    np.testing.assert_allclose(gap[: at + 1], 0.0, atol=1e-12)
    assert (gap[at + 1 : DUE + 1] > 0.0).all()


def test_a_change_that_took_effect_before_the_date_is_simply_the_state(
    run: Run, view: Case
) -> None:
    earlier = with_event(view, dt.date(2024, 10, 1), position=Uncertain.parse("0|5|10"))
    found = run(earlier)
    assert found.pressures[0].on == ON
    assert found.pressures[0].stance.mean() < -0.4


def test_an_event_that_changes_nobody_changes_no_draw(
    run: Run, found: Answer, view: Case
) -> None:
    moved = run(with_event(view, dt.date(2024, 12, 1), head="Joe Biden"))
    np.testing.assert_allclose(moved.at_deadline, found.at_deadline, rtol=1e-12)


def test_the_closing_window_presses_only_before_the_deadline(
    run: Run, view: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = {name: replace(PRIORS[name], location=0.0, scale=0.0) for name in
               ("pressure", "stance", "closing")}  # fmt: skip
    for name, prior in nothing.items():
        monkeypatch.setitem(PRIORS, name, prior)
    settings = view.window.model_copy(update={"closing_days": 20})
    short = view.model_copy(update={"window": settings})
    plain = run(short)
    certain = replace(PRIORS["closing"], location=float(np.log(3.0)))
    monkeypatch.setitem(PRIORS, "closing", certain)
    pressed = run(short)
    with np.errstate(invalid="ignore"):
        hazard_plain = -np.log1p(-plain.curve.quantile[:, 3])
        hazard_pressed = -np.log1p(-pressed.curve.quantile[:, 3])
    opens = DUE - 20
    np.testing.assert_allclose(
        hazard_pressed[: opens + 1], hazard_plain[: opens + 1], rtol=1e-12
    )
    inside = hazard_pressed[DUE] - hazard_pressed[opens]
    assert inside == pytest.approx(
        3.0 * (hazard_plain[DUE] - hazard_plain[opens]), rel=0.02
    )
    after = hazard_pressed[-1] - hazard_pressed[DUE]
    assert after == pytest.approx(hazard_plain[-1] - hazard_plain[DUE], rel=0.02)


# --- structural estimate -----------------------------------------------------------------


def test_structural_shares_rise_at_the_ends_of_rounds(
    found: Answer, view: Case
) -> None:
    every = view.window.days_per_round
    for name, share in found.structural.items():
        jumps = np.flatnonzero(np.diff(share)) + 1
        assert all(int(day) % int(every) == 0 for day in jumps)
        assert (share[: int(every)] == 0.0).all()
        first = found.pressures[0].passes[name][0].mean()
        assert share[int(every)] == pytest.approx(first)
        assert share[-1] <= 1.0


# --- the same bits -----------------------------------------------------------------------


def same(one: Answer, other: Answer) -> None:
    np.testing.assert_array_equal(one.at_deadline, other.at_deadline)
    np.testing.assert_array_equal(one.ledger_at_deadline, other.ledger_at_deadline)
    np.testing.assert_array_equal(one.curve.mean, other.curve.mean)
    np.testing.assert_array_equal(one.curve.quantile, other.curve.quantile)
    np.testing.assert_array_equal(one.ledger.mean, other.ledger.mean)
    for name in one.structural:
        np.testing.assert_array_equal(one.structural[name], other.structural[name])


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_do_not_change_a_bit(run: Run, found: Answer, threads: int) -> None:
    same(run(threads=threads), found)


@pytest.mark.parametrize("chunk", [1, 2, 977, 1024, 10**6])
def test_chunks_do_not_change_a_bit(
    run: Run, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = 3000 if chunk > 2 else 41
    whole = run(draws=draws)
    monkeypatch.setattr(curve, "_CHUNK", chunk)
    same(run(draws=draws), whole)


def test_more_draws_begin_with_the_same_draws(run: Run, found: Answer) -> None:
    more = run(draws=5000)
    np.testing.assert_array_equal(more.at_deadline[:3000], found.at_deadline)


def test_another_seed_gives_other_draws_of_the_same_answer(
    run: Run, found: Answer
) -> None:
    other = run(seed=8)
    assert (other.at_deadline != found.at_deadline).all()
    error = found.at_deadline.std() * np.sqrt(2.0 / 3000)
    assert other.at_deadline.mean() == pytest.approx(
        found.at_deadline.mean(), abs=4 * error
    )
    # candidates alone do not depend on the seed of the forecast
    np.testing.assert_array_equal(other.ledger.mean, found.ledger.mean)
