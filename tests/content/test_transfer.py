"""Transfer encodings: every form that mail has, and the way back to the bytes of the message."""

from __future__ import annotations

import base64
import quopri
import random
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailkit.content import KNOWN, decode_base64, decode_transfer, raw_offset
from mailkit.message import parse
from tests.strategies import joined


@pytest.mark.parametrize(
    ("body", "content"),
    [
        pytest.param(b"", b"", id="empty"),
        pytest.param(b"aGVsbG8=", b"hello", id="plain"),
        pytest.param(b"aGVs\r\nbG8=\r\n", b"hello", id="lines"),
        pytest.param(b"aGVsbG8", b"hello", id="no padding"),
        pytest.param(b"aGVsbG8===", b"hello", id="too much padding"),
        pytest.param(b"aGVsbA", b"hell", id="no padding of two"),
        pytest.param(b"aGVsbG8x", b"hello1", id="no padding needed"),
        pytest.param(b"aGVsbG8xY", b"hello1", id="one character over"),
        pytest.param(b"a", b"", id="one character"),
        pytest.param(b"ab", b"i", id="two characters"),
        pytest.param(b"=", b"", id="padding alone"),
        pytest.param(b"====", b"", id="much padding alone"),
        pytest.param(b"aGU=bGxv", b"hello", id="padding in the middle"),
        pytest.param(b"aA==ZQ==bGxv", b"hello", id="padding in the middle twice"),
        pytest.param(b"aGVsbG8=\n\n-- \n", b"hello", id="padding, then text"),
        pytest.param(b"!aGVs-bG8=", b"hello", id="junk"),
        pytest.param(b"aGVs\x00\xffbG8=", b"hello", id="junk bytes"),
    ],
)
def test_base64(body: bytes, content: bytes) -> None:
    assert decode_base64(body) == content
    assert decode_transfer(body, "base64") == content


@pytest.mark.parametrize(
    ("body", "content"),
    [
        pytest.param(b"a=3Db", b"a=b", id="escape"),
        pytest.param(b"=e3=81=82", "あ".encode(), id="small letters"),
        pytest.param(b"a=\r\nb", b"ab", id="soft break"),
        pytest.param(b"a=\nb", b"ab", id="soft break of LF"),
        pytest.param(b"a= \nb", b"ab", id="blank in a soft break"),
        pytest.param(b"a=zzb", b"a=zzb", id="no escape"),
        pytest.param(b"a=", b"a", id="cut soft break"),
        pytest.param(b"a=4", b"a=4", id="cut escape"),
        pytest.param(b"a_b", b"a_b", id="underscore stays"),
        pytest.param(b"\xe3\x81\x82", b"\xe3\x81\x82", id="raw eight bits"),
        pytest.param(b"a \t\nb \r\nc \t", b"a\nb\r\nc", id="white space before line ends and at the end"),
    ],
)
def test_quoted_printable(body: bytes, content: bytes) -> None:
    assert decode_transfer(body, "quoted-printable") == content


@pytest.mark.parametrize("encoding", ["x-uuencode", "x-uue", "uuencode"])
@pytest.mark.parametrize(
    ("body", "content"),
    [
        pytest.param(b"begin 644 a.txt\n%:&5L;&\\\n`\nend\n", b"hello", id="plain"),
        pytest.param(b"text\nbegin 644 a.txt\r\n%:&5L;&\\\r\n \r\nend\r\nmore", b"hello", id="text around, CRLF"),
        pytest.param(b"begin 644 a.txt\n%:&5L;&\\\n", b"hello", id="no end"),
        pytest.param(b"begin 644 a.txt\n%:&5L;&\\junk behind\n`\nend\n", b"hello", id="junk behind a line"),
        pytest.param(b"begin 644 a.txt\nend\n", b"", id="nothing"),
        pytest.param(b"no begin\n", b"no begin\n", id="no begin"),
    ],
)
def test_uuencode(body: bytes, content: bytes, encoding: str) -> None:
    assert decode_transfer(body, encoding) == content


@pytest.mark.parametrize("encoding", ["", "7bit", "8bit", "binary", "x-unknown", "zlib_codec"])
def test_other_encodings_leave_the_body_alone(encoding: str) -> None:
    assert decode_transfer(b"=41 aGVsbG8=\0\xff", encoding) == b"=41 aGVsbG8=\0\xff"


@pytest.mark.parametrize(
    "field",
    [b"base64", b"BASE64", b" base64 ", b'"base64"', b"base64; x=y", b"base64 (a comment)"],
    ids=repr,
)
def test_ways_to_write_the_encoding(field: bytes) -> None:
    message = parse(b"Content-Transfer-Encoding: " + field + b"\n\naGVsbG8=\n")
    assert message.root.content() == b"hello"


@pytest.mark.parametrize(
    ("body", "encoding", "content", "faults"),
    [
        pytest.param(b"aGVsbG8", "base64", b"hello", [("content.base64.padding-missing", 7)], id="base64"),
        pytest.param(b"a=zz", "quoted-printable", b"a=zz", [("content.qp.escape", 1)], id="quoted-printable"),
        pytest.param(b"hello", "x-uue", b"hello", [("content.uu.begin-missing", 0)], id="uuencode"),
        pytest.param(b"hello", "x-yenc", b"hello", [("content.yenc.begin-missing", 0)], id="yEnc"),
        pytest.param(b"hello", "mac-binhex40", b"hello", [("content.binhex.begin-missing", 0)], id="BinHex"),
        pytest.param(b"a=zz!", "binary", b"a=zz!", [], id="binary"),
        pytest.param(b"a=zz!", "x-unknown", b"a=zz!", [], id="unknown"),
    ],
)
def test_faults(body: bytes, encoding: str, content: bytes, faults: list[tuple[str, int]]) -> None:
    found: list[tuple[str, int]] = []
    assert decode_transfer(body, encoding, found) == content
    assert found == faults


def test_offsets_behind_padding() -> None:
    body = b"aA==ZQ==\nbGxv"
    assert [raw_offset(body, "base64", index) for index in range(5)] == [0, 4, 9, 10, 11]


TOKENS = [
    b"A",
    b"=",
    b"==",
    b"\n",
    b"\r\n",
    b" ",
    b"=\n",
    b"=41",
    b"=4",
    b"begin 644 a\n",
    b"end\n",
    b"#86)C\n",
    b"\0",
    b"\xff",
]
bodies = st.one_of(joined(TOKENS, 16), st.binary(max_size=120))


@given(body=bodies, encoding=st.sampled_from(sorted(KNOWN)), index=st.integers(0, 200))
@example(body=b"=A", encoding="base64", index=0)
@example(body=b"A=A", encoding="base64", index=0)
@example(body=b"AA=A", encoding="base64", index=0)
def test_any_bytes_are_decoded(body: bytes, encoding: str, index: int) -> None:
    decode_transfer(body, encoding)
    assert 0 <= raw_offset(body, encoding, index) <= len(body)


SOFT = re.compile(rb"^=\r?\n")


def _lines(encoded: bytes, width: int, ending: bytes) -> bytes:
    return b"".join(encoded[at : at + width] + ending for at in range(0, len(encoded), width))


@settings(max_examples=500)
@given(
    content=st.binary(min_size=1, max_size=200),
    width=st.integers(4, 80),
    ending=st.sampled_from([b"\n", b"\r\n", b" \n"]),
)
def test_offsets_in_base64(content: bytes, width: int, ending: bytes) -> None:
    body = _lines(base64.b64encode(content), width, ending)
    assert decode_base64(body) == content
    letters = [at for at, byte in enumerate(body) if byte not in b" \r\n"]
    for index in range(len(content)):
        place = letters.index(raw_offset(body, "base64", index))
        assert place * 6 < (index + 1) * 8, "the character begins behind the byte"
        assert (place + 1) * 6 > index * 8, "the character ends before the byte"


@settings(max_examples=500)
@given(
    content=st.text(st.sampled_from("ab= \t\n.あäЖ_"), min_size=1, max_size=150).map(str.encode),
    tabs=st.booleans(),
    ending=st.sampled_from([b"\n", b"\r\n"]),
)
def test_offsets_in_quoted_printable(content: bytes, *, tabs: bool, ending: bytes) -> None:
    body = quopri.encodestring(content, quotetabs=tabs).replace(b"\n", ending)
    decoded = decode_transfer(body, "quoted-printable")
    assert decoded.replace(b"\r\n", b"\n") == content
    for index, byte in enumerate(decoded):
        place = raw_offset(body, "quoted-printable", index)
        seen = SOFT.sub(b"", body[place : place + 8])  # a soft line end may stand before it
        assert seen[:1] == bytes([byte]) or seen[:3].upper() == b"=%02X" % byte, (body, index, place)


@given(body=st.binary(max_size=60), encoding=st.sampled_from(["", "7bit", "8bit", "binary"]), index=st.integers(0, 80))
def test_offsets_where_nothing_is_encoded(body: bytes, encoding: str, index: int) -> None:
    assert raw_offset(body, encoding, index) == min(index, len(body))


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_word_is_found_again(encoding: str) -> None:
    rng = random.Random(4)
    text = " ".join("".join(rng.choices("abcdefghij=ü", k=9)) for _ in range(200)).encode()
    body = base64.encodebytes(text) if encoding == "base64" else quopri.encodestring(text)
    for _ in range(50):
        index = rng.randrange(len(text) - 12) // 3 * 3
        start, stop = raw_offset(body, encoding, index), raw_offset(body, encoding, index + 12)
        found = decode_transfer(body[start:stop], encoding)  # a blank at its end would have been added on the way
        assert found.rstrip(b" ") == text[index : index + 12].rstrip(b" ")
