"""Logs of columns: PowerMTA's accounting files and Exchange's message tracking logs. A header line names the columns.

Sources: PowerMTA User's Guide, "The Accounting File"; Microsoft Learn, "Message tracking" (fields and event types).
"""

from __future__ import annotations

import csv
import re
from itertools import zip_longest

from mailkit.bounce.logs.attempt import Outcome, Told
from mailkit.bounce.logs.clock import Clock
from mailkit.bounce.logs.head import Head
from mailkit.bounce.logs.memory import Memory

Row = dict[str, str]

POWERMTA: dict[str, Outcome] = {
    "d": "sent",
    "b": "bounced",
    "t": "deferred",
    "tq": "deferred",
    "rb": "bounced",
    "f": "complained",
}
"""Record type -> outcome: delivery, bounce, transient, of a queue, remote bounce, feedback. Others are no attempts."""
POWERMTA_COLUMNS = (
    "type",
    "timeLogged",
    "timeQueued",
    "orig",
    "rcpt",
    "orcpt",
    "dsnAction",
    "dsnStatus",
    "dsnDiag",
    "dsnMta",
    "bounceCat",
    "srcType",
    "srcMta",
    "dlvType",
    "dlvSourceIp",
    "dlvDestinationIp",
    "dlvEsmtpAvailable",
    "dlvSize",
    "vmta",
    "jobId",
    "envId",
)
"""The columns of a file without its header: PowerMTA's own order."""
_POWERMTA_ROW = re.compile(r"(?:d|b|t|tq|rb|rs|f|r|s),(?=\S)")
_POWERMTA_HOST = re.compile(r"(?P<host>[^\s()]{1,255})?\s?(?:\((?P<ip>[\da-fA-F.:]{2,45})\))?")

EXCHANGE: dict[str, Outcome] = {
    "SEND": "sent",
    "SENDEXTERNAL": "sent",
    "DELIVER": "sent",
    "DUPLICATEDELIVER": "sent",
    "EXPAND": "expanded",
    "DEFER": "deferred",
    "FAIL": "bounced",
    "BADMAIL": "bounced",
    "POISONMESSAGE": "bounced",
}
"""Event -> outcome; the others are steps on the way."""
EXCHANGE_COLUMNS = (
    "date-time",
    "client-ip",
    "client-hostname",
    "server-ip",
    "server-hostname",
    "source-context",
    "connector-id",
    "source",
    "event-id",
    "internal-message-id",
    "message-id",
    "network-message-id",
    "recipient-address",
    "recipient-status",
    "total-bytes",
    "recipient-count",
    "related-recipient-address",
    "reference",
    "message-subject",
    "sender-address",
    "return-path",
    "message-info",
)
"""The columns of Exchange 2013 to 2019."""
_EXCHANGE_ROW = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z,")
_LAST_ERROR = re.compile(r"\{LED=(?P<text>[^{}]{0,2000})\}")
_LAST_HOST = re.compile(r"\{(?P<key>FQDN|IP)=(?P<value>[^{};]{0,255})\}")
MAX_RECIPIENTS = 1_000
"""Recipients of one row."""


def fits_powermta(body: str) -> bool:
    """Say whether a line is PowerMTA's."""
    return body.startswith("type,") or _POWERMTA_ROW.match(body) is not None


def fits_exchange(body: str) -> bool:
    """Say whether a line is Exchange's."""
    return body.startswith(("#Fields: date-time,", "date-time,")) or _EXCHANGE_ROW.match(body) is not None


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def _row(cells: list[str], columns: tuple[str, ...]) -> Row:
    return {name: cell for name, cell in zip_longest(columns, cells, fillvalue="") if name}


def powermta_row(line: str, memory: Memory) -> Row:
    """Give the cells of a line of an accounting file by their columns; none for a header, which is remembered."""
    cells = _cells(line)
    if cells and cells[0] == "type":
        memory.columns["powermta"] = tuple(cells)
        return {}
    return _row(cells, memory.columns.get("powermta", POWERMTA_COLUMNS))


def read_powermta(head: Head, memory: Memory) -> list[Told]:
    """Read one line of an accounting file."""
    row = powermta_row(head.body, memory)
    outcome = POWERMTA.get(row.get("type", ""))
    if outcome is None or (row["type"] == "tq" and not row.get("rcpt")):
        return []
    if outcome == "bounced" and row.get("bounceCat") == "message-expired":
        outcome = "expired"
    if outcome == "sent" and row.get("dsnAction") == "expanded":
        outcome = "expanded"
    text = row.get("dsnDiag", "")
    kind, mark, said = text.partition(";")
    reply = said.strip() if mark and kind.strip().lower() in {"smtp", "x-postfix", "x-unix", "x-pmta"} else text
    status = row.get("dsnStatus", "")
    host, address = _powermta_host(row.get("dsnMta", ""))
    return [
        Told(
            outcome=outcome,
            final=row.get("dsnAction") == "delivered" and row.get("dlvType", "").lower() in {"file", "pipe", "discard"},
            stamp=row.get("timeLogged", ""),
            queue_id=row.get("jobId") or row.get("envId") or None,
            sender=row.get("orig"),
            recipient=row.get("rcpt") or None,
            original=_untyped(row.get("orcpt", "")),
            relay=host,
            relay_ip=address or row.get("dlvDestinationIp") or None,
            text=reply or status.partition("(")[2].rstrip(")"),
            reply=reply,
            dsn=status.partition(" ")[0] or None,
            delay_seconds=_between(row.get("timeQueued", ""), row.get("timeLogged", "")),
        )
    ]


def _untyped(text: str) -> str | None:
    """Give the address of ``rfc822;joe@example.org``."""
    return text.removeprefix("rfc822;").strip() or None


def _powermta_host(text: str) -> tuple[str | None, str | None]:
    match = _POWERMTA_HOST.match(text)
    assert match is not None  # all of it is optional
    return match["host"], match["ip"]


def _between(start: str, stop: str) -> float | None:
    clock = Clock()
    begun, done = clock.read(start), clock.read(stop)
    return max(0.0, (done - begun).total_seconds()) if begun and done else None


def read_exchange(head: Head, memory: Memory) -> list[Told]:
    """Read one line of a tracking log: a row may stand for several recipients."""
    line = head.body
    if line.startswith(("#", "date-time,")):
        if line.startswith(("#Fields:", "date-time,")):
            memory.columns["exchange"] = tuple(cell.strip() for cell in _cells(line.removeprefix("#Fields:")))
        return []
    row = _row(_cells(line), memory.columns.get("exchange", EXCHANGE_COLUMNS))
    outcome = EXCHANGE.get(row.get("event-id", ""))
    if outcome is None:
        return []
    recipients = row.get("recipient-address", "").split(";")[:MAX_RECIPIENTS]
    states = _states(row.get("recipient-status", ""), len(recipients))
    sender = row.get("return-path") or row.get("sender-address")
    shared = {"text": row.get("source-context", "")} if outcome == "deferred" else {}
    found = []
    for recipient, state in zip(recipients, states, strict=True):
        error = _LAST_ERROR.search(state)
        text = error["text"] if error else state or shared.get("text", "")
        told = dict(_LAST_HOST.findall(state)) if error else {}
        found.append(
            Told(
                outcome="expired" if outcome == "bounced" and "4.4.7" in text[:200] else outcome,
                final=row.get("source") == "STOREDRIVER",
                stamp=row.get("date-time", ""),
                queue_id=row.get("internal-message-id") or None,
                sender="" if sender == "<>" else sender,
                recipient=recipient or None,
                relay=told.get("FQDN") or row.get("server-hostname") or None,
                relay_ip=told.get("IP") or row.get("server-ip") or None,
                text=text,
                reply=text,
            )
        )
    return found


def _states(text: str, count: int) -> list[str]:
    """Give the status of each recipient; they are separated by semicolons, of which an error may have some, too."""
    parts = text.split("];[") if "];[" in text else [text] if "{" in text else text.split(";")
    if len(parts) == count:
        return parts
    return [text] * count
