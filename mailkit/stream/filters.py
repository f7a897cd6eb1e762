r"""Filters in front of the stream parser, and how they are stacked: split, un-stuff, parse.

A filter is fed bytes as they come and gives events. Those of its `Stretch` events are the bytes of
a message; all others say what was between messages or was taken out of one. The order is a grammar;
FrontNoticed may stand anywhere in it:

    mbox = *(Separator *(Stretch / Removed) MessageEnd)       ; mailkit.stream.mbox
    data = *(Stretch / Removed) MessageEnd *Rest              ; mailkit.stream.smtp

`offset` and `end` of these events are bytes of what the filter was fed, half-open, and their spans
follow each other without a gap. The parser's events count from the beginning of their message:
`absolute` turns such an offset into one of the input.

No filter reads, waits or knows a clock, so each works from a file, a socket or asyncio. A message
that came in BDAT chunks needs none: their length is said beforehand and nothing is stuffed
(RFC 3030 section 3), so they are fed to the parser as they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Protocol

import msgspec

from mailkit.limits import DEFAULT, Limits
from mailkit.stream.events import Event, Noticed
from mailkit.stream.parser import StreamParser


class Separator(msgspec.Struct, frozen=True):
    """A From line: a message begins behind it."""

    offset: int
    end: int
    raw: bytes
    """The line with its line end, and what stood before the first one; empty where the input begins without."""
    sender: str | None
    """The envelope sender; empty for the null sender, None where none is named."""
    date: datetime | None
    """When the message was delivered; None where that is not said."""


class Stretch(msgspec.Struct, frozen=True):
    """Bytes of the message; valid until the next call of `feed`."""

    offset: int
    end: int
    data: memoryview


class Removed(msgspec.Struct, frozen=True, gc=False):
    """A byte that is not the message's: the quoting `>` of an mboxrd, the stuffing dot of SMTP."""

    offset: int
    end: int
    raw: bytes
    place: int
    """The offset in the message before which it stood."""


class MessageEnd(msgspec.Struct, frozen=True, gc=False):
    """A message ends at `offset`; what belongs to it up to `end` is its mark: a blank line, or a line with a dot."""

    offset: int
    end: int
    raw: bytes
    by_length: bool = False
    """Whether a Content-Length led here."""


class Rest(msgspec.Struct, frozen=True):
    """Bytes behind the end of SMTP's DATA: the next command of a client that does not wait (RFC 2920)."""

    offset: int
    end: int
    data: memoryview


class FrontNoticed(Noticed, frozen=True):
    """A finding of a filter; its offset counts in what the filter was fed, and it has no entity (-1)."""


FilterEvent = Separator | Stretch | Removed | MessageEnd | Rest | FrontNoticed


class Filter(Protocol):
    """What stands in front of a parser."""

    def feed(self, chunk: bytes | bytearray | memoryview) -> Sequence[FilterEvent]:
        """Take the next bytes; give the events that are now certain."""

    def close(self) -> Sequence[FilterEvent]:
        """Say that the input ends here; give the last events."""


class MessageFeed:
    r"""Filters and a parser as one: bytes in, the events of every message out.

    `front` is a filter; those that follow are made anew for each message and see its bytes only. A
    parser is made for each message. All events are given, save the stretches, which the parser reads.

    >>> from mailkit.stream.mbox import MboxSplitter
    >>> feed = MessageFeed(MboxSplitter())
    >>> events = feed.feed(b"From a@b Sat Jan  3 01:02:03 2026\nA: b\n\nhi") + feed.close()
    >>> [type(event).__name__ for event in events]
    ['Separator', 'EntityBegin', 'Fields', 'Data', 'EntityEnd', 'MessageEnd']
    """

    def __init__(self, front: Filter, *inner: Callable[[], Filter], limits: Limits = DEFAULT) -> None:
        self._front = front
        self._inner = inner
        self._limits = limits
        self._stages: list[Filter] = []
        self._parser: StreamParser | None = None
        self._out: list[Event | FilterEvent] = []

    def feed(self, chunk: bytes | bytearray | memoryview) -> list[Event | FilterEvent]:
        """Take the next bytes; give the events that are now certain. Raises ValueError after `close`."""
        return self._run(self._front.feed(chunk))

    def close(self) -> list[Event | FilterEvent]:
        """Say that the input ends here; give the last events."""
        return self._run(self._front.close())

    def _run(self, events: Sequence[FilterEvent]) -> list[Event | FilterEvent]:
        out: list[Event | FilterEvent] = []
        self._out = out
        for event in events:
            kind = type(event)
            if kind is Stretch:
                parser = self._parser or self._open()
                if self._inner:
                    self._pass(parser, event.data, 0)  # type: ignore[union-attr]
                else:
                    out += parser.feed(event.data)  # type: ignore[union-attr]
                continue
            if kind is MessageEnd:
                self._end()
            out.append(event)
            if kind is Separator:
                self._open()
        return out

    def _open(self) -> StreamParser:
        """Make the parser of a message; one without a separator opens with its first bytes."""
        self._parser = StreamParser(self._limits)
        self._stages = [make() for make in self._inner]
        return self._parser

    def _pass(self, parser: StreamParser, data: memoryview, level: int) -> None:
        """Give bytes to the filter of a level, and what it makes of them to the next; the parser stands last."""
        if level == len(self._stages):
            self._out += parser.feed(data)
            return
        self._sort(parser, self._stages[level].feed(data), level)

    def _sort(self, parser: StreamParser, events: Sequence[FilterEvent], level: int) -> None:
        for event in events:
            if isinstance(event, Stretch):
                self._pass(parser, event.data, level + 1)
            else:
                self._out.append(event)

    def _end(self) -> None:
        parser = self._parser or self._open()
        for level, stage in enumerate(self._stages):
            self._sort(parser, stage.close(), level)
        self._out += parser.close()
        self._parser = None


Message = tuple[Separator, Iterator[Event | FilterEvent]]


def messages(chunks: Iterable[bytes], splitter: Filter, *, limits: Limits = DEFAULT) -> Iterator[Message]:
    r"""Give each message of an mbox as its separator and its events, which are read while they are asked for.

    The chunks may come from anywhere: ``iter(partial(file.read, 65536), b"")``, ``iter(partial(socket.recv,
    65536), b"")``. Whoever has to wait for them otherwise, as with asyncio, feeds a `MessageFeed`.

    >>> from mailkit.stream.mbox import MboxSplitter
    >>> box = b"From a@b Sat Jan  3 01:02:03 2026\nA: b\n\nhi\n\nFrom - Sat Jan  3 01:02:03 2026\nC: d\n\n"
    >>> [(one.sender, len(list(events))) for one, events in messages([box], MboxSplitter())]
    [('a@b', 5), (None, 4)]
    """
    feed = MessageFeed(splitter, limits=limits)
    events = chain(chain.from_iterable(map(feed.feed, chunks)), _last(feed))
    for event in events:
        if isinstance(event, Separator):
            inner = _up_to_its_end(events)
            yield event, inner
            deque(inner, maxlen=0)  # what the caller left unread


def _last(feed: MessageFeed) -> Iterator[Event | FilterEvent]:
    yield from feed.close()


def _up_to_its_end(events: Iterator[Event | FilterEvent]) -> Iterator[Event | FilterEvent]:
    for event in events:
        yield event
        if isinstance(event, MessageEnd):
            return


def absolute(offset: int, start: int, removed: Sequence[Removed] = ()) -> int:
    """Turn an offset in a message into one of the input from which it was taken.

    `start` is where the message begins there: the `end` of its separator, or 0. `removed` are the
    bytes that were taken out of it, in order; only an mboxrd and SMTP have any.

    >>> absolute(5, 100), absolute(5, 100, [Removed(103, 104, b">", 3), Removed(107, 108, b">", 6)])
    (105, 106)
    """
    return start + offset + bisect_right(removed, offset, key=_place)


def _place(one: Removed) -> int:
    return one.place
