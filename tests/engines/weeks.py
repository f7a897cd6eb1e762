"""Three weeks of a small shop's bounces, always the same: what docs/duckdb.md asks its questions of.

The words of the servers are those of corpora/replies. `write_weeks` makes OUT, as `mailkit batch` does, BEFORE, which is the
same mail without the rules of the shop's own, and sent.csv, what the shop has sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from mailkit.bounce.matcher import RuleSet
from mailkit.report import analyze
from mailkit.sinks import open_part
from tests.strategies import ROOT

FIRST = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""A Monday."""
MAILINGS = {1: "news", 3: "offers", 8: "news", 10: "offers", 15: "news", 17: "offers"}
"""Day -> the list that gets a mailing."""
SUBJECTS = {
    1: "News of week 45", 3: "Shoes for rain", 8: "News of week 46",
    10: "Last day: everything must go!!!", 15: "News of week 47", 17: "WIN a pair of boots",
}  # fmt: skip
RULES = """
[[rule]]
id = "shop.q9"
status = ["4.2.2", "5.2.2"]
reason = "full"
source = "asked the postmaster of firm.example"
sample = "550 refused (Q9)"
any = ["refused (q9)"]
"""
"""The rules of the shop's own."""


class Member(NamedTuple):
    """Addresses of one domain, and what its server says on which days."""

    name: str
    several: int
    domain: str
    host: str | None
    words: str
    days: tuple[int, ...]
    written: str | None = None
    """To what address was written, where that one had it forwarded; empty where the report names nobody."""
    action: str = "failed"


MEMBERS = (
    Member("anna", 5, "gmail.com", "gmail-smtp-in.l.google.com", "google-01", (1, 8)),
    Member("emil", 2, "gmail.com", "gmail-smtp-in.l.google.com", "google-04", (1, 8, 15)),
    Member("ida", 9, "gmail.com", "gmail-smtp-in.l.google.com", "google-08", (10, 17)),
    Member("olga", 3, "hotmail.com", "hotmail-com.olc.protection.outlook.com", "microsoft-consumer-01", (1,)),
    Member("paul", 7, "hotmail.com", "hotmail-com.olc.protection.outlook.com", "microsoft-consumer-02", (10, 15, 17)),
    Member("rosa", 2, "yahoo.com", "mta5.am0.yahoodns.net", "yahoo-03", (3,)),
    Member("tom", 6, "yahoo.com", "mta5.am0.yahoodns.net", "yahoo-04", (17,)),
    Member("tina", 3, "yahoo.com", "mta5.am0.yahoodns.net", "yahoo-12", (3,)),
    Member("uwe", 2, "gmx.de", "mx00.gmx.net", "gmx-07", (1, 8, 15)),
    Member("vera", 1, "web.de", "mx00.gmx.net", "gmx-01", (3,)),
    Member("will", 1, "icloud.com", "mx01.mail.icloud.com", "apple-03", (15, 17)),
    Member("xena", 4, "old-isp.example", None, "Host or domain name not found. Name service error for "
           "name=old-isp.example type=A: Host not found", (17,)),
    Member("yves", 1, "firm.example", "mx.firm.example", "generic-01", (1, 8)),
    Member("zoe", 2, "firm.example", "mx.firm.example", "550 refused (Q9)", (8, 15)),
    Member("bert", 2, "school.example", "mail.school.example", "550 error 7712", (1, 8, 15)),
    Member("carl", 1, "school.example", "mail.school.example", "554 transaction aborted (Z)", (17,)),
    Member("kim", 1, "gmail.com", "gmail-smtp-in.l.google.com", "google-01", (1,), written="Kim@firm.example"),
    Member("kim", 1, "gmail.com", "gmail-smtp-in.l.google.com", "google-01", (8, 15), written="kim@firm.example"),
    Member("hans", 1, "old-isp.example", None, "Host or domain name not found. Name service error for "
           "name=old-isp.example type=A: Host not found", (15,), action="delayed"),
    Member("nobody", 2, "nowhere.example", "mx.nowhere.example", "google-01", (1, 8, 15), written=""),
    Member("nobody", 9, "nowhere.example", "mx.nowhere.example", "", (8,), written=""),
)  # fmt: skip
COMPLAINTS = {(10, "192.0.2.44"): 3, (17, "192.0.2.44"): 1, (17, "192.0.2.45"): 2, (8, "192.0.2.45"): 1}
AWAY = {1: 2, 8: 3, 15: 2}
SLOW = {15: timedelta(minutes=41)}
"""Day -> how long the gateway kept the bounces."""

_BOUNCE = """\
{received}From: MAILER-DAEMON@out1.shop.example (Mail Delivery System)
Date: {date}
Subject: Undelivered Mail Returned to Sender
To: bounces@shop.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
Message-Id: <{number}@out1.shop.example>

--b
Content-Description: Notification

This is the mail system at host out1.shop.example.

{named}{said}

--b
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; out1.shop.example
X-Postfix-Queue-ID: {number}ABCDE
Arrival-Date: {date}

{whom}Action: {action}
Status: {status}
{remote}Diagnostic-Code: {code}

--b
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{header}
--b--
"""
_HEADER = """\
From: shop@shop.example
To: {address}
Subject: {subject}
Message-ID: <{number}.{day}@shop.example>
List-Id: <{list}.shop.example>
"""
_COMPLAINT = """\
{received}From: feedback@fbl.example
Date: {date}
Subject: complaint
To: abuse@shop.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b

A complaint of one of our users.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Fbl/1.0
Version: 1
Original-Rcpt-To: <{address}>
Source-IP: {ip}

--b
Content-Type: text/rfc822-headers

{header}
--b--
"""
_AWAY = """\
{received}From: {address}
Date: {date}
Subject: Out of office: {subject}
To: shop@shop.example
Auto-Submitted: auto-replied

I am away until Monday.
"""


def write_weeks(folder: Path) -> None:
    """Write OUT, BEFORE and sent.csv into a folder."""
    (folder / "own.toml").write_text(RULES)
    own = RuleSet.from_files([folder / "own.toml"], before=RuleSet.default())
    messages = list(weeks())
    for name, rules in (("BEFORE", None), ("OUT", own)):
        (folder / name).mkdir()
        for number, start in enumerate(range(0, len(messages), 100)):
            part = open_part(folder / name, "parquet", number)
            for source, message in messages[start : start + 100]:
                part.write(analyze(message.encode(), want=("bounce", "trace"), source=source, rules=rules))
            part.commit()
    domains = {"gmail.com": 900, "hotmail.com": 500, "yahoo.com": 300, "gmx.de": 200, "web.de": 100, "icloud.com": 80}
    domains |= {"old-isp.example": 12, "firm.example": 40, "school.example": 30}
    rows = [f"{FIRST + timedelta(days=day):%F},{domain},{sent}" for day in MAILINGS for domain, sent in domains.items()]
    (folder / "sent.csv").write_text("\n".join(("day,domain,sent", *rows, "")))


def weeks() -> Iterator[tuple[str, str]]:
    """Give all that came back, in order: name and message."""
    number = 0
    for day in MAILINGS:
        for message in (*_bounces(day), *_complaints(day), *_aways(day)):
            number += 1
            yield f"bounces.mbox#{number}", message


def _bounces(day: int) -> Iterator[str]:
    for place, member in enumerate(MEMBERS):
        for one in range(member.several if day in member.days else 0):
            number = 1000 * day + 20 * place + one
            address = f"{member.name}{one or ''}@{member.domain}"
            said = _words(member.words).replace("joe@firm.example", address)
            status = "5.4.4" if member.host is None else "5.0.0"
            written = address if member.written is None else member.written
            final = f"Final-Recipient: rfc822; {address}\nOriginal-Recipient: rfc822;{written}\n"
            common = _common(day, number, written)
            yield _BOUNCE.format(
                **common | {"header": common["header"] if written else ""},
                named=f"<{address}>: " if written else "",
                whom=final if written else "",
                action=member.action,
                said=f"host {member.host} said: {_flat(said)}" if member.host else said,
                status=status,
                remote=f"Remote-MTA: dns; {member.host}\n" if member.host else "",
                code=f"smtp; {_flat(said)}" if member.host else f"X-Postfix; {said}",
            )


def _complaints(day: int) -> Iterator[str]:
    for (when, ip), count in COMPLAINTS.items():
        for one in range(count if when == day else 0):
            yield _COMPLAINT.format(**_common(day, 900 + one, f"user{one}@hotmail.com"), ip=ip)


def _aways(day: int) -> Iterator[str]:
    for one in range(AWAY.get(day, 0)):
        yield _AWAY.format(**_common(day, 950 + one, f"away{one}@firm.example"))


def _common(day: int, number: int, address: str) -> dict[str, object]:
    """Give what all messages have: their way through the shop's hosts, date and the header of what was sent."""
    began = FIRST + timedelta(days=day, seconds=number % 1000 * 7)
    passed = began + timedelta(seconds=2 + number % 5) + SLOW.get(day, timedelta())
    received = (
        f"Received: from gw.shop.example by mail.shop.example with LMTP; {_date(passed + timedelta(seconds=1))}\n"
        f"Received: from out1.shop.example by gw.shop.example with ESMTPS; {_date(passed)}\n"
        f"Received: by out1.shop.example (Postfix) id {number}ABCDE; {_date(began)}\n"
    )
    header = _HEADER.format(address=address, subject=SUBJECTS[day], number=number, day=day, list=MAILINGS[day])
    return {
        "received": received,
        "date": _date(began),
        "number": number,
        "address": address,
        "header": header,
        "subject": SUBJECTS[day],
    }


def _date(when: datetime) -> str:
    return f"{when:%a, %d %b %Y %H:%M:%S} +0000"


def _words(name: str) -> str:
    """Give the words of a server: by their name in the corpus, or themselves."""
    return _REPLIES.get(name, name)


def _flat(said: str) -> str:
    """Put a reply of several lines on one, as Postfix quotes it."""
    return " ".join(said.split())


def _replies() -> dict[str, str]:
    lines = (ROOT / "corpora" / "replies" / "replies.jsonl").read_text("utf-8").splitlines()
    return {row["id"]: row["reply"] for row in map(json.loads, lines)}


_REPLIES = _replies()
