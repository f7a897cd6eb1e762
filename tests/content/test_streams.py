"""However a body is cut, its content and its faults are the same; memory and time stay bounded."""

from __future__ import annotations

import base64
import binascii
import itertools
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailkit.content import KNOWN, decode_transfer, decoder
from mailkit.findings import CODES
from tests.content.vectors import EVERY_BYTE, MARK, binhex, stream, uu, yenc
from tests.strategies import joined
from tests.timing import assert_linear, flood

ENCODINGS = sorted(KNOWN)
HEADS = [b"", b"begin 644 a\n", b"begin-base64 644 a\n", b"=ybegin line=4 size=3 name=a\n", MARK + b":", b":"]
# What the encodings can trip over.
TOKENS = [
    *(b"A", b"QUJD", b"QQ", b"A" * 24, b"+", b"/", b"-", b"_", b"--", b"__", b"=", b"==", b"====\n"),
    *(b"\n", b"\r\n", b"\n\n", b"\r", b" ", b"\t", b"=\n", b"=41", b"=4", b"=e", b"a b c\n", b"\0", b"\xff"),
    *(b"begin 644 a\n", b"begin-base64 644 a\n", b"end\n", b"#86)C\n", b"`\n", b"M" + b"!" * 60 + b"\n"),
    *(b"=ybegin line=4 size=3 name=a\n", b"=ypart begin=1 end=3\n", b"=yend size=3 crc32=352441c2\n", b"=y"),
    *(MARK, b":", b"!", b"#", b"\x90", b" " * 1100, b"A" * 1030, b"=" * 5),
]
bodies = st.builds(bytes.__add__, st.sampled_from(HEADS), joined(TOKENS, 14))


@given(body=bodies, encoding=st.sampled_from(ENCODINGS), size=st.integers(1, 5), stop=st.booleans())
@example(body=b"=\r \n", encoding="quoted-printable", size=2, stop=False)
@example(body=b"A" * 24 + b"=\n\n=", encoding="base64", size=1, stop=False)
@example(body=b"-_\nAA\n\r--\n ", encoding="base64", size=1, stop=False)
@example(body=b"begin 644 a\n!80\nend" + b" " * 1100, encoding="x-uue", size=3, stop=False)
@example(body=HEADS[3] + b"k=", encoding="x-yenc", size=3, stop=False)
def test_chunking_never_changes_the_answer(body: bytes, encoding: str, size: int, *, stop: bool) -> None:
    whole = stream(encoding, body, len(body) or 1, stop_at_padding=stop)
    assert stream(encoding, body, size, stop_at_padding=stop) == whole
    faults: list[tuple[str, int]] = []
    assert decode_transfer(body, encoding, faults, stop_at_padding=stop) == whole[0]
    assert faults == [(code, first) for code, (_, first) in whole[1].items()]
    assert {code for code, _ in faults} <= set(CODES)
    assert all(0 <= at <= len(body) for _, at in faults)


@pytest.mark.parametrize("size", [64, 1023, 1024, 1025, 2049])
@settings(max_examples=150)
@given(body=bodies, encoding=st.sampled_from(ENCODINGS))
def test_nor_do_larger_chunks(body: bytes, encoding: str, size: int) -> None:
    assert stream(encoding, body, size) == stream(encoding, body, len(body) or 1)


@pytest.mark.parametrize(
    ("encoding", "head", "letters", "longest"),
    [
        pytest.param("base64", b"", b"A=\n-!", 6, id="base64"),
        pytest.param("base64", b"QUJD\n", b"A=\n ", 6, id="base64 behind data"),
        pytest.param("quoted-printable", b"", b"=4A\r\n ", 5, id="quoted-printable"),
        pytest.param("x-uuencode", b"begin 644 a\n", b"!`\n eM", 5, id="uuencode"),
        pytest.param("x-uuencode", b"begin-base64 644 a\n", b"A=\n", 7, id="begin-base64"),
        pytest.param("x-yenc", b"=ybegin line=2 size=2 name=a\n", b"=y\nA\r", 5, id="yEnc"),
        pytest.param("mac-binhex40", b":", b"!`:\nZ", 5, id="BinHex"),
    ],
)
def test_every_short_body(encoding: str, head: bytes, letters: bytes, longest: int) -> None:
    for length in range(longest + 1):
        for tail in itertools.product(letters, repeat=length):
            body = head + bytes(tail)
            whole = stream(encoding, body, len(body) or 1)
            assert stream(encoding, body, 1) == whole
            assert stream(encoding, body, 2) == whole
            assert decode_transfer(body, encoding) == whole[0]


FLOODS = {
    "base64": [
        b"A",
        b"=",
        b"A=",
        b"A=\n",
        b"=\n\n",
        b"\n",
        b" ",
        b"!",
        b"--\n",
        b"A\n--\n",
        b"QUI=\n\nx y z\n",
        b"-_",
        b"A!\n",
    ],
    "quoted-printable": [b"=", b"=\n", b" ", b" \n", b"= ", b"=\r", b"\r", b"=4", b"a"],
    "x-uuencode": [b"M\n", b"\n", b"begin 644 a\n", b"end\n", b"x", b"M" + b" " * 60 + b"\n", b"begin-base64 644 a\n"],
    "x-yenc": [b"=", b"a", b"\n", b"=y\n", b"=yend\n", b"=ybegin line=1 size=1\n", b"=a", b"a\n"],
    "mac-binhex40": [b"!", b":", b"\n", b"~", b"(This file must be converted with BinHex 4.0)\n", b"k#q"],
}
START = {"x-uuencode": b"begin 644 a\n", "x-yenc": b"=ybegin line=128 size=3\n", "mac-binhex40": MARK + b":"}


@pytest.mark.parametrize(
    ("encoding", "piece"),
    [pytest.param(key, piece, id=f"{key} {piece[:12]!r}") for key in FLOODS for piece in FLOODS[key]],
)
def test_floods_take_linear_time(encoding: str, piece: bytes) -> None:
    def run(body: bytes) -> None:
        one = decoder(encoding)
        one.feed(body)
        one.close()

    assert_linear(run, flood(piece, START.get(encoding)))


@pytest.mark.parametrize("encoding", sorted(FLOODS))
@pytest.mark.parametrize("piece", [b"A", b" ", b"=", b"!", b"\r", b"\n"], ids=repr)
def test_what_is_kept_stays_small(encoding: str, piece: bytes) -> None:
    """A line of 150 kB."""
    one = decoder(encoding)
    one.feed(START.get(encoding, b""))
    data = piece * 1024
    one.feed(data * 8)
    tracemalloc.start()
    try:
        for _ in range(150):
            one.feed(data)
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 8 * 1024
    assert most < 256 * 1024


def test_bodies_that_were_written_are_read_at_every_size() -> None:
    content = EVERY_BYTE * 30 + b"\0" * 500
    for encoding, body in (
        ("x-uuencode", uu(content)),
        ("x-yenc", yenc(content)),
        ("mac-binhex40", binhex(content)),
        ("base64", base64.encodebytes(content)),
        ("quoted-printable", binascii.b2a_qp(content, istext=False)),
    ):
        for size in (1, 63, 1024, 65536):
            assert stream(encoding, body, size) == (content, {}, None)
