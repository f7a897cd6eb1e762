"""yEnc: one part and several, size and checksum, lines and escapes."""

from __future__ import annotations

import pytest

from mailkit.content import decoder
from mailkit.content.yenc import YencDecoder
from tests.content.vectors import EVERY_BYTE, SAMPLES, stream, yenc, yenc_lines, yenc_part

AREA = "content.yenc."
CONTENT = EVERY_BYTE * 5
BODY = yenc(CONTENT)


@pytest.mark.parametrize("content", SAMPLES, ids=lambda content: f"{len(content)} bytes")
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_what_was_written_is_read(content: bytes, ending: bytes) -> None:
    for width in (1, 64, 128, 997):
        body = yenc(content, width=width, ending=ending)
        for size in (1, 7, 5000):
            assert stream("x-yenc", body, size) == (content, {}, None)


def test_known_answer() -> None:
    """The three bytes 0xD6, 0xE0 and 0x13 become NUL, LF and an equals sign, all escaped."""
    body = b"=ybegin line=128 size=5 name=a b.bin\r\n=@=J=}\x8b\x8c\r\n=yend size=5 crc32=d7d27b67\r\n"
    one = decoder("x-yenc")
    assert isinstance(one, YencDecoder)
    assert one.feed(body) + one.close() == b"\xd6\xe0\x13ab"
    assert (one.name, one.part, one.faults) == (b"a b.bin", None, {})


def test_parts() -> None:
    found = b""
    for part, start, stop in ((1, 0, 700), (2, 700, len(CONTENT))):
        one = YencDecoder()
        found += one.feed(yenc_part(CONTENT, part, start, stop)) + one.close()
        assert (one.part, one.part_count, one.part_offset, one.complete) == (part, 2, start, True)
        assert one.faults == {}
    assert found == CONTENT


@pytest.mark.parametrize(
    ("body", "content", "faults"),
    [
        pytest.param(BODY[: BODY.rindex(b"=yend")], CONTENT, {"end-missing": 1}, id="no end"),
        pytest.param(BODY.replace(b"size=1280 crc", b"size=1281 crc"), CONTENT, {"size": 1}, id="size"),
        pytest.param(BODY.replace(b"crc32=", b"crc32=0"), CONTENT, {}, id="nine digits"),
        pytest.param(BODY.replace(b" crc32=", b" other="), CONTENT, {}, id="no checksum"),
        pytest.param(BODY.replace(b" size=1280 n", b" n").replace(b" size=1280 c", b" c"), CONTENT, {}, id="no size"),
        pytest.param(BODY.replace(b"crc32=", b"crc32=x"), CONTENT, {}, id="a checksum that is none"),
        pytest.param(BODY.replace(b"line=128", b"line=64"), CONTENT, {"line": 10}, id="lines too long"),
        pytest.param(BODY.replace(b"=yend", b"=ynew\r\n=yend"), CONTENT, {"line": 1}, id="a line of another version"),
        pytest.param(b"hi\n" + BODY, CONTENT, {}, id="text before"),
        pytest.param(BODY + b"\n" + BODY, CONTENT, {"several": 1}, id="two"),
        pytest.param(
            BODY[: BODY.rindex(b"=yend")] + BODY, CONTENT, {"end-missing": 1, "several": 1}, id="two, no end between"
        ),
        pytest.param(b"=ybegin line=128 size=1\r\nk=", b"A", {"end-missing": 1}, id="a cut escape"),
        pytest.param(b"=ybegin line=9 size=2\r\n==k\r\n=yend\r\n", b"\xd3A", {}, id="an escaped equals sign"),
        pytest.param(b"=ybegin line=9 size=3\r\n..k\r\n=yend\r\n", b"\4\4A", {}, id="dots are left alone"),
    ],
)
def test_content_and_faults(body: bytes, content: bytes, faults: dict[str, int]) -> None:
    for size in (1, 5, len(body)):
        found, seen, _ = stream("x-yenc", body, size)
        assert found == content
        assert {code: count for code, (count, _) in seen.items()} == {AREA + key: n for key, n in faults.items()}


def test_a_changed_byte_is_seen() -> None:
    place = BODY.index(b"\r\n") + 20
    changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
    _, faults, _ = stream("x-yenc", changed, 100)
    assert faults == {AREA + "checksum": (1, BODY.rindex(b"=yend"))}


def test_writers_that_count_bytes_of_content_are_right_too() -> None:
    lines = b"".join(yenc_lines(CONTENT[at : at + 64], 999) for at in range(0, len(CONTENT), 64))
    body = b"=ybegin line=64 size=1280 name=a\r\n" + lines + b"=yend size=1280\r\n"
    assert stream("x-yenc", body, 300) == (CONTENT, {}, None)


def test_a_body_without_a_file_is_left_as_it_is() -> None:
    for body in (b"=ybegin", b"hello\n", b"=ybegin \n"[:-1], b"x\n" * 4000 + BODY):
        assert stream("x-yenc", body, 50) == (body, {AREA + "begin-missing": (1, 0)}, None)
