"""Charset labels and decoding: an allow-list, so that a mail never names a codec of Python's.

The labels are those of the WHATWG Encoding Standard (section 4.2), with the ones that mail adds. Where
the standard has a decoder that stands for others (iso-8859-1 is read as Windows-1252), so has this table;
but what it maps to its replacement decoder is decoded here where Python can, for mail in it is old, not forged.
"""

from __future__ import annotations

import codecs
import functools
import re
from typing import Any, Literal

_LABELS: dict[str, str] = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-8-strict utf8mb4 cp65001 csutf8 unicode-2-0-utf-8 x-utf-8 utf-8n utf8-mac",
    "ascii": "us-ascii ascii ansi_x3.4-1968 ansi_x3.4-1986 iso646-us iso-ir-6 us cp367 ibm367 csascii iso_646.irv:1991 646 unknown-8bit 7bit 8bit x-unknown unknown default x-user-defined replacement iso-2022-cn iso-2022-cn-ext",
    "cp1252": "windows-1252 cp1252 x-cp1252 iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 latin1 l1 cp819 ibm819 csisolatin1 iso-ir-100 ansi iso-8859-1-windows-3.1-latin-1 iso-8859-1-windows-3.0-latin-1 cp-1252 windows1252 win-1252 ms-ansi",
    "iso8859-2": "iso-8859-2 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 latin2 l2 csisolatin2 iso-ir-101",
    "iso8859-3": "iso-8859-3 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 latin3 l3 csisolatin3 iso-ir-109",
    "iso8859-4": "iso-8859-4 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 latin4 l4 csisolatin4 iso-ir-110",
    "iso8859-5": "iso-8859-5 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988 cyrillic csisolatincyrillic iso-ir-144",
    "iso8859-6": "iso-8859-6 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987 arabic csisolatinarabic csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i ecma-114 asmo-708 iso-ir-127",
    "iso8859-7": "iso-8859-7 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 greek greek8 csisolatingreek ecma-118 elot_928 sun_eu_greek iso-ir-126",
    "iso8859-8": "iso-8859-8 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 hebrew visual csisolatinhebrew csiso88598e csiso88598i iso-8859-8-e iso-8859-8-i logical iso-ir-138",
    "iso8859-10": "iso-8859-10 iso8859-10 iso885910 iso_8859-10 latin6 l6 csisolatin6 iso-ir-157",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913 latin7 l7",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914 latin8 l8 iso-celtic iso-ir-199",
    "iso8859-15": "iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 csisolatin9 latin9 latin-9 iso-ir-203",
    "iso8859-16": "iso-8859-16 iso8859-16 iso885916 latin10 l10 iso-ir-226",
    "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 latin5 l5 csisolatin5 iso-ir-148",
    "cp1250": "windows-1250 cp1250 x-cp1250 win-1250",
    "cp1251": "windows-1251 cp1251 x-cp1251 win-1251 win1251",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "cp874": "windows-874 cp874 tis-620 iso-8859-11 iso8859-11 iso885911 dos-874 ms874 x-windows-874 ibm-874",
    "cp866": "ibm866 cp866 866 csibm866",
    "cp437": "ibm437 cp437 437 cspc8codepage437",
    "cp737": "ibm737 cp737 737",
    "cp775": "ibm775 cp775 775 cspc775baltic",
    "cp850": "ibm850 cp850 850 cspc850multilingual",
    "cp852": "ibm852 cp852 852 cspcp852",
    "cp855": "ibm855 cp855 855 csibm855",
    "cp857": "ibm857 cp857 857 csibm857",
    "cp858": "ibm858 ibm00858 cp858 cp00858 858",
    "cp860": "ibm860 cp860 860 csibm860",
    "cp861": "ibm861 cp861 861 csibm861 cp-is",
    "cp862": "ibm862 cp862 862 cspc862latinhebrew dos-862",
    "cp863": "ibm863 cp863 863 csibm863",
    "cp864": "ibm864 cp864 csibm864",
    "cp865": "ibm865 cp865 865 csibm865",
    "cp869": "ibm869 cp869 869 csibm869 cp-gr",
    "koi8-r": "koi8-r koi8 koi cskoi8r koi8_r",
    "koi8-u": "koi8-u koi8-ru cskoi8u",
    "koi8-t": "koi8-t",
    "mac-roman": "macintosh mac x-mac-roman csmacintosh mac-roman macroman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian mac-cyrillic",
    "mac-latin2": "x-mac-ce x-mac-centraleurroman mac-centraleurope",
    "mac-greek": "x-mac-greek",
    "mac-turkish": "x-mac-turkish",
    "mac-iceland": "x-mac-icelandic",
    "gb18030": "gb18030 gbk gb2312 gb_2312 gb_2312-80 x-gbk csgb2312 csgbk csgb18030 csiso58gb231280 chinese iso-ir-58 cp936 ms936 windows-936 euc-cn x-euc-cn gb-2312 gb-18030 gb2312-80",
    "hz": "hz-gb-2312 hz",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 csbig5hkscs x-x-big5 x-big5 cp950 ms950 windows-950 big5-eten",
    "euc_jp": "euc-jp x-euc-jp eucjp cp51932 eucjp-ms eucjp-win cseucpkdfmtjapanese x-eucjp-open x-euc ujis",
    "iso2022_jp_ext": "iso-2022-jp csiso2022jp iso2022-jp iso-2022-jp-1 iso-2022-jp-ms cp50220 cp50221 cp50222 x-windows-iso2022jp iso-2022-jp-kddi _iso-2022-jp$sio jis jis7",
    "iso2022_jp_2": "iso-2022-jp-2 csiso2022jp2",
    "iso2022_jp_3": "iso-2022-jp-3",
    "iso2022_jp_2004": "iso-2022-jp-2004",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis windows-31j cswindows31j windows-932 ms932 cp932 cp943 ibm-943 ms-kanji x-ms-cp932 shiftjis x-mac-japanese",
    "cp949": "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 ks_c_5601 korean cseuckr csksc56011987 iso-ir-149 windows-949 cp949 ms949 uhc x-windows-949 x-euc-kr",
    "johab": "johab cp1361 ms1361",
    "iso2022_kr": "iso-2022-kr csiso2022kr",
    "utf-16-be": "utf-16be unicodefffe x-utf-16be",
    "utf-16-le": "utf-16le utf-16 unicode ucs-2 csunicode csutf16 csutf16le iso-10646-ucs-2 unicodefeff x-utf-16le",
    "utf-7": "utf-7 unicode-1-1-utf-7 csutf7 csunicode11utf7 x-unicode-2-0-utf-7 unicode-2-0-utf-7 x-utf-7",
}  # fmt: skip
CODECS: dict[str, str] = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
"""Label in lower case -> Python's codec."""
_PUNCTUATION = re.compile(r"[^0-9a-z]+")
_LOOSE = {_PUNCTUATION.sub("", label): codec for label, codec in reversed(CODECS.items())}
"""The same without punctuation: mail writes ``iso8859_1``, ``ISO 8859-1`` and ``utf_8`` too."""

JAPANESE = ("iso2022_jp_ext", "euc_jp", "cp932")
WESTERN = "windows-1252"
"""How bytes are read that name no charset and are no UTF-8."""

_ESC = 0x1B  # a number is looked up several times faster than a byte
_PLAIN_LABELS = frozenset({"", "us-ascii", "utf-8", "UTF-8", "US-ASCII", "iso-8859-1", "ISO-8859-1"})
_SJIS_KANA = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]")
_EUC_KANA = re.compile(rb"\xa4[\xa1-\xf3]|\xa5[\xa1-\xf6]")
_NOT_ASCII = frozenset({"utf-16-le", "utf-16-be", "utf-7", "hz", "iso2022_kr"})
"""Codecs in which bytes below 128 may stand for other characters than ASCII's, without an escape before them."""
_ESCAPED = frozenset({"iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004", "iso2022_kr"})
_NEVER_GUESSED = frozenset({"ascii", "koi8-t", "mac-latin2", "mac-greek", "mac-turkish", "mac-iceland", "johab"})
_NEVER_GUESSED |= {"cp737", "cp775", "cp852", "cp855", "cp857", "cp858", "cp860", "cp861", "cp862", "cp863", "cp864"}
_NEVER_GUESSED |= {"cp865", "cp869", "iso2022_jp_3", "iso2022_jp_2004"}
"""Codecs that mail may declare, but in which undeclared text is less likely than a wrong guess."""
_ESCAPE_CUT = re.compile(rb"\x1b[$().&]{0,2}\Z")
_NO_ESCAPE = re.compile(rb"\x1b(?=[$().&])(?![$().&]{1,2}[@-Z])")

Basis = Literal["declared", "utf-8", "sniffed", "guessed"]


def codec_of(label: str) -> str | None:
    """Give the codec that a label stands for; None for a label that is on no list.

    >>> codec_of("ISO-8859-1"), codec_of("iso8859_1"), codec_of("zlib_codec")
    ('cp1252', 'cp1252', None)
    """
    codec = CODECS.get(label)
    if codec is None and len(label) < 64:
        label = label.strip("\"' \t\r\n\f\v").lower()
        codec = CODECS.get(label)
        if codec is None and label.isascii():
            codec = _LOOSE.get(_PUNCTUATION.sub("", label))
    return codec


def decode(data: bytes, label: str = "") -> tuple[str, str, Basis]:
    """Decode text: as declared, else as UTF-8, else by its own marks, else guessed. Never raises.

    Gives the text, the codec, and how it was found. ISO-8859-1 is read as Windows-1252, as everyone does.
    """
    if label in _PLAIN_LABELS and _ESC not in data:
        if data.isascii():
            return data.decode("ascii"), "ascii", "declared"
        if label in {"utf-8", "UTF-8"} and (text := _strict(data, "utf-8")) is not None:
            return text, "utf-8", "declared"
    codec = codec_of(label)
    return _stated(data, codec) or _guess(data, codec)


def decode_label(data: bytes, label: str = "") -> str:
    """Decode text and give the text alone."""
    return decode(data, label)[0]


def decode_strict(data: bytes, label: str) -> str | None:
    """Decode text as declared; None where it is not in that charset, or the charset is on no list."""
    codec = codec_of(label)
    return None if codec is None else _strict(data, codec)


def decode_field(data: bytes, label: str = "", fallback: str = WESTERN) -> str:
    """Decode a piece of a header field, where there is too little to guess from. Never raises.

    As declared, else as UTF-8, else by its own marks (escapes, kana), else as the charset `fallback`;
    with "utf-8" there, bytes of which nothing is known come out as U+FFFD.
    """
    codec = codec_of(label)
    if codec == "utf-8" and _ESC not in data and (text := _strict(data, codec)) is not None:
        return text
    found = _stated(data, codec)
    if found is not None:
        return found[0]
    if codec is None or codec == "ascii":
        codec = _fallback(data, codec_of(fallback))
    return _guess(data, codec)[0]


def _fallback(data: bytes, codec: str | None) -> str:
    """Give the codec for bytes of which nothing is said, by their escapes or kana, or else the one that is wished."""
    if _marked(data):
        return "iso2022_jp_ext"
    if codec == "utf-8":
        return codec
    for candidate, kana in (("cp932", _SJIS_KANA), ("euc_jp", _EUC_KANA)):
        if kana.search(data) and _strict(data, candidate) is not None:
            return candidate
    return "cp1252" if codec is None or codec == "ascii" else codec


def decode_raw(data: bytes, fallback: str = WESTERN) -> str:
    """Decode bytes that should be ASCII: UTF-8 where they are, else as `decode_field` has it; never surrogates."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return decode_field(data, "", fallback)
    return text if "\x1b" not in text else decode_field(data, "", fallback)


def _stated(data: bytes, codec: str | None) -> tuple[str, str, Basis] | None:
    """Decode what is as declared, or else as it shows by itself; None where neither holds."""
    escaped = _ESC in data
    if not escaped and data.isascii() and (codec is None or codec not in _NOT_ASCII):
        return data.decode("ascii"), "ascii", "declared"
    if codec == "utf-16-le" and data[:2] == b"\xfe\xff":
        codec = "utf-16-be"
    marked = escaped and _marked(data)
    if codec and codec != "ascii" and not (marked and codec not in _ESCAPED and data.isascii()):
        text = _strict(data, codec)
        if text is not None and not (codec == "iso2022_jp_ext" and not escaped):
            return text, codec, "declared"
    text = None if marked else _strict(data, "utf-8")
    if text is not None:
        return text, "utf-8", "utf-8"
    for candidate in _by_marks(data) if marked else ("euc_jp", "cp932") if codec in JAPANESE else ():
        text = _strict(data, candidate)
        if text is not None:
            return text, candidate, "sniffed"
    return None


def _marked(data: bytes) -> bool:
    """Say whether escapes stand here that lead into Japanese, Chinese or Korean characters (ISO 2022)."""
    return data.find(b"\x1b$") >= 0 or data.find(b"\x1b(J") >= 0 or data.find(b"\x1b(I") >= 0


def _by_marks(data: bytes) -> tuple[str, ...]:
    """Give the codecs to try on a text with escapes; Python's ISO-2022-JP passes over those of Korean."""
    return ("iso2022_kr",) if data.find(b"\x1b$)C") >= 0 else ("iso2022_jp_ext", "iso2022_jp_2")


def _strict(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None
    return _whole(text) if codec == "utf-7" else text


def _whole(text: str) -> str:
    """Put a mark for half characters, which Python's utf-7 lets through."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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
    return None if codec in _NEVER_GUESSED else codec


class IncrementalText:
    r"""Text from bytes that come in pieces: the same text however they are cut. Never raises.

    Bytes that the charset does not have are U+FFFD. Where no charset is declared, or none that is known,
    the bytes are read as UTF-8 up to the first that is not, and as Windows-1252 from there.

    >>> text = IncrementalText("utf-8")
    >>> text.feed(b"\xe3\x81"), text.feed(b"\x82"), text.close()
    ('', 'あ', '')
    """

    __slots__ = ("_codec", "_decoder", "_half", "_held")

    def __init__(self, label: str = "") -> None:
        codec = codec_of(label)
        self._codec = "" if codec is None or codec == "ascii" else codec
        """The codec; empty while the bytes have been UTF-8 that nobody declared."""
        self._held = b""
        """Bytes that wait for the next: the first of UTF-16, or those of an escape."""
        self._half = ""
        """Half a character of UTF-7, until its other half comes."""
        self._decoder = _incremental(self._codec or "utf-8", "replace" if self._codec else "strict")

    def feed(self, data: bytes) -> str:
        """Give the text that is whole with these bytes."""
        return self._take(data, final=False)

    def close(self) -> str:
        """Give what is left; half a character is U+FFFD."""
        return self._take(b"", final=True)

    def _take(self, data: bytes, *, final: bool) -> str:
        if self._codec == "utf-16-le":
            data = self._ordered(data, final=final)
        elif self._codec in _ESCAPED:
            data = self._escaped(data, final=final)
        try:
            text: str = self._decoder.decode(data, final)
        except UnicodeDecodeError as fault:  # only the codec that was not declared is strict
            self._codec = "cp1252"
            self._decoder = _incremental("cp1252", "replace")
            return fault.object[: fault.start].decode("utf-8") + self._take(fault.object[fault.start :], final=final)
        if self._codec == "utf-7":
            text, self._half = self._half + text, ""
            if not final and "\ud800" <= text[-1:] <= "\udbff":
                text, self._half = text[:-1], text[-1]
            return _whole(text)
        return text

    def _ordered(self, data: bytes, *, final: bool) -> bytes:
        """Hold back the first two bytes: a mark of the other byte order changes the codec (RFC 2781 section 3.2)."""
        data, self._held = self._held + data, b""
        if len(data) < 2 and not final:
            self._held = data
            return b""
        self._codec = "utf-16"
        if data[:2] == b"\xfe\xff":
            self._decoder = _incremental("utf-16-be", "replace")
        return data

    def _escaped(self, data: bytes, *, final: bool) -> bytes:
        """Hold back an escape until it is whole, and spoil one that is none: Python's decoder waits for its end."""
        data, self._held = self._held + data, b""
        if not final and (cut := _ESCAPE_CUT.search(data)):
            data, self._held = data[: cut.start()], cut[0]
        return _NO_ESCAPE.sub(b"\xff", data)


def incremental_decoder(label: str) -> IncrementalText:
    """Give a decoder for text that comes in pieces; see `IncrementalText`."""
    return IncrementalText(label)


def _incremental(codec: str, errors: str) -> Any:  # noqa: ANN401 - `codecs` has no common type for them
    return codecs.lookup(codec).incrementaldecoder(errors)
