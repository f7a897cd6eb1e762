"""Small archives and images of discs, built field by field, and what a reader says of them."""

from __future__ import annotations

import lzma
import random
import shutil
import struct
import subprocess
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member, Note, Piece, Reader
from mailkit.limits import DEFAULT, Limits

PROGRAM = b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0 MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"
FILES = (("setup.exe", PROGRAM), ("docs/read me.txt", b"read me\n" * 30))
SECTOR = 2048


def pieces(reader: Reader, data: bytes, limits: Limits = DEFAULT) -> list[Piece]:
    """Read a file with a budget of its own."""
    return list(reader(data, Budget(limits, time.monotonic)))


def contents(reader: Reader, data: bytes) -> dict[str, bytes | None]:
    """Give the members: name and content."""
    return {piece.name: piece.data for piece in pieces(reader, data) if isinstance(piece, Member)}


def codes(reader: Reader, data: bytes) -> set[str]:
    """Give the codes that a reader tells."""
    return {piece.code for piece in pieces(reader, data) if isinstance(piece, Note)}


def reasons(reader: Reader, data: bytes, limits: Limits = DEFAULT) -> set[str]:
    """Give why something was not looked at."""
    return {piece.reason for piece in pieces(reader, data, limits) if isinstance(piece, Gap)}


def assert_bounded(reader: Reader, data: bytes, step: int = 1, start: int = 0) -> None:
    """Read every prefix, and the file with each of its bytes changed; none raises, and none gives many pieces.

    A prefix gives all, or says what is missing; but for those that end between two members.
    """
    silent = 0
    whole = {piece for piece in pieces(reader, data) if isinstance(piece, Member) and piece.data}
    for end in range(start, len(data) - 64, step):
        found = pieces(reader, data[:end])
        assert len(found) < 500
        silent += not (whole <= set(found) or any(isinstance(one, Gap) for one in found))
    assert silent < 5
    chance = random.Random(7)
    for at in range(start, min(len(data), start + 3000), step):
        for value in (0, 0xFF, data[at] ^ 1 << chance.randrange(8)):
            assert len(pieces(reader, data[:at] + bytes([value]) + data[at + 1 :])) < 500
    for at in range(start, min(len(data), start + 3000), step):
        for word in (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", bytes(8), b"\xff" * 8):
            assert len(pieces(reader, data[:at] + word + data[at + len(word) :])) < 500


def tool(name: str) -> str:
    """Give where a program is; the test is left out where there is none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} on this machine")
    return found


def made_by(folder: Path, name: str, *command: str) -> bytes:
    """Let a genuine tool pack the files, and give what it wrote."""
    program = tool(command[0])
    for path, content in FILES:
        place = folder / "in" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    subprocess.run(
        [program, *(str(folder / name) if word == "OUT" else word for word in command[1:])],
        cwd=folder / "in",
        check=True,
        capture_output=True,
        timeout=60,
    )
    return (folder / name).read_bytes()


# RAR


def rar4_block(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
    """Write a header of RAR 1.5 to 4, with its checksum."""
    rest = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest + data


def rar4_file(name: bytes, data: bytes, flags: int = 0, method: int = 0x30, mode: int = 0x20) -> bytes:
    """Write a file; a mode with the type of a file is one of Unix."""
    size, system = len(data), 3 if mode > 0x8000 else 2
    body = struct.pack("<IIBIIBBHI", size, size, system, zlib.crc32(data), 0, 29, method, len(name), mode) + name
    return rar4_block(0x74, 0x8000 | flags, body, data)


def rar4(*blocks: bytes, flags: int = 0) -> bytes:
    """Write an archive."""
    return b"Rar!\x1a\x07\x00" + rar4_block(0x73, flags, bytes(6)) + b"".join(blocks) + rar4_block(0x7B, 0x4000, b"")


def vint(value: int) -> bytes:
    """Write a number of RAR 5."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def rar5_block(kind: int, body: bytes, extra: bytes = b"", data: bytes = b"", flags: int = 0) -> bytes:
    """Write a header of RAR 5, with its checksum."""
    flags |= (1 if extra else 0) | (2 if data else 0)
    sizes = (vint(len(extra)) if extra else b"") + (vint(len(data)) if data else b"")
    head = vint(kind) + vint(flags) + sizes + body + extra
    head = vint(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head + data


def rar5_record(kind: int, value: bytes) -> bytes:
    """Write a record of an extra area."""
    return vint(len(vint(kind)) + len(value)) + vint(kind) + value


def rar5_file(name: str, data: bytes, extra: bytes = b"", method: int = 0, flags: int = 0) -> bytes:
    """Write a file, or a service, which has a name of three capitals."""
    kind = 3 if len(name) == 3 and name.isupper() else 2
    raw = name.encode()
    body = vint(4) + vint(len(data)) + vint(0x20) + struct.pack("<I", zlib.crc32(data)) + vint(method << 7)
    return rar5_block(kind, body + vint(0) + vint(len(raw)) + raw, extra, data, flags)


def rar5(*blocks: bytes, flags: int = 0) -> bytes:
    """Write an archive."""
    main = rar5_block(1, vint(flags))
    return b"Rar!\x1a\x07\x01\x00" + main + b"".join(blocks) + rar5_block(5, vint(0))


# LZH


def lzh_header(name: bytes, packed: bytes, size: int, method: bytes = b"-lh0-", level: int = 0) -> bytes:
    """Write a header of a level, and the content; a name with a folder is split from level 1 on."""
    folder, _, leaf = name.rpartition(b"/")
    extensions = [b"\1" + leaf] if level else []
    extensions += [b"\2" + folder.replace(b"/", b"\xff")] if level and folder else []
    wide = 4 if level == 3 else 2
    sizes = [len(one) + wide for one in extensions] + [0]
    more = b"".join(one + after.to_bytes(wide, "little") for one, after in zip(extensions, sizes[1:], strict=True))
    count = len(packed) + (len(more) if level == 1 else 0)
    base = method + struct.pack("<III", count, size, 0) + b"\x20" + bytes([level])
    if level < 2:
        shown = name.replace(b"/", b"\\") if not level else b""
        rest = base + bytes([len(shown)]) + shown + bytes(2)
        rest += b"M" + sizes[0].to_bytes(2, "little") if level else b""
        return bytes([len(rest), sum(rest) & 0xFF]) + rest + more + packed
    if level == 2:
        rest = base + bytes(2) + b"M" + sizes[0].to_bytes(2, "little") + more
        return struct.pack("<H", len(rest) + 2) + rest + packed
    rest = base + bytes(2) + b"M" + struct.pack("<II", 32 + len(more), sizes[0]) + more
    return struct.pack("<H", 4) + rest + packed


def lzh_codes(content: bytes, distances: int = 4, repeats: int = 0) -> bytes:
    """Pack content as bytes of eight bits each, then repeat its last byte in copies of six."""
    words = [(len(content), 16), (0, 5), (10, 5), (256, 9), (0, distances), (0, distances)]
    words += [(byte, 8) for byte in content]
    for done in range(0, repeats, 65535):
        words += [(min(repeats - done, 65535), 16), (0, 10), (0, 9), (256 + 3, 9), (0, distances), (0, distances)]
    bits = "".join(f"{value:0{size}b}" for value, size in words)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


# 7z


def seven_number(value: int) -> bytes:
    """Write a number of 7z in the longest form."""
    return b"\xff" + struct.pack("<Q", value)


def seven(
    files: Sequence[tuple[str, bytes]], coder: bytes = b"\x01\x00", packed: bytes | None = None, *, is_cut: bool = True
) -> bytes:
    """Write a 7z archive of one folder with a plain header; it may leave out how the folder is cut into files."""
    content = b"".join(data for _, data in files)
    packed = content if packed is None else packed
    number = seven_number
    streams = b"\x06" + number(0) + b"\1" + b"\x09" + number(len(packed)) + b"\0"
    streams += b"\x07\x0b\1\0" + b"\1" + coder + b"\x0c" + number(len(content)) + b"\0"
    if is_cut:
        streams += (
            b"\x08\x0d" + number(len(files)) + b"\x09" + b"".join(number(len(data)) for _, data in files[:-1]) + b"\0"
        )
    names = b"\0" + b"".join(name.encode("utf-16-le") + b"\0\0" for name, _ in files)
    listed = b"\x05" + number(len(files)) + b"\x11" + number(len(names)) + names + b"\0"
    return seven_file(packed, b"\1\4" + streams + b"\0" + listed + b"\0")


def seven_file(packed: bytes, header: bytes) -> bytes:
    """Write the first header before packed bytes, and a header behind them."""
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


LZMA2 = b"\x21\x21\1\x10"
RAW = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]


# CAB


def cab(files: Sequence[tuple[bytes, bytes]], method: int = 0, folder: int = 0, flags: int = 0) -> bytes:
    """Write a cabinet of one folder."""
    content = b"".join(data for _, data in files)
    blocks, before = b"", b""
    for at in range(0, len(content), 1 << 15):
        plain = content[at : at + (1 << 15)]
        one = plain
        if method == 1:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=before) if before else zlib.compressobj(9, 8, -15)
            one = b"CK" + packer.compress(plain) + packer.flush()
            before = plain
        blocks += struct.pack("<IHH", 0, len(one), len(plain)) + one
    rows, start = b"", 0
    for name, data in files:
        rows += struct.pack("<IIHHHH", len(data), start, folder, 0, 0, 0x20) + name + b"\0"
        start += len(data)
    place = 36 + 8 + len(rows)
    head = struct.pack("<IIIIIBBHHHHH", 0, place + len(blocks), 0, 44, 0, 3, 1, 1, len(files), flags, 1, 0)
    count = -(-len(content) // (1 << 15))
    return b"MSCF" + head + struct.pack("<IHH", place, count, method) + rows + blocks


# ARJ


def arj_header(kind: int, name: bytes, data: bytes = b"", size: int = 0, how: tuple[int, int] = (0, 0)) -> bytes:
    """Write a header with its checksum, and the content; `how` is the method and the flags."""
    method, flags = how
    first = struct.pack("<BBBBBBBBIIIIHHH", 30, 11, 1, 0, flags, method, kind, 0, 0, len(data), size, 0, 0, 0, 0)
    head = first + name + b"\0\0"
    return b"\x60\xea" + struct.pack("<H", len(head)) + head + struct.pack("<IH", zlib.crc32(head), 0) + data


def arj(*members: bytes) -> bytes:
    """Write an archive."""
    return arj_header(2, b"a.arj") + b"".join(members) + b"\x60\xea\0\0"


# ISO 9660


def both(value: int, size: int) -> bytes:
    """Write a number in both orders of bytes."""
    return value.to_bytes(size, "little") + value.to_bytes(size, "big")


def record(name: bytes, extent: int, size: int, flags: int = 0, more: bytes = b"") -> bytes:
    """Write a record of a folder."""
    body = b"\0" + both(extent, 4) + both(size, 4) + bytes(7) + bytes([flags, 0, 0]) + both(1, 2)
    body += bytes([len(name)]) + name + bytes((len(name) + 1) % 2) + more
    return bytes([len(body) + 1]) + body


def iso(*folders: Sequence[bytes], files: Sequence[bytes] = (), joliet: Sequence[bytes] = ()) -> bytes:
    """Write a disc: folders from sector 20 (the first is the root), that of Joliet at 30, files from 40 on."""
    sectors = {16: descriptor(1, record(b"\0", 20, SECTOR, 2)), 18: b"\xffCD001\1"}
    if joliet:
        sectors[17] = descriptor(2, record(b"\0", 30, SECTOR, 2), b"%/E")
        sectors[30] = record(b"\0", 30, SECTOR, 2) + record(b"\1", 30, SECTOR, 2) + b"".join(joliet)
    for index, folder in enumerate(folders):
        place = 20 + index
        sectors[place] = record(b"\0", place, SECTOR, 2) + record(b"\1", 20, SECTOR, 2) + b"".join(folder)
    for index, file in enumerate(files):
        sectors[40 + index] = file
    return b"".join(sectors.get(index, b"").ljust(SECTOR, b"\0") for index in range(max(sectors) + 1))


def descriptor(kind: int, root: bytes, escape: bytes = b"") -> bytes:
    """Write a descriptor of a volume."""
    body = bytearray(SECTOR)
    body[:7] = bytes([kind]) + b"CD001\1"
    body[88 : 88 + len(escape)] = escape
    body[128:132] = both(SECTOR, 2)
    body[156:190] = root
    return bytes(body)
