"""VERP in `classify`: the return path names the member, and a forged one names nobody."""

from __future__ import annotations

import pytest

from mailkit import classify
from mailkit.lists import Tokens, verp
from mailkit.lists.tokens import reader

TOKENS = Tokens({"a": b"0123456789abcdef"})
READ = reader(TOKENS.decode, verp.decode)
SIGNED = TOKENS.encode("news@lists.example", "joe@example.org")
PLAIN = verp.encode("news@lists.example", "joe@example.org")
FORGED = SIGNED.replace("joe", "ann")

MUTE = "Your message could not be delivered."
NAMING = "Your message could not be delivered:\n\n<gone@elsewhere.example>: 550 5.1.1 User unknown\n"
REPORT = """\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {}
Action: failed
Status: 5.1.1
"""


def bounce(to: str, text: str, *, sender: str = "<>", extra: str = "") -> bytes:
    """Write a bounce in prose."""
    return (
        f"Return-Path: {sender}\nDelivered-To: {to}\nFrom: MAILER-DAEMON@mx.example\nTo: {to}\n"
        f"Subject: Undelivered Mail Returned to Sender\n{extra}\n{text}\n"
    ).encode()


def report(to: str, *recipients: str) -> bytes:
    """Write a delivery report."""
    body = "\n".join(REPORT.format(one).partition("\n\n")[2] for one in recipients)
    return (
        f"Return-Path: <>\nTo: {to}\nFrom: MAILER-DAEMON@mx.example\nSubject: failure\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n--x\n\nfailed\n'
        f"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{body}\n--x--\n"
    ).encode()


def told(raw: bytes) -> tuple[str, list[tuple[str | None, str | None]], list[str]]:
    """Give kind, addresses and findings about the return path."""
    found = classify(raw, verp=READ)
    codes = [one.code for one in found.findings if ".verp." in one.code]
    return found.kind, [(one.address, one.original_address) for one in found.recipients], codes


@pytest.mark.parametrize("path", [SIGNED, PLAIN])
def test_nobody_is_named(path: str) -> None:
    assert told(bounce(path, MUTE)) == ("failure", [("joe@example.org", None)], ["bounce.verp.member"])


def test_without_a_reader_a_signed_path_names_nobody() -> None:
    assert classify(bounce(SIGNED, MUTE)).recipients == ()


@pytest.mark.parametrize("path", [SIGNED, PLAIN])
def test_another_is_named(path: str) -> None:
    """The member has the mail forwarded: what failed is elsewhere, and whom to count is the member."""
    expected = ("failure", [("gone@elsewhere.example", "joe@example.org")], ["bounce.verp.member"])
    assert told(bounce(path, NAMING)) == expected
    assert told(report(path, "gone@elsewhere.example")) == expected


def test_all_that_an_alias_reaches_are_the_members() -> None:
    kind, recipients, _ = told(report(SIGNED, "a@x.example", "b@x.example"))
    assert (kind, recipients) == ("failure", [("a@x.example", "joe@example.org"), ("b@x.example", "joe@example.org")])


def test_the_member_is_named() -> None:
    assert told(report(SIGNED, "JOE@example.org"))[1] == [("JOE@example.org", None)]


def test_forged() -> None:
    kind, recipients, codes = told(bounce(FORGED, MUTE))
    assert (kind, recipients, codes) == ("other", [], ["bounce.verp.forged"])
    assert told(report(FORGED, "gone@elsewhere.example"))[1:] == (
        [("gone@elsewhere.example", None)],
        ["bounce.verp.forged"],
    )


def test_a_signed_path_goes_before_one_that_anybody_writes() -> None:
    raw = bounce(SIGNED, MUTE, extra="X-Original-To: news-bounces+ann=example.org@lists.example\n")
    assert told(raw)[1] == [("joe@example.org", None)]


def test_mail_of_a_person_to_the_return_path_is_no_bounce() -> None:
    raw = bounce(SIGNED, "Dear sirs, please call me.", sender="<ann@example.org>").replace(b"MAILER-DAEMON", b"ann")
    assert told(raw)[0] == "other"


def test_auto_reply_stays_one() -> None:
    raw = bounce(SIGNED, "I am away until Monday.", extra="Auto-Submitted: auto-replied\n").replace(
        b"Undelivered Mail Returned to Sender", b"Out of office"
    )
    assert told(raw)[:2] == ("auto-reply", [])


def test_complaint_is_about_whom_the_copy_was_sent_to() -> None:
    """Feedback loops hide the recipient; the envelope sender of the copy still has it."""
    raw = (
        "From: fbl@isp.example\nTo: fbl@lists.example\nSubject: complaint\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="x"\n\n--x\n\nabuse\n'
        "--x\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: X/1\nVersion: 1\n\n"
        f"--x\nContent-Type: message/rfc822\n\nReturn-Path: <{SIGNED}>\nFrom: news@lists.example\nSubject: news\n\nhi\n--x--\n"
    ).encode()
    found = classify(raw, verp=READ)
    assert found.feedback is not None
    assert found.feedback.original_recipient == "joe@example.org"
