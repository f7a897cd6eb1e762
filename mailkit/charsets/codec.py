"""One codec at a time: bytes to text, strictly or with U+FFFD; Japanese by our own decoders, the rest by Python's."""

from __future__ import annotations

from collections.abc import Callable

from mailkit.charsets.iso2022jp import decode_iso2022jp
from mailkit.charsets.japanese import decode_cp932, decode_euc_jp, windows

ISO2022_JP = frozenset({"iso2022_jp", "iso2022_jp_ms"})
JAPANESE = ISO2022_JP | {"euc_jp", "euc_jp_ms", "cp932"}
OWN: dict[str, Callable[[bytes], str]] = {
    "iso2022_jp": decode_iso2022jp,
    "iso2022_jp_ms": lambda data: decode_iso2022jp(data, private=True),
    "cp932": decode_cp932,
    "euc_jp": decode_euc_jp,
    "euc_jp_ms": lambda data: decode_euc_jp(data, private=True),
}
"""Codec -> our own decoder."""
_PYTHONS = {"cp932": "cp932", "euc_jp": "euc_jp", "euc_jp_ms": "euc_jp"}
"""Codec -> Python's, which is faster, and right for what is clean."""


def decode_strictly(data: bytes, codec: str) -> str | None:
    r"""Decode bytes; None where they are not all of that charset.

    >>> decode_strictly(b"\x82\xa0", "cp932"), decode_strictly(b"\x82", "cp932")
    ('あ', None)
    """
    pythons = _PYTHONS.get(codec, codec)
    if codec not in ISO2022_JP:
        try:
            text = data.decode(pythons)
        except (UnicodeDecodeError, ValueError):
            if codec not in OWN or codec == "cp932":
                return None
        else:
            return text if codec not in {"cp932", "utf-7"} else _checked(text, codec)
    text = OWN[codec](data)
    return None if "\ufffd" in text else text


def decode_replacing(data: bytes, codec: str) -> str:
    r"""Decode bytes, with U+FFFD for those that are not of that charset. Never raises.

    >>> decode_replacing(b"\x1b$B-!\x1b(B \xe3", "iso2022_jp")
    '① �'
    """
    if codec == "utf-16-le" and data[:2] == b"\xfe\xff":
        codec = "utf-16-be"
    own = OWN.get(codec)
    if own:
        return own(data)
    text = data.decode(codec, "replace")
    return whole(text) if codec == "utf-7" else text


def _checked(text: str, codec: str) -> str | None:
    """Look again at what Python's codec lets through."""
    if codec == "utf-7":
        return whole(text)
    return None if "\x80" in text or "\ufffd" in windows(text) else text


def whole(text: str) -> str:
    """Put a mark for half characters, which Python's utf-7 lets through."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
