"""Queue files of MTAs: what each line and record means, and what becomes of broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit import Limits
from mailkit.sources.spool import (
    Queued,
    is_exim_body,
    read_exim,
    read_haraka,
    read_metadata,
    read_postcat,
    read_postfix,
    read_qmail,
    read_sendmail,
    sniff,
)
from tests.timing import assert_linear, flood

MESSAGE = b"Subject: hi\n\nhello\n"


def codes(one: Queued) -> list[str]:
    """Give the codes of what is wrong."""
    return [found.code for found in one.envelope.findings]


def paths(one: Queued) -> list[tuple[str, str | None, str]]:
    """Give address, original and state of each recipient."""
    return [(path.address, path.original, path.state) for path in one.envelope.paths]


# sendmail


@pytest.mark.parametrize(
    ("control", "sender", "recipients", "faults"),
    [
        pytest.param(b"V8\nSjoe@x\nRPFD:ann@y\n.\n", "joe@x", ["ann@y"], [], id="bare"),
        pytest.param(b"V8\nS<joe@x>\nRPFD:<ann@y>\nR:<bob@y>\n.\n", "joe@x", ["ann@y", "bob@y"], [], id="brackets"),
        pytest.param(b"V8\nS<>\nRPFD:ann@y\n.\n", "", ["ann@y"], [], id="null"),
        pytest.param(b"V8\nSMAILER-DAEMON\nRPFD:ann@y\n.\n", "", ["ann@y"], [], id="a name for null"),
        pytest.param(b"V8\nRPFD:ann@y\n.\n", None, ["ann@y"], [], id="no sender is unknown"),
        pytest.param(b'V8\nSjoe@x\nRPFD:"odd local"@y\n.\n', "joe@x", ['"odd local"@y'], [], id="quoted"),
        pytest.param(b"Sjoe@x\nRann@y\n.\n", "joe@x", ["ann@y"], [], id="version 0 has no flags"),
        pytest.param(b"V8\nSjoe@x\nRPFD:ann\n.\n", "joe@x", ["ann"], [], id="local"),
        pytest.param(b'V8\nSjoe@x\nRPFD:"|/bin/a b"\n.\n', "joe@x", ['"|/bin/a b"'], [], id="a program"),
        pytest.param(b"V8\nSjoe@x\nRPFD:ann@y\n", "joe@x", ["ann@y"], ["spool.end.missing"], id="no end"),
        pytest.param(
            b"V8\nSjoe@x\nRPFD:ann@y\n.\nRPFD:eve@y\n", "joe@x", ["ann@y"], [], id="nothing counts behind the end"
        ),
        pytest.param(
            b"V8\nSjoe@x\n?what\nRPFD:ann@y\n.\n", "joe@x", ["ann@y"], ["spool.record.malformed"], id="unknown line"
        ),
        pytest.param(b"V8\r\nSjoe@x\r\nRPFD:ann@y\r\n.\r\n", "joe@x", ["ann@y"], [], id="CRLF"),
    ],
)
def test_sendmail(control: bytes, sender: str | None, recipients: list[str], faults: list[str]) -> None:
    one = read_sendmail(control, b"body\n", name="abc")
    assert one.envelope.sender == sender
    assert list(one.envelope.recipients) == recipients
    assert codes(one) == faults
    assert (one.envelope.queue_id, one.data) == ("abc", b"\nbody\n")


def test_sendmail_headers() -> None:
    control = (
        b"V8\nSjoe@x\nRPFD:ann@y\nH?P?Return-Path: <\x81g>\nH??Received: a\n\tb\nH?D?Date: c\nH?x?Full-Name: d\n"
        b"H?${macro}?X-M: e\nHX-Old: f\nH??X-Q: ?g?\n.\n"
    )
    one = read_sendmail(control, b"hello\n")
    assert one.data == b"Received: a\n\tb\nDate: c\nX-M: e\nX-Old: f\nX-Q: ?g?\n\nhello\n"


def test_sendmail_details() -> None:
    control = (
        b"V8\nT1767402123\nBB8BITMIME\nFbdns\nZQ1\nMDeferred: host down\nqbad\nSjoe@x\nQrfc822;old+2B1@z\nrrfc822; ann@y\n"
        b"RPNSD:ann@y\nRPN:bob@y\nRPF:c@y\n.\n"
    )
    one = read_sendmail(control.replace(b"BB8", b"B8"), None)
    assert one.envelope.parameters == (("BODY", "8BITMIME"), ("RET", "HDRS"), ("ENVID", "Q1"))
    assert paths(one) == [("ann@y", "old+1@z", "accepted"), ("bob@y", None, "accepted"), ("c@y", None, "accepted")]
    assert [dict(path.parameters).get("NOTIFY") for path in one.envelope.paths] == ["SUCCESS,DELAY", "NEVER", None]
    assert one.envelope.date is not None
    assert one.envelope.date.isoformat() == "2026-01-03T01:02:03+00:00"
    assert one.notes == ("queued because: Deferred: host down", "in quarantine: bad")
    assert (one.data, codes(one)) == (None, ["spool.message.missing"])


# Postfix


def record(kind: str, text: bytes | str) -> bytes:
    """Write a record."""
    data = text.encode() if isinstance(text, str) else text
    size, length = len(data), b""
    while size > 0x7F:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return kind.encode() + length + bytes([size]) + data


HEAD = record("C", f"{18:15}{0:16}{1:16}{0:16}{18:16}{0:16}") + record("T", "1767402123 1")
BODY = record("M", "") + record("N", "Subject: hi") + record("N", "") + record("N", "hello") + record("X", "")
END = record("E", "")
SENDER, ANN = record("S", "joe@x"), record("R", "ann@y")


@pytest.mark.parametrize(
    ("data", "sender", "expected", "faults"),
    [
        pytest.param(HEAD + SENDER + ANN + BODY + END, "joe@x", [("ann@y", None, "accepted")], [], id="plain"),
        pytest.param(HEAD + record("S", "") + ANN + BODY + END, "", [("ann@y", None, "accepted")], [], id="null"),
        pytest.param(HEAD + ANN + BODY + END, None, [("ann@y", None, "accepted")], [], id="no sender is unknown"),
        pytest.param(
            HEAD + SENDER + record("O", "old@y") + ANN + record("D", "bob@y") + BODY + END,
            "joe@x",
            [("ann@y", "old@y", "accepted"), ("bob@y", None, "delivered")],
            [],
            id="original and done",
        ),
        pytest.param(
            HEAD + SENDER + record("O", "ann@y") + ANN + BODY + END,
            "joe@x",
            [("ann@y", None, "accepted")],
            [],
            id="same original",
        ),
        pytest.param(
            HEAD + SENDER + record("A", "dsn_orig_rcpt=rfc822;a+2Bb@z") + ANN + BODY + END,
            "joe@x",
            [("ann@y", "a+b@z", "accepted")],
            [],
            id="ORCPT",
        ),
        pytest.param(
            HEAD + SENDER + record("R", "odd local@y") + BODY + END,
            "joe@x",
            [('"odd local"@y', None, "accepted")],
            [],
            id="stored without quotes",
        ),
        pytest.param(
            HEAD + SENDER + record("R", "jörg@müller.example") + BODY + END,
            "joe@x",
            [("jörg@müller.example", None, "accepted")],
            [],
            id="EAI",
        ),
        pytest.param(
            HEAD
            + SENDER
            + record("O", "old@y")
            + record("A", "notify_flags=1")
            + record("/", "eve@y")
            + ANN
            + BODY
            + END,
            "joe@x",
            [("ann@y", None, "accepted")],
            [],
            id="a recipient that was taken away",
        ),
        pytest.param(
            HEAD + SENDER + BODY + ANN + END,
            "joe@x",
            [("ann@y", None, "accepted")],
            [],
            id="recipients that were extracted",
        ),
        pytest.param(
            HEAD + SENDER + ANN + BODY, "joe@x", [("ann@y", None, "accepted")], ["spool.end.missing"], id="no end"
        ),
        pytest.param(
            HEAD + SENDER + ANN + BODY + b"N\x09abc",
            "joe@x",
            [("ann@y", None, "accepted")],
            ["spool.record.malformed"],
            id="cut off",
        ),
        pytest.param(
            HEAD + SENDER + ANN + BODY + b"N\xff\xff\xff\xff\xff\xff",
            "joe@x",
            [("ann@y", None, "accepted")],
            ["spool.record.malformed"],
            id="a length without end",
        ),
        pytest.param(
            HEAD + SENDER + record("?", "new") + ANN + BODY + END,
            "joe@x",
            [("ann@y", None, "accepted")],
            [],
            id="unknown type",
        ),
    ],
)
def test_postfix(
    data: bytes, sender: str | None, expected: list[tuple[str, str | None, str]], faults: list[str]
) -> None:
    one = read_postfix(data, name="ABC")
    assert (one.envelope.sender, paths(one), codes(one)) == (sender, expected, faults)
    assert (one.data, one.envelope.queue_id) == (MESSAGE, "ABC")
    assert one.envelope.date is not None
    assert one.envelope.date.isoformat() == "2026-01-03T01:02:03+00:00"


def test_postfix_details() -> None:
    attributes = [
        record("A", text) for text in ("envelope_id=Q1", "ret_flags=2", "encoding=8bit", "notify_flags=10", "x")
    ]
    size = record("C", f"{18:15}{0:16}{1:16}{0:16}{18:16}{1:16}")
    one = read_postfix(size + SENDER + b"".join(attributes) + ANN + record("R", "bob@y") + END)
    assert one.envelope.parameters == (("SMTPUTF8", None), ("ENVID", "Q1"), ("RET", "HDRS"), ("BODY", "8BITMIME"))
    assert [path.parameters for path in one.envelope.paths] == [(("NOTIFY", "SUCCESS,DELAY"),), ()]
    assert (one.data, codes(one)) == (None, ["spool.message.missing"])


def test_postfix_long_lines_are_joined() -> None:
    data = (
        SENDER + ANN + record("M", "") + record("L", b"a" * 200) + record("L", b"b" * 70_000) + record("N", "c") + END
    )
    assert read_postfix(data).data == b"a" * 200 + b"b" * 70_000 + b"c\n"


def pointer(target: int) -> bytes:
    """Write a pointer of fixed size, as milters leave them."""
    return record("p", f"{target:15}")


def test_postfix_pointers_are_followed() -> None:
    before = SENDER + ANN + record("M", "") + record("N", "A: 1")
    jump = len(pointer(0))
    skipped, after = record("N", "B: deleted"), record("N", "C: 3") + pointer(0) + record("X", "") + END
    back = len(before) + jump + len(skipped)
    added = back + len(after)
    data = before + pointer(added) + skipped + after + record("N", "B: 2") + pointer(back)
    one = read_postfix(data)
    assert (one.data, codes(one)) == (b"A: 1\nB: 2\nC: 3\n", [])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(SENDER + pointer(0x0) + pointer(7), id="to before itself"),
        pytest.param(record("N", "abc") + pointer(999_999_999), id="to behind the end"),
        pytest.param(record("N", b"x" * 1000) + pointer(1) * 500, id="many, back to the start"),
        pytest.param(record("p", "x" * 15), id="no number"),
    ],
)
def test_postfix_pointers_end(data: bytes) -> None:
    one = read_postfix(data)
    assert codes(one)
    assert len(one.data or b"") <= 2 * len(data)


# postcat

PRINTED = (
    b"*** ENVELOPE RECORDS deferred/A/ABC ***\nmessage_size: 1 2 3\nnamed_attribute: envelope_id=Q1\nsender: joe@x\n"
    b"named_attribute: notify_flags=1\noriginal_recipient: old@y\nrecipient: ann@y\ndone_recipient: odd local@y\n"
    b"*** MESSAGE CONTENTS deferred/A/ABC ***\nSubject: hi\n\nhello\n*** HEADER EXTRACTED deferred/A/ABC ***\n"
    b"recipient: late@y\n*** MESSAGE FILE END deferred/A/ABC ***\n"
)


def test_postcat() -> None:
    (one,) = read_postcat(PRINTED)
    assert (one.envelope.sender, one.envelope.queue_id, one.data, codes(one)) == ("joe@x", "ABC", MESSAGE, [])
    assert paths(one) == [
        ("ann@y", "old@y", "accepted"),
        ('"odd local"@y', None, "delivered"),
        ("late@y", None, "accepted"),
    ]
    assert one.envelope.parameters == (("ENVID", "Q1"),)
    assert one.envelope.paths[0].parameters == (("NOTIFY", "NEVER"),)


@pytest.mark.parametrize(
    ("data", "senders", "messages", "faults"),
    [
        pytest.param(PRINTED + PRINTED.replace(b"ABC", b"DEF"), ["joe@x"] * 2, [MESSAGE] * 2, [], id="two messages"),
        pytest.param(PRINTED.replace(b"sender: joe@x", b"sender: "), [""], [MESSAGE], [], id="null"),
        pytest.param(PRINTED.replace(b"sender: joe@x", b"sender:"), [""], [MESSAGE], [], id="null, blank cut off"),
        pytest.param(PRINTED.replace(b"sender: joe@x\n", b""), [None], [MESSAGE], [], id="no sender is unknown"),
        pytest.param(
            PRINTED.replace(b"hello\n", PRINTED),
            ["joe@x"],
            [MESSAGE.replace(b"hello\n", PRINTED)],
            [],
            id="a message that quotes itself",
        ),
        pytest.param(
            PRINTED.partition(b"*** MESSAGE CONT")[0],
            ["joe@x"],
            [None],
            ["spool.end.missing", "spool.message.missing"],
            id="envelope alone",
        ),
        pytest.param(PRINTED.partition(b"*** HEADER")[0], ["joe@x"], [MESSAGE], ["spool.end.missing"], id="cut off"),
        pytest.param(PRINTED.replace(b"\n", b"\r\n"), ["joe@x"], [MESSAGE.replace(b"\n", b"\r\n")], [], id="CRLF"),
        pytest.param(b"", [], [], [], id="nothing"),
    ],
)
def test_postcat_forms(data: bytes, senders: list[str | None], messages: list[bytes | None], faults: list[str]) -> None:
    found = list(read_postcat(data))
    assert [one.envelope.sender for one in found] == senders
    assert [one.data for one in found] == messages
    assert [code for one in found for code in codes(one)] == faults


# Exim

NAME = b"1xWFxA-0006DZ-18"


def exim(
    sender: bytes = b"<joe@x>",
    variables: bytes = b"",
    tree: bytes = b"XX\n",
    rows: tuple[bytes, ...] = (b"ann@y",),
    fields: bytes = b"012  Subject: hi\n",
) -> bytes:
    """Write a control file."""
    head = NAME + b"-H\nroot 0 0\n" + sender + b"\n1767402123 0\n" + variables + tree
    return head + b"%d\n" % len(rows) + b"".join(row + b"\n" for row in rows) + b"\n" + fields


DATA = NAME + b"-D\nhello\n"


@pytest.mark.parametrize(
    ("control", "sender", "expected"),
    [
        pytest.param(exim(), "joe@x", [("ann@y", None, "accepted")], id="plain"),
        pytest.param(exim(sender=b"<>"), "", [("ann@y", None, "accepted")], id="null"),
        pytest.param(exim(sender=b"what"), None, [("ann@y", None, "accepted")], id="no sender is unknown"),
        pytest.param(exim(sender="<jörg@x>".encode()), "jörg@x", [("ann@y", None, "accepted")], id="EAI"),
        pytest.param(exim(rows=()), "joe@x", [], id="nobody"),
        pytest.param(
            exim(tree=b"YY m@y\nNN a@y\nNY s@y\nNN z@y\n", rows=(b"a@y", b"b@y", b"Z@y")),
            "joe@x",
            [("a@y", None, "delivered"), ("b@y", None, "accepted"), ("Z@y", None, "delivered")],
            id="a tree of those that are done",
        ),
        pytest.param(
            exim(rows=(b"list@y", b"kid@y owner@y 7,0#1", b"k id@y  0,0#1")),
            "joe@x",
            [("list@y", None, "accepted"), ("kid@y", "list@y", "accepted"), ("k id@y", "list@y", "accepted")],
            id="children",
        ),
        pytest.param(
            exim(rows=(b"ann@y rfc822;o+2Bld@y 15,20  0,-1#3", b"bob@y  0,2  0,-1#3")),
            "joe@x",
            [("ann@y", "o+ld@y", "accepted"), ("bob@y", None, "accepted")],
            id="DSN",
        ),
        pytest.param(exim(rows=(b"ann@y 1,2,3",)), "joe@x", [("ann@y", None, "accepted")], id="Exim 3"),
        pytest.param(
            exim(rows=(b"ann@y o 99,0#1", b"bob@y #1")),
            "joe@x",
            [("bob@y #1", None, "accepted")],
            id="a length that is wrong leaves nothing",
        ),
    ],
)
def test_exim(control: bytes, sender: str | None, expected: list[tuple[str, str | None, str]]) -> None:
    one = read_exim(control, DATA)
    assert (one.envelope.sender, paths(one), codes(one)) == (sender, expected, [])
    assert (one.data, one.envelope.queue_id) == (MESSAGE, NAME.decode())
    assert one.envelope.date is not None
    assert one.envelope.date.isoformat() == "2026-01-03T01:02:03+00:00"


def test_exim_details() -> None:
    variables = (
        b"-received_time_usec .1\n--helo_name XX\n-aclm 0 4\nXX\n2\n-aclc _n 3\nXX\n\n--(lookup)aclm 1 2\nab\n-acl 19 2\nXX\n"
        b"-frozen 1767402123\n-body_8bitmime 1\n-dsn_envid Q1\n-dsn_ret 1\n-smtputf8\n"
    )
    one = read_exim(exim(variables=variables, rows=(b"ann@y  0,20  0,-1#3",)), DATA)
    assert codes(one) == []
    assert one.envelope.parameters == (("ENVID", "Q1"), ("BODY", "8BITMIME"), ("RET", "FULL"), ("SMTPUTF8", None))
    assert one.envelope.paths[0].parameters == (("NOTIFY", "SUCCESS,DELAY"),)
    assert one.notes == ("frozen",)


def test_exim_headers() -> None:
    fields = b"020P Received: a\n\tb\n c d\n012* X-Gone: yes\n012  Subject: hi\n"
    assert read_exim(exim(fields=fields), DATA).data == b"Received: a\n\tb\n c d\n" + MESSAGE


def test_exim_wire_format() -> None:
    one = read_exim(exim(variables=b"-spool_file_wireformat\n"), NAME + b"-D\n.hello\r\n")
    assert one.data == b"Subject: hi\r\n\r\n.hello\r\n"


def test_exim_journal() -> None:
    one = read_exim(exim(rows=(b"ann@y", b"bob@y")), DATA, b"bob@y\n")
    assert [path.state for path in one.envelope.paths] == ["accepted", "delivered"]


@pytest.mark.parametrize(
    ("control", "body", "faults"),
    [
        pytest.param(exim(), None, ["spool.message.missing"], id="no body"),
        pytest.param(exim()[:-4], DATA, ["spool.end.missing"], id="header cut off"),
        pytest.param(exim(fields=b"xyz Subject: hi\n"), DATA, ["spool.record.malformed"], id="no length"),
        pytest.param(exim(tree=b"what\n"), DATA, ["spool.record.malformed"], id="no tree"),
        pytest.param(exim().replace(b"\n1\nann", b"\nx\nann"), DATA, ["spool.record.malformed"] * 2, id="no count"),
        pytest.param(exim().replace(b"\n1\nann", b"\n3\nann"), DATA, [], id="a count that takes in the header"),
        pytest.param(
            exim(fields=b"").replace(b"\n1\nann", b"\n9\nann"), DATA, ["spool.end.missing"], id="a count too high"
        ),
        pytest.param(
            exim(variables=b"-aclm 0 999\n"), DATA, ["spool.record.malformed"], id="a value that swallows all"
        ),
        pytest.param(b"", DATA, ["spool.record.malformed"], id="nothing"),
    ],
)
def test_broken_exim_files(control: bytes, body: bytes | None, faults: list[str]) -> None:
    one = read_exim(control, body)
    assert set(codes(one)) == set(faults)


# qmail


@pytest.mark.parametrize(
    ("records", "sender", "expected", "faults"),
    [
        pytest.param((b"Fjoe@x\0", b"Tann@y\0"), "joe@x", [("ann@y", None, "accepted")], [], id="info and remote"),
        pytest.param(
            (b"F\0", b"Tann@y\0Dbob@y\0"),
            "",
            [("ann@y", None, "accepted"), ("bob@y", None, "delivered")],
            [],
            id="null, done",
        ),
        pytest.param((b"F#@[]\0Tann@y\0",), "#@[]", [("ann@y", None, "accepted")], [], id="double bounce"),
        pytest.param((b"u1\0p2\0Fjoe@x\0Tann@y\0",), "joe@x", [("ann@y", None, "accepted")], [], id="todo"),
        pytest.param((b"Tann@y\0",), None, [("ann@y", None, "accepted")], [], id="no sender is unknown"),
        pytest.param(
            (b"Fjoe@x\0Todd local@y\0",), "joe@x", [('"odd local"@y', None, "accepted")], [], id="without quotes"
        ),
        pytest.param((b"Fjoe@x\0Tann@y",), "joe@x", [("ann@y", None, "accepted")], ["spool.end.missing"], id="cut off"),
        pytest.param((b"Fjoe@x\0?\0T\0",), "joe@x", [], ["spool.record.malformed"] * 2, id="unknown letter, nobody"),
    ],
)
def test_qmail(
    records: tuple[bytes, ...], sender: str | None, expected: list[tuple[str, str | None, str]], faults: list[str]
) -> None:
    one = read_qmail(*records, message=MESSAGE, name="1")
    assert (one.envelope.sender, paths(one), codes(one)) == (sender, expected, faults)
    assert (one.data, one.envelope.queue_id) == (MESSAGE, "1")


# Haraka


def haraka(**todo: object) -> bytes:
    """Write a queue file."""
    data = json.dumps(todo).encode()
    return len(data).to_bytes(4, "big") + data + MESSAGE


@pytest.mark.parametrize(
    ("data", "sender", "recipients", "faults"),
    [
        pytest.param(
            haraka(mail_from={"original": "<joe@x>"}, rcpt_to=[{"original": "<ann@y>"}]),
            "joe@x",
            ("ann@y",),
            [],
            id="plain",
        ),
        pytest.param(
            haraka(mail_from={"original": "<>", "user": None}, rcpt_to=[{"original": "<ann@y>"}]),
            "",
            ("ann@y",),
            [],
            id="null",
        ),
        pytest.param(
            haraka(mail_from={"user": None, "host": None}, rcpt_to=[{"user": "a b", "host": "y"}]),
            "",
            ('"a b"@y',),
            [],
            id="halves",
        ),
        pytest.param(haraka(rcpt_to=[{"original": "<ann@y>"}]), None, ("ann@y",), [], id="no sender is unknown"),
        pytest.param(haraka(mail_from=[], rcpt_to={"a": 1}), None, (), [], id="other types"),
        pytest.param(b"\0\0\0\x04nope" + MESSAGE, None, (), ["spool.record.malformed"], id="no JSON"),
    ],
)
def test_haraka(data: bytes, sender: str | None, recipients: tuple[str, ...], faults: list[str]) -> None:
    one = read_haraka(data)
    assert (one.envelope.sender, one.envelope.recipients, one.data, codes(one)) == (sender, recipients, MESSAGE, faults)


def test_haraka_details() -> None:
    one = read_haraka(haraka(uuid="U.1", queue_time=1767402123456, mail_from={}, rcpt_to=[]))
    assert one.envelope.queue_id == "U.1"
    assert one.envelope.date is not None
    assert one.envelope.date.isoformat() == "2026-01-03T01:02:03+00:00"


def test_a_haraka_file_that_is_cut_off() -> None:
    one = read_haraka(haraka(uuid="U.1")[:10])
    assert one.data is None
    assert set(codes(one)) == {"spool.end.missing", "spool.record.malformed", "spool.message.missing"}


# Metadata

SES = {
    "notificationType": "Received",
    "mail": {"source": "joe@x", "messageId": "m1", "timestamp": "2026-01-03T01:02:03.000Z", "destination": ["list@y"]},
    "receipt": {"recipients": ["ann@y"], "action": {"type": "SNS", "encoding": "BASE64"}},
    "content": "U3ViamVjdDogaGkKCmhlbGxvCg==",
}


@pytest.mark.parametrize(
    ("value", "form", "sender", "recipients", "data"),
    [
        pytest.param(SES, "ses", "joe@x", ("ann@y",), MESSAGE, id="SES, receiving"),
        pytest.param(
            {"Type": "Notification", "Message": json.dumps(SES)}, "ses", "joe@x", ("ann@y",), MESSAGE, id="SNS"
        ),
        pytest.param({"Records": [{"ses": SES}]}, "ses", "joe@x", ("ann@y",), MESSAGE, id="Lambda"),
        pytest.param(
            {**SES, "receipt": {}, "content": "A: b"}, "ses", "joe@x", ("list@y",), b"A: b", id="SES, sending"
        ),
        pytest.param(
            {"envelope_sender": "joe@x", "recipients": [{"email": "ann@y", "name": "A"}], "content": "A: b\n"},
            "kumomta",
            "joe@x",
            ("ann@y",),
            b"A: b\n",
            id="KumoMTA, injection",
        ),
        pytest.param(
            {"type": "Bounce", "id": "i", "sender": "", "recipient": "ann@y"},
            "kumomta",
            "",
            ("ann@y",),
            None,
            id="KumoMTA, log",
        ),
        pytest.param(
            {"sender": "joe@x", "recipient": ["a@y", "b@y"]},
            "kumomta",
            "joe@x",
            ("a@y", "b@y"),
            None,
            id="KumoMTA, batch",
        ),
        pytest.param({"meta": {"id": "z", "from": "", "to": ["ann@y"]}}, "zonemta", "", ("ann@y",), None, id="ZoneMTA"),
        pytest.param(
            {"envelope": {"from": "joe@x", "to": "ann@y"}, "raw": "QTogYg=="},
            "envelope",
            "joe@x",
            ("ann@y",),
            b"A: b",
            id="Nodemailer",
        ),
        pytest.param(
            {"envelope": {"from": {"address": "joe@x"}, "to": [{"address": "ann@y"}, 7]}},
            "envelope",
            "joe@x",
            ("ann@y",),
            None,
            id="objects",
        ),
        pytest.param(
            {"envelope": {"from": None, "to": ["ann@y"]}}, "envelope", None, ("ann@y",), None, id="null is unknown"
        ),
    ],
)
def test_metadata(
    value: dict[str, object], form: str, sender: str | None, recipients: tuple[str, ...], data: bytes | None
) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=1)):
        (one,) = read_metadata(text.encode())
        assert (one.format, one.envelope.sender, one.envelope.recipients, one.data) == (form, sender, recipients, data)
        assert codes(one) == ([] if data is not None else ["spool.message.missing"])
        assert sniff(text.encode()) == form


def test_metadata_details_and_lines() -> None:
    (one,) = read_metadata(json.dumps(SES).encode())
    assert one.envelope.queue_id == "m1"
    assert one.envelope.date is not None
    row = json.dumps({"sender": "joe@x", "recipient": "ann@y"}).encode()
    found = list(read_metadata(row + b"\n\n" + row + b"\nnope\n"))
    assert [codes(one) for one in found] == [
        ["spool.message.missing"],
        ["spool.message.missing"],
        ["spool.record.malformed", "spool.message.missing"],
    ]
    assert found[2].envelope.findings[0].offset == 2 * len(row) + 3


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"{}", id="empty"),
        pytest.param(b"7", id="a number"),
        pytest.param(b'{"envelope": 7}', id="other type"),
        pytest.param(b'{"envelope": {"from": "a@b", "to": []}}', id="nobody"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="nested"),
        pytest.param(b'{"a":' * 100_000, id="nested objects, no end"),
        pytest.param(b'{"Message": "{"}', id="SNS around nothing"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
    ],
)
def test_json_that_says_nothing(data: bytes) -> None:
    for one in read_metadata(data):
        assert codes(one) == ["spool.record.malformed", "spool.message.missing"]


def test_metadata_gives_no_surrogates() -> None:
    (one,) = read_metadata(b'{"envelope": {"from": "a\\ud800@x", "to": ["b@y"]}, "queueId": "\\udfff"}')
    assert one.envelope.sender is None or one.envelope.sender.encode()
    assert one.envelope.queue_id is None or one.envelope.queue_id.encode()


# Told apart


@pytest.mark.parametrize(
    ("head", "form"),
    [
        pytest.param(HEAD + SENDER, "postfix", id="postfix"),
        pytest.param(record("T", "1767402123 1") + record("A", "a=b"), "postfix", id="postfix, maildrop"),
        pytest.param(PRINTED, "postcat", id="postcat"),
        pytest.param(exim(), "exim", id="exim"),
        pytest.param(exim().replace(NAME, b"1xWFxA-00000006DZp-18xy"), "exim", id="exim, long name"),
        pytest.param(b"V8\nT1767402123\nK0\n$_root@localhost\n${daemon_flags}c u\nS<>\n", "sendmail", id="sendmail"),
        pytest.param(b"P1\nT1767402123\nDdfAA1\nSjoe@x\n", "sendmail", id="sendmail 5"),
        pytest.param(b"Fjoe@x\0", "qmail", id="qmail, info"),
        pytest.param(b"Tjoe@x\0Dann@x\0", "qmail", id="qmail, remote"),
        pytest.param(b"u1\0p2\0Fjoe@x\0Tann@y\0", "qmail", id="qmail, todo"),
        pytest.param(haraka(mail_from={}), "haraka", id="haraka"),
        pytest.param(b"EHLO h\r\n", "bsmtp", id="bsmtp"),
        pytest.param(b"\nmail from:<>\n", "bsmtp", id="bsmtp without a greeting"),
        pytest.param(b"S: 220 h\nC: EHLO x\n", "transcript", id="transcript"),
        pytest.param(b"=== Trying h...\n=== Connected.\n<-  220 h\n", "transcript", id="swaks"),
        pytest.param(b"C: EHLO h\n", "transcript", id="transcript without a greeting"),
        pytest.param(b"From a@b Sat Jan  3 01:02:03 2026\n", None, id="mbox"),
        pytest.param(b"From: a@b\nTo: c@d\n\nC: EHLO h\n", None, id="message that quotes a dialogue"),
        pytest.param(b"S: hello\nC: you\n\n", None, id="fields of one letter"),
        pytest.param(b"Subject: V8\n\n", None, id="message"),
        pytest.param(DATA, None, id="body of Exim"),
        pytest.param(b'{"a": 1}', None, id="other JSON"),
        pytest.param(b"", None, id="nothing"),
        pytest.param(bytes(100), None, id="NULs"),
    ],
)
def test_sniff(head: bytes, form: str | None) -> None:
    assert sniff(head) == form
    assert is_exim_body(head) == (head == DATA)


# Hostile input

READERS: dict[str, Callable[[bytes], object]] = {
    "sendmail": lambda data: read_sendmail(data, b"x"),
    "postfix": read_postfix,
    "postcat": lambda data: list(read_postcat(data)),
    "exim": lambda data: read_exim(data, b"x", data),
    "qmail": lambda data: read_qmail(data, message=b"x"),
    "haraka": read_haraka,
    "metadata": lambda data: list(read_metadata(data)),
}
WHOLE = {
    "sendmail": b"V8\nT1\nBx\nFbdns\nZQ\nSjoe@x\nQrfc822;a\nRPNSD:ann@y\nH?P?Return-Path: x\nH??A: b\n c\n.\n",
    "postfix": HEAD + SENDER + record("O", "o@y") + ANN + BODY + pointer(0) + END,
    "postcat": PRINTED,
    "exim": exim(
        variables=b"-aclm 0 2\nab\n-frozen\n",
        tree=b"YN a@y\nNN b@y\n",
        rows=(b"ann@y rfc822;o+2Bld@y 15,20  0,-1#3", b"kid@y own 3,0#1"),
    ),
    "qmail": b"u1\0p2\0Fjoe@x\0Tann@y\0Dbob@y\0",
    "haraka": haraka(mail_from={"original": "<>"}, rcpt_to=[{"user": "a", "host": "b"}]),
    "metadata": json.dumps(SES).encode(),
}


@pytest.mark.parametrize("form", READERS)
def test_every_cut_of_a_file_is_read(form: str) -> None:
    data = WHOLE[form]
    for size in range(len(data) + 1):
        READERS[form](data[:size])
        READERS[form](data[size:])


@pytest.mark.parametrize("form", READERS)
@settings(max_examples=300)
@given(damage=st.dictionaries(st.integers(0, 500), st.sampled_from(b'\0\t\n\r "-9<\x7f\xff'), min_size=1, max_size=6))
def test_damaged_files_are_read(form: str, damage: dict[int, int]) -> None:
    raw = bytearray(WHOLE[form])
    for place, byte in damage.items():
        raw[place % len(raw)] = byte
    READERS[form](bytes(raw))


@pytest.mark.parametrize(
    ("form", "head", "unit"),
    [
        pytest.param("sendmail", b"V8\n", b"RPFD:a@b\n", id="sendmail recipients"),
        pytest.param("sendmail", b"V8\nH??A: b\n", b" x\n", id="sendmail folds"),
        pytest.param("sendmail", b"V8\n", b"?\n", id="sendmail junk"),
        pytest.param("postfix", b"", record("R", "a@b"), id="postfix recipients"),
        pytest.param("postfix", b"", pointer(1), id="postfix pointers"),
        pytest.param("postfix", record("M", ""), record("N", "x"), id="postfix lines"),
        pytest.param("postcat", b"", PRINTED, id="postcat, the same again"),
        pytest.param("postcat", b"", b"*** ENVELOPE RECORDS a ***\n", id="postcat marks"),
        pytest.param("exim", exim(rows=()), b"004  A: b", id="exim headers"),
        pytest.param("exim", NAME + b"-H\nx 0 0\n<>\n1 0\n", b"YN a@b\n", id="exim tree"),
        pytest.param("exim", NAME + b"-H\nx 0 0\n<>\n1 0\nXX\n99999\n", b"a 3,4#1\n", id="exim recipients"),
        pytest.param("exim", NAME + b"-H\nx 0 0\n<>\n1 0\n", b"-aclm 0 1\nx\n", id="exim variables"),
        pytest.param("qmail", b"", b"Ta@b\0", id="qmail"),
        pytest.param("metadata", b"", b'{"sender":"","recipient":"a@b"}\n', id="metadata lines"),
    ],
)
def test_time_grows_linearly(form: str, head: bytes, unit: bytes) -> None:
    assert_linear(READERS[form], flood(unit, head))


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda limits: read_qmail(b"Ta@b\0" * 9, message=b"", limits=limits), id="qmail"),
        pytest.param(lambda limits: read_sendmail(b"Ra@b\n" * 9 + b".\n", b"", limits=limits), id="sendmail"),
        pytest.param(lambda limits: read_postfix(ANN * 9 + BODY + END, limits=limits), id="postfix"),
        pytest.param(lambda limits: read_exim(exim(rows=(b"ann@y",) * 9), DATA, limits=limits), id="exim"),
    ],
)
def test_more_recipients_than_allowed(read: Callable[[Limits], Queued]) -> None:
    one = read(Limits(recipient_count=3))
    assert len(one.envelope.paths) == 3
    assert codes(one) == ["limit.recipient_count"]
    assert not one.envelope.complete
