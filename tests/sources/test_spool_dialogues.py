"""BSMTP and SMTP transcripts: who was accepted, and what was sent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from mailkit import Limits
from mailkit.sources.spool import Queued, read_bsmtp, read_transcript
from tests.strategies import joined
from tests.timing import assert_linear, flood

MAIL = b"MAIL FROM:<joe@x.example>\n"
RCPT = b"RCPT TO:<ann@y.example>\n"
BATCH = b"HELO h\n" + MAIL + RCPT + b"DATA\nSubject: hi\n\nhello\n.\nQUIT\n"


def codes(one: Queued) -> list[str]:
    """Give the codes of what is wrong."""
    return [found.code for found in one.envelope.findings]


def summary(found: list[Queued]) -> list[tuple[str | None, tuple[str, ...], bytes | None]]:
    """Give sender, recipients and message of each."""
    return [(one.envelope.sender, one.envelope.recipients, one.data) for one in found]


# BSMTP


@pytest.mark.parametrize(
    ("data", "expected", "faults"),
    [
        pytest.param(BATCH, [("joe@x.example", ("ann@y.example",), b"Subject: hi\n\nhello\n")], [], id="plain"),
        pytest.param(
            BATCH.replace(b"\n", b"\r\n"),
            [("joe@x.example", ("ann@y.example",), b"Subject: hi\r\n\r\nhello\r\n")],
            [],
            id="CRLF",
        ),
        pytest.param(
            BATCH[7:-5] + MAIL.lower() + RCPT * 2 + b"RCPT to : bob@y.example\ndata\n.\n",
            [
                ("joe@x.example", ("ann@y.example",), b"Subject: hi\n\nhello\n"),
                ("joe@x.example", ("ann@y.example", "bob@y.example"), b""),
            ],
            [],
            id="two messages, one of them empty",
        ),
        pytest.param(
            MAIL + RCPT + b"DATA\n..\n...\n.a\n. \n..b\r\n.\n",
            [("joe@x.example", ("ann@y.example",), b".\n..\na\n \n.b\r\n")],
            [],
            id="dots",
        ),
        pytest.param(b"MAIL FROM:<>\n" + RCPT + b"DATA\n.\n", [("", ("ann@y.example",), b"")], [], id="null"),
        pytest.param(RCPT + b"DATA\n.\n", [(None, ("ann@y.example",), b"")], [], id="no sender is unknown"),
        pytest.param(MAIL + b"DATA\n.\n", [("joe@x.example", (), b"")], [], id="no recipient"),
        pytest.param(
            MAIL + b"RCPT TO:<eve@x>\nRSET\n" + MAIL + RCPT + b"DATA\n.\n",
            [("joe@x.example", ("ann@y.example",), b"")],
            [],
            id="RSET",
        ),
        pytest.param(
            MAIL + RCPT + b"DATA\nhello\n",
            [("joe@x.example", ("ann@y.example",), b"hello\n")],
            ["spool.end.missing"],
            id="no dot",
        ),
        pytest.param(
            MAIL + RCPT + b"DATA\nhello\n.",
            [("joe@x.example", ("ann@y.example",), b"hello\n")],
            [],
            id="dot at the very end",
        ),
        pytest.param(
            MAIL + RCPT,
            [("joe@x.example", ("ann@y.example",), None)],
            ["spool.end.missing", "spool.message.missing"],
            id="no DATA",
        ),
        pytest.param(
            MAIL + RCPT + b"WHAT\nDATA\n.\n",
            [("joe@x.example", ("ann@y.example",), b"")],
            ["spool.record.malformed"],
            id="no command",
        ),
        pytest.param(
            MAIL + RCPT + b"BDAT 4\n.a\n.BDAT 3 LAST\nb\r\n" + MAIL + RCPT + b"BDAT 0 LAST\n",
            [("joe@x.example", ("ann@y.example",), b".a\n.b\r\n"), ("joe@x.example", ("ann@y.example",), b"")],
            [],
            id="BDAT is not stuffed",
        ),
        pytest.param(
            MAIL + RCPT + b"BDAT 9 LAST\nabc",
            [("joe@x.example", ("ann@y.example",), b"abc")],
            ["spool.end.missing"],
            id="a chunk that is cut off",
        ),
        pytest.param(
            MAIL + b'RCPT TO:<"a >b"@y>\nRCPT TO:<@h:c@y>\nRCPT TO: d@y\nRCPT TO:\nDATA\n.\n',
            [("joe@x.example", ('"a >b"@y', "c@y", "d@y"), b"")],
            ["spool.record.malformed"],
            id="forms of paths",
        ),
        pytest.param(
            "MAIL FROM:<jörg@müller.example> SMTPUTF8\n".encode() + RCPT + b"DATA\n.\n",
            [("jörg@müller.example", ("ann@y.example",), b"")],
            [],
            id="EAI",
        ),
        pytest.param(b"", [], [], id="nothing"),
        pytest.param(b"HELO h\nQUIT\n", [], [], id="no message"),
    ],
)
def test_batches(
    data: bytes, expected: list[tuple[str | None, tuple[str, ...], bytes | None]], faults: list[str]
) -> None:
    found = list(read_bsmtp(data))
    assert summary(found) == expected
    assert [code for one in found for code in codes(one)] == faults
    assert [one.envelope.complete for one in found] == ["spool.end.missing" not in codes(one) for one in found]


def test_parameters_are_kept() -> None:
    mail = b"MAIL FROM:<a@x> SIZE=12 BODY=8BITMIME RET=HDRS ENVID=Q+2B1 smtputf8\n"
    rcpt = b"RCPT TO:<b@y> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc@z\nRCPT TO:<c@y>\n"
    (one,) = read_bsmtp(mail + rcpt + b"DATA\n.\n")
    assert one.envelope.parameters == (
        ("SIZE", "12"),
        ("BODY", "8BITMIME"),
        ("RET", "HDRS"),
        ("ENVID", "Q+2B1"),
        ("SMTPUTF8", None),
    )
    first, second = one.envelope.paths
    assert first.parameters == (("NOTIFY", "SUCCESS,DELAY"), ("ORCPT", "rfc822;b+2Bc@z"))
    assert (first.original, second.original, second.parameters) == ("b+c@z", None, ())


# Transcripts


def transcript(*lines: str, client: str = "C: ", server: str = "S: ") -> bytes:
    """Write a dialogue: a line that begins with a digit is the server's."""
    return "".join(f"{server if line[:1].isdigit() else client}{line}\n" for line in lines).encode()


START = ("220 h", "EHLO c", "250-h", "250 DSN", "MAIL FROM:<joe@x.example> SIZE=9", "250 ok")
ANN = ("RCPT TO:<ann@y.example>", "250 ok")
SENT = ("DATA", "354 go", "Subject: hi", "", "..", ".x", ".", "250 taken")
MESSAGE = b"Subject: hi\r\n\r\n.\r\nx\r\n"


@pytest.mark.parametrize(
    ("lines", "expected", "notes"),
    [
        pytest.param((*START, *ANN, *SENT), [("joe@x.example", ("ann@y.example",), MESSAGE)], 0, id="plain"),
        pytest.param(
            (*START, *ANN, "RCPT TO:<no@y.example>", "550-5.1.1 no", "550 such user", *SENT),
            [("joe@x.example", ("ann@y.example",), MESSAGE)],
            0,
            id="one refused",
        ),
        pytest.param(
            (*START, "RCPT TO:<a@y>", "450 later", "RCPT TO:<b@y>", "251 elsewhere", *SENT),
            [("joe@x.example", ("b@y",), MESSAGE)],
            0,
            id="450 is refused, 251 is not",
        ),
        pytest.param(
            (*START[:-1], *ANN[:1], "RCPT TO:<no@y>", "DATA", "250 ok", "250 ok", "550 no", *SENT[1:]),
            [("joe@x.example", ("ann@y.example",), MESSAGE)],
            0,
            id="pipelined",
        ),
        pytest.param(
            (*START, *ANN, *SENT[:-1], "554 spam"),
            [("joe@x.example", ("ann@y.example",), MESSAGE)],
            1,
            id="message refused",
        ),
        pytest.param(
            (*START[:-1], "550 go away", *ANN, *SENT),
            [("joe@x.example", ("ann@y.example",), MESSAGE)],
            1,
            id="sender refused",
        ),
        pytest.param(
            (*START, *ANN, "QUIT", "221 bye"), [("joe@x.example", ("ann@y.example",), None)], 0, id="no message"
        ),
        pytest.param(
            (*START, *ANN, "DATA", "451 no", "RSET"), [("joe@x.example", ("ann@y.example",), None)], 0, id="no data"
        ),
        pytest.param(
            (*START, *ANN, *SENT, "MAIL FROM:<>", "250 ok", "RCPT TO:<c@y>", "250 ok", *SENT, "QUIT"),
            [("joe@x.example", ("ann@y.example",), MESSAGE), ("", ("c@y",), MESSAGE)],
            0,
            id="two messages",
        ),
        pytest.param(
            ("220 h", "LHLO c", "250 h", *START[4:], *ANN, "RCPT TO:<b@y>", "250 ok", *SENT, "452 full"),
            [("joe@x.example", ("ann@y.example",), MESSAGE)],
            1,
            id="LMTP, a reply for each",
        ),
        pytest.param(
            (*START, *ANN, "BDAT 12", "abcdef", ".g", "250 ok", "BDAT 3 LAST", "x", "250 ok"),
            [("joe@x.example", ("ann@y.example",), b"abcdef\r\n.g\r\nx\r\n")],
            0,
            id="BDAT",
        ),
        pytest.param(
            (*START, *ANN, *SENT[:5]),
            [("joe@x.example", ("ann@y.example",), b"Subject: hi\r\n\r\n.\r\n")],
            1,
            id="cut off",
        ),
        pytest.param(START, [], 0, id="nobody"),
    ],
)
def test_transcripts(
    lines: tuple[str, ...], expected: list[tuple[str | None, tuple[str, ...], bytes | None]], notes: int
) -> None:
    found = list(read_transcript(transcript(*lines)))
    assert summary(found) == expected
    assert sum(len(one.notes) for one in found) == notes


@pytest.mark.parametrize(
    ("client", "server"),
    [
        pytest.param("C: ", "S: ", id="RFC"),
        pytest.param("   C: ", "   S: ", id="RFC, indented"),
        pytest.param("SMTP>> ", "SMTP<< ", id="Exim"),
        pytest.param(">>> ", "<<< ", id="sendmail"),
        pytest.param(" -> ", "<-  ", id="swaks"),
        pytest.param(" ~> ", "<~  ", id="swaks, TLS"),
        pytest.param("> ", "< ", id="curl"),
    ],
)
def test_marks(client: str, server: str) -> None:
    data = b"=== Trying h:25...\n" + transcript(*START, *ANN, *SENT, client=client, server=server)
    assert summary(list(read_transcript(data))) == [("joe@x.example", ("ann@y.example",), MESSAGE)]
    crlf = data.replace(b"\n", b"\r\n")
    assert summary(list(read_transcript(crlf))) == [("joe@x.example", ("ann@y.example",), MESSAGE)]


def test_content_without_marks_is_the_clients() -> None:
    data = transcript(*START, *ANN, "DATA", "354 go") + b"Subject: hi\n\n..\n.x\n.\n" + transcript("250 ok")
    assert summary(list(read_transcript(data))) == [("joe@x.example", ("ann@y.example",), MESSAGE)]


def test_a_refused_recipient_is_a_path_still() -> None:
    (one,) = read_transcript(transcript(*START, "RCPT TO:<a@y>", "550 no", *ANN, *SENT))
    assert [(path.address, path.state) for path in one.envelope.paths] == [
        ("a@y", "refused"),
        ("ann@y.example", "accepted"),
    ]
    assert one.envelope.parameters == (("SIZE", "9"),)


def test_a_reply_without_a_code_is_reported() -> None:
    (one,) = read_transcript(transcript(*START, *ANN) + b"S: what?\n" + transcript(*SENT))
    assert codes(one) == ["spool.record.malformed"]


@pytest.mark.parametrize("read", [pytest.param(read_bsmtp, id="bsmtp"), pytest.param(read_transcript, id="transcript")])
def test_more_recipients_than_allowed(read: object) -> None:
    rows = [f"RCPT TO:<a{number}@y>" for number in range(9)]
    if read is read_bsmtp:
        found = list(
            read_bsmtp(("\n".join(["MAIL FROM:<>", *rows, "DATA", "."])).encode(), limits=Limits(recipient_count=3))
        )
    else:
        lines = [line for row in rows for line in (row, "250 ok")]
        found = list(read_transcript(transcript(*START, *lines, *SENT), limits=Limits(recipient_count=3)))
    assert [len(one.envelope.recipients) for one in found] == [3]
    assert codes(found[0]) == ["limit.recipient_count"]
    assert not found[0].envelope.complete


TOKENS = [
    b"C: ",
    b"S: ",
    b"HELO",
    b"LHLO",
    b"MAIL FROM:",
    b"RCPT TO:",
    b"<>",
    b"<a@b>",
    b" SIZE=1",
    b"DATA",
    b"BDAT ",
    b"3",
    b" LAST",
    b"RSET",
    b"QUIT",
    b"250 ",
    b"354 ",
    b"550-",
    b".",
    b"\n",
    b"\r\n",
    b"\xff",
    b'"',
]


@given(joined(TOKENS, 40))
def test_no_dialogue_raises(data: bytes) -> None:
    for one in (*read_bsmtp(data), *read_transcript(data)):
        assert one.data is None or len(one.data) <= len(data) + data.count(b"\n") + 2
        accepted = [path.address for path in one.envelope.paths if path.state != "refused"]
        assert one.envelope.recipients == tuple(dict.fromkeys(accepted))
        assert all(0 <= found.offset <= len(data) for found in one.envelope.findings)


@settings(max_examples=300)
@given(joined([b".", b"a", b"\n", b"..", b".\n", b"a\r\n"], 12))
def test_what_was_stuffed_comes_back(body: bytes) -> None:
    message = body + (b"" if body.endswith(b"\n") else b"\n")
    stuffed = b"".join(b"." + line if line.startswith(b".") else line for line in message.splitlines(keepends=True))
    (one,) = read_bsmtp(MAIL + RCPT + b"DATA\n" + stuffed + b".\nQUIT\n")
    assert one.data == message


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param(b"MAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\n.\n", id="messages"),
        pytest.param(b"RCPT TO:<c@d>\n", id="recipients"),
        pytest.param(b"DATA\n", id="DATA"),
        pytest.param(b"BDAT 0\n", id="chunks"),
        pytest.param(b"x\n", id="junk"),
        pytest.param(b"..\n", id="dots"),
        pytest.param(b"C: RCPT TO:<a@b>\nS: 250 k\n", id="accepted"),
        pytest.param(b"C: x\n", id="unanswered"),
        pytest.param(b"S: 250 k\n", id="unasked"),
        pytest.param(b"C: LHLO\nC: RCPT TO:<a@b>\nS: 250 x\nS: 250 y\n", id="LMTP"),
    ],
)
def test_time_grows_linearly(unit: bytes) -> None:
    assert_linear(lambda data: [*read_bsmtp(data), *read_transcript(data)], flood(unit))
