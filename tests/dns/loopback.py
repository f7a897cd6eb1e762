"""A DNS server on a loopback port in a thread: it answers what a function says, and changes its mind when that does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from mailkit.dns.core import Question, Record, Reply

RCODES = {"no-name": dns.rcode.NXDOMAIN, "SERVFAIL": dns.rcode.SERVFAIL, "REFUSED": dns.rcode.REFUSED}


@contextmanager
def serving(ask: Callable[[Question], Reply], ttl: int = 60) -> Iterator[int]:
    """Serve on a free port, which is given; a reply that is temporary for ``timeout`` is never sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        thread = threading.Thread(target=_serve, args=(server, ask, ttl), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", server.getsockname())
        thread.join(10)
        assert not thread.is_alive()


def _serve(server: socket.socket, ask: Callable[[Question], Reply], ttl: int) -> None:
    while True:
        data, client = server.recvfrom(4_096)
        if not data:
            return
        query = dns.message.from_wire(data)
        (asked,) = query.question
        name = asked.name.to_text(omit_final_dot=True).lower()
        reply = ask(Question(name, dns.rdatatype.to_text(asked.rdtype)))  # type: ignore[arg-type]
        if reply.why != "timeout":
            server.sendto(_response(query, reply, ttl).to_wire(), client)


def _response(query: dns.message.Message, reply: Reply, ttl: int) -> dns.message.Message:
    response = dns.message.make_response(query)
    response.flags |= dns.flags.AA | dns.flags.RA
    response.set_rcode(RCODES.get(reply.why or reply.state, dns.rcode.NOERROR))
    asked = query.question[0]
    for record in reply.records:
        response.answer.append(dns.rrset.from_text(asked.name, ttl, "IN", record.rdtype, _text(record)))
    if not reply.records:
        soa = dns.rrset.from_text(asked.name.parent(), ttl, "IN", "SOA", f"ns.test. h.test. 1 1 1 1 {ttl}")
        response.authority.append(soa)
    return response


def _text(record: Record) -> str:
    """Write what a record holds as a zone file does."""
    name = record.text.rstrip(".") + "."
    if record.rdtype == "MX":
        return f"{record.preference} {name}"
    return f'"{record.text}"' if record.rdtype == "TXT" else name if record.rdtype == "PTR" else record.text
