"""Charset labels: an allow-list, so that a mail never names a codec of Python's.

The labels are those of the WHATWG Encoding Standard (section 4.2), with the ones that mail adds. Where
the standard has a decoder that stands for others (iso-8859-1 is read as Windows-1252), so has this table;
but what it maps to its replacement decoder is decoded here where Python can, for mail in it is old, not forged.
"""

from __future__ import annotations

import re

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
    "euc_jp": "euc-jp x-euc-jp eucjp cp51932 cseucpkdfmtjapanese x-euc ujis",
    "euc_jp_ms": "eucjp-ms eucjp-win x-eucjp-open",
    "euc_jis_2004": "euc-jis-2004 euc-jisx0213 eucjis2004 eucjisx0213",
    "iso2022_jp": "iso-2022-jp csiso2022jp iso2022-jp iso-2022-jp-1 iso-2022-jp-2 csiso2022jp2 iso-2022-jp-3 iso-2022-jp-2004 iso-2022-jp-ext cp50220 cp50221 cp50222 x-windows-iso2022jp iso-2022-jp-kddi _iso-2022-jp$sio jis jis7",
    "iso2022_jp_ms": "iso-2022-jp-ms",
    "shift_jis_2004": "shift_jis-2004 shift_jisx0213 shiftjis2004 shiftjisx0213 sjis-2004",
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
NAMES: dict[str, str] = {codec: labels.split()[0] for codec, labels in _LABELS.items()}
"""Python's codec, or ours -> the name of the charset in mail."""
_PUNCTUATION = re.compile(r"[^0-9a-z]+")
_LOOSE = {_PUNCTUATION.sub("", label): codec for label, codec in reversed(CODECS.items())}
"""The same without punctuation: mail writes ``iso8859_1``, ``ISO 8859-1`` and ``utf_8`` too."""


NO_ASCII = frozenset({"utf-16-le", "utf-16-be", "utf-7", "hz", "iso2022_kr", "shift_jis_2004"})
"""Codecs in which bytes below 128 may stand for other characters than ASCII's, without an escape before them."""
WESTERN = "windows-1252"
"""How bytes are read that name no charset and are no UTF-8."""


def codec_of(label: str) -> str | None:
    """Give the codec that a label stands for; None for a label that is on no list.

    >>> codec_of("ISO-8859-1"), codec_of("iso8859_1"), codec_of("zlib_codec")
    ('cp1252', 'cp1252', None)
    """
    codec = CODECS.get(label)
    if codec is None and 0 < len(label) < 64:
        label = label.strip("\"' \t\r\n\f\v").lower()
        codec = CODECS.get(label)
        if codec is None and label.isascii():
            codec = _LOOSE.get(_PUNCTUATION.sub("", label))
    return codec
