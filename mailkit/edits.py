"""Changes to a message at some places, all else byte for byte, and which fields they make untrue."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from mailkit.message import Message

Edit = tuple[int, int, bytes]
"""Where something begins and ends, in bytes, and what to write there instead."""
_BREAKS = {
    **dict.fromkeys(("DKIM-Signature", "DomainKey-Signature", "ARC-Message-Signature"), "all"),
    "Content-MD5": "body",
    "Content-Length": "size",
    "Lines": "lines",
}
"""Field that says something of a message or its body -> what of it must be as it was."""


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Make changes, which stand in order and do not overlap.

    >>> apply(b"abcd", [(1, 2, b"--"), (3, 3, b"!")])
    b'a--c!d'
    """
    out, done = [], 0
    for start, end, text in edits:
        out += [data[done:start], text]
        done = end
    return b"".join([*out, data[done:]])


def difference(old: bytes, new: bytes, offset: int = 0) -> Edit:
    """Give one change that makes the new of the old, as short as it can be.

    >>> difference(b"abcd", b"abXd")
    (2, 3, b'X')
    """
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    return offset + head, offset + len(old) - tail, new[head : len(new) - tail]


def broken(message: Message, edits: Sequence[Edit]) -> Iterator[str]:
    """Give the names of the fields that the changes make untrue."""
    starts = [start for start, _, _ in edits]
    longer = list(accumulate([len(text) - (end - start) for start, end, text in edits], initial=0))
    breaks = [text.count(b"\n") - bytes(message.source[start:end]).count(b"\n") for start, end, text in edits]
    more = list(accumulate(breaks, initial=0))
    for part in message.walk():
        if part.encoded_depth:
            continue
        first, last = bisect_left(starts, part.body_start), bisect_right(starts, part.body_end)
        changed = {
            "all": last > bisect_left(starts, part.start),
            "body": last > first,
            "size": longer[last] != longer[first],
            "lines": more[last] != more[first],
        }
        yield from (name for name, what in _BREAKS.items() if changed[what] and name.lower() in part.header)
