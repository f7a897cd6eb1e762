"""An IMAP server that guesses sizes, knows no calendar, or has more to take than one answer holds."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mailkit.adapters import imap
from mailkit.errors import SourceError
from mailkit.ledger import Ledger
from mailkit.ledger.intake import Intake
from tests.adapters.bounces import bounces

BOUNCE, IDS = bounces(1)[0]
_ANSWERS = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    b"SELECT": b"* %d EXISTS\r\n* OK [PERMANENTFLAGS (\\*)] x\r\n* OK [UIDVALIDITY 1] x\r\n",
}
Answer = Callable[[bytes], bytes]


def _serve(listening: socket.socket, count: int, answer: Answer) -> None:
    """Serve one client."""
    client, _ = listening.accept()
    with client, client.makefile("rwb") as file:
        client.settimeout(20)
        file.write(b"* OK hi\r\n")
        file.flush()
        for line in file:
            tag, _, said = line.strip().partition(b" ")
            word = said.partition(b" ")[0].upper()
            if word == b"UID":
                file.write(answer(said))
            elif word in _ANSWERS:
                file.write(_ANSWERS[word].replace(b"%d", b"%d" % count))
            file.write(tag + b" OK done\r\n")
            file.flush()
            if word == b"LOGOUT":
                return


@contextmanager
def server(answer: Answer, count: int = 1) -> Iterator[imap.Place]:
    """Run a server for one client."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)
        thread = threading.Thread(target=_serve, args=(listening, count, answer), daemon=True)
        thread.start()
        yield imap.place_of(f"imap://joe@127.0.0.1:{listening.getsockname()[1]}/INBOX")
        thread.join(20)
        assert not thread.is_alive()


def one_message(size: int, date: bytes, data: bytes = BOUNCE) -> Answer:
    """Give a server with one message, of which it tells a size and a date."""

    def answer(said: bytes) -> bytes:
        if said.startswith(b"UID SEARCH"):
            return b"* SEARCH 1\r\n"
        if b"RFC822.SIZE" in said:
            return b'* 1 FETCH (UID 1 RFC822.SIZE %d INTERNALDATE "%b")\r\n' % (size, date)
        part = re.search(rb"<0\.(\d+)>", said)
        sent = data[: int(part[1])] if part else b""
        return b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%b)\r\n" % (len(sent), sent) if part else b""

    return answer


@pytest.mark.parametrize("size", [1, 100, len(BOUNCE), 10_000_000])
@pytest.mark.parametrize(
    "date", [b"01-Jan-2026 00:00:00 +0000", b"01-Foo-2026 00:00:00 +0000", b"01-Jan-0000 00:00:00 +0000"]
)
def test_a_size_or_a_date_that_is_a_guess(size: int, date: bytes) -> None:
    with Ledger("sqlite://") as ledger, server(one_message(size, date)) as place:
        (told,) = imap.take_new(Intake(ledger, list="news"), place, imap.Access("p", insecure=True), most=1_000_000)
    assert (told.outcome, told.new, told.why) == ("counted", len(IDS), "")


def test_what_is_cut_is_said() -> None:
    with Ledger("sqlite://") as ledger, server(one_message(1, b"", b"Subject: x\n\n" + b"x" * 500)) as place:
        (told,) = imap.take_new(Intake(ledger), place, imap.Access("p", insecure=True), most=100)
    assert told.why.endswith("read are the first 100 of its 101 bytes")


def test_more_than_one_answer_holds() -> None:
    asked: list[bytes] = []

    def answer(said: bytes) -> bytes:
        found = re.search(rb"SEARCH (\d+):(\d+) ", said)
        if not found:
            return b""
        asked.append(found[0])
        return b"* SEARCH %b\r\n" % b" ".join(b"%d" % (10**9 + n) for n in range(int(found[1]), int(found[2]) + 1))

    with Ledger("sqlite://") as ledger, server(answer, 150_001) as place:
        assert not [*imap.take_new(Intake(ledger), place, imap.Access("p", insecure=True), most=100)]
    assert len(asked) == 8
    assert asked[-1] == b"SEARCH 140001:150001 "


def test_an_answer_that_is_none_is_the_servers_fault() -> None:
    with (
        Ledger("sqlite://") as ledger,
        server(lambda _: b"* 1 FETCH (BODY[] {99999999999999999999}\r\n") as place,
        pytest.raises(SourceError),
    ):
        [*imap.take_new(Intake(ledger), place, imap.Access("p", insecure=True), most=100)]
