"""Fixing text: what is safe is replaced in the charset and the encodings that stood there, and no other byte changes."""

from __future__ import annotations

import base64
import itertools
import quopri
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit import parse
from mailkit.charsets import decode_strict
from mailkit.charsets.cells import from_sjis
from mailkit.limits import Limits
from mailkit.text import Fixed, check_text, fix_text
from mailkit.text.policies import POLICIES
from tests.strategies import joined, mail
from tests.timing import assert_linear, flood

LABELS = ("iso-2022-jp", "shift_jis", "euc-jp", "utf-8")
ENCODINGS = ("8bit", "quoted-printable", "base64")
NEWLINES = [pytest.param(b"\n", id="LF"), pytest.param(b"\r\n", id="CRLF")]
WORDS = re.compile(rb"=\?([^?]+)\?([BQbq])\?([^?]*)\?=")


def encoded(text: str, label: str) -> bytes:
    """Write text as programs of Microsoft do: with NEC's and IBM's characters and half-width kana, which Python refuses."""
    if label == "utf-8":
        return text.encode()
    out, state = bytearray(), b"\x1b(B"
    for one in text:
        raw = one.encode("cp932")
        pair = from_sjis(*raw) if len(raw) == 2 else None
        if label == "shift_jis":
            out += raw
        elif label == "euc-jp":
            out += bytes(byte + 0xA0 for byte in pair) if pair else b"\x8e" * (raw[0] > 0x7F) + raw
        else:
            wanted = b"\x1b$B" if pair else b"\x1b(I" if raw[0] > 0x7F else b"\x1b(B"
            out += wanted * (wanted != state)
            out += bytes(byte + 0x20 for byte in pair) if pair else bytes([raw[0] & 0x7F])
            state = wanted
    return bytes(out) + (b"" if state == b"\x1b(B" else b"\x1b(B")


def transferred(data: bytes, encoding: str, newline: bytes) -> bytes:
    """Write a body in a transfer encoding by the standard library's means."""
    if encoding == "base64":
        return base64.encodebytes(data).replace(b"\n", newline)
    if encoding == "quoted-printable":
        lines = data.split(newline)
        return newline.join([quopri.encodestring(line).replace(b"\n", newline) for line in lines])
    return data


def message(body: bytes, label: str = "iso-2022-jp", encoding: str = "8bit", newline: bytes = b"\n") -> bytes:
    lines = (b"Subject: s", b"Content-Type: text/plain; charset=" + label.encode())
    return newline.join([*lines, b"Content-Transfer-Encoding: " + encoding.encode(), b"", body])


def fix(raw: bytes, policy: str = "strict-jp-2001") -> Fixed:
    return fix_text(parse(raw), policy=policy)  # type: ignore[arg-type] - the tests try wrong ones too


def reasons(fixed: Fixed) -> list[tuple[str, str]]:
    return [(one.finding.class_, one.reason) for one in fixed.left]


def sound(raw: bytes, policy: str = "strict-jp-2001") -> Fixed:
    """Fix a message, and see that all that was found is accounted for, and nothing safe is left but what is said to be."""
    fixed = fix(raw, policy)
    found = check_text(parse(raw), policy=policy)  # type: ignore[arg-type]
    told = Counter([*fixed.replaced, *[one.finding for one in fixed.left]])
    assert told == Counter(found.findings)
    assert fixed.changed == (fixed.data != raw) == bool(fixed.replaced)
    assert all(one.safe for one in fixed.replaced)
    after = check_text(parse(fixed.data), policy=policy)  # type: ignore[arg-type]
    safe = Counter(one.class_ for one in after.findings if one.safe)
    known = Counter(one.finding.class_ for one in fixed.left if one.finding.safe)
    assert not safe - known
    assert [part.path for part in parse(fixed.data).walk()] == [part.path for part in parse(raw).walk()]
    has_room = any(one.reason == "word" for one in fixed.left)  # now that what stands before it is shorter
    assert has_room or not fix(fixed.data, policy).changed
    return fixed


SLIDE = "本文です。\n①②③④⑤⑥⑦⑧⑨⑩\nⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ\nこれは ﾄｳｾﾞﾝﾊﾝｶｸｶﾅﾓﾀﾞﾒ です\n= 終わり =\n"
RIGHT = (
    "本文です。\n(1)(2)(3)(4)(5)(6)(7)(8)(9)(10)\nIIIIIIIVVVIVIIVIIIIXX\n"
    "これは トウゼンハンカクカナモダメ です\n= 終わり =\n"
)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", NEWLINES)
@pytest.mark.parametrize("policy", POLICIES)
def test_the_slide(label: str, encoding: str, newline: bytes, policy: str) -> None:
    ends = newline.decode()
    raw = message(transferred(encoded(SLIDE.replace("\n", ends), label), encoding, newline), label, encoding, newline)
    fixed = sound(raw, policy)
    if policy == "modern" and label != "iso-2022-jp":
        assert not fixed.changed
        assert {reason for class_, reason in reasons(fixed) if class_ != "charset-not-allowed"} == {"allowed"}
        return
    expected = encoded(RIGHT.replace("\n", ends), label)
    assert parse(fixed.data).root.content() == expected
    assert fixed.counts == {"kana-halfwidth": 1, "nec-row13": 20}
    head = raw.index(newline * 2)
    assert fixed.data[:head] == raw[:head]
    body = fixed.data[head:].split(newline)
    if encoding != "8bit":
        assert max(map(len, body)) <= 76
        assert body[:2] + body[-1:] == raw[head:].split(newline)[:2] + raw[head:].split(newline)[-1:]
    assert fixed.data.count(b"\r") == (fixed.data.count(b"\n") if newline == b"\r\n" else 0)


JIS = {
    "kanji": (b"$B", b"4A", "漢", "漢"),
    "circled": (b"$B", b"-!", "①", "(1)"),
    "ibm": (b"$B", b"|b", "髙", "高"),
    "kana": (b"(I", b"6^", "ｶﾞ", "ガ"),
    "ascii": (b"(B", b"a", "a", "a"),
    "newline": (b"(B", b"\n", "\n", "\n"),
}


@pytest.mark.parametrize("first", JIS)
def test_every_short_text_in_iso2022jp(first: str) -> None:
    """Where the escapes were as few as can be, they are again: as Python's own encoder writes them."""
    for size in range(4):
        for names in itertools.product(JIS, repeat=size):
            old = "".join(JIS[name][2] for name in (first, *names))
            new = "".join(JIS[name][3] for name in (first, *names))
            fixed = fix(message(encoded(old, "iso-2022-jp"))).data
            assert fixed == message(new.encode("iso2022_jp")), names
            assert not any(one.safe for one in check_text(parse(fixed)).findings), names


SHIFTS = [b"\x1b$B", b"\x1b$@", b"\x1b(B", b"\x1b(J", b"\x1b(I", b"\x1b$(D"]
PIECES = [*SHIFTS, b"4A", b"-!", b"|b", b"6^", b"a", b"\n", b"\x0e6^\x0f"]


@pytest.mark.parametrize("first", PIECES)
def test_every_odd_text_in_iso2022jp(first: bytes) -> None:
    """Whatever stands there, nothing safe is left, no fault is new, and the text is the old one with the replacements."""
    for rest in itertools.product(PIECES, repeat=3):
        body = first + b"".join(rest)
        raw = message(body)
        before = check_text(parse(raw))
        fixed = fix(raw)
        after = check_text(parse(fixed.data))
        faults = Counter(one.class_ for one in before.findings if not one.safe)
        if not fixed.changed:
            assert fixed.data == raw
            assert faults.total() == len(before.findings) or (b"\x1b$(D" in body and b"\x0e" in body)
            continue
        assert not any(one.safe for one in after.findings), body
        returns = len(fixed.replaced) if b"\x1b$(D" in body else 0  # to a set whose every escape is a finding
        assert len(after.findings) <= faults.total() + returns, body
        text = parse(raw).root.text()
        for one in reversed(before.findings):
            if one.safe:
                lines = text.split("\n")
                line = lines[one.line - 1]
                assert one.suggestion is not None
                end = one.column - 1 + len(one.text)
                assert line[one.column - 1 : end] == one.text
                lines[one.line - 1] = line[: one.column - 1] + one.suggestion + line[end:]
                text = "\n".join(lines)
        lost = faults["empty-segment"]  # which reads as U+FFFD, and may have stood next to what was replaced
        new = parse(fixed.data).root.text()
        assert (new == text) if not lost else (new.replace("\ufffd", "") == text.replace("\ufffd", "")), body


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"\x1b$B-!\x1b(B", b"(1)", id="alone in its run"),
        pytest.param(b"\x1b$B4A-!\x1b(B", b"\x1b$B4A\x1b(B(1)", id="last in its run"),
        pytest.param(b"\x1b$B-!4A\x1b(B", b"(1)\x1b$B4A\x1b(B", id="first in its run"),
        pytest.param(b"\x1b$B4A-!4A\x1b(B", b"\x1b$B4A\x1b(B(1)\x1b$B4A\x1b(B", id="between kanji"),
        pytest.param(b"\x1b$B4A-!-\x224A\x1b(B", b"\x1b$B4A\x1b(B(1)(2)\x1b$B4A\x1b(B", id="two in a row"),
        pytest.param(b"\x1b$@4A-!4A\x1b(J", b"\x1b$@4A\x1b(B(1)\x1b$@4A\x1b(J", id="back to the set of 1978"),
        pytest.param(b"\x1b$B4A\x1b(I6^\x1b$B4A\x1b(B", b"\x1b$B4A%,4A\x1b(B", id="kana between kanji"),
        pytest.param(b"a\x1b(I6^\x1b(Bb", b"a\x1b$B%,\x1b(Bb", id="kana in ASCII"),
        pytest.param(b"a\x0e6^\x0fb", b"a\x1b$B%,\x1b(Bb", id="SO and SI"),
        pytest.param(b"\x1b$B4A\x0e6^\x0f4A\x1b(B", b"\x1b$B4A%,4A\x1b(B", id="SO and SI between kanji"),
        pytest.param(b"\x1b(Ja\x1b$B-!\x1b(Jb\x1b(B", b"\x1b(Ja\x1b(B(1)\x1b(Jb\x1b(B", id="in JIS X 0201 Roman"),
        pytest.param(b"\x1b(J~\x1b(B", b"\x1b$B!1\x1b(B", id="overline"),
        pytest.param(b"\x1b$B-!\n4A\x1b(B", b"(1)\n4A\x1b(B", id="a line that did not end in ASCII"),
        pytest.param(b"\x1b$B4A-!", b"\x1b$B4A\x1b(B(1)", id="a text that did not end in ASCII"),
        pytest.param(b"\x1b(I6\n^\x1b(B", b"\x1b$B%+\x1b(B\n^\x1b(B", id="kana at the end of a line"),
        pytest.param(b"\x1b$B\x1b(B\x1b$B-!\x1b(B", b"(1)", id="empty segments next to it go"),
        pytest.param(b"\x1b$B\x1b(B\n\x1b$B-!\x1b(B", b"\x1b$B\x1b(B\n(1)", id="empty segments elsewhere stay"),
        pytest.param(b"\x1b$(B4A-!4A\x1b(H", b"\x1b$(B4A\x1b(B(1)\x1b$B4A\x1b(H", id="wrong escapes stay"),
        pytest.param(b"\x1b$B-5-6\x1b(B", b"III", id="Roman numerals"),
        pytest.param(b"\x1b$(D\x22/\x1b(B\x1b$B-!\x1b(B", b"\x1b$(D\x22/\x1b(B(1)", id="another set before it stays"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", [pytest.param((b"", b""), id="alone"), pytest.param((b"x\n", b"\ny\n"), id="lines")])
def test_escapes(old: bytes, new: bytes, around: tuple[bytes, bytes]) -> None:
    before, behind = around
    fixed = fix(message(before + old + behind))
    assert fixed.data == message(before + new + behind)


@pytest.mark.parametrize("label", LABELS)
def test_names_stay(label: str) -> None:
    raw = message(encoded("髙橋と纊と∮", label), label)
    fixed = sound(raw)
    assert parse(fixed.data).root.content() == encoded("高橋と纊と∮", label)
    assert [(one.text, one.suggestion) for one in fixed.replaced] == [("髙", "高")]
    assert [(one.finding.text, one.reason) for one in fixed.left if one.finding.text] == [
        ("纊", "unsafe"),
        ("∮", "no-suggestion"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "policy"),
    [
        pytest.param("か\u3099は\u309aー\u200b", "がぱー\u200b", "modern", id="kana in two pieces"),
        pytest.param("葛\U000e0100飾～−", "葛飾〜−", "strict-jp-2001", id="variation selector, wave dash"),
        pytest.param("a\u200bb ㌔™ 1\u200b\u20e3", "ab キロTM (1)", "strict-jp-2001", id="symbols"),
        pytest.param("ｶ\u200bﾞ か\u200b\u3099", "カ゛ か゛", "strict-jp-2001", id="marks that stood apart"),
        pytest.param("\ufeff①", "(1)", "strict-jp-2001", id="byte order mark"),
        pytest.param("\ufeff①か\u3099", "\ufeff①が", "modern", id="what modern does not mind"),
    ],
)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_unicode(old: str, new: str, policy: str, encoding: str) -> None:
    raw = message(transferred(old.encode(), encoding, b"\n"), "utf-8", encoding)
    fixed = fix(raw, policy)
    assert parse(fixed.data).root.content().decode().rstrip("\n") == new
    found = check_text(parse(fixed.data), policy=policy).findings  # type: ignore[arg-type]
    assert not any(one.safe and one.severity != "info" for one in found)


QP = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"=e2=91=a0 =E6=BC=A2=20\n", b"(1) =E6=BC=A2=20\n", id="other escapes stay as they are"),
        pytest.param(b"a=\nb=E2=91=A0=\nc=\nd\ne=\nf\n", b"a=\nb(1)cd\ne=\nf\n", id="soft ends before it stay"),
        pytest.param(b"a=E2=\n=91=A0b\n", b"a(1)b\n", id="a character over a soft end"),
        pytest.param(b"a =\r\n=E2=91=A0  \r\nb \r\n", b"a =\r\n(1)  \r\nb \r\n", id="white space at the end stays"),
        pytest.param(b"=E2=91=A0", b"(1)", id="no end"),
        pytest.param(b"a=E2=91=A0=", b"a(1)", id="a soft end at the end"),
        pytest.param(b"x" * 70 + b"=\n=E2=91=A0" + b"y" * 60 + b"=\nzz\n",
            b"x" * 70 + b"=\n(1)" + b"y" * 60 + b"zz\n", id="lines may grow together"),
        pytest.param(b"x" * 66 + b"=EF=BD=B6\n", b"x" * 66 + b"=E3=82=AB\n", id="as long"),
        pytest.param(b"x" * 66 + b"=E2=91=A9-\n", b"x" * 66 + b"(10)-\n", id="the last may have 76"),
        pytest.param(b"=E2=91=A0" + b"x" * 67 + b"=\n--y\n", b"(1)" + b"x" * 67 + b"--y\n", id="dashes"),
        pytest.param(b"=E2=91=A0" + b"x" * 72 + b"-y\n", b"(1)" + b"x" * 72 + b"=\n=2Dy\n", id="no dash begins a line"),
        pytest.param(b"=E2=91=A0=3D=0A=E2=91=A1\n", b"(1)=3D=0A(2)\n", id="a line end that is encoded"),
    ],
)  # fmt: skip
def test_quoted_printable(old: bytes, new: bytes) -> None:
    lines = (b"z=C3=A4=\nz\n", b"") if old.endswith((b"0", b"=")) else (b"z=C3=A4=\nz\n", b"y=c3=a4=\ny")
    assert fix(QP + lines[0] + old + lines[1]).data == QP + lines[0] + new + lines[1]


B64 = QP.replace(b"quoted-printable", b"base64")


def in_lines(data: bytes, size: int, newline: bytes) -> bytes:
    text = base64.b64encode(data)
    return newline.join([text[at : at + size] for at in range(0, len(text), size)])


TEXT = ("ab" * 40 + "⑩" + "cd" * 40).encode()
FIXED = ("ab" * 40 + "(10)" + "cd" * 40).encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *[
            pytest.param(in_lines(TEXT, size, newline) + tail, in_lines(FIXED, size, newline) + tail, id=f"{size} {name} {len(tail)}")
            for size in (4, 60, 64, 76)
            for newline, name in ((b"\n", "LF"), (b"\r\n", "CRLF"))
            for tail in (b"", newline * 2)
        ],
        pytest.param(base64.b64encode(TEXT), base64.b64encode(FIXED), id="one line stays one"),
        pytest.param(in_lines(TEXT, 76, b"\n").rstrip(b"=") + b"\n", in_lines(FIXED, 76, b"\n") + b"\n", id="unpadded"),
        pytest.param(
            in_lines(TEXT, 76, b"\n") + b"\n\n___\nthe list has this footer\n",
            in_lines(FIXED, 76, b"\n") + b"\n\n___\nthe list has this footer\n",
            id="footer",
        ),
        pytest.param(b"YQ==\n" + in_lines(TEXT, 76, b"\n"), in_lines(b"a" + FIXED, 76, b"\n"), id="padding inside"),
        pytest.param(b"YW\nJj" + in_lines(TEXT, 8, b"\n"), in_lines(b"abc" + FIXED, 76, b"\n"), id="lines of any length"),
    ],
)  # fmt: skip
def test_base64(old: bytes, new: bytes) -> None:
    assert fix(B64 + old).data == B64 + new


def test_base64_lines_before_the_change_stay() -> None:
    lines = [b"YWFh" * 18, b"YWFi" * 18, in_lines("①".encode(), 72, b"\n")]
    fixed = fix(B64 + b"\n".join(lines)).data
    assert fixed == B64 + b"\n".join([*lines[:2], base64.b64encode(b"(1)")])


@pytest.mark.parametrize(
    ("head", "body", "left"),
    [
        pytest.param(b"x-uuencode", b"begin 644 a\n#XI&@\n \nend\n", "encoding", id="uuencode"),
        pytest.param(b"base64", b"4pGg!", "encoding", id="base64 with junk"),
        pytest.param(b"quoted-printable", b"=E2=91=A0 =zz", "encoding", id="a stray equals sign"),
    ],
)
def test_encodings_that_stay(head: bytes, body: bytes, left: str) -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: " + head + b"\n\n" + body
    fixed = sound(raw)
    assert fixed.data == raw
    assert ("nec-row13", left) in reasons(fixed)


def word(text: str, label: str, letter: str) -> bytes:
    data = encoded(text, label)
    coded = base64.b64encode(data) if letter in "Bb" else b"".join([b"=%02X" % byte for byte in data])
    return b"=?%b?%b?%b?=" % (label.encode(), letter.encode(), coded)


def unworded(raw: bytes) -> str:
    """Read words each by itself, as RFC 2047 wants them."""
    text = ""
    for label, letter, coded in WORDS.findall(raw):
        data = base64.b64decode(coded) if letter in b"Bb" else quopri.decodestring(coded, header=True)
        one = decode_strict(data, label.decode())
        assert one is not None
        text += one
    return text


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("letter", ["B", "Q", "b", "q"])
@pytest.mark.parametrize("newline", NEWLINES)
@pytest.mark.parametrize("size", [1, 5, 40])
def test_words(label: str, letter: str, newline: bytes, size: int) -> None:
    old = word("漢①ｶﾞ" * size, label, letter)
    raw = b"Subject: Re: " + old + newline + b"From: a@example.org" + newline * 2 + b"hi" + newline
    fixed = sound(raw)
    subject = fixed.data[: fixed.data.index(b"From:")]
    assert unworded(subject) == "漢(1)ガ" * size
    assert fixed.data.replace(subject, b"") == raw[raw.index(b"From:") :]
    assert fixed.data.startswith(b"Subject: Re: =?%b?%b?" % (label.encode(), letter.encode()))
    assert subject.count(b"\n") == subject.count(newline)
    lines = subject.split(newline)
    assert all(line.startswith(b" =?") for line in lines[1:-1])
    assert all(len(one) <= max(75, len(old)) for line in lines for one in line.split() if one.startswith(b"=?"))
    assert all(len(line) <= 76 for line in lines[1:])
    for one in WORDS.finditer(subject):
        data = base64.b64decode(one[3]) if letter in "Bb" else quopri.decodestring(one[3], header=True)
        if label == "iso-2022-jp":
            assert b"\x1b" not in data or data.rindex(b"\x1b") == data.rindex(b"\x1b(B")


CLEAN = b"=?UTF-8?q?=e6=bc=a2_x?="


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"=?utf-8?B?4pGg?=", b"=?utf-8?B?KDEp?=", id="B"),
        pytest.param(b"=?Utf-8?q?=e2=91=a0_a?=", b"=?Utf-8?q?=281=29_a?=", id="Q, label and letter as written"),
        pytest.param(b"=?utf-8*ja?B?4pGg?=", b"=?utf-8*ja?B?KDEp?=", id="language"),
        pytest.param(CLEAN + b" =?utf-8?B?4pGg?=\n\t" + CLEAN, CLEAN + b" =?utf-8?B?KDEp?=\n\t" + CLEAN, id="neighbours"),
        pytest.param(b"=?utf-8?B?4pE=?= =?utf-8?B?oA==?=", b"=?utf-8?B?KDEp?=", id="a character in two words"),
        pytest.param(b"=?iso-2022-jp?B?GyRCNEE=?= =?iso-2022-jp?B?LSEbKEI=?=", b"=?iso-2022-jp?B?GyRCNEEbKEIoMSk=?=",
            id="a run in two words"),
        pytest.param(b"\n ".join([b"=?iso-2022-jp?B?GyRCNEE=?= =?iso-2022-jp?B?LSEbKEI=?="] * 2),
            b"\n ".join([b"=?iso-2022-jp?B?GyRCNEEbKEIoMSk=?="] * 2), id="twice a run in two words"),
        pytest.param(b"=?iso-2022-jp?B?GyRCLSEbKEI=?= x", b"=?iso-2022-jp?B?KDEp?= x", id="ISO-2022-JP"),
        pytest.param("漢①字".encode(), "漢(1)字".encode(), id="raw UTF-8"),
        pytest.param(b"\x1b$B4A-!\x1b(B", b"\x1b$B4A\x1b(B(1)", id="raw ISO-2022-JP"),
        pytest.param("①\n ② =?utf-8?B?4pGg?= ③".encode(), b"(1)\n (2) =?utf-8?B?KDEp?= (3)", id="both"),
        pytest.param(b"=?utf-8?B?77iP?= x", b" x", id="nothing is left of it"),
        pytest.param(b"=?utf-8?B?4pGg", b"=?utf-8?B?4pGg", id="not closed"),
    ],
)  # fmt: skip
def test_fields(old: bytes, new: bytes) -> None:
    fixed = sound(b"Subject: " + old + b"\nX: y\n\nhi\n")
    assert fixed.data == b"Subject: " + new + b"\nX: y\n\nhi\n"


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        pytest.param("From: ①商店 <a@example.org>".encode(), "syntax", id="would be a comment"),
        pytest.param("To: <ｱ@example.org>".encode(), "syntax", id="an address"),
        pytest.param('Content-Type: text/plain; name="①.txt"'.encode(), "parameter", id="raw in a parameter"),
        pytest.param(b"Content-Disposition: attachment; filename*=utf-8''%E2%91%A0", "parameter", id="RFC 2231"),
        pytest.param(b'Content-Type: multipart/mixed; boundary="=?utf-8?B?4pGg?="', "parameter", id="boundary"),
        pytest.param(b'Content-Disposition: attachment; filename="' + word("ｱ①" * 12, "utf-8", "B") + b'"', "word", id="no folds in a name"),
        pytest.param(b"Subject: =?iso-2022-jp?B?GyRCLSE=?= =?iso-2022-jp?B?ISEbKEI//w==?= x", "word", id="torn"),
    ],
)  # fmt: skip
def test_fields_that_stay(field: bytes, reason: str) -> None:
    raw = field + b"\nX: y\n\nhi\n"
    fixed = sound(raw)
    assert fixed.data == raw
    assert {one.reason for one in fixed.left if one.finding.safe} == {reason}


def test_a_name_in_words_of_an_attachment() -> None:
    head = b'Content-Type: application/pdf;\r\n name="%b"\r\n\r\n%%PDF'
    fixed = sound(head % word("①.pdf", "iso-2022-jp", "B"))
    assert fixed.data == head % word("(1).pdf", "iso-2022-jp", "B")


def test_only_the_part_that_changes() -> None:
    parts = [
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nclean \xe6\xbc\xa2\r\n",
        b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B-!\x1b(B\r\n",
        b"Content-Type: text/plain; charset=iso-2022-jp\r\nContent-Disposition: attachment\r\n\r\n\x1b$B-!\x1b(B\r\n",
        b"Content-Type: application/octet-stream\r\n\r\n\x1b$B-!\x1b(B\r\n",
    ]
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + b"\r\n--x\r\n".join(parts) + b"\r\n--x--\r\n"
    fixed = sound(raw)
    assert fixed.data == raw.replace(parts[1], parts[1].replace(b"\x1b$B-!\x1b(B", b"(1)"))
    assert [one.part for one in fixed.replaced] == ["2"]


INNER = b"Content-Type: text/plain; charset=utf-8\n\n\xe2\x91\xa0\n"


@pytest.mark.parametrize(
    ("raw", "replaced", "left"),
    [
        pytest.param(b"Content-Type: multipart/signed; boundary=x\nSubject: =?utf-8?B?4pGg?=\n\n--x\n" + INNER + b"--x--\n",
            [""], ["1"], id="signed"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: multipart/signed; boundary=x\n\n"
            b"--x\n" + INNER + b"--x--\n--y\n" + INNER + b"--y--\n", ["2"], ["1.1"], id="only the signed part"),
        pytest.param(b"Content-Type: multipart/encrypted; boundary=x\nSubject: =?utf-8?B?4pGg?=\n\n--x\n" + INNER + b"--x--\n",
            [], ["", "1"], id="encrypted"),
        pytest.param(b"Content-Type: application/pkcs7-mime\nSubject: =?utf-8?B?4pGg?=\n\n", [], [""], id="S/MIME"),
    ],
)  # fmt: skip
def test_what_is_signed_stays(raw: bytes, replaced: list[str], left: list[str]) -> None:
    fixed = sound(raw)
    assert [one.part for one in fixed.replaced] == replaced
    assert [(one.finding.part, one.reason) for one in fixed.left if one.finding.safe] == [
        (path, "signed") for path in left
    ]


def test_a_message_inside_a_transfer_encoding_stays() -> None:
    raw = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(INNER)
    fixed = sound(raw)
    assert fixed.data == raw
    assert ("nec-row13", "encoding") in reasons(fixed)


@pytest.mark.parametrize(
    ("head", "body", "broken"),
    [
        pytest.param(b"", "①", (), id="none"),
        pytest.param(b"DKIM-Signature: v=1\nARC-Message-Signature: i=1\nARC-Seal: i=1\n", "①",
            ("DKIM-Signature", "ARC-Message-Signature"), id="signatures"),
        pytest.param(b"dkim-signature: v=1\n", "clean", (), id="nothing changed"),
        pytest.param(b"Content-Length: 4\nLines: 1\nContent-MD5: x\n", "ｱ", ("Content-MD5",), id="as long as before"),
        pytest.param(b"Content-Length: 4\nLines: 1\n", "①ｶﾞ", ("Content-Length",), id="shorter"),
    ],
)  # fmt: skip
def test_what_no_longer_holds(head: bytes, body: str, broken: tuple[str, ...]) -> None:
    raw = head + b"Content-Type: text/plain; charset=utf-8\n\n" + body.encode() + b"\n"
    fixed = sound(raw)
    assert fixed.breaks == broken
    assert fixed.data.startswith(head)


def test_lines_that_are_counted() -> None:
    raw = b"Lines: 1\n" + QP + b"x" * 64 + b"=E2=91=A9=E2=91=A9"
    assert fix(raw + b"\n").breaks == ()
    assert fix(raw + b"x" * 30 + b"\n").breaks == ("Lines",)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("line", ["\u200b--x", "--\u200bx--", "––x", "--x\u200b"])
def test_no_delimiter_is_born(line: str, encoding: str) -> None:
    body = transferred(f"a\n{line}\n①\n".encode(), encoding, b"\n")
    head = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" + head + body + b"\n--x--\n"
    fixed = sound(raw, "strict-jp-2001")
    assert len(parse(fixed.data).root.parts) == 1
    assert fixed.changed == (encoding == "base64" or (encoding == "quoted-printable" and line[0] != "-"))
    if not fixed.changed:
        assert {one.reason for one in fixed.left if one.finding.safe} == {"structure"}


def test_a_broken_character_does_not_become_one() -> None:
    raw = message(b"\xe3\xef\xb8\x8f\x81\x82", "utf-8")
    fixed = sound(raw)
    assert fixed.data == raw
    assert ("variation-selector", "charset") in reasons(fixed)


def test_a_charset_that_lacks_it() -> None:
    raw = message(b"a\x96b\xb5", "windows-1252")
    fixed = sound(raw, "strict-jp-2001")
    assert fixed.data == message("a-b\N{MICRO SIGN}".encode("cp1252"), "windows-1252")
    assert [(one.finding.text, one.reason) for one in fixed.left if one.finding.safe] == [("\N{MICRO SIGN}", "charset")]
    assert fix(message("〝x".encode("utf-7"), "utf-7"), "strict-jp-2001").data == message(
        "〝x".encode("utf-7"), "utf-7"
    )


def test_words_that_leave_nothing_keep_their_fold() -> None:
    raw = b"Subject: a\n =?utf-8?B?77u/?=\n b\n\nx\n"
    fixed = sound(raw)
    assert not fixed.changed
    assert reasons(fixed) == [("charset-not-allowed", "no-suggestion"), ("invisible", "word")]


def test_nothing_but_what_stays_is_no_change() -> None:
    head = b"Content-Type: text/plain; charset=iso-2022-jp\nContent-MD5: x\nContent-Transfer-Encoding: base64\n\n"
    for rest in (b"", b"abc def\n" * 20):
        fixed = sound(head + base64.encodebytes(b"http://a.example/\x1b$B-!\x1b(B\n" + rest))
        assert (fixed.changed, fixed.breaks) == (False, ())
        assert reasons(fixed) == [("nec-row13", "syntax")]


def test_raw_bytes_are_not_of_a_charset_without_ascii() -> None:
    raw = b"Subject: \n !\xff\xffx\nX: y\nContent-Type: text/plain; charset=utf-16\n\nb"
    assert not sound(raw).changed


def test_a_byte_order_mark_of_utf_16_stays() -> None:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        body = mark + "a①か\u3099".encode(codec)
        raw = b"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(
            body
        )
        assert parse(sound(raw).data).root.content() == mark + "a(1)が".encode(codec)
        assert "declared-charset-mismatch" not in check_text(raw).counts


def test_words_where_no_text_is_stay() -> None:
    word = b"=?iso-2022-jp?B?GyRCLSEbKEI=?="
    raw = b"Message-ID: <" + word + b"@x>\nSubject: " + word + b"\n\nx\n"
    fixed = sound(raw)
    assert fixed.data.startswith(b"Message-ID: <" + word + b"@x>\nSubject: =?iso-2022-jp?B?KDEp?=\n")


GUARDED = [
    pytest.param(
        "text/plain", "①: foo①@example.jp example.jp/①", "(1): foo①@example.jp example.jp/①", id="bare addresses"
    ),
    pytest.param(
        "text/html", '<img alt="a > ①">①<!-- > ① -->', '<img alt="a > ①">(1)<!-- > ① -->', id="quotes and comments"
    ),
    pytest.param("text/plain", "①を見て http://a.example/①～№ と", "(1)を見て http://a.example/①～№ と", id="address"),
    pytest.param("text/html", "<p title=①>①</p>", "<p title=①>(1)</p>", id="tag"),
    pytest.param("text/html", "<script>a='①'</script>①", "<script>a='①'</script>(1)", id="script"),
    pytest.param("text/html", "<b>＂①＇</b>", "<b>＂(1)＇</b>", id="quotes in HTML"),
    pytest.param("text/plain", "＂①＇", "\"(1)'", id="quotes in plain text"),
    pytest.param("text/html", "﹤script﹥", "﹤script﹥", id="small angle brackets"),
    pytest.param("text/csv", "①︐②", "(1)︐(2)", id="a comma in a table"),
    pytest.param("text/html", "<a ①", "<a ①", id="a tag that does not end"),
]


@pytest.mark.parametrize(("kind", "old", "new"), GUARDED)
def test_what_has_a_meaning_stays(kind: str, old: str, new: str) -> None:
    head = f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n".encode()
    fixed = sound(head + old.encode())
    assert fixed.data == head + new.encode()
    assert {one.reason for one in fixed.left if one.finding.safe} <= {"syntax"}


def test_what_a_person_signed_stays() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n①\n-----BEGIN PGP SIGNATURE-----\n".encode()
    fixed = sound(message(text, "utf-8"))
    assert not fixed.changed
    assert ("nec-row13", "signed") in reasons(fixed)


def test_a_text_with_too_much_in_it_stays() -> None:
    raw = message("①".encode() * 11, "utf-8")
    fixed = fix_text(parse(raw, limits=Limits(text_edit_count=10)), policy="strict-jp-2001")
    assert not fixed.changed
    assert {reason for _, reason in reasons(fixed)} == {"limit", "no-suggestion"}


def test_a_stray_escape_does_not_keep_the_rest() -> None:
    fixed = fix(message(b"\x1b$B-!\x1b(B\n\x1b[0m\n"))
    assert fixed.data == message(b"(1)\n\x1b[0m\n")


def test_no_such_policy() -> None:
    with pytest.raises(ValueError, match="there is no policy 'old'; there are modern, strict-jp-2001"):
        fix(b"", "old")


def test_more_than_may_be_kept() -> None:
    raw = message("①纊".encode() * 5, "utf-8")
    fixed = fix_text(parse(raw, limits=Limits(finding_count=2)), policy="strict-jp-2001")
    assert fixed.data == message("(1)纊".encode() * 5, "utf-8")
    assert (len(fixed.replaced), len(fixed.left), fixed.counts) == (2, 2, {"nec-row13": 5})


TOKENS = ["漢字", "①", "⑳", "髙", "纊", "ｶ", "ﾞ", "∮", "a", "=", "-", " ", "--x", ".", "\n", "\n", "x" * 30]
UNICODE = [*TOKENS, "\u200b", "\u3099", "か", "\ufe0f", "1", "\u20e3", "～", "㌔", "😀", "\u00a0", "é", "－"]


@given(
    text=joined(UNICODE, 24),
    encoding=st.sampled_from(ENCODINGS),
    newline=st.sampled_from([b"\n", b"\r\n"]),
    policy=st.sampled_from(POLICIES),
)
def test_any_unicode_text(text: str, encoding: str, newline: bytes, policy: str) -> None:
    data = text.replace("\n", newline.decode()).encode()
    raw = message(transferred(data, encoding, newline), "utf-8", encoding, newline)
    fixed = sound(raw, policy)
    if encoding == "8bit":
        touched = {one.line for one in fixed.replaced if one.field is None}
        lines = zip(parse(raw).root.body.split(b"\n"), parse(fixed.data).root.body.split(b"\n"), strict=True)
        assert all((old == new) == (number not in touched) for number, (old, new) in enumerate(lines, 1))


def replaced(text: str) -> str:
    """Replace what `TOKENS` have, by hand."""
    for old, new in (("①", "(1)"), ("⑳", "(20)"), ("髙", "高"), ("ｶﾞ", "ガ"), ("ｶ", "カ"), ("ﾞ", "゛")):
        text = text.replace(old, new)
    return text


@given(
    text=joined(TOKENS, 24),
    label=st.sampled_from(LABELS),
    encoding=st.sampled_from(ENCODINGS),
    newline=st.sampled_from([b"\n", b"\r\n"]),
)
def test_any_japanese_text(text: str, label: str, encoding: str, newline: bytes) -> None:
    text = text.replace("\n", newline.decode())
    fixed = sound(message(transferred(encoded(text, label), encoding, newline), label, encoding, newline))
    assert parse(fixed.data).root.content() == encoded(replaced(text), label)


@given(text=joined([*TOKENS[:9], " "], 12), label=st.sampled_from(LABELS), letter=st.sampled_from("BQ"))
def test_any_japanese_word(text: str, label: str, letter: str) -> None:
    fixed = sound(b"Subject: " + word(text, label, letter) + b"\n\n")
    assert unworded(fixed.data) == replaced(text)


PARTS = [
    "①".encode(),
    "ｶ".encode(),
    b"\x1b$B-!\x1b(B",
    b"\x87\x40",
    b"=?utf-8?B?4pGg?=",
    b"\x1b$B",
    b"\x1b(I",
    b"=E2=91=A0",
]
HEADERS = [
    b"Content-Type: text/plain; charset=shift_jis\n",
    b"Subject: ",
    b"From: ",
    b"Content-Transfer-Encoding: base64\n",
]
HEADERS += [b"Content-Type: multipart/signed; boundary=x\n", b"\n\n", b"\n", b" ", b"=?iso-2022-jp?B?", b"?=", b'"']


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        pytest.param(message(b""), b"\x1b$B4A-!\x1b(I6^\x1b(B\n", id="lines"),
        pytest.param(message(b""), b"\x1b$B4A-!\x1b(I6^", id="one line"),
        pytest.param(message(b"\x1b$B-!"), b"\x1b$B\x1b(B", id="escapes"),
        pytest.param(message(b"", "utf-8"), "漢①ｶﾞ".encode(), id="UTF-8"),
        pytest.param(QP, b"=E2=91=A0=\n", id="soft ends"),
        pytest.param(QP + b"=E2=91=A0", b"= ", id="stray equals signs"),
        pytest.param(B64, b"4pGg", id="base64 in one line"),
        pytest.param(B64, b"4pGg\n", id="base64 in short lines"),
        pytest.param(b"Subject:", b" =?utf-8?B?4pGg?=", id="words"),
        pytest.param(b"Subject: =?utf-8?B?", b"4pGg", id="a long word"),
        pytest.param(b"Subject:", b" =?utf-8?Q?=E2=91?= =?utf-8?Q?=A0?=", id="split characters"),
        pytest.param(b"", b"Subject: =?utf-8?B?4pGg?=\n", id="fields"),
    ],
)
def test_the_work_is_linear(head: bytes, unit: bytes) -> None:
    end = b"?=\n\n" if head.endswith(b"B?") else b""
    assert_linear(fix, flood(unit, head, end))


FIELD_NAMES = [b"Subject: ", b"From: ", b"X: ", b"Content-Type: ", b"Content-Disposition: "]
BROKEN = [b"\x1b$B4A", b"-!\x1b(B", b"\x1b$B4A-!\x1b(B", b"a", b"\x1b(I6^", b"\x1b(B", b"\x1b$B4"]
WORD_TOKENS = [
    *[b"=?iso-2022-jp?B?" + base64.b64encode(one) + b"?=" for one in BROKEN],
    *[b"=?utf-8?Q?=E2=91?=", b"=?utf-8?Q?=A0?=", b"=?utf-8?B?4pGg?=", b"=?utf-8?Q?=1B$B-!?=", "①".encode(), b"(", b'"'],
    *[b"=?shift_jis?Q?=87?=", b"=?shift_jis?Q?=40?=", b"\x87\x40", b"\x1b$B-!\x1b(B", b" ", b"\n ", b" x "],
    *[b"; name*0*=utf-8''%e2%91%a0", b"; name=", b"; name*1=", b"multipart/mixed; boundary="],
]


@given(name=st.sampled_from(FIELD_NAMES), value=joined(WORD_TOKENS, 8), policy=st.sampled_from(POLICIES))
def test_any_field(name: bytes, value: bytes, policy: str) -> None:
    sound(name + value + b"\nX-After: y\n\n\xe2\x91\xa0", policy)


@given(
    head=st.one_of(joined(HEADERS + PARTS, 10), mail),
    body=joined([*PARTS, *HEADERS, b"--x\n"], 10),
    policy=st.sampled_from(POLICIES),
)
def test_anything(head: bytes, body: bytes, policy: str) -> None:
    """Whatever stands there: never an error, and all that the answer says is so."""
    sound(head + body, policy)
