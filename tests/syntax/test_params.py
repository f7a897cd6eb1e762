"""Content-Type and its parameters: what RFC 2045, 2183 and 2231 say, and what mail does instead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.syntax.params import (
    MAX_PARAMS,
    MESSAGE,
    decode_raw,
    parse_content_type,
    parse_params,
    skip_comment,
    strip_comments,
)


@pytest.mark.parametrize(
    ("raw", "kind", "params"),
    [
        pytest.param(b"text/plain", "text/plain", {}, id="plain"),
        pytest.param(b"Text/HTML", "text/html", {}, id="case"),
        pytest.param(b"text/plain; charset=utf-8", "text/plain", {"charset": "utf-8"}, id="parameter"),
        pytest.param(b'text/plain; charset="utf-8"', "text/plain", {"charset": "utf-8"}, id="quoted"),
        pytest.param(b"text/plain;charset=utf-8;format=flowed", "text/plain", {"charset": "utf-8", "format": "flowed"}, id="no blanks"),
        pytest.param(b"text/plain; CHARSET=UTF-8", "text/plain", {"charset": "UTF-8"}, id="names lower, values as written"),
        pytest.param(b"text/plain; charset = utf-8", "text/plain", {"charset": "utf-8"}, id="blanks around the equals sign"),
        pytest.param(b"text/plain; charset=utf-8;", "text/plain", {"charset": "utf-8"}, id="semicolon behind"),
        pytest.param(b"text/plain;; ;charset=utf-8", "text/plain", {"charset": "utf-8"}, id="semicolons"),
        pytest.param(b"text/plain charset=utf-8", "text/plain", {"charset": "utf-8"}, id="no semicolon"),
        pytest.param(b"text/plain; charset=utf-8 (a comment); x=y", "text/plain", {"charset": "utf-8", "x": "y"}, id="comment"),
        pytest.param(b"text/plain (a (nested) comment); x=y", "text/plain", {"x": "y"}, id="nested comment"),
        pytest.param(b"(a comment) text/plain; x=y", "text/plain", {"x": "y"}, id="comment first"),
        pytest.param(rb'text/plain; name="a\"b\\c"', "text/plain", {"name": 'a"b\\c'}, id="quoted pairs"),
        pytest.param(b'text/plain; name="a;b=c(d)"', "text/plain", {"name": "a;b=c(d)"}, id="specials in quotes"),
        pytest.param(b'text/plain; name="never closed', "text/plain", {"name": "never closed"}, id="open quote"),
        pytest.param(b"text/plain; name=a b.txt", "text/plain", {"name": "a b.txt"}, id="blank in an unquoted value"),
        pytest.param(b"text/plain; x=1; x=2", "text/plain", {"x": "1"}, id="the first of two"),
        pytest.param(b'text/plain; name=""', "text/plain", {"name": ""}, id="empty value"),
        pytest.param(b"text/plain; x", "text/plain", {"x": ""}, id="no value"),
        pytest.param(b"text/plain; name=\xe3\x81\x82", "text/plain", {"name": "あ"}, id="raw UTF-8"),
        pytest.param(b"text/plain; name=\xe4", "text/plain", {"name": "ä"}, id="raw Latin-1"),
        pytest.param(b"text/plain; name*=utf-8''%E3%81%82", "text/plain", {"name": "あ"}, id="RFC 2231"),
        pytest.param(b"text/plain; name*=utf-8'en'a%20b", "text/plain", {"name": "a b"}, id="RFC 2231 with a language"),
        pytest.param(b"text/plain; name*0=a; name*1=b", "text/plain", {"name": "ab"}, id="segments"),
        pytest.param(b"text/plain; name*1=b; name*0=a", "text/plain", {"name": "ab"}, id="segments out of order"),
        pytest.param(b"text/plain; name*0*=utf-8''%E3; name*1*=%81; name*2*=%82", "text/plain", {"name": "あ"}, id="a character cut by segments"),
        pytest.param(b'text/plain; name*0*=utf-8\'\'%41; name*1="%42"', "text/plain", {"name": "A%42"}, id="a segment that is not extended"),
        pytest.param(b"text/plain; name*0=a; name*2=c", "text/plain", {"name": "a"}, id="a gap ends it"),
        pytest.param(b"text/plain; name*=%zz", "text/plain", {"name": "%zz"}, id="no escapes"),
        pytest.param(b"text/plain; name*=zlib_codec''%41", "text/plain", {"name": "A"}, id="a codec of Python's"),
        pytest.param(b"application/vnd.ms-excel; a=b", "application/vnd.ms-excel", {"a": "b"}, id="points and dashes"),
    ],
)  # fmt: skip
def test_content_type(raw: bytes, kind: str, params: dict[str, str]) -> None:
    value = parse_content_type(raw)
    assert (value.type, value.params, value.valid) == (kind, params, True)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"text", id="no subtype"),
        pytest.param(b"text/", id="empty subtype"),
        pytest.param(b"/plain", id="empty type"),
        pytest.param(b"; charset=utf-8", id="parameters only"),
        pytest.param(b"(comment", id="open comment"),
        pytest.param(b"\xff\xfe", id="bytes"),
    ],
)
def test_content_type_that_is_none_is_the_default(raw: bytes) -> None:
    value = parse_content_type(raw)
    assert (value.type, value.valid) == ("text/plain", False)
    assert parse_content_type(raw, MESSAGE).type == "message/rfc822"


def test_a_missing_content_type_is_the_default_and_valid() -> None:
    assert parse_content_type(None).valid
    assert parse_content_type(None, MESSAGE) is MESSAGE


@pytest.mark.parametrize(
    ("raw", "boundary"),
    [
        pytest.param(b"multipart/mixed; boundary=x", b"x", id="plain"),
        pytest.param(b'multipart/mixed; boundary="a b"', b"a b", id="blank inside"),
        pytest.param(b'multipart/mixed; boundary="x  "', b"x", id="blanks behind"),
        pytest.param(b'multipart/mixed; boundary="a:b?c=(d)"', b"a:b?c=(d)", id="specials"),
        pytest.param(b"multipart/mixed; boundary=----=_x=y", b"----=_x=y", id="unquoted equals signs"),
        pytest.param(b"multipart/mixed; boundary*=us-ascii''x%20y", b"x y", id="RFC 2231"),
        pytest.param(b"multipart/mixed; boundary=\xff", b"\xff", id="any byte"),
        pytest.param(b"multipart/mixed", b"", id="none"),
    ],
)
def test_boundary(raw: bytes, boundary: bytes) -> None:
    assert parse_content_type(raw).boundary == boundary


def test_remembered_values_do_not_depend_on_the_first_default() -> None:
    assert parse_content_type(b"nonsense-1").type == "text/plain"
    assert parse_content_type(b"nonsense-1", MESSAGE).type == "message/rfc822"
    assert parse_content_type(b"nonsense-1").type == "text/plain"


@pytest.mark.parametrize(
    ("raw", "stop"),
    [
        pytest.param(b"(a)b", 3, id="plain"),
        pytest.param(b"(a(b)c)d", 7, id="nested"),
        pytest.param(rb"(a\)b)c", 6, id="quoted pair"),
        pytest.param(b"(a", 2, id="open"),
        pytest.param(b"(a\\", 3, id="cut in a quoted pair"),
    ],
)
def test_skip_comment(raw: bytes, stop: int) -> None:
    assert skip_comment(raw, 0) == stop


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"a(b)c", b"a c", id="plain"),
        pytest.param(b"a(b(c)d)e(f)", b"a e ", id="nested"),
        pytest.param(b"a(b", b"a ", id="open"),
        pytest.param(b"a", b"a", id="none"),
    ],
)
def test_strip_comments(raw: bytes, text: bytes) -> None:
    assert strip_comments(raw) == text


def test_parameters_are_bounded() -> None:
    raw = b"".join(b"; a%d=b" % number for number in range(3 * MAX_PARAMS))
    assert len(parse_params(raw)) <= MAX_PARAMS


TOKENS = [
    b"text/plain",
    b";",
    b"=",
    b'"',
    b"(",
    b")",
    b"\\",
    b" ",
    b"a",
    b"*",
    b"0",
    b"*0*",
    b"'",
    b"%41",
    b"\xe3",
    b"\n",
]
values = st.one_of(st.lists(st.sampled_from(TOKENS), max_size=16).map(b"".join), st.binary(max_size=120))


@settings(max_examples=1500, deadline=None)
@given(raw=values)
def test_any_bytes_are_a_content_type(raw: bytes) -> None:
    value = parse_content_type(raw)
    assert value == parse_content_type(raw)
    assert value.type == value.type.lower()
    for name, text in value.params.items():
        assert name == name.lower()
        text.encode("utf-8")
    assert value.boundary == value.boundary.rstrip()
    parse_params(raw)
    skip_comment(raw, 0)
    assert len(strip_comments(raw)) <= len(raw) + 1


@given(raw=st.binary(max_size=60))
def test_any_bytes_are_text(raw: bytes) -> None:
    decode_raw(raw).encode("utf-8")


@given(value=st.text(st.characters(codec="utf-8"), max_size=40))
def test_what_is_written_extended_is_read(value: str) -> None:
    escaped = "".join(f"%{byte:02X}" for byte in value.encode()).encode()
    assert parse_content_type(b"text/plain; name*=utf-8''" + escaped).params["name"] == value
