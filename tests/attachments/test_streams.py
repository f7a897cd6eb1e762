"""gzip, bzip2, xz, LZMA, Zstandard and compress: one stream and several, names, cuts, flips, bombs."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import zlib
from collections.abc import Callable

import pytest

from mailkit.attachments.archives.inflate64 import inflate64
from mailkit.attachments.archives.streams import (
    read_bz2,
    read_compress,
    read_gzip,
    read_lz4,
    read_lzma,
    read_xz,
    read_zst,
)
from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member, Note, Piece, Reader
from mailkit.limits import DEFAULT
from tests.timing import assert_linear

PROGRAM = b"MZ" + bytes(62) + b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD" * 8
XZ_SUM = zlib.crc32(PROGRAM).to_bytes(4, "little")
TEXT = b"Harmless text for a test.\r\n" * 60


def budget() -> Budget:
    return Budget(DEFAULT, lambda: 0.0)


def read(data: bytes, reader: Reader) -> list[Piece]:
    return list(reader(data, budget()))


def contents(data: bytes, reader: Reader) -> list[tuple[str, bytes | None]]:
    return [(piece.name, piece.data) for piece in read(data, reader) if isinstance(piece, Member)]


def alone(data: bytes) -> bytes:
    return lzma.compress(data, lzma.FORMAT_ALONE)


def gzipped(data: bytes, name: bytes = b"", flags: int = 0, extra: bytes = b"") -> bytes:
    flags |= (8 if name else 0) | (4 if extra else 0)
    head = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6)
    head += (len(extra).to_bytes(2, "little") + extra if extra else b"") + (name + b"\0" if name else b"")
    head += (b"a comment\0" if flags & 16 else b"") + (b"" if not flags & 2 else b"??")
    head = head[:-2] + (zlib.crc32(head[:-2]) & 0xFFFF).to_bytes(2, "little") if flags & 2 else head
    one = zlib.compressobj(wbits=-15)
    body = one.compress(data) + one.flush()
    return head + body + zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")


FORMS: list[tuple[Reader, Callable[[bytes], bytes]]] = [
    (read_gzip, gzip.compress),
    (read_bz2, bz2.compress),
    (read_xz, lzma.compress),
    (read_lzma, alone),
]
EACH = pytest.mark.parametrize(("reader", "pack"), FORMS, ids=["gzip", "bz2", "xz", "lzma"])
SEVERAL = pytest.mark.parametrize(("reader", "pack"), FORMS[:3], ids=["gzip", "bz2", "xz"])


@EACH
def test_one_stream(reader: Reader, pack: Callable[[bytes], bytes]) -> None:
    for data in (PROGRAM, TEXT, random.Random(1).randbytes(300_000)):
        assert read(pack(data), reader) == [Member("", data)]


@SEVERAL
def test_several_streams(reader: Reader, pack: Callable[[bytes], bytes]) -> None:
    assert contents(pack(TEXT) + pack(PROGRAM), reader) == [("", TEXT), ("", PROGRAM)]
    assert contents(pack(TEXT) + bytes(8) + pack(PROGRAM), reader) == [("", TEXT), ("", PROGRAM)]
    assert read(pack(TEXT) + bytes(512), reader) == [Member("", TEXT)]
    assert contents(pack(b"M") + pack(PROGRAM[1:]), reader)[-1] == ("", PROGRAM)


@SEVERAL
def test_what_follows(reader: Reader, pack: Callable[[bytes], bytes]) -> None:
    pieces = read(pack(TEXT) + b"something else", reader)
    assert [piece.code for piece in pieces if isinstance(piece, Note)] == ["ARCHIVE_TRAILER"]


@pytest.mark.parametrize("flags", [0, 2, 16, 18])
@pytest.mark.parametrize("extra", [b"", b"BC\2\0\0\0"], ids=["", "extra"])
def test_names_of_gzip(flags: int, extra: bytes) -> None:
    data = gzipped(TEXT, b"readme.txt", flags, extra) + gzipped(PROGRAM, "資料.exe".encode(), flags, extra)
    assert contents(data, read_gzip) == [("readme.txt", TEXT), ("資料.exe", PROGRAM)]


@EACH
def test_cuts(reader: Reader, pack: Callable[[bytes], bytes]) -> None:
    data = pack(TEXT)
    for end in range(20, len(data)):
        pieces = read(data[:end], reader)
        whole = [piece.data for piece in pieces if isinstance(piece, Member)]
        assert all(TEXT.startswith(each or b"") for each in whole)
        assert reader is read_lzma or whole == [TEXT] or any(isinstance(piece, Gap) for piece in pieces)


@EACH
def test_flips(reader: Reader, pack: Callable[[bytes], bytes]) -> None:
    rng, data = random.Random(3), pack(TEXT) + pack(b"hello")
    for _ in range(1500):
        changed = bytearray(data)
        changed[rng.randrange(len(data))] = rng.randrange(256)
        assert all(isinstance(piece, (Note, Member, Gap)) for piece in read(bytes(changed), reader))


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        pytest.param(read_gzip, gzip.compress(PROGRAM)[:-8] + b"?" * 8, id="gzip"),
        pytest.param(read_gzip, gzipped(PROGRAM, b"a", 2 | 16, b"xy\0\0")[:-8] + bytes(8), id="gzip with all fields"),
        pytest.param(read_bz2, bz2.compress(PROGRAM)[:10] + b"?" * 4 + bz2.compress(PROGRAM)[14:], id="bz2"),
        pytest.param(read_xz, lzma.compress(PROGRAM, check=lzma.CHECK_CRC32).replace(XZ_SUM, b"????"), id="xz"),
    ],
)
def test_a_wrong_checksum_hides_nothing(reader: Reader, data: bytes) -> None:
    assert (contents(data, reader)[0][1] or b"").startswith(PROGRAM[:256])
    assert [piece.code for piece in read(data, reader) if isinstance(piece, Note)] == ["ARCHIVE_MALFORMED"]


def test_damage_in_the_middle_leaves_what_stands_before_it() -> None:
    data = gzip.compress(TEXT + random.Random(4).randbytes(4000))
    found = contents(data[:2000] + b"\xff" * 200 + data[2200:], read_gzip)
    assert (found[0][1] or b"").startswith(TEXT)


LOG = b"2026-11-26 09:00:00 INFO nothing to do, next run in 60 s\n"


@EACH
def test_logs_are_no_bombs(reader: Reader, pack: Callable[[bytes], bytes]) -> None:
    log = LOG * (8_000_000 // len(LOG))
    data = pack(log)
    assert len(log) > 200 * len(data)
    assert read(data, reader) == [Member("", log)]


def test_several_are_one() -> None:
    """What stands above the ratio is counted over the whole message."""
    log = gzip.compress(bytes(10_000_000))
    once = budget()
    assert [piece.reason for _ in range(3) for piece in read_gzip(log, once) if isinstance(piece, Gap)] == ["RATIO"] * 2


def test_how_much_becomes_how_much_is_told() -> None:
    (gap,) = (piece for piece in read(gzip.compress(bytes(50_000_000)), read_gzip) if isinstance(piece, Gap))
    assert gap.detail == "48 kB become more than 18 MB, 372:1"


@EACH
def test_bombs(reader: Reader, pack: Callable[[bytes], bytes]) -> None:
    data = pack(bytes(40 << 20))
    pieces = read(data, reader)
    assert [piece.reason for piece in pieces if isinstance(piece, Gap)] == ["RATIO"]
    assert sum(len(piece.data or b"") for piece in pieces if isinstance(piece, Member)) <= max(1 << 20, 200 * len(data))


@pytest.mark.parametrize(("reader", "head"), [(read_zst, b"\x28\xb5\x2f\xfd"), (read_lz4, b"\x04\x22\x4d\x18")])
def test_what_is_not_undone_is_said(reader: Reader, head: bytes) -> None:
    assert any(isinstance(piece, Gap) for piece in read(head + b"\0" * 50, reader))


def lzw(data: bytes, most: int = 16) -> bytes:
    """Write as compress(1) does: groups of eight codes, filled up where the codes grow."""
    table = {bytes([byte]): byte for byte in range(256)}
    group: list[int] = []
    size, next_code, before, codes = 9, 257, b"", b""

    def flush(last: bool) -> bytes:  # noqa: FBT001 - a test's own
        held = sum(code << (size * place) for place, code in enumerate(group))
        length = (len(group) * size + 7) // 8 if last else size
        return held.to_bytes(size, "little")[:length] if group else b""

    def put(code: int) -> bytes:
        group.append(code)
        found = flush(last=False) if len(group) == 8 else b""
        if found:
            group.clear()
        return found

    for byte in data:
        each = before + bytes([byte])
        if each in table:
            before = each
            continue
        codes += put(table[before])
        if next_code < 1 << most:
            table[each] = next_code
            next_code += 1
            if next_code > 1 << size and size < most:
                codes += flush(last=False)
                group.clear()
                size += 1
        before = bytes([byte])
    codes += put(table[before]) if before else b""
    return b"\x1f\x9d" + bytes([0x80 | most]) + codes + flush(last=True)


@pytest.mark.parametrize("data", [b"a", TEXT, PROGRAM, b"aaaa" * 500, random.Random(2).randbytes(3000)])
def test_compress(data: bytes) -> None:
    assert read(lzw(data), read_compress) == [Member("", data)]


def test_compress_never_raises() -> None:
    rng, data = random.Random(4), lzw(TEXT)
    for end in range(len(data)):
        read(data[:end], read_compress)
    for _ in range(1500):
        changed = bytearray(data)
        changed[rng.randrange(len(data))] = rng.randrange(256)
        read(bytes(changed), read_compress)


def raw(data: bytes, level: int = 6, strategy: int = 0) -> bytes:
    one = zlib.compressobj(level, wbits=-15, strategy=strategy)
    return one.compress(data) + one.flush()


@pytest.mark.parametrize("level", [0, 1, 9])
@pytest.mark.parametrize("strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY])
def test_inflate64_reads_what_both_formats_share(level: int, strategy: int) -> None:
    """Matches of 258 bytes have the code that means another thing in Deflate64: there are none in these."""
    rng = random.Random(level)
    for size in (0, 1, 100, 70_000):
        data = bytes(rng.choice(b"abcdefgh") for _ in range(size))
        packed = raw(data, level, strategy)
        found = inflate64(packed + b"more", budget())
        assert (found.data, found.reason, found.used) == (data, None, len(packed))


def test_inflate64_knows_the_long_match() -> None:
    """A fixed block: the letter a, length code 285 with 1,000 in its 16 bits, distance 1, the end."""
    bits = "1" + "10" + f"{0x30 + 0x61:08b}" + f"{0xC0 + 5:08b}" + f"{1000:016b}"[::-1] + "00000" + "0000000"
    packed = int(bits[::-1], 2).to_bytes(-(-len(bits) // 8), "little")
    assert inflate64(packed, budget())[:3] == (b"a" * 1004, None, len(packed))


def test_inflate64_never_raises() -> None:
    rng, data = random.Random(6), raw(PROGRAM + TEXT + random.Random(1).randbytes(200))
    for end in range(len(data)):
        assert inflate64(data[:end], budget()).reason == "MALFORMED"
    for _ in range(1500):
        changed = bytearray(data)
        changed[rng.randrange(len(data))] = rng.randrange(256)
        inflate64(bytes(changed), budget())


@pytest.mark.parametrize(
    ("reader", "make"),
    [
        pytest.param(read_gzip, lambda size: gzipped(b"") * (size // 20), id="gzip of nothing"),
        pytest.param(read_gzip, lambda size: b"\x1f\x8b\x08" * (size // 3), id="gzip heads"),
        pytest.param(read_gzip, lambda size: (gzipped(b"a") + b"\0") * (size // 22), id="gzip and padding"),
        pytest.param(read_bz2, lambda size: bz2.compress(b"a") * (size // 37), id="bz2"),
        pytest.param(read_xz, lambda size: lzma.compress(b"") * (size // 32), id="xz"),
        pytest.param(read_compress, lambda size: b"\x1f\x9d\x90" + b"a\0" * (size // 2), id="compress"),
    ],
)
def test_linear(reader: Reader, make: Callable[[int], bytes]) -> None:
    assert_linear(lambda data: read(data, reader), make, most=1 << 17)
