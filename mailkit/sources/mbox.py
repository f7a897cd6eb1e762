"""The messages of an mbox, one at a time: large ones spooled, the box itself never held in memory."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from itertools import chain

from mailkit.limits import Limits
from mailkit.message import load
from mailkit.sources.items import Item, Raw, as_file, failed, item_of, printable, too_large
from mailkit.stream.filters import FilterEvent, FrontNoticed, MessageEnd, Separator, Stretch
from mailkit.stream.mbox import MboxSplitter, Peek


def begins_mbox(head: bytes) -> bool:
    r"""Say whether the first bytes of an input are those of an mbox.

    >>> begins_mbox(b"From a@b Sat Jan  3 01:02:03 2026\nSubject: hi\n\n"), begins_mbox(b"From: a@b\n\n")
    (True, False)
    """
    if b"From " not in head:
        return False
    splitter = MboxSplitter()
    first = next(iter(splitter.feed(head) or splitter.close()), None)
    return isinstance(first, Separator) and bool(first.raw)


def read_mbox(name: str, chunks: Iterable[bytes], limits: Limits, peek: Peek | None = None) -> Iterator[Item]:
    """Give every message of an mbox, read; see `raw_mbox`."""
    return (item_of(raw, limits) for raw in raw_mbox(name, chunks, limits, peek))


def raw_mbox(  # noqa: PLR0913 - a stretch of a box has its place in it
    name: str,
    chunks: Iterable[bytes],
    limits: Limits,
    peek: Peek | None = None,
    *,
    first: int = 1,
    at: int = 0,
    alone: bool = True,
) -> Iterator[Raw]:
    """Give every message of an mbox as ``name#1``, ``name#2`` and so on, or as ``name`` where there is but one.

    Of a stretch of a box `first` is the number of its first message, `at` the offset at which it begins, and `alone` is false
    where it is not all of the box.
    A message keeps its From line in front, so that its `envelope_line` is known; what is wrong with
    one message, its size too, does not touch the others. Offsets count from its From line.
    """
    box = _Box(chunks, MboxSplitter(limits, peek=peek))
    number = first - 1
    separator = box.separator()
    while separator is not None:
        number += 1
        data = _whole(box.stretches(separator), limits)
        mark = box.mark
        following = box.separator()  # passes over what was too much to be read
        label = f"{name}#{number}" if number > 1 or following or box.error or not alone else name
        size = len(data) - len(separator.raw)
        if box.error and following is None:
            yield failed(label, f"cannot be read further ({box.error.strerror or box.error})")
        elif size > limits.message_bytes:
            yield too_large(label, limits.message_bytes, limits, least=True)
        else:
            yield Raw(printable(label), data, None, "" if following else box.note(at), mark)
        separator = following


def _whole(stretches: Iterator[bytes | memoryview], limits: Limits) -> bytes | mmap.mmap:
    """Give a message in one piece; a large one is spooled."""
    pieces: list[bytes | memoryview] = []
    size = 0
    for piece in stretches:
        pieces.append(piece)
        size += len(piece)
        if size >= limits.memory_bytes:
            return load(as_file(chain(pieces, stretches)), limits)
    return b"".join(pieces)


class _Box:
    """The events of a splitter, as messages."""

    def __init__(self, chunks: Iterable[bytes], splitter: MboxSplitter) -> None:
        self.error: OSError | None = None
        """Why the box could not be read to its end."""
        self.mark = b""
        """What stands behind the message that was read last."""
        self._events = self._read(chunks, splitter)
        self._passed: list[FrontNoticed] = []  # lines that were not taken for separators

    def _read(self, chunks: Iterable[bytes], splitter: MboxSplitter) -> Iterator[FilterEvent]:
        try:
            for chunk in chunks:
                yield from self._noted(splitter.feed(chunk))
            yield from self._noted(splitter.close())
        except OSError as error:
            self.error = error

    def _noted(self, events: list[FilterEvent]) -> list[FilterEvent]:
        self._passed += [
            event
            for event in events
            if isinstance(event, FrontNoticed) and event.finding.code == "mbox.from-line.unquoted"
        ]
        return events

    def note(self, at: int) -> str:
        """Say which lines look like the beginning of a message and were not taken for it."""
        if not self._passed:
            return ""
        first = self._passed[0]
        what = f"{len(self._passed)} lines that begin with From were" if len(self._passed) > 1 else "a From line was"
        return f"{what} not taken for the beginning of a message: {first.finding.detail}, at byte {at + first.offset}"

    def separator(self) -> Separator | None:
        """Give the next From line; None at the end of the box."""
        return next((event for event in self._events if isinstance(event, Separator)), None)

    def stretches(self, separator: Separator) -> Iterator[bytes | memoryview]:
        """Give a message's bytes, its From line first."""
        self.mark = b""
        yield separator.raw
        for event in self._events:
            if isinstance(event, Stretch):
                yield event.data
            elif isinstance(event, MessageEnd):
                self.mark = event.raw
                return
