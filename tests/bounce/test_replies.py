"""Replies in running text: what is a code, what only looks like one, and at which command it was given."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit import classify_reply
from mailkit.bounce.replies import best_reply, find_replies, stage_of
from mailkit.bounce.result import Stage
from tests.strategies import joined


@pytest.mark.parametrize(
    ("text", "code", "enhanced"),
    [
        pytest.param("550 5.1.1 no such user", "550", "5.1.1", id="plain"),
        pytest.param("550-5.1.1 no such user", "550", "5.1.1", id="hyphen"),
        pytest.param("550 user unknown", "550", "", id="no enhanced code"),
        pytest.param("550", "550", "", id="alone"),
        pytest.param("5.1.1 no such user", "", "5.1.1", id="enhanced code alone"),
        pytest.param("5.1.1", "", "5.1.1", id="nothing but an enhanced code"),
        pytest.param("host mx.example[192.0.2.1] said: 550 5.1.1 no", "550", "5.1.1", id="Postfix"),
        pytest.param("said: 550-5.1.1 no\r\n550-5.1.1 such\r\n550 5.1.1 user", "550", "5.1.1", id="several lines"),
        pytest.param("550-no such\r\n550 5.1.1 user", "550", "5.1.1", id="in the last of several lines"),
        pytest.param("550 550 5.1.1 no", "550", "5.1.1", id="twice"),
        pytest.param("550 5.1.1 550 5.1.1 no", "550", "5.1.1", id="both twice"),
        pytest.param("550-550 5.1.1 no", "550", "5.1.1", id="twice with a hyphen"),
        pytest.param("sorry, no mailbox here by that name. (#5.1.1)", "", "5.1.1", id="qmail"),
        pytest.param("550 sorry, no mailbox here (#5.1.1)", "550", "5.1.1", id="qmail with a code"),
        pytest.param("#5.1.1", "", "5.1.1", id="number sign"),
        pytest.param("550 #5.1.0 Address rejected", "550", "5.1.0", id="IronPort"),
        pytest.param("#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##", "550", "5.1.1", id="Exchange"),
        pytest.param("#< #5.1.1 smtp; 550 no> #SMTP#", None, "5.1.1", id="Exchange 2003"),
        pytest.param("550 [5.1.1] no", "550", "5.1.1", id="brackets"),
        pytest.param("550 (5.1.1) no", "550", "5.1.1", id="parentheses"),
        pytest.param("550 <5.7.1> no", "550", "5.7.1", id="angle brackets"),
        pytest.param("'550 5.1.1 no'", "550", "5.1.1", id="quotes"),
        pytest.param("smtp; 550 5.1.1 no", "550", "5.1.1", id="behind the type"),
        pytest.param("<<< 550 5.1.1 no", "550", "5.1.1", id="transcript"),
        pytest.param("550: no such user", "550", "", id="colon"),
        pytest.param("response was: 450 4.2.0 greylisted", "450", "4.2.0", id="transient"),
        pytest.param("220 ready\r\n250 ok\r\n550 5.7.1 blocked", "550", "5.7.1", id="behind replies that are none"),
        pytest.param("250 2.1.5 ok, then 552 5.2.2 full", "552", "5.2.2", id="behind a success"),
        pytest.param("host 10.0.0.1 said: 554 5.7.1 no", "554", "5.7.1", id="behind an address"),
        pytest.param("Exim 4.96 got 550 5.1.1 no", "550", "5.1.1", id="behind a version"),
        pytest.param("550 5.7.606 banned", "550", "5.7.606", id="a provider's own"),
        pytest.param("421 4.7.0 [TSS04] deferred", "421", "4.7.0", id="Yahoo"),
        pytest.param("554 <joe@example.org>... 550 Host unknown", "550", "", id="sendmail"),
    ],
)
def test_best_reply(text: str, code: str | None, enhanced: str) -> None:
    reply = best_reply(text)
    assert reply is not None
    assert reply.enhanced == enhanced
    assert code is None or reply.code == code
    seen = text[reply.start : reply.stop]
    assert reply.enhanced in seen
    assert reply.code in seen or reply.enhanced


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("no code", id="words"),
        pytest.param("connect to 5.1.1.4", id="IPv4 that begins like a code"),
        pytest.param("connect to 10.5.1.1", id="IPv4 that ends like a code"),
        pytest.param("[5.1.1.10]", id="IPv4 in brackets"),
        pytest.param("from 192.168.5.250 port 25", id="IPv4 with a port"),
        pytest.param("host[192.0.2.1]:550", id="port behind a bracket"),
        pytest.param("connect to mx.example[192.0.2.1]:465: Connection refused", id="Postfix, port 465"),
        pytest.param("127.0.0.1:550 refused", id="port behind IPv4"),
        pytest.param("mx.example port 465: timed out", id="port in words"),
        pytest.param("Exim 4.96", id="Exim"),
        pytest.param("Exim 4.96.2", id="Exim with three numbers"),
        pytest.param("Exim version 4.94.2 #2", id="Exim version"),
        pytest.param("version 4.1.10", id="version"),
        pytest.param("Sendmail 5.5.1", id="sendmail"),
        pytest.param("ESMTP Postfix-4.1.1", id="version behind a hyphen"),
        pytest.param("mailer/5.1.2", id="version behind a slash"),
        pytest.param("2.4.2026 20:10", id="date"),
        pytest.param("on 24.5.2026", id="date behind a day"),
        pytest.param("5.11.2026", id="date of two digits"),
        pytest.param("size 550", id="size"),
        pytest.param("message is 550 bytes long", id="bytes"),
        pytest.param("limit of 500 kB", id="kilobytes"),
        pytest.param("after 450 seconds", id="seconds"),
        pytest.param("more than 500 recipients", id="recipients"),
        pytest.param("100% of 512 MB", id="megabytes"),
        pytest.param("5.1.1@example.org", id="local part"),
        pytest.param("mx5.1.1.example.org", id="host"),
        pytest.param("v5.1.1-beta", id="version with a suffix"),
        pytest.param("id=5.1.1x", id="letters behind"),
        pytest.param("queue id 4A550F", id="queue id"),
        pytest.param("phone 0550 123", id="phone"),
        pytest.param("room 5501", id="four digits"),
        pytest.param("3.1.1", id="class 3"),
        pytest.param("5.8.1", id="subject 8"),
        pytest.param("5.1.1234", id="four digits of detail"),
        pytest.param("354 go ahead", id="class 3 reply"),
        pytest.param("380 no", id="380"),
        pytest.param("590 no", id="590"),
    ],
)
def test_no_reply(text: str) -> None:
    assert best_reply(text) is None


def test_the_code_that_says_something_outranks_one_that_says_nothing() -> None:
    reply = best_reply("said: 550 5.0.0 no; before: 552 5.2.2 full")
    assert reply is not None
    assert reply.enhanced == "5.2.2"


def test_replies_are_bounded() -> None:
    assert len(find_replies("550 no\n" * 100, 7)) == 7


def test_a_success_is_no_failure() -> None:
    assert find_replies("250 2.1.5 ok\n354 go ahead\n") == []


def test_replies_in_order() -> None:
    found = find_replies("450 4.2.0 later\n250 ok\n550 5.1.1 no\n")
    assert [(one.code, one.enhanced) for one in found] == [("450", "4.2.0"), ("550", "5.1.1")]


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        pytest.param("550 no (in reply to RCPT TO command)", "rcpt", id="Postfix RCPT"),
        pytest.param("554 no (in reply to end of DATA command)", "data", id="Postfix end of DATA"),
        pytest.param("554 no (in reply to DATA command)", "data", id="Postfix DATA"),
        pytest.param("553 no (in reply to MAIL FROM command)", "mail", id="Postfix MAIL"),
        pytest.param("501 no (in reply to EHLO command)", "helo", id="Postfix EHLO"),
        pytest.param("501 no (in reply to HELO command)", "helo", id="Postfix HELO"),
        pytest.param("host mx.example refused to talk to me: 554 no", "connect", id="Postfix greeting"),
        pytest.param("SMTP error from remote mail server after RCPT TO:<joe@example.org>: 550 no", "rcpt", id="Exim RCPT"),
        pytest.param("SMTP error from remote mail server after end of data: 550 no", "data", id="Exim data"),
        pytest.param("SMTP error from remote mail server after MAIL FROM:<a@b.example>: 550 no", "mail", id="Exim MAIL"),
        pytest.param("SMTP error from remote mail server after initial connection: 554 no", "connect", id="Exim connect"),
        pytest.param(">>> RCPT To:<joe@example.org>\n<<< 550 no", "rcpt", id="sendmail RCPT"),
        pytest.param(">>> DATA\n<<< 554 no", "data", id="sendmail DATA"),
        pytest.param(">>> MAIL From:<a@b.example>\n<<< 553 no", "mail", id="sendmail MAIL"),
        pytest.param("192.0.2.1 does not like recipient.", "rcpt", id="qmail RCPT"),
        pytest.param("192.0.2.1 failed after I sent the message.", "data", id="qmail data"),
        pytest.param("Connected to 192.0.2.1 but sender was rejected.", "mail", id="qmail MAIL"),
        pytest.param("Connected to 192.0.2.1 but greeting failed.", "connect", id="qmail greeting"),
        pytest.param("Connected to 192.0.2.1 but my name was rejected.", "helo", id="qmail HELO"),
        pytest.param("550 user unknown", None, id="none"),
        pytest.param("", None, id="empty"),
        pytest.param("the message has data", None, id="words alone"),
    ],
)  # fmt: skip
def test_stage(text: str, stage: Stage | None) -> None:
    assert stage_of(text) == stage


@pytest.mark.parametrize(
    ("text", "status", "reason", "advice"),
    [
        pytest.param("550 5.1.1 <joe@example.org>: User unknown", "5.1.1", "bad-mailbox", "hard", id="unknown"),
        pytest.param("552 5.2.2 Mailbox full", "5.2.2", "full", "soft", id="full"),
        pytest.param("550 Mailbox full", "5.2.2", "full", "soft", id="full in words"),
        pytest.param("450 4.2.0 Greylisted, come back later", None, "greylisted", "soft", id="greylisted"),
        pytest.param("554 5.7.1 Message rejected as spam", "5.7.1", "spam", "block", id="spam"),
        pytest.param("550 5.7.1 Relaying denied", "5.7.1", "relay-denied", "block", id="relay"),
        pytest.param("550 5.7.26 SPF and DKIM failed", "5.7.26", "auth-failed", "block", id="authentication"),
        pytest.param("", "5.0.0", "undefined", "soft", id="empty"),
    ],
)
def test_classify_reply(text: str, status: str | None, reason: str, advice: str) -> None:
    verdict = classify_reply(text)
    assert (verdict.reason, verdict.advice) == (reason, advice)
    assert status is None or verdict.status == status


TOKENS = [
    "550",
    "5.1.1",
    " ",
    "-",
    "\r\n",
    "#",
    "(",
    ")",
    "<",
    ">",
    ".",
    ":",
    "4.96",
    "Exim ",
    "10.0.0.1",
    "said",
    "a",
    "25",
]
TOKENS += ["rcpt to", "data", "2", "5", "4.7", "... ", "'", "٥", "²", "bytes", "@", "/"]
texts = st.one_of(joined(TOKENS, 14), st.text(max_size=80))


@given(texts)
def test_any_text_has_a_reply_or_none(text: str) -> None:
    for reply in [*find_replies(text), *filter(None, [best_reply(text)])]:
        assert 0 <= reply.start < reply.stop <= len(text)
        seen = text[reply.start : reply.stop]
        assert reply.enhanced in seen
        assert not reply.code or reply.code[0] in "45"
        assert not reply.enhanced or reply.status is not None
    stage_of(text)


@settings(max_examples=500)
@given(text=texts, host=st.one_of(st.none(), st.text(max_size=20), st.just("mx.google.com")))
def test_any_reply_has_a_verdict(text: str, host: str | None) -> None:
    verdict = classify_reply(text, host=host)
    assert (verdict.status[0] in "45") == (verdict.advice != "none")
    assert verdict.matched is None or verdict.matched in text
