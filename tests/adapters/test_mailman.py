"""What Mailman 3 is told, and that what it hands over is read as it came."""

from __future__ import annotations

import email
import sys
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import default
from types import ModuleType, SimpleNamespace
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit import classify
from mailkit.adapters import mailman
from mailkit.adapters.mailman import all_failures, scan_message, to_bytes
from mailkit.bounce.result import Bounce
from tests.strategies import ROOT, TOKENS

CORPORA = ROOT / "corpora"
REPORT = b"""From: MAILER-DAEMON@mx.example
To: %s
Message-ID: <1@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=AAA
MIME-Version: 1.0

--AAA
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

%s
--AAA--
"""
LIST = b"news-bounces@lists.example"
OF_JOE = b"news-bounces+joe=example.org@lists.example"


def report(*fields: bytes, to: bytes = LIST) -> bytes:
    return REPORT % (to, b"".join(field + b"\n" for field in fields))


UNREADABLE = (
    b"From: kim@mx.example\nTo: %s\nSubject: Undelivered Mail Returned to Sender\nX-MailFrom: %s\n\n"
    b"Your message could not be delivered.\n"
)
"""X-MailFrom is how Mailman keeps the sender of the SMTP dialogue."""
GONE = (b"Final-Recipient: rfc822; Joe@Example.org", b"Action: failed", b"Status: 5.1.1")


@pytest.mark.parametrize(
    ("data", "temporary", "permanent"),
    [
        pytest.param(report(*GONE), [], [b"Joe@Example.org"], id="gone, letters kept"),
        pytest.param(report(*GONE[:2], b"Status: 5.2.2"), [b"Joe@Example.org"], [], id="full"),
        pytest.param(report(*GONE[:2], b"Status: 5.4.7"), [b"Joe@Example.org"], [], id="the queue gave up"),
        pytest.param(
            report(*GONE[:2], b"Diagnostic-Code: smtp; 554 5.7.1 [192.0.2.1] listed at zen.spamhaus.org"),
            [b"Joe@Example.org"],
            [],
            id="the sender is blocked",
        ),
        pytest.param(report(GONE[0], b"Action: delayed", b"Status: 4.2.2"), [b"Joe@Example.org"], [], id="delay"),
        pytest.param(report(GONE[0], b"Action: delivered", b"Status: 2.0.0"), [], [], id="success"),
        pytest.param(report(*GONE[:2]), [], [b"Joe@Example.org"], id="failed, and no cause told"),
        pytest.param(
            report(b"Original-Recipient: rfc822; ann@example.org", *GONE), [], [b"ann@example.org"], id="forwarded"
        ),
        pytest.param(
            report(b"Final-Recipient: rfc822; box@host.example", *GONE[1:], to=OF_JOE),
            [],
            [b"joe@example.org"],
            id="forwarded, and the return path names the member",
        ),
        pytest.param(
            report(
                *(b"Final-Recipient: rfc822; box@host.example", b"Action: delayed", b"Status: 4.4.1", b""),
                *(b"Final-Recipient: rfc822; old@host.example", *GONE[1:]),
                to=OF_JOE,
            ),
            [],
            [b"joe@example.org"],
            id="for good goes before for now",
        ),
        pytest.param(
            report("Final-Recipient: utf-8; 宛先@例え.jp".encode(), *GONE[1:]),
            [],
            ["宛先@例え.jp".encode()],
            id="utf-8",
        ),
        pytest.param(report(b"Final-Recipient: rfc822; " + b"j" * 400 + b"@a.example", *GONE[1:]), [], [], id="long"),
        pytest.param((CORPORA / "negatives" / "cr-ask.eml").read_bytes(), [b"marc@example.net"], [], id="challenge"),
        pytest.param(UNREADABLE % (OF_JOE, b""), [], [b"joe@example.org"], id="nobody is named but by the return path"),
        pytest.param(UNREADABLE % (OF_JOE, b"kim@mx.example"), [], [], id="as before, and a person sent it"),
        pytest.param(b"From: joe@example.org\nSubject: Re: news\n\nthank you\n", [], [], id="a letter"),
        pytest.param(b"", [], [], id="nothing"),
    ],
)
def test_what_mailman_is_told(data: bytes, temporary: list[bytes], permanent: list[bytes]) -> None:
    message = email.message_from_bytes(data)
    assert all_failures(message) == (frozenset(temporary), frozenset(permanent))
    assert scan_message(message) == frozenset(permanent)


@pytest.mark.parametrize(
    "folder", [pytest.param(name, id=name) for name in ("asian", "gateways", "letters", "lists", "unix", "providers")]
)
def test_a_message_is_written_as_it_came(folder: str) -> None:
    """But for line ends of multiparts, and of files that end within one."""
    paths = [path for path in sorted((CORPORA / folder).rglob("*")) if path.suffix in {".eml", ".txt"}]
    assert paths
    for path in paths:
        data = path.read_bytes()
        assert to_bytes(email.message_from_bytes(data)).split() == data.split(), path


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"Subject: caf\xe9\n\nna\xefve\n", id="8 bit"),
        pytest.param(b"X: a\r b: c\nSubject: x\n\nbody\n", id="a bare carriage return in a field"),
        pytest.param(b"X: " + b"word " * 100 + b"\n\nbody\n", id="a long field"),
        pytest.param(b"X: a\x0cb: c\n\nbody\n", id="a form feed in a field"),
        pytest.param(b"From joe Mon Jan  1 00:00:00 2024\nX: a\n\nbody\n", id="mbox"),
        pytest.param(b"Content-Type: text/plain; charset=nonsense\n\ncaf\xe9\n", id="a charset that is none"),
        pytest.param(b"Content-Type: multipart/mixed\n\n--x\n\nbody\n--x--\n", id="a multipart without a boundary"),
        pytest.param(b"X:\nY: \n\nFrom here on\n", id="a field that is empty"),
    ],
)
def test_broken_messages_are_written_as_they_came(data: bytes) -> None:
    assert to_bytes(email.message_from_bytes(data)).replace(b"Y:\n", b"Y: \n") == data


def test_text_beyond_ascii_is_written() -> None:
    message = email.message_from_string("Subject: café\n\nIt was \ud800 naïve.\n")
    assert to_bytes(message).decode() == "Subject: café\n\nIt was ? naïve.\n"


def test_a_message_of_the_new_kind_is_read() -> None:
    message = email.message_from_bytes(report(*GONE), policy=default)
    assert isinstance(message, EmailMessage)
    assert scan_message(message) == {b"Joe@Example.org"}


@pytest.mark.parametrize(
    "payload", [pytest.param(SimpleNamespace(), id="what is no text"), pytest.param(["text"], id="parts that are none")]
)
def test_what_cannot_be_written_says_nothing(payload: object) -> None:
    message = Message()
    message.set_payload(payload)  # type: ignore[call-overload]
    assert all_failures(message) == (frozenset(), frozenset())


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(TypeError, match=r"reads an email\.message\.Message, not bytes"):
        all_failures(b"Subject: x\n\n")  # type: ignore[arg-type]


_lines = st.sampled_from(
    [
        *(b"Content-Type: multipart/report; boundary=x\n", b"Content-Type: message/delivery-status\n"),
        *(b"Content-Type: message/rfc822\n", b"Content-Type: text/plain; charset=\x80\n", b"X:\r a: b\n", b"From x\n"),
        *(b"Action: failed\n", b"Final-Recipient: rfc822; \x00\xe9@a.example\n", b"\n", b"--x\n", b"\xff\xfe", b" c\n"),
        *(b"Content-Transfer-Encoding: base64\n", b"To: a-bounces+b=c.example@d.example\n", b"From: <>\n"),
    ]
)


@given(st.lists(st.sampled_from(TOKENS) | _lines, max_size=16).map(b"".join))
def test_nothing_raises(data: bytes) -> None:
    message = email.message_from_bytes(data)
    temporary, permanent = all_failures(message)
    assert not temporary & permanent
    assert all(isinstance(one, bytes) and b"\0" not in one for one in temporary | permanent)


@pytest.mark.slow
def test_the_answer_is_that_of_the_bytes() -> None:
    """What the email package does to a message on the way changes no answer."""
    paths = [path for path in sorted(CORPORA.rglob("*.eml")) if "attachments" not in path.parts]
    assert len(paths) > 1000
    for path in paths:
        data = path.read_bytes()
        told, again = classify(data), classify(to_bytes(email.message_from_bytes(data)))
        assert _facts(told) == _facts(again), path


def _facts(bounce: Bounce) -> object:
    return bounce.kind, [(one.address, one.original_address, one.status, one.advice) for one in bounce.recipients]


class Make(Protocol):
    """Stands in for the runner of a Mailman whose decision asks a function of some name."""

    def __call__(self, asked: str) -> ModuleType: ...


@pytest.fixture
def mailman_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    def make(asked: str) -> ModuleType:
        module = ModuleType("mailman.runners.bounce")
        code = f"class BounceRunner:\n    def _dispose(self, mlist, msg, msgdata):\n        return {asked}(msg)\n"
        exec(compile(code, "bounce.py", "exec"), module.__dict__)  # noqa: S102 - the text stands above
        runners = ModuleType("mailman.runners")
        runners.bounce = module  # type: ignore[attr-defined]
        for name, one in (("mailman", ModuleType("mailman")), ("mailman.runners", runners), (module.__name__, module)):
            monkeypatch.setitem(sys.modules, name, one)
        mailman._bounce_runner.cache_clear()
        return module

    yield make
    mailman._bounce_runner.cache_clear()


def test_a_mailman_that_asks_something_else_is_refused(mailman_of: Make) -> None:
    mailman_of("some_failures")
    with pytest.raises(ImportError, match="does not ask all_failures"):
        _ = mailman.BounceRunner


def test_the_runner_asks_mailkit_and_leaves_mailman_as_it_was(mailman_of: Make) -> None:
    own = mailman_of("all_failures")
    own.all_failures = len  # type: ignore[attr-defined] # what flufl.bounce is to Mailman
    recorded: list[object] = []
    runner = mailman.BounceRunner.__new__(mailman.BounceRunner)
    runner._record = lambda *what: recorded.append(what)
    message = email.message_from_bytes(report(*GONE))
    mlist = SimpleNamespace(process_bounces=True, posting_address="news@lists.example")
    came = datetime(2026, 3, 1, 9, 0, 0)  # noqa: DTZ001 - as Mailman has it
    assert runner._dispose(mlist, message, {"received_time": came}) is True  # the pair is something
    assert recorded == [("news@lists.example", message, came)]
    runner._dispose(SimpleNamespace(process_bounces=False), message, {})
    assert len(recorded) == 1
    assert own.BounceRunner()._dispose(None, "four", {}) == 4


def test_no_other_name_is_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Runner'"):
        _ = mailman.Runner
