"""From articles to claims, actors and a draft case."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import suasion
from suasion.problem import CaseError, ForecastError
from suasion.reading.agreement import labelled, score
from suasion.reading.article import read_article
from suasion.reading.claim import Article, Claim
from suasion.reading.dates import dates_in
from suasion.reading.drafting import draft, write_draft
from suasion.reading.gathering import gather
from suasion.reading.reader import checked
from suasion.reading.rules import Rules

SET = Path(__file__).parent / "labelled"
TUNING = SET / "tuning"
DAY = dt.date(2026, 3, 4)  # a Wednesday


def article(text: str, id: str = "a1") -> Article:
    return Article(id=id, title="Vote on the ban", published_on=DAY, text=text)


def stances(text: str) -> dict[str, str]:
    reading = gather([article(text)], Rules())
    return {actor.name: actor.stance for actor in reading.actors}


# --- the quote check -----------------------------------------------------------------


@given(text=st.text(min_size=1, max_size=60).filter(str.strip), data=st.data())
def test_only_verbatim_quotes_enter(text: str, data: st.DataObject) -> None:
    source = article(text.strip())
    quote = data.draw(st.text(min_size=1, max_size=8).filter(str.strip)).strip()
    start = data.draw(st.integers(0, 60))
    claim = Claim(
        id="a1-1", source="a1", kind="risk", quote=quote, start=start, end=start + 1
    )
    kept, dropped = checked(source, [claim])
    assert len(kept) + dropped == 1
    assert all(source.text[c.start : c.end] == c.quote for c in kept)
    if quote in source.text:
        assert len(kept) == 1


@pytest.mark.parametrize("path", sorted(TUNING.glob("*.txt")), ids=lambda p: p.stem)
def test_every_quote_stands_where_its_offsets_say(path: Path) -> None:
    source = read_article(path)
    claims = Rules().read(source)
    assert len(claims) >= 5
    assert all(source.text[c.start : c.end] == c.quote for c in claims)
    assert claims == Rules().read(source)


# --- stance, linking, attribution, hedge ---------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "stance"),
    [
        ("Norway supports the ban.", "for"),
        ("Norway does not support the ban.", "against"),
        ("Norway refused to support the ban.", "against"),
        ("Norway urged the council to adopt the ban.", "for"),
        ("Norway urged the council to drop the ban.", "against"),
        ("Norway urged the council not to adopt the ban.", "against"),
        ("Norway opposes any delay.", "for"),
        ("Norway voiced opposition to the ban.", "against"),
        ("The ban is backed by Norway.", "for"),
        ("Norway is wary of the ban.", "wary"),
        ("Norway wants guarantees first.", "wary"),
        ("Norway has not decided how to vote.", "unclear"),
        ("The Norwegian government rejects the ban.", "against"),
        ("Oslo will veto the ban.", "against"),
        ("The ban won the support of Norway.", "for"),
        ("Norway is in favour of the ban.", "for"),
    ],
)
def test_stance_is_the_product_of_word_deed_and_not(sentence: str, stance: str) -> None:
    assert (
        stances(f"The ban on imports was tabled in May. {sentence}")["Norway"] == stance
    )


def test_leaders_in_office_are_the_state_and_those_to_come_are_not() -> None:
    found = gather(
        [
            article(
                "French President Anne Moreau backs the ban. President-elect Paul Roche "
                "opposes it. Former president Luc Blanc rejected it. Moreau urged Spain's "
                "prime minister, Ana Ruiz, to sign the ban."
            )
        ],
        Rules(),
    )
    stance = {actor.name: actor.stance for actor in found.actors}
    assert stance["France"] == "for"
    assert stance["Paul Roche"] == "against"
    assert stance["Luc Blanc"] == "against"
    assert "Spain" in stance
    assert next(a for a in found.actors if a.name == "France").head == "Anne Moreau"
    assert next(a for a in found.actors if a.name == "Paul Roche").tenure == "incoming"


def test_a_divided_government_is_several_actors() -> None:
    stance = stances(
        "Norway debates the ban. Norwegian Trade Minister Kari Holm backs the ban. "
        "Norwegian Finance Minister Ole Dahl opposes the ban."
    )
    assert stance["Kari Holm"] == "for"
    assert stance["Ole Dahl"] == "against"


@pytest.mark.parametrize(
    ("sentence", "by", "hedge"),
    [
        ("Norway opposes the ban.", "outlet", "none"),
        ("Norway reportedly opposes the ban.", "outlet", "reported"),
        (
            "Norway opposes the ban, according to The Telegraph.",
            "another outlet",
            "reported",
        ),
        ("Norway opposes the ban, two diplomats said.", "officials", "reported"),
        ("Norway opposes the ban, Prime Minister Kari Holm said.", "person", "none"),
        ("Norway may oppose the ban.", "outlet", "possible"),
        ("Norway will oppose the ban.", "outlet", "planned"),
        ("Norway is set to oppose the ban.", "outlet", "planned"),
        ("Norway allegedly opposes the ban.", "outlet", "alleged"),
        ("Norway denied that it opposed the ban.", "person", "denied"),
    ],
)
def test_attribution_and_hedge(sentence: str, by: str, hedge: str) -> None:
    claims = Rules().read(article(sentence))
    found = [c for c in claims if c.kind == "position" and c.stance == "against"]
    assert (by, hedge) in {(c.attribution.by, c.hedge) for c in found}


@pytest.mark.parametrize(
    ("words", "future", "first", "last"),
    [
        ("next Tuesday", True, "2026-03-10", "2026-03-10"),
        ("on Tuesday", False, "2026-03-03", "2026-03-03"),
        ("on 20 January 2027", True, "2027-01-20", "2027-01-20"),
        ("in March 2024", False, "2024-03-01", "2024-03-31"),
        ("next week", True, "2026-03-09", "2026-03-15"),
        ("last year", False, "2025-01-01", "2025-12-31"),
        ("in the second quarter of 2027", True, "2027-04-01", "2027-06-30"),
        ("winter 2026", True, "2026-12-01", "2027-02-28"),
    ],
)
def test_dates_are_ranges_of_days(
    words: str, future: bool, first: str, last: str
) -> None:
    (found,) = dates_in(f"the vote {words} and not the other", DAY, future=future)
    assert (str(found.first), str(found.last)) == (first, last)


# --- merging, the draft case ---------------------------------------------------------

FIRST = "Norwegian Prime Minister Kari Holm backs the ban. Chile opposes the ban."
SECOND = "Holm urged Peru to sign the ban. Chile supports the ban, diplomats said."


def test_articles_about_one_decision_become_one_reading() -> None:
    reading = gather([article(FIRST), article(SECOND, "a2")], Rules())
    names = [actor.name for actor in reading.actors]
    assert len(names) == len(set(names))
    assert {"Norway", "Chile", "Peru"} == set(names)
    chile = {c.stance for c in reading.claims if "Chile" in c.holders}
    assert chile == {"for", "against"}
    assert reading.gatekeeper == "Peru"


def test_a_draft_is_a_valid_case_and_no_forecast(tmp_path: Path) -> None:
    reading = gather([read_article(TUNING / "aluminium.txt")], Rules())
    folder = write_draft(reading, tmp_path / "aluminium")
    case = suasion.load(folder)
    assert case.hash == draft(reading, "aluminium").hash
    assert "actors.Poland.position" in case.coding.draft
    text = (folder / "sources" / "a1.txt").read_text()
    assert all(text[e.start : e.end] == e.quote for e in case.evidence)
    with pytest.raises(ForecastError, match=r"is a draft: \d+ of its values .* review"):
        suasion.forecast(case, draws=100)
    suasion.forecast(case, draws=100, accept_draft=True)


def test_no_folder_is_left_behind(tmp_path: Path) -> None:
    nobody = gather([article("It rained all day and nothing was decided.")], Rules())
    with pytest.raises(CaseError):
        write_draft(nobody, tmp_path / "nobody")
    reading = gather([article(FIRST)], Rules())
    (tmp_path / "there").mkdir()
    with pytest.raises(CaseError, match="something of that name; choose a new name"):
        write_draft(reading, tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1))
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    if text.strip():
        source = Article(id="a1", text=text)
        claims = Rules().read(source)
        assert all(source.text[c.start : c.end] == c.quote for c in claims)


# --- the labelled set ----------------------------------------------------------------


@pytest.mark.slow
def test_the_tuning_half_is_read_as_well_as_it_was() -> None:
    found = score(TUNING, Rules()).shares()
    assert found["quotes verbatim"] == 1
    assert found["actor F1"] >= 0.85
    assert found["stance"] >= 0.8
    assert found["attribution"] >= 0.75
    assert found["hedge"] >= 0.8


def test_labels_are_checked(tmp_path: Path) -> None:
    text = (TUNING / "tram.txt").read_text()
    (tmp_path / "tram.txt").write_text(text)
    label = (TUNING / "tram.toml").read_text()
    (tmp_path / "tram.toml").write_text(label.replace("put off a vote", "held a vote"))
    with pytest.raises(
        CaseError, match="does not stand in the article's text; copy it"
    ):
        labelled(tmp_path)
    with pytest.raises(CaseError, match="no labelled articles"):
        labelled(tmp_path / "none")
