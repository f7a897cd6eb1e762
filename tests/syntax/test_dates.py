"""Dates as mail has them; a date that is none is None and never a made-up one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.findings import CODES
from mailkit.syntax.dates import parse_date
from tests.strategies import joined
from tests.timing import assert_linear, flood


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        pytest.param("Tue, 24 Nov 2026 20:10:46 +0900", "2026-11-24T20:10:46+09:00", id="RFC 5322"),
        pytest.param("Tue, 24 Nov 2026 20:10:46 +0900 (JST)", "2026-11-24T20:10:46+09:00", id="comment"),
        pytest.param("24 Nov 2026 20:10:46 +0000", "2026-11-24T20:10:46+00:00", id="no day of the week"),
        pytest.param("Tue, 24 Nov 2026 20:10 +0900", "2026-11-24T20:10:00+09:00", id="no seconds"),
        pytest.param("Tue,  4 Nov 2026 20:10:46 -0330", "2026-11-04T20:10:46-03:30", id="blanks and half an hour"),
        pytest.param("Tue, 24 Nov 26 20:10:46 GMT", "2026-11-24T20:10:46+00:00", id="two digits"),
        pytest.param("Tue, 24 Nov 99 20:10:46 GMT", "1999-11-24T20:10:46+00:00", id="two digits of the last century"),
        pytest.param("Tue, 24 Nov 126 20:10:46 GMT", "2026-11-24T20:10:46+00:00", id="three digits"),
        pytest.param("Tue, 24 Nov 2026 20:10:46 EST", "2026-11-24T20:10:46-05:00", id="EST"),
        pytest.param("Tue, 24 Nov 2026 20:10:46 JST", "2026-11-24T20:10:46+09:00", id="JST"),
        pytest.param("Tue, 24 Nov 2026 20:10:46 -0000", "2026-11-24T20:10:46+00:00", id="unknown zone"),
        pytest.param("Tue, 24 Nov 2026 20:10:46", "2026-11-24T20:10:46+00:00", id="no zone"),
        pytest.param("Tue, 24 Nov 2026 20:10:60 +0000", "2026-11-24T20:10:59+00:00", id="leap second"),
        pytest.param("Tue Nov 24 20:10:46 2026", "2026-11-24T20:10:46+00:00", id="ctime"),
        pytest.param("Tue Nov 24 20:10:46 JST 2026", "2026-11-24T20:10:46+09:00", id="ctime with a zone"),
        pytest.param("Tue Nov 24 20:10:46 +0900 2026", "2026-11-24T20:10:46+09:00", id="ctime with an offset"),
        pytest.param("2026-11-24T20:10:46Z", "2026-11-24T20:10:46+00:00", id="ISO"),
        pytest.param("2026-11-24 20:10:46.123+09:00", "2026-11-24T20:10:46+09:00", id="ISO with a fraction"),
        pytest.param("24-Nov-2026 08:10:46 PM", "2026-11-24T20:10:46+00:00", id="hyphens and PM"),
        pytest.param("24 Nov 2026 12:10:46 AM", "2026-11-24T00:10:46+00:00", id="twelve AM"),
        pytest.param(
            "Tuesday, 24 November 2026 20.10.46 +0900", "2026-11-24T20:10:46+09:00", id="long names and points"
        ),
    ],
)
def test_good(text: str, iso: str) -> None:
    date = parse_date(text)
    assert date is not None
    assert date.isoformat() == iso


@pytest.mark.parametrize(
    ("text", "iso", "faults"),
    [
        pytest.param("Tue, 24 Nov 2026 20:10:46 +0900", "2026-11-24T20:10:46+09:00", [], id="RFC 5322"),
        pytest.param(" Tue,24 Nov\r\n 2026\t20:10:46+0900\r\n", "2026-11-24T20:10:46+09:00", [], id="white space"),
        pytest.param("tue, 24 NOV 2026 20:10:46 +0900", "2026-11-24T20:10:46+09:00", [], id="case"),
        pytest.param("24Nov2026 20:10+0900", "2026-11-24T20:10:00+09:00", [], id="no white space"),
        pytest.param("Tue, 24 Nov 2026 8:0:6 +0900", "2026-11-24T08:00:06+09:00", [], id="time without noughts"),
        pytest.param("(a) Tue (b), 24(c)Nov 2026 20(d):(e)10 : 46 +0900", "2026-11-24T20:10:46+09:00", [], id="comments"),
        pytest.param("24 Nov 2026 ((a) \\) b) 20:10:46 +0900 (c (d))", "2026-11-24T20:10:46+09:00", [], id="nested comments"),
        pytest.param("Tue, 24 Nov 2026 20:10:46 +0900 (JST", "2026-11-24T20:10:46+09:00", [], id="open comment"),
        pytest.param("24 Nov 26 20:10:46 +0900", "2026-11-24T20:10:46+09:00", ["year.short"], id="26"),
        pytest.param("24 Nov 49 20:10:46 +0900", "2049-11-24T20:10:46+09:00", ["year.short"], id="49"),
        pytest.param("24 Nov 50 20:10:46 +0900", "1950-11-24T20:10:46+09:00", ["year.short"], id="50"),
        pytest.param("24 Nov 101 20:10:46 +0900", "2001-11-24T20:10:46+09:00", ["year.short"], id="101"),
        pytest.param("24 Nov 2026 20:10:46 -0000", "2026-11-24T20:10:46+00:00", ["zone.local"], id="-0000"),
        pytest.param("24 Nov 2026 20:10:46", "2026-11-24T20:10:46+00:00", ["zone.missing"], id="no zone"),
        pytest.param("24 Nov 2026 20:10:46 (JST)", "2026-11-24T20:10:46+00:00", ["zone.missing"], id="zone in a comment"),
        pytest.param("24 Nov 2026 20:10:46 GMT", "2026-11-24T20:10:46+00:00", ["zone.obsolete"], id="GMT"),
        pytest.param("Tue, 24 Nov 2026 20:10:46 GMT", "2026-11-24T20:10:46+00:00", ["zone.obsolete"], id="GMT, common"),
        pytest.param("24 Nov 2026 20:10:46 UT", "2026-11-24T20:10:46+00:00", ["zone.obsolete"], id="UT"),
        pytest.param("24 Nov 2026 20:10:46 pdt", "2026-11-24T20:10:46-07:00", ["zone.obsolete"], id="PDT"),
        pytest.param("24 Nov 2026 20:10:46 Z", "2026-11-24T20:10:46+00:00", ["zone.obsolete"], id="Z"),
        pytest.param("24 Nov 2026 20:10:46 A", "2026-11-24T20:10:46+00:00", ["zone.unknown"], id="A (RFC 5322 section 4.3)"),
        pytest.param("24 Nov 2026 20:10:46 y", "2026-11-24T20:10:46+00:00", ["zone.unknown"], id="Y (RFC 5322 section 4.3)"),
        pytest.param("24 Nov 2026 20:10:46 QQQ", "2026-11-24T20:10:46+00:00", ["zone.unknown"], id="unknown zone"),
        pytest.param("24 Nov 2026 20:10:46 +9", "2026-11-24T20:10:46+09:00", [], id="offset of one digit"),
        pytest.param("24 Nov 2026 20:10:46 -09", "2026-11-24T20:10:46-09:00", [], id="offset of two digits"),
        pytest.param("24 Nov 2026 20:10:46 -930", "2026-11-24T20:10:46-09:30", [], id="offset of three digits"),
        pytest.param("24 Nov 2026 20:10:46 +09:30", "2026-11-24T20:10:46+09:30", [], id="offset with a colon"),
        pytest.param("24 Nov 2026 20:10:46 - 0930", "2026-11-24T20:10:46-09:30", [], id="offset with a blank"),
        pytest.param("24 Nov 2026 20:10:46 +1400", "2026-11-24T20:10:46+14:00", [], id="as far east as can be"),
        pytest.param("24 Nov 2026 20:10:46 -2359", "2026-11-24T20:10:46-23:59", [], id="as far as can be"),
        pytest.param("24 Nov 2026 20:10:46 +0075", "2026-11-24T20:10:46+01:15", ["zone.range"], id="75 minutes"),
        pytest.param("24 Nov 2026 20:10:46 +2400", "2026-11-24T20:10:46+00:00", ["zone.range"], id="24 hours"),
        pytest.param("24 Nov 2026 20:10:46 -9999", "2026-11-24T20:10:46+00:00", ["zone.range"], id="99 hours"),
        pytest.param("24 Nov 2026 20:10:46 +09000", "2026-11-24T20:10:46+00:00", ["zone.range"], id="five digits"),
        pytest.param("24 Nov 2026 20:10:46 +" + "9" * 30, "2026-11-24T20:10:46+00:00", ["zone.range"], id="thirty digits"),
        pytest.param("24 Nov 2026 20:10:46 GMT+0900", "2026-11-24T20:10:46+09:00", ["zone.obsolete", "form.odd"], id="GMT+0900"),
        pytest.param("24 Nov 2026 20:10:46 UTC-3:30", "2026-11-24T20:10:46-03:30", ["zone.obsolete", "form.odd"], id="UTC-3:30"),
        pytest.param("24 Nov 2026 20:10:46 +0900 JST", "2026-11-24T20:10:46+09:00", ["end.junk"], id="zone twice"),
        pytest.param("24 Nov 2026 20:10:46 +0900 +0100", "2026-11-24T20:10:46+09:00", ["end.junk"], id="two offsets"),
        pytest.param("24 Nov 2026 20:10:46 +0900 at noon", "2026-11-24T20:10:46+09:00", ["end.junk"], id="text behind"),
        pytest.param("24 Nov 2026 20:10:46 +0900; x", "2026-11-24T20:10:46+09:00", ["end.junk"], id="semicolon behind"),
        pytest.param("24 Nov 2026 20:10:46 Europe/Rome", "2026-11-24T20:10:46+00:00", ["end.junk", "zone.missing"], id="place"),
        pytest.param("by mx1.example with id 20:26; 24 Nov 2026 20:10:46 +0900", "2026-11-24T20:10:46+09:00", [], id="trace field"),
        pytest.param("Mon, 24 Nov 2026 20:10:46 +0900", "2026-11-24T20:10:46+09:00", ["weekday.wrong"], id="another weekday"),
        pytest.param("Abc, 24 Nov 2026 20:10:46 +0900", "2026-11-24T20:10:46+09:00", ["weekday.wrong"], id="no weekday"),
        pytest.param("Date: 24 Nov 2026 20:10:46 +0900", "2026-11-24T20:10:46+09:00", ["weekday.wrong"], id="field name"),
        pytest.param("mar., 24 novembre 2026 20:10:46 +0100", "2026-11-24T20:10:46+01:00", [], id="mardi is no March"),
        pytest.param("Tue, 24 Nov 2026 24:00:00 +0900", "2026-11-25T00:00:00+09:00", [], id="24:00"),
        pytest.param("31 Dec 2026 24:00 +0000", "2027-01-01T00:00:00+00:00", [], id="24:00 at the end of a year"),
        pytest.param("31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59+00:00", [], id="leap second"),
        pytest.param("29 Feb 2028 20:10:46 +0000", "2028-02-29T20:10:46+00:00", [], id="leap day"),
        pytest.param("Tue Nov 24 20:10:46 2026", "2026-11-24T20:10:46+00:00", ["zone.missing", "form.odd"], id="ctime"),
        pytest.param("Wed Nov  4 20:10:46 CET 2026", "2026-11-04T20:10:46+01:00", ["zone.obsolete", "form.odd"], id="date(1)"),
        pytest.param("Tue Nov 24 08:10:46 PM UTC 2026", "2026-11-24T20:10:46+00:00", ["zone.obsolete", "form.odd"], id="date(1) with PM"),
        pytest.param("24 Nov 20:10:46 2026", "2026-11-24T20:10:46+00:00", ["zone.missing", "form.odd"], id="year behind"),
        pytest.param("20:10:46 24 Nov 2026 +0900", "2026-11-24T20:10:46+09:00", ["form.odd"], id="time in front"),
        pytest.param("Tue Nov 24 2026 20:10:46 GMT+0900 (JST)", "2026-11-24T20:10:46+09:00", ["zone.obsolete", "form.odd"], id="JavaScript"),
        pytest.param("Tuesday, November 24, 2026 8:10 PM", "2026-11-24T20:10:00+00:00", ["zone.missing", "form.odd"], id="American"),
        pytest.param("Nov. 24, 2026, at 12:10:46 a.m. EST", "2026-11-24T00:10:46-05:00", ["zone.obsolete", "form.odd"], id="a.m."),
        pytest.param("11/24/2026 8:10:46 PM", "2026-11-24T20:10:46+00:00", ["zone.missing", "form.odd"], id="American numbers"),
        pytest.param("24/11/2026 20:10:46", "2026-11-24T20:10:46+00:00", ["zone.missing", "form.odd"], id="day before month"),
        pytest.param("3/4/26 20:10", "2026-03-04T20:10:00+00:00", ["year.short", "zone.missing", "form.odd"], id="American, short"),
        pytest.param("3-4-2026 20:10", "2026-04-03T20:10:00+00:00", ["zone.missing", "form.odd"], id="hyphens"),
        pytest.param("11-24-2026 20:10", "2026-11-24T20:10:00+00:00", ["zone.missing", "form.odd"], id="hyphens, month first"),
        pytest.param("3.4.2026 20:10", "2026-04-03T20:10:00+00:00", ["zone.missing", "form.odd"], id="points"),
        pytest.param("03.04.26 20.10.46", "2026-04-03T20:10:46+00:00", ["year.short", "zone.missing", "form.odd"], id="points everywhere"),
        pytest.param("24 Nov 2026 20.10 +0900", "2026-11-24T20:10:00+09:00", [], id="point in the time"),
        pytest.param("Tuesday, 24-Nov-26 20:10:46 GMT", "2026-11-24T20:10:46+00:00", ["year.short", "zone.obsolete", "form.odd"], id="news"),
        pytest.param("2026-Nov-24 20:10:46 +0900", "2026-11-24T20:10:46+09:00", ["form.odd"], id="year first"),
        pytest.param("2026 Nov 24 20:10:46 +0900", "2026-11-24T20:10:46+09:00", ["form.odd"], id="year first, blanks"),
        pytest.param("2026-11-24T20:10:46Z", "2026-11-24T20:10:46+00:00", ["zone.obsolete", "form.odd"], id="ISO"),
        pytest.param("2026-11-24T20:10:46.123456789+09:00", "2026-11-24T20:10:46+09:00", ["form.odd"], id="ISO, fraction"),
        pytest.param("2026-11-24T20:10:46,5-0500", "2026-11-24T20:10:46-05:00", ["form.odd"], id="ISO, comma"),
        pytest.param("2026/11/24 20:10", "2026-11-24T20:10:00+00:00", ["zone.missing", "form.odd"], id="slashes"),
        pytest.param("20261124T201046Z", "2026-11-24T20:10:46+00:00", ["zone.obsolete", "form.odd"], id="ISO, basic"),
        pytest.param("20261124T2010+09", "2026-11-24T20:10:00+09:00", ["form.odd"], id="ISO, basic, short"),
        pytest.param('"Tue, 24 Nov 2026 20:10:46 +0900"', "2026-11-24T20:10:46+09:00", ["end.junk"], id="quotes"),
    ],
)  # fmt: skip
def test_good_with_faults(text: str, iso: str, faults: list[str]) -> None:
    found: list[tuple[str, int]] = []
    date = parse_date(text, found)
    assert date is not None
    assert date.isoformat() == iso
    assert date == parse_date(text)
    assert {code.removeprefix("date.") for code, _ in found} == set(faults)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("Tue, 24 Nov 26 20:10:46 +0900", ("date.year.short", 12), id="year"),
        pytest.param("Tue, 24 Nov 2026 20:10:46 -0000", ("date.zone.local", 26), id="offset"),
        pytest.param("Tue, 24 Nov 2026 20:10:46 GMT", ("date.zone.obsolete", 26), id="name"),
        pytest.param("24 (x) Nov 2026 20:10:46 (y) GMT", ("date.zone.obsolete", 29), id="behind comments"),
        pytest.param("24 Nov 2026 20:10:46 +0900 x", ("date.end.junk", 27), id="junk"),
        pytest.param("24 Nov 2026 20:10:46 +0900 ;;", ("date.end.junk", 27), id="semicolons"),
    ],
)
def test_faults_say_where(text: str, fault: tuple[str, int]) -> None:
    found: list[tuple[str, int]] = []
    assert parse_date(text, found) is not None
    assert found == [fault]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Abc, 31 Feb 26 20:10:46 XYZ; foo", id="odd"),
        pytest.param("Tue, 31 Feb 2026 20:10:46 +0900", id="common"),
        pytest.param(" ", id="blank"),
    ],
)
def test_what_is_no_date_has_one_fault(text: str) -> None:
    found: list[tuple[str, int]] = []
    assert parse_date(text, found) is None
    assert found == [("date.value.invalid", 0)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("yesterday", id="word"),
        pytest.param("Tue, 31 Feb 2026 20:10:46 +0900", id="no such day"),
        pytest.param("Tue, 24 Foo 2026 20:10:46 +0900", id="no such month"),
        pytest.param("Tue, 24 Nov 2026 25:10:46 +0900", id="no such hour"),
        pytest.param("Tue, 24 Nov 2026 20:61:46 +0900", id="no such minute"),
        pytest.param("Tue, 24 Nov 0000 20:10:46 +0900", id="year 0"),
        pytest.param("0000-00-00T00:00:00Z", id="zeros"),
        pytest.param("2026-13-24T20:10:46Z", id="month 13"),
        pytest.param("20:10:46", id="time alone"),
        pytest.param("Tue, 24 Nov 2026", id="day alone"),
        pytest.param("24 Nov 2026 +0900", id="day and zone"),
        pytest.param("Nov 2026 20:10:46", id="no day"),
        pytest.param("24 Nov 20:10:46 +0900", id="no year"),
        pytest.param("Tue, 24 11 2026 20:10:46 +0900", id="month as a number"),
        pytest.param("Tue, 0 Nov 2026 20:10:46 +0900", id="day 0"),
        pytest.param("Tue, 24 Nov 2026 20:10:61 +0900", id="no such second"),
        pytest.param("Tue, 24 Nov 2026 24:00:01 +0900", id="after the end of the day"),
        pytest.param("Tue, 24 Nov 2026 20:10:460 +0900", id="second of three digits"),
        pytest.param("Tue, 24 Nov 2026 20:10:46:12 +0900", id="four numbers in a time"),
        pytest.param("Tue, 24 Nov 2026 201046 +0900", id="time without colons"),
        pytest.param("Tue, 24 Nov 20260 20:10:46 +0900", id="year of five digits"),
        pytest.param("31 Dec 9999 24:00 +0000", id="after the end of time"),
        pytest.param("2 dogs and 9 cats met on Sunday at 10:20", id="prose"),
        pytest.param("(Tue, 24 Nov 2026 20:10:46 +0900)", id="comment alone"),
        pytest.param("((((((", id="open comments"),
        pytest.param(";", id="semicolon"),
        pytest.param("24/24/2026 20:10", id="no month among the numbers"),
        pytest.param("99999999T201046Z", id="no day in eight digits"),
        pytest.param("1" * 5000, id="more digits than a number may have"),
        pytest.param("\udcff (\udcff) 24", id="half a character"),
        pytest.param("٢٤ Nov 2026 20:10:46", id="no ASCII digits, no date or a right one"),
    ],
)
def test_bad(text: str | None) -> None:
    date = parse_date(text)
    assert date is None or (text is not None and not text.isascii() and date.day == 24)


PIECES = [
    "Tue, ",
    "24",
    " ",
    "Nov",
    "nov",
    "2026",
    "20",
    ":",
    "10",
    "46",
    "+",
    "-",
    "0900",
    "9999",
    "JST",
    "-05:00",
    "T",
    "Z",
]
PIECES += [
    "(",
    ")",
    "AM",
    "99999",
    "0",
    ".",
    "\n",
    "二",
    "²",
    "/",
    "2026-11-24T",
    "24-Nov-",
    "1.2.",
    ";",
    "\\",
    "GMT",
    "Mar",
]


@given(st.one_of(joined(PIECES, 16), st.text(max_size=60)))
def test_any_text_is_an_aware_date_or_none(text: str) -> None:
    faults: list[tuple[str, int]] = []
    date = parse_date(text, faults)
    assert date is None or date.utcoffset() is not None
    for code, offset in faults:
        assert code in CODES
        assert 0 <= offset <= len(text)


TEMPLATES = ["{d} {m} {y} {h}:{i}:{s} {z}", "{m} {d} {h}:{i}:{s} {z} {y}", "{y}-{d}-{d}T{h}:{i}:{s}{z}"]
numbers = st.sampled_from([*map("{:02}".format, range(100)), *["0", "²", "٢٤", "60"] * 10])


@given(
    template=st.sampled_from(TEMPLATES),
    d=numbers,
    m=st.sampled_from(["Jan", "Feb", "Dec", "Xyz"]),
    y=st.sampled_from(["0000", "0001", "99", "126", "2026", "9999", "٢٠٢٦"]),
    h=numbers,
    i=numbers,
    s=numbers,
    z=st.sampled_from(["+0000", "-2359", "+2400", "+9999", "-0060", "+0099", "ABCDE", "Z", "+09:99", "-1200"]),
)
def test_any_numbers_are_an_aware_date_or_none(template: str, **parts: str) -> None:
    date = parse_date(template.format(**parts))
    if date is not None:
        date.isoformat()
        assert date.utcoffset() is not None


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(
    st.integers(0, 40),
    st.sampled_from(["Jan", "Feb", "Apr", "Dec"]),
    st.sampled_from(["0000", "0001", "1900", "2024", "2026", "9999"]),
    st.sampled_from(["00:00:00", "23:59:59", "23:59:60", "24:00:00", "24:00:01", "23:60:00", "12:34:56"]),
    st.sampled_from(["+0000", "-0000", "GMT", "+0900", "-1459", "+1300 (NZDT)", "+0545", "+1500"]),
)
def test_the_short_way_says_what_the_long_one_says(day: int, month: str, year: str, clock: str, zone: str) -> None:
    """Who asks for faults goes the long way."""
    for text in (f"{day} {month} {year} {clock} {zone}", f"Tue, {day:02} {month} {year} {clock} {zone}"):
        short, long = parse_date(text), parse_date(text, [])
        assert short == long
        assert short is None or long is None or short.utcoffset() == long.utcoffset()


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1), timezones=zones))  # noqa: DTZ001
def test_what_is_written_is_read(date: datetime) -> None:
    date = date.replace(microsecond=0)
    assert parse_date(format_datetime(date)) == date
    assert parse_date(date.isoformat()) == date
    assert parse_date(date.astimezone(UTC).strftime("%a %b %d %H:%M:%S UTC %Y")) == date


@given(
    date=st.datetimes(datetime(1970, 1, 1), datetime(2037, 1, 1), timezones=zones),  # noqa: DTZ001
    blank=st.sampled_from([" ", "\t", "\r\n ", "  ", " (c) ", "(a(b)\\))"]),
    form=st.sampled_from(["%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z", "%a %b %d %H:%M:%S %Y %z", "%Y-%m-%d %H:%M:%S %z"]),
)  # fmt: skip
def test_comments_and_folds_say_nothing(date: datetime, blank: str, form: str) -> None:
    date = date.replace(microsecond=0)
    assert parse_date(date.strftime(form).replace(" ", blank) + blank) == date


FLOODS = [
    "(",
    ")",
    "()",
    "( ",
    "(\\",
    "\\",
    " ",
    "\t",
    "\r\n ",
    "1",
    "1 ",
    "1:",
    "1 : ",
    "a",
    "a ",
    "+1 ",
    "+1:",
    "-",
    ";",
    "; ",
]
FLOODS += [
    "24-Nov-",
    "1.1.",
    "1/",
    "2026-11-24T",
    "am ",
    "Nov ",
    "Z",
    "24 Nov 2026 20:10 ",
    "24 Nov 2026 20:10;",
    ".",
    ",",
    "二",
]


STARTS = ("", "Tue, 24 Nov 2026 ", "Tue, 24 Nov 2026 20:10 ", "(")


@pytest.mark.parametrize("piece", FLOODS, ids=repr)
def test_floods_are_linear(piece: str) -> None:
    assert_linear(
        lambda texts: [parse_date(text, []) for text in texts],
        lambda size: [flood(piece, start)(size) for start in STARTS],
    )
