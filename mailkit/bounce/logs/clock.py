"""Times as logs write them. A year that a line does not name is never made up."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], start=1
    )
}
_BSD = re.compile(
    r"(?:(?P<before>\d{4}) )?(?P<month>[A-Z][a-z]{2}) (?P<day>[ \d]\d) (?:(?P<middle>\d{4}) )?"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?(?: (?P<after>\d{4}))?$",
    re.ASCII,
)
_ZONE = re.compile(r" (?=[+-]\d\d:?\d\d$)", re.ASCII)
_SECONDS = re.compile(r"(\d{1,12})(?:\.(\d{1,6})\d{0,3})?$", re.ASCII)
_TAI = re.compile(r"@?(4[0-9a-f]{15})([0-9a-f]{8})?", re.ASCII)
_TAI_EPOCH = 2**62 + 10
"""The label of 1970-01-01 00:00:00 UTC as daemontools and runit write it (cr.yp.to/libtai/tai64.html)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPAN = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(w|d|h|ms|m|s)", re.ASCII)
_UNITS = {"w": 604_800.0, "d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


class Clock:
    """Reads the times of one log.

    `year` is that of its first line; where the months go back from December to January, the next begins.
    """

    def __init__(self, year: int | None = None, zone: tzinfo = UTC) -> None:
        self.year, self.zone = year, zone
        self._month = 0

    def read(self, stamp: str) -> datetime | None:
        """Read a time; None where it is none or lacks its year.

        >>> Clock().read("@400000006745a0000000000a").isoformat()
        '2024-11-26T10:16:22+00:00'
        >>> Clock().read("Nov 25 10:00:00"), Clock(2026).read("Nov 25 10:00:00").isoformat()
        (None, '2026-11-25T10:00:00+00:00')
        """
        try:
            return self._read(stamp[:64])
        except (ValueError, OverflowError):  # the 31st of February, the year 0
            return None

    def _read(self, stamp: str) -> datetime | None:
        if not stamp:
            return None
        if "A" <= stamp[0] <= "Z" or stamp[4:5] == " ":
            return self._syslog(stamp)
        if stamp[0] == "@":
            return _tai(stamp)
        if seconds := _SECONDS.match(stamp):
            whole, fraction = int(seconds[1]), (seconds[2] or "").ljust(6, "0")
            return _EPOCH + timedelta(seconds=whole, microseconds=int(fraction))
        time = datetime.fromisoformat(_ZONE.sub("", stamp))
        return time if time.tzinfo else time.replace(tzinfo=self.zone)

    def _syslog(self, stamp: str) -> datetime | None:
        match = _BSD.match(stamp)
        month = _MONTHS.get(match["month"]) if match else None
        if match is None or month is None:
            return None
        told = match["before"] or match["middle"] or match["after"]
        year = int(told) if told else self._year_at(month)
        if year is None:
            return None
        day, hour, minute, second = (int(match[name]) for name in ("day", "hour", "minute", "second"))
        micros = int((match["fraction"] or "")[:6].ljust(6, "0"))
        return datetime(year, month, day, hour, minute, second, micros, tzinfo=self.zone)

    def _year_at(self, month: int) -> int | None:
        if self.year is None:
            return None
        if month == 1 and self._month == 12:
            self.year += 1
        elif month == 12 and self._month == 1:  # lines of two hosts, a little out of order
            return self.year - 1
        self._month = month
        return self.year


def _tai(stamp: str) -> datetime | None:
    """Read a TAI64N label, as multilog and svlogd write it; leap seconds are counted as they do, not at all."""
    match = _TAI.match(stamp)
    if match is None:
        return None
    nanoseconds = int(match[2], 16) if match[2] else 0
    return _EPOCH + timedelta(seconds=int(match[1], 16) - _TAI_EPOCH, microseconds=nanoseconds // 1000)


def span_seconds(text: str) -> float | None:
    """Read a span of time: ``1d2h3m4s``, ``0.5s``, ``120ms``.

    >>> span_seconds("1h1m0.5s"), span_seconds("soon")
    (3660.5, None)
    """
    parts = _SPAN.findall(text[:100])
    return sum(float(number) * _UNITS[unit] for number, unit in parts) if parts else None


def number(text: str | None) -> float | None:
    """Read a plain number of seconds."""
    digits = (text or "")[:20]
    plain = digits.isascii() and digits.replace(".", "", 1).isdigit()
    return float(digits) if plain else None
