"""Haraka: outbound lines, and those of the connection by which a message came, which name sender and recipients.

Lines about a message as a whole name nobody: where it came with one recipient, that one is told.
Source: Haraka's documentation of its logger (formats DEFAULT, LOGFMT, JSON), and a log of Haraka 3.3.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailkit.bounce.logs.attempt import Outcome, Told
from mailkit.bounce.logs.clock import number
from mailkit.bounce.logs.head import Head
from mailkit.bounce.logs.memory import Memory

OUTCOMES: dict[str, Outcome] = {"deferred": "deferred", "rejected": "bounced"}
MAX_RECIPIENTS = 1_000
"""Recipients of one line."""
_STAMP = r"(?:(?P<stamp>\d{4}-\d\d-\d\dT[\d:.]{8,15}Z) )?"
_LINE = re.compile(rf"{_STAMP}\[[A-Z]{{4,9}}\] \[(?P<uuid>[^\]\s]{{1,60}})\] \[(?P<origin>[^\]\s]{{1,60}})\] {{1,2}}")
_LOGFMT = re.compile(
    rf"{_STAMP}level=[A-Z]{{4,9}} uuid=(?P<uuid>\S{{1,60}}) origin=(?P<origin>\S{{1,60}}) (?:message=)?"
)
_PARTY = re.compile(
    r"(?P<role>sender|recipient) <(?P<address>[^<>]{0,320})> code=(?P<code>[A-Z]{2,20})(?: msg=(?:\"(?P<text>.*?)\"|(?P<word>\S+)))?"
)
_RECIPIENT = re.compile(r"recipient <(?P<to>.{0,320}?)> (?P<outcome>deferred|rejected): (?P<text>.*)", re.DOTALL)
_WHOLE = re.compile(
    r"(?:Temp failing \S{1,255} for [\d.]{1,12} seconds|(?P<bounced>bouncing mail|Double bounce)): "
    r"(?P<gave_up>Too many failures \()?(?:Upstream error: )?(?P<text>.*)",
    re.DOTALL,
)
_PAIR = re.compile(r"(?:^| )(delivered file|[a-z]{2,10})=(?:\"([^\"]{0,600})\"|([^\s\"]{0,400}))")
_NAMED = re.compile(r"<([^<>]{0,320})>")
_ONE_BY_ONE = "Some recipients"
"""How a text begins that is about recipients which had lines of their own."""


class _Entry(NamedTuple):
    stamp: str
    uuid: str
    origin: str
    words: str
    pairs: dict[str, str]


def fits(body: str) -> bool:
    """Say whether a line without a program's name is Haraka's."""
    match = _LINE.match(body) or _LOGFMT.match(body)
    return match is not None and match["origin"] in {"outbound", "core"}


def fits_value(value: dict[str, object]) -> bool:
    """Say whether a line of JSON is Haraka's."""
    return value.get("origin") in {"outbound", "core"} and "level" in value


def read(head: Head, memory: Memory) -> list[Told]:
    """Read one line."""
    entry = _entry(head)
    if entry is None:
        return []
    if entry.origin == "core":
        found = _incoming(entry, memory, f"{head.host} {entry.uuid}")
    elif entry.origin == "outbound":
        found = _outgoing(entry, memory, head.host)
    else:
        return []
    for told in found:
        told.stamp, told.queue_id = entry.stamp, entry.uuid
    return found


def _entry(head: Head) -> _Entry | None:
    """Take a line apart."""
    if head.value is not None:
        told = {key: str(one) for key, one in head.value.items() if isinstance(one, str | int | float)}
        words = told.get("message", "")
        return _Entry(told.get("timestamp", ""), told.get("uuid", ""), told.get("origin", ""), words, told)
    match = _LINE.match(head.body) or _LOGFMT.match(head.body)
    if match is None:
        return None
    words = head.body[match.end() :].strip('"')
    pairs = {}
    if "delivered file=" in words[:60]:
        pairs = {key: quoted or plain for key, quoted, plain in _PAIR.findall(words)}
    return _Entry(match["stamp"] or "", match["uuid"], match["origin"], words, pairs)


def _incoming(entry: _Entry, memory: Memory, key: str) -> list[Told]:
    """Remember who a message is from and for; tell of a recipient that was refused."""
    match = _PARTY.match(entry.words)
    if match is None:
        return []
    if match["role"] == "sender":
        memory.senders[key] = match["address"]
        return []
    if not match["code"].startswith("DENY"):
        several = memory.deliveries.get(key) is not None
        memory.deliveries[key] = entry.uuid, match["address"], several
        return []
    text = match["text"] or match["word"] or ""
    soft = "SOFT" in match["code"]
    return [
        Told(
            outcome="rejected",
            sender=memory.senders.get(key),
            recipient=match["address"],
            text=text,
            reply=text,
            dsn="4.0.0" if soft else None,
        )
    ]


def _outgoing(entry: _Entry, memory: Memory, host: str) -> list[Told]:
    """Read what became of a message, or of one of its recipients."""
    came = f"{host} {entry.uuid.rpartition('.')[0]}"  # each domain's part of it has a number behind
    party = memory.deliveries.get(came)
    only = party[1] if party and not party[2] else None
    if "delivered file" in entry.pairs:
        found = [_delivered(entry.pairs, only)]
    elif match := _RECIPIENT.match(entry.words):
        outcome = OUTCOMES[match["outcome"]]
        found = [Told(outcome=outcome, recipient=match["to"], text=match["text"], reply=match["text"])]
    elif match := _WHOLE.match(entry.words):
        found = _whole(match, only)
    else:
        return []
    for told in found:
        told.sender = memory.senders.get(came)
        memory.keep(f"{host} {entry.uuid}", told)
    return found


def _whole(match: re.Match[str], only: str | None) -> list[Told]:
    """Read a line about a message as a whole."""
    text = match["text"].removesuffix(")") if match["gave_up"] else match["text"]
    outcome: Outcome = "expired" if match["gave_up"] else "bounced" if match["bounced"] else "deferred"
    if not text.startswith(_ONE_BY_ONE):
        return [Told(outcome=outcome, recipient=only, text=text, reply=text)]
    if outcome != "expired":
        return []
    return [Told(outcome=outcome, recipient=address) for address in _NAMED.findall(text)[:MAX_RECIPIENTS]]


def _delivered(pairs: dict[str, str], only: str | None) -> Told:
    return Told(
        outcome="sent",
        final=pairs.get("mode") == "LMTP",
        recipient=only,
        relay=pairs.get("host") or None,
        relay_ip=pairs.get("ip") or None,
        reply=pairs.get("response"),
        delay_seconds=number(pairs.get("delay")),
    )
