"""OpenSMTPD: ``mta delivery`` and ``mda delivery`` lines, their older forms, and commands that it refused.

Source: smtpd(8), the texts of log_info in OpenSMTPD 5.4, 6.0 and 6.8 as its manual and logs show them.
"""

from __future__ import annotations

import re

from mailkit.bounce.dsn import unescape_octal
from mailkit.bounce.logs.attempt import Outcome, Told
from mailkit.bounce.logs.clock import span_seconds
from mailkit.bounce.logs.head import Head
from mailkit.bounce.logs.memory import Memory

OUTCOMES: dict[str, Outcome] = {
    "ok": "sent",
    "tempfail": "deferred",
    "permfail": "bounced",
    "loop": "bounced",
    "expired": "expired",
    "expire": "expired",
}
_LINE = re.compile(
    r"(?:[0-9a-f]{8,16} )?(?:(?P<agent>mta|mda) (?:event=)?delivery (?=evpid=)"
    r"|(?P<older>relay|delivery): (?P<result>[A-Za-z]{2,12}) for (?P<evpid>[0-9a-f]{16}): )",
    re.ASCII,
)
_PAIR = re.compile(r"(?:^|,? )([a-z]{2,10})=(?:\"([^\"]{0,600})\"|<([^<>]{0,400})>|([^\s,]{0,400}))")
_RELAY = re.compile(r"(?P<ip>[^\s()]{0,60})(?: \((?P<host>[^()\s]{1,255})\))?")
_REFUSED = re.compile(
    r"(?:[0-9a-f]{8,16} )?smtp (?:event=)?failed-command (?:address=\S{1,60} host=\S{1,255} )?command=\"(?P<command>[^\"]{0,600})\" result=\"(?P<text>.*)"
)
_PATH = re.compile(r"(?P<verb>MAIL FROM|RCPT TO): ?<(?P<address>[^<>]{0,320})>", re.IGNORECASE)


def fits(body: str) -> bool:
    """Say whether a line without a program's name is OpenSMTPD's."""
    return _LINE.match(body) is not None


def read(head: Head, memory: Memory) -> list[Told]:
    """Read one line."""
    match = _LINE.match(head.body)
    if match is None:
        return _rejection(head.body)
    before, mark, stat = head.body[match.end() :].partition(" stat=")
    if not mark:
        return []
    pairs = {key: quoted or angled or plain for key, quoted, angled, plain in _PAIR.findall(before)}
    outcome = OUTCOMES.get((match["result"] or pairs.get("result", "")).lower().rstrip(","))
    if outcome is None:
        return []
    told = _delivery(outcome, pairs, unescape_octal(stat.strip().strip('"')))
    told.final = match["agent"] == "mda" or match["older"] == "delivery"
    told.queue_id = match["evpid"] or pairs.get("evpid") or None
    key = f"{head.host} {told.queue_id}"
    memory.keep(key, told)
    return [told]


def _delivery(outcome: Outcome, pairs: dict[str, str], text: str) -> Told:
    host, address = _relay(pairs.get("relay", ""))
    original = pairs.get("rcpt")
    return Told(
        outcome=outcome,
        sender=pairs.get("from"),
        recipient=pairs.get("to"),
        original=original if original not in {None, "", "-"} else None,
        relay=host,
        relay_ip=address,
        text=text,
        reply=text,
        delay_seconds=span_seconds(pairs.get("delay", "")),
    )


def _relay(text: str) -> tuple[str | None, str | None]:
    """Give host and address of ``192.0.2.1 (mx.example.org)``."""
    match = _RELAY.match(text)
    assert match is not None  # all of it is optional
    address = match["ip"].removeprefix("IPv6:").strip("[]<>")
    return match["host"], address if address[:1].isdigit() or ":" in address else None


def _rejection(body: str) -> list[Told]:
    """Read a command that was refused."""
    match = _REFUSED.match(body)
    if match is None:
        return []
    path = _PATH.match(match["command"])
    address = path["address"] if path else None
    recipient = path is not None and path["verb"].upper() == "RCPT TO"
    text = match["text"].strip().strip('"')
    return [
        Told(
            outcome="rejected",
            sender=address if not recipient else None,
            recipient=address if recipient else None,
            text=text,
            reply=text,
        )
    ]
