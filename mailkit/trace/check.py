"""What is odd about a chain, weighed by how often sound mail shows it.

Measured on 508 mails and 1,021 pairs of hops with dates: 6 % of the clocks go backwards, 2.4 % by more than five minutes;
18 % of the pairs do not lead into one another; 18 % of the chains have a host twice. Spam shows none of it more often than
other mail does, so none of it is a verdict.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from mailkit.findings import Finding, finding
from mailkit.syntax.arc import ArcChain
from mailkit.syntax.fields import Field
from mailkit.trace.loops import Repeated, delivered_twice, over_limit
from mailkit.trace.networks import INSIDE, address_of, network_of
from mailkit.trace.result import TraceHop
from mailkit.trace.sites import same_site

CLOCK_SECONDS = 300
"""Clocks that are further apart than this are wrong; 2.4 % of sound pairs are."""
LONG_SECONDS = 3_600
"""A wait that is worth naming; 3.1 % of sound pairs have it."""
FUTURE = timedelta(days=1)
"""How far ahead of the reader's clock a date may be: no zone is further away."""
OLD_TLS = re.compile(r"\A(?:SSL|TLS[v\-]?1(?:[._][01])?\Z)", re.IGNORECASE)
"""Versions that are to be used no more (RFC 7568, RFC 8996)."""
BEFORE = "the host before"
_QUADS = re.compile(rb"[\[(](\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})[\])]")
_NOBODY = re.compile(rb"\(unknown[ )]|\(may be forged\)|from unknown ", re.IGNORECASE)


class Chain(NamedTuple):
    """What is compared."""

    hops: tuple[TraceHop, ...]
    fields: tuple[Field, ...]
    """In the order of the hops."""
    loop: Repeated | None
    delivered: tuple[Field, ...]
    arc: ArcChain | None
    now: datetime | None
    start: int
    """Where the message begins."""


def findings_of(chain: Chain) -> Iterator[Finding]:
    """Give all that is odd: hop by hop, then of pairs, then of the whole."""
    for hop, field in zip(chain.hops, chain.fields, strict=True):
        yield from _dates(hop, field, chain.now)
        yield from _client(hop, field)
    yield from _clocks(chain)
    yield from _gaps(chain)
    yield from _whole(chain)


def _of(code: str, hop: TraceHop, detail: str) -> Finding:
    return finding(code, hop.offset, f"hop {hop.number}: {detail}")


def _dates(hop: TraceHop, field: Field, now: datetime | None) -> Iterator[Finding]:
    if hop.date is None:
        behind = field.value.rpartition(b";")[2].strip() if b";" in field.value else b""
        if behind:
            yield _of("trace.date.invalid", hop, f"{behind[:60].decode('latin-1')!r} is no date")
        elif hop.kind == "smtp":
            yield _of("trace.date.missing", hop, f"{hop.by or 'the server'} gives no date")
    elif now is not None and hop.date > now + FUTURE:
        yield _of("trace.date.future", hop, f"{hop.by or 'the server'} gives {hop.date.isoformat()}")


def _client(hop: TraceHop, field: Field) -> Iterator[Finding]:
    """Say what is odd about a client: its address, its name, what it calls itself, how it is encrypted."""
    for match in _QUADS.finditer(field.raw[:400]) if hop.ip is None else ():
        quads = match[1].decode()
        if address_of(quads) is None:
            yield _of("trace.ip.illegal", hop, f"{quads} is no address")
            break
    if hop.network in {"unspecified", "multicast", "reserved"}:
        yield _of("trace.ip.illegal", hop, f"nobody sends from {hop.ip} ({hop.network})")
    if hop.forged:
        yield _of("trace.rdns.forged", hop, f"{hop.rdns} does not lead back to {hop.ip}")
    outside = hop.ip is not None and hop.network not in INSIDE and hop.auth is None and hop.kind == "smtp"
    if outside and hop.rdns is None and _NOBODY.search(field.raw[:400]):
        yield _of("trace.rdns.missing", hop, f"{hop.ip} has no name")
    if outside and hop.helo:
        yield from _helo(hop, hop.helo)
    if hop.tls is not None and hop.tls.version and OLD_TLS.match(hop.tls.version):
        yield _of("trace.tls.old", hop, f"{hop.tls.version}")
    if hop.by is None and hop.kind == "smtp":
        yield _of("trace.by.missing", hop, "no server names itself")


def _helo(hop: TraceHop, helo: str) -> Iterator[Finding]:
    """Say what is odd about a HELO: an address that is not the client's, a name that is none (RFC 5321 section 4.1.4)."""
    literal = address_of(helo)
    if literal is not None:
        if literal != address_of(hop.ip or "") and network_of(str(literal)) not in INSIDE:
            yield _of("trace.helo.literal", hop, f"the client is {hop.ip} and calls itself {helo}")
    elif "." not in helo.strip(".") and helo != hop.rdns:
        yield _of("trace.helo.unqualified", hop, f"the client calls itself {helo}")


def _clocks(chain: Chain) -> Iterator[Finding]:
    for hop in chain.hops:
        delay = hop.delay_seconds
        if delay is None:
            continue
        if delay < 0:
            code = "trace.clock.wrong" if delay < -CLOCK_SECONDS else "trace.clock.behind"
            host = held_by(chain.hops, hop)[0]
            yield _of(code, hop, f"{hop.by or 'its clock'} is {span(delay)} behind {host}")
        elif delay > LONG_SECONDS:
            yield _of("trace.wait.long", hop, f"waited {span(delay)} at {' or '.join(held_by(chain.hops, hop))}")


def held_by(hops: tuple[TraceHop, ...], hop: TraceHop) -> tuple[str, ...]:
    """Give the hosts that had the message before a hop: the last that gave a date, and the last of those behind it."""
    last = hop.number - 2
    if last < 0:
        return (BEFORE,)
    dated = next((index for index in range(last, -1, -1) if hops[index].date is not None), 0)
    return tuple(dict.fromkeys(hops[index].by or BEFORE for index in (dated, last)))


def _gaps(chain: Chain) -> Iterator[Finding]:
    """Say where a hop's client is not the host of the hop before; it is none of ours to say why."""
    smtp = [hop for hop in chain.hops if hop.kind == "smtp"]
    for older, newer in pairwise(smtp):
        if older.by and (newer.helo or newer.rdns) and not _leads(older, newer):
            client = newer.rdns or newer.helo
            yield _of("trace.chain.gap", newer, f"came from {client}, and the hop before ends at {older.by}")


def _leads(older: TraceHop, newer: TraceHop) -> bool:
    if newer.network == "loopback" or newer.ip in {older.by_ip, older.by}:
        return True
    return any(same_site(older.by or "", name) for name in (newer.rdns, newer.helo, newer.by) if name)


def _whole(chain: Chain) -> Iterator[Finding]:
    hops, loop = chain.hops, chain.loop
    if loop is not None and loop.is_suspect:
        hop = hops[loop.indexes[-1]]
        numbers = ", ".join(str(hops[index].number) for index in loop.indexes[:10])
        code = "trace.loop.found" if loop.is_loop else "trace.loop.suspect"
        yield finding(code, hop.offset, f"hops {numbers} are alike: {hop.helo or hop.ip} to {hop.by}")
    handed_on = [hop.offset for hop in reversed(hops) if hop.kind != "retrieval"]  # as the fields stand
    laps = (bisect(handed_on, field.offset) for field in chain.delivered)
    address = delivered_twice((field.value for field in chain.delivered), laps)
    if address is not None:
        yield finding("trace.loop.delivered", chain.delivered[0].offset, f"delivered to {address} twice")
    words = over_limit(len(hops))
    if words is not None:
        yield finding("trace.hops.many", hops[-1].offset, f"{len(hops)} hops; {words}")
    if chain.arc is not None and not chain.arc.whole:
        yield finding("trace.arc.broken", chain.start, chain.arc.fault or "")


def span(seconds: float) -> str:
    """Write a time in its two largest units.

    >>> span(80), span(7200), span(200_000), span(0)
    ('1m20s', '2h', '2d7h', '0s')
    """
    rest = round(abs(seconds))
    parts: list[tuple[int, str]] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append((count, unit))
    return "".join(f"{count}{unit}" for count, unit in parts[:2] if count) or "0s"
