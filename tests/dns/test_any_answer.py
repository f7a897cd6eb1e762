"""Whatever the DNS answers: lookups end, stay within their bounds, and say what is consistent. And servers on TCP that do not."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.flags
import dns.message
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.cli.table import clean
from mailkit.dns.blocklist import Blocklist, check_all
from mailkit.dns.core import Asking, Question, Record, Reply
from mailkit.dns.mx import MAX_HOSTS, MailHosts, exchangers
from mailkit.dns.resolver import AsyncResolver, Resolver, Waits
from mailkit.dns.reverse import MAX_NAMES, reverse
from mailkit.dns.route import route
from mailkit.tables.mailertable import Routes, parse_mailertable
from tests.cli.running import CONTROLS
from tests.dns.test_asking import Driver

NAMES = (
    "d.test",
    "a.test",
    "b.test",
    "localhost",
    ".",
    "192.0.2.1",
    "*.test",
    "x" * 70 + ".test",
    "a\\000b.test",
    "\x1b[31m.test",
    "",
)
ADDRESSES = (
    "192.0.2.1",
    "10.0.0.1",
    "127.0.0.1",
    "0.0.0.0",  # noqa: S104 - what a server may answer
    "::1",
    "::ffff:127.0.0.1",
    "2001:db8::1",
    "no address",
    "668",
)
records = st.builds(
    Record,
    name=st.sampled_from(NAMES),
    rdtype=st.sampled_from(["MX", "A", "AAAA", "TXT", "CH"]),
    text=st.sampled_from(NAMES + ADDRESSES),
    preference=st.sampled_from([0, 10, 65_535]),
)
replies = st.builds(
    Reply,
    state=st.sampled_from(["answer", "no-data", "no-name", "temporary"]),
    records=st.lists(records, max_size=6).map(tuple),
    aliases=st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
    additional=st.lists(records, max_size=6).map(tuple),
    why=st.sampled_from(["", "SERVFAIL"]),
)


class Oracle:
    """Answers each question in turn with the next of some replies, and counts."""

    def __init__(self, answers: list[Reply]) -> None:
        self.answers, self.asked = answers, 0

    def drive(self, asking: Asking[MailHosts]) -> MailHosts:
        """Drive a lookup; fail where it does not end."""
        try:
            next(asking)
            while True:
                self.asked += 1
                assert self.asked <= 2 * MAX_HOSTS + 4
                asking.send(self.answers[self.asked % len(self.answers)])
        except StopIteration as end:
            found: MailHosts = end.value
            return found


@given(
    answers=st.lists(replies, min_size=1, max_size=8),
    domain=st.sampled_from([*NAMES, "[192.0.2.1]", "[", "é.test"]),
    me=st.sampled_from([(), ("a.test",), ("192.0.2.1",)]),
    fallback=st.sampled_from([(), ("fb.test",)]),
    wildcard=st.booleans(),
)
@settings(max_examples=300)
def test_exchangers_of_any_answers(
    answers: list[Reply], domain: str, me: tuple[str, ...], fallback: tuple[str, ...], *, wildcard: bool
) -> None:
    found = Oracle(answers).drive(exchangers(domain, me=me, fallback=fallback, wildcard=wildcard))
    ranks = [host.preference for host in found.hosts if host.preference is not None]
    assert ranks == sorted(ranks)
    assert all(host.addresses and host.usable for host in found.hosts if host.preference is not None)
    assert (found.status is None) is bool(found.hosts)
    assert not any(host.usable and "own" in host.problems for host in found.refused)
    assert found.temporary is (found.kind == "error" and not found.hosts)


TABLE = parse_mailertable(".sub.test\tsmtp:[a.test]:[b.test]\nx.test\tesmtp:d.test\ne.test\terror:5.1.2:550 Gone\n")


@given(
    answers=st.lists(replies, min_size=1, max_size=6),
    address=st.text('ax@.[]%!:"<>\\ \x00é', max_size=12).map(lambda text: text + "d.test")
    | st.sampled_from(["u@x.test", "u@a.sub.test", "u@e.test"]),
)
def test_routes_of_any_answers(answers: list[Reply], address: str) -> None:
    asking = route(address, Routes(local=frozenset({"gw.test"}), mailertable=TABLE))
    asked = 0
    try:
        next(asking)
        while True:
            asked += 1
            assert asked <= 2 * (2 * MAX_HOSTS + 4)
            asking.send(answers[asked % len(answers)])
    except StopIteration as end:
        found = end.value
    assert found.deliverable is (found.status is None)


def test_names_of_an_address_and_texts_of_a_list_cannot_command_a_terminal() -> None:
    hostile = tuple(Record(name="", rdtype="PTR", text=f"\x1b[31m{number}\u202e.test") for number in range(300))
    asking = reverse("192.0.2.1")
    next(asking)
    asked = 0
    try:
        while True:
            asked += 1
            asking.send(Reply(state="answer", records=hostile))
    except StopIteration as end:
        found = end.value
    assert asked <= 1 + 2 * MAX_NAMES
    assert not CONTROLS.search("".join(map(clean, found.names)))


# Over TCP.

SHORT, PATIENT = Waits(total=1.0, question=0.4, once=0.2), Waits(total=9.0, question=8.0, once=4.0)


@contextmanager
def cut_off(over_tcp: Callable[[socket.socket, bytes], None]) -> Iterator[int]:
    """Truncate every answer over UDP, and do as `over_tcp` says with each question over TCP; give the port."""
    with socket.socket() as listener, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        listener.bind(("127.0.0.1", 0))
        server.bind(listener.getsockname())
        listener.listen(20)
        ends = threading.Event()

        def udp() -> None:
            while True:
                data, client = server.recvfrom(4_096)
                if not data:
                    return
                response = dns.message.make_response(dns.message.from_wire(data))
                response.flags |= dns.flags.TC
                server.sendto(response.to_wire(), client)

        def tcp() -> None:
            while not ends.is_set():
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(2)
                    size = connection.recv(2)
                    if len(size) == 2:
                        over_tcp(connection, connection.recv(struct.unpack("!H", size)[0]))

        threads = [threading.Thread(target=one, daemon=True) for one in (udp, tcp)]
        for thread in threads:
            thread.start()
        port = listener.getsockname()[1]
        try:
            yield port
        finally:
            ends.set()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", ("127.0.0.1", port))
            socket.create_connection(("127.0.0.1", port)).close()
            for thread in threads:
                thread.join(5)
                assert not thread.is_alive()


def answer(count: int) -> Callable[[bytes], bytes]:
    """Make an answer of so many exchangers."""

    def make(data: bytes) -> bytes:
        query = dns.message.from_wire(data)
        response = dns.message.make_response(query)
        rows = [f"{number} h{number}.test." for number in range(count)]
        response.answer.append(dns.rrset.from_text_list(query.question[0].name, 60, "IN", "MX", rows))
        wire: bytes = response.to_wire(max_size=65_535)
        return struct.pack("!H", len(wire)) + wire

    return make


def whole(connection: socket.socket, data: bytes) -> None:
    connection.sendall(answer(1_000)(data))


def half(connection: socket.socket, data: bytes) -> None:
    connection.sendall(answer(10)(data)[:40])


def closes(connection: socket.socket, data: bytes) -> None:
    del connection, data


def silent(connection: socket.socket, data: bytes) -> None:
    del data
    connection.recv(1)  # until the asker goes away


def drips(connection: socket.socket, data: bytes) -> None:
    try:
        for byte in answer(10)(data):
            connection.sendall(bytes([byte]))
            time.sleep(0.02)
    except OSError:
        pass


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(
    ("over_tcp", "state"),
    [(whole, "answer"), (half, "temporary"), (closes, "temporary"), (silent, "temporary"), (drips, "temporary")],
)
def test_servers_on_tcp(kind: str, over_tcp: Callable[[socket.socket, bytes], None], state: str) -> None:
    before = open_files()
    with cut_off(over_tcp) as port:
        waits = PATIENT if state == "answer" else SHORT
        begin = time.monotonic()
        reply = Driver(kind, port, waits).run(_one())
        assert time.monotonic() - begin < waits.question + 0.3
    assert reply.state == state
    assert len(reply.records) == (1_000 if state == "answer" else 0)
    assert open_files() <= before + 1  # asyncio keeps one of its own


def _one() -> Asking[Reply]:
    return (yield Question("d.test", "MX"))


def test_the_second_server_is_asked_where_the_first_is_dead() -> None:
    """Nobody listens at the first address; the second one answers within the limit."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.2", 0))
        server.settimeout(10)

        def serve() -> None:
            data, client = server.recvfrom(4_096)
            server.sendto(answer(1)(data)[2:], client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        waits = Waits(total=9.0, question=8.0, once=0.3)
        resolver = Resolver(("127.0.0.3", "127.0.0.2"), port=server.getsockname()[1], waits=waits)
        assert resolver.run(_one()).state == "answer"
        thread.join(5)


def test_one_asynchronous_resolver_in_two_loops() -> None:
    import asyncio  # noqa: PLC0415 - only here

    with cut_off(whole) as port:
        resolver = AsyncResolver(("127.0.0.1",), port=port, waits=Waits(total=5))
        states = [asyncio.run(resolver.ask(Question(f"{name}.test", "MX"))).state for name in "ab"]
    assert states == ["answer", "answer"]


def test_a_list_of_hostile_answers_is_never_listed() -> None:
    for text in ("203.0.113.9", "::1", "no address", "127.255.255.254"):
        reply = Reply(state="answer", records=(Record(name="", rdtype="A", text=text),))
        asking = check_all([Blocklist("bl.test")], "192.0.2.7")
        next(asking)
        try:
            while True:
                asking.send(reply)
        except StopIteration as end:
            (found,) = end.value
        assert found.state != "listed", text
