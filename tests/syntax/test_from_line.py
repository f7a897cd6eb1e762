"""The From line of an mbox: every common form of the date, who the sender is, and what is prose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given

from mailkit.syntax.from_line import FromLine, parse_from_line
from tests.strategies import joined
from tests.timing import assert_linear, flood

WHEN = datetime(2026, 1, 3, 1, 2, 3, tzinfo=UTC)
MINUTE = WHEN.replace(second=0)


def at(hours: int) -> datetime:
    """Give the date as it is east of Greenwich."""
    return WHEN.replace(tzinfo=timezone(timedelta(hours=hours)))


@pytest.mark.parametrize(
    "end", [b"", b"\n", b"\r\n", b"\r\r\n", b"  \n"], ids=["none", "LF", "CRLF", "CR CR LF", "blanks"]
)
@pytest.mark.parametrize(
    ("text", "date"),
    [
        pytest.param("Sat Jan  3 01:02:03 2026", WHEN, id="ctime"),
        pytest.param("Sat Jan 03 01:02:03 2026", WHEN, id="ctime with a zero"),
        pytest.param("Sat Jan 3 01:02:03 2026", WHEN, id="ctime with one blank"),
        pytest.param("SAT JAN  3 01:02:03 2026", WHEN, id="capitals"),
        pytest.param("Saturday January 3 01:02:03 2026", WHEN, id="whole names"),
        pytest.param("Sat Jan  3 01:02 2026", MINUTE, id="no seconds"),
        pytest.param("Sat Jan  3 1:02 2026", MINUTE, id="one digit of an hour"),
        pytest.param("Sat Jan  3 01:02:03 26", WHEN, id="two digits of a year"),
        pytest.param("Sat Jan  3 01:02:03 UTC 2026", WHEN, id="zone before the year"),
        pytest.param("Sat Jan  3 01:02:03 UT 2026", WHEN, id="zone of two letters"),
        pytest.param("Sat Jan  3 01:02:03 EST 2026", at(-5), id="EST"),
        pytest.param("Sat Jan  3 01:02:03 +0100 2026", at(1), id="numeric zone before the year"),
        pytest.param("Sat Jan  3 01:02:03 +01 2026", at(1), id="zone of two digits"),
        pytest.param("Sat Jan  3 01:02:03 GMT+1 2026", at(1), id="GMT+1"),
        pytest.param("Sat Jan  3 01:02:03 UTC-05:00 2026", at(-5), id="UTC-05:00"),
        pytest.param("Sat Jan  3 01:02:03 2026 +0100", at(1), id="zone behind the year"),
        pytest.param("Sat Jan  3 01:02:03 2026 -0500 (EST)", at(-5), id="zone and comment"),
        pytest.param("Sat Jan  3 01:02:03 2026 EST", at(-5), id="named zone behind the year"),
        pytest.param("Sat Jan  3 01:02:03 MET DST 2026", at(2), id="MET DST"),
        pytest.param("Sat Jan  3 01:02:03 AM 2026", WHEN, id="AM"),
        pytest.param("Sat 3 Jan 01:02:03 2026", WHEN, id="day before month"),
        pytest.param("Sat Jan 3, 2026 01:02:03", WHEN, id="year before time"),
        pytest.param("Sat, 3 Jan 2026 01:02:03 +0100", at(1), id="RFC 5322"),
        pytest.param("Sat, 3 Jan 2026 01:02:03 +0100 (CET)", at(1), id="RFC 5322 with a comment"),
        pytest.param("Sat, 3 Jan 26 01:02:03 GMT", WHEN, id="RFC 822"),
        pytest.param("Sat 3-Jan-2026 01:02:03", WHEN, id="RFC 850"),
        pytest.param("3 Jan 2026 01:02:03 +0000", WHEN, id="RFC 5322 without a weekday"),
        pytest.param("2026-01-03 01:02:03", WHEN, id="numeric"),
        pytest.param("2026-01-03 01:02:03 +0100", at(1), id="numeric with a zone"),
        pytest.param("2026-01-03T01:02:03Z", WHEN, id="ISO 8601"),
        pytest.param("2026-01-03T01:02:03.456+01:00", at(1), id="ISO 8601 with a fraction"),
        pytest.param("2026/01/03 01:02:03", WHEN, id="slashes"),
        pytest.param("Sat Feb 31 01:02:03 2026", None, id="no such day"),
        pytest.param("Sat Jan  3 25:02:03 2026", None, id="no such hour"),
        pytest.param("Sat Jan  3 01:02:03 0000", None, id="no such year"),
    ],
)
def test_dates(text: str, date: datetime | None, end: bytes) -> None:
    found = parse_from_line(b"From joe@example.org " + text.encode() + end)
    assert found == FromLine("joe@example.org", date)
    assert found.date is None or (found.date.utcoffset() == date.utcoffset() if date else False)


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        pytest.param("joe@example.org ", "joe@example.org", id="address"),
        pytest.param("joe@example.org  ", "joe@example.org", id="two blanks"),
        pytest.param("<joe@example.org> ", "joe@example.org", id="angle brackets"),
        pytest.param("joe ", "joe", id="a local user"),
        pytest.param('"joe doe"@example.org ', '"joe doe"@example.org', id="quoted with blanks"),
        pytest.param(r'"joe \" doe"@example.org ', r'"joe \" doe"@example.org', id="quoted with a quote"),
        pytest.param('o"neil@example.org ', 'o"neil@example.org', id="a stray quote"),
        pytest.param("joe at example.org ", "joe@example.org", id="as archives have it"),
        pytest.param("here!there!joe ", "here!there!joe", id="UUCP"),
        pytest.param("jürgen@example.org ", "jürgen@example.org", id="UTF-8"),
        pytest.param("MAILER-DAEMON ", "", id="MAILER-DAEMON"),
        pytest.param("mailer-daemon ", "", id="mailer-daemon"),
        pytest.param("<MAILER-DAEMON> ", "", id="MAILER-DAEMON in brackets"),
        pytest.param("<> ", "", id="the null sender"),
        pytest.param("- ", None, id="Mozilla"),
        pytest.param("???@??? ", None, id="Eudora"),
        pytest.param("", None, id="none"),
        pytest.param(" ", None, id="none and two blanks"),
    ],
)
def test_senders(text: str, sender: str | None) -> None:
    assert parse_from_line(f"From {text}Sat Jan  3 01:02:03 2026\n".encode()) == FromLine(sender, WHEN)


def test_a_sender_that_is_not_utf8_is_latin_1() -> None:
    found = parse_from_line(b"From j\xfcrgen@example.org Sat Jan  3 01:02:03 2026\n")
    assert found is not None
    assert found.sender == "jürgen@example.org"


def test_a_uucp_host_is_the_first_of_the_path() -> None:
    found = parse_from_line(b"From there!joe Sat Jan  3 01:02:03 2026 remote from here\n")
    assert found == FromLine("here!there!joe", WHEN)


@pytest.mark.parametrize(
    "text",
    [
        "From here on we never looked back",
        "From here on we meet at 01:02:03",
        "From here on we met on Sat Jan  3 01:02:03 2026",
        "From Sat Jan  3 on we met at 01:02:03 2026",
        "From joe@example.org Sat Jan  3 01:02:03 2026.",
        "From joe@example.org Sat Jan  3 01:02:03 2026 and so on",
        "From joe@example.org Sat Jan  3 01:02:03",
        "From joe@example.org Sat Jan  3 2026",
        "From joe@example.org Sam Jan  3 01:02:03 2026 remote",
        "From noon 3 Jan 2026 10:30",
        "From 2026-01-03 10:30",
        "From 10:30 to 11:30 on Sat Jan  3 2026",
        "From Monday, 3 Jan 2026 10:30, we are closed",
        "From the report of 2026-01-03 10:30:00",
        "From joe@example.org Sat Jan 3 01:02:03:04 2026",
        "From joe@example.org Sat Jan 3 01:02:03 20266",
        "From: joe@example.org Sat Jan  3 01:02:03 2026",
        "Fromage joe@example.org Sat Jan  3 01:02:03 2026",
        "from joe@example.org Sat Jan  3 01:02:03 2026",
        " From joe@example.org Sat Jan  3 01:02:03 2026",
        ">From joe@example.org Sat Jan  3 01:02:03 2026",
        "From ",
        "From",
        "",
    ],
    ids=lambda text: text[:60] or "empty",
)
def test_prose(text: str) -> None:
    assert parse_from_line(text.encode() + b"\n") is None


TOKENS = [
    b"From ",
    b"a@b",
    b" ",
    b"Sat",
    b"Jan",
    b"3",
    b"01:02:03",
    b"2026",
    b"\n",
    b",",
    b'"',
    b"\\",
    b"+0100",
    b"EST",
]
TOKENS += [
    b" at ",
    b"remote from ",
    b"(",
    b")",
    b"-",
    b"2026-01-03",
    b"T",
    b"\xff",
    b"<",
    b">",
    b"\r",
    b"10:30",
    b" PM",
]


@given(joined(TOKENS, 14))
def test_no_line_raises(rest: bytes) -> None:
    found = parse_from_line(b"From " + rest)
    if found:
        assert found.date is None or found.date.tzinfo is not None
        (found.sender or "").encode("utf-8")


@pytest.mark.parametrize(
    "unit",
    [
        b" ",
        b'"',
        b'\\"',
        b"a ",
        b"1:11 ",
        b"Sat ",
        b"Sat, ",
        b"3 Jan ",
        b"(",
        b"()",
        b"at a ",
        b"+01",
        b"EST ",
        b"01:02:03 2026 ",
    ],
    ids=repr,
)
def test_floods_are_linear(unit: bytes) -> None:
    assert_linear(parse_from_line, flood(unit, b"From a Sat Jan 3 01:02:03 2026", b"1:11\n"))
