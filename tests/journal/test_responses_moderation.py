"""What editors do with responses, what their writers still may, and who may do what."""

from __future__ import annotations

import datetime
import html
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from reader import EMAIL
from wagtail.models import ModelLogEntry

from suasion.journal.ledger.models import Forecast, Forecaster, Question
from suasion.journal.ledger.recording import resolve
from suasion.journal.pages.founding import ADMINS, AUTHORS, EDITORS
from suasion.journal.responses import editing, moderating
from suasion.journal.responses.erasing import erase, erase_old_addresses
from suasion.journal.responses.models import Ban, Response, ResponseSettings

ACTIONS = {
    "hold": Response.State.HELD,
    "publish": Response.State.PUBLISHED,
    "reject": Response.State.REJECTED,
    "ban": Response.State.REJECTED,
}


def said(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def article(page: Any) -> str:
    return said(Client().get(page.url))


def member(role: str) -> Any:
    user = get_user_model().objects.create_user(role, f"{role}@journal.example")
    if role == "superuser":
        user.is_superuser = True
        user.save()
    elif role != "reader":
        user.groups.add(Group.objects.get(name=role))
    return user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def bulk(action: str, *items: Any) -> str:
    name = items[0]._meta.model_name
    asked = "&".join(f"id={item.pk}" for item in items)
    return (
        reverse("wagtail_bulk_action", args=["responses", name, action]) + f"?{asked}"
    )


def rows() -> list[tuple[float, Any]]:
    found = Forecast.objects.order_by("id")
    return list(found.values_list("probability", "forecaster__name"))


# Moving


def test_readers_see_what_is_published_and_only_that(
    contested: Any, reader: Any
) -> None:
    response = reader.respond(contested)
    for act, seen in [
        (None, False),
        (moderating.publish, True),
        (moderating.hold, False),
        (moderating.publish, True),
        (moderating.reject, False),
        (moderating.publish, True),
        (moderating.ban, False),
    ]:
        if act is not None:
            act(response, by=None)
        assert (response.text in article(contested)) == seen


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_is_logged_with_editor_and_number_and_no_more(
    contested: Any, reader: Any, action: str
) -> None:
    response, editor = reader.respond(contested), member(EDITORS)
    signed_in(editor).post(bulk(action, response))
    response.refresh_from_db()
    assert response.state == ACTIONS[action]
    entry = ModelLogEntry.objects.filter(action=f"responses.{action}").get()
    assert (entry.user, entry.object_id) == (editor, str(response.pk))
    assert entry.label == f"Response {response.pk}"
    assert not entry.data


def test_many_at_once(contested: Any, reader: Any) -> None:
    sent = [reader.respond(contested, text=f"Number {n}.") for n in range(3)]
    client = signed_in(member(EDITORS))
    asked = said(client.get(bulk("publish", *sent)))
    assert "their estimates go into the ledger for good" in asked
    queue = reverse("wagtailsnippets_responses_response:list")
    answer = client.post(bulk("publish", *sent) + f"&next={queue}", follow=True)
    assert "Publish: 3 responses." in said(answer)
    assert all(f"Number {n}." in article(contested) for n in range(3))


def test_delete_is_erasing_and_nothing_else(contested: Any, reader: Any) -> None:
    response, client = reader.respond(contested), signed_in(member(EDITORS))
    ban_of = reader.respond(contested, text="Another.")
    moderating.ban(ban_of, by=None)
    for name in ("response", "ban"):
        queue = client.get(reverse(f"wagtailsnippets_responses_{name}:list"))
        assert "Delete" not in said(queue)
    client.post(
        reverse("wagtailsnippets_responses_response:delete", args=[response.pk])
    )
    client.post(bulk("delete", response))
    erased = Response.objects.get(pk=response.pk)
    assert (erased.name, erased.email, erased.text) == ("", "", "")
    assert erased.erased_at is not None


def test_editors_are_told_how_many_wait(contested: Any, reader: Any) -> None:
    reader.respond(contested)
    moderating.publish(reader.respond(contested, text="Seen."), by=None)
    assert "1 waiting response<" in said(signed_in(member(EDITORS)).get("/editors/"))
    assert "waiting" not in said(signed_in(member(AUTHORS)).get("/editors/"))


# Who may


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("reader", False),
        (AUTHORS, False),
        (EDITORS, True),
        (ADMINS, True),
        ("superuser", True),
    ],
)
def test_roles(contested: Any, reader: Any, role: str, may: bool) -> None:
    response, client = reader.respond(contested), signed_in(member(role))
    names = "wagtailsnippets_responses_response"
    seen = [
        client.get(reverse(f"{names}:list")),
        client.get(reverse(f"{names}:inspect", args=[response.pk])),
    ]
    for answer in seen:
        assert (answer.status_code == 200) == may
        assert (EMAIL in said(answer)) == may
        assert response.email_hash not in said(answer)
    client.post(bulk("publish", response))
    client.post(bulk("ban", response))
    response.refresh_from_db()
    assert (response.state == Response.State.REJECTED) == may
    assert Ban.objects.exists() == may
    bans = client.get(reverse("wagtailsnippets_responses_ban:list"))
    assert (bans.status_code == 200) == may
    client.post(bulk("delete", response))
    response.refresh_from_db()
    assert (response.erased_at is not None) == may
    if may:
        client.post(bulk("delete", *Ban.objects.all()))
        assert not Ban.objects.exists()


@pytest.mark.parametrize("role", [EDITORS, ADMINS, "superuser"])
@pytest.mark.parametrize("view", ["edit", "delete"])
def test_nobody_edits_or_deletes_a_readers_words(
    contested: Any, reader: Any, role: str, view: str
) -> None:
    response, client = reader.respond(contested), signed_in(member(role))
    client.post(
        reverse(f"wagtailsnippets_responses_response:{view}", args=[response.pk]),
        {"name": "Changed", "text": "Changed."},
    )
    assert Response.objects.get(pk=response.pk).text == response.text
    add = reverse("wagtailsnippets_responses_response:add")
    assert client.get(add).status_code != 200


def test_who_may_only_view_sees_no_address_and_cannot_search_for_it(
    contested: Any, reader: Any
) -> None:
    from django.contrib.auth.models import Permission

    response, author = reader.respond(contested), member(AUTHORS)
    view = Permission.objects.get(codename="view_response")
    author.user_permissions.add(view)
    client = signed_in(author)
    queue = reverse("wagtailsnippets_responses_response:list")
    inside = reverse("wagtailsnippets_responses_response:inspect", args=[response.pk])
    for address in (queue, inside):
        answer = client.get(address)
        assert answer.status_code == 200
        assert response.text in said(answer)
        assert EMAIL not in said(answer)
    found = said(client.get(f"{queue}results/?q=hentzau"))
    assert response.text not in found
    client.post(bulk("publish", response))
    response.refresh_from_db()
    assert response.state == Response.State.HELD


# Estimates


def test_an_estimate_counts_from_when_it_was_sent(contested: Any, reader: Any) -> None:
    response = reader.respond(contested, percent="63")
    sent = timezone.now() - datetime.timedelta(days=3)
    Response.objects.update(created_at=sent, estimated_at=sent)
    yesterday = timezone.now().date() - datetime.timedelta(days=1)
    Question.objects.filter(pk=contested.question_id).update(closes_on=yesterday)
    assert rows() == []
    moderating.publish(response, by=None)
    (forecast,) = Forecast.objects.all()
    assert (forecast.probability, forecast.source) == (0.63, "reader")
    assert forecast.made_at == sent
    assert response.forecast == forecast


def test_publishing_twice_records_once(contested: Any, reader: Any) -> None:
    response = reader.respond(contested, percent="63")
    for act in (moderating.publish, moderating.hold, moderating.publish):
        act(response, by=None)
    assert len(rows()) == 1


def test_a_void_question_does_not_keep_words_from_being_published(
    contested: Any, reader: Any
) -> None:
    response = reader.respond(contested, percent="63")
    editor = member(EDITORS)
    today = timezone.now().date()
    resolve(
        contested.question,
        answer="void",
        on=today - datetime.timedelta(days=1),
        source_title="Strelsau Courier",
        source_url="https://courier.example/",
        by=editor,
    )
    moderating.publish(response, by=editor)
    assert response.text in article(contested)


def test_one_anonymous_reader_is_one_forecaster_of_a_question(
    contested: Any, reader: Any
) -> None:
    first = reader.respond(contested, percent="63")
    second = reader.respond(contested, percent="70", text="I thought again.")
    other = reader.respond(
        contested, percent="20", text="No.", email="f@strelsau.example"
    )
    for response in (first, second, other):
        moderating.publish(response, by=None)
    (_, one), (_, again), (_, third) = rows()
    assert one == again != third
    assert not Forecaster.objects.filter(kind="reader", public=True).exists()
    assert "rupert" not in f"{one} {third}".lower()


def test_a_chosen_name_is_listed_and_nobody_elses(contested: Any, reader: Any) -> None:
    mine = reader.respond(contested, percent="63", pseudonym="Black Michael")
    theirs = reader.respond(
        contested,
        percent="20",
        pseudonym="black michael",
        text="No.",
        email="f@strelsau.example",
    )
    for response in (mine, theirs):
        moderating.publish(response, by=None)
    (_, first), (_, second) = rows()
    assert first == "Black Michael"
    assert second != first
    assert theirs.pseudonym == ""
    assert Forecaster.objects.get(public=True, kind="reader").name == "Black Michael"


# Editing


def test_editing_before_publication(contested: Any, reader: Any) -> None:
    response = reader.respond(contested, percent="63")
    assert reader.edit(response, text="He never will.", percent="5").status_code == 303
    response.refresh_from_db()
    assert (response.text, response.percent) == ("He never will.", 5)
    assert response.state == Response.State.HELD
    assert reader.edit(response, percent="").status_code == 303
    response.refresh_from_db()
    assert response.probability is None
    assert rows() == []


def test_editing_after_publication_holds_the_words_and_adds_to_the_ledger(
    contested: Any, reader: Any
) -> None:
    response = reader.respond(contested, percent="63")
    moderating.publish(response, by=None)
    assert reader.edit(response, percent="80").status_code == 303
    response.refresh_from_db()
    assert response.is_published
    assert [probability for probability, _ in rows()] == [0.63, 0.8]
    last = Forecast.objects.last()
    assert last is not None
    assert last.supersedes == Forecast.objects.first()
    assert "estimate: 80 %" in article(contested)
    assert reader.edit(response, text="Other words.").status_code == 303
    response.refresh_from_db()
    assert response.state == Response.State.HELD
    assert "Other words." not in article(contested)
    assert len(rows()) == 2


def test_an_estimate_in_the_ledger_is_not_withdrawn(
    contested: Any, reader: Any
) -> None:
    response = reader.respond(contested, percent="63")
    moderating.publish(response, by=None)
    answer = reader.edit(response, percent="")
    assert answer.status_code == 422
    assert "in the ledger, where nothing is erased: change it, or leave 63" in said(
        answer
    )


def test_the_window_closes_and_erasing_stays(contested: Any, reader: Any) -> None:
    response = reader.respond(contested)
    sent = timezone.now() - datetime.timedelta(minutes=31)
    Response.objects.update(created_at=sent)
    answer = reader.edit(response, text="Too late.")
    assert answer.status_code == 403
    assert "for 30 minutes after it was sent; that is over" in said(answer)
    page = said(reader.client.get(editing.link(response)))
    assert "Edit it" not in page
    assert "Erase my response" in page
    response.refresh_from_db()
    assert response.text != "Too late."


def test_an_edit_passes_the_guards(contested: Any, reader: Any) -> None:
    response = reader.respond(contested)
    reader.respond(contested, text="Taken.")
    assert reader.edit(response, text=f"Ask {EMAIL}.").status_code == 422
    assert reader.edit(response, text="Taken.").status_code == 409
    answer = reader.client.post(
        editing.link(response),
        {"name": "X", "text": "Forged."},
        HTTP_SEC_FETCH_SITE="cross-site",
    )
    assert answer.status_code == 403
    response.refresh_from_db()
    assert response.text == "The king will yield."


# Erasing


def test_erasing_leaves_an_empty_place_and_a_number(
    contested: Any, reader: Any
) -> None:
    top = reader.respond(contested, percent="63", pseudonym="Black Michael")
    moderating.publish(top, by=None)
    reply = reader.respond(contested, parent=top.pk, text="I reply.", name="Fritz")
    moderating.publish(reply, by=None)
    link = editing.link(top)
    answer = reader.client.post(f"{link}erase/", HTTP_SEC_FETCH_SITE="same-origin")
    assert answer.status_code == 303
    assert "Your response is erased" in said(reader.client.get(answer["Location"]))
    assert reader.client.get(link).status_code == 404
    page = article(contested)
    assert "Removed at the writer\u2019s request." in page
    assert "I reply." in page
    assert "Rupert" not in page
    ((probability, name),) = rows()
    assert probability == 0.63
    assert name != "Black Michael"
    assert not Forecaster.objects.filter(public=True, kind="reader").exists()
    left = Response.objects.filter(pk=top.pk).values().get()
    text = repr(left)
    for gone in ("Rupert", EMAIL, "yield", "Michael", top.email_hash, top.digest):
        assert gone not in text


def test_what_is_erased_cannot_be_published_again(contested: Any, reader: Any) -> None:
    response = reader.respond(contested)
    erase(response)
    moderating.publish(response, by=None)
    assert not response.is_published
    assert "Removed" not in article(contested)


def test_old_addresses_are_erased_and_words_stay(
    contested: Any, reader: Any, capsys: Any
) -> None:
    old = reader.respond(contested, percent="63", pseudonym="Black Michael")
    moderating.publish(old, by=None)
    new = reader.respond(contested, text="New.", email="new@strelsau.example")
    before = timezone.now() - datetime.timedelta(days=181)
    Response.objects.filter(pk=old.pk).update(created_at=before)
    call_command("erase_old_addresses")
    assert "1 responses older than 180 days" in capsys.readouterr().out
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.email, old.email_hash, old.address_hash) == ("", "", "")
    assert new.email == "new@strelsau.example"
    assert old.text in article(contested)
    assert erase_old_addresses(days=180) == 0
    with pytest.raises(CommandError, match=r"days is 0; it is 1 or more; write"):
        call_command("erase_old_addresses", days=0)


# Mail to readers


def test_a_reader_gets_mail_only_if_editors_want_it(
    contested: Any, reader: Any, django_capture_on_commit_callbacks: Any
) -> None:
    for wanted in (False, True):
        ResponseSettings.objects.update_or_create(defaults={"tell_readers": wanted})
        mail.outbox.clear()
        response = reader.respond(contested, text=f"{wanted}.")
        with django_capture_on_commit_callbacks(execute=True):
            moderating.publish(response, by=None)
        assert [message.to for message in mail.outbox] == [[EMAIL]] * wanted
