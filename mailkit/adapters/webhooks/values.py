"""Values of JSON that a stranger wrote: whatever stands there, what is asked for comes out, or nothing does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from mailkit.bounce.logs.clock import Clock
from mailkit.limits import MIB
from mailkit.syntax.address import clean
from mailkit.syntax.dates import parse_date

Object = Mapping[str, object]

MAX_BODY_BYTES = 16 * MIB
"""Of one post, or one line of a file of posts. SparkPost's, the largest, have some ten thousand events, about 10 MB."""
MAX_TEXT_CHARS = 4_096
"""Of a reply or another text; servers write under 2,000."""
MAX_WORD_CHARS = 500
"""Of a name, a tag or a value of metadata; SparkPost and Postmark allow fewer."""
MAX_WORDS = 100
"""Tags, and keys of metadata, of one event."""
_HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_MILLISECONDS = 1e11
"""Above it a number counts milliseconds: in seconds it would be the year 5138."""
_LAST = 1e14
_NOTHING: Object = {}


def load(text: bytes) -> object:
    """Read JSON; None where it is none, nested too deeply, or longer than a post may be.

    >>> load(b'{"a": [1]}'), load(b"[" * 100_000)
    ({'a': [1]}, None)
    """
    if len(text) > MAX_BODY_BYTES:
        return None
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):  # msgspec's own error is a ValueError, and so is that of bad UTF-8
        pass
    try:  # half a character that is spelt as an escape, bytes that are no UTF-8
        return json.loads(_HALF.sub("\\\\ufffd", text.decode("utf-8-sig", "replace")))
    except (ValueError, RecursionError):
        return None


def obj(value: Object, *path: str) -> Object:
    """Give the object that stands at the end of a path of keys; an empty one where none does."""
    for key in path:
        found = value.get(key)
        value = found if isinstance(found, dict) else _NOTHING
    return value


def text(value: Object, *keys: str) -> str:
    """Give the first text, or number, that stands under one of some keys, without blanks around.

    >>> text({"code": 550, "reason": [1]}, "reason", "code")
    '550'
    """
    for key in keys:
        found = value.get(key)
        if isinstance(found, str) and found.strip():
            return found[:MAX_TEXT_CHARS].strip()
        if isinstance(found, int | float) and not isinstance(found, bool):
            return _digits(found)
    return ""


def _digits(number: float) -> str:
    """Write a number; one that is endless, or too long to write, is none."""
    return str(number) if abs(number) < 1e18 else ""


def rows(value: object) -> list[Object]:
    """Give the objects of an array, or the one that stands for it."""
    if isinstance(value, dict):
        return [value]
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def words(value: object) -> tuple[str, ...]:
    """Give the words of an array, or the one that stands for it.

    >>> words("news"), words(["a", 7, {}])
    (('news',), ('a', '7'))
    """
    found = value if isinstance(value, list) else [value]
    plain = (str(one) for one in found[:MAX_WORDS] if isinstance(one, str) or _is_short(one))
    return tuple(one[:MAX_WORD_CHARS] for one in plain if one)


def _is_short(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(_digits(value))


def pairs(value: object) -> dict[str, str]:
    """Give the entries of an object whose values are words; of an array the first."""
    found: dict[str, str] = {}
    for key, one in list(value.items())[:MAX_WORDS] if isinstance(value, dict) else ():
        told = words(one)
        if told and isinstance(key, str):
            found[key[:MAX_WORD_CHARS]] = told[0]
    return found


def address(value: object) -> str | None:
    """Give the address that a value holds."""
    return clean(value) if isinstance(value, str) else None


def addresses(value: object, most: int = 1_000) -> Iterator[str]:
    """Give the addresses of an array, or the one that stands for it."""
    for one in value[:most] if isinstance(value, list) else [value]:
        found = address(one)
        if found:
            yield found


def instant(value: object) -> datetime | None:
    """Read a time: seconds or milliseconds since 1970, ISO 8601, or RFC 5322; None where it is none.

    >>> instant(1_770_000_000_123).isoformat(), instant("2026-02-02T02:40:00.1234567Z").isoformat()
    ('2026-02-02T02:40:00.123000+00:00', '2026-02-02T02:40:00.123456+00:00')
    >>> instant("soon"), instant(float("inf"))
    (None, None)
    """
    if isinstance(value, str):
        plain = value.strip()[:64]
        return _seconds(float(plain)) if _is_number(plain) else Clock().read(plain) or parse_date(plain)
    return _seconds(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_number(plain: str) -> bool:
    return plain.isascii() and plain.replace(".", "", 1).isdigit()


def _seconds(number: float) -> datetime | None:
    if not 0 <= number < _LAST:
        return None
    return Clock().read(f"{number / 1_000 if number > _MILLISECONDS else number:.6f}")
