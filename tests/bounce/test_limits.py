"""Limits: what is cut off is said, and what fits exactly is no fault."""

from __future__ import annotations

import pytest

from mailkit import Limits, classify, parse

HEAD = b"From: MAILER-DAEMON@mx.example.net\nTo: list@example.org\nSubject: Undelivered Mail Returned to Sender\n"
REPORT = b"MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
BLOCK = b"\nFinal-Recipient: rfc822; user%d@example.com\nAction: failed\nStatus: 5.1.1\n"


def bounce_of(count: int, words: bytes = b"Could not be delivered.") -> bytes:
    """Make a delivery report about so many recipients."""
    blocks = b"".join(BLOCK % number for number in range(count))
    report = b"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n" + blocks
    return HEAD + REPORT + b"--x\n\n" + words + b"\n\n" + report + b"\n--x--\n"


@pytest.mark.parametrize(
    ("count", "answered", "told"),
    [
        pytest.param(2, 2, False, id="fewer"),
        pytest.param(3, 3, False, id="exactly"),
        pytest.param(4, 3, True, id="one-more"),
        pytest.param(50, 3, True, id="many-more"),
    ],
)
def test_recipient_count(count: int, answered: int, *, told: bool) -> None:
    bounce = classify(parse(bounce_of(count), limits=Limits(recipient_count=3)))
    assert len(bounce.recipients) == answered
    assert ("limit.recipient_count" in {finding.code for finding in bounce.findings}) is told


@pytest.mark.parametrize(("lines", "told"), [pytest.param(3, False, id="short"), pytest.param(500, True, id="long")])
def test_notice_bytes(lines: int, *, told: bool) -> None:
    message = bounce_of(1, b"Your message could not be delivered.\n" * lines)
    bounce = classify(parse(message, limits=Limits(notice_bytes=1_000)))
    assert [recipient.address for recipient in bounce.recipients] == ["user0@example.com"]
    assert ("limit.notice_bytes" in {finding.code for finding in bounce.findings}) is told
