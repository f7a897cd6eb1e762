"""Tar archives: each member is read as a stream, in one pass; of one on disk the places between members are found by seeking.

Not by the standard library, which reads what stands before a header (long names, records of pax) into memory whatever its
size, one inside another by recursion, and takes three times as long for a header. POSIX.1-2017, pax, "pax Interchange
Format" and "ustar Interchange Format"; GNU tar manual, "Basic Tar Format" (types L, K and S, numbers to the base of 256).
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple

import msgspec

from mailkit.limits import MIB, Limits
from mailkit.sources.files import CHUNK_BYTES, raw_stream
from mailkit.sources.items import NO_MAIL, Raw, failed, sorted_out
from mailkit.sources.sniff import HEAD_BYTES, TAR_BYTES, is_tar, is_tar_header
from mailkit.sources.units import Size, Unit

_EXTENSION_BYTES = 1 * MIB
"""Names and records before a header; they take some hundred bytes."""
_GAP_BYTES = 1 * MIB
"""Zeros behind which something may follow, where archives were joined: they end with 10 kB of them, mostly."""
_LONG_NAME, _LONG_LINK, _RECORDS, _OLD_RECORDS, _RECORDS_OF_ALL = b"L", b"K", b"x", b"X", b"g"
_EXTENSIONS = frozenset({_LONG_NAME, _LONG_LINK, _RECORDS, _OLD_RECORDS, _RECORDS_OF_ALL})
"""What stands before a header; the last is about all members that follow, and names none."""
_FOLDER, _HOLES = b"5", b"S"
_WITHOUT_DATA = frozenset({b"1", b"2", b"3", b"4", _FOLDER, b"6"})
_NO_FILES = {
    b"1": "a link to ",
    b"2": "a link to ",
    b"3": "a device",
    b"4": "a device",
    b"6": "a pipe",
    b"D": "a list of files",
    b"M": "the rest of a file on another volume",
    b"V": "the name of a volume",
}
_PATH, _TARGET, _SIZE, _HOLES_AT, _HOLES_NAME = b"path", b"linkpath", b"size", b"GNU.sparse", b"GNU.sparse.name"
_RECORD = re.compile(rb"(\d{1,7}) ([^=\n]{1,200})=")
_OCTAL = re.compile(rb"[0-7]{0,12}")


class _Header(NamedTuple):
    kind: bytes
    size: int
    name: str
    target: str
    """To what a link leads."""


class _Member(NamedTuple):
    place: int
    """Offset of the first header that is about it."""
    start: int
    size: int
    name: str
    is_folder: bool
    fault: str
    """Why it is not read."""

    @property
    def end(self) -> int:
        """Give where the next header may begin."""
        return self.start + -(-self.size // TAR_BYTES) * TAR_BYTES


class _Tape:
    """A file that is read forwards only, and that knows how far it is."""

    def __init__(self, file: BinaryIO, at: int) -> None:
        self.at = at
        self._file = file
        self._seeks = file.seekable()

    def read(self, size: int) -> bytes:
        """Give so many bytes, fewer only at the end."""
        data = self._file.read(size)
        self.at += len(data)
        return data

    def skip(self, place: int) -> None:
        """Go on to a place."""
        if self._seeks and self.at < place < 1 << 62:
            self._file.seek(place - self.at, os.SEEK_CUR)
            self.at = place
        while self.at < place and self.read(min(place - self.at, CHUNK_BYTES)):
            pass


def raw_tar(  # noqa: PLR0913 - a stretch of an archive has its place in it
    name: str,
    file: BinaryIO,
    limits: Limits,
    depth: int = 0,
    *,
    at: int = 0,
    alone: bool = True,
    ids: str | None = None,
) -> Iterator[Raw]:
    """Give the messages of an archive as ``name/member``, and those of a mailbox in it as ``name/member#3``.

    Of a stretch of an archive `at` is the offset at which it begins, and `alone` is false where it is not all of it: then
    what is no mail is given, too, as an error. `depth` says how many containers the archive is in.
    """
    members = _raw_members(name, _Tape(file, at), limits, depth, ids)
    return sorted_out(name, "a tar archive", members) if alone else members


def _raw_members(name: str, tape: _Tape, limits: Limits, depth: int, ids: str | None) -> Iterator[Raw]:
    try:
        while (member := _next(tape)) is not None:
            if member.fault:
                yield failed(f"{name}/{member.name}", member.fault)
            elif not member.is_folder:
                yield from _raw_member(f"{name}/{member.name}", tape, member, limits, depth, ids)
            tape.skip(member.end)
    except OSError as error:
        yield failed(name, f"cannot be read further ({error.strerror or error})")


def _raw_member(  # noqa: PLR0913, PLR0917 - likewise
    name: str, tape: _Tape, member: _Member, limits: Limits, depth: int, ids: str | None
) -> Iterator[Raw]:
    chunks = _content(tape, member)
    try:
        head = next(chunks, b"")
    except OSError as error:
        yield failed(name, f"cannot be read ({error.strerror or error})")
    else:
        yield from raw_stream(name, head, chain((head,), chunks), limits, None, depth + 1, ids)


def _content(tape: _Tape, member: _Member) -> Iterator[bytes]:
    """Give the bytes of a member, first so many as are looked at."""
    size = HEAD_BYTES
    while tape.at < member.start + member.size:
        chunk = tape.read(min(size, member.start + member.size - tape.at))
        if not chunk:
            raise OSError(errno.EIO, "it is cut short")
        yield chunk
        size = CHUNK_BYTES


def _next(tape: _Tape) -> _Member | None:
    """Read up to the bytes of the next member; None at the end of the archive."""
    block = _behind_zeros(tape)
    if not block:
        return None
    place = tape.at - len(block)
    header = _header(block, place)
    named: dict[bytes, str] = {}
    while header.kind in _EXTENSIONS:
        if header.size > _EXTENSION_BYTES:
            raise OSError(errno.EIO, f"the header at byte {place} is damaged: records of {header.size:,} bytes")
        data = tape.read(-(-header.size // TAR_BYTES) * TAR_BYTES)[: header.size]
        if header.kind == _LONG_NAME:
            named[_PATH] = _text(data)
        elif header.kind in {_RECORDS, _OLD_RECORDS}:
            named |= _records(data)
        block = tape.read(TAR_BYTES)
        header = _header(block, tape.at - len(block))
    if header.kind == _HOLES:
        named[_HOLES_AT] = ""
        more = block[482]
        while more and len(block := tape.read(TAR_BYTES)) == TAR_BYTES:
            more = block[504]
    return _member(header, (place, tape.at), named)


def _behind_zeros(tape: _Tape) -> bytes:
    """Give the next block that is not zero; none at the end, nor where what follows zeros is no header."""
    block = tape.read(TAR_BYTES)
    if block.strip(b"\0"):
        return block
    end = tape.at + _GAP_BYTES
    while block and not block.strip(b"\0") and tape.at < end:
        block = tape.read(TAR_BYTES)
    return block if is_tar(block) else b""


def _header(block: bytes, place: int) -> _Header:
    if not is_tar_header(block):
        what = "damaged" if len(block) == TAR_BYTES else "missing, for the archive is cut short"
        raise OSError(errno.EIO, f"the header at byte {place} is {what}")
    name, prefix = block[:100], block[345:500]
    if block[257:263] == b"ustar\0" and prefix[0]:  # an old GNU header has other things there
        name = prefix.split(b"\0", 1)[0] + b"/" + name
    kind, named = block[156:157], _text(name)
    if kind == b"\0":
        kind = b"5" if named.endswith("/") else b"0"
    return _Header(kind, _number(block[124:136], place), named, _text(block[157:257]))


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def _number(field: bytes, place: int) -> int:
    """Read a size: octal digits, or a number to the base of 256 where the first bit is set, as GNU tar writes large ones."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.split(b"\0", 1)[0].strip()
    if not _OCTAL.fullmatch(digits):
        raise OSError(errno.EIO, f"the header at byte {place} is damaged: a size of {field!r}")
    return int(digits or b"0", 8)


def _records(data: bytes) -> dict[bytes, str]:
    """Read the records of pax that matter: each is its length, a blank, a keyword, ``=``, a value and a line end."""
    found: dict[bytes, str] = {}
    at = 0
    while match := _RECORD.match(data, at):
        end = at + int(match[1])
        if end <= match.end():
            break
        keyword = match[2] if match[2] == _HOLES_NAME or not match[2].startswith(_HOLES_AT) else _HOLES_AT
        if keyword in {_PATH, _TARGET, _SIZE, _HOLES_AT, _HOLES_NAME}:
            found[keyword] = _text(data[match.end() : end - 1])
        at = end
    return found


def _member(header: _Header, place: tuple[int, int], named: dict[bytes, str]) -> _Member:
    """Say what follows a header; the records before it count more than what it says itself."""
    stated = named.get(_SIZE, "")
    size = int(stated) if stated.isdecimal() and len(stated) < 20 else header.size
    fault = f"{NO_MAIL}: {_NO_FILES[header.kind]}" if header.kind in _NO_FILES else ""
    if fault.endswith(" "):
        fault += named.get(_TARGET) or header.target
    if _HOLES_AT in named:
        fault = "is a file with holes; unpack the archive"
    name = named.get(_HOLES_NAME) or named.get(_PATH) or header.name
    size = 0 if header.kind in _WITHOUT_DATA else size
    return _Member(*place, size, name.removeprefix("./"), header.kind == _FOLDER, fault)


def cut_tar(after: Unit, file: BinaryIO, size: Size, _limits: Limits) -> Iterator[Unit]:
    """Give the units of an archive on disk that follow one, in the file as long as it is now.

    A member that is larger than `size` is a unit of its own and has no count: it may be a mailbox, which is read from its
    beginning.
    """
    total = os.fstat(file.fileno()).st_size
    if after.end >= total:
        return
    file.seek(after.end)
    tape = _Tape(file, after.end)
    start, count, holds_large, is_damaged = after.end, 0, False, False
    try:
        while (member := _next(tape)) is not None:
            is_large = member.size > size.bytes
            is_full = member.place - start >= size.bytes or count >= size.messages
            if count and (is_full or is_large or holds_large):
                yield _unit(after, (start, member.place), None if holds_large else count)
                start, count, holds_large = member.place, 0, False
            count += not member.is_folder
            holds_large = holds_large or is_large
            tape.skip(member.end)
    except OSError:
        is_damaged = True  # who reads it says so
    if count or is_damaged or not start:
        yield _unit(after, (start, total), None if holds_large else count, is_whole=not start)


def _unit(after: Unit, place: tuple[int, int], count: int | None, *, is_whole: bool = False) -> Unit:
    start, end = place
    found = msgspec.structs.replace(after, start=start, end=end, size=end - start, count=count, is_whole=is_whole)
    return found if is_whole else msgspec.structs.replace(found, is_folder=True)
