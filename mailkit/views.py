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

from mailkit.content import decoder
from mailkit.findings import Finding, finding
from mailkit.message import Message
from mailkit.part import Part
from mailkit.stream.reading import Reading

_NO_PADDING = re.compile(rb"[^=\s]")

_BARE_CR = "stream.bare-cr"
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
    _BARE_CR: ({"bare_cr": True},),
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


def is_ambiguous(message: Message) -> bool:
    """Say whether anything in a message calls for another reading of it."""
    return next(_readings(message), None) is not None


def _readings(message: Message) -> Iterator[tuple[Reading, tuple[Finding, ...]]]:
    """Give the readings that a message's findings call for, each with the findings that do; last, all in one."""
    changes: dict[str, tuple[dict[str, Any], list[Finding]]] = {}
    guess: list[Finding] = []
    for found in (*message.findings, *_hidden_delimiters(message)):
        if found.code in _GUESS:
            guess.append(found)
        for change in _OTHERWISE.get(found.code, ()):
            changes.setdefault(repr(change), (change, []))[1].append(found)
    if guess:
        offsets = message.reading.guess_boundary | {found.offset for found in guess}
        changes["guess"] = ({"guess_boundary": offsets}, guess)
    padding = [
        finding(_PADDING, place if origin is None else origin)
        for part, origin in message.root.places()
        if (place := _padding_inside(part)) is not None
    ]
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
    """Give where base64 goes on behind padding, in bytes of its source; None where it does not."""
    decoded = part.parts and part.parts[0].encoded_depth > part.encoded_depth
    if part.encoding != "base64" or (part.parts and not decoded):
        return None
    padding = part.source.find(b"=", part.body_start, part.body_end)
    if padding < 0 or not _NO_PADDING.search(part.source, padding, part.body_end):
        return None  # as nearly always; else the decoder knows a list's footer from base64
    one = decoder("base64")
    for window in part.windows():
        one.feed(window)
    one.close()
    return part.body_start + one.faults[_PADDING][1] if _PADDING in one.faults else None


def _hidden_delimiters(message: Message) -> list[Finding]:
    """Find the first CR alone before two dashes in a multipart: a delimiter for who ends lines there."""
    places: dict[int, Finding | None] = {}
    for part, origin in message.root.places():
        if part.content_type.maintype == "multipart" and id(part.source) not in places:
            place = part.source.find(b"\r--", part.body_start, part.body_end)
            found = None if place < 0 else finding(_BARE_CR, place if origin is None else origin)
            places[id(part.source)] = found
    return [found for found in places.values() if found]


def shape(root: Part) -> tuple[Any, ...]:
    """Give what a scanner would see differently: the parts with their type, name, place and encoding."""
    return root.reading.padding, tuple(
        (part.type, part.filename, part.encoding, part.body_start, part.body_end, part.encoded_depth, len(part.parts))
        for part in root.walk()
    )
