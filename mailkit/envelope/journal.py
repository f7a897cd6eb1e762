"""Journal reports of Exchange: the envelope as text, and the message itself as a part.

Source: "Journaling in Exchange Server" and "Journal report format", Microsoft Learn: a line ``Sender:``, one line
``Recipient:``, ``To:``, ``Cc:`` or ``Bcc:`` for each recipient, behind a comma what it was expanded or forwarded from.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailkit.content import IDENTITY
from mailkit.envelope.places import TEXT_BYTES, Found, rank
from mailkit.envelope.result import Candidate, Role
from mailkit.findings import Finding, finding
from mailkit.message import Message
from mailkit.part import Part
from mailkit.syntax.params import decode_raw
from mailkit.syntax.paths import parse_path

MARK = "x-ms-journal-report"
_LINE = re.compile(rb"^(Sender|Recipient|To|Cc|Bcc)[ \t]*+:[ \t]*+([^\r\n]*+)", re.MULTILINE | re.IGNORECASE)
_BEFORE = re.compile(rb",[ \t]*+(?:Expanded|Forwarded)[ \t]*+:", re.IGNORECASE)


class Journal(NamedTuple):
    """A journal report."""

    found: tuple[Found, ...]
    message: Part
    """The message that was journaled."""
    blind: frozenset[str]
    """Recipients that the report calls Bcc."""


def read_journal(message: Message, findings: list[Finding]) -> Journal | None:
    """Read a message as a journal report; None where it is none."""
    root = message.root
    if MARK not in root.header or len(root.parts) < 2:
        return None
    text = root.parts[0]
    inner = next((part.parts[0] for part in root.parts[1:] if part.type == "message/rfc822" and part.parts), None)
    if inner is None or text.parts:
        return None
    limits = message.limits
    content = text.content(limits.report_bytes)
    found: list[Found] = []
    blind: set[str] = set()
    for match in _LINE.finditer(content):
        if len(found) >= limits.recipient_count:
            findings.append(finding("limit.recipient_count", text.body_start))
            break
        candidate = _candidate(text, match)
        if match[1].lower() == b"bcc":
            blind.update(candidate.addresses)
        found.append(Found(rank("journal", "journal"), candidate))
    return Journal(tuple(found), inner, frozenset(blind)) if found else None


def _candidate(text: Part, match: re.Match[bytes]) -> Candidate:
    value = match[2]
    before = _BEFORE.search(value)
    address = parse_path(value[: before.start()] if before else value)
    sender = match[1].lower() == b"sender"
    role: Role = "sender" if sender else "recipient"
    plain = text.encoding in IDENTITY  # else the place of every line would cost a walk through the body
    return Candidate(
        kind="journal",
        place="journal",
        role=role,
        addresses=() if address is None else (address,),
        text=decode_raw(match[0][:TEXT_BYTES]).strip(),
        trust="journal",
        offset=text.body_start + (match.start() if plain else 0),
        length=(match.end() - match.start()) if plain else text.body_end - text.body_start,
    )
