"""Discs: ISO 9660 with Joliet and Rock Ridge, UDF, few and odd records."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from mailkit.attachments.archives.iso import read_iso
from mailkit.attachments.pieces import Member
from mailkit.limits import Limits
from tests.attachments.builders_archives import (
    FILES,
    PROGRAM,
    SECTOR,
    assert_bounded,
    codes,
    contents,
    iso,
    made_by,
    pieces,
    reasons,
    record,
)
from tests.timing import assert_linear

SETUP = record(b"SETUP.EXE;1", 40, len(PROGRAM))
PLAIN = iso([SETUP], files=[PROGRAM])
LONG = "setup and more.exe"
BOTH = iso([SETUP], files=[PROGRAM], joliet=[record(LONG.encode("utf-16-be"), 40, len(PROGRAM))])


def rock(kind: bytes, value: bytes) -> bytes:
    """Write a field of Rock Ridge."""
    return kind + bytes([len(value) + 4, 1]) + value


def link(*parts: bytes) -> bytes:
    """Write a disc with a link; each part is its flags and its name."""
    target = b"".join(part[:1] + bytes([len(part) - 1]) + part[1:] for part in parts)
    return iso([record(b"L.;1", 40, 0, more=rock(b"NM", b"\0link") + rock(b"SL", b"\0" + target))])


@pytest.mark.parametrize(
    "disc",
    [
        pytest.param(PLAIN, id="whole"),
        pytest.param(b"MZ" + bytes(4999) + PLAIN, id="behind a program"),
        pytest.param(PLAIN[16 * SECTOR :], id="without its first sectors"),
        pytest.param(iso([SETUP], files=[PROGRAM]).replace(b"\xffCD001", bytes(6)), id="no end of descriptors"),
    ],
)
def test_minimal(disc: bytes) -> None:
    assert contents(read_iso, disc) == {"SETUP.EXE": PROGRAM}
    assert (codes(read_iso, disc), reasons(read_iso, disc)) == (set(), set())


@pytest.mark.parametrize(("mode", "skip"), [(1, 4), (2, 12)])
def test_raw_sectors(mode: int, skip: int) -> None:
    mark = b"\0" + b"\xff" * 10 + b"\0\0\2\0" + bytes([mode])
    raw = b"".join(
        (mark + bytes(skip - 4) + PLAIN[at : at + SECTOR]).ljust(2352, b"\0") for at in range(0, len(PLAIN), SECTOR)
    )
    assert contents(read_iso, raw) == {"SETUP.EXE": PROGRAM}


def test_joliet() -> None:
    assert [(one.name, one.also) for one in pieces(read_iso, BOTH) if isinstance(one, Member)] == [
        ("SETUP.EXE", (LONG,))
    ]
    assert codes(read_iso, BOTH) == set()


def test_a_file_that_one_tree_hides() -> None:
    disc = iso([SETUP], files=[PROGRAM, b"hello"], joliet=[record("a.txt".encode("utf-16-be"), 41, 5)])
    assert contents(read_iso, disc) == {"SETUP.EXE": PROGRAM, "a.txt": b"hello"}
    assert codes(read_iso, disc) == {"ARCHIVE_AMBIGUOUS"}


def test_folders_and_long_names() -> None:
    inner = record(b"A.TXT;1", 40, 5, more=rock(b"NM", b"\1a long ") + rock(b"NM", b"\0name.txt"))
    disc = iso([record(b"SUB", 21, SECTOR, 2)], [inner], files=[b"hello"])
    found = [one for one in pieces(read_iso, disc) if isinstance(one, Member)]
    assert [(one.name, one.also, one.data) for one in found] == [("SUB/A.TXT", ("SUB/a long name.txt",), b"hello")]


def test_a_file_of_several_extents() -> None:
    parts = [record(b"A.BIN;1", 40, SECTOR, 0x80), record(b"A.BIN;1", 42, 3)]
    assert contents(read_iso, iso([*parts], files=[b"a" * SECTOR, b"", b"end"])) == {"A.BIN": b"a" * SECTOR + b"end"}


def test_folders_that_hold_each_other() -> None:
    disc = iso([record(b"A", 21, SECTOR, 2)], [record(b"B", 20, SECTOR, 2), SETUP], files=[PROGRAM])
    assert contents(read_iso, disc) == {"A/SETUP.EXE": PROGRAM}


@pytest.mark.parametrize(
    ("disc", "found", "why"),
    [
        pytest.param(link(b"\4", b"\0etc"), {"ARCHIVE_LINK"}, set(), id="link"),
        pytest.param(link(b"\x08", b"\0etc"), {"ARCHIVE_LINK"}, set(), id="link to the root"),
        pytest.param(link(b"\0sub", b"\4", b"\0a"), set(), set(), id="link that stays"),
        pytest.param(
            iso([record(b"../A.TXT;1", 40, 5)], files=[b"hello"]), {"ARCHIVE_TRAVERSAL"}, set(), id="leads out"
        ),
        pytest.param(iso([record(b"A.TXT;1", 40, 5000)], files=[b"hello"]), set(), {"MALFORMED"}, id="cut"),
        pytest.param(iso([]), {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="empty"),
        pytest.param(b"CD001", {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="nothing"),
    ],
)
def test_what_is_told(disc: bytes, found: set[str], why: set[str]) -> None:
    assert (codes(read_iso, disc), reasons(read_iso, disc)) == (found, why)


@pytest.mark.parametrize("options", [(), ("-J", "-R"), ("-udf", "-J", "-R")], ids=" ".join)
def test_what_genisoimage_writes(tmp_path: Path, options: tuple[str, ...]) -> None:
    disc = made_by(tmp_path, "a.iso", "genisoimage", "-quiet", *options, "-o", "OUT", ".")
    assert sorted(data or b"" for data in contents(read_iso, disc).values()) == sorted(data for _, data in FILES)
    assert (codes(read_iso, disc), reasons(read_iso, disc)) == (set(), set())
    if "-udf" in options:
        only = disc.replace(b"CD001", b"?????")
        assert contents(read_iso, only) == dict(FILES)
        assert_bounded(read_iso, only[: 400 * SECTOR], 5000)


def test_damage() -> None:
    assert_bounded(read_iso, BOTH, 97)
    for at in (16 * SECTOR, 20 * SECTOR, 30 * SECTOR):
        for place in range(at, at + 256):
            for value in (b"\0", b"\xff", b"\xff\xff\xff\x7f", bytes(8)):
                assert len(pieces(read_iso, BOTH[:place] + value + BOTH[place + len(value) :])) < 500


def test_limits() -> None:
    many = [record(b"A%d;1" % at, 40 + at, 5) for at in range(9)]
    assert reasons(read_iso, iso(many, files=[b"hello"] * 9), Limits(member_count=8)) == {"PARTS"}
    assert reasons(read_iso, iso(many, files=[b"hello"] * 9), Limits(unpacked_bytes=20)) == {"BYTES"}


def folders(size: int) -> bytes:
    """Make a disc whose every sector is a folder that is as long as the disc."""
    count = max(2, size // SECTOR)
    disc = bytearray(iso([]))
    for at in range(count):
        disc += (record(b"A%d" % at, 20 + at % 9, size, 2) + record(b"B%d;1" % at, 20, size) + bytes(SECTOR))[:SECTOR]
    struct.pack_into("<I", disc, 16 * SECTOR + 156 + 10, size)
    return bytes(disc)


def test_floods() -> None:
    assert_linear(lambda data: pieces(read_iso, data), folders)
    assert_linear(lambda size: pieces(read_iso, b"\1CD001" * size), lambda size: size)
