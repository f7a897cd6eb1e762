"""The header of a 7z archive, as 7zFormat.txt of the LZMA SDK describes it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

_END, _HEADER, _STREAMS, _FILES, _PACK, _UNPACK, _SUBSTREAMS = 0, 1, 4, 5, 6, 7, 8
_SIZE, _CRC, _FOLDER, _CODER_SIZE, _STREAM_COUNT = 9, 10, 11, 12, 13
_EMPTY_STREAM, _EMPTY_FILE, _NAMES, _PACKED_HEADER = 14, 15, 17, 23
_ARCHIVE_PROPERTIES, _MORE_STREAMS = 2, 3
MOST_FOLDERS = 4_000
MOST_FILES = 50_000
_MOST_CODERS = 32
_MOST_PACKED = 8_000


class HeaderFault(Exception):  # noqa: N818 - it is caught in this module
    """What a header says cannot be."""


class Coder(NamedTuple):
    """A method, with how many streams go in and out."""

    method: bytes
    properties: bytes
    inputs: int
    outputs: int
    size: int = 0
    """What comes out."""


class Folder:
    """Coders that make one run of bytes, which files are cut from."""

    def __init__(self, coders: list[Coder], binds: list[tuple[int, int]], packed: list[int]) -> None:
        self.coders = coders
        self.binds = binds
        """Inputs and the outputs that they take."""
        self.packed = packed
        """Inputs that stand in the archive."""
        self.sizes: list[int] | None = None
        """Of its files; None where it is one."""
        self.has_checksum = False

    @property
    def is_chain(self) -> bool:
        """Whether each coder has one stream in and one out."""
        return all(coder.inputs == coder.outputs == 1 for coder in self.coders) and len(self.packed) == 1

    def chain(self) -> Iterator[Coder]:
        """Give the coders in the order in which they are undone."""
        by_output = {out: into for into, out in self.binds}
        at: int | None = self.packed[0]
        for _ in self.coders:
            if at is None or at >= len(self.coders):
                return
            yield self.coders[at]
            at = by_output.get(at)

    @property
    def size(self) -> int:
        """What comes out at the end."""
        taken = {out for _, out in self.binds}
        return next((coder.size for index, coder in enumerate(self.coders) if index not in taken), 0)


class Entry(NamedTuple):
    """A file."""

    name: str
    has_stream: bool
    is_folder: bool


class Archive:
    """What a header tells; as much of it as could be read."""

    def __init__(self) -> None:
        self.is_packed_header = False
        self.fault = ""
        self.packed_at = 0
        self.packed_sizes: list[int] = []
        self.folders: list[Folder] = []
        self.file_count = 0
        self.names: list[str] = []
        self.empty_streams: list[bool] = []
        self.empty_files: list[bool] = []

    def streams(self) -> list[tuple[int, int]]:
        """Give the folder and the size of each file that has content."""
        return [
            (index, size)
            for index, folder in enumerate(self.folders)
            for size in ([folder.size] if folder.sizes is None else folder.sizes)
        ]

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Give where the first packed stream of each folder begins, and its size."""
        found: list[tuple[int, int]] = []
        sizes, at = iter(self.packed_sizes), self.packed_at
        for folder in self.folders:
            own = [next(sizes, 0) for _ in folder.packed]
            found.append((at, own[0] if own else 0))
            at += sum(own)
        return found

    def entries(self, streams: int) -> Iterator[Entry]:
        """Give the files: those that have a name or content; without their list, each stream is one."""
        empty = iter(self.empty_files)
        for index in range(min(self.file_count or streams, max(len(self.names), streams))):
            name = self.names[index] if index < len(self.names) else ""
            has_stream = not (index < len(self.empty_streams) and self.empty_streams[index])
            yield Entry(name.replace("\\", "/"), has_stream, not has_stream and not next(empty, False))


class _Bytes:
    """A place in the header."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        """Give so many bytes."""
        if size > len(self.data) - self.at:
            raise HeaderFault
        self.at += size
        return self.data[self.at - size : self.at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self, most: int = 1 << 62) -> int:
        """Read a number: the ones that lead its first byte say how many bytes follow, the rest is its upper end."""
        first, value = self.byte(), 0
        for index in range(8):
            mask = 0x80 >> index
            if not first & mask:
                value |= (first & mask - 1) << 8 * index
                break
            value |= self.byte() << 8 * index
        if value > most:
            raise HeaderFault
        return value

    def flags(self, count: int) -> list[bool]:
        """Read bits, the highest of a byte first."""
        bits = self.take((count + 7) // 8)
        return [bool(bits[index >> 3] & 0x80 >> (index & 7)) for index in range(count)]

    def flags_or_all(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.flags(count)


def parse(header: bytes) -> Archive:
    """Read a header, or what of it can be."""
    archive, place = Archive(), _Bytes(header)
    if not header:
        return archive
    try:
        kind = place.byte()
        if kind == _PACKED_HEADER:
            archive.is_packed_header = True
            _read_streams(place, archive)
        elif kind == _HEADER:
            _read_header(place, archive)
        else:
            archive.fault = "a header that is none"
    except HeaderFault:
        archive.fault = "a header that is cut or cannot be"
        archive.is_packed_header = archive.is_packed_header and bool(archive.folders)
    return archive


def _read_header(place: _Bytes, archive: Archive) -> None:
    while (kind := place.byte()) != _END:
        if kind == _ARCHIVE_PROPERTIES:
            while place.byte() != _END:
                place.take(place.number())
        elif kind == _STREAMS:
            _read_streams(place, archive)
        elif kind == _MORE_STREAMS:
            _read_streams(place, Archive())
        elif kind == _FILES:
            _read_files(place, archive)
        else:
            raise HeaderFault


def _read_streams(place: _Bytes, archive: Archive) -> None:
    while (kind := place.byte()) != _END:
        if kind == _PACK:
            _read_packed(place, archive)
        elif kind == _UNPACK:
            _read_folders(place, archive)
        elif kind == _SUBSTREAMS:
            _read_substreams(place, archive)
        else:
            raise HeaderFault


def _read_packed(place: _Bytes, archive: Archive) -> None:
    archive.packed_at = place.number()
    count = place.number(_MOST_PACKED)
    while (kind := place.byte()) != _END:
        if kind == _SIZE:
            archive.packed_sizes = [place.number() for _ in range(count)]
        elif kind == _CRC:
            place.take(4 * sum(place.flags_or_all(count)))
        else:
            raise HeaderFault


def _read_folders(place: _Bytes, archive: Archive) -> None:
    if place.byte() != _FOLDER:
        raise HeaderFault
    count = place.number(MOST_FOLDERS)
    if place.byte():  # it stands elsewhere: no archiver writes that
        raise HeaderFault
    archive.folders = [_read_folder(place) for _ in range(count)]
    while (kind := place.byte()) != _END:
        if kind == _CODER_SIZE:
            for folder in archive.folders:
                folder.coders = [coder._replace(size=_sizes(place, coder)) for coder in folder.coders]
        elif kind == _CRC:
            known = place.flags_or_all(count)
            place.take(4 * sum(known))
            for folder, has_checksum in zip(archive.folders, known, strict=True):
                folder.has_checksum = has_checksum
        else:
            raise HeaderFault


def _sizes(place: _Bytes, coder: Coder) -> int:
    return max([place.number() for _ in range(coder.outputs)], default=0)


def _read_folder(place: _Bytes) -> Folder:
    coders: list[Coder] = []
    for _ in range(place.number(_MOST_CODERS)):
        flags = place.byte()
        method = place.take(flags & 0xF)
        inputs, outputs = 1, 1
        if flags & 0x10:
            inputs, outputs = place.number(_MOST_CODERS), place.number(_MOST_CODERS)
        properties = place.take(place.number(1 << 16)) if flags & 0x20 else b""
        coders.append(Coder(method, properties, inputs, outputs))
    into, out = sum(coder.inputs for coder in coders), sum(coder.outputs for coder in coders)
    if not coders or not out or into < out - 1:
        raise HeaderFault
    binds = [(place.number(_MOST_PACKED), place.number(_MOST_PACKED)) for _ in range(out - 1)]
    free = into - len(binds)
    bound = {one for one, _ in binds}
    if free == 1:
        packed = [index for index in range(into) if index not in bound][:1] or [0]
    else:
        packed = [place.number(_MOST_PACKED) for _ in range(free)]
    return Folder(coders, binds, packed)


def _read_substreams(place: _Bytes, archive: Archive) -> None:
    """Read how folders are cut into files; without it, each folder is one."""
    counts = [1] * len(archive.folders)
    kind = place.byte()
    if kind == _STREAM_COUNT:
        counts = [place.number(MOST_FILES) for _ in counts]
        if sum(counts) > MOST_FILES:
            raise HeaderFault
        kind = place.byte()
    for folder, count in zip(archive.folders, counts, strict=True):
        sizes = [place.number() for _ in range(count - 1)] if kind == _SIZE else []
        folder.sizes = [*sizes, max(0, folder.size - sum(sizes))] if count else []
    if kind == _SIZE:
        kind = place.byte()
    while kind != _END:
        if kind != _CRC:
            raise HeaderFault
        unknown = sum(
            0 if count == 1 and folder.has_checksum else count
            for folder, count in zip(archive.folders, counts, strict=True)
        )
        place.take(4 * sum(place.flags_or_all(unknown)))
        kind = place.byte()


def _read_files(place: _Bytes, archive: Archive) -> None:
    count = archive.file_count = place.number(MOST_FILES)
    while (kind := place.number()) != _END:
        size = place.number()
        value = _Bytes(place.take(size))
        if kind == _EMPTY_STREAM:
            archive.empty_streams = value.flags(count)
        elif kind == _EMPTY_FILE:
            archive.empty_files = value.flags(sum(archive.empty_streams))
        elif kind == _NAMES and not value.byte():
            names = value.take(len(value.data) - 1).decode("utf-16-le", "replace").split("\0")
            archive.names = names[:count]
