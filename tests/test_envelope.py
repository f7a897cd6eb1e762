"""The envelope: every place in which it is written, the order in which they count, and where the header differs."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from mailkit import Envelope, Limits, envelope, parse
from mailkit.envelope import Candidate, Decided, Difference, Rcpt
from mailkit.envelope.differences import organisation, related
from mailkit.envelope.places import PLACES
from tests.strategies import OWN, joined, mails, shared
from tests.timing import assert_linear, flood

HOP = b"Received: from a.example by b.example; Sat, 3 Jan 2026 01:02:03 +0000\n"
LETTER = b"From: Ann <ann@a.example>\nTo: bob@b.example\nSubject: hi\n\nhello\n"
TOP = b"Return-Path: <ann@a.example>\nDelivered-To: bob@b.example\n"


def found(head: bytes, letter: bytes = LETTER) -> Envelope:
    """Recover the envelope of fields on top of an ordinary letter."""
    return envelope(parse(head + letter))


def kinds(answer: Envelope) -> list[tuple[str, str]]:
    """Give the differences by kind, with how sure they are."""
    return [(one.kind, one.confidence) for one in answer.differences]


def places(answer: Envelope) -> list[tuple[str, str, str]]:
    """Give place, role and trust of every candidate."""
    return [(one.place, one.role, one.trust) for one in answer.candidates]


# Every place, on its own, as the last host writes it.


@pytest.mark.parametrize(
    ("field", "sender"),
    [
        pytest.param(b"Return-Path: <joe@x.example>", "joe@x.example", id="return-path"),
        pytest.param(b"X-Envelope-From: joe@x.example", "joe@x.example", id="x-envelope-from"),
        pytest.param(b"X-Envelope-Sender: <joe@x.example>", "joe@x.example", id="x-envelope-sender"),
        pytest.param(b"Envelope-Sender: joe@x.example", "joe@x.example", id="envelope-sender"),
        pytest.param(b"X-MailFrom: joe@x.example", "joe@x.example", id="x-mailfrom"),
        pytest.param(b"X-Sender: joe@x.example", "joe@x.example", id="x-sender"),
        pytest.param(
            b'Received-SPF: pass (ok) client-ip=127.0.0.1; envelope-from="joe@x.example"; helo=a',
            "joe@x.example",
            id="received-spf",
        ),
        pytest.param(b"Received-SPF: none envelope-from=joe@x.example;", "joe@x.example", id="received-spf, bare"),
        pytest.param(
            b"Authentication-Results: mx.example; spf=pass smtp.mailfrom=joe@x.example",
            "joe@x.example",
            id="authentication-results",
        ),
        pytest.param(b"Authentication-Results: m; spf=pass smtp.mailfrom=x.example", None, id="a domain is no sender"),
        pytest.param(b"Return-Path: <>", "", id="null"),
        pytest.param(b"Return-Path: < >", "", id="null with a blank"),
        pytest.param(b"Return-Path: <> (bounce)", "", id="null with a comment"),
        pytest.param(b"Return-Path: <MAILER-DAEMON>", "", id="a name for the null sender"),
        pytest.param(b"Return-Path: <mailer-daemon@x.example>", "mailer-daemon@x.example", id="an address is none"),
        pytest.param(b"Return-Path:", None, id="empty is unknown"),
        pytest.param(b"Return-Path: (none)", None, id="a comment alone"),
        pytest.param(b"Return-Path: no address here", None, id="words"),
        pytest.param(b"Return-Path: joe", "joe", id="a local user"),
        pytest.param(b"Return-Path: joe@x.example", "joe@x.example", id="without brackets"),
        pytest.param(b"Return-Path:\n\t<joe@x.example>", "joe@x.example", id="folded"),
        pytest.param(b"Return-Path: (Joe) <joe@x.example> (x)", "joe@x.example", id="comments"),
        pytest.param(b"Return-Path: Joe <joe@x.example>", "joe@x.example", id="a name"),
        pytest.param(b"Return-Path: <@a,@b:joe@x.example>", "joe@x.example", id="route"),
        pytest.param(b'Return-Path: <"joe doe"@x.example>', '"joe doe"@x.example', id="quoted local part"),
        pytest.param(b"Return-Path: <joe@[127.0.0.1]>", "joe@[127.0.0.1]", id="address literal"),
        pytest.param(b"Return-Path: <joe@[IPv6:::1]>", "joe@[IPv6:::1]", id="IPv6 literal"),
        pytest.param("Return-Path: <jörg@müller.example>".encode(), "jörg@müller.example", id="EAI"),
        pytest.param("Return-Path: <jörg@x.example>".encode("latin-1"), "jörg@x.example", id="raw Latin-1"),
    ],
)
def test_a_sender_is_read(field: bytes, sender: str | None) -> None:
    answer = found(field + b"\n" + HOP)
    assert answer.sender == sender
    assert answer.confidence.sender == (None if sender is None else "stated")


@pytest.mark.parametrize(
    ("field", "recipients"),
    [
        pytest.param(b"Delivered-To: joe@x.example", ("joe@x.example",), id="delivered-to"),
        pytest.param(b"Delivered-To: mailing list joe@x.example", ("joe@x.example",), id="delivered-to of a list"),
        pytest.param(b"X-Delivered-To: joe@x.example", ("joe@x.example",), id="x-delivered-to"),
        pytest.param(b"X-Original-To: joe@x.example", ("joe@x.example",), id="x-original-to"),
        pytest.param(b"Original-Recipient: rfc822;joe@x.example", ("joe@x.example",), id="original-recipient"),
        pytest.param(b"Envelope-To: joe@x.example", ("joe@x.example",), id="envelope-to"),
        pytest.param(
            b"Envelope-To: joe@x.example,\n sue@x.example", ("joe@x.example", "sue@x.example"), id="envelope-to, a list"
        ),
        pytest.param(b"X-Envelope-To: joe@x.example", ("joe@x.example",), id="x-envelope-to"),
        pytest.param(b"X-Rcpt-To: <joe@x.example>", ("joe@x.example",), id="x-rcpt-to"),
        pytest.param(b"X-RcptTo: joe@x.example, sue@y.example", ("joe@x.example", "sue@y.example"), id="x-rcptto"),
        pytest.param(
            b"X-Receiver: joe@x.example\nX-Receiver: sue@y.example",
            ("joe@x.example", "sue@y.example"),
            id="x-receiver, one field each",
        ),
        pytest.param(b"X-Real-To: joe@x.example", ("joe@x.example",), id="x-real-to"),
        pytest.param(b"X-Gm-Original-To: joe@x.example", ("joe@x.example",), id="x-gm-original-to"),
        pytest.param(
            b"X-Apparently-To: joe@x.example via 127.0.0.1; Sat, 3 Jan 2026 01:02:03 +0000",
            ("joe@x.example",),
            id="x-apparently-to",
        ),
        pytest.param(b"Apparently-To: joe@x.example", ("joe@x.example",), id="apparently-to"),
        pytest.param(b"X-Forwarded-To: joe@x.example", ("joe@x.example",), id="x-forwarded-to"),
        pytest.param(
            b"X-Forwarded-For: joe@x.example sue@y.example", ("joe@x.example", "sue@y.example"), id="x-forwarded-for"
        ),
        pytest.param(b"Delivered-To: joe", ("joe",), id="a local user"),
        pytest.param(b'Delivered-To: "joe doe"@x.example', ('"joe doe"@x.example',), id="quoted local part"),
        pytest.param("Delivered-To: jörg@müller.example".encode(), ("jörg@müller.example",), id="EAI"),
        pytest.param(b"Delivered-To:", (), id="empty"),
        pytest.param(b"X-Envelope-To: (nobody)", (), id="a comment alone"),
    ],
)
def test_a_recipient_is_read(field: bytes, recipients: tuple[str, ...]) -> None:
    answer = found(field + b"\n" + HOP)
    assert answer.recipients == recipients
    assert answer.confidence.recipients == ("stated" if recipients else None)
    assert answer.sender is None


def test_every_field_of_the_table_is_tested_above() -> None:
    rows = {"delivery-date", "x-peer"}
    for test in (test_a_sender_is_read, test_a_recipient_is_read):
        rows |= {str(case.id).partition(",")[0] for case in vars(test)["pytestmark"][0].args[1]}
    assert {name.decode() for name in PLACES} <= rows


@pytest.mark.parametrize(
    ("words", "recipient", "sender"),
    [
        pytest.param(b"for <joe@x.example>;", "joe@x.example", None, id="brackets"),
        pytest.param(b"for joe@x.example; Sat", "joe@x.example", None, id="no brackets"),
        pytest.param(b"for <joe>;", "joe", None, id="a local user"),
        pytest.param(b'for <"a b"@x.example>;', '"a b"@x.example', None, id="quoted, with a blank"),
        pytest.param(b'for "a"@x.example;', '"a"@x.example', None, id="quoted"),
        pytest.param(b"for <multiple recipients>;", None, None, id="prose in brackets"),
        pytest.param(b"for delivery;", None, None, id="prose"),
        pytest.param(b"(for <no@x.example>) for <joe@x.example>;", "joe@x.example", None, id="not in a comment"),
        pytest.param(b"(a (b for <no@x.example>) c);", None, None, id="not in a nested comment"),
        pytest.param(b"id 1for <no@x.example>;", None, None, id="not inside of a word"),
        pytest.param(b"(envelope-from <joe@x.example>);", None, "joe@x.example", id="envelope-from"),
        pytest.param(b"(envelope-from joe@x.example);", None, "joe@x.example", id="envelope-from without brackets"),
        pytest.param(b"(envelope-sender <joe@x.example>);", None, "joe@x.example", id="envelope-sender"),
        pytest.param(b"(envelope-from <>);", None, "", id="null"),
        pytest.param(b"(envelope-from MAILER-DAEMON);", None, "", id="a name for the null sender"),
        pytest.param(b"(Exim 4)\n\t(envelope-from <a@x>)\n\tid 1\n\tfor b@x;", "b@x", "a@x", id="Exim"),
        pytest.param(b"(qmail 1 invoked for bounce);", None, None, id="qmail"),
    ],
)
def test_received_fields_are_read(words: bytes, recipient: str | None, sender: str | None) -> None:
    answer = found(b"Received: from a by b " + words + b" 3 Jan 2026\n")
    assert answer.recipients == (() if recipient is None else (recipient,))
    assert answer.sender == sender
    assert answer.confidence.recipients == (None if recipient is None else "inferred")
    assert answer.confidence.sender == (None if sender is None else "inferred")


@pytest.mark.parametrize(
    ("lines", "sender"),
    [
        pytest.param(b"From joe@x.example Sat Jan  3 01:02:03 2026\n", "joe@x.example", id="address"),
        pytest.param(b"From MAILER-DAEMON Sat Jan  3 01:02:03 2026\n", "", id="null"),
        pytest.param(b"From mailer-daemon@x.example Sat Jan  3 01:02:03 2026\n", "", id="null with the host"),
        pytest.param(b"From <> Sat Jan  3 01:02:03 2026\n", "", id="null in brackets"),
        pytest.param(b"From - Sat Jan  3 01:02:03 2026\n", None, id="unknown"),
        pytest.param(b"From ???@??? Sat Jan  3 01:02:03 2026\n", None, id="unknown to Eudora"),
        pytest.param(b"From joe Sat Jan  3 01:02:03 2026 remote from hosta\n", "hosta!joe", id="UUCP"),
        pytest.param(
            b"From uucp Sat Jan  3 01:02:03 2026 remote from hosta\n"
            b">From joe Fri Jan  2 01:02:03 2026 remote from hostb\n",
            "hosta!hostb!joe",
            id="UUCP, two hosts",
        ),
        pytest.param(
            b"From joe@x.example Sat Jan  3 01:02:03 2026 remote from hosta\n", "joe@x.example", id="UUCP, an address"
        ),
    ],
)
def test_from_lines_are_read(lines: bytes, sender: str | None) -> None:
    answer = found(lines)
    assert answer.sender == sender
    if sender is not None:
        assert answer.date is not None


def test_a_uucp_line_inside_of_the_header() -> None:
    answer = found(b"X-A: b\n>From joe Sat Jan  3 01:02:03 2026 remote from hosta\n")
    assert (answer.sender, answer.decided.sender, answer.confidence.sender) == ("hosta!joe", "uucp-line", "inferred")


def test_a_local_user_of_a_from_line_gives_way_to_a_field() -> None:
    line = b"From nobody Sat Jan  3 01:02:03 2026\n"
    assert found(line).sender == "nobody"
    assert found(line + TOP + HOP).decided.sender == "return-path"


def test_dates_and_clients_are_neither_senders_nor_recipients() -> None:
    answer = found(b"Delivery-Date: Sat, 3 Jan 2026 01:02:03 +0100\nX-Peer: ('127.0.0.1', 25)\n" + HOP)
    assert places(answer) == [("delivery-date", "date", "host"), ("x-peer", "client", "host")]
    assert (answer.sender, answer.recipients) == (None, ())
    assert answer.date is not None
    assert answer.date.isoformat() == "2026-01-03T01:02:03+01:00"


# Null is not unknown.


@pytest.mark.parametrize(
    ("head", "sender", "source"),
    [
        pytest.param(b"", None, None, id="no place at all"),
        pytest.param(HOP, None, None, id="a hop that says nothing"),
        pytest.param(b"Return-Path: <>\n" + HOP, "", "return-path", id="null"),
        pytest.param(b"Return-Path:\nX-Envelope-From: <>\n" + HOP, "", "x-envelope-from", id="empty, then null"),
        pytest.param(b"Return-Path: <>\nX-Envelope-From: a@x\n" + HOP, "", "return-path", id="null is an answer"),
        pytest.param(
            b"Return-Path: ()\nX-Envelope-From: a@x\n" + HOP, "a@x", "x-envelope-from", id="unreadable is none"
        ),
    ],
)
def test_null_is_not_unknown(head: bytes, sender: str | None, source: str | None) -> None:
    answer = found(head)
    assert answer.sender == sender
    assert (answer.sender is None) == (sender is None)
    assert answer.decided.sender == source


# The order.

GIVEN = Envelope(sender="given@x", recipients=("given@y",))
SPOOL = Envelope(sender="spool@x", recipients=("spool@y",), decided=Decided("spool", "spool"))
JOURNAL = (
    b"X-MS-Journal-Report:\nFrom: journal@x\nTo: archive@x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    b"Content-Type: text/plain\n\nSender: ann@a.example\nSubject: hi\nMessage-Id: <1@a>\n%b\n--b\n"
    b"Content-Type: message/rfc822\n\n" + LETTER + b"--b--\n"
)
FROM_LINE = b"From line@x Sat Jan  3 01:02:03 2026\n"
LAYERS = [
    pytest.param(0, "given@x", "given", "stated", id="given"),
    pytest.param(1, "ann@a.example", "journal", "stated", id="journal"),
    pytest.param(2, "line@x", "from-line", "stated", id="from-line"),
    pytest.param(3, "trace@x", "return-path", "stated", id="trace"),
    pytest.param(4, "second@x", "x-envelope-from", "stated", id="next field"),
    pytest.param(5, "hop@x", "received", "inferred", id="received"),
    pytest.param(6, "below@x", "return-path", "guessed", id="below the first hop"),
    pytest.param(7, None, None, None, id="none"),
]


@pytest.mark.parametrize(("first", "sender", "source", "confidence"), LAYERS)
def test_the_order_of_senders(first: int, sender: str | None, source: str | None, confidence: str | None) -> None:
    hop = b"Received: from a by b (envelope-from <hop@x>); 3 Jan 2026\n" if first <= 5 else b"Received: from a by b\n"
    fields = [FROM_LINE, b"Return-Path: <trace@x>\n", b"X-Envelope-From: second@x\n"]
    head = b"".join(fields[max(0, first - 2) :])
    below = b"Return-Path: <below@x>\n" if first <= 6 else b""
    letter = JOURNAL % b"To: bob@b.example" if first <= 1 else LETTER
    answer = envelope(parse(head + hop + below + letter), given=GIVEN if first == 0 else None)
    assert (answer.sender, answer.decided.sender, answer.confidence.sender) == (sender, source, confidence)
    below_first = [one.addresses[0] for one in answer.candidates if one.role == "sender" and one.addresses]
    assert below_first[:1] == ([sender] if sender else [])
    assert len(below_first) == 7 - first


@pytest.mark.parametrize(
    ("head", "recipients", "source", "confidence"),
    [
        pytest.param(
            b"Delivered-To: box@x\nX-Original-To: alias@x\n" + HOP,
            ("alias@x",),
            "x-original-to",
            "stated",
            id="before aliasing comes first",
        ),
        pytest.param(
            b"Delivered-To: third@x\nDelivered-To: second@x\n" + HOP + b"Delivered-To: first@x\n",
            ("third@x",),
            "delivered-to",
            "stated",
            id="the top of a trail is the last",
        ),
        pytest.param(
            b"Received: from a by b for <hop@x>; 3 Jan 2026\nDelivered-To: below@x\n",
            ("hop@x",),
            "received",
            "inferred",
            id="a hop before a field below it",
        ),
        pytest.param(
            HOP + b"Delivered-To: below@x\n", ("below@x",), "delivered-to", "guessed", id="below the first hop"
        ),
        pytest.param(
            b"Received: by c for <last@x>; x\nReceived: by b for <first@x>; x\n",
            ("last@x",),
            "received",
            "inferred",
            id="the last hop of two",
        ),
        pytest.param(
            b"Delivered-To:\nX-Real-To: a@x\n" + HOP, ("a@x",), "x-real-to", "stated", id="empty does not count"
        ),
        pytest.param(
            b"Envelope-To: a@x\nEnvelope-To: b@x, A@x\n" + HOP + b"Envelope-To: evil@x\n",
            ("a@x", "b@x", "A@x"),
            "envelope-to",
            "stated",
            id="several fields, but none from below",
        ),
    ],
)
def test_the_order_of_recipients(head: bytes, recipients: tuple[str, ...], source: str, confidence: str) -> None:
    answer = found(head)
    assert answer.recipients == recipients
    assert (answer.decided.recipients, answer.confidence.recipients) == (source, confidence)


def test_a_queue_counts_like_what_is_given() -> None:
    answer = envelope(parse(TOP + HOP + LETTER), given=SPOOL)
    assert (answer.sender, answer.recipients) == ("spool@x", ("spool@y",))
    assert answer.decided == Decided("spool", "spool")
    assert [one.trust for one in answer.candidates] == ["transport", "transport", "host", "host"]


@pytest.mark.parametrize(
    ("given_", "sender", "recipients"),
    [
        pytest.param(Envelope(), "ann@a.example", ("bob@b.example",), id="nothing given"),
        pytest.param(Envelope(sender=""), "", ("bob@b.example",), id="the null sender is given"),
        pytest.param(Envelope(recipients=("x@y",)), "ann@a.example", ("x@y",), id="recipients alone"),
    ],
)
def test_what_is_given_may_be_a_half(given_: Envelope, sender: str, recipients: tuple[str, ...]) -> None:
    answer = envelope(parse(TOP + HOP + LETTER), given=given_)
    assert (answer.sender, answer.recipients) == (sender, recipients)


def test_what_a_queue_says_besides_is_kept() -> None:
    paths = (Rcpt(address="x@y", original="z@y", parameters=(("NOTIFY", "NEVER"),)),)
    base = Envelope(sender="", recipients=("x@y",), queue_id="Q", parameters=(("SMTPUTF8", None),), paths=paths)
    answer = envelope(parse(LETTER), given=base)
    assert (answer.queue_id, answer.parameters, answer.paths) == ("Q", (("SMTPUTF8", None),), paths)


# Trust.


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(TOP + HOP + LETTER, [("return-path", "host"), ("delivered-to", "host")], id="above"),
        pytest.param(HOP + TOP + LETTER, [("return-path", "none"), ("delivered-to", "none")], id="below"),
        pytest.param(TOP + LETTER, [("return-path", "host"), ("delivered-to", "host")], id="no hop, on top"),
        pytest.param(
            b"X-A: b\n" + TOP + LETTER, [("return-path", "none"), ("delivered-to", "none")], id="no hop, not on top"
        ),
        pytest.param(
            b"DKIM-Signature: x\n" + TOP + HOP + LETTER,
            [("return-path", "host"), ("delivered-to", "host")],
            id="others above",
        ),
        pytest.param(
            b"rEtUrN-pAtH : <a@x>\nRECEIVED: by x\n" + LETTER, [("return-path", "host")], id="the case of names"
        ),
        pytest.param(
            b"X-Received: by x\nReturn-Path: <a@x>\n" + HOP + LETTER,
            [("return-path", "host")],
            id="X-Received is no hop",
        ),
        pytest.param(HOP + b"Received-SPF: none envelope-from=a@x\n" + LETTER, [], id="results from below are none"),
    ],
)
def test_only_what_stands_above_the_first_hop_is_the_hosts(data: bytes, expected: list[tuple[str, str]]) -> None:
    answer = envelope(parse(data))
    assert [(one.place, one.trust) for one in answer.candidates] == expected
    assert set(answer.confidence.__struct_fields__) == {"sender", "recipients"}


def test_hops_below_the_first_are_relays() -> None:
    answer = found(b"Received: by c for <a@x>; 1\nReceived: by b for <b@x> (envelope-from <s@x>); 1\n")
    assert places(answer) == [
        ("received", "recipient", "host"),
        ("received", "recipient", "relay"),
        ("received", "sender", "relay"),
    ]
    assert answer.confidence.sender == "inferred"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"Return-Path:  <joe@x.example> \nDelivered-To:\t joe@x.example\r\n" + HOP + LETTER, id="blanks"),
        pytest.param(FROM_LINE + TOP + HOP + LETTER, id="a From line"),
        pytest.param(b"\xef\xbb\xbf" + TOP + HOP + LETTER, id="BOM"),
        pytest.param(b"Received: by a (envelope-from <a@x>)\n for <b@x>; 1\n" + LETTER, id="inside of a field"),
        pytest.param(b"Envelope-To: a@x,\n b@x\n" + HOP + LETTER, id="folded"),
        pytest.param(JOURNAL % b"To: bob@b.example\nBcc: x@y", id="journal"),
    ],
)
def test_offsets_lead_to_what_is_said(data: bytes) -> None:
    answer = envelope(parse(data))
    assert answer.candidates
    for one in answer.candidates:
        assert one.offset is not None
        assert data[one.offset : one.offset + one.length].split() == one.text.encode().split()
        for address in one.addresses:
            assert address in one.text


# Findings.


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        pytest.param(TOP + HOP, [], id="nothing"),
        pytest.param(b"Return-Path: no one at all\n" + HOP, ["envelope.path.invalid"], id="no address"),
        pytest.param(b"Return-Path: \nDelivery-Date: never\nX-Peer: x\n" + HOP, [], id="empty is not malformed"),
        pytest.param(b"Return-Path: <a@x>\n" * 2 + HOP, ["envelope.return-path.repeated"], id="twice the same"),
        pytest.param(
            b"Return-Path: <a@x>\nReturn-Path: <b@x>\n" + HOP,
            ["envelope.return-path.repeated", "envelope.sender.contradiction"],
            id="two that differ",
        ),
        pytest.param(
            b"Return-Path: <a@x>\n" + HOP + b"Return-Path: <b@x>\n",
            ["envelope.return-path.repeated"],
            id="one from a former host",
        ),
        pytest.param(
            b"From a@x Sat Jan  3 01:02:03 2026\nReturn-Path: <A@X>\n" + HOP, [], id="case is no contradiction"
        ),
        pytest.param(
            b"From a@x Sat Jan  3 01:02:03 2026\nReturn-Path: <>\n" + HOP,
            ["envelope.sender.contradiction"],
            id="a sender and the null sender",
        ),
        pytest.param(b"From a Sat Jan  3 01:02:03 2026\nReturn-Path: <b@x>\n" + HOP, [], id="a user has no domain"),
        pytest.param(
            b"From MAILER-DAEMON Sat Jan  3 01:02:03 2026\nReturn-Path: <MAILER-DAEMON@x>\n" + HOP,
            [],
            id="names for null",
        ),
    ],
)
def test_findings(head: bytes, codes: list[str]) -> None:
    data = head + LETTER
    answer = envelope(parse(data))
    assert [one.code for one in answer.findings] == codes
    for one in answer.findings:
        assert data[one.offset :].lower().startswith((b"return-path", b"<", b"from", b"a@", b"no one"))


# Readings inside of a sender.


@pytest.mark.parametrize(
    ("sender", "readings"),
    [
        pytest.param("joe@x.example", [], id="none"),
        pytest.param("SRS0=HHH=TT=x.example=joe@f.example", [("srs", "joe@x.example")], id="SRS0"),
        pytest.param("srs0+HHH=TT=x.example=joe@f.example", [("srs", "joe@x.example")], id="SRS0, plus, small letters"),
        pytest.param("SRS0-HHH=TT=x.example=joe@f.example", [("srs", "joe@x.example")], id="SRS0, dash"),
        pytest.param("SRS1=GGG=f.example==HHH=TT=x.example=joe@g.example", [("srs", "joe@x.example")], id="SRS1"),
        pytest.param("SRS0=HHH=TT=joe@f.example", [], id="SRS0 without a domain"),
        pytest.param("prvs=0123456789=joe@x.example", [("batv", "joe@x.example")], id="BATV"),
        pytest.param("prvs=joe=0123456789@x.example", [("batv", "joe@x.example")], id="BATV, the other way round"),
        pytest.param("prvs=joe/0123456789@x.example", [("batv", "joe@x.example")], id="BATV, first draft"),
        pytest.param("btv1==abcdef==joe@x.example", [("batv", "joe@x.example")], id="BATV of Barracuda"),
        pytest.param("msprvs1=abc123=joe@x.example", [("batv", "joe@x.example")], id="BATV of SparkPost"),
        pytest.param("prvs=short=joe@x.example", [], id="no tag"),
        pytest.param("l-bounces+joe=x.example@y.example", [("verp", "joe@x.example")], id="VERP of Mailman"),
        pytest.param("l-return-12-jo-e=x.example@y.example", [("verp", "jo-e@x.example")], id="VERP of ezmlm"),
        pytest.param("bounces+12-ab0f-joe=x.example@y.example", [("verp", "joe@x.example")], id="VERP of SendGrid"),
        pytest.param("l-bob=b.example@y.example", [("verp", "bob@b.example")], id="VERP that the recipient explains"),
        pytest.param("l-jo-e=x.example@y.example", [("verp", None)], id="VERP, which dash is not certain"),
        pytest.param("joe=x.example@y.example", [], id="an address that is encoded whole"),
        pytest.param("a=b@y.example", [], id="no domain inside"),
        pytest.param(
            "SRS0=HHH=TT=x.example=prvs=0123456789=joe@f.example",
            [("srs", "prvs=0123456789=joe@x.example"), ("batv", "joe@x.example")],
            id="SRS around BATV",
        ),
    ],
)
def test_readings_inside_of_a_sender(sender: str, readings: list[tuple[str, str | None]]) -> None:
    answer = found(b"Return-Path: <" + sender.encode() + b">\nDelivered-To: bob@b.example\n" + HOP)
    assert answer.sender == sender
    assert [(one.scheme, one.address) for one in answer.readings] == readings
    assert answer.candidates[0].readings == answer.readings


# Envelope against header.


@pytest.mark.parametrize(
    ("head", "letter", "expected"),
    [
        pytest.param(TOP + HOP, LETTER, [], id="none"),
        pytest.param(b"Delivered-To: BOB@B.example\n" + HOP, LETTER, [], id="case"),
        pytest.param(b"Delivered-To: eve@b.example\n" + HOP, LETTER, [("bcc", "inferred")], id="Bcc"),
        pytest.param(
            b"Delivered-To: eve@b.example\n" + HOP, b"From: a@x\n\n", [("bcc", "inferred")], id="no To at all"
        ),
        pytest.param(
            b"Delivered-To: eve@b.example\n" + HOP,
            b"Bcc: Eve <eve@b.example>\n" + LETTER,
            [("bcc", "stated")],
            id="named",
        ),
        pytest.param(b"Delivered-To: eve@b.example\n" + HOP, b"Cc: eve@b.example\n" + LETTER, [], id="Cc"),
        pytest.param(b"Delivered-To: eve@b.example\n" + HOP, b"Resent-To: eve@b.example\n" + LETTER, [], id="resent"),
        pytest.param(b"Received: by b for <eve@x>; 1\n", LETTER, [("bcc", "guessed")], id="from a hop's words"),
        pytest.param(HOP + b"Delivered-To: eve@x\n", LETTER, [], id="a guess bears no guess"),
        pytest.param(
            b"Return-Path: <l-bounces@a.example>\nDelivered-To: eve@x\n" + HOP,
            b"List-Id: <l.a.example>\n" + LETTER,
            [("list", "stated")],
            id="a list, which explains the recipient",
        ),
        pytest.param(
            b"Return-Path: <l-bounces@a.example>\n" + HOP, LETTER, [("list", "inferred")], id="an address for bounces"
        ),
        pytest.param(
            b"Return-Path: <l+bob=b.example@a.example>\n" + HOP, LETTER, [("list", "inferred")], id="VERP is a list's"
        ),
        pytest.param(
            b"Return-Path: <ann@a.example>\n" + HOP, b"List-Id: <l>\n" + LETTER, [], id="a list that keeps the sender"
        ),
        pytest.param(
            b"Delivered-To: two@x\n" + HOP + b"Delivered-To: bob@b.example\n",
            LETTER,
            [("forwarded", "stated")],
            id="trail",
        ),
        pytest.param(
            b"X-Original-To: bob@b.example\nDelivered-To: two@b.example\n" + HOP,
            LETTER,
            [("forwarded", "stated")],
            id="aliased",
        ),
        pytest.param(
            b"Envelope-To: bob@b.example, eve@b.example\n" + HOP, LETTER, [("bcc", "inferred")], id="two are no trail"
        ),
        pytest.param(
            b"Delivered-To: bob@b.example\n" + HOP + b"X-Forwarded-To: bob@b.example\n",
            LETTER,
            [("forwarded", "stated")],
            id="a forwarder says so",
        ),
        pytest.param(
            b"Return-Path: <SRS0=H=T=a.example=ann@f.example>\n" + HOP, LETTER, [("forwarded", "stated")], id="SRS"
        ),
        pytest.param(
            b"Received: by c for <eve@x>; 1\nReceived: by b for <bob@b.example>; 1\n",
            LETTER,
            [("forwarded", "inferred")],
            id="hops for different recipients",
        ),
        pytest.param(b"Return-Path: <>\n" + HOP, LETTER, [("null-sender", "inferred")], id="null sender of a person"),
        pytest.param(
            b"Return-Path: <>\n" + HOP, b"Auto-Submitted: auto-replied\n" + LETTER, [], id="an automatic answer"
        ),
        pytest.param(
            b"Return-Path: <>\n" + HOP,
            b"Content-Type: multipart/report; boundary=b\nFrom: ann@a.example\nTo: bob@b.example\n\n--b--\n",
            [],
            id="a report",
        ),
        pytest.param(b"Return-Path: <>\n" + HOP, b"From: MAILER-DAEMON@a.example\n\n", [], id="no person"),
        pytest.param(b"Return-Path: <>\n" + HOP, b"From: no-reply+7@a.example\n\n", [], id="no person either"),
        pytest.param(b"Return-Path: <x@mail.a.example>\n" + HOP, LETTER, [], id="the same organisation"),
        pytest.param(
            b"Return-Path: <x@evil.test>\n" + HOP, LETTER, [("unrelated-domain", "inferred")], id="nothing connects"
        ),
        pytest.param(
            b"Return-Path: <x@esp.test>\nReceived: from out.esp.test by b; 1\n",
            LETTER,
            [("other-domain", "stated")],
            id="a service",
        ),
        pytest.param(b"Return-Path: <x@evil.test>\n", LETTER, [], id="without hops there is no evidence"),
        pytest.param(b"Return-Path: <x@evil.test>\n" + HOP, b"To: bob@b.example\n\n", [], id="without From, too"),
        pytest.param(b"Return-Path: <prvs=0123456789=ann@a.example>\n" + HOP, LETTER, [], id="BATV is the same sender"),
    ],
)
def test_differences(head: bytes, letter: bytes, expected: list[tuple[str, str]]) -> None:
    answer = found(head, letter)
    assert kinds(answer) == expected
    for one in answer.differences:
        assert isinstance(one, Difference)
        assert one.detail
        assert one.addresses


def test_a_bcc_names_only_those_that_are_hidden() -> None:
    given_ = Envelope(sender="ann@a.example", recipients=("bob@b.example", "eve@b.example", "joe@b.example"))
    answer = envelope(parse(LETTER), given=given_)
    assert [one.addresses for one in answer.differences] == [("eve@b.example", "joe@b.example")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("a.example", "a.example", True, id="same"),
        pytest.param("mail.a.example", "A.Example", True, id="below it"),
        pytest.param("a.example", "b.example", False, id="neighbours"),
        pytest.param("a.co.jp", "b.co.jp", False, id="below a public suffix"),
        pytest.param("x.a.co.jp", "y.a.co.jp", True, id="one organisation below a public suffix"),
        pytest.param("mail.example.de", "example.de", True, id="two letters, a long name"),
        pytest.param("localhost", "localhost", True, id="one label"),
        pytest.param("", "a.example", False, id="none"),
    ],
)
def test_domains_of_one_organisation(one: str, other: str, *, expected: bool) -> None:
    assert related(one, other) == expected
    assert related(other, one) == expected
    assert organisation(one) == organisation(organisation(one))


# Journal reports.


@pytest.mark.parametrize(
    ("lines", "recipients", "expected"),
    [
        pytest.param(b"To: bob@b.example", ("bob@b.example",), [], id="To"),
        pytest.param(b"Recipient: bob@b.example", ("bob@b.example",), [], id="Recipient"),
        pytest.param(
            b"To: bob@b.example\nCc: c@x\nBcc: d@x",
            ("bob@b.example", "c@x", "d@x"),
            [("bcc", "stated"), ("bcc", "inferred")],
            id="all kinds",
        ),
        pytest.param(b"To: bob@b.example, Expanded: list@x", ("bob@b.example",), [], id="expanded"),
        pytest.param(b"To: bob@b.example, Forwarded: old@x", ("bob@b.example",), [], id="forwarded"),
        pytest.param(b"To: <bob@b.example>\r", ("bob@b.example",), [], id="brackets, CRLF"),
        pytest.param(b"To: EX:/O=A/CN=B", (), [], id="no SMTP address"),
    ],
)
def test_journal_reports(lines: bytes, recipients: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    answer = envelope(parse(TOP + HOP + JOURNAL % lines))
    assert answer.sender == "ann@a.example"
    assert (answer.recipients or ("bob@b.example",)) == (recipients or ("bob@b.example",))
    assert answer.decided.recipients == ("journal" if recipients else "delivered-to")
    assert kinds(answer) == expected


def test_a_journal_in_quoted_printable() -> None:
    data = (JOURNAL % b"Bcc: eve=40x").replace(
        b"text/plain\n", b"text/plain\nContent-Transfer-Encoding: quoted-printable\n"
    )
    answer = envelope(parse(data))
    assert answer.recipients == ("eve@x",)
    one = answer.candidates[-1]
    assert one.offset is not None
    assert data[one.offset : one.offset + one.length].startswith(b"Sender: ")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param((JOURNAL % b"To: b@x").replace(b"X-MS-Journal-Report", b"X-Other"), id="no mark"),
        pytest.param((JOURNAL % b"To: b@x").replace(b"message/rfc822", b"text/plain"), id="no message"),
        pytest.param(b"X-MS-Journal-Report:\n" + LETTER, id="no parts"),
    ],
)
def test_what_is_no_journal_report(data: bytes) -> None:
    assert "journal" not in {one.kind for one in envelope(parse(data)).candidates}


def test_a_journal_of_more_recipients_than_allowed() -> None:
    data = JOURNAL % b"\n".join(b"To: %d@x" % number for number in range(20))
    answer = envelope(parse(data, limits=Limits(recipient_count=5)))
    assert len(answer.recipients) == 4
    assert [one.code for one in answer.findings] == ["limit.recipient_count"]
    assert not answer.complete


# As a value.


def test_an_envelope_is_json_and_back() -> None:
    answer = envelope(parse(FROM_LINE + TOP + HOP + LETTER), given=SPOOL)
    text = msgspec.json.encode(answer)
    assert msgspec.json.decode(text, type=Envelope) == answer
    assert msgspec.json.decode(text)["sender"] == "spool@x"


def test_null_and_unknown_are_told_apart_in_json() -> None:
    assert [
        msgspec.json.decode(msgspec.json.encode(found(head + HOP)))["sender"] for head in (b"Return-Path: <>\n", b"")
    ] == [
        "",
        None,
    ]


# Hostile input.

TOKENS = [
    b"Return-Path:",
    b"Delivered-To:",
    b"Envelope-To:",
    b"Received:",
    b"X-MS-Journal-Report:",
    b"From ",
    b">From ",
    b"From:",
    b"remote from h",
    b" for ",
    b"(envelope-from ",
    b"<",
    b">",
    b"a@b",
    b"SRS0=h=t=b=a@c",
    b"(",
    b")",
    b'"',
    b",",
    b";",
    b"\n",
    b" ",
    b"\xff",
    b"Sat Jan  3 01:02:03 2026",
]


@given(joined(TOKENS, 24))
def test_no_message_raises(data: bytes) -> None:
    message = parse(data)
    answer = envelope(message)
    decoded = msgspec.json.decode(msgspec.json.encode(answer), type=Envelope)
    assert decoded == answer
    assert (answer.sender is None) == (answer.decided.sender is None) == (answer.confidence.sender is None)
    assert (not answer.recipients) == (answer.decided.recipients is None) == (answer.confidence.recipients is None)
    for one in answer.candidates:
        assert isinstance(one, Candidate)
        assert one.offset is not None
        assert 0 <= one.offset <= one.offset + one.length <= len(data)
    for found_ in answer.findings:
        assert 0 <= found_.offset <= len(data)


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        pytest.param(b"", b"Delivered-To: a@b\n", id="fields"),
        pytest.param(b"", b"Received: by x for <a@b>;\n", id="hops"),
        pytest.param(b"Received: ", b"for ", id="for"),
        pytest.param(b"Received: ", b'for "', id="for and quotes"),
        pytest.param(b"Received: ", b"for <", id="for and brackets"),
        pytest.param(b"Received: ", b'for \\"', id="for and escaped quotes"),
        pytest.param(b"Received: ", b'for <\\"', id="for, brackets and escaped quotes"),
        pytest.param(b"Received: ", b"for a@", id="for and at signs"),
        pytest.param(b"Received: ", b"(envelope-from ", id="envelope-from"),
        pytest.param(b"Received: ", b"(", id="parentheses"),
        pytest.param(b"Received-SPF: ", b"envelope-from=", id="SPF"),
        pytest.param(b"Authentication-Results: ", b"smtp.mailfrom=a", id="results"),
        pytest.param(b"Return-Path: ", b"<", id="brackets"),
        pytest.param(b"Return-Path: ", b"a@", id="at signs"),
        pytest.param(b"Return-Path: <", b"SRS0=", id="SRS"),
        pytest.param(b"Envelope-To: ", b"a@b,", id="addresses"),
        pytest.param(b"From: a@b\nTo: ", b"a@b,", id="addresses in To"),
        pytest.param(b"", b">From a Sat Jan  3 01:02:03 2026 remote from b\n", id="UUCP lines"),
        pytest.param(JOURNAL[: JOURNAL.index(b"%b")], b"To: a@b\n", id="journal lines"),
    ],
)
def test_time_grows_linearly(head: bytes, unit: bytes) -> None:
    assert_linear(lambda data: envelope(parse(data)), flood(unit, head, b"\n\n"))


# The corpora.


@pytest.mark.parametrize(
    ("corpus", "least_sender", "least_recipient"),
    [
        pytest.param("sisimai-public", 0.80, 0.79, id="sisimai"),
        pytest.param("flufl-public", 0.70, 0.78, id="flufl"),
        pytest.param("mta", 0.0, 0.50, id="mta"),  # the sink keeps what it was sent: there is no last host
    ],
)
def test_how_often_an_envelope_is_recovered(corpus: str, least_sender: float, least_recipient: float) -> None:
    answers = [envelope(parse(path.read_bytes())) for path in mails(shared(corpus))]
    assert sum(one.sender is not None for one in answers) >= least_sender * len(answers)
    assert sum(bool(one.recipients) for one in answers) >= least_recipient * len(answers)


def test_our_own_bounces_have_no_sender_that_anybody_wrote_down() -> None:
    answers = [envelope(parse(path.read_bytes())) for path in mails(OWN)]
    assert {one.sender for one in answers} == {None}
    assert {one.confidence.recipients for one in answers} <= {None, "inferred", "guessed"}
