"""dnspython's answers and errors as replies of `core`."""

from __future__ import annotations

from collections.abc import Iterator

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.rrset
from dns.exception import DNSException

from mailkit.dns.core import Record, Reply

__all__ = ["DNSException", "reply_of_answer", "reply_of_error"]

FAILED_SECONDS = 30
"""How long a failure is kept; RFC 2308 section 7 allows five minutes."""
NEGATIVE_SECONDS = 60
"""How long a negative reply without an SOA is kept. RFC 2308 section 5 wants it not kept, for two caches could hand it to
each other for ever; whoever asks here is the last one."""
_ADDRESSES = frozenset({"A", "AAAA"})


def reply_of_answer(found: dns.resolver.Answer) -> Reply:
    """Give the reply of an answer, with or without records."""
    additional = tuple(
        record for rrset in found.response.additional for record in _records(rrset) if record.rdtype in _ADDRESSES
    )
    aliases = tuple(_text(cname.target) for rrset in found.chaining_result.cnames for cname in list(rrset)[:1])
    records = tuple(_records(found.rrset)) if found.rrset is not None else ()
    if not records and _is_lame(found.response):
        return Reply(state="temporary", why="lame", aliases=aliases, ttl_seconds=FAILED_SECONDS)
    seconds = found.chaining_result.minimum_ttl
    return Reply(
        state="answer" if records else "no-data",
        records=records,
        aliases=aliases,
        additional=additional,
        ttl_seconds=seconds if records or _has_soa(found.response) else min(seconds, NEGATIVE_SECONDS),
    )


def _is_lame(response: dns.message.Message) -> bool:
    """Say whether a reply without records is no answer: nothing vouches for it (RFC 2308 section 2.2).

    A server names others in its place (RFC 1034 section 4.3.1); or it does not ask further, and has no authority itself, or
    only over an alias that leads out of its zones.
    """
    if _has_soa(response):
        return False
    authoritative, asks_further = response.flags & dns.flags.AA, response.flags & dns.flags.RA
    if not authoritative and any(rrset.rdtype == dns.rdatatype.NS for rrset in response.authority):
        return True
    return not asks_further and (not authoritative or bool(response.answer))


def _has_soa(response: dns.message.Message) -> bool:
    return any(rrset.rdtype == dns.rdatatype.SOA for rrset in response.authority)


def reply_of_error(error: DNSException) -> Reply:
    """Give the reply that an exception of dnspython stands for: no such name is final, all else is temporary."""
    if isinstance(error, dns.resolver.NXDOMAIN):
        return _no_name(error)
    if isinstance(error, dns.resolver.NoNameservers):
        return Reply(state="temporary", why=_reason(error), ttl_seconds=FAILED_SECONDS)
    if isinstance(error, dns.exception.Timeout):
        return Reply(state="temporary", why="timeout", ttl_seconds=FAILED_SECONDS)
    return Reply(state="temporary", why=type(error).__name__, ttl_seconds=FAILED_SECONDS)


def _no_name(error: dns.resolver.NXDOMAIN) -> Reply:
    response = next(iter(error.kwargs["responses"].values()))
    try:
        chain = response.resolve_chaining()
    except DNSException:
        return Reply(state="no-name", ttl_seconds=NEGATIVE_SECONDS)
    aliases = tuple(_text(cname.target) for rrset in chain.cnames for cname in list(rrset)[:1])
    seconds = chain.minimum_ttl if _has_soa(response) else min(chain.minimum_ttl, NEGATIVE_SECONDS)
    return Reply(state="no-name", aliases=aliases, ttl_seconds=seconds)


def _reason(error: dns.resolver.NoNameservers) -> str:
    """Say why no server answered; of several reasons the last."""
    for one in reversed(error.kwargs.get("errors") or []):
        cause, response = one[3], one[4]
        if response is not None and response.rcode() != dns.rcode.NOERROR:
            return dns.rcode.to_text(response.rcode())
        text = str(cause)
        if "CNAME" in text or "chain" in text.lower():
            return "alias-loop"
        if text:
            return type(cause).__name__ if isinstance(cause, Exception) else text.split(" ", 1)[0]
    return "no-server"


def _records(rrset: dns.rrset.RRset) -> Iterator[Record]:
    name, rdtype = _text(rrset.name), dns.rdatatype.to_text(rrset.rdtype)
    for rdata in rrset if rrset.rdclass == dns.rdataclass.IN else ():
        if rdtype == "MX":
            yield Record(name=name, rdtype=rdtype, text=_text(rdata.exchange), preference=rdata.preference)
        elif rdtype in _ADDRESSES:
            yield Record(name=name, rdtype=rdtype, text=rdata.address)
        elif rdtype == "TXT":
            yield Record(name=name, rdtype=rdtype, text=b"".join(rdata.strings).decode("utf-8", "replace"))
        elif rdtype in {"CNAME", "NS", "PTR"}:
            yield Record(name=name, rdtype=rdtype, text=_text(rdata.target))
        else:
            yield Record(name=name, rdtype=rdtype, text=rdata.to_text())


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
