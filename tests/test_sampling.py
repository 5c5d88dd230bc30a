"""Draws of a case: marginals as coded, errors together within blocs, limits kept."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy import stats

from suasion.case import Actor, Bloc, Case, Change, Event, Issue, Question
from suasion.sampling import Sample, sample
from suasion.uncertain import Uncertain

DAY = dt.date(2030, 1, 1)
DRAWS = 20_000


def actor(name: str, **values: str) -> Actor:
    coded = {
        "capability": "10|20|40",
        "position": "30|50|60",
        "salience": "0.3|0.5|0.6",
    }
    coded |= values
    return Actor(
        name=name,
        capability=Uncertain.parse(coded["capability"]),
        position=(Uncertain.parse(coded["position"]),),
        salience=(Uncertain.parse(coded["salience"]),),
    )


def case(*actors: Actor, **other: object) -> Case:
    issue = Issue(
        id="it", name="It", status_quo=Uncertain.parse("5|10|20"), threshold=60.0
    )
    return Case.model_validate(
        {
            "slug": "made-up", "title": "Made up", "issues": (issue,),
            "question": Question(text="What?"), "actors": actors,
        } | other
    )  # fmt: skip


def drawn(made: Case, seed: int = 7, on: dt.date = DAY) -> Sample:
    return sample(made, on, seed=seed, start=0, stop=DRAWS)


@pytest.mark.parametrize("bloc", [False, True])
def test_marginals_are_as_coded_in_a_bloc_or_not(bloc: bool) -> None:
    fields = ("capability", "position", "salience")
    blocs = (Bloc(name="b", actors=("A", "B"), correlation=0.6, fields=fields),)
    made = case(actor("A"), actor("B"), blocs=blocs if bloc else ())
    found = drawn(made)
    for text, values in (
        ("10|20|40", found.capability[:, 0]),
        ("30|50|60", found.position[:, 0, 0]),
        ("0.3|0.5|0.6", found.salience[:, 0, 0]),
        ("5|10|20", found.status_quo[:, 0]),
    ):
        number = Uncertain.parse(text)
        p = np.linspace(1e-4, 1 - 1e-4, 20_001)
        table = number.quantile(p)
        result = stats.kstest(values, lambda x, t=table, p=p: np.interp(x, t, p))
        assert result.pvalue > 1e-3
        share = [(values < number.low).mean(), (values > number.high).mean()]
        np.testing.assert_allclose(share, 0.05, atol=0.006)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.5, 0.9])
def test_errors_in_a_bloc_have_the_rank_correlation_of_the_copula(
    correlation: float,
) -> None:
    bloc = Bloc(name="b", actors=("A", "B"), correlation=correlation)
    made = case(actor("A"), actor("B", position="0|70|80"), actor("C"), blocs=(bloc,))
    found = drawn(made)
    rank = stats.spearmanr(found.position[:, :, 0]).statistic
    # Gaussian copula (Kruskal 1958): Spearman's is 6/pi arcsin(rho / 2)
    expected = 6.0 / np.pi * np.arcsin(correlation / 2.0)
    error = 4.0 / np.sqrt(DRAWS)
    assert rank[0, 1] == pytest.approx(expected, abs=error)
    assert abs(rank[0, 2]) < error
    assert abs(stats.spearmanr(found.salience[:, :2, 0]).statistic) < error


def test_full_correlation_is_one_error_for_all() -> None:
    bloc = Bloc(name="b", actors=("A", "B"), correlation=1.0)
    found = drawn(case(actor("A"), actor("B"), blocs=(bloc,)))
    np.testing.assert_allclose(found.position[:, 0], found.position[:, 1], rtol=1e-12)


def test_no_correlation_is_no_bloc() -> None:
    bloc = Bloc(name="b", actors=("A", "B"), correlation=0.0)
    with_it, without = (
        drawn(case(actor("A"), actor("B"), blocs=blocs)) for blocs in ((bloc,), ())
    )
    np.testing.assert_array_equal(with_it.position, without.position)


def test_numbers_outside_blocs_are_independent() -> None:
    found = drawn(case(actor("A"), actor("B")))
    columns = np.column_stack(
        [found.capability, found.position[:, :, 0], found.salience[:, :, 0]]
    )
    rank = stats.spearmanr(columns).statistic - np.eye(6)
    assert np.abs(rank).max() < 4.5 / np.sqrt(DRAWS)


def test_an_actor_s_draws_do_not_depend_on_who_else_is_there() -> None:
    alone, together = case(actor("A")), case(actor("Z"), actor("A"))
    np.testing.assert_array_equal(
        drawn(alone).position[:, 0], drawn(together).position[:, 1]
    )


def test_draws_do_not_depend_on_the_chunk_or_the_memory() -> None:
    bloc = Bloc(name="b", actors=("A", "B"), correlation=0.4)
    made = case(actor("A"), actor("B"), blocs=(bloc,))
    whole = drawn(made)
    memory: dict[tuple[str, Uncertain], np.ndarray] = {}
    for _ in range(2):
        part = sample(made, DAY, seed=7, start=333, stop=777, memory=memory)
        for name in ("capability", "position", "salience", "status_quo"):
            np.testing.assert_array_equal(
                getattr(part, name), getattr(whole, name)[333:777]
            )
    assert (drawn(made, seed=8).position != whole.position).all()


def test_a_draw_is_one_world_at_every_date() -> None:
    shift = Change(actor="A", shift_position=7.5)
    event = Event(id="e", title="E", date=DAY + dt.timedelta(days=9), changes=(shift,))
    made = case(actor("A"), actor("B"), calendar=(event,))
    before, after = (drawn(made, on=DAY + dt.timedelta(days=k)) for k in (8, 9))
    np.testing.assert_allclose(
        after.position[:, 0] - before.position[:, 0], 7.5, rtol=1e-12
    )
    np.testing.assert_array_equal(after.position[:, 1], before.position[:, 1])


def test_values_are_held_within_their_natural_limits() -> None:
    made = case(
        actor("A", capability="0.1|1|90", position="1|90|99", salience="0|0.9|1")
    )
    found = drawn(made)
    assert found.capability.min() >= 0.0
    assert found.position.min() >= 0.0
    assert found.position.max() == 100.0
    assert found.salience.min() == 0.0
    assert found.salience.max() == 1.0


def test_who_is_absent_has_no_capability() -> None:
    event = Event(id="e", title="E", date=DAY + dt.timedelta(days=9), starts=("B",))
    made = case(actor("A"), actor("B"), calendar=(event,))
    absent, present = (drawn(made, on=DAY + dt.timedelta(days=k)) for k in (8, 9))
    assert (absent.capability[:, 1] == 0.0).all()
    assert (absent.effective_power[:, 1] == 0.0).all()
    assert (present.capability[:, 1] > 0.0).all()
    np.testing.assert_array_equal(absent.capability[:, 0], present.capability[:, 0])


def test_exact_numbers_are_exact_in_every_draw() -> None:
    found = drawn(case(actor("A", capability="3", position="40", salience="0.5")))
    assert (found.effective_power == 1.5).all()
    assert (found.position == 40.0).all()


def test_two_issues_err_independently_and_need_both_status_quos() -> None:
    issues = (
        Issue(id="a", name="A", status_quo=Uncertain.parse("1|2|3")),
        Issue(id="b", name="B"),
    )
    number = Uncertain.parse("30|50|60")
    one = Actor(
        name="A", capability=Uncertain.parse(1), position=(number,) * 2,
        salience=(Uncertain.parse("0.3|0.5|0.6"),) * 2,
    )  # fmt: skip
    found = drawn(case(one, issues=issues))
    assert found.position.shape == (DRAWS, 1, 2)
    rank = stats.spearmanr(found.position[:, 0]).statistic
    assert abs(rank) < 4.0 / np.sqrt(DRAWS)
    assert found.status_quo is None
