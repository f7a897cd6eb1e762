"""Postfix: deliveries of every agent, the queue manager's senders and expiries, refusals by smtpd and postscreen.

Sources: the manual pages smtp(8), qmgr(8), bounce(8), smtpd(8), postscreen(8), and logs of Postfix 3.7.
"""

from __future__ import annotations

import re

from mailkit.bounce.logs.attempt import Outcome, Told
from mailkit.bounce.logs.clock import number
from mailkit.bounce.logs.head import Head
from mailkit.bounce.logs.memory import Memory

SERVICES = frozenset(
    [
        "smtp",
        "lmtp",
        "local",
        "virtual",
        "pipe",
        "error",
        "retry",
        "discard",
        "relay",
        "spawn",
        "qmgr",
        "oqmgr",
        "nqmgr",
        "smtpd",
        "submission",
        "smtps",
        "cleanup",
        "pickup",
        "postscreen",
        "bounce",
        "defer",
        "trace",
        "verify",
        "flush",
        "scache",
        "anvil",
        "tlsproxy",
        "tlsmgr",
        "dnsblog",
        "proxymap",
        "trivial-rewrite",
        "master",
        "postdrop",
        "sendmail",
        "postqueue",
        "postsuper",
    ]
)
"""The programs of Postfix; the last part of its tag, whatever `syslog_name` is."""
OUTCOMES: dict[str, Outcome] = {
    "sent": "sent",
    "deferred": "deferred",
    "bounced": "bounced",
    "expired": "expired",
    "force-expired": "expired",
    "SOFTBOUNCE": "deferred",
    "deliverable": "deliverable",
    "undeliverable": "undeliverable",
}
_FINAL = frozenset({"local", "virtual", "pipe", "lmtp", "discard"})
_TO = re.compile(
    r"to=<(?P<to>\"[^\"]{0,300}\"[^>]{0,256}|.{0,320}?)>, (?:orig_to=<(?P<original>.{0,320}?)>, )?"
    r"(?P<pairs>(?:[a-z_]{1,20}=[^,]{0,600}, ){0,12})status=(?P<status>[A-Za-z\-]{1,20})(?: \((?P<text>.*))?",
    re.DOTALL,
)
_FROM = re.compile(r"from=<(?P<from>.{0,320}?)>, (?:size=\d|status=(?P<status>[a-z\-]{1,20}),)")
_PAIR = re.compile(r"([a-z_]{1,20})=([^,]{0,600}), ")
_RELAY = re.compile(r"([^\s\[\]]{0,255})(?:\[([^\]]{0,108})\])?")
_NAMED = re.compile(r"(?:connect to|host|with) ([^\s\[\]]{1,255})\[([\da-fA-F.:]{3,45})\]")
_SAID = re.compile(r" (?P<verb>said|refused to talk to me): ")
_COMMAND = re.compile(r" \(in reply to [A-Za-z ]{1,40}(?: command)?\)?$")
_REJECT = re.compile(
    r"(?:milter-)?reject: (?:[A-Z][A-Z\-]{1,20}(?: [A-Z]{1,8})?|header .{0,500}?|body .{0,500}?) "
    r"from (?P<client>[^\s\[\];]{0,255})\[(?P<ip>[^\]]{1,45})\](?::\d{1,5})?[:;] "
)
_REJECTED = re.compile(r"(?P<key>from|to|helo)=<(?P<value>[^>]{0,320})>")


def fits(body: str) -> bool:
    """Say whether a line is one of a delivery, whatever its program is called."""
    return ": to=<" in body[:40] and ", status=" in body


def read(head: Head, memory: Memory) -> list[Told]:
    """Read one line."""
    queue_id, _, rest = head.body.partition(": ")
    if rest.startswith("to=<"):
        told = _delivery(queue_id, rest, head.tag.rpartition("/")[2])
        if told is None:
            return []
        key = f"{head.host} {queue_id}"
        told.sender = memory.senders.get(key)
        memory.keep(key, told)
        return [told]
    if rest.startswith("from=<"):
        return _from(head, queue_id, rest, memory)
    if rest == "removed":
        memory.forget(f"{head.host} {queue_id}")
    elif rest.startswith(("reject: ", "milter-reject: ")):
        return _rejection(queue_id, rest)
    return []


def _delivery(queue_id: str, rest: str, agent: str) -> Told | None:
    """Read what became of one recipient."""
    match = _TO.match(rest)
    outcome = OUTCOMES.get(match["status"]) if match else None
    if match is None or outcome is None:
        return None
    pairs = dict(_PAIR.findall(match["pairs"]))
    text = (match["text"] or "").removesuffix(")")
    relay, address = relay_of(pairs.get("relay", ""))
    if relay is None and (named := _NAMED.search(text)):
        relay, address = named[1], named[2]
    if outcome == "sent" and text.startswith("forwarded as "):
        outcome = "expanded"
    said = _SAID.search(text) if outcome != "sent" else None
    return Told(
        outcome=outcome,
        final=agent in _FINAL or pairs.get("relay") in _FINAL,
        queue_id=queue_id,
        recipient=match["to"],
        original=match["original"],
        relay=relay,
        relay_ip=address,
        text=text[said.end() :] if said and said["verb"] == "said" else text,  # with the command, without the host
        reply=_COMMAND.sub("", text[said.end() if said else 0 :]),
        dsn=pairs.get("dsn"),
        delay_seconds=number(pairs.get("delay")),
    )


def relay_of(text: str) -> tuple[str | None, str | None]:
    """Give host and address of ``mx.example.org[192.0.2.1]:25``; a socket's path is no address.

    >>> relay_of("mx.example.org[192.0.2.1]:25"), relay_of("none"), relay_of("mx[private/dovecot-lmtp]")
    (('mx.example.org', '192.0.2.1'), (None, None), ('mx', None))
    """
    match = _RELAY.match(text)
    assert match is not None  # all of it is optional
    host, address = match[1], match[2]
    return host if host != "none" else None, address if address and "/" not in address else None


def _from(head: Head, queue_id: str, rest: str, memory: Memory) -> list[Told]:
    """Remember a sender; or tell that a message has expired, for each recipient that still waited."""
    match = _FROM.match(rest)
    if match is None:
        return []
    key = f"{head.host} {queue_id}"
    if match["status"] is None:
        memory.senders[key] = match["from"]
        return []
    if OUTCOMES.get(match["status"]) != "expired":
        return []
    return expire(queue_id, match["from"], memory.waiting(key))


def expire(queue_id: str, sender: str | None, waiting: list[Told]) -> list[Told]:
    """Tell that a message has expired: for the recipients that waited, with what was last said of them."""
    if not waiting:
        return [Told(outcome="expired", queue_id=queue_id, sender=sender)]
    for told in waiting:
        told.outcome, told.sender, told.delay_seconds = "expired", sender, None
    return waiting


def _rejection(queue_id: str, rest: str) -> list[Told]:
    """Read a refusal; those of header_checks have the reason behind the envelope."""
    match = _REJECT.match(rest)
    if match is None:
        return []
    text, mark, envelope = rest[match.end() :].rpartition("; from=<")
    if not mark:
        text, envelope = "", rest[match.end() :]
    else:
        envelope = "from=<" + envelope
    pairs = {one["key"]: one["value"] for one in _REJECTED.finditer(envelope[:2000])}
    if not text:
        text = envelope.rpartition(">: ")[2] if ">: " in envelope else "" if pairs else envelope
    return [
        Told(
            outcome="rejected",
            queue_id=queue_id if queue_id != "NOQUEUE" else None,
            sender=pairs.get("from"),
            recipient=pairs.get("to"),
            relay=match["client"] if match["client"] not in {"", "unknown"} else None,
            relay_ip=match["ip"] if match["ip"] != "unknown" else None,
            text=text,
            reply=text,
        )
    ]
