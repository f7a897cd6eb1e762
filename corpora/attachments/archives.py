"""Archives other than zip, each with its files stored: headers by hand, from what is known of the formats."""

from __future__ import annotations

import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable

from corpora.attachments.deflate import deflate

WHEN = 0x58A14800
"""09:00 on the first of May 2024, as MS-DOS writes it."""


def tar(
    files: dict[str, bytes], form: int = tarfile.USTAR_FORMAT, links: dict[str, tuple[bytes, str]] | None = None
) -> bytes:
    """Give a tar archive; `links`: name -> kind and target."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, (kind, target) in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = kind, target
            archive.addfile(link)
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1714554000
            archive.addfile(info, io.BytesIO(data))
    return _cut(out)


def _cut(out: io.BytesIO) -> bytes:
    """Leave out the blocks of zeros behind the two that end the archive."""
    data = out.getvalue()
    kept = len(data.rstrip(b"\0"))
    return data[: -(-kept // 512) * 512 + 1024]


def rar4(files: dict[str, bytes], *, method: int = 0x30, flags: int = 0, main: int = 0) -> bytes:
    """Give an archive of RAR 2.9 to 4. technote.txt of unrar 3; `flags` 4: encrypted, `main` 0x80: headers too."""
    body = b"Rar!\x1a\x07\0" + _rar4_block(0x73, main, bytes(6))
    for name, data in files.items():
        head = struct.pack("<IIBIIBBHI", len(data), len(data), 0, zlib.crc32(data), WHEN, 29, method, len(name), 0x20)
        body += _rar4_block(0x74, 0x8000 | flags, head + name.encode() + bytes(8 if flags & 0x400 else 0)) + data
    return body + _rar4_block(0x7B, 0x4000, b"")


def _rar4_block(kind: int, flags: int, rest: bytes) -> bytes:
    body = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body


def rar5(files: dict[str, bytes], *, locked: bool = False, extra: bytes = b"") -> bytes:
    """Give an archive of RAR 5; `locked`: the headers are encrypted. The format is on rarlab.com."""
    body = b"Rar!\x1a\x07\x01\0"
    if locked:
        body += _rar5_block(bytes((4, 0, 0, 0, 15)) + bytes(range(16)))
        return body + bytes(range(96, 256))
    body += _rar5_block(bytes((1, 0, 0)))
    for name, data in files.items():
        raw = name.encode()
        flags = 2 | bool(extra)
        head = (
            bytes((2, flags))
            + (_vint(len(extra)) if extra else b"")
            + _vint(len(data))
            + bytes((4,))
            + _vint(len(data))
        )
        head += bytes((0x20,)) + struct.pack("<I", zlib.crc32(data)) + bytes((0, 0)) + _vint(len(raw)) + raw + extra
        body += _rar5_block(head) + data
    return body + _rar5_block(bytes((5, 0, 0)))


def _rar5_block(rest: bytes) -> bytes:
    body = _vint(len(rest)) + rest
    return struct.pack("<I", zlib.crc32(body)) + body


def _vint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def sevenzip(
    name: str, data: bytes, *, coder: bytes = b"\x01\0", packed: bytes | None = None, locked: bool = False
) -> bytes:
    """Give an archive of 7-Zip with one file and a plain header. 7zFormat.txt of the LZMA SDK; numbers below 2**14."""
    stored = data if packed is None else packed
    streams = b"\x06\0\x01\x09" + _number(len(stored)) + b"\0"
    streams += (
        b"\x07\x0b\x01\0\x01"
        + coder
        + b"\x0c"
        + _number(len(data))
        + b"\x0a\x01"
        + struct.pack("<I", zlib.crc32(data))
        + b"\0"
    )
    names = b"\0" + name.encode("utf-16-le") + b"\0\0"
    header = b"\x01\x04" + streams + b"\0\x05\x01\x11" + _number(len(names)) + names + b"\0\0"
    if locked:
        header = b"\x17" + streams + b"\0"
    start = struct.pack("<QQI", len(stored), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + stored + header


def _number(value: int) -> bytes:
    return bytes((value,)) if value < 128 else bytes((0x80 | value >> 8, value & 255))


def sevenzip_lzma(name: str, data: bytes) -> bytes:
    """Do the same with LZMA."""
    packed = lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    return sevenzip(name, data, coder=b"\x23\x03\x01\x01\x05\x5d\0\0\x01\0", packed=packed)


def sevenzip_aes(name: str, data: bytes, *, header: bool = False) -> bytes:
    """Do the same as if it were encrypted; what is stored is no cipher text of anything."""
    noise = bytes((index * 73 + 11) % 256 for index in range(-(-len(data) // 16) * 16))
    return sevenzip(name, data, coder=b"\x24\x06\xf1\x07\x01\x0a\x53\x07MAILKIT-", packed=noise, locked=header)


def cab(files: dict[str, bytes], *, packed: bool = False) -> bytes:
    """Give a cabinet of one folder. MS-CAB section 2; `packed`: MSZIP."""
    content = b"".join(files.values())
    stored = b"CK" + deflate(content) if packed else content
    rows, at = b"", 0
    for name, data in files.items():
        wide = not name.isascii()
        rows += struct.pack("<IIHHHH", len(data), at, 0, WHEN >> 16, WHEN & 0xFFFF, 0x20 | 0x80 * wide)
        rows += name.encode() + b"\0"
        at += len(data)
    first = 36 + 8 + len(rows)
    total = first + 8 + len(stored)
    start = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, total, 0, 44, 0, 3, 1, 1, len(files), 0, 7, 0)
    folder = struct.pack("<IHH", first, 1, int(packed))
    return start + folder + rows + struct.pack("<IHH", 0, len(stored), len(content)) + stored


def iso(names: tuple[str, str | None], data: bytes) -> bytes:
    """Give an image of a disc with one file, in ISO 9660 and, where the second name is one, in Joliet. ECMA-119."""
    plain, joliet = names
    plans = [(1, b"\0", plain.encode() + b";1")]
    if joliet is not None:
        plans.append((2, b"%/E", joliet.encode("utf-16-be")))
    first = 17 + len(plans)
    content = first + len(plans)
    image = bytearray(16 * 2048)
    for index, (kind, escape, _) in enumerate(plans):
        root = _record(b"\0", first + index, 2048, 2)
        label = "MAILKIT".encode("utf-16-be") if kind == 2 else b"MAILKIT"
        volume = bytes((kind,)) + b"CD001\x01\0" + bytes(32) + label.ljust(32, b" ") + bytes(8)
        total = content + -(-len(data) // 2048)
        volume += _both(total, 4) + escape.ljust(32, b"\0") + _both(1, 2) + _both(1, 2) + _both(2048, 2)
        volume += _both(10, 4) + struct.pack("<II", 0, 0) + struct.pack(">II", 0, 0) + root
        image += volume.ljust(881, b" ").ljust(2048, b"\0")[:881] + b"\x01" + bytes(2048 - 882)
    image += (b"\xffCD001\x01").ljust(2048, b"\0")
    for index, (_, _, name) in enumerate(plans):
        own = first + index
        folder = _record(b"\0", own, 2048, 2) + _record(b"\1", own, 2048, 2) + _record(name, content, len(data), 0)
        image += folder.ljust(2048, b"\0")
    return bytes(image) + data.ljust(-(-len(data) // 2048) * 2048, b"\0")


def _both(value: int, size: int) -> bytes:
    """Write a number in both orders. ECMA-119 section 7.3.3."""
    return value.to_bytes(size, "little") + value.to_bytes(size, "big")


def _record(name: bytes, at: int, size: int, flags: int) -> bytes:
    length = 33 + len(name) + (1 - len(name) % 2)
    row = bytes((length, 0)) + _both(at, 4) + _both(size, 4) + bytes((124, 5, 1, 9, 0, 0, 0)) + bytes((flags, 0, 0))
    return (row + _both(1, 2) + bytes((len(name),)) + name).ljust(length, b"\0")


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 * (crc & 1)
    return crc


def lzh(name: str | bytes, data: bytes, level: int = 0, folder: bytes = b"", method: bytes = b"-lh0-") -> bytes:
    """Give an archive of LHA with one stored file. Header levels 0 to 2; knowledge."""
    raw = name.encode("shift_jis") if isinstance(name, str) else name
    sizes = struct.pack("<IIIBB", len(data), len(data), WHEN if level < 2 else 1714554000, 0x20, level)
    if level == 0:
        head = method + sizes + bytes((len(raw),)) + raw + struct.pack("<H", _crc16(data))
        return bytes((len(head), sum(head) & 255)) + head + data + b"\0"
    if level == 1:
        head = method + sizes + bytes((len(raw),)) + raw + struct.pack("<H", _crc16(data)) + b"M\0\0"
        return bytes((len(head), sum(head) & 255)) + head + data + b"\0"
    tails = struct.pack("<HB", 3 + len(raw), 1) + raw
    tails += struct.pack("<HB", 3 + len(folder), 2) + folder if folder else b""
    head = method + sizes + struct.pack("<H", _crc16(data)) + b"M" + tails + b"\0\0"
    pad = b"\0" if (len(head) + 2) % 256 == 0 else b""
    return struct.pack("<H", len(head) + len(pad) + 2) + head + pad + data + b"\0"


def arj(name: str, data: bytes, *, locked: bool = False) -> bytes:
    """Give an archive of ARJ with one stored file. technote of ARJ; knowledge."""
    start = bytes((30, 11, 1, 0, 0x10, 0, 2, 0)) + struct.pack("<IIII", WHEN, WHEN, 0, 0) + bytes(6)
    main = _arj_block(start + b"case.arj\0\0")
    row = bytes((30, 11, 1, 0, 0x10 | locked, 0, 0, 0)) + struct.pack("<III", WHEN, len(data), len(data))
    row += struct.pack("<IHHH", zlib.crc32(data), 0, 0x20, 0)
    return main + _arj_block(row + name.encode() + b"\0\0") + data + b"\x60\xea\0\0"


def _arj_block(head: bytes) -> bytes:
    return b"\x60\xea" + struct.pack("<H", len(head)) + head + struct.pack("<IH", zlib.crc32(head), 0)


def ace(name: str, data: bytes) -> bytes:
    """Give an archive of ACE with one stored file; knowledge of the headers."""
    main = struct.pack("<BH", 0, 0) + b"**ACE**" + bytes((20, 20, 2, 0)) + struct.pack("<I", WHEN) + bytes(8)
    row = struct.pack("<BHIIIII", 1, 0x8001, len(data), len(data), WHEN, 0x20, zlib.crc32(data) ^ 0xFFFFFFFF)
    row += struct.pack("<BBHHH", 0, 3, 10, 0, len(name)) + name.encode()
    return _ace_block(main) + _ace_block(row) + data


def _ace_block(body: bytes) -> bytes:
    return struct.pack("<HH", (zlib.crc32(body) ^ 0xFFFFFFFF) & 0xFFFF, len(body)) + body


def ar(files: dict[str, bytes]) -> bytes:
    """Give an archive as `ar` and Debian's packages have it."""
    body = b"!<arch>\n"
    for name, data in files.items():
        head = f"{name + '/':<16}{1714554000:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n"
        body += head.encode() + data + b"\n" * (len(data) % 2)
    return body


def cpio(files: dict[str, bytes]) -> bytes:
    """Give an archive of cpio in the format newc."""
    body = b""
    for name, data in (*files.items(), ("TRAILER!!!", b"")):
        fields = (1, 0o100644, 0, 0, 1, 1714554000, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + "".join(f"{field:08X}" for field in fields).encode() + name.encode() + b"\0"
        body += _even(head) + _even(data)
    return body


def _even(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def nested(outer: Callable[[str, bytes], bytes], name: str, data: bytes, count: int) -> bytes:
    """Put an archive of one file into an archive of one file, and so on."""
    for level in range(count):
        data = outer(name if level == 0 else f"level{level}.zip", data)
    return data
