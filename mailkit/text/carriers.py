"""Carriers' emoji: which codes are whose, and whose customer a sender is.

Ranges: docomo, KDDI (au) and SoftBank as their own tables give them, in Shift_JIS, in KDDI's ISO-2022-JP of mail and in
Unicode's private area. Two carriers gave many of the codes to different pictures: the sender's domain tells which.
"""

from __future__ import annotations

from collections.abc import Iterable

CARRIERS = ("docomo", "au", "softbank")
_SJIS: dict[str, tuple[tuple[int, int], ...]] = {
    "docomo": ((0xF89F, 0xF8FC), (0xF940, 0xF949), (0xF950, 0xF952), (0xF955, 0xF957), (0xF95B, 0xF95E), (0xF972, 0xF9FC)),
    "au": (
        *((0xF340, 0xF3FC), (0xF440, 0xF48D), (0xF640, 0xF6FC), (0xF740, 0xF7FC)),
        *((0xEB40, 0xEBFC), (0xEC40, 0xECFC), (0xED40, 0xEDFC), (0xEE40, 0xEE8D)),  # in mail
    ),
    "softbank": ((0xF741, 0xF79B), (0xF7A1, 0xF7F3), (0xF941, 0xF99B), (0xF9A1, 0xF9ED), (0xFB41, 0xFB8D), (0xFBA1, 0xFBD7)),
}  # fmt: skip
_AU_ROWS, _AU_LAST = range(85, 92), (91, 77)
"""Rows of a two-byte set in KDDI's mail: 7521 to 7B6D."""
_DOMAINS = {
    "docomo": ("docomo.ne.jp", "docomo.co.jp"),
    "au": ("ezweb.ne.jp", "au.com", "ido.ne.jp", "uqmobile.jp"),
    "softbank": ("softbank.ne.jp", "softbank.jp", "vodafone.ne.jp", "jp-t.ne.jp", "jp-d.ne.jp", "disney.ne.jp", "ymobile.ne.jp"),
}  # fmt: skip


def carrier_of(domain: str) -> str | None:
    """Say whose customer writes from a domain.

    >>> carrier_of("t.vodafone.ne.jp"), carrier_of("example.jp")
    ('softbank', None)
    """
    name = f".{domain.lower().rstrip('.')}"
    return next((one for one, ends in _DOMAINS.items() if any(name.endswith(f".{end}") for end in ends)), None)


def of_sjis(lead: int, trail: int) -> list[str]:
    """Give the carriers that have an emoji at two bytes of Shift_JIS."""
    code = lead << 8 | trail
    return [one for one in CARRIERS if any(first <= code <= last for first, last in _SJIS[one])]


def of_cell(row: int, cell: int) -> list[str]:
    """Give the carriers that have an emoji at a cell of ISO-2022-JP."""
    return ["au"] if row in _AU_ROWS and (row, cell) <= _AU_LAST else []


def choose(carriers: Iterable[str], sender: str | None, otherwise: str) -> tuple[str, tuple[str, ...]]:
    """Give the class of a code that carriers have, and the other classes that it may be of.

    `otherwise` is the class that it has without a carrier. It comes first where the sender is not known, but for
    gaiji and undefined cells: in mail those are emoji, or else nobody can read them.

    >>> choose(["au", "softbank"], "softbank", "gaiji"), choose(["au"], None, "nec-ibm")
    (('emoji-softbank', ()), ('nec-ibm', ('emoji-au',)))
    """
    classes = [f"emoji-{one}" for one in carriers]
    if f"emoji-{sender}" in classes:
        return f"emoji-{sender}", ()
    if otherwise == "gaiji":
        classes.append(otherwise)
    elif otherwise != "undefined-cell" or not classes:
        classes.insert(0, otherwise)
    return classes[0], tuple(classes[1:])
