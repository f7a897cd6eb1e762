"""The leaves of a message in all its readings: what each says it is, and its content on demand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

import msgspec

from mailkit.attachments.names import extension_of
from mailkit.attachments.pieces import Gap, Note, Reason
from mailkit.attachments.structure import encoding_fault, files_of, is_body, path_of, texts_of
from mailkit.content import decode_transfer, embedded_files
from mailkit.message import Message, parse
from mailkit.part import Part
from mailkit.stream.reading import FIRST, Reading
from mailkit.syntax.words import decode_words
from mailkit.views import is_ambiguous

MESSAGE_DEPTH = 50
"""Messages inside one another whose files are looked for; readers of bounces need fewer."""
ENCODED_DEPTH = 8
MOST_VIEWED = 4_000
"""Parts of all readings of a message together, a part for each 200 bytes of header besides; where it has more, fewer
readings are tried, and that is told where one is called for."""
_HEADER_BYTES = 200
MOST_HIDDEN = 50
"""Parts that no delimiter divides, and that are looked at all the same."""
_FIELDS = re.compile(
    rb"(?:^[ \t]{0,9}--[^\r\n]{0,5000}\r?\n|\A\s{0,9}|\n[ \t]{0,9}\r?\n)(?=Content-[A-Za-z-]{1,40}:)",
    re.MULTILINE | re.IGNORECASE,
)
"""Where the fields of a part begin: behind a line of two dashes or an empty one."""
_NAMED = frozenset({"x-uuencode", "x-uue", "uuencode", "mac-binhex40", "x-binhex40", "binhex", "x-yenc"})
"""Transfer encodings that give a name with the file."""
_ELSEWHERE: dict[str, tuple[str, Reason]] = {
    "message/partial": ("MIME_PARTIAL", "PARTIAL"),
    "message/external-body": ("MIME_EXTERNAL", "EXTERNAL"),
}
"""Media types of what is not here as a whole, or not to be read."""

_PASSED_OVER = {"content.base64.padding-inside": (b"=", b"=-_"), "content.base64.url-safe": (b"-_", b"=-_")}
"""A fault of base64 -> what some readers pass over then; each makes another content."""
_TRAILER = "content.base64.trailer"
_RESUMED = re.compile(rb"^[A-Za-z0-9+/]{20,}+={0,2}+[ \t\r]*+$", re.MULTILINE)
"""A line behind what looks like the text at the end, which is base64 again."""
_PAGE = "text/html"
"""Of several, some programs show the first alone, and save the others as files."""


class Content(NamedTuple):
    """The content of a leaf."""

    data: bytes
    notes: tuple[Note, ...] = ()
    gaps: tuple[Gap, ...] = ()
    others: tuple[bytes, ...] = ()
    """What it is for who passes over padding inside of base64, and the dashes and underscores that are none of its own."""


class Leaf(NamedTuple):
    """A part without parts, in one reading of the message."""

    path: str
    names: tuple[str, ...]
    media_type: str
    offset: int
    """Where its body begins in the message; of what stands encoded in another part, where that begins."""
    is_body: bool
    """Whether readers show it as the message itself."""
    reading: str
    """Which reading shows it; empty for the usual one."""
    part: Part

    def content(self, limit: int) -> Content:
        """Decode it, at most so many bytes of the body."""
        part = self.part
        if self.media_type in _ELSEWHERE:
            code, reason = _ELSEWHERE[self.media_type]
            return Content(part.content(limit), (Note(code),), (Gap(reason, self.media_type),))
        stop = min(part.body_end, part.body_start + limit)
        body = bytes(part.source[part.body_start : stop])
        faults: list[tuple[str, int]] = []
        stops = part.reading.padding == "stop"
        data = decode_transfer(body, part.encoding, faults, stop_at_padding=stops)
        if part.encoding in _NAMED and next(embedded_files(body), None):
            data = body  # the walk finds the files in it, with their names
        fault = encoding_fault(faults)
        notes = (Note("MIME_B64_JUNK", fault[0], fault[1]),) if fault else ()
        bodies = () if stops else _as_others_read(body, faults)  # the usual reading has them
        others = dict.fromkeys(decode_transfer(one, part.encoding, []) for one in bodies)
        gaps = (Gap("BYTES", f"unpacked_bytes {limit}", part.body_end - stop),) if stop < part.body_end else ()
        return Content(data, notes, gaps, tuple(one for one in others if one != data))


def _as_others_read(body: bytes, faults: list[tuple[str, int]]) -> dict[bytes, None]:
    """Give a body of base64 without what some readers pass over."""
    over = [one for code, _ in faults for one in _PASSED_OVER.get(code, ())]
    if any(code == _TRAILER and _RESUMED.search(body, place) for code, place in faults):
        over.append(b"=-_")
    return {body.translate(None, one): None for one in over}


def deepened(message: Message) -> Message:
    """Give a message that ended at a depth again with greater ones: for files, every level counts."""
    if not any(found.code in {"limit.message_depth", "limit.encoded_depth"} for found in message.findings):
        return message
    limits = msgspec.structs.replace(
        message.limits,
        message_depth=max(MESSAGE_DEPTH, message.limits.message_depth),
        encoded_depth=max(ENCODED_DEPTH, message.limits.encoded_depth),
    )
    return parse(message.source, limits=limits)


class Readings(NamedTuple):
    """What all readers of a message see of it."""

    leaves: tuple[Leaf, ...]
    messages: tuple[Message, ...]
    """In the usual reading, and in all others that differ."""
    hidden: tuple[str, ...]
    """The readings that show files which the usual one does not."""
    cut: bool
    """Whether there may be more of them than were tried."""


def readings_of(message: Message) -> Readings:
    """Read a message in every way that some reader takes; each leaf is given once."""
    messages, hidden = [message], []
    leaves: list[Leaf] = []
    seen: set[tuple[object, ...]] = set()
    files = files_of(message)
    _gather(message, FIRST, seen, leaves)
    cost = sum(1 + (part.body_start - part.start) // _HEADER_BYTES for part in message.walk())
    most = min(message.limits.view_count, MOST_VIEWED // cost)
    limits = msgspec.structs.replace(message.limits, view_count=most)
    views = msgspec.structs.replace(message, limits=limits).views() if most else ()
    for view in views:
        messages.append(view.message)
        if files_of(view.message) - files:
            hidden.append(_said(view.reading))
        _gather(view.message, view.reading, seen, leaves)
    is_cut = len(views) >= most < message.limits.view_count and is_ambiguous(message)
    return Readings(tuple(leaves), tuple(messages), tuple(hidden), is_cut)


def _gather(message: Message, reading: Reading, seen: set[tuple[object, ...]], leaves: list[Leaf]) -> None:
    """Add the leaves of one reading that no other has had."""
    for leaf in leaves_in(message, "" if reading is FIRST else _said(reading)):
        part = leaf.part
        inner = part.source if part.encoded_depth else None
        mark = (inner, part.body_start, part.body_end, part.encoding, leaf.names, leaf.media_type, reading.padding)
        if mark not in seen:
            seen.add(mark)
            leaves.append(leaf)


def leaves_in(message: Message, reading: str = "", offset: int | None = None) -> Iterator[Leaf]:
    """Give the leaves of a message in one reading; `offset` says where it stands, where that is not the message."""
    shown = {id(part) for part in texts_of(message.root)}
    is_deep = any(found.code == "limit.depth" for found in message.findings)  # then its parts are told as not looked at
    for part, origin in message.root.places():
        where = part.body_start if origin is None else origin
        at = where if offset is None else offset
        if part.parts and part.content_type.maintype == "multipart":
            yield from _around(part, at, reading)
        if part.parts and part.parts[0].encoded_depth > part.encoded_depth:
            yield from _as_it_stands(part, at, reading)
        if not part.parts:
            as_body = is_body(part) and (part.type != _PAGE or id(part) in shown)
            yield Leaf(path_of(part), part.filenames or _other_names(part), part.type, at, as_body, reading, part)
            if not is_deep and _speaks_of_parts(part):  # whatever its encoding: readers of multiparts heed none
                yield from _pieces(part, (part.body_start, part.body_end), path_of(part), at, reading)


def _other_names(part: Part) -> tuple[str, ...]:
    """Give names that some readers save a nameless part by: its description, the end of its location (RFC 2557)."""
    if is_body(part) and part.disposition is None:
        return ()
    found = [decode_words(part.header.get(field)) for field in ("content-description", "content-location")]
    ends = [name.split("?", 1)[0].rstrip("/").rpartition("/")[2] for name in found if name]
    return tuple(dict.fromkeys(name for name in ends if extension_of(name)))


def _speaks_of_parts(part: Part) -> bool:
    """Say whether a leaf is declared as what has parts, or has a boundary (some readers ask for no more)."""
    if part.content_type.maintype == "multipart" or "boundary" in part.content_type.params:
        return True
    raw = part.header.mime().type
    return raw is not None and (b"boundary" in raw.lower() or b"multipart" in raw.lower())


def _around(part: Part, offset: int, reading: str) -> Iterator[Leaf]:
    """Give what stands before the first part of a multipart and behind its last, where a file may stand in it."""
    places = {
        "preamble": (part.body_start, part.preamble_end),
        "epilogue": (part.epilogue_start or part.body_end, part.body_end),
    }
    for where, (start, end) in places.items():
        text = bytes(part.source[start:end])
        path = f"{part.path}.{where}".lstrip(".")
        if b"begin" in text or b"BinHex" in text:
            piece = msgspec.structs.replace(part, encoding="", body_start=start, body_end=end, parts=())
            yield Leaf(path, (), "text/plain", offset, is_body=True, reading=reading, part=piece)
        if b"ontent-" in text:
            yield from _pieces(part, (start, end), path, offset, reading)


def _as_it_stands(part: Part, offset: int, reading: str) -> Iterator[Leaf]:
    """Give what was decoded and taken apart as who heeds no encoding of it reads it, where that is a message, too."""
    if part.source.find(b"ontent-", part.body_start, part.body_end) >= 0:  # no letters of base64 hold a dash
        body = msgspec.structs.replace(part, encoding="", parts=())
        yield Leaf(path_of(part), (), "message/rfc822", offset, is_body=True, reading=reading, part=body)


def _pieces(part: Part, place: tuple[int, int], path: str, offset: int, reading: str) -> Iterator[Leaf]:
    """Give what looks like parts in a stretch that no delimiter of a multipart divides."""
    start, end = place
    text = bytes(part.source[start:end])
    begins = [begin.end() for begin in islice(_FIELDS.finditer(text), MOST_HIDDEN)]
    for begin, stop in pairwise([*begins, len(text)]):
        piece = msgspec.structs.replace(part, encoding="", body_start=start + begin, body_end=start + stop, parts=())
        yield Leaf(path, (), "message/rfc822", offset, is_body=True, reading=reading, part=piece)


def _said(reading: Reading) -> str:
    """Give what a reading does otherwise: ``after_close=True``."""
    return repr(reading).removeprefix("Reading(").removesuffix(")")
