"""Tar archives: each member is read as a stream, in one pass; of one on disk the places between members are found by seeking.

The headers are read by the standard library, but what stands before a header (long names, records of pax) by this module:
that library reads such a thing of any size into memory, and one inside another by recursion. POSIX.1-2017, pax, "pax
Interchange Format" and "ustar Interchange Format"; GNU tar manual, "Basic Tar Format" (types L, K and S).
"""

from __future__ import annotations

import errno
import os
import re
import tarfile
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple

import msgspec

from mailkit.limits import MIB, Limits
from mailkit.sources.files import CHUNK_BYTES, raw_stream
from mailkit.sources.items import NO_MAIL, Raw, failed, sorted_out
from mailkit.sources.sniff import HEAD_BYTES
from mailkit.sources.units import Size, Unit

_BLOCK = tarfile.BLOCKSIZE
_EXTENSION_BYTES = 1 * MIB
"""Names and records before a header; they take some hundred bytes."""
_GAP_BYTES = 1 * MIB
"""Zeros behind which something may follow, where archives were joined: they end with 10 kB of them, mostly."""
_LONG_NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_RECORDS = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.XGLTYPE)
_EXTENSIONS = (*_LONG_NAMES, *_RECORDS)
_RECORD = re.compile(rb"(\d{1,7}) ([^=\n]{1,200})=")
_WITHOUT_DATA = {
    tarfile.DIRTYPE: "",
    tarfile.LNKTYPE: f"{NO_MAIL}: a link to ",
    tarfile.SYMTYPE: f"{NO_MAIL}: a link to ",
    tarfile.CHRTYPE: f"{NO_MAIL}: a device",
    tarfile.BLKTYPE: f"{NO_MAIL}: a device",
    tarfile.FIFOTYPE: f"{NO_MAIL}: a pipe",
}


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
        return self.start + -(-self.size // _BLOCK) * _BLOCK


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
    name: str, file: BinaryIO, limits: Limits, depth: int = 0, *, at: int = 0, alone: bool = True
) -> Iterator[Raw]:
    """Give the messages of an archive as ``name/member``, and those of a mailbox in it as ``name/member#3``.

    Of a stretch of an archive `at` is the offset at which it begins, and `alone` is false where it is not all of it: then
    what is no mail is given, too, as an error. `depth` says how many containers the archive is in.
    """
    members = _raw_members(name, _Tape(file, at), limits, depth)
    return sorted_out(name, "a tar archive", members) if alone else members


def _raw_members(name: str, tape: _Tape, limits: Limits, depth: int) -> Iterator[Raw]:
    try:
        while (member := _next(tape)) is not None:
            if member.fault:
                yield failed(f"{name}/{member.name}", member.fault)
            elif not member.is_folder:
                yield from _raw_member(f"{name}/{member.name}", tape, member, limits, depth)
            tape.skip(member.end)
    except OSError as error:
        yield failed(name, f"cannot be read further ({error.strerror or error})")


def _raw_member(name: str, tape: _Tape, member: _Member, limits: Limits, depth: int) -> Iterator[Raw]:
    chunks = _content(tape, member)
    try:
        head = next(chunks, b"")
    except OSError as error:
        yield failed(name, f"cannot be read ({error.strerror or error})")
    else:
        yield from raw_stream(name, head, chain((head,), chunks), limits, None, depth + 1)


def _content(tape: _Tape, member: _Member) -> Iterator[bytes]:
    """Give the bytes of a member, first so many as are looked at."""
    size = HEAD_BYTES
    while tape.at < member.start + member.size:
        chunk = tape.read(min(size, member.start + member.size - tape.at))
        if not chunk:
            raise _damaged("it is cut short")
        yield chunk
        size = CHUNK_BYTES


def _next(tape: _Tape) -> _Member | None:
    """Read up to the bytes of the next member; None at the end of the archive."""
    block = _behind_zeros(tape)
    if not block:
        return None
    place = tape.at - len(block)
    header = _header(block, place)
    named: dict[str, str] = {}
    while header.type in _EXTENSIONS:
        if not 0 <= header.size <= _EXTENSION_BYTES:
            raise _damaged(f"the header at byte {place} is damaged: records of {header.size:,} bytes")
        data = tape.read(-(-header.size // _BLOCK) * _BLOCK)[: header.size]
        if header.type == tarfile.GNUTYPE_LONGNAME:
            named["path"] = data.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
        elif header.type in _OF_ONE:
            named |= _records(data)
        block = tape.read(_BLOCK)
        header = _header(block, tape.at - len(block))
    if header.type == tarfile.GNUTYPE_SPARSE:
        named[_SPARSE] = ""
        more = block[482]
        while more and len(block := tape.read(_BLOCK)) == _BLOCK:
            more = block[504]
    return _member(header, (place, tape.at), named)


def _behind_zeros(tape: _Tape) -> bytes:
    """Give the next block that is not zero; none at the end, nor where what follows zeros is no header."""
    block = tape.read(_BLOCK)
    if block.strip(b"\0"):
        return block
    end = tape.at + _GAP_BYTES
    while block and not block.strip(b"\0") and tape.at < end:
        block = tape.read(_BLOCK)
    return block if is_header(block) else b""


def _header(block: bytes, place: int) -> tarfile.TarInfo:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError as error:
        what = f"is damaged: {error}" if block else "is missing: the archive is cut short"
        raise _damaged(f"the header at byte {place} {what}") from error


def _records(data: bytes) -> dict[str, str]:
    """Read the records of pax: each is its length, a blank, a keyword, ``=``, a value and a line end."""
    found = {}
    at = 0
    while match := _RECORD.match(data, at):
        end = at + int(match[1])
        if end <= match.end():
            break
        keyword = match[2].decode("utf-8", "replace")
        found[keyword] = data[match.end() : end - 1].decode("utf-8", "surrogateescape")
        at = end
    return found


def _member(header: tarfile.TarInfo, place: tuple[int, int], named: dict[str, str]) -> _Member:
    """Say what follows a header; the records before it count more than what it says itself."""
    stated = named.get("size", "")
    size = int(stated) if stated.isdecimal() and len(stated) < 20 else header.size
    if size < 0:
        raise _damaged(f"the header at byte {place[0]} is damaged: a member of {size} bytes")
    fault = _WITHOUT_DATA.get(header.type, "")
    if fault.endswith(" "):
        fault += named.get("linkpath") or header.linkname
    if any(keyword.startswith(_SPARSE) for keyword in named):
        fault = "is a file with holes; unpack the archive"
    name = named.get(f"{_SPARSE}.name") or named.get("path") or header.name
    size = 0 if header.type in _WITHOUT_DATA else size
    return _Member(*place, size, name.removeprefix("./"), header.type == tarfile.DIRTYPE, fault)


def _damaged(what: str) -> OSError:
    return OSError(errno.EIO, what)


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
    start, count = after.end, 0
    for place, end, is_large in _places(tape):
        ...
