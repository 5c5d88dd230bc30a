"""Laws of pool, standing estimates and calibration: arithmetic apart from the database."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from suasion.journal.ledger.calibration import Judged, calibration_bins, wilson
from suasion.journal.ledger.combination import (
    FEWEST_QUESTIONS,
    PoolRecord,
    Record,
    combined,
    exponent,
    pool_by_day,
    weights,
)
from suasion.scoring.standing import Estimate, standing, tally, until

DAY = dt.timedelta(days=1)
MONDAY = dt.date(2030, 3, 4)
PROBABILITY = st.floats(0.001, 0.999)
ESTIMATES = st.lists(
    st.builds(
        Estimate,
        day=st.integers(-3, 30).map(lambda n: MONDAY + n * DAY),
        forecaster=st.integers(1, 5),
        probability=PROBABILITY,
    ),
    min_size=1,
    max_size=25,
).map(lambda items: sorted(items, key=lambda item: item.day))
RECORDS = st.lists(
    st.builds(
        Record,
        forecaster=st.integers(1, 5),
        own=st.floats(0.0, 1.0),
        peers=st.floats(0.0, 1.0),
        known_on=st.integers(-10, 30).map(lambda n: MONDAY + n * DAY),
    ),
    max_size=12,
)


@given(st.lists(st.tuples(PROBABILITY, st.floats(0.01, 100.0)), min_size=1))
def test_the_pool_lies_within_the_hull_of_its_estimates(pairs):
    p, w = zip(*pairs, strict=True)
    found = combined(p, weight=w)
    assert min(p) - 1e-12 <= found <= max(p) + 1e-12


@given(st.lists(st.tuples(PROBABILITY, st.floats(0.01, 100.0)), min_size=2), st.data())
def test_the_pool_does_not_know_the_order_of_its_estimates(pairs, data):
    shuffled = data.draw(st.permutations(pairs))
    first, second = (
        combined([p for p, _ in some], weight=[w for _, w in some])
        for some in (pairs, shuffled)
    )
    assert first == pytest.approx(second, abs=1e-12)


@given(st.lists(PROBABILITY, min_size=1), st.floats(1.0, 3.0))
def test_yes_and_no_are_treated_alike_and_extremising_moves_away_from_a_half(p, power):
    found = combined(p, exponent=power)
    assert combined([1.0 - x for x in p], exponent=power) == pytest.approx(1.0 - found)
    plain = combined(p)
    assert abs(found - 0.5) >= abs(plain - 0.5) - 1e-12
    assert (found - 0.5) * (plain - 0.5) >= -1e-12


def test_the_unweighted_pool_is_the_geometric_mean_of_the_odds():
    # Satopää et al. 2014, section 2: the geometric mean of odds, raised to a.
    p = np.array([0.6, 0.7, 0.9])
    odds = math.prod(p / (1 - p)) ** (2.5 / 3)
    assert combined(p, exponent=2.5) == pytest.approx(odds / (1 + odds))


@pytest.mark.parametrize(
    ("p", "other", "message"),
    [
        ([], {}, "a pool needs one at least"),
        ([0.2, 1.0], {}, "strictly between 0 and 1"),
        ([0.2, math.nan], {}, "strictly between 0 and 1"),
        ([0.2, 0.3], {"weight": [1.0, -1.0]}, "one positive number"),
        ([0.2], {"exponent": math.nan}, "between 1 and 3"),
    ],
)
def test_what_cannot_be_pooled_is_refused(p, other, message):
    with pytest.raises(ValueError, match=message):
        combined(p, **other)


@given(RECORDS, st.integers(0, 30))
def test_weights_are_shares_equal_without_a_record_and_known_on_the_day(records, n):
    who, on = (1, 2, 3, 4, 5), MONDAY + n * DAY
    found = weights(records, who, on)
    assert found.sum() == pytest.approx(1.0)
    assert (found > 0.0).all()
    later = [item for item in records if item.known_on > on]
    earlier = [item for item in records if item.known_on <= on]
    assert (weights(earlier, who, on) == found).all()
    assert weights(later, who, on) == pytest.approx(0.2)


@given(st.integers(1, 400), st.floats(0.0, 0.99))
def test_who_does_better_weighs_more_the_more_so_the_more_questions(n, share):
    def weight(count):
        good = [
            Record(forecaster=1, own=0.2 * share, peers=0.2, known_on=MONDAY)
        ] * count
        return weights(good, (1, 2), MONDAY)[0]

    assert 0.5 < weight(n) < weight(n + 1)


def test_a_corrected_resolution_weighs_until_its_correction_only():
    bad = Record(
        forecaster=1, own=0.9, peers=0.1, known_on=MONDAY, known_until=MONDAY + DAY
    )
    assert weights([bad], (1, 2), MONDAY)[0] < 0.5
    assert weights([bad], (1, 2), MONDAY + DAY)[0] == 0.5


def shy(count, factor, seed=3):
    """Pools whose log-odds are the true ones divided by a factor."""
    generator = np.random.default_rng(seed)
    true = generator.normal(0.0, 1.5, count)
    yes = generator.random(count) < 1.0 / (1.0 + np.exp(-true))
    return [
        PoolRecord(log_odds=float(x / factor), outcome=int(y), known_on=MONDAY)
        for x, y in zip(true, yes, strict=True)
    ]


def test_the_exponent_is_found_again_when_there_are_many_questions():
    assert exponent(shy(20_000, 1.7), MONDAY) == pytest.approx(1.7, abs=0.08)
    assert exponent(shy(20_000, 1.0), MONDAY) == pytest.approx(1.0, abs=0.06)


def test_few_questions_warrant_no_extremising_and_bold_pools_none():
    few = shy(FEWEST_QUESTIONS - 1, 2.5)
    assert exponent(few, MONDAY) == 1.0
    assert exponent(shy(2000, 0.5), MONDAY) == pytest.approx(1.0, abs=1e-9)
    later = [PoolRecord(log_odds=1.0, outcome=1, known_on=MONDAY + DAY)] * 50
    assert exponent([*few, *later], MONDAY) == 1.0


@given(ESTIMATES, RECORDS, st.integers(0, 29))
def test_what_is_written_later_does_not_change_the_pool_of_an_earlier_day(
    estimates, records, n
):
    on = MONDAY + n * DAY
    full = standing(estimates, first=MONDAY, until=MONDAY + 31 * DAY)
    then = standing(
        [item for item in estimates if item.day <= on],
        first=MONDAY,
        until=MONDAY + 31 * DAY,
    )
    known = [item for item in records if item.known_on <= on]
    after, before = (
        [
            (item.day, pytest.approx(item.probability, abs=1e-9), item.count)
            for item in found
            if item.day <= on
        ]
        for found in (pool_by_day(full, records), pool_by_day(then, known))
    )
    assert [item[0] for item in after] == [item[0] for item in before]
    for one, other in zip(after, before, strict=True):
        assert one[1].expected == other[1]
        assert one[2] == other[2]


@given(ESTIMATES)
def test_an_estimate_stands_from_its_day_until_the_forecasters_next(estimates):
    table = standing(estimates, first=MONDAY, until=MONDAY + 20 * DAY)
    for row, day in enumerate(table.days):
        for column, who in enumerate(table.forecasters):
            said = [
                item.probability
                for item in estimates
                if item.forecaster == who and item.day <= day
            ]
            found = table.probability[row, column]
            assert found == said[-1] if said else math.isnan(found)


def test_the_day_of_the_answer_and_all_after_the_deadline_count_nothing():
    close = MONDAY + 9 * DAY
    assert until(close) == close + DAY
    assert until(close, MONDAY + 3 * DAY) == MONDAY + 3 * DAY
    assert until(close, close + 5 * DAY) == close + DAY
    late = Estimate(day=MONDAY + 3 * DAY, forecaster=1, probability=0.99)
    early = Estimate(day=MONDAY, forecaster=2, probability=0.4)
    table = standing([early, late], first=MONDAY, until=until(close, late.day))
    assert table.forecasters == (2,)
    assert table.probability[:, 0].tolist() == [0.4, 0.4, 0.4]
    assert not standing([early], first=MONDAY, until=MONDAY).forecasters


def test_the_time_average_by_hand():
    # 2 days at 0.2 and 1 day at 0.6 while yes was true: (0.64 + 0.64 + 0.16) / 3.
    found = tally(np.array([np.nan, 0.2, 0.2, 0.6]), 1)
    assert found.time_averaged_brier == pytest.approx(0.48)
    assert found.brier == pytest.approx(0.16)
    assert found.log_score == pytest.approx(-math.log(0.6))
    assert found.days == 3
    assert tally(np.array([np.nan, np.nan]), 0) is None


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.integers(1, 9))
def test_time_averaged_scores_are_proper(belief, said, days):
    assume(abs(belief - said) > 1e-3)

    def expected(p, field):
        held = np.full(days, p)
        yes, no = (getattr(tally(held, outcome), field) for outcome in (1, 0))
        return belief * yes + (1.0 - belief) * no

    for field in ("time_averaged_brier", "time_averaged_log_score", "brier"):
        assert expected(belief, field) < expected(said, field)


JUDGED = st.builds(Judged, st.integers(1, 40), st.floats(0.0, 1.0), st.integers(0, 1))


@given(st.lists(JUDGED))
def test_every_estimate_is_in_one_bin_and_a_bin_tells_of_its_own(judged):
    bins = calibration_bins(judged)
    assert sum(item.estimates for item in bins) == len(judged)
    for item in bins:
        assert item.low - 1e-12 <= item.mean <= item.high + 1e-12
        assert 0.0 <= item.low80 <= item.share + 1e-12
        assert item.share - 1e-12 <= item.high80 <= 1.0
        assert 1 <= item.questions <= item.estimates


def test_wilsons_interval_solves_its_equation_and_narrows():
    # Wilson 1927: the ends are the p with (share - p)^2 = z^2 p (1 - p) / n.
    z = 1.2815515594457412
    for share, n in ((0.3, 7), (0.0, 4), (0.9, 200)):
        for p in wilson(share, n):
            assert (share - p) ** 2 == pytest.approx(z**2 * p * (1 - p) / n, abs=1e-12)
    assert wilson(0.3, 1000)[1] - wilson(0.3, 1000)[0] < 0.04
    with pytest.raises(ValueError, match="a share lies between 0 and 1"):
        wilson(math.nan, 3)
    with pytest.raises(ValueError, match="write 80 percent"):
        calibration_bins([Judged(1, 80.0, 1)])
