"""Bytes to text: as declared, else as they show by themselves, else guessed. Never raises."""

from __future__ import annotations

import re

from mailkit.charsets.codec import ISO2022_JP, JAPANESE, decode_replacing, decode_strictly
from mailkit.charsets.detect import Basis, beyond_ascii, by_common, by_kana, detect
from mailkit.charsets.escapes import LEADS_OUT
from mailkit.charsets.labels import NO_ASCII, WESTERN, codec_of

_ESC, _SO = 0x1B, 0x0E  # a number is looked up several times faster than a byte
_PLAIN_LABELS = frozenset({"", "us-ascii", "utf-8", "UTF-8", "US-ASCII", "iso-8859-1", "ISO-8859-1"})
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_FULL_WIDTH = re.compile("[ぁ-んァ-ヶ]")
_WIDE = re.compile("[ぁ-んァ-ヶ一-龥]")
_TWO_BYTES = frozenset({"gb18030", "big5hkscs", "cp949", "johab"})
"""Charsets of other countries that are believed where the bytes are valid in them."""


def decode(data: bytes, label: str | None = "") -> tuple[str, str, Basis]:
    """Decode text: as declared, else as UTF-8, else by its own marks, else guessed. Never raises.

    Gives the text, the codec, and how it was found. ISO-8859-1 is read as Windows-1252, as everyone does; no label
    is one that says nothing.
    """
    label = label or ""
    if label in _PLAIN_LABELS and _ESC not in data:
        if data.isascii():
            return data.decode("ascii"), "ascii", "declared"
        if label in {"utf-8", "UTF-8"} and (text := decode_strictly(data, "utf-8")) is not None:
            return text, "utf-8", "declared"
    codec = codec_of(label)
    return _stated(data, codec) or _guess(data, codec)


def decode_label(data: bytes, label: str = "") -> str:
    """Decode text and give the text alone."""
    return decode(data, label)[0]


def decode_strict(data: bytes, label: str) -> str | None:
    """Decode text as declared; None where it is not in that charset, or the charset is on no list."""
    codec = codec_of(label)
    return None if codec is None else decode_strictly(data, codec)


def decode_as(data: bytes, label: str | None) -> str:
    r"""Decode text as declared and not otherwise, with U+FFFD for what is not of that charset. Never raises.

    A label that is on no list stands for ASCII.

    >>> decode_as(b"\xe3\x81\x82", "shift_jis")
    '縺�'
    """
    return decode_replacing(data, codec_of(label or "") or "ascii")


def decode_field(data: bytes, label: str = "", fallback: str = WESTERN) -> str:
    """Decode a piece of a header field, where there is too little to guess from. Never raises.

    As declared, else as UTF-8, else by its own marks (escapes, kana), else as the charset `fallback`;
    with "utf-8" there, bytes of which nothing is known come out as U+FFFD.
    """
    codec = codec_of(label)
    if codec == "utf-8" and _ESC not in data and (text := decode_strictly(data, codec)) is not None:
        return text
    found = _stated(data, codec)
    if found is not None:
        return found[0]
    if codec is None or codec == "ascii":
        return decode_replacing(data, _fallback(data, codec_of(fallback)))
    return _kept(data, codec)[0]


def _fallback(data: bytes, codec: str | None) -> str:
    """Give the codec for bytes of which nothing is said, by their escapes or kana, or else the one that is wished."""
    if LEADS_OUT.search(data):
        return "iso2022_jp"
    if codec == "utf-8" or (codec in _TWO_BYTES and decode_strictly(data, codec) is not None):
        return codec
    found = by_kana(data)
    if found is None and codec in JAPANESE and (other := _other_japanese(data)):
        found = other[1]
    if found is None and codec in {None, "ascii", "cp1252"}:
        found = by_common(data, 0.75) or "cp1252"
    return found or codec or "cp1252"


def decode_raw(data: bytes, fallback: str = WESTERN) -> str:
    """Decode bytes that should be ASCII: UTF-8 where they are, else as `decode_field` has it; never surrogates."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return decode_field(data, "", fallback)
    return text if "\x1b" not in text else decode_field(data, "", fallback)


def _stated(data: bytes, codec: str | None) -> tuple[str, str, Basis] | None:
    """Decode what is as declared, or else as it shows by itself; None where neither holds."""
    escaped = _ESC in data or (codec in ISO2022_JP and _SO in data)
    ascii_only = data.isascii()
    if not escaped and ascii_only and (codec is None or codec not in NO_ASCII):
        return data.decode("ascii"), "ascii", "declared"
    if codec == "utf-16-le" and data[:2] == b"\xfe\xff":
        codec = "utf-16-be"
    marked = escaped and LEADS_OUT.search(data) is not None
    if escaped and ascii_only and (codec in ISO2022_JP or (marked and codec not in NO_ASCII)):
        return _escapes(data, codec)
    if codec and codec != "ascii" and (escaped or codec not in ISO2022_JP):
        text = decode_strictly(data, codec)
        if text is not None and not (codec == "cp932" and _is_euc(text, data)):
            return text, codec, "declared"
    text = None if marked else decode_strictly(data, "utf-8")
    if text is not None:
        return text, "utf-8", "utf-8"
    if codec in JAPANESE and not marked and (codec in ISO2022_JP or _is_another(data, codec)):
        return _other_japanese(data)
    return None if codec in ISO2022_JP or not marked else _escapes(data, codec)


def _is_another(data: bytes, codec: str) -> bool:
    """Say whether what is not all Shift_JIS or EUC-JP, as it should be, has more than a fault here and there."""
    text = decode_replacing(data, codec)
    return _is_garbled(text) or (codec == "cp932" and _is_halved(text) and detect(data)[0] == "euc_jp")


def _is_garbled(text: str) -> bool:
    """Say whether half of what is not ASCII could not be read."""
    return text.count("\ufffd") * 2 >= beyond_ascii(text)


def _is_halved(text: str) -> bool:
    """Say whether most of what is not ASCII are half-width kana."""
    return len(_HALF_WIDTH.findall(text)) * 2 > beyond_ascii(text)


def _is_euc(text: str, data: bytes) -> bool:
    """Say whether what is valid Shift_JIS is EUC-JP: it would be half-width kana, and is hiragana and their kind."""
    if not _is_halved(text) or detect(data) != ("euc_jp", "kana"):
        return False
    other = decode_strictly(data, "euc_jp") or ""
    kana = len(_FULL_WIDTH.findall(other))
    return kana > 3 and kana * 2 >= beyond_ascii(other) - other.count("、") - other.count("。")


def _escapes(data: bytes, codec: str | None) -> tuple[str, str, Basis]:
    """Decode text with escapes, whatever it is declared; Python's ISO-2022-JP passes over those of Korean."""
    if data.find(b"\x1b$)C") >= 0 and (text := decode_strictly(data, "iso2022_kr")) is not None:
        return text, "iso2022_kr", "escapes"
    if codec in ISO2022_JP:
        return decode_replacing(data, codec), codec, "declared"
    return decode_replacing(data, "iso2022_jp"), "iso2022_jp", "escapes"


def _other_japanese(data: bytes) -> tuple[str, str, Basis] | None:
    """Decode what is declared Japanese and is in another of the Japanese charsets, or in none."""
    codec, basis = detect(data)
    if codec in JAPANESE and (text := decode_strictly(data, codec)) is not None:
        return text, codec, basis
    for candidate in ("euc_jp", "cp932"):
        text = decode_strictly(data, candidate)
        if text is not None and len(_WIDE.findall(text)) * 2 > beyond_ascii(text) > 1:
            return text, candidate, "guessed"
    return None


def _guess(data: bytes, codec: str | None) -> tuple[str, str, Basis]:
    """Keep to the declared charset with replacements; without one ask what it looks like."""
    if codec and codec != "ascii":
        return _kept(data, codec)
    codec, basis = detect(data)
    return decode_replacing(data, codec), codec, basis


def _kept(data: bytes, codec: str) -> tuple[str, str, Basis]:
    """Keep to what is declared, with replacements; but where half of it would be those, and it is Japanese by its kana."""
    text = decode_replacing(data, codec)
    if codec not in ISO2022_JP and (codec == "cp1252" or _is_garbled(text)):
        other, basis = detect(data)
        if basis == "kana" and other != codec:
            return decode_replacing(data, other), other, basis
    return text, codec, "guessed"
