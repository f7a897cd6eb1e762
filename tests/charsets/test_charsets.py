"""Charsets: labels of mail, none of Python's own codecs, and never half a character."""

from __future__ import annotations

import codecs
import re
from typing import ClassVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailkit.charsets import (
    CODECS,
    IncrementalText,
    codec_of,
    decode,
    decode_field,
    decode_label,
    decode_raw,
    decode_strict,
    incremental_decoder,
)
from mailkit.charsets.labels import _LABELS
from mailkit.message import parse
from tests.strategies import ROOT, cut, joined
from tests.timing import assert_linear, flood

PYTHONS = [
    *("zlib_codec", "zlib", "zip", "bz2", "bz2_codec", "hex", "hex_codec", "base64_codec", "quopri", "uu", "rot13", "rot_13"),
    *("idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "utf-8-sig"),
    *("utf-32", "palmos", "charmap", "../../etc/passwd", "ZLIB_CODEC", " zlib_codec ", '"zlib_codec"', "", "\0", "utf\u017f-8"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        pytest.param("utf-8", "utf-8", id="utf-8"),
        pytest.param("UTF8", "utf-8", id="case"),
        pytest.param(' "utf-8" ', "utf-8", id="quotes and blanks"),
        pytest.param("us-ascii", "ascii", id="us-ascii"),
        pytest.param("iso-8859-1", "cp1252", id="Latin-1 is Windows-1252"),
        pytest.param("gb2312", "gb18030", id="GB2312 is GB18030"),
        pytest.param("shift_jis", "cp932", id="Shift_JIS is Windows-31J"),
        pytest.param("euc-kr", "cp949", id="EUC-KR is UHC"),
        pytest.param("iso-2022-jp", "iso2022_jp", id="iso-2022-jp"),
        pytest.param("ks_c_5601-1987", "cp949", id="Korean"),
    ],
)
def test_labels(label: str, codec: str) -> None:
    assert codec_of(label) == codec


WHATWG = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i"
    " iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7"
    " iso_8859-7:1987 sun_eu_greek",
    "iso8859-8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8"
    " iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": "cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1"
    " latin1 windows-1252 x-cp1252",
    "ascii": "ansi_x3.4-1968 ascii us-ascii iso-2022-cn iso-2022-cn-ext replacement x-user-defined",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5"
    " windows-1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    "hz": "hz-gb-2312",
    "iso2022_kr": "csiso2022kr iso-2022-kr",
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
}
"""The labels of the Encoding Standard, section 4.2, under the codec that they stand for here.

ASCII is apart from Windows-1252, for text that says it is ASCII and is not says nothing; so are the labels
for which Python has no codec. What the standard replaces whole, HZ and ISO-2022-KR, is decoded.
"""
MAIL = {
    "iso2022_jp": "iso2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-2004 cp50220 cp50221 cp50222"
    " x-windows-iso2022jp iso-2022-jp-kddi _iso-2022-jp$sio jis jis7",
    "iso2022_jp_ms": "iso-2022-jp-ms",
    "cp932": "cswindows31j windows-932 cp932 cp943 ibm-943 Shift_JIS",
    "euc_jp": "eucjp cp51932",
    "euc_jp_ms": "eucjp-ms eucjp-win x-eucjp-open",
    "euc_jis_2004": "euc-jisx0213 EUC-JIS-2004",
    "shift_jis_2004": "shift_jisx0213 Shift_JIS-2004",
    "cp1252": "iso8859_1 ISO_8859_1 latin-1 windows1252 cp-1252 Windows-1252",
    "utf-8": "UTF_8 utf-8-strict cp65001",
    "gb18030": "gb-2312 GB_18030 x-euc-cn cp936",
    "cp949": "ks_c_5601 KSC-5601 ms949",
    "cp850": "cp850 ibm-850 850",
    "utf-7": "utf-7 unicode-1-1-utf-7",
    "ascii": "unknown-8bit iso-ir-6 x-unknown",
}


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        pytest.param(label, codec, id=label)
        for table in (WHATWG, MAIL)
        for codec, labels in table.items()
        for label in labels.split()
    ],
)
def test_every_label_of_the_standard_and_of_mail(label: str, codec: str) -> None:
    assert codec_of(label) == codec_of(label.upper()) == codec_of(f" '{label}'\t") == codec


def test_the_table_has_each_label_once() -> None:
    labels = [label for labels in _LABELS.values() for label in labels.split()]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    "label", [*PYTHONS, "a" * 1000, "utf-8" * 40_000, "-", "iso-8859-99"], ids=lambda label: repr(label[:20])
)
def test_labels_that_are_on_no_list(label: str) -> None:
    assert codec_of(label) is None


def test_every_codec_of_the_list_is_a_text_codec() -> None:
    for codec in set(CODECS.values()):
        assert codecs.lookup(codec.removesuffix("_ms"))._is_text_encoding, codec
        assert codec not in PYTHONS
    assert all(label == label.lower() == label.strip() for label in CODECS)


class Spy(bytes):
    """Bytes that note which codecs they are decoded by."""

    asked: ClassVar[list[str]] = []

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Decode, and note it."""
        self.asked.append(encoding)
        return super().decode(encoding, errors)


@pytest.mark.parametrize("label", [*PYTHONS, *sorted(set(CODECS.values()))], ids=repr)
def test_no_other_codec_is_ever_called(label: str) -> None:
    Spy.asked.clear()
    for data in (
        b"hello",
        b"x\x9c\xcbH\xcd\xc9\xc9\x07\x00\x06,\x02\x15",
        b"xn--tda \xe4",
        b"\\u00e4\x1b$B",
        b"\xff\xfe\xd8",
    ):
        codec = decode(Spy(data), label)[1]
        assert codec in CODECS.values()
    assert Spy.asked
    assert set(Spy.asked) <= set(CODECS.values())


@pytest.mark.parametrize("label", PYTHONS, ids=repr)
def test_a_message_names_no_codec(label: str) -> None:
    quoted = label.replace('"', "").encode()
    data = b'Content-Type: text/plain; charset="' + quoted + b'"\nSubject: =?' + quoted + b"?Q?=E4?=\n\nx\x9c\xcbH \xe4"
    message = parse(data)
    assert message.root.text().endswith("ä")
    assert (message.subject or "").encode()


def test_decoding_names_no_codec_from_outside() -> None:
    modules = sorted((ROOT / "mailkit" / "charsets").glob("*.py"))
    assert modules
    for module in modules:
        assert re.findall(r"codecs\.(?!lookup|register_error)\w+", module.read_text("utf-8")) == [], module.name


@pytest.mark.parametrize(
    ("data", "label", "text", "codec", "basis"),
    [
        pytest.param(b"hello", "", "hello", "ascii", "declared", id="ascii"),
        pytest.param(b"hello", "nonsense", "hello", "ascii", "declared", id="ascii with an unknown label"),
        pytest.param("あ".encode(), "utf-8", "あ", "utf-8", "declared", id="as declared"),
        pytest.param("あ".encode(), "", "あ", "utf-8", "utf-8", id="UTF-8 that is not declared"),
        pytest.param("あ".encode(), "us-ascii", "あ", "utf-8", "utf-8", id="UTF-8 declared ASCII"),
        pytest.param("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本", "iso2022_jp", "declared", id="ISO-2022-JP"),
        pytest.param("日本".encode(), "iso-2022-jp", "日本", "utf-8", "utf-8", id="UTF-8 declared ISO-2022-JP"),
        pytest.param("日本語".encode("euc-jp"), "iso-2022-jp", "日本語", "euc_jp", "guessed", id="EUC declared ISO-2022-JP"),
        pytest.param("日本".encode("iso-2022-jp"), "", "日本", "iso2022_jp", "escapes", id="escapes, not declared"),
        pytest.param(b"\xe4", "iso-8859-1", "ä", "cp1252", "declared", id="Latin-1"),
        pytest.param(b"\x93a\x94", "iso-8859-1", "“a”", "cp1252", "declared", id="Windows quotes in Latin-1"),
        pytest.param("Привет".encode("koi8-r"), "koi8-r", "Привет", "koi8-r", "declared", id="KOI8-R"),
        pytest.param("你好".encode("gb18030"), "gb2312", "你好", "gb18030", "declared", id="GB"),
        pytest.param("hi".encode("utf-16-le"), "utf-16le", "hi", "utf-16-le", "declared", id="UTF-16"),
        pytest.param(b"\xfe\xff\0h\0i", "utf-16", "\ufeffhi", "utf-16-be", "declared", id="UTF-16 with its mark"),
        pytest.param(b"+AOQ-", "utf-7", "ä", "utf-7", "declared", id="UTF-7"),
        pytest.param(b"\xff\xfea", "utf-8", "\ufffd\ufffda", "utf-8", "guessed", id="no UTF-8"),
        pytest.param("日本".encode("iso2022_jp"), "iso-8859-1", "日本", "iso2022_jp", "escapes", id="escapes, declared Latin-1"),
        pytest.param("日本".encode("iso2022_jp"), "utf-8", "日本", "iso2022_jp", "escapes", id="escapes, declared UTF-8"),
        pytest.param("これは".encode("cp932"), "utf-8", "これは", "cp932", "kana", id="Shift_JIS declared UTF-8"),
        pytest.param("これは、届き".encode("cp932"), "iso-8859-1", "これは、届き", "cp932", "kana", id="Shift_JIS declared Latin-1"),
        pytest.param("これは、".encode("euc_jp"), "shift_jis", "これは、", "euc_jp", "kana", id="EUC-JP declared Shift_JIS"),
        pytest.param("ﾃｽﾄ".encode("cp932"), "shift_jis", "ﾃｽﾄ", "cp932", "declared", id="half-width kana"),
        pytest.param("届き".encode("euc_jp") + b"\xf5\xa1", "euc-jp", "届き\ufffd", "euc_jp", "guessed", id="EUC-JP with a fault"),
        pytest.param("届き".encode("cp932") + b"\x85\xa1", "shift_jis", "届き\ufffd", "cp932", "guessed", id="Shift_JIS with a fault"),
        pytest.param("これは".encode() + b"\xff", "utf-8", "これは\ufffd", "utf-8", "guessed", id="UTF-8 with a fault"),
        pytest.param(b"a\x1b[31m", "iso-2022-jp", "a\ufffd[31m", "iso2022_jp", "declared", id="other escapes, declared ISO-2022-JP"),
        pytest.param("ﾊｲ､ｲｲｴ".encode("cp932"), "shift_jis", "ﾊｲ､ｲｲｴ", "cp932", "declared", id="half-width kana and a comma"),
        pytest.param("ㅋㅋㅋㅋ 네 알겠습니다 ㅠㅠ".encode("cp949"), "", "ㅋㅋㅋㅋ 네 알겠습니다 ㅠㅠ", "cp949", "guessed", id="a Korean who laughs"),
        pytest.param(b"PROMO\xc7\xc3O", "", "PROMOÇÃO", "cp1252", "guessed", id="letters in a word"),
        pytest.param(b"Gr\xfc\xdfe", "iso-2022-jp", "Gr\ufffd\ufffde", "iso2022_jp", "guessed", id="Latin-1 declared ISO-2022-JP"),
        pytest.param(b"plain \x1b$ 5", "utf-8", "plain \x1b$ 5", "utf-8", "declared", id="half an escape"),
        pytest.param(b"hello", None, "hello", "ascii", "declared", id="no label"),
        pytest.param(b"a\x1b[31m", "utf-8", "a\x1b[31m", "utf-8", "declared", id="other escapes"),
        pytest.param("한".encode("iso2022_kr"), "", "한", "iso2022_kr", "escapes", id="Korean escapes"),
        pytest.param(b"~{VPND~}", "hz-gb-2312", "中文", "hz", "declared", id="HZ"),
    ],
)  # fmt: skip
def test_decode(data: bytes, label: str | None, text: str, codec: str, basis: str) -> None:
    found = decode(data, label)
    assert found[0] == text
    assert found[1:] == (codec, basis)
    assert decode_label(data, label or "") == found[0]


HALVES = [
    b"+2D0-",
    b"+2D0",
    b"\xd8\x3d",
    b"\x3d\xd8",
    b"\x00\xd8",
    b"\xdc\x00",
    b"\xed\xa0\xbd",
    b"\x1b$B",
    b"\x1b(J",
    b"~{",
]
HALVES += [
    b"\x1b$)C",
    b"\x0e",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x81",
    b"\xe3\x81",
    b"a",
    b"+",
    b"\xf0\x9f\x98",
    b"\x80",
    b"\n",
]


@given(
    data=st.one_of(joined(HALVES, 8), st.binary(max_size=60)),
    label=st.sampled_from([*sorted(set(CODECS.values())), *PYTHONS, "nonsense"]),
)
@example(data=b"+2D0-", label="utf-7")
@example(data=b"\x3d\xd8", label="utf-16")
@example(data=b"\x00\xd8\x00", label="utf-16le")
def test_any_bytes_in_any_charset_have_no_surrogates(data: bytes, label: str) -> None:
    text, codec, basis = decode(data, label)
    text.encode("utf-8")
    assert codec in {*CODECS.values()}
    assert basis in {"declared", "utf-8", "escapes", "kana", "guessed"}


@settings(max_examples=400)
@given(text=st.text(st.characters(codec="utf-8"), max_size=20), cut=st.integers(0, 60))
@pytest.mark.parametrize("label", ["utf-16", "utf-16be", "utf-7", "utf-8", "gb18030"])
def test_cuts_leave_no_surrogates(label: str, text: str, cut: int) -> None:
    data = text.encode("utf-16-le" if label == "utf-16" else label)[:cut]
    decode_label(data, label).encode("utf-8")


@given(text=st.text(st.characters(codec="utf-8"), max_size=20))
def test_utf8_that_is_declared_is_read(text: str) -> None:
    assert decode_label(text.encode(), "utf-8") == text


@given(text=st.text(st.sampled_from("aäöü日本語Жあ "), max_size=20), label=st.sampled_from(sorted(CODECS)))
def test_what_is_written_is_read(text: str, label: str) -> None:
    try:
        data = text.encode(CODECS[label].removesuffix("_ms"))
    except UnicodeEncodeError:
        return
    if not data.isascii():
        assert decode_label(data, label) == text


@pytest.mark.parametrize(
    ("data", "label", "fallback", "text"),
    [
        pytest.param(b"a", "", "windows-1252", "a", id="ASCII"),
        pytest.param(b"\xe4", "iso-8859-1", "koi8-r", "ä", id="declared"),
        pytest.param("ä".encode(), "", "koi8-r", "ä", id="UTF-8"),
        pytest.param(b"\xe4", "", "windows-1252", "ä", id="fallback"),
        pytest.param(b"\xe4", "", "koi8-r", "Д", id="another fallback"),
        pytest.param(b"\xe4", "us-ascii", "koi8-r", "Д", id="declared ASCII"),
        pytest.param(b"\xe4", "nonsense", "nonsense", "ä", id="nothing known"),
        pytest.param(b"\xe4a", "", "utf-8", "\ufffda", id="no guess"),
        pytest.param(b"\xe4a", "utf-8", "windows-1252", "\ufffda", id="declared UTF-8"),
        pytest.param("かな".encode("cp932"), "", "windows-1252", "かな", id="kana"),
        pytest.param("かな".encode("euc_jp"), "", "koi8-r", "かな", id="kana in EUC-JP"),
        pytest.param("かな".encode("cp932"), "", "utf-8", "\ufffd\ufffd\ufffd\ufffd", id="kana, no guess"),
        pytest.param("かな".encode("iso2022_jp"), "", "utf-8", "かな", id="escapes show by themselves"),
        pytest.param("中文".encode("big5"), "", "big5", "中文", id="the charset that is wished"),
        pytest.param("会議資料".encode("cp932"), "", "windows-1252", "会議資料", id="kanji alone"),
        pytest.param("請求書".encode("euc_jp"), "", "windows-1252", "請求書", id="kanji alone in EUC-JP"),
        pytest.param("Grüße aus Köln".encode("cp1252"), "", "windows-1252", "Grüße aus Köln", id="no kanji"),
        pytest.param("Привет".encode("koi8-r"), "", "windows-1252", "ðÒÉ×ÅÔ", id="none either, nor a guess"),
        pytest.param(b"\x1b$B$", "", "windows-1252", "\ufffd", id="cut in an escape's text"),
        pytest.param("かな".encode("euc_jp"), "iso-2022-jp", "windows-1252", "かな", id="declared ISO-2022-JP"),
    ],
)
def test_decode_field(data: bytes, label: str, fallback: str, text: str) -> None:
    assert decode_field(data, label, fallback) == text
    if not label:
        assert decode_raw(data, fallback) == text


def test_decode_strict() -> None:
    assert decode_strict(b"\xe4", "iso-8859-1") == "ä"
    assert decode_strict(b"\xe4", "utf-8") is None
    assert decode_strict(b"a", "nonsense") is None


@given(
    data=st.one_of(joined(HALVES, 8), st.binary(max_size=60)),
    label=st.sampled_from([*sorted(set(CODECS.values())), *PYTHONS, "nonsense"]),
    fallback=st.sampled_from(["windows-1252", "utf-8", "utf-7", "utf-16", "nonsense", "zlib_codec"]),
)
def test_fields_have_no_surrogates_either(data: bytes, label: str, fallback: str) -> None:
    decode_field(data, label, fallback).encode("utf-8")
    decode_raw(data, fallback).encode("utf-8")
    strict = decode_strict(data, label)
    assert strict is None or strict.encode("utf-8") is not None


def streamed(data: bytes, label: str, size: int) -> str:
    """Decode data in pieces of a size."""
    decoder = incremental_decoder(label)
    return "".join([decoder.feed(piece) for piece in cut(data, size)]) + decoder.close()


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        pytest.param("日本".encode(), "utf-8", "日本", id="UTF-8"),
        pytest.param("日本".encode(), "", "日本", id="UTF-8, not declared"),
        pytest.param("日本".encode() + b"\xe4b", "", "日本äb", id="UTF-8 up to a byte that is none"),
        pytest.param("日".encode() + b"\xe6\x97", "us-ascii", "日æ—", id="UTF-8 that ends too early, not declared"),
        pytest.param("日".encode() + b"\xe6\x97", "utf-8", "日\ufffd", id="UTF-8 that ends too early"),
        pytest.param(b"a\xff\xfeb", "utf-8", "a\ufffd\ufffdb", id="no UTF-8"),
        pytest.param(b"\x93a\x94", "iso-8859-1", "“a”", id="Windows-1252"),
        pytest.param("日本a".encode("iso2022_jp"), "iso-2022-jp", "日本a", id="ISO-2022-JP"),
        pytest.param("日本".encode("gb18030"), "gb2312", "日本", id="GB"),
        pytest.param("😀".encode("utf-7"), "utf-7", "😀", id="UTF-7"),
        pytest.param(b"+2D0-a", "utf-7", "\ufffda", id="half a character in UTF-7"),
        pytest.param("😀".encode("utf-16-le"), "utf-16", "😀", id="UTF-16"),
        pytest.param(b"\xfe\xff\0a", "utf-16", "\ufeffa", id="UTF-16 with its mark"),
        pytest.param(b"a", "utf-16", "\ufffd", id="half a character in UTF-16"),
        pytest.param(b"\x1b$", "iso-2022-jp", "\ufffd$", id="half an escape"),
        pytest.param(b"", "utf-16", "", id="nothing"),
        pytest.param(b"x\x9c\xe4", "zlib_codec", "xœä", id="a codec of Python's"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_text_in_pieces(data: bytes, label: str, text: str, size: int) -> None:
    assert streamed(data, label, size) == text


@given(
    data=st.one_of(joined([*HALVES, b"\x1b", b"$", b"(B"], 10), st.binary(max_size=40)),
    label=st.sampled_from([*sorted(set(CODECS.values())), "utf-16", "", "nonsense"]),
    size=st.integers(1, 5),
)
@example(data=b"\x1b$~{\x00\xd8~}\xdc\x00", label="iso-2022-jp-2004", size=1)
def test_text_is_the_same_however_it_is_cut(data: bytes, label: str, size: int) -> None:
    text = streamed(data, label, 1000)
    text.encode("utf-8")
    assert streamed(data, label, size) == text
    strict = decode_strict(data, label)
    if strict is not None and codec_of(label) != "ascii" and b"\x1b" not in data:
        assert text == decode(data, label)[0] or data[:2] == b"\xfe\xff"


@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\x0e\x0f\x1b"), max_size=20), size=st.integers(1, 5)
)
@pytest.mark.parametrize("label", ["utf-8", "utf-7", "utf-16be", "gb18030", "iso-2022-jp", "euc-kr"])
def test_what_is_written_is_read_in_pieces(label: str, text: str, size: int) -> None:
    codec = codec_of(label)
    assert codec
    data = text.encode(codec, "ignore")
    assert streamed(data, label, size) == data.decode(codec)


@pytest.mark.parametrize("unit", [b"+AA", b"AGEA", b"+AOQ-", b"a"])
def test_pieces_of_utf_7_take_linear_time(unit: bytes) -> None:
    assert_linear(lambda data: streamed(b"+" + data, "utf-7", 1), flood(unit), most=100_000)


def test_a_closed_decoder_has_nothing_left() -> None:
    decoder = IncrementalText("utf-8")
    assert decoder.feed(b"\xe3") == ""
    assert decoder.close() == "\ufffd"
    assert decoder.close() == ""
