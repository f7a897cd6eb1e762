"""Delivery logs: the lines of every form, what is remembered between them, and what is no line at all."""

from __future__ import annotations

import collections
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit import classify_reply
from mailkit.bounce.logs import ACTIONS, Attempt, LogReader, is_log_line, read_log
from mailkit.bounce.logs.attempt import Told
from mailkit.bounce.logs.clock import Clock, span_seconds
from mailkit.bounce.logs.forms import BY_NAME
from mailkit.bounce.logs.head import LINE_CHARS, read_head
from mailkit.bounce.logs.memory import Memory, Table
from mailkit.bounce.matcher import Rule, RuleSet, Scope
from tests.bounce.log_lines import LINES
from tests.memory import NOT_TOLD, STATUS, numbers_of
from tests.strategies import ROOT
from tests.timing import assert_linear

CASES = [
    pytest.param(form, lines, expected, id=f"{form}: {name}")
    for form, rows in LINES.items()
    for name, lines, expected in rows
]
ALL_LINES = [line for rows in LINES.values() for _, lines, _ in rows for line in lines]


def told(attempt: Attempt) -> dict[str, object]:
    """Give an attempt as the table writes it."""
    row: dict[str, object] = {name: getattr(attempt, name) for name in attempt.__struct_fields__}
    if attempt.verdict is not None:
        row |= {name: getattr(attempt.verdict, name) for name in ("status", "reason", "advice")}
    return row


@pytest.mark.parametrize(("form", "lines", "expected"), CASES)
def test_lines(form: str, lines: list[str], expected: list[dict[str, object]]) -> None:
    found = list(read_log(lines))
    assert [one.form for one in found] == [form] * len(expected)
    for attempt, want in zip(found, expected, strict=True):
        row = told(attempt)
        assert {key: row.get(key) for key in want} == want
        assert (attempt.verdict is None) == (attempt.outcome in {"sent", "expanded", "deliverable", "complained"})


@pytest.mark.parametrize(("form", "lines", "expected"), CASES)
def test_a_form_that_is_given_reads_the_same(form: str, lines: list[str], expected: list[dict[str, object]]) -> None:
    del expected
    assert list(read_log(lines, form=form)) == list(read_log(lines))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", BY_NAME)
def test_every_form_has_its_lines(form: str) -> None:
    assert len(LINES[form]) >= 12


@pytest.mark.parametrize("form", BY_NAME)
def test_no_other_form_takes_its_lines(form: str) -> None:
    """A log that is mixed of all forms gives what each gives alone; numbers of lines differ."""
    alone = list(read_log(line for _, lines, _ in LINES[form] for line in lines))
    mixed = [one for one in read_log(ALL_LINES) if one.form == form]
    assert [told(one) | {"line": 0} for one in mixed] == [told(one) | {"line": 0} for one in alone]


def test_outcomes_have_actions() -> None:
    found = {one.outcome for one in read_log(ALL_LINES)}
    assert found == set(ACTIONS)
    for one in read_log(ALL_LINES):
        assert one.action == ACTIONS[one.outcome] or (one.outcome, one.action) == ("sent", "delivered")


# Heads


@pytest.mark.parametrize(
    ("line", "tag", "host", "stamp"),
    [
        pytest.param("Nov  5 10:00:00 mx postfix/smtp[1]: x", "postfix/smtp", "mx", "Nov  5 10:00:00", id="RFC 3164"),
        pytest.param("<22>Nov  5 10:00:00 mx exim[1]: x", "exim", "mx", "Nov  5 10:00:00", id="with its priority"),
        pytest.param("Nov  5 10:00:00 mx qmail: x", "qmail", "mx", "Nov  5 10:00:00", id="no process id"),
        pytest.param("Nov  5 2026 10:00:00 mx a[1]: x", "a", "mx", "Nov  5 2026 10:00:00", id="year in the middle"),
        pytest.param("2026 Nov  5 10:00:00 mx a[1]: x", "a", "mx", "2026 Nov  5 10:00:00", id="year in front"),
        pytest.param(
            "2026-11-05T10:00:00.123456+01:00 mx a[1]: x", "a", "mx", "2026-11-05T10:00:00.123456+01:00", id="rsyslog"
        ),
        pytest.param("2026-11-05T10:00:00+0100 mx a[1]: x", "a", "mx", "2026-11-05T10:00:00+0100", id="journalctl"),
        pytest.param(
            "<22>1 2026-11-05T10:00:00Z mx postfix/smtp 7 - - x",
            "postfix/smtp",
            "mx",
            "2026-11-05T10:00:00Z",
            id="RFC 5424",
        ),
        pytest.param(
            '<22>1 2026-11-05T10:00:00Z mx a 7 ID [x@1 k="v"][y@2 z="w"] \ufeffx',
            "a",
            "mx",
            "2026-11-05T10:00:00Z",
            id="with data",
        ),
        pytest.param("<22>1 - mx a 7 - - x", "a", "mx", "", id="RFC 5424 without time"),
        pytest.param("Nov  5 10:00:00 <mail.info> mx a[1]: x", "a", "mx", "Nov  5 10:00:00", id="FreeBSD -v"),
        pytest.param("Nov  5 10:00:00 mx mail.info a[1]: x", "a", "mx", "Nov  5 10:00:00", id="AIX"),
        pytest.param(
            "Nov  5 10:00:00 mx sendmail[1]: [ID 801593 mail.info] x", "sendmail", "mx", "Nov  5 10:00:00", id="Solaris"
        ),
        pytest.param("postfix/smtp[1]: x", "postfix/smtp", "", "", id="no time"),
        pytest.param(
            '{"MESSAGE":"x","SYSLOG_IDENTIFIER":"a","_HOSTNAME":"mx","__REALTIME_TIMESTAMP":"1764061200000001"}',
            "a",
            "mx",
            "1764061200.000001",
            id="journalctl -o json",
        ),
        pytest.param(
            "mail-postfix-1  | Nov  5 10:00:00 mx a[1]: x", "a", "mx", "Nov  5 10:00:00", id="docker compose logs"
        ),
        pytest.param(
            "2026-11-05T10:00:00.123456789Z Nov  5 10:00:00 mx a[1]: x",
            "a",
            "mx",
            "2026-11-05T10:00:00.123456789Z",
            id="docker logs -t",
        ),
        pytest.param(
            "2026-11-05T10:00:00.123456789Z stdout F Nov  5 10:00:00 mx a[1]: x",
            "a",
            "mx",
            "2026-11-05T10:00:00.123456789Z",
            id="Kubernetes",
        ),
        pytest.param(
            r'{"log":"Nov  5 10:00:00 mx a[1]: x\n","stream":"stdout","time":"2026-11-05T10:00:00Z"}',
            "a",
            "mx",
            "Nov  5 10:00:00",
            id="docker's json-file",
        ),
        pytest.param("x", "", "", "", id="none"),
    ],
)
def test_heads(line: str, tag: str, host: str, stamp: str) -> None:
    head = read_head(line)
    assert (head.body, head.tag, head.host, head.stamp) == ("x", tag, host, stamp)


def test_a_very_long_line_is_cut() -> None:
    assert len(read_head("x" * 10 * LINE_CHARS).body) == LINE_CHARS


# Times


@pytest.mark.parametrize(
    ("stamp", "year", "expected"),
    [
        pytest.param("Nov 25 10:00:00", None, None, id="no year"),
        pytest.param("Nov 25 10:00:00", 2026, "2026-11-25T10:00:00+00:00", id="a year that is given"),
        pytest.param("Nov  5 2025 10:00:00", 2026, "2025-11-05T10:00:00+00:00", id="a year of its own"),
        pytest.param("Feb 29 10:00:00", 2026, None, id="no such day"),
        pytest.param("Feb 29 10:00:00.5", 2028, "2028-02-29T10:00:00.500000+00:00", id="a leap year"),
        pytest.param("Foo 25 10:00:00", 2026, None, id="no month"),
        pytest.param("2026-11-25 10:00:00", None, "2026-11-25T10:00:00+00:00", id="Exim"),
        pytest.param("2026-11-25 10:00:00.123 +0200", None, "2026-11-25T10:00:00.123000+02:00", id="Exim with zone"),
        pytest.param("2026-11-25 10:00:00+0100", None, "2026-11-25T10:00:00+01:00", id="PowerMTA"),
        pytest.param("2026-11-25T10:00:00.1234567Z", None, "2026-11-25T10:00:00.123456+00:00", id="Exchange"),
        pytest.param("1764061200", None, "2025-11-25T09:00:00+00:00", id="seconds"),
        pytest.param("1764061200.25", None, "2025-11-25T09:00:00.250000+00:00", id="seconds with a fraction"),
        pytest.param("@400000006925720a075bcd15", None, "2025-11-25T09:08:16.123456+00:00", id="TAI64N"),
        pytest.param("@ffffffffffffffff00000000", None, None, id="TAI64N of no time"),
        pytest.param("@4fffffffffffffff00000000", None, None, id="TAI64N far away"),
        pytest.param("2026-13-45 10:00:00", None, None, id="no date"),
        pytest.param("999999999999", None, None, id="seconds far away"),
        pytest.param("", None, None, id="nothing"),
    ],
)
def test_times(stamp: str, year: int | None, expected: str | None) -> None:
    time = Clock(year).read(stamp)
    assert (time.isoformat() if time else None) == expected
    assert time is None or time.tzinfo is not None


def test_a_zone_that_is_given() -> None:
    zone = timezone(timedelta(hours=9))
    (one,) = read_log(["2026-11-25 10:00:00 1tFabc-000001-AB ** joe@example.org: Unrouteable address"], zone=zone)
    assert one.time == datetime(2026, 11, 25, 1, tzinfo=UTC)


def test_the_next_year_begins_in_january() -> None:
    clock = Clock(2026)
    stamps = (
        "Nov 30 10:00:00",
        "Dec 31 23:59:59",
        "Jan  1 00:00:00",
        "Dec 31 23:59:59",
        "Jan  1 00:00:01",
        "Feb  1 00:00:00",
    )
    assert [time.year for time in map(clock.read, stamps) if time] == [2026, 2026, 2027, 2026, 2027, 2027]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1d2h3m4s", 93_784.0),
        ("0s", 0.0),
        ("0.25s", 0.25),
        ("120ms", 0.12),
        ("1w", 604_800.0),
        ("", None),
        ("soon", None),
    ],
)
def test_spans(text: str, expected: float | None) -> None:
    assert span_seconds(text) == expected


# What is remembered between lines

SENT = "Nov 25 10:00:00 {host} postfix/smtp[1]: {id}: to=<joe@example.org>, relay=mx[192.0.2.1]:25, delay=1, dsn=2.0.0, status=sent (ok)"
QUEUED = "Nov 25 10:00:00 {host} postfix/qmgr[1]: {id}: from=<{sender}>, size=1, nrcpt=1 (queue active)"
REMOVED = "Nov 25 10:00:00 {host} postfix/qmgr[1]: {id}: removed"
DEFERRED = (
    "Nov 25 10:00:00 mx postfix/smtp[1]: {id}: to=<{to}>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, "
    "status=deferred (connect to mx.example.org[192.0.2.1]:25: Connection timed out)"
)
EXPIRED = "Nov 25 10:00:00 mx postfix/qmgr[1]: {id}: from=<ann@example.com>, status=expired, returned to sender"


def test_a_queue_id_is_one_of_a_host() -> None:
    lines = [
        QUEUED.format(host="mx1", id="4FD1", sender="one@example.com"),
        QUEUED.format(host="mx2", id="4FD1", sender="two@example.com"),
        SENT.format(host="mx1", id="4FD1"),
        SENT.format(host="mx2", id="4FD1"),
        SENT.format(host="mx3", id="4FD1"),
    ]
    assert [one.sender for one in read_log(lines)] == ["one@example.com", "two@example.com", None]


def test_a_message_that_is_done_is_forgotten() -> None:
    lines = [
        QUEUED.format(host="mx", id="4FD1", sender="one@example.com"),
        REMOVED.format(host="mx", id="4FD1"),
        SENT.format(host="mx", id="4FD1"),
    ]
    assert [one.sender for one in read_log(lines)] == [None]


def test_who_waited_has_expired_with_what_was_last_said() -> None:
    lines = [
        DEFERRED.format(id="4FD1", to="joe@example.org"),
        DEFERRED.format(id="4FD1", to="eve@example.org"),
        DEFERRED.format(id="4FD1", to="joe@example.org"),
        DEFERRED.format(id="4FD1", to="sue@example.org").replace("status=deferred", "status=bounced"),
        DEFERRED.format(id="4FD2", to="kim@example.org"),
        EXPIRED.format(id="4FD1"),
        EXPIRED.format(id="4FD1"),
    ]
    found = [one for one in read_log(lines) if one.outcome == "expired"]
    assert [(one.recipient, one.line, one.action) for one in found] == [
        ("joe@example.org", 6, "failed"),
        ("eve@example.org", 6, "failed"),
        (None, 7, "failed"),
    ]
    assert [(one.verdict.status, one.verdict.reason) for one in found if one.verdict] == [
        ("4.4.1", "network"),
        ("4.4.1", "network"),
        ("5.4.7", "expired"),
    ]


@pytest.mark.parametrize("place", range(1, 6))
def test_a_log_in_two_files(place: int) -> None:
    lines = [
        QUEUED.format(host="mx", id="4FD1", sender="ann@example.com"),
        DEFERRED.format(id="4FD1", to="joe@example.org"),
        DEFERRED.format(id="4FD1", to="eve@example.org"),
        SENT.format(host="mx", id="4FD1"),
        EXPIRED.format(id="4FD1"),
        REMOVED.format(host="mx", id="4FD1"),
    ]
    whole = [told(one) | {"line": 0} for one in read_log(lines)]
    reader = LogReader()
    parts = [*reader.read(lines[:place]), *reader.read(lines[place:])]
    assert [told(one) | {"line": 0} for one in parts] == whole
    assert whole[0]["sender"] == "ann@example.com"


def test_a_table_forgets_the_oldest() -> None:
    table: Table[int] = Table(3)
    for number in range(5):
        table[str(number)] = number
    table["2"] = 2
    table["5"] = 5
    assert [table.get(str(number)) for number in range(6)] == [None, None, 2, None, 4, 5]
    assert len(table) == 3


def test_the_waiting_are_bounded() -> None:
    memory = Memory(ids=10, waiting=6)
    for number in range(1000):
        memory.keep(f"id{number % 50}", Told(outcome="deferred", recipient=f"{number}@example.org", text="x" * 9999))
    kept = [told for number in range(50) for told in memory.waiting(f"id{number}")]
    assert 0 < len(kept) <= 6
    assert {len(told.text) for told in kept} == {500}


def test_one_message_does_not_take_all_the_room() -> None:
    memory = Memory(ids=10, waiting=6)
    memory.keep("first", Told(outcome="deferred", recipient="a@example.org"))
    for number in range(100):
        memory.keep("big", Told(outcome="deferred", recipient=f"{number}@example.org"))
    assert (len(memory.waiting("first")), len(memory.waiting("big"))) == (1, 3)


GROWTH = """
import sys
from itertools import count, islice
from mailkit.bounce.logs import read_log
from tests.memory import resident
QUEUED, DEFERRED, LINES = sys.argv[1], sys.argv[2], int(sys.argv[3])
def lines():
    for number in count():
        yield QUEUED.format(host="mx", id=f"{number:08X}", sender=f"list+{number}@example.com")
        yield DEFERRED.format(id=f"{number:08X}", to=f"user{number}@example.org")
at = 0
for attempt in islice(read_log(lines()), LINES):
    at += 1
    if at == LINES // 2:
        print(resident("VmRSS"))
print(resident("VmRSS"))
"""


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.exists(), reason=NOT_TOLD)
def test_memory_does_not_grow_with_the_log() -> None:
    half, whole = numbers_of(GROWTH, QUEUED, DEFERRED, 400_000)
    assert whole - half < 4 << 20


def test_what_is_kept_is_cut_and_what_is_weighed_is_not() -> None:
    words = "450 4.2.0 " + "Please wait. " * 60 + "The mailbox is over its quota"
    line = DEFERRED.format(id="4FD1", to="joe@example.org").replace(
        "connect to mx.example.org[192.0.2.1]:25: Connection timed out", words
    )
    (one,) = read_log([line])
    assert one.verdict is not None
    assert one.verdict.reason == "full"
    assert one.reply == words


# Verdicts


def test_a_client_that_is_refused_is_not_who_refuses() -> None:
    rule = Rule(
        id="own.1",
        status=("4.2.1", "5.2.1"),
        reason="disabled",
        source="own",
        sample="550 purple haze",
        any=("purple haze",),
        scope=Scope(remote=("example.org",)),
    )
    lines = [
        (
            "Nov 25 10:00:00 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from a.example.org[198.51.100.9]: 550 5.7.1 Purple haze; "
            "from=<eve@example.com> to=<joe@example.net> proto=ESMTP helo=<x>"
        ),
        (
            "Nov 25 10:00:00 mx postfix/smtp[1]: 4FD1: to=<joe@example.net>, relay=a.example.org[198.51.100.9]:25, delay=1, "
            "dsn=5.7.1, status=bounced (host a.example.org[198.51.100.9] said: 550 5.7.1 Purple haze)"
        ),
        (
            "Nov 25 10:00:00 mx postfix/smtp[1]: 4FD1: to=<joe@example.org>, relay=none, delay=1, dsn=5.7.1, status=bounced "
            "(550 5.7.1 Purple haze)"
        ),
    ]
    found = [one.verdict.rule for one in read_log(lines, rules=RuleSet([rule])) if one.verdict]
    assert found == [None, "own.1", "own.1"]


def test_a_line_is_classified_as_its_attempt() -> None:
    for form, rows in LINES.items():
        for name, lines, _ in rows:
            found = [one.verdict for one in read_log(lines[-1:]) if one.verdict]
            if found and form != "powermta" and re.match(r"[A-Z][a-z]{2} |\d{4}-|@|\{", lines[-1]):
                assert classify_reply(lines[-1]) == found[0], name


def test_the_year_decides_where_a_rule_has_a_date() -> None:
    """The time of an attempt is passed on: what docomo's 550 after DATA means changed in 2025."""
    line = (
        "{year}-11-25T10:00:00+09:00 mx postfix/smtp[1]: 4FD1: to=<joe@docomo.ne.jp>, relay=mfsmax.docomo.ne.jp[192.0.2.1]:25, "
        "delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (host mfsmax.docomo.ne.jp[192.0.2.1] said: 550 Unknown user "
        "joe@docomo.ne.jp (in reply to end of DATA command))"
    )
    (one,) = read_log([line.format(year=2026)])
    assert one.verdict is not None
    assert (one.verdict.reason, one.verdict.advice) == ("bad-mailbox", "hard")


OWN_WORDS = [
    ("bounced", "5.4.6", "mail for example.org loops back to myself", "loop", "soft"),
    (
        "deferred",
        "4.4.3",
        "Host or domain name not found. Name service error for name=mx type=MX: Host not found, try again",
        "dns",
        "soft",
    ),
    ("deferred", "4.7.4", "TLS is required, but was not offered by host mx.example.org[192.0.2.1]", "network", "soft"),
    (
        "bounced",
        "5.3.4",
        "message size 99 exceeds size limit 10 of server mx.example.org[192.0.2.1]",
        "too-large",
        "block",
    ),
    ("bounced", "5.2.2", "maildir delivery failed: error writing message: Disk quota exceeded", "full", "soft"),
    ("deferred", "4.2.0", "cannot access mailbox /var/mail/joe for user joe. Permission denied", "system", "soft"),
    ("bounced", "5.3.0", 'Command died with status 255: "/usr/bin/procmail"', "system", "soft"),
    ("deferred", "4.3.0", "mail transport unavailable", "system", "soft"),
    ("bounced", "5.1.3", "bad address syntax", "bad-syntax", "hard"),
    ("bounced", "5.1.0", "Domain example.org does not accept mail (nullMX)", "bad-domain", "hard"),
    (
        "bounced",
        "5.6.7",
        "SMTPUTF8 is required, but was not offered by host mx.example.org[192.0.2.1]",
        "unsupported",
        "block",
    ),
    (
        "deferred",
        "4.4.1",
        "delivery temporarily suspended: connect to mx.example.org[192.0.2.1]:25: Connection refused",
        "network",
        "soft",
    ),
]


@pytest.mark.parametrize(
    ("status", "dsn", "words", "reason", "advice"), [pytest.param(*row, id=row[2][:40]) for row in OWN_WORDS]
)
def test_what_postfix_says_itself(status: str, dsn: str, words: str, reason: str, advice: str) -> None:
    line = f"Nov 25 10:00:00 mx postfix/smtp[1]: 4FD1: to=<joe@example.org>, relay=none, delay=1, dsn={dsn}, status={status} ({words})"
    (one,) = read_log([line])
    assert one.verdict is not None
    assert (one.outcome, one.reply, one.verdict.reason, one.verdict.advice) == (status, words, reason, advice)


# Anything else


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="empty"),
        pytest.param("\n", id="a line end"),
        pytest.param("550 5.1.1 User unknown", id="a bare reply"),
        pytest.param("Nov 25 10:00:00 mx postfix/smtpd[1]: connect from x[192.0.2.1]", id="a connection"),
        pytest.param(
            "Nov 25 10:00:00 mx postfix/cleanup[1]: 4FD1: message-id=<to=<a@b>, status=sent@x>", id="a Message-ID"
        ),
        pytest.param("Nov 25 10:00:00 mx sshd[1]: to=<a@b.example>, relay=x, stat=Sent", id="another program"),
        pytest.param(
            "Nov 25 10:00:00 mx postfix/bounce[1]: 4FD1: sender non-delivery notification: 4FD2", id="a notice"
        ),
        pytest.param("2026-11-25 10:00:00 1tFabc-000001-AB Completed", id="Exim is done"),
        pytest.param("2026-11-25 10:00:00 1tFabc-000001-AB *> joe@example.org R=x T=y", id="Exim with -N"),
        pytest.param('{"type":"Reception","recipient":"joe@example.org"}', id="KumoMTA took it"),
        pytest.param('{"type":1,"recipient":[]}', id="JSON of others"),
        pytest.param("[1, 2]", id="JSON that is no object"),
        pytest.param('{"type":"Bounce"', id="JSON that is cut"),
        pytest.param("#Software: Microsoft Exchange Server", id="a comment"),
        pytest.param("r,2026-11-25 10:00:00+0100", id="PowerMTA took it"),
    ],
)
def test_no_attempt(line: str) -> None:
    assert list(read_log([line])) == []
    for form in BY_NAME:
        assert list(read_log([line], form=form)) == []  # type: ignore[arg-type]


pieces = st.sampled_from(
    [
        *sorted({word for line in ALL_LINES for word in re.split(r"(?<=[ ,:<>=\[\]\"{}])", line)}),
        "\\n",
        "\n",
        "\x00",
        "�",
        "🙂",
        "(",
    ]
)
mixtures = st.lists(pieces, max_size=40).map("".join)


@st.composite
def mutated(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    """Give a line of some form that is cut, with something in it that does not belong there."""
    line: str = draw(st.sampled_from(ALL_LINES))
    start, stop = sorted(draw(st.tuples(st.integers(0, len(line)), st.integers(0, len(line)))))
    middle: str = draw(st.one_of(mixtures, st.text(max_size=10)))
    result: str = draw(st.sampled_from([line[:start], line[start:], line[:start] + middle + line[stop:]]))
    return result


@given(
    lines=st.lists(st.one_of(st.text(max_size=80), mixtures, mutated()), max_size=4),
    year=st.none() | st.integers(1, 9999),
)
def test_no_line_raises(lines: list[str], year: int | None) -> None:
    for one in read_log(lines, year=year):
        assert 1 <= one.line <= len(lines)
        assert one.time is None or one.time.tzinfo is not None


@given(lines=st.lists(mutated(), max_size=4), form=st.sampled_from(sorted(BY_NAME)))
def test_no_line_raises_in_another_form(lines: list[str], form: str) -> None:
    for one in read_log(lines, form=form):  # type: ignore[arg-type]
        assert one.form == form


@given(text=st.one_of(st.text(max_size=80), mixtures, mutated()))
def test_is_log_line_and_classify_reply_take_anything(text: str) -> None:
    is_log_line(text)
    assert classify_reply(text, explain=True).status[0] in "245"


ATTACKS = {
    "an address that does not end": lambda n: ["Nov 25 10:00:00 mx postfix/smtp[1]: 4FD1: to=<" + "a>, " * n],
    "pairs without end": lambda n: ["Nov 25 10:00:00 mx postfix/smtp[1]: 4FD1: to=<a>, relay=x, " + "a=b, " * n],
    "a refusal without end": lambda n: [
        "Nov 25 10:00:00 mx postfix/smtpd[1]: NOQUEUE: reject: header " + "x from " * n
    ],
    "Exim's fields": lambda n: ["2026-11-25 10:00:00 1tFabc-000001-AB ** a@b.example" + " R=x T=y" * n],
    "Exim's parentheses": lambda n: ["2026-11-25 10:00:00 1tFabc-000001-AB => a (b) " + "(c) <d" * n],
    "Exim's quotes": lambda n: ['2026-11-25 10:00:00 1tFabc-000001-AB => "' + 'a" ' * n],
    "sendmail's recipients": lambda n: ["Nov 25 10:00:00 mx sendmail[1]: q1: to=" + "<a@b>," * n + ", stat=x"],
    "sendmail's rule set": lambda n: ["Nov 25 10:00:00 mx sendmail[1]: ruleset=x, arg1=" + "a, arg2=" * n],
    "qmail's words": lambda n: ["delivery 1: failure: " + "a_b/" * n],
    "OpenSMTPD's pairs": lambda n: ["Nov 25 10:00:00 mx smtpd[1]: mta delivery evpid=" + ' a="b"' * n + " stat=x"],
    "columns": lambda n: ["b," + '"a"",' * n],
    "deep JSON": lambda n: ['{"type":"Bounce","recipient":' + "[" * n],
    "Haraka's pairs": lambda n: ["[NOTICE] [A] [outbound] delivered file=" + ' host="a' * n],
    "many lines": lambda n: ALL_LINES * (n // 1000 + 1),
    "structured data": lambda n: ["<22>1 2026-11-05T10:00:00Z mx a 7 ID " + "[a]" * n],
}


@pytest.mark.parametrize("name", ATTACKS)
def test_linear(name: str) -> None:
    assert_linear(lambda lines: list(read_log(lines)), ATTACKS[name])


# Genuine logs

LOGS = ROOT / "corpora" / "logs"
GENUINE = ("exim", "haraka", "opensmtpd", "postfix", "sendmail")
SINK: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "corpora" / "foundry" / "cases.toml").read_text("utf-8"))[
    "sink"
]
MESSAGES: dict[str, dict[str, Any]] = json.loads((ROOT / "corpora" / "mta" / "expected.json").read_text("utf-8"))
COUNTS: dict[str, dict[str, int]] = json.loads((LOGS / "expected.json").read_text("utf-8"))
LOST = re.compile(r"reset by|timed out|retry time not reached|lost connection", re.IGNORECASE)
"""What an MTA says instead of the reply where the connection had gone."""


def lines_of(path: Path) -> Iterator[str]:
    """Give the lines of a log."""
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from file


def check_log(path: Path, mta: str) -> None:
    """Check that a log tells of every case what the sink had said, and that it is understood as its bounce is."""
    attempts = list(read_log(lines_of(path), year=2026))
    assert {one.form for one in attempts} == {mta}
    assert {one.sender for one in attempts} <= {"sender@example.test", "", None}
    for name, row in SINK.items():
        found = [one for one in attempts if one.recipient == f"{name}@sink.test" and one.outcome != "rejected"]
        assert found, f"{name} is not in the log"
        first = found[0]
        assert first.outcome == ("deferred" if row["stage"] == "drop" or row["reply"][0][0] == "4" else "bounced")
        for one in found:
            assert one.relay_ip == "127.0.0.1" or mta == "haraka" or LOST.search(one.reply or "")
            if row["stage"] == "drop" or LOST.search(one.reply or ""):
                assert one.verdict is not None
                assert one.verdict.reason == "network"
                continue
            check_reply(one, row["reply"], MESSAGES.get(f"{mta}-{name}.eml"))


def check_reply(one: Attempt, reply: list[str], want: dict[str, Any] | None) -> None:
    """Check one attempt against the reply of the sink and the expected answer for the bounce of the same MTA."""
    assert one.verdict is not None
    said = reply[0].replace("{r}", one.recipient or "")
    assert (one.reply or "").replace("-", " ").startswith(said[:60].partition(" <")[0].replace("-", " "))
    assert one.verdict.reply == said[:3]
    for row in (want or {}).get("recipients", ()):
        if row.get("reasons") == ["network"]:  # when the corpus was made, the connection was lost there
            continue
        assert one.verdict.reason in row.get("reasons", [one.verdict.reason])
        stated = one.verdict.reported_status or one.verdict.status
        assert row.get("status", stated)[2:] in {one.verdict.status[2:], stated[2:]}


@pytest.mark.parametrize("mta", GENUINE)
def test_a_genuine_log(mta: str) -> None:
    check_log(LOGS / f"{mta}.log", mta)


@pytest.mark.parametrize("mta", GENUINE)
def test_the_outcomes_of_a_genuine_log(mta: str) -> None:
    found = collections.Counter(one.outcome for one in read_log(lines_of(LOGS / f"{mta}.log")))
    assert dict(found) == COUNTS[f"{mta}.log"]


def test_the_readme_counts_the_lines() -> None:
    text = (LOGS / "README.md").read_text("utf-8")
    named = {
        name: int(lines) for name, lines in re.findall(r"^\| `([a-z]+\.log)` \| .* \| (\d+) \|$", text, re.MULTILINE)
    }
    assert named == {path.name: sum(1 for _ in lines_of(path)) for path in LOGS.glob("*.log")}


@pytest.mark.parametrize(
    ("kind", "reason"), [("AdminBounce", "undefined"), ("Expiration", "expired"), ("Bounce", "moved")]
)
def test_a_code_of_kumomtas_own_names_no_cause(kind: str, reason: str) -> None:
    record = {"type": kind, "recipient": "joe@example.org", "response": {"code": 551, "content": "as you wish"}}
    (attempt,) = read_log([json.dumps(record)])
    assert attempt.verdict is not None
    assert (attempt.verdict.reason, attempt.reply) == (reason, "551 as you wish")


def test_every_log_is_read() -> None:
    assert {path.name for path in LOGS.glob("*.log")} == {f"{mta}.log" for mta in GENUINE} == set(COUNTS)


@pytest.mark.slow
def test_what_postfix_writes_now(tmp_path: Path) -> None:
    if not Path("/usr/sbin/postfix").exists():
        pytest.skip("Postfix is not installed")
    if os.geteuid():
        pytest.skip("needs root, because Postfix changes its user")
    path = tmp_path / "postfix.log"
    command = [sys.executable, str(ROOT / "corpora" / "foundry" / "logs.py"), "postfix", "--into", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    check_log(path, "postfix")
