"""The page on accuracy is what `make accuracy` would write."""

from __future__ import annotations

from pathlib import Path

import pytest

from suasion.backtest import backtest
from suasion.backtest.page import END, START, kept, stale, write
from suasion.backtest.table import summary
from suasion.problem import ForecastError
from suasion.track_record import track_record

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"


def test_the_page_is_made_of_its_numbers_and_of_the_library_as_it_is() -> None:
    assert stale(PAGE) == []


def test_every_forecast_says_what_the_page_says() -> None:
    assert summary(kept(PAGE)) == track_record()


@pytest.mark.slow
@pytest.mark.parametrize(
    "slug", ["ec-emission-standards", "opec-march-2020", "ukraine-facility"]
)
def test_the_models_still_give_the_numbers_of_the_page(slug: str) -> None:
    page = kept(PAGE)
    models = ["window", "mean"] if slug == "ukraine-facility" else ["mean", "nash"]
    found = backtest([slug], models=models, draws=page.draws, ledgers=False)
    (now,) = found.trials
    (told,) = [trial for trial in page.trials if trial.case == slug]
    for name, said in now.said.items():
        assert said == pytest.approx(told.said[name], abs=1e-6)
    assert now.outcome == pytest.approx(told.outcome)


def test_a_page_is_written_from_nothing_and_keeps_what_stands_around(
    tmp_path: Path,
) -> None:
    found = backtest(
        ["oil-price-cap", "opec-march-2020"], models=["mean", "nash"], draws=200
    )
    page = tmp_path / "page.md"
    files = write(found, page)
    assert {file.suffix for file in files} == {".md", ".json", ".svg"}
    first = page.read_text()
    assert "**The simple weighted mean**" in first
    page.write_text("Before.\n" + first + "After.\n")
    write(found, page)
    assert page.read_text() == "Before.\n" + first + "After.\n"
    assert kept(page).trials[0].case == "oil-price-cap"


def test_a_changed_page_or_case_is_stale(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    for file in PAGE.parent.glob("accuracy*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert stale(page) == []
    page.write_text(page.read_text().replace("Brier score", "Better score", 1))
    assert stale(page) == ["accuracy.md is not what its numbers say"]
    numbers = tmp_path / "accuracy.json"
    text = numbers.read_text()
    at = text.index('"deep-strikes": "') + len('"deep-strikes": "')
    numbers.write_text(text[:at] + "0000" + text[at + 4 :])
    assert "deep-strikes: the case has changed" in stale(page)


def test_a_page_without_the_comments_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Something else\n")
    found = backtest(["oil-price-cap"], models=["mean", "nash"], draws=200)
    with pytest.raises(ValueError, match=r"page\.md: no line .*start"):
        write(found, page)
    assert page.read_text() == "# Something else\n"
    assert START != END


def test_a_single_case_makes_a_page_too(tmp_path: Path) -> None:
    found = backtest(["oil-price-cap"], models=["mean"], draws=200)
    write(found, tmp_path / "page.md")
    assert "1 forecasts" not in (tmp_path / "page.md").read_text()


def test_nothing_to_try_is_said() -> None:
    with pytest.raises(ForecastError, match="nothing to try"):
        backtest([])
