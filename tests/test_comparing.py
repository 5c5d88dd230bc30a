"""What if: differences draw by draw, and words that say only what is in the table."""

from __future__ import annotations

import itertools
import json
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import suasion
from suasion import cli
from suasion.case import Case
from suasion.comparing import compare, timing
from suasion.problem import CaseError, ForecastError
from suasion.variant import Variant, shifted, varied
from suasion.variant_file import saved
from suasion.what_if import WhatIf

STANDARDS = suasion.load("ec-emission-standards")
FAVOUR = {"actors.Germany.position": "55|75|95"}
LATER = {"question.by": "2025-03-20"}


@pytest.fixture(scope="module")
def strikes(deep_strikes_fit: object, deep_strikes: Case) -> Case:
    """The reference case, its fit in the cache."""
    return deep_strikes


@pytest.fixture(scope="module")
def found(strikes: Case) -> WhatIf:
    variants = [
        *saved("deep-strikes").values(),
        Variant(name="against", changes={"actors.US.position": "0|5|10"}),
        *shifted(strikes, "calendar.paris-talks", (-10, 10)),
        *shifted(strikes, "question.by", (-100,)),
    ]
    return compare(strikes, variants, draws=2000)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the program in this process: (exit status, stdout, stderr)."""

    def run(*arguments: object, columns: int = 80) -> tuple[int, str, str]:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "argv", ["suasion", *map(str, arguments)])
        status = 0
        try:
            cli.main()
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


# --- laws --------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["deep-strikes", "ec-emission-standards"])
def test_a_variant_that_changes_nothing_differs_in_no_draw(
    slug: str, strikes: Case
) -> None:
    case = strikes if slug == strikes.slug else STANDARDS
    path = "actors.Germany.position"
    found = compare(case, [{path: case.actor("Germany").position[0]}], draws=500)
    (one,) = found.alternatives
    assert one.differences is not None
    assert np.array_equal(one.differences.values, np.zeros(500))
    assert (one.difference, one.error, one.rises, one.falls) == (0.0, 0.0, 0.0, 0.0)
    assert one.value == found.base.value
    assert re.search("already is .*: no change", one.notes[0])


@pytest.mark.slow
def test_a_comparison_is_two_forecasts_subtracted(strikes: Case) -> None:
    base = suasion.forecast(strikes, draws=500)
    other = suasion.forecast(varied(strikes, FAVOUR), draws=500)
    found = compare(strikes, [FAVOUR], draws=500)
    (one,) = found.alternatives
    assert found.base.value == base.probability
    assert found.case_hash == base.case_hash
    assert one.value == other.probability
    assert (one.low, one.high) == other.interval(0.8)
    assert one.differences is not None
    differences = other.answer.values - base.answer.values
    assert np.array_equal(one.differences.values, differences)
    assert one.difference == pytest.approx(other.probability - base.probability)
    assert one.rises == np.count_nonzero(differences > 0) / 500
    assert one.falls == np.count_nonzero(differences < 0) / 500


@pytest.mark.slow
def test_order_of_variants_does_not_matter(strikes: Case) -> None:
    variants = [
        Variant(name=name, changes=changes)
        for name, changes in (("a", FAVOUR), ("b", LATER), ("c", {**FAVOUR, **LATER}))
    ]
    first, *others = (
        {item.name: item for item in compare(strikes, order, draws=200).alternatives}
        for order in itertools.islice(itertools.permutations(variants), 0, None, 2)
    )
    assert all(other == first for other in others)


def test_the_same_draws_make_the_error_smaller_than_other_draws_would(
    found: WhatIf, strikes: Case
) -> None:
    one = found.alternative("Germany comes out in favour")
    apart = suasion.forecast(strikes, draws=2000, seed=8).answer.values
    assert one.error is not None
    assert one.error < 0.2 * math.hypot(*[apart.std() / math.sqrt(2000)] * 2)


@pytest.mark.slow
def test_error_is_the_spread_of_means_over_seeds(strikes: Case) -> None:
    # The second route: repeat the comparison, and see by how much its mean varies.
    each = [
        compare(strikes, [FAVOUR], draws=200, seed=seed).alternatives[0]
        for seed in range(1, 25)
    ]
    spread = np.std([one.difference for one in each], ddof=1)
    # 24 means: their standard deviation is known to about 15 %.
    assert np.mean([one.error for one in each]) == pytest.approx(spread, rel=0.5)


def test_a_longer_window_never_makes_a_yes_less_likely(strikes: Case) -> None:
    # Without the closing window, which moves with the deadline.
    still = {"window.closing_days": 0}
    found = compare(strikes, [still, {**still, **LATER}], draws=500)
    short, long = (one.differences for one in found.alternatives)
    assert short is not None
    assert long is not None
    assert (long.values >= short.values).all()
    assert found.alternatives[1].by == varied(strikes, LATER).question.by


@settings(max_examples=25)
@given(
    st.sampled_from(STANDARDS.actor_names), st.floats(4.0, 10.0), st.floats(4.0, 10.0)
)
def test_place_moves_by_the_share_of_power_of_who_moves(
    name: str, first: float, second: float
) -> None:
    # The compromise model is a weighted mean: the second route is its definition.
    power = {a.name: a.capability.mode * a.salience[0].mode for a in STANDARDS.actors}
    share = power[name] / sum(power.values())
    path = f"actors.{name}.position"
    variants = [
        Variant(name="first", changes={path: first}),
        Variant(name="second", changes={path: second}),
    ]
    one, two = compare(STANDARDS, variants, draws=100).alternatives
    assert one.value is not None
    assert two.value is not None
    assert two.value - one.value == pytest.approx(share * (second - first), abs=1e-9)
    now = STANDARDS.actor(name).position[0].mode
    assert one.difference == pytest.approx(share * (first - now), abs=1e-9)
    assert one.error == 0.0


def test_timing_is_one_comparison_a_day(strikes: Case) -> None:
    days = (-20, 20)
    series = timing(strikes, "calendar.succession", days, draws=300)
    assert [one.shift for one in series.alternatives] == [*days]
    for one in series.alternatives:
        (again,) = compare(strikes, [one.changes], draws=300).alternatives
        assert again.differences == one.differences
    early, late = series.alternatives
    assert early.difference is not None
    assert early.difference < 0.0
    assert late.difference == 0.0  # on and after the deadline it comes too late


# --- what has no effect, and why -----------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"calendar.succession": "none"}, "not before the deadline 20 January 2025"),
        ({"actors.US.capability": 50}, "the gatekeeper's own weight is no part"),
        ({"rule.actor": "France"}, "who can block, not what the answer is"),
        ({"calendar.paris-talks.date": "2024-11-01"}, "has happened by the as-of date"),
        ({"actors.Germany.head": "Somebody"}, "it is a description"),
    ],
)
def test_a_change_without_effect_is_said_with_the_reason(
    strikes: Case, changes: dict[str, object], why: str
) -> None:
    (one,) = compare(strikes, [changes], draws=200).alternatives
    assert one.difference == 0.0
    assert any("has no effect on the answer" in n and why in n for n in one.notes)


def test_public_stance_counts_only_by_the_covariates_of_the_ledger(
    strikes: Case,
) -> None:
    (one,) = compare(strikes, [{"actors.DE.public": "for"}], draws=200).alternatives
    said = "hazards with covariates" in " ".join(one.notes)
    assert said == (one.difference == 0.0)


def test_moving_what_nobody_knows_of_is_idle(strikes: Case) -> None:
    unknown = {"calendar.frustration.known_on": "2024-12-01"}
    moved = {**unknown, "calendar.frustration.date": "2024-12-20"}
    one, two = compare(strikes, [unknown, moved], draws=200).alternatives
    assert one.difference == two.difference != 0.0
    assert one.notes == ()
    assert "date has no effect" in two.notes[0]
    assert "nobody knows of it before 1 December 2024" in two.notes[0]


def test_an_idle_change_is_said_beside_one_that_works(strikes: Case) -> None:
    changes = {**FAVOUR, "actors.US.capability": 50}
    (one,) = compare(strikes, [changes], draws=200).alternatives
    assert one.difference != 0.0
    assert [note for note in one.notes if "has no effect" in note] == [
        "actors.United States.capability has no effect on the answer: pressure is that "
        "of the others; the gatekeeper's own weight is no part."
    ]


def test_deadline_given_to_the_comparison_overrules_that_of_a_variant(
    strikes: Case,
) -> None:
    (one,) = compare(strikes, [LATER], by="2025-01-10", draws=200).alternatives
    assert one.difference == 0.0
    assert "the deadline was given to the comparison" in one.notes[0]


def test_a_number_that_the_calendar_has_set_anew_says_so(
    case_folder: Callable[..., Path],
) -> None:
    kind = ("case.toml", 'kind = "approval"', 'kind = "position"')
    early = ("case.toml", "date = 2030-09-15", "date = 2030-05-15")
    case = suasion.load(case_folder(kind, early))
    path = "actors.Ruritania.position"
    again = "calendar.election.changes.Ruritania.position"
    coded, event = compare(case, [{path: 80}, {again: 80}], draws=200).alternatives
    assert coded.difference == 0.0
    assert f"before the as-of date; set {again}" in coded.notes[0]
    assert event.difference is not None
    assert event.difference > 0.0
    assert event.notes == ()


def test_what_goes_on_acting_on_a_number_is_said(strikes: Case) -> None:
    variants = [
        {"actors.US.position": 40, **LATER},
        {"actors.France.salience": 0.6},
    ]
    held, shifting = compare(strikes, variants, draws=200).alternatives
    assert held.notes == (
        "actors.United States.position holds until 20 January 2025, when "
        "calendar.succession sets it anew.",
    )
    assert shifting.notes == (
        "calendar.election, calendar.paris-talks and calendar.frustration add 0.13 to "
        "actors.France.salience as before.",
    )


def test_place_does_not_depend_on_what_only_matters_for_when() -> None:
    changes = {"actors.FR.public": "for", "window.closing_days": 3}
    (one,) = compare(STANDARDS, [changes], draws=100).alternatives
    assert one.difference == 0.0
    assert "rests on capability, position and salience" in one.notes[0]
    assert "[window] is about when" in one.notes[1]


# --- refusals ------------------------------------------------------------------------


def test_what_cannot_be_compared_is_refused(strikes: Case) -> None:
    same = [Variant(name="x", changes=FAVOUR), Variant(name="x", changes=LATER)]
    for variants, error, message in (
        ([], ForecastError, "nothing to compare it with; give a change"),
        (same, ValueError, "two variants are called 'x'"),
        ([{}], ValueError, "a variant changes something"),
        ([{"actors.Germny.position": 1}], CaseError, "did you mean actors.Germany"),
        ([FAVOUR, {"question.by": "2024-11-11"}], ForecastError, "the window closed"),
    ):
        with pytest.raises(error, match=message):
            compare(strikes, variants, draws=100)
    with pytest.raises(ForecastError, match="as of 2024-11-10 is not possible"):
        compare(strikes, [FAVOUR], as_of="2024-11-10", draws=100)
    with pytest.raises(KeyError, match=r"there are actors\.Germany\.position = 9"):
        compare(STANDARDS, [{"actors.Germany.position": 9}], draws=100).alternative("x")


def test_an_impossible_member_of_a_series_is_said_not_raised(found: WhatIf) -> None:
    one = found.alternative("deadline: 100 days earlier")
    assert (one.value, one.difference, one.differences) == (None, None, None)
    assert one.notes[0].startswith("Not possible: by cannot be before as_of")


# --- words and table -----------------------------------------------------------------


def numbers(text: str) -> list[str]:
    """Numbers with sign and unit, dates left out."""
    text = re.sub(r"\d+ \w+ 20\d\d", "", text)
    return re.findall(r"[+−]?\d+(?:\.\d+)?%?", text)


@pytest.mark.parametrize("columns", [80, 88, 120])
def test_every_number_of_the_sentences_is_in_the_table(run: Any, columns: int) -> None:
    status, out, _ = run("compare", "deep-strikes", "--draws", 500, columns=columns)
    assert status == 0
    assert max(len(line.rstrip()) for line in out.splitlines()) <= columns
    sentences, table = re.split(r"\n\s*80% +80%", out, maxsplit=1)
    said = numbers(sentences.split("\n\n", 1)[1].replace("\n", " "))
    assert len(said) >= 3 + 3 * 3
    shown = {*numbers(table.split("•")[0]), "80%"}
    assert set(said) <= shown
    assert "…" not in table


def test_largest_difference_is_said_first(found: WhatIf) -> None:
    headline, *differences = found.sentences()
    assert headline == found.headline
    assert differences[0].startswith("No handover, the deadline two months later: +")
    assert len(differences) == 4
    assert differences[-1].startswith("Fear of escalation costs ")
    assert "Against: −" in str(found)
    assert "Paris-talks: 10 days earlier: no difference in any draw." in str(found)


def test_what_nobody_named_goes_by_what_it_changes() -> None:
    found = compare(STANDARDS, [{"actors.Germany.position": 10}], draws=100)
    assert found.sentences()[1] == (
        "Germany: position 10 instead of 4: +1.13 years (the same in all draws)."
    )


def test_a_path_keeps_its_letters_and_nothing_is_called_none() -> None:
    changes = {"window.moved_by": "challenge"}
    found = compare(STANDARDS, [changes], draws=100)
    assert found.sentences()[1] == (
        "window.moved_by challenge instead of none: no difference in any draw."
    )


def test_json_is_the_comparison_without_its_draws(run: Any) -> None:
    ask = ("compare", "ec-emission-standards", "--set", "actors.DE.position=5|6|8")
    status, out, err = run(*ask, "--json", "--draws", 300)
    assert (status, err) == (0, "")
    changes = {"actors.DE.position": "5|6|8"}
    found = compare("ec-emission-standards", [changes], draws=300)
    assert json.loads(out) == json.loads(json.dumps(found.to_dict()))
    again = WhatIf.model_validate(found.to_dict(draws=True))
    assert again == found


def test_saved_variant_is_compared_from_then_on(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "trams"
    folder.mkdir()
    (folder / "case.toml").write_text(
        'title = "Trams"\n[question]\ntext = "How late?"\n'
        '[[issues]]\nid = "hour"\nname = "Last tram"\nlow = 0\nhigh = 4\nunit = "h"\n'
    )
    (folder / "actors.csv").write_text(
        "actor,capability,position,salience\nMayor,4,1,0.6\nNorth,2,4,0.9\n"
    )
    status, _, err = run("compare", folder)
    assert status == 2
    assert "has no saved variants; give --set path=value" in err
    change = ("--set", "actors.North.salience=0.1", "--draws", 100)
    status, out, err = run("compare", folder, *change, "--save", "quiet-north")
    assert status == 0
    assert "quiet-north.toml" in err
    assert "Quiet-north: −" in out
    status, again, _ = run("compare", folder, "--draws", 100)
    assert again == out
    status, _, err = run("compare", folder, *change, "--save", "quiet-north")
    assert status == 2
    assert "there is a variant quiet-north already" in err


def test_nothing_is_saved_of_what_is_wrong(run: Any, tmp_path: Path) -> None:
    (tmp_path / "actors.csv").write_text(
        "actor,capability,position,salience\nA,4,1,0.6\nB,2,4,0.9\n"
    )
    (tmp_path / "case.toml").write_text(
        'title = "T"\n[question]\ntext = "?"\n'
        '[[issues]]\nid = "x"\nname = "x"\nlow = 0\nhigh = 4\n'
    )
    before = sorted(tmp_path.iterdir())
    ask = ("compare", tmp_path, "--save", "y")
    for more, message in (
        (("--set", "actors.C.salience=0.1"), "use one of actors.A, actors.B"),
        (("--set", "actors.A.salience=7"), "between 0 and 1"),
        ((), "--save keeps what --set gives"),
    ):
        status, out, err = run(*ask, *more)
        assert (status, out) == (2, "")
        assert message in " ".join(err.split())
    assert sorted(tmp_path.iterdir()) == before
