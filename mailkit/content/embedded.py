"""Files that hide in text: uuencode, yEnc and BinHex in a body that declares nothing of the kind.

Older mail programs attached files so, and some scanners do not look there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from mailkit.charsets import decode_label
from mailkit.content.binhex import BinhexDecoder
from mailkit.content.enclosed import Enclosed
from mailkit.content.uu import BEGINS, UuDecoder, is_data_line, lacking
from mailkit.content.yenc import YencDecoder
from mailkit.limits import DEFAULT, Limits

Kind = Literal["uuencode", "base64", "yenc", "binhex"]

_FIRST_LINE = re.compile(
    BEGINS + rb"(?=(?P<line>[^\r\n]{0,200}))"
    rb"|^(?:=(?P<yenc>ybegin)[ \t](?=[^\r\n]{0,200}line=[0-9])(?=[^\r\n]{0,200}size=[0-9])[^\r\n]{0,900}\r?\n"
    rb"|\(This file must be converted with (?P<binhex>BinHex)[^\r\n]{0,80}\r?\n(?:[ \t\r]{0,80}\n){0,9}[ \t]{0,80}:)",
    re.MULTILINE,
)
_BASE64_LINE = re.compile(rb"(?:[A-Za-z0-9+/]{4}){0,50}(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=))?[ \t]*|====[ \t]*")
_LAST_LINES = re.compile(rb"(?:[!-`][ -`]{0,90}\r?\n)?(?:`?[ \t]{0,80}\r?\n){0,2}end[ \t]{0,80}(?:\r?\n|\Z)")
_FEW_BYTES = 512
"""In which a file of one line ends."""
_DECODERS: dict[Kind, type[Enclosed]] = {
    "uuencode": UuDecoder,
    "base64": UuDecoder,
    "yenc": YencDecoder,
    "binhex": BinhexDecoder,
}
FIRST_BYTES = 2_048
"""What is decoded at first of a file; each further step is twice as long, so that small files cost little."""
CHUNK_BYTES = 65_536


class Embedded(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A file inside a text. Offsets are bytes into that text."""

    kind: Kind
    name: str
    """The name that is given with it, not made safe."""
    offset: int
    """Where its first line begins."""
    end: int
    """Where its last line ends."""
    complete: bool
    """Whether the end was met, and size and checksum are right where they are given."""
    size: int
    """Bytes of its content."""
    faults: tuple[tuple[str, int], ...]
    part: int | None = None
    """Which part of a larger file it is (yEnc); None where it is a whole one."""
    part_offset: int = 0
    """Where in the larger file it begins."""
    source: Any

    def iter_content(self, chunk: int = CHUNK_BYTES) -> Iterator[bytes]:
        """Give the content in pieces, each from `chunk` bytes of the text."""
        one = _DECODERS[self.kind](strict=True)
        for at in range(self.offset, self.end, chunk):
            yield one.feed(self.source[at : min(at + chunk, self.end)])
        yield one.close()

    def content(self) -> bytes:
        """Give the content as a whole."""
        return b"".join(self.iter_content())


def embedded_files(
    data: bytes, limits: Limits = DEFAULT, faults: list[tuple[str, int]] | None = None
) -> Iterator[Embedded]:
    r"""Find the files in a text, in order. Each is decoded once, to see where it ends, and its content dropped.

    What only looks like a first line, as ``begin 2024 with a smile``, is none: the line behind it must
    be one of the format. Where there are more files than `Limits.embedded_count`, `faults` says so.

    >>> [(one.kind, one.name, one.content()) for one in embedded_files(b"Hi\nbegin 644 a\n!80``\n`\nend\n")]
    [('uuencode', 'a', b'a')]
    """
    if b"begin" not in data and b"BinHex" not in data:
        return
    if b"=ybegin" not in data:  # there they may be data
        data = with_feeds(data)
    at = count = 0
    while begin := _FIRST_LINE.search(data, at):
        kind = _kind(begin, data)
        if kind is None:
            at = begin.end()
            continue
        if count == limits.embedded_count:
            if faults is not None:
                faults.append(("limit.embedded_count", begin.start()))
            return
        count += 1
        found = _measure(data, begin.start(), kind)
        yield found
        at = max(found.end, begin.end())


def with_feeds(data: bytes) -> bytes:
    r"""Give a text with line feeds for the carriage returns that end lines alone; nothing else moves.

    >>> with_feeds(b"a\rb\r\nc"), with_feeds(b"b\r\nc")
    (b'a\nb \nc', b'b\r\nc')
    """
    if data.count(b"\r") == data.count(b"\r\n"):
        return data
    return data.replace(b"\r\n", b" \n").replace(b"\r", b"\n")


def _kind(begin: re.Match[bytes], data: bytes) -> Kind | None:
    """Say what kind of file begins at a line; None for a line of prose."""
    if begin["yenc"]:
        return "yenc"
    if begin["binhex"]:
        return "binhex"
    quoted = begin["quoted"]
    line = begin["line"].removeprefix(quoted)
    if begin["base64"]:
        return "base64" if line.strip() and _BASE64_LINE.fullmatch(line) else None
    if line and is_data_line(line) and (line.startswith(b"M") or lacking(line) <= 0):
        return "uuencode"
    few = data[begin.end() : begin.end() + _FEW_BYTES]
    if quoted:
        few = few.removeprefix(quoted).replace(b"\n" + quoted, b"\n")
    return "uuencode" if _LAST_LINES.match(few) else None


def _measure(data: bytes, start: int, kind: Kind) -> Embedded:
    """Find the end of a file, in steps that grow."""
    one = _DECODERS[kind](strict=True)
    at, step, size = start, FIRST_BYTES, 0
    while at < len(data) and one.end is None:
        size += len(one.feed(data[at : at + step]))
        at += step
        step = min(2 * step, CHUNK_BYTES)
    size += len(one.close())
    return Embedded(
        kind=kind,
        name=decode_label(one.name),
        offset=start,
        end=len(data) if one.end is None else start + one.end,
        complete=one.complete,
        size=size,
        faults=tuple((code, start + place) for code, (_, place) in one.faults.items()),
        part=one.part if isinstance(one, YencDecoder) else None,
        part_offset=one.part_offset if isinstance(one, YencDecoder) else 0,
        source=data,
    )
