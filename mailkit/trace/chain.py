"""The chain of hops: each Received field in the order of time, with the delay before it, and what is odd about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailkit.findings import Finding, finding
from mailkit.message import Message
from mailkit.syntax.arc import arc_chain
from mailkit.syntax.authwarning import parse_auth_warning
from mailkit.syntax.fields import Field
from mailkit.syntax.received import parse_received
from mailkit.trace.authentic import stated_in
from mailkit.trace.check import Chain, findings_of
from mailkit.trace.loops import repeated
from mailkit.trace.networks import network_of
from mailkit.trace.origin import trusts, walk
from mailkit.trace.result import Trace, TraceHop

WAITED_SECONDS = 1.0
"""A longest wait that is worth naming."""
_WARNING = b"x-authentication-warning"
_WANTED = frozenset({b"received", b"delivered-to", b"authentication-results", b"received-spf", _WARNING})


def follow(message: Message, trusted: Sequence[str], now: datetime | None) -> Trace:
    """Read all trace fields of a message and compare them."""
    trust = trusts(trusted)
    found: dict[bytes, list[Field]] = {name: [] for name in _WANTED}
    for field in message.header:
        name = field.name.lower()
        if name in _WANTED:
            found[name].append(field)
    received = found[b"received"]
    hops = _hops(received)
    way = walk(hops, trust)
    loop = repeated(hops)
    chain = Chain(
        hops=hops,
        fields=tuple(reversed(received)),
        loop=loop,
        delivered=tuple(found[b"delivered-to"]),
        arc=arc_chain(message.header),
        now=now,
        start=message.root.start,
    )
    findings, cut = tuple(findings_of(chain)), _limits(message)
    limit = message.limits.finding_count
    return Trace(
        hops=hops,
        boundary=way.last if way.outside else None,
        created=message.root.date,
        total_seconds=_total(hops),
        slowest=_slowest(hops),
        loop=tuple(hops[index].number for index in loop.indexes) if loop and loop.is_loop else (),
        authentication=stated_in(found[b"authentication-results"] + found[b"received-spf"], hops, way, trust),
        arc=chain.arc,
        warnings=tuple(parse_auth_warning(field.value) for field in found[_WARNING]),
        findings=cut + findings[:limit],
        complete=not cut and len(findings) <= limit,
    )


def _hops(received: Sequence[Field]) -> tuple[TraceHop, ...]:
    """Give the hops, oldest first."""
    hops: list[TraceHop] = []
    before: datetime | None = None
    for number, field in enumerate(reversed(received), 1):
        hop = parse_received(field.value)
        date = hop.date
        delay = (date - before).total_seconds() if date is not None and before is not None else None
        before = date or before
        kept = {name: getattr(hop, name) for name in hop.__struct_fields__}
        hops.append(
            TraceHop(
                **kept,
                number=number,
                network=network_of(hop.ip) if hop.ip else None,
                delay_seconds=delay,
                offset=field.value_offset,
                length=len(field.raw),
            )
        )
    return tuple(hops)


def _total(hops: Sequence[TraceHop]) -> float | None:
    dates = [hop.date for hop in hops if hop.date is not None]
    return (dates[-1] - dates[0]).total_seconds() if len(dates) > 1 else None


def _slowest(hops: Sequence[TraceHop]) -> int | None:
    slowest = max(hops, key=lambda hop: hop.delay_seconds or 0, default=None)
    return slowest.number if slowest is not None and (slowest.delay_seconds or 0) > WAITED_SECONDS else None


def _limits(message: Message) -> tuple[Finding, ...]:
    """Say where the header was too long to be read whole: there may be more hops."""
    codes = {"limit.field_count", "limit.header_block_bytes"}
    return tuple(one for one in message.findings if one.code in codes) or tuple(
        finding(code, offset) for code, offset in message.header.faults if code in codes
    )
