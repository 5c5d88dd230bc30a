"""The form under an article: what it takes, what each guard says, what is kept."""

from __future__ import annotations

import datetime
import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail, signing
from django.db import connections
from django.test import Client
from django.utils import timezone
from reader import EMAIL, SAME_ORIGIN, Form, stamped

from suasion.journal.ledger.recording import ask
from suasion.journal.pages.models import AuthorPage
from suasion.journal.responses import address, editing, moderating
from suasion.journal.responses.guards import ticket
from suasion.journal.responses.models import (
    Ban,
    DailyKey,
    Response,
    ResponseSettings,
)


def said(answer: Any) -> str:
    """The page's words."""
    return html.unescape(answer.content.decode())


def settle(**values: Any) -> None:
    rules = ResponseSettings.load()
    for name, value in values.items():
        setattr(rules, name, value)
    rules.full_clean()
    rules.save()


# What it takes


def test_article_carries_the_form_without_a_cookie(
    contested: Any, client: Client
) -> None:
    answer = client.get(contested.url)
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    fields = Form(answer.content.decode()).fields
    wanted = {"name", "email", "text", "percent", "pseudonym", "ticket", "website"}
    assert wanted <= fields.keys()
    assert "csrfmiddlewaretoken" not in fields
    required = {name for name, given in fields.items() if "required" in given}
    assert required == {"name", "email", "text"}
    assert fields["percent"].get("value") is None
    page = said(answer)
    assert page.count('<span aria-hidden="true"> *</span>') == 3
    assert "Never published." in page


def test_no_field_of_an_estimate_without_an_open_question(
    publish: Any, client: Client
) -> None:
    today = timezone.now().date()
    over = ask(
        slug="over",
        text="Will it?",
        criteria="It did.",
        opens_on=today - datetime.timedelta(days=9),
        closes_on=today - datetime.timedelta(days=1),
    )
    for page in (publish("No question"), publish("Question closed", question=over)):
        assert "percent" not in Form(said(client.get(page.url))).fields


def test_a_response_is_held_and_its_writer_gets_a_link(
    contested: Any, reader: Any
) -> None:
    response = reader.respond(contested, percent="63", pseudonym="Black Michael")
    assert response.state == Response.State.HELD
    assert (response.name, response.email) == ("Rupert", EMAIL)
    assert response.probability == 0.63
    assert response.question == contested.question
    assert response.forecast is None
    page = reader.client.get(editing.link(response))
    assert "waits for an editor" in said(page)
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]
    assert response.text not in said(Client().get(contested.url))
    assert not reader.client.cookies


def test_an_empty_estimate_is_none(contested: Any, reader: Any) -> None:
    response = reader.respond(contested, percent="")
    assert response.probability is None
    assert response.estimated_at is None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", " \u200b ", r"A name is missing: write one"),
        ("email", "", r"An e-mail address is missing: .* never published"),
        ("email", "no address", r"no e-mail address; one looks like"),
        ("text", "\n \n", r"The response is empty: write what you think"),
        ("text", "x" * 5001, r"at most 5000 characters \(it has 5001\)"),
        ("name", "x" * 81, r"at most 80 characters \(it has 81\)"),
        ("percent", "0", r"from 1 to 99 per cent; found 0: write for instance 40"),
        ("percent", "100", r"from 1 to 99 per cent; found 100"),
        ("percent", "nan", r"a whole number from 1 to 99 per cent; write"),
        ("percent", "40.5", r"a whole number from 1 to 99 per cent; write"),
        (
            "text",
            f"write to {EMAIL.upper()}",
            r"Your e-mail address stands in these words",
        ),
        ("name", EMAIL, r"Your e-mail address stands in these words"),
        ("text", "a http://b.c www.d.e https://f.g", r"3 links found, at most 2 links"),
        (
            "text",
            "Buy SNAKE  oil now",
            r"does not publish 'snake oil': put it another way",
        ),
        ("pseudonym", "\uff53\uff4eake oil", r"does not publish 'snake oil'"),
    ],
)
def test_an_error_stands_beside_its_field_and_the_words_are_kept(
    contested: Any, reader: Any, field: str, value: str, message: str
) -> None:
    settle(words="snake oil\n\n")
    kept = {"name": "Sapt", "text": "Kept as typed <b>.", "percent": "37", field: value}
    answer = reader.send(contested, **kept)
    assert answer.status_code == 422
    page = said(answer)
    beside = re.search(rf'id="respond-{field}_error">(.*?)</div>', page, re.S)
    assert beside is not None
    assert re.search(message, beside.group(1), re.S)
    for name in {"name", "text", "percent"} - {field}:
        assert kept[name] in page
    assert not Response.objects.exists()


def test_lines_are_counted_once_though_browsers_send_two_signs(
    contested: Any, reader: Any
) -> None:
    text = "\r\n".join(["x" * 9] * 500)
    assert reader.respond(contested, text=text).text == text.replace("\r", "")


def test_a_word_inside_another_is_let_pass(contested: Any, reader: Any) -> None:
    settle(words="ass\n(odd")
    assert reader.respond(contested, text="The assembly passes it.").pk


def test_an_estimate_after_the_close_is_refused_not_dropped(
    publish: Any, reader: Any
) -> None:
    answer = reader.send(publish("No question"), percent="40")
    assert answer.status_code == 422
    assert "takes no estimates any more, so 40 per cent cannot count" in said(answer)


@pytest.mark.parametrize("page_id", [0, 10**30])
def test_no_article_no_form(db: None, client: Client, page_id: int) -> None:
    assert client.get(f"/respond/{page_id}/").status_code == 404


def test_no_form_when_responses_are_not_taken(contested: Any, reader: Any) -> None:
    settle(taken=False)
    assert "ticket" not in Form(said(reader.client.get(contested.url))).fields
    assert reader.send(contested).status_code == 404


def test_a_draft_takes_no_response(contested: Any, reader: Any) -> None:
    contested.unpublish()
    assert reader.send(contested).status_code == 404


# Guards


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, 303),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "none"}, 403),
        ({"HTTP_ORIGIN": "http://testserver"}, 303),
        ({"HTTP_ORIGIN": "https://evil.example"}, 403),
        ({"HTTP_ORIGIN": "http://testserver.evil.example"}, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        (
            {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
            403,
        ),
        ({}, 403),
    ],
)
def test_the_form_is_sent_from_here(
    contested: Any, reader: Any, headers: dict[str, str], status: int
) -> None:
    answer = reader.send(contested, **{"HTTP_SEC_FETCH_SITE": None, **headers})
    assert answer.status_code == status
    assert Response.objects.count() == (status == 303)
    if status == 403:
        assert "was not sent from a page of this journal" in said(answer)
        assert "The king will yield." in said(answer)


def bad_stamps(page: Any) -> dict[str, tuple[str, int, str]]:
    now = int(timezone.now().timestamp())
    forged = signing.Signer(salt="other").sign_object([page.pk, now - 60])
    late, early = ticket.LATEST.total_seconds() + 60, 1
    not_one = r"is not one of this article's"
    return {
        "none": ("", 400, not_one),
        "rubbish": ("a:b:c", 400, not_one),
        "other purpose": (forged, 400, not_one),
        "tampered": ("x" + stamped(page), 400, not_one),
        "other article": (
            stamped(type("Other", (), {"pk": page.pk + 1})),
            400,
            not_one,
        ),
        "too old": (stamped(page, late), 400, r"opened 7 days ago; a form holds for 7"),
        "too young": (stamped(page, early), 429, r"less than 3 seconds"),
        "from the future": (stamped(page, -60), 429, r"less than 3 seconds"),
    }


@pytest.mark.parametrize(
    "case",
    "none rubbish,other purpose,tampered,other article,too old,too young,"
    "from the future".replace(" rubbish", ",rubbish").split(","),
)
def test_a_bad_stamp_is_refused_and_a_good_one_given(
    contested: Any, reader: Any, case: str
) -> None:
    stamp, status, message = bad_stamps(contested)[case]
    answer = reader.send(contested, ticket=stamp)
    assert answer.status_code == status
    assert re.search(message, said(answer))
    assert not Response.objects.exists()
    again = Form(said(answer)).fields["ticket"]["value"]
    assert (again == stamp) == (status == 429)


def test_a_stamp_is_for_everybody_the_cache_serves(contested: Any, reader: Any) -> None:
    stamp = stamped(contested, 6 * 86_400)
    reader.respond(contested, ticket=stamp)
    reader.respond(contested, ticket=stamp, name="Fritz", text="He will not.")
    assert Response.objects.count() == 2


def test_the_honeypot_refuses_and_says_so(contested: Any, reader: Any) -> None:
    answer = reader.send(contested, website="https://spam.example")
    assert answer.status_code == 400
    assert "hidden field 'Leave this empty' was filled" in said(answer)
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("limits", "other"),
    [
        ({"per_address": 2}, {"email": "fritz@strelsau.example"}),
        ({"per_email": 2}, {"REMOTE_ADDR": "203.0.113.9"}),
    ],
)
def test_too_many_from_one_sender_are_refused_in_the_same_words(
    contested: Any, reader: Any, limits: dict[str, int], other: dict[str, str]
) -> None:
    settle(**limits)
    for text in ("One.", "Two."):
        reader.respond(contested, text=text)
    answer = reader.send(contested, text="Three.", **other)
    assert answer.status_code == 429
    assert "from you or from your network in a short time" in said(answer)
    assert "Three." in said(answer)
    Response.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    assert reader.respond(contested, text="Three.", **other).pk


def test_the_same_words_come_once_whoever_sends_them(
    contested: Any, reader: Any
) -> None:
    reader.respond(contested)
    answer = reader.send(
        contested,
        name="RUPERT",
        text="the king  will yield.",
        email="other@strelsau.example",
    )
    assert answer.status_code == 409
    assert "have arrived already" in said(answer)
    assert Response.objects.count() == 1


def test_a_second_click_leads_to_the_same_response(contested: Any, reader: Any) -> None:
    assert reader.respond(contested) == reader.respond(contested)
    elsewhere = reader.send(contested, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 409
    late = timezone.now() - datetime.timedelta(minutes=2)
    Response.objects.update(created_at=late)
    assert reader.send(contested).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_many_equal_ones_at_once_one_is_stored(contested: Any, reader: Any) -> None:
    settle(per_address=100, per_email=100)

    def send(number: int) -> int:
        try:
            return int(
                reader.send(contested, REMOTE_ADDR=f"203.0.113.{number}").status_code
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as senders:
        statuses = sorted(senders.map(send, range(12)))
    assert statuses == [303] + [409] * 11
    assert Response.objects.count() == 1


def test_a_banned_sender_is_rejected_unread(contested: Any, reader: Any) -> None:
    moderating.ban(reader.respond(contested), by=None)
    assert {ban.kind for ban in Ban.objects.all()} == {"email", "address"}
    mail.outbox.clear()
    by_mail = reader.respond(contested, text="Again.", REMOTE_ADDR="203.0.113.9")
    by_host = reader.respond(contested, text="And again.", email="new@strelsau.example")
    assert {by_mail.state, by_host.state} == {Response.State.REJECTED}
    for banned in Ban.objects.all():
        moderating.lift(banned, by=None)
    assert reader.respond(contested, text="Once more.").state == Response.State.HELD


# Replies


def test_replies_go_one_level_deep(contested: Any, reader: Any) -> None:
    top = reader.respond(contested)
    refused = "response you reply to is not there any more, or is a reply itself"
    held = reader.send(contested, parent=top.pk, text="I reply.")
    assert held.status_code == 422
    assert refused in said(held)
    moderating.publish(top, by=None)
    asked = said(reader.client.get(f"/respond/{contested.pk}/?reply={top.pk}"))
    assert "Reply to Rupert" in asked
    assert Form(asked).fields["parent"]["value"] == str(top.pk)
    reply = reader.respond(contested, parent=top.pk, text="I reply.")
    moderating.publish(reply, by=None)
    assert refused in said(reader.send(contested, parent=reply.pk, text="Deeper."))
    page = said(Client().get(contested.url))
    assert (
        page.index(top.anchor) < page.index('class="replies"') < page.index("I reply.")
    )


@pytest.mark.parametrize("asked", ["", "x", "0", "9" * 30, "²", "%00"])
def test_a_reply_to_nothing_is_a_plain_form(
    contested: Any, reader: Any, asked: str
) -> None:
    answer = reader.client.get(f"/respond/{contested.pk}/?reply={asked}")
    assert answer.status_code == 200
    assert "<h1>Leave a response</h1>" in said(answer)


def test_a_reply_stays_under_its_article(
    contested: Any, publish: Any, reader: Any
) -> None:
    top = reader.respond(contested)
    moderating.publish(top, by=None)
    assert reader.send(publish("Another"), parent=top.pk).status_code == 422


# Addresses


def test_hashes_say_equal_and_no_more(contested: Any, reader: Any) -> None:
    first = reader.respond(contested, REMOTE_ADDR="2001:db8::1")
    near = reader.respond(contested, REMOTE_ADDR="2001:db8::2", text="Two.")
    far = reader.respond(contested, REMOTE_ADDR="2001:db8:0:1::1", text="Three.")
    assert first.address_hash == near.address_hash != far.address_hash
    assert first.email_hash == far.email_hash
    stored = repr(list(Response.objects.values()))
    assert "2001:db8" not in stored


def test_a_new_day_forgets_the_key_and_the_bans_of_addresses(
    contested: Any, reader: Any
) -> None:
    before = reader.respond(contested)
    moderating.ban(before, by=None)
    yesterday = timezone.now() - datetime.timedelta(days=1)
    DailyKey.objects.update(day=yesterday.date())
    Ban.objects.update(made_at=yesterday)
    after = reader.respond(contested, text="Next day.", email="n@strelsau.example")
    assert before.address_hash != after.address_hash
    assert DailyKey.objects.count() == 1
    assert [ban.kind for ban in Ban.objects.all()] == ["email"]


def test_only_trusted_proxies_are_believed(
    contested: Any, rf: Any, settings: Any
) -> None:
    def of(seen: str, proxies: int) -> str:
        settings.TRUSTED_PROXIES = proxies
        request = rf.get("/", HTTP_X_FORWARDED_FOR=seen, REMOTE_ADDR="10.0.0.1")
        return address.of_sender(request)

    assert of("203.0.113.1", 0) == of("203.0.113.2", 0)
    assert of("203.0.113.1", 1) != of("203.0.113.2", 1)
    assert of("9.9.9.9, 203.0.113.1", 1) == of("203.0.113.1", 1)


# Mail


def test_authors_are_told_without_the_address(
    contested: Any,
    reader: Any,
    django_user_model: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    account = django_user_model.objects.create_user("hope", "hope@journal.example")
    AuthorPage.objects.update(account=account)
    with django_capture_on_commit_callbacks(execute=True):
        reader.respond(contested, name="Rupert <b>&", percent="63")
    (message,) = mail.outbox
    assert message.to == ["hope@journal.example"]
    assert EMAIL not in message.message().as_string()
    assert "Rupert <b>&" in message.body
    assert "estimate of 63 %" in message.body
    assert "/editors/" in message.body


def test_other_ways_to_ask_are_refused(contested: Any, reader: Any) -> None:
    assert reader.client.put(f"/respond/{contested.pk}/").status_code == 405
    link = editing.link(reader.respond(contested))
    assert reader.client.get(f"{link}erase/").status_code == 405
    assert reader.client.post(f"{link}erase/").status_code == 403
    assert reader.client.post(f"{link[:-3]}x/", **SAME_ORIGIN).status_code == 404
