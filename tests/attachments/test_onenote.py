"""Sections of OneNote: the files in them, and what they show by themselves."""

from __future__ import annotations

import random

import pytest

from mailkit.attachments.documents.onenote import read_onenote
from tests.attachments.builders_archives import PROGRAM, codes, contents, pieces, reasons
from tests.attachments.builders_ole import section
from tests.timing import assert_linear, flood

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
HEAD = section()


@pytest.mark.parametrize(
    ("data", "files", "why"),
    [
        pytest.param(section(("a.exe", PROGRAM)), {"a.exe": PROGRAM}, set(), id="program"),
        pytest.param(section(("a.png", PNG)), {}, set(), id="picture"),
        pytest.param(section(), {}, set(), id="text"),
        pytest.param(section(("Öffne.exe", PROGRAM), ("b.txt", b"hi")), {"Öffne.exe": PROGRAM, "b.txt": b"hi"}, set(), id="two"),
        pytest.param(section(("a.exe", PROGRAM), size=9000), {"a.exe": PROGRAM + section(("", b""))[-16:]}, {"MALFORMED"}, id="cut"),
        pytest.param(section(("no name", b"echo")), {"": b"echo"}, set(), id="no ending"),
        pytest.param(section(("a.txt", b"")), {}, set(), id="empty"),
    ],
)  # fmt: skip
def test_files(data: bytes, files: dict[str, bytes], why: set[str]) -> None:
    assert contents(read_onenote, data) == files
    assert codes(read_onenote, data) == ({"ONENOTE_EMBEDDED"} if files else set())
    assert reasons(read_onenote, data) == why


def test_every_prefix_and_flips() -> None:
    data = section(("a.exe", PROGRAM), ("b.png", PNG))
    start = data.index(PROGRAM)
    for end in range(len(data)):
        assert codes(read_onenote, data[:end]) <= {"ONENOTE_EMBEDDED"}
        assert reasons(read_onenote, data[:end]) == {"MALFORMED"} or not start - 20 < end < start + len(PROGRAM)
    chance = random.Random(1)
    for _ in range(3000):
        hurt = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        assert len(pieces(read_onenote, bytes(hurt))) < 9


@pytest.mark.parametrize(
    "unit",
    [b"a\0", b".\0", b"a\0.\0", b"a\0b\0c\0.\0", b"\0", section(("a", b"x"))[64:], section(("a", b"x"), size=1 << 60)[64:]],
    ids=["letters", "dots", "short", "names", "zeros", "files", "cut files"],
)  # fmt: skip
def test_floods(unit: bytes) -> None:
    assert_linear(lambda data: pieces(read_onenote, data), flood(unit, HEAD))
