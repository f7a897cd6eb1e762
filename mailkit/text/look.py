"""Look at text in any charset."""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.charsets.codec import ISO2022_JP, JAPANESE
from mailkit.text import jis, pairs
from mailkit.text.points import point_spots
from mailkit.text.spots import Spot


def spots_of(data: bytes, codec: str, sender: str | None = None) -> Iterator[Spot]:
    r"""Give the spots of text in a charset, in order; `sender` is the carrier whose customer wrote it, if any.

    >>> [spot.class_ for spot in spots_of(b"\xf9\x85", "cp932", "docomo")]
    ['emoji-docomo']
    """
    if codec in ISO2022_JP:
        return jis.jis_spots(data, sender, private=codec == "iso2022_jp_ms")
    if codec == "cp932":
        return pairs.sjis_spots(data, sender)
    if codec in {"euc_jp", "euc_jp_ms"}:
        return pairs.euc_spots(data, sender, private=codec == "euc_jp_ms")
    return point_spots(data, codec, sender)


def is_clean(data: bytes, codec: str) -> bool:
    """Say, at little more than the cost of decoding, that Japanese text is in a charset and has no spots; else False."""
    if codec in ISO2022_JP:
        return jis.is_clean(data)
    return codec in JAPANESE and pairs.is_clean(data, codec)


def agree(declared: str | None, codec: str) -> bool:
    """Say whether text is in the charset that was declared; ASCII is in all of them.

    >>> agree("iso2022_jp", "iso2022_jp_ms"), agree("utf-8", "cp932")
    (True, False)
    """
    if codec in {declared, "ascii"} or {codec, declared} == {"utf-16-le", "utf-16-be"}:  # as the mark says
        return True
    return codec.removesuffix("_ms") == (declared or "").removesuffix("_ms")
