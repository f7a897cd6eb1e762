"""Replies that are none: what servers get wrong, seen by both drivers; the answers are bytes of our own on a loopback port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from mailkit.dns.core import Question, Reply
from mailkit.dns.mx import exchangers
from mailkit.dns.replies import FAILED_SECONDS, NEGATIVE_SECONDS
from mailkit.dns.resolver import Waits
from tests.dns.test_asking import Driver

Make = Callable[[dns.message.Message], bytes]
Rows = tuple[tuple[str, int, str, str, str], ...]

RA, AA, TC = dns.flags.RA, dns.flags.AA, dns.flags.TC
SHORT = Waits(total=0.6, question=0.15, once=0.1)
ASKED = Question("d.test", "MX")
SOA: Rows = (("test.", 20, "IN", "SOA", "n.test. h.test. 1 1 1 1 7"),)
NULL: Rows = (("d.test.", 60, "IN", "MX", "0 ."),)
CHAIN: Rows = (
    ("d.test.", 60, "IN", "CNAME", "a0.test."),
    *((f"a{number}.test.", 60, "IN", "CNAME", f"a{number + 1}.test.") for number in range(30)),
    ("a30.test.", 60, "IN", "MX", "0 ."),
)


@contextmanager
def raw(make: Make) -> Iterator[int]:
    """Answer each question with some bytes, over UDP alone; give the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        thread = threading.Thread(target=_serve, args=(server, make), daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", server.getsockname())
            thread.join(10)


def _serve(server: socket.socket, make: Make) -> None:
    while True:
        data, client = server.recvfrom(4_096)
        if not data:
            return
        server.sendto(make(dns.message.from_wire(data)), client)


def says(
    flags: int = RA, answer: Rows = (), authority: Rows = (), additional: Rows = (), rcode: str = "NOERROR"
) -> Make:
    """Answer with these sections."""

    def make(query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query)
        response.flags |= flags
        response.set_rcode(dns.rcode.from_text(rcode))
        for section, rows in ((response.answer, answer), (response.authority, authority)):
            section.extend(dns.rrset.from_text(*row) for row in rows)
        response.additional.extend(dns.rrset.from_text(*row) for row in additional)
        return response.to_wire()

    return make


def of_another_id(query: dns.message.Message) -> bytes:
    response = dns.message.make_response(query)
    response.id ^= 1
    return response.to_wire()


def of_another_name(query: dns.message.Message) -> bytes:
    response = dns.message.make_response(query)
    response.question = [dns.rrset.from_text("e.test.", 0, "IN", "MX")]
    response.answer.append(dns.rrset.from_text("e.test.", 60, "IN", "MX", "0 ."))
    return response.to_wire()


def lame(*aliases: str) -> Reply:
    return Reply(state="temporary", why="lame", aliases=aliases, ttl_seconds=FAILED_SECONDS)


def failed(why: str) -> Reply:
    return Reply(state="temporary", why=why, ttl_seconds=FAILED_SECONDS)


NS: Rows = ((".", 60, "IN", "NS", "a.root.test."),)
CASES = {
    "a referral upwards": (says(0, authority=NS), lame()),
    "a referral by a resolver": (says(RA, authority=NS), lame()),
    "nothing, without authority": (says(0), lame()),
    "an alias that leads out of its zones": (says(AA, (("d.test.", 60, "IN", "CNAME", "x.other."),)), lame("x.other")),
    "nothing, by an authority": (says(AA), Reply(state="no-data", ttl_seconds=NEGATIVE_SECONDS)),
    "nothing, by an authority that names itself": (
        says(AA, authority=NS),
        Reply(state="no-data", ttl_seconds=NEGATIVE_SECONDS),
    ),
    "nothing, by a resolver": (says(RA), Reply(state="no-data", ttl_seconds=NEGATIVE_SECONDS)),
    "nothing, with its time": (says(RA, authority=SOA), Reply(state="no-data", ttl_seconds=7)),
    "no name, with its time": (says(RA, authority=SOA, rcode="NXDOMAIN"), Reply(state="no-name", ttl_seconds=7)),
    "no name, without": (says(RA, rcode="NXDOMAIN"), Reply(state="no-name", ttl_seconds=NEGATIVE_SECONDS)),
    "no name behind an alias": (
        says(RA, (("d.test.", 60, "IN", "CNAME", "e.test."),), SOA, rcode="NXDOMAIN"),
        Reply(state="no-name", aliases=("e.test",), ttl_seconds=7),
    ),
    "records of another name": (
        says(RA, (("evil.test.", 60, "IN", "MX", "0 evil.test."),)),
        Reply(state="no-data", ttl_seconds=NEGATIVE_SECONDS),
    ),
    "a chain of thirty aliases": (says(RA, CHAIN), failed("alias-loop")),
    "truncated, and no TCP": (says(RA | TC), failed("ConnectionRefusedError")),
    "no format": (says(rcode="FORMERR"), failed("FORMERR")),
    "not implemented": (says(rcode="NOTIMP"), failed("NOTIMP")),
    "an extended code": (says(rcode="YXDOMAIN"), failed("YXDOMAIN")),
    "of another question's id": (of_another_id, failed("timeout")),
    "of another question": (of_another_name, failed("timeout")),
    "no message": (lambda _: b"\0\1\2", failed("timeout")),
    "an empty packet": (lambda _: b"", failed("timeout")),
}


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(("make", "expected"), CASES.values(), ids=CASES)
def test_what_is_no_answer(kind: str, make: Make, expected: Reply) -> None:
    with raw(make) as port:
        driver = Driver(kind, port, SHORT)
        found = driver.ask(ASKED)
        assert found == expected
        assert driver.ask(ASKED) == found
    assert driver.sent == 1  # the second came from the cache


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_reply_that_may_not_be_kept_is_asked_for_again(kind: str) -> None:
    with raw(says(answer=(("d.test.", 0, "IN", "MX", "0 ."),))) as port:
        driver = Driver(kind, port, SHORT)
        assert [driver.run(exchangers("d.test")).kind for _ in range(2)] == ["null", "null"]
    assert driver.sent == 2


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_an_impatient_lookup_leaves_no_failure_behind(kind: str) -> None:
    """That nobody answered within a moment says nothing to the next one, who waits longer."""
    slow = threading.Event()

    def make(query: dns.message.Message) -> bytes:
        return says(answer=NULL)(query) if slow.is_set() else b"\0"

    with raw(make) as port:
        driver = Driver(kind, port, SHORT)
        assert driver.run(exchangers("d.test"), total_seconds=0.05).why == "timeout"
        slow.set()
        assert driver.run(exchangers("d.test")).kind == "null"


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_addresses_of_strangers_are_not_taken(kind: str) -> None:
    """A server may add what it likes; only addresses of the exchangers are used, and only for this answer."""
    additional = (("a.test.", 60, "IN", "A", "192.0.2.1"), ("bank.test.", 60, "IN", "A", "203.0.113.66"))
    with raw(says(answer=(("d.test.", 60, "IN", "MX", "1 a.test."),), additional=additional)) as port:
        driver = Driver(kind, port, SHORT)
        (host,) = driver.run(exchangers("d.test")).hosts
        assert (host.name, host.addresses, driver.sent) == ("a.test", ("192.0.2.1",), 1)
        driver.ask(Question("bank.test", "A"))
    assert driver.sent == 2
