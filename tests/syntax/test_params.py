"""Content-Type and its parameters: what RFC 2045, 2183 and 2231 say, and what mail does instead."""

from __future__ import annotations

import itertools
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.findings import CODES
from mailkit.limits import DEFAULT
from mailkit.syntax.params import (
    MAX_PARAMS,
    MESSAGE,
    ContentType,
    Disposition,
    decode_raw,
    parse_content_type,
    parse_disposition,
    parse_params,
)
from tests.strategies import joined
from tests.timing import assert_linear, flood


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
    ("raw", "kind", "params", "codes"),
    [
        # The type.
        pytest.param(b" message / rfc822", "message/rfc822", {}, "", id="blanks around the slash"),
        pytest.param(b"(a) text (b)/(c)plain(d)", "text/plain", {}, "", id="comments around the slash"),
        pytest.param(b"text/\r\n plain", "text/plain", {}, "", id="fold behind the slash"),
        pytest.param("á/É; Á=é".encode(), "á/é", {"á": "é"}, "mime.type.invalid", id="raw UTF-8"),
        pytest.param(b'"text/html"; charset="utf-8"', "text/html", {"charset": "utf-8"}, "mime.type.invalid", id="quoted"),
        pytest.param(b"<text/html>; a=b", "text/html", {"a": "b"}, "mime.type.invalid", id="angle brackets"),
        pytest.param(b"=text/html; a=b", "text/html", {"a": "b"}, "mime.type.invalid", id="sign before"),
        pytest.param(b"Content-Type: text/html; a=b", "text/html", {"a": "b"}, "mime.type.invalid", id="the name again"),
        pytest.param(b"text/plain:charset=x", "text/plain", {"charset": "x"}, "mime.param.unseparated", id="colon behind"),
        pytest.param(b"text/html,charset=x", "text/html", {"charset": "x"}, "mime.param.unseparated", id="comma behind"),
        # Separators.
        pytest.param(b"a/b;x=y;", "a/b", {"x": "y"}, "", id="semicolon behind"),
        pytest.param(b"a/b;;\r\n x=y", "a/b", {"x": "y"}, "mime.param.unseparated", id="two semicolons"),
        pytest.param(b"a/b\n x*0*=utf-8'en'a%20\n x*1=b", "a/b", {"x": "a b"}, "mime.param.unseparated", id="no semicolons"),
        pytest.param(b"a/b; x=y z=w", "a/b", {"x": "y", "z": "w"}, "mime.param.unseparated", id="no semicolon between"),
        pytest.param(b'a/b; x="y"z=w', "a/b", {"x": "y", "z": "w"}, "mime.param.unseparated", id="nothing between"),
        pytest.param(b"a/b; x=y, z=w", "a/b", {"x": "y", "z": "w"}, "mime.param.unseparated", id="comma between"),
        pytest.param(b"a/b; x=y,z", "a/b", {"x": "y,z"}, "mime.param.unquoted", id="comma inside"),
        pytest.param(b"a/b; x=y,;z=w", "a/b", {"x": "y", "z": "w"}, "mime.param.unseparated", id="comma and semicolon"),
        pytest.param(b"a/b; x:y", "a/b", {"x": "y"}, "mime.param.unseparated", id="colon for the equals sign"),
        pytest.param(b"a/b junk; x=y", "a/b", {"x": "y"}, "mime.param.unseparated", id="junk before"),
        pytest.param(b'a/b; "junk; z=w"; x=y', "a/b", {"x": "y"}, "mime.param.unseparated", id="a string of its own"),
        pytest.param(b'a/b; "; x=y', "a/b", {"x": "y"}, "mime.param.unseparated", id="a quote of its own"),
        pytest.param(b"a/b; )>; x=y", "a/b", {"x": "y"}, "mime.param.unseparated", id="signs"),
        # Names and values that are missing.
        pytest.param(b"a/b; =v; x=y", "a/b", {"x": "y"}, "mime.param.unnamed", id="no name"),
        pytest.param(b'a/b; ="v; z=w"; x=y', "a/b", {"x": "y"}, "mime.param.unnamed", id="no name, quoted"),
        pytest.param(b"a/b; x; y=", "a/b", {"x": "", "y": ""}, "mime.param.empty", id="no value"),
        pytest.param(b"a/b; x=;y=z", "a/b", {"x": "", "y": "z"}, "mime.param.empty", id="semicolon for a value"),
        pytest.param(b'a/b; x=""', "a/b", {"x": ""}, "", id="empty string"),
        # White space and comments.
        pytest.param(b'a/b;\tx\t=\t"y"\t;\tz = w', "a/b", {"x": "y", "z": "w"}, "", id="tabs"),
        pytest.param(b"a/b;(c)x(d)=(e)y(f);(g)", "a/b", {"x": "y"}, "", id="comments everywhere"),
        pytest.param(b"a/b; x=(c \\) (d)) y", "a/b", {"x": "y"}, "", id="comment with a quoted pair"),
        pytest.param(b'a/b; x= (c) "y"', "a/b", {"x": "y"}, "", id="comment before a string"),
        pytest.param(b"a/b (oops; x=y", "a/b", {"x": "y"}, "mime.comment.unclosed mime.param.unseparated", id="open comment"),
        pytest.param(b"a/b; x=y (oops", "a/b", {"x": "y"}, "mime.comment.unclosed mime.param.unseparated", id="open behind"),
        pytest.param(b"a/b; x=y(", "a/b", {"x": "y"}, "mime.comment.unclosed mime.param.unseparated", id="open at the end"),
        pytest.param(b'a/b; x="y\r\n z"', "a/b", {"x": "y z"}, "", id="fold in a string"),
        pytest.param(b'a/b; x="y\n\tz"', "a/b", {"x": "y z"}, "", id="fold with a tab"),
        pytest.param(b'a/b; x="  y \t z  "', "a/b", {"x": "  y \t z  "}, "", id="white space in a string"),
        pytest.param(b"a/b; x=y\n z", "a/b", {"x": "y z"}, "mime.param.unquoted", id="fold without quotes"),
        # Quotes.
        pytest.param(b'a/b; x="a "b" c"; y=z', "a/b", {"x": 'a "b" c', "y": "z"}, "mime.param.ambiguous", id="quotes inside"),
        pytest.param(b'a/b; x="a "b""', "a/b", {"x": 'a "b"'}, "mime.param.ambiguous", id="quotes inside at the end"),
        pytest.param(b'a/b; x="a"\n "b"', "a/b", {"x": "ab"}, "mime.param.ambiguous", id="two strings"),
        pytest.param(b'a/b; x="a"b; y=z', "a/b", {"x": "a", "y": "z"}, "mime.param.ambiguous mime.param.unseparated", id="text behind"),
        pytest.param(b'a/b; x="a; y="b"; z=c', "a/b", {"x": "a", "y": "b", "z": "c"}, "mime.param.unclosed", id="no closing quote"),
        pytest.param(b'a/b; x="a; y=b', "a/b", {"x": "a", "y": "b"}, "mime.param.unclosed", id="no other quote"),
        pytest.param(b'a/b; x="a; b ', "a/b", {"x": "a; b"}, "mime.param.unclosed", id="no quote, semicolon inside"),
        pytest.param(b'a/b; x="', "a/b", {"x": ""}, "mime.param.unclosed", id="one quote"),
        pytest.param(b'a/b; x="a\\', "a/b", {"x": "a\\"}, "mime.param.unclosed", id="ends in a backslash"),
        pytest.param(b'a/b; x=a"; y=z', "a/b", {"x": "a", "y": "z"}, "mime.param.unclosed", id="no opening quote"),
        pytest.param(b'a/b; x=a"b"c', "a/b", {"x": 'a"b"c'}, "mime.param.unquoted", id="quotes in a bare value"),
        pytest.param(b"a/b; x='y z'", "a/b", {"x": "'y z'"}, "mime.param.unquoted", id="single quotes"),
        pytest.param(b'a/b; x="Jim \'Bob\' Jill"', "a/b", {"x": "Jim 'Bob' Jill"}, "", id="single quotes inside"),
        pytest.param(b'a/b; x="y;z=(w)"', "a/b", {"x": "y;z=(w)"}, "", id="structure in a string"),
        pytest.param(b"a/b; x=C:\\y", "a/b", {"x": "C:\\y"}, "mime.param.unquoted", id="backslash without quotes"),
        # Bare values of file names.
        pytest.param(b"a/b; name=a b.txt; x=y", "a/b", {"name": "a b.txt", "x": "y"}, "mime.param.unquoted", id="blank"),
        pytest.param(b"a/b; name=a (1).txt", "a/b", {"name": "a (1).txt"}, "mime.param.unquoted", id="parentheses"),
        pytest.param(b"a/b; name=(1).txt", "a/b", {"name": "(1).txt"}, "mime.param.unquoted", id="parentheses first"),
        pytest.param(b"a/b; name=a(b", "a/b", {"name": "a(b"}, "mime.comment.unclosed mime.param.unquoted", id="parenthesis"),
        pytest.param(b"a/b; name=a.txt (b)", "a/b", {"name": "a.txt"}, "", id="a comment all the same"),
        # RFC 2231.
        pytest.param(b"a/b; x*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "a/b", {"x": "This is ***fun***"}, "", id="extended"),
        pytest.param(b"a/b; x*=\"utf-8''%E3%81%82\"", "a/b", {"x": "あ"}, "", id="extended in quotes"),
        pytest.param(b"a/b; x*=''%E3%81%82", "a/b", {"x": "あ"}, "", id="no charset"),
        pytest.param(b"a/b; x*=%E3%81%82", "a/b", {"x": "あ"}, "mime.param.extended", id="no prefix"),
        pytest.param(b"a/b; x*=it's%20Frank's", "a/b", {"x": "it's Frank's"}, "mime.param.extended", id="apostrophes"),
        pytest.param(b"a/b; x*=utf-8'%E3%81%82", "a/b", {"x": "あ"}, "mime.param.extended", id="half a prefix"),
        pytest.param(b"a/b; x*=x-no''%E3%81%82", "a/b", {"x": "あ"}, "header.charset.unknown", id="unknown charset"),
        pytest.param(b"a/b; x*=us-ascii''%E4", "a/b", {"x": "ä"}, "", id="not the charset"),
        pytest.param(b"a/b; x*=utf-8''%E4", "a/b", {"x": "\ufffd"}, "", id="no UTF-8"),
        pytest.param(b"a/b; x*=utf-8''100%", "a/b", {"x": "100%"}, "mime.param.extended", id="percent sign"),
        pytest.param(b"a/b; x*=iso-8859-1''f\xe4", "a/b", {"x": "fä"}, "", id="raw bytes"),
        pytest.param(b"a/b; x*=iso-2022-jp''%1B$B$%22%1B%28B", "a/b", {"x": "あ"}, "", id="ISO-2022-JP"),
        pytest.param(b'a/b; x*0=a; x*1="b;c"', "a/b", {"x": "ab;c"}, "", id="segments"),
        pytest.param(b"a/b; x*2=c; x*0*=''a; x*1=b", "a/b", {"x": "abc"}, "", id="out of order"),
        pytest.param(b"a/b; x*0*=utf-8''%E3; x*1*=%81; x*2*=%82", "a/b", {"x": "あ"}, "", id="a character in three segments"),
        pytest.param(b"a/b; x*0*=utf-8''%E3%8; x*1*=1%82", "a/b", {"x": "あ"}, "", id="an escape in two segments"),
        pytest.param(b"a/b; x*0*=utf-8''a%; x*1=41", "a/b", {"x": "a%41"}, "mime.param.extended", id="no escape in two segments"),
        pytest.param(b"a/b; x*0*=''%41; x*1=%42", "a/b", {"x": "A%42"}, "", id="extended and plain"),
        pytest.param(b"a/b; x*0=us-ascii'en'a; x*1*=%42", "a/b", {"x": "aB"}, "", id="asterisk forgotten"),
        pytest.param(b"a/b; x*0=us-ascii'en'a; x*1=%42", "a/b", {"x": "us-ascii'en'a%42"}, "", id="no asterisks"),
        pytest.param(b"a/b; x*0=it's'a; x*1*=%42", "a/b", {"x": "it's'aB"}, "", id="no charset there"),
        pytest.param(b"a/b; x*0=a; x*2=c", "a/b", {"x": "a"}, "mime.param.gap", id="gap"),
        pytest.param(b"a/b; x*1=a; x*2=b", "a/b", {"x": "ab"}, "mime.param.gap", id="begins with 1"),
        pytest.param(b"a/b; x*00=a; x*01=b", "a/b", {"x": "ab"}, "mime.param.segment", id="noughts"),
        pytest.param(b"a/b; x*0=a; x*0=b", "a/b", {"x": "a"}, "mime.param.duplicate", id="segment twice"),
        pytest.param(b"a/b; x*12345=a", "a/b", {"x*12345": "a"}, "mime.param.segment", id="number too long"),
        pytest.param(b"a/b; *0=a; *=b", "a/b", {"*0": "a", "*": "b"}, "mime.param.segment", id="no name before the asterisk"),
        pytest.param(b"a/b; x**=a", "a/b", {"x**": "a"}, "mime.param.segment", id="two asterisks"),
        pytest.param(b"a/b; x *0* =''a; x*1 =b", "a/b", {"x": "ab"}, "", id="blank before the asterisk"),
        pytest.param(b"a/b; X*0=a; x*1=b", "a/b", {"x": "ab"}, "", id="names without case"),
        # Which form counts.
        pytest.param(b"a/b; x=plain; x*=''ext", "a/b", {"x": "ext"}, "", id="extended before plain"),
        pytest.param(b"a/b; x*=''ext; x=plain", "a/b", {"x": "ext"}, "", id="whatever the order"),
        pytest.param(b"a/b; x*0=s; x=plain; x*1=t", "a/b", {"x": "st"}, "", id="segments before plain"),
        pytest.param(b"a/b; x*0=s; x*=''ext", "a/b", {"x": "ext"}, "", id="extended before segments"),
        pytest.param(b"a/b; x=1; X=2", "a/b", {"x": "1"}, "mime.param.duplicate", id="the first of two"),
        pytest.param(b"a/b; x*=''1; x*=''2", "a/b", {"x": "1"}, "mime.param.duplicate", id="the first of two extended"),
        # RFC 2047.
        pytest.param(b"a/b; x==?utf-8?Q?a=20b?=", "a/b", {"x": "a b"}, "mime.param.encoded-word mime.param.unquoted", id="word"),
        pytest.param(b'a/b; x="a =?utf-8?Q?b?= c"', "a/b", {"x": "a b c"}, "mime.param.encoded-word", id="word in quotes"),
        pytest.param(b'a/b; x="=?utf-8?B?44G?=\r\n =?utf-8?B?C?="', "a/b", {"x": "あ"}, "mime.param.encoded-word", id="folded words"),
        pytest.param(b'a/b; x="=?utf-8?Q?a?="\r\n "=?utf-8?Q?b?="', "a/b", {"x": "ab"}, "mime.param.ambiguous mime.param.encoded-word", id="words quoted apart"),
        pytest.param(b'a/b; x*0="=?utf-8?B?44"; x*1="GC?="', "a/b", {"x": "あ"}, "mime.param.encoded-word", id="word in segments"),
        pytest.param(b"a/b; x*=utf-8''%3D?utf-8?Q?%3DE3%3D81%3D82?%3D", "a/b", {"x": "あ"}, "mime.param.encoded-word mime.param.unquoted", id="word in an extended value"),
        pytest.param(b'a/b; x="=?utf-8?Q?a"', "a/b", {"x": "=?utf-8?Q?a"}, "", id="no word"),
        # Raw characters.
        pytest.param('a/b; x="日本"'.encode(), "a/b", {"x": "日本"}, "", id="UTF-8"),
        pytest.param("a/b; x=日本".encode(), "a/b", {"x": "日本"}, "", id="UTF-8 without quotes"),
        pytest.param(b'a/b; x="\xe4\\"b"', "a/b", {"x": 'ä"b'}, "header.charset.undeclared", id="Latin-1 and a quoted pair"),
        pytest.param('a/b; x="ソ表能"; y=z'.encode("cp932"), "a/b", {"x": "ソ表能", "y": "z"}, "header.charset.undeclared", id="Shift_JIS with backslashes"),
        pytest.param('a/b; x="テスト"'.encode("euc_jp"), "a/b", {"x": "テスト"}, "header.charset.undeclared", id="EUC-JP"),
        pytest.param('a/b; x="あ"; y=z'.encode("iso2022_jp"), "a/b", {"x": "あ", "y": "z"}, "header.charset.undeclared", id="ISO-2022-JP with a quote"),
        pytest.param("a/b; x=あ; y=z".encode("iso2022_jp"), "a/b", {"x": "あ", "y": "z"}, "header.charset.undeclared", id="ISO-2022-JP without quotes"),
        pytest.param('a/b; x="\\"表\\"い"; y=z'.encode("iso2022_jp"), "a/b", {"x": '"表"い', "y": "z"}, "header.charset.undeclared", id="ISO-2022-JP and quoted pairs"),
    ],
)  # fmt: skip
def test_what_mail_has(raw: bytes, kind: str, params: dict[str, str], codes: str) -> None:
    value = parse_content_type(raw)
    assert (value.type, value.params, value.valid) == (kind, params, True)
    assert " ".join(sorted(code for code, _ in value.faults)) == codes


@pytest.mark.parametrize(
    ("raw", "params"),
    [
        pytest.param(b"text", {}, id="no subtype"),
        pytest.param(b"text; charset=x", {"charset": "x"}, id="no subtype, but a parameter"),
        pytest.param(b"text/plain/x; charset=y", {"charset": "y"}, id="two slashes"),
        pytest.param(b"; charset=x", {"charset": "x"}, id="no type"),
        pytest.param(b"charset=x; a=b", {"charset": "x", "a": "b"}, id="no type, no semicolon"),
        pytest.param(b"blarg; baz; boo", {"baz": "", "boo": ""}, id="words"),
        pytest.param(b'<crazy "stuff">', {}, id="signs"),
        pytest.param(b"http://a.example/b", {}, id="URL"),
    ],
)
def test_no_type_leaves_the_default_and_the_parameters(raw: bytes, params: dict[str, str]) -> None:
    value = parse_content_type(raw)
    assert (value.type, value.params, value.valid) == ("text/plain", params, False)
    assert ("mime.type.invalid", 0) in value.faults


@pytest.mark.parametrize(
    ("raw", "others"),
    [
        pytest.param(b"a/b; x=1; x=2; x=3", [("x", "2", 10), ("x", "3", 15)], id="duplicates"),
        pytest.param(b"a/b; x=1; x*=''2; x*0=3", [("x", "3", 18), ("x", "1", 5)], id="three forms, in their order"),
        pytest.param(b"a/b; x*0=1; x*2=3", [("x", "13", 5)], id="segments behind a gap"),
        pytest.param(b"a/b; x*0=1; x*0=2", [("x", "2", 12)], id="segment twice"),
        pytest.param(b"a/b; x='1'", [("x", "1", 5)], id="single quotes"),
        pytest.param(b'a/b; name="C:\\TEMP\\a.png"', [("name", "C:\\TEMP\\a.png", 5)], id="Windows path"),
        pytest.param(b'a/b; name="\\\\server\\a.png"', [("name", "\\\\server\\a.png", 5)], id="UNC path"),
        pytest.param(b'a/b; name="C:\\\\TEMP\\\\a.png"', [], id="Windows path as it should be"),
        pytest.param(b'a/b; x="a "b" c"', [("x", "a ", 5)], id="quotes inside"),
        pytest.param(b"a/b; name=a(1).txt", [("name", "a", 5)], id="a comment after all"),
    ],
)
def test_alternatives(raw: bytes, others: list[tuple[str, str, int]]) -> None:
    value = parse_content_type(raw)
    assert [(other.name, other.value, other.offset) for other in value.alternatives] == others


def test_backslashes_are_read_by_the_grammar_first() -> None:
    value = parse_content_type(rb'a/b; name="C:\TEMP\nsmail.png"')
    assert value.params["name"] == "C:TEMPnsmail.png"
    assert value.faults == (("mime.param.ambiguous", 10),)


@pytest.mark.parametrize(
    ("raw", "boundary", "others", "codes"),
    [
        pytest.param(b"boundary=x; boundary=y", b"x", [b"y"], "mime.param.duplicate", id="twice"),
        pytest.param(b"boundary*=''y; boundary=x", b"x", [b"y"], "mime.param.duplicate", id="plain before extended"),
        pytest.param(b"boundary*0=x; boundary*1=y", b"xy", [], "", id="segments"),
        pytest.param(b"boundary*=us-ascii'en'x%20y", b"x y", [], "", id="extended"),
        pytest.param(b"boundary*=utf-16''%FF", b"\xff", [], "", id="extended, any bytes"),
        pytest.param(b'boundary="=?utf-8?Q?x?="', b"=?utf-8?Q?x?=", [], "mime.param.encoded-word", id="encoded word"),
        pytest.param(b'boundary="----=?x"', b"----=?x", [], "", id="no encoded word"),
        pytest.param(b'boundary="x\r\n y"', b"x y", [], "", id="fold"),
        pytest.param(b'boundary="x\\y"', b"xy", [b"x\\y"], "mime.param.ambiguous", id="quoted pair"),
        pytest.param(b'boundary="x\\"y"', b'x"y', [], "", id="quoted quote"),
        pytest.param(b"boundary=(a)x(b)", b"x", [], "", id="comments"),
        pytest.param(b"boundary=x(a)y", b"x", [], "mime.param.unseparated", id="comment inside"),
        pytest.param(b"boundary='x'", b"'x'", [b"x"], "", id="single quotes"),
        pytest.param(b"boundary=x y", b"x y", [], "mime.param.unquoted", id="blank without quotes"),
        pytest.param(b'boundary="x \t"', b"x", [], "mime.boundary.malformed", id="blanks behind"),
        pytest.param(b"boundary=" + b"x" * 71, b"x" * 71, [], "mime.boundary.malformed", id="71 characters"),
        pytest.param(b"boundary=" + b"x" * 70, b"x" * 70, [], "", id="70 characters"),
        pytest.param(b'boundary="a/b=c?d"', b"a/b=c?d", [], "", id="specials in quotes"),
        pytest.param(b"boundary=----=_x/y", b"----=_x/y", [], "mime.param.unquoted", id="specials without"),
        pytest.param(b"boundary=", b"", [], "mime.param.empty", id="empty"),
        pytest.param(b'boundary="\xe4\xf6"', b"\xe4\xf6", [], "header.charset.undeclared", id="any bytes"),
    ],
)
def test_boundaries(raw: bytes, boundary: bytes, others: list[bytes], codes: str) -> None:
    value = parse_content_type(b"multipart/mixed; " + raw)
    assert value.boundary == boundary
    assert [other.raw for other in value.alternatives] == others
    assert " ".join(sorted(code for code, _ in value.faults)) == codes


@pytest.mark.parametrize(
    ("raw", "kind", "params", "codes"),
    [
        pytest.param(b"inline", "inline", {}, "", id="plain"),
        pytest.param(b" ATTACHMENT ; filename=a", "attachment", {"filename": "a"}, "", id="case and blanks"),
        pytest.param(b'attachment; filename=a.jpeg;\n modification-date="Wed, 12 Feb 1997 16:29:51 -0500";', "attachment",
                     {"filename": "a.jpeg", "modification-date": "Wed, 12 Feb 1997 16:29:51 -0500"}, "", id="date"),
        pytest.param(b"attachment filename=a", "attachment", {"filename": "a"}, "mime.param.unseparated", id="no semicolon"),
        pytest.param(b"(c) attachment (d); filename=a", "attachment", {"filename": "a"}, "", id="comments"),
        pytest.param(b'"attachment"; filename=a', "attachment", {"filename": "a"}, "mime.disposition.invalid", id="quoted"),
        pytest.param(b'filename="a"', "", {"filename": "a"}, "mime.disposition.invalid", id="no type"),
        pytest.param(b"; filename=a", "", {"filename": "a"}, "mime.disposition.invalid", id="no type, semicolon"),
        pytest.param(b"", "", {}, "mime.disposition.invalid", id="empty"),
        pytest.param(b"ab./k; filename=a", "ab.", {"filename": "a"}, "mime.disposition.invalid mime.param.unseparated", id="slash"),
        pytest.param(b"inline; filename=a; filename*=utf-8''b; filename*0=c", "inline", {"filename": "b"}, "", id="extended first"),
        pytest.param(b"inline; filename*0*=UTF-8''Unicode; filename=a; filename*1*=.doc", "inline", {"filename": "Unicode.doc"}, "", id="between segments"),
        pytest.param(b"inline; filename=A B\n\tC.pdf", "inline", {"filename": "A B C.pdf"}, "mime.param.unquoted", id="folded without quotes"),
        pytest.param(b'inline; filename="a =?utf-8?Q?b?=      =?utf-8?Q?c?="', "inline", {"filename": "a bc"}, "mime.param.encoded-word", id="words"),
        pytest.param(b"inline; name=a; filename=b", "inline", {"name": "a", "filename": "b"}, "", id="name as well"),
    ],
)  # fmt: skip
def test_disposition(raw: bytes, kind: str, params: dict[str, str], codes: str) -> None:
    value = parse_disposition(raw)
    assert value is not None
    assert (value.type, value.params) == (kind, params)
    assert " ".join(sorted(code for code, _ in value.faults)) == codes


@pytest.mark.parametrize(
    ("raw", "fallback", "text"),
    [
        pytest.param(b'a/b; x="\xe4"', "", "ä", id="Windows-1252"),
        pytest.param(b'a/b; x="\xe4"', "utf-8", "\ufffd", id="nothing is guessed"),
        pytest.param(b'a/b; x="\xe4"', "koi8-r", "Д", id="fallback"),
        pytest.param(b'a/b; charset=koi8-r; x="\xe4"', "", "Д", id="the charset of the body"),
        pytest.param(b'a/b; charset=koi8-r; x="\xe4"', "utf-8", "\ufffd", id="fallback before the charset of the body"),
        pytest.param(b'a/b; charset=utf-8; x="\xe4"', "", "ä", id="a charset that it is not"),
        pytest.param(b'a/b; charset=x-no; x="\xe4"', "", "ä", id="unknown charset"),
        pytest.param("a/b; charset=koi8-r; x=ä".encode(), "", "ä", id="UTF-8"),
        pytest.param(b"a/b; x*=us-ascii''%E4", "utf-8", "\ufffd", id="declared ASCII"),
        pytest.param(b"a/b; x*=iso-8859-1''%E4", "utf-8", "ä", id="declared"),
    ],
)
def test_undeclared_bytes_are_read_in_the_fallback(raw: bytes, fallback: str, text: str) -> None:
    assert parse_content_type(raw, fallback=fallback).params["x"] == text
    if b"charset" not in raw:
        value = parse_disposition(raw[2:], fallback=fallback or "windows-1252")
        assert value is not None
        assert value.params["x"] == text


def test_a_fallback_is_for_the_type_as_well() -> None:
    value = parse_content_type(b"foo\xa7/bar; baz=thr\xa7e", fallback="utf-8")
    assert (value.type, value.params) == ("foo\ufffd/bar", {"baz": "thr\ufffde"})


def test_no_disposition_is_none() -> None:
    assert parse_disposition(None) is None


def test_languages_are_kept() -> None:
    assert parse_content_type(b"a/b; x*=utf-8'de-AT'a; y*0*='fr'b; z*=''c").languages == {"x": "de-AT", "y": "fr"}
    value = parse_disposition(b"inline; filename*=utf-8'en'a")
    assert value is not None
    assert value.languages == {"filename": "en"}


@pytest.mark.parametrize(
    ("raw", "faults"),
    [
        pytest.param(b"a/b; x=1; x=2", [("mime.param.duplicate", 10)], id="name of the second"),
        pytest.param(b"a/b; x=(1", [("mime.param.empty", 5), ("mime.comment.unclosed", 7), ("mime.param.unseparated", 7)], id="in their order"),
        pytest.param(b"a/b;\r\n x=a b;\r\n y=c d", [("mime.param.unquoted", 9)], id="the first of each, folds counted"),
        pytest.param(b"a/b; x*0=a; x*2=b", [("mime.param.gap", 12)], id="segment behind the gap"),
    ],
)  # fmt: skip
def test_faults_have_their_places(raw: bytes, faults: list[tuple[str, int]]) -> None:
    assert list(parse_content_type(raw).faults) == faults


def test_parameters_as_they_stand() -> None:
    assert parse_params(b'; X*0="a"; x*1=b; y=c; y=d; z') == {"x*0": b"a", "x*1": b"b", "y": b"c", "z": b""}


@pytest.mark.parametrize(
    ("raw", "count", "code"),
    [
        pytest.param(b"".join(b"; a%d=b" % number for number in range(MAX_PARAMS)), MAX_PARAMS, None, id="as many as may"),
        pytest.param(b"".join(b"; a%d=b" % number for number in range(3 * MAX_PARAMS)), MAX_PARAMS, "limit.param_count", id="parameters"),
        pytest.param(b"".join(b"; a%d*=b" % number for number in range(3 * MAX_PARAMS)), MAX_PARAMS, "limit.param_count", id="extended parameters"),
        pytest.param(b"; a=b" * (3 * MAX_PARAMS), 1, "limit.param_count", id="one parameter again and again"),
        pytest.param(b"; a" * (3 * MAX_PARAMS), 1, "limit.param_count", id="without values"),
        pytest.param(b"".join(b"; a*%d=b" % number for number in range(DEFAULT.segment_count)), 1, None, id="as many segments as may"),
        pytest.param(b"".join(b"; a*%d=b" % number for number in range(900)), 1, "limit.segment_count", id="segments"),
        pytest.param(b"; a*0=b" * 900 + b"; c=d", 2, "limit.segment_count", id="one segment again and again"),
        pytest.param(b'; a="' + b"x" * DEFAULT.media_field_bytes + b'"; b=c', 1, "limit.media_field_bytes", id="bytes"),
    ],
)  # fmt: skip
def test_parameters_are_bounded(raw: bytes, count: int, code: str | None) -> None:
    value = parse_content_type(b"a/b" + raw)
    assert len(value.params) == count
    assert len(value.alternatives) <= MAX_PARAMS
    assert [found for found, _ in value.faults if found.startswith("limit.")] == ([code] if code else [])
    assert all(len(text) <= max(200, DEFAULT.media_field_bytes) for text in value.params.values())


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
TOKENS += [
    b",",
    b"name",
    b"boundary",
    b"x=",
    b"=?utf-8?Q?a?=",
    b"\x1b$B",
    b"\x1b(B",
    b"\x95\\",
    b"\v",
    b":",
    b"/",
    b"\xc4\xb0",
]
values = st.one_of(joined(TOKENS, 16), st.binary(max_size=120))


def check(value: ContentType | Disposition, raw: bytes) -> None:
    assert value.type == value.type.lower()
    assert value.alternatives == tuple(other for other in value.alternatives if other.name in value.params)
    for name, text in [*value.params.items(), *[(other.name, other.value) for other in value.alternatives]]:
        assert name == name.lower()
        text.encode("utf-8")
    assert len(dict(value.faults)) == len(value.faults)
    for code, offset in value.faults:
        assert code in CODES
        assert 0 <= offset <= len(raw)


@given(raw=values)
def test_any_bytes_are_read(raw: bytes) -> None:
    value = parse_content_type(raw)
    check(value, raw)
    assert value.boundary == value.boundary.rstrip()
    assert parse_content_type(b"a/b;" + raw).valid
    disposition = parse_disposition(raw)
    assert disposition is not None
    check(disposition, raw)
    assert len(parse_params(raw)) <= len(raw)


def test_every_short_value_is_read() -> None:
    tokens = [b'"', b"(", b")", b"\\", b";", b"=", b",", b" ", b"x", b"*0"]
    for length in range(5):
        for pieces in itertools.product(tokens, repeat=length):
            raw = b"a/b;x=" + b"".join(pieces)
            value = parse_content_type(raw + b" " * 64)
            assert value.valid
            assert value.params
            check(value, raw + b" " * 64)


def quoted(text: str) -> bytes:
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", text.encode()) + b'"'


plain_text = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x1b\0"), max_size=30).filter(
    lambda text: "=?" not in text
)


@given(value=plain_text, other=plain_text)
def test_what_is_quoted_is_read(value: str, other: str) -> None:
    raw = b"a/b; x=" + quoted(value) + b"; y=" + quoted(other)
    found = parse_content_type(raw)
    assert found.params == {"x": value, "y": other}
    assert found.faults == ()


@given(
    value=plain_text,
    cuts=st.binary(max_size=6),
    order=st.randoms(),
    plain=st.sets(st.integers(1, 6)),
)
def test_what_is_cut_into_segments_is_read(value: str, cuts: bytes, order: random.Random, plain: set[int]) -> None:
    data = value.encode()
    places = sorted({0, len(data), *[cut % (len(data) + 1) for cut in cuts]})
    pieces = [data[start:end] for start, end in itertools.pairwise(places)] or [b""]
    rows = []
    for number, piece in enumerate(pieces):
        if number in plain and b"%" not in piece:
            rows.append(b"x*%d=" % number + b'"' + re.sub(rb'(["\\])', rb"\\\1", piece) + b'"')
        else:
            prefix = b"" if number else b"utf-8'en'"
            rows.append(b"x*%d*=" % number + prefix + b"".join(b"%%%02X" % byte for byte in piece))
    order.shuffle(rows)
    found = parse_content_type(b"a/b; " + b"; ".join(rows))
    assert found.params == {"x": value}
    assert found.languages == {"x": "en"}


@given(raw=st.binary(max_size=60))
def test_any_bytes_are_text(raw: bytes) -> None:
    decode_raw(raw).encode("utf-8")


FLOODS: dict[str, bytes] = {
    "quotes": b'"',
    "escaped quotes": b'\\"',
    "strings": b'"a" ',
    "strings and text": b'"a"b',
    "values without names": b'="a',
    "semicolons": b";",
    "commas": b",b",
    "blanks": b" ",
    "words": b"a ",
    "open comments": b"(",
    "comments": b"()",
    "comments in text": b"(a)b",
    "equals signs": b"=",
    "equals signs and semicolons": b"=;",
    "parameters": b"; n=x",
    "segments": b"; n*0=x",
    "extended segments": b"; n*0*=%41",
    "bare parameters": b" x=",
    "cut quotes": b';a="',
    "slashes": b"text/",
    "escapes": b"%",
    "apostrophes": b"'",
    "backslashes": b"\\a",
    "folds": b"\r\n ",
    "encoded words": b"=?utf-8?Q?a?= ",
    "ISO-2022-JP": b"\x1b$B",
    "Shift_JIS": b"\x95\\",
}


def read_both(raw: bytes) -> None:
    parse_content_type(raw)
    parse_disposition(raw)


@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.parametrize("start", [b"", b"a/b", b"a/b; x=", b'a/b; x="', b"a/b; name=a", b"a/b; x*=''"], ids=repr)
def test_floods_are_linear(name: str, start: bytes) -> None:
    assert_linear(read_both, flood(FLOODS[name], start), most=DEFAULT.media_field_bytes)


@pytest.mark.parametrize("unit", [b"; n*%d=x", b"; n*%d*=%%41", b"; n%d=x"], ids=["segments", "extended", "parameters"])
def test_numbered_floods_are_linear(unit: bytes) -> None:
    assert_linear(read_both, lambda size: b"a/b" + b"".join(unit % number for number in range(size // len(unit))))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"a/b" + b"".join(b"; n*%d=x" % number for number in range(100_000)), id="segments"),
        pytest.param(b"a/b" + b"".join(b"; n%d=x" % number for number in range(100_000)), id="parameters"),
        pytest.param(b'a/b; n="' + b'"' * 100_000, id="quotes"),
        pytest.param(b"a/b" + b";" * 1_000_000, id="semicolons"),
        pytest.param(b"a/b; n=" + b" " * 1_000_000 + b"x", id="blanks"),
        pytest.param(b"a/b; n=" + b"(" * 1_000_000, id="parentheses"),
    ],
)
def test_floods_of_full_size(raw: bytes) -> None:
    value = parse_content_type(raw)
    assert value.faults
    check(value, raw)
