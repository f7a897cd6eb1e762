"""qmail-send and its descendants: deliveries by number, through multilog, svlogd or splogger.

Source: the manual page qmail-log(5).
"""

from __future__ import annotations

import re

from mailkit.bounce.logs.attempt import Outcome, Told
from mailkit.bounce.logs.head import Head
from mailkit.bounce.logs.memory import Memory

OUTCOMES: dict[str, Outcome] = {"success": "sent", "failure": "bounced", "deferral": "deferred"}
_LINE = re.compile(
    r"(?:(?P<stamp>@4[0-9a-f]{23}|\d{9,11}\.\d{1,9}|\d{4}-\d\d-\d\d[T_]\d\d:\d\d:\d\d\.\d{1,9}) )?(?:qmail(?:-send)?: )?"
    r"(?:(?P<starting>starting delivery) (?P<begun>\d{1,12}): msg (?P<msg>\d{1,20}) to (?P<where>local|remote) (?P<to>.{1,400})"
    r"|delivery (?P<done>\d{1,12}): (?P<outcome>success|failure|deferral): (?P<text>.*)"
    r"|info msg (?P<info>\d{1,20}): bytes \d{1,20} from <(?P<from>.{0,320}?)> qp "
    r"|end msg (?P<end>\d{1,20}))",
    re.ASCII | re.DOTALL,
)
_SAID = re.compile(r"(?:^|\n)Remote host said: ")
_PEER = re.compile(
    r"(?:^|\b(?:[Cc]onnected to|connection to) )(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{3,45})(?=[ _.])", re.ASCII
)
_GIVEN_UP = "\nGiving up on "
_EXPIRED = "this message has been in the queue too long"


def fits(body: str) -> bool:
    """Say whether a line without a program's name is qmail's."""
    return _LINE.match(body) is not None


def read(head: Head, memory: Memory) -> list[Told]:
    """Read one line."""
    match = _LINE.match(head.body)
    if match is None:
        return []
    if match["starting"]:
        memory.deliveries[f"{head.host} {match['begun']}"] = (
            match["msg"],
            match["to"].strip(),
            match["where"] == "local",
        )
    elif match["info"]:
        memory.senders[f"{head.host} {match['info']}"] = match["from"]
    elif match["end"]:
        memory.forget(f"{head.host} {match['end']}")
    else:
        return [_delivery(match, head, memory)]
    return []


def _delivery(match: re.Match[str], head: Head, memory: Memory) -> Told:
    """Read what became of a delivery that an earlier line began."""
    begun = memory.deliveries.pop(f"{head.host} {match['done']}")
    message, recipient, local = begun or (None, None, False)
    text = words(match["text"])
    outcome = OUTCOMES[match["outcome"]]
    if outcome == "bounced" and _EXPIRED in text:
        outcome = "expired"
    said, peer = _SAID.search(text), _PEER.search(text[:400])
    reply = text[said.end() if said else 0 :].partition(_GIVEN_UP)[0].strip()
    return Told(
        outcome=outcome,
        final=local,
        stamp=match["stamp"] or "",
        queue_id=message,
        sender=memory.senders.get(f"{head.host} {message}") if message else None,
        recipient=recipient,
        relay_ip=peer["ip"] if peer else None,
        text=text,
        reply=reply,
    )


def words(text: str) -> str:
    r"""Undo what qmail-send does to a report: ``_`` is a blank, ``/`` the end of a line.

    >>> words("Remote_host_said:_550_no/")
    'Remote host said: 550 no\n'
    """
    return text.replace("_", " ").replace("/", "\n")
