"""Large and hostile bounces: time linear in the size, whatever stands where."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailkit import classify, classify_reply
from tests.bounce.test_hard_cases import BLOCK, HEAD, report
from tests.timing import assert_linear, repeat

FAILED = BLOCK % (b"a@b.example", b"5.1.1", b"550 5.1.1 User unknown")
SAID = b"<u@b.example>: host mx.b.example[192.0.2.9] said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n\n"
POSTFIX = HEAD + b"\nThis is the mail system at host mx.example.\n\n"
SENDMAIL = (
    HEAD + b"\n   ----- The following addresses had permanent fatal errors -----\n<a@b.example>\n\n"
    b"   ----- Transcript of session follows -----\n"
)
WORDS = b"Your message could not be delivered, sorry.\n"
PAGE = b"Content-Type: text/html\n\n<html><body>"


def body(head: bytes, unit: bytes) -> Callable[[int], bytes]:
    """Give a maker of messages with one unit again and again."""
    return lambda size: head + repeat(unit, size)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda size: report(FAILED, returned=b"Subject: x\n\n" + repeat(WORDS, size)), id="returned message"
        ),
        pytest.param(lambda size: report(b"", text=repeat(WORDS, size)), id="notice"),
        pytest.param(lambda size: report(FAILED[:-1] + b"; " + repeat(b"mailbox full\n ", size)), id="diagnostic"),
        pytest.param(lambda size: report(repeat(FAILED + b"\n", size)), id="recipients"),
        pytest.param(lambda size: report(repeat(b"X-A: b\n", size) + FAILED), id="fields"),
        pytest.param(lambda size: report(repeat(b"\n", size) + FAILED), id="blank lines in the report"),
        pytest.param(body(POSTFIX, SAID), id="recipients in the words"),
        pytest.param(body(POSTFIX, b"<"), id="angle brackets"),
        pytest.param(body(POSTFIX, b"<a@b"), id="half addresses"),
        pytest.param(body(POSTFIX, b"a@"), id="at signs"),
        pytest.param(body(HEAD + b"\n", SAID), id="an unknown format"),
        pytest.param(body(HEAD + b"\n", b"recipient: "), id="labels"),
        pytest.param(body(HEAD + b"\n", b"to for an "), id="mentions"),
        pytest.param(body(HEAD + b"\n", b"550 5.1.1 "), id="codes"),
        pytest.param(body(HEAD + b"\n", b"550-5.1.1 "), id="codes of many lines"),
        pytest.param(body(HEAD + b"\n", b"4.4.1.1"), id="numbers with dots"),
        pytest.param(body(HEAD + b"\n", b"----- original message -----\n"), id="marks of a returned message"),
        pytest.param(
            body(SENDMAIL, b">>> RCPT To:<a@b.example>\n<<< 550 no\n550 <a@b.example>... no\n"), id="transcript"
        ),
        pytest.param(body(SENDMAIL, b">>> DATA\n"), id="commands"),
        pytest.param(body(SENDMAIL, b"550 <a@b.example>... no\n\tgo on\n"), id="sendmail's own lines"),
        pytest.param(
            body(HEAD + PAGE, b"<p>Your <b>message</b> to a@b.example could not be delivered</p>\n"), id="page"
        ),
        pytest.param(body(HEAD + PAGE, b"<script>"), id="scripts without end"),
        pytest.param(body(HEAD + PAGE, b"<!--"), id="comments without end"),
        pytest.param(body(HEAD + PAGE, b"<p "), id="tags without end"),
        pytest.param(body(HEAD + PAGE, b"&#x41;&amp;"), id="references"),
        pytest.param(lambda size: HEAD[:-1] + b" " + repeat(b"=?utf-8?q?a?= ", size) + b"\n\nx\n", id="subject"),
        pytest.param(
            lambda size: HEAD + b"X-Failed-Recipients: " + repeat(b"a@b.example, ", size) + b"\n\n", id="x-failed"
        ),
        pytest.param(
            body(HEAD + b"Content-Transfer-Encoding: base64\n\n", b"VGhpcyBpcyB0aGUgbWFpbCBzeXN0ZW0g\n"), id="base64"
        ),
    ],
)
def test_bounces(make: Callable[[int], bytes]) -> None:
    assert_linear(classify, make)


@pytest.mark.parametrize(
    "unit",
    [
        "550 ",
        "550-",
        "5.1.1 ",
        "#5.1.1",
        "a@",
        "a.",
        "::",
        "1.1.1.1",
        "=",
        "<",
        "user unknown ",
        "if ",
        "not ",
        "\u3042 ",
        "\u0661",
        "\\320",
        "\n",
        "\u0301",
        "\ufdfa",
    ],
)
def test_replies(unit: str) -> None:
    assert_linear(classify_reply, lambda size: repeat(unit, size))
