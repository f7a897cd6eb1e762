"""Charset labels and decoding: an allow-list, so that a mail never names a codec of Python's.

The labels are those of the WHATWG Encoding Standard (section 4.2), with the ones that mail adds.
"""

from __future__ import annotations

import codecs
import functools
from typing import Literal

_LABELS: dict[str, str] = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-8-strict utf8mb4 cp65001",
    "ascii": "us-ascii ascii ansi_x3.4-1968 iso646-us iso-ir-6 us cp367 ibm367 csascii iso_646.irv:1991 646 unknown-8bit 7bit 8bit",
    "cp1252": "windows-1252 cp1252 x-cp1252 iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 latin1 l1 cp819 ibm819 csisolatin1 iso-ir-100 ansi iso-8859-1-windows-3.1-latin-1 cp-1252 windows1252",
    "iso8859-2": "iso-8859-2 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 latin2 l2 csisolatin2 iso-ir-101",
    "iso8859-3": "iso-8859-3 iso8859-3 iso88593 iso_8859-3 latin3 l3 csisolatin3 iso-ir-109",
    "iso8859-4": "iso-8859-4 iso8859-4 iso88594 iso_8859-4 latin4 l4 csisolatin4 iso-ir-110",
    "iso8859-5": "iso-8859-5 iso8859-5 iso88595 iso_8859-5 cyrillic csisolatincyrillic iso-ir-144",
    "iso8859-6": "iso-8859-6 iso8859-6 iso88596 iso_8859-6 arabic csisolatinarabic iso-8859-6-e iso-8859-6-i ecma-114 asmo-708",
    "iso8859-7": "iso-8859-7 iso8859-7 iso88597 iso_8859-7 greek greek8 csisolatingreek ecma-118 elot_928 sun_eu_greek",
    "iso8859-8": "iso-8859-8 iso8859-8 iso88598 iso_8859-8 hebrew visual csisolatinhebrew iso-8859-8-e iso-8859-8-i logical",
    "iso8859-10": "iso-8859-10 iso8859-10 latin6 l6 csisolatin6",
    "iso8859-13": "iso-8859-13 iso8859-13",
    "iso8859-14": "iso-8859-14 iso8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 csisolatin9 latin9",
    "iso8859-16": "iso-8859-16 iso8859-16",
    "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 latin5 l5 csisolatin5",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1251": "windows-1251 cp1251 x-cp1251 win-1251 win1251",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "cp874": "windows-874 cp874 tis-620 iso-8859-11 iso8859-11 dos-874",
    "cp866": "ibm866 cp866 866 csibm866",
    "cp437": "ibm437 cp437 437",
    "cp850": "ibm850 cp850 850",
    "koi8-r": "koi8-r koi8 koi cskoi8r koi8_r",
    "koi8-u": "koi8-u koi8-ru",
    "mac-roman": "macintosh mac x-mac-roman csmacintosh",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "gb18030 gbk gb2312 gb_2312 gb_2312-80 x-gbk csgb2312 csiso58gb231280 chinese iso-ir-58 cp936 ms936 windows-936 euc-cn",
    "hz": "hz-gb-2312",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950",
    "euc_jp": "euc-jp x-euc-jp eucjp cp51932 eucjp-ms eucjp-win cseucpkdfmtjapanese x-eucjp-open",
    "iso2022_jp_ext": "iso-2022-jp csiso2022jp iso2022-jp iso-2022-jp-1 iso-2022-jp-ms cp50220 cp50221 cp50222 x-windows-iso2022jp iso-2022-jp-kddi jis jis7",
    "iso2022_jp_2": "iso-2022-jp-2 csiso2022jp2",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis windows-31j cswindows31j windows-932 ms932 cp932 cp943 ibm-943",
    "cp949": "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean cseuckr csksc56011987 iso-ir-149 windows-949 cp949 uhc",
    "iso2022_kr": "iso-2022-kr csiso2022kr",
    "utf-16-be": "utf-16be unicodefffe",
    "utf-16-le": "utf-16le utf-16 unicode ucs-2 csunicode iso-10646-ucs-2 unicodefeff",
    "utf-7": "utf-7 unicode-1-1-utf-7 csutf7 csunicode11utf7 x-unicode-2-0-utf-7",
}
CODECS: dict[str, str] = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
"""Label in lower case -> Python's codec."""

JAPANESE = ("iso2022_jp_ext", "euc_jp", "cp932")

_PLAIN_LABELS = frozenset({"", "us-ascii", "utf-8", "UTF-8", "US-ASCII", "iso-8859-1", "ISO-8859-1"})

Basis = Literal["declared", "utf-8", "sniffed", "guessed"]


def codec_of(label: str) -> str | None:
    """Give the codec that a label stands for; None for a label that is on no list.

    >>> codec_of("ISO-8859-1"), codec_of("zlib_codec")
    ('cp1252', None)
    """
    return CODECS.get(label.strip().strip("\"'").lower()) if len(label) < 64 else None


def decode(data: bytes, label: str = "") -> tuple[str, str, Basis]:
    """Decode text: as declared, else as UTF-8, else by its own marks, else guessed. Never raises.

    Gives the text, the codec, and how it was found. ISO-8859-1 is read as Windows-1252, as everyone does.
    """
    if label in _PLAIN_LABELS and data.isascii() and b"\x1b" not in data:
        return data.decode("ascii"), "ascii", "declared"
    codec = codec_of(label)
    if data.isascii() and (codec is None or _ascii_compatible(codec)) and b"\x1b" not in data:
        return data.decode("ascii"), "ascii", "declared"
    if codec == "utf-16-le" and data[:2] == b"\xfe\xff":
        codec = "utf-16-be"
    if codec and codec != "ascii":
        text = _strict(data, codec)
        if text is not None and not (codec == "iso2022_jp_ext" and b"\x1b" not in data):
            return text, codec, "declared"
    text = _strict(data, "utf-8")
    if text is not None and b"\x1b$" not in data:
        return text, "utf-8", "utf-8"
    for candidate in _by_marks(data, codec):
        text = _strict(data, candidate)
        if text is not None:
            return text, candidate, "sniffed"
    return _guess(data, codec)


def decode_label(data: bytes, label: str = "") -> str:
    """Decode text and give the text alone."""
    return decode(data, label)[0]


def _ascii_compatible(codec: str) -> bool:
    return codec not in {"utf-16-le", "utf-16-be", "utf-7", "hz", "iso2022_kr"}


def _strict(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None
    return _whole(text) if codec == "utf-7" else text


def _whole(text: str) -> str:
    """Put a mark for half characters, which Python's utf-7 lets through."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _by_marks(data: bytes, codec: str | None) -> tuple[str, ...]:
    """Give codecs to try by what stands in the bytes: escapes first, then the declared one's relatives."""
    if b"\x1b$" in data or b"\x1b(J" in data:
        return ("iso2022_jp_ext", "iso2022_jp_2", "iso2022_kr")
    if codec in JAPANESE:
        return ("euc_jp", "cp932")
    return ()


def _guess(data: bytes, codec: str | None) -> tuple[str, str, Basis]:
    """Keep to the declared charset with replacements; without one ask chardet about the first 4 KiB."""
    if codec and codec != "ascii":
        return _whole(data.decode(codec, "replace")), codec, "guessed"
    found = _chardet(data[:4096])
    text = _strict(data, found) if found else None
    if found and text is not None:
        return text, found, "guessed"
    return data.decode(found or "cp1252", "replace"), found or "cp1252", "guessed"


@functools.lru_cache(maxsize=64)
def _chardet(data: bytes) -> str | None:
    import chardet  # noqa: PLC0415 - loaded only when all else has failed

    label = chardet.detect(data)["encoding"]
    codec = codec_of(label) if label else None
    if codec is None or codec == "ascii":
        return None
    codecs.lookup(codec)
    return codec
