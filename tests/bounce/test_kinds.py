"""Kinds: one composed message each, and what looks like one kind and is another."""

from __future__ import annotations

import pytest

from mailkit import classify

DAEMON = b"From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: list@example.org\n"
REPORT = (
    b"MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
    b"--x\n\n%s\n\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n%s\n"
    b"--x\nContent-Type: message/rfc822\n\n"
    b"From: list@example.org\nTo: joe@example.com\nSubject: news\nMessage-ID: <1@example.org>\n\ntext\n--x--\n"
)
RECIPIENT = b"Final-Recipient: rfc822; joe@example.com\n"
UNKNOWN = (
    RECIPIENT
    + b"Action: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.com\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n"
)

FAILURE = DAEMON + b"Subject: Undelivered Mail Returned to Sender\n" + REPORT % (b"Could not be delivered.", UNKNOWN)
DELAY = (
    DAEMON
    + b"Subject: Delayed Mail (still being retried)\n"
    + REPORT
    % (
        b"Your message could not be delivered for 4 hours. It will be retried until it is 5 days old.",
        RECIPIENT
        + b"Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to mx.example.com: Connection timed out\n"
        b"Will-Retry-Until: Sun, 29 Nov 2026 20:10:46 +0900\n",
    )
)
SUCCESS = (
    DAEMON
    + b"Subject: Successful Mail Delivery Report\n"
    + REPORT % (b"Your message was successfully delivered.", RECIPIENT + b"Action: delivered\nStatus: 2.0.0\n")
)
RELAYED = (
    DAEMON
    + b"Subject: Mail Delivery Report\n"
    + REPORT % (b"Your message was relayed.", RECIPIENT + b"Action: relayed\nStatus: 2.1.9\n")
)
FEEDBACK = (
    b"From: <abuse@example.com>\nTo: <abuse@example.org>\nSubject: FW: Earn money\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/report; report-type=feedback-report; boundary=x\n\n"
    b"--x\n\nThis is an email abuse report for an email message received from IP 192.0.2.1.\n\n"
    b"--x\nContent-Type: message/feedback-report\n\n"
    b"Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\nSource-IP: 192.0.2.1\n"
    b"Original-Rcpt-To: <joe@example.com>\nArrival-Date: Thu, 8 Mar 2005 14:00:00 -0500\nIncidents: 3\n\n"
    b"--x\nContent-Type: message/rfc822\n\nFrom: <s@example.net>\nTo: joe@example.com\nSubject: Earn money\n\nSpam\n--x--\n"
)
AUTO_REPLY = (
    b"From: Joe <joe@example.com>\nTo: list@example.org\nSubject: Automatic reply: news\n"
    b"Auto-Submitted: auto-replied\nIn-Reply-To: <1@example.org>\n\nI am out of the office until Monday.\n"
)
CHALLENGE = (
    b"From: joe@example.com\nTo: list@example.org\nSubject: Please confirm your message\n"
    b"X-TMDA-Confirm: yes\nAuto-Submitted: auto-replied\n\n"
    b"This message was created automatically. To release your message, reply to this one to confirm.\n"
)
RECEIPT = (
    b"From: Joe <joe@example.com>\nTo: list@example.org\nSubject: Read: news\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n"
    b"--x\n\nYour message was displayed.\n\n"
    b"--x\nContent-Type: message/disposition-notification\n\n"
    b"Reporting-UA: pc.example.com; Mua 1\nFinal-Recipient: rfc822; joe@example.com\n"
    b"Original-Message-ID: <1@example.org>\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--x--\n"
)
PLAIN = (
    b"From: Joe <joe@example.com>\nTo: list@example.org\nSubject: the mailbox format\n\n"
    b"Hello,\nmy server says 550 5.1.1 user unknown to ann@example.net. What is wrong?\n"
)
DIGEST = (
    b"From: list-request@example.org\nTo: list@example.org\nSubject: list Digest, Vol 1, Issue 1\n"
    b"Precedence: list\nList-Id: <list.example.org>\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/mixed; boundary=y\n\n--y\n\nToday's Topics:\n 1. mail bounces (Joe)\n 2. mailbox full\n\n"
    b"--y\nContent-Type: multipart/digest; boundary=x\n\n"
    b"--x\n\nFrom: joe@example.com\nSubject: mail bounces\n\n550 5.1.1 user unknown, it says\n"
    b"--x\n\nFrom: ann@example.com\nSubject: mailbox full\n\nthe mailbox is full, it says\n--x--\n--y--\n"
)
FORWARD = (
    b"From: Joe <joe@example.com>\nTo: postmaster@example.org\nSubject: Fwd: what is this?\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/mixed; boundary=z\n\n--z\n\nHi, I got the attached mail. What should I do?\n\n"
    b"--z\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\n" + FAILURE + b"\n--z--\n"
)
CRON = (
    b"From: root@host.example.org (Cron Daemon)\nTo: root@host.example.org\n"
    b"Subject: Cron <root@host> /usr/local/bin/backup\nAuto-Submitted: auto-generated\nX-Cron-Env: <SHELL=/bin/sh>\n\n"
    b"rsync: connection timed out (110)\nmail queue: 550 5.1.1 user unknown\n"
)
TICKET = (
    b"From: Support <support@example.com>\nTo: list@example.org\nSubject: [#4711] We have received your request\n"
    b"Auto-Submitted: auto-generated\n\nYour request 4711 has been received. A colleague will answer it.\n"
)
NOTHING = b"From: Joe <joe@example.com>\nTo: list@example.org\nSubject: hi\n\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(FAILURE, "failure", id="failure"),
        pytest.param(DELAY, "delay", id="delay"),
        pytest.param(SUCCESS, "success", id="success"),
        pytest.param(RELAYED, "success", id="relayed"),
        pytest.param(FEEDBACK, "feedback", id="feedback"),
        pytest.param(AUTO_REPLY, "auto-reply", id="auto-reply"),
        pytest.param(CHALLENGE, "challenge", id="challenge"),
        pytest.param(RECEIPT, "receipt", id="receipt"),
        pytest.param(PLAIN, "other", id="plain mail"),
        pytest.param(DIGEST, "other", id="list digest"),
        pytest.param(FORWARD, "other", id="a person forwards a bounce"),
        pytest.param(CRON, "other", id="cron report"),
        pytest.param(TICKET, "other", id="ticket"),
        pytest.param(NOTHING, "other", id="without a body"),
        pytest.param(b"", "other", id="no byte"),
        pytest.param(b"\n", "other", id="a line end"),
    ],
)
def test_kinds(data: bytes, kind: str) -> None:
    assert classify(data).kind == kind


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda data: data.replace(b"\n", b"\r"), id="CR only"),
        pytest.param(lambda data: b"From joe@example.com Tue Nov 24 20:10:46 2026\n" + data, id="mbox line"),
        pytest.param(lambda data: b"\n\r\n" + data, id="blank lines first"),
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, id="byte order mark"),
        pytest.param(lambda data: b"X-Junk: \xff\xfe\nno field at all\n" + data, id="junk in the header"),
        pytest.param(lambda data: data.replace(b"--x--\n", b""), id="never closed"),
    ],
)
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(FAILURE, "failure", id="failure"),
        pytest.param(DELAY, "delay", id="delay"),
        pytest.param(SUCCESS, "success", id="success"),
        pytest.param(FEEDBACK, "feedback", id="feedback"),
        pytest.param(AUTO_REPLY, "auto-reply", id="auto-reply"),
        pytest.param(CHALLENGE, "challenge", id="challenge"),
        pytest.param(RECEIPT, "receipt", id="receipt"),
        pytest.param(PLAIN, "other", id="plain mail"),
    ],
)
def test_kinds_survive_the_ways_of_mail(data: bytes, kind: str, change: object) -> None:
    assert callable(change)
    assert classify(change(data)).kind == kind


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data, id="LF"),
        pytest.param(lambda data: data.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda data: data.replace(b"\n", b"\r"), id="CR only"),
        pytest.param(lambda data: b"From MAILER-DAEMON Tue Nov 24 20:10:46 2026\n" + data, id="mbox line"),
    ],
)
def test_the_failure_in_full(change: object) -> None:
    assert callable(change)
    data = change(FAILURE)
    bounce = classify(data)
    (one,) = bounce.recipients
    assert (one.address, one.action, one.status, one.reason, one.advice) == (
        "joe@example.com",
        "failed",
        "5.1.1",
        "bad-mailbox",
        "hard",
    )
    assert (one.basis, one.confidence, one.reply, one.remote_mta) == ("diagnostic", "stated", "550", "mx.example.com")
    assert one.diagnostic == "550 5.1.1 User unknown"
    assert bounce.reporting_mta == "mx.example.net"
    assert (bounce.original.message_id, bounce.original.subject) == ("<1@example.org>", "news")
    for found in one.evidence:
        assert data[found.offset : found.offset + found.length].decode() == found.what


def test_the_delay_in_full() -> None:
    (one,) = classify(DELAY).recipients
    assert (one.action, one.status, one.reason, one.advice) == ("delayed", "4.4.1", "network", "soft")
    assert one.retry_until is not None
    assert one.retry_until.isoformat() == "2026-11-29T20:10:46+09:00"


@pytest.mark.parametrize("data", [SUCCESS, RELAYED], ids=["delivered", "relayed"])
def test_a_success_advises_nothing(data: bytes) -> None:
    (one,) = classify(data).recipients
    assert (one.address, one.advice, one.status[:1]) == ("joe@example.com", "none", "2")


def test_the_feedback_in_full() -> None:
    bounce = classify(FEEDBACK)
    feedback = bounce.feedback
    assert feedback is not None
    assert (feedback.type, feedback.user_agent, feedback.source_ip) == ("abuse", "SomeGenerator/1.0", "192.0.2.1")
    assert (feedback.original_recipient, feedback.incidents) == ("joe@example.com", 3)
    assert feedback.arrival_date is not None
    assert bounce.original.subject == "Earn money"
    assert bounce.recipients == ()


@pytest.mark.parametrize(
    "data",
    [AUTO_REPLY, CHALLENGE, RECEIPT, PLAIN, DIGEST, FORWARD, CRON, TICKET],
    ids=["auto-reply", "challenge", "receipt", "plain", "digest", "forward", "cron", "ticket"],
)
def test_what_is_no_delivery_report_blames_nobody(data: bytes) -> None:
    assert classify(data).recipients == ()


@pytest.mark.parametrize(
    "field",
    [
        b"Auto-Submitted: auto-replied",
        b"Auto-Submitted: auto-replied (vacation)",
        b"Auto-Submitted: Auto-Replied; x=y",
        b"X-Autoreply: yes",
        b"Auto-Submitted: auto-notified; owner-email=joe@example.com",
        b"AUTO-SUBMITTED: AUTO-REPLIED",
        b"Auto-Submitted:\n auto-replied",
        b"X-Autorespond: news",
        b"X-Autoresponder: 1.0",
        b"X-Auto-Response: yes",
        b"X-Mail-Autoreply: yes",
        b"X-Vacation: yes",
        b"X-Apple-Vacation: VACATION",
        b"Delivered-By-The-Graces-Of: The Vacation program",
        b"Precedence: auto_reply",
        b"Precedence: Auto-Reply",
        b"X-Precedence: auto_reply",
        b"Subject: [Auto-Reply] news",
        b"Subject: news (Automatic reply)",
        b"Subject: =?iso-8859-1?Q?R=E9ponse_automatique_:_nouvelles?=",
        b"Subject: =?koi8-r?B?4dfUz83B1MnexdPLycogz9TXxdQ=?=",
        b"Subject: Autosvar: nyheter",
        b"Subject: =?utf-8?B?7J6Q64+ZIO2ajOyLoDog7IaM7Iud?=",
        b"Subject: Out of office: news",
        b"Subject: Re: Automatic reply: news",
        b"Subject: =?utf-8?Q?Automatische_Antwort=3A_Neues?=",
        b"Subject: =?utf-8?B?6Ieq5YuV6L+U5L+h?=",
    ],
    ids=lambda field: field.decode(),
)
def test_signs_of_an_auto_reply(field: bytes) -> None:
    subject = b"" if field.startswith(b"Subject") else b"Subject: Re: news\n"
    data = b"From: joe@example.com\nTo: list@example.org\n" + subject + field + b"\n\nI will be back on Monday.\n"
    assert classify(data).kind == "auto-reply"


@pytest.mark.parametrize(
    "field",
    [
        b"Auto-Submitted: no",
        b"Auto-Submitted: auto-generated",
        b"Precedence: bulk",
        b"Precedence: list",
        b"Auto-Submitted: auto-generated; type=cron",
        b"Auto-Submitted: auto-replied (rejected)",
        b"Auto-Submitted:",
        b"Auto-Submitted: none",
        b"Precedence: junk",
        b"Precedence: first-class",
        b"X-Auto-Response-Suppress: All",
        b"X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",
        b"Subject: Fwd: Automatic reply: news",
        b"Subject: Urlaub in Italien",
        b"Subject: My automatic watering",
    ],
    ids=lambda field: field.decode(),
)
def test_no_signs_of_an_auto_reply(field: bytes) -> None:
    subject = b"" if field.startswith(b"Subject") else b"Subject: Re: news\n"
    data = b"From: joe@example.com\nTo: list@example.org\n" + subject + field + b"\n\nThe news of the week.\n"
    assert classify(data).kind == "other"


AWAY = b"This is an automatic reply. I am out of the office until Monday.\n"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param(b"", "other", id="no field"),
        pytest.param(b"In-Reply-To: <1@example.org>\n", "auto-reply", id="In-Reply-To"),
        pytest.param(b"References: <1@example.org>\n", "auto-reply", id="References"),
        pytest.param(b"X-Auto-Response-Suppress: All\n", "auto-reply", id="X-Auto-Response-Suppress"),
        pytest.param(b"Return-Path: <>\n", "auto-reply", id="empty envelope"),
        pytest.param(b"Return-Path: <joe@example.com>\n", "other", id="envelope of a person"),
        pytest.param(b"Auto-Submitted: auto-generated\n", "other", id="auto-generated answers nobody"),
    ],
)
def test_words_of_an_auto_reply_need_a_field(fields: bytes, kind: str) -> None:
    data = b"From: joe@example.com\nTo: list@example.org\nSubject: news\n" + fields + b"\n" + AWAY
    assert classify(data).kind == kind


GONE = b"The e-mail address joe@example.com is no longer in use"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param(GONE + b".", "failure", id="given up"),
        pytest.param(GONE + b", and nobody reads it.", "failure", id="given up, not read"),
        pytest.param(GONE + b". Your mail has been forwarded.", "auto-reply", id="forwarded"),
        pytest.param(b"This mailbox is not monitored.", "auto-reply", id="not monitored"),
        pytest.param(b"Joe has left the company.", "auto-reply", id="left the company"),
        pytest.param(b"My mailbox is full, I will read it later.", "auto-reply", id="full"),
        pytest.param(b"The shop is closed until Monday.", "auto-reply", id="another thing closed"),
        pytest.param(b"> " + GONE + b".\n\nI am away.", "auto-reply", id="quoted"),
    ],
)
def test_an_auto_reply_of_an_address_that_is_given_up(text: bytes, kind: str) -> None:
    fields = b"From: joe@example.com\nTo: list@example.org\nSubject: Re: news\nAuto-Submitted: auto-replied\n"
    data = fields + b"\n" + text + b"\n"
    bounce = classify(data)
    assert bounce.kind == kind
    assert [(one.address, one.status[:1], one.reason, one.advice) for one in bounce.recipients] == (
        [("joe@example.com", "5", "disabled", "hard")] if kind == "failure" else []
    )


def test_the_new_address_that_an_auto_reply_names_has_not_failed() -> None:
    data = (
        b"From: <no-reply@example.com>\nReply-To: <joe@example.com>\nTo: list@example.org\nSubject: Re: news\n"
        b"Auto-Submitted: auto-replied\n\nThis mailbox is no longer in use. Please write to ann@example.net instead.\n"
    )
    assert [one.address for one in classify(data).recipients] == ["joe@example.com"]


WORDS = b"Your message could not be delivered to the following recipients:\n\nann@example.com: 550 5.1.1 User unknown\n"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        pytest.param(b"From: MAILER-DAEMON@mx.example.net\n", "failure", id="a mail system"),
        pytest.param(b"From: MAILER-DAEMON@mx.example.net\nList-Id: <l.example.org>\n", "failure", id="List-Id"),
        pytest.param(
            b"From: MAILER-DAEMON@mx.example.net\nIn-Reply-To: <1@example.org>\n", "failure", id="In-Reply-To"
        ),
        pytest.param(b"From: Joe <joe@example.net>\n", "failure", id="an ordinary sender"),
        pytest.param(b"From: Joe <joe@example.net>\nIn-Reply-To: <1@example.org>\n", "other", id="who answers"),
        pytest.param(b"From: Joe <joe@example.net>\nList-Post: <mailto:l@example.org>\n", "other", id="on a list"),
        pytest.param(b"From: Joe <joe@example.net>\nUser-Agent: Mutt/2.2\n", "other", id="in a mail program"),
        pytest.param(b"From: Postmaster <pm@example.net>\n", "failure", id="postmaster by name"),
        pytest.param(
            b"From: Postmaster <pm@example.net>\nX-Mailer: Apple Mail (2.3)\n", "other", id="who writes himself"
        ),
    ],
)
def test_who_sends_the_words_of_a_bounce(header: bytes, kind: str) -> None:
    assert classify(header + b"To: list@example.org\nSubject: Undeliverable: news\n\n" + WORDS).kind == kind


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        pytest.param(b"Undeliverable: news", "failure", id="plain"),
        pytest.param(b"Re: Undeliverable: news", "other", id="Re"),
        pytest.param(b"AW: Undeliverable: news", "other", id="AW"),
        pytest.param(b"Fwd: Undeliverable: news", "other", id="Fwd"),
        pytest.param(b"WG: Undeliverable: news", "other", id="WG"),
        pytest.param(b"TR : Undeliverable: news", "other", id="TR with a blank"),
        pytest.param(b"[Fwd: Undeliverable: news]", "other", id="in brackets"),
        pytest.param(b"Undeliverable: news (fwd)", "other", id="at the end"),
        pytest.param(b"=?utf-8?B?xLBMVDogVW5kZWxpdmVyYWJsZTogbmV3cw==?=", "other", id="Turkish"),
        pytest.param(b"=?utf-8?B?6L2s5Y+R77yaVW5kZWxpdmVyYWJsZTogbmV3cw==?=", "other", id="Chinese"),
    ],
)
def test_what_stands_before_the_subject(subject: bytes, kind: str) -> None:
    sender = b"From: Joe <joe@example.net>\nTo: list@example.org\nReferences: <1@example.org>\n"
    if subject.startswith(b"Undeliverable: news") and not subject.endswith(b"(fwd)"):
        sender = sender.replace(b"References", b"X-References")
    assert classify(sender + b"Subject: " + subject + b"\n\n" + WORDS).kind == kind


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (b"delayed", "delay"),
        (b"failed", "failure"),
        (b"delivered", "success"),
        (b"relayed", "success"),
        (b"expanded", "success"),
    ],
)
def test_the_action_alone_names_the_kind(action: bytes, kind: str) -> None:
    blocks = RECIPIENT + b"Action: " + action + b"\n"
    assert classify(DAEMON + b"Subject: Notification\n" + REPORT % (b"See below.", blocks)).kind == kind


NO_END = (
    b"From: MAILER-DAEMON@mx.example.net\nTo: list@example.org\nSubject: failure notice\n"
    b"Hi. This is the qmail-send program at mx.example.net.\n"
    b"I'm afraid I wasn't able to deliver your message to the following addresses.\n"
    b"This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
    b"<joe@example.com>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n"
)
HTML = (
    b"From: postmaster@example.net\nTo: list@example.org\nSubject: Undeliverable: news\nMIME-Version: 1.0\n"
    b"Content-Type: text/html; charset=utf-8\n\n"
    b"<html><head><style>p { color: red } .a550 { x: 5.2.2 }</style></head><body>\n"
    b"<p>Delivery has failed to these recipients or groups:</p>\n"
    b'<p><a href="mailto:joe@example.com">joe@example.com</a><br>\n'
    b"The email address you entered couldn't be found.</p>\n"
    b"<p>Remote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not&nbsp;found'</p>\n</body></html>\n"
)


@pytest.mark.parametrize("data", [NO_END, HTML], ids=["no header end", "HTML only"])
def test_a_notice_without_a_report(data: bytes) -> None:
    bounce = classify(data)
    assert bounce.kind == "failure"
    (one,) = bounce.recipients
    assert (one.address, one.status, one.reply, one.reason) == ("joe@example.com", "5.1.1", "550", "bad-mailbox")


def test_a_bounce_of_a_bounce_is_about_the_outer_one() -> None:
    data = (
        DAEMON + b"Subject: Undelivered Mail Returned to Sender\n" + REPORT % (b"No.", UNKNOWN.replace(b"joe", b"ann"))
    )
    inner = data.replace(
        b"From: list@example.org\nTo: joe@example.com\nSubject: news\n", FAILURE.replace(b"--x", b"--q")
    )
    assert [one.address for one in classify(inner).recipients] == ["ann@example.com"]


def test_the_returned_message_decides_nothing() -> None:
    mail = (
        DAEMON
        + b"Subject: Undelivered Mail Returned to Sender\n"
        + (REPORT % (b"It could not be delivered.", RECIPIENT + b"Action: failed\nStatus: 5.0.0\n")).replace(
            b"\n\ntext\n", b"\n\n552 5.2.2 mailbox full, says ann@example.com; message contains a virus\n"
        )
    )
    (one,) = classify(mail).recipients
    assert (one.status, one.reason) == ("5.0.0", "undefined")


def test_the_worst_outcome_names_the_kind() -> None:
    blocks = RECIPIENT + b"Action: delayed\nStatus: 4.4.1\n\n" + UNKNOWN.replace(b"joe", b"ann")
    bounce = classify(DAEMON + b"Subject: Mail Delivery\n" + REPORT % (b"See below.", blocks))
    assert bounce.kind == "failure"
    assert [(one.address, one.action) for one in bounce.recipients] == [
        ("joe@example.com", "delayed"),
        ("ann@example.com", "failed"),
    ]
