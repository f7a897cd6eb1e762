"""Filters and parser as one: from files, sockets and asyncio, with offsets that can be turned back, in bounded memory."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.limits import DEFAULT
from mailkit.stream.events import Data, EntityBegin, Event, Fields, Noticed
from mailkit.stream.filters import (
    FilterEvent,
    FrontNoticed,
    MessageEnd,
    MessageFeed,
    Removed,
    Rest,
    Separator,
    absolute,
    messages,
)
from mailkit.stream.mbox import MboxSplitter, Variant
from mailkit.stream.parser import StreamParser
from mailkit.stream.smtp import SmtpUnstuffer, stuff
from tests.memory import NOT_TOLD, STATUS, numbers_of
from tests.strategies import cut, joined
from tests.stream.much import FIRST, LINE

NULL = b"From MAILER-DAEMON Sat Jan  3 01:02:03 2026\n"
SECOND = b"Subject: two\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x\n\nb\n--x--\n"
BOX = LINE + FIRST + b"\n" + NULL + SECOND + b"\n"
GROWTH_BYTES = 4 * 1024 * 1024


def bodies(events: Iterator[Event | FilterEvent] | list[Event | FilterEvent]) -> bytes:
    """Give the bytes of all leaves, joined."""
    return b"".join(bytes(event.data) for event in events if type(event) is Data)


def subjects(events: Iterator[Event | FilterEvent] | list[Event | FilterEvent]) -> list[bytes | None]:
    """Give the subjects of all headers that have one."""
    return [event.header.get("subject") for event in events if isinstance(event, Fields) and "subject" in event.header]


def test_each_separator_comes_with_its_message() -> None:
    found = [(one.sender, subjects(events)) for one, events in messages([BOX], MboxSplitter())]
    assert found == [("a@b", [b"one"]), ("", [b"two"])]


def test_a_message_is_read_while_it_is_asked_for() -> None:
    fed = []

    def chunks() -> Iterator[bytes]:
        for piece in cut(BOX, 10):
            fed.append(piece)
            yield piece

    one, events = next(messages(chunks(), MboxSplitter()))
    assert one.sender == "a@b"
    assert isinstance(next(events), EntityBegin)
    assert b"".join(fed) in LINE + FIRST


def test_what_is_left_unread_is_passed_over() -> None:
    senders = []
    for one, events in messages(cut(BOX, 3), MboxSplitter()):
        senders.append(one.sender)
        next(events)
    assert senders == ["a@b", ""]


def test_the_last_event_is_the_end_of_the_message() -> None:
    ends = [list(events)[-1] for _, events in messages(cut(BOX, 3), MboxSplitter())]
    assert all(isinstance(end, MessageEnd) for end in ends)
    assert [end.end for end in ends] == [len(LINE + FIRST) + 1, len(BOX)]


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    path.write_bytes(BOX)
    with path.open("rb") as file:
        chunks = iter(partial(file.read, 65536), b"")
        assert [bodies(events) for _, events in messages(chunks, MboxSplitter())] == [b"hi\n", b"ab"]


def test_from_a_socket() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(BOX)
        theirs.shutdown(socket.SHUT_WR)
        chunks = iter(partial(ours.recv, 7), b"")
        assert [bodies(events) for _, events in messages(chunks, MboxSplitter())] == [b"hi\n", b"ab"]


async def read_stream(reader: asyncio.StreamReader) -> list[Event | FilterEvent]:
    """Read the messages of a stream as they come: what an asyncio program does with a MessageFeed."""
    feed = MessageFeed(MboxSplitter())
    found = []
    while chunk := await reader.read(65536):
        found += feed.feed(chunk)
    return found + feed.close()


def test_from_asyncio() -> None:
    async def run() -> list[Event | FilterEvent]:
        reader = asyncio.StreamReader()
        reading = asyncio.create_task(read_stream(reader))
        for piece in cut(BOX, 11):
            reader.feed_data(piece)
            await asyncio.sleep(0)
        reader.feed_eof()
        return await reading

    events = asyncio.run(run())
    assert subjects(events) == [b"one", b"two"]
    assert [event.sender for event in events if isinstance(event, Separator)] == ["a@b", ""]


def kinds(events: list[Event | FilterEvent]) -> list[str]:
    """Give the names of the events."""
    return [type(event).__name__ for event in events]


def test_an_unstuffer_alone() -> None:
    feed = MessageFeed(SmtpUnstuffer())
    events = feed.feed(stuff(b"A: b\r\n\r\n.\r\n") + b"QUIT\r\n") + feed.close()
    assert bodies(events) == b".\r\n"
    assert kinds(events)[-4:] == ["EntityEnd", "MessageEnd", "FrontNoticed", "Rest"]
    assert [bytes(event.data) for event in events if isinstance(event, Rest)] == [b"QUIT\r\n"]


def test_an_empty_message_has_the_events_of_one() -> None:
    feed = MessageFeed(SmtpUnstuffer())
    events = feed.feed(b".\r\n") + feed.close()
    parser = StreamParser()
    assert kinds(events) == [*kinds([*parser.feed(b""), *parser.close()]), "MessageEnd"]


STUFFED = [stuff(b"Subject: %d\r\n\r\n.%d\r\nhi\r\n" % (number, number)) for number in range(3)]
STACKED = b"".join(LINE + one + b"\r\n" for one in STUFFED)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_split_then_unstuff_then_parse(size: int) -> None:
    feed = MessageFeed(MboxSplitter(), SmtpUnstuffer)
    events = [event for piece in cut(STACKED, size) for event in feed.feed(piece)] + feed.close()
    assert subjects(events) == [b"0", b"1", b"2"]
    assert bodies(events) == b".0\r\nhi\r\n.1\r\nhi\r\n.2\r\nhi\r\n"
    assert not [event for event in events if isinstance(event, FrontNoticed)]


def test_two_filters_of_a_message_see_one_anothers_bytes() -> None:
    twice = stuff(stuff(b"A: b\r\n\r\n.\r\n"))
    feed = MessageFeed(MboxSplitter(), SmtpUnstuffer, SmtpUnstuffer)
    events = feed.feed(LINE + twice + b"\r\n") + feed.close()
    assert bodies(events) == b".\r\n"


TOKENS = [
    LINE,
    b"\n",
    b"\r\n",
    b"A: b\n",
    b"x",
    b"Content-Type: multipart/mixed; boundary=x\n",
    b"--x\n",
    b"--x--",
    b">From ",
]


def plain(events: list[Event | FilterEvent]) -> list[tuple[object, ...]]:
    """Give events as comparable rows, without where the data were cut."""
    found: list[tuple[object, ...]] = []
    for event in events:
        name = type(event).__name__
        entity = getattr(event, "entity", None)
        if isinstance(event, Data):
            if found and found[-1][:2] == (name, entity) and found[-1][3] == event.offset:
                found[-1] = (name, entity, found[-1][2], event.end)
            else:
                found.append((name, entity, event.offset, event.end))
        elif isinstance(event, Noticed):
            found.append((name, entity, event.offset, event.finding.code))
        elif not isinstance(event, Removed):  # it may come before or after what the parser keeps
            found.append((name, entity, event.offset, event.end))
    return found


@given(
    box=joined(TOKENS, 12),
    size=st.integers(1, 5),
    variant=st.sampled_from(["auto", "mboxrd"]),
)
def test_chunking_never_changes_the_events(box: bytes, size: int, variant: Variant) -> None:
    data = LINE + box
    whole, parts = MessageFeed(MboxSplitter(variant=variant)), MessageFeed(MboxSplitter(variant=variant))
    pieces = [event for piece in cut(data, size) for event in parts.feed(piece)] + parts.close()
    assert plain(pieces) == plain(whole.feed(data) + whole.close())


@pytest.mark.parametrize("variant", ["mboxo", "mboxrd"])
def test_offsets_can_be_turned_into_those_of_the_mbox(variant: Variant) -> None:
    quoted = SECOND.replace(b"a\n", b">From a\n>>From b\n")
    data = LINE + FIRST + b"\n" + LINE + quoted + b"\n"
    feed = MessageFeed(MboxSplitter(variant=variant))
    start, removed, seen = 0, [], 0
    events = feed.feed(data) + feed.close()
    for event in events:
        if isinstance(event, Separator):
            start, removed = event.end, [one for one in events if isinstance(one, Removed) and one.offset > event.end]
        elif isinstance(event, Fields | Data):
            seen += 1
            here = absolute(event.offset, start, removed)
            assert data[here : here + 1] == bytes(event.data)[:1]
    assert seen >= 7
    assert len(removed) == (2 if variant == "mboxrd" else 0)


def test_limits_reach_the_parser() -> None:
    feed = MessageFeed(MboxSplitter(), limits=DEFAULT.strict())
    events = feed.feed(LINE + b"A: b\n" * 100_000 + b"\n") + feed.close()
    assert "limit.header_block_bytes" in [event.finding.code for event in events if isinstance(event, Noticed)]


@pytest.mark.parametrize(
    ("name", "variant", "head", "megabytes"),
    [
        pytest.param("one big body", "auto", b"A: b\n\n", 200, id="one big body"),
        pytest.param("one big body", "auto", b"Content-Length: 900000000\n\n", 200, id="a length beyond the end"),
        pytest.param("one big body", "mboxrd", b"A: b\n\n", 200, id="mboxrd"),
        pytest.param("small messages", "auto", b"", 8, id="small messages"),
        pytest.param("small messages", "auto", b"Content-Length: 1000000\n\n", 8, id="a length over separators"),
        pytest.param("quotes", "mboxrd", b"A: b\n\n", 8, id="quotes"),
        pytest.param("prose", "auto", b"A: b\n\n", 8, id="prose"),
        pytest.param("small messages", "auto", b"", 200, id="200 MB of small messages", marks=pytest.mark.slow),
        pytest.param("quotes", "mboxrd", b"A: b\n\n", 100, id="100 MB of quotes", marks=pytest.mark.slow),
        pytest.param("prose", "auto", b"A: b\n\n", 100, id="100 MB of prose", marks=pytest.mark.slow),
    ],
)
@pytest.mark.skipif(not STATUS.exists(), reason=NOT_TOLD)
def test_memory(name: str, variant: Variant, head: bytes, megabytes: int) -> None:
    code = f"from tests.stream.much import growth\nprint(growth({name!r}, {megabytes}, {variant!r}, {head!r}))"
    assert numbers_of(code)[0] < GROWTH_BYTES


def test_a_bytes_file_is_a_file() -> None:
    chunks = iter(partial(io.BytesIO(BOX).read, 5), b"")
    assert len(list(messages(chunks, MboxSplitter()))) == 2
