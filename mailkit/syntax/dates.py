"""Dates as mail has them (RFC 5322 sections 3.3 and 4.3): aware datetimes, or None."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_DATE = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s*)?(?P<day>\d{1,2})[\s\-]+(?P<month>[A-Za-z]{3})[A-Za-z]{0,6}\.?,?[\s\-]+(?P<year>\d{2,4}),?\s+"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d{1,9})?)?\s*(?P<half>[AaPp][Mm])?"
    r"\s*(?P<zone>[+\-]\d{4}|[+\-]\d{2}:\d{2}|[A-Za-z]{1,5})?"
)
_CTIME = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s+)?(?P<month>[A-Za-z]{3})[a-z]{0,6}\.?\s+(?P<day>\d{1,2}),?\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[AaPp][Mm])?"
    r"\s*(?P<zone>[+\-]\d{4}|(?!\d)[A-Za-z]{1,5})?\s+(?P<year>\d{4})"
)
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})[T ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"(?P<half>)\s*(?P<zone>Z|[+\-]\d{2}:?\d{2})?"
)
_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_ZONES = {
    **dict.fromkeys(("ut", "utc", "gmt", "z"), 0),
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "jst": 540,
    "kst": 540,
    "cet": 60,
    "cest": 120,
    "met": 60,
    "mest": 120,
    "bst": 60,
    "wet": 0,
    "west": 60,
    "eet": 120,
    "eest": 180,
    "msk": 180,
    "msd": 240,
    "hkt": 480,
    "sgt": 480,
    "hst": -600,
    "akst": -540,
    "akdt": -480,
}


def parse_date(text: str | None) -> datetime | None:
    """Read a date-time; None where there is none. A zone that says nothing (-0000, unknown names) is UTC.

    >>> parse_date("Tue, 24 Nov 2026 20:10:46 +0900 (JST)").isoformat()
    '2026-11-24T20:10:46+09:00'
    """
    if not text:
        return None
    text = text[:200].strip()
    match = _DATE.match(text) or _CTIME.match(text) or _ISO.match(text)
    if not match:
        return None
    part = match.groupdict()
    month = int(part["number"]) if part.get("number") else _MONTHS.get((part.get("month") or "").lower(), 0)
    hour = int(part["hour"])
    if part["half"]:
        hour = hour % 12 + (12 if part["half"].lower() == "pm" else 0)
    try:
        return datetime(
            _year(part["year"]),
            month,
            int(part["day"]),
            hour,
            int(part["minute"]),
            min(int(part["second"] or 0), 59),  # a leap second
            tzinfo=_zone(part["zone"]),
        )
    except (ValueError, OverflowError):
        return None


def _year(text: str) -> int:
    """Two and three digits as RFC 5322 section 4.3 has them."""
    year = int(text)
    if len(text) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(text) == 3 else year


def _zone(text: str | None) -> timezone:
    if text and text[0] in "+-":
        digits = text[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
    return timezone(timedelta(minutes=_ZONES.get((text or "").lower(), 0)))
