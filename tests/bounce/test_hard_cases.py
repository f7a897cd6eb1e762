"""The hard cases of real bounces, each by name: composed messages in the forms that MTAs write."""

from __future__ import annotations

import base64

import pytest

from mailkit import classify
from mailkit.bounce.result import Bounce

HEAD = b"From: MAILER-DAEMON@mx.example\nTo: list-bounces@lists.example\nSubject: Undelivered Mail Returned to Sender\n"


def report(
    blocks: bytes, text: bytes = b"Your message could not be delivered.\n", returned: bytes = b"Subject: hi\n"
) -> bytes:
    """Compose a delivery report."""
    return (
        HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        b"--x\n\n"
        + text
        + b"\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        + blocks
        + b"\n--x\nContent-Type: message/rfc822\n\n"
        + returned
        + b"\nbody\n--x--\n"
    )


def rows(bounce: Bounce) -> list[tuple[str | None, str, str, str]]:
    """Give what is compared: address, status, reason, advice."""
    return [(one.address, one.status, one.reason, one.advice) for one in bounce.recipients]


BLOCK = b"Final-Recipient: rfc822; %s\nAction: failed\nStatus: %s\nDiagnostic-Code: smtp; %s\n"


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        pytest.param(
            BLOCK % (b"a@b.example", b"5.0.0", b"550 5.1.1 User unknown"),
            [("a@b.example", "5.1.1", "bad-mailbox", "hard")],
            id="the server's code beats X.0.0",
        ),
        pytest.param(
            BLOCK % (b"a@b.example", b"5.7.1", b"550 5.7.1 Mailbox full, user over quota"),
            [("a@b.example", "5.2.2", "full", "soft")],
            id="a wording beats a bare 5.7.1",
        ),
        pytest.param(
            BLOCK % (b"a@b.example", b"5.2.1", b"550 5.2.1 User unknown"),
            [("a@b.example", "5.2.1", "bad-mailbox", "hard")],
            id="a code that names a cause stays, the reason is the wording's",
        ),
        pytest.param(
            BLOCK % (b"a@b.example", b"4.4.7", b"450 4.2.2 Mailbox full"),
            [("a@b.example", "4.2.2", "full", "soft")],
            id="failed with 4.X.X: the cause, not that the queue gave up",
        ),
        pytest.param(
            BLOCK % (b"a@b.example", b"4.4.7", b"451 4.4.1 reply: read error from mx.b.example"),
            [("a@b.example", "4.4.7", "expired", "soft")],
            id="nobody answered until the queue gave up",
        ),
        pytest.param(
            BLOCK % (b"a@b.example", b"", b"550 No such user here"),
            [("a@b.example", "5.1.1", "bad-mailbox", "hard")],
            id="an empty Status",
        ),
        pytest.param(
            BLOCK % (b"a@b.example", b"5.0.0 (permanent failure)", b"552 Quota exceeded"),
            [("a@b.example", "5.2.2", "full", "soft")],
            id="a Status with a comment",
        ),
        pytest.param(
            BLOCK % (b"a@b.example", b"5.x.y", b"554 Transaction failed"),
            [("a@b.example", "5.0.0", "undefined", "soft")],
            id="a Status that is none, and a reply that gives no cause",
        ),
        pytest.param(
            BLOCK % (b"a..b.@docomo.example", b"5.1.1", b"550 Unknown user"),
            [("a..b.@docomo.example", "5.1.1", "bad-mailbox", "hard")],
            id="a local part outside the grammar",
        ),
        pytest.param(
            BLOCK % (b"IMCEASMTP-joe+40b+2Eexample@gw.example", b"5.1.1", b"550 5.1.1 User unknown"),
            [("joe@b.example", "5.1.1", "bad-mailbox", "hard")],
            id="an encapsulated address",
        ),
        pytest.param(
            BLOCK % (b"a@b.example", b"5.1.1", b"550 5.1.1 User unknown")
            + b"\n\n\n"
            + BLOCK % (b"c@b.example", b"4.2.2", b"452 4.2.2 Mailbox full"),
            [("a@b.example", "5.1.1", "bad-mailbox", "hard"), ("c@b.example", "4.2.2", "full", "soft")],
            id="several recipients, several blank lines",
        ),
        pytest.param(
            b"Original-Recipient: rfc822; m@b.example\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
            b"Original-Recipient: rfc822; m@b.example\nFinal-Recipient: rfc822; c@b.example\nAction: failed\nStatus: 5.2.2\n",
            [("a@b.example", "5.1.1", "bad-mailbox", "hard"), ("c@b.example", "5.2.2", "full", "soft")],
            id="one original recipient, no blank line",
        ),
        pytest.param(
            b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx.b.example\nDiagnostic-Code: smtp; \n",
            [("a@b.example", "5.4.1", "network", "soft")],
            id="a server is named and its reply is empty",
        ),
    ],
)
def test_one_report(blocks: bytes, expected: list[tuple[str, str, str, str]]) -> None:
    assert rows(classify(report(blocks))) == expected


def test_both_codes_are_kept() -> None:
    one = classify(report(BLOCK % (b"a@b.example", b"5.0.0", b"550 5.1.1 User unknown"))).recipients[0]
    assert (one.status, one.reported_status, one.basis, one.confidence) == ("5.1.1", "5.0.0", "diagnostic", "stated")
    one = classify(report(BLOCK % (b"a@b.example", b"5.7.1", b"550 5.7.1 Mailbox full"))).recipients[0]
    assert (one.status, one.reported_status, one.basis, one.confidence) == ("5.2.2", "5.7.1", "phrase", "inferred")


def test_original_and_final_recipient() -> None:
    block = b"Original-Recipient: rfc822;member+2Blist@b.example\n" + BLOCK % (
        b"final@c.example",
        b"5.1.1",
        b"550 5.1.1 no",
    )
    one = classify(report(block)).recipients[0]
    assert (one.address, one.original_address) == ("final@c.example", "member+list@b.example")


def test_a_failed_pipe_is_named_by_the_header() -> None:
    data = b"X-Failed-Recipients: a@b.example\n" + report(
        b"Final-Recipient: rfc822;|/usr/bin/prog a@b.example\nAction: failed\nStatus: 5.0.0\n"
    )
    assert classify(data).recipients[0].address == "a@b.example"


def test_a_loop_shows_in_the_returned_trace() -> None:
    returned = b"Received: from a by b; Tue, 24 Nov 2026 20:10:46 +0000\n" * 30 + b"Subject: hi\n"
    one = classify(
        report(b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\n", returned=returned)
    ).recipients[0]
    assert (one.status, one.reason, one.basis) == ("5.4.6", "loop", "trace")


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_an_encoded_report_has_offsets_into_the_raw_message(encoding: str) -> None:
    plain = report(BLOCK % (b"a@b.example", b"5.1.1", b"550 5.1.1 User unknown"))
    head, _, rest = plain.partition(b"message/delivery-status\n\n")
    body, delimiter, tail = rest.partition(b"\n--x\n")
    coded = (
        base64.encodebytes(body) if encoding == "base64" else body.replace(b"=", b"=3D").replace(b"User", b"Us=\ner")
    )
    data = (
        head
        + b"message/delivery-status\nContent-Transfer-Encoding: "
        + encoding.encode()
        + b"\n\n"
        + coded
        + delimiter
        + tail
    )
    one = classify(data).recipients[0]
    assert (one.address, one.status) == ("a@b.example", "5.1.1")
    words = one.evidence[0]
    raw = data[words.offset : words.offset + words.length]
    if encoding == "base64":
        assert head.__len__() < words.offset < len(head) + len(coded) + 100
    else:
        assert raw == b"550 5.1.1"


def test_evidence_stands_where_it_says() -> None:
    data = report(BLOCK % (b"a@b.example", b"5.1.1", b"550 5.1.1 User unknown"))
    for words in classify(data).recipients[0].evidence:
        assert data[words.offset : words.offset + words.length].decode() == words.what


def test_an_html_only_notice() -> None:
    page = (
        b"<html><head><style>p {color: #550}</style></head><body><p>Delivery has failed to these recipients or groups:</p>"
        b'<p><a href="mailto:a@b.example">a@b.example</a><br>The recipient&#39;s mailbox is full.</p>'
        b"<p>#550 5.2.2 STOREDRV.Deliver; mailbox full ##</p></body></html>"
    )
    data = b"From: postmaster@b.example\nSubject: Undeliverable: hi\nContent-Type: text/html\n\n" + page
    assert rows(classify(data)) == [("a@b.example", "5.2.2", "full", "soft")]


def test_exchange_puts_a_number_sign_before_its_code() -> None:
    text = (
        b"Delivery has failed to these recipients or distribution lists:\n\na@b.example\n\n"
        b"Diagnostic information for administrators:\nGenerating server: x.example\n\na@b.example\n"
        b"#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\nOriginal message headers:\nTo: <z@q.example>\n"
    )
    assert rows(classify(HEAD + b"\n" + text)) == [("a@b.example", "5.1.1", "bad-mailbox", "hard")]


def test_qsbmf() -> None:
    text = (
        b"Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message.\n\n"
        b"<a@b.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 sorry, no mailbox here by that name (#5.1.1)\n\n"
        b"<c@b.example>:\nSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n\n"
        b"--- Below this line is a copy of the message.\n\nTo: nobody@else.example\n"
    )
    assert [(one.address, one.status, one.reason, one.stage) for one in classify(HEAD + b"\n" + text).recipients] == [
        ("a@b.example", "5.1.1", "bad-mailbox", "rcpt"),
        ("c@b.example", "4.4.1", "network", None),
    ]


def test_a_report_whose_boundary_is_lost() -> None:
    data = report(BLOCK % (b"a@b.example", b"5.1.1", b"550 5.1.1 User unknown")).replace(b"; boundary=x", b"")
    assert rows(classify(data)) == [("a@b.example", "5.1.1", "bad-mailbox", "hard")]


def test_a_mislabelled_report_is_read_and_noted() -> None:
    data = report(BLOCK % (b"a@b.example", b"5.1.1", b"550 5.1.1 User unknown")).replace(
        b"message/delivery-status", b"text/plain"
    )
    bounce = classify(data)
    assert rows(bounce) == [("a@b.example", "5.1.1", "bad-mailbox", "hard")]
    assert "bounce.report.mislabelled" in [found.code for found in bounce.findings]


def test_words_of_the_returned_message_do_not_count() -> None:
    text = b"<a@b.example>: delivery problem\n\n--- Below this line is a copy of the message.\n\nSubject: 550 5.1.1 user unknown, mailbox full\n"
    one = classify(HEAD + b"\n" + text).recipients[0]
    assert (one.reply, one.rule) == (None, None)


def test_a_dead_mailbox_that_the_queue_gave_up_on_is_hard_and_a_delay_is_not() -> None:
    block = BLOCK % (b"a@b.example", b"4.1.1", b"450 4.1.1 <a@b.example>: User unknown in virtual alias table")
    assert classify(report(block)).recipients[0].advice == "hard"
    assert classify(report(block.replace(b"failed", b"delayed"))).recipients[0].advice == "soft"


def test_explaining_changes_nothing_but_adds_the_grounds() -> None:
    data = report(BLOCK % (b"a@b.example", b"5.0.0", b"550 5.1.1 User unknown"))
    plain, told = classify(data), classify(data, explain=True)
    assert rows(plain) == rows(told)
    grounds = told.recipients[0].weighed
    assert isinstance(grounds, tuple)
    assert [row.outcome.split(":")[0] for row in grounds].count("decided") == 1
    assert {row.basis for row in grounds} >= {"diagnostic", "dsn", "phrase", "reply", "action"}


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        pytest.param(
            "Bounce",
            '"bounce":{"bouncedRecipients":[{"emailAddress":"a@b.example","action":"failed","status":"5.1.1",'
            '"diagnosticCode":"smtp; 550 5.1.1 user unknown"}]}',
            ("failure", [("a@b.example", "5.1.1", "bad-mailbox", "hard")]),
            id="bounce",
        ),
        pytest.param(
            "Delivery",
            '"delivery":{"recipients":["a@b.example"]}',
            ("success", [("a@b.example", "2.0.0", "undefined", "none")]),
            id="delivery",
        ),
        pytest.param(
            "Complaint",
            '"complaint":{"complainedRecipients":[{"emailAddress":"a@b.example"}]}',
            ("feedback", []),
            id="complaint",
        ),
        pytest.param(
            "Bounce",
            '"bounce":{"bouncedRecipients":[{"emailAddress":"\\ud800@b.example"}]}',
            ("failure", None),
            id="half a character",
        ),
        pytest.param("Bounce", '"bounce":[[[[', ("other", []), id="cut"),
    ],
)
def test_amazon_notifications(
    kind: str, body: str, expected: tuple[str, list[tuple[str, str, str, str]] | None]
) -> None:
    data = f'From: no-reply@sns.amazonaws.com\nSubject: AWS Notification\n\n{{"notificationType":"{kind}",{body},"mail":{{}}}}\n'
    bounce = classify(data.encode())
    assert bounce.kind == expected[0]
    if expected[1] is not None:
        assert rows(bounce) == expected[1]


PERSON = b"From: Karl <karl@firm.example>\nTo: list@lists.example\nReturn-Path: <karl@firm.example>\n"
QUOTED = b"> <a@b.example>: host mx.b.example said: 550 5.1.1 User unknown\n> Your message could not be delivered to one or more recipients.\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(
            PERSON + b"Subject: Re: Undelivered Mail Returned to Sender\nIn-Reply-To: <1@x>\n\n" + QUOTED,
            id="a quoted bounce",
        ),
        pytest.param(
            PERSON + b"Subject: Fwd: Undelivered Mail Returned to Sender\n\n" + QUOTED, id="a forwarded bounce"
        ),
        pytest.param(PERSON + b"Subject: Problem with Rita\n\n" + QUOTED, id="a question"),
        pytest.param(
            PERSON
            + b"Subject: Undeliverable? Why mail bounces\nList-Unsubscribe: <https://e.example/u>\n\nThe mailbox is full: 552 5.2.2\n",
            id="a newsletter",
        ),
        pytest.param(
            b"From: postmaster@mx.example\nSubject: pflogsumm for yesterday\n\n3 host mx.b.example said: 550 5.1.1 <a@b.example>: User unknown\n",
            id="a summary of the log",
        ),
    ],
)
def test_a_mail_about_bounces_is_none(data: bytes) -> None:
    assert classify(data).kind == "other"


@pytest.mark.parametrize(
    ("text", "stage", "reason"),
    [
        pytest.param(
            b"<a@b.example>: host mx.b.example[192.0.2.1] said: 550 no (in reply to MAIL\n    FROM command)\n",
            "mail",
            "bad-sender",
            id="a stage that is wrapped",
        ),
        pytest.param(
            b"<a@b.example>: host mx.b.example[192.0.2.1] said: 550 5.1.8\n    <list-bounces@lists.example>: Sender address rejected (in reply to RCPT TO command)\n",
            "rcpt",
            "bad-sender",
            id="the sender's address on a line of its own",
        ),
    ],
)
def test_postfix_wraps_its_words(text: bytes, stage: str, reason: str) -> None:
    (one,) = classify(HEAD + b"\nThis is the mail system at host mx.example.\n\n" + text).recipients
    assert (one.address, one.stage, one.reason, one.advice) == ("a@b.example", stage, reason, "block")


def test_the_servers_answer_outranks_sendmails_summary() -> None:
    text = (
        b"   ----- The following addresses had permanent fatal errors -----\n<a@b.example>\n\n"
        b"   ----- Transcript of session follows -----\n... while talking to mx.b.example.:\n"
        b">>> MAIL From:<list-bounces@lists.example>\n<<< 550 5.7.1 Client host blocked using zen.example.org\n554 5.0.0 Service unavailable\n"
    )
    (one,) = classify(HEAD + b"\n" + text).recipients
    assert (one.address, one.status, one.reason, one.stage) == ("a@b.example", "5.7.1", "blocked", "mail")


def test_what_stands_below_a_list_speaks_for_all_of_it() -> None:
    text = b'Your message could not be delivered to the following recipients:\n\n  "A" <a@b.example>\n  <c@b.example>\n\nReason: mailbox full\n'
    assert [(one.address, one.reason) for one in classify(HEAD + b"\n" + text).recipients] == [
        ("a@b.example", "full"),
        ("c@b.example", "full"),
    ]


def test_bait_with_the_title_of_a_bounce_is_none() -> None:
    data = (
        b"Return-Path: <x@spam.example>\nFrom: MAILER-DAEMON <x@spam.example>\nSubject: Mail delivery failed: 5 incoming messages\n\n"
        b"Your mailbox is almost full. Click https://spam.example/ to get them.\n"
    )
    assert classify(data).kind == "other"


def test_a_bounce_about_a_host_of_a_provider_is_named_for_its_own_mta() -> None:
    block = BLOCK % (b"a@b.example", b"5.1.10", b"550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found")
    block += b"Remote-MTA: dns; b-example.mail.protection.outlook.com\n"
    data = report(block).replace(b"Reporting-MTA", b"X-Postfix-Queue-ID: A1\nReporting-MTA")
    assert classify(data).dialect == "postfix"


NULLMAILER = b"This is the nullmailer delivery system.\n\nA final delivery status notification will be generated if delivery\nproves to be impossible.\n"


@pytest.mark.parametrize(
    ("more", "kind", "action"),
    [
        pytest.param(b"", "failure", "failed", id="the queue has given up, whatever the notice promises"),
        pytest.param(
            b"Will-Retry-Until: Tue, 24 Nov 2026 20:17:53 +0000\n", "delay", "delayed", id="one that says until when"
        ),
    ],
)
def test_nullmailer_calls_a_final_notice_delayed(more: bytes, kind: str, action: str) -> None:
    block = BLOCK.replace(b"failed", b"delayed") % (b"a@b.example", b"4.2.2", b"452 4.2.2 over quota") + more
    bounce = classify(report(block, NULLMAILER))
    assert (bounce.kind, [row.action for row in bounce.recipients]) == (kind, [action])


@pytest.mark.parametrize(
    ("words", "kind", "status"),
    [
        pytest.param(b"Envelope expired", "failure", "5.4.7", id="expired"),
        pytest.param(b"Network error on destination MXs", "delay", "4.4.1", id="a warning"),
    ],
)
def test_opensmtpd_calls_an_expired_envelope_delayed(words: bytes, kind: str, status: str) -> None:
    text = (
        b"    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    A message is delayed for more"
        b" than 0 seconds for the following\n    list of recipients:\n\na@b.example: "
        + words
        + b"\n\n    Below is a copy"
        b" of the original message:\n\n"
    )
    for message in (
        HEAD.replace(b"Undelivered Mail Returned to Sender", b"Delivery status notification: delayed") + b"\n" + text,
        report(b"Final-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.0.0\n", text),
    ):
        bounce = classify(message)
        assert (bounce.kind, [row.status for row in bounce.recipients]) == (kind, [status])


def test_a_status_that_is_spelt_out_gives_the_reason() -> None:
    block = BLOCK % (b"a@b.example", b"5.2.1 (mailbox disabled, not accepting messages)", b"550 5.2.1 User Unknown")
    assert rows(classify(report(block))) == [("a@b.example", "5.2.1", "disabled", "hard")]


@pytest.mark.parametrize(
    ("label", "written", "read"),
    [
        pytest.param("utf-16", "utf-16", "utf-16-le", id="UTF-16 with its mark"),
        pytest.param("utf-16-be", "utf-16-be", "utf-16-be", id="UTF-16BE"),
        pytest.param("utf-16-le", "utf-16-le", "utf-16-le", id="UTF-16LE"),
        pytest.param("utf-8", "utf-8-sig", "utf-8", id="UTF-8 with a mark"),
        pytest.param("utf-8", "utf-8", "utf-8", id="UTF-8"),
    ],
)
def test_evidence_has_its_place_in_every_encoding_form(label: str, written: str, read: str) -> None:
    words = "Unknown user: joé@b.example\n\n550 5.1.1 unknown\n"
    head = HEAD + b"Content-Type: text/plain; charset=%s\nContent-Transfer-Encoding: base64\n\n" % label.encode()
    data = head + base64.encodebytes(words.encode(written))
    evidence = classify(data).recipients[0].evidence[0]
    place = base64.b64decode(data[evidence.offset : evidence.offset + evidence.length])
    assert evidence.what == "550 5.1.1"
    assert evidence.what.encode(read) in place


UNKNOWN_FORMS = {
    "angle brackets": "<{}>:\n{}\n",
    "indented": "    {}\n    {}\n",
    "bullets": "   *** {}\n   {}\n",
    "labels": "Recipient: [SMTP:{}]\nReason: {}\n",
    "failed recipient": "Failed Recipient: {}\nReason: Remote host said: {}\n",
    "in parentheses": "\t{} ({})\n",
    "on one line": "{}: {}\n",
    "behind a comma": "{}, error code: {}\n",
}


@pytest.mark.parametrize("form", UNKNOWN_FORMS)
@pytest.mark.parametrize("listed", ["a@b.example", "list@lists.example"], ids=["one is in To", "the list is in To"])
def test_each_recipient_of_an_unknown_format(form: str, listed: str) -> None:
    """A copy names the list or one of them in its To; the lines of all have one form."""
    said = [
        ("a@b.example", "550 5.1.1 User unknown"),
        ("c@d.example", "552 5.2.2 Mailbox full"),
        ("e@f.example", "host not found"),
    ]
    lines = "\n".join(UNKNOWN_FORMS[form].format(*row) for row in said)
    copy = f"From: x@lists.example\nTo: {listed}\nSubject: hi\n"
    text = f"Your message could not be delivered to these people.\n\n{lines}\n----- Original message -----\n\n{copy}"
    expected = [("a@b.example", "bad-mailbox"), ("c@d.example", "full"), ("e@f.example", "bad-domain")]
    found = classify(HEAD + b"\n" + text.encode()).recipients
    assert [(one.address, one.reason) for one in found] == expected


def test_words_above_a_bare_list_speak_for_each() -> None:
    text = b"Could not be delivered because of\n\n452 4.2.2 Mailbox full\n\nThe recipients:\n    a@b.example\n    c@d.example\n\nFiled under 12.\n"
    assert rows(classify(HEAD + b"\n" + text)) == [
        ("a@b.example", "4.2.2", "full", "soft"),
        ("c@d.example", "4.2.2", "full", "soft"),
    ]


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252"])
@pytest.mark.parametrize(
    ("words", "charset"),
    [
        pytest.param(
            "您的邮件被退回。收件人：\n\na@b.example\n\n该用户不存在，请核对收件人地址。\n", "gb18030", id="Chinese"
        ),
        pytest.param(
            "Сообщение не доставлено:\n\na@b.example\n\nПользователь не найден\n", "koi8-r", id="Russian, KOI8-R"
        ),
        pytest.param(
            "Сообщение не доставлено:\n\na@b.example\n\nПользователь не найден\n", "utf-8", id="Russian, UTF-8"
        ),
        pytest.param(
            "メールを配送できませんでした。\n\na@b.example\n\nユーザーが見つかりません\n", "shift_jis", id="Japanese"
        ),
        pytest.param("메일을 보내지 못했습니다.\n\na@b.example\n\n존재하지 않는 사용자입니다\n", "euc-kr", id="Korean"),
        pytest.param(
            "Nicht zustellbar an die Empfänger:\n\na@b.example\n\nBenutzer unbekannt\n", "iso-8859-1", id="as labelled"
        ),
    ],
)
def test_a_notice_in_another_charset_than_it_says(words: str, charset: str, label: str) -> None:
    head = HEAD + f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: 8bit\n\n".encode()
    assert rows(classify(head + words.encode(charset))) == [("a@b.example", "5.1.1", "bad-mailbox", "hard")]


@pytest.mark.parametrize("line", ["Unable to deliver mail to: {}", "Recipients: {}"])
@pytest.mark.parametrize("between", [", ", ",", "; ", ">, <"])
def test_recipients_side_by_side(line: str, between: str) -> None:
    listed = between.join(["a@b.example", "c@d.example", "e@f.example"])
    text = line.format(f"<{listed}>" if ">" in between else listed) + "\nReason: mailbox full\n"
    expected = [(name, "5.2.2", "full", "soft") for name in ("a@b.example", "c@d.example", "e@f.example")]
    assert rows(classify(HEAD + b"\n" + text.encode())) == expected


def test_a_quoted_enhanced_code_says_more_than_a_bare_one() -> None:
    text = (
        b"   ----- The following addresses had permanent fatal errors -----\n<a@b.example>\n"
        b"    (reason: 554 mx9.b.example ESMTP not accepting connections)\n\n   ----- Transcript of session follows -----\n"
        b"... while talking to mx1.b.example.:\n<<< 554 mx1.b.example ESMTP not accepting connections\n>>> QUIT\n"
        b"<<< 421 4.7.0 mx1.b.example Error: too many errors\n554 5.0.0 Service unavailable\n"
    )
    block = BLOCK % (b"a@b.example", b"5.5.0", b"554 mx9.b.example ESMTP not accepting connections")
    (row,) = classify(report(block, text)).recipients
    assert (row.reported_status, row.reply, row.advice) == ("4.7.0", "421", "block")


def test_a_report_inside_the_text_of_a_relay_is_the_answer() -> None:
    inner = b"Return-Path: <>\n" + report(BLOCK % (b"a@b.example", b"4.0.0", b"550 5.1.1 User unknown"))
    outer = (
        HEAD + b"Content-Type: text/plain\n\nA mail that you sent came back. For help write to help@isp.example.\n\n"
    )
    data = outer + b"-----------------------\n" + inner
    bounce = classify(data)
    assert rows(bounce) == [("a@b.example", "5.1.1", "bad-mailbox", "hard")]
    assert [one.code for one in bounce.findings if "wrapped" in one.code] == ["bounce.report.wrapped"]
    evidence = bounce.recipients[0].evidence[0]
    assert data[evidence.offset : evidence.offset + evidence.length] == b"550 5.1.1"


def test_wrapped_reports_are_opened_once() -> None:
    inner = report(BLOCK % (b"a@b.example", b"4.0.0", b"550 5.1.1 User unknown"))
    for _ in range(30):
        inner = (
            b"Return-Path: <>\n"
            + HEAD
            + b"Content-Type: text/plain\n\nIt came back.\n\n-----------------------\n"
            + inner
        )
    assert classify(inner).complete


def test_a_reply_that_names_another_recipient_says_nothing_of_this_one() -> None:
    said = b"550 5.1.1 <a@b.example>: Recipient address rejected: User unknown"
    blocks = b"\n".join(BLOCK % (name, b"5.1.1", said) for name in (b"a@b.example", b"c@b.example"))
    bounce = classify(report(blocks))
    assert rows(bounce) == [
        ("a@b.example", "5.1.1", "bad-mailbox", "hard"),
        ("c@b.example", "5.0.0", "undefined", "soft"),
    ]
    assert [(one.reported_status, one.confidence) for one in bounce.recipients][1] == ("5.1.1", "guessed")
    assert "bounce.reply.borrowed" in [one.code for one in bounce.findings]


def test_who_is_gone_is_whom_an_answer_says_was_tried() -> None:
    """Not its author, and not whom to write to instead."""
    answer = (
        b"Return-Path: <>\nFrom: Administrator <admin@firm.example>\nTo: list-bounces@lists.example\n"
        b"Subject: Re: Minutes\n\nThe person you are trying to reach, kay@firm.example, is no longer employed by this\n"
        b"firm and this mailbox has been deactivated. Your message has not been delivered to anyone. Please write to\n"
        b"info@firm.example.\n"
    )
    assert rows(classify(answer)) == [("kay@firm.example", "5.1.6", "moved", "hard")]


def test_a_program_of_an_alias_is_no_recipient() -> None:
    """sendmail: the text tells which address led to it."""
    text = b'   ----- The following addresses had permanent fatal errors -----\n"|exec /usr/bin/filter #kay"\n'
    text += b"    (reason: service unavailable)\n    (expanded from: <kay@a.example>)\n"
    block = b"Final-Recipient: RFC822; kay@mx.a.example\nX-Actual-Recipient: RFC822; |exec /usr/bin/filter #kay@mx.a.example\n"
    block += b"Action: failed\nStatus: 5.5.0\n"
    [one] = classify(report(block, text)).recipients
    assert (one.address, one.original_address) == ("kay@mx.a.example", "kay@a.example")
