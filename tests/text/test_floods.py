"""Floods of everything that reading, checking and rewriting text loops over: time grows with the size, nothing raises."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailkit import check_text, parse
from mailkit.text import fix_text
from tests.attacks import ATTACKS
from tests.timing import assert_linear, flood


def in_body(charset: str, unit: bytes, start: bytes = b"") -> Callable[[int], bytes]:
    """Flood a body in a charset."""
    return flood(unit, f"Content-Type: text/plain; charset={charset}\n\n".encode() + start, b"")


def in_field(unit: bytes, name: bytes = b"Subject: ") -> Callable[[int], bytes]:
    """Flood a field."""
    return flood(unit, name, b"\n\nhi\n")


FLOODS = {
    "ESC": in_body("iso-2022-jp", b"\x1b"),
    "empty segments": in_body("iso-2022-jp", b"\x1b$B\x1b(B"),
    "designations": in_body("iso-2022-jp", b"\x1b$B-!"),
    "row 13 in one line": in_body("iso-2022-jp", b"-!", b"\x1b$B"),
    "row 13 in one line each": in_body("iso-2022-jp", b"\x1b$B-!\x1b(B\n"),
    "half-width kana": in_body("iso-2022-jp", b"\x1b(I1^\x1b(Ba"),
    "SO": in_body("iso-2022-jp", b"\x0e11"),
    "web code without an end": in_body("iso-2022-jp", b"\x1b$G!!"),
    "odd bytes": in_body("iso-2022-jp", b"\x1b$B$\n"),
    "other sets": in_body("iso-2022-jp", b"\x1b$(D0!\x1b$A0!\x1b$(Q.!"),
    "Shift_JIS faults": in_body("shift_jis", b"\xff"),
    "Shift_JIS holes": in_body("shift_jis", b"\x85\x40"),
    "Shift_JIS holes that look plain": in_body("shift_jis", b"\x81\xad"),
    "Shift_JIS emoji": in_body("shift_jis", b"\xf8\x9f"),
    "EUC-JP faults": in_body("euc-jp", b"\xa4\xa2\xff"),
    "EUC-JP row 13": in_body("euc-jp", b"\xad\xa1"),
    "UTF-8 faults": in_body("utf-8", b"\xffa"),
    "UTF-8 joiners": in_body("utf-8", "\u200d".encode()),
    "UTF-8 emoji": in_body("utf-8", "👩\u200d".encode()),
    "UTF-8 marks": in_body("utf-8", "は\u3099".encode()),
    "UTF-8 row 13": in_body("utf-8", "①\n".encode()),
    "GB": in_body("gb2312", b"\xb0\xa1\xff"),
    "HZ": in_body("hz-gb-2312", b"~{VP~}"),
    "UTF-7": in_body("utf-7", b"+AOQ-"),
    "nothing declared": flood(b"\xb0\xa1\xff", b"\n", b""),
    "quoted-printable": flood(
        b"=1B$B-!=1B(B=\n", b"Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: quoted-printable\n\n", b""
    ),
    "base64": flood(b"GyRCLSEbKEIK", b"Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: base64\n\n", b""),
    "ESC in a field": in_field(b"\x1b"),
    "eight bits in a field": in_field(b"\xff\xfe"),
    "words": in_field(b"=?iso-2022-jp?B?GyRCLSEbKEI=?= "),
    "words that share": in_field(b"=?utf-8?B?4w==?= =?utf-8?B?gYI=?= "),
    "folds": in_field(b"\xe3\x81\x82\n "),
    "segments": in_field(b"; a*1*=%81%40", b"Content-Disposition: x"),
    "fields": flood(b"X: =?iso-2022-jp?B?GyRCLSEbKEI=?=\n", b"", b"\n"),
}  # fmt: skip


def checked(data: bytes) -> None:
    check_text(parse(data))


def fixed(data: bytes) -> None:
    fix_text(parse(data), policy="strict-jp-2001")


@pytest.mark.parametrize("work", [checked, fixed])
@pytest.mark.parametrize("name", FLOODS)
def test_floods_take_linear_time(name: str, work: Callable[[bytes], None]) -> None:
    assert_linear(work, FLOODS[name], most=200_000)


@pytest.mark.parametrize("name", ATTACKS)
def test_mail_that_broke_parsers(name: str) -> None:
    message = parse(ATTACKS[name].make(20_000))
    assert check_text(message).policy == "modern"
    assert fix_text(message).data == bytes(message) or fix_text(message).replaced


@pytest.mark.slow
@pytest.mark.parametrize("work", [checked, fixed])
@pytest.mark.parametrize("name", FLOODS)
def test_floods_take_linear_time_at_large_size(name: str, work: Callable[[bytes], None]) -> None:
    assert_linear(work, FLOODS[name], 0.1, 2 << 20)
