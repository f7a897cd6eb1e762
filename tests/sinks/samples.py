"""Answers to be written: of the corpora, and with what mail of strangers may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
from hypothesis import strategies as st

from mailkit.bounce.result import Bounce, Feedback, Original, Recipient
from mailkit.envelope import Envelope
from mailkit.findings import Finding
from mailkit.report import Report, analyze
from mailkit.rows import RecipientRow, Row
from mailkit.sinks import open_part
from mailkit.trace import Trace, TraceHop
from tests.strategies import OWN, ROOT, joined

Change = Callable[[str], str]
T = TypeVar("T", Row, RecipientRow)


@cache
def of_corpora() -> tuple[Report, ...]:
    """Give all answers for each message of our own corpora."""
    paths = sorted((ROOT / "corpora").rglob("*.eml"))
    assert paths
    return tuple(analyze(path.read_bytes(), source=path.name) for path in paths)


@cache
def bounce() -> Report:
    """Give the answers for one bounce."""
    return analyze((OWN / "postfix-full.eml").read_bytes(), want=("bounce", "trace"))


def numbered(part: int, count: int) -> Iterator[Report]:
    """Give the answers of a part: always the same."""
    for number in range(count):
        yield msgspec.structs.replace(bounce(), source=f"{part}/{number}")


def write(folder: Path, style: str, reports: Iterable[Report], number: int = 0) -> int:
    """Write one part; give its bytes."""
    part = open_part(folder, style, number)
    for report in reports:
        part.write(report)
    return part.commit()


def changed(row: Row, change: Change) -> Row:
    """Change the texts of a row and its recipients that stand in cells of their own."""
    return msgspec.structs.replace(_texts(row, change), recipients=tuple(_texts(one, change) for one in row.recipients))


def _texts(row: T, change: Change) -> T:
    texts = {name: getattr(row, name) for name in row.__struct_fields__}
    return msgspec.structs.replace(row, **{key: change(one) for key, one in texts.items() if isinstance(one, str)})


TOKENS = [
    "",
    "\0",
    "\t",
    "\r",
    "\n",
    "\r\n",
    '"',
    '""',
    "'",
    ",",
    ";",
    "\\",
    "\\N",
    "=1+1",
    "+",
    "-",
    "@",
    "＝",
    " ",
    "a",
]
TOKENS += [
    "\u2028",
    "\u2029",
    "\x85",
    "\x1c",
    "\v",
    "\f",
    "\ufeff",
    "\ufffd",
    "\x7f",
    "日本",
    "\U0001f4a9",
    "null",
    "[]",
    "{",
]
texts = joined(TOKENS, 6) | st.just("=" + "x" * 10_000) | st.just('"' * 10_001) | st.just("0123")
maybe = st.none() | texts
zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
dates = st.none() | st.datetimes(timezones=zones | st.just(UTC)) | st.just(datetime(1, 1, 1, tzinfo=UTC))
dates |= st.just(datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC)) | st.just(datetime.max.replace(tzinfo=UTC))
seconds = st.none() | st.floats(allow_nan=False, allow_infinity=False)
recipients = st.builds(
    Recipient,
    address=maybe,
    original_address=maybe,
    action=st.sampled_from(["failed", "delayed"]),
    status=st.just("5.1.1"),
    reported_status=maybe,
    basis=st.just("dsn"),
    reason=st.just("full"),
    advice=st.just("soft"),
    confidence=st.just("stated"),
    reply=maybe,
    diagnostic=maybe,
    remote_mta=maybe,
    retry_until=dates,
    rule=maybe,
)
hops = st.builds(
    TraceHop,
    kind=st.just("smtp"),
    number=st.just(1),
    offset=st.just(0),
    length=st.just(0),
    by=maybe,
    helo=maybe,
    date=dates,
)
hops = st.builds(lambda hop, delay: msgspec.structs.replace(hop, delay_seconds=delay), hops, seconds)
findings = texts.map(lambda code: Finding(code=code, severity="info", offset=0))
few = st.lists(recipients, max_size=3).map(tuple)
bounces = st.builds(
    Bounce,
    kind=st.just("failure"),
    dialect=maybe,
    reporting_mta=maybe,
    arrival_date=dates,
    original=st.builds(Original, message_id=maybe, from_=maybe, subject=maybe, list_id=maybe, envelope_id=maybe),
    recipients=few,
    feedback=st.none() | st.builds(Feedback, type=texts, user_agent=maybe, incidents=st.none() | st.integers(0, 10**9)),
    findings=st.lists(findings, max_size=2).map(tuple),
    complete=st.booleans(),
)
traces = st.builds(Trace, hops=st.lists(hops, max_size=2).map(tuple), total_seconds=seconds)
envelopes = st.builds(Envelope, sender=maybe, recipients=st.lists(texts, max_size=2).map(tuple))
unset = st.just(msgspec.UNSET)
reports = st.builds(
    Report,
    source=maybe,
    size=st.none() | st.integers(0, 2**40),
    date=dates,
    error=unset | texts,
    bounce=unset | bounces,
    trace=unset | traces,
    envelope=unset | envelopes,
)
"""Answers with hostile texts and odd times."""
