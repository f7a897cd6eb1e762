"""The other readings of an ambiguous message: which of them are worth a look.

One message, read by two programs, can hold two different sets of files ("Inbox Invasion", CCS 2024;
draft-chen-email-mime-ambiguity-defense). `Message.views` gives the message once in each reading that
some reader takes and that makes a difference here, so that a scanner can look at them all.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from mailkit.content import decode_transfer
from mailkit.findings import Finding, finding
from mailkit.message import Message
from mailkit.part import Part
from mailkit.stream.reading import Reading

_PADDING_INSIDE = re.compile(rb"=[\s=]*+[A-Za-z0-9+/]")

# What is found -> what another reader does. Each is tried alone, then all together.
_OTHERWISE: dict[str, tuple[dict[str, Any], ...]] = {
    "header.field.duplicate": ({"fields": "last"},),
    "mime.param.duplicate": ({"parameters": "last"},),
    "mime.param.ambiguous": ({"parameters": "last"},),
    "mime.delimiter.junk": ({"delimiters": "exact"}, {"delimiters": "prefix"}),
    "mime.boundary.reused": ({"reused": "outer"},),
    "mime.part.after-close": ({"after_close": True},),
    "mime.preamble.part": ({"preamble": True},),
    "mime.encoding.composite": ({"composite_encoding": True},),
    "mime.encoding.malformed": ({"encodings": "literal"},),
    "mime.encoding.unknown": ({"encodings": "similar"},),
    "header.line.junk": ({"junk": "end"}, {"junk": "skip"}),
    "header.line.mbox": ({"junk": "end"},),
    "header.end.missing": ({"junk": "skip"},),
    "stream.bare-cr": ({"bare_cr": True},),
}
_PADDING = "content.base64.padding-inside"
_GUESS = frozenset({"mime.boundary.missing", "mime.boundary.unused"})


class View(msgspec.Struct, frozen=True, eq=False):
    """A message in another reading."""

    reading: Reading
    message: Message
    causes: tuple[Finding, ...]
    """What is ambiguous: the findings that another reader settles otherwise."""


def other_views(first: Message, read: Callable[[Reading], Message], limit: int) -> Iterator[View]:
    """Read a message in every way that its findings call for, and that theirs call for in turn; at most `limit` times.

    What was read before, or shows a scanner nothing new, is left out.
    """
    tried = {first.reading}
    seen = {shape(first.root)}
    waiting: deque[tuple[Message, tuple[Finding, ...]]] = deque([(first, ())])
    while waiting:
        message, above = waiting.popleft()
        for reading, causes in _readings(message):
            if reading in tried or len(tried) > limit:
                continue
            tried.add(reading)
            other = read(reading)
            mark = shape(other.root)
            if mark not in seen:
                seen.add(mark)
                view = View(reading, other, above + causes)
                waiting.append((other, view.causes))
                yield view


def _readings(message: Message) -> Iterator[tuple[Reading, tuple[Finding, ...]]]:
    """Give the readings that a message's findings call for, each with the findings that do; last, all in one."""
    changes: dict[str, tuple[dict[str, Any], list[Finding]]] = {}
    guess: list[Finding] = []
    for found in message.findings:
        if found.code in _GUESS:
            guess.append(found)
        for change in _OTHERWISE.get(found.code, ()):
            changes.setdefault(repr(change), (change, []))[1].append(found)
    if guess:
        offsets = message.reading.guess_boundary | {found.offset for found in guess}
        changes["guess"] = ({"guess_boundary": offsets}, guess)
    padding = [finding(_PADDING, at) for part in message.walk() if (at := _padding_inside(part)) is not None]
    if padding:
        changes["padding"] = ({"padding": "stop"}, padding)
    together: dict[str, Any] = {}
    for change, causes in changes.values():
        for name, value in change.items():
            together.setdefault(name, value)
        yield msgspec.structs.replace(message.reading, **change), tuple(causes)
    if len(changes) > 1:
        everything = {id(found): found for _, causes in changes.values() for found in causes}
        yield msgspec.structs.replace(message.reading, **together), tuple(everything.values())


def _padding_inside(part: Part) -> int | None:
    """Give where base64 goes on behind padding, in bytes of the message; None where it does not."""
    decoded = part.parts and part.parts[0].encoded_depth > part.encoded_depth
    if part.encoding != "base64" or (part.parts and not decoded):
        return None
    body = part.body
    if not _PADDING_INSIDE.search(body, max(0, body.find(b"="))):
        return None  # as nearly always; else the decoder knows a list's footer from base64
    faults: list[tuple[str, int]] = []
    decode_transfer(body, "base64", faults)
    return next((part.body_start + at for code, at in faults if code == _PADDING), None)


def shape(root: Part) -> tuple[Any, ...]:
    """Give what a scanner would see differently: the parts with their type, name, place and encoding."""
    return root.reading.padding, tuple(
        (part.type, part.filename, part.encoding, part.body_start, part.body_end, part.encoded_depth, len(part.parts))
        for part in root.walk()
    )
