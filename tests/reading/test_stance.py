"""Laws of stance: what a sentence says of an actor's side, whoever the actor is."""

from __future__ import annotations

import datetime as dt

import pytest

from suasion.reading.claim import Article
from suasion.reading.gathering import gather
from suasion.reading.rules import Rules

BAN = "Ministers discussed a ban on imported timber on Monday."
REPEAL = "The cabinet will decide next week whether to lift a ban on imported timber."


def stances(text: str, title: str = "Ministers discuss timber") -> dict[str, str]:
    day = dt.date(2026, 3, 4)
    article = Article(id="a1", title=title, published_on=day, text=text)
    return {a.name: a.stance for a in gather([article], Rules()).actors}


@pytest.mark.parametrize("actor", ["Norway", "Portugal"])
@pytest.mark.parametrize(
    ("says", "stance"),
    [
        # turns of phrase
        ("{} has kept its cards close to its chest.", "unclear"),
        ("{} is on the fence.", "unclear"),
        ("{} has taken no position.", "unclear"),
        ("{} has thrown its weight behind the ban.", "for"),
        ("{} would not stand in the way of the ban.", "for"),
        ("{} raised no objection to the ban.", "for"),
        ("{} has given the ban its blessing.", "for"),
        ("{} has come out against the ban.", "against"),
        ("{} could live with the ban.", "wary"),
        ("{} took a softer line.", "wary"),
        # deeds
        ("{} recalled its ambassador.", "against"),
        ("{} walked out of the talks.", "against"),
        ("{} collected signatures against the ban.", "against"),
        ("{} has tabled a motion to halt the ban.", "against"),
        ("{} has tabled an amendment to delay the ban.", "wary"),
        ("{} has asked for an exemption.", "wary"),
        # support that is qualified
        ("{} supports the ban, provided that growers are compensated.", "wary"),
        ("{} supports the ban but worries about jobs.", "wary"),
        ("{} would reluctantly support the ban.", "wary"),
        # signs multiply
        ("{} urged ministers not to waver.", "for"),
        ("{} called for the ban to be thrown out.", "against"),
        ("{} wants no part of the ban.", "against"),
        ("{}, which had opposed the ban, now supports it.", "for"),
        # due is not done
        ("{} must sign the ban before it takes effect.", "none"),
        # who says it, and of what
        ("{} called the ban a step in the right direction.", "for"),
        ("{} described the ban as a disaster.", "against"),
        ("{} said that any delay would be irresponsible.", "for"),
    ],
)
def test_a_sentence_takes_a_side(actor: str, says: str, stance: str) -> None:
    assert stances(f"{BAN} {says.format(actor)}").get(actor, "none") == stance


@pytest.mark.parametrize(
    ("says", "stance"),
    [
        ("Norway defended the ban.", "against"),
        ("Norway wants to lift the ban.", "for"),
        ("Norway is against repeal.", "against"),
        ("Norway has pushed for the ban to go.", "for"),
        ("Norway wants to keep the ban.", "against"),
    ],
)
def test_to_defend_what_would_end_is_to_oppose_its_end(says: str, stance: str) -> None:
    assert stances(f"{REPEAL} {says}")["Norway"] == stance


def test_one_of_several_may_be_more_cautious() -> None:
    found = stances(f"{BAN} Norway and, more cautiously, Spain have backed the ban.")
    assert found["Norway"] == "for"


@pytest.mark.parametrize(
    ("leader", "stance"), [("opposes", "against"), ("backs", "for")]
)
def test_who_sides_with_an_actor_takes_its_side(leader: str, stance: str) -> None:
    found = stances(f"{BAN} Norway {leader} the ban. Oslo is supported by Ireland.")
    assert found["Ireland"] == found["Norway"] == stance


def test_bodies_without_a_known_name_are_found_by_what_they_are_or_do() -> None:
    found = stances(
        f"{BAN} The rail union Vextra opposes the ban. Quorvane, the largest importer, "
        "has rejected it. Conservative councillors voted against the ban."
    )
    assert {"Vextra", "Quorvane", "Conservatives"} <= found.keys()
    assert set(found.values()) == {"against"}


def test_a_speaker_after_the_quotation_owns_it() -> None:
    found = stances(
        f'{BAN}\n\n"We will not support this. It is a betrayal," Trade Minister '
        "Kari Holm of Norway said."
    )
    assert found["Norway"] == "against"


def test_members_of_one_government_may_differ_by_caution() -> None:
    found = stances(
        "Norway discussed a ban on timber. Norwegian Trade Minister Kari Holm backs "
        "the ban. Norwegian Finance Minister Ole Dahl is sceptical."
    )
    assert (found["Kari Holm"], found["Ole Dahl"]) == ("for", "wary")
