"""The form of Outlook: files, their names, mails in them; what is cut or damaged."""

from __future__ import annotations

import random
import struct

import pytest

from mailkit.attachments.documents.tnef import read_tnef
from mailkit.attachments.pieces import Member
from mailkit.limits import Limits
from tests.attachments.builders_archives import PROGRAM, codes, contents, pieces, reasons
from tests.attachments.builders_ole import attribute, prop, properties, tnef, tnef_file
from tests.timing import assert_linear, flood

LONG = properties(prop(0x3707, 0x1F, "long name.exe\0".encode("utf-16-le")))
FIXED = struct.pack("<HHI", 0x03, 0x3705, 1)
NAMED = struct.pack("<HH16sII", 0x03, 0x8001, bytes(16), 0, 7) + bytes(4)
NAMED_TEXT = struct.pack("<HH16sII", 0x03, 0x8001, bytes(16), 1, 6) + b"abcdef\0\0" + bytes(4)
INNER = tnef(tnef_file("b.js", b"var a"))


@pytest.mark.parametrize(
    ("data", "files", "found"),
    [
        pytest.param(tnef(), {}, set(), id="no files"),
        pytest.param(tnef(tnef_file("a.exe", PROGRAM)), {"a.exe": PROGRAM}, set(), id="program"),
        pytest.param(tnef(tnef_file("a.txt", b"1"), tnef_file("b.txt", b"2")), {"a.txt": b"1", "b.txt": b"2"}, set(), id="two"),
        pytest.param(tnef(tnef_file("LONGNA~1.EXE", b"MZ", LONG)), {"long name.exe": b"MZ"}, set(), id="long name"),
        pytest.param(tnef(tnef_file("a", b"1", properties(FIXED, NAMED, NAMED_TEXT, prop(0x3704, 0x1E, b"b\0")))), {"a": b"1"}, set(), id="properties"),
        pytest.param(
            tnef(attribute(2, 0x9002, 6, bytes(14)), properties(prop(0x3701, 0x0D, bytes(16) + INNER))),
            {"": INNER}, set(), id="mail",
        ),
        pytest.param(
            tnef(attribute(2, 0x9002, 6, bytes(14)), properties(prop(0x3701, 0x102, b"MZ"), prop(0x3707, 0x1E, b"a.exe\0"))),
            {"a.exe": b"MZ"}, set(), id="in properties",
        ),
        pytest.param(tnef(tnef_file("a.exe", b"MZ", wrong=1)), {"a.exe": b"MZ"}, {"TNEF_CHECKSUM"}, id="wrong checksum"),
        pytest.param(tnef(tnef_file("a", b"1", properties(prop(0x3704, 0x77, b"b")))), {"a": b"1"}, {"TNEF_MALFORMED"}, id="unknown type"),
        pytest.param(tnef(tnef_file("a", b"1", properties(prop(0x3704, 0x1E, b"b")[:9]))), {"a": b"1"}, {"TNEF_MALFORMED"}, id="property cut"),
        pytest.param(tnef(tnef_file("a", b"1")) + b"\0\0\r\n", {"a": b"1"}, set(), id="white space behind"),
        pytest.param(tnef(tnef_file("a", b"1")) + b"more", {"a": b"1"}, {"TNEF_MALFORMED"}, id="more behind"),
        pytest.param(tnef(tnef_file("a", b"1")) + b"\7" * 20, {"a": b"1"}, {"TNEF_MALFORMED"}, id="no attribute"),
    ],
)  # fmt: skip
def test_files(data: bytes, files: dict[str, bytes], found: set[str]) -> None:
    assert contents(read_tnef, data) == files
    assert codes(read_tnef, data) == {"TNEF"} | found
    assert reasons(read_tnef, data) == ({"MALFORMED"} if "TNEF_MALFORMED" in found else set())


def test_a_file_without_content() -> None:
    """Cut behind an attribute, or a link to a file: what is not there is told, and nobody is called for it."""
    begun = tnef(attribute(2, 0x9002, 6, bytes(14)))
    named = begun + attribute(2, 0x8010, 1, b"a.txt\0")
    for data, files in ((begun, {}), (named, {"a.txt": None})):
        assert contents(read_tnef, data) == files
        assert (codes(read_tnef, data), reasons(read_tnef, data)) == ({"TNEF"}, {"MALFORMED"})


def test_all_names() -> None:
    members = [one for one in pieces(read_tnef, tnef(tnef_file("a.txt", b"MZ", LONG))) if isinstance(one, Member)]
    assert [(one.name, one.also) for one in members] == [("long name.exe", ("a.txt",))]


def test_limits() -> None:
    assert reasons(read_tnef, tnef(tnef_file("a", b"1") * 9), Limits(member_count=8)) == {"PARTS"}


def test_every_cut_is_told() -> None:
    data = tnef(tnef_file("a.txt", b"1"), tnef_file("b.exe", PROGRAM, LONG))
    whole = {end for end in range(len(data)) if not reasons(read_tnef, data[:end])}
    assert len(whole) <= 3 * 7, "no more than a cut between two of them, or in a checksum"
    for end in range(data.index(PROGRAM) + 4, len(data)):
        assert any(
            one.data and one.data.startswith(b"MZ") for one in pieces(read_tnef, data[:end]) if isinstance(one, Member)
        )


def test_flips() -> None:
    data = tnef(tnef_file("a.txt", b"1", LONG, properties(FIXED, NAMED, NAMED_TEXT, prop(0x3704, 0x1E, b"b\0"))))
    chance = random.Random(9)
    for _ in range(4000):
        hurt = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            hurt[chance.randrange(len(hurt))] = chance.choice((0, 0xFF, 0x7F, chance.randrange(256)))
        assert len(pieces(read_tnef, bytes(hurt))) < 12


START = tnef(attribute(2, 0x9002, 6, bytes(14)))


@pytest.mark.parametrize(
    "unit",
    [tnef_file("a", b"1"), tnef_file("a", b"1", wrong=1), attribute(2, 0x8010, 1, b"a\0"), attribute(1, 0x8010, 1, b""), LONG,
     properties(FIXED, NAMED), b"\1" + bytes(12)],
    ids=["files", "checksums", "titles", "empty", "names", "properties", "zeros"],
)  # fmt: skip
def test_floods(unit: bytes) -> None:
    assert_linear(lambda data: pieces(read_tnef, data), flood(unit, START))


@pytest.mark.parametrize(
    "item", [FIXED, NAMED, NAMED_TEXT, prop(0x3707, 0x1E, b"a\0"), struct.pack("<HHI", 0x1003, 1, 0)]
)
def test_floods_of_properties(item: bytes) -> None:
    assert_linear(
        lambda data: pieces(read_tnef, data), lambda size: tnef(tnef_file("a", b"1", properties(*[item] * (size // 8))))
    )
