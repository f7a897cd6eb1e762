"""Whom a notice in no known form is about, and whom it names for help alone."""

from __future__ import annotations

import pytest

from mailkit import classify

MAIL = (
    b"Return-Path: <>\nFrom: %s\nTo: %s\nSubject: %s\nContent-Type: text/plain; charset=utf-8\n"
    b"Content-Transfer-Encoding: 8bit\n\n%s\n"
)


def notice(text: str, *, subject: str = "Undeliverable", to: str = "list-bounces@example.org") -> bytes:
    return MAIL % (b"MAILER-DAEMON@mx.example.net", to.encode(), subject.encode(), text.encode())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("Joe joe@example.com has left. Please contact ann@example.com.", "joe@example.com", id="en"),
        pytest.param("Please contact ann@example.com, for joe@example.com has left.", "joe@example.com", id="en first"),
        pytest.param(
            "Die Adresse joe@example.com gibt es nicht mehr. Wenden Sie sich an ann@example.com.",
            "joe@example.com",
            id="de",
        ),
        pytest.param(
            "Le message pour joe@example.com n'a pas été remis. Contactez ann@example.com.", "joe@example.com", id="fr"
        ),
        pytest.param(
            "Адрес joe@example.com удалён. Обращайтесь по адресу ann@example.com.", "joe@example.com", id="ru"
        ),
        pytest.param("User unknown. Please contact ann@example.com.", "ann@example.com", id="the only one"),
    ],
)
def test_an_address_for_help_did_not_fail(text: str, address: str) -> None:
    assert [recipient.address for recipient in classify(notice(text)).recipients] == [address]


@pytest.mark.parametrize(
    ("to", "address"),
    [
        pytest.param("list-bounces+joe=example.com@example.org", "joe@example.com", id="Mailman"),
        pytest.param("list-return-117-joe=example.com@example.org", "joe@example.com", id="ezmlm"),
        pytest.param("bounce+joe==a==example.com==list@example.org", "joe@example.com", id="Sympa"),
        pytest.param(
            "list-bounces+x.y=mail.example.com@example.org", "x.y@mail.example.com", id="host of three labels"
        ),
    ],
)
def test_where_nobody_is_named_the_envelope_names_the_member(to: str, address: str) -> None:
    (recipient,) = classify(notice("Your message could not be delivered. User unknown.", to=to)).recipients
    assert (recipient.address, recipient.reason) == (address, "bad-mailbox")


@pytest.mark.parametrize(
    "to",
    [
        pytest.param("list-bounces@example.org", id="none"),
        pytest.param("list+joe@example.org", id="no host"),
        pytest.param("list-return-117@example.org", id="a number alone"),
        pytest.param("list+joe=x@example.org", id="a host of one label"),
    ],
)
def test_an_envelope_that_names_no_member_names_nobody(to: str) -> None:
    bounce = classify(notice("Your message could not be delivered. User unknown.", to=to))
    assert [recipient.address for recipient in bounce.recipients if recipient.address] == []


@pytest.mark.parametrize(
    ("sender", "subject", "text", "kind"),
    [
        pytest.param("gw@example.net", "Message refusé", "Pour joe@example.com : trop grand.", "failure", id="refused"),
        pytest.param(
            "gw@example.net", "Quota report", "The message to joe@example.com was not delivered.", "failure", id="told"
        ),
        pytest.param("gw@example.net", "Message blocked", "Nobody is named.", "other", id="nobody"),
        pytest.param("gw@example.net", "Re: Message blocked", "I wrote to joe@example.com.", "auto-reply", id="answer"),
    ],
)
def test_an_empty_envelope_that_names_another(sender: str, subject: str, text: str, kind: str) -> None:
    data = MAIL % (sender.encode(), b"list-bounces@example.org", subject.encode(), text.encode())
    assert classify(data).kind == kind
