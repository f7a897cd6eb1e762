"""Address fields: bytes in, mailboxes and groups out (RFC 5322 sections 3.4 and 4.4)."""

from __future__ import annotations

import msgspec


class Mailbox(msgspec.Struct, frozen=True):
    """One mailbox of an address field."""

    name: str | None
    address: str


class AddressList(msgspec.Struct, frozen=True):
    """What an address field holds."""

    mailboxes: tuple[Mailbox, ...] = ()
    faults: tuple[tuple[str, int], ...] = ()


def parse_addresses(raw: bytes) -> AddressList:
    """Read an address field."""
    from email.utils import getaddresses

    rows = getaddresses([raw.decode("latin-1")])
    return AddressList(tuple(Mailbox(a or None, b) for a, b in rows))
