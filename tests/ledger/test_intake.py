"""From a message to the ledger: each report counts once, and no name in it stops it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from mailkit.ledger import Event, Ledger, act, delivery
from mailkit.ledger.events import LONGEST_BYTES, events_of, is_kept
from mailkit.ledger.intake import Intake
from mailkit.lists import Tokens, verp

REPORT = b"""From: MAILER-DAEMON@mx.test
To: news-bounces@lists.test
Subject: Undelivered Mail Returned to Sender
%b\
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Sorry
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; %b
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

List-Id: <%b>

--b--
"""
TUESDAY, WEDNESDAY = b"Date: Tue, 3 Mar 2026 10:00:00 +0000\n", b"Date: Wed, 4 Mar 2026 10:00:00 +0000\n"


def report(fields: bytes = b"", who: bytes = b"joe@x.test", name: bytes = b"news.lists.test") -> bytes:
    """Give a report."""
    return REPORT % (fields, who, name)


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    """Give an intake with an empty ledger."""
    with Ledger("sqlite://") as ledger:
        yield Intake(ledger, verp=verp.decode, quarantine=tmp_path)


@pytest.mark.parametrize("name", [b"", b"Message-ID: <>\n", b"Message-ID: \n"], ids=["none", "empty brackets", "empty"])
def test_without_a_name_the_date_tells_reports_apart(intake: Intake, name: bytes) -> None:
    copies = [report(TUESDAY + name), report(name + TUESDAY).replace(b"\n", b"\r\n"), report(WEDNESDAY + name)]
    assert [intake.take(one, at=0).new for one in copies] == [1, 0, 1]


def test_a_name_tells_more_than_the_date(intake: Intake) -> None:
    copies = [report(TUESDAY + b"Message-ID: <1@x>\n"), report(WEDNESDAY + b"Message-ID: <1@x>\n")]
    assert [intake.take(one, at=0).new for one in copies] == [1, 0]


@pytest.mark.parametrize("data", [report(), b"Subject: hi\n\nhi\n"], ids=["bounce", "aside"])
def test_an_envelope_that_is_no_utf8(intake: Intake, data: bytes) -> None:
    taken = intake.take(data, at=0, envelope_to=["news-bounces+jo\udcff=x.test@lists.test"], source="for \udcff@x")
    assert [event.address for event in taken.events] == (["jo\ufffd\ufffd\ufffd@x.test"] if taken.new else [])
    assert bool(taken.new) == (data != b"Subject: hi\n\nhi\n")


def test_names_that_are_too_long_for_an_index(intake: Intake) -> None:
    assert intake.take(report(who=b"x" * 5_000 + b"@x.test"), at=0).aside == "it names nobody"
    (event,) = intake.take(report(name=b"x" * 5_000), at=0).events
    assert event.list == ""
    assert is_kept("\u00e9" * (LONGEST_BYTES // 2))
    assert not is_kept("\u00e9" * (LONGEST_BYTES // 2 + 1))


def test_one_list_however_it_is_written(intake: Intake) -> None:
    bounce = intake.take(report(), at=0).bounce
    told = [
        act("release", "Joe@x.test", at=0, list="News"),
        delivery("joe@x.test", at=0, list="NEWS"),
        *events_of(bounce, report="1", at=0, list="neWs"),
    ]
    assert {(event.list, event.address) for event in told} == {("news", "joe@x.test")}
    assert act("release", "joe@x.test", at=0, list="news").id == told[0].id


@pytest.mark.parametrize("failed", [b"me@x.test", b"other@x.test", b"victim@x.test", b""])
def test_a_member_can_report_nobody_else(failed: bytes) -> None:
    tokens = Tokens({"a": b"0123456789abcdef"})
    told = report(who=failed).replace(b"Action:", b"Original-Recipient: rfc822; victim@x.test\nAction:")
    with Ledger("sqlite://") as ledger:
        intake = Intake(ledger, verp=tokens.decode, signed=True)
        (event,) = intake.take(told, at=0, envelope_to=[tokens.encode("news@lists.test", "me@x.test")]).events
    assert (event.address, event.list, event.what) == ("me@x.test", "news.lists.test", "hard")


def test_a_member_can_complain_of_nobody_else(tmp_path: Path) -> None:
    tokens = Tokens({"a": b"0123456789abcdef"})
    feedback = b"""From: a@x
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: x
Version: 1
Original-Rcpt-To: victim@x.test

--b--
"""
    with Ledger("sqlite://") as ledger:
        intake = Intake(ledger, verp=tokens.decode, signed=True, quarantine=tmp_path)
        assert intake.take(feedback, at=0, envelope_to=["news-bounces@lists.test"]).aside
        (event,) = intake.take(feedback, at=0, envelope_to=[tokens.encode("news@lists.test", "me@x.test")]).events
    assert (event.address, event.what) == ("me@x.test", "complaint")


def test_what_is_put_aside_says_why(intake: Intake) -> None:
    intake.take(b"Subject: hi\n\nhi\n", at=0, source="for \udcff@x")
    assert intake.quarantine is not None
    (told,) = intake.quarantine.glob("*.json")
    assert msgspec.json.decode(told.read_bytes())["why"] == "no bounce"


def test_an_instant_that_no_calendar_has() -> None:
    with Ledger("sqlite://") as ledger:
        ledger.record(
            Event(id=str(at), list="news", address="joe@x.test", at=at, what="suppress")
            for at in (-(10**15), 0, 10**15)
        )
        assert [one.state for one in ledger.standings(today=date(2026, 3, 1))] == ["suppressed"]
