"""A message or a part of one: where it stands, and what it holds, decoded on first use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from mailkit.charsets import WESTERN, codec_of, decode
from mailkit.content import Embedded, decode_transfer, decoder, embedded_files
from mailkit.limits import DEFAULT, Limits
from mailkit.stream.reading import FIRST, Reading
from mailkit.syntax.dates import parse_date
from mailkit.syntax.fields import Header
from mailkit.syntax.mailboxes import AddressList, parse_addresses
from mailkit.syntax.params import ContentType, Disposition, parse_disposition
from mailkit.syntax.words import decode_words


class Part(msgspec.Struct, frozen=True, eq=False):
    """A message, a part of a multipart, or a message inside a part.

    All offsets are bytes into `source`: into the whole message, except in what was decoded from a
    transfer encoding (`encoded_depth` above 0), where they are bytes into the decoded message.
    """

    header: Header
    encoding: str
    """The transfer encoding in lower case; empty where none is declared (RFC 2045 section 6.1)."""
    parts: tuple[Part, ...]
    """The parts of a multipart, or the message of a message/rfc822 part; empty for a leaf."""
    start: int
    """Where the header begins."""
    body_start: int
    body_end: int
    """Where the body ends; the line end before a delimiter is the delimiter's."""
    depth: int
    path: str
    """Where it stands in the tree: ``1.2`` is the second part of the first; empty for the message."""
    source: Any
    encoded_depth: int = 0
    """How many transfer encodings were undone to reach it."""
    reading: Reading = FIRST
    preamble_end: int = 0
    """Where the first delimiter of a multipart begins, with the line end before it; 0 where there is no multipart."""
    epilogue_start: int = 0
    """Where the line behind the close delimiter of a multipart begins; 0 where there is none."""

    def __repr__(self) -> str:
        return f"<Part {self.path or 'message'} {self.type} [{self.start}:{self.body_end}]>"

    @property
    def content_type(self) -> ContentType:
        """The media type with its parameters; text/plain, or message/rfc822 in a digest, where none is declared."""
        return self.header.content_type

    @property
    def type(self) -> str:
        """The media type, for example ``text/plain``."""
        return self.content_type.type

    @property
    def raw(self) -> bytes:
        """Header and body as they stand."""
        return bytes(self.source[self.start : self.body_end])

    @property
    def body(self) -> bytes:
        """The body as it stands, still encoded."""
        return bytes(self.source[self.body_start : self.body_end])

    @property
    def preamble(self) -> bytes:
        """What stands before the first delimiter of a multipart; empty where nothing does."""
        return bytes(self.source[self.body_start : self.preamble_end])

    @property
    def epilogue(self) -> bytes:
        """What stands behind the close delimiter of a multipart; empty where nothing does, or it was never closed."""
        return bytes(self.source[self.epilogue_start : self.body_end]) if self.epilogue_start else b""

    def content(self, limit: int | None = None) -> bytes:
        """Give the body decoded from its transfer encoding; at most about `limit` bytes where one is given."""
        stop = self.body_end if limit is None else min(self.body_end, self.body_start + limit * 3)
        body = bytes(self.source[self.body_start : stop])
        content = decode_transfer(body, self.encoding, stop_at_padding=self.reading.padding == "stop")
        return content if limit is None else content[:limit]

    def iter_content(self, chunk: int = 65_536) -> Iterator[bytes]:
        """Give the decoded body in pieces, each from `chunk` bytes of the body: memory stays small if it is mapped."""
        one = decoder(self.encoding, stop_at_padding=self.reading.padding == "stop")
        for window in self.windows(chunk):
            yield one.feed(window)
        yield one.close()

    def windows(self, size: int = 65_536) -> Iterator[bytes]:
        """Give the body as it stands, in pieces of a size in bytes."""
        for start in range(self.body_start, self.body_end, size):
            yield bytes(self.source[start : min(start + size, self.body_end)])

    def embedded(self, limits: Limits = DEFAULT) -> Iterator[Embedded]:
        """Find files that stand in the text: uuencode, yEnc, BinHex. Offsets are bytes into the content."""
        return embedded_files(self.content(), limits)

    def text(self, limit: int | None = None) -> str:
        """Give the body as text: decoded as declared, or as what it turns out to be. Never raises."""
        return decode(self.content(limit), self.content_type.params.get("charset", ""))[0]

    @property
    def charset(self) -> str | None:
        """The charset that the Content-Type names, as written; None where it names none."""
        return self.content_type.params.get("charset")

    @property
    def disposition(self) -> Disposition | None:
        """The Content-Disposition (RFC 2183); None where there is none."""
        raw = self.header.mime().disposition
        if raw is None or raw.isascii():
            return parse_disposition(raw)
        return parse_disposition(raw, fallback=self._undeclared)

    @property
    def filename(self) -> str | None:
        """The file name, decoded but not made safe (see `safe_name`); None where there is none.

        ``filename`` of the Content-Disposition counts before ``name`` of the Content-Type, and of each
        its extended form before the plain one (RFC 2183 section 2.3, RFC 2231).
        """
        params = self.content_type.params
        if self.header.mime().disposition is None and "name" not in params and "filename" not in params:
            return None
        disposition = self.disposition
        first = disposition.params.get("filename") if disposition else None
        return first or self.content_type.params.get("name") or next(self._names(), None)

    @property
    def filenames(self) -> tuple[str, ...]:
        """All file names that a reader may find here, the best first, each once."""
        return tuple(dict.fromkeys(self._names()))

    def _names(self) -> Iterator[str]:
        """Give the names in the order in which they count; a name of a form's field is none of a file (RFC 7578)."""
        disposition, kind = self.disposition, self.content_type
        places: list[tuple[Disposition | ContentType, str]] = [(kind, "name"), (kind, "filename")]
        if disposition:
            places.insert(0, (disposition, "filename"))
            if disposition.type != "form-data":
                places.append((disposition, "name"))
        for value, key in places:
            names = [value.params.get(key, ""), *[other.value for other in value.alternatives if other.name == key]]
            yield from filter(None, names)

    def addresses(self, name: str, *, fallback: str | None = None) -> AddressList | None:
        """Give the mailboxes of the first address field of a name, for example ``from``; None where there is none.

        Bytes of which the field says nothing are read in the charset `fallback`; where none is given,
        in the one that the Content-Type declares.
        """
        raw = self.header.first(name.lower().encode())
        if raw is None:
            return None
        return parse_addresses(raw) if raw.isascii() else parse_addresses(raw, fallback=fallback or self._undeclared)

    @property
    def _undeclared(self) -> str:
        """The charset of bytes in a header that names none."""
        charset = self.charset or ""
        return charset if codec_of(charset) not in {None, "ascii", "utf-8"} else WESTERN

    @property
    def date(self) -> datetime | None:
        """The Date field; None where there is none that can be read."""
        value = self.header.get("date")
        return None if value is None else parse_date(value.decode("latin-1"))

    @property
    def subject(self) -> str | None:
        """The Subject, decoded; None where there is none.

        Bytes of which the field says nothing are read in the charset that the Content-Type declares.
        """
        raw = self.header.first(b"subject")
        if raw is None or raw.isascii():
            return decode_words(raw and raw.strip())
        return decode_words(raw.strip(), fallback=self._undeclared)

    def walk(self) -> Iterator[Part]:
        """Give this part and all below it, in the order in which they stand."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.parts))

    def places(self) -> Iterator[tuple[Part, int | None]]:
        """Give what `walk` gives, each with the offset in the message of the body in which it stands encoded, if any."""
        stack: list[tuple[Part, int | None]] = [(self, None)]
        while stack:
            part, origin = stack.pop()
            yield part, origin
            for child in reversed(part.parts):
                enters = origin is None and child.encoded_depth > part.encoded_depth
                stack.append((child, part.body_start if enters else origin))
