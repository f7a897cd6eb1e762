"""Which addresses are dead: one definition, for the figures of the page and for the list that is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailkit.page.texts import READ
from mailkit.rows import RecipientRow, Row

_NO_ADDRESS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, line ends and lone surrogates: nobody can write to what holds one, and a list has one a line."""


def is_dead(one: RecipientRow) -> bool:
    """Say whether a recipient failed for good, and that is no guess."""
    return one.action == "failed" and one.advice == "hard" and one.confidence != "guessed"


def address_of(one: RecipientRow) -> str | None:
    """Give the address that was written to, in lower case; None where there is none that can be."""
    address = (one.original_address or one.address or "").strip()
    return address.lower() if 0 < len(address) <= READ and not _NO_ADDRESS.search(address) else None


def dead_addresses(rows: Iterable[Row]) -> list[str]:
    """Give the addresses to drop, each once, in the order in which they are first met. Memory grows with them alone.

    >>> one = RecipientRow(
    ...     address="Joe@example.org", action="failed", status="5.1.1", basis="stated", reason="bad-mailbox",
    ...     advice="hard", confidence="stated",
    ... )
    >>> dead_addresses([Row(recipients=(one,)), Row(recipients=(one,)), Row(error="is no mail: empty")])
    ['joe@example.org']
    """
    found: dict[str, None] = {}
    for row in rows:
        for one in row.recipients:
            address = address_of(one) if is_dead(one) else None
            if address:
                found[address] = None
    return [*found]
