"""Un-stuffing SMTP data: only CRLF, dot, CRLF ends them; what other servers take for an end is reported."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.findings import CODES
from mailkit.limits import DEFAULT, Limits
from mailkit.stream.filters import FilterEvent, FrontNoticed, Removed, Rest, Stretch, absolute
from mailkit.stream.smtp import SmtpUnstuffer, stuff
from tests.strategies import cut, joined
from tests.stream.fronts import assert_covers, events_of, joined_data, noticed
from tests.timing import assert_linear, flood

TOKENS = [b"\r\n", b"\n", b"\r", b".", b"x", b"\r\n.\r\n", b"\r\n.", b"\0"]
data_of_smtp = joined(TOKENS, 16)


def rows(pieces: list[bytes], limits: Limits = DEFAULT) -> list[FilterEvent]:
    """Un-stuff pieces; give the events."""
    return events_of(SmtpUnstuffer(limits), pieces)


def plain(data: bytes) -> tuple[bytes, bytes, bool]:
    """Un-stuff at once: the message, what is behind the end, and whether there is an end."""
    message, end, rest = (b"\r\n" + data).partition(b"\r\n.\r\n")
    if end:
        message += b"\r\n"
    return message.replace(b"\r\n.", b"\r\n")[2:], rest, bool(end)


SMUGGLED = re.compile(rb"(?=((?:\r\n|(?<!\r)\n|\r)\.(?:\r\n|\n|\r)))")


def smuggled(data: bytes, rest: bytes) -> list[int]:
    """Give where a dot stands between line ends that are not both CRLF."""
    before = b"\r\n" + data[: len(data) - len(rest)]
    places = [match.start() - 2 for match in SMUGGLED.finditer(before) if match[1] != b"\r\n.\r\n"]
    return [max(place, 0) for place in places]


def check(data: bytes) -> list[FilterEvent]:
    """Compare with the plain reading; give the events."""
    events = rows([data])
    assert_covers(events, data)
    message, rest, ended = plain(data)
    assert joined_data(events, Stretch) == message
    assert joined_data(events, Rest) == rest
    found = noticed(events)
    assert ("smtp.end.missing", len(data)) in found or ended
    assert [place for code, place in found if code == "smtp.end.smuggled"] == smuggled(data, rest)
    return events


@pytest.mark.parametrize("most", [6, pytest.param(8, marks=pytest.mark.slow)])
def test_all_short_data_in_every_chunking(most: int) -> None:
    for count in range(most + 1):
        for tokens in itertools.product([b"\r", b"\n", b".", b"x"], repeat=count):
            data = b"".join(tokens)
            whole = check(data)
            for size in (1, 2, 3):
                assert rows(cut(data, size)) == whole, (data, size)


@given(data=data_of_smtp, size=st.integers(1, 5))
def test_chunking_never_changes_the_events(data: bytes, size: int) -> None:
    assert rows(cut(data, size)) == check(data)


@given(data=joined([b"\r\n", b".", b"x", b"\r\n."], 16))
def test_stuffing_is_undone(data: bytes) -> None:
    events = check(stuff(data))
    assert joined_data(events, Stretch) == (data if data.endswith(b"\r\n") or not data else data + b"\r\n")
    assert noticed(events) == []


@given(data=data_of_smtp)
def test_what_is_stuffed_ends_once_for_every_server(data: bytes) -> None:
    stuffed = stuff(data)
    assert re.findall(rb"(?:\A|[\r\n])\.(?=[\r\n])", stuffed)[1:] == []
    assert stuffed.endswith(b".\r\n")
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", stuffed) is None
    assert noticed(rows([stuffed])) == []


@pytest.mark.parametrize(
    ("data", "message", "rest"),
    [
        pytest.param(b"A: b\r\n\r\nhi\r\n.\r\n", b"A: b\r\n\r\nhi\r\n", b"", id="plain"),
        pytest.param(b".\r\n", b"", b"", id="empty"),
        pytest.param(b"..\r\n.\r\n", b".\r\n", b"", id="a dot first"),
        pytest.param(b"a\r\n..\r\n.b\r\n...c\r\n.\r\n", b"a\r\n.\r\nb\r\n..c\r\n", b"", id="stuffed lines"),
        pytest.param(b"a\r\n.\r\nMAIL FROM:<>\r\n.\r\n", b"a\r\n", b"MAIL FROM:<>\r\n.\r\n", id="a pipelined command"),
        pytest.param(b"a.\r\nb .\r\n.\r\n", b"a.\r\nb .\r\n", b"", id="dots at line ends"),
        pytest.param(b"a\r\n", b"a\r\n", b"", id="no end"),
        pytest.param(b"a\r\n.", b"a\r\n", b"", id="half an end"),
    ],
)
def test_messages(data: bytes, message: bytes, rest: bytes) -> None:
    for size in (1, 100):
        events = rows(cut(data, size))
        assert joined_data(events, Stretch) == message
        assert joined_data(events, Rest) == rest


@pytest.mark.parametrize(
    ("end", "message"),
    [
        pytest.param(b"\n.\n", b"a\n.\nb\r\n", id="LF . LF"),
        pytest.param(b"\n.\r\n", b"a\n.\r\nb\r\n", id="LF . CRLF"),
        pytest.param(b"\r\n.\n", b"a\r\n\nb\r\n", id="CRLF . LF"),
        pytest.param(b"\r.\r", b"a\r.\rb\r\n", id="CR . CR"),
        pytest.param(b"\r.\n", b"a\r.\nb\r\n", id="CR . LF"),
        pytest.param(b"\n.\r", b"a\n.\rb\r\n", id="LF . CR"),
        pytest.param(b"\r.\r\n", b"a\r.\r\nb\r\n", id="CR . CRLF"),
        pytest.param(b"\r\n.\r", b"a\r\n\rb\r\n", id="CRLF . CR"),
        pytest.param(b"\r\n.\r\r\n", b"a\r\n\r\r\nb\r\n", id="CRLF . CR CRLF"),
    ],
)
def test_smuggling(end: bytes, message: bytes) -> None:
    data = b"a" + end + b"b\r\n.\r\n"
    for size in (1, 2, 100):
        events = rows(cut(data, size))
        assert joined_data(events, Stretch) == message
        assert ("smtp.end.smuggled", 1) in noticed(events)
        findings = [event.finding for event in events if isinstance(event, FrontNoticed)]
        detail = next(one.detail for one in findings if one.code == "smtp.end.smuggled")
        assert end.startswith(detail.encode().decode("unicode_escape").encode())


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(b"a\nb\nc\r\n.\r\n", [("smtp.line.bare-lf", 1)], id="bare LF, the first only"),
        pytest.param(b"a\rb\rc\r\n.\r\n", [("smtp.line.bare-cr", 1)], id="bare CR, the first only"),
        pytest.param(b"a\r\r\nb\nc\r\n.\r\n", [("smtp.line.bare-cr", 1), ("smtp.line.bare-lf", 5)], id="both"),
        pytest.param(b".\nb\r\n.\r\n", [("smtp.end.smuggled", 0), ("smtp.line.bare-lf", 1)], id="at the beginning"),
        pytest.param(b"a\r\n", [("smtp.end.missing", 3)], id="no end"),
        pytest.param(b"", [("smtp.end.missing", 0)], id="nothing"),
        pytest.param(b".\r\nQUIT\r\n", [("smtp.end.rest", 3)], id="a pipelined command"),
        pytest.param(b"a\r\n.\r\n", [], id="nothing odd"),
    ],
)
def test_findings(data: bytes, found: list[tuple[str, int]]) -> None:
    for size in (1, 100):
        assert noticed(rows(cut(data, size))) == found
    assert all(code in CODES for code, _ in found)


def test_findings_are_bounded() -> None:
    codes = [code for code, _ in noticed(rows([b"\n.\n" * 50], Limits(finding_count=3)))]
    assert len(codes) == 4
    assert codes[-1] == "limit.finding_count"


def test_the_end_is_told() -> None:
    unstuffer = SmtpUnstuffer()
    unstuffer.feed(b"a\r\n.\r")
    assert not unstuffer.ended
    unstuffer.feed(b"\n")
    assert unstuffer.ended
    assert [type(event).__name__ for event in unstuffer.feed(b"QUIT")] == ["FrontNoticed", "Rest"]
    assert unstuffer.close() == unstuffer.close() == []
    with pytest.raises(ValueError, match="close"):
        unstuffer.feed(b"x")


def test_offsets_of_a_message_can_be_turned_back() -> None:
    data = b"..a\r\n..b\r\n.c\r\n.\r\n"
    unstuffer = SmtpUnstuffer()
    events = unstuffer.feed(data)
    message = b"".join(event.data for event in events if isinstance(event, Stretch))
    removed = [event for event in events if isinstance(event, Removed)]
    for offset, byte in enumerate(message):
        assert data[absolute(offset, 0, removed)] == byte


def test_stretches_are_views_of_the_chunk() -> None:
    chunk = b"x" * 5000
    stretch = SmtpUnstuffer().feed(chunk)[0]
    assert isinstance(stretch, Stretch)
    assert stretch.data.obj is chunk


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_other_kinds_of_bytes(kind: type[bytearray | memoryview]) -> None:
    assert [type(event).__name__ for event in SmtpUnstuffer().feed(kind(b"a\r\n.\r\n"))] == ["Stretch", "MessageEnd"]


@pytest.mark.parametrize("unit", [b"\r\n.", b"\n.", b"\r", b"\n", b".", b"\n.\n", b"\r\n.\r", b"x\r\n"], ids=repr)
def test_time_grows_with_the_size(unit: bytes) -> None:
    def unstuff(pieces: list[bytes]) -> None:
        unstuffer = SmtpUnstuffer()
        for piece in pieces:
            unstuffer.feed(piece)
        unstuffer.close()

    make = flood(unit)
    assert_linear(unstuff, lambda size: [make(size)])
    assert_linear(unstuff, lambda size: cut(make(size), 1000))
    assert_linear(stuff, make)
