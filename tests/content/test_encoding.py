"""Content-Transfer-Encoding as real mail has it."""

from __future__ import annotations

import pytest
from hypothesis import given

from mailkit.content import KNOWN, decode_transfer, decoder, parse_encoding
from tests.strategies import joined

MALFORMED, UNKNOWN = "mime.encoding.malformed", "mime.encoding.unknown"


@pytest.mark.parametrize("encoding", sorted(KNOWN - {""}))
def test_known_words(encoding: str) -> None:
    raw = encoding.encode()
    for value in (raw, b" " + raw + b"\r\n", b"\r\n\t" + raw.upper() + b" \r\n", raw.title() + b"\t"):
        assert parse_encoding(value) == (encoding, ())


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b" base64 (a comment)\r\n", id="behind"),
        pytest.param(b" (a comment) base64", id="before"),
        pytest.param(b"(a (nested\\)) one) base64(another)", id="nested"),
        pytest.param(b" (" + b"x" * 200 + b") base64", id="long"),
    ],
)
def test_comments_are_no_fault(value: bytes) -> None:
    assert parse_encoding(value) == ("base64", ())


@pytest.mark.parametrize(
    ("value", "encoding", "offset"),
    [
        pytest.param(b' "base64"', "base64", 1, id="quotes"),
        pytest.param(b"'base64'", "base64", 0, id="single quotes"),
        pytest.param(b"<base64>", "base64", 0, id="angle brackets"),
        pytest.param(b"base64;", "base64", 6, id="a semicolon"),
        pytest.param(b"base64; charset=utf-8", "base64", 6, id="a parameter"),
        pytest.param(b" base64 junk", "base64", 8, id="junk behind"),
        pytest.param(b"base64, base64", "base64", 6, id="twice"),
        pytest.param(b"quoted-printable base64", "quoted-printable", 17, id="two"),
        pytest.param(b"base64:", "base64", 6, id="a colon"),
        pytest.param(b"base64\xa0", "base64", 6, id="eight bits behind"),
        pytest.param(b"\xe2\x80\x8bbase64", "base64", 0, id="eight bits before"),
        pytest.param(b"base64\x00", "base64", 6, id="NUL behind"),
        pytest.param(b"ba\x00se64", "base64", 0, id="NUL inside"),
        pytest.param(b"base64\r\n junk", "base64", 9, id="fold and junk"),
        pytest.param(b"base64 (comment) junk", "base64", 7, id="comment and junk"),
        pytest.param(b" base 64\r\n", "base64", 1, id="base 64"),
        pytest.param(b"base-64", "base64", 0, id="base-64"),
        pytest.param(b"8-bit", "8bit", 0, id="8-bit"),
        pytest.param(b"8 bit", "8bit", 0, id="8 bit"),
        pytest.param(b"7bits", "7bit", 0, id="7bits"),
        pytest.param(b"quoted printable", "quoted-printable", 0, id="quoted printable"),
        pytest.param(b"Quoted_Printable", "quoted-printable", 0, id="Quoted_Printable"),
        pytest.param(b"QuotedPrintable", "quoted-printable", 0, id="QuotedPrintable"),
        pytest.param(b"uuencoded", "x-uuencode", 0, id="uuencoded"),
        pytest.param(b"x-uue;name=a", "x-uue", 5, id="x-uue with a name"),
        pytest.param(b"yenc", "x-yenc", 0, id="yenc"),
        pytest.param(b"binhex4.0", "mac-binhex40", 0, id="binhex4.0"),
        pytest.param(b"7bit; " + b"x" * 5000, "7bit", 4, id="a long one"),
        pytest.param(b" ", "", 1, id="blank"),
        pytest.param(b"", "", 0, id="empty"),
        pytest.param(b'""', "", 0, id="quotes alone"),
        pytest.param(b"(base64)", "", 0, id="a comment alone"),
    ],
)
def test_malformed_values(value: bytes, encoding: str, offset: int) -> None:
    assert parse_encoding(value) == (encoding, ((MALFORMED, offset),))


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        pytest.param(b"x-base64", "x-base64", id="x-base64"),
        pytest.param(b"base65", "base65", id="base65"),
        pytest.param(b"zlib_codec", "zlib_codec", id="a codec of Python's"),
        pytest.param(b"utf-8", "utf-8", id="a charset"),
        pytest.param(b"foo base64", "foo", id="unknown first"),
        pytest.param(b"6bit", "6bit", id="6bit"),
        pytest.param(b"=?utf-8?q?base64?=", "utf-8", id="an encoded word"),
        pytest.param(b"\xff\xfe", "", id="eight bits"),
        pytest.param(b"x" * 3000, "x" * 64, id="long"),
    ],
)
def test_unknown_values_leave_the_body_as_it_is(value: bytes, encoding: str) -> None:
    assert parse_encoding(value) == (encoding, ((UNKNOWN, 0),))
    assert decode_transfer(b"aGVsbG8=", encoding) == b"aGVsbG8="


def test_an_absent_field_is_no_fault() -> None:
    assert parse_encoding(None) == ("", ())


TOKENS = [b"base64", b"base", b"64", b"quoted", b"-", b"printable", b"8bit", b" ", b"(", b")", b"\\", b'"', b";", b"\0"]


@given(value=joined([*TOKENS, b"x-", b"=", b"\xff", b"\r\n "], 10))
def test_any_value_is_read(value: bytes) -> None:
    encoding, faults = parse_encoding(value)
    assert encoding == encoding.lower()
    assert encoding.isascii()
    assert all(code in {MALFORMED, UNKNOWN} and 0 <= at <= len(value) for code, at in faults)
    assert (encoding in KNOWN) or faults[0][0] == UNKNOWN
    assert decoder(encoding).feed(b"") == b""
    assert parse_encoding(b" " + value + b"\r\n")[0] == encoding
