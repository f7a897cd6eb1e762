"""Uuencoded bodies: whole, cut, with junk, several."""

from __future__ import annotations

import re

import pytest

from mailkit.content import Decoder, decode_transfer, decoder
from mailkit.content.uu import UuDecoder
from tests.content.vectors import EVERY_BYTE, SAMPLES, stream, uu, uu64

MISSING, LINE, CHARACTER = "content.uu.end-missing", "content.uu.line", "content.uu.character"
HELLO = b"%:&5L;&\\"


@pytest.mark.parametrize("content", SAMPLES, ids=lambda content: f"{len(content)} bytes")
@pytest.mark.parametrize("zero", [b"`", b" "], ids=["back-quote", "blank"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_what_was_written_is_read(content: bytes, zero: bytes, ending: bytes) -> None:
    body = uu(content, zero=zero, ending=ending)
    for size in (1, 7, 5000):
        assert stream("x-uuencode", body, size) == (content, {}, None)
    cut = re.sub(rb" +(?=\r?\n)", b"", body)  # blanks at line ends get lost
    assert stream("x-uuencode", cut, 50) == (content, {}, None)


@pytest.mark.parametrize("content", SAMPLES, ids=lambda content: f"{len(content)} bytes")
def test_base64_in_its_clothes(content: bytes) -> None:
    for size in (1, 7, 5000):
        assert stream("x-uue", uu64(content), size) == (content, {}, None)


@pytest.mark.parametrize(
    ("body", "content", "faults"),
    [
        pytest.param(b"text\nbegin 644 a\n" + HELLO + b"\n`\nend\n", b"hello", {}, id="text before"),
        pytest.param(b"begin 0644 a b c\n" + HELLO + b"\n`\nend", b"hello", {}, id="no line end at the end"),
        pytest.param(b"begin 644 a\n" + HELLO + b"\n\n`\n\nend \n", b"hello", {}, id="blank lines"),
        pytest.param(b"begin 644 a\n" + HELLO + b"X\n" + HELLO + b"junk\nend\n", b"hellohello", {}, id="checksums"),
        pytest.param(b"begin 644 a\n" + HELLO + b"\n", b"hello", {MISSING: (1, 21)}, id="no end"),
        pytest.param(b"begin 644 a\n%:&5L\nend\n", b"hel\0\0", {}, id="short line"),
        pytest.param(b"begin 644 a\n", b"", {MISSING: (1, 12)}, id="begin alone"),
        pytest.param(
            b"begin 644 a\n" + HELLO + b"\n%:f5L;f\x9c\nend\n",
            b"hellohello",
            {CHARACTER: (3, 23)},
            id="characters outside",
        ),
        pytest.param(
            b"begin 644 a\n" + HELLO + b"\njunk line\n~~\n" + HELLO + b"\nend\n",
            b"hellohello",
            {LINE: (2, 21)},
            id="lines outside",
        ),
        pytest.param(b"begin-base64 644 a\naGVs\nbG8=\n====\n", b"hello", {}, id="base64"),
        pytest.param(
            b"begin-base64 644 a\naGVs!\nbG8",
            b"hello",
            {"content.base64.junk": (1, 23), "content.base64.padding-missing": (1, 28), MISSING: (1, 28)},
            id="base64 with faults",
        ),
    ],
)
def test_content_and_faults(body: bytes, content: bytes, faults: dict[str, tuple[int, int]]) -> None:
    for size in (1, 4, len(body)):
        assert stream("uuencode", body, size) == (content, faults, None)


def test_the_first_of_several_counts() -> None:
    first, second = uu(b"one", b"1"), uu(b"two", b"2")
    body = b"hi\n" + first + b"\nand\n" + second
    faults = {"content.uu.several": (1, 3 + len(first) + 5)}
    assert stream("x-uue", body, 10) == (b"one", faults, 3 + len(first) + 1)


def test_a_file_that_begins_inside_another_ends_that() -> None:
    body = b"begin 644 a\n" + HELLO + b"\n" + uu(b"two")
    assert stream("x-uue", body, 10) == (b"hello", {MISSING: (1, 21), "content.uu.several": (1, 21)}, 21)


def test_text_behind_is_a_trailer() -> None:
    body = uu(b"one") + b"\n \nBye\n"
    assert stream("x-uue", body, 3) == (b"one", {}, len(body) - 4)
    body = uu64(b"one") + b"Bye\n"
    assert stream("x-uue", body, 3) == (b"one", {}, len(body) - 4)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"no begin\n", id="short"),
        pytest.param(b"begin 644 a", id="a begin line that is cut"),
        pytest.param(b"begin 999 a\n" + HELLO + b"\nend\n", id="no mode"),
        pytest.param(b"line\n" * 4000, id="long"),
        pytest.param(b"line\n" * 4000 + uu(b"one"), id="a file far behind"),
        pytest.param(b"x" * 9000, id="a long line"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_body_without_a_file_is_left_as_it_is(body: bytes) -> None:
    for size in (7, len(body) or 1):
        assert stream("x-uuencode", body, size) == (body, {"content.uu.begin-missing": (1, 0)}, None)
    assert decode_transfer(body, "x-uuencode") == body


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param(b"begin 644 my letter.doc    .exe", b"my letter.doc    .exe", id="blanks"),
        pytest.param(b"begin 644  a ", b"a", id="blanks around"),
        pytest.param(b"begin-encoded 644 w6kudHh0", "é.txt".encode(), id="in base64"),
    ],
)
def test_names(line: bytes, name: bytes) -> None:
    one = decoder("x-uuencode")
    assert isinstance(one, UuDecoder)
    assert one.feed(line + b"\n" + HELLO + b"\nend\n") + one.close() == b"hello"
    assert (one.name, one.complete) == (name, True)


def test_a_long_line_is_junk_behind_a_line() -> None:
    body = b"begin 644 a\n" + HELLO + b"x" * 5000 + b"\n" + HELLO + b"\nend\n"
    for size in (100, 6000):
        assert stream("x-uuencode", body, size) == (b"hello" * 2, {}, None)


def test_the_encodings_that_are_left_alone() -> None:
    one = decoder("x-unknown")
    assert type(one) is Decoder
    assert one.feed(memoryview(EVERY_BYTE)) + one.close() + one.close() == EVERY_BYTE
