"""X-Authentication-Warning: what sendmail says of a submission that it does not believe.

No standard has the field. Its texts are fixed in the program, behind the name of the host: those of sendmail
8.17.1, read there, and that of older versions on the name that a host claims, from knowledge.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from mailkit.charsets import decode_raw
from mailkit.syntax.fields import unfold

WarningKind = Literal["sender", "helo", "no-helo", "process", "config", "queue", "other"]
"""sender: a user who is not trusted set the sender (-f, -r); helo: a host claims another name than it has; no-helo: it
claims none; process: a user ran the server (-bs); config: another configuration was read (-C); queue: the message comes
from another queue; other: a text that is not known."""

MAX_VALUE_BYTES = 2_000
"""Bytes of one field that are read; sendmail cuts each name in it."""
_HOST = re.compile(r"([^\s:]{1,255}+): ")
TEXTS: tuple[tuple[WarningKind, re.Pattern[str]], ...] = (
    ("sender", re.compile(r"(?P<who>\S++) set sender to (?P<claimed>.+) using -\w")),
    ("helo", re.compile(r"Host (?P<who>\S++(?: \S++)??(?: \(may be forged\))?) claimed to be (?P<claimed>.+)")),
    ("no-helo", re.compile(r"(?:Host )?+(?P<who>.+) didn't use HELO protocol")),
    ("process", re.compile(r"(?P<who>.+) owned process doing -bs")),
    ("config", re.compile(r"Processed by (?P<who>\S++) with -C (?P<claimed>.+)")),
    ("queue", re.compile(r"Processed from queue (?P<claimed>.+)")),
)
"""Kind -> its text."""


class AuthWarning(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One X-Authentication-Warning."""

    kind: WarningKind
    text: str
    """All of it, in one line."""
    host: str | None = None
    """The host that warns."""
    who: str | None = None
    """The user, or the host with its address, of whom it warns."""
    claimed: str | None = None
    """What he claims or has named: a sender, a host, a file, a folder."""


def parse_auth_warning(raw: bytes) -> AuthWarning:
    """Read an X-Authentication-Warning. Never raises.

    Source: texts of sendmail 8.17.1.

    >>> warning = parse_auth_warning(b"mx.example: www set sender to joe@example.org using -f")
    >>> warning.kind, warning.host, warning.who, warning.claimed
    ('sender', 'mx.example', 'www', 'joe@example.org')
    """
    text = " ".join(decode_raw(unfold(raw[:MAX_VALUE_BYTES])).split())
    host = _HOST.match(text)
    rest = text[host.end() :] if host else text
    for kind, form in TEXTS:
        match = form.fullmatch(rest)
        if match:
            found = match.groupdict()
            return AuthWarning(
                kind=kind,
                text=text,
                host=host[1] if host else None,
                who=found.get("who"),
                claimed=found.get("claimed"),
            )
    return AuthWarning(kind="other", text=text, host=host[1] if host else None)
