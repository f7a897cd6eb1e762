"""Exim's main log: ``=>`` and its kin, ``**``, ``==``, the sender of ``<=``, and refusals.

Source: the Exim specification, chapter "Log files" (exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html).
"""

from __future__ import annotations

import re

from mailkit.bounce.dsn import unescape_octal
from mailkit.bounce.logs.attempt import Outcome, Told
from mailkit.bounce.logs.clock import span_seconds
from mailkit.bounce.logs.head import Head
from mailkit.bounce.logs.memory import Memory

OUTCOMES: dict[str, Outcome] = {
    "=>": "sent",
    "->": "sent",
    ">>": "sent",
    "**": "bounced",
    "==": "deferred",
}
"""Arrow -> outcome. ``*>`` says that delivery was suppressed by -N: nothing was tried."""
_LINE = re.compile(
    r"(?:(?P<stamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [+-]\d{4})?) )?(?:\[\d{1,10}\] )?"
    r"(?:(?P<id>[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{6}-[0-9A-Za-z]{11}-[0-9A-Za-z]{4}) "
    r"(?:\[\d{1,10}\] )?(?P<arrow><=|=>|->|>>|\*\*|==|Completed))?",
    re.ASCII,
)
_WHO = re.compile(
    r" (?P<first>:blackhole:|\"[^\"]{0,200}\"[^\s]{0,256}|.{1,400}?)(?: \((?:[^()]{0,400})\)){0,8}(?: <(?P<second>[^<>]{0,400})>)?"
    r"(?= [A-Z][A-Z\d]{0,4}=| defer \(|:\s|:?$)"
)
_FIELD = re.compile(
    r"\s{1,4}(?:(?P<key>[A-Z][A-Z\d]{0,4})=(?P<value>\"[^\"]{0,2000}\"|<[^<>]{0,400}>|[^\s\"<]\S{0,400})|"
    r"\[(?P<ip>[0-9A-Fa-f.:]{2,45})\](?::\d{1,5})?[*+]?|defer|\(-?\d{1,5}\)|\([^()]{0,255}\)|[A-Z]{1,4}\b\*?)"
    r"(?P<end>:(?=\s|$))?"
)
_HOST = re.compile(r"\bhost (?P<host>[^\s\[\]]{1,255}) \[(?P<ip>[0-9A-Fa-f.:]{2,45})\](?::\d{1,5})?: ")
_AFTER = re.compile(r"\berror\b.{0,60}? after .{0,600}?: (?=[245]\d\d[ \-])", re.DOTALL)
_TIMES = re.compile(r"(?:\s(?:[DQR]T|D)=[\dwdhms.]{1,20}){1,4}$", re.ASCII)
"""Of a recipient that failed, how long it took stands behind the reason."""
_TIME = re.compile(r"([DQR]T|D)=(\S+)")
_GAVE_UP = ("retry timeout exceeded", "after a long failure period", "have been failing for a long time")
_REJECTED = re.compile(
    r"(?P<soft>temporarily )?rejected (?:RCPT <?(?P<to>[^\s<>]{0,320})>?|MAIL|EHLO|HELO|DATA|after DATA|connection"
    r"|by [a-z_]{3,40}\(\)|during MIME ACL checks|VRFY|STARTTLS|after message \w{1,12})[^:]{0,200}(?:: (?P<text>.*))?",
    re.DOTALL,
)
_CLIENT = re.compile(r"\bH=(?P<host>[^\s\[(]{0,255})(?: ?\([^)]{0,255}\))? ?\[(?P<ip>[^\]]{2,45})\]")
_SENDER = re.compile(r"\bF=<(?P<from>[^<>]{0,320})>")


def fits(body: str) -> bool:
    """Say whether a line without a program's name is Exim's."""
    match = _LINE.match(body)
    return bool(match and (match["arrow"] or (match["stamp"] and " rejected " in body[:2000])))


def read(head: Head, memory: Memory) -> list[Told]:
    """Read one line."""
    match = _LINE.match(head.body)
    assert match is not None  # all of it is optional
    rest, stamp, arrow = head.body[match.end() :], match["stamp"] or "", match["arrow"]
    key = f"{head.host} {match['id']}"
    if arrow is None:
        return _rejection(rest, stamp) if " rejected " in head.body[:2000] else []
    if arrow == "<=":
        memory.senders[key] = (rest.split(None, 1) or [""])[0].removeprefix("<").removesuffix(">")
        return []
    if arrow == "Completed":
        memory.forget(key)
        return []
    told = _delivery(OUTCOMES[arrow], rest)
    if told is None:
        return []
    told.queue_id, told.stamp = match["id"], stamp
    if told.sender is None:
        told.sender = memory.senders.get(key)
    memory.keep(key, told)
    return [told]


def _delivery(outcome: Outcome, rest: str) -> Told | None:
    """Read what became of one recipient."""
    who = _WHO.match(rest)
    if who is None:
        return None
    fields, text = _fields(rest, who.end())
    if times := _TIMES.search(text[-100:]):
        text = text[: -len(times[0])]
        fields.update(dict(_TIME.findall(times[0])))
    text = plain(text)
    host, address = _host_of(fields)
    named = _HOST.search(text)
    if named:
        host, address = named["host"], named["ip"]
    said = named or _AFTER.search(text[:2000])
    reply = text[said.end() if said else 0 :]
    if outcome == "sent":
        reply = plain(fields.get("C", "").strip('"'))
    elif outcome == "bounced" and any(words in text for words in _GAVE_UP):
        outcome = "expired"
    first, second = who["first"].strip('"') if '"@' not in who["first"] else who["first"], who["second"]
    recipient = first if "@" in first or second is None else second
    return Told(
        outcome=outcome,
        final="H" not in fields or "lmtp" in fields.get("T", "").lower(),
        sender=_bare(fields.get("F")),
        recipient=recipient,
        original=second if second not in {None, "", recipient} else None,
        relay=host,
        relay_ip=address,
        text=f"{reply} ({said[0]})" if said and outcome != "sent" else text,  # what was said, then after which command
        reply=reply,
        delay_seconds=span_seconds(fields.get("QT", "")),
    )


def _fields(rest: str, place: int) -> tuple[dict[str, str], str]:
    """Give the fields from a place on, and the text behind them."""
    found: dict[str, str] = {}
    if rest[place : place + 1] == ":":
        return found, rest[place + 1 :].strip()
    last = ""
    for _ in range(40):
        match = _FIELD.match(rest, place)
        if match is None:
            break
        place = match.end()
        end = match["end"]
        if match["key"]:
            last, value = match["key"], match["value"]
            if not end and value.endswith(":"):
                end, value = ":", value[:-1]
            found.setdefault(last, value)
        elif match["ip"] and last == "H":
            found.setdefault("ip", match["ip"])
        if end:
            break
    return found, rest[place:].lstrip(" :")


def _host_of(fields: dict[str, str]) -> tuple[str | None, str | None]:
    host = fields.get("H")
    return host.strip("()") if host else None, fields.get("ip")


def _bare(value: str | None) -> str | None:
    return value.removeprefix("<").removesuffix(">") if value is not None else None


def plain(text: str) -> str:
    r"""Undo Exim's escapes: ``\n`` between the lines of a reply, octal for what is not ASCII.

    >>> plain(r"550-no\n550 gr\303\274n")
    '550-no\n550 grün'
    """
    return unescape_octal(text.replace("\\n", "\n")) if "\\" in text else text


def _rejection(rest: str, stamp: str) -> list[Told]:
    """Read a refusal by an access control list."""
    match = _REJECTED.search(rest)
    if match is None:
        return []
    before = rest[: match.start()][:2000]
    client, sender = _CLIENT.search(before), _SENDER.search(before)
    text = plain(match["text"] or "")
    return [
        Told(
            outcome="rejected",
            stamp=stamp,
            sender=sender["from"] if sender else None,
            recipient=match["to"] or None,
            relay=client["host"] or None if client else None,
            relay_ip=client["ip"] if client else None,
            text=text,
            reply=text,
            dsn="4.0.0" if match["soft"] else None,
        )
    ]
