"""Dates as mail has them; a date that is none is None and never a made-up one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.syntax.dates import parse_date


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
        pytest.param("Tue, 24 Nov 2026 20:10:46 +9999", id="no such zone"),
        pytest.param("0000-00-00T00:00:00Z", id="zeros"),
        pytest.param("2026-13-24T20:10:46Z", id="month 13"),
        pytest.param("20:10:46", id="time alone"),
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
PIECES += ["(", ")", "AM", "99999", "0", ".", "\n", "二", "²"]


@settings(max_examples=2000, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=16).map("".join), st.text(max_size=60)))
def test_any_text_is_an_aware_date_or_none(text: str) -> None:
    date = parse_date(text)
    assert date is None or date.utcoffset() is not None


TEMPLATES = ["{d} {m} {y} {h}:{i}:{s} {z}", "{m} {d} {h}:{i}:{s} {z} {y}", "{y}-{d}-{d}T{h}:{i}:{s}{z}"]
numbers = st.one_of(st.integers(0, 99).map("{:02}".format), st.sampled_from(["0", "²", "٢٤", "60"]))


@settings(max_examples=2000, deadline=None)
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


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1), timezones=zones))  # noqa: DTZ001
def test_what_is_written_is_read(date: datetime) -> None:
    date = date.replace(microsecond=0)
    assert parse_date(format_datetime(date)) == date
    assert parse_date(date.isoformat()) == date
    assert parse_date(date.astimezone(UTC).strftime("%a %b %d %H:%M:%S UTC %Y")) == date
