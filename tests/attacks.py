"""Mails made to hang, to blow up or to lose their reader: each as a function of its size in bytes, and its full size.

The kinds are those that six parsers of the field failed on: floods of every construct that a parser
loops, recurses or backtracks over.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import NamedTuple

from tests.timing import flood, repeat

Make = Callable[[int], bytes]
MB = 1_000_000


class Attack(NamedTuple):
    """One kind of hostile mail."""

    make: Make
    full: int
    """Size, in bytes, at which it was seen to break a parser."""
    sound: str = ""
    """Why nothing is to be found in it, where that is so."""


HEAD = b"From: a@b.example\nTo: c@d.example\nSubject: hi\nDate: Tue, 24 Nov 2026 20:10:46 +0900\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=xx\n\n"
INSIDE = MIXED + b"--xx\n\n"


def field(name: bytes, unit: bytes, start: bytes = b"", end: bytes = b"") -> Make:
    """Flood one field."""
    return flood(unit, HEAD + name + b": " + start, end + b"\n\nhi\n")


def body(unit: bytes, head: bytes = b"", end: bytes = b"") -> Make:
    """Flood a body."""
    return flood(unit, HEAD + head + b"\n", end)


def multipart(boundary: bytes) -> bytes:
    """Give where a multipart begins, and its first part."""
    return b"Content-Type: multipart/mixed; boundary=%b\n\n--%b\n" % (boundary, boundary)


def nested(depth: int) -> bytes:
    """Give multiparts inside one another, each with a boundary of its own."""
    return HEAD + b"".join(multipart(b"b%d" % i) for i in range(depth))


def numbered(start: bytes, unit: bytes, each: int) -> Make:
    """Flood a Content-Type with numbered parameters."""
    return lambda n: HEAD + start + b"".join(unit % i for i in range(max(1, n // each))) + b"\n\nhi\n"


def wrapped(depth: int, size: int) -> bytes:
    """Give a message in base64 in a message in base64 ..."""
    inner = HEAD + b"\n" + b"x" * size
    for _ in range(depth):
        inner = (
            HEAD + b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner)
        )
    return inner


def charset(name: bytes) -> Make:
    """Name a charset that is none, on a text and in an encoded word."""
    return flood(
        b"\xe3\x81\x82", b"Subject: =?%s?Q?=E3=81=82?=\nContent-Type: text/plain; charset=%s\n\n" % (name, name)
    )


TYPE = b"Content-Type"
PLAIN = b"text/plain"
UU = b"Content-Transfer-Encoding: x-uuencode\n"
B64 = b"Content-Transfer-Encoding: base64\n"
QP = b"Content-Transfer-Encoding: quoted-printable\n"
ENCODED = b"--xx\nContent-Type: message/rfc822\n" + B64 + b"\n" + base64.encodebytes(MIXED + b"--xx\n\n" * 900)
ATTACKS: dict[str, Attack] = {
    "header without end": Attack(flood(b"A: b\n"), 5 * MB),
    "header of one line without end": Attack(flood(b"A"), 5 * MB),
    "header line": Attack(field(b"X", b"b"), 10 * MB),
    "Subject": Attack(field(b"Subject", b"b"), 10 * MB),
    "fields": Attack(flood(b"A: b\n", end=b"\nhi\n"), 5 * MB),
    "continuation lines": Attack(field(b"X", b"\n a"), 9 * MB),
    "continuation lines of blanks": Attack(field(b"X", b"\n "), 9 * MB),
    "junk lines": Attack(flood(b"junk\nA: b\n", HEAD, b"\n\n"), 5 * MB),
    "multiparts 100 deep": Attack(flood(b"x", nested(100)), MB),
    "multiparts 1,000 deep": Attack(lambda n: nested(max(2, n // 55)), 55_000),
    "multiparts 10,000 deep": Attack(lambda n: nested(max(2, n // 58)), 580_000),
    "multiparts 100,000 deep": Attack(lambda n: nested(max(2, n // 60)), 6 * MB),
    "one boundary 10,000 deep": Attack(flood(b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", HEAD), 480_000),
    "messages 100,000 deep": Attack(flood(b"Content-Type: message/rfc822\n\n", HEAD), 3 * MB),
    "empty parts": Attack(flood(b"--xx\n\n", MIXED), 6 * MB),
    "parts without a blank line": Attack(flood(b"--xx\nA: b\n", MIXED), 3 * MB),
    "parts without a header": Attack(flood(b"--xx\njunk\njunk\n", MIXED), 3 * MB),
    "headers of junk 60 deep": Attack(flood(b"--y\nA: b\n", nested(60).replace(b"\n\n", b"\njunk\njunk\n")), 3 * MB),
    "encoded messages of many parts": Attack(flood(ENCODED, MIXED), 3 * MB),
    "near-boundaries": Attack(flood(b"--xy\n", INSIDE), 5 * MB),
    "near-boundaries, prefixed": Attack(flood(b"--xxx\n", INSIDE, b"--xx--\n"), 5 * MB),
    "near-boundaries of 50 multiparts": Attack(flood(b"--b\n", nested(50) + b"\n"), 800_000),
    "near-boundaries of 50 lengths": Attack(
        flood(b"--bc\n", HEAD + b"".join(multipart(b"b" * i) for i in range(1, 51)) + b"\n"), MB
    ),
    "dashes": Attack(flood(b"\n--", INSIDE), 3 * MB),
    "close delimiters": Attack(flood(b"--xx--\n", INSIDE), 3 * MB),
    "encoded words": Attack(field(b"Subject", b"=?utf-8?Q?a?= "), 1_400_000),
    "encoded words of two charsets": Attack(field(b"Subject", b"=?utf-8?Q?a?= =?koi8-r?B?4Q==?= "), MB),
    "encoded words, folded": Attack(field(b"Subject", b"=?utf-8?Q?a?=\n "), 900_000),
    "encoded words without end": Attack(field(b"Subject", b"=?utf-8?Q?a"), 900_000),
    "beginnings of encoded words": Attack(field(b"Subject", b"=?"), MB),
    "encoded words in From": Attack(field(b"From", b"=?utf-8?Q?a?= ", end=b"<a@b.example>"), 900_000),
    "segments": Attack(numbered(b"Content-Type: text/plain", b"; n*%d=a", 10), MB),
    "segments, encoded": Attack(numbered(b"Content-Type: text/plain", b"; n*%d*=%%41", 13), MB),
    "a huge segment index": Attack(field(TYPE, b"9", start=b"text/plain; n*0=a; n*", end=b"=b"), 200_000),
    "parameters": Attack(numbered(b"Content-Type: text/plain", b"; a%d=b", 10), MB),
    "parameters of one name": Attack(field(TYPE, b"; a=b", start=PLAIN), MB),
    "quotes in Content-Type": Attack(field(TYPE, b'"', start=b"text/plain; a="), MB),
    "quoted pairs in Content-Type": Attack(field(TYPE, b"\\", start=b'text/plain; a="'), MB),
    "semicolons in Content-Type": Attack(field(TYPE, b";", start=PLAIN), MB),
    "spaces in Content-Type": Attack(field(TYPE, b" ", start=PLAIN, end=b";"), MB),
    "parentheses in Content-Type": Attack(field(TYPE, b"(", start=b"text/plain "), MB),
    "spaces in Content-Disposition": Attack(field(b"Content-Disposition", b" ", start=b"inline;", end=b"x"), MB),
    "addresses": Attack(field(b"To", b"a@b.example, "), 1_300_000),
    "parentheses in To": Attack(field(b"To", b"("), 100_000),
    "closed parentheses in To": Attack(field(b"To", b"()"), 200_000),
    "quotes in To": Attack(field(b"To", b'"'), 100_001),
    "quoted words in To": Attack(field(b"To", b'"" '), 300_000),
    "angle brackets in To": Attack(field(b"To", b"<"), 100_000),
    "closed angle brackets in To": Attack(field(b"To", b"<>"), 200_000),
    "groups in To": Attack(field(b"To", b"g:"), 200_000),
    "closed groups in To": Attack(field(b"To", b"g:;, "), 500_000),
    "commas in To": Attack(field(b"To", b","), 100_000),
    "dots in To": Attack(field(b"To", b"."), 100_000),
    "routes in To": Attack(field(b"To", b"@a,", start=b"<", end=b":b@c>"), 300_000),
    "words in To": Attack(field(b"To", b"a "), 200_000),
    "at signs in To": Attack(field(b"To", b"@"), 100_000),
    "backslashes in To": Attack(field(b"To", b"\\", start=b'"'), 100_000),
    "parentheses in Date": Attack(field(b"Date", b"("), 100_000),
    "spaces in Date": Attack(field(b"Date", b" ", start=b"Tue,", end=b"x"), 100_000),
    "digits in Date": Attack(field(b"Date", b"1"), 100_000),
    "Message-ID": Attack(field(b"Message-ID", b"a", start=b"<", end=b"@b>"), MB + 200_000),
    "References": Attack(field(b"References", b"<a@b.example> "), 1_400_000),
    "Received": Attack(flood(b"Received: from a by b; Tue, 24 Nov 2026 20:10:46 +0900\n", end=HEAD + b"\n"), 1_100_000),
    "quoted-printable soft breaks": Attack(body(b"=\n", QP), 5 * MB, "soft line breaks may stand one after another"),
    "quoted-printable blanks": Attack(body(b"= ", QP), 5 * MB),
    "quoted-printable equals signs": Attack(body(b"=", QP), 5 * MB),
    "base64 garbage": Attack(body(b"-\xff*~", B64), 5 * MB),
    "base64 padding": Attack(body(b"QQ==", B64), 5 * MB),
    "base64 padding without end": Attack(body(b"=", B64 + b"\nQUJD", b"!"), 5 * MB),
    "base64 padding and blanks": Attack(body(b"= ", B64 + b"\nQUJD", b"!"), 5 * MB),
    "newlines": Attack(body(b"\n"), 5 * MB, "a body of blank lines is a body"),
    "bare CR": Attack(body(b"\r"), 5 * MB),
    "bare CR throughout": Attack(flood(b"\r", HEAD.replace(b"\n", b"\r")), 5 * MB),
    "CR CR LF": Attack(body(b"\r\r\n"), 5 * MB),
    "a boundary of 1 MB": Attack(
        lambda n: HEAD + b"Content-Type: multipart/mixed; boundary=" + b"x" * n + b"\n\n--" + b"x" * n + b"\n\nhi\n", MB
    ),
    "uuencode without end": Attack(body(b"M" + b"#" * 60 + b"\n", UU + b"\nbegin 644 a"), 5 * MB),
    "beginnings of uuencode": Attack(body(b"begin 644 a\n", UU), 5 * MB),
    "base64 messages eight deep": Attack(lambda n: wrapped(8, max(1, n // 12)), 2 * MB),
    "encoded multipart": Attack(body(b"--xx\n\n", b"Content-Type: multipart/mixed; boundary=xx\n" + B64), 3 * MB),
    "a charset name of 200 kB": Attack(
        lambda n: b"Content-Type: text/plain; charset=" + b"x" * min(n, 200_000) + b"\n\n" + repeat(b"\xe3\x81\x82", n),
        600_000,
    ),
    **{
        f"charset {name.decode()}": Attack(charset(name), 300_000)
        for name in (b"zlib_codec", b"idna", b"punycode", b"undefined", b"unicode_escape", b"hex_codec", b"mbcs", b"uu")
    },
}
