"""What `trace` answers: frozen values, to be written as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from mailkit.findings import Finding
from mailkit.syntax.arc import ArcChain
from mailkit.syntax.authres import MethodResult
from mailkit.syntax.authwarning import AuthWarning
from mailkit.syntax.received import Hop

Network = Literal[
    "global", "private", "loopback", "link-local", "shared", "documentation", "multicast", "unspecified", "reserved"
]
"""What kind of address it is (RFC 6890); shared is that of carriers' translators (RFC 6598)."""
Trust = Literal["boundary", "edge", "none"]
AuthField = Literal["authentication-results", "received-spf"]


class TraceHop(Hop, frozen=True, kw_only=True):
    """One hop with its place in the chain."""

    number: int
    """1 is the oldest, where the message began its way."""
    network: Network | None = None
    """Of the client's address; None where the field names none."""
    delay_seconds: float | None = None
    """Since the next older hop that has a date: the time in the hands of the host before, or of those between that give no
    date. Negative where the clocks differ; None where either date is missing."""
    offset: int
    """Byte offset of the field's value in the message."""
    length: int
    """Bytes of it, folds included."""


class Stated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one field says of SPF, DKIM, DMARC and the like, and whether to believe that it was written by a host of ours."""

    field: AuthField
    authserv_id: str | None
    """Who says so; None where the field names nobody."""
    trust: Trust
    """boundary = above the field of the hop that came from outside, by a host of ours; edge = directly below it, by a host
    of ours: true where that host removes such fields from what comes in (RFC 8601 section 5); none = anybody."""
    offset: int
    """Byte offset of the field's value in the message."""
    results: tuple[MethodResult, ...] = ()
    fault: str | None = None
    """The first thing that is not as the grammar has it: a value that a host wrote down as a stranger gave it may look
    like a result of its own, so one behind a fault is less than proof."""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """The way of a message.

    >>> print(Trace())
    no Received field
    """

    v: int = 1
    source: str | None = None
    """The file or message that it was read from, as the command names it."""
    hops: tuple[TraceHop, ...] = ()
    """Oldest first: in the order of time, against that of the fields."""
    boundary: int | None = None
    """Number of the hop at which the message came in from outside: older hops are claims of strangers. None: no such hop."""
    created: datetime | None = None
    """The Date field: when its writer says that he finished it."""
    total_seconds: float | None = None
    """From the oldest date to the newest hop's; None where fewer than two hops have dates. Negative where the clocks are
    that far apart, and so no time at all."""
    slowest: int | None = None
    """Number of the hop before which the message waited longest, and more than a second."""
    loop: tuple[int, ...] = ()
    """Numbers of the hops that are each other's repetition."""
    authentication: tuple[Stated, ...] = ()
    """In the order of the fields."""
    arc: ArcChain | None = None
    """The Authenticated Received Chain as it stands (RFC 8617); no signature is checked."""
    warnings: tuple[AuthWarning, ...] = ()
    """What sendmail says of a local submission (X-Authentication-Warning)."""
    findings: tuple[Finding, ...] = ()
    complete: bool = True

    def __str__(self) -> str:
        """Draw it: a line a hop, oldest first."""
        from mailkit.trace.picture import draw  # noqa: PLC0415 - few who trace draw

        return draw(self)

    def origin(self, trusted: Sequence[str] = ()) -> TraceHop | None:
        """Give the hop at which the message came in from outside; None where it never was outside.

        `trusted` are networks, addresses and host names that pass mail on for the reader; private and loopback addresses
        and authenticated clients are as well. Only what the trusted hosts themselves wrote is believed: a name counts where
        the server found it, and Exchange writes none down, so before Exchange give networks.

        Raises ValueError where one of them is neither network nor name.
        """
        from mailkit.trace.origin import boundary_of, trusts  # noqa: PLC0415 - it needs the types of this module

        number = boundary_of(self.hops, trusts(trusted))
        return None if number is None else self.hops[number - 1]
