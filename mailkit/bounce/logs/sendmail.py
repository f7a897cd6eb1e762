"""sendmail 8: ``to=`` lines with their ``stat=``, the senders of ``from=`` lines, expiries, refusals by rule sets.

Source: the Sendmail Installation and Operation Guide, section 2.1.1 "System Log", and logs of sendmail 8.17.
"""

from __future__ import annotations

import re

from mailkit.bounce.dsn import unescape_octal
from mailkit.bounce.logs.attempt import Outcome, Told
from mailkit.bounce.logs.head import Head
from mailkit.bounce.logs.memory import Memory
from mailkit.bounce.logs.postfix import expire

TAGS = ("sendmail", "sm-mta", "sm-msp", "sm-acceptingconnections", "mta")
MAX_RECIPIENTS = 1_000
"""Recipients of one line; sendmail itself cuts its lines."""
_KEYS = re.compile(
    r"(?:^|, )(to|ctladdr|delay|xdelay|mailer|pri|relay|dsn|quarantine|ntries|nrcpts|size|class|proto|daemon)=([^,]{0,600})"
)
_TO = re.compile(r"<([^<>]{0,400})>|\"([^\"]{0,400})\"|([^,\s<>\"]{1,400})")
_DELAY = re.compile(r"(?:(\d{1,4})\+)?(\d\d):(\d\d):(\d\d)$", re.ASCII)
_RELAY = re.compile(r"(?P<host>[^\s\[]{1,255})?\s?(?:\[(?P<ip>[^\]\s]{2,60})\])?")
_FROM = re.compile(r"from=(?:<([^<>]{0,400})>|([^,\s]{0,400})), ")
_REJECT = re.compile(
    r"ruleset=\w{1,40}, arg1=(?P<arg>.{0,400}?), (?:arg2=.{0,400}?, )?(?:relay=(?P<relay>[^,]{0,400}), )?reject=(?P<text>.*)",
    re.DOTALL,
)
_FINAL = frozenset({"local", "prog", "procmail", "lmtp", "cyrus", "cyrusv2", "*file*"})
_GAVE_UP = re.compile(r"(?:DSN|return to sender): Cannot send message")


def fits(body: str) -> bool:
    """Say whether a line is one of a delivery, whatever its program is called."""
    return ": to=" in body[:40] and ", stat=" in body


def read(head: Head, memory: Memory) -> list[Told]:
    """Read one line."""
    queue_id, _, rest = head.body.partition(": ")
    key = f"{head.host} {queue_id}"
    if rest.startswith("to="):
        found = _deliveries(queue_id, rest)
        sender = memory.senders.get(key)
        for told in found:
            told.sender = sender
            memory.keep(key, told)
        return found
    if rest.startswith("from="):
        match = _FROM.match(rest)
        if match:
            memory.senders[key] = match[1] if match[1] is not None else match[2]
    elif "ruleset=" in head.body[:60]:
        return _rejection(queue_id if rest.startswith("ruleset=") else None, head.body)
    elif _GAVE_UP.search(rest[:120]):
        return expire(queue_id, memory.senders.get(key), memory.waiting(key))
    return []


def _deliveries(queue_id: str, rest: str) -> list[Told]:
    """Read what became of the recipients of a line."""
    before, quoted, reply = rest.partition(", reply=")
    before, mark, text = rest.partition(", stat=") if not quoted else (before, *reply.rpartition(", stat=")[1:])
    if not mark:
        return []
    to = before[3:].partition(", ")[0]
    pairs = dict(_KEYS.findall(before[3 + len(to) :]))
    outcome = outcome_of(text, pairs.get("dsn", ""))
    if outcome is None:
        return []
    host, address = relay_of(pairs.get("relay", ""))
    text = text.strip()
    if outcome != "sent" and reply[:1] in {"4", "5"}:  # stat= is then what sendmail makes of the code alone
        text = reply = unescape_octal(reply.rpartition(", stat=")[0])
    elif outcome == "sent":
        reply = text.removeprefix("Sent").strip(" ()") or text
    else:
        reply = text.removeprefix("Deferred: ")
    return [
        Told(
            outcome=outcome,
            final=pairs.get("mailer") in _FINAL,
            queue_id=queue_id,
            recipient=match[1] or match[2] or match[3] or "",
            relay=host,
            relay_ip=address,
            text=text,
            reply=reply,
            dsn=pairs.get("dsn"),
            delay_seconds=_delay(pairs.get("delay", "")),
        )
        for match, _ in zip(_TO.finditer(to), range(MAX_RECIPIENTS), strict=False)
    ]


def outcome_of(stat: str, dsn: str) -> Outcome | None:
    """Say what ``stat=`` means; None for what was only queued.

    >>> outcome_of("Sent (ok)", "2.0.0"), outcome_of("User unknown", "5.1.1"), outcome_of("queued", "")
    ('sent', 'bounced', None)
    """
    lower = stat[:200].lower()
    if lower.startswith("queued"):
        return None
    if "cannot send message" in lower:
        return "expired"
    if lower.startswith("sent") or dsn[:1] == "2":
        return "sent"
    if lower.startswith("deferred") or dsn[:1] == "4":
        return "deferred"
    return "bounced"


def relay_of(text: str) -> tuple[str | None, str | None]:
    """Give host and address of ``mx.example.org. [192.0.2.1]``."""
    match = _RELAY.match(text.strip())
    assert match is not None  # all of it is optional
    return (match["host"] or "").rstrip(".") or None, match["ip"]


def _delay(text: str) -> float | None:
    match = _DELAY.match(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def _rejection(queue_id: str | None, body: str) -> list[Told]:
    """Read a refusal; the argument of check_rcpt is the recipient, that of check_mail the sender."""
    match = _REJECT.search(body[:4000])
    if match is None:
        return []
    host, address = relay_of(match["relay"] or "")
    who = match["arg"].strip("<>")
    to_recipient = "check_rcpt" in body[:80]
    return [
        Told(
            outcome="rejected",
            queue_id=queue_id,
            sender=who if "check_mail" in body[:80] else None,
            recipient=who if to_recipient else None,
            relay=host,
            relay_ip=address,
            text=match["text"],
            reply=match["text"],
        )
    ]
