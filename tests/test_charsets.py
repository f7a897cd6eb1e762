"""Charsets: labels of mail, none of Python's own codecs, and never half a character."""

from __future__ import annotations

import codecs
import re
from typing import ClassVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailkit.charsets import CODECS, codec_of, decode, decode_label
from mailkit.message import parse
from tests.strategies import ROOT

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
        pytest.param("iso-2022-jp", "iso2022_jp_ext", id="iso-2022-jp"),
        pytest.param("ks_c_5601-1987", "cp949", id="Korean"),
    ],
)
def test_labels(label: str, codec: str) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize("label", [*PYTHONS, "a" * 1000], ids=lambda label: repr(label[:20]))
def test_labels_that_are_on_no_list(label: str) -> None:
    assert codec_of(label) is None


def test_every_codec_of_the_list_is_a_text_codec() -> None:
    for codec in set(CODECS.values()):
        assert codecs.lookup(codec)._is_text_encoding, codec
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
    text = (ROOT / "mailkit" / "charsets.py").read_text("utf-8")
    assert re.findall(r"codecs\.(?!lookup)\w+", text) == []


@pytest.mark.parametrize(
    ("data", "label", "text", "codec", "basis"),
    [
        pytest.param(b"hello", "", "hello", "ascii", "declared", id="ascii"),
        pytest.param(b"hello", "nonsense", "hello", "ascii", "declared", id="ascii with an unknown label"),
        pytest.param("あ".encode(), "utf-8", "あ", "utf-8", "declared", id="as declared"),
        pytest.param("あ".encode(), "", "あ", "utf-8", "utf-8", id="UTF-8 that is not declared"),
        pytest.param("あ".encode(), "us-ascii", "あ", "utf-8", "utf-8", id="UTF-8 declared ASCII"),
        pytest.param("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本", "iso2022_jp_ext", "declared", id="ISO-2022-JP"),
        pytest.param("日本".encode(), "iso-2022-jp", "日本", "utf-8", "utf-8", id="UTF-8 declared ISO-2022-JP"),
        pytest.param("日本語".encode("euc-jp"), "iso-2022-jp", "日本語", "euc_jp", "sniffed", id="EUC declared ISO-2022-JP"),
        pytest.param("日本".encode("iso-2022-jp"), "", "日本", "iso2022_jp_ext", "sniffed", id="escapes, not declared"),
        pytest.param(b"\xe4", "iso-8859-1", "ä", "cp1252", "declared", id="Latin-1"),
        pytest.param(b"\x93a\x94", "iso-8859-1", "“a”", "cp1252", "declared", id="Windows quotes in Latin-1"),
        pytest.param("Привет".encode("koi8-r"), "koi8-r", "Привет", "koi8-r", "declared", id="KOI8-R"),
        pytest.param("你好".encode("gb18030"), "gb2312", "你好", "gb18030", "declared", id="GB"),
        pytest.param("hi".encode("utf-16-le"), "utf-16le", "hi", "utf-16-le", "declared", id="UTF-16"),
        pytest.param(b"\xfe\xff\0h\0i", "utf-16", "\ufeffhi", "utf-16-be", "declared", id="UTF-16 with its mark"),
        pytest.param(b"+AOQ-", "utf-7", "ä", "utf-7", "declared", id="UTF-7"),
        pytest.param(b"\xff\xfea", "utf-8", None, "utf-8", "guessed", id="no UTF-8"),
    ],
)  # fmt: skip
def test_decode(data: bytes, label: str, text: str | None, codec: str, basis: str) -> None:
    found = decode(data, label)
    assert text is None or found[0] == text
    assert found[1:] == (codec, basis)
    assert decode_label(data, label) == found[0]


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


@settings(max_examples=3000, deadline=None)
@given(
    data=st.one_of(st.lists(st.sampled_from(HALVES), max_size=8).map(b"".join), st.binary(max_size=60)),
    label=st.sampled_from([*sorted(set(CODECS.values())), *PYTHONS, "nonsense"]),
)
@example(data=b"+2D0-", label="utf-7")
@example(data=b"\x3d\xd8", label="utf-16")
@example(data=b"\x00\xd8\x00", label="utf-16le")
def test_any_bytes_in_any_charset_have_no_surrogates(data: bytes, label: str) -> None:
    text, codec, basis = decode(data, label)
    text.encode("utf-8")
    assert codec in {*CODECS.values()}
    assert basis in {"declared", "utf-8", "sniffed", "guessed"}


@settings(max_examples=400, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), max_size=20), cut=st.integers(0, 60))
@pytest.mark.parametrize("label", ["utf-16", "utf-16be", "utf-7", "utf-8", "gb18030"])
def test_cuts_leave_no_surrogates(label: str, text: str, cut: int) -> None:
    data = text.encode("utf-16-le" if label == "utf-16" else label)[:cut]
    decode_label(data, label).encode("utf-8")


@given(text=st.text(st.characters(codec="utf-8"), max_size=20))
def test_utf8_that_is_declared_is_read(text: str) -> None:
    assert decode_label(text.encode(), "utf-8") == text


@settings(max_examples=1000)
@given(text=st.text(st.sampled_from("aäöü日本語Жあ "), max_size=20), label=st.sampled_from(sorted(CODECS)))
def test_what_is_written_is_read(text: str, label: str) -> None:
    try:
        data = text.encode(CODECS[label])
    except UnicodeEncodeError:
        return
    if not data.isascii():
        assert decode_label(data, label) == text
