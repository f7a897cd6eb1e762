"""The LMTP server by itself: what it answers, and to whom."""

from __future__ import annotations

import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailkit.adapters.lmtp import place_of
from tests.adapters.bounces import bounces, ids_in
from tests.adapters.servers import dead, waits_for
from tests.strategies import ROOT

BOUNCE, IDS = bounces(1)[0]
HELLO = b"LHLO me\r\nMAIL FROM:<> BODY=8BITMIME\r\n"


class Server:
    """A server as its users run it."""

    def __init__(self, folder: Path, *, quarantine: bool = True) -> None:
        self.path, self.ledger, self.log = folder / "socket", folder / "db", folder / "log"
        words = ["--lmtp", f"unix:{self.path}", "--ledger", str(self.ledger), "--list", "news@lists.test"]
        words += ["--max-bytes", "200000", *(["--quarantine", str(folder / "aside")] if quarantine else [])]
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mailkit", "ingest", *words], cwd=ROOT, stdout=out, stderr=out
            )
        waits_for("the server", lambda: b"listening" in self.log.read_bytes(), 20)

    def connect(self) -> socket.socket:
        """Give a connection."""
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(20)
        client.connect(str(self.path))
        return client

    def talk(self, said: bytes) -> list[str]:
        """Say all at once and give the codes of the replies."""
        with self.connect() as client:
            client.sendall(said + b"QUIT\r\n")
            heard = b""
            while chunk := client.recv(65_536):
                heard += chunk
        return [line[:3].decode() for line in heard.splitlines() if line[3:4] == b" "]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server for all tests."""
    running = Server(tmp_path_factory.mktemp("lmtp"))
    try:
        yield running
    finally:
        dead(running.process)


def message(data: bytes, *recipients: str) -> bytes:
    """Give the dialogue for a message."""
    rcpt = b"".join(b"RCPT TO:<%b>\r\n" % one.encode() for one in recipients)
    body = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..")
    return HELLO + rcpt + b"DATA\r\n" + body + b"\r\n.\r\n"


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        pytest.param(b"", "220 221", id="nothing"),
        pytest.param(b"EHLO me\r\n", "220 450 221", id="EHLO"),
        pytest.param(b"MAIL FROM:<>\r\n", "220 503 221", id="no LHLO"),
        pytest.param(HELLO + b"DATA\r\n", "220 250 250 503 221", id="no recipient"),
        pytest.param(HELLO + b"MAIL FROM:<>\r\n", "220 250 250 503 221", id="MAIL twice"),
        pytest.param(HELLO + b"RSET\r\nRCPT TO:<a@x>\r\n", "220 250 250 250 503 221", id="RSET"),
        pytest.param(HELLO + b"RCPT TO:a@x\r\n", "220 250 250 451 221", id="no brackets"),
        pytest.param(
            HELLO + b"RCPT TO:<a@x> ORCPT=rfc822;b@x NOTIFY=NEVER\r\n", "220 250 250 250 221", id="parameters"
        ),
        pytest.param(HELLO + "RCPT TO:<ä@ü.test>\r\n".encode(), "220 250 250 250 221", id="UTF-8"),
        pytest.param(HELLO + b"RCPT TO:<\xff@x>\r\n", "220 250 250 250 221", id="no UTF-8"),
        pytest.param(HELLO + b'RCPT TO:<"a b> "@x>\r\n', "220 250 250 250 221", id="quoted"),
        pytest.param(HELLO + b"RCPT TO:<" + b"x" * 70_000 + b"@x>\r\n", "220 250 250 500 221", id="a very long line"),
        pytest.param(
            HELLO + b"RCPT TO:<a@x>\r\n" * 101, "220 250 250" + " 250" * 100 + " 452 221", id="101 recipients"
        ),
        pytest.param(b"NOOP\r\nVRFY a\r\nXYZ\r\n\r\n", "220 250 252 500 500 221", id="others"),
        pytest.param(message(BOUNCE, "a@x"), "220 250 250 250 354 250 221", id="a message"),
        pytest.param(message(BOUNCE, "a@x", "b@x"), "220 250 250 250 250 354 250 250 221", id="two recipients"),
        pytest.param(message(b"", "a@x"), "220 250 250 250 354 250 221", id="an empty message"),
        pytest.param(message(b"\xff\0\n.\n..\n" * 9, "a@x"), "220 250 250 250 354 250 221", id="no message"),
        pytest.param(message(b"A: b\n\n" + b"x" * 150_000, "a@x"), "220 250 250 250 354 250 221", id="a long line"),
        pytest.param(message(b"A: b\n\n" + b"x" * 300_000, "a@x"), "220 250 250 250 354 250 221", id="too large"),
        pytest.param(message(BOUNCE, "a@x") * 2, "220 250 250 250 354 250 250 250 250 354 250 221", id="two messages"),
    ],
)
def test_replies(said: bytes, codes: str, server: Server) -> None:
    assert " ".join(server.talk(said)) == codes


def test_what_is_kept_of_it(server: Server) -> None:
    assert server.talk(message(BOUNCE, "a@x"))[-2] == "250"
    assert ids_in(server.ledger) == IDS
    large = b"A: b\n\n" + b".x\n" * 100_000
    assert server.talk(message(large, "a@x"))[-2] == "250"
    kept = [path.read_bytes() for path in (server.ledger.parent / "aside").glob("*.eml")]
    assert large.replace(b"\n", b"\r\n") + b"\r\n" in kept


def test_only_crlf_dot_crlf_ends_a_message(server: Server) -> None:
    codes = server.talk(
        HELLO + b"RCPT TO:<a@x>\r\nDATA\r\nA: b\r\n\r\n1\n.\nMAIL FROM:<>\n\r\n.\n\n.\r\nQUIT\r\n\r\n.\r\n"
    )
    assert codes == ["220", "250", "250", "250", "354", "250", "221"]


def test_of_a_client_that_goes_away_nothing_is_taken(server: Server) -> None:
    before = server.log.read_bytes().count(b"outcome")
    with server.connect() as client:
        client.sendall(message(bounces(2)[1][0], "a@x")[:-5])
    assert server.talk(b"") == ["220", "221"]
    assert server.log.read_bytes().count(b"outcome") == before


def test_the_end_waits_for_the_message_in_work(tmp_path: Path) -> None:
    running = Server(tmp_path)
    try:
        with running.connect() as busy, running.connect() as idle, busy.makefile("rb") as heard:
            said = message(BOUNCE, "a@x")
            busy.sendall(said[:-200])
            while not heard.readline().startswith(b"354"):
                pass
            assert idle.recv(100).startswith(b"220")
            running.process.send_signal(signal.SIGTERM)
            assert idle.recv(100).startswith(b"421")
            busy.sendall(said[-200:])
            assert heard.readline().startswith(b"250 2.0.0 counted")
            assert heard.readline().startswith(b"421")
        assert running.process.wait(20) == 0
    finally:
        dead(running.process)
    assert ids_in(running.ledger) == IDS
    assert running.log.read_text().splitlines()[-1].startswith("mailkit: 1 message: 1 counted")
    assert not running.path.exists()


def test_a_client_of_python(server: Server) -> None:
    with smtplib.LMTP(str(server.path)) as client:
        assert client.sendmail("", ["a@x"], BOUNCE) == {}  # it reads one reply, whatever the number of recipients


@pytest.mark.parametrize("text", ["", "localhost", "localhost:", ":24", "x:70000", "unix:", "x:-1"])
def test_no_place(text: str) -> None:
    with pytest.raises(ValueError, match="is no place to listen"):
        place_of(text)


def test_a_recipient_that_is_no_utf8_is_taken(server: Server) -> None:
    said = HELLO + b"RCPT TO:<\xff\xfe@x>\r\nDATA\r\nSubject: 8 bit\r\n\r\nhi\r\n.\r\n"
    assert server.talk(said) == ["220", "250", "250", "250", "354", "250", "221"]


def test_what_nobody_takes_is_not_kept(tmp_path: Path) -> None:
    running = Server(tmp_path, quarantine=False)
    try:
        with running.connect() as client:
            client.sendall(HELLO + b"RCPT TO:<a@x>\r\nDATA\r\n" + (b"x" * 998 + b"\r\n") * 50_000)
            assert max(_sizes(running.process.pid)) < 2_000_000
            client.sendall(b".\r\nQUIT\r\n")
            heard = b""
            while chunk := client.recv(65_536):
                heard += chunk
        assert b"\r\n452 4.3.1 it has more than 200,000 bytes" in heard
    finally:
        dead(running.process)


def _sizes(process: int) -> list[int]:
    """Give the sizes of what a process has open."""
    return [path.stat().st_size for path in Path(f"/proc/{process}/fd").iterdir()]
