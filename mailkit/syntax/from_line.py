"""The From line of an mbox: bytes in, sender and date out, or None where a line is prose (RFC 4155 appendix A).

No document fixes its form: RFC 4155 asks for an address and a ctime date in UTC, and programs have
written zones, RFC 5322 dates, numeric dates and host names (RFC 976) since. A line is one when it
ends in a whole date, and when there is at most one word before it; where the date has no weekday,
that word must look like an envelope address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import msgspec

from mailkit.syntax.dates import parse_date

_MONTHS = {
    name: b"%02d" % n
    for n, name in enumerate(
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"], 1
    )
}
_NAMES = {number.decode(): name.decode() for name, number in _MONTHS.items()}
_COMMON = re.compile(
    rb"From ([^\s\"<>()]++) ++(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([JFMASOND][a-z]{2}) ([ \d]\d)"
    rb" (\d\d:\d\d:\d\d) (\d{4})\r?\n?\Z"
)
_BLANK = rb"[ \t]++"
_WEEKDAY = rb"(?P<weekday>(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}+,?[ \t]++)?"
_MONTH = rb"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_TIME = (
    rb"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9}+)?)?(?![\d:])"
    rb"(?:[ ]?(?P<half>[AaPp][Mm])(?![A-Za-z]))?"
)
_ZONE = (
    rb"(?:[ \t]*+(?P<%s>[+\-]\d\d(?::?\d\d)?(?!\d)|[A-Z]{1,5}+(?:[+\-]\d{1,2}(?::?\d\d)?)?(?![A-Za-z\d])(?:[ ]DST)?))?"
)
_TAIL = (
    rb"[ \t]*+(?:\([^()\r\n]{0,200}+\)[ \t]*+)?"
    rb"(?:remote[ \t]++from[ \t]++(?P<host>\S++)[ \t]*+)?\r*+\n?\Z"
)
_YEAR = rb"(?P<year>\d{4}|\d{2})(?!\d)"
_FORMS = tuple(
    re.compile(_WEEKDAY + form + _TAIL)
    for form in (
        # Sat Jan  3 01:02:03 [EST] 2026 [EST], the day before the month, too
        rb"(?:(?P<month>%s)[a-z]{0,6}+\.?[ \t]++(?P<day>\d{1,2})|(?P<day2>\d{1,2})[ \t]++(?P<month2>%s)[a-z]{0,6}+\.?),?"
        % (_MONTH, _MONTH)
        + (_BLANK + _TIME + _ZONE % b"zone" + _BLANK + _YEAR + _ZONE % b"zone2"),
        # Sat, 3 Jan 2026 01:02:03 +0100, and Sat Jan 3, 2026 01:02:03
        rb"(?:(?P<month>%s)[a-z]{0,6}+\.?[ \t]++(?P<day>\d{1,2})|(?P<day2>\d{1,2})[ \t\-]++(?P<month2>%s)[a-z]{0,6}+\.?),?"
        % (_MONTH, _MONTH)
        + (rb"[ \t\-]++" + _YEAR + rb",?" + _BLANK + _TIME + _ZONE % b"zone"),
        # 2026-01-03 01:02:03 +0100, and 2026-01-03T01:02:03Z
        rb"(?P<year>\d{4})[\-/](?P<number>\d\d)[\-/](?P<day>\d\d)(?:T|[ \t]++)" + _TIME + _ZONE % b"zone",
    )
)
_CLOCK = re.compile(rb"\d:\d\d")
_START = re.compile(rb"From[ \t]++")
_QUOTED = re.compile(rb"(\"(?:[^\"\\\r\n]|\\[^\r\n])*+\"\S*+)[ \t]++")
_WORD = re.compile(rb"(\S++)[ \t]++")
_AT = re.compile(rb"at[ \t]++(\S++)[ \t]++")
_UNKNOWN = frozenset({b"-", b"???@???"})
_NULL = frozenset({b"<>", b"", b"mailer-daemon", b"<mailer-daemon>"})


class FromLine(msgspec.Struct, frozen=True, gc=False):
    """What a From line says."""

    sender: str | None
    """The envelope sender; empty for the null sender, None where the line names none."""
    date: datetime | None
    """When the message was delivered, in UTC where no zone is named; None where there is no such time."""


def parse_from_line(raw: bytes) -> FromLine | None:
    r"""Read a From line of an mbox; None where it is not one, but text that begins with From.

    >>> parse_from_line(b"From joe@example.org Sat Jan  3 01:02:03 2026\n").date.isoformat()
    '2026-01-03T01:02:03+00:00'
    >>> parse_from_line(b"From here on we meet at 01:02:03\n")
    """
    match = _COMMON.match(raw)
    if match:
        sender, month, day, clock, year = match.groups()
        iso = b"%b-%b-%bT%b+00:00" % (year, _MONTHS.get(month, b""), day.replace(b" ", b"0"), clock)
        try:
            return FromLine(_sender(sender), datetime.fromisoformat(iso.decode()))
        except ValueError:
            pass  # no such month or time, or a leap second
    start = _START.match(raw)
    if not start or not _CLOCK.search(raw):
        return None
    return _parse(raw, start.end())


def _parse(raw: bytes, start: int) -> FromLine | None:
    """Read a line of any form."""
    for sender, place in _senders(raw, start):
        for form in _FORMS:
            match = form.match(raw, place)
            if match and (match["weekday"] or _is_envelope(sender)):
                return FromLine(_sender(sender, match["host"]), _date(match))
    return None


def _senders(raw: bytes, start: int) -> Iterator[tuple[bytes | None, int]]:
    """Give what may be the sender, and where the date then begins: nothing, a word, `joe at example.org` of archives."""
    yield None, start
    word = _QUOTED.match(raw, start) or _WORD.match(raw, start)
    if word:
        yield word[1], word.end()
        at = _AT.match(raw, word.end())
        if at:
            yield word[1] + b"@" + at[1], at.end()


def _is_envelope(sender: bytes | None) -> bool:
    """Say whether a word can hardly be one of prose: an address, a UUCP path, or what stands for none."""
    return sender is not None and (b"@" in sender or b"!" in sender or sender in _UNKNOWN or sender.lower() in _NULL)


def _sender(raw: bytes | None, host: bytes | None = None) -> str | None:
    """Give the sender as text, with the host from which it came in front of a UUCP path (RFC 976 section 2.4)."""
    if raw is None or raw in _UNKNOWN:
        return None
    if b"@" not in raw and raw.lower() in _NULL:
        return ""
    if raw[:1] == b"<" and raw[-1:] == b">":
        raw = raw[1:-1]
    if host is not None:
        raw = host + b"!" + raw
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _date(match: re.Match[bytes]) -> datetime | None:
    """Make the date of what a form has found, by the rules for dates of RFC 5322."""
    part = {name: (value or b"").decode("ascii") for name, value in match.groupdict().items() if name != "host"}
    month = part["month"] or part["month2"] if "month" in part else _NAMES.get(part["number"], "")
    zone = part["zone"] or part.get("zone2", "")
    name, _, summer = zone.partition(" ")
    clock = f"{part['hour']}:{part['minute']}:{part['second'] or '00'}{part['half']}"
    date = parse_date(f"{part['day'] or part['day2']} {month} {part['year']} {clock} {_offset(name)}")
    if date and summer:
        return date.replace(tzinfo=timezone((date.utcoffset() or timedelta()) + timedelta(hours=1)))
    return date


def _offset(zone: str) -> str:
    """Write a zone as RFC 5322 has it: `+02`, `GMT+2` and `+02:00` are all `+0200`."""
    name, sign, digits = zone.replace("-", "+-").partition("+")
    if not sign:
        return name or "+0000"
    minus = digits.startswith("-")
    hours, _, minutes = digits.lstrip("-").partition(":")
    if len(hours) == 4:
        hours, minutes = hours[:2], hours[2:]
    return f"{'-' if minus else '+'}{hours:0>2}{minutes or '00'}"
