"""The limits of a walk as a person reads and writes them: those that a site may set, and their values."""

from __future__ import annotations

import re

from mailkit.limits import KIB, MIB, Limits

NAMES = ("container_depth", "member_count", "member_bytes", "unpacked_bytes", "unpack_ratio", "walk_seconds")
"""Fields of `Limits` that bound the walk through what stands inside attachments."""
_VALUE = re.compile(r"(?P<figure>[0-9]{1,12}(?:\.[0-9]{1,3})?) ?(?:(?P<unit>[KMG])i?B?)?", re.IGNORECASE)
_UNITS = {"K": KIB, "M": MIB, "G": KIB * MIB}


def said(name: str, limits: Limits) -> str:
    """Give a limit with its value, as `value_of` reads it.

    >>> said("member_bytes", Limits()), said("walk_seconds", Limits()), said("unpacked_bytes", Limits(unpacked_bytes=9))
    ('member_bytes 32 MiB', 'walk_seconds 5', 'unpacked_bytes 9')
    """
    value = getattr(limits, name)
    if name.endswith("_bytes"):
        for unit, word in ((MIB, "MiB"), (KIB, "KiB")):
            if value and value % unit == 0:
                return f"{name} {value // unit} {word}"
    return f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"


def value_of(name: str, text: str) -> int | float:
    """Read the value of a limit. Raises ValueError for what is none.

    >>> value_of("member_bytes", "64 MiB"), value_of("walk_seconds", "2.5")
    (67108864, 2.5)
    """
    found = _VALUE.fullmatch(text.strip())
    if found and float(found["figure"]) > 0:
        unit = (found["unit"] or "").upper()
        if name == "walk_seconds" and not unit:
            return float(found["figure"])
        if found["figure"].isdecimal() and (not unit or name.endswith("_bytes")):
            return int(found["figure"]) * _UNITS.get(unit, 1)
    kind = {"walk_seconds": "seconds", "member_bytes": "bytes, as 64MiB", "unpacked_bytes": "bytes, as 64MiB"}
    message = f"{text!r} is no value of {name}; give {kind.get(name, 'a whole number')} above 0"
    raise ValueError(message)
