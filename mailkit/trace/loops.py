"""Whether a message goes in a circle: hops that repeat, addresses that it was delivered to twice, hops beyond all bounds.

Measured on 1,585 chains of real mail: one host twice is common (content filters), and even host, client and recipient
alike occur twice in 5 %; host, protocol, HELO, address and recipient alike three times occur in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

from mailkit.syntax.received import Hop

SAME_HOPS = 3
"""So many hops by one host, over one protocol, from one client, for one recipient are a loop."""
NAMELESS_HOPS = 6
"""So many are one where no recipient is named; two tests of Exim by itself have three."""
LIMITS: tuple[tuple[int, str], ...] = (
    (100, "RFC 5321 section 6.3 expects at least 100 to pass"),
    (50, "Postfix refuses more than 50"),
    (30, "Exim refuses more than 30"),
    (25, "sendmail refuses more than 25"),
)
"""Hops above which somebody refuses a message, with the defaults of the programs (hopcount_limit, received_headers_max,
MaxHopCount), highest first."""


class Repeated(NamedTuple):
    """Hops that are alike."""

    indexes: tuple[int, ...]
    """Places in the sequence that was given."""
    named: bool
    """Whether they name the recipient as well."""

    @property
    def is_loop(self) -> bool:
        """Whether they are so many that no sound chain has them."""
        return len(self.indexes) >= (SAME_HOPS if self.named else NAMELESS_HOPS)

    @property
    def is_suspect(self) -> bool:
        """Whether they are so many that few sound chains have them."""
        return self.named or len(self.indexes) >= SAME_HOPS


def repeated(hops: Sequence[Hop]) -> Repeated | None:
    """Give the hops that are alike in host, protocol, HELO, address and recipient, if they are several; the most first."""
    places: dict[tuple[str, ...], list[int]] = {}
    for index, hop in enumerate(hops):
        if hop.by and (hop.helo or hop.ip):
            places.setdefault(_key(hop), []).append(index)
    key, most = max(places.items(), key=lambda item: len(item[1]), default=((), []))
    return Repeated(tuple(most), bool(key[-1])) if len(most) > 1 else None


def delivered_twice(values: Iterable[bytes], laps: Iterable[int] | None = None) -> str | None:
    """Give the address that stands in two Delivered-To fields (RFC 9228); None where there is none.

    `laps` counts the hops before each field: two programs of one delivery may both write the address (Postfix and
    Dovecot), and a fetcher writes it again (getmail). Only a hop between them makes a second delivery.
    """
    seen: dict[str, int] = {}
    for raw, lap in zip(values, count() if laps is None else laps, strict=False):
        address = raw.decode("latin-1").strip(" \t\r\n<>").rstrip(".").lower()
        if address and seen.setdefault(address, lap) != lap:
            return address
    return None


def over_limit(count: int) -> str | None:
    """Say who refuses a message with so many hops; None where nobody does."""
    return next((words for limit, words in LIMITS if count > limit), None)


def _key(hop: Hop) -> tuple[str, ...]:
    parts = (hop.by, hop.protocol, hop.helo, hop.ip, hop.recipient)
    return tuple((part or "").lower() for part in parts)
