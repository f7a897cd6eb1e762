"""Checking text: every finding once, at its place, with its class, its gravity and what to write instead."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit import check_text, parse
from mailkit.charsets import codec_of, decode_as
from mailkit.charsets.cells import character_at, from_sjis, to_sjis
from mailkit.findings import CODES
from mailkit.limits import Limits
from mailkit.text import TextReport
from mailkit.text.look import spots_of
from mailkit.text.policies import POLICIES, severities
from tests.strategies import SHARED

LABELS = ("iso-2022-jp", "shift_jis", "euc-jp", "utf-8")


def encoded(text: str, label: str) -> bytes:
    """Write text as programs of Microsoft do: with NEC's and IBM's characters and half-width kana, which Python refuses."""
    if label == "utf-8":
        return text.encode()
    out = bytearray()
    state = b"\x1b(B"
    for character in text:
        wide = character.encode("cp932")
        if label == "shift_jis":
            out += wide
            continue
        row_cell = from_sjis(*wide) if len(wide) == 2 else None
        if label == "euc-jp":
            out += bytes(byte + 0xA0 for byte in row_cell) if row_cell else b"\x8e" * (wide[0] > 0x7F) + wide
            continue
        wanted = b"\x1b$B" if row_cell else b"\x1b(I" if wide[0] > 0x7F else b"\x1b(B"
        if wanted != state:
            out += wanted
            state = wanted
        out += bytes(byte + 0x20 for byte in row_cell) if row_cell else bytes([wide[0] & 0x7F])
    return bytes(out) + (b"" if state == b"\x1b(B" else b"\x1b(B")


def mail(body: bytes, label: str = "iso-2022-jp", head: bytes = b"") -> bytes:
    """Give a message."""
    return head + f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: 8bit\n\n".encode() + body


def check(raw: bytes, policy: str = "modern") -> TextReport:
    return check_text(parse(raw), policy=policy)  # type: ignore[arg-type] - the tests try wrong ones too


def brief(found: TextReport) -> list[tuple[str, int, int, str]]:
    """Give class, line, column and text of each finding."""
    return [(one.class_, one.line, one.column, one.text) for one in found.findings]


SLIDE = "①②③④⑤⑥⑦⑧⑨⑩\r\nⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ\r\nこれは ﾄｳｾﾞﾝﾊﾝｶｸｶﾅﾓﾀﾞﾒ です\r\n"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("policy", POLICIES)
def test_the_slide(label: str, policy: str) -> None:
    body = encoded(SLIDE, label)
    found = [one for one in check(mail(body, label), policy).findings if one.class_ != "charset-not-allowed"]
    circled = [("nec-row13", 1, at, chr(0x245F + at), f"13-{at}", f"({at})") for at in range(1, 11)]
    roman = [("nec-row13", 2, at, chr(0x215F + at), f"13-{at + 20}", ROMAN[at - 1]) for at in range(1, 11)]
    kana = [("kana-halfwidth", 3, 5, "ﾄｳｾﾞﾝﾊﾝｶｸｶﾅﾓﾀﾞﾒ", None, "トウゼンハンカクカナモダメ")]
    assert [
        (one.class_, one.line, one.column, one.text, one.cell, one.suggestion) for one in found
    ] == circled + roman + kana
    assert all(one.safe for one in found)
    for one in found:
        there = body[one.offset : one.offset + one.length]
        wanted = encoded(one.text, label)
        assert there == wanted.replace(b"\x1b$B", b"").replace(b"\x1b(I", b"").replace(b"\x1b(B", b"")
    wanted = "error" if policy != "modern" else "warning" if label == "iso-2022-jp" else "info"
    assert {one.severity for one in found} == {wanted}


@pytest.mark.parametrize(
    ("body", "label", "expected"),
    [
        pytest.param(b"\x1b$B|b66\x1b(B", "iso-2022-jp", [("nec-ibm", "髙", "92-66", "高", True)], id="髙 in NEC's selection"),
        pytest.param(b"\xfb\xfc", "shift_jis", [("ibm-ext", "髙", "118-94", "高", True)], id="髙 in IBM's rows"),
        pytest.param(b"\x1b$By!\x1b(B", "iso-2022-jp", [("nec-ibm", "纊", "89-1", "絖", False)], id="a name's other form"),
        pytest.param(b"\x1b$B-p\x1b(B", "iso-2022-jp", [("nec-row13", "≒", "13-80", "≒", True)], id="a double of row 2"),
        pytest.param(b"\x1b$B)!\x1b(B", "iso-2022-jp", [("undefined-cell", "", "9-1", None, False)], id="an undefined cell"),
        pytest.param(b"\x1b$Bu!\x1b(B", "iso-2022-jp", [("emoji-au", "〓", "85-1", None, False)], id="au's"),
        pytest.param(b"\xf0\x40", "shift_jis", [("gaiji", "\ue000", "95-1", None, False)], id="a user's own"),
        pytest.param(b"\xf8\x9f", "shift_jis", [("emoji-docomo", "\ue63e", "112-1", None, False)], id="docomo's"),
        pytest.param(b"\x1b(J\\100\x1b(B", "iso-2022-jp", [("jisx0201-roman", "¥", None, "￥", False)], id="yen sign"),
        pytest.param(b"\x1b$@03\x1b(B", "iso-2022-jp", [("jis78-swap", "鯵", "16-19", None, False)], id="changed places"),
        pytest.param(b'\x1b$@"A\x1b(B', "iso-2022-jp", [("jis78-undefined", "∩", "2-33", None, False)], id="not there in 1978"),
        pytest.param("は\u3099".encode(), "utf-8", [("decomposed-kana", "は\u3099", None, "ば", True)], id="marks apart"),
        pytest.param("～".encode(), "utf-8", [("mapping-variant", "～", "1-33", "〜", True)], id="the other wave dash"),
        pytest.param(b"a\x08b", "utf-8", [("control", "", None, None, False)], id="a control character"),
        pytest.param("\ue001".encode(), "utf-8", [("gaiji", "\ue001", None, None, False)], id="private use"),
        pytest.param("日本\ufffd".encode(), "utf-8", [("noncharacter", "\ufffd", None, None, False)], id="a lost character"),
    ],
)  # fmt: skip
def test_characters(body: bytes, label: str, expected: list[tuple[str, str, str | None, str | None, bool]]) -> None:
    found = check(mail(body, label)).findings
    rows = [(one.class_, one.text, one.cell, one.suggestion, one.safe) for one in found]
    assert [row for row in rows if row[0] != "charset-not-allowed"] == expected


@pytest.mark.parametrize(
    ("body", "class_", "place", "modern", "strict"),
    [
        pytest.param(b'\x1b$B$"\nabc', "line-not-ascii", (1, 2, 5, 1), "warning", "error", id="a line's end"),
        pytest.param(b'a\n\x1b$B$"', "end-not-ascii", (2, 2, 7, 0), "warning", "error", id="the end"),
        pytest.param(b"ab\x1b(J", "end-not-ascii", (1, 3, 5, 0), "warning", "error", id="the end in Roman"),
        pytest.param(b'\x1b$B$"$\x1b(B', "odd-bytes", (1, 2, 5, 1), "error", "error", id="an odd byte"),
        pytest.param(b'a\x1b[31m\x1b$B$"\x1b(B', "cut-escape", (1, 2, 1, 1), "error", "error", id="another escape"),
        pytest.param(b"abc\x1b\r\n", "cut-escape", (1, 4, 3, 1), "error", "error", id="ESC and nothing else"),
        pytest.param(b"abc\x1b[31m", "cut-escape", (1, 4, 3, 1), "error", "error", id="colour and nothing else"),
        pytest.param(b"\x1b$B\x1b(B", "empty-segment", (1, 1, 3, 0), "info", "error", id="an empty segment"),
        pytest.param(b'\x1b$(B$"\x1b(B', "wrong-escape", (1, 1, 0, 4), "warning", "error", id="a wrong escape"),
        pytest.param(b"\x1b$(D0!\x1b(B", "extra-escape", (1, 1, 0, 4), "warning", "error", id="another set"),
        pytest.param(b'\x1b$B$"\x1b(B\x1b$)C', "other-iso2022", (1, 2, 8, 1), "warning", "error", id="Korean"),
        pytest.param(b'\x1b$B$"\x1b(B\xe3', "8bit", (1, 2, 8, 1), "error", "error", id="eight bits"),
        pytest.param(b'\x1b$B$"\x1b(B\x0e', "control", (1, 2, 8, 1), "warning", "error", id="SO alone"),
        pytest.param(b"\x1b$G!\x0f", "emoji-softbank", (1, 1, 0, 5), "error", "error", id="web code"),
    ],
)  # fmt: skip
def test_structure(body: bytes, class_: str, place: tuple[int, int, int, int], modern: str, strict: str) -> None:
    for policy, severity in (("modern", modern), ("strict-jp-2001", strict)):
        findings = check(mail(body), policy).findings
        assert "declared-charset-mismatch" not in {one.class_ for one in findings} or class_ == "8bit"
        one = next(one for one in findings if one.class_ == class_)
        assert (one.line, one.column, one.offset, one.length) == place
        assert one.severity == severity


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(mail("日本語".encode(), "iso-2022-jp"), "declared iso-2022-jp, found utf-8 (utf-8)", id="UTF-8 as JIS"),
        pytest.param(mail("これは".encode("cp932"), "utf-8"), "declared utf-8, found shift_jis (kana)", id="SJIS as UTF-8"),
        pytest.param(mail("日本".encode("iso2022_jp"), "utf-8"), "declared utf-8, found iso-2022-jp (escapes)", id="JIS as UTF-8"),
        pytest.param(b"\n" + "これは".encode(), "no charset declared, found utf-8 (utf-8)", id="nothing declared"),
    ],
)  # fmt: skip
def test_labels_that_are_wrong(raw: bytes, expected: str) -> None:
    found = {one.class_: one for one in check(raw).findings}
    assert found["declared-charset-mismatch"].detail == expected
    assert found["declared-charset-mismatch"].severity == "error"


def test_bytes_that_are_of_no_charset() -> None:
    (one,) = check(mail("日本語の\n本文".encode() + b"\xff\xfe", "utf-8")).findings
    assert (one.class_, one.line, one.column, one.offset, one.length, one.detail) == (
        "undecodable",
        2,
        3,
        19,
        2,
        "ff fe",
    )


@pytest.mark.parametrize("label", LABELS)
def test_the_policies_want_their_charsets(label: str) -> None:
    raw = mail(encoded("日本語の本文です。\n", label), label)
    modern, strict = check(raw), check(raw, "strict-jp-2001")
    assert modern.clean
    assert modern.counts == ({} if label in {"utf-8", "iso-2022-jp"} else {"charset-not-allowed": 1})
    assert strict.counts == ({} if label == "iso-2022-jp" else {"charset-not-allowed": 1})
    assert strict.worst == (None if label == "iso-2022-jp" else "error")
    assert [(part.declared, part.charset, part.basis) for part in modern.parts] == [(label, label, "declared")]


@pytest.mark.parametrize(
    ("sender", "class_", "also"),
    [
        pytest.param("a@docomo.ne.jp", "emoji-docomo", (), id="docomo"),
        pytest.param("a@softbank.ne.jp", "emoji-softbank", (), id="SoftBank"),
        pytest.param("a@t.vodafone.ne.jp", "emoji-softbank", (), id="below SoftBank's"),
        pytest.param("a@example.jp", "emoji-docomo", ("emoji-softbank", "gaiji"), id="nobody's"),
    ],
)
def test_the_sender_tells_whose_emoji_it_is(sender: str, class_: str, also: tuple[str, ...]) -> None:
    raw = mail(b"\xf9\x88", "shift_jis", f"From: {sender}\n".encode())
    found = [one for one in check(raw).findings if one.class_ != "charset-not-allowed"]
    assert [(one.class_, one.also) for one in found] == [(class_, also)]
    inside = b"From: x@docomo.ne.jp\nContent-Type: message/rfc822\n\n" + raw
    assert [one.class_ for one in check(inside).findings if one.part and one.class_.startswith("emoji")] == [class_]


WORDS = [
    pytest.param(b"=?iso-2022-jp?B?GyRCLSEbKEI=?=", [("nec-row13", "①", 1)], id="a word"),
    pytest.param(b"Re: =?iso-2022-jp?B?GyRCLSEbKEI=?=", [("nec-row13", "①", 5)], id="behind text"),
    pytest.param(b"=?utf-8?Q?a?= =?utf-8?B?77yh772x?=", [("kana-halfwidth", "ｱ", 3)], id="in the second word"),
    pytest.param(b"=?iso-2022-jp?B?GyRCJCI=?=", [("end-not-ascii", "", 2)], id="a word that does not return"),
    pytest.param(b"=?utf-8?B?5pc=?= =?utf-8?B?pQ==?=", [("split-character", "", 1)], id="a character in two words"),
    pytest.param(b"=?iso-2022-jp?B?44GC?=", [("declared-charset-mismatch", "", 1)], id="UTF-8 as JIS"),
    pytest.param("日本".encode(), [("raw-header", "", 1)], id="raw UTF-8"),
    pytest.param(b"\x1b$B-!\x1b(B", [("raw-header", "", 1), ("nec-row13", "①", 1)], id="raw JIS"),
    pytest.param(b"plain", [], id="nothing"),
]


@pytest.mark.parametrize(("value", "expected"), WORDS)
def test_fields(value: bytes, expected: list[tuple[str, str, int]]) -> None:
    raw = b"Subject: " + value + b"\n\nbody\n"
    found = check(raw).findings
    assert [(one.class_, one.text, one.column) for one in found if one.field == "Subject"] == expected
    assert len(found) == len(expected)
    for one in found:
        assert 0 <= one.offset <= one.offset + one.length <= len(value) + 2


NAMES = [
    pytest.param(b"attachment; filename*=iso-2022-jp''%1B%24B-!%1B%28B", [("nec-row13", "①")], id="percent"),
    pytest.param(
        b"attachment; filename*0*=utf-8''a%EF%BD; filename*1*=%B6.txt",
        [("split-character", ""), ("kana-halfwidth", "ｶ")],
        id="cut",
    ),
    pytest.param(b'attachment; filename="=?iso-2022-jp?B?GyRCLSEbKEI=?="', [("nec-row13", "①")], id="Outlook"),
    pytest.param(
        b'attachment; filename="\x1b$B-!$"\x1b(B.txt"', [("raw-header", ""), ("nec-row13", "①")], id="raw JIS in quotes"
    ),
    pytest.param(
        b"attachment; filename*=utf-8''%E3%81%AF%E3%82%9A.txt", [("decomposed-kana", "は\u309a")], id="of a Mac"
    ),
    pytest.param(b"attachment; filename*=utf-8''plain.txt", [], id="nothing"),
]


@pytest.mark.parametrize(("value", "expected"), NAMES)
def test_file_names(value: bytes, expected: list[tuple[str, str]]) -> None:
    raw = b"Content-Disposition: " + value + b"\nContent-Type: application/pdf\n\nx\n"
    found = check(raw).findings
    assert [(one.class_, one.text) for one in found] == expected
    assert {one.field for one in found} <= {"Content-Disposition"}


def test_a_word_is_given_whole() -> None:
    raw = b"Subject: abc\n =?iso-2022-jp?B?GyRCLSEbKEI=?=\n\n"
    (one,) = check(raw).findings
    value = raw[8:-2]
    assert value[one.offset : one.offset + one.length] == b"=?iso-2022-jp?B?GyRCLSEbKEI=?="
    assert (one.line, one.column) == (2, 5)


def test_eight_bits_in_a_body_of_seven() -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\n\nabc\n\xe3\x81\x82\xe3\x81\x84\n"
    (one,) = check(raw).findings
    assert (one.class_, one.severity, one.line, one.column, one.offset, one.detail) == (
        "8bit",
        "error",
        2,
        1,
        4,
        "6 bytes",
    )


def test_attachments_are_not_text_and_messages_inside_are() -> None:
    inner = mail(b"\x1b$B-!\x1b(B\n", head=b"Subject: x\n")
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/csv; charset=shift_jis\n"
        b"Content-Disposition: attachment\nContent-Transfer-Encoding: 8bit\n\n\xf0\x40\n--b\n"
        b"Content-Type: message/rfc822\n\n" + inner + b"\n--b--\n"
    )
    found = check(raw)
    assert [(one.class_, one.part) for one in found.findings] == [("nec-row13", parse(raw).root.parts[1].parts[0].path)]


def test_findings_have_a_bound_and_counts_have_none() -> None:
    raw = mail(b"\x1b$B" + b"-!" * 50 + b"\x1b(B")
    found = check_text(parse(raw, limits=Limits(finding_count=10)))
    assert len(found.findings) == 10
    assert found.counts == {"nec-row13": 50}
    assert not found.complete
    assert [one.code for one in found.limits] == ["limit.finding_count"]


def test_what_was_not_looked_at_is_said() -> None:
    word = b"=?iso-2022-jp?B?GyRCLSEbKEI=?="
    found = check(b"Subject:" + b" =?utf-8?B?YQ==?=" * 2_000 + b" " + word + b"\n\n")
    assert (found.complete, [one.code for one in found.limits]) == (False, ["limit.encoded_word_count"])
    assert check(b"Subject: =?utf-8?Q?a?= " + b"*=" * 3_000 + b"\n\n").complete
    many = check(b"X: y\n" * 12_000 + b"Subject: " + word + b"\n\n")
    assert (many.complete, [one.code for one in many.limits]) == (False, ["limit.field_count"])


def test_an_unknown_policy_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match=r"'2001'; there are modern, strict-jp-2001"):
        check(b"\n", "2001")


def test_every_class_has_a_meaning() -> None:
    classes = {
        class_
        for policy in POLICIES
        for codec in ("iso2022_jp", "utf-8", "cp1252")
        for class_ in severities(policy, codec)
    }
    assert {f"text.{class_}" for class_ in classes} == {code for code in CODES if code.startswith("text.")}
    assert severities("modern", "iso2022_jp").keys() <= severities("strict-jp-2001", "iso2022_jp").keys()


def test_answers_are_json() -> None:
    found = check(mail(b"\x1b$B-!\x1b(B"))
    answer = json.loads(msgspec.json.encode(found))
    assert answer["findings"][0]["class"] == "nec-row13"
    assert answer["findings"][0]["suggestion"] == "(1)"
    assert found.findings[0].code == "text.nec-row13"


TOKENS = ["日", "①", "髙", "ｶ", "ﾞ", "a", "\n", "\r\n", "纊", "～", " "]


@settings(max_examples=600, deadline=None)
@given(text=st.lists(st.sampled_from(TOKENS), max_size=12).map("".join), label=st.sampled_from(LABELS))
def test_places_are_right(text: str, label: str) -> None:
    data = encoded(text, label)
    whole = decode_as(data, label)
    lines = whole.split("\n")
    last = 0
    for spot in spots_of(data, codec_of(label) or ""):
        assert spot.start >= last
        last = spot.end
        line = lines[spot.line - 1]
        if spot.text:
            assert line[spot.column - 1 : spot.column - 1 + len(spot.text)] == spot.text
        assert data.count(b"\n", 0, spot.start) == spot.line - 1


@settings(max_examples=600, deadline=None)
@given(
    data=st.lists(st.sampled_from([b"\x1b$B", b"\x1b(B", b"\x1b(I", b"-!", b"a", b"\n", b"\xe3\x81\x82", b"\x82\xa0", b"\xff"])),
    label=st.sampled_from([*LABELS, "", "windows-1252", "utf-16", "utf-7", "gb2312", "nonsense"]),
    encoding=st.sampled_from(["7bit", "8bit", "base64", "quoted-printable"]),
    policy=st.sampled_from(POLICIES),
)  # fmt: skip
def test_nothing_raises_and_all_places_are_in_the_body(
    data: list[bytes], label: str, encoding: str, policy: str
) -> None:
    raw = f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: {encoding}\nSubject: ".encode()
    message = parse(raw + b"".join(data).replace(b"\n", b"\n ") + b"\n\n" + b"".join(data))
    found = check_text(message, policy=policy)
    size = len(message.root.content())
    for one in found.findings:
        assert one.line >= 1
        assert one.column >= 1
        assert one.field or 0 <= one.offset <= one.offset + one.length <= size
    assert found.counts.keys() == {one.class_ for one in found.findings}


def facts() -> dict[str, Any]:
    """Give the shared facts on characters."""
    path = SHARED.parent / "data" / "jp_characters.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not there")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def rows(text: str) -> range:
    """Read a range of rows."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def test_every_cell_has_its_class_in_every_charset() -> None:
    known = facts()
    class_of_row = {row: entry["class_"] for entry in known["jis_ranges"] for row in rows(entry["rows"])}
    count = 0
    for row in range(1, 95):
        pairs = [bytes((row + 32, cell + 32)) for cell in range(1, 95)]
        jis = {
            (spot.start - 3) // 2 + 1: spot for spot in spots_of(b"\x1b$B" + b"".join(pairs) + b"\x1b(B", "iso2022_jp")
        }
        euc = {spot.start // 2 + 1: spot for spot in spots_of(bytes(byte | 0x80 for byte in b"".join(pairs)), "euc_jp")}
        sjis = {
            at // 5 + 1: spot
            for at, spot in (
                (spot.start, spot)
                for spot in spots_of(b"   ".join(to_sjis(row, cell) for cell in range(1, 95)), "cp932")
            )
        }
        for cell in range(1, 95):
            count += 1
            there = known["cells"].get(f"{row}-{cell}")
            defined = character_at(row, cell) != "\ufffd"
            wanted = there["class"] if there else class_of_row[row] if defined else "undefined-cell"
            for spots in (jis, euc, sjis):
                classes = {spots[cell].class_, *spots[cell].also} if cell in spots else {"jisx0208"}
                assert wanted in classes or (wanted == "undefined-cell" and "emoji-au" in classes), (row, cell)
                if there and there["suggest"]:
                    assert spots[cell].suggestion == there["suggest"], (row, cell)
    assert count == 8_836


def test_every_pair_of_shift_jis_behind_row_94() -> None:
    known = facts()["cells"]
    for row, cell in itertools.product(range(95, 121), range(1, 95)):
        (spot,) = list(spots_of(to_sjis(row, cell), "cp932")) or [None]
        assert spot is not None
        there = known.get(f"{row}-{cell}")
        wanted = there["class"] if there else "gaiji" if row <= 114 else "undefined-cell"
        assert wanted in {spot.class_, *spot.also} or spot.class_.startswith("emoji-"), (row, cell)
        assert not there or spot.suggestion == there["suggest"] or there["suggest"] is None


def ranges(text: str) -> Iterator[int]:
    first, _, last = text.partition("-")
    yield from range(int(first, 16), int(last or first, 16) + 1)


def test_every_emoji_of_the_carriers() -> None:
    known = facts()["carrier_emoji"]
    for carrier, key in (
        ("docomo", "docomo.sjis"),
        ("au", "kddi.sjis"),
        ("au", "kddi.email_sjis"),
        ("softbank", "softbank.sjis_auto"),
    ):
        for code in (code for text in known[key] for code in ranges(text)):
            data = code.to_bytes(2)
            (spot,) = spots_of(data, "cp932", carrier)
            assert spot.class_ == f"emoji-{carrier}", data.hex()
            (spot,) = spots_of(data, "cp932")
            assert f"emoji-{carrier}" in {spot.class_, *spot.also}, data.hex()
    for code in (code for text in known["kddi.email_jis"] for code in ranges(text)):
        (spot,) = spots_of(b"\x1b$B" + code.to_bytes(2) + b"\x1b(B", "iso2022_jp", "au")
        assert spot.class_ == "emoji-au"


READ_AS = {
    "1B242850": b"\x1b$(P!!\x1b(B",
    "0E": b"\x0e1\x0f",
    "0F": b"\x0e1\x0f",
    "1B4E": b"\x1b.A\x1bNd",
    "1B2447": b"\x1b$G!\x0f",
}
"""Sequences that are parts of a longer one."""


def test_all_escape_sequences_of_the_facts() -> None:
    known = facts()["escapes"]
    assert len(known) == 25
    for row in known:
        sequence = bytes.fromhex(row["hex"])
        data = READ_AS.get(row["hex"], sequence + (b"0!" if b"$" in sequence else b"!") + b"\x1b(B")
        found = {spot.class_ for spot in spots_of(data, "iso2022_jp")}
        if row["rfc1468"]:
            assert not found & {"cut-escape", "wrong-escape", "extra-escape"}, row
        else:
            assert row["cls"] in found, row


def test_all_labels_of_the_facts() -> None:
    path = SHARED.parent / "data" / "charset_aliases.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not there")
    for family, labels in json.loads(path.read_text("utf-8")).items():
        wanted = ("iso2022_jp", "cp932", "euc_jp") if family.startswith("unknown") else (family.split(" ")[0],)
        for label in labels:
            codec = (codec_of(label) or "").removesuffix("_ms")
            assert codec in {name.replace("iso-2022-jp", "iso2022_jp").replace("-", "_") for name in wanted}, label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        pytest.param("Grüße — aus Köln, № 5 „so“…", "utf-8", id="German"),
        pytest.param("«Présent» – déjà vu 10 €", "utf-8", id="French"),
        pytest.param("您好，第①～③项", "gb2312", id="Chinese"),
        pytest.param("안녕하세요 ①번", "euc-kr", id="Korean"),
        pytest.param("شكرًا \u200fجزيلاً", "utf-8", id="Arabic"),
        pytest.param("नमस्ते 👩‍👩‍👧 é", "utf-8", id="Hindi, an emoji, an accent"),
        pytest.param("Ŀa “cité” — ½", "windows-1252", id="Windows-1252"),
    ],
)
def test_mail_of_other_countries_is_left_alone(text: str, label: str) -> None:
    found = check(mail(text.encode((codec_of(label) or "").replace("cp949", "euc_kr"), "ignore"), label))
    assert {one.class_ for one in found.findings} <= {"charset-not-allowed", "nec-row13"}
    assert found.clean


def test_words_are_held_to_the_charsets_of_the_policy() -> None:
    raw = b"Subject: =?Shift_JIS?B?k/qWew==?= =?utf-8?B?5pel?=\n\nx\n"
    assert [one.detail for one in check(raw).findings] == ["Shift_JIS"]
    strict = check(raw, "strict-jp-2001").findings
    assert [(one.class_, one.detail) for one in strict] == [
        ("charset-not-allowed", "Shift_JIS"),
        ("charset-not-allowed", "utf-8"),
    ]


def test_bytes_are_taken_for_a_message() -> None:
    assert check_text(mail(b"\x1b$B-!\x1b(B")).counts == {"nec-row13": 1}


FAULTY = {
    "ctype-rfc2231_utf8_in_supposedly_ascii_charset_parameter_value.eml": "UTF-8 in a parameter that says it is ASCII",
    "legacy-033-crlf.eml": "bytes that are not of its charset",
    "legacy-052-crlf.eml": "no charset declared",
    "thirdparty-004-crlf.eml": "eight bits in seven",
    "thirdparty-010-crlf.eml": "no charset declared",
}
"""Messages of the shared corpora that are wrong, and no bounces; of the bounces see below."""


@pytest.mark.parametrize("folder", ["mime-public", "mta", "sisimai-public"])
def test_sound_mail_gives_no_error(folder: str) -> None:
    """A bounce that does not declare its charset, or declares a wrong one, or writes eight bits as seven, is at fault."""
    paths = sorted((SHARED / folder).rglob("*.eml"))
    if not paths:
        pytest.skip(f"{folder} is not there")
    label_faults = {"declared-charset-mismatch", "8bit", "undecodable"}
    japanese = 0
    for path in paths:
        found = check_text(parse(path.read_bytes()))
        errors = [one for one in found.findings if one.severity == "error"]
        assert {one.class_ for one in errors} <= label_faults, path.name
        sound = [part for part in found.parts if part.charset in LABELS[:3] and part.basis == "declared"]
        japanese += len(sound)
        assert not [one for one in errors if one.part in {part.part for part in sound}], path.name
        if errors and folder == "mime-public":
            assert path.name in FAULTY
    if folder == "sisimai-public":
        assert japanese >= 6
