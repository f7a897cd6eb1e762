"""BinHex 4.0: forks, runs, checksums."""

from __future__ import annotations

import pytest

from mailkit.content import decoder
from mailkit.content.binhex import BinhexDecoder
from tests.content.vectors import EVERY_BYTE, MARK, SAMPLES, binhex, crc16, hqx, runs, stream

AREA = "content.binhex."
BODY = binhex(EVERY_BYTE, resource=b"resource")


@pytest.mark.parametrize("content", SAMPLES, ids=lambda content: f"{len(content)} bytes")
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_what_was_written_is_read(content: bytes, ending: bytes) -> None:
    for resource in (b"", b"\x90abc" * 9):
        body = binhex(content, resource=resource, ending=ending)
        for size in (1, 7, 5000):
            assert stream("mac-binhex40", body, size) == (content, {}, None)


def test_known_answer() -> None:
    """A file of RFC 1741's form, put down by hand: the text ``hi`` under the name ``a``."""
    head = b"\1a\0" + b"TEXT" + b"????" + b"\0\0" + b"\0\0\0\2" + b"\0\0\0\0"
    raw = head + crc16(head) + b"hi" + crc16(b"hi") + b"\0\0"
    assert crc16(b"123456789") == b"\x31\xc3"  # the check value of this CRC
    one = BinhexDecoder()
    assert one.feed(MARK + b"\n" + hqx(raw)) + one.close() == b"hi"
    assert (one.name, one.complete, one.resource_bytes, one.faults) == (b"a", True, 0, {})


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        pytest.param(b"a\x90\x05b", b"aaaaab", id="a run"),
        pytest.param(b"a\x90\x01b", b"ab", id="a run of one"),
        pytest.param(b"\x2b\x90\x00\x90\x05", b"\x2b" + b"\x90" * 5, id="a run of 0x90"),
        pytest.param(b"a\x90\x90b", b"a" * 144 + b"b", id="a run of 0x90 bytes"),
        pytest.param(b"a\x90\x90\x90\x03b", b"a" * 146 + b"b", id="a run goes on"),
        pytest.param(b"\x90\x00\x90\x00", b"\x90\x90", id="0x90 twice"),
    ],
)
def test_runs(packed: bytes, plain: bytes) -> None:
    sizes = len(plain).to_bytes(4, "big") + bytes(4)
    head = b"\1a\0TEXTttxt\0\0" + sizes
    raw = runs(head + crc16(head))
    body = MARK + b"\n" + hqx(raw + packed + runs(crc16(plain)) + b"\0\0")
    for size in (1, 2, 3, 500):
        assert stream("mac-binhex40", body, size) == (plain, {}, None)


@pytest.mark.parametrize(
    ("body", "content", "faults"),
    [
        pytest.param(BODY.rstrip(b":\n"), EVERY_BYTE, {"end-missing": 1}, id="no end"),
        pytest.param(BODY[:200] + b":\n", None, {"length": 1}, id="cut"),
        pytest.param(BODY[:200], None, {"end-missing": 1}, id="cut, no end"),
        pytest.param(BODY[:100] + b"\xff~" + BODY[100:], EVERY_BYTE, {"character": 2}, id="characters outside"),
        pytest.param(b"hi\n" + BODY, EVERY_BYTE, {}, id="text before"),
        pytest.param(BODY[len(MARK) + 1 :], EVERY_BYTE, {}, id="no mark"),
        pytest.param(BODY + b"\n" + BODY, EVERY_BYTE, {"several": 1}, id="two"),
        pytest.param(MARK + b"\n::\n", b"", {"length": 1}, id="nothing"),
    ],
)
def test_content_and_faults(body: bytes, content: bytes | None, faults: dict[str, int]) -> None:
    for size in (1, 5, len(body)):
        found, seen, _ = stream("mac-binhex40", body, size)
        assert found == content if content is not None else EVERY_BYTE.startswith(found)
        assert {code: count for code, (count, _) in seen.items()} == {AREA + key: n for key, n in faults.items()}


def test_changed_bytes_are_seen() -> None:
    """One in the name, one in the data fork, one in the resource fork."""
    for place, letter in ((len(MARK) + 4, b"J"), (150, b"!"), (len(BODY) - 10, b"r")):
        assert BODY[place : place + 1] != letter
        _, faults, _ = stream("mac-binhex40", BODY[:place] + letter + BODY[place + 1 :], 70)
        assert faults == {AREA + "checksum": (1, len(MARK) + 2)}


def test_text_behind_is_a_trailer() -> None:
    body = BODY + b"\n \nBye\n"
    assert stream("x-binhex40", body, 100) == (EVERY_BYTE, {}, len(body) - 4)


def test_a_body_without_a_file_is_left_as_it_is() -> None:
    for body in (MARK, b"hello:\n", b"", b"x\n" * 4000 + BODY):
        assert stream("mac-binhex40", body, 50) == (body, {AREA + "begin-missing": (1, 0)}, None)


def test_the_resource_fork_is_not_given() -> None:
    one = decoder("mac-binhex40")
    assert isinstance(one, BinhexDecoder)
    assert one.feed(BODY) + one.close() == EVERY_BYTE
    assert (one.name, one.resource_bytes) == (b"a.bin", 8)
