"""The stream parser: any chunking gives the same events, nothing is lost, the order is the grammar's."""

from __future__ import annotations

import base64
import itertools
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.limits import Limits
from mailkit.message import parse
from mailkit.stream.events import ChildEvent, Data, Delimiter, EntityBegin, EntityEnd, Event, Fields, LimitMet, Noticed
from mailkit.stream.parser import StreamParser
from mailkit.stream.reading import FIRST, Reading
from mailkit.views import _OTHERWISE
from tests.strategies import HEADS, INSIDE_A_PART, MULTIPART, OWN, TOKENS, cut, mail, mails, shared

Row = tuple[object, ...]


def rows(pieces: list[bytes], limits: Limits | None = None, reading: Reading = FIRST) -> list[Row]:
    """Feed pieces; give events as comparable rows, neighbouring stretches joined, those of each child stream behind."""
    parser = StreamParser(limits or Limits(), reading=reading)
    return joined([event for piece in pieces for event in copied(parser.feed(piece))] + copied(parser.close()))


def copied(events: list[Event]) -> list[Event]:
    """Keep the bytes of stretches, which are valid until the next feed only."""
    return [
        msgspec.structs.replace(event, data=bytes(event.data)) if isinstance(event, Data | Fields) else event
        for event in events
    ]


def joined(events: list[Event]) -> list[Row]:
    """Make rows of events that do not depend on where stretches were cut."""
    out: list[Row] = []
    children: dict[int, list[Event]] = {}
    for event in events:
        if isinstance(event, ChildEvent):
            children.setdefault(event.entity, []).append(event.event)
            continue
        row = _row(event)
        last = out[-1] if out else ()
        if isinstance(event, Data) and last and last[0] == row[0] and last[3] == row[3] and last[2] == row[1]:
            out[-1] = (row[0], last[1], row[2], row[3], bytes(last[4]) + bytes(event.data))  # type: ignore[call-overload]
        else:
            out.append(row)
    return out + [("Embedded", number, joined(copied(child))) for number, child in children.items()]


def _row(event: Event) -> Row:
    name = type(event).__name__
    if isinstance(event, Data):
        return name, event.offset, event.end, event.entity, bytes(event.data)
    if isinstance(event, Fields):
        fields = tuple((field.name, field.raw, field.offset) for field in event.header.fields)
        kind = (event.content_type, event.encoding, event.composite, event.embedded)
        return name, event.offset, event.end, event.entity, event.data, fields, kind
    if isinstance(event, Noticed):
        return name, event.offset, event.entity, event.finding
    if isinstance(event, EntityBegin):
        return name, event.offset, event.entity, event.parent, event.is_message
    if isinstance(event, Delimiter):
        return name, event.offset, event.end, event.entity, event.data, event.closing
    assert isinstance(event, EntityEnd)
    return name, event.offset, event.entity, event.complete


WITH_BYTES = {"Prologue", "Fields", "Data", "Preamble", "Epilogue", "Delimiter"}


def assert_covers(events: list[Row], data: bytes) -> None:
    """Check that the raw spans follow each other without a gap, and that joined they are the input."""
    position = 0
    pieces: list[bytes] = []
    for row in events:
        if row[0] in WITH_BYTES:
            assert row[1] == position, events
            position = row[2]  # type: ignore[assignment]
            pieces.append(row[4])  # type: ignore[arg-type]
    assert b"".join(pieces) == data


def assert_nested(events: list[Row]) -> None:
    """Check the grammar of events: entities nest, and each stretch belongs to one that is open."""
    stack: list[object] = []
    for row in events:
        if row[0] == "EntityBegin":
            assert row[3] == (stack[-1] if stack else -1)
            stack.append(row[2])
        elif row[0] == "EntityEnd":
            assert stack.pop() == row[2]
        elif row[0] in WITH_BYTES - {"Prologue"}:
            assert row[3] == stack[-1], row
    assert not stack


@pytest.mark.parametrize("head", HEADS[1:6], ids=["multipart", "part", "part again", "nested", "message"])
def test_every_short_body_in_every_chunking(head: bytes) -> None:
    for count in range(5):
        for tokens in itertools.product(TOKENS[:2] + TOKENS[2:3] + TOKENS[5:8], repeat=count):
            data = head + b"".join(tokens)
            whole = rows([data])
            assert_covers(whole, data)
            for size in (1, 2, 3):
                # The header is fed at once: what is under test stands behind it.
                pieces = [head[:-3], *cut(data[len(head) - 3 :], size)]
                assert rows(pieces) == whole, (data, size)


@given(data=mail, size=st.integers(1, 5))
def test_chunking_never_changes_the_events(data: bytes, size: int) -> None:
    whole = rows([data])
    assert_covers(whole, data)
    assert_nested(whole)
    assert rows(cut(data, size)) == whole


READINGS = [
    FIRST,
    *(Reading(**change) for changes in _OTHERWISE.values() for change in changes),
    Reading(guess_boundary=frozenset(range(200))),
    Reading(padding="stop"),
]


@given(data=mail, size=st.integers(1, 5), reading=st.sampled_from(READINGS))
def test_chunking_changes_no_reading(data: bytes, size: int, reading: Reading) -> None:
    whole = rows([data], reading=reading)
    assert_covers(whole, data)
    assert_nested(whole)
    assert rows(cut(data, size), reading=reading) == whole


@settings(max_examples=300)
@given(data=st.binary(max_size=300), size=st.integers(1, 9))
def test_any_bytes_are_a_message(data: bytes, size: int) -> None:
    assert rows(cut(data, size)) == rows([data])
    assert bytes(parse(data)) == data


def assert_any_pieces(path: Path, sizes: tuple[int, ...]) -> None:
    """Check that a file gives the same events in pieces of every size, and that they are the file."""
    data = path.read_bytes()
    whole = rows([data])
    assert_covers(whole, data)
    assert_nested(whole)
    for size in sizes:
        assert rows(cut(data, size)) == whole, (path, size)


def test_our_corpus_in_pieces() -> None:
    for path in mails(OWN):
        assert_any_pieces(path, (1, 7, 64, 65_536))


@pytest.mark.parametrize("name", ["sisimai-public", "flufl-public", "mime-public", "attachments-public"])
def test_corpora_in_pieces(name: str) -> None:
    for path in mails(shared(name)):
        if path.stat().st_size <= 100_000:
            assert_any_pieces(path, (7, 4096))


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 7, 64, 65_536])
@pytest.mark.parametrize("name", ["sisimai-public", "flufl-public", "mime-public", "attachments-public", "mta"])
def test_every_message_of_the_corpora_in_pieces(name: str, size: int) -> None:
    for path in mails(shared(name)):
        assert_any_pieces(path, (size,))


@pytest.mark.parametrize(
    ("data", "bodies"),
    [
        pytest.param(b"A: b\r\n\r\nhi", [b"hi"], id="plain"),
        pytest.param(b"A: b\n\nhi\n", [b"hi\n"], id="bare LF"),
        pytest.param(b"A: b\r\rhi\r", [b"hi\r"], id="bare CR throughout"),
        pytest.param(MULTIPART + b"--x\n\none\n--x--\nafter", [b"one"], id="bare LF and epilogue"),
        pytest.param(MULTIPART + b"--x\r\n\r\none", [b"one"], id="never closed"),
        pytest.param(MULTIPART + b"before\r\n--x\r\n\r\none\r\n--x--\r\n", [b"one"], id="preamble"),
        pytest.param(MULTIPART + b"--x\r\n--x\r\n\r\ntwo\r\n--x--", [b"", b"two"], id="a part without header or body"),
        pytest.param(
            MULTIPART + b"--x\r\nno field here\r\nat all\r\n--x--", [b"no field here\r\nat all"], id="no header"
        ),
        pytest.param(MULTIPART + b"--xy\r\n\r\none\r\n--x--", [b"one"], id="junk behind the boundary"),
        pytest.param(INSIDE_A_PART + b"a\r\n--\r\n--y\r\nb\r\n--x--", [b"a\r\n--\r\n--y\r\nb"], id="near boundaries"),
        pytest.param(
            b"Content-Type: message/rfc822\n\n\n \r\nSubject: hi\n\none\n",
            [b"one\n"],
            id="blank lines before a message",
        ),
        pytest.param(b"Content-Type: message/rfc822\n\n\nhi: one\n", [b"hi: one\n"], id="a message without header"),
        pytest.param(
            b"Content-Type: multipart/mixed\n\n--x\n\none\n--x--\n", [b"--x\n\none\n--x--\n"], id="no boundary"
        ),
    ],
)
def test_leaf_bodies(data: bytes, bodies: list[bytes]) -> None:
    assert [part.body for part in parse(data).walk() if not part.parts] == bodies


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        pytest.param(b"\xef\xbb\xbfA: b\n\n", ["stream.bom"], id="byte order mark"),
        pytest.param(b"\n\nA: b\n\n", ["stream.blank-lines"], id="blank lines first"),
        pytest.param(b"From a@b Mon Jan 1\nA: b\n\n", ["stream.mbox-line"], id="mbox line"),
        pytest.param(b"A: b\njunk\nC: d\n\n", ["header.line.junk"], id="junk between fields"),
        pytest.param(b"A: b\njunk\nmore\n\n", ["header.end.missing"], id="two lines that are no fields"),
        pytest.param(MULTIPART + b"--x\n\n", ["mime.close.missing"], id="not closed"),
        pytest.param(MULTIPART + b"text", ["mime.boundary.unused"], id="boundary never used"),
        pytest.param(MULTIPART + b"--x\n\n\n--x--\n--x\n\n", ["mime.part.after-close"], id="a part after the close"),
        pytest.param(b"Content-Type: multipart/x\n\n", ["mime.boundary.missing"], id="no boundary"),
    ],
)
def test_findings(data: bytes, codes: list[str]) -> None:
    assert [found.code for found in parse(data).findings] == codes


def test_a_part_knows_its_bytes() -> None:
    data = (
        MULTIPART + b"--x\r\nB: c\r\n\r\none\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nD: e\r\n\r\nf\r\n--x--\r\n"
    )
    message = parse(data)
    first, second = message.root.parts
    assert first.raw == b"B: c\r\n\r\none"
    assert second.parts[0].raw == b"D: e\r\n\r\nf"
    assert second.parts[0].path == "2.1"
    assert [data[field.offset :][: len(field.name)] for part in message.walk() for field in part.header] == [
        b"Content-Type",
        b"B",
        b"Content-Type",
        b"D",
    ]


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        pytest.param(MULTIPART + b"--x\n\n" * 50, Limits(part_count=10), "limit.part_count", id="parts"),
        pytest.param(b"A: " + b"b" * 5000, Limits(header_block_bytes=1000), "limit.header_block_bytes", id="header"),
        pytest.param(b"A: b\n" * 50 + b"\n", Limits(field_count=10), "limit.field_count", id="fields"),
        pytest.param(b"A: b\n\n" + b"c" * 500, Limits(message_bytes=100), "limit.message_bytes", id="message"),
        pytest.param(
            b"Content-Type: message/rfc822\n\n" * 30,
            Limits(message_depth=5),
            "limit.message_depth",
            id="messages inside",
        ),
        pytest.param(
            b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(90)),
            Limits(),
            "limit.depth",
            id="multiparts inside",
        ),
        pytest.param(
            b"junk\nA: b\n" * 60 + b"\n", Limits(field_count=70), "limit.field_count", id="fields behind many faults"
        ),
        pytest.param(
            b"Content-Type: text/plain" + b"; a=b" * 300 + b"\n\n", Limits(), "limit.param_count", id="parameters"
        ),
        pytest.param(
            MULTIPART + b"--x\n\n" * 20, Limits(part_count=9, finding_count=0), "limit.finding_count", id="findings"
        ),
    ],
)
def test_limits_end_the_work_not_the_reading(data: bytes, limits: Limits, code: str) -> None:
    message = parse(data, limits=limits)
    assert code in [found.code for found in message.findings]
    assert not message.complete
    if code != "limit.message_bytes":
        met = [event.finding.code for event in StreamParser(limits).feed(data + b"\n") if isinstance(event, LimitMet)]
        assert code in met or code == "limit.header_block_bytes"
        for size in (1, 2, 3, 5, 21):
            assert rows(cut(data, size), limits) == rows([data], limits), size


def nested(depth: int) -> bytes:
    """Give multiparts inside one another."""
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


@pytest.mark.parametrize(
    ("data", "limits", "codes"),
    [
        pytest.param(
            nested(4) + b"--b2\nContent-Type: multipart/mixed; boundary=q\n\n" * 50,
            Limits(depth=3, finding_count=5),
            ["limit.depth"] * 5 + ["limit.finding_count", "mime.close.missing"],
            id="a limit that is met again and again",
        ),
        pytest.param(
            MULTIPART + b"--x\n\n" * 4 + b"--x\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\n",
            Limits(part_count=5),
            ["limit.part_count", "mime.close.missing"],
            id="behind the last part nothing is too deep",
        ),
        pytest.param(
            b"junk\nA: b\n" * 60 + b"junk\njunk\n",
            Limits(),
            ["header.line.junk"] * 50 + ["header.end.missing"],
            id="the end of a header with many faults",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=x\r\r\rContent-Type: a/b\r\r--x\r\rz\r--x--\r",
            Limits(),
            ["stream.bare-cr", "mime.preamble.part"],
            id="a preamble behind CR alone",
        ),
        pytest.param(
            b"\r\r\n\r\r\nA: b\r\r\n\r\r\n", Limits(), ["stream.blank-lines", "stream.cr-cr-lf"], id="CR CR LF"
        ),
        pytest.param(
            MULTIPART + b"--x\njunk\njunk\n--x\n\n1\n--x--\n",
            Limits(),
            ["header.end.missing"],
            id="junk ends the header before a delimiter",
        ),
    ],
)
def test_findings_under_limits(data: bytes, limits: Limits, codes: list[str]) -> None:
    assert [found.code for found in parse(data, limits=limits).findings] == codes
    for size in (1, 2, 3, 100):
        assert rows(cut(data, size), limits) == rows([data], limits), size


@pytest.mark.parametrize("blanks", range(14, 26))
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\r\n", b"\r"])
@pytest.mark.parametrize("head", [b"", b"A:"], ids=["blank", "field"])
def test_a_header_as_long_as_allowed(head: bytes, blanks: int, end: bytes) -> None:
    data = head + b" " * blanks + end + end + b"C: d" + end + end + b"body"
    limits = Limits(header_block_bytes=20)
    for size in (1, 2, 3, 21, 24):
        assert rows(cut(data, size), limits) == rows([data], limits), size


LONG = Limits(delimiter_line_bytes=1_100)


@pytest.mark.parametrize("blanks", [0, 1090, 1095, 1096, 1097, 1500])
def test_a_line_too_long_to_be_a_delimiter_is_none_to_guess(blanks: int) -> None:
    data = b"Content-Type: multipart/mixed\n\n--x" + b" " * blanks + b"\n\n1\n--x--\n"
    reading = Reading(guess_boundary=frozenset({0}))
    whole = rows([data], LONG, reading=reading)
    assert_covers(whole, data)
    assert rows(cut(data, 3), LONG, reading=reading) == whole
    assert sum(row[0] == "EntityBegin" for row in whole) == 1 + (blanks < 1097)


@pytest.mark.parametrize("blanks", [0, 1095, 1096, 5_000, 60_000])
def test_blanks_behind_a_boundary_are_any_number(blanks: int) -> None:
    """RFC 2046 section 5.1.1: transport padding."""
    data = MULTIPART + b"--x" + b" " * blanks + b"\n\n1\n--x--" + b"\t" * blanks + b"\nepi"
    message = parse(data)
    assert [(part.path, part.content()) for part in message.walk() if not part.parts] == [("1", b"1")]
    assert message.root.epilogue == b"epi"
    assert message.findings == ()


@pytest.mark.parametrize("tail", [b" ", b"y", b"-- "])
def test_a_line_longer_than_a_delimiter_is_told_where_it_begins_as_one(tail: bytes) -> None:
    data = MULTIPART + b"--x\n\n1\n--x" + tail * 2_000 + b"\n\n2\n--y" + tail * 2_000 + b"\n--x--\n"
    message = parse(data, limits=LONG)
    assert [found.code for found in message.findings] == ["limit.delimiter_line_bytes"]
    assert not message.complete
    for size in (1, 7, 1_100):
        assert rows(cut(data, size), LONG) == rows([data], LONG), size


def test_a_flood_of_faults_hides_no_fault_of_another_kind() -> None:
    """The first of each code is kept however many of others came before, in messages inside as well."""
    flood = MULTIPART + b"--x\njunk\nA: b\n\n" * 2_000
    inner = b"--x\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(
        b"Content-Type: multipart/mixed; boundary=q; boundary=r\n\n--q\n\n1\n--q--\n"
    )
    found = [one.code for one in parse(flood + inner + b"--x--\n\n--x\n\n3\n").findings]
    assert found.count("header.line.junk") == Limits().finding_count
    assert {"limit.finding_count", "mime.param.duplicate", "mime.part.after-close"} <= {*found}
    assert len(found) < Limits().finding_count + 9


def in_base64(message: bytes) -> bytes:
    """Give a message as a part in base64, which RFC 2046 section 5.2.1 forbids."""
    return b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(message)


def test_limits_are_those_of_all_streams_of_a_message_together() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=q\n\n" + b"--q\n\n" * 30 + b"--q--\n" + b"--q\n" * 30
    data = MULTIPART + (b"--x\n" + in_base64(inner)) * 30
    message = parse(data, limits=Limits(part_count=100, finding_count=50))
    assert 100 <= sum(1 for _ in message.walk()) <= 103
    assert 50 <= len(message.findings) <= 53
    assert not message.complete


def test_a_message_in_binhex_is_a_leaf() -> None:
    data = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: binhex\n\n:x:\n"
    message = parse(data)
    assert [part.type for part in message.walk()] == ["message/rfc822"]
    assert [found.code for found in message.findings] == ["mime.encoding.composite"]
