"""Quoted-printable with all that mail does to it."""

from __future__ import annotations

import quopri
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailkit.content import decode_transfer
from mailkit.content.decoder import WINDOW
from tests.content.vectors import EVERY_BYTE, Answer, stream
from tests.strategies import joined

ESCAPE = "content.qp.escape"


@pytest.mark.parametrize(
    ("body", "content"),
    [
        pytest.param(b"caf=C3=A9", b"caf\xc3\xa9", id="escapes"),
        pytest.param(b"caf=c3=a9", b"caf\xc3\xa9", id="small letters"),
        pytest.param(b"a=\nb=\r\nc=\r\r\nd", b"abcd", id="soft line ends"),
        pytest.param(b"a= \t\nb= \r\nc", b"abc", id="white space in soft line ends"),
        pytest.param(b"a =\nb", b"a b", id="a blank before a soft line end"),
        pytest.param(b"a=\rb= \rc", b"abc", id="CR alone in soft line ends"),
        pytest.param(b"a=", b"a", id="an equals sign at the very end"),
        pytest.param(b"a= \t", b"a", id="and white space behind it"),
        pytest.param(b"a=\r", b"a", id="and a CR behind it"),
        pytest.param(b"a \nb\t \r\nc  \r\r\nd ", b"a\nb\r\nc\r\r\nd", id="white space before line ends"),
        pytest.param(b"a=20\nb=09\n", b"a \nb\t\n", id="white space that is meant"),
        pytest.param(b"a\nb\r\nc\rd", b"a\nb\r\nc\rd", id="line ends stay"),
        pytest.param(b"a=0D=0Ab=0A", b"a\r\nb\n", id="line ends as escapes"),
        pytest.param(b"a_b\x00\xff", b"a_b\x00\xff", id="all else stays"),
        pytest.param(b"", b"", id="empty"),
        pytest.param(b" \t", b"", id="blank"),
        pytest.param(b"a" + b" " * (WINDOW + 1) + b"\nb", b"a" + b" " * (WINDOW + 1) + b"\nb", id="much white space"),
    ],
)
def test_content(body: bytes, content: bytes) -> None:
    assert stream("quoted-printable", body, len(body) or 1) == (content, {}, None)
    assert decode_transfer(body, "quoted-printable") == content


@pytest.mark.parametrize(
    ("body", "content", "count", "first"),
    [
        pytest.param(b"a=zz", b"a=zz", 1, 1, id="no digits"),
        pytest.param(b"a=4z=4", b"a=4z=4", 2, 1, id="one digit"),
        pytest.param(b"==41", b"=A", 1, 0, id="a sign before an escape"),
        pytest.param(b"a==\nb", b"a=b", 1, 1, id="a sign before a soft line end"),
        pytest.param(b"1+1 = 2\n2 =3D 2\n", b"1+1 = 2\n2 = 2\n", 1, 4, id="a sign that was not encoded"),
        pytest.param(b"=41 \n= a\n", b"A\n= a\n", 1, 5, id="offset behind white space that goes"),
        pytest.param(b"=" * 5 + b"\n", b"=" * 4, 4, 0, id="many signs"),
        pytest.param(b"<a href=https://x=2Ee>", b"<a href=https://x.e>", 1, 7, id="an address in HTML"),
    ],
)
def test_stray_signs(body: bytes, content: bytes, count: int, first: int) -> None:
    assert stream("quoted-printable", body, len(body)) == (content, {ESCAPE: (count, first)}, None)


@pytest.mark.parametrize("tabs", [True, False], ids=["tabs", "no tabs"])
def test_every_byte(tabs: bool) -> None:  # noqa: FBT001 - a parameter of the table
    encoded = quopri.encodestring(EVERY_BYTE.replace(b"\r\n", b""), quotetabs=tabs)
    for ending in (b"\n", b"\r\n"):
        content, faults, _ = stream("quoted-printable", encoded.replace(b"\n", ending), 7)
        assert (content.replace(b"\r\n", b"\n"), faults) == (EVERY_BYTE.replace(b"\r\n", b""), {})


def reference(body: bytes) -> Answer:
    """Decode sign by sign: the rules as sentences, not fast."""
    out, count, first, at = b"", 0, 0, 0
    body += b"\n"  # the end counts as a line end
    while at < len(body):
        rest = body[at:]
        if found := re.match(rb"=([0-9A-Fa-f]{2})", rest):
            out += bytes.fromhex(found[1].decode())
        elif found := re.match(rb"=[ \t]*(\r{0,2}\n|\r)|[ \t]+(?=\r{0,2}\n)", rest):
            pass  # a soft line end, or white space before a line end
        elif found := re.match(rb"[ \t]+|.", rest, re.DOTALL):
            out += found[0]
            if found[0] == b"=":
                count, first = count + 1, first if count else at
        assert found
        at += found.end()
    ended = out.endswith(b"\n") and not re.search(rb"=[ \t]*(\r{0,2}\n)\Z", body)
    return out.removesuffix(b"\n") if ended else out, {ESCAPE: (count, first)} if count else {}, None


TOKENS = [
    b"=",
    b"=4",
    b"=41",
    b"=c3",
    b"=\n",
    b"=\r\n",
    b"=\r",
    b"\r",
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b"a",
    b"A",
    b"\xff",
]


@given(body=joined(TOKENS, 12), size=st.integers(1, 5))
@example(body=b"=\r \n", size=4)
def test_it_is_read_as_sign_by_sign(body: bytes, size: int) -> None:
    assert stream("quoted-printable", body, size) == reference(body)
