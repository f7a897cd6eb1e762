"""ZIP archives: what genuine writers make, both directories compared, methods, hostile forms, cuts and floods."""

from __future__ import annotations

import bz2
import io
import lzma
import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from typing import NamedTuple

import pytest

from mailkit.attachments.archives.ziparchive import read_zip
from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.limits import DEFAULT, Limits
from tests.timing import assert_linear

PROGRAM = b"MZ" + bytes(62) + b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD" * 8
TEXT = b"Harmless text for a test.\r\n" * 20
MALFORMED, AMBIGUOUS, OVERLAP = "ARCHIVE_MALFORMED", "ARCHIVE_AMBIGUOUS", "ARCHIVE_OVERLAP"


def read(data: bytes, limits: Limits = DEFAULT) -> list[Piece]:
    return list(read_zip(data, Budget(limits, lambda: 0.0)))


def members(data: bytes) -> dict[str, bytes | None]:
    return {piece.name: piece.data for piece in read(data) if isinstance(piece, Member)}


def codes(data: bytes) -> set[str]:
    return {piece.code for piece in read(data) if isinstance(piece, Note)}


def gaps(data: bytes) -> set[str]:
    return {piece.reason for piece in read(data) if isinstance(piece, Gap)}


def raw_deflate(data: bytes) -> bytes:
    one = zlib.compressobj(wbits=-15)
    return one.compress(data) + one.flush()


class Said(NamedTuple):
    """What a header says beside the name and the content."""

    method: int = 0
    flags: int = 0
    extra: bytes = b""
    mode: int = 0


def local(name: bytes, packed: bytes, plain: bytes, *said: object, **more: object) -> bytes:
    """Make a local header with its content."""
    method, flags, extra, _ = Said(*said, **more)  # type: ignore[arg-type] # as the caller has them
    sizes = (zlib.crc32(plain), len(packed), len(plain))
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, method, 0, 33, *sizes, len(name), len(extra))
    return head + name + extra + packed


def central(name: bytes, packed: int, plain: bytes, at: int, *said: object, **more: object) -> bytes:
    """Make an entry of the central directory."""
    method, flags, extra, mode = Said(*said, **more)  # type: ignore[arg-type] # as the caller has them
    head = struct.pack("<4s6H3I", b"PK\1\2", 0x314, 20, flags, method, 0, 33, zlib.crc32(plain), packed, len(plain))
    return head + struct.pack("<5H2I", len(name), len(extra), 0, 0, 0, mode << 16, at) + name + extra


def closed(body: bytes, entries: list[bytes], comment: bytes = b"", before: int = 0) -> bytes:
    """Put a directory and its end behind members."""
    directory = b"".join(entries)
    end = struct.pack(
        "<4s4H2IH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), len(body) - before, len(comment)
    )
    return body + directory + end + comment


def simple(name: bytes = b"a.txt", plain: bytes = TEXT) -> bytes:
    return closed(local(name, plain, plain), [central(name, len(plain), plain, 0)])


class Pipe(io.RawIOBase):
    """Something that cannot seek: the standard library then streams."""

    def __init__(self) -> None:
        self.found = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # what a writer of ZIP gives
        self.found += data
        return len(data)


def standard(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, *, streamed: bool = False) -> bytes:
    """Write an archive with the standard library."""
    target = Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return bytes(target.found) if isinstance(target, Pipe) else target.getvalue()


@pytest.mark.parametrize("streamed", [False, True], ids=["seekable", "streamed"])
@pytest.mark.parametrize("method", [0, 8, 12, 14], ids=["stored", "deflate", "bzip2", "lzma"])
def test_as_the_standard_library_reads_it(method: int, streamed: bool) -> None:  # noqa: FBT001 - a parameter of a test
    rng = random.Random(method)
    for _ in range(60):
        files = {
            f"{rng.choice(['', 'a/', '資料/'])}{number}.{rng.choice(['txt', 'exe', 'pdf'])}": rng.randbytes(
                rng.choice([0, 1, 30, 3000])
            )
            + b"x" * rng.choice([0, 5000])
            for number in range(rng.randrange(6))
        }
        data = rng.choice([b"", b"\0" * 100, PROGRAM]) + standard(files, method, streamed=streamed)
        assert read(data) == [Member(name, content, at, ()) for name, content, at in _sorted(data)]
        assert members(data) == files


def _sorted(data: bytes) -> list[tuple[str, bytes, int]]:
    """Give what the standard library reads, in the order of the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info), info.header_offset) for info in archive.infolist()]


EXTRA_OF_JAVA, PADDING = b"\xfe\xca\0\0", b"\0\0\0"
SIGNING = struct.pack("<Q", 32) + b"z" * 16 + struct.pack("<Q", 32) + b"APK Sig Block 42"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(simple(), id="plain"),
        pytest.param(closed(b"", []), id="empty"),
        pytest.param(simple(b"d\\a.txt"), id="backslash of .NET"),
        pytest.param(closed(local(b"d/", b"", b""), [central(b"d/", 0, b"", 0)]), id="a folder"),
        pytest.param(simple() + b"\r\n", id="a line end behind"),
        pytest.param(
            closed(local(b"a", TEXT, TEXT, extra=EXTRA_OF_JAVA), [central(b"a", len(TEXT), TEXT, 0)]), id="Java"
        ),
        pytest.param(
            closed(local(b"a", TEXT, TEXT, extra=PADDING), [central(b"a", len(TEXT), TEXT, 0)]), id="zipalign"
        ),
        pytest.param(closed(local(b"a", TEXT, TEXT) + SIGNING, [central(b"a", len(TEXT), TEXT, 0)]), id="signed APK"),
        pytest.param(b"#!/bin/sh\nPK\3\4 PK\5\6 PK\1\2\n" * 30 + simple(), id="self-extracting, offsets as they were"),
        pytest.param(
            closed(PROGRAM + local(b"a", TEXT, TEXT), [central(b"a", len(TEXT), TEXT, len(PROGRAM))]),
            id="self-extracting, offsets of the file",
        ),
        pytest.param(standard({"in.zip": standard({"a.txt": TEXT}, 0)}, 0), id="a stored archive in one"),
        pytest.param(closed(local(b"a", TEXT, TEXT), [central(b"a", len(TEXT), TEXT, 0)], b"a comment"), id="comment"),
        pytest.param(standard({"\u00dcber\u00a0uns.pdf": TEXT, "__MACOSX/._a": TEXT}, streamed=True), id="macOS"),
        pytest.param(simple("資料.txt".encode("cp932")), id="cp932"),
        pytest.param(simple("Menü.txt".encode("cp437")), id="cp437"),
    ],
)
def test_what_is_usual(data: bytes) -> None:
    assert [piece for piece in read(data) if not isinstance(piece, Member)] == []


def unicode_path(name: bytes, shown: str) -> bytes:
    field = b"\1" + struct.pack("<I", zlib.crc32(name)) + shown.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


@pytest.mark.parametrize(
    ("raw", "extra", "names", "found"),
    [
        pytest.param(b"a.txt\0b.exe", b"", ("a.txt\0b.exe", "a.txt"), {AMBIGUOUS}, id="NUL"),
        pytest.param(b"a.txt", unicode_path(b"a.txt", "b.exe"), ("a.txt", "b.exe"), {AMBIGUOUS}, id="Unicode path"),
        pytest.param(
            b"????.txt", unicode_path(b"????.txt", "資料.txt"), ("????.txt", "資料.txt"), set(), id="OEM name"
        ),
        pytest.param(b"../a.txt", b"", ("../a.txt",), {"ARCHIVE_TRAVERSAL"}, id="up"),
        pytest.param(b"a\\..\\..\\b", b"", ("a\\..\\..\\b",), {"ARCHIVE_TRAVERSAL"}, id="up by backslash"),
        pytest.param(b"/etc/a", b"", ("/etc/a",), {"ARCHIVE_TRAVERSAL"}, id="absolute"),
        pytest.param(b"C:/a", b"", ("C:/a",), {"ARCHIVE_TRAVERSAL"}, id="drive"),
        pytest.param(b"a/../b", b"", ("a/../b",), set(), id="up and down"),
    ],
)
def test_names(raw: bytes, extra: bytes, names: tuple[str, ...], found: set[str]) -> None:
    data = closed(local(raw, TEXT, TEXT, extra=extra), [central(raw, len(TEXT), TEXT, 0, extra=extra)])
    (member,) = (piece for piece in read(data) if isinstance(piece, Member))
    assert ((member.name, *member.also), member.data, codes(data)) == (names, TEXT, found)


FIRST = local(b"a.txt", TEXT, TEXT)
HIDDEN = local(b"b.exe", PROGRAM, PROGRAM)
LISTED = central(b"a.txt", len(TEXT), TEXT, 0)
IN_COMMENT = simple(b"b.exe", PROGRAM)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(closed(FIRST + HIDDEN, [LISTED]), {AMBIGUOUS}, id="behind the last"),
        pytest.param(closed(FIRST, [LISTED]) + HIDDEN, {AMBIGUOUS}, id="behind the end"),
        pytest.param(closed(FIRST, [LISTED], IN_COMMENT), {AMBIGUOUS}, id="archive in the comment"),
        pytest.param(IN_COMMENT + simple(), {AMBIGUOUS}, id="one behind the other"),
        pytest.param(closed(FIRST + HIDDEN, []), {AMBIGUOUS}, id="an empty directory"),
        pytest.param(FIRST + HIDDEN, {MALFORMED}, id="no directory"),
    ],
)
def test_what_only_one_reader_sees(data: bytes, found: set[str]) -> None:
    content = members(data)
    assert (content["a.txt"], content["b.exe"]) == (TEXT, PROGRAM)
    assert codes(data) <= found
    assert codes(data)


def test_streamed_without_directory() -> None:
    for method in (0, 8, 12):
        data = standard({"a.txt": TEXT, "b.exe": PROGRAM, "c": b"x"}, method, streamed=True)
        cut = data[: data.index(b"PK\1\2")]
        assert members(cut) == {"a.txt": TEXT, "b.exe": PROGRAM, "c": b"x"}
        assert codes(cut) == {MALFORMED}


def differing(entry: bytes, header: bytes) -> bytes:
    return closed(header, [entry])


PACKED = raw_deflate(PROGRAM)


@pytest.mark.parametrize(
    ("data", "contents"),
    [
        pytest.param(differing(LISTED, local(b"a.exe", TEXT, TEXT)), [TEXT], id="name"),
        pytest.param(
            differing(central(b"a", 10, TEXT[:10], 0), local(b"a", TEXT, TEXT)), [TEXT[:10], TEXT], id="stored size"
        ),
        pytest.param(differing(central(b"a", 0, b"", 0), local(b"a", TEXT, TEXT)), [b"", TEXT], id="empty in one"),
        pytest.param(
            differing(central(b"a", len(PACKED), PACKED, 0, 0), local(b"a", PACKED, PROGRAM, 8)),
            [PACKED, PROGRAM],
            id="method",
        ),
        pytest.param(
            differing(central(b"a", len(TEXT), TEXT, 0, flags=1), local(b"a", TEXT, TEXT)),
            [TEXT],
            id="encrypted in one",
        ),
        pytest.param(
            closed(
                FIRST + FIRST.replace(b"text", b"word"), [LISTED, central(b"a.txt", len(TEXT), TEXT + b"x", len(FIRST))]
            ),
            None,
            id="the same name twice",
        ),
    ],
)
def test_headers_that_differ(data: bytes, contents: list[bytes] | None) -> None:
    assert AMBIGUOUS in codes(data)
    if contents is not None:
        assert [piece.data for piece in read(data) if isinstance(piece, Member)] == contents


def test_both_names_are_given() -> None:
    (member,) = (each for each in read(differing(LISTED, local(b"a.exe", TEXT, TEXT))) if isinstance(each, Member))
    assert (member.name, member.also) == ("a.txt", ("a.exe",))


@pytest.mark.parametrize("flags", [1, 1 | 8, 1 | 64], ids=["ZipCrypto", "streamed", "strong"])
def test_encrypted(flags: int) -> None:
    packed = random.Random(1).randbytes(500)
    data = closed(local(b"a.exe", packed, TEXT, 8, flags), [central(b"a.exe", 500, TEXT, 0, 8, flags)])
    assert (members(data), codes(data), gaps(data)) == ({"a.exe": None}, {"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"})


@pytest.mark.parametrize("method", [0, 8])
def test_said_to_be_encrypted_but_plain(method: int) -> None:
    packed = PACKED if method else PROGRAM
    data = closed(local(b"a", packed, PROGRAM, method, 1), [central(b"a", len(packed), PROGRAM, 0, method, 1)])
    assert (members(data), gaps(data)) == ({"a": PROGRAM}, set())


def lzma_member(*, marker: bool) -> bytes:
    one = lzma.LZMACompressor(lzma.FORMAT_ALONE)
    alone = one.compress(PROGRAM) + one.flush()
    if marker:
        return b"\x09\x04\x05\0" + alone[:5] + alone[13:]
    raw = lzma.LZMACompressor(lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "preset": 6}])
    return b"\x09\x04\x05\0" + alone[:5] + raw.compress(PROGRAM) + raw.flush()


@pytest.mark.parametrize(
    ("method", "packed", "flags"),
    [
        pytest.param(9, PACKED, 0, id="deflate64 as deflate has it"),
        pytest.param(12, bz2.compress(PROGRAM), 0, id="bzip2"),
        pytest.param(14, lzma_member(marker=True), 2, id="LZMA with a marker"),
        pytest.param(14, lzma_member(marker=True), 0, id="LZMA with a marker that is not told"),
        pytest.param(95, lzma.compress(PROGRAM), 0, id="xz"),
        pytest.param(77, PACKED, 0, id="a method that is none"),
    ],
)
def test_methods(method: int, packed: bytes, flags: int) -> None:
    data = closed(local(b"a", packed, PROGRAM, method, flags), [central(b"a", len(packed), PROGRAM, 0, method, flags)])
    assert (members(data), codes(data), gaps(data)) == ({"a": PROGRAM}, set(), set())


@pytest.mark.parametrize("method", [1, 6, 98])
def test_methods_that_are_not_undone(method: int) -> None:
    data = closed(local(b"a.exe", TEXT, PROGRAM, method), [central(b"a.exe", len(TEXT), PROGRAM, 0, method)])
    assert (members(data), gaps(data)) == ({"a.exe": None}, {"UNSUPPORTED"})


@pytest.mark.parametrize(
    ("name", "target", "found"),
    [
        (b"d/a", b"b", set()),
        (b"d/a", b"../b", set()),
        (b"a", b"../b", {"ARCHIVE_LINK"}),
        (b"a", b"/etc/passwd", {"ARCHIVE_LINK"}),
    ],
)
def test_links(name: bytes, target: bytes, found: set[str]) -> None:
    data = closed(local(name, target, target), [central(name, len(target), target, 0, mode=0o120777)])
    assert codes(data) == found


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(
            differing(central(b"a", len(TEXT), b"y" * len(TEXT), 0), local(b"a", TEXT, b"y" * len(TEXT))), id="sum"
        ),
        pytest.param(closed(FIRST, [LISTED, central(b"b.exe", 5, b"hello", 99_999)]), id="no local header"),
        pytest.param(simple()[:-40], id="cut"),
        pytest.param(
            closed(local(b"a", PACKED[:20], PROGRAM, 8), [central(b"a", 20, PROGRAM, 0, 8)]), id="cut content"
        ),
    ],
)
def test_damage(data: bytes) -> None:
    assert MALFORMED in codes(data)


def test_members_that_share_bytes() -> None:
    """All entries name one local header: its content is unpacked once, and the names are all given."""
    data = closed(FIRST, [central(b"%d.exe" % number, len(TEXT), TEXT, 0) for number in range(1000)])
    (member,) = (piece for piece in read(data) if isinstance(piece, Member))
    assert (len(member.also), OVERLAP in codes(data)) == (1000, True)


def test_a_flood_of_overlaps_ends() -> None:
    """Each member begins a byte later and reaches to the end: what is unpacked stays a few times the archive."""
    body = b"".join(local(b"%04d" % number, b"", b"") for number in range(1000)) + bytes(50_000)
    entries = [central(b"%04d" % number, len(body) - 34 * (number + 1), b"", 34 * number) for number in range(1000)]
    pieces = read(closed(body, entries))
    assert sum(len(piece.data or b"") for piece in pieces if isinstance(piece, Member)) < 5 * len(body)
    assert OVERLAP in {piece.code for piece in pieces if isinstance(piece, Note)}
    assert "RATIO" in {piece.reason for piece in pieces if isinstance(piece, Gap)}


def test_bomb() -> None:
    data = standard({"zeros": bytes(40 << 20)})
    pieces = read(data)
    assert [piece.reason for piece in pieces if isinstance(piece, Gap)] == ["RATIO"]
    assert sum(len(piece.data or b"") for piece in pieces if isinstance(piece, Member)) <= max(1 << 20, 200 * len(data))


def test_more_members_than_are_read() -> None:
    data = standard({f"{number}": b"" for number in range(500)})
    pieces = read(data, Limits(member_count=100))
    assert (len(pieces), pieces[-1]) == (101, Gap("PARTS", "member_count"))


def test_office_packages_go_on() -> None:
    data = standard({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", "setup.exe": PROGRAM})
    assert PROGRAM in {piece.data for piece in read(data) if isinstance(piece, Member)}


SPLIT = b"PK\7\x08" + standard({"a.bin": random.Random(2).randbytes(4000), "b.exe": PROGRAM})


def volume(data: bytes, number: int) -> bytes:
    """Write into the end record that it is that of one volume of several."""
    return data[:-18] + struct.pack("<HH", number, number) + data[-14:]


@pytest.mark.parametrize(
    ("data", "names"),
    [
        pytest.param(SPLIT[:3000], {"a.bin"}, id="the first"),
        pytest.param(volume(SPLIT[3000:], 1), {"a.bin", "b.exe"}, id="the last, as zip -s writes it"),
        pytest.param(SPLIT[3004:], {"a.bin", "b.exe"}, id="the last, as 7z -v writes it"),
    ],
)
def test_parts_of_a_split_archive(data: bytes, names: set[str]) -> None:
    assert (set(members(data)), codes(data), gaps(data)) == (names, set(), {"PARTIAL"})


def test_what_is_here_of_a_split_archive_is_read() -> None:
    assert members(SPLIT[3004:])["b.exe"] == PROGRAM


def test_who_says_it_is_split_hides_nothing() -> None:
    data = volume(standard({"b.exe": PROGRAM}), 3)
    assert (members(data), gaps(data)) == ({"b.exe": PROGRAM}, {"PARTIAL"})


def test_a_split_archive_of_one_part_is_whole() -> None:
    data = b"PK00" + standard({"a.txt": TEXT})
    for marked in (data, b"PK\7\x08" + data[4:]):
        assert (members(marked), codes(marked), gaps(marked)) == ({"a.txt": TEXT}, set(), set())


def test_what_is_cut_is_damaged_and_no_more() -> None:
    whole = standard({"a.txt": random.Random(2).randbytes(4000), "b.txt": random.Random(3).randbytes(4000)})
    for end in (3000, 5000, 8000):
        assert (codes(whole[:end]), gaps(whole[:end])) == ({MALFORMED}, {"MALFORMED"})


SMALL = [
    standard({"a.txt": TEXT, "b/c.exe": PROGRAM}),
    standard({"a.txt": b"hello", "b": b"x" * 90}, 12, streamed=True),
    closed(FIRST, [LISTED], IN_COMMENT[:200]),
    closed(local(b"a", PACKED, PROGRAM, 9), [central(b"a", len(PACKED), PROGRAM, 0, 9)]),
    closed(local(b"a", lzma_member(marker=True), PROGRAM, 14), [central(b"a", 99, PROGRAM, 0, 14)]),
]


@pytest.mark.parametrize("data", SMALL, ids=range(len(SMALL)))
def test_cuts(data: bytes) -> None:
    for end in range(len(data)):
        said = any(not isinstance(piece, Member) for piece in read(data[:end]))
        assert said or end >= data.index(b"PK\5\6") + 22  # behind it a comment is cut


@pytest.mark.parametrize("data", SMALL, ids=range(len(SMALL)))
def test_flips_and_absurd_numbers(data: bytes) -> None:
    rng = random.Random(7)
    for _ in range(800):
        changed = bytearray(data)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(data) - 4)
            changed[at : at + rng.choice([1, 2, 4])] = rng.choice([b"\xff" * 4, bytes(4), rng.randbytes(4)])
        for piece in read(bytes(changed)):
            assert isinstance(piece, (Note, Member, Gap))


def many_empty(size: int) -> bytes:
    names = [b"%06d" % number for number in range(size // 82)]
    body = b"".join(local(name, b"", b"") for name in names)
    return closed(body, [central(name, 0, b"", 36 * number) for number, name in enumerate(names)])


def open_headers(size: int) -> bytes:
    return local(b"a", b"", b"", 8, 8) * (size // 31)


def open_stored(size: int) -> bytes:
    return local(b"a", b"", b"", 0, 8) * (size // 31)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(many_empty, id="members of nothing"),
        pytest.param(open_headers, id="streamed headers"),
        pytest.param(open_stored, id="stored and streamed"),
        pytest.param(lambda size: b"PK\5\6" * (size // 4), id="ends"),
        pytest.param(lambda size: closed(b"", []) * (size // 22), id="empty archives"),
        pytest.param(lambda size: simple() * (size // len(simple())), id="archives"),
        pytest.param(lambda size: b"PK\3\4" * (size // 4), id="local headers"),
        pytest.param(lambda size: closed(b"", [b"PK\1\2" * (size // 4)]), id="entries"),
        pytest.param(lambda size: simple(plain=b"PK\7\x08" * (size // 4)), id="descriptors"),
    ],
)
def test_linear(make: Callable[[int], bytes]) -> None:
    assert_linear(read, make)


def test_a_warning_of_the_standard_library_is_an_ambiguity() -> None:
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a", b"one")
        archive.writestr("a", b"two")
    assert codes(target.getvalue()) == {AMBIGUOUS}
