"""Dates as mail has them (RFC 5322 sections 3.3 and 4.3): aware datetimes, or None.

The common form is read by one expression. All others are read token by token, each in the role that
it can have: a time is known by its colons, a month by its name, a day by being the first number. So
ctime, ISO and month-first dates need no forms of their own. A date without a time of day is None.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from mailkit.syntax.comments import skip_comment

_COMMON = re.compile(
    r"\s*+(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})"
    r" (\d\d:\d\d:\d\d) (?:([+\-](?:0\d|1[0-4])[0-5]\d)(?: \([A-Za-z]{1,5}\))?|(GMT))\s*+",
    re.ASCII,
)
_TOKEN = re.compile(
    r"(?P<iso>\d{4}[\-/.]\d{1,2}[\-/.]\d{1,2})(?!\d)(?:T(?=\d))?"
    r"|(?P<basic>\d{8}T\d{4}(?:\d\d)?)(?!\d)"
    r"|(?P<time>(?<![\d:])\d{1,2}\s*+:\s*+\d{1,2}(?!\d)(?:\s*+:\s*+\d{1,2}(?!\d)(?:[.,]\d{1,9}+)?)?)(?!\s*+:)"
    r"|(?P<dotted>\d{1,2}\.\d\d(?:\.\d\d)?)(?![\d.])"
    r"|(?P<numeric>\d{1,2}(?:-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)(?:\d{4}|\d\d))(?!\d)"
    r"|(?P<hyphened>\d{1,4}-[A-Za-z]{3,9}-\d{1,4})(?!\d)"
    r"|(?P<half>[AaPp]\.?[Mm](?![A-Za-z]))"
    r"|(?P<offset>[+\-]\ ?\d++(?::\d\d(?!\d))?)"
    r"|(?P<number>\d++)"
    r"|(?P<word>[A-Za-z]++)"
    r"|(?P<other>[^\s,.;\-])",
    re.ASCII,
)
_NUMBERS = re.compile(r"\d+", re.ASCII)
_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_FIGURES = {name.capitalize(): f"{n:02}" for name, n in _MONTHS.items()}
_DAYS = {name: n for n, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
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
    "nst": -210,
    "ndt": -150,
    "ast": -240,
    "adt": -180,
    "jst": 540,
    "kst": 540,
    "cet": 60,
    "cest": 120,
    "met": 60,
    "mest": 120,
    "mez": 60,
    "mesz": 120,
    "bst": 60,
    "wet": 0,
    "west": 60,
    "eet": 120,
    "eest": 180,
    "sast": 120,
    "msk": 180,
    "msd": 240,
    "hkt": 480,
    "sgt": 480,
    "awst": 480,
    "acst": 570,
    "acdt": 630,
    "aest": 600,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
    "hst": -600,
    "akst": -540,
    "akdt": -480,
    "brt": -180,
    "art": -180,
}
"""Zone names in lower case -> minutes east. A name that several zones share, such as IST, is on no list."""
_WHOLE = frozenset("DMYT")
_RFC = re.compile(r"W?DMYTZ?")


def parse_date(text: str | None, faults: list[tuple[str, int]] | None = None) -> datetime | None:
    """Read a date-time; None where there is none. A zone that says nothing (-0000, unknown names) is UTC.

    What is odd is added to `faults`, with its index in the text.

    >>> parse_date("Tue, 24 Nov 2026 20:10:46 +0900 (JST)").isoformat()
    '2026-11-24T20:10:46+09:00'
    """
    if not text:
        return None
    match = _COMMON.fullmatch(text)
    if match and faults is None and (date := _sound(match)):
        return date
    date = _common(match).result(faults) if match else _parse(text, faults)
    if date is None and faults is not None:
        faults.append(("date.value.invalid", 0))
    return date


def _sound(match: re.Match[str]) -> datetime | None:
    """Make the date at once; None for what is rare in the common form: a leap second, 24:00:00, no such day."""
    _, day, month, year, clock, offset, _ = match.groups()
    try:
        return datetime.fromisoformat(f"{year}-{_FIGURES[month]}-{day:0>2}T{clock}{offset or '+0000'}")
    except ValueError:
        return None


def _common(match: re.Match[str]) -> _Date:
    """Take over what the expression for the common form has found."""
    weekday, day, month, year, clock, offset, _ = match.groups()
    date = _Date()
    date.day, date.month, date.year = int(day), _MONTHS[month.lower()], int(year)
    date.clock = (int(clock[:2]), int(clock[3:5]), int(clock[6:]))
    date.order = "DMYT"
    if weekday:
        date.weekday = _DAYS[weekday.lower()]
    if offset:
        date.offset(offset, match.start(6))
    else:
        date.name("gmt", match.start(7))
    return date


def _parse(text: str, faults: list[tuple[str, int]] | None) -> datetime | None:
    """Read a date of any form; a trace field has it behind its last semicolon (RFC 5321 section 4.4)."""
    if "(" in text:
        text = _without_comments(text)
    first = text.find(";")
    if first < 0:
        return _scan(text, 0, len(text), faults)
    date = _scan(text, text.rfind(";") + 1, len(text), faults)
    if date is None and (date := _scan(text, 0, first, faults)) and faults is not None:
        faults.append(("date.end.junk", first))
    return date


def _scan(text: str, start: int, end: int, faults: list[tuple[str, int]] | None) -> datetime | None:
    """Give each token its role, until a whole date is read."""
    date = _Date()
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup
        assert kind is not None
        if date.is_whole() and not date.goes_on(kind, match[0]):
            date.faults.append(("date.end.junk", match.start()))
            break
        if not date.take(kind, match[0], match.start()):
            return None
    return date.result(faults)


def _without_comments(text: str) -> str:
    """Put blanks for comments, so that every index stays; one that is not closed goes to the end."""
    raw = text.encode("ascii", "replace")
    pieces: list[str] = []
    position = 0
    while (start := raw.find(b"(", position)) >= 0:
        end = skip_comment(raw, start)
        pieces += (text[position:start], " " * (end - start))
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


class _Date:
    """A date while its tokens come in."""

    __slots__ = ("clock", "day", "faults", "month", "order", "weekday", "year", "zone", "zoned")

    def __init__(self) -> None:
        self.weekday: int | None = None
        self.day = self.month = self.year = 0
        self.clock = (0, 0, 0)
        self.zone: int | None = None
        """Minutes east; None where no zone is named."""
        self.zoned = ""
        """What named the zone: an offset, a name, or a name that is unknown."""
        self.order = ""
        """The roles that are filled, in order: Weekday, Day, Month, Year, Time, Half, Zone; N where numbers alone tell."""
        self.faults: list[tuple[str, int]] = []

    def is_whole(self) -> bool:
        """Say whether all is here that a date needs."""
        return len(self.order) >= 4 and _WHOLE.issubset(self.order)

    def goes_on(self, kind: str, text: str) -> bool:
        """Say whether a token belongs to a date that is whole already: a zone, or the half of the day."""
        if kind == "offset":
            return self.zoned != "offset"
        return (kind == "word" and not self.zoned and len(text) <= 5) or (kind == "half" and "H" not in self.order)

    def take(self, kind: str, text: str, offset: int) -> bool:
        """Give a token its role; False where there can be no date."""
        if kind == "word":
            return self._word(text, offset)
        if kind in ("time", "dotted"):
            return self._time(text, kind)
        if kind == "offset" and "T" in self.order:
            return self.offset(text.replace(" ", ""), offset)
        if kind in ("number", "offset"):
            return self._number(text.lstrip("+- "), offset)
        if kind == "half":
            return self._half(text)
        return kind == "other" or self._numbers(kind, text, offset)

    def _word(self, text: str, offset: int) -> bool:
        """Read a month, a weekday or the name of a zone; what is none of them says nothing."""
        short = text[:3].lower()
        if short in _MONTHS and ("M" not in self.order or self.order == "MD"):
            self.order = self.order.replace("M", "W") + "M"  # the first of two is a weekday: mardi
            self.month = _MONTHS[short]
        elif "T" in self.order and self.zoned in ("", "unknown") and short not in _DAYS:
            self.name(text.lower(), offset)
        elif "W" not in self.order and not self.order:
            self.weekday = _DAYS.get(short)
            self.order = "W"
            if self.weekday is None:
                self.faults.append(("date.weekday.wrong", offset))
        return True

    def name(self, name: str, offset: int) -> None:
        """Read a zone's name; one that is unknown is as good as none (RFC 5322 section 4.3)."""
        known = name in _ZONES
        if known or not self.zoned:
            self.faults.append(("date.zone.obsolete" if known else "date.zone.unknown", offset))
            self.order += "Z"
        self.zone = _ZONES.get(name, 0)
        self.zoned = "name" if known else "unknown"

    def offset(self, text: str, offset: int) -> bool:
        """Read ``+0900``, ``+09:00``, ``+9`` or ``-930``; one that no place can have is as good as none."""
        hours, _, minutes = text[1:].partition(":")
        if not minutes and len(hours) > 2:
            hours, minutes = hours[:-2], hours[-2:]
        total = int(hours) * 60 + int(minutes or 0) if len(hours) <= 2 else 6000
        if text == "-0000":
            self.faults.append(("date.zone.local", offset))
        elif total >= 24 * 60 or int(minutes or 0) >= 60:
            self.faults.append(("date.zone.range", offset))
        self.zone = 0 if total >= 24 * 60 else -total if text[0] == "-" else total
        self.zoned = "offset"
        self.order += "Z"
        return True

    def _time(self, text: str, kind: str) -> bool:
        if "T" in self.order:
            return True
        if kind == "dotted" and ("D" not in self.order or "M" not in self.order):
            return text.count(".") == 2 and self._numbers("numeric", text, 0)
        hour, minute, second = (*map(int, _NUMBERS.findall(text)[:3]), 0)[:3]
        self.clock = (hour, minute, second)
        self.order += "T"
        return True

    def _half(self, text: str) -> bool:
        """Read AM or PM, which stands behind a time."""
        if "T" not in self.order:
            return True
        hour, minute, second = self.clock
        self.clock = (hour % 12 + (12 if text[0] in "Pp" else 0), minute, second)
        self.order += "H"
        return True

    def _number(self, text: str, offset: int) -> bool:
        if len(text) > 4 or not text.isdigit():
            return False
        if len(text) <= 2 and "D" not in self.order:
            self.day = int(text)
            self.order += "D"
        elif len(text) > 1 and "Y" not in self.order:
            self._year(text, offset)
        return True

    def _year(self, text: str, offset: int) -> None:
        """Read a year; two and three digits as RFC 5322 section 4.3 has them."""
        year = int(text)
        if len(text) < 4:
            self.faults.append(("date.year.short", offset))
            year += 1900 if len(text) == 3 or year >= 50 else 2000
        self.year = year
        self.order += "Y"

    def _numbers(self, kind: str, text: str, offset: int) -> bool:
        """Read a date that is one token: 2026-11-24, 24-Nov-2026, 24.11.2026, or 11/24/2026 as Americans write it."""
        if "D" in self.order or "M" in self.order or "Y" in self.order:
            return False
        if kind == "basic":
            date, _, clock = text.partition("T")
            self._time(":".join((clock[:2], clock[2:4], clock[4:] or "0")), "time")
            text = f"{date[:4]}-{date[4:6]}-{date[6:]}"
        first, second, third = re.split(r"[\-/.]", text.rstrip("T"))
        if len(first) > 2:
            first, third = third, first
        elif kind == "numeric" and ("/" in text) != (int(first if "/" in text else second) > 12):
            first, second = second, first
        if kind != "hyphened":
            self.month = int(second)
        elif (month := _MONTHS.get(second[:3].lower())) is not None:
            self.month = month
        self.day = int(first)
        self.order += "NDM"
        self._year(third, offset)
        return self.month > 0

    def result(self, faults: list[tuple[str, int]] | None) -> datetime | None:
        """Make the date; None where something is missing, or there is no such day or time."""
        hour, minute, second = self.clock
        midnight = (hour, minute, second) == (24, 0, 0)  # the end of a day (ISO 8601)
        if second > 60 or not self.is_whole():
            return None
        try:
            zone = timezone(timedelta(minutes=self.zone)) if self.zone else UTC
            # A leap second is the second before it.
            date = datetime(
                self.year, self.month, self.day, 0 if midnight else hour, minute, min(second, 59), tzinfo=zone
            )
            date += timedelta(days=midnight)
        except (ValueError, OverflowError):
            return None
        if faults is not None:
            self._note(date - timedelta(days=midnight), faults)
        return date

    def _note(self, date: datetime, faults: list[tuple[str, int]]) -> None:
        faults += self.faults
        if self.zone is None:
            faults.append(("date.zone.missing", 0))
        if self.weekday is not None and self.weekday != date.weekday():
            faults.append(("date.weekday.wrong", 0))
        if not _RFC.fullmatch(self.order):
            faults.append(("date.form.odd", 0))
