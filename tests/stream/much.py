"""An mbox of any size, made while it is read, and what reading it adds to resident memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mailkit.stream.filters import MessageFeed
from mailkit.stream.mbox import MboxSplitter, Variant
from tests.memory import resident

LINE = b"From a@b Sat Jan  3 01:02:03 2026\n"
FIRST = b"Subject: one\n\nhi\n"
BODIES = {
    "one big body": b"QUJD" * 19 + b"\n",
    "small messages": b"\n\n" + LINE + FIRST * 20,
    "quotes": b">From x\n" * 10 + b"y" * 800 + b"\n",
    "prose": b"\n\nFrom here on" + b"y" * 800,
}


def chunks(unit: bytes, head: bytes, size: int) -> Iterator[bytes]:
    """Give an mbox in pieces of 64 KiB."""
    yield LINE + head
    yield from islice(iter(lambda: unit * (65536 // len(unit)), b""), size // 65536)


def growth(name: str, megabytes: int, variant: Variant, head: bytes) -> int:
    """Feed an mbox; give by how many bytes the peak of resident memory is above what was resident."""

    def run(size: int) -> None:
        feed = MessageFeed(MboxSplitter(variant=variant))
        for chunk in chunks(BODIES[name], head, size):
            feed.feed(chunk)
        feed.close()

    run(1_000_000)  # what is loaded on first use
    before = resident("VmRSS")
    run(megabytes * 1_000_000)
    return resident("VmHWM") - before
