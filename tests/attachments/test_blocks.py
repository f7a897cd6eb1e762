"""Files that stand in a text in base64 or in digits, without a line that says so."""

from __future__ import annotations

import base64
import io
import random
import time
import zipfile
from collections.abc import Iterator

import pytest

from mailkit import check_attachments
from mailkit.attachments.blocks import read_blocks
from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member
from mailkit.limits import DEFAULT, Limits
from tests.timing import assert_linear, flood

PROGRAM = (b"MZ\x90\0\x03" + bytes(55) + b"\x80\0\0\0" + b"MAILKIT-BENIGN-LOOKALIKE-PAYLOAD").ljust(1_000, b"\0")
RANDOM = random.Random(7)


def lines(data: bytes, width: int = 76, quoted: bytes = b"", end: bytes = b"\n") -> bytes:
    """Write base64 in lines."""
    letters = base64.b64encode(data)
    return b"".join(quoted + letters[at : at + width] + end for at in range(0, len(letters), width))


def zipped(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


WITH_PROGRAM = zipped("setup.exe", PROGRAM)
WITH_NOTES = zipped("notes.txt", RANDOM.randbytes(3_000))
QUOTED = (
    b"It could not be delivered.\n\n--x\nContent-Type: application/zip; name=notes.zip\n"
    b"Content-Transfer-Encoding: base64\n\n"
)


def found(text: bytes, limits: Limits = DEFAULT) -> list[bytes | None]:
    pieces: Iterator[object] = read_blocks(text, Budget(limits, time.monotonic))
    return [piece.data for piece in pieces if isinstance(piece, Member)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lines(PROGRAM), id="as a whole"),
        pytest.param(lines(PROGRAM, 10_000), id="as a whole, one line"),
        pytest.param(b"\xef\xbb\xbf" + lines(PROGRAM), id="behind a mark of UTF-8"),
        pytest.param(PROGRAM.hex().encode(), id="digits"),
        pytest.param(b"0x" + PROGRAM.hex(" ", 4).upper().encode(), id="digits in groups"),
        pytest.param(
            b"Hi,\n> " + PROGRAM.hex("\n", -32).encode().replace(b"\n", b"\n> ") + b"\nBye\n", id="digits in prose"
        ),
        pytest.param(b"Hi,\n\n" + lines(PROGRAM) + b"\nBye\n", id="in prose"),
        pytest.param(b"Hi,\n" + lines(PROGRAM, 60) + b"Bye\n", id="in prose without blank lines"),
        pytest.param(b"Hi,\n\n" + lines(PROGRAM, 10_000) + b"\nBye\n", id="in prose, one line"),
        pytest.param(b"Hi,\r\n\r\n" + lines(PROGRAM, end=b"\r\n") + b"\r\nBye\r\n", id="both line ends"),
        pytest.param(b"Hi,\r" + lines(PROGRAM, end=b"\r") + b"Bye\r", id="carriage returns"),
        pytest.param(b"A wrote:\n" + lines(PROGRAM, quoted=b"> > "), id="quoted"),
        pytest.param(b"See:\n" + lines(PROGRAM, quoted=b"\t"), id="indented"),
        pytest.param(
            b"-----BEGIN CERTIFICATE-----\n" + lines(PROGRAM, 64) + b"-----END CERTIFICATE-----\n", id="armour"
        ),
        pytest.param(
            b"<a download=a.exe href='data:x/y;base64," + base64.b64encode(PROGRAM) + b"'>x</a>", id="an address"
        ),
        pytest.param(
            b"href='data:x/y;base64," + lines(PROGRAM).replace(b"/", b"%2f") + b"'>x</a>", id="an address in lines"
        ),
        pytest.param(QUOTED + lines(PROGRAM) + b"--x--\n", id="an attachment that a bounce quotes"),
        pytest.param(QUOTED + lines(PROGRAM)[:900], id="and cuts"),
    ],
)
def test_a_program_is_found(text: bytes) -> None:
    (data,) = found(text)
    assert data is not None
    assert data[:600] == PROGRAM[:600]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lines(WITH_PROGRAM), id="as a whole"),
        pytest.param(lines(WITH_PROGRAM).translate(bytes.maketrans(b"+/", b"-_")), id="the other alphabet"),
        pytest.param(b"Hi,\n\n" + lines(WITH_PROGRAM) + b"\nBye\n", id="in prose"),
        pytest.param(lines(lines(WITH_PROGRAM)), id="twice"),
        pytest.param(b"Hi,\n\n" + lines(lines(WITH_PROGRAM)), id="twice in prose"),
    ],
)
@pytest.mark.parametrize("codec", ["ascii", "utf-16", "utf-16-be"])
def test_it_is_told_of_a_message(text: bytes, codec: str) -> None:
    message = b"Subject: x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    result = check_attachments(message + base64.encodebytes(text.decode().encode(codec)))
    assert "MAGIC_EXECUTABLE" in {finding.code for finding in result.findings}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"TVqQ is how programs begin\nUEsDBBQ is ZIP\nUEsDBBQABgAIAAAAIQ==\n", id="prose"),
        pytest.param(b"TVqq" + lines(RANDOM.randbytes(900))[4:], id="by chance two letters"),
        pytest.param(b"Key:\nTVqq" + lines(RANDOM.randbytes(900))[4:], id="and in prose"),
        pytest.param(lines(RANDOM.randbytes(60_000), 64) + lines(PROGRAM, 64), id="inside another block"),
        pytest.param(b"The letters '" + base64.b64encode(PROGRAM)[:200] + b"' begin a program.\n", id="an article"),
        pytest.param(b"ssh-rsa " + lines(RANDOM.randbytes(279), 1_000), id="a key"),
        pytest.param(b'X = """\n' + lines(b"\x89PNG\r\n\x1a\n" + bytes(900)) + b'"""\n', id="a picture in source code"),
        pytest.param(b"Hello dear friends of the base64 encoding\n" * 20, id="words of its letters"),
        pytest.param(QUOTED + lines(WITH_NOTES)[:2_000], id="an archive that a bounce cuts"),
        pytest.param(QUOTED + lines(b"Rar!\x1a\x07\x01\0" + bytes(999))[:900], id="one without an end of its own"),
        pytest.param(
            QUOTED + lines(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)) + b"--x--\n",
            id="the first line of a document",
        ),
        pytest.param(lines(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)), id="the same as a whole"),
        pytest.param(b"deadbeef" * 40, id="digits"),
        pytest.param(
            b"<img src='data:image/png;base64," + lines(b"\x89PNG\r\n\x1a\n" + bytes(99)) + b"'>", id="a picture"
        ),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0\1\2" + lines(PROGRAM), id="no text"),
    ],
)
def test_nothing_is_found(text: bytes) -> None:
    assert found(text) == []


def test_a_quoted_archive_is_looked_at_where_it_is_whole() -> None:
    assert found(QUOTED + lines(WITH_NOTES) + b"--x--\n") == [WITH_NOTES]


def test_the_count_is_limited() -> None:
    text = (lines(PROGRAM) + b"\n") * 5
    pieces = list(read_blocks(text, Budget(Limits(member_count=3), time.monotonic)))
    assert sum(isinstance(piece, Member) for piece in pieces) == 3
    assert isinstance(pieces[-1], Gap)


def test_no_cut_raises() -> None:
    for text in (b"Hi\n> " + lines(PROGRAM, quoted=b"> "), PROGRAM.hex().encode(), lines(WITH_PROGRAM)):
        for end in range(0, len(text), 7):
            found(text[:end])


def test_no_damage_raises() -> None:
    chance = random.Random(5)
    marks = b"=\n\r \t%>|-_/+0AfT\0\xff"
    for text in (
        b"Hi\n> " + lines(PROGRAM[:200], quoted=b"> "),
        b"Hi\n" + PROGRAM[:200].hex("\n", -32).encode() + b"=\n",
        b"a='data:x/y;base64," + base64.b64encode(PROGRAM[:200]) + b"'",
    ):
        found(text)
        for _ in range(500):
            broken = bytearray(text)
            for _ in range(3):
                broken[chance.randrange(len(text))] = chance.choice(marks)
            found(bytes(broken))


@pytest.mark.parametrize(
    "piece",
    [
        b"TVqQ\n",
        b"UEsDBBQ" + b"A" * 70 + b"\n",
        b"\n> > > > ",
        b"TVqQ" + b"A" * 80 + b"=\n",
        b"4d5a",
        b"a\r",
        b";base64,",
        b";base64,TVqQ",
        b";base64,TVqQ%2b ",
    ],
)
def test_floods_cost_what_their_length_is(piece: bytes) -> None:
    assert_linear(found, flood(piece))
