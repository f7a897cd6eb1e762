"""tar as the standard library writes it and as attackers do, cpio and ar; cuts, flips and floods."""

from __future__ import annotations

import io
import random
import tarfile
from collections.abc import Callable

import pytest

from mailkit.attachments.archives.tar import read_ar, read_cpio, read_tar
from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member, Note, Piece, Reader
from mailkit.limits import DEFAULT, Limits
from tests.timing import assert_linear

TEXT = b"Harmless text for a test.\r\n" * 30
PROGRAM = b"MZ" + bytes(62) + b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD" * 8
MALFORMED = "ARCHIVE_MALFORMED"


def read(data: bytes, reader: Reader = read_tar, limits: Limits = DEFAULT) -> list[Piece]:
    return list(reader(data, Budget(limits, lambda: 0.0)))


def members(data: bytes, reader: Reader = read_tar) -> dict[str, bytes | None]:
    return {piece.name: piece.data for piece in read(data, reader) if isinstance(piece, Member)}


def codes(data: bytes, reader: Reader = read_tar) -> set[str]:
    return {piece.code for piece in read(data, reader) if isinstance(piece, Note)}


def standard(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def header(name: bytes, size: int = 0, kind: bytes = b"0", link: bytes = b"", more: bytes = b"ustar\x0000") -> bytes:
    """Make a header with its checksum; what follows the name of the link is `more`."""
    fields = b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + b"00000000000\0"
    block = (name.ljust(100, b"\0") + fields + b" " * 8 + kind + link.ljust(100, b"\0") + more).ljust(512, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def entry(name: bytes, data: bytes, kind: bytes = b"0") -> bytes:
    return header(name, len(data), kind) + data + bytes(-len(data) % 512)


def pax(key: bytes, value: bytes) -> bytes:
    size = len(key) + len(value) + 3
    while len(b"%d" % size) + len(key) + len(value) + 3 != size:
        size = len(b"%d" % size) + len(key) + len(value) + 3
    return b"%d %s=%s\n" % (size, key, value)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_as_the_standard_library_writes_it(form: int) -> None:
    rng = random.Random(form)
    for _ in range(100):
        folders = ["", "d/", "x" * 60 + "/" + "y" * 60 + "/", *(["資料/" * 30] if form else [])]
        files = {
            f"{rng.choice(folders)}{number}.txt": rng.randbytes(rng.choice([0, 1, 511, 512, 513, 3000]))
            for number in range(rng.randrange(6))
        }
        data = standard(files, form)
        assert members(data) == files
        assert len(read(data)) == len(files)


@pytest.mark.parametrize(
    ("data", "expected", "found"),
    [
        pytest.param(entry(b"a", TEXT) + bytes(1024) + entry(b"b", PROGRAM), {"a", "b"}, set(), id="two archives"),
        pytest.param(
            entry(b"a", TEXT).replace(b"ustar\x0000", bytes(8)), {"a"}, {MALFORMED}, id="wrong checksum of v7"
        ),
        pytest.param(header(b"a", more=b"").ljust(1024, b"\0"), {"a"}, set(), id="v7"),
        pytest.param(b"?" * 512 + entry(b"b", PROGRAM), {"b"}, {MALFORMED}, id="no header, then one"),
        pytest.param(entry(b"a", TEXT)[:700], {"a"}, {MALFORMED}, id="cut"),
        pytest.param(entry(b"../a", TEXT), {"../a"}, {"ARCHIVE_TRAVERSAL"}, id="up"),
        pytest.param(header(b"a", 0, b"2", b"/etc/passwd"), set(), {"ARCHIVE_LINK"}, id="symbolic link"),
        pytest.param(header(b"a", 0, b"1", b"../b"), set(), {"ARCHIVE_LINK"}, id="hard link"),
        pytest.param(header(b"d/a", 0, b"2", b"../b"), set(), set(), id="a link that stays"),
        pytest.param(header(b"dev", 0, b"3"), set(), set(), id="a device"),
        pytest.param(header(b"l", 1024, b"2", b"a") + entry(b"b", PROGRAM), {"b"}, set(), id="a link with a size"),
        pytest.param(
            entry(b"x", pax(b"path", "資料.exe".encode()), b"x") + entry(b"a.txt", PROGRAM),
            {"資料.exe"},
            set(),
            id="pax",
        ),
        pytest.param(
            entry(b"x", pax(b"size", b"0"), b"x") + entry(b"a", entry(b"b", TEXT)),
            {"a", "b"},
            {"ARCHIVE_AMBIGUOUS"},
            id="pax and the header differ in size",
        ),
        pytest.param(entry(b"L", b"long/name.exe\0", b"L") + entry(b"a", TEXT), {"long/name.exe"}, set(), id="GNU"),
    ],
)
def test_forms(data: bytes, expected: set[str], found: set[str]) -> None:
    if MALFORMED in found and data.startswith(b"a") and len(data) > 1024:
        data = data[:257] + b"ustar\0" + data[263:]
    assert (set(members(data)), codes(data)) == (expected, found)


SPANS = ((0, 66), (1000, len(TEXT)))
WHOLE = PROGRAM[:66] + bytes(934) + TEXT + bytes(2000 - 1000 - len(TEXT))
STORED = PROGRAM[:66] + TEXT


def old_sparse() -> bytes:
    block = bytearray(header(b"a.exe", len(STORED), b"S", more=b"ustar  \0"))
    fields = b"".join(b"%011o\0%011o\0" % span for span in SPANS)
    block[386 : 386 + len(fields)] = fields
    block[483:495] = b"%011o\0" % len(WHOLE)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + STORED + bytes(-len(STORED) % 512)


def pax_sparse(*, inside: bool) -> bytes:
    numbers = [b"%d" % number for span in SPANS for number in span]
    records = pax(b"GNU.sparse.name", b"a.exe") + pax(b"GNU.sparse.realsize", b"%d" % len(WHOLE))
    if not inside:
        records += pax(b"GNU.sparse.map", b",".join(numbers))
        return entry(b"x", records, b"x") + entry(b"GNUSparseFile.0/a", STORED)
    lines = b"\n".join([b"2", *numbers, b""])
    records += pax(b"GNU.sparse.major", b"1") + pax(b"GNU.sparse.minor", b"0")
    return entry(b"x", records, b"x") + entry(b"GNUSparseFile.0/a", lines.ljust(512, b"\0") + STORED)


@pytest.mark.parametrize(
    "data",
    [old_sparse(), pax_sparse(inside=False), pax_sparse(inside=True)],
    ids=["old GNU", "pax 0.1", "pax 1.0"],
)
def test_holes(data: bytes) -> None:
    assert members(data) == {"a.exe": WHOLE}


def test_a_hole_without_end() -> None:
    data = entry(b"x", pax(b"GNU.sparse.realsize", b"9" * 12) + pax(b"GNU.sparse.map", b"0,5"), b"x") + entry(
        b"a", TEXT
    )
    pieces = read(data)
    assert [piece.reason for piece in pieces if isinstance(piece, Gap)] == ["RATIO"]


def newc(name: bytes, data: bytes, mode: int = 0o100644) -> bytes:
    fields = b"".join(b"%08X" % value for value in (1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0))
    head = b"070701" + fields + name + b"\0"
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


CPIO = newc(b"a.txt", TEXT) + newc(b"b.exe", PROGRAM) + newc(b"TRAILER!!!", b"")
AR = b"!<arch>\n" + b"".join(
    b"%-16s%-12d%-6d%-6d%-8s%-10d`\n%s%s" % (name, 0, 0, 0, b"100644", len(data), data, b"\n" * (len(data) % 2))
    for name, data in ((b"debian-binary", b"2.0\n"), (b"data.tar", standard({"a": PROGRAM})), (b"x/", TEXT + b"y"))
)


def test_cpio() -> None:
    assert members(CPIO, read_cpio) == {"a.txt": TEXT, "b.exe": PROGRAM}
    assert codes(CPIO, read_cpio) == set()
    link = newc(b"a", b"/etc/passwd", 0o120777)
    assert codes(link, read_cpio) == {"ARCHIVE_LINK"}
    assert codes(newc(b"../a", TEXT), read_cpio) == {"ARCHIVE_TRAVERSAL"}
    assert codes(CPIO[:300], read_cpio) == {MALFORMED}


def test_ar() -> None:
    assert set(members(AR, read_ar)) == {"debian-binary", "data.tar", "x"}
    assert members(AR, read_ar)["x"] == TEXT + b"y"
    assert codes(AR, read_ar) == {"MAGIC_INSTALLER"}


SMALL: list[tuple[Reader, bytes]] = [
    (read_tar, standard({"資料" * 60: b"x" * 600, "b": PROGRAM})[:4608]),
    (read_tar, old_sparse() + pax_sparse(inside=True)),
    (read_cpio, CPIO),
    (read_ar, AR[:1500]),
]


@pytest.mark.parametrize(("reader", "data"), SMALL, ids=["pax", "sparse", "cpio", "ar"])
def test_nothing_is_raised(reader: Reader, data: bytes) -> None:
    rng = random.Random(5)
    for end in range(len(data)):
        read(data[:end], reader)
    for _ in range(1500):
        changed = bytearray(data)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(data) - 8)
            changed[at : at + rng.choice([1, 8])] = rng.choice([b"\xff" * 8, b"77777777", rng.randbytes(8)])
        assert all(isinstance(piece, (Note, Member, Gap)) for piece in read(bytes(changed), reader))


def test_more_members_than_are_read() -> None:
    pieces = read(entry(b"a", b"") * 500, limits=Limits(member_count=100))
    assert (len(pieces), pieces[-1]) == (101, Gap("PARTS", "member_count"))


@pytest.mark.parametrize(
    ("reader", "make"),
    [
        pytest.param(read_tar, lambda size: entry(b"a", b"") * (size // 512), id="headers"),
        pytest.param(read_tar, lambda size: b"a" * size, id="no headers"),
        pytest.param(read_tar, lambda size: b"ustar007" * (size // 8), id="like headers"),
        pytest.param(read_tar, lambda size: entry(b"x", pax(b"path", b"y"), b"x") * (size // 1024), id="pax"),
        pytest.param(read_tar, lambda size: entry(b"x", pax(b"a", b"y") * (size // 7), b"x"), id="records"),
        pytest.param(read_tar, lambda size: old_sparse() * (size // 1536), id="holes"),
        pytest.param(read_cpio, lambda size: newc(b"a", b"") * (size // 112), id="cpio"),
        pytest.param(read_ar, lambda size: AR[:8] + AR[8:72] * (size // 64), id="ar"),
    ],
)
def test_linear(reader: Reader, make: Callable[[int], bytes]) -> None:
    assert_linear(lambda data: read(data, reader), make)
