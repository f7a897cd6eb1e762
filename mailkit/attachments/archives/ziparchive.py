"""ZIP archives: what both directories say, compared, and the members of every reading.

A reader that begins at the end believes the central directory, one that begins at the start the local headers
(APPNOTE 6.3.10 section 4.3.6). What only one of them sees is given as well, and said to be ambiguous.
"""

from __future__ import annotations

import importlib
import re
import stat
import zlib
from collections import Counter
from collections.abc import Generator, Iterator
from typing import NamedTuple

from mailkit.attachments.archives.zipcompare import differences, is_open, names, readings
from mailkit.attachments.archives.zipdirectory import (
    DESCRIPTOR,
    ENCRYPTED,
    LOCAL,
    METHODS,
    Directory,
    Header,
    content_end,
    directories,
    gaps,
    is_plausible,
    local_header,
    locate,
    marks_of,
)
from mailkit.attachments.archives.zipmethods import unpack_member
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, TIME, path_notes
from mailkit.attachments.extras import ZSTANDARD, hint
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.unpack import Unpacked, grown

_NOTES = 10
"""Notes of one code for an archive."""
_AGAIN = 3
"""How many times the bytes of the archive may be unpacked in all, where members share them."""
_BY_EXTRA = frozenset({20, 93})
"""Zstandard (APPNOTE 6.3.10 section 4.4.5), which needs an extra before Python 3.14."""
_ENDLESS = frozenset({0, *METHODS}) - {8, 9, 12, 14, 20, 93, 95}
"""Methods whose content does not say where it ends."""
_CONTENT_TYPES = "[content_types].xml"
_SPLIT = DESCRIPTOR + LOCAL
"""How the first part of a split archive begins (8.5.3)."""
_ODF = re.compile(rb"application/vnd\.(?:oasis\.opendocument|sun\.xml)\.")


class _Place(NamedTuple):
    """Where a member stands, with all that is said of it."""

    at: int
    entries: list[Header]
    local: Header | None

    @property
    def end(self) -> int:
        """Where it ends, as the directory has it."""
        return (self.local.start if self.local else self.at) + max(entry.packed for entry in self.entries)


def read_zip(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of an archive; those of an office package as `package.read_package` reads them."""
    found = directories(data, budget.limits.member_count + 1)
    pieces = _Archive(data, budget, found).pieces()
    listed = {entry.raw.lower() for each in found for entry in each.entries}
    if found and not listed & {_CONTENT_TYPES.encode(), b"mimetype"}:
        yield from pieces
        return
    members: list[Member] = []
    for piece in pieces:
        if isinstance(piece, Member):
            members.append(piece)
        else:
            yield piece
    if _is_package(members):
        package = importlib.import_module("mailkit.attachments.documents.package")
        yield from package.read_package(members, budget)
    else:
        yield from members


def _is_package(members: list[Member]) -> bool:
    """Say whether members are those of an office package: OPC (ECMA-376 part 2), or OpenDocument (1.3, part 2)."""
    for member in members:
        if member.name.lower() == _CONTENT_TYPES:
            return True
        if member.name == "mimetype" and _ODF.match(member.data or b""):
            return True
    return False


class _Archive:
    """An archive that is being read."""

    def __init__(self, data: bytes, budget: Budget, found: list[Directory]) -> None:
        self._data = data
        self._view = memoryview(data)
        self._budget = budget
        self._found = found
        self._left = _AGAIN * len(data) + 0xFFFF  # packed bytes that may still be unpacked
        self._taken: list[tuple[int, int]] = []  # where what was read stands
        self._told: Counter[str] = Counter()
        self._is_whole = True
        self._is_part = any(each.is_split for each in found) or (not found and data.startswith(_SPLIT))
        self._elsewhere: list[Header] = []
        self._marks: list[int] | None = None

    def pieces(self) -> Iterator[Piece]:
        """Give all that stands in the archive."""
        places = self._places()
        if self._is_part or self._elsewhere:
            yield Gap("PARTIAL", "part of a split archive")
        yield from self._directory_notes()
        yield from self._overlaps(places)
        for place in places:
            if self._is_whole:
                yield from self._listed(place)
        for entry in self._elsewhere:
            if self._is_whole:
                yield from self._missing(entry)
        spans = [*self._taken]
        for each in self._found:
            spans += [(each.at, each.end), (each.closed, each.closed + 22)]
        for low, high in gaps((0, len(self._data)), spans):
            yield from self._unlisted(low, high)

    def _note(self, code: str, detail: str, at: int, most: int = _NOTES) -> Iterator[Note]:
        """Tell something, but not without end."""
        self._told[code] += 1
        if self._told[code] <= most:
            yield Note(code, detail, at)

    def _places(self) -> list[_Place]:
        """Give what the directories list in the order of the file."""
        found: dict[int, list[Header]] = {}
        for each in self._found:
            for entry in each.entries:
                at = locate(self._data, each, entry)
                if (each.is_split or entry.start + each.base < 0) and not self._is_here(entry, at):
                    self._elsewhere.append(entry)
                else:
                    found.setdefault(at, []).append(entry)
        places = []
        for at, entries in sorted(found.items()):
            local = local_header(self._data, at)
            if local and not self._data.startswith(LOCAL, at) and local.raw != entries[0].raw:
                local = None
            places.append(_Place(at, entries, local))
        return places

    def _is_here(self, entry: Header, at: int) -> bool:
        """Say whether an entry of one volume of several stands in this one: numbers of volumes are easily wrong."""
        local = local_header(self._data, at) if self._data.startswith(LOCAL, at) else None
        return local is not None and local.raw == entry.raw

    def _missing(self, entry: Header) -> Iterator[Piece]:
        """Give a member by its name that stands in another volume."""
        called, odd = names([entry])
        yield from self._name_notes(called, odd, entry.at)
        yield from self._may_go_on()
        if self._is_whole:
            yield Member(called[0], None, entry.at, called[1:])
            yield Gap("PARTIAL", "it stands in another part of the archive", entry.packed, called[0], entry.at)

    def _directory_notes(self) -> Iterator[Piece]:
        """Tell what is wrong with the directories as such."""
        if not self._found and not self._is_part:
            yield from self._note("ARCHIVE_MALFORMED", "no central directory", 0)
        if sum(bool(each.entries) for each in self._found) > 1:
            yield from self._note("ARCHIVE_AMBIGUOUS", "several central directories", self._found[0].at)
        most = self._budget.limits.member_count
        for each in self._found:
            count = len(each.entries)
            if not each.is_split and count <= most and count & 0xFFFF != each.promised & 0xFFFF:
                code = "ARCHIVE_AMBIGUOUS" if count > each.promised else "ARCHIVE_MALFORMED"
                yield from self._note(code, f"{count} entries instead of {each.promised}", each.at)
            checks: dict[bytes, int] = {}
            for entry in each.entries:
                if checks.setdefault(entry.raw, entry.crc) != entry.crc:
                    yield from self._note("ARCHIVE_AMBIGUOUS", f"twice: {names([entry])[0][0]}", entry.at)

    def _overlaps(self, places: list[_Place]) -> Iterator[Piece]:
        """Tell of members that share bytes with others or with the directory."""
        spans = [(place.at, place.end, place.entries) for place in places]
        spans += [(each.at, each.at, each.entries[:1]) for each in self._found]
        reach = 0
        for at, end, entries in sorted(spans, key=lambda span: span[:2]):
            if at < reach or len({entry.raw for entry in entries}) > 1:
                yield from self._note("ARCHIVE_OVERLAP", names(entries)[0][0] if entries else "", at)
            reach = max(reach, end)

    def _may_go_on(self) -> Iterator[Gap]:
        """Take a member from the budget; say why there may be no more."""
        if self._budget.is_late():
            yield TIME
        elif not self._budget.take_member():
            yield PARTS
        else:
            return
        self._is_whole = False

    def _listed(self, place: _Place) -> Iterator[Piece]:
        """Give what stands at a place that a directory names."""
        at, entries, local = place
        headers = [*entries, local] if local else entries
        called, odd = names(headers)
        yield from self._name_notes(called, odd, at)
        if called[0].endswith(("/", "\\")) and not any(each.packed or each.size for each in headers):
            self._taken.append((at, place.end))
            return
        yield from self._may_go_on()
        if not self._is_whole:
            return
        if local is None:
            yield from self._note("ARCHIVE_MALFORMED", f"no local header: {called[0]}", at)
            yield Member(called[0], None, at, called[1:])
            yield Gap("MALFORMED", "no local header", entries[0].packed, called[0], at)
            return
        said = [what for entry in entries for what in differences(entry, local)]
        if said:
            yield from self._note("ARCHIVE_AMBIGUOUS", f"{called[0]}, local header: {', '.join(said[:5])}", at)
        yield from self._contents(readings(entries, local, len(self._data) - local.start), local, called)

    def _name_notes(self, called: tuple[str, ...], odd: str, at: int) -> Iterator[Piece]:
        """Tell what is odd about the names of a member."""
        if odd:
            yield from self._note("ARCHIVE_AMBIGUOUS", odd, at)
        for note in (note for name in called for note in path_notes(name, at)):
            yield from self._note(*note)

    def _contents(self, ways: list[Header], local: Header, called: tuple[str, ...]) -> Generator[Piece, None, int]:
        """Give the content in each way to read it, the same only once; answer where the shortest ends."""
        given: list[bytes] = []
        ends = []
        for way in ways:
            packed = self._view[local.start : local.start + way.packed]
            found = yield from self._content(way, packed, called, local.at)
            is_damaged = found is not None and found.reason is not None
            used = found.used if found else len(packed)
            ends.append(local.start + (0 if is_damaged and way.size < 0 else used))
            if found is None:
                yield Member(called[0], None, local.at, called[1:])
            elif found.data not in given:
                given.append(found.data)
                yield Member(called[0], found.data, local.at, called[1:])
                yield from self._faults(way, found, called[0], local)
                if stat.S_ISLNK(way.mode):
                    yield from self._link_notes(called[0], found.data, local.at)
        self._taken.append((local.at, min(ends)))
        return min(ends)

    def _link_notes(self, name: str, target: bytes, at: int) -> Iterator[Note]:
        """Tell of a symbolic link that leads out: its content is its target (Info-ZIP)."""
        for note in path_notes(name, at, target[:4096].decode("utf-8", "replace")):
            if note.code == "ARCHIVE_LINK":
                yield from self._note(*note)

    def _content(
        self, way: Header, packed: memoryview, called: tuple[str, ...], at: int
    ) -> Generator[Piece, None, Unpacked | None]:
        """Unpack a member in one way; None, with the reason, where that cannot be."""
        if len(packed) > self._left:
            yield Gap("RATIO", "more than one member has these bytes", way.packed, called[0], at)
            return None
        self._left -= len(packed)
        if way.flags & ENCRYPTED:
            found = self._guess(way, packed)
            if found is None:
                yield from self._note("ARCHIVE_ENCRYPTED", called[0], at, 1)
                yield Gap("ENCRYPTED", METHODS.get(way.method, ""), way.packed, called[0], at)
        else:
            found = unpack_member(way.method, packed, way.size, way.flags, self._budget)
            if found is None:
                found = self._guess(way, packed) if way.method not in METHODS else None
            if found is None:
                what = METHODS.get(way.method, f"method {way.method}")
                detail = hint(ZSTANDARD) if way.method in _BY_EXTRA else what
                yield Gap("UNSUPPORTED", detail, way.packed, called[0], at)
                return None
        return found

    def _guess(self, way: Header, packed: memoryview) -> Unpacked | None:
        """Try whether the header lies: what is said to be encrypted or of no known method may be plain."""
        for method in dict.fromkeys((way.method, 8, 0)):
            found = unpack_member(method, packed, way.size, way.flags, self._budget) if method in {0, 8} else None
            if found and found.reason is None and way.crc == zlib.crc32(found.data) and found.data:
                return found
        return None

    def _faults(self, way: Header, found: Unpacked, name: str, local: Header) -> Iterator[Piece]:
        """Tell what is wrong with content that was unpacked."""
        if found.reason and found.reason != "MALFORMED":
            what = grown(way.packed, found) if found.reason == "RATIO" else METHODS.get(way.method, "")
            yield Gap(found.reason, what, max(0, way.size - len(found.data)), name, local.at)
        elif self._is_part and local.start + way.packed > len(self._data):
            yield Gap("PARTIAL", "it goes on in another part of the archive", None, name, local.at)
        elif found.reason or local.start + way.packed > len(self._data):
            yield from self._note("ARCHIVE_MALFORMED", f"damaged or cut: {name}", local.at)
            yield Gap("MALFORMED", METHODS.get(way.method, ""), None, name, local.at)
        elif way.size < 0:
            return
        elif len(found.data) != way.size:
            yield from self._note(
                "ARCHIVE_MALFORMED", f"{len(found.data)} bytes instead of {way.size}: {name}", local.at
            )
        elif zlib.crc32(found.data) != way.crc:
            yield from self._note("ARCHIVE_MALFORMED", f"checksum: {name}", local.at)

    def _unlisted(self, low: int, high: int) -> Iterator[Piece]:
        """Give the members in a stretch that no directory names."""
        at = self._data.find(LOCAL, low, high)
        while at >= 0 and self._is_whole:
            local = local_header(self._data, at)
            if local and is_plausible(self._data, local):
                at = yield from self._alone(local)
            else:
                at += len(LOCAL)
            at = self._data.find(LOCAL, at, high)

    def _alone(self, local: Header) -> Generator[Piece, None, int]:
        """Give a member that has only a local header; answer where it ends."""
        called, odd = names([local])
        if self._found:
            yield from self._note("ARCHIVE_AMBIGUOUS", f"not in the directory: {called[0]}", local.at)
        yield from self._name_notes(called, odd, local.at)
        if called[0].endswith(("/", "\\")) and not (local.packed or local.size):
            return local.start
        yield from self._may_go_on()
        if not self._is_whole:
            return len(self._data)
        way = local
        if is_open(local):
            if self._marks is None:
                self._marks = marks_of(self._data)
            is_endless = local.method in _ENDLESS or local.flags & ENCRYPTED
            end = content_end(self._data, self._marks, local.start) if is_endless else len(self._data)
            way = local._replace(packed=end - local.start, size=-1)
        return (yield from self._contents([way], local, called))
